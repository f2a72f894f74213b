"""What one span of a message says of one field, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.understanding.segments import Span
from tools.forms import Field

FACT_FROM = 0.46  # nearness to an authored answer from which it is taken, to be confirmed when doubtful
UNASKED, UNANSWERED = 0.15, 0.08
OF_EITHER = 2.0  # sureness for each step ahead of the next field: what could be of either was not said of one
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
