"""Lines of a file that remember, character by character, where in the original they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["text", "heading", "item", "row"]
Range = tuple[int, int]
INSERTED = -(10**15)  # the origin of characters that stand nowhere in the original (below 0 even after adding)

# Zero-width and bidi controls, soft hyphen, tag characters, variation selectors, C0/C1 controls, U+FFFC:
# a reader cannot see them, so nothing may be hidden in them.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\U000e0000-\U000e0fff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_SPACES = str.maketrans(dict.fromkeys("\t\x0b\x0c\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\n\r", " "))
_RUN = re.compile(r"(?<= ) +|^ +| +$")
_WORD = re.compile(r"[^\W_]+(?:[\"'’״׳.,&-][^\W_]+)*")
_BULLET = re.compile(r"^(?:[•·●▪‣◦∙*–—-]|\d{1,2}[.)]|[א-ת][.)]|[a-z][.)])\s")


@dataclass(frozen=True)
class Line:
    """One logical line. `pieces` are (index in text, index in the original), ascending, the first at 0."""

    text: str
    pieces: tuple[tuple[int, int], ...]
    kind: Kind = "text"

    @property
    def origin(self) -> int:
        """Where the line begins in the original."""
        return self.pieces[0][1] if self.pieces else 0

    @property
    def words(self) -> int:
        """How many words stand in the line."""
        return len(_WORD.findall(self.text))

    @property
    def blank(self) -> bool:
        """Whether nothing stands in the line."""
        return not self.text

    @property
    def bullet(self) -> bool:
        """Whether the line is an item of a list."""
        return self.kind == "item" or bool(_BULLET.match(self.text))


def line(text: str, origin: int, kind: Kind = "text") -> Line:
    """Make a line whose characters stand together in the original from `origin` on."""
    return Line(text, ((0, origin),), kind)


def without(source: Line, ranges: Iterable[Range]) -> Line:
    """Take the given ranges (ascending, apart) out of a line."""
    kept: list[Range] = []
    at = 0
    for start, end in ranges:
        if start > at:
            kept.append((at, start))
        at = max(at, end)
    if at < len(source.text):
        kept.append((at, len(source.text)))
    return _join(source, kept)


def _join(source: Line, kept: list[Range]) -> Line:
    text, pieces, length = [], [], 0
    starts = source.pieces
    index = 0
    for start, end in kept:
        while index + 1 < len(starts) and starts[index + 1][0] <= start:
            index += 1
        pieces.append((length, starts[index][1] + start - starts[index][0]))
        probe = index + 1
        while probe < len(starts) and starts[probe][0] < end:
            pieces.append((length + starts[probe][0] - start, starts[probe][1]))
            probe += 1
        text.append(source.text[start:end])
        length += end - start
    return Line("".join(text), tuple(pieces) or source.pieces[:1], source.kind)


def joined(first: Line, second: Line, gap: str = " ") -> Line:
    """Put two lines into one, with `gap` (which stands nowhere in the original) between them."""
    shift = len(first.text) + len(gap)
    between = ((len(first.text), INSERTED),) if gap else ()
    pieces = first.pieces + between + tuple((at + shift, origin) for at, origin in second.pieces)
    return Line(first.text + gap + second.text, pieces, first.kind)


def tidy(source: Line) -> Line:
    """Remove what cannot be seen, make every space a plain one, and squeeze runs of spaces."""
    if INVISIBLE.search(source.text):
        source = without(source, [match.span() for match in INVISIBLE.finditer(source.text)])
    spaced = source.text.translate(_SPACES)
    spaced = re.sub("[\u2000-\u200a]", " ", spaced)
    source = replace(source, text=spaced)
    runs = [match.span() for match in _RUN.finditer(spaced)]
    return without(source, runs) if runs else source


def split_lines(text: str, origin: int = 0) -> list[Line]:
    """Cut plain text into lines, blank ones included, as an editor would number them."""
    result = []
    for match in re.finditer(r"([^\r\n]*)(\r\n|\n|\r|$)", text):
        if match.end() == match.start():
            break
        result.append(line(match.group(1), origin + match.start()))
    return result


_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’״)\]]*$")


def unwrapped(lines: list[Line]) -> list[Line]:
    """Join lines that were broken only by the width of a page into the paragraphs they were."""
    lengths = sorted(len(item.text) for item in lines if len(item.text) > 20)
    if len(lengths) < 3:
        return lines
    width = lengths[int(len(lengths) * 0.9)]
    open_ended = sum(1 for item in lines if len(item.text) > 20 and not _SENTENCE_END.search(item.text))
    if width > 130 or open_ended < 0.4 * len(lengths):
        return lines
    result: list[Line] = []
    last = 0
    for item in lines:
        if result and _continues(result[-1], item, last, width):
            result[-1] = _glue(result[-1], item)
        else:
            result.append(item)
        last = len(item.text)
    return result


def _continues(previous: Line, item: Line, last: int, width: int) -> bool:
    """Whether `item` goes on with the paragraph whose last physical line was `last` characters long."""
    if previous.blank or item.blank or item.bullet or {"heading", "row"} & {item.kind, previous.kind}:
        return False
    return last >= 0.72 * width and not (_SENTENCE_END.search(previous.text) and last < 0.85 * width)


def _glue(previous: Line, item: Line) -> Line:
    if re.search(r"[a-z]-$", previous.text) and re.match(r"[a-z]", item.text):
        end = len(previous.text)
        return joined(without(previous, [(end - 1, end)]), item, "")
    return joined(previous, item)
