"""The files of judgements: the one a record was begun with, and those in force, whose they are and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import SetupError
from assistant.store import Store
from tools.policy import Weights, load_weights, product_weights, read_weights
from tools.strict_yaml import DataFileError
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


class Judgements:
    """The weights files of an installation. Every file that was used is kept, so that an old verdict can be redone.

    A workspace may have a folder of its own inside the company's, named after it, which no other workspace is
    ever read from.
    """

    def __init__(self, folder: Path | None, store: Store) -> None:
        """`folder` holds the company's own files, which stand before the product's."""
        self._folder = folder
        self._store = store
        self._read: dict[str, Weights] = {}

    def behind(self, name: str, made_with: Mapping[str, str], workspace: str = "") -> Weights:
        """The weights a record was begun with, wherever the file is now; for a new record, those in force.

        Raises SetupError when the file in force cannot be used; nothing of it is kept then.
        """
        sha256 = made_with.get("sha256", "")
        if sha256 in self._read:
            return self._read[sha256]
        if sha256 and (kept := self._store.weights(sha256)):
            weights = read_weights(kept[1], kept[0])
        else:
            weights = usable(name, self._folder_of(workspace), self._read)
            self._store.keep_weights(weights.sha256, weights.file, weights.content)
        self._read[weights.sha256] = weights
        return weights

    def in_force(self, tools: Iterable[Tool], workspace: str = "") -> list[InForce]:
        """Every weights file these tools use for a new record."""
        return in_force(tools, self._folder_of(workspace))

    def _folder_of(self, workspace: str) -> Path | None:
        if self._folder is None or not self._folder.is_dir():
            return self._folder
        # Compared as they are spelled: some file systems take "t1" for "T1", and ids may hold anything.
        own = (one for one in self._folder.iterdir() if one.name == workspace and one.is_dir())
        return next(own, self._folder)


def usable(name: str, folder: Path | None, tried: Container[str] = ()) -> Weights:
    """The weights file in force, tried out unless its hash is among those `tried`.

    Raises SetupError that says what is wrong in a company's own file.
    """
    from tools.registry import TOOLS

    try:
        weights = load_weights(name, folder)
        if weights.sha256 not in tried and weights.sha256 != product_weights(name).sha256:
            for tool in TOOLS:
                if tool.weights == name:
                    tool.calculate(tool.read({}, {}), weights, dt.date.min)
    except DataFileError as error:
        raise SetupError("weights", folder=folder, reason=error) from error
    return weights


def in_force(tools: Iterable[Tool], folder: Path | None) -> list[InForce]:
    """Every weights file the tools use, the company's own from `folder` before the product's. Raises SetupError."""
    users: dict[str, list[str]] = {}
    for tool in tools:
        if tool.weights:
            users.setdefault(tool.weights, []).append(tool.name)
    found = []
    for name, using in users.items():
        weights = usable(name, folder)
        text = weights.content.decode("utf-8", "replace")
        own = weights.sha256 != product_weights(name).sha256
        found.append(InForce(weights.file, weights.sha256, tuple(using), own, tuple(_basis(weights.data)), text))
    return found


def faults(tools: Iterable[Tool], folder: Path | None) -> list[str]:
    """What is wrong with the files these tools would use: for each, the message that names file and place."""
    found = []
    for tool in tools:
        if tool.weights:
            try:
                tool.calculate(tool.read({}, {}), load_weights(tool.weights, folder), dt.date.min)
            except DataFileError as error:
                found.append(str(error))
    return list(dict.fromkeys(found))


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
