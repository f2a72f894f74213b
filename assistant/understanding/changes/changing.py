"""Figures that change a calculation: "and with 40 % margin?", "ובשביל 20 עסקאות?", "what if it were 30?", "euros".

A figure that is named changes what it names. One that is not changes what was spoken of last: the figure given or
changed in the message before, else the open question. Where several could be meant, the person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from assistant.commands import Ambiguous, Answer, Command, Restate, Simple, Start, WhatIf
from assistant.conversation import Record
from assistant.understanding.changes.relative import supposed_change
from assistant.understanding.examples import Library
from assistant.understanding.fields.figures import NUMERIC, Context, figure_commands
from assistant.understanding.numbers.amounts import Quantity, quantities
from assistant.understanding.numbers.number_parts import bare
from assistant.understanding.numbers.number_words import CURRENCIES, PERIODS, PREFIXES
from assistant.understanding.numbers.time_units import in_unit, unit_names
from assistant.understanding.segments import Sentence
from assistant.understanding.situation import Situation
from assistant.understanding.steering.starting import chances_of_tools, one_shot, wished_figures
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, listed, tokens
from knowledge.hebrew import is_stop_word
from tools.forms import Field
from tools.tool import Tool
from tools.values import exact_text
from tools.written import UNSAID

SURE_CHANGE = 0.7
LONGEST_CHANGE = 12  # words
LONGEST_BARE = 7
SURE_FIGURE = 0.6
NEARER_BY = 0.1
NAMED_FROM, NAMED_AHEAD = 0.4, 0.25  # how clearly the one figure of a change names its field, and before any other
REPLY_GIVES_WAY = 0.4  # nearness to a wish for another tool from which figures are none to what was asked
FEWEST_OF_ANOTHER, WANTED_FROM = 3, 0.25  # figures of another case; fewer need words that are near to a wish for it
_BEFORE_NUMBER = frozenset(listed("for at with by to using about בשביל עבור לגבי עם ו ב ל וב ול ומ וכ - כ"))
_JOINING = frozenset(listed("and so ok okay now then או אז עכשיו"))


def changed_figures(parts: Sequence[Sentence], here: Situation) -> list[Command]:
    """The figures of a question that changes the calculation at hand; empty when it is another question."""
    text = " ".join(part.text for part in parts)
    record, words = here.subject, tokens(text)
    if aims := _aimed(text, here):
        return aims
    if (changed := supposed_change(text, here)) is not None and _is_supposed(words):
        return [changed]
    if here.context is None or record is None or len(words) > LONGEST_CHANGE or not _opens_change(words):
        return []
    context = replace(here.context, open_field="", correcting=True)
    found = _figures(text, context)
    if not found:
        found = _unnamed(text, here, record, context)
    answers = [c for c in found if isinstance(c, Answer)]
    return [_changing(c, len(answers) == 1, record) if isinstance(c, Answer) else c for c in found]


def aimed_at(text: str, tool: Tool, library: Library) -> list[Answer]:
    """The target in "how many leads do I need for 20 deals?", "כמה פניות צריך כדי לסגור 15?"; empty for none.

    What is asked for ("leads") names no figure of it: only the words from "for" on are read."""
    words, said = tokens(text), [q for q in quantities(text) if not (q.negated or q.weak)]
    wanted = [f for f in tool.form.fields if library.note(tool.name, f.id, "wanted")]
    asks = any(phrase_set(n).at(words, at) for n in _ASKED_FOR for at in range(min(ASKS_WITHIN, len(words))))
    if not wanted or not asks or len(said) != 1:
        return []
    aims = [w for at, w in enumerate(words) if w.end <= said[0].start and phrase_set("aiming").at(words, at)]
    glued = text[: said[0].start].rstrip(" -")
    if glued.endswith(" ל") or glued.endswith(" לה"):
        piece = f"בשביל {text[said[0].start :]}"
    elif aims and len(tokens(text[aims[-1].start : said[0].start])) <= LONGEST_AIM:
        piece = text[aims[-1].start :]
    else:
        return []
    context = Context(library, tool, values={}, relaxed=True)
    found = [c for c in figure_commands(piece, quantities(piece), context) if isinstance(c, Answer)]
    targets = [c for c in found if c.confidence >= SURE_FIGURE and c.field in {f.id for f in wanted}]
    plain = not (found or said[0].percent or said[0].share or said[0].currency or said[0].unit)
    unnamed = [_value(said[0], wanted[0], context)] if plain else []
    return targets or [answer for answer in unnamed if answer is not None]


_ASKED_FOR = ("asked_how_much", "asked_what_it_takes")
ASKS_WITHIN, LONGEST_AIM = 5, 5  # words


def _aimed(text: str, here: Situation) -> list[Command]:
    """The target of a question to the calculation at hand: noted where there is none yet, else supposed."""
    record, context = here.record, here.context
    if record is None or context is None or not context.tool.at_once:
        return []
    found = aimed_at(text, context.tool, here.library)
    aims = [replace(answer, confidence=max(answer.confidence, SURE_CHANGE)) for answer in found]
    if not aims:
        return []
    given = record.answers.get(aims[0].field)
    if given is None or given.value is None:
        return [*aims]
    return [Simple("result")] if given.value == aims[0].value else [WhatIf(tuple(aims))]


def supposed_figures(part: Sentence, here: Situation) -> list[Answer]:
    """The figures of a supposition: of what they name, else of what was spoken of last ("what if it were 30?")."""
    if here.context is None or here.subject is None:
        return []
    context = replace(here.context, open_field="", correcting=True)
    found = _figures(part.text, context) or _unnamed(part.text, here, here.subject, context)
    if found and isinstance(found[0], Ambiguous):
        named = found[0].issue == "field"
        return list(found[0].options if named else found[0].options[-1:])  # of two values the one given last
    return [c for c in found if isinstance(c, Answer)]


def _opens_change(words: tuple[Token, ...]) -> bool:
    """Whether words go on from a result: "and with …", "ובשביל …", "at 30%?"."""
    if not words:
        return False
    if phrase_set("changing").at(words, 0):
        return True
    first = 1 if words[0].text in _JOINING and len(words) > 1 else 0
    if phrase_set("question_openers").at(words, first):
        return False
    leading = words[first]
    rest = next((leading.text[len(p) :] for p in PREFIXES if leading.text.startswith(p)), leading.text)
    glued = leading.text.startswith("ו") and len(leading.text) > 2
    numbered = leading.kind == "number" or bool(quantities(leading.text))
    return first == 1 or glued or numbered or leading.text in _BEFORE_NUMBER or rest in _BEFORE_NUMBER


def _is_supposed(words: tuple[Token, ...]) -> bool:
    """Whether a question is no question for a fact or a rule ("how many more deals …?") but goes on from a result."""
    return _opens_change(words) or words[0].text in _CONDITIONS or not phrase_set("question_openers").at(words, 0)


_CONDITIONS = frozenset(listed("if suppose say אם ואם נניח"))


def _figures(text: str, context: Context) -> list[Command]:
    found = figure_commands(text, quantities(text), context)
    return [c for c in found if isinstance(c, Ambiguous) or (isinstance(c, Answer) and c.confidence >= SURE_FIGURE)]


def _changing(answer: Answer, alone: bool, record: Record) -> Answer:
    """A figure that takes the place of one that is there; the only one in the message is surely meant."""
    if answer.field not in record.answers:
        return answer
    return replace(answer, corrects=True, confidence=max(answer.confidence, SURE_CHANGE if alone else 0.0))


def _unnamed(text: str, here: Situation, record: Record, context: Context) -> list[Command]:
    """The one figure of a text in which no field is surely named: for one that is named at all, else the last one."""
    said = [q for q in quantities(text) if not q.negated]
    if len(said) != 1 or sum(token.kind == "word" for token in tokens(text)) > LONGEST_BARE:
        return []
    if (said[0].percent or said[0].share) and phrase_set("other_shares").find(tokens(text)) >= 0:
        return []  # "and with an 8 % discount?" changes no margin
    fields = _faintly_named(said[0], text, record, context)
    fields = fields or _nearest(_meant(said[0], text, here, record), text, context)
    made = [answer for field in fields if (answer := _value(said[0], field, context)) is not None]
    if len(made) > 1:
        return [Ambiguous("field", said[0].raw, tuple(made))]
    return list(made)


def _meant(quantity: Quantity, text: str, here: Situation, record: Record) -> list[Field]:
    """The fields a figure without a name may be for, most likely ones only."""
    assert here.context is not None
    possible = [f for f in here.context.tool.form.fields if f.kind in NUMERIC and _may_be(quantity, f, record)]
    possible = _in_that_direction(quantity, possible, text, record)
    given = {f.id: record.answers[f.id].turn for f in possible if f.id in record.answers}
    latest = [f for f in possible if given.get(f.id) == max(given.values(), default=-1)]
    leans = phrase_set("leaning").find(tokens(text)) >= 0
    if leans and (supposed := [f for f in possible if f.id in _supposed_last(record)]):
        return supposed
    counts = [f for f in latest if f.kind in ("count", "amount")]
    latest = counts if counts and not (quantity.percent or quantity.share or quantity.currency) else latest
    if wanted := [f for f in latest if here.library.note(record.tool, f.id, "wanted")]:
        latest = wanted if phrase_set("aiming").find(tokens(text)) >= 0 else latest
    if latest and (leans or given[latest[0].id] >= here.state.turn - 1):
        return latest
    if here.field is not None and here.field in possible:
        return [here.field]
    return latest


def _faintly_named(quantity: Quantity, text: str, record: Record, context: Context) -> list[Field]:
    """The field whose name stands beside a figure among other words ("ואם העמלה הייתה 10%?"), where no other does."""
    fields = [f for f in context.tool.form.fields if f.kind in NUMERIC and _may_be(quantity, f, record)]
    cues = _cues(text, context)
    ranked = sorted(fields, key=lambda field: -cues.get(field.id, 0.0))
    scores = [*(cues.get(field.id, 0.0) for field in ranked), 0.0, 0.0]
    return ranked[:1] if scores[0] >= NAMED_FROM and scores[0] - scores[1] >= NAMED_AHEAD else []


def _cues(text: str, context: Context) -> dict[str, float]:
    """How near words come to the name of each field."""
    return {m.key[2]: m.score for m in context.library.index.best(text, "cue", context.tool.name, whole=False)}


def _in_that_direction(quantity: Quantity, fields: list[Field], text: str, record: Record) -> list[Field]:
    """Of the fields a figure may be for those that it raises or lowers as is said ("if we raise it to 10 %")."""
    words = tokens(text)
    up, down = (phrase_set(name).find(words) >= 0 for name in ("raising", "lowering"))
    if up == down:
        return fields
    kept = []
    for field in fields:
        given = record.answers.get(field.id)
        value = given.value if given is not None else None
        amount = value.get("amount") if isinstance(value, dict) else value
        if not isinstance(amount, str) or not _IS_NUMBER.fullmatch(amount):
            continue
        new = quantity.low / 100 if field.kind == "rate" and quantity.low > 1 else quantity.low
        if (new > Fraction(amount)) == up and new != Fraction(amount):
            kept.append(field)
    return kept or fields


_IS_NUMBER = re.compile(r"\d+(?:[./]\d+)?")


def _nearest(fields: list[Field], text: str, context: Context) -> list[Field]:
    """Of the fields that could be meant the one whose name the words are clearly nearest to, if any."""
    cues = _cues(text, context)
    ranked = sorted(fields, key=lambda field: -cues.get(field.id, 0.0))
    scores = [*(cues.get(field.id, 0.0) for field in ranked), 0.0]
    return ranked[:1] if ranked and scores[0] - scores[1] >= NEARER_BY else fields


def _supposed_last(record: Record) -> Sequence[str]:
    """The fields of the last "what if"."""
    return tuple(list(record.supposed.values())[-1]) if record.supposed else ()


def _may_be(quantity: Quantity, field: Field, record: Record) -> bool:
    """Whether a figure is of a field's kind; a bare number may be a rate or a price only where one is given."""
    if quantity.times:
        return field.kind == "count" and not unit_names(field)
    if quantity.percent or quantity.share:
        return field.kind == "rate"
    if quantity.currency or quantity.period:
        return field.kind == "money"
    if quantity.unit:
        return field.kind in ("count", "amount") and in_unit(quantity, field) is not None
    return field.kind in ("count", "amount") or field.id in {*record.answers, *_supposed_last(record)}


