"""Campaign pre-flight on the golden cases M1 to M5."""

import datetime as dt
from fractions import Fraction

import pytest

from tools.errors import InputError
from tools.registry import run
from tools.values import Bounds

TODAY = dt.date(2026, 1, 5)
M1 = {"list": "yes", "offer": "partly", "timing": "no", "creative": "yes"}


def preflight(answers):
    return run("campaign_preflight", answers, TODAY)


def codes(result):
    return {warning.code for warning in result.warnings}


def test_the_two_weight_sets_stand_side_by_side():
    result = preflight(M1)
    assert result.figure("score_gally_2010").value == Bounds.exact(Fraction(7000, 110))
    assert result.figure("score_mayer").value == Bounds.exact(70)
    assert "63.6" in result.bottom_line.en
    assert "70" in result.bottom_line.he
    assert result.score is None
    assert "WEIGHTS_SUM" in codes(result)


def test_the_methods_weights_are_shown_raw_and_brought_to_a_hundred():
    rows = preflight(M1).tables[0].rows
    assert [row[1].en for row in rows] == ["40", "40", "20", "10", "110"]
    assert [row[2].en for row in rows] == ["36.36", "36.36", "18.18", "9.09", "100"]


def test_a_share_just_over_the_limit_is_shown_over_it():
    result = preflight({"mailed": 2345, "returned": 235})
    for language in ("en", "he"):
        assert "10.02%" in result.bottom_line[language]
        assert "10.02%" in result.figure("returned_share").display[language]
    assert preflight({"mailed": 1000, "returned": 100}).figure("returned_share").display.en == "10%"


@pytest.mark.parametrize(("returned", "alarm"), [(120, True), (101, True), (100, False), (0, False)])
def test_only_more_than_a_tenth_returned_means_a_bad_database(returned, alarm):
    result = preflight({"mailed": 1000, "returned": returned})
    assert ("BAD_DATABASE" in codes(result)) is alarm
    assert result.figure("returned_share").value == Bounds.exact(Fraction(returned, 1000))


def test_own_weights_are_brought_to_a_hundred_with_a_warning():
    own = {"weight_set": "user", "user_list": 50, "user_offer": 50, "user_timing": 50, "user_creative": 50}
    result = preflight(M1 | own)
    assert result.score == Bounds.exact(Fraction(250, 4))
    assert any("200" in warning.text.en for warning in result.warnings)
    fine = preflight(M1 | own | {"user_list": 100, "user_offer": 0, "user_timing": 0, "user_creative": 0})
    assert fine.score == Bounds.exact(100)
    assert not any("Your weights" in warning.text.en for warning in fine.warnings)


def test_an_unknown_lever_widens_the_score():
    result = preflight({name: value for name, value in M1.items() if name != "timing"})
    assert result.figure("score_gally_2010").value == Bounds(Fraction(7000, 110), Fraction(9000, 110))
    assert not result.settled


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (M1 | dict.fromkeys(("user_list", "user_offer", "user_timing", "user_creative"), 0), "weights_all_zero"),
        ({"mailed": 100, "returned": 101}, "later_stage_larger"),
        ({"mailed": -1}, "below"),
    ],
)
def test_impossible_input_is_refused(payload, code):
    with pytest.raises(InputError) as caught:
        preflight(payload)
    assert caught.value.code == code


def test_no_mail_has_no_share_rather_than_zero():
    figure = preflight({"mailed": 0, "returned": 0}).figure("returned_share")
    assert (figure.value, figure.undefined is not None) == (None, True)


def test_without_any_answer_the_preflight_says_where_to_begin():
    result = preflight({})
    assert (result.verdict, result.missing[:2]) == ("INCOMPLETE", ("list", "offer"))


def test_whom_to_ask_what_ends_with_one_mark():
    from tools.render import to_text

    assert "make them call?" in to_text(preflight({"list": "yes"}), "en")
    for language in ("en", "he"):
        assert "?." not in to_text(preflight({"list": "yes"}), language)
