"""Learns which card a question asks for, from the cards: `python -m knowledge.training.learn_cards`.

Softmax regression with AdaGrad in a fixed order from a fixed seed; numpy only, seconds on a free core. To be run
again when cards come, go or get other questions, and after the vectors were trained anew. What is asked elsewhere
(elsewhere.yaml) is learned as one more answer, "no card".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml

from knowledge.cards import FOLDER, LANGUAGES, Card, load_cards
from knowledge.embedding import BundledEmbedding, Embedding
from knowledge.likely import LikelyCards, clues, weighed, write
from knowledge.terms import Terms
from knowledge.translation import Translations

ELSEWHERE = Path(__file__).with_name("elsewhere.yaml")
EPOCHS = 10
STEP = 0.2
BATCH = 64
SEED = 7
FEWEST = 3  # texts that have a feature which is kept
BITS = 32


def texts_of(card: Card) -> Iterator[str]:
    """What people ask or say for this card to be the answer, and its title and direct answer."""
    for language in LANGUAGES:
        yield from card.questions[language]
        yield from (item.claim[language] for item in card.misconceptions)
        yield from (item[language] for item in card.circumstances)
        yield from (text for gap in card.gaps for text in gap.asks[language])
        yield from (card.title[language], card.answer[language])


def learn(
    cards: Sequence[Card], elsewhere: Iterable[str], embedding: Embedding, translations: Translations
) -> LikelyCards:
    """The weights of a classifier of these cards, and of none of them for what is asked `elsewhere`."""
    texts = [(at, text) for at, card in enumerate(cards) for text in texts_of(card)]
    texts += [(len(cards), text) for text in elsewhere]
    named = [clues(text, translations) for _, text in texts]
    counts = Counter(name for row in named for name in {name for name, _ in row})
    kept = [name for name, count in counts.items() if count >= FEWEST]
    known = Terms.of(kept, BITS)
    rarities = np.zeros(len(known), dtype=np.float32)
    shares = np.array([len(texts) / counts[name] for name in kept])
    rarities[known.numbers(kept)] = np.sqrt(np.log1p(shares) / np.log1p(len(texts)))
    rows = [weighed(row, known, rarities) for row in named]
    vectors = embedding.embed_questions([text for _, text in texts])
    meant = np.array([card for card, _ in texts])
    weights, directions = _descend(rows, vectors, meant, len(known), len(cards) + 1)
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
    return LikelyCards(
        tuple(card.id for card in cards),
        known,
        rarities.astype(np.float16).astype(np.float32),
        np.rint(weights / scales[:, None]).astype(np.int8),
        scales.astype(np.float32),
        directions,
    )


def _descend(
    rows: Sequence[tuple[np.ndarray, np.ndarray]], vectors: np.ndarray, meant: np.ndarray, known: int, cards: int
) -> tuple[np.ndarray, np.ndarray]:
    """The weights of features and of the vector's dimensions."""
    weights = np.zeros((known, cards), dtype=np.float32)
    directions = np.zeros((vectors.shape[1], cards), dtype=np.float32)
    spent, spent_there = np.full_like(weights, 1e-6), np.full_like(directions, 1e-6)
    order = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        mixed = order.permutation(len(rows))
        for batch in np.array_split(mixed, max(1, len(rows) // BATCH)):
            touched, columns = _dense([rows[row] for row in batch])
            scores = columns @ weights[touched] + vectors[batch] @ directions
            raised = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = raised / raised.sum(axis=1, keepdims=True)
            error[np.arange(len(batch)), meant[batch]] -= 1
            error /= len(batch)
            slope = columns.T @ error
            spent[touched] += slope**2
            weights[touched] -= STEP * slope / np.sqrt(spent[touched])
            slope = vectors[batch].T @ error
            spent_there += slope**2
            directions -= STEP * slope / np.sqrt(spent_there)
    return weights, directions


def _dense(rows: Iterable[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """The features some rows have, and a matrix with a column for each of these."""
    numbers, values = zip(*rows, strict=True)
    touched, places = np.unique(np.concatenate(numbers), return_inverse=True)
    columns = np.zeros((len(numbers), len(touched)), dtype=np.float32)
    of_row = np.repeat(np.arange(len(numbers)), [len(row) for row in numbers])
    np.add.at(columns, (of_row, places), np.concatenate(values))
    return touched, columns


def main() -> None:
    """Learn the weights of the present cards and write the file."""
    embedding = BundledEmbedding()
    elsewhere = yaml.safe_load(ELSEWHERE.read_text("utf-8"))
    asked = [text for language in LANGUAGES for text in elsewhere[language]]
    write(learn(load_cards(FOLDER / "cards"), asked, embedding, Translations()), embedding.fingerprint)


if __name__ == "__main__":
    main()
