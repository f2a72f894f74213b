"""A level that is named in so many words: "so partly", "call it a no", "אפשר לומר שלא"."""

from __future__ import annotations

from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, tokens


def level_named(text: str) -> str:
    """The level that a clause names and nothing else ("so partly", "call it a no", "אפשר לומר שלא"), else "".

    A mere yes or no may only echo what was said ("no rival line, no"): it needs words that conclude before it.
    """
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    at, concludes = 0, False
    while at < len(words):
        if level := _level_at(words[at:]):
            return level if concludes or level == "partly" else ""
        length = phrase_set("summing_up").at(words, at)
        concludes = concludes or bool(length)
        length = length or phrase_set("before_level").at(words, at)
        if not length:
            return ""
        at += length
    return ""


def doer_named(text: str) -> str:
    """Who does it, of a clause that concludes with nothing else ("so we do it", "אז אנחנו"), else ""."""
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    at = phrase_set("summing_up").at(words, 0) if words else 0
    rest = words[at:]
    if not at or not rest:
        return ""
    for actor in ("nobody", "exporter", "partner"):
        end = phrase_set(f"doing.{actor}").at(rest, 0)
        while 0 < end < len(rest) and (length := phrase_set("behind_doer").at(rest, end)):
            end += length
        if end and end == len(rest):
            return actor
    return ""


def _level_at(words: tuple[Token, ...]) -> str:
    """The level that the words are, but for what may close it ("a no from me")."""
    for level in ("partly", "yes", "no"):
        end = phrase_set(f"named.{level}").at(words, 0)
        while 0 < end < len(words) and (length := phrase_set("behind_level").at(words, end)):
            end += length
        if end and end == len(words):
            return level
    return ""
