"""The index on disk: immutable versions, one switch, one writer.

    <folder>/current            the name of the version in service, replaced in one step
    <folder>/.lock              held by the process that builds
    <folder>/versions/<name>/   manifest.json, cards.json, units.json, arrays, passages, chroma/

A version is written aside, renamed into place and only then named in `current`. A build that is killed
leaves the old version in service; what it left behind goes away with the next build. Readers hold their
version open and look at `current` to notice a newer one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from pydantic import TypeAdapter, ValidationError

from knowledge.cards import Card, Source
from knowledge.embedding import Embedding
from knowledge.lock import Busy, writing
from knowledge.shelf import Progress, Shelf, build_shelf
from knowledge.terms import Terms, mapped
from knowledge.units import Unit, units_of
from knowledge.vectors import VectorStore, as_batches, write_vectors

FORMAT = 1
KEPT_VERSIONS = 2
LOCK_PATIENCE_S = 60.0
GRACE_S = 60.0


class KnowledgeIndexError(RuntimeError):
    """Something is wrong with the index; the message says what to do."""


class IndexMissing(KnowledgeIndexError):
    """No index has been built in this folder."""


class IndexDamaged(KnowledgeIndexError):
    """The version in service cannot be read; building again mends it."""


class IndexBusy(KnowledgeIndexError):
    """Another process is building."""


class PassageText(Protocol):
    """What the index needs of an ingested passage; the whole of it is kept and given back."""

    id: str
    language: str
    text: str
    heading: str


@dataclass(frozen=True)
class Manifest:
    """What a version was made from. `content` is the caller's hash of cards, sources and documents."""

    format: int
    name: str
    embedding: str
    fingerprint: str
    content: str
    cards: int
    passages: int
    files: dict[str, int]


class Index:
    """One version, opened for reading. Arrays are mapped; Chroma opens at the first passage search."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.manifest = _read_manifest(folder)
            bundle = json.loads((folder / "cards.json").read_bytes())
            self.cards = {card.id: card for card in TypeAdapter(tuple[Card, ...]).validate_python(bundle["cards"])}
            self.sources = {
                source.id: source for source in TypeAdapter(tuple[Source, ...]).validate_python(bundle["sources"])
            }
            self.units = [Unit(*row) for row in json.loads((folder / "units.json").read_bytes())]
            self.card_shelf = Shelf.open(folder, "cards")
            self.passage_shelf = Shelf.open(folder, "passages") if self.manifest.passages else None
            self._offsets = mapped(folder / "passages-offsets.npy")
        except (OSError, ValueError, KeyError, TypeError, EOFError, ValidationError) as error:
            raise IndexDamaged(
                f"the index in {str(folder)!r} is damaged ({error}); build it again: advisor knowledge build"
            ) from error
        self._store: VectorStore | None = None
        self._opening = Lock()

    @property
    def store(self) -> VectorStore:
        """The vectors of the passages, opened when first asked for."""
        with self._opening:
            if self._store is None:
                self._store = VectorStore(self.folder / "chroma")
            return self._store

    def passage(self, row: int) -> dict[str, Any]:
        """The stored fields of passage `row`."""
        start, stop = int(self._offsets[row]), int(self._offsets[row + 1])
        with (self.folder / "passages.jsonl").open("rb") as lines:
            lines.seek(start)
            return dict(json.loads(lines.read(stop - start)))

    def close(self) -> None:
        """Let go of Chroma's files."""
        if self._store is not None:
            self._store.close()


def current_version(folder: Path) -> str | None:
    """The name of the version in service, or None."""
    try:
        return (folder / "current").read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None


def open_index(folder: Path) -> Index:
    """Open the version in service. Raises IndexMissing or IndexDamaged.

    A reader may come between a switch and the removal of the version it just read about, so it looks again.
    """
    for _ in range(3):
        name = current_version(folder)
        if name is None:
            raise IndexMissing(f"there is no index in {str(folder)!r} yet; build it: advisor knowledge build")
        try:
            return Index(folder / "versions" / name)
        except IndexDamaged:
            if current_version(folder) == name:
                raise
    raise IndexDamaged(f"the index in {str(folder)!r} changes faster than it can be opened")


def build(
    cards: Sequence[Card],
    passages: Sequence[Any],
    folder: Path,
    embedding: Embedding,
    known: Terms,
    *,
    sources: Mapping[str, Source] | None = None,
    content: str = "",
    progress: Progress | None = None,
) -> str:
    """Build a version from cards and passages and put it in service; returns its name.

    `known` are the Hebrew words prefixes are checked against. `content` is a hash of everything that goes in;
    when the version in service has the same and is whole, it stays: another process has just built it.
    Raises IndexBusy when another process builds for longer than a minute, VectorStoreError when Chroma
    cannot store the passages.
    """
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    with writer_lock(folder):
        if content and (same := _up_to_date(folder, content, embedding)):
            return same
        _sweep(folder)
        with _aside(versions) as aside:
            _write(aside, cards, passages, embedding, known, sources or {}, progress)
            manifest = _manifest(aside, cards, passages, embedding, content)
            (aside / "manifest.json").write_text(json.dumps(dataclasses.asdict(manifest), indent=1), "utf-8")
            _flush(aside)
            os.replace(aside, versions / manifest.name)
        _switch(folder, manifest.name)
        _sweep(folder)
    return manifest.name


