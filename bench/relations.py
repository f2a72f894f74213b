"""The evidence check on the method's own sentences: `python -m bench.relations [--misses]`.

Every sentence of the cards is turned round by machine (a "not" dropped, "more" for "less", an agent for a
distributor) and should be caught; every true sentence of a card, read against other cards on its subject and its own
page, should pass, and so should our own offline answers.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

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


def main() -> None:
    """Print the tables, and with --misses every sentence that was judged wrongly."""
    turned, true, checked = list(mutations()), list(true_sentences()), list(own_answers())
    print("| the cards' sentences, turned round | language | sentences | caught |\n|---|---|---|---|")
    for kind, language in sorted({(one[1], one[0]) for one in turned}):
        of = [one for one in turned if (one[1], one[0]) == (kind, language)]
        print(f"| {kind} | {language} | {len(of)} | {sum(one[3] for one in of)} |")
    print("\n| true sentences | language | sentences | flagged |\n|---|---|---|---|")
    for language in ("en", "he"):
        found = [findings for lang, _, findings in true if lang == language]
        print(f"| of other cards | {language} | {len(found)} | {sum(map(bool, found))} |")
    print(f"| our own answers | both | {len(checked)} answers | {sum(bool(found) for _, found in checked)} |")
    if "--misses" in sys.argv:
        _show_misses(turned, true, checked)


def _show_misses(turned: list[Mutation], true: list[Read], checked: list[tuple[str, list[Finding]]]) -> None:
    for language, kind, text, caught in turned:
        if not caught:
            print(f"\nmissed {kind} {language}: {text}")
    for text, findings in [*((text, found) for _, text, found in true), *checked]:
        if findings:
            print(f"\nalarm: {text}\n  found: {[*map(str, findings)]}")


Mutation = tuple[str, str, str, bool]  # language, kind, sentence, whether the check sees it
Read = tuple[str, str, list[Finding]]  # language, sentence, what was found


def own_answers(limit: int = 1000) -> Iterator[tuple[str, list[Finding]]]:
    """Our offline answers to questions of answers.yaml, checked against the material a model would be given."""
    cases = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as home:
        knowledge = open_knowledge(Path(home))
        answerer = OfflineAnswerer(knowledge)
        for text in [case["q"] for cases_of_kind in cases.values() for case in cases_of_kind][:limit]:
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


def mutations() -> Iterator[Mutation]:
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


def true_sentences() -> Iterator[Read]:
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


if __name__ == "__main__":
    main()
