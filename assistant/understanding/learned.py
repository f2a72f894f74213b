"""How likely a clause is to give each answer of a tool, learned from all the authored examples together.

Nearness to single examples cannot tell which words make the difference between two answers; a linear
classifier over the same features can. `learning.py` makes the weights from the example files; what it has
learned is a second opinion on what the nearest examples say, never a reading of its own kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.understanding.matching import features
from assistant.understanding.phrases import is_negated
from knowledge.terms import Terms

FILE = Path(__file__).parent / "learned.npz"
ASKED_SHARE = 20.0  # by how much likelier an answer to the open question is
MARKED = "~#"  # stems and concepts
NOTHING = ("", "")  # what a text that answers no field of the tool says


DENIED_SHARE = 1.0  # weight of a word beside a denial, of its plain weight


def clues(text: str) -> list[tuple[str, float]]:
    """The features of a text with their weights; those of a denied one once more, marked as denied."""
    plain = list(features(text))
    if not is_negated(text):
        return plain
    return plain + [("!" + name, DENIED_SHARE * weight) for name, weight in plain if name[0] in MARKED]


@dataclass(frozen=True)
class Weights:
    """One tool's classifier: a row a feature, a column an answer."""

    answers: tuple[tuple[str, str], ...]  # (field, value); NOTHING first
    known: Terms
    rarities: np.ndarray
    rows: np.ndarray  # int8
    scales: np.ndarray  # of each row

    def chances(self, text: str, open_field: str = "") -> Mapping[tuple[str, str], float]:
        """The probability of every answer, summing to one; people mostly answer the question that is open."""
        found = self._chances(text)
        if open_field:
            asked = np.array([field == open_field for field, _ in self.answers])
            found = found * np.where(asked, ASKED_SHARE, 1.0)
            found = found / found.sum()
        return dict(zip(self.answers, found.tolist(), strict=True))

    def _chances(self, text: str) -> np.ndarray:
        named = clues(text)
        numbers = self.known.numbers([name for name, _ in named])
        weights = np.array([weight for _, weight in named], dtype=np.float32)
        found = numbers >= 0
        numbers, weights = numbers[found], weights[found]
        weights = weights * self.rarities[numbers]
        length = max(float(np.sqrt((weights**2).sum())), 1e-9)
        scores = (weights / length * self.scales[numbers]) @ self.rows[numbers].astype(np.float32)
        raised = np.exp(scores - scores.max())
        return raised / raised.sum()


@lru_cache(maxsize=1)
def learned(path: Path = FILE) -> Mapping[str, Weights]:
    """The weights of every tool that has answers to choose from. Raises OSError or ValueError."""
    with np.load(path, allow_pickle=False) as file:
        tools = [str(tool) for tool in file["tools"]]
        return {
            tool: Weights(
                tuple((str(field), str(value)) for field, value in file[f"{tool}.answers"]),
                Terms(file[f"{tool}.known"]),
                file[f"{tool}.rarities"].astype(np.float32),
                file[f"{tool}.rows"],
                file[f"{tool}.scales"].astype(np.float32),
            )
            for tool in tools
        }
