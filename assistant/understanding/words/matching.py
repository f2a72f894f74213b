"""How near a person's words are to authored examples: shared stems, character grams and meaning.

One sparse index holds every example; a text is scored against all of them in one pass, and callers look
at the rows of the keys that make sense in the dialogue. Rare words count more than common ones; character
grams forgive typos and inflection; the embedding brings in words no example has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant.understanding.words.text import read_yaml, tokens
from knowledge.hebrew import grams, is_hebrew, is_stop_word, stem, without_prefix
from knowledge.hebrew import words as words_of

Embed = Callable[[list[str]], "np.ndarray | None"]
STOP_WORD_WEIGHT = 0.45
GRAM_SHARE = 0.5  # weight of all grams of a word beside the word itself
PAIR_WEIGHT = 0.5
CONCEPT_WEIGHT = 1.0
OWN_SHARE = 0.65  # of the weight of a word's own features when its concept speaks for it
UNSEEN = 0.6  # share of its weight that a feature no example has keeps
CONCEPTS = Path(__file__).parents[1] / "examples" / "concepts.yaml"
MEANING_SHARE = 0.2  # of the score, where vectors are at hand
MOST_WORDS = 60
COMPARED = 200  # rows whose vectors are looked at for one text
REMEMBERED = 64  # texts whose scores are kept, for one message asks for the same ones several times


@dataclass(frozen=True)
class Example:
    """One authored phrase and what it means: a key such as ("intent", "skip")."""

    key: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Match:
    """The nearest example of a key and how near it is, 0..1."""

    key: tuple[str, ...]
    score: float
    example: str


_ENGLISH_FORMS = {
    "doesn't": "not",
    "don't": "not",
    "didn't": "not",
    "isn't": "not",
    "aren't": "not",
    "can't": "not",
}


_GLUED_LETTERS = frozenset("והבלמשכ")


@lru_cache(maxsize=20_000)
def word_stem(word: str) -> str:
    """The light stem of a word. Every glued Hebrew letter goes, so that "מרווח" and "המרווח" stay one word."""
    if is_hebrew(word):
        while len(word) > 3 and word[0] in _GLUED_LETTERS:
            word = word[1:]
    return stem(word, lambda rest: False)


@lru_cache(maxsize=1)
def _concepts() -> dict[str, str]:
    """The concept of every listed word, by the word as search sees it; English ones by their stem too."""
    found: dict[str, str] = {}
    for name, group in read_yaml(CONCEPTS).items():
        for word in group:
            for form in words_of(word)[:1]:
                found.setdefault(form, name)
                if not is_hebrew(form):
                    found.setdefault("~" + word_stem(form), name)
    return found


@lru_cache(maxsize=20_000)
def concept_of(word: str) -> str:
    """The concept a word, or what follows its Hebrew prefix, stands for; empty when it is in none."""
    known = _concepts()
    forms = [word, *without_prefix(word)] if is_hebrew(word) else [word, "~" + word_stem(word)]
    return next((known[form] for form in forms if form in known), "")


@lru_cache(maxsize=4_096)
def features(text: str) -> tuple[tuple[str, float], ...]:
    """What is compared: stems, pairs of neighbours and character grams, each with its own weight."""
    found = words_of(text)[:MOST_WORDS]
    counted: dict[str, float] = defaultdict(float)
    for word in found:
        weight = STOP_WORD_WEIGHT if is_stop_word(word) else 1.0
        if concept := concept_of(word):
            counted["#" + concept] += CONCEPT_WEIGHT
            weight *= OWN_SHARE
        counted["=" + word] += 0.5 * weight
        counted["~" + word_stem(word)] += 0.5 * weight
        parts = grams(word)
        for part in parts:
            counted[part] += GRAM_SHARE * weight / len(parts) ** 0.5
    for one, two in pairwise(found):
        counted[f"{one} {two}"] += PAIR_WEIGHT
    return tuple(counted.items())


@dataclass(frozen=True)
class Postings:
    """Which examples have which feature: feature `n` has the rows and weights from starts[n] to starts[n + 1]."""

    numbers: Mapping[str, int]
    starts: np.ndarray
    rows: np.ndarray
    weights: np.ndarray  # times the feature's rarity
    rarities: np.ndarray
    lengths: np.ndarray  # of each example's feature vector


def postings_of(examples: Sequence[Example]) -> Postings:
    """The features of every example, each with its rows."""
    numbers: dict[str, int] = {}
    found: list[tuple[int, int, float]] = []
    for row, example in enumerate(examples):
        found += [(numbers.setdefault(name, len(numbers)), row, weight) for name, weight in features(example.text)]
    total = max(1, len(examples))
    feature = np.array([one for one, _, _ in found], dtype=np.int32)
    order = np.argsort(feature, kind="stable")
    feature, rows = feature[order], np.array([row for _, row, _ in found], dtype=np.int32)[order]
    counts = np.bincount(feature, minlength=len(numbers))
    rarities = np.sqrt(np.log(1 + total / np.maximum(counts, 1)) / np.log(1 + total)).astype(np.float32)
    weights = np.array([weight for _, _, weight in found], dtype=np.float32)[order] * rarities[feature]
    squares = np.bincount(rows, weights.astype(np.float64) ** 2, minlength=len(examples))
    lengths = np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32)
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return Postings(numbers, starts, rows, weights, rarities, lengths)


class ExampleIndex:
    """Examples to compare with. Vectors of the examples are made once, on first use, unless given."""

    def __init__(
        self,
        examples: Iterable[Example],
        embed: Embed | None = None,
        postings: Postings | None = None,
        vectors: np.ndarray | None = None,
    ) -> None:
        self.examples = tuple(examples)
        self.postings = postings or postings_of(self.examples)
        self._embed = embed
        self._vectors = vectors
        self._tried = vectors is not None
        self._rows: dict[tuple[str, ...], list[int]] = {}
        for row, example in enumerate(self.examples):
            for size in range(1, len(example.key) + 1):
                self._rows.setdefault(example.key[:size], []).append(row)
        self._scored: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def vectors(self) -> np.ndarray | None:
        """One row an example, or None without a model."""
        if not self._tried and self._embed is not None:
            self._vectors = self._embed([example.text for example in self.examples])
            self._tried = True
        return self._vectors

    def rows(self, *key: str) -> Sequence[int]:
        """The rows of every example whose key begins so."""
        return self._rows.get(key, [])

    def scores(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """(likeness of the whole text, how much of each example is in the text), a number a row."""
        if text in self._scored:
            return self._scored[text]
        known = self.postings
        shared = np.zeros(len(self.examples), dtype=np.float32)
        square = 0.0
        for name, weight in features(text):
            number = known.numbers.get(name)
            if number is None:
                square += (weight * UNSEEN) ** 2
                continue
            of_feature = slice(known.starts[number], known.starts[number + 1])
            rarity = float(known.rarities[number])
            shared[known.rows[of_feature]] += known.weights[of_feature] * (weight * rarity)
            square += (weight * rarity) ** 2
        likeness = self._with_meaning(text, shared / (known.lengths * max(square, 1e-9) ** 0.5))
        inside = np.minimum(shared / known.lengths**2, 1.0)
        if len(self._scored) >= REMEMBERED:
            self._scored.pop(next(iter(self._scored)), None)
        self._scored[text] = likeness, inside
        return likeness, inside

    def _with_meaning(self, text: str, likeness: np.ndarray) -> np.ndarray:
        """Blend in the vectors' likeness for the rows whose words are nearest; only they can win."""
        if self._embed is None:
            return likeness
        vectors = self.vectors()
        if vectors is None:
            return likeness
        vector = self._embed([text])
        if vector is None:
            return likeness
        blended = (1 - MEANING_SHARE) * likeness
        rows = np.argpartition(-likeness, min(COMPARED, len(likeness) - 1))[:COMPARED]
        near = np.einsum("ij,j->i", vectors[rows], vector[0])
        blended[rows] += MEANING_SHARE * np.maximum(near, 0) * (likeness[rows] > 0)
        return blended

    def best(self, text: str, *key: str, whole: bool = True) -> list[Match]:
        """The nearest example of every full key that begins with `key`, best first.

        `whole` compares the texts as wholes (commands); otherwise an example inside a longer text counts
        nearly as much (facts).
        """
        likeness, inside = self.scores(text)
        found: dict[tuple[str, ...], tuple[float, int]] = {}
        rows = np.array(self.rows(*key), dtype=np.int32)
        if not len(rows):
            return []
        values = likeness[rows] if whole else np.maximum(likeness[rows], 0.5 * likeness[rows] + 0.5 * inside[rows])
        for place in np.argsort(-values, kind="stable")[:40]:
            example_key = self.examples[rows[place]].key
            if example_key not in found:
                found[example_key] = (float(values[place]), int(rows[place]))
        return [Match(name, score, self.examples[row].text) for name, (score, row) in found.items()]


def has_letters(text: str) -> bool:
    """Whether there is any word to compare."""
    return any(token.kind == "word" for token in tokens(text))
