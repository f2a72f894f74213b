"""Who may use the door. Asked of words, buttons, forms, shortcuts and tabs alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltContext
from slack_bolt.response import BoltResponse

from integrations.slack.intake import Intake, place_of
from integrations.slack.settings import SlackSettings
from integrations.slack.speaking import Place
from integrations.slack.turns import job_data

USED = frozenset({"block_actions", "view_submission", "shortcut", "message_action"})


def closed_to(settings: SlackSettings, place: Place, home: str = "") -> str:
    """Why this person is not answered in this place ("other_workspace", "user", "channel"), or "".

    `home` is the workspace the person belongs to: a shared channel brings people of other companies along.
    """
    if home not in ("", place.team) and place.user not in settings.users:
        return "other_workspace"
    if not settings.allows(place.user):
        return "user"
    return "" if settings.allows(place.user, place.channel) else "channel"


class Gate:
    """Turns away whoever presses a button, opens a form or uses a shortcut without being allowed to."""

    def __init__(self, settings: SlackSettings, intake: Intake) -> None:
        """Judge by these settings; the refusal is told through this intake."""
        self._settings, self._intake = settings, intake

    def __call__(self, body: Mapping[str, Any], context: BoltContext, next_: Any) -> BoltResponse | None:
        """Middleware of Bolt: go on, or acknowledge and tell the person why nothing happens."""
        if body.get("type") not in USED or not body.get("user"):
            next_()
            return None
        place = place_of(body, context)
        why = closed_to(self._settings, place, str(body["user"].get("team_id") or ""))
        if not why:
            next_()
            return None
        key = f"{place.team}:closed:{place.user}:{body.get('trigger_id')}"
        self._intake.accept(key, key, job_data("refuse", place, why=why))
        return BoltResponse(status=200, body="")
