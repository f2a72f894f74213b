"""The app's manifest for Slack, in socket or HTTP mode, and the link that creates the app in one click. Pure."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

# What each scope is for; the admin guide lists them from here.
SCOPES: dict[str, str] = {
    "app_mentions:read": "see messages that mention the advisor",
    "assistant:write": "offer first steps and show that it is thinking",
    "chat:write": "answer",
    "commands": "`/advisor` and the shortcuts",
    "files:write": "hand out results as workbooks",
    "im:history": "read what is written to it directly, and nothing else",
    "im:write": "open a direct message to answer privately",
    "users:read": "names to credit answers by, and the language of a person's Slack",
}
OPTIONAL_SCOPES: dict[str, str] = {
    "channels:history": "go on in a thread of a public channel without being mentioned again",
    "groups:history": "the same in private channels",
}
EVENTS = (
    "agent_session_stopped",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
)
PROMPTS = (
    ("Appoint this distributor?", "Should we appoint this distributor?"),
    ("Is this lead ready?", "Is this lead ready for sales?"),
    ("למנות את המפיץ?", "האם למנות את המפיץ הזה?"),
    ("הערוץ הזה משתלם?", "האם הערוץ הזה משתלם?"),
)
DESCRIPTION = (
    "Advisor helps companies that sell abroad, business to business: choosing distributors, generating and "
    "qualifying leads, what a channel pays, strategic accounts. It answers from a written method and names its "
    "sources, calculates with your figures and walks you through assessments, in Hebrew and in English. What its "
    "sources do not cover it says plainly. Conversations stay on the server of the company that runs it."
)


def manifest(base_url: str = "") -> dict[str, Any]:
    """The manifest: socket mode without an address, HTTP mode with the server's public one."""
    base = base_url.rstrip("/")
    at = {"url": f"{base}/slack/events"} if base else {}
    request = {"request_url": f"{base}/slack/events"} if base else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Advisor",
            "description": "Cited advice for selling abroad / ייעוץ עם מקורות למכירה בחו״ל",
            "long_description": DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": {
            # Without the second flag people see "Sending messages to this app has been turned off".
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Advisor", "always_online": True},
            "agent_view": {
                "agent_description": "Cited advice, calculations and assessments for selling abroad.",
                "suggested_prompts": [{"title": title, "message": message} for title, message in PROMPTS],
            },
            "shortcuts": [
                _shortcut("Ask Advisor about this", "message", "ask_about", "A private answer about this message"),
                _shortcut("Ask Advisor", "global", "ask_anywhere", "Ask a question; the answer comes privately"),
            ],
            "slash_commands": [
                {
                    "command": "/advisor",
                    "description": "Ask, assess, calculate or go on / לשאול, להעריך, לחשב, להמשיך",
                    "usage_hint": "ask … | assess … | calc … | resume | help",
                    "should_escape": True,
                    **at,
                }
            ],
        },
        "oauth_config": {
            "scopes": {"bot": sorted(SCOPES), "bot_optional": sorted(OPTIONAL_SCOPES)},
            **({"redirect_urls": [f"{base}/slack/oauth_redirect"]} if base else {}),
        },
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **request},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not base,
            "token_rotation_enabled": False,
        },
    }


def one_click(made: dict[str, Any]) -> str:
    """The address that opens Slack's "create an app" with this manifest filled in."""
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(text)}"


def _shortcut(name: str, kind: str, callback: str, description: str) -> dict[str, str]:
    return {"name": name, "type": kind, "callback_id": callback, "description": description}
