"""The method in our own words: bilingual cards and the bibliography they cite."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Language = Literal["en", "he"]
LANGUAGES: tuple[Language, ...] = ("en", "he")
TOPICS = (
    "partner", "leads", "nurture", "alignment", "marketing", "roi",
    "case", "accounts", "customers", "productivity", "glossary", "method",
)  # fmt: skip

FOLDER = Path(__file__).parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a first start reads them all: libyaml is ten times faster
_BODY = re.compile(r"^## (en|he)\s*$", re.MULTILINE)


class CardError(ValueError):
    """A card or the bibliography is malformed; the message names file and field."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Strict):
    """One sentence or paragraph in both languages, each written for its readers."""

    en: str
    he: str

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.he


class Phrases(_Strict):
    """Several phrasings per language; the lists need not correspond."""

    en: tuple[str, ...] = ()
    he: tuple[str, ...] = ()

    def __getitem__(self, language: Language) -> tuple[str, ...]:
        return self.en if language == "en" else self.he


class Number(Text):
    """A figure with its unit and origin: N in the source, C computed by us, A an assumption."""

    value: str
    mark: Literal["N", "C", "A"]


class Misconception(_Strict):
    """A belief people voice that the method contradicts, with the kind correction."""

    claim: Text
    correction: Text


class Gap(_Strict):
    """Something people ask that no source answers, and what to say instead of inventing it."""

    asks: Phrases
    says: Text


class Card(_Strict):
    """One idea of the method, complete in both languages, with its rules and sources.

    `decides` is the tool whose decision this card puts in order; one card at most for a tool.
    """

    id: str
    topic: str
    kind: Literal["rule", "number", "definition", "howto", "example", "caution", "tension", "gap"]
    as_of: int
    title: Text
    answer: Text
    body: Text
    numbers: tuple[Number, ...] = ()
    caveats: tuple[Text, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    gaps: tuple[Gap, ...] = ()
    circumstances: tuple[Text, ...] = ()
    questions: Phrases
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...]
    tools: tuple[str, ...] = ()
    decides: str = ""
    related: tuple[str, ...] = ()


class Source(_Strict):
    """One entry of the bibliography."""

    id: str
    title: Text
    author: Text
    date: dt.date | None = None
    signed: dt.date | None = None
    kind: Literal["blog", "page", "newspaper", "guest", "external"]
    publisher: str = ""
    use: str = ""


def load_sources(path: Path = FOLDER / "sources.yaml") -> dict[str, Source]:
    """Read the bibliography, keyed by source ID. Raises CardError naming the bad entry."""
    entries = yaml.load(path.read_text("utf-8"), LOADER) or {}
    sources = {}
    for key, entry in entries.items():
        try:
            sources[key] = Source(id=key, **entry)
        except (TypeError, ValidationError) as error:
            raise CardError(f"{path.name}: {key!r}: {error}") from error
    return sources


def load_cards(folder: Path = FOLDER / "cards") -> tuple[Card, ...]:
    """Read every card below `folder`, ordered by id. Raises CardError naming file and field."""
    return tuple(read_card(path, folder) for path in sorted(folder.rglob("*.md")))


def read_card(path: Path, folder: Path) -> Card:
    """Read one card file: YAML front matter, then a `## en` and a `## he` section."""
    where = path.relative_to(folder).as_posix()
    parts = path.read_text("utf-8").split("---\n", 2)
    if len(parts) != 3:
        raise CardError(f"{where}: no front matter between two lines of ---")
    pieces = _BODY.split(parts[2])
    body = {name: text.strip() for name, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    try:
        card = Card(body=Text(**body), **yaml.load(parts[1], LOADER))
    except (TypeError, ValidationError, yaml.YAMLError) as error:
        raise CardError(f"{where}: {error}") from error
    if card.id != where.removesuffix(".md"):
        raise CardError(f"{where}: the id {card.id!r} differs from the path")
    return card
