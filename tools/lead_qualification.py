"""Lead qualification (R-L1 to R-L12, R-A3): fit × readiness, and exactly one owner for every lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any

from tools import policy as policies
from tools import scored, scoring
from tools.forms import load_form
from tools.inputs import FormInputs, inputs_model
from tools.policy import Criterion, Weights, product_weights
from tools.result import Figure, Flip, Gate, GateState, Result, Table, Warning, WeightsUsed
from tools.rules import reason
from tools.scoring import OPEN, UNDEFINED, Answers, Scale
from tools.tool import Tool, form_reader
from tools.values import Bounds, Text
from tools.wording import join, say, show

VERSION = "1"
WEIGHTS = "lead_v1"
FORM = load_form("lead_qualification")
Inputs = inputs_model(FORM)

FIT = ("need_matches", "vertical", "role", "size")
READINESS = (
    "open_to_sales_contact",
    "mental_readiness",
    "stage",
    "budget",
    "expressed_interest",
    "timeframe",
)
EXCLUSIONS = {"territory": "in_territory", "other_party": "who_is_it"}
MUST = {"open": "open_to_sales_contact", "mental": "mental_readiness"}
# Who owns a lead after each route. Every route has an owner (R-L9).
OWNER = {
    "SALES_READY": "sales",
    "OPPORTUNITY": "sales",
    "NURTURE": "marketing",
    "RECHECK": "marketing",
    "NO_FIT": "marketing",
    "OUT": "marketing",
    OPEN: "marketing",
    UNDEFINED: "marketing",
}


@dataclass(frozen=True)
class Policy:
    """A weights file of lead qualification, checked."""

    weights: Weights
    fit: tuple[Criterion, ...]
    readiness: tuple[Criterion, ...]
    fit_scale: Scale
    readiness_scale: Scale
    exclusions: Mapping[str, bool]
    no_fit: str

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Both axes' criteria."""
        return self.fit + self.readiness


def read_policy(weights: Weights | None) -> Policy:
    """Check a weights file. Raises DataFileError naming what is wrong with it."""
    weights = weights or product_weights(WEIGHTS)
    keys = ["name", "fit_grades", "readiness_grades", "fit", "readiness", "gates", "no_fit"]
    data = policies.check_keys(weights.data, weights.file, keys)
    if data["no_fit"] not in ("drop", "newsletter"):
        raise policies.DataFileError(f"{weights.file}: no_fit is drop or newsletter, found {data['no_fit']!r}")
    return Policy(
        weights,
        policies.criteria(weights, "fit", FIT),
        policies.criteria(weights, "readiness", READINESS),
        Scale(policies.bands(weights, ["A", "B", "C"], "fit_grades"), "D"),
        Scale(policies.bands(weights, ["1", "2", "3"], "readiness_grades"), "4"),
        policies.switches(weights, EXCLUSIONS),
        data["no_fit"],
    )


# --- routing ---------------------------------------------------------------------------------------


def route(answers: Answers, policy: Policy) -> str:
    """Where the lead goes, or OPEN while the answers still allow more than one way."""
    ways = routes(answers, policy)
    return ways.pop() if len(ways) == 1 else OPEN


def routes(answers: Answers, policy: Policy) -> set[str]:
    """Every way the lead can still go. An unknown exclusion or hand-over gate keeps it open (R-L1, R-L4)."""
    excluded = _exclusions(answers, policy)
    if False in excluded:
        return {"OUT"}
    if answers.get("sales_returns_because"):
        return {"NURTURE"}
    ways = set() if None not in excluded else {"OUT"}
    unknown = [name for name in (*MUST.values(), "budget") if name not in answers]
    for levels in product(scoring.LEVELS, repeat=len(unknown)):
        ways |= _ways({**answers, **dict(zip(unknown, levels, strict=True))}, policy)
    return ways


def _exclusions(answers: Answers, policy: Policy) -> list[bool | None]:
    wanted = {"territory": "yes", "other_party": "customer"}
    return [
        None if answers.get(field) is None else answers[field] == wanted[name]
        for name, field in EXCLUSIONS.items()
        if policy.exclusions[name]
    ]


def _ways(answers: Answers, policy: Policy) -> set[str]:
    fit, readiness = scoring.score(policy.fit, answers), scoring.score(policy.readiness, answers)
    if fit is None or readiness is None:
        return {UNDEFINED}
    needed = answers.get("budget_policy")
    policies_possible = (needed,) if needed else ("preferred", "required")
    return {
        _way(grade, ripeness, {**answers, "budget_policy": needs})
        for grade in _bands(policy.fit_scale, fit)
        for ripeness in _bands(policy.readiness_scale, readiness)
        for needs in policies_possible
    }


