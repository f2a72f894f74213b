"""One pool of texts made searchable: postings for words and grams, vectors for texts and sentences."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.embedding import Embedding
from knowledge.hebrew import grams, main_language, sentences
from knowledge.lexical import GRAM_SATURATION, MOST_COUNTED, WORD_SATURATION, LexicalIndex, build_lexical
from knowledge.terms import Terms, loaded, mapped

GRAM_WEIGHT = 0.5
EMBED_BATCH = 2_000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Shelf:
    """Arrays over one list of texts; row i of everything is text i.

    `vectors` holds, text after text, the whole text's vector and, when it has several sentences, theirs;
    those of text i begin at `vector_starts[i]`. `hebrew` marks the Hebrew texts.
    """

    lexical: LexicalIndex
    vectors: np.ndarray
    vector_starts: np.ndarray
    hebrew: np.ndarray

    def __len__(self) -> int:
        return len(self.hebrew)

    def in_memory(self) -> Shelf:
        """The same shelf with its vectors read and widened once: for a small pool that is scanned whole."""
        return dataclasses.replace(self, vectors=np.asarray(self.vectors, dtype=np.float32))

    def lexical_scores(self, content: Sequence[str]) -> np.ndarray:
        """Word and stem BM25 plus half the character-gram BM25 of every text, for normalised words.

        As a share of what a text with every one of the words would have: about 0 to 1, for short texts
        more, and comparable between questions.
        """
        by_word = [term for word in content for term in self.lexical.word_terms(word)]
        by_gram = [gram for word in content for gram in grams(word)]
        wording, spelling = self.lexical.words, self.lexical.grams
        scores = wording.scores(by_word, WORD_SATURATION)
        scores += GRAM_WEIGHT * spelling.scores(by_gram, GRAM_SATURATION)
        ceiling = wording.ceiling(by_word) + GRAM_WEIGHT * spelling.ceiling(by_gram)
        return scores / max(ceiling, 1e-9)

    def likeness(self, vector: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """Cosine of a question to these texts, or to all: half the whole text, half its best sentence."""
        if rows is None:
            return _whole_and_best(_cosines(self.vectors, vector), self.vector_starts)
        starts = self.vector_starts[rows]
        sizes = self.vector_starts[rows + 1] - starts
        borders = np.concatenate([[0], np.cumsum(sizes)])
        places = np.repeat(starts - borders[:-1], sizes) + np.arange(borders[-1])
        return _whole_and_best(_cosines(self.vectors[places], vector), borders)

    def save(self, folder: Path, name: str) -> None:
        """Write all arrays into `folder`."""
        self.lexical.save(folder, name)
        np.save(folder / f"{name}-vectors.npy", self.vectors)
        np.save(folder / f"{name}-vector-starts.npy", self.vector_starts)
        np.save(folder / f"{name}-hebrew.npy", self.hebrew)

    @classmethod
    def open(cls, folder: Path, name: str) -> Shelf:
        """Map what `save` wrote. Raises OSError or ValueError when it is damaged."""
        return cls(
            LexicalIndex.open(folder, name),
            mapped(folder / f"{name}-vectors.npy"),
            loaded(folder / f"{name}-vector-starts.npy"),
            loaded(folder / f"{name}-hebrew.npy"),
        )


def _cosines(vectors: np.ndarray, vector: np.ndarray) -> np.ndarray:
    """Dot products in this thread: BLAS starts others for so little work and waits on a busy machine."""
    return np.asarray(np.vecdot(np.asarray(vectors, dtype=np.float32), vector))


def _whole_and_best(cosines: np.ndarray, borders: np.ndarray) -> np.ndarray:
    """The first of each run counts half, the best of the others half; a run of one counts whole."""
    if len(borders) < 2:
        return np.zeros(0, dtype=np.float32)
    firsts = borders[:-1]
    whole = cosines[firsts]
    cosines[firsts[np.diff(borders) > 1]] = -1.0
    return (whole + np.maximum.reduceat(cosines, firsts)) / 2


def build_shelf(
    texts: Sequence[str],
    embedding: Embedding,
    known: Terms,
    *,
    label: str,
    most_counted: int = MOST_COUNTED,
    progress: Progress | None = None,
) -> Shelf:
    """Index `texts`; `progress(label, done, all)` is called after every batch of vectors."""
    vectors: list[np.ndarray] = [np.zeros((0, embedding.dimensions), dtype=np.float16)]
    sizes: list[int] = []
    for start in range(0, len(texts), EMBED_BATCH):
        pieces = [_pieces(text) for text in texts[start : start + EMBED_BATCH]]
        sizes += [len(piece) for piece in pieces]
        vectors.append(embedding.embed_passages([text for piece in pieces for text in piece]).astype(np.float16))
        if progress:
            progress(label, min(start + EMBED_BATCH, len(texts)), len(texts))
    return Shelf(
        build_lexical(texts, known.__contains__, most_counted),
        np.concatenate(vectors),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.array([main_language(text) == "he" for text in texts], dtype=bool),
    )


def _pieces(text: str) -> list[str]:
    parts = sentences(text)
    return [text] if len(parts) == 1 else [text, *parts]
