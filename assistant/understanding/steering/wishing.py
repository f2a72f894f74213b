"""Wishes: that something be done now ("let's check it"), told apart from questions worded alike.

"Can we pre-flight the spring campaign?" wants it done: an act of an assessment, done to what such an assessment is
about, and to one that is at hand. "Can we run a campaign in August?" and "could we score leads by hand?" ask.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.understanding.segments import Sentence
from assistant.understanding.steering.called import is_party, name_hint
from assistant.understanding.steering.subjects import TOOLS_NAMED, longest_at, stems_about
from assistant.understanding.words.matching import word_stem
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, listed, tokens
from knowledge.hebrew import content_words, is_hebrew

LATEST_ACT = 2  # words between "can we" and the act ("can we please now check …")
MOST_TOLD = 1  # content words after "a lead" that still say nothing of it
_NP_ENDS = frozenset(
    listed(
        "with without for from of on in at by before after to through as that which who and or when because than via "
        "using until together first now today please again too עם בלי ללא לפני אחרי אצל דרך של או כי עד על"
    )
)
_JOINS = frozenset(listed("on for at over before of לפני על של"))  # between "do a check" and what is checked
_WHAT_IT_IS = re.compile(
    r"\bwhat (?:a|an|the)\b(?: [\w-]+){1,3} (?:is|are|means?)\s*[.?!]*$|\bhow (?:the|a|an|it|they)\b.*\bworks?\b",
    re.IGNORECASE,
)


def wants_explained(part: Sentence) -> bool:
    """Whether a sentence wants something told or written, not gone through ("help me understand what a lead is")."""
    words = part.words
    place = phrase_set("explaining").find(words)
    of_a_case = place >= 0 and phrase_set("explaining_whether").at(words, place) > 0
    return (place >= 0 and not of_a_case) or _WHAT_IT_IS.search(part.text) is not None


def is_order(part: Sentence) -> bool:
    """Whether a sentence tells to do something ("check it"), and not to explain it ("I want to know how to …")."""
    explained = any(phrase_set("method_openers").at(part.words, place) for place in range(len(part.words)))
    return wishes_for_one(part) or (phrase_set("doing").find(part.words) >= 0 and not explained)


def is_wish(part: Sentence) -> bool:
    """Whether a sentence wishes for something to be done; a question does not ("how do I calculate …?").

    "Can you do a check?" asks for it all the same, and so does "please" or an order at the end.
    """
    words = part.words
    wishing, polite = phrase_set("wishing"), phrase_set("can_you")
    kind = polite.at(words, 0) if words else 0
    if wishes_for_one(part):
        return True
    if any(phrase_set("method_openers").at(words, at) for at in range(min(2, len(words)))):
        return False  # "please explain the funnel"
    ends = phrase_set("ordered_last")
    ordered = any(ends.at(words, at) == len(words) - at for at in range(max(0, len(words) - 3), len(words)))
    if asks_leave(part):
        return ordered
    if part.marked and words and words[0].text in ("do", "does"):
        return ordered  # "do the callers need a script?"
    asked = not kind and phrase_set("question_openers").at(words, 0) and not wishing.at(words, 0)
    return ordered or (not asked and wishing.find(words) >= 0)


def wishes_for_one(part: Sentence) -> bool:
    """ "Could we test our September mailing?": asked for as if for leave, an act, and what is at hand for it."""
    words = part.words
    length = max(phrase_set(name).at(words, 0) for name in ("asking_leave", "can_you")) if words else 0
    acts = phrase_set("examining")
    act = next((at for at in range(length, min(length + LATEST_ACT, len(words))) if acts.at(words, at)), -1)
    if not length or act < 0 or phrase_set("by_what_means").find(words) >= 0:
        return False
    whether = words[act + acts.at(words, act) - 1].text in ("if", "whether", "אם")
    rest = words[act + acts.at(words, act) :]
    return bool(rest) and ((whether and _is_one(part.text, rest)) or _is_at_hand(part.text, rest))


def asks_leave(part: Sentence) -> bool:
    """ "Can we score leads by hand?": asks whether a thing may be done, and wishes for none."""
    asks = part.marked and bool(part.words) and phrase_set("asking_leave").at(part.words, 0) > 0
    helps = any(word.text in _HELP for word in part.words)
    return asks and not helps and not wishes_for_one(part)


_HELP = frozenset(listed("help לעזור עזרה לעזרה"))


def _is_one(text: str, rest: tuple[Token, ...]) -> bool:
    """Whether what follows "see if" speaks of one that is named or pointed at, and not of any."""
    pointed = phrase_set("definite").at(rest, 0) > 0 or rest[0].text in _POINTING or rest[0].text[:1] == "ה"
    return pointed or bool(name_hint(text)) or _opens_with_name(text, rest)


_POINTING = frozenset(["he", "she", "they", "it", "we", "הוא", "היא", "הם", "אנחנו"])


def _is_at_hand(text: str, rest: tuple[Token, ...]) -> bool:
    """Whether the object is one that an assessment is about: named, pointed at, or just "a lead" and no more."""
    rest = rest[1:] if rest[0].text in _JOINS else rest
    if not rest:
        return False
    definite = phrase_set("definite").at(rest, 0)
    start = definite or phrase_set("one_of_them").at(rest, 0)
    noun = [*rest[start : next((at for at in range(start, len(rest)) if rest[at].text in _NP_ENDS), len(rest))]]
    named = _opens_with_name(text, rest)
    if named and definite == 0:
        return True
    head = _head(noun)
    if not head or not (_is_subject(head) or (definite and _measures(noun))):
        return False
    plural = not definite and start == 0 and not is_hebrew(head) and head.endswith("s")
    told = content_words(text[rest[0].start :])
    others = [w for w in told if not _is_subject(w) and not phrase_set("one_of_them").by_first.get(w)]
    return bool(definite) or head.startswith("ה") or (not plural and len(others) <= MOST_TOLD - 1)


def _opens_with_name(text: str, rest: tuple[Token, ...]) -> bool:
    said = text[rest[0].start : rest[0].end]
    return said[:1].isupper() and not phrase_set("definite").at(rest, 0)


def _head(noun: list[Token]) -> str:
    """The word an English noun phrase ends with, and a Hebrew one opens with; a possessive is no head."""
    words = [word.text for word in noun if word.kind == "word"]
    if not words:
        return ""
    if is_hebrew(words[0]):
        return words[0]
    return "" if any("'s" in word for word in words[:-1]) else words[-1]


@lru_cache(maxsize=4_096)
def _is_subject(word: str) -> bool:
    """Whether some tool is about what the word names."""
    said = tokens(word)
    if is_hebrew(word):
        return any(longest_at(phrase_set(f"about.{tool}"), said) for tool in TOOLS_NAMED)
    return any(word_stem(word) in stems_about(tool) for tool in TOOLS_NAMED)


def names_subject(text: str) -> bool:
    """Whether a text names what some tool is about, or a party to it."""
    words = tokens(text)
    if any(longest_at(phrase_set(f"about.{tool}"), words) for tool in TOOLS_NAMED if words):
        return True
    return any(is_party(word.text) or _is_subject(word.text) for word in words if word.kind == "word")


def _measures(noun: list[Token]) -> bool:
    """Whether a figure is named that a calculation works out ("the profit", "the return on …")."""
    return phrase_set("measures_named").find(tuple(noun)) >= 0
