"""`/advisor …`: what was asked for, in either language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["ask", "assess", "calc", "resume", "help"]

WORDS: dict[str, Kind] = {
    "ask": "ask", "שאל": "ask", "שאלה": "ask", "תשאל": "ask",
    "assess": "assess", "assessment": "assess", "הערכה": "assess", "העריך": "assess", "הערך": "assess",
    "calc": "calc", "calculate": "calc", "roi": "calc", "חשב": "calc", "חישוב": "calc", "מחשבון": "calc",
    "resume": "resume", "continue": "resume", "drafts": "resume",
    "המשך": "resume", "נמשיך": "resume", "טיוטות": "resume",
    "help": "help", "?": "help", "עזרה": "help",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a command asks for, with the rest of its words."""

    kind: Kind
    rest: str = ""


def read(text: str) -> Wanted:
    """The command in the words after `/advisor`; words that begin with no command are a question."""
    words = text.split(maxsplit=1)
    if not words:
        return Wanted("help")
    kind = WORDS.get(words[0].casefold())
    if kind is None:
        return Wanted("ask", text.strip())
    if words[0].casefold() == "roi":
        return Wanted("calc", text.strip())
    return Wanted(kind, words[1].strip() if len(words) > 1 else "")


def find_tool(tools: Mapping[str, Any], words: str, *, at_once: bool) -> tuple[str, str]:
    """The tool the words name at their beginning, and what is left of them (the record's name); ("", words) for none.

    A tool may be named in full ("partner fit") or by words of its name or title that no other tool has.
    """
    candidates = {name: tool for name, tool in tools.items() if tool.at_once == at_once}
    wanted = words.casefold()
    best = (0, "")
    for name, tool in candidates.items():
        for spelling in _spellings(name, tool):
            if (wanted == spelling or wanted.startswith((f"{spelling} ", f"{spelling}:"))) and len(spelling) > best[0]:
                best = (len(spelling), name)
    if best[1]:
        return best[1], words[best[0] :].strip(" :")
    said = {word.strip(",.?!:") for word in wanted.split()}
    named = [name for name, tool in candidates.items() if said & _own_words(name, tool, candidates)]
    return (named[0], "") if len(named) == 1 else ("", words)


def _spellings(name: str, tool: Any) -> tuple[str, ...]:
    titles = (tool.form.title.en, tool.form.title.he)
    return tuple(spelling.casefold() for spelling in (name, name.replace("_", " "), *titles))


def _own_words(name: str, tool: Any, candidates: Mapping[str, Any]) -> set[str]:
    mine = {word for spelling in _spellings(name, tool) for word in spelling.split() if len(word) > 2}
    others = {
        word
        for other, one in candidates.items()
        if other != name
        for spelling in _spellings(other, one)
        for word in spelling.split()
    }
    return mine - others
