"""Conversations to read a message in."""

from __future__ import annotations

from typing import Any

from assistant.commands import Answer
from assistant.conversation import Conversation, Given, Record


def in_record(tool: str, question: str = "", named: str = "", **answers: Any) -> Conversation:
    """A conversation with one open record that asked `question` last and has these answers."""
    given = {name: Given(value, "answered", turn=2) for name, value in answers.items()}
    record = Record("r1", tool, named, "open", given, question=question)
    return Conversation("c", turn=3, records={"r1": record}, active="r1", latest="r1")


STORED_FROM = 0.6


def stored(reader: Any, tool: str, question: str, words: str, **known: Any) -> dict[str, Any]:
    """What a message stores without asking, by field: the value, or its status where there is none."""
    commands = reader.propose(words, in_record(tool, question, **known)).commands
    sure = [c for c in commands if isinstance(c, Answer) and c.confidence >= STORED_FROM]
    return {c.field: c.value if c.status == "answered" else c.status for c in sure}
