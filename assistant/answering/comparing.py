"""Finds what to say when two things are compared: the card of each, and one sentence that tells them apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering.asked import Asked
from assistant.answering.coverage import DEFINES, strength, titled_by

SURE_SIDE = 0.6  # strength from which on a card is about one of the two sides
HELD = 0.75  # share of a side's words from which on a sentence speaks of it
MOST_READ = 3
_KINDS = {"answer": 0.1, "correction": 0.15, "body": 0.0}


@dataclass(frozen=True)
class Compared:
    """The two cards, and the sentence from `bridge_card` that tells them apart ("" when no text does)."""

    cards: tuple[Any, Any]
    bridge: str = ""
    bridge_card: Any = None


def compared(knowledge: Any, asked: Asked, hits: Sequence[Any]) -> Compared | None:
    """The comparison, or None when the two sides have no cards of their own or the best card tells both."""
    if asked.sides is None:
        return None
    ranked = [hit.id for hit in hits if hit.kind == "card"]
    found = [_card_of(knowledge, side, ranked) for side in asked.sides]
    cards = [card for card in found if card is not None]
    if len(cards) < 2 or cards[0].id == cards[1].id:
        return None
    first = [knowledge.card(hit.id) for hit in hits if hit.kind == "card"][:MOST_READ]
    both = next((card for card in first if _titles_both(asked, card)), None)
    if both is not None:
        language = "he" if any("א" <= letter <= "ת" for letter in asked.text) else "en"
        apart = [card for card in cards if card.id != both.id]
        return Compared((apart[0], apart[1]), both.answer[language], both) if len(apart) > 1 else None
    read = {card.id: card for card in (*cards, *first)}
    bridge = _bridge(knowledge, asked, list(read))
    if bridge is None:
        return Compared((cards[0], cards[1]))
    return Compared((cards[0], cards[1]), bridge.text, read[bridge.card])


def _card_of(knowledge: Any, side: str, ranked: Sequence[str]) -> Any:
    """The card about one side: its definition, else one that the whole question finds too, else the best."""
    hits = [hit for hit in knowledge.search(side, limit=5, kinds=("card",)) if strength(hit.signals) >= SURE_SIDE]
    if not hits:
        return None
    cards = [knowledge.card(hit.id) for hit in hits if hit.score >= DEFINES * hits[0].score]
    defining = max(cards, key=lambda card: titled_by(side, card))
    if titled_by(side, defining):
        return defining
    return min(cards, key=lambda card: ranked.index(card.id) if card.id in ranked else len(ranked))


def _titles_both(asked: Asked, card: Any) -> bool:
    language = "he" if any("א" <= letter <= "ת" for letter in asked.text) else "en"
    texts = [card.title[language], *card.questions[language]]
    wanted = [side.lower() for side in asked.sides or ()]
    return card.kind == "tension" and any(all(side in text.lower() for side in wanted) for text in texts)


def _bridge(knowledge: Any, asked: Asked, card_ids: list[str]) -> Any:
    one, other = asked.sides or ("", "")
    language = "he" if any("א" <= letter <= "ת" for letter in asked.text) else "en"
    lines = knowledge.lines(asked.text, card_ids, language)
    sides = [knowledge.lines(side, card_ids, language) for side in (one, other)]
    best, chosen = 0.0, None
    for match, first, second in zip(lines, *sides, strict=True):
        if match.line.kind not in _KINDS or min(first.coverage, second.coverage) < HELD:
            continue
        worth = match.likeness + _KINDS[match.line.kind] - (0.15 if re.search(r"\d", match.line.text) else 0.0)
        if worth > best:
            best, chosen = worth, match.line
    return chosen
