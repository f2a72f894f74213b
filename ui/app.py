"""The entry script: who, which language, which page. Streamlit runs it anew at every interaction."""

from __future__ import annotations

import streamlit as st

from ui import conversations, direction, session
from ui.words import LANGUAGES, say

# Not in a folder called pages: Streamlit would run such files by themselves, past the log-in below.
PAGES = ("chat", "assessments", "calculators", "knowledge", "evals", "settings")
ICONS = {
    "chat": "chat", "assessments": "checklist", "calculators": "calculate",
    "knowledge": "menu_book", "evals": "science", "settings": "settings",
}  # fmt: skip


def main() -> None:
    """Draw the frame and the chosen page."""
    st.set_page_config(page_title="Advisor", page_icon="🧭", layout="centered")
    here = session.begin()
    conversations.come_in(here)
    direction.apply(here.language)
    pages = [
        st.Page(
            f"views/{name}.py",
            title=here.say(f"page.{name}"),
            icon=f":material/{ICONS[name]}:",
            url_path=name,
            default=name == "chat",
        )
        for name in PAGES
    ]
    chosen = st.navigation(pages, position="sidebar", expanded=True)
    if chosen.url_path:  # every page but the chat needs the width
        st.set_page_config(layout="wide")
    with st.sidebar:
        _language_switch(here)
        if here.user:
            st.caption(here.person.name)
            if session.configuration().oidc:
                st.button(here.say("login.out"), on_click=st.logout, key="log-out")
    chosen.run()


def _language_switch(here: session.Session) -> None:
    def changed() -> None:
        picked = st.session_state["language-switch"]
        if picked in LANGUAGES:
            st.query_params.pop("lang", None)
            session.choose_language(picked)

    st.session_state["language-switch"] = here.language
    st.segmented_control(
        here.say("app.language"),
        LANGUAGES,
        required=True,
        format_func=lambda language: say("app.name_of_language", language),
        key="language-switch",
        on_change=changed,
        label_visibility="collapsed",
    )


main()
