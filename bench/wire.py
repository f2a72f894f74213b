"""A language model service on a local port: the wire formats of OpenAI, Anthropic and Ollama, and every misbehaviour.

Each request takes the next step of the script. A step is {"text": …}, {"tool": name, "args": {…}}, or a fault:
{"status": 429, "headers": {…}, "error": …}, {"vanish": "some text"}, {"breaks": "some text"}, {"hang": seconds},
{"drip": seconds}, {"raw": "not json"}, {"refusal": True}, {"empty": True}.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BREAKS_AT = 4  # events of a stream before a fault in its middle


class WireServer:
    """The service; `requests` are the bodies it was sent, `keys` the keys."""

    def __init__(self, *steps: dict[str, Any]) -> None:
        self.steps, self.requests, self.keys, self.paths = list(steps), [], [], []
        self.over = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                service.answer(self, json.loads(body or b"{}"))

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.httpd.server_address[1]}"
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop; every hanging answer ends."""
        self.over.set()
        self.httpd.shutdown()
        self.httpd.server_close()

    def answer(self, http: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        """One request, by the next step."""
        self.paths.append(http.path)
        self.keys.append(http.headers.get("authorization") or http.headers.get("x-api-key"))
        speak = next((format for path, format in _FORMATS if http.path.endswith(path)), None)
        if speak is None:
            return _send(http, 404, {"error": {"message": f"nothing at {http.path}"}})
        self.requests.append(body)
        step = self.steps.pop(0) if self.steps else {"status": 500, "error": "the script is over"}
        if "status" in step:
            kind = step.get("type", "error")
            error = {"type": "error", "error": {"type": kind, "message": step.get("error", kind), "code": kind}}
            return _send(http, step["status"], error, step.get("headers"))
        if "hang" in step:
            self.over.wait(step["hang"])
            return None
        if "raw" in step:
            return _send_text(http, step["raw"])
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if body.get("stream"):
                self._stream(http, speak.stream(step), step, speak)
            else:
                _send(http, 200, speak.whole(step))
        return None

    def _stream(self, http: BaseHTTPRequestHandler, events: Iterator[str], step: dict[str, Any], speak: Any) -> None:
        http.send_response(200)
        http.send_header("content-type", speak.content_type)
        http.send_header("connection", "close")
        http.end_headers()
        for number, event in enumerate(events):
            if "vanish" in step and number == BREAKS_AT:
                break
            if "breaks" in step and number == BREAKS_AT:
                http.wfile.write(speak.broken.encode())
                break
            http.wfile.write(event.encode())
            http.wfile.flush()
            if "drip" in step and self.over.wait(step["drip"]):
                break
        http.close_connection = True


def _send(http: BaseHTTPRequestHandler, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
    body = json.dumps(data).encode()
    http.send_response(status)
    for name, value in {
        "content-type": "application/json",
        "content-length": str(len(body)),
        **(headers or {}),
    }.items():
        http.send_header(name, value)
    http.end_headers()
    http.wfile.write(body)


def _send_text(http: BaseHTTPRequestHandler, text: str) -> None:
    http.send_response(200)
    http.send_header("content-type", "application/json")
    http.send_header("content-length", str(len(text.encode())))
    http.end_headers()
    http.wfile.write(text.encode())


def _words(step: dict[str, Any]) -> list[str]:
    return re.findall(r"\S+\s*", step.get("text") or step.get("vanish") or step.get("breaks") or "")


class _OpenAI:
    content_type = "text/event-stream"
    broken = 'data: {"error": {"message": "the engine stopped", "type": "server_error"}}\n\n'

    @staticmethod
    def whole(step: dict[str, Any]) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": step.get("text", "")}
        if "tool" in step:
            call = {"name": step["tool"], "arguments": json.dumps(step["args"])}
            message = {"role": "assistant", "content": None,
                       "tool_calls": [{"id": "call_1", "type": "function", "function": call}]}  # fmt: skip
        if step.get("refusal"):
            message["refusal"] = "I cannot help with that."
        finish = "tool_calls" if "tool" in step else "content_filter" if step.get("refusal") else "stop"
        return {"id": "x", "object": "chat.completion", "created": 0, "model": "wire",
                "choices": [{"index": 0, "message": message, "finish_reason": finish}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}}  # fmt: skip

    @staticmethod
    def stream(step: dict[str, Any]) -> Iterator[str]:
        def event(delta: dict[str, Any], finish: str | None = None, **extra: Any) -> str:
            data = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "wire",
                    "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **extra}  # fmt: skip
            return f"data: {json.dumps(data)}\n\n"

        yield event({"role": "assistant", "content": ""})
        if "tool" in step:
            call = {"name": step["tool"], "arguments": json.dumps(step["args"])}
            yield event({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": call}]})
        for word in _words(step):
            yield event({"content": word})
        yield event({}, "tool_calls" if "tool" in step else "content_filter" if step.get("refusal") else "stop")
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        yield f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'created': 0, 'model': 'wire', 'choices': [], 'usage': usage})}\n\n"  # noqa: E501
        yield "data: [DONE]\n\n"


class _Anthropic:
    content_type = "text/event-stream"
    broken = 'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}\n\n'

    @staticmethod
    def whole(step: dict[str, Any]) -> dict[str, Any]:
        content: list[dict[str, Any]] = [{"type": "text", "text": step["text"]}] if step.get("text") else []
        if "tool" in step:
            content = [{"type": "tool_use", "id": "toolu_1", "name": step["tool"], "input": step["args"]}]
        return {"id": "m", "type": "message", "role": "assistant", "model": "wire", "content": content,
                "stop_reason": _Anthropic.reason(step), "stop_sequence": None,
                "usage": {"input_tokens": 100, "output_tokens": 20}}  # fmt: skip

    @staticmethod
    def reason(step: dict[str, Any]) -> str:
        return "refusal" if step.get("refusal") else "tool_use" if "tool" in step else "end_turn"

    @staticmethod
    def stream(step: dict[str, Any]) -> Iterator[str]:
        def event(kind: str, **data: Any) -> str:
            return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n"

        message = {**_Anthropic.whole(step), "content": [], "stop_reason": None}
        yield event("message_start", message=message)
        if "tool" in step:
            block = {"type": "tool_use", "id": "toolu_1", "name": step["tool"], "input": {}}
            yield event("content_block_start", index=0, content_block=block)
            delta = {"type": "input_json_delta", "partial_json": json.dumps(step["args"])}
            yield event("content_block_delta", index=0, delta=delta)
            yield event("content_block_stop", index=0)
        elif _words(step):
            yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
            for word in _words(step):
                yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": word})
            yield event("content_block_stop", index=0)
        delta = {"stop_reason": _Anthropic.reason(step), "stop_sequence": None}
        yield event("message_delta", delta=delta, usage={"input_tokens": 100, "output_tokens": 20})
        yield event("message_stop")


class _Ollama:
    content_type = "application/x-ndjson"
    broken = '{"error": "the runner stopped"}\n'

    @staticmethod
    def line(message: dict[str, Any], **extra: Any) -> dict[str, Any]:
        return {"model": "wire", "created_at": "2026-01-01T00:00:00Z", "message": {"role": "assistant", **message},
                "done": False, **extra}  # fmt: skip

    @staticmethod
    def message(step: dict[str, Any]) -> dict[str, Any]:
        if "tool" in step:
            return {"content": "", "tool_calls": [{"function": {"name": step["tool"], "arguments": step["args"]}}]}
        return {"content": step.get("text", "")}

    @staticmethod
    def whole(step: dict[str, Any]) -> dict[str, Any]:
        return {**_Ollama.line(_Ollama.message(step)), **_Ollama.end()}

    @staticmethod
    def end() -> dict[str, Any]:
        return {"done": True, "done_reason": "stop", "prompt_eval_count": 100, "eval_count": 20}

    @staticmethod
    def stream(step: dict[str, Any]) -> Iterator[str]:
        messages = [_Ollama.message(step)] if "tool" in step else [{"content": word} for word in _words(step)]
        for message in messages:
            yield json.dumps(_Ollama.line(message)) + "\n"
        yield json.dumps(_Ollama.line({"content": ""}, **_Ollama.end())) + "\n"


_FORMATS: tuple[tuple[str, Any], ...] = (
    ("/chat/completions", _OpenAI), ("/messages", _Anthropic), ("/api/chat", _Ollama),
)  # fmt: skip
