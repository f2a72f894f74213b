"""Installing into several workspaces: Slack's OAuth with its stores in the advisor's own database."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Literal

from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

from integrations.slack.manifest import OPTIONAL_SCOPES, SCOPES
from integrations.slack.sealing import SEALED, SealedInstallations, Sealer, Unreadable
from integrations.slack.settings import SlackSettings

log = logging.getLogger("advisor.slack")

STATE_SECONDS = 600


@dataclass(frozen=True)
class Installed:
    """A workspace that installed the app. `state` tells how its token lies in the database."""

    team: str
    name: str
    scopes: frozenset[str]
    state: Literal["sealed", "open", "unreadable"]


def installation_store(settings: SlackSettings, engine: Any) -> SealedInstallations:
    """Where installations and their tokens are kept, sealed when there is a key.

    Creates its tables when they are missing, and seals what was stored before with the key of now. Raises
    BadKey.
    """
    store = SealedInstallations(settings.client_id, engine, Sealer(settings.token_keys))
    _create(store)
    if lost := store.seal_again():
        log.error("%s stored tokens were sealed with a key that is not in ADVISOR_SLACK_KEY", lost)
    return store


def installed(settings: SlackSettings, engine: Any) -> list[Installed]:
    """The workspaces that installed the app and how their tokens lie in the database. Raises BadKey."""
    store = SealedInstallations(settings.client_id, engine, Sealer(settings.token_keys))
    tokens = {row: value for row, name, value in store.stored(store.bots) if name == "bot_token"}
    if not tokens:
        return []
    with engine.connect() as connection:
        rows = connection.execute(store.bots.select().order_by(store.bots.c.installed_at)).mappings().all()
    latest = {row["team_id"]: row for row in rows if row["client_id"] == settings.client_id and row["id"] in tokens}
    return [
        Installed(
            team,
            row["team_name"] or "",
            frozenset(filter(None, (row["bot_scopes"] or "").split(","))),
            _state(tokens[row["id"]], store.sealer),
        )
        for team, row in latest.items()
    ]


def _state(stored: str, sealer: Sealer) -> Literal["sealed", "open", "unreadable"]:
    if not stored.startswith(SEALED):
        return "open"
    try:
        sealer.open(stored)
    except Unreadable:
        return "unreadable"
    return "sealed"


def oauth_settings(settings: SlackSettings, engine: Any, installations: SealedInstallations) -> OAuthSettings:
    """Bolt's OAuth flow: each state is good once, for ten minutes, in the browser that began."""
    states = SQLAlchemyOAuthStateStore(expiration_seconds=STATE_SECONDS, engine=engine)
    _create(states)
    return OAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=[*SCOPES, *OPTIONAL_SCOPES],
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        install_path="/slack/install",
        redirect_uri_path="/slack/oauth_redirect",
        install_page_rendering_enabled=False,
    )


def _create(store: Any) -> None:
    try:
        store.create_tables()
    except Exception as error:  # another process may be creating the same tables at this moment
        log.info("creating Slack's tables again after %s", type(error).__name__)
        store.create_tables()
