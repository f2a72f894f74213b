"""The state of recent conversations, kept in memory so that a turn replays only what is new."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from assistant.conversation import Conversation, Event, replay
from assistant.store import Store

REMEMBERED = 256  # conversations whose replayed state is kept


class Memory:
    """Replayed states in front of the store, which alone is the truth. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        """Remember conversations of this store."""
        self._store = store
        self._states: OrderedDict[str, tuple[int, Conversation]] = OrderedDict()
        self._lock = Lock()

    def load(self, conversation: str) -> tuple[int, Conversation]:
        """The version and state as they stand in the store now, whichever process wrote last."""
        with self._lock:
            version, state = self._states.get(conversation, (0, Conversation(conversation)))
        newer = self._store.events(conversation, after=version)
        if _undone(newer) or (version and not newer and self._shorter(conversation, version)):
            version, state, newer = 0, Conversation(conversation), self._store.events(conversation)
        version, state = version + len(newer), replay(conversation, newer, start=state)
        self._keep(conversation, version, state)
        return version, state

    def advance(self, conversation: str, version: int, state: Conversation, events: Sequence[Event]) -> None:
        """Remember a state after the events that were just saved; `version` counts them."""
        if _undone(events):
            self.forget(conversation)
        else:
            self._keep(conversation, version, replay(conversation, events, start=state))

    def forget(self, conversation: str) -> None:
        """The next turn of this conversation replays it from the start."""
        with self._lock:
            self._states.pop(conversation, None)

    def clear(self) -> None:
        """Forget every conversation."""
        with self._lock:
            self._states.clear()

    def _keep(self, conversation: str, version: int, state: Conversation) -> None:
        with self._lock:
            self._states[conversation] = (version, state)
            self._states.move_to_end(conversation)
            while len(self._states) > REMEMBERED:
                self._states.popitem(last=False)

    def _shorter(self, conversation: str, version: int) -> bool:
        """Whether another process deleted it (and perhaps began it anew) since it was remembered."""
        head = self._store.head(conversation)
        return head is None or head.version < version


def _undone(events: Sequence[Event]) -> bool:
    return any(event.kind == "undone" for event in events)
