"""Which field a number is for: named beside it, fit for its kind, or following from the number before.

A quantity goes to the field whose name stands beside it and whose kind it fits; the open question takes
what no other field claims. "30 % of those" is a share of what was counted just before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.understanding.fields.counted import noun_counted
from assistant.understanding.fields.figure_context import Context, asks_for_kind, wholes_of
from assistant.understanding.fields.scored import (
    CHAINED_CUE,
    CUE_FROM,
    NUMERIC,
    SURE_CUE,
    WANTED_HELPS,
    Fit,
    fits_of,
)
from assistant.understanding.numbers.amounts import Quantity
from assistant.understanding.numbers.time_units import unit_names
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens
from knowledge.hebrew import content_words
from tools.forms import Field

__all__ = ["LEFTOVER_CUE", "NUMERIC", "SURE_CUE", "UNNAMED_CUE", "Context", "Fit", "placed"]
EACH_HELPS = 0.6  # "1,000 euros each" after what was counted
CHAIN_HELPS, REFERRING_HELPS = 0.25, 0.5  # a share of what was counted just before; "… of those"
CLEARLY_OTHER = 0.2  # by how much another field must fit better for a number not to follow from the one before
FOLLOWING_CUE = 0.7  # how clearly a share that follows its whole is named by that alone
LEFTOVER_CUE, UNNAMED_CUE = 0.3, 0.24  # the only field of its kind still needed; the next one that could be meant
FAINTLY_NAMED, NAMED_AHEAD = 0.4, 0.2  # how clearly words name the field of an amount, and before any other
ROUNDS = 4  # of placing numbers by where the others went


def placed(text: str, said: Sequence[Quantity], context: Context) -> dict[int, Fit]:
    """The field of each quantity, by its place; a field takes one quantity, and doubtful ones are left out."""
    fits = fits_of(text, said, context)
    heading = _heading(text, said)
    taken = _greedy([fit for fit in fits if fit.near])
    for _ in range(ROUNDS if len(said) > 1 or any(fit.refers for fit in fits) else 0):
        again = _greedy([related for fit in fits if (related := _related(fit, taken, heading, context)) is not None])
        if _where(again) == _where(taken):
            break
        taken = again
    return taken | _leftovers(fits, said, taken, context)


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
    if not chain and after >= 0 and fit.field.id in wholes_of(taken[after].field, context):
        leads = CHAIN_HELPS  # the share that follows is of this one; that names it no more clearly
        if taken[after].refers and taken[after].cue >= SURE_CUE and fit.cue >= CUE_FROM:
            fit = replace(fit, cue=max(fit.cue, FOLLOWING_CUE))  # … unless it says so: "and we win 25 % of these"
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
    wholes = wholes_of(fit.field, context)
    priced = context.library.note(context.tool.name, fit.field.id, "per")
    other_named = fit.lead <= -CLEARLY_OTHER
    referring = (fit.refers and not fit.at) or fit.each
    if other_named and not (priced and referring) and (priced or fit.field.kind == "count"):
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
    total = fit.headed or _has_its_total(fit.field, context)
    if counted and counted == last and fit.quantity == before + 1 and total:
        return EACH_HELPS / 2  # "strategic: 5 accounts, 10 hours", the hours there are in all being known
    if fit.refers and last and context.library.note(context.tool.name, last, "per") == fit.field.id:
        return EACH_HELPS
    return None


def _has_its_total(field: Field, context: Context) -> bool:
    """Whether a total of what a field takes is noted already."""
    note, tool = context.library.note, context.tool.name
    values = context.values or {}
    return any(
        f.id in values and note(tool, f.id, "total") and unit_names(f) == unit_names(field)
        for f in context.tool.form.fields
    )


def _counted_fields(context: Context) -> set[str]:
    """The fields of which another one says what each costs or takes."""
    note, tool = context.library.note, context.tool.name
    return {str(per) for field in context.tool.form.fields if (per := note(tool, field.id, "per"))}


def _leads_on(last: str, context: Context) -> bool:
    """Whether some field is a share of this one, or its price."""
    return any(last in wholes_of(field, context) for field in context.tool.form.fields if field.kind != "count")


def _leftovers(
    fits: Sequence[Fit], said: Sequence[Quantity], taken: Mapping[int, Fit], context: Context
) -> dict[int, Fit]:
    """Money or a share nothing was said about, where only one field of its kind can be meant.

    What is said about it, if anything, rather names another field, or none: then it is to be confirmed.
    """
    found: dict[int, Fit] = {}
    closed = {fit.field.id for fit in taken.values()} | set(context.values or {})
    for kind in ("money", "rate"):
        places = [p for p, q in enumerate(said) if p not in taken and _is_of_kind(q, kind) and not (q.weak or q.times)]
        fields = [field for field in context.tool.form.fields if field.kind == kind and field.id not in closed]
        needed = [field for field in fields if field.required or field.id in context.unknown]
        if len(places) != 1:
            continue
        if kind == "rate" and not any(fit.quantity == places[0] and fit.field.kind == kind for fit in fits):
            continue  # "8 % discount" is of none of them
        before = max((place for place in taken if place < places[0]), default=-1)
        led_to = any(fit.field.id == context.open_field and at > places[0] for at, fit in taken.items())
        alone = not (led_to or asks_for_kind(kind, context))  # "5 % off, so about 15k": the share is of what was asked
        if len(needed) == 1 and (context.relaxed or len(taken) > 1 or alone):
            found[places[0]] = _left_for(needed[0], places[0], fits)
        elif not needed and kind == "rate" and before >= 0:
            last = taken[before].field.id
            chained = [f for f in fields if last in wholes_of(f, context)]
            if meant := (chained or [f for f in fields if context.library.note(context.tool.name, f.id, "unnamed")]):
                found[places[0]] = Fit(UNNAMED_CUE, places[0], meant[0], UNNAMED_CUE)
    return found


def _left_for(needed: Field, place: int, fits: Sequence[Fit]) -> Fit:
    """The fit of an amount for the one field that still needs one, or for the field its words faintly name."""
    best = max((fit for fit in fits if fit.quantity == place), key=lambda fit: fit.score, default=None)
    if best is None or best.field == needed or not content_words(best.text):
        return Fit(LEFTOVER_CUE, place, needed, LEFTOVER_CUE)
    named = best.cue >= FAINTLY_NAMED and best.lead >= NAMED_AHEAD
    return Fit(UNNAMED_CUE, place, best.field if named else needed, UNNAMED_CUE)


def _is_of_kind(quantity: Quantity, kind: str) -> bool:
    if kind == "rate":
        return quantity.percent or (quantity.share and not quantity.weak and quantity.part_of is None)
    counts = bool(noun_counted(quantity, quantity.raw))  # "two fairs a year"
    return bool(quantity.currency or (quantity.period and not counts)) and not quantity.unit
