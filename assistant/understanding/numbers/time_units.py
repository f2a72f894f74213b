"""The time a field counts in, and a number said in another unit of time."""

from __future__ import annotations

import re
from fractions import Fraction

from assistant.understanding.numbers.amounts import Quantity
from tools.forms import Field

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def unit_names(field: Field) -> tuple[str, ...]:
    """The time units a number field counts in, from its unit's words: "hours a day" -> ("hour", "day")."""
    names = ("hour", "day", "week", "month", "quarter", "year")
    words = field.unit.en.lower() if field.unit else field.label.en.lower()
    if not field.unit and not any(f"{name}s" in words.split() for name in names):
        return ()  # "Calling days a month" are days, "Conversations a day" are not
    return tuple(name for name in names if re.search(rf"\b{name}s?\b", words))


def in_unit(quantity: Quantity, field: Field) -> tuple[Fraction, Fraction] | None:
    """The quantity in the field's time unit; None where it cannot be converted exactly."""
    names = unit_names(field)
    if not names:
        return None
    if quantity.unit == names[0]:
        return quantity.low, quantity.high
    if quantity.unit in MONTHS and names[0] in MONTHS:
        factor = Fraction(MONTHS[quantity.unit], MONTHS[names[0]])
        return quantity.low * factor, quantity.high * factor
    return None


def unit_bonus(quantity: Quantity, field: Field) -> float:
    """How much the unit of time a number is said in speaks for a field (0 to 0.5), less where it must be converted."""
    names = unit_names(field)
    if not quantity.unit or not names:
        return 0.0
    exact = 0.35 if quantity.unit == names[0] else 0.15
    if quantity.period and len(names) > 1:
        exact += 0.15 if quantity.period in names[1:] else -0.1
    return exact
