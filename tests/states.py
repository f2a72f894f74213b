"""Conversations to read a message in."""

from __future__ import annotations

from typing import Any

from assistant.conversation import Conversation, Given, Record


def in_record(tool: str, question: str = "", named: str = "", **answers: Any) -> Conversation:
    """A conversation with one open record that asked `question` last and has these answers."""
    given = {name: Given(value, "answered", turn=2) for name, value in answers.items()}
    record = Record("r1", tool, named, "open", given, question=question)
    return Conversation("c", turn=3, records={"r1": record}, active="r1", latest="r1")
