"""Replies that only make sense by what the product asked: yes, no, the second one, dollars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.commands import Answer, Choose, Command, Simple
from assistant.understanding import steering
from assistant.understanding.figures import NUMERIC
from assistant.understanding.number_words import CURRENCIES, PERIODS
from assistant.understanding.phrases import level_in
from assistant.understanding.segments import Sentence
from assistant.understanding.situation import Situation
from assistant.understanding.text import tokens

_PERCENT_WORDS = frozenset(("percent", "percents", "%", "אחוז", "אחוזים", "באחוזים"))
LONGEST_DENIAL = 4
LONGEST_YES = 7  # words of a reply that may be a plain yes or no


def short_reply(part: Sentence, here: Situation) -> list[Command]:
    """The command of a reply to a confirmation, a choice or a list; empty when it is none."""
    pending = here.state.pending or {}
    if pending and (settled := _settled(part, pending, here)):
        return [settled]
    choice = steering.choice_in(part.text, bool(here.state.offered))
    if choice is None or (here.field is not None and here.field.kind in NUMERIC):
        return []
    return [_chosen(choice, here)]


def _settled(part: Sentence, pending: Mapping[str, Any], here: Situation) -> Command | None:
    if pending.get("kind") == "which":
        answers = pending.get("answers") or ()
        picked = steering.choice_in(part.text, True) or _named_option(part.text, answers)
        if picked is not None:
            return picked
    corrected = part.corrects and len(part.words) > LONGEST_DENIAL
    if part.marked or corrected or len(part.words) > LONGEST_YES:
        return None  # "wrong, they are in our territory" says what is right
    level, sureness = level_in(part.text)
    nearest = [s for s in steering.nearest_intent(part.text, here.library) if s.name in ("yes", "no", "later")]
    if nearest and nearest[0].score >= 0.7:
        return Simple("yes" if nearest[0].name == "yes" else "no")
    if level in ("yes", "no") and sureness >= 0.85:
        return Simple(level)  # type: ignore[arg-type]
    if nearest and nearest[0].score >= steering.DOUBTED_FROM:
        return Simple("yes" if nearest[0].name == "yes" else "no")
    return None


def _named_option(text: str, answers: Sequence[Mapping[str, Any]]) -> Choose | None:
    """The one option whose currency or period the words name ("dollars", "per month")."""
    words = {token.text for token in tokens(text)} | {token.text[1:] for token in tokens(text)}
    named = {CURRENCIES[word] for word in words if word in CURRENCIES}
    named |= {PERIODS[word] for word in words if word in PERIODS}
    if len(answers) == 1 and words & _PERCENT_WORDS:
        return Choose(1)
    fitting = []
    for place, answer in enumerate(answers, 1):
        value = answer.get("value")
        if isinstance(value, Mapping) and {value.get("currency"), value.get("period")} & named:
            fitting.append(place)
    return Choose(fitting[0]) if len(fitting) == 1 else None


def _chosen(choice: Choose, here: Situation) -> Command:
    """The n-th choice of the open question, or of the last list."""
    field = here.field
    if field is None or here.state.offered or not 0 < choice.index <= len(field.choices):
        return choice
    value = field.choices[choice.index - 1].id
    many = [value] if field.kind == "choices" else value
    assert here.context is not None
    return Answer(field.id, many, here.text, confidence=0.8, tool=here.context.tool.name)
