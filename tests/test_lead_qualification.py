"""Lead qualification on the golden cases L1 to L8: grades, routes, and exactly one owner a lead."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools import lead_qualification as lq
from tools.registry import get, run
from tools.values import Bounds

TODAY = dt.date(2026, 1, 5)
WITHIN = {"in_territory": "yes", "who_is_it": "customer", "definition_agreed_in_writing": "yes"}
FIT = dict.fromkeys(lq.FIT, "yes")
READY = dict.fromkeys(lq.READINESS, "yes")
ALL = WITHIN | FIT | READY
L6 = WITHIN | READY | {"vertical": "yes", "need_matches": "yes", "role": "partly"}


def without(answers, *names):
    return {name: value for name, value in answers.items() if name not in names}


def qualify(answers):
    return run("lead_qualification", answers, TODAY)


def span(low, high):
    return Bounds(Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("answers", "grade", "verdict", "owner"),
    [
        pytest.param(ALL, "A1", "SALES_READY", "sales", id="L1 all yes"),
        pytest.param(ALL | {"open_to_sales_contact": "no"}, "A2", "NURTURE", "marketing", id="L2 not open"),
        pytest.param(ALL | {"in_territory": "no"}, "A1", "OUT", "marketing", id="L3 territory"),
        pytest.param(
            without(ALL, "budget") | {"budget_policy": "preferred"},
            "A1",
            "SALES_READY",
            "sales",
            id="L4 preferred",
        ),
        pytest.param(
            without(ALL, "budget") | {"budget_policy": "required"},
            "A1",
            "OPEN",
            "marketing",
            id="L4 required",
        ),
        pytest.param(L6, "A-C / 1", "OPEN", "marketing", id="L6 size unknown"),
        pytest.param(L6 | {"size": "partly"}, "B1", "SALES_READY", "sales", id="L6 size partly"),
        pytest.param(
            WITHIN | READY | {"role": "yes", "need_matches": "partly", "vertical": "no", "size": "no"},
            "D1",
            "NO_FIT",
            "marketing",
            id="L7 no fit",
        ),
        pytest.param(
            WITHIN | FIT | dict.fromkeys(lq.READINESS, "no") | {"expressed_interest": "yes"},
            "A4",
            "NURTURE",
            "marketing",
            id="L8 only interest",
        ),
        pytest.param(
            ALL | {"sales_confirms_openness": "yes", "sales_confirms_budget": "yes"},
            "A1",
            "OPPORTUNITY",
            "sales",
            id="sales confirmed",
        ),
        pytest.param(
            ALL | {"sales_returns_because": "moved to next year"}, "A1", "NURTURE", "marketing", id="recycled"
        ),
        pytest.param(
            WITHIN | READY | {"need_matches": "yes", "vertical": "yes", "role": "no", "size": "no"},
            "C1",
            "RECHECK",
            "marketing",
            id="ready but doubtful fit",
        ),
        pytest.param(ALL | {"who_is_it": "student"}, "A1", "OUT", "marketing", id="a student"),
        pytest.param({}, "A-D / 1-4", "OPEN", "marketing", id="nothing known"),
    ],
)
def test_golden_grades_routes_and_owners(answers, grade, verdict, owner):
    result = qualify(answers)
    assert (result.facts["grade"], result.verdict, result.facts["owner"]) == (grade, verdict, owner)


@pytest.mark.parametrize(
    ("answers", "fit", "readiness"),
    [
        (ALL | {"open_to_sales_contact": "no"}, (100, 100), (75, 75)),
        (without(ALL, "budget"), (100, 100), (85, 100)),
        (L6, (Fraction("67.5"), Fraction("87.5")), (100, 100)),
        (L6 | {"size": "partly"}, (Fraction("77.5"), Fraction("77.5")), (100, 100)),
        (FIT | dict.fromkeys(lq.READINESS, "no") | {"expressed_interest": "yes"}, (100, 100), (10, 10)),
    ],
)
def test_golden_scores_of_both_axes(answers, fit, readiness):
    result = qualify(answers)
    assert result.figure("fit").value == span(*fit)
    assert result.figure("readiness").value == span(*readiness)


def test_the_gate_that_sends_a_lead_to_nurturing_is_named_with_its_rule():
    result = qualify(ALL | {"open_to_sales_contact": "no"})
    assert result.reasons[0].rules == ("R-L1",)
    assert result.reasons[0].sources == ("MG-100709",)
    assert result.reasons[0].dates == ("2010-07-09",)
    assert "not open" in result.bottom_line.en


def test_a_budget_not_known_warns_that_the_sources_disagree_and_is_asked_when_required():
    required = qualify(without(ALL, "budget") | {"budget_policy": "required"})
    assert "SEED_CONFLICT" in {warning.code for warning in required.warnings}
    assert get("lead_qualification").order(required.inputs, None)[0] == "budget"
    assert required.facts["opportunity"] == "no"
    assert "SEED_CONFLICT" not in {warning.code for warning in qualify(ALL).warnings}


def test_without_a_policy_an_unknown_budget_keeps_both_ways_open():
    result = qualify(without(ALL, "budget"))
    assert result.verdict == "OPEN"
    assert result.facts["routes"] == "NURTURE|SALES_READY"
    assert "budget_policy" in {name for flip in result.flips for name, _ in flip.changes}


def test_without_a_written_definition_the_result_is_provisional():
    result = qualify(without(ALL, "definition_agreed_in_writing"))
    assert result.facts["provisional"] == "yes"
    assert result.bottom_line.en.startswith("Provisional")
    assert "PROVISIONAL" in {warning.code for warning in result.warnings}


def test_a_single_answer_settles_the_open_lead():
    flips = {flip.changes[0]: (flip.verdict, flip.score.low) for flip in qualify(L6).flips}
    assert flips[("size", "partly")] == ("SALES_READY", Fraction("77.5"))
    assert flips[("size", "no")][0] == "RECHECK"


def test_a_hundred_inquiries_are_all_owned():
    ready = [qualify(ALL)] * 10
    rest = [qualify(WITHIN | FIT | READY | {"mental_readiness": "no"})] * 90
    assert lq.owners(ready + rest) == {"total": 100, "sales": 10, "nurture": 90, "other": 0, "orphans": 0}


levels = st.sampled_from(["yes", "partly", "no", None])


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            **{name: levels for name in (*lq.FIT, *lq.READINESS)},
            "in_territory": st.sampled_from(["yes", "no", None]),
            "who_is_it": st.sampled_from(["customer", "student", None]),
            "budget_policy": st.sampled_from(["preferred", "required", None]),
        }
    ),
    st.sampled_from(["yes", "partly", "no"]),
)
def test_every_completion_of_a_lead_takes_one_of_the_ways_left_open(answers, rest):
    policy = lq.read_policy(None)
    known = {name: value for name, value in answers.items() if value is not None}
    full = dict.fromkeys((*lq.FIT, *lq.READINESS), rest) | {"budget_policy": "preferred"} | WITHIN | known
    assert lq.route(full, policy) in lq.routes(known, policy)
    assert lq.OWNER[lq.route(known, policy)] in ("sales", "marketing")
