"""How each door shows a reply, for the parity check. Doors are started by name: none depends on another."""

from __future__ import annotations

import functools
import html
import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from assistant import Reply

# door -> (module, function, what it is given). The web app lists sources apart, with widgets of its own.
RENDERERS = {
    "cli": ("assistant.screen", "plain", "reply"),
    "slack": ("integrations.slack.render", "render", "reply"),
    "web": ("ui.text", "markdown", "text"),
}
TEXT_ONLY = frozenset(door for door, (_, _, given) in RENDERERS.items() if given == "text")


@functools.cache
def _renderer(door: str) -> Callable[[Any], Any] | None:
    module, function, _ = RENDERERS[door]
    try:
        return getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError):
        return None


def renderings(reply: Reply) -> dict[str, str]:
    """What each installed door shows of a reply, as text."""
    shown = {}
    for door in RENDERERS:
        if (render := _renderer(door)) is not None:
            shown[door] = _text(render(reply.text if door in TEXT_ONLY else reply))
    return shown


def _text(given: Any) -> str:
    data = asdict(given) if is_dataclass(given) and not isinstance(given, type) else given
    return html.unescape("\n".join(_leaves(data)))


def _leaves(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _leaves(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _leaves(value)
