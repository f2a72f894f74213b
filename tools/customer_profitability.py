"""Profit per customer: one customer from a form, or any number by classic or time-driven costing (R-ROI4, R-S2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic import Field as ModelField

from tools.costing import (
    SHOWN,
    Activity,
    Costing,
    Ledger,
    Rates,
    customers_for_share,
    driver_totals,
    run_ledger,
    set_rates,
    whale_curve,
)
from tools.errors import InputError
from tools.forms import load_form
from tools.inputs import inputs_model
from tools.money import (
    Known,
    Outcome,
    Undefined,
    caution,
    corners,
    divide,
    figure,
    figures_of,
    needed,
    one_currency,
    read_known,
)
from tools.policy import Weights
from tools.result import Chart, Figure, Result, Series, Table, Unknown
from tools.result import Warning as Caution
from tools.rules import reason
from tools.tool import Tool, form_order, form_reader
from tools.values import Bounds, Text, bounds_of, money_of
from tools.wording import say, show
from tools.written import Cash, Number, Part, Share, named_numbers

VERSION = "1.0"
FORM = load_form("customer_profitability")
NEEDED = ("revenue", "gross_margin")
SERVICE = {"orders": "cost_per_order", "visits": "cost_per_visit"}
CURVE_POINTS = 50
PARETO = Fraction(8, 10)
NO_REVENUE, NO_GROSS = "figures.because.zero_revenue", "figures.because.no_gross_profit"


class Customer(Part):
    """A customer's amounts in one period; `drivers` holds its quantity of each driver."""

    name: str
    revenue: Cash = "0"
    gross_margin: Any = None
    product_cost: Cash | None = None
    discounts: Cash | None = None
    direct_costs: Cash | None = None
    credit_days: Number | None = None
    drivers: Annotated[dict[str, Number], BeforeValidator(named_numbers)] = ModelField(default_factory=dict)


class ActivityIn(Part):
    """An activity with exactly one of: `rate` for a unit of the driver, `pool`, or `unit_minutes`."""

    name: str
    driver: str
    rate: Cash | None = None
    pool: Cash | None = None
    unit_minutes: Number | None = None
    quantity: Number | None = None


class Capacity(Part):
    """The cost of a department and its practical capacity in minutes."""

    cost: Cash
    minutes: Number


CustomerProfitability = inputs_model(
    FORM,
    customers=(
        tuple[Customer, ...],
        ModelField(default=(), description="Customers, for the whale curve.", json_schema_extra={"x-instead": []}),
    ),
    activities=(tuple[ActivityIn, ...], ModelField(default=(), description="Activities and their drivers.")),
    capacity=(Capacity | None, ModelField(default=None, description="For time-driven costing.")),
    capital_rate=(Share | None, ModelField(default=None, description="Cost of money for `capital_days`.")),
    capital_days=(Number, ModelField(default="365", description="Days the capital rate is for.")),
    stated_profit=(Cash | None, ModelField(default=None, description="The company's profit, to reconcile.")),
)


def calculate(inputs: Any, weights: Weights | None, today: dt.date) -> Result:
    """One customer's profit, or the profit of each of `customers`. Raises InputError."""
    if inputs.customers or inputs.activities:
        return _of_customers(inputs)
    return _of_one(inputs)


# -- one customer from the form ------------------------------------------------------------------------


