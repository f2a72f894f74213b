"""Frozen data of a conversation: events, the state replayed from them, and the Reply every door shows.

Events are facts that happened, appended and never changed. The state is a pure replay, so a correction,
an undo or a restart in another process needs no special code: replay, and the conversation stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "he"]
MERE_GUESS = 0.45  # the confidence of a reading from tone alone: asked about once, and never brought up again

ReplyKind = Literal["answer", "question", "result", "clarify", "refusal", "notice", "error"]


@dataclass(frozen=True)
class Event:
    """One fact of a conversation. `kind` names it, `data` is plain JSON; `turn` is the message it belongs to.

    Kinds: said, started, answered, declined, withdrawn, asked, refused, paused, resumed, cancelled, settled, unsettled,
    gone_on, finished, restarted, renamed, archived, deleted, undone, language, supposed, discarded, pending, offered,
    discussed, named, modelled, replied.
    """

    kind: str
    turn: int
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Given:
    """One answer of a record: canonical value, status, and where it came from."""

    value: Any
    status: str
    raw: str = ""
    language: str = ""
    evidence: str = "own_observation"
    by: str = ""
    turn: int = 0


@dataclass(frozen=True)
class Record:
    """One run of a tool's form: a candidate, a lead, a channel, a calculation."""

    id: str
    tool: str
    name: str = ""
    status: Literal["open", "done", "paused", "cancelled"] = "open"
    answers: Mapping[str, Given] = field(default_factory=dict)
    question: str = ""  # the field that was asked last
    asked: tuple[str, ...] = ()  # every field asked, in order, so that "back" knows the way
    failures: int = 0  # answers to that question that could not be understood
    weights: Mapping[str, str] = field(default_factory=dict)  # {"file", "sha256"}
    supposed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # what-if name -> field -> value
    doubted: tuple[str, ...] = ()  # readings the person was asked to confirm ("field=value")
    unsettled: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # asked about, neither stored nor refused
    supposed_at: int = 0  # the turn of the last supposition
    settled: str = ""  # the verdict already shown because no open answer can change it
    gone_on: bool = False  # the person chose to go on all the same
    archived: bool = False

    def values(self) -> dict[str, Any]:
        """The canonical values of the answered fields; "not applicable" is a value that carries its reason."""
        found: dict[str, Any] = {}
        for key, given in self.answers.items():
            if given.status == "answered":
                found[key] = given.value
            elif given.status == "not_applicable":
                found[key] = {"n_a": given.raw or "not applicable"}
        return found


@dataclass(frozen=True)
class Conversation:
    """The state of one conversation after its events."""

    id: str
    language: Language = "en"
    language_pinned: bool = False
    turn: int = 0
    records: Mapping[str, Record] = field(default_factory=dict)
    active: str = ""  # id of the open record
    latest: str = ""  # id of the record spoken of last, open or not
    pending: Mapping[str, Any] | None = None  # a confirmation or choice we asked for
    offered: tuple[str, ...] = ()  # what "the second one" refers to
    discussed: Mapping[str, Any] = field(default_factory=dict)  # last question and its cards
    discussed_at: int = 0  # the turn of that question
    planned: tuple[str, ...] = ()  # tools to begin after what is open
    named: Mapping[str, str] = field(default_factory=dict)  # candidates told of by name, and what assesses them

    @property
    def record(self) -> Record | None:
        """The open record, if any."""
        return self.records.get(self.active)


def replay(conversation: str, events: Iterable[Event], start: Conversation | None = None) -> Conversation:
    """The state after these events, in order. Pure; turns named by an "undone" event do not count.

    `start` is the state before them (default: an empty conversation); it must not hold a turn they undo.
    """
    history = list(events)
    undone = {event.data["turn"] for event in history if event.kind == "undone"}
    state = start or Conversation(conversation)
    for event in history:
        if event.turn not in undone or event.kind in ("said", "language"):
            state = apply(state, event)
    return state


