"""Numbers to fields: which quantity of a clause answers which field, and its canonical value.

A quantity goes to the field whose name stands beside it and whose kind it fits; the open question takes
what no other field claims. What is left open (currency, period, "30" for a rate) becomes a question.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from assistant.commands import Ambiguous, Answer, Command, Invalid
from assistant.understanding.amounts import Quantity
from assistant.understanding.examples import Library
from assistant.understanding.matching import concept_of
from assistant.understanding.phrases import phrase_set
from assistant.understanding.text import tokens
from knowledge.hebrew import words as words_of
from tools.forms import Field
from tools.tool import Tool
from tools.values import exact_text
from tools.written import UNSAID

NUMERIC = ("count", "amount", "money", "rate")
CUE_FROM = 0.5  # how much of a field's name must stand beside a number
SURE_CUE = 0.75
COUNTING_CUE = 0.6  # "one deal": the noun a lone "one" counts
WANTED_HELPS = 0.4
PART_HELPS = 0.35  # "35 of 50" for a field that is a part of another
STRAY = 0.45
LEAD_FROM, LEAD_HELPS = 0.15, 0.6  # a number no other field wants belongs where it is nearest
LEFTOVER_CUE, LEFTOVER_TRUST = 0.3, 0.7
CURRENCY_CHOICES = ("USD", "EUR", "ILS")
PERIOD_CHOICES = ("month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_BORDER = re.compile(r"[,;.!?\n]\s|\s(?:and|but|with|ועם)\s|\s(?=ו-?[א-ת\d])|\sו-", re.IGNORECASE)


@dataclass(frozen=True)
class Context:
    """What is known beside the words: the tool, the open question, values so far, whether to ask at all."""

    library: Library
    tool: Tool
    open_field: str = ""
    values: Mapping[str, Any] = None  # type: ignore[assignment]
    today: dt.date | None = None  # what "tomorrow" and a date without a year are counted from
    relaxed: bool = False  # a one-shot calculation: an unsaid currency is left unsaid

    @property
    def currency(self) -> str:
        """The currency spoken of so far in this record, if any."""
        for value in (self.values or {}).values():
            if isinstance(value, dict) and value.get("currency"):
                return str(value["currency"])
        return ""


@dataclass(frozen=True)
class _Fit:
    score: float
    quantity: int
    field: Field
    cue: float
    text: str = ""
    stray: bool = False  # a bare number among others, counting something the open question does not ask for
    lead: float = 0.0  # by how much it fits better than any other field


def figure_commands(text: str, found: Sequence[Quantity], context: Context) -> list[Command]:
    """The answers, and questions about answers, that the quantities of a clause give."""
    said = [q for q in found if not q.negated]
    fits = sorted(_fits(text, said, context), key=lambda fit: -fit.score)
    taken: dict[int, _Fit] = {}
    fields: set[str] = set()
    for fit in fits:
        if fit.quantity not in taken and fit.field.id not in fields:
            taken[fit.quantity] = fit
            fields.add(fit.field.id)
    taken.update(_leftovers(said, taken, fields, context))
    commands: list[Command] = []
    currency = context.currency or next((q.currency for q in said if q.currency), "")
    for place in sorted(taken):
        fit = taken[place]
        commands.append(_command(said[place], fit, replace_currency(context, currency)))
        commands += _beside(said[place], fit, fields, context)
    return commands


def _beside(quantity: Quantity, fit: _Fit, fields: set[str], context: Context) -> list[Command]:
    """What a number says besides its value: the whole of "35 of 50", the period a count is per."""
    whole = context.library.note(context.tool.name, fit.field.id, "whole")
    made = Answer("", None, quantity.raw, confidence=round(_sureness(fit), 2), tool=context.tool.name)
    if quantity.part_of and whole and whole not in fields:
        fields.add(whole)
        return [replace(made, field=whole, value=exact_text(quantity.part_of[1]))]
    if quantity.span is not None and (over := _span_field(quantity.span[1], fields, context)):
        fields.add(over)
        names = _unit_names(context.tool.form.field(over))
        length = quantity.span[0] * Fraction(_MONTHS.get(quantity.span[1], 12), _MONTHS.get(names[0], 12))
        return [replace(made, field=over, value=exact_text(length))]
    counted = next((f for f in context.tool.form.fields if f.id == "period" and f.kind == "choice"), None)
    if counted is None or fit.field.kind != "count" or "period" in fields or "period" in (context.values or {}):
        return []
    if quantity.period not in {choice.id for choice in counted.choices}:
        return []
    fields.add("period")
    return [replace(made, field="period", value=quantity.period)]


def _span_field(unit: str, fields: set[str], context: Context) -> str:
    """The open field for the time something was counted over ("30 deals in 3 years"), empty when there is none."""
    for field in context.tool.form.fields:
        asked = context.library.note(context.tool.name, field.id, "span")
        if asked and field.id not in fields and (unit in _unit_names(field) or unit in _MONTHS):
            return field.id
    return ""


def _leftovers(
    said: Sequence[Quantity], taken: Mapping[int, _Fit], fields: set[str], context: Context
) -> dict[int, _Fit]:
    """Money or a share nothing was said about, when just one required field of its kind is still open."""
    if not context.relaxed:
        return {}
    found: dict[int, _Fit] = {}
    for kind in ("money", "rate"):
        places = [p for p, q in enumerate(said) if p not in taken and _is_of_kind(q, kind)]
        open_fields = [
            field
            for field in context.tool.form.fields
            if field.kind == kind
            and field.required
            and field.id not in fields
            and field.id not in (context.values or {})
        ]
        if len(places) == 1 and len(open_fields) == 1:
            found[places[0]] = _Fit(LEFTOVER_CUE, places[0], open_fields[0], LEFTOVER_CUE)
    return found


def _is_of_kind(quantity: Quantity, kind: str) -> bool:
    if kind == "rate":
        return quantity.percent
    return bool(quantity.currency or quantity.period) and not quantity.unit


def replace_currency(context: Context, currency: str) -> Context:
    """The context with a currency spoken of in the same message."""
    if not currency or context.currency:
        return context
    return replace(context, values={**(context.values or {}), "": {"currency": currency}})


def _fits(text: str, found: Sequence[Quantity], context: Context) -> list[_Fit]:
    fits = []
    for place, quantity in enumerate(found):
        before, after = _surroundings(text, found, place)
        cues = _cues(before, after, _is_counted(quantity, after), context)
        possible: list[_Fit] = []
        for field in context.tool.form.fields:
            whole = (quantity.part_of or quantity.share) and context.library.note(context.tool.name, field.id, "whole")
            if field.kind not in NUMERIC or not (whole or _compatible(quantity, field)):
                continue
            cue = cues.get(field.id, 0.0)
            is_open = field.id == context.open_field
            if quantity.weak and not _is_number_here(quantity, field, cue, is_open and len(text.split()) <= 3):
                continue
            unit = _unit_bonus(quantity, field)
            score = (
                cue
                + unit
                + _kind_bonus(quantity, field)
                + _wanted(before, field, context)
                + _place_bonus(quantity, field, before, after)
            )
            stray = len(found) > 1 and field.kind == "money" and cue < CUE_FROM and _is_counted(quantity, after)
            score += (0.45 if is_open else 0.0) + (PART_HELPS if whole and quantity.part_of else 0.0)
            possible.append(_Fit(score, place, field, cue, f"{before} {after}", stray))
        best = [*sorted((fit.score for fit in possible), reverse=True)[:2], 0.0, 0.0]
        fits += [
            replace(fit, lead=fit.score - (best[1] if fit.score == best[0] else best[0]))
            for fit in possible
            if _is_near(quantity, fit, context)
        ]
    return fits


def _wanted(before: str, field: Field, context: Context) -> float:
    """A number that is wanted ("we need 10 deals") is a target and no result."""
    if not context.library.note(context.tool.name, field.id, "wanted"):
        return 0.0
    said = field.id in (context.values or {}) or phrase_set("wanted").find(tokens(before)) >= 0
    return WANTED_HELPS if said else 0.0  # "and for 20 deals?" changes the target there is


def _is_number_here(quantity: Quantity, field: Field, cue: float, alone: bool) -> bool:
    """Whether a word such as "one" is a number: it counts what the field is named after, or it is all that was said."""
    return field.kind not in ("money", "rate") and (alone or cue >= (COUNTING_CUE if quantity.low == 1 else SURE_CUE))


def _is_near(quantity: Quantity, fit: _Fit, context: Context) -> bool:
    field = fit.field
    period_fits = field.kind == "money" and quantity.period and quantity.period == field.default_period
    measured = _unit_bonus(quantity, field) and fit.cue > 0.2
    return bool(fit.cue >= CUE_FROM or field.id == context.open_field or measured or period_fits)


def _surroundings(text: str, found: Sequence[Quantity], place: int) -> tuple[str, str]:
    """The words before and after a quantity, up to its neighbours and the nearest border."""
    start = found[place - 1].end if place else 0
    end = found[place + 1].start if place + 1 < len(found) else len(text)
    quantity = found[place]
    before = _BORDER.split(text[start : quantity.start])[-1]
    after = _BORDER.split(text[quantity.end : end] + " ")[0]
    if len(before.split()) <= 1 and place == 0:
        before = text[start : quantity.start]
    if not after.strip() and place + 1 < len(found) and not text[quantity.end : end].strip() and _counts(quantity):
        _, noun = _surroundings(text, found, place + 1)  # "two 30k deals": the first counts, the second is a price
        return before, f"{quantity.raw} {noun[len(found[place + 1].raw) :].strip()}"
    previous = found[place - 1] if place else None
    if previous is not None and not text[previous.end : quantity.start].strip() and _counts(previous):
        return f"{after.strip()} of", quantity.raw
    return before, f"{quantity.raw} {after}"


def _counts(quantity: Quantity) -> bool:
    bare = not (quantity.currency or quantity.percent or quantity.share or quantity.unit or quantity.period)
    return bare and quantity.low == quantity.high and quantity.low < 1000


def _cues(before: str, after: str, counted: bool, context: Context) -> dict[str, float]:
    """How clearly each field is named around a number; what is counted is named after it."""
    best: dict[str, float] = {}
    named = " ".join(after.split()[1:3]) if counted else ""
    for words, trust in ((before, 0.8 if counted else 1.0), (after, 1.0), (f"{before} {after}", 1.0), (named, 0.75)):
        if not words.strip():
            continue
        for match in context.library.index.best(words, "cue", context.tool.name, whole=False):
            field_id = match.key[2]
            longer = min(0.16, 0.07 * match.example.count(" "))  # "we want deals" says more than "deals"
            best[field_id] = max(best.get(field_id, 0.0), match.score * trust + longer * match.score)
    return best


def _compatible(quantity: Quantity, field: Field) -> bool:
    if field.kind == "rate":
        return not quantity.currency and not quantity.unit
    if quantity.percent or (quantity.share and field.kind != "amount"):
        return False
    if field.kind == "money":
        return not quantity.unit
    if quantity.currency:
        return False
    return _in_unit(quantity, field) is not None if quantity.unit else True


def _unit_names(field: Field) -> tuple[str, ...]:
    """The time units a number field counts in, from its unit's words: "hours a day" -> ("hour", "day")."""
    words = field.unit.en.lower() if field.unit else ""
    return tuple(
        name for name in ("hour", "day", "week", "month", "quarter", "year") if re.search(rf"\b{name}s?\b", words)
    )


