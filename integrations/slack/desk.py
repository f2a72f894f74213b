"""Works on accepted messages: a pool of threads, a heartbeat, and what to do after a crash or a fault.

Several processes may run a desk on one database: each message is claimed by one of them. A desk that falls
silent (killed, hung) loses its claims to the others, or to itself after a restart.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

log = logging.getLogger("advisor.slack")

DOOR = "slack"
MOST_ATTEMPTS = 3  # of a message that ends its process, or comes to no end
PATIENCE = 1800.0  # seconds a message is tried again while Slack refuses; then it is given up
LONGEST_DELAY = 60.0  # seconds between two tries, unless Slack itself asks for more
KEPT_SECONDS = 7 * 24 * 3600.0  # how long a settled message's key is remembered, to know a late duplicate


class TryAgain(Exception):
    """The message could not be answered now, but probably can be later."""

    def __init__(self, seconds: float, reason: str) -> None:
        """Ask for another try after so many seconds."""
        super().__init__(reason)
        self.seconds = seconds


class Worker(Protocol):
    """What is done with a message."""

    def answer(self, job: Any) -> None:
        """Answer it. Raises TryAgain when that may work later."""

    def apologise(self, job: Any, error: BaseException | None) -> None:
        """Say that it could not be answered, with a reference. Must not raise."""


class Desk:
    """Takes messages out of the inbox and has them answered."""

    def __init__(self, inbox: Any, worker: Worker, *, threads: int = 8, silent: float = 20.0, poll: float = 1.0):
        """Work with so many threads; `silent` and `poll` are seconds."""
        self.inbox = inbox
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._worker = worker
        self._threads = threads
        self._silent, self._poll = silent, poll
        self._slots = threading.Semaphore(threads)
        self._wake, self._closing = threading.Event(), threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._loops: list[threading.Thread] = []

    def start(self) -> Desk:
        """Begin to work; what a killed process left behind is taken up as soon as it counts as silent."""
        self.inbox.beat(self.name)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="advisor-slack")
        for target in (self._hand_out, self._stay_alive):
            thread = threading.Thread(target=target, name=f"advisor-slack-{target.__name__}", daemon=True)
            thread.start()
            self._loops.append(thread)
        return self

    def wake(self) -> None:
        """Something was accepted; look now instead of at the next poll."""
        self._wake.set()

    @property
    def alive(self) -> bool:
        """Whether both loops run, for the health page."""
        return bool(self._loops) and all(thread.is_alive() for thread in self._loops)

    def close(self, patience: float = 10.0) -> None:
        """Take no more, let what runs finish for so many seconds, and hand back the rest."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._wake.set()
        if self._pool is not None:
            until = time.monotonic() + patience
            taken = 0
            while taken < self._threads and self._slots.acquire(timeout=max(0.01, until - time.monotonic())):
                taken += 1
            self._pool.shutdown(wait=False, cancel_futures=True)
        for thread in self._loops:
            thread.join(2)
        self.inbox.leave(self.name)

    def _hand_out(self) -> None:
        while not self._closing.is_set():
            self._wake.clear()
            if not self._slots.acquire(timeout=self._poll):
                continue
            job = self._claim()
            if job is None:
                self._slots.release()
                self._wake.wait(self._poll)
            elif self._pool is not None:
                self._pool.submit(self._work, job)

    def _claim(self) -> Any:
        if self._closing.is_set():
            return None
        try:
            return self.inbox.next(DOOR, self.name)
        except Exception as error:  # a database that is away for a moment must not end the desk
            log.error("the inbox cannot be read: %s", type(error).__name__)
            return None

    def _work(self, job: Any) -> None:
        try:
            if job.attempts - job.put_off > MOST_ATTEMPTS:
                self._give_up(job, None)
            else:
                self._worker.answer(job)
                self.inbox.settle(job)
        except TryAgain as later:
            log.warning("message %s put off for %.0f s: %s", job.id, later.seconds, later)
            self._put_off(job, later)
        except Exception as error:
            self._give_up(job, error)
        finally:
            self._slots.release()
            self._wake.set()

    def _put_off(self, job: Any, later: TryAgain) -> None:
        if time.time() - job.at > PATIENCE:
            self._give_up(job, later)
        else:
            self.inbox.retry(job, max(later.seconds, min(LONGEST_DELAY, 2.0**job.put_off)))

    def _give_up(self, job: Any, error: BaseException | None) -> None:
        if error is not None:
            log.error("message %s is not answered", job.id, exc_info=error)
        try:
            self._worker.apologise(job, error)
        except TryAgain as later:
            if time.time() - job.at <= PATIENCE:
                self.inbox.retry(job, later.seconds)
                return
            log.error("message %s could not even be apologised for: %s", job.id, later)
        except Exception:
            log.exception("message %s could not even be apologised for", job.id)
        # Whatever came of it, the messages behind it in the conversation must not wait for ever.
        self.inbox.settle(job, "failed")

    def _stay_alive(self) -> None:
        tidied = time.monotonic()
        while not self._closing.wait(self._silent / 4):
            try:
                self.inbox.beat(self.name)
                if self.inbox.take_over(DOOR, self._silent):
                    log.warning("took over messages of a process that fell silent")
                    self._wake.set()
                if time.monotonic() - tidied > 3600:
                    self.inbox.forget(KEPT_SECONDS)
                    tidied = time.monotonic()
            except Exception as error:
                log.error("heartbeat failed: %s", type(error).__name__)
