"""Finds and quotes the method: cards in two languages, their sources, and the texts a person added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.cards import Card, Language, Source
    from knowledge.embedding import Embedding
    from knowledge.index import Index
    from knowledge.library import Library
    from knowledge.library import Progress as ReadingProgress
    from knowledge.lines import LineMatch
    from knowledge.reading.report import Report
    from knowledge.search import Hit, Query
    from knowledge.shelf import Progress

INDEX = "index"
GLOSSARY = "glossary.tsv"


class Knowledge:
    """The method and the library of one data folder, ready to be searched.

    Opened by `open_knowledge`. Each search looks whether a newer index is in service and moves to it.
    """

    def __init__(self, folder: Path, embedding: Embedding, library: Library) -> None:
        from knowledge.index import open_index
        from knowledge.translation import Translations

        self.folder, self.embedding, self.library = folder, embedding, library
        self._translations = Translations(glossary=read_glossary(folder / GLOSSARY))
        self._use(open_index(folder / INDEX))

    def _use(self, index: Index) -> None:
        from knowledge.card_search import CardSearch
        from knowledge.lines import LineSearch
        from knowledge.passage_search import PassageSearch

        self.index = index
        self.library.sources = index.sources  # an ingested post of the bibliography is cited as such
        self._cards = CardSearch(index)
        self._passages = PassageSearch(index, index.passage_shelf) if index.passage_shelf else None
        self._lines = LineSearch(self.embedding, self._translations, index.card_shelf.lexical.stems)

    @property
    def cards(self) -> Mapping[str, Card]:
        """Every card, by id."""
        return self.index.cards

    @property
    def sources(self) -> Mapping[str, Source]:
        """The bibliography, by id."""
        return self.index.sources

    @property
    def version(self) -> str:
        """The name of the index version in use."""
        return self.index.manifest.name

    @property
    def passages(self) -> int:
        """How many ingested passages are indexed."""
        return self.index.manifest.passages

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
        question = prepare(query, language, self.embedding, self._translations)
        if question is None:
            return []
        wanted = set(kinds)
        cards = self._cards.find(question, limit) if "card" in wanted else []
        return cards + (self._find_passages(question, limit) if "passage" in wanted else [])

    def _find_passages(self, question: Query, limit: int) -> list[Hit]:
        """Passages of the version in use, or of its successor when this one was removed meanwhile."""
        from knowledge.vectors import VectorStoreError

        try:
            return self._passages.find(question, limit) if self._passages else []
        except (VectorStoreError, OSError):
            if not self.refresh():
                raise
            return self._passages.find(question, limit) if self._passages else []

    def lines(self, query: str, card_ids: Iterable[str], language: Language) -> list[LineMatch]:
        """The figures and sentences of these cards with their evidence; empty for a query without words."""
        from knowledge.search import prepare

        question = prepare(query, None, self.embedding, self._translations)
        if question is None:
            return []
        return self._lines.find(question, [self.cards[card_id] for card_id in card_ids], language)

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
        """Read files and folders into the library and index what changed; the report says what became of each."""
        report = self.library.add(paths, reading)
        self.rebuild(indexing)
        return report

    def remove(self, name: str, indexing: Progress | None = None) -> Report:
        """Take a text out of the library and the index, by document id, path or file name."""
        report = self.library.remove(name)
        self.rebuild(indexing)
        return report

    def rebuild(self, progress: Progress | None = None) -> str:
        """Index cards and library anew and move to it; returns the version now in service."""
        build_index(self.folder, self.embedding, self.library, progress=progress)
        self.refresh()
        return self.version

    def refresh(self) -> bool:
        """Move to the index version in service; True when it is another than before."""
        from knowledge.index import current_version, open_index

        if current_version(self.folder / INDEX) in (self.version, None):
            return False
        old = self.index
        self._use(open_index(self.folder / INDEX))
        old.close()
        return True


def open_knowledge(
    folder: Path,
    embedding: str | None = None,
    *,
    cards: Path | None = None,
    progress: Progress | None = None,
) -> Knowledge:
    """Open the knowledge of a data folder, building its index first when that is missing or out of date.

    `embedding` is None for the bundled model, or a sentence-transformers name or folder. Raises
    EmbeddingError when that cannot be loaded, KnowledgeIndexError when no index can be had.
    """
    from knowledge.embedding import open_embedding
    from knowledge.index import KnowledgeIndexError
    from knowledge.library import Library

    model = open_embedding(embedding)
    library = Library(folder)
    try:
        knowledge = Knowledge(folder, model, library)
    except KnowledgeIndexError:
        build_index(folder, model, library, cards=cards, progress=progress)
        return Knowledge(folder, model, library)
    manifest = knowledge.index.manifest
    if (manifest.content, manifest.fingerprint) != (content_of(library, cards), model.fingerprint):
        build_index(folder, model, library, cards=cards, progress=progress)
        knowledge.refresh()
    return knowledge


def build_index(
    folder: Path,
    embedding: Embedding,
    library: Library,
    *,
    cards: Path | None = None,
    progress: Progress | None = None,
) -> str:
    """Index the cards and every passage of the library; returns the version now in service."""
    from knowledge.cards import FOLDER, load_cards, load_sources
    from knowledge.index import build
    from knowledge.translation import Translations

    return build(
        load_cards(cards or FOLDER / "cards"),
        library.passages(),
        folder / INDEX,
        embedding,
        Translations().known_words,
        sources=load_sources(),
        content=content_of(library, cards),
        progress=progress,
    )


def content_of(library: Library, cards: Path | None = None) -> str:
    """A hash that changes when a card, the bibliography or the library changes."""
    home = Path(__file__).parent
    folder = cards or home / "cards"
    digest = hashlib.sha256(library.version().encode())
    for path in [home / "sources.yaml", *sorted(folder.rglob("*.md"))]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def read_glossary(path: Path) -> list[tuple[str, str]]:
    """A person's own term pairs, one a line: English, tab, Hebrew. Empty when there is no such file."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    pairs = [line.split("\t") for line in lines if line.count("\t") == 1 and not line.startswith("#")]
    return [(english.strip(), hebrew.strip()) for english, hebrew in pairs]