def _in_unit(quantity: Quantity, field: Field) -> tuple[Fraction, Fraction] | None:
    """The quantity in the field's time unit; None where it cannot be converted exactly."""
    names = _unit_names(field)
    if not names:
        return None
    if quantity.unit == names[0]:
        return quantity.low, quantity.high
    if quantity.unit in _MONTHS and names[0] in _MONTHS:
        factor = Fraction(_MONTHS[quantity.unit], _MONTHS[names[0]])
        return quantity.low * factor, quantity.high * factor
    return None


def _unit_bonus(quantity: Quantity, field: Field) -> float:
    names = _unit_names(field)
    if not quantity.unit or not names:
        return 0.0
    exact = 0.35 if quantity.unit == names[0] else 0.15
    if quantity.period and len(names) > 1:
        exact += 0.15 if quantity.period in names[1:] else -0.1
    return exact


_PRICED = frozenset(("of", "at", "worth", "each", "של", "שווה", "בשווי", "על"))


def _is_counted(quantity: Quantity, after: str) -> bool:
    """Whether a noun follows a bare number directly ("40 visits")."""
    following = after[len(quantity.raw) :].split()
    bare = not (quantity.currency or quantity.percent or quantity.unit)
    return bare and bool(following) and following[0].isalpha() and following[0].lower() not in _PRICED


