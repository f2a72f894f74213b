"""Every sentence the harness says, in Hebrew and English, from wording.yaml."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml


@functools.cache
def _sentences() -> dict[str, dict[str, str]]:
    flat: dict[str, dict[str, str]] = {}

    def gather(prefix: str, node: Any) -> None:
        if set(node) == {"en", "he"}:
            flat[prefix] = node
            return
        for key, inner in node.items():
            gather(f"{prefix}.{key}" if prefix else str(key), inner)

    gather("", yaml.safe_load((Path(__file__).parent / "wording.yaml").read_text("utf-8")))
    return flat


def say(key: str, language: str, /, **values: object) -> str:
    """The sentence of this key. Raises KeyError for a key that nobody wrote."""
    return _sentences()[key][language].format(**values)


def sentences() -> dict[str, dict[str, str]]:
    """All sentences by key, for the tests and for the report."""
    return _sentences()
