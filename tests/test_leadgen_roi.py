"""Return on lead generation: the golden figures R1 to R11 and what must hold for any channel."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import InputError
from tools.registry import run
from tools.values import Bounds

TODAY = dt.date(2026, 1, 31)
ONLINE = {
    "subject": "online",
    "period": "month",
    "running_cost": "1,500 USD per month",
    "raw_leads": 100,
    "qualified_leads": 10,
    "deals": 1,
    "average_deal": "60,000 USD",
}
COLD = {
    "subject": "cold calls",
    "period": "month",
    "running_cost": "7,000 USD per month",
    "qualified_leads": 20,
    "sales_ready_leads": 10,
    "deals": 2,
    "average_deal": "60,000 USD",
}
CONSULTANTS = {
    "subject": "consultants",
    "period": "month",
    "running_cost": "0 USD per month",
    "commission_rate": "5%",
    "fee_per_accepted_lead": "150 USD",
    "accepted_leads": 35,
    "qualified_leads": 35,
    "deals": 2,
    "average_deal": "65,000 USD",
}
DISTRIBUTORS = {**CONSULTANTS, "subject": "distributors", "deals": "2-4", "average_deal": "50,000 USD"}
MAILING = {
    "running_cost": "4,000 NIS",
    "contacts": 1000,
    "raw_leads": 100,
    "qualified_leads": 30,
    "deals": 10,
    "average_deal": "2,000 NIS",
}


def roi(*, without=(), **inputs):
    return run("leadgen_roi", {k: v for k, v in inputs.items() if k not in without}, TODAY)


def between(low, high=None):
    return Bounds(Fraction(low), Fraction(low if high is None else high))


def codes(result):
    return {warning.code for warning in result.warnings}


GOLDEN = {
    "R1 online": (
        {**ONLINE, "gross_margin": "50%", "one_off_cost": "3,500 USD", "amortise_months": 12},
        {
            "roas": between(40),
            "net_on_revenue": between(39),
            "cost_per_raw_lead": between(15),
            "cost_per_qualified_lead": between(150),
            "cost_per_deal": between(1500),
            "cost_per_lead": between(15),
            "break_even_margin": between("0.025"),
            "romi": between(19),
            "one_off_share": between("3500/12"),
            "roas_with_one_off": between(Fraction(60000) / (1500 + Fraction(3500, 12))),
        },
        "PAYS",
    ),
    "R2 cold calling": (
        {**COLD, "gross_margin": "50%", "cycle_months": 3},
        {
            "roas": between("120/7"),
            "net_on_revenue": between("113/7"),
            "cost_per_lead": between(350),
            "cost_per_sales_ready_lead": between(700),
            "cost_per_deal": between(3500),
            "break_even_margin": between("7/120"),
            "payback_months": between(3 + Fraction(21, 53)),
        },
        "PAYS",
    ),
    "R3 consultants": (
        {**CONSULTANTS, "gross_margin": "50%"},
        {
            "cost": between(11750),
            "roas": between(Fraction(130000, 11750)),
            "cost_per_deal": between(5875),
            "romi": between(Fraction(65000 - 11750, 11750)),
        },
        "PAYS",
    ),
    "R4 distributors": (
        DISTRIBUTORS,
        {
            "cost": between(10250, 15250),
            "cost_per_deal": between("3812.5", 5125),
            "roas": between(Fraction(100000, 10250), Fraction(200000, 15250)),
        },
        "INCOMPLETE",
    ),
    "R6 direct mail": (
        {**MAILING, "gross_margin": "50%"},
        {
            "roas": between(5),
            "net_on_revenue": between(4),
            "romi": between("1.5"),
            "cost_per_lead": between(40),
            "cost_per_contact": between(4),
            "cost_per_qualified_lead": between("400/3"),
            "cost_per_deal": between(400),
            "break_even_margin": between("0.2"),
            "break_even_deals": between(4),
        },
        "PAYS",
    ),
    "R9 yearly cost and quarterly deals": (
        {
            "running_cost": "12,000 USD per year",
            "period": "quarter",
            "deals": 3,
            "average_deal": "10,000 USD",
        },
        {
            "cost": between(1000),
            "revenue": between(10000),
            "roas": between(10),
            "deals_per_month": between(1),
        },
        "INCOMPLETE",
    ),
    "R11 negative margin": (
        {"running_cost": "1,000 USD", "deals": 1, "average_deal": "10,000 USD", "gross_margin": "-10%"},
        {"romi": between(-2), "break_even_deals": None},
        "LOSES",
    ),
}


@pytest.mark.parametrize(("inputs", "figures", "verdict"), GOLDEN.values(), ids=GOLDEN)
def test_the_golden_figures_come_out_exactly(inputs, figures, verdict):
    result = roi(**inputs)
    assert {name: result.figure(name).value for name in figures} == figures
    assert result.verdict == verdict


def test_r3_without_the_accepted_leads_the_fees_are_a_range():
    result = roi(**CONSULTANTS, without=["accepted_leads"])
    assert result.figure("cost").value == between(6500, 11750)
    assert result.figure("roas").value == between(Fraction(130000, 11750), 20)
    assert "accepted_leads" in {unknown.field for unknown in result.unknowns}


@pytest.mark.parametrize(("margin", "romi"), [("20%", 0), ("40%", 1), ("50%", Fraction(3, 2))])
def test_r6_romi_is_five_times_the_margin_less_one(margin, romi):
    result = roi(**MAILING, gross_margin=margin)
    assert result.figure("romi").value == between(romi)
    assert result.verdict == ("UNDECIDED" if romi == 0 else "PAYS")


def test_r5_the_channels_do_not_add_up_to_the_stated_revenue():
    channels = [ONLINE, COLD, CONSULTANTS, DISTRIBUTORS]
    result = roi(channels=channels, stated_revenue="350,000 USD per month", unallocated_cost="9,000 USD per month")
    expected = {
        "revenue": between(410_000, 510_000),
        "deals": between(7, 9),
        "cost": between(30_500, 35_500),
        "cost_with_unallocated": between(39_500, 44_500),
    }
    assert {name: result.figure(name).value for name in expected} == expected
    assert "RECONCILE" in codes(result)
    readings = next(table for table in result.tables if table.id == "readings")
    assert ("1", "2", "1", "2", "6", "$345,000") in [tuple(cell.en for cell in row) for row in readings.rows]
    assert [part.verdict for part in result.parts] == ["INCOMPLETE"] * 4
    deals_series = result.charts[0].series[1]
    assert [y for _, y in deals_series.points] == [1, 2, 2, 3]


def test_r7_cost_without_any_lead_has_no_cost_per_lead_but_loses_it_all():
    result = roi(running_cost="500 USD", raw_leads=0, deals=0, average_deal="10,000 USD")
    assert result.figure("cost_per_lead").value is None
    assert result.figure("cost_per_lead").undefined.he
    assert result.figure("roas").value == between(0)
    assert result.figure("romi").value == between(-1)
    assert result.verdict == "LOSES"
    young = roi(running_cost="500 USD", deals=0, average_deal="10 USD", cycle_months=3, channel_age_months=2)
    assert young.verdict == "TOO_EARLY"
    assert {"NO_DEALS", "CYCLE_NOT_ELAPSED"} <= codes(young)


def test_r8_a_channel_without_cost_has_no_ratio():
    result = roi(running_cost="0 USD", deals=1, average_deal="10,000 USD", gross_margin="50%")
    assert result.figure("roas").value is None
    assert result.figure("romi").value is None
    assert result.verdict == "UNDEFINED"
    assert "ZERO_COST" in codes(result)


def test_r9_different_periods_are_converted_in_sight():
    inputs, _, _ = GOLDEN["R9 yearly cost and quarterly deals"]
    warning = next(w for w in roi(**inputs).warnings if w.code == "MIXED_PERIOD")
    assert "$1,000" in warning.text.en


def test_r10_two_currencies_are_refused_until_a_dated_rate_is_given():
    inputs = {"running_cost": "1,000 USD", "deals": 1, "average_deal": "36,500 NIS", "gross_margin": "50%"}
    with pytest.raises(InputError) as refused:
        roi(**inputs)
    assert refused.value.code == "mixed_currencies"
    rate = {"base": "USD", "into": "ILS", "rate": "3.65", "date": "2026-01-15"}
    result = roi(**inputs, rates=[rate])
    assert result.figure("roas").value == between(10)
    assert "2026-01-15" in next(w for w in result.warnings if w.code == "MIXED_CURRENCY").text.he


def test_a_fee_for_an_unknown_number_of_leads_leaves_the_cost_open():
    result = roi(**CONSULTANTS, without=["accepted_leads", "qualified_leads"])
    assert result.missing == ("accepted_leads", "gross_margin")
    assert {figure.id for figure in result.figures} == {"revenue"}


def test_without_a_margin_everything_else_still_stands():
    result = roi(running_cost=7500, deals=2, average_deal=30000)
    data = result.to_json()
    assert data["verdict"] == "INCOMPLETE"
    assert data["missing"] == ["gross_margin"]
    assert (data["roas"], data["net_on_revenue"], data["break_even_margin"]) == (8, 7, 0.125)
    assert "romi" not in data
    line = next(chart for chart in result.charts if chart.id == "romi_by_margin")
    assert [y for _, y in line.series[0].points][:3] == [-1, Fraction(-1, 5), Fraction(3, 5)]


def test_a_later_stage_cannot_be_larger_than_an_earlier_one():
    with pytest.raises(InputError) as refused:
        roi(**{**ONLINE, "qualified_leads": 101})
    assert refused.value.code == "later_stage_larger"
    assert roi(**{**ONLINE, "qualified_leads": 101}, different_cohorts="yes").verdict == "INCOMPLETE"


def test_paying_for_leads_raises_the_question_of_ethics():
    assert "REFERRAL_FEE_ETHICS" in codes(roi(**CONSULTANTS))
    assert "REFERRAL_FEE_ETHICS" not in codes(roi(**ONLINE))


def test_an_amount_without_a_currency_goes_with_the_others_and_says_so():
    result = roi(running_cost="7,500", deals=2, average_deal="30,000 USD")
    assert result.figure("roas").value == between(8)
    assert "CURRENCY_ASSUMED" in codes(result)
    assert "CURRENCY_ASSUMED" not in codes(roi(running_cost=7500, deals=2, average_deal=30000))


def test_what_is_wrong_in_one_of_several_channels_is_told_with_its_row():
    with pytest.raises(InputError) as refused:
        roi(channels=[ONLINE, {**COLD, "deals": "many", "gross_margin": "30"}])
    assert [error.text.en[:6] for error in refused.value.errors] == ["Row 2:", "Row 2:"]
    with pytest.raises(InputError, match=r"Row 1: Day of the rate is needed"):
        roi(**ONLINE, rates=[{"base": "USD", "into": "ILS", "rate": "3"}])


def test_a_mistyped_field_is_refused_with_the_one_probably_meant():
    with pytest.raises(InputError, match="gross_margin"):
        roi(**ONLINE, gross_margn="50%")


whole = st.integers(0, 50)
amount = st.integers(1, 10**7)
margin = st.integers(-100, 100).map(lambda n: f"{n}%")


@settings(max_examples=40, deadline=None)
@given(cost=amount, deals=whole, deal=amount, margin=margin, scale=st.integers(2, 1000))
def test_ratios_do_not_depend_on_the_currency_or_the_scale(cost, deals, deal, margin, scale):
    plain = roi(running_cost=f"{cost} USD", deals=deals, average_deal=f"{deal} USD", gross_margin=margin)
    scaled = roi(
        running_cost=f"{cost * scale} EUR",
        deals=deals,
        average_deal=f"{deal * scale} EUR",
        gross_margin=margin,
    )
    for name in ("roas", "net_on_revenue", "romi"):
        assert plain.figure(name).value == scaled.figure(name).value
    assert plain.verdict == scaled.verdict


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_range_contains_every_value_it_stands_for(data):
    low, high = sorted(data.draw(st.tuples(whole, whole)))
    deal_low, deal_high = sorted(data.draw(st.tuples(amount, amount)))
    cost, commission = data.draw(amount), data.draw(st.integers(0, 30))
    fixed = {"running_cost": f"{cost} USD", "commission_rate": f"{commission}%", "gross_margin": "40%"}
    ranged = roi(
        **fixed,
        deals={"low": low, "high": high},
        average_deal={"amount": {"low": deal_low, "high": deal_high}, "currency": "USD"},
    )
    deals, deal = data.draw(st.integers(low, high)), data.draw(st.integers(deal_low, deal_high))
    single = roi(**fixed, deals=deals, average_deal=f"{deal} USD")
    for name in ("roas", "romi", "net_profit"):
        value, bounds = single.figure(name).value, ranged.figure(name).value
        assert bounds.low <= value.low <= bounds.high


@settings(max_examples=20, deadline=None)
@given(st.permutations([ONLINE, COLD, CONSULTANTS, DISTRIBUTORS]))
def test_the_order_of_the_channels_does_not_matter(channels):
    result = roi(channels=list(channels))
    assert result.figure("roas").value == between(Fraction(410_000, 30_500), Fraction(510_000, 35_500))
