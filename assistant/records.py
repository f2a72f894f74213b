"""Records: beginning, leading, pausing and comparing. A record is one run of a tool's form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from assistant import confirming, showing, showing_changes
from assistant.commands import Answer, Simple
from assistant.conversation import Record
from assistant.draft import Draft, relevant_fields
from assistant.wording import say
from tools.result import Result

_MARKUP = re.compile(r"<[/!a-zA-Z][^<>]*>")  # no part of a name, whatever door shows it
LONGEST_NAME = 80
CHANGING = {
    "started",
    "answered",
    "withdrawn",
    "supposed",
    "discarded",
    "restarted",
    "cancelled",
    "renamed",
    "archived",
}


# -- beginning and leading on ------------------------------------------------------------------------


def plain_name(text: str) -> str:
    """A name as people give it, without markup and bounded."""
    return _MARKUP.sub("", text)[:LONGEST_NAME]


def begin(draft: Draft, tool: str, name: str) -> None:
    """Open a new record of a tool; an open one of another kind is paused, never lost."""
    if tool not in draft.parts.tools:
        draft.tell("record.no_such_tool")
        return
    begun = draft.state.records.get(draft.begun)
    if begun is not None and begun.tool == tool and name in ("", begun.name):
        return  # several sentences of one message wished for the same thing
    pause_open(draft)
    number = sum(1 for record in draft.state.records.values() if record.tool == tool) + 1
    record_id = f"{tool}-{number}"
    while record_id in draft.state.records:
        number += 1
        record_id = f"{tool}-{number}"
    name_of_weights = draft.parts.tools[tool].weights
    used = draft.parts.weights(name_of_weights, {}) if name_of_weights else None
    draft.note(
        "started",
        record=record_id,
        tool=tool,
        name=plain_name(name),
        weights={"file": used.file, "sha256": used.sha256} if used else {},
    )
    draft.touched = draft.begun = record_id
    draft.kind = "question"
    _take_over(draft, tool, name)


def _take_over(draft: Draft, tool: str, name: str) -> None:
    """For the next one that is compared: what was told of the person's own firm and market holds for that one too."""
    ours = {field.id: field for field in draft.parts.tools[tool].form.fields if field.ours}
    earlier = [r for r in draft.state.records.values() if r.tool == tool and r.id != draft.begun and not r.archived]
    told = [r for r in earlier if any(given.status == "answered" and key in ours for key, given in r.answers.items())]
    if not name or not told:
        return
    source, lines = told[-1], []
    for key, given in source.answers.items():
        if key in ours and given.status == "answered":
            data = {"value": given.value, "status": given.status, "raw": given.raw, "language": given.language}
            draft.note("answered", record=draft.begun, field=key, evidence=given.evidence, by=given.by, **data)
            lines.append(f"{ours[key].label[draft.language]}: {showing.value(ours[key], given.value, draft.language)}")
    draft.tell("record.taken_over", name=showing.name(draft, source), what="; ".join(lines))


def pause_open(draft: Draft) -> None:
    """Suspend the open record, saying so; a record without a single answer is simply closed."""
    record = draft.state.record
    if record is None:
        return
    if record.answers:
        draft.note("paused", record=record.id)
        draft.tell("record.suspended", name=showing.name(draft, record))
    else:
        draft.note("cancelled", record=record.id)


def turn_to(draft: Draft, record: Record) -> None:
    """Leave the open record for one that is spoken of by name, in a word."""
    before = draft.state.record
    if before is not None:
        draft.note("paused" if before.answers else "cancelled", record=before.id)
    draft.tell("record.turned_to", name=showing.name(draft, record))


