"""A chat model that says what it is told to, for tests and measurements: no network, no surprise.

It fails on a call nobody expected, and `assert_used` fails on a step that nobody took.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict

Step = AIMessage | Exception | Callable[[Sequence[BaseMessage]], AIMessage]


class UnexpectedCall(AssertionError):
    """The model was called once more than the script says."""


class ScriptedChat(BaseChatModel):
    """Answers with `steps` in turn: a message, an error to raise, or a function of the messages it was sent."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    steps: list[Any]
    seen: list[Any] = []  # noqa: RUF012  (pydantic copies defaults)
    tools: list[Any] = []  # noqa: RUF012

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> ScriptedChat:
        """Remember the tools; the script knows what it will call."""
        self.tools.append([getattr(tool, "name", getattr(tool, "__name__", tool)) for tool in tools])
        return self

    def assert_used(self) -> None:
        """Fails when a step of the script was never taken."""
        assert len(self.seen) == len(self.steps), f"{len(self.steps) - len(self.seen)} unused steps"

    def _next(self, messages: list[BaseMessage]) -> AIMessage:
        if len(self.seen) >= len(self.steps):
            raise UnexpectedCall(f"call {len(self.seen) + 1} of a script of {len(self.steps)}")
        step = self.steps[len(self.seen)]
        self.seen.append(messages)
        if isinstance(step, BaseException):
            raise step
        return step if isinstance(step, AIMessage) else step(messages)

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        message = self._next(messages)
        pieces = re.findall(r"\S+\s*|\s+", str(message.content)) or [""]
        for piece in pieces[:-1]:
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content=pieces[-1],
                tool_calls=message.tool_calls,
                usage_metadata=message.usage_metadata,
                response_metadata=message.response_metadata,
                chunk_position="last",
            )
        )


def says(text: str, **extra: Any) -> AIMessage:
    """A message of text."""
    return AIMessage(text, usage_metadata={"input_tokens": 900, "output_tokens": 60, "total_tokens": 960}, **extra)


def calls(name: str, /, **arguments: Any) -> AIMessage:
    """A message that calls one tool."""
    return AIMessage(
        "",
        tool_calls=[{"name": name, "args": arguments, "id": f"call-{name}"}],
        usage_metadata={"input_tokens": 900, "output_tokens": 30, "total_tokens": 930},
    )


def means(*commands: dict[str, Any]) -> AIMessage:
    """The structured output of understanding."""
    return calls("Proposal", commands=list(commands))


def asks(text: str) -> AIMessage:
    """The structured output of a plain question."""
    return means({"do": "ask", "words": text})
