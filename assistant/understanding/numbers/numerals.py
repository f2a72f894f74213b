"""Numbers in digits and in words, Hebrew and English: "2,200", "0.8M", "מאה עשרים ושלושה", "two thirds"."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from assistant.understanding.numbers import number_words as w
from assistant.understanding.numbers.number_parts import (
    Number,
    and_hundreds,
    bare,
    half_more,
    literal,
    next_is,
    pointed,
    scaled,
)
from assistant.understanding.numbers.ordinals import ordinal_at
from assistant.understanding.numbers.worded_numbers import read_words
from assistant.understanding.words.text import Token

MOST_DIGITS = 18  # of a number, its signs included
_HOW_MANY = frozenset(("כמה", "לכמה", "בכמה", "מספר", "הרבה", "many", "how"))  # "כמה שנים": years, and no two


def read_number(words: tuple[Token, ...], at: int) -> Number | None:
    """The number that begins at a token, None when none does."""
    token = words[at]
    if token.kind == "number":
        return _read_literal(words, at)
    if token.text in w.SIGNS_OF_PARTS:
        return Number(w.FRACTIONS[token.text], at + 1, share=True)
    if place := ordinal_at(words, at):
        return Number(Fraction(place), at + 1, rank=True)
    if (
        token.kind != "word"
        or _runs_on(words, at)
        or (token.text in w.PERIODS and at and bare(words[at - 1].text, _HOW_MANY))
    ):
        return None
    if special := _every_nth(words, at) or _how_often(words, at) or _and_a_half(words, at) or _single_time(words, at):
        return special
    if _is_vague(words, at) or _is_each_one(words, at):
        return None
    if token.text in w.YEAR_AND and at + 1 < len(words) and words[at + 1].text in w.HALF_TAILS:
        return Number(1 + w.HALF_TAILS[words[at + 1].text], at + 2, unit=w.YEAR_AND[token.text])
    if pair := bare(token.text, w.TIME_PAIRS):
        return half_more(words, Number(Fraction(2), at + 1, unit=w.TIME_PAIRS[pair]))
    return _read_fraction(words, at) or read_words(words, at)


def _runs_on(words: tuple[Token, ...], at: int) -> bool:
    """Whether a word runs into one in other letters ("אלפייםtwo") and so is no number; a "ב" may be glued to one."""
    before, after = words[max(0, at - 1) : at], words[at + 1 : at + 2]
    into = bool(after) and after[0].kind == "word" and after[0].start == words[at].end
    longer = bool(before) and before[0].kind == "word" and before[0].end == words[at].start
    return into or (longer and len(before[0].text) > LONGEST_GLUED)


LONGEST_GLUED = 2  # letters


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
    if not times or counted:
        return None
    following = words[at + 1].text if at + 1 < len(words) else ""
    after = words[at + 2].text if at + 2 < len(words) else ""
    timed = following[:1] in "בל" and following[1:] in w.PERIODS
    timed = timed or (following in ("a", "per", "every", "each", "כל") and after in w.PERIODS)
    if timed:
        return Number(Fraction(times), at + 1, often=True)
    compares = following in _COMPARED or bare(following, _COMPARED)
    return Number(Fraction(times), at + 1, often=True, weak=True) if times > 1 and not compares else None


_COMPARED = frozenset(("as", "the", "that", "more", "a", "your", "our", "יותר", "מזה", "כמו"))


def _is_vague(words: tuple[Token, ...], at: int) -> bool:
    """Whether a scale is no number because of the word before it ("a few thousand", "עשרות אלפי")."""
    if not at or not bare(words[at].text, w.SCALES):
        return False
    before = at - 1
    while before and (words[before].text in w.HUNDREDS or words[before].text == "of"):
        before -= 1
    return words[before].text in w.VAGUE


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
    if len(power) > 2 or _in_ratio(words, at):
        return None
    beyond = len(token.text) > MOST_DIGITS  # read as what no field takes, so that it is refused and not passed over
    value, other = literal("9" * MOST_DIGITS if beyond else token.text)
    if (bottom := _under_slash(words, at)) is not None:
        return Number(value / bottom, at + 3, share=True) if 0 < value < bottom else None
    if at and words[at - 1].text in _RANKS and value.denominator == 1:
        return Number(value, at + 1, literal=True, rank=True)  # "rank 40 by gross profit", "מקום 3 בנפח"
    number = pointed(words, _with_part(words, Number(value, at + 1, literal=True, other=other)))
    return and_hundreds(words, half_more(words, scaled(words, number)))


_RANKS = frozenset(("rank", "ranked", "ranks", "position", "מקום", "ומקום", "דירוג", "ודירוג"))


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
    return literal(slash[1].text)[0]


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
