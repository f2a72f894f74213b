"""Numbers, money, rates, periods and ranges in Hebrew, English and both at once.

Each quantity keeps its exact words; nothing is returned that is not written in them. What the words
leave open (a currency, a period, "2.200") stays open here: the reader of a field asks for it.

Established parsers were looked at first; Hebrew decided. text2num, number-parser, word2number and
quantulum3 know no Hebrew; Recognizers-Text has had Hebrew as an unmerged proposal since 2021; Babel reads
digits in a locale's writing but neither words nor units; dateparser reads Hebrew dates but no amounts, and
guesses what is missing. Duckling does know Hebrew numerals and currencies, but is a Haskell service, has no
rates, periods or ranges of ours in Hebrew, and returns values with its own defaults filled in. Hence this
small grammar: one pass over the words, no guessing, about a tenth of a millisecond a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from assistant.understanding.numbers import number_words as w
from assistant.understanding.numbers.joined import joined, with_spans
from assistant.understanding.numbers.number_parts import Number, bare, next_is
from assistant.understanding.numbers.numerals import read_number
from assistant.understanding.numbers.ordinals import is_place
from assistant.understanding.numbers.settled import standing
from assistant.understanding.words.text import Token, listed, tokens
from knowledge.hebrew import is_stop_word

MOST = 60  # quantities read from one message
LONGEST_PART = 4  # words between a part and the comma before its whole
LONGEST_COINS = 6  # words between "40 cents" and the dollar they are of
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})(?!\d)"
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:[בל]-?)?(?:january|february|march|april|june|july|august|september"
    r"|october|november|december|ינואר|פברואר|מרץ|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר)(?: \d{4})?"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2},? \d{4}",
    re.IGNORECASE,
)
_ANY_YEAR = r"(?:19[89]\d|20[0-3]\d)"
_YEARS = re.compile(rf"(?<![\d,.]){_ANY_YEAR} ?(?:to|until|till|-|–|ו?עד) ?-?{_ANY_YEAR}(?![\d,.])")
_YEAR = re.compile(  # "from 2019", "משנת 2019": no quantity, unless money or a share is said with it
    r"(?:\b(?:from|since|in|year|until|till|back in|before|after|during)|(?<!\w)(?:[בלמו]?שנת|מאז|[במ]-?)) ?"
    r"(?P<year>19[89]\d|200[1-9]|20[1-3]\d)"
    r"(?![\d%]|[.,]\d| ?(?:[$€₪£]|k\b|usd|eur|nis|dollar|euro|shekel|דולר|שקל|ש\"ח|יורו|אירו))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quantity:
    """One number or range with what was said about it. `low` equals `high` unless it is a range.

    `percent` values are shares already (15 % -> 0.15); `share` marks "a third", "3 out of 10". `unit` is
    a time unit ("hours"), `period` the time it is per ("a month"), `span` what it was counted over ("over
    two quarters"). `weak` marks words that often are no number ("one"); `negated`, "not 53".
    """

    raw: str
    start: int
    end: int
    low: Fraction
    high: Fraction
    percent: bool = False
    share: bool = False
    currency: str = ""
    period: str = ""
    unit: str = ""
    span: tuple[Fraction, str] | None = None
    approximate: bool = False
    bound: str = ""  # "low" (at least) or "high" (at most)
    weak: bool = False
    negated: bool = False
    other: Fraction | None = None  # the second reading of "2.200"
    part_of: tuple[Fraction, Fraction] | None = None  # the two numbers of "35 of 50"
    rank: bool = False  # a place in an order ("third of 200")
    added: bool = False  # the sum of two amounts ("20k plus 5k")
    times: bool = False  # how often something happened: "14 times", "14 פעם"

    @property
    def is_range(self) -> bool:
        """Whether two numbers were given."""
        return self.low != self.high


def plain(value: Fraction) -> str:
    """The number as canonical text: exact where decimals can say it, else six digits."""
    text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    if "." in text:
        text = format(Decimal(text).quantize(Decimal("0.000001")), "f").rstrip("0").rstrip(".")
    return text


@lru_cache(maxsize=512)
def quantities(text: str, parts: bool = True) -> tuple[Quantity, ...]:
    """Every quantity of a cleaned text, in order; without `parts`, "10 deals out of 300 leads" are two counts."""
    words = tokens(text)
    dates = [match.span() for match in _DATE.finditer(text)] + [m.span("year") for m in _YEAR.finditer(text)]
    dates += [match.span() for match in _YEARS.finditer(text)]
    found: list[Quantity] = []
    spots: list[tuple[int, int, int]] = []  # first token, token after, scale
    at = 0
    while at < len(words) and len(found) < MOST:
        number = None if _in_spans(words[at].start, dates) else _in_hours(words, read_number(words, at))
        if number is None:
            at += 1
            continue
        first, quantity, after = _dress(text, words, at, number, parts)
        found.append(quantity)
        spots.append((first, after, number.scale))
        at = max(after, at + 1)
    return tuple(
        standing(text, _of_every(text, with_spans(text, _with_halves(text, joined(text, words, found, spots)))))
    )


_HALF = re.compile(r"(?:ו?חצי|ו?רבע|a half|half|a quarter|quarter)$")
_PERCENT_AND = re.compile(r"(?:(?<![א-ת])ה?אחוז|(?:\b(?:a|one) )?percent(?: and)?)\s+$", re.IGNORECASE)
_OF_A_PERCENT = re.compile(r"\s+(?:of )?(?:a |one )?percent\b", re.IGNORECASE)
_UNIT_AND_HALF = re.compile(r"\S+ וחצי$")


def _with_halves(text: str, found: list[Quantity]) -> list[Quantity]:
    """The quantities, "a percent and a half" as one and a half percent and "שקל וחצי" as one and a half shekels."""
    made: list[Quantity] = []
    for quantity in found:
        if quantity.share and (named := _OF_A_PERCENT.match(text[quantity.end :])) is not None:
            end, value = quantity.end + named.end(), quantity.low / 100  # "half a percent"
            quantity = replace(
                quantity, raw=text[quantity.start : end], end=end, low=value, high=value, percent=True, share=False
            )
        opened = _PERCENT_AND.search(text[: quantity.start]) if _HALF.match(quantity.raw) else None
        before = (
            made[-1] if made and made[-1].percent and opened is not None and made[-1].end >= opened.start() else None
        )
        if opened is not None and quantity.share:
            whole = before.low if before is not None else Fraction(1, 100)
            start = before.start if before is not None else opened.start()
            raw, value = text[start : quantity.end], whole + quantity.low / 100
            made = made[:-1] if before is not None else made
            quantity = replace(quantity, raw=raw, start=start, low=value, high=value, percent=True, share=False)
        elif quantity.currency and quantity.low == Fraction(1, 2) and _UNIT_AND_HALF.match(quantity.raw):
            quantity = replace(quantity, low=Fraction(3, 2), high=Fraction(3, 2), share=False)
        made.append(quantity)
    return made


_EVERY = re.compile(r"(?:\b(?:of|from|for|in) every|(?<![א-ת])(?:מכל|מתוך כל|על כל))\s+$", re.IGNORECASE)
_ROUND = (10, 100, 1000)


def _of_every(text: str, found: list[Quantity]) -> list[Quantity]:
    """The quantities with a whole told before its part as a share ("out of every hundred dollars forty stay")."""
    kept: list[Quantity] = []
    for quantity in found:
        whole = kept[-1] if kept else None
        if (
            whole is not None
            and whole.low in _ROUND
            and not (quantity.percent or quantity.share or quantity.unit or quantity.period)
            and 0 < quantity.low <= quantity.high <= whole.low
            and _EVERY.search(text[: whole.start])
        ):
            low, high = quantity.low / whole.low, quantity.high / whole.low
            share = Quantity(text[whole.start : quantity.end], whole.start, quantity.end, low, high, share=True)
            kept[-1] = replace(share, approximate=quantity.approximate, bound=quantity.bound)
        else:
            kept.append(quantity)
    return kept


def _in_spans(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _dress(text: str, words: tuple[Token, ...], at: int, number: Number, parts: bool) -> tuple[int, Quantity, int]:
    """Read what stands around a number: currency, percent, unit, period, approximation, bound, negation."""
    first, currency, scale = _before(words, at)
    value, end, percent = number.value * scale, number.end, False
    ish = _ish(words, end)
    end += ish
    unit, share = number.unit, number.share
    if end < len(words):
        sign = words[end].text
        cent = 2 if sign == "per" and next_is(words, end + 1, "cent") else 1
        if cent == 2 or bare(sign, w.PERCENT) or _is_of_each_coin(words, first, end):
            percent, end, value = True, end + cent, value / 100
        elif scaled := w.SCALED_CURRENCIES.get(sign):
            value, currency, end = value * scaled[0], scaled[1], end + 1
        elif sign != "בין" and (name := bare(sign, w.CURRENCIES)):  # "between", and no "in yen"
            if not currency or sign != "$":
                currency = w.CURRENCIES[name]
            end += 1
        elif sign in ("u", "us") and next_is(words, end + 1, "dollars"):
            currency, end = "USD", end + 2
    if not percent and not currency and not unit:
        unit, end = _unit(words, end)
    if not share and not percent and not currency:
        value, end, share = _out_of(words, value, end, parts)
    between = {token.text for token in words[number.end : end]} & {"of", "מתוך"}
    part_of = (number.value, number.value / value) if share and not number.share and value and between else None
    if currency and end < len(words) and words[end].text in _BARE_PERIODS:
        period, end = w.PERIODS[words[end].text], end + 1  # "7000 usd month"
    else:
        period, end = _period(words, end)
    period = period or _period_before(words, first, bool(currency))
    first, value = _signed(words, first, value)
    approximate, bound, negated, first = _softeners(words, first)
    rank = number.rank or is_place(words, at, number.end)
    negated = negated and not rank  # "במקום" is "instead of" and "in the place"
    begin, finish = words[first].start, words[end - 1].end
    quantity = Quantity(
        text[begin:finish], begin, finish, value, value,
        percent=percent, share=share and not percent, currency=currency, period=period, unit=unit,
        approximate=approximate or ish > 0, bound=bound, negated=negated,
        weak=number.weak and not (percent or currency or unit or (share and not number.share)),
        other=number.other / 100 if percent and number.other else number.other,
        part_of=part_of, rank=rank,
        times=number.often or (not (percent or currency or unit or share) and number.end < len(words)
        and words[number.end].text in w.TIMES),
    )  # fmt: skip
    return first, quantity, end


def _in_hours(words: tuple[Token, ...], number: Number | None) -> Number | None:
    """Minutes as the part of an hour they are."""
    if number is None or number.end >= len(words) or not bare(words[number.end].text, w.MINUTES):
        return number
    return replace(number, value=number.value / 60, end=number.end + 1, unit="hour")


def _ish(words: tuple[Token, ...], at: int) -> int:
    """How many tokens after a number say that it is about so ("70ish", "70-ish")."""
    hyphen = int(next_is(words, at, "-"))
    return hyphen + 1 if next_is(words, at + hyphen, "ish") else 0


def _signed(words: tuple[Token, ...], first: int, value: Fraction) -> tuple[int, Fraction]:
    """A minus before the number: "-13,000", "minus 5", but no hyphen or range."""
    if first == 0:
        return first, value
    sign = words[first - 1]
    apart = first == 1 or words[first - 2].end < sign.start
    glued = sign.end == words[first].start
    if sign.text in ("minus", "מינוס") or (sign.text in ("-", "–") and apart and glued):
        return first - 1, -value
    return first, value


def _before(words: tuple[Token, ...], at: int) -> tuple[int, str, int]:
    """Where the words of an amount begin, the currency before the number, and the scale glued to that ("k€ 30")."""
    if not at or (at > 1 and words[at - 1].kind == "word" and _ends_number(words[at - 2])):
        return at, "", 1  # "… 20 thousand dollars and one …"
    before = words[at - 1]
    if scaled := w.SCALED_CURRENCIES.get(before.text):
        return at - 1, scaled[1], scaled[0]
    if not (code := w.CURRENCIES.get(before.text)):
        return at, "", 1
    letter = words[at - 2] if at > 1 else None
    glued = letter is not None and letter.end == before.start and letter.text in w.LETTER_SCALES
    return (at - 2, code, w.SCALES[letter.text]) if letter is not None and glued else (at - 1, code, 1)


def _is_of_each_coin(words: tuple[Token, ...], first: int, at: int) -> bool:
    """Whether small coins say a share of the large one ("forty cents of every dollar", "30 אגורות מכל שקל")."""
    if not bare(words[at].text, w.COINS):
        return False
    before, after = words[max(0, first - LONGEST_COINS) : first], words[at + 1 : at + 1 + LONGEST_COINS]
    return any(_is_one_coin(near, place) for near in (before, after) for place in range(len(near)))


def _is_one_coin(words: tuple[Token, ...], at: int) -> bool:
    single = at and (words[at - 1].text in _EACH_COIN or bare(words[at - 1].text, ("כל",)))
    return bool(single) and bare(words[at].text, w.CURRENCIES) != ""


_EACH_COIN = frozenset(("the", "a", "each", "every", "per"))


def _ends_number(token: Token) -> bool:
    return token.kind == "number" or bool(bare(token.text, w.SMALL) or bare(token.text, w.SCALES))


def _unit(words: tuple[Token, ...], at: int) -> tuple[str, int]:
    """A time unit right after the number: "8.5 hours", "215 days", "8h"."""
    if at >= len(words):
        return "", at
    token = words[at]
    if token.text in w.TIME_LETTERS and token.start == words[at - 1].end:
        return w.TIME_LETTERS[token.text], at + 1
    skip = 1 if token.text in ("a", "-", "working", "selling", "calendar") and at + 1 < len(words) else 0
    name = bare(words[at + skip].text, w.PERIODS)
    fits = name and name not in w.PERIOD_ALONE and name not in ("pm", "pa") and token.text != "a"
    definite = token.text.startswith("ה") and token.text[1:] == name and name.endswith(("ים", "ות"))
    if fits and (skip or definite or token.text in w.PERIODS):
        return w.PERIODS[name], at + skip + 1
    return "", at


def _out_of(words: tuple[Token, ...], value: Fraction, at: int, parts: bool) -> tuple[Fraction, int, bool]:
    """ "3 out of 10", "3 מתוך 10", "one in five": a share."""
    following = [token.text for token in words[at : at + 2]]
    length = 2 if following in (["out", "of"], ["of", "every"], ["in", "every"]) else 0
    length += length and following[0] == "out" and next_is(words, at + 2, "every")
    if not length and (following[:1] in (["מתוך"], ["מכל"]) or (following[:1] == ["in"] and value == 1)):
        length = 1
    if not length and following[:1] == ["in"] and _is_round_whole(words, at + 1):
        length = 1  # "three in ten"
    if not length and value == 1 and _is_noun(words, at) and next_is(words, at + 1, "in"):
        length = 2 * _is_plain_number(words, at + 2)  # "one inquiry in eight"
    if not length and parts and _is_noun(words, at):
        length = _behind_nouns(words, at)
    if not length and following[:1] == ["of"] and _is_plain_number(words, at + 1 + _article(words, at + 1)):
        length = 1 + _article(words, at + 1)
    if not length or at + length >= len(words):
        return value, at, False
    whole = read_number(words, at + length)
    if whole is None or whole.share or not 0 < value <= whole.value:
        return value, at, False
    return value / whole.value, whole.end, True


def _behind_nouns(words: tuple[Token, ...], at: int) -> int:
    """How many tokens lead to the whole behind what is counted ("35 customers of 50"); 0 for none."""
    second, third = [token.text for token in words[at + 1 : at + 2]], [t.text for t in words[at + 2 : at + 4]]
    if second in (["of"], ["מתוך"], ["out"]):
        skipped = 2 if second == ["out"] else 1
        whole_at = at + 1 + skipped
        return (
            1 + skipped if _is_plain_number(words, whole_at) and (second != ["of"] or _of_all(words, whole_at)) else 0
        )
    if _is_noun(words, at + 1):  # "90 customers tagged out of 1,500"
        skipped = 2 if third == ["out", "of"] else int(third[:1] == ["מתוך"])
        if skipped and _is_plain_number(words, at + 2 + skipped):
            return 2 + skipped
    return 0 if is_stop_word(words[at].text) else _set_off(words, at)


def _set_off(words: tuple[Token, ...], at: int) -> int:
    """How many tokens lead to the whole behind a comma ("30 customers, out of 120 there could be"); 0 for none."""
    for place in range(at, min(at + LONGEST_PART + 1, len(words) - 1)):
        if words[place].text != ",":
            if not _is_noun(words, place):
                return 0
            continue
        following = [token.text for token in words[place + 1 : place + 3]]
        skipped = 2 if following == ["out", "of"] else int(following[:1] == ["מתוך"])
        perhaps = int(place + 1 + skipped < len(words) and words[place + 1 + skipped].text in w.APPROXIMATE)
        fits = skipped and _is_plain_number(words, place + 1 + skipped + perhaps)
        return place + 1 + skipped + perhaps - at if fits else 0
    return 0


_ALL_THERE_ARE = frozenset(
    listed("possible potential existing in total altogether אפשריים אפשריות פוטנציאליים פוטנציאליות קיימים בשוק בענף")
)


def _of_all(words: tuple[Token, ...], at: int) -> bool:
    """Whether a number is the whole of what there is ("50 possible"), and not a count of something else."""
    number = read_number(words, at)
    return number is not None and any(token.text in _ALL_THERE_ARE for token in words[number.end : number.end + 2])


def _is_round_whole(words: tuple[Token, ...], at: int) -> bool:
    """Whether a number that people take shares of stands here ("in ten"), and no length of time."""
    number = read_number(words, at) if at < len(words) else None
    if number is None or number.unit or number.value not in (3, 4, 5, 10, 20, 100, 1000):
        return False
    return not (number.end < len(words) and bare(words[number.end].text, w.PERIODS))


def _is_noun(words: tuple[Token, ...], at: int) -> bool:
    return at < len(words) and words[at].kind == "word" and words[at].text not in w.SMALL


def _article(words: tuple[Token, ...], at: int) -> int:
    return int(at < len(words) and words[at].text in ("the", "our", "these", "those"))


def _is_plain_number(words: tuple[Token, ...], at: int) -> bool:
    """Whether a number without a currency stands here ("3 of the 10", and not "2 sales of 30,000 euros")."""
    number = read_number(words, at) if at < len(words) else None
    following = words[number.end].text if number is not None and number.end < len(words) else ""
    return number is not None and not bare(following, w.CURRENCIES) and following not in ("%", "each", "apiece")


_BARE_PERIODS = frozenset(listed("month quarter year pm pa חודש רבעון שנה"))
_PER = frozenset(listed("per pr a an each every / כל מדי ל ב"))
_LAST, _WHOLE_PERIODS = frozenset(("last", "this", "past")), frozenset(("week", "month", "quarter", "year"))
_THIS = frozenset(("the", "a", "one", "last", "this", "past", "each", "every"))
_BREAKS = frozenset(listed(". ; ! ? ) \n")) | {"and", "או", "or"}
_SINGLE_PERIODS = frozenset(listed("חודש רבעון שנה שבוע יום שעה"))
_ONE_OFF_WORDS = tuple(tuple(token.text for token in tokens(phrase)) for phrase in w.ONE_OFF)


def _period(words: tuple[Token, ...], at: int) -> tuple[str, int]:
    """The time it is per, after the amount: "monthly", "per quarter", "לרבעון", "100 leads a month"."""
    for place in range(at, min(at + 4, len(words))):
        period, end = _period_here(words, place)
        if period:
            return period, end
        token = words[place]
        if token.kind == "number" or token.text in _BREAKS or (place > at and token.text in w.SMALL):
            break
    return "", at


def _period_here(words: tuple[Token, ...], place: int) -> tuple[str, int]:
    token = words[place].text
    following = words[place + 1].text if place + 1 < len(words) else ""
    if token == "p" and following == "." and place + 2 < len(words) and words[place + 2].text in ("m", "a"):
        return {"m": "month", "a": "year"}[words[place + 2].text], place + 3
    if token in w.PERIOD_ALONE:
        return w.PERIODS[token], place + 1
    if following in w.PERIODS and (token in _PER or (token in _LAST and following in _WHOLE_PERIODS)):
        return w.PERIODS[following], place + 2  # "3 deals a year", "last year"
    third = words[place + 2].text if place + 2 < len(words) else ""
    if token in ("ל", "ב") and following == "-" and third in w.PERIODS:
        return w.PERIODS[third], place + 3  # "6,000 דולר ל-quarter"
    if token in ("over", "during", "in", "for") and following in _THIS and third in w.PERIODS:
        return w.PERIODS[third], place + 3
    if token in ("per", "כל", "מדי") and following in ("working", "calendar") and place + 2 < len(words):
        return w.PERIODS.get(words[place + 2].text, ""), place + 3
    if len(token) > 3 and token[0] in "לבה" and token[1:] in _SINGLE_PERIODS and token != "היום":
        return w.PERIODS[token[1:]], place + 1
    for parts in _ONE_OFF_WORDS:
        if tuple(t.text for t in words[place : place + len(parts)]) == parts:
            return "one_off", place + len(parts)
    return "", place


def _period_before(words: tuple[Token, ...], first: int, money: bool) -> str:
    """The time it is per, said before the amount: "monthly cost 4k", "כל רבעון 2000 דולר"."""
    for place in range(first - 1, max(-1, first - 7), -1):
        token = words[place]
        if token.kind == "number" or token.text in _BREAKS:
            return ""
        if name := bare(token.text, w.PERIOD_ALONE):
            return w.PERIODS[name]
        counted = not money and any(earlier.kind == "number" for earlier in words[:place])  # "300 leads בחודש 20 …"
        if place == first - 1 and not counted and token.text[0] in "בל" and token.text[1:] in _SINGLE_PERIODS:
            return w.PERIODS[token.text[1:]]  # "בחודש 8,000 דולר"
        if token.text in w.PERIODS and place and words[place - 1].text in ("per", "every", "each", "כל", "מדי"):
            return w.PERIODS[token.text]
    return ""


def _softeners(words: tuple[Token, ...], first: int) -> tuple[bool, str, bool, int]:
    """Approximation, bound and negation in the words before a quantity, and where its words begin."""
    approximate, bound, negated = False, "", False
    here = words[first].text
    if first + 0 < len(words) and here.startswith("כ") and here not in w.SMALL and here[1:] in w.SMALL:
        approximate = True
    place = first - 1
    for _ in range(5):
        if place < 0:
            break
        token = words[place].text
        pair = f"{words[place - 1].text} {token}" if place else token
        if token in ("-", "of", "the", "a", "only", "ל", "ב", "ה", "של", "רק", "עוד", ",") and token != ",":
            place -= 1
            continue
        if token in w.APPROXIMATE:
            approximate, first = True, place if token != "כ" else first
        elif pair in w.LOWER_BOUND or token in w.LOWER_BOUND:
            bound = "low"
        elif pair in w.UPPER_BOUND or token in w.UPPER_BOUND:
            bound = "high"
        elif token in w.NEGATIONS or pair in w.NEGATIONS:
            negated = True
            break
        else:
            break
        place -= 1
    return approximate, bound, negated, first
