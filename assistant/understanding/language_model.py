"""Words to commands with a language model, and the rules as a second opinion.

The model fills in the same closed set of commands as structured output. Nothing of it is taken on trust: its
words must stand in the message, numbers and names must have been said, values must pass the field's checks.
Where it and the rules read the same field differently, the person is asked. What is destructive counts only
when the rules read it too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field

from assistant.commands import (
    Ambiguous,
    Answer,
    Ask,
    Command,
    Compare,
    Export,
    Invalid,
    Reading,
    Rename,
    Resume,
    SetLanguage,
    Simple,
    Start,
    Status,
    Unclear,
    WhatIf,
    Word,
)
from assistant.conversation import Conversation
from assistant.draft import Interpreter
from assistant.errors import ModelError
from assistant.model import Model
from assistant.prompts import prompt
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.words.text import clean
from assistant.watch import Watch
from tools.checking import check
from tools.errors import InputError
from tools.tool import Tool

TRUST = 0.75  # of a value only the model read: stored with an echo
DOUBT = 0.5  # of a value only the rules read and the model did not: confirmed first
ALONE = frozenset(  # what the rules read for certain needs no second opinion
    (
        "yes",
        "no",
        "why",
        "back",
        "undo",
        "summary",
        "where",
        "result",
        "enough",
        "go_on",
        "pause",
        "cancel",
        "restart",
        "list",
        "promote",
        "discard",
        "archive",
        "tamper",
        "empty",
    )
)
DESTRUCTIVE = frozenset(("cancel", "restart", "discard", "archive", "undo", "promote"))
STATUSES = frozenset(get_args(Status)) - {"answered"}
WORDS = frozenset(get_args(Word))
_STATUS_OF = {"skip": "skipped", "unknown": "unknown", "later": "later", "not_applicable": "not_applicable",
              "needs_research": "needs_research"}  # fmt: skip

Do = Literal[
    "answer", "correct", "unknown", "skip", "later", "not_applicable", "needs_research", "ask", "what_if", "start",
    "compare", "resume", "rename", "language", "export", "unclear", "yes", "no", "why", "back", "undo", "summary",
    "where", "result", "enough", "go_on", "pause", "cancel", "restart", "list", "greeting", "thanks", "goodbye", "help",
    "abilities", "off_topic", "tamper",
]  # fmt: skip


class Proposed(BaseModel):
    """One thing the person means."""

    do: Do
    field: str = ""
    tool: str = ""
    value: str = ""
    words: str = Field("", description="The person's exact words for this.")
    question: str = ""
    name: str = ""


class Proposal(BaseModel):
    """Everything the message means, in the order it was said."""

    commands: list[Proposed]


@dataclass(frozen=True)
class ModelInterpreter:
    """The interpreter of one turn."""

    model: Model
    rules: Interpreter
    tools: Mapping[str, Tool]
    watch: Watch

    def propose(self, text: str, state: Conversation) -> Reading:
        """The commands both readings agree on, and questions where they do not. Never raises a ModelError."""
        ruled = self.rules.propose(text, state)
        if all(isinstance(one, (Simple, SetLanguage, Export)) and self._certain(one) for one in ruled.commands):
            return ruled
        try:
            proposal = self.model.structured(prompt("understand"), self._message(text, state), Proposal, self.watch)
        except ModelError as error:
            self.watch.failure = error
            return ruled
        said = clean(text)
        read = [command for one in proposal.commands if (command := self._command(one, said, state)) is not None]
        return replace(ruled, commands=tuple(merged(read, ruled.commands)))

    @staticmethod
    def _certain(command: Command) -> bool:
        return not isinstance(command, Simple) or command.word in ALONE

    def _message(self, text: str, state: Conversation) -> str:
        """What the model is told: the open record, its fields, the tools, and the message."""
        told: dict[str, Any] = {"tools": {name: tool.form.title.en for name, tool in self.tools.items()}}
        record = state.record
        if record is not None:
            fields = self.tools[record.tool].form.fields
            told["open_record"] = {"tool": record.tool, "name": record.name, "asked": record.question}
            told["fields"] = {field.id: _about(field) for field in fields}
        if state.discussed:
            told["last_question"] = state.discussed.get("question", "")
        fenced = clean(text).replace("<", "‹").replace(">", "›")
        return json.dumps(told, ensure_ascii=False) + f"\n<person>\n{fenced}\n</person>"

    def _command(self, one: Proposed, said: str, state: Conversation) -> Command | None:
        """The command of the closed set, or None for what does not stand in the message."""
        if one.words and not stands_in(one.words, said):
            return None
        if one.do in ("answer", "correct", "what_if") or one.do in _STATUS_OF:
            return self._answer(one, state)
        if one.name and not stands_in(one.name, said):
            return None
        if one.do == "ask":
            text = one.question if one.question and not invented(one.question, said) else one.words or said
            return Ask(text, one.words or said)
        if one.do == "start":
            return Start(one.tool, one.name) if one.tool in self.tools else None
        if one.do in WORDS:
            return Simple(one.do)  # type: ignore[arg-type]
        return _named(one)

    def _answer(self, one: Proposed, state: Conversation) -> Command | None:
        tool = self.tools.get(one.tool or (state.record.tool if state.record else ""))
        field = next((field for field in tool.form.fields if field.id == one.field), None) if tool else None
        if tool is None or field is None or not one.words:
            return None
        status = _STATUS_OF.get(one.do, "answered")
        if status != "answered":
            return Answer(field.id, None, one.words, status=status, tool=tool.name)  # type: ignore[arg-type]
        if invented(one.value, one.words):
            return None
        try:
            value = check(field, one.value)
        except InputError:
            return Invalid(field.id, one.words, "value")
        answer = Answer(field.id, value, one.words, confidence=TRUST, corrects=one.do == "correct", tool=tool.name)
        return WhatIf((answer,)) if one.do == "what_if" else answer


def _about(field: Any) -> dict[str, Any]:
    about = {"ask": field.ask.en, "kind": field.kind}
    if field.choices:
        about["choices"] = [choice.id for choice in field.choices]
    return about


def _named(one: Proposed) -> Command | None:
    if one.do == "rename":
        return Rename(one.name) if one.name else None
    if one.do == "resume":
        return Resume(one.name)
    if one.do == "compare":
        return Compare((one.name,) if one.name else ())
    if one.do == "language":
        return SetLanguage("he" if one.value.lower().startswith(("he", "עב")) else "en")
    return Unclear(one.words) if one.do == "unclear" else None


# -- nothing that was not said -----------------------------------------------------------------------


def stands_in(words: str, said: str) -> bool:
    """Whether the words were said, whatever their case, spacing and punctuation at the ends."""
    return _folded(words) in _folded(said)


def _folded(text: str) -> str:
    return " ".join(clean(text).casefold().split()).strip(" .,;:!?\"'")


def invented(value: str, said: str) -> bool:
    """Whether a value holds a number that was not said; 30% and 0.3 are one number."""
    given = {number for one in quantities(clean(said)) for number in _readings(one)}
    return any(not set(_readings(one)) & given for one in quantities(clean(value)))


def _readings(quantity: Any) -> Iterable[Fraction]:
    for end in (quantity.low, quantity.high, quantity.other):
        if end is not None:
            yield from (end, end * 100) if quantity.percent or quantity.share else (end,)


# -- two readings ------------------------------------------------------------------------------------


def merged(read: list[Command], ruled: Iterable[Command]) -> list[Command]:
    """The commands to carry out, from the model's reading and the rules'."""
    rules = list(ruled)
    if any(isinstance(one, Simple) and one.word == "tamper" for one in rules):
        return rules
    if _only_asks(read) and (facts := [one for one in rules if isinstance(one, (Answer, Ambiguous, WhatIf, Start))]):
        return _asked_or_told(read[0], rules, facts)
    allowed = {one.word for one in rules if isinstance(one, Simple)}
    read = [one for one in read if not (isinstance(one, Simple) and one.word in DESTRUCTIVE - allowed)]
    kept = [one for one in rules if isinstance(one, (Ambiguous, Invalid))]
    asked = {option.field for one in kept if isinstance(one, Ambiguous) for option in one.options}
    asked |= {one.field for one in kept if isinstance(one, Invalid)}
    by_field = {one.field: one for one in rules if isinstance(one, Answer)}
    result: list[Command] = []
    for one in read:
        if isinstance(one, (Answer, Invalid)) and one.field in asked:
            continue
        result.append(_agreed(one, by_field.pop(one.field, None)) if isinstance(one, (Answer, Invalid)) else one)
    result += [replace(one, confidence=min(one.confidence, DOUBT)) for one in by_field.values() if _matters(one)]
    return _without_doubles([*kept, *result]) or rules


def _only_asks(read: list[Command]) -> bool:
    return len(read) == 1 and isinstance(read[0], Ask)


def _asked_or_told(ask: Command, rules: list[Command], facts: Sequence[Command]) -> list[Command]:
    """The model reads a question, the rules read facts: figures go to a calculator, a bare reply is asked about."""
    if len(facts) == 1 and isinstance(facts[0], Answer) and not facts[0].tool and isinstance(ask, Ask):
        return [Unclear(facts[0].raw, (facts[0], ask))]
    return rules


def _agreed(model: Answer | Invalid, rules: Answer | None) -> Command:
    """One command for a field both were read for: agreed, or asked about."""
    if rules is None:
        return model
    if isinstance(model, Invalid):
        return rules
    if (model.value, model.status) == (rules.value, rules.status):
        return replace(rules, confidence=max(rules.confidence, TRUST), corrects=rules.corrects or model.corrects)
    if "answered" in (model.status, rules.status) and model.status != rules.status:
        return Unclear(model.raw, (model if model.status == "answered" else rules,))
    return Ambiguous("value", model.raw, (rules, model))


def _matters(answer: Answer) -> bool:
    return answer.status == "answered"


def _without_doubles(commands: list[Command]) -> list[Command]:
    clear = [one for one in commands if not isinstance(one, Unclear) or one.readings]
    return list(dict.fromkeys(clear or commands, None)) if all(map(_hashable, clear or commands)) else clear or commands


def _hashable(command: Command) -> bool:
    try:
        hash(command)
    except TypeError:
        return False
    return True
