"""What went wrong, in the person's language; of what nobody foresaw the log gets all, and they a reference to it."""

from __future__ import annotations

import logging
import secrets

from assistant import AdvisorError
from ui.text import plain
from ui.words import say

log = logging.getLogger("advisor.web")


def told(error: BaseException, language: str) -> str:
    """The line for the person: what an error of ours says itself; else the log gets it under the reference told."""
    if isinstance(error, AdvisorError):
        return error.text(language)
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=error)
    return say("app.failed", language, reference=reference)


def on_page(error: Exception) -> bool:
    """Tell of an error of a page on the page itself, instead of Streamlit's English box. True: it is told."""
    import streamlit as st

    session = st.session_state.get("_session")
    st.error(plain(told(error, session.language if session is not None else "en")))
    return True
