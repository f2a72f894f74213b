"""The Slack door under test: a real server on a free port in front of the stand-in, and people who use it."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from slack_stand_in import BOT_TOKEN, FORM, SECRET, TEAM, Answered, StandIn, envelope, form, mention, send, stamp, talk

from assistant import Advisor
from integrations.slack.app import Slack, open_slack
from integrations.slack.http import application
from integrations.slack.settings import SlackSettings

for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
    os.environ.pop(name, None)  # a proxy of this machine would be asked for the local stand-in


def settings_for(slack: StandIn, **changes: Any) -> SlackSettings:
    """Settings that point at the stand-in."""
    return SlackSettings(**{
        "bot_token": BOT_TOKEN, "signing_secret": SECRET, "api_url": slack.url, "silent": 3.0, **changes,
    })  # fmt: skip


class Door:
    """The app as Slack sees it: everything goes through signed HTTP requests."""

    def __init__(self, url: str, slack: StandIn, opened: Slack) -> None:
        self.url, self.slack, self.opened = url, slack, opened

    def event(self, event: dict[str, Any], event_id: str = "", team: str = TEAM) -> Answered:
        return send(f"{self.url}/slack/events", envelope(event, event_id, team))

    def mention(self, text: str, user: str = "UEN", **more: Any) -> str:
        """Name the app in a channel; returns the message's timestamp."""
        event = mention(text, user, **more)
        assert self.event(event).status == 200
        return str(event["ts"])

    def talk(self, text: str, user: str = "UEN", **more: Any) -> str:
        event = talk(text, user, **more)
        assert self.event(event).status == 200
        return str(event["ts"])

    def command(self, text: str, user: str = "UEN", channel: str = "C1", team: str = TEAM) -> Answered:
        return send(f"{self.url}/slack/events", form(**self.commanded(text, user, channel, team)), FORM)

    def commanded(self, text: str, user: str, channel: str, team: str) -> dict[str, str]:
        """The fields of a slash command."""
        return {
            "command": "/advisor", "text": text, "trigger_id": self.slack.trigger(), "channel_id": channel,
            "user_id": user, "team_id": team, "response_url": self.slack.response_url(),
        }  # fmt: skip

    def interact(self, payload: dict[str, Any]) -> Answered:
        return send(f"{self.url}/slack/events", form(payload), FORM)

    def press(
        self,
        message: dict[str, Any],
        label: str,
        user: str = "UEN",
        state: dict[str, Any] | None = None,
        team: str = TEAM,
    ) -> Answered:
        """Press the button of a message that carries this label."""
        return self.interact(pressing(self.slack, message, find_button(message, label), user, state, team))

    def submit(self, view: dict[str, Any], values: dict[str, Any], user: str = "UEN", team: str = TEAM) -> Answered:
        """Submit a modal with these state values by block id."""
        return self.interact(
            {
                "type": "view_submission", "team": {"id": team}, "user": {"id": user, "team_id": team},
                "trigger_id": self.slack.trigger(), "view": {**view, "team_id": team, "state": {"values": values}},
            }
        )  # fmt: skip


def find_button(message: dict[str, Any], label: str) -> dict[str, Any]:
    """The button or feedback thumb with this label. Fails with what there is."""
    labels = []
    for block in message.get("blocks") or []:
        for one in block.get("elements", []):
            if one.get("type") == "button":
                labels.append(one["text"]["text"])
                if one["text"]["text"] == label:
                    return {**one, "block_id": block.get("block_id", "b")}
    raise AssertionError(f"no button {label!r} among {labels}")


def pressing(
    slack: StandIn, message: dict[str, Any], element: dict[str, Any], user: str, state: dict[str, Any] | None, team: str
) -> dict[str, Any]:
    """The payload Slack sends when an element of a message is used."""
    channel = message.get("channel", "C1")
    container = {"type": "message", "message_ts": message.get("ts", "1.1"), "channel_id": channel}
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    return {
        "type": "block_actions", "team": {"id": team}, "user": {"id": user, "team_id": team},
        "channel": {"id": channel}, "trigger_id": slack.trigger(), "container": container,
        "message": {k: message[k] for k in ("ts", "thread_ts", "blocks", "text") if k in message},
        "response_url": slack.response_url(), "state": {"values": state or {}},
        "actions": [{**element, "action_ts": stamp()}],
    }  # fmt: skip


@contextmanager
def serving(advisor: Advisor, slack: StandIn, **changes: Any) -> Iterator[Door]:
    """The door on a free port, stopped at the end."""
    opened = open_slack(advisor, settings_for(slack, **changes))
    with listening(application(opened)) as url:
        yield Door(url, slack, opened)


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """An ASGI application on a free port, in a thread of its own; yields its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    assert server.started, "the server did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(15)


def text_of(message: dict[str, Any]) -> str:
    """Everything a message shows, as one string."""
    return json.dumps(message.get("blocks") or message.get("text"), ensure_ascii=False)