def apply(state: Conversation, event: Event) -> Conversation:
    """The state after one more event."""
    state = replace(state, turn=max(state.turn, event.turn))
    record = event.data.get("record")
    if record is not None and event.kind != "started" and record not in state.records:
        return state  # the turn that began this record was undone, or it was deleted
    change = _CHANGES.get(event.kind)
    return change(state, event) if change else state


def _said(state: Conversation, event: Event) -> Conversation:
    if state.language_pinned:
        return state
    return replace(state, language=event.data.get("language", state.language))


def _started(state: Conversation, event: Event) -> Conversation:
    data = event.data
    record = Record(data["record"], data["tool"], data.get("name", ""), weights=data.get("weights") or {})
    return replace(
        state,
        records={**state.records, record.id: record},
        active=record.id,
        latest=record.id,
        planned=tuple(tool for tool in state.planned if tool != record.tool),
    )


def _answered(state: Conversation, event: Event) -> Conversation:
    data = event.data
    record = state.records[data["record"]]
    given = Given(
        data.get("value"),
        data["status"],
        data.get("raw", ""),
        data.get("language", ""),
        data.get("evidence") or "own_observation",
        data.get("by", ""),
        event.turn,
    )
    answers = {**record.answers, data["field"]: given}
    return _with(state, replace(record, answers=answers, unsettled=_without(record, data["field"]), failures=0))


def _without(record: Record, *fields: str) -> dict[str, Mapping[str, Any]]:
    """What is unsettled in a record, but for these fields."""
    return {name: data for name, data in record.unsettled.items() if name not in fields}


def _declined(state: Conversation, event: Event) -> Conversation:
    record = state.records[event.data["record"]]
    return _with(state, replace(record, unsettled=_without(record, *event.data["fields"])))


def _withdrawn(state: Conversation, event: Event) -> Conversation:
    record = state.records[event.data["record"]]
    name = event.data["field"]
    answers = {other: given for other, given in record.answers.items() if other != name}
    return _with(state, replace(record, answers=answers, unsettled=_without(record, name)))


def _asked(state: Conversation, event: Event) -> Conversation:
    record = state.records[event.data["record"]]
    field_id = event.data["field"]
    failures = record.failures if record.question == field_id else 0
    asked = record.asked if field_id in record.asked else (*record.asked, field_id)
    return _with(state, replace(record, question=field_id, asked=asked, failures=failures))


def _refused(state: Conversation, event: Event) -> Conversation:
    record = state.records[event.data["record"]]
    return _with(state, replace(record, failures=record.failures + 1))


def _status(status: Literal["open", "done", "paused", "cancelled"], opens: bool) -> Any:
    def change(state: Conversation, event: Event) -> Conversation:
        record_id = event.data["record"]
        state = _with(state, replace(state.records[record_id], status=status))
        active = record_id if opens else ("" if state.active == record_id else state.active)
        return replace(state, active=active, latest=record_id)

    return change


def _settled(state: Conversation, event: Event) -> Conversation:
    record = state.records[event.data["record"]]
    return _with(state, replace(record, settled=event.data["verdict"], question="", gone_on=False))


def _unsettled(state: Conversation, event: Event) -> Conversation:
    return _with(state, replace(state.records[event.data["record"]], settled=""))


def _gone_on(state: Conversation, event: Event) -> Conversation:
    return _with(state, replace(state.records[event.data["record"]], gone_on=True))


def _restarted(state: Conversation, event: Event) -> Conversation:
    record = state.records[event.data["record"]]
    fresh = Record(record.id, record.tool, record.name, weights=record.weights)
    return replace(_with(state, fresh), active=record.id, latest=record.id)


def _renamed(state: Conversation, event: Event) -> Conversation:
    return _with(state, replace(state.records[event.data["record"]], name=event.data["name"]))


def _archived(state: Conversation, event: Event) -> Conversation:
    return _with(state, replace(state.records[event.data["record"]], archived=True))


def _deleted(state: Conversation, event: Event) -> Conversation:
    gone = event.data["record"]
    return replace(
        state,
        records={key: record for key, record in state.records.items() if key != gone},
        active="" if state.active == gone else state.active,
        latest="" if state.latest == gone else state.latest,
    )


