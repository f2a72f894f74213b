"""What several channels add up to: sums, exact bounds of their ratio, and reconciliation with the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from tools import channel as maths
from tools.channel import Channel, to_month
from tools.errors import InputError
from tools.money import Outcome, Undefined, caution, convert, corner_points, figure
from tools.result import Chart, Figure, Result, Series, Table
from tools.result import Warning as Caution
from tools.values import MONTHS, Bounds, Money, Text, bounds_of, money_of
from tools.wording import say, show

MOST_READINGS = 20_000
NEAR = Fraction(2, 100)  # a reading within 2 % of the stated revenue is offered; a judgement about display only


@dataclass(frozen=True)
class Reading:
    """Whole deals per channel that would give about the stated revenue; a hypothesis, never a correction."""

    deals: tuple[int, ...]
    revenue: Fraction


@dataclass(frozen=True)
class Totals:
    """The sums over the channels whose figures are complete."""

    currency: str
    figures: tuple[Figure, ...]
    warnings: tuple[Caution, ...]
    verdict: str
    readings: tuple[Reading, ...]
    names: tuple[str, ...]

    def bottom_line(self, parts: Sequence[Result]) -> Text:
        """Which channel returns most, which brings most deals, and the total."""
        ranked = [p for p in parts if _value(p, "roas") is not None]
        if not ranked or "roas" not in {f.id for f in self.figures}:
            return say("roi.portfolio.nothing_yet")
        best = max(ranked, key=lambda p: _low(p, "roas"))
        most = max(ranked, key=lambda p: _low(p, "revenue"))
        shown = {f.id: f.display for f in self.figures}
        key = "same" if best is most else "two"
        return say(
            f"roi.portfolio.{key}",
            best=best.subject,
            most=most.subject,
            count=len(parts),
            roas=shown["roas"],
            cost=shown["cost"],
            revenue=shown["revenue"],
            best_roas=best.figure("roas").display,
            most_revenue=most.figure("revenue").display,
        )

    def tables(self, parts: Sequence[Result]) -> tuple[Table, ...]:
        """Channels side by side, and the readings that would match the books."""
        names = ("cost", "revenue", "deals_per_month", "roas", "net_on_revenue", "break_even_margin", "romi")
        columns = (
            say("roi.table.channel"),
            *(say(f"figures.{n}.label") for n in names),
            say("roi.table.verdict"),
        )
        rows = tuple(
            (
                Text(p.subject, p.subject),
                *(_shown(p, n) for n in names),
                say(f"roi.verdict.{p.verdict.lower()}"),
            )
            for p in parts
        )
        found = [Table("channels", say("roi.table.channels"), columns, rows)]
        if self.readings:
            found.append(self._readings_table())
        return tuple(found)

    def _readings_table(self) -> Table:
        labels = (*(Text(n, n) for n in self.names), say("figures.deals.label"), say("figures.revenue.label"))
        rows = tuple(
            (
                *(Text(str(d), str(d)) for d in r.deals),
                show(sum(r.deals)),
                show(r.revenue, self.currency),
            )
            for r in self.readings
        )
        return Table("readings", say("roi.table.readings"), labels, rows)

    def charts(self, parts: Sequence[Result]) -> tuple[Chart, ...]:
        """Return by channel with the deals beside it: efficiency is not scale."""
        names = [Text(p.subject, p.subject) for p in parts]
        series = tuple(
            Series(
                say(f"figures.{name}.label"),
                tuple((n, _middle(p, name)) for n, p in zip(names, parts, strict=True)),
            )
            for name in ("roas", "deals")
        )
        alt = say(
            "roi.chart.portfolio_alt",
            rows=[
                say("roi.chart.row", name=p.subject, roas=_shown(p, "roas"), deals=_shown(p, "deals")) for p in parts
            ],
        )
        axes = (say("roi.table.channel"), say("roi.chart.value"))
        return (Chart("roi_by_channel", "bar", say("roi.chart.portfolio"), *axes, series, alt),)


def add_up(channels: Sequence[Channel], inputs: Any, currency: str) -> Totals:
    """Add the complete channels, and set them against what the books say."""
    whole = [c for c in channels if not maths.missing_inputs(c)]
    whole = _one_base(whole)
    base = whole[0].base if whole else "one_off"
    figures: list[Figure] = []
    warnings: list[Caution] = []
    readings: tuple[Reading, ...] = ()
    if whole:
        points = [_points(c) for c in whole]
        cost, revenue, deals = (_sum(points, i) for i in (1, 0, 2))
        figures += _sum_figures(points, cost, revenue, deals, currency)
        figures += _unallocated(points, cost, inputs, currency, base)
        stated, found, readings = _reconcile(whole, revenue, deals, inputs, currency, base)
        figures, warnings = figures + stated, warnings + found
    if len(whole) < len(channels):
        names = [c.name for c in channels if c.name not in {w.name for w in whole}]
        warnings.append(caution("PARTIAL_SUM", channels=names))
    return Totals(currency, tuple(figures), tuple(warnings), "", readings, tuple(c.name for c in whole))


def _one_base(channels: Sequence[Channel]) -> list[Channel]:
    bases = {c.base for c in channels}
    if len(bases) > 1 and "one_off" in bases:
        raise InputError("periods_do_not_add", channels=[c.name for c in channels if c.base == "one_off"])
    return list(channels) if len(bases) <= 1 else [to_month(c) for c in channels]


def _points(channel: Channel) -> list[tuple[Fraction, Fraction, Fraction, Fraction | None]]:
    """(revenue, cost, deals, gross profit) at each corner of a channel; the profit None without a margin."""
    names = [n for n in (*maths.WHOLE, "gross_margin") if n in channel.numbers]
    found = set()
    for p in corner_points({n: channel.numbers[n] for n in names}):
        made = maths.revenue(p)
        margin = p.get("gross_margin")
        found.add((made, maths.cost(p), p["deals"], None if margin is None else made * margin))
    return sorted(found, key=str)


def _sum(points: Sequence[Any], index: int) -> Bounds:
    low = sum((min(p[index] for p in channel) for channel in points), Fraction(0))
    return Bounds(low, sum((max(p[index] for p in channel) for channel in points), Fraction(0)))


def ratio_bounds(points: Sequence[Sequence[tuple[Fraction, Fraction]]], extra_cost: Bounds) -> Outcome:
    """The exact bounds of (sum of firsts) / (sum of seconds + extra) over every choice of one point each.

    Dinkelbach's method: channel by channel the best point for the current ratio, until the ratio stays.
    """
    if sum(min(c for _, c in channel) for channel in points) + extra_cost.low <= 0:
        return Undefined(say("figures.because.zero_cost"))
    ends = []
    for sign in (-1, 1):
        extra = extra_cost.high if sign < 0 else extra_cost.low
        ratio, previous = Fraction(0), None
        while ratio != previous:
            previous = ratio
            chosen = [max(channel, key=lambda p: sign * (p[0] - ratio * p[1])) for channel in points]
            ratio = sum(p[0] for p in chosen) / (sum(p[1] for p in chosen) + extra)
        ends.append(ratio)
    return Bounds(ends[0], ends[1])


def _sum_figures(points: Any, cost: Bounds, revenue: Bounds, deals: Bounds, currency: str) -> list[Figure]:
    words = {"cost": show(cost, currency), "revenue": show(revenue, currency)}
    ratio = ratio_bounds([[(p[0], p[1]) for p in channel] for channel in points], Bounds.exact(0))
    found = [
        figure("revenue", revenue, currency),
        figure("cost", cost, currency),
        figure("deals", deals, "count"),
        figure("roas", ratio, "ratio", **words),
    ]
    if isinstance(ratio, Bounds):
        found.append(figure("net_on_revenue", Bounds(ratio.low - 1, ratio.high - 1), "percent", **words))
        if ratio.low > 0:
            found.append(figure("break_even_margin", Bounds(1 / ratio.high, 1 / ratio.low), "percent", **words))
    if all(p[3] is not None for channel in points for p in channel):
        gain = ratio_bounds([[(p[3], p[1]) for p in channel] for channel in points], Bounds.exact(0))
        value = gain if isinstance(gain, Undefined) else Bounds(gain.low - 1, gain.high - 1)
        found.append(figure("romi", value, "percent"))
    return found


def _for_base(money: Money, base: str) -> Bounds:
    if money.period == "one_off" or base == "one_off":
        return money.amount
    by = Fraction(MONTHS[base], MONTHS[money.period])
    return Bounds(money.amount.low * by, money.amount.high * by)


def _unallocated(points: Any, cost: Bounds, inputs: Any, currency: str, base: str) -> list[Figure]:
    if inputs.unallocated_cost is None:
        return []
    money, _ = convert(money_of(inputs.unallocated_cost), currency, inputs.rates)
    extra = _for_base(money, base)
    whole = Bounds(cost.low + extra.low, cost.high + extra.high)
    ratio = ratio_bounds([[(p[0], p[1]) for p in channel] for channel in points], extra)
    return [
        figure("unallocated_cost", extra, currency),
        figure("cost_with_unallocated", whole, currency),
        figure("roas_with_unallocated", ratio, "ratio"),
    ]


def _reconcile(
    channels: Sequence[Channel], revenue: Bounds, deals: Bounds, inputs: Any, currency: str, base: str
) -> tuple[list[Figure], list[Caution], tuple[Reading, ...]]:
    figures: list[Figure] = []
    warnings: list[Caution] = []
    readings: tuple[Reading, ...] = ()
    if inputs.stated_revenue is not None:
        money, _ = convert(money_of(inputs.stated_revenue), currency, inputs.rates)
        stated = _for_base(money, base)
        gap = Bounds(revenue.low - stated.high, revenue.high - stated.low)
        figures += [figure("stated_revenue", stated, currency), figure("gap_to_stated", gap, currency)]
        if not gap.low <= 0 <= gap.high:
            readings = _readings(channels, (stated.low + stated.high) / 2)
            words = {"stated": show(stated, currency), "computed": show(revenue, currency)}
            warnings.append(caution("RECONCILE", **words, hint=_hint(readings, currency)))
    if inputs.stated_deals is not None:
        said = bounds_of(inputs.stated_deals)
        figures.append(figure("stated_deals", said, "count"))
        if said.low > deals.high or said.high < deals.low:
            hint = Text("", "")
            warnings.append(caution("RECONCILE", stated=show(said), computed=show(deals), hint=hint))
    return figures, warnings, readings


def _hint(readings: tuple[Reading, ...], currency: str) -> Text:
    if not readings:
        return Text("", "")
    totals = sorted({r.revenue for r in readings})
    shown = [show(total, currency) for total in totals]
    return say("roi.portfolio.reading", n=sum(readings[0].deals), revenues=shown)


def _readings(channels: Sequence[Channel], stated: Fraction) -> tuple[Reading, ...]:
    """Whole deals per channel near the stated revenue, changing as few deals as possible."""
    if any(not c.numbers["average_deal"].known for c in channels):
        return ()
    bounds = [c.numbers["deals"] for c in channels]
    spans = [range(int(b.high) + 1) for b in bounds]
    size = 1
    for span in spans:
        size *= len(span)
    if size > MOST_READINGS or stated <= 0:
        return ()
    prices = [c.numbers["average_deal"].low for c in channels]
    near: list[tuple[Fraction, Fraction, Reading]] = []
    for counts in product(*spans):
        made = sum((n * price for n, price in zip(counts, prices, strict=True)), Fraction(0))
        if abs(made - stated) <= NEAR * stated:
            moved = sum(
                (max(b.low - n, n - b.high, Fraction(0)) for n, b in zip(counts, bounds, strict=True)),
                Fraction(0),
            )
            near.append((moved, abs(made - stated), Reading(counts, made)))
    fewest = min((moved for moved, _, _ in near), default=Fraction(0))
    best = sorted((item for item in near if item[0] == fewest), key=lambda item: (item[1], item[2].deals))
    return tuple(reading for _, _, reading in best[:6])


def _value(part: Result, name: str) -> Bounds | None:
    if name == "deals":
        given = part.inputs.get("deals")
        return None if given is None else bounds_of(given)
    return next((f.value for f in part.figures if f.id == name), None)


def _low(part: Result, name: str) -> Fraction:
    value = _value(part, name)
    return value.low if value else Fraction(-1)


def _middle(part: Result, name: str) -> Fraction | None:
    value = _value(part, name)
    return None if value is None else (value.low + value.high) / 2


def _shown(part: Result, name: str) -> Text:
    if name == "deals" and (value := _value(part, name)):
        return show(value)
    return next((f.display for f in part.figures if f.id == name), Text("–", "–"))
