"""Verbatim quotes from ingested texts: chosen by the question, verified against the stored text, made harmless.

A text is data. Nothing in it is followed; it is shown as a quotation, in its own language, with its source.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistant.answering import claims
from assistant.answering.asked import Asked, light_words
from assistant.answering.evidence import usable
from assistant.answering.figures import holds_figure
from assistant.conversation import Source
from knowledge.hebrew import main_language

# How surely a sentence answers, 0 to 1: a logistic sum, fitted on bench/texts.yaml and HeQ's validation questions
WEIGHTS = {"covered": 4.4, "own": 1.6, "likeness": 3.1, "fact": 1.1, "missing": -1.2, "foreign": 0.7}
SHIFT = -5.6
ANSWERS = 0.4  # sureness from which on a sentence is told as the answer
NEAREST = 0.22  # … and as the nearest thing the texts say, when nothing answers
SURELY = 0.6  # … and before an answer of the cards that is only near
CITED_ANSWERS = 0.6  # … of a text of the bibliography, which the cards tell already
NO_FIGURE = 0.39  # the most of a sentence without the figure asked for: the nearest thing, never the answer
MOST_QUOTED = 2
ALIKE = 0.35  # cosine below which even a passage's best sentence is beside the point
SHORTEST, LONGEST = 4, 45  # words of a quote for a language model
_ACTIVE = re.compile(r"([\\`*_\[\]<>#|!~])")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Quote:
    """A verified quotation with its source, and how surely it answers the question (0–1).

    `cited` when the text belongs to the bibliography, whose method the cards already tell.
    """

    source: Source
    language: str
    sure: float
    cited: bool


def quotes(knowledge: Any, asked: Asked, hits: Iterable[Any]) -> list[Quote]:
    """The sentence of each added text that answers the question best, surest first, from NEAREST on."""
    found: dict[str, Quote] = {}
    for match in knowledge.sentences(asked.text, hits, light_words()):
        sure = _sure(match, asked)
        known = found.get(match.document.id)
        if (
            sure < NEAREST
            or (known and known.sure >= sure)
            or _ADDRESS.search(match.text)
            or not _told_to_people(match.text)
        ):
            continue
        cited = match.document.source is not None
        if cited and sure < CITED_ANSWERS:
            continue
        language = main_language(match.text)
        found[match.document.id] = Quote(_source(match), language, sure, cited)
    return sorted(found.values(), key=lambda quote: -quote.sure)[:MOST_QUOTED]


def _told_to_people(text: str) -> bool:
    """Whether no part of a sentence speaks to a machine instead."""
    return usable(text) == claims.sentences(text)


def _sure(match: Any, asked: Asked) -> float:
    """How surely a sentence answers: the question's words it holds, likeness, a figure where one is wanted."""
    fact = asked.quantity is None or holds_figure(match.text, asked.quantity)
    signals = {
        "covered": match.covered,
        "own": match.own,
        "likeness": match.likeness,
        "fact": float(fact),
        "missing": match.missing,
        "foreign": float(match.foreign),
    }
    sure = 1 / (1 + math.exp(-SHIFT - sum(WEIGHTS[name] * value for name, value in signals.items())))
    return sure if fact else min(sure, NO_FIGURE)


def best_sentence(knowledge: Any, passage: str, question: str) -> str:
    """The sentence of a passage most like the question, across languages; "" when none can be quoted."""
    pieces = [piece.strip() for piece in _SENTENCE_END.split(passage)]
    usable = [s for s in pieces if SHORTEST <= len(s.split()) <= LONGEST and not _ADDRESS.search(s)]
    if not usable:
        return ""
    asked = knowledge.embedding.embed_questions([question])[0]
    likeness = knowledge.embedding.embed_passages(usable) @ asked
    best = int(likeness.argmax())
    return usable[best] if likeness[best] >= ALIKE else ""


def harmless(text: str) -> str:
    """The text with every character escaped that Markdown would act on: no links, images, tags or headings."""
    return _ACTIVE.sub(r"\\\1", " ".join(text.split()))


def _source(match: Any) -> Source:
    document = match.document
    return Source(
        id=document.source or document.id,
        title=document.title,
        author=document.author or "",
        date=str(document.date) if document.date else None,
        quote=match.text,
        passage=match.passage,
    )