def offer(draft: Draft, tool: str, name: str, answers: Sequence[Answer] = ()) -> None:
    """Offer to begin, after the reasons have been given; `answers` are kept for when it is accepted."""
    form = draft.parts.tools[tool].form
    offered = draft.state.pending or {}
    kept = [asdict(replace(answer, tool=tool)) for answer in answers]
    draft.note("pending", pending={"kind": "start", "tool": tool, "name": name, "answers": kept})
    if offered.get("kind") == "start" and offered.get("tool") == tool:
        return  # the answer above has offered it already
    draft.ask("record.offer", title=form.title[draft.language])
    draft.suggest(say("yes", draft.language), say("no", draft.language))
    draft.quiet = True


def ask_whose(draft: Draft, record: Record, name: str, answers: Sequence[Answer]) -> None:
    """Ask whether what was told of somebody else begins a record of his own or is for the open one."""
    kept = [asdict(answer) for answer in answers]
    again = name in draft.asked_before
    whose = {"kind": "whose", "record": record.id, "tool": record.tool, "name": name, "answers": kept, "again": again}
    draft.note("pending", pending=whose)
    draft.ask("record.whose", name=name, open=record.name)
    draft.suggest(say("yes", draft.language), say("no", draft.language))
    draft.kind, draft.quiet = "clarify", True


def repeat_whose(draft: Draft, pending: Mapping[str, Any]) -> None:
    """Ask whose it is again, after a question in between: the reply will be to what was asked last."""
    kind = draft.kind
    told = [Answer(**data) for data in pending["answers"]]
    ask_whose(draft, draft.state.records[pending["record"]], pending["name"], told)
    draft.kind = kind


def plan(draft: Draft, tools: Sequence[str]) -> None:
    """Keep what was wished for besides, and say that it will follow."""
    wanted = [tool for tool in tools if tool in draft.parts.tools]
    if wanted:
        draft.note("planned", tools=wanted)
        titles = [draft.parts.tools[tool].form.title[draft.language] for tool in wanted]
        draft.tell("record.planned", titles=", ".join(titles))


def offer_planned(draft: Draft) -> None:
    """When what was open has ended in this turn, offer what was to come after it."""
    ended = any(event.kind in ("finished", "cancelled") for event in draft.events)
    if not ended or draft.state.record is not None or draft.state.pending or not draft.state.planned:
        return
    tool = draft.state.planned[0]
    draft.note("pending", pending={"kind": "start", "tool": tool, "name": "", "answers": []})
    draft.ask("record.next", title=draft.parts.tools[tool].form.title[draft.language])
    draft.suggest(say("yes", draft.language), say("no", draft.language))


def lead_on(draft: Draft) -> None:
    """Show the result when there is one to show, else ask the next best question of the open record."""
    record = draft.state.record
    if record is None:
        touched = draft.state.records.get(draft.touched)
        if touched is not None and touched.status == "done":
            showing.result(draft, touched, draft.compute(touched))
        return
    outcome = draft.compute(record)
    if record.settled and not outcome.settled:
        draft.note("unsettled", record=record.id)
        record = draft.state.records[record.id]
    left = questions_left(draft, record)
    at_once = draft.tool(record).at_once
    if draft.begun == record.id and not (at_once and record.answers):
        _introduce(draft, record)
    if not at_once and draft.begun == record.id and _only_figures(draft, record):
        showing.result(draft, record, outcome)  # "120 of 1,000 letters came back" wants its share at once
    if at_once:
        _lead_calculator(draft, record, left, outcome)
    elif not left or (outcome.settled and not record.gone_on and record.settled != outcome.verdict):
        _conclude(draft, record, left, outcome)
    elif record.settled and not record.gone_on:
        _stand_by(draft, record, left, outcome)
    else:
        ask(draft, record, left[0])


def _only_figures(draft: Draft, record: Record) -> bool:
    """Whether a record was begun with numbers alone."""
    kinds = {draft.tool(record).form.field(field_id).kind for field_id in record.answers}
    return bool(kinds) and kinds <= {"count", "amount", "money", "rate"}


