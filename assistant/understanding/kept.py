"""The indexed examples, kept in the data folder so that a new process need not index them again.

The file names what it was made from; anything else than exactly that, damage included, makes it anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from assistant.understanding import examples
from assistant.understanding.examples import FOLDER, Library, load_library
from assistant.understanding.words import matching
from assistant.understanding.words.matching import Embed, Example, ExampleIndex, Postings
from knowledge import hebrew
from knowledge.terms import HEADERS
from tools.tool import Tool

NAME = "examples.npz"
ARRAYS = ("starts", "rows", "weights", "rarities", "lengths")


def kept_library(tools: Mapping[str, Tool], embed: Embed, fingerprint: str, folder: Path) -> Library:
    """The examples indexed: read from `folder` when it holds just these, else made and written there.

    `fingerprint` tells the model behind `embed` from any other.
    """
    made_from = _made_from(tools, fingerprint)
    path = folder / NAME
    if (kept := _read(path, made_from, tools, embed)) is not None:
        return kept
    library = load_library(tools, embed)
    _write(path, made_from, library)
    return library


def _made_from(tools: Mapping[str, Tool], fingerprint: str) -> str:
    """A hash of all that decides the index: examples, forms, the model, and the code that makes features."""
    digest = hashlib.sha256(fingerprint.encode())
    for tool in tools.values():
        digest.update(repr((tool.name, tool.form)).encode())
    code = [Path(str(module.__file__)) for module in (examples, matching, hebrew)]
    for path in (*code, *sorted(FOLDER.glob("*.yaml")), *sorted((FOLDER / "tools").glob("*.yaml"))):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _read(path: Path, made_from: str, tools: Mapping[str, Tool], embed: Embed) -> Library | None:
    try:
        with HEADERS, np.load(path, allow_pickle=False) as file:
            told = json.loads(bytes(file["told"]))
            if told["made_from"] != made_from:
                return None
            postings = Postings({name: n for n, name in enumerate(told["names"])}, *(file[name] for name in ARRAYS))
            vectors = file["vectors"] if told["has_vectors"] else None
            found = [Example(tuple(key), text) for key, text in told["examples"]]
            notes = {(tool, field): note for tool, field, note in told["notes"]}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
    return Library(ExampleIndex(found, embed, postings, vectors), tools, notes)


def _write(path: Path, made_from: str, library: Library) -> None:
    index = library.index
    vectors = index.vectors()
    told = {
        "made_from": made_from,
        "names": list(index.postings.numbers),
        "has_vectors": vectors is not None,
        "examples": [(example.key, example.text) for example in index.examples],
        "notes": [(*where, note) for where, note in library.notes.items()],
    }
    arrays = {name: getattr(index.postings, name) for name in ARRAYS}
    arrays["told"] = np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), dtype=np.uint8)
    arrays["vectors"] = np.zeros(0, dtype=np.float32) if vectors is None else vectors
    written = path.with_name(f".{NAME}.{os.getpid()}")
    with suppress(OSError):  # a full or read-only disk costs time at the next start, nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with written.open("wb") as file:
                np.savez(file, **arrays)
            written.replace(path)
        finally:
            written.unlink(missing_ok=True)