def _place_bonus(quantity: Quantity, field: Field, before: str, after: str) -> float:
    """A bare number before a noun is counted ("2 deals"); after "of" or "at" it is a price ("at 60,000")."""
    if quantity.currency or quantity.percent or quantity.unit or field.kind not in ("count", "money"):
        return 0.0
    counted = _is_counted(quantity, after)
    priced = before.split()[-1:] and before.split()[-1].lower() in _PRICED
    toward_count = (0.15 if counted else 0.0) - (0.2 if priced else 0.0)
    return toward_count if field.kind == "count" else -toward_count


def _kind_bonus(quantity: Quantity, field: Field) -> float:
    if field.kind == "money":
        per = 0.35 if quantity.period and quantity.period == field.default_period else 0.0
        return per + (0.2 if quantity.currency else -0.05)
    if field.kind == "rate":
        return 0.2 if quantity.percent or quantity.share else -0.2
    return 0.0


def _sureness(fit: _Fit) -> float:
    """How often a number whose field is named this clearly belongs there, on the development suites."""
    if fit.cue == LEFTOVER_CUE:
        return LEFTOVER_TRUST
    alone = min(0.3, LEAD_HELPS * max(0.0, fit.lead - LEAD_FROM)) if fit.cue >= LEFTOVER_CUE else 0.0
    return min(0.95, max(0.3, 0.95 - 2.5 * (0.8 - fit.cue)) + alone)


