"""What Slack's traffic says, as places and plain text, and its way into the inbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltContext

from integrations.slack.desk import DOOR, Desk
from integrations.slack.speaking import Place


class Intake:
    """Takes messages in durably and wakes the desk."""

    def __init__(self, inbox: Any, desk: Desk) -> None:
        """Accept into this inbox, for this desk."""
        self._inbox = inbox
        self._desk = desk

    def accept(self, key: str, lane: str, data: Mapping[str, Any], delivery: str = "") -> bool:
        """Take a message in; False for one that was taken before."""
        taken = self._inbox.accept(DOOR, key[:255], lane[:200], data, delivery=delivery[:255])
        if taken:
            self._desk.wake()
        return bool(taken)


def place_of(body: Mapping[str, Any], context: BoltContext) -> Place:
    """Where an element of a message was used. In a private message the answer is private too."""
    message, container = body.get("message") or {}, body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    user = body["user"]["id"]
    if container.get("is_ephemeral"):
        thread = container.get("thread_ts") or ""
        return Place(
            context.team_id or "", channel, thread, user, private=True, response_url=body.get("response_url") or ""
        )
    thread = message.get("thread_ts") or container.get("thread_ts") or message.get("ts") or ""
    return Place(context.team_id or "", channel, thread, user)


def unescape(text: str) -> str:
    """What the person typed, out of Slack's transport form: entities undone, links and names reduced to text."""
    text = re.sub(r"<(?:https?|mailto):[^|>]+\|([^>]*)>", r"\1", text)
    text = re.sub(r"<((?:https?|mailto):[^>]+)>", r"\1", text)
    text = re.sub(r"<[@#!][^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<[@#!][^>]*>", "", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
