"""Documents to passages: cut at sentence and heading borders, in Hebrew and English, one language each."""

from __future__ import annotations

import bisect
import hashlib
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.cards import Language
from knowledge.documents import Document, Passage
from knowledge.reading.language import language_of
from knowledge.reading.lines import Range

SMALL, LEAST, GOOD, MOST, LIMIT = 30, 80, 110, 160, 220  # words

_END = re.compile(r"[.!?…]+[\"'”’״׳)\]]*(?=\s)|[:;](?=\s)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|vs|no|inc|ltd|co|corp|approx|fig|e\.g|i\.e|etc|al|u\.s|u\.k|[a-z])"
    r"|(?:^|\s)(?:פרופ|גב|וכו|וכד|עמ|מס|טל|[א-ת])['׳]?|(?:^|\s)\(?\d{1,2})$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S*[^\W_]\S*")


@dataclass(frozen=True)
class _Unit:
    start: int
    end: int
    words: int
    heading: bool
    closes: bool  # ends its paragraph
    language: Language
    shared: int


def sentences(text: str) -> list[Range]:
    """Where the sentences of one paragraph stand; together they cover it."""
    borders, start = [], 0
    for match in _END.finditer(text):
        at = match.end()
        if match.group()[0] in ":;" and at - start < 400:
            continue
        rest = text[at : at + 3].lstrip()
        if rest[:1].islower() or not rest or rest[0] in "!?.,":
            continue
        if match.group() == "." and _ABBREVIATION.search(text[max(start, match.start() - 12) : match.start()]):
            continue
        borders.append((start, at))
        start = at + len(text[at:]) - len(text[at:].lstrip())
    return [*borders, (start, len(text))] if start < len(text) else borders


def cut(document: Document, shared: Sequence[tuple[int, int, int]] = ()) -> list[Passage]:
    """Cut a document into passages of about 80 to 160 words.

    `shared` are ranges (start, end, mark), ascending and apart, to keep in passages of their own.
    """
    groups = _merged(_grouped(_units(document, shared)))
    heads = [(start, document.text[start:end]) for start, end in document.headings]
    seen: dict[str, int] = {}
    return [_passage(document, group, heads, seen) for group in groups]


def _passage(document: Document, group: list[_Unit], heads: list[tuple[int, str]], seen: dict[str, int]) -> Passage:
    start, end = group[0].start, group[-1].end
    text = document.text[start:end]
    body = next((unit.start for unit in group if not unit.heading), start)
    index = bisect.bisect_right(heads, body, key=lambda head: head[0]) - 1
    heading = heads[index][1] if index >= 0 else document.title
    digest = hashlib.sha256(text.encode()).hexdigest()[:10]
    seen[digest] = seen.get(digest, 0) + 1
    again = f"-{seen[digest]}" if seen[digest] > 1 else ""
    return Passage(f"{document.id}#{digest}{again}", document.id, language_of(text), text, start, end, heading)


def _units(document: Document, shared: Sequence[tuple[int, int, int]]) -> list[_Unit]:
    heads = {start for start, _ in document.headings}
    units: list[_Unit] = []
    for match in re.finditer(r"[^\n]+", document.text):
        paragraph, base = match.group(), match.start()
        near = bisect.bisect_right(shared, base, key=lambda span: span[0]) - 1
        mark = shared[near][2] if near >= 0 and base < shared[near][1] else 0
        language = language_of(paragraph) if len(paragraph.split()) >= 6 else None
        spoken: Language = language or (units[-1].language if units else language_of(paragraph))
        parts = [piece for span in sentences(paragraph) for piece in _bounded(paragraph, span)]
        for start, end in parts:
            words = len(_WORD.findall(paragraph[start:end]))
            last = end == parts[-1][1]
            units.append(_Unit(base + start, base + end, words, base in heads, last, spoken, mark))
    return units


def _bounded(paragraph: str, span: Range) -> Iterable[Range]:
    """Break a sentence that is longer than a passage may be, between words."""
    start, end = span
    words = [match.span() for match in re.finditer(r"\S{1,400}", paragraph[start:end])]
    if len(words) <= MOST:
        return [span]
    firsts = list(range(0, len(words), GOOD))
    edges = [start + words[at][0] for at in firsts] + [end]
    return [(a, a + len(paragraph[a:b].rstrip())) for a, b in itertools.pairwise(edges)]


def _grouped(units: list[_Unit]) -> list[list[_Unit]]:
    groups: list[list[_Unit]] = []
    group: list[_Unit] = []
    for unit in units:
        if group and _parts(group, unit):
            done, group = _closed(group)
            groups.append(done)
        group.append(unit)
    return [*groups, group] if group else groups


def _parts(group: list[_Unit], unit: _Unit) -> bool:
    """Whether a passage ends before `unit`."""
    words = sum(item.words for item in group)
    last = group[-1]
    if unit.shared != last.shared:
        return True
    if all(item.heading for item in group):
        return False
    if unit.language != last.language and words >= 25 and last.closes:
        return True
    if unit.heading and not last.heading:
        return words >= 60
    if words + unit.words > MOST:
        return words >= LEAST or words + unit.words > LIMIT
    return last.closes and words >= GOOD


def _closed(group: list[_Unit]) -> tuple[list[_Unit], list[_Unit]]:
    """A heading never ends a passage: it goes with what it heads."""
    end = len(group)
    while end > 1 and group[end - 1].heading:
        end -= 1
    if all(unit.heading for unit in group[:end]):
        end = len(group)
    return group[:end], group[end:]


def _merged(groups: list[list[_Unit]]) -> list[list[_Unit]]:
    """Put a remnant with the passage before it where both are of one kind."""
    result: list[list[_Unit]] = []
    for group in groups:
        words = sum(unit.words for unit in group)
        before = result[-1] if result else []
        alike = before and before[-1].shared == group[0].shared and before[-1].language == group[0].language
        small = words < SMALL or sum(unit.words for unit in before) < SMALL
        if alike and small and words + sum(unit.words for unit in before) <= LIMIT:
            result[-1] = before + group
        else:
            result.append(group)
    return result
