"""The terminal: shows replies and holds the chat. Hebrew is laid out by the terminal, or for it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from assistant.advisor import Advisor, new_conversation, open_advisor
from assistant.conversation import Reply
from assistant.errors import AdvisorError
from assistant.wording import say

# Terminals that order right-to-left text themselves; for any other we do it, or Hebrew reads backwards.
BIDI_TERMINALS = ("VTE_VERSION", "KONSOLE_VERSION", "MLTERM")
BIDI_PROGRAMS = ("Apple_Terminal", "iTerm.app", "WezTerm")
SLASHES = {
    "/summary": "summary",
    "/back": "back",
    "/list": "list",
    "/resume": "resume",
    "/undo": "undo",
    "/help": "help",
}


def show(reply: Reply) -> None:
    """Print a reply: rich at a terminal, plain Markdown in a pipe."""
    if not sys.stdout.isatty():
        print(plain(reply))
        return
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.padding import Padding

    console = Console()
    console.print()
    if reply.language == "he":
        _print_hebrew(console, plain(reply))
    else:
        console.print(Padding(Markdown(plain(reply)), (0, 2)))
    if reply.suggestions:
        console.print(Padding("[dim]" + "  ·  ".join(arranged(text) for text in reply.suggestions) + "[/dim]", (1, 2)))


def plain(reply: Reply) -> str:
    """The reply as Markdown text with its numbered sources."""
    lines = [reply.text]
    if reply.sources:
        lines.append(say("sources.heading", reply.language))
        for number, source in enumerate(reply.sources, 1):
            date = f", {source.date}" if source.date else ""
            rules = f" · {', '.join(source.rules)}" if source.rules else ""
            lines.append(f"{number}. {source.author}, {source.title}{date} [{source.id}]{rules}")
    return "\n\n".join(lines[:1]) + ("\n\n" + "\n".join(lines[1:]) if lines[1:] else "")


def _print_hebrew(console: Any, markdown: str) -> None:
    import re
    import textwrap

    width = min(console.width - 4, 100)
    for line in markdown.split("\n"):
        text = re.sub(r"\*\*(.+?)\*\*", r"\1", line)
        for piece in textwrap.wrap(text, width) or [""]:
            console.print(arranged(piece).rjust(width), highlight=False, markup=False)


def arranged(text: str) -> str:
    """The text as this terminal has to receive it so that Hebrew reads from right to left."""
    own = any(name in os.environ for name in BIDI_TERMINALS)
    if own or os.environ.get("TERM_PROGRAM") in BIDI_PROGRAMS or not sys.stdout.isatty():
        return text
    from bidi import get_display

    return str(get_display(text))


def chat(options: argparse.Namespace) -> int:
    """Talk until the person leaves. Ctrl-C drops the line being typed, Ctrl-D or /quit leaves."""
    advisor = open_advisor()
    conversation = options.conversation
    if not conversation and not options.new:
        earlier = advisor.conversations(user=options.user)
        conversation = earlier[0].id if earlier else ""
    return _talk(advisor, conversation or new_conversation(), options.user, "")


def assess(options: argparse.Namespace) -> int:
    """Walk through one assessment in the terminal, or list them."""
    advisor = open_advisor()
    language = options.language
    titles = {name: tool.form.title[language] for name, tool in advisor.tools.items()}
    if not options.name:
        if options.json:
            print(json.dumps(titles, ensure_ascii=False))
        else:
            for name, title in titles.items():
                print(f"{name:28} {title}")
        return 0
    from tools.registry import get

    opening = get(options.name).form.title[language]
    return _talk(advisor, new_conversation(), options.user, say("assess.opening", language, title=opening))


def _talk(advisor: Advisor, conversation: str, user: str, opening: str) -> int:
    interactive = sys.stdin.isatty()
    session = _session(advisor) if interactive else None
    if interactive:
        print(say("chat.welcome", "en"))
        print(arranged(say("chat.welcome", "he")))
    if opening:
        _exchange(advisor, conversation, opening, user)
    while True:
        try:
            line = session.prompt("› ") if session else sys.stdin.readline()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return 0
        if not session and not line:
            return 0
        text = line.strip()
        if text in ("/quit", "/exit", "/q"):
            return 0
        if text == "/new":
            conversation = new_conversation()
            continue
        if text:
            _exchange(advisor, conversation, SLASHES.get(text, text), user)


def _exchange(advisor: Advisor, conversation: str, text: str, user: str) -> None:
    try:
        show(advisor.reply(conversation, text, user=user, door="cli"))
    except AdvisorError as error:
        print(error.text("en"), file=sys.stderr)


def _session(advisor: Advisor) -> Any:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    words = WordCompleter([*SLASHES, "/new", "/quit"], sentence=True)
    history = FileHistory(str(advisor.settings.home / "typed"))
    return PromptSession(history=history, completer=words, complete_while_typing=False)
