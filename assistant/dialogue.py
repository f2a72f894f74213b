"""Carries out commands: the only code that turns what a person meant into events.

Every handler takes the draft of the turn and one command. Values are validated against the form before
they are stored; a low confidence, a contradiction or an ambiguity is asked about and never stored silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from assistant import confirming, held, records, restating, shelf, showing, showing_changes, supposing
from assistant.commands import (
    Ambiguous,
    Answer,
    Ask,
    Choose,
    Command,
    Compare,
    Delete,
    Export,
    Invalid,
    Rename,
    Restate,
    Resume,
    SetLanguage,
    Simple,
    Start,
    Unclear,
    WhatIf,
)
from assistant.conversation import MERE_GUESS, Record, reading_of
from assistant.draft import Draft
from assistant.understanding.context.cases import tells_of_ourselves
from assistant.wording import say
from tools.checking import check
from tools.errors import InputError
from tools.forms import Field
from tools.written import written

WHY_INVALID = ("rate_over_one", "share_without_whole")  # codes of refused words that are explained
OFFER_WAYS_OUT_AFTER = 2  # failed tries at one question


def carry_out_all(draft: Draft, commands: Sequence[Command]) -> None:
    """Carry out the commands of one message in the order they were said; answers are stored together."""
    if draft.state.pending:
        commands = settle_pending(draft, commands)
    commands = _arranged(commands)
    answers = [command for command in commands if isinstance(command, Answer)]
    for command in commands:
        if isinstance(command, Answer):
            if answers:
                store_answers(draft, answers)
                answers = []
        else:
            _HANDLERS[type(command)](draft, command)


def _arranged(commands: Sequence[Command]) -> list[Command]:
    """What begins a tool before the answers told of it, and what has to be asked about behind all that is noted."""
    asked = [c for c in commands if isinstance(c, Ambiguous)]
    told = [c for c in commands if c not in asked]
    starts = [c for c in told if isinstance(c, Start) and not c.only_offer]
    first = next((at for at, c in enumerate(told) if isinstance(c, Answer)), len(told))
    rest = [c for c in told[first:] if c not in starts]
    return [*told[:first], *(c for c in starts if c not in told[:first]), *rest, *asked]


# -- answers -----------------------------------------------------------------------------------------


def store_answers(draft: Draft, answers: Sequence[Answer]) -> None:
    """Store what can be stored, echo it, and ask about the rest."""
    record = _record_for(draft, answers)
    if record is None:
        return
    echoes: list[str] = []
    corrects = any(answer.corrects for answer in answers) and not draft.tool(record).at_once
    before = draft.compute(record) if corrects else None
    doubtful: list[Answer] = []
    answers = _without_old_guesses(draft, record, answers)
    for answer in answers:
        current = draft.state.records[record.id]
        if confirming.needs_confirming(current, answer) and not _is_refused(draft, current, answer):
            doubtful.append(answer)
        else:
            echoes += store(draft, current, answer)
    if echoes:
        _tell_noted(draft, "; ".join(echoes))
        draft.kind = "question"
    if before is not None:
        showing_changes.change_of_score(draft, before, draft.compute(draft.state.records[record.id]))
    if doubtful:
        confirming.ask_to_confirm(draft, draft.state.records[record.id], doubtful[: confirming.MOST_TO_CONFIRM])


def _tell_noted(draft: Draft, told: str) -> None:
    """Say what was noted; what an offer kept and what the message tells besides are told in one."""
    opening, _, end = say("answer.noted", draft.language, what="\0").partition("\0")
    if draft.paragraphs and draft.paragraphs[-1].startswith(opening) and "\n" not in draft.paragraphs[-1]:
        told = f"{draft.paragraphs.pop()[len(opening) :].removesuffix(end)}; {told}"
    draft.paragraphs.append(f"{opening}{told}{end}")


def _without_old_guesses(draft: Draft, record: Record, answers: Sequence[Answer]) -> list[Answer]:
    """The answers without guesses that were asked about before and not confirmed: asking again would only annoy."""
    said = [a for a in answers if a.confidence > MERE_GUESS or reading_of(a.field, a.value) not in record.doubted]
    if not said:
        refuse(draft, record, record.question, say("unclear.in_record", draft.language))
    return said


def _record_for(draft: Draft, answers: Sequence[Answer]) -> Record | None:
    """The record these answers belong to: the open one, or the latest of the same tool (a late correction)."""
    for record in (draft.state.record, draft.state.records.get(draft.state.latest)):
        if record is None or (answers[0].tool and record.tool != answers[0].tool):
            continue
        fields = {field.id for field in draft.tool(record).form.fields}
        if any(answer.field in fields for answer in answers):
            draft.touched = record.id
            return record
    if answers[0].tool in draft.parts.tools:
        records.begin(draft, answers[0].tool, "")
        draft.touched = draft.state.active
        return draft.state.record
    return None


def store(draft: Draft, record: Record, answer: Answer) -> list[str]:
    """Validate and store one answer; returns its echo (none for an invalid value)."""
    form = draft.tool(record).form
    try:
        field = form.field(answer.field)
        value = _checked(draft, record, field, answer)
    except KeyError:
        return []
    except InputError as error:
        refuse(draft, record, answer.field, error.text[draft.language])
        return []
    if value is None and answer.status == "answered":
        return []  # a box left empty, or filled with spaces
    given = record.answers.get(answer.field)
    same = given is not None and (given.value, given.status) == (value, answer.status)
    if same and field.id in record.unsettled:
        draft.note("declined", record=record.id, fields=[field.id])  # the person stands by what was noted
    if same and given is not None and answer.evidence in (None, given.evidence):
        return [say("answer.same", draft.language, label=field.label[draft.language])]
    draft.note(
        "answered",
        record=record.id,
        field=field.id,
        value=value,
        status=answer.status,
        raw=answer.raw,
        language=draft.language,
        evidence=answer.evidence,
        by=draft.user,
    )
    told = any(other.status == "unknown" for other in record.answers.values())
    return [_echo(draft, field, answer, value, given, told)]


def _is_refused(draft: Draft, record: Record, answer: Answer) -> bool:
    """Whether a value that was surely said cannot be right: it is refused at once, and not asked about first."""
    if answer.status != "answered" or answer.confidence < confirming.CONFIRM_BELOW:
        return False
    try:
        field = draft.tool(record).form.field(answer.field)
        check(field, written(field.kind, answer.value))
    except (InputError, KeyError) as error:
        return isinstance(error, InputError)
    return False


def _checked(draft: Draft, record: Record, field: Field, answer: Answer) -> Any:
    """The canonical value, checked alone and together with the other answers. Raises tools' InputError."""
    if answer.status == "not_applicable":
        check(field, {"n_a": answer.raw or "-"})
    if answer.status != "answered":
        return None
    value = check(field, written(field.kind, answer.value))
    tool = draft.tool(record)
    if tool.at_once:  # figures can contradict each other; the answers of an interview cannot
        draft.compute(record, {field.id: value})
    return value


