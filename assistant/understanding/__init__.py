"""Words to commands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tools.tool import Tool


def open_interpreter(tools: Mapping[str, Tool], knowledge: Any, folder: Path) -> Any:
    """The offline interpreter over these tools, with the knowledge's own sentence vectors.

    The indexed examples are kept in `folder` for the next start.
    """
    from assistant.understanding.kept import kept_library
    from assistant.understanding.rules import RuleInterpreter

    embedding = knowledge.embedding
    library = partial(kept_library, tools, embedding.embed_questions, embedding.fingerprint, folder)
    return RuleInterpreter(tools, embedding.embed_questions, library)