def _bands(scale: Scale, bounds: Bounds) -> list[str]:
    names = [*(name for name, _ in scale.steps), scale.floor]
    return names[names.index(scale.band(bounds.high)) : names.index(scale.band(bounds.low)) + 1]


def _way(grade: str, ripeness: str, answers: Answers) -> str:
    if grade == "D":
        return "NO_FIT"
    may_pass = all(answers[name] != "no" for name in MUST.values())
    if answers["budget_policy"] == "required":
        may_pass = may_pass and answers["budget"] == "yes"
    if not may_pass or ripeness not in ("1", "2"):
        return "NURTURE"
    if grade == "C":
        return "RECHECK"
    confirmed = answers.get("sales_confirms_openness") == answers.get("sales_confirms_budget") == "yes"
    return "OPPORTUNITY" if confirmed else "SALES_READY"


def owners(results: Iterable[Result]) -> dict[str, int]:
    """How many leads each side holds; `orphans` have no owner, and there must be none (R-L9)."""
    results = list(results)
    counts = {
        "total": len(results),
        "sales": sum(result.facts.get("owner") == "sales" for result in results),
        "nurture": sum(result.verdict == "NURTURE" for result in results),
    }
    owned = sum(result.facts.get("owner") in ("sales", "marketing") for result in results)
    counts["other"] = owned - counts["sales"] - counts["nurture"]
    return {**counts, "orphans": len(results) - owned}


# --- gates -----------------------------------------------------------------------------------------


def gates(answers: Answers, policy: Policy) -> tuple[Gate, ...]:
    """Exclusions, then the two conditions of a hand-over; failing one of those routes to nurturing."""
    found = []
    for (name, field), passed in zip(
        [item for item in EXCLUSIONS.items() if policy.exclusions[item[0]]],
        _exclusions(answers, policy),
        strict=True,
    ):
        state: GateState = "open" if passed is None else "pass" if passed else "fail"
        found.append(_gate(name, state, field, answers))
    for name, field in MUST.items():
        states: dict[Any, GateState] = {"yes": "pass", "partly": "condition", "no": "fail"}
        found.append(_gate(name, states.get(answers.get(field), "open"), field, answers))
    return tuple(found)


def _gate(name: str, state: GateState, field: str, answers: Answers) -> Gate:
    who = scored.answer_text(FORM, "who_is_it", answers["who_is_it"]) if "who_is_it" in answers else ""
    text = say(f"lead_qualification.gate.{name}_{state}", who=who)
    label = say(f"lead_qualification.gate.{name}")
    return Gate(name, label, state, text, FORM.field(field).rules, (), field)


# --- the answer ------------------------------------------------------------------------------------


def calculate(inputs: FormInputs, weights: Weights | None, today: dt.date) -> Result:
    """Grade one lead and give it to its owner."""
    policy = read_policy(weights)
    answers = inputs.answers()
    way = route(answers, policy)
    fit, readiness = scoring.score(policy.fit, answers), scoring.score(policy.readiness, answers)
    sets = _weight_sets(policy)
    ways = {route(answers, variant) for _, variant in sets}
    states = gates(answers, policy)
    changes = _changes(answers, policy)
    alone = {change.answers[0][0] for change in changes}
    grade = _grade(policy, fit, readiness)
    return Result(
        tool="lead_qualification",
        version=VERSION,
        verdict=way,
        bottom_line=_bottom_line(inputs.subject, way, grade, states, answers, policy, fit, readiness),
        settled=way != OPEN,
        subject=inputs.subject,
        inputs=inputs.model_dump(exclude_none=True),
        score=fit,
        coverage=scoring.coverage(policy.criteria, answers, inputs.evidence),
        figures=_figures(fit, readiness),
        gates=states,
        reasons=_reasons(states, answers, policy),
        unknowns=_unknowns(states, answers, policy, alone),
        flips=tuple(_flip(change, answers, policy) for change in changes),
        actions=_actions(way, answers, policy),
        warnings=_warnings(answers, policy, len(ways) > 1),
        tables=(
            _route_table(way, grade),
            scored.criteria_table(policy.fit, answers, inputs.evidence, FORM, "fit"),
            scored.criteria_table(policy.readiness, answers, inputs.evidence, FORM, "readiness"),
            scored.robustness_table([(name, scoring.score(v.fit, answers), route(answers, v)) for name, v in sets]),
        ),
        charts=_charts(fit, readiness),
        weights=WeightsUsed(
            policy.weights.file,
            policy.weights.sha256,
            policies.basis_of(policy.criteria, fit_grades="judgement", readiness_grades="judgement"),
        ),
        weight_sensitive=len(ways) > 1,
        facts={
            "grade": grade,
            "owner": OWNER[way],
            "routes": "|".join(sorted(routes(answers, policy))),
            "opportunity": "yes" if way == "OPPORTUNITY" else "no",
            "provisional": "no" if answers.get("definition_agreed_in_writing") == "yes" else "yes",
        },
    )


