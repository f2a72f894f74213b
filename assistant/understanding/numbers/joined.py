"""Two numbers that are one: a range ("2 to 4", "2, maybe 3"), a sum ("3k + 2k"), a count and the time it is over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.understanding.numbers.settled import noun
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, listed, tokens

if TYPE_CHECKING:
    from assistant.understanding.numbers.amounts import Quantity


LATEST_HOUR = 12
_Spot = tuple[int, int, int]  # a quantity's first token, the one after it, its scale
_BOUNDS = (["-"], ["–"], ["to"], ["עד"], ["or"], ["או"], ["until"], ["till"], ["up", "to"])
_PERHAPS = frozenset(listed("maybe perhaps possibly אולי"))
_BESIDE_PERHAPS = _PERHAPS | frozenset(listed("or even if not או אפילו ואולי"))
_ADDING = frozenset(listed("plus + another ועוד פלוס"))
_BESIDE_ADDING = _ADDING | frozenset(listed("and then also more further extra an עוד אחר כך"))


def joined(text: str, words: tuple[Token, ...], found: list[Quantity], spots: list[_Spot]) -> list[Quantity]:
    """The quantities with the two ends of a range, and the terms of a sum, as one."""
    made: list[Quantity] = []
    places: list[_Spot] = []
    for quantity, spot in zip(found, spots, strict=True):
        both = _as_one(text, words, (made[-1], quantity), (places[-1], spot)) if made else None
        if made and _is_time_of_day(words, (made[-1], quantity), (places[-1], spot)):
            made, places = made[:-1], places[:-1]  # "nine to five"
        elif both is None:
            made.append(quantity)
            places.append(spot)
        else:
            made[-1] = both
            places[-1] = (places[-1][0], spot[1], spot[2])
    return made


def _is_change(words: tuple[Token, ...], one: _Spot) -> bool:
    """Whether a number is what something was before ("down from 12 to 9" is nine)."""
    before = {token.text for token in words[max(0, one[0] - 2) : one[0]]}
    return phrase_set("formerly").find(words[max(0, one[0] - 3) : one[0]]) >= 0 and bool(before & {"from", "מ", "-"})


def _is_time_of_day(words: tuple[Token, ...], two: tuple[Quantity, Quantity], spots: tuple[_Spot, _Spot]) -> bool:
    between = [token.text for token in words[spots[0][1] : spots[1][0]]]
    if _is_change(words, spots[0]):
        return False
    plain = not any(q.currency or q.percent or q.unit or q.period or q.is_range for q in two)
    return plain and between in (["to"], ["till"], ["until"], ["עד"]) and LATEST_HOUR >= two[0].low > two[1].low >= 1


def _as_one(
    text: str, words: tuple[Token, ...], two: tuple[Quantity, Quantity], spots: tuple[_Spot, _Spot]
) -> Quantity | None:
    low, high = two
    if low.is_range or high.is_range:
        return None
    if _is_range(text, words, spots, two):
        return _as_range(text, words, low, high, spots[0], spots[1])
    between = _between(text, words, spots, two)
    adds = set(between) & _ADDING and set(between) <= _BESIDE_ADDING
    return _as_sum(text, low, high) if adds and not low.negated and not high.negated else None


def _between(
    text: str, words: tuple[Token, ...], spots: tuple[_Spot, _Spot], two: tuple[Quantity, Quantity]
) -> list[str]:
    """The words between two numbers, without what both count ("3 deals plus another 2")."""
    between = [token.text for token in words[spots[0][1] : spots[1][0]]]
    counts = "" if two[0].percent or two[0].currency else noun(text, two[0])
    if (
        counts
        and counts not in _BESIDE_ADDING | _BESIDE_PERHAPS
        and between[:1] == [counts]
        and noun(text, two[1]) in ("", counts)
    ):
        between = between[1:]
    return between


def _as_sum(text: str, one: Quantity, two: Quantity) -> Quantity | None:
    """Two amounts of one kind as their sum ("20k plus another 5k dollars"); None where they are of two kinds."""
    if one.percent != two.percent or one.share or two.share or one.weak or two.weak:
        return None
    for mine, other in ((one.currency, two.currency), (one.period, two.period), (one.unit, two.unit)):
        if mine and other and mine != other:
            return None
    return replace(
        one, raw=text[one.start : two.end], end=two.end, low=one.low + two.low, high=one.high + two.high,
        currency=one.currency or two.currency, period=one.period or two.period, unit=one.unit or two.unit,
        approximate=one.approximate or two.approximate, added=True,
    )  # fmt: skip


def _is_range(text: str, words: tuple[Token, ...], spots: tuple[_Spot, _Spot], two: tuple[Quantity, Quantity]) -> bool:
    one, other = spots
    between = [token.text for token in words[one[1] : other[0]]]
    before = {token.text for token in words[max(0, one[0] - 2) : one[0]]}
    second = words[other[0]].text
    if _is_change(words, one):
        return False
    if between in _BOUNDS:
        return True
    doubted = [word for word in _between(text, words, spots, two) if word != ","]
    if doubted in (["if", "not"], ["אם", "לא"]) or (set(doubted) & _PERHAPS and set(doubted) <= _BESIDE_PERHAPS):
        return not (two[0].percent and not two[1].percent) or two[1].low > 1
    if before & {"between", "בין"}:
        return between in (["and"], ["ל"], ["ל", "-"], ["to"], ["עד"], ["ו", "-"], ["לבין"]) or (
            not between and second[0] in "לו"
        )
    return bool(before & {"from", "מ", "מ-"}) and between in (["ל"], ["ל", "-"], ["עד"], ["עד", "-"])


def _as_range(
    text: str,
    words: tuple[Token, ...],
    low: Quantity,
    high: Quantity,
    one: tuple[int, int, int],
    two: tuple[int, int, int],
) -> Quantity | None:
    if low.unit != high.unit and low.unit in _MONTHS and high.unit in _MONTHS:
        low, high = _in_months(low), _in_months(high)  # "one year to 18 months"
    bottom = low.low
    if one[2] == 1 and two[2] > 1 and bottom * two[2] <= high.low:
        bottom *= two[2]
    if high.percent and not low.percent:
        bottom /= 100
    if low.percent and not (high.percent or high.currency or high.unit) and high.low > 1:
        high = replace(high, low=high.low / 100, high=high.high / 100, percent=True)  # "3 %, maybe 4"
    if bottom > high.low or (low.unit and high.unit and low.unit != high.unit):
        return None
    start = words[one[0]].start
    return replace(
        high, raw=text[start : high.end], start=start, low=bottom, currency=low.currency or high.currency,
        approximate=low.approximate or high.approximate, weak=False, negated=low.negated, bound="",
        period=high.period or low.period, unit=high.unit or low.unit,
    )  # fmt: skip


_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _in_months(quantity: Quantity) -> Quantity:
    months = _MONTHS[quantity.unit]
    return replace(quantity, low=quantity.low * months, high=quantity.high * months, unit="month")


_OVER = frozenset(listed("over in within during across for last past per in the every במשך תוך לאורך ב על פני כל"))


def with_spans(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """ "nine deals over two quarters": the second quantity is the span of the first."""
    result: list[Quantity] = []
    for quantity in found:
        lead_in = {token.text for token in tokens(text[max(0, quantity.start - 14) : quantity.start])}
        glued = quantity.raw[:1] == "ב" and quantity.raw[1:2].isalpha()
        previous = result[-1] if result else None
        timed = quantity.unit in ("month", "quarter", "year") and (lead_in & _OVER or glued)
        if timed and previous and not previous.unit and not previous.span and not previous.period:
            gap = text[previous.end : quantity.start]
            apart = r"[.;!?\n]" if previous.low < 1000 and not previous.currency else r"[,.;!?\n]"
            if len(gap) < 40 and not re.search(apart, gap):  # "6,000 dollars once, spread over 12 months" are two
                result[-1] = replace(previous, span=(quantity.low, quantity.unit))
                continue
        result.append(quantity)
    return result
