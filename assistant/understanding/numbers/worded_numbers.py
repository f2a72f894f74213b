"""Numbers in words: "twenty-five", "מאה עשרים ושלושה", "two hundred and fifty thousand"."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from assistant.understanding.numbers import number_words as w
from assistant.understanding.numbers.number_parts import Number, bare, half_more, pointed, scaled
from assistant.understanding.words.text import Token


def read_words(words: tuple[Token, ...], at: int) -> Number | None:
    """A number in words: "twenty-five", "מאה עשרים ושלושה", "two hundred and fifty thousand"."""
    total, current = Fraction(0), None
    last: int | Fraction = 1000
    scale_used, end = 1, at
    while end < len(words):
        step = _word_step(words, end, at, current, last)
        if step is None:
            break
        kind, amount, end_after = step
        if kind == "add":
            current, last = (current or Fraction(0)) + amount, amount
        elif kind == "hundred":
            current, last = (current or Fraction(1)) * 100, 100
        else:
            total, current = total + (current if current is not None else 1) * amount, None
            last, scale_used = amount, int(amount)
        end = end_after
    if end == at:
        return None
    value = total + (current or 0)
    single = end == at + 1
    weak = single and bool(bare(words[at].text, w.WEAK))
    number = Number(value, end, scale=scale_used, weak=weak)
    decimal = pointed(words, number) if scale_used == 1 else number
    return half_more(words, scaled(words, replace(decimal, weak=False)) if decimal is not number else number)


_COUNTED_BY_A = ("hundred", "thousand", "million", "billion", "dozen")


def _word_step(
    words: tuple[Token, ...], at: int, start: int, current: Fraction | None, last: int | Fraction
) -> tuple[str, Fraction, int] | None:
    """What the word at `at` does to a number in words that began at `start`: kind, amount, next place."""
    skip = _connective(words, at, start, last)
    if skip + at >= len(words):
        return None
    at += skip
    token = words[at].text
    if at == start and token in ("a", "an") and at + 1 < len(words) and words[at + 1].text in _COUNTED_BY_A:
        at, token = at + 1, words[at + 1].text
    if token in w.TIMES_TWELVE and current is not None and current < 100:
        return "scale", Fraction(12), at + 1
    if token in w.HUNDREDS:
        of_each = at == start > 0 and token == "hundred" and words[at - 1].text == "every"  # "out of every hundred"
        told = (current is not None and current < 100) or at > start or of_each
        return ("hundred", Fraction(100), at + 1) if told else None
    small = bare(token, w.SMALL) if at == start or skip or token in w.SMALL or token.startswith("ו") else ""
    if small and not (at == start and token.startswith("ה") and w.SMALL[small] < 3):
        return _small_step(words, at, start, current, last, w.SMALL[small])
    if token == "אלפיים" or (token.endswith("אלפיים") and bare(token, w.DOUBLES)):
        return ("scale", Fraction(2000), at + 1) if current is None else None
    scale = w.SCALES.get(bare(token, w.SCALES) if at == start else token)
    if scale and token not in w.LETTER_SCALES and (last == 1000 or scale < last or current is not None):
        if at == start and token in (
            "אלפים",
            "אלפי",
            "מיליונים",
            "מיליוני",
            "thousands",
            "millions",
            "billions",
            "mil",
        ):
            return None  # "thousands of": no number said
        return ("scale", Fraction(scale), at + 1)
    return None


def _connective(words: tuple[Token, ...], at: int, start: int, last: int | Fraction) -> int:
    """How many joining tokens stand before the next number word: "twenty-five", "hundred and five"."""
    if at == start or at + 1 >= len(words):
        return 0
    token, following = words[at], words[at + 1].text
    if token.text == "-" and token.start == words[at - 1].end:
        return int(_joined_by_hyphen(words[at - 1].text, following, last))
    if token.text in ("and", "an", "nd") and last >= 100 and (following in w.SMALL or following in ("a",)):
        return 1
    return 0


def _joined_by_hyphen(before: str, following: str, last: int | Fraction) -> bool:
    """ "twenty-five", "עשרים-וחמישה", "שלוש-מאות", but not the range "חמישים-שישים"."""
    if following in w.HUNDREDS or (following in w.SCALES and following not in w.LETTER_SCALES):
        return True
    small = following[1:] if following.startswith("ו") and following[1:] in w.SMALL else following
    return last >= 20 and small in w.SMALL and (w.SMALL[small] < min(last, 20) or last >= 100)


def _is_teen(words: tuple[Token, ...], at: int) -> int:
    """How many words after a digit's make it a teen: "חמש עשרה", "חמש-עשרה"; "חמש-עשר" is from five to ten."""
    tail = words[at + 1].text if at + 1 < len(words) else ""
    if tail in w.TEEN_TAILS:
        return 1
    if tail != "-" or at + 2 >= len(words) or words[at + 2].text not in w.TEEN_TAILS:
        return 0
    digit = words[at].text
    masculine = digit.endswith(("ה", "ניים", "שני", "אחד"))
    fits = digit.endswith("שמונה") or masculine == (words[at + 2].text == "עשר")
    return 2 if fits else 0


def _small_step(
    words: tuple[Token, ...], at: int, start: int, current: Fraction | None, last: int | Fraction, amount: int
) -> tuple[str, Fraction, int] | None:
    if 0 < amount < 10 and (teen := _is_teen(words, at)):
        amount, at = amount + 10, at + teen
    if current is None:
        if at > start and last < 1000:
            return None
        return ("add", Fraction(amount), at + 1)
    fits = (20 <= last < 100 and 0 < amount < 10) or (last >= 100 and 0 < amount < 100 and last % 100 == 0)
    return ("add", Fraction(amount), at + 1) if fits else None
