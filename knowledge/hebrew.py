"""Hebrew and English words as search sees them: normalised, stemmed, cut into character grams.

Hebrew glues prepositions, the article and conjunctions to the front of a word, and plural and
possession to its end; texts differ in vowel points, final letters and quotation marks inside
acronyms. Everything here is deterministic and needs no dictionary but a set of known words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal

_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MAQAF = "\u05be"
_QUOTES = "\"'`´׳״‘’“”„"
_FINAL_LETTERS = str.maketrans("ךםןףץ", "כמנפצ")
_WORD = re.compile(
    rf"[א-ת]+(?:[{_QUOTES}][א-ת]+)*"  # acronyms keep their inner gershayim: חו"ל
    r"|\d+(?:[.,]\d+)*"
    r"|[^\W\d_א-ת]+(?:['’](?![sS]\b)[a-zA-Z]+)?\d*[a-zA-Z]*"
)
_INSIDE = re.compile(rf"[{_QUOTES}]|,(?=\d)")
_HEBREW = re.compile("[א-ת]")
_HEBREW_RUN = re.compile(f"[א-ת][{_QUOTES}א-ת]*")
_LATIN_RUN = re.compile("[A-Za-z][A-Za-z'’]*")
_HEBREW_WORD = re.compile("[א-ת]+")


def _listed(text: str) -> list[str]:
    return text.translate(_FINAL_LETTERS).split()


# Longest first, so that "וכש" is tried before "ו".
_PREFIXES = sorted(
    _listed(
        "ו ה ב ל מ ש כ וה וב ול ומ וכ וש שה שב של שמ כש בה לה מה ושב ושה ושל ושמ כשה שכש לכש וכש ומה שמה ובה ולה ולכש"
    ),
    key=len,
    reverse=True,
)
_SUFFIXES = sorted(
    _listed(
        "ויותיהמ ויותינו יותיהמ ותיהמ ותיהנ ותיכמ ותינו ותיו ותיה ותיי ויות יות יהמ יהנ יכמ ינו ות ימ "
        "יו יה ית תו תה תי תמ נו המ הנ כמ ה ו י ת נ מ"
    ),
    key=len,
    reverse=True,
)
_ENGLISH_ENDINGS = (
    ("ational", "ate"), ("isation", "iz"), ("ization", "iz"), ("ising", "iz"), ("izing", "iz"),
    ("ised", "iz"), ("ized", "iz"), ("ise", "iz"), ("ize", "iz"), ("ations", "at"), ("ation", "at"),
    ("ates", "at"), ("ated", "at"), ("ating", "at"), ("ators", "at"), ("ator", "at"), ("ate", "at"),
    ("ies", "y"), ("sses", "ss"), ("ments", "ment"), ("ings", ""), ("ing", ""), ("edly", ""),
    ("ed", ""), ("ers", "er"), ("es", ""), ("s", ""), ("ly", ""), ("e", ""),
)  # fmt: skip

_STOP_WORDS = frozenset(
    _listed(
        "a about am an and are as at be been but by can could did do does for from had has have he her hi "
        "his how i if in into is it its me more most my no not of on or our please s she should so such t "
        "than that the their there they this to was we were what when where which who "
        "why will with would you your "
        "של את על עם אל זה זו זאת הוא היא הם הן אני אנחנו אנו אתה אתם לא כן גם רק או כי אם כל יש אין מה מי "
        "איך כיצד מדוע למה האם מתי איפה היכן כמה איזה איזו אילו אלו אלה היה היתה הייתה היו להיות יותר מאוד "
        "עוד כדי אשר בין לפי ידי אך אבל שלו שלה שלי שלנו שלהם שלך שלכם אותו אותה אותם כך לכן לי לנו לו לה "
        "להם לך בבקשה היי"
    )
)


def clean(text: str) -> str:
    """`text` without vowel points, direction marks and soft hyphens; a maqaf becomes a space."""
    return _INVISIBLE.sub("", _POINTS.sub("", text.replace(_MAQAF, " ")))


def words(text: str) -> list[str]:
    """The words of `text`, lower case, final letters folded, quotation marks and thousands commas gone.

    A single Hebrew letter is dropped: it is what remains of a prefix before a Latin word or a number.
    """
    found = []
    for word in _WORD.findall(clean(text).lower().translate(_FINAL_LETTERS)):
        if not word.isalnum():
            word = _INSIDE.sub("", word)
        if len(word) > 1 or not _HEBREW.match(word):
            found.append(word)
    return found


def is_hebrew(word: str) -> bool:
    """Whether a word holds a Hebrew letter."""
    return _HEBREW.search(word) is not None


def main_language(text: str) -> Literal["he", "en"]:
    """The language most words of `text` are written in; Hebrew when they are even and there are any."""
    hebrew, latin = _scripts(text)
    return "he" if hebrew and hebrew >= latin else "en"


def _scripts(text: str) -> tuple[int, int]:
    """How many words of `text` are Hebrew and how many Latin."""
    return len(_HEBREW_RUN.findall(text)), len(_LATIN_RUN.findall(text))


def content_words(text: str) -> list[str]:
    """The words that carry meaning, in order; all of them when nothing but stop words is there."""
    found = words(text)
    return [word for word in found if not is_stop_word(word)] or found


def is_stop_word(word: str) -> bool:
    """Whether a normalised word says nothing about the subject, in either language."""
    return word in _STOP_WORDS


def stem(word: str, known: Callable[[str], bool]) -> str:
    """The light stem of a normalised word, in either language.

    A Hebrew prefix goes only when `known` says that what remains is a word of its own, so that
    "בית" is not taken for "ב" + "ית"; the suffix goes when three letters remain.
    """
    return _hebrew_stem(word, known) if _HEBREW_WORD.fullmatch(word) else _english_stem(word)


def _hebrew_stem(word: str, known: Callable[[str], bool]) -> str:
    base = next((rest for rest in without_prefix(word) if len(rest) >= 3 and known(rest)), word)
    for suffix in _SUFFIXES:
        if base.endswith(suffix) and len(base) - len(suffix) >= 3:
            return base[: -len(suffix)]
    return base


def without_prefix(word: str) -> list[str]:
    """What may remain of a Hebrew word when a prefix is taken off, longest prefix first."""
    return [
        word[len(prefix) :]
        for prefix in _PREFIXES
        if word.startswith(prefix) and len(word) - len(prefix) >= 2 + (len(prefix) > 1)
    ]


def _english_stem(word: str) -> str:
    if len(word) <= 3:
        return word
    for ending, instead in _ENGLISH_ENDINGS:
        if not word.endswith(ending) or (ending == "s" and word.endswith("ss")):
            continue
        if len(word) - len(ending) + len(instead) >= 3:
            return word[: len(word) - len(ending)] + instead
    return word


@lru_cache(maxsize=50_000)
def grams(word: str, shortest: int = 3, longest: int = 4) -> tuple[str, ...]:
    """Character grams of one word with its borders marked; a shorter word is one gram."""
    framed = f"<{word}>"
    found = [
        framed[start : start + size] for size in range(shortest, longest + 1) for start in range(len(framed) - size + 1)
    ]
    return tuple(found) or (framed,)


_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")


def sentences(text: str, longest: int = 45) -> list[str]:
    """Pieces of `text` that end at sentence borders, none longer than `longest` words."""
    pieces: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        parts = sentence.split()
        if len(parts) >= 3:
            pieces += (" ".join(parts[at : at + longest]) for at in range(0, len(parts), longest))
    return pieces or [text]


def hebrew_words(texts: Iterable[str]) -> Iterable[str]:
    """Every Hebrew word of `texts`, normalised, with repetition: what prefixes are checked against."""
    return (word for text in texts for word in words(text) if _HEBREW_WORD.fullmatch(word))
