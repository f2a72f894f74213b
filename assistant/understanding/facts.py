"""Statements to answers: which fields a clause speaks of and what it says about them.

A clause is compared with the authored answers of every field; a denial turns yes into no where the words
are otherwise the same. Words that merely name a field ("their finances") need a level beside them ("are
weak"). The open question has a prior, because people mostly answer what they were asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.commands import Answer
from assistant.understanding.figures import Context
from assistant.understanding.matching import Match
from assistant.understanding.phrases import evidence_in, is_negated, level_in
from assistant.understanding.segments import spans
from tools.forms import Field

FACT_FROM = 0.46  # nearness to an authored answer from which it is taken, to be confirmed when doubtful
OPEN_PRIOR = 0.1
DENIED = {"yes": "no", "no": "yes", "partly": "partly"}
MOST_SPANS = 24
CLOSE = 0.04


@dataclass(frozen=True)
class Reading:
    """One field's value in one span of the message."""

    span: str
    field: Field
    value: str
    score: float


def fact_answers(text: str, context: Context) -> list[Answer]:
    """The answers a sentence gives to fields with choices, each with its words and confidence."""
    readings = [reading for span in spans(text)[:MOST_SPANS] for reading in _read(span, context)]
    readings.sort(key=lambda reading: (-reading.score, len(reading.span)))
    used: list[str] = []
    chosen: dict[str, Reading] = {}
    for reading in readings:
        if reading.field.id in chosen or any(_overlap(reading.span, span) for span in used):
            continue
        chosen[reading.field.id] = reading
        used.append(reading.span)
    evidence = evidence_in(text)
    return [
        Answer(
            reading.field.id,
            [reading.value] if reading.field.kind == "choices" else reading.value,
            reading.span,
            evidence=evidence_in(reading.span) or evidence,
            confidence=confidence_of(reading.score),
            tool=context.tool.name,
        )
        for reading in sorted(chosen.values(), key=lambda r: text.find(r.span[:20]))
    ]


def confidence_of(score: float) -> float:
    """How often a reading with this nearness is right, as measured on the development suite."""
    return round(min(0.97, max(0.2, 0.5 + (score - FACT_FROM) * 2.0)), 2)


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _read(span: str, context: Context) -> list[Reading]:
    """What one span says: the best authored answer, or a field's name with a level beside it."""
    matches = context.library.index.best(span, "fact", context.tool.name, whole=False)[:12]
    denied = is_negated(span)
    found: dict[str, Reading] = {}
    for match in matches:
        reading = _resolve(span, match, denied, context)
        if reading is not None and (
            reading.field.id not in found or reading.score > found[reading.field.id].score
        ):
            found[reading.field.id] = reading
    ranked = sorted(found.values(), key=lambda reading: -reading.score)
    if ranked and ranked[0].score >= FACT_FROM:
        return ranked[:1]
    return _by_name(span, context)


def _resolve(span: str, match: Match, denied: bool, context: Context) -> Reading | None:
    _, _, field_id, value = match.key
    field = context.tool.form.field(field_id)
    score = match.score + (OPEN_PRIOR if field_id == context.open_field else 0.0)
    if denied != is_negated(match.example):
        if field.kind in ("level", "yes_no"):
            value, score = DENIED[value], score * 0.92
        else:
            score *= 0.6
    return Reading(span, field, value, score)


def _by_name(span: str, context: Context) -> list[Reading]:
    """ "chemistry is good", "their finances: weak": a field's name and a level."""
    level, sureness = level_in(span, longest=9)
    if not level:
        return []
    for match in context.library.index.best(span, "cue", context.tool.name, whole=False)[:3]:
        field = context.tool.form.field(match.key[2])
        if field.kind in ("level", "yes_no") and match.score >= 0.62:
            value = level if field.kind == "level" or level != "partly" else ""
            return [Reading(span, field, value, 0.5 + 0.1 * sureness)] if value else []
    return []
