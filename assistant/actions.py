"""What a button or a form field means: plain data from a door, validated into the closed set of commands.

{"do": "start", "tool": "partner_fit", "name": "Iberia Tools", "language": "he"}
{"do": "answer", "field": "competing_line", "value": "no", "evidence": "verified", "record": "partner_fit-1"}
{"do": "answer", "field": "competing_line", "status": "unknown"}
{"do": "what_if", "values": {"competing_line": "yes"}, "name": "they drop it"}
{"do": "compare", "names": ["Iberia Tools", "Lusitania"]} · {"do": "resume", "name": "partner_fit-1"}
{"do": "rename", "name": "…"} · {"do": "delete", "name": "…"} · {"do": "language", "language": "he"}
{"do": "choose", "index": 2} · {"do": "why" | "back" | "undo" | "summary" | "result" | "yes" | "no" | …}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from assistant.commands import (
    Answer,
    Choose,
    Command,
    Compare,
    Delete,
    Reading,
    Rename,
    Resume,
    SetLanguage,
    Simple,
    Start,
    Status,
    WhatIf,
    Word,
)
from assistant.conversation import Conversation, Language
from assistant.errors import InputError

Action = Mapping[str, Any]
WORDS = frozenset(get_args(Word))
STATUSES = frozenset(get_args(Status))


def read_actions(actions: Sequence[Action], state: Conversation) -> Reading:
    """The commands these actions stand for. Raises InputError for one that is not of the set."""
    commands: list[Command] = []
    for action in actions:
        record = str(action.get("record") or "")
        if record and record != state.active:
            commands.append(Resume(record))
        commands.append(_command(action))
    return Reading(tuple(commands), _spoken(actions) or state.language)


def _spoken(actions: Sequence[Action]) -> Language | None:
    """The language a door speaks to the person, where a button begins something and no words show it."""
    for action in actions:
        if action.get("do") == "start" and action.get("language") in ("en", "he"):
            return "he" if action["language"] == "he" else "en"
    return None


def _command(action: Action) -> Command:
    wanted = str(action.get("do") or "")
    try:
        if wanted in _MAKERS:
            return _MAKERS[wanted](action)
        if wanted in WORDS:
            return Simple(wanted, str(action.get("field") or ""))  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("bad_action", action=dict(action)) from error
    raise InputError("bad_action", action=dict(action))


def _answer(action: Action) -> Answer:
    status = str(action.get("status") or "answered")
    if status not in STATUSES:
        raise ValueError(status)
    return Answer(
        field=str(action["field"]),
        value=action["value"] if status == "answered" else None,
        raw=str(action.get("raw") or action.get("value") or status),
        status=status,  # type: ignore[arg-type]
        evidence=action.get("evidence"),
        corrects=True,  # a form shows the old value, so a new one is meant
    )


def _what_if(action: Action) -> WhatIf:
    answers = tuple(Answer(str(field), value, str(value)) for field, value in action["values"].items())
    return WhatIf(answers, str(action.get("name") or ""))


def _language(action: Action) -> SetLanguage:
    if action["language"] not in ("en", "he"):
        raise ValueError(action["language"])
    return SetLanguage(action["language"])


_MAKERS: dict[str, Callable[[Action], Command]] = {
    "start": lambda action: Start(str(action["tool"]), str(action.get("name") or "")),
    "answer": _answer,
    "what_if": _what_if,
    "compare": lambda action: Compare(tuple(map(str, action.get("names") or ()))),
    "resume": lambda action: Resume(str(action.get("name") or "")),
    "rename": lambda action: Rename(str(action["name"])),
    "delete": lambda action: Delete(str(action.get("name") or "")),
    "language": _language,
    "choose": lambda action: Choose(int(action["index"])),
}
