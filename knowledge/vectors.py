"""Chroma, the store of passage vectors: written once into a version of the index, then only read.

This is the one module that knows chromadb. Its own embedding function (which downloads a model) and its
telemetry stay off; its errors leave here as VectorStoreError.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

COLLECTION = "passages"
BATCH = 2_000
# Chroma registers its clients in a table of the process that two threads must not change at once. A client may
# be let go while its own thread opens another.
_REGISTRY = RLock()


class VectorStoreError(RuntimeError):
    """The store of passage vectors cannot be written or read."""


@contextlib.contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except VectorStoreError:
        raise
    except Exception as error:  # chromadb raises its own, sqlite's and its Rust core's errors
        raise VectorStoreError(f"the vector store in {str(folder)!r} failed: {error}") from error


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))


def write_vectors(folder: Path, batches: Iterator[np.ndarray], total: int) -> int:
    """Store unit vectors; row i gets the id str(i). Returns how many were written."""
    with _translated(folder):
        with _REGISTRY:
            client = _client(folder)
        collection = client.create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "ip", "sync_threshold": max(BATCH, total)}},
        )
        written = 0
        for batch in batches:
            rows = [str(row) for row in range(written, written + len(batch))]
            collection.add(ids=rows, embeddings=batch)
            written += len(batch)
        if collection.count() != written:
            raise VectorStoreError(f"{written} vectors were written, {collection.count()} are there")
        with _REGISTRY:
            client.close()
        return written


class VectorStore:
    """Reads the vectors of one index version."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _translated(folder), _REGISTRY:
            self._client = _client(folder)
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        self._release = weakref.finalize(self, _closed, self._client)  # also when nobody uses this any more
        self._release.atexit = False

    def nearest(self, vector: np.ndarray, count: int) -> np.ndarray:
        """Rows of the nearest vectors, best first."""
        with _translated(self._folder):
            found = self._collection.query(query_embeddings=[vector], n_results=count, include=[])
        return np.array([int(row) for row in found["ids"][0]], dtype=np.int64)

    def close(self) -> None:
        """Let go of the files."""
        self._release()


def _closed(client: Any) -> None:
    with contextlib.suppress(Exception), _REGISTRY:
        client.close()


def as_batches(vectors: np.ndarray, starts: Sequence[int] | np.ndarray) -> Iterator[np.ndarray]:
    """The whole-text vectors (the first of each text) in float32 batches."""
    firsts = np.asarray(starts)[:-1]
    for start in range(0, len(firsts), BATCH):
        yield np.asarray(vectors[firsts[start : start + BATCH]], dtype=np.float32)
