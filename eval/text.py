"""Compares wordings fairly in both languages: points, quotes, dashes and number notation never decide.

Stock tokenisers for ROUGE or BLEU drop Hebrew letters altogether; nothing here does.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

_MARKS = re.compile("[\u0591-\u05bd\u05bf-\u05c7\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_QUOTES = str.maketrans(dict(zip("׳’‘״“”„־–—", '\'\'\'""""---', strict=True)))
_DECORATION = re.compile(r"[*`#>|]+|(?<!\w)_+|_+(?!\w)")
_SPACE = re.compile(r"\s+")
_PERCENT = r"(?:%|per ?cent|אחוזים|אחוז)"
_NUMBER = re.compile(
    r"(?<![\w.])(?<![A-Za-z]-)[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
    rf"(?:\s?{_PERCENT}(?!\w))?|(?<![\w.])[-−]?\.\d+"
)
_PERCENT_END = re.compile(rf"\s*{_PERCENT}\s*$")
_WORD = re.compile(r"[A-Za-zא-ת][A-Za-zא-ת'\"-]*|\d[\d,.]*")
_REFERENCE = re.compile(r"\[(\d{1,2})\]")
_PREFIXES = "והבלכמש"
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "he",
        "him",
        "his",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "should",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "was",
        "we",
        "what",
        "when",
        "which",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
        "את",
        "של",
        "על",
        "אל",
        "עם",
        "זה",
        "זו",
        "זאת",
        "הם",
        "הן",
        "הוא",
        "היא",
        "אני",
        "אנו",
        "אנחנו",
        "יש",
        "אין",
        "לא",
        "כן",
        "גם",
        "או",
        "אם",
        "כי",
        "אבל",
        "רק",
        "כל",
        "מה",
        "מי",
        "איך",
        "למה",
        "מתי",
        "איפה",
        "כמה",
        "הזה",
        "הזאת",
        "אשר",
        "היה",
        "להיות",
        "עוד",
        "כמו",
        "בין",
        "אחרי",
        "לפני",
    ]
)


@functools.lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text as it is compared: one case, one kind of quote and dash, no points, no Markdown."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = _DECORATION.sub("", _REFERENCE.sub("", _MARKS.sub("", text)))
    return _SPACE.sub(" ", text).strip().casefold()


def says(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text: whole words, a Hebrew prefix (and, the, to …) allowed.

    A phrase that ends in `*` matches the beginning of a word. A number matches in any notation.
    """
    wanted = phrase.strip()
    if is_number(wanted):
        return number(wanted) in {value for value in map(number, numbers(text))}
    pattern = _pattern(wanted)
    return pattern is not None and pattern.search(plain(text)) is not None


@functools.lru_cache(maxsize=8192)
def _pattern(phrase: str) -> re.Pattern[str] | None:
    core = re.escape(plain(phrase.rstrip("*")))
    if not core:
        return None
    before = rf"(?<![\w])(?:[{_PREFIXES}]{{0,3}})" if _is_hebrew(core) else r"(?<!\w)"
    return re.compile(before + core + ("" if phrase.endswith("*") else r"(?!\w)"))


@functools.lru_cache(maxsize=8192)
def numbers(text: str) -> tuple[str, ...]:
    """Every number written in the text, as it is written; reference marks such as [2] are not numbers."""
    return tuple(found.group().strip() for found in _NUMBER.finditer(_REFERENCE.sub(" ", _MARKS.sub("", text))))


def is_number(text: str) -> bool:
    """Whether the whole text is one number, with or without a percent sign."""
    return _NUMBER.fullmatch(text.strip()) is not None


@functools.lru_cache(maxsize=8192)
def number(text: str) -> tuple[Decimal, bool]:
    """A written number as (value, is a percentage). Raises ValueError when it is none."""
    digits = _PERCENT_END.sub("", text)
    try:
        return Decimal(digits.replace(",", "").replace("−", "-").strip()).normalize(), digits != text
    except InvalidOperation:
        raise ValueError(text) from None


def language_of(text: str) -> str:
    """`he` or `en`, by letters; where both are mixed, by the first word: the sentence carries the foreign term."""
    letters = [letter for letter in text if letter.isalpha()]
    hebrew = sum("א" <= letter <= "ת" for letter in letters)
    latin = sum("a" <= letter.lower() <= "z" for letter in letters)
    if hebrew >= latin or hebrew * 3 < latin:
        return "he" if hebrew >= latin and hebrew else "en"
    return "he" if "א" <= letters[0] <= "ת" else "en"


def languages_in(text: str) -> tuple[str, ...]:
    """The language of a text, both where it has words of both; none where it has no letters."""
    if not any(map(str.isalpha, text)):
        return ()
    scripts = {"he": _HEBREW_WORD, "en": _LATIN_WORD}
    found = tuple(language for language, word in scripts.items() if word.search(text))
    return found if len(found) > 1 else (language_of(text),)


_HEBREW_WORD, _LATIN_WORD = re.compile("[א-ת]{2}"), re.compile("[a-z]{2}", re.IGNORECASE)


@functools.lru_cache(maxsize=8192)
def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, Hebrew prefixes taken off longer words: for overlap, never for display."""
    found = set()
    for word in _WORD.findall(plain(text)):
        word = word.strip("'\"-.,")
        if len(word) > 1 and word not in _STOP:
            found.add(_bare(word))
    return frozenset(found)


def _bare(word: str) -> str:
    if _is_hebrew(word):
        return word[1:] if len(word) > 4 and word[0] in _PREFIXES else word
    for ending in ("ings", "ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)]
    return word


def overlap(text: str, evidence: Iterable[str]) -> float:
    """The share of the text's content words that stand in the evidence, 0..1; 1.0 for a text without any."""
    wanted = content_words(text)
    there = frozenset().union(*map(content_words, evidence))
    return len(wanted & there) / len(wanted) if wanted else 1.0


def statements(text: str) -> list[str]:
    """The paragraphs and list items of a reply that state something (headings and leads-in left out)."""
    parts = [part.strip() for part in re.split(r"\n+", text)]
    return [part for part in parts if len(content_words(part)) >= 4 and not part.endswith(":")]


def references(text: str) -> list[int]:
    """The reference marks in the text, in order: `[2]` gives 2."""
    return [int(found) for found in _REFERENCE.findall(text)]


def _is_hebrew(text: str) -> bool:
    return any("א" <= letter <= "ת" for letter in text)
