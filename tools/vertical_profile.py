"""Where past success meets remaining potential: penetration, runway and pace per vertical (R-V1).

The potential of a vertical includes the customers one already has there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pydantic import Field as ModelField

from tools.costing import SCALE, customers_for_share, units
from tools.errors import InputError
from tools.forms import load_form
from tools.inputs import inputs_model
from tools.money import Known, caution, ceiling, divide, figure, figures_of, needed, read_known
from tools.policy import Weights
from tools.result import Chart, Figure, Result, Series, Table
from tools.result import Warning as Caution
from tools.rules import reason
from tools.tool import Tool, form_order, form_reader
from tools.values import Bounds, Text, exact_text
from tools.wording import say, show

VERSION = "1.0"
FORM = load_form("vertical_profile")
NEEDED = ("customers", "deals", "window_years", "potential")
PARETO = ("total_customers", "top_share", "top_revenue_share")
COLUMNS = ("penetration", "remaining", "deals_per_year", "runway_years")
EIGHTY = Fraction(8, 10)
MOST_ROWS = 40
NO_POTENTIAL, NO_DEALS = "figures.because.zero_potential", "figures.because.zero_pace"
Vertical: Any = inputs_model(FORM)
VerticalProfile = inputs_model(
    FORM,
    verticals=(
        tuple[Vertical, ...],
        ModelField(default=(), description="Several verticals, to rank.", json_schema_extra={"x-instead": [*PARETO]}),
    ),
)


def calculate(inputs: Any, weights: Weights | None, today: dt.date) -> Result:
    """The profile of one vertical, or of several ranked. Raises InputError for customers above potential."""
    if not inputs.verticals:
        return _one(inputs.subject, _answers(inputs))
    parts = tuple(_one(one.subject or str(n), _answers(one)) for n, one in enumerate(inputs.verticals, 1))
    return _ranked(parts, tuple(_pareto(read_known(FORM, _answers(inputs)))))


def _answers(inputs: Any) -> dict[str, Any]:
    names = {field.id for field in FORM.fields}
    return {name: value for name, value in inputs.answers().items() if name in names}


def _one(name: str, answers: Mapping[str, Any]) -> Result:
    known = read_known(FORM, answers)
    _check(known)
    pareto = tuple(_pareto(known))
    figures = (*_figures(known), *pareto)
    named = {f.id: f for f in figures}
    only_pareto = bool(pareto) and not any(known.has(field) for field in NEEDED)
    missing = () if only_pareto else tuple(field for field in NEEDED if not known.has(field))
    shown = {f.id: f.display for f in figures} | {"name": name or say("vertical.this")}
    key = "pareto" if only_pareto else "incomplete" if missing else "one"
    if key == "one" and (named["runway_years"].value is None or named["penetration"].value is None):
        key = "no_pace"
    labels = [FORM.field(field).label for field in missing]
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict="INCOMPLETE" if missing else "COMPUTED",
        bottom_line=say(f"vertical.bottom.{key}", missing=labels, **shown),
        settled=not missing,
        subject=name,
        inputs=dict(answers),
        figures=figures,
        reasons=(reason("customers", say("vertical.reason.past"), ("R-V1",)),),
        unknowns=needed(FORM, missing),
        missing=missing,
        actions=(say("vertical.action.potential"),) if "potential" in missing else (say("vertical.action.next"),),
        warnings=() if only_pareto else (caution("PAST_EFFORT"),),
    )


def _check(known: Known) -> None:
    numbers = known.numbers
    if known.has("customers", "potential") and numbers["potential"].high > 0:
        mine, all_of_them = numbers["customers"], numbers["potential"]
        if mine.low > all_of_them.high:
            labels = {"later": FORM.field("customers").label, "earlier": FORM.field("potential").label}
            raise InputError("later_stage_larger", "customers", **labels, high=mine, low=all_of_them)
    if known.has("window_years") and numbers["window_years"].low <= 0:
        raise InputError("must_be_positive", "window_years", label=FORM.field("window_years").label)


def _figures(known: Known) -> tuple[Figure, ...]:
    words = {"customers": known.show("customers", "count")} if known.has("customers") else {}
    if known.has("potential"):
        words["potential"] = known.show("potential", "count")
    share = known.compute(lambda mine, whole: divide(mine, whole, NO_POTENTIAL), "customers", "potential")
    left = known.compute(lambda mine, whole: max(whole - mine, Fraction(0)), "customers", "potential")
    runway = known.compute(
        lambda mine, whole, deals, years: divide(max(whole - mine, Fraction(0)), deals / years, NO_DEALS),
        "customers", "potential", "deals", "window_years",
    )  # fmt: skip
    return figures_of(
        ("deals_per_year", known.compute(lambda d, y: d / y, "deals", "window_years"), "count", {}),
        ("penetration", share, "percent", words if len(words) == 2 else {}),
        ("remaining", left, "count", {}),
        ("runway_years", runway, "ratio", {}),
    )


def _pareto(known: Known) -> Iterator[Figure]:
    """How concentrated the sales are: a top customer against the mean, the rest, and each other."""
    if not known.has(*PARETO):
        return
    zero = "figures.because.zero_count"
    names = PARETO[1:]
    top = known.compute(lambda n, s: ceiling(n * s), *PARETO[:2])
    above = known.compute(lambda s, r: divide(r, s, zero), *names)
    below = known.compute(lambda s, r: divide(1 - r, 1 - s, zero), *names)
    ratio = known.compute(lambda s, r: divide(r * (1 - s), s * (1 - r), zero), *names)
    yield from figures_of(
        ("top_customers", top, "count", {}),
        ("top_to_mean", above, "ratio", {}),
        ("rest_to_mean", below, "weight", {}),
        ("top_to_rest", ratio, "ratio", {}),
    )


def _ranked(parts: Sequence[Result], pareto: Sequence[Figure]) -> Result:
    """The verticals side by side, ranked by what is left where every one can be compared."""
    missing = tuple(f"{part.subject}.{field}" for part in parts for field in part.missing)
    ranked = list(parts) if missing else sorted(parts, key=lambda part: (-_low(part, "remaining"), part.subject))
    asks = tuple(dict.fromkeys(FORM.field(field).label for part in parts for field in part.missing))
    key = "cannot_rank" if missing else "ranked"
    first = ranked[0]
    shown = {f.id: f.display for f in first.figures} | {"name": first.subject}
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict="CANNOT_RANK" if missing else "RANKED",
        bottom_line=say(f"vertical.bottom.{key}", missing=list(asks), **shown),
        settled=not missing,
        inputs={part.subject: dict(part.inputs) for part in parts},
        figures=tuple(pareto),
        reasons=(reason("customers", say("vertical.reason.past"), ("R-V1",)),),
        missing=missing,
        actions=(say("vertical.action.potential"),) if missing else (say("vertical.action.next"),),
        warnings=(caution("PAST_EFFORT"), *_cycle_note(parts)),
        tables=(_table(ranked),),
        charts=tuple(_map(ranked)),
        parts=tuple(ranked),
    )


def _cycle_note(parts: Sequence[Result]) -> Iterator[Caution]:
    without = [part.subject for part in parts if "cycle_months" not in part.inputs]
    if without:
        yield caution("SPEED_UNKNOWN", verticals=without[:SHOWN_NAMES])


SHOWN_NAMES = 10


def _low(part: Result, name: str) -> Fraction:
    value = next((f.value for f in part.figures if f.id == name), None)
    return value.low if value else Fraction(-1)


def _table(parts: Sequence[Result]) -> Table:
    columns = (FORM.subject, *(say(f"figures.{name}.label") for name in COLUMNS), FORM.field("cycle_months").label)
    dash = Text("–", "–")
    rows = []
    for part in parts[:MOST_ROWS]:
        named = {f.id: f.display for f in part.figures}
        cycle = part.inputs.get("cycle_months")
        months = read_known(FORM, {"cycle_months": cycle}).show("cycle_months", "months") if cycle else dash
        rows.append((Text(part.subject, part.subject), *(named.get(name, dash) for name in COLUMNS), months))
    return Table("verticals", say("vertical.table"), columns, tuple(rows))


def _map(parts: Sequence[Result]) -> Iterator[Chart]:
    """Penetration across, pace upwards: where much is left and deals come."""
    found = []
    for part in parts[:MOST_ROWS]:
        named = {f.id: f.value for f in part.figures}
        share, pace = named.get("penetration"), named.get("deals_per_year")
        if share is not None and pace is not None:
            found.append((Text(part.subject, part.subject), share.low, pace.low, part))
    if len(found) < 2:
        return
    axes = (say("figures.penetration.label"), say("figures.deals_per_year.label"))
    across = Series(axes[0], tuple((name, share) for name, share, _, _ in found))
    upwards = Series(axes[1], tuple((name, pace) for name, _, pace, _ in found))
    rows = [
        say("vertical.map_row", name=name, share=show(share, "percent"), pace=show(pace))
        for name, share, pace, _ in found
    ]
    alt = say("vertical.map_alt", rows=rows)
    yield Chart("penetration_map", "scatter", say("vertical.map"), *axes, (across, upwards), alt)


def profile_rows(
    rows: Iterable[Mapping[str, Any]], window_years: int | Fraction, potentials: Mapping[str, int | str] | None = None
) -> Result:
    """The profile of a whole customer list in one pass: columns vertical, revenue and deals, a row a customer.

    Only sums per vertical and one number per customer are kept. Raises InputError naming the row.
    """
    counts: dict[str, list[int]] = {}
    revenues: list[int] = []
    for number, row in enumerate(rows, 1):
        name = str(row.get("vertical") or "").strip()
        if not name:
            raise InputError("row_missing", "vertical", row=number, column="vertical")
        revenue = units(row.get("revenue"), "revenue", number)
        sums = counts.setdefault(name, [0, 0, 0])
        sums[0] += 1
        sums[1] += units(row.get("deals"), "deals", number)
        sums[2] += revenue
        revenues.append(revenue)
    if not revenues:
        raise InputError("no_rows")
    total = sum(revenues)
    parts = tuple(
        _one(name, _as_answers(sums, total, window_years, (potentials or {}).get(name)))
        for name, sums in sorted(counts.items())
    )
    return _ranked(parts, tuple(_list_figures(revenues)))


def _as_answers(sums: Sequence[int], total: int, years: int | Fraction, potential: Any) -> dict[str, Any]:
    customers, deals, revenue = sums
    answers: dict[str, Any] = {
        "customers": str(customers),
        "deals": exact_text(Fraction(deals, SCALE)),
        "window_years": exact_text(Fraction(years)),
    }
    if total:
        answers["revenue_share"] = exact_text(Fraction(revenue, total))
    if potential is not None:
        answers["potential"] = exact_text(Fraction(potential))
    return answers


def _list_figures(revenues: list[int]) -> Iterator[Figure]:
    yield figure("customers", Bounds.exact(len(revenues)), "count")
    count = customers_for_share(revenues, EIGHTY)
    if len(revenues) > 1 and count is not None:
        yield figure("customers_for_80", Bounds.exact(Fraction(count, len(revenues))), "percent")


TOOL = Tool(
    "vertical_profile",
    VERSION,
    VerticalProfile,
    FORM,
    None,
    form_reader(VerticalProfile),
    calculate,
    form_order(FORM),
    at_once=True,
)
