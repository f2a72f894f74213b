"""Where, in what trade or for what product a question of the method is asked.

"How do I pick a distributor in Chile?" is the question how a distributor is picked. The sources hold little of any
country or trade, and a name that no card knows must not send the question away; that they say nothing particular
of it is told beside the answer.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache

from assistant.understanding.steering.wishing import names_subject
from knowledge.hebrew import content_words, is_hebrew

_TRADE = re.compile(
    r"\s*,?\s(?:in|for|within|across)\s+(?P<en>(?:the |an? )?(?!our\b|my\b|your\b)(?:[\w&'-]+ ){1,3}"
    r"(?:industry|industries|sector|trade|branch|business|field))\b"
    r"|\s*,?\s(?P<he>ב(?:ענף|תחום|תעשיית|מגזר)\s+(?!שלנו|שלי)[^\s,.;?!]+(?:\s(?!או\s|ו|של\s)[^\s,.;?!]+)?)",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w'&.-]*(?:\s+(?:&\s+)?[A-Z][\w'&.-]*)*"
_PLACE = re.compile(rf"\s*,?\s(?i:in|from|near|around|across|within)\s+(?:the\s+|a\s+)?(?P<name>{_NAME})")
_PRODUCT = re.compile(
    r"\s*,?\sfor\s+(?!(?:us|me|you|them|him|her|it|this|that|these|those|now|free|good|sure|ever|instance|example)\b)"
    r"(?P<en>(?:our |my |the |an? )?(?:[\w'-]+ ){0,2}[\w'-]+)(?=\s*[?.!]*$)"
    r"|\s(?:עבור |ל)(?P<he>[א-ת]{3,}(?:\s[א-ת]{3,})?\s(?:שלנו|שלי)|(?<=עבור )[א-ת]{3,}(?:\s[א-ת]{3,})?)(?=\s*[?.!]*$)",
    re.IGNORECASE,
)
SHORTEST = 3  # letters of a place's name
_BEFORE = {"en": ("in", "from", "near", "around", "across", "within"), "he": ("ב", "מ", "מה", "בה")}


def without_setting(text: str, known: Container[str]) -> tuple[str, str]:
    """The question without its place, trade or product, and that; ("…", "") where it names none.

    `known` are the words of the method: what holds only such words is no mere setting.
    """
    for found in (_place_listed(text), _matched(_TRADE, text), _unknown(_PLACE, text, known),
                  _unknown(_PRODUCT, text, known)):  # fmt: skip
        if found is not None:
            start, end, what = found
            return " ".join((text[:start] + text[end:]).split()).replace(" ?", "?"), what
    return text, ""


def as_any_market(text: str) -> tuple[str, str]:
    """The question with "this market" for the country or city it is about, and that; (text, "") where it names none.

    "Should we enter Poland?", "שווה לנו להיכנס לפולין?": the sources judge no country, but say how one is chosen.
    """
    for found in _WORD_OF_PLACE.finditer(text):
        for start in _starts_of(found):
            length = _place_at(text, start)
            if length:
                market = "השוק הזה" if is_hebrew(text[start]) else "this market"
                glued = text[found.start() : start]
                glued = {"ב": "ב", "ל": "ל", "ו": "ו"}.get(glued, glued)
                market = market[1:] if glued in ("ב", "ל") and is_hebrew(market[0]) else market
                return f"{text[: found.start()]}{glued}{market}{text[start + length :]}", text[start : start + length]
    if adjective := _OF_COUNTRY.search(text):
        market = "השוק הזה" if is_hebrew(adjective.group()[0]) else "this market"
        return f"{text[: adjective.start()]}{market}{text[adjective.end() :]}", adjective.group()
    return text, ""


_WORD_OF_PLACE = re.compile(r"(?<![\w'])[\w'\"-]+")
_OF_COUNTRY = re.compile(r"\bthe [A-Z][a-z]+ market\b|השוק ה[א-ת]+י(?=\W|$)")


def _starts_of(found: re.Match[str]) -> tuple[int, ...]:
    """Where a name may begin in a word: at its start, and in Hebrew behind a preposition glued to it."""
    glued = is_hebrew(found.group()[0]) and found.group()[0] in "בלו" and len(found.group()) > SHORTEST
    return (found.start(), found.start() + 1) if glued else (found.start(),)


def settings_apart(text: str, known: Container[str]) -> tuple[str, tuple[str, ...]]:
    """The question without any of these, and all of them, two at most."""
    general, first = without_setting(text, known)
    bare, second = without_setting(general, known) if first else (general, "")
    return bare, tuple(one for one in (first, second) if one)


def asks_method(text: str) -> bool:
    """Whether a question is for what one does with what the method is about: for no name, place or law."""
    return names_subject(text) and not _WHO_WHERE.match(text) and not _BOUND_TO_PLACE.search(text)


_WHO_WHERE = re.compile(r"\W*(?:who|whom|where|whose)\b|\W*(?:מי|איפה|היכן|למי)\s", re.IGNORECASE)
_BOUND_TO_PLACE = re.compile(  # another answer in each country
    r"\b(?:law|laws|legal\w*|lawful\w*|tax\w*|vat|customs|dut(?:y|ies)|tariffs?|visas?|licen[cs]\w+|permits?|regulat\w+"
    r"|register\w*|registration|bank|currency|holidays?|sanctions?|embargo|court|sue|fire|dismiss\w*)\b"
    r"|חוק|חוקי|משפט|מס(?=\s|$|\?)|מע\"מ|מכס|אשרה|רישיון|רישוי|תקנות|רגולצי|לרשום|בנק|סנקציות|לפטר",
    re.IGNORECASE,
)
_Found = tuple[int, int, str] | None


def _matched(pattern: re.Pattern[str], text: str) -> _Found:
    found = pattern.search(text)
    return None if found is None else (*found.span(), _named(found).removeprefix("ב"))


def _unknown(pattern: re.Pattern[str], text: str, known: Container[str]) -> _Found:
    """A match none of whose words with a meaning is one of the method's."""
    found = pattern.search(text)
    if found is None:
        return None
    what = _named(found)
    words = [word for word in re.findall(r"[^\W\d_]+", what.lower()) if content_words(word)]
    bare = {form for word in words for form in ((word, word[1:], word[2:]) if is_hebrew(word) else (word,))}
    if not words or any(form in known for form in bare if len(form) >= SHORTEST):
        return None
    return (*found.span(), what)


