"""The store of ingested texts in a data folder: add, list, remove, check, and the passages to index.

    library = Library(home / "library", sources=load_sources())
    report = library.add([folder, file], progress=lambda done, total, path: ...)
    for line in report.lines("he"): print(line)      # what was kept, merged, dropped, refused, and why
    sys.exit(report.exit_code)                        # 0 well, 1 some paths failed, 2 nothing could be read
    library.documents(); library.passages(); library.version()
    library.remove("notes.pdf")                       # a document's id, a file's path or its name
    library.check()                                   # originals unchanged? quotes verify?

One folder is one workspace (see texts.py); nothing outside it is written. One process writes at a time; readers
never wait: they see the last whole version, named by a pointer that a switch replaces.
Texts are data: nothing in them is followed, fetched or executed.

Layout: `files/<hash of path>.json` is what one file gave; `versions/<version>.json` is what follows from all
files together (copies merged, passages cut); `current` names the version in force. A process killed while
adding leaves whole files and the old version; the next adding takes it from there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from knowledge.cards import Source
from knowledge.documents import Document, Passage, from_record, passage_from, to_record
from knowledge.lock import Busy, writing
from knowledge.reading.assemble import Reading
from knowledge.reading.duplicates import Merge, Shared, merge_documents, passages_of
from knowledge.reading.find import Found, Limits, find_files
from knowledge.reading.problems import Unreadable
from knowledge.reading.report import Note, Report, Status
from knowledge.reading.worker import Reader, read_bytes

Progress = Callable[[int, int, str], None]
FORMAT = 2  # raise when reading changes: files are then read anew at the next adding
DIRECT = 1_000_000  # bytes up to which plain text is read in this process


@dataclass(frozen=True)
class _Stored:
    path: str
    sha256: str
    documents: tuple[Document, ...]
    dropped: dict[str, dict[str, int]]


class Library:
    """The documents and passages of one workspace, kept below `folder` (created at the first adding)."""

    def __init__(
        self, folder: Path, *, sources: Mapping[str, Source] | None = None, limits: Limits | None = None
    ) -> None:
        self.folder = Path(folder)
        self.sources = sources or {}
        self.limits = limits or Limits()
        self._loaded: tuple[str, tuple[Document, ...], tuple[Passage, ...]] = ("empty", (), ())

    def documents(self) -> tuple[Document, ...]:
        """Every stored document, ordered by id."""
        return self._load()[1]

    def passages(self) -> tuple[Passage, ...]:
        """Every passage to index, once each even where several documents share it."""
        return self._load()[2]

    def document(self, name: str) -> Document | None:
        """The document of an id, or None."""
        return next((document for document in self.documents() if document.id == name), None)

    def version(self) -> str:
        """A hash that changes when, and only when, `passages()` changes: the index is stale if it differs."""
        try:
            return (self.folder / "current").read_text("utf-8").strip() or "empty"
        except OSError:
            return "empty"

    def add(self, paths: Iterable[Path | str], progress: Progress | None = None) -> Report:
        """Read files and folders into the library. Each path that fails gives one note; the rest goes on."""
        return _guarded(lambda: self._add(list(paths), progress))

    def remove(self, name: str) -> Report:
        """Remove a file's documents (by path or file name) or one document (by id)."""
        return _guarded(lambda: self._remove(name))

    def check(self, progress: Progress | None = None) -> Report:
        """Compare originals with what was read, and verify every passage against the stored text."""
        damaged: list[Path] = []
        stored = self._stored(damaged)
        notes: list[Note] = []
        if damaged or not self._intact():
            notes.append(Note("", "failed", "store-damaged"))
        for number, one in enumerate(stored, 1):
            if progress:
                progress(number, len(stored), one.path)
            notes += _checked(one)
        documents = {document.id: document for document in self.documents()}
        for passage in self.passages():
            owner = documents.get(passage.document)
            if owner is None or not owner.verifies(passage.text, passage.start):
                notes.append(Note("", "failed", "broken", {"title": owner.title if owner else passage.document}))
        if not any(note.status == "failed" for note in notes):
            notes.append(Note("", "kept", "verified", {"documents": len(documents), "files": len(stored)}))
        return Report(tuple(notes))

    def _add(self, paths: list[Path | str], progress: Progress | None) -> Report:
        notes: list[Note] = []
        with (
            writing(self.folder),
            Reader(self.sources, self.limits.file_seconds, self.limits.file_bytes) as reader,
        ):
            for part in (".", "files", "versions"):  # of a process killed while writing; other folders are others' own
                for leftover in (self.folder / part).glob("*.part"):
                    leftover.unlink(missing_ok=True)
            found = list(find_files(paths, self.limits))
            before = {one.path: one.sha256 for one in self._stored()}
            fresh: dict[str, _Stored] = {}
            for number, item in enumerate(found, 1):
                if progress:
                    progress(number, len(found), str(item.path))
                note, stored = self._take(item, before, reader)
                notes += [note] if note else []
                if stored is not None:
                    fresh[stored.path] = stored
            notes += self._publish(fresh, before)
        return Report(tuple(notes))

    def _take(self, found: Found, before: Mapping[str, str], reader: Reader) -> tuple[Note | None, _Stored | None]:
        path = str(found.path)
        if found.problem:
            status: Status = "warned" if found.minor else "failed"
            return Note(path, status, found.problem, dict(found.details)), None
        try:
            if before.get(path) == _hash(found.path):
                return Note(path, "unchanged", "unchanged"), None
            reading, digest = _read(found.path, reader, self.sources)
        except Unreadable as problem:
            return Note(path, "failed", problem.code, problem.details), None
        except OSError:
            return Note(path, "failed", "unreadable"), None
        stored = _Stored(path, digest, reading.documents, reading.dropped)
        _write(self._file(path), _record(stored, self._reader()))
        return None, stored

    def _remove(self, name: str) -> Report:
        with writing(self.folder):
            notes: list[Note] = []
            for one in self._stored():
                gone = one.documents if name in (one.path, Path(one.path).name) else ()
                gone = gone or tuple(d for d in one.documents if d.id == name)
                notes += [Note(one.path, "removed", "removed", {"title": document.title}) for document in gone]
                left = tuple(document for document in one.documents if document not in gone)
                if gone and left:
                    _write(self._file(one.path), _record(replace(one, documents=left, sha256=""), self._reader()))
                elif gone:
                    self._file(one.path).unlink(missing_ok=True)
            if not notes:
                return Report((Note(name, "failed", "not-here", {"name": name}),))
            self._publish({}, {})
        return Report(tuple(notes))

    def _publish(self, fresh: Mapping[str, _Stored], before: Mapping[str, str]) -> list[Note]:
        """Put in force what follows from all files together. Returns the notes on new files."""
        stored = self._stored()
        everything = [document for one in stored for document in one.documents]
        documents, merges = merge_documents(everything)
        passages, shared = passages_of(documents)
        self._switch(sorted(documents, key=lambda d: d.id), passages)
        return _notes(fresh, before, documents, passages, merges, shared)

    def _switch(self, documents: list[Document], passages: list[Passage]) -> None:
        body = json.dumps(
            {"documents": [to_record(d) for d in documents], "passages": [asdict(p) for p in passages]},
            ensure_ascii=False,
        )
        version = _digest(body)
        if version != self.version() or not self._intact():
            _write_text(self.folder / "versions" / f"{version}.json", body)
            _write_text(self.folder / "current", version)
            self._loaded = ("stale", (), ())
        for old in (self.folder / "versions").glob("*.json"):
            if old.stem != version:
                old.unlink(missing_ok=True)

    def _intact(self) -> bool:
        """Whether the version in force is there and is what its name says."""
        version = self.version()
        try:
            body = (self.folder / "versions" / f"{version}.json").read_text("utf-8")
        except (OSError, ValueError):
            return version == "empty"
        return _digest(body) == version

    def _load(self) -> tuple[str, tuple[Document, ...], tuple[Passage, ...]]:
        for _ in range(5):  # a switch between reading the pointer and the version asks for another look
            version = self.version()
            if version == self._loaded[0]:
                return self._loaded
            if version == "empty":
                return ("empty", (), ())
            with contextlib.suppress(FileNotFoundError):
                self._loaded = (version, *_opened(self.folder / "versions" / f"{version}.json"))
        return self._loaded

    def _stored(self, damaged: list[Path] | None = None) -> list[_Stored]:
        """What each file gave. Records that cannot be read are left out (adding reads their files anew)."""
        result = []
        reader = self._reader()
        for path in sorted((self.folder / "files").glob("*.json")):
            try:
                record = json.loads(path.read_text("utf-8"))
                documents = tuple(from_record(value) for value in record["documents"])
                digest = record["sha256"] if record["reader"] == reader else ""
                result.append(_Stored(record["path"], digest, documents, record["dropped"]))
            except (ValueError, KeyError, TypeError):
                if damaged is not None:
                    damaged.append(path)
        return sorted(result, key=lambda one: one.path)

    def _reader(self) -> str:
        """What a reading depends on beside the file: the way of reading and the bibliography."""
        known = sorted((key, str(value.title), str(value.date)) for key, value in self.sources.items())
        return f"{FORMAT}-{_digest(json.dumps(known))}"

    def _file(self, path: str) -> Path:
        return self.folder / "files" / f"{hashlib.sha256(path.encode()).hexdigest()[:24]}.json"


