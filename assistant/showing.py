"""Shows records and results in words: the chat's view of what the tools computed.

A tool's `Result` already speaks both languages; this module only chooses what to say, in which order,
and joins it with the sentences of the wording files. It computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from assistant.answering.quotes import harmless
from assistant.commands import Answer, Part
from assistant.conversation import Given, Record
from assistant.draft import Draft
from assistant.held import still_open
from assistant.wording import say, sentences
from tools.forms import Field
from tools.render import answer_text, unknown_text
from tools.result import Figure, Result
from tools.values import Text
from tools.wording import say as spoken

MOST_REASONS = 3
MOST_FLIPS = 4
MOST_UNKNOWNS = 6


# -- values ------------------------------------------------------------------------------------------


def value(field: Field, canonical: Any, language: str) -> str:
    """A canonical value as a person reads it, with its unit."""
    text = answer_text(field, canonical)[language]
    return f"{text} {field.unit[language]}" if field.unit and field.kind in ("count", "amount") else text


def given(field: Field, answer: Given, language: str) -> str:
    """A stored answer as a person reads it, whatever its status."""
    if answer.status == "answered":
        return value(field, answer.value, language)
    return say(f"status.{answer.status}", language)


def option(field: Field, answer: Answer, issue: str, language: str) -> str:
    """One of several readings, told by the part that is unclear."""
    if issue == "field":
        return field.label[language]
    once = issue == "period" and answer.value["period"] == "one_off"
    shown = value(field, answer.value, language)
    return f"{shown} {say('period.one_off', language)}" if once else shown


def _number(number: Any, language: str, *, percent: bool = False) -> str:
    if isinstance(number, dict) and {"low", "high"} <= set(number):
        low, high = (_number(number[side], language, percent=percent) for side in ("low", "high"))
        return f"{low}–{high}"
    from decimal import Decimal, InvalidOperation
    from fractions import Fraction

    try:
        exact = Fraction(str(number))
    except (ValueError, ZeroDivisionError, InvalidOperation):
        return str(number)
    scaled = exact * 100 if percent else exact
    shown = f"{Decimal(scaled.numerator) / Decimal(scaled.denominator):,.4f}".rstrip("0").rstrip(".")
    return f"{shown}%" if percent else shown


def name(draft: Draft, record: Record) -> str:
    """What a record is called: its own name, else its tool's title."""
    title = draft.tool(record).form.title[draft.language]
    return f"{title}: {harmless(record.name)}" if record.name else title


# -- results -----------------------------------------------------------------------------------------


def result(draft: Draft, record: Record, outcome: Result) -> None:
    """The bottom line first, then what it rests on, what is unknown, what would change it and what to do."""
    draft.show(record, outcome)
    draft.kind = "result"
    _bottom_line(draft, record, outcome)
    _standing_or_figures(draft, outcome)
    _conditions(draft, outcome)
    _reasons(draft, outcome)
    _open_still(draft, record)
    _unknowns(draft, outcome)
    _flips(draft, outcome)
    _warnings(draft, outcome)
    _actions(draft, outcome)
    _weights(draft, outcome)


def part_of_result(draft: Draft, record: Record, outcome: Result, part: Part, field: str = "") -> None:
    """The one part of a result that was asked for; all of it where the result has nothing under that heading.

    `field` narrows what is missing to one question, and names the figures that are asked for.
    """
    if _in_few_words(draft, record, outcome, part, field) or _one_part(draft, record, outcome, part, field):
        draft.show(record, outcome)
        draft.kind = "result"
        return
    if part in ("missing", "flips"):
        draft.tell(f"result.no_{part}")
    result(draft, record, outcome)


