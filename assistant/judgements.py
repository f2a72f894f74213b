"""The files of judgements in force here: which tools use them, whose they are, on what each number rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.policy import load_weights, product_weights
from tools.tool import Tool


@dataclass(frozen=True)
class InForce:
    """One weights file: `own` when the company replaced the product's; `basis` names each judgement with its ground.

    `text` is the file as it stands, whose comments give the ground of figures that stand alone.
    """

    file: str
    sha256: str
    tools: tuple[str, ...]
    own: bool
    basis: tuple[tuple[str, str], ...]
    text: str


def in_force(tools: Mapping[str, Tool], folder: Path | None) -> list[InForce]:
    """Every weights file the tools use, the company's own from `folder` before the product's."""
    users: dict[str, list[str]] = {}
    for tool in tools.values():
        if tool.weights:
            users.setdefault(tool.weights, []).append(tool.name)
    found = []
    for name, using in users.items():
        weights = load_weights(name, folder)
        text = weights.content.decode("utf-8", "replace")
        own = weights.sha256 != product_weights(name).sha256
        found.append(InForce(weights.file, weights.sha256, tuple(using), own, tuple(_basis(weights.data)), text))
    return found


def _basis(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if not isinstance(data, Mapping):
        return
    if "basis" in data:
        grounds = [data.get(key) for key in ("rule", "rules", "source", "sources")]
        named = [str(one) for ground in grounds if ground for one in (ground if isinstance(ground, list) else [ground])]
        yield f"{path}: {data.get('weight', '')}".rstrip(": "), " · ".join([str(data["basis"]), *named])
        return
    for name, inner in data.items():
        yield from _basis(inner, f"{path}.{name}" if path else str(name))
