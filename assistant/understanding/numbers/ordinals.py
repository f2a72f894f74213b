"""Places in an order: "third of two hundred", "מקום שלישי מתוך מאתיים", "3rd by volume"."""

from __future__ import annotations

from assistant.understanding.words.text import Token, listed

_WORDS = {
    1: "first ראשון ראשונה", 2: "second שני שנייה שניה", 3: "third שלישי שלישית", 4: "fourth רביעי רביעית",
    5: "fifth חמישי חמישית", 6: "sixth שישי שישית", 7: "seventh שביעי שביעית", 8: "eighth שמיני שמינית",
    9: "ninth תשיעי תשיעית", 10: "tenth עשירי עשירית",
}  # fmt: skip
_ORDINALS = {word: place for place, words in _WORDS.items() for word in words.split()}
_PLACES = frozenset(
    ("place", "placed", "rank", "ranked", "ranks", "ranking", "number", "no", "#", "מקום", "במקום", "מספר")
)
_AMONG = (
    ("of",),
    ("out", "of"),
    ("among",),
    ("by",),
    ("in",),
    ("largest",),
    ("biggest",),
    ("מתוך",),
    ("לפי",),
    ("מבין",),
)
_SUFFIXES = frozenset(("st", "nd", "rd", "th"))
_ARTICLES = frozenset(("a", "one", "two", "each", "every"))


def ordinal_alone(words: tuple[Token, ...]) -> Token | None:
    """The word of a place that is all a reply says ("the fourth", "רביעי"), None where it says anything else."""
    said = [word for word in words if word.kind == "word" and word.text not in _AROUND_PLACE]
    return said[0] if len(said) == 1 and place_of(said[0].text) else None


def place_of(word: str) -> int:
    """The place an ordinal names, 0 for any other word."""
    return _ORDINALS.get(word) or _ORDINALS.get(word.removeprefix("ו").removeprefix("ה"), 0)


_AROUND_PLACE = frozenset(listed("the in at on place they are is he about around מקום במקום הם הוא היא בערך"))


def ordinal_at(words: tuple[Token, ...], at: int) -> int:
    """The place that a word such as "third" names where it says a rank, and no share of something; 0 else."""
    word = words[at].text
    place = place_of(word)
    if not place:
        return 0
    before = words[at - 1].text if at else ""
    if before in _PLACES:
        return place
    if before in _ARTICLES:
        return 0
    if _is_by_measure(tuple(token.text for token in words[at + 1 : at + 4])):
        return place
    following = tuple(token.text for token in words[at + 1 : at + 3])
    of_all = any(following[: len(among)] == among for among in _AMONG[:3]) or following[:1] in (("מתוך",), ("מבין",))
    after = at + 2 + (following == ("out", "of"))
    counted = of_all and after < len(words) and (words[after].kind == "number" or words[after].text in _COUNTS)
    return place if counted else 0


def _is_by_measure(following: tuple[str, ...]) -> bool:
    """Whether words say by what one is placed ("third in sales", "חמישי ברווח הגולמי")."""
    if following and following[0] in _MEASURED:
        return True
    named = [word for word in following[1:] if word not in ("the", "our", "total", "gross")]
    return bool(following) and following[0] in _BY and bool(named) and named[0] in _MEASURES


_BY = frozenset(("in", "by", "on", "for", "לפי"))
_MEASURES = frozenset(
    listed("sales volume revenue turnover profit profits margin purchases size value נפח מכירות רווח מחזור")
)
_MEASURED = frozenset(listed("בנפח בנפחים במכירות ברווח ברווחיות ברווחים במחזור בהיקף בקניות"))
_COUNTS = frozenset(
    listed("ten twenty thirty forty fifty sixty seventy eighty ninety hundred two three four five a one")
    + listed("עשרה עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים מאה מאתיים שלוש ארבע חמש אלף")
)


def is_place(words: tuple[Token, ...], at: int, end: int) -> bool:
    """Whether a number in digits or words is a place ("3rd", "number 4 of 150", "מקום 3")."""
    if end < len(words) and words[end].text in _SUFFIXES and words[end].start == words[end - 1].end:
        return True
    before = words[at - 1].text if at else ""
    if before == "במקום":  # "במקום 7" is a place, "25 במקום 20" is a change
        return not any(token.kind == "number" for token in words[: at - 1])
    return before in ("ranked", "ranks", "מקום")
