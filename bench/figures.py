"""Recall@k and mean reciprocal rank, and the plain search they are held against."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

CUT = 10


@dataclass(frozen=True)
class Figures:
    """Shares of `questions` with a right answer among the first 1, 3, 10, and the mean of 1/rank to 10."""

    questions: int
    recall_1: float
    recall_3: float
    recall_10: float
    mrr: float

    def row(self) -> str:
        """The figures as cells of a markdown table."""
        shares = (self.recall_1, self.recall_3, self.recall_10, self.mrr)
        return " | ".join([str(self.questions), *(f"{share:.3f}" for share in shares)])


def first_right(found: Sequence[str], gold: Sequence[str]) -> int | None:
    """The rank, from 1, of the first right answer; None when it is not among the first ten."""
    return next((rank for rank, item in enumerate(found[:CUT], 1) if item in gold), None)


def figures(ranks: Sequence[int | None]) -> Figures:
    """Sum up ranks; raises ValueError when there are none."""
    if not ranks:
        raise ValueError("no questions were asked")

    def within(most: int) -> float:
        return sum(1 for rank in ranks if rank and rank <= most) / len(ranks)

    return Figures(len(ranks), within(1), within(3), within(CUT), sum(1 / rank for rank in ranks if rank) / len(ranks))


class PlainSearch:
    """BM25 over words split at white space: what a search without any knowledge of Hebrew does."""

    def __init__(self, texts: Sequence[tuple[str, str]], k1: float = 1.2, b: float = 0.75) -> None:
        self._found: dict[str, dict[str, float]] = defaultdict(dict)
        counts = [(owner, Counter(text.lower().split())) for owner, text in texts]
        mean = sum(count.total() for _, count in counts) / max(1, len(counts))
        documents = Counter(word for _, count in counts for word in count)
        for row, (_, count) in enumerate(counts):
            for word, times in count.items():
                rarity = math.log(1 + (len(counts) - documents[word] + 0.5) / (documents[word] + 0.5))
                length = 1 - b + b * count.total() / mean
                self._found[word][str(row)] = rarity * times * (k1 + 1) / (times + k1 * length)
        self._owners = [owner for owner, _ in texts]

    def search(self, question: str) -> list[str]:
        """Owners of the texts found, best first, each once."""
        scores: Counter[str] = Counter()
        for word in question.lower().split():
            scores.update(self._found.get(word, {}))
        ranked = sorted(scores.items(), key=lambda item: (-item[1], int(item[0])))
        return list(dict.fromkeys(self._owners[int(row)] for row, _ in ranked))[:CUT]
