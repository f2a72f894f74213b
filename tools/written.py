"""Numbers as a person or a spreadsheet wrote them, in the canonical shape that `checking.check` judges.

A text is taken only when it can mean one thing: "7,500 USD", "2,200 USD per quarter", "₪4,000", "30%", "1/3",
"2-4". What cannot be read so is handed on as it came, and `check` refuses it with its question.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from tools.values import UNSAID, PeriodName

_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?%?"
_RANGE = re.compile(rf"({_NUMBER})\s*(?:-|–|—|\bto\b|\bעד\b)\s*({_NUMBER})")
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "₪": "ILS"}
_CURRENCIES = {
    "nis": "ILS", "shekel": "ILS", "shekels": "ILS", "שח": "ILS",
    "שקל": "ILS", "שקלים": "ILS", 'ש"ח': "ILS", "ש״ח": "ILS",
    "dollar": "USD", "dollars": "USD", "דולר": "USD", "דולרים": "USD",
    "euro": "EUR", "euros": "EUR", "אירו": "EUR", "יורו": "EUR",
    "pound": "GBP", "pounds": "GBP", 'ליש"ט': "GBP", "ליש״ט": "GBP",
}  # fmt: skip
_PERIODS: dict[str, PeriodName] = {
    "month": "month", "mo": "month", "monthly": "month", "חודש": "month", "בחודש": "month", "לחודש": "month",
    "quarter": "quarter", "רבעון": "quarter", "ברבעון": "quarter", "לרבעון": "quarter",
    "year": "year", "yr": "year", "yearly": "year", "שנה": "year", "בשנה": "year", "לשנה": "year",
    "once": "one_off", "one_off": "one_off",
}  # fmt: skip

UNNAMED = "value"  # the field of a number that stands outside a form, until its place is known


def written(kind: str, value: Any) -> Any:
    """The canonical shape of a written value of this kind of field; anything unreadable as it came."""
    if isinstance(value, float):
        value = repr(value)  # the shortest text that names this float, so that 0.3 stays 0.3
    if kind == "money":
        return _money(value)
    if kind in ("count", "amount", "rate") and isinstance(value, str):
        return _ranged(_clean(value))
    return value


def _clean(text: str) -> str:
    return re.sub(r"\s+%", "%", _MARKS.sub("", text).replace("\u00a0", " ").replace("−", "-").strip())


def _ranged(text: str) -> Any:
    found = _RANGE.fullmatch(text)
    if not found:
        return text
    low, high = found[1], found[2]
    return {"low": low + "%" if high.endswith("%") and not low.endswith("%") else low, "high": high}


def _money(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, dict) and "amount" in value:
        amount = value["amount"]
        amount = _ranged(_clean(amount)) if isinstance(amount, str) else amount
        return {**value, "amount": amount, "currency": value.get("currency") or UNSAID}
    if isinstance(value, str):
        return _money_text(_clean(value)) or value
    return {"amount": value, "currency": UNSAID}


def _money_text(text: str) -> dict[str, Any] | None:
    given: dict[str, Any] = {"currency": UNSAID}
    tail = re.search(r"(?:\s*/\s*|\s+(?:per|a|each)\s+|\s+)(\w+)$", text)
    if tail and tail[1].lower() in _PERIODS:
        given["period"], text = _PERIODS[tail[1].lower()], text[: tail.start()]
    symbol = next((sign for sign in _SYMBOLS if sign in text), None)
    word = re.search(r"[^\W\d_]+(?:[\"״][^\W\d_]+)?", text.replace("to", "  ").replace("עד", "  "))
    if symbol:
        given["currency"], text = _SYMBOLS[symbol], text.replace(symbol, "")
    elif word:
        given["currency"] = _CURRENCIES.get(word[0].lower(), word[0].upper())
        text = text[: word.start()] + text[word.end() :]
    amount = _ranged(text.strip())
    if isinstance(amount, str) and not re.fullmatch(_NUMBER, amount):
        return None
    return {"amount": amount, **given}


def money_in(value: Any) -> Any:
    """The canonical value of an amount that stands outside a form. Raises InputError as a field would."""
    return _checked("money", value)


def number_in(value: Any) -> Any:
    """The canonical value of a number ≥ 0 that stands outside a form. Raises InputError as a field would."""
    return _checked("count", value)


def rate_in(value: Any) -> Any:
    """The canonical value of a share that stands outside a form. Raises InputError as a field would."""
    return _checked("rate", value)


def named_numbers(value: Any) -> Any:
    """Quantities by name, also as a person writes them: "orders: 12; visits: 3". Raises InputError."""
    if not isinstance(value, str):
        return value
    pairs = [
        re.split(r"\s*[:=]\s*", one.strip(), maxsplit=1) for one in re.split(r"[;\n]|,(?!\d{3})", value) if one.strip()
    ]
    if any(len(pair) != 2 or not pair[0] for pair in pairs):
        from tools.errors import InputError

        raise InputError("named_numbers", UNNAMED, label=UNNAMED)
    return {name: number for name, number in pairs}


def _checked(kind: Any, value: Any) -> Any:
    from tools.checking import check

    return check(_unnamed(kind), value)


@cache
def _unnamed(kind: Any) -> Any:
    from tools.forms import Field
    from tools.wording import say

    label = say("figures.value.label")
    return Field(UNNAMED, kind, "", label, label, label)


_NUMBER_SCHEMA = {
    "type": ["string", "number", "object"],
    "examples": ["12", {"low": "2", "high": "4"}],
    "x-kind": "count",
}
Cash = Annotated[
    Any,
    BeforeValidator(money_in),
    WithJsonSchema({"type": ["string", "object"], "examples": ["7,500 USD", "12,000 USD per year"], "x-kind": "money"}),
]
Number = Annotated[Any, BeforeValidator(number_in), WithJsonSchema(_NUMBER_SCHEMA)]
Share = Annotated[
    Any,
    BeforeValidator(rate_in),
    WithJsonSchema({"type": ["string", "number"], "examples": ["30%", "0.3", "1/3"], "x-kind": "rate"}),
]


class Part(BaseModel):
    """A part of an input beside the form's fields: frozen, and a key nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ExchangeRate(Part):
    """A rate the person gave, with its day: one unit of `base` is `rate` units of `into`."""

    base: str
    into: str
    rate: Number
    date: dt.date
