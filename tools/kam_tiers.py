"""KAM tiers (R-K1 to R-K7): overlapping tags in three-valued logic, and the programme's capacity in hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tools import policy as policies
from tools import scored, scoring
from tools.forms import load_form
from tools.inputs import FormInputs, inputs_model
from tools.policy import Weights, product_weights
from tools.result import Figure, Gate, GateState, Result, Table, Unknown, Warning, WeightsUsed
from tools.rules import reason
from tools.scoring import OPEN, Answers
from tools.tool import Tool, form_order, form_reader
from tools.values import Bounds, Text, bounds_of
from tools.wording import join, say, show

VERSION = "1"
WEIGHTS = "kam_v1"
FORM = load_form("kam_tiers")
Inputs = inputs_model(FORM)
CAPACITY_FORM = load_form("kam_capacity")
CapacityInputs = inputs_model(CAPACITY_FORM)

TAGS = ("protection", "strategic", "growth")
SIGNS = {tag: tuple(field.id for field in FORM.fields if field.section == tag) for tag in TAGS}
RANKS = {"volume_high": "volume_rank", "gross_profit_high": "gross_profit_rank"}


@dataclass(frozen=True)
class Policy:
    """Which tag comes first where several hold, and from which share of the customers on "high" is true."""

    weights: Weights
    precedence: tuple[str, ...]
    top_share: Fraction


def read_policy(weights: Weights | None) -> Policy:
    """Check a weights file. Raises DataFileError naming what is wrong with it."""
    weights = weights or product_weights(WEIGHTS)
    data = policies.check_keys(weights.data, weights.file, ["name", "precedence", "top_share"])
    if not isinstance(data["precedence"], list) or sorted(data["precedence"]) != sorted(TAGS):
        raise policies.DataFileError(f"{weights.file}: precedence orders {', '.join(TAGS)}")
    share = policies.number(data["top_share"], f"{weights.file}: top_share")
    if not 0 < share <= 1:
        raise policies.DataFileError(f"{weights.file}: top_share lies above 0 and up to 1")
    return Policy(weights, tuple(data["precedence"]), share)


def all_of(values: Iterable[bool | None]) -> bool | None:
    """AND in three-valued logic: false if any is, else unknown if any is."""
    values = list(values)
    return False if False in values else None if None in values else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    """OR in three-valued logic: true if any is, else unknown if any is."""
    values = list(values)
    return True if True in values else None if None in values else False


def sign(answers: Answers, name: str, policy: Policy) -> bool | None:
    """Whether one sign holds; "high" follows from the customer's rank where that is given."""
    rank, total = answers.get(RANKS.get(name, "")), answers.get("customers_total")
    if rank is not None and total is not None:
        place, limit = bounds_of(rank), bounds_of(total)
        if place.high <= limit.low * policy.top_share:
            return True
        return False if place.low > limit.high * policy.top_share else None
    value = answers.get(name)
    return None if value is None or isinstance(value, dict) else value == "yes"


def tags(answers: Answers, policy: Policy) -> dict[str, bool | None]:
    """Each tag: true, false or unknown. Strategic needs all its signs, the others one (R-K2)."""
    found = {}
    for tag, names in SIGNS.items():
        values = [sign(answers, name, policy) for name in names]
        found[tag] = all_of(values) if tag == "strategic" else any_of(values)
    return found


def verdict(answers: Answers, policy: Policy) -> str:
    """The primary tag among those that surely hold, OUTSIDE, NOT_SUITABLE (R-K4), or OPEN."""
    if answers.get("occasional_only") == "yes":
        return "NOT_SUITABLE"
    held = tags(answers, policy)
    sure = [tag for tag in policy.precedence if held[tag]]
    if sure:
        return sure[0].upper()
    return OPEN if None in held.values() else "OUTSIDE"


def settled(answers: Answers, policy: Policy) -> bool:
    """Whether no open answer can still put another tag first or end the programme."""
    now = verdict(answers, policy)
    if now in (OPEN, "NOT_SUITABLE"):
        return now != OPEN
    held = tags(answers, policy)
    before = policy.precedence[: policy.precedence.index(now.lower())] if now != "OUTSIDE" else ()
    return "occasional_only" in answers and all(held[tag] is not None for tag in before)


