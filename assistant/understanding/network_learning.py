"""Learns the network of `network.py` from examples, with numpy alone: Adam, in a fixed order from a fixed seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.understanding.learned import NOTHING
from assistant.understanding.network import WIDTHS, Layer, Network, Word, windows
from assistant.understanding.sparse_rows import Rows
from knowledge.terms import Terms

SIZE = 96  # of a word's vector
DETECTORS = {3: 2 * SIZE, 5: SIZE}  # by how many words they look at
EPOCHS = 8
BATCH = 64
STEP = 0.002
SEED = 7
FEWEST = 3  # texts that have a part which is kept
BITS = 32
NOTHING_SHARE = 0.4  # of what answers nothing, seen in one epoch
WORDS_DROPPED, FINDS_DROPPED = 0.1, 0.3
SMOOTHED = 0.05  # of the certainty of a label that is spread over all answers
SETTINGS = (SIZE, DETECTORS, EPOCHS, BATCH, STEP, SEED, FEWEST, BITS, NOTHING_SHARE, SMOOTHED)

Answer = tuple[str, str]  # (field, value)


@dataclass(frozen=True)
class Labelled:
    """A text as word numbers, and the column of what it answers."""

    words: np.ndarray
    column: int


class _Vocabulary:
    """The words of all texts, and which known parts each is made of."""

    def __init__(self, texts: Iterable[Sequence[Word]]) -> None:
        texts = {tuple(text) for text in texts}
        self.numbers = {word: place for place, word in enumerate(sorted({word for text in texts for word in text}))}
        counts = Counter(part for text in texts for part in {part for word in set(text) for part in word})
        self.known = Terms.of((part for part, count in counts.items() if count >= FEWEST), BITS)
        found = [self.known.numbers(list(word)) for word in self.numbers]
        found = [numbers[numbers >= 0] for numbers in found]
        lengths = np.array([len(numbers) for numbers in found])
        shares = np.repeat(1 / np.maximum(lengths, 1), lengths).astype(np.float32)
        self.parts = Rows(np.concatenate(([0], np.cumsum(lengths))), np.concatenate(found), shares)

    def words(self, text: Sequence[Word]) -> np.ndarray:
        """A text as word numbers."""
        return np.array([self.numbers[word] for word in text])


class _Adam:
    """Moves arrays against their slopes; of an array with many rows only those that have a slope."""

    def __init__(self, arrays: dict[str, np.ndarray], steps: int) -> None:
        self.arrays = arrays
        self._steps, self._step = steps, 0
        self._first = {name: np.zeros_like(array) for name, array in arrays.items()}
        self._second = {name: np.zeros_like(array) for name, array in arrays.items()}

    def move(self, slopes: Mapping[str, np.ndarray], touched: np.ndarray) -> None:
        """One step; `touched` are the rows of the parts' vectors that have a slope."""
        self._step += 1
        size = STEP * (1 - self._step / (self._steps + 1))
        size *= (1 - 0.999**self._step) ** 0.5 / (1 - 0.9**self._step)
        for name, slope in slopes.items():
            rows = touched if name == "parts" else slice(None)
            first = self._first[name][rows] = 0.9 * self._first[name][rows] + 0.1 * slope
            second = self._second[name][rows] = 0.999 * self._second[name][rows] + 0.001 * slope**2
            self.arrays[name][rows] -= size * first / (np.sqrt(second) + 1e-8)


