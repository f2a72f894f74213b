"""How well the evidence check tells supported drafts from unsupported ones: `python -m bench.evidence [--misses]`.

A wrong draft with any finding is caught, one without is a miss; a right draft with any finding is a false alarm.
Precision is the share of flagged drafts that are wrong, recall the share of wrong drafts that are flagged.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from assistant.answering import claims
from assistant.answering.compose import OfflineAnswerer
from assistant.answering.desk import Desk, card_piece
from assistant.answering.evidence import Evidence, Finding, Piece, check
from assistant.commands import Ask
from assistant.conversation import Conversation
from assistant.watch import Watch
from knowledge import open_knowledge
from knowledge.hebrew import main_language

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
    turned = list(mutations())
    print("\n| cards' sentences turned round by machine | language | sentences | caught |\n|---|---|---|---|")
    for kind, language in sorted({(one[1], one[0]) for one in turned}):
        of = [one for one in turned if (one[1], one[0]) == (kind, language)]
        print(f"| {kind} | {language} | {len(of)} | {sum(one[3] for one in of)} |")
    true = list(true_sentences())
    for language in ("en", "he"):
        of_language = [found for lang, _, found in true if lang == language]
        print(f"True sentences of other cards ({language}): {sum(map(bool, of_language))} of {len(of_language)} flagged.")
    checked = list(own_answers())
    alarms = [(text, findings) for text, findings in checked if findings]
    print(f"\nOur own offline answers: {len(alarms)} of {len(checked)} flagged.")
    if "--misses" in sys.argv:
        for language, kind, text, caught in turned:
            if not caught:
                print(f"\nmissed {kind} {language}: {text}")
        for language, text, findings in true:
            if findings:
                print(f"\nalarm {language}: {text}\n  found: {[*map(str, findings)]}")
        for text, findings in alarms:
            print(f"\n{text}\n  found: {[*map(str, findings)]}")


def own_answers() -> Iterator[tuple[str, list[Finding]]]:
    """Our offline answers to the questions of answers.yaml, checked against the material a model would be given."""
    cases = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as home:
        knowledge = open_knowledge(Path(home))
        answerer = OfflineAnswerer(knowledge)
        for text in (case["q"] for cases_of_kind in cases.values() for case in cases_of_kind):
            state = Conversation(id="bench", language=main_language(text))
            question = Ask(text, original=text)
            answered = answerer.answer(question, state)
            if answered.kind != "answer":
                continue
            desk = Desk(knowledge, {}, lambda *_: None, dt.date(2026, 1, 1), question, state, Watch(said=text))
            desk.search(text)
            cards = [knowledge.card(card_id) for card_id in answered.cards]
            pieces = [card_piece(card, str(90 + at), knowledge) for at, card in enumerate(cards) if card]
            evidence = replace(desk.evidence(), pieces=(*desk.evidence().pieces, *pieces))
            yield answered.text, check(re.sub(r"\s*\[\d+\]", "", answered.text), evidence, whole=False)


MUTATIONS = {
    "en": (
        ("negation", r" not(?= )| never(?= )", {}),
        ("negation", r"\b(?:[Nn]obody|[Nn]o one)\b", {"nobody": "somebody", "no one": "somebody"}),
        ("order", r"\b(?:more|less|fewer|higher|lower) (?=.*\bthan\b)",
         {"more": "less", "less": "more", "fewer": "more", "higher": "lower", "lower": "higher"}),
        ("order", r"\b(?:before|after)\b", {"before": "after", "after": "before"}),
        ("role", r"\b(?:agents?|distributors?)\b", {"agent": "distributor", "distributor": "agent",
                                                    "agents": "distributors", "distributors": "agents"}),
        ("role", r"\b(?:[Mm]arketing|[Ss]ales)\b", {"marketing": "sales", "sales": "marketing"}),
    ),
    "he": (
        ("negation", r"(?<= )לא |(?<= )אינו |(?<= )אינה |(?<= )אינם ", {}),
        ("order", r"(?<= )(?:יותר|פחות) (?=.*(?: מ|מאשר|לעומת))", {"יותר": "פחות", "פחות": "יותר"}),
        ("order", r"(?<= )(?:לפני|אחרי) ", {"לפני": "אחרי", "אחרי": "לפני"}),
        ("role", r"(?<= )(?:סוכן|מפיץ)\b", {"סוכן": "מפיץ", "מפיץ": "סוכן"}),
        ("role", r"(?<= ה)(?:שיווק|מכירות)\b", {"שיווק": "מכירות", "מכירות": "שיווק"}),
    ),
}  # fmt: skip


def mutations() -> Iterator[tuple[str, str, str, bool]]:
    """Every sentence of the cards turned round by machine: language, kind, sentence, whether the check sees it."""
    with tempfile.TemporaryDirectory() as home:
        knowledge = open_knowledge(Path(home))
        for card in knowledge.cards.values():
            pieces = (card_piece(card, "1", knowledge),)
            for language, kinds in MUTATIONS.items():
                evidence = Evidence(pieces, language)  # type: ignore[arg-type]
                for sentence in claims.sentences(claims.plain(f"{card.answer[language]}\n{card.body[language]}")):
                    for kind, pattern, others in kinds:
                        changed = re.sub(pattern, lambda m, o=others: _turned(m.group(), o), sentence)  # type: ignore[misc]
                        if changed != sentence:
                            yield language, kind, changed, bool(check(changed, evidence, whole=False))


def _turned(words: str, others: dict[str, str]) -> str:
    turned = others.get(words.strip().lower(), "")
    return words.replace(words.strip(), turned) if turned else " " * words.startswith(" ")


TURNED = ("negation", "order", "role")


def true_sentences() -> Iterator[tuple[str, str, list[Finding]]]:
    """Every sentence of each card's answer and corrections, read against all that others say and its own page says."""
    with tempfile.TemporaryDirectory() as home:
        knowledge = open_knowledge(Path(home))
        for card in knowledge.cards.values():
            for language in ("en", "he"):
                near = [hit.id for hit in knowledge.search(card.answer[language], limit=8) if hit.kind == "card"]
                others = [card_piece(knowledge.card(name), "1", knowledge) for name in near if name != card.id]
                own = Piece("1", "card", (card.body[language],))
                evidence = Evidence((own, *others), language)  # type: ignore[arg-type]
                told = "\n".join([card.answer[language], *(one.correction[language] for one in card.misconceptions)])
                for sentence in claims.sentences(claims.plain(told)):
                    found = [one for one in check(sentence, evidence, whole=False) if one.kind in TURNED]
                    yield language, sentence, found


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
