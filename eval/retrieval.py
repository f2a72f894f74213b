"""How well the search alone finds the right cards: recall@k, MRR@10 and nDCG@10, by language.

Gold is a card, a rule (any card that carries it) or a source, never a position in some index.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.ranking import hit_at, ndcg_at, recall_at, reciprocal_rank
from eval.run import Options, open_for
from eval.statistics import wilson
from eval.strict import Problem, SuiteError, read_yaml
from eval.suite import SUITES

QUESTIONS = SUITES / "retrieval_questions.yaml"
DEPTH = 10


@dataclass(frozen=True)
class Found:
    """What one question found, and the cards that would have been right."""

    id: str
    lang: str
    cards: tuple[str, ...]
    gold: frozenset[str]


def gold_cards(gold: Collection[str], corpus: Mapping[str, Any]) -> frozenset[str]:
    """The cards that gold names: themselves, or whichever carry the rule or stand on the source."""
    named = set()
    for key, card in corpus["cards"].items():
        if key in gold or set(gold) & {*card["rules"], *card["sources"]}:
            named.add(key)
    return frozenset(named)


def figures(found: Sequence[Found]) -> str:
    """One line of figures over these questions."""
    hits = sum(hit_at(one.cards, one.gold, 1) for one in found)
    low, high = wilson(int(hits), len(found))
    mean = {
        "R@3": sum(hit_at(one.cards, one.gold, 3) for one in found),
        "R@10": sum(recall_at(one.cards, one.gold, DEPTH) for one in found),
        "MRR@10": sum(reciprocal_rank(one.cards, one.gold) for one in found),
        "nDCG@10": sum(ndcg_at(one.cards, one.gold) for one in found),
    }
    rest = "  ".join(f"{name} {value / len(found):.3f}" for name, value in mean.items())
    return f"first right {int(hits)}/{len(found)} ({low * 100:.0f}–{high * 100:.0f} %)  {rest}"


def measure(options: argparse.Namespace) -> int:
    """`eval retrieval`: the figures by language, and with --missed the questions that found nothing right."""
    entries = read_yaml(options.questions).data
    found = _ask(entries["questions"] if isinstance(entries, dict) else entries, options)
    groups: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        groups[one.lang].append(one)
    for name, group in [*sorted(groups.items()), ("all", found)]:
        print(f"{name:<4} {figures(group)}")
    if options.missed:
        for one in found:
            if not hit_at(one.cards, one.gold, DEPTH):
                print(f"✗ {one.id}: {', '.join(sorted(one.gold))} not among {', '.join(one.cards[:3])} …")
    return 0


def _ask(entries: Sequence[Mapping[str, Any]], options: argparse.Namespace) -> list[Found]:
    from assistant.settings import Settings

    run = Options(Settings.from_environment().home, clean=not options.library)
    with tempfile.TemporaryDirectory(prefix="advisor-eval-") as scratch:
        advisor = open_for(run, Path(scratch))
        corpus = advisor.corpus()
        found = []
        for entry in entries:
            gold = gold_cards([entry["gold"]] if isinstance(entry["gold"], str) else entry["gold"], corpus)
            if not gold:
                advisor.close()
                values = {"key": "gold", "value": entry["gold"], "wanted": "gold"}
                raise SuiteError([Problem(options.questions.name, 0, "bad_value", values)])
            cards = tuple(advisor.search(entry["question"], DEPTH))
            found.append(Found(str(entry["id"]), entry["lang"], cards, gold))
        advisor.close()
    return found
