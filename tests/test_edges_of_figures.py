"""The edges where a figure turns: equal is not less, zero is not small, a year is twelve months."""

import datetime as dt
from fractions import Fraction

import pytest

from tools.costing import customers_for_share
from tools.money import wilson
from tools.portfolio import ratio_bounds
from tools.registry import run
from tools.values import Bounds

TODAY = dt.date(2026, 1, 31)
ONE = {"subject": "one", "period": "month", "running_cost": "1,000 USD per month", "deals": 2}
ONE |= {"average_deal": "5,000 USD", "gross_margin": "50%"}
TWO = {**ONE, "subject": "two", "running_cost": "3,000 USD per month", "deals": "2-4", "gross_margin": "25%"}


def roi(**inputs):
    return run("leadgen_roi", inputs, TODAY)


def exact(result, name):
    value = result.figure(name).value
    assert value.known
    return value.low


def codes(result):
    return {warning.code for warning in result.warnings}


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(3, 10, "0.1078", "0.6033"), (90, 100, "0.8256", "0.9448"), (0, 10, "0", "0.2776"), (1, 100, "0.0017", "0.0545")],
)
def test_the_wilson_interval_is_the_published_one(successes, trials, low, high):
    interval = wilson(Fraction(successes), Fraction(trials))
    assert abs(interval.low - Fraction(low)) < Fraction(1, 10_000)
    assert abs(interval.high - Fraction(high)) < Fraction(1, 10_000)


def test_no_trials_have_no_interval():
    assert wilson(Fraction(0), Fraction(0)) is None
    assert wilson(Fraction(3), Fraction(2)) is None


def test_a_channel_as_old_as_its_cycle_is_judged():
    inputs = {k: v for k, v in ONE.items() if k != "subject"}
    grown = roi(**inputs, cycle_months=3, channel_age_months=3)
    assert grown.verdict == "PAYS"
    assert "CYCLE_NOT_ELAPSED" not in codes(grown)
    assert roi(**inputs, cycle_months=3, channel_age_months="2.5").verdict == "TOO_EARLY"


def test_money_figures_of_a_channel_are_what_they_say():
    result = roi(**ONE, sales_cost_per_deal="500 USD", commission_rate="10%")
    assert exact(result, "cost") == 2_000
    assert exact(result, "net_profit") == 10_000 * Fraction(1, 2) - 2_000
    assert exact(result, "romi_after_sales_cost") == Fraction(5_000 - 3_000, 3_000)
    assert exact(result, "break_even_deals") == 1
    assert exact(roi(**{**ONE, "running_cost": "2,001 USD per month"}), "break_even_deals") == 1
    assert exact(roi(**{**ONE, "running_cost": "2,501 USD per month"}), "break_even_deals") == 2


def test_a_break_even_deal_that_leaves_nothing_does_not_exist():
    result = roi(**{**ONE, "gross_margin": "10%"}, commission_rate="10%")
    assert result.figure("break_even_deals").value is None


def test_payback_counts_the_cycle_and_the_one_off_cost():
    result = roi(**ONE, cycle_months=2, one_off_cost="8,000 USD")
    assert exact(result, "payback_months") == 2 + Fraction(8_000 + 2 * 1_000, 5_000 - 1_000)
    never = roi(**{**ONE, "gross_margin": "10%"}, cycle_months=2)
    assert never.figure("payback_months").value is None


def test_a_portfolio_sums_and_bounds_its_ratios_exactly():
    result = roi(channels=[ONE, TWO])
    assert result.figure("revenue").value == Bounds(Fraction(20_000), Fraction(30_000))
    assert exact(result, "cost") == 4_000
    assert result.figure("roas").value == Bounds(Fraction(5), Fraction(15, 2))
    assert result.figure("break_even_margin").value == Bounds(Fraction(2, 15), Fraction(1, 5))
    assert result.figure("romi").value == Bounds(Fraction(3_500, 4_000), Fraction(6_000, 4_000))


