"""The one shape every tool answers in.

A `Result` speaks for itself: each human string stands in both languages, each figure carries its exact
value, its formula and its display, so a door only lays it out. `to_json` is byte-stable: the same inputs,
weights and version give the same text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from fractions import Fraction
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tools.values import Bounds, Text, exact_text

GateState = Literal["pass", "condition", "fail", "open", "off"]


@dataclass(frozen=True)
class Figure:
    """A number of the result. `value` is None when only `undefined` (a reason) can be given.

    A percent figure's value is a share: 1/4 is shown as 25%.
    """

    id: str
    label: Text
    value: Bounds | None
    unit: str  # "ratio", "percent", "count", "months", "hours", "score", or an ISO-4217 currency
    display: Text
    formula: Text | None = None
    undefined: Text | None = None


@dataclass(frozen=True)
class Gate:
    """A condition that is never averaged: any fail blocks, any open keeps the verdict open."""

    id: str
    label: Text
    state: GateState
    reason: Text
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    field: str = ""  # the question that would settle an open gate


@dataclass(frozen=True)
class Reason:
    """Why the verdict is what it is. `effect` is the size on the score in points, None for context.

    `dates` are the dates of `sources`, in the same order; "" where the source carries none.
    """

    field: str
    text: Text
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    dates: tuple[str, ...] = ()
    effect: Bounds | None = None
    basis: Literal["seed", "external", "judgement"] = "seed"


@dataclass(frozen=True)
class Unknown:
    """A question still open: who can answer it and what it does to the result."""

    field: str
    label: Text
    effect: Text
    ask_whom: Text | None = None
    decisive: bool = False


@dataclass(frozen=True)
class Flip:
    """Answers (one or the fewest needed) that would change the verdict, or a weight that would."""

    kind: Literal["answer", "weight"]
    changes: tuple[tuple[str, str], ...]  # (field or criterion, new answer or new weight)
    verdict: str
    score: Bounds | None
    text: Text


@dataclass(frozen=True)
class Warning:
    """A caution with one of the codes of the shared contract (ZERO_COST, SMALL_N, RECONCILE, …)."""

    code: str
    text: Text


@dataclass(frozen=True)
class Table:
    """Rows to look at. Cells are text in both languages; the first column names the row."""

    id: str
    title: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Series:
    """One line of points (x label, y exact); y None leaves a gap."""

    name: Text
    points: tuple[tuple[Text, Fraction | None], ...]


@dataclass(frozen=True)
class Chart:
    """A renderer-free drawing: what kind, its axes, its series, and the same said in words."""

    id: str
    kind: Literal["bar", "line", "interval", "funnel", "scatter"]
    title: Text
    x: Text
    y: Text
    series: tuple[Series, ...]
    alt: Text


@dataclass(frozen=True)
class WeightsUsed:
    """Which weights file made this result; every judgement in it is named with its basis."""

    file: str
    sha256: str
    basis: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Result:
    """A tool's whole answer. `settled` says that no open answer can still change the verdict.

    `missing` lists the input fields without which a number cannot be given; while it is not empty the
    verdict is "INCOMPLETE" and the figures that can be given already stand.
    """

    tool: str
    version: str
    verdict: str
    bottom_line: Text
    settled: bool
    subject: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    score: Bounds | None = None
    coverage: dict[str, Fraction] = field(default_factory=dict)  # "answered" and "verified", in 0..1
    figures: tuple[Figure, ...] = ()
    gates: tuple[Gate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    flips: tuple[Flip, ...] = ()
    missing: tuple[str, ...] = ()
    actions: tuple[Text, ...] = ()
    warnings: tuple[Warning, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    weights: WeightsUsed | None = None
    weight_sensitive: bool = False
    facts: dict[str, str] = field(default_factory=dict)  # outcomes in a word: grade, owner, quadrant
    parts: tuple[Result, ...] = ()  # one per channel, candidate, account …

    def figure(self, figure_id: str) -> Figure:
        """The figure with this id. Raises KeyError when the tool did not compute it."""
        return next((f for f in self.figures if f.id == figure_id), None) or _no_figure(figure_id)

    def to_json(self) -> dict[str, Any]:
        """The result as plain JSON data.

        Exact numbers are strings of the shortest exact decimal, or "a/b" where none exists. Beside the
        structured parts each known figure also stands at the top level under its id, as a rounded number,
        for readers that want one value: `{"roas": 8, "verdict": "PAYS", …}`.
        """
        data: dict[str, Any] = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}
        for figure in self.figures:
            data.setdefault(figure.id, _flat(figure.value))
        if self.score is not None:
            data["low"], data["high"] = _round(self.score.low, 1), _round(self.score.high, 1)
        return data


def read_result(data: Mapping[str, Any]) -> Result:
    """The Result that `to_json` wrote, so that a stored answer can be drawn and exported again.

    Raises ValueError for data that is not a result.
    """
    try:
        read: Result = _read(Result, data)
    except (AttributeError, KeyError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"not a result: {error!r}") from error
    return read


def _read(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    if kind is Bounds:
        low, high = (data["low"], data["high"]) if isinstance(data, Mapping) else (data, data)
        return Bounds(Fraction(low), Fraction(high))
    if kind is Fraction:
        return Fraction(data)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{f.name: _read(hints[f.name], data[f.name]) for f in fields(kind) if f.name in data})
    return _read_generic(kind, data)


def _read_generic(kind: Any, data: Any) -> Any:
    """A value of a union, tuple or dict type; anything else is already plain."""
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        kinds = [inner[0]] * len(data) if inner[-1] is Ellipsis else inner
        return tuple(_read(one, item) for one, item in zip(kinds, data, strict=True))
    if get_origin(kind) is dict:
        return {key: _read(inner[1], item) for key, item in data.items()}
    if type(None) in inner:
        return _read(next(one for one in inner if one is not type(None)), data)
    return data


def _no_figure(figure_id: str) -> Figure:
    raise KeyError(figure_id)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, Bounds):
        return exact_text(value.low) if value.known else {"low": _plain(value.low), "high": _plain(value.high)}
    if isinstance(value, Result):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _flat(value: Bounds | None) -> Any:
    if value is None:
        return None
    if value.known:
        return _round(value.low, 6)
    return {"low": _round(value.low, 6), "high": _round(value.high, 6)}


def _round(number: Fraction, digits: int) -> int | float:
    """Half away from zero, for display beside the exact text; the only place a float may appear."""
    scaled = abs(number) * 10**digits
    rounded = Fraction(int(scaled + Fraction(1, 2)), 10**digits) * (1 if number >= 0 else -1)
    return int(rounded) if rounded.denominator == 1 else float(rounded)
