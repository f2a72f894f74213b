"""Who may take part in a conversation, whom its owner lets in, and how it moves from one door to another.

A ticket is a secret that lets its bearer into one conversation, once and for a short time: it takes a person
from Slack to the web, where another log-in knows them by another name.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence

import sqlalchemy as sa

from assistant.errors import NotFound
from assistant.store import Store, metadata, put

TICKET_SECONDS = 600

guests = sa.Table(
    "guests",
    metadata,
    sa.Column("conversation", sa.String(100), primary_key=True),
    sa.Column("user", sa.String(200), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)
places = sa.Table(
    "places",
    metadata,
    sa.Column("place", sa.String(200), primary_key=True),
    sa.Column("conversation", sa.String(100), nullable=False),
)
tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("conversation", sa.String(100), nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)


class Sharing:
    """Reading and writing of guests, places and tickets, in the conversations' database."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on an opened and migrated database."""
        self._engine = engine

    def invite(self, conversation: str, user: str, workspace: str = "") -> None:
        """Let somebody beside the owner take part in a conversation."""
        row = {"conversation": conversation, "user": _name(user, workspace), "at": time.time()}
        with self._engine.begin() as connection:
            put(connection, guests, row, replace=False)

    def admits(self, conversation: str, user: str, workspace: str = "") -> bool:
        """Whether the owner let this person in."""
        return _name(user, workspace) in self._names(conversation)

    def guests(self, conversation: str, workspace: str = "") -> Sequence[str]:
        """Whom of a workspace the owner let in, in order."""
        start = _name("", workspace)
        return [name.removeprefix(start) for name in self._names(conversation) if name.startswith(start)]

    def _names(self, conversation: str) -> Sequence[str]:
        query = sa.select(guests.c.user).where(guests.c.conversation == conversation).order_by(guests.c.at)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def issue_ticket(self, conversation: str) -> str:
        """A new ticket into a conversation; only its hash is kept."""
        ticket = secrets.token_urlsafe(24)
        with self._engine.begin() as connection:
            connection.execute(sa.delete(tickets).where(tickets.c.until < time.time()))
            connection.execute(
                sa.insert(tickets).values(
                    digest=_digest(ticket), conversation=conversation, until=time.time() + TICKET_SECONDS
                )
            )
        return ticket

    def redeem(self, ticket: str) -> str | None:
        """The conversation a ticket leads into, once; None for one that is used, too old or not of ours."""
        mine = tickets.c.digest == _digest(ticket)
        with self._engine.begin() as connection:
            gone = connection.execute(sa.delete(tickets).where(mine).returning(tickets.c.conversation, tickets.c.until))
            row = gone.first()
        return row.conversation if row and row.until >= time.time() else None

    def settle(self, place: str, conversation: str) -> None:
        """From now on this place of a door continues that conversation."""
        with self._engine.begin() as connection:
            put(connection, places, {"place": place, "conversation": conversation})

    def conversation_at(self, place: str) -> str | None:
        """The conversation a place continues, when it was settled there."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(places.c.conversation).where(places.c.place == place)).scalar()

    def forget(self, conversation: str) -> None:
        """The conversation is gone; so are its guests, places and tickets."""
        with self._engine.begin() as connection:
            for table in (guests, places, tickets):
                connection.execute(sa.delete(table).where(table.c.conversation == conversation))


class Access:
    """Who may do what with a conversation: whatever is not theirs is refused as if it did not exist."""

    def __init__(self, store: Store, sharing: Sharing) -> None:
        """Judge by the owner the store knows and the guests the owner let in."""
        self._store = store
        self._sharing = sharing

    def to_speak(self, conversation: str, user: str, workspace: str) -> str:
        """For the owner, their guests, and whoever begins it. Raises NotFound.

        Returns the workspace the conversation belongs to: a guest from another door speaks in that one.
        """
        head = self._store.head(conversation)
        if head is None:
            return workspace
        owns = (head.owner, head.workspace) == (user, workspace)
        if not owns and not self._sharing.admits(conversation, user, workspace):
            raise NotFound("no_conversation", conversation=conversation)
        return head.workspace

    def to_read(self, conversation: str, user: str, workspace: str) -> None:
        """For the owner and their guests. Raises NotFound, also when there is no such conversation."""
        if self._store.head(conversation) is None:
            raise NotFound("no_conversation", conversation=conversation)
        self.to_speak(conversation, user, workspace)

    def to_own(self, conversation: str, user: str, workspace: str) -> None:
        """For the owner alone. Raises NotFound."""
        head = self._store.head(conversation)
        if head is None or (head.owner, head.workspace) != (user, workspace):
            raise NotFound("no_conversation", conversation=conversation)


def _name(user: str, workspace: str) -> str:
    return f"{workspace}/{user}"


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
