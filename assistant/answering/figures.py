"""Picks the one line of the cards that holds the figure a question asks for; none rather than another figure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering.asked import Asked, Quantity
from assistant.answering.claims import stems

CARDS_READ = 6
FIRST_WORDS = 4  # of a figure's label: what it counts stands among them
KIN = 4  # letters that two words of one root begin with
ASKED_OF = 0.8  # likeness from which on a text of the best card asks the same: its figures …
FIRST_OF_ALL = 0.05  # … go before those of other cards by this much
HEAD_HELD = 0.3  # share of the words naming the figure that its line must hold
ENOUGH = 0.55  # evidence from which on a line answers; fitted on bench/answers.yaml
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|"
    r"thousand|million|half|third|quarter|tenth|none|no)\b"
    r"|(?:^|[\s(])ו?(?:שתי|שני|שתיים|שניים|שלוש|שלושה|ארבע|ארבעה|חמש|חמישה|שש|שישה|שבע|שבעה|שמונה|תשע|תשעה|עשר|עשרה"
    r"|יומיים|שבועיים|חודשיים|שנתיים|שעתיים|פעמיים|שתים-עשרה|שנים-עשר|עשרים|שלושים|ארבעים|מאה|מאתיים|אלף|חצי|מחצית|שליש|רבע|עשירית)(?=[\s.,;:)-]|$)",
    re.IGNORECASE,
)
_KINDS = {
    "money": re.compile(
        r"[$€₪£]|dollar|shekel|euro|\bNIS\b|\bUSD\b|thousand|million|דולר|שקל|אירו|יורו|ש\"ח|ש״ח|אלף|מיליון",
        re.IGNORECASE,
    ),
    "share": re.compile(r"%|percent|half|third|quarter of|tenth|אחוז|מחצית|שליש|רבע|עשירית", re.IGNORECASE),
    "time": re.compile(
        r"month|week|day|hour|year|minute|quarter|חודש|שבוע|יום|יומיים|ימים|שעה|שעות|שעתיים|שנה|שנים|שנתיים|רבעון",
        re.IGNORECASE,
    ),
    "count": re.compile(""),
}
_NO_COUNT = re.compile(
    r"[%$€₪]|percent|\d (?:minute|hour|day|week|month|year)s?\b|\d (?:דקות|שעות|ימים|שבועות|חודשים|שנים)", re.IGNORECASE
)


@dataclass(frozen=True)
class Figure:
    """The line that answers, from which card, and how surely (0–1)."""

    card: Any
    line: Any
    sure: float


def best_figure(knowledge: Any, asked: Asked, hits: Sequence[Any]) -> Figure | None:
    """The line with the figure asked for, or None when no line holds one of that kind for that thing."""
    found = ranked_figures(knowledge, asked, hits)
    return found[0] if found and found[0].sure >= ENOUGH else None


def ranked_figures(knowledge: Any, asked: Asked, hits: Sequence[Any]) -> list[Figure]:
    """Every line of the best cards that holds a figure of the kind asked for, surest first."""
    cards = {hit.id: hit for hit in hits if hit.kind == "card"}
    wanted = list(cards)[:CARDS_READ]
    if asked.quantity is None or not wanted:
        return []
    language = cards[wanted[0]].language
    of_kind = _KINDS[asked.quantity]
    best = max(hit.score for hit in cards.values())
    lines = knowledge.lines(asked.measured, wanted, language)
    named = knowledge.lines(asked.head, wanted, language) if asked.head else [None] * len(lines)
    figures = [
        _figure(knowledge.card(match.line.card), match, cards[match.line.card], best)
        for match, head in zip(lines, named or [None] * len(lines), strict=True)
        if (head is None or head.coverage >= HEAD_HELD or _kin(asked.head, match.line.text))
        and match.line.kind not in ("caveat", "correction")
        and _NUMBER.search(match.line.text)
        and _of_kind(asked.quantity, of_kind, match.line)
        and (asked.quantity != "count" or _counts(asked.measured, match.line))
    ]
    return sorted(figures, key=lambda figure: -figure.sure)


def holds_figure(text: str, quantity: Quantity) -> bool:
    """Whether a sentence holds a figure of that kind at all."""
    return _NUMBER.search(text) is not None and _KINDS[quantity].search(text) is not None


def _of_kind(quantity: str, pattern: re.Pattern[str], line: Any) -> bool:
    """Whether the line's figure is of the kind asked for; a share, a sum or a time is no count."""
    if line.kind != "number" or quantity == "time":
        return pattern.search(line.text) is not None
    if quantity == "count":
        return not _NO_COUNT.search(line.value)
    return pattern.search(line.value) is not None or (quantity == "money" and bool(_KINDS["money"].search(line.text)))


def _counts(measured: str, line: Any) -> bool:
    """Whether a line with a figure counts what is asked for, and does not only mention it further on."""
    wanted = set(stems(measured))
    if line.kind != "number" or not wanted:
        return True
    return bool(wanted & set(stems(" ".join(line.text.removeprefix(line.value).split()[:FIRST_WORDS]))))


def _kin(head: str, text: str) -> bool:
    """Whether a word of the text is of one root with the first word that names the figure ("הצטרפות", "הצטרפו")."""
    first = head.split()[0].lower().removeprefix("ה") if head else ""
    return len(first) >= KIN and any(
        word.lower().removeprefix("ה").startswith(first[:KIN]) for word in re.findall(r"[^\W\d_]+", text)
    )


def _sure(match: Any, hit: Any, best: float) -> float:
    by_line = 0.4 * match.near + 0.15 * match.coverage + 0.15 * max(match.likeness, 0.0)
    brief = {"number": 0.11, "answer": 0.08}.get(match.line.kind, 0.0)
    asked = FIRST_OF_ALL if hit.score == best and hit.signals["likeness"] >= ASKED_OF else 0.0
    fit = 0.17 * math.sqrt(max(hit.score, 0.0) / best) + 0.03 * hit.signals.get("likely", 0.0)
    return by_line + 0.13 * hit.signals["coverage"] + fit + brief + asked


def _figure(card: Any, match: Any, hit: Any, best: float) -> Figure:
    """A line as a candidate; what a source states goes before what we computed or assumed."""
    mark = card.numbers[match.line.number].mark if match.line.kind == "number" else "N"
    return Figure(card, match.line, _sure(match, hit, best) - {"N": 0.0, "C": 0.01, "A": 0.06}[mark])
