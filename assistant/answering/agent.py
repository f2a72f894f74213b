"""Answers questions with a language model that may search and calculate; every draft is checked before it is shown.

The offline answer is made first and stands ready: it is given when the model fails, when the draft cannot be
backed by the evidence after one revision, and when the model finds that the sources do not cover the question.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.answering import claims
from assistant.answering.desk import Desk, WeightsOf
from assistant.answering.evidence import Finding, check, summary
from assistant.commands import Answer, Ask
from assistant.conversation import Conversation, ReplyKind
from assistant.draft import Answered, Answerer
from assistant.errors import ModelError
from assistant.model import Model, Prompt
from assistant.prompts import prompt
from assistant.watch import Watch
from assistant.wording import say
from tools.tool import Tool

DECLINED = re.compile(r"^\W*(NOT_COVERED|OFF_TOPIC)\b")
MOST_FINDINGS = 12


@dataclass(frozen=True)
class ModelAnswerer:
    """The answerer of one turn."""

    model: Model
    offline: Answerer
    knowledge: Any
    tools: Mapping[str, Tool]
    weights: WeightsOf
    today: Callable[[], dt.date]
    watch: Watch
    read_facts: Callable[[str, str], tuple[Answer, ...]] = lambda tool, text: ()  # of an assessment, in a message

    def knows(self, text: str) -> float:
        """How like the words are to something the knowledge answers: the model has no say in routing."""
        return self.offline.knows(text)

    def mended(self, text: str) -> str:
        """The question with its misspelt words put right, where it is answered only so; else ""."""
        return self.offline.mended(text)

    def tells(self, text: str) -> bool:
        """Whether a text that the person added says something near."""
        return self.offline.tells(text)

    def answer(self, question: Ask, state: Conversation) -> Answered:
        """The checked answer of the model, or the offline answer with a line that says why."""
        offline = self.offline.answer(question, state)
        if question.yes_or_no or self.watch.failure is not None:
            return offline
        desk = Desk(
            self.knowledge, self.tools, self.weights, self.today(), question, state, self.watch, self.read_facts
        )
        try:
            draft = self._checked_draft(desk)
        except ModelError as error:
            self.watch.failure = error
            return offline
        if draft is None:
            return replace(offline, text=f"{offline.text}\n\n{say('model.unsupported', state.language)}")
        if DECLINED.match(draft):
            return replace(offline, offer=desk.offer or offline.offer)
        text, sources, cards = desk.page(draft)
        kind: ReplyKind = "clarify" if text.rstrip().endswith("?") and not sources else "answer"
        return Answered(
            kind, text, sources, offline.suggestions, cards or offline.cards, tuple(desk.calculations), desk.offer
        )  # fmt: skip

    def _checked_draft(self, desk: Desk) -> str | None:
        """A draft that passed, revised at most once; None when even the revision did not. Raises ModelError."""
        instructions = prompt("answer", desk.language)
        messages = [("user", request(desk))]
        shown: list[str] = []
        draft = self.model.converse(
            instructions, messages, desk.specs(), self.watch, lambda text: self._stream(text, desk, instructions, shown)
        )
        findings = self._check(draft, desk, instructions, 1)
        if not findings:
            return draft
        advice = "\n".join(f"- {finding}" for finding in findings[:MOST_FINDINGS])
        messages += [("assistant", draft), ("user", prompt("revise", findings=advice).text)]
        revised = self.model.converse(instructions, _with_material(messages, desk), (), self.watch)
        return revised if not self._check(revised, desk, instructions, 2) else None

    def _check(self, draft: str, desk: Desk, instructions: Prompt, number: int) -> list[Finding]:
        self.watch.tell("status", say("model.checking", desk.language))
        findings = [] if DECLINED.match(draft) else check(draft, desk.evidence(instructions.text))
        self.watch.log.append({"purpose": "check", "draft": number, "findings": summary(findings)})
        return findings

    def _stream(self, text: str, desk: Desk, instructions: Prompt, shown: list[str]) -> None:
        """Show the finished sentences of a draft in the making, as far as they pass."""
        ended = list(re.finditer(r"(?<=[.!?\]])\s+|\n+", text))
        part = text[: ended[-1].start()] if ended else ""
        if part in shown or not claims.MARK.search(part):
            return
        shown.append(part)
        if check(part, desk.evidence(instructions.text), whole=False):
            return
        self.watch.tell("text", desk.page(part)[0])


def request(desk: Desk) -> str:
    """The first message: the material found for the question, then the person's words."""
    material = desk.search(desk.question.text)
    said = desk.question.original or desk.question.text
    context = f"\nIn context they mean: {desk.question.text}" if desk.question.text != said else ""
    recorded = "\n".join(text for text in desk.pieces[0].texts if text not in (said, desk.question.text))
    told = f"\nSaid before:\n{recorded}" if recorded else ""
    return f"{material}\n\n<person>\n{fenced(said)}{fenced(context)}{fenced(told)}\n</person>"


def fenced(text: str) -> str:
    """A person's text that cannot close the fence it stands in."""
    return re.sub(r"</?\s*(?:person|material)\s*>", "", text, flags=re.IGNORECASE)


def _with_material(messages: list[tuple[str, str]], desk: Desk) -> list[tuple[str, str]]:
    """The messages for a revision: what later searches and calculations brought is told again."""
    later = [
        f"[{piece.mark}] " + " ".join(piece.texts)[:3000]
        for piece in desk.pieces
        if piece.mark and f"[{piece.mark}]" not in messages[0][1]
    ]
    if not later:
        return messages
    first = (messages[0][0], messages[0][1] + "\n\n<material>\n" + "\n\n".join(later) + "\n</material>")
    return [first, *messages[1:]]
