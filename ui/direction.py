"""Right to left for Hebrew, left to right for English, and each paragraph by its own first letter.

Streamlit has no support of its own for right-to-left pages, so this is a stylesheet over its test ids. The
browser tests look at every page in both languages; run them after each upgrade of Streamlit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"

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


@cache
def page_script() -> str:
    """Turns Streamlit's own words into Hebrew or plainer English, and lists to the side their words begin at."""
    from ui.words import words

    entries = [entry for key, entry in words().items() if key.startswith("streamlit.")]
    rules = [
        (_pattern(entry.get("of", entry["en"])), _template(entry), entry["en"] if "of" in entry else None)
        for entry in entries
    ]
    told = json.dumps(rules, ensure_ascii=False)
    return (FOLDER / "page.js").read_text("utf-8").replace("WORDS.map", f"{told}.map")


def scripts() -> tuple[str, ...]:
    """Every script of our own; the content security policy admits these and Streamlit's."""
    return (*SET_DIRECTION.values(), SHOW_TURN, page_script())


def _pattern(words: str) -> str:
    """Words with gaps ("Remove {name}") as a regular expression that keeps what stands in the gaps."""
    return "(.+)".join(re.sub(r"([.*+?^${}()|\[\]\\/])", r"\\\1", part) for part in re.split(r"\{\w+\}", words))


def _template(entry: Mapping[str, str]) -> str:
    gaps = re.findall(r"\{(\w+)\}", entry["en"])
    return re.sub(r"\{(\w+)\}", lambda gap: f"${gaps.index(gap[1]) + 1}", entry["he"])


def apply(language: str) -> None:
    """Style this run of the page for the language, and tell the browser which one it is."""
    import streamlit as st

    names = ["base.css", "hebrew.css"] if language == "he" else ["base.css"]
    style = "\n".join((FOLDER / name).read_text("utf-8") for name in names)
    st.html(f"<style>{style}</style>")
    run_script(SET_DIRECTION[language])
    run_script(page_script())


def run_script(script: str) -> None:
    """Run one of our scripts in the browser."""
    import streamlit as st

    assert script in scripts(), "a script whose hash is not in the content security policy"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