def _one_part(draft: Draft, record: Record, outcome: Result, part: Part, field: str) -> bool:
    """What is missing, what would change it, why, what to do, or how sure it is; False where there is nothing of it."""
    if part == "missing" and field in record.answers:
        _whom_to_ask(draft, record, field)
    elif part == "missing" and (outcome.unknowns or still_open(record)):
        _open_still(draft, record)
        _unknowns(draft, outcome, field)
    elif part == "flips" and outcome.flips:
        _flips(draft, outcome)
        if not outcome.settled:
            _unknowns(draft, outcome)
    elif part == "steps" and outcome.actions:
        _actions(draft, outcome)
    elif part == "reasons" and (outcome.reasons or outcome.gates):
        _bottom_line(draft, record, outcome)
        _conditions(draft, outcome)
        _reasons(draft, outcome)
    elif part == "certainty":
        _standing_or_figures(draft, outcome)
        _conditions(draft, outcome, states=("open",))
        _warnings(draft, outcome)
        _weights(draft, outcome)
    else:
        return False
    return True


def _in_few_words(draft: Draft, record: Record, outcome: Result, part: Part, figures: str) -> bool:
    """The figures named, one line, or the verdict with what it hangs on; False where there is no such thing."""
    if part not in ("figure", "headline", "verdict"):
        return False
    if part == "figure":
        named = [figure for figure in outcome.figures if figure.id in figures.split()]
        draft.paragraphs.append("\n".join(_figure(one, draft.language) for one in named))
        return bool(named)
    if part == "verdict" and not _was_shown(draft, record):
        return False
    _bottom_line(draft, record, outcome)
    if part == "verdict":
        _conditions(draft, outcome)
        _flips(draft, outcome)
    return True


def _was_shown(draft: Draft, record: Record) -> bool:
    """Whether the whole result was shown before: then who asks for the verdict is not told all of it again."""
    return bool(record.settled) or (draft.tool(record).at_once and bool(record.answers))


def progress(draft: Draft, record: Record, before: Result, outcome: Result) -> None:
    """What the figures just told change in a calculation that was shown before, and nothing that was said already."""
    language = draft.language
    draft.show(record, outcome)
    draft.kind = "result"
    changed = list(changed_figures(before, outcome, language))
    if changed or before.bottom_line != outcome.bottom_line:
        _bottom_line(draft, record, outcome)
        bullets(draft, "result.changed", changed)
    known = {warning.text[language] for warning in before.warnings}
    new = (warning.text[language] for warning in outcome.warnings)
    bullets(draft, "result.warnings", (text for text in new if text not in known))


def changed_figures(before: Result, after: Result, language: str) -> Iterable[str]:
    """The figures that a supposition changes or makes possible."""
    old = {figure.id: figure.display[language] for figure in before.figures if figure.value is not None}
    for figure in after.figures:
        new = figure.display[language]
        if figure.value is not None and old.get(figure.id) != new:
            arrow = "←" if language == "he" else "→"
            was = f"{old[figure.id]} {arrow} " if figure.id in old else ""
            yield f"{figure.label[language]}: {was}**{new}**"


def _bottom_line(draft: Draft, record: Record, outcome: Result) -> None:
    lead = f"**{outcome.bottom_line[draft.language]}**"
    draft.paragraphs.append(f"{harmless(record.name)}: {lead}" if record.name else lead)


def _standing_or_figures(draft: Draft, outcome: Result) -> None:
    """Where the score lies and on how much it rests; of a calculator its figures."""
    language = draft.language
    if outcome.score is None:
        bullets(draft, "result.figures", (_figure(f, language) for f in outcome.figures))
        return
    axes = [say("result.score", language, label=f.label[language], score=f.display[language]) for f in axes_of(outcome)]
    whole = say("result.whole_score", language, score=interval(outcome, language))
    draft.tell(
        "result.interval",
        scores=" · ".join(axes or [whole]),
        coverage=_number(outcome.coverage.get("answered", 0), language, percent=True),
        verified=_number(outcome.coverage.get("verified", 0), language, percent=True),
    )


def _conditions(draft: Draft, outcome: Result, states: Sequence[str] = ("fail", "condition", "open")) -> None:
    shown = [gate for gate in outcome.gates if gate.state in states]
    bullets(draft, "result.gates", (_gate(gate, draft.language) for gate in shown))


def _unknowns(draft: Draft, outcome: Result, field: str = "") -> None:
    wanted = [unknown for unknown in outcome.unknowns if unknown.field == field] or outcome.unknowns[:MOST_UNKNOWNS]
    bullets(draft, "result.unknowns", (unknown_text(unknown, draft.language) for unknown in wanted))


