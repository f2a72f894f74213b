"""A question for the knowledge, or a wish to begin a tool? Decided by what the whole message is more like.

Words such as "lead" or "strategic account" stand in both, so nearness to the examples of a wish is not
enough: what the cards answer more nearly is answered, and the tool is offered after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.commands import Answer, Ask, Reading, Start
from assistant.understanding.segments import sentences
from assistant.understanding.steering.wishing import is_order, is_wish
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import clean, tokens

SURE_WISH = 0.85  # nearness to an example of wishing for a tool from which on nothing else is considered
CLEAR_WISH = 0.6  # … with figures: a calculation whose missing input is asked for
SURE_FACT = 0.6  # confidence from which on a fact counts as one
FIGURES = 2  # facts that make a message a case to work out rather than a question about the method
MANY_FIGURES = 3  # … whatever the cards say about the subject
SURE_AMOUNT = 0.9
ASKED = 0.55  # likeness that is enough for a message that opens as a question for knowledge does
SAME_QUESTION = 0.85  # likeness from which on even a message with figures is a question the method answers
CLEARLY_MORE = 0.2  # by how much a statement must be more like a card than like a wish
_ASKS = re.compile(
    r"\s*(what|how|why|which|when|where|who|מה|מהם|מהן|מהי|מהו|איך|למה|מדוע|אילו|איזה|איזו|מתי|מי)\b", re.IGNORECASE
)
_WISHES = re.compile(
    r"\b(start|run|open|begin|do (?:the|a|an|this|that|my|our|it)\b"
    r"|calculate|compute|check|grade|qualify|assess|score|let'?s|i want to|help me)\b"
    r"|(^|\s)(תתחיל|נתחיל|להתחיל|בוא|בואו|תריץ|להריץ|לחשב|תחשב|נחשב|לבדוק|נבדוק|תבדוק|לדרג|נעבור|אני רוצה|עזור)",
    re.IGNORECASE,
)


def speaks_of_own(text: str) -> bool:
    """Whether the person tells of a case of their own ("we", "our", "סגרנו")."""
    words = tokens(clean(text))
    return phrase_set("own").find(words) >= 0 or any(w.text.endswith("נו") and len(w.text) > 3 for w in words)


def rather_answer(text: str, reading: Reading, knows: Callable[[str], float]) -> Reading:
    """The reading, or the question with the tool merely offered; `knows` is how nearly the cards answer a text."""
    start = next((command for command in reading.commands if isinstance(command, Start)), None)
    asks = _ASKS.match(text) is not None and not _orders_behind(text.rpartition("?")[2])
    if start is None or start.only_offer or (not asks and (start.confidence >= SURE_WISH or _WISHES.search(text))):
        return reading
    facts = sum(isinstance(c, Answer) and c.confidence >= SURE_FACT for c in reading.commands)
    told = speaks_of_own(text) or _WISHES.search(text) is not None
    if start.complete or (told and facts >= MANY_FIGURES) or _gives_an_amount(start, reading):
        return reading
    if _supposes_a_figure(text, reading):
        return reading
    if knows(text) < _needed(start, facts, asks, told, text):
        return reading
    said = tuple(command for command in reading.commands if isinstance(command, Answer))
    return replace(reading, commands=(Ask(text), replace(start, only_offer=True, answers=said)))


def _orders_behind(rest: str) -> bool:
    """Whether what stands behind a question wishes for something to be done ("… Go through the checklist with me")."""
    return _WISHES.search(rest) is not None or any(is_wish(part) and is_order(part) for part in sentences(rest))


def _gives_an_amount(start: Start, reading: Reading) -> bool:
    """Whether a question like a wish names an amount of money that surely goes into it: a case to work out."""
    amounts = [c for c in reading.commands if isinstance(c, Answer) and isinstance(c.value, dict)]
    sure = any("currency" in answer.value and answer.confidence >= SURE_AMOUNT for answer in amounts)
    return sure and start.confidence >= ASKED


_SUPPOSED = re.compile(
    r"(?:\b(?:if|given|assuming|supposing)\b|(?:^|\s)(?:אם|נניח|בהנחה)(?=\s))(?P<rest>.+)", re.I | re.S
)


_AIMED = re.compile(
    r"\b(?:for|with|from|to get|to win|to close|out of)\s+$|(?:^|\s)(?:עם|עבור|בשביל|מתוך|לסגור|ל-?)\s*$", re.I
)


def _supposes_a_figure(text: str, reading: Reading) -> bool:
    """Whether a figure of the calculation is given behind an "if" ("… if she has 120 hours a month"): it is a case."""
    supposed, words = _SUPPOSED.search(text), tokens(clean(text))
    openings = [0, *(at + 1 for at, word in enumerate(words[:-1]) if word.text == ",")]
    how_much = phrase_set("asked_how_much")
    measured = bool(words) and any(how_much.at(words, at) for at in openings)  # "we want 9 deals, how many inquiries?"
    sure = [c for c in reading.commands if isinstance(c, Answer) and c.confidence >= SURE_AMOUNT]
    aimed = any(_AIMED.search(text[: max(0, text.find(a.raw))]) or any(map(str.isdigit, a.raw)) for a in sure)
    return (measured and aimed) or (supposed is not None and any(a.raw in supposed["rest"] for a in sure))


def _needed(start: Start, facts: int, asks: bool, told: bool, text: str) -> float:
    if facts >= FIGURES:  # "80 % of sales come from 20 % of customers": figures of a belief are nobody's own
        return SAME_QUESTION if told or start.confidence >= CLEAR_WISH else ASKED
    if asks:
        return min(start.confidence, ASKED)
    return start.confidence if text.rstrip().endswith("?") else start.confidence + CLEARLY_MORE