def learn_network(
    examples: Mapping[str, Sequence[tuple[Answer, Sequence[Word]]]],
    answers: Mapping[str, Sequence[Answer]],
    track: Callable[[Sequence[int]], Iterable[int]] = iter,
) -> Network:
    """The network that tells each head's `answers` from its examples; `track` shows the epochs as they pass."""
    order = np.random.default_rng(SEED)
    vocabulary = _Vocabulary(text for rows in examples.values() for _, text in rows)
    columns = {head: {answer: column for column, answer in enumerate(of)} for head, of in answers.items()}
    labelled = {
        head: [Labelled(vocabulary.words(text), columns[head][answer]) for answer, text in rows if text]
        for head, rows in examples.items()
    }
    arrays = _beginning(len(vocabulary.known), {head: len(of) for head, of in answers.items()}, order)
    nothing = {head: columns[head][NOTHING] for head in examples}
    epochs = [list(_batches(labelled, nothing, order)) for _ in range(EPOCHS)]
    adam = _Adam(arrays, sum(len(batches) for batches in epochs))
    for epoch in track(range(EPOCHS)):
        for head, batch in epochs[epoch]:
            adam.move(*_slopes(arrays, vocabulary.parts, head, batch, order))
    return _finished(arrays, vocabulary.known, examples)


def _beginning(parts: int, answers: Mapping[str, int], order: np.random.Generator) -> dict[str, np.ndarray]:
    """Small random weights, named as the slopes are."""

    def drawn(rows: int, columns: int, spread: float) -> np.ndarray:
        return (spread * order.standard_normal((rows, columns))).astype(np.float32)

    found = {"parts": drawn(parts, SIZE, 0.1)}
    for width in WIDTHS:
        found[f"detectors.{width}"] = drawn(width * SIZE, DETECTORS[width], (1 / (3 * width * SIZE)) ** 0.5)
        found[f"detectors.{width}.bias"] = np.zeros(DETECTORS[width], dtype=np.float32)
    finds = sum(DETECTORS.values()) + SIZE
    for head, count in answers.items():
        found[f"heads.{head}"] = drawn(finds, count, (1 / (3 * finds)) ** 0.5)
        found[f"heads.{head}.bias"] = np.zeros(count, dtype=np.float32)
    return found


def _batches(
    labelled: Mapping[str, Sequence[Labelled]], nothing: Mapping[str, int], order: np.random.Generator
) -> list[tuple[str, list[Labelled]]]:
    """One epoch: batches of one head's texts of about one length, in random order."""
    found = []
    for head, rows in labelled.items():
        seen = [row for row in rows if row.column != nothing[head] or order.random() < NOTHING_SHARE]
        mixed = [seen[place] for place in order.permutation(len(seen))]
        for at in range(0, len(mixed), 8 * BATCH):
            alike = sorted(mixed[at : at + 8 * BATCH], key=lambda row: len(row.words))
            found += [(head, alike[start : start + BATCH]) for start in range(0, len(alike), BATCH)]
    return [found[place] for place in order.permutation(len(found))]


@dataclass(frozen=True)
class _Looked:
    """What the detectors saw in a batch of texts, and what the slopes need of it."""

    parts: Rows  # of each word, with the share of each part in it
    places: np.ndarray  # of each word of the texts among the words
    there: np.ndarray  # whether a place of (texts, words) holds a word
    kept: np.ndarray  # … and is not dropped
    windows: Mapping[int, np.ndarray]
    tops: Mapping[int, np.ndarray]  # where each detector found most
    finds: Mapping[int, np.ndarray]  # how much that was
    seen: np.ndarray  # all finds and the mean word, as the heads get them

    @property
    def lengths(self) -> np.ndarray:
        """Words of each text, as a column."""
        return np.asarray(self.there.sum(axis=1)[:, None])


def _look(arrays: Mapping[str, np.ndarray], parts: Rows, texts: Sequence[np.ndarray], kept_of: np.ndarray) -> _Looked:
    """The way through the network up to its heads; `kept_of` draws which words are not dropped."""
    lengths = np.array([len(text) for text in texts])
    there = np.arange(lengths.max()) < lengths[:, None]
    used, places = np.unique(np.concatenate(texts), return_inverse=True)
    of_words = parts.some(used)
    kept = (there & (kept_of >= WORDS_DROPPED))[..., None].astype(np.float32)
    row = np.zeros((*there.shape, SIZE), dtype=np.float32)
    row[there] = of_words.summed(arrays["parts"])[places]
    row *= kept
    of_width, tops, finds = {}, {}, {}
    for width in WIDTHS:
        of_width[width] = windows(row, width)
        found = of_width[width] @ arrays[f"detectors.{width}"] + arrays[f"detectors.{width}.bias"]
        found = np.maximum(found, 0) * there[..., None]
        tops[width] = found.argmax(axis=1)[:, None]
        finds[width] = np.take_along_axis(found, tops[width], axis=1)[:, 0]
    seen = np.concatenate([*finds.values(), row.sum(axis=1) / lengths[:, None]], axis=1)
    return _Looked(of_words, places, there, kept, of_width, tops, finds, seen)