def _whom_to_ask(draft: Draft, record: Record, field_id: str) -> None:
    """Who knows the answer to a question that has one already, and what was noted."""
    language = draft.language
    field = draft.tool(record).form.field(field_id)
    noted = given(field, record.answers[field_id], language)
    whom = (field.ask_whom or spoken("scored.whom_default"))[language]
    draft.tell("result.whom", label=field.label[language], noted=noted, whom=whom)


def _flips(draft: Draft, outcome: Result) -> None:
    bullets(draft, "result.flips", (flip.text[draft.language] for flip in outcome.flips[:MOST_FLIPS]))


def _warnings(draft: Draft, outcome: Result) -> None:
    bullets(draft, "result.warnings", (warning.text[draft.language] for warning in outcome.warnings))


def _actions(draft: Draft, outcome: Result) -> None:
    bullets(draft, "result.actions", (action[draft.language] for action in outcome.actions))


def _weights(draft: Draft, outcome: Result) -> None:
    if outcome.weights is not None:
        draft.tell(
            "result.weights",
            file=outcome.weights.file,
            sha=outcome.weights.sha256[:12],
            version=outcome.version,
        )
        if outcome.weight_sensitive:
            draft.tell("result.weight_sensitive")


def _open_still(draft: Draft, record: Record) -> None:
    """What the person was asked about and neither took nor refused: it counts for nothing until it is settled."""
    language, form = draft.language, draft.tool(record).form
    asked = {data["field"] for data in (draft.state.pending or {}).get("answers") or ()}  # those are asked below
    lines = []
    for answer in still_open(draft.state.records.get(record.id, record)):
        if answer.field in asked:
            continue
        field, noted = form.field(answer.field), record.answers.get(answer.field)
        key = "answer.open_beside" if noted is not None else "answer.open"
        old = "" if noted is None else given(field, noted, language)
        lines.append(say(key, language, label=field.label[language], old=old, new=value(field, answer.value, language)))
    bullets(draft, "answer.to_confirm", lines)


def scores(outcome: Result, language: str) -> str:
    """The score, or each of several by its name, as they stand within a sentence or a table."""
    axes = [f"{figure.label[language]} {figure.display[language]}" for figure in axes_of(outcome)]
    return ", ".join(axes) or interval(outcome, language)


def axes_of(outcome: Result) -> list[Figure]:
    """The scores of a verdict that rests on more than one ("fit", "readiness")."""
    return [figure for figure in outcome.figures if figure.unit == "score"]


def interval(outcome: Result, language: str) -> str:
    """The score, or the lowest and the highest it may come to."""
    assert outcome.score is not None
    low, high = (_number(round(side, 1), language) for side in (outcome.score.low, outcome.score.high))
    return low if low == high else f"{low}–{high}"


def _figure(figure: Any, language: str) -> str:
    text = f"{figure.label[language]}: **{figure.display[language]}**"
    if figure.undefined is not None:
        return f"{figure.label[language]}: {figure.undefined[language]}"
    return f"{text} ({figure.formula[language]})" if figure.formula else text


def _gate(gate: Any, language: str) -> str:
    rules = f" [{', '.join(gate.rules)}]" if gate.rules else ""
    return f"{say(f'gate.{gate.state}', language)} {gate.label[language]}: {gate.reason[language]}{rules}"


def _reasons(draft: Draft, outcome: Result) -> None:
    weighed = [reason for reason in outcome.reasons if reason.effect is not None]
    helps = sorted(
        (r for r in weighed if r.effect and r.effect.low > 0),
        key=lambda r: -(r.effect.low if r.effect else 0),
    )
    hurts = sorted((r for r in weighed if r.effect and r.effect.low < 0), key=lambda r: r.effect.low if r.effect else 0)
    context = [reason for reason in outcome.reasons if reason.effect is None]
    language = draft.language
    bullets(draft, "result.helps", (_reason(r, language) for r in helps[:MOST_REASONS]))
    bullets(draft, "result.hurts", (_reason(r, language) for r in hurts[:MOST_REASONS]))
    bullets(draft, "result.reasons", (_reason(r, language) for r in context))


