"""What one turn has gathered so far: new events, the state after them, and the parts of the reply."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.commands import Ask, Reading, Start
from assistant.conversation import (
    Calculation,
    Conversation,
    Event,
    Record,
    Reply,
    ReplyKind,
    Source,
    apply,
    replay,
)
from assistant.watch import Watch
from assistant.wording import say
from tools.errors import InputError
from tools.policy import Weights
from tools.result import Result
from tools.tool import Tool

_QUESTION_IN_BOLD = re.compile(r"(?<=[.!]) [^.!?*]*\?\*\*$")  # the last sentence of a bottom line


class Interpreter(Protocol):
    """Proposes commands for a message; never changes anything itself."""

    def propose(self, text: str, state: Conversation) -> Reading:
        """The commands the words mean in this state, in the order they were said."""
        ...


@dataclass(frozen=True)
class Answered:
    """A question's answer from the knowledge: what to show, and what it stands on."""

    kind: ReplyKind
    text: str
    sources: tuple[Source, ...] = ()
    suggestions: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    offer: Start | None = None  # an assessment to offer below the answer


class Answerer(Protocol):
    """Answers questions from the knowledge, with sources."""

    def answer(self, question: Ask, state: Conversation) -> Answered:
        """The answer in the conversation's language."""
        ...

    def knows(self, text: str) -> float:
        """How like the words are to something the knowledge answers, 0..1; 0 when it answers nothing of the kind."""
        ...

    def mended(self, text: str) -> str:
        """The question with its misspelt words put right, where it is answered only so; else ""."""
        ...

    def tells(self, text: str) -> bool:
        """Whether a text that the person added says something near."""
        ...


@dataclass(frozen=True)
class Parts:
    """Everything a turn may call; tests pass others."""

    interpreter: Interpreter
    answerer: Answerer
    tools: Mapping[str, Tool]
    weights: Callable[[str, Mapping[str, str]], Weights | None]  # (name, the record's own file and hash)
    today: Callable[[], dt.date]
    knowledge: Any = None  # the cards and the texts of the workspace the turn belongs to
    watch: Watch = field(default_factory=Watch)


