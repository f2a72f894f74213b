"""Which tool a text names or speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from assistant.understanding.examples import Library
from assistant.understanding.words.matching import word_stem
from assistant.understanding.words.phrases import PhraseSet, phrase_set
from assistant.understanding.words.text import Token, tokens
from knowledge.hebrew import content_words, is_hebrew
from knowledge.hebrew import words as words_of

TOOLS_NAMED = (
    "partner_fit", "lead_qualification", "leadgen_roi", "sam_selection", "kam_tiers", "funnel", "nurture_payoff",
    "customer_profitability", "sales_productivity", "vertical_profile", "campaign_preflight", "referral_programme",
    "kam_capacity", "sam_capacity", "checklist_alignment", "checklist_lazy_marketing", "checklist_lead_methods",
    "checklist_cold_call", "checklist_kam", "checklist_small_business", "checklist_sam_readiness",
)  # fmt: skip


def tool_named(text: str, library: Library, among: Iterable[str] | None = None) -> str:
    """The tool (of those given) a text names, the longest name first; empty when it names none or several."""
    words = tokens(text)
    found: dict[str, int] = {}
    for tool in library.tools if among is None else among:
        if tool in TOOLS_NAMED:
            names = phrase_set(f"tool.{tool}")
            found[tool] = longest_at(names, words)
    best = max(found.values(), default=0)
    longest = [tool for tool, length in found.items() if length == best]
    return longest[0] if best and len(longest) == 1 else ""


def longest_at(names: PhraseSet, words: tuple[Token, ...]) -> int:
    """How many words the longest of these names in a text has, also behind a preposition or an article inside it."""
    best = max((names.at(words, place) for place in range(len(words))), default=0)
    if best or not any(is_hebrew(word.text) for word in words):
        return best
    glued = [{word.text, *_bare(word.text)} for word in words]
    said = [phrase for group in names.by_first.values() for phrase in group]
    fits = [
        len(phrase)
        for phrase in said
        for place in range(len(words) - len(phrase) + 1)
        if all(part in glued[place + offset] for offset, part in enumerate(phrase))
    ]
    return max(fits, default=0)


@lru_cache(maxsize=20_000)
def _bare(word: str) -> tuple[str, ...]:
    """What may remain of a Hebrew word without "ל", "ה", "וב" …"""
    cuts = [n for n in (1, 2) if len(word) - n >= SHORTEST_BARE]
    return tuple(word[n:] for n in cuts if all(c in GLUED for c in word[:n]) or word[:n] == "מה")


SHORTEST_BARE = 3  # letters
GLUED = frozenset("והבלכשת")  # "ת" is how people write "את ה"


def tool_about(text: str, library: Library, among: Iterable[str] | None = None, plainly: bool = False) -> str:
    """The tool (of those given) whose subject a text speaks of: by the longest words, then the nearest wish.

    `plainly`: in just the words that are listed, and not in other forms of them.
    """
    words = tokens(text)
    found: dict[str, int] = {}
    for tool in library.tools if among is None else among:
        if tool in TOOLS_NAMED and words:
            names = phrase_set(f"about.{tool}")
            found[tool] = longest_at(names, words)
    if not any(found.values()) and not plainly:
        stems = {word_stem(word) for word in content_words(text)}
        found = {tool: int(bool(stems & stems_about(tool))) for tool in found}
    best = max(found.values(), default=0)
    longest = {tool for tool, length in found.items() if length == best and best}
    if len(longest) < 2:
        return next(iter(longest), "")
    near = [match.key[1] for match in library.index.best(text, "start", whole=False) if match.key[1] in longest]
    return near[0] if near else ""


def tool_misspelt(text: str, library: Library, among: Iterable[str]) -> str:
    """The one tool with a subject that a longer word of the text is a slip or two away from ("distributer")."""
    said = [word.text for word in tokens(text) if len(word.text) >= SHORTEST_MISSPELT]
    found = {
        tool
        for tool in among
        if tool in TOOLS_NAMED and tool in library.tools
        for subject in _single_subjects(tool)
        for word in said
        if OSA.distance(word, subject, score_cutoff=_slips(subject)) <= _slips(subject)
    }
    return next(iter(found)) if len(found) == 1 else ""


def _slips(word: str) -> int:
    return 2 if len(word) >= LONG_WORD else 1


SHORTEST_MISSPELT, LONG_WORD = 5, 9  # letters


@cache
def _single_subjects(tool: str) -> tuple[str, ...]:
    groups = phrase_set(f"about.{tool}").by_first.values()
    return tuple(p[0] for group in groups for p in group if len(p) == 1 and len(p[0]) >= SHORTEST_MISSPELT)


@cache
def stems_about(tool: str) -> frozenset[str]:
    """The single words a tool is about, as stems, so that "כשותפה" is one of them."""
    groups = phrase_set(f"about.{tool}").by_first.values()
    single = [phrase[0] for group in groups for phrase in group if len(phrase) == 1]
    return frozenset(word_stem(word) for said in single for word in words_of(said))
