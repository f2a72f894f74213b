"""Where names stand in a text: people, firms, addresses, numbers. A strong habit, no proof (see docs/model.md).

A name is known by its shape (an address, a legal form), by the word before it ("חברת", "Mr"), by lists of first names,
by a capital where none belongs, or because it is a word that neither the dictionary nor the method knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.hebrew import words

Known = Callable[[str], bool]
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_URL = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|org|io|de|co\.\w\w)\b")
_PHONE = re.compile(
    r"(?<![\w.,$€₪£-])(?:\+\d{1,3}[ -]?)?(?:\(?0\d{1,2}\)?[ -]?|\d{2,4}[ -])\d{3}[ -]?\d{3,4}(?![\w%])"
    r"|(?<!\w)\+\d[\d ()-]{7,}\d"
)
_LEGAL_HE = re.compile(r"[א-ת\"'-]+(?: [א-ת\"'-]+)? בע[\"״']מ")
_WORD = re.compile(r"[^\W\d_](?:[\w'’&״\"-]*\w|['’])?")
PREFIXES = "ולבמשהכ"
SHORTEST = 3  # letters of a Hebrew word that can be told to be unknown
LONGEST_LOCAL_PART = 3  # letters up to which a part of an address is no name


@dataclass(frozen=True)
class Place:
    """A name in a text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def hebrew(self) -> bool:
        return "א" <= self.text[0] <= "ת"

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def by_shape(text: str) -> Iterator[Place]:
    """Addresses, numbers, and firms by their Hebrew legal form."""
    for kind, pattern in (("EMAIL", EMAIL), ("COMPANY", _URL), ("PHONE", _PHONE), ("COMPANY", _LEGAL_HE)):
        for match in pattern.finditer(text):
            yield Place(kind, *match.span())


def from_addresses(text: str) -> list[str]:
    """The names an e-mail address is made of: they stand for somebody elsewhere in the text too."""
    found = []
    for address in EMAIL.findall(text):
        local, _, domain = address.partition("@")
        parts = [*re.split(r"[._+-]|\d+", local), domain.split(".")[0]]
        found += [part for part in parts if len(part) > LONGEST_LOCAL_PART and part.lower() not in _GENERAL]
    return found


_GENERAL = frozenset(("info", "sales", "office", "mail", "contact", "support", "admin", "gmail", "outlook", "yahoo"))


def is_public(word: str) -> bool:
    """Whether a capitalised word names nobody: a place, a day, what every office has."""
    return word.lower() in _list("public")


def is_of_person(word: str) -> bool:
    """Whether a word is a first name or a family name that many have."""
    low = word.lower()
    return any(low in _list(name) for name in ("first_en", "surnames_en", "first_he", "surnames_he"))


def by_word(text: str, ordinary: Known, known: Known) -> list[Place]:
    """Names among the words: `ordinary` are the method's own, `known` those of the dictionary."""
    told = [_Word(m.group(), *m.span()) for m in _WORD.finditer(text)]
    found = [*_latin(text, told, ordinary, known), *_hebrew(text, told, ordinary, known)]
    return sorted(found, key=lambda place: place.start)


# -- Latin letters -----------------------------------------------------------------------------------


def _latin(text: str, told: Sequence[_Word], ordinary: Known, known: Known) -> Iterator[Place]:
    at = 0
    while at < len(told):
        run = _run(text, told, at)
        if not run:
            word = told[at]
            if not word.hebrew and _is_small_name(told, at, ordinary, known):
                end = at + 1
                if end < len(told) and _follows(text, told, at) and _is_surname(told[end], ordinary, known):
                    end += 1
                yield Place("NAME", word.start, told[end - 1].end)
                at = end
            else:
                at += 1
            continue
        yield from _of_run(text, run, ordinary, known)
        at += len(run)


def _run(text: str, told: Sequence[_Word], at: int) -> list[_Word]:
    """The words with a capital that stand side by side, "&" between them allowed."""
    run: list[_Word] = []
    for word in told[at:]:
        if word.hebrew or not word.capital or (run and text[run[-1].end : word.start].strip(" &.") != ""):
            break
        if run and ". " in text[run[-1].end : word.start] and run[-1].text.lower() not in _titles():
            break
        run.append(word)
    return run


def _of_run(text: str, run: list[_Word], ordinary: Known, known: Known) -> Iterator[Place]:
    opens = _opens_sentence(text, run[0].start)
    legal = run[-1].text.rstrip(".") in _list("company_tails_en") and len(run) > 1
    strange = [n for n, word in enumerate(run) if _is_strange(word.text, opens and n == 0, ordinary, known)]
    if legal and not strange:
        strange = [0]
    if strange:
        last = len(run) if legal or len(run) > strange[-1] + 1 else strange[-1] + 1
        yield Place("COMPANY" if legal else "NAME", run[strange[0]].start, run[last - 1].end)


