"""Statements to answers: figures, facts, plain levels, corrections and suppositions of one sentence."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from assistant.commands import Ambiguous, Answer, Command
from assistant.conversation import Record
from assistant.understanding.amounts import Quantity, quantities
from assistant.understanding.changing import in_place_of
from assistant.understanding.choices import (
    choices_named,
    copular_choice,
    open_choices,
    other_side,
    unique_choices,
    wanted_as_it_is,
)
from assistant.understanding.dates import date_in
from assistant.understanding.doers import WHO, who_does
from assistant.understanding.facts import (
    fact_answers,
    named_field,
    open_reply,
)
from assistant.understanding.figures import NUMERIC, Context, figure_commands
from assistant.understanding.listing import listed_levels, surely_named
from assistant.understanding.matching import concept_of
from assistant.understanding.phrases import (
    PLAIN_WORDS,
    evidence_in,
    is_negated,
    level_in,
    not_known_at,
    phrase_set,
    quality_in,
)
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.text import tokens
from knowledge.hebrew import content_words
from tools.forms import Field
from tools.values import exact_text

PLAIN_LEVEL, SURE_ENOUGH = 0.85, 0.6
SHORTEST_LEVEL = 2  # words of a level that stands alone
LONGEST_TOPIC, LONGEST_HEAD = 2, 5  # words before a comma, and before a colon, a dash or a question mark
_TOPIC_ENDS = re.compile(r"\s*[,:?]\s+|\s+[-–]+\s+")
SHORT_PRAISE = 4  # words
BESIDE_LISTED = 0.75  # beside "coverage: no, only the capital" what is less sure explains it
TURNED = 0.5  # confidence of a praise that the next clause denies
LONGEST_DOER = 3  # words
MOST_OF_NAME = 2  # content words
ONLY_CORRECTION, LIKELY_CORRECTION, SURE_CORRECTION = 0.3, 0.5, 0.65
MOST_ASIDE = 3  # words before "sorry", as in "oh no, sorry"
UNDENIABLE = 0.9  # beside a correction only what is this sure is taken as something new
NAMES_ANSWERED = 0.4  # a correction names an answered field by less
SURELY_SAID = 0.95
NAMED_BESIDE = 0.6  # "no podcast": one word beside a plain level that names another field
NAMES_ANOTHER = 0.7  # a field named this clearly takes a plain level from the open question


def answers_in(part: Sentence, here: Situation) -> list[Command]:
    """Everything a sentence answers in the record being spoken of, corrections marked as such."""
    context, subject = here.context, here.subject
    if context is None or subject is None:
        return []
    said = quantities(part.text)
    corrects = part.corrects or (any(q.negated for q in said) and any(not q.negated for q in said))
    corrects = corrects or (bool(said) and phrase_set("change_orders").at(part.words, 0) > 0)  # "make the target 20"
    if said and corrects and _was_refused(here, subject):
        return _plain(without_opening(part.text), said, context)  # "sorry, 500" after 50 was refused
    if corrects:
        return _correction(part, said, here, subject)
    if phrase_set("turning").find(part.words) >= 0:
        found = _correction(part, said, here, subject)
        if any(isinstance(c, Answer) and c.field in subject.answers for c in found):
            return found  # "it's decided, we do the service ourselves"
    return _plain(part.text, said, context)


def facts_in(part: Sentence, context: Context, figures: bool = True) -> list[Command]:
    """What a sentence says about the fields of a form, whatever record is open; without its figures if so wished."""
    return _plain(part.text, quantities(part.text) if figures else (), context)


def _plain(text: str, said: tuple[Quantity, ...], context: Context) -> list[Command]:
    if headed := _of_the_head(text, context):
        return headed
    figures = [_with_evidence(command, text) for command in figure_commands(text, said, context)]
    figures += _dates(text, context)
    unknown = _unknown_fields(text, context)
    rest = _without_figures(text, [*figures, *unknown])
    listed, rest = listed_levels(rest, context)
    if listed:
        listed, rest = _summed_up(listed, rest)
        text = rest
    direct = _direct(text, rest, context) if rest else None
    facts = fact_answers(rest, context, bool(figures)) if rest else []
    if figures:
        facts = [fact for fact in facts if not _is_name_of_figure(fact.raw, text, said)]
    facts = _said_to_be(facts, rest, context) if rest else facts
    wanted = wanted_as_it_is(rest, context)
    if any(answer.field == context.open_field for answer in wanted):
        direct = None
    facts = [fact for fact in facts if fact.field not in {answer.field for answer in wanted}]
    named = [*unique_choices(rest, context), *other_side(rest, context), *wanted]
    if told := [answer for answer in named if answer.field != context.open_field and isinstance(answer.value, str)]:
        of_them = {answer.raw for answer in told}
        facts = [f for f in facts if f.field != context.open_field or f.raw not in of_them]
    facts += [answer for answer in named if answer.field not in {fact.field for fact in facts}]
    if direct is not None and unknown and direct.raw == text:
        direct = None  # "nothing known about their finances, but …" is no reply to what was asked
    if direct is not None and any(
        fact.field != direct.field and fact.confidence >= max(direct.confidence, SURE_ENOUGH) for fact in facts
    ):
        direct = direct if direct.confidence >= PLAIN_LEVEL else None
    if direct is not None:
        same = [f.confidence for f in facts if (f.field, f.value) == (direct.field, direct.value)]
        direct = replace(direct, confidence=max([direct.confidence, *same]))
        facts = [direct, *(fact for fact in facts if fact.field != direct.field and fact.raw != direct.raw)]
    if listed:
        facts = [f for f in facts if f.confidence >= BESIDE_LISTED or named_field(f.raw, context, 0.5)]
    filled = {command.field for command in (*figures, *unknown, *listed) if isinstance(command, Answer)}
    return [*figures, *unknown, *listed, *(fact for fact in facts if fact.field not in filled)]


def _summed_up(listed: list[Answer], rest: str) -> tuple[list[Answer], str]:
    """ "The offer is so-so, partly": a mere level behind a field and its level says the same field once more."""
    level, sureness = level_in(rest)
    if not level or sureness < SURELY_SAID or len(tokens(rest)) > SHORTEST_LEVEL:
        return listed, rest
    return [*listed[:-1], replace(listed[-1], value=level)], ""


def _headed(text: str, context: Context) -> tuple[Field, str] | None:
    """The field that a topic in front names, and what is said of it ("timing? one letter and that's it")."""
    for border in _TOPIC_ENDS.finditer(text):
        head, rest = text[: border.start()], text[border.end() :]
        longest = LONGEST_TOPIC if border.group().strip() == "," else LONGEST_HEAD
        if not tokens(rest) or not 0 < len(tokens(head)) <= longest:
            return None
        field = surely_named(head, context)
        if field is not None and field.kind not in NUMERIC and not level_in(head)[0] and not is_negated(head):
            return field, rest
        return None
    return None


def _of_the_head(text: str, context: Context) -> list[Command]:
    """What a sentence says of the field its topic names; empty when it has no topic, or says nothing of it."""
    headed = _headed(text, context)
    if headed is None:
        return []
    field, rest = headed
    found = _plain(rest, quantities(rest), replace(context, open_field=field.id))
    if not any(_field_of(c) == field.id for c in found):
        return []
    return [c for c in found if _field_of(c) == field.id or getattr(c, "confidence", 1.0) >= BESIDE_LISTED]


def _said_to_be(facts: list[Answer], text: str, context: Context) -> list[Answer]:
    """The facts, surer where the words say just so ("he's a competitor, it seems")."""
    said = copular_choice(text, context)
    if said is None:
        return facts
    if said.field not in {fact.field for fact in facts}:
        return facts if any(fact.raw == said.raw for fact in facts) else [*facts, said]
    same = (said.field, said.value)
    return [
        replace(f, confidence=max(f.confidence, said.confidence)) if (f.field, f.value) == same else f for f in facts
    ]


def _is_name_of_figure(raw: str, text: str, said: tuple[Quantity, ...]) -> bool:
    """Whether words only say what a number is of ("6th by volume"): no fact besides."""
    words = [token.text for token in tokens(raw)]
    told = phrase_set("subjects").find(tokens(raw)) >= 0  # "we lose … on them"
    if told or len([word for word in content_words(raw) if len(word) > 1]) > MOST_OF_NAME:
        return False
    for clause in clauses(text):
        quantity = next((q.raw for q in said if q.raw in clause), "")
        if quantity and [token.text for token in tokens(clause.replace(quantity, " "))][-len(words) :] == words:
            return True
    return False


def _direct(text: str, rest: str, context: Context) -> Answer | None:
    """A direct reply to the open question: its first clause ("yes, and …"), or the short message as a whole."""
    if (whole := _level(text, context)) and whole.confidence >= PLAIN_LEVEL:
        return _unless_turned(whole, text)
    said = clauses(text)
    for clause in _replying(said):
        if (level := _level(clause, context)) and level.confidence >= PLAIN_LEVEL:
            return _unless_turned(level, text)
        if doer := _doer(clause, context):
            return doer
    return _zero(text, context) or _level(text, context) or open_choices(rest, context) or open_reply(rest, context)


def _replying(said: list[str]) -> list[str]:
    """The clauses that may be the reply itself: the first, or a last one that concludes ("…, so no")."""
    if len(said) < 2:
        return []
    concludes = phrase_set("concluding").at(tokens(said[-1]), 0) > 0
    return [said[0], *([said[-1]] if concludes else [])]


def _unless_turned(level: Answer, text: str) -> Answer:
    """A level told by praise alone is asked about when the rest denies it ("strong here, absent there")."""
    first, *others = clauses(text) or [text]
    plain = any(token.text in PLAIN_WORDS for token in tokens(first))
    if plain or level.value == "partly" or not quality_in(first) or not others:
        return level
    turned = any(is_negated(other) != (level.value == "no") for other in others)
    return replace(level, value="partly", confidence=TURNED) if turned else level


def _doer(clause: str, context: Context) -> Answer | None:
    """ "we do", "they themselves" before the reasons: who does what was asked about."""
    field = _open(context)
    if field is None or not {choice.id for choice in field.choices} >= WHO or len(tokens(clause)) > LONGEST_DOER:
        return None
    content = [w for w in content_words(clause) if concept_of(w)]
    who = "" if content else who_does(clause, "", is_negated(clause))
    return Answer(field.id, who, clause, confidence=PLAIN_LEVEL, tool=context.tool.name) if who else None


def _dates(text: str, context: Context) -> list[Command]:
    """The date a sentence gives to the form's field for one, asked once where day and month could be swapped."""
    field = next((f for f in context.tool.form.fields if f.kind == "date"), None)
    if field is None or (field.id != context.open_field and phrase_set("starting").find(tokens(text)) < 0):
        return []
    found = date_in(text, context.today or dt.date.today())
    if found is None:
        return []
    made = Answer(field.id, found.day.isoformat(), found.raw, tool=context.tool.name)
    if found.other is None:
        return [made]
    return [Ambiguous("date", found.raw, (made, replace(made, value=found.other.isoformat())))]


