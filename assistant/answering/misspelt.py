"""Misspelt words of a question brought to the nearest words of the cards; what any text knows stays as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST, LONG = 4, 8  # letters of a word that is repaired, and from which on two slips are forgiven
ASKED_BY = 3  # cards whose questions hold a word from which on it may be the one that was meant
TELLING = 6  # letters from which on a word is told by its looks alone; shorter ones need known words beside them
WHATEVER_BEGINS = 9  # letters from which on the first one may be wrong too
MOST_WORDS = 60
MOST_REPAIRS = 12
ENDINGS = ("s", "es", "ed", "d", "ing")
MEASURES = frozenset(("קילו", "קילוגרם", "טון", "טונות", "ליטר", "ליטרים", "סנטימטר", "מילימטר", "קילומטר"))
_WORD = re.compile(r"[^\W\d_]+(?:[\"'’״׳][^\W\d_]+)*")
_ADDRESS = re.compile(r"\S+@\S+|\b(?:https?://|www\.)\S+")  # of a person or a page: nobody misspells it for us
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z]")


class Mender:
    """Knows the words of the cards, and those of everything the bundled model was trained on."""

    def __init__(self, knowledge: Any) -> None:
        self._knowledge = knowledge

    def mended(self, text: str) -> str:
        """The text with unknown words replaced by near ones of the cards; unchanged when there is nothing to mend.

        Words that stand in any text we know, short words, figures, addresses and capitalised names are never changed.
        """
        names = {found.start() for found in _NAME.finditer(text)}
        addresses = [found.span() for found in _ADDRESS.finditer(text)]
        found = list(_WORD.finditer(text))
        if len(found) > MOST_WORDS:
            return text
        unknown = [
            word
            for word in found
            if len(word.group()) >= SHORTEST
            and word.start() not in names
            and not any(start <= word.start() < end for start, end in addresses)
            and not self._knows(word.group())
        ]
        repairs = [(word, self._nearest(word.group().lower())) for word in unknown[:MOST_REPAIRS]]
        held = sum(1 for word in found if len(word.group()) >= SHORTEST) - len(unknown)
        held += sum(1 for word, better in repairs if better and len(word.group()) >= TELLING)
        short = sum(1 for word, better in repairs if better and len(word.group()) < TELLING)
        for word, better in reversed(repairs):
            if better and (short <= held or len(word.group()) >= TELLING):
                better = better.capitalize() if word.group()[0].isupper() else better
                text = text[: word.start()] + better + text[word.end() :]
        return text

    def _knows(self, word: str) -> bool:
        from knowledge.hebrew import is_stop_word, without_prefix, words

        if word in MEASURES:
            return True
        normal = words(word) or [word]
        return all(
            is_stop_word(one) or any(form in self._lexicon for form in (one, *without_prefix(one), *_uninflected(one)))
            for one in normal
        )

    @cached_property
    def _lexicon(self) -> Any:
        """Every word form the bundled model saw, of any subject."""
        from knowledge.embedding import BundledEmbedding

        own = self._knowledge.embedding
        return (own if isinstance(own, BundledEmbedding) else BundledEmbedding()).lexicon

    @cached_property
    def _uses(self) -> Counter[str]:
        """How often each word stands in the cards, but for what only a few people's questions tell of."""
        taught: list[str] = []
        asked: Counter[str] = Counter()
        for card in self._knowledge.cards.values():
            voiced: list[str] = []
            for language in ("en", "he"):
                taught += [card.title[language], card.answer[language], card.body[language]]
                voiced += [*card.questions[language], *(one[language] for one in card.circumstances)]
            asked.update(set(_words_of(voiced)))
        uses = Counter(_words_of(taught))
        return uses + Counter({word: cards for word, cards in asked.items() if word in uses or cards >= ASKED_BY})

    @cached_property
    def _choices(self) -> tuple[list[str], list[str]]:
        """The words to choose from: Latin, Hebrew."""
        known = [word for word in self._uses if self._knows(word)]
        return [word for word in known if word.isascii()], [word for word in known if not word.isascii()]

    def _nearest(self, word: str) -> str:
        """The word that was meant; "" when none is near."""
        choices = self._choices[0 if word.isascii() else 1]
        slips = 2 if len(word) >= LONG else 1
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=slips, limit=12)
        likely = [
            (slip, other[0] != word[0], set(other) != set(word), -self._uses[other], other)
            for other, slip, _ in near
            if other[0] == word[0] or sorted(other) == sorted(word) or len(word) >= WHATEVER_BEGINS
        ]
        return min(likely)[-1] if likely else ""


def _uninflected(word: str) -> Iterator[str]:
    """What an English word may be a regular form of: "weighs" is no slip for "weights"."""
    for ending in ENDINGS:
        if word.isascii() and word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            yield word[: -len(ending)]


def _words_of(texts: Iterable[str]) -> Iterator[str]:
    return (word.lower() for text in texts for word in _WORD.findall(text) if len(word) >= SHORTEST - 1)
