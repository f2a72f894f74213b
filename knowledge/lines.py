"""Finds the single line of some cards that answers best: a figure, or one sentence of a text.

Cards are found by `card_search`; a question for one number needs the line that holds it, and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from knowledge.cards import Card, Language
from knowledge.embedding import Embedding
from knowledge.hebrew import words
from knowledge.lexical import Postings
from knowledge.search import Query
from knowledge.translation import Translations, weighted_counts

SURE_TRANSLATION = 0.2
OF_CARD = 0.6  # what a word of the card's title or answer counts beside a word of the line itself
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_ROW, _LABELS = re.compile(r"\s+(?:/|→|->)\s+|;\s+"), re.compile(r"[,;]\s+")
_UNIT = re.compile(r"\s*(?:[$%]|USD|NIS)$")
_CLAUSE_END = re.compile(r"(?<=[,:;])\s+")


@dataclass(frozen=True)
class Line:
    """One line of a card: `number` counts within the card's figures, its answer's sentences, and so on.

    `value` is the figure alone where the line is one; a row such as "60-80 / 8-10" with a label for each
    also stands as a line for each.
    """

    card: str
    kind: Literal["number", "answer", "body", "caveat", "correction"]
    number: int
    language: Language
    text: str
    value: str = ""


@dataclass(frozen=True)
class LineMatch:
    """A line and how well it fits: `coverage` 0–1, share by rarity of the question's words it holds; `likeness` -1–1.

    `near` is the coverage by the best stretch between two commas, since words beside each other answer
    together; a word that stands in the card's title or answer counts in part there.
    """

    line: Line
    coverage: float
    near: float
    likeness: float


@dataclass(frozen=True)
class _Read:
    """The lines of one card in one language, made ready to be compared."""

    lines: tuple[Line, ...]
    stems: tuple[frozenset[str], ...]
    stretches: tuple[tuple[frozenset[str], ...], ...]
    about: frozenset[str]
    vectors: np.ndarray


class LineSearch:
    """Compares questions with the lines of cards; what was read once is kept."""

    def __init__(self, embedding: Embedding, translations: Translations, stems: Postings) -> None:
        self._embedding, self._translations, self._postings = embedding, translations, stems
        self._read: dict[tuple[str, Language], _Read] = {}

    def find(self, query: Query, cards: Iterable[Card], language: Language) -> list[LineMatch]:
        """Every line of the cards, in the cards' order."""
        weights = self._weights(query)
        found: list[LineMatch] = []
        for card in cards:
            read = self._lines(card, language)
            likeness = read.vectors @ query.vector if read.lines else []
            for line, stems, stretches, like in zip(read.lines, read.stems, read.stretches, likeness, strict=True):
                near = max(_held(query, weights, stretch, read.about) for stretch in stretches)
                found.append(LineMatch(line, _held(query, weights, stems), near, float(like)))
        return found

    def _weights(self, query: Query) -> list[float]:
        counts = [weighted_counts(meanings, self._postings)[1] for meanings in query.meanings]
        rarity = [self._postings.rarity(max(count, 0.5)) for count in counts]
        total = sum(rarity) or 1.0
        return [one / total for one in rarity]

    def _lines(self, card: Card, language: Language) -> _Read:
        key = (card.id, language)
        if key not in self._read:
            lines = tuple(_lines_of(card, language))
            texts = [line.text for line in lines]
            self._read[key] = _Read(
                lines,
                tuple(self._stems(text) for text in texts),
                tuple(tuple(self._stems(part) for part in _CLAUSE_END.split(text)) for text in texts),
                self._stems(f"{card.title[language]} {card.answer[language]}"),
                self._embedding.embed_passages(texts),
            )
        return self._read[key]

    def _stems(self, text: str) -> frozenset[str]:
        return frozenset(self._translations.stem(word) for word in words(text))


def _held(query: Query, weights: list[float], stems: frozenset[str], about: frozenset[str] = frozenset()) -> float:
    held = 0.0
    for meanings, weight in zip(query.meanings, weights, strict=True):
        sure = [(stem, share) for stem, share in meanings if share >= SURE_TRANSLATION]
        direct = max((share for stem, share in sure if stem in stems), default=0.0)
        beside = OF_CARD * max((share for stem, share in sure if stem in about), default=0.0)
        held += weight * max(direct, beside)
    return held


def _lines_of(card: Card, language: Language) -> Iterable[Line]:
    for number, figure in enumerate(card.numbers):
        for value, label in _figures(figure.value, figure[language]):
            yield Line(card.id, "number", number, language, f"{value} {label}", value)
    texts: tuple[tuple[Literal["answer", "body", "caveat", "correction"], str], ...] = (
        ("answer", card.answer[language]),
        ("body", card.body[language]),
        ("caveat", "\n".join(caveat[language] for caveat in card.caveats)),
        ("correction", "\n".join(item.correction[language] for item in card.misconceptions)),
    )
    for kind, text in texts:
        for number, sentence in enumerate(s.strip() for s in _SENTENCE_END.split(text)):
            if len(sentence.split()) > 2:
                yield Line(card.id, kind, number, language, sentence)


def _figures(value: str, label: str) -> list[tuple[str, str]]:
    """A figure with its label, and the members of a row of figures each with its own."""
    values, labels = _ROW.split(value), _LABELS.split(label)
    units = {(found.group(0).strip() if (found := _UNIT.search(one)) else "") for one in values}
    apart = 1 < len(values) == len(labels) and len(units) == 1
    return [(value, label), *(zip(values, labels, strict=True) if apart else ())]
