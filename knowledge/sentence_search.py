"""Finds the single sentence of the ingested passages that answers best, in either language.

A question's words are looked for in the sentence, then in its heading and title, then in its passage: word,
stem, likeness of spelling, translation, and across languages likeness of meaning. Rare words weigh more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from knowledge.documents import Document
from knowledge.embedding import BundledEmbedding
from knowledge.hebrew import grams, is_hebrew, stem, without_prefix, words
from knowledge.lexical import LexicalIndex
from knowledge.library import Library
from knowledge.method import Method
from knowledge.search import Hit, Query
from knowledge.translation import weighted_counts

SHORTEST, LONGEST = 4, 60  # words of a sentence
ROUGHLY = 0.8  # what a word counts that is only spelled alike
SPELLED_ALIKE, SHORTEST_ALIKE = 0.55, 4  # shared grams, letters
LEAST_MEANING = 0.45  # cosine of two words of different languages from which on they are one meaning
MEANT = 1.2  # … and what it counts
LEAST_TRANSLATION, TRANSLATED = 0.08, 1.25
MISSING = 0.4  # a word held less than this is missing
LIGHT = 0.15  # what a word weighs that only asks
SHORT_STEM, BY_SHORT_STEM = 3, 0.7  # letters of a stem that many words share, and what a match by it counts
NAME, ABOUT_NAME, LONG_NAME = 4, 3, 6  # consonants of a name known across scripts; fewer where the word is long
MOST_PASSAGES_KEPT, MOST_WORDS_KEPT = 2_000, 50_000
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True)
class SentenceMatch:
    """A sentence of a document and how well it fits a question.

    `document.text[start:start + len(text)] == text`. Shares (0–1) of the question's content words by rarity:
    `own` in the sentence, `titled` there or in heading and title, `covered` there or anywhere in the passage.
    `missing` is the share of the heaviest word found nowhere in it. `likeness` is the cosine, -1 to 1.
    `foreign`: in the other language.
    """

    document: Document
    passage: str
    text: str
    start: int
    own: float
    titled: float
    covered: float
    missing: float
    likeness: float
    foreign: bool


@dataclass(frozen=True)
class _Word:
    """A word of the texts, made ready to be compared with those of a question."""

    text: str
    hebrew: bool
    stems: frozenset[str]
    grams: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class _Passage:
    """A passage read once: its sentences with their places and vectors, and the words of each text, distinct."""

    document: Document
    spans: tuple[tuple[int, str], ...]
    sentences: tuple[tuple[str, ...], ...]
    titled: tuple[str, ...]
    around: tuple[str, ...]
    vectors: np.ndarray


class SentenceSearch:
    """Compares questions with the sentences of passages that a search found; what was read once is kept."""

    def __init__(self, method: Method, passages: LexicalIndex) -> None:
        self._method, self._passages = method, passages
        self._embedding, self._translations = method.embedding, method.translations
        self._meaning = self._embedding if isinstance(self._embedding, BundledEmbedding) else None
        self._read: dict[str, _Passage] = {}
        self._word = lru_cache(MOST_WORDS_KEPT)(self._look_at)
        self._vector = lru_cache(MOST_WORDS_KEPT)(self._meaning_of)

    def find(
        self, query: Query, hits: Iterable[Hit], library: Library, light: Container[str] = ()
    ) -> list[SentenceMatch]:
        """The sentences of these passages, in their order; `light` words ask and hardly count."""
        read = [(hit, self._passage(hit, library)) for hit in hits]
        there = [(hit, passage) for hit, passage in read if passage is not None]
        vocabulary = {w: at for at, w in enumerate({w: 0 for _, p in there for w in (*p.around, *p.titled)})}
        if not vocabulary:
            return []
        weights, fits = self._weights(query, light), self._fits(query, list(vocabulary))

        def held(text: Sequence[str]) -> np.ndarray:
            return fits[:, [vocabulary[word] for word in text]].max(axis=1, initial=0.0)

        return [match for hit, passage in there for match in self._matches(query, weights, held, hit, passage)]

    def _passage(self, hit: Hit, library: Library) -> _Passage | None:
        """The passage of a hit, read; None when its document is gone or none of it can be quoted."""
        if hit.id not in self._read:
            document = library.document(hit.passage["document"])
            text, first = hit.passage["text"], int(hit.passage["start"])
            spans = [(first + start, piece) for start, piece in _sentences(text)]
            spans = [(start, piece) for start, piece in spans if document and document.verifies(piece, start)]
            if document is None or not spans:
                return None
            if len(self._read) >= MOST_PASSAGES_KEPT:
                self._read.clear()
            self._read[hit.id] = _Passage(
                document,
                tuple(spans),
                tuple(_distinct(piece) for _, piece in spans),
                _distinct(f"{hit.passage.get('heading', '')} {document.title}"),
                _distinct(text),
                self._embedding.embed_passages([piece for _, piece in spans]),
            )
        return self._read[hit.id]

    @staticmethod
    def _matches(
        query: Query,
        weights: np.ndarray,
        held: Callable[[Sequence[str]], np.ndarray],
        hit: Hit,
        passage: _Passage,
    ) -> Iterable[SentenceMatch]:
        titled, around = held(passage.titled), held(passage.around)
        likeness = passage.vectors @ query.vector
        for (start, piece), found, like in zip(passage.spans, passage.sentences, likeness, strict=True):
            own = held(found)
            covered = np.maximum.reduce([own, titled, around])
            yield SentenceMatch(
                passage.document,
                hit.id,
                piece,
                start,
                own=float(weights @ own),
                titled=float(weights @ np.maximum(own, titled)),
                covered=float(weights @ covered),
                missing=float((weights * (covered < MISSING)).max()),
                likeness=float(like),
                foreign=hit.language != query.language,
            )

    def _weights(self, query: Query, light: Container[str]) -> np.ndarray:
        """The weight of each content word, adding up to one: rare among the cards, rare among the passages."""
        pools = (self._method.index.card_shelf.lexical.stems, self._passages.stems)
        rarity = np.zeros(len(query.content))
        for pool in pools:
            counts = [weighted_counts(meanings, pool)[1] for meanings in query.meanings]
            rarity += np.array([pool.rarity(max(count, 0.5)) / pool.rarity(0.5) for count in counts])
        rarity *= [LIGHT if word in light else 1.0 for word in query.content]
        return rarity / rarity.sum()

    def _fits(self, query: Query, vocabulary: Sequence[str]) -> np.ndarray:
        """How surely each word of the texts (column) says a content word of the question (row), 0 to 1."""
        there = [self._word(word) for word in vocabulary]
        fits = np.zeros((len(query.content), len(vocabulary)))
        for row, text, meanings in zip(fits, query.content, query.meanings, strict=True):
            asked, translated = self._word(text), dict(meanings[1:])
            for at, word in enumerate(there):
                row[at] = _fit(asked, word, translated)
        if self._meaning is not None:
            asked_hebrew = np.array([is_hebrew(word) for word in query.content])
            across = asked_hebrew[:, None] != np.array([word.hebrew for word in there])
            vectors = [np.array([self._vector(word) for word in some]) for some in (query.content, vocabulary)]
            likeness = vectors[0] @ vectors[1].T
            meant = np.where(across & (likeness >= LEAST_MEANING), np.minimum(1.0, MEANT * likeness), 0.0)
            fits = np.maximum(fits, meant)
        return fits

    def _look_at(self, word: str) -> _Word:
        letters = len(word) >= SHORTEST_ALIKE and word[0].isalpha()
        stems = frozenset((self._translations.stem(word), stem(word, self._passages.known)))
        return _Word(word, is_hebrew(word), stems, frozenset(grams(word)) if letters else frozenset(), _names(word))

    def _meaning_of(self, word: str) -> np.ndarray:
        """The unit vector of a word; zero for a number."""
        assert self._meaning is not None
        vector = self._meaning.word_vectors([word])[0]
        length = float(np.linalg.norm(vector))
        return np.asarray(vector / length if length and word[0].isalpha() else vector * 0.0)


def _fit(asked: _Word, word: _Word, translated: Mapping[str, float]) -> float:
    """How surely a word of a text says a word of the question, but for likeness of meaning."""
    if asked.text == word.text:
        return 1.0
    if asked.hebrew != word.hebrew:
        weight = max((translated.get(one, 0.0) for one in word.stems), default=0.0)
        same_name = not asked.names.isdisjoint(word.names)
        return 1.0 if same_name else min(1.0, TRANSLATED * weight) if weight >= LEAST_TRANSLATION else 0.0
    shared = asked.stems & word.stems
    if shared:
        short = max(map(len, shared)) <= SHORT_STEM < len(asked.text) - 1
        return BY_SHORT_STEM if short else 1.0
    if not asked.grams or not word.grams:
        return 0.0
    alike = 2 * len(asked.grams & word.grams) / (len(asked.grams) + len(word.grams))
    return ROUGHLY if alike >= SPELLED_ALIKE else 0.0


def _distinct(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words(text)))


_SOUNDS = str.maketrans(
    {"ב": "b", "ג": "g", "ד": "d", "ז": "s", "ח": "", "ט": "t", "כ": "k", "ל": "l", "מ": "m", "נ": "n", "ס": "s",
     "פ": "p", "צ": "s", "ק": "k", "ר": "r", "ש": "s", "ת": "t", "א": "", "ה": "", "ו": "", "י": "", "ע": "",
     "v": "b", "j": "g", "z": "s", "c": "k", "q": "k", "f": "p", "x": "ks",
     "a": "", "e": "", "h": "", "i": "", "o": "", "u": "", "w": "", "y": ""}
)  # fmt: skip
_TWICE = re.compile(r"(.)\1")


def _names(word: str) -> frozenset[str]:
    """How a word sounds without its vowels, in either script, so that "Amsterdam" is "מאמסטרדם".

    With and without what may be a Hebrew prefix; empty when too little is left to tell names by.
    """
    forms = (word, *without_prefix(word)) if is_hebrew(word) else (word,)
    heard = (_TWICE.sub(r"\1", form.replace("ch", "k").translate(_SOUNDS)) for form in forms)
    least = ABOUT_NAME if len(word) >= LONG_NAME else NAME
    return frozenset(sound for sound in heard if len(sound) >= least)


def _sentences(text: str) -> list[tuple[int, str]]:
    """The sentences of a passage that can be quoted, each with its place."""
    found, start = [], 0
    for end in [*(border.span() for border in _SENTENCE_END.finditer(text)), (len(text), len(text))]:
        piece = text[start : end[0]]
        lead = len(piece) - len(piece.lstrip())
        if SHORTEST <= len(piece.split()) <= LONGEST and not piece.rstrip().endswith(("?", ":")):
            found.append((start + lead, piece.strip()))
        start = end[1]
    return found