def _guarded(change: Callable[[], Report]) -> Report:
    try:
        return change()
    except Busy:
        return Report((Note("", "failed", "busy"),))
    except OSError as error:
        closed = error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)
        return Report((Note("", "failed", "not-writable" if closed else "no-space"),))


def _read(path: Path, reader: Reader, sources: Mapping[str, Source]) -> tuple[Reading, str]:
    if path.suffix.lower() in (".txt", ".text") and path.stat().st_size <= DIRECT:
        data = path.read_bytes()
        return read_bytes(data, str(path), sources), hashlib.sha256(data).hexdigest()
    return reader.read(str(path))


def _opened(path: Path) -> tuple[tuple[Document, ...], tuple[Passage, ...]]:
    """A version's documents and passages; nothing where the file is damaged (`check` tells)."""
    try:
        body = json.loads(path.read_text("utf-8"))
        documents = tuple(from_record(record) for record in body["documents"])
        return documents, tuple(passage_from(record) for record in body["passages"])
    except (ValueError, KeyError, TypeError):
        return (), ()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(stored: _Stored, reader: str) -> dict[str, Any]:
    documents = [to_record(document) for document in stored.documents]
    return {
        "reader": reader,
        "path": stored.path,
        "sha256": stored.sha256,
        "documents": documents,
        "dropped": stored.dropped,
    }


