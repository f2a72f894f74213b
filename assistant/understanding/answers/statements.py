"""Statements to answers: figures, facts, plain levels and topics of one sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant.commands import Ambiguous, Answer, Command, Invalid
from assistant.understanding.answers.calibration import calibrated
from assistant.understanding.answers.choices import (
    copular_choice,
    denies_its_choice,
    only_sought,
    open_choices,
    other_side,
    unique_choices,
    wanted_as_it_is,
    wanted_choices,
)
from assistant.understanding.answers.contrasts import without_learning_it, without_less, without_seeming
from assistant.understanding.answers.doers import WHO, who_does
from assistant.understanding.answers.doing import doers_told
from assistant.understanding.answers.facts import fact_answers, open_reply
from assistant.understanding.answers.judging import judged_parts, judgement_in, judges_alone, value_of
from assistant.understanding.answers.listing import (
    FEWEST_LISTED,
    headed_level,
    headed_list,
    level_at_end,
    listed_items,
    listed_levels,
    punctuated,
    surely_named,
    without_on_all,
)
from assistant.understanding.answers.naming import field_meant, named_field
from assistant.understanding.answers.opinions import contradicted, field_chances, second_opinion
from assistant.understanding.answers.summing_up import DENIED, summed_up
from assistant.understanding.fields.figures import NUMERIC, Context, figure_commands
from assistant.understanding.fields.mentioned import rather_meant
from assistant.understanding.numbers.amounts import Quantity, quantities
from assistant.understanding.numbers.dates import date_in
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.words.matching import concept_of
from assistant.understanding.words.phrases import (
    PLAIN_WORDS,
    evidence_in,
    is_negated,
    level_in,
    not_known_at,
    phrase_set,
    quality_in,
)
from assistant.understanding.words.text import Token, tokens
from assistant.understanding.words.text import listed as words_of
from assistant.understanding.words.turns_of_phrase import (
    plainly,
    topic_of,
    without_assurance,
    without_contrast,
    without_double_denial,
)
from knowledge.hebrew import content_words
from tools.forms import Field

PLAIN_LEVEL, SURE_ENOUGH = 0.85, 0.6
SHORTEST_LEVEL = 2  # words of a level that stands alone
LONGEST_LACKED_BEHIND = 8  # words, the "אין" that ends them included
LONGEST_TOPIC, LONGEST_HEAD = 2, 5  # words before a comma, and before a colon, a dash or a question mark
_TOPIC_ENDS = re.compile(r"\s*[,:?]\s+|\s+[-–]+\s+")
SHORT_PRAISE = 4  # words
SURE_BESIDE_FIGURE = 0.9  # in a clause that tells a figure only what is this sure is a fact besides
BESIDE_LISTED = 0.75  # beside "coverage: no, only the capital" what is less sure explains it
TURNED = 0.5  # confidence of a praise that the next clause denies
LONGEST_DOER = 3  # words
MOST_OF_NAME = 2  # content words
LONGEST_NONE = 6  # words of a clause that says there was nothing
BOTH, LONGEST_PART = 2, 6  # clauses; words of one
SURE_BOTH = 0.75
SURELY_SAID = 0.95
LONGEST_LACKED = 2  # words of a thing that is not there
NAMES_LACKED, SURE_LACK = 0.45, 0.72
NAMED_BESIDE = 0.6  # "no podcast": one word beside a plain level that names another field
NAMES_ANOTHER = 0.7  # a field named this clearly takes a plain level from the open question


def facts_in(part: Sentence, context: Context, figures: bool = True) -> list[Command]:
    """What a sentence says about the fields of a form, whatever record is open; without its figures if so wished."""
    return said_in(part.text, quantities(part.text) if figures else (), context)


def said_in(text: str, said: tuple[Quantity, ...], context: Context) -> list[Command]:
    """What words and the quantities in them say about the fields of a form."""
    text = text.rstrip(" .!") or text
    said = tuple(q for q in said if _ALL.search(text[: q.start]) is None)  # "the candidate does all four"
    for without in (
        without_learning_it, without_seeming, without_assurance, without_double_denial, without_contrast, without_less,
        without_on_all,
    ):  # fmt: skip
        if (truth := without(text)) != text:
            return said_in(truth, quantities(truth) if said else (), context)
    if items := listed_items(text, context):
        return [*items]
    if unchecked := _not_checked(text, context):
        rest = text.replace(unchecked.raw, " ", 1).strip(" ,.;:-–")
        beside = said_in(rest, quantities(rest) if said else (), context) if rest else []
        return [unchecked, *(c for c in beside if field_of(c) != unchecked.field)]
    return _said_outright(text, bool(said), context) or _said_at_length(text, said, context)


_ALL = re.compile(r"\b(?:all|all the|all of the|these|those)\s+$", re.IGNORECASE)


def _said_outright(text: str, figures: bool, context: Context) -> list[Command]:
    """What a sentence says that names its field or its level in so many words; empty when it does neither."""
    if not figures and (several := headed_list(text, context)):
        return [*several]
    if not figures and (levelled := headed_level(text, context)) is not None:
        return [levelled]
    if judged := _judged(text, figures, context):
        return judged
    if headed := _headed_behind(text, figures, context):
        return headed
    asked = _open(context)
    counted = asked is not None and asked.kind in NUMERIC  # "a month and a half"
    if not counted and (named := summed_up(text, context, _reading(figures))):
        return named
    if headed := _of_the_head(text, context):
        return headed
    both = _of_both(clauses(text), text, context) or _lacked(text, context)
    return [both] if both else []


def _headed_behind(text: str, figures: bool, context: Context) -> list[Command]:
    """ "In our territory, a possible customer, budget policy: preferred": a name with its choice ends a list."""
    told, _, last = text.rpartition(",")
    chosen = headed_level(last.strip(), context) if told.strip() and ":" in last and ":" not in told else None
    if chosen is None or context.tool.form.field(chosen.field).kind != "choice":
        return []
    before = said_in(told, quantities(told) if figures else (), context)
    return [*(command for command in before if field_of(command) != chosen.field), chosen]


def _lacked(text: str, context: Context) -> Answer | None:
    """ "No script", "אין מערכת": the question that the thing names, and not the one that is open, has a no."""
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    lack = phrase_set("without_item").at(words, 0)
    behind = len(words) > 1 and words[-1].text == "אין" and not lack  # "CRM שמתאים לנו אין"
    if not (behind and len(words) <= LONGEST_LACKED_BEHIND) and not (lack and 0 < len(words) - lack <= LONGEST_LACKED):
        return None
    thing = text[: words[-1].start].strip() if behind else text[words[lack].start : words[-1].end]
    field = surely_named(thing, context, NAMES_LACKED)
    if field is None or (field.id == context.open_field and not behind) or field.kind not in ("level", "yes_no"):
        return None
    return Answer(field.id, "no", text, evidence=evidence_in(text), confidence=SURE_LACK, tool=context.tool.name)


def _said_at_length(text: str, said: tuple[Quantity, ...], context: Context) -> list[Command]:
    """The figures, the levels listed, and the facts of a sentence."""
    figures = [_with_evidence(command, text) for command in figure_commands(text, said, context)]
    figures += [*_dates(text, context), *_none_of(text, said, context)]
    unknown = _unknown_fields(text, context)
    rest = _without_figures(text, [*figures, *unknown])
    listed, rest = listed_levels(rest, context)
    if listed:
        listed, rest = _summed_up(listed, rest)
        text = rest
        # in a list nothing else is a reply to what was asked
        context = context if len(listed) < FEWEST_LISTED else replace(context, open_field="")
    direct = _direct(text, rest, context) if rest else None
    if direct is not None and unknown and direct.raw == text:
        direct = None  # "nothing known about their finances, but …" is no reply to what was asked
    if direct is not None and len(content_words(direct.raw)) > 1:
        direct = contradicted(direct, context)  # "שם ענק"
    told = fact_answers(rest, context, bool(figures)) if rest else []
    facts = [second_opinion(fact, text if len(told) == 1 else fact.raw, context, text) for fact in told]
    facts = [calibrated(fact, context) for fact in facts]
    if figures:
        facts = [f for f in facts if not any(isinstance(c, Invalid) and c.raw in f.raw for c in figures)]
        facts = [f for f in facts if not _is_name_of_figure(f.raw, text, said) and not _beside_figure(f, text, said)]
    facts = [fact for fact in facts if not _praises_what_is_known(fact, context) and not _repeats(fact, facts, text)]
    facts = _with_choices_named(facts, rest, context) if rest else facts
    if any(answer.field == context.open_field for answer in wanted_as_it_is(rest, context)):
        direct = None
    facts = _with_direct(None if direct is not None and _opens_other(direct, facts, text) else direct, facts)
    if listed:
        facts = [f for f in facts if f.confidence >= BESIDE_LISTED or named_field(f.raw, context, 0.5)]
    filled = {command.field for command in (*figures, *unknown, *listed) if isinstance(command, Answer)}
    return [*figures, *unknown, *listed, *(fact for fact in facts if fact.field not in filled)]


def _repeats(fact: Answer, facts: list[Answer], text: str) -> bool:
    """Whether a mere "no" behind an answer only says it again ("the creative isn't relevant to them, no")."""
    said = clauses(text)
    if fact.raw.lower() not in PLAIN_WORDS or fact.raw not in said[1:]:
        return False
    before = said[said.index(fact.raw) - 1]
    return any(
        other.field != fact.field and other.value == fact.value and other.raw in before and other.raw != fact.raw
        for other in facts
    )


def _praises_what_is_known(fact: Answer, context: Context) -> bool:
    """ "The competitors are superb" does not say that anybody knows them."""
    of_you = phrase_set("speaking_to_you").at(tokens(context.tool.form.field(fact.field).label.en), 0)
    return of_you > 0 and len(tokens(fact.raw)) <= SHORT_PRAISE and judgement_in(fact.raw) is not None


def _judged(text: str, figures: bool, context: Context) -> list[Command]:
    """What a sentence says that judges fields by their names; what explains it counts only where it is sure."""
    judged, rest = judged_parts(text, context)
    judged = [contradicted(answer, context) for answer in judged]
    done, rest = doers_told(rest, context) if rest else ([], rest)
    judged = [*judged, *(answer for answer in done if answer.field not in {other.field for other in judged})]
    if not judged:
        return []
    if rest and not done:
        judged, rest = _summed_up(judged, rest)
    told = {answer.field for answer in judged}
    context = replace(context, open_field="") if context.open_field in told else context
    others = said_in(rest, quantities(rest) if figures else (), context) if rest else []
    said = [c for c in others if not isinstance(c, Answer) or c.confidence >= TURNED]
    return [*judged, *(command for command in said if field_of(command) not in told)]


def names_outright(text: str, context: Context) -> bool:
    """Whether a text says of a field that it names how good it is, or whose job it is."""
    return bool(judged_parts(text, context)[0] or doers_told(text, context)[0])


def _reading(figures: bool) -> Callable[[str, Context], list[Command]]:
    return lambda told, context: said_in(told, quantities(told) if figures else (), context)


def _with_choices_named(facts: list[Answer], text: str, context: Context) -> list[Answer]:
    """The facts with what the words name besides: a choice of one field only, what somebody is, what is wanted."""
    facts = [fact for fact in facts if not denies_its_choice(fact, context)]
    facts = _said_to_be(facts, text, context)
    facts = [fact for fact in facts if not only_sought(fact, context)]
    wanted = [*wanted_as_it_is(text, context), *wanted_choices(text, context)]
    of_wanted = {answer.raw for answer in wanted}
    facts = [f for f in facts if f.field not in {answer.field for answer in wanted} and f.raw not in of_wanted]
    named = [*unique_choices(text, context), *other_side(text, context), *wanted]
    if told := [answer for answer in named if answer.field != context.open_field and isinstance(answer.value, str)]:
        of_them = {answer.raw for answer in told}
        facts = [f for f in facts if f.field != context.open_field or f.raw not in of_them]
    return [*facts, *(answer for answer in named if answer.field not in {fact.field for fact in facts})]


def _opens_other(direct: Answer, facts: list[Answer], text: str) -> bool:
    """Whether a "yes" or "no" only opens what is said of something else ("no, we're not a preferred supplier").

    "Yes, and …" replies first.
    """
    said = clauses(text)
    opener = "" if len(said) < BOTH else said[0].removeprefix("ו") if said[0] not in PLAIN_WORDS else said[0]
    goes_on = not text.lower().startswith(opener)  # "and no, …" goes on and replies to nothing
    if opener not in PLAIN_WORDS or (direct.raw != opener and not goes_on):
        return False
    if direct.value != PLAIN_WORDS[opener] or phrase_set("as_well").find(tokens(said[1])) >= 0:
        return False
    opened = next((fact for fact in facts if fact.raw == said[1]), None)
    joined = text[text.find(said[0]) + len(said[0]) :].lstrip().startswith(",")
    same = is_negated(said[1]) == (PLAIN_WORDS[opener] == "no")
    return opened is not None and opened.field != direct.field and opened.confidence >= SURE_ENOUGH and joined and same


def _with_direct(direct: Answer | None, facts: list[Answer]) -> list[Answer]:
    """The facts with the direct reply to the open question, unless they are surer about something else."""
    if direct is None:
        return facts
    surer = max(direct.confidence, SURE_ENOUGH)
    if any(_says_otherwise(fact, direct) for fact in facts):
        return facts
    if direct.confidence < PLAIN_LEVEL and any(f.field != direct.field and f.confidence >= surer for f in facts):
        return facts
    same = [f.confidence for f in facts if (f.field, f.value) == (direct.field, direct.value)]
    direct = replace(direct, confidence=max([direct.confidence, *same]))
    return [direct, *(fact for fact in facts if fact.field != direct.field and fact.raw != direct.raw)]


def _says_otherwise(fact: Answer, direct: Answer) -> bool:
    """Whether words that look like a plain level surely say another value of the same field ("no debts")."""
    same = fact.field == direct.field and fact.raw == direct.raw
    turned = str(direct.value) in DENIED and DENIED[str(direct.value)] == fact.value
    return same and turned and fact.confidence >= PLAIN_LEVEL and len(content_words(fact.raw)) > 0


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
        about = topic_of(head)
        longest = LONGEST_TOPIC if border.group().strip() == "," and not about else LONGEST_HEAD
        head = about or head
        if not tokens(rest) or not 0 < len(tokens(head)) <= longest:
            return None
        told = _opens_a_statement(head)  # "they're happy, yes" names nothing
        field = None if told else surely_named(head, context)
        if field is None and about:
            field = field_meant(head, context, NAMES_LACKED)
        if field is None or field.kind in NUMERIC or level_in(head)[0] or is_negated(head):
            return None
        chosen = open_reply(head, replace(context, open_field=field.id))
        return (field, rest) if chosen is None else None  # "a real customer, no competitor" names no topic
    return None


def _opens_a_statement(head: str) -> bool:
    """Whether a topic is rather a statement: it begins with its subject, also with its verb ("they're happy")."""
    words = tokens(head)
    return bool(words) and phrase_set("pronouns").at(tokens(words[0].text.partition("'")[0]), 0) > 0


def _of_the_head(text: str, context: Context) -> list[Command]:
    """What a sentence says of the field its topic names; empty when it has no topic, or says nothing of it."""
    headed = _headed(text, context)
    if headed is None:
        return []
    field, rest = headed
    found = said_in(rest, quantities(rest), replace(context, open_field=field.id))
    if not any(field_of(c) == field.id for c in found):
        return []
    return [c for c in found if field_of(c) == field.id or getattr(c, "confidence", 1.0) >= BESIDE_LISTED]


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


def _beside_figure(fact: Answer, text: str, said: tuple[Quantity, ...]) -> bool:
    """Whether a fact is read from no more than the words around figures ("the channel has run only two months")."""
    placed = any(quantity.rank for quantity in said)  # who says "third by volume" does not say whether that is high
    if (fact.confidence >= SURE_BESIDE_FIGURE and not placed) or fact.status != "answered":
        return False
    told = [clause for clause in clauses(text) if any(q.raw in clause for q in said)]
    around = {token.text for clause in told for token in tokens(clause)} | _JOINING
    return {token.text for token in tokens(fact.raw) if token.kind != "sign"} <= around


_JOINING = frozenset(words_of("and but then ו אבל ואז"))  # words between clauses


def _direct(text: str, rest: str, context: Context) -> Answer | None:
    """A direct reply to the open question: its first clause ("yes, and …"), or the short message as a whole."""
    said = clauses(text)
    plain = said[0].lower() if len(said) > 1 else ""
    if plain in PLAIN_WORDS and any(map(quantities, said[1:])) and (level := _level(said[0], context)):
        return level  # "yes, about two years": the "about" is of the figure
    if (whole := _level(text, context)) and whole.confidence >= PLAIN_LEVEL:
        return _unless_turned(whole, text)
    for clause in _replying(said):
        if (level := _level(clause, context)) and level.confidence >= PLAIN_LEVEL:
            return _unless_turned(level, text)
        if doer := _doer(clause, context):
            return doer
    return _zero(text, context) or _level(text, context) or open_choices(rest, context) or open_reply(rest, context)


def _of_both(said: list[str], text: str, context: Context) -> Answer | None:
    """ "Forecasts yes, plans no": two parts of what was asked, one so and one not, make it partly."""
    field = _open(context)
    if len(said) != BOTH:
        said = clauses(punctuated(text))
    if field is None or field.kind != "level" or len(said) != BOTH:
        return None
    parts = [words for words in map(tokens, said) if BOTH <= len(words) <= LONGEST_PART]
    ends = sorted(level_at_end(words)[0] for words in parts)
    if any(is_negated(text_before(words)) or not content_words(text_before(words)) for words in parts):
        return None  # "it should be yes not no" is no yes and no
    if len(ends) != BOTH or ends not in (["no", "yes"], ["partly", "yes"], ["no", "partly"]):
        return None
    named = [surely_named(text_before(words), context, NAMES_LACKED) for words in parts]
    others = {other.id for other in named if other is not None and other != field}
    if others:
        if len(others) > 1 or field in named or context.tool.form.field(min(others)).kind != "level":
            return None
        field = context.tool.form.field(min(others))  # "script yes, objections no": parts of another question
    return Answer(field.id, "partly", text, evidence=evidence_in(text), confidence=SURE_BOTH, tool=context.tool.name)


def text_before(words: tuple[Token, ...]) -> str:
    """The words before the level they end with."""
    return " ".join(word.text for word in words[: level_at_end(words)[1]])


def _replying(said: list[str]) -> list[str]:
    """The clauses that may be the reply itself: a last one that concludes ("…, so no"), or the first."""
    if not said:
        return []
    last = tokens(said[-1])
    concluded = len(last) > 2 and last[-1].text in PLAIN_WORDS and phrase_set("concluding").at(last, len(last) - 2)
    if concluded:
        return [last[-1].text]  # "… firms of 200 up so no"
    if len(said) < 2:
        return []
    return [said[0], *([said[-1]] if phrase_set("concluding").at(last, 0) else [])]


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


def _not_checked(text: str, context: Context) -> Answer | None:
    """ "Nobody screened them so far", "עוד לא הרצנו בדיקה": of a question for what a check found, it is not known."""
    if _NO_CHECK.search(text) is None:
        return None
    checks = [f for f in context.tool.form.fields if context.library.note(context.tool.name, f.id, "found_by_check")]
    for clause in (clause for clause in clauses(text) or [text] if _NO_CHECK.search(clause)):
        meant = {field for field, chance in field_chances(clause, context).items() if chance >= SPEAKS_OF_CHECK}
        meant |= {context.open_field, rather_meant(clause, context.tool.name)}
        if found := next((f for f in checks if f.id in meant), None):
            return Answer(found.id, None, clause, status="unknown", tool=context.tool.name)
    return None


_NO_CHECK = re.compile(
    r"(?:\b(?:not|never|nobody|no one|none of us|yet to|still to)\b|n't\b)(?: \w+){0,3}? ?"
    r"\b(?:check|screen|vet|verif|run|ran|look|examin|investigat|ask|do|done|did)\w*"
    r"|\b(?:check|screening|vetting|diligence)\b[^,.;]*(?:n't|\bnot\b|\bnever\b)[^,.;]*\b(?:back|in|done|here|through|finished)\b"
    r"|\b(?:without|no) (?:a |any )?(?:\w+ )?(?:check|screening|vetting)\b"
    r"|(?<![א-ת])(?:לא|טרם|בלי|אין)(?: \S+){0,2}? "
    r"(?:חזר|חזרה|הגיע|הגיעה|הסתיימ|נגמר|ב?בדק|נבדק|לבדוק|בדיק|סרק|סריק|הרצ|ערכנו|ביצענו|עשינו)\S*",
    re.IGNORECASE,
)
SPEAKS_OF_CHECK = 0.25  # chance from which words speak of what is checked


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


def _none_of(text: str, said: tuple[Quantity, ...], context: Context) -> list[Answer]:
    """ "There were no discounts, and no other costs": nothing of every amount that a clause of several names."""
    pieces = re.split(r"\s*[,;]\s*", text)
    pieces = pieces if len(pieces) >= BOTH else clauses(text)
    if said or len(pieces) < BOTH:
        return []
    short = [piece for piece in pieces if is_negated(piece) and len(tokens(piece)) <= LONGEST_NONE]
    named = [(piece, named_field(piece, context, NAMED_BESIDE)) for piece in short]
    zeros = [_nothing(field, piece, context) for piece, field in named if field is not None and field.kind == "money"]
    return [zero for zero in zeros if zero is not None]


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
    if field is None or field.kind not in ("level", "yes_no") or plainly(text):
        return None  # "they'd do fine without us" is no "fine"
    level, sureness = level_in(text)
    if kind := judges_alone(text):
        judged, sure = value_of(kind, field, context)
        level, sureness = (judged, sure) if judged and sureness < SURELY_SAID else (level, sureness)
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


def field_of(command: Command) -> str:
    """The field a command is about, empty when it is about none."""
    if isinstance(command, Ambiguous):
        return command.options[0].field
    return getattr(command, "field", "")