def questions_left(draft: Draft, record: Record) -> list[str]:
    """The fields still worth asking, best first; those put off until later come last."""
    tool = draft.tool(record)
    weights = draft.parts.weights(tool.weights, record.weights) if tool.weights else None
    relevant = set(relevant_fields(tool, record))
    order = [f for f in tool.order(record.values(), weights) if f in relevant]
    later = [f for f in order if f in record.answers and record.answers[f].status == "later"]
    return [f for f in order if f not in record.answers] + later


def _introduce(draft: Draft, record: Record) -> None:
    form = draft.tool(record).form
    if sum(other.tool == record.tool for other in draft.state.records.values()) > 1:
        opening = say("record.begun_again", draft.language, name=showing.name(draft, record))
    else:
        title, intro = form.title[draft.language], form.intro[draft.language]
        opening = say("record.begun", draft.language, title=title, intro=intro)
    draft.paragraphs.insert(len(draft.paragraphs) if draft.sources else 0, opening)  # after an answer given first


def _lead_calculator(draft: Draft, record: Record, left: list[str], outcome: Result) -> None:
    """A calculator shows what it can already say, and asks for what would let it say more."""
    can_say = any(figure.value is not None for figure in outcome.figures)
    wanted = [field_id for field_id in left if field_id in outcome.missing] or left
    before = draft.before(record) if draft.touched == record.id else None
    if can_say and before is not None and any(figure.value is not None for figure in before.figures):
        if before.missing and not outcome.missing:
            showing.result(draft, record, outcome)  # now all that it needs is there
        else:
            showing.progress(draft, record, before, outcome)
    elif can_say and draft.touched == record.id:
        showing.result(draft, record, outcome)
    if not wanted:
        draft.note("finished", record=record.id)
        confirming.ask_what_is_open(draft, record)
    else:
        ask(draft, record, wanted[0])


def _conclude(draft: Draft, record: Record, left: list[str], outcome: Result) -> None:
    """Show the verdict: the last one, or an early one that no open answer can change, with an offer to go on."""
    if not left:
        draft.note("finished", record=record.id)
        showing.result(draft, draft.state.records[record.id], outcome)
        confirming.ask_what_is_open(draft, record)
        return
    draft.note("settled", record=record.id, verdict=outcome.verdict)
    showing.result(draft, draft.state.records[record.id], outcome)
    _offer_the_rest(draft, record, left)


def _offer_the_rest(draft: Draft, record: Record, left: list[str]) -> None:
    draft.note("pending", pending={"kind": "go_on", "record": record.id})
    draft.ask("result.settled_early", left=len(left))
    draft.suggest(say("suggest.go_on", draft.language), say("suggest.enough", draft.language))


def _stand_by(draft: Draft, record: Record, left: list[str], outcome: Result) -> None:
    """The verdict stands. What was told all the same is worked in; what was not understood is met with the offer."""
    told = any(event.kind == "answered" and event.data["record"] == record.id for event in draft.events)
    if told:
        draft.paragraphs.append(f"**{outcome.bottom_line[draft.language]}**")
        draft.show(record, outcome)
        draft.kind = "result"
        if _offered_before(draft, record):
            draft.note("pending", pending={"kind": "go_on", "record": record.id})
            return  # it was asked a moment ago, and more was told instead
    elif draft.kind != "clarify":
        return  # the person spoke of something else: do not start asking again
    _offer_the_rest(draft, record, left)


def _offered_before(draft: Draft, record: Record) -> bool:
    """Whether the rest of the questions was offered before this message."""
    asked = [e for e in draft.events if e.kind == "pending" and e.data["pending"] is None]
    return bool(asked) and draft.was_pending == "go_on"


def ask(draft: Draft, record: Record, field_id: str) -> None:
    """Ask one question with its progress; a repeated one is asked in the same words."""
    draft.note("asked", record=record.id, field=field_id)
    record = draft.state.records[record.id]
    field = draft.tool(record).form.field(field_id)
    language = draft.language
    relevant = relevant_fields(draft.tool(record), record)
    done = sum(1 for other in relevant if other in record.answers)
    if draft.tool(record).at_once:
        draft.asking.append(field.ask[language])
    else:
        draft.ask("record.question", number=done + 1, total=len(relevant), question=field.ask[language])
    draft.suggest(*(choice.label[language] for choice in field.choices[:3]))
    draft.suggest(say("suggest.unknown", language), say("suggest.why", language))
    if draft.kind == "notice":
        draft.kind = "question"


