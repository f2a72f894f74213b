"""Decides what the knowledge can answer: covered, a known gap, a false premise, uncovered or off topic.

The thresholds are calibrated on the suites' answerable, unanswerable and off-topic questions; the
trade-off between false refusals and false answers is tabled in docs/answering.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

COVERED = 0.5  # share of the question's content words, weighted by rarity, that the best card holds
KNOWN = 0.35  # below it the question's words are foreign to the whole method
LIKE = 0.6  # cosine above which a question is taken as asked in other words
CLOSE = 0.9  # how near to the best score another card must come to be told as well


@dataclass(frozen=True)
class Found:
    """What a search means for the answer. `lead` is the best card; `others` add to it."""

    verdict: Literal["covered", "uncovered", "off_topic"]
    lead: Any = None
    others: tuple[Any, ...] = ()
    gap: Any = None
    misconception: Any = None


def judge(hits: Sequence[Any], card_of: Callable[[str], Any]) -> Found:
    """Read the search's evidence for one question; `card_of` gives a card by id."""
    cards = [hit for hit in hits if hit.kind == "card"]
    if not cards or cards[0].signals["known"] < KNOWN:
        return Found("off_topic")
    best, lead = cards[0], card_of(cards[0].id)
    if best.signals["coverage"] < COVERED and best.signals["likeness"] < LIKE:
        return Found("uncovered", lead)
    unit = best.unit
    others = tuple(card_of(hit.id) for hit in cards[1:] if hit.score >= CLOSE * best.score)
    gap = lead.gaps[unit.number] if unit and unit.kind == "gap" else None
    wrong = lead.misconceptions[unit.number] if unit and unit.kind == "claim" else None
    return Found("covered", lead, others, gap, wrong)
