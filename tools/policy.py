"""Weights and policies: every number that is judgement, in YAML files with a basis, named by hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class Weights:
    """One weights file as read: its name, the SHA-256 of its bytes, and its content."""

    file: str
    sha256: str
    data: dict[str, Any]


def read_weights(content: bytes, file: str) -> Weights:
    """Parse a weights file's bytes. Raises ValueError naming the file when it is not a mapping."""
    data = yaml.safe_load(content.decode("utf-8"))
    if not isinstance(data, dict):
        raise ValueError(f"{file}: a weights file is a mapping")
    return Weights(file, hashlib.sha256(content).hexdigest(), data)


def load_weights(name: str, own: Path | None = None) -> Weights:
    """The company's own file `own/<name>.yaml` where there is one, else the product's."""
    for folder in (own, FOLDER):
        if folder is not None and (path := folder / f"{name}.yaml").is_file():
            return read_weights(path.read_bytes(), path.name)
    raise ValueError(f"no weights file {name!r}")
