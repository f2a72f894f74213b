"""What is learned of all the cards' questions together, and what the search makes of it."""

import numpy as np
import pytest

from knowledge.card_search import CardSearch
from knowledge.cards import load_cards
from knowledge.embedding import BundledEmbedding
from knowledge.index import build, open_index
from knowledge.likely import likely_cards, write
from knowledge.search import prepare
from knowledge.training.learn_cards import learn
from knowledge.translation import Translations

EMBEDDING, TRANSLATIONS = BundledEmbedding(), Translations()
ELSEWHERE = ["how long do I boil an egg", "כמה זמן מבשלים ביצה"] * 5


@pytest.fixture(scope="module")
def some_cards():
    return [card for card in load_cards() if card.id in ("partner/haste", "partner/agent", "leads/database")]


@pytest.fixture(scope="module")
def learned(some_cards):
    return learn(some_cards, ELSEWHERE, EMBEDDING, TRANSLATIONS)


def chances(weights, text):
    found, elsewhere = weights.chances(text, EMBEDDING.embed_questions([text])[0], TRANSLATIONS)
    return dict(zip(weights.cards, np.exp(found).tolist(), strict=True)), elsewhere


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we are in a rush to appoint somebody", "partner/haste"),
        ("אנחנו ממהרים למנות מישהו", "partner/haste"),
        ("is a spreadsheet enough for the leads", "leads/database"),
        ("הסוכן קונה מאיתנו את הסחורה?", "partner/agent"),
    ],
)
def test_a_question_in_new_words_is_known_for_its_card(learned, text, expected):
    found, elsewhere = chances(learned, text)
    assert max(found, key=found.get) == expected
    assert elsewhere < 0.5


def test_a_question_of_another_field_is_asked_of_no_card(learned):
    assert chances(learned, "how do I boil a soft egg")[1] > 0.5


def test_the_chances_of_the_cards_add_up_to_one_whatever_is_asked(learned):
    for text in ("an agent", "xyzzy", "2010", "?!"):
        found, elsewhere = chances(learned, text)
        assert sum(found.values()) == pytest.approx(1, abs=1e-3)
        assert 0 <= elsewhere <= 1


def test_the_same_cards_teach_the_same(some_cards, learned):
    again = learn(some_cards, ELSEWHERE, EMBEDDING, TRANSLATIONS)
    assert np.array_equal(again.rows, learned.rows)


def test_what_is_written_is_read_again_and_only_for_its_embedding(learned, tmp_path):
    class Another:
        fingerprint = "another"

    write(learned, EMBEDDING.fingerprint, tmp_path)
    read = likely_cards(EMBEDDING, tmp_path)
    assert read is not None
    found, elsewhere = chances(read, "an agent")
    before, elsewhere_before = chances(learned, "an agent")
    assert found == pytest.approx(before, rel=0.02)
    assert elsewhere == pytest.approx(elsewhere_before, rel=0.02)
    assert likely_cards(Another(), tmp_path) is None
    assert likely_cards(EMBEDDING, tmp_path / "nowhere") is None


def test_every_card_was_there_when_the_bundled_weights_were_learned():
    """To be learned anew otherwise: python -m knowledge.training.learn_cards."""
    weights = likely_cards(EMBEDDING)
    assert weights is not None
    assert {card.id for card in load_cards()} <= set(weights.cards)


def test_a_card_that_came_later_is_found_without_having_been_learned(some_cards, tmp_path):
    early = learn([card for card in some_cards if card.id != "leads/database"], ELSEWHERE, EMBEDDING, TRANSLATIONS)
    build(some_cards, [], tmp_path, EMBEDDING, TRANSLATIONS.known_words)
    index = open_index(tmp_path)
    query = prepare("do we need a CRM for our leads", None, EMBEDDING, TRANSLATIONS)
    hits = CardSearch(index, early, TRANSLATIONS).find(query)
    index.close()
    assert hits[0].id == "leads/database"


def test_without_anything_learned_the_signals_say_nothing_of_it(some_cards, tmp_path):
    build(some_cards, [], tmp_path, EMBEDDING, TRANSLATIONS.known_words)
    index = open_index(tmp_path)
    query = prepare("what does an agent do", None, EMBEDDING, TRANSLATIONS)
    hits = CardSearch(index).find(query)
    index.close()
    assert hits[0].id == "partner/agent"
    assert not {"likely", "elsewhere"} & set(hits[0].signals)
