"""Words to commands without a language model.

A message is cleaned, cut into sentences, and each sentence is read for what it can be in this state:
steering, a question, a supposition, a correction, facts for the open record, or a wish to begin a tool.
What stays unclear is returned as such; the product asks and does not guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.commands import (
    Ambiguous,
    Answer,
    Ask,
    Choose,
    Command,
    Invalid,
    Reading,
    Rename,
    Simple,
    Start,
    Unclear,
    WhatIf,
)
from assistant.conversation import Conversation, Record
from assistant.understanding import steering
from assistant.understanding.amounts import quantities
from assistant.understanding.examples import Library, load_library
from assistant.understanding.facts import fact_answers
from assistant.understanding.figures import NUMERIC, Context, figure_commands
from assistant.understanding.matching import Embed
from assistant.understanding.phrases import evidence_in, level_in, phrase_set
from assistant.understanding.segments import Sentence, sentences
from assistant.understanding.starting import one_shot, start_for
from assistant.understanding.text import clean, language_of, tokens
from tools.forms import Field
from tools.tool import Tool

SOCIAL = ("greeting", "thanks", "goodbye")
STEERING_ALWAYS = frozenset(("tamper",))


@dataclass(frozen=True)
class _Turn:
    """What is at hand while one message is read."""

    text: str
    state: Conversation
    library: Library
    record: Record | None
    context: Context | None

    @property
    def field(self) -> Field | None:
        """The field that was asked last, if a record is open."""
        if self.record is None or self.context is None or not self.record.question:
            return None
        try:
            return self.context.tool.form.field(self.record.question)
        except KeyError:
            return None


class RuleInterpreter:
    """Proposes commands from rules, authored examples and, where given, sentence vectors."""

    def __init__(self, tools: Mapping[str, Tool] | Iterable[Tool], embed: Embed | None = None) -> None:
        listed = tools.values() if isinstance(tools, Mapping) else tools
        self._tools = {tool.name: tool for tool in listed}
        self._embed = embed
        self._loaded: Library | None = None

    @property
    def library(self) -> Library:
        """The examples, read and indexed on first use."""
        if self._loaded is None:
            self._loaded = load_library(self._tools, self._embed)
        return self._loaded

    def propose(self, text: str, state: Conversation) -> Reading:
        """The commands the words mean in this state, in the order they were said. Never raises."""
        cleaned = clean(text)
        language = language_of(cleaned, state.language)
        if not any(token.kind != "sign" for token in tokens(cleaned)):
            return Reading((Simple("empty"),), language)
        turn = self._turn(cleaned, state)
        commands = _read_message(turn)
        return Reading(tuple(commands) or (Unclear(cleaned[:200]),), language)

    def _turn(self, text: str, state: Conversation) -> _Turn:
        record = state.record
        spoken_of = record or state.records.get(state.latest)
        context = None
        if spoken_of is not None and spoken_of.tool in self._tools:
            question = spoken_of.question if record is not None else ""
            context = Context(self.library, self._tools[spoken_of.tool], question, spoken_of.values())
        return _Turn(text, state, self.library, record, context)


def _read_message(turn: _Turn) -> list[Command]:
    parts = sentences(turn.text)
    if any(_is_tamper(part, turn) for part in parts):
        return [Simple("tamper")]
    if short := _short_reply(turn, parts):
        return short
    commands: list[Command] = []
    questions: list[str] = []
    social: list[Command] = []
    for part in parts:
        steered = _steer(part, turn)
        if isinstance(steered, Simple) and steered.word in SOCIAL:
            social.append(steered)
        elif steered is not None:
            commands.append(steered)
        elif part.asked and not part.supposed:
            questions.append(part.text)
        else:
            commands += _statement(part, turn)
    commands += _questions(questions, turn, bool(commands))
    return _tidy(commands, social, turn)


def _is_tamper(part: Sentence, turn: _Turn) -> bool:
    best = steering.nearest_intent(part.text, turn.library)
    return bool(best) and best[0].name == "tamper" and best[0].score >= 0.55


# -- short replies -----------------------------------------------------------------------------------


def _short_reply(turn: _Turn, parts: Sequence[Sentence]) -> list[Command]:
    """A reply that only makes sense by what we asked: yes, no, a number, the second one."""
    if len(parts) != 1:
        return []
    part = parts[0]
    offered = bool(turn.state.offered) or bool(turn.state.pending)
    if turn.state.pending and (settled := _settle(part, turn)):
        return [settled]
    field = turn.field
    choice = steering.choice_in(part.text, offered)
    if choice is not None and (field is None or field.kind not in NUMERIC):
        return [_choose(choice, field, turn)]
    return []


def _settle(part: Sentence, turn: _Turn) -> Command | None:
    """What settles a confirmation or a choice we asked for."""
    pending = turn.state.pending or {}
    if pending.get("kind") == "which":
        answers = pending.get("answers") or ()
        picked = steering.choice_in(part.text, True) or _named_option(part.text, answers)
        if picked is not None:
            return picked
    best = [s for s in steering.nearest_intent(part.text, turn.library) if s.name in ("yes", "no")]
    level, sureness = level_in(part.text)
    if level in ("yes", "no") and sureness >= 0.85 and len(part.words) <= 6:
        return Simple(level)  # type: ignore[arg-type]
    if best and best[0].score >= steering.STEERS_FROM and not part.marked:
        return Simple(best[0].name)  # type: ignore[arg-type]
    return None


def _named_option(text: str, answers: Sequence[Mapping[str, Any]]) -> Choose | None:
    """The option whose currency, period or number the words name ("dollars", "per month")."""
    from assistant.understanding.number_words import CURRENCIES, PERIODS

    words = {token.text for token in tokens(text)} | {token.text[1:] for token in tokens(text)}
    currencies = {CURRENCIES[word] for word in words if word in CURRENCIES}
    periods = {PERIODS[word] for word in words if word in PERIODS}
    for place, answer in enumerate(answers, 1):
        value = answer.get("value")
        if isinstance(value, Mapping) and (
            value.get("currency") in currencies or value.get("period") in periods
        ):
            others = [a for a in answers if isinstance(a.get("value"), Mapping)]
            if len({(o["value"].get("currency"), o["value"].get("period")) for o in others}) > 1:
                return Choose(place)
    return None


def _choose(choice: Choose, field: Field | None, turn: _Turn) -> Command:
    if field is not None and not turn.state.offered and 0 < choice.index <= len(field.choices):
        value = field.choices[choice.index - 1].id
        return Answer(
            field.id,
            [value] if field.kind == "choices" else value,
            turn.text,
            confidence=0.8,
            tool=turn.context.tool.name,
        )
    return choice


# -- steering ----------------------------------------------------------------------------------------


def _steer(part: Sentence, turn: _Turn) -> Command | None:
    """The command a sentence is, if it is one."""
    if len(part.words) > steering.LONGEST_COMMAND:
        return None
    if name := steering.name_given(part.text):
        return Rename(name) if turn.context is not None else None
    best = steering.nearest_intent(part.text, turn.library)
    if not best or best[0].score < steering.STEERS_FROM:
        return None
    name = best[0].name
    if name in ("yes", "no"):
        return _yes_or_no(name, part, turn)
    if name in steering.STATUSES:
        return _status(name, part, turn)
    if name == "why" and turn.record is None:
        return None
    if steering.carries_figures(part.text) and name not in ("compare", "resume", "delete"):
        return None
    return steering.command_for(name, part.text, turn.state)


def _yes_or_no(name: str, part: Sentence, turn: _Turn) -> Command | None:
    field = turn.field
    if field is None:
        return Simple(name)  # type: ignore[arg-type]
    return None  # a level of the open question


def _status(name: str, part: Sentence, turn: _Turn) -> Command | None:
    field = _named_field(part.text, turn) or turn.field
    if field is None or turn.context is None:
        return None
    return Answer(field.id, None, part.text, status=steering.STATUSES[name], tool=turn.context.tool.name)  # type: ignore[arg-type]


def _named_field(text: str, turn: _Turn) -> Field | None:
    """The field a sentence names ("no idea about their finances")."""
    if turn.context is None:
        return None
    matches = turn.library.index.best(text, "cue", turn.context.tool.name, whole=False)
    if matches and matches[0].score >= 0.66:
        return turn.context.tool.form.field(matches[0].key[2])
    return None


# -- statements --------------------------------------------------------------------------------------


def _statement(part: Sentence, turn: _Turn) -> list[Command]:
    if turn.context is None:
        return _without_record(part, turn)
    found = _answers(part, turn)
    if part.supposed:
        answers = tuple(command for command in found if isinstance(command, Answer))
        return [WhatIf(answers)] if answers else [Ask(part.text)]
    if found:
        return found
    return _unmatched(part, turn)


def _answers(part: Sentence, turn: _Turn) -> list[Command]:
    context = turn.context
    assert context is not None
    open_answer = _open_level(part, turn)
    numbers = figure_commands(part.text, quantities(part.text), context)
    numbers = [_with_evidence(command, part.text) for command in numbers]
    facts = fact_answers(part.text, context)
    if open_answer is not None:
        facts = [fact for fact in facts if fact.field != open_answer.field and fact.confidence >= 0.6]
        facts.insert(0, open_answer)
    commands: list[Command] = [*numbers, *facts]
    if part.corrects:
        commands = _corrected(part, commands, turn)
    return commands


def _with_evidence(command: Command, text: str) -> Command:
    evidence = evidence_in(text)
    return replace(command, evidence=evidence) if evidence and isinstance(command, Answer) else command


def _open_level(part: Sentence, turn: _Turn) -> Answer | None:
    """A general yes, partly or no to the open question."""
    field = turn.field
    if field is None or field.kind not in ("level", "yes_no"):
        return None
    level, sureness = level_in(part.text)
    if not level or (field.kind == "yes_no" and level == "partly"):
        return None
    return Answer(
        field.id,
        level,
        part.text,
        evidence=evidence_in(part.text),
        confidence=sureness,
        tool=turn.context.tool.name,
    )


def _corrected(part: Sentence, commands: list[Command], turn: _Turn) -> list[Command]:
    """Answers in words of correction replace what was said before."""
    record = turn.record or turn.state.records.get(turn.state.latest)
    assert record is not None
    if not commands:
        target = _correction_target(part, turn, record)
        if target is None:
            return []
        context = replace(turn.context, open_field=target.id)
        commands = figure_commands(part.text, quantities(part.text), context)
        if not commands and target.kind in ("level", "yes_no"):
            level, _ = level_in(part.text)
            if level:
                commands = [Answer(target.id, level, part.text, tool=turn.context.tool.name)]
    elif any(q.negated for q in quantities(part.text)):
        target = _correction_target(part, turn, record)
        if target is not None and target.kind in NUMERIC:
            context = replace(turn.context, open_field=target.id)
            commands = figure_commands(part.text, quantities(part.text), context) or commands
    return [
        replace(command, corrects=True)
        if isinstance(command, Answer) and command.field in record.answers
        else command
        for command in commands
    ]


def _correction_target(part: Sentence, turn: _Turn, record: Record) -> Field | None:
    """The field a correction is about: the one holding the denied value, else the last answer of its kind."""
    form = turn.context.tool.form
    said = quantities(part.text)
    denied = [q for q in said if q.negated]
    answered = sorted(record.answers.items(), key=lambda item: -item[1].turn)
    from tools.values import exact_text

    for quantity in denied:
        for field_id, given in answered:
            amount = given.value.get("amount") if isinstance(given.value, dict) else given.value
            if amount == exact_text(quantity.low):
                return form.field(field_id)
    for field_id, _ in answered:
        field = form.field(field_id)
        if bool(said) == (field.kind in NUMERIC):
            return field
    return None


def _unmatched(part: Sentence, turn: _Turn) -> list[Command]:
    field = turn.field
    if field is None:
        return _without_record(part, turn)
    if field.kind == "text":
        return [Answer(field.id, part.text, part.text, confidence=0.8, tool=turn.context.tool.name)]
    return [Unclear(part.text)]


def _without_record(part: Sentence, turn: _Turn) -> list[Command]:
    if started := one_shot(part.text, turn.library):
        return started
    start = start_for(part, turn.library)
    if start is not None:
        return [start]
    best = steering.nearest_intent(part.text, turn.library)
    if best and best[0].name == "off_topic" and best[0].score >= 0.5:
        return [Simple("off_topic")]
    return [Ask(part.text)]


# -- questions ---------------------------------------------------------------------------------------


def _questions(asked: list[str], turn: _Turn, beside_others: bool) -> list[Command]:
    if not asked:
        return []
    text = " ".join(asked)
    best = steering.nearest_intent(text, turn.library)
    if best and best[0].name == "off_topic" and best[0].score >= 0.55:
        return [Simple("off_topic")]
    if started := one_shot(turn.text if turn.record is None else text, turn.library):
        return started
    words = tokens(turn.text)
    yes_or_no = phrase_set("yes_or_no").find(words) >= 0
    start = start_for(sentences(text)[-1], turn.library)
    ask = Ask(_complete(text, turn), original=text, yes_or_no=yes_or_no)
    if start is None or turn.record is not None:
        return [ask]
    if beside_others or len(words) > 12 or yes_or_no:
        return [ask, replace(start, only_offer=True)]
    return [start]


def _complete(text: str, turn: _Turn) -> str:
    """A follow-up made self-contained with the question before it."""
    before = str(turn.state.discussed.get("question") or "")
    words = tokens(text)
    short = len(words) <= 7
    if before and short and (phrase_set("follow_up").at(words, 0) or len(words) <= 3):
        return f"{text} ({before})"
    return text


def _tidy(commands: list[Command], social: list[Command], turn: _Turn) -> list[Command]:
    """Without doubles; unclear pieces count only when nothing else was understood."""
    asks = [c for c in commands if isinstance(c, Ask)]
    if len(asks) > 1:
        joined = replace(
            asks[0], text=" ".join(a.text for a in asks), original=" ".join(a.original for a in asks).strip()
        )
        commands = [joined if c is asks[0] else c for c in commands if not isinstance(c, Ask) or c is asks[0]]
    starts = [c for c in commands if isinstance(c, Start)]
    commands = [c for c in commands if not isinstance(c, Start) or c is starts[0]]
    clear = [c for c in commands if not isinstance(c, Unclear)]
    unique: list[Command] = []
    seen: set[str] = set()
    for command in clear or commands[:1] or social[:1]:
        key = command.field if isinstance(command, (Answer, Invalid)) else repr(command)
        if isinstance(command, Ambiguous):
            key = command.options[0].field
        if key not in seen:
            seen.add(key)
            unique.append(command)
    return unique