def _of_one(inputs: Any) -> Result:
    answers = inputs.answers()
    answers = {name: answers[name] for name in answers if name in {field.id for field in FORM.fields}}
    known = read_known(FORM, answers)
    missing = tuple(name for name in NEEDED if not known.has(name))
    figures = tuple(_one_figures(known))
    named = {f.id: f for f in figures}
    verdict = _one_verdict(named, missing)
    shown = {name: f.display for name, f in named.items()}
    if verdict == "LOSS" and (profit := named["profit"]).value is not None:
        shown["loss"] = show(Bounds(-profit.value.high, -profit.value.low), profit.unit)
    labels = [FORM.field(name).label for name in missing]
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict=verdict,
        bottom_line=say(f"profitability.bottom.{verdict.lower()}", missing=labels, **shown),
        settled=verdict not in ("INCOMPLETE", "UNDECIDED"),
        subject=inputs.subject,
        inputs=dict(answers),
        figures=figures,
        reasons=(reason("revenue", say("profitability.reason.profit"), ("R-S2", "R-ROI4")),),
        unknowns=tuple(_one_unknowns(known, missing)),
        missing=missing,
        actions=(say(f"profitability.action.{verdict.lower()}"),),
        warnings=known.warnings,
        tables=tuple(_waterfall(known, named)),
    )


def _serve_cost(**p: Fraction) -> Fraction:
    """Orders, visits, credit and other costs of one customer at one point."""
    total = p.get("direct_costs", Fraction(0)) + p.get("discounts", Fraction(0))
    for count, price in SERVICE.items():
        total += p.get(count, Fraction(0)) * p.get(price, Fraction(0))
    return (
        total
        + p.get("revenue", Fraction(0))
        * p.get("credit_days", Fraction(0))
        * p.get("cost_of_capital", Fraction(0))
        / 365
    )


def _one_figures(known: Known) -> Iterator[Figure]:
    money, numbers = known.currency, dict(known.numbers)
    gross = known.compute(lambda r, m: r * m, *NEEDED)
    words = {"revenue": known.show("revenue"), "margin": known.show("gross_margin", "percent")} if gross else {}
    yield from figures_of(("gross_profit", gross, money, words))
    pieces: list[tuple[str, Outcome | None, str, dict[str, Any]]] = [
        (f"cost_of_{n}", known.compute(lambda a, b: a * b, n, p), money, {}) for n, p in SERVICE.items()
    ]
    credit = known.compute(lambda r, d, c: r * d * c / 365, "revenue", "credit_days", "cost_of_capital")
    yield from figures_of(*pieces, ("cost_of_credit", credit, money, {}))
    if not known.has("revenue"):
        return
    serve = corners(_serve_cost, **numbers)
    yield figure("cost_to_serve", serve, money)
    if gross is None:
        return
    profit = corners(lambda **p: p["revenue"] * p["gross_margin"] - _serve_cost(**p), **numbers)
    yield figure("profit", profit, money, gross=show(gross, money), serve=show(serve, money))  # type: ignore[arg-type]
    share = corners(
        lambda **p: divide(p["revenue"] * p["gross_margin"] - _serve_cost(**p), p["revenue"], NO_REVENUE), **numbers
    )
    yield figure("profit_share", share, "percent")
    eaten = corners(
        lambda **p: divide(_serve_cost(**p), max(p["revenue"] * p["gross_margin"], Fraction(0)), NO_GROSS), **numbers
    )
    yield figure("gross_eaten", eaten, "percent")


def _one_verdict(named: Mapping[str, Figure], missing: tuple[str, ...]) -> str:
    if missing:
        return "INCOMPLETE"
    profit = named["profit"].value
    assert profit is not None
    return "PROFITABLE" if profit.low > 0 else "LOSS" if profit.high < 0 else "UNDECIDED"


def _one_unknowns(known: Known, missing: tuple[str, ...]) -> Iterator[Unknown]:
    yield from needed(FORM, missing)
    for count, price in {**SERVICE, "credit_days": "cost_of_capital"}.items():
        for name, other in ((count, price), (price, count)):
            if known.has(other) and not known.has(name):
                yield Unknown(name, FORM.field(name).label, say("profitability.unknown.not_counted"))


def _waterfall(known: Known, named: Mapping[str, Figure]) -> Iterator[Table]:
    steps = ("gross_profit", "cost_of_orders", "cost_of_visits", "cost_of_credit", "profit")
    rows = tuple((named[step].label, named[step].display) for step in steps if step in named)
    if len(rows) > 1:
        columns = (say("render.column.figure"), say("render.column.value"))
        yield Table("waterfall", say("profitability.table.waterfall"), columns, rows)


