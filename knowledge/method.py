"""The method: cards and bibliography in their index. Every workspace shares one, and none can change it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from knowledge.card_search import CardSearch
from knowledge.cards import FOLDER, Language, load_cards, load_sources
from knowledge.embedding import Embedding
from knowledge.hebrew import words
from knowledge.index import Index, KnowledgeIndexError, build, current_version, open_index
from knowledge.likely import likely_cards
from knowledge.lines import LineMatch, LineSearch
from knowledge.search import Hit, Query
from knowledge.shelf import Progress
from knowledge.translation import Translations

INDEX = "index"
GLOSSARY = "glossary.tsv"


class Method:
    """The cards of one opened index. Each search looks whether a newer index is in service and moves to it."""

    def __init__(
        self, folder: Path, embedding: Embedding, cards: Path | None = None, progress: Progress | None = None
    ) -> None:
        """Open the index below `folder`, building it first when it is missing, damaged or out of date."""
        self.folder, self.embedding, self._cards_folder = folder, embedding, cards
        self.translations = Translations(glossary=read_glossary(folder / GLOSSARY))
        try:
            self._use(open_index(folder / INDEX))
        except KnowledgeIndexError:
            self._build(progress)
            self._use(open_index(folder / INDEX))
        manifest = self.index.manifest
        if (manifest.content, manifest.fingerprint) != (content_of(cards), embedding.fingerprint):
            self.rebuild(progress)

    def _use(self, index: Index) -> None:
        self.index = index
        self._stems: frozenset[str] | None = None
        self._vocabulary: frozenset[str] | None = None
        self._cards = CardSearch(index, likely_cards(self.embedding), self.translations)
        self._lines = LineSearch(self.embedding, self.translations, index.card_shelf.lexical.stems)

    @property
    def vocabulary(self) -> frozenset[str]:
        """The English words of the cards, lower case."""
        if self._vocabulary is None:
            texts = " ".join(f"{card.title.en} {card.answer.en} {card.body.en}" for card in self.index.cards.values())
            self._vocabulary = frozenset(re.findall(r"[^\W\d_]+", texts.lower()))
        return self._vocabulary

    def knows_word(self, word: str) -> bool:
        """Whether a normalised word's stem stands in the dictionary or in a card."""
        if self._stems is None:
            texts = (text[lg] for c in self.index.cards.values() for text in (c.answer, c.body) for lg in ("en", "he"))
            self._stems = frozenset(self.translations.stem(one) for text in texts for one in words(text))
        stemmed = self.translations.stem(word)
        return stemmed in self._stems or bool(self.translations.of(stemmed))

    def find(self, question: Query, limit: int) -> list[Hit]:
        """The cards that fit best, best first."""
        return self._cards.find(question, limit)

    def lines(self, question: Query, card_ids: Iterable[str], language: Language) -> list[LineMatch]:
        """The figures and sentences of these cards with their evidence."""
        return self._lines.find(question, [self.index.cards[card_id] for card_id in card_ids], language)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Index the cards anew and move to it."""
        self._build(progress)
        self.refresh()

    def refresh(self) -> bool:
        """Move to the index version in service; True when it is another than before."""
        if current_version(self.folder / INDEX) in (self.index.manifest.name, None):
            return False
        old = self.index
        self._use(open_index(self.folder / INDEX))
        old.close()
        return True

    def _build(self, progress: Progress | None) -> None:
        build(
            load_cards(self._cards_folder or FOLDER / "cards"),
            (),
            self.folder / INDEX,
            self.embedding,
            self.translations.known_words,
            sources=load_sources(),
            content=content_of(self._cards_folder),
            progress=progress,
        )


def content_of(cards: Path | None = None) -> str:
    """A hash that changes when a card or the bibliography changes."""
    home = Path(__file__).parent
    folder = cards or home / "cards"
    digest = hashlib.sha256(b"method")
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
