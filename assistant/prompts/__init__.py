"""The instructions given to a language model, one file each."""

from __future__ import annotations

from pathlib import Path

from assistant.model import Prompt

FOLDER = Path(__file__).parent
LANGUAGES = {"en": "English", "he": "Hebrew"}


def prompt(name: str, language: str = "en", **values: str) -> Prompt:
    """One file of instructions, filled in. `language` is the one to write in."""
    text = (FOLDER / f"{name}.md").read_text("utf-8")
    for key, value in {"language": LANGUAGES[language], **values}.items():
        text = text.replace(f"{{{key}}}", value)
    return Prompt(f"{name}.md", text)