def test_stated_figures_are_brought_to_the_period_of_the_channels():
    result = roi(channels=[ONE], stated_revenue="120,000 USD per year", unallocated_cost="3,000 USD per quarter")
    assert exact(result, "stated_revenue") == 10_000
    assert exact(result, "gap_to_stated") == 0
    assert exact(result, "cost_with_unallocated") == 2_000
    assert exact(result, "roas_with_unallocated") == 5
    assert "RECONCILE" not in codes(result)
    assert "RECONCILE" not in codes(roi(channels=[TWO], stated_revenue="20,000 USD"))
    assert "RECONCILE" in codes(roi(channels=[TWO], stated_revenue="20,001 USD"))


def test_channels_of_different_periods_are_added_by_the_month():
    yearly = {**ONE, "subject": "fair", "period": "year", "running_cost": "12,000 USD per year", "deals": 24}
    result = roi(channels=[ONE, yearly])
    assert exact(result, "cost") == 2_000
    assert exact(result, "deals") == 4


def test_a_stated_number_of_deals_is_reconciled_too():
    assert "RECONCILE" in codes(roi(channels=[ONE], stated_deals=3))
    assert "RECONCILE" not in codes(roi(channels=[TWO], stated_deals=3))


def test_a_portfolio_without_cost_has_no_ratio():
    result = roi(channels=[{**ONE, "running_cost": "0 USD per month"}])
    assert result.figure("roas").value is None


def test_each_caution_names_only_its_own_channels():
    result = roi(channels=[{**ONE, "attribution": "shared"}, TWO])
    (caution,) = [warning for warning in result.warnings if warning.code == "DOUBLE_COUNT"]
    assert caution.text.en.startswith("one: ")


def test_ratio_bounds_choose_each_channel_for_the_whole():
    points = [[(Fraction(1), Fraction(1)), (Fraction(3), Fraction(2))], [(Fraction(10), Fraction(1))]]
    assert ratio_bounds(points, Bounds.exact(0)) == Bounds(Fraction(13, 3), Fraction(11, 2))


def test_nurturing_at_no_margin_never_breaks_even():
    inputs = {"inquiries": 9, "ready": 1, "ready_win_rate": "1", "later_buyers": 2, "later_win_rate": "50%"}
    inputs |= {"deal_value": "10 USD", "nurture_cost": "5 USD"}
    assert run("nurture_payoff", {**inputs, "gross_margin": "0%"}, TODAY).figure("break_even_deals").value is None
    some = run("nurture_payoff", {**inputs, "gross_margin": "50%"}, TODAY)
    assert exact(some, "break_even_deals") == 1
    assert some.verdict == "UNDECIDED"


def test_the_fewest_customers_that_make_a_share():
    assert customers_for_share([50, 30, 20], Fraction(8, 10)) == 2
    assert customers_for_share([50, 30, 20], Fraction(81, 100)) == 3
    assert customers_for_share([0, 0], Fraction(8, 10)) is None


def test_no_figure_of_any_calculator_is_a_float():
    def numbers(value):
        if isinstance(value, (list, tuple)):
            for item in value:
                yield from numbers(item)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                yield from numbers(getattr(value, name))
        elif isinstance(value, dict):
            yield from numbers(list(value.values()))
        else:
            yield value

    result = roi(channels=[ONE, TWO, {**ONE, "deals": 0.5, "gross_margin": 0.15}], stated_revenue=30_000.5)
    assert not [value for value in numbers(result) if isinstance(value, float)]


def test_a_portfolio_that_may_bring_nothing_has_no_break_even_margin():
    result = roi(channels=[{**ONE, "deals": "0-2"}])
    assert "break_even_margin" not in {figure.id for figure in result.figures}
    assert result.figure("roas").value.low == 0


def test_only_targets_that_fall_short_are_to_be_settled_together():
    rates = {"ready_win_rate": "30%", "later_buyer_rate": "1/3", "later_win_rate": "30%"}
    targets = {"target_sales_ready": 10, "target_nurture": 40}
    short = run("funnel", {**rates, **targets, "target_deals": 10}, TODAY)
    enough = run("funnel", {**rates, **targets, "target_deals": 7}, TODAY)
    assert (short.verdict, enough.verdict) == ("FALLS_SHORT", "CONSISTENT")
    assert len(short.actions) == len(enough.actions) + 1
