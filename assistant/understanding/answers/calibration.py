"""How often an answer is right, from all that speaks for and against it: the confidence that answers are stored by.

The rules know how near the words are to an example, the learned weights what the words and the whole message say of
each question; neither alone tells well which readings are wrong. A logistic regression over a few of these signs does
(`calibration.yaml`, learned by `bench/calibration.py` from labelled messages of many authors). A wrong answer stored
weighs twice as much as a needless question: what is right in two cases of three lies at the confidence below which an
answer is confirmed first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log
from pathlib import Path

import yaml

from assistant.commands import Answer
from assistant.understanding.answers.doers import WHO
from assistant.understanding.answers.opinions import answer_chances
from assistant.understanding.fields.fitting import Context
from assistant.understanding.learned import learned
from assistant.understanding.segments import clauses
from assistant.understanding.words.phrases import level_in
from assistant.understanding.words.text import listed, tokens
from assistant.understanding.words.turns_of_phrase import denies_a_limit

FILE = Path(__file__).parents[1] / "calibration.yaml"
CONFIRMED_BELOW = 0.6  # confidence below which an answer is confirmed before it is stored
SURELY_READ = 0.95  # confidence of a reading in so many words
LEAST = 1e-6  # chance left to everything
LEAST_SURE, MOST = 0.2, 0.97  # confidence of the least and of the most certain reading
MOST_TOLD = 3  # answers of a message; more of them say no more of what else it tells
WORTH_ASKING = 0.5  # confidence that what contradicts an earlier answer keeps, however unlikely it is

Signs = Mapping[str, float]


@dataclass(frozen=True)
class Seen:
    """An answer and its signs, as it was before it was calibrated; `kind` is what it was read by."""

    kind: str  # "read": by rules and likeness; "overheard": what a clause that nothing was read of may say
    answer: Answer
    signs: Signs


_watched: ContextVar[list[Seen] | None] = ContextVar("watched", default=None)


@contextmanager
def watched() -> Iterator[list[Seen]]:
    """The answers that are read within, left as they are: what the calibration is learned from."""
    seen: list[Seen] = []
    token = _watched.set(seen)
    try:
        yield seen
    finally:
        _watched.reset(token)


def calibrated(answer: Answer, context: Context) -> Answer:
    """A level or a doer that was read by likeness with a confidence from the chance that it is right.

    What is said outright ("so that's a no", "coverage: partly") is as sure as it is said, and choices with names of
    their own ("a distributor", "they rang us") are as sure as the rules find those names.
    """
    if learned().get(context.tool.name) is None:
        return answer
    field = context.tool.form.field(answer.field)
    doers = {choice.id for choice in field.choices} >= WHO
    if answer.status != "answered" or not (field.kind in ("level", "yes_no") or doers):
        return answer
    if any(map(denies_a_limit, clauses(answer.raw) or [answer.raw])):
        return answer  # "we are not merely one of many": the weights know its words and not its make
    signs = signs_of(answer, context)
    seen = _watched.get()
    if seen is not None:
        seen.append(Seen("read", answer, signs))
        return answer
    least = min(answer.confidence, WORTH_ASKING) if signs["known"] else LEAST_SURE
    return replace(answer, confidence=round(max(least, _confidence("read", signs)), 2))


def overheard(answer: Answer, signs: Signs) -> Answer:
    """What a clause that nothing was read of may say, with a confidence from the chance that it is meant."""
    seen = _watched.get()
    if seen is not None:
        seen.append(Seen("overheard", answer, signs))
    return replace(answer, confidence=round(_confidence("overheard", signs), 2))


def signs_of_overheard(
    answer: Answer, chances: Mapping[tuple[str, str], float], near: float, told: int, text: str
) -> Signs:
    """What speaks for and against what the chances of a clause say that nothing was read of, by name.

    `near` is how near it is to an example of that answer; `told` counts the answers read of the rest of the `text`.
    """
    before = tokens(text[: max(text.find(answer.raw), 0)])
    joined = bool(before) and (before[-1].text in _JOINS or answer.raw.startswith("ו"))
    said = (answer.field, str(answer.value))
    others = (chance for (field, _), chance in chances.items() if field not in ("", answer.field))
    return {
        "say_it": log_odds(chances.get(said, 0.0)),
        "say_another": log_odds(max(others, default=0.0)),
        "near": near,
        "told": float(min(told, MOST_TOLD)),
        "joined": float(joined),
        "last": float(text.rstrip(" .!").endswith(answer.raw)),
    }


_JOINS = frozenset(listed("and n plus also but though although וגם גם אבל אך"))


def _confidence(kind: str, signs: Signs) -> float:
    weights = _weights()[kind]
    odds = sum(weights[name] * sign for name, sign in signs.items()) + weights["offset"]
    return min(MOST, 1 / (1 + exp(-odds)))


def signs_of(answer: Answer, context: Context) -> Signs:
    """What speaks for and against a reading, by name; chances as log odds."""
    level, sureness = level_in(answer.raw)
    signs = {
        "near": answer.confidence,
        "in_doubt": float(answer.confidence < CONFIRMED_BELOW),
        "in_so_many_words": float(answer.confidence >= SURELY_READ),
        "level": sureness if level == answer.value else 0.0,
        "asked": float(answer.field == context.open_field),
        "known": float(answer.field in (context.values or {})),
    }
    said = (answer.field, str(answer.value))
    heard = [answer_chances(words, context) for words in dict.fromkeys((answer.raw, *clauses(answer.raw)))]
    plainest = max(heard, key=lambda chances: chances.get(said, 0.0))
    for name, chances in (("words", plainest), ("message", answer_chances(context.message or answer.raw, context))):
        own = chances.get(said, 0.0)
        of_field = sum(chance for (field, _), chance in chances.items() if field == answer.field)
        others = (chance for (field, _), chance in chances.items() if field not in ("", answer.field))
        signs[f"{name}_say_it"] = log_odds(own)
        signs[f"{name}_say_it_of_the_field"] = log_odds(own / max(of_field, LEAST))
        signs[f"{name}_say_another"] = log_odds(max(others, default=0.0))
    told = clauses(context.message or answer.raw)
    signs["clauses"] = log(max(len(told), 1))
    signs["message_says_it_among_others"] = signs["message_say_it"] * (len(told) >= 3)
    return signs


def log_odds(chance: float) -> float:
    """The logarithm of the odds of a chance from 0 to 1, kept within bounds."""
    kept = min(max(chance, LEAST), 1 - LEAST)
    return log(kept / (1 - kept))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Mapping[str, float]]:
    """The weight of every sign of each kind of answer, and its offset."""
    kinds = yaml.safe_load(FILE.read_text("utf-8"))["weights"]
    return {kind: {name: float(weight) for name, weight in weights.items()} for kind, weights in kinds.items()}
