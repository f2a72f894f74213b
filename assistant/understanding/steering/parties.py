"""Several who are weighed against each other, by their names: "two distributors, Alfa and Beta", "בין אלפא לבטא"."""

from __future__ import annotations

import re

from assistant.naming import is_public
from assistant.understanding.steering.called import is_party, name_is_common
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens

FEWEST, MOST = 2, 5  # names in a row
LONGEST_NAME = 4  # words
WITHIN = 12  # words before the names in which it is told what they are
_WORD = r"[A-Z](?:[\w&'’-]|\.(?=\w))*"
_LATIN = re.compile(rf"{_WORD}(?: (?:(?:de|di|da|du|van|von|y|e|i|und|&) )?{_WORD})*")
_JOINED = re.compile(
    r"\s*(?:,|/|;|&|\+|-)?\s*(?:and|or|vs\.?|versus|against|over|to|ו-?|או|מול|לעומת|לבין|ל-?|בין)?\s*",
    re.IGNORECASE,
)
_HE = r"[א-ת][א-ת\"'-]+(?: [א-ת][א-ת\"'-]+)?"
_LISTED_HE = re.compile(
    rf"(?:(?P<between>בין)\s+|[:–,-]\s+)(?:חברת )?(?P<first>{_HE})"
    rf"(?:\s*,\s*(?:חברת )?(?P<middle>{_HE}))?\s+(?:ל-?|לבין |או |ו-?|מול |לעומת )(?:חברת )?(?P<last>{_HE})"
)


def names_weighed(text: str) -> tuple[str, ...]:
    """The names of two or more that are told as candidates of one kind, in their order; () for any other text."""
    return _latin_names(text) or _hebrew_names(text)


def _latin_names(text: str) -> tuple[str, ...]:
    """Words with capitals in a row: told behind what they are, or as what to choose between."""
    row: list[str] = []
    end = begin = 0
    for found in _LATIN.finditer(text):
        name, start = _without_common(found.group(), found.start())
        if not name:
            continue
        if row and _JOINED.fullmatch(text[end:start]) and text[end:start].strip():
            row.append(name)
        elif len(row) < FEWEST:
            row, begin = [name], start
        else:
            break
        end = start + len(name)
    told = FEWEST <= len(row) <= MOST and _are_weighed(text[:begin], text[end:])
    return tuple(dict.fromkeys(row)) if told else ()


def _without_common(run: str, start: int) -> tuple[str, int]:
    """A run of capitals without the words before the name that are none of it, and where it begins; places are none."""
    kept = run.split()
    while kept and (is_party(kept[0].lower()) or (name_is_common(kept[0]) and len(kept) > 1)):
        kept = kept[1:]
    name = " ".join(kept).rstrip(" .'’-")
    words = name.split()
    nobody = not words or len(words) > LONGEST_NAME or all(is_public(w) or name_is_common(w) for w in words)
    place = bool(words) and phrase_set("places").at(tokens(name.lower()), 0) > 0
    return ("", start) if nobody or place else (name, start + run.find(name))


def _are_weighed(before: str, behind: str) -> bool:
    """Whether the words around say that the names are candidates: what they are, how many, or a choice."""
    words = tokens(before.lower())[-WITHIN:]
    told = phrase_set("weighing").find(words) >= 0 or any(is_party(word.text) for word in words)
    return told or phrase_set("weighing").find(tokens(behind.lower())) >= 0


def _hebrew_names(text: str) -> tuple[str, ...]:
    """Hebrew names have no capitals: words of no other use behind "between" or behind a pause, joined by "and"."""
    for found in _LISTED_HE.finditer(text):
        names = [_ended(name) for group in ("first", "middle", "last") if (name := found[group])]
        told = bool(found["between"]) or _are_weighed(text[: found.start()], text[found.end() :])
        if told and not any(map(_is_place, names)) and not any(name_is_common(name.split()[0]) for name in names):
            return tuple(dict.fromkeys(names))
    return ()


def _ended(name: str) -> str:
    """A Hebrew name without what goes on behind it ("רותם בהודו", "שקד שפנו")."""
    first, *rest = name.split()
    if rest and phrase_set("ends_of_firms").at(tokens(rest[0]), 0):
        return name
    goes_on = rest and (name_is_common(rest[0]) or (rest[0][0] in "בלמ" and _is_place(rest[0][1:])))
    return first if goes_on else name


def _is_place(word: str) -> bool:
    return bool(tokens(word)) and phrase_set("places").at(tokens(word), 0) > 0


_THEY = {"ל": "להם", "ב": "אצלם", "מ": "מהם", "ש": "שהם", "ו": "והם", "של": "שלהם", "ול": "ולהם", "וב": "ואצלם"}


def pronoun_for(found: re.Match[str], hebrew: bool) -> str:
    """What stands for a name that was found ("להם" for "לרותם", "their" for "Nordson's")."""
    if hebrew:
        return _THEY.get(found["glued"].rstrip("-"), "הם")
    return "their" if found["of"] else "they"


def named_in(text: str, names: tuple[str, ...]) -> dict[str, re.Match[str]]:
    """Which of these names a text mentions, whole or by a first word that is of no other use, and where."""
    found: dict[str, re.Match[str]] = {}
    for name in names:
        first = name.split()[0] if name else ""
        short = (
            len(first) > FEWEST and not name_is_common(first) and sum(n.split()[0] == first for n in names if n) == 1
        )
        for said in (name, first if short else ""):
            prefix = "(?P<glued>(?:[ושהלבמכ]{1,2}-?)?)"
            whole = rf"(?<!\w){prefix}{re.escape(said)}(?P<of>['’]s)?(?!\w)"
            place = re.search(whole, text, re.IGNORECASE) if said else None
            if place:
                found[name] = place
                break
    return found
