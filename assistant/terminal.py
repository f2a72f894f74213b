"""The chat in a terminal: talks, goes on where the last conversation stopped, and knows the `/` commands."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assistant.advisor import Advisor
from assistant.conversation import Reply
from assistant.conversation_commands import conversation_file, find, listing, save
from assistant.errors import AdvisorError, InputError
from assistant.opening import new_conversation, open_advisor
from assistant.screen import arranged, dim, show, tell
from assistant.wording import say

# `/` commands that are one of the closed set of actions, sent as such.
ACTIONS = {
    "/summary": "summary",
    "/why": "why",
    "/back": "back",
    "/undo": "undo",
    "/result": "result",
    "/pause": "pause",
    "/resume": "resume",
    "/compare": "compare",
    "/records": "list",
}
LEAVING = ("/quit", "/exit", "/q")
NUMBERS = ("count", "amount", "money", "rate", "text", "date")  # fields to which "2" is an answer
_OWN_LIST = re.compile(r"^\s*\d+[.)] ", re.MULTILINE)


def chat(options: argparse.Namespace) -> int:
    """Talk until the person leaves. Ctrl-C drops the line or stops the answer, Ctrl-D or /quit leaves."""
    advisor = opened()
    language = options.language or locale_language()
    earlier = advisor.conversations(user=options.user)
    if options.conversation:
        known = [head for head in earlier if head.id == options.conversation]
        chosen = known[0].id if known else find(earlier, options.conversation, new=True)
    else:
        chosen = earlier[0].id if earlier and not options.new else ""
    talk = Talk(advisor, chosen or new_conversation(), options.user, language, options.language)
    talk.welcome()
    return talk.run()


def assess(options: argparse.Namespace) -> int:
    """Walk through one assessment in the terminal, or list them."""
    from tools.registry import TOOLS, get

    language = options.language or locale_language()
    if not options.name:
        titles = {tool.name: tool.form.title[language] for tool in TOOLS}
        if options.json:
            print(json.dumps(titles, ensure_ascii=False))
        else:
            for name, title in titles.items():
                print(f"{name:28} {arranged(title)}")
            print(dim("\n" + arranged(say("assess.hint", language))))
        return 0
    tool = get(options.name)
    talk = Talk(opened(), new_conversation(), options.user, language, language)
    talk.say(tool.form.title[language], [{"do": "start", "tool": tool.name}])
    return talk.run()


def answer(advisor: Advisor, conversation: str, text: str, user: str, quiet: bool) -> Reply:
    """One message of `advisor ask`: shown unless `quiet`, with the way on when a question stays open."""
    reply = advisor.reply(conversation, text, user=user, door="cli")
    if quiet:
        return reply
    show(reply)
    if (file := advisor.asked_file(reply, user=user)) is not None:
        tell("\n" + say("chat.saved", reply.language, path=save(file)), reply.language, sys.stderr)
    elif (reply.assessment or {}).get("question") and sys.stderr.isatty():
        tell("\n" + say("chat.go_on", reply.language), reply.language, sys.stderr)
    return reply


def opened() -> Advisor:
    """The advisor, with a word on standard error while a first start builds its index."""
    if not sys.stderr.isatty():
        return open_advisor()
    with Building() as building:
        return open_advisor(progress=building.told)


class Building:
    """One line that says how far the index is, and goes when it is done."""

    def __enter__(self) -> Building:
        self._shown = False
        return self

    def told(self, what: str, done: int, total: int) -> None:
        """The index's progress: the step, and how much of it is done."""
        self._shown = True
        share = f" {100 * done // total:3d}%" if total else ""
        print(
            f"\radvisor: building the index, once … {what[-40:]}{share}".ljust(78), end="", file=sys.stderr, flush=True
        )

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print("\r" + " " * 78 + "\r", end="", file=sys.stderr, flush=True)


def locale_language() -> str:
    """Hebrew on a machine set to Hebrew, else English."""
    set_to = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "he" if set_to.lower().startswith(("he", "iw")) else "en"


