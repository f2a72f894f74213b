"""The store of ingested documents in a data folder."""

from __future__ import annotations

from pathlib import Path

from knowledge.documents import Document, Passage


class Library:
    """The documents and passages of one workspace, kept below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def documents(self) -> tuple[Document, ...]:
        """Every stored document, ordered by id."""
        return ()

    def passages(self) -> tuple[Passage, ...]:
        """Every passage to index, once each even where several documents share it."""
        return ()

    def version(self) -> str:
        """A hash that changes when, and only when, `passages()` changes: the index is stale if it differs."""
        return "empty"
