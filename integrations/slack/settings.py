"""Settings of the Slack door, read once from the environment by whoever starts it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

API_URL = "https://slack.com/api/"


@dataclass(frozen=True)
class SlackSettings:
    """How this installation talks to Slack.

    Args:
        bot_token: the workspace's bot token, xoxb-… (SLACK_BOT_TOKEN); empty with OAuth.
        app_token: the app-level token of socket mode, xapp-… (SLACK_APP_TOKEN).
        signing_secret: proves that an HTTP request comes from Slack (SLACK_SIGNING_SECRET).
        client_id: for installing into several workspaces (SLACK_CLIENT_ID, SLACK_CLIENT_SECRET).
        client_secret: see `client_id`.
        token_keys: seal the tokens of installed workspaces in the database (ADVISOR_SLACK_KEY, see sealing.py).
        api_url: address of Slack's Web API (SLACK_API_URL).
        web_url: address of the web app, for "open in web" (ADVISOR_WEB_URL); empty: no such button.
        users: only these Slack users are answered (ADVISOR_SLACK_USERS, comma separated); empty: everybody.
        channels: only in these channels (ADVISOR_SLACK_CHANNELS); direct messages are always open; empty: all.
        workers: how many messages one process works on at once (ADVISOR_SLACK_WORKERS).
        silent: after how many seconds without a heartbeat another process takes over (ADVISOR_SLACK_SILENT).
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    token_keys: tuple[str, ...] = field(default=(), repr=False)
    api_url: str = API_URL
    web_url: str = ""
    users: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    workers: int = 8
    silent: float = 20.0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> SlackSettings:
        """The settings of this process."""
        env = os.environ if environ is None else environ
        api_url = env.get("SLACK_API_URL") or API_URL
        return cls(
            bot_token=env.get("SLACK_BOT_TOKEN", ""),
            app_token=env.get("SLACK_APP_TOKEN", ""),
            signing_secret=env.get("SLACK_SIGNING_SECRET", ""),
            client_id=env.get("SLACK_CLIENT_ID", ""),
            client_secret=env.get("SLACK_CLIENT_SECRET", ""),
            token_keys=tuple(key.strip() for key in env.get("ADVISOR_SLACK_KEY", "").split(",") if key.strip()),
            api_url=api_url if api_url.endswith("/") else f"{api_url}/",
            web_url=env.get("ADVISOR_WEB_URL", "").rstrip("/"),
            users=_names(env.get("ADVISOR_SLACK_USERS", "")),
            channels=_names(env.get("ADVISOR_SLACK_CHANNELS", "")),
            workers=_number(env.get("ADVISOR_SLACK_WORKERS", ""), 8),
            silent=_number(env.get("ADVISOR_SLACK_SILENT", ""), 20),
        )

    @property
    def multiple(self) -> bool:
        """Whether workspaces install the app themselves (OAuth) instead of one fixed bot token."""
        return bool(self.client_id and self.client_secret)

    @property
    def configured(self) -> bool:
        """Whether there is anything to talk to Slack with."""
        return bool(self.bot_token or self.multiple)

    def allows(self, user: str, channel: str = "") -> bool:
        """Whether this user may be answered in this channel. Direct messages ("D…") are always open."""
        if self.users and user not in self.users:
            return False
        return not self.channels or not channel or channel.startswith("D") or channel in self.channels


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


def _number(text: str, default: int) -> int:
    return max(1, int(text)) if text.strip().isdigit() else default
