"""A message as understanding sees it: cleaned, bounded, in its language, cut into words with their places.

Cleaning takes away what a reader cannot see (control, direction and zero-width characters) and folds
look-alikes, so that hidden characters can neither split a word nor hide one. Every place (`start`, `end`)
counts in the cleaned text, which is what a raw answer quotes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["en", "he"]
LONGEST = 6_000  # characters understood; the rest of a longer message is left to the search

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc]"
)
_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_FOLDED = str.maketrans(
    {"־": "-", "‐": "-", "‑": "-", "‒": "–", "—": "–", "−": "-", "’": "'", "‘": "'", "׳": "'"}
    | {"“": '"', "”": '"', "„": '"', "״": '"', "٪": "%", "％": "%"}
)
_HEBREW_LETTER = re.compile("[א-ת]")
_LATIN_LETTER = re.compile("[A-Za-z]")
_MONEY = r"usd|eur|ils|nis|dollars?|euros?|shekels?|שקל(?:ים)?|ש[\"']ח|דולר(?:ים)?|יורו"
_MONEY_NEXT = rf"(?= ?(?:[₪$€£]|(?i:{_MONEY})(?!\w)))"
_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:[,']\d{3})+(?:\.\d+)?(?!\d)"  # 1,234,567.8
    r"|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:\.\d{3})+,\d\d?(?!\d)"  # 1.234.567,8
    r"|[1-9]\d{0,2}(?: \d{3}){2,}(?!\d)|[1-9]\d{0,2}(?: 000)+(?!\d)|[1-9]\d{0,2} \d{3}"
    + _MONEY_NEXT  # 12 500 USD
    + r"|\d+(?:\.\d+)?[eE][+-]?\d+(?!\w)|\d+(?:[.,]\d+)?|(?<![\d.])\.\d+)"
    r"""|(?P<word>[א-ת]+(?:["'][א-ת]+)*'?|[^\W\d_א-ת]+(?:'[^\W\d_א-ת]+)*)"""
    r"|(?P<sign>\S)"
)


@dataclass(frozen=True)
class Token:
    """One word, number or sign of the cleaned text, lower case."""

    text: str
    start: int
    end: int
    kind: str  # "word", "number" or "sign"


def read_yaml(path: Path) -> Any:
    """A data file with every scalar as text, so that "yes" stays "yes"."""
    return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def listed(words: str) -> list[str]:
    """The words of a list written in one line."""
    return words.split()


def clean(text: str) -> str:
    """The message without invisible characters, bounded, with one kind of dash, quote and space."""
    text = text[: LONGEST * 4].translate(_FOLDED)
    text = _INVISIBLE.sub("", _POINTS.sub("", unicodedata.normalize("NFC", text)))
    text = _SPACES.sub(" ", text.encode("utf-8", "ignore").decode("utf-8")).strip()
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0]


_QUOTED_BEHIND_PREFIX = re.compile(r'(?<![א-ת])(?P<prefix>[ושהבלכמ]{1,2})"(?P<said>[^"]{2,40})"(?![א-ת])')
_TRAILING_DOTS = re.compile(r"\s*(?:\.{2,}|…)\s*(?=[a-zא-ת])")


def plainly_punctuated(text: str) -> str:
    """The text with the marks of hasty typing as those they stand for.

    Quotes that open right behind a Hebrew prefix look like those of an abbreviation, and "stock, shipping.. all
    theirs" goes on where a sentence would end.
    """
    return _TRAILING_DOTS.sub(", ", _QUOTED_BEHIND_PREFIX.sub(r"\g<prefix>-\g<said>", text))


@lru_cache(maxsize=512)
def tokens(text: str) -> tuple[Token, ...]:
    """The words, numbers and signs of a cleaned text, in order."""
    return tuple(
        Token(match.group().lower(), match.start(), match.end(), match.lastgroup or "sign")
        for match in _TOKEN.finditer(text)
    )


_CODE = re.compile(
    r"<\s*/?\s*[a-zA-Z!|][^<>]{0,200}>|;\s*--|\$\{|\{\{|\$\(|\b[a-z_]\w*\(\d*\)|=cmd\||xp_cmdshell|javascript:"
    r"|\b(?:DROP|DELETE|INSERT|UNION|SELECT|UPDATE)\b[^.]{0,80}\b(?:TABLE|FROM|INTO|WHERE|SET)\b"
    r"|\{\s*\"|\]\]>|`\w+`|[א-ת][^\W\d_A-Za-zא-ת]|[^\W\d_A-Za-zא-ת][א-ת]"
    r"|__\w+__|(?:%[a-z]){2}|' ?OR ?'?\d|(?:\.\./){2}|\\u00"
)


def reads_like_code(text: str) -> bool:
    """Whether a text holds markup, a query, a command line or scripts run into each other.

    Its words and figures are nobody's answer.
    """
    return _CODE.search(text) is not None


_TERMS_WEIGH = 0.6  # a Hebrew sentence full of English terms and names is still Hebrew


def language_of(text: str, otherwise: Language) -> Language:
    """The language most words are in, where the one a message opens in counts more; `otherwise` without letters."""
    words = [token.text for token in tokens(text) if token.kind == "word"]
    hebrew = sum(1 for word in words if _HEBREW_LETTER.search(word))
    latin = sum(1 for word in words if _LATIN_LETTER.search(word))
    if not hebrew and not latin:
        return otherwise
    opens_in_hebrew = bool(_HEBREW_LETTER.search(words[0]))
    return "he" if hebrew + opens_in_hebrew >= _TERMS_WEIGH * (latin + (not opens_in_hebrew)) else "en"


def is_hebrew_text(text: str) -> bool:
    """Whether there is a Hebrew letter in it."""
    return bool(_HEBREW_LETTER.search(text))


_HEBREW_KEYS = dict(zip("qwertyuiopasdfghjkl;'zxcvbnm,./", "/'קראטוןםפשדגכעיחלךף,זסבהנמצתץ.", strict=True))
_LATIN_KEYS = {hebrew: latin for latin, hebrew in _HEBREW_KEYS.items() if hebrew not in ",./'"} | {
    "'": "w",
    "/": "q",
}


def other_layout(text: str) -> str:
    """The same keys typed with the keyboard in the other language ("akuo" -> "שלום")."""
    keys = _LATIN_KEYS if _HEBREW_LETTER.search(text) else _HEBREW_KEYS
    return "".join(keys.get(letter, letter) for letter in text.lower())
