"""Is a number of a draft one of the evidence, in the same unit and said of the same thing?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from assistant.answering.claims import DURATIONS, Said, lexicon, stems
from assistant.understanding.numbers.number_words import PERIODS
from tools.values import UNSAID

if TYPE_CHECKING:
    from assistant.answering.evidence import Piece

APPROXIMATELY = Fraction(5, 100)  # how far "about" may be from the number, as a share of it
LIKE = 0.2  # share of the words around a number that must stand around it in the evidence too
FEW = 3  # content words below which a number's surroundings decide nothing
UNITS = {"month", "quarter", "year", "week", "day", "hour"}


@dataclass(frozen=True)
class Match:
    """What became of one number: supported (by which pieces), or why not."""

    verdict: Literal["supported", "number", "unit", "meaning"]
    pieces: tuple[Any, ...] = ()


@dataclass(frozen=True)
class _Fact:
    said: Said
    piece: Any


@dataclass(frozen=True)
class _Stands:
    """Where a number stands in the evidence: the stems of its clause and sentence, what it counts."""

    clause: frozenset[str]
    sentence: frozenset[str]
    heads: tuple[str, ...]
    piece: Any
    named: bool = False  # a tool's figure: its clause is its label


_LINKS = frozenset(("per", "for", "all"))


def judge_number(said: Said, pieces: Sequence[Piece]) -> Match:
    """Look one number up in the evidence."""
    facts = [_Fact(fact, piece) for piece in pieces for fact in piece.facts]
    valued = [fact for fact in facts if _same_value(said, fact.said.value)]
    fitting = [_Stands(fact.said.clause, fact.said.sentence, fact.said.heads, fact.piece)
               for fact in valued if _same_unit(said, fact.said)]  # fmt: skip
    others = [_Stands(fact.said.clause, fact.said.sentence, fact.said.heads, fact.piece)
              for fact in facts if fact not in valued and _alike(said, fact.said)]  # fmt: skip
    for piece in pieces:
        for label in piece.labels:
            words = frozenset(stems(label[0])) - _LINKS
            stands = _Stands(words, words, (), piece, named=True)
            if _is_figure(said, label) and not _other_period(said, piece):
                fitting.append(stands)
            elif not _same_value(said, (abs(label[1]), abs(label[2]))) and _alike_figure(said, label[3]):
                others.append(stands)
    if not fitting:
        return Match("unit" if valued else _missing(said, facts))
    kept = [one for one in fitting if _says_the_same(said, one, others)]
    if not kept or _counts_something_else(said, fitting, pieces):
        return Match("meaning")
    return Match("supported", tuple(one.piece for one in kept))


def _missing(said: Said, facts: Sequence[_Fact]) -> Literal["unit", "number"]:
    """Whether the bare number stands there under another unit, or nowhere."""
    bare = (said.quantity.low, said.quantity.high)
    for one in (fact.said.quantity for fact in facts):
        if any((one.low * scale, one.high * scale) == bare for scale in (1, 100, Fraction(1, 100))):
            return "unit"
    return "number"


# -- value -------------------------------------------------------------------------------------------


def _same_value(said: Said, value: tuple[Fraction, Fraction]) -> bool:
    if value[0] != value[1] and said.value[0] == said.value[1]:
        return any(_near(said, said.value[0], end) for end in value)  # one end of a range
    readings = [(said.value[0], said.value[1])]
    if said.quantity.other is not None:
        readings.append((said.quantity.other, said.quantity.other))
    return any(_near(said, low, value[0]) and _near(said, high, value[1]) for low, high in readings)


def _near(said: Said, value: Fraction, true: Fraction) -> bool:
    """Equal, rounded at the last written digit (two digits at least), or about as large where it says so."""
    off = abs(value - abs(true))
    if off == 0:
        return True
    if off <= said.step / 2 and value >= 10 * said.step:
        return True
    loose = APPROXIMATELY * abs(true)
    bound = said.quantity.bound
    if (bound == "low" and value < abs(true)) or (bound == "high" and value > abs(true)):
        return off <= 2 * loose  # "more than a third" for 35%
    return said.quantity.approximate and off <= loose


# -- unit --------------------------------------------------------------------------------------------


def _same_unit(said: Said, fact: Said) -> bool:
    one, two = said.quantity, fact.quantity
    if (one.percent or one.share) != (two.percent or two.share) and not _decimal_share(said, fact):
        return False
    if one.currency and one.currency != two.currency:
        return False
    if two.currency and not one.currency and (one.unit or one.percent):
        return False
    return _same_time(said, fact) and _same_sign(said, fact.negative)


def _decimal_share(said: Said, fact: Said) -> bool:
    """0.3 may stand for 30% where it is written as a decimal."""
    plain = fact if said.quantity.percent or said.quantity.share else said
    return 0 < plain.value[0] < 1 and "." in plain.quantity.raw


def _same_time(said: Said, fact: Said) -> bool:
    """ "Six months" is not "six hours", "2,200 a quarter" not "2,200 a month"; the sentence may say the unit."""
    one, two = said.quantity, fact.quantity
    if one.unit != two.unit:
        if one.unit and (two.unit or one.unit not in _units(fact.text)):
            return False
        if two.unit and said.head and two.unit not in _units(said.text):
            return False
    return one.period == two.period or not one.period or (not two.period and one.period in _times(fact.text))


def _units(text: str) -> set[str]:
    return {DURATIONS.get(name, (name, 1))[0] for name in _times(text)}


def _times(text: str) -> set[str]:
    words = re.findall(r"[A-Za-zא-ת]+", text.lower())
    found = {PERIODS[word] for word in words if word in PERIODS}
    for word in words:
        for cut in (1, 2):
            if word[cut:] in PERIODS and word[0] in "הבלמוכש":
                found.add(PERIODS[word[cut:]])
    return found


def _same_sign(said: Said, negative: bool) -> bool:
    if said.negative == negative:
        return True
    loss = set(lexicon()["loss"])
    return negative and bool(loss & set(re.findall(r"[^\W\d_]+", said.text.lower())))


# -- meaning -----------------------------------------------------------------------------------------


def _is_figure(said: Said, label: tuple[str, Fraction, Fraction, str]) -> bool:
    _, low, high, unit = label
    one = said.quantity
    if unit == "percent" and not (one.percent or one.share or ("." in one.raw and one.low < 1)):
        return False
    if unit not in ("percent", "ratio") and (one.percent or one.share):
        return False
    if one.currency and len(unit) == 3 and unit.isupper() and unit not in (UNSAID, one.currency):
        return False
    if one.currency and not (len(unit) == 3 and unit.isupper()):
        return False
    if one.unit and unit.rstrip("s") in UNITS and DURATIONS.get(unit.rstrip("s"), (unit.rstrip("s"), 1))[0] != one.unit:
        return False
    if one.unit and (unit in ("percent", "ratio", "score") or (len(unit) == 3 and unit.isupper())):
        return False
    if not _same_value(said, (abs(low), abs(high))):
        return False
    return _same_sign(said, high < 0)


def _other_period(said: Said, piece: Piece) -> bool:
    """Whether the tool says the figure's amount for another period than the draft."""
    period = said.quantity.period
    same = [fact.quantity.period for fact in piece.facts if _same_value(said, fact.value) and fact.quantity.period]
    return bool(period) and bool(same) and period not in same


