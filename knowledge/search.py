"""Finds the cards and passages that answer a question, across languages, and says why.

Scores are summed, never ranks. Cards stand in both languages, so the question's own language leads;
among passages the two languages interleave by translation and vectors, which see both alike, and within
the question's language by words first (retrieval benchmark: `python -m bench.retrieval`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from knowledge.cards import Card, Language
from knowledge.embedding import Embedding
from knowledge.hebrew import content_words, main_language
from knowledge.index import Index
from knowledge.translation import Translations, weighted_counts
from knowledge.units import UnitKind

CANDIDATES = 200
SAMPLE = 256
UNITS_SHOWN = 5
CARD_WEIGHTS = {"lexical": 1.0, "translation": 1.0, "dense": 0.7}
SECOND_WEIGHT = 0.4
WHOLE_WEIGHT = 0.8
ENOUGH_TRANSLATION = 0.2
SAME_LANGUAGE = {"lexical": 1.0, "translation": 0.5, "dense": 0.25}


@dataclass(frozen=True)
class UnitMatch:
    """One text of a card and how well it fits the question.

    `coverage` is the share (0–1, by rarity) of the question's content words that the text holds, itself,
    by stem or in translation; `likeness` the cosine, -1 to 1; `score` orders units within one search only.
    """

    kind: UnitKind
    number: int
    language: Language
    text: str
    score: float
    coverage: float
    likeness: float


@dataclass(frozen=True)
class Hit:
    """A card or passage found, with its evidence.

    `score` orders hits of one kind within one search. `signals` hold what can be compared between searches:
    coverage (0–1, as in UnitMatch, over all texts of the card), unit_coverage (the best single text),
    likeness (best cosine), known (share of the question's words any card or passage holds), lead (how far
    the score stands above the next hit's, as a share), and the raw sums lexical, translation, dense.
    """

    kind: Literal["card", "passage"]
    id: str
    score: float
    language: Language
    signals: dict[str, float]
    units: tuple[UnitMatch, ...] = ()
    passage: dict[str, Any] = field(default_factory=dict)
    matched: tuple[str, ...] = ()

    @property
    def unit(self) -> UnitMatch | None:
        """The text of the card that fits best; None for a passage."""
        return self.units[0] if self.units else None


class Searcher:
    """Search over one opened version of the index."""

    def __init__(self, index: Index, embedding: Embedding, translations: Translations) -> None:
        self.index, self._embedding, self._translations = index, embedding, translations
        owners = [unit.card for unit in index.units]
        self._starts = np.flatnonzero([at == 0 or owners[at] != owners[at - 1] for at in range(len(owners))])
        self._sizes = np.diff([*self._starts, len(owners)])
        self._card_ids = [owners[at] for at in self._starts]
        self._card_of = np.repeat(np.arange(len(self._starts)), self._sizes)
        self._whole = np.array([unit.kind == "whole" for unit in index.units], dtype=bool)
        self._hebrew = np.array([unit.language == "he" for unit in index.units], dtype=bool)

    def cards(
        self,
        question: str,
        language: Language | None = None,
        limit: int = 10,
        texts_in: Language | None = None,
    ) -> list[Hit]:
        """The cards that fit best, best first. `texts_in` searches the texts of one language only."""
        if not len(self._starts) or not content_words(question):
            return []
        shelf = self.index.card_shelf
        allowed = np.ones(len(shelf), dtype=bool) if texts_in is None else self._hebrew == (texts_in == "he")
        vector = self._embedding.embed_questions([question])[0]
        everything = np.arange(len(shelf))
        signals = {
            "lexical": shelf.lexical_scores(question),
            "translation": self._translations.scores(question, shelf.lexical.stems),
            "dense": shelf.likeness(vector, everything),
        }
        asked = language or main_language(question)
        held = self._held(question)
        scores, units = self._fold(signals, allowed)
        order = np.argsort(-scores, kind="stable")[:limit]
        covered = self._coverage(held, allowed)
        return [
            self._card_hit(int(card), rank, order, scores, units, signals, covered, asked)
            for rank, card in enumerate(order)
            if np.isfinite(scores[card])
        ]

    def _fold(self, signals: dict[str, np.ndarray], allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Scores of cards and of texts: a card gets its best text, part of the second and of its whole."""
        units = np.zeros(len(allowed), dtype=np.float32)
        for name, weight in CARD_WEIGHTS.items():
            units += weight * signals[name]
        units[~allowed] = -np.inf
        single = np.where(self._whole, -np.inf, units)
        whole = np.where(self._whole, units, -np.inf)
        best = np.maximum.reduceat(single, self._starts)
        others = np.where(single == best[self._card_of], -np.inf, single)
        second = np.maximum(np.maximum.reduceat(others, self._starts), 0)
        return best + SECOND_WEIGHT * second + WHOLE_WEIGHT * np.maximum.reduceat(whole, self._starts), single

    def _held(self, question: str) -> np.ndarray:
        """For each content word (row) how surely each text holds it, 0 to 1."""
        lexical = self.index.card_shelf.lexical
        found = list(dict.fromkeys(content_words(question)))
        held = np.zeros((len(found), len(self._card_of)), dtype=np.float32)
        for row, word in zip(held, found, strict=True):
            for term in lexical.words.terms.numbers(lexical.word_terms(word)):
                row[lexical.words.of(int(term))[0]] = 1.0
            meanings = [m for m in self._translations.meanings(word) if m[1] >= ENOUGH_TRANSLATION]
            counts, _ = weighted_counts(meanings, lexical.stems)
            np.maximum(row, np.minimum(counts * 1.25, 1.0), out=row)
        return held

    def _coverage(self, held: np.ndarray, allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """(by card, by text, share of the question known at all), weighted by how rare each word is."""
        held = held * allowed
        by_card = np.maximum.reduceat(held, self._starts, axis=1)
        cards = by_card.shape[1]
        documents = (by_card > 0.5).sum(axis=1)
        rarity = np.log(1 + (cards - documents + 0.5) / (documents + 0.5))
        rarity /= rarity.sum()
        return rarity @ by_card, rarity @ held, float(rarity @ by_card.max(axis=1))

    def _card_hit(
        self,
        card: int,
        rank: int,
        order: np.ndarray,
        scores: np.ndarray,
        units: np.ndarray,
        signals: dict[str, np.ndarray],
        covered: tuple[np.ndarray, np.ndarray, float],
        asked: Language,
    ) -> Hit:
        rows = np.arange(self._starts[card], self._starts[card] + self._sizes[card])
        best = rows[np.argsort(-units[rows], kind="stable")][:UNITS_SHOWN]
        by_card, by_unit, known = covered
        following = float(scores[order[rank + 1]]) if rank + 1 < len(order) else 0.0
        score = float(scores[card])
        return Hit(
            kind="card",
            id=self._card_ids[card],
            score=score,
            language=asked,
            signals={
                "coverage": float(by_card[card]),
                "unit_coverage": float(by_unit[rows][~self._whole[rows]].max()),
                "likeness": float(signals["dense"][rows].max()),
                "known": known,
                "lead": (score - following) / max(abs(score), 1e-9),
                **{name: float(values[rows].max()) for name, values in signals.items()},
            },
            units=tuple(
                UnitMatch(
                    kind=self.index.units[row].kind,
                    number=self.index.units[row].number,
                    language=self.index.units[row].language,
                    text=self.index.units[row].text,
                    score=float(units[row]),
                    coverage=float(by_unit[row]),
                    likeness=float(signals["dense"][row]),
                )
                for row in best
                if np.isfinite(units[row])
            ),
        )

    def card(self, card_id: str) -> Card | None:
        """The card of that id, or None."""
        return self.index.cards.get(card_id)

    def passages(self, question: str, language: Language | None = None, limit: int = 10) -> list[Hit]:
        """The ingested passages that fit best, best first, in both languages."""
        shelf = self.index.passage_shelf
        if shelf is None or not content_words(question):
            return []
        vector = self._embedding.embed_questions([question])[0]
        lexical = shelf.lexical_scores(question)
        translation = self._translations.scores(question, shelf.lexical.stems)
        asked = language or main_language(question)
        rows = self._candidates(vector, lexical, translation, shelf.hebrew == (asked == "he"))
        sample = np.arange(0, len(shelf), max(1, len(shelf) // SAMPLE))
        usual, dense = shelf.likeness(vector, sample), shelf.likeness(vector, rows)
        signals = {
            "lexical": (lexical[rows] - lexical.mean()) / (lexical.std() + 1e-9),
            "translation": (translation[rows] - translation.mean()) / (translation.std() + 1e-9),
            "dense": (dense - usual.mean()) / (usual.std() + 1e-9),
        }
        scores = interleave(signals, shelf.hebrew[rows] == (asked == "he"))
        order = np.argsort(-scores, kind="stable")[:limit]
        raw = {"lexical": lexical[rows], "translation": translation[rows], "dense": dense}
        return [self._passage_hit(question, int(rows[at]), float(scores[at]), at, raw) for at in order]

    def _candidates(
        self, vector: np.ndarray, lexical: np.ndarray, translation: np.ndarray, same: np.ndarray
    ) -> np.ndarray:
        count = min(CANDIDATES, len(lexical))
        found = [self.index.store.nearest(vector, count)]
        for scores in (np.where(same, lexical, 0), translation):
            found.append(np.argpartition(-scores, count - 1)[:count])
        return np.unique(np.concatenate(found))

    def _passage_hit(self, question: str, row: int, score: float, at: int, raw: dict[str, np.ndarray]) -> Hit:
        stored = self.index.passage(row)
        shelf = self.index.passage_shelf
        assert shelf is not None
        found = list(dict.fromkeys(content_words(question)))
        held = [word for word in found if self._stands_in(word, row)]
        return Hit(
            kind="passage",
            id=stored["id"],
            score=score,
            language=stored["language"],
            signals={
                "coverage": len(held) / len(found),
                "likeness": float(raw["dense"][at]),
                **{name: float(values[at]) for name, values in raw.items()},
            },
            passage=stored,
            matched=tuple(held),
        )

    def _stands_in(self, word: str, row: int) -> bool:
        shelf = self.index.passage_shelf
        assert shelf is not None
        meanings = [
            name for name, weight in self._translations.meanings(word) if weight >= ENOUGH_TRANSLATION
        ]
        pairs = (
            (shelf.lexical.words, shelf.lexical.word_terms(word)),
            (shelf.lexical.stems, meanings),
        )
        for postings, terms in pairs:
            for term in postings.terms.numbers(terms):
                rows = postings.of(int(term))[0]
                at = np.searchsorted(rows, row)
                if at < len(rows) and rows[at] == row:
                    return True
        return False


def interleave(signals: dict[str, np.ndarray], same: np.ndarray) -> np.ndarray:
    """Scores of a pool of two languages from standardised signals.

    Translation and vectors, blind to language, decide which places each language gets; words decide the
    order within the question's own.
    """
    scores = signals["translation"] + signals["dense"]
    own = np.flatnonzero(same)
    if len(own) > 1:
        within = sum(weight * signals[name][own] for name, weight in SAME_LANGUAGE.items())
        scores[own[np.argsort(-within, kind="stable")]] = np.sort(scores[own])[::-1]
    return scores