def _reason(reason: Any, language: str) -> str:
    rules = ", ".join((*reason.rules, *reason.sources))
    return f"{reason.text[language]} [{rules}]" if rules else reason.text[language]


def bullets(draft: Draft, heading: str, lines: Iterable[str]) -> None:
    """A heading and its lines as one paragraph; nothing where there are none."""
    shown = [f"- {line}" for line in lines]
    if shown:
        draft.paragraphs.append(f"**{say(heading, draft.language)}**\n" + "\n".join(shown))


def standing(outcome: Result, language: str) -> str:
    """The verdict with its score, or its scores, in a few words."""
    verdict = verdict_said(outcome.verdict, language)
    return verdict if outcome.score is None else f"{verdict} ({scores(outcome, language)})"


def verdict_said(code: str, language: str) -> str:
    """The verdict in words, as it stands within a sentence."""
    key = f"verdict.{code}"
    return say(key, language) if key in sentences() else code


# -- standing ----------------------------------------------------------------------------------------


def summary(draft: Draft, record: Record, outcome: Result) -> None:
    """Everything recorded so far, question by question, and where the verdict stands."""
    language = draft.language
    form = draft.tool(record).form
    lines = [
        f"- {form.field(key).label[language]}: {given(form.field(key), answer, language)}"
        for key, answer in record.answers.items()
    ]
    draft.tell("record.summary", name=name(draft, record), count=len(lines))
    draft.paragraphs.append("\n".join(lines))
    _open_still(draft, record)
    if outcome.score is not None:
        draft.tell("record.standing", standing=standing(outcome, language))
    draft.show(record, outcome)
    draft.kind = "notice"


def noted(draft: Draft, record: Record, field_id: str) -> None:
    """What is noted for one question, in the words it was told in."""
    field, answer = draft.tool(record).form.field(field_id), record.answers.get(field_id)
    label = field.label[draft.language]
    draft.kind = "notice"
    if answer is None:
        draft.tell("record.noted_nothing", label=label)
        return
    shown, raw = given(field, answer, draft.language), harmless(answer.raw.strip())
    quoted = bool(raw) and raw.casefold() != shown.casefold()
    draft.tell("record.noted_as" if quoted else "record.noted", label=label, value=shown, raw=raw)


def where(draft: Draft, record: Record, total: int) -> None:
    """How far a record has got: answered of total, the last answer and what comes next."""
    language = draft.language
    last = list(record.answers)[-1] if record.answers else ""
    form = draft.tool(record).form
    shown = (
        f"{form.field(last).label[language]}: {given(form.field(last), record.answers[last], language)}"
        if last
        else "–"
    )
    draft.tell("record.where", name=name(draft, record), answered=len(record.answers), total=total, last=shown)


def listing(draft: Draft, records: Sequence[Record]) -> None:
    """A numbered list of records with their standing."""
    lines = []
    for number, record in enumerate(records, 1):
        status = say(f"record.status.{record.status}", draft.language)
        lines.append(f"{number}. {name(draft, record)} ({status}, {len(record.answers)})")
    draft.tell("record.list")
    draft.paragraphs.append("\n".join(lines))


# -- small talk --------------------------------------------------------------------------------------


def small_talk(draft: Draft, word: str) -> None:
    """Greetings, thanks, help and the like, answered briefly."""
    language = draft.language
    draft.tell(f"talk.{word}" if f"talk.{word}" in sentences() else "unclear.nothing")
    draft.kind = "refusal" if word in ("off_topic", "tamper") else "notice"
    draft.quiet = draft.quiet or word in ("thanks", "goodbye")  # the question was just asked; nobody asks it again
    if draft.state.record is None:
        draft.suggest(*first_steps(language))


def first_steps(language: str) -> list[str]:
    """What to try first, said as the person would."""
    return [say(f"suggest.first.{number}", language) for number in (1, 2, 3)]


def export_hint(draft: Draft, form: str) -> None:
    """How to get the result as a file, through this door."""
    draft.tell("export.how", format=form)


def texts(items: Iterable[Text], language: str) -> list[str]:
    """The texts in one language."""
    return [item[language] for item in items]
