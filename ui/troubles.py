"""What nobody foresaw: the log gets all of it, the person a line in their language with a reference to it."""

from __future__ import annotations

import logging
import secrets

from ui.words import say

log = logging.getLogger("advisor.web")


def told(error: BaseException, language: str) -> str:
    """The line for the person; the error goes to the log under the same reference."""
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=error)
    return say("app.failed", language, reference=reference)


def on_page(error: Exception) -> bool:
    """Tell of an error of a page on the page itself, instead of Streamlit's English box. True: it is told."""
    import streamlit as st

    session = st.session_state.get("_session")
    st.error(told(error, session.language if session is not None else "en"))
    return True
