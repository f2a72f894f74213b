"""The rules a manifest must keep, as Slack's documentation gives them: names, lengths, events and their scopes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

BOT_SCOPES = {
    "app_mentions:read", "assistant:write", "channels:history", "chat:write", "commands", "files:write",
    "groups:history", "im:history", "im:write", "users:read",
}  # fmt: skip
NEEDS = {  # event -> scope without which Slack refuses the subscription
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "app_home_opened": "",
    "app_context_changed": "assistant:write",
    "agent_session_stopped": "chat:write",
    "app_uninstalled": "",
    "tokens_revoked": "",
}
LENGTHS = {
    ("display_information", "name"): (1, 35),
    ("display_information", "description"): (1, 140),
    ("display_information", "long_description"): (175, 4000),
    ("features", "bot_user", "display_name"): (1, 80),
    ("features", "agent_view", "agent_description"): (1, 300),
}


def problems(manifest: dict[str, Any]) -> list[str]:
    """Everything Slack would refuse; empty for a manifest it takes."""
    return [*_lengths(manifest), *_features(manifest), *_scopes(manifest), *_transport(manifest)]


def _lengths(manifest: dict[str, Any]) -> Iterator[str]:
    for path, (fewest, most) in LENGTHS.items():
        value: Any = manifest
        for key in path:
            value = value.get(key, {})
        if not isinstance(value, str) or not fewest <= len(value) <= most:
            yield f"{'.'.join(path)} must have {fewest}..{most} characters"


def _features(manifest: dict[str, Any]) -> Iterator[str]:
    features = manifest["features"]
    if set(features) - {"app_home", "bot_user", "agent_view", "shortcuts", "slash_commands"}:
        yield f"unknown features {sorted(features)}"
    home = features["app_home"]
    if not home["messages_tab_enabled"] or home["messages_tab_read_only_enabled"]:
        yield "people could not write to the app"
    prompts = features["agent_view"]["suggested_prompts"]
    if len(prompts) > 4 or any(set(prompt) != {"title", "message"} for prompt in prompts):
        yield "suggested_prompts: at most four of title and message"
    for shortcut in features["shortcuts"]:
        if len(shortcut["name"]) > 24 or len(shortcut["description"]) > 140:
            yield f"shortcut {shortcut['name']!r} is too long"
        if shortcut["type"] not in ("global", "message") or not shortcut["callback_id"]:
            yield f"shortcut {shortcut['name']!r}"
    for command in features["slash_commands"]:
        if not command["command"].startswith("/") or len(command["description"]) > 2000:
            yield f"command {command['command']!r}"


def _scopes(manifest: dict[str, Any]) -> Iterator[str]:
    scopes = manifest["oauth_config"]["scopes"]
    asked = set(scopes["bot"]) | set(scopes.get("bot_optional", ()))
    if unknown := asked - BOT_SCOPES:
        yield f"scopes that are not needed or unknown: {sorted(unknown)}"
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        if event not in NEEDS:
            yield f"unknown event {event!r}"
        elif NEEDS[event] and NEEDS[event] not in asked:
            yield f"{event} needs {NEEDS[event]}"


def _transport(manifest: dict[str, Any]) -> Iterator[str]:
    settings = manifest["settings"]
    addresses = [
        settings["event_subscriptions"].get("request_url"),
        settings["interactivity"].get("request_url"),
        *(command.get("url") for command in manifest["features"]["slash_commands"]),
    ]
    if settings["socket_mode_enabled"]:
        if any(addresses):
            yield "socket mode takes no addresses"
    elif not all(str(address).startswith("https://") for address in addresses):
        yield "HTTP mode needs an https address everywhere"
