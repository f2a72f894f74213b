"""How likely each card is the one a question asks for, learned from all the cards' questions together.

Nearness to single texts cannot tell which words make the difference between two cards; a linear classifier
over words, stems, their translations and the vector can. `knowledge/training/learn_cards.py` makes the
weights; what they say is added to what `card_search.py` measures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.embedding import BUNDLED_FOLDER, Embedding
from knowledge.hebrew import is_stop_word, words
from knowledge.terms import Terms, loaded, mapped
from knowledge.translation import Translations

NAME = "likely"  # of its files
PARTS = ("features", "rarities", "scales", "directions")
FORM_WEIGHT, TRANSLATED_WEIGHT, EDGE_WEIGHT = 0.6, 0.5, 0.5
STOP_WEIGHT = 0.5  # of a word that says nothing of the subject; how a question is put tells cards apart, too
MOST_TRANSLATIONS, LEAST_SURE = 4, 0.1


def clues(text: str, translations: Translations) -> list[tuple[str, float]]:
    """What the classifier looks at in a text, with weights: forms, stems, translated stems, both ends."""
    found = words(text)
    named: list[tuple[str, float]] = []
    for word in found:
        stop = is_stop_word(word)
        weight = STOP_WEIGHT if stop else 1.0
        stemmed = translations.stem(word)
        named += [("=" + word, FORM_WEIGHT * weight), ("~" + stemmed, weight)]
        if not stop:
            likely = [one for one in translations.of(stemmed)[:MOST_TRANSLATIONS] if one[1] > LEAST_SURE]
            named += [("~" + other, TRANSLATED_WEIGHT * sure**0.5) for other, sure in likely]
    return [*named, ("^" + found[0], EDGE_WEIGHT), ("$" + found[-1], EDGE_WEIGHT)] if found else named


@dataclass(frozen=True)
class LikelyCards:
    """A softmax regression: a row a feature or dimension of the vector, a column a card, the last one no card."""

    cards: tuple[str, ...]
    known: Terms
    rarities: np.ndarray
    rows: np.ndarray  # int8
    scales: np.ndarray  # of each row
    directions: np.ndarray  # of the vector

    def chances(self, text: str, vector: np.ndarray, translations: Translations) -> tuple[np.ndarray, float]:
        """The logarithm of each card's probability if a card is asked for, as in `cards`; and how likely none is."""
        numbers, values = weighed(clues(text, translations), self.known, self.rarities)
        scores = (values * self.scales[numbers]) @ self.rows[numbers].astype(np.float32)
        scores += vector @ self.directions
        scores -= scores.max()
        cards = np.exp(scores[:-1]).sum()
        elsewhere = float(np.exp(scores[-1]))
        return np.asarray(scores[:-1] - np.log(cards)), elsewhere / (elsewhere + float(cards))


def weighed(named: Sequence[tuple[str, float]], known: Terms, rarities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of the known clues and their values, together of unit length."""
    numbers = known.numbers([name for name, _ in named])
    weights = np.array([weight for _, weight in named], dtype=np.float32)
    found = numbers >= 0
    numbers = numbers[found]
    values = weights[found] * rarities[numbers]
    return numbers, values / max(float(np.sqrt((values**2).sum())), 1e-9)


def likely_cards(embedding: Embedding, folder: Path = BUNDLED_FOLDER) -> LikelyCards | None:
    """The weights, or None for another embedding than the one they were learned with."""
    try:
        named = json.loads((folder / f"{NAME}-cards.json").read_bytes())
    except FileNotFoundError:
        return None
    return _read(folder, tuple(named["cards"])) if named["made_with"] == embedding.fingerprint else None


@cache
def _read(folder: Path, cards: tuple[str, ...]) -> LikelyCards:
    keys, rarities, scales, directions = (loaded(folder / f"{NAME}-{part}.npy") for part in PARTS)
    rows = mapped(folder / f"{NAME}-rows.npy")
    as_floats = (part.astype(np.float32) for part in (scales, directions))
    return LikelyCards(cards, Terms(keys), rarities.astype(np.float32), rows, *as_floats)


def write(learned: LikelyCards, made_with: str, folder: Path = BUNDLED_FOLDER) -> None:
    """Write the weights; `made_with` is the fingerprint of the embedding."""
    halves = (part.astype(np.float16) for part in (learned.rarities, learned.scales, learned.directions))
    for part, array in zip(PARTS, (learned.known.keys, *halves), strict=True):
        np.save(folder / f"{NAME}-{part}.npy", array)
    np.save(folder / f"{NAME}-rows.npy", learned.rows)
    named = {"made_with": made_with, "cards": learned.cards}
    (folder / f"{NAME}-cards.json").write_text(json.dumps(named, indent=0) + "\n", "utf-8")
