"""Markdown to lines: marks go, words stay, comments and front matter do not count as text."""

from __future__ import annotations

import bisect
import itertools
import re

from knowledge.reading.extract import Extract
from knowledge.reading.lines import Kind, Line, Range, line, split_lines, tidy, unwrapped, without

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.{0,5000}?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date|כותרת|מחבר|תאריך)\s*:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+|\s+#+\s*$")
_MARKS = re.compile(
    r"!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)"  # an image
    r"|\[(?=[^\]\n]{1,300}\]\()|(?<=[^\s\\])\]\([^)\n]{0,500}\)"  # a link: its address
    r"|\*\*|__(?=\S)|(?<=\S)__|~~|`{1,3}"
    r"|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])"
    r"|</?[a-zA-Z][^<>\n]{0,300}>"
    r"|^ {0,3}>\s?"
)
_BARS = re.compile(r"^\s*\|\s*|\s*\|\s*$|\*\*|`")
_NAMES = {"כותרת": "title", "מחבר": "author", "תאריך": "date"}


def read_markdown(text: str) -> Extract:
    """Read a page of Markdown. Tables keep their rows; images are counted as lost."""
    front = _FRONT.match(text)
    fields = {}
    if front:
        fields = {_NAMES.get(key, key): value for key, value in _FIELD.findall(front.group(1))}
    hidden = _comments(text)
    if front:
        hidden.insert(0, front.span())
    lines: list[Line] = []
    images = tables = 0
    for raw in split_lines(text):
        item = _uncovered(raw, hidden)
        images += len(re.findall(r"!\[", item.text))
        if re.fullmatch(r"\s*(=+|-{2,})\s*", item.text) and lines and lines[-1].text and item.text.strip():
            lines[-1] = Line(lines[-1].text, lines[-1].pieces, "heading")
            continue
        if re.fullmatch(r"[\s|:-]*-{3,}[\s|:-]*", item.text) and "|" in item.text:
            tables += 1
            continue
        lines.append(_plain(item))
    return Extract(text, tuple(unwrapped(lines)), (0,), tables=tables, images=images, **fields)


def _comments(text: str) -> list[Range]:
    found: list[Range] = []
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start)
        if end < 0:
            break
        found.append((start, end + 3))
        start = text.find("<!--", end)
    return found


def _uncovered(raw: Line, hidden: list[Range]) -> Line:
    start, end = raw.origin, raw.origin + len(raw.text)
    first = max(bisect.bisect_right(hidden, (start, start)) - 1, 0)
    near = itertools.takewhile(lambda span: span[0] < end, itertools.islice(hidden, first, None))
    inside = [(max(a - start, 0), min(b, end) - start) for a, b in near if b > start]
    return without(raw, inside) if inside else raw


def _plain(raw: Line) -> Line:
    kind: Kind = "text"
    if re.match(r"^ {0,3}#{1,6}\s", raw.text):
        kind = "heading"
        raw = without(raw, [match.span() for match in _HEADING.finditer(raw.text)])
    elif raw.text.lstrip().startswith("|"):
        kind = "row"
    elif re.match(r"^\s*([*+-]|\d{1,3}[.)])\s", raw.text):
        kind = "item"
    marks = [match.span() for match in (_BARS if kind == "row" else _MARKS).finditer(raw.text)]
    bare = without(raw, marks) if marks else raw
    return tidy(Line(bare.text, bare.pieces or line("", raw.origin).pieces, kind))
