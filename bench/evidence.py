"""How well the evidence check tells supported drafts from unsupported ones: `python -m bench.evidence [--misses]`.

A wrong draft with any finding is caught, one without is a miss; a right draft with any finding is a false alarm.
Precision is the share of flagged drafts that are wrong, recall the share of wrong drafts that are flagged.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from assistant.answering.evidence import Evidence, Finding, Piece, check

SUITE = Path(__file__).resolve().parents[1] / "eval" / "suites" / "evidence"
HALVES = ("dev", "test", "fresh", "unseen", "relations", "relations_held")


@dataclass(frozen=True)
class Labelled:
    """One draft, what it stands on, and what is wrong with it (nothing: it is right)."""

    scenario: str
    language: str
    text: str
    wrong: tuple[str, ...]
    pieces: tuple[Piece, ...]

    def findings(self) -> list[Finding]:
        """What the check finds."""
        return check(self.text, Evidence(self.pieces, self.language))  # type: ignore[arg-type]


def read(half: str) -> Iterator[Labelled]:
    """The labelled drafts of one half of the suite."""
    for scenario in yaml.safe_load((SUITE / f"drafts_{half}.yaml").read_text("utf-8")):
        pieces = tuple(piece(given) for given in scenario["given"])
        for draft in scenario["drafts"]:
            language = "he" if "he" in draft else "en"
            wrong = draft.get("wrong", [])
            kinds = tuple([wrong] if isinstance(wrong, str) else wrong)
            yield Labelled(scenario["id"], language, draft[language], kinds, pieces)


def piece(given: dict[str, Any]) -> Piece:
    """A piece as the suite writes it."""
    data = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    labels = tuple((label, Fraction(value), Fraction(value), unit) for label, value, unit in given.get("labels", ()))
    return Piece(**{**data, "labels": labels})


def main() -> None:
    """Print the table, and with --misses every draft that was judged wrongly."""
    print("| half | language | drafts | wrong | caught | false alarms | precision | recall | named right |")
    print("|---|---|---|---|---|---|---|---|---|")
    for half in HALVES:
        drafts = list(read(half))
        for language in ("en", "he", "both"):
            chosen = [draft for draft in drafts if language in (draft.language, "both")]
            print(f"| {half} | {language} | {row(chosen)} |")
    if "--misses" in sys.argv:
        for half in HALVES:
            for draft in read(half):
                found = draft.findings()
                if bool(found) != bool(draft.wrong):
                    print(
                        f"\n{half}/{draft.scenario}: {draft.text}\n  wrong: {draft.wrong}; found: {[*map(str, found)]}"
                    )
    print("\n| kind | drafts | caught |\n|---|---|---|")
    every = [draft for half in HALVES for draft in read(half) if draft.wrong]
    of_kind, caught = Counter(d.wrong[0] for d in every), Counter(d.wrong[0] for d in every if d.findings())
    for kind, count in of_kind.most_common():
        print(f"| {kind} | {count} | {caught[kind]} |")


def row(drafts: list[Labelled]) -> str:
    """The counts of one group."""
    wrong = [draft for draft in drafts if draft.wrong]
    right = [draft for draft in drafts if not draft.wrong]
    found = {id(draft): draft.findings() for draft in drafts}
    caught = [draft for draft in wrong if found[id(draft)]]
    alarms = [draft for draft in right if found[id(draft)]]
    named = [draft for draft in caught if {finding.kind for finding in found[id(draft)]} & set(draft.wrong)]
    precision = len(caught) / max(1, len(caught) + len(alarms))
    cells = (len(drafts), len(wrong), len(caught), f"{len(alarms)}/{len(right)}", f"{precision:.3f}",
             f"{len(caught) / max(1, len(wrong)):.3f}", f"{len(named)}/{len(caught)}")  # fmt: skip
    return " | ".join(map(str, cells))


if __name__ == "__main__":
    main()
