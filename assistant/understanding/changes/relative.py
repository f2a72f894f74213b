"""Changes told by how much: "3 more deals", "half the visits", "what if we doubled the cost?", "ואם היו עוד שתיים?".

Such a change is of a figure that is noted. It is supposed, never stored; where the words do not say of which figure,
the person is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from assistant.commands import Answer, Command, WhatIf
from assistant.conversation import Record
from assistant.understanding.fields.counted import kinds_said
from assistant.understanding.fields.figures import NUMERIC
from assistant.understanding.numbers.amounts import Quantity, quantities
from assistant.understanding.numbers.number_parts import bare
from assistant.understanding.numbers.time_units import unit_names
from assistant.understanding.situation import Situation
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, listed, tokens
from knowledge.hebrew import content_words
from tools.forms import Field
from tools.values import exact_text

NAMED_FROM, NAMED_BY = 0.5, 0.12  # how clearly a figure must be named, and by how much more clearly than another
ALONE_FROM, ALONE_BY = 0.38, 0.2  # … where none of the others comes near
KIND_NAMES = 1.0
PRICE_UNSAID = 0.7  # of the name of what one costs, where no word speaks of a cost
LONGEST_CHANGE = 14  # words
LONGEST_NOUN = 2  # words between a number and "more"
SURE = 0.8
UNSURE = 0.55  # confirmed before it is stored
THOUSAND = 1000  # a difference of so much is of money where counts are small
HALF = Fraction(1, 2)
_DEALS = "deals"
MOST_SHARE = 1  # a rate cannot become more
_TIMES_AS = frozenset(listed("as the that more bigger larger higher"))
_NOTHING_SAID = frozenset(
    listed("it was were is be had have has there then number amount figure only just so and but what if with about")
    + listed("זה היה היו הייתה יהיה יהיו המספר הסכום רק אם ואם מה ומה עם אז כמות")
)


@dataclass(frozen=True)
class Change:
    """A change told in numbers: the figure times `times`, plus `more` (of `currency`); `rest` says of which figure."""

    raw: str
    rest: str
    times: Fraction = Fraction(1)
    more: Fraction = Fraction(0)
    currency: str = ""
    unit: str = ""
    share: bool = False  # "only half": a change where the words name no share

    def of(self, value: Any) -> Any:
        """A noted value after the change, None where it cannot be changed so."""
        if isinstance(value, dict) and "amount" in value:
            amount = self._number(value["amount"])
            same = self.currency in ("", value.get("currency"))
            return {**value, "amount": amount} if amount is not None and same else None
        return self._number(value)

    def _number(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return None
        changed = Fraction(value) * self.times + self.more
        return exact_text(changed) if changed >= 0 else None


def change_in(text: str) -> Change | None:
    """The change a text tells, None where it tells none or several."""
    words = tokens(text)
    if len(words) > LONGEST_CHANGE:
        return None
    found = [quantity for quantity in quantities(text) if not (quantity.negated or quantity.bound)]
    if len(found) > 1:
        return None
    if found and found[0].part_of and phrase_set("winning_some").find(words) >= 0:
        won = found[0].part_of[0]  # "if we close two of the six": so many more than are closed
        return replace(_made(text, words, _spots(words, found[0]), more=won), rest=_DEALS)
    told = _multiplied(text, words, found)
    if told is not None or not found:
        return told
    return _by_number(text, words, found[0]) or _only_a_share(text, words, found[0])


def _multiplied(text: str, words: tuple[Token, ...], found: Sequence[Quantity]) -> Change | None:
    """ "Double the ads", "twice as many", "half the visits", "פי שלושה"."""
    for name, times in (("double", Fraction(2)), ("triple", Fraction(3)), ("halve", HALF)):
        place = phrase_set(f"times.{name}").find(words)
        if place >= 0:
            length = phrase_set(f"times.{name}").at(words, place)
            return _made(text, words, range(place, place + length), times=times)
    if not found:
        return None
    spots = _spots(words, found[0])
    before = words[spots.start - 1].text if spots.start else ""
    if before in ("פי", "-") and phrase_set("times.by").find(words[: spots.start]) >= 0:
        return _made(text, words, range(spots.start - 1 - (before == "-"), spots.stop), times=found[0].low)
    after = [token.text for token in words[spots.stop : spots.stop + 2]]
    if found[0].times and after[:1] and after[0] in _TIMES_AS:
        return _made(
            text, words, range(spots.start, spots.stop + 1 + (after[1:] in (["many"], ["much"]))), times=found[0].low
        )
    return None


def _only_a_share(text: str, words: tuple[Token, ...], quantity: Quantity) -> Change | None:
    """ "Ordered only half": a share of nothing that is said."""
    spots = _spots(words, quantity)
    after = words[spots.stop].text if spots.stop < len(words) else ""
    if not quantity.share or quantity.part_of or after in ("of", "מתוך") or after.startswith("מה"):
        return None
    return _made(text, words, spots, times=quantity.low, share=True)


def _by_number(text: str, words: tuple[Token, ...], quantity: Quantity) -> Change | None:
    """ "20 % more", "up by 5", "3 more deals", "עוד שתיים", "one deal less"."""
    spots = _spots(words, quantity)
    sign, place = _direction(words, spots)
    if not sign:
        return None
    taken = {*spots, place}
    if quantity.percent or quantity.share:
        return _made(text, words, taken, times=1 + sign * quantity.low)
    if quantity.is_range:
        return None
    made = _made(text, words, taken, more=sign * quantity.low, currency=quantity.currency, unit=quantity.unit)
    return replace(made, rest=f"{made.rest} {quantity.unit}s") if quantity.unit else made


def _direction(words: tuple[Token, ...], spots: range) -> tuple[int, int]:
    """(1 for more, -1 for less, 0 for neither; the place of the word that says so) around a number."""
    after = range(spots.stop, min(spots.stop + LONGEST_NOUN + 1, len(words)))
    before = range(spots.start - 1, max(-1, spots.start - 4), -1)
    if spots.start and words[spots.start - 1].text in ("to", "ל", "at"):
        before = range(0)  # "drop to 3" is no 3 fewer
    for sign, name in ((1, "more"), (-1, "fewer")):
        for place in after:
            if phrase_set(f"change.{name}").at(words, place) and not _compares(words, place):
                return sign, place
        for place in before:
            if phrase_set(f"change.{name}_before").at(words, place):
                return sign, place
        for place in range(spots.start):
            raised = phrase_set(f"change.{name}_by").at(words, place)
            if raised and any(_is_by(word.text) for word in words[max(0, spots.start - 2) : spots.start + 1]):
                return sign, place
    return 0, -1


def _compares(words: tuple[Token, ...], place: int) -> bool:
    """Whether "more" compares with another number ("more than 5"), and not with what was said."""
    compares = place + 1 < len(words) and words[place + 1].text in ("than", "מ", "מאשר")
    return compares and not phrase_set("than_said").at(words, place + 1)


def corrected_by(text: str, here: Situation) -> list[Command]:
    """ "Shipping was 8k more than I said": the noted figure with the difference, to be confirmed before it counts.

    A cost that is only a part of a noted one is told by its currency, or by a word for a cost.
    """
    record, context = here.subject, here.context
    if record is None or context is None or not context.tool.at_once:
        return []
    words, change = tokens(text), change_in(text)
    if change is None or not (change.more or change.times != 1):
        return []
    fields = _changeable(change, record, here)
    if phrase_set("than_said").find(words) < 0:  # "we closed two more deals", of what is counted by name only
        counts = [field for field in fields if field.kind == "count"]
        added = change.more > 0 and len(quantities(text)) == 1 and phrase_set("come_in").find(words) >= 0
        fields = _named(change, counts, here) if added and counts else []
        fields = [field for field in fields if field.id != context.open_field]
    if not fields:
        return []
    money = [field for field in fields if field.kind == "money"]
    spoken = _named(change, fields, here) or (money if change.currency or abs(change.more) >= THOUSAND else [])
    made = [(field, change.of(record.answers[field.id].value)) for field in spoken[:1]]
    return [
        Answer(field.id, value, text, confidence=UNSURE, corrects=True, tool=context.tool.name)
        for field, value in made
        if value is not None
    ]


def _is_by(word: str) -> bool:
    return word == "by" or (word.startswith("ב") and word != "בערך")


def _spots(words: tuple[Token, ...], quantity: Quantity) -> range:
    """The places of the words of a quantity."""
    inside = [at for at, word in enumerate(words) if quantity.start <= word.start < quantity.end]
    return range(inside[0], inside[-1] + 1)


def _made(text: str, words: tuple[Token, ...], taken: Iterable[int], **change: Any) -> Change:
    places = sorted(set(taken))
    raw = text[words[places[0]].start : words[places[-1]].end]
    rest = " ".join(text[word.start : word.end] for at, word in enumerate(words) if at not in places)
    return Change(raw, rest, **change)


# -- of which figure ---------------------------------------------------------------------------------


def supposed_change(text: str, here: Situation) -> WhatIf | None:
    """A supposition of a change of one figure; of several possible ones all are proposed and nothing is supposed.

    None where no change is told, or nothing is noted that could change so.
    """
    record, context = here.subject, here.context
    if record is None or context is None or not context.tool.at_once or (change := change_in(text)) is None:
        return None
    if change.more and _names_addition(change, here):
        return None  # "ואם כל אחד ימכור רק עוד 10,000" tells the addition itself
    fields = _changeable(change, record, here)
    if not fields or _is_share_of_some(change, here):
        return None
    meant = _named(change, fields, here)
    if change.share and (not meant or meant[0].kind == "rate"):
        return None  # "ואם הרווח היה רבע?"
    meant = meant or _last(change, fields, record, here)
    made = [
        Answer(field.id, value, change.raw, confidence=SURE, tool=context.tool.name)
        for field in meant or fields
        if (value := change.of(record.answers[field.id].value)) is not None
    ]
    if len(meant) == 1 and made:
        return WhatIf(tuple(made))
    return WhatIf((), either=tuple(made)) if made else None


def _changeable(change: Change, record: Record, here: Situation) -> list[Field]:
    """The figures of a record that a change may be of, by their kind."""
    assert here.context is not None
    fields = [f for f in here.context.tool.form.fields if f.kind in NUMERIC and f.id in record.answers]
    fields = [f for f in fields if record.answers[f.id].status == "answered"]
    fields = [f for f in fields if f.kind != "rate" or change.times != 1]
    if change.currency:
        fields = [f for f in fields if f.kind == "money"]
    elif change.more:
        counts = [f for f in fields if f.kind in ("count", "amount")]
        if abs(change.more) >= THOUSAND or not counts:
            counts = [f for f in fields if f.kind == "money"] or counts
        fields = [f for f in counts if not change.unit or change.unit in unit_names(f)]
    return [f for f in fields if f.kind != "rate" or _is_share(change.of(record.answers[f.id].value))]


def _names_addition(change: Change, here: Situation) -> bool:
    """Whether the words name a figure that is an addition itself, such as what each sells more with a helper."""
    assert here.context is not None
    note, tool = here.library.note, here.context.tool
    adds = [field for field in tool.form.fields if note(tool.name, field.id, "adds")]
    large = bool(change.currency) or abs(change.more) >= THOUSAND
    money = [field for field in adds if field.kind == "money" and large]
    named = _named(change, [f for f in tool.form.fields if f.kind == "money"], here) if money else []
    return any(field in money for field in named)


def _is_share_of_some(change: Change, here: Situation) -> bool:
    """Whether "half" is a share the form asks for ("what if we won half of the ready ones?") and no change of one."""
    assert here.context is not None
    note, tool = here.library.note, here.context.tool
    kinds = {note(tool.name, field.id, "of_kind") for field in tool.form.fields} - {None}
    words = tokens(change.rest)
    said = any(phrase_set(f"counted.{kind}").find(words) >= 0 for kind in kinds)
    return said and change.times == HALF and change.raw.lower().startswith(("half", "חצי", "מחצית"))


def _is_share(value: Any) -> bool:
    return isinstance(value, str) and Fraction(value) <= MOST_SHARE


def _named(change: Change, fields: Sequence[Field], here: Situation) -> list[Field]:
    """The one figure that the words of a change name, if they name one clearly."""
    assert here.context is not None
    library, tool = here.library, here.context.tool.name
    cues = {m.key[2]: m.score for m in library.index.best(change.rest, "cue", tool, whole=False)}
    kinds = kinds_said(change.rest)
    for field in fields:
        if field.kind == "count" and library.note(tool, field.id, "kind") in kinds:
            cues[field.id] = max(cues.get(field.id, 0.0), KIND_NAMES)
    if phrase_set("costing").find(tokens(f"{change.rest} {change.raw}")) < 0 and not change.currency:
        for field in fields:  # "half the visits" is of their number, not of what one costs
            counted = library.note(tool, field.id, "per")
            cues[field.id] = cues.get(field.id, 0.0) * (PRICE_UNSAID if counted in cues else 1)
    ranked = sorted(fields, key=lambda field: -cues.get(field.id, 0.0))
    scores = [*(cues.get(field.id, 0.0) for field in ranked), 0.0]
    ahead = scores[0] - scores[1]
    clear = (scores[0] >= NAMED_FROM and ahead >= NAMED_BY) or (scores[0] >= ALONE_FROM and ahead >= ALONE_BY)
    return ranked[:1] if clear else []


def _is_each(change: Change) -> bool:
    return phrase_set("of_each").find(tokens(change.rest)) >= 0


def _last(change: Change, fields: Sequence[Field], record: Record, here: Situation) -> list[Field]:
    """The figure that a change naming none is of: the only possible one, or the one given in the message before."""
    if change.unit:
        totals = [field for field in fields if here.library.note(record.tool, field.id, "total")]
        return list(fields) if len(fields) == 1 else totals if len(totals) == 1 and not _is_each(change) else []
    if [word for word in content_words(change.rest) if not bare(word, _NOTHING_SAID)]:
        return []
    latest = max(record.answers[field.id].turn for field in fields)
    given = [field for field in fields if record.answers[field.id].turn == latest]
    just_now = latest >= here.state.turn - 1
    return list(fields) if len(fields) == 1 else given if len(given) == 1 and just_now else []
