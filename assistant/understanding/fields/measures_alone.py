"""A measure said without a number where one is asked for: "a quarter or so", "רבעון בערך", "fourth", "רביעי"."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assistant.understanding.fields.figure_context import Context, open_field
from assistant.understanding.numbers.amounts import Quantity
from assistant.understanding.numbers.number_parts import bare
from assistant.understanding.numbers.number_words import PERIOD_ALONE, PERIODS
from assistant.understanding.numbers.ordinals import ordinal_alone, place_of
from assistant.understanding.numbers.time_units import unit_names
from assistant.understanding.words.text import listed, tokens

SHORTEST_TIME = 2  # letters of a unit of time that is said alone


def time_alone(text: str, context: Context) -> Sequence[Quantity]:
    """ "A quarter or so", "רבעון בערך" where a length of time is asked for: one of it."""
    field = open_field(context)
    if field is None or not unit_names(field):
        return ()
    words = [token for token in tokens(text) if token.kind != "sign"]
    timed = [token for token in words if _length_of_time(token.text)]
    rest = [token for token in words if token not in timed and token.text not in _AROUND_TIME]
    if len(timed) != 1 or rest:
        return ()
    word, unit = timed[0], PERIODS[bare(timed[0].text, PERIODS)]
    return (Quantity(word.text, word.start, word.end, Fraction(1), Fraction(1), unit=unit),)


def place_alone(text: str, context: Context) -> Sequence[Quantity]:
    """ "Fourth", "רביעי" where a rank is asked for."""
    ranked = context.library.note(context.tool.name, context.open_field, "rank")
    word = ordinal_alone(tokens(text)) if ranked else None
    if word is None:
        return ()
    place = Fraction(place_of(word.text))
    return (Quantity(word.text, word.start, word.end, place, place, rank=True),)


def _length_of_time(word: str) -> bool:
    name = bare(word, PERIODS)
    return bool(name) and name not in PERIOD_ALONE and len(name) > SHORTEST_TIME


_AROUND_TIME = frozenset(
    listed("a an one or so about around roughly maybe probably i'd i would say it it's takes usually like of the full")
    + listed("בערך כ סביב בסביבות אולי נראה לי אחד אחת לערך משהו כמו זה לוקח בדרך כלל הייתי אומר נגיד שלם שלמה כזה של")
)
