"""Profit per customer: the golden figures AB1 to AB5, exactness, edges and a hundred thousand rows."""

import datetime as dt
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.costing import Activity, Costing
from tools.customer_profitability import profit_of_rows
from tools.errors import InputError
from tools.registry import run
from tools.values import Bounds

TODAY = dt.date(2026, 1, 31)
RATED = [
    {"name": "orders", "driver": "orders", "rate": "50 USD"},
    {"name": "visits", "driver": "visits", "rate": "400 USD"},
]
COSTED = {"activities": RATED, "capital_rate": "1%", "capital_days": 30}


def customer(name, revenue, margin, orders, visits, days):
    return {
        "name": name,
        "revenue": f"{revenue} USD",
        "gross_margin": margin,
        "credit_days": days,
        "drivers": {"orders": orders, "visits": visits},
    }


A = customer("A", 100_000, "40%", 100, 10, 30)
B = customer("B", 200_000, "20%", 400, 30, 90)
C = customer("C", 300_000, "15%", 600, 40, 120)
D = customer("D", 50_000, "50%", 20, 2, 0)


def profit(**inputs):
    return run("customer_profitability", inputs, TODAY)


def exact(result, name):
    value = result.figure(name).value
    assert value.known
    return value.low


def test_ab1_time_driven_costing_leaves_unused_capacity_unassigned():
    times = [("orders", 40, 9_800), ("complaints", 220, 280), ("credit checks", 250, 500)]
    result = profit(
        capacity={"cost": "560,000 USD", "minutes": 700_000},
        activities=[{"name": n, "driver": n, "unit_minutes": m, "quantity": q} for n, m, q in times],
    )
    expected = {
        "cost_per_minute": Fraction("0.8"),
        "minutes_used": 578_600,
        "cost_assigned": 462_880,
        "minutes_unused": 121_400,
        "cost_unused": 97_120,
        "capacity_used": Fraction(578_600, 700_000),
    }
    assert {name: exact(result, name) for name in expected} == expected
    assert exact(result, "cost_assigned") + exact(result, "cost_unused") == 560_000
    assert [row[2].en for row in result.tables[0].rows] == ["$32", "$176", "$200"]


def test_ab2_each_customer_has_its_own_profit_and_loss():
    result = profit(customers=[A, B, C, D], **COSTED)
    table = next(table for table in result.tables if table.id == "customers")
    assert {row[0].en: row[3].en for row in table.rows} == {
        "A": "$30,000",
        "D": "$23,200",
        "B": "$2,000",
        "C": "-$13,000",
    }
    assert exact(result, "total_profit") == 42_200


def test_ab3_the_whale_curve_peaks_before_the_largest_customer():
    result = profit(customers=[A, B, C, D], **COSTED)
    (curve,) = result.charts[0].series
    assert [(label.en, y) for label, y in curve.points] == [
        ("A", Fraction(30_000, 42_200)),
        ("D", Fraction(53_200, 42_200)),
        ("B", Fraction(55_200, 42_200)),
        ("C", 1),
    ]
    assert exact(result, "peak_share") == Fraction(55_200, 42_200)
    table = next(table for table in result.tables if table.id == "customers")
    last = table.rows[-1]
    assert (last[0].en, last[5].en) == ("C", "1")
    assert max(table.rows, key=lambda row: int(row[2].en.replace("$", "").replace(",", "")))[0].en == "C"


def test_ab4_when_all_lose_there_are_no_shares():
    result = profit(customers=[C], **COSTED)
    assert result.verdict == "LOSS"
    assert result.figure("peak_share").value is None
    assert result.charts == ()


def test_ab5_a_pool_without_driver_stays_unassigned():
    result = profit(customers=[A], activities=[{"name": "rush", "driver": "rush", "pool": "10,000 USD"}])
    assert exact(result, "unassigned") == 10_000
    assert "UNASSIGNED" in {warning.code for warning in result.warnings}
    assert exact(result, "company_profit") == exact(result, "total_profit") - 10_000


