"""What a salesperson's hour is worth, what freed time and a helper bring, what calling costs (R-T1 to 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from tools.errors import InputError
from tools.forms import load_form
from tools.inputs import inputs_model
from tools.money import Known, caution, divide, figures_of, needed, read_known
from tools.policy import Weights
from tools.result import Figure, Result
from tools.result import Warning as Caution
from tools.rules import reason
from tools.tool import Answers, Tool, form_order, form_reader
from tools.values import Text
from tools.wording import say

VERSION = "1.0"
FORM = load_form("sales_productivity")
SalesProductivity = inputs_model(FORM)
HOUR = ("annual_revenue", "working_days", "hours_per_day")
HELPER = ("reps", "uplift_per_rep", "gross_margin", "helper_cost")
CALLS = ("dials_per_day", "calling_days", "leads")
POSITIVE = ("working_days", "hours_per_day", "selling_share", "dials_per_day")
NONE = "figures.because.zero_count"
NO_COST = "figures.because.zero_cost"


def calculate(inputs: Any, weights: Weights | None, today: dt.date) -> Result:
    """Whatever the figures allow: hour value, helper, calling. Raises InputError for zero hours or days."""
    answers = inputs.answers()
    known = read_known(FORM, answers)
    _check(known)
    figures = (*_hour(known), *_waste(known), *_helper(known), *_calls(known))
    named = {figure.id: figure for figure in figures}
    verdict, missing = _verdict(known, named)
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict=verdict,
        bottom_line=_bottom_line(verdict, named, missing),
        settled=verdict not in ("INCOMPLETE", "UNDECIDED"),
        subject=inputs.subject,
        inputs=dict(answers),
        figures=figures,
        reasons=tuple(_reasons(known)),
        unknowns=needed(FORM, missing),
        missing=missing,
        actions=(say("productivity.action.field"), say("productivity.action.roles")),
        warnings=(*known.warnings, *_warnings(known)),
    )


def _check(known: Known) -> None:
    for name in POSITIVE:
        if known.has(name) and known.numbers[name].low <= 0:
            raise InputError("must_be_positive", name, label=FORM.field(name).label)
    if known.has("dials_per_day", "talks_per_day"):
        dials, talks = known.numbers["dials_per_day"], known.numbers["talks_per_day"]
        if talks.low > dials.high:
            labels = {
                "later": FORM.field("talks_per_day").label,
                "earlier": FORM.field("dials_per_day").label,
            }
            raise InputError("later_stage_larger", "talks_per_day", **labels, high=talks, low=dials)


def _hour(known: Known) -> tuple[Figure, ...]:
    money = known.currency
    units = {"annual_revenue": "", "working_days": "count", "hours_per_day": "hours"}
    words = {name: known.show(name, unit) for name, unit in units.items() if known.has(name)}
    hour = known.compute(lambda r, d, h: r / d / h, *HOUR)
    profit = known.compute(lambda r, d, h, m: r / d / h * m, *HOUR, "gross_margin")
    selling = known.compute(lambda r, d, h, s: r / d / h / s, *HOUR, "selling_share")
    implied = known.compute(lambda r, d, v: divide(r / d, v, NONE), *HOUR[:2], "stated_hour_value")
    return figures_of(
        ("value_per_day", known.compute(lambda r, d: r / d, *HOUR[:2]), money, {}),
        ("value_per_hour", hour, money, words),
        ("profit_per_hour", profit, money, {}),
        ("value_per_selling_hour", selling, money, {}),
        ("implied_hours_per_day", implied, "hours", {}),
    )


def _waste(known: Known) -> tuple[Figure, ...]:
    hours = known.compute(lambda d, h, share: d * h * share, "working_days", "hours_per_day", "wasted_share")
    value = known.compute(lambda r, share: r * share, "annual_revenue", "wasted_share")
    return figures_of(("wasted_hours", hours, "hours", {}), ("wasted_value", value, known.currency, {}))


def _helper(known: Known) -> tuple[Figure, ...]:
    money = known.currency
    words = {"cost": known.show("helper_cost")} if known.has("helper_cost") else {}
    profit = known.compute(lambda n, u, m: n * u * m, *HELPER[:3])
    if profit is not None and words:
        shown = figures_of(("added_profit", profit, money, {}))[0].display
        words["profit"] = shown
    needed = known.compute(_needed_uplift, "gross_margin", "helper_cost")
    per_rep = known.compute(
        lambda m, c, n: divide(_needed_uplift(m, c), n, NONE), "gross_margin", "helper_cost", "reps"
    )
    share = known.compute(lambda n, u, m, c: divide(_needed_uplift(m, c), n * u, NONE), *HELPER)
    ratio = known.compute(lambda n, u, m, c: divide(n * u * m, c, NO_COST), *HELPER)
    return figures_of(
        ("freed_fte", known.compute(lambda n, f: n * f, "reps", "freed_share"), "ratio", {}),
        ("implied_base_per_rep", known.compute(_implied_base, "uplift_per_rep", "freed_share"), money, {}),
        ("added_revenue", known.compute(lambda n, u: n * u, "reps", "uplift_per_rep"), money, {}),
        ("added_profit", profit, money, {}),
        ("net_profit", known.compute(lambda n, u, m, c: n * u * m - c, *HELPER), money, {}),
        ("romi", known.compute(_romi, *HELPER), "percent", words if len(words) == 2 else {}),
        ("profit_to_cost", ratio, "ratio", {}),
        (
            "revenue_to_cost",
            known.compute(_revenue_to_cost, "reps", "uplift_per_rep", "helper_cost"),
            "ratio",
            {},
        ),
        ("break_even_uplift", needed, money, {}),
        ("break_even_uplift_per_rep", per_rep, money, {}),
        ("break_even_share_of_uplift", share, "percent", {}),
    )


def _romi(reps: Fraction, uplift: Fraction, margin: Fraction, cost: Fraction) -> Fraction:
    return divide(reps * uplift * margin - cost, cost, NO_COST)


def _revenue_to_cost(reps: Fraction, uplift: Fraction, cost: Fraction) -> Fraction:
    return divide(reps * uplift, cost, NO_COST)


def _needed_uplift(margin: Fraction, cost: Fraction) -> Fraction:
    return divide(cost, max(margin, Fraction(0)), "figures.because.no_break_even")


def _implied_base(uplift: Fraction, freed: Fraction) -> Fraction:
    """Sales before, if sales grew in proportion to the selling time freed."""
    return divide(uplift * (1 - freed), freed, NONE)


def _calls(known: Known) -> tuple[Figure, ...]:
    money = known.currency
    dials = known.compute(lambda d, days, n: divide(d * days, n, NONE), *CALLS)
    talks = known.compute(lambda t, days, n: divide(t * days, n, NONE), "talks_per_day", *CALLS[1:])
    per_dial = known.compute(lambda c, d, days: divide(c, d * days, NONE), "calling_cost", *CALLS[:2])
    per_talk = known.compute(
        lambda c, t, days: divide(c, t * days, NONE), "calling_cost", "talks_per_day", "calling_days"
    )
    rate = known.compute(lambda t, d: divide(t, d, NONE), "talks_per_day", "dials_per_day")
    per_lead = known.compute(lambda c, n: divide(c, n, "figures.because.zero_leads"), "calling_cost", "leads")
    return figures_of(
        ("contact_rate", rate, "percent", {}),
        ("dials_per_lead", dials, "ratio", {}),
        ("talks_per_lead", talks, "ratio", {}),
        ("cost_per_dial", per_dial, money, {}),
        ("cost_per_talk", per_talk, money, {}),
        ("cost_per_lead", per_lead, money, {}),
    )


def _verdict(known: Known, named: Mapping[str, Figure]) -> tuple[str, tuple[str, ...]]:
    """The helper's verdict where a helper is asked about; else what is still missing of the part begun."""
    if "romi" in named:
        romi = named["romi"].value
        if romi is None:
            return "UNDEFINED", ()
        return ("PAYS" if romi.low > 0 else "LOSES" if romi.high < 0 else "UNDECIDED"), ()
    for group in (HELPER[:2] + HELPER[3:], CALLS, HOUR):
        started = any(known.has(name) for name in group)
        whole = HELPER if group[0] == "reps" else group
        if started and (missing := tuple(name for name in whole if not known.has(name))):
            return "INCOMPLETE", missing
    return ("COMPUTED", ()) if named else ("INCOMPLETE", HOUR)


