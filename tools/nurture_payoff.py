"""What nurturing the unripe leads brings, and the six-month plan with real dates (R-N1 to R-N4)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tools.errors import InputError
from tools.forms import load_form
from tools.inputs import inputs_model
from tools.money import Known, Outcome, Undefined, caution, ceiling, divide, figures_of, needed, read_known
from tools.policy import Weights
from tools.result import Chart, Figure, Result, Series, Table
from tools.result import Warning as Caution
from tools.rules import reason
from tools.tool import Tool, form_order, form_reader
from tools.values import Bounds, Text
from tools.wording import say, show

VERSION = "1.0"
FORM = load_form("nurture_payoff")
NurturePayoff = inputs_model(FORM)
LEADS = ("inquiries", "ready", "ready_win_rate", "later_buyers", "later_win_rate")
MONEY = ("deal_value", "gross_margin", "nurture_cost")
CONTACTS = ("introduction", "advantages", "role_value", "interview", "case_study", "article", "roi_analysis")
CALL_MONTHS = (0, 3, 6)
YEAR = 12
NO_COST, NO_BUYERS = "figures.because.zero_cost", "figures.because.no_later_buyers"


@dataclass(frozen=True)
class Contact:
    """One contact of the plan: its month, its day, what is sent, and whether a call goes with it."""

    month: int
    date: dt.date
    content: Text
    call: bool


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.month - 1 + months, YEAR)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def nurture_plan(start: dt.date) -> tuple[Contact, ...]:
    """The seven contacts of the six-month plan, with calls at its start, middle and end (R-N3)."""
    return tuple(
        Contact(month, add_months(start, month), say(f"nurture.plan.{name}"), month in CALL_MONTHS)
        for month, name in enumerate(CONTACTS)
    )


def calculate(inputs: Any, weights: Weights | None, today: dt.date) -> Result:
    """The payoff of one month's group of inquiries. Raises InputError for counts that cannot be."""
    answers = inputs.answers()
    known = read_known(FORM, answers)
    _check(known)
    figures = tuple(_deals(known)) + tuple(_money(known)) + tuple(_first_year(known))
    named = {figure.id: figure for figure in figures}
    verdict, missing = _verdict(known, named)
    start = dt.date.fromisoformat(answers["start_date"]) if "start_date" in answers else today
    if start.year >= dt.MAXYEAR:
        label = FORM.field("start_date").label
        raise InputError("not_a_date", "start_date", label=label, value=start.isoformat())
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict=verdict,
        bottom_line=_bottom_line(verdict, named, missing),
        settled=verdict not in ("INCOMPLETE", "UNDECIDED"),
        subject=inputs.subject,
        inputs=dict(answers),
        figures=figures,
        reasons=(
            reason("later_buyers", say("nurture.reason.rest"), ("R-N4", "R-L9")),
            reason("start_date", say("nurture.reason.plan"), ("R-N3",)),
        ),
        unknowns=needed(FORM, missing),
        missing=missing,
        actions=(say("nurture.action.design"), say("nurture.action.owner")),
        warnings=(*known.warnings, *_warnings(known)),
        tables=(_plan_table(nurture_plan(start)),),
        charts=tuple(_charts(named)),
    )


def _check(known: Known) -> None:
    numbers = known.numbers
    for later, earlier in (("ready", "inquiries"), ("later_buyers", "inquiries")):
        if not known.has(later, earlier):
            continue
        taken = numbers["ready"].low if later == "later_buyers" and known.has("ready") else Fraction(0)
        if numbers[later].low > numbers[earlier].high - taken:
            labels = {"later": FORM.field(later).label, "earlier": FORM.field(earlier).label}
            raise InputError("later_stage_larger", later, **labels, high=numbers[later], low=numbers[earlier])


def _deals(known: Known) -> tuple[Figure, ...]:
    without = known.compute(lambda ready, win: ready * win, "ready", "ready_win_rate")
    later = known.compute(lambda buyers, win: buyers * win, "later_buyers", "later_win_rate")
    every = ("ready", "ready_win_rate", "later_buyers", "later_win_rate")
    total = known.compute(_total, *every)
    words = {name: known.show(name, "percent" if "rate" in name else "count") for name in LEADS if known.has(name)}
    none = "figures.because.zero_inquiries"
    rest = known.compute(lambda inquiries, ready: inquiries - ready, "inquiries", "ready")
    return figures_of(
        ("not_ready", rest, "count", {}),
        ("deals_ready", without, "count", words),
        ("deals_nurtured", later, "count", words),
        ("deals_total", total, "count", {}),
        ("rate_without", known.compute(lambda n, r, w: divide(r * w, n, none), *LEADS[:3]), "percent", {}),
        ("rate_with", known.compute(lambda n, *rest: divide(_total(*rest), n, none), *LEADS), "percent", {}),
        ("deals_multiple", known.compute(_multiple, *every), "ratio", {}),
        ("nurtured_share", known.compute(_nurtured_share, *every), "percent", {}),
    )


def _total(ready: Fraction, win: Fraction, buyers: Fraction, later_win: Fraction) -> Fraction:
    return ready * win + buyers * later_win


def _multiple(ready: Fraction, win: Fraction, buyers: Fraction, later_win: Fraction) -> Fraction:
    return 1 + divide(buyers * later_win, ready * win, "figures.because.no_ready_deals")


def _nurtured_share(ready: Fraction, win: Fraction, buyers: Fraction, later_win: Fraction) -> Fraction:
    total = _total(ready, win, buyers, later_win)
    return divide(buyers * later_win, total, "figures.because.zero_deals")