def _grade(policy: Policy, fit: Bounds | None, readiness: Bounds | None) -> str:
    parts = []
    for scale, bounds in ((policy.fit_scale, fit), (policy.readiness_scale, readiness)):
        bands = _bands(scale, bounds) if bounds else ["?"]
        parts.append(bands[0] if len(bands) == 1 else f"{bands[0]}-{bands[-1]}")
    return "".join(parts) if "-" not in "".join(parts) else " / ".join(parts)


def _weight_sets(policy: Policy) -> list[tuple[Text, Policy]]:
    sets = [(say("scored.robust.used", file=policy.weights.file), policy)]
    if policy.weights.sha256 != product_weights(WEIGHTS).sha256:
        sets.append((say("scored.robust.product"), read_policy(None)))
    equal = replace(policy, fit=scoring.equal_weights(policy.fit), readiness=scoring.equal_weights(policy.readiness))
    return [*sets, (say("scored.robust.equal"), equal)]


def _changes(answers: Answers, policy: Policy) -> tuple[scoring.Change, ...]:
    names = [*EXCLUSIONS.values(), *FIT, *READINESS, "budget_policy"]
    if route(answers, policy) == OPEN:
        names = [name for name in names if name not in answers]
    options = {
        name: [choice.id for choice in FORM.field(name).choices if choice.id != answers.get(name)]
        for name in names
        if not isinstance(answers.get(name), dict) and not (name in EXCLUSIONS.values() and name in answers)
    }
    return scoring.single_changes(answers, options, lambda a: route(a, policy))


def _flip(change: scoring.Change, answers: Answers, policy: Policy) -> Flip:
    axis = policy.fit if change.answers[0][0] in FIT else policy.readiness
    scores = partial(scoring.score, axis)
    return scored.answer_flip(FORM, scored.with_scores([change], scores, answers)[0])


def _bottom_line(
    subject: str,
    way: str,
    grade: str,
    states: tuple[Gate, ...],
    answers: Answers,
    policy: Policy,
    fit: Bounds | None,
    readiness: Bounds | None,
) -> Text:
    if way == UNDEFINED:
        return say("lead_qualification.bottom.UNDEFINED")
    unnamed = "lead_qualification.bottom.OPEN_subject" if way == OPEN else "lead_qualification.subject"
    why = _why(way, states, answers, policy, {"fit": fit, "readiness": readiness})
    line = say(
        f"lead_qualification.bottom.{way}",
        subject=Text(subject, subject) if subject else say(unnamed),
        grade=grade,
        why=why,
        decides=join([FORM.field(name).label for name in order(answers, policy.weights)[:3]]),
    )
    if way in ("OUT", OPEN) or answers.get("definition_agreed_in_writing") == "yes":
        return line
    return say("lead_qualification.bottom.provisional", line=line)


def _why(
    way: str, states: tuple[Gate, ...], answers: Answers, policy: Policy, scores: Mapping[str, Bounds | None]
) -> Text:
    failed = [gate for gate in states if gate.state == "fail"]
    if way == "OUT":
        return failed[0].reason
    if way == "NO_FIT":
        parts = [say("lead_qualification.why.fit", **scores), say(f"lead_qualification.why.{policy.no_fit}")]
        return Text(" ".join(p.en for p in parts), " ".join(p.he for p in parts))
    if returned := answers.get("sales_returns_because"):
        return say("lead_qualification.why.returned", reason=returned)
    if failed:
        return say(f"lead_qualification.why.gate_{failed[0].id}")
    if answers.get("budget_policy") == "required" and answers.get("budget") != "yes":
        return say("lead_qualification.why.budget")
    return say("lead_qualification.why.readiness", **scores)


def _figures(fit: Bounds | None, readiness: Bounds | None) -> tuple[Figure, ...]:
    return tuple(
        Figure(name, say(f"lead_qualification.figure.{name}"), bounds, "score", show(bounds, "score"))
        for name, bounds in (("fit", fit), ("readiness", readiness))
        if bounds
    )


