"""What a grader finds, and what it looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Reply = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One check of one turn. `hard` marks a security failure that no average can make up for."""

    check: str
    group: str
    state: str  # "pass" | "fail" | "unscored"
    expected: str = ""
    actual: str = ""
    turn: int = 1
    hard: bool = False


@dataclass(frozen=True)
class Evidence:
    """What a reply may stand on: the texts of each source's cards, the bibliography, passages read in."""

    by_source: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    def of(self, reply: Reply) -> list[str]:
        """The texts behind a reply's sources."""
        texts: list[str] = []
        for source in reply.get("sources", ()):
            texts += self.by_source.get(source["id"], ())
            texts += [part for part in (source.get("passage"), source.get("quote")) if part]
        return texts


@dataclass(frozen=True)
class Shown:
    """One turn as it was recorded: what was said, what came back, and everything said before it."""

    number: int
    said: str
    reply: Reply | None
    error: Mapping[str, Any] | None
    before: tuple[str, ...] = ()  # the person's words so far, this turn included
    channels: Mapping[str, str] = field(default_factory=dict)
    ms: float = 0.0
    evidence: Evidence = Evidence()


def shown_text(reply: Reply) -> str:
    """Everything the person reads: the reply and the question it ends with."""
    question = (reply.get("assessment") or {}).get("question") or {}
    return "\n".join([reply["text"], question.get("text", "")])


def finding(
    shown: Shown, check: str, group: str, held: bool, expected: str, actual: str, *, hard: bool = False
) -> Finding:
    """A finding on this turn: held or not."""
    return Finding(check, group, "pass" if held else "fail", expected, actual, shown.number, hard)
