"""What surrounds an article without belonging to it: navigation, sign-ups, comment forms, rights, awards.

Two strengths. `clutter` names lines that are furniture wherever they stand, because the whole line is.
`promo` names lines that are furniture only above or below an article: one about newsletters stays whole.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from knowledge.reading.lines import Line

PATTERNS = Path(__file__).with_name("boilerplate.yaml")
_GAP = r"\s*[|•·»>/,–-]?\s*"


@cache
def _patterns(part: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The patterns of one part of boilerplate.yaml, one per reason."""
    data = yaml.safe_load(PATTERNS.read_text("utf-8"))
    names = {name: f"(?:{'|'.join(patterns)})" for name, patterns in data["names"].items()}
    names["MENU"] = f"(?:{names['SURE']}|{names.pop('UNSURE')})"
    names["GAP"] = _GAP
    result = []
    for reason, patterns in data[part].items():
        whole = "|".join(patterns)
        for name, pattern in names.items():
            whole = whole.replace(name, pattern)
        result.append((reason, re.compile(whole, re.IGNORECASE)))
    return tuple(result)


OPENERS = frozenset(
    {"newsletter", "comments", "copyright", "social", "badge", "about-the-author", "navigation", "promotion"}
)
RESTRICTED = re.compile(
    r"without (?:prior |express |our )?(?:\w+ )?permission|may not be (?:reproduced|copied|taught|used)|"
    r"ללא (?:אישור|רשות|הסכמה)|אין (?:ללמד|להעתיק|לשכפל|לעשות שימוש)",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"\b(?:magazine|blog|portal|website|news|journal)\b|(?:^|\s)ה?(?:מגזין|בלוג|אתר|פורטל|עיתון)(?:\s|$)",
    re.IGNORECASE,
)


def clutter(text: str) -> str | None:
    """Why a line is furniture wherever it stands, or None. Only lines up to 250 characters are judged."""
    if len(text) > 250:
        return "separator" if not re.search(r"[^\W_]", text) else None
    for reason, pattern in _patterns("whole"):
        if pattern.fullmatch(text.strip()):
            return reason
    return None


def promo(text: str) -> str | None:
    """Why a line above or below an article is furniture, or None."""
    for reason, pattern in _patterns("words"):
        if pattern.search(text[:2000]):
            return reason
    return None


def site_name(text: str) -> bool:
    """Say whether a short line names the site or magazine rather than the article."""
    return len(text.split()) <= 6 and bool(_SITE.search(text)) and not re.search(r"[?!:]", text)


def tail_start(lines: list[Line]) -> int:
    """Index at which what follows an article begins (`len(lines)` if nothing does).

    From a line that opens such matter, in the last third of the words, everything goes, unless forty words
    without any mark of furniture follow: then the article goes on. Lines that bear a mark weigh a third.
    """
    total = sum(item.words for item in lines)
    below, unmarked, start = 0.0, 0, len(lines)
    for first, last in reversed(_blocks(lines)):
        block = lines[first:last]
        marked = [bool(clutter(item.text) or promo(item.text)) for item in block]
        below += sum(item.words / (3 if mark else 1) for item, mark in zip(block, marked, strict=True))
        unmarked += 0 if any(marked) else sum(item.words for item in block)
        if below > (0.3 if total > 100 else 0.45) * total or unmarked >= 40:
            break
        if _opens(block):
            start = first
    return start or len(lines)


def _opens(block: list[Line]) -> bool:
    """A block opens the tail when its first line is furniture outright, or a separator, or most lines are."""
    head = block[0].text
    reason = clutter(head)
    if reason in OPENERS or (reason == "separator" and len(head) >= 10):
        return True
    judged = [clutter(item.text) or promo(item.text) for item in block]
    strong = sum(1 for why in judged if why in OPENERS)
    words = sum(item.words for item in block)
    hits = {why for item in block for why in _all(item.text)}
    return strong > 0 and (len(hits) >= 2 or (strong >= 0.5 * len(block) and words < 25))


def _all(text: str) -> set[str]:
    return {reason for reason, pattern in _patterns("words") if pattern.search(text[:2000])}


def _blocks(lines: list[Line]) -> list[tuple[int, int]]:
    """Paragraph blocks: runs of lines without a blank between."""
    result, start = [], None
    for index, item in enumerate([*lines, Line("", ())]):
        if item.blank or clutter(item.text) == "separator":
            if start is not None:
                result.append((start, index))
                start = None
            if not item.blank and len(item.text) >= 10:
                result.append((index, index + 1))
        elif start is None:
            start = index
    return result
