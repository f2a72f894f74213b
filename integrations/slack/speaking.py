"""How the advisor speaks in Slack: threads, private lines, status, and what to do when Slack refuses."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from integrations.slack.desk import TryAgain
from integrations.slack.mrkdwn import escape
from integrations.slack.render import Message, without_rich
from integrations.slack.words import say
from integrations.slack.workspaces import Workspace

log = logging.getLogger("advisor.slack")

EVENT_TYPE = "advisor_reply"
REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_attachments", "msg_blocks_too_long", "invalid_blocks_format"})
PASSING = frozenset({"ratelimited", "service_unavailable", "internal_error", "fatal_error", "request_timeout"})
OPTIONAL_OFF_SECONDS = 3600  # how long a method a workspace does not offer is not tried again


@dataclass(frozen=True)
class Place:
    """Where something was said and is answered.

    `thread` is the root's timestamp; empty outside a thread. A `response_url` answers a command privately
    where the app may not be a member.
    """

    team: str
    channel: str
    thread: str
    user: str
    private: bool = False
    response_url: str = ""

    @property
    def conversation(self) -> str:
        """The conversation's id: one thread, one conversation."""
        return conversation_id(self.team, self.channel, self.thread)

    @property
    def direct(self) -> bool:
        """Whether this is a direct message."""
        return self.channel.startswith("D")


def conversation_id(team: str, channel: str, thread: str) -> str:
    """The id under which a thread's conversation is kept."""
    return f"slack-{team}-{channel}-{thread}"


class File(Protocol):
    """What is handed out: content with a name."""

    @property
    def name(self) -> str:
        """With its ending."""

    @property
    def content(self) -> bytes:
        """All of it."""


