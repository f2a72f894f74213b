"""What the order of the words tells of an answer: a small convolutional network, learned from the authored examples.

The weights of `learned.py` see which words stand in a text, not how they stand there: "not this channel
alone", "three people left and nothing got lost". Here a word is the mean of learned vectors of its parts
(itself, its stem, its concept, its character grams), learned detectors look at every three and every five
neighbouring words, and the strongest find of each and the mean of all words decide, by one linear layer a tool.
Words and detectors are shared by all tools, so that what denies or limits is learned from every form.
After Kim 2014 (convolutional networks for sentence classification) and Bojanowski et al. 2017 (word parts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from assistant.understanding.words.matching import features
from knowledge.hebrew import words
from knowledge.terms import Terms

WIDTHS = (3, 5)  # words a detector looks at
MOST_WORDS = 40
REMEMBERED = 5_000  # words whose vectors are kept

Word = tuple[str, ...]  # what the network knows of a word: its parts


def read_words(text: str) -> list[Word]:
    """The words of a text as the network reads them; a question's mark is one of them."""
    return [word_of(word) for word in words(text)[:MOST_WORDS] + (["?"] if "?" in text else [])]


@lru_cache(maxsize=20_000)
def word_of(word: str) -> Word:
    """What a word is made of: itself, its stem, its concept and its character grams."""
    return tuple(name for name, _ in features(word))


def windows(vectors: np.ndarray, width: int) -> np.ndarray:
    """The vectors of every `width` neighbouring words side by side: (texts, words, width · size)."""
    texts, length, size = vectors.shape
    edge = np.zeros((texts, width // 2, size), dtype=vectors.dtype)
    padded = np.concatenate((edge, vectors, edge), axis=1)
    return np.concatenate([padded[:, shift : shift + length] for shift in range(width)], axis=2)


@dataclass(frozen=True)
class Layer:
    """A linear layer: what goes in times `weights`, plus `bias`."""

    weights: np.ndarray
    bias: np.ndarray

    def __call__(self, given: np.ndarray) -> np.ndarray:
        """What comes out."""
        return given @ self.weights + self.bias


@dataclass(frozen=True)
class Network:
    """The learned network: vectors of word parts, a layer of detectors for each width, a layer for each head."""

    known: Terms
    vectors: np.ndarray  # int8, a row a part
    scales: np.ndarray  # of each row
    detectors: Mapping[int, Layer]
    heads: Mapping[str, Layer]  # their outputs in the order of the answers
    _remembered: dict[Word, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    def chances(self, head: str, read: Sequence[Word]) -> np.ndarray | None:
        """The probability of each answer of a head, summing to one; None where there are no words."""
        if not read:
            return None
        row = np.stack([self._vector(word) for word in read])[None]
        strongest = [np.maximum(layer(windows(row, width)), 0).max(axis=1) for width, layer in self.detectors.items()]
        scores = self.heads[head](np.concatenate([*strongest, row.mean(axis=1)], axis=1))[0]
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum())

    def _vector(self, word: Word) -> np.ndarray:
        if word not in self._remembered:
            numbers = self.known.numbers(list(word))
            numbers = numbers[numbers >= 0]
            rows = self.vectors[numbers].astype(np.float32) * self.scales[numbers, None]
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[word] = rows.mean(axis=0) if len(numbers) else np.zeros(rows.shape[1], dtype=np.float32)
        return self._remembered[word]

    def arrays(self) -> dict[str, Any]:
        """What a file keeps of it; `network_of` reads it again."""
        layers = {f"detectors.{width}": layer for width, layer in self.detectors.items()}
        layers |= {f"heads.{head}": layer for head, layer in self.heads.items()}
        found: dict[str, Any] = {"known": self.known.keys, "vectors": self.vectors, "scales": self.scales}
        for name, layer in layers.items():
            found[f"{name}.weights"] = layer.weights.astype(np.float16)
            found[f"{name}.bias"] = layer.bias.astype(np.float16)
        return {f"network.{name}": array for name, array in found.items()}


def network_of(file: Mapping[str, np.ndarray]) -> Network | None:
    """The network whose arrays a file holds, None where it holds none."""
    if "network.known" not in file:
        return None

    def layer(name: str) -> Layer:
        return Layer(*(file[f"network.{name}.{part}"].astype(np.float32) for part in ("weights", "bias")))

    start, end = "network.heads.", ".bias"
    heads = [name[len(start) : -len(end)] for name in file if name.startswith(start) and name.endswith(end)]
    return Network(
        Terms(file["network.known"]),
        file["network.vectors"],
        file["network.scales"],
        {width: layer(f"detectors.{width}") for width in WIDTHS},
        {head: layer(f"heads.{head}") for head in heads},
    )