def calculate(inputs: FormInputs, weights: Weights | None, today: dt.date) -> Result:
    """Tag one customer; all tags are shown, one comes first."""
    policy = read_policy(weights)
    answers = inputs.answers()
    now = verdict(answers, policy)
    held = tags(answers, policy)
    options = {
        name: [choice.id for choice in FORM.field(name).choices if choice.id != answers.get(name)]
        for name in _undecided(answers, policy)
    }
    changes = scoring.single_changes(answers, options, lambda a: verdict(a, policy))
    return Result(
        tool="kam_tiers",
        version=VERSION,
        verdict=now,
        bottom_line=_bottom_line(inputs.subject, now, held, answers, policy),
        settled=settled(answers, policy),
        subject=inputs.subject,
        inputs=inputs.model_dump(exclude_none=True),
        gates=(_gate(answers),),
        reasons=_reasons(answers, policy),
        unknowns=_unknowns(answers, policy, {change.answers[0][0] for change in changes}),
        flips=tuple(scored.answer_flip(FORM, change) for change in changes),
        actions=_actions(now, answers, policy),
        warnings=_warnings(policy),
        tables=(_table(held, answers, policy),),
        weights=WeightsUsed(
            policy.weights.file,
            policy.weights.sha256,
            (("precedence", "judgement"), ("top_share", "judgement")),
        ),
        facts={tag: {True: "yes", False: "no", None: "possible"}[value] for tag, value in held.items()}
        | {"primary": now.lower()},
    )


def _undecided(answers: Answers, policy: Policy) -> list[str]:
    """Unanswered signs of the tags still possible."""
    held = tags(answers, policy)
    return [
        name
        for tag in policy.precedence
        if held[tag] is None
        for name in SIGNS[tag]
        if sign(answers, name, policy) is None and not isinstance(answers.get(name), dict)
    ]


def _gate(answers: Answers) -> Gate:
    states: dict[Any, GateState] = {"yes": "fail", "no": "pass"}
    state = states.get(answers.get("occasional_only"), "open")
    text = say(f"kam.gate.programme_{state}")
    return Gate("programme", say("kam.gate.programme"), state, text, ("R-K4",), (), "occasional_only")


def _signs_held(tag: str, answers: Answers, policy: Policy) -> list[Text]:
    return [FORM.field(name).label for name in SIGNS[tag] if sign(answers, name, policy)]


def _bottom_line(subject: str, now: str, held: Mapping[str, bool | None], answers: Answers, policy: Policy) -> Text:
    named = Text(subject, subject) if subject else None
    words: dict[str, Any] = {
        "subject": named or say("kam.subject"),
        "subject_low": named or say("kam.subject_low"),
        "ask": join([FORM.field(name).label for name in _undecided(answers, policy)[:3]]),
        "possible": join([say(f"kam.tag.{tag}") for tag in TAGS if held[tag] is None]),
    }
    if now in (OPEN, "OUTSIDE", "NOT_SUITABLE"):
        return say(f"kam.bottom.{now}", **words)
    also = [say(f"kam.tag.{tag}") for tag in TAGS if held[tag] and tag != now.lower()]
    maybe = [say(f"kam.tag.{tag}") for tag in TAGS if held[tag] is None]
    parts = [say("kam.also", tags=join(also))] if also else []
    parts += [say("kam.possibly", tags=join(maybe), ask=words["ask"])] if maybe else []
    tail = Text("".join(p.en for p in parts), "".join(p.he for p in parts))
    why = join(_signs_held(now.lower(), answers, policy))
    return say(f"kam.bottom.{now}", **words, why=why, also=tail)


def _reasons(answers: Answers, policy: Policy) -> tuple[Any, ...]:
    if answers.get("occasional_only") == "yes":
        return (reason("occasional_only", say("kam.gate.programme_fail"), ("R-K4",)),)
    found = []
    for name in (name for tag in TAGS for name in SIGNS[tag]):
        holds = sign(answers, name, policy)
        if holds is not None:
            level = say(f"scored.level.{'yes' if holds else 'no'}")
            text = say("kam.reason", label=FORM.field(name).label, level=level)
            found.append(reason(name, text, FORM.field(name).rules))
    return tuple(found)


def _unknowns(answers: Answers, policy: Policy, alone: set[str]) -> tuple[Unknown, ...]:
    found = []
    if "occasional_only" not in answers:
        found.append(scored.unknown(FORM, "occasional_only", say("scored.effect_gate"), True))
    for name in _undecided(answers, policy):
        tag = next(tag for tag, names in SIGNS.items() if name in names)
        found.append(scored.unknown(FORM, name, say("kam.effect", tag=say(f"kam.tag.{tag}")), name in alone))
    return tuple(found)


def _actions(now: str, answers: Answers, policy: Policy) -> tuple[Text, ...]:
    found = [say(f"kam.action.{now}")] if now != OPEN else []
    if now != "NOT_SUITABLE" and (names := _undecided(answers, policy)):
        found.append(say("kam.action.ask", labels=join([FORM.field(name).label for name in names])))
    return tuple(found)


