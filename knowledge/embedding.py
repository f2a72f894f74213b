"""Sentence vectors: the bundled bilingual model on numpy alone, or any sentence-transformers model.

The bundled model knows word forms, stems and character grams; a text's vector is the mean of the
vectors of its features. Hebrew and English share one space, so a question finds its answer in the
other language. `knowledge/training/train_model.py` makes it; `knowledge/model/README.md` describes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from knowledge.hebrew import grams, stem, words
from knowledge.terms import Terms, loaded, mapped

BUNDLED_FOLDER = Path(__file__).parent / "model"
BUNDLED_NAME = "bundled"
MAX_CACHED_WORDS = 200_000


class EmbeddingError(RuntimeError):
    """The configured embedding model cannot be used; the message says why and what to do."""


class Embedding(Protocol):
    """Turns texts into unit vectors whose dot product is their likeness, -1 to 1."""

    name: str
    fingerprint: str
    dimensions: int

    def embed_questions(self, texts: Sequence[str]) -> np.ndarray:
        """One float32 row a question."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """One float32 row a passage."""
        ...


def word_features(word: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """What the bundled model looks at in one normalised word: form, stem, character grams."""
    return (f"={word}", f"=~{stem(word, known)}", *grams(word))


class Lexicon:
    """The word forms among the features of the bundled model."""

    def __init__(self, features: Terms) -> None:
        self._features = features

    def __contains__(self, word: str) -> bool:
        return f"={word}" in self._features


class BundledEmbedding:
    """The static bilingual model in `folder`, memory-mapped; opening it takes milliseconds.

    `known_words` is the Hebrew vocabulary it was trained with; prefixes are checked against it.
    """

    name = BUNDLED_NAME

    def __init__(self, folder: Path = BUNDLED_FOLDER) -> None:
        try:
            self._vectors = mapped(folder / "vectors.npy")
            self._scales = loaded(folder / "scales.npy").astype(np.float32)
            self._features = Terms(loaded(folder / "features.npy"))
            self.known_words = Terms(loaded(folder / "hebrew_words.npy"))
        except (OSError, ValueError) as error:
            raise EmbeddingError(f"the bundled model in {str(folder)!r} is damaged: {error}") from error
        if not len(self._vectors) == len(self._scales) == len(self._features):
            raise EmbeddingError(f"the bundled model in {str(folder)!r} is damaged: its files differ in length")
        self.dimensions = int(self._vectors.shape[1])
        self.fingerprint = _fingerprint(self._vectors, self._scales)
        self._word_numbers: dict[str, int] = {}
        self._word_vectors = np.zeros((256, self.dimensions), dtype=np.float32)

    @property
    def lexicon(self) -> Lexicon:
        """The normalised word forms it was trained with."""
        return Lexicon(self._features)

    def embed_questions(self, texts: Sequence[str]) -> np.ndarray:
        """One float32 row a question; a text without a known word is the zero vector."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """One float32 row a passage; a text without a known word is the zero vector."""
        if len(self._word_numbers) > MAX_CACHED_WORDS:
            self._word_numbers.clear()
        rows = [self._sum(words(text)) for text in texts]
        found = np.array(rows, dtype=np.float32).reshape(len(texts), self.dimensions)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)

    def word_vectors(self, found: Sequence[str]) -> np.ndarray:
        """One row a normalised word, not of unit length: a text's vector points along the sum of its words'."""
        return np.array([self._sum([word]) for word in found], dtype=np.float32)

    def _sum(self, found: list[str]) -> np.ndarray:
        numbers = []
        for word in found:
            number = self._word_numbers.get(word)
            numbers.append(self._learn(word) if number is None else number)
        return np.add.reduce(self._word_vectors[numbers], axis=0)

    def _learn(self, word: str) -> int:
        """Keep the vector of a word; its number in the cache."""
        if len(self._word_numbers) == len(self._word_vectors):
            grown = np.zeros((2 * len(self._word_vectors), self.dimensions), dtype=np.float32)
            grown[: len(self._word_vectors)] = self._word_vectors
            self._word_vectors = grown
        features = self._features.numbers(word_features(word, self.known_words.__contains__))
        features = features[features >= 0]
        number = self._word_numbers[word] = len(self._word_numbers)
        self._word_vectors[number] = self._scales[features] @ self._vectors[features].astype(np.float32)
        return number


def _fingerprint(vectors: np.ndarray, scales: np.ndarray) -> str:
    """Tells one training of the model from another without reading all of it."""
    sample = np.ascontiguousarray(vectors[:: max(1, len(vectors) // 64)])
    return hashlib.sha256(sample.tobytes() + scales.tobytes()).hexdigest()[:16]


# Models trained with different openings for questions and passages lose much without them.
_PREFIXES = {"e5": ("query: ", "passage: "), "bge": ("", ""), "instruct": ("Instruct: answer\nQuery: ", "")}


class TransformerEmbedding:
    """Any sentence-transformers model, by hub name or local folder (extra `semantic`)."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbeddingError(
                f"the embedding model {name!r} needs sentence-transformers: pip install 'advisor[semantic]'"
            ) from error
        try:
            self._model = SentenceTransformer(name)
        except Exception as error:  # the library lets errors of four others through
            raise EmbeddingError(f"the embedding model {name!r} cannot be loaded: {error}") from error
        self.name = name
        self.dimensions = len(self._model.encode("size"))
        self.fingerprint = hashlib.sha256(f"{name}:{self.dimensions}".encode()).hexdigest()[:16]
        self._question_prefix, self._passage_prefix = prefixes_for(name)

    def embed_questions(self, texts: Sequence[str]) -> np.ndarray:
        """One float32 row a question."""
        return self._encode([self._question_prefix + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        """One float32 row a passage."""
        return self._encode([self._passage_prefix + text for text in texts])

    def _encode(self, texts: list[str]) -> np.ndarray:
        return np.asarray(
            self._model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False),
            dtype=np.float32,
        )


def prefixes_for(name: str) -> tuple[str, str]:
    """What a model expects before a question and before a passage, by the family in its name."""
    last = Path(name).name.lower()
    if "e5" in last and "instruct" in last:
        return _PREFIXES["instruct"]
    if "e5" in last:
        return _PREFIXES["e5"]
    if "bge" in last and "-en" in last:
        return ("Represent this sentence for searching relevant passages: ", "")
    return ("", "")


def open_embedding(name: str | None = None) -> Embedding:
    """The bundled model for None or "bundled"; otherwise the sentence-transformers model of that name.

    Raises EmbeddingError when it is missing, damaged or needs a package that is not installed.
    """
    if name in (None, "", BUNDLED_NAME):
        return BundledEmbedding()
    return TransformerEmbedding(str(name))