def _value(quantity: Quantity, field: Field, context: Context) -> Answer | None:
    made = Answer(field.id, None, quantity.raw, confidence=SURE_CHANGE, tool=context.tool.name)
    if field.kind == "rate" and not (quantity.percent or quantity.share) and quantity.high >= 1:
        if quantity.is_range or quantity.high > 100:
            return None
        return replace(made, value=exact_text(quantity.low / 100))  # "30" in place of 40 %
    found = figure_commands(quantity.raw, [replace(quantity)], replace(context, open_field=field.id))
    answers = [c for c in found if isinstance(c, Answer) and c.field == field.id]
    return replace(answers[0], confidence=SURE_CHANGE) if answers else None


def back_to_figure(part: Sentence, here: Situation) -> list[Command]:
    """ "Back to 300", "תחזור ל-30": the figure changed last is to be what it was; a supposition is only dropped."""
    words, record = part.words, here.subject
    if here.context is None or record is None or not words or not phrase_set("back_to").at(words, 0):
        return []
    if len(words) > LONGEST_BARE or len(quantities(part.text)) != 1:
        return []
    told = quantities(part.text)[0]
    if any(given.value == exact_text(told.low) for given in record.answers.values()):
        return [Simple("discard")] if record.supposed else [Simple("result")]  # it is what stands there already
    found = _unnamed(part.text, _without_question(here), record, replace(here.context, open_field="", correcting=True))
    given = [c for c in found if isinstance(c, Answer) and c.field in record.answers]
    if len(given) == 1 and record.supposed and record.answers[given[0].field].value == given[0].value:
        return [Simple("discard")]
    return [_changing(answer, True, record) for answer in given]


