"""Partner fit (R-P1 to R-P23): gates that are never averaged, fourteen weighted criteria, own readiness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tools import policy as policies
from tools import scored, scoring
from tools.forms import load_form
from tools.inputs import FormInputs, inputs_model
from tools.policy import Criterion, Weights, product_weights
from tools.result import Figure, Gate, GateState, Result, Table, Unknown, Warning, WeightsUsed
from tools.rules import reason
from tools.scoring import Answers, Scale, Verdict
from tools.tool import Tool, form_reader
from tools.values import Bounds, Text, bounds_of
from tools.wording import either, join, say, show

VERSION = "1"
WEIGHTS = "partner_v1"
FORM = load_form("partner_fit")
Inputs = inputs_model(FORM)

FUNCTIONS = (
    "function_demand_creation",
    "function_demand_response",
    "function_after_sale_service",
    "function_market_information",
)
OPTIONAL_FUNCTION = "function_other"
KNOWLEDGE = (
    "knows_customers",
    "knows_competitors",
    "knows_channels",
    "knows_market_size",
    "knows_prices",
    "knows_regulation",
    "knows_culture",
)
READINESS = tuple(field.id for field in FORM.fields if field.section == "readiness" and field.kind == "level")
CRITERIA = tuple(field.id for field in FORM.fields if field.section == "fit")


@dataclass(frozen=True)
class Policy:
    """A weights file of partner fit, checked."""

    weights: Weights
    criteria: tuple[Criterion, ...]
    scale: Scale
    gates: Mapping[str, bool]
    scope: str


def read_policy(weights: Weights | None) -> Policy:
    """Check a weights file. Raises DataFileError naming what is wrong with it."""
    weights = weights or product_weights(WEIGHTS)
    data = policies.check_keys(weights.data, weights.file, ["name", "bands", "criteria", "gates"], ["function_scope"])
    scope = data.get("function_scope", "channel")
    if scope not in ("channel", "partner"):
        raise policies.DataFileError(f"{weights.file}: function_scope is channel or partner, found {scope!r}")
    steps = policies.bands(weights, ["fit", "conditional"])
    return Policy(
        weights,
        policies.criteria(weights, "criteria", CRITERIA),
        Scale(tuple((name.upper(), threshold) for name, threshold in steps), "WEAK"),
        policies.switches(weights, GATES),
        scope,
    )


# --- gates -----------------------------------------------------------------------------------------


def _gate(name: str, state: GateState, key: str, field: str = "", **values: Any) -> Gate:
    rules, sources = GATE_BASIS[name]
    text = say(f"partner_fit.gate.{name}_{key}", **values)
    return Gate(name, say(f"partner_fit.gate.{name}"), state, text, rules, sources, field)


def _type(answers: Answers, policy: Policy) -> Gate:
    needed, actual = answers.get("required_types"), answers.get("candidate_type")
    if not needed or not actual:
        return _gate("type", "open", "open", "candidate_type" if needed else "required_types")
    labels = either([scored.answer_text(FORM, "required_types", item) for item in needed])
    is_one = actual in needed
    return _gate(
        "type",
        "pass" if is_one else "fail",
        "pass" if is_one else "fail",
        needed=labels,
        actual=scored.answer_text(FORM, "candidate_type", actual),
    )


def _functions(answers: Answers, policy: Policy) -> Gate:
    filled = {name: answers.get(name) for name in (*FUNCTIONS, OPTIONAL_FUNCTION)}
    others = ("other_party", "exporter")
    lacking = ("nobody",) if policy.scope == "channel" else ("nobody", *others)
    missing = [_function(name) for name, who in filled.items() if who in lacking]
    if missing:
        key = "fail" if policy.scope == "channel" else "fail_scope"
        return _gate("functions", "fail", key, missing=join(missing))
    unknown = [name for name in FUNCTIONS if filled[name] is None]
    if unknown:
        names = join([_function(name) for name in unknown])
        return _gate("functions", "open", "open", unknown[0], unknown=names)
    covered = [_covered(name, str(who)) for name, who in filled.items() if who in others]
    if covered:
        return _gate("functions", "condition", "condition", covered=join(covered))
    return _gate("functions", "pass", "pass")


def _function(name: str) -> Text:
    return say(f"partner_fit.function.{name}")


def _covered(name: str, who: str) -> Text:
    label = scored.answer_text(FORM, name, who)
    return say("partner_fit.gate.covered_by", function=_function(name), who=label)


def _reactive(answers: Answers, policy: Policy) -> Gate:
    came, led = answers.get("initiated_by"), answers.get("led_process")
    if came in ("us", "introduced"):
        return _gate("reactive", "pass", "pass")
    if led == "yes":
        return _gate("reactive", "pass", "led")
    if came is None or led is None:
        return _gate("reactive", "open", "open", "led_process" if came else "initiated_by")
    gate = _gate("reactive", "fail", "fail")
    if why := answers.get("reactive_override"):
        text = say("scored.gate_override", reason=gate.reason, why=why)
        return Gate(gate.id, gate.label, "condition", text, gate.rules, gate.sources)
    return gate


def _conflict(answers: Answers, policy: Policy) -> Gate:
    competing, drops = answers.get("competing_line"), answers.get("drops_competing_line")
    if competing == "no":
        return _gate("conflict", "pass", "pass")
    if competing is None or drops is None:
        return _gate("conflict", "open", "open", "drops_competing_line" if competing else "competing_line")
    return _gate("conflict", *(("condition", "condition") if drops == "yes" else ("fail", "fail")))


def _integrity(answers: Answers, policy: Policy) -> Gate:
    found = answers.get("integrity_check")
    if found is None:
        return _gate("integrity", "open", "open", "integrity_check")
    return _gate("integrity", *(("pass", "pass") if found == "clear" else ("fail", "fail")))


GATES: dict[str, Callable[[Answers, Policy], Gate]] = {
    "type": _type,
    "functions": _functions,
    "reactive": _reactive,
    "conflict": _conflict,
    "integrity": _integrity,
}
GATE_BASIS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "type": (("R-P14",), ()),
    "functions": (("R-P9",), ()),
    "reactive": (("R-P16",), ()),
    "conflict": ((), ("X-TRADEGOV",)),
    "integrity": ((), ("X-SAYLOR",)),
}


def gates(answers: Answers, policy: Policy) -> tuple[Gate, ...]:
    """Each gate's state; a gate the company switched off says so."""
    found = []
    for name, check in GATES.items():
        if policy.gates[name]:
            found.append(check(answers, policy))
        else:
            found.append(Gate(name, say(f"partner_fit.gate.{name}"), "off", say("partner_fit.gate.off")))
    return tuple(found)


