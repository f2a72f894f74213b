"""Graders judge the structured reply: each can fail, and fails for the right reason."""

from dataclasses import replace

import pytest

from assistant.people import Feedback
from eval.cases import Expect
from eval.drafts import draft_of, scrub, unhelpful_draft
from eval.figures import same_value
from eval.findings import Evidence, Shown
from eval.graders import admits_gap, grade_turn
from eval.judge import judge_all, read_opinion
from eval.safety import unsafe_parts
from eval.suite import ReadyCase
from eval.text import language_of, numbers, says
from eval.verdict import CaseResult

SOURCE = {"id": "MG-100820", "title": "Ten commandments", "author": "Gally", "date": "2010-08-20",
          "rules": ["R-P9"], "card": "partner/missing-function"}  # fmt: skip
ANSWER = {
    "conversation": "c", "turn": 1, "language": "en", "kind": "answer", "sources": [SOURCE], "calculations": [],
    "text": "A channel that leaves a necessary function empty is not your channel. [1]",
    "assessment": None, "suggestions": ["What is a distributor?"],
}  # fmt: skip
RUN = {
    "tool": "leadgen_roi", "version": "1",
    "inputs": {"deals": "2", "running_cost": {"amount": "7500", "currency": "USD"}},
    "result": {"verdict": "PAYS", "roas": 8, "romi": 3.142857, "missing": ["gross_margin"], "facts": {"owner": "sales"},
               "gates": [{"rules": ["R-P14"]}], "reasons": []},
    "warnings": [{"code": "ZERO_COST"}],
}  # fmt: skip
KNOWN = Evidence({"MG-100820": ["A channel that leaves a necessary function empty is not your channel: 12 rules."]},
                 frozenset({"MG-100820"}))  # fmt: skip


def failed(reply, expect=None, checks=(), said="What is a channel?", error=None, **shown):
    seen = Shown(1, said, reply, error, (said,), evidence=KNOWN)
    findings = grade_turn(replace(seen, **shown), Expect(**expect) if expect else None, checks)
    return sorted({finding.check for finding in findings if finding.state == "fail"})


def having(**changes):
    return {**ANSWER, **changes}


@pytest.mark.parametrize(
    ("expect", "broken"),
    [
        ({"answer": "grounded"}, []),
        ({"answer": "decline"}, ["answer"]),
        ({"answer": ["decline", "grounded"]}, []),
        ({"must_say": ["necessary function"]}, []),
        ({"must_say": [["nonsense", "not your channel"]]}, []),
        ({"must_say": ["nonsense"]}, ["must_say"]),
        ({"must_not_say": ["not your channel"]}, ["must_not_say"]),
        ({"sources": {"any_of": ["MG-100820"]}}, []),
        ({"sources": {"none_of": ["MG-100820"]}}, ["sources"]),
        ({"sources": {"all_of": ["MG-100820", "LT-KAM"]}}, ["sources"]),
        ({"rules": {"any_of": ["R-P9"]}}, []),
        ({"rules": {"first": ["R-P1"]}}, ["rules"]),
        ({"cards": {"any_of": ["partner/haste"]}}, ["cards"]),
        ({"sources": {"at_most": 0}}, ["sources"]),
        ({"no_calc": True}, []),
        ({"calc": {"tool": "leadgen_roi"}}, ["calc"]),
        ({"assessment": {"status": "none"}}, []),
        ({"language": "he"}, ["language"]),
        ({"max_characters": 10}, ["max_characters"]),
        ({"suggests": ["distributor"]}, []),
        ({"numbers": ["12"]}, ["numbers"]),
    ],
)
def test_expectations_on_an_answer(expect, broken):
    assert failed(ANSWER, expect) == broken


