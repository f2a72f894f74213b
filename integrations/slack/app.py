"""The Bolt app: what of Slack's traffic is meant for us, accepted durably before it is acknowledged.

Listeners run before the response (`process_before_response`) and only write one row; a crash after the
acknowledgement loses nothing. Everything slow happens at the desk or in lazy listeners on their own threads.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from slack_bolt import App, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize

from assistant import Advisor
from integrations.slack.access import Gate, closed_to
from integrations.slack.desk import Desk
from integrations.slack.edits import edit_key
from integrations.slack.errands import ERRANDS
from integrations.slack.installing import installation_store, oauth_settings
from integrations.slack.intake import Intake, unescape
from integrations.slack.interactions import Interactions
from integrations.slack.people import Directory
from integrations.slack.settings import SlackSettings
from integrations.slack.speaking import Place
from integrations.slack.turns import Parts, Turns, job_data
from integrations.slack.workspaces import Workspaces

log = logging.getLogger("advisor.slack")

LAZY_THREADS = 40  # Bolt's five would let five slow views starve a slash command
INVITES = re.compile(r"^\s*(invite|add|let in|הזמן|הזמיני|הזמינו|צרף|צרפי|צרפו|תזמין|תצרף)\b", re.IGNORECASE)
TO_OTHERS = re.compile(r"\s*<@[UW][A-Z0-9]+(\|[^>]*)?>")
Body = Mapping[str, Any]
SPOKEN_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})


@dataclass(frozen=True)
class Slack:
    """The running door: Bolt's app for what comes in, the desk for what is owed."""

    app: App
    desk: Desk
    parts: Parts

    def start(self) -> None:
        """Begin to work on what is owed, also from before a restart."""
        self.desk.start()
        threading.Thread(target=self.parts.workspaces.warm, name="advisor-slack-warm", daemon=True).start()

    def close(self) -> None:
        """Stop taking messages and let the running ones finish."""
        self.desk.close()


def open_slack(advisor: Advisor, settings: SlackSettings) -> Slack:
    """Wire the door. The desk is not started, nothing is sent; Slack is asked nothing before the first event."""
    engine = advisor.inbox.engine
    installations = installation_store(settings, engine) if settings.multiple else None
    oauth = oauth_settings(settings, engine, installations) if installations is not None else None
    fixed_token = "" if settings.multiple else settings.bot_token
    workspaces = Workspaces(settings.api_url, fixed_token=fixed_token, installations=installations)
    parts = Parts(advisor, settings, workspaces, Directory())
    desk = Desk(advisor.inbox, Turns(parts, ERRANDS), threads=settings.workers, silent=settings.silent)
    app = App(
        name="advisor",
        signing_secret=settings.signing_secret or None,
        authorize=_FromWorkspaces(workspaces),  # type: ignore[arg-type]  # Bolt takes its own class here too
        oauth_settings=oauth,
        client=workspaces.client(None),
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(LAZY_THREADS, thread_name_prefix="advisor-slack-lazy"),
    )
    intake = Intake(advisor.inbox, desk)
    app.use(Gate(settings, intake))
    _Events(parts, intake).attach(app)
    Interactions(parts, intake).attach(app)
    app.error(_noted)
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