def open_questions(answers: Answers, policy: Policy) -> list[str]:
    """The fields that would settle the open gates, in the gates' order."""
    found = []
    for gate in gates(answers, policy):
        if gate.state == "open" and gate.id == "functions":
            found += [name for name in FUNCTIONS if name not in answers]
        elif gate.state == "open" and gate.id == "type":
            found += [name for name in ("required_types", "candidate_type") if name not in answers]
        elif gate.state == "open":
            found.append(gate.field)
    return found


# --- verdict and what would change it --------------------------------------------------------------


def verdict(answers: Answers, policy: Policy, criteria: tuple[Criterion, ...] | None = None) -> Verdict:
    """The verdict on these answers, with the policy's criteria or others (for another set of weights)."""
    bounds = scoring.score(criteria or policy.criteria, answers)
    return scoring.decide(gates(answers, policy), policy.scale, bounds)


def _options(answers: Answers, policy: Policy) -> dict[str, list[str]]:
    """What may be proposed as a change: criteria, and the conditions that do not hold yet.

    While the score is open, only what is not answered yet; a fact (who approached whom) is never proposed.
    """
    bounds = scoring.score(policy.criteria, answers)
    open_score = bounds is not None and not bounds.known
    found: dict[str, list[str]] = {}
    for name in (*_unmet_fields(answers, policy), *CRITERIA):
        field, now = FORM.field(name), answers.get(name)
        if isinstance(now, dict) or (now and open_score and name in CRITERIA) or field.kind == "choices":
            continue
        found[name] = [choice.id for choice in field.choices if choice.id not in (now, "not_needed")]
    return found


