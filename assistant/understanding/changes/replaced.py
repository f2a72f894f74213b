"""A figure said in place of one that is there: by its place, by "instead", by a mere "no" before it."""

from __future__ import annotations

from dataclasses import replace

from assistant.commands import Answer, Command, Unclear
from assistant.conversation import Record
from assistant.understanding.answers.naming import named_field
from assistant.understanding.answers.statements import field_of, said_in
from assistant.understanding.changes.changing import in_place_of
from assistant.understanding.fields.scored import NUMERIC, Context
from assistant.understanding.numbers.amounts import Quantity, quantities
from assistant.understanding.numbers.time_units import in_unit
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, tokens
from tools.forms import Field

SURE_PLACE, LIKELY_PLACE = 0.75, 0.5  # the second of those told together; of all told one after another
NAMES_WRONG = 0.4
TWO_CLAUSES = 2
LONGEST_DENIAL = 6  # words of "no, 15 thousand dollars"
_PLACES = {
    1: ("first", "1st", "ראשון", "ראשונה"), 2: ("second", "2nd", "שני", "שנייה", "שניה"),
    3: ("third", "3rd", "שלישי", "שלישית"), 4: ("fourth", "4th", "רביעי", "רביעית"),
    -1: ("last", "אחרון", "אחרונה"),
}  # fmt: skip
_ORDINALS = {word: place for place, words in _PLACES.items() for word in words}
_NO = frozenset(("no", "nope", "לא"))


def replaced_figure(part: Sentence, said: tuple[Quantity, ...], here: Situation) -> list[Command]:
    """The one figure of a sentence for the field whose figure it says was wrong; empty where it says no such thing."""
    record, context = here.subject, here.context
    if record is None or context is None or len(said) != 1 or said[0].negated:
        return []
    if _place_named(part.words) and _says_wrong(part):
        placed = _by_place(part, record, context)
        if placed is None:
            return [Unclear(part.text)]
        field, sure = placed
    elif (named := _named_wrong(part, said[0], record, context)) is not None:
        field, sure = named, SURE_PLACE
    elif (told := _told_just_before(part, said[0], here)) is not None:
        asked_as_well = here.field is not None and may_be(said[0], here.field)
        field, sure = told, LIKELY_PLACE if asked_as_well else SURE_PLACE
    else:
        return []
    if (share := in_place_of(said, field, context)) is not None:
        return [replace(share, corrects=True, confidence=sure)]
    found = said_in(part.text[: said[0].end], said, replace(context, open_field=field.id, correcting=True))
    answers = [c for c in found if field_of(c) == field.id]
    return [replace(c, corrects=True, confidence=sure) if isinstance(c, Answer) else c for c in answers]


def _by_place(part: Sentence, record: Record, context: Context) -> tuple[Field, float] | None:
    """The field of "the second number was wrong, it's 6": of those told together last, else of all in their order."""
    place = _place_named(part.words)
    numeric = [f.id for f in context.tool.form.fields if f.kind in NUMERIC]
    given = [(name, one) for name, one in record.answers.items() if name in numeric and one.status == "answered"]
    latest = max((one.turn for _, one in given), default=0)
    together = [name for name, one in given if one.turn == latest]
    among = together if len(together) > 1 and len(together) >= place else [name for name, _ in given]
    if len(among) < abs(place):
        return None
    name = among[place - 1] if place > 0 else among[-1]
    sure = SURE_PLACE if among is together or place < 0 else LIKELY_PLACE
    return context.tool.form.field(name), sure


def _says_wrong(part: Sentence) -> bool:
    return part.corrects or phrase_set("wrongly").find(part.words) >= 0


def _named_wrong(part: Sentence, quantity: Quantity, record: Record, context: Context) -> Field | None:
    """The answered field of "the margin is wrong, should be 45": named in the clause before the figure's."""
    pieces = clauses(part.text)
    if len(pieces) != TWO_CLAUSES or quantity.raw in pieces[0] or phrase_set("wrongly").find(tokens(pieces[0])) < 0:
        return None
    numeric = {f.id for f in context.tool.form.fields if f.kind in NUMERIC} & set(record.answers)
    return named_field(pieces[0], context, NAMES_WRONG, numeric)


def _place_named(words: tuple[Token, ...]) -> int:
    """Which of the figures a sentence speaks of ("the second number", "המספר השני"); 0 for none."""
    figure = phrase_set("a_figure")
    for at, token in enumerate(words):
        place = _ORDINALS.get(token.text) or _ORDINALS.get(token.text.removeprefix("ה"))
        if not place:
            continue
        if token.text.isascii():
            named = at + 1 < len(words) and figure.at(words, at + 1)
        else:
            named = at and figure.at(words, at - 1)
        if named:
            return place
    return 0


def _told_just_before(part: Sentence, quantity: Quantity, here: Situation) -> Field | None:
    """The field answered in the message before, which "no, 15 thousand" takes back."""
    record, context = here.subject, here.context
    words = [token for token in part.words if token.kind != "sign"]
    if record is None or context is None or not words or words[0].text not in _NO or len(words) > LONGEST_DENIAL:
        return None
    if part.text[words[0].end : quantity.start].strip(" ,.-–!") or part.text[quantity.end :].strip(" ,.!"):
        return None
    last = max((one.turn for one in record.answers.values()), default=0)
    if last < here.state.turn - 1:
        return None
    told = [context.tool.form.field(name) for name, one in record.answers.items() if one.turn == last]
    fitting = [field for field in told if may_be(quantity, field)]
    return fitting[-1] if len(fitting) == 1 else None


def may_be(quantity: Quantity, field: Field) -> bool:
    """Whether a number is of the kind a field takes."""
    if quantity.percent or quantity.share:
        return field.kind == "rate"
    if quantity.currency:
        return field.kind == "money"
    if quantity.unit:
        return field.kind in ("count", "amount") and in_unit(quantity, field) is not None
    if field.kind == "rate":
        return quantity.low <= 100
    return field.kind in NUMERIC


def without_denied(text: str, one: Quantity, two: Quantity) -> str:
    """A text with a figure that it takes back itself replaced by the one said instead, in the same terms.

    "commission is 3 percent, no, 4" is four percent, "20 thousand dollars, no, 25" is 25 thousand dollars.
    """
    kept = text[two.start : two.end]
    plain = not (two.currency or two.percent or two.unit or two.share)
    terms = tokens(one.raw)
    if plain and len(terms) > 1 and terms[0].kind == "number" and two.low < 1000 and len(tokens(two.raw)) == 1:
        kept += one.raw[terms[0].end :]
    made = text[: one.start] + kept + text[two.end :]
    return made if len(quantities(made)) == len(quantities(text)) - 1 else text[: one.start] + text[two.start :]
