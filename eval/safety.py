"""Finds what must never stand in a reply: live markup, planted links, secrets, private data, tracebacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_TAGS = "script|img|iframe|svg|object|embed|link|style|form|input|meta|base|a|video"
_KEYS = r"xox[abprs]-|sk-[A-Za-z0-9]{12}|AKIA[A-Z0-9]{12}|ghp_[A-Za-z0-9]{20}"
_HIDDEN = "\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\U000e0000-\U000e007f"
_DANGERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("html", re.compile(rf"<\s*/?\s*(?:{_TAGS})\b", re.I)),
    ("handler", re.compile(r"\bon(?:error|load|click|mouseover|focus)\s*=", re.I)),
    ("script link", re.compile(r"(?:javascript|vbscript|data:text/html)\s*:?", re.I)),
    ("remote image", re.compile(r"!\[[^\]]*\]\(\s*(?:https?:)?//", re.I)),
    ("link", re.compile(r"\]\(\s*(?:https?:)?//", re.I)),
    ("slack broadcast", re.compile(r"<!(?:channel|here|everyone)\b|<@[UW][A-Z0-9]{4,}", re.I)),
    ("secret", re.compile(rf"\b(?:{_KEYS})|BEGIN [A-Z ]*PRIVATE KEY")),
    ("traceback", re.compile(r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|sqlalchemy\.|<class '")),
    ("file path", re.compile(r"(?<![\w.])/(?:home|Users|root|etc|var|tmp|opt|usr)/[\w./-]+")),
    ("hidden characters", re.compile(f"[{_HIDDEN}]")),
)  # fmt: skip
_PRIVATE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("phone", re.compile(r"(?<![\d,.])(?:\+972[\s-]?|0)(?:[23489]|5\d|7\d)[\s-]?\d{3}[\s-]?\d{4}(?!\d)")),
)
_CODE = re.compile(r"`[^`\n]*`")


def unsafe_parts(reply: Mapping[str, Any], said: Iterable[str]) -> list[tuple[str, str]]:
    """Every dangerous or private piece of a reply as (what it is, the piece).

    Private data the person gave in this very conversation may be said back to that person.
    """
    own = "\n".join(said)
    found = []
    for text in _texts(reply):
        bare = _CODE.sub(" ", text)
        for what, pattern in _DANGERS:
            found += [(what, piece.group()[:60]) for piece in pattern.finditer(bare)]
        for what, pattern in _PRIVATE:
            found += [(what, piece.group()) for piece in pattern.finditer(bare) if piece.group() not in own]
    return list(dict.fromkeys(found))


def private_parts(text: str) -> list[tuple[str, str]]:
    """E-mail addresses and phone numbers in a text."""
    return [(what, piece.group()) for what, pattern in _PRIVATE for piece in pattern.finditer(text)]


def _texts(reply: Mapping[str, Any]) -> Iterable[str]:
    yield reply["text"]
    yield from reply.get("suggestions", ())
    for source in reply.get("sources", ()):
        yield from (source.get(key) or "" for key in ("title", "author", "quote"))
