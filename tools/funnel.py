"""Funnel arithmetic: forward to deals, backward from a target, and whether targets fit each other (R-A5).

Backward figures are rounded up once each, from the exact number; a rounded stage never feeds another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tools.errors import InputError
from tools.forms import load_form
from tools.inputs import inputs_model
from tools.money import (
    Known,
    Outcome,
    Undefined,
    caution,
    ceiling,
    divide,
    figures_of,
    needed,
    read_known,
    small_sample,
)
from tools.policy import Weights
from tools.result import Chart, Figure, Result, Series, Table
from tools.result import Warning as Caution
from tools.rules import reason
from tools.tool import Tool, form_order, form_reader
from tools.values import Bounds, Text
from tools.wording import say, show

VERSION = "1.0"
FORM = load_form("funnel")
Funnel = inputs_model(FORM)
STAGES = ("contacts", "inquiries", "opportunities", "deals")
RATES = ("response_rate", "opportunity_rate", "closing_rate")
READY = ("ready_rate", "ready_win_rate")
LATER = ("later_buyer_rate", "later_win_rate")
NO_RATE, NO_INQUIRIES = "figures.because.zero_rate", "figures.because.zero_inquiries"


def calculate(inputs: Any, weights: Weights | None, today: dt.date) -> Result:
    """Whatever of the funnel the given figures allow. Raises InputError for stages that cannot be."""
    answers = inputs.answers()
    known = read_known(FORM, answers)
    _check_stages(known, answers)
    known = _as_target(known)
    figures = (*_observed(known), *_forward(known), *_backward(known), *_consistency(known))
    named = {figure.id: figure for figure in figures}
    missing = () if figures else ("inquiries", "ready_rate", "ready_win_rate")
    verdict = _verdict(known, named)
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict=verdict,
        bottom_line=_bottom_line(verdict, known, named),
        settled=verdict != "INCOMPLETE",
        subject=inputs.subject,
        inputs=dict(answers),
        figures=figures,
        reasons=(reason("target_deals", say("funnel.reason.shared"), ("R-A5",)),),
        unknowns=needed(FORM, missing),
        missing=missing,
        actions=tuple(_actions(verdict, named)),
        warnings=tuple(_warnings(known)),
        tables=tuple(_table(known, named)),
        charts=tuple(_charts(known)),
    )


def _check_stages(known: Known, answers: dict[str, Any]) -> None:
    if answers.get("different_cohorts") == "yes":
        return
    given = [stage for stage in STAGES if known.has(stage)]
    for earlier, later in pairwise(given):
        first, second = known.numbers[earlier], known.numbers[later]
        if second.low > first.high:
            labels = {"later": FORM.field(later).label, "earlier": FORM.field(earlier).label}
            raise InputError("later_stage_larger", later, **labels, high=second, low=first)


def _as_target(known: Known) -> Known:
    """A number of deals with rates and no other stage is a number one wants, so it is read as the target."""
    others = [stage for stage in STAGES if stage != "deals" and known.has(stage)]
    if others or known.has("target_deals") or not known.has("deals", "ready_win_rate"):
        return known
    numbers = {name: value for name, value in known.numbers.items() if name != "deals"}
    return replace(known, numbers={**numbers, "target_deals": known.numbers["deals"]})


def _share(part: Fraction, whole: Fraction) -> Fraction:
    return divide(part, whole, NO_INQUIRIES)


def _observed(known: Known) -> tuple[Figure, ...]:
    rates: list[tuple[str, Outcome | None, str, dict[str, Any]]] = [
        (name, known.compute(lambda whole, part: _share(part, whole), earlier, later), "percent", {})
        for name, (earlier, later) in zip(RATES, pairwise(STAGES), strict=True)
    ]
    given = [stage for stage in STAGES if known.has(stage)]
    if known.has("deals") and len(given) > 2:
        rates.append(("overall_rate", known.compute(lambda w, p: _share(p, w), given[0], "deals"), "percent", {}))
    elif known.has("inquiries", "deals"):
        overall = known.compute(lambda w, p: _share(p, w), "inquiries", "deals")
        rates.append(("overall_rate", overall, "percent", {}))
    return figures_of(*rates)


def _later_share(ready_rate: Fraction, buyers: Fraction, win: Fraction) -> Fraction:
    return (1 - ready_rate) * buyers * win


def _forward(known: Known) -> tuple[Figure, ...]:
    first = ("inquiries", *READY)
    total = known.compute(
        lambda n, rate, win, buyers, later: n * (rate * win + _later_share(rate, buyers, later)),
        *first,
        *LATER,
    )
    return figures_of(
        ("sales_ready", known.compute(lambda n, rate: n * rate, "inquiries", "ready_rate"), "count", {}),
        ("expected_deals_ready", known.compute(lambda n, rate, win: n * rate * win, *first), "count", {}),
        ("expected_deals", total, "count", {}),
    )


def _backward(known: Known) -> Iterator[Figure]:
    """What the target needs, each rounded up once from its exact value, which stands in the formula."""
    if not known.has("target_deals"):
        return
    target = "target_deals"
    needs: tuple[tuple[str, Outcome | None], ...] = (
        ("needed_ready", known.compute(lambda t, win: divide(t, win, NO_RATE), target, "ready_win_rate")),
        (
            "needed_inquiries",
            known.compute(lambda t, rate, win: divide(t, rate * win, NO_RATE), target, *READY),
        ),
        (
            "needed_inquiries_nurtured",
            known.compute(
                lambda t, rate, win, b, w: divide(t, rate * win + _later_share(rate, b, w), NO_RATE),
                target,
                *READY,
                *LATER,
            ),
        ),
    )
    for name, exact in needs:
        if isinstance(exact, Undefined):
            yield from figures_of((name, exact, "count", {}))
        elif exact is not None:
            up = Bounds(ceiling(exact.low), ceiling(exact.high))
            yield from figures_of((name, up, "count", {"exact": show(exact, "ratio")}))


def _consistency(known: Known) -> Iterator[Figure]:
    """Whether the targets for leads can give the target for deals at these rates."""
    leads = ("target_sales_ready", "target_nurture", "later_buyer_rate", "later_win_rate")
    expected = known.compute(lambda s, n, b, lw, w: s * w + n * b * lw, *leads, "ready_win_rate")
    yield from figures_of(("deals_from_targets", expected, "count", {}))
    if expected is None or not known.has("target_deals"):
        return
    wins = known.compute(lambda t, s, n, b: divide(t, s + n * b, NO_RATE), "target_deals", *leads[:3])
    ready = known.compute(
        lambda t, n, b, lw, w: max(divide(t - n * b * lw, w, NO_RATE), Fraction(0)),
        "target_deals", *leads[1:], "ready_win_rate",
    )  # fmt: skip
    if isinstance(ready, Bounds):
        ready = Bounds(ceiling(ready.low), ceiling(ready.high))
    yield from figures_of(("needed_win_rate", wins, "percent", {}), ("needed_sales_ready", ready, "count", {}))


def _verdict(known: Known, named: dict[str, Figure]) -> str:
    if not named:
        return "INCOMPLETE"
    deals = named["deals_from_targets"].value if "deals_from_targets" in named else None
    source = deals or (named["expected_deals"].value if "expected_deals" in named else None)
    if source is None or not known.has("target_deals"):
        return "COMPUTED"
    target = known.numbers["target_deals"]
    if source.low >= target.high:
        return "CONSISTENT"
    return "FALLS_SHORT" if source.high < target.low else "UNDECIDED"


def _bottom_line(verdict: str, known: Known, named: dict[str, Figure]) -> Text:
    shown = {name: figure.display for name, figure in named.items()}
    if known.has("target_deals"):
        shown["target"] = known.show("target_deals", "count")
    if verdict in ("CONSISTENT", "FALLS_SHORT", "UNDECIDED"):
        key = "deals_from_targets" if "deals_from_targets" in named else "expected_deals"
        ways = "_ways" if verdict == "FALLS_SHORT" and "needed_win_rate" in named else ""
        return say(f"funnel.bottom.{verdict.lower()}{ways}", expected=named[key].display, **shown)
    for name in ("needed_inquiries_nurtured", "needed_inquiries", "needed_ready", "expected_deals"):
        if name in named and named[name].value is not None:
            return say(f"funnel.bottom.{name}", **{"needed_inquiries": "", **shown})
    if "expected_deals_ready" in named:
        return say("funnel.bottom.expected_deals_ready", **shown)
    if "overall_rate" in named and named["overall_rate"].value is not None:
        return say("funnel.bottom.overall_rate", **shown)
    return say("funnel.bottom.incomplete" if verdict == "INCOMPLETE" else "funnel.bottom.partial")


def _actions(verdict: str, named: dict[str, Figure]) -> Iterator[Text]:
    if verdict == "FALLS_SHORT":
        yield say("funnel.action.agree")
    if "closing_rate" in named or "opportunity_rate" in named:
        yield say("funnel.action.weak_link")
    yield say("funnel.action.measure")


def _warnings(known: Known) -> Iterator[Caution]:
    given = [stage for stage in STAGES if known.has(stage)]
    for earlier, later in pairwise(given):
        if few := small_sample(known.numbers[later], known.numbers[earlier]):
            yield few
    if known.has("target_deals", "target_sales_ready"):
        yield caution("SEED_CONFLICT", detail=say("funnel.conflict"))


def _table(known: Known, named: dict[str, Figure]) -> Iterator[Table]:
    given = [stage for stage in STAGES if known.has(stage)]
    if len(given) < 2:
        return
    columns = tuple(say(f"funnel.table.{name}") for name in ("stage", "count", "rate"))
    rate_of = dict(zip(STAGES[1:], RATES, strict=True))
    dash = Text("–", "–")
    rows = tuple(
        (
            FORM.field(stage).label,
            known.show(stage, "count"),
            named[rate_of[stage]].display if rate_of.get(stage) in named else dash,
        )
        for stage in given
    )
    yield Table("stages", say("funnel.table.title"), columns, rows)


def _charts(known: Known) -> Iterator[Chart]:
    given = [stage for stage in STAGES if known.has(stage)]
    if len(given) < 2:
        return
    points = tuple(
        (FORM.field(stage).label, (known.numbers[stage].low + known.numbers[stage].high) / 2) for stage in given
    )
    steps = [say("funnel.step", stage=FORM.field(s).label, count=known.show(s, "count")) for s in given]
    title = say("funnel.table.title")
    axes = (say("funnel.table.stage"), say("funnel.table.count"))
    yield Chart("funnel", "funnel", title, *axes, (Series(title, points),), say("funnel.alt", steps=steps))


TOOL = Tool("funnel", VERSION, Funnel, FORM, None, form_reader(Funnel), calculate, form_order(FORM), at_once=True)
