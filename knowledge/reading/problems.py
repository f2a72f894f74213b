"""What can go wrong with a file, each as a code with one line for people in both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from knowledge.cards import Text

MESSAGES = Path(__file__).with_name("messages.yaml")


class Unreadable(ValueError):
    """A file that cannot be read. `code` is a key of messages.yaml, `details` fill its placeholders."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class _Count(int):
    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return super().__format__(spec) if not bar else one if self == 1 else f"{int(self):,} {many}"


@cache
def _messages() -> dict[str, Text]:
    return {key: Text(**value) for key, value in yaml.safe_load(MESSAGES.read_text("utf-8")).items()}


def message(code: str, **details: object) -> Text:
    """The line for people that goes with a code. Raises KeyError for an unknown code.

    A count is written `{words:1 word|words}`: the first for one, the number and the second for any other.
    """
    text = _messages()[code]
    said = {name: _Count(value) if isinstance(value, int) else value for name, value in details.items()}
    return Text(en=text.en.format(**said), he=text.he.format(**said))


def codes() -> frozenset[str]:
    """Every code that has a message."""
    return frozenset(_messages())
