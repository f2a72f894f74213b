"""Campaign pre-flight (R-M1 to R-M4): list, offer, timing and creative under several weight sets at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tools import policy as policies
from tools import scored, scoring
from tools.errors import InputError
from tools.forms import load_form
from tools.inputs import FormInputs, inputs_model
from tools.policy import Criterion, Weights, product_weights
from tools.result import Figure, Result, Table, Warning, WeightsUsed
from tools.rules import reason
from tools.scoring import Answers
from tools.tool import Tool, form_reader
from tools.values import Bounds, Text, bounds_of
from tools.wording import join, say, show, show_beside

VERSION = "1"
WEIGHTS = "campaign_v1"
FORM = load_form("campaign_preflight")
Inputs = inputs_model(FORM)
LEVERS = ("list", "offer", "timing", "creative")
SETS = ("gally_2010", "mayer")
SOURCES = {"gally_2010": "MG-100814", "mayer": "X-MAYER"}


@dataclass(frozen=True)
class Policy:
    """A weights file of the campaign pre-flight, checked."""

    weights: Weights
    sets: Mapping[str, tuple[Criterion, ...]]
    returns_alarm: Fraction


def read_policy(weights: Weights | None) -> Policy:
    """Check a weights file. Raises DataFileError naming what is wrong with it."""
    weights = weights or product_weights(WEIGHTS)
    data = policies.check_keys(weights.data, weights.file, ["name", "sets", "returns_alarm"])
    sets = policies.check_keys(data["sets"], f"{weights.file}: sets", SETS)
    found = {}
    for name in SETS:
        where = f"{weights.file}: sets.{name}"
        values = policies.check_keys(sets[name], where, LEVERS)
        found[name] = _criteria({key: policies.number(values[key], where) for key in LEVERS})
        if any(item.weight < 0 for item in found[name]) or not any(item.weight for item in found[name]):
            raise policies.DataFileError(f"{where}: weights are 0 or more, and one at least is above 0")
    return Policy(weights, found, policies.number(data["returns_alarm"], f"{weights.file}: returns_alarm"))


def _criteria(weights: Mapping[str, Fraction]) -> tuple[Criterion, ...]:
    return tuple(Criterion(name, weight, "seed_number", FORM.field(name).rules) for name, weight in weights.items())


def weight_sets(answers: Answers, policy: Policy) -> dict[str, tuple[Criterion, ...]]:
    """Every set of weights to show, the person's own last. Raises InputError when those are all zero."""
    given = {name: answers.get(f"user_{name}") for name in LEVERS}
    if all(value is None for value in given.values()):
        return dict(policy.sets)
    own = _criteria({name: bounds_of(value or "0").low for name, value in given.items()})
    if not any(item.weight for item in own):
        raise InputError("weights_all_zero", "user_list")
    return {**policy.sets, "user": own}


def calculate(inputs: FormInputs, weights: Weights | None, today: dt.date) -> Result:
    """Score the campaign under each weight set; no set is called right, and none gives a pass mark."""
    policy = read_policy(weights)
    answers = inputs.answers()
    sets = weight_sets(answers, policy)
    scores = {name: bounds for name, items in sets.items() if (bounds := scoring.score(items, answers))}
    returns = _returns(answers, policy)
    known = any(name in answers for name in LEVERS)
    chosen = answers.get("weight_set")
    items = sets.get(str(chosen), sets["gally_2010"])
    return Result(
        tool="campaign_preflight",
        version=VERSION,
        verdict="COMPUTED" if known or returns else "INCOMPLETE",
        bottom_line=_bottom_line(inputs.subject, known, scores, returns, answers, policy),
        settled=all(name in answers for name in LEVERS),
        subject=inputs.subject,
        inputs=inputs.model_dump(exclude_none=True),
        score=scores.get(str(chosen)),
        coverage=scoring.coverage(items, answers, inputs.evidence),
        figures=(*_score_figures(scores, sets), *returns),
        reasons=(*scored.reasons(items, answers, FORM), *_set_reasons(sets)),
        unknowns=scored.unknowns(items, answers, FORM, ()),
        missing=tuple(name for name in LEVERS if name not in answers) if not (known or returns) else (),
        actions=_actions(answers, returns, policy),
        warnings=_warnings(sets, returns, policy),
        tables=(_weights_table(sets),),
        charts=(scored.interval_chart([(_name(n), b) for n, b in scores.items()]),) if known else (),
        weights=WeightsUsed(
            policy.weights.file,
            policy.weights.sha256,
            (("gally_2010", "seed_number"), ("mayer", "external"), ("returns_alarm", "seed_number")),
        ),
        weight_sensitive=len({(b.low, b.high) for b in scores.values()}) > 1,
    )


def _name(set_name: str) -> Text:
    return say(f"campaign.set.{set_name}")


def _score_figures(scores: Mapping[str, Bounds], sets: Mapping[str, tuple[Criterion, ...]]) -> tuple[Figure, ...]:
    found = []
    for name, bounds in scores.items():
        total = sum(item.weight for item in sets[name])
        label = say("campaign.figure.score", name=_name(name))
        formula = say("campaign.figure.formula", total=total)
        found.append(Figure(f"score_{name}", label, bounds, "score", show(bounds, "score"), formula))
    return tuple(found)


