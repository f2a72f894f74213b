"""Which token and which bot stand behind a workspace, and the Web API client that speaks for it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry import HttpResponse
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)

log = logging.getLogger("advisor.slack")

LONGEST_WAIT = 5  # seconds that a thread waits for Slack to take more
REMEMBERED_SECONDS = 60  # so that an uninstalled workspace is forgotten by the other processes too


@dataclass(frozen=True)
class Workspace:
    """One installation of the app: its id, the bot's ids and the client that carries its token."""

    team: str
    bot_user: str
    bot_id: str
    token: str
    client: WebClient
    off: dict[str, float] = field(default_factory=dict, compare=False)  # method -> until when it is not tried


class _ShortRateLimits(RateLimitErrorRetryHandler):
    """Waits out short limits only: after a long one the message is put off, and its thread answers others."""

    def _can_retry(self, *, response: HttpResponse | None = None, **more: Any) -> bool:
        if not super()._can_retry(response=response, **more) or response is None:
            return False
        waits = response.headers.get("Retry-After") or response.headers.get("retry-after") or ["1"]
        wait = str(waits[0] if isinstance(waits, list) else waits)
        return wait.isdigit() and int(wait) <= LONGEST_WAIT


class Workspaces:
    """Finds the installation of a team: a fixed one, or what the OAuth store holds."""

    def __init__(self, api_url: str, *, fixed_token: str = "", installations: Any = None) -> None:
        """Work with one fixed token, or look installations up in Slack's store of them."""
        self._api_url = api_url
        self._fixed_token = fixed_token
        self._installations = installations
        self._known: dict[str, tuple[float, Workspace]] = {}
        self._lock = Lock()

    def get(self, team: str, enterprise: str | None = None) -> Workspace | None:
        """The team's installation, or None when the app is not installed there. May ask Slack once (auth.test)."""
        with self._lock:
            kept = self._known.get(team)
        if kept and (self._fixed_token or time.monotonic() - kept[0] < REMEMBERED_SECONDS):
            return kept[1]
        found = self._fixed(team) if self._fixed_token else self._installed(team, enterprise)
        if found is not None:
            with self._lock:
                self._known[team] = (time.monotonic(), found)
        return found

    def warm(self) -> None:
        """Ask Slack who we are before the first event does, so that its acknowledgement need not wait for it."""
        if not self._fixed_token:
            return
        try:
            found = self._fixed("")
        except (SlackClientError, OSError) as error:
            log.warning("Slack cannot be asked who we are yet: %s", type(error).__name__)
            return
        if found is not None:
            with self._lock:
                self._known[found.team] = (time.monotonic(), found)

    def uninstall(self, team: str, enterprise: str | None = None) -> None:
        """The app was uninstalled there, or its token taken back."""
        with self._lock:
            self._known.pop(team, None)
        if self._installations is not None:
            enterprise = enterprise or self._installations.enterprise_of(team)
            self._installations.delete_all(enterprise_id=enterprise, team_id=team)

    def client(self, token: str | None) -> WebClient:
        """A client that waits out rate limits and tries again after server and connection faults."""
        return WebClient(
            token=token,
            base_url=self._api_url,
            timeout=10,
            retry_handlers=[
                ConnectionErrorRetryHandler(max_retry_count=2, error_types=[URLError]),  # not once it may have arrived
                _ShortRateLimits(max_retry_count=3),
                ServerErrorRetryHandler(max_retry_count=2),
            ],
        )

    def _fixed(self, team: str) -> Workspace | None:
        client = self.client(self._fixed_token)
        me = client.auth_test()
        if team and me["team_id"] != team:
            return None
        return Workspace(me["team_id"], me["user_id"], me.get("bot_id", ""), self._fixed_token, client)

    def _installed(self, team: str, enterprise: str | None) -> Workspace | None:
        if self._installations is None:
            return None
        # What waits for an answer knows its workspace only; a workspace of an organisation is stored under both.
        enterprise = enterprise or self._installations.enterprise_of(team)
        bot = self._installations.find_bot(enterprise_id=enterprise, team_id=team)
        if bot is None or not bot.bot_token:
            return None
        return Workspace(team, bot.bot_user_id, bot.bot_id, bot.bot_token, self.client(bot.bot_token))
