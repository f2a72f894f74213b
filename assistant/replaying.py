"""Takes a recorded turn again without the language model: what it said is read from the record.

Everything else runs anew – understanding's checks, the tools, the evidence check – so that a change of the
product shows in an old conversation, and a reply can be explained long after the model has gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from assistant.errors import ModelError
from assistant.model import Prompt, ToolSpec
from assistant.watch import Watch


class ReplayedModel:
    """Answers as the record of one turn says, in the same order. Raises ModelError where the model had failed."""

    def __init__(self, calls: Iterable[Mapping[str, Any]]) -> None:
        """`calls` are the calls of a "modelled" event; what is left over after the turn is in `left`."""
        self.left = [call for call in calls if call["purpose"] != "check"]
        self.name = str(self.left[0]["model"]) if self.left else ""

    def structured(self, prompt: Prompt, message: str, schema: type, watch: Watch) -> Any:
        """The recorded proposal. Raises ModelError."""
        call = self._next("understand")
        return schema(**call["steps"][-1]["calls"][0]["args"])

    def converse(
        self, prompt: Prompt, messages: Sequence[tuple[str, str]], tools: Sequence[ToolSpec], watch: Watch,
        on_text: Callable[[str], None] | None = None,
    ) -> str:  # fmt: skip
        """The recorded text, after running the recorded tools again. Raises ModelError."""
        call = self._next("answer")
        known = {tool.name: tool for tool in tools}
        for step in call["steps"]:
            if step.get("tool") in known:
                known[step["tool"]].run(step["args"])
        return str(call["steps"][-1]["text"])

    def _next(self, purpose: str) -> Mapping[str, Any]:
        if not self.left or self.left[0]["purpose"] != purpose:
            raise ModelError("model_record")
        call = self.left.pop(0)
        if call["outcome"] != "ok":
            raise ModelError(call["outcome"], **dict.fromkeys(("seconds", "limit", "model", "rounds", "reason"), ""))
        return call
