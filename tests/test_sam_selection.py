"""Strategic account selection on the golden cases S1 to S6."""

import datetime as dt
from fractions import Fraction

import pytest

from tools import sam_selection as sam
from tools.registry import get, run
from tools.values import Bounds

TODAY = dt.date(2026, 1, 5)
GATES = {"customer_result": "profit", "we_matter_to_them": "yes"}
HIGH = dict.fromkeys((*sam.IMPACT, *sam.MUTUALITY), "yes")
S4 = GATES | {
    "profitability": "yes",
    "market_access": "yes",
    "capacity_revenue": "partly",
    "used_reference": "partly",
    "growth_potential": "partly",
    "technology_access": "no",
    "close_supplier_experience": "yes",
    "values_beyond_product": "partly",
    "openness_and_data": "partly",
    "breadth_of_relationships": "partly",
    "preferred_supplier": "no",
}


def select(answers, tool="sam_selection"):
    return run(tool, answers, TODAY)


def exact(value):
    return Bounds.exact(Fraction(value))


def money(amount):
    return {"amount": amount, "currency": "USD", "period": "year"}


@pytest.mark.parametrize(
    ("answers", "verdict", "impact", "mutuality", "rule"),
    [
        pytest.param(
            HIGH | GATES | {"customer_result": "loss"}, "BLOCKED", "100", "100", "R-S2", id="S2 a loss in words"
        ),
        pytest.param(
            HIGH | {"we_matter_to_them": "yes", "customer_profit": money("-13000")},
            "BLOCKED",
            "100",
            "100",
            "R-S2",
            id="S2 a loss in money",
        ),
        pytest.param(HIGH | {"we_matter_to_them": "yes"}, "OPEN", "100", "100", "R-S2", id="S3 profit unknown"),
        pytest.param(S4, "DEVELOP", "62.5", "52.5", "R-S4", id="S4"),
        pytest.param(S4 | {"values_beyond_product": "yes"}, "STRATEGIC", "62.5", "67.5", "R-S4", id="S4 flipped"),
        pytest.param(
            GATES | dict.fromkeys(HIGH, "no") | {"capacity_revenue": "yes"},
            "BLOCKED",
            "15",
            "0",
            "R-S2",
            id="S5 only volume",
        ),
        pytest.param(
            HIGH | GATES | {"we_matter_to_them": "no"}, "BLOCKED", "100", "100", "R-S3", id="we do not matter"
        ),
        pytest.param(GATES | HIGH | dict.fromkeys(sam.MUTUALITY, "no"), "DEVELOP", "100", "0", "R-S3", id="one-sided"),
        pytest.param(
            GATES | dict.fromkeys(HIGH, "no") | dict.fromkeys(sam.MUTUALITY, "yes") | {"used_reference": "yes"},
            "MAINTAIN",
            "10",
            "100",
            "R-S2",
            id="values us, small effect",
        ),
        pytest.param(
            GATES | dict.fromkeys(HIGH, "no") | {"used_reference": "partly"}, "STANDARD", "5", "0", "R-S2", id="low"
        ),
    ],
)
def test_golden_quadrants_scores_and_rules(answers, verdict, impact, mutuality, rule):
    result = select(answers)
    assert result.verdict == verdict
    assert result.figure("loss_impact").value == exact(impact)
    assert result.figure("mutuality").value == exact(mutuality)
    assert rule in {rule_id for reason in result.reasons for rule_id in reason.rules}


def test_a_written_reason_lifts_the_block_of_a_loss_and_is_shown():
    answers = HIGH | GATES | {"customer_result": "loss", "strategic_reason": "entry to hospitals until 2027"}
    result = select(answers)
    assert result.verdict == "STRATEGIC"
    assert "entry to hospitals" in result.reasons[0].text.en


def test_an_unknown_profit_asks_for_the_profit_and_loss_by_activity():
    result = select(HIGH | {"we_matter_to_them": "yes"})
    assert any("by activity" in action.en for action in result.actions)
    assert get("sam_selection").order(result.inputs, None)[0] == "customer_result"


def test_one_answer_makes_the_developing_customer_strategic():
    flips = {flip.changes[0]: flip for flip in select(S4).flips}
    flip = flips[("values_beyond_product", "yes")]
    assert (flip.verdict, flip.score) == ("STRATEGIC", exact("67.5"))


def test_the_disagreement_of_the_sources_is_always_shown():
    for answers in ({}, S4, HIGH | GATES):
        assert "SEED_CONFLICT" in {warning.code for warning in select(answers).warnings}
        assert select(answers).facts["strategic_definition"] == "profit_and_mutuality"


@pytest.mark.parametrize("flag", sam.RED_FLAGS)
def test_each_bad_reason_raises_its_own_flag(flag):
    warnings = [w for w in select(S4 | {flag: "yes"}).warnings if w.code == "RED_FLAG"]
    assert [sam.FORM.field(flag).label.en in w.text.en for w in warnings] == [True]


def test_three_hundred_accounts_of_a_hundred_million_are_too_many():
    result = select({"accounts_marked": 300, "company_sales": money("100000000")}, "sam_capacity")
    assert result.verdict == "TOO_MANY"
    assert result.figure("mean_sales").value == Bounds.exact(Fraction(1_000_000, 3))
    assert result.figure("mean_sales_pareto").value == Bounds.exact(Fraction(800_000, 3))
    assert result.figure("implied_customers").value == exact(1500)
    assert result.figure("times_ceiling").value == exact(6)
    assert "$333,333" in result.bottom_line.en


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ({}, "1.75", "14"),
        ({"relationships_per_account": "5", "hours_per_relationship": "4"}, "7", "7"),
    ],
)
def test_hours_decide_how_many_accounts_a_manager_can_hold(given, low, high):
    result = select({"manager_hours_month": "140"} | given, "sam_capacity")
    assert result.figure("accounts_per_manager").value == Bounds(Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("accounts", "verdict"), [(35, "WORKABLE"), (36, "ABOVE_USUAL"), (50, "ABOVE_USUAL"), (51, "TOO_MANY")]
)
def test_the_outside_benchmarks_are_inclusive(accounts, verdict):
    assert select({"accounts_marked": accounts}, "sam_capacity").verdict == verdict


def test_without_accounts_or_hours_the_capacity_says_what_is_missing():
    result = select({}, "sam_capacity")
    assert (result.verdict, result.settled) == ("INCOMPLETE", False)
    assert "accounts_marked" in result.missing
