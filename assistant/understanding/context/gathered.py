"""The commands of all sentences of a message put together: without doubles and guesses, each thing said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant.commands import (
    Ambiguous,
    Answer,
    Ask,
    Command,
    Simple,
    Start,
    Unclear,
)
from assistant.conversation import MERE_GUESS
from assistant.understanding.answers.choices import choices_named
from assistant.understanding.segments import clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering.guarded import takes_own_weights
from assistant.understanding.words.phrases import is_negated, level_in
from assistant.understanding.words.text import tokens

GUESSED_BELOW = 0.6
SURELY = 0.6  # confidence from which two answers contradict each other


def with_denied(commands: list[Command], here: Situation) -> list[Command]:
    """ "Not a competitor. A possible customer": another choice in a message that denies the one stored corrects it."""
    record, context = here.subject, here.context
    if record is None or context is None:
        return commands
    denied = [clause for clause in clauses(here.text) if is_negated(clause)]
    found: list[Command] = []
    for command in commands:
        given = record.answers.get(command.field) if isinstance(command, Answer) and not command.corrects else None
        if given is not None and isinstance(command, Answer) and given.value != command.value:
            field = context.tool.form.field(command.field)
            named = field.kind == "choice" and any(given.value in choices_named(c, field, context) for c in denied)
            command = replace(command, corrects=True) if named else command
        found.append(command)
    return found


def without_guesses(commands: list[Command]) -> list[Command]:
    """The commands without what was merely guessed of one sentence where another one says something else surely."""
    sure = [c for c in commands if isinstance(c, Answer) and c.confidence >= GUESSED_BELOW]
    values = {answer.field: answer.value for answer in sure if answer.status == "answered"}
    return [c for c in commands if not (sure and _is_guess(c, values))]


def _is_guess(command: Command, sure: Mapping[str, Any]) -> bool:
    """Whether a command is a mere guess that contradicts nothing that is told surely."""
    if not isinstance(command, Answer) or command.status != "answered" or command.confidence > MERE_GUESS:
        return False
    return sure.get(command.field, command.value) == command.value


def with_own_weights(commands: list[Command], here: Situation) -> list[Command]:
    """Weights of one's own are told to be used."""
    told = [c for c in commands if isinstance(c, Answer)]
    if not told or not takes_own_weights(here):
        return commands
    others = [c for c in commands if not isinstance(c, Answer) or c.field != "weight_set"]
    return [Answer("weight_set", "user", here.text[:200], tool=told[0].tool), *others]


def tidy(commands: list[Command], social: list[Command]) -> list[Command]:
    """Without doubles; unclear pieces count only when nothing else was understood."""
    asks = [c for c in commands if isinstance(c, Ask)]
    if len(asks) > 1:
        whole = replace(asks[0], text=" ".join(a.text for a in asks), original=" ".join(a.original for a in asks))
        commands = [whole if c is asks[0] else c for c in commands if not isinstance(c, Ask) or c is asks[0]]
    starts = [c for c in commands if isinstance(c, Start)]
    commands = [c for c in commands if not isinstance(c, Start) or c is starts[0]]
    if asks:
        commands = [c for c in commands if c != Simple("where")]  # "before I answer: …?" comes back to the question
    if Simple("pause") in commands:
        commands = [c for c in commands if c != Simple("go_on")]  # "stop here. I'll carry on tomorrow"
    clear = [c for c in commands if not isinstance(c, Unclear) or c.readings]
    unique: dict[str, Command] = {}
    for command in clear or commands[:1] or social[:1]:
        first = unique.setdefault(_identity(command), command)
        if isinstance(command, Answer) and isinstance(first, Answer) and command is not first:
            unique[_identity(command)] = _of_two(first, command)
    return list(unique.values())


MERE_LEVEL, LONGEST_LEVEL = 0.95, 2  # sureness and words of a level that is all that was said
SURELY_CHOSEN = 0.8  # confidence from which the choices of two sentences are all meant


def _of_two(first: Answer, again: Answer) -> Answer:
    """What two sentences say of one question: surer where they agree, to be confirmed where they surely do not."""
    if (again.value, again.status) == (first.value, first.status):
        return replace(first, confidence=max(first.confidence, again.confidence))
    sure = min(first.confidence, again.confidence) >= SURELY_CHOSEN and not again.corrects
    if isinstance(first.value, list) and isinstance(again.value, list) and sure:
        several = [*first.value, *(one for one in again.value if one not in first.value)]
        return replace(first, value=several, confidence=min(first.confidence, again.confidence))
    if _is_mere_level(first) and not again.corrects and not _is_mere_level(again):
        return first  # "Timing, partly. The first letter's fixed": what follows explains it
    surely = first.status == again.status == "answered" and min(first.confidence, again.confidence) >= SURELY
    return replace(again, confidence=GUESSED_BELOW - 0.1) if surely else first


def _is_mere_level(answer: Answer) -> bool:
    """Whether an answer was read from a level alone, behind the name of its question or as the reply to it."""
    level, sureness = level_in(answer.raw)
    return level == answer.value and sureness >= MERE_LEVEL and len(tokens(answer.raw)) <= LONGEST_LEVEL


def _identity(command: Command) -> str:
    if isinstance(command, Ambiguous):
        return "field " + command.options[0].field
    field = getattr(command, "field", "") if not isinstance(command, Simple) else ""
    return "field " + field if field else repr(command)
