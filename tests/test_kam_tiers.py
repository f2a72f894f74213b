"""KAM tiers on the golden cases K1 to K7, and the three-valued logic under them."""

import datetime as dt
from itertools import product

import pytest

from tools import kam_tiers as kam
from tools.registry import get, run
from tools.values import Bounds

TODAY = dt.date(2026, 1, 5)
SAFE = dict.fromkeys(kam.SIGNS["protection"], "no")
STRATEGIC = dict.fromkeys(kam.SIGNS["strategic"], "yes")
NO_GROWTH = dict.fromkeys(kam.SIGNS["growth"], "no")
SUITS = {"occasional_only": "no"}
K1 = SUITS | SAFE | STRATEGIC | NO_GROWTH


def tier(answers, tool="kam_tiers"):
    return run(tool, answers, TODAY)


@pytest.mark.parametrize(
    ("answers", "verdict", "tags", "settled"),
    [
        pytest.param(K1, "STRATEGIC", ("no", "yes", "no"), True, id="K1 strategic"),
        pytest.param(
            K1 | {"contact_or_owner_changed": "yes"}, "PROTECTION", ("yes", "yes", "no"), True, id="K2 buyer replaced"
        ),
        pytest.param(
            K1 | {"volume_high": "no", "more_volume": "yes"}, "GROWTH", ("no", "no", "yes"), True, id="K3 growth"
        ),
        pytest.param(
            SUITS | SAFE | dict.fromkeys(STRATEGIC, "no") | NO_GROWTH, "OUTSIDE", ("no", "no", "no"), True, id="K4 none"
        ),
        pytest.param(
            SUITS | STRATEGIC | NO_GROWTH | {"contact_or_owner_changed": "no"},
            "STRATEGIC",
            ("possible", "yes", "no"),
            False,
            id="K5 possibly protection",
        ),
        pytest.param(
            {"occasional_only": "yes"} | STRATEGIC, "NOT_SUITABLE", ("possible", "yes", "possible"), True, id="K7"
        ),
        pytest.param({}, "OPEN", ("possible", "possible", "possible"), False, id="nothing known"),
        pytest.param({"volume_high": "no"}, "OPEN", ("possible", "no", "possible"), False, id="one no decides an AND"),
        pytest.param(
            SUITS | {"unsatisfied": "yes"},
            "PROTECTION",
            ("yes", "possible", "possible"),
            True,
            id="one yes decides an OR",
        ),
    ],
)
def test_golden_tags_and_primary(answers, verdict, tags, settled):
    result = tier(answers)
    assert result.verdict == verdict
    assert tuple(result.facts[tag] for tag in kam.TAGS) == tags
    assert result.settled is settled


def test_a_possible_tag_is_said_and_asked_about():
    result = tier(SUITS | STRATEGIC | NO_GROWTH | {"contact_or_owner_changed": "no"})
    assert "Possibly protection" in result.bottom_line.en
    assert get("kam_tiers").order(result.inputs, None) == ["unsatisfied", "active_competitor"]
    assert {flip.changes[0] for flip in result.flips} == {("unsatisfied", "yes"), ("active_competitor", "yes")}


@pytest.mark.parametrize(("growth", "verdict", "left"), [(12, "FITS", 4), (13, "OVER", -4), ("12.5", "FITS", 0)])
def test_capacity_adds_up_the_hours_and_a_full_programme_still_fits(growth, verdict, left):
    result = tier(
        {
            "hours_available": 240,
            "protection_accounts": 4,
            "protection_hours": 20,
            "strategic_accounts": 4,
            "strategic_hours": 15,
            "growth_accounts": growth,
            "growth_hours": 8,
        },
        "kam_capacity",
    )
    assert (result.verdict, result.figure("hours_left").value) == (verdict, Bounds.exact(left))


def test_capacity_without_hours_is_incomplete_and_names_what_it_needs():
    result = tier({"strategic_accounts": 4}, "kam_capacity")
    assert result.verdict == "INCOMPLETE"
    assert "hours_available" in result.missing


@pytest.mark.parametrize(("rank", "state"), [(20, "yes"), (21, "no"), ({"low": 15, "high": 25}, "possible")])
def test_high_means_the_first_fifth_of_the_customers(rank, state):
    answers = SUITS | {"buys_regularly": "yes", "gross_profit_high": "yes", "customers_total": 100}
    assert tier(answers | {"volume_rank": rank}).facts["strategic"] == state


def test_three_valued_and_and_or_agree_with_every_completion():
    for values in product([True, False, None], repeat=3):
        completions = list(product(*[[value] if value is not None else [True, False] for value in values]))
        for logic, plain in ((kam.all_of, all), (kam.any_of, any)):
            outcomes = {plain(completion) for completion in completions}
            assert logic(values) == (outcomes.pop() if len(outcomes) == 1 else None)