def _unknown_fields(text: str, context: Context) -> list[Command]:
    """ "budget unknown" beside other facts: the field it names is unknown, and no answer is read from its words."""
    parts = clauses(text)
    if len(parts) < 2:
        return []  # alone it is a command about the open question
    found: list[Command] = []
    for part in parts:
        if not_known_at(tokens(part)) >= 0 and (field := named_field(part, context)):
            found.append(Answer(field.id, None, part, status="unknown", tool=context.tool.name))
    return found


def _without_figures(text: str, figures: list[Command]) -> str:
    """The sentence without the words that are figures already, so that they are not read twice."""
    for command in figures:
        if isinstance(command, (Answer, Ambiguous)):
            text = text.replace(command.raw, " ", 1)
    return text.strip(" ,.;:-–")


def _with_evidence(command: Command, text: str) -> Command:
    evidence = evidence_in(text)
    return replace(command, evidence=evidence) if evidence and isinstance(command, Answer) else command


def _zero(text: str, context: Context) -> Answer | None:
    """ "none", "אין" to a count."""
    field = _open(context)
    words = tokens(text)
    if field is None or field.kind not in ("count", "amount", "money") or len(words) > 4 or quantities(text):
        return None
    named = is_negated(text) and (about := named_field(text, context, NAMED_BESIDE)) is not None and about == field
    if field.kind == "money" or named:
        return _nothing(field, text, context) if named else None  # "there were no discounts"
    if (
        not words
        or (phrase_set("none").find(words[:1]) < 0 and level_in(text)[0] != "no")
        or phrase_set("none").find(words) < 0
    ):
        return None
    return Answer(field.id, "0", text, confidence=0.85, tool=context.tool.name)


