"""Which Hebrew stem translates which English stem, learnt from sentence pairs (IBM model 1, both ways)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

Pair = tuple[list[str], list[str]]
Table = dict[str, list[tuple[str, float]]]
ROUNDS = 6
LONGEST = 60
SMALLEST_SHARE = 0.04
MOST_TRANSLATIONS = 8


def translation_tables(pairs: Sequence[Pair]) -> tuple[Table, Table]:
    """Tables Hebrew → English and English → Hebrew from (English stems, Hebrew stems) pairs.

    A translation is kept only when both directions found it; its weight is the geometric mean of
    both probabilities, halved when it rests on a single weak sighting.
    """
    english: dict[str, int] = {}
    hebrew: dict[str, int] = {}
    numbered = [
        (
            [english.setdefault(word, len(english)) for word in left],
            [hebrew.setdefault(word, len(hebrew)) for word in right],
        )
        for left, right in pairs
        if left and right and len(left) < LONGEST and len(right) < LONGEST
    ]
    forward = _learn(numbered, nothing=len(english))
    backward = _learn([(right, left) for left, right in numbered], nothing=len(hebrew))
    english_names, hebrew_names = list(english), list(hebrew)
    to_english: Table = defaultdict(list)
    to_hebrew: Table = defaultdict(list)
    for (source, target), (back, back_count) in backward.items():
        if (target, source) not in forward:
            continue
        there, count = forward[target, source]
        weight = float(np.sqrt(back * there))
        if min(count, back_count) <= 1.5 and max(back, there) <= 0.5:
            weight /= 2
        to_english[hebrew_names[source]].append((english_names[target], weight))
        to_hebrew[english_names[target]].append((hebrew_names[source], weight))
    return _prune(to_english), _prune(to_hebrew)


def _learn(pairs: Sequence[tuple[list[int], list[int]]], nothing: int) -> dict[tuple[int, int], tuple[float, float]]:
    """Probability and expected count of (source, target), by expectation maximisation."""
    sources: list[int] = []
    targets: list[int] = []
    groups: list[int] = []
    group = 0
    for left, right in pairs:
        candidates = [*left, nothing]
        for word in right:
            sources += candidates
            targets += [word] * len(candidates)
            groups += [group] * len(candidates)
            group += 1
    source, target, member = np.array(sources), np.array(targets), np.array(groups)
    width = int(target.max()) + 1
    cells, cell = np.unique(source * width + target, return_inverse=True)
    probability = np.full(len(cells), 1.0 / width)
    count = probability
    for _ in range(ROUNDS):
        share = probability[cell]
        share /= np.bincount(member, share, minlength=group)[member]
        count = np.bincount(cell, share, minlength=len(cells))
        probability = count / np.bincount(cells // width, count)[cells // width]
    return {
        (int(at // width), int(at % width)): (float(chance), float(seen))
        for at, chance, seen in zip(cells, probability, count, strict=True)
        if chance > 0.005 and at // width != nothing
    }


def _prune(table: Table) -> Table:
    kept: Table = {}
    for word, found in table.items():
        best = sorted(found, key=lambda item: (-item[1], item[0]))[:MOST_TRANSLATIONS]
        total = sum(weight for _, weight in best)
        strong = [(name, w) for name, w in best if w / total >= SMALLEST_SHARE and w > 0.03]
        if strong:
            total = sum(weight for _, weight in strong)
            kept[word] = [(name, round(weight / total, 3)) for name, weight in strong]
    return kept
