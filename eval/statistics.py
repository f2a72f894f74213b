"""Intervals and tests for counts of cases. Checked in the tests against scipy."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

Z95 = 1.959963984540054


def wilson(passed: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson 95 % interval of a rate; (0, 1) when nothing was tried."""
    if total == 0:
        return 0.0, 1.0
    share, square = passed / total, z * z
    centre = (share + square / (2 * total)) / (1 + square / total)
    half = z / (1 + square / total) * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, centre - half), min(1.0, centre + half)


def upper_bound(successes: int, total: int, confidence: float = 0.95) -> float:
    """The one-sided exact (Clopper-Pearson) upper bound of a rate: 0 of 60 still allows 4.9 %."""
    if total == 0 or successes >= total:
        return 1.0
    low, high = successes / total, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        if _at_most(successes, total, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(successes: int, total: int, share: float) -> float:
    return sum(math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(successes + 1))


def mcnemar(broken: int, fixed: int) -> float:
    """The exact two-sided p of a change, from the cases that flipped: 6 broken against 0 fixed gives .03."""
    flips = broken + fixed
    if flips == 0:
        return 1.0
    tail = sum(math.comb(flips, k) for k in range(min(broken, fixed) + 1)) / 2**flips
    return min(1.0, 2 * tail)


def paired_bootstrap(
    before: Sequence[float], after: Sequence[float], *, rounds: int = 2000, seed: int = 20100820
) -> tuple[float, float, float]:
    """(mean difference, low, high): 95 % percentile interval, resampling conversations, not turns.

    `before` and `after` hold one score a conversation, in the same order. The seed is fixed: same data,
    same interval.
    """
    if len(before) != len(after):
        raise ValueError("both runs need the same conversations in the same order")
    differences = [new - old for old, new in zip(before, after, strict=True)]
    if not differences:
        return 0.0, 0.0, 0.0
    chance = random.Random(seed)
    size = len(differences)
    means = sorted(sum(chance.choices(differences, k=size)) / size for _ in range(rounds))
    return sum(differences) / size, means[int(0.025 * rounds)], means[min(rounds - 1, int(0.975 * rounds))]


def kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Cohen's κ of two raters' yes/no labels, -1..1; 1.0 when both always say the same single thing."""
    if len(first) != len(second):
        raise ValueError("both raters need the same cases")
    size = len(first)
    if size == 0:
        return 0.0
    agree = sum(a == b for a, b in zip(first, second, strict=True)) / size
    yes = (sum(first) / size) * (sum(second) / size)
    chance = yes + (1 - sum(first) / size) * (1 - sum(second) / size)
    return 1.0 if chance == 1 else (agree - chance) / (1 - chance)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie, linearly between neighbours; 0.0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