def _echo(draft: Draft, field: Field, answer: Answer, value: Any, given: Any, told: bool) -> str:
    """What was noted; what "unknown" means for the score is told once in a record."""
    language = draft.language
    if answer.status != "answered":
        key = "unknown_again" if answer.status == "unknown" and told else answer.status
        return say(f"answer.status.{key}", language, label=field.label[language])
    new = showing.value(field, value, language)
    if given is not None and given.status == "answered":
        old = showing.value(field, given.value, language)
        return say("answer.changed", language, label=field.label[language], old=old, new=new)
    return f"{field.label[language]}: **{new}**"


def refuse(draft: Draft, record: Record, field_id: str, reason: str) -> None:
    """Say what is wrong with a value, keep the words, and after repeated failures offer ways out."""
    draft.note("refused", record=record.id, field=field_id)
    draft.paragraphs.append(reason)
    draft.kind = "clarify"
    failures = draft.state.records[record.id].failures
    if failures >= OFFER_WAYS_OUT_AFTER:
        draft.tell("answer.ways_out")
        draft.suggest(say("suggest.unknown", draft.language), say("suggest.skip", draft.language))


def _invalid(draft: Draft, command: Invalid) -> None:
    record = draft.state.record or draft.state.records.get(draft.state.latest)
    if record is None:
        return
    field = draft.tool(record).form.field(command.field)
    language = draft.language
    why = say(f"answer.why_invalid.{command.code}", language) if command.code in WHY_INVALID else ""
    why += say("answer.for_example", language, example=field.example[language]) if field.example else ""
    reason = say("answer.invalid", language, raw=command.raw, label=field.label[language], why=why)
    refuse(draft, record, command.field, reason)


