"""The Bolt app: what of Slack's traffic is meant for us, accepted durably before it is acknowledged.

Listeners run before the response (`process_before_response`) and only write one row; a crash after the
acknowledgement loses nothing. Everything slow happens at the desk or in lazy listeners on their own threads.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from slack_bolt import App, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize

from assistant import Advisor
from integrations.slack.desk import DOOR, Desk
from integrations.slack.people import Directory
from integrations.slack.settings import SlackSettings
from integrations.slack.speaking import Place, conversation_id
from integrations.slack.turns import Parts, Turns, job_data
from integrations.slack.workspaces import Workspaces

log = logging.getLogger("advisor.slack")

LAZY_THREADS = 40  # Bolt's five would let five slow views starve a slash command
SPOKEN_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})


@dataclass(frozen=True)
class Slack:
    """The running door: Bolt's app for what comes in, the desk for what is owed."""

    app: App
    desk: Desk
    parts: Parts

    def close(self) -> None:
        """Stop taking messages and let the running ones finish."""
        self.desk.close()


def open_slack(advisor: Advisor, settings: SlackSettings) -> Slack:
    """Wire the door. The desk is not started, nothing is sent; Slack is asked nothing before the first event."""
    workspaces = Workspaces(settings.api_url, fixed_token=settings.bot_token)
    parts = Parts(advisor, settings, workspaces, Directory())
    desk = Desk(advisor.inbox, Turns(parts), threads=settings.workers, silent=settings.silent)
    app = App(
        name="advisor",
        signing_secret=settings.signing_secret or None,
        authorize=_FromWorkspaces(workspaces),  # type: ignore[arg-type]  # Bolt takes its own class here too
        client=workspaces.client(None),
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(LAZY_THREADS, thread_name_prefix="advisor-slack-lazy"),
    )
    _Listeners(parts, desk).attach(app)
    return Slack(app, desk, parts)


class _FromWorkspaces(Authorize):
    """Bolt's question "who are we here?", answered without asking Slack on every event."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_: Any,
    ) -> AuthorizeResult | None:
        workspace = self._workspaces.get(team_id or "", enterprise_id)
        if workspace is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=workspace.bot_user,
            bot_id=workspace.bot_id,
            bot_token=workspace.token,
        )


class _Listeners:
    """What Slack sends, and which of it becomes a message for the desk."""

    def __init__(self, parts: Parts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def attach(self, app: App) -> None:
        """Register every listener; this list is the door's table of contents."""
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.message)
        app.action(re.compile(r"^answer:"))(self.pressed)
        app.error(_noted)

    def mentioned(self, event: Mapping[str, Any], body: Mapping[str, Any], context: BoltContext) -> None:
        """Somebody named us in a channel: the thread is ours from now on."""
        place = self._place(event, context)
        self._said(place, event, body, context)

    def message(self, event: Mapping[str, Any], body: Mapping[str, Any], context: BoltContext) -> None:
        """A direct message, or talk in a thread that is ours; anything else in a channel is not for us."""
        if event.get("subtype") not in SPOKEN_SUBTYPES or event.get("bot_id") or not event.get("user"):
            return
        place = self._place(event, context)
        if event.get("channel_type") == "im" or (event.get("thread_ts") and self._engaged(place)):
            self._said(place, event, body, context)

    def pressed(self, ack: Any, action: Mapping[str, Any], body: Mapping[str, Any], context: BoltContext) -> None:
        """A button of ours was pressed."""
        value = json.loads(action["value"])
        place = self._pressed_at(body, context)
        act = {"do": "answer", "field": value["f"], "value": value.get("v"), "record": value["r"]}
        data = job_data("press", place, actions=[act], conversation=value["c"], text=action["text"]["text"])
        self._accept(f"{place.team}:{place.channel}:{action['action_ts']}", value["c"], data)
        ack()

    def _said(self, place: Place, event: Mapping[str, Any], body: Mapping[str, Any], context: BoltContext) -> None:
        text = re.sub(
            rf"<@{re.escape(context.bot_user_id or '-')}(\|[^>]*)?>", " ", str(event.get("text") or "")
        ).strip()
        data = job_data("say", place, text=unescape(text))
        # One message may come as a mention and as a message, in any order, each with its own event id.
        key = f"{place.team}:{place.channel}:{event['ts']}"
        self._accept(key, place.conversation, data, delivery=f"{place.team}:{body.get('event_id')}")

    def _accept(self, key: str, lane: str, data: Mapping[str, Any], delivery: str = "") -> bool:
        taken = self._parts.advisor.inbox.accept(DOOR, key, lane, data, delivery=delivery)
        if taken:
            self._desk.wake()
        return taken

    def _engaged(self, place: Place) -> bool:
        advisor = self._parts.advisor
        known = advisor.owner(place.conversation, workspace=place.team) is not None
        return known or advisor.inbox.knows(place.conversation)

    def _place(self, event: Mapping[str, Any], context: BoltContext) -> Place:
        thread = event.get("thread_ts") or event["ts"]
        return Place(context.team_id or "", event["channel"], thread, event.get("user") or "")

    def _pressed_at(self, body: Mapping[str, Any], context: BoltContext) -> Place:
        message = body.get("message") or {}
        container = body.get("container") or {}
        thread = message.get("thread_ts") or container.get("thread_ts") or message.get("ts") or ""
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        return Place(context.team_id or "", channel, thread, body["user"]["id"])


def unescape(text: str) -> str:
    """What the person typed, out of Slack's transport form: entities undone, links and names reduced to text."""
    text = re.sub(r"<(?:https?|mailto):[^|>]+\|([^>]*)>", r"\1", text)
    text = re.sub(r"<((?:https?|mailto):[^>]+)>", r"\1", text)
    text = re.sub(r"<[@#!][^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<[@#!][^>]*>", "", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _noted(error: Exception) -> None:
    # Returns nothing: Bolt's own status stands, so that a bad signature is not turned into a success.
    log.error("a request could not be taken: %s", type(error).__name__, exc_info=error)


__all__ = ["Slack", "conversation_id", "open_slack", "unescape"]
