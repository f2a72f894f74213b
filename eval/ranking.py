"""Retrieval figures over binary gold. Checked in the tests against pytrec_eval."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence


def recall_at(found: Sequence[str], gold: Collection[str], k: int) -> float:
    """The share of the gold among the first k."""
    return len(set(found[:k]) & set(gold)) / len(set(gold)) if gold else 0.0


def hit_at(found: Sequence[str], gold: Collection[str], k: int) -> float:
    """1.0 when any gold is among the first k."""
    return float(bool(set(found[:k]) & set(gold)))


def reciprocal_rank(found: Sequence[str], gold: Collection[str], k: int = 10) -> float:
    """One over the rank of the first gold within k; 0.0 when there is none."""
    return next((1 / rank for rank, one in enumerate(found[:k], 1) if one in gold), 0.0)


def ndcg_at(found: Sequence[str], gold: Collection[str], k: int = 10) -> float:
    """Normalised discounted gain of the first k, every gold worth the same."""
    gain = sum(1 / math.log2(rank + 1) for rank, one in enumerate(found[:k], 1) if one in gold)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(set(gold)), k) + 1))
    return gain / best if best else 0.0