@dataclass
class Draft:
    """The reply in the making. `note` is the only way to change the conversation."""

    state: Conversation
    parts: Parts
    history: Callable[[], list[Event]]
    user: str = ""
    events: list[Event] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    asking: list[str] = field(default_factory=list)  # what the person is asked; it ends the reply
    sources: list[Source] = field(default_factory=list)
    calculations: list[Calculation] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    kind: ReplyKind = "notice"
    touched: str = ""  # the record whose answers changed in this turn
    begun: str = ""  # the record that was begun in this turn
    asked_before: frozenset[str] = (
        frozenset()
    )  # fields, or people, that were passed over; asked about once more at most
    shown: str = ""  # the record whose result was shown in this turn
    quiet: bool = False  # the reply is complete; do not lead on to the next question
    _computed: dict[str, Result] = field(default_factory=dict)
    was_pending: str = field(init=False)  # what we had asked before the message
    _opening: Mapping[str, Record] = field(init=False)  # the records before the message

    def __post_init__(self) -> None:
        self._opening = self.state.records
        self.was_pending = str((self.state.pending or {}).get("kind", ""))

    @property
    def language(self) -> str:
        """The language the person is spoken to."""
        return self.state.language

    def note(self, kind: str, **data: Any) -> None:
        """Append an event and bring the state up to date."""
        event = Event(kind, self.state.turn, data)
        self.events.append(event)
        if kind == "undone":
            self.state = replay(self.state.id, [*self.history(), *self.events])
        else:
            self.state = apply(self.state, event)

    def tell(self, key: str, **values: object) -> None:
        """Add a paragraph from the wording files."""
        self.paragraphs.append(say(key, self.language, **values))

    def ask(self, key: str, **values: object) -> None:
        """Ask something in the words of the wording files; whatever else is said stands before it."""
        self.asking.append(say(key, self.language, **values))

    def suggest(self, *texts: str) -> None:
        """Offer next steps the person can take with one tap."""
        self.suggestions.extend(text for text in texts if text not in self.suggestions)

    def tool(self, record: Record) -> Tool:
        """The tool a record belongs to."""
        return self.parts.tools[record.tool]

    def compute(self, record: Record, changes: Mapping[str, Any] | None = None) -> Result:
        """Run the record's tool on its answers, with `changes` supposed on top. Pure, so computed once a turn.

        Raises tools' InputError when the answers contradict each other.
        """
        tool = self.tool(record)
        values = {**record.values(), **(changes or {})}
        evidence = {key: given.evidence for key, given in record.answers.items()}
        key = json.dumps([record.tool, values, evidence, dict(record.weights)], sort_keys=True)
        if key not in self._computed:
            weights = self.parts.weights(tool.weights, record.weights) if tool.weights else None
            self._computed[key] = tool.calculate(tool.read(values, evidence), weights, self.parts.today())
        return self._computed[key]

    def before(self, record: Record) -> Result | None:
        """What a record's tool gave before this message; None where it had no answers yet."""
        earlier = self._opening.get(record.id)
        return self.compute(earlier) if earlier is not None and earlier.answers else None

    def show(self, record: Record, result: Result) -> None:
        """Attach a tool run to the reply."""
        self.shown = record.id
        self.calculations.append(calculation(result, record.values()))

    def reply(self) -> Reply:
        """The finished reply."""
        return Reply(
            conversation=self.state.id,
            turn=self.state.turn,
            language=self.state.language,
            kind=self.kind,
            text="\n\n".join([*self._told(), *dict.fromkeys(self.asking)]),
            sources=self.sources,
            calculations=self.calculations,
            assessment=self._assessment(),
            suggestions=self.suggestions[:4],
        )

    def _told(self) -> list[str]:
        """The paragraphs that ask nothing; a bottom line leaves its own question to the one that ends the reply."""
        told = [paragraph for paragraph in self.paragraphs if paragraph and paragraph not in self.asking]
        return [_QUESTION_IN_BOLD.sub("**", paragraph) for paragraph in told] if self.asking else told

    def _assessment(self) -> dict[str, Any] | None:
        record = self.state.record or self.state.records.get(self.touched or self.shown or self._spoken_of())
        if record is None:
            return None
        relevant = relevant_fields(self.tool(record), record)
        return {
            "id": record.id,
            "tool": record.tool,
            "name": record.name,
            "status": "done" if record.settled and not record.gone_on else record.status,
            "answered": sum(1 for f in relevant if f in record.answers),
            "total": len(relevant),
            "question": self._question(record) if record.status == "open" else None,
            "answers": {
                key: {"value": given.value, "status": given.status, "evidence": given.evidence}
                for key, given in record.answers.items()
            },
            "result": self.calculations[-1].result if self.calculations else self._standing(record),
        }

    def _standing(self, record: Record) -> dict[str, Any] | None:
        """What the answers of a record come to so far, so that any reply tells how it stands.

        None before there are any, where they contradict each other and where the weights cannot be read: both are
        said where a result is asked for.
        """
        with contextlib.suppress(InputError):
            return self.compute(record).to_json() if record.answers else None
        return None

    def _spoken_of(self) -> str:
        """The finished record that is still spoken of; one that was set aside or put away is not."""
        record = self.state.records.get(self.state.latest)
        return record.id if record is not None and record.status == "done" else ""

    def _question(self, record: Record) -> dict[str, Any] | None:
        if not record.question:
            return None
        asked = self.tool(record).form.field(record.question)
        language = self.language
        return {
            "id": asked.id,
            "text": asked.ask[language],
            "why": asked.why[language],
            "choices": [{"id": c.id, "label": c.label[language]} for c in asked.choices],
        }


def calculation(result: Result, inputs: Mapping[str, Any]) -> Calculation:
    """A tool run as the reply carries it: both languages inside, so that any door can show it."""
    weights = result.weights
    return Calculation(
        tool=result.tool,
        version=result.version,
        inputs=dict(inputs),
        result=result.to_json(),
        warnings=[{"code": w.code, "text": {"en": w.text.en, "he": w.text.he}} for w in result.warnings],
        weights={"file": weights.file, "sha256": weights.sha256} if weights else None,
    )


def relevant_fields(tool: Tool, record: Record) -> list[str]:
    """The ids of the fields that apply to this record, given its answers so far."""
    values = record.values()
    return [asked.id for asked in tool.form.fields if asked.relevant(values)]
