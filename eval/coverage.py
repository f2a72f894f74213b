"""Which topics, languages and kinds have cases, and which have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from eval.cases import KINDS
from eval.suite import ReadyCase

TOPICS = (
    "partner", "leads", "nurture", "alignment", "marketing", "roi",
    "case", "accounts", "customers", "productivity", "glossary", "method",
)  # fmt: skip
LANGUAGES = ("en", "he")
Cell = tuple[str, str, str]


def count(cases: Iterable[ReadyCase]) -> Counter[Cell]:
    """Cases by (topic, kind, language); a conversation counts in the language it is begun in."""
    return Counter((case.topic, case.kind, case.lang) for case in cases)


def empty_cells(cases: Sequence[ReadyCase], least: int, excused: Mapping[str, str]) -> list[str]:
    """The cells with fewer than `least` cases that nobody excused, as `topic × kind × language`.

    An excuse names a cell, both languages of it (`method × decision`), or a kind everywhere (`* × security`).
    """
    found = count(cases)
    thin = []
    for topic in TOPICS:
        for kind in KINDS:
            for lang in LANGUAGES:
                name = f"{topic} × {kind} × {lang}"
                excuse = excused.get(name) or _excuse(excused, topic, kind)
                if found[topic, kind, lang] < least and not excuse:
                    thin.append(f"{name}: {found[topic, kind, lang]}")
    return thin


def _excuse(excused: Mapping[str, str], topic: str, kind: str) -> str:
    return excused.get(f"{topic} × {kind}") or excused.get(f"* × {kind}") or ""


def table(cases: Sequence[ReadyCase], excused: Mapping[str, str], least: int = 1) -> list[list[str]]:
    """Rows of topics, columns of kinds, each cell `en/he`; an excused empty cell carries an asterisk."""
    found = count(cases)
    topics = [*TOPICS, *sorted({case.topic for case in cases} - set(TOPICS))]
    rows = [["", *KINDS]]
    for topic in topics:
        cells = []
        for kind in KINDS:
            english, hebrew = (found[topic, kind, lang] for lang in LANGUAGES)
            excuse = _excuse(excused, topic, kind)
            cells.append(f"{english}/{hebrew}" if english or hebrew else ("*" if excuse else "–"))
        rows.append([topic, *cells])
    return rows
