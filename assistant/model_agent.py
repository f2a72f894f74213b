"""The agent of LangChain with our tools: at most five rounds, every message recorded, stopped when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest
from langchain_core.messages import AIMessageChunk
from langchain_core.tools import StructuredTool

from assistant.errors import ModelError
from assistant.model import ROUNDS, Call, ToolSpec, _is_refusal, _note
from assistant.redaction import Mask

LONGEST_RESULT = 14_000  # characters of a tool's result that are sent


class Rounds(AgentMiddleware):
    """Counts the rounds, records each message, and takes the tools away before the last one."""

    def __init__(self, call: Call, gone: threading.Event, guard: Callable[[int], None]) -> None:
        super().__init__()
        self.call, self.gone, self.guard, self.count = call, gone, guard, 0

    def wrap_model_call(self, request: ModelRequest, handler: Callable[[ModelRequest], Any]) -> Any:
        """One round. Raises ModelError when there have been enough or the budget is used up."""
        self.count += 1
        if self.gone.is_set():
            raise ModelError("model_timeout", seconds="")
        self.guard(self.call.tokens_in + self.call.tokens_out)
        response = handler(request.override(tools=[]) if self.count >= ROUNDS else request)
        message = response.result[0]
        _note(self.call, message)
        if self.count >= ROUNDS and message.tool_calls:
            raise ModelError("model_loop", rounds=ROUNDS)
        if _is_refusal(message):
            raise ModelError("model_refused")
        if how := _cut_off(request.model, message):
            raise ModelError(how)
        return response


_STRICT = ("langchain_openai", "langchain_anthropic", "langchain_ollama")  # always say why a message ended


def _cut_off(chat: Any, message: Any) -> str:
    """The code of the failure when a message did not come to its own end."""
    data = message.response_metadata or {}
    reason = data.get("stop_reason") or data.get("finish_reason") or data.get("done_reason")
    if reason in ("length", "max_tokens"):
        return "model_cut"
    return "model_down" if not reason and type(chat).__module__.startswith(_STRICT) else ""


def run_agent(
    chat: Any,
    system: str,
    messages: Sequence[tuple[str, str]],
    tools: Sequence[ToolSpec],
    call: Call,
    mask: Mask,
    say: Callable[[str], None],
    gone: threading.Event,
    guard: Callable[[int], None],
) -> str:
    """The final text. `say` gets the text of the running round so far. Raises ModelError or a provider's error."""
    agent = create_agent(
        chat,
        tools=[_tool(spec, call, mask) for spec in tools],
        system_prompt=system,
        middleware=[Rounds(call, gone, guard)],
    )
    text, current = "", None
    asked: Any = {"messages": [{"role": role, "content": content} for role, content in messages]}
    stream: Any = agent.stream(asked, config={"recursion_limit": 6 * ROUNDS}, stream_mode="messages")
    for chunk, _ in stream:
        if gone.is_set():
            raise ModelError("model_timeout", seconds="")
        if isinstance(chunk, AIMessageChunk):
            text = (text if chunk.id == current else "") + chunk.text
            current = chunk.id
            if chunk.text:
                say(text)
    final = str(call.steps[-1]["text"]).strip() if call.steps else ""
    if not final:
        raise ModelError("model_empty")
    return final


def _tool(spec: ToolSpec, call: Call, mask: Mask) -> StructuredTool:
    def run(**arguments: Any) -> str:
        given = mask.show_all(arguments)
        result = spec.run(given)
        call.steps.append({"tool": spec.name, "args": given, "result": result})
        return mask.hide(result[:LONGEST_RESULT])

    return StructuredTool(name=spec.name, description=spec.description, args_schema=dict(spec.schema), func=run)
