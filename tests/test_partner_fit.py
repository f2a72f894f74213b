"""Partner fit on the golden cases PF1 to PF9 and on what an executive does with them."""

import datetime as dt
from fractions import Fraction

import pytest

from tools import partner_fit, scoring
from tools.errors import InputError
from tools.policy import read_weights
from tools.registry import get, run
from tools.values import Bounds

TODAY = dt.date(2026, 1, 5)
ALL_YES = dict.fromkeys(partner_fit.CRITERIA, "yes")
GATES_PASS = {
    "required_types": ["var"],
    "candidate_type": "var",
    **dict.fromkeys(partner_fit.FUNCTIONS, "partner"),
    "initiated_by": "us",
    "competing_line": "no",
    "integrity_check": "clear",
}
PF6 = {
    **dict.fromkeys(
        (
            "positioning_vs_competitors",
            "target_customer_access",
            "channel_integration",
            "service_support_quality",
            "partner_motivation",
            "personal_chemistry",
            "line_compatibility",
        ),
        "yes",
    ),
    **dict.fromkeys(("market_recommendations", "market_coverage", "sales_force_record"), "partly"),
    "demand_creation_beyond_base": "no",
}
PF8 = {
    **PF6,
    "market_recommendations": "yes",
    "market_information": "partly",
    "financial_strength": "partly",
    "commitment_resources": "partly",
}


def assess(*answers, **more):
    payload = {}
    for group in (*answers, more):
        payload |= group
    return run("partner_fit", payload, TODAY)


def span(low, high):
    return Bounds(Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("answers", "verdict", "low", "high", "rule"),
    [
        pytest.param(ALL_YES | GATES_PASS, "FIT", 100, 100, "R-P10", id="PF1 all yes"),
        pytest.param({}, "OPEN", 0, 100, "R-P1", id="PF2 nothing known"),
        pytest.param({"personal_chemistry": "yes"} | GATES_PASS, "OPEN", 2, 100, "R-P19", id="PF3 chemistry"),
        pytest.param(
            ALL_YES | GATES_PASS | {"candidate_type": "distributor"},
            "BLOCKED",
            100,
            100,
            "R-P14",
            id="PF4 type",
        ),
        pytest.param(
            ALL_YES | GATES_PASS | {"function_after_sale_service": "nobody"},
            "BLOCKED",
            100,
            100,
            "R-P9",
            id="PF5 no service",
        ),
        pytest.param(PF6 | GATES_PASS, "OPEN", 59, 77, "R-P22", id="PF6 open"),
        pytest.param(
            ALL_YES | GATES_PASS | {"initiated_by": "them", "led_process": "no"},
            "BLOCKED",
            100,
            100,
            "R-P16",
            id="PF7 they came",
        ),
        pytest.param(PF8 | GATES_PASS, "CONDITIONAL", 73, 73, "R-P22", id="PF8 conditional"),
    ],
)
def test_golden_verdicts_scores_and_rules(answers, verdict, low, high, rule):
    result = assess(answers)
    assert result.verdict == verdict
    assert result.score == span(low, high)
    assert rule in {rule_id for reason in result.reasons for rule_id in reason.rules}
    assert result.weights.file == "partner_v1.yaml"
    assert len(result.weights.sha256) == 64


def test_with_nothing_known_the_first_question_is_a_gate():
    first = get("partner_fit").order({}, None)[0]
    assert partner_fit.FORM.field(first).gate
    assert assess().coverage == {"answered": 0, "verified": 0}


def test_what_if_the_exporter_gives_the_service_makes_it_fit_with_a_condition():
    result = assess(ALL_YES, GATES_PASS, function_after_sale_service="exporter")
    assert result.verdict == "FIT"
    assert [gate.state for gate in result.gates if gate.id == "functions"] == ["condition"]
    assert "after-sale service" in result.bottom_line.en
    assert any("after-sale service" in action.en for action in result.actions)


def test_open_between_conditional_and_fit_says_what_it_takes():
    result = assess(PF6, GATES_PASS)
    assert result.coverage["answered"] == Fraction(41, 50)
    together = [flip for flip in result.flips if flip.verdict == "FIT"]
    assert len(together) == 1
    assert dict(together[0].changes) == {
        "financial_strength": "yes",
        "commitment_resources": "yes",
        "market_information": "partly",
    }
    assert together[0].score == span(75, 75)


def test_leading_a_process_lifts_the_block_of_an_approach_from_outside():
    result = assess(ALL_YES, GATES_PASS, initiated_by="them", led_process="no")
    assert [(flip.changes, flip.verdict) for flip in result.flips] == [((("led_process", "yes"),), "FIT")]


def test_a_stated_reason_overrides_the_approach_from_outside_and_is_shown():
    result = assess(ALL_YES, GATES_PASS, initiated_by="them", led_process="no", reactive_override="only licensed firm")
    assert result.verdict == "FIT"
    assert "only licensed firm" in result.bottom_line.en


def test_single_and_joint_flips_of_a_conditional_candidate():
    result = assess(PF8, GATES_PASS)
    singles = {
        flip.changes[0]: (flip.verdict, flip.score.low)
        for flip in result.flips
        if flip.kind == "answer" and len(flip.changes) == 1
    }
    assert singles == {
        ("demand_creation_beyond_base", "partly"): ("FIT", 78),
        ("demand_creation_beyond_base", "yes"): ("FIT", 83),
        ("market_coverage", "yes"): ("FIT", 77),
        ("financial_strength", "yes"): ("FIT", 77),
        ("sales_force_record", "yes"): ("FIT", 77),
        ("commitment_resources", "yes"): ("FIT", 76),
        ("market_information", "yes"): ("FIT", 75),
    }
    down = [flip for flip in result.flips if flip.verdict == "WEAK" and flip.kind == "answer"]
    assert len(down) == 1
    assert dict(down[0].changes) == dict.fromkeys(
        ("target_customer_access", "market_recommendations", "positioning_vs_competitors"), "no"
    )
    assert down[0].score == span(45, 45)


