"""Numbers in digits and in words, Hebrew and English: "2,200", "0.8M", "מאה עשרים ושלושה", "two thirds"."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from fractions import Fraction

from assistant.understanding import number_words as w
from assistant.understanding.ordinals import ordinal_at
from assistant.understanding.text import Token


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


_HOW_MANY = frozenset(("כמה", "לכמה", "בכמה", "מספר", "הרבה", "many", "how"))  # "כמה שנים": years, and no two


def bare(word: str, known: Container[str]) -> str:
    """The word, or what remains after a Hebrew prefix, when that is known; otherwise empty."""
    if word in known:
        return word
    for prefix in w.PREFIXES:
        rest = word[len(prefix) :]
        if len(rest) >= 2 and word.startswith(prefix) and rest in known:
            return rest
    return ""


def read_number(words: tuple[Token, ...], at: int) -> Number | None:
    """The number that begins at a token, None when none does."""
    token = words[at]
    if token.kind == "number":
        return _read_literal(words, at)
    if token.text in w.SIGNS_OF_PARTS:
        return Number(w.FRACTIONS[token.text], at + 1, share=True)
    if place := ordinal_at(words, at):
        return Number(Fraction(place), at + 1, rank=True)
    if token.kind != "word" or (token.text in w.PERIODS and at and bare(words[at - 1].text, _HOW_MANY)):
        return None
    if special := _every_nth(words, at) or _how_often(words, at) or _and_a_half(words, at) or _single_time(words, at):
        return special
    if _is_vague(words, at) or _is_each_one(words, at):
        return None
    if token.text in w.YEAR_AND and at + 1 < len(words) and words[at + 1].text in w.HALF_TAILS:
        return Number(1 + w.HALF_TAILS[words[at + 1].text], at + 2, unit=w.YEAR_AND[token.text])
    if pair := bare(token.text, w.TIME_PAIRS):
        return _half_more(words, Number(Fraction(2), at + 1, unit=w.TIME_PAIRS[pair]))
    return _read_fraction(words, at) or _read_words(words, at)


def _is_each_one(words: tuple[Token, ...], at: int) -> bool:
    """Whether "one" stands for each or for any of several ("כל אחד", "per one", "one of our reps") and is no number."""
    if words[at].text in ("לאחד", "לאחת"):
        return True
    if words[at].text not in ("one", "אחד", "אחת"):
        return False
    if at + 1 < len(words) and (words[at + 1].text == "of" or words[at + 1].text.startswith("מה")):
        return not (at + 2 < len(words) and words[at + 2].kind == "number")  # "an hour of one of our reps"
    if not at:
        return False
    alone = not (at + 1 < len(words) and words[at + 1].text in (*w.TEEN_TAILS, "hundred", "thousand", "million"))
    return alone and (bare(words[at - 1].text, _EACH) != "" or words[at - 1].text == "per")


_EACH = frozenset(("each", "every", "any", "כל", "לכל", "אף"))


def _and_a_half(words: tuple[Token, ...], at: int) -> Number | None:
    """ "A month and a half", "a year and a half"."""
    said = [token.text for token in words[at : at + 5]]
    if len(said) < 5 or said[0] not in ("a", "an", "one") or said[2:] != ["and", "a", "half"]:
        return None
    return Number(Fraction(3, 2), at + 5, unit=w.PERIODS[said[1]]) if said[1] in w.PERIODS else None


def _every_nth(words: tuple[Token, ...], at: int) -> Number | None:
    """ "Every third one", "כל שלישי": a share."""
    following = words[at + 1].text if at + 1 < len(words) else ""
    if words[at].text not in ("every", "כל") or following not in _NTH:
        return None
    after = words[at + 2].text if at + 2 < len(words) else ""
    return None if bare(after, w.PERIODS) else Number(Fraction(1, _NTH[following]), at + 2, share=True)


_NTH = {
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "tenth": 10,
    "שני": 2,
    "שלישי": 3,
    "רביעי": 4,
    "חמישי": 5,
    "עשירי": 10,
}


def _single_time(words: tuple[Token, ...], at: int) -> Number | None:
    """ "A year ago", "takes a year", "לפני שנה", "לוקחת בערך חודש": one of a time, where the words measure it."""
    article = words[at].text in ("a", "an")
    place = at + article
    if place >= len(words) or words[place].text not in _SINGLE_TIMES:
        return None
    following = words[place + 1].text if place + 1 < len(words) else ""
    if following in w.HALF_TAILS or following in ("and", "אחת", "אחד"):
        return None
    earlier = [token.text for token in words[max(0, at - 3) : at]]
    if is_english := words[place].text.isascii():
        measured = following == "ago" or any(word in _LASTING for word in earlier)
    else:
        measured = earlier[-1:] == ["לפני"] or any(word in _LASTING for word in earlier[-2:])
    return (
        Number(Fraction(1), place + 1, unit=w.PERIODS[words[place].text])
        if measured and article == is_english
        else None
    )


_SINGLE_TIMES = frozenset(("year", "month", "quarter", "week", "day", "שנה", "חודש", "רבעון", "שבוע"))
_LASTING = frozenset(
    (
        "take",
        "takes",
        "took",
        "taking",
        "lasts",
        "last",
        "לוקח",
        "לוקחת",
        "לוקחות",
        "לוקחים",
        "לקח",
        "לקחה",
        "נמשך",
        "נמשכת",
    )
)


def _how_often(words: tuple[Token, ...], at: int) -> Number | None:
    """ "Once a month", "פעמיים בשנה": how often something happens, where a period follows."""
    times = w.HOW_OFTEN.get(words[at].text)
    counted = at and (words[at - 1].kind == "number" or bare(words[at - 1].text, w.SMALL))
    if not times or counted or at + 1 >= len(words):
        return None
    following = words[at + 1].text
    after = words[at + 2].text if at + 2 < len(words) else ""
    timed = following[:1] in "בל" and following[1:] in w.PERIODS
    timed = timed or (following in ("a", "per", "every", "each", "כל") and after in w.PERIODS)
    return Number(Fraction(times), at + 1, often=True) if timed else None


def _is_vague(words: tuple[Token, ...], at: int) -> bool:
    """Whether a scale is no number because of the word before it ("a few thousand", "עשרות אלפי")."""
    if not at or not bare(words[at].text, w.SCALES):
        return False
    before = at - 1
    while before and (words[before].text in w.HUNDREDS or words[before].text == "of"):
        before -= 1
    return words[before].text in w.VAGUE


def _literal(text: str) -> tuple[Fraction, Fraction | None]:
    """The value of digits with separators, and the second reading where there are two."""
    text = text.replace(" ", "").replace("'", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        return Fraction(text.replace(",", "")), None
    if re.fullmatch(r"\d{1,3}(\.\d{3}){2,}(,\d+)?|\d{1,3}(\.\d{3})+,\d\d?", text):
        return Fraction(text.replace(".", "").replace(",", ".")), None
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text):
        return Fraction(text), Fraction(text.replace(".", ""))
    return Fraction(text.replace(",", ".")), None


def _read_literal(words: tuple[Token, ...], at: int) -> Number | None:
    token = words[at]
    glued_before = at > 0 and words[at - 1].end == token.start and words[at - 1].kind == "word"
    if (
        glued_before
        and len(words[at - 1].text) <= 3
        and words[at - 1].text.isascii()
        and words[at - 1].text not in w.CURRENCIES
    ):
        return None  # "Q3", "A4", "R2"
    _, _, power = token.text.partition("e")
    if len(token.text) > 18 or len(power) > 2 or _in_ratio(words, at):
        return None
    value, other = _literal(token.text)
    if (bottom := _under_slash(words, at)) is not None:
        return Number(value / bottom, at + 3, share=True) if 0 < value < bottom else None
    number = _pointed(words, _with_part(words, Number(value, at + 1, literal=True, other=other)))
    return _and_hundreds(words, _half_more(words, _scaled(words, number)))


def _in_ratio(words: tuple[Token, ...], at: int) -> bool:
    """Whether digits belong to a ratio or a time of day ("1:5", "8:30"), which is no quantity."""
    for one, two, three in ((at - 2, at - 1, at), (at, at + 1, at + 2)):
        if one < 0 or three >= len(words) or words[two].text != ":":
            continue
        glued = words[one].end == words[two].start and words[two].end == words[three].start
        if glued and words[one].kind == words[three].kind == "number":
            return True
    return False


def _under_slash(words: tuple[Token, ...], at: int) -> Fraction | None:
    """The number under a fraction's line ("1/3")."""
    slash = words[at + 1 : at + 3]
    if len(slash) < 2 or slash[0].text != "/" or slash[1].kind != "number" or slash[1].start != words[at].end + 1:
        return None
    return _literal(slash[1].text)[0]


