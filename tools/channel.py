"""The numbers of one lead-generation channel: formulas at one point and their bounds (R-ROI1 to 4)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tools.errors import InputError
from tools.money import Outcome, assumed_currency, ceiling, convert, corners, divide, one_currency
from tools.result import Warning as Caution
from tools.values import MONTHS, Bounds, Money, bounds_of, money_of
from tools.written import ExchangeRate

MONEY = (
    "running_cost",
    "average_deal",
    "hourly_cost",
    "fee_per_accepted_lead",
    "one_off_cost",
    "sales_cost_per_deal",
)
STAGES = ("contacts", "raw_leads", "qualified_leads", "sales_ready_leads", "deals")
COUNTS = (*STAGES, "staff_hours", "accepted_leads")
PLAIN = ("gross_margin", "commission_rate", "amortise_months", "cycle_months", "channel_age_months")
ZERO = Fraction(0)
Point = Mapping[str, Fraction]


@dataclass(frozen=True)
class Channel:
    """One channel brought to one currency and one period. `numbers` holds what is known, by field id.

    `base` is the period all costs and counts are for; `converted` says they were brought to a month;
    `guessed` names numbers that are only bounded because the person did not give them.
    """

    name: str
    currency: str
    base: str
    numbers: Mapping[str, Bounds]
    answers: Mapping[str, Any]
    rates: tuple[ExchangeRate, ...] = ()
    converted: bool = False
    guessed: tuple[str, ...] = ()
    notes: tuple[Caution, ...] = ()

    @property
    def months(self) -> int | None:
        """The months in the base period; None for one campaign."""
        return MONTHS.get(self.base)

    def known(self, *names: str) -> bool:
        """Whether every one of these numbers is known."""
        return all(name in self.numbers for name in names)


def read_channel(
    name: str, answers: Mapping[str, Any], rates: Sequence[ExchangeRate] = (), currency: str | None = None
) -> Channel:
    """Bring a channel's answers to one currency and period.

    Raises InputError for mixed currencies without a rate and for a later stage above an earlier one.
    """
    moneys = {field: money_of(answers[field]) for field in MONEY if field in answers}
    target = currency or _target(moneys, rates)
    notes = assumed_currency(list(moneys.values()), target)
    used: dict[str, ExchangeRate] = {}
    for field, money in moneys.items():
        moneys[field], rate = convert(money, target, rates)
        if rate:
            used[f"{rate.base}{rate.into}"] = rate
    counts = {field: bounds_of(answers[field]) for field in COUNTS if field in answers}
    _check_stages(counts, answers)
    numbers = {field: money.amount for field, money in moneys.items()} | counts
    numbers |= {field: bounds_of(answers[field]) for field in PLAIN if field in answers}
    base, converted = _one_period(numbers, moneys, answers.get("period"))
    guessed: tuple[str, ...] = ()
    if "fee_per_accepted_lead" in numbers and "accepted_leads" not in numbers and (most := _widest(numbers)):
        numbers["accepted_leads"] = Bounds(ZERO, numbers[most].high)
        guessed = ("accepted_leads",)
    return Channel(name, target, base, numbers, answers, tuple(used.values()), converted, guessed, notes)


def _target(moneys: Mapping[str, Money], rates: Sequence[ExchangeRate]) -> str:
    if rates and "average_deal" in moneys:
        return moneys["average_deal"].currency
    return one_currency(list(moneys.values()))


def _check_stages(counts: Mapping[str, Bounds], answers: Mapping[str, Any]) -> None:
    if answers.get("different_cohorts") == "yes":
        return
    given = [stage for stage in STAGES if stage in counts]
    for earlier, later in itertools.pairwise(given):
        if counts[later].low > counts[earlier].high:
            raise InputError(
                "later_stage_larger",
                later,
                later=_label(later),
                earlier=_label(earlier),
                high=counts[later],
                low=counts[earlier],
            )


def _label(field: str) -> Any:
    from tools.forms import load_form

    return load_form("leadgen_roi").field(field).label


def _one_period(numbers: dict[str, Bounds], moneys: Mapping[str, Money], period: str | None) -> tuple[str, bool]:
    """Bring cost and counts to one period in place; the period, and whether anything was converted."""
    cost = moneys["running_cost"].period if "running_cost" in moneys else "one_off"
    base = period or cost
    if cost in (base, "one_off") or base == "one_off":
        return base, False
    numbers["running_cost"] = _scaled(numbers["running_cost"], MONTHS[cost])
    for field in COUNTS:
        if field in numbers:
            numbers[field] = _scaled(numbers[field], MONTHS[base])
    return "month", True


def _scaled(bounds: Bounds, by: int) -> Bounds:
    return Bounds(bounds.low / by, bounds.high / by)


def to_month(channel: Channel) -> Channel:
    """The same channel per month, so that channels of different periods can be added."""
    if channel.months in (None, 1):
        return channel
    fields = {"running_cost", *COUNTS}
    numbers = {k: _scaled(v, channel.months) if k in fields else v for k, v in channel.numbers.items()}
    return replace(channel, base="month", numbers=numbers, converted=True)


def _widest(numbers: Mapping[str, Bounds]) -> str | None:
    return next((stage for stage in STAGES[1:4] if stage in numbers), None)


def lead_stage(channel: Channel) -> str | None:
    """The earliest lead stage that was counted: what "a lead" of this channel is."""
    return _widest(channel.numbers)


def revenue(p: Point) -> Fraction:
    """Deals times the average deal."""
    return p["deals"] * p["average_deal"]


def fixed_cost(p: Point) -> Fraction:
    """The cost that does not grow with revenue: running, own hours, fees."""
    hours = p.get("staff_hours", ZERO) * p.get("hourly_cost", ZERO)
    return p["running_cost"] + hours + p.get("fee_per_accepted_lead", ZERO) * p.get("accepted_leads", ZERO)


def cost(p: Point) -> Fraction:
    """The whole cost: fixed and the commission on revenue."""
    commission = p.get("commission_rate", ZERO)
    return fixed_cost(p) + (commission * revenue(p) if commission else ZERO)


def roas(p: Point) -> Fraction:
    """Revenue for one unit of cost."""
    return divide(revenue(p), cost(p), "figures.because.zero_cost")


def romi(p: Point) -> Fraction:
    """Gross profit after cost, for one unit of cost."""
    return divide(revenue(p) * p.get("gross_margin", ZERO) - cost(p), cost(p), "figures.because.zero_cost")


def romi_after_sales(p: Point) -> Fraction:
    """As `romi`, with the sales cost of each deal counted as cost."""
    whole = cost(p) + p["deals"] * p["sales_cost_per_deal"]
    return divide(revenue(p) * p["gross_margin"] - whole, whole, "figures.because.zero_cost")


def net_profit(p: Point) -> Fraction:
    """Gross profit less cost, in money."""
    return revenue(p) * p.get("gross_margin", ZERO) - cost(p)


def break_even_margin(p: Point) -> Fraction:
    """The gross margin at which the spend just comes back."""
    return divide(cost(p), revenue(p), "figures.because.zero_revenue")


def break_even_deals(p: Point) -> Fraction:
    """The whole deals that pay the fixed cost at this margin."""
    left = p["average_deal"] * (p["gross_margin"] - p.get("commission_rate", ZERO))
    left -= p.get("sales_cost_per_deal", ZERO)
    if left <= 0:
        raise_no_break_even()
    return ceiling(fixed_cost(p) / left)


def raise_no_break_even() -> None:
    """Raises NoValueError: each deal adds nothing, so no volume pays."""
    from tools.money import NoValueError

    raise NoValueError("figures.because.no_break_even")


def payback(p: Point, months: int) -> Fraction:
    """Months from the first spend until gross profit has returned it; `months` in the base period."""
    from tools.money import NoValueError

    monthly_cost = cost(p) / months
    monthly_net = revenue(p) * p["gross_margin"] / months - monthly_cost
    if monthly_net <= 0:
        raise NoValueError("figures.because.never_pays_back")
    cycle = p["cycle_months"]
    return cycle + (p.get("one_off_cost", ZERO) + cycle * monthly_cost) / monthly_net


def with_one_off(p: Point, months: int) -> Fraction:
    """The cost of the base period with its share of the one-off cost."""
    share = divide(p["one_off_cost"] * months, p["amortise_months"], "figures.because.zero_months")
    return cost(p) + share


COST_PARTS = ("running_cost", "staff_hours", "hourly_cost", "fee_per_accepted_lead", "accepted_leads")
WHOLE = (*COST_PARTS, "commission_rate", "deals", "average_deal")


def bounds(channel: Channel, formula: Any, *more: str) -> Outcome:
    """The bounds of a formula over what is known; `more` adds inputs beyond cost and revenue."""
    names = [name for name in (*WHOLE, *more) if name in channel.numbers]
    return corners(lambda **p: formula(p), **{name: channel.numbers[name] for name in names})


REQUIRED = ("running_cost", "deals", "average_deal")


def missing_inputs(channel: Channel) -> tuple[str, ...]:
    """The inputs without which cost or revenue cannot be given: a fee also needs the number of leads it is for."""
    missing = [name for name in REQUIRED if not channel.known(name)]
    if channel.known("fee_per_accepted_lead") and not channel.known("accepted_leads"):
        missing.append("accepted_leads")
    return tuple(missing)


def cost_known(channel: Channel) -> bool:
    """Whether the whole cost can be computed: running cost, fees, and revenue where a commission is paid."""
    missing = set(missing_inputs(channel))
    if not channel.known("commission_rate"):
        missing -= {"deals", "average_deal"}
    return not missing
