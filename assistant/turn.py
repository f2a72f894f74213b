"""One message, from arrival to reply. No I/O of its own: everything it may call stands in `Parts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant import dialogue
from assistant.actions import Action, read_actions
from assistant.commands import Ask, Command, Reading, Simple, Unclear
from assistant.conversation import Conversation, Event, Reply
from assistant.draft import Draft, Parts
from assistant.errors import InputError
from assistant.understanding.steering.arbitration import rather_answer
from assistant.wording import say
from tools.values import LANGUAGES

MAX_CHARACTERS = 20_000


def take_turn(
    state: Conversation,
    text: str,
    parts: Parts,
    *,
    history: Callable[[], list[Event]] = list,
    user: str = "",
    actions: Sequence[Action] = (),
    replaces: int | None = None,
) -> tuple[list[Event], Reply]:
    """Understand, carry out, lead on, word: the new events and the reply to one message.

    `state` is the conversation before the message, `history` gives all its events (only an undo needs
    them), `user` is credited with the answers. `actions` are what a button or form meant instead of words.
    `replaces` is the last turn when the person edits it: it is undone before the new words are read.
    """
    draft = Draft(replace(state, turn=state.turn + 1), parts, history, user)
    if replaces is not None:
        take_back(draft, state, replaces)
    reading = read_actions(actions, state) if actions else understand(text, draft)
    draft.note("said", language=reading.language)
    if new := {name: tool for name, tool in reading.named.items() if name not in draft.state.named}:
        draft.note("named", names=new)
    dialogue.carry_out_all(draft, reading.commands)
    dialogue.lead_on(draft)
    tell_of_the_model(draft)
    return draft.events, draft.reply()


def take_back(draft: Draft, state: Conversation, turn: int) -> None:
    """Undo the last turn, to be said anew. Raises InputError for any other turn."""
    if turn != state.turn:
        raise InputError("not_the_last")
    draft.note("undone", turn=turn, edited=True)


# What our own suggestions mean when they are tapped or typed back.
SUGGESTED: Mapping[str, Command] = {
    "suggest.promote": Simple("promote"),
    "suggest.discard": Simple("discard"),
    "suggest.go_on": Simple("go_on"),
    "suggest.enough": Simple("no"),
    "suggest.why": Simple("why"),
}


def tell_of_the_model(draft: Draft) -> None:
    """Keep the record of the language model's calls, and say in one line when it could not be used."""
    watch = draft.parts.watch
    if watch.failure is not None:
        draft.tell("model.offline", reason=watch.failure.text(draft.language))
    if watch.log:
        failure = watch.failure.code if watch.failure else ""
        draft.note("modelled", calls=list(watch.log), failure=failure, spent=watch.spent)


def understand(text: str, draft: Draft) -> Reading:
    """The commands in the person's words; what exceeds the size limit is not read."""
    for key, command in SUGGESTED.items():
        for language in LANGUAGES:
            if text.strip() == say(key, language):
                return Reading((command,), language)
    text = text[:MAX_CHARACTERS]
    reading = draft.parts.interpreter.propose(text, draft.state)
    if draft.state.record is None and _looked_up(reading) and (meant := draft.parts.answerer.mended(text)):
        draft.tell("understood.read_as", text=meant)
        read = draft.parts.interpreter.propose(meant, draft.state)
        commands = [replace(one, original=text) if isinstance(one, Ask) else one for one in read.commands]
        text, reading = meant, replace(read, commands=tuple(commands))
    if reading.commands == (Simple("off_topic"),) and draft.parts.answerer.tells(text):
        return replace(reading, commands=(Ask(text, original=text),))
    return rather_answer(text, reading, draft.parts.answerer.knows)


def _looked_up(reading: Reading) -> bool:
    """Whether a message was taken for a question to look up, or for none that we know."""
    return all(isinstance(one, (Ask, Unclear)) or one == Simple("off_topic") for one in reading.commands)
