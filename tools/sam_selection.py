"""Strategic account selection (R-S1 to R-S18): gates, then the effect of losing the customer × mutuality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tools import policy as policies
from tools import scored, scoring
from tools.forms import load_form
from tools.inputs import FormInputs, inputs_model
from tools.policy import Criterion, Weights, product_weights
from tools.result import Figure, Flip, Gate, GateState, Result, Warning, WeightsUsed
from tools.rules import reason
from tools.scoring import BLOCKED, OPEN, UNDEFINED, Answers, Scale
from tools.tool import Tool, form_reader
from tools.values import Bounds, Text, bounds_of
from tools.wording import join, say, show

VERSION = "1"
WEIGHTS = "sam_v1"
FORM = load_form("sam_selection")
Inputs = inputs_model(FORM)

AXES = ("loss_impact", "mutuality")
IMPACT = tuple(field.id for field in FORM.fields if field.section == "loss_impact")
MUTUALITY = tuple(field.id for field in FORM.fields if field.section == "mutuality")
RED_FLAGS = tuple(field.id for field in FORM.fields if field.section == "red_flags")
VOLUME = "capacity_revenue"
QUADRANTS = {
    ("high", "high"): "STRATEGIC",
    ("high", "low"): "DEVELOP",
    ("low", "high"): "MAINTAIN",
    ("low", "low"): "STANDARD",
}


@dataclass(frozen=True)
class Policy:
    """A weights file of account selection, checked."""

    weights: Weights
    impact: tuple[Criterion, ...]
    mutuality: tuple[Criterion, ...]
    scales: tuple[Scale, Scale]
    gates: Mapping[str, bool]

    @property
    def axes(self) -> tuple[tuple[str, tuple[Criterion, ...], Scale], ...]:
        """Each axis: its name, criteria and scale."""
        return (("loss_impact", self.impact, self.scales[0]), ("mutuality", self.mutuality, self.scales[1]))


def read_policy(weights: Weights | None) -> Policy:
    """Check a weights file. Raises DataFileError naming what is wrong with it."""
    weights = weights or product_weights(WEIGHTS)
    policies.check_keys(weights.data, weights.file, ["name", "thresholds", *AXES, "gates"])
    where = f"{weights.file}: thresholds"
    limits = policies.check_keys(weights.data["thresholds"], where, AXES)
    high = [policies.number(limits[axis], f"{where}.{axis}") for axis in AXES]
    if not all(0 < limit <= 100 for limit in high):
        raise policies.DataFileError(f"{where}: thresholds lie above 0 and up to 100")
    return Policy(
        weights,
        policies.criteria(weights, "loss_impact", IMPACT),
        policies.criteria(weights, "mutuality", MUTUALITY),
        (Scale((("high", high[0]),), "low"), Scale((("high", high[1]),), "low")),
        policies.switches(weights, GATES),
    )


# --- gates -----------------------------------------------------------------------------------------


def _gate(name: str, state: GateState, field: str = "", key: str = "", **values: Any) -> Gate:
    text = say(f"sam_selection.gate.{name}_{key or state}", **values)
    return Gate(name, say(f"sam_selection.gate.{name}"), state, text, GATE_RULES[name], (), field)


def _profit(answers: Answers) -> Gate:
    result = answers.get("customer_result")
    if money := answers.get("customer_profit"):
        amount = bounds_of(money["amount"])
        result = "profit" if amount.low > 0 else "loss" if amount.high <= 0 else None
    if result is None:
        return _gate("profit", "open", "customer_result")
    if result == "profit":
        return _gate("profit", "pass")
    if why := answers.get("strategic_reason"):
        return _gate("profit", "condition", key="override", why=why)
    return _gate("profit", "fail")


def _not_only_size(answers: Answers) -> Gate:
    others = [answers.get(name) for name in IMPACT if name != VOLUME]
    if any(value in ("yes", "partly") for value in others):
        return _gate("not_only_size", "pass")
    open_ones = [name for name in IMPACT if name != VOLUME and name not in answers]
    if open_ones:
        return _gate("not_only_size", "open", open_ones[0])
    return _gate("not_only_size", "fail")


def _mutual(answers: Answers) -> Gate:
    states: dict[Any, GateState] = {"yes": "pass", "partly": "condition", "no": "fail"}
    state = states.get(answers.get("we_matter_to_them"), "open")
    return _gate("mutual", state, "we_matter_to_them" if state == "open" else "")


GATES = {"profit": _profit, "not_only_size": _not_only_size, "mutual": _mutual}
GATE_RULES = {"profit": ("R-S2", "R-S15"), "not_only_size": ("R-S2",), "mutual": ("R-S3",)}


def gates(answers: Answers, policy: Policy) -> tuple[Gate, ...]:
    """Profit, more than size, and mutual; a gate the company switched off says so."""
    return tuple(
        check(answers)
        if policy.gates[name]
        else Gate(name, say(f"sam_selection.gate.{name}"), "off", say("sam_selection.gate.off"))
        for name, check in GATES.items()
    )


# --- verdict ---------------------------------------------------------------------------------------


def quadrants(answers: Answers, policy: Policy) -> list[str]:
    """The quadrants still possible; empty when an axis has no applicable criterion."""
    ends = []
    for _, criteria, scale in policy.axes:
        bounds = scoring.score(criteria, answers)
        if bounds is None:
            return []
        ends.append({scale.band(bounds.low), scale.band(bounds.high)})
    return [name for (impact, mutual), name in QUADRANTS.items() if impact in ends[0] and mutual in ends[1]]


def verdict(answers: Answers, policy: Policy) -> str:
    """A quadrant, BLOCKED (not strategic whatever the score), OPEN or UNDEFINED."""
    ways = quadrants(answers, policy)
    states = {gate.state for gate in gates(answers, policy)}
    if "fail" in states:
        return BLOCKED
    if not ways:
        return UNDEFINED
    return ways[0] if len(ways) == 1 and "open" not in states else OPEN


def calculate(inputs: FormInputs, weights: Weights | None, today: dt.date) -> Result:
    """Place one customer; only profit and mutual importance make it strategic."""
    policy = read_policy(weights)
    answers = inputs.answers()
    now = verdict(answers, policy)
    scores = {name: scoring.score(criteria, answers) for name, criteria, _ in policy.axes}
    states = gates(answers, policy)
    changes = _changes(answers, policy)
    sets = _weight_sets(policy)
    sensitive = len({verdict(answers, variant) for _, variant in sets}) > 1
    known_scores = [(name, bounds) for name, bounds in scores.items() if bounds]
    return Result(
        tool="sam_selection",
        version=VERSION,
        verdict=now,
        bottom_line=_bottom_line(inputs.subject, now, states, answers, policy, scores),
        settled=now != OPEN,
        subject=inputs.subject,
        inputs=inputs.model_dump(exclude_none=True),
        score=scores["loss_impact"],
        coverage=scoring.coverage(policy.impact + policy.mutuality, answers, inputs.evidence),
        figures=tuple(
            Figure(name, say(f"sam_selection.figure.{name}"), bounds, "score", show(bounds, "score"))
            for name, bounds in known_scores
        ),
        gates=states,
        reasons=_reasons(states, answers, policy),
        unknowns=_unknowns(states, answers, policy, {change.answers[0][0] for change in changes}),
        flips=tuple(_flip(change, answers, policy) for change in changes),
        actions=_actions(now, states, answers),
        warnings=_warnings(now, answers, policy, sensitive),
        tables=(
            scored.criteria_table(policy.impact, answers, inputs.evidence, FORM, "loss_impact"),
            scored.criteria_table(policy.mutuality, answers, inputs.evidence, FORM, "mutuality"),
            scored.robustness_table(
                [(name, scoring.score(v.impact, answers), verdict(answers, v)) for name, v in sets]
            ),
        ),
        charts=_charts(known_scores),
        weights=WeightsUsed(
            policy.weights.file,
            policy.weights.sha256,
            policies.basis_of(policy.impact, policy.mutuality, thresholds="judgement"),
        ),
        weight_sensitive=sensitive,
        facts={
            "quadrants": "|".join(quadrants(answers, policy)),
            "strategic_definition": answers.get("strategic_definition", "profit_and_mutuality"),
        },
    )


def _charts(rows: list[tuple[str, Bounds]]) -> tuple[Any, ...]:
    named = [(say(f"sam_selection.figure.{name}"), bounds) for name, bounds in rows]
    return (scored.interval_chart(named),) if named else ()


def _weight_sets(policy: Policy) -> list[tuple[Text, Policy]]:
    sets = [(say("scored.robust.used", file=policy.weights.file), policy)]
    if policy.weights.sha256 != product_weights(WEIGHTS).sha256:
        sets.append((say("scored.robust.product"), read_policy(None)))
    equal = replace(
        policy,
        impact=scoring.equal_weights(policy.impact),
        mutuality=scoring.equal_weights(policy.mutuality),
    )
    return [*sets, (say("scored.robust.equal"), equal)]


def _changes(answers: Answers, policy: Policy) -> tuple[scoring.Change, ...]:
    names = ["customer_result", "we_matter_to_them", *IMPACT, *MUTUALITY]
    if "customer_profit" in answers:
        names.remove("customer_result")
    if verdict(answers, policy) == OPEN:
        names = [name for name in names if name not in answers]
    options = {
        name: [choice.id for choice in FORM.field(name).choices if choice.id != answers.get(name)]
        for name in names
        if not isinstance(answers.get(name), dict)
    }
    return scoring.single_changes(answers, options, lambda a: verdict(a, policy))


def _flip(change: scoring.Change, answers: Answers, policy: Policy) -> Flip:
    name = change.answers[0][0]
    axis = next((criteria for _, criteria, _ in policy.axes if name in {c.id for c in criteria}), None)
    if axis is None:
        return scored.answer_flip(FORM, change)
    scores = partial(scoring.score, axis)
    return scored.answer_flip(FORM, scored.with_scores([change], scores, answers)[0])


def _bottom_line(
    subject: str,
    now: str,
    states: tuple[Gate, ...],
    answers: Answers,
    policy: Policy,
    scores: Mapping[str, Bounds | None],
) -> Text:
    named = Text(subject, subject) if subject else None
    said: dict[str, Any] = {
        "subject": named or say("sam_selection.subject"),
        "subject_low": named or say("sam_selection.subject_low"),
        "impact": scores["loss_impact"],
        "mutuality": scores["mutuality"],
    }
    if now == BLOCKED:
        reasons = [gate.reason for gate in states if gate.state == "fail"]
        return say("sam_selection.bottom.BLOCKED", **said, reasons=join(reasons))
    unsettled = [gate.label for gate in states if gate.state == "open"]
    if now == OPEN and unsettled:
        return say("sam_selection.bottom.OPEN_gates", **said, gates=join(unsettled))
    if now == OPEN:
        ways = [scored.verdict_text(way) for way in quadrants(answers, policy)]
        decides = [FORM.field(name).label for name in order(answers, policy.weights)[:3]]
        return say("sam_selection.bottom.OPEN", ways=join(ways), decides=join(decides))
    return say(f"sam_selection.bottom.{now}", **said)


def _reasons(states: tuple[Gate, ...], answers: Answers, policy: Policy) -> tuple[Any, ...]:
    weighty = [gate for gate in states if gate.state in ("fail", "condition")]
    first = [reason(gate.field or gate.id, gate.reason, gate.rules) for gate in weighty]
    for name in RED_FLAGS:
        if answers.get(name) == "yes":
            text = say("sam_selection.warning.red_flag", label=FORM.field(name).label)
            first.append(reason(name, text, ("R-S13",)))
    axes = [scored.reasons(criteria, answers, FORM) for _, criteria, _ in policy.axes]
    return (*first, *axes[0], *axes[1])


def _unknowns(states: tuple[Gate, ...], answers: Answers, policy: Policy, alone: set[str]) -> tuple[Any, ...]:
    waiting = [gate.field for gate in states if gate.state == "open"]
    found = [scored.unknown(FORM, name, say("scored.effect_gate"), True) for name in dict.fromkeys(waiting)]
    for _, criteria, _ in policy.axes:
        found += [u for u in scored.unknowns(criteria, answers, FORM, alone) if u.field not in waiting]
    return tuple(found)


def _warnings(now: str, answers: Answers, policy: Policy, sensitive: bool) -> tuple[Warning, ...]:
    found = [Warning("SEED_CONFLICT", say("sam_selection.warning.conflict"))]
    for name in RED_FLAGS:
        if answers.get(name) == "yes":
            text = say("sam_selection.warning.red_flag", label=FORM.field(name).label)
            found.append(Warning("RED_FLAG", text))
    if now == "STANDARD":
        found.append(Warning("SEED_CONFLICT", say("sam_selection.warning.standard")))
    if sensitive:
        found.append(Warning("WEIGHT_SENSITIVE", say("scored.warning.weight_sensitive")))
    return (*found, scored.judgement(policy.weights, WEIGHTS))


def _actions(now: str, states: tuple[Gate, ...], answers: Answers) -> tuple[Text, ...]:
    found = []
    profit = next(gate.state for gate in states if gate.id == "profit")
    if profit == "open":
        found.append(say("sam_selection.action.profit"))
    if profit == "fail":
        found.append(say("sam_selection.action.loss"))
    if now in QUADRANTS.values():
        weak = [FORM.field(name).label for name in MUTUALITY if answers.get(name) in ("no", "partly")]
        found.append(say(f"sam_selection.action.{now}", labels=join(weak)))
    if answers.get("strategic_definition") == "volume_and_gross_profit":
        found.append(say("sam_selection.action.kam"))
    return tuple(found)


def order(answers: Answers, weights: Weights | None) -> list[str]:
    """What to ask next: open gates, answers that alone settle the quadrant, then by weight; red flags last."""
    policy, known = read_policy(weights), scored.clean(answers)
    waiting = [gate.field for gate in gates(known, policy) if gate.state == "open"]
    settling = {change.answers[0][0] for change in _changes(known, policy)}
    unknown = [item for item in policy.impact + policy.mutuality if item.id not in known]
    ranked = sorted(unknown, key=lambda item: (item.id not in settling, -item.weight, item.id))
    late = [*RED_FLAGS, "strategic_definition"]
    first = ["strategic_reason"] if known.get("customer_result") == "loss" else []
    conditions = [name for name in waiting if FORM.field(name).gate]
    names = dict.fromkeys([*first, *conditions, *(item.id for item in ranked), *late])
    return [name for name in names if name not in known]


TOOL = Tool("sam_selection", VERSION, Inputs, FORM, WEIGHTS, form_reader(Inputs), calculate, order)
