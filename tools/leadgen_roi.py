"""Return of lead-generation channels: one channel, or several side by side with what they add up to.

Three numbers are kept apart: ROAS (revenue for each unit of cost), net on revenue (ROAS − 1), and ROMI
(gross profit after cost). Without a gross margin there is no ROMI, only its line over margins and the
break-even margin.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pydantic import Field as ModelField

from tools import channel as maths
from tools.channel import Channel, read_channel
from tools.forms import load_form
from tools.inputs import COMMON, FormInputs, inputs_model
from tools.money import Undefined, caution, corners, figure, rate_warning, small_sample
from tools.policy import Weights
from tools.portfolio import Totals, add_up
from tools.result import Chart, Figure, Reason, Result, Series, Table, Unknown
from tools.result import Warning as Caution
from tools.rules import reason
from tools.tool import Answers, Tool, form_order, form_reader
from tools.values import Bounds, Text
from tools.wording import say, show
from tools.written import Cash, ExchangeRate, Number

VERSION = "1.0"
FORM = load_form("leadgen_roi")
LADDER = {
    "contacts": "cost_per_contact",
    "raw_leads": "cost_per_raw_lead",
    "qualified_leads": "cost_per_qualified_lead",
    "sales_ready_leads": "cost_per_sales_ready_lead",
    "deals": "cost_per_deal",
}
ChannelInputs: Any = inputs_model(FORM)
LeadgenRoi = inputs_model(
    FORM,
    channels=(
        tuple[ChannelInputs, ...],
        ModelField(default=(), description="Several channels, side by side.", json_schema_extra={"x-instead": []}),
    ),
    stated_revenue=(
        Cash | None,
        ModelField(default=None, description="What the books say the channels brought."),
    ),
    stated_deals=(Number | None, ModelField(default=None, description="What the books say they closed.")),
    unallocated_cost=(
        Cash | None,
        ModelField(default=None, description="Marketing cost no channel carries."),
    ),
    rates=(tuple[ExchangeRate, ...], ModelField(default=(), description="Exchange rates with their day.")),
    currency=(str | None, ModelField(default=None, description="The currency to answer in.")),
)


def calculate(inputs: Any, weights: Weights | None, today: dt.date) -> Result:
    """The return of one channel, or of each in `channels` and of all together. Raises InputError."""
    if not inputs.channels:
        channel = read_channel(inputs.subject, _answers(inputs), inputs.rates, inputs.currency)
        return channel_result(channel, inputs.evidence)
    currency = inputs.currency or _common_currency(inputs)
    channels = [
        read_channel(one.subject or str(number), _answers(one), inputs.rates, currency)
        for number, one in enumerate(inputs.channels, 1)
    ]
    parts = tuple(channel_result(channel, one.evidence) for channel, one in zip(channels, inputs.channels, strict=True))
    totals = add_up(channels, inputs, currency)
    return _portfolio_result(parts, totals, inputs)


def _answers(inputs: FormInputs) -> dict[str, Any]:
    names = {field.id for field in FORM.fields}
    return {name: value for name, value in inputs.answers().items() if name in names}


def _common_currency(inputs: Any) -> str:
    from tools.money import one_currency
    from tools.values import money_of

    given = [money_of(v) for one in inputs.channels for k, v in _answers(one).items() if k in maths.MONEY]
    given += [money_of(v) for v in (inputs.stated_revenue, inputs.unallocated_cost) if v]
    return given[0].currency if inputs.rates else one_currency(given)


def channel_result(channel: Channel, evidence: Mapping[str, str]) -> Result:
    """Everything that can be said of one channel."""
    figures = tuple(_figures(channel))
    verdict, missing = _verdict(channel, {f.id: f for f in figures})
    named = {f.id: f for f in figures}
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict=verdict,
        bottom_line=_bottom_line(verdict, named, missing),
        settled=verdict not in ("INCOMPLETE", "UNDECIDED", "TOO_EARLY"),
        subject=channel.name,
        inputs=dict(channel.answers),
        figures=figures,
        reasons=tuple(_reasons(channel)),
        unknowns=tuple(_unknowns(channel, missing)),
        missing=missing,
        actions=tuple(_actions(verdict, channel)),
        warnings=tuple(_warnings(channel, evidence)),
        tables=tuple(_ladder_table(channel)),
        charts=tuple(_charts(channel)),
    )


def _figures(channel: Channel) -> Iterator[Figure]:
    money, numbers = channel.currency, channel.numbers
    if channel.known("deals", "average_deal"):
        made = maths.bounds(channel, maths.revenue)
        yield figure("revenue", made, money, deals=numbers["deals"], average=_money(channel, "average_deal"))
    if maths.cost_known(channel):
        yield from _cost_figures(channel)
    if not maths.missing_inputs(channel):
        yield from _return_figures(channel)
        yield from _margin_figures(channel)
        yield from _one_off_figures(channel)
    stage = maths.lead_stage(channel)
    if stage and channel.known("deals"):
        rate = corners(lambda deals, leads: _share(deals, leads), deals=numbers["deals"], leads=numbers[stage])
        yield figure("lead_to_deal", rate, "percent", deals=numbers["deals"], leads=numbers[stage])


def _share(part: Fraction, whole: Fraction) -> Fraction:
    from tools.money import divide

    return divide(part, whole, "figures.because.zero_leads")


def _cost_figures(channel: Channel) -> Iterator[Figure]:
    from tools.money import divide

    whole = maths.bounds(channel, maths.cost)
    assert isinstance(whole, Bounds)
    shown = show(whole, channel.currency)
    yield figure("cost", whole, channel.currency, parts=_cost_words(channel))
    for stage, name in LADDER.items():
        if channel.known(stage):
            per = maths.bounds(
                channel, lambda p, s=stage: divide(maths.cost(p), p[s], f"figures.because.zero_{s}"), stage
            )
            yield figure(name, per, channel.currency, cost=shown, count=channel.numbers[stage])
            if stage == maths.lead_stage(channel):
                yield figure("cost_per_lead", per, channel.currency, cost=shown, count=channel.numbers[stage])


def _return_figures(channel: Channel) -> Iterator[Figure]:
    whole, made = maths.bounds(channel, maths.cost), maths.bounds(channel, maths.revenue)
    assert isinstance(whole, Bounds)
    assert isinstance(made, Bounds)
    words = {"cost": show(whole, channel.currency), "revenue": show(made, channel.currency)}
    ratio = maths.bounds(channel, maths.roas)
    yield figure("roas", ratio, "ratio", **words)
    net = ratio if isinstance(ratio, Undefined) else Bounds(ratio.low - 1, ratio.high - 1)
    yield figure("net_on_revenue", net, "percent", **words)
    yield figure("break_even_margin", maths.bounds(channel, maths.break_even_margin), "percent", **words)
    if channel.months and channel.known("deals"):
        deals = channel.numbers["deals"]
        yield figure("deals_per_month", Bounds(deals.low / channel.months, deals.high / channel.months), "count")
    if channel.known("gross_margin") or made.high == 0:
        margin = channel.numbers.get("gross_margin", Bounds.exact(0))
        words["margin"] = show(margin, "percent")
        profit = corners(lambda a, m: a * m, a=made, m=margin)
        words["profit"] = show(_known(profit), channel.currency)
        yield figure("romi", maths.bounds(channel, maths.romi, "gross_margin"), "percent", **words)
        yield figure("net_profit", maths.bounds(channel, maths.net_profit, "gross_margin"), channel.currency, **words)


def _margin_figures(channel: Channel) -> Iterator[Figure]:
    if not channel.known("gross_margin"):
        return
    extra = ("gross_margin", "sales_cost_per_deal")
    deals = maths.bounds(channel, maths.break_even_deals, *extra)
    fixed = maths.bounds(channel, maths.fixed_cost)
    yield figure("break_even_deals", deals, "count", fixed=show(_known(fixed), channel.currency))
    if channel.known("sales_cost_per_deal"):
        yield figure("romi_after_sales_cost", maths.bounds(channel, maths.romi_after_sales, *extra), "percent")
    if channel.months and channel.known("cycle_months"):
        months = channel.months
        back = maths.bounds(channel, lambda p: maths.payback(p, months), "gross_margin", "cycle_months", "one_off_cost")
        yield figure("payback_months", back, "months", cycle=channel.numbers["cycle_months"])


def _one_off_figures(channel: Channel) -> Iterator[Figure]:
    if not (channel.known("one_off_cost", "amortise_months") and channel.months):
        return
    from tools.money import divide

    months, extra = channel.months, ("one_off_cost", "amortise_months")
    share = corners(
        lambda one_off_cost, amortise_months: divide(
            one_off_cost * months, amortise_months, "figures.because.zero_months"
        ),
        **{name: channel.numbers[name] for name in extra},
    )
    yield figure("one_off_share", share, channel.currency)
    zero = "figures.because.zero_cost"
    ratio = maths.bounds(channel, lambda p: divide(maths.revenue(p), maths.with_one_off(p, months), zero), *extra)
    yield figure("roas_with_one_off", ratio, "ratio")


def _known(value: Any) -> Bounds:
    return value if isinstance(value, Bounds) else Bounds.exact(0)


def _money(channel: Channel, field: str) -> Text:
    return show(channel.numbers[field], channel.currency)


def _cost_words(channel: Channel) -> list[Text]:
    numbers, shown = channel.numbers, lambda field: _money(channel, field)
    parts = [say("roi.cost.running", amount=shown("running_cost"))]
    if channel.known("staff_hours", "hourly_cost"):
        parts.append(say("roi.cost.staff", hours=numbers["staff_hours"], rate=shown("hourly_cost")))
    if channel.known("fee_per_accepted_lead", "accepted_leads"):
        fee = shown("fee_per_accepted_lead")
        parts.append(say("roi.cost.fees", leads=numbers["accepted_leads"], fee=fee))
    if channel.known("commission_rate"):
        parts.append(say("roi.cost.commission", rate=show(numbers["commission_rate"], "percent")))
    return parts


def _verdict(channel: Channel, figures: Mapping[str, Figure]) -> tuple[str, tuple[str, ...]]:
    """The verdict, and the fields it waits for."""
    missing = maths.missing_inputs(channel)
    numbers = channel.numbers
    if channel.known("channel_age_months", "cycle_months") and (
        numbers["channel_age_months"].high < numbers["cycle_months"].low
    ):
        return ("INCOMPLETE" if missing else "TOO_EARLY"), missing
    if missing:
        rest = () if channel.known("gross_margin") else ("gross_margin",)
        return "INCOMPLETE", missing + rest
    if figures["roas"].value is None:
        return "UNDEFINED", ()
    if "romi" not in figures:
        margin = figures["break_even_margin"].value
        return ("LOSES", ()) if margin and margin.low > 1 else ("INCOMPLETE", ("gross_margin",))
    romi = figures["romi"].value
    assert romi is not None
    return ("PAYS" if romi.low > 0 else "LOSES" if romi.high < 0 else "UNDECIDED"), ()


def _bottom_line(verdict: str, figures: Mapping[str, Figure], missing: tuple[str, ...]) -> Text:
    labels = [FORM.field(name).label for name in missing]
    shown = {name: figures[name].display for name in ("roas", "romi", "break_even_margin") if name in figures}
    if verdict == "INCOMPLETE" and missing != ("gross_margin",):
        return say("roi.bottom.nothing_yet", missing=labels)
    if verdict == "LOSES" and "romi" not in figures:
        return say("roi.bottom.loses_at_any_margin", **shown)
    if verdict == "UNDECIDED" and figures["romi"].value == Bounds.exact(0):
        return say("roi.bottom.even", **shown)
    if verdict in ("LOSES", "TOO_EARLY") and _has_no_revenue(figures):
        return say(f"roi.bottom.{verdict.lower()}_no_revenue")
    return say(f"roi.bottom.{verdict.lower()}", **shown)


def _has_no_revenue(figures: Mapping[str, Figure]) -> bool:
    made = figures["revenue"].value if "revenue" in figures else None
    return made is not None and made.high == 0


def _reasons(channel: Channel) -> Iterator[Reason]:
    if maths.cost_known(channel):
        yield reason("running_cost", say("roi.reason.measure"), ("R-ROI2",))
    if channel.known("gross_margin"):
        yield reason("gross_margin", say("roi.reason.margin"), (), (), None, "judgement")
    if maths.lead_stage(channel):
        yield reason("raw_leads", say("roi.reason.ladder"), ("R-ROI1", "R-ROI2"))


def _unknowns(channel: Channel, missing: tuple[str, ...]) -> Iterator[Unknown]:
    for name in (*missing, *channel.guessed):
        field = FORM.field(name)
        effect = say(f"roi.unknown.{name}") if name in ("gross_margin", "accepted_leads") else field.why
        yield Unknown(name, field.label, effect, field.ask_whom, decisive=name in missing)
    if channel.known("staff_hours") != channel.known("hourly_cost"):
        name = "hourly_cost" if channel.known("staff_hours") else "staff_hours"
        yield Unknown(name, FORM.field(name).label, say("roi.unknown.staff"))


def _actions(verdict: str, channel: Channel) -> Iterator[Text]:
    yield say(f"roi.action.{verdict.lower()}")
    if verdict in ("PAYS", "UNDECIDED"):
        yield say("roi.action.next_dollar")
    if not maths.lead_stage(channel):
        yield say("roi.action.count_leads")


def _warnings(channel: Channel, evidence: Mapping[str, str]) -> Iterator[Caution]:
    yield from map(rate_warning, channel.rates)
    yield from channel.notes
    yield from _period_warnings(channel)
    numbers = channel.numbers
    if not maths.missing_inputs(channel) and _known(maths.bounds(channel, maths.cost)).low == 0:
        yield caution("ZERO_COST")
    if channel.known("deals") and numbers["deals"].high == 0:
        yield caution("NO_DEALS")
    elif channel.known("running_cost", "average_deal") and not channel.known("gross_margin"):
        yield caution("REVENUE_NOT_MARGIN")
    yield from _timing_warnings(channel)
    stage = maths.lead_stage(channel)
    if stage and (few := small_sample(numbers.get("deals"), numbers[stage])):
        yield few
    if channel.answers.get("attribution") == "shared":
        yield caution("DOUBLE_COUNT")
    if any(numbers[f].high > 0 for f in ("fee_per_accepted_lead", "commission_rate") if f in numbers):
        yield caution("REFERRAL_FEE_ETHICS")
    if not channel.known("staff_hours", "hourly_cost") and channel.known("running_cost"):
        yield caution("STAFF_TIME_MISSING")
    claimed = [FORM.field(name).label for name, grade in evidence.items() if grade == "candidate_claim"]
    if claimed:
        yield caution("CLAIM_ONLY", fields=claimed)


def _period_warnings(channel: Channel) -> Iterator[Caution]:
    if channel.converted:
        yield caution("MIXED_PERIOD", detail=_conversion(channel))
    elif channel.months and "period" not in channel.answers and channel.known("running_cost", "deals"):
        yield caution("PERIOD_ASSUMED")


def _timing_warnings(channel: Channel) -> Iterator[Caution]:
    numbers = channel.numbers
    if not channel.known("cycle_months"):
        return
    cycle = numbers["cycle_months"]
    if channel.known("channel_age_months") and numbers["channel_age_months"].low < cycle.high:
        yield caution("CYCLE_NOT_ELAPSED", age=numbers["channel_age_months"], cycle=cycle)
    if channel.months and cycle.high >= channel.months and maths.lead_stage(channel):
        yield caution("SAME_MONTH_MATCH", cycle=cycle)


def _conversion(channel: Channel) -> Text:
    cost = channel.answers["running_cost"]
    return say(
        "roi.conversion",
        cost_period=say(f"figures.period.{cost['period']}"),
        count_period=say(f"figures.period.{channel.answers.get('period', cost['period'])}"),
        cost=_money(channel, "running_cost"),
        deals=channel.numbers.get("deals", Bounds.exact(0)),
    )


def _ladder_table(channel: Channel) -> Iterator[Table]:
    if not maths.cost_known(channel):
        return
    figures = {f.id: f for f in _cost_figures(channel)}
    rows = [
        (FORM.field(stage).label, show(channel.numbers[stage]), figures[name].display)
        for stage, name in LADDER.items()
        if channel.known(stage)
    ]
    if rows:
        columns = tuple(say(f"roi.table.{name}") for name in ("stage", "count", "cost"))
        yield Table("cost_ladder", say("roi.table.ladder"), columns, tuple(rows))


def _charts(channel: Channel) -> Iterator[Chart]:
    counted = [stage for stage in maths.STAGES if channel.known(stage)]
    if len(counted) > 1:
        points = tuple((FORM.field(s).label, _middle(channel.numbers[s])) for s in counted)
        title, alt = say("roi.chart.funnel"), say("roi.chart.funnel_alt", stages=[p[0] for p in points])
        yield Chart(
            "funnel",
            "funnel",
            title,
            say("roi.table.stage"),
            say("roi.table.count"),
            (Series(title, points),),
            alt,
        )
    if not maths.missing_inputs(channel) and not channel.known("gross_margin"):
        yield from _romi_line(channel)


def _romi_line(channel: Channel) -> Iterator[Chart]:
    """ROMI over the gross margin, since the margin itself is not known."""
    steps = [Fraction(n, 10) for n in range(11)]
    ends: list[list[Fraction]] = []
    for m in steps:
        point = replace(channel, numbers={**channel.numbers, "gross_margin": Bounds.exact(m)})
        value = maths.bounds(point, maths.romi, "gross_margin")
        if isinstance(value, Undefined):
            return
        ends.append([value.low] if value.known else [value.low, value.high])
    names = ["line"] if all(len(e) == 1 for e in ends) else ["low", "high"]
    series = tuple(
        Series(
            say(f"roi.chart.romi_{name}"),
            tuple((show(m, "percent"), e[min(n, len(e) - 1)]) for m, e in zip(steps, ends, strict=True)),
        )
        for n, name in enumerate(names)
    )
    needed = figure("break_even_margin", maths.bounds(channel, maths.break_even_margin), "percent").display
    texts = (say("roi.chart.romi"), say("roi.chart.margin_axis"), say("roi.chart.romi_axis"))
    yield Chart("romi_by_margin", "line", *texts, series, say("roi.chart.romi_alt", margin=needed))


def _middle(bounds: Bounds) -> Fraction:
    return (bounds.low + bounds.high) / 2


def _portfolio_result(parts: tuple[Result, ...], totals: Totals, inputs: Any) -> Result:
    missing = tuple(f"{part.subject}.{name}" for part in parts for name in part.missing)
    verdicts = {part.verdict for part in parts}
    verdict = "INCOMPLETE" if missing else totals.verdict or (verdicts.pop() if len(verdicts) == 1 else "MIXED")
    return Result(
        tool=FORM.tool,
        version=VERSION,
        verdict=verdict,
        bottom_line=totals.bottom_line(parts),
        settled=not missing,
        inputs=inputs.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
        figures=totals.figures,
        missing=missing,
        actions=(say("roi.action.next_dollar"),),
        warnings=(*totals.warnings, *_from_parts(parts)),
        tables=totals.tables(parts),
        charts=totals.charts(parts),
        parts=parts,
    )


def _from_parts(parts: tuple[Result, ...]) -> Iterator[Caution]:
    """What the channels are warned of; the same sentence once, naming its channels."""
    for code, text in dict.fromkeys((w.code, w.text) for part in parts for w in part.warnings):
        names = [part.subject for part in parts if any((w.code, w.text) == (code, text) for w in part.warnings)]
        yield Caution(code, say("roi.portfolio.warned", channels=names, text=text))


def _order(answers: Answers, weights: Weights | None) -> list[str]:
    plain = form_order(FORM)(answers, weights)
    needed = {
        "accepted_leads": "fee_per_accepted_lead",
        "hourly_cost": "staff_hours",
        "amortise_months": "one_off_cost",
    }
    return [name for name in plain if name not in needed or needed[name] in answers]


TOOL = Tool("leadgen_roi", VERSION, LeadgenRoi, FORM, None, form_reader(LeadgenRoi), calculate, _order, at_once=True)
__all__ = ["COMMON", "TOOL", "channel_result"]
