"""What is kept about a person beside their conversations: preferences, and what they thought of answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assistant.store import metadata, put

REASONS = ("wrong", "not_what_i_asked", "no_source", "unclear", "too_long", "missing")
LONGEST_COMMENT = 2000

preferences = sa.Table(
    "preferences",
    metadata,
    sa.Column("owner", sa.String(200), primary_key=True),
    sa.Column("workspace", sa.String(100), primary_key=True),
    sa.Column("data", sa.Text, nullable=False),
)
feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True),
    sa.Column("user", sa.String(200), primary_key=True),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("door", sa.String(20), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True)
class Feedback:
    """What a person thought of one reply. `reasons` are of REASONS; the latest word replaces an earlier one."""

    conversation: str
    turn: int
    user: str
    helpful: bool
    reasons: tuple[str, ...] = ()
    comment: str = ""
    door: str = ""


class People:
    """Reading and writing of preferences and feedback, in the conversations' database."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on an opened and migrated database."""
        self._engine = engine

    def preferences(self, owner: str, workspace: str = "") -> dict[str, Any]:
        """What this person set, by name; empty for one who set nothing."""
        return json.loads(self._set(owner, workspace) or "{}")

    def prefer(self, owner: str, workspace: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change single preferences, a None taking one back; returns all of them.

        What another process sets at the same moment is kept: the change is then made to the newer ones.
        """
        while True:
            before = self._set(owner, workspace)
            merged = {**json.loads(before or "{}"), **changes}
            kept = {name: value for name, value in merged.items() if value is not None}
            row = {"owner": owner, "workspace": workspace, "data": json.dumps(kept, ensure_ascii=False)}
            with self._engine.begin() as connection:
                if before is None:
                    written = put(connection, preferences, row, replace=False)
                else:
                    same = (*_of(owner, workspace), preferences.c.data == before)
                    written = connection.execute(sa.update(preferences).where(*same).values(row)).rowcount > 0
            if written:
                return kept

    def _set(self, owner: str, workspace: str) -> str | None:
        query = sa.select(preferences.c.data).where(*_of(owner, workspace))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def forget(self, owner: str, workspace: str = "") -> None:
        """Delete a person's preferences. Feedback goes with its conversation."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(preferences).where(*_of(owner, workspace)))

    def rate(self, given: Feedback) -> None:
        """Keep what somebody thought of a reply, in place of what they thought before."""
        row = {
            "conversation": given.conversation,
            "turn": given.turn,
            "user": given.user,
            "helpful": given.helpful,
            "reasons": json.dumps([reason for reason in given.reasons if reason in REASONS]),
            "comment": given.comment[:LONGEST_COMMENT],
            "door": given.door,
            "at": dt.datetime.now(dt.UTC),
        }
        with self._engine.begin() as connection:
            put(connection, feedback, row)

    def ratings(self, conversation: str) -> Sequence[Feedback]:
        """What was thought of the replies of a conversation, in order."""
        query = sa.select(feedback).where(feedback.c.conversation == conversation).order_by(feedback.c.turn)
        with self._engine.connect() as connection:
            return [
                Feedback(
                    row.conversation,
                    row.turn,
                    row.user,
                    row.helpful,
                    tuple(json.loads(row.reasons)),
                    row.comment,
                    row.door,
                )
                for row in connection.execute(query)
            ]


def _of(owner: str, workspace: str) -> tuple[Any, Any]:
    return preferences.c.owner == owner, preferences.c.workspace == workspace