def _ambiguous(draft: Draft, command: Ambiguous) -> None:
    record = _record_for(draft, command.options)
    if record is None:
        return
    if (known := held.in_known_period(command, draft.state.records[record.id])) is not None:
        store_answers(draft, [known])
        return
    form = draft.tool(record).form
    language = draft.language
    if confirming.waits(draft, held.which(record.id, command)):
        return
    choices = [showing.option(form.field(option.field), option, command.issue, language) for option in command.options]
    draft.ask(f"answer.ambiguous.{command.issue}", raw=command.raw, options=_either(choices, language))
    draft.note("pending", pending=held.which(record.id, command))
    draft.suggest(*choices)
    draft.kind, draft.quiet = "clarify", True


def _either(choices: Sequence[str], language: str) -> str:
    return say("either", language).join(choices)


# -- what we asked to be confirmed -------------------------------------------------------------------


def settle_pending(draft: Draft, commands: Sequence[Command]) -> Sequence[Command]:
    """Settle what we had asked, if the message answers it, and return the commands still to carry out.

    A question in between leaves it pending, and facts about other fields have it asked once more. Nothing
    unconfirmed is stored; what was neither taken nor refused is kept as unsettled.
    """
    pending = draft.state.pending or {}
    if all(held.digresses(pending, command) for command in commands):
        return commands
    draft.note("pending", pending=None)
    if pending["kind"] == "answer":
        return _settle_doubts(draft, pending, commands)
    if pending["kind"] == "start" and (wished := _wished_too(pending, commands)) is not None:
        told = {command.field for command in commands if isinstance(command, Answer)}
        other = wished.name and pending.get("name", "") not in ("", wished.name)  # it was told of another one
        kept = [data for data in pending.get("answers") or () if data["field"] not in told and not other]
        _settle_start(draft, {**pending, "name": wished.name or pending.get("name", ""), "answers": kept}, "yes", 0)
        return [other for other in commands if other is not wished]
    for command in commands:
        word = command.word if isinstance(command, Simple) and command.word in ("yes", "no") else ""
        picked = command.index if isinstance(command, Choose) else 0
        if word or picked:
            others = [other for other in commands if other is not command]
            if pending["kind"] == "which":
                return [*_chosen(draft, pending, word, picked), *others]
            _PENDING[pending["kind"]](draft, pending, word, picked)
            return [*others, *held.deferred(pending)]
    if pending["kind"] == "whose":
        return [*commands, *_whose_again(draft, pending, commands)]
    return [*held.told_beside(pending, commands), *commands]


def _whose_again(draft: Draft, pending: Mapping[str, Any], commands: Sequence[Command]) -> list[Command]:
    """Whose facts are meant is asked once more beside other facts; then it is said that they were not stored."""
    if pending["again"] or not all(isinstance(command, Answer) for command in commands):
        draft.tell("answer.not_stored")
        return []
    draft.asked_before = frozenset((pending["name"],))
    told = tuple(Answer(**data) for data in pending["answers"])
    return [Start(pending["tool"], pending["name"], only_offer=True, answers=told)]


def _wished_too(pending: Mapping[str, Any], commands: Sequence[Command]) -> Start | None:
    """The wish for the very tool we had offered ("let's check it"): as good as a yes."""
    starts = [c for c in commands if isinstance(c, Start) and c.tool == pending["tool"] and not c.only_offer]
    return starts[0] if starts else None


