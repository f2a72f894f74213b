"""Files to lines: .txt, .md, .html, .pdf and .docx, each line tied to the original."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from knowledge.reading.decode import decode, is_visual, to_logical
from knowledge.reading.lines import Kind, Line, line, split_lines, tidy, unwrapped
from knowledge.reading.problems import Unreadable

MAX_PAGES = 2_000
MAX_CHARACTERS = 30_000_000


@dataclass(frozen=True)
class Extract:
    """What a file says, before anything is judged.

    `source` is the text that the lines' origins count in; `line_starts` and `page_starts` are the origins at
    which its lines and pages begin. `title`, `author` and `date` are what the format itself declares.
    """

    source: str
    lines: tuple[Line, ...]
    line_starts: tuple[int, ...]
    page_starts: tuple[int, ...] = ()
    encoding: str = ""
    flags: tuple[str, ...] = ()
    title: str = ""
    author: str = ""
    date: str = ""
    tables: int = 0
    images: int = 0
    skipped: dict[str, int] = field(default_factory=dict)


def extract(data: bytes, name: str) -> Extract:
    """Read a file's bytes by the format its name and first bytes tell. Raises Unreadable."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("empty")
    read = READERS.get(suffix(data, name))
    if read is None:
        raise Unreadable("unsupported", suffix=PurePath(name).suffix or name)
    found = read(data)
    if not any(item.text.strip() for item in found.lines):
        raise Unreadable("no-text")
    return found


def suffix(data: bytes, name: str) -> str:
    """The format of a file: its first bytes outweigh its name."""
    ending = PurePath(name).suffix.lower()
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return ".pdf"
    if data.startswith(b"PK\x03\x04") and ending in READERS:
        return ".docx"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        sealed = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable("encrypted" if sealed else "old-word")
    if ending in (".pdf", ".docx"):
        raise Unreadable("damaged", format=ending[1:])
    return {".htm": ".html", ".xhtml": ".html", ".markdown": ".md", ".text": ".txt"}.get(ending, ending)


def starts_of(text: str) -> tuple[int, ...]:
    """Where each line of a text begins, as an editor numbers lines."""
    return (0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text)))


def _text(data: bytes) -> Extract:
    found = decode(data)
    lines = tuple(unwrapped([tidy(item) for item in split_lines(found.text)]))
    return Extract(found.text, lines, starts_of(found.text), encoding=found.encoding, flags=found.flags)


def _markdown(data: bytes) -> Extract:
    from knowledge.reading.markdown import read_markdown

    found = decode(data)
    page = read_markdown(found.text)
    return replace(page, line_starts=starts_of(found.text), encoding=found.encoding, flags=found.flags)


def _html(data: bytes) -> Extract:
    from knowledge.reading.html import read_html

    found = decode(data)
    page = read_html(found.text)
    return replace(page, line_starts=starts_of(found.text), encoding=found.encoding, flags=found.flags)


class Drawn:
    """Collects drawn text line by line and remembers where lines and pages begin."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.lines: list[Line] = []
        self.starts: list[int] = []
        self.pages: list[int] = []

    def page(self) -> None:
        """Begin a page."""
        self.pages.append(self.length)

    def add(self, text: str, kind: Kind = "text") -> None:
        """Add a line. Raises Unreadable when it is more than can be taken in."""
        self.starts.append(self.length)
        self.lines.append(tidy(line(text, self.length, kind)))
        self.parts.append(text + "\n")
        self.length += len(text) + 1
        if self.length > MAX_CHARACTERS:
            raise Unreadable("too-long")

    def extract(self, **fields: Any) -> Extract:
        """All that was collected, with what else the format tells."""
        lines = fields.pop("lines", self.lines)
        return Extract("".join(self.parts), tuple(lines), tuple(self.starts) or (0,), tuple(self.pages), **fields)


def _pdf(data: bytes) -> Extract:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted")
        return _pdf_pages(reader)
    except (Unreadable, MemoryError):
        raise
    except PyPdfError as error:
        raise Unreadable("damaged", format="pdf") from error
    except Exception as error:  # a malformed file makes the parser raise almost anything
        raise Unreadable("damaged", format="pdf") from error


def _pdf_pages(reader: Any) -> Extract:
    source = Drawn()
    pages: list[list[str]] = []
    images = 0
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise Unreadable("too-many-pages", limit=MAX_PAGES)
    for page in reader.pages:
        text = _page_text(page)
        pages.append([re.sub(r"[\r\n]", " ", item.text) for item in split_lines(text)])
    if sum(len("".join(page).strip()) for page in pages) < 3 * count:
        raise Unreadable("scanned" if count else "empty")
    visual = is_visual("\n".join("\n".join(page) for page in pages))
    for page in pages:
        source.page()
        for text in page:
            source.add(to_logical(text) if visual else text)
    meta = reader.metadata
    kept, running = _without_running_heads(source)
    return source.extract(
        lines=unwrapped(kept),
        images=images,
        title=str(meta.title or "") if meta else "",
        author=str(meta.author or "") if meta else "",
        skipped={"running-head": running} if running else {},
    )


def _page_text(page: Any) -> str:
    """A page's text. Hebrew is taken as it stands on the page: only its places tell the order of its words."""
    text = page.extract_text() or ""
    if sum(1 for char in text if "א" <= char <= "ת") < 0.1 * len(text):
        return text
    try:
        drawn = page.extract_text(extraction_mode="layout", layout_mode_scale_weight=1.0)
    except Exception:  # the drawing is beyond the layout reader; the plain text has at least the words
        return text
    return drawn if len(drawn.split()) > 0.8 * len(text.split()) else text


def _without_running_heads(source: Drawn) -> tuple[list[Line], int]:
    """Drop page numbers and the lines that stand at the top or bottom of most pages."""
    pages: list[list[Line]] = [[] for _ in source.pages]
    index = -1
    for item in source.lines:
        while index + 1 < len(source.pages) and item.origin >= source.pages[index + 1]:
            index += 1
        pages[index].append(item)
    edges = [[item for edge in _edges(page) for item in edge] for page in pages]
    counts: dict[str, int] = {}
    for page in edges:
        for key in {re.sub(r"\d+", "#", item.text) for item in page}:
            counts[key] = counts.get(key, 0) + 1
    often = max(3, 0.5 * len(pages))
    dropped = {
        id(item)
        for page in pages
        for edge in _edges(page)
        for item in itertools.takewhile(lambda line: _running(line.text, counts, often), edge)
    }
    return [item for item in source.lines if id(item) not in dropped], len(dropped)


def _running(text: str, counts: dict[str, int], often: float) -> bool:
    return counts[re.sub(r"\d+", "#", text)] >= often or bool(re.fullmatch(r"[-–\s]*\d{1,4}[-–\s]*", text))


def _edges(page: list[Line]) -> tuple[list[Line], list[Line]]:
    """The first two and the last two lines of a page, each from the edge inwards."""
    full = [item for item in page if item.text]
    return full[:2], full[2:][-2:][::-1]


def _docx(data: bytes) -> Extract:
    from knowledge.reading.word import read_word

    return read_word(data)


READERS: dict[str, Callable[[bytes], Extract]] = {
    ".txt": _text,
    ".md": _markdown,
    ".html": _html,
    ".pdf": _pdf,
    ".docx": _docx,
    ".htm": _html,
    ".xhtml": _html,
    ".markdown": _markdown,
    ".text": _text,
    "": _text,
}
