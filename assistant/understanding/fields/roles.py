"""Which field a figure answers, by the words around it: what the network reads of it, and what it has learned.

A name beside the figure tells it mostly (`scored.py`); "six of them actually signed" or "my people drove out
there 20 times" name nothing. After Zeng et al. 2014 (position features for relations between words).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.understanding.learned import FIGURES, field_head
from assistant.understanding.network import Word, read_words
from assistant.understanding.numbers.amounts import Quantity

AROUND = 20  # words read on either side
EXACTLY_TO, ABOUT_TO = 4, 8  # words of distance that are told apart, and told apart roughly


def role_chances(tool: str, text: str, found: Sequence[Quantity], place: int) -> Mapping[str, float]:
    """How likely a figure of a text is for each field of a tool; "" is none of them. Empty where nothing is learned."""
    head = field_head(FIGURES, tool)
    return head.chances(read_figure(text, found, place)) if head is not None else {}


def read_figure(text: str, found: Sequence[Quantity], place: int) -> list[Word]:
    """The words around a figure, each with its distance to it; figures are read as their kind and size."""
    words: list[Word] = []
    at = this = 0
    for number, quantity in enumerate(found):
        words += read_words(text[at : max(at, quantity.start)].replace("?", " "))
        this = len(words) if number == place else this
        words.append(("@this" if number == place else "@figure", *_kind(quantity)))
        at = max(at, quantity.end)
    words += read_words(text[at:].replace("?", " "))
    first = max(0, this - AROUND)
    return [(*word, f"@{_distance(n - this)}") for n, word in enumerate(words[first : this + AROUND + 1], first)]


def _distance(words: int) -> int:
    """A number of words, the farther the rougher."""
    far = abs(words)
    rough = far if far <= EXACTLY_TO else ABOUT_TO if far <= ABOUT_TO else ABOUT_TO + 1
    return rough if words > 0 else -rough


def _kind(quantity: Quantity) -> Iterator[str]:
    """What sort of figure it is: money, a share, a time; how large; per what."""
    told = {
        "money": bool(quantity.currency), "share": quantity.percent or quantity.share, "part": bool(quantity.part_of),
        "rank": quantity.rank, "times": quantity.times, "weak": quantity.weak, "range": quantity.is_range,
    }  # fmt: skip
    yield from (f"@{name}" for name, holds in told.items() if holds)
    if quantity.unit:
        yield f"@unit.{quantity.unit}"
    if quantity.period:
        yield f"@per.{quantity.period}"
    if not (quantity.percent or quantity.share):
        yield f"@size.{len(str(int(abs(quantity.high))))}"
