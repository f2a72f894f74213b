"""Decides what the knowledge can answer, and names why not: a gap, a firm's own figures, the future, another field.

Two sums of the search's signals, each 0..1, decide: `belonging`, whether a question is of this field at all,
and `strength`, how surely the best card is about it. Both take what was learned of questions, here and elsewhere,
into account where the search tells it. Weights and thresholds are fitted on
bench/answerability.yaml; what they cost in false refusals and false answers is tabled in docs/answering.md
(`python -m bench.answering`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.answering.asked import Asked

Verdict = Literal["answered", "near", "uncovered", "own", "future", "empty", "off_topic", "unlawful"]

WEIGHTS = {"likeness": 0.36, "known": 0.34, "field": 0.30}
BELONGING = {"likeness": 0.58, "known": 0.16, "field": 0.20, "coverage": 0.06}
ANSWERS = {"field": 1.2, "home": 0.6, "likely": 2.0}  # the same as log-odds, with what was learned …
ANSWERS_LEAST = 4.9
BELONGS = {"likeness": 2.3, "known": 1.9, "field": 3.6, "home": 0.56, "likely": 3.4}  # … of belonging, too
BELONGS_LEAST = 7.6
RAISED, LOWERED = 0.15, 0.05  # by how much that moves what was measured at most
LEARNED_SHARE = 0.8  # of belonging
MOST_HOME = 10.0  # log-odds beyond which it does not matter how surely a question is asked of the cards
NEARLY_OF_FIELD = 0.45  # … of what is measured, from which on the firm's own and the future are declined as such
OF_FIELD = 0.50  # belonging below which (and without a close text) a question is off topic
ANSWERED = 0.65  # strength from which on the best card is given as the answer
LIKELY, SAME_QUESTION = 0.5, 0.75  # … or from which likeness and strength together, or likeness alone, suffice
LIKELY_ALONE, HARDLY_HELD = 0.55, 0.45  # a card that holds hardly a word of the question must be this alike
HOMELY, HARDLY_HOME = 0.55, 0.05  # … and one to a question that may well be asked elsewhere this alike
ALL_HELD = 0.9  # share of a question that one card must hold where no word of it is of the field
HARDLY_KNOWN = 0.3  # share of a question that the method must know, unless a text asks the very same
NEAR = 0.5  # … and from which on it is told as the nearest thing; below, its title is named
ALIKE = 0.6  # a text this alike is the same question in other words
FACT_HELD = 0.6  # share of a question for one fact that the matching text must hold
GAPS_READ = TEXTS_READ = 3
MORE_ALIKE = 0.1  # likeness by which a text of the card must be nearer than its gap
GAP_NEARER = 0.04  # likeness by which another card's gap must be nearer than the best card
SAME_GAP, GAP_HELD = 0.55, 0.4  # likeness and coverage from which on a gap is the one asked about
DEFINES = 0.6  # share of the best score down to which a definition of the very term is preferred
GIVES_WAY = 0.8  # … or down to which a definition nobody asked for gives way to what holds more of the question
OTHERS = 0.8  # share of the best score from which on another card is told as well
MOST_OTHERS = 2
CLOSE_CLAUSE, LEAST_SCORE = 0.46, 3.4  # likeness and score from which on a clause brings a rule
PRESUMED_CLAIM, STATED_CLAIM, VOICED_CLAIM = 0.45, 0.45, 0.62  # likeness to a wrong belief: taken as given, told, asked
SAME_CLAIM = 0.7  # likeness from which on it is the same belief whatever words it holds
CLAIM_HELD = 0.35  # share of a presumed statement's words that the wrong belief must hold
NEARER_THAN = 0.05  # likeness by which a belief of another card must be nearer than any text of a question …
NEARLY_AS_NEAR = 0.1  # … and by which one of the very card that answers may be farther
BEST_CARD = 0.2  # how much more a presumed belief of the best card weighs
VOICED = ("circumstance", "claim", "question", "title", "gap")  # what people say themselves


@dataclass(frozen=True)
class Found:
    """What a search means for the answer. `lead` is the best card; `others` add to it.

    `gap` is what no source says, with `alike`, 0 to 1, how nearly it is what was asked. `same`: a text of the
    lead asks or says the very same. `besides`: what the lead says answers the question, but for the gap.
    """

    verdict: Verdict
    lead: Any = None
    others: tuple[Any, ...] = ()
    gap: Any = None
    alike: float = 0.0
    same: bool = False
    besides: bool = False


@dataclass(frozen=True)
class Wrong:
    """A wrong belief of a card that a message voices; `presumed` when it is taken as given, not asked about."""

    card: Any
    misconception: Any
    presumed: bool


def judge(hits: Sequence[Any], asked: Asked, card_of: Callable[[str], Any]) -> Found:
    """Read the search's evidence for one question; `card_of` gives a card by id."""
    cards = [hit for hit in hits if hit.kind == "card"]
    if asked.unlawful or not cards:
        return Found("unlawful" if asked.unlawful else "off_topic")
    if asked.fiction:
        return Found("off_topic")
    best = _defining(cards, asked, card_of) if asked.definition else _beyond_definitions(cards, asked, card_of)
    first, best = best, _gap_nearer(cards, best)
    lead = card_of(best.id)
    if asked.empty:
        return Found("empty")
    if (asked.own or asked.future) and _measured(best.signals) >= NEARLY_OF_FIELD:
        return Found("own" if asked.own else "future", lead)
    if not of_field(best.signals):
        return Found("off_topic")
    gap = _gap(best, lead, asked) if best is first else lead.gaps[best.unit.number]
    if gap is not None:
        return Found("answered", lead, gap=gap, alike=best.unit.likeness, besides=_answers_too(best, asked))
    strong = strength(best.signals)
    if strong < NEAR:
        return Found("uncovered", lead)
    following = [card_of(hit.id) for hit in cards if hit is not best and hit.score >= OTHERS * best.score]
    others = tuple(card for card in following if card.topic == lead.topic)[:MOST_OTHERS]
    verdict: Verdict = "answered" if _sure(strong, best) and _speaks_to(asked, best) else "near"
    return Found(verdict, lead, others, same=best.signals["likeness"] >= SAME_QUESTION)