def _nothing(field: Field, text: str, context: Context) -> Answer | None:
    """Zero of what was asked; an amount in the currency spoken of so far."""
    value: Any = "0"
    if field.kind == "money":
        if not context.currency:
            return None
        value = {"amount": "0", "currency": context.currency, "period": field.default_period or "one_off"}
    return Answer(field.id, value, text, confidence=0.85, tool=context.tool.name)


def _open(context: Context) -> Field | None:
    return next((f for f in context.tool.form.fields if f.id == context.open_field), None)


def _level(text: str, context: Context) -> Answer | None:
    """A plain yes, partly or no to the open question, unless the words name another field."""
    field = _open(context)
    if field is None or field.kind not in ("level", "yes_no"):
        return None
    level, sureness = level_in(text)
    if not level and field.kind == "level" and len(tokens(text)) <= SHORT_PRAISE:
        level, sureness = quality_in(text), 0.58
    if not level or (field.kind == "yes_no" and level == "partly"):
        return None
    if sureness < 0.85 and quality_in(text):
        level = quality_in(text) if field.kind == "level" else level
    if not _goes_on(text) and len(tokens(text)) > 1:
        other = named_field(text, context, NAMES_ANOTHER if sureness < SURELY_SAID else NAMED_BESIDE)
        if other is not None and other.id != field.id:
            return None
    return Answer(field.id, level, text, evidence=evidence_in(text), confidence=sureness, tool=context.tool.name)


