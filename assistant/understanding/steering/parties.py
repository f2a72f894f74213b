"""Several who are weighed against each other, by their names: "two distributors, Alfa and Beta", "בין אלפא לבטא"."""

from __future__ import annotations

import re

from assistant.naming import is_of_person, is_public
from assistant.understanding.steering.called import is_party, name_is_common
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens
from knowledge.hebrew import is_hebrew

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
        if is_of_person(_word_at(text, found.start("last"))):
            continue  # "דנה לוי", "דנה וייס": the first letter is of the family name
        if told and not any(map(_is_place, names)) and not any(name_is_common(name.split()[0]) for name in names):
            return tuple(dict.fromkeys(names))
    return ()


def _word_at(text: str, place: int) -> str:
    """The whole word a place is in."""
    return next((word[0] for word in re.finditer(r"[\w\"'-]+", text) if word.start() <= place < word.end()), "")


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


_SUBJECT = re.compile(
    rf"\s*(?:(?:and|also|but|well|oh|yes|no|ok|okay|אגב|וגם|גם|אבל|טוב),? )*(?:for |at |with |של |אצל )?"
    rf"(?P<name>{_WORD}(?: {_WORD})*|{_HE})",
)
_OF_THE_OPEN_ONE = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their)\b|(?<![א-ת])(?:[ולמב]?ש?ה(?:וא|יא|ם)|(?:של|אות|אצל|ל|ב|עלי|מול)(?:ו|ה|הם))(?![א-ת])",
    re.IGNORECASE,
)


_AT_FIRM = re.compile(r" (?:at|from|of) [A-Z]")


def another_person(text: str, own: str) -> str:
    """Who a statement is about, where that is another person than the one the open record is called after; else "".

    `own`: the name of that record. "Yossi is a student" in the record of Dana Levi is about Yossi; "Yossi is her
    boss" tells of Dana, and in the record of a firm Yossi may work there.
    """
    found = None if phrase_set("about").at(tokens(text), 0) else _SUBJECT.match(text)
    if found is None or not own or not (is_of_person(own.split()[0]) or _AT_FIRM.search(own)):
        return ""
    said = found["name"].split()
    first = said[0]
    if is_hebrew(first[0]) and not is_of_person(first) and first[0] in "לוש":
        first = first[1:].lstrip("-")
    placed = _AT_FIRM.match(text[found.end() :]) is not None and not name_is_common(first)
    mine = {word.casefold() for word in own.split()}
    if not (placed or is_of_person(first)) or first.casefold() in mine:
        return ""
    family = [word for word in said[1:2] if is_of_person(word) or not is_hebrew(word[0])]
    return "" if _OF_THE_OPEN_ONE.search(text[found.end() :]) else " ".join([first, *family])
