"""What is wrong with the Slack set-up, and how to mend it: for `advisor slack check` and `advisor doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from slack_sdk.errors import SlackApiError, SlackClientError

from integrations.slack.manifest import OPTIONAL_SCOPES, SCOPES
from integrations.slack.settings import SlackSettings
from integrations.slack.words import say
from integrations.slack.workspaces import Workspaces

State = Literal["ok", "off", "broken"]
Told = Callable[..., str]  # the words of a check, by key, in the language asked for
APP_SETTINGS = "https://api.slack.com/apps"


@dataclass(frozen=True)
class Check:
    """One thing looked at. "off" is a choice, not a fault."""

    name: str
    state: State
    detail: str
    mend: str = ""


def checks(
    settings: SlackSettings,
    received: int | None = None,
    language: str = "en",
    engine: Any = None,
    texts: Callable[[str], int] | None = None,
) -> Iterator[Check]:
    """Look at tokens, scopes and what has arrived so far (`received` messages, when known). Asks Slack.

    `engine` is the database, where installed workspaces are looked up; `texts` counts the texts that a workspace
    is quoted ("" is the installation itself).
    """
    told = partial(_say, language)
    if not settings.configured:
        yield Check("Slack", "off", told("off"), told("off_mend"))
        return
    if settings.bot_token:
        yield from _bot(settings, told, texts)
    else:
        yield from _installs(settings, engine, told)
    yield from _transport(settings, told)
    if received is not None:
        mend = "" if received else told("no_events_mend", app=APP_SETTINGS)
        yield Check("events", "ok", told("events" if received else "no_events", count=received), mend)


def summary(received: int = 0, language: str = "en", engine: Any = None) -> tuple[State, str, str]:
    """All checks as one line for `advisor doctor`: state, detail, what to mend."""
    found = list(checks(SlackSettings.from_environment(), received, language, engine))
    broken = [check for check in found if check.state == "broken"]
    if broken:
        return "broken", "; ".join(f"{one.name}: {one.detail}" for one in broken), broken[0].mend
    mend = next((check.mend for check in found if check.mend), "")
    return found[0].state, "; ".join(check.detail for check in found), mend


def _say(language: str, key: str, **values: object) -> str:
    return say(f"check.{key}", language, **values)


def _bot(settings: SlackSettings, told: Told, texts: Callable[[str], int] | None) -> Iterator[Check]:
    if not settings.bot_token.startswith("xoxb-"):
        yield Check("bot token", "broken", told("no_bot_token"), told("no_bot_token_mend"))
        return
    answer = _asked(lambda: Workspaces(settings.api_url).client(settings.bot_token).auth_test(), told)
    if isinstance(answer, str):
        yield Check("bot token", "broken", answer, told("bot_token_mend", app=APP_SETTINGS))
        return
    yield Check("bot token", "ok", _identity(answer, told))
    granted = {scope.strip() for scope in str(answer.headers.get("x-oauth-scopes") or "").split(",") if scope.strip()}
    missing = sorted(set(SCOPES) - granted)
    if missing:
        mend = told("scopes_mend", app=APP_SETTINGS)
        yield Check("scopes", "broken", told("scopes_missing", scopes=", ".join(missing)), mend)
    else:
        optional = sorted(set(OPTIONAL_SCOPES) - granted)
        note = told("scopes_optional", scopes=", ".join(optional)) if optional else ""
        yield Check("scopes", "ok", told("scopes", count=len(granted)) + note)

    if texts is not None:
        yield _texts(str(answer.get("team_id")), texts, told)


def _texts(team: str, count: Callable[[str], int], told: Told) -> Check:
    """Whether the texts that were added are quoted here: a surprise when they were added for somebody else."""
    here, own = count(team), count("")
    if here or not own:
        return Check("texts", "ok", told("texts", count=here))
    return Check("texts", "ok", told("texts_elsewhere", count=own), told("texts_mend", id=team))


def _identity(answer: Any, told: Told) -> str:
    return told("bot_token", user=answer.get("user"), team=answer.get("team"), id=answer.get("team_id"))


def _installs(settings: SlackSettings, engine: Any, told: Told) -> Iterator[Check]:
    """The workspaces that installed the app: their scopes, and whether their tokens are sealed."""
    from integrations.slack.installing import installed
    from integrations.slack.sealing import BadKey, Sealer

    try:
        found = installed(settings, engine) if engine is not None else []
        sealer = Sealer(settings.token_keys)
    except BadKey:
        yield Check("token key", "broken", told("bad_key"), told("key_mend"))
        return
    yield Check("Slack installs", "ok", told("installs", count=len(found)))
    lost = [one.team for one in found if one.state == "unreadable"]
    if lost:
        yield Check("token key", "broken", told("unreadable", teams=", ".join(lost)), told("unreadable_mend"))
    elif not sealer.active:
        yield Check("token key", "ok", told("open"), told("key_mend"))
    elif any(one.state == "open" for one in found):
        yield Check("token key", "ok", told("not_yet_sealed"), told("not_yet_sealed_mend"))
    else:
        yield Check("token key", "ok", told("sealed"))
    for one in found:
        missing = sorted(set(SCOPES) - one.scopes)
        if missing:
            detail = told("scopes_missing_in", team=one.team, scopes=", ".join(missing))
            yield Check("scopes", "broken", detail, told("reinstall_mend"))


def _transport(settings: SlackSettings, told: Told) -> Iterator[Check]:
    if not settings.app_token and not settings.signing_secret:
        yield Check("transport", "broken", told("no_transport"), told("no_transport_mend"))
    if settings.app_token:
        yield _app_token(settings, told)
    if settings.signing_secret:
        yield Check("HTTP mode", "ok", told("http"))


def _app_token(settings: SlackSettings, told: Told) -> Check:
    if not settings.app_token.startswith("xapp-"):
        return Check("app token", "broken", told("no_app_token"), told("no_app_token_mend"))
    client = Workspaces(settings.api_url).client(settings.app_token)
    answer = _asked(lambda: client.apps_connections_open(app_token=settings.app_token), told)
    if isinstance(answer, str):
        return Check("app token", "broken", answer, told("app_token_mend", app=APP_SETTINGS))
    return Check("app token", "ok", told("app_token"))


def _asked(call: Callable[[], Any], told: Told) -> Any:
    """Slack's answer, or what is wrong as a text."""
    try:
        return call()
    except SlackApiError as error:
        return told("refused", error=error.response.get("error"))
    except (SlackClientError, OSError) as error:
        return told("unreachable", error=type(error).__name__)
