"""Records beyond the chat: a supposition, an earlier state, what changed since, side by side, whole tables.

Everything is recomputed from events and answers; nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant import showing
from assistant.conversation import Calculation, Conversation, Event, Record, Reply, replay
from assistant.draft import Draft, Parts, calculation
from assistant.errors import InputError, NotFound, RefusedInput
from assistant.exports import MEDIA, File
from tools.errors import InputError as ToolInputError
from tools.forms import Form
from tools.result import Result, read_result
from tools.tool import Tool

TEXT_FORM: Mapping[str, str] = {"csv": "text/csv", "xlsx": MEDIA["xlsx"][1]}


@dataclass(frozen=True)
class Step:
    """One turn in which a record's answers changed: what each was before and is since, as words."""

    turn: int
    changes: tuple[tuple[str, dict[str, str], dict[str, str]], ...]  # (field, before, after), texts by language


def compute(
    state: Conversation, record_id: str, parts: Parts, supposing: Mapping[str, Any] | None = None
) -> Calculation:
    """A record's result, with other answers supposed on top. Raises NotFound or RefusedInput."""
    record = _record(state, record_id)
    with_form = parts.tools[record.tool].form
    try:
        changes = {name: _canonical(with_form.field(name), value) for name, value in (supposing or {}).items()}
        result = Draft(state, parts, list).compute(record, changes)
    except ToolInputError as error:
        raise RefusedInput([one.to_json() for one in error.errors]) from error
    return calculation(_named(result, record), {**record.values(), **changes})


def told_whole(state: Conversation, record_id: str, parts: Parts) -> Reply:
    """A record's result in words as it stands now, whole and without a question. Raises NotFound."""
    record = _record(state, record_id)
    draft = Draft(replace(state, active=""), parts, list)
    showing.result(draft, record, draft.compute(record))
    return draft.reply()


def earlier(conversation: str, history: Iterable[Event], turn: int) -> Conversation:
    """The conversation as it stood after a turn."""
    return replay(conversation, [event for event in history if event.turn <= turn])


def steps(conversation: str, history: Sequence[Event], record_id: str, parts: Parts) -> list[Step]:
    """Every turn that changed the record's answers, in order; what was undone since is left out."""
    undone = {event.data["turn"] for event in history if event.kind == "undone"}
    turns = sorted(
        {
            event.turn
            for event in history
            if event.kind in ("answered", "restarted") and event.data.get("record") == record_id
        }
        - undone
    )
    found: list[Step] = []
    before: dict[str, dict[str, str]] = {}
    for turn in turns:
        record = earlier(conversation, history, turn).records.get(record_id)
        if record is None:
            continue
        after = _worded(record, parts)
        names = [name for name in (*before, *after) if before.get(name) != after.get(name)]
        empty = {"en": "–", "he": "–"}
        changes = tuple((name, before.get(name, empty), after.get(name, empty)) for name in dict.fromkeys(names))
        found.append(Step(turn, changes))
        before = after
    return found


def difference(before: Calculation, after: Calculation, parts: Parts) -> dict[str, list[str]]:
    """What differs between two results of a tool, a line each, by language."""
    from tools.comparing import diff

    told = diff(read_result(before.result), read_result(after.result), parts.tools[after.tool].form)
    return {language: [change.text[language] for change in told.changes] for language in ("en", "he")}


def compare(calculations: Sequence[Calculation]) -> Calculation:
    """Results of one tool side by side, ranked as far as they can be. Raises RefusedInput."""
    from tools.comparing import compare as side_by_side

    try:
        result = side_by_side([read_result(one.result) for one in calculations])
    except ToolInputError as error:
        raise RefusedInput([one.to_json() for one in error.errors]) from error
    return calculation(result, {})


def template(tool: str, language: Literal["en", "he"], kind: str, parts: Parts, part: str = "") -> File:
    """An empty table to fill with records of a tool, or with rows of one of its parts, as "xlsx" or "csv"."""
    from tools import sheets

    if kind not in TEXT_FORM:
        raise InputError("unknown_format", format=kind, formats="xlsx, csv")
    content = sheets.template(_rows_of(parts.tools[tool], part)[0], language, "csv" if kind == "csv" else "xlsx")
    return File(f"{tool}.{kind}", TEXT_FORM[kind], content)


def read_table(tool: str, content: bytes, parts: Parts, part: str = "") -> list[dict[str, Any]]:
    """The records of a filled table, whole or not at all. Raises RefusedInput naming each problem and its row."""
    from tools import sheets

    form, named = _rows_of(parts.tools[tool], part)
    try:
        records = sheets.read_records(content, form)
    except ToolInputError as error:
        raise RefusedInput([one.to_json() for one in error.errors]) from error
    if named == sheets.NAME:
        return records
    renamed = [({named: record[sheets.NAME]} if named and sheets.NAME in record else {}, record) for record in records]
    return [{**name, **{key: value for key, value in rest.items() if key != sheets.NAME}} for name, rest in renamed]


def _rows_of(tool: Tool, part: str) -> tuple[Form, str]:
    """What a row of a table is: a record of the tool, or of one of its lists; and the key of its name."""
    if not part:
        return tool.form, "subject"
    found = next((one for one in tool.parts if one.id == part and one.shape == "rows"), None)
    if found is None:
        raise NotFound("no_such_part", part=part)
    return found.form, found.named


def actions_for(tool: str, records: Iterable[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """For each record of a table, the actions that begin it and give its answers."""
    return [
        [
            {"do": "start", "tool": tool, "name": str(record.get("subject") or "")},
            *(
                {"do": "answer", "field": name, "value": value}
                for name, value in record.items()
                if name not in ("subject", "currency")
            ),
        ]
        for record in records
    ]


def _record(state: Conversation, record_id: str) -> Record:
    if record_id not in state.records:
        raise NotFound("no_record", record=record_id)
    return state.records[record_id]


def _named(result: Result, record: Record) -> Result:
    from dataclasses import replace

    return replace(result, subject=record.name) if record.name and not result.subject else result


def _canonical(field: Any, value: Any) -> Any:
    from tools.checking import check
    from tools.written import written

    return check(field, written(field.kind, value))


def _worded(record: Record, parts: Parts) -> dict[str, dict[str, str]]:
    from assistant.showing import given

    form = parts.tools[record.tool].form
    return {
        name: {language: given(form.field(name), answer, language) for language in ("en", "he")}
        for name, answer in record.answers.items()
    }
