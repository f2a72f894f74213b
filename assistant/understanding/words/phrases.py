"""Words that carry a way of speaking: negation, doubt, source, supposition, correction, yes and no.

The lists live in `examples/words.yaml`. A phrase matches whole words; a single Hebrew word may carry a
glued prefix ("ונניח"), and apostrophes may be missing ("dont").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import get_args

from assistant.understanding.words.text import Token, listed, read_yaml, tokens
from tools.values import Evidence

FOLDER = Path(__file__).parents[1] / "examples"
_GLUED = ("ו", "ש", "וש", "כש", "ה")
_LEVELS = ("yes", "partly", "no")
PLAIN_WORDS = {"yes": "yes", "no": "no", "yeah": "yes", "ken": "yes", "lo": "no", "כן": "yes", "לא": "no"}
_PAUSES = frozenset((",", ".", "-", "–", "!", ";", ":", "but", "and", "though", "אבל", "וגם", "אך", "רק"))
_FILLERS = frozenset(
    listed(
        "well hmm hm um uh so ok okay i think guess believe would say that they it is its it's probably "
        "honestly frankly personally in opinion view for the answer my only just actually sorry no, "
        "unfortunately sadly luckily sure לצערי לצערנו לשמחתי למרבה הצער "
        "אז טוב אני חושב שזה ש הם זה נראה לי לדעתי האמת התשובה רק בעצם סליחה"
    )
)


@dataclass(frozen=True)
class PhraseSet:
    """Phrases as tuples of words, found by their first word."""

    by_first: Mapping[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> PhraseSet:
        """A set of these phrases, longest first."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            parts = tuple(token.text for token in tokens(str(phrase).lower()))
            found.setdefault(parts[0], []).append(parts)
        return cls({first: tuple(sorted(group, key=len, reverse=True)) for first, group in found.items()})

    def at(self, words: tuple[Token, ...], place: int) -> int:
        """How many words the longest phrase beginning here has; 0 for none, and behind the last word."""
        if place >= len(words):
            return 0
        for first in _forms(words[place].text):
            for parts in self.by_first.get(first, ()):
                if all(
                    place + offset < len(words) and words[place + offset].text == part
                    for offset, part in enumerate(parts[1:], 1)
                ):
                    return len(parts)
        return 0

    def find(self, words: tuple[Token, ...]) -> int:
        """The place of the first phrase, -1 for none."""
        return next((place for place in range(len(words)) if self.at(words, place)), -1)

    def count(self, words: tuple[Token, ...]) -> int:
        """How many phrases there are, not overlapping."""
        total = place = 0
        while place < len(words):
            length = self.at(words, place)
            total += bool(length)
            place += max(1, length)
        return total


@lru_cache(maxsize=20_000)
def _forms(word: str) -> tuple[str, ...]:
    """A word, and what follows a prefix glued to it."""
    return (word, *(word[len(p) :] for p in _GLUED if word.startswith(p) and len(word) > len(p) + 1))


@cache
def phrase_set(name: str) -> PhraseSet:
    """The list of that name in `words.yaml`, both languages together. Raises KeyError for an unknown name."""
    lists = _lists()[name]
    return PhraseSet.of([*lists["en"], *lists["he"]])


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return read_yaml(FOLDER / "words.yaml")


@lru_cache(maxsize=8_192)
def is_negated(text: str) -> bool:
    """Whether the clause denies what it speaks of. Hebrew doubles its negations; only "not without" cancels."""
    words = tokens(text)
    denials = phrase_set("negation").count(words) - phrase_set("not_negating").count(words)
    lacking = phrase_set("lacking").count(words)
    return denials > 0 and not (lacking and denials > lacking)


def not_known_at(words: tuple[Token, ...]) -> int:
    """The place of the speaker's "I don't know", -1 for none: what others do not know is a fact about them."""
    place = phrase_set("unknown").find(words)
    others = phrase_set("others_who_know")
    return -1 if place > 0 and others.at(words, place - 1) else place


