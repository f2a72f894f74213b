"""Documents and passages: what was read, kept so that every quote can be verified and traced.

`Document.text` is the cleaned text. Each `Segment` ties a stretch of it, character by character, to the
original file; so a quote is checked against the stored text and points to a line (or page) of the file.
"""

from __future__ import annotations

import bisect
import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.cards import Language

_PLAIN = ("id", "path", "title", "author", "language", "text", "source", "sha256")


@dataclass(frozen=True)
class Segment:
    """`text[start:end]` of a document stands in the original from character `origin` on, in line `line`.

    `origin` counts characters of the decoded file (for .pdf and .docx: of the text drawn from it),
    `line` counts from 1 (for .docx: paragraphs); `page` is 0 where the format has no pages.
    """

    start: int
    end: int
    origin: int
    line: int
    page: int = 0


@dataclass(frozen=True)
class Place:
    """A position in an original file that a person can open: path, line from 1, page from 1 or 0."""

    path: str
    line: int
    page: int = 0


@dataclass(frozen=True)
class Copy:
    """The same words in another document (or the whole document again in another file)."""

    document: str
    path: str
    line: int
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Document:
    """One article, post or page, cleaned.

    `id` is the bibliography's source id where one matches (`source` repeats it), otherwise stable for file
    and title. `date` is the header's date, `signed` the one under the text. `flags` say what a reader should
    know: "announcement" (no method in it), "lost-table", "restricted" (its owner limits use),
    "encoding-repaired", "visual-order", "other-language".
    """

    id: str
    path: str
    title: str
    author: str
    date: dt.date | None
    language: Language
    text: str
    signed: dt.date | None = None
    source: str | None = None
    sha256: str = ""
    flags: tuple[str, ...] = ()
    headings: tuple[tuple[int, int], ...] = ()
    segments: tuple[Segment, ...] = ()
    copies: tuple[Copy, ...] = ()

    def place(self, offset: int) -> Place:
        """Return where in the original file the character at `offset` of `text` stands."""
        if not self.segments:
            return Place(self.path, 1)
        index = bisect.bisect_right(self.segments, offset, key=lambda s: s.start) - 1
        segment = self.segments[max(index, 0)]
        return Place(self.path, segment.line, segment.page)

    def verifies(self, quote: str, start: int) -> bool:
        """Say whether `quote` stands word for word at `start`."""
        return bool(quote) and self.text[start : start + len(quote)] == quote


@dataclass(frozen=True)
class Passage:
    """A stretch of a document to index and quote: `document.text[start:end] == text`.

    `document` is the document's id; `copies` are the other places where the same words stand.
    """

    id: str
    document: str
    language: Language
    text: str
    start: int
    end: int
    heading: str = ""
    copies: tuple[Copy, ...] = ()


def to_record(document: Document) -> dict[str, Any]:
    """A document as plain JSON values."""
    record = {name: getattr(document, name) for name in _PLAIN}
    record["flags"] = list(document.flags)
    record["date"] = document.date and document.date.isoformat()
    record["signed"] = document.signed and document.signed.isoformat()
    record["headings"] = [list(span) for span in document.headings]
    record["segments"] = [[s.start, s.end, s.origin, s.line, s.page] for s in document.segments]
    record["copies"] = [asdict(copy) for copy in document.copies]
    return record


def from_record(record: dict[str, Any]) -> Document:
    """The document that `to_record` wrote."""
    return Document(
        **{name: record[name] for name in _PLAIN},
        flags=tuple(record["flags"]),
        date=dt.date.fromisoformat(record["date"]) if record["date"] else None,
        signed=dt.date.fromisoformat(record["signed"]) if record["signed"] else None,
        headings=tuple((start, end) for start, end in record["headings"]),
        segments=tuple(Segment(*values) for values in record["segments"]),
        copies=tuple(Copy(**values) for values in record["copies"]),
    )


def passage_from(record: dict[str, Any]) -> Passage:
    """A passage from the plain values of `dataclasses.asdict`."""
    return Passage(**{**record, "copies": tuple(Copy(**values) for values in record["copies"])})