def _goes_on(text: str) -> bool:
    """Whether a plain yes or no stands apart from further statements ("yes, and they also …")."""
    first, *others = clauses(text)[:2] or [""]
    plain = [token.text for token in tokens(first)]
    return bool(others) and len(plain) == 1 and plain[0] in PLAIN_WORDS and not _same_breath(text)


def _same_breath(text: str) -> bool:
    """ "yes, coverage is good": only a comma between the yes and one more clause."""
    return len(clauses(text)) == 2 and phrase_set("going_on").find(tokens(text)[:4]) < 0


# -- corrections -------------------------------------------------------------------------------------


def _correction(part: Sentence, said: tuple[Quantity, ...], here: Situation, record: Record) -> list[Command]:
    """Answers in words of correction replace what was said: the denied value, the named field, or the last one."""
    assert here.context is not None
    closed = replace(here.context, open_field="", correcting=True)
    part = replace(part, text=without_opening(part.text))
    said = _with_old_denied(quantities(part.text), record)
    target = _denied(said, record, closed)
    if target is None and here.field is not None and here.field.kind in NUMERIC and any(q.negated for q in said):
        return _plain(part.text, said, here.context)  # "eight, not eighty" as the answer to what was asked
    if target is not None and (share := in_place_of(said, target, closed)) is not None:
        return [replace(share, corrects=True)]
    found = _plain(part.text, said, closed)
    if target is None and not said:
        target = named_field(part.text, closed, NAMES_ANSWERED, record.answers)
    if target is None and not found:
        target = _last_of_kind(part.text, said, record, closed)
    if target is not None and not any(isinstance(c, Answer) and c.field == target.id for c in found):
        found = _plain(part.text, said, replace(closed, open_field=target.id))
        found = [c for c in found if _field_of(c) == target.id] or _level_of(target, part.text, closed)
    if not found:
        found = _plain(part.text, said, here.context)
    elif here.field is not None and here.field.id not in {_field_of(c) for c in found}:
        also = _plain(part.text, said, here.context)
        found = [*found, *(c for c in also if _field_of(c) == here.field.id and c.raw not in _words_of(found))]  # type: ignore[union-attr]
    if not any(isinstance(c, Answer) and c.field in record.answers for c in found):
        found = _other_choice(part.text, record, closed) or found
    if any(_field_of(c) in record.answers for c in found):
        asked = here.field.id if here.field is not None and here.field.kind in NUMERIC else ""
        kept = {*record.answers, asked}
        found = [c for c in found if _field_of(c) in kept or getattr(c, "confidence", 1.0) >= UNDENIABLE]
    return [_replacing(c, record, several=len(found) > 1) for c in found]


def _was_refused(here: Situation, record: Record) -> bool:
    """Whether the figure given to the open question was refused, so that the next one takes its place."""
    field = here.field
    return field is not None and field.kind in NUMERIC and record.failures > 0 and field.id not in record.answers


