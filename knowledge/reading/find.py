"""From the paths a person names to the files to read, and nothing outside what was named."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.reading.extract import READERS

ASSETS = {
    ".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".bmp", ".ico", ".css", ".js", ".woff", ".woff2", ".ttf",
    ".mp3", ".mp4", ".mov", ".wav",
}  # fmt: skip
IGNORED = {".git", ".svn", "__pycache__", "node_modules", ".venv", "__MACOSX"}


@dataclass(frozen=True)
class Found:
    """A path, with the code of what is wrong with it ("" if it can be read)."""

    path: Path
    problem: str = ""
    details: tuple[tuple[str, object], ...] = ()
    minor: bool = False  # a picture or the like that merely lies beside the texts of a folder


@dataclass(frozen=True)
class Limits:
    """Bounds for one adding: bytes of a file, seconds for a file, files in all."""

    file_bytes: int = 25_000_000
    file_seconds: float = 60.0
    files: int = 20_000


def find_files(paths: Iterable[Path | str], limits: Limits) -> Iterator[Found]:
    """Every readable file below the named paths, in a stable order, each once, with the problems met."""
    seen: set[Path] = set()
    count = 0
    for named in paths:
        for found in _below(Path(os.path.abspath(named)), limits):
            real = found.path.resolve() if not found.problem else found.path
            if real in seen:
                continue
            seen.add(real)
            count += 1
            if count > limits.files:
                yield Found(Path(named), "too-many-files", (("limit", limits.files),))
                return
            yield found


def _below(named: Path, limits: Limits) -> Iterator[Found]:
    if not named.exists():
        yield Found(named, "missing")
    elif named.is_dir():
        root = named.resolve()
        any_found = False
        for found in _walk(named, root, limits):
            any_found = True
            yield found
        if not any_found:
            yield Found(named, "nothing")
    else:
        yield _judged(named, limits)


def _walk(folder: Path, root: Path, limits: Limits) -> Iterator[Found]:
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError:
            yield Found(here, "unreadable")
            continue
        folders = []
        for entry in entries:
            path = here / entry.name
            if entry.name.startswith((".", "~$")) or entry.name in IGNORED:
                continue
            if entry.is_symlink() and not path.exists():
                yield Found(path, "broken-link")
            elif entry.is_symlink() and not path.resolve().is_relative_to(root):
                yield Found(path, "outside")
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif not (entry.is_symlink() and path.is_dir()):
                yield _judged(path, limits, found=True)
        pending += reversed(folders)


def _judged(path: Path, limits: Limits, found: bool = False) -> Found:
    if path.suffix.lower() not in READERS:
        minor = found and path.suffix.lower() in ASSETS
        return Found(path, "unsupported", (("suffix", path.suffix),), minor)
    try:
        facts = path.stat()
    except OSError:
        return Found(path, "unreadable")
    if not stat.S_ISREG(facts.st_mode):
        return Found(path, "not-a-file")
    if facts.st_size > limits.file_bytes:
        size, limit = round(facts.st_size / 1e6), round(limits.file_bytes / 1e6)
        return Found(path, "too-large", (("size", size), ("limit", limit)))
    if facts.st_size == 0:
        return Found(path, "empty")
    return Found(path) if os.access(path, os.R_OK) else Found(path, "unreadable")
