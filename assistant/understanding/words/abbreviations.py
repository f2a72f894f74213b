"""Dots that end no sentence: "St. Gallen", "J. P. Morales", "U.S. Medical"; behind "Ltd." and "S.A." one may begin."""

from __future__ import annotations

import re

from assistant.understanding.words.text import listed, tokens
from knowledge.hebrew import is_stop_word

_LEGAL = frozenset(listed("ltd inc corp co llc plc sa as bv nv sl spa srl ag bros pty"))  # dots left out
_SHORT_FOR = frozenset(listed("st dr mr mrs ms prof mt ft"))
_LAST = re.compile(r"(?:(?P<before>\S+)\s+)?(?P<word>[A-Za-z.]+)\.\Z")
_STOP = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-Zא-ת])|\n")


def goes_on(text: str, following: str) -> bool:
    """Whether a text that ends with a dot goes on in what follows: the dot is of a title, a place or of initials."""
    last = _LAST.search(text)
    if last is None:
        return False
    word, before = last["word"].lower().replace(".", ""), last["before"] or ":"
    if word in _LEGAL and before[0].isupper():
        return False  # "Dumont S.A."
    initials = last["word"].isupper() and all(len(part) == 1 for part in last["word"].split("."))
    next_word = next((token.text for token in tokens(following)), "")
    named = "." in last["word"] or before[0].isupper() or before.endswith(":")
    named = named or not is_stop_word(next_word)  # "met J. Morales", and no "plan B. They"
    return word in _SHORT_FOR or (initials and named)


def sentence_ends(text: str) -> list[int]:
    """The places behind which another sentence begins; no name goes on there."""
    return [stop.end() for stop in _STOP.finditer(text) if not goes_on(text[: stop.start()], text[stop.end() :])]