def _named(found: re.Match[str]) -> str:
    named = next(part for part in found.groups() if part).strip(" .")
    return re.sub(r"^(?:an?|our|my)\s|\s(?:שלנו|שלי)$", "", named, flags=re.IGNORECASE)


def _place_listed(text: str) -> _Found:
    """A country or a city of the world's list, in whatever letters it is typed, behind a preposition."""
    for found in re.finditer(r"(?<![\w'])[\w'-]+", text):
        hebrew = is_hebrew(found.group())
        for before in _BEFORE["he" if hebrew else "en"]:
            start = _behind(before, found, text, hebrew)
            if start >= 0 and (length := _place_at(text, start)):
                return found.start() - 1 if found.start() else 0, start + length, text[start : start + length]
    return None


def _behind(before: str, found: re.Match[str], text: str, hebrew: bool) -> int:
    """Where a name would stand after this preposition, -1 when the word is not it."""
    if hebrew:
        return found.start() + len(before) if found.group().startswith(before) else -1
    if found.group().lower() != before:
        return -1
    article = re.match(r"\s+(?:the\s+)?", text[found.end() :], re.IGNORECASE)
    return found.end() + article.end() if article else -1


def _place_at(text: str, start: int) -> int:
    """The length of the longest listed name that stands here, 0 for none."""
    names = _places()
    words = list(re.finditer(r"[\w'.&-]+", text[start : start + 60]))[:4]
    for last in reversed(words):
        if words[0].start() == 0 and text[start : start + last.end()].casefold().rstrip(".") in names:
            return last.end()
    return 0


@cache
def _places() -> frozenset[str]:
    """Names of countries, continents and larger cities, in both languages."""
    from babel import Locale

    hebrew, english = Locale("he"), Locale("en")
    names = {*hebrew.territories.values(), *english.territories.values()}
    zones = hebrew.time_zones
    names |= {str(zone.get("city", "")) for zone in zones.values()}
    names |= {str(name).rpartition("/")[2].replace("_", " ") for name in zones}
    folded = {name.casefold().replace("׳", "'").replace("’", "'") for name in names}
    return frozenset(name for name in folded if len(name) >= SHORTEST) | {"usa", "uk", 'ארה"ב', "אירופה"}