@contextlib.contextmanager
def _aside(versions: Path) -> Iterator[Path]:
    """A folder to build in; a building that fails, as on a full disk, leaves nothing of it behind."""
    aside = versions / f".building-{os.getpid()}"
    aside.mkdir()
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _up_to_date(folder: Path, content: str, embedding: Embedding) -> str | None:
    try:
        made = open_index(folder).manifest
    except KnowledgeIndexError:
        return None
    return made.name if (made.content, made.fingerprint) == (content, embedding.fingerprint) else None


def _write(
    folder: Path,
    cards: Sequence[Card],
    passages: Sequence[Any],
    embedding: Embedding,
    known: Terms,
    sources: Mapping[str, Source],
    progress: Progress | None,
) -> None:
    units = units_of(cards)
    shelf = build_shelf(
        [unit.text for unit in units], embedding, known, label="cards", most_counted=1, progress=progress
    )
    shelf.save(folder, "cards")
    _write_json(folder / "units.json", [list(dataclasses.astuple(unit)) for unit in units])
    _write_json(
        folder / "cards.json",
        {
            "cards": [card.model_dump(mode="json") for card in cards],
            "sources": [source.model_dump(mode="json") for source in sources.values()],
        },
    )
    np.save(folder / "passages-offsets.npy", _write_passages(folder / "passages.jsonl", passages))
    if passages:
        texts = [_searched(passage) for passage in passages]
        shelf = build_shelf(texts, embedding, known, label="passages", progress=progress)
        shelf.save(folder, "passages")
        vectors = as_batches(shelf.vectors, shelf.vector_starts)
        write_vectors(folder / "chroma", _counted(vectors, len(passages), progress), len(passages))


def _searched(passage: PassageText) -> str:
    return f"{passage.heading}\n{passage.text}" if passage.heading else passage.text


def _counted(batches: Iterator[np.ndarray], total: int, progress: Progress | None) -> Iterator[np.ndarray]:
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        if progress:
            progress("vectors", done, total)


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")


def _write_passages(path: Path, passages: Iterable[Any]) -> np.ndarray:
    offsets = [0]
    with path.open("wb") as out:
        for passage in passages:
            line = json.dumps(dataclasses.asdict(passage), ensure_ascii=False, default=str).encode() + b"\n"
            out.write(line)
            offsets.append(offsets[-1] + len(line))
    return np.array(offsets, dtype=np.int64)


def _manifest(
    folder: Path, cards: Sequence[Card], passages: Sequence[Any], embedding: Embedding, content: str
) -> Manifest:
    made = time.time_ns()
    files = {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.is_file()}
    digest = hashlib.sha256(f"{content}:{embedding.fingerprint}:{FORMAT}".encode()).hexdigest()[:8]
    return Manifest(
        format=FORMAT,
        name=f"{made:020d}-{digest}",
        embedding=embedding.name,
        fingerprint=embedding.fingerprint,
        content=content,
        cards=len(cards),
        passages=len(passages),
        files=files,
    )


def _read_manifest(folder: Path) -> Manifest:
    manifest = Manifest(**json.loads((folder / "manifest.json").read_bytes()))
    if manifest.format != FORMAT:
        raise ValueError(f"format {manifest.format}, this program reads {FORMAT}")
    for name, size in manifest.files.items():
        if (folder / name).stat().st_size != size:
            raise ValueError(f"{name} is not {size} bytes long")
    if manifest.passages and not (folder / "chroma").is_dir():
        raise ValueError("the vectors of the passages are gone")
    return manifest


def _flush(folder: Path) -> None:
    """Make sure the bytes are on the disk before the switch names them."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file, contextlib.suppress(OSError):
                os.fsync(file.fileno())


def _switch(folder: Path, name: str) -> None:
    aside = folder / f"current.{os.getpid()}"
    with aside.open("w", encoding="utf-8") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, folder / "current")


def _sweep(folder: Path) -> None:
    """Remove what killed builds left and old versions, but for the last two and those a minute young.

    A reader that has just opened a version may still have its vectors to open.
    """
    current = current_version(folder)
    finished = sorted(path for path in (folder / "versions").iterdir() if not path.name.startswith("."))
    kept = {path.name for path in finished[-KEPT_VERSIONS:]} | {current}
    kept |= {path.name for path in finished if time.time() - _made(path.name) < GRACE_S}
    for path in (folder / "versions").iterdir():
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob("current.*"):
        path.unlink(missing_ok=True)


def _made(name: str) -> float:
    """When a version was made, in seconds, from its name; long ago when the name is not one of ours."""
    moment = name.split("-")[0]
    return int(moment) / 1e9 if moment.isdigit() else 0.0


@contextlib.contextmanager
def writer_lock(folder: Path, patience_s: float = LOCK_PATIENCE_S) -> Iterator[None]:
    """Be the only process that builds in `folder`. Raises IndexBusy when another stays longer."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(writing(folder, patience_s))
        except Busy as error:
            raise IndexBusy(
                f"another process is building the index in {str(folder)!r}; try again when it is done"
            ) from error
        yield
