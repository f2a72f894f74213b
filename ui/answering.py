"""Answers messages beside the page: a page that is refreshed, closed or stopped never takes an answer with it.

A message is worked on by a small pool of threads. Whoever looks at its conversation finds it here while it is
being answered, and in the store afterwards. Each message has an id, so none is answered twice.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache
from threading import Event, Lock
from typing import Any

from assistant import Advisor, Reply

WORKERS = 4  # answers made at once; more wait their turn
REMEMBERED = 2_000  # conversations that were begun here


class Told:
    """What is known of an answer while it is made: the step in hand, and the checked part of the text so far."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.status = self.text = ""
        self.anything = Event()  # set at the first news, and when the answer is there

    def take(self, news: Any) -> None:
        """Note a step ("status") or the text so far ("text"), which replaces the one before."""
        if news.kind == "text":
            self.text = news.text
        else:
            self.status = news.text
        self.anything.set()


@dataclass(frozen=True)
class Job:
    """One message being answered."""

    user: str
    conversation: str
    text: str
    future: Future[Reply] = field(default_factory=Future)
    over: Future[None] = field(default_factory=Future)  # done when this and all before it have ended
    replaces: int | None = None
    stopped: Event = field(default_factory=Event)
    told: Told = field(default_factory=Told)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def says_the_same(self, text: str, replaces: int | None) -> bool:
        """Whether this is that very message, as when a button is pressed twice."""
        return (self.text, self.replaces) == (text, replaces)

    def stop(self, patience: float = 0.0) -> bool:
        """Give the answer up. Says whether that was in time: then nothing of it is saved.

        Waits `patience` seconds to learn it; an answer that was being saved at this very moment stands.
        """
        self.stopped.set()
        self.future.cancel()
        wait([self.future], timeout=patience)
        saved = self.future.done() and not self.future.cancelled() and self.future.exception() is None
        return not saved


class Desk:
    """The messages that are being answered, one at a time for each conversation."""

    def __init__(self) -> None:
        """An empty desk."""
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="answer")
        self._jobs: dict[tuple[str, str], Job] = {}
        self._begun: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = Lock()

    def take(
        self,
        advisor: Advisor,
        user: str,
        conversation: str,
        text: str,
        *,
        actions: Sequence[Mapping[str, Any]] = (),
        replaces: int | None = None,
    ) -> Job:
        """Begin to answer a message; after the one at work in its conversation, such as another tab's.

        The message at work itself, sent once more, is not answered twice: its job is given back.
        """
        with self._lock:
            at_work = self._at_work(user, conversation)
            if at_work is not None and at_work.says_the_same(text, replaces):
                return at_work
            before = self._jobs.get((user, conversation))  # a stopped one too: others before it may still be at work
            job = Job(user, conversation, text, replaces=replaces)
            self._jobs[user, conversation] = job
            self._begun[user, conversation] = None
            while len(self._begun) > REMEMBERED:
                self._begun.popitem(last=False)

        def answer() -> None:
            if not job.future.set_running_or_notify_cancel():
                return
            try:
                reply = advisor.reply(
                    conversation,
                    text,
                    user=user,
                    door="web",
                    message=job.id,
                    actions=actions,
                    replaces=replaces,
                    abandoned=job.stopped.is_set,
                    progress=job.told.take,
                )
            except BaseException as error:  # whoever waits for the answer is told
                job.future.set_exception(error)
            else:
                job.future.set_result(reply)

        ready = before.over if before is not None else _nothing_before()
        job.future.add_done_callback(lambda _done: job.told.anything.set())
        job.future.add_done_callback(lambda _done: ready.add_done_callback(lambda _ready: job.over.set_result(None)))
        job.over.add_done_callback(lambda _over: self._clear(job))
        ready.add_done_callback(lambda _ready: self._pool.submit(answer))
        return job

    def at_work(self, user: str, conversation: str) -> Job | None:
        """The message of this conversation that is being answered now."""
        with self._lock:
            return self._at_work(user, conversation)

    def began(self, user: str, conversation: str) -> bool:
        """Whether this person began this conversation here, though it may have no turn: it was stopped."""
        with self._lock:
            return (user, conversation) in self._begun

    def ahead(self) -> int:
        """How many messages wait for a free hand."""
        return self._pool._work_queue.qsize()

    def _at_work(self, user: str, conversation: str) -> Job | None:
        job = self._jobs.get((user, conversation))
        return job if job is not None and not job.future.done() and not job.stopped.is_set() else None

    def _clear(self, job: Job) -> None:
        with self._lock:
            if self._jobs.get((job.user, job.conversation)) is job:
                del self._jobs[job.user, job.conversation]


def _nothing_before() -> Future[None]:
    ready: Future[None] = Future()
    ready.set_result(None)
    return ready


@cache
def desk() -> Desk:
    """The one desk of this process."""
    return Desk()
