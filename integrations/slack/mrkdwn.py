"""Markdown of a reply -> Slack's own markup, safe in every position. Pure.

Nothing that was typed by a person, quoted from a source or written by a model can mention anybody: `&`, `<`
and `>` are escaped everywhere, and the only angle brackets left are links to allowed addresses.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_INLINE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<address>[^()\s]{1,2000})\)"
    r"|\*\*(?P<bold>[^\n]+?)\*\*"
    r"|(?P<bare>https?://[^\s<>\"']+)"
    r"|\\(?P<literal>[\\`*_\[\]<>|#!])"
)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
RIGHT_TO_LEFT = "\u200f"


@dataclass(frozen=True)
class Paragraph:
    """Some lines of Markdown, or the rows of one table."""

    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def size(text: str) -> int:
    """Length as Slack's strictest reading counts it: UTF-16 units."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def clean(text: str) -> str:
    """The text without control characters, direction overrides and broken surrogates."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))


def escape(text: str) -> str:
    """The text as Slack shows it literally: no mention, no link, no channel."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def within(text: str, limit: int) -> str:
    """The text's beginning of at most `limit` units."""
    kept = text[:limit]
    while size(kept) > limit:
        kept = kept[:-1]
    return kept


def cut(text: str, limit: int) -> str:
    """At most `limit` units of the text, with an ellipsis when something was left out; never half an entity."""
    if size(text) <= limit:
        return text
    kept = within(text, max(0, limit - 1))
    entity = kept.rfind("&", max(0, len(kept) - 5))
    if entity >= 0 and ";" not in kept[entity:]:
        kept = kept[:entity]
    return kept + "…"


def link(address: str, label: str, limit: int = 300) -> str:
    """A link to an address that was checked by the caller."""
    safe = address.replace("|", "%7C").replace(">", "%3E").replace("<", "%3C")
    return f"<{safe}|{cut(escape(label).replace('|', '¦'), limit) or '…'}>"


def inline(text: str, addresses: Collection[str] = ()) -> str:
    """One line of Markdown as mrkdwn. Only links to `addresses` stay links; other addresses become plain code."""
    out, end = [], 0
    for found in _INLINE.finditer(text):
        out.append(escape(text[end : found.start()]))
        out.append(_token(found, addresses))
        end = found.end()
    out.append(escape(text[end:]))
    return "".join(out)


def _token(found: re.Match[str], addresses: Collection[str]) -> str:
    if found["bold"]:
        inner = inline(found["bold"], addresses).replace("*", "∗").strip()
        return f"*{inner}*" if inner else ""
    if found["label"]:
        allowed = found["address"] in addresses
        return link(found["address"], found["label"]) if allowed else inline(found["label"], addresses)
    if found["bare"]:
        address = found["bare"].rstrip(".,;:!?)")
        shown = link(address, address) if address in addresses else f"`{_as_code(address)}`"
        return shown + escape(found["bare"][len(address) :])
    if found["code"]:
        return f"`{_as_code(found['code'][1:-1])}`"
    return escape(found["literal"])


def _as_code(text: str) -> str:
    return escape(text).replace("`", "ˋ") or " "


def line(text: str, addresses: Collection[str] = (), right_to_left: bool = False) -> str:
    """One line of Markdown, with its heading or bullet mark, as mrkdwn."""
    heading = re.match(r"^\s{0,3}#{1,6}\s+(.*)$", text)
    if heading:
        shown = f"*{inline(heading[1].replace('**', ''), addresses).replace('*', '∗').strip() or '…'}*"
    elif bullet := re.match(r"^(\s*)[-*+]\s+(.*)$", text):
        shown = f"{'    ' * min(len(bullet[1]) // 2, 4)}• {inline(bullet[2], addresses)}"
    elif quoted := re.match(r"^\s*>\s?(.*)$", text):
        return f"&gt; {inline(quoted[1], addresses)}"  # Slack reads the escaped mark at a line's start as a quotation
    elif re.match(r"^\s*(-{3,}|\*{3,}|_{3,})\s*$", text):
        shown = ""
    else:
        shown = inline(text, addresses)
    # A Hebrew line that begins with a figure or a Latin name would otherwise run the wrong way.
    return RIGHT_TO_LEFT + shown if right_to_left and shown.strip() else shown


def plain(text: str) -> str:
    """Markdown without its marks, escaped: for notifications and screen readers."""
    bare = re.sub(r"\*\*(.+?)\*\*", r"\1", clean(text))
    bare = re.sub(r"\[([^\[\]\n]+)\]\([^()\s]+\)", r"\1", bare)
    bare = re.sub(r"^\s{0,3}#{1,6}\s+", "", bare, flags=re.MULTILINE)
    bare = re.sub(r"\\([\\`*_\[\]<>|#!])", r"\1", bare)
    return escape(bare)


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The text's paragraphs in order, tables apart from lines."""
    lines: list[str] = []
    rows: list[tuple[str, ...]] = []
    for raw in [*clean(text).split("\n"), ""]:
        if rows and not _ROW.match(raw):
            yield Paragraph(rows=tuple(rows))
            rows = []
        if _ROW.match(raw):
            if lines:
                yield Paragraph(lines=tuple(lines))
                lines = []
            if not _RULE.match(raw):
                rows.append(tuple(cell.strip() for cell in raw.strip().strip("|").split("|")))
        elif raw.strip():
            lines.append(raw)
        elif lines:
            yield Paragraph(lines=tuple(lines))
            lines = []
    if lines:
        yield Paragraph(lines=tuple(lines))


def pieces(text: str, limit: int, addresses: Collection[str] = (), right_to_left: bool = False) -> Iterator[str]:
    """One line as mrkdwn, in as many pieces as the limit needs; a mark is never torn."""
    shown = line(text, addresses, right_to_left)
    if size(shown) <= limit:
        yield shown
        return
    middle = len(text) // 2
    space = text.rfind(" ", len(text) // 4, middle)
    at = space + 1 if space > 0 else middle
    for half in (text[:at], text[at:]):
        yield from pieces(half, limit, addresses, right_to_left)


def safe_markdown(text: str) -> str:
    """Markdown that stays Markdown but can mention nobody and link nowhere, for text that is still growing."""
    bare = re.sub(r"\[([^\[\]\n]+)\]\([^()\s]+\)", r"\1", clean(text))
    return re.sub(r"(https?://[^\s<>\"'`]+)", r"`\1`", escape(bare))
