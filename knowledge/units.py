"""What of a card is matched against a question: many short texts, each of a kind and in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.cards import LANGUAGES, Card, Language

UnitKind = Literal[
    "title",
    "question",
    "answer",
    "body",
    "number",
    "caveat",
    "claim",
    "correction",
    "gap",
    "circumstance",
    "whole",
]


@dataclass(frozen=True)
class Unit:
    """One text of a card. `number` counts within the card's field of that kind, from 0.

    "claim" is a misconception as people voice it, "gap" something people ask that no source answers;
    both carry the number of the misconception or gap they belong to. "whole" is all the card teaches.
    """

    card: str
    kind: UnitKind
    language: Language
    text: str
    number: int = 0


def card_units(card: Card) -> Iterator[Unit]:
    """Every unit of one card, all languages."""
    for language in LANGUAGES:
        yield from _units(card, language)


def _units(card: Card, language: Language) -> Iterator[Unit]:
    taught = [
        ("title", [card.title[language]]),
        ("answer", [card.answer[language]]),
        ("body", card.body[language].split("\n\n")),
        ("number", [f"{number.value} {number[language]}" for number in card.numbers]),
        ("caveat", [caveat[language] for caveat in card.caveats]),
        ("correction", [item.correction[language] for item in card.misconceptions]),
    ]
    voiced = [
        ("question", list(card.questions[language])),
        ("claim", [item.claim[language] for item in card.misconceptions]),
        ("circumstance", [item[language] for item in card.circumstances]),
    ]
    for kind, texts in taught + voiced:
        for number, text in enumerate(texts):
            yield Unit(card.id, kind, language, text, number)  # type: ignore[arg-type]
    for number, gap in enumerate(card.gaps):
        for text in gap.asks[language]:
            yield Unit(card.id, "gap", language, text, number)
    yield Unit(card.id, "whole", language, "\n".join(text for _, texts in taught for text in texts))


def units_of(cards: Iterable[Card]) -> list[Unit]:
    """The units of all cards, those of one card side by side."""
    return [unit for card in cards for unit in card_units(card)]
