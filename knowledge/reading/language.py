"""Which language a stretch of text is in, judged by its letters."""

from __future__ import annotations

import re

from knowledge.cards import Language

_HEBREW = re.compile("[א-ת]")
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_OTHER = re.compile("[\u0370-\u058f\u0600-\u10ff\u3040-\ud7af]")
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|in|is|that|for|it|you|are|with|on|as|be|this|we|or|not|a|an|your|our|by)\b",
    re.IGNORECASE,
)


def language_of(text: str) -> Language:
    """The language of a text: Hebrew letters carry more per letter than Latin, so they weigh half again."""
    return "he" if 1.5 * len(_HEBREW.findall(text)) > len(_LATIN.findall(text)) else "en"


def foreign(text: str) -> bool:
    """Say whether a longer text is in neither Hebrew nor English."""
    sample = text[:20_000]
    hebrew, latin, other = (len(p.findall(sample)) for p in (_HEBREW, _LATIN, _OTHER))
    if other > hebrew + latin:
        return True
    words = len(sample.split())
    return latin > 4 * hebrew and words >= 60 and len(_ENGLISH.findall(sample)) < 0.08 * words
