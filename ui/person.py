"""Who is using the app: the person at this machine, or somebody who logged in and is on the allow-list."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ui.configuration import Configuration
from ui.words import say

TRUSTED = "email"  # the key under which a trusted proxy's header reaches st.user


@dataclass(frozen=True)
class Person:
    """A person as conversations know them: `id` owns conversations, `name` is shown.

    The person at this machine has the empty id, as on the command line, so that both show the same conversations.
    """

    id: str = ""
    name: str = ""


def identify(configuration: Configuration, language: str) -> Person:
    """The person of this run. Whoever may not come in gets a page that says so, and the run ends there.

    Log-in cookies last long, so the allow-list and the log-in's own expiry are checked again at each run.
    """
    if not configuration.open_to_others:
        return Person()
    import streamlit as st

    claims = dict(st.user)
    email = str(claims.get("email") or "").casefold()
    if not email or (configuration.oidc and (not st.user.is_logged_in or _expired(claims))):
        _ask_to_log_in(configuration, language)
    if claims.get("email_verified") is False or not configuration.admits(email):
        _turn_away(configuration, language, email)
    return Person(email, str(claims.get("name") or email))


def _expired(claims: dict[str, Any]) -> bool:
    return float(claims.get("exp") or 0) < time.time()


def _ask_to_log_in(configuration: Configuration, language: str) -> None:
    import streamlit as st

    st.title(say("app.title", language))
    st.markdown(say("login.needed", language))
    if configuration.oidc:
        st.button(say("login.button", language), type="primary", on_click=st.login)
    st.stop()


def _turn_away(configuration: Configuration, language: str, email: str) -> None:
    import streamlit as st

    st.title(say("app.title", language))
    st.error(say("login.not_allowed", language, email=email))
    if configuration.oidc:
        st.button(say("login.out", language), on_click=st.logout)
    st.stop()