def _defining(cards: Sequence[Any], asked: Asked, card_of: Callable[[str], Any]) -> Any:
    """The hit whose card defines the term asked about: among good hits the definition with the plainest title."""
    near = [hit for hit in cards if hit.score >= DEFINES * cards[0].score]
    fitting = [(titled_by(asked.term, card_of(hit.id)), -at, hit) for at, hit in enumerate(near)]
    best = max(fitting, key=lambda one: one[:2])
    return best[2] if best[0] > 0 else cards[0]


def _beyond_definitions(cards: Sequence[Any], asked: Asked, card_of: Callable[[str], Any]) -> Any:
    """The best hit; where a definition comes first though none was asked for, a near card that holds more words."""
    first = cards[0]
    if not asked.asks or card_of(first.id).kind != "definition" or first.signals["likeness"] >= ALIKE:
        return first
    near = (hit for hit in cards[1:] if hit.score >= GIVES_WAY * first.score and card_of(hit.id).kind != "definition")
    fuller = [hit for hit in near if hit.signals["coverage"] > first.signals["coverage"]]
    return max(fuller, key=lambda hit: hit.signals["likeness"], default=first)


def _gap_nearer(cards: Sequence[Any], best: Any) -> Any:
    """The hit, or a near one whose best text is what no source says when that is clearly what is asked."""
    for hit in cards:
        if hit.score < OTHERS * best.score or hit.unit is None or hit.unit.kind != "gap":
            continue
        if hit.unit.likeness >= max(SAME_GAP, best.signals["likeness"] + GAP_NEARER):
            return hit
    return best


def titled_by(term: str, card: Any) -> float:
    """How nearly a definition's title is the term and nothing else, 0 to 1; 0 for cards that define nothing."""
    from knowledge.hebrew import content_words

    if card.kind != "definition" or not term:
        return 0.0
    wanted = set(content_words(term))
    titles = [content_words(card.title[language]) for language in ("en", "he")]
    held = [title for title in titles if all(_in_title(word, title) for word in wanted)]
    return max((len(wanted) / len(title) for title in held), default=0.0)


def _in_title(word: str, title: Sequence[str]) -> bool:
    """Whether a word stands in a title, with or without a Hebrew article before it."""
    return any(word.removeprefix("ה") == other.removeprefix("ה") for other in title)


def _sure(strong: float, best: Any) -> bool:
    """Whether the card is about the question: by all signals, or because a text of it asks the very same."""
    alike = best.signals["likeness"]
    if alike < LIKELY_ALONE and best.signals["coverage"] < HARDLY_HELD:
        return False
    if alike < HOMELY and best.signals.get("elsewhere", 0.0) > HARDLY_HOME:
        return False
    foreign = not best.signals["field"] and best.signals["coverage"] < ALL_HELD
    if alike < SAME_QUESTION and (foreign or best.signals["known"] < HARDLY_KNOWN):
        return False
    return strong >= ANSWERED or alike >= SAME_QUESTION or (strong >= LIKELY and alike >= LIKELY)


def _speaks_to(asked: Asked, best: Any) -> bool:
    """Whether the card answers a question for one particular fact: only when a text of it asks or tells the same."""
    if not asked.particular and asked.quantity is None:
        return True
    return any(unit.likeness >= ALIKE and unit.coverage >= FACT_HELD for unit in best.units[:TEXTS_READ])


