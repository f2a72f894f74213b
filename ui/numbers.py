"""Numbers as a person prefers to write them. Stored figures stay as they are; only what is shown and typed changes.

The product writes 1,234.5 in both languages. A style is named by how it writes that number.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

STYLES = {"1,234.5": (",", "."), "1.234,5": (".", ","), "1 234,5": ("\u00a0", ","), "1 234.5": ("\u00a0", ".")}
USUAL = "1,234.5"
_WRITTEN = re.compile(r"`[^`]*`|(?<![\w.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![.,]?\d)")


def shown(text: str, style: str) -> str:
    """A text of the product with its numbers in this style; what stands in code marks is left alone."""
    if style not in STYLES or style == USUAL:
        return text
    group, point = STYLES[style]
    swap = str.maketrans({",": group, ".": point})
    return _WRITTEN.sub(lambda found: found[0] if found[0].startswith("`") else found[0].translate(swap), text)


def read(typed: str, style: str) -> str:
    """What was typed in this style, as the tools read numbers. What cannot be this style is left as it stands."""
    if style not in STYLES or style == USUAL:
        return typed
    group, point = STYLES[style]
    spaced = re.escape(group) if group != "\u00a0" else "[ \u00a0\u202f]"
    number = _typed(spaced, re.escape(point))
    return number.sub(lambda found: re.sub(spaced, "", found[0]).replace(point, "."), typed)


@cache
def _typed(group: str, point: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,])(?:\d{{1,3}}(?:{group}\d{{3}})+(?:{point}\d+)?|\d+{point}\d+)(?![.,]?\d)")


def locale(style: str) -> dict[str, Any]:
    """The same for charts, as Vega takes it."""
    group, point = STYLES.get(style, STYLES[USUAL])
    return {"number": {"decimal": point, "thousands": group, "grouping": [3], "currency": ["", ""]}}
