"""What every page needs of this run: the advisor, the person, the language, the conversation in hand.

Session state holds nothing of its own: which conversation and record are in view, and half-typed words. All
else is read from the store at each run, so a refresh, a second tab or a restart shows the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from assistant import Advisor, open_advisor
from ui import numbers
from ui.configuration import Configuration
from ui.person import Person, identify
from ui.words import LANGUAGES, say


@cache
def advisor() -> Advisor:
    """The one advisor of this process; the server opens it before it takes visitors."""
    return open_advisor()


@cache
def configuration() -> Configuration:
    """How this process was set up."""
    return Configuration.from_environment()


@dataclass(frozen=True)
class Session:
    """One run of a page for one person."""

    advisor: Advisor
    person: Person
    language: str

    @property
    def user(self) -> str:
        """The person's id, as the advisor knows it."""
        return self.person.id

    def say(self, key: str, **values: object) -> str:
        """Words of the app in the person's language."""
        return say(key, self.language, **values)

    def preference(self, name: str) -> Any:
        """What the person set under this name; None when nothing was set."""
        return _preferences(self.person).get(name)

    @property
    def style(self) -> str:
        """How the person writes numbers (see numbers.py)."""
        chosen = self.preference("numbers")
        return chosen if chosen in numbers.STYLES else numbers.USUAL

    @property
    def currency(self) -> str:
        """The currency money fields begin with where nothing was said."""
        return self.preference("currency") or ("ILS" if self.language == "he" else "USD")

    def numbers(self, text: str) -> str:
        """A text of the product with its numbers written as the person writes them."""
        return numbers.shown(text, self.style)

    def line(self, text: str) -> str:
        """A line of ours that runs in the page's direction, whichever letter it begins with."""
        return f"\u200f{text}" if self.language == "he" else text


def begin() -> Session:
    """The session of this run, made once by the entry script. Ends the run for whoever may not come in."""
    person = identify(configuration(), _spoken({}))
    language = _spoken(_preferences(person))
    session = Session(advisor(), person, language)
    st.session_state["_session"] = session
    return session


def current() -> Session:
    """The session that `begin` made for this run."""
    session: Session = st.session_state["_session"]
    return session


def choose_language(language: str) -> None:
    """Speak this language from now on, here and at the person's other doors."""
    person = identify(configuration(), language)
    st.session_state["language"] = language
    st.session_state["preferences"] = advisor().prefer(user=person.id, language=language)


def _preferences(person: Person) -> dict[str, Any]:
    if "preferences" not in st.session_state:
        st.session_state["preferences"] = advisor().preferences(user=person.id)
    kept: dict[str, Any] = st.session_state["preferences"]
    return kept


def _spoken(preferences: dict[str, Any]) -> str:
    """Asked for in the address, chosen in this session, preferred before, or the browser's own; in this order."""
    browser = "he" if (st.context.locale or "").split("-")[0] in ("he", "iw") else "en"
    asked = st.query_params.get("lang")
    for choice in (asked, st.session_state.get("language"), preferences.get("language")):
        if choice in LANGUAGES:
            return str(choice)
    return browser