# -- many customers --------------------------------------------------------------------------------------


def _of_customers(inputs: Any) -> Result:
    moneys = [value for one in inputs.customers for name in MONEY if (value := getattr(one, name)) not in (None, "0")]
    moneys += [value for one in inputs.activities for value in (one.rate, one.pool) if value]
    moneys += [value for value in (inputs.capacity and inputs.capacity.cost, inputs.stated_profit) if value]
    rows = [_plain_row(one) for one in inputs.customers]
    stated = _amount(inputs.stated_profit) if inputs.stated_profit else None
    return profit_of_rows(lambda: rows, _costing(inputs), _one_currency(moneys), stated)


def _one_currency(moneys: Sequence[dict[str, Any]]) -> str:
    one_each = {value["currency"]: money_of(value) for value in moneys}
    return one_currency(list(one_each.values()))


def _costing(inputs: Any) -> Costing:
    return Costing(
        tuple(_activity(one) for one in inputs.activities),
        _amount(inputs.capacity.cost) if inputs.capacity else Fraction(0),
        _single(inputs.capacity.minutes) if inputs.capacity else Fraction(0),
        _single(inputs.capital_rate) if inputs.capital_rate is not None else Fraction(0),
        _single(inputs.capital_days),
    )


def from_list(content: bytes, settings: Mapping[str, Any]) -> Result:
    """The profit of each customer in a CSV or XLSX list, one a row, costed as `settings` say.

    `settings` are this tool's inputs without customers: activities, capacity, capital_rate, stated_profit. The
    list is read row by row and never held as records. Raises InputError naming the row.
    """
    from tools.sheets import list_rows

    inputs: Any = CustomerProfitability.model_validate(dict(settings))
    drivers = [one.driver for one in inputs.activities]
    moneys = [value for one in inputs.activities for value in (one.rate, one.pool) if value]
    moneys += [value for value in (inputs.capacity and inputs.capacity.cost, inputs.stated_profit) if value]
    stated = _amount(inputs.stated_profit) if inputs.stated_profit else None
    return profit_of_rows(list_rows(content, drivers), _costing(inputs), _one_currency(moneys), stated)


MONEY = ("revenue", "product_cost", "discounts", "direct_costs")


def _single(value: Any) -> Fraction:
    bounds = bounds_of(value)
    if not bounds.known:
        raise InputError("no_ranges_here")
    return bounds.low


def _amount(value: Any) -> Fraction:
    return _single(value["amount"]) if isinstance(value, Mapping) else Fraction(0)


def _activity(given: ActivityIn) -> Activity:
    ways = [given.rate, given.pool, given.unit_minutes]
    if sum(way is not None for way in ways) != 1:
        raise InputError("activity_one_way", value=given.name[:60])
    rate = _amount(given.rate) if given.rate is not None else None
    pool = _amount(given.pool) if given.pool is not None else None
    minutes = _single(given.unit_minutes) if given.unit_minutes is not None else None
    quantity = _single(given.quantity) if given.quantity is not None else None
    return Activity(given.name, given.driver, rate, pool, minutes, quantity)


def _text(canonical: Any) -> str:
    if not isinstance(canonical, str):
        raise InputError("no_ranges_here")
    return canonical


def _plain_row(customer: Customer) -> dict[str, Any]:
    row: dict[str, Any] = {"name": customer.name}
    for name in MONEY:
        value = getattr(customer, name)
        row[name] = _text(value["amount"]) if value not in (None, "0") else None
    row["gross_margin"] = customer.gross_margin
    if customer.credit_days is not None:
        row["credit_days"] = _text(customer.credit_days)
    return row | {driver: _text(value) for driver, value in customer.drivers.items()}


