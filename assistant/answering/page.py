"""The answer in the making: paragraphs, each with the marks of the sources it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.answering.quotes import Quote, harmless
from assistant.conversation import ReplyKind, Source
from assistant.draft import Answered
from assistant.wording import say

RIGHT_TO_LEFT = "\u200f"  # a mark without width: programs take a paragraph's direction from its first letter
_FIRST_LETTER = re.compile(r"[^\W\d_]")


@dataclass
class Page:
    """Paragraphs and the sources they cite, numbered as they come."""

    knowledge: Any
    language: str
    paragraphs: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)

    def use(self, card: Any) -> str:
        """Note that a card is told; its reference marks, e.g. "[1][2]"."""
        if card.id not in self.cards:
            self.cards.append(card.id)
        return self.cite(card)

    def cite(self, card: Any) -> str:
        """The reference marks of a card's sources."""
        return "".join(f"[{self._number(source, card)}]" for source in card.sources)

    def say(self, key: str, **values: object) -> str:
        """A sentence of ours in the page's language."""
        return say(f"answer.{key}", self.language, **values)

    def say_mark(self, mark: str) -> str:
        """Where a figure comes from: stated, computed or assumed."""
        return say(f"mark.{mark}", self.language)

    def add(self, text: str) -> None:
        """Add a paragraph unless it stands already; a Hebrew one is set right to left whatever it begins with."""
        if self.language == "he" and text[:1] not in ">-":
            first = _FIRST_LETTER.search(text)
            if first and not "א" <= first.group() <= "ת":
                text = RIGHT_TO_LEFT + text
        if text and text not in self.paragraphs:
            self.paragraphs.append(text)

    def quote(self, found: Iterable[Quote]) -> None:
        """Add quotations, each joined to its source where that is cited already."""
        for quote in found:
            place = next((n for n, s in enumerate(self.sources) if s.id == quote.source.id), None)
            if place is None:
                self.sources.append(quote.source)
                place = len(self.sources) - 1
            else:
                known = self.sources[place]
                self.sources[place] = known.model_copy(
                    update={"quote": quote.source.quote, "passage": quote.source.passage}
                )
            label = self.say(f"quoted.{'hebrew' if quote.language == 'he' else 'english'}")
            self.add(f"> {harmless(quote.source.quote or '')}\n>\n> — {label} [{place + 1}]")

    def answered(self, kind: ReplyKind, suggestions: Iterable[str] = ()) -> Answered:
        """The finished answer."""
        return Answered(kind, "\n\n".join(self.paragraphs), tuple(self.sources), tuple(suggestions), tuple(self.cards))

    def _number(self, source_id: str, card: Any) -> int:
        for number, source in enumerate(self.sources, 1):
            if source.id == source_id:
                merged = list(dict.fromkeys([*source.rules, *card.rules]))
                self.sources[number - 1] = source.model_copy(update={"rules": merged})
                return number
        entry = self.knowledge.source(source_id)
        self.sources.append(
            Source(
                id=source_id,
                title=entry.title[self.language],
                author=entry.author[self.language],
                date=entry.date.isoformat() if entry.date else None,
                rules=list(card.rules),
                card=card.id,
            )
        )
        return len(self.sources)


def unwrapped(markdown: str) -> str:
    """The text with hard line breaks inside a paragraph joined; lists and headings keep their lines."""
    return re.sub(r"(?<!\n)\n(?!\n|[-*#|>]|\d+\.)", " ", markdown)


def sentences(text: str) -> list[str]:
    """The sentences of a plain paragraph."""
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", text.strip()) if sentence]


def word_count(text: str) -> int:
    """How many words a reader sees."""
    return len(text.split())
