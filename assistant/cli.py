"""The command line: one program, `advisor`. Every door of the product starts here.

Exit codes: 0 done; 1 answered, but not as wished (a refused input, a failed check); 2 wrong usage or set-up.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

# Doors stand above the assistant; they are started by name, so that it never depends on them.
DOORS = {"ui": "ui.cli", "serve": "ui.cli", "slack": "integrations.slack.cli", "eval": "eval.cli"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Errors for the person go to standard error, without a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if words and words[0] in DOORS:
        return importlib.import_module(DOORS[words[0]]).main(words)
    options = parser().parse_args(words)
    from assistant.errors import AdvisorError
    from tools.errors import InputError

    try:
        return options.run(options)
    except AdvisorError as error:
        print(f"advisor: {error.text(_language(options))}", file=sys.stderr)
        return 2
    except InputError as error:
        for one in error.errors:
            print(f"advisor: {one.text[_language(options)]}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`); nothing more can be said
        return 0


def parser() -> argparse.ArgumentParser:
    """The whole command line with its help."""
    top = argparse.ArgumentParser(
        prog="advisor",
        description="Advice for companies that sell abroad, B2B: cited answers, calculations and assessments, "
        "in Hebrew and English. Works offline.",
        epilog='Start with: advisor chat · advisor ask "Should we appoint this distributor?"',
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _talking(commands)
    _figures(commands)
    _library(commands)
    for name, what in {
        "ui": "the web app",
        "serve": "web, health page and Slack events in one process",
        "slack": "Slack: run it, or print its manifest",
        "eval": "suites: run, compare, report",
    }.items():
        commands.add_parser(name, help=what, add_help=False)
    doctor = commands.add_parser("doctor", help="what works here, what is missing, how to mend it")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(run=_later("assistant.doctor", "run"))
    return top


def _talking(commands: Any) -> None:
    ask = commands.add_parser("ask", help="one question or message, one reply")
    ask.add_argument("text", nargs="+", help="your words, in Hebrew or English")
    ask.add_argument("--conversation", "-c", default="", help="go on with this conversation")
    ask.add_argument("--user", default="", help="who is asking")
    ask.add_argument("--json", action="store_true", help="the whole Reply as JSON")
    ask.set_defaults(run=_ask)
    chat = commands.add_parser("chat", help="talk, with history and / commands")
    chat.add_argument("--conversation", "-c", default="", help="go on with this conversation (default: the last)")
    chat.add_argument("--new", action="store_true", help="begin a new conversation")
    chat.add_argument("--user", default="", help="who is talking")
    chat.set_defaults(run=_later("assistant.terminal", "chat"))
    batch = commands.add_parser("batch", help="JSON lines in, one Reply a line out, in the same order")
    batch.add_argument("file", nargs="?", default="-", help="a file of JSON lines (default: standard input)")
    batch.set_defaults(run=_batch)
    assess = commands.add_parser("assess", help="walk through an assessment")
    assess.add_argument("name", nargs="?", help="which; without one: the list")
    assess.add_argument("--language", choices=("en", "he"), default="en")
    assess.add_argument("--user", default="", help="who is answering")
    assess.add_argument("--json", action="store_true", help="the list as JSON")
    assess.set_defaults(run=_later("assistant.terminal", "assess"))


def _figures(commands: Any) -> None:
    calc = commands.add_parser("calc", help="run a calculator on given numbers")
    calc.add_argument("tool", nargs="?", help="which; see --list")
    calc.add_argument("inputs", nargs=argparse.REMAINDER, help="--field value …, or --input FILE with JSON")
    calc.add_argument("--list", action="store_true", help="every tool; with --json each one's JSON Schema")
    calc.add_argument("--json", action="store_true", help="the Result as JSON")
    calc.set_defaults(run=_later("assistant.calculating", "run"))


def _library(commands: Any) -> None:
    knowledge = commands.add_parser("knowledge", help="your own texts: add, list, search, check, build")
    actions = knowledge.add_subparsers(metavar="ACTION", required=True)
    for name, what in {
        "add": "read files and folders (.txt .md .html .pdf .docx)",
        "list": "what is in the library",
        "search": "what a query finds, and why",
        "remove": "take a text out",
        "check": "verify the library: files, hashes, quotes",
        "build": "build the index anew",
    }.items():
        action = actions.add_parser(name, help=what)
        if name in ("add", "remove"):
            action.add_argument("paths", nargs="+", help="files or folders" if name == "add" else "document ids")
        if name == "search":
            action.add_argument("query", nargs="+")
            action.add_argument("--limit", type=int, default=8)
        action.add_argument("--json", action="store_true", help="as JSON")
        action.set_defaults(run=_later("assistant.library_commands", name))


def _later(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Import a command's module only when it is called: a question must not pay for the chat's terminal."""

    def run(options: argparse.Namespace) -> int:
        return getattr(importlib.import_module(module), function)(options)

    return run


def _ask(options: argparse.Namespace) -> int:
    from assistant.advisor import new_conversation, open_advisor

    advisor = open_advisor()
    reply = advisor.reply(
        options.conversation or new_conversation(), " ".join(options.text), user=options.user, door="cli"
    )
    if options.json:
        print(json.dumps(reply.model_dump(mode="json"), ensure_ascii=False))
    else:
        from assistant.terminal import show

        show(reply)
    return 0


def _batch(options: argparse.Namespace) -> int:
    from assistant.advisor import open_advisor
    from assistant.errors import InputError

    advisor = open_advisor()
    if options.file == "-":
        return answer_lines(advisor, sys.stdin, sys.stdout)
    try:
        with open(options.file, encoding="utf-8-sig") as lines:
            return answer_lines(advisor, lines, sys.stdout)
    except OSError as error:
        raise InputError("unreadable", path=options.file, reason=error.strerror) from error


def answer_lines(advisor: Any, lines: Iterable[str], out: TextIO) -> int:
    """Answer each JSON line with one line: a Reply, or `{"error": …}` for a line that cannot be answered."""
    failed = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            answer = _answer_line(advisor, line, number)
            failed += "error" in answer
            print(json.dumps(answer, ensure_ascii=False), file=out, flush=True)
    return 1 if failed else 0


def _answer_line(advisor: Any, line: str, number: int) -> dict[str, Any]:
    from assistant.advisor import new_conversation
    from assistant.errors import AdvisorError

    try:
        message = json.loads(line)
        text = message["text"]
        if not isinstance(text, str):
            raise TypeError("text must be a string")
    except (ValueError, KeyError, TypeError) as error:
        return {"line": number, "error": {"code": "bad_line", "text": f"not a message: {error!r}"}}
    try:
        conversation = str(message.get("conversation") or new_conversation())
        reply = advisor.reply(conversation, text, user=str(message.get("user") or ""), door="batch")
    except AdvisorError as error:
        return {"line": number, "error": {"code": error.code, "text": error.text("en")}}
    return reply.model_dump(mode="json")


def _language(options: argparse.Namespace) -> str:
    words = getattr(options, "text", None) or []
    return "he" if any("א" <= letter <= "ת" for letter in " ".join(words)) else "en"


if __name__ == "__main__":
    sys.exit(main())