def _slopes(
    arrays: Mapping[str, np.ndarray], parts: Rows, head: str, batch: Sequence[Labelled], order: np.random.Generator
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The slope of the loss of a batch by every array, and the rows of the parts' vectors that have one."""
    texts = [one.words for one in batch]
    looked = _look(arrays, parts, texts, order.random((len(batch), max(map(len, texts)))))
    left = (order.random(looked.seen.shape) >= FINDS_DROPPED).astype(np.float32) / (1 - FINDS_DROPPED)
    given = looked.seen * left
    scores = given @ arrays[f"heads.{head}"] + arrays[f"heads.{head}.bias"]
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    error = raised / raised.sum(axis=1, keepdims=True) - SMOOTHED / scores.shape[1]
    error[np.arange(len(batch)), [one.column for one in batch]] -= 1 - SMOOTHED
    error /= len(batch)
    slopes = {f"heads.{head}": given.T @ error, f"heads.{head}.bias": error.sum(axis=0)}
    of_detectors, of_row = _slopes_below(arrays, looked, (error @ arrays[f"heads.{head}"].T) * left)
    of_words = np.zeros((len(looked.parts), SIZE), dtype=np.float32)
    np.add.at(of_words, looked.places, of_row[looked.there])
    touched, of_parts = looked.parts.spread(of_words)
    return slopes | of_detectors | {"parts": of_parts}, touched


def _slopes_below(
    arrays: Mapping[str, np.ndarray], looked: _Looked, back: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The slopes of the detectors, and of the words as they stand; `back` is the slope of what the heads were given."""
    slopes = {}
    texts, length = looked.there.shape
    of_row = np.repeat((back[:, -SIZE:] / looked.lengths)[:, None], length, axis=1)
    at = 0
    for width in WIDTHS:
        count = DETECTORS[width]
        of_find = back[:, at : at + count] * (looked.finds[width] > 0)
        at += count
        spread = np.zeros((texts, length, count), dtype=np.float32)
        np.put_along_axis(spread, looked.tops[width], of_find[:, None], axis=1)
        flat = spread.reshape(-1, count)
        slopes[f"detectors.{width}"] = looked.windows[width].reshape(len(flat), -1).T @ flat
        slopes[f"detectors.{width}.bias"] = flat.sum(axis=0)
        of_row += _gathered(spread @ arrays[f"detectors.{width}"].T, width)
    return slopes, of_row * looked.kept


def _gathered(of_windows: np.ndarray, width: int) -> np.ndarray:
    """What each word gets from all windows it stands in: `windows` the other way round."""
    texts, length, _ = of_windows.shape
    padded = np.zeros((texts, length + width - 1, SIZE), dtype=np.float32)
    for shift in range(width):
        padded[:, shift : shift + length] += of_windows[..., shift * SIZE : (shift + 1) * SIZE]
    return padded[:, width // 2 : width // 2 + length]


def _finished(arrays: Mapping[str, np.ndarray], known: Terms, heads: Iterable[str]) -> Network:
    scales = np.maximum(np.abs(arrays["parts"]).max(axis=1), 1e-9) / 127

    def layer(name: str) -> Layer:
        return Layer(arrays[name], arrays[f"{name}.bias"])

    return Network(
        known,
        np.rint(arrays["parts"] / scales[:, None]).astype(np.int8),
        scales.astype(np.float32),
        {width: layer(f"detectors.{width}") for width in WIDTHS},
        {head: layer(f"heads.{head}") for head in heads},
    )
