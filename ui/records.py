"""The person's records in view: found over all their conversations, begun, answered, imported."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from assistant import AdvisorError
from ui.session import Session

LOOKED_AT = 30  # conversations whose records are listed, latest first
DOOR = "form"  # turns taken in a form; the chat folds them together


@dataclass(frozen=True)
class Place:
    """Where a record stands."""

    conversation: str
    id: str


def all_records(here: Session, asked: str = "") -> dict[Place, Any]:
    """Every record of the person's latest conversations and of the one asked for, latest conversation first."""
    listed = [head.id for head in here.advisor.conversations(user=here.user)]
    looked_at = listed[:LOOKED_AT]
    if asked and asked not in looked_at:  # older ones, and those the person was invited to, by their link
        looked_at.append(asked)
    found: dict[Place, Any] = {}
    for conversation in looked_at:
        try:
            state = here.advisor.state(conversation, user=here.user)
        except AdvisorError:  # another person's, or deleted in another tab meanwhile
            continue
        for record in reversed(list(state.records.values())):
            if not record.archived:
                found[Place(conversation, record.id)] = record
    return found


def labels(here: Session, found: dict[Place, Any]) -> dict[Place, str]:
    """What each record is called: its name, its kind, and a number where several are called the same.

    Streamlit tells the options of a list apart by these words alone. So no two may be the same, and none may
    change while the record is worked on, or a click would land on another record.
    """
    begun = {head.id: head.created for head in here.advisor.conversations(user=here.user)}
    order = {conversation: number for number, conversation in enumerate(sorted(begun, key=begun.__getitem__))}
    oldest_first = sorted(reversed(found), key=lambda place: order.get(place.conversation, len(order)))
    counted: Counter[str] = Counter()
    named: dict[Place, str] = {}
    for place in oldest_first:
        record = found[place]
        title = here.advisor.tools[record.tool].form.title[here.language]
        words = f"{record.name} · {title}" if record.name else title
        counted[words] += 1
        named[place] = here.line(words if counted[words] == 1 else f"{words} ({counted[words]})")
    return named


def begin(here: Session, tool: str, name: str) -> Place | None:
    """Begin a record in a conversation of its own; None, and its trouble kept to be told, when it cannot be begun."""
    conversation = uuid.uuid4().hex
    said = name or here.advisor.tools[tool].form.title[here.language]
    if act(here, conversation, said, {"do": "start", "tool": tool, "name": name}) is None:
        return None
    state = here.advisor.state(conversation, user=here.user)
    return Place(conversation, state.latest)


def act(here: Session, conversation: str, said: str, *actions: Mapping[str, Any]) -> Any:
    """Carry out what a button or field meant, through the same door as words; the reply, or None with its trouble."""
    spoken = [{"do": "language", "language": here.language}] if _speaks_otherwise(here, conversation) else []
    try:
        return here.advisor.reply(
            conversation, said, user=here.user, door=DOOR, message=uuid.uuid4().hex, actions=[*spoken, *actions]
        )
    except AdvisorError as error:
        st.session_state["trouble"] = error.text(here.language)
        return None


def answer(here: Session, place: Place, field: Any, value: Any, evidence: str | None) -> Any:
    """Store one answer; what cannot be taken is told under its field."""
    action: dict[str, Any] = {"do": "answer", "field": field.id, "record": place.id}
    if value in (None, "unknown"):
        action["status"] = "unknown" if value else "skipped"
    elif isinstance(value, Mapping) and "n_a" in value:
        action |= {"status": "not_applicable", "raw": here.say("field.n_a")}
    else:
        action |= {"value": value, "evidence": evidence}
    return act(here, place.conversation, field.label[here.language], action)


def _speaks_otherwise(here: Session, conversation: str) -> bool:
    try:
        state = here.advisor.state(conversation, user=here.user)
    except AdvisorError:
        return False
    return bool(state.language != here.language)
