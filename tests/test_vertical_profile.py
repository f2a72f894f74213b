"""Verticals and referral programmes: the golden figures V1 to V6, the UK case's partners, and refusals."""

import datetime as dt
import time
from fractions import Fraction

import pytest

from tools.errors import InputError
from tools.registry import run
from tools.values import Bounds
from tools.vertical_profile import profile_rows

TODAY = dt.date(2026, 1, 31)
PHARMA = {"subject": "pharma", "customers": 35, "deals": 30, "window_years": 3}
BANKS = {"subject": "small banks", "customers": 20, "deals": 15, "window_years": 3}
PAID = {
    "fee_per_accepted_lead": "150 USD",
    "accepted_leads": 35,
    "commission_rate": "5%",
    "deals": 2,
    "average_deal": "65,000 USD",
    "gross_margin": "50%",
}


def profile(**inputs):
    return run("vertical_profile", inputs, TODAY)


def exact(result, name):
    value = result.figure(name).value
    return None if value is None else value.low


def test_v1_past_deals_alone_cannot_rank():
    known = {"customers": 35, "deals": 30, "window_years": 3}
    result = profile(verticals=[{"subject": "pharma", **known}, BANKS])
    assert result.verdict == "CANNOT_RANK"
    assert [exact(part, "deals_per_year") for part in result.parts] == [10, 5]
    assert result.missing == ("pharma.potential", "small banks.potential")
    assert "SPEED_UNKNOWN" in {warning.code for warning in result.warnings}


def test_v2_with_potentials_the_smaller_success_has_more_ahead():
    result = profile(verticals=[{**PHARMA, "potential": 50}, {**BANKS, "potential": 800}])
    assert result.verdict == "RANKED"
    banks, pharma = result.parts
    assert banks.subject == "small banks"
    names = ("penetration", "remaining", "runway_years")
    assert [exact(pharma, name) for name in names] == [Fraction(7, 10), 15, Fraction(3, 2)]
    assert [exact(banks, name) for name in names] == [Fraction(1, 40), 780, 156]
    assert result.charts[0].kind == "scatter"


def test_v3_more_customers_than_potential_are_refused():
    with pytest.raises(InputError) as refused:
        profile(**PHARMA, potential=34)
    assert refused.value.code == "later_stage_larger"


def test_v4_a_potential_of_zero_leaves_penetration_undefined():
    result = profile(**{**PHARMA, "customers": 0}, potential=0)
    assert exact(result, "penetration") is None
    assert result.figure("penetration").undefined.en


def test_v5_and_ab6_fifteen_percent_make_eighty():
    result = profile(total_customers=1000, top_share="15%", top_revenue_share="80%")
    assert exact(result, "top_customers") == 150
    assert exact(result, "top_to_mean") == Fraction(16, 3)
    assert exact(result, "rest_to_mean") == Fraction(20, 85)
    assert exact(result, "top_to_rest") == Fraction(80 * 85, 15 * 20)
    assert result.figure("top_to_rest").display.en == "22.67"


def test_v6_without_deals_there_is_no_runway():
    result = profile(**{**BANKS, "deals": 0}, potential=800)
    assert exact(result, "runway_years") is None
    assert exact(result, "remaining") == 780


def test_a_customer_list_of_a_hundred_thousand_rows_is_profiled_in_seconds():
    rows = ({"vertical": f"v{i % 7}", "revenue": str(i % 1000), "deals": "1"} for i in range(100_000))
    started = time.perf_counter()
    result = profile_rows(rows, 3, {f"v{i}": 50_000 for i in range(7)})
    assert time.perf_counter() - started < 10
    assert result.verdict == "RANKED"
    assert exact(result, "customers") == 100_000
    assert sum(exact(part, "deals_per_year") * 3 for part in result.parts) == 100_000


def test_a_customer_without_a_vertical_is_named_by_its_row():
    with pytest.raises(InputError, match="Row 2"):
        profile_rows([{"vertical": "a"}, {"vertical": " "}], 3)


def test_a_referral_programme_costs_fees_and_commission():
    partners = {"partners_mapped": 100, "partners_joined": 40, "partners_active": 15}
    result = run("referral_programme", {**PAID, **partners, "partner_role": "complementary"}, TODAY)
    expected = {
        "fees": 5250,
        "commission": 6500,
        "cost": 11750,
        "cost_per_deal": 5875,
        "join_rate": Fraction(2, 5),
        "active_rate": Fraction(3, 8),
        "roas": Fraction(130_000, 11_750),
    }
    assert {name: exact(result, name) for name in expected} == expected
    assert result.verdict == "PAYS"
    assert "REFERRAL_FEE_ETHICS" in {warning.code for warning in result.warnings}


@pytest.mark.parametrize(
    ("told", "state", "verdict"),
    [("yes", "condition", "PAYS"), ("no", "fail", "BLOCKED"), ("unknown", "open", "OPEN")],
)
def test_paying_an_adviser_depends_on_the_customer_knowing(told, state, verdict):
    result = run("referral_programme", {**PAID, "partner_role": "adviser", "fee_disclosed": told}, TODAY)
    assert result.gates[0].state == state
    assert result.verdict == verdict


def test_unknown_accepted_leads_bound_nothing_and_are_asked_for():
    result = run("referral_programme", {k: v for k, v in PAID.items() if k != "accepted_leads"}, TODAY)
    assert "accepted_leads" in result.missing
    assert result.verdict == "INCOMPLETE"


def test_an_average_is_a_number_too():
    result = profile(**{**PHARMA, "deals": "2.5"}, potential="50-60")
    assert result.figure("penetration").value == Bounds(Fraction(35, 60), Fraction(35, 50))