def _language(state: Conversation, event: Event) -> Conversation:
    return replace(state, language=event.data["language"], language_pinned=True)


def _supposed(state: Conversation, event: Event) -> Conversation:
    record = state.records[event.data["record"]]
    supposed = {**record.supposed, event.data["name"]: event.data["values"]}
    return _with(state, replace(record, supposed=supposed, supposed_at=event.turn))


def _discarded(state: Conversation, event: Event) -> Conversation:
    record = state.records[event.data["record"]]
    supposed = {key: values for key, values in record.supposed.items() if key != event.data["name"]}
    return _with(state, replace(record, supposed=supposed))


def _pending(state: Conversation, event: Event) -> Conversation:
    pending = event.data.get("pending")
    state = replace(state, pending=pending)
    if not pending or pending["kind"] != "answer" or pending["record"] not in state.records:
        return state
    record = state.records[pending["record"]]
    asked = (reading_of(data["field"], data["value"]) for data in pending["answers"])
    told = {data["field"]: data for data in pending["answers"] if data["confidence"] > MERE_GUESS}
    doubted = tuple(dict.fromkeys((*record.doubted, *asked)))
    return _with(state, replace(record, doubted=doubted, unsettled={**record.unsettled, **told}))


def reading_of(field_id: str, value: Any) -> str:
    """A field and a value as one text, by which a reading is known again."""
    return f"{field_id}={value}"


def _offered(state: Conversation, event: Event) -> Conversation:
    return replace(state, offered=tuple(event.data["items"]))


def _planned(state: Conversation, event: Event) -> Conversation:
    return replace(state, planned=tuple(event.data["tools"]))


def _named(state: Conversation, event: Event) -> Conversation:
    return replace(state, named={**state.named, **event.data["names"]})


def _discussed(state: Conversation, event: Event) -> Conversation:
    return replace(state, discussed=dict(event.data), discussed_at=event.turn)


def _exported(state: Conversation, event: Event) -> Conversation:
    return state  # what the door hands out changes nothing


def _with(state: Conversation, record: Record) -> Conversation:
    return replace(state, records={**state.records, record.id: record})


_CHANGES = {
    "said": _said,
    "started": _started,
    "answered": _answered,
    "declined": _declined,
    "withdrawn": _withdrawn,
    "asked": _asked,
    "refused": _refused,
    "paused": _status("paused", opens=False),
    "resumed": _status("open", opens=True),
    "cancelled": _status("cancelled", opens=False),
    "finished": _status("done", opens=False),
    "settled": _settled,
    "unsettled": _unsettled,
    "gone_on": _gone_on,
    "restarted": _restarted,
    "renamed": _renamed,
    "archived": _archived,
    "deleted": _deleted,
    "language": _language,
    "supposed": _supposed,
    "discarded": _discarded,
    "pending": _pending,
    "offered": _offered,
    "planned": _planned,
    "discussed": _discussed,
    "named": _named,
    "exported": _exported,
}


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Source(_Shown):
    """A source behind the reply. `quote` is verified against the stored text before it is shown."""

    id: str
    title: str
    author: str
    date: str | None = None
    rules: list[str] = Field(default_factory=list)
    card: str | None = None
    quote: str | None = None
    passage: str | None = None


class Calculation(_Shown):
    """A tool run: inputs, the tool's Result as JSON (both languages inside), its warnings and weights."""

    tool: str
    version: str
    inputs: dict[str, Any]
    result: dict[str, Any]
    warnings: list[dict[str, Any]] = Field(default_factory=list)
    weights: dict[str, str] | None = None


class Reply(_Shown):
    """What every door shows and eval scores. `text` is Markdown in `language`."""

    conversation: str
    turn: int
    language: Language
    kind: ReplyKind
    text: str
    sources: list[Source] = Field(default_factory=list)
    calculations: list[Calculation] = Field(default_factory=list)
    assessment: dict[str, Any] | None = None
    suggestions: list[str] = Field(default_factory=list)
    timings_ms: dict[str, float] = Field(default_factory=dict)
