"""What is wrong with the Slack set-up, and how to mend it: for `advisor slack check` and `advisor doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from slack_sdk.errors import SlackApiError, SlackClientError

from integrations.slack.manifest import OPTIONAL_SCOPES, SCOPES
from integrations.slack.settings import SlackSettings
from integrations.slack.workspaces import Workspaces

State = Literal["ok", "off", "broken"]
APP_SETTINGS = "https://api.slack.com/apps"


@dataclass(frozen=True)
class Check:
    """One thing looked at. "off" is a choice, not a fault."""

    name: str
    state: State
    detail: str
    mend: str = ""


def checks(settings: SlackSettings, received: int | None = None) -> Iterator[Check]:
    """Look at tokens, scopes and what has arrived so far (`received` messages, when known). Asks Slack."""
    if not settings.configured:
        yield Check("Slack", "off", "not set up", "advisor slack manifest, then docs/slack.md")
        return
    if settings.bot_token:
        yield from _bot(settings)
    else:
        yield Check("Slack installs", "ok", "workspaces install through /slack/install")
    yield from _transport(settings)
    if received is not None:
        yield _events(received)


def summary(received: int = 0) -> tuple[State, str, str]:
    """All checks as one line for `advisor doctor`: state, detail, what to mend."""
    found = list(checks(SlackSettings.from_environment(), received))
    broken = [check for check in found if check.state == "broken"]
    if broken:
        return "broken", "; ".join(f"{one.name}: {one.detail}" for one in broken), broken[0].mend
    return found[0].state, "; ".join(check.detail for check in found), found[0].mend


def _bot(settings: SlackSettings) -> Iterator[Check]:
    if not settings.bot_token.startswith("xoxb-"):
        yield Check("bot token", "broken", "SLACK_BOT_TOKEN is no bot token", "use the token that begins with xoxb-")
        return
    answer = _asked(lambda: Workspaces(settings.api_url).client(settings.bot_token).auth_test())
    if isinstance(answer, str):
        mend = f"copy the token again from {APP_SETTINGS} → OAuth & Permissions, or reinstall the app"
        yield Check("bot token", "broken", answer, mend)
        return
    yield Check("bot token", "ok", f"{answer.get('user')} in {answer.get('team')} ({answer.get('team_id')})")
    granted = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes") or "").split(",") if scope.strip()}
    missing = sorted(set(SCOPES) - granted)
    if missing:
        mend = f"add them at {APP_SETTINGS} → OAuth & Permissions (or update the manifest), then reinstall"
        yield Check("scopes", "broken", f"missing {', '.join(missing)}", mend)
    else:
        optional = sorted(set(OPTIONAL_SCOPES) - granted)
        note = (
            f"; without {', '.join(optional)} every message in a channel must mention the advisor" if optional else ""
        )
        yield Check("scopes", "ok", f"{len(granted)} granted{note}")


def _transport(settings: SlackSettings) -> Iterator[Check]:
    if not settings.app_token and not settings.signing_secret:
        mend = "set SLACK_APP_TOKEN for socket mode, or SLACK_SIGNING_SECRET for HTTP mode"
        yield Check("transport", "broken", "neither socket nor HTTP mode is set up", mend)
    if settings.app_token:
        yield _app_token(settings)
    if settings.signing_secret:
        yield Check("HTTP mode", "ok", "requests are checked with the signing secret")


def _app_token(settings: SlackSettings) -> Check:
    if not settings.app_token.startswith("xapp-"):
        return Check("app token", "broken", "SLACK_APP_TOKEN is no app-level token", "it begins with xapp-")
    client = Workspaces(settings.api_url).client(settings.app_token)
    answer = _asked(lambda: client.apps_connections_open(app_token=settings.app_token))
    if isinstance(answer, str):
        mend = f"{APP_SETTINGS} → Basic Information → App-Level Tokens, with connections:write; socket mode must be on"
        return Check("app token", "broken", answer, mend)
    return Check("app token", "ok", "a socket can be opened")


def _events(received: int) -> Check:
    if received:
        return Check("events", "ok", f"{received} messages taken in during the last week")
    mend = f"mention the advisor; if nothing comes: {APP_SETTINGS} → Event Subscriptions, and invite it to the channel"
    return Check("events", "ok", "no message has come in yet", mend)


def _asked(call: Callable[[], Any]) -> Any:
    """Slack's answer, or what is wrong as a text."""
    try:
        return call()
    except SlackApiError as error:
        return f"Slack says {error.response.get('error')}"
    except (SlackClientError, OSError) as error:
        return f"Slack cannot be reached ({type(error).__name__})"
