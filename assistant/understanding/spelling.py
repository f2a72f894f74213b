"""Misspelt words and the wrong keyboard: repaired for comparing only, never for values or quotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from assistant.understanding.numbers import number_words
from assistant.understanding.numbers.number_parts import MEASURES, is_measure
from assistant.understanding.words.phrases import vocabulary_of_phrases
from assistant.understanding.words.text import Token, other_layout, read_yaml, tokens
from knowledge.hebrew import is_hebrew, without_prefix

LONG_WORD = 8  # letters from which two slips are forgiven
SHORTEST = 4
MOST_REPAIRS = 8
SHORTHAND = Path(__file__).parent / "examples" / "shorthand.yaml"
TRANSLITERATED = Path(__file__).parent / "examples" / "transliterated.yaml"


@cache
def _transliterated() -> dict[str, str]:
    return {latin: hebrew for hebrew, group in read_yaml(TRANSLITERATED).items() for latin in group}


def in_hebrew_letters(text: str) -> str:
    """Hebrew typed in Latin letters ("lo yodea") in its own; unchanged when it is rather another language.

    A word alone must be one of them; in a longer text half of the words must be, and two at least.
    """
    words = [token for token in tokens(text) if token.kind == "word"]
    if not words or any(is_hebrew(word.text) for word in words):
        return text
    known = _transliterated()
    found = [word for word in words if word.text in known]
    if len(found) < min(2, len(words)) or len(found) * 2 < len(words):
        return text
    for word in reversed(found):
        text = text[: word.start] + known[word.text] + text[word.end :]
    return text


@cache
def _shorthand() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Words by their short forms, and words by the one before and the digit that stands for them."""
    data = read_yaml(SHORTHAND)
    words = {short: word for word, group in data["words"].items() for short in group}
    digits = {(before, e["digit"]): word for word, e in data["digits"].items() for before in e["after"]}
    return words, digits


_ASKING_Y = re.compile(r"(?<![^\s(,.])y(?= (?:do|does|did|is|are|r|should|would)\b)", re.IGNORECASE)
_WITH = re.compile(r"(?<![^\s(,.])w/ ?(?=[a-z])", re.IGNORECASE)
_TYPED = re.compile(r"(?<![^\s(])[A-Za-z0-9']+(?=[\s,.;:!?)]|$)")


_DRAWN_OUT = re.compile(r"([a-zא-ת])\1{2,}")
_LAST_DOUBLED = re.compile(r"\b[א-ת]+?([א-ת])\1\b")
_WORD_DRAWN_OUT = re.compile(r"\b(?=[a-zא-ת]*([a-zא-ת])\1{2})[A-Z]?[a-zא-ת]+\b")


_THANKS = re.compile(r"\b(?P<thanks>thanks|thank you|thx) a (?:million|thousand|ton)s?\b", re.IGNORECASE)


_SWORN = re.compile(
    r"(?<![א-ת])(?:בחיי|באמת|בכנות|נשבע(?:ת)?(?: לך| לכם)?|תאמינ?[יו]? לי)\s+ש(?=(?:אני|אנחנו|אין|לא)\b)"
)


def spelt_out(text: str) -> str:
    """English as typed on a phone in whole words: "no1 knows how 2 fix it" -> "no one knows how to fix it".

    What is only sworn is said plainly ("בחיי שאני לא יודע").
    """
    known, digits = _shorthand()
    text = _THANKS.sub(r"\g<thanks>", _WITH.sub("with ", _ASKING_Y.sub("why", _SWORN.sub("", text))))
    found, end, before = [], 0, ""
    for match in _TYPED.finditer(text):
        typed = match.group().lower()
        word = known.get(typed) or (digits.get((before, typed)) if text[match.end() :].lstrip()[:1].isalpha() else None)
        before = typed
        if word:
            found += [text[end : match.start()], word]
            end = match.end()
    return "".join(found) + text[end:]


def drawn_in(text: str, known: Callable[[str], bool]) -> str:
    """The text with drawn-out letters said once or twice, where that is a word ("yesss", "goood", "לא יודעעע").

    In Hebrew, where hardly a word ends in a letter twice, the last letter need only stand there twice ("ידועע").
    """

    def shortened(match: re.Match[str]) -> str:
        word = match.group()
        twice, once = (_DRAWN_OUT.sub(letters, word) for letters in (r"\1\1", r"\1"))
        return next((form for form in (twice, once) if known(form.lower())), word)

    def undoubled(match: re.Match[str]) -> str:
        word = match.group()
        return word[:-1] if known(word[:-1]) and not known(word) else word

    return _LAST_DOUBLED.sub(undoubled, _WORD_DRAWN_OUT.sub(shortened, text))


def units_spelt_out(text: str, known: Callable[[str], bool]) -> str:
    """The text with what a number is measured in spelt right: "40 אחוזז", "abt 35 prcnt", "3 אלפים דולרר".

    Only a word that is not `known` and follows a figure, its scale or its currency is taken for a misspelt one.
    """
    repairs: list[tuple[Token, str]] = []
    near = False
    for token in tokens(text):
        if token.kind == "sign":
            near = near and token.text not in ".;!?"
            continue
        measure = token.kind == "number" or is_measure(token.text)
        apart = not text[token.start - 1 : token.start].isdecimal() or _FIGURE_ALONE.search(text[: token.start])
        odd = near and apart and not measure and len(token.text) >= SHORTEST_UNIT and not known(token.text)
        if odd and (unit := _nearest_unit(token.text)):
            repairs.append((token, unit))
            continue
        near = measure or (near and token.text in _BETWEEN_UNITS)
    for token, unit in reversed(repairs):
        text = text[: token.start] + unit + text[token.end :]
    return text


