"""Posts to documents: the cleaned text, its segments in the original, its headings, its source."""

from __future__ import annotations

import bisect
import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rapidfuzz import fuzz

from knowledge.cards import Source
from knowledge.documents import Document, Segment
from knowledge.reading.extract import Extract
from knowledge.reading.language import foreign, language_of
from knowledge.reading.lines import Line, Range, line, tidy
from knowledge.reading.posts import Post, posts_of


@dataclass(frozen=True)
class Reading:
    """What one file gave: its documents, and per document how many lines were dropped, by reason."""

    documents: tuple[Document, ...]
    dropped: dict[str, dict[str, int]] = field(default_factory=dict)
    encoding: str = ""
    source: str = ""


def assemble(found: Extract, path: str, sha256: str, sources: Mapping[str, Source]) -> Reading:
    """Turn what a file says into documents with stable ids."""
    documents: list[Document] = []
    dropped: dict[str, dict[str, int]] = {}
    taken: set[str] = set()
    for post in posts_of(found):
        document = _document(post, found, path, sha256, sources)
        if not document.text.strip():
            continue
        document = replace(document, id=_free(document, taken))
        taken.add(document.id)
        documents.append(document)
        dropped[document.id] = dict(post.dropped)
    return Reading(tuple(documents), dropped, found.encoding, found.source)


def _free(document: Document, taken: set[str]) -> str:
    name = document.id
    if name in taken and document.source:
        name = own_id(document.path, document.title, document.date)
    number = 2
    base = name
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def own_id(path: str, title: str, date: dt.date | None) -> str:
    """An id that stays the same while a text keeps its file name, title and date."""
    stem = Path(path).name
    digest = hashlib.sha256(f"{stem}\n{title}\n{date or ''}".encode()).hexdigest()[:10]
    return f"doc-{digest}"


def _document(post: Post, found: Extract, path: str, sha256: str, sources: Mapping[str, Source]) -> Document:
    text, segments, heads = _text(post.lines, found)
    title = tidy(line(post.title, 0)).text
    source = match_source(title, post.date, post.author, sources)
    flags = list(post.flags) + (["other-language"] if foreign(text) else [])
    return Document(
        id=source or own_id(path, title, post.date),
        path=path,
        title=title,
        author=" ".join(post.author.split()),
        date=post.date,
        language=language_of(text),
        text=text,
        signed=post.signed,
        source=source,
        sha256=sha256,
        flags=tuple(dict.fromkeys(flags)),
        headings=tuple(heads),
        segments=tuple(segments),
    )


def _text(lines: Sequence[Line], found: Extract) -> tuple[str, list[Segment], list[Range]]:
    """Put the lines together: a line break between lines, one blank line where there were any."""
    full = [(at, item) for at, item in enumerate(lines) if not item.blank]
    parts: list[str] = []
    segments: list[Segment] = []
    heads: list[Range] = []
    length = 0
    for number, (at, item) in enumerate(full):
        if number:
            gap = "\n" if full[number - 1][0] == at - 1 else "\n\n"
            parts.append(gap)
            length += len(gap)
        segments += _segments(item, length, found)
        if _heads(full, number):
            heads.append((length, length + len(item.text)))
        parts.append(item.text)
        length += len(item.text)
    return "".join(parts), segments, heads


def _segments(item: Line, base: int, found: Extract) -> list[Segment]:
    ends = [at for at, _ in item.pieces[1:]] + [len(item.text)]
    result = []
    for (start, origin), end in zip(item.pieces, ends, strict=True):
        if end > start and origin >= 0:
            row = bisect.bisect_right(found.line_starts, origin)
            page = bisect.bisect_right(found.page_starts, origin)
            first = bisect.bisect_left(found.line_starts, found.page_starts[page - 1]) if page else 0
            result.append(Segment(base + start, base + end, origin, row - first, page))
    return result


def _heads(full: Sequence[tuple[int, Line]], number: int) -> bool:
    """Whether a line is a section's title: short, unpunctuated, apart from a list, with longer text below."""
    item = full[number][1]
    if item.kind == "heading":
        return True
    if not _short(item) or item.kind != "text":
        return False
    above = full[number - 1][1] if number else None
    if above is not None and (above.text.endswith((":", ",")) or (_short(above) and not _ends(above) and above.bullet)):
        return False
    below = [entry for _, entry in full[number + 1 : number + 3]]
    if not below:
        return False
    alone = number > 0 and full[number - 1][0] < full[number][0] - 1
    if alone and below[0].words >= 8 and not _short(below[0]):
        return True
    if below[0].words >= 14 or (below[0].bullet and not item.bullet and below[0].words >= 3):
        return True
    return _short(below[0]) and len(below) > 1 and below[1].words >= 14


def _short(item: Line) -> bool:
    if re.search(r"://|[$€£₪%|]", item.text):
        return False
    return 0 < item.words <= 10 and len(item.text) <= 90 and not item.bullet and not _ends(item)


def _ends(item: Line) -> bool:
    return bool(re.search(r"[.,;:!…]$", item.text))


def match_source(title: str, date: dt.date | None, author: str, sources: Mapping[str, Source]) -> str | None:
    """The bibliography entry that a text is: its date and a like title, or its author and the same title.

    An author who is known to be another rules an entry out.
    """
    best: tuple[float, str] | None = None
    mine = _plain(title)
    for key, source in sources.items():
        if source.kind == "external" or (date and source.date and date != source.date):
            continue
        dated = bool(date and source.date)
        if not _same_author(author, source, unknown=dated):
            continue
        like = max(_alike(mine, _plain(given)) for given in (source.title.he, source.title.en))
        if like >= (60.0 if dated else 88.0) and (best is None or like > best[0]):
            best = (like, key)
    return best[1] if best else None


def _same_author(author: str, source: Source, unknown: bool) -> bool:
    if not author:
        return unknown
    given = (source.author.he, source.author.en, source.publisher)
    return max(fuzz.partial_ratio(_plain(author), _plain(name)) for name in given if name) >= 75.0


def _plain(title: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", title.lower()))


def _alike(one: str, two: str) -> float:
    if min(len(one.split()), len(two.split())) >= 3:
        return max(fuzz.token_sort_ratio(one, two), 0.97 * fuzz.token_set_ratio(one, two) if len(one) > 14 else 0.0)
    return fuzz.token_sort_ratio(one, two)
