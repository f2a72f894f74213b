"""Asking whether a value is meant: one that is doubtful, or that contradicts what was said before.

Nothing doubtful is stored unasked, and nothing asked about is lost: what the person passes over is listed with
the summary and the result, asked about once more at the end, and taken when it is said again in other words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant import held, showing
from assistant.commands import Answer
from assistant.conversation import Record
from assistant.draft import Draft
from assistant.wording import say

CONFIRM_BELOW = 0.6  # calibrated on the understanding suite: below it a stored value would too often be wrong
MOST_TO_CONFIRM = 4  # doubtful values in one question; more will be asked in their turn


def needs_confirming(record: Record, answer: Answer) -> bool:
    """Whether a value is too uncertain, or contradicts what was said, to be stored without asking."""
    if answer.status != "answered":
        return False
    given = record.answers.get(answer.field)
    same = given is not None and given.status == "answered" and given.value == answer.value
    if same or held.said_again(record, answer):
        return False
    if answer.confidence < CONFIRM_BELOW:
        return True
    return contradicts(record, answer) and not answer.corrects and record.question != answer.field


def contradicts(record: Record, answer: Answer) -> bool:
    """Whether an answer gives a field another value than it has."""
    given = record.answers.get(answer.field)
    return given is not None and given.status == "answered" and given.value != answer.value


def ask_to_confirm(draft: Draft, record: Record, answers: Sequence[Answer], again: bool = False) -> None:
    """Ask whether doubtful or contradicting values are meant; keep them pending.

    What is asked `again` is not repeated when the person passes over it once more.
    """
    language = draft.language
    if waits(draft, held.confirmation(record.id, answers)):
        return
    new: list[str] = []
    for answer in answers:
        field = draft.tool(record).form.field(answer.field)
        shown, label = showing.value(field, answer.value, language), field.label[language]
        if contradicts(record, answer):
            old = showing.value(field, record.answers[answer.field].value, language)
            draft.ask("answer.contradicts", label=label, old=old, new=shown)
        else:
            new.append(f"{label}: **{shown}**")
    if new:
        draft.ask("answer.confirm", what="; ".join(new))
    again = again or any(answer.field in draft.asked_before for answer in answers)
    draft.note("pending", pending=held.confirmation(record.id, answers, again))
    draft.suggest(say("yes", language), say("no", language))
    draft.kind, draft.quiet = "clarify", True


def waits(draft: Draft, question: Mapping[str, Any]) -> bool:
    """Whether a question is kept for later, since this very message left another one of the same record open."""
    pending = draft.state.pending
    asked = any(event.kind == "pending" and event.data["pending"] for event in draft.events)
    if not asked or not pending or pending.get("record") != question["record"]:
        return False
    if pending["kind"] not in ("which", "answer"):
        return False
    draft.note("pending", pending=held.behind(pending, question))
    return True


def repeat(draft: Draft) -> None:
    """Ask the pending doubt again, after a question in between: the reply will be to what was asked last."""
    pending = draft.state.pending or {}
    kind = draft.kind
    answers = [Answer(**data) for data in pending["answers"]]
    ask_to_confirm(draft, draft.state.records[pending["record"]], answers, again=bool(pending.get("again")))
    draft.kind = kind


def ask_what_is_open(draft: Draft, record: Record) -> None:
    """Ask once more, when all else is answered, about what the person passed over."""
    record = draft.state.records[record.id]
    if open_still := held.still_open(record):
        kind = draft.kind
        ask_to_confirm(draft, record, open_still[:MOST_TO_CONFIRM], again=True)
        draft.kind = kind