def _unmet_fields(answers: Answers, policy: Policy) -> list[str]:
    failed = {gate.id for gate in gates(answers, policy) if gate.state == "fail"}
    found = [name for name in (*FUNCTIONS, OPTIONAL_FUNCTION) if "functions" in failed and name in answers]
    found += ["led_process"] if "reactive" in failed else []
    found += ["drops_competing_line"] if "conflict" in failed else []
    return found + [name for name in open_questions(answers, policy) if name != "required_types"]


def _beside_criteria(answers: Answers) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name not in CRITERIA}


def _changes(answers: Answers, policy: Policy) -> tuple[scoring.Change, ...]:
    now, states, facts = verdict(answers, policy), gates(answers, policy), _beside_criteria(answers)

    def verdict_of(changed: Answers) -> str:
        same = _beside_criteria(changed) == facts  # no condition looks at a criterion
        bounds = scoring.score(policy.criteria, changed)
        return scoring.decide(states if same else gates(changed, policy), policy.scale, bounds).name

    singles = scoring.single_changes(answers, _options(answers, policy), verdict_of)
    score_of = partial(scoring.score, policy.criteria)
    singles = scored.with_scores(singles, score_of, answers)
    if now.name in (scoring.BLOCKED, scoring.UNDEFINED) or open_questions(answers, policy):
        return singles
    return singles + scoring.few_changes(policy.criteria, answers, policy.scale, {c.verdict for c in singles})


def _weight_sets(policy: Policy) -> list[tuple[Text, tuple[Criterion, ...]]]:
    sets = [(say("scored.robust.used", file=policy.weights.file), policy.criteria)]
    product = product_weights(WEIGHTS)
    if product.sha256 != policy.weights.sha256:
        sets.append((say("scored.robust.product"), read_policy(product).criteria))
    return [*sets, (say("scored.robust.equal"), scoring.equal_weights(policy.criteria))]


# --- the answer ------------------------------------------------------------------------------------


def calculate(inputs: FormInputs, weights: Weights | None, today: dt.date) -> Result:
    """Assess one candidate. Weights are this product's judgement unless a company gives its own."""
    policy = read_policy(weights)
    answers, evidence = inputs.answers(), inputs.evidence
    now = verdict(answers, policy)
    states = gates(answers, policy)
    bounds = scoring.score(policy.criteria, answers)
    changes = _changes(answers, policy)
    rows = [
        (name, scoring.score(criteria, answers), verdict(answers, policy, criteria).name)
        for name, criteria in _weight_sets(policy)
    ]
    sensitive = len({row[2] for row in rows}) > 1
    flips = [scored.answer_flip(FORM, change) for change in changes]
    if now.name not in (scoring.BLOCKED, scoring.OPEN):
        found = scoring.weight_changes(policy.criteria, answers, policy.scale)
        flips += [scored.weight_flip(FORM, policy.criteria, change) for change in found]
    name = inputs.subject
    return Result(
        tool="partner_fit",
        version=VERSION,
        verdict=now.name,
        bottom_line=_bottom_line(name, now, states, bounds, answers, policy, changes),
        settled=now.settled,
        subject=name,
        inputs=inputs.model_dump(exclude_none=True),
        score=bounds,
        coverage=scoring.coverage(policy.criteria, answers, evidence),
        figures=(*scored.weight_figures(policy.criteria, answers), *_readiness_figures(answers)),
        gates=states,
        reasons=_reasons(states, answers, policy),
        unknowns=_unknowns(answers, policy, changes),
        flips=tuple(flips),
        actions=_actions(now, states, answers, policy),
        warnings=_warnings(answers, evidence, policy, sensitive),
        tables=(
            scored.criteria_table(policy.criteria, answers, evidence, FORM),
            _readiness_table(answers),
            scored.robustness_table(rows),
        ),
        charts=(scored.interval_chart([(_named(name), bounds)]),) if bounds else (),
        weights=WeightsUsed(
            policy.weights.file,
            policy.weights.sha256,
            policies.basis_of(policy.criteria, bands="judgement"),
        ),
        weight_sensitive=sensitive,
    )


def _named(subject: str) -> Text:
    return Text(subject, subject) if subject else say("partner_fit.subject")


