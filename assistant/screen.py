"""What a terminal shows of a reply: wrapped text, lists and tables, with Hebrew from right to left.

A terminal that orders right-to-left text itself is sent the text as it is written; for any other the lines
are ordered and set to the right here. In a pipe everything stays plain Markdown.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from assistant.conversation import Reply
from assistant.wording import say

BIDI_TERMINALS = ("VTE_VERSION", "KONSOLE_VERSION", "MLTERM")
BIDI_PROGRAMS = ("Apple_Terminal", "iTerm.app", "WezTerm")
WIDEST = 100
MARGIN = 2
NARROWEST_CELL = 8
MARK = "\u200e"  # keeps "30%-40%" in its order inside Hebrew
MARKS = dict.fromkeys((0x200E, 0x200F))  # direction marks, which no terminal shows as nothing
_HEBREW = re.compile("[\u0590-\u05ff\u200f]")
_RANGE = re.compile(r"(?<=[\d%])\s?([–-])\s?(?=[\d$₪€£])")
_LEAD = re.compile(r"^(\s*(?:>\s?)+|\s*(?:[-*•]|\d+[.)])\s+)")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|#!])")
_CELLS = re.compile(r"(?<!\\)\|")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def show(reply: Reply, numbered: bool = False) -> None:
    """Print a reply: laid out at a terminal, plain Markdown in a pipe.

    `numbered` puts a number before each suggestion, for a chat in which typing it picks one.
    """
    if not at_terminal():
        print(plain(reply))
        return
    print()
    text, question = _question_last(reply)
    for line in laid_out(text + question, reply.language, width()):
        print(line)
    if reply.suggestions:
        print()
        shown = [f"{n}. {text}" if numbered else text for n, text in enumerate(reply.suggestions, 1)]
        for line in laid_out(" · ".join(shown), reply.language, width()):
            print(dim(line))


def _question_last(reply: Reply) -> tuple[str, str]:
    """The reply with its open question after the sources, where the person answers it."""
    asked = (reply.assessment or {}).get("question")
    body, _, last = reply.text.rpartition("\n\n")
    if not (asked and reply.sources and body and asked["text"] in last):
        return plain(reply), ""
    return plain(reply.model_copy(update={"text": body})), f"\n\n{last}"


def plain(reply: Reply) -> str:
    """The reply as Markdown text with its numbered sources."""
    lines = [reply.text]
    if reply.sources:
        lines.append(say("sources.heading", reply.language))
        for number, source in enumerate(reply.sources, 1):
            date = f", {source.date}" if source.date else ""
            rules = f" · {', '.join(source.rules)}" if source.rules else ""
            author = f"{source.author}, " if source.author else ""  # a text of one's own may name none
            lines.append(f"{number}. {author}{source.title}{date} [{source.id}]{rules}")
    return "\n\n".join(lines[:1]) + ("\n\n" + "\n".join(lines[1:]) if lines[1:] else "")


def tell(text: str, language: str, out: TextIO | None = None) -> None:
    """Print a text of ours, laid out when a person is looking."""
    out = out or sys.stdout
    lines = laid_out(text, language, width()) if at_terminal(out) else text.splitlines()
    print("\n".join(lines), file=out)


def at_terminal(out: TextIO | None = None) -> bool:
    """Whether a person is looking."""
    return (out or sys.stdout).isatty()


def width() -> int:
    """How many columns a text may take."""
    return max(30, min(shutil.get_terminal_size().columns, WIDEST) - 2 * MARGIN)


def laid_out(markdown: str, language: str, columns: int) -> Iterator[str]:
    """The lines of a Markdown text as a terminal must receive them, indented by the margin."""
    rows: list[str] = []
    for line in [*markdown.split("\n"), ""]:
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            yield from _table(rows, language, columns)
            rows = []
        yield from _paragraph(line, language, columns)


def _paragraph(line: str, language: str, columns: int) -> Iterator[str]:
    if not line.strip():
        yield ""
        return
    heading = line.startswith("#")
    text = _said(line.lstrip("# ") if heading else line)
    found = _LEAD.match(text)
    lead = found.group(1) if found else ""
    marks = _BOLD.sub(r"\1", text[len(lead) :])
    whole = heading or (bool(_BOLD.fullmatch(text[len(lead) :].strip())) and not lead)
    shown_lead = "│ " * lead.count(">") if ">" in lead else lead
    emphasis = not _HEBREW.search(text) and not whole
    body = text[len(lead) :] if emphasis else marks
    pieces = textwrap.wrap(body, max(10, columns - len(shown_lead)), break_on_hyphens=False) or [""]
    rest = shown_lead if ">" in lead else " " * len(shown_lead)
    inside = False
    for number, piece in enumerate(pieces):
        piece, inside = _emphasised(piece, inside) if emphasis else (piece, False)
        shown = arranged((shown_lead if not number else rest) + piece, language, columns)
        yield " " * MARGIN + (bold(shown) if whole else shown)


def _said(text: str) -> str:
    """Markdown's escapes taken back."""
    return _ESCAPED.sub(r"\1", text)


