"""What a text claims: its numbers with unit and surroundings, dates, rules, sources, names, links.

The same reading is used on a draft and on what the draft may stand on, so that "שלושים אחוז", "30%" and
"0.3" are one number wherever they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from assistant.understanding.numbers.amounts import Quantity, quantities
from assistant.understanding.words.text import clean, listed, tokens
from knowledge.hebrew import is_stop_word, stem, words

LEXICON = Path(__file__).parent / "lexicon.yaml"
MARK = re.compile(r"\[(c?\d{1,3}(?:\s*,\s*c?\d{1,3})*)\]")
RULE = re.compile(r"\bR-[A-Z]{1,5}\d{1,3}[a-z]?\b")
SOURCE_ID = re.compile(r"\b(?:MG|X)-[A-Z0-9][A-Z0-9-]{2,30}\b")
LINK = re.compile(r"!?\[[^\]\n]*\]\([^)\n]*\)|<[a-zA-Z/!][^>\n]{0,300}>|\b(?:https?://|www\.)[^\s)\]>]+", re.IGNORECASE)
DOMAIN = re.compile(
    r"(?<![\w@./])(?:[a-z0-9-]+\.)+(?:com|net|org|io|ai|co|info|biz|app|dev|xyz|ru|cn|il|de|uk|example)(?:/[^\s)\]>]*)?(?![\w-])",
    re.IGNORECASE,
)  # chat programs make links of these too
ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b|(?<![\w])\+?\d[\d ()-]{7,}\d(?!\w)")
_LIST_MARK = re.compile(r"(?m)^([ \t>]*)(\d{1,2})([.)])(?=\s)")
_BULLET = re.compile(r"(?m)^([ \t>]*)[-*•–]\s+")  # and no minus
_INLINE_MARK = re.compile(r"(?<!\S)\(\d{1,2}\)(?=\s+[^\W\d_])")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"')\]*_]*\s+(?!\d+\s*$)|\n+|\s*\|\s*|(?<=;)\s+|(?<=:)\s+(?![*_]*[\d$€₪£-])")
_WRAPPED = re.compile(r"(?m)^([^\n]{70,}[\w,–-])[ \t]*\n(?=[a-zא-ת(])")  # a line broken for its length
_CLAUSE = re.compile(
    r"[,;()]|:(?!\s*[\d$€₪£-])|\s(?:and|but|while|whereas|against|versus|instead of|compared (?:with|to))\s"
    r"|\s(?:rather than|and not|ולא)\s(?=[\d$€₪])"
    r"|\s(?:אבל|ואילו|לעומת|מול|במקום|בעוד)\s|\sו(?=ה?[א-ת]{3})"
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_YEAR = re.compile(
    r"(?<![\d.,$€₪£%])(?<!\d-)((?:19|20)\d{2})"
    r"(?![\d%]|[.,]\d| ?(?:%|percent|dollars?|euros?|leads?|דולר|שקל|יורו|אחוז|₪|לידים))"
)

DURATIONS = {"year": ("month", 12), "quarter": ("month", 3), "week": ("hour", 168), "day": ("hour", 24)}


@cache
def lexicon() -> dict[str, Any]:
    """The word lists, read once."""
    read: dict[str, Any] = yaml.safe_load(LEXICON.read_text("utf-8"))
    return read


@dataclass(frozen=True)
class Date:
    """A date as far as it was given: a zero for what was left out."""

    year: int
    month: int = 0
    day: int = 0

    def fits(self, other: Date) -> bool:
        """Whether this, said less exactly, is the other date."""
        return self.year == other.year and self.month in (0, other.month) and self.day in (0, other.day)


@dataclass(frozen=True)
class Said:
    """One number of a text: what it is, and the words it stands among.

    `heads` are the stems of the one or two words it counts, `clause` and `sentence` the stems around it. `step` is the
    size of its last written digit, so that 4.17 may stand for 25/6 and 4 may not.
    """

    quantity: Quantity
    value: tuple[Fraction, Fraction]
    step: Fraction
    negative: bool
    heads: tuple[str, ...]
    clause: frozenset[str]
    sentence: frozenset[str]
    text: str  # the sentence
    before: frozenset[str] = frozenset()  # stems between the clause's beginning and the number

    @property
    def head(self) -> str:
        """The stem of the word it counts; "" when none follows."""
        return self.heads[0] if self.heads else ""


@cache
def _known_words() -> Any:
    from knowledge.embedding import BUNDLED_FOLDER
    from knowledge.terms import Terms, mapped

    return Terms(mapped(BUNDLED_FOLDER / "hebrew_words.npy"))


@lru_cache(maxsize=50_000)
def stem_of(word: str) -> str:
    """The light stem of a normalised word, Hebrew or English."""
    return stem(word, _known_words().__contains__)


def is_word(word: str) -> bool:
    """Whether a normalised Hebrew word is one of the language's common words as it stands."""
    return word in _known_words()


