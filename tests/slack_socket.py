"""Slack's end of socket mode: a websocket that hands out envelopes and keeps what is acknowledged."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_door import Door, settings_for
from slack_stand_in import APP_ID, APP_TOKEN, TEAM, Answered, StandIn, envelope
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from assistant import Advisor
from integrations.slack.app import open_slack
from integrations.slack.socket_mode import Socket

PATIENCE = 15.0


class SocketStandIn:
    """Slack's websocket. Each event goes to one of the open connections; nothing unacknowledged counts as taken."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.open: list[ServerConnection] = []
        self.connections = 0
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self._numbers, self._turn = itertools.count(1), itertools.count()
        self.server = serve(self._serve, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self.server.socket.getsockname()[1]}/link"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _serve(self, connection: ServerConnection) -> None:
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP_ID}}
        connection.send(json.dumps(hello))
        with self.changed:
            self.open.append(connection)
            self.connections += 1
            self.changed.notify_all()
        try:
            for message in connection:
                self._note(str(message))
        except ConnectionClosed:
            pass
        finally:
            with self.changed:
                self.open.remove(connection)
                self.changed.notify_all()

    def _note(self, message: str) -> None:
        if message.startswith("{"):
            answer = json.loads(message)
            with self.changed:
                self.acknowledged[answer["envelope_id"]] = answer
                self.changed.notify_all()

    def send(self, kind: str, payload: dict[str, Any], envelope_id: str = "", **more: Any) -> str:
        """Hand an envelope to the next connection in turn; returns its id."""
        named = envelope_id or f"envelope-{next(self._numbers)}"
        takes = kind != "events_api"
        sent = {"envelope_id": named, "type": kind, "payload": payload, "accepts_response_payload": takes, **more}
        self.wait(lambda: self.open, "a connection")
        with self.changed:
            connection = self.open[next(self._turn) % len(self.open)]
        connection.send(json.dumps(sent))
        return named

    def deliver(self, kind: str, payload: dict[str, Any], seconds: float = PATIENCE) -> Answered:
        """Send an envelope and wait until it is acknowledged, as Slack does."""
        began = time.perf_counter()
        named = self.send(kind, payload)
        answer = self.wait_acknowledged(named, seconds)
        body = json.dumps(answer["payload"]) if answer.get("payload") else ""
        return Answered(200, body, time.perf_counter() - began)

    def wait(self, condition: Any, what: str = "", seconds: float = PATIENCE) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, seconds), f"waited for {what}; {self.connections} connections"

    def wait_acknowledged(self, envelope_id: str, seconds: float = PATIENCE) -> dict[str, Any]:
        self.wait(lambda: envelope_id in self.acknowledged, envelope_id, seconds)
        return self.acknowledged[envelope_id]


class SocketDoor(Door):
    """The same people, whose traffic comes over the websocket."""

    def __init__(self, far: SocketStandIn, slack: StandIn, opened: Any) -> None:
        super().__init__("", slack, opened)
        self.far = far

    def event(self, event: dict[str, Any], event_id: str = "", team: str = TEAM) -> Answered:
        return self.far.deliver("events_api", json.loads(envelope(event, event_id, team)))

    def command(self, text: str, user: str = "UEN", channel: str = "C1", team: str = TEAM) -> Answered:
        return self.far.deliver("slash_commands", self.commanded(text, user, channel, team))

    def interact(self, payload: dict[str, Any]) -> Answered:
        return self.far.deliver("interactive", payload)


@contextmanager
def connected(advisor: Advisor, slack: StandIn, **changes: Any) -> Iterator[SocketDoor]:
    """The door over a websocket, closed at the end."""
    far = SocketStandIn()
    slack.socket_url = far.url
    opened = open_slack(advisor, settings_for(slack, app_token=APP_TOKEN, signing_secret="", **changes))
    near = Socket(opened, ping_seconds=2, watch_seconds=1).start()
    far.wait(lambda: far.open, "a connection")
    try:
        yield SocketDoor(far, slack, opened)
    finally:
        near.close()
        far.server.shutdown()
