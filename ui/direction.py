"""Right to left for Hebrew, left to right for English, and each paragraph by its own first letter.

Streamlit has no support of its own for right-to-left pages, so this is a stylesheet over its test ids. The
browser tests look at every page in both languages; run them after each upgrade of Streamlit.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "static"
RTL_LOCALES = ("he", "iw", "ar", "fa", "ur", "yi")

# The only scripts of our own. Their hashes stand in the content security policy, so they take no values in.
SET_DIRECTION = {
    "en": "document.documentElement.lang='en';document.documentElement.dir='ltr';",
    "he": "document.documentElement.lang='he';document.documentElement.dir='rtl';",
}
SHOW_TURN = (
    "setTimeout(function(){var t=new URLSearchParams(location.search).get('turn');"
    "var e=t&&document.querySelector('.st-key-turn-'+CSS.escape(t));"
    "if(e){e.scrollIntoView({block:'start'});}},400);"
)
SCRIPTS = (*SET_DIRECTION.values(), SHOW_TURN)


def apply(language: str) -> None:
    """Style this run of the page for the language, and tell the browser which one it is."""
    import streamlit as st

    names = ["base.css", "hebrew.css"] if language == "he" else ["base.css"]
    style = "\n".join((FOLDER / name).read_text("utf-8") for name in names)
    st.html(f"<style>{style}</style>")
    run_script(SET_DIRECTION[language])


def run_script(script: str) -> None:
    """Run one of SCRIPTS in the browser."""
    import streamlit as st

    assert script in SCRIPTS, "a script whose hash is not in the content security policy"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
