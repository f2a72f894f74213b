"""What a referral programme costs and brings, and the question of ethics it raises (R-ROI5 to R-ROI7)."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tools import channel as maths
from tools.channel import read_channel
from tools.errors import InputError
from tools.forms import load_form
from tools.inputs import inputs_model
from tools.leadgen_roi import channel_result
from tools.money import Known, caution, divide, figures_of, needed, read_known
from tools.policy import Weights
from tools.result import Figure, Gate, Result
from tools.rules import reason
from tools.tool import Tool, form_order, form_reader
from tools.wording import say

VERSION = "1.0"
FORM = load_form("referral_programme")
ReferralProgramme = inputs_model(FORM)
NEEDED = ("deals", "average_deal")
PAID = ("fee_per_accepted_lead", "commission_rate")
PARTNERS = ("partners_mapped", "partners_joined", "partners_active")


def calculate(inputs: Any, weights: Weights | None, today: dt.date) -> Result:
    """The programme as a channel paid by fee and commission, with the gate of disclosure. Raises InputError."""
    answers = inputs.answers()
    known = read_known(FORM, answers)
    _check(known)
    names = {field.id for field in load_form("leadgen_roi").fields}
    channel_answers = {"running_cost": {"amount": "0", "currency": known.currency, "period": "one_off"}}
    channel_answers |= {name: value for name, value in answers.items() if name in names}
    if "accepted_leads" in channel_answers:
        channel_answers["qualified_leads"] = channel_answers["accepted_leads"]
    as_channel = channel_result(read_channel(inputs.subject, channel_answers), inputs.evidence)
    missing = _missing(known, as_channel)
    gate = _disclosure(answers, known)
    figures = (*_own_figures(known), *(f for f in as_channel.figures if f.id not in ("cost_per_qualified_lead",)))
    verdict = _verdict(as_channel.verdict, gate, missing)
    return replace(
        as_channel,
        tool=FORM.tool,
        version=VERSION,
        verdict=verdict,
        bottom_line=_bottom_line(verdict, as_channel, missing),
        settled=verdict not in ("INCOMPLETE", "UNDECIDED", "OPEN"),
        inputs=dict(answers),
        figures=figures,
        gates=(gate,),
        reasons=tuple(_reasons(answers)),
        unknowns=needed(FORM, missing),
        missing=missing,
        actions=(say("referral.action.law"), say("referral.action.keep")),
        warnings=tuple(_warnings(known, as_channel)),
    )


def _check(known: Known) -> None:
    pairs = (*itertools.pairwise(PARTNERS), ("accepted_leads", "deals"))
    for earlier, later in pairs:
        if known.has(earlier, later) and known.numbers[later].low > known.numbers[earlier].high:
            labels = {"later": FORM.field(later).label, "earlier": FORM.field(earlier).label}
            raise InputError(
                "later_stage_larger", later, **labels, high=known.numbers[later], low=known.numbers[earlier]
            )


def _own_figures(known: Known) -> tuple[Figure, ...]:
    zero, money = "figures.because.zero_count", known.currency
    fees = known.compute(lambda n, fee: n * fee, "accepted_leads", "fee_per_accepted_lead")
    fee_words = (
        {"leads": known.show("accepted_leads", "count"), "fee": known.show("fee_per_accepted_lead")} if fees else {}
    )
    commission = known.compute(lambda d, a, c: d * a * c, "deals", "average_deal", "commission_rate")
    share = lambda part, whole: divide(part, whole, zero)  # noqa: E731
    return figures_of(
        ("join_rate", known.compute(share, "partners_joined", "partners_mapped"), "percent", {}),
        ("active_rate", known.compute(share, "partners_active", "partners_joined"), "percent", {}),
        ("leads_per_partner", known.compute(share, "accepted_leads", "partners_active"), "ratio", {}),
        ("fees", fees, money, fee_words),
        ("commission", commission, money, {}),
    )


def _missing(known: Known, as_channel: Result) -> tuple[str, ...]:
    missing = [name for name in NEEDED if not known.has(name)]
    if not any(known.has(name) for name in (*PAID, "running_cost")):
        missing.append("fee_per_accepted_lead")
    missing += [name for name in ("accepted_leads", "gross_margin") if name in as_channel.missing]
    return tuple(missing)


def _disclosure(answers: Mapping[str, Any], known: Known) -> Gate:
    """A fee to the customer's own adviser must be known to the customer; a judgement beside R-ROI5."""
    role, told = answers.get("partner_role"), answers.get("fee_disclosed")
    paid = any(known.has(name) and known.numbers[name].high > 0 for name in PAID)
    if not paid or role in ("complementary", "other"):
        state = "pass"
    elif role is None or told is None:
        state = "open"
    else:
        state = "condition" if told == "yes" else "fail"
    field = "partner_role" if role is None else "fee_disclosed"
    label, why = say("referral.gate.label"), say(f"referral.gate.{state}")
    return Gate("disclosure", label, state, why, ("R-ROI5",), field=field)  # type: ignore[arg-type]


def _verdict(verdict: str, gate: Gate, missing: tuple[str, ...]) -> str:
    if gate.state == "fail":
        return "BLOCKED"
    if missing:
        return "INCOMPLETE"
    return "OPEN" if gate.state == "open" else verdict


def _bottom_line(verdict: str, as_channel: Result, missing: tuple[str, ...]) -> Any:
    shown = {f.id: f.display for f in as_channel.figures}
    if verdict == "INCOMPLETE" and "roas" not in shown:
        return say("referral.bottom.nothing_yet", missing=[FORM.field(name).label for name in missing])
    if verdict in ("BLOCKED", "OPEN"):
        return say(f"referral.bottom.{verdict.lower()}")
    return as_channel.bottom_line


def _reasons(answers: Mapping[str, Any]) -> Iterator[Any]:
    yield reason("fee_per_accepted_lead", say("referral.reason.ethics"), ("R-ROI5",))
    if answers.get("partner_role") == "complementary":
        yield reason("partner_role", say("referral.reason.complementary"), ("R-ROI6",))
    yield reason("partners_mapped", say("referral.reason.method"), ("R-ROI7",))


def _warnings(known: Known, as_channel: Result) -> Iterator[Any]:
    if not any(w.code == "REFERRAL_FEE_ETHICS" for w in as_channel.warnings) and any(map(known.has, PAID)):
        yield caution("REFERRAL_FEE_ETHICS")
    yield from known.warnings
    yield from (w for w in as_channel.warnings if w.code != "STAFF_TIME_MISSING" or not known.has("running_cost"))


TOOL = Tool(
    "referral_programme",
    VERSION,
    ReferralProgramme,
    FORM,
    None,
    form_reader(ReferralProgramme),
    calculate,
    form_order(FORM),
    at_once=True,
)
__all__ = ["TOOL", "maths"]
