"""Settings: language, currency, the judgements in force, what is stored about the person, delete everything."""

from __future__ import annotations

import streamlit as st

from ui import fields, numbers, session
from ui.session import Session, configuration, current
from ui.text import plain, table
from ui.words import LANGUAGES, say, words


def main() -> None:
    """Everything that can be set, seen and deleted."""
    here = current()
    st.title(here.say("page.settings"))
    _preferences(here)
    _weights(here)
    _installation(here)
    _stored(here)


def _preferences(here: Session) -> None:
    st.subheader(here.say("settings.preferences"))

    def language_changed() -> None:
        st.query_params.pop("lang", None)
        session.choose_language(st.session_state["settings-language"])

    def currency_changed() -> None:
        chosen = st.session_state["settings-currency"]
        st.session_state["preferences"] = here.advisor.prefer(user=here.user, currency=chosen)

    st.session_state["settings-language"] = here.language
    st.selectbox(
        here.say("app.language"),
        LANGUAGES,
        format_func=lambda name: say("app.name_of_language", name),
        key="settings-language",
        on_change=language_changed,
    )

    def numbers_changed() -> None:
        chosen = st.session_state["settings-numbers"]
        st.session_state["preferences"] = here.advisor.prefer(user=here.user, numbers=chosen)

    st.session_state["settings-currency"] = here.currency
    st.selectbox(here.say("settings.currency"), fields.CURRENCIES, key="settings-currency", on_change=currency_changed)
    st.caption(here.say("settings.currency_hint"))
    st.session_state["settings-numbers"] = here.style
    st.selectbox(here.say("settings.numbers"), list(numbers.STYLES), key="settings-numbers", on_change=numbers_changed)
    st.caption(here.say("settings.numbers_hint"))


def _weights(here: Session) -> None:
    """Every file of judgements in force, where it stands, its hash, and on what each judgement rests."""
    st.subheader(here.say("settings.weights"))
    st.markdown(here.say("settings.weights_hint", folder=f"`{here.advisor.settings.weights}`"))
    for used in here.advisor.weights_in_force():
        tools = ", ".join(here.advisor.tools[name].form.title[here.language] for name in used.tools)
        with st.expander(here.line(f"{used.file} · {tools}")):
            st.markdown(f"SHA-256 `{used.sha256}`")
            st.markdown(here.say("settings.own_file" if used.own else "settings.product_file"))
            if used.basis:
                grounds = [(name, _ground(here, basis)) for name, basis in used.basis]
                st.markdown(table([here.say("settings.judgement"), here.say("settings.basis")], grounds))
            st.code(used.text, language="yaml")


def _ground(here: Session, basis: str) -> str:
    """What a judgement rests on, in words, and the rules and sources named with it."""
    kind, *named = basis.split(" · ")
    key = f"settings.ground.{kind}"
    return " · ".join([here.say(key) if key in words() else kind, *named])


def _installation(here: Session) -> None:
    st.subheader(here.say("settings.installation"))
    settings = here.advisor.settings
    model = plain(settings.model) if settings.model else here.say("settings.offline")
    st.markdown(f"- {here.say('settings.answers')}: {model}")
    st.markdown(f"- {here.say('settings.index')}: `{here.advisor.knowledge.version}`")
    key = "settings.shared" if configuration().open_to_others else "settings.local"
    st.markdown(f"- {here.say(key)}")


def _stored(here: Session) -> None:
    st.subheader(here.say("settings.stored"))
    heads = here.advisor.conversations(user=here.user)
    who = here.user or here.say("settings.this_machine")
    st.markdown(plain(here.say("settings.stored_what", who=who, count=len(heads))))
    kept = here.advisor.preferences(user=here.user)
    if kept:
        rows = [
            (
                here.say(f"settings.kept.{name}") if f"settings.kept.{name}" in words() else name,
                say("app.name_of_language", value) if name == "language" and value in LANGUAGES else str(value),
            )
            for name, value in kept.items()
        ]
        st.markdown(table([here.say("settings.name"), here.say("settings.value")], rows))
    st.download_button(
        here.say("settings.download"),
        data=lambda: here.advisor.everything(user=here.user).content,
        file_name="advisor.json",
        mime="application/json",
        on_click="ignore",
        key="download-everything",
    )

    def delete() -> None:
        count = here.advisor.delete_everything(user=here.user)
        for name in ("preferences", "conversation", "fresh"):
            st.session_state.pop(name, None)
        st.session_state["deleted"] = count

    sure = st.checkbox(here.say("settings.delete_sure"), key="delete-everything-sure")
    st.button(here.say("settings.delete"), disabled=not sure, on_click=delete, key="delete-everything")
    if (deleted := st.session_state.pop("deleted", None)) is not None:
        st.success(here.say("settings.deleted", count=deleted))


main()
