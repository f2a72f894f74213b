"""A second opinion on what the nearest examples say, from all examples together (`learned.py`).

Nearness knows the wording, the weights know which words make the difference. Where they agree a reading is
surer; where the weights are confident of something else that is taken, unless the words are nearly an
example's own; and an answer for whose field they are confident of another value is confirmed first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.commands import Answer
from assistant.understanding.answers.approaching import asks_who_turned, who_turned
from assistant.understanding.answers.claims import FACT_FROM, Claim
from assistant.understanding.answers.doers import WHO, who_does
from assistant.understanding.fields.fitting import Context
from assistant.understanding.learned import NOTHING, learned
from assistant.understanding.segments import Span, clauses
from assistant.understanding.words.phrases import PLAIN_WORDS, is_negated, quality_in
from assistant.understanding.words.text import tokens
from assistant.understanding.words.turns_of_phrase import denies_a_limit, plainly
from knowledge.hebrew import content_words

ALONE_CHANCE = 0.7  # from which an answer no example is near to is taken, to be confirmed
OVERRULES = 0.7  # chance of another answer from which that one is taken …
NEARLY_ITS_OWN = 1.0  # … unless the words are this near to an example
PLAINLY = 0.7  # nearness from which a denial of the nearest is not overruled
AGREES = 0.06  # nearness gained by agreement
BY_CHANCE = 0.3  # nearness gained from an even to a certain opinion
LEAD, LEAST_SURE = 0.1, 0.3
DENIES, BELIEVES = 0.8, 0.2  # chance of another value, and of the one read, from which it is confirmed
DOUBTED = 0.5
HARDLY = 0.03  # sureness of a denial that the weights do not know
SAID_TWICE = 0.2  # share of its chance that an answer given before keeps
SPEAKS_OF_IT = 0.3  # chance from which a whole sentence speaks of a field
SETTLED = 0.08  # sureness of what two clauses together say
TONE_ONLY, OUT_OF_DOUBT = 0.46, 0.62  # confidence of a mere guess, and of what need not be confirmed
OF_THE_ASKED = 0.8  # share of the chances of the field that was asked from which a doubtful answer stands
TINY = 1e-12
LONGEST_WHOLE = 30  # words of a sentence whose whole says anything of one field


@dataclass(frozen=True)
class Opinion:
    """The likeliest answer of a span and its probability."""

    claim: Claim
    chance: float


def opinion_of(span: Span, context: Context) -> Opinion | None:
    """What all examples together say of a span, None where that is no answer."""
    if not any(len(word) > 1 for word in content_words(span.text)):
        return None
    best: tuple[float, tuple[str, str], float] | None = None
    for wording in span.readings:
        chances = _chances(wording, context)
        answer, chance = max(chances.items(), key=lambda item: item[1])
        rival = max((c for (name, _), c in chances.items() if name != answer[0]), default=0.0)
        if answer != NOTHING and (best is None or chance > best[0]):
            best = chance, answer, chance - rival
    if best is None:
        return None
    chance, (name, value), ahead = best
    score = FACT_FROM + BY_CHANCE * (chance - 0.5)
    field = context.tool.form.field(name)
    return Opinion(Claim(span, field, value, score, lead=LEAD * ahead, sure=chance - LEAST_SURE), chance)


def field_chances(text: str, context: Context) -> dict[str, float]:
    """How likely a text is to speak of each field, whatever it says of it and whatever was asked."""
    found: dict[str, float] = {}
    for (name, _), chance in _chances(text, replace(context, open_field="")).items():
        found[name] = found.get(name, 0.0) + chance
    return found


def _chances(text: str, context: Context) -> dict[tuple[str, str], float]:
    """The probability of every answer, less for what has been answered so already: few say a thing twice."""
    weights = learned().get(context.tool.name)
    if weights is None:
        return {NOTHING: 1.0}
    known = {} if context.correcting else dict(context.values or {})
    known.pop(context.open_field, None)
    found = {
        (name, value): chance * (SAID_TWICE if _is(known.get(name), value) else 1.0)
        for (name, value), chance in weights.chances(_in_plain_words(text), context.open_field).items()
    }
    total = sum(found.values())
    return {answer: chance / total for answer, chance in found.items()}


@lru_cache(maxsize=256)
def _in_plain_words(text: str) -> str:
    """The text without clauses that only deny a limit, where others remain, its turns of phrase put plainly."""
    said = clauses(text)
    kept = [plainly(clause) or clause for clause in said if not denies_a_limit(clause)]
    return text if kept == said or not kept else ", ".join(kept)


def _is(given: object, value: str) -> bool:
    return given in (value, [value])


def weighed(read: Claim, opinion: Opinion | None) -> Claim:
    """What the nearest examples say of a span, after the second opinion."""
    if opinion is None:
        return read
    other = opinion.claim
    if (other.field.id, other.value) == (read.field.id, read.value):
        return replace(read, score=read.score + AGREES * opinion.chance)
    turned = other.field.id == read.field.id and {other.value, read.value} == {"yes", "no"}
    if turned and is_negated(read.span.text):  # "not willing to talk to a salesperson at all": few examples deny so
        return read if read.score >= PLAINLY else replace(read, sure=min(read.sure, HARDLY))
    in_so_many_words = other.field.id == read.field.id and read.value in (quality_in(read.span.text), _doer(read))
    overruled = opinion.chance >= OVERRULES and read.score < NEARLY_ITS_OWN and not in_so_many_words
    return other if overruled else read


def _doer(read: Claim) -> str:
    """Who does it in the very words of a claim ("the service is on us"), empty where they name nobody."""
    who = {choice.id for choice in read.field.choices} >= WHO
    return who_does(read.span.text, "", is_negated(read.span.text)) if who else ""


def settled(claim: Claim, said: Collection[str], text: str, context: Context) -> Claim:
    """The claim of a field of which other clauses say something else: what the whole says, or to be confirmed.

    `said` are all the values said of it; a mere yes or no at the end settles which of them holds.

    "On paper a distributor, in truth they only take a commission", "she recommends, the director decides".
    """
    closing = PLAIN_WORDS.get((clauses(text) or [""])[-1].lower(), "")
    if closing in said:
        return replace(claim, value=closing, sure=SETTLED)  # "we look for 200 people, they are twelve: no"
    of_field = {value: chance for (name, value), chance in _chances(text, context).items() if name == claim.field.id}
    whole = max(of_field, key=lambda value: of_field[value], default=claim.value)
    if of_field and of_field[whole] >= OVERRULES * sum(of_field.values()) and of_field[whole] >= SPEAKS_OF_IT:
        return replace(claim, value=whole, sure=SETTLED)
    return replace(claim, sure=0.0)


def second_opinion(answer: Answer, text: str, context: Context) -> Answer:
    """The answer, doubted where its own words or the whole sentence rather say another value of its field.

    A doubtful answer to what was asked is no longer in doubt where, of the answers there are, it can only be this one.
    """
    value = answer.value[0] if isinstance(answer.value, list) and answer.value else answer.value
    if answer.status != "answered" or not isinstance(value, str):
        return answer
    if asks_who_turned(context.tool.form.field(answer.field)) and who_turned(answer.raw)[0] == value:
        return answer  # the subject and the object of the verb settle it
    told = [answer.raw, text] if len(tokens(text)) <= LONGEST_WHOLE else [answer.raw]
    said = [words for words in told if not all(map(denies_a_limit, clauses(words) or [words]))]
    if any(_says_else(answer.field, value, words, context) for words in said):
        return replace(answer, confidence=min(answer.confidence, DOUBTED))
    in_doubt = answer.field == context.open_field and TONE_ONLY < answer.confidence < OUT_OF_DOUBT
    if in_doubt and _share_of_field(answer.field, value, answer.raw, context) >= OF_THE_ASKED:
        return replace(answer, confidence=OUT_OF_DOUBT)
    return answer


def _share_of_field(field: str, value: str, text: str, context: Context) -> float:
    """How likely a value is among the values of its field."""
    of_field = {said: chance for (name, said), chance in _chances(text, context).items() if name == field}
    return of_field.get(value, 0.0) / max(sum(of_field.values()), TINY)


def _says_else(field: str, value: str, text: str, context: Context) -> bool:
    chances = _chances(text, context)
    others = (chance for (name, said), chance in chances.items() if name == field and said != value)
    return chances.get((field, value), 0.0) < BELIEVES and max(others, default=0.0) >= DENIES