def _without_question(here: Situation) -> Situation:
    """The situation with no question open: what is spoken of is what was given before."""
    context = None if here.context is None else replace(here.context, open_field="")
    return replace(here, context=context)


def restated(part: Sentence, here: Situation) -> list[Command]:
    """ "How much is that per year?", "וכמה זה בשנה?", "the same in dollars?": the result in other terms."""
    record, context = here.subject, here.context
    if record is None or context is None or not context.tool.at_once or not part.asked or not record.answers:
        return []
    words = [token.text for token in part.words if token.kind != "sign" or token.text in CURRENCIES]
    if not words or len(words) > LONGEST_CHANGE or quantities(part.text):
        return []
    periods = {period for word in words if (period := _period_of(word))}
    codes = {code for word in words if (code := _currency_of(word))}
    if any(not (_period_of(w) or _currency_of(w) or _says_nothing(w) or w in _IN_OTHER_TERMS) for w in words):
        return []
    if len(periods) == 1 and not codes:
        return [Restate(period=periods.pop())]
    return [Restate(currency=codes.pop())] if len(codes) == 1 and not periods else []


def _period_of(word: str) -> str:
    return PERIODS.get(bare(word, PERIODS), "")


_IN_OTHER_TERMS = frozenset(
    listed("how much what is that it's what's per a an the same so and come comes to make makes worth total in each")
    + listed("כמה וכמה זה מה ומה יוצא זאת אומרת שווה בסך הכל אותו דבר ואותו אז כל ו ב ל במונחים")
)


