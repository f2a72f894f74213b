"""How each door shows a reply, for the parity check. Doors are started by name: none depends on another."""

from __future__ import annotations

import functools
import importlib
import json
from collections.abc import Callable
from typing import Any

from assistant import Reply

# door -> (module, function): a function of one Reply that gives what the person will see
RENDERERS = {
    "cli": ("assistant.terminal", "plain"),
    "web": ("ui.rendering", "plain"),
    "slack": ("integrations.slack.rendering", "plain"),
}


@functools.cache
def _renderer(door: str) -> Callable[[Reply], Any] | None:
    module, function = RENDERERS[door]
    try:
        return getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError):
        return None


def renderings(reply: Reply) -> dict[str, str]:
    """What each installed door shows of a reply, as text."""
    shown = {}
    for door in RENDERERS:
        if (render := _renderer(door)) is not None:
            given = render(reply)
            shown[door] = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return shown
