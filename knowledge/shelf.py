"""One pool of texts made searchable: postings for words and grams, vectors for texts and sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.embedding import Embedding
from knowledge.hebrew import content_words, grams, main_language, sentences
from knowledge.lexical import GRAM_SATURATION, WORD_SATURATION, LexicalIndex, build_lexical
from knowledge.terms import Terms

GRAM_WEIGHT = 0.5
EMBED_BATCH = 2_000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Shelf:
    """Arrays over one list of texts; row i of everything is text i. `hebrew` marks the Hebrew texts."""

    lexical: LexicalIndex
    sentence_vectors: np.ndarray
    sentence_starts: np.ndarray
    hebrew: np.ndarray

    def __len__(self) -> int:
        return len(self.hebrew)

    def lexical_scores(self, question: str) -> np.ndarray:
        """Word and stem BM25 plus half the character-gram BM25, stop words left out.

        As a share of what a text with every word of the question would have: about 0 to 1, for short texts
        more, and comparable between questions.
        """
        found = content_words(question)
        by_word = [term for word in found for term in self.lexical.word_terms(word)]
        by_gram = [gram for word in found for gram in grams(word)]
        wording, spelling = self.lexical.words, self.lexical.grams
        scores = wording.scores(by_word, WORD_SATURATION) + GRAM_WEIGHT * spelling.scores(
            by_gram, GRAM_SATURATION
        )
        ceiling = wording.ceiling(by_word) + GRAM_WEIGHT * spelling.ceiling(by_gram)
        return scores / max(ceiling, 1e-9)

    def likeness(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Cosine of the question to each of these texts: half the whole text, half its best sentence.

        The first vector of a text is the whole; a text of one sentence has no other.
        """
        starts = self.sentence_starts[rows].astype(np.int64)
        sizes = self.sentence_starts[rows + 1].astype(np.int64) - starts
        borders = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        places = np.repeat(starts - borders, sizes) + np.arange(int(sizes.sum()))
        cosines = self.sentence_vectors[places].astype(np.float32) @ vector
        whole = cosines[borders].copy()
        several = sizes > 1
        cosines[borders[several]] = -1.0
        best = np.maximum.reduceat(cosines, borders) if len(rows) else whole
        return (whole + best) / 2

    def save(self, folder: Path, name: str) -> None:
        """Write all arrays into `folder`."""
        self.lexical.save(folder, name)
        np.save(folder / f"{name}-vectors.npy", self.sentence_vectors)
        np.save(folder / f"{name}-sentences.npy", self.sentence_starts)
        np.save(folder / f"{name}-hebrew.npy", self.hebrew)

    @classmethod
    def open(cls, folder: Path, name: str) -> Shelf:
        """Map what `save` wrote. Raises OSError or ValueError when it is damaged."""
        return cls(
            LexicalIndex.open(folder, name),
            np.load(folder / f"{name}-vectors.npy", mmap_mode="r"),
            np.load(folder / f"{name}-sentences.npy"),
            np.load(folder / f"{name}-hebrew.npy"),
        )


def build_shelf(
    texts: Sequence[str],
    embedding: Embedding,
    known: Terms,
    progress: Progress | None = None,
    label: str = "",
) -> Shelf:
    """Index `texts`; `progress(label, done, all)` is called after every batch of vectors."""
    lexical = build_lexical(texts, known.__contains__)
    vectors: list[np.ndarray] = []
    sizes: list[int] = []
    for start in range(0, len(texts), EMBED_BATCH):
        pieces = [_pieces(text) for text in texts[start : start + EMBED_BATCH]]
        sizes += [len(piece) for piece in pieces]
        vectors.append(
            embedding.embed_passages([text for piece in pieces for text in piece]).astype(np.float16)
        )
        if progress:
            progress(label, min(start + EMBED_BATCH, len(texts)), len(texts))
    return Shelf(
        lexical,
        np.concatenate(vectors) if vectors else np.zeros((0, embedding.dimensions), dtype=np.float16),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.array([main_language(text) == "he" for text in texts], dtype=bool),
    )


def _pieces(text: str) -> list[str]:
    parts = sentences(text)
    return [text] if len(parts) == 1 else [text, *parts]
