"""Activity-based costing over any number of customers: exact, streaming, reconciled to the last unit.

Every amount is an integer in one common fine unit, so 100,000 customers are summed without a rounding and
without a float. Of each customer only its profit, revenue and name are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import lcm
from typing import Any

from tools.errors import InputError

SCALE = 10**6  # amounts and quantities may have six decimal places
NAME = "name"
SHOWN = 10  # customers listed at each end of a long ranking


@dataclass(frozen=True)
class Activity:
    """A cost pool or a rate, and the driver it follows.

    Exactly one of `rate` (money for one unit of the driver), `pool` (money to share out by the driver) and
    `minutes` (for one unit of the driver, priced by the capacity) is given. `quantity` stands in for the
    customers' total of the driver where no customer is listed.
    """

    name: str
    driver: str
    rate: Fraction | None = None
    pool: Fraction | None = None
    minutes: Fraction | None = None
    quantity: Fraction | None = None


@dataclass(frozen=True)
class Costing:
    """How customers are costed: activities, the capacity behind time-driven ones, the price of credit.

    `capital_rate` is for `capital_days` days: 0.12 for 365, or 0.01 for 30.
    """

    activities: tuple[Activity, ...] = ()
    capacity_cost: Fraction = Fraction(0)
    capacity_minutes: Fraction = Fraction(0)
    capital_rate: Fraction = Fraction(0)
    capital_days: Fraction = Fraction(365)


@dataclass(frozen=True)
class Rates:
    """What one unit of each driver costs, what stays unassigned, and the minutes used."""

    per_unit: Mapping[str, Fraction]
    totals: Mapping[str, Fraction]
    unassigned: Fraction
    minutes_used: Fraction
    minute_cost: Fraction
    idle: tuple[str, ...] = ()


@dataclass
class Ledger:
    """The outcome of a run: exact totals, and per customer (profit, revenue, gross, name) in units of 1/scale."""

    scale: int
    customers: list[tuple[int, int, int, str]] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)

    def money(self, units: int) -> Fraction:
        """An amount of the ledger as money."""
        return Fraction(units, self.scale)


Rows = Callable[[], Iterable[Mapping[str, Any]]]


def driver_totals(rows: Iterable[Mapping[str, Any]], drivers: Iterable[str]) -> dict[str, Fraction]:
    """The exact total of each driver over all rows."""
    totals = dict.fromkeys(drivers, 0)
    for number, row in enumerate(rows, 1):
        for driver in totals:
            totals[driver] += units(row.get(driver), driver, number)
    return {driver: Fraction(total, SCALE) for driver, total in totals.items()}


def set_rates(costing: Costing, totals: Mapping[str, Fraction]) -> Rates:
    """The rate of each activity. A pool whose driver is zero stays unassigned, as does unused capacity.

    Raises InputError when more minutes are used than there are.
    """
    if costing.capacity_cost and not costing.capacity_minutes:
        raise InputError("capacity_without_minutes")
    minute = costing.capacity_cost / costing.capacity_minutes if costing.capacity_minutes else Fraction(0)
    per_unit: dict[str, Fraction] = {}
    unassigned, used = Fraction(0), Fraction(0)
    idle: list[str] = []
    for activity in costing.activities:
        total = totals.get(activity.driver, Fraction(0))
        if activity.rate is not None:
            per_unit[activity.name] = activity.rate
        elif activity.minutes is not None:
            per_unit[activity.name] = activity.minutes * minute
            used += activity.minutes * total
        elif activity.pool is not None and total == 0:
            per_unit[activity.name] = Fraction(0)
            unassigned += activity.pool
            idle.append(activity.name)
        else:
            per_unit[activity.name] = (activity.pool or Fraction(0)) / total
    if used > costing.capacity_minutes:
        raise InputError("over_capacity", used=used, capacity=costing.capacity_minutes)
    if costing.capacity_minutes:
        unassigned += (costing.capacity_minutes - used) * minute
    return Rates(per_unit, dict(totals), unassigned, used, minute, tuple(idle))


def run_ledger(rows: Iterable[Mapping[str, Any]], costing: Costing, rates: Rates) -> Ledger:
    """Cost every customer in one pass. Raises InputError naming the row of a value that cannot be used."""
    credit = costing.capital_rate / costing.capital_days if costing.capital_days else Fraction(0)
    fine = lcm(credit.denominator, *(rate.denominator for rate in rates.per_unit.values()))
    priced = [
        (activity.name, activity.driver, int(rates.per_unit[activity.name] * fine) * SCALE)
        for activity in costing.activities
    ]
    credit_price, plain = int(credit * fine), SCALE * fine
    ledger = Ledger(SCALE * SCALE * fine)
    sums = dict.fromkeys(("revenue", "gross", "deductions", "credit", *(name for name, _, _ in priced)), 0)
    for number, row in enumerate(rows, 1):
        revenue, gross, deducted, days = _customer(row, number)
        credit_cost = revenue * days * credit_price
        profit = gross * fine - deducted * plain - credit_cost
        for name, driver, price in priced:
            share = units(row.get(driver), driver, number) * price
            sums[name] += share
            profit -= share
        sums["revenue"] += revenue
        sums["gross"] += gross
        sums["deductions"] += deducted
        sums["credit"] += credit_cost
        ledger.customers.append((profit, revenue * plain, gross * fine, str(row.get(NAME) or number)))
    raw = {"revenue": plain, "gross": fine, "deductions": plain}
    ledger.columns = {name: total * raw.get(name, 1) for name, total in sums.items()}
    _reconcile(ledger, [name for name, _, _ in priced])
    return ledger


def _customer(row: Mapping[str, Any], number: int) -> tuple[int, int, int, int]:
    """(revenue, gross profit × SCALE, discounts and direct costs, credit days) of a row, in units."""
    revenue = units(row.get("revenue"), "revenue", number)
    margin, product = row.get("gross_margin"), row.get("product_cost")
    if margin not in (None, ""):
        gross = revenue * units(margin, "gross_margin", number, signed=True)
    else:
        gross = (revenue - units(product, "product_cost", number)) * SCALE
    deducted = units(row.get("discounts"), "discounts", number) + units(row.get("direct_costs"), "direct_costs", number)
    return revenue, gross, deducted, units(row.get("credit_days"), "credit_days", number)


def units(value: Any, column: str, number: int, signed: bool = False) -> int:
    """A cell as an integer of millionths; an empty cell is zero. Raises InputError with the row number."""
    if value is None or value == "":
        return 0
    whole = value * SCALE if type(value) is int else _millionths(value, column, number)
    if whole < 0 and not signed:
        raise InputError("row_value", column, row=number, value=str(value)[:40], column=column)
    return whole


def _millionths(value: Any, column: str, number: int) -> int:
    try:
        text = str(value).strip().replace(",", "")
        percent = text.endswith("%")
        scaled = Decimal(text.rstrip("%").strip()).scaleb(4 if percent else 6)
        whole = int(scaled)
        exact = whole == scaled
    except (InvalidOperation, ValueError, OverflowError):
        exact = False
    if not exact or abs(whole) > 10**24:
        raise InputError("row_value", column, row=number, value=str(value)[:40], column=column)
    return whole


def _reconcile(ledger: Ledger, activities: Sequence[str]) -> None:
    """Customers' profits must equal the columns' totals exactly; anything else is a fault of this program."""
    columns = ledger.columns
    expected = columns["gross"] - columns["deductions"] - columns["credit"] - sum(columns[a] for a in activities)
    found = sum(customer[0] for customer in ledger.customers)
    if found != expected:
        raise AssertionError(f"customers add up to {found}, the company to {expected}")


def whale_curve(ledger: Ledger) -> list[tuple[str, Fraction]]:
    """Cumulative profit, best customer first: (name of the customer added, profit so far)."""
    curve, so_far = [], 0
    for profit, _, _, name in sorted(ledger.customers, key=lambda c: (-c[0], c[3])):
        so_far += profit
        curve.append((name, ledger.money(so_far)))
    return curve


def customers_for_share(amounts: Iterable[int | Fraction], share: Fraction) -> int | None:
    """The fewest of the largest amounts that make up this share of their sum; None for a sum not above 0."""
    ordered = sorted(amounts, reverse=True)
    goal, so_far = sum(ordered) * share, Fraction(0)
    if goal <= 0:
        return None
    for count, amount in enumerate(ordered, 1):
        so_far += amount
        if so_far >= goal:
            return count
    return len(ordered)