def _gap(best: Any, lead: Any, asked: Asked) -> Any:
    """The gap asked about: the text that fits best, or one of the next when one particular thing is wanted."""
    for unit in best.units[: GAPS_READ if asked.wants_thing else 1]:
        if unit.kind == "gap" and unit.likeness >= SAME_GAP and unit.coverage >= GAP_HELD:
            return lead.gaps[unit.number]
    return None


def _answers_too(best: Any, asked: Asked) -> bool:
    """Whether the card answers the question all the same: another text of it is clearly more alike than the gap."""
    if asked.wants_thing:
        return False
    gaps = [unit.likeness for unit in best.units if unit.kind == "gap"]
    told = [unit.likeness for unit in best.units if unit.kind in ("title", "question", "answer")]
    return max(told, default=0.0) >= max(SAME_QUESTION, max(gaps) + MORE_ALIKE)


def strength(signals: dict[str, float]) -> float:
    """How surely the best card is about the question, 0 to 1."""
    measured = sum(weight * signals[name] for name, weight in WEIGHTS.items())
    if "elsewhere" not in signals:
        return measured
    beyond = 2 * _chance(signals, ANSWERS, ANSWERS_LEAST) - 1
    return measured + (RAISED if beyond > 0 else LOWERED) * beyond


def _chance(signals: Mapping[str, float], weights: Mapping[str, float], least: float) -> float:
    """A probability from log-odds; "home" are those of the question being one for the cards."""
    elsewhere = min(max(signals["elsewhere"], 1e-9), 1 - 1e-9)
    home = min(math.log((1 - elsewhere) / elsewhere), MOST_HOME)
    known = {**signals, "home": home}
    return 1 / (1 + math.exp(least - sum(weight * known[name] for name, weight in weights.items())))


def of_field(signals: dict[str, float]) -> bool:
    """Whether the question belongs to what the method is about, covered or not."""
    same = signals["likeness"] >= ALIKE and signals["coverage"] >= GAP_HELD
    return same or belonging(signals) >= OF_FIELD


def belonging(signals: dict[str, float]) -> float:
    """How surely a question is of this field, 0 to 1."""
    if "elsewhere" not in signals:
        return _measured(signals)
    learned = _chance(signals, BELONGS, BELONGS_LEAST)
    return (1 - LEARNED_SHARE) * _measured(signals) + LEARNED_SHARE * learned


def _measured(signals: Mapping[str, float]) -> float:
    """The same without what was learned."""
    return sum(weight * signals[name] for name, weight in BELONGING.items())


def wrong_belief(hits: Sequence[Any], asked: Asked, card_of: Callable[[str], Any]) -> Wrong | None:
    """The misconception the words voice: `hits` are of what is presumed, or of the whole question."""
    presumed = bool(asked.premise)
    least = PRESUMED_CLAIM if presumed else STATED_CLAIM if asked.states else VOICED_CLAIM
    said = _digits(asked.premise or asked.text)
    found: list[tuple[float, Any, Any]] = []
    for hit in hits:
        bar = least if presumed else max(least, _asked_nearer(hits, hit))
        for unit in hit.units:
            held = unit.coverage >= CLAIM_HELD or unit.likeness >= SAME_CLAIM
            if unit.kind != "claim" or unit.likeness < bar or not held:
                continue
            claimed = _digits(unit.text)
            if said and not said & claimed and (claimed or unit.likeness < SAME_CLAIM):
                continue  # the same subject with another figure, or none, is another belief
            first = BEST_CARD * (hit.id == hits[0].id)
            found.append((unit.likeness + unit.coverage + first, card_of(hit.id), unit.number))
    if not found:
        return None
    _, card, number = max(found, key=lambda one: one[0])
    return Wrong(card, card.misconceptions[number], presumed)


def _asked_nearer(hits: Sequence[Any], hit: Any) -> float:
    """The likeness from which on a belief of this hit's card is what is said, and not what the cards are asked."""
    voiced = (unit.likeness for one in hits for unit in one.units if unit.kind in VOICED and unit.kind != "claim")
    return max(voiced, default=0.0) + (-NEARLY_AS_NEAR if hit is hits[0] else NEARER_THAN)


def _digits(text: str) -> set[str]:
    return {number.replace(",", "") for number in re.findall(r"\d[\d,.]*\d|\d", text)}


def speaks_of(hit: Any) -> bool:
    """Whether a clause's card is one that people voice in such words, and not a chance likeness."""
    unit = hit.unit
    voiced = unit is not None and unit.kind in VOICED
    return voiced and unit.likeness >= CLOSE_CLAUSE and hit.score >= LEAST_SCORE
