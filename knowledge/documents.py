"""Documents and passages: what was read, kept so that every quote can be verified and traced.

`Document.text` is the cleaned text. Each `Segment` ties a stretch of it, character by character, to the
original file; so a quote is checked against the stored text and points to a line (or page) of the file.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.cards import Language


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


def by_id(documents: Iterable[Document]) -> dict[str, Document]:
    """Key documents by id."""
    return {document.id: document for document in documents}