def _emphasised(piece: str, inside: bool) -> tuple[str, bool]:
    """Bold marks as the terminal's own; a bold passage may go on over several lines."""
    parts = piece.split("**")
    out = [bold(part) if inside ^ (n % 2 == 1) else part for n, part in enumerate(parts)]
    return "".join(out), inside ^ (len(parts) % 2 == 0)


def _table(lines: Sequence[str], language: str, columns: int) -> Iterator[str]:
    rows = [[_said(cell.strip()) for cell in _CELLS.split(line.strip()[1:-1])] for line in lines]
    rows = [row for row in rows if not all(set(cell) <= set("-: ") and cell for cell in row)]
    yield from table(rows, language, columns)


def table(rows: Iterable[Sequence[str]], language: str, columns: int) -> Iterator[str]:
    """Rows in aligned columns, the first row as the heading; Hebrew tables begin at the right."""
    cells = [[_BOLD.sub(r"\1", str(cell)) for cell in row] for row in rows]
    count = max(map(len, cells), default=0)
    cells = [[*row, *[""] * (count - len(row))] for row in cells]
    widths = _widths([max(len(row[n]) for row in cells) for n in range(count)], columns - 2 * (count - 1))
    for number, row in enumerate(cells):
        wrapped = [
            textwrap.wrap(cell, size, break_on_hyphens=False) or [""] for cell, size in zip(row, widths, strict=True)
        ]
        for line in range(max(map(len, wrapped))):
            parts = [part[line] if line < len(part) else "" for part in wrapped]
            shown = _row(parts, widths, language, columns)
            yield " " * MARGIN + (bold(shown) if number == 0 and any(row) else shown)


def _row(parts: Sequence[str], widths: Sequence[int], language: str, columns: int) -> str:
    if language != "he" or orders_itself():
        return "  ".join(arranged(part, "en", 0).ljust(size) for part, size in zip(parts, widths, strict=True)).rstrip()
    cells = [arranged(part, "he", size) for part, size in zip(parts, widths, strict=True)]
    return "  ".join(reversed(cells)).rjust(columns)


def _widths(wanted: Sequence[int], room: int) -> list[int]:
    """Columns as wide as they want, the widest giving way first when there is no room."""
    sizes = [max(1, size) for size in wanted]
    while sum(sizes) > room and max(sizes) > NARROWEST_CELL:
        sizes[sizes.index(max(sizes))] -= 1
    return sizes


def orders_itself() -> bool:
    """Whether right-to-left text is put in order by the terminal (or nobody looks at one)."""
    own = any(name in os.environ for name in BIDI_TERMINALS)
    return own or os.environ.get("TERM_PROGRAM") in BIDI_PROGRAMS or not at_terminal()


def arranged(text: str, language: str = "", columns: int = 0) -> str:
    """One line as this terminal has to receive it so that Hebrew reads from right to left.

    In a Hebrew text the line is set to the right edge of `columns`.
    """
    inside = bool(_HEBREW.search(text))
    to_right = language == "he" or (not language and inside)
    kept = _RANGE.sub(rf"{MARK}\1{MARK}", text) if inside and to_right else text
    if orders_itself():
        return kept
    if inside:
        from bidi.algorithm import get_display

        kept = str(get_display(kept, base_dir="R" if to_right else "L")).translate(MARKS)
    return kept.rjust(columns) if to_right else kept


def bold(text: str) -> str:
    """Heavier, where the terminal can."""
    return f"\033[1m{text}\033[22m" if _styled() and text.strip() else text


def dim(text: str) -> str:
    """Lighter, where the terminal can."""
    return f"\033[2m{text}\033[22m" if _styled() and text.strip() else text


def _styled() -> bool:
    return at_terminal() and os.environ.get("TERM") != "dumb"