# -- another case ------------------------------------------------------------------------------------


def another_case(text: str, here: Situation) -> list[Command]:
    """A whole calculation in one message while another record is open: a case of its own; empty when it is none."""
    record, context = here.record, here.context
    if record is None or context is None or phrase_set("correct").find(tokens(text)) >= 0:
        return []
    if other := _of_another_tool(text, here, record, context):
        return other
    started = one_shot(text, here.library)
    start = next((c for c in started if isinstance(c, Start)), None)
    if start is None or not start.complete:
        return []
    answers = [c for c in started if isinstance(c, Answer)]
    if len(answers) < FEWEST_OF_ANOTHER and start.confidence < WANTED_FROM:
        return []  # "two people, 40 hours each" would fit some form or other
    replied = here.field is not None and any(_is_reply(c, here.field.id) for c in _figures(text, context))
    if replied and start.confidence < REPLY_GIVES_WAY:
        return []  # "120 in total, two people with sixty each" answers what was asked
    if start.tool == record.tool:
        needed = {f.id for f in context.tool.form.fields if f.required}
        stored = [a for a in answers if a.field in record.answers and a.field in needed]
        anew = sum(record.answers[a.field].value != a.value for a in stored)
        return started if needed and len(stored) == len(needed) and anew > 1 else []
    here_too = {c.field for c in _figures(text, context) if isinstance(c, Answer)}
    return started if len(answers) > len(here_too) else []


