"""Words to commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.tool import Tool


def open_interpreter(tools: Mapping[str, Tool], knowledge: Any) -> Any:
    """The offline interpreter over these tools, with the knowledge's own sentence vectors."""
    from assistant.understanding.rules import RuleInterpreter

    return RuleInterpreter(tools, knowledge.embedding.embed_questions)
