"""`advisor knowledge …`: the texts a person adds, and what a query finds in cards and texts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.library import open_library, telling_of_storage
from assistant.screen import tell
from assistant.settings import Settings
from assistant.wording import say

if TYPE_CHECKING:
    from knowledge import Knowledge


def add(options: argparse.Namespace) -> int:
    """Read files and folders into the library and index them. Exit code 1 when some failed, 2 when all did."""
    with _library(options) as knowledge, _bar() as bar:
        report = knowledge.add(options.paths, bar.reading, bar.indexing)
    return _report(report, options)


def remove(options: argparse.Namespace) -> int:
    """Take texts out of the library, by document id, path or file name; with `--all` every text of the workspace."""
    with _library(options) as knowledge:
        names = [document.id for document in knowledge.library.documents()] if options.all else options.paths
        if options.all and not names:
            return 0
        if not names:
            print("advisor: name what to remove, or say --all", file=sys.stderr)
            return 2
        return max(_report(knowledge.remove(name), options) for name in names)


def check(options: argparse.Namespace) -> int:
    """Verify that files still match what was read and that every passage is a verbatim quote."""
    with _library(options) as knowledge, _bar() as bar:
        report = knowledge.library.check(bar.reading)
    return _report(report, options)


def build(options: argparse.Namespace) -> int:
    """Build the index anew and switch to it."""
    with _library(options) as knowledge, _bar() as bar:
        version = knowledge.rebuild(bar.indexing)
        cards, passages = len(knowledge.cards), knowledge.passages
    if options.json:
        print(json.dumps({"version": version}))
    else:
        print(f"index {version}: {cards} cards, {passages} passages")
    return 0


def list(options: argparse.Namespace) -> int:  # the command's own name
    """Show the documents of the library."""
    with _library(options) as knowledge:
        documents = knowledge.library.documents()
    if options.json:
        rows = [
            {"id": d.id, "title": d.title, "author": d.author, "date": d.date and str(d.date), "path": d.path}
            for d in documents
        ]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for document in documents:
        print(f"{document.id:18} {document.date or ''!s:10}  {document.title}")
    print(f"{len(documents)} documents", file=sys.stderr)
    return 0


def search(options: argparse.Namespace) -> int:
    """Show what a query finds and why: the score and each signal behind it."""
    query = " ".join(options.query)
    with _library(options) as knowledge:
        hits = knowledge.search(query, limit=options.limit)
    if options.json:
        print(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, default=str))
        return 0
    if not hits:
        print(
            say("library.nothing_found", "he" if any("א" <= letter <= "ת" for letter in query) else "en"),
            file=sys.stderr,
        )
    for hit in hits:
        signals = "  ".join(f"{name} {value:.2f}" for name, value in hit.signals.items())
        print(f"{hit.kind:8} {hit.id:40} {hit.score:6.2f}   {signals}")
        if hit.unit is not None:
            print(f"         {hit.unit.kind}: {hit.unit.text[:100]}")
        elif hit.passage:
            print(f"         {hit.passage['text'][:100]}")
    return 0


@contextmanager
def _library(options: argparse.Namespace) -> Iterator[Knowledge]:
    """The knowledge of the workspace the command names: the installation itself, or one of those it serves."""
    settings = Settings.from_environment()
    workspace = "" if options.workspace in settings.own_workspaces else options.workspace
    with telling_of_storage(settings.home):
        yield open_library(settings).of(workspace)


def _report(report: Any, options: argparse.Namespace) -> int:
    """Print file by file what was kept, merged, left out or failed, and why."""
    language = options.language or "en"
    if options.json:
        rows = [{"path": str(n.path), "status": n.status, "en": n.text["en"], "he": n.text["he"]} for n in report.notes]
        print(json.dumps(rows, ensure_ascii=False))
        return int(report.exit_code)
    tell("\n".join(report.by_file(language)), language)
    return int(report.exit_code)


class _bar:
    """A progress bar on standard error while reading or indexing; silent where nobody watches."""

    def __enter__(self) -> _bar:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._shown = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._task = self._shown.add_task("", total=None)
        self._shown.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.stop()

    def reading(self, done: int, total: int, what: str) -> None:
        """The library's progress: files done of all, and the one in hand."""
        self._shown.update(self._task, completed=done, total=total, description=what[-40:])

    def indexing(self, what: str, done: int, total: int) -> None:
        """The index's progress: the step, and how much of it is done."""
        self._shown.update(self._task, completed=done, total=total, description=what)
