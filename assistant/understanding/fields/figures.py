"""Numbers to fields: which quantity of a clause answers which field, and its canonical value.

A quantity goes to the field whose name stands beside it and whose kind it fits; the open question takes
what no other field claims. What is left open (currency, period, "30" for a rate) becomes a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from assistant.commands import Ambiguous, Answer, Command, Invalid
from assistant.held import PERIODS_TO_CHOOSE
from assistant.understanding.fields.beside import LEAST_PRICE
from assistant.understanding.fields.figure_context import open_field
from assistant.understanding.fields.fitting import (
    LEFTOVER_CUE,
    NUMERIC,
    SURE_CUE,
    UNNAMED_CUE,
    Context,
    Fit,
    placed,
)
from assistant.understanding.fields.jointly import hours_of_all
from assistant.understanding.fields.measures_alone import place_alone, time_alone
from assistant.understanding.fields.roles import role_chances
from assistant.understanding.numbers.amounts import Quantity, quantities
from assistant.understanding.numbers.number_words import CURRENCIES, PERIODS
from assistant.understanding.numbers.settled import counted_once
from assistant.understanding.numbers.time_units import MONTHS, in_unit, unit_names
from assistant.understanding.words.matching import concept_of
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, listed, tokens
from knowledge.hebrew import is_stop_word
from knowledge.hebrew import words as words_of
from tools.forms import Field
from tools.values import exact_text
from tools.written import UNSAID

__all__ = ["NUMERIC", "Context", "figure_commands"]
STRAY = 0.45
BEATEN = 0.2  # by how much another field must fit better for an answer to the open question to be confirmed
PLACED, PLACED_CUE, BORNE_OUT = 0.62, 0.67, 0.4  # sureness of a figure whose words speak of its field, and their chance
CONVERTED = 0.5  # a number said for another time than the field's is worked out and confirmed
LEAST_ADDED = 100  # a smaller number without a currency adds nothing to an amount
LONGEST_NOT_EVEN = 7  # words up to the "one" of "we did not close even one"
FEWEST_SINGLE_PRICES = 2
LONGEST_SINGLE = 4  # words around "one"
LEAD_FROM, LEAD_HELPS = 0.15, 0.6  # a number no other field wants belongs where it is nearest
LEFTOVER_TRUST, UNNAMED_TRUST = 0.7, 0.5
CURRENCY_CHOICES = ("USD", "EUR", "ILS")
PERIOD_CHOICES = ("month", "quarter", "year")
_PER = frozenset(("per", "each", "every", "all", "כל", "לכל", "הכל"))
_APART = re.compile(r"[,;.()]\s*")


def figure_commands(text: str, found: Sequence[Quantity], context: Context) -> list[Command]:
    """The answers, and questions about answers, that the quantities of a clause give."""
    if any(q.part_of for q in found) and not _has_parts(context):
        found = quantities(text, False)
    if all(quantity.weak for quantity in found):
        found = time_alone(text, context) or place_alone(text, context) or found
    said = _meant(text, counted_once(text, [q for q in found if not q.negated], _wanted_period(context)))
    if not said:
        return []
    said = _without_single_prices(text, said)
    said, total = hours_of_all(text, said, context)
    apart, period = _said_apart(text)
    apart = apart or _only_currency(text, said)
    period = period or ("one_off" if phrase_set("single_campaign").find(tokens(text)) >= 0 else "")
    taken = {**placed(text, said, context), **total}
    said = _with_more(text, said, taken)
    fields = {fit.field.id for fit in taken.values()}
    commands: list[Command] = []
    currency = context.currency or apart or next((q.currency for q in said if q.currency), "")
    for place in sorted(taken):
        fit = taken[place]
        quantity = replace(said[place], period=said[place].period or period) if period else said[place]
        if fit.field.kind == "rate" and _is_bare(quantity) and any(q.percent for q in said):
            quantity = replace(quantity, low=quantity.low / 100, high=quantity.high / 100, percent=True)
        if not quantity.period and fit.field.kind == "money" and _is_in_all(fit, taken, context):
            quantity = replace(quantity, period="one_off")
        around = text if len(said) == 1 else fit.text  # "we lost money on them, 40,000 dollars last year"
        fit = _borne_out(fit, role_chances(context.tool.name, text, said, place))
        command = _command(quantity, fit, replace_currency(context, currency), around)
        sure = command.confidence if isinstance(command, Answer) else round(_sureness(fit), 2)
        commands += [command, *_beside(said[place], fit, fields, sure, context)]
    return commands


def _with_more(text: str, said: list[Quantity], taken: Mapping[int, Fit]) -> list[Quantity]:
    """The quantities with an amount added to that of a field ("20k for the stand plus 6k for flights") as their sum."""
    found = list(said)
    for place, fit in taken.items():
        if fit.field.kind != "money" or place + 1 >= len(said) or place + 1 in taken:
            continue
        one, two = said[place], said[place + 1]
        gap = text[one.end : two.start]
        more = two.currency or two.low >= LEAST_ADDED
        alike = two.currency in ("", one.currency or two.currency) and not (two.unit or two.percent or two.share)
        if alike and more and not _ENDS.search(gap) and phrase_set("adding").find(tokens(gap)) >= 0:
            currency = one.currency or two.currency
            found[place] = replace(
                one, raw=text[one.start : two.end], end=two.end, low=one.low + two.low, high=one.high + two.high,
                currency=currency, period=one.period or two.period, added=True,
            )  # fmt: skip
    return found


_ENDS = re.compile(r"[.;!?\n]")


def _is_in_all(fit: Fit, taken: Mapping[int, Fit], context: Context) -> bool:
    """Whether a cost that needs its period is told as a sum: "in all", for one event, or beside what it brought in."""
    if context.library.note(context.tool.name, fit.field.id, "period") != "ask":
        return False
    values = context.values or {}
    if isinstance(values.get("period"), str) or fit.field.id in values:
        return False
    counted = any(other.field.kind == "count" and other.field.id != fit.field.id for other in taken.values())
    words = tokens(fit.text)
    return counted or any(phrase_set(name).find(words) >= 0 for name in ("in_all", "single_event"))


def _wanted_period(context: Context) -> str:
    """The period the open question asks for in its words ("how many hours a month"), empty when in none."""
    field = open_field(context)
    words = tokens(f"{field.label['en']} {field.ask['en']}".lower()) if field is not None and field.ask else ()
    known = (context.values or {}).get("period")
    asked = [PERIODS[token.text] for token in words if token.text in MONTHS]
    return asked[0] if asked else known if isinstance(known, str) else ""


def _only_currency(text: str, said: Sequence[Quantity]) -> str:
    """The one currency a text names, where no amount carries any ("… a month, in dollars")."""
    codes = {code for token in tokens(text) if (code := CURRENCIES.get(token.text) or _glued_currency(token.text))}
    return codes.pop() if len(codes) == 1 and not any(q.currency for q in said) else ""


def _glued_currency(word: str) -> str:
    return CURRENCIES.get(word[1:], "") if word[:1] in "בהול" and len(word) > 3 else ""


def _has_parts(context: Context) -> bool:
    """Whether the form asks for a part of something else it asks for."""
    tool = context.tool
    return any(context.library.note(tool.name, field.id, "whole") for field in tool.form.fields)


_TIMES = re.compile(r"(?:^|\s)פי[\s-]$")
_TIMES_AFTER = re.compile(r"\s*(?:times|x|fold)\s+(?:as|more|the|bigger|larger|that)\b", re.IGNORECASE)
_LAST_PERIOD = re.compile(
    r"\s*(?:,\s*)?(?:in |during |over |for )?(?:the )?(?:last|past|this) (?P<en>month|quarter|year)\b"
    r"|\s*(?:,\s*)?ב(?P<he>חודש|רבעון|שנה) (?:שעבר|האחרון|שעברה|האחרונה)", re.IGNORECASE
)  # fmt: skip
_OF_LAST = {"חודש": "month", "רבעון": "quarter", "שנה": "year"}


def _meant(text: str, said: list[Quantity]) -> list[Quantity]:
    """The quantities that are values, with what the words around them add.

    "Twice as much" is none; "less than half, put 45 %" means the second; beside a share in percent a bare number
    of the same sentence is left to be read so as well; "900 last month" is for a month.
    """
    found: list[Quantity] = []
    for place, quantity in enumerate(said):
        if _is_not_even_one(text, quantity):
            quantity = replace(quantity, low=Fraction(0), high=Fraction(0), weak=False, bound="")
        if _is_any_one(text, quantity, said[place + 1 :]):
            continue
        if _TIMES.search(text[: quantity.start]) or _TIMES_AFTER.match(text[quantity.end :]):
            continue
        following = said[place + 1] if place + 1 < len(said) else None
        if quantity.bound and following is not None and not following.bound:
            between = tokens(text[quantity.end : following.start])
            if phrase_set("settling").find(between) >= 0:
                continue
        last = _LAST_PERIOD.match(text[quantity.end :]) if quantity.currency and not quantity.period else None
        if last is not None:
            quantity = replace(quantity, period=(last["en"] or "").lower() or _OF_LAST[last["he"]])
        found.append(quantity)
    return found


def _without_single_prices(text: str, said: list[Quantity]) -> list[Quantity]:
    """The quantities without the prices of single ones told side by side ("one at 20,000 and one at 30,000").

    Neither is the price of each, and what they are together was not said.
    """
    ones = [q for q, after in pairwise(said) if q.weak and q.low == 1 and _prices_one(text, q, after)]
    if len(ones) < FEWEST_SINGLE_PRICES:
        return said
    priced = {following for one, following in pairwise(said) if one in ones}
    return [q for q in said if q not in ones and q not in priced]


def _prices_one(text: str, one: Quantity, amount: Quantity) -> bool:
    between = [token.text for token in tokens(text[one.end : amount.start]) if token.kind != "sign"]
    money = bool(amount.currency) or amount.low >= LEAST_PRICE
    return money and between in (["at"], ["for"], ["of"], ["was"], ["worth"], ["ב"], ["של"], ["על"], [])


def _is_not_even_one(text: str, quantity: Quantity) -> bool:
    """ "Not even one deal", "לא סגרנו אפילו עסקה אחת": none."""
    if quantity.low != 1 or quantity.high != 1 or quantity.percent or quantity.currency or quantity.unit:
        return False
    words = tokens(text[: quantity.end])[-LONGEST_NOT_EVEN:]
    even = [at for at, word in enumerate(words) if word.text in _EVEN]
    return bool(even) and any(word.text in _NOT for word in words[: even[-1] + 2])


_EVEN = frozenset(("even", "single", "אפילו", "ולו"))
_NOT = frozenset(listed("not no never didn't don't haven't hasn't didnt dont havent hasnt without לא אין בלי ללא"))


def _is_any_one(text: str, quantity: Quantity, others: Sequence[Quantity]) -> bool:
    """Whether "one" only says that something is single ("one campaign") or stands for each ("one rep sells 20")."""
    if quantity.unit and quantity.low == quantity.high == 1:
        return any(token.text in _OF for token in tokens(text[quantity.end :])[:1])  # "one hour of a rep"
    if not quantity.weak or quantity.low != 1:
        return False
    before, after = tokens(text[: quantity.end])[-LONGEST_SINGLE:], tokens(text[quantity.start :])
    around = (*tokens(text[: quantity.start])[-LONGEST_SINGLE:], *after[:LONGEST_SINGLE])
    if phrase_set("single_campaign").find(around) >= 0:
        return True
    following = after[1 : LONGEST_SINGLE + 1] if _in_latin(before) else after[1:2]
    return bool(others) and phrase_set("of_any_one").find(following) > (0 if _in_latin(before) else -1)


_OF = frozenset(("of", "של"))


def _in_latin(words: Sequence[Token]) -> bool:
    """Whether the last of some words is written in Latin letters."""
    return bool(words) and words[-1].text.isascii()


def _said_apart(text: str) -> tuple[str, str]:
    """The currency and period of a clause that says nothing else ("…, all in dollars, per month")."""
    currencies, periods = set(), set()
    for clause in _APART.split(text)[1:]:
        words = [token.text for token in tokens(clause)]
        named = {word: CURRENCIES.get(word) or CURRENCIES.get(word[1:]) for word in words}
        timed = {word: PERIODS.get(word) or PERIODS.get(word[1:]) for word in words}
        if words and all(named[word] or timed[word] or is_stop_word(word) or word in _PER for word in words):
            currencies |= {code for code in named.values() if code}
            periods |= {name for name in timed.values() if name}
    return (currencies.pop() if len(currencies) == 1 else ""), (periods.pop() if len(periods) == 1 else "")


def _beside(quantity: Quantity, fit: Fit, fields: set[str], sure: float, context: Context) -> list[Command]:
    """What a number says besides its value: the whole of "35 of 50", the period a count is per."""
    whole = context.library.note(context.tool.name, fit.field.id, "whole")
    made = Answer("", None, quantity.raw, confidence=sure, tool=context.tool.name)
    if quantity.part_of and whole and whole not in fields:
        fields.add(whole)
        return [replace(made, field=whole, value=exact_text(quantity.part_of[1]))]
    span = quantity.span or ((Fraction(1), quantity.period) if quantity.period in MONTHS else None)
    if span is not None and (over := _span_field(span[1], fields, context)):
        fields.add(over)
        names = unit_names(context.tool.form.field(over))
        length = span[0] * Fraction(MONTHS.get(span[1], 12), MONTHS.get(names[0], 12))
        return [replace(made, field=over, value=exact_text(length))]
    counted = next((f for f in context.tool.form.fields if f.id == "period" and f.kind == "choice"), None)
    if counted is None or fit.field.kind != "count" or "period" in fields or "period" in (context.values or {}):
        return []
    if quantity.period not in {choice.id for choice in counted.choices}:
        return []
    fields.add("period")
    return [replace(made, field="period", value=quantity.period)]


def _is_bare(quantity: Quantity) -> bool:
    plain = not (quantity.currency or quantity.unit or quantity.share or quantity.percent or quantity.part_of)
    return plain and 1 <= quantity.low <= quantity.high <= 100


def _span_field(unit: str, fields: set[str], context: Context) -> str:
    """The open field for the time something was counted over ("30 deals in 3 years"), empty when there is none."""
    for field in context.tool.form.fields:
        asked = context.library.note(context.tool.name, field.id, "span")
        if asked and field.id not in fields and (unit in unit_names(field) or unit in MONTHS):
            return field.id
    return ""


def replace_currency(context: Context, currency: str) -> Context:
    """The context with a currency spoken of in the same message."""
    if not currency or context.currency:
        return context
    return replace(context, values={**(context.values or {}), "": {"currency": currency}})


def _sureness(fit: Fit) -> float:
    """How often a number whose field is named this clearly belongs there, on the development suites."""
    if fit.cue in (LEFTOVER_CUE, UNNAMED_CUE):
        return LEFTOVER_TRUST if fit.cue == LEFTOVER_CUE else UNNAMED_TRUST
    alone = min(0.3, LEAD_HELPS * max(0.0, fit.lead - LEAD_FROM)) if fit.cue >= LEFTOVER_CUE else 0.0
    return min(0.95, max(0.3, 0.95 - 2.5 * (0.8 - fit.cue)) + alone)


def _borne_out(fit: Fit, chances: Mapping[str, float]) -> Fit:
    """The fit, its name counted for clear enough where the words around the figure speak of its field."""
    doubted = fit.stray or fit.lead <= -BEATEN or _sureness(fit) >= PLACED
    return fit if doubted or chances.get(fit.field.id, 0.0) < BORNE_OUT else replace(fit, cue=PLACED_CUE)


def _command(quantity: Quantity, fit: Fit, context: Context, around: str) -> Command:
    field = fit.field
    is_open = field.id == context.open_field
    confidence = 0.95 if is_open and fit.cue < SURE_CUE else _sureness(fit)
    if is_open and (fit.stray or fit.lead <= -BEATEN):
        confidence = STRAY
    if not _is_value_itself(quantity, fit, context):
        confidence = min(confidence, 0.5)  # "at least 5" is no 5, and a sum was not said as such: ask
    answer = Answer(field.id, None, quantity.raw, confidence=round(confidence, 2), tool=context.tool.name)
    if quantity.other is not None:
        options = tuple(
            _with_number(answer, field, quantity, value, context) for value in (quantity.low, quantity.other)
        )
        return Ambiguous("value", quantity.raw, options)
    if field.kind == "rate":
        return _rate(answer, quantity, field)
    if field.kind == "money":
        return _money(answer, _as_loss(quantity, field, around), field, context)
    if quantity.share and (whole := context.library.note(context.tool.name, field.id, "whole")):
        return _part(answer, quantity, (context.values or {}).get(whole))
    bounds = in_unit(quantity, field) if quantity.unit else (quantity.low, quantity.high)
    if (times := _times_for(quantity, field, context)) is not None:
        low, high = (Fraction(round(bound * times)) for bound in bounds or (quantity.low, quantity.high))
        return replace(answer, value=_number(low, high), confidence=min(answer.confidence, CONVERTED))
    return replace(answer, value=_number(*(bounds or (quantity.low, quantity.high))))


def _is_value_itself(quantity: Quantity, fit: Fit, context: Context) -> bool:
    """Whether a number is what is meant, and no bound of it nor the sum of several; "over two years" is no bound."""
    words = fit.text.lower().split()
    spans = context.library.note(context.tool.name, fit.field.id, "span") or any(word in _SPREAD for word in words)
    during = spans and "over" in words
    return not (quantity.added or (quantity.bound and not during))


_SPREAD = frozenset(("spread", "spreads", "spreading", "amortise", "amortised", "amortize", "amortized"))


def _times_for(quantity: Quantity, field: Field, context: Context) -> Fraction | None:
    """How often the time a number was said for goes into the field's own ("two a week" for a year is 52 times two).

    None where it is the field's own, or either is left open.
    """
    own = context.library.note(context.tool.name, field.id, "time") or next(iter(unit_names(field)[1:]), "")
    said = quantity.period
    if not said or said == own or own not in _A_YEAR or said not in _A_YEAR:
        return None
    return Fraction(_A_YEAR[said], _A_YEAR[own])


_A_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}


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
    lost = _LOST.search(around) or "loss" in {concept_of(word) for word in words_of(around)}
    if not may_be_negative or quantity.low < 0 or not lost:
        return quantity
    return replace(quantity, low=-quantity.high, high=-quantity.low)


_LOST = re.compile(
    r"\b(?:lost|lose|loses|losing) (?:money|\d)|(?<![א-ת])(?:הפסדנו|מפסידים|הפסיד|מפסיד)(?![א-ת])", re.IGNORECASE
)


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
            replace(answer, value={"amount": amount, "currency": code} | ({} if open_period else {"period": period}))
            for code in CURRENCY_CHOICES
        ]
        return Ambiguous("currency", quantity.raw, tuple(made))
    if open_period:
        value = {"amount": amount, "currency": currency}
        made = [replace(answer, value={**value, "period": name}) for name in PERIODS_TO_CHOOSE]
        return Ambiguous("period", quantity.raw, tuple(made))
    return replace(answer, value={"amount": amount, "currency": currency, "period": period})


def _money_period(quantity: Quantity, field: Field, context: Context) -> tuple[str, bool]:
    """(the period of an amount, whether it must be asked)."""
    if quantity.span and quantity.span[0] == 1:
        return quantity.span[1], False
    if quantity.period in (*PERIOD_CHOICES, "one_off"):
        return quantity.period, False
    # Given on its own a cost needs its period; told together with deals, both are of one period.
    stored = (context.values or {}).get(field.id)
    if isinstance(stored, dict) and stored.get("period"):
        return str(stored["period"]), False  # another amount in the place of one keeps what that is per
    asks = context.library.note(context.tool.name, field.id, "period") == "ask" and context.open_field == field.id
    if not asks:
        return field.default_period or "one_off", False
    known = (context.values or {}).get("period")
    if isinstance(known, str):
        return known, False
    return field.default_period or "", field.default_period is None
