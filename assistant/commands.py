"""The closed set of things a person can mean.

An interpreter (rules or a language model) proposes commands; `turn.py` validates and carries them out.
Nothing else changes a conversation, so no wording of a message can reach weights, rules or scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tools.values import Evidence

Status = Literal["answered", "unknown", "skipped", "later", "not_applicable", "needs_research"]


@dataclass(frozen=True)
class Start:
    """Begin a record of a tool ("should we appoint this distributor?"), named when the person named it."""

    tool: str
    name: str = ""
    only_offer: bool = False  # a decision question: give the matching rules first, then offer
    confidence: float = 1.0  # how near the words are to a wish for this tool, 0..1
    complete: bool = False  # the figures of the same message are all that the tool needs
    answers: tuple[Answer, ...] = ()  # what an offered case already says; stored when the offer is accepted
    asked: str = ""  # the decision question it was wished for with, whose rules are told before the first question
    then: tuple[str, ...] = ()  # tools wished for after it


@dataclass(frozen=True)
class Answer:
    """A value for a field, asked or not. `raw` is the person's words for it.

    `value` is canonical (see tools/forms.py) and None unless `status` is "answered". `confidence` in 0..1
    is calibrated: low ones are confirmed before they are stored. `corrects` marks words such as "sorry,
    35, not 53"; `evidence` is how the person knows, when the words say it.
    """

    field: str
    value: Any
    raw: str
    status: Status = "answered"
    evidence: Evidence | None = None
    confidence: float = 1.0
    corrects: bool = False
    tool: str = ""  # empty: the open record's tool


@dataclass(frozen=True)
class Ambiguous:
    """The words fit several values or fields; the person is asked once which was meant.

    `options` are the possible answers; `issue` says what is unclear.
    """

    issue: Literal["currency", "period", "unit", "rate", "field", "value", "date"]
    raw: str
    options: tuple[Answer, ...]


@dataclass(frozen=True)
class Invalid:
    """The words answer a field but cannot be right (a rate over 1, a later stage above an earlier one …)."""

    field: str
    raw: str
    code: str


@dataclass(frozen=True)
class Ask:
    """A question for the knowledge. `text` is self-contained: follow-ups are completed from context.

    `decides` is the tool whose verdict the question wants ("should we appoint them?"), "" when it wants none.
    `begins` says that the tool is begun with it: what is told first is the order in which it decides.
    """

    text: str
    original: str = ""
    yes_or_no: bool = False  # "just yes or no"
    decides: str = ""
    begins: bool = False


@dataclass(frozen=True)
class WhatIf:
    """Answers supposed on a copy; the record itself stays as it is.

    `either` holds several of which only one is meant, where the words do not say which: the person is asked.
    """

    answers: tuple[Answer, ...]
    name: str = ""
    either: tuple[Answer, ...] = ()
    on_top: bool = False  # it comes to what was supposed just before ("and if they also …")


@dataclass(frozen=True)
class Compare:
    """Put records of one tool side by side; empty means all of them."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resume:
    """Go on with a paused record, by name, tool or (empty) the latest."""

    name: str = ""
    briefly: bool = False  # it was only spoken of by name: where it stands is not told


@dataclass(frozen=True)
class Rename:
    """Give the open record a name."""

    name: str


@dataclass(frozen=True)
class Delete:
    """Delete a record with everything that belongs to it; always confirmed first."""

    name: str = ""


@dataclass(frozen=True)
class SetLanguage:
    """Speak this language from now on."""

    language: Literal["en", "he"]


@dataclass(frozen=True)
class Export:
    """Hand out the result as a file."""

    format: Literal["markdown", "xlsx", "json", "html"] = "markdown"


@dataclass(frozen=True)
class Restate:
    """The amounts of the last result for another period ("how much is that per year?"), or in another currency."""

    period: str = ""  # hour, day, week, month, quarter or year
    currency: str = ""


@dataclass(frozen=True)
class Choose:
    """Pick the n-th of what was offered last (1-based), or -1 for the last."""

    index: int


Word = Literal[
    "yes", "no",  # to a confirmation or an offer of ours
    "why", "back", "undo", "summary", "where", "result", "enough", "go_on", "pause", "cancel", "restart",
    "list", "promote", "discard", "archive", "hand_over",
    "greeting", "thanks", "goodbye", "help", "abilities", "off_topic", "tamper", "empty",
]  # fmt: skip


Part = Literal["", "missing", "flips", "certainty", "reasons", "steps", "figure", "headline", "verdict", "meaning"]


@dataclass(frozen=True)
class Simple:
    """A command without arguments. `field` narrows "why", "back" or what is missing to one question when named;
    `part` narrows "result" to what is still missing, what would change it, how sure it is, why, what to do, the figures
    named in `field`, one line, or the verdict with what it hangs on; and "why" to what a question means.
    """

    word: Word
    field: str = ""
    part: Part = ""


@dataclass(frozen=True)
class Unclear:
    """Could be an answer or a question (`readings` holds both), or nothing at all (`readings` empty).

    `field` is what the words are about, where they say no more than that.
    """

    raw: str
    readings: tuple[Answer | Ask | Start, ...] = ()
    field: str = ""


Command = (
    Start | Answer | Ambiguous | Invalid | Ask | WhatIf | Compare | Resume | Rename | Delete
    | SetLanguage | Export | Restate | Choose | Simple | Unclear
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What an interpreter made of one message, in the order it was said."""

    commands: tuple[Command, ...]
    language: Literal["en", "he"]
    named: Mapping[str, str] = field(default_factory=dict)  # candidates told of by name, and what assesses them
