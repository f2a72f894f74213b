"""Check one answer against its field: the canonical value, or an InputError that says what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tools.errors import InputError
from tools.forms import Field
from tools.strict_yaml import nearest
from tools.values import MONTHS, exact_text
from tools.written import written

LARGEST = Decimal(10) ** 15
LONGEST_TEXT = 2000
UNKNOWN = (None, "", "unknown")


def check(field: Field, value: Any) -> Any:
    """The canonical value of an answer (see forms.py); None when it is unknown.

    Takes what a program, a form or a spreadsheet sends: canonical values, plain numbers, booleans for yes and
    no, "30%" or "1/3" for a rate, "7,500 USD" for money. Raises InputError for anything else.
    """
    value = written(field.kind, value)
    if isinstance(value, str):
        value = value.strip()
    if value is None or value in UNKNOWN[1:]:
        return None
    if field.kind in ("level", "yes_no") and isinstance(value, bool):
        value = "yes" if value else "no"
    if value == "n_a" or (isinstance(value, dict) and set(value) == {"n_a"}):
        return _not_applicable(field, value)
    return CHECKS[field.kind](field, value)


def _not_applicable(field: Field, value: Any) -> dict[str, str]:
    if field.gate or field.kind not in ("level", "yes_no"):
        raise InputError("not_applicable_gate", field.id, label=field.label)
    reason = value["n_a"] if isinstance(value, dict) else ""
    if not isinstance(reason, str) or not reason.strip():
        raise InputError("reason_needed", field.id, label=field.label)
    return {"n_a": _text(field, reason)}


def _choice(field: Field, value: Any) -> str:
    known = {choice.id: choice for choice in field.choices}
    if isinstance(value, str) and value in known:
        return value
    labels = [choice.label for choice in field.choices]
    hint = nearest(str(value).lower(), known)
    code = "not_a_choice_hint" if hint else "not_a_choice"
    params = {"label": field.label, "value": _shown(value), "choices": labels}
    raise InputError(code, field.id, **params, **({"hint": known[hint].label} if hint else {}))


def _choices(field: Field, value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    given = {_choice(field, item) for item in values}
    return [choice.id for choice in field.choices if choice.id in given]


def _number(field: Field, value: Any) -> str:
    if isinstance(value, str):
        if "," in value and not re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", value):
            raise InputError("comma_unclear", field.id, label=field.label, value=_shown(value))
        value = value.replace(",", "")
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,18}/[1-9]\d{0,17}", value):
        return exact_text(Fraction(value))
    try:
        number = Decimal(str(value)) if isinstance(value, (str, int, float, Decimal)) else None
    except InvalidOperation:
        number = None
    if number is None or isinstance(value, bool):
        raise InputError("not_a_number", field.id, label=field.label, value=_shown(value))
    if not number.is_finite():
        raise InputError("not_finite", field.id, label=field.label)
    if abs(number) > LARGEST:
        raise InputError("too_large", field.id, label=field.label, value=_shown(value))
    return exact_text(Fraction(number.quantize(Decimal("1e-12")) if int(number.as_tuple().exponent) < -12 else number))


def _ranged(field: Field, value: Any, one: Callable[[Field, Any], str]) -> Any:
    if not isinstance(value, dict):
        return one(field, value)
    if set(value) != {"low", "high"}:
        raise InputError("not_a_number", field.id, label=field.label, value=_shown(value))
    low, high = one(field, value["low"]), one(field, value["high"])
    if Fraction(low) > Fraction(high):
        raise InputError("range_order", field.id, label=field.label, low=low, high=high)
    return low if low == high else {"low": low, "high": high}


def _within(field: Field, value: Any) -> str:
    text = _number(field, value)
    low = field.low if field.low is not None else ("0" if field.kind in ("count", "money") else None)
    if low is not None and Fraction(text) < Fraction(low):
        raise InputError("below", field.id, label=field.label, value=text, low=low)
    if field.high is not None and Fraction(text) > Fraction(field.high):
        raise InputError("above", field.id, label=field.label, value=text, high=field.high)
    return text


def _rate(field: Field, value: Any) -> str:
    percent = isinstance(value, str) and value.endswith("%")
    text = _number(field, value[:-1].strip() if percent else value)
    share = Fraction(text) / 100 if percent else Fraction(text)
    if share > 1 and not percent and field.high is None:
        raise InputError("rate_ambiguous", field.id, label=field.label, value=text)
    low, high = Fraction(field.low or 0), Fraction(field.high or 1)
    if share < low:
        raise InputError("below", field.id, label=field.label, value=f"{exact_text(share * 100)}%", low=_percent(low))
    if share > high:
        raise InputError("above", field.id, label=field.label, value=f"{exact_text(share * 100)}%", high=_percent(high))
    return exact_text(share)


def _percent(share: Fraction) -> str:
    return f"{exact_text(share * 100)}%"


def _money(field: Field, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not {"amount", "currency"} <= set(value) <= {
        "amount",
        "currency",
        "period",
    }:
        if isinstance(value, str):
            raise InputError("money_unreadable", field.id, label=field.label, value=_shown(value))
        raise InputError("money_shape", field.id, label=field.label)
    currency, period = value["currency"], value.get("period", field.default_period or "one_off")
    if not isinstance(currency, str) or not re.fullmatch(r"[A-Za-z]{3}", currency):
        raise InputError("currency_unknown", field.id, label=field.label, value=_shown(currency))
    if period not in (*MONTHS, "one_off"):
        raise InputError("period_unknown", field.id, label=field.label, value=_shown(period))
    return {
        "amount": _ranged(field, value["amount"], _within),
        "currency": currency.upper(),
        "period": period,
    }


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise InputError("not_text", field.id, label=field.label)
    if len(value) > LONGEST_TEXT:
        raise InputError("text_too_long", field.id, label=field.label)
    return value.strip()


def _date(field: Field, value: Any) -> str:
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else value.isoformat()).isoformat()
    except (ValueError, AttributeError):
        raise InputError("not_a_date", field.id, label=field.label, value=_shown(value)) from None


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


CHECKS: dict[str, Callable[[Field, Any], Any]] = {
    "level": _choice,
    "yes_no": _choice,
    "choice": _choice,
    "choices": _choices,
    "count": lambda field, value: _ranged(field, value, _within),
    "amount": lambda field, value: _ranged(field, value, _within),
    "rate": lambda field, value: _ranged(field, value, _rate),
    "money": _money,
    "text": _text,
    "date": _date,
}
