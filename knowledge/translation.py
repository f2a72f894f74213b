"""The table of translations between Hebrew and English stems, and scoring with it across languages."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.embedding import BUNDLED_FOLDER
from knowledge.hebrew import is_hebrew, stem, words
from knowledge.lexical import WORD_SATURATION, Postings
from knowledge.terms import Terms, loaded

Meanings = tuple[tuple[str, float], ...]

FILE = "translations.tsv.gz"


class TranslationError(RuntimeError):
    """The translation table is missing or damaged."""


class Translations:
    """What a stem may be in the other language, each with its weight; the weights of a stem add up to one.

    `glossary` adds term pairs (English, Hebrew) that count at once and before anything learnt.
    """

    def __init__(self, folder: Path = BUNDLED_FOLDER, glossary: Iterable[tuple[str, str]] = ()) -> None:
        try:
            self._lines = gzip.decompress((folder / FILE).read_bytes()).decode("utf-8").splitlines()
            self.known_words = Terms(loaded(folder / "hebrew_words.npy"))
        except (OSError, ValueError, EOFError) as error:
            raise TranslationError(f"the translation table in {str(folder)!r} is damaged: {error}") from error
        self._added = _added(glossary, self.stem)
        self.of = cache(self._of)

    def stem(self, word: str) -> str:
        """The stem of a normalised word as the table spells it."""
        return stem(word, self.known_words.__contains__)

    def _of(self, stemmed: str) -> Meanings:
        """(stem in the other language, weight); empty when the stem is unknown."""
        if stemmed in self._added:
            return self._added[stemmed]
        opening = stemmed + "\t"
        at, found = bisect_left(self._lines, opening), []
        while at < len(self._lines) and self._lines[at].startswith(opening):
            _, target, weight = self._lines[at].split("\t")
            found.append((target, int(weight) / 1000))
            at += 1
        return tuple(found)

    def meanings(self, word: str) -> Meanings:
        """The stem of a normalised word with weight 1, then its translations."""
        stemmed = self.stem(word)
        return ((stemmed, 1.0), *self.of(stemmed))


def translation_scores(question: Iterable[Meanings], stems: Postings) -> np.ndarray:
    """BM25 of every text where all meanings of a question word share one count and one rarity.

    As a share of what a text with every word would have, as in `Shelf.lexical_scores`.
    """
    total = np.zeros(stems.size, dtype=np.float32)
    ceiling = 1e-9
    for meanings in question:
        counts, documents = weighted_counts(meanings, stems)
        rarity = stems.rarity(max(documents, 0.5))
        ceiling += rarity
        if documents:
            rows = np.flatnonzero(counts)
            total[rows] += rarity * stems.saturated(rows, counts[rows], WORD_SATURATION)
    return total / ceiling


def weighted_counts(meanings: Sequence[tuple[str, float]], stems: Postings) -> tuple[np.ndarray, float]:
    """How often any of the meanings stands in each text, and in how many texts, both weighted."""
    counts = np.zeros(stems.size, dtype=np.float32)
    documents = 0.0
    for term, (_, weight) in zip(stems.terms.numbers([name for name, _ in meanings]), meanings, strict=True):
        rows, times = stems.of(int(term))
        if len(rows):
            counts[rows] += weight * times
            documents += weight * len(rows)
    return counts, documents


def _added(glossary: Iterable[tuple[str, str]], stem_of: Callable[[str], str]) -> dict[str, Meanings]:
    """Each word of a term may be each word of its translation."""
    found: dict[str, dict[str, float]] = {}
    for pair in glossary:
        stems = [[stem_of(word) for word in words(side)] for side in pair]
        for here, there in (stems, stems[::-1]):
            for source in here:
                for target in there:
                    if is_hebrew(source) != is_hebrew(target):
                        found.setdefault(source, {})[target] = 1.0
    return {
        source: tuple((target, weight / len(targets)) for target, weight in targets.items())
        for source, targets in found.items()
    }