def evidence_in(text: str) -> Evidence | None:
    """How the person knows, when the words say it; a claim of the other side outweighs "I think"."""
    words = tokens(text)
    for grade in ("candidate_claim", "verified", "own_observation", "assumption"):
        if phrase_set(f"evidence.{grade}").find(words) >= 0:
            return grade if grade in get_args(Evidence) else None
    return None


def level_in(text: str, longest: int = 5) -> tuple[str, float]:
    """("yes" | "partly" | "no" | "", confidence) of a reply that states a level in general words.

    The first words decide ("no, they only respond"); further on, only a short reply is trusted. A
    weakening anywhere in the first clause ("yes, but only partly") makes it partly.
    """
    words = tokens(text)
    place = 0
    while (
        place < len(words)
        and (words[place].text in _FILLERS or words[place].kind == "sign")
        and not _level_at(words, place)[0]
    ):
        place += 1
    content = [word for word in words[place:] if word.kind != "sign"]
    if not content or any(phrase_set(name).at(words, place) for name in ("letting_go", "not_just")):
        return "", 0.0  # "never mind" is no "never", nor "לא רק" a "לא"
    level, length = _level_at(words, place)
    if level:
        rest = words[place + length : place + length + 8]
        partly = phrase_set("level.partly")
        if level != "partly" and any(partly.at(rest, at) and not _of_something(rest, at) for at in range(len(rest))):
            level = "partly"
        whole = len(content) <= length + 1
        paused = place + length < len(words) and words[place + length].text in _PAUSES
        if not whole and not paused and phrase_set("level.carrying").at(words, place):
            return "", 0.0
        clear = whole or paused or level == "partly"
        plain = words[place].text in PLAIN_WORDS
        return level, 0.95 if whole else 0.85 if clear else 0.7 if plain else 0.5
    if len(content) <= 4 and content[-1].text in PLAIN_WORDS and not _only_echoes(words):
        return PLAIN_WORDS[content[-1].text], 0.85
    if len(content) <= longest:
        for at in range(place, len(words)):
            level, length = _level_at(words, at)
            if level and not phrase_set("level.weak").at(words, at):
                return level, 0.65 if len(content) <= 2 else 0.58
    return "", 0.0


def _only_echoes(words: tuple[Token, ...]) -> bool:
    """Whether a last yes or no agrees with the statement before it ("they're happy, yes") and is no reply by itself."""
    said = [word.text for word in words[:-2] if word.kind != "sign"]
    return len(words) > 2 and words[-2].text == "," and len(said) > 1 and not _FILLERS.issuperset(said)


def _of_something(words: tuple[Token, ...], at: int) -> bool:
    """Whether a half is the half of something ("yes, we hold half of what they spend"), which limits no yes."""
    return words[at].text in ("half", "חצי", "מחצית") and at + 1 < len(words) and words[at + 1].text[:2] in _OF


_OF = ("of", "מה", "מכ", "מת")


@lru_cache(maxsize=2_048)
def quality_in(text: str) -> str:
    """yes, partly or no of a clause that praises or blames ("poor", "לא טובה"), empty when it does neither."""
    words = tokens(text)
    for quality in ("partly", "no", "yes"):
        place = phrase_set(f"quality.{quality}").find(words)
        if place >= 0:
            denied = phrase_set("negation").find(words[max(0, place - 3) : place]) >= 0
            return {"yes": "no", "no": "partly"}.get(quality, quality) if denied else quality
    return ""


def _level_at(words: tuple[Token, ...], place: int) -> tuple[str, int]:
    found = [(phrase_set(f"level.{level}").at(words, place), level) for level in _LEVELS]
    length, level = max(found, key=lambda pair: pair[0])
    return (level, length) if length else ("", 0)


@cache
def vocabulary_of_phrases() -> frozenset[str]:
    """Every word of every list."""
    texts = (phrase for lists in _lists().values() for group in lists.values() for phrase in group)
    return frozenset(token.text for text in texts for token in tokens(text.lower()) if token.kind == "word")
