"""Sayings whose sense lies in their make: "not just a vendor", "they can't run a day without us".

Word by word they deny what they affirm. A clause that denies a mere limit is read without its denial, and turned
around; what stands or falls without somebody is read as the plain saying that he is needed, or is not.
"""

from __future__ import annotations

import re

from assistant.understanding.words.phrases import is_negated, phrase_set
from assistant.understanding.words.text import is_hebrew_text, tokens

_DENIAL = re.compile(r"n't\b|\bnot\b|\bmore than\b|(?<![א-ת])(?:לא(?![א-ת])|יותר מ-?)", re.IGNORECASE)
_NOT_WITHOUT = re.compile(r"\b(?:not|never) without\b|(?<![א-ת])לא בלי(?![א-ת])", re.IGNORECASE)
_NEEDED = {"en": "they could hardly do without us", "he": "קשה להם בלעדינו"}
_NOT_NEEDED = {"en": "they would not notice if we were gone", "he": "לא ישימו לב אם ניעלם"}


def denies_a_limit(text: str) -> bool:
    """Whether a clause denies only that it is no more than it says ("we're not just another vendor")."""
    return phrase_set("not_just").find(tokens(text)) >= 0


def limit_denied(text: str) -> str:
    """The limit itself that a clause denies ("we're just another vendor")."""
    words, known = tokens(text), phrase_set("not_just")
    place = known.find(words)
    end = words[place + known.at(words, place) - 1].end
    opening = _DENIAL.sub("", text[words[place].start : end])
    return re.sub(r"\s+", " ", f"{text[: words[place].start]}{opening}{text[end:]}").strip()


def is_limiting(text: str) -> bool:
    """Whether words say that it is no more than that ("only occasional customers")."""
    return phrase_set("limiting").find(tokens(text)) >= 0


def plainly(text: str) -> str:
    """ "They can't run the dock without us", "בלעדינו המפעל עומד" in the fewest words; "" for all else."""
    if _NOT_WITHOUT.search(text):
        return _NOT_WITHOUT.sub("עם" if is_hebrew_text(text) else "with", text)
    words = tokens(text)
    if phrase_set("without_us").find(words) < 0:
        return ""
    language = "he" if is_hebrew_text(text) else "en"
    denied = phrase_set("negation").count(words) > phrase_set("lacking").count(words)
    helpless = phrase_set("helpless").find(words) >= 0
    copes = phrase_set("coping").find(words) >= 0
    if denied != helpless:
        return _NEEDED[language]
    return _NOT_NEEDED[language] if copes or denied else ""


def undoes_denial(before: str, clause: str) -> bool:
    """Whether a clause that lacks something belongs to the denial before it ("they can't work | without us")."""
    words = tokens(clause)
    return bool(words) and phrase_set("lacking").at(words, 0) > 0 and is_negated(before)


_CONTRAST = re.compile(
    r"(?P<said>.+?)[,\s]+(?:and |but )?(?:not|rather than|instead of|never)\s+(?P<denied>[^,.;]+)[.!]?$"
    r"|(?P<said_he>.+?)[,\s]+(?:ולא|לא|במקום|אלא לא)\s+(?P<denied_he>[^,.;]+)[.!]?$",
    re.IGNORECASE,
)
LONGEST_DENIED = 4  # words


def without_contrast(text: str) -> str:
    """ "We chose by name, not by profit": what is said, without what it is set against under the same preposition."""
    found = _CONTRAST.fullmatch(text.strip())
    if found is None:
        return text
    said = tokens(found["said"] or found["said_he"])
    denied = tokens(found["denied"] or found["denied_he"])
    heads = {word.text for word in said if phrase_set("heads_of_contrast").at((word,), 0)}
    kept = str(found["said"] or found["said_he"])
    apart = bool(denied) and len(denied) <= LONGEST_DENIED and denied[0].text in heads
    return kept if apart and not is_negated(kept) else text


def without_assurance(text: str) -> str:
    """The words without "…, no doubt", "…, זהו" at their end; all of them where they say no more."""
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    for place in range(max(1, len(words) - LONGEST_ASSURANCE), len(words)):
        length = phrase_set("assuring").at(words, place)
        pause = text[words[place - 1].end : words[place].start]
        if length and place + length == len(words) and (set(pause) & set(",.;:–-!") or length > 1):
            return text[: words[place - 1].end]
    return text


LONGEST_ASSURANCE = 5  # words