def _returns(answers: Answers, policy: Policy) -> tuple[Figure, ...]:
    if "mailed" not in answers or "returned" not in answers:
        return ()
    mailed, returned = bounds_of(answers["mailed"]), bounds_of(answers["returned"])
    label, formula = say("campaign.figure.returns"), say("campaign.figure.returns_formula")
    if mailed.low == 0:
        why = say("campaign.figure.no_mail")
        return (Figure("returned_share", label, None, "percent", why, formula, why),)
    if returned.low > mailed.high:
        labels = {name: FORM.field(name).label for name in ("mailed", "returned")}
        words = {"later": labels["returned"], "earlier": labels["mailed"]}
        raise InputError("later_stage_larger", "returned", **words, high=returned, low=mailed)
    share = Bounds(returned.low / mailed.high, min(returned.high / mailed.low, Fraction(1)))
    shown = show_beside(share, policy.returns_alarm, "percent")
    return (Figure("returned_share", label, share, "percent", shown, formula),)


def _bad_database(returns: tuple[Figure, ...], policy: Policy) -> bool:
    return any(figure.value and figure.value.low > policy.returns_alarm for figure in returns)


def _bottom_line(
    subject: str,
    known: bool,
    scores: Mapping[str, Bounds],
    returns: tuple[Figure, ...],
    answers: Answers,
    policy: Policy,
) -> Text:
    alarm: Text | str = ""
    if _bad_database(returns, policy):
        alarm = say("campaign.returns_alarm", limit=policy.returns_alarm)
    back = [say("campaign.returns_only", share=f.display, alarm=alarm) for f in returns if f.value]
    if not known:
        return back[0] if back else say("campaign.incomplete")
    weak = [FORM.field(name).label for name in LEVERS if answers.get(name) in ("no", "partly")]
    unknown = [FORM.field(name).label for name in LEVERS if name not in answers]
    parts = [say("campaign.weak", labels=join(weak))] if weak else []
    parts += [say("campaign.ask_first", labels=join(unknown))] if unknown else []
    advice = parts or [say("campaign.strong")]
    both = [say("campaign.score", score=bounds, name=_name(name)) for name, bounds in scores.items()]
    lines = [
        say(
            "campaign.bottom",
            subject=Text(subject, subject) if subject else say("campaign.subject"),
            scores=join(both),
            weak=Text(" ".join(p.en for p in advice), " ".join(p.he for p in advice)),
        ),
        *back,
    ]
    return Text(" ".join(line.en for line in lines), " ".join(line.he for line in lines))


def _set_reasons(sets: Mapping[str, tuple[Criterion, ...]]) -> tuple[Any, ...]:
    return tuple(
        reason(name, _name(name), (), (source,), basis="external" if source[0] == "X" else "seed")
        for name, source in SOURCES.items()
        if name in sets
    )


def _actions(answers: Answers, returns: tuple[Figure, ...], policy: Policy) -> tuple[Text, ...]:
    found = [say(f"campaign.action.{name}") for name in LEVERS if answers.get(name) in ("no", "partly")]
    return (*found, say("campaign.action.database")) if _bad_database(returns, policy) else tuple(found)


def _warnings(
    sets: Mapping[str, tuple[Criterion, ...]], returns: tuple[Figure, ...], policy: Policy
) -> tuple[Warning, ...]:
    found = []
    if sum(item.weight for item in sets["gally_2010"]) != 100:
        found.append(Warning("WEIGHTS_SUM", say("campaign.warning.infeasible")))
    own = sum(item.weight for item in sets.get("user", ()))
    if own not in (0, 100):
        found.append(Warning("WEIGHTS_SUM", say("campaign.warning.user_sum", total=own)))
    if _bad_database(returns, policy):
        words = {"share": returns[0].display, "limit": policy.returns_alarm}
        found.append(Warning("BAD_DATABASE", say("campaign.warning.database", **words)))
    return tuple(found)


def _weights_table(sets: Mapping[str, tuple[Criterion, ...]]) -> Table:
    columns = [say("campaign.table.lever")]
    for name in sets:
        columns += [say(f"campaign.table.{key}", name=_name(name)) for key in ("raw", "normal")]
    rows = []
    for place, lever in enumerate(LEVERS):
        row = [FORM.field(lever).label]
        for items in sets.values():
            total = sum(item.weight for item in items)
            weight = items[place].weight
            row += [show(weight, "weight"), show(100 * weight / total, "ratio")]
        rows.append(tuple(row))
    sums = [say("campaign.table.sum")]
    for items in sets.values():
        sums += [show(sum(item.weight for item in items), "weight"), show(100, "weight")]
    return Table("weights", say("campaign.table.title"), tuple(columns), (*rows, tuple(sums)))


def order(answers: Answers, weights: Weights | None) -> list[str]:
    """The four levers, heaviest first, then the returns of the last mailing."""
    names = [*LEVERS, "mailed", "returned"]
    if answers.get("weight_set") == "user":
        names += [f"user_{name}" for name in LEVERS]
    return [name for name in names if scored.clean(answers).get(name) is None]


TOOL = Tool("campaign_preflight", VERSION, Inputs, FORM, WEIGHTS, form_reader(Inputs), calculate, order)