def _settle_doubts(draft: Draft, pending: Mapping[str, Any], commands: Sequence[Command]) -> list[Command]:
    """Settle the values we asked about: by yes or no, by one of them, by saying what is so; returns what is left to do.

    What the message says of such a field settles it, whatever else it says ("no, the budget isn't there yet").
    """
    asked = [Answer(**data) for data in pending["answers"]]
    reply = next((c for c in commands if c in (Simple("yes"), Simple("no")) or isinstance(c, Choose)), None)
    others = [_meant(command, asked) for command in commands if command is not reply]
    told = {command.field for command in others if isinstance(command, Answer)}
    open_still = [answer for answer in asked if answer.field not in told]
    if reply is None:
        left = held.passed_over(pending, others)
        draft.asked_before = frozenset(answer.field for answer in left)
        return [*others, *left]
    taken = open_still if reply == Simple("yes") else []
    if isinstance(reply, Choose) and abs(reply.index) <= len(asked):
        taken = [asked[reply.index - 1 if reply.index > 0 else reply.index]]
    if taken:
        store_answers(draft, [replace(answer, confidence=1.0, corrects=True) for answer in taken])
    elif open_still and len(open_still) == len(asked):
        draft.tell("answer.not_stored")
    draft.note("declined", record=pending["record"], fields=[a.field for a in open_still if a not in taken])
    return [*others, *held.deferred(pending)]


def _meant(command: Command, asked: Sequence[Answer]) -> Command:
    """The command, taken for a correction where it surely answers what we asked about: it needs no second question."""
    if not isinstance(command, Answer) or command.field not in {answer.field for answer in asked}:
        return command
    return replace(command, corrects=command.confidence >= confirming.CONFIRM_BELOW)


def _chosen(draft: Draft, pending: Mapping[str, Any], word: str, picked: int) -> Sequence[Command]:
    """The commands of the reading that was chosen; yes chooses the only one there is."""
    only = word == "yes" and len(pending["answers"]) == 1
    if found := held.picked(pending, 1 if only else picked):
        return found
    draft.tell("answer.not_stored")
    return held.deferred(pending)


def _settle_start(draft: Draft, pending: Mapping[str, Any], word: str, picked: int) -> None:
    if word == "yes" or picked == 1:
        records.begin(draft, pending["tool"], pending.get("name", ""))
        if said := [Answer(**data) for data in pending.get("answers") or ()]:
            store_answers(draft, said)
    else:
        draft.tell("offer.declined")
        draft.quiet = True


def _settle_whose(draft: Draft, pending: Mapping[str, Any], word: str, picked: int) -> None:
    if word == "yes" or picked == 1:
        records.begin(draft, pending["tool"], pending["name"])
    store_answers(draft, [Answer(**data) for data in pending["answers"]])


def _settle_delete(draft: Draft, pending: Mapping[str, Any], word: str, picked: int) -> None:
    if word == "yes":
        shelf.delete(draft, pending["record"])
    else:
        draft.tell("record.kept")


def _settle_go_on(draft: Draft, pending: Mapping[str, Any], word: str, picked: int) -> None:
    if word == "yes":
        records.go_on(draft, pending["record"])
    else:
        draft.note("finished", record=pending["record"])
        draft.tell("result.rests")
        draft.quiet = True


_PENDING: dict[str, Callable[[Draft, Mapping[str, Any], str, int], None]] = {
    "start": _settle_start,
    "whose": _settle_whose,
    "delete": _settle_delete,
    "go_on": _settle_go_on,
}


# -- questions ---------------------------------------------------------------------------------------


def _ask(draft: Draft, command: Ask) -> None:
    answered = draft.parts.answerer.answer(command, draft.state)
    if answered.kind == "refusal" and draft.state.record is None and tells_of_ourselves(command.original):
        draft.tell("told.background")
        draft.suggest(*showing.first_steps(draft.language))
        draft.note("discussed", question=command.text, cards=[])
        return
    draft.paragraphs.append(answered.text)
    draft.sources.extend(answered.sources)
    draft.calculations.extend(answered.calculations)
    draft.suggest(*answered.suggestions)
    draft.kind = answered.kind
    draft.note("discussed", question=command.text, cards=list(answered.cards))
    if answered.offer is not None and draft.state.record is None:
        _start(draft, answered.offer)


