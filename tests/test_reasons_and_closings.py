"""What a message says outright, and the reason beside it: not known, not applicable, a level that closes it."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.commands import Answer, Start, WhatIf
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.rules import RuleInterpreter


def read(reader: RuleInterpreter, tool: str, question: str, words: str, **known: Any) -> list[Any]:
    """The commands of a message while a question is open."""
    answers = {key: Given(value, "answered", turn=1) for key, value in known.items()}
    record = Record("r1", tool, "", "open", answers, question=question)
    state = Conversation("c", turn=2, records={"r1": record}, active="r1", latest="r1")
    return list(reader.propose(words, state).commands)


def told(commands: list[Any]) -> dict[str, Any]:
    """Each answer's value, or its status where it has none."""
    return {c.field: c.value if c.status == "answered" else c.status for c in commands if isinstance(c, Answer)}


@pytest.mark.parametrize(
    ("tool", "question", "words", "status"),
    [
        ("lead_qualification", "budget", "no idea, nobody has talked to him about money", "unknown"),
        ("lead_qualification", "budget", "אין לי מושג, אף אחד לא דיבר איתו על תקציב", "unknown"),
        ("partner_fit", "financial_strength", "no clue, I'd have to pull a credit report", "unknown"),
        ("partner_fit", "market_coverage", "Not a clue how far they reach", "unknown"),
        ("sam_selection", "technology_access", "not applicable, we sell salt, there is no technology in it",
         "not_applicable"),
        ("lead_qualification", "size", "השאלה הזאת לא רלוונטית אצלנו, אנחנו מוכרים לכל גודל", "not_applicable"),
        ("lead_qualification", "size", "לא ידועע", "unknown"),
        ("leadgen_roi", "gross_margin", "next one please, this I'd rather not put in", "skipped"),
    ],
)  # fmt: skip
def test_the_reason_for_not_knowing_is_no_answer(reader, tool, question, words, status):
    assert told(read(reader, tool, question, words)) == {question: status}


@pytest.mark.parametrize(
    "words",
    ["אין לי מושג לגבי הגודל, לא סיפרו", "no idea about the size, they didn't say", "no clue how big, nobody told me"],
)
def test_why_another_question_is_not_known_is_no_answer_to_the_open_one(reader, words):
    assert told(read(reader, "lead_qualification", "in_territory", words)) == {"size": "unknown"}


def test_a_guess_beside_not_knowing_is_one(reader):
    assert told(read(reader, "leadgen_roi", "deals", "no idea, probably 5"))["deals"] == "5"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("בהצעה אין שום סיבה להגיב, לא עכשיו ולא בכלל", "no"),
        ("there's no reason in it to answer, not now and not ever", "no"),
    ],
)
def test_not_now_inside_an_answer_puts_nothing_off(reader, words, value):
    assert told(read(reader, "campaign_preflight", "offer", words)) == {"offer": value}


def test_in_the_end_puts_nothing_off(reader):
    words = "הכספים תיקנו אותי: בסוף אנחנו מרוויחים עליו"
    assert told(read(reader, "sam_selection", "customer_result", words)) == {"customer_result": "profit"}


@pytest.mark.parametrize(
    ("words", "field", "level"),
    [
        ("Financially, though, they're a basket case. No.", "financial_strength", "no"),
        ("The chemistry between us is hard to judge. So partly.", "personal_chemistry", "partly"),
    ],
)
def test_a_level_that_stands_alone_closes_the_sentence_before_it(reader, words, field, level):
    assert told(read(reader, "partner_fit", "required_types", words)).get(field) == level


@pytest.mark.parametrize(
    ("words", "tool"),
    [
        ("Hold that. Let's qualify a lead.", "lead_qualification"),
        ("Stop here. Let's calculate a channel's ROI", "leadgen_roi"),
        ("עצור רגע. בוא נבדוק ליד מקניה", "lead_qualification"),
    ],
)
def test_a_pause_before_a_wish_begins_what_is_wished_for(reader, words, tool):
    begun = [c.tool for c in read(reader, "partner_fit", "initiated_by", words) if isinstance(c, Start)]
    assert begun == [tool]


@pytest.mark.parametrize(
    ("words", "share"), [("One inquiry in eight is ready for sales", "0.125"), ("one in eight", "0.125")]
)
def test_one_of_so_many_is_a_share(reader, words, share):
    assert told(read(reader, "funnel", "ready_rate", words)) == {"ready_rate": share}


def test_more_of_what_is_an_addition_itself_is_the_new_addition(reader):
    known = {"uplift_per_rep": {"amount": "40000", "currency": "ILS", "period": "month"}}
    words = "ואם כל אחד ימכור רק 20 אלף יותר?"
    supposed = [c for c in read(reader, "sales_productivity", "gross_margin", words, **known) if isinstance(c, WhatIf)]
    assert supposed[0].answers[0].value["amount"] == "20000"


@pytest.mark.parametrize(
    "words", ["מה היה יוצא לו הרווח הגולמי היה שלושים אחוז?", "מה היה קורה אילו הרווח הגולמי היה שלושים אחוז?"]
)
def test_what_would_have_been_is_a_supposition_in_written_hebrew_too(reader, words):
    supposed = [c for c in read(reader, "leadgen_roi", "deals", words, gross_margin="0.5") if isinstance(c, WhatIf)]
    assert supposed[0].answers[0].value == "0.3"


def test_a_word_before_a_question_is_no_answer(reader):
    assert not told(read(reader, "partner_fit", "market_coverage", "טוב, בקיצור, מה התוצאה נכון לעכשיו?"))
