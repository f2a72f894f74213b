"""Messages a door has accepted and still owes an answer.

A door that must acknowledge within a second (Slack) accepts a message here first. What is accepted is
durable: any process on the same database may take it, one process at a time, and what a killed process
left half done is found by the others. Messages of one lane (a conversation) are answered in their order.

    waiting -> working -> done | failed | stopped
       ^----------'  (its worker fell silent, or asked for another try)
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from assistant.store import metadata

jobs = sa.Table(
    "inbox_jobs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(255), nullable=False, unique=True),
    sa.Column("door", sa.String(20), nullable=False),
    sa.Column("lane", sa.String(200), nullable=False, index=True),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("worker", sa.String(64), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("answering", sa.Boolean, nullable=False),
    sa.Column("due", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Index("inbox_jobs_next", "door", "state", "due"),
)
seen = sa.Table(
    "inbox_seen",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)
workers = sa.Table(
    "inbox_workers",
    metadata,
    sa.Column("worker", sa.String(64), primary_key=True),
    sa.Column("beat", sa.Float, nullable=False),
)


PUT_OFF = "put_off"  # beside the door's own data


@dataclass(frozen=True)
class Job:
    """One accepted message.

    `attempts` counts this one, `put_off` those that ended in a retry; `answering` says an earlier attempt may
    have answered; `at` is when the message came in, in seconds since 1970; `worker` is who claimed it.
    """

    id: int
    key: str
    lane: str
    data: Mapping[str, Any]
    attempts: int = 1
    answering: bool = False
    at: float = 0.0
    worker: str = ""

    @property
    def put_off(self) -> int:
        """How many attempts put the message off themselves, and so did not end in a crash."""
        return int(self.data.get(PUT_OFF, 0))


class Inbox:
    """Accepts, hands out and settles messages. Safe to share between threads and processes."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work on an opened and migrated database."""
        self._engine = engine

    @property
    def engine(self) -> sa.Engine:
        """The database, for libraries that keep tables of their own in it (Slack's installation store)."""
        return self._engine

    # -- accepting -----------------------------------------------------------------------------------

    def accept(self, door: str, key: str, lane: str, data: Mapping[str, Any], *, delivery: str = "") -> bool:
        """Take a message in, durably. False when it was taken in before.

        Args:
            door: who will ask for it with `next`.
            key: what makes the message one, however often and in whatever form it is delivered.
            lane: messages of one lane are handed out one after the other.
            data: plain JSON; erased once the message is settled.
            delivery: id of this delivery; the same delivery is taken once even if its key differs.
        """
        now = time.time()
        try:
            with self._engine.begin() as connection:
                if delivery:
                    connection.execute(sa.insert(seen).values(key=delivery, at=now))
                connection.execute(
                    sa.insert(jobs).values(
                        key=key, door=door, lane=lane, data=json.dumps(data, ensure_ascii=False), state="waiting",
                        worker="", attempts=0, answering=False, due=now, at=now,
                    )
                )  # fmt: skip
        except exc.IntegrityError:
            return False
        return True

    def knows(self, lane: str) -> bool:
        """Whether any message of this lane was ever taken in."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(jobs.c.id).where(jobs.c.lane == lane).limit(1)).first() is not None

    # -- working -------------------------------------------------------------------------------------

    def next(self, door: str, worker: str) -> Job | None:
        """Claim the oldest message that may be worked on now, or None."""
        other = jobs.alias()
        earlier = sa.exists().where(
            other.c.lane == jobs.c.lane,
            sa.or_(other.c.state == "working", sa.and_(other.c.state == "waiting", other.c.id < jobs.c.id)),
        )
        query = (
            sa.select(jobs)
            .where(jobs.c.door == door, jobs.c.state == "waiting", jobs.c.due <= time.time(), ~earlier)
            .order_by(jobs.c.id)
            .limit(1)
        )
        while True:
            with self._engine.connect() as connection:
                row = connection.execute(query).first()
            if row is None:
                return None
            claim = (
                sa.update(jobs)
                .where(jobs.c.id == row.id, jobs.c.state == "waiting")
                .values(state="working", worker=worker, attempts=row.attempts + 1)
            )
            with self._engine.begin() as connection:
                claimed = connection.execute(claim).rowcount == 1
            if claimed:
                data = json.loads(row.data)
                return Job(row.id, row.key, row.lane, data, row.attempts + 1, row.answering, row.at, worker)

    def answering(self, job: Job) -> bool:
        """Note that the answer is about to be sent. False when the job is no longer ours, or was stopped.

        It is a heartbeat too: nobody may take a message over while its answer is on the way.
        """
        self.beat(job.worker)
        return self._move(job, answering=True)

    def settle(self, job: Job, state: str = "done") -> None:
        """The message is answered ("done"), given up with an apology ("failed") or "stopped"; its data is erased."""
        self._move(job, state=state, data="{}")

    def retry(self, job: Job, seconds: float) -> None:
        """Hand the message out again after so many seconds."""
        data = json.dumps({**job.data, PUT_OFF: job.put_off + 1}, ensure_ascii=False)
        self._move(job, state="waiting", worker="", due=time.time() + seconds, data=data)

    def stop(self, lane: str) -> int:
        """Stop what is being worked on or waits in a lane; returns how many messages."""
        running = sa.update(jobs).where(jobs.c.lane == lane, jobs.c.state.in_(("waiting", "working")))
        with self._engine.begin() as connection:
            return connection.execute(running.values(state="stopped", data="{}")).rowcount

    def stopped(self, job: Job) -> bool:
        """Whether somebody stopped this message while it was being worked on."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(jobs.c.state).where(jobs.c.id == job.id)).scalar() == "stopped"

    def waiting(self, door: str) -> int:
        """How many messages wait or are worked on."""
        query = sa.select(sa.func.count()).where(jobs.c.door == door, jobs.c.state.in_(("waiting", "working")))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def counts(self, door: str) -> dict[str, int]:
        """How many messages are in each state."""
        query = sa.select(jobs.c.state, sa.func.count()).where(jobs.c.door == door).group_by(jobs.c.state)
        with self._engine.connect() as connection:
            return {state: count for state, count in connection.execute(query)}

    def _move(self, job: Job, **values: Any) -> bool:
        # A worker that fell silent and was given up must not touch what another one took over.
        mine = sa.and_(jobs.c.id == job.id, jobs.c.state == "working", jobs.c.attempts == job.attempts)
        with self._engine.begin() as connection:
            return connection.execute(sa.update(jobs).where(mine).values(**values)).rowcount == 1

    # -- processes -----------------------------------------------------------------------------------

    def beat(self, worker: str) -> None:
        """Say that this worker is alive."""
        now = time.time()
        with self._engine.begin() as connection:
            alive = connection.execute(sa.update(workers).where(workers.c.worker == worker).values(beat=now))
            if alive.rowcount == 0:
                connection.execute(sa.insert(workers).values(worker=worker, beat=now))

    def leave(self, worker: str) -> None:
        """A worker goes; what it left unfinished is handed out again at once."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(workers).where(workers.c.worker == worker))

    def take_over(self, door: str, silent: float) -> int:
        """Hand out again what workers silent for so many seconds left unfinished; returns how many messages."""
        alive = sa.select(workers.c.worker).where(workers.c.beat > time.time() - silent)
        orphans = sa.update(jobs).where(jobs.c.door == door, jobs.c.state == "working", jobs.c.worker.not_in(alive))
        with self._engine.begin() as connection:
            return connection.execute(orphans.values(state="waiting", worker="", due=time.time())).rowcount

    def forget(self, seconds: float) -> None:
        """Delete what is older than so many seconds and settled, and workers long gone."""
        before = time.time() - seconds
        settled = jobs.c.state.not_in(("waiting", "working"))
        with self._engine.begin() as connection:
            connection.execute(sa.delete(jobs).where(jobs.c.at < before, settled))
            connection.execute(sa.delete(seen).where(seen.c.at < before))
            connection.execute(sa.delete(workers).where(workers.c.beat < before))
