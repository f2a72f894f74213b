"""What a search is asked and what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from knowledge.cards import Language
from knowledge.embedding import Embedding
from knowledge.hebrew import content_words, main_language
from knowledge.translation import Translations
from knowledge.units import UnitKind


@dataclass(frozen=True)
class UnitMatch:
    """One text of a card and how well it fits the question.

    `coverage` is the share (0–1, by rarity) of the question's content words that the text holds: the word,
    its stem or a translation. `likeness` is the cosine, -1 to 1. `score` orders texts within one search only.
    """

    kind: UnitKind
    number: int
    language: Language
    text: str
    score: float
    coverage: float
    likeness: float


@dataclass(frozen=True)
class Hit:
    """A card or passage found, with its evidence.

    `score` orders hits of one kind within one search. `signals` can be compared between searches:

    - coverage: share (0–1, by rarity) of the question's content words held anywhere in the card or passage
    - unit_coverage: the same for the best single text of the card
    - likeness: best cosine of a text, -1 to 1
    - likely: of a card, probability by what was learned of all cards' questions that it is the one asked for …
    - elsewhere: … and that none is; both absent where nothing was learned, as for another embedding
    - known: share of the question's words that several cards (or any passage) hold
    - lead: how far the score stands above the next hit's, as a share of it
    - lexical, translation: BM25 as a share of a text that has every word, about 0 to 1

    `matched` are the question's words found. `units` are the card's best texts; `passage` the stored fields.
    """

    kind: Literal["card", "passage"]
    id: str
    score: float
    language: Language
    signals: dict[str, float]
    matched: tuple[str, ...] = ()
    units: tuple[UnitMatch, ...] = ()
    passage: dict[str, Any] = field(default_factory=dict)

    @property
    def unit(self) -> UnitMatch | None:
        """The text of the card that fits best; None for a passage."""
        return self.units[0] if self.units else None


@dataclass(frozen=True)
class Query:
    """A question made ready once for every pool it is asked of.

    `meanings[i]` are the stem of `content[i]` and its translations with their weights.
    """

    text: str
    language: Language
    content: tuple[str, ...]
    meanings: tuple[tuple[tuple[str, float], ...], ...]
    vector: np.ndarray


def prepare(text: str, language: Language | None, embedding: Embedding, translations: Translations) -> Query | None:
    """The question ready to be asked; None when it holds no word."""
    content = tuple(dict.fromkeys(content_words(text)))
    if not content:
        return None
    return Query(
        text,
        language or main_language(text),
        content,
        tuple(translations.meanings(word) for word in content),
        embedding.embed_questions([text])[0],
    )
