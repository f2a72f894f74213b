"""Dates as people write them in Hebrew and English: "31 August 2026", "1.3.2027", "ב-1 במרץ", "tomorrow".

A small grammar of our own: dateparser reads Hebrew dates but guesses the day, month or year that is missing,
and costs more at start than everything else here. Only a whole date is returned; a day and month
without a year is the next such day.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from assistant.understanding.words.text import is_hebrew_text

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan ינואר", "february feb פברואר", "march mar מרץ מרס", "april apr אפריל", "may מאי",
            "june jun יוני",
            "july jul יולי", "august aug אוגוסט", "september sept sep ספטמבר", "october oct אוקטובר",
            "november nov נובמבר", "december dec דצמבר",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?![\d])")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+|[בל]-?)?({_MONTH})\b\.?,?(?:\s+(\d{{4}}))?", re.I
)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?!\d),?(?:\s+(\d{{4}}))?", re.I)
_MONTH_YEAR = re.compile(rf"(?<![א-ת\w])[בלמ]?-?({_MONTH})\s+(\d{{4}})\b", re.I)
_RELATIVE = {
    "today": 0, "היום": 0, "tomorrow": 1, "מחר": 1, "מחרתיים": 2, "day after tomorrow": 2,
    "next week": 7, "in a week": 7, "שבוע הבא": 7, "השבוע הבא": 7, "בעוד שבוע": 7,
}  # fmt: skip
_NEXT_MONTH = re.compile(r"\b(?:next month|beginning of next month)\b|(?<![א-ת])(?:ב|מ|ל)?ה?חודש הבא(?![א-ת])", re.I)


@dataclass(frozen=True)
class Dated:
    """A date with its words. `other` is the second reading of "3/4/2027" in English, where day and month swap."""

    raw: str
    day: dt.date
    other: dt.date | None = None


def date_in(text: str, today: dt.date) -> Dated | None:
    """The first whole date in a text, None when there is none. `today` decides relative days and missing years."""
    for read in (_iso, _in_numbers, _in_words, _relative):
        try:
            if found := read(text, today):
                return found
        except ValueError:
            continue  # the 31st of June
    return None


def _iso(text: str, today: dt.date) -> Dated | None:
    found = _ISO.search(text)
    return Dated(found.group(), dt.date(int(found[1]), int(found[2]), int(found[3]))) if found else None


def _in_numbers(text: str, today: dt.date) -> Dated | None:
    found = _NUMBERS.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    year += 2000 if year < 100 else 0
    if first <= 12 < second:
        return Dated(found.group(), dt.date(year, first, second))
    swapped = None
    unclear = "/" in found.group() and not is_hebrew_text(text) and second != first and max(first, second) <= 12
    if unclear:
        swapped = dt.date(year, first, second)
    return Dated(found.group(), dt.date(year, second, first), swapped)


def _in_words(text: str, today: dt.date) -> Dated | None:
    if found := _DAY_MONTH.search(text):
        return Dated(found.group().strip(" ,."), _whole(int(found[1]), found[2], found[3], today))
    if found := _MONTH_DAY.search(text):
        return Dated(found.group().strip(" ,."), _whole(int(found[2]), found[1], found[3], today))
    if found := _MONTH_YEAR.search(text):
        return Dated(found.group().strip(), _whole(1, found[1], found[2], today))
    return None


def _whole(day: int, month: str, year: str | None, today: dt.date) -> dt.date:
    if year:
        return dt.date(int(year), _MONTHS[month.lower()], day)
    this = dt.date(today.year, _MONTHS[month.lower()], day)
    return this if this >= today else this.replace(year=today.year + 1)


def _relative(text: str, today: dt.date) -> Dated | None:
    if found := _NEXT_MONTH.search(text):
        first = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        return Dated(found.group(), first)
    for words in sorted(_RELATIVE, key=len, reverse=True):
        if found := re.search(rf"(?<![א-ת\w])[במלה]?-?{words}(?![א-ת\w])", text, re.I):
            return Dated(found.group(), today + dt.timedelta(days=_RELATIVE[words]))
    return None
