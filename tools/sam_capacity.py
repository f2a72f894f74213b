"""How many strategic accounts (R-S13, R-S14): what each can be worth, and what one manager can hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tools import policy as policies
from tools.forms import load_form
from tools.inputs import FormInputs, inputs_model
from tools.policy import Weights, product_weights
from tools.result import Figure, Result, Warning, WeightsUsed
from tools.rules import reason, rule
from tools.scoring import Answers
from tools.tool import Tool, form_order, form_reader
from tools.values import Bounds, Text, bounds_of, money_of
from tools.wording import say, show

VERSION = "1"
WEIGHTS = "sam_capacity_v1"
FORM = load_form("sam_capacity")
Inputs = inputs_model(FORM)
RANGES = ("relationships", "hours_per_relationship", "typical_accounts")
NUMBERS = ("too_many", "share_of_accounts", "pareto_customers", "pareto_sales")


def read_policy(weights: Weights | None) -> tuple[Weights, dict[str, Bounds]]:
    """Check a weights file: every benchmark as bounds. Raises DataFileError."""
    weights = weights or product_weights(WEIGHTS)
    data = policies.check_keys(weights.data, weights.file, ["name", *RANGES, *NUMBERS])
    found = {name: Bounds.exact(policies.number(data[name], f"{weights.file}: {name}")) for name in NUMBERS}
    for name in RANGES:
        where = f"{weights.file}: {name}"
        ends = policies.check_keys(data[name], where, ["low", "high"])
        low, high = (policies.number(ends[end], where) for end in ("low", "high"))
        if not 0 < low <= high:
            raise policies.DataFileError(f"{where}: low is above 0 and not over high")
        found[name] = Bounds(low, high)
    return weights, found


def calculate(inputs: FormInputs, weights: Weights | None, today: dt.date) -> Result:
    """The arithmetic of a programme's size; no benchmark is taken as a limit."""
    used, marks = read_policy(weights)
    answers = inputs.answers()
    figures = (*_worth(answers, marks), *_held(answers, marks))
    verdict = _verdict(answers, marks)
    missing = () if verdict != "INCOMPLETE" else ("accounts_marked", "manager_hours_month")
    return Result(
        tool="sam_capacity",
        version=VERSION,
        verdict=verdict,
        bottom_line=_bottom_line(answers, marks, figures, verdict),
        settled=verdict != "INCOMPLETE",
        subject=inputs.subject,
        inputs=inputs.model_dump(exclude_none=True),
        figures=figures,
        reasons=_reasons(answers),
        missing=missing,
        actions=(say("sam_selection.capacity.cut"),) if verdict in ("TOO_MANY", "ABOVE_USUAL") else (),
        warnings=_warnings(answers, marks),
        weights=WeightsUsed(used.file, used.sha256, (*((name, "external") for name in marks),)),
    )


def _verdict(answers: Answers, marks: dict[str, Bounds]) -> str:
    if "accounts_marked" not in answers:
        return "COMPUTED" if "manager_hours_month" in answers else "INCOMPLETE"
    accounts = bounds_of(answers["accounts_marked"])
    if accounts.low > marks["too_many"].high:
        return "TOO_MANY"
    return "ABOVE_USUAL" if accounts.low > marks["typical_accounts"].high else "WORKABLE"


def _figure(name: str, key: str, value: Bounds, unit: str, **words: Any) -> Figure:
    label = say(f"sam_selection.capacity.{key}", **words)
    formula = say(f"sam_selection.capacity.{key}_formula", **words)
    return Figure(name, label, value, unit, show(value, unit), formula)


