"""Which question of a form words speak of without answering it, by all that people call it (`learned.py`).

"How long it takes to win another like them, no idea" has not a word of the question's name.
"""

from __future__ import annotations

from collections.abc import Container

from assistant.understanding.learned import MENTIONS, field_head
from assistant.understanding.network import read_words

MEANT = 0.7  # chance that words which name no question speak of one
SURELY_MEANT, HARDLY_MEANT = 0.9, 0.1  # … from which it is that one rather than one of so little chance


def rather_meant(text: str, tool: str, named: str = "", among: Container[str] | None = None) -> str:
    """The field a text speaks of (of those given), where it is surely that one and not the one it seems to name.

    `named` is what a name in it says, "" for nothing. Empty where the name stands, or no field is likely enough.
    """
    head = field_head(MENTIONS, tool)
    chances = head.chances(read_words(text)) if head is not None else {}
    meant = max(chances, key=lambda name: chances[name], default="")
    if not meant or meant == named or (among is not None and meant not in among):
        return ""
    rather = not named or chances.get(named, 0.0) < HARDLY_MEANT
    return meant if rather and chances[meant] >= (SURELY_MEANT if named else MEANT) else ""
