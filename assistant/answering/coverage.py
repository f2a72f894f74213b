"""Decides what the knowledge can answer: answered, near, uncovered or off topic; a known gap; a false premise.

The strength of the evidence is a weighted sum of three signals of the search, each 0..1: how alike the
question and the card's nearest text are, how much of the question the method knows at all, and how many of
its words are words of the field. Weights and thresholds are fitted on bench/answerability.yaml; the trade-off
between false refusals and false answers is tabled in docs/answering.md (`python -m bench.answering`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

WEIGHTS = {"likeness": 0.36, "known": 0.34, "field": 0.30}
ANSWERED = 0.65  # from here on the best card is given as the answer
NEAR = 0.55  # from here on it is given as the nearest thing, said to be no more than that
OF_FIELD = 0.34  # below this share of field words (and without a close text) a question is off topic
ALIKE = 0.6  # a text this alike is the same question in other words
OTHERS = 0.75  # share of the best score from which on another card is told as well
MOST_OTHERS = 3
MOST_CLAUSES, FEWEST_WORDS, CLOSE_CLAUSE = 8, 3, 0.5
_CLAUSE = re.compile(r"[.,;:!?\n]+|\s(?:and|but|because|while|however|אבל|כי|אך|וגם|בנוסף)\s", re.IGNORECASE)
# A question for one particular fact: a card on the subject does not answer it unless a text of it is alike.
_PARTICULAR = re.compile(
    r"\b(how many|how much|how long|what (percent|percentage|salary|price|date|year|day)|which (company|firm|brand)"
    r"|who (is|are|was|won)|when|name of|recommend)\b"
    r"|(^|\s)(כמה|מתי|איזה יום|באיזה יום|איזו חברה|מי זה|מה שם|מה השם|מה השכר|מה התחזית|ממליץ|ממליצים)(\s|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """What a search means for the answer. `lead` is the best card; `others` add to it."""

    verdict: Literal["answered", "near", "uncovered", "off_topic"]
    lead: Any = None
    others: tuple[Any, ...] = ()
    gap: Any = None
    misconception: Any = None


def judge(hits: Sequence[Any], question: str, card_of: Callable[[str], Any]) -> Found:
    """Read the search's evidence for one question; `card_of` gives a card by id."""
    cards = [hit for hit in hits if hit.kind == "card"]
    if not cards:
        return Found("off_topic")
    best, lead = cards[0], card_of(cards[0].id)
    signals = best.signals
    strong = strength(signals)
    if strong < NEAR:
        foreign = signals["field"] < OF_FIELD and signals["likeness"] < ALIKE
        return Found("off_topic") if foreign else Found("uncovered", lead)
    unit = best.unit
    gap = lead.gaps[unit.number] if unit is not None and unit.kind == "gap" else None
    wrong = lead.misconceptions[unit.number] if unit is not None and unit.kind == "claim" else None
    particular = _PARTICULAR.search(question) is not None and signals["likeness"] < ALIKE
    answered = strong >= ANSWERED and not particular
    others = tuple(card_of(hit.id) for hit in cards[1 : 1 + MOST_OTHERS] if hit.score >= OTHERS * best.score)
    return Found("answered" if answered or gap or wrong else "near", lead, others, gap, wrong)


def strength(signals: dict[str, float]) -> float:
    """How surely the best card is about the question, 0 to 1."""
    return sum(weight * signals[name] for name, weight in WEIGHTS.items())


def clauses(text: str) -> list[str]:
    """The parts of a message that may each bring a circumstance, at most eight."""
    parts = [part.strip() for part in _CLAUSE.split(text)]
    return [part for part in parts if len(part.split()) >= FEWEST_WORDS][:MOST_CLAUSES]


def speaks_of(hit: Any) -> bool:
    """Whether a clause's best card is one that people voice in such words, and not a chance likeness."""
    unit = hit.unit
    voiced = unit is not None and unit.kind in ("circumstance", "claim", "question", "title", "gap")
    return voiced and unit.likeness >= CLOSE_CLAUSE and strength(hit.signals) >= ANSWERED
