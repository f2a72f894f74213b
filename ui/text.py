"""Markdown that is safe to show: no formulas out of dollar signs, no images, no markup out of a person's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:^=])")


def plain(text: str) -> str:
    """Any words, shown as they were written; line breaks are kept."""
    return "  \n".join(_MARKUP.sub(r"\\\1", line) for line in text.splitlines())


def markdown(text: str) -> str:
    """Our own Markdown, without what Streamlit would add: formulas, icons, coloured text, images."""
    text = text.replace("$", r"\$").replace("![", r"!\[")
    return re.sub(r":(?=[A-Za-z_+-]+[:\[])", r"\\:", text)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of plain cells. The page's own table element: read aloud, selected and printed as one."""
    lines = [_row(columns), "|" + "---|" * len(columns)]
    return "\n".join([*lines, *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(plain(str(cell)).replace("  \n", " ") or " " for cell in cells) + " |"