_FIGURE_ALONE = re.compile(r"(?<!\w)[\d.,]+$")  # before "prcnt"; in "back1אאלף" the number measures nothing


@lru_cache(maxsize=4_096)
def _nearest_unit(word: str) -> str:
    """The unit, scale or currency a word is a slip of: a letter doubled, lost or swapped, or its vowels left out."""
    hebrew, typed = is_hebrew(word), word.translate(_FINAL_LETTERS)
    alike = [u for u in _unit_words() if is_hebrew(u) == hebrew and u[0] == word[0] and len(u) >= SHORTEST_UNIT]
    for slip in (_equals, _slips_once, _lacks_vowels):
        if found := next((unit for unit in alike if slip(typed, unit.translate(_FINAL_LETTERS))), ""):
            return found
    return ""


def _equals(typed: str, unit: str) -> bool:
    return typed == unit


def _slips_once(typed: str, unit: str) -> bool:
    """Whether a letter is doubled, lost, or changes places with its neighbour; no other letter stands for one."""
    swapped = OSA.distance(typed, unit) == 1 and sorted(typed) == sorted(unit)
    return Indel.distance(typed, unit) == 1 or swapped


def _lacks_vowels(typed: str, unit: str) -> bool:
    consonants = _consonants(unit)
    return len(consonants) > 1 and not is_hebrew(unit) and _consonants(typed) == consonants


_FINAL_LETTERS = str.maketrans("ךםןףץ", "כמנפצ")  # "חודשימ"
_BETWEEN_UNITS = frozenset(("per", "pr", "a", "an", "each", "every", "of", "us", "כל"))
SHORTEST_UNIT = 3  # letters


@cache
def _unit_words() -> tuple[str, ...]:
    """Every word a number is measured in, those of one number before those of many."""
    return tuple(sorted({word for group in MEASURES for word in group}, key=lambda word: (len(word), word)))


def _consonants(word: str) -> str:
    """What is left of a word when its vowels and doubled letters go ("percent": prcnt)."""
    bare_word = re.sub("[aeiouy]", "", word)
    return re.sub(r"(.)\1+", r"\1", bare_word)


class Speller:
    """Knows the words of the examples; brings an unknown word to the nearest known one."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._uses = Counter(token.text for text in texts for token in tokens(text) if token.kind == "word")
        known = set(self._uses)
        known |= vocabulary_of_phrases()
        known |= {*number_words.SMALL, *number_words.SCALES, *number_words.CURRENCIES, *number_words.PERIODS}
        self._known = known
        in_order = sorted(known)  # of words equally near the same one must be taken in every process
        self._latin = [word for word in in_order if word.isascii() and len(word) >= SHORTEST]
        self._hebrew = [word for word in in_order if is_hebrew(word) and len(word) >= SHORTEST]
        self._repair = lru_cache(maxsize=10_000)(self._nearest)

    def knows(self, word: str) -> bool:
        """Whether a word, or what follows its Hebrew prefix, is in the examples."""
        return word in self._known or any(rest in self._known for rest in without_prefix(word))

    def _parted(self, word: str) -> str:
        """Two words that were typed without the space between them ("לאיודע"), empty when it is no such thing."""
        if not is_hebrew(word) or len(word) < SHORTEST + 1:
            return ""
        cuts = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
        found = [(one, two) for one, two in cuts if one in self._uses and two in self._uses and len(two) > 2]
        best = max(found, key=lambda pair: self._uses[pair[0]] * self._uses[pair[1]], default=None)
        return " ".join(best) if best else ""

    def repaired(self, text: str) -> str:
        """The text with misspelt words replaced by known ones; unchanged when nothing is near."""
        repairs: list[tuple[int, int, str]] = []
        for token in tokens(text):
            if token.kind != "word" or len(token.text) < SHORTEST or len(repairs) >= MOST_REPAIRS:
                continue
            better = "" if self.knows(token.text) else self._parted(token.text) or self._repair(token.text)
            beside = text[token.start - 1 : token.start] + text[token.end : token.end + 1]
            counts = is_measure(better) and any(sign.isdecimal() for sign in beside)  # "1אאפי" is no thousand
            if better and not counts:
                repairs.append((token.start, token.end, better))
        for start, end, better in reversed(repairs):
            text = text[:start] + better + text[end:]
        return text

    def _nearest(self, word: str) -> str:
        choices = self._hebrew if is_hebrew(word) else self._latin
        slips = 2 if len(word) >= LONG_WORD else 1
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=slips, limit=8)
        likely = [one for one in near if one[0][0] == word[0] or sorted(one[0]) == sorted(word)]
        if not likely:
            return ""
        return min(likely, key=lambda one: (one[1], not _only_lacks_letters(word, one[0]), -self._uses[one[0]]))[0]

    def in_other_layout(self, text: str) -> str:
        """What was meant when the keyboard stood in the other language, empty when that makes less sense."""
        words = [token.text for token in tokens(text) if token.kind == "word"]
        if not words or len(words) > 12 or any(self.knows(word) for word in words):
            return ""
        switched = other_layout(text)
        others = [token.text for token in tokens(switched) if token.kind == "word"]
        known = sum(1 for word in others if self.knows(word))
        return switched if others and known >= max(1, len(others) * 0.6) else ""


def _only_lacks_letters(typed: str, meant: str) -> bool:
    """Whether typing one word as the other left letters out and did nothing else ("reslt"): the commonest slip."""
    letters = iter(meant)
    return all(letter in letters for letter in typed)