def test_a_pool_is_shared_out_by_its_driver():
    pool = {"name": "orders", "driver": "orders", "pool": "56,000 USD"}
    result = profit(customers=[A, B, C, D], activities=[pool])
    assert exact(result, "total_profit") == 40_000 + 40_000 + 45_000 + 25_000 - 56_000
    assert "unassigned" not in {figure.id for figure in result.figures}


def test_more_minutes_than_capacity_are_refused():
    with pytest.raises(InputError) as refused:
        profit(
            capacity={"cost": "100 USD", "minutes": 10},
            activities=[{"name": "x", "driver": "x", "unit_minutes": 11, "quantity": 1}],
        )
    assert refused.value.code == "over_capacity"


def test_a_stated_profit_that_differs_is_pointed_out():
    result = profit(customers=[A, B, C, D], **COSTED, stated_profit="50,000 USD")
    assert "RECONCILE" in {warning.code for warning in result.warnings}
    assert exact(result, "gap_to_stated_profit") == -7_800
    agreed = profit(customers=[A, B, C, D], **COSTED, stated_profit="42,200 USD")
    assert agreed.warnings == ()


def test_one_customer_is_asked_about_field_by_field():
    result = profit(revenue="300,000 USD", gross_margin="15%", orders=600, cost_per_order="50 USD")
    assert exact(result, "profit") == 15_000
    assert result.verdict == "PROFITABLE"
    worse = profit(
        revenue="300,000 USD",
        gross_margin="15%",
        orders=600,
        cost_per_order="50 USD",
        visits=40,
        cost_per_visit="400 USD",
        credit_days=120,
        cost_of_capital="73/600",
    )
    assert exact(worse, "profit") == -13_000
    assert worse.verdict == "LOSS"
    half = profit(revenue="300,000 USD", orders=600)
    assert half.missing == ("gross_margin",)
    assert {unknown.field for unknown in half.unknowns} == {"gross_margin", "cost_per_order"}


def test_a_range_may_leave_the_verdict_open():
    result = profit(revenue="100,000 USD", gross_margin="10-30%", direct_costs="20,000 USD")
    assert result.verdict == "UNDECIDED"
    assert result.figure("profit").value == Bounds(Fraction(-10_000), Fraction(10_000))


def test_a_bad_cell_is_named_by_its_row():
    rows = [{"name": "a", "revenue": "10"}, {"name": "b", "revenue": "ten"}]
    with pytest.raises(InputError, match="Row 2"):
        profit_of_rows(lambda: rows, Costing(), "USD")


amounts = st.decimals(0, 10**6, places=2)
rows_of = st.lists(
    st.fixed_dictionaries({"revenue": amounts, "gross_margin": st.decimals(-1, 1, places=2), "orders": amounts}),
    min_size=1,
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(rows_of, st.integers(0, 10**6), st.randoms())
def test_customers_add_up_exactly_in_any_order(rows, pool, random):
    costing = Costing((Activity("orders", "orders", pool=Fraction(pool)),), capital_rate=Fraction(1, 7))
    first = profit_of_rows(lambda: rows, costing, "USD")
    gross = sum((Fraction(row["revenue"]) * Fraction(row["gross_margin"]) for row in rows), Fraction(0))
    assert exact(first, "company_profit") == gross - pool
    mixed = random.sample(rows, len(rows))
    assert profit_of_rows(lambda: mixed, costing, "USD").figures == first.figures


def test_a_hundred_thousand_customers_take_seconds():
    count = 100_000

    def rows():
        for i in range(count):
            yield {
                "name": f"c{i}",
                "revenue": str(1000 + i % 977),
                "gross_margin": "0.3",
                "orders": str(i % 13),
                "visits": str(i % 3),
                "credit_days": "45",
            }

    activities = (Activity("orders", "orders", pool=Fraction(900_001)), Activity("visits", "visits", rate=Fraction(7)))
    started = time.perf_counter()
    result = profit_of_rows(rows, Costing(activities, capital_rate=Fraction(8, 100)), "USD")
    assert time.perf_counter() - started < 20
    assert exact(result, "customers") == count
    assert len(result.charts[0].series[0].points) < 60
    assert len(next(t for t in result.tables if t.id == "customers").rows) == 20
