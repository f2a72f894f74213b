"""Who does a thing: we, they, somebody else or nobody. The same deed in other hands is another answer."""

from __future__ import annotations

import re

from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, tokens

ACTORS = ("nobody", "other_party", "exporter", "partner")
WHO = frozenset(("partner", "exporter", "nobody"))
LAST_SUBJECT = 1  # place up to which a doer is the subject of the clause
PERSONS = frozenset(("partner", "exporter", "us", "them"))  # "they" and "we" stand in every sentence


def who_does(text: str, value: str, denied: bool) -> str:
    """Who does it in the words of a clause; `value` where they name nobody.

    A job laid on somebody is his; what comes from somebody is his doing; else the subject decides. A denial
    with no other subject leaves nobody, and one of both sides leaves somebody else.
    """
    words = _without_whom_for(tokens(text))
    if (laid := _laid_on(words)) and not denied:
        return laid
    places = {actor: phrase_set(f"actor.{actor}").find(words) for actor in ACTORS}
    said = {actor: place for actor, place in places.items() if place >= 0}
    if "nobody" in said:
        return "nobody"
    if "other_party" in said or _both_denied(words) or phrase_set("by_another").find(words) >= 0:
        return "other_party"
    if not said:
        return "nobody" if denied and value in ("partner", "") else value
    if phrase_set("from_them").find(words) >= 0 and not denied:
        return "partner"
    first = min(said, key=lambda actor: said[actor])
    if value == "other_party" and said[first] > LAST_SUBJECT:
        return value  # "a workshop in Graz that works for them"
    return "nobody" if denied and first == "partner" else first


def _without_whom_for(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words without whom it is done for: an agency that "opens accounts for us" does it, and not we."""
    for_us = phrase_set("for_us")
    at, kept = 0, []
    while at < len(words):
        length = for_us.at(words, at)
        kept += [] if length else [words[at]]
        at += length or 1
    return tuple(kept)


def is_laid_on(text: str) -> bool:
    """Whether a clause says whose job a thing is ("service is on us", "הפרסום עליהם")."""
    return bool(_laid_on(tokens(text)))


def _laid_on(words: tuple[Token, ...]) -> str:
    found = [(phrase_set(f"laid_on.{actor}").find(words), actor) for actor in ("exporter", "partner")]
    there = [pair for pair in found if pair[0] >= 0]
    return there[0][1] if len(there) == 1 else ""


_INTRODUCED = re.compile(
    r"\b(?:there(?:'s| is| are)|we (?:know|use|found)|i know)\s+(?:an?|some|one|this)\s+(?:[\w'-]+ ){0,4}?"
    r"(?:company|firm|shop|agency|workshop|outfit|contractor|centre|center|business|lab|provider|garage|office)\b"
    r"(?! of (?:theirs|ours|his|hers|mine))"
    r"|(?<![א-ת])(?:יש(?! (?:להם|לו|לה|לנו|אצל))|מצאנו|מכירים|מכיר)\s+(?:\S+\s+){0,2}?"
    r"(?:חברת|חברה|סוכנות|סדנת|סדנה|מוסך|מעבדת|מעבדה|קבלן|משרד)(?![א-ת])(?! של(?:הם|נו|ו|ה))",
    re.IGNORECASE,
)


def tells_of_a_third(before: str, raw: str) -> bool:
    """Whether "they" are somebody brought in just before, and not the partner ("there's a shop in Leeds, they'd …")."""
    words = tokens(raw)
    return bool(words) and phrase_set("they").at(words, 0) > 0 and _INTRODUCED.search(before) is not None


def _both_denied(words: tuple[Token, ...]) -> bool:
    """ "done by a logistics centre, not by them and not by us"."""
    return all(phrase_set(f"denied.{actor}").find(words) >= 0 for actor in ("exporter", "partner"))
