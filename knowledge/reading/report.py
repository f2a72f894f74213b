"""What adding, removing or checking did, path by path, in words for people and as an exit code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from knowledge.cards import Language, Text
from knowledge.reading.problems import codes, message

Status = Literal["kept", "replaced", "unchanged", "merged", "dropped", "noted", "removed", "warned", "failed"]


@dataclass(frozen=True)
class Note:
    """One thing that happened: to which path, with which code of messages.yaml."""

    path: str
    status: Status
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)
    document: str = ""

    @property
    def text(self) -> Text:
        """The line for people, in both languages."""
        details = dict(self.details)
        if "title" in details:
            details["title"] = _short(str(details["title"]))
        if "what" in details:
            return Text(**{code: self._told(details, code) for code in ("en", "he")})
        return message(self.code, **details)

    @property
    def short(self) -> Text:
        """What was left out, without saying of which text."""
        return Text(**{code: self._told(dict(self.details), code, "left-out") for code in ("en", "he")})

    def _told(self, details: dict[str, Any], language: str, code: str = "") -> str:
        what = ", ".join(f"{_reason(why, language)} ({count})" for why, count in details["what"].items())
        return getattr(message(code or self.code, **details | {"what": what}), language)


def _reason(why: str, language: str) -> str:
    return getattr(message(f"reason-{why}"), language) if f"reason-{why}" in codes() else why


def printable(name: str) -> str:
    """A file's name without what a terminal would obey instead of show."""
    return "".join(char if char.isprintable() else "�" for char in name)


def _short(title: str) -> str:
    title = printable(title)
    return title if len(title) <= 70 else title[:67].rstrip() + "…"


@dataclass(frozen=True)
class Report:
    """The notes of one run, in the order of the files."""

    notes: tuple[Note, ...]

    def of(self, *statuses: Status) -> tuple[Note, ...]:
        """The notes of the given kinds."""
        return tuple(note for note in self.notes if note.status in statuses)

    @property
    def exit_code(self) -> int:
        """0 when nothing failed, 1 when something failed and the rest went on, 2 when everything failed."""
        if not self.of("failed"):
            return 0
        return 1 if self.of("kept", "replaced", "unchanged", "merged", "removed") else 2

    def lines(self, language: Language) -> list[str]:
        """One line per note, the file's name first."""
        return [
            f"{printable(Path(note.path).name)}: {note.text[language]}" if note.path else note.text[language]
            for note in self.notes
        ]

    def by_file(self, language: Language) -> list[str]:
        """Each file, named from the folder all share, with its notes below it, and what it comes to in all."""
        folders = [str(Path(note.path).parent) for note in self.notes if note.path]
        shared = os.path.commonpath(folders) if all(map(os.path.isabs, folders)) and folders else ""
        lines: list[str] = []
        file = ""
        for note in self.notes:
            if note.path != file:
                file = note.path
                lines += [""] * bool(lines) + [printable(os.path.relpath(file, shared) if file and shared else file)]
            if note.code == "dropped" and lines[-1].startswith("- "):
                lines[-1] += " " + note.short[language]
            else:
                lines.append(f"- {note.text[language]}")
        return [*lines, "", message("in-all", **self._counts())[language]] if len(self.notes) > 1 else lines

    def _counts(self) -> dict[str, int]:
        texts = len(self.of("kept", "replaced"))
        merged = len({(note.path, note.details.get("title")) for note in self.of("merged") if note.code == "merged"})
        files = len({note.path for note in self.notes})
        return {"files": files, "texts": texts, "merged": merged, "failed": len(self.of("failed"))}
