"""The cards are complete: every rule has one, both languages stand, every reference resolves."""

import re

import pytest

from knowledge.cards import LANGUAGES, TOPICS, load_cards, load_sources
from tools.registry import TOOLS

CARDS = load_cards()
SOURCES = load_sources()
IDS = {card.id for card in CARDS}


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_card_is_whole_in_both_languages(card):
    assert card.topic in TOPICS
    assert card.id.split("/")[0] == card.topic
    for language in LANGUAGES:
        assert len(card.questions[language]) >= 4
        assert len(card.body[language].split()) >= 25
        assert card.answer[language].strip()
    hebrew = re.findall(r"[א-ת]", card.body.he + card.title.he + card.answer.he)
    assert len(hebrew) > 60


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_card_refers_only_to_what_exists(card):
    assert card.sources
    assert [s for s in card.sources if s not in SOURCES] == []
    assert [r for r in card.related if r not in IDS] == []
    # Cards and tools do not know each other, so only here can a wrong name show.
    assert [tool for tool in card.tools if tool not in {known.name for known in TOOLS}] == []
    assert all(re.fullmatch(r"R-[A-Z]+\d+", rule) for rule in card.rules)


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.id)
def test_source_has_both_titles_its_author_and_where_it_stood(source):
    for text in (source.title, source.author):
        assert text.en.strip()
        assert text.he.strip()
    if source.kind != "external":  # of one external text the place is not known
        assert source.publisher.strip()
