"""A message cut into sentences and clauses, each with the way it is said: asked, supposed, corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from assistant.understanding.phrases import phrase_set
from assistant.understanding.text import Token, listed, tokens

MOST_SENTENCES = 25
MOST_CLAUSES = 40
_SENTENCE_END = re.compile(r"(?<=[.!?;\n])(?:\s+|$)|\n+|(?<=[a-zא-ת\"])\?(?=\w)")
_DOT_IN_NUMBER = re.compile(r"\d[.,]\d")
_CLAUSE_BORDER = re.compile(
    r"\s*[,;:()]\s+|\s+[-–]+\s+"
    r"|\s+(?=(?:and|but|also|plus|though|although|because|while|whereas|however|then)\s)"
    r"|\s+(?=(?:אבל|וגם|גם|כי|אך|למרות|בנוסף|אלא|אז)\s)"
    r"|\s+(?=ו[א-ת]{3,})",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:and|but|also|plus|because|then|אבל|וגם|גם|כי|אך|אז)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """One sentence and how it is said."""

    text: str
    asked: bool = False  # a question by its words or its mark
    marked: bool = False  # ends with a question mark
    supposed: bool = False
    corrects: bool = False

    @property
    def words(self) -> tuple[Token, ...]:
        """Its words with their places."""
        return tokens(self.text)


def sentences(text: str) -> list[Sentence]:
    """The sentences of a cleaned message, at most a bounded number of them."""
    pieces = [piece.strip() for piece in _SENTENCE_END.split(text) if piece and piece.strip(" .,!;\n")]
    return [_sentence(piece) for piece in pieces[:MOST_SENTENCES]]


def _sentence(text: str) -> Sentence:
    words = tokens(text)
    marked = text.rstrip(" !.\"')").endswith("?") or "?" in text[-3:]
    opener = phrase_set("question_openers")
    supposed = _near_start(words, "suppose", 3)
    asked = marked or (bool(words) and _opens(opener, words))
    return Sentence(text, asked, marked, supposed, _corrects(words))


def _corrects(words: tuple[Token, ...]) -> bool:
    """Words of correction at the beginning of a sentence or of a clause in it ("eight, sorry, nine")."""
    starts = [0] + [at + 1 for at, word in enumerate(words) if word.text in ",;-–"]
    found = phrase_set("correct")
    return any(at < len(words) and found.at(words, at) for start in starts for at in (start, start + 1))


_BEFORE_QUESTION = frozenset(
    listed(
        "and but so ok okay hi hello hey well also btw then please by the way just "
        "ו אז אבל היי שלום רגע טוב אגב , - ! ."
    )
)


def _opens(opener, words: tuple[Token, ...]) -> bool:
    for place in range(min(4, len(words))):
        if opener.at(words, place):
            return True
        if words[place].text not in _BEFORE_QUESTION:
            return False
    return False


def _near_start(words: tuple[Token, ...], name: str, within: int) -> bool:
    found = phrase_set(name)
    return any(found.at(words, place) for place in range(min(within, len(words))))


def clauses(text: str) -> list[str]:
    """The clauses of a sentence: cut at commas, conjunctions and the Hebrew "and" glued to a word."""
    parts = [_LEADING.sub("", part.strip(" ,.;:!?-–")) for part in _CLAUSE_BORDER.split(text)]
    return [part for part in parts if part][:MOST_CLAUSES]


def spans(text: str) -> list[str]:
    """The clauses, neighbouring pairs of them, and the sentence itself: whatever may be one fact."""
    single = clauses(text)
    pairs = [f"{one} {two}" for one, two in pairwise(single)]
    whole = text.strip(" ,.;:!?-–")
    found = [*single, *pairs, *([whole] if len(single) != 1 or single[0] != whole else [])]
    return list(dict.fromkeys(found))