def _unclear(draft: Draft, command: Unclear) -> None:
    draft.kind = "clarify"
    record = draft.state.record
    if command.readings and record is not None:
        draft.ask("unclear.answer_or_question", raw=command.raw)
        answers = [reading for reading in command.readings if isinstance(reading, Answer)]
        if answers:
            draft.note("pending", pending={"kind": "answer", "record": record.id, "answers": [asdict(answers[0])]})
            draft.suggest(say("yes", draft.language), say("no", draft.language))
            draft.quiet = True
    elif record is not None and command.field:
        draft.tell("unclear.of_field", label=draft.tool(record).form.field(command.field).label[draft.language])
        records.ask(draft, record, command.field)
        draft.kind, draft.quiet = "clarify", True
    elif record is not None:
        refuse(draft, record, record.question, say("unclear.in_record", draft.language))
    else:
        draft.tell("unclear.nothing")
        draft.suggest(*showing.first_steps(draft.language))


# -- the rest ----------------------------------------------------------------------------------------


def _set_language(draft: Draft, command: SetLanguage) -> None:
    draft.note("language", language=command.language)
    draft.tell("language.set")


def _simple(draft: Draft, command: Simple) -> None:
    handler = records.WORDS.get(command.word) or supposing.WORDS.get(command.word)
    if handler is not None:
        handler(draft, command)
    else:
        showing.small_talk(draft, command.word)


def _start(draft: Draft, command: Start) -> None:
    begun, record = draft.state.records.get(draft.begun), draft.state.record
    if command.only_offer and record is not None and _is_another(command, record):
        records.ask_whose(draft, record, command.name, command.answers)
    elif command.only_offer and begun is not None and begun.tool == command.tool:
        return  # the answer above has begun it already
    elif command.only_offer:
        records.offer(draft, command.tool, command.name, command.answers)
    else:
        if command.asked:
            _tell_rules(draft, command)
        records.begin(draft, command.tool, command.name)
        records.plan(draft, command.then)
        if command.answers:
            store_answers(draft, command.answers)


def _is_another(command: Start, record: Record) -> bool:
    """Whether an offer with facts is for somebody else than the record that is open, in the same assessment."""
    named = bool(command.name) and command.name.casefold() != record.name.casefold()
    return named and bool(command.answers) and command.tool == record.tool


def _tell_rules(draft: Draft, command: Start) -> None:
    """The rules for a decision, with their sources, before the assessment for it asks its first question."""
    if draft.state.record is not None:
        return
    question = Ask(command.asked, original=command.asked, decides=command.tool, begins=True)
    answered = draft.parts.answerer.answer(question, draft.state)
    if answered.kind == "answer":
        draft.paragraphs.append(answered.text)
        draft.sources.extend(answered.sources)
        draft.note("discussed", question=command.asked, cards=list(answered.cards))


def _export(draft: Draft, command: Export) -> None:
    record = draft.state.record or draft.state.records.get(draft.state.latest)
    if record is None:
        draft.tell("record.none")
        return
    showing.export_hint(draft, command.format)
    draft.note("exported", record=record.id, format=command.format)


_HANDLERS: dict[type, Callable[[Draft, Any], None]] = {
    Ambiguous: _ambiguous,
    Ask: _ask,
    Choose: shelf.choose,
    Compare: shelf.compare,
    Delete: shelf.ask_to_delete,
    Export: _export,
    Invalid: _invalid,
    Rename: shelf.rename,
    Restate: restating.restate,
    Resume: shelf.resume,
    SetLanguage: _set_language,
    Simple: _simple,
    Start: _start,
    Unclear: _unclear,
    WhatIf: supposing.what_if,
}


def lead_on(draft: Draft) -> None:
    """End the turn where the person can go on: the result, or the next best question of the open record."""
    _lead_on(draft)
    records.offer_planned(draft)


def _lead_on(draft: Draft) -> None:
    if draft.quiet:
        return
    pending = draft.state.pending or {}
    asked_now = any(event.kind == "pending" for event in draft.events)
    again = pending.get("kind") in held.ASKED_AGAIN and not asked_now and draft.state.active == pending["record"]
    if again and pending["kind"] == "answer":
        confirming.repeat(draft)
    elif again:
        records.repeat_whose(draft, pending)
    else:
        records.lead_on(draft)
