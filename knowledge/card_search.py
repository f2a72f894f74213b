"""Finds the cards that answer a question, across languages, and says which of their texts matched.

Every text of a card is scored: words, stems and character grams, translation and vectors, each as an
absolute share, summed. A card is worth its best text, a part of the second best, of everything it
teaches, of how many of the question's words it holds anywhere, and of how likely it is the one asked for by
what was learned from all cards' questions (`likely.py`). The weights were found with `python -m bench.retrieval`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knowledge.cards import Language
from knowledge.index import Index
from knowledge.likely import LikelyCards
from knowledge.search import Hit, Query, UnitMatch
from knowledge.translation import Translations, translation_scores, weighted_counts

LEXICAL_WEIGHT = 1.0
TRANSLATION_WEIGHT = 1.0
LIKENESS_WEIGHT = 1.7
SECOND_WEIGHT = 0.5
WHOLE_WEIGHT = 1.0
COVERAGE_WEIGHT = 1.0
LIKELY_WEIGHT, UNLIKELIEST = 0.2, -12.0  # of the logarithm of a card's probability, which ends there
UNITS_SHOWN = 6
SURE_TRANSLATION = 0.2
HELD = 0.5

FIELD_WORD = 0.11  # share of the cards that hold a word from which on it counts as a word of the field …
GLOSSARY = "glossary/"  # … and so does a word that names a term defined here, however rare
ASKED = "question"  # a word that stands in people's questions only …
KNOWN_WORD = 0.005  # … is known from this share of cards on: a place in one person's story is not


@dataclass(frozen=True)
class _Scored:
    """Everything measured for one question: arrays over texts, or over cards where named so."""

    lexical: np.ndarray
    translation: np.ndarray
    likeness: np.ndarray
    units: np.ndarray
    covered: np.ndarray
    held_by_card: np.ndarray
    card_covered: np.ndarray
    known: float
    of_field: float
    likely: np.ndarray
    elsewhere: float
    cards: np.ndarray


class CardSearch:
    """Search over the cards of one opened version of the index."""

    def __init__(
        self, index: Index, learned: LikelyCards | None = None, translations: Translations | None = None
    ) -> None:
        """Search `index`; what was `learned` of its cards counts as well when given, with the translations used."""
        self._units = index.units
        self._shelf = index.card_shelf.in_memory()
        owners = [unit.card for unit in index.units]
        borders = [at for at in range(len(owners)) if at == 0 or owners[at] != owners[at - 1]]
        self._starts = np.array(borders, dtype=np.int64)
        self._ends = np.array([*borders[1:], len(owners)], dtype=np.int64)
        self._ids = [owners[at] for at in borders]
        self._card_of = np.repeat(np.arange(len(borders)), self._ends - self._starts)
        self._whole = np.array([unit.kind == "whole" for unit in index.units], dtype=bool)
        self._terms = np.array([unit.kind == "title" and unit.card.startswith(GLOSSARY) for unit in index.units])
        self._taught = np.array([unit.kind != ASKED for unit in index.units], dtype=bool)
        self._hebrew = np.array([unit.language == "he" for unit in index.units], dtype=bool)
        self._learned, self._translations = learned, translations
        columns = {card: column for column, card in enumerate(learned.cards)} if learned else {}
        self._columns = np.array([columns.get(card, -1) for card in self._ids], dtype=np.int64)

    def find(self, query: Query, limit: int = 10, texts_in: Language | None = None) -> list[Hit]:
        """The cards that fit best, best first. `texts_in` searches the texts of one language only."""
        if not self._ids:
            return []
        scored = self._score(query, texts_in)
        order = np.argsort(-scored.cards, kind="stable")
        following = [*order[1:], order[-1]]
        return [
            self._hit(query, scored, int(card), int(after))
            for card, after in list(zip(order, following, strict=True))[:limit]
        ]

    def _score(self, query: Query, texts_in: Language | None) -> _Scored:
        shelf = self._shelf
        lexical = shelf.lexical_scores(query.content)
        translation = translation_scores(query.meanings, shelf.lexical.stems)
        likeness = shelf.likeness(query.vector)
        units = LEXICAL_WEIGHT * lexical + TRANSLATION_WEIGHT * translation + LIKENESS_WEIGHT * likeness
        held = self._held(query)
        if texts_in is not None:
            other = self._hebrew != (texts_in == "he")
            units[other] = -1.0
            held[:, other] = 0.0
        held_by_card = np.maximum.reduceat(held, self._starts, axis=1)
        weights = self._rarity(held_by_card)
        card_covered = weights @ held_by_card
        spread = (held_by_card > HELD).mean(axis=1)
        taught = held[:, self._taught].max(axis=1, initial=0.0)
        named = held[:, self._terms].max(axis=1, initial=0.0) > HELD
        likely, elsewhere = self._likely(query)
        return _Scored(
            lexical,
            translation,
            likeness,
            units=units,
            covered=weights @ held,
            held_by_card=held_by_card,
            card_covered=card_covered,
            known=float(weights @ np.where(spread >= KNOWN_WORD, held_by_card.max(axis=1), taught)),
            of_field=float(((spread >= FIELD_WORD) | named).mean()),
            likely=np.exp(likely),
            elsewhere=elsewhere,
            cards=self._fold(units) + COVERAGE_WEIGHT * card_covered + LIKELY_WEIGHT * likely,
        )

    def _likely(self, query: Query) -> tuple[np.ndarray, float]:
        """The logarithm of each card's probability if a card is asked for, and how likely none is.

        The same for all where nothing was learned; a card that came after the learning is taken to be as likely
        as the best of the others.
        """
        if self._learned is None or self._translations is None:
            return np.zeros(len(self._ids), dtype=np.float32), 0.0
        found, elsewhere = self._learned.chances(query.text, query.vector, self._translations)
        found = np.maximum(found, UNLIKELIEST)
        return np.where(self._columns >= 0, found[self._columns], found.max()), elsewhere

    def _fold(self, units: np.ndarray) -> np.ndarray:
        """Scores of cards from scores of texts; also takes the whole texts out of the running as texts."""
        whole = np.maximum.reduceat(np.where(self._whole, units, -1.0), self._starts)
        units[self._whole] = -1.0
        best = np.maximum.reduceat(units, self._starts)
        others = np.where(units == best[self._card_of], -1.0, units)
        second = np.maximum(np.maximum.reduceat(others, self._starts), 0.0)
        return best + SECOND_WEIGHT * second + WHOLE_WEIGHT * whole

    def _held(self, query: Query) -> np.ndarray:
        """For each content word (row) how surely each text holds it, 0 to 1."""
        lexical = self._shelf.lexical
        held = np.zeros((len(query.content), len(self._shelf)), dtype=np.float32)
        for row, word, meanings in zip(held, query.content, query.meanings, strict=True):
            sure = [meaning for meaning in meanings if meaning[1] >= SURE_TRANSLATION]
            counts, _ = weighted_counts(sure, lexical.stems)
            np.minimum(counts * 1.25, 1.0, out=row)
            for term in lexical.words.terms.numbers(lexical.word_terms(word)):
                row[lexical.words.of(int(term))[0]] = 1.0
        return held

    def _rarity(self, held_by_card: np.ndarray) -> np.ndarray:
        """The weight of each content word, adding up to one: the fewer cards hold it, the more it weighs."""
        cards = held_by_card.shape[1]
        documents = (held_by_card > HELD).sum(axis=1)
        rarity = np.log(1 + (cards - documents + 0.5) / (documents + 0.5))
        return rarity / rarity.sum()

    def _hit(self, query: Query, scored: _Scored, card: int, after: int) -> Hit:
        rows = np.arange(self._starts[card], self._ends[card])
        single = rows[~self._whole[rows]]
        score = float(scored.cards[card])
        return Hit(
            kind="card",
            id=self._ids[card],
            score=score,
            language=query.language,
            signals={
                "coverage": float(scored.card_covered[card]),
                "unit_coverage": float(scored.covered[single].max()),
                "likeness": float(scored.likeness[single].max()),
                **self._learned_signals(scored, card),
                "known": scored.known,
                "field": scored.of_field,
                "lead": (score - float(scored.cards[after])) / max(abs(score), 1e-9),
                "lexical": float(scored.lexical[single].max()),
                "translation": float(scored.translation[single].max()),
            },
            matched=tuple(
                word for word, sure in zip(query.content, scored.held_by_card[:, card], strict=True) if sure > HELD
            ),
            units=tuple(
                self._match(scored, int(row))
                for row in single[np.argsort(-scored.units[single], kind="stable")][:UNITS_SHOWN]
                if scored.units[row] > 0
            ),
        )

    def _learned_signals(self, scored: _Scored, card: int) -> dict[str, float]:
        """Nothing where nothing was learned."""
        if self._learned is None:
            return {}
        return {"likely": float(scored.likely[card]), "elsewhere": scored.elsewhere}

    def _match(self, scored: _Scored, row: int) -> UnitMatch:
        unit = self._units[row]
        return UnitMatch(
            kind=unit.kind,
            number=unit.number,
            language=unit.language,
            text=unit.text,
            score=float(scored.units[row]),
            coverage=float(scored.covered[row]),
            likeness=float(scored.likeness[row]),
        )