def _warnings(policy: Policy) -> tuple[Warning, ...]:
    order = join([say(f"kam.tag.{tag}") for tag in policy.precedence])
    return (
        Warning("SEED_CONFLICT", say("kam.warning.conflict")),
        Warning("JUDGEMENT", say("kam.warning.overlap", order=order)),
    )


def _table(held: Mapping[str, bool | None], answers: Answers, policy: Policy) -> Table:
    states = {True: "yes", False: "no", None: "possible"}
    rows = tuple(
        (say(f"kam.tag.{tag}"), say(f"kam.state.{states[held[tag]]}"), join(_signs_held(tag, answers, policy)))
        for tag in policy.precedence
    )
    return Table("tags", say("kam.table.title"), tuple(say(f"kam.table.{c}") for c in ("tag", "holds", "rule")), rows)


def order(answers: Answers, weights: Weights | None) -> list[str]:
    """What to ask next: whether a programme suits, then the signs that can still change a tag."""
    policy, known = read_policy(weights), scored.clean(answers)
    if known.get("occasional_only") == "yes":
        return []
    first = ["occasional_only"] if "occasional_only" not in known else []
    return first + [name for name in _undecided(known, policy) if name not in known]


# --- capacity --------------------------------------------------------------------------------------


def capacity(inputs: FormInputs, weights: Weights | None, today: dt.date) -> Result:
    """Whether the programme's accounts fit into the hours there are (R-K3)."""
    answers = inputs.answers()
    loads = {tag: load for tag in TAGS if (load := _load(answers, tag))}
    available = bounds_of(answers["hours_available"]) if "hours_available" in answers else None
    if available is None or not loads:
        names = ["hours_available", "strategic_accounts", "strategic_hours"]
        missing = tuple(name for name in names if name not in answers)
        line = say("kam.capacity.INCOMPLETE")
        echo = inputs.model_dump(exclude_none=True)
        return Result("kam_capacity", VERSION, "INCOMPLETE", line, False, inputs.subject, echo, missing=missing)
    load = Bounds(sum((b.low for b in loads.values()), Fraction()), sum((b.high for b in loads.values()), Fraction()))
    left = Bounds(available.low - load.high, available.high - load.low)
    now = "FITS" if left.low >= 0 else "OVER" if left.high < 0 else OPEN
    over = Bounds(-left.high, -left.low)
    parts = [_part(answers, tag) for tag in loads]
    return Result(
        tool="kam_capacity",
        version=VERSION,
        verdict=now,
        bottom_line=say(f"kam.capacity.{now}", load=load, available=available, left=left, over=over),
        settled=now != OPEN,
        subject=inputs.subject,
        inputs=inputs.model_dump(exclude_none=True),
        figures=(_hours("load_hours", "load", load), _hours("hours_left", "left", left)),
        reasons=tuple(reason(f"{tag}_accounts", text, ("R-K3",)) for tag, text in zip(loads, parts, strict=True)),
        actions=(say("kam.capacity.cut"),) if now == "OVER" else (),
        warnings=tuple(
            Warning("PARTIAL", say("kam.capacity.missing", label=CAPACITY_FORM.field(f"{tag}_accounts").label))
            for tag in TAGS
            if f"{tag}_accounts" in answers and tag not in loads
        ),
    )


def _load(answers: Answers, tag: str) -> Bounds | None:
    accounts, hours = answers.get(f"{tag}_accounts"), answers.get(f"{tag}_hours")
    if accounts is None or hours is None:
        return None
    a, h = bounds_of(accounts), bounds_of(hours)
    return Bounds(a.low * h.low, a.high * h.high)


def _part(answers: Answers, tag: str) -> Text:
    words = {name: bounds_of(answers[f"{tag}_{name}"]) for name in ("accounts", "hours")}
    return say("kam.capacity.part", tag=say(f"kam.tag.{tag}"), **words)


def _hours(name: str, key: str, value: Bounds) -> Figure:
    label, formula = say(f"kam.capacity.{key}"), say(f"kam.capacity.{key}_formula")
    return Figure(name, label, value, "hours", show(value, "hours"), formula)


TOOL = Tool("kam_tiers", VERSION, Inputs, FORM, WEIGHTS, form_reader(Inputs), calculate, order)
CAPACITY = Tool(
    "kam_capacity",
    VERSION,
    CapacityInputs,
    CAPACITY_FORM,
    None,
    form_reader(CapacityInputs),
    capacity,
    form_order(CAPACITY_FORM),
    at_once=True,
)
