"""Finds and quotes the method: cards in two languages, their sources, and the texts a workspace added."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.cards import Card, Language, Source
    from knowledge.embedding import Embedding
    from knowledge.index import Index
    from knowledge.library import Library
    from knowledge.library import Progress as ReadingProgress
    from knowledge.lines import LineMatch
    from knowledge.method import Method
    from knowledge.reading.report import Report
    from knowledge.search import Hit
    from knowledge.sentence_search import SentenceMatch
    from knowledge.shelf import Progress
    from knowledge.texts import Shelves


class Knowledge:
    """The method and the texts of one workspace, ready to be searched.

    Opened by `open_knowledge`. The cards are every workspace's; the library, its passages and their index are
    this workspace's alone, and no method reaches another's. Each search looks whether a newer index is in
    service and moves to it.
    """

    def __init__(self, method: Method, shelves: Shelves, workspace: str = "") -> None:
        self.workspace = workspace
        self._method, self._shelves = method, shelves
        self._texts = shelves.of(workspace)

    def of(self, workspace: str) -> Knowledge:
        """The same method with the texts of that workspace, and of no other; "" is the installation itself."""
        return self if workspace == self.workspace else Knowledge(self._method, self._shelves, workspace)

    @property
    def embedding(self) -> Embedding:
        """What turns texts into vectors."""
        return self._method.embedding

    @property
    def index(self) -> Index:
        """The index of the cards in use."""
        return self._method.index

    @property
    def cards(self) -> Mapping[str, Card]:
        """Every card, by id."""
        return self.index.cards

    @property
    def sources(self) -> Mapping[str, Source]:
        """The bibliography, by id."""
        return self.index.sources

    @property
    def vocabulary(self) -> frozenset[str]:
        """The English words of the method, lower case: none of them is a foreign name."""
        return self._method.vocabulary

    def knows_word(self, word: str) -> bool:
        """Whether a word, inflected or not, stands in the bundled dictionary or in the method, in either language."""
        return self._method.knows_word(word)

    @property
    def version(self) -> str:
        """The name of the index of cards in use."""
        return self.index.manifest.name

    @property
    def library(self) -> Library:
        """The workspace's ingested texts."""
        return self._texts.library

    @property
    def uploads(self) -> Path:
        """The folder of the originals that were handed over to this workspace."""
        return self._texts.uploads

    @property
    def passages(self) -> int:
        """How many ingested passages of the workspace are indexed."""
        return self._texts.count

    def search(
        self,
        query: str,
        language: Language | None = None,
        limit: int = 10,
        kinds: Iterable[str] = ("card", "passage"),
    ) -> list[Hit]:
        """At most `limit` cards, best first, and behind them at most `limit` passages.

        `language` is the question's, found from its words when None. A question without words finds nothing.
        """
        from knowledge.search import prepare

        self.refresh()
        question = prepare(query, language, self.embedding, self._method.translations)
        if question is None:
            return []
        wanted = set(kinds)
        cards = self._method.find(question, limit) if "card" in wanted else []
        return cards + (self._texts.find(question, limit) if "passage" in wanted else [])

    def lines(self, query: str, card_ids: Iterable[str], language: Language) -> list[LineMatch]:
        """The figures and sentences of these cards with their evidence; empty for a query without words."""
        from knowledge.search import prepare

        question = prepare(query, None, self.embedding, self._method.translations)
        return self._method.lines(question, card_ids, language) if question is not None else []

    def sentences(self, query: str, hits: Iterable[Hit], light: Container[str] = ()) -> list[SentenceMatch]:
        """The sentences of the passages among `hits` with their evidence, in their order.

        `light` words, in normal form, ask and hardly count.
        """
        from knowledge.search import prepare

        passages = [hit for hit in hits if hit.kind == "passage"]
        question = prepare(query, None, self.embedding, self._method.translations) if passages else None
        return self._texts.sentences(question, passages, light) if question is not None else []

    def card(self, card_id: str) -> Card | None:
        """The card of that id, or None."""
        return self.cards.get(card_id)

    def source(self, source_id: str) -> Source | None:
        """The bibliography's entry of that id, or None."""
        return self.sources.get(source_id)

    def add(
        self,
        paths: Iterable[Path | str],
        reading: ReadingProgress | None = None,
        indexing: Progress | None = None,
    ) -> Report:
        """Read files and folders into the workspace's library and index them; the report says what became of each."""
        report = self.library.add(paths, reading)
        self._texts.rebuild(indexing)
        return report

    def remove(self, name: str, indexing: Progress | None = None) -> Report:
        """Take a text out of the workspace's library and index, by document id, path or file name."""
        report = self.library.remove(name)
        self._texts.rebuild(indexing)
        return report

    def rebuild(self, progress: Progress | None = None) -> str:
        """Index the cards and the workspace's texts anew; returns the version of the cards now in service."""
        self._method.rebuild(progress)
        self._texts.rebuild(progress)
        return self.version

    def refresh(self) -> bool:
        """Move to the indexes in service; True when one is another than before."""
        moved = self._method.refresh()
        return self._texts.refresh() or moved


def open_knowledge(
    folder: Path,
    embedding: str | None = None,
    *,
    workspace: str = "",
    cards: Path | None = None,
    progress: Progress | None = None,
) -> Knowledge:
    """Open the knowledge of a data folder, building what is missing or out of date in its indexes first.

    `embedding` is None for the bundled model, or a sentence-transformers name or folder. Raises
    EmbeddingError when that cannot be loaded, KnowledgeIndexError when no index can be had.
    """
    from knowledge.embedding import open_embedding
    from knowledge.method import Method
    from knowledge.texts import Shelves

    method = Method(folder, open_embedding(embedding), cards, progress)
    shelves = Shelves(method)
    shelves.of("").mend(progress)
    return Knowledge(method, shelves, workspace)
