"""Answers questions from the cards and the ingested texts, without a language model.

The direct answer comes first, then the numbers and caveats that belong to it, then what other cards add
for the circumstances a person mentioned. Every paragraph names its sources by number; what the sources do
not say is said to be missing, with the nearest thing they do say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from assistant.answering.coverage import Found, judge
from assistant.commands import Ask
from assistant.conversation import Conversation, ReplyKind, Source
from assistant.draft import Answered
from assistant.wording import say

MOST_CARDS = 4
MOST_NUMBERS = 4
MOST_CAVEATS = 3


@dataclass
class _Page:
    """The answer in the making: paragraphs and the sources they cite, numbered as they come."""

    knowledge: Any
    language: str
    paragraphs: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)

    def cite(self, card: Any) -> str:
        """The reference marks of a card's sources, e.g. "[1][2]"."""
        return "".join(f"[{self._number(source, card)}]" for source in card.sources)

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

    def add(self, text: str) -> None:
        """Add a paragraph unless it stands already."""
        if text and text not in self.paragraphs:
            self.paragraphs.append(text)

    def answered(self, kind: ReplyKind, suggestions: Iterable[str]) -> Answered:
        """The finished answer."""
        return Answered(kind, "\n\n".join(self.paragraphs), tuple(self.sources), tuple(suggestions), tuple(self.cards))


class OfflineAnswerer:
    """Answers from the knowledge alone; the same question on the same index gives the same answer."""

    def __init__(self, knowledge: Any) -> None:
        self.knowledge = knowledge

    def answer(self, question: Ask, state: Conversation) -> Answered:
        """The answer in the conversation's language, with its sources and next steps."""
        language = state.language
        found = judge(self.knowledge.search(question.text, limit=12), self.knowledge.card)
        page = _Page(self.knowledge, language)
        if found.verdict == "off_topic":
            return page_of_refusal(page, "answer.off_topic")
        if found.verdict == "uncovered":
            return self._uncovered(page, found)
        if found.gap is not None:
            page.add(found.gap.says[language] + " " + page.cite(found.lead))
        if found.misconception is not None:
            page.add(found.misconception.correction[language] + " " + page.cite(found.lead))
        if question.yes_or_no:
            page.add(say("answer.not_yes_or_no", language))
        self._lead(page, found)
        for card in found.others[: MOST_CARDS - 1]:
            page.cards.append(card.id)
            page.add(f"**{card.title[language]}.** {card.answer[language]} {page.cite(card)}")
        return page.answered("answer", self._next_steps(found, language))

    def _lead(self, page: _Page, found: Found) -> None:
        card, language = found.lead, page.language
        page.cards.append(card.id)
        page.add(f"{card.answer[language]} {page.cite(card)}")
        page.add(unwrapped(card.body[language]))
        numbers = [f"- **{n.value}** – {n[language]} ({say(f'mark.{n.mark}', language)})" for n in card.numbers]
        if numbers:
            page.add("\n".join(numbers[:MOST_NUMBERS]))
        caveats = [f"- {caveat[language]}" for caveat in card.caveats[:MOST_CAVEATS]]
        if caveats:
            page.add(f"**{say('answer.caveats', language)}**\n" + "\n".join(caveats))

    def _uncovered(self, page: _Page, found: Found) -> Answered:
        language = page.language
        page.add(say("answer.uncovered", language))
        if found.lead is not None:
            card = found.lead
            page.cards.append(card.id)
            nearest = f"{card.title[language]}: {card.answer[language]} {page.cite(card)}"
            page.add(say("answer.nearest", language, nearest=nearest))
        return page.answered("refusal", ())

    def _next_steps(self, found: Found, language: str) -> list[str]:
        related = [self.knowledge.card(card_id) for card_id in found.lead.related]
        return [card.questions[language][0] for card in related[:2] if card is not None]


def page_of_refusal(page: _Page, key: str) -> Answered:
    """One polite line for what is outside the field."""
    page.add(say(key, page.language))
    return page.answered("refusal", ())


def unwrapped(markdown: str) -> str:
    """The text with hard line breaks inside a paragraph joined; lists and headings keep their lines."""
    return re.sub(r"(?<!\n)\n(?!\n|[-*#|>]|\d+\.)", " ", markdown)
