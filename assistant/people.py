"""What is kept about a person beside their conversations: preferences, and what they thought of answers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from assistant.store import metadata

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
        query = sa.select(preferences.c.data).where(*_of(owner, workspace))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return json.loads(row[0]) if row else {}

    def prefer(self, owner: str, workspace: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change single preferences, a None taking one back; returns all of them."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(preferences.c.data).where(*_of(owner, workspace))).first()
            merged = {**(json.loads(row[0]) if row else {}), **changes}
            kept = {name: value for name, value in merged.items() if value is not None}
            text = json.dumps(kept, ensure_ascii=False)
            if row:
                connection.execute(sa.update(preferences).where(*_of(owner, workspace)).values(data=text))
            else:
                connection.execute(sa.insert(preferences).values(owner=owner, workspace=workspace, data=text))
        return kept

    def forget(self, owner: str, workspace: str = "") -> None:
        """Delete a person's preferences. Feedback goes with its conversation."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(preferences).where(*_of(owner, workspace)))

    def rate(self, given: Feedback) -> None:
        """Keep what somebody thought of a reply, in place of what they thought before."""
        here = (
            feedback.c.conversation == given.conversation,
            feedback.c.turn == given.turn,
            feedback.c.user == given.user,
        )
        with self._engine.begin() as connection:
            connection.execute(sa.delete(feedback).where(*here))
            connection.execute(
                sa.insert(feedback).values(
                    conversation=given.conversation,
                    turn=given.turn,
                    user=given.user,
                    helpful=given.helpful,
                    reasons=json.dumps([reason for reason in given.reasons if reason in REASONS]),
                    comment=given.comment[:LONGEST_COMMENT],
                    door=given.door,
                    at=dt.datetime.now(dt.UTC),
                )
            )

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