def _of_another_tool(text: str, here: Situation, record: Record, context: Context) -> list[Command]:
    """A message that surely tells of another calculation than the open one, with its figures.

    "Ok, now a rep of mine: 180 hours a month, …": what is open reads fewer of the figures by their names."""
    said = [quantity for quantity in quantities(text) if not quantity.weak]
    if not context.tool.at_once or not said or len(tokens(text)) < SHORTEST_ANOTHER:
        return []
    chances = chances_of_tools(text)
    other = max(chances, key=lambda name: chances[name], default="")
    known = here.library.tools.get(other)
    if known is None or not known.at_once or other == record.tool or chances[other] < SURELY_ANOTHER:
        return []
    closed = replace(context, open_field="")
    here_too = {c.raw for c in _figures(text, closed) if isinstance(c, Answer)}
    theirs = [c for c in wished_figures(other, text, here.library) if isinstance(c, Answer)]
    words = tokens(text)
    anew = any(phrase_set(name).at(words, at) for name in ("turning_elsewhere", "now_that") for at in (0, 1))
    told = len({answer.raw for answer in theirs})
    if chances.get(record.tool, 0.0) > HARDLY_THIS or (told <= len(here_too) and not (anew and told >= len(here_too))):
        return []
    return [Start(other, confidence=chances[other]), *(replace(answer, tool=other) for answer in theirs)]


SURELY_ANOTHER, HARDLY_THIS = 0.75, 0.2  # chance of another tool, and of the one that is open
SHORTEST_ANOTHER = 8  # words


def _is_reply(command: Command, field: str) -> bool:
    return isinstance(command, Answer) and command.field == field and command.confidence > SURE_CHANGE


# -- a currency said afterwards ----------------------------------------------------------------------


def refined(part: Sentence, here: Situation) -> list[Command]:
    """A number in place of the range it lies in ("the exact count: four"), where no other field is named."""
    record, context = here.record, here.context
    said = [q for q in quantities(part.text) if not q.negated]
    if record is None or context is None or len(said) != 1 or phrase_set("refining").find(part.words) < 0:
        return []
    closed = replace(context, open_field="", correcting=True)
    for field in context.tool.form.fields:
        given = record.values().get(field.id)
        if not isinstance(given, dict) or {"low", "high"} != set(given):
            continue
        if Fraction(given["low"]) <= said[0].low <= said[0].high <= Fraction(given["high"]):
            found = [c for c in _figures(part.text, closed) if isinstance(c, Answer)]
            unnamed = _value(said[0], field, closed)
            return [replace(c, corrects=True) for c in found or ([unnamed] if unnamed else [])]
    return []


def in_place_of(said: Sequence[Quantity], field: Field, context: Context) -> Answer | None:
    """The number said in place of a share that was denied in plain numbers ("not 35, 45")."""
    new = [q for q in said if not q.negated]
    return _value(new[0], field, context) if len(new) == 1 and field.kind == "rate" else None


def currency_said(part: Sentence, here: Situation) -> list[Command]:
    """ "euros" after amounts in no currency: each of them is meant in it. Empty for anything else."""
    record, context = here.subject, here.context
    words = [token for token in part.words if token.kind != "sign" or token.text in CURRENCIES]
    if record is None or context is None or not words or len(words) > LONGEST_BARE:
        return []
    codes = {code for token in words if (code := _currency_of(token.text))}
    others = [token for token in words if not _currency_of(token.text) and not _says_nothing(token.text)]
    if len(codes) != 1 or others:
        return []
    unsaid = [
        (name, given)
        for name, given in record.answers.items()
        if isinstance(given.value, dict) and given.value.get("currency") == UNSAID
    ]
    code = codes.pop()
    return [
        Answer(name, {**given.value, "currency": code}, part.text, confidence=0.95, corrects=True, tool=record.tool)
        for name, given in unsaid
    ]


def _currency_of(word: str) -> str:
    return CURRENCIES.get(bare(word, CURRENCIES), "")


def _says_nothing(word: str) -> bool:
    return is_stop_word(word) or word in _FILLING


_FILLING = frozenset(
    listed("it's it that's they're all everything amounts figures numbers say mean meant הכל הסכומים כולם הכול")
)
