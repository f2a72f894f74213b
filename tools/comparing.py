"""What-if and comparison: what changed between two results of a tool, and several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tools import scored, scoring
from tools.errors import InputError
from tools.forms import Form
from tools.render import answer_text
from tools.result import Result, Table, Warning
from tools.scoring import surely_better
from tools.values import Bounds, Text
from tools.wording import has, join, say, show

NOT_CHOSEN = (scoring.BLOCKED, scoring.UNDEFINED, "OUT", "NO_FIT")


@dataclass(frozen=True)
class Changed:
    """One thing that differs: an answer, the verdict, the score or a figure, before and after."""

    kind: str  # "answer", "verdict", "score" or "figure"
    id: str
    before: Any
    after: Any
    text: Text


@dataclass(frozen=True)
class Difference:
    """A variant against what it came from. `text` says it in one line."""

    changes: tuple[Changed, ...]
    text: Text


def diff(before: Result, after: Result, form: Form) -> Difference:
    """What changed from one result to another of the same tool. Raises InputError for different tools."""
    _same_tool([before, after])
    changes = [*_answers(before, after, form), *_verdicts(before, after), *_figures(before, after)]
    said = [change.text for change in changes if change.kind != "figure"]
    if changes and before.verdict == after.verdict:
        said.append(say("comparing.diff.verdict_same", after=scored.verdict_text(after.verdict)))
    if not said:
        said = [say("comparing.diff.none")]
    return Difference(tuple(changes), Text(" ".join(t.en for t in said), " ".join(t.he for t in said)))


def _answers(before: Result, after: Result, form: Form) -> list[Changed]:
    found = []
    for field in form.fields:
        old, new = before.inputs.get(field.id), after.inputs.get(field.id)
        if old != new:
            words = {name: _answer(form, field.id, value) for name, value in (("before", old), ("after", new))}
            text = say("comparing.diff.answer", label=field.label, **words)
            found.append(Changed("answer", field.id, old, new, Text(f"{text.en}.", f"{text.he}.")))
    return found


def _answer(form: Form, name: str, value: Any) -> Text:
    return say("comparing.diff.unknown") if value is None else answer_text(form.field(name), value)


def _verdicts(before: Result, after: Result) -> list[Changed]:
    found = []
    if before.verdict != after.verdict:
        words = {"before": scored.verdict_text(before.verdict), "after": scored.verdict_text(after.verdict)}
        text = say("comparing.diff.verdict", **words)
        found.append(Changed("verdict", "verdict", before.verdict, after.verdict, text))
    if before.score != after.score and before.score and after.score:
        text = say("comparing.diff.score", before=before.score, after=after.score)
        found.append(Changed("score", "score", before.score, after.score, text))
    return found


def _figures(before: Result, after: Result) -> list[Changed]:
    old = {figure.id: figure for figure in before.figures}
    found = []
    for figure in after.figures:
        was = old.get(figure.id)
        if was and was.value != figure.value:
            words = {"before": was.display, "after": figure.display}
            text = say("comparing.diff.figure", label=figure.label, **words)
            found.append(Changed("figure", figure.id, was.value, figure.value, text))
    return found


def compare(results: Sequence[Result]) -> Result:
    """Several results of one tool side by side; ranked where the same weights scored them.

    One stands before another only when it is surely better: its lowest score above the other's highest.
    What is blocked or out is shown and not ranked. Raises InputError for fewer than two or different tools.
    """
    if len(results) < 2:
        raise InputError("compare_two")
    _same_tool(results)
    names = [_name(result, place) for place, result in enumerate(results, 1)]
    same = len({result.weights.sha256 for result in results if result.weights}) <= 1
    places = _places(results) if same else {}
    line = _bottom_line(results, names, places, same)
    first = results[0]
    return Result(
        tool=first.tool,
        version=first.version,
        verdict="COMPARED",
        bottom_line=line,
        settled=all(result.settled for result in results),
        tables=(_table(results, names, places), *_figure_table(results, names)),
        charts=_chart(results, names),
        warnings=() if same else (Warning("WEIGHTS_DIFFER", say("comparing.weights_differ")),),
        weights=first.weights if same else None,
        parts=tuple(results),
    )


def _same_tool(results: Sequence[Result]) -> None:
    tools = sorted({result.tool for result in results})
    if len(tools) > 1:
        raise InputError("compare_same_tool", choices=tools)


def _name(result: Result, place: int) -> Text:
    return Text(result.subject, result.subject) if result.subject else say("comparing.unnamed", n=place)


def _ranked(results: Sequence[Result]) -> list[tuple[int, Bounds]]:
    return [
        (index, result.score)
        for index, result in enumerate(results)
        if result.score is not None and result.verdict not in NOT_CHOSEN
    ]


def _places(results: Sequence[Result]) -> dict[int, tuple[int, int]]:
    """The best and worst place each can still take among those that may be chosen."""
    ranked = _ranked(results)
    found = {}
    for index, score in ranked:
        ahead = sum(surely_better(other, score) for _, other in ranked)
        behind = sum(surely_better(score, other) for _, other in ranked)
        found[index] = (ahead + 1, len(ranked) - behind)
    return found


def _bottom_line(results: Sequence[Result], names: list[Text], places: dict[int, tuple[int, int]], same: bool) -> Text:
    if not same:
        return say("comparing.weights_differ")
    said = []
    ranked = _ranked(results)
    if len(ranked) > 1:
        index, top = max(ranked, key=lambda pair: (pair[1].low, pair[1].high))
        behind = [names[i] for i, score in ranked if i != index and surely_better(top, score)]
        level = [names[i] for i, score in ranked if i != index and not surely_better(top, score)]
        said += [say("comparing.best", name=names[index], others=join(behind))] if behind else []
        said += [say("comparing.not_yet", names=join([names[index], *level]))] if level else []
    out = [names[i] for i, result in enumerate(results) if result.verdict in NOT_CHOSEN]
    said += [say("comparing.out", names=join(out))] if out else []
    if not said:
        said = [say("comparing.no_ranking", n=len(results))]
    return Text(" ".join(t.en for t in said), " ".join(t.he for t in said))


def _table(results: Sequence[Result], names: list[Text], places: dict[int, tuple[int, int]]) -> Table:
    columns = tuple(say(f"comparing.{key}") for key in ("name", "place", "score", "verdict"))
    order = sorted(range(len(results)), key=lambda i: (places.get(i, (len(results) + 1, 0)), i))
    rows = []
    for index in order:
        result = results[index]
        shown = show(result.score, "score") if result.score else Text("–", "–")
        rows.append((names[index], _place(places.get(index)), shown, _verdict(result.verdict)))
    return Table("ranking", say("comparing.title"), columns, tuple(rows))


def _place(place: tuple[int, int] | None) -> Text:
    if place is None:
        return say("comparing.blocked_place")
    low, high = place
    return show(low) if low == high else say("comparing.tied", low=low, high=high)


def _verdict(verdict: str) -> Text:
    return scored.verdict_text(verdict) if has(f"verdicts.{verdict}") else Text(verdict, verdict)


def _figure_table(results: Sequence[Result], names: list[Text]) -> tuple[Table, ...]:
    labels = {figure.id: figure.label for result in results for figure in result.figures}
    if not labels:
        return ()
    dash = Text("–", "–")
    rows = []
    for name, label in labels.items():
        values = [next((f.display for f in result.figures if f.id == name), dash) for result in results]
        rows.append((label, *values))
    columns = (say("comparing.name"), *names)
    return (Table("figures", say("comparing.title"), columns, tuple(rows)),)


def _chart(results: Sequence[Result], names: list[Text]) -> tuple[Any, ...]:
    rows = [(name, result.score) for name, result in zip(names, results, strict=True) if result.score]
    return (scored.interval_chart(rows),) if rows else ()