def test_weight_flips_and_sensitivity_of_a_conditional_candidate():
    result = assess(PF8, GATES_PASS)
    changes = {
        flip.changes[0][0]: flip.changes[0][1]
        for flip in result.flips
        if flip.kind == "weight" and flip.verdict == "FIT"
    }
    assert changes["demand_creation_beyond_base"] == "at most 3.667"
    assert changes["target_customer_access"] == "at least 9"
    assert result.weight_sensitive
    equal = scoring.score(scoring.equal_weights(partner_fit.read_policy(None).criteria), PF8)
    assert equal == span(75, 75)


def test_ranking_says_surely_better_only_when_the_bounds_do_not_touch():
    x, y, z = span(59, 77), span(40, 55), span(62, 70)
    assert scoring.surely_better(x, y)
    assert not scoring.surely_better(x, z)
    assert not scoring.surely_better(z, x)
    assert not scoring.surely_better(span(55, 60), span(40, 55))


@pytest.mark.parametrize(
    ("answers", "evidence", "word"),
    [
        ({"market_coverage": "yes"}, {"market_coverage": "candidate_claim"}, "Coverage"),
        ({"knows_market_size": "yes"}, {"knows_market_size": "candidate_claim"}, "size comes"),
        ({"candidate_says_price_too_high": "yes", "knows_prices": "no"}, {}, "price is too high"),
        ({"knows_prices": "yes"}, {"knows_prices": "candidate_claim"}, "prices comes"),
    ],
)
def test_a_claim_of_the_candidate_alone_is_warned_about(answers, evidence, word):
    warnings = [w for w in assess(answers, evidence=evidence).warnings if w.code == "CLAIM_ONLY"]
    assert [word in w.text.en for w in warnings] == [True]


def test_a_claim_is_not_warned_about_when_the_exporter_knows_the_market():
    answers = {"market_coverage": "yes", "knows_market_size": "yes", "knows_prices": "yes"}
    result = assess(answers, candidate_says_price_too_high="yes", evidence={"market_coverage": "candidate_claim"})
    assert [w for w in result.warnings if w.code == "CLAIM_ONLY"] == []


def test_only_verified_and_own_observation_count_as_verified():
    grades = {
        "target_customer_access": "verified",
        "market_recommendations": "own_observation",
        "market_coverage": "candidate_claim",
        "personal_chemistry": "assumption",
    }
    assert assess(ALL_YES, evidence=grades).coverage == {"answered": 1, "verified": Fraction(10, 50)}


def test_a_criterion_that_does_not_apply_leaves_the_sum():
    result = assess(ALL_YES, GATES_PASS, service_support_quality={"n_a": "no service needed"})
    assert result.figure("total_weight").value == Bounds.exact(47)
    assert result.verdict == "FIT"


@pytest.mark.parametrize(
    ("payload", "code", "hint"),
    [
        ({"competing_lines": "no"}, "unknown_field_hint", "competing_line"),
        ({"candidate_type": "distributer"}, "not_a_choice_hint", "Distributor"),
        ({"function_after_sale_service": "n_a"}, "not_applicable_gate", "condition"),
        ({"service_support_quality": "n_a"}, "reason_needed", "why"),
        ({"search_methods": -1}, "below", "0"),
        ({"search_methods": float("nan")}, "not_finite", "infinite"),
        ({"evidence": {"personal_chemistry": "sure"}}, "not_an_evidence", "verified"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(payload, code, hint):
    with pytest.raises(InputError) as caught:
        assess(payload)
    assert caught.value.code == code
    assert hint in caught.value.text.en
    assert caught.value.text.he != caught.value.text.en


def test_a_company_can_switch_a_gate_off_and_demand_that_the_partner_fills_every_function():
    text = (partner_fit.policies.FOLDER / "partner_v1.yaml").read_text("utf-8")
    own = text.replace("conflict: on", "conflict: off").replace("scope: channel ", "scope: partner ")
    weights = read_weights(own.encode(), "own.yaml")
    answers = ALL_YES | GATES_PASS | {"competing_line": "yes", "drops_competing_line": "no"}
    assert run("partner_fit", answers, TODAY).verdict == "BLOCKED"
    result = run("partner_fit", answers, TODAY, weights)
    assert (result.verdict, result.weights.file) == ("FIT", "own.yaml")
    assert "your company's own (own.yaml)" in result.warnings[-1].text.en
    assert "product's judgement" in run("partner_fit", answers, TODAY).warnings[-1].text.en
    covered = answers | {"function_after_sale_service": "exporter"}
    assert run("partner_fit", covered, TODAY, weights).verdict == "BLOCKED"


def test_an_agent_in_the_european_union_is_sent_to_a_lawyer():
    result = assess(ALL_YES, GATES_PASS, candidate_type="agent", market_in_eu="yes")
    assert any("lawyer" in action.en for action in result.actions)


def test_readiness_that_was_not_asked_about_is_told_as_open_and_not_as_missing() -> None:
    result = assess({"exporter_leads": "yes"})
    told = next(reason.text for reason in result.reasons if "readiness" in reason.text.en)
    assert "not answered yet" in told.en
    assert "עוד אין תשובה" in told.he
