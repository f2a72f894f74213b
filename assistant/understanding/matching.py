"""How near a person's words are to authored examples: shared stems, character grams and meaning.

One sparse index holds every example; a text is scored against all of them in one pass, and callers look
at the rows of the keys that make sense in the dialogue. Rare words count more than common ones; character
grams forgive typos and inflection; the embedding brings in words no example has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from assistant.understanding.text import read_yaml, tokens
from knowledge.hebrew import grams, is_hebrew, is_stop_word, stem, without_prefix
from knowledge.hebrew import words as words_of

Embed = Callable[[list[str]], "np.ndarray | None"]
STOP_WORD_WEIGHT = 0.45
GRAM_SHARE = 0.5  # weight of all grams of a word beside the word itself
PAIR_WEIGHT = 0.5
CONCEPT_WEIGHT = 1.0
OWN_SHARE = 0.65  # of the weight of a word's own features when its concept speaks for it
UNSEEN = 0.6  # share of its weight that a feature no example has keeps
CONCEPTS = Path(__file__).parent / "examples" / "concepts.yaml"
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


class ExampleIndex:
    """Examples to compare with. Vectors of the examples are made once, on first use."""

    def __init__(self, examples: Iterable[Example], embed: Embed | None = None) -> None:
        self.examples = tuple(examples)
        self._embed = embed
        self._vectors: np.ndarray | None = None
        self._tried = False
        self._rows: dict[tuple[str, ...], list[int]] = {}
        for row, example in enumerate(self.examples):
            for size in range(1, len(example.key) + 1):
                self._rows.setdefault(example.key[:size], []).append(row)
        self._build()
        self._scored: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def _build(self) -> None:
        postings: dict[str, tuple[list[int], list[float]]] = {}
        for row, example in enumerate(self.examples):
            for name, weight in features(example.text):
                rows, weights = postings.setdefault(name, ([], []))
                rows.append(row)
                weights.append(weight)
        total = max(1, len(self.examples))
        squares = np.zeros(len(self.examples), dtype=np.float32)
        self._postings: dict[str, tuple[np.ndarray, np.ndarray, float]] = {}
        for name, (rows, weights) in postings.items():
            rarity = float(np.log(1 + total / len(rows)) / np.log(1 + total)) ** 0.5
            row_array = np.array(rows, dtype=np.int32)
            weight_array = np.array(weights, dtype=np.float32) * rarity
            squares[row_array] += weight_array**2
            self._postings[name] = (row_array, weight_array, rarity)
        self._lengths = np.sqrt(np.maximum(squares, 1e-9))

    def rows(self, *key: str) -> Sequence[int]:
        """The rows of every example whose key begins so."""
        return self._rows.get(key, [])

    def scores(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """(likeness of the whole text, how much of each example is in the text), a number a row."""
        if text in self._scored:
            return self._scored[text]
        shared = np.zeros(len(self.examples), dtype=np.float32)
        square = 0.0
        for name, weight in features(text):
            posting = self._postings.get(name)
            if posting is None:
                square += (weight * UNSEEN) ** 2
                continue
            rows, weights, rarity = posting
            shared[rows] += weights * (weight * rarity)
            square += (weight * rarity) ** 2
        likeness = self._with_meaning(text, shared / (self._lengths * max(square, 1e-9) ** 0.5))
        inside = np.minimum(shared / self._lengths**2, 1.0)
        if len(self._scored) >= REMEMBERED:
            self._scored.pop(next(iter(self._scored)), None)
        self._scored[text] = likeness, inside
        return likeness, inside

    def _with_meaning(self, text: str, likeness: np.ndarray) -> np.ndarray:
        """Blend in the vectors' likeness for the rows whose words are nearest; only they can win."""
        if self._embed is None:
            return likeness
        if not self._tried:
            self._tried = True
            self._vectors = self._embed([example.text for example in self.examples])
        if self._vectors is None:
            return likeness
        vector = self._embed([text])
        if vector is None:
            return likeness
        blended = (1 - MEANING_SHARE) * likeness
        rows = np.argpartition(-likeness, min(COMPARED, len(likeness) - 1))[:COMPARED]
        near = np.einsum("ij,j->i", self._vectors[rows], vector[0])
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
