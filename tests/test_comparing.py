"""What-if and comparison: what changed, and an honest ranking."""

import datetime as dt

import pytest

from tools import comparing, partner_fit
from tools.errors import InputError
from tools.policy import read_weights
from tools.registry import run

TODAY = dt.date(2026, 1, 5)
BASE = {
    "required_types": ["var"],
    "candidate_type": "var",
    **dict.fromkeys(partner_fit.FUNCTIONS, "partner"),
    "initiated_by": "us",
    "competing_line": "no",
    "integrity_check": "clear",
}
ALL = BASE | dict.fromkeys(partner_fit.CRITERIA, "yes")
HALF = BASE | dict.fromkeys(partner_fit.CRITERIA, "partly")


def candidate(name, answers, weights=None):
    return run("partner_fit", answers | {"subject": name}, TODAY, weights)


def test_a_what_if_shows_the_answer_the_verdict_and_the_score_old_and_new():
    before = candidate("X", ALL)
    after = candidate("X", ALL | {"function_after_sale_service": "nobody", "personal_chemistry": "no"})
    difference = comparing.diff(before, after, partner_fit.FORM)
    assert [(change.kind, change.id) for change in difference.changes][:4] == [
        ("answer", "function_after_sale_service"),
        ("answer", "personal_chemistry"),
        ("verdict", "verdict"),
        ("score", "score"),
    ]
    assert "The candidate → Nobody" in difference.text.en
    assert "Fits → Blocked" in difference.text.en
    assert "100 → 98" in difference.text.en
    assert "חסום" in difference.text.he


def test_the_same_answers_differ_in_nothing():
    difference = comparing.diff(candidate("X", ALL), candidate("X", ALL), partner_fit.FORM)
    assert difference.changes == ()
    assert difference.text.en == "Nothing changes."


def test_a_change_that_leaves_the_verdict_says_so():
    difference = comparing.diff(
        candidate("X", ALL), candidate("X", ALL | {"personal_chemistry": "no"}), partner_fit.FORM
    )
    assert "The verdict stays: Fits" in difference.text.en


def test_surely_better_is_ranked_and_the_rest_is_not_yet_separable():
    unknown = {name: value for name, value in ALL.items() if name != "market_recommendations"}
    both = comparing.compare([candidate("Half", HALF), candidate("Full", ALL), candidate("Nearly", unknown)])
    rows = {row[0].en: row[1].en for row in both.tables[0].rows}
    assert rows == {"Full": "1–2", "Nearly": "1–2", "Half": "3"}
    assert "Full is surely ahead of Half" in both.bottom_line.en
    assert "Not yet separable: Full and Nearly" in both.bottom_line.en


def test_a_blocked_candidate_is_shown_and_not_ranked():
    blocked = ALL | {"function_after_sale_service": "nobody"}
    both = comparing.compare([candidate("Blocked", blocked), candidate("Half", HALF)])
    rows = {row[0].en: row[1].en for row in both.tables[0].rows}
    assert rows == {"Half": "1", "Blocked": "not ranked"}
    assert "Not to be chosen as things stand: Blocked" in both.bottom_line.en


def test_different_weights_are_never_ranked_together():
    text = (partner_fit.policies.FOLDER / "partner_v1.yaml").read_bytes().replace(b"weight: 1,", b"weight: 2,")
    own = read_weights(text, "own.yaml")
    both = comparing.compare([candidate("A", ALL), candidate("B", HALF, own)])
    assert [warning.code for warning in both.warnings] == ["WEIGHTS_DIFFER"]
    assert {row[1].en for row in both.tables[0].rows} == {"not ranked"}


def test_a_comparison_needs_two_results_of_one_tool():
    with pytest.raises(InputError) as one:
        comparing.compare([candidate("A", ALL)])
    assert one.value.code == "compare_two"
    with pytest.raises(InputError) as mixed:
        comparing.compare([candidate("A", ALL), run("campaign_preflight", {"list": "yes"}, TODAY)])
    assert "partner_fit" in mixed.value.text.en
