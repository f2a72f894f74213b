"""The person's conversations: found again, named, taken along, deleted."""

from __future__ import annotations

from functools import partial

import streamlit as st

from assistant import AdvisorError
from ui.session import Session
from ui.text import plain

LISTED = 30


def start_new() -> None:
    """Turn to a blank page; nothing is stored until something is said."""
    for name in ("conversation", "fresh", "job"):
        st.session_state.pop(name, None)
    for name in ("c", "turn", "record"):
        st.query_params.pop(name, None)


def turn_to(conversation: str) -> None:
    """Take up an earlier conversation where it stands."""
    start_new()
    st.query_params["c"] = conversation


def come_in(here: Session) -> None:
    """Whoever arrives from Slack with a ticket takes part in that conversation here too."""
    ticket = st.query_params.get("ticket")
    if not ticket:
        return
    del st.query_params["ticket"]
    try:
        turn_to(here.advisor.join(ticket, user=here.user))
    except AdvisorError as error:
        st.session_state["trouble"] = error.text(here.language)


def sidebar(here: Session, conversation: str) -> None:
    """Begin anew, search by title, open an earlier one."""
    with st.sidebar:
        st.button(
            here.say("chat.new"), icon=":material/add:", on_click=start_new, width="stretch", key="new-conversation"
        )
        heads = here.advisor.conversations(user=here.user)
        if not heads:
            return
        sought = st.text_input(here.say("chat.search"), key="search-conversations", type="search", placeholder="…")
        found = [head for head in heads if (sought or "").casefold().strip() in head.title.casefold()]
        if not found:
            st.caption(here.say("chat.none_found"))
        with st.container(key="conversation-list", gap=None):
            for head in found[:LISTED]:
                title = plain(head.title or here.say("chat.untitled"))
                st.button(
                    f"**{title}**" if head.id == conversation else title,
                    key=f"open-{head.id}",
                    type="tertiary",
                    on_click=turn_to,
                    args=(head.id,),
                )


def menu(here: Session, conversation: str) -> None:
    """What can be done with the conversation in hand."""
    with st.popover(here.say("chat.menu"), key="conversation-menu"):
        _rename(here, conversation)
        _export(here, conversation)
        _delete(here, conversation)


def _rename(here: Session, conversation: str) -> None:
    def rename() -> None:
        here.advisor.rename(conversation, st.session_state["new-title"], user=here.user)

    with st.form("rename-form", border=False):
        heads = here.advisor.conversations(user=here.user)
        title = next((head.title for head in heads if head.id == conversation), "")
        st.text_input(here.say("chat.title_label"), title, key="new-title", max_chars=200)
        st.form_submit_button(here.say("chat.rename"), on_click=rename)


def _export(here: Session, conversation: str) -> None:
    for form, ending in (("markdown", "md"), ("json", "json")):
        st.download_button(
            here.say(f"chat.export_{form}"),
            data=partial(_content, here, conversation, form),
            file_name=f"conversation.{ending}",
            on_click="ignore",
            key=f"export-conversation-{form}",
        )


def _content(here: Session, conversation: str, form: str) -> bytes:
    return here.advisor.export_conversation(conversation, form, here.language, user=here.user).content


def _delete(here: Session, conversation: str) -> None:
    def delete() -> None:
        try:
            here.advisor.delete(conversation, user=here.user)
        except AdvisorError as error:
            st.session_state["trouble"] = error.text(here.language)
        start_new()

    sure = st.checkbox(here.say("chat.delete_sure"), key="delete-sure")
    st.button(here.say("chat.delete"), disabled=not sure, on_click=delete, key="delete-conversation")
