"""One exchange: a message is answered and saved whole, or taken again when another one was saved first."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.actions import Action
from assistant.conversation import Conversation, Event, Reply
from assistant.draft import Parts
from assistant.errors import InputError
from assistant.memory import Memory
from assistant.store import Conflict, Store, TurnRow
from assistant.turn import take_turn
from tools.values import LANGUAGES

PATIENCE = 30.0  # seconds a turn is taken again when another turn of the conversation was saved first
PATIENT_TRIES = 3  # after so many lost ones the next turn is reserved, or a quicker writer would win for ever
RESERVED = 2.0  # seconds; a writer that takes longer over a turn reserves it anew
LONGEST_WAIT = 0.1  # seconds at most before another try, drawn by chance so that two writers fall out of step


@dataclass(frozen=True)
class Message:
    """What came in through a door; `Advisor.reply` says what each part means."""

    conversation: str
    text: str
    user: str = ""
    workspace: str = ""
    door: str = ""
    id: str | None = None
    actions: Sequence[Action] = ()
    replaces: int | None = None
    language: str = ""


def answer(
    message: Message,
    store: Store,
    memory: Memory,
    parts_for: Callable[[Conversation], Parts],
    abandoned: Callable[[], bool],
) -> Reply:
    """The reply to a message, saved with its events before it is returned.

    `parts_for` gives what a turn on this state may call. Raises InputError when the person stopped, or when
    other turns of the conversation kept getting in first.
    """
    started = time.perf_counter()
    if earlier := _answered_before(message, store):
        return earlier
    writer, lost = uuid.uuid4().hex, 0
    while time.perf_counter() - started <= PATIENCE:
        version, state = memory.load(message.conversation)
        events, reply = take_turn(
            _begun(state, message),
            message.text,
            parts_for(state),
            history=lambda: store.events(message.conversation),
            user=message.user,
            actions=message.actions,
            replaces=message.replaces,
        )
        if abandoned():
            raise InputError("stopped")
        reply = reply.model_copy(update={"timings_ms": {"total": _since(started)}})
        try:
            version = _save(message, store, writer, version, events, reply)
        except Conflict:
            if earlier := _answered_before(message, store):
                return earlier
            lost += 1
            if lost >= PATIENT_TRIES:
                store.reserve(message.conversation, writer, RESERVED)
            time.sleep(random.uniform(0, min(0.01 * lost, LONGEST_WAIT)))
            continue
        memory.advance(message.conversation, version, state, events)
        return reply
    raise InputError("busy")


def _answered_before(message: Message, store: Store) -> Reply | None:
    """The reply this very message was given when it came in before."""
    earlier = store.reply_to(message.conversation, message.id) if message.id else None
    return Reply(**earlier) if earlier else None


def _begun(state: Conversation, message: Message) -> Conversation:
    """A conversation that begins without a word of any language begins in the person's own."""
    return replace(state, language=message.language) if message.language in LANGUAGES and not state.turn else state


def _save(message: Message, store: Store, writer: str, version: int, events: Sequence[Event], reply: Reply) -> int:
    row = TurnRow(reply.turn, message.text, reply.model_dump(mode="json"), message.user, message.door, message.id)
    return store.append(
        message.conversation,
        version,
        events,
        row,
        owner=message.user,
        workspace=message.workspace,
        title=" ".join(message.text.split())[:80],
        writer=writer,
    )


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
