"""The data files: a key that stands twice would silently lose what stands under the first."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FOLDERS = ("assistant", "knowledge", "tools", "ui", "integrations")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.yaml"))


def keys_said_twice(node: yaml.Node) -> list[str]:
    found: list[str] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            found += [key.value] if key.value in seen else []
            seen.add(key.value)
            found += keys_said_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            found += keys_said_twice(item)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_key_stands_twice(path: Path) -> None:
    assert not keys_said_twice(yaml.compose(path.read_text("utf-8"), yaml.CSafeLoader))


def test_a_key_that_stands_twice_is_found() -> None:
    assert keys_said_twice(yaml.compose("a: {b: [1], c: 2, b: 3}")) == ["b"]
