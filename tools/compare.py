"""Several records of one tool side by side: a table, a chart, and who is surely better than whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.errors import InputError, InputErrors
from tools.policy import Weights, load_weights
from tools.registry import get, validate
from tools.render import verdict
from tools.result import Chart, Figure, Result, Series, Table
from tools.scored import interval_chart
from tools.values import Text
from tools.wording import say, show

MOST_FIGURES = 6


def compare(name: str, records: Sequence[Mapping[str, Any]], today: dt.date, weights: Weights | None = None) -> Result:
    """Calculate each record with the same weights and set the results side by side.

    Channels of `leadgen_roi` and verticals become one portfolio or ranking, since they add up. Raises
    InputErrors naming each record that cannot be calculated.
    """
    together = {"leadgen_roi": "channels", "vertical_profile": "verticals"}
    tool = get(name)
    if name in together:
        return tool.calculate(validate(tool, {together[name]: list(records)}), None, today)
    if weights is None and tool.weights:
        weights = load_weights(tool.weights)
    parts, errors = [], []
    for number, record in enumerate(records, 1):
        try:
            named = {**record, "subject": record.get("subject") or str(number)}
            parts.append(tool.calculate(validate(tool, named), weights, today))
        except InputError as error:
            errors.append(InputError("row_problem", error.field, row=number, text=error.text))
    if errors:
        raise InputErrors(errors)
    if not parts:
        raise InputError("no_rows")
    return _together(name, tool.version, tuple(parts))


def surely_better(first: Result, second: Result) -> bool:
    """Whether the first's lowest possible score is above the second's highest."""
    if first.score is None or second.score is None:
        return False
    return first.score.low > second.score.high


def _together(name: str, version: str, parts: tuple[Result, ...]) -> Result:
    verdicts = {part.verdict for part in parts}
    return Result(
        tool=name,
        version=version,
        verdict=verdicts.pop() if len(verdicts) == 1 else "MIXED",
        bottom_line=_bottom_line(parts),
        settled=all(part.settled for part in parts),
        inputs={part.subject: dict(part.inputs) for part in parts},
        tables=(_table(parts),),
        charts=tuple(_charts(parts)),
        weights=parts[0].weights,
        parts=parts,
    )


def _bottom_line(parts: Sequence[Result]) -> Text:
    if len(parts) > 1 and all(part.score is not None for part in parts):
        for best in parts:
            others = [part for part in parts if part is not best]
            if all(surely_better(best, other) for other in others):
                return say("sheets.compare.surely_better", best=best.subject, others=[o.subject for o in others])
        return say("sheets.compare.not_separable", count=len(parts))
    each = [say("sheets.compare.one", name=part.subject, verdict=verdict(part)) for part in parts]
    return say("sheets.compare.counted", count=len(parts), verdicts=each)


def _common(parts: Sequence[Result]) -> list[Figure]:
    """The figures that every result has, as the first has them."""
    shared = set.intersection(*({figure.id for figure in part.figures} for part in parts))
    return [figure for figure in parts[0].figures if figure.id in shared][:MOST_FIGURES]


def _table(parts: Sequence[Result]) -> Table:
    common = _common(parts)
    scored = any(part.score is not None for part in parts)
    columns = [say("sheets.name"), say("sheets.compare.verdict")]
    columns += [say("sheets.compare.score")] if scored else []
    rows = []
    for part in parts:
        row = [Text(part.subject, part.subject), verdict(part)]
        if scored:
            row.append(show(part.score, "score") if part.score else Text("–", "–"))
        rows.append((*row, *(part.figure(figure.id).display for figure in common)))
    return Table("side_by_side", say("sheets.compare.title"), (*columns, *(f.label for f in common)), tuple(rows))


def _charts(parts: Sequence[Result]) -> Iterator[Chart]:
    scored = [(Text(part.subject, part.subject), part.score) for part in parts if part.score is not None]
    if scored:
        yield interval_chart([(name, score) for name, score in scored if score is not None], "side_by_side")
        return
    for figure in _common(parts)[:1]:
        points = []
        for part in parts:
            value = part.figure(figure.id).value
            points.append((Text(part.subject, part.subject), None if value is None else (value.low + value.high) / 2))
        rows = [say("sheets.compare.row", name=p.subject, value=p.figure(figure.id).display) for p in parts]
        title = say("sheets.compare.chart", label=figure.label)
        alt = say("roi.chart.portfolio_alt", rows=rows)
        yield Chart(
            "side_by_side", "bar", title, say("sheets.name"), figure.label, (Series(figure.label, tuple(points)),), alt
        )
