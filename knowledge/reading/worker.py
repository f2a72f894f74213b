"""Reads one file after another in a process of its own, so that no file can take the program down.

A PDF that loops, a page nested a million deep or a package that unpacks without end costs its reader the time
and memory set here and nothing else: the reader is stopped, the file gets its line, the next one is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knowledge.cards import Source
from knowledge.documents import from_record, to_record
from knowledge.reading.assemble import Reading, assemble
from knowledge.reading.extract import extract
from knowledge.reading.problems import Unreadable

MEMORY = 2_000_000_000  # bytes of address space
ROOT = Path(__file__).resolve().parents[2]


def read_bytes(data: bytes, path: str, sources: Mapping[str, Source]) -> Reading:
    """Read a file's bytes into documents. Raises Unreadable."""
    found = extract(data, Path(path).name)
    reading = assemble(found, path, hashlib.sha256(data).hexdigest(), sources)
    if not reading.documents:
        raise Unreadable("no-text")
    return reading


class Reader:
    """A reading process, started at the first file and again after one that had to be stopped."""

    def __init__(self, sources: Mapping[str, Source], seconds: float, most_bytes: int) -> None:
        self.sources = sources
        self.seconds = seconds
        self.most_bytes = most_bytes
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def read(self, path: str) -> tuple[Reading, str]:
        """Read one file. Returns its documents and the hash of the bytes read. Raises Unreadable."""
        process = self._running()
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self.seconds, stop)
        timer.start()
        try:
            answer = self._ask(process, {"path": path, "limit": self.most_bytes})
        finally:
            timer.cancel()
        if answer is None:
            self._stop()
            raise (Unreadable("too-slow", seconds=round(self.seconds)) if late.is_set() else Unreadable("too-heavy"))
        if "code" in answer:
            raise Unreadable(answer["code"], **answer["details"])
        documents = tuple(from_record(record) for record in answer["documents"])
        return Reading(documents, answer["dropped"], answer["encoding"]), answer["sha256"]

    def _ask(self, process: subprocess.Popen[str], request: dict[str, Any]) -> dict[str, Any] | None:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (BrokenPipeError, OSError):
            return None
        try:
            return json.loads(line) if line else None
        except ValueError:
            return None

    def _running(self) -> subprocess.Popen[str]:
        if self.process is None or self.process.poll() is not None:
            self._stop()
            environment = {
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            }
            environment |= {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
            self.process = subprocess.Popen(
                [sys.executable, "-m", "knowledge.reading.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env=environment,
            )
            sources = {key: source.model_dump(mode="json") for key, source in self.sources.items()}
            self._ask(self.process, {"sources": sources})
        return self.process

    def _stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            for stream in (self.process.stdin, self.process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self.process.wait()
            self.process = None


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows sets no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _answer(request: dict[str, Any], sources: Mapping[str, Source]) -> dict[str, Any]:
    try:
        with open(request["path"], "rb") as file:
            data = file.read(request["limit"] + 1)
        if len(data) > request["limit"]:
            raise Unreadable("too-large", size="", limit=round(request["limit"] / 1e6))
        reading = read_bytes(data, request["path"], sources)
    except Unreadable as problem:
        return {"code": problem.code, "details": problem.details}
    except OSError:
        return {"code": "unreadable", "details": {}}
    except (MemoryError, RecursionError):
        return {"code": "too-heavy", "details": {}}
    except Exception:  # a file that no reader foresaw must not end the reading of the others
        return {"code": "damaged", "details": {"format": Path(request["path"]).suffix[1:] or "?"}}
    return {
        "documents": [to_record(document) for document in reading.documents],
        "dropped": reading.dropped,
        "encoding": reading.encoding,
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def main() -> None:
    """Answer one JSON line with one JSON line until the input ends."""
    _bound_memory()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    sources: dict[str, Source] = {}
    for raw in sys.stdin:
        request = json.loads(raw)
        if "sources" in request:
            sources = {key: Source(**value) for key, value in request["sources"].items()}
            answer: dict[str, Any] = {"ready": True}
        else:
            answer = _answer(request, sources)
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
