"""The result once more for another length of time: "how much is that per year?".

Only what adds up over time is carried over: revenue, cost and profit of a period, and the value of an hour over
the hours worked. Ratios, shares and amounts per piece are the same in any period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from assistant.commands import Restate
from assistant.conversation import Record
from assistant.draft import Draft
from assistant.wording import say
from tools.result import Figure, Result
from tools.values import MONTHS, UNSAID, Bounds, Text
from tools.wording import show

PER_YEAR = {"week": Fraction(52), "month": Fraction(12), "quarter": Fraction(4), "year": Fraction(1)}
_NOT_SUMMED = ("_per_", "per_", "average", "mean", "break_even", "value_of", "implied", "stated")
_HOURLY = ("value_per_hour", "profit_per_hour")


def restate(draft: Draft, command: Restate) -> None:
    """Show the amounts of the last result for another period, or say kindly why that cannot be."""
    record = draft.state.record or draft.state.records.get(draft.state.latest)
    if record is None or not draft.tool(record).at_once:
        draft.tell("record.none")
        return
    language = draft.language
    if command.currency:
        draft.tell("restated.no_rate", currency=command.currency)
        return
    lines = [
        f"- {figure.label[language]}: **{shown[language]}** ({_worked_out(figure, factor, language)})"
        for figure, shown, factor in _restated(draft.compute(record), record, command.period)
    ]
    period = say(f"period.{command.period}", language)
    if lines:
        draft.paragraphs.append("\n".join([say("restated.title", language, period=period), *lines]))
        draft.kind = "result"
    else:
        draft.tell("restated.no_period", period=period)


def _restated(result: Result, record: Record, period: str) -> Iterator[tuple[Figure, Text, Fraction]]:
    """Each amount that adds up over time, for the period asked for, with how it was worked out."""
    values = record.values()
    base = _base_period(values)
    for figure in result.figures:
        if figure.value is None or not _is_money(figure.unit):
            continue
        if figure.id in _HOURLY:
            factor = _hours_in(period, values)
        elif base and not any(part in figure.id for part in _NOT_SUMMED) and period in PER_YEAR and base != period:
            factor = PER_YEAR[base] / PER_YEAR[period]
        else:
            continue
        if factor is not None:
            shown = show(Bounds(figure.value.low * factor, figure.value.high * factor), figure.unit)
            yield figure, shown, factor


def _worked_out(figure: Figure, factor: Fraction, language: str) -> str:
    old = figure.display[language]
    if figure.id in _HOURLY:
        return f"{old} × {say('restated.hours', language, number=show(factor)[language])}"
    return f"{old} × {show(factor)[language]}" if factor >= 1 else f"{old} ÷ {show(1 / factor)[language]}"


def _is_money(unit: str) -> bool:
    return unit == UNSAID or (len(unit) == 3 and unit.isupper())


def _base_period(values: Mapping[str, Any]) -> str:
    """The period the amounts of a record are for; empty when they are for no period."""
    if values.get("period") in MONTHS:
        return str(values["period"])
    periods = {str(v.get("period")) for v in values.values() if isinstance(v, dict) and "currency" in v}
    timed = periods & set(MONTHS)
    return timed.pop() if len(timed) == 1 else ""


def _hours_in(period: str, values: Mapping[str, Any]) -> Fraction | None:
    """How many working hours a period has, by the days and hours of the record."""
    days, hours = values.get("working_days"), values.get("hours_per_day")
    if not isinstance(days, str) or not isinstance(hours, str):
        return None
    if period == "day":
        return Fraction(hours)
    return Fraction(days) * Fraction(hours) / PER_YEAR[period] if period in PER_YEAR else None
