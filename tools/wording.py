"""What the tools say, in both languages at once: sentences from `wording/*.yaml`, numbers as each language
writes them.

A key is `file.section.name`. A template holds `{name}` or `{name:unit}`; a value is a Text, a number (shown
in its unit), a list (joined as the language joins lists) or plain text. Where a sentence differs for one and
many, its language holds `one` and `other`, chosen by the value `n`.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from tools.strict_yaml import parse_file
from tools.values import LANGUAGES, UNSAID, Bounds, Language, Money, Text

FOLDER = Path(__file__).parent / "wording"
Number = Bounds | Fraction | Decimal | int

# digits after the point: (least, most)
DIGITS = {
    "score": (0, 1),
    "percent": (0, 1),
    "count": (0, 2),
    "ratio": (0, 2),
    "months": (0, 2),
    "hours": (0, 2),
    "weight": (0, 3),
}

SMALL_SHARE = Fraction(1, 10)  # under 10 % a second digit still tells something


def say(key: str, /, **values: Any) -> Text:
    """The sentence of this key with its values filled in. Raises KeyError for a missing key or value."""
    frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return _said(key, tuple((name, type(value), value) for name, value in frozen.items()))


@lru_cache(maxsize=8192)
def _said(key: str, values: tuple[tuple[str, type, Any], ...]) -> Text:
    # The type is part of the cache's key because 1, True and Fraction(1) are equal and read differently.
    named = {name: value for name, _, value in values}
    return Text(**{language: _fill(key, language, named) for language in LANGUAGES})


def has(key: str) -> bool:
    """Whether a sentence of this key exists."""
    try:
        _entry(key)
    except KeyError:
        return False
    return True


def show(value: Number | Money, unit: str = "count") -> Text:
    """A number as a person reads it. `unit`: score, percent (of a share), count, ratio, months, hours, weight
    or an ISO-4217 currency; a Money brings its own. Rounded half away from zero, for display only.
    """
    if isinstance(value, Money):
        unit, value = value.currency, value.amount
    return _shown(value if isinstance(value, Bounds) else Bounds.exact(value), unit)


def show_beside(value: Bounds, limit: Fraction, unit: str) -> Text:
    """As `show`, with the digits it takes that rounding does not set either end upon a `limit` it has passed."""
    ends = [end for end in (value.low, value.high) if end != limit]
    for more in range(6):
        if all(_single(end, unit, "en", more) != _single(limit, unit, "en", more) for end in ends):
            break
    return Text(**{language: _number(value, unit, language, more) for language in LANGUAGES})


@lru_cache(maxsize=8192)
def _shown(bounds: Bounds, unit: str) -> Text:
    return Text(**{language: _number(bounds, unit, language) for language in LANGUAGES})


def join(parts: Sequence[Text | str]) -> Text:
    """A list in words: "a, b and c"."""
    return Text(**{language: _join(parts, language) for language in LANGUAGES})


def either(parts: Sequence[Text | str]) -> Text:
    """A list of which one is enough: "a, b or c"."""
    return Text(**{language: _join(parts, language, any_one=True) for language in LANGUAGES})


@cache
def _file(name: str) -> Any:
    return parse_file(FOLDER / f"{name}.yaml")


@cache
def _entry(key: str) -> dict[str, Any]:
    file, *path = key.split(".")
    if not (FOLDER / f"{file}.yaml").is_file():
        raise KeyError(key)
    entry = _file(file)
    for name in path:
        if not isinstance(entry, dict) or name not in entry:
            raise KeyError(key)
        entry = entry[name]
    if not isinstance(entry, dict) or set(entry) != set(LANGUAGES):
        raise KeyError(f"{key}: needs exactly en and he")
    return entry


class _Filler(string.Formatter):
    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Text):
            return value[self.language]
        if isinstance(value, (Bounds, Fraction, Decimal, int, Money)):
            return show(value, format_spec or "count")[self.language]
        if isinstance(value, (list, tuple)):
            return _join(value, self.language)
        return str(value)


def _fill(key: str, language: Language, values: dict[str, Any]) -> str:
    template = _entry(key)[language]
    if isinstance(template, dict):
        template = template["one" if values["n"] == 1 else "other"]
    return _Filler(language).vformat(template, (), values)


def _join(parts: Sequence[Any], language: Language, any_one: bool = False) -> str:
    words = [part[language] if isinstance(part, Text) else str(part) for part in parts]
    if len(words) < 2:
        return "".join(words)
    comma = "; " if any("," in word for word in words) else ", "
    if language == "en":
        last = "or" if any_one else "and"
        return f"{comma.join(words[:-1])}{';' if comma == '; ' else ''} {last} {words[-1]}"
    if any_one:
        return f"{comma.join(words[:-1])} או {words[-1]}"
    hebrew = "א" <= words[-1][:1] <= "ת"
    return f"{comma.join(words[:-1])} ו{'' if hebrew else '-'}{words[-1]}"


def _number(bounds: Bounds, unit: str, language: Language, more: int = 0) -> str:
    low, high = (_single(end, unit, language, more) for end in (bounds.low, bounds.high))
    if unit == "percent" and not bounds.known:  # the sign once, so that the range stays in order in Hebrew
        low = low.removesuffix("%")
    return _range(low, high, language) if not bounds.known else low


def _range(low: str, high: str, language: Language) -> str:
    if low == high:
        return low
    plain = low[0].isdigit() and high[0].isdigit()
    if language == "en":
        return f"{low}–{high}" if plain else f"{low} to {high}"
    return f"{low}-{high}" if plain else f"{low} עד {high}"


@cache
def _locale(language: Language) -> Any:
    from babel import Locale

    return Locale.parse(language)


def _single(number: Fraction, unit: str, language: Language, more: int = 0) -> str:
    """One figure; `more` digits than its unit usually has."""
    from babel import numbers

    locale = _locale(language)
    least, most = DIGITS.get(unit, (0, 2))
    if unit == "percent" and abs(number) < SMALL_SHARE:
        most = 2
    most += more
    value = _rounded(number * 100 if unit == "percent" else number, most)
    if unit not in DIGITS and unit != UNSAID:
        pattern = locale.currency_formats["standard"].pattern
        if value == value.to_integral_value():
            pattern = pattern.replace(".00", "")
        return str(numbers.format_currency(value, unit, pattern, locale=locale, currency_digits=False))
    text = str(numbers.format_decimal(value, f"#,##0.{'0' * least}{'#' * (most - least)}", locale=locale))
    return f"{text}%" if unit == "percent" else text


def _rounded(number: Fraction, digits: int) -> Decimal:
    scaled = int(abs(number) * 10**digits + Fraction(1, 2))
    return Decimal(scaled if number >= 0 else -scaled).scaleb(-digits)