def stems(text: str) -> list[str]:
    """The stems of the words that carry meaning, numbers left out, in order."""
    return [stem_of(word) for word in words(text) if not is_stop_word(word) and not word[0].isdigit()]


def sentences(text: str) -> list[str]:
    """The sentences, list items and table cells of a Markdown text."""
    return [piece.strip() for piece in _SENTENCE.split(_WRAPPED.sub(r"\1 ", text)) if piece.strip()]


def unlisted(text: str) -> str:
    """The text without the bullets and numbers of its lists, also those inside a line."""
    return _INLINE_MARK.sub(" ", _LIST_MARK.sub(r"\1", _BULLET.sub(r"\1", text)))


def plain(text: str) -> str:
    """The text without what looks like a number and is none: marks, rule and source ids, list numbering, emphasis."""
    text = LINK.sub(" ", text)
    text = MARK.sub(" ", text)
    text = RULE.sub(" ", SOURCE_ID.sub(" ", text))
    text = unlisted(text)
    return re.sub(r"[*_`#]+", "", text)


def dates(text: str) -> list[tuple[Date, tuple[int, int]]]:
    """Every date, month with year and lone year, with its place."""
    found: list[tuple[Date, tuple[int, int]]] = []
    for match in _ISO.finditer(text):
        found.append((Date(*map(int, match.groups())), match.span()))
    for match in _DOTTED.finditer(text):
        day, month, year = map(int, match.groups())
        found.append((Date(year, month, day), match.span()))
    for match in _month_pattern().finditer(text):
        named = match.group("month").lower()
        day = int(match.group("before") or match.group("after") or 0)
        found.append((Date(int(match.group("year")), _months()[named], day), match.span()))
    taken = [span for _, span in found]
    for match in _YEAR.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            found.append((Date(int(match.group(1))), match.span()))
    return found


@cache
def _months() -> dict[str, int]:
    return {name: number for number, names in enumerate(lexicon()["months"], 1) for name in names}


@cache
def _month_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(_months(), key=len, reverse=True))
    return re.compile(
        rf"(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? )?ב?(?P<month>{names})\b\.?"
        rf"(?: (?P<after>\d{{1,2}})(?:st|nd|rd|th)?,?)?,? (?:of )?(?P<year>(?:19|20)\d{{2}})",
        re.IGNORECASE,
    )


def without_dates(text: str) -> str:
    """The text with every date blanked."""
    for _, (start, end) in dates(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def numbers(text: str, *, parts: bool = False) -> list[Said]:
    """Every number of a text that says something, with its surroundings; `parts` also gives 7 and 10 of "7 of 10"."""
    found: list[Said] = []
    for sentence in sentences(plain(text)):
        cleaned = _spelled_times(without_dates(clean(sentence)))
        read = list(quantities(cleaned))
        joined = _shares(cleaned, read)
        for quantity in [*joined, *read] if parts and joined != read else joined:
            if not quantity.weak:
                found.append(_said(cleaned, quantity))
        found += [_factor(cleaned, word) for word in re.findall(r"[A-Za-zא-ת]+", cleaned) if _is_factor(word)]
    return found


def _spelled_times(text: str) -> str:
    """The text with lengths of time in words that are no numerals written as numbers."""
    for pattern, instead in _TIMES:
        text = pattern.sub(instead, text)
    return text


_TIMES = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\b(?:a|one) (year|month|quarter|week|day|hour) and a half", r"1.5 \1s"),
        (r"\bhalf (?:a|of a|of the) year\b|\b(?:a |one )?half[- ]year\b", "6 months"),
        (r"\bhalf an hour\b", "30 minutes"),
        (r"\b(within|in less than|after|for) an? (hour|day|week|month|quarter|year)\b(?! (?:or|and))", r"\1 1 \2"),
        (r"(?<![א-ת])(תוך|בתוך|אחרי|לאחר|למשך) (שעה|יום|שבוע|חודש|רבעון|שנה)(?![א-ת]| וחצי| אחד| אחת)", r"\1 1 \2"),
        (r"(?<![א-ת])(?:תוך|בתוך|כעבור) יממה(?![א-ת])", "תוך 1 יום"),
        (r"(?<![א-ת])חצי שנה(?![א-ת])", "6 חודשים"),
        (r"(?<![א-ת])(ב|ל|כ|ה|מ)חצי שנה(?![א-ת])", r"\g<1>-6 חודשים"),
    )
)
_OF = re.compile(r"\s*(?:(?:out )?of (?:every |each |the )?|in (?:every )?|מתוך (?:כל )?|מכל |מ-?)\s*", re.IGNORECASE)


