"""Finds ingested passages in two languages: candidates from words, translation and Chroma, then one order.

Scores within one language flood those across languages, so the two are not thrown together: translation
and vectors, blind to language, decide how the languages interleave; words decide the order within the
question's own (design: retrieval benchmark, `python -m bench.retrieval --external`).
"""

from __future__ import annotations

import numpy as np

from knowledge.index import Index
from knowledge.lexical import Postings
from knowledge.search import Hit, Query
from knowledge.shelf import Shelf
from knowledge.translation import translation_scores

CANDIDATES = 200
SAMPLE = 256
OWN_LANGUAGE = {"lexical": 1.0, "translation": 0.5, "likeness": 0.25}
SURE_TRANSLATION = 0.2


class PassageSearch:
    """Search over the passages of one opened version of the index, which has some."""

    def __init__(self, index: Index, shelf: Shelf) -> None:
        self._index, self._shelf = index, shelf
        self._sample = np.arange(0, len(shelf), max(1, len(shelf) // SAMPLE))

    def find(self, query: Query, limit: int = 10) -> list[Hit]:
        """The passages that fit best, best first. Raises VectorStoreError when Chroma fails."""
        shelf = self._shelf
        same = shelf.hebrew == (query.language == "he")
        lexical = shelf.lexical_scores(query.content)
        translation = translation_scores(query.meanings, shelf.lexical.stems)
        rows = self._candidates(query, np.where(same, lexical, 0), translation)
        usual, likeness = shelf.likeness(query.vector, self._sample), shelf.likeness(query.vector, rows)
        scores = interleave(
            {
                "lexical": _standard(lexical[rows], lexical),
                "translation": _standard(translation[rows], translation),
                "likeness": _standard(likeness, usual),
            },
            same[rows],
        )
        raw = {"lexical": lexical[rows], "translation": translation[rows], "likeness": likeness}
        return [
            self._hit(query, int(rows[at]), float(scores[at]), {k: float(v[at]) for k, v in raw.items()})
            for at in np.argsort(-scores, kind="stable")[:limit]
        ]

    def _candidates(self, query: Query, *scored: np.ndarray) -> np.ndarray:
        count = min(CANDIDATES, len(self._shelf))
        found = [self._index.store.nearest(query.vector, count)]
        found += [np.argpartition(-scores, count - 1)[:count] for scores in scored]
        return np.unique(np.concatenate(found))

    def _hit(self, query: Query, row: int, score: float, signals: dict[str, float]) -> Hit:
        stored = self._index.passage(row)
        matched = tuple(
            word
            for word, meanings in zip(query.content, query.meanings, strict=True)
            if self._holds(row, word, meanings)
        )
        return Hit(
            kind="passage",
            id=stored["id"],
            score=score,
            language=stored["language"],
            signals={"coverage": len(matched) / len(query.content), **signals},
            matched=matched,
            passage=stored,
        )

    def _holds(self, row: int, word: str, meanings: tuple[tuple[str, float], ...]) -> bool:
        lexical = self._shelf.lexical
        sure = [stem for stem, weight in meanings if weight >= SURE_TRANSLATION]
        return _stands_in(lexical.words, lexical.word_terms(word), row) or _stands_in(lexical.stems, sure, row)


def _stands_in(postings: Postings, terms: list[str], row: int) -> bool:
    for term in postings.terms.numbers(terms):
        rows = postings.of(int(term))[0]
        at = int(np.searchsorted(rows, row))
        if at < len(rows) and rows[at] == row:
            return True
    return False


def _standard(values: np.ndarray, pool: np.ndarray) -> np.ndarray:
    return (values - pool.mean()) / (pool.std() + 1e-9)


def interleave(signals: dict[str, np.ndarray], same: np.ndarray) -> np.ndarray:
    """Scores of a pool of two languages from standardised signals; `same` marks the question's language."""
    scores = signals["translation"] + signals["likeness"]
    own = np.flatnonzero(same)
    if len(own) > 1:
        within = sum(weight * signals[name][own] for name, weight in OWN_LANGUAGE.items())
        scores[own[np.argsort(-within, kind="stable")]] = np.sort(scores[own])[::-1]
    return scores
