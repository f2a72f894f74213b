"""Which of several numbers stands: "we were six, now four" is four, "net 60, so about ninety days" is ninety.

A number gives way only to one of its own kind that counts nothing else, so that "300 leads, now 5 deals" stays two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.commands import Answer, Command
from assistant.understanding.words.phrases import PhraseSet, phrase_set
from assistant.understanding.words.text import Token, listed, tokens
from knowledge.hebrew import is_stop_word

if TYPE_CHECKING:
    from assistant.understanding.numbers.amounts import Quantity

LONGEST_BEFORE = 5  # words before a number that say it was so once
YEAR_DIGITS = 4
SHORTEST_SHARED = 3  # letters two forms of one noun begin with
_SCALES = (1000, 1_000_000)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_CLAUSE_SIGNS = frozenset(listed(", ; . : ! ? ( ) – \n"))
_AS_GOOD_AS = Fraction(1, 10)  # by how much "two a month, 25 a year" may differ and be one count


def standing(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities without those that a later one of the same kind replaces, in order."""
    kept = list(found[:1])
    for two in found[1:]:
        weak = True
        while kept and weak and _gives_way(text, kept[-1], two):
            weak = kept[-1].weak  # "we are five but one leaves, so four": the five gives way as well
            two = _as_large(two, kept.pop())
        if kept and kept[-1].negated and not two.negated and not two.unit and not noun(text, two):
            two = replace(_as_large(two, kept[-1]), unit=two.unit, period=two.period)  # "not 20 thousand, 25"
        kept.append(two)
    return kept


def _as_large(two: Quantity, one: Quantity) -> Quantity:
    """The second number in what the first one is counted in ("20 to 30 thousand dollars, so say 25")."""
    scale = next((k for k in _SCALES if two.low < k and one.low / 2 <= two.low * k <= one.high * 2), 1)
    currency, period = two.currency or one.currency, two.period or one.period
    unit = two.unit or ("" if currency else one.unit)
    return replace(two, low=two.low * scale, high=two.high * scale, currency=currency, period=period, unit=unit)


def concluded(words: tuple[Token, ...], before: Sequence[Command], found: Sequence[Command]) -> list[Command]:
    """What was said before and what a sentence adds; one that concludes ("So three ways.") replaces a figure."""
    told = {c.field: c for c in found if isinstance(c, Answer) and isinstance(c.value, (str, dict))}
    if (
        not told
        or not _opens(phrase_set("concluding_number"), words)
        or not any(token.kind != "sign" for token in words)
    ):
        return [*before, *found]
    kept = [c for c in before if not (isinstance(c, Answer) and c.field in told and told[c.field].raw != c.raw)]
    return [*kept, *found]


def counted_once(text: str, found: Sequence[Quantity], wanted: str) -> list[Quantity]:
    """The quantities with a count told for two periods ("two a month, 24 a year") only once: for the wanted one.

    `wanted` is a period, empty where none is asked for; then an amount stays as it was said first, and a count
    as it is for the longer time.
    """
    dropped: set[int] = set()
    for one, two in pairwise(found):
        if not _tells_again(text, one, two):
            continue
        longer = _MONTHS[two.period] > _MONTHS[one.period]
        second = two.period == wanted if wanted in (one.period, two.period) else longer and not one.currency
        dropped.add(one.start if second else two.start)
    return [quantity for quantity in found if quantity.start not in dropped]


def _tells_again(text: str, one: Quantity, two: Quantity) -> bool:
    if one.period not in _MONTHS or two.period not in _MONTHS or one.period == two.period or one.low <= 0:
        return False
    if (one.currency or two.currency) != one.currency or one.is_range or two.is_range or _is_share(one, two):
        return False
    expected = one.low * Fraction(_MONTHS[two.period], _MONTHS[one.period])
    return abs(two.low - expected) <= expected * _AS_GOOD_AS and _same_noun(text, one, two)


def _gives_way(text: str, one: Quantity, two: Quantity) -> bool:
    alike = (one.currency == two.currency or not two.currency) and one.percent == two.percent and one.share == two.share
    if not alike or one.negated or two.negated or (two.unit and one.unit and two.unit != one.unit):
        return False
    between = tokens(text[one.end : two.start])
    if phrase_set("each").find(tokens(text[one.start : two.start])) >= 0 or not _same_noun(text, one, two):
        return False
    clause = _last_clause(between)
    drawn = clause is not between and _opens(phrase_set("concluding_number"), clause)
    if drawn or (between and between[-1].text in _THEREFORE):
        return not two.weak
    if phrase_set("nowadays").find(between) >= 0 and any(_is_year(token) for token in between):
        return True  # "four in 2022, this year two"
    before = tokens(text[: one.start])[-LONGEST_BEFORE:]
    return phrase_set("formerly").find(_last_clause(before)) >= 0 and phrase_set("nowadays").find(between) >= 0


_THEREFORE = frozenset(("so", "כלומר", "אז"))


def _is_year(token: Token) -> bool:
    return token.kind == "number" and len(token.text) == YEAR_DIGITS and token.text.isdigit()


def _opens(phrases: PhraseSet, words: tuple[Token, ...]) -> bool:
    return bool(words) and phrases.at(words, 0) > 0


def _last_clause(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words after the last sign between clauses; the very same words where there is none."""
    for place in range(len(words) - 1, -1, -1):
        if words[place].text in _CLAUSE_SIGNS:
            return words[place + 1 :]
    return words


def _is_share(one: Quantity, two: Quantity) -> bool:
    return one.percent or two.percent or one.share or two.share


def _same_noun(text: str, one: Quantity, two: Quantity) -> bool:
    """Whether the second number counts nothing else than the first: no noun of its own, or the same one."""
    first, second = noun(text, one), noun(text, two)
    if not second or one.unit or two.unit:
        return True
    shared = min(len(first), len(second), SHORTEST_SHARED)
    return shared == SHORTEST_SHARED and first[:shared] == second[:shared]


def noun(text: str, quantity: Quantity) -> str:
    """The word right after a number, unless it says nothing about what is counted."""
    following = tokens(text[quantity.end :])[:1]
    if not following or following[0].kind != "word":
        return ""
    word = following[0].text
    return "" if is_stop_word(word) or phrase_set("nowadays").at(following, 0) or word in _NO_NOUN else word


_NO_NOUN = frozenset(
    listed("left remain remaining people total altogether now today of נשארו נשארנו היום עכשיו בערך איש")
)
