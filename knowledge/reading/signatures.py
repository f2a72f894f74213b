"""Signatures under (or inside) texts: name, e-mail, telephone, date, role, in any order."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.reading.dates import date_line
from knowledge.reading.lines import Line
from knowledge.reading.privacy import only_contacts

_TITLE = r"(?:dr|prof|mr|mrs|ms|ד\"ר|ד״ר|פרופ['׳]?|עו\"ד|רו\"ח)\.?"
_LATIN_NAME = re.compile(rf"(?:{_TITLE}\s)?(?:[A-Z][\w.'’-]*\s?){{2,4}}", re.IGNORECASE)
_HEBREW_NAME = re.compile(rf"(?:{_TITLE}\s)?[א-ת][א-ת'\"׳״-]+(?:\s[א-ת][א-ת'\"׳״-]+){{1,2}}")
_COMPANY = re.compile(
    r"\b(?:ltd|inc|llc|gmbh|corp|associates|group|company|founder|ceo|cto|cmo|vp|manager|director|principal|"
    r"president|consultant|partner|and|of|the)\b|בע\"מ|בע״מ|חברת|קבוצת|מנכ\"ל|מנכ״ל|סמנכ|מנהל|יועצ|שותף|יועץ",
    re.IGNORECASE,
)
_CLOSER = re.compile(
    r"(?:(?:best|kind|warm) regards|regards|sincerely(?: yours)?|"
    r"yours(?: (?:truly|sincerely|faithfully))?|cheers|thanks|"
    r"thank you|all the best|בברכה|בברכת הצלחה|בהצלחה|תודה|תודה רבה|"
    r"שלכם|שלך|בכבוד רב|להתראות|תהנו|בידידות)[\s,.!]*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:(?:my|our) )?(?:profile|web(?:site)?|site|blog|האתר|אתר|בלוג)?\s?:?\s?(?:https?://|www\.)\S+",
    re.IGNORECASE,
)
REACH = 3


@dataclass(frozen=True)
class Signature:
    """Which lines sign, who signed and when."""

    lines: frozenset[int]
    author: str = ""
    signed: dt.date | None = None


def is_name(text: str) -> bool:
    """Say whether a line could be a person's name and nothing else."""
    if len(text) > 45 or re.search(r"[\d?!:;•]|\.\.|[.,]$", text):
        return False
    if _LATIN_NAME.fullmatch(text):
        return all(word[0].isupper() for word in re.findall(r"[A-Za-z][\w'’-]*", text))
    return bool(_HEBREW_NAME.fullmatch(text))


def names_in(posts: Sequence[Sequence[Line]]) -> frozenset[str]:
    """The names that sign at least two posts of a dump: they are then known wherever they stand alone."""
    counts: Counter[str] = Counter()
    for post in posts:
        full = [item for item in post if not item.blank]
        marks = [_mark(item.text) for item in full]
        near = {
            item.text
            for index, item in enumerate(full)
            if is_name(item.text) and ({"contact", "date"} & set(marks[max(index - REACH, 0) : index + REACH + 1]))
        }
        if full and is_name(full[-1].text):
            near.add(full[-1].text)
        counts.update(near)
    return frozenset(name for name, count in counts.items() if count >= 2)


def _mark(text: str) -> str:
    if only_contacts(text):
        return "contact"
    if date_line(text):
        return "date"
    if _ADDRESS.fullmatch(text):
        return "address"
    return "closer" if _CLOSER.fullmatch(text) else ""


def find_signature(lines: Sequence[Line], known: Collection[str] = ()) -> Signature:
    """Find the lines that sign a text.

    Contact lines sign wherever they stand, with the names, dates, roles and addresses that touch them; a
    known name or a bare date signs at the end of the text.
    """
    full = [index for index, item in enumerate(lines) if not item.blank]
    texts = [lines[index].text for index in full]
    firsts = {name.split()[0] for name in known}
    marks = [_mark(text) or ("known" if text in known else "") for text in texts]
    signing = {at for at, mark in enumerate(marks) if mark == "contact"}
    signing |= _closing(texts, marks, firsts)
    author = next((texts[at] for at in sorted(signing) if texts[at] in known), "")
    for at in sorted(signing):
        author = _spread(at, texts, marks, signing) or author
    dates = [found.date for at in sorted(signing) if (found := date_line(texts[at]))]
    return Signature(frozenset(full[at] for at in signing), author, dates[-1] if dates else None)


def _closing(texts: list[str], marks: list[str], firsts: Collection[str]) -> set[int]:
    """Known names, first names and bare dates that end the text."""
    found: set[int] = set()
    for at in range(len(texts) - 1, max(len(texts) - 7, 0), -1):
        if marks[at] in ("date", "known", "contact", "address") or texts[at].strip(" ,.") in firsts:
            found.add(at)
            if marks[at] == "":
                marks[at] = "known"
        else:
            break
    return found if any(marks[at] in ("date", "known", "contact") for at in found) else set()


def _spread(at: int, texts: list[str], marks: list[str], signing: set[int]) -> str:
    """Add the lines that touch a signing line to `signing`; returns the name found among them."""
    name = texts[at] if marks[at] == "known" else ""
    for step in (-1, 1):
        probe = at + step
        while 0 < probe < len(texts) and marks[probe] in ("contact", "date", "known", "address"):
            signing.add(probe)
            name = texts[probe] if marks[probe] == "known" else name
            probe += step
        if step < 0 and not name:
            name = _unknown_name(probe, texts, signing)
            probe -= 1 if name else 0
        if step < 0 and 0 < probe < len(texts) and marks[probe] == "closer" and probe + 1 in signing:
            signing.add(probe)
    return name if is_name(name) else ""


def _unknown_name(at: int, texts: list[str], signing: set[int]) -> str:
    """A name, perhaps with role and company below it, right above contact details."""
    above = []
    for probe in range(at, max(at - REACH, 0), -1):
        if probe >= len(texts) or not (
            is_name(texts[probe]) or (_COMPANY.search(texts[probe]) and _short(texts[probe]))
        ):
            break
        above.append(probe)
    people = [probe for probe in above if is_name(texts[probe]) and not _COMPANY.search(texts[probe])]
    if not people:
        return ""
    top = people[-1] if re.match(r"[A-Za-z]", texts[people[-1]]) else people[0]
    signing.update(probe for probe in above if probe >= top)
    return texts[top]


def _short(text: str) -> bool:
    return len(text.split()) <= 6 and not re.search(r"[.?!:]$", text)