class Speaker:
    """Says things in one place, on behalf of one workspace's bot."""

    def __init__(self, workspace: Workspace, place: Place) -> None:
        """Speak in this place."""
        self.workspace = workspace
        self.place = place

    @property
    def client(self) -> WebClient:
        """The workspace's Web API client."""
        return self.workspace.client

    def post(self, message: Message, key: str) -> str:
        """Post the answer to the message `key`, once; in plainer form when Slack refuses the blocks.

        Without a channel (the home tab, a shortcut) it goes to the person's direct messages. Returns its
        timestamp, "" for one that only the person sees.
        """
        place = self.place
        if place.response_url:
            self._respond(message)
            return ""
        call: dict[str, Any] = {"channel": place.channel or self.direct_channel()}
        if place.thread:
            call["thread_ts"] = place.thread
        if place.private:
            self._deliver(self.client.chat_postEphemeral, message, {**call, "user": place.user})
            return ""
        call |= {"unfurl_links": False, "unfurl_media": False}
        call["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        posted = self._deliver(self.client.chat_postMessage, message, call)
        return str(posted["ts"]) if posted else ""

    def whisper(self, message: Message, *, instead: bool = False) -> None:
        """A line only the person sees; `instead` of the private message whose button was pressed."""
        place = self.place
        if place.response_url:
            self._respond(message, replace_original=instead)
            return
        call: dict[str, Any] = {"channel": place.channel or self.direct_channel()}
        if place.thread:
            call["thread_ts"] = place.thread
        if place.direct or not place.channel:
            call |= {"unfurl_links": False, "unfurl_media": False}
            self._deliver(self.client.chat_postMessage, message, call)
        else:
            self._deliver(self.client.chat_postEphemeral, message, {**call, "user": place.user})

    def rewrite(self, ts: str, message: Message) -> None:
        """Show a message of ours differently from now on. Only makes things nicer: a failure is noted, no more."""
        try:
            if self.place.response_url:
                self._respond(message, replace_original=True)
            else:
                self._deliver(self.client.chat_update, message, {"channel": self.place.channel, "ts": ts})
        except (TryAgain, SlackApiError) as error:
            log.info("a message could not be rewritten: %s", error)

    def _deliver(self, method: Any, message: Message, call: Mapping[str, Any]) -> Any:
        for shown in (message.blocks, without_rich(message).blocks, []):
            try:
                return translated(
                    method, text=message.text, parse="none", **({"blocks": shown} if shown else {}), **call
                )
            except SlackApiError as error:
                if error.response.get("error") not in REFUSED_BLOCKS or not shown:
                    raise
                log.error("Slack refused blocks (%s); sending them plainer", error.response.get("error"))
        return None

    def _respond(self, message: Message, replace_original: bool = False) -> None:
        hook = WebhookClient(self.place.response_url, timeout=10)
        answer = translated(
            hook.send,
            text=message.text,
            blocks=message.blocks,
            response_type="ephemeral",
            replace_original=replace_original,
            unfurl_links=False,
            unfurl_media=False,
        )
        if answer.status_code >= 500 or answer.status_code == 429:
            raise TryAgain(5, f"response_url answered {answer.status_code}")
        if answer.status_code != 200 and not replace_original:  # used five times, or older than half an hour
            log.info("a response_url is spent (%s); answering in a direct message", answer.status_code)
            self._deliver(self.client.chat_postMessage, message, {"channel": self.direct_channel()})

    def hand_out(self, file: File, comment: str) -> None:
        """Upload a file into the thread, or into a direct message where the place is private."""
        place = self.place
        private = place.private or place.response_url or not place.channel
        where = {"channel": self.direct_channel()} if private else {"channel": place.channel}
        if place.thread and not private:
            where["thread_ts"] = place.thread
        translated(
            self.client.files_upload_v2,
            content=file.content,
            filename=file.name,
            title=file.name,
            initial_comment=escape(comment),
            **where,
        )

    def direct_channel(self) -> str:
        """The channel of the person's direct messages with us."""
        if self.place.direct:
            return self.place.channel
        return str(translated(self.client.conversations_open, users=self.place.user)["channel"]["id"])

    def answered_before(self, key: str) -> bool:
        """Whether an answer to the message `key` already stands in the thread (asked after a crash only).

        Raises TryAgain when Slack cannot say so now: a second answer would be worse than a late one.
        """
        place = self.place
        if place.private or place.response_url or not place.thread:
            return False
        try:
            found = translated(
                self.client.conversations_replies,
                channel=place.channel,
                ts=place.thread,
                include_all_metadata=True,
                limit=200,
            )
        except SlackApiError as error:  # a permission that is missing will be missing later too
            log.warning("may not look whether message was answered: %s", error.response.get("error"))
            return False
        standing: list[dict[str, Any]] = found.get("messages", [])
        payloads = [message.get("metadata", {}).get("event_payload", {}) for message in standing]
        return any(payload.get("key") == key for payload in payloads)

    # -- status and title ----------------------------------------------------------------------------

    def think(self, language: str, ahead: int = 0) -> None:
        """Show at once that the message is being worked on; a posted answer clears it."""
        place = self.place
        if not place.thread or place.private or place.response_url:
            return
        status = say("thinking.queue", language, ahead=ahead) if ahead > 0 else say("thinking.status", language)
        loading = [say(f"thinking.loading.{number}", language) for number in (1, 2, 3)]
        self.optional(
            "assistant_threads_setStatus",
            channel_id=place.channel,
            thread_ts=place.thread,
            status=status,
            loading_messages=loading,
        )

    def session(self, status: str, title: str = "") -> None:
        """Tell Slack's agent view where the conversation stands; the title names it in the person's history."""
        place = self.place
        if not place.thread or place.private or place.response_url:
            return
        more = {"title": " ".join(title.split())[:200]} if title.strip() else {}
        self.optional(
            "agents_sessions_setStatus", channel_id=place.channel, thread_ts=place.thread, status=status, **more
        )

    def optional(self, method: str, **call: Any) -> None:
        """A call that only makes things nicer: its failure is noted and the answer goes on."""
        off = self.workspace.off
        if off.get(method, 0) > time.monotonic():
            return
        try:
            getattr(self.client, method)(**call)
        except SlackApiError as error:
            code = str(error.response.get("error"))
            log.info("%s is not available: %s", method, code)
            if code not in PASSING:
                off[method] = time.monotonic() + OPTIONAL_OFF_SECONDS
        except (SlackClientError, OSError) as error:
            log.info("%s failed: %s", method, type(error).__name__)


def translated(method: Any, **call: Any) -> Any:
    """Call Slack; what will probably pass is raised as TryAgain, so that the message is answered later."""
    try:
        return method(**call)
    except SlackApiError as error:
        code = str(error.response.get("error"))
        status = error.response.status_code
        if code in PASSING or status == 429 or status >= 500:
            wait = error.response.headers.get("Retry-After") or error.response.headers.get("retry-after") or "10"
            raise TryAgain(float(wait) if str(wait).isdigit() else 10.0, code) from error
        raise
    except (SlackClientError, URLError, OSError) as error:
        raise TryAgain(5, type(error).__name__) from error
