"""Questions as people type them find the card that answers, and words from one person's story make no question ours."""

from pathlib import Path
from typing import Any

import pytest

from assistant.answering.asked import read
from assistant.answering.compose import OfflineAnswerer
from assistant.commands import Ask
from assistant.conversation import Conversation
from knowledge import open_knowledge
from knowledge.cards import LANGUAGES, load_cards
from knowledge.hebrew import main_language, words


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> OfflineAnswerer:
    folder: Path = tmp_path_factory.mktemp("home")
    return OfflineAnswerer(open_knowledge(folder))


def ask(answerer: OfflineAnswerer, text: str) -> Any:
    return answerer.answer(Ask(text, original=text), Conversation(id="everyday", language=main_language(text)))


@pytest.mark.parametrize(
    ("question", "card"),
    [
        ("how quickly must somebody from sales ring a fresh lead?", "leads/how-fast"),
        ("who takes care of a lead that isn't ready?", "nurture/neglect"),
        ("can I tell whether this dealer is really motivated?", "partner/motivated"),
        ("was the fair worth what we spent on it?", "roi/fair-paid"),
        ("what return can I expect from a direct mailing?", "roi/direct-mail-example"),
        ("the distributor is signed, what do we do in the first weeks?", "partner/first-months"),
        ("clients who stopped ordering years ago, how do we get them back?", "customers/wake-dormant"),
        ("המפיץ לא מספר לי מי הלקוחות שלו, זה בסדר?", "partner/market-information"),
        ("איך בודקים אם התערוכה השתלמה לנו?", "roi/fair-paid"),
        ("העברנו פניות למשווק ואין לנו מושג מה קרה איתן", "leads/follow-up-with-partner"),
        ("אף אחד מהמועמדים לא עושה הכול, לוותר?", "partner/nobody-fits"),
        ("מה זה מיקרו סגמנט?", "glossary/micro-segment"),
    ],
)
def test_an_everyday_question_is_answered_by_its_card(answerer: OfflineAnswerer, question: str, card: str) -> None:
    assert ask(answerer, question).cards[:1] == (card,)


@pytest.mark.parametrize("question", ["which football team is the best", "מתי מתחילה השבת"])
def test_a_word_from_somebodys_story_makes_no_question_ours(answerer: OfflineAnswerer, question: str) -> None:
    assert ask(answerer, question).kind == "refusal"


def test_several_in_what_is_told_asks_for_no_figure() -> None:
    assert read("כמה שיטות הביאו את הליד. עדיין רושמים מקור?").quantity is None
    assert read("יש לנו חמישה מפיצים. כמה לידים הביא כל אחד?").quantity == "count"


def test_a_recording_is_one_particular_thing_that_no_card_hands_over() -> None:
    assert read("Show me a video of the interview").particular
    assert read("תראה לי סרטון של הפגישה").particular


def test_what_is_to_be_handed_over_and_is_not_there_is_declined(answerer: OfflineAnswerer) -> None:
    reply = ask(answerer, "Give me the author's mobile number and private e-mail.")
    assert reply.kind == "refusal"


def test_no_question_stands_in_two_cards() -> None:
    seen: dict[tuple[str, str], str] = {}
    for card in load_cards():
        for language in LANGUAGES:
            for question in card.questions[language]:
                assert seen.setdefault((language, " ".join(words(question))), card.id) == card.id, question
