"""Whom somebody met and where that one works: "head of purchasing at Brenner", "מישהי מאלביט, סמנכ"לית רכש"."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, tokens
from knowledge.hebrew import is_hebrew

ROLE_WITHIN = 5  # words between what somebody is and where from
OTHERS_WITHIN = 5  # words between "their supplier" and its name
LONGEST_TOLD, LONGEST_STORY = 8, 40  # words
SHORTEST_GLUED = 3  # letters of a firm behind its "מ", "ב" or "ש"
_FROM_EN = re.compile(
    r"(?:(?P<who>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?) )?(?:at|from|of|over at|@) (?:the )?"
    r"(?P<firm>[A-Z][\w&.'-]*(?: (?:& |de |of |y )?[A-Z][\w&.'-]*){0,3})"
)


def firm_of_person(text: str, common: Callable[[str], bool]) -> str:
    """The firm of somebody who is spoken of by what he is, with his own name before it where that is told; else "".

    `common`: whether a word is of another use, and so no name.
    """
    return _in_english(text, common) or _in_hebrew(text, common)


def _in_english(text: str, common: Callable[[str], bool]) -> str:
    for found in _FROM_EN.finditer(text):
        firm, who = found["firm"].strip(" .-"), found["who"] or ""
        if is_of_others(text, found.start("firm")) or _is_no_firm(firm) or common(firm.lower()):
            continue
        if who and not common(who.split()[0].lower()) and not _is_role(tokens(who.lower())):
            return found.group().strip(" .-")  # "Maria at Grupo Bimbo"
        if _is_role(tokens(text[: found.start()].lower())[-ROLE_WITHIN:] + tokens(who.lower())):
            return firm
    return ""


def _in_hebrew(text: str, common: Callable[[str], bool]) -> str:
    words = tokens(text)
    for place, word in enumerate(words):
        if not is_hebrew(word.text[:1]) or len(word.text) <= SHORTEST_GLUED or word.text[0] not in "מבש":
            continue
        firm, near = word.text[1:], words[max(0, place - ROLE_WITHIN) : place]
        if not _role_beside(near) or firm[0] in "הו" or is_of_others(text, word.start):
            continue
        if common(firm) or common(word.text) or _is_no_firm(firm) or phrase_set("no_firm").at((word,), 0):
            continue
        more = words[place + 1 : place + 3]
        ends = len(more) < 2 or more[1].kind == "sign"
        second = more[0].text if more and more[0].kind == "word" and ends and not common(more[0].text) else ""
        return f"{firm} {second}" if second and is_hebrew(second) and not _is_role(more[:1]) else firm
    return ""


def _role_beside(words: tuple[Token, ...]) -> bool:
    """Whether somebody is told of just before, with no pause between."""
    for place in range(len(words) - 1, -1, -1):
        if words[place].kind == "sign":
            return False
        if phrase_set("roles").at(words, place):
            return True
    return False


def _is_role(words: tuple[Token, ...]) -> bool:
    return phrase_set("roles").find(words) >= 0


def _is_no_firm(firm: str) -> bool:
    """Whether words name a place, a fair or a common thing."""
    said = tokens(firm.lower())
    names = ("places", "sources_of_leads", "channels", "no_firm")
    return any(phrase_set(name).at(said, 0) == len(said) for name in names)


def is_of_others(text: str, place: int) -> bool:
    """Whether the name that stands at a place is of a rival or a supplier of those who are assessed."""
    before = [word for word in tokens(text[:place].lower()) if word.kind != "sign" or word.text in ",.;:"]
    near: list[Token] = []
    for word in reversed(before):
        if word.kind == "sign" or len(near) == OTHERS_WITHIN:
            break
        near.insert(0, word)
    return phrase_set("firms_of_others").find(tuple(near)) >= 0


def next_opened(text: str, so_far: int) -> tuple[str, str] | None:
    """What a message tells of the next one it opens with, and what must be told there: "", "someone" or "name".

    "Next one: …", "ok another lead, …", "ליד שני, …", and with two told of so far also a bare "third: …".
    """
    words = tokens(text)
    place = 0
    while place < len(words) and (length := _around_next(words, place)):
        place += length
    for needed, name in (("name", "next_met"), ("someone", "next_openers")):
        if opening := phrase_set(name).at(words, place):
            end = place + opening
            return (_behind(text, words, end), needed) if needed == "name" or _is_introduced(words, end) else None
    number, end, bare = _numbered(words, place)
    expected = number == so_far + 1 or (number > so_far and not bare)
    if not number or not expected or not _is_introduced(words, end):
        return None
    return _behind(text, words, end), "someone" if bare else ""


def _around_next(words: tuple[Token, ...], place: int) -> int:
    if words[place].kind == "sign":
        return 1 if place else 0
    return max(phrase_set(name).at(words, place) for name in ("around_next", "prodding", "pleased"))


def _numbered(words: tuple[Token, ...], place: int) -> tuple[int, int, bool]:
    """(2, its end, no noun beside it) of "second lead", "lead number two", "ליד שני"; a bare number needs a border."""
    noun = phrase_set("next_nouns")
    place += int(words[place].text == "the") if place < len(words) else 0
    before = noun.at(words, place)
    at = place + before
    if at < len(words) and phrase_set("numbered").at(words, at):
        at += phrase_set("numbered").at(words, at)
    number = _ORDINALS.get(words[at].text.removeprefix("ה"), 0) if at < len(words) else 0
    number = number or (_ORDINALS.get(words[at].text, 0) if at < len(words) else 0)
    if not number:
        return 0, 0, True
    behind = noun.at(words, at + 1)
    end = at + 1 + behind
    bare = not before and not behind
    if bare and not (end < len(words) and words[end].text in ":-–,."):
        return 0, 0, True
    return number, end, bare


def _is_introduced(words: tuple[Token, ...], end: int) -> bool:
    """Whether a pause, "is", "from" or somebody follows."""
    return end < len(words) and (words[end].kind == "sign" or phrase_set("introducing").at(words, end) > 0)


def _behind(text: str, words: tuple[Token, ...], end: int) -> str:
    while end < len(words) and (words[end].kind == "sign" or phrase_set("introducing_only").at(words, end)):
        end += 1
    return text[words[end].start :] if end < len(words) else ""


def tells_of_meeting(text: str) -> bool:
    """ "Just off the phone with a plant manager", "מישהי השאירה פרטים": somebody was met or turned to us."""
    return phrase_set("meeting").find(tokens(text)) >= 0 and speaks_of_someone(text, LONGEST_STORY)


def speaks_of_someone(text: str, within: int = LONGEST_TOLD) -> bool:
    """Whether the first words of a text tell of a person or a firm ("some student", "a hospital in Lyon")."""
    words = tokens(text)[:within]
    for place in range(len(words)):
        someone = any(phrase_set(name).at(words, place) for name in ("roles", "organisations"))
        if someone and not (words[place].text[0] == "ה" or (place and words[place - 1].text in _KNOWN_ALREADY)):
            return True
    return False


_KNOWN_ALREADY = frozenset(("the", "his", "her", "their", "its", "my", "our"))
_ORDINALS = {
    word: place
    for place, said in enumerate(
        (
            "first 1st one 1 ראשון ראשונה אחד אחת", "second 2nd two 2 שני שנייה שניה שתיים",
            "third 3rd three 3 שלישי שלישית שלוש", "fourth 4th four 4 רביעי רביעית ארבע",
            "fifth 5th five 5 חמישי חמישית חמש", "sixth 6th six 6 שישי שישית שש",
            "seventh 7th seven 7 שביעי שביעית שבע",
        ),
        1,
    )
    for word in said.split()
}  # fmt: skip
