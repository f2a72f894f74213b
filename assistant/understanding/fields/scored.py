"""How well one number fits each field of a form: by its kind, and by the words beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assistant.understanding.fields.beside import (
    BORDER,
    LONGEST_EACH,
    PRICED,
    counts_things,
    heading_of,
    is_count,
    is_counted,
    is_for_each,
    is_priced,
    priced_noun,
    surroundings,
)
from assistant.understanding.fields.counted import (
    Names,
    counts_another_thing,
    is_beside_the_point,
    of_its_kind,
    share_of_its_kind,
)
from assistant.understanding.fields.figure_context import Context, asks_for_kind, wholes_of
from assistant.understanding.fields.roles import role_chances
from assistant.understanding.numbers.amounts import Quantity
from assistant.understanding.numbers.number_words import PERIODS
from assistant.understanding.numbers.time_units import MONTHS, in_unit, unit_bonus, unit_names
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens
from knowledge.hebrew import is_stop_word
from tools.forms import Field

NUMERIC = ("count", "amount", "money", "rate")
CUE_FROM = 0.5  # how much of a field's name must stand beside a number
SURE_CUE = 0.75
COUNTING_CUE = 0.6  # "one deal": the noun a lone "one" counts
WANTED_HELPS = 0.4
PART_CUE = 0.45
PART_HELPS = 0.35  # "35 of 50" for a field that is a part of another
OPEN_FIRST, OPEN_LATER = 0.45, 0.28  # of the open question, for the first number said and for others
OPEN_HELPS, OPEN_UNNAMED = 0.45, 0.15  # of the open question; while the words name another field clearly
NAMED_AHEAD = 0.15  # by how much another field must be named more clearly
TOTAL_HELPS = 0.15  # time that is for no single one of anything is a total
AVERAGE_COSTS = 0.2  # "the average deal" is an amount and no count
LONGEST_ALONE = 3  # words of a clause that says "one" and nothing else
WHOLELESS_COSTS = 0.15  # a share of what nobody spoke of, beside the share that is asked for
CHAINED_CUE = 0.3  # how much of its name is enough for a number that follows from the one before
ANSWERED_COSTS, CHANGED_HELPS = 0.12, 0.1  # a field that has its answer, unless the words change one
LAST_HELPS = 0.22  # … the one that was answered last rather than any other
LONG_REPLY = 5  # words of a reply whose number may count something else
FEW_NUMBERS = 2  # more of them tell a story, whose first number need not be what was asked
MOST_PERCENT = 100  # a larger bare number is no share
INCLUSIVE_HELPS = 0.3  # "80 in all, including ours" is of what takes them in
ONCE_HELPS = 0.3  # "one-off" beside an amount
MOSTLY = 0.75  # share of the best name that a price must come near
PRICE_HELPS = 0.4  # "200 euros per accepted lead"
NEAR_BY = 12  # characters between "the biggest one has" and its figure
LEARNED_FROM = 0.8  # chance, by the words around it, from which a figure is for a field …
NAMED_WELL = 0.6  # … while no name beside it says which, at least as clearly as this
CLOSE, LIKELY_MEANT, HARDLY_LIKELY = 0.15, 0.5, 0.1  # the same, of two fields that fit about as well
MEANT_INSTEAD, HARDLY_MEANT = 0.9, 0.05  # … from which a figure is for a field instead of one of so little chance
AHEAD_OF_NAMED = 0.1  # and by how much it then fits better
ASKED_SHARE = 20.0  # by how much likelier the first figure is for the open question
LEAST_AMOUNT = 1000  # a smaller number without a currency needs words to be money


@dataclass(frozen=True)
class Fit:
    """How well a quantity (its place among those said) fits a field."""

    score: float
    quantity: int
    field: Field
    cue: float
    text: str = ""
    stray: bool = False  # a bare number among others, counting something the open question does not ask for
    lead: float = 0.0  # by how much it fits better than any other field
    near: bool = True  # named, asked or measured clearly enough to count by itself
    refers: bool = False  # "of those", "at 20", "sixty each"
    each: bool = False  # "sixty each": of anything counted before, not only of what stands next to it
    headed: bool = False  # named by the heading of a list alone ("strategic: 5 accounts, 10 hours")
    at: bool = False  # it refers by "at" alone, after something else was named ("4 reps and a helper at 2,800")


@dataclass(frozen=True)
class _Said:
    """One number as it stands in its message: the words beside it and how clearly they name each field."""

    text: str
    place: int
    quantity: Quantity
    before: str
    after: str
    refers: bool
    each: bool
    at: bool
    headed: bool  # only the heading of a list names it
    things: bool  # it counts people or things that are no money
    inclusive: bool  # "… including ours"
    among: int  # how many numbers the message has
    cues: Mapping[str, float]
    ahead: Mapping[str, float]  # … by the words before it alone

    @property
    def around(self) -> str:
        return f"{self.before} {self.after}"


def fits_of(text: str, found: Sequence[Quantity], context: Context) -> list[Fit]:
    """Every field each number of a text may be for, and how well."""
    fits: list[Fit] = []
    for place in range(len(found)):
        said = _said(text, found, place, context)
        fields = [field for field in context.tool.form.fields if field.kind in NUMERIC]
        possible = [fit for field in fields if (fit := _fit(said, field, context)) is not None]
        possible = _with_the_likelier(possible, text, found, context)
        best = [*sorted((fit.score for fit in possible), reverse=True)[:2], 0.0, 0.0]
        fits += [
            replace(
                fit,
                lead=fit.score - (best[1] if fit.score == best[0] else best[0]),
                near=_is_near(said.quantity, fit, context),
            )
            for fit in possible
        ]
    return fits


def _said(text: str, found: Sequence[Quantity], place: int, context: Context) -> _Said:
    quantity = found[place]
    before, after = surroundings(text, found, place)
    refers = phrase_set("referring").find(tokens(f"{before} {after}")) >= 0
    end = min([quantity.end + LONGEST_EACH, *(q.start for q in found[place + 1 :] if not q.weak)])
    told = BORDER.split(text[quantity.end : end] + " ")[0]
    head = heading_of(text, quantity) if place and not before.strip(" ,;-") else ""
    each = is_for_each(quantity, before, f"{quantity.raw} {told}") or is_for_each(quantity, before, after)
    if refers and place and is_count(quantity) and not before.strip(" ,;-"):
        before = priced_noun(text, found, place - 1)
    elif head:
        before = head
    lone = quantity.weak and quantity.low == 1 and is_counted(quantity, after)  # "one manager" names itself
    cues, ahead = _cues("" if lone else before, after, is_counted(quantity, after), context)
    cues = _with_learned(cues, text, found, place, context)
    things = counts_things(quantity, after)
    if _is_all_said(quantity, text) and _asks_number(quantity, context) and not things:
        cues = {context.open_field: cues.get(context.open_field, 0.0)}
    inclusive = _INCLUDING.search(text[quantity.end :]) is not None
    at = is_priced(before) and not refers and not each and _turns_elsewhere(text, found, place, before)
    return _Said(
        text, place, quantity, before, after, refers or each or is_priced(before), each, at,
        bool(head) and before == head, things, inclusive, len(found), cues, ahead,
    )  # fmt: skip


def _with_learned(
    cues: Mapping[str, float], text: str, found: Sequence[Quantity], place: int, context: Context
) -> dict[str, float]:
    """How clearly each field is named beside a figure, or surely meant by the words around it where none is."""
    kinds = [f for f in context.tool.form.fields if f.kind in NUMERIC and _compatible(found[place], f)]
    named = max((cues.get(field.id, 0.0) for field in kinds), default=0.0)
    begun = bool(context.open_field or context.values)
    if found[place].weak or named >= NAMED_WELL or context.correcting or not begun:
        return dict(cues)
    if any(0 <= found[place].start - of_one.end() < NEAR_BY for of_one in _OF_ONE.finditer(text)):
        return dict(cues)  # "the biggest account has 15 sites" counts none of what is asked for
    chances = role_chances(context.tool.name, text, found, place)
    asked = 1.0 if place else ASKED_SHARE  # who is asked for one figure mostly tells it first
    likely = {f.id: chances.get(f.id, 0.0) * (asked if f.id == context.open_field else 1.0) for f in kinds}
    total = sum(likely.values()) + chances.get("", 0.0)
    sure = {field: chance / total for field, chance in likely.items() if chance > LEARNED_FROM * total}
    return {**cues, **{field: max(chance, cues.get(field, 0.0)) for field, chance in sure.items()}}


def _with_the_likelier(possible: list[Fit], text: str, found: Sequence[Quantity], context: Context) -> list[Fit]:
    """The fits of one figure, the best of them another where the words around it surely mean another field.

    "Each such contact takes four hours a month": the hours of a month are named, and those of a contact are meant.
    """
    best = max(possible, key=lambda fit: fit.score, default=None)
    if best is None or context.correcting or found[best.quantity].weak or not (context.open_field or context.values):
        return possible
    chances = role_chances(context.tool.name, text, found, best.quantity)
    likely = max(possible, key=lambda fit: chances.get(fit.field.id, 0.0))
    close = best.score - likely.score <= CLOSE
    least, most = (LIKELY_MEANT, HARDLY_LIKELY) if close else (MEANT_INSTEAD, HARDLY_MEANT)
    surely = chances.get(likely.field.id, 0.0) >= least and chances.get(best.field.id, 0.0) <= most
    if likely is best or not surely or best.field.id == context.open_field:
        return possible
    others = (role_chances(context.tool.name, text, found, n) for n in range(len(found)) if n != best.quantity)
    if any(of.get(likely.field.id, 0.0) > chances[likely.field.id] for of in others):
        return possible  # "70 calls a day, 7 of them become talks"
    meant = replace(likely, score=best.score + AHEAD_OF_NAMED, cue=max(likely.cue, CUE_FROM))
    return [meant if fit is likely else fit for fit in possible]


_OF_ONE = re.compile(
    r"\b(?:the|our|their) (?:biggest|largest|main|smallest|best|oldest|newest|average|typical) \w+"
    r" (?:has|have|had|runs|owns|employs)\b"
    r"|(?<![א-ת])[בל]\S+(?: \S+){0,2} (?:הגדול|הגדולה|הקטן|הקטנה|הראשי|הראשית|הממוצע|הממוצעת)(?: ביותר)? יש ",
    re.IGNORECASE,
)


_INCLUDING = re.compile(
    r"\b(?:including|incl\.?|counting)\b[^.;]{0,20}\b(?:ours|us|those|them|we|our|mine)\b|\bours (?:too|included|among)"
    r"|(?<![א-ת])(?:כולל|לרבות|ביחד עם)\s[^.;]{0,25}(?:שלנו|אצלנו|הקיימים|הקיימות|אלה|אלו)",
    re.IGNORECASE,
)


def _turns_elsewhere(text: str, found: Sequence[Quantity], place: int, before: str) -> bool:
    """Whether something else was named between the number before and an "at" ("4 reps and a helper at 2,800")."""
    gap = text[found[place - 1].end : found[place].start] if place else ""
    return BORDER.search(gap) is not None and len(before.split()) > 1


def _fit(said: _Said, field: Field, context: Context) -> Fit | None:
    """How well a number fits one field; None where it cannot be for it."""
    quantity, before, after = said.quantity, said.before, said.after
    whole = bool((quantity.part_of or quantity.share) and context.library.note(context.tool.name, field.id, "whole"))
    cue = said.cues.get(field.id, 0.0)
    plural = field.kind == "count" and quantity.high and not quantity.weak
    if plural and (kind := context.library.note(context.tool.name, field.id, "kind")):
        cue = of_its_kind(cue, kind, said.around)
    if field.kind == "rate" and (kind := context.library.note(context.tool.name, field.id, "of_kind")):
        cue = share_of_its_kind(cue, kind, after[len(quantity.raw) :])
    if not (whole or _compatible(quantity, field)) or not _may_be(said, field, cue, context):
        return None
    once_each = context.library.note(context.tool.name, field.id, "once_each")
    if field.kind == "money" and quantity.period in MONTHS and once_each:
        return None  # what is paid for each one is not paid by the month
    if said.inclusive and said.place == said.among - 1:
        inclusive = bool(context.library.note(context.tool.name, field.id, "inclusive"))
        cue = max(cue, SURE_CUE) + INCLUSIVE_HELPS if inclusive else cue - INCLUSIVE_HELPS
    if whole and quantity.part_of and cue >= PART_CUE:
        cue = max(cue, SURE_CUE)  # "35 customers of 50": no other field is a part of another
    if cue >= CHAINED_CUE:
        cue += _wanted(before, field, context)
        once = quantity.period == "one_off" and context.library.note(context.tool.name, field.id, "once")
        cue += ONCE_HELPS if once else 0.0
    score = (
        cue
        + unit_bonus(quantity, field)
        + _kind_bonus(quantity, field)
        + _place_bonus(quantity, field, before, after)
        + _answered(field, context)
        - _single_costs(quantity, field, said.each, said.around, context)
        - (_wholeless_costs(field, context) if said.among == 1 else 0.0)
    )
    stray = field.kind == "money" and cue < CUE_FROM and _is_counting(quantity, after, said.among)
    later = said.place > 0 and said.quantity.currency and field.id == context.open_field and not said.refers
    stray = stray or (bool(later) and field.kind == "money" and cue < CHAINED_CUE)  # "12 deals, 300k in total"
    stray = stray or (field.kind == "count" and cue < CHAINED_CUE and _counts_other(said, context))
    if field.kind == "count" and field.id == context.open_field and not context.correcting:
        names = Names(context.library, context.tool.name, field.id)
        stray = stray or (not said.refers and counts_another_thing(quantity, before, after, names, said.among == 1))
    helps = _open_helps(field, said.place, said.refers and not said.each, context)
    score += min(helps, _open_share(said.cues, field)) if helps else 0.0
    score += PART_HELPS if whole and quantity.part_of else 0.0
    score += PRICE_HELPS if _is_price_of(said, field, context) else 0.0
    return Fit(
        score,
        said.place,
        field,
        min(1.0, cue),
        said.around,
        stray,
        refers=said.refers,
        each=said.each,
        at=said.at,
        headed=said.headed,
    )


def _is_price_of(said: _Said, field: Field, context: Context) -> bool:
    """Whether an amount is said to be per one of what a field is the price of ("200 euros per accepted lead")."""
    counted = context.library.note(context.tool.name, field.id, "per")
    following = said.after[len(said.quantity.raw) :].split()[:1]
    if not counted or field.kind != "money" or not following or not _is_per(following[0]):
        return False
    named = said.cues.get(field.id, 0.0)
    return named >= CUE_FROM and named >= MOSTLY * max(said.cues.values())  # "paid 4,000 for a mailing" is no fee


def _is_among_the_first(said: _Said) -> bool:
    """ "Top five" names no place and counts nothing; "the top 20 %" is a share."""
    return not said.quantity.percent and phrase_set("among_the_first").find(tokens(said.before)[-1:]) >= 0


def _may_be(said: _Said, field: Field, cue: float, context: Context) -> bool:
    """Whether the words let a number of the right kind be for a field at all."""
    quantity, is_open = said.quantity, field.id == context.open_field
    if quantity.rank != bool(context.library.note(context.tool.name, field.id, "rank")) and (
        quantity.rank or quantity.part_of
    ):
        return False  # a place is no count, and "4 of 150 customers" is no place
    if (said.things and field.kind in ("money", "rate")) or _is_among_the_first(said):
        return False
    if field.kind == "rate" and _is_of_another_share(said, field, context):
        return False
    if field.kind == "count" and not said.things and phrase_set("priced_ones").find(tokens(said.before)) >= 0:
        return False  # "a deal is about 8,000" counts no deals
    if (cue < SURE_CUE or quantity.unit) and is_beside_the_point(quantity, said.before, said.after):
        return False
    around = said.around if said.among == 1 else said.text
    alone = is_open and len(around.split()) <= LONGEST_ALONE
    if quantity.weak and not _is_number_here(quantity, field, cue, alone):
        return False
    if not is_open and _is_beyond(quantity, field) and (cue < SURE_CUE or _is_for_another_time(quantity, field)):
        return False  # "180 hours a month" are no hours of a day
    if field.kind != "money" or said.each or (is_open and said.among == 1):
        return True
    if said.headed and not quantity.currency and quantity.low < LEAST_AMOUNT:
        return False  # "one rep: 180 hours, 40 on reports"
    return _is_money_here(quantity, field, said.before, said.after, said.ahead)


def _is_of_another_share(said: _Said, field: Field, context: Context) -> bool:
    """Whether a percentage is of what no form asks for ("8 % discount"), unless the field is called so."""
    shares = phrase_set("other_shares")
    near = (tokens(said.before)[-2:], tokens(said.after[len(said.quantity.raw) :])[:1])
    if all(shares.find(words) < 0 for words in near):
        return False
    return shares.find(tokens(" ".join(field.label[one] for one in ("en", "he")).lower())) < 0


def _single_costs(quantity: Quantity, field: Field, each: bool, around: str, context: Context) -> float:
    """What speaks against hours of a single one where nothing says "each", and against a count of "the average …"."""
    if field.id == context.open_field:
        return 0.0
    if quantity.unit and not each and (per := context.library.note(context.tool.name, field.id, "per")):
        counted = per in (context.values or {}) or phrase_set("of_each").find(tokens(around)) >= 0
        return 0.0 if counted else TOTAL_HELPS
    bare = not (quantity.currency or quantity.percent or quantity.share or quantity.unit)
    averaged = bare and field.kind == "count" and not unit_names(field)
    return AVERAGE_COSTS if averaged and phrase_set("averaging").find(tokens(around)) >= 0 else 0.0


def _wholeless_costs(field: Field, context: Context) -> float:
    """What speaks against a share of something nobody spoke of, while another share is asked for."""
    wholes, asked = wholes_of(field, context), asks_for_kind(field.kind, context)
    known = not wholes or any(whole in (context.values or {}) for whole in wholes)
    return 0.0 if known or not asked or field.id == context.open_field or field.kind != "rate" else WHOLELESS_COSTS


def _is_all_said(quantity: Quantity, text: str) -> bool:
    return quantity.raw.strip() == text.strip(" .,!")


def _asks_number(quantity: Quantity, context: Context) -> bool:
    """Whether such a number is asked for: one that is said alone then names nothing else."""
    asked = (f for f in context.tool.form.fields if f.id == context.open_field and f.kind in NUMERIC)
    return any(not quantity.unit or _compatible(quantity, field) for field in asked)


def _open_helps(field: Field, place: int, refers: bool, context: Context) -> float:
    """The open question takes a number no other field claims, the first one rather than one "of whom …" after it."""
    if field.id != context.open_field or (place and refers and not wholes_of(field, context)):
        return 0.0
    return OPEN_LATER if place else OPEN_FIRST


def _open_share(cues: Mapping[str, float], field: Field) -> float:
    """What speaks for the open question: less where another field is named beside the number, and much more clearly."""
    other = max((cue for name, cue in cues.items() if name != field.id), default=0.0)
    ahead = other - cues.get(field.id, 0.0)
    named = (other >= SURE_CUE and ahead >= NAMED_AHEAD) or (other >= COUNTING_CUE and ahead >= 2 * NAMED_AHEAD)
    return OPEN_UNNAMED if named else OPEN_HELPS


def _answered(field: Field, context: Context) -> float:
    """A number rather answers what is open, unless the words change what was said."""
    if field.id not in (context.values or {}) or field.id == context.open_field:
        return 0.0
    if not context.correcting:
        return -ANSWERED_COSTS
    return LAST_HELPS if field.id == next(reversed(tuple(context.values or ()))) else CHANGED_HELPS


def _wanted(before: str, field: Field, context: Context) -> float:
    """A number that is wanted ("we need 10 deals") is a target and no result."""
    if not context.library.note(context.tool.name, field.id, "wanted"):
        return 0.0
    words = tokens(before)
    said = field.id in (context.values or {}) or phrase_set("wanted").find(words) >= 0
    aims = phrase_set("aiming")  # "how many leads for 10 deals"
    said = said or any(aims.at(words, at) == len(words) - at for at in range(max(0, len(words) - 3), len(words)))
    return WANTED_HELPS if said else 0.0  # "and for 20 deals?" changes the target there is


def _is_number_here(quantity: Quantity, field: Field, cue: float, alone: bool) -> bool:
    """Whether a word such as "one" is a number: it counts what the field is named after, or it is all that was said.

    "A quarter" is a share where a rate is spoken of or asked for."""
    if quantity.share:
        return field.kind == "rate" and (alone or cue >= COUNTING_CUE)
    if quantity.low == 1 and unit_names(field) and not alone:
        return False  # "one more in the air" is no month
    return field.kind not in ("money", "rate") and (alone or cue >= (COUNTING_CUE if quantity.low == 1 else SURE_CUE))


def _is_near(quantity: Quantity, fit: Fit, context: Context) -> bool:
    field = fit.field
    period_fits = field.kind == "money" and quantity.period and quantity.period == field.default_period
    measured = unit_bonus(quantity, field) and fit.cue > 0.2
    part = quantity.part_of and fit.cue >= CHAINED_CUE and context.library.note(context.tool.name, field.id, "whole")
    return bool(fit.cue >= CUE_FROM or part or field.id == context.open_field or measured or period_fits)


def _cues(before: str, after: str, counted: bool, context: Context) -> tuple[dict[str, float], dict[str, float]]:
    """How clearly each field is named around a number, and before it; what is counted is named after it."""
    best: dict[str, float] = {}
    ahead: dict[str, float] = {}
    named = " ".join(after.split()[1:3]) if counted else ""
    for words, trust in ((before, 0.8 if counted else 1.0), (after, 1.0), (f"{before} {after}", 1.0), (named, 0.75)):
        if not words.strip():
            continue
        for match in context.library.index.best(words, "cue", context.tool.name, whole=False):
            field_id = match.key[2]
            longer = min(0.16, 0.07 * match.example.count(" "))  # "we want deals" says more than "deals"
            best[field_id] = max(best.get(field_id, 0.0), match.score * trust + longer * match.score)
        if words == before:
            ahead = dict(best)
    return best, ahead


def _is_for_another_time(quantity: Quantity, field: Field) -> bool:
    """Whether a measure is told for a month, a quarter or a year that the field does not ask for."""
    asked = {PERIODS.get(token.text) for token in tokens(f"{field.label['en']} {field.ask['en']}".lower())}
    return bool(quantity.unit) and quantity.period in MONTHS and quantity.period not in asked


def _is_beyond(quantity: Quantity, field: Field) -> bool:
    """Whether a number is more than a field takes ("sixty a day" are no hours)."""
    told = in_unit(quantity, field) if quantity.unit else (quantity.low, quantity.high)
    return told is not None and field.high is not None and field.kind != "rate" and told[0] > Fraction(field.high)


def _is_money_here(quantity: Quantity, field: Field, before: str, after: str, ahead: Mapping[str, float]) -> bool:
    """Whether a number is an amount: it has a currency, its name or "at" before it, "per …" after it, or is large."""
    if quantity.currency or is_priced(before):
        return True
    following = after[len(quantity.raw) :].split()[:1]
    if phrase_set("referring").at(tokens(after[len(quantity.raw) :]) or tokens("."), 0):
        return False  # "2 of them" counts
    if following and _is_per(following[0]):
        return True
    if ahead.get(field.id, 0.0) >= CUE_FROM:
        return True
    counted = is_counted(quantity, after) and not (is_stop_word(following[0].lower()) or following[0] in _PARTICLES)
    return quantity.low >= LEAST_AMOUNT and not counted


_PARTICLES = frozenset(("off", "back", "in", "on", "down", "up", "out", "more", "extra", "total"))
_PER_WORDS = frozenset(("per", "for", "a", "an", "each", "every", "apiece", "על", "עבור", "כל"))


def _is_per(word: str) -> bool:
    """Whether a word says of what one a price is: "per", "a", "לביקור"."""
    return word.lower() in _PER_WORDS or (word[0] == "ל" and len(word) > len("לי"))


def _is_counting(quantity: Quantity, after: str, told: int) -> bool:
    """Whether a number counts what stands after it; one that is told alone only where it is no large one."""
    if not is_counted(quantity, after) or quantity.period:
        return False
    following = after[len(quantity.raw) :].split()[0].lower()
    return told > 1 or (quantity.low < LEAST_AMOUNT and not is_stop_word(following))


def _counts_other(said: _Said, context: Context) -> bool:
    """Whether a number among others counts something that no field is named after ("600 people stopped, …")."""
    if context.correcting or not is_counted(said.quantity, said.after):
        return False
    if said.among == 1:
        return len(said.text.split()) >= LONG_REPLY and not said.refers
    if not said.place:
        # "14 clinics of maybe 200" answers what was asked; "600 people stopped, …" does not
        return said.things or said.among > FEW_NUMBERS
    following = said.after[len(said.quantity.raw) :].split()[0].lower()
    return not is_stop_word(following)


def _compatible(quantity: Quantity, field: Field) -> bool:
    if field.kind == "rate":
        bare = not (quantity.percent or quantity.share)
        counted = quantity.currency or quantity.unit or quantity.times
        return not counted and not (bare and quantity.low > MOST_PERCENT)
    if quantity.percent or quantity.part_of or (quantity.share and field.kind != "amount"):
        return False
    if field.kind == "money":
        return not (quantity.unit or quantity.times)
    if quantity.currency:
        return False
    return in_unit(quantity, field) is not None if quantity.unit else True


def _place_bonus(quantity: Quantity, field: Field, before: str, after: str) -> float:
    """A bare number before a noun is counted ("2 deals"); after "of" or "at" it is a price ("at 60,000")."""
    if quantity.currency or quantity.percent or quantity.unit or field.kind not in ("count", "money"):
        return 0.0
    if is_for_each(quantity, "", after):  # "bought for 9,000 each"
        return 0.2 if field.kind == "money" else 0.0 if unit_names(field) else -0.35
    counted = is_counted(quantity, after)
    priced = before.split()[-1:] and before.split()[-1].lower() in PRICED
    toward_count = (0.15 if counted else 0.0) - (0.2 if priced else 0.0)
    if counted and unit_names(field):
        return -toward_count  # "10 relationships" are no hours
    return toward_count if field.kind == "count" else -toward_count


def _kind_bonus(quantity: Quantity, field: Field) -> float:
    if field.kind == "money":
        per = 0.35 if quantity.period and quantity.period == field.default_period else 0.0
        return per + (0.2 if quantity.currency else -0.05)
    if field.kind == "rate":
        return 0.2 if quantity.percent or quantity.share else -0.2
    return 0.0