def _with_part(words: tuple[Token, ...], number: Number) -> Number:
    """Add a part written after whole digits: "8½", "8 1/2"."""
    end = number.end
    if end >= len(words) or number.value.denominator != 1:
        return number
    if words[end].text in w.SIGNS_OF_PARTS:
        return replace(number, value=number.value + w.FRACTIONS[words[end].text], end=end + 1)
    bottom = _under_slash(words, end) if words[end].kind == "number" else None
    if bottom is None or not words[end].text.isdigit() or not 0 < int(words[end].text) < bottom <= _FINEST:
        return number
    return replace(number, value=number.value + int(words[end].text) / bottom, end=end + 3)


_FINEST = 16  # the finest fraction people write beside a whole number


def _pointed(words: tuple[Token, ...], number: Number) -> Number:
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


def _and_hundreds(words: tuple[Token, ...], number: Number) -> Number:
    """What follows a scale in digits: "2 million 300 thousand", "10 אלף ו-500 שקל"."""
    at = number.end
    while at < len(words) and words[at].text in ("and", "ו", "-"):
        at += 1
    if number.scale < 1000 or number.value % number.scale or at >= len(words) or words[at].kind != "number":
        return number
    rest = _scaled(words, Number(_literal(words[at].text)[0], at + 1))
    smaller = rest.scale < number.scale and rest.value < number.scale
    money = rest.end < len(words) and bare(words[rest.end].text, w.CURRENCIES)
    if not smaller or not (rest.scale >= 1000 or (money and rest.value >= 100)):
        return number
    return replace(number, value=number.value + rest.value, end=rest.end, scale=rest.scale)


