"""The command line: one program, `advisor`. Every door of the product starts here.

Exit codes: 0 done; 1 answered, but not as wished (a refused input, a failed check); 2 wrong usage or set-up.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import importlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

if TYPE_CHECKING:
    from assistant.errors import AdvisorError

# Doors stand above the assistant; they are started by name, so that it never depends on them.
DOORS = {"ui": "ui.cli", "serve": "ui.cli", "slack": "integrations.slack.cli", "eval": "eval.cli"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Errors for the person go to standard error, without a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  closed by the caller (`>&-`)
    sys.stderr = sys.stderr or sys.stdout
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if not words:
        parser().print_help(sys.stderr)
        return 2
    if words[0] in DOORS:
        return _told(lambda: importlib.import_module(DOORS[words[0]]).main(words), lambda: "en")
    options = parser().parse_args(_meant(words))
    return _told(lambda: options.run(options), lambda: _language(options))


def _told(run: Callable[[], int], language: Callable[[], str]) -> int:
    """Run a command; what goes wrong is told on standard error, in the language it knows by then."""
    from assistant.errors import AdvisorError
    from tools.errors import InputError

    try:
        code = run()
        sys.stdout.flush()
        return code
    except AdvisorError as error:
        print(f"advisor: {error.text(language())}", file=sys.stderr)
        return 2
    except InputError as error:
        for one in error.errors:
            print(f"advisor: {one.text[language()]}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away (`| head`); nothing more can be said
        return 0
    except OSError as error:
        print(f"advisor: {_outside(error).text(language())}", file=sys.stderr)
        _let_go(sys.stdout)
        return 2


def _outside(error: OSError) -> AdvisorError:
    """What failed outside: the network, a file, or where there is no name of one, the output itself."""
    import socket
    from urllib.error import URLError

    from assistant.errors import SetupError

    if isinstance(error, (URLError, ConnectionError, TimeoutError, socket.gaierror)):
        return SetupError("network", reason=getattr(error, "reason", None) or error.strerror or error)
    reason = error.strerror or error
    if error.filename is None:
        return SetupError("output", reason=reason)
    return SetupError("file", path=error.filename, reason=reason)


def _let_go(stream: TextIO) -> None:
    """Drop what could not be written, so that the interpreter does not try once more as it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _meant(words: list[str]) -> list[str]:
    """A question given without its command is asked: `advisor "Should we appoint this distributor?"`."""
    first = words[0]
    asks = not first.startswith("-") and (" " in first.strip() or any("א" <= letter <= "ת" for letter in first))
    return ["ask", *words] if asks else words


