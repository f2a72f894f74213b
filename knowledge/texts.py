"""The texts of one workspace: their library and the index of their passages, in a folder of their own.

    <knowledge>/…                            the texts of the installation itself, workspace ""
    <knowledge>/workspaces/<folder name>/…   the texts of one other workspace, and of nobody else

Each folder holds a library (see library.py), its index in `passages/`, and `uploads/` with the originals that
were handed over. Nothing that searches or quotes is given more than one of these folders.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections import OrderedDict
from collections.abc import Container, Iterable
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

from knowledge.index import Index, IndexBusy, IndexDamaged, IndexMissing, build, current_version, open_index
from knowledge.library import Library
from knowledge.method import Method
from knowledge.passage_search import PassageSearch
from knowledge.search import Hit, Query
from knowledge.sentence_search import SentenceMatch, SentenceSearch
from knowledge.shelf import Progress
from knowledge.vectors import VectorStoreError

PASSAGES, UPLOADS, WORKSPACES = "passages", "uploads", "workspaces"
READABLE = 20  # letters of a workspace's id that its folder's name shows
MOST_OPEN = 64  # workspaces whose index one process holds open beside those in use


class Texts:
    """What one workspace added. A folder is created with the first text; before that nothing is found."""

    def __init__(self, folder: Path, method: Method) -> None:
        self.folder, self._method = folder, method
        self.library = Library(folder, sources=method.index.sources)
        self._index: Index | None = None
        self._search: PassageSearch | None = None
        self._sentences: SentenceSearch | None = None
        with contextlib.suppress(IndexMissing, IndexDamaged):
            self.refresh()

    @property
    def uploads(self) -> Path:
        """Where the originals are kept that came through a door that hands over files."""
        return self.folder / UPLOADS

    @property
    def count(self) -> int:
        """How many passages are indexed."""
        return self._index.manifest.passages if self._index else 0

    def find(self, question: Query, limit: int) -> list[Hit]:
        """The passages that fit best, best first; of the next version when this one was removed meanwhile."""
        self.refresh()
        try:
            return self._search.find(question, limit) if self._search else []
        except (VectorStoreError, OSError):
            if not self.refresh(again=True):
                raise
            return self._search.find(question, limit) if self._search else []

    def sentences(self, question: Query, hits: Iterable[Hit], light: Container[str]) -> list[SentenceMatch]:
        """The sentences of these passages with their evidence."""
        return self._sentences.find(question, hits, self.library, light) if self._sentences else []

    def refresh(self, again: bool = False) -> bool:
        """Move to the index version in service, or open the same one anew; True when one was opened."""
        name = current_version(self.folder / PASSAGES)
        if name is None or (self._index is not None and name == self._index.manifest.name and not again):
            return False
        old = self._index
        index = open_index(self.folder / PASSAGES)
        self.library.sources = self._method.index.sources  # an ingested post of the bibliography is cited as such
        shelf = index.passage_shelf
        self._search = PassageSearch(index, shelf) if shelf else None
        self._sentences = SentenceSearch(self._method, shelf.lexical) if shelf else None
        self._index = index
        if old is not None:
            old.close()
        return True

    def mend(self, progress: Progress | None = None) -> None:
        """Build the index when the library changed without it, as after a killed adding, or the embedding did."""
        made = self._index.manifest if self._index else None
        state = (made.content, made.fingerprint) if made else ("empty", self._method.embedding.fingerprint)
        if state != (self.library.version(), self._method.embedding.fingerprint):
            self.rebuild(progress)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Index the library anew and move to it; a workspace that never had a text gets no index."""
        content = self.library.version()
        if content == "empty" and current_version(self.folder / PASSAGES) is None:
            return
        build(
            (),
            self.library.passages(),
            self.folder / PASSAGES,
            self._method.embedding,
            self._method.translations.known_words,
            content=content,
            progress=progress,
        )
        self.refresh()


class Shelves:
    """The opened texts of several workspaces, each reached by its id alone."""

    def __init__(self, method: Method) -> None:
        self._method = method
        self._own = Texts(method.folder, method)
        self._living: WeakValueDictionary[str, Texts] = WeakValueDictionary()
        self._recent: OrderedDict[str, Texts] = OrderedDict()  # kept open although nobody uses them now
        self._lock = Lock()

    def of(self, workspace: str) -> Texts:
        """The texts of this workspace; "" is the installation itself."""
        if not workspace:
            return self._own
        with self._lock:
            known = self._living.get(workspace)
        if known is None:
            known = Texts(self._method.folder / WORKSPACES / folder_name(workspace), self._method)
            with contextlib.suppress(IndexBusy):  # another process is mending it
                known.mend()
        with self._lock:
            known = self._living.setdefault(workspace, known)
            self._recent[workspace] = known
            self._recent.move_to_end(workspace)
            if len(self._recent) > MOST_OPEN:
                self._recent.popitem(last=False)
        return known


def folder_name(workspace: str) -> str:
    """A folder for a workspace's id: readable at its beginning, and another for every id on every file system.

    >>> folder_name("T0123ABC")
    't0123abc-9bd3d85d5bf7fc6a'
    """
    digest = hashlib.sha256(workspace.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    shown = re.sub(r"[^a-z0-9]+", "", workspace.lower())[:READABLE]
    return f"{shown or 'workspace'}-{digest}"
