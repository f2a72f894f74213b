"""Socket mode: no public address; Slack's traffic comes over a websocket that is watched and renewed."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Any

from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.errors import SlackClientError

from integrations.slack.app import Slack

log = logging.getLogger("advisor.slack")

WATCH_SECONDS = 15.0
CONCURRENCY = 16  # envelopes taken in at once; taking one in is one row in the database


class Socket:
    """The connection and its watchdog."""

    def __init__(self, slack: Slack, *, ping_seconds: float = 10.0, watch_seconds: float = WATCH_SECONDS) -> None:
        """Use the app-level token of the settings; nothing is connected yet."""
        settings = slack.parts.settings
        self._slack = slack
        self._watch_seconds = watch_seconds
        self._closing = threading.Event()
        self._handler = SocketModeHandler(
            slack.app,
            settings.app_token,
            web_client=slack.parts.workspaces.client(None),
            ping_interval=ping_seconds,
            concurrency=CONCURRENCY,
        )

    def start(self) -> Socket:
        """Begin to work and connect. Raises SlackApiError when the token is refused."""
        self._slack.start()
        self._handler.connect()
        threading.Thread(target=self._watch, name="advisor-slack-watchdog", daemon=True).start()
        return self

    @property
    def connected(self) -> bool:
        """Whether the connection answers pings."""
        return bool(self._handler.client.is_connected())

    def wait(self) -> None:
        """Until `close` is called."""
        while not self._closing.wait(1):
            pass

    def close(self) -> None:
        """Disconnect, then let what is being worked on finish."""
        self._closing.set()
        # The builtin client's close may meet its own reconnect half way.
        with contextlib.suppress(AttributeError, OSError):
            self._handler.close()
        self._slack.close()

    def _watch(self) -> None:
        """Renew a connection that looks open and is dead: the commonest trouble of long-running sockets."""
        missed = 0
        while not self._closing.wait(self._watch_seconds):
            missed = 0 if self.connected else missed + 1
            if missed < 2:
                continue
            log.warning("the socket is silent; connecting anew")
            try:
                self._handler.client.connect_to_new_endpoint(force=True)
            except (SlackClientError, OSError, Exception) as error:
                log.error("connecting failed: %s", type(error).__name__)


def run(slack: Slack) -> None:
    """Answer until interrupted."""
    socket: Any = Socket(slack).start()
    try:
        socket.wait()
    finally:
        socket.close()
