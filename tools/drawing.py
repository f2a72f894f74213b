"""Charts: a renderer-free `Chart` as a Vega-Lite specification, and that drawn to SVG or PNG.

The specification is plain data that Vega, Altair or a browser draws; drawing to a file uses vl-convert, which
needs no browser and no network.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from tools.errors import InputError
from tools.result import Chart, Series
from tools.values import Language, Text

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FONT = "Heebo, 'Noto Sans Hebrew', 'DejaVu Sans', Arial, sans-serif"
COLOURS = ("#1f5fa8", "#d9822b", "#3d8b5f", "#8a4f9e")
WIDTH = 460
MOST_LABELS = 25


def vega_lite(chart: Chart, language: Language) -> dict[str, Any]:
    """The chart as a Vega-Lite specification with its data inside."""
    shapes = {"bar": _bars, "funnel": _bars, "line": _line, "interval": _interval, "scatter": _scatter}
    hebrew = language == "he"
    return {
        "$schema": SCHEMA,
        "description": chart.alt[language],
        "title": {"text": _say(chart.title, language), "anchor": "end" if hebrew else "start"},
        "background": "white",
        "config": {
            "font": FONT,
            "axis": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 260},
            "title": {"fontSize": 15},
            "range": {"category": list(COLOURS)},
            "view": {"stroke": None},
        },
        **shapes[chart.kind](chart, language),
    }


def to_svg(chart: Chart, language: Language) -> str:
    """The chart as an SVG text."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(vega_lite(chart, language))
    return drawn[drawn.index("<svg") :]


