"""Every sentence the assistant says, Hebrew and English, in `*.yaml` beside this file.

A file is a tree of keys; a leaf is `{en: …, he: …}`, where a language may list several paragraphs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent


def say(key: str, language: str, /, **values: object) -> str:
    """The sentence under a dotted key, filled in. Raises KeyError for an unknown key or value."""
    return sentences()[key][language].format_map(values)


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """All sentences by dotted key. Raises ValueError naming a key that lacks a language."""
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        _collect(yaml.load(path.read_text("utf-8"), Loader=loader) or {}, "", found)
    return found


def _collect(tree: Mapping, prefix: str, found: dict[str, Mapping[str, str]]) -> None:
    for name, node in tree.items():
        key = f"{prefix}{name}"
        if "en" in node or "he" in node:
            if set(node) != {"en", "he"}:
                raise ValueError(f"wording {key!r} needs exactly en and he")
            found[key] = node
        else:
            _collect(node, f"{key}.", found)
