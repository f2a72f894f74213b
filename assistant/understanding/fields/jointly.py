"""What several people have together where it was told for one of them: "two account managers with 90 hours each"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from assistant.understanding.fields.beside import is_count
from assistant.understanding.fields.fitting import Context, Fit
from assistant.understanding.numbers.amounts import Quantity
from assistant.understanding.numbers.time_units import unit_names
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens

SURE_NAME = 0.9
LONGEST_AFTER = 12  # characters after the hours


def hours_of_all(text: str, said: list[Quantity], context: Context) -> tuple[list[Quantity], dict[int, Fit]]:
    """The quantities with the hours each of several people has as those of all, and the field these are for.

    They were not said as such, so they are confirmed. Nothing changes for a form that asks for no such total.
    """
    note = context.library.note
    field = next((f for f in context.tool.form.fields if note(context.tool.name, f.id, "total")), None)
    if field is None:
        return said, {}
    for place, (people, hours) in enumerate(pairwise(said)):
        if is_count(people) and hours.unit in unit_names(field)[:1] and _of_people(text, people, hours):
            both = replace(
                hours, raw=text[people.start : hours.end], start=people.start,
                low=hours.low * people.low, high=hours.high * people.low, added=True,
            )  # fmt: skip
            kept = [*said[:place], both, *said[place + 2 :]]
            return kept, {place: Fit(SURE_NAME, place, field, SURE_NAME)}
    return said, {}


def _of_people(text: str, people: Quantity, hours: Quantity) -> bool:
    following = tokens(text[people.end : hours.start])
    within = tokens(text[people.end : hours.end + LONGEST_AFTER])
    named = bool(following) and phrase_set("workforce").at(following, 0) > 0
    return named and phrase_set("each").find(within) >= 0
