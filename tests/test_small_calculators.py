"""Nurturing, funnel and sales productivity: the golden figures N, F and T."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import InputError
from tools.nurture_payoff import add_months
from tools.registry import run
from tools.values import Bounds

TODAY = dt.date(2026, 8, 31)
INQUIRIES = {
    "inquiries": 100,
    "ready": 10,
    "ready_win_rate": "30%",
    "later_buyers": 30,
    "later_win_rate": "30%",
}
MONEY = {"deal_value": "60,000 USD", "gross_margin": "50%", "nurture_cost": "7,000 USD"}
RATES = {
    "ready_rate": "10%",
    "ready_win_rate": "30%",
    "later_buyer_rate": "1/3",
    "later_win_rate": "30%",
}
HOUR = {"annual_revenue": "1,000,000 USD per year", "working_days": 220, "hours_per_day": 8}
HELPER = {
    "reps": 4,
    "uplift_per_rep": "60,000 USD per month",
    "gross_margin": "50%",
    "helper_cost": "8,000 USD per month",
}
CALLS = {
    "dials_per_day": "60-80",
    "talks_per_day": "8-10",
    "calling_days": 22,
    "leads": 20,
    "calling_cost": "7,000 USD per month",
}


def between(low, high=None):
    return Bounds(Fraction(low), Fraction(low if high is None else high))


GOLDEN = {
    "N1 nurturing gives four times the deals": (
        "nurture_payoff",
        INQUIRIES,
        {
            "deals_ready": between(3),
            "deals_nurtured": between(9),
            "deals_total": between(12),
            "rate_without": between("0.03"),
            "rate_with": between("0.12"),
            "deals_multiple": between(4),
            "nurtured_share": between("0.75"),
        },
        "INCOMPLETE",
    ),
    "N2 in money": (
        "nurture_payoff",
        INQUIRIES | MONEY,
        {
            "profit_nurtured": between(270_000),
            "romi": between(Fraction(263, 7)),
            "break_even_deals": between(Fraction(7, 30)),
            "break_even_win_rate": between(Fraction(7, 900)),
            "break_even_whole_deals": between(1),
            "break_even_whole_rate": between(Fraction(1, 30)),
        },
        "PAYS",
    ),
    "N3 the first year": (
        "nurture_payoff",
        INQUIRIES | {"ready_horizon_months": 6, "later_horizon_months": 12},
        {"first_year_ready": between(18, 36), "first_year_nurtured": between(0, 108)},
        "INCOMPLETE",
    ),
    "N4 nobody left to nurture": (
        "nurture_payoff",
        INQUIRIES | {"ready": 100, "later_buyers": 0},
        {"deals_nurtured": between(0), "deals_multiple": between(1), "not_ready": between(0)},
        "NOTHING_TO_NURTURE",
    ),
    "N6 no nurtured deal is won": (
        "nurture_payoff",
        INQUIRIES | MONEY | {"later_win_rate": "0%"},
        {"romi": between(-1), "deals_nurtured": between(0)},
        "LOSES",
    ),
    "F1 forward": (
        "funnel",
        {"inquiries": 100, **RATES},
        {"expected_deals": between(12), "expected_deals_ready": between(3), "sales_ready": between(10)},
        "COMPUTED",
    ),
    "F2 backward, each figure rounded up once": (
        "funnel",
        {"target_deals": 10, **RATES},
        {
            "needed_ready": between(34),
            "needed_inquiries": between(334),
            "needed_inquiries_nurtured": between(84),
        },
        "COMPUTED",
    ),
    "F3 seven against ten": (
        "funnel",
        {
            "target_deals": 10,
            "target_sales_ready": 10,
            "target_nurture": 40,
            **{k: v for k, v in RATES.items() if k != "ready_rate"},
        },
        {
            "deals_from_targets": between(7),
            "needed_win_rate": between(Fraction(3, 7)),
            "needed_sales_ready": between(20),
        },
        "FALLS_SHORT",
    ),
    "F4 the mailing": (
        "funnel",
        {"contacts": 1000, "inquiries": 100, "opportunities": 30, "deals": 10},
        {
            "response_rate": between("0.1"),
            "opportunity_rate": between("0.3"),
            "closing_rate": between("1/3"),
            "overall_rate": between("0.01"),
        },
        "COMPUTED",
    ),
    "F6 no inquiries": (
        "funnel",
        {"inquiries": 0, "opportunities": 0, "deals": 0},
        {"opportunity_rate": None, "closing_rate": None, "overall_rate": None},
        "COMPUTED",
    ),
    "T1 the value of an hour": (
        "sales_productivity",
        {**HOUR, "gross_margin": "50%", "stated_hour_value": "600 USD", "selling_share": "60-70%"},
        {
            "value_per_day": between("50000/11"),
            "value_per_hour": between("6250/11"),
            "profit_per_hour": between("3125/11"),
            "implied_hours_per_day": between("250/33"),
            "value_per_selling_hour": between(
                Fraction(6250, 11) / Fraction("0.7"), Fraction(6250, 11) / Fraction("0.6")
            ),
        },
        "COMPUTED",
    ),
    "T1 with seven and a half hours": (
        "sales_productivity",
        {**HOUR, "hours_per_day": "7.5"},
        {"value_per_hour": between("20000/33")},
        "COMPUTED",
    ),
    "T2 the helper": (
        "sales_productivity",
        HELPER,
        {
            "added_profit": between(120_000),
            "net_profit": between(112_000),
            "romi": between(14),
            "profit_to_cost": between(15),
            "revenue_to_cost": between(30),
            "break_even_uplift": between(16_000),
            "break_even_uplift_per_rep": between(4_000),
            "break_even_share_of_uplift": between("1/15"),
        },
        "PAYS",
    ),
    "T3 freed time": (
        "sales_productivity",
        {**HELPER, "freed_share": "30-40%"},
        {"freed_fte": between("1.2", "1.6"), "implied_base_per_rep": between(90_000, 140_000)},
        "PAYS",
    ),
    "T4 time on unsuitable prospects": (
        "sales_productivity",
        {**HOUR, "wasted_share": "25%"},
        {"wasted_hours": between(440), "wasted_value": between(250_000)},
        "COMPUTED",
    ),
    "T5 calls": (
        "sales_productivity",
        CALLS,
        {
            "contact_rate": between("0.1", "1/6"),
            "dials_per_lead": between(66, 88),
            "talks_per_lead": between("8.8", 11),
            "cost_per_dial": between(Fraction(7000, 1760), Fraction(7000, 1320)),
            "cost_per_talk": between(Fraction(7000, 220), Fraction(7000, 176)),
        },
        "COMPUTED",
    ),
}


@pytest.mark.parametrize(("tool", "inputs", "figures", "verdict"), GOLDEN.values(), ids=GOLDEN)
def test_the_golden_figures_come_out_exactly(tool, inputs, figures, verdict):
    result = run(tool, inputs, TODAY)
    assert {name: result.figure(name).value for name in figures} == figures
    assert result.verdict == verdict


def test_n5_without_a_deal_value_the_payoff_is_in_deals_only():
    result = run("nurture_payoff", INQUIRIES, TODAY)
    assert result.missing == ("deal_value", "gross_margin", "nurture_cost")
    assert {figure.unit for figure in result.figures} <= {"count", "percent", "ratio"}
    assert "12" in result.bottom_line.en


@pytest.mark.parametrize(
    ("tool", "inputs", "code"),
    [
        ("funnel", {"opportunities": 3, "deals": 4}, "later_stage_larger"),
        ("sales_productivity", {**HOUR, "hours_per_day": 0}, "must_be_positive"),
        ("nurture_payoff", INQUIRIES | {"later_buyers": 91}, "later_stage_larger"),
        ("nurture_payoff", INQUIRIES | {"ready": 101}, "later_stage_larger"),
        ("funnel", {"inquiries": -1}, "below"),
    ],
)
def test_figures_that_cannot_be_are_refused(tool, inputs, code):
    with pytest.raises(InputError) as refused:
        run(tool, inputs, TODAY)
    assert refused.value.code == code
    assert refused.value.text.he


def test_a_number_of_deals_beside_rates_alone_is_a_target():
    result = run("funnel", {"deals": 10, **RATES}, TODAY)
    assert result.figure("needed_inquiries").value == between(334)


def test_the_hours_of_a_day_are_asked_for_and_never_assumed():
    result = run("sales_productivity", {k: v for k, v in HOUR.items() if k != "hours_per_day"}, TODAY)
    assert (result.verdict, result.missing) == ("INCOMPLETE", ("hours_per_day",))
    assert result.figure("value_per_day").value == between("50000/11")


def test_the_plan_has_seven_contacts_on_real_days():
    result = run("nurture_payoff", INQUIRIES, TODAY)
    (plan,) = result.tables
    dates = [row[1].en for row in plan.rows]
    assert dates == [
        "2026-08-31",
        "2026-09-30",
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
    ]
    calls = [row[0].en for row in plan.rows if row[3].en != "no call"]
    assert calls == ["0", "3", "6"]
    chosen = run("nurture_payoff", INQUIRIES | {"start_date": "2028-01-31"}, TODAY)
    assert chosen.tables[0].rows[1][1].en == "2028-02-29"


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 1, 1)), st.integers(0, 60))
def test_a_month_later_is_the_same_day_or_the_last_of_its_month(day, months):
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + dt.timedelta(days=1)).day == 1


def test_a_yearly_helper_cost_is_shown_as_a_monthly_one():
    result = run("sales_productivity", {**HELPER, "helper_cost": "96,000 USD per year"}, TODAY)
    assert result.figure("romi").value == between(14)
    assert "MIXED_PERIOD" in {warning.code for warning in result.warnings}
