"""Tokens of installed workspaces at rest: sealed with a key that stands in the environment, not in the database.

ADVISOR_SLACK_KEY holds one key, or several with commas between: the first seals, all of them open. To change
the key, put the new one in front and start again; everything is sealed anew then, and the old one can go.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, TypeVar

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore

log = logging.getLogger("advisor.slack")

SEALED = "sealed:"  # how a sealed value begins; a token of Slack's begins with xox
SECRETS = frozenset({"bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url"})
LONGEST = 1000  # of a sealed value; Slack's own tokens stay below 300
Kept = TypeVar("Kept", Bot, Installation)


class BadKey(ValueError):
    """A key of ADVISOR_SLACK_KEY is none; the message says how to make one, never what was given."""


class Unreadable(ValueError):
    """A value was sealed with a key that is not given."""


class Sealer:
    """Seals and opens short texts. Without a key it leaves them as they are, and opens nothing sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Seal with the first key, open with any. Raises BadKey."""
        from cryptography.fernet import Fernet, MultiFernet

        try:
            made = [Fernet(key) for key in keys]
        except ValueError as error:
            raise BadKey("ADVISOR_SLACK_KEY holds no usable key; make one with: advisor slack key") from error
        self._first: Fernet | None = made[0] if made else None
        self._all: MultiFernet | None = MultiFernet(made) if made else None

    @property
    def active(self) -> bool:
        """Whether there is a key to seal with."""
        return self._first is not None

    def seal(self, text: str) -> str:
        """The text as it is stored; what is sealed already stays."""
        if self._first is None or text.startswith(SEALED):
            return text
        return SEALED + self._first.encrypt(text.encode()).decode()

    def open(self, stored: str) -> str:
        """The text behind what is stored, sealed or not. Raises Unreadable."""
        if not stored.startswith(SEALED):
            return stored
        return _opened(self._all, stored)

    def current(self, stored: str) -> bool:
        """Whether the value is stored as `seal` would store it now."""
        if not self._first or not stored.startswith(SEALED):
            return not self._first and not stored.startswith(SEALED)
        try:
            _opened(self._first, stored)
        except Unreadable:
            return False
        return True


def new_key() -> str:
    """A fresh key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def _opened(fernet: Any, stored: str) -> str:
    from cryptography.fernet import InvalidToken

    try:
        return str(fernet.decrypt(stored.removeprefix(SEALED).encode()).decode())
    except (InvalidToken, AttributeError) as error:
        raise Unreadable("sealed with a key that is not given") from error


class SealedInstallations(SQLAlchemyInstallationStore):
    """Slack's store of installations, whose secrets are sealed when they are written and opened when read."""

    def __init__(self, client_id: str, engine: Any, sealer: Sealer) -> None:
        """Keep installations of this client, sealed by this sealer."""
        super().__init__(client_id=client_id, engine=engine)
        self.sealer = sealer
        for table in (self.bots, self.installations):
            for name in SECRETS & set(table.c.keys()):
                kind: Any = type(table.c[name].type)
                table.c[name].type = kind(LONGEST)  # in tables made from now on; Slack's 200 are few for a sealed one

    def save(self, installation: Installation) -> None:
        """Keep an installation, and its bot, sealed."""
        super().save(self._changed(installation, self.sealer.seal))

    def save_bot(self, bot: Bot) -> None:
        """Keep a bot, sealed."""
        super().save_bot(self._changed(bot, self.sealer.seal))

    def find_bot(self, **which: Any) -> Bot | None:
        """The bot, opened; its token is None when no key opens it."""
        found = super().find_bot(**which)
        return self._changed(found, self._opened) if found else None

    def enterprise_of(self, team: str) -> str | None:
        """The organisation in which this workspace installed the app last; None for a workspace of its own."""
        query = self.bots.select().where(self.bots.c.client_id == self.client_id, self.bots.c.team_id == team)
        with self.engine.connect() as connection:
            row = connection.execute(query.order_by(self.bots.c.installed_at.desc()).limit(1)).mappings().first()
        return str(row["enterprise_id"]) if row and row["enterprise_id"] else None

    def find_installation(self, **which: Any) -> Installation | None:
        """The installation, opened."""
        found = super().find_installation(**which)
        return self._changed(found, self._opened) if found else None

    def seal_again(self) -> int:
        """Seal with the first key whatever is stored otherwise; returns how many values no key opens."""
        old = [(table, *one) for table in (self.bots, self.installations) for one in self.stored(table)]
        old = [one for one in old if not self.sealer.current(one[3])]
        readable = [one for one in old if self._opened(one[3]) is not None]
        for table, row, name, stored in readable:
            sealed = self.sealer.seal(self.sealer.open(stored))
            change = table.update().where(table.c.id == row, table.c[name] == stored).values({name: sealed})
            with self.engine.begin() as connection:
                self._sqlite(connection, "PRAGMA secure_delete=ON")  # the old value's bytes are overwritten too
                connection.execute(change)
        if readable:
            with self.engine.connect() as connection:
                self._sqlite(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
        return len(old) - len(readable)

    def stored(self, table: Any) -> list[tuple[int, str, str]]:
        """(row, column, value as it stands there) of every secret in one of the tables; none before they are made."""
        with self.engine.connect() as connection:
            if not self.engine.dialect.has_table(connection, table.name):
                return []
            rows = connection.execute(table.select()).mappings().all()
        return [(row["id"], name, row[name]) for row in rows for name in sorted(SECRETS) if row.get(name)]

    def _sqlite(self, connection: Any, pragma: str) -> None:
        if self.engine.dialect.name == "sqlite":
            connection.exec_driver_sql(pragma)

    def _opened(self, stored: str) -> str | None:
        try:
            return self.sealer.open(stored)
        except Unreadable:
            log.error("a workspace's token was sealed with a key that is not in ADVISOR_SLACK_KEY")
            return None

    @staticmethod
    def _changed(kept: Kept, change: Callable[[str], str | None]) -> Kept:
        """The same with its secrets changed; what was given stays as it is."""
        changed = copy(kept)
        for name in SECRETS:
            if value := getattr(changed, name, None):
                setattr(changed, name, change(value))
        return changed