class _Events:
    """Events of Slack, and which of them become messages for the desk."""

    def __init__(self, parts: Parts, intake: Intake) -> None:
        self._parts = parts
        self._intake = intake

    def attach(self, app: App) -> None:
        """Register every listener of an event."""
        app.event("app_mention")(self.mentioned)
        app.event("message")(self.message)
        app.event("app_home_opened")(self.home_opened)
        app.event("app_context_changed")(_nothing_to_do)
        app.event("agent_session_stopped")(self.stop_pressed)
        app.event("app_uninstalled")(self.uninstalled)
        app.event("tokens_revoked")(self.uninstalled)

    def mentioned(self, event: Body, body: Body, context: BoltContext) -> None:
        """Somebody named us in a channel: the thread is ours from now on. Two programs never talk to each other."""
        if event.get("bot_id") or not event.get("user"):
            return
        place = self._place(event, context)
        text = str(event.get("text") or "")
        guests = [user for user in re.findall(r"<@([UW][A-Z0-9]+)", text) if user != context.bot_user_id]
        if guests and INVITES.search(_without_names(text)):
            self._accept("invite", place, event, body, text=_without_names(text), guests=guests)
        else:
            self._said(place, event, body, context)

    def message(self, event: Body, body: Body, context: BoltContext) -> None:
        """A direct message, or talk in a thread that is ours; anything else in a channel is not for us."""
        if event.get("subtype") == "message_changed":
            self._edited(event, body, context)
        if event.get("subtype") not in SPOKEN_SUBTYPES or event.get("bot_id") or not event.get("user"):
            return
        place = self._place(event, context)
        if event.get("channel_type") == "im":
            self._said(place, event, body, context)
        elif f"<@{context.bot_user_id}" in str(event.get("text") or ""):
            return  # the mention of the same message brings it, whichever comes first
        elif TO_OTHERS.match(str(event.get("text") or "")):
            return  # said to a colleague beside us
        elif event.get("thread_ts") and self._engaged(place):
            self._said(place, event, body, context, quiet=True)

    def _edited(self, event: Body, body: Body, context: BoltContext) -> None:
        """Somebody changed the words of their message; Slack says the same when it only unfurled a link in it."""
        now, before = event.get("message") or {}, event.get("previous_message") or {}
        if not now.get("user") or now.get("bot_id") or not now.get("edited") or now.get("text") == before.get("text"):
            return
        now = {**now, "channel": event["channel"]}
        place = self._place(now, context)
        if self._closed_to(place, now, context) or not (place.direct or self._engaged(place)):
            return
        key = edit_key(f"{place.team}:{place.channel}:{now['ts']}", str(now["edited"].get("ts")))
        data = job_data("edited", place, text=self._words(now, context))
        conversation = self._parts.conversation(place)
        self._intake.accept(key, conversation, data, f"{place.team}:{body.get('event_id')}")

    def home_opened(self, event: Body, body: Body, context: BoltContext) -> None:
        """The home tab is drawn anew; in the messages tab the first steps are offered."""
        place = Place(context.team_id or "", event.get("channel") or "", "", event["user"])
        kind = "home" if event.get("tab") == "home" else "prompts"
        delivery = f"{place.team}:{body.get('event_id')}"
        self._intake.accept(delivery, f"home-{place.team}-{place.user}", job_data(kind, place))

    def stop_pressed(self, event: Body, body: Body, context: BoltContext) -> None:
        """Slack's stop button: what is being worked on in the thread ends without an answer."""
        place = Place(context.team_id or "", event["channel"], event["thread_ts"], event["user"])
        conversation = self._parts.conversation(place)
        if not self._parts.may_take_part(conversation, place):
            return
        self._parts.advisor.inbox.stop(conversation)
        delivery = f"{place.team}:{body.get('event_id')}"
        self._intake.accept(delivery, delivery, job_data("stopped", place))

    def uninstalled(self, event: Body, context: BoltContext) -> None:
        """The workspace let us go: its token is forgotten and nothing of it is answered any more."""
        revoked = (event.get("tokens") or {}).get("bot") if event["type"] == "tokens_revoked" else True
        if revoked:
            self._parts.workspaces.uninstall(context.team_id or "", context.enterprise_id)

    def _said(self, place: Place, event: Body, body: Body, context: BoltContext, quiet: bool = False) -> None:
        text = self._words(event, context)
        if why := self._closed_to(place, event, context):
            if not quiet:
                self._accept("refuse", place, event, body, why=why, text=text)
            return
        self._accept("say", place, event, body, text=text, quiet=quiet, files=len(event.get("files") or ()))

    @staticmethod
    def _words(event: Body, context: BoltContext) -> str:
        """What the person said, without our own name."""
        me = rf"<@{re.escape(context.bot_user_id or '-')}(\|[^>]*)?>"
        return unescape(re.sub(me, " ", str(event.get("text") or "")))

    def _closed_to(self, place: Place, event: Body, context: BoltContext) -> str:
        """Why this person is not answered here, or ""."""
        home = str(event.get("user_team") or event.get("source_team") or "")
        return closed_to(self._parts.settings, place, home)

    def _accept(self, kind: str, place: Place, event: Body, body: Body, **more: Any) -> None:
        # One message may come as a mention and as a message, in any order, each with its own event id.
        key = f"{place.team}:{place.channel}:{event['ts']}"
        data = job_data(kind, place, **more)
        lane = key if kind == "refuse" else self._parts.conversation(place)  # a refusal opens no conversation
        self._intake.accept(key, lane, data, f"{place.team}:{body.get('event_id')}")

    def _engaged(self, place: Place) -> bool:
        """Whether the thread is one of our conversations and the person takes part in it."""
        conversation = self._parts.conversation(place)
        if self._parts.advisor.owner(conversation, workspace=place.team) is None:
            return self._parts.advisor.inbox.knows(conversation)
        return self._parts.may_take_part(conversation, place)

    def _place(self, event: Body, context: BoltContext) -> Place:
        thread = event.get("thread_ts") or event["ts"]
        return Place(context.team_id or "", event["channel"], thread, event.get("user") or "")


def _without_names(text: str) -> str:
    return unescape(re.sub(r"<@[^>]+>", " ", text))


def _nothing_to_do() -> None:
    """Slack wants the event subscribed; every message carries its own context here."""


def _noted(error: Exception) -> None:
    # Returns nothing: Bolt's own status stands, so that a bad request is not turned into a success.
    log.error("a request could not be taken: %s", type(error).__name__, exc_info=error)
