"""A second opinion on what the nearest examples say, from all examples together (`learned.py`).

Nearness knows the wording, the weights know which words make the difference. Where they agree a reading is
surer; where the weights are confident of something else that is taken, unless the words are nearly an
example's own; and an answer for whose field they are confident of another value is confirmed first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.commands import Answer
from assistant.understanding.claims import FACT_FROM, Claim
from assistant.understanding.fitting import Context
from assistant.understanding.learned import NOTHING, learned
from assistant.understanding.phrases import is_negated
from assistant.understanding.segments import Span
from knowledge.hebrew import content_words

ALONE_CHANCE = 0.7  # from which an answer no example is near to is taken, to be confirmed
OVERRULES = 0.7  # chance of another answer from which that one is taken …
NEARLY_ITS_OWN = 1.0  # … unless the words are this near to an example
PLAINLY = 0.7  # nearness from which a denial of the nearest is not overruled
AGREES = 0.06  # nearness gained by agreement
BY_CHANCE = 0.3  # nearness gained from an even to a certain opinion
LEAD, LEAST_SURE = 0.05, 0.3
DENIES, BELIEVES = 0.8, 0.2  # chance of another value, and of the one read, from which it is confirmed
DOUBTED = 0.5


@dataclass(frozen=True)
class Opinion:
    """The likeliest answer of a span and its probability."""

    claim: Claim
    chance: float


def opinion_of(span: Span, context: Context) -> Opinion | None:
    """What all examples together say of a span, None where that is no answer."""
    weights = learned().get(context.tool.name)
    if weights is None or not any(len(word) > 1 for word in content_words(span.text)):
        return None
    likeliest = [
        max(weights.chances(wording, context.open_field).items(), key=lambda item: item[1]) for wording in span.readings
    ]
    told = [(chance, answer) for answer, chance in likeliest if answer != NOTHING]
    if not told:
        return None
    chance, (name, value) = max(told)
    score = FACT_FROM + BY_CHANCE * (chance - 0.5)
    field = context.tool.form.field(name)
    return Opinion(Claim(span, field, value, score, lead=LEAD, sure=chance - LEAST_SURE), chance)


def weighed(read: Claim, opinion: Opinion | None) -> Claim:
    """What the nearest examples say of a span, after the second opinion."""
    if opinion is None:
        return read
    other = opinion.claim
    if (other.field.id, other.value) == (read.field.id, read.value):
        return replace(read, score=read.score + AGREES * opinion.chance)
    if other.field.id == read.field.id and read.score >= PLAINLY and is_negated(read.span.text):
        return read  # "not willing to talk to a salesperson at all": the denial is what the nearest lacks
    return other if opinion.chance >= OVERRULES and read.score < NEARLY_ITS_OWN else read


def second_opinion(answer: Answer, text: str, context: Context) -> Answer:
    """The answer, doubted where its own words or the whole sentence rather say another value of its field."""
    weights = learned().get(context.tool.name)
    value = answer.value[0] if isinstance(answer.value, list) and answer.value else answer.value
    if weights is None or answer.status != "answered" or not isinstance(value, str):
        return answer
    both = [weights.chances(said, context.open_field) for said in (answer.raw, text)]
    own = max(chances.get((answer.field, value), 0.0) for chances in both)
    others = [c for chances in both for (name, said), c in chances.items() if name == answer.field and said != value]
    doubted = own < BELIEVES and max(others, default=0.0) >= DENIES
    return replace(answer, confidence=min(answer.confidence, DOUBTED)) if doubted else answer
