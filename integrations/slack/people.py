"""What Slack tells of a person: the name to credit them by, and the language their Slack speaks."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from threading import Lock

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from integrations.slack.workspaces import Workspace

log = logging.getLogger("advisor.slack")

REMEMBERED_SECONDS = 3600
ASKED_AGAIN_SECONDS = 60  # after Slack did not say
LONGEST_ASKED = 2  # seconds: a command is acknowledged in Slack's three, whether or not a name is known
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Person:
    """A member of a workspace; `language` is "he" or "en"."""

    name: str
    language: str


class Directory:
    """Looks people up (users.info) and remembers them for an hour."""

    def __init__(self) -> None:
        """Start empty."""
        self._known: dict[tuple[str, str], tuple[float, Person]] = {}
        self._lock = Lock()

    def get(self, workspace: Workspace, user: str) -> Person:
        """The person; with the id as name when Slack does not say."""
        key = (workspace.team, user)
        with self._lock:
            kept = self._known.get(key)
        if kept and time.monotonic() < kept[0]:
            return kept[1]
        told = self._ask(workspace, user)
        person = told or (kept[1] if kept else Person(user, "en"))
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = (time.monotonic() + (REMEMBERED_SECONDS if told else ASKED_AGAIN_SECONDS), person)
        return person

    def _ask(self, workspace: Workspace, user: str) -> Person | None:
        brisk = WebClient(workspace.token, workspace.client.base_url, timeout=LONGEST_ASKED, retry_handlers=[])
        try:
            found = brisk.users_info(user=user, include_locale=True)["user"]
        except (SlackClientError, OSError, KeyError) as error:
            log.info("users.info failed: %s", type(error).__name__)
            return None
        profile = found.get("profile") or {}
        name = profile.get("display_name") or found.get("real_name") or found.get("name") or user
        return Person(str(name)[:80], "he" if str(found.get("locale") or "").startswith("he") else "en")