def go_on(draft: Draft, record_id: str) -> None:
    """Ask the remaining questions although the verdict is settled."""
    if draft.state.active != record_id:
        draft.note("resumed", record=record_id)
    draft.note("gone_on", record=record_id)
    draft.touched = record_id


# -- words without arguments -------------------------------------------------------------------------


def _why(draft: Draft, command: Simple) -> None:
    record = draft.state.record or draft.state.records.get(draft.state.latest)
    field_id = command.field or _doubted(draft)
    if record is not None and not field_id and (record.status == "done" or (record.settled and not record.gone_on)):
        showing.part_of_result(draft, record, draft.compute(record), "reasons")  # nothing is asked: why this verdict
        return
    field_id = field_id or (record.question or _told_last(record) if record else "")
    if record is None or not field_id:
        draft.tell("why.nothing")
        return
    field = draft.tool(record).form.field(field_id)
    rules = ", ".join(field.rules)
    draft.tell("why.field", label=field.label[draft.language], why=field.why[draft.language])
    if command.part == "meaning":
        draft.paragraphs[-1] = say("why.meaning", draft.language, label=field.label[draft.language],
                                   meaning=(field.help or field.ask)[draft.language])  # fmt: skip
    if rules and command.part != "meaning":
        draft.tell("why.rules", rules=rules)
    if field.example:
        draft.tell("why.example", example=field.example[draft.language])
    draft.kind = "answer"


def _doubted(draft: Draft) -> str:
    """The field of what we asked to be confirmed, which "why do you ask?" is about."""
    pending = draft.state.pending or {}
    return str(pending["answers"][0]["field"]) if pending.get("kind") == "answer" else ""


def _told_last(record: Record) -> str:
    """The field answered last, which "why does it matter?" is about while nothing is asked."""
    return max(record.answers, key=lambda name: record.answers[name].turn, default="")


def _back(draft: Draft, command: Simple) -> None:
    record = draft.state.record
    if record is None:
        _undo(draft, command)
        return
    place = record.asked.index(record.question) if record.question in record.asked else len(record.asked)
    wanted = command.field or (record.asked[place - 1] if place > 0 else "" if record.question else _told_last(record))
    if not wanted:
        draft.tell("back.nothing")
        return
    field = draft.tool(record).form.field(wanted)
    given = record.answers.get(wanted)
    if given is not None:
        shown = showing.given(field, given, draft.language)
        draft.tell("back.was", label=field.label[draft.language], value=shown)
    ask(draft, record, wanted)
    draft.quiet = True


def _undo(draft: Draft, command: Simple) -> None:
    history = draft.history()
    undone = {event.data["turn"] for event in history if event.kind == "undone"}
    changing = [e.turn for e in history if e.kind in CHANGING and e.turn not in undone]
    record = draft.state.record or draft.state.records.get(draft.state.latest)
    if command.field and record is not None and command.field in record.answers:
        latest = [e for e in history if changing and e.turn == changing[-1] and e.kind in CHANGING]
        if any(e.data.get("field") != command.field for e in latest):
            _withdraw(draft, record, command.field)
            return
    if not changing:
        draft.tell("undo.nothing")
        return
    before = draft.state.records
    draft.note("undone", turn=changing[-1])
    changed = showing_changes.undone(draft, before)
    draft.tell("undo.named" if changed else "undo.done", what="; ".join(changed))
    draft.touched = draft.state.active


def _withdraw(draft: Draft, record: Record, field_id: str) -> None:
    """Take one answer back, wherever it was given; its question is open again."""
    draft.note("withdrawn", record=record.id, field=field_id)
    draft.tell("answer.withdrawn", label=draft.tool(record).form.field(field_id).label[draft.language])
    draft.touched, draft.kind = record.id, "question"