def _bottom_line(
    subject: str,
    now: Verdict,
    states: tuple[Gate, ...],
    bounds: Bounds | None,
    answers: Answers,
    policy: Policy,
    changes: tuple[scoring.Change, ...],
) -> Text:
    said = {"subject": _named(subject), "score": bounds}
    if now.name == scoring.BLOCKED and bounds:
        if not subject:
            said["subject"] = say("partner_fit.bottom.BLOCKED_subject")
        failed = _sentences([gate.reason for gate in states if gate.state == "fail"])
        key = "BLOCKED_unscored" if bounds == scoring.NOTHING_KNOWN else "BLOCKED"
        return say(f"partner_fit.bottom.{key}", **said, reasons=failed)
    if bounds is None:
        return say("partner_fit.bottom.UNDEFINED")
    if unsettled := [gate.label for gate in states if gate.state == "open"]:
        key = "OPEN_unscored" if bounds == scoring.NOTHING_KNOWN else "OPEN_gates"
        return say(f"partner_fit.bottom.{key}", **said, gates=join(unsettled))
    if now.name == scoring.OPEN:
        ends = {"low": scored.verdict_text(now.low), "high": scored.verdict_text(now.high)}
        return say("partner_fit.bottom.OPEN_bands", **said, **ends, decides=join(_decisive(answers, policy)))
    conditions = [gate.reason for gate in states if gate.state == "condition"]
    if now.name == "FIT" and conditions:
        return say("partner_fit.bottom.FIT_condition", **said, conditions=_sentences(conditions))
    return say(f"partner_fit.bottom.{now.name}", **said, weak=join(_weakest(answers, policy)))


def _sentences(texts: list[Text]) -> Text:
    return Text(" ".join(t.en for t in texts), " ".join(t.he for t in texts))


def _decisive(answers: Answers, policy: Policy) -> list[Text]:
    order = scoring.question_order([], policy.criteria, answers, policy.scale)
    return [FORM.field(name).label for name in order[:3]]


def _weakest(answers: Answers, policy: Policy) -> list[Text]:
    lost = [
        (most - got.high, name)
        for name, (got, most) in scoring.points(policy.criteria, answers).items()
        if got.known and got.high < most
    ]
    return [FORM.field(name).label for _, name in sorted(lost, key=lambda pair: -pair[0])[:3]]


def _reasons(states: tuple[Gate, ...], answers: Answers, policy: Policy) -> tuple[Any, ...]:
    weighty = [gate for gate in states if gate.state in ("fail", "condition")]
    first = [reason(gate.field or gate.id, gate.reason, gate.rules, gate.sources) for gate in weighty]
    k, n, waiting = _readiness_count(answers)
    told = say(f"partner_fit.ready.{'reason_open' if waiting else 'reason'}", k=k, n=n, open=waiting)
    last = reason("readiness", told, ("R-P1", "R-P2", "R-P3", "R-P8", "R-P13"))
    return (*first, *scored.reasons(policy.criteria, answers, FORM), last)


def _unknowns(answers: Answers, policy: Policy, changes: tuple[scoring.Change, ...]) -> tuple[Unknown, ...]:
    waiting = [scored.unknown(FORM, name, say("scored.effect_gate"), True) for name in open_questions(answers, policy)]
    alone = {change.answers[0][0] for change in changes if len(change.answers) == 1}
    return (*waiting, *scored.unknowns(policy.criteria, answers, FORM, alone))


# --- readiness, cautions, next steps ---------------------------------------------------------------


def _readiness_count(answers: Answers) -> tuple[int, int, int]:
    """How many points of readiness are in place, how many apply, and how many of those have no answer yet."""
    asked = [name for name in READINESS if not isinstance(answers.get(name), dict)]
    given = [answers.get(name) for name in asked]
    return given.count("yes"), len(asked), sum(one in (None, "unknown") for one in given)


def _readiness_figures(answers: Answers) -> tuple[Figure, ...]:
    k, n, _ = _readiness_count(answers)
    figures = [("readiness_yes", "label", Bounds.exact(k)), ("readiness_asked", "total", Bounds.exact(n))]
    found = [Figure(name, say(f"partner_fit.ready.{key}"), value, "count", show(value)) for name, key, value in figures]
    if (methods := answers.get("search_methods")) is not None:
        count = bounds_of(methods)
        found.append(Figure("search_methods", say("partner_fit.ready.methods"), count, "count", show(count)))
    return tuple(found)