def _bottom_line(verdict: str, named: Mapping[str, Figure], missing: tuple[str, ...]) -> Text:
    shown = {name: figure.display for name, figure in named.items()}
    if verdict == "INCOMPLETE":
        labels = [FORM.field(name).label for name in missing]
        return say("productivity.bottom.incomplete", missing=labels)
    if verdict != "COMPUTED":
        return say(f"productivity.bottom.{verdict.lower()}", **shown)
    key = next((n for n in ("value_per_hour", "dials_per_lead", "contact_rate") if n in named), "partial")
    return say(f"productivity.bottom.{key}", **shown)


def _reasons(known: Known) -> Iterator[Any]:
    if known.has("annual_revenue"):
        yield reason("annual_revenue", say("productivity.reason.costly"), ("R-L8",))
    yield reason("freed_share", say("productivity.reason.structure"), ("R-T1", "R-T2"))


def _warnings(known: Known) -> Iterator[Caution]:
    if known.has("annual_revenue") and not known.has("gross_margin"):
        yield caution("REVENUE_NOT_MARGIN")
    if known.has("annual_revenue"):
        yield caution("AVERAGE_NOT_MARGINAL")
    if known.has("uplift_per_rep"):
        yield caution("BEFORE_AFTER")
    if known.has("wasted_share"):
        yield caution("DIFFERENT_BASES")
    if known.has("helper_cost") and known.numbers["helper_cost"].low == 0:
        yield caution("ZERO_COST")


def _order(answers: Answers, weights: Weights | None) -> list[str]:
    """Finish the part that was begun before opening another."""
    plain = form_order(FORM)(answers, weights)
    begun = {FORM.field(name).section for name in answers if name in {f.id for f in FORM.fields}}
    return sorted(plain, key=lambda name: FORM.field(name).section not in begun)


TOOL = Tool(
    "sales_productivity",
    VERSION,
    SalesProductivity,
    FORM,
    None,
    form_reader(SalesProductivity),
    calculate,
    _order,
    at_once=True,
)
