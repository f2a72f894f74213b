"""BM25 in numpy over three views of the same texts: words with stems, stems alone, character grams."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.hebrew import grams, stem, words
from knowledge.terms import Terms, loaded, mapped, term_keys

CHUNK = 1_000
LARGE = 20_000
LARGEST_SHARE = 0.1
MOST_COUNTED = 255


@dataclass(frozen=True)
class Saturation:
    """BM25's two constants: how soon repetition stops counting, how much length is held against a text."""

    k1: float
    b: float


WORD_SATURATION = Saturation(1.2, 0.75)
GRAM_SATURATION = Saturation(0.9, 0.4)


class Postings:
    """For each term, the texts it stands in and how often. Plain arrays, memory-mapped when opened."""

    def __init__(
        self, terms: Terms, starts: np.ndarray, rows: np.ndarray, counts: np.ndarray, lengths: np.ndarray
    ) -> None:
        self.terms, self.starts, self.rows, self.counts, self.lengths = terms, starts, rows, counts, lengths
        self.size = len(lengths)
        self._mean_length = float(lengths.mean()) if self.size else 1.0

    def of(self, term: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows that hold a term, and how often each does; empty for an unknown term (-1)."""
        if term < 0:
            return self.rows[:0], self.counts[:0]
        start, stop = int(self.starts[term]), int(self.starts[term + 1])
        return self.rows[start:stop], self.counts[start:stop]

    def rarity(self, documents: float) -> float:
        """The weight of a term that stands in this many texts (BM25's idf); always positive."""
        documents = min(documents, self.size - 0.5)
        return float(np.log(1 + (self.size - documents + 0.5) / (documents + 0.5)))

    def saturated(self, rows: np.ndarray, counts: np.ndarray, by: Saturation) -> np.ndarray:
        """How much a term that stands `counts` times in `rows` says about each, 0 to k1 + 1."""
        length = 1 - by.b + by.b * self.lengths[rows] / self._mean_length
        return counts * (by.k1 + 1) / (counts + by.k1 * length)

    def scores(self, query: Sequence[str], by: Saturation) -> np.ndarray:
        """The BM25 score of every text for these terms, one float32 a text."""
        total = np.zeros(self.size, dtype=np.float32)
        for term in self.terms.numbers(query):
            rows, counts = self.of(int(term))
            if len(rows):
                total[rows] += self.rarity(len(rows)) * self.saturated(rows, counts.astype(np.float32), by)
        return total

    def ceiling(self, query: Sequence[str]) -> float:
        """About what a text that holds every one of these terms would score; unknown terms are the rarest."""
        return sum(self.rarity(max(0.5, len(self.of(int(term))[0]))) for term in self.terms.numbers(query))

    def save(self, folder: Path, name: str) -> None:
        """Write the arrays as `name`-*.npy."""
        for part, array in (("terms", self.terms.keys), ("starts", self.starts), ("rows", self.rows)):
            np.save(folder / f"{name}-{part}.npy", array)
        np.save(folder / f"{name}-counts.npy", self.counts)
        np.save(folder / f"{name}-lengths.npy", self.lengths)

    @classmethod
    def open(cls, folder: Path, name: str) -> Postings:
        """Map the arrays that `save` wrote. Raises OSError or ValueError when they are damaged."""
        terms, starts, rows, counts = (
            mapped(folder / f"{name}-{part}.npy") for part in ("terms", "starts", "rows", "counts")
        )
        return cls(Terms(terms), starts, rows, counts, loaded(folder / f"{name}-lengths.npy"))


@dataclass(frozen=True)
class LexicalIndex:
    """Three postings over one list of texts."""

    words: Postings
    stems: Postings
    grams: Postings

    def known(self, word: str) -> bool:
        """Whether the normalised word stands in any text."""
        return word in self.words.terms

    def word_terms(self, word: str) -> list[str]:
        """The terms a query word is looked up by: its form and its stem."""
        return [word, "~" + stem(word, self.known)]

    def save(self, folder: Path, name: str) -> None:
        """Write all arrays into `folder`."""
        for part in ("words", "stems", "grams"):
            getattr(self, part).save(folder, f"{name}-{part}")

    @classmethod
    def open(cls, folder: Path, name: str) -> LexicalIndex:
        """Map what `save` wrote. Raises OSError or ValueError when it is damaged."""
        return cls(*(Postings.open(folder, f"{name}-{part}") for part in ("words", "stems", "grams")))


def build_lexical(texts: Iterable[str], known: Callable[[str], bool], most_counted: int = MOST_COUNTED) -> LexicalIndex:
    """Index `texts`. `known` is the vocabulary that the translation table's stems were cut with.

    `most_counted` bounds how often a word counts in one text: 1 where texts are single sentences, in which
    a word said twice means no more than once.
    """
    numbers: dict[str, int] = {}
    counted: list[tuple[np.ndarray, np.ndarray]] = []
    for text in texts:
        found = np.array([numbers.setdefault(word, len(numbers)) for word in words(text)], dtype=np.int64)
        counted.append(np.unique(found, return_counts=True))
    vocabulary = list(numbers)
    own = numbers.__contains__
    views: tuple[Callable[[str], Sequence[str]], ...] = (
        lambda word: (word, "~" + stem(word, own)),
        lambda word: (stem(word, known),),
        grams,
    )
    return LexicalIndex(*(_postings(vocabulary, counted, view, most_counted) for view in views))


def _postings(
    vocabulary: list[str],
    counted: list[tuple[np.ndarray, np.ndarray]],
    view: Callable[[str], Sequence[str]],
    most_counted: int,
) -> Postings:
    """Postings of the terms that `view` makes of each word, in chunks of texts to bound memory."""
    spelled = [view(word) for word in vocabulary]
    flat = [term for terms in spelled for term in terms]
    keys = term_keys(flat)
    terms = Terms(np.unique(keys))
    numbers = np.searchsorted(terms.keys, keys)
    sizes = np.array([len(found) for found in spelled], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    lengths = np.zeros(len(counted), dtype=np.float32)
    chunks = []
    for first in range(0, len(counted), CHUNK):
        part = counted[first : first + CHUNK]
        term, row, count = _count_terms(part, first, numbers, sizes, starts, len(part))
        lengths += np.bincount(row, count, minlength=len(lengths))
        chunks.append((term, row, np.minimum(count, most_counted).astype(np.uint8)))
    return _merge(terms, chunks, lengths)


Chunk = tuple[np.ndarray, np.ndarray, np.ndarray]


def _count_terms(
    part: list[tuple[np.ndarray, np.ndarray]],
    first: int,
    numbers: np.ndarray,
    sizes: np.ndarray,
    starts: np.ndarray,
    width: int,
) -> Chunk:
    """(term, row, count), ordered by term and row, of one chunk of counted texts."""
    word = np.concatenate([found for found, _ in part]) if part else np.zeros(0, dtype=np.int64)
    times = np.concatenate([count for _, count in part]) if part else word
    row = np.repeat(np.arange(len(part)), [len(found) for found, _ in part])
    each = sizes[word]
    borders = np.concatenate([[0], np.cumsum(each)])
    within = np.arange(borders[-1]) - np.repeat(borders[:-1], each)
    term = numbers[np.repeat(starts[word], each) + within]
    cell, place = np.unique(term * width + np.repeat(row, each), return_inverse=True)
    count = np.bincount(place, np.repeat(times, each), minlength=len(cell))
    return (cell // max(1, width)).astype(np.uint32), (cell % max(1, width) + first).astype(np.uint32), count


def _merge(terms: Terms, chunks: list[Chunk], lengths: np.ndarray) -> Postings:
    """One run of rows a term. In a large pool the terms of every tenth text are left out.

    They say little and cost most.
    """
    total = np.zeros(len(terms), dtype=np.int64)
    for term, _, _ in chunks:
        total += np.bincount(term, minlength=len(terms))
    if len(lengths) > LARGE:
        total[total > len(lengths) * LARGEST_SHARE] = 0
    starts = np.concatenate([[0], np.cumsum(total)])
    rows = np.zeros(starts[-1], dtype=np.uint32)
    counts = np.zeros(starts[-1], dtype=np.uint8)
    cursor = starts[:-1].copy()
    for term, row, count in chunks:
        kept = total[term] > 0
        term, row, count = term[kept], row[kept], count[kept]
        here = np.bincount(term, minlength=len(terms))
        borders = np.concatenate([[0], np.cumsum(here)])[:-1]
        place = cursor[term] + np.arange(len(term)) - borders[term]
        rows[place], counts[place] = row, count
        cursor += here
    return Postings(terms, starts, rows, counts, lengths)
