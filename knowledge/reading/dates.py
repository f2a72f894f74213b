"""Dates as people write them above and below texts, in Hebrew and English."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_HE_MONTHS = (
    "ינואר",
    "פברואר",
    "מרץ",
    "אפריל",
    "מאי",
    "יוני",
    "יולי",
    "אוגוסט",
    "ספטמבר",
    "אוקטובר",
    "נובמבר",
    "דצמבר",
)
_HE_OTHER = {
    "מרס": 3,
    "ינו": 1,
    "פבר": 2,
    "אפר": 4,
    "אוג": 8,
    "ספט": 9,
    "אוק": 10,
    "נוב": 11,
    "דצמ": 12,
    "דצ": 12,
}
_EN_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = {name: index for index, name in enumerate(_HE_MONTHS, 1)} | _HE_OTHER
_MONTH |= {name: index for index, name in enumerate(_EN_MONTHS, 1)}
_MONTH |= {name[:3]: index for index, name in enumerate(_EN_MONTHS, 1)} | {"sept": 9}
_NAMES = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
_TIME = r"(?:[\s,/|–-]*(?:at |בשעה |ב-)?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?)?"
_DAY = (
    r"(?:(?:יום|ביום)\s+(?:ראשון|שני|שלישי|רביעי|חמישי|שישי|ששי|שבת|[א-ו][׳']|ש[׳'])|שבת"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?)"
)
_LEAD = (
    r"(?:(?:date|posted|published|updated|written|created|תאריך|פורסם|נכתב|עודכן|הועלה|פורסמה)"
    r"(?:\s+(?:on|ב|בתאריך|ביום|at))?\s*[:\-–]?\s*)"
)
_DMY_LONG = (
    r"(?:ה[- ]?|ב[- ]?|the )?(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s.-]+[בל]?[-–]?"
    rf"(?P<m>{_NAMES})\.?[\s,.-]+(?P<y>\d{{4}}|'\d\d)"
)
_MDY_LONG = rf"(?P<m2>{_NAMES})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
_ISO = r"(?P<y3>(?:19|20)\d\d)[-/.](?P<m3>\d{1,2})[-/.](?P<d3>\d{1,2})(?:T\S{0,20})?"
_NUMERIC = r"(?P<d4>\d{1,2})\s?(?P<sep>[./-])\s?(?P<m4>\d{1,2})\s?(?P=sep)\s?(?P<y4>\d{4}|\d{2})"
_LINE = re.compile(
    rf"^[#*\s]*(?P<lead>{_LEAD})?(?P<day>{_DAY}[\s,]*)?(?:ב-?)?(?:(?P<long>{_DMY_LONG}|{_MDY_LONG})|(?P<iso>{_ISO})|(?P<num>{_NUMERIC}))"
    rf"{_TIME}(?P<by>\s*[|,–-]?\s*(?:by|מאת|ע\"י|על ידי):?\s.{{2,40}})?[\s.,*]*$",
    re.IGNORECASE,
)
_INSIDE = re.compile(rf"{_DMY_LONG}|{_MDY_LONG}|{_ISO}|{_NUMERIC}", re.IGNORECASE)


@dataclass(frozen=True)
class DateLine:
    """A line that is a date and nothing else; `style` ranks how surely it heads a text (0 surest)."""

    date: dt.date
    style: int
    author: str = ""


STYLES = 5  # weekday and month name; "posted on"; month name; year first; digits


def date_line(text: str) -> DateLine | None:
    """Read a line that consists of a date, with or without weekday, time or "published on"."""
    if not 6 <= len(text) <= 110:
        return None
    match = _LINE.match(text)
    date = _value(match) if match else None
    if match is None or date is None:
        return None
    author = re.sub(r"^\W*(?:by|מאת|ע\"י|על ידי):?\s+", "", match["by"] or "", flags=re.IGNORECASE).strip()
    if match["day"]:
        return DateLine(date, 0, author)
    if match["lead"] or author:
        return DateLine(date, 1, author)
    return DateLine(date, 2 if match["long"] else 3 if match["iso"] else 4)


def find_date(text: str) -> dt.date | None:
    """The first date written anywhere in a short text."""
    for match in _INSIDE.finditer(text[:500]):
        date = _value(match)
        if date:
            return date
    return None


def _value(match: re.Match[str]) -> dt.date | None:
    found = match.groupdict()
    for end in ("", "2"):
        if found.get("m" + end):
            return _date(found["y" + end], _MONTH[found["m" + end].lower()], found["d" + end])
    if found["y3"]:
        return _date(found["y3"], int(found["m3"]), found["d3"])
    return _date(found["y4"], int(found["m4"]), found["d4"])  # day first, as in Israel and Europe


def _date(year: str, month: int, day: str) -> dt.date | None:
    number = int(year.strip("'"))
    if number < 100:
        number += 2000 if number < 70 else 1900
    try:
        return dt.date(number, month, int(day)) if 1900 <= number <= 2100 else None
    except ValueError:
        return None
