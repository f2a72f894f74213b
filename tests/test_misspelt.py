"""Misspelt questions: read for what was meant, said so, and never at the cost of words that are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Advisor
from assistant.answering.misspelt import Mender
from knowledge import Knowledge, open_knowledge


@pytest.fixture(scope="module")
def knowledge(home: Path) -> Knowledge:
    return open_knowledge(home / "knowledge")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Shuold we apoint this distribtor?", "Should we appoint this distributor?"),
        ("wich comision shuold we pay", "which commission should we pay"),
        ("האם כדאי למנות את המפייץ הזה", "האם כדאי למנות את המפיץ הזה"),
        (
            "why do msot appointments of fireign partners go wrojg",
            "why do most appointments of foreign partners go wrong",
        ),
    ],
)
def test_unknown_words_become_the_nearest_words_of_the_method(knowledge: Knowledge, typed: str, meant: str) -> None:
    assert Mender(knowledge).mended(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Should we appoint this distributor?",
        "my dog sleeps the whole night",
        "what does Mr Lindqvist of Aquatek say about the leads",
        "כמה עולה להביא ליד דרך תערוכה בגרמניה?",
        "EBITDA 45,000 $ in 2024",
        "write to dana@alfa.example, see www.allfa.example",
        "",
    ],
)
def test_known_words_names_and_figures_stay_as_they_are(knowledge: Knowledge, text: str) -> None:
    assert Mender(knowledge).mended(text) == text


@pytest.mark.parametrize(
    ("typed", "card"),
    [
        ("why do msot appointments of fireign partners go wrojg", "partner"),
        ("למה רוב המינוים של נציגיפ בחול נכשלים", "partner"),
    ],
)
def test_a_misspelt_question_is_answered_and_says_how_it_was_read(advisor: Advisor, typed: str, card: str) -> None:
    reply = advisor.reply(f"typed {typed}", typed)
    assert reply.kind == "answer", reply.text
    assert reply.text.split("\n\n")[0].startswith(("I read that as", "כך הבנתי"))
    assert any(card in (source.card or "") for source in reply.sources)


def test_a_misspelt_decision_begins_the_assessment(advisor: Advisor) -> None:
    reply = advisor.reply("decision", "Shuold we apoint this distribtor?")
    assert reply.kind == "question"
    assert "Partner fit" in reply.text


@pytest.mark.parametrize(
    "question", ["my dog kepes barking at nigth", "מי המאמן של מכבי", "how do I change a flat tyre"]
)
def test_another_field_does_not_become_ours_by_mending(advisor: Advisor, question: str) -> None:
    reply = advisor.reply(f"other {question}", question)
    assert reply.kind == "refusal"
    assert not reply.sources


@pytest.mark.parametrize(
    "said", ["their reputation weighs a lot with us", "he outsources the calls", "המכשיר שוקל 20 קילו"]
)
def test_a_regular_form_of_a_known_word_and_a_measure_are_no_slips(knowledge: Knowledge, said: str) -> None:
    assert Mender(knowledge).mended(said) == said