@dataclass
class Talk:
    """One chat at a terminal. `language` is that of the last reply; `wanted` is what the person asked for."""

    advisor: Advisor
    conversation: str
    user: str
    language: str
    wanted: str = ""
    reply: Reply | None = None
    told_leaving: bool = False
    listed: list[Any] = field(default_factory=list)

    def welcome(self) -> None:
        """Say what this is and, when an earlier conversation goes on, which and where it stands."""
        if not sys.stdin.isatty():
            self._go_on_silently()
            return
        rows = self._turns()
        if rows and not self.wanted:
            self.language = str(rows[-1].reply.get("language") or self.language)
        tell(say("chat.welcome", self.language), self.language)
        if not rows:
            return
        title = next(h.title for h in self.advisor.conversations(user=self.user) if h.id == self.conversation)
        tell("\n" + say("chat.goes_on", self.language, title=title, turns=len(rows)), self.language)
        self.reply = Reply(**rows[-1].reply)
        question = (self.reply.assessment or {}).get("question")
        last = question["text"] if question else ""
        if last:
            show(self.reply.model_copy(update={"text": last, "sources": []}), numbered=self._picks())

    def _go_on_silently(self) -> None:
        rows = self._turns()
        self.reply = Reply(**rows[-1].reply) if rows else None

    def _turns(self) -> list[Any]:
        known = any(head.id == self.conversation for head in self.advisor.conversations(user=self.user))
        return self.advisor.transcript(self.conversation, user=self.user) if known else []

    def run(self) -> int:
        """Read lines until the person leaves."""
        read = self._reader()
        while True:
            try:
                line = read()
            except KeyboardInterrupt:
                if not self.told_leaving:
                    tell(say("chat.leaving", self.language), self.language)
                self.told_leaving = True
                continue
            except EOFError:
                return 0
            text = line.strip()
            if text in LEAVING:
                return 0
            if text:
                self.take(text)

    def take(self, text: str) -> None:
        """One line: a `/` command, the number of a suggestion, or words."""
        name, _, rest = text.partition(" ")
        try:
            if name.startswith("/") and name in COMMANDS:
                COMMANDS[name](self, rest.strip())
            elif name in ACTIONS:
                self.say(text, [{"do": ACTIONS[name], **({"name": rest.strip()} if rest else {})}])
            elif name.startswith("/") and name[1:].isalpha():
                raise InputError("no_command", name=name)
            else:
                self.say(self._picked(text))
        except AdvisorError as error:
            tell(error.text(self.language), self.language, sys.stderr)

    def say(self, text: str, actions: list[dict[str, Any]] | None = None) -> None:
        """Send a message and show the reply. Ctrl-C stops it, and nothing of it is kept."""
        try:
            if self.wanted:
                self._speak(self.wanted)
                self.wanted = ""
            reply = self.advisor.reply(self.conversation, text, user=self.user, door="cli", actions=actions or [])
            asked = self.advisor.asked_file(reply, user=self.user)
        except KeyboardInterrupt:
            tell(say("error.stopped", self.language), self.language, sys.stderr)
            return
        self.reply, self.language = reply, reply.language
        show(reply, numbered=self._picks())
        if asked is not None:
            tell("\n" + say("chat.saved", self.language, path=save(asked)), self.language)

    def _speak(self, language: str) -> None:
        self.advisor.reply(
            self.conversation, language, user=self.user, door="cli", actions=[{"do": "language", "language": language}]
        )
        self.language = language

    def _picks(self) -> bool:
        """Whether a bare number can only mean a suggestion: no number is asked for, none is listed."""
        if self.reply is None or not self.reply.suggestions or _OWN_LIST.search(self.reply.text):
            return False
        assessment = self.reply.assessment or {}
        question = assessment.get("question")
        if not question:
            return True
        return self.advisor.tools[assessment["tool"]].form.field(question["id"]).kind not in NUMBERS

    def _picked(self, text: str) -> str:
        suggestions = self.reply.suggestions if self.reply else []
        if text.isascii() and text.isdigit() and 0 < int(text) <= len(suggestions) and self._picks():
            return suggestions[int(text) - 1]
        return text

    def _reader(self) -> Callable[[], str]:
        if not sys.stdin.isatty():
            return _plain_line
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.history import FileHistory

        words = WordCompleter(
            [*COMMANDS, *ACTIONS, LEAVING[0]], sentence=True, meta_dict=dict(self._help()), match_middle=False
        )
        session: Any = PromptSession(
            history=FileHistory(str(self.advisor.settings.home / "typed")), completer=words, reserve_space_for_menu=6
        )
        return lambda: str(session.prompt("\n› ", complete_while_typing=_slash(session)))

    def _help(self) -> list[tuple[str, str]]:
        names = [*COMMANDS, *ACTIONS, LEAVING[0]]
        return [(name, say(f"slash.{name[1:]}", self.language)) for name in names]

    # -- the `/` commands --------------------------------------------------------------------------

    def help(self, _: str) -> None:
        """What can be said, and every `/` command."""
        tell(say("chat.help", self.language), self.language)
        tell("| | |\n" + "\n".join(f"| {name} | {what} |" for name, what in self._help()), self.language)

    def new(self, _: str) -> None:
        """Begin another conversation."""
        self.conversation, self.reply = new_conversation(), None
        tell(say("chat.begun", self.language), self.language)

    def list(self, _: str) -> None:
        """Every conversation of the person."""
        self.listed = self.advisor.conversations(user=self.user)
        tell(listing(self.listed, self.language, self.conversation), self.language)

    def open(self, name: str) -> None:
        """Go on with another conversation."""
        self.conversation = find(self.listed or self.advisor.conversations(user=self.user), name)
        self.wanted = ""
        self.welcome()

    def skip(self, _: str) -> None:
        """Leave the open question for later."""
        question = ((self.reply.assessment or {}) if self.reply else {}).get("question")
        if not question:
            raise InputError("no_question")
        self.say("/skip", [{"do": "answer", "field": question["id"], "status": "skipped"}])

    def rename(self, name: str) -> None:
        """Give this conversation a title."""
        if not name:
            raise InputError("needs_name", command="/rename")
        self.advisor.rename(self.conversation, name, user=self.user)
        tell(say("chat.renamed", self.language, title=name), self.language)

    def delete(self, name: str) -> None:
        """Delete this or a named conversation; asked once more first."""
        heads = self.listed or self.advisor.conversations(user=self.user)
        gone = find(heads, name) if name else self.conversation
        title = next((head.title for head in heads if head.id == gone), "")
        if not title:
            raise InputError("no_conversation", conversation=name or "–")
        tell(say("chat.sure", self.language, title=title), self.language)
        if input("› ").strip().lower() not in ("y", "yes", "כן"):
            tell(say("chat.kept", self.language), self.language)
            return
        self.advisor.delete(gone, user=self.user)
        self.listed = []
        tell(say("chat.deleted", self.language, title=title), self.language)
        if gone == self.conversation:
            self.conversation, self.reply = new_conversation(), None

    def export(self, wanted: str) -> None:
        """Write the conversation (md, json) or its last result (html, xlsx) to a file here."""
        form, _, path = wanted.partition(" ")
        file = conversation_file(self.advisor, self.conversation, form or "md", self.language, self.user)
        tell(say("chat.saved", self.language, path=save(file, path.strip())), self.language)

    def speak(self, language: str) -> None:
        """Change the language."""
        if language not in ("en", "he"):
            raise InputError("no_language", language=language)
        self._speak(language)
        tell(say("language.set", language), language)


COMMANDS: dict[str, Callable[[Talk, str], None]] = {
    "/help": Talk.help,
    "/new": Talk.new,
    "/list": Talk.list,
    "/open": Talk.open,
    "/rename": Talk.rename,
    "/delete": Talk.delete,
    "/export": Talk.export,
    "/skip": Talk.skip,
    "/language": Talk.speak,
}


def _plain_line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _slash(session: Any) -> Any:
    """Complete while typing only once a `/` stands first."""
    from prompt_toolkit.filters import Condition

    return Condition(lambda: session.default_buffer.text.startswith("/"))