def _command(quantity: Quantity, fit: _Fit, context: Context) -> Command:
    field = fit.field
    is_open = field.id == context.open_field
    confidence = 0.95 if is_open and fit.cue < SURE_CUE else _sureness(fit)
    if is_open and fit.stray:
        confidence = STRAY
    if quantity.bound:
        confidence = min(confidence, 0.5)  # "at least 5" is no 5: ask
    answer = Answer(field.id, None, quantity.raw, confidence=round(confidence, 2), tool=context.tool.name)
    if quantity.other is not None:
        options = tuple(
            _with_number(answer, field, quantity, value, context) for value in (quantity.low, quantity.other)
        )
        return Ambiguous("value", quantity.raw, options)
    if field.kind == "rate":
        return _rate(answer, quantity, field)
    if field.kind == "money":
        return _money(answer, _as_loss(quantity, field, fit.text), field, context)
    if quantity.share and (whole := context.library.note(context.tool.name, field.id, "whole")):
        return _part(answer, quantity, (context.values or {}).get(whole))
    bounds = _in_unit(quantity, field) if quantity.unit else (quantity.low, quantity.high)
    return replace(answer, value=_number(*(bounds or (quantity.low, quantity.high))))


def _part(answer: Answer, quantity: Quantity, whole: Any) -> Command:
    """The part of "35 of 50", or a share ("one in ten") of a whole that is known already."""
    known = Fraction(whole) if isinstance(whole, str) else None
    if quantity.part_of and known in (None, quantity.part_of[1]):
        return replace(answer, value=exact_text(quantity.part_of[0]))
    if known is not None:
        return replace(answer, value=exact_text(quantity.low * known))
    return Invalid(answer.field, quantity.raw, "share_without_whole")


def _as_loss(quantity: Quantity, field: Field, around: str) -> Quantity:
    """ "we lose 13,000 on them" is a negative profit where the form takes one."""
    may_be_negative = field.low is not None and Fraction(field.low) < 0
    if not may_be_negative or quantity.low < 0 or "loss" not in {concept_of(word) for word in words_of(around)}:
        return quantity
    return replace(quantity, low=-quantity.high, high=-quantity.low)


def _with_number(answer: Answer, field: Field, quantity: Quantity, value: Fraction, context: Context) -> Answer:
    plain = replace(quantity, low=value, high=value, other=None)
    if field.kind == "money":
        made = _money(answer, plain, field, replace(context, relaxed=True))
        return made if isinstance(made, Answer) else answer
    return replace(answer, value=_number(value, value))


def _number(low: Fraction, high: Fraction) -> Any:
    return exact_text(low) if low == high else {"low": exact_text(low), "high": exact_text(high)}


def _rate(answer: Answer, quantity: Quantity, field: Field) -> Command:
    if quantity.percent or quantity.share:
        if quantity.high > 1 and field.high is None:
            return Invalid(field.id, quantity.raw, "rate_over_one")
        return replace(answer, value=_number(quantity.low, quantity.high))
    if quantity.high < 1:
        return replace(answer, value=_number(quantity.low, quantity.high), confidence=min(answer.confidence, 0.75))
    shares = replace(answer, value=_number(quantity.low / 100, quantity.high / 100))
    return Ambiguous("rate", quantity.raw, (shares,))


def _money(answer: Answer, quantity: Quantity, field: Field, context: Context) -> Command:
    amount = _number(quantity.low, quantity.high)
    currency = quantity.currency or context.currency or (UNSAID if context.relaxed else "")
    period, open_period = _money_period(quantity, field, context)
    if not currency:
        made = [
            replace(answer, value={"amount": amount, "currency": code, "period": period or "month"})
            for code in CURRENCY_CHOICES
        ]
        return Ambiguous("currency", quantity.raw, tuple(made))
    if open_period:
        made = [
            replace(answer, value={"amount": amount, "currency": currency, "period": name}) for name in PERIOD_CHOICES
        ]
        return Ambiguous("period", quantity.raw, tuple(made))
    return replace(answer, value={"amount": amount, "currency": currency, "period": period})


def _money_period(quantity: Quantity, field: Field, context: Context) -> tuple[str, bool]:
    """(the period of an amount, whether it must be asked)."""
    if quantity.span and quantity.span[0] == 1:
        return quantity.span[1], False
    if quantity.period in (*PERIOD_CHOICES, "one_off"):
        return quantity.period, False
    # Given on its own a cost needs its period; told together with deals, both are of one period.
    asks = context.library.note(context.tool.name, field.id, "period") == "ask" and context.open_field == field.id
    if not asks:
        return field.default_period or "one_off", False
    known = (context.values or {}).get("period")
    if isinstance(known, str):
        return known, False
    return field.default_period or "", field.default_period is None