def _is_strange(word: str, opens: bool, ordinary: Known, known: Known) -> bool:
    """Whether a word with a capital names somebody: no public word, and not merely the first of its sentence."""
    low = word.lower().removesuffix("'s").removesuffix("’s")
    if low in _list("public") or low in _titles() or len(low) < 2 or low in ("i'm", "i'd", "i've", "let's"):
        return False
    if low in _list("first_en") or low in _list("surnames_en"):
        return True
    parts = re.findall(r"[^\W\d_]+", low)
    if all(ordinary(part) or len(part) < 2 for part in parts):
        return False
    if word.isupper() and len(word) <= SHORTEST:
        return False
    return not ((opens or word.isupper()) and all(known(part) or len(part) <= 2 for part in parts))


def _is_small_name(told: Sequence[_Word], at: int, ordinary: Known, known: Known) -> bool:
    """A first name in small letters, or a word nobody knows behind "called", "from", "at" …"""
    word = told[at].text.lower()
    if word in _list("first_en"):
        return True
    strange = len(word) > SHORTEST and word.isalpha() and not ordinary(word) and not known(word)
    return strange and at > 0 and told[at - 1].text.lower() in _list("cues_en") and word not in _list("public")


def _is_surname(word: _Word, ordinary: Known, known: Known) -> bool:
    low = word.text.lower()
    return not word.hebrew and (low in _list("surnames_en") or not (ordinary(low) or known(low)))


def _opens_sentence(text: str, start: int) -> bool:
    return not re.search(r"[\w,;'’)%]\s*$", text[:start])


# -- Hebrew ------------------------------------------------------------------------------------------


def _hebrew(text: str, told: Sequence[_Word], ordinary: Known, known: Known) -> Iterator[Place]:
    at = 0
    while at < len(told):
        cut = _name_begins(told, at, ordinary, known) if told[at].hebrew else None
        if cut is None:
            at += 1
            continue
        end = at + 1
        while end < len(told) and _follows(text, told, end - 1) and _goes_on(told[end], ordinary, known):
            end += 1
        yield Place("NAME", told[at].start + cut, told[end - 1].end)
        at = end


def _name_begins(told: Sequence[_Word], at: int, ordinary: Known, known: Known) -> int | None:
    """How many prefix letters stand before a name that begins here; None when none does."""
    word, before = told[at].text, told[at - 1].text if at else ""
    after = told[at + 1].text if at + 1 < len(told) else ""
    cuts = [cut for cut in (0, 1, 2) if all(letter in PREFIXES for letter in word[:cut]) and len(word) - cut >= 2]
    for cut in cuts:
        if word[cut:] in _list("first_he"):
            return cut
    for cut in cuts:
        if word[cut:] in _list("first_he_doubtful") and (before in _list("titles_he") or after in _list("surnames_he")):
            return cut
    if before in _list("titles_he") and not _is_known(word, ordinary, known):
        return 0
    bare = before.lstrip(PREFIXES) if before and before not in _list("before_he") else before
    if (before in _list("company_cues_he") or bare in _list("company_cues_he")) and not (
        {word, word.removeprefix("ה")} & _list("company_kinds_he")
    ):
        return 0
    behind = before in _list("before_he") or bare in _list("before_he")
    if behind and after in _list("firm_tails_he") and word[0] != "ה":
        return 0
    joined = bool(after) and not before and _goes_on(told[at + 1], ordinary, known)
    named = behind or word[0] in "מלב" or joined
    return 0 if named and not _is_known(word, ordinary, known) else None


def _goes_on(word: _Word, ordinary: Known, known: Known) -> bool:
    """Whether a word belongs to the name before it: a surname, what firms are called, a word nobody knows."""
    if not word.hebrew:
        return False
    if word.text in _list("surnames_he") or word.text in _list("company_tails_he"):
        return True
    return not _is_known(word.text, ordinary, known)


def _is_known(word: str, ordinary: Known, known: Known) -> bool:
    """Whether a Hebrew word, with or without up to three prefix letters, is one of the language or the method."""
    if len(word) < SHORTEST or '"' in word or "״" in word or word in _list("public"):
        return True
    for cut in range(4):
        rest = word[cut:]
        if not all(letter in PREFIXES for letter in word[:cut]) or len(rest) < 2:
            break
        told = words(rest)
        if (
            rest in _list("public")
            or rest in _list("company_kinds_he")
            or (told and (ordinary(told[0]) or known(told[0])))
        ):
            return True
    return False


def _follows(text: str, told: Sequence[_Word], at: int) -> bool:
    """Whether the next word stands right behind this one."""
    return text[told[at].end : told[at + 1].start] in (" ", "-")


# -- the lists ---------------------------------------------------------------------------------------


@cache
def _lists() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "names.yaml").read_text("utf-8"))
    return read


@cache
def _list(name: str) -> frozenset[str]:
    given = _lists()[name]
    return frozenset(given.split() if isinstance(given, str) else given)


@cache
def _titles() -> frozenset[str]:
    return frozenset(("mr", "ms", "mrs", "dr", "prof", "mr.", "ms.", "mrs.", "dr."))