def _write(path: Path, record: dict[str, Any]) -> None:
    _write_text(path, json.dumps(record, ensure_ascii=False), sync=False)


def _write_text(path: Path, text: str, sync: bool = True) -> None:
    """Write a file so that it is there whole or not at all.

    Without `sync` a power cut may leave it empty; that is borne where a file can be made again.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _checked(stored: _Stored) -> Iterator[Note]:
    path = Path(stored.path)
    try:
        same = _hash(path) == stored.sha256 or not stored.sha256
    except OSError:
        yield Note(stored.path, "warned", "original-missing")
        return
    if not same:
        yield Note(stored.path, "failed", "original-changed")


def _notes(
    fresh: Mapping[str, _Stored],
    before: Mapping[str, str],
    documents: list[Document],
    passages: list[Passage],
    merges: list[Merge],
    shared: list[Shared],
) -> list[Note]:
    counts: dict[str, int] = {}
    for passage in passages:
        counts[passage.document] = counts.get(passage.document, 0) + 1
    titles = {document.id: document.title for document in documents}
    merged = {(merge.document.path, merge.document.id): merge for merge in merges}
    kept = {(document.path, document.id) for document in documents}
    notes: list[Note] = []
    for path, stored in fresh.items():
        status: Status = "replaced" if path in before else "kept"
        for document in stored.documents:
            about: dict[str, Any] = {"title": document.title}
            merge = merged.get((path, document.id))
            if merge and (path, document.id) not in kept:
                other, share = titles.get(merge.into, merge.into), round(100 * merge.share)
                notes.append(
                    Note(path, "merged", "merged", about | {"other": f"{other} ({merge.into})", "share": share})
                )
                continue
            words = len(document.text.split())
            size = {"words": words, "passages": counts.get(document.id, 0)}
            notes.append(Note(path, status, status, about | size, document.id))
            notes += [Note(path, "noted", flag, about, document.id) for flag in document.flags]
            if what := stored.dropped.get(document.id):
                notes.append(Note(path, "dropped", "dropped", about | {"what": what}, document.id))
            notes += [
                Note(path, "merged", "shared", about | {"count": one.count, "other": one.other}, document.id)
                for one in shared
                if one.document == document.id
            ]
    return notes
