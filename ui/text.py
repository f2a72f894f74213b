"""Markdown that is safe to show: no formulas out of dollar signs, no images, no markup out of a person's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MOST_COLUMNS = 4  # of a table in half a page
RLM, LRM = "\u200f", "\u200e"
_LEAD = re.compile(r"\s*(?:[-*+>] |#{1,6} |\d+[.)] )*")  # what Markdown reads before a line's words
_CODE = re.compile(r"`[^`]*`")
_HEBREW, _LATIN, _LETTER = re.compile("[א-ת]"), re.compile("[A-Za-z]"), re.compile("[א-תA-Za-z]")
_CITED = re.compile(r"\[[A-Z]+-[A-Z0-9]+(?:, [A-Z]+-[A-Z0-9]+)*\]")  # [R-ROI2, MG-100529] holds together
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:^=])")


def plain(text: str) -> str:
    """Any words, shown as they were written; line breaks are kept."""
    return "  \n".join(_MARKUP.sub(r"\\\1", directed(line)) for line in text.splitlines())


def about(title: str, *more: str) -> str:
    """A source in one line: its title, and what else is known of it."""
    known = ", ".join(plain(one) for one in more if one)
    return f"**{plain(title)}**" + (f" – {known}" if known else "")


def directed(line: str) -> str:
    """A line that runs the way most of its letters do, though it may begin with a word of the other script."""
    code, body = _LEAD.match(line), _CODE.sub("", line)
    hebrew, latin = len(_HEBREW.findall(body)), len(_LATIN.findall(body))
    first = _LETTER.search(body)
    if not hebrew or not latin or first is None:
        return line
    begins, runs = bool(_HEBREW.match(first[0])), hebrew * 2 >= latin  # a Latin word is as long as two Hebrew ones
    if begins == runs:
        return line
    lead = code[0] if code else ""
    return f"{lead}{RLM if runs else LRM}{line[len(lead) :]}"


def markdown(text: str) -> str:
    """Our own Markdown, without what Streamlit would add: formulas, icons, coloured text, images."""
    text = "\n".join(_CITED.sub("\u2066\\g<0>\u2069", directed(line)) for line in text.split("\n"))
    text = text.replace("$", r"\$").replace("![", r"!\[")
    return re.sub(r":(?=[A-Za-z_+-]+[:\[])", r"\\:", text)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of plain cells. The page's own table element: read aloud, selected and printed as one."""
    lines = [_row(columns), "|" + "---|" * len(columns)]
    return "\n".join([*lines, *map(_row, rows)])


def turned(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as it reads best in a narrow place: one of many columns and few rows has them change places."""
    listed = [list(row) for row in rows]
    if len(columns) <= MOST_COLUMNS or len(listed) >= len(columns) - 1:
        return table(columns, listed)
    heads, *lines = ([str(cell) for cell in line] for line in zip(columns, *listed, strict=True))
    return table(heads, lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(plain(str(cell)).replace("  \n", " ") or " " for cell in cells) + " |"
