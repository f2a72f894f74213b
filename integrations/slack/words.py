"""Every sentence the Slack door itself says, Hebrew and English, in `wording.yaml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "wording.yaml"


def say(key: str, language: str, /, **values: object) -> str:
    """The sentence under a dotted key, filled in. Raises KeyError for an unknown key or value."""
    return sentences()[key]["he" if language == "he" else "en"].format_map(values)


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """All sentences by dotted key. Raises ValueError naming a key that lacks a language."""
    found: dict[str, Mapping[str, str]] = {}
    _collect(yaml.safe_load(FILE.read_text("utf-8")), "", found)
    return found


def script(text: str) -> str:
    """The language a text is written in: "he", "en", or "" when it has no letters of either."""
    hebrew = sum(1 for letter in text if "א" <= letter <= "ת")
    latin = sum(1 for letter in text if letter.isascii() and letter.isalpha())
    if hebrew:
        return "he"
    return "en" if latin else ""


def _collect(tree: Mapping[str, Any], prefix: str, found: dict[str, Mapping[str, str]]) -> None:
    for name, node in tree.items():
        key = f"{prefix}{name}"
        if not isinstance(node, Mapping):
            raise ValueError(f"wording {key!r} is neither a sentence nor a group")
        if "en" in node or "he" in node:
            if set(node) != {"en", "he"}:
                raise ValueError(f"wording {key!r} needs exactly en and he")
            found[key] = node
        else:
            _collect(node, f"{key}.", found)
