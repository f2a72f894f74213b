"""What a sentence answers in the record being spoken of, and what it corrects there."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from assistant.commands import Answer, Command, Unclear
from assistant.conversation import Record
from assistant.understanding.answers.choices import choices_named
from assistant.understanding.answers.contrasts import taken_back, without_forgotten
from assistant.understanding.answers.facts import DENIED
from assistant.understanding.answers.judging import judgement_in, without
from assistant.understanding.answers.naming import named_field
from assistant.understanding.answers.reconciling import reconciled
from assistant.understanding.answers.statements import field_of, said_in
from assistant.understanding.changes.changing import in_place_of
from assistant.understanding.changes.relative import corrected_by
from assistant.understanding.changes.replaced import may_be, replaced_figure, without_denied
from assistant.understanding.fields.figures import NUMERIC, Context
from assistant.understanding.numbers.amounts import Quantity, quantities
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.words.phrases import evidence_in, is_negated, level_in, phrase_set, quality_in
from assistant.understanding.words.text import Token, tokens
from assistant.understanding.words.turns_of_phrase import without_excuse
from knowledge.hebrew import content_words
from tools.forms import Field
from tools.values import exact_text

ONLY_CORRECTION, LIKELY_CORRECTION, SURE_CORRECTION = 0.3, 0.5, 0.65
SURELY_READ = 0.6
PLAIN = ("level", "yes_no")  # "he doesn't decide" sets right what was said, and is no "no" to what was asked
OPENING = 2  # places a sentence may open at
NUMBERS_REPLACING = 2  # the one told before and the one that is meant
MOST_ASIDE = 3  # words before "sorry", as in "oh no, sorry"
UNDENIABLE, APART = 0.9, 0.75  # beside a correction only what is this sure is taken as something new
THOUSAND = 1000
ORDER_WITHIN = 2  # clauses of which one orders a level: it, or the one that names for what
LONGEST_ORDER = 8  # words of "put 25 there instead"
NOT_SO, OTHER_WAY = ("no", "לא"), ("rather", "אלא")  # "40 rather than 35": the first is meant
NAMES_ANSWERED = 0.4  # a correction names an answered field by less


def answers_in(part: Sentence, here: Situation) -> list[Command]:
    """Everything a sentence answers in the record being spoken of, corrections marked as such."""
    context, subject = here.context, here.subject
    if context is None or subject is None:
        return []
    if (back := taken_back(part.text)) is not None and (turned := _turned(*back, part.text, context, subject)):
        return turned
    if (mended := _mended(part, subject)) is not None:
        part = mended  # "seven, no wait, eight": eight, as if seven had never been said
    part = replace(part, text=without_forgotten(part.text))
    said = quantities(part.text)
    replaced = corrected_by(part.text, here) or replaced_figure(part, said, here)
    if replaced := replaced or _in_place_of_noted(part, said, here):
        return replaced
    corrects = part.corrects or (any(q.negated for q in said) and any(not q.negated for q in said))
    corrects = corrects or (bool(said) and _orders_a_change(part.text))
    corrects = corrects or _replaces_told(part, said, subject)
    if not said and (ordered := _ordered_level(part, context) or _level_of_last(part, here)) is not None:
        return [ordered]
    denies = any(quantity.negated for quantity in said)  # "sorry, 50 orders and not 60" is for what has its figure
    if said and corrects and not denies and _was_refused(here, subject):
        return said_in(without_opening(part.text), said, context)  # "sorry, 500" after 50 was refused
    if corrects:
        return _correction(part, said, here, subject)
    if _turns(part, here) or _opens_anew(part):
        found = _correction(part, said, here, subject)
        if any(isinstance(c, Answer) and c.field in subject.answers and not _is_same(c, subject) for c in found):
            return found  # "it's decided, we do the service ourselves", "hmm no, repairs will be theirs"
    return reconciled(said_in(part.text, said, context), part.text, context)


def _turns(part: Sentence, here: Situation) -> bool:
    """Whether a sentence takes back what was noted, or one before it does ("mixed him up with another. This is …")."""
    before = here.text[: max(here.text.find(part.text), 0)]
    said = (part.words, tokens(before))
    return any(phrase_set(name).find(words) >= 0 for name in ("turning", "mixing_up") for words in said)


def _opens_anew(part: Sentence) -> bool:
    """Whether a sentence opens by taking something back ("hmm no, …"); a mere "no," may reply to what was asked."""
    words = part.words
    lengths = [(place, _turning_at(words, place)) for place in range(min(OPENING, len(words)))]
    return any(n and {w.text for w in words[at : at + n] if w.kind != "sign"} - set(NOT_SO) for at, n in lengths)


def _turning_at(words: tuple[Token, ...], place: int) -> int:
    """How many words open a sentence by taking something back; the no of "hmm no rival brand" is not one of them."""
    length = phrase_set("turning_open").at(words, place)
    after = place + length
    denies = length > 1 and words[after - 1].text in NOT_SO and after < len(words) and words[after].kind != "sign"
    return length - 1 if denies and not phrase_set("subjects").at(words, after) else length


def turned_around(command: Command, part: Sentence, here: Situation) -> Command:
    """An answer that plainly turns an earlier one around: in words of correction, of news, or denying the old one.

    "Wait, repairs will be theirs", "he just told me they have a budget", "theirs, not ours". What is only
    supposed or guessed ("maybe they have one now") is asked about instead.
    """
    if not isinstance(command, Answer) or command.corrects or here.subject is None:
        return command
    given = here.subject.answers.get(command.field)
    if given is None or given.value == command.value or command.confidence < SURELY_READ:
        return command
    again = phrase_set("thinking_again").find(part.words) >= 0
    opening, places = phrase_set("turning_open"), range(min(OPENING, len(part.words)))
    opens = again or any(opening.at(part.words, place) for place in places) or _message_opens_anew(here)
    before = tokens(here.text[: max(here.text.find(part.text), 0)])  # "The bank called back. The screening is clean"
    told = _turns(part, here) or any(phrase_set("news").find(words) >= 0 for words in (part.words, before))
    denied = given.value in ("exporter", "partner") and phrase_set(f"denied.{given.value}").find(part.words) >= 0
    turned = (opens or told or denied) and (again or not _is_guessed(part))
    return replace(command, corrects=True) if turned else command


def _message_opens_anew(here: Situation) -> bool:
    """Whether a message of several sentences opens by taking something back ("hmm no, the e-mail is real. They …")."""
    words = tokens(here.text)
    return bool(words) and _turning_at(words, 0) > 1


def _is_guessed(part: Sentence) -> bool:
    """Whether a sentence only supposes what it says ("maybe", "if the board agrees", "I think")."""
    return phrase_set("guessing").find(part.words) >= 0 or evidence_in(part.text) == "assumption"


def _turned(told: str, now: str, text: str, context: Context, record: Record) -> list[Command]:
    """ "I said they have no rival line, turns out they do": what is said now, or the contrary of what was said."""
    closed = replace(context, open_field="", correcting=True)
    old = [a for a in said_in(told, (), closed) if isinstance(a, Answer) and a.value in DENIED]
    new = [a for a in said_in(now, (), closed) if isinstance(a, Answer) and a.confidence >= LIKELY_CORRECTION]
    about = {answer.field for answer in old}
    kept = [answer for answer in new if answer.field in about]
    turned = [replace(a, value=DENIED[a.value], raw=text) for a in old if a.field not in {k.field for k in kept}]
    found = [*kept, *turned]
    return [_replacing(answer, record, len(found) > 1) for answer in found]


def _replaces_told(part: Sentence, said: tuple[Quantity, ...], record: Record) -> bool:
    """ "I said 200 hours but it's more like 180", "the 8 should have been 10": a number that is there already, and
    another one for it."""
    if len(said) != NUMBERS_REPLACING:
        return False
    between = part.text[said[0].end : said[1].start]
    if phrase_set("said_before").find(part.words) < 0 and not _takes_back(between):
        return False
    kept = {_amount(given.value) for given in record.answers.values()}
    return exact_text(said[0].low) in kept and exact_text(said[1].low) not in kept


def _in_place_of_noted(part: Sentence, said: tuple[Quantity, ...], here: Situation) -> list[Command]:
    """ "The 8 should have been 10": the answer that has this number, with the other one; unclear where two have it."""
    record, context = here.subject, here.context
    if record is None or context is None or len(said) != NUMBERS_REPLACING:
        return []
    if not _takes_back(part.text[said[0].end : said[1].start]) or len(tokens(part.text[: said[0].start])) > 1:
        return []
    counted = [field for field in context.tool.form.fields if field.kind in NUMERIC and field.kind != "rate"]
    given = {name: _amount(one.value) for name, one in record.answers.items() if not isinstance(one.value, dict)}
    fields = [field for field in counted if given.get(field.id) == exact_text(said[0].low)]
    if len(fields) != 1:
        return [Unclear(part.text)] if fields else []
    value = exact_text(said[1].low)
    return [Answer(fields[0].id, value, part.text, confidence=0.9, corrects=True, tool=context.tool.name)]


def _mended(part: Sentence, record: Record) -> Sentence | None:
    """The sentence with a number that it takes back itself replaced by the one said instead.

    None where it takes none back, or where the number taken back stands in the record: that one is corrected.
    """
    kept = {_amount(given.value) for given in record.answers.values()}
    for one, two in pairwise(quantities(part.text)):
        apart = one.negated or two.negated or exact_text(one.low) in kept
        if not apart and _takes_back(part.text[one.end : two.start]):
            return replace(part, text=without_denied(part.text, one, two), corrects=False)
    return None


def _takes_back(text: str) -> bool:
    """Whether the words between two numbers say nothing but that the first was wrong (", no wait,", ", סליחה,")."""
    words = [token for token in tokens(text) if token.kind != "sign"]
    correct, beside = phrase_set("correct"), phrase_set("marking_correction")
    place, marked = 0, False
    while place < len(words):
        length = correct.at(tuple(words), place)
        marked = marked or length > 0 or words[place].text in NOT_SO
        length = length or beside.at(tuple(words), place)
        if not length or words[place].text in OTHER_WAY:
            return False
        place += length
    return marked


def _orders_a_change(text: str) -> bool:
    """ "Make the target 20", "ok, correct the cost: it's 5,000"."""
    words = tokens(intents.without_courtesies(text))
    if not words:
        return False
    putting = phrase_set("making_it").at(words, 0)
    numbered = bool(putting) and any(q.start == words[putting].start for q in quantities(text) if putting < len(words))
    return (
        numbered
        or phrase_set("change_orders").at(words, 0) > 0
        or (len(words) <= LONGEST_ORDER and phrase_set("in_its_place").find(words) >= 0)
    )


def _level_of_last(part: Sentence, here: Situation) -> Answer | None:
    """ "The previous answer, change it to partly": another level for what was answered last."""
    record, context = here.subject, here.context
    level = _level_word(part.words[-LONGEST_ORDER:])
    if record is None or context is None or level is None or phrase_set("the_answer_before").find(part.words) < 0:
        return None
    given = {name: one.turn for name, one in record.answers.items()}
    last = max(given, key=lambda name: given[name], default="")
    if not last or list(given.values()).count(given[last]) > 1:
        return None
    field = context.tool.form.field(last)
    if level[0] not in {choice.id for choice in field.choices}:
        return None
    return Answer(last, level[0], part.text, confidence=0.9, corrects=True, tool=context.tool.name)


def _ordered_level(part: Sentence, context: Context) -> Answer | None:
    """ "Put yes for the budget instead", "תקציב - תרשום חלקית": an answer ordered in so many words."""
    pieces = [] if part.marked else clauses(intents.without_courtesies(part.text))
    for at, piece in enumerate(pieces[:ORDER_WITHIN]):  # "…, sales force and record yes" orders nothing
        words = tokens(intents.without_courtesies(piece))
        act = next((phrase_set("putting_down").at(words, n) for n in range(1) if words), 0)
        found = _level_word(words[act : act + LONGEST_ORDER]) if act else None
        if found is None:
            continue
        level, rest = found
        glue = [phrase_set(name) for name in ("in_its_place", "making_it", "courtesies", "around_recalling", "about")]
        left = [w.text for w in rest if w.kind == "word" and not any(known.at((w,), 0) for known in glue)]
        field = named_field(" ".join(left), context, NAMES_ORDERED) if left else None
        if field is None and at and not left:
            field = named_field(pieces[at - 1], context, NAMES_ORDERED)
        if field is not None and (field.kind == "level" or (field.kind == "yes_no" and level != "partly")):
            return Answer(field.id, level, part.text, confidence=0.9, corrects=True, tool=context.tool.name)
    return None


def _level_word(words: tuple[Token, ...]) -> tuple[str, tuple[Token, ...]] | None:
    """The level among words, and the others; None for none."""
    for place in range(len(words)):
        for level in LEVELS_NAMED:
            if length := phrase_set(f"named.{level}").at(words, place) or _glued_level(level, words[place].text):
                return level, (*words[:place], *words[place + length :])
    return None


def _glued_level(level: str, word: str) -> int:
    """ "לכן", "ללא", "לחלקית" behind an order to change."""
    return int(word in {"yes": ("לכן",), "no": ("ללא", "ללאו"), "partly": ("לחלקית", "לחלקי")}[level])


NAMES_ORDERED = 0.45
LEVELS_NAMED = ("yes", "no", "partly")


def _correction(part: Sentence, said: tuple[Quantity, ...], here: Situation, record: Record) -> list[Command]:
    """Answers in words of correction replace what was said: the denied value, the named field, or the last one."""
    assert here.context is not None
    closed = replace(here.context, open_field="", correcting=True)
    told = without_opening(part.text)
    part = replace(part, text=told if said else without_excuse(told) or told)  # "I got the deals wrong, it's 2"
    said = _with_old_denied(quantities(part.text), record)
    target = _denied(said, part.text, record, closed)
    if target is None and here.field is not None and here.field.kind in NUMERIC and any(q.negated for q in said):
        return said_in(part.text, said, here.context)  # "eight, not eighty" as the answer to what was asked
    if target is not None and (share := in_place_of(said, target, closed)) is not None:
        return [replace(share, corrects=True)]
    found = said_in(part.text, said, closed)
    if target is None and not said and not any(_sets_right(c, record) for c in found):
        target = named_field(part.text, closed, NAMES_ANSWERED, record.answers)
    if target is None and not found:
        target = _last_of_kind(part.text, said, record, closed)
    if target is not None and not any(isinstance(c, Answer) and c.field == target.id for c in found):
        found = _for_target(target, part.text, said, closed)
    if not found:
        found = said_in(part.text, said, here.context)
    elif here.field is not None and here.field.kind not in PLAIN and here.field.id not in {field_of(c) for c in found}:
        also = said_in(part.text, said, here.context)
        found = [*found, *(c for c in also if field_of(c) == here.field.id and c.raw not in _words_of(found))]  # type: ignore[union-attr]
    if not said and not any(isinstance(c, Answer) and c.field in record.answers for c in found):
        found = _other_choice(part.text, record, closed) or found
    found = [c for c in found if not _is_same(c, record)] or found
    if any(field_of(c) in record.answers for c in found):
        asked = here.field.id if here.field is not None and here.field.kind in NUMERIC else ""
        kept = {*record.answers, asked}
        mended = {c.raw for c in found if isinstance(c, Answer) and c.field in record.answers}
        found = [c for c in found if field_of(c) in kept or _is_besides(c, mended)]
    return [_replacing(c, record, several=len(found) > 1) for c in found]


def _for_target(target: Field, text: str, said: tuple[Quantity, ...], closed: Context) -> list[Command]:
    """What a correction says of the field it is about: "make that 35" of a share is 35 %."""
    if target.id in (closed.values or {}) and (share := in_place_of(said, target, closed)) is not None:
        return [share]
    found = said_in(text, said, replace(closed, open_field=target.id))
    return [c for c in found if field_of(c) == target.id] or _level_of(target, text, closed)


def _is_besides(command: Command, mended: set[str]) -> bool:
    """Whether a command is surely something new beside a correction; in words of its own it needs less."""
    least = APART if isinstance(command, Answer) and command.raw not in mended else UNDENIABLE
    return getattr(command, "confidence", 1.0) >= least


def _speaks_of_something(text: str) -> bool:
    """Whether a text with a level says of what ("the service is excellent"): then it is about nothing said before."""
    judged = judgement_in(text)
    rest = without(judged.rest, "judging_beside") if judged is not None else ()
    return any(content_words(word.text) for word in rest)


def _was_refused(here: Situation, record: Record) -> bool:
    """Whether the figure given to the open question was refused, so that the next one takes its place."""
    field = here.field
    return field is not None and field.kind in NUMERIC and record.failures > 0 and field.id not in record.answers


def _sets_right(command: Command, record: Record) -> bool:
    """Whether an answer surely says something else than what is noted."""
    sure = isinstance(command, Answer) and command.confidence >= SURELY_READ and command.field in record.answers
    return sure and not _is_same(command, record)


def _is_same(command: Command, record: Record) -> bool:
    """Whether an answer says what is noted already, and so corrects nothing."""
    given = record.answers.get(command.field) if isinstance(command, Answer) else None
    return given is not None and isinstance(command, Answer) and given.value == command.value


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
        length = length or (_turning_at(words, place) if place < OPENING else 0)
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


def _denied(said: tuple[Quantity, ...], text: str, record: Record, context: Context) -> Field | None:
    """The answered field that holds the number which is denied ("35, not 53"), the one named where several do."""
    denied = {exact_text(quantity.low) for quantity in said if quantity.negated}
    if any(q.low >= THOUSAND and not q.negated for q in said):  # "not 300, 350 thousand"
        denied |= {exact_text(q.low * THOUSAND) for q in said if q.negated and q.low < THOUSAND}
    shares = {exact_text(quantity.low / 100) for quantity in said if quantity.negated and not quantity.percent}
    holding: list[Field] = []
    for field_id, given in sorted(record.answers.items(), key=lambda item: -item[1].turn):
        field = context.tool.form.field(field_id)
        if _amount(given.value) in (denied | shares if field.kind == "rate" else denied):
            holding.append(field)
    named = _named_among(text, said, {field.id for field in holding}, context) if len(holding) > 1 else None
    return named or next(iter(holding), None)


def _named_among(text: str, said: tuple[Quantity, ...], among: set[str], context: Context) -> Field | None:
    """The one of several fields that hold the same number which the words beside the numbers name."""
    for quantity in sorted(said, key=lambda one: -one.start):
        text = f"{text[: quantity.start]} {text[quantity.end :]}"
    glue = [phrase_set(name) for name in ("change_orders", "in_its_place", "making_it", "courtesies")]
    rest = [w.text for w in tokens(text) if w.kind == "word" and not any(known.at((w,), 0) for known in glue)]
    return named_field(text, context, NAMES_ANSWERED, among) or named_field(" ".join(rest), context, NAMES_AMONG, among)


NAMES_AMONG = 0.2


def _amount(value: Any) -> str:
    amount = value.get("amount") if isinstance(value, dict) else value
    return amount if isinstance(amount, str) else ""


def _last_of_kind(text: str, said: tuple[Quantity, ...], record: Record, context: Context) -> Field | None:
    """The field answered last that the words of a correction could be for."""
    if not said and (not level_in(text)[0] or _speaks_of_something(text)):
        return None
    for field_id, _ in sorted(record.answers.items(), key=lambda item: -item[1].turn):
        field = context.tool.form.field(field_id)
        fits = field.kind in NUMERIC and any(may_be(q, field) for q in said if not q.negated)
        if fits if said else (field.kind in ("level", "yes_no")):
            return field
    return None