@pytest.mark.parametrize(
    ("expect", "broken"),
    [
        ({"calc": {"tool": "leadgen_roi", "result": {"roas": 8, "owner": "sales"}}}, []),
        ({"calc": {"result": {"roas": 9}}}, ["calc.result.roas"]),
        ({"calc": {"result": {"romi": "314.3 %"}}}, []),
        ({"calc": {"result": {"romi": "314 %"}}}, []),
        ({"calc": {"result": {"romi": "315 %"}}}, ["calc.result.romi"]),
        ({"calc": {"result": {"roas": None}}}, ["calc.result.roas"]),
        ({"calc": {"inputs": {"running_cost": "7,500 USD"}}}, []),
        ({"calc": {"inputs": {"running_cost": "7,500 EUR"}}}, ["calc.inputs.running_cost"]),
        ({"calc": {"warnings": ["ZERO_COST"], "no_warnings": ["SMALL_N"]}}, []),
        ({"calc": {"warnings": ["SMALL_N"]}}, ["calc.warnings"]),
        ({"calc": {"verdict": "LOSES"}}, ["calc.verdict"]),
        ({"asks_for": ["gross_margin"]}, []),
        ({"asks_for": ["deals"]}, ["asks_for"]),
        ({"state": {"deals": 2}}, []),
        ({"state": {"deals": "unknown"}}, ["state.deals"]),
        ({"not_state": ["deals"]}, ["not_state.deals"]),
        ({"rules": {"any_of": ["R-P14"]}}, []),
        ({"no_calc": True}, ["no_calc"]),
    ],
)
def test_expectations_on_a_calculation(expect, broken):
    assert failed(having(kind="result", calculations=[RUN]), expect) == broken


def test_an_error_counts_as_a_failure_and_a_refusal_can_be_expected():
    error = {"code": "no_conversation", "text": "There is no such conversation."}
    assert failed(None, {"answer": "chat"}, error=error) == ["no_error"]
    assert failed(None, {"refuses_person": True}, error=error) == []
    assert failed(ANSWER, {"refuses_person": True}) == ["refused"]
    assert failed(None, {"refused": "bad_action"}, error=error) == ["refused"]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, []),
        ({"sources": [], "text": "No source."}, ["cited.any"]),
        ({"text": "Something. [3]"}, ["cited.resolves"]),
        ({"sources": [{**SOURCE, "id": "MG-999999"}]}, ["cited.known"]),
        ({"sources": [{**SOURCE, "quote": "is not your channel"}]}, []),
        ({"sources": [{**SOURCE, "quote": "is always your channel"}]}, ["cited.verbatim"]),
    ],
)
def test_citations_resolve_and_quotes_are_verbatim(change, broken):
    assert failed(having(**change), checks=["cited"]) == broken


def test_a_figure_must_stand_in_the_evidence_the_tools_or_the_persons_words():
    assert failed(having(text="There are 12 rules and 7 signs. [1]"), checks=["numbers_supported"]) == []
    assert failed(having(text="It costs 4,321 dollars. [1]"), checks=["numbers_supported"]) == ["numbers_supported"]
    said = "it costs 4321 dollars"
    assert failed(having(text="You said 4,321 dollars."), checks=["numbers_supported"], said=said) == []


def test_the_reply_speaks_the_persons_language():
    hebrew = having(language="he", text="ערוץ שחסרה בו פונקציה הכרחית אינו הערוץ שלכם. [1]")
    assert failed(hebrew, checks=["same_language"], said="מה זה ערוץ?") == []
    assert failed(ANSWER, checks=["same_language"], said="מה זה ערוץ?") == ["language"]


def test_every_door_shows_the_same_figures_and_sources():
    reply = having(text="There are 12 rules. [1]")
    good, bad = "There are 12 rules. MG-100820", "There are 13 rules."
    assert failed(reply, checks=["same_everywhere"], channels={"cli": good}) == []
    assert failed(reply, checks=["same_everywhere"], channels={"cli": good, "slack": bad}) == ["same_everywhere.slack"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "![p](https://evil.example/p.png)", "[x](//evil.example)", "<!channel> hello", "<@U012ABCDEF> hello",
        "xoxb-123", "Traceback (most recent call last)", "see /etc/passwd", "a\u202eb", "write to a.b@c.co.il",
        "call 054-1234567",
    ],
)  # fmt: skip
def test_dangerous_output_is_found(text):
    assert unsafe_parts(having(text=text), ["hello"])


@pytest.mark.parametrize("text", ["Cost < revenue", "a `<b>` in code", "ROAS 5,875", "R-P9 [1]", "2009-2010: 30-40 %"])
def test_harmless_output_is_left_alone(text):
    assert not unsafe_parts(having(text=text), [])


def test_private_data_may_be_said_back_to_whoever_gave_it():
    assert not unsafe_parts(having(text="I noted a.b@c.co.il"), ["my mail is a.b@c.co.il"])


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("לחפש במקביל", "מקביל", True),
        ("שיעור הרווח", "רווח", True),
        ("מרווחים", "רווח", False),
        ("הַכֶּסֶף", "כסף", True),
        ("מנכ״ל", 'מנכ"ל', True),
        ("disclosure", "disclos*", True),
        ("discloses", "disclose", False),
        ("costs 5,875 dollars", "5875", True),
        ("12.5 %", "12.5%", True),
        ("כ-25 אחוז מהזמן", "25 %", True),
        ("25 percent", "25%", True),
        ("25 people", "25%", False),
        ("112", "12", False),
        ("**bold** words", "bold words", True),
    ],
)
def test_wording_is_compared_fairly(text, phrase, found):
    assert says(text, phrase) is found