def profit_of_rows(
    rows: Callable[[], Iterable[Mapping[str, Any]]], costing: Costing, currency: str, stated: Fraction | None = None
) -> Result:
    """Cost any number of customers. `rows` opens the rows afresh, since drivers are summed before costing.

    Each row maps column to cell: name, revenue, gross_margin or product_cost, discounts, direct_costs,
    credit_days, and a quantity for each driver. Raises InputError naming the row.
    """
    drivers = {activity.driver for activity in costing.activities}
    totals = driver_totals(rows(), drivers) if drivers else {}
    for activity in costing.activities:
        if activity.quantity is not None and not totals.get(activity.driver):
            totals[activity.driver] = activity.quantity
    rates = set_rates(costing, totals)
    ledger = run_ledger(rows(), costing, rates)
    return _ledger_result(ledger, costing, rates, currency, stated)


def _ledger_result(ledger: Ledger, costing: Costing, rates: Rates, currency: str, stated: Fraction | None) -> Result:
    curve = whale_curve(ledger)
    figures = (*_capacity_figures(costing, rates, currency), *_total_figures(ledger, curve, rates, currency, stated))
    named = {f.id: f for f in figures}
    verdict = "COMPUTED" if not ledger.customers else _total_verdict(named)
    shown = {name: f.display for name, f in named.items()}
    key = "activities_only" if not ledger.customers else "loss_in_all" if verdict == "LOSS" else "many"
    if key == "many" and named["losing_customers"].value == Bounds.exact(0):
        key = "all_good"
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict=verdict,
        bottom_line=say(f"profitability.bottom.{key}", **shown),
        settled=True,
        inputs={"customers": str(len(ledger.customers)), "activities": [a.name for a in costing.activities]},
        figures=figures,
        reasons=(reason("customers", say("profitability.reason.profit"), ("R-S2", "R-ROI4")),),
        actions=(say("profitability.action.many"),) if ledger.customers else (),
        warnings=tuple(_total_warnings(named, rates, stated, currency)),
        tables=tuple(_total_tables(ledger, costing, rates, currency)),
        charts=tuple(_whale_chart(curve, currency)),
    )


def _total_verdict(named: Mapping[str, Figure]) -> str:
    profit = named["total_profit"].value
    return "PROFITABLE" if profit and profit.low > 0 else "LOSS"


def _capacity_figures(costing: Costing, rates: Rates, currency: str) -> Iterator[Figure]:
    exact = Bounds.exact
    if costing.capacity_minutes:
        unused = costing.capacity_minutes - rates.minutes_used
        yield figure("cost_per_minute", exact(rates.minute_cost), currency)
        yield figure("minutes_used", exact(rates.minutes_used), "count")
        yield figure("capacity_used", exact(rates.minutes_used / costing.capacity_minutes), "percent")
        yield figure("minutes_unused", exact(unused), "count")
        yield figure("cost_assigned", exact(rates.minutes_used * rates.minute_cost), currency)
        yield figure("cost_unused", exact(unused * rates.minute_cost), currency)
    if rates.unassigned or costing.capacity_minutes:
        yield figure("unassigned", exact(rates.unassigned), currency)


def _total_figures(
    ledger: Ledger, curve: list[tuple[str, Fraction]], rates: Rates, currency: str, stated: Fraction | None
) -> Iterator[Figure]:
    if not ledger.customers:
        return
    exact = Bounds.exact
    total, peak = curve[-1][1], max(profit for _, profit in curve)
    losses = [customer[0] for customer in ledger.customers if customer[0] < 0]
    yield figure("customers", exact(len(curve)), "count")
    yield figure("total_revenue", exact(ledger.money(ledger.columns["revenue"])), currency)
    yield figure("total_gross_profit", exact(ledger.money(ledger.columns["gross"])), currency)
    yield figure("total_profit", exact(total), currency)
    yield figure("company_profit", exact(total - rates.unassigned), currency)
    if stated is not None:
        yield figure("gap_to_stated_profit", exact(total - rates.unassigned - stated), currency)
    yield figure("peak_profit", exact(peak), currency)
    share = exact(peak / total) if total > 0 else Undefined(say("figures.because.no_total_profit"))
    yield figure("peak_share", share, "percent")
    yield figure("losing_customers", exact(len(losses)), "count")
    yield figure("losing_total", exact(ledger.money(sum(losses))), currency)
    count = customers_for_share((customer[1] for customer in ledger.customers), PARETO)
    if len(curve) > 1 and count is not None:
        yield figure("customers_for_80", exact(Fraction(count, len(curve))), "percent")


