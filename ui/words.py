"""What the web app says, in Hebrew and English, from `wording.yaml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "wording.yaml"
LANGUAGES = ("en", "he")


def say(key: str, language: str, /, **values: object) -> str:
    """The words under a dotted key, filled in. Raises KeyError for an unknown key or value."""
    return words()[key][language].format_map(values)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """All words by dotted key. Raises ValueError naming a key that lacks a language.

    An entry may also hold `of`: the words of Streamlit that ours stand for, in either language.
    """
    import yaml

    found: dict[str, Mapping[str, str]] = {}
    _collect(yaml.safe_load(FILE.read_text("utf-8")), "", found)
    return found


def _collect(tree: Mapping, prefix: str, found: dict[str, Mapping[str, str]]) -> None:
    for name, node in tree.items():
        key = f"{prefix}{name}"
        if set(node) & set(LANGUAGES):
            if set(node) - {"of"} != set(LANGUAGES):
                raise ValueError(f"wording {key!r} needs exactly en and he")
            found[key] = node
        else:
            _collect(node, f"{key}.", found)