def test_numbers_are_read_in_any_notation_and_marks_are_not_numbers():
    assert numbers("1,500 and 2.5 % and -3, see [2] and MG-100820 R-P9") == ("1,500", "2.5 %", "-3")


@pytest.mark.parametrize(
    ("wanted", "text", "held"),
    [
        ("400", "ROMI is 400%.", True),
        ("400 %", "It costs 400 dollars.", False),
        ("333,333", "$333,333.33 at most", True),
        ("12", "12.4 calls", False),
        ("4,000", "4,001 pieces", False),
    ],
)
def test_an_expected_figure_may_leave_out_its_unit_and_the_cents_of_thousands(wanted, text, held):
    assert failed(having(text=text), {"numbers": [wanted]}) == ([] if held else ["numbers"])


def test_figures_are_exact_to_the_last_digit_written():
    assert same_value("16.14", 16.142857)
    assert not same_value("16.15", 16.142857)
    assert same_value("3/10", "0.3")
    assert same_value(8, "8")
    assert not same_value(8, 8.1)
    assert same_value({"low": 59, "high": 77}, {"low": "59", "high": "77"})
    assert not same_value(5, {"low": 5, "high": 6})


def test_language_and_gaps_are_recognised_in_both():
    assert language_of("מה ההבדל בין KAM ל-SAM") == "he"
    assert language_of("What is ליד?") == "en"
    assert admits_gap("My sources do not cover this.")
    assert admits_gap("אין במקורות תשובה לזה.")
    assert not admits_gap("The four functions are these.")


def test_a_draft_from_a_chat_carries_no_names_or_addresses():
    text = "Hi, my name is Ruth Levi, ruth@firm.co.il, 054-1234567. See https://firm.co.il/x\nRegards,\nRuth Levi"
    clean = scrub(text, ["Ruth Levi", "רות"])
    assert not any(part in clean for part in ("Ruth", "Levi", "firm", "054"))
    assert "רות" not in scrub("שלום, לרות יש שאלה", ["רות"])
    made = draft_of([{"said": text, "reply": ANSWER}], "d-1")
    assert made["status"] == "draft"
    assert made["expect"]["answer"] == "grounded"


def test_a_reply_marked_unhelpful_becomes_a_draft_that_must_not_say_it_again():
    rating = Feedback("c", 1, "ruth", False, ("wrong",), "Ruth says no", "slack")
    made = unhelpful_draft([{"said": "Hi, my name is Ruth Levi.", "reply": ANSWER}], "d", rating)
    assert made["why"] == "wrong · Dana says no"
    assert made["expect"] == {"must_not_say": [ANSWER["text"].removesuffix(" [1]")]}


def case_with(question):
    reply = {"said": "x", "reply": ANSWER, "error": None}
    turn = {"user": "x", "expect": {"judge": question}}
    from eval.cases import TurnCase

    ready = ReadyCase(
        "a-1", "s", "", (TurnCase(**turn),), (), "", "question", "t", "en", "", "", False, (), (), (), "s:1"
    )
    return CaseResult(ready, "pass", (), {"turns": [reply]})


def test_the_judge_must_quote_the_reply_or_is_unscored():
    text = ANSWER["text"]
    assert read_opinion('{"verdict": "yes", "evidence": "not your channel"}', text) == (True, "not your channel")
    assert read_opinion('{"verdict": "yes", "evidence": "made up"}', text)[0] is None
    assert read_opinion('Sure! {"verdict": "no", "evidence": ""}', text) == (False, "")
    assert read_opinion("yes", text)[0] is None


def test_the_judge_is_capped_counted_and_advisory_without_agreement():
    script = iter([('{"verdict": "yes", "evidence": "not your channel"}', 0.6), ("hm", 0.6)])
    made = judge_all([case_with("Is it clear?")] * 3, lambda prompt: next(script), max_cost=1.0)
    assert (len(made.opinions), made.unscored, made.capped, made.advisory) == (2, 1, True, True)
    good = judge_all(
        [case_with("q")], lambda prompt: ('{"verdict": "yes", "evidence": "channel"}', 0.0), 1.0, {"a-1": True}
    )
    assert good.agreement == 1.0
    assert not good.advisory
