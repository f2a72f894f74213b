"""Word files to lines: the text a reader sees on paper, in the order of the page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.reading.extract import Drawn, Extract
from knowledge.reading.lines import Kind
from knowledge.reading.problems import Unreadable

MAX_UNPACKED = 150_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What was struck out or moved away, what stands elsewhere on the page, and a drawing's second copy of its words.
_UNREAD = {f"{_WORD}{name}" for name in ("del", "moveFrom", "txbxContent")} | {_FALLBACK}
_CHARACTERS = {
    f"{_WORD}tab": "\t",
    f"{_WORD}br": "\n",
    f"{_WORD}cr": "\n",
    f"{_WORD}noBreakHyphen": "-",
}


def read_word(data: bytes) -> Extract:
    """Read a .docx. Raises Unreadable."""
    from docx import Document as open_docx

    _refuse_bomb(data)
    try:
        return _read(open_docx(io.BytesIO(data)))
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # a malformed package makes the parser raise almost anything
        raise Unreadable("damaged", format="docx") from error


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise Unreadable("damaged", format="docx") from error
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("encrypted")
    unpacked = sum(member.file_size for member in members)
    if len(members) > 5_000 or unpacked > MAX_UNPACKED or _too_dense(members):
        raise Unreadable("bomb")
    if not any(member.filename == "word/document.xml" for member in members):
        raise Unreadable("damaged", format="docx")


def _too_dense(members: Iterable[zipfile.ZipInfo]) -> bool:
    return any(m.file_size > 20_000_000 and m.file_size > 200 * max(m.compress_size, 1) for m in members)


def _read(book: Any) -> Extract:
    drawn = Drawn()
    tables = images = 0
    title = ""
    for block in _blocks(book.element.body):
        if block.tag == f"{_WORD}tbl":
            tables += 1
            for row in block.iter(f"{_WORD}tr"):
                drawn.add(_row(row), "row")
            continue
        images += len(block.xpath(".//pic:pic"))
        style = _style(book, block)
        text = _text(block)
        if style == "title" and not title:
            title = text.strip()
        for part in text.split("\n"):
            drawn.add(part, _kind(style, block))
    meta = book.core_properties
    return drawn.extract(
        tables=tables,
        images=images,
        title=title or _declared(meta.title),
        author=_declared(meta.author),
    )


def _declared(value: str | None) -> str:
    """What the file says of itself, without what the reading library fills in where it says nothing."""
    return "" if value in ("Word Document", "python-docx", None) else str(value)


def _blocks(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables below an element, through content controls and with text boxes after their anchor."""
    for child in parent:
        if child.tag == f"{_WORD}tbl":
            yield child
        elif child.tag == f"{_WORD}p":
            yield child
            for box in child.iter(f"{_WORD}txbxContent"):
                if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                    yield from _blocks(box)
        elif child.tag in (f"{_WORD}sdt", f"{_WORD}sdtContent", f"{_WORD}ins", f"{_WORD}moveTo", f"{_WORD}customXml"):
            yield from _blocks(child)


def _row(row: Any) -> str:
    """The cells of a row in order. A merged cell is one element, so equal figures side by side both stay."""
    cells = (" ".join(_text(cell).split()) for cell in row.iter(f"{_WORD}tc"))
    return " | ".join(cell for cell in cells if cell)


def _text(element: Any) -> str:
    """The words of a paragraph or cell: inserted and linked ones too, struck-out and hidden ones not."""
    if element.tag in _UNREAD or (element.tag == f"{_WORD}r" and _hidden(element)):
        return ""
    if element.tag == f"{_WORD}t":
        return str(element.text or "")
    if element.tag in (f"{_WORD}pPr", f"{_WORD}rPr"):
        return ""
    words = _CHARACTERS.get(element.tag, "") + "".join(_text(child) for child in element)
    return f"{words} " if element.tag == f"{_WORD}p" and element.getparent().tag == f"{_WORD}tc" else words


def _hidden(run: Any) -> bool:
    mark = run.find(f"{_WORD}rPr/{_WORD}vanish")
    return mark is not None and mark.get(f"{_WORD}val", "true") not in ("0", "false", "off")


def _style(book: Any, paragraph: Any) -> str:
    from docx.enum.style import WD_STYLE_TYPE

    style = book.part.get_style(paragraph.style, WD_STYLE_TYPE.PARAGRAPH)
    return (style.name or "").lower() if style is not None else ""


def _kind(style: str, paragraph: Any) -> Kind:
    if style.startswith(("heading", "title", "כותרת")):
        return "heading"
    return "item" if "list" in style or paragraph.xpath("./w:pPr/w:numPr") else "text"
