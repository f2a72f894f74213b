"""The home tab: language, drafts, recent results, first steps, and what is stored. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from integrations.slack import blocks as kit
from integrations.slack.blocks import Block
from integrations.slack.mrkdwn import cut, escape
from integrations.slack.words import say

MOST_LISTED = 8


@dataclass(frozen=True)
class Item:
    """A draft or a result of the person: where it is and what to say of it in one line."""

    conversation: str
    record: str
    title: str
    detail: str


@dataclass(frozen=True)
class Home:
    """Everything the tab shows. `chosen` is the language the person set, "" for by itself."""

    language: str
    chosen: str = ""
    drafts: Sequence[Item] = ()
    results: Sequence[Item] = ()
    tools: Sequence[tuple[str, str]] = ()  # (name, title)
    conversations: int = 0


def view(home: Home) -> Block:
    """The tab as Slack publishes it."""
    language = home.language
    made: list[Block] = [
        {"type": "header", "text": kit.plain_object(say("home.title", language), 150)},
        kit.section(escape(say("home.intro", language))),
        *_starts(home),
        *_items("home.drafts", home.drafts, "resume", "home.go_on", language),
        *_items("home.results", home.results, "result", "home.show", language),
        {"type": "divider"},
        *_language(home),
        *_stored(home),
    ]
    return {"type": "home", "blocks": made[:100]}


def closed(why: str) -> Block:
    """The tab of somebody who may not use the advisor: why, and nothing else."""
    return {"type": "home", "blocks": [kit.section(escape(why))]}


def _starts(home: Home) -> list[Block]:
    buttons = [kit.button(title, f"start:{name}", json.dumps({"tool": name})) for name, title in home.tools[:24]]
    return kit.actions([kit.button(say("home.ask", home.language), "ask:open", style="primary"), *buttons], "starts")


def _items(heading: str, items: Sequence[Item], action: str, label: str, language: str) -> list[Block]:
    if not items:
        return []
    made = [kit.section(f"*{escape(say(heading, language))}*")]
    for number, item in enumerate(items[:MOST_LISTED]):
        value = json.dumps({"c": item.conversation, "r": item.record}, separators=(",", ":"))
        shown = kit.section(f"*{cut(escape(item.title), 300)}*\n{cut(escape(item.detail), 600)}")
        shown["accessory"] = kit.button(say(label, language), f"{action}:{number}", value)
        made.append(shown)
    return made


def _language(home: Home) -> list[Block]:
    names = {"": say("home.by_message", home.language), "en": "English", "he": "עברית"}
    options = [kit.option(name, code or "auto") for code, name in names.items()]
    menu: dict[str, Any] = {
        "type": "static_select",
        "action_id": "home:language",
        "options": options,
        "initial_option": next(o for o in options if o["value"] == (home.chosen or "auto")),
    }
    shown = kit.section(escape(say("home.language", home.language)))
    return [{**shown, "accessory": menu}]


def _stored(home: Home) -> list[Block]:
    language = home.language
    delete = kit.button(say("home.delete", language), "home:delete", "delete", style="danger")
    delete["confirm"] = {
        "title": kit.plain_object(say("home.delete_title", language), 100),
        "text": kit.plain_object(say("home.delete_text", language), 300),
        "confirm": kit.plain_object(say("home.delete_yes", language), 30),
        "deny": kit.plain_object(say("home.delete_no", language), 30),
    }
    stored = say("home.stored", language, count=home.conversations)
    return [kit.context([escape(stored)]), *kit.actions([delete], "stored")]
