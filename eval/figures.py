"""Compares an expected figure with a computed one, exactly: to the last digit the trainer wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from eval.text import plain


def same_value(expected: Any, actual: Any) -> bool:
    """Whether a computed value is the expected one.

    `8`, `"8"`, `"8.0"`, `"1,500"` and `"50 %"` are figures; "16.14" also holds for 16.1429 because it is
    what that rounds to at two digits. `{low, high}` compares both ends; money compares its amount, and its
    currency when that is given (`"7,500 USD"`); a list compares item by item; words compare as words.
    """
    if isinstance(expected, Mapping):
        return isinstance(actual, Mapping) and all(same_value(v, actual.get(k)) for k, v in expected.items())
    if isinstance(expected, (list, tuple)):
        return _same_list(expected, actual)
    if expected is None or isinstance(expected, bool):
        return actual is expected
    if isinstance(actual, Mapping) and "amount" in actual:
        return _same_money(str(expected), actual)
    figure = _figure(expected)
    if figure is not None:
        return _same_figure(figure, actual)
    return isinstance(actual, (str, int)) and plain(str(expected)) == plain(str(actual))


def _same_list(expected: Sequence[Any], actual: Any) -> bool:
    if not isinstance(actual, (list, tuple)) or len(actual) != len(expected):
        return False
    return all(same_value(one, other) for one, other in zip(expected, actual, strict=True))


def _same_money(expected: str, actual: Mapping[str, Any]) -> bool:
    words = expected.split()
    currency = next((word for word in words if word.isalpha() and word.isupper()), "")
    amount = " ".join(word for word in words if word != currency)
    return same_value(amount, actual["amount"]) and currency in ("", actual.get("currency"))


def _figure(value: Any) -> tuple[Fraction, int] | None:
    """A written figure as (exact value, digits behind the point); percent is a hundredth."""
    text = str(value).replace(",", "").replace("−", "-").strip()
    percent = text.endswith("%")
    text = text.rstrip("% ")
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    digits = len(text.partition(".")[2]) if "." in text and "/" not in text else 0
    if "/" in text:
        digits = 9
    return (exact / 100, digits + 2) if percent else (exact, digits)


def _same_figure(expected: tuple[Fraction, int], actual: Any) -> bool:
    if isinstance(actual, Mapping) or actual is None or isinstance(actual, bool):
        return False
    got = _figure(actual) if not isinstance(actual, (float, Decimal)) else (Fraction(str(actual)), 0)
    if got is None:
        return False
    exact, digits = expected
    if digits == 0:
        return got[0] == exact
    return _rounded(got[0], digits) == _rounded(exact, digits)


def _rounded(value: Fraction, digits: int) -> int:
    scaled = abs(value) * 10**digits + Fraction(1, 2)
    return int(scaled) * (1 if value >= 0 else -1)
