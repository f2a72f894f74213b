"""What one span of a message says of one field, how sure that is, and what spans say against each other."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.understanding.segments import Span
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens
from tools.forms import Field

IN_ITS_WORDS, FAINTLY = 1.0, 0.65  # nearness that what is only faintly near to something else does not contradict
FACT_FROM = 0.46  # nearness to an authored answer from which it is taken, to be confirmed when doubtful
UNASKED, UNANSWERED = 0.15, 0.08
OF_EITHER = 2.0  # sureness for each step ahead of the next field: what could be of either was not said of one
SURELY_ONE, SPEAKS_FOR_ITSELF = 0.95, 0.6  # nearness of a joined span to one example; of each of its clauses
BETWEEN = 2  # values: partly and one other
MOST_OF_PART = 0.72  # an unasked answer whose words are only part of what is usually said is confirmed


@dataclass(frozen=True)
class Claim:
    """One field's value in one span of the message."""

    span: Span
    field: Field
    value: str
    score: float
    lead: float = 0.0  # by how much it is nearer than the next field
    sure: float = 1.0  # by how much it is nearer than another value of the same field
    whole: bool = True  # whether every subject of the example is in the words
    shares: bool = True  # whether the words share a subject with the example, and not just "they have"


def confidence_of(claim: Claim, is_open: bool, beside_open: bool = True) -> float:
    """How often a reading this near, and this far ahead of the next, is right on the development suites.

    What was not asked needs to be nearer to be stored without a word, all the more when what was asked
    stays unanswered; and two values of one field that are equally near are never sure.
    """
    sureness = 0.5 + (claim.score - FACT_FROM) * 1.8 + min(0.25, max(0.0, claim.lead - 0.05))
    if not is_open:
        sureness = min(sureness, MOST_OF_PART) if not claim.whole else sureness
        sureness = min(sureness, 0.5 + OF_EITHER * max(0.0, claim.lead) + UNASKED)
        sureness -= UNASKED + (0.0 if beside_open else UNANSWERED)
    sureness = min(sureness, 0.5 + 2.5 * max(0.0, claim.sure))
    return round(min(0.97, max(0.2, sureness)), 2)


def says_several(claim: Claim, claims: list[Claim], open_field: str) -> bool:
    """Whether the clauses of a joined span each speak of a field of their own: they are then read one by one.

    "They buy, hold stock and sell on" is one answer where it is nearly an example for what was asked.
    """
    parts = claim.span.clauses
    if len(parts) < 2 or (claim.score >= SURELY_ONE and claim.field.id == open_field):
        return False
    single = [other for other in claims if len(other.span.clauses) == 1 and other.span.clauses <= parts]
    least = SPEAKS_FOR_ITSELF if claim.score >= SURELY_ONE else 0.0
    return len({other.field.id for other in single if other.score >= least}) > 1


def set_right(claim: Claim, claims: list[Claim]) -> Claim | None:
    """The claim of a later clause that corrects this one ("they called us, actually I mean we called them")."""
    for other in claims:
        later = len(other.span.clauses) == 1 and min(other.span.clauses) > max(claim.span.clauses)
        other_value = other.field.id == claim.field.id and other.value != claim.value and other.score >= FACT_FROM
        if later and other_value and phrase_set("correct").at(tokens(other.span.text), 0):
            return other
    return None


def contradicted(claim: Claim, claims: list[Claim]) -> bool:
    """Whether another clause says something else about the same field ("we ship, they hold nothing")."""
    return any(
        other.field.id == claim.field.id
        and other.value != claim.value
        and not other.span.clauses & claim.span.clauses
        and other.score >= FACT_FROM
        and not (claim.score >= IN_ITS_WORDS and other.score < FAINTLY)
        for other in claims
    )


def between(claim: Claim, claims: list[Claim]) -> Claim | None:
    """The claim of another clause that puts this one in the middle ("he doesn't decide alone, he recommends")."""
    others = [
        other
        for other in claims
        if other.field.id == claim.field.id
        and not other.span.clauses & claim.span.clauses
        and other.score >= FACT_FROM
        and len(other.span.clauses) == 1
    ]
    values = {claim.value, *(other.value for other in others)}
    if claim.field.kind != "level" or "partly" not in values or len(values) != BETWEEN:
        return None
    middle = claim if claim.value == "partly" else next(other for other in others if other.value == "partly")
    return middle if all(middle.score >= other.score for other in (claim, *others)) else None
