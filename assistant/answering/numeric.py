"""Is a number of a draft one of the evidence, in the same unit and said of the same thing?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from assistant.answering.claims import DURATIONS, Said, lexicon, stem_of, stems
from assistant.understanding.number_words import PERIODS

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


def judge_number(said: Said, pieces: Sequence[Piece]) -> Match:
    """Look one number up in the evidence."""
    facts = [_Fact(fact, piece) for piece in pieces for fact in piece.facts]
    figures = [(label, piece) for piece in pieces for label in piece.labels]
    valued = [fact for fact in facts if _same_value(said, fact.said.value)]
    exact = [(label, piece) for label, piece in figures if _is_figure(said, label)]
    fitting = [fact for fact in valued if _same_unit(said, fact.said)]
    if not fitting and not exact:
        return Match("unit" if valued else _missing(said, facts))
    if wrong := _wrongly_labelled(said, exact, figures, fitting):
        return Match(wrong)
    if exact:
        return Match("supported", tuple(piece for _, piece in exact) + tuple(fact.piece for fact in fitting))
    if not _says_the_same(said, fitting, facts):
        return Match("meaning")
    return Match("supported", tuple(fact.piece for fact in fitting))


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
    return said.quantity.approximate and bool(true) and off <= APPROXIMATELY * abs(true)


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
    if one.currency and len(unit) == 3 and unit.isupper() and unit not in ("XXX", one.currency):
        return False
    if one.currency and not (len(unit) == 3 and unit.isupper()):
        return False
    if one.unit and unit.rstrip("s") in UNITS and unit.rstrip("s") != one.unit:
        return False
    if one.unit and (unit in ("percent", "ratio", "score") or (len(unit) == 3 and unit.isupper())):
        return False
    if not _same_value(said, (abs(low), abs(high))):
        return False
    return _same_sign(said, high < 0)


def _wrongly_labelled(
    said: Said,
    exact: Sequence[tuple[tuple[str, Fraction, Fraction, str], Any]],
    figures: Sequence[tuple[tuple[str, Fraction, Fraction, str], Any]],
    fitting: Sequence[_Fact],
) -> Literal["meaning"] | None:
    """The clause names one figure of a tool and gives the number of another."""
    named = _named_figures(said, [label for label, _ in figures])
    if not named:
        return None
    if any(label in named for label, _ in exact):
        return None
    if any(said.value == (abs(low), abs(high)) for _, low, high, _ in named):
        return None
    own = max((_likeness(said, fact.said) for fact in fitting if fact.piece.kind != "calculation"), default=0.0)
    return None if own >= 0.5 or _is_input(said, fitting) else "meaning"


def _is_input(said: Said, fitting: Sequence[_Fact]) -> bool:
    """A number of the clause that is said of the same head in the evidence."""
    return any(said.head and said.head == fact.said.head for fact in fitting)


def _named_figures(said: Said, labels: Sequence[tuple[str, Fraction, Fraction, str]]) -> list[Any]:
    """The figures whose label stands whole in the number's clause; the longest label wins."""
    near = said.before or said.clause
    found = []
    for label in labels:
        words = {stem for stem in stems(label[0])}
        if words and words <= near:
            found.append((len(words), label))
    longest = max((length for length, _ in found), default=0)
    return [label for length, label in found if length == longest]


def _likeness(said: Said, fact: Said) -> float:
    words = said.clause if len(said.clause) >= FEW else said.sentence
    return len(words & fact.sentence) / len(words) if words else 1.0


def _says_the_same(said: Said, fitting: Sequence[_Fact], facts: Sequence[_Fact]) -> bool:
    """The words around the number stand around it in the evidence, and no other number fits them better."""
    best = max(_likeness(said, fact.said) for fact in fitting)
    if said.head and not any(said.head == fact.said.head for fact in fitting):
        rivals = [
            fact for fact in facts
            if fact.said.head == said.head and not _same_value(said, fact.said.value) and _alike(said, fact.said)
        ]  # fmt: skip
        if any(_likeness(said, rival.said) >= best for rival in rivals):
            return False
        if best < LIKE * 2 and not _mentions(said.head, fitting):
            return False
    return len(said.sentence) < FEW or best >= LIKE


def _alike(said: Said, fact: Said) -> bool:
    one, two = said.quantity, fact.quantity
    return (one.percent or one.share) == (two.percent or two.share) and bool(one.currency) == bool(two.currency)


def _mentions(head: str, fitting: Sequence[_Fact]) -> bool:
    return any(head in fact.said.sentence or stem_of(head) in fact.said.sentence for fact in fitting)
