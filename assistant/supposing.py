"""Supposing: answers tried out on a copy, and what becomes of them. The record itself stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assistant import showing, showing_changes
from assistant.commands import Simple, WhatIf
from assistant.conversation import Record
from assistant.draft import Draft
from assistant.records import subject
from assistant.wording import say
from tools.checking import check
from tools.errors import InputError
from tools.tool import Tool

MOST_OFFERED = 4  # figures a change may be of


def what_if(draft: Draft, command: WhatIf) -> None:
    """Recompute on supposed answers; the record itself stays as it is."""
    record = draft.state.record or draft.state.records.get(draft.state.latest)
    if record is None:
        draft.tell("record.none")
        return
    changes = _supposed_values(draft, draft.tool(record), command)
    if command.either:
        _ask_which(draft, draft.tool(record), command)
        return
    if not changes:
        draft.tell("what_if.what")
        return
    if command.on_top and record.supposed:
        changes = {**list(record.supposed.values())[-1], **changes}
    name = command.name or say("what_if.name", draft.language, number=len(record.supposed) + 1)
    draft.note("supposed", record=record.id, name=name, values=changes)
    showing_changes.what_if(draft, record, changes, draft.compute(record), draft.compute(record, changes))
    draft.suggest(say("suggest.promote", draft.language), say("suggest.discard", draft.language))


def _ask_which(draft: Draft, tool: Tool, command: WhatIf) -> None:
    """Ask of which figure a change is supposed, each with what it would become; nothing is supposed until then."""
    language = draft.language
    fields = {answer.field: tool.form.field(answer.field) for answer in command.either[:MOST_OFFERED]}
    shown = {a.field: showing.value(fields[a.field], a.value, language) for a in command.either[:MOST_OFFERED]}
    labels = [field.label[language] for field in fields.values()]
    draft.tell("what_if.which", raw=command.either[0].raw, options=" / ".join(labels))
    for name, field in fields.items():
        draft.suggest(say("what_if.were", language, label=field.label[language], value=shown[name]))
    draft.kind = "clarify"


def _supposed_values(draft: Draft, tool: Tool, command: WhatIf) -> Mapping[str, Any]:
    changes = {}
    for answer in command.answers:
        try:
            changes[answer.field] = check(tool.form.field(answer.field), answer.value)
        except KeyError:
            continue
        except InputError as error:
            draft.paragraphs.append(error.text[draft.language])
    return changes


def promote(draft: Draft, _command: Simple) -> None:
    """Make the last supposition part of the record, marked as an assumption."""
    if (record := _supposed_of(draft)) is None:
        return
    name, values = list(record.supposed.items())[-1]
    for field_id, value in values.items():
        draft.note(
            "answered", record=record.id, field=field_id, value=value, status="answered",
            raw="", language=draft.language, evidence="assumption", by=draft.user,
        )  # fmt: skip
    draft.note("discarded", record=record.id, name=name)
    draft.touched = record.id
    draft.tell("what_if.promoted")
    showing.result(draft, draft.state.records[record.id], draft.compute(draft.state.records[record.id]))


def discard(draft: Draft, _command: Simple) -> None:
    """Forget the last supposition."""
    if (record := _supposed_of(draft)) is not None:
        draft.note("discarded", record=record.id, name=list(record.supposed)[-1])
        draft.tell("what_if.discarded")


def _supposed_of(draft: Draft) -> Record | None:
    """The record being spoken of where something is supposed of it; says so where nothing is."""
    record = subject(draft)
    if record is not None and not record.supposed:
        draft.tell("what_if.none")
        return None
    return record


WORDS: dict[str, Callable[[Draft, Simple], None]] = {"promote": promote, "discard": discard}
