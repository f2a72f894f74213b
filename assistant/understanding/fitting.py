"""Which field a number is for: named beside it, fit for its kind, or following from the number before.

A quantity goes to the field whose name stands beside it and whose kind it fits; the open question takes
what no other field claims. "30 % of those" is a share of what was counted just before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from assistant.understanding.amounts import Quantity
from assistant.understanding.beside import (
    BORDER,
    LONGEST_EACH,
    PRICED,
    counts_things,
    is_count,
    is_counted,
    is_for_each,
    is_priced,
    priced_noun,
    surroundings,
)
from assistant.understanding.examples import Library
from assistant.understanding.phrases import phrase_set
from assistant.understanding.text import tokens
from assistant.understanding.time_units import in_unit, unit_bonus, unit_names
from knowledge.hebrew import is_stop_word
from tools.forms import Field
from tools.tool import Tool

NUMERIC = ("count", "amount", "money", "rate")
CUE_FROM = 0.5  # how much of a field's name must stand beside a number
SURE_CUE = 0.75
COUNTING_CUE = 0.6  # "one deal": the noun a lone "one" counts
WANTED_HELPS = 0.4
PART_CUE = 0.45
PART_HELPS = 0.35  # "35 of 50" for a field that is a part of another
OPEN_FIRST, OPEN_LATER = 0.45, 0.28  # of the open question, for the first number said and for others
OPEN_HELPS, OPEN_UNNAMED = 0.45, 0.15  # of the open question; while the words name another field clearly
NAMED_AHEAD = 0.15  # by how much another field must be named more clearly
EACH_HELPS = 0.6  # "1,000 euros each" after what was counted
CHAIN_HELPS, REFERRING_HELPS = 0.25, 0.5  # a share of what was counted just before; "… of those"
CLEARLY_OTHER = 0.2  # by how much another field must fit better for a number not to follow from the one before
TOTAL_HELPS = 0.15  # time that is for no single one of anything is a total
AVERAGE_COSTS = 0.2  # "the average deal" is an amount and no count
LONGEST_ALONE = 3  # words of a clause that says "one" and nothing else
WHOLELESS_COSTS = 0.15  # a share of what nobody spoke of, beside the share that is asked for
FOLLOWING_CUE = 0.7  # how clearly a share that follows its whole is named by that alone
CHAINED_CUE = 0.3  # how much of its name is enough for a number that follows from the one before
ANSWERED_COSTS, CHANGED_HELPS = 0.12, 0.1  # a field that has its answer, unless the words change one
LEFTOVER_CUE, UNNAMED_CUE = 0.3, 0.24  # the only field of its kind still needed; the next one that could be meant
LEAST_AMOUNT = 1000  # a smaller number without a currency needs words to be money
ROUNDS = 4  # of placing numbers by where the others went


@dataclass(frozen=True)
class Context:
    """What is known beside the words: the tool, the open question, values so far, whether to ask at all."""

    library: Library
    tool: Tool
    open_field: str = ""
    values: Mapping[str, Any] = None  # type: ignore[assignment]
    today: dt.date | None = None  # what "tomorrow" and a date without a year are counted from
    relaxed: bool = False  # a one-shot calculation: an unsaid currency is left unsaid
    unknown: frozenset[str] = frozenset()  # fields that were asked and could not be answered
    correcting: bool = False  # the words change what was said: a field that is answered is meant rather than a new one

    @property
    def currency(self) -> str:
        """The currency spoken of so far in this record, if any."""
        for value in (self.values or {}).values():
            if isinstance(value, dict) and value.get("currency"):
                return str(value["currency"])
        return ""


@dataclass(frozen=True)
class Fit:
    """How well a quantity (its place among those said) fits a field."""

    score: float
    quantity: int
    field: Field
    cue: float
    text: str = ""
    stray: bool = False  # a bare number among others, counting something the open question does not ask for
    lead: float = 0.0  # by how much it fits better than any other field
    near: bool = True  # named, asked or measured clearly enough to count by itself
    refers: bool = False  # "of those", "at 20", "sixty each"
    each: bool = False  # "sixty each": of anything counted before, not only of what stands next to it


def placed(text: str, said: Sequence[Quantity], context: Context) -> dict[int, Fit]:
    """The field of each quantity, by its place; a field takes one quantity, and doubtful ones are left out."""
    fits = _fits(text, said, context)
    heading = _heading(text, said)
    taken = _greedy([fit for fit in fits if fit.near])
    for _ in range(ROUNDS if len(said) > 1 or any(fit.refers for fit in fits) else 0):
        again = _greedy([related for fit in fits if (related := _related(fit, taken, heading, context)) is not None])
        if _where(again) == _where(taken):
            break
        taken = again
    return taken | _leftovers(said, taken, context)


def _where(taken: Mapping[int, Fit]) -> dict[int, tuple[str, float]]:
    return {place: (fit.field.id, fit.score) for place, fit in taken.items()}


def _greedy(fits: Sequence[Fit]) -> dict[int, Fit]:
    taken: dict[int, Fit] = {}
    fields: set[str] = set()
    for fit in sorted(fits, key=lambda fit: -fit.score):
        if fit.quantity not in taken and fit.field.id not in fields:
            taken[fit.quantity] = fit
            fields.add(fit.field.id)
    return taken


def _heading(text: str, said: Sequence[Quantity]) -> bool:
    """Whether the numbers stand under a heading of targets ("our targets: 10 deals, …") or leads are asked for."""
    if phrase_set("asking_for_leads").find(tokens(text)) >= 0:
        return True
    head = text[: said[0].start].rstrip() if said else ""
    return head.endswith(":") and phrase_set("wanted").find(tokens(head)) >= 0


def _related(fit: Fit, taken: Mapping[int, Fit], heading: bool, context: Context) -> Fit | None:
    """The fit with what the other numbers say for it; None when it is too faint even so."""
    chain, follows = _chain(fit, taken, context)
    if (paired := _paired(fit, taken, context)) is not None:
        chain, follows = paired, follows or paired > 0
    leads = 0.0
    after = min((place for place in taken if place > fit.quantity), default=-1)
    if not chain and after >= 0 and fit.field.id in _wholes(taken[after].field, context):
        leads = CHAIN_HELPS  # the share that follows is of this one; that names it no more clearly
    target = _target_helps(fit, taken, heading, context)
    helps = chain + leads + target
    if not helps or (helps < 0 and not fit.near):
        return fit if fit.near else None
    if not fit.near and fit.cue < CHAINED_CUE and not (follows and (fit.refers or fit.each)):
        return None
    cue = max(fit.cue + chain + target, FOLLOWING_CUE if follows else 0.0)
    return replace(fit, score=fit.score + helps, cue=min(1.0, cue), near=True)


def _chain(fit: Fit, taken: Mapping[int, Fit], context: Context) -> tuple[float, bool]:
    """How much the number before speaks for a fit, and whether the fit is of what that one clearly counts."""
    before = max((place for place in taken if place < fit.quantity), default=-1)
    last = taken[before].field.id if before >= 0 else next(reversed(tuple(context.values or ())), "")
    wholes = _wholes(fit.field, context)
    priced = context.library.note(context.tool.name, fit.field.id, "per")
    other_named = fit.lead <= -CLEARLY_OTHER
    if other_named and (fit.field.kind == "count" or (priced and not (fit.refers or fit.each))):
        return 0.0, False  # "six reps, and the helper costs 5,500", "40 leads, 2 of them bought": another is named
    earlier = [other for place, other in taken.items() if place < fit.quantity and other.field.id in wholes]
    if last in wholes or (fit.each and earlier):
        clear = before < 0 or any(other.cue >= SURE_CUE for other in earlier)
        helps = REFERRING_HELPS if fit.refers else CHAIN_HELPS if before >= 0 else 0.0
        return (helps, True) if clear else (helps / 2, False)
    if context.correcting and before < 0 and fit.refers and last == fit.field.id:
        return REFERRING_HELPS + CHAIN_HELPS, True  # "what if it were a third of them?"
    noted = context.library.note(context.tool.name, fit.field.id, "of") or fit.refers
    if before >= 0 and noted and _leads_on(last, context):
        return -CHAIN_HELPS, False  # what follows this number is of another group
    return 0.0, False


def _target_helps(fit: Fit, taken: Mapping[int, Fit], heading: bool, context: Context) -> float:
    """How much a heading or another target beside it speaks for a target."""
    note, tool = context.library.note, context.tool.name
    if not note(tool, fit.field.id, "wanted"):
        return 0.0
    beside = any(p != fit.quantity and note(tool, other.field.id, "wanted") for p, other in taken.items())
    return WANTED_HELPS if heading else WANTED_HELPS / 2 if beside else 0.0


def _paired(fit: Fit, taken: Mapping[int, Fit], context: Context) -> float | None:
    """What a number and the one before say for each other: "200 orders at 50 euros apiece", "six hours each, of nine".

    None where they have nothing to do with each other.
    """
    before = max((place for place in taken if place < fit.quantity), default=-1)
    last = taken[before].field.id if before >= 0 else ""
    counted = context.library.note(context.tool.name, fit.field.id, "per")
    if fit.each:
        if counted and counted == last:
            return EACH_HELPS
        return None if counted and last not in _counted_fields(context) else -EACH_HELPS
    if fit.refers and last and context.library.note(context.tool.name, last, "per") == fit.field.id:
        return EACH_HELPS
    return None


def _counted_fields(context: Context) -> set[str]:
    """The fields of which another one says what each costs or takes."""
    note, tool = context.library.note, context.tool.name
    return {str(per) for field in context.tool.form.fields if (per := note(tool, field.id, "per"))}


def _leads_on(last: str, context: Context) -> bool:
    """Whether some field is a share of this one, or its price."""
    return any(last in _wholes(field, context) for field in context.tool.form.fields if field.kind != "count")


def _wholes(field: Field, context: Context) -> Sequence[str]:
    """The fields this one is a share or a part of."""
    note = context.library.note
    whole = note(context.tool.name, field.id, "whole")
    return [*(note(context.tool.name, field.id, "of") or ()), *([whole] if whole else ())]


def _leftovers(said: Sequence[Quantity], taken: Mapping[int, Fit], context: Context) -> dict[int, Fit]:
    """Money or a share nothing was said about, where only one field of its kind can be meant."""
    found: dict[int, Fit] = {}
    closed = {fit.field.id for fit in taken.values()} | set(context.values or {})
    for kind in ("money", "rate"):
        places = [p for p, q in enumerate(said) if p not in taken and _is_of_kind(q, kind) and not (q.weak or q.times)]
        fields = [field for field in context.tool.form.fields if field.kind == kind and field.id not in closed]
        needed = [field for field in fields if field.required or field.id in context.unknown]
        if len(places) != 1:
            continue
        before = max((place for place in taken if place < places[0]), default=-1)
        led_to = any(fit.field.id == context.open_field and at > places[0] for at, fit in taken.items())
        alone = not (led_to or _fits_open(kind, context))  # "5 % off, so about 15k": the share is of what was asked
        if len(needed) == 1 and (context.relaxed or len(taken) > 1 or alone):
            found[places[0]] = Fit(LEFTOVER_CUE, places[0], needed[0], LEFTOVER_CUE)
        elif not needed and kind == "rate" and before >= 0:
            last = taken[before].field.id
            chained = [f for f in fields if last in _wholes(f, context)]
            if meant := (chained or [f for f in fields if context.library.note(context.tool.name, f.id, "unnamed")]):
                found[places[0]] = Fit(UNNAMED_CUE, places[0], meant[0], UNNAMED_CUE)
    return found


def _fits_open(kind: str, context: Context) -> bool:
    """Whether the open question asks for this kind: then a number without a name is its answer or nothing."""
    return any(field.id == context.open_field and field.kind == kind for field in context.tool.form.fields)


def _is_of_kind(quantity: Quantity, kind: str) -> bool:
    if kind == "rate":
        return quantity.percent or (quantity.share and not quantity.weak and quantity.part_of is None)
    return bool(quantity.currency or quantity.period) and not quantity.unit


def _fits(text: str, found: Sequence[Quantity], context: Context) -> list[Fit]:
    fits = []
    for place, quantity in enumerate(found):
        before, after = surroundings(text, found, place)
        refers = phrase_set("referring").find(tokens(f"{before} {after}")) >= 0
        end = min([quantity.end + LONGEST_EACH, *(q.start for q in found[place + 1 :] if not q.weak)])
        told = BORDER.split(text[quantity.end : end] + " ")[0]
        if refers and place and is_count(quantity) and not before.strip(" ,;-"):
            before = priced_noun(text, found, place - 1)
        each = is_for_each(quantity, before, f"{quantity.raw} {told}") or is_for_each(quantity, before, after)
        refers = refers or each or is_priced(before)
        lone = quantity.weak and quantity.low == 1 and is_counted(quantity, after)
        cues, ahead = _cues(
            "" if lone else before, after, is_counted(quantity, after), context
        )  # "one manager": itself
        if _is_all_said(quantity, text):
            cues = {context.open_field: cues.get(context.open_field, 0.0)} if _asks_number(context) else cues
        things = counts_things(quantity, after)
        possible: list[Fit] = []
        for field in context.tool.form.fields:
            if field.kind not in NUMERIC:
                continue
            whole = (quantity.part_of or quantity.share) and context.library.note(context.tool.name, field.id, "whole")
            if not (whole or _compatible(quantity, field)) or (field.kind in ("money", "rate") and things):
                continue
            cue = cues.get(field.id, 0.0)
            is_open = field.id == context.open_field
            around = f"{before} {after}" if len(found) == 1 else text
            alone = is_open and len(around.split()) <= LONGEST_ALONE
            if quantity.weak and not _is_number_here(quantity, field, cue, alone):
                continue
            if not is_open and _is_beyond(quantity, field) and cue < SURE_CUE:
                continue
            asked_alone = is_open and len(found) == 1
            if field.kind == "money" and not (
                asked_alone or each or _is_money_here(quantity, field, before, after, ahead)
            ):
                continue
            if whole and quantity.part_of and cue >= PART_CUE:
                cue = max(cue, SURE_CUE)  # "35 customers of 50": no other field is a part of another
            if cue >= CHAINED_CUE:
                cue += _wanted(before, field, context)
            score = (
                cue
                + unit_bonus(quantity, field)
                + _kind_bonus(quantity, field)
                + _place_bonus(quantity, field, before, after)
                + _answered(field, context)
                - _single_costs(quantity, field, each, f"{before} {after}", context)
                - (_wholeless_costs(field, context) if len(found) == 1 else 0.0)
            )
            stray = field.kind == "money" and cue < CUE_FROM and _is_counting(quantity, after, len(found))
            helps = _open_helps(field, place, refers and not each, context)
            score += min(helps, _open_share(cues, field)) if helps else 0.0
            score += PART_HELPS if whole and quantity.part_of else 0.0
            around = f"{before} {after}"
            possible.append(Fit(score, place, field, min(1.0, cue), around, stray, refers=refers, each=each))
        best = [*sorted((fit.score for fit in possible), reverse=True)[:2], 0.0, 0.0]
        fits += [
            replace(
                fit,
                lead=fit.score - (best[1] if fit.score == best[0] else best[0]),
                near=_is_near(quantity, fit, context),
            )
            for fit in possible
        ]
    return fits


def _single_costs(quantity: Quantity, field: Field, each: bool, around: str, context: Context) -> float:
    """What speaks against hours of a single one where nothing says "each", and against a count of "the average …"."""
    if field.id == context.open_field:
        return 0.0
    if quantity.unit and not each and (per := context.library.note(context.tool.name, field.id, "per")):
        counted = per in (context.values or {}) or phrase_set("of_each").find(tokens(around)) >= 0
        return 0.0 if counted else TOTAL_HELPS
    bare = not (quantity.currency or quantity.percent or quantity.share or quantity.unit)
    averaged = bare and field.kind == "count" and not unit_names(field)
    return AVERAGE_COSTS if averaged and phrase_set("averaging").find(tokens(around)) >= 0 else 0.0


def _wholeless_costs(field: Field, context: Context) -> float:
    """What speaks against a share of something nobody spoke of, while another share is asked for."""
    wholes, asked = _wholes(field, context), _fits_open(field.kind, context)
    known = not wholes or any(whole in (context.values or {}) for whole in wholes)
    return 0.0 if known or not asked or field.id == context.open_field or field.kind != "rate" else WHOLELESS_COSTS


def _is_all_said(quantity: Quantity, text: str) -> bool:
    return quantity.raw.strip() == text.strip(" .,!")


def _asks_number(context: Context) -> bool:
    """Whether a number is asked for: one that is said alone then names nothing else."""
    return any(f.id == context.open_field and f.kind in NUMERIC for f in context.tool.form.fields)


def _open_helps(field: Field, place: int, refers: bool, context: Context) -> float:
    """The open question takes a number no other field claims, the first one rather than one "of whom …" after it."""
    if field.id != context.open_field or (place and refers and not _wholes(field, context)):
        return 0.0
    return OPEN_LATER if place else OPEN_FIRST


def _open_share(cues: Mapping[str, float], field: Field) -> float:
    """What speaks for the open question: less where another field is named beside the number, and much more clearly."""
    other = max((cue for name, cue in cues.items() if name != field.id), default=0.0)
    ahead = other - cues.get(field.id, 0.0)
    named = (other >= SURE_CUE and ahead >= NAMED_AHEAD) or (other >= COUNTING_CUE and ahead >= 2 * NAMED_AHEAD)
    return OPEN_UNNAMED if named else OPEN_HELPS


def _answered(field: Field, context: Context) -> float:
    """A number rather answers what is open, unless the words change what was said."""
    if field.id not in (context.values or {}) or field.id == context.open_field:
        return 0.0
    return CHANGED_HELPS if context.correcting else -ANSWERED_COSTS


def _wanted(before: str, field: Field, context: Context) -> float:
    """A number that is wanted ("we need 10 deals") is a target and no result."""
    if not context.library.note(context.tool.name, field.id, "wanted"):
        return 0.0
    words = tokens(before)
    said = field.id in (context.values or {}) or phrase_set("wanted").find(words) >= 0
    aims = phrase_set("aiming")  # "how many leads for 10 deals"
    said = said or any(aims.at(words, at) == len(words) - at for at in range(max(0, len(words) - 3), len(words)))
    return WANTED_HELPS if said else 0.0  # "and for 20 deals?" changes the target there is


def _is_number_here(quantity: Quantity, field: Field, cue: float, alone: bool) -> bool:
    """Whether a word such as "one" is a number: it counts what the field is named after, or it is all that was said.

    "A quarter" is a share where a rate is spoken of or asked for."""
    if quantity.share:
        return field.kind == "rate" and (alone or cue >= COUNTING_CUE)
    return field.kind not in ("money", "rate") and (alone or cue >= (COUNTING_CUE if quantity.low == 1 else SURE_CUE))


def _is_near(quantity: Quantity, fit: Fit, context: Context) -> bool:
    field = fit.field
    period_fits = field.kind == "money" and quantity.period and quantity.period == field.default_period
    measured = unit_bonus(quantity, field) and fit.cue > 0.2
    part = quantity.part_of and fit.cue >= CHAINED_CUE and context.library.note(context.tool.name, field.id, "whole")
    return bool(fit.cue >= CUE_FROM or part or field.id == context.open_field or measured or period_fits)


def _cues(before: str, after: str, counted: bool, context: Context) -> tuple[dict[str, float], dict[str, float]]:
    """How clearly each field is named around a number, and before it; what is counted is named after it."""
    best: dict[str, float] = {}
    ahead: dict[str, float] = {}
    named = " ".join(after.split()[1:3]) if counted else ""
    for words, trust in ((before, 0.8 if counted else 1.0), (after, 1.0), (f"{before} {after}", 1.0), (named, 0.75)):
        if not words.strip():
            continue
        for match in context.library.index.best(words, "cue", context.tool.name, whole=False):
            field_id = match.key[2]
            longer = min(0.16, 0.07 * match.example.count(" "))  # "we want deals" says more than "deals"
            best[field_id] = max(best.get(field_id, 0.0), match.score * trust + longer * match.score)
        if words == before:
            ahead = dict(best)
    return best, ahead


def _is_beyond(quantity: Quantity, field: Field) -> bool:
    """Whether a number without a unit is more than a field takes ("sixty a day" are no hours)."""
    return not quantity.unit and field.high is not None and field.kind != "rate" and quantity.low > Fraction(field.high)


def _is_money_here(quantity: Quantity, field: Field, before: str, after: str, ahead: Mapping[str, float]) -> bool:
    """Whether a number is an amount: it has a currency, its name or "at" before it, "per …" after it, or is large."""
    if quantity.currency or is_priced(before) or ahead.get(field.id, 0.0) >= CUE_FROM:
        return True
    following = after[len(quantity.raw) :].split()[:1]
    if following and (following[0].lower() in _PER_WORDS or (following[0][0] == "ל" and len(following[0]) > 2)):
        return True
    return quantity.low >= LEAST_AMOUNT and not is_counted(quantity, after)


_PER_WORDS = frozenset(("per", "for", "a", "an", "each", "every", "apiece", "על", "עבור", "כל"))


def _is_counting(quantity: Quantity, after: str, told: int) -> bool:
    """Whether a number counts what stands after it; one that is told alone only where it is no large one."""
    if not is_counted(quantity, after) or quantity.period:
        return False
    following = after[len(quantity.raw) :].split()[0].lower()
    return told > 1 or (quantity.low < LEAST_AMOUNT and not is_stop_word(following))


def _compatible(quantity: Quantity, field: Field) -> bool:
    if field.kind == "rate":
        bare = not (quantity.percent or quantity.share)
        counted = quantity.currency or quantity.unit or quantity.times
        return not counted and not (bare and quantity.low > 200)
    if quantity.percent or quantity.part_of or (quantity.share and field.kind != "amount"):
        return False
    if field.kind == "money":
        return not (quantity.unit or quantity.times)
    if quantity.currency:
        return False
    return in_unit(quantity, field) is not None if quantity.unit else True


def _place_bonus(quantity: Quantity, field: Field, before: str, after: str) -> float:
    """A bare number before a noun is counted ("2 deals"); after "of" or "at" it is a price ("at 60,000")."""
    if quantity.currency or quantity.percent or quantity.unit or field.kind not in ("count", "money"):
        return 0.0
    if is_for_each(quantity, "", after):  # "bought for 9,000 each"
        return 0.2 if field.kind == "money" else 0.0 if unit_names(field) else -0.35
    counted = is_counted(quantity, after)
    priced = before.split()[-1:] and before.split()[-1].lower() in PRICED
    toward_count = (0.15 if counted else 0.0) - (0.2 if priced else 0.0)
    if counted and unit_names(field):
        return -toward_count  # "10 relationships" are no hours
    return toward_count if field.kind == "count" else -toward_count


def _kind_bonus(quantity: Quantity, field: Field) -> float:
    if field.kind == "money":
        per = 0.35 if quantity.period and quantity.period == field.default_period else 0.0
        return per + (0.2 if quantity.currency else -0.05)
    if field.kind == "rate":
        return 0.2 if quantity.percent or quantity.share else -0.2
    return 0.0
