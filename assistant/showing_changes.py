"""What a change or a supposition makes of a result, and several results side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.answering.quotes import harmless
from assistant.conversation import Record
from assistant.draft import Draft
from assistant.showing import bullets, changed_figures, given, scores, standing, value, verdict_said
from assistant.wording import say
from tools.comparing import compare
from tools.result import Result

LEADING = ("romi", "roas")  # figures by which calculations are ranked, the first that all of them have


def change_of_score(draft: Draft, before: Result, after: Result) -> None:
    """What a correction did: the interval and verdict before and after."""
    if before.score is None or after.score is None:
        return
    language = draft.language
    key = "result.moved" if (before.score, before.verdict) != (after.score, after.verdict) else "result.unmoved"
    draft.tell(key, before=standing(before, language), after=standing(after, language))


def what_if(draft: Draft, record: Record, changes: Mapping[str, Any], before: Result, after: Result) -> None:
    """Before and after of a supposition; the record is untouched."""
    language = draft.language
    form = draft.tool(record).form
    supposed = "; ".join(
        f"{form.field(key).label[language]}: {value(form.field(key), new, language)}" for key, new in changes.items()
    )
    draft.tell("what_if.supposing", supposed=supposed)
    if draft.tool(record).at_once:
        draft.paragraphs.append(f"**{after.bottom_line[language]}**")
        bullets(draft, "what_if.figures", changed_figures(before, after, language))
    else:
        moved = standing(before, language) != standing(after, language)
        if moved:
            draft.tell("result.moved", before=standing(before, language), after=standing(after, language))
        draft.paragraphs.append(after.bottom_line[language] if moved else f"**{after.bottom_line[language]}**")
        bullets(draft, "what_if.figures", changed_figures(before, after, language))
    draft.tell("what_if.untouched")
    draft.show(record, after)
    draft.kind, draft.quiet = "result", True


def comparison(draft: Draft, compared: Sequence[Record], outcomes: Sequence[Result]) -> None:
    """Records side by side, and whether they can be told apart at all."""
    language = draft.language
    names = [
        harmless(record.name) or say("record.numbered", language, number=number)
        for number, record in enumerate(compared, 1)
    ]
    named = [replace(outcome, subject=name) for name, outcome in zip(names, outcomes, strict=True)]
    draft.paragraphs.append(compare(named).bottom_line[language])
    if outcomes[0].score is not None:
        rows = [
            f"| {label} | {verdict_said(outcome.verdict, language)} | {scores(outcome, language)} "
            f"| {_stands_against(outcome, language)} | {sum(gate.state == 'open' for gate in outcome.gates)} |"
            for label, outcome in zip(names, outcomes, strict=True)
        ]
        head = say("compare.head", language)
        draft.paragraphs.append("\n".join([head, "|---|---|---|---|---|", *rows]))
    else:
        _compare_figures(draft, names, outcomes)
    for record, outcome in zip(compared, outcomes, strict=True):
        draft.show(record, outcome)
    draft.kind, draft.quiet = "result", True


def _stands_against(outcome: Result, language: str) -> str:
    """The conditions that are not met, by their reasons."""
    return " ".join(gate.reason[language] for gate in outcome.gates if gate.state == "fail") or "–"


def _compare_figures(draft: Draft, names: Sequence[str], outcomes: Sequence[Result]) -> None:
    language = draft.language
    if not any(outcome.figures for outcome in outcomes):
        told = zip(names, outcomes, strict=True)
        draft.paragraphs.append("\n".join(f"- **{name}**: {outcome.bottom_line[language]}" for name, outcome in told))
        return
    if first := _ahead(names, outcomes, language):
        draft.paragraphs[-1] = first
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for figure in outcomes[0].figures:
        cells = []
        for outcome in outcomes:
            other = next((f for f in outcome.figures if f.id == figure.id), None)
            cells.append(other.display[language] if other else "–")
        lines.append(f"| {figure.label[language]} | {' | '.join(cells)} |")
    draft.paragraphs.append("\n".join(lines))


def _ahead(names: Sequence[str], outcomes: Sequence[Result], language: str) -> str:
    """Which calculation does best by the figure that all of them have, "" where they have none."""
    for figure_id in LEADING:
        found = [next((f for f in o.figures if f.id == figure_id and f.value is not None), None) for o in outcomes]
        figures = [figure for figure in found if figure is not None]
        if len(figures) < len(outcomes):
            continue
        ranked = sorted(zip(names, figures, strict=True), key=lambda one: -(one[1].value.low if one[1].value else 0))
        told = ", ".join(f"{name} {figure.display[language]}" for name, figure in ranked)
        label = figures[0].label[language].partition(":")[0]
        return say("compare.ahead", language, label=label, best=ranked[0][0], told=told)
    return ""


def undone(draft: Draft, before: Mapping[str, Record]) -> list[str]:
    """What an undo changed, answer by answer: what stands there now."""
    language = draft.language
    lines = []
    for record in draft.state.records.values():
        old, form = before.get(record.id, record).answers, draft.tool(record).form
        for key in dict.fromkeys((*old, *record.answers)):
            was, now = old.get(key), record.answers.get(key)
            if (was and (was.value, was.status)) != (now and (now.value, now.status)):
                shown = given(form.field(key), now, language) if now else say("undo.open", language)
                lines.append(f"{form.field(key).label[language]}: **{shown}**")
    return lines
