"""What every scored tool shows of its score: reasons, open questions, flips, tables, interval chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tools.forms import Form
from tools.policy import Criterion, Weights, product_weights
from tools.result import Chart, Figure, Flip, Reason, Series, Table, Unknown, Warning
from tools.rules import reason
from tools.scoring import LEVELS, Change, WeightChange, answered, applicable, points
from tools.values import Bounds, Text
from tools.wording import join, say, show

Answers = Mapping[str, Any]


def clean(answers: Answers) -> dict[str, Any]:
    """The known answers only."""
    return {name: value for name, value in answers.items() if value is not None and value != "unknown"}


def level_text(value: Any) -> Text:
    """A level in words."""
    if isinstance(value, dict):
        return say("scored.level.n_a", reason=value["n_a"])
    return say(f"scored.level.{value or 'unknown'}")


def answer_text(form: Form, name: str, value: str) -> Text:
    """An answer as the form words it."""
    return next((c.label for c in form.field(name).choices if c.id == value), Text(value, value))


def verdict_text(verdict: str) -> Text:
    """A verdict in words."""
    return say(f"verdicts.{verdict}")


def basis_kind(item: Criterion) -> str:
    """The reason's basis of a criterion's basis."""
    return {"external": "external", "judgement": "judgement"}.get(item.basis, "seed")


def reasons(criteria: Sequence[Criterion], answers: Answers, form: Form) -> tuple[Reason, ...]:
    """One reason for each answered criterion: what costs most first, then what helps most."""
    found = []
    worth = points(criteria, answers)
    for item in criteria:
        got, most = worth.get(item.id, (None, None))
        if got is None or most is None or not answered(answers, item.id):
            continue
        text = say(f"scored.reason.{answers[item.id]}", label=form.field(item.id).label, got=got, most=most)
        entry = reason(item.id, text, item.rules, item.sources, got, basis_kind(item))
        found.append(((got.low - most, -got.low), entry))
    return tuple(entry for _, entry in sorted(found, key=lambda pair: pair[0]))


def unknowns(
    criteria: Sequence[Criterion], answers: Answers, form: Form, decisive: Iterable[str]
) -> tuple[Unknown, ...]:
    """The unanswered criteria, largest first, each with whom to ask and what it can change."""
    alone = set(decisive)
    found = []
    for name, (got, most) in points(criteria, answers).items():
        if not got.known:
            key = "scored.effect_decides" if name in alone else "scored.effect"
            found.append((-most, unknown(form, name, say(key, most=most), name in alone)))
    return tuple(entry for _, entry in sorted(found, key=lambda pair: pair[0]))


def unknown(form: Form, name: str, effect: Text, decisive: bool) -> Unknown:
    """An open question of the form."""
    field = form.field(name)
    return Unknown(name, field.label, effect, field.ask_whom or say("scored.whom_default"), decisive)


def answer_flip(form: Form, change: Change) -> Flip:
    """A flip of one answer or of several together, in words."""
    parts = [
        say("scored.flip.change", label=form.field(name).label, level=answer_text(form, name, value))
        for name, value in change.answers
    ]
    verdict = verdict_text(change.verdict)
    if len(parts) > 1:
        text = say("scored.flip.many", verdict=verdict, n=len(parts), changes=join(parts), score=change.score or 0)
    else:
        name, value = change.answers[0]
        words = {"label": form.field(name).label, "level": answer_text(form, name, value), "verdict": verdict}
        key = "scored.flip.one_score" if change.score else "scored.flip.one"
        text = say(key, **words, score=change.score or 0)
    return Flip("answer", change.answers, change.verdict, change.score, text)


def weight_flip(form: Form, criteria: Sequence[Criterion], change: WeightChange) -> Flip:
    """A flip of one weight, in words."""
    now = next(item.weight for item in criteria if item.id == change.criterion)
    text = say(
        f"scored.flip.weight_{change.side.replace(' ', '_')}",
        label=form.field(change.criterion).label,
        weight=change.weight,
        now=now,
        verdict=verdict_text(change.verdict),
    )
    return Flip(
        "weight",
        ((change.criterion, f"{change.side} {show(change.weight, 'weight').en}"),),
        change.verdict,
        None,
        text,
    )


def criteria_table(
    criteria: Sequence[Criterion],
    answers: Answers,
    evidence: Mapping[str, str],
    form: Form,
    table_id: str = "criteria",
) -> Table:
    """Criterion, answer, points, of how many, and how it is known."""
    found = points(criteria, answers)
    rows = []
    for item in criteria:
        got, most = found.get(item.id, (Bounds.exact(0), 0))
        rows.append(
            (
                form.field(item.id).label,
                level_text(answers.get(item.id)),
                show(got, "score"),
                show(most, "score"),
                say(f"scored.evidence.{evidence.get(item.id, 'none')}"),
            )
        )
    names = ("criterion", "answer", "points", "of", "known_by")
    return Table(table_id, say("scored.table.title"), tuple(say(f"scored.table.{n}") for n in names), tuple(rows))


def judgement(weights: Weights, product: str) -> Warning:
    """Whose judgement the weights are: the product's, or the company's own file."""
    own = weights.sha256 != product_weights(product).sha256
    return Warning("JUDGEMENT", say(f"scored.warning.{'own' if own else 'judgement'}", file=weights.file))


def robustness_table(rows: Sequence[tuple[Text, Bounds | None, str]]) -> Table:
    """The same answers under each weight set: its name, the score, the verdict."""
    columns = tuple(say(f"scored.robust.{name}") for name in ("weights", "score", "verdict"))
    cells = tuple((name, show(s, "score") if s else Text("–", "–"), verdict_text(v)) for name, s, v in rows)
    return Table("robustness", say("scored.robust.title"), columns, cells)


def interval_chart(rows: Sequence[tuple[Text, Bounds]], chart_id: str = "score") -> Chart:
    """One bar a row from the certain to the possible score."""
    alt = join([say("scored.chart.alt_row", label=label, score=bounds) for label, bounds in rows])
    return Chart(
        chart_id,
        "interval",
        say("scored.chart.title"),
        say("scored.chart.x"),
        Text("", ""),
        (
            Series(say("scored.chart.low"), tuple((label, bounds.low) for label, bounds in rows)),
            Series(say("scored.chart.high"), tuple((label, bounds.high) for label, bounds in rows)),
        ),
        alt,
    )


def weight_figures(criteria: Sequence[Criterion], answers: Answers, prefix: str = "") -> tuple[Figure, ...]:
    """The sums behind a score: reached, still open, in play, with the formula."""
    used = applicable(criteria, answers)
    reached = sum(item.weight * LEVELS[answers[item.id]] for item in used if item.id in answers)
    still = sum(item.weight for item in used if item.id not in answers)
    total = sum(item.weight for item in used)
    sums = {"known": reached, "unknown": still, "total": total}
    return tuple(
        Figure(
            f"{prefix}{name}_weight",
            say(f"scored.figure.{name}"),
            Bounds.exact(value),
            "count",
            show(value, "weight"),
            say(f"scored.figure.{name}_formula", **sums),
        )
        for name, value in sums.items()
    )


def with_scores(
    changes: Iterable[Change], score_of: Callable[[Answers], Bounds | None], answers: Answers
) -> tuple[Change, ...]:
    """Each change with the score it would give."""
    return tuple(
        Change(change.answers, change.verdict, score_of({**answers, **dict(change.answers)})) for change in changes
    )
