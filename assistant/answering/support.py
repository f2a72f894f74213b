"""Does the evidence bear a statement? Its words must stand together there, and as strongly; some things only the
program may say.

What a draft says without a figure, name or source is held against every few neighbouring sentences of the evidence:
true paraphrases share half of their words with some of them. Nothing is said of a sentence that says what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.answering import claims
from assistant.answering.claims import lexicon
from assistant.answering.relations import content, denies

NEIGHBOURS = 3  # sentences that may bear a statement together
SUPPORTED = 0.45  # share of a statement's words in neighbouring sentences; true paraphrases had 0.5 and more
DENIAL_SUPPORTED = 0.55  # … of one that denies, which is seldom said freely
NEARLY_BEST = 0.2  # sentences this much less alike than the nearest ones have a say too


@dataclass(frozen=True)
class Window:
    """Neighbouring sentences: the keys of the words that carry meaning, and all words."""

    keys: frozenset[str]
    words: frozenset[str]


def windows(texts: Iterable[str]) -> tuple[Window, ...]:
    """Every few neighbouring sentences of the texts."""
    found: list[str] = []
    for text in texts:
        told = claims.sentences(claims.plain(text))
        found += [" ".join(told[at : at + NEIGHBOURS]) for at in range(max(1, len(told) - NEIGHBOURS + 1))]
    return tuple(_window(one) for one in dict.fromkeys(found))


@lru_cache(maxsize=8192)
def _window(text: str) -> Window:
    return Window(content(text), frozenset(claims.words(text)))


@dataclass(frozen=True)
class Borne:
    """How far the evidence bears a statement: whether its words stand there, and whether as strongly."""

    stands: bool = True
    as_strongly: bool = True


def borne(sentence: str, known: Sequence[Window], aside: frozenset[str]) -> Borne:
    """How far a plain sentence is borne; `aside` are keys that say nothing, such as whom it quotes."""
    if sentence.endswith((":", "?")) or says_what_is_missing(sentence):
        return Borne()
    keys = content(sentence) - aside
    if len(keys) < 2 or claims.numbers(sentence) or claims.dates(sentence):
        return Borne()
    shared = [len(keys & window.keys) / len(keys) for window in known]
    best = max(shared, default=0.0)
    if best < (DENIAL_SUPPORTED if denies(sentence) else SUPPORTED):
        return Borne(stands=False)
    near = [window for window, share in zip(known, shared, strict=True) if share >= best - NEARLY_BEST]
    return Borne(as_strongly=not _too_strong(sentence, near))


def _too_strong(sentence: str, near: Sequence[Window]) -> bool:
    """ "Must" where the evidence says "preferably", "alone" where it says "together"."""
    said = frozenset(claims.words(sentence))
    for strong, weak in _strengths():
        less = any(window.words & weak for window in near) and not any(window.words & strong for window in near)
        if less and said & strong and not said & weak:
            return True
    return False


@cache
def _strengths() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple((frozenset(one["said"].split()), frozenset(one["known"].split())) for one in lexicon()["strengths"])


def says_what_is_missing(sentence: str) -> bool:
    """ "The sources say nothing of Poland; what follows holds in general." """
    return _any("missing_there", sentence)


def claims_a_deed(sentence: str) -> bool:
    """ "I have recorded your answer": only the program does things."""
    return _any("deeds", sentence)


def judges_the_case(sentence: str) -> bool:
    """A verdict on the person's own case, which only a tool gives; not on a supposed one."""
    supposed = re.search(lexicon()["supposed"], sentence, re.IGNORECASE) or sentence.rstrip().endswith("?")
    return not supposed and _any("own_case", sentence)


def _any(name: str, sentence: str) -> bool:
    return any(re.search(pattern, sentence, re.IGNORECASE) for pattern in lexicon()[name])