def _alike(said: Said, fact: Said) -> bool:
    """Whether two numbers are of one kind, so that one may be taken for the other."""
    one, two = said.quantity, fact.quantity
    shares = (one.percent or one.share) == (two.percent or two.share)
    return shares and bool(one.currency) == bool(two.currency) and one.unit == two.unit


def _alike_figure(said: Said, unit: str) -> bool:
    one = said.quantity
    if one.currency:
        return len(unit) == 3 and unit.isupper()
    if one.percent or one.share:
        return unit == "percent"
    if unit.rstrip("s") in UNITS:
        return not one.unit or DURATIONS.get(unit.rstrip("s"), (unit.rstrip("s"), 1))[0] == one.unit
    return unit in ("ratio", "count", "score") and not one.unit


def _says_the_same(said: Said, own: _Stands, others: Sequence[_Stands]) -> bool:
    """Enough of the words around the number stand around it there, and none of another number's words instead."""
    if any(_belongs_to(said, own, other) for other in others):
        return False
    if own.named or len(said.sentence) < FEW:
        return True
    return any(words and len(words & own.sentence) / len(words) >= LIKE for words in (said.clause, said.sentence))


def _belongs_to(said: Said, own: _Stands, other: _Stands) -> bool:
    """Whether the draft says of this number what the evidence says of another."""
    if said.head and said.head in other.heads[:1] and said.head not in (*own.heads, *(own.clause if own.named else ())):
        alike, mine = said.clause & other.sentence, said.clause & own.sentence
        return len(alike) > len(mine) or (len(alike) == len(mine) and bool(own.heads or own.named))
    if other.named and said.head and said.head in own.heads:
        return False
    near: frozenset[str] = said.before if other.named and len(said.before & other.clause) else said.clause
    theirs, mine = near & other.clause - own.clause, said.clause & own.clause - other.clause
    if other.named and own.named and not theirs <= said.before:
        return False
    return bool(theirs) and (not mine or len(theirs) >= len(mine) + 2) and (own.clause != own.sentence or not mine)


def _counts_something_else(said: Said, fitting: Sequence[_Stands], pieces: Sequence[Piece]) -> bool:
    """The counted thing is one the evidence knows, but never with this number."""
    one = said.quantity
    if not said.heads or one.percent or one.share or one.currency or one.unit or any(own.named for own in fitting):
        return False
    heads = set(said.heads)
    if any(heads & own.sentence for own in fitting):
        return False
    return any(heads & piece.stems for piece in pieces) or all(own.heads for own in fitting)
