"""The cards and texts of an installation, and the texts a person adds through a door that hands over files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import SetupError, storage_error
from assistant.settings import Settings

if TYPE_CHECKING:
    from knowledge import Knowledge

LONGEST_NAME = 120
Progress = Callable[[str, int, int], None]  # (what, done, total)


def open_library(settings: Settings, progress: Callable[[str, int, int], None] | None = None) -> Knowledge:
    """The cards and texts of an installation, ready to be searched. Raises SetupError."""
    from knowledge import open_knowledge

    with telling_of_storage(settings.home):
        settings.home.mkdir(parents=True, exist_ok=True)
        return open_knowledge(settings.home / "knowledge", embedding=settings.embedding or None, progress=progress)


@contextmanager
def telling_of_storage(home: Path) -> Iterator[None]:
    """Let what goes wrong with the disk, the index or the search model leave as SetupError."""
    from knowledge.embedding import EmbeddingError
    from knowledge.index import KnowledgeIndexError
    from knowledge.vectors import VectorStoreError

    try:
        yield
    except OSError as error:
        raise storage_error(error, home) from error
    except EmbeddingError as error:
        raise SetupError("embedding", reason=error) from error
    except (KnowledgeIndexError, VectorStoreError) as error:
        raise SetupError("index", reason=error) from error


def add(knowledge: Any, files: Iterable[tuple[str, bytes]], progress: Progress | None = None) -> list[dict[str, Any]]:
    """Keep the files, read and index them; what became of each, a line in both languages.

    A file of a name that was handed over before takes its place; of two of one name handed over together both
    are kept. A file that cannot be read is told of and not kept.
    """
    folder: Path = knowledge.uploads
    paths: list[Path] = []
    told = progress or (lambda what, done, total: None)
    with telling_of_storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            path = _free(folder / safe_name(name), paths)
            path.write_bytes(content)
            paths.append(path)
        report = knowledge.add(paths, lambda done, total, path: told(Path(path).name, done, total), told)
    notes = lines(report)
    for path in paths:
        if any(note["status"] == "failed" and Path(note["path"]) == path for note in notes):
            path.unlink(missing_ok=True)
    return notes


def _free(path: Path, taken: Sequence[Path]) -> Path:
    """This path, or one with a number where another file of the same handing over has it."""
    number, free = 2, path
    while free in taken:
        free, number = path.with_name(f"{path.stem} ({number}){path.suffix}"), number + 1
    return free


def remove(knowledge: Any, document: str, progress: Progress | None = None) -> list[dict[str, Any]]:
    """Take a text out, and the original when it was handed over; what was done, a line in both languages."""
    stored = knowledge.library.document(document)
    with telling_of_storage(knowledge.uploads):
        report = knowledge.remove(document, progress)
    if stored is not None:
        original = Path(stored.path)
        others = any(other.path == stored.path for other in knowledge.library.documents())
        if original.parent == knowledge.uploads and not others:
            original.unlink(missing_ok=True)
    return lines(report)


def lines(report: Any) -> list[dict[str, Any]]:
    """A report as plain data: path, status and the words for a person."""
    return [
        {"path": note.path, "status": note.status, "text": {"en": note.text["en"], "he": note.text["he"]}}
        for note in report.notes
    ]


def safe_name(name: str) -> str:
    """A file name that stays inside its folder: no separators, no leading dot, not too long."""
    base = re.split(r"[\\/]", name)[-1]
    kept = re.sub(r"[^\w.\- ()]+", "_", base).lstrip(". ") or "text"
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if stem else kept[:LONGEST_NAME]
