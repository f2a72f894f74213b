"""Installing into several workspaces: Slack's OAuth with its stores in the advisor's own database."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

from integrations.slack.manifest import OPTIONAL_SCOPES, SCOPES
from integrations.slack.settings import SlackSettings

log = logging.getLogger("advisor.slack")

STATE_SECONDS = 600


def installation_store(settings: SlackSettings, engine: Any) -> SQLAlchemyInstallationStore:
    """Where installations and their tokens are kept. Creates its tables when they are missing."""
    store = SQLAlchemyInstallationStore(client_id=settings.client_id, engine=engine)
    _create(store)
    return store


def oauth_settings(settings: SlackSettings, engine: Any, installations: SQLAlchemyInstallationStore) -> OAuthSettings:
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
