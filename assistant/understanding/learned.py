"""How likely a clause is to give each answer of a tool, or to steer, learned from all the authored examples together.

Nearness to single examples cannot tell which words make the difference between two answers; a linear
classifier over the same features can. `learning.py` makes the weights from the example files; what it has
learned is a second opinion on what the nearest examples say, never a reading of its own kind. For answers
the network of `network.py` has half a say in it: it sees the order of the words, and the two err differently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.understanding.network import Network, Word, network_of, read_words
from assistant.understanding.words.matching import features
from assistant.understanding.words.phrases import is_negated
from knowledge.hebrew import words
from knowledge.terms import HEADERS, Terms

FILE = Path(__file__).parent / "learned.npz"
ASKED_SHARE = 20.0  # by how much likelier an answer to the open question is
MARKED = "~#"  # stems and concepts
NOTHING = ("", "")  # what a text that answers no field of the tool says
STEERING = "steering"  # the weights of what steers the conversation; its answers are ("intent", name)
STARTING = "starting"  # the weights of what begins a tool; its answers are ("start", tool)
FIGURES = "figures."  # what the heads of the network that tell the field of a figure are called by
MENTIONS = "mentions."  # … and those that tell which question words speak of, whether they answer it or not
DENIED_SHARE = 1.0  # weight of a word beside a denial, of its plain weight
EDGE_WEIGHT = 0.5
LEAST = 1e-6  # chance that either the weights or the network leave to every answer


def clues(text: str, edges: bool = False) -> list[tuple[str, float]]:
    """The features of a text with their weights; those of a denied one once more, marked as denied.

    `edges` adds how the text begins and ends, which tells orders and questions but not what is answered.
    """
    plain = [*features(text), *(_edges(text) if edges else ())]
    if not is_negated(text):
        return plain
    return plain + [("!" + name, DENIED_SHARE * weight) for name, weight in plain if name[0] in MARKED]


def _edges(text: str) -> list[tuple[str, float]]:
    """How a text begins and ends, and whether it asks."""
    found = words(text)
    edges = [("^" + found[0], EDGE_WEIGHT), ("$" + found[-1], EDGE_WEIGHT)] if found else []
    return [*edges, ("?", EDGE_WEIGHT)] if "?" in text else edges


@dataclass(frozen=True)
class Weights:
    """One tool's classifier: a row a feature, a column an answer."""

    answers: tuple[tuple[str, str], ...]  # (field, value); NOTHING first
    known: Terms
    rarities: np.ndarray
    rows: np.ndarray  # int8
    scales: np.ndarray  # of each row
    edges: bool = False  # whether beginnings and ends are features
    tool: str = ""
    network: Network | None = None

    def chances(self, text: str, open_field: str = "") -> Mapping[tuple[str, str], float]:
        """The probability of every answer, summing to one; people mostly answer the question that is open."""
        found = self._together(text)
        if open_field:
            asked = np.array([field == open_field for field, _ in self.answers])
            found = found * np.where(asked, ASKED_SHARE, 1.0)
            found = found / found.sum()
        return dict(zip(self.answers, found.tolist(), strict=True))

    def _together(self, text: str) -> np.ndarray:
        """The geometric mean of what the weights and the network say."""
        found = self._chances(text)
        others = self.network.chances(self.tool, read_words(text)) if self.network is not None else None
        if others is None:
            return found
        mean = np.sqrt((found + LEAST) * (others + LEAST))
        return np.asarray(mean / mean.sum())

    def _chances(self, text: str) -> np.ndarray:
        named = clues(text, self.edges)
        numbers = self.known.numbers([name for name, _ in named])
        weights = np.array([weight for _, weight in named], dtype=np.float32)
        found = numbers >= 0
        numbers, weights = numbers[found], weights[found]
        weights = weights * self.rarities[numbers]
        length = max(float(np.sqrt((weights**2).sum())), 1e-9)
        scores = (weights / length * self.scales[numbers]) @ self.rows[numbers].astype(np.float32)
        raised = np.exp(scores - scores.max())
        return raised / raised.sum()


@dataclass(frozen=True)
class FieldHead:
    """What the network has learned of a tool's fields: which one a figure is for, or which one words speak of."""

    fields: tuple[str, ...]  # "" first: for none
    network: Network
    head: str

    def chances(self, read: Sequence[Word]) -> Mapping[str, float]:
        """The probability of every field, summing to one."""
        found = self.network.chances(self.head, read)
        return dict(zip(self.fields, found.tolist(), strict=True)) if found is not None else {}


@dataclass(frozen=True)
class Learned:
    """All that a file keeps: the weights of every tool and of what steers, and the heads for fields by their names."""

    weights: Mapping[str, Weights]
    heads: Mapping[str, FieldHead]


def learned() -> Mapping[str, Weights]:
    """The weights of every tool that has answers to choose from. Raises OSError or ValueError."""
    return opened().weights


def field_head(kind: str, tool: str) -> FieldHead | None:
    """What is learned of a tool's figures or mentions, None where nothing is. Raises OSError or ValueError."""
    return opened().heads.get(kind + tool)


@lru_cache(maxsize=1)
def opened(path: Path = FILE) -> Learned:
    """What a file keeps. Raises OSError or ValueError."""
    with HEADERS, np.load(path, allow_pickle=False) as file:
        tools = [str(tool) for tool in file["tools"]]
        network = network_of(file)
        weights = {
            tool: Weights(
                tuple((str(field), str(value)) for field, value in file[f"{tool}.answers"]),
                Terms(file[f"{tool}.known"]),
                file[f"{tool}.rarities"].astype(np.float32),
                file[f"{tool}.rows"],
                file[f"{tool}.scales"].astype(np.float32),
                edges=tool in (STEERING, STARTING),
                tool=tool,
                network=network if tool not in (STEERING, STARTING) else None,
            )
            for tool in tools
        }
        if network is None:
            return Learned(weights, {})
        fields = {name: [str(field) for field in file[name]] for name in file if name.startswith((FIGURES, MENTIONS))}
        return Learned(weights, {head: FieldHead(tuple(of), network, head) for head, of in fields.items()})