def _scaled(words: tuple[Token, ...], number: Number) -> Number:
    """Apply a scale after a number: "2 million", "4k", "800 אלף"."""
    if number.end >= len(words):
        return number
    token = words[number.end]
    if token.text in w.HUNDREDS and number.scale == 1 and number.value < 100:
        return _scaled(words, replace(number, value=number.value * 100, end=number.end + 1, other=None))
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


def _half_more(words: tuple[Token, ...], number: Number) -> Number:
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
    return _scaled(words, number) if number.scale == 1 else number


def _read_fraction(words: tuple[Token, ...], at: int) -> Number | None:
    """ "a third", "half", "two thirds", "שלושה רבעים", "half a million", "חצי מיליון"."""
    times, name = _fraction_name(words, at)
    if not times:
        return None
    value = times * w.FRACTIONS[bare(words[name].text, w.FRACTIONS)]
    end = name + 1
    after = end + (1 if next_is(words, end, "a") else 2 if next_is(words, end, "of") else 0)
    if after == end + 2 and not next_is(words, end + 1, "a"):
        after = end
    if after < len(words) and words[after].text not in w.LETTER_SCALES:
        if scale := w.SCALES.get(words[after].text):
            return Number(value * scale, after + 1, scale=scale)
        if words[after].text in ("dozen", "תריסר"):
            return Number(value * 12, after + 1)
    noun = end + (1 if next_is(words, end, "a") or next_is(words, end, "an") else 0)
    if noun < len(words) and bare(words[noun].text, w.PERIODS):
        return Number(value, noun)  # "חצי שנה": half a year, a length of time and no share
    return Number(value, end, share=True, weak=_may_be_a_period(words, at, name))


def _may_be_a_period(words: tuple[Token, ...], at: int, name: int) -> bool:
    """ "A quarter" alone is three months, unless what it is said of is a share: it stays a weak number."""
    return words[name].text == "quarter" and name > at and not next_is(words, name + 1, "of")


_ENGLISH_FRACTIONS = frozenset(("third", "half", "quarter", "fifth", "sixth", "eighth", "tenth"))
_COUNTED_FRACTIONS = frozenset(
    ("thirds", "quarters", "fifths", "tenths", "שלישים", "רבעים", "רבעי", "חמישיות", "עשיריות", "שליש")
)


def _fraction_name(words: tuple[Token, ...], at: int) -> tuple[int, int]:
    """(how many, place of the fraction's name); (0, 0) where there is none."""
    first = words[at].text
    second = at + 2 if next_is(words, at + 1, "-") else at + 1
    following = words[second].text if second < len(words) else ""
    if first in ("a", "one") and following in _ENGLISH_FRACTIONS:
        return 1, second
    small = bare(first, w.SMALL)
    if small and 1 < w.SMALL[small] < 10 and following in _COUNTED_FRACTIONS:
        period = following == "quarters" and second == at + 1 and not next_is(words, second + 1, "of")
        return (0, 0) if period else (w.SMALL[small], second)
    if first in _ENGLISH_FRACTIONS and next_is(words, at + 1, "of") and _scale_after(words, at + 2):
        return 1, at  # "quarter of a million"
    return (1, at) if bare(first, w.BARE_FRACTIONS) else (0, 0)


def _scale_after(words: tuple[Token, ...], at: int) -> bool:
    return next_is(words, at, "a") and at + 1 < len(words) and words[at + 1].text in w.SCALES


def next_is(words: tuple[Token, ...], at: int, text: str) -> bool:
    """Whether the token at a place is this word."""
    return at < len(words) and words[at].text == text


def _read_words(words: tuple[Token, ...], at: int) -> Number | None:
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
    pointed = _pointed(words, number) if scale_used == 1 else number
    return _half_more(words, _scaled(words, replace(pointed, weak=False)) if pointed is not number else number)


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
        return ("hundred", Fraction(100), at + 1) if (current is not None and current < 100) or at > start else None
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
    if token.text == "and" and last >= 100 and (following in w.SMALL or following in ("a",)):
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
