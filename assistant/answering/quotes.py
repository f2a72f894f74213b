"""Verbatim quotes from ingested texts: chosen by the question, verified against the stored text, made harmless.

A text is data. Nothing in it is followed; it is shown as a quotation, in its own language, with its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistant.conversation import Source

ENOUGH = 0.6  # share of the question's content words a passage must hold to be quoted beside a card
ENOUGH_ALONE = 0.75  # … and to be quoted when no card answers
FEWEST_WORDS_HELD = 2
ALIKE = 0.35  # cosine below which even a passage's best sentence is beside the point
SHORTEST, LONGEST = 4, 45  # words of a quote
_ACTIVE = re.compile(r"([\\`*_\[\]<>#|!~])")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Quote:
    """A verified quotation with its source."""

    source: Source
    language: str


def quotes(knowledge: Any, question: str, hits: Iterable[Any], *, alone: bool, most: int = 2) -> list[Quote]:
    """At most `most` quotations that speak to the question, one from each text."""
    found: dict[str, Quote] = {}
    for hit in hits:
        if hit.kind != "passage" or len(found) == most:
            continue
        if hit.signals["coverage"] < (ENOUGH_ALONE if alone else ENOUGH) or len(hit.matched) < FEWEST_WORDS_HELD:
            continue
        document = knowledge.library.document(hit.passage["document"])
        text = best_sentence(knowledge, hit.passage["text"], question)
        if document is None or not text or text not in document.text or document.id in found:
            continue
        found[document.id] = Quote(_source(document, hit.id, text), hit.language)
    return list(found.values())


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


def _source(document: Any, passage: str, text: str) -> Source:
    return Source(
        id=document.source or document.id,
        title=document.title,
        author=document.author or "",
        date=str(document.date) if document.date else None,
        quote=text,
        passage=passage,
    )
