"""The conversations, in one SQL database: SQLite by default, PostgreSQL by URL.

Events are only ever appended. A writer names the version it read; if another turn got there first the
append is refused as `Conflict` and the turn is taken again on the newer state, so two turns of one
conversation are serialised and never interleaved. A writer that keeps losing reserves the next turn.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from assistant.conversation import Event
from assistant.errors import SetupError, storage_error

LONGEST_WAIT = 30  # seconds for another process's lock

metadata = sa.MetaData()

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("workspace", sa.String(100), nullable=False, default=""),
    sa.Column("owner", sa.String(200), nullable=False, default="", index=True),
    sa.Column("title", sa.String(200), nullable=False, default=""),
    sa.Column("version", sa.Integer, nullable=False, default=0),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
)
events = sa.Table(
    "events",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("conversation", sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True),
    sa.Column("message", sa.String(200)),
    sa.Column("user", sa.String(200), nullable=False, default=""),
    sa.Column("door", sa.String(20), nullable=False, default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("conversation", "message"),
)
reservations = sa.Table(
    "reservations",
    metadata,
    sa.Column("conversation", sa.String(100), primary_key=True),
    sa.Column("writer", sa.String(32), nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)
weights_files = sa.Table(
    "weights_files",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("file", sa.String(200), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


class Conflict(Exception):
    """Another turn of the same conversation was saved first."""


@dataclass(frozen=True)
class Head:
    """What is known of a conversation without replaying it."""

    id: str
    workspace: str
    owner: str
    title: str
    version: int
    updated: dt.datetime
    created: dt.datetime


@dataclass(frozen=True)
class TurnRow:
    """One exchange as it is stored: who said what through which door, and the reply as JSON."""

    turn: int
    text: str
    reply: dict[str, Any]
    user: str = ""
    door: str = ""
    message: str | None = None


class Store:
    """All reading and writing of conversations. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Open (and where needed create or migrate) the database. Raises SetupError."""
        try:
            self._engine = sa.create_engine(url, **_engine_options(url))
            if url.startswith("sqlite"):
                sa.event.listen(self._engine, "connect", _prepare_sqlite)
            _migrate(self._engine)
        except (exc.SQLAlchemyError, OSError, ImportError) as error:
            raise _told(error, url) from error

    @property
    def engine(self) -> sa.Engine:
        """The opened and migrated database, for what is kept beside the conversations."""
        return self._engine

    def close(self) -> None:
        """Let go of the database's connections."""
        self._engine.dispose()

    def head(self, conversation: str) -> Head | None:
        """The conversation's owner, title and version, or None."""
        with self._reading() as connection:
            row = connection.execute(sa.select(conversations).where(conversations.c.id == conversation)).first()
        return _head(row) if row else None

    def events(self, conversation: str, after: int = 0) -> list[Event]:
        """The events with a sequence number above `after`, in order."""
        query = (
            sa.select(events.c.turn, events.c.kind, events.c.data)
            .where(events.c.conversation == conversation, events.c.seq > after)
            .order_by(events.c.seq)
        )
        with self._reading() as connection:
            return [Event(kind, turn, json.loads(data)) for turn, kind, data in connection.execute(query)]

    def append(
        self,
        conversation: str,
        version: int,
        new: Sequence[Event],
        row: TurnRow,
        *,
        owner: str = "",
        workspace: str = "",
        title: str = "",
        writer: str = "",
    ) -> int:
        """Save one turn whole, or nothing. Returns the new version.

        Raises Conflict if `version` is stale, or the next turn is reserved for another `writer`.
        """
        now = dt.datetime.now(dt.UTC)
        try:
            with self._writing() as connection:
                self._pass_reservation(connection, conversation, writer)
                self._claim(connection, conversation, version, len(new), now, owner, workspace, title)
                if new:
                    connection.execute(
                        sa.insert(events),
                        [
                            {
                                "conversation": conversation,
                                "seq": version + number,
                                "turn": event.turn,
                                "kind": event.kind,
                                "data": json.dumps(event.data, ensure_ascii=False),
                                "at": now,
                            }
                            for number, event in enumerate(new, 1)
                        ],
                    )
                connection.execute(
                    sa.insert(turns).values(
                        conversation=conversation,
                        turn=row.turn,
                        message=row.message,
                        user=row.user,
                        door=row.door,
                        text=row.text,
                        reply=json.dumps(row.reply, ensure_ascii=False),
                        at=now,
                    )
                )
        except exc.IntegrityError as error:
            raise Conflict(conversation) from error
        return version + len(new)

    def _claim(
        self,
        connection: sa.Connection,
        conversation: str,
        version: int,
        count: int,
        now: dt.datetime,
        owner: str,
        workspace: str,
        title: str,
    ) -> None:
        if (
            version == 0
            and not connection.execute(sa.select(conversations.c.id).where(conversations.c.id == conversation)).first()
        ):
            connection.execute(
                sa.insert(conversations).values(
                    id=conversation,
                    workspace=workspace,
                    owner=owner,
                    title=title[:200],
                    version=count,
                    created=now,
                    updated=now,
                )
            )
            return
        moved = connection.execute(
            sa.update(conversations)
            .where(conversations.c.id == conversation, conversations.c.version == version)
            .values(version=version + count, updated=now)
        )
        if moved.rowcount != 1:
            raise Conflict(conversation)

    def reserve(self, conversation: str, writer: str, seconds: float) -> None:
        """Have every other writer's turn refused for so many seconds, unless another one reserved it before."""
        now = time.time()
        row = {"conversation": conversation, "writer": writer, "until": now + seconds}
        with self._writing() as connection:
            connection.execute(
                sa.delete(reservations).where(reservations.c.conversation == conversation, reservations.c.until < now)
            )
            put(connection, reservations, row, replace=False)

    def _pass_reservation(self, connection: sa.Connection, conversation: str, writer: str) -> None:
        """End one's own reservation and those that are over; raises Conflict at another's."""
        here = reservations.c.conversation == conversation
        found = connection.execute(sa.select(reservations).where(here)).first()
        if found is None:
            return
        if found.writer != writer and found.until > time.time():
            raise Conflict(conversation)
        connection.execute(sa.delete(reservations).where(here))

    def reply_to(self, conversation: str, message: str) -> dict[str, Any] | None:
        """The reply already given to this message id, if it was answered before."""
        query = sa.select(turns.c.reply).where(turns.c.conversation == conversation, turns.c.message == message)
        with self._reading() as connection:
            row = connection.execute(query).first()
        return json.loads(row[0]) if row else None

    def turns(self, conversation: str) -> list[TurnRow]:
        """Every exchange of the conversation, in order."""
        query = sa.select(turns).where(turns.c.conversation == conversation).order_by(turns.c.turn)
        with self._reading() as connection:
            return [
                TurnRow(row.turn, row.text, json.loads(row.reply), row.user, row.door, row.message)
                for row in connection.execute(query)
            ]

    def list(self, owner: str, workspace: str = "") -> list[Head]:
        """The conversations of one person in one workspace, latest first."""
        query = (
            sa.select(conversations)
            .where(conversations.c.owner == owner, conversations.c.workspace == workspace)
            .order_by(conversations.c.updated.desc())
        )
        with self._reading() as connection:
            return [_head(row) for row in connection.execute(query)]

    def rename(self, conversation: str, title: str) -> None:
        """Give the conversation a title of at most 200 characters."""
        with self._writing() as connection:
            connection.execute(
                sa.update(conversations).where(conversations.c.id == conversation).values(title=title[:200])
            )

    def delete(self, conversation: str) -> None:
        """Delete the conversation with everything that belongs to it."""
        with self._writing() as connection:
            for table in (events, turns, reservations):
                connection.execute(sa.delete(table).where(table.c.conversation == conversation))
            connection.execute(sa.delete(conversations).where(conversations.c.id == conversation))

    def delete_all(self, owner: str, workspace: str = "") -> int:
        """Delete every conversation of one person in one workspace; returns how many there were."""
        heads = self.list(owner, workspace)
        for head in heads:
            self.delete(head.id)
        return len(heads)

    def keep_weights(self, sha256: str, file: str, content: bytes) -> None:
        """Remember a weights file's bytes, so that an old verdict can be replayed after it changes."""
        if self.weights(sha256) is None:
            with self._writing() as connection:
                put(connection, weights_files, {"sha256": sha256, "file": file, "content": content}, replace=False)

    def weights(self, sha256: str) -> tuple[str, bytes] | None:
        """The name and bytes of a remembered weights file, or None."""
        query = sa.select(weights_files.c.file, weights_files.c.content)
        with self._reading() as connection:
            row = connection.execute(query.where(weights_files.c.sha256 == sha256)).first()
        return (row[0], row[1]) if row else None

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._telling(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._telling(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Let a database that fails while in use (full, damaged, gone) leave as SetupError."""
        try:
            yield
        except exc.IntegrityError:  # two writers at once: what that means is the caller's to say
            raise
        except exc.DBAPIError as error:
            raise _told(error, self._engine.url.render_as_string(hide_password=False)) from error


def put(connection: sa.Connection, table: sa.Table, row: dict[str, Any], *, replace: bool = True) -> bool:
    """Write a row by its primary key in one statement, so that two processes cannot collide.

    A row that stands there already is replaced, or with `replace=False` left as it is. Returns whether the
    row was written. SQLite and PostgreSQL say it alike, each in SQLAlchemy's module of its own.
    """
    from sqlalchemy.dialects import postgresql, sqlite

    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table).values(row)
    key = list(table.primary_key.columns)
    rest = {name: insert.excluded[name] for name in row if name not in table.primary_key.columns}
    if replace:
        statement = insert.on_conflict_do_update(index_elements=key, set_=rest)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=key)
    return connection.execute(statement).rowcount > 0


def _head(row: Any) -> Head:
    return Head(row.id, row.workspace, row.owner, row.title, row.version, _utc(row.updated), _utc(row.created))


def _utc(moment: dt.datetime) -> dt.datetime:
    """The moment with its zone, which SQLite drops."""
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment


def _engine_options(url: str) -> dict[str, Any]:
    # SQLite waits for another process's write instead of failing at once.
    return {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {"pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # A deferred transaction that turns into a write cannot wait for the lock; immediate ones can.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("busy_timeout=30000", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection)


def _write_ahead(connection: Any) -> None:
    """Switch to write-ahead logging. SQLite waits for no lock here, and two processes may open a new file at once."""
    until = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _migrate(engine: sa.Engine) -> None:
    """Bring the schema to the newest revision; Alembic is loaded only when there is something to do."""
    from assistant.migrations import HEAD, upgrade

    if engine.url.get_backend_name() == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        from pathlib import Path

        Path(str(engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        current = None
        if sa.inspect(connection).has_table("alembic_version"):
            current = connection.execute(sa.text("select version_num from alembic_version")).scalar()
    if current != HEAD:
        upgrade(engine)


def _without_password(url: str) -> str:
    return sa.engine.make_url(url).render_as_string(hide_password=True)


def _told(error: Exception, url: str) -> SetupError:
    """What a failure of the database means for the person who runs it."""
    reason = _reason(error)
    if isinstance(error, ImportError):
        return SetupError("database_driver", url=_without_password(url), package=error.name or reason)
    if isinstance(error, OSError):
        return storage_error(error, error.filename or url)
    if url.startswith("sqlite"):
        path = sa.engine.make_url(url).database or ""
        if "disk is full" in reason:
            return SetupError("disk_full", path=path)
        if "readonly database" in reason or "unable to open" in reason:
            return SetupError("not_writable", path=path)
        if "malformed" in reason or "not a database" in reason:
            return SetupError("database_damaged", url=path, reason=reason)
    return SetupError("database", url=_without_password(url), reason=reason)


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
