"""Opens an advisor with its usual parts: database, index, rules, and a language model when one is configured."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from assistant.advisor import Advisor, without_model
from assistant.library import open_library
from assistant.settings import Settings
from assistant.store import Store
from tools.registry import TOOLS


def open_advisor(
    settings: Settings | None = None,
    *,
    today: Callable[[], dt.date] = dt.date.today,
    progress: Callable[[str, int, int], None] | None = None,
    **changes: Any,
) -> Advisor:
    """An advisor with the usual parts: database, index, rules; a language model when one is configured.

    Args:
        settings: default: those of the environment.
        today: the date results are worked out for; a fixed one makes them repeatable.
        progress: is told (step, done, total) while an index has to be built first.
        changes: single settings to change, by name; another `home` takes its database and weights with it.

    Raises:
        SetupError: the database or the index cannot be opened; the text says how to mend it.
    """
    from assistant.answering.compose import OfflineAnswerer
    from assistant.modelled import model_parts
    from assistant.understanding import open_interpreter

    settings = settings or Settings.from_environment()
    if "home" in changes:
        settings = settings.at_home(changes.pop("home"))
    settings = replace(settings, **changes)
    knowledge = open_library(settings, progress)
    tools = {tool.name: tool for tool in TOOLS}
    return Advisor(
        settings,
        Store(settings.database),
        open_interpreter(tools, knowledge, settings.home),
        OfflineAnswerer,
        tools,
        knowledge,
        today,
        model_parts(settings) if settings.model else without_model,
    )


def new_conversation() -> str:
    """A fresh conversation id."""
    return uuid.uuid4().hex