def _readiness_table(answers: Answers) -> Table:
    rows = tuple((FORM.field(name).label, scored.level_text(answers.get(name))) for name in READINESS)
    columns = (say("partner_fit.ready.item"), say("scored.table.answer"))
    return Table("readiness", say("partner_fit.ready.title"), columns, rows)


def _claims(answers: Answers, evidence: Mapping[str, str]) -> list[str]:
    claimed = {name for name, grade in evidence.items() if grade == "candidate_claim"}
    size, prices = answers.get("knows_market_size") == "yes", answers.get("knows_prices") == "yes"
    found = {
        "size_claim": not size and "market_coverage" in claimed,
        "size_source": size and "knows_market_size" in claimed,
        "price_claim": not prices and answers.get("candidate_says_price_too_high") == "yes",
        "price_source": prices and "knows_prices" in claimed,
    }
    return [key for key, holds in found.items() if holds]


def _warnings(answers: Answers, evidence: Mapping[str, str], policy: Policy, sensitive: bool) -> tuple[Warning, ...]:
    found = [Warning("CLAIM_ONLY", say(f"partner_fit.warning.{key}")) for key in _claims(answers, evidence)]
    if sensitive:
        found.append(Warning("WEIGHT_SENSITIVE", say("scored.warning.weight_sensitive")))
    return (*found, scored.judgement(policy.weights, WEIGHTS))


def _actions(now: Verdict, states: tuple[Gate, ...], answers: Answers, policy: Policy) -> tuple[Text, ...]:
    found = [_failed_action(gate, answers, policy) for gate in states if gate.state == "fail"]
    if waiting := [gate.label for gate in states if gate.state == "open"]:
        found.append(say("partner_fit.action.check", labels=join(waiting)))
    if now.name == "CONDITIONAL":
        found.append(say("partner_fit.action.trial"))
    if now.name in ("FIT", "CONDITIONAL"):
        found += _gap_owners(answers)
    if any(gate.id == "conflict" and gate.state == "condition" for gate in states):
        found.append(say("partner_fit.action.conflict_condition"))
    if now.name == "WEAK":
        found.append(say("partner_fit.action.weak"))
    if answers.get("candidate_type") == "agent" and answers.get("market_in_eu") == "yes":
        found.append(say("partner_fit.action.eu_agent"))
    if gaps := [say(f"partner_fit.know.{name}") for name in KNOWLEDGE if answers.get(name) in ("no", "partly")]:
        found.append(say("partner_fit.action.learn", labels=join(gaps)))
    if answers.get("partner_motivation") in ("no", "partly"):
        found.append(say("partner_fit.action.motivate"))
    return tuple(found)


def _failed_action(gate: Gate, answers: Answers, policy: Policy) -> Text:
    needed = [scored.answer_text(FORM, "required_types", item) for item in answers.get("required_types") or ()]
    lacking = ("nobody",) if policy.scope == "channel" else ("nobody", "other_party", "exporter")
    missing = [_function(name) for name in (*FUNCTIONS, OPTIONAL_FUNCTION) if answers.get(name) in lacking]
    return say(f"partner_fit.action.{gate.id}_fail", needed=either(needed), missing=join(missing))


def _gap_owners(answers: Answers) -> list[Text]:
    covered = [n for n in (*FUNCTIONS, OPTIONAL_FUNCTION) if answers.get(n) in ("other_party", "exporter")]
    return [
        say(
            "partner_fit.action.gap_owner",
            function=_function(name),
            who=scored.answer_text(FORM, name, answers[name]),
        )
        for name in covered
    ]


def order(answers: Answers, weights: Weights | None) -> list[str]:
    """What to ask next: open conditions, then what decides most, then your own readiness."""
    policy, known = read_policy(weights), scored.clean(answers)
    first = ["reactive_override"] if known.get("led_process") == "no" else []
    main = scoring.question_order(first + open_questions(known, policy), policy.criteria, known, policy.scale)
    rest = [f.id for f in FORM.fields if f.section == "readiness" or f.id == OPTIONAL_FUNCTION]
    names = dict.fromkeys([*main, *rest])
    return [name for name in names if name not in known and FORM.field(name).relevant(known)]


TOOL = Tool("partner_fit", VERSION, Inputs, FORM, WEIGHTS, form_reader(Inputs), calculate, order)
