"""What stands beside a number: the words up to its neighbours, whether it counts a noun, is a price, or is for each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.understanding.numbers.amounts import Quantity
from assistant.understanding.numbers.number_words import PERIODS
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens

LONGEST_TERMS, LONGEST_EVERY = 4, 3  # words of "to process each", of "every visit costs"
LEAST_PRICE = 1000  # a smaller number without a currency is no price by "on average" alone
LONGEST_EACH = 24  # characters after a number


BORDER = re.compile(
    r"[,;.!?\n]\s|\s(?:and|but|with|if|when|out of|ועם|אם|כאשר|מתוך)\s|\s(?=ו-?[א-ת\d])|\sו-", re.IGNORECASE
)


def is_for_each(quantity: Quantity, before: str, after: str) -> bool:
    """Whether a number is for one of what was counted ("9,000 each", "כל אחת עולה לנו מאה שקל")."""
    following = tokens(after[len(quantity.raw) :])
    each = phrase_set("each")
    if before.strip(" ,-").lower() in _MULTIPLIED or (_of_every_one(before) and not is_counted(quantity, after)):
        return True  # "10 x 4 hours", "every visit 700"
    within = tokens(quantity.raw)
    for at in range(1, len(within) - 1):
        if (length := each.at(within, at)) and within[min(at + length, len(within) - 1)].text not in PERIODS:
            return True  # "100 hours each a month", but not "100 hours each month"
    if len(following) <= LONGEST_TERMS and following and each.at(following, len(following) - 1):
        return True  # "65 to process each"
    if quantity.currency or quantity.low >= LEAST_PRICE:
        averaged = phrase_set("on_average")
        if (following and averaged.at(following, 0)) or averaged.find(tokens(before)) >= 0:
            return True  # "five deals, 30 thousand on average"
    if len(following) > 1 and following[0].text in _TOWARDS and each.at(following, 1):
        return True  # "3 hours a month with each of them"
    return bool(following and each.at(following, 0)) or each.find(tokens(before)) >= 0


_MULTIPLIED = frozenset(("x", "×", "*"))
_TOWARDS = frozenset(("with", "for", "at", "on", "in", "to", "עם", "אצל", "עבור", "על"))
_EVERY = frozenset(("each", "every", "כל"))


def _of_every_one(before: str) -> bool:
    """Whether "every visit" stands right before a number, with a verb or without."""
    words = [token.text for token in tokens(before) if token.kind == "word"][-LONGEST_EVERY:]
    return len(words) > 1 and any(word in _EVERY for word in words[:-1])


def priced_noun(text: str, found: Sequence[Quantity], place: int) -> str:
    """What an amount is the price of: "deals of 30k, 3 of them", "100 dollars for every accepted lead, 20 of those"."""
    before, after = surroundings(text, found, place)
    if found[place].currency:
        return f"{before} {after[len(found[place].raw) :]}".strip()
    return before if is_priced(before) else ""


def is_priced(before: str) -> bool:
    """Whether a word such as "at" or "ב-" stands right before a number."""
    words = [token.text for token in tokens(before) if token.text != "-"]
    return bool(words) and words[-1] in PRICED and words[-2:] != ["out", "of"]


def surroundings(text: str, found: Sequence[Quantity], place: int) -> tuple[str, str]:
    """The words before and after a quantity, up to its neighbours and the nearest border."""
    start = found[place - 1].end if place else 0
    end = found[place + 1].start if place + 1 < len(found) else len(text)
    quantity = found[place]
    gap = text[start : quantity.start]
    pieces = BORDER.split(gap)
    before = "" if place and _AND_GLUED.match(quantity.raw) else pieces[-1]  # "20 שעות כל אחד ושמונה בצמיחה"
    if len(pieces) > 2 and not before.strip() and gap.rstrip().endswith(" with"):
        before = f"{pieces[-2]} with"  # "… and speaks with eight people"
    before = _EACH_BEFORE.sub("", before) if place else before
    after = BORDER.split(text[quantity.end : end] + " ")[0]
    if place + 1 < len(found) and _is_part_of(text, quantity, found[place + 1]):
        after = BORDER.split(text[found[place + 1].end :] + " ")[0]  # "three out of the forty became customers"
        return before, f"{quantity.raw} {after}"
    if place and _is_part_of(text, found[place - 1], quantity):
        whole = tokens(after)[:1]
        return "", f"{quantity.raw} {whole[0].text if whole and phrase_set('counted_things').at(whole, 0) else ''}"
    if len(before.split()) <= 1 and place == 0:
        before = text[start : quantity.start]
    if not after.strip() and place + 1 < len(found) and not text[quantity.end : end].strip() and is_count(quantity):
        _, noun = surroundings(text, found, place + 1)  # "two 30k deals": the first counts, the second is a price
        return before, f"{quantity.raw} {noun[len(found[place + 1].raw) :].strip()}"
    previous = found[place - 1] if place else None
    if previous is not None and not text[previous.end : quantity.start].strip() and is_count(previous):
        return f"{after.strip()} of", quantity.raw
    return before, f"{quantity.raw} {after}"


_AND_GLUED = re.compile("ו[א-ת]")
_EACH_BEFORE = re.compile(  # "… at 5 hours each into 160": it is of the number before
    r"^\s*(?:each|apiece|כל אחד|כל אחת|לכל אחד|לכל אחת)\s+(?=(?:into|in|to|within|for|out)\b|(?:ב|ל|תוך)-?\s*$)"
)
_OUT_OF = (["out", "of"], ["out", "of", "the"], ["of", "the"], ["out", "of", "those"], ["מתוך"], ["מ", "-"])


def _is_part_of(text: str, part: Quantity, whole: Quantity) -> bool:
    """Whether a bare number is said to be some of the next one, without a noun of its own."""
    return is_count(part) and [token.text for token in tokens(text[part.end : whole.start])] in list(_OUT_OF)


def is_count(quantity: Quantity) -> bool:
    """Whether a number is a bare count of no great size, without currency, unit or period."""
    bare = not (quantity.currency or quantity.percent or quantity.share or quantity.unit or quantity.period)
    return bare and quantity.low == quantity.high and quantity.low < 1000


PRICED = frozenset(("of", "at", "@", "worth", "each", "של", "שווה", "בשווי", "על", "ב"))


def is_counted(quantity: Quantity, after: str) -> bool:
    """Whether a noun follows a bare number directly ("40 visits")."""
    following = after[len(quantity.raw) :].split()
    bare = not (quantity.currency or quantity.percent or quantity.unit)
    return bare and bool(following) and following[0].isalpha() and following[0].lower() not in PRICED


def counts_things(quantity: Quantity, after: str) -> bool:
    """Whether people or things that are no money follow a number directly ("800 firms", "40 פניות")."""
    if quantity.currency or quantity.percent or quantity.share:
        return False
    things, following = phrase_set("counted_things"), tokens(after[len(quantity.raw) :])
    within = tokens(quantity.raw)[1:]  # "70 people a day"
    return (bool(following) and things.at(following, 0) > 0) or things.find(within) >= 0


_HEADING = re.compile(r"(?:^|[.;!?\n])\s*(?P<head>[^\d:.;!?\n]{2,30}):[^:.;!?\n]*$")


def heading_of(text: str, quantity: Quantity) -> str:
    """What stands before the colon of a list the number is in ("strategic: 5 accounts, 10 hours"), else nothing."""
    found = _HEADING.search(text[: quantity.start])
    return found["head"].strip() if found is not None else ""