def _corners(one: Bounds, other: Bounds, of: Callable[[Fraction, Fraction], Fraction]) -> Bounds:
    values = [of(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    return Bounds(min(values), max(values))


def _share(one: Bounds, other: Bounds) -> Bounds | None:
    return _corners(one, other, lambda a, b: a / b) if other.low > 0 else None


def _worth(answers: Answers, marks: dict[str, Bounds]) -> tuple[Figure, ...]:
    if "accounts_marked" not in answers:
        return ()
    accounts = bounds_of(answers["accounts_marked"])
    found = []
    if (money := answers.get("company_sales")) and accounts.low > 0:
        sales = money_of(money)
        mean = _share(sales.amount, accounts)
        part = marks["pareto_sales"].low
        if mean:
            found.append(_figure("mean_sales", "mean", mean, sales.currency))
            less = Bounds(mean.low * part, mean.high * part)
            found.append(_figure("mean_sales_pareto", "mean_pareto", less, sales.currency, share=part))
    share = marks["pareto_customers"].low
    implied = Bounds(accounts.low / share, accounts.high / share)
    ceiling = marks["too_many"].low
    times = Bounds(accounts.low / ceiling, accounts.high / ceiling)
    found.append(_figure("implied_customers", "implied", implied, "count", share=share))
    found.append(_figure("times_ceiling", "times", times, "ratio", ceiling=ceiling))
    if "customers_total" in answers and (part_of := _share(accounts, bounds_of(answers["customers_total"]))):
        found.append(_figure("share_of_customers", "share", part_of, "percent"))
    return tuple(found)


def _held(answers: Answers, marks: dict[str, Bounds]) -> tuple[Figure, ...]:
    if "manager_hours_month" not in answers:
        return ()
    hours = bounds_of(answers["manager_hours_month"])
    relationships, each = _given(answers, marks, "relationships"), _given(answers, marks, "hours_per_relationship")
    load = _corners(relationships, each, lambda a, b: a * b)
    per = _corners(hours, load, lambda a, b: a / b)
    words = {"relationships": relationships, "hours": each}
    found = [_figure("accounts_per_manager", "per_manager", per, "count", **words)]
    if "accounts_marked" in answers and per.low > 0:
        needed = _corners(bounds_of(answers["accounts_marked"]), per, lambda a, b: a / b)
        found.append(_figure("managers_needed", "managers", needed, "count"))
    return tuple(found)


def _given(answers: Answers, marks: dict[str, Bounds], name: str) -> Bounds:
    field = {"relationships": "relationships_per_account"}.get(name, name)
    return bounds_of(answers[field]) if field in answers else marks[name]


def _bottom_line(answers: Answers, marks: dict[str, Bounds], figures: tuple[Figure, ...], verdict: str) -> Text:
    values = {figure.id: figure.display for figure in figures}
    held = (
        [say("sam_selection.capacity.bottom_manager", per=values["accounts_per_manager"])]
        if ("accounts_per_manager" in values)
        else []
    )
    if verdict == "INCOMPLETE":
        return say("sam_selection.capacity.bottom_missing")
    if verdict == "COMPUTED":
        return held[0]
    mean = say("sam_selection.capacity.bottom_mean", mean=values["mean_sales"]) if "mean_sales" in values else ""
    key = {"TOO_MANY": "many", "ABOVE_USUAL": "some", "WORKABLE": "ok"}[verdict]
    typical = marks["typical_accounts"]
    first = say(
        f"sam_selection.capacity.bottom_{key}",
        accounts=bounds_of(answers["accounts_marked"]),
        times=values["times_ceiling"],
        ceiling=marks["too_many"],
        low=typical.low,
        high=typical.high,
        mean=mean,
    )
    lines = [first, *held]
    return Text(" ".join(line.en for line in lines), " ".join(line.he for line in lines))


def _reasons(answers: Answers) -> tuple[Any, ...]:
    found = [reason(name, rule(name).gist, (name,)) for name in ("R-S13", "R-S14")]
    outside = say("sam_selection.capacity.defaults")
    needed = {"relationships_per_account", "hours_per_relationship"} - set(answers)
    if needed and "manager_hours_month" in answers:
        found.append(reason("hours_per_relationship", outside, (), ("X-SHERMAN",)))
    return tuple(found)


def _warnings(answers: Answers, marks: dict[str, Bounds]) -> tuple[Warning, ...]:
    typical = marks["typical_accounts"]
    text = say(
        "sam_selection.capacity.benchmark",
        low=typical.low,
        high=typical.high,
        ceiling=marks["too_many"],
        share=marks["share_of_accounts"],
    )
    return (Warning("JUDGEMENT", text),)


TOOL = Tool(
    "sam_capacity",
    VERSION,
    Inputs,
    FORM,
    WEIGHTS,
    form_reader(Inputs),
    calculate,
    form_order(FORM),
    at_once=True,
)