def _shares(text: str, read: list[Quantity]) -> list[Quantity]:
    """The quantities with "seven of ten" joined to one share."""
    found: list[Quantity] = []
    for quantity in read:
        last = found[-1] if found else None
        between = text[last.end : quantity.start] if last else ""
        counted = last is not None and _is_count(last) and _is_count(quantity) and 0 < last.low < quantity.low
        if last and counted and quantity.low != 100 and _OF.fullmatch(between + " "):
            raw = text[last.start : quantity.end]
            share = last.low / quantity.low
            found[-1] = replace(quantity, raw=raw, start=last.start, low=share, high=share, share=True, weak=False)
        else:
            found.append(quantity)
    return found


def _is_count(quantity: Quantity) -> bool:
    plain_count = not (quantity.percent or quantity.share or quantity.currency or quantity.unit)
    return plain_count and not quantity.is_range


def _is_factor(word: str) -> bool:
    return word.lower() in lexicon()["factors"]


def _factor(text: str, word: str) -> Said:
    value = Fraction(lexicon()["factors"][word.lower()])
    start = text.find(word)
    quantity = Quantity(word, start, start + len(word), value, value)
    around = frozenset(stems(text))
    return Said(quantity, (value, value), Fraction(1), False, (), around, around, text)


def _said(text: str, quantity: Quantity) -> Said:
    start, end = _clause(text, quantity)
    before = text[: quantity.start].rstrip()
    signed = re.search(r"(?:^|[^\w\s])\s?[-−]$|\s[-−]$|minus$|מינוס$", before)
    negative = quantity.low < 0 or signed is not None
    if quantity.share and re.search(r"\b100$", quantity.raw):  # a score of 72 out of 100
        value = quantity.low * 100
        quantity = replace(quantity, low=value, high=value, share=False)
    around = without_quantities(text)
    sentence = frozenset(stems(around))
    unit, times = DURATIONS.get(quantity.unit, (quantity.unit, 1))
    return Said(
        replace(quantity, unit=unit),
        (abs(quantity.low) * times, abs(quantity.high) * times),
        _step(quantity) * times,
        negative,
        _heads(text, quantity),
        frozenset(stems(around[start:end])),
        sentence,
        text,
        frozenset(stems(around[start : quantity.start])),
    )


@lru_cache(maxsize=2048)
def without_quantities(text: str) -> str:
    """The text with every quantity blanked, units and all: what is left is what it is about."""
    for quantity in quantities(text):
        if not quantity.weak:
            text = text[: quantity.start] + " " * (quantity.end - quantity.start) + text[quantity.end :]
    return text


def _clause(text: str, quantity: Quantity) -> tuple[int, int]:
    start, end = 0, len(text)
    for match in _CLAUSE.finditer(text):
        if match.end() <= quantity.start:
            start = match.end()
        elif match.start() >= quantity.end:
            end = match.start()
            break
    return start, end


_LINKING = frozenset(listed("of the a an all your our their its these those such only של כל מן את"))


def _heads(text: str, quantity: Quantity) -> tuple[str, ...]:
    """The stems of the words a number counts: the next one or two that carry meaning, if they follow at once."""
    found: list[str] = []
    for token in [token for token in tokens(text) if token.start >= quantity.end][:5]:
        if token.kind != "word" or len(found) == 2:
            break
        if token.text not in _LINKING:
            stemmed = stems(token.text)
            if is_stop_word(token.text) or not stemmed:
                break
            found.append(stemmed[0])
    return tuple(found)


def _step(quantity: Quantity) -> Fraction:
    """The size of the last digit that was written; a share in words is as fine as a percent."""
    if quantity.share:
        return Fraction(1, 100)
    written = [match for match in re.finditer(r"\d[\d,]*(?:\.(\d+))?", quantity.raw)]
    if not written:
        return Fraction(1, 100) if quantity.percent else Fraction(1)
    step = Fraction(1, 10 ** len(written[-1].group(1) or ""))
    number = Fraction(written[-1].group().replace(",", "").rstrip("."))
    scale = quantity.high / number if number and not quantity.percent else Fraction(1)
    if scale >= 1000 and scale.denominator == 1:
        step *= scale
    return step / 100 if quantity.percent else step