def to_png(chart: Chart, language: Language, scale: float = 2) -> bytes:
    """The chart as a PNG image."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(vega_lite(chart, language), scale=scale)
    return drawn


def save(chart: Chart, path: Path, language: Language) -> None:
    """Draw into a .svg or .png file. Raises InputError for another ending or a place one cannot write to."""
    ending = path.suffix.lower()
    if ending not in (".svg", ".png"):
        raise InputError("chart_ending", value=path.name[:80])
    try:
        if ending == ".svg":
            path.write_text(to_svg(chart, language), "utf-8")
        else:
            path.write_bytes(to_png(chart, language))
    except OSError as error:
        raise InputError("cannot_write", value=path.name[:80]) from error


def _say(text: Text, language: Language) -> str:
    """The words of a chart; a Hebrew line that begins with a Latin word still runs from right to left."""
    return f"\u200f{text.he}" if language == "he" and text.he else text[language]


def _number(value: Fraction | None) -> float | None:
    """For the eye only: a drawing has no exact values."""
    return None if value is None else float(value)


def _rows(series: Series, language: Language) -> list[dict[str, Any]]:
    return [
        {"x": _say(label, language), "y": _number(value), "n": place, "series": _say(series.name, language)}
        for place, (label, value) in enumerate(series.points)
    ]


def _names_axis(chart: Chart, language: Language) -> dict[str, Any]:
    """The axis of names: beside the bars, on the right in Hebrew, in the order given."""
    orient = "right" if language == "he" else "left"
    axis = {"title": None, "orient": orient, "labelPadding": 6}
    return {"field": "x", "type": "nominal", "sort": {"field": "n"}, "axis": axis}


def _value_axis(heading: str, language: Language, field: str = "y") -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "axis": {"title": heading, "grid": False},
        "scale": {"zero": True, "reverse": language == "he"},
    }


def _bars(chart: Chart, language: Language) -> dict[str, Any]:
    """Horizontal bars; several series stand beside each other, each on its own scale."""
    panels = [_bar_panel(chart, series, place, language) for place, series in enumerate(chart.series)]
    if len(panels) == 1:
        return panels[0]
    return {"hconcat": list(reversed(panels)) if language == "he" else panels}


def stacked(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """The same chart for a narrow place: panels that stand side by side stand below each other, this wide each.

    A panel in which no figure is known is left out.
    """
    if "hconcat" not in spec:
        return spec
    drawn = [panel for panel in spec["hconcat"] if any(row["y"] is not None for row in panel["data"]["values"])]
    panels = sorted(drawn or spec["hconcat"], key=lambda panel: panel["encoding"]["y"]["axis"] is None)
    names = next(axis for panel in spec["hconcat"] if (axis := panel["encoding"]["y"]["axis"]))
    below = [
        {**panel, "width": width, "encoding": {**panel["encoding"], "y": {**panel["encoding"]["y"], "axis": names}}}
        for panel in panels
    ]
    return {**{name: value for name, value in spec.items() if name != "hconcat"}, "vconcat": below}


def _bar_panel(chart: Chart, series: Series, place: int, language: Language) -> dict[str, Any]:
    heading = _say(series.name, language) if len(chart.series) > 1 else _say(chart.y, language)
    names = _names_axis(chart, language)
    if place:
        names["axis"] = None
    encoding = {"y": names, "x": _value_axis(heading, language)}
    text = {"align": "right" if language == "he" else "left", "dx": -4 if language == "he" else 4}
    label = {"field": "y", "type": "quantitative", "format": ",.4~g"}
    return {
        "width": WIDTH // len(chart.series),
        "height": {"step": 28},
        "data": {"values": _rows(series, language)},
        "encoding": encoding,
        "layer": [
            {"mark": {"type": "bar", "color": COLOURS[place % len(COLOURS)]}},
            {"mark": {"type": "text", **text}, "encoding": {"text": label}},
        ],
    }


def _line(chart: Chart, language: Language) -> dict[str, Any]:
    rows = [row for series in chart.series for row in _rows(series, language)]
    many = max(len(series.points) for series in chart.series) > MOST_LABELS
    axis = {"title": _say(chart.x, language), "labelAngle": 0, **({"labels": False, "ticks": False} if many else {})}
    encoding: dict[str, Any] = {
        "x": {"field": "x", "type": "ordinal", "sort": {"field": "n"}, "axis": axis},
        "y": {"field": "y", "type": "quantitative", "axis": {"title": _say(chart.y, language)}},
    }
    if len(chart.series) > 1:
        encoding["color"] = {"field": "series", "type": "nominal", "legend": {"title": None, "orient": "bottom"}}
    zero = {"mark": {"type": "rule", "color": "#8a94a0"}, "encoding": {"y": {"datum": 0}}}
    mark = {"type": "line", "point": not many}
    line = {"mark": mark, "data": {"values": rows}, "encoding": encoding}
    return {"width": WIDTH, "height": 260, "layer": [line, zero]}


def _interval(chart: Chart, language: Language) -> dict[str, Any]:
    """One bar a row from the first series' value to the second's."""
    low, high = chart.series[0], chart.series[-1]
    values = list(_interval_rows(low, high, language))
    start = _value_axis(_say(chart.x, language), language, "low")
    names = _names_axis(chart, language)
    return {
        "width": WIDTH,
        "height": {"step": 32},
        "data": {"values": values},
        "encoding": {"y": names},
        "layer": [
            {"mark": {"type": "bar", "height": 14}, "encoding": {"x": start, "x2": {"field": "high"}}},
            {"mark": {"type": "tick", "thickness": 3, "color": COLOURS[1]}, "encoding": {"x": start}},
        ],
    }


def _interval_rows(low: Series, high: Series, language: Language) -> Iterator[dict[str, Any]]:
    for place, ((label, first), (_, second)) in enumerate(zip(low.points, high.points, strict=True)):
        yield {"x": _say(label, language), "low": _number(first), "high": _number(second), "n": place}


def _scatter(chart: Chart, language: Language) -> dict[str, Any]:
    """Two series over the same labels: the first across, the second upwards, each point named."""
    across, up = chart.series[0], chart.series[-1]
    values = [
        {"x": _number(a), "y": _number(b), "label": _say(label, language)}
        for (label, a), (_, b) in zip(across.points, up.points, strict=True)
        if a is not None and b is not None
    ]
    encoding = {
        "x": {"field": "x", "type": "quantitative", "axis": {"title": _say(chart.x, language)}},
        "y": {"field": "y", "type": "quantitative", "axis": {"title": _say(chart.y, language)}},
    }
    return {
        "width": WIDTH,
        "height": 300,
        "data": {"values": values},
        "encoding": encoding,
        "layer": [
            {"mark": {"type": "point", "filled": True, "size": 90}},
            {"mark": {"type": "text", "dy": -12}, "encoding": {"text": {"field": "label"}}},
        ],
    }