def _money(known: Known) -> tuple[Figure, ...]:
    later = ("later_buyers", "later_win_rate")
    profit = known.compute(lambda b, w, value, m: b * w * value * m, *later, "deal_value", "gross_margin")
    need = ("deal_value", "gross_margin", "nurture_cost")
    deals = known.compute(_needed_deals, *need)
    return figures_of(
        (
            "revenue_nurtured",
            known.compute(lambda b, w, v: b * w * v, *later, "deal_value"),
            known.currency,
            {},
        ),
        ("profit_nurtured", profit, known.currency, {}),
        ("romi", known.compute(_romi, *later, *need), "percent", _words(known, profit)),
        ("break_even_deals", deals, "count", {}),
        ("break_even_whole_deals", known.compute(lambda *p: ceiling(_needed_deals(*p)), *need), "count", {}),
        ("break_even_win_rate", known.compute(_needed_rate, "later_buyers", *need), "percent", {}),
        ("break_even_whole_rate", known.compute(_whole_rate, "later_buyers", *need), "percent", {}),
    )


def _words(known: Known, profit: Outcome | None) -> dict[str, Any]:
    if not isinstance(profit, Bounds) or not known.has("nurture_cost"):
        return {}
    return {"profit": show(profit, known.currency), "cost": known.show("nurture_cost")}


def _romi(buyers: Fraction, win: Fraction, value: Fraction, margin: Fraction, cost: Fraction) -> Fraction:
    return divide(buyers * win * value * margin - cost, cost, NO_COST)


def _needed_deals(value: Fraction, margin: Fraction, cost: Fraction) -> Fraction:
    if value * margin <= 0:
        divide(cost, Fraction(0), "figures.because.no_break_even")
    return cost / (value * margin)


def _needed_rate(buyers: Fraction, *need: Fraction) -> Fraction:
    return divide(_needed_deals(*need), buyers, NO_BUYERS)


def _whole_rate(buyers: Fraction, *need: Fraction) -> Fraction:
    return divide(ceiling(_needed_deals(*need)), buyers, NO_BUYERS)


def _first_year(known: Known) -> Iterator[Figure]:
    """Deals in the first twelve months of monthly groups: surely those of groups whose horizon has passed."""
    pairs = (
        ("first_year_ready", "ready", "ready_win_rate", "ready_horizon_months"),
        ("first_year_nurtured", "later_buyers", "later_win_rate", "later_horizon_months"),
    )
    for name, count, win, horizon in pairs:
        deals = known.compute(lambda a, b: a * b, count, win)
        if isinstance(deals, Bounds) and known.has(horizon):
            surely = max(YEAR - known.numbers[horizon].high, Fraction(0))
            yield from figures_of((name, Bounds(deals.low * surely, deals.high * YEAR), "count", {}))


def _verdict(known: Known, named: dict[str, Figure]) -> tuple[str, tuple[str, ...]]:
    missing = tuple(name for name in LEADS if not known.has(name))
    if missing:
        return "INCOMPLETE", missing
    if known.numbers["later_buyers"].high == 0:
        return "NOTHING_TO_NURTURE", ()
    missing = tuple(name for name in MONEY if not known.has(name))
    if missing:
        return "INCOMPLETE", missing
    romi = named["romi"].value
    if romi is None:
        return "UNDEFINED", ()
    return ("PAYS" if romi.low > 0 else "LOSES" if romi.high < 0 else "UNDECIDED"), ()


def _bottom_line(verdict: str, named: dict[str, Figure], missing: tuple[str, ...]) -> Text:
    shown = {name: figure.display for name, figure in named.items()}
    labels = [FORM.field(name).label for name in missing]
    if verdict == "INCOMPLETE" and "deals_total" not in named:
        return say("nurture.bottom.nothing_yet", missing=labels)
    return say(f"nurture.bottom.{verdict.lower()}", missing=labels, **shown)


def _warnings(known: Known) -> Iterator[Caution]:
    if known.has("deal_value") and not known.has("gross_margin"):
        yield caution("REVENUE_NOT_MARGIN")
    if known.has("nurture_cost") and known.numbers["nurture_cost"].low == 0:
        yield caution("ZERO_COST")
    if known.has("later_horizon_months"):
        yield caution("SAME_MONTH_MATCH", cycle=known.numbers["later_horizon_months"])


def _plan_table(plan: tuple[Contact, ...]) -> Table:
    columns = tuple(say(f"nurture.table.{name}") for name in ("month", "date", "content", "call"))
    rows = tuple(
        (
            show(contact.month),
            Text(contact.date.isoformat(), contact.date.isoformat()),
            contact.content,
            say(f"nurture.table.{'with_call' if contact.call else 'no_call'}"),
        )
        for contact in plan
    )
    return Table("nurture_plan", say("nurture.table.plan"), columns, rows)


def _charts(named: dict[str, Figure]) -> Iterator[Chart]:
    names = [name for name in ("deals_ready", "deals_nurtured") if name in named]
    values = [named[name].value for name in names]
    if len(names) < 2 or None in values:
        return
    points = tuple((named[n].label, (v.low + v.high) / 2) for n, v in zip(names, values, strict=True) if v)
    title = say("nurture.chart.title")
    alt = say("nurture.chart.alt", ready=named["deals_ready"].display, nurtured=named["deals_nurtured"].display)
    axes = (say("nurture.chart.group"), say("figures.deals.label"))
    yield Chart("deals_by_group", "bar", title, *axes, (Series(title, points),), alt)


TOOL = Tool(
    "nurture_payoff",
    VERSION,
    NurturePayoff,
    FORM,
    None,
    form_reader(NurturePayoff),
    calculate,
    form_order(FORM),
    at_once=True,
)
__all__ = ["TOOL", "Contact", "Undefined", "add_months", "nurture_plan"]
