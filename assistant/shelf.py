"""The records a person has: found by name, taken up again, renamed, weighed against each other and deleted."""

from __future__ import annotations

from assistant import showing, showing_changes
from assistant.commands import Choose, Compare, Delete, Rename, Resume
from assistant.conversation import Record
from assistant.draft import Draft, relevant_fields
from assistant.records import pause_open, plain_name, subject, turn_to
from assistant.wording import say


def find(draft: Draft, name: str, tool: str = "") -> Record | None:
    """The record a person names: by its name, its tool's title or the latest paused one for an empty name."""
    candidates = [r for r in draft.state.records.values() if not r.archived and (not tool or r.tool == tool)]
    if not name:
        paused = [record for record in candidates if record.status in ("paused", "cancelled")]
        return paused[-1] if paused else (candidates[-1] if candidates else None)
    wanted = name.casefold().strip()
    for record in reversed(candidates):
        title = draft.tool(record).form.title
        names = (record.name, record.id, record.tool, title.en, title.he)
        if any(wanted in known.casefold() for known in names if known):
            return record
    return None


def resume(draft: Draft, command: Resume) -> None:
    """Go on with a record where it stood, also one that was finished or cancelled."""
    record = find(draft, command.name)
    if record is None:
        draft.tell("record.not_found", name=command.name)
        return
    if draft.state.active != record.id:
        if command.briefly:
            turn_to(draft, record)
        else:
            pause_open(draft)
        draft.note("resumed", record=record.id)
    draft.touched = record.id
    if command.briefly:
        return
    showing.where(draft, record, len(relevant_fields(draft.tool(record), record)))


def rename(draft: Draft, command: Rename) -> None:
    """Name the record being spoken of."""
    record = subject(draft)
    if record is not None:
        name = plain_name(command.name)
        draft.note("renamed", record=record.id, name=name)
        draft.tell("record.renamed", name=name)


def ask_to_delete(draft: Draft, command: Delete) -> None:
    """Deleting is always confirmed first."""
    record = find(draft, command.name) if command.name else subject(draft)
    if record is None:
        if command.name:  # without one it was told that there is nothing
            draft.tell("record.not_found", name=command.name)
        return
    draft.note("pending", pending={"kind": "delete", "record": record.id})
    draft.ask("record.confirm_delete", name=showing.name(draft, record))
    draft.suggest(say("yes", draft.language), say("no", draft.language))
    draft.kind, draft.quiet = "clarify", True


def delete(draft: Draft, record_id: str) -> None:
    """Delete a record with its answers."""
    record = draft.state.records.get(record_id)
    if record is not None:
        draft.note("deleted", record=record_id)
        draft.tell("record.deleted", name=showing.name(draft, record))


def choose(draft: Draft, command: Choose) -> None:
    """Open the n-th record of the last list, or answer the n-th choice of the open question."""
    items = draft.state.offered
    if items and abs(command.index) <= len(items):
        record_id = items[command.index - 1 if command.index > 0 else command.index]
        if record_id in draft.state.records:
            resume(draft, Resume(record_id))
            return
    draft.tell("unclear.nothing")


def compare(draft: Draft, command: Compare) -> None:
    """Put records of one tool side by side, the ones named or all there are."""
    subject = draft.state.record or draft.state.records.get(draft.state.latest)
    if subject is None:
        draft.tell("record.none")
        return
    kept = [record for record in draft.state.records.values() if record.answers or record.name]
    same = [record for record in kept if record.tool == subject.tool and not record.archived]
    if command.names:
        named = [find(draft, name, subject.tool) for name in command.names]
        same = [record for record in named if record is not None] or same
    if len(same) < 2:
        draft.tell("compare.needs_two", subject=draft.tool(subject).form.subject[draft.language])
        draft.suggest(say("suggest.another", draft.language))
        return
    showing_changes.comparison(draft, same, [draft.compute(record) for record in same])
