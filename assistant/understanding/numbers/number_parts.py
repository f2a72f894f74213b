"""What makes a number of what was read of one: its scale ("2 million"), its half ("וחצי"), its decimals in words."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from assistant.understanding.numbers import number_words as w
from assistant.understanding.words.text import Token


@dataclass(frozen=True)
class Number:
    """A number read at one place: its value, where it ends, and how it was written."""

    value: Fraction
    end: int  # index of the token after it
    scale: int = 1
    share: bool = False
    weak: bool = False
    literal: bool = False
    unit: str = ""
    other: Fraction | None = None
    often: bool = False  # "once", "פעמיים"
    rank: bool = False  # "third of 200"


def bare(word: str, known: Container[str]) -> str:
    """The word, or what remains after a Hebrew prefix, when that is known; otherwise empty."""
    if word in known:
        return word
    return next((rest for rest in _rests(word) if rest in known), "")


@lru_cache(maxsize=16_384)
def _rests(word: str) -> tuple[str, ...]:
    """What remains of a word after each Hebrew prefix it may have."""
    return tuple(
        word[len(prefix) :] for prefix in w.PREFIXES if word.startswith(prefix) and len(word) - len(prefix) >= 2
    )


MEASURES = (w.PERCENT, w.CURRENCIES, w.PERIODS, w.SCALES, w.HUNDREDS)


@lru_cache(maxsize=4_096)
def is_measure(word: str) -> bool:
    """Whether a word is a number, or what one is measured in."""
    return any(bare(word, group) for group in (w.SMALL, w.TIME_PAIRS, *MEASURES))


def next_is(words: tuple[Token, ...], at: int, text: str) -> bool:
    """Whether the token at a place is this word."""
    return at < len(words) and words[at].text == text


def literal(text: str) -> tuple[Fraction, Fraction | None]:
    """The value of digits with separators, and the second reading where there are two."""
    text = text.replace(" ", "").replace("'", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        return Fraction(text.replace(",", "")), None
    if re.fullmatch(r"\d{1,3}(\.\d{3}){2,}(,\d+)?|\d{1,3}(\.\d{3})+,\d\d?", text):
        return Fraction(text.replace(".", "").replace(",", ".")), None
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text):
        return Fraction(text), Fraction(text.replace(".", ""))
    return Fraction(text.replace(",", ".")), None


def half_more(words: tuple[Token, ...], number: Number) -> Number:
    """Apply "and a half" / "וחצי" to the last scale."""
    places = [place for place in range(number.end, min(number.end + 6, len(words))) if words[place].text != "-"][:3]
    rest = [words[place].text for place in places]
    if rest and rest[0] in w.HALF_TAILS:
        extra, length = w.HALF_TAILS[rest[0]], 1
    elif rest in (["and", "a", "half"], ["and", "a", "quarter"]):
        extra, length = w.FRACTIONS[rest[2]], 3
    else:
        return number
    number = replace(number, value=number.value + extra * number.scale, end=places[length - 1] + 1, weak=False)
    return scaled(words, number) if number.scale == 1 else number


def scaled(words: tuple[Token, ...], number: Number) -> Number:
    """Apply a scale after a number: "2 million", "4k", "800 אלף"."""
    if number.end >= len(words):
        return number
    token = words[number.end]
    if token.text in w.HUNDREDS and number.scale == 1 and number.value < 100:
        return scaled(words, replace(number, value=number.value * 100, end=number.end + 1, other=None))
    scale = w.SCALES.get(token.text) or w.SCALES.get(token.text.rstrip("$")) or _TWELVE.get(token.text)
    if token.text in ("m", "b", "h") and token.start != words[number.end - 1].end:
        scale = scale if _money_near(words, number.end) else None
    if not scale:
        return number
    return replace(number, value=number.value * scale, end=number.end + 1, scale=scale, other=None)


_TWELVE = dict.fromkeys(w.TIMES_TWELVE, 12)


def _money_near(words: tuple[Token, ...], at: int) -> bool:
    near = words[max(0, at - 2) : at + 2]
    return any(token.text in w.CURRENCIES for token in near)


def pointed(words: tuple[Token, ...], number: Number) -> Number:
    """Decimals said in words: "two point five", "שתיים נקודה חמש"."""
    at = number.end
    if number.value.denominator != 1 or at + 1 >= len(words) or words[at].text not in w.POINTS:
        return number
    digits, end = "", at + 1
    while end < len(words) and len(digits) < 6:
        said = words[end]
        one = said.text if said.kind == "number" and said.text.isdigit() else str(w.SMALL.get(said.text, ""))
        if not one or (len(one) > 1 and digits):
            break
        digits, end = digits + one, end + 1
    if not digits:
        return number
    return replace(number, value=number.value + Fraction(int(digits), 10 ** len(digits)), end=end, other=None)


def and_hundreds(words: tuple[Token, ...], number: Number) -> Number:
    """What follows a scale in digits: "2 million 300 thousand", "10 אלף ו-500 שקל"."""
    at = number.end
    while at < len(words) and words[at].text in ("and", "ו", "-"):
        at += 1
    if number.scale < 1000 or number.value % number.scale or at >= len(words) or words[at].kind != "number":
        return number
    rest = scaled(words, Number(literal(words[at].text)[0], at + 1))
    smaller = rest.scale < number.scale and rest.value < number.scale
    money = rest.end < len(words) and bare(words[rest.end].text, w.CURRENCIES)
    if not smaller or not (rest.scale >= 1000 or (money and rest.value >= 100)):
        return number
    return replace(number, value=number.value + rest.value, end=rest.end, scale=rest.scale)
