"""A strict local stand-in for slack.com: Web API, file uploads, response_url, OAuth and the socket.

It keeps the platform's rules that a permissive mock hides: block limits, single-use triggers of three
seconds, stream states, view hashes, channel membership, token per workspace. Faults can be scripted.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

from slack_rules import Refused, check_blocks, check_message, check_view, require, units

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-stand-in", "xapp-stand-in", "s3cr3t"
TEAM, BOT_USER, BOT_ID, APP_ID = "T111", "UBOT1", "B111", "A111"
SESSION_STATES = ("active", "processing", "suspended", "closed")
LONGEST_WAIT = 60.0  # seconds a test waits for what must come: a cold process on a busy machine is slow
TRIGGER_SECONDS = 3.0


_numbers = itertools.count(1)  # ids stay unique over all stand-ins, as Slack's do


@dataclass
class Call:
    """One call of the Web API."""

    method: str
    args: dict[str, Any]
    token: str
    at: float = field(default_factory=time.time)


class StandIn:
    """Slack, on a free local port. `calls` is what it saw; `of` and `wait_for` ask about it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.changed = threading.Condition(threading.RLock())
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}
        self.whispers: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []
        self.streams: dict[tuple[str, str], str] = {}
        self.triggers: dict[str, float] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.sessions: dict[tuple[str, str], str] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.uploads: dict[str, bytes] = {}
        self.upload_calls: dict[str, dict[str, Any]] = {}
        self.files: list[dict[str, Any]] = []
        self.response_uses: dict[str, int] = {}
        self.faults: dict[str, list[tuple[int, dict[str, str], dict[str, Any]]]] = {}
        self.away: set[str] = set()  # channels the bot is not a member of
        self.tokens = {BOT_TOKEN: TEAM}
        self.people = {"UEN": ("Dana", "en-US"), "UHE": ("יוסי", "he-IL"), "U3": ("Bea", "en-GB")}
        self.socket_url = ""
        self.latency = 0.0
        self._numbers = _numbers

    # -- server --------------------------------------------------------------------------------------

    def start(self) -> StandIn:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/api/"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def take(self, path: str, headers: Any, raw: bytes) -> tuple[int, dict[str, str], Any]:
        """Answer one request: (status, headers, body)."""
        if path.startswith("/upload/"):
            self.uploads[path.rsplit("/", 1)[1]] = raw
            return 200, {}, b"OK"
        if path.startswith("/response/"):
            return self._respond(path, json.loads(raw))
        method = path.removeprefix("/api/")
        args = _arguments(headers.get("content-type", ""), raw)
        token = (headers.get("authorization") or "").removeprefix("Bearer ") or str(args.pop("token", ""))
        if self.latency:
            time.sleep(self.latency)
        with self.changed:
            self.calls.append(Call(method, args, token))
            try:
                return self._answer(method, args, token)
            finally:
                self.changed.notify_all()

    def _answer(self, method: str, args: dict[str, Any], token: str) -> tuple[int, dict[str, str], Any]:
        if self.faults.get(method):
            return self.faults[method].pop(0)
        try:
            self._authenticate(method, token)
            handler = getattr(self, "do_" + method.replace(".", "_"), None)
            require(handler, method, "unknown_method")
            answer = handler({**args, "_team": self.tokens.get(token, "")}) or {}
            return 200, {"x-oauth-scopes": ",".join(sorted(SCOPES))}, {"ok": True, **answer}
        except Refused as refused:
            return 200, {}, {"ok": False, "error": refused.code, "detail": refused.detail, **refused.extra}

    def _authenticate(self, method: str, token: str) -> None:
        if method == "apps.connections.open":
            require(token == APP_TOKEN, "", "not_allowed_token_type")
        elif method != "oauth.v2.access":
            require(token in self.tokens, token[:8], "invalid_auth")

    def _respond(self, path: str, payload: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        with self.changed:
            self.response_uses[path] = self.response_uses.get(path, 0) + 1
            if self.response_uses[path] > 5:
                return 404, {}, b"used_url"
            try:
                check_message(payload)
            except Refused as refused:
                return 400, {}, refused.code.encode()
            self.responses.append(payload)
            self.changed.notify_all()
        return 200, {}, b"ok"

    # -- for tests -----------------------------------------------------------------------------------

    def of(self, method: str) -> list[Call]:
        with self.changed:
            return [call for call in self.calls if call.method == method]

    def wait(self, condition: Callable[[], Any], seconds: float = LONGEST_WAIT, what: str = "") -> Any:
        until = time.monotonic() + seconds
        with self.changed:
            while not (found := condition()):
                left = until - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"waited {seconds} s for {what}; saw {[c.method for c in self.calls]}")
                self.changed.wait(min(left, 0.2))
            return found

    def wait_for(self, method: str, number: int = 1, seconds: float = LONGEST_WAIT) -> Call:
        found = self.wait(lambda: self.of(method)[number - 1 :], seconds, f"{method} no. {number}")
        return found[0]

    def posted(self, number: int = 1, seconds: float = LONGEST_WAIT) -> dict[str, Any]:
        """The n-th message that was really posted."""
        return self.wait(lambda: list(self.messages.values())[number - 1 :], seconds, f"message no. {number}")[0]

    def trigger(self) -> str:
        trigger = f"trigger.{next(self._numbers)}"
        self.triggers[trigger] = time.monotonic()
        return trigger

    def response_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/response/{next(self._numbers)}"

    def fail(self, method: str, status: int, times: int = 1, error: str = "", **headers: str) -> None:
        """Answer the next calls of a method with a fault."""
        body = {"ok": False, "error": error or ("ratelimited" if status == 429 else "service_unavailable")}
        self.faults.setdefault(method, []).extend([(status, dict(headers), body)] * times)

    def _stamp(self) -> str:
        number = next(self._numbers)
        return f"1700000000.{number:06d}"

    # -- chat ----------------------------------------------------------------------------------------

    def do_auth_test(self, call: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": call["_team"], "team": "Stand-in", "user_id": BOT_USER, "bot_id": BOT_ID, "user": "advisor"}

    def do_users_info(self, call: dict[str, Any]) -> dict[str, Any]:
        require(call["user"] in self.people, call["user"], "user_not_found")
        name, locale = self.people[call["user"]]
        return {"user": {"id": call["user"], "profile": {"display_name": name}, "locale": locale}}

    def do_chat_postMessage(self, call: dict[str, Any]) -> dict[str, Any]:
        require(call["channel"], "channel", "channel_not_found")
        self._member(call["channel"])
        check_message(call)
        channel = "D" + call["channel"] if call["channel"].startswith("U") else call["channel"]
        stamp = self._stamp()
        self.messages[(channel, stamp)] = {**call, "ts": stamp, "user": BOT_USER, "bot_id": BOT_ID, "channel": channel}
        return {"channel": channel, "ts": stamp, "message": self.messages[(channel, stamp)]}

    def do_chat_postEphemeral(self, call: dict[str, Any]) -> dict[str, Any]:
        require(call["channel"], "channel", "channel_not_found")
        self._member(call["channel"])
        require(call.get("user"), "user", "invalid_arguments")
        require("metadata" not in call and "unfurl_links" not in call, "not of this method", "invalid_arguments")
        check_message(call)
        self.whispers.append(call)
        return {"message_ts": self._stamp()}

    def do_chat_update(self, call: dict[str, Any]) -> dict[str, Any]:
        check_message(call)
        key = (call["channel"], call["ts"])
        require(key in self.messages, "", "message_not_found")
        require(self.streams.get(key) != "streaming", "", "streaming_state_conflict")
        self.messages[key].update(call)
        return {"channel": call["channel"], "ts": call["ts"], "text": call.get("text", "")}

    def do_chat_getPermalink(self, call: dict[str, Any]) -> dict[str, Any]:
        return {"permalink": f"https://stand-in.slack.com/archives/{call['channel']}/p{call['message_ts']}"}

    def do_conversations_open(self, call: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": f"D{call['users']}"}}

    def do_conversations_replies(self, call: dict[str, Any]) -> dict[str, Any]:
        found = [
            message
            for (channel, _), message in self.messages.items()
            if channel == call["channel"] and call["ts"] in (message["ts"], message.get("thread_ts"))
        ]
        if str(call.get("include_all_metadata", "")).lower() not in ("true", "1"):
            found = [{k: v for k, v in message.items() if k != "metadata"} for message in found]
        return {"messages": found, "has_more": False}

    def _member(self, channel: str) -> None:
        require(channel not in self.away, channel, "not_in_channel")

    # -- streams -------------------------------------------------------------------------------------

    def do_chat_startStream(self, call: dict[str, Any]) -> dict[str, Any]:
        require(call.get("thread_ts"), "thread_ts is required", "invalid_arguments")
        named = call.get("recipient_user_id") and call.get("recipient_team_id")
        require(call["channel"].startswith("D") or named, "", "missing_recipient_user_id")
        stamp = self._stamp()
        key = (call["channel"], stamp)
        self.messages[key] = {**call, "ts": stamp, "bot_id": BOT_ID, "text": _chunks(call), "blocks": None}
        self.streams[key] = "streaming"
        return {"channel": call["channel"], "ts": stamp}

    def do_chat_appendStream(self, call: dict[str, Any]) -> dict[str, Any]:
        message = self._streaming(call)
        message["text"] += _chunks(call)
        require(units(message["text"]) <= 12_000, "", "msg_too_long")
        return {"channel": call["channel"], "ts": call["ts"]}

    def do_chat_stopStream(self, call: dict[str, Any]) -> dict[str, Any]:
        message = self._streaming(call)
        if call.get("blocks"):
            check_blocks(call["blocks"], most=50)
        message["text"] += _chunks(call)
        message["blocks"] = call.get("blocks")
        message["metadata"] = call.get("metadata")
        self.streams[(call["channel"], call["ts"])] = "done"
        return {"channel": call["channel"], "ts": call["ts"], "message": message}

    def _streaming(self, call: dict[str, Any]) -> dict[str, Any]:
        key = (call["channel"], call["ts"])
        require(self.streams.get(key) == "streaming", "", "message_not_in_streaming_state")
        return self.messages[key]

    # -- agents --------------------------------------------------------------------------------------

    def do_assistant_threads_setStatus(self, call: dict[str, Any]) -> dict[str, Any]:
        require(call.get("thread_ts") and "status" in call, "", "invalid_arguments")
        require(len(call.get("loading_messages") or []) <= 10, "loading_messages", "invalid_arguments")
        return {}

    def do_assistant_threads_setSuggestedPrompts(self, call: dict[str, Any]) -> dict[str, Any]:
        require("thread_ts" not in call, "agent apps leave thread_ts out", "invalid_arguments")
        require(1 <= len(call["prompts"]) <= 4, "1..4 prompts", "invalid_arguments")
        require(all(set(prompt) == {"title", "message"} for prompt in call["prompts"]), "", "invalid_arguments")
        return {}

    def do_agents_sessions_setStatus(self, call: dict[str, Any]) -> dict[str, Any]:
        require(call["status"] in SESSION_STATES and call.get("thread_ts"), "status", "invalid_arguments")
        require(units(call.get("title") or "") <= 200, "title", "invalid_arguments")
        key = (call["channel_id"], call["thread_ts"])
        self.sessions[key] = call["status"]
        if call.get("title"):
            self.titles.setdefault(key, call["title"])
        return {"status": call["status"]}

    # -- views ---------------------------------------------------------------------------------------

    def do_views_open(self, call: dict[str, Any]) -> dict[str, Any]:
        born = self.triggers.pop(call["trigger_id"], None)
        require(born is not None, "", "exchanged_trigger_id")
        require(time.monotonic() - (born or 0) <= TRIGGER_SECONDS, "", "expired_trigger_id")
        return self._keep_view(f"V{next(self._numbers)}", call["view"])

    def do_views_update(self, call: dict[str, Any]) -> dict[str, Any]:
        view = self.views.get(call.get("view_id", ""))
        require(view, "", "not_found")
        require(not call.get("hash") or call["hash"] == (view or {})["hash"], "", "hash_conflict")
        return self._keep_view(call["view_id"], call["view"])

    def do_views_publish(self, call: dict[str, Any]) -> dict[str, Any]:
        check_view(call["view"])
        self.homes[call["user_id"]] = call["view"]
        return {"view": call["view"]}

    def _keep_view(self, view_id: str, view: dict[str, Any]) -> dict[str, Any]:
        check_view(view)
        self.views[view_id] = {**view, "id": view_id, "hash": f"h{next(self._numbers)}"}
        return {"view": self.views[view_id]}

    # -- files, OAuth, socket ------------------------------------------------------------------------

    def do_files_getUploadURLExternal(self, call: dict[str, Any]) -> dict[str, Any]:
        file = f"F{next(self._numbers)}"
        self.upload_calls[file] = call
        return {"file_id": file, "upload_url": f"http://127.0.0.1:{self.port}/upload/{file}"}

    def do_files_completeUploadExternal(self, call: dict[str, Any]) -> dict[str, Any]:
        files = call["files"]
        for one in files:
            require(one["id"] in self.uploads, one["id"], "file_not_found")
            require(self.uploads[one["id"]], "", "file_upload_size_restricted")
            require(int(self.upload_calls[one["id"]]["length"]) == len(self.uploads[one["id"]]), "", "length_mismatch")
        if call.get("channel_id"):
            self._member(call["channel_id"])
        self.files.append(call)
        return {"files": [{"id": one["id"], "title": one.get("title")} for one in files]}

    def do_oauth_v2_access(self, call: dict[str, Any]) -> dict[str, Any]:
        require(str(call.get("code", "")).startswith("good-"), "", "invalid_code")
        team = call["code"].removeprefix("good-")
        token = f"xoxb-{team}"
        self.tokens[token] = team
        return {
            "app_id": APP_ID, "access_token": token, "token_type": "bot", "scope": "chat:write",
            "bot_user_id": BOT_USER, "team": {"id": team, "name": team}, "enterprise": None,
            "authed_user": {"id": "UINST"}, "is_enterprise_install": False,
        }  # fmt: skip

    def do_apps_connections_open(self, call: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.socket_url}


SCOPES = {
    "app_mentions:read", "assistant:write", "chat:write", "commands", "files:write", "im:history", "im:write",
    "users:read",
}  # fmt: skip


def _handler(slack: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def _take(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers, answer = slack.take(urlparse(self.path).path, self.headers, raw)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # the client waited long enough
                self.wfile.write(body)

        do_GET = do_POST = _take

    return Handler


def _arguments(content_type: str, raw: bytes) -> dict[str, Any]:
    if raw and "json" in content_type:
        return dict(json.loads(raw))
    args: dict[str, Any] = {key: values[0] for key, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
    for key in ("blocks", "view", "files", "metadata", "prompts", "chunks", "loading_messages"):
        if isinstance(args.get(key), str):
            args[key] = json.loads(args[key])
    return args


def _chunks(call: dict[str, Any]) -> str:
    """The text a stream call adds; its task cards are checked."""
    text = str(call.get("markdown_text") or "")
    for chunk in call.get("chunks") or []:
        kind = chunk["type"]
        require(kind in ("markdown_text", "task_update", "plan_update", "blocks"), kind, "invalid_chunks")
        if kind == "markdown_text":
            text += chunk["text"]
        elif kind == "task_update":
            require(chunk["status"] in ("pending", "in_progress", "complete", "error"), "status", "invalid_chunks")
            require(units(chunk.get("details") or "") <= 256, "details", "invalid_chunks")
        elif kind == "blocks":
            check_blocks(chunk["blocks"], most=50)
    require(units(text) <= 12_000, "", "msg_too_long")
    return text


# -- what Slack sends --------------------------------------------------------------------------------

_http = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def sign(body: str, stamp: int | str | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers that prove a request comes from Slack."""
    at = str(int(time.time()) if stamp is None else stamp)
    mac = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mac}"}


@dataclass(frozen=True)
class Answered:
    """How the app answered a request of Slack, and after how many seconds."""

    status: int
    body: str
    seconds: float

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body) if self.body else {}


JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def send(
    url: str, body: str, content_type: str = "application/json", headers: dict[str, str] | None = None
) -> Answered:
    """POST one request, signed unless `headers` are given."""
    sent = {"Content-Type": content_type, **(sign(body) if headers is None else headers)}
    request = urllib.request.Request(url, data=body.encode(), headers=sent, method="POST")
    began = time.perf_counter()
    try:
        with _http.open(request, timeout=15) as answer:
            return Answered(answer.status, answer.read().decode(), time.perf_counter() - began)
    except urllib.error.HTTPError as error:
        return Answered(error.code, error.read().decode(errors="replace"), time.perf_counter() - began)
    except urllib.error.URLError:  # the server hung up before it read everything
        return Answered(0, "", time.perf_counter() - began)


_events = itertools.count(1)


def envelope(event: dict[str, Any], event_id: str = "", team: str = TEAM) -> str:
    """An Events API body around an event."""
    return json.dumps(
        {
            "token": "t", "team_id": team, "api_app_id": APP_ID, "type": "event_callback", "event": event,
            "event_id": event_id or f"Ev{next(_events):08d}", "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": False,
        },
        ensure_ascii=False,
    )  # fmt: skip


_stamps = itertools.count(1)


def stamp() -> str:
    """A fresh message timestamp."""
    return f"1690000000.{next(_stamps):06d}"


def mention(text: str, user: str = "UEN", channel: str = "C1", ts: str = "", **more: Any) -> dict[str, Any]:
    """Somebody names the app in a channel."""
    at = ts or stamp()
    return {
        "type": "app_mention", "user": user, "text": f"<@{BOT_USER}> {text}", "ts": at, "event_ts": at,
        "channel": channel, **more,
    }  # fmt: skip


def talk(text: str, user: str = "UEN", channel: str = "C1", ts: str = "", **more: Any) -> dict[str, Any]:
    """Somebody says something in a channel, or with channel="D…" in a direct message."""
    at = ts or stamp()
    kind = "im" if channel.startswith("D") else "channel"
    return {
        "type": "message", "channel_type": kind, "user": user, "text": text, "ts": at, "event_ts": at,
        "channel": channel, **more,
    }  # fmt: skip


def form(payload: dict[str, Any] | None = None, **fields: str) -> str:
    """A form body: an interaction's payload, or a slash command's fields."""
    return urlencode({"payload": json.dumps(payload, ensure_ascii=False)} if payload else fields)
