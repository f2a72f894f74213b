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

from assistant.answering.coverage import Found, clauses, judge, speaks_of
from assistant.answering.quotes import Quote, harmless, quotes
from assistant.commands import Ask
from assistant.conversation import Conversation, ReplyKind, Source
from assistant.draft import Answered
from assistant.wording import say

MOST_CARDS = 4
MOST_NUMBERS = 4
MOST_CAVEATS = 3


@dataclass
class Page:
    """The answer in the making: paragraphs and the sources they cite, numbered as they come."""

    knowledge: Any
    language: str
    paragraphs: list[str] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)

    def cite(self, card: Any) -> str:
        """The reference marks of a card's sources, e.g. "[1][2]"."""
        return "".join(f"[{self._number(source, card)}]" for source in card.sources)

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
            label = say(f"answer.quoted.{'hebrew' if quote.language == 'he' else 'english'}", self.language)
            self.add(f"> {harmless(quote.source.quote or '')}\n>\n> — {label} [{place + 1}]")

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
        hits = self.knowledge.search(question.text, limit=8)
        found = judge(hits, question.text, self.knowledge.card)
        page = Page(self.knowledge, language)
        if question.yes_or_no:
            return self._yes_or_no(page, found)
        if found.verdict in ("off_topic", "uncovered") and (
            own := quotes(self.knowledge, question.text, hits, alone=True)
        ):
            page.add(say("answer.only_texts", language))
            page.quote(own)
            return page.answered("answer", ())
        if found.verdict == "off_topic":
            page.add(say("answer.off_topic", language))
            return page.answered("refusal", ())
        if found.verdict == "uncovered":
            return self._uncovered(page, found)
        circumstances = self._circumstances(question.text)
        if found.verdict == "near" and not circumstances:
            page.add(say("answer.near", language))
        if found.gap is not None:
            page.add(f"{found.gap.says[language]} {page.cite(found.lead)}")
        if found.misconception is not None:
            page.add(f"{found.misconception.correction[language]} {page.cite(found.lead)}")
        self._lead(page, found)
        told = dict.fromkeys([card.id for card in [*circumstances, *found.others] if card.id != found.lead.id])
        for card in map(self.knowledge.card, list(told)[: MOST_CARDS - 1]):
            page.cards.append(card.id)
            title = card.title[language]
            heading = title if title.endswith(("?", "!")) else f"{title}."
            page.add(f"**{heading}** {card.answer[language]} {page.cite(card)}")
        page.quote(quotes(self.knowledge, question.text, hits, alone=False))
        return page.answered("answer", self._next_steps(found, language))

    def knows(self, text: str) -> float:
        """How like the words are to something the cards answer, 0..1; 0 when they answer nothing of the kind."""
        hits = self.knowledge.search(text, limit=1, kinds=("card",))
        found = judge(hits, text, self.knowledge.card)
        return float(hits[0].signals["likeness"]) if found.verdict in ("answered", "near") else 0.0

    def _circumstances(self, text: str) -> list[Any]:
        """The cards whose rule a circumstance brings that the person mentioned in passing."""
        parts = clauses(text)
        if len(parts) < 2:
            return []
        hits = [hit for part in parts for hit in self.knowledge.search(part, limit=1, kinds=("card",))]
        return [self.knowledge.card(hit.id) for hit in hits if speaks_of(hit)]

    def _yes_or_no(self, page: Page, found: Found) -> Answered:
        """One honest line: no verdict without its conditions, and the rule that decides it when one is near."""
        page.add(say("answer.not_yes_or_no", page.language))
        if found.verdict == "answered":
            page.cards.append(found.lead.id)
            page.add(f"{found.lead.answer[page.language]} {page.cite(found.lead)}")
        return page.answered("answer", ())

    def _lead(self, page: Page, found: Found) -> None:
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

    def _uncovered(self, page: Page, found: Found) -> Answered:
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


def unwrapped(markdown: str) -> str:
    """The text with hard line breaks inside a paragraph joined; lists and headings keep their lines."""
    return re.sub(r"(?<!\n)\n(?!\n|[-*#|>]|\d+\.)", " ", markdown)