def _total_warnings(
    named: Mapping[str, Figure], rates: Rates, stated: Fraction | None, currency: str
) -> Iterator[Caution]:
    if rates.idle:
        yield caution("UNASSIGNED", activities=list(rates.idle), amount=show(rates.unassigned, currency))
    gap = named["gap_to_stated_profit"].value if "gap_to_stated_profit" in named else None
    if gap and gap.low != 0 and stated is not None:
        words = {"stated": show(stated, currency), "computed": named["company_profit"].display}
        yield caution("RECONCILE", **words, hint=Text("", ""))


def _total_tables(ledger: Ledger, costing: Costing, rates: Rates, currency: str) -> Iterator[Table]:
    if costing.activities:
        priced = tuple(
            (
                Text(a.name, a.name),
                show(rates.totals.get(a.driver, Fraction(0))),
                show(rates.per_unit[a.name], currency),
            )
            for a in costing.activities
        )
        columns = tuple(say(f"profitability.table.{name}") for name in ("activity", "quantity", "unit_cost"))
        yield Table("activities", say("profitability.table.activities"), columns, priced)
    if not ledger.customers:
        return
    ranked = sorted(ledger.customers, key=lambda c: (-c[0], c[3]))
    by_revenue = sorted((c[1] for c in ledger.customers), reverse=True)
    place = {revenue: rank for rank, revenue in reversed(list(enumerate(by_revenue, 1)))}
    listed = list(enumerate(ranked, 1))
    if len(listed) > 2 * SHOWN:
        listed = listed[:SHOWN] + listed[-SHOWN:]
    rows = tuple(
        (
            Text(name, name),
            show(ledger.money(revenue), currency),
            show(ledger.money(gross), currency),
            show(ledger.money(profit), currency),
            show(rank),
            show(place[revenue]),
        )
        for rank, (profit, revenue, gross, name) in listed
    )
    heads = ("customer", "revenue", "gross", "profit", "profit_rank", "revenue_rank")
    columns = tuple(say(f"profitability.table.{name}") for name in heads)
    yield Table("customers", say("profitability.table.customers"), columns, rows)


def _whale_chart(curve: list[tuple[str, Fraction]], currency: str) -> Iterator[Chart]:
    """Cumulative profit, best customer first: in shares of the total, or in money where there is no profit."""
    if len(curve) < 2:
        return
    total = curve[-1][1]
    unit = total if total > 0 else Fraction(1)
    step = max(1, len(curve) // CURVE_POINTS)
    peak = max(range(len(curve)), key=lambda i: curve[i][1])
    kept = sorted({*range(0, len(curve), step), peak, len(curve) - 1})
    long = len(curve) > CURVE_POINTS
    points = tuple(
        (Text(str(i + 1), str(i + 1)) if long else Text(curve[i][0], curve[i][0]), curve[i][1] / unit) for i in kept
    )
    title = say("profitability.chart.whale")
    y = say("profitability.chart.share") if total > 0 else say("profitability.chart.money")
    top = show(curve[peak][1] / unit, "percent") if total > 0 else show(curve[peak][1], currency)
    alt = say("profitability.chart.alt", count=peak + 1, peak=top)
    yield Chart("whale", "line", title, say("profitability.chart.customers"), y, (Series(title, points),), alt)


TOOL = Tool(
    "customer_profitability",
    VERSION,
    CustomerProfitability,
    FORM,
    None,
    form_reader(CustomerProfitability),
    calculate,
    form_order(FORM),
    at_once=True,
)