def _replacing(command: Command, record: Record, several: bool) -> Command:
    """The answer that takes the place of one that is there; said as a correction it is no longer doubtful.

    One that is all the correction says needs to be less near than one among several.
    """
    if not isinstance(command, Answer) or command.field not in record.answers:
        return command
    likely = command.confidence >= (LIKELY_CORRECTION if several else ONLY_CORRECTION)
    sure = max(command.confidence, SURE_CORRECTION) if likely else command.confidence
    return replace(command, corrects=True, confidence=sure)


def without_opening(text: str) -> str:
    """The correction without "sorry," or "תיקון:", whose words mean other things elsewhere."""
    words = tokens(text)
    place = end = 0
    while place < len(words):
        length = phrase_set("correct").at(words, place)
        aside = length or (phrase_set("marking_correction").at(words, place) if place < MOST_ASIDE else 0)
        aside = aside or int(words[place].kind == "sign")
        if not aside:
            break
        place += aside
        end = place if length or (end and words[place - 1].kind == "sign") else end
    if not end or end >= len(words):
        return text
    return text[words[end].start :].lstrip(" ,.:;-–")


def _with_old_denied(said: tuple[Quantity, ...], record: Record) -> tuple[Quantity, ...]:
    """ "I said 100 but it should be 120": the number that is there already is the one denied."""
    stored = {_amount(given.value) for given in record.answers.values()} - {""}
    olds = [quantity for quantity in said if exact_text(quantity.low) in stored]
    if not olds or len(olds) == len(said):
        return said
    return tuple(replace(quantity, negated=quantity.negated or quantity in olds) for quantity in said)


def _level_of(field: Field, text: str, context: Context) -> list[Command]:
    """The level that a correction gives to a field it names ("change the coverage to partly")."""
    quality = quality_in(text) or next((level for level in ("partly", "yes", "no") if _says(level, text)), "")
    if field.kind not in ("level", "yes_no") or not quality or (field.kind == "yes_no" and quality == "partly"):
        return []
    return [Answer(field.id, quality, text, confidence=0.8, tool=context.tool.name)]


def _other_choice(text: str, record: Record, context: Context) -> list[Command]:
    """ "wrong, finance says it is a profit": another choice of an answered field, named in the words."""
    affirmed = [clause for clause in clauses(text) or [text] if not is_negated(clause)]
    for field_id, given in sorted(record.answers.items(), key=lambda item: -item[1].turn):
        field = context.tool.form.field(field_id)
        if field.kind != "choice":
            continue
        named = list(dict.fromkeys(n for clause in affirmed for n in choices_named(clause, field, context)))
        if len(named) == 1 and named[0] != given.value:
            return [Answer(field.id, named[0], text, confidence=0.8, tool=context.tool.name)]
    return []


def _says(level: str, text: str) -> bool:
    return phrase_set(f"level.{level}").find(tokens(text)) >= 0


def _words_of(commands: list[Command]) -> set[str]:
    return {getattr(command, "raw", "") for command in commands}


def _field_of(command: Command) -> str:
    if isinstance(command, Ambiguous):
        return command.options[0].field
    return getattr(command, "field", "")


def _denied(said: tuple[Quantity, ...], record: Record, context: Context) -> Field | None:
    """The answered field that holds the number which is denied ("35, not 53")."""
    denied = {exact_text(quantity.low) for quantity in said if quantity.negated}
    shares = {exact_text(quantity.low / 100) for quantity in said if quantity.negated and not quantity.percent}
    for field_id, given in sorted(record.answers.items(), key=lambda item: -item[1].turn):
        field = context.tool.form.field(field_id)
        if _amount(given.value) in (denied | shares if field.kind == "rate" else denied):
            return field
    return None


def _amount(value: Any) -> str:
    amount = value.get("amount") if isinstance(value, dict) else value
    return amount if isinstance(amount, str) else ""


def _last_of_kind(text: str, said: tuple[Quantity, ...], record: Record, context: Context) -> Field | None:
    """The field answered last that the words of a correction could be for."""
    if not said and not level_in(text)[0]:
        return None
    for field_id, _ in sorted(record.answers.items(), key=lambda item: -item[1].turn):
        field = context.tool.form.field(field_id)
        if (field.kind in NUMERIC) if said else (field.kind in ("level", "yes_no")):
            return field
    return None