class _Parser(argparse.ArgumentParser):
    """Says a mistake in one line, with the command probably meant."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings)

    def error(self, message: str) -> NoReturn:
        choice = re.match(r"argument (?:COMMAND|ACTION): invalid choice: '(.*?)' \(choose from (.*)\)", message)
        if choice:
            names = [name.strip(" '") for name in choice.group(2).split(",")]
            near = difflib.get_close_matches(choice.group(1), names, 1)
            hint = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(names)}."
            message = f"there is no command {choice.group(1)}.{hint}"
        self.exit(2, f"{self.prog}: {message}\nHelp: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line with its help."""
    top = _Parser(
        prog="advisor",
        description="Advice for companies that sell abroad, B2B: cited answers, calculations and\n"
        "assessments, in Hebrew and English. Works offline.",
        epilog="Start with:\n"
        "  advisor chat\n"
        '  advisor ask "Should we appoint this distributor?"\n'
        "Help on one command: advisor COMMAND --help",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _talking(commands)
    _conversations(commands)
    _figures(commands)
    _library(commands)
    for name, what in {
        "ui": "the web app",
        "serve": "web, health page and Slack events in one process",
        "slack": "Slack: run it, or print its manifest",
        "eval": "suites of cases: begin, run, compare, report",
    }.items():
        commands.add_parser(name, help=what, add_help=False)
    doctor = _command(commands, "doctor", "what works here, what is missing, how to mend it")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    _spoken(doctor)
    doctor.set_defaults(run=_later("assistant.doctor", "run"))
    return top


def _command(commands: Any, name: str, what: str, example: str = "") -> argparse.ArgumentParser:
    """A command whose help says what it does and shows a line to copy."""
    epilog = f"Example:\n  {example}" if example else None
    return commands.add_parser(name, help=what, description=what[:1].upper() + what[1:] + ".", epilog=epilog)


def _talking(commands: Any) -> None:
    ask = _command(commands, "ask", "one question or message, one reply", 'advisor ask "מה ההבדל בין סוכן למפיץ?"')
    ask.add_argument("text", nargs="+", help="your words, in Hebrew or English; - reads them from standard input")
    _conversation(ask, "go on with this conversation")
    ask.add_argument("--json", action="store_true", help="the whole Reply as JSON")
    ask.set_defaults(run=_ask)
    chat = _command(commands, "chat", "talk, with history and / commands", "advisor chat --new --language he")
    _conversation(chat, "go on with this conversation (default: the last one)")
    chat.add_argument("--new", action="store_true", help="begin a new conversation")
    _spoken(chat)
    chat.set_defaults(run=_later("assistant.terminal", "chat"))
    batch = _command(
        commands,
        "batch",
        "JSON lines in, one Reply a line out, in the same order",
        """echo '{"conversation": "c1", "text": "What is a lead?", "user": "u1"}' | advisor batch""",
    )
    batch.add_argument("file", nargs="?", default="-", help="a file of JSON lines (default: standard input)")
    batch.set_defaults(run=_batch)
    assess = _command(
        commands, "assess", "walk through an assessment, question by question", "advisor assess partner_fit"
    )
    assess.add_argument("name", nargs="?", help="which; without one: the list")
    assess.add_argument("--user", default="", help="who is answering")
    assess.add_argument("--json", action="store_true", help="the list as JSON")
    _spoken(assess)
    assess.set_defaults(run=_later("assistant.terminal", "assess"))


def _conversation(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument("--conversation", "-c", default="", metavar="ID", help=what)
    command.add_argument("--user", default="", help="who is talking; each user has their own conversations")


def _spoken(command: argparse.ArgumentParser) -> None:
    command.add_argument("--language", choices=("en", "he"), default="", help="speak this language")


def _conversations(commands: Any) -> None:
    talks = _command(commands, "conversations", "earlier conversations: list, show, rename, delete, export")
    actions = talks.add_subparsers(metavar="ACTION", required=True)
    for name, what in {
        "list": "every conversation, latest first",
        "show": "one of them, as text",
        "rename": "give one a title",
        "delete": "delete one with everything in it",
        "export": "write one, or its last result, to a file",
    }.items():
        action = _command(actions, name, what)
        if name != "list":
            action.add_argument("name", help="its number in the list, its id, or words of its title")
        if name == "rename":
            action.add_argument("title", help="the new title")
        if name == "delete":
            action.add_argument("--yes", action="store_true", help="without asking once more")
        if name == "export":
            forms = ("md", "json", "html", "xlsx")
            what_each = "md or json: the conversation; html or xlsx: its last result"
            action.add_argument("--format", choices=forms, default="md", help=what_each)
            action.add_argument("--output", default="", metavar="FILE", help="where to (default: here, by its title)")
            _spoken(action)
        if name in ("list", "show"):
            action.add_argument("--json", action="store_true", help="as JSON")
        action.add_argument("--user", default="", help="whose conversations")
        action.set_defaults(run=_later("assistant.conversation_commands", name))


def _figures(commands: Any) -> None:
    calc = _command(
        commands,
        "calc",
        "run a calculator on given numbers",
        'advisor calc leadgen_roi --running-cost "7,500 USD" --deals 2 --average-deal "30,000 USD"\n'
        "  advisor calc leadgen_roi --help-inputs      every input of one calculator\n"
        "  advisor calc leadgen_roi --template a.xlsx  an empty table; give it back with --table a.xlsx",
    )
    calc.add_argument("tool", nargs="?", help="which; see --list")
    calc.add_argument(
        "inputs",
        nargs=argparse.REMAINDER,
        help="--field value …; --input FILE (JSON, - for standard input); --table FILE (.csv .xlsx); "
        "--template FILE; --output FILE (.html .md .txt .json .xlsx); --chart FILE (.svg .png); "
        "--language he; --help-inputs",
    )
    calc.add_argument("--list", action="store_true", help="every tool; with --json each one's JSON Schema")
    calc.add_argument("--json", action="store_true", help="the Result as JSON")
    _spoken(calc)
    calc.set_defaults(run=_later("assistant.calculating", "run"))


def _library(commands: Any) -> None:
    knowledge = _command(commands, "knowledge", "your own texts: add, list, search, remove, check, build")
    actions = knowledge.add_subparsers(metavar="ACTION", required=True)
    for name, what in {
        "add": "read files and folders (.txt .md .html .pdf .docx) and index them",
        "list": "what is in the library",
        "search": "what a query finds, and why",
        "remove": "take texts out",
        "check": "verify the library: files, hashes, quotes",
        "build": "build the index anew",
    }.items():
        action = _command(actions, name, what)
        if name == "add":
            action.add_argument("paths", nargs="+", metavar="PATH", help="files or folders")
        if name == "remove":
            action.add_argument("paths", nargs="*", metavar="ID", help="document ids, paths or file names")
            action.add_argument("--all", action="store_true", help="every text of the workspace")
        if name == "search":
            action.add_argument("query", nargs="+", help="in Hebrew or English")
            action.add_argument("--limit", type=_positive, default=8, metavar="N", help="how many hits (default: 8)")
        if name in ("add", "remove", "check"):
            _spoken(action)
        action.add_argument(
            "--workspace", default="", metavar="ID", help="whose texts: a Slack workspace (default: this installation)"
        )
        action.add_argument("--json", action="store_true", help="as JSON")
        action.set_defaults(run=_later("assistant.library_commands", name))


def _positive(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"a number from 1 to 1000, not {text}")
    return int(text)


def _later(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Import a command's module only when it is called: a question must not pay for the chat's terminal."""

    def run(options: argparse.Namespace) -> int:
        return getattr(importlib.import_module(module), function)(options)

    return run


def _ask(options: argparse.Namespace) -> int:
    from assistant.opening import new_conversation
    from assistant.terminal import answer, opened

    text = sys.stdin.read() if options.text == ["-"] else " ".join(options.text)
    conversation = options.conversation or new_conversation()
    reply = answer(opened(), conversation, text, options.user, quiet=options.json)
    if options.json:
        print(json.dumps(reply.model_dump(mode="json"), ensure_ascii=False))
    return 0


def _batch(options: argparse.Namespace) -> int:
    from assistant.errors import InputError
    from assistant.opening import open_advisor

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
    from assistant.errors import AdvisorError
    from assistant.opening import new_conversation

    try:
        message = json.loads(line)
    except ValueError:
        message = None
    text = message.get("text") if isinstance(message, dict) else None
    if not isinstance(text, str):
        wanted = 'a line is one JSON object whose "text" is a string, such as {"text": "What is a lead?"}'
        return {"line": number, "error": {"code": "bad_line", "text": wanted}}
    try:
        conversation = str(message.get("conversation") or new_conversation())
        reply = advisor.reply(conversation, text, user=str(message.get("user") or ""), door="batch")
    except AdvisorError as error:
        return {"line": number, "error": {"code": error.code, "text": error.text("en")}}
    return reply.model_dump(mode="json")


def _language(options: argparse.Namespace) -> str:
    if getattr(options, "language", ""):
        return str(options.language)
    said = [getattr(options, name, None) or [] for name in ("text", "query", "name")]
    return "he" if any("א" <= letter <= "ת" for words in said for letter in " ".join(words)) else "en"


if __name__ == "__main__":
    sys.exit(main())
