"""An answer that grows before the person's eyes, while a language model works on it.

What is shown on the way is provisional: the finished reply replaces it in the same message. Slack ends a
stream about five minutes after its start, so an old or long one is closed and followed by a new one; when a
stream is dead all the same, its message is rewritten and nothing is lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from integrations.slack.mrkdwn import cut, safe_markdown, size
from integrations.slack.render import Message, without_rich
from integrations.slack.speaking import EVENT_TYPE, REFUSED_BLOCKS, Speaker, translated
from integrations.slack.words import say

log = logging.getLogger("advisor.slack")

OLDEST_SECONDS = 240.0
LONGEST = 11_000
APPEND_EVERY = 0.7  # seconds; Slack takes about a hundred appends a minute
DEAD = frozenset({"message_not_in_streaming_state", "streaming_state_conflict", "message_not_found"})


@dataclass
class Segment:
    """One streaming message: its timestamp, what it shows and whether Slack still takes more of it."""

    ts: str
    begun: float
    shown: str = ""
    dead: bool = False


class Stream:
    """Progress of one answer. Nothing is sent before there is progress, so a quick answer is a single post."""

    def __init__(
        self,
        speaker: Speaker,
        language: str,
        *,
        title: str = "",
        oldest: float = OLDEST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Stream into the speaker's thread."""
        self._speaker, self._language, self._title = speaker, language, title
        self._oldest, self._clock = oldest, clock
        self._segments: list[Segment] = []
        self._before = ""  # the text of earlier segments
        self._text = ""  # all text told so far
        self._step = 0
        self._sent_at = 0.0

    @property
    def begun(self) -> bool:
        """Whether anything was streamed."""
        return bool(self._segments)

    def tell(self, progress: Any) -> None:
        """Show a step ("status") or the checked text so far ("text"). Never raises for Slack's sake."""
        place = self._speaker.place
        if not place.thread or place.private or place.response_url:
            return
        try:
            if progress.kind == "status":
                self._status(progress.text)
            else:
                self._grow(progress.text)
        except (SlackClientError, OSError) as error:
            log.warning("streaming failed: %s; the finished answer will be posted", type(error).__name__)
            for segment in self._segments:
                segment.dead = True

    def finish(self, message: Message, key: str) -> None:
        """Put the finished answer in the place of what was streamed."""
        if self._segments and self._before:
            self._clear_earlier()
        self._stop()
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        for blocks in (message.blocks, without_rich(message).blocks):
            try:
                translated(
                    self._speaker.client.chat_update,
                    channel=self._speaker.place.channel,
                    ts=self._segments[-1].ts,
                    text=message.text,
                    blocks=blocks,
                    metadata=metadata,
                )
                break
            except SlackApiError as error:
                if error.response.get("error") in DEAD:
                    self._speaker.post(message, key)
                    break
                if error.response.get("error") not in REFUSED_BLOCKS:
                    raise
        self._speaker.session("active")

    def abort(self) -> None:
        """End what is open without an answer: the person stopped, or an apology follows."""
        if self._segments:
            self._stop()
            self._speaker.session("active")

    # -- steps and text ------------------------------------------------------------------------------

    def _status(self, text: str) -> None:
        done = self._task("complete") if self._step else []
        self._step += 1
        self._status_text = cut(text, 200)
        self._send(chunks=[*done, *self._task("in_progress")])

    def _task(self, status: str) -> list[dict[str, Any]]:
        return [{"type": "task_update", "id": f"step-{self._step}", "title": self._status_text, "status": status}]

    def _grow(self, text: str) -> None:
        safe = safe_markdown(text)
        if not safe.startswith(self._text):
            return  # said differently now; the finished answer will say it right
        more = safe[len(self._text) :]
        if not more or (self._clock() - self._sent_at < APPEND_EVERY and size(more) < 256):
            return
        self._send(text=more)
        self._text = safe

    def _send(self, text: str = "", chunks: list[dict[str, Any]] | None = None) -> None:
        segment = self._segments[-1] if self._segments else self._open()
        if self._clock() - segment.begun > self._oldest or size(segment.shown) + size(text) > LONGEST:
            self._stop()
            self._before += segment.shown
            segment = self._open()
        segment.shown += text
        self._sent_at = self._clock()
        if segment.dead:
            return
        parts = [*(chunks or []), *([{"type": "markdown_text", "text": text}] if text else [])]
        call = {"channel": self._speaker.place.channel, "ts": segment.ts, "chunks": parts}
        self._unless_dead(segment, self._speaker.client.chat_appendStream, **call)

    def _open(self) -> Segment:
        place = self._speaker.place
        if not self._segments:
            self._speaker.session("processing", title=self._title)
        first = {"type": "plan_update", "title": say("thinking.plan", self._language)}
        started = self._speaker.client.chat_startStream(
            channel=place.channel,
            thread_ts=place.thread,
            recipient_team_id=place.team,
            recipient_user_id=place.user,
            task_display_mode="plan",
            chunks=[first],
        )
        segment = Segment(started["ts"], self._clock())
        self._segments.append(segment)
        return segment

    def _stop(self) -> None:
        segment = self._segments[-1]
        if not segment.dead:
            call = {"channel": self._speaker.place.channel, "ts": segment.ts}
            self._unless_dead(segment, self._speaker.client.chat_stopStream, **call)
            segment.dead = True

    def _unless_dead(self, segment: Segment, method: Any, **call: Any) -> None:
        try:
            method(**call)
        except SlackApiError as error:
            if error.response.get("error") not in DEAD:
                raise
            segment.dead = True

    def _clear_earlier(self) -> None:
        """The finished answer stands whole in the last message; earlier ones only point there."""
        text = say("thinking.below", self._language)
        for segment in self._segments[:-1]:
            self._unless_dead(
                segment,
                self._speaker.client.chat_update,
                channel=self._speaker.place.channel,
                ts=segment.ts,
                text=text,
                blocks=[{"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}],
            )