def _charts(fit: Bounds | None, readiness: Bounds | None) -> tuple[Any, ...]:
    if fit is None or readiness is None:
        return ()
    rows = [("fit", fit), ("readiness", readiness)]
    return (scored.interval_chart([(say(f"lead_qualification.figure.{name}"), b) for name, b in rows]),)


def _route_table(way: str, grade: str) -> Table:
    rows = (
        (say("lead_qualification.route.outcome"), scored.verdict_text(way)),
        (say("lead_qualification.route.grade"), Text(grade, grade)),
        (say("lead_qualification.route.owner"), say(f"lead_qualification.route.{OWNER[way]}")),
    )
    columns = (say("lead_qualification.route.what"), say("lead_qualification.route.outcome"))
    return Table("route", say("lead_qualification.route.title"), columns, rows)


def _reasons(states: tuple[Gate, ...], answers: Answers, policy: Policy) -> tuple[Any, ...]:
    weighty = [gate for gate in states if gate.state in ("fail", "condition")]
    first = [reason(gate.field, gate.reason, gate.rules, gate.sources) for gate in weighty]
    if why := answers.get("sales_returns_because"):
        text = say("lead_qualification.why.returned", reason=why)
        first.append(reason("sales_returns_because", text, ("R-L10",)))
    both = scored.reasons(policy.fit, answers, FORM) + scored.reasons(policy.readiness, answers, FORM)
    return (*first, *both)


def _unknowns(states: tuple[Gate, ...], answers: Answers, policy: Policy, alone: set[str]) -> tuple[Any, ...]:
    waiting = [gate.field for gate in states if gate.state == "open"]
    found = [scored.unknown(FORM, name, say("scored.effect_gate"), True) for name in waiting]
    for axis in (policy.fit, policy.readiness):
        found += [u for u in scored.unknowns(axis, answers, FORM, alone) if u.field not in waiting]
    return tuple(found)


def _warnings(answers: Answers, policy: Policy, sensitive: bool) -> tuple[Warning, ...]:
    found = []
    if answers.get("definition_agreed_in_writing") != "yes":
        found.append(Warning("PROVISIONAL", say("lead_qualification.warning.provisional")))
    if answers.get("budget") != "yes":
        chosen = answers.get("budget_policy")
        name = scored.answer_text(FORM, "budget_policy", chosen) if chosen else None
        used = name or say("lead_qualification.warning.no_policy")
        found.append(Warning("SEED_CONFLICT", say("lead_qualification.warning.conflict", policy=used)))
    if sensitive:
        found.append(Warning("WEIGHT_SENSITIVE", say("scored.warning.weight_sensitive")))
    return (*found, scored.judgement(policy.weights, WEIGHTS))


def _actions(way: str, answers: Answers, policy: Policy) -> tuple[Text, ...]:
    steps = {"SALES_READY": ["hand_over", "confirm"], "NURTURE": ["nurture"]}.get(way, [])
    found = [say(f"lead_qualification.action.{step}") for step in steps]
    if way == "RECHECK":
        weak = [FORM.field(name).label for name in FIT if answers.get(name) in ("no", "partly")]
        found.append(say("lead_qualification.action.recheck", labels=join(weak)))
    if way == OPEN:
        labels = [FORM.field(name).label for name in order(answers, policy.weights)[:3]]
        found.append(say("lead_qualification.action.ask", labels=join(labels)))
    if way == "NO_FIT":
        found.append(say(f"lead_qualification.why.{policy.no_fit}"))
    if answers.get("definition_agreed_in_writing") != "yes":
        found.append(say("lead_qualification.action.define"))
    return tuple(found)


def order(answers: Answers, weights: Weights | None) -> list[str]:
    """What to ask next: exclusions and hand-over conditions, then what settles the route, then by weight."""
    policy, known = read_policy(weights), scored.clean(answers)
    waiting = [gate.field for gate in gates(known, policy) if gate.state == "open"]
    settling = {change.answers[0][0] for change in _changes(known, policy)}
    unknown = [item for item in policy.criteria if item.id not in known and item.id not in waiting]
    ranked = sorted(unknown, key=lambda item: (item.id not in settling, -item.weight, item.id))
    policy_first = ["budget_policy"] if "budget_policy" in settling else []
    names = [*waiting, *policy_first, *(item.id for item in ranked), *(f.id for f in FORM.fields)]
    later = ("sales_confirms_openness", "sales_confirms_budget", "sales_returns_because")
    if route(known, policy) not in ("SALES_READY", "OPPORTUNITY"):
        names = [name for name in names if name not in later]
    return [name for name in dict.fromkeys(names) if name not in known]


TOOL = Tool("lead_qualification", VERSION, Inputs, FORM, WEIGHTS, form_reader(Inputs), calculate, order)