def _summary(draft: Draft, command: Simple) -> None:
    record = subject(draft)
    if record is not None and command.field:
        showing.noted(draft, record, command.field)
    elif record is not None:
        showing.summary(draft, record, draft.compute(record))


def _where(draft: Draft, _command: Simple) -> None:
    record = subject(draft)
    if record is not None:
        showing.where(draft, record, len(relevant_fields(draft.tool(record), record)))


def _result(draft: Draft, command: Simple) -> None:
    record = subject(draft)
    if record is not None:
        showing.part_of_result(draft, record, draft.compute(record), command.part, command.field)


def _enough(draft: Draft, _command: Simple) -> None:
    """The result with what is known, and no further question: what is left open can still be told."""
    record = subject(draft)
    if record is None:
        return
    if record.status == "open":
        draft.note("finished", record=record.id)
    record = draft.state.records[record.id]
    showing.result(draft, record, draft.compute(record))
    draft.quiet = True


def subject(draft: Draft) -> Record | None:
    """The open record or the one spoken of last; without any, says so and returns None."""
    record = draft.state.record or draft.state.records.get(draft.state.latest)
    if record is None:
        draft.tell("record.none")
        draft.suggest(*showing.first_steps(draft.language))
    return record


def _go_on(draft: Draft, _command: Simple) -> None:
    record = subject(draft)
    if record is not None:
        draft.note("pending", pending=None)
        go_on(draft, record.id)


def _pause(draft: Draft, _command: Simple) -> None:
    _leave(draft, "paused")


def _cancel(draft: Draft, _command: Simple) -> None:
    _leave(draft, "cancelled")


def _leave(draft: Draft, how: str) -> None:
    record = draft.state.record
    if record is None:
        latest = draft.state.records.get(draft.state.latest)
        draft.tell("record.paused" if how == "paused" and latest else "record.none", name=_called(draft, latest))
        return
    draft.note(how, record=record.id)
    draft.touched = record.id if how == "paused" else ""
    draft.tell(f"record.{how}", name=showing.name(draft, record))


def _called(draft: Draft, record: Record | None) -> str:
    return showing.name(draft, record) if record is not None else ""


def _hand_over(draft: Draft, _command: Simple) -> None:
    """What somebody else is to fill in: the open questions with whom to ask, to be passed on as they are."""
    record = subject(draft)
    if record is None:
        return
    draft.tell("record.hand_over", name=showing.name(draft, record))
    showing.part_of_result(draft, record, draft.compute(record), "missing")
    draft.suggest(say("suggest.as_file", draft.language))
    draft.quiet = True


def _restart(draft: Draft, _command: Simple) -> None:
    record = subject(draft)
    if record is not None:
        draft.note("restarted", record=record.id)
        draft.tell("record.restarted", name=showing.name(draft, record))


def _archive(draft: Draft, _command: Simple) -> None:
    record = subject(draft)
    if record is not None:
        if record.status == "open":
            draft.note("paused", record=record.id)
        draft.note("archived", record=record.id)
        draft.tell("record.archived", name=showing.name(draft, record))


def _list(draft: Draft, _command: Simple) -> None:
    shown = [record for record in draft.state.records.values() if not record.archived]
    if not shown:
        draft.tell("record.none")
        return
    showing.listing(draft, shown)
    draft.note("offered", items=[record.id for record in shown])


WORDS: dict[str, Callable[[Draft, Simple], None]] = {
    "why": _why,
    "back": _back,
    "undo": _undo,
    "summary": _summary,
    "where": _where,
    "result": _result,
    "enough": _enough,
    "go_on": _go_on,
    "pause": _pause,
    "cancel": _cancel,
    "restart": _restart,
    "archive": _archive,
    "list": _list,
    "hand_over": _hand_over,
}


# -- commands with arguments -------------------------------------------------------------------------
