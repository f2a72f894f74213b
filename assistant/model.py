"""The language model behind two plain calls. The only module that knows LangChain, loaded at the first call.

Every failure leaves here as a `ModelError` whose code says what happened; every call is bounded in time, can
be stopped, is charged to the budget and recorded in the turn's log.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from assistant.budget import Budget
from assistant.errors import ModelError
from assistant.settings import ModelSettings
from assistant.watch import Watch

ROUNDS = 5  # calls of the model within one answer; in the last one it has no tools left
LONGEST_WAIT = 10.0  # seconds a Retry-After is waited for; a longer one counts as busy
POLL = 0.1  # seconds between two looks at whether the person stopped
READ_TIMEOUT = 30.0  # seconds a connection may be silent
OLLAMA_CONTEXT = 16_384  # tokens; Ollama silently drops the beginning of what its smaller default cannot hold


@dataclass(frozen=True)
class ToolSpec:
    """A tool as the model sees it. `run` takes the arguments and returns text, also for an error."""

    name: str
    description: str
    schema: Mapping[str, Any]
    run: Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Prompt:
    """The instructions of one kind of call, from a file of assistant/prompts."""

    file: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash that the record keeps."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass
class Call:
    """The record of one request: what is needed to check it, bill it and take it again without the model."""

    purpose: str
    model: str
    prompt: Prompt
    request: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False
    ms: float = 0.0
    outcome: str = "ok"

    def to_json(self) -> dict[str, Any]:
        """Plain data for the log."""
        data = {k: v for k, v in vars(self).items() if k != "prompt"}
        return {**data, "prompt": {"file": self.prompt.file, "sha256": self.prompt.sha256}}


class Model(Protocol):
    """What understanding and answering ask of a language model."""

    name: str

    def structured(self, prompt: Prompt, message: str, schema: type, watch: Watch) -> Any:
        """The message read into a pydantic class. Raises ModelError."""
        ...

    def converse(
        self, prompt: Prompt, messages: Sequence[tuple[str, str]], tools: Sequence[ToolSpec], watch: Watch,
        on_text: Callable[[str], None] | None = None,
    ) -> str:  # fmt: skip
        """The final text after at most ROUNDS rounds of tools. Raises ModelError."""
        ...


class LanguageModel:
    """A chat model of any provider LangChain knows."""

    def __init__(self, settings: ModelSettings, budget: Budget, chat: Any = None) -> None:
        """`chat` takes the place of the configured chat model."""
        self.settings, self.budget, self.name = settings, budget, settings.name
        self._given = chat

    @cached_property
    def chat(self) -> Any:
        """The chat model, made on first use. Raises ModelError when its package or key is missing."""
        return self._given if self._given is not None else open_chat(self.settings)

    def structured(self, prompt: Prompt, message: str, schema: type, watch: Watch) -> Any:
        """The message read into `schema`, a pydantic class. Raises ModelError; malformed output is one."""
        mask = watch.mask
        sent = mask.hide(message)

        def work(call: Call, _say: Callable[[str], None], _gone: threading.Event) -> Any:
            bound = self.chat.with_structured_output(schema, method="function_calling", include_raw=True)
            answer = bound.invoke([("system", prompt.text), ("human", sent)])
            _note(call, answer["raw"])
            if answer["parsed"] is None:
                raise ModelError("model_refused" if _is_refusal(answer["raw"]) else "model_malformed")
            return answer["parsed"].model_dump()

        data = self._run("understand", prompt, sent, work, watch)
        return schema(**mask.show_all(data))

    def converse(
        self, prompt: Prompt, messages: Sequence[tuple[str, str]], tools: Sequence[ToolSpec], watch: Watch,
        on_text: Callable[[str], None] | None = None,
    ) -> str:  # fmt: skip
        """The final text after at most ROUNDS rounds of tools; `on_text` gets the text so far. Raises ModelError."""
        mask = watch.mask
        sent = [(role, mask.hide(text)) for role, text in messages]

        def work(call: Call, say: Callable[[str], None], gone: threading.Event) -> str:
            from assistant.model_agent import run_agent

            return run_agent(self.chat, prompt.text, sent, tools, call, mask, say, gone, self._guard(watch))

        def show(text: str) -> None:
            if on_text is not None:
                on_text(mask.show(text))

        text = self._run("answer", prompt, json.dumps(sent, ensure_ascii=False), work, watch, show)
        return mask.show(text)

    def _guard(self, watch: Watch) -> Callable[[int], None]:
        """Called before each round with the tokens of the rounds before. Raises ModelError over the budget."""
        return lambda tokens: self.budget.check(watch.tokens + tokens, dt.datetime.now(dt.UTC).date())

    def _run(
        self, purpose: str, prompt: Prompt, sent: str, work: Callable[..., Any], watch: Watch,
        show: Callable[[str], None] | None = None,
    ) -> Any:  # fmt: skip
        request = hashlib.sha256(f"{prompt.sha256}{sent}".encode()).hexdigest()
        if request in watch.memory:
            return watch.memory[request]
        call = Call(purpose, self.name, prompt, request)
        started = time.monotonic()
        try:
            self._guard(watch)(0)
            result = self._patiently(lambda say, gone: work(call, say, gone), watch, show)
        except ModelError as error:
            call.outcome = error.code
            raise
        finally:
            call.ms = round((time.monotonic() - started) * 1000, 1)
            watch.tokens += call.tokens_in + call.tokens_out
            watch.log.append(call.to_json())
            today = dt.datetime.now(dt.UTC).date()
            self.budget.spend(call.tokens_in, call.tokens_out, today)
            watch.spent = self.budget.state(watch.tokens, today)
        watch.memory[request] = result
        return result

    def _patiently(self, work: Callable[..., Any], watch: Watch, show: Callable[[str], None] | None) -> Any:
        """Do the work; once more after a short pause when the service was busy or down."""
        try:
            return _bounded(work, watch, show)
        except ModelError as error:
            pause = error.values.get("retry_after") if error.code == "model_busy" else 0.5
            if error.code not in ("model_busy", "model_down") or not isinstance(pause, (int, float)):
                raise
            if pause > min(LONGEST_WAIT, watch.left() / 2):
                raise
            _wait(float(pause), watch)
            return _bounded(work, watch, show)


def _wait(seconds: float, watch: Watch) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        watch.check()
        time.sleep(min(POLL, max(0.0, until - time.monotonic())))


def _bounded(work: Callable[..., Any], watch: Watch, show: Callable[[str], None] | None) -> Any:
    """Run `work(say, gone)` in a thread of its own; give up when the turn's time is over or the person stopped.

    A provider that drips or hangs cannot hold the turn: the thread is left behind, sees `gone` and ends.
    """
    told: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    gone = threading.Event()

    def run() -> None:
        try:
            with _untraced():
                told.put(("done", work(lambda text: told.put(("text", text)), gone)))
        except BaseException as error:  # handed over to the waiting thread, which translates it
            told.put(("failed", error))

    threading.Thread(target=run, daemon=True, name="language-model").start()
    try:
        while True:
            watch.check()
            try:
                kind, value = told.get(timeout=min(POLL, max(watch.left(), 0.001)))
            except queue.Empty:
                if watch.left() <= 0:
                    raise ModelError("model_timeout", seconds=round(watch.seconds)) from None
                continue
            if kind == "done":
                return value
            if kind == "failed":
                raise translated(value) from value
            if show is not None:
                show(value)
    finally:
        gone.set()


def tracing() -> bool:
    """Whether traces were asked for (ADVISOR_MODEL_TRACE=1)."""
    return os.environ.get("ADVISOR_MODEL_TRACE") == "1"


@contextmanager
def _untraced() -> Iterator[None]:
    """No traces to anybody, whatever the environment says, unless ADVISOR_MODEL_TRACE asks for them."""
    from langsmith.run_helpers import tracing_context

    if tracing():
        yield
    else:
        with tracing_context(enabled=False):
            yield


# -- providers ---------------------------------------------------------------------------------------


def open_chat(settings: ModelSettings) -> Any:
    """The configured chat model. Opens no connection. Raises ModelError for a missing package or key."""
    from langchain.chat_models import init_chat_model

    name, options = settings.name, _options(settings)
    needed = _KEYS.get(name.partition(":")[0])
    if needed and not settings.key and not any(os.environ.get(one) for one in needed):
        raise ModelError("model_key")
    if settings.url and ":" not in name:
        name = f"openai:{name}"
    try:
        return init_chat_model(name, **options)
    except ImportError as error:
        raise ModelError("model_package", model=settings.name) from error
    except ValueError as error:
        raise ModelError("model_unknown" if "provider" in str(error) else "model_key") from error
    except Exception as error:  # a provider's own complaint about its settings, of any class
        raise translated(error) from error


_KEYS = {"anthropic": ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")}  # its package notices only when it is called


def _options(settings: ModelSettings) -> dict[str, Any]:
    provider = settings.name.split(":")[0] if ":" in settings.name else "openai"
    if provider == "ollama":
        headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        client = {"timeout": READ_TIMEOUT, "headers": headers}
        options: dict[str, Any] = {"client_kwargs": client, "num_ctx": OLLAMA_CONTEXT}
    else:
        options = {"timeout": READ_TIMEOUT, "max_retries": 0}
    if provider == "openai":
        options |= {"stream_usage": True, "use_responses_api": False}
    if settings.url:
        options["base_url"] = settings.url
    if provider != "ollama" and (settings.key or (settings.url and provider == "openai")):
        options["api_key"] = settings.key or "none"
    return options


# -- reading answers and errors ----------------------------------------------------------------------


def _note(call: Call, message: Any) -> None:
    """Record one message of the model: its text, its tool calls, its tokens (estimated where not given)."""
    usage = getattr(message, "usage_metadata", None) or {}
    calls = [{"name": one["name"], "args": one["args"]} for one in getattr(message, "tool_calls", [])]
    text = message.text if isinstance(message.text, str) else message.text()
    call.steps.append({"text": text, "calls": calls})
    call.estimated = call.estimated or not usage
    call.tokens_in += int(usage.get("input_tokens") or (len(call.prompt.text) + 400) // 4)
    call.tokens_out += int(usage.get("output_tokens") or (len(text) + len(json.dumps(calls, default=str))) // 4)


def _is_refusal(message: Any) -> bool:
    data = getattr(message, "response_metadata", {}) or {}
    extra = getattr(message, "additional_kwargs", {}) or {}
    reason = data.get("stop_reason") or data.get("finish_reason")
    return bool(extra.get("refusal")) or reason in ("refusal", "content_filter")


_TOO_LONG = ("context length", "context_length", "prompt is too long", "too many tokens")
_BY_NAME = (
    ("ContextOverflow", "model_context"), ("Authentication", "model_key"), ("PermissionDenied", "model_key"),
    ("RateLimit", "model_busy"), ("Timeout", "model_timeout"), ("NotFound", "model_unknown"),
    ("Connection", "model_down"), ("Connect", "model_down"), ("Protocol", "model_down"), ("ReadError", "model_down"),
    ("Overloaded", "model_down"), ("InternalServer", "model_down"), ("JSONDecode", "model_malformed"),
    ("Validation", "model_malformed"), ("OutputParser", "model_malformed"), ("KeyError", "model_malformed"),
    ("InvalidRequest", "model_request"), ("BadRequest", "model_request"), ("ResponseError", "model_down"),
    ("APIError", "model_down"), ("ValueError", "model_malformed"),
)  # fmt: skip
_BY_STATUS = {404: "model_unknown", 400: "model_request", 422: "model_request", 408: "model_timeout"}


def translated(error: BaseException) -> Exception:
    """The ModelError of a foreign exception; our own errors pass as they are."""
    from assistant.errors import AdvisorError

    if isinstance(error, AdvisorError):
        return error
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    status = getattr(error, "status_code", None)
    text = str(error).lower()
    if "api_key" in text or "credentials" in text or status in (401, 403):
        return ModelError("model_key")
    if any(words in text for words in _TOO_LONG):
        return ModelError("model_context")
    if status == 429:
        return ModelError("model_busy", retry_after=_retry_after(error))
    if isinstance(status, int) and status >= 500:
        return ModelError("model_down")
    if status in _BY_STATUS:
        return ModelError(_BY_STATUS[status], seconds="")
    for part, code in _BY_NAME:
        if part in names:
            extra = {"retry_after": _retry_after(error)} if code == "model_busy" else {}
            return ModelError(code, seconds="", **extra)
    return ModelError("model_failed", reason=type(error).__name__)


def _retry_after(error: BaseException) -> float | None:
    """The seconds the service asks to wait; a second when it does not say. Ollama's package hides who said it."""
    told = [getattr(one, "response", None) for one in (error, error.__cause__, error.__context__)]
    headers: Any = next((response.headers for response in told if response is not None), {})
    try:
        return float(headers.get("retry-after", 1))
    except ValueError:
        return None
