"""The same text twice: whole documents, and paragraphs that several documents share word for word."""

from __future__ import annotations

import bisect
import datetime as dt
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.documents import Copy, Document, Passage
from knowledge.reading.passages import cut

NEAR = 0.85  # share of the shorter text's word sequences that stand in the longer one
SIZES = 0.7  # shorter over longer
RUN = 20  # words from which a shared stretch is indexed once only
SHARED = 6  # words from which a paragraph counts as shared
_WORDS = re.compile(r"[^\W_]+")
_NUMBERS = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True)
class Merge:
    """`document` is the same text as `into`; `share` is how much of it, 0 to 1."""

    document: Document
    into: str
    share: float


@dataclass(frozen=True)
class Shared:
    """`count` paragraphs of `document` stand word for word in `other`, the earlier text."""

    document: str
    other: str
    count: int


def ordered(documents: Sequence[Document]) -> list[Document]:
    """Earliest first (undated ones last): the first to say something owns the words."""
    return sorted(documents, key=lambda d: (d.date or dt.date.max, d.path, d.id))


def merge_documents(documents: Sequence[Document]) -> tuple[list[Document], list[Merge]]:
    """Keep each text once. Returns the kept documents, with their copies noted, and what was merged.

    Two texts whose figures differ are never taken for one, however alike their words.
    """
    kept: list[Document] = []
    merges: list[Merge] = []
    index: dict[int, list[int]] = defaultdict(list)
    prints: list[frozenset[int]] = []
    for document in ordered(documents):
        print_ = _print(document.text)
        best = _best(print_, prints, index)
        if best is None or not _same_figures(document.text, kept[best[0]].text):
            for shingle in print_:
                index[shingle].append(len(kept))
            prints.append(print_)
            kept.append(document)
            continue
        at, share = best
        merges.append(Merge(document, kept[at].id, share))
        kept[at] = _with_copy(kept[at], document)
    return _unique(kept), merges


def _with_copy(document: Document, other: Document) -> Document:
    copy = Copy(other.id, other.path, other.place(0).line, 0, len(other.text))
    return replace(
        document,
        copies=(*document.copies, copy),
        title=document.title or other.title,
        author=document.author or other.author,
        date=document.date or other.date,
        source=document.source or other.source,
    )


def _unique(documents: list[Document]) -> list[Document]:
    """Two different texts of one name and title still get an id each."""
    taken: Counter[str] = Counter()
    result = []
    for document in documents:
        taken[document.id] += 1
        number = taken[document.id]
        result.append(document if number == 1 else replace(document, id=f"{document.id}-{number}"))
    return result


def _print(text: str) -> frozenset[int]:
    """Hashes of the text's sequences of four words; of long texts one in eight, chosen by the hash itself."""
    words = _WORDS.findall(text.lower())
    size = 4 if len(words) >= 12 else max(len(words), 1)
    hashes = {zlib.crc32(" ".join(words[at : at + size]).encode()) for at in range(max(len(words) - size + 1, 0))}
    return frozenset(h for h in hashes if h % 8 == 0) if len(words) > 2_000 else frozenset(hashes)


def _best(
    print_: frozenset[int], prints: list[frozenset[int]], index: dict[int, list[int]]
) -> tuple[int, float] | None:
    counts: Counter[int] = Counter()
    for shingle in print_:
        places = index.get(shingle, ())
        if len(places) <= 50:
            counts.update(places)
    for at, count in counts.most_common(3):
        small, large = sorted((len(print_), len(prints[at])))
        if large and count >= NEAR * small and small >= SIZES * large:
            return at, count / large
    return None


def _same_figures(one: str, two: str) -> bool:
    first, second = Counter(_NUMBERS.findall(one)), Counter(_NUMBERS.findall(two))
    differing = (first - second).total() + (second - first).total()
    return differing <= 0.03 * (first.total() + second.total())


@dataclass(frozen=True)
class _Paragraph:
    document: int
    start: int
    end: int
    words: int


def passages_of(documents: Sequence[Document]) -> tuple[list[Passage], list[Shared]]:
    """Cut all documents into passages; words that several share are kept with the earliest.

    A stretch of twenty words or more is left out of the later documents' passages; shorter ones stay. Either
    way the earliest document's passage notes where else its words stand.
    """
    order = ordered(documents)
    owners = _owners(order)
    gone: dict[int, list[tuple[int, int]]] = defaultdict(list)
    copies: dict[int, list[tuple[int, int, Copy]]] = defaultdict(list)
    counts: Counter[tuple[int, int]] = Counter()
    for run in _runs(owners):
        whole = sum(mine.words for mine, _ in run) >= RUN
        for mine, first in run:
            counts[(mine.document, first.document)] += 1
            place = order[mine.document].place(mine.start)
            copy = Copy(order[mine.document].id, place.path, place.line, mine.start, mine.end)
            copies[first.document].append((first.start, first.end, copy))
            if whole:
                gone[mine.document].append((mine.start, mine.end))
    passages: list[Passage] = []
    for at, document in enumerate(order):
        left_out = _runs_of(gone[at])
        noted = sorted(copies[at], key=lambda span: span[0])
        for passage in cut(document, [(start, end, 1) for start, end in left_out]):
            if not _within(passage, left_out):
                passages.append(_noting(passage, noted))
    shared = [Shared(order[one].id, order[two].id, count) for (one, two), count in sorted(counts.items())]
    return passages, shared


def _runs_of(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbouring paragraphs (only line breaks between) as one range."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if result and start - result[-1][1] <= 2:
            result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def _within(passage: Passage, ranges: list[tuple[int, int]]) -> bool:
    at = bisect.bisect_right(ranges, passage.start, key=lambda span: span[0]) - 1
    return at >= 0 and passage.end <= ranges[at][1]


def _noting(passage: Passage, copies: list[tuple[int, int, Copy]]) -> Passage:
    """Note the copies of paragraphs that begin inside the passage (`copies` ascend by where they begin)."""
    first, last = (bisect.bisect_left(copies, at, key=lambda c: c[0]) for at in (passage.start, passage.end))
    inside = tuple(copy for _, _, copy in copies[first:last])
    return replace(passage, copies=inside) if inside else passage


def _owners(order: Sequence[Document]) -> list[list[tuple[_Paragraph, _Paragraph | None]]]:
    """For each document its paragraphs, each with the earlier document's paragraph of the same words."""
    first: dict[str, _Paragraph] = {}
    result = []
    for at, document in enumerate(order):
        row: list[tuple[_Paragraph, _Paragraph | None]] = []
        for match in re.finditer(r"[^\n]+", document.text):
            words = _WORDS.findall(match.group().lower())
            paragraph = _Paragraph(at, match.start(), match.end(), len(words))
            key = " ".join(words)
            owner = first.setdefault(key, paragraph) if len(words) >= SHARED else paragraph
            row.append((paragraph, owner if owner.document != at else None))
        result.append(row)
    return result


def _runs(
    owners: list[list[tuple[_Paragraph, _Paragraph | None]]],
) -> list[list[tuple[_Paragraph, _Paragraph]]]:
    """Shared paragraphs that stand together in both documents."""
    runs: list[list[tuple[_Paragraph, _Paragraph]]] = []
    for row in owners:
        run: list[tuple[_Paragraph, _Paragraph]] = []
        for mine, owner in row:
            follows = run and owner and run[-1][1].document == owner.document and 0 < owner.start - run[-1][1].end <= 2
            if run and not follows:
                runs.append(run)
                run = []
            if owner:
                run.append((mine, owner))
        if run:
            runs.append(run)
    return runs
