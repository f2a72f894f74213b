"""Writes the documents that the program can write itself: `python -m docs.generate`.

`commands.md` is the command line's own help; `transcripts.md` and the transcripts in the README are real
conversations, each turn said to an advisor with an empty data folder; `model_talks.md` those with a language model
(with the extra `llm`). tests/test_docs.py says when they are stale.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant import Reply, open_advisor
from assistant.cli import parser
from assistant.screen import plain

ROOT = Path(__file__).resolve().parent.parent
KILL = "(the program is killed and started again)"


@dataclass(frozen=True)
class Transcript:
    """One conversation of transcripts.yaml."""

    title: str
    language: str
    says: tuple[str, ...]
    readme: bool = False


def main() -> None:
    """Write commands.md, the transcripts, and the README's."""
    (ROOT / "docs" / "commands.md").write_text(commands(), "utf-8")
    with tempfile.TemporaryDirectory() as folder:
        if importlib.util.find_spec("langchain_openai"):
            from docs.model_talks import page

            (ROOT / "docs" / "model_talks.md").write_text(page(Path(folder)), "utf-8")
        talks = held(Path(folder))
    (ROOT / "docs" / "transcripts.md").write_text(book(talks), "utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_examples(readme.read_text("utf-8"), talks), "utf-8")


def commands() -> str:
    """The whole command line: each command, what it does, its words and flags."""
    lines = [
        "# Commands",
        "",
        "Exit codes: 0 done; 1 answered, but not as wished (an input was refused, a check failed); "
        "2 wrong usage or set-up.",
        "Doors have their own pages: `advisor ui` and `advisor serve` (web.md), `advisor slack` "
        "([slack.md](slack.md)), `advisor eval` ([evals.md](evals.md)).",
    ]
    for command in _commands(parser()):
        lines += ["", f"## {command.prog}", "", (command.description or "").replace("\n", " "), ""]
        for action in command._actions:
            if not isinstance(action, (argparse._SubParsersAction, argparse._HelpAction)):
                lines.append(f"- `{_written(action)}`: {action.help}")
        if command.epilog and "Example:" in command.epilog:
            lines += ["", "```", *(line.strip() for line in command.epilog.splitlines()[1:]), "```"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _commands(command: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    subs = [action for action in command._actions if isinstance(action, argparse._SubParsersAction)]
    if not subs and command.add_help:
        yield command
    for sub in subs:
        for each in sub.choices.values():
            yield from _commands(each)


def _written(action: argparse.Action) -> str:
    if not action.option_strings:
        name = str(action.metavar or action.dest).upper()
        return f"[{name}]" if action.nargs == "?" else f"{name}…" if action.nargs else name
    value = (
        ""
        if action.nargs == 0
        else " " + ("|".join(action.choices or ()) or str(action.metavar or action.dest).upper())
    )
    return ", ".join(action.option_strings) + value


def transcripts() -> list[Transcript]:
    """What is said in each transcript."""
    data = yaml.safe_load((ROOT / "docs" / "transcripts.yaml").read_text("utf-8"))
    return [Transcript(d["title"], d["language"], tuple(d["says"]), d.get("readme", False)) for d in data]


def held(home: Path) -> list[tuple[Transcript, Sequence[tuple[str, Reply | None]]]]:
    """Every conversation, each with an empty database; the folder's index is made once for all."""
    return [(talk, replies(talk, home, f"transcript-{number}")) for number, talk in enumerate(transcripts())]


def replies(talk: Transcript, home: Path, name: str) -> list[tuple[str, Reply | None]]:
    """The conversation, held with a new database of this name; a kill opens everything anew."""
    settings: dict[str, Any] = {"home": home, "database": f"sqlite:///{home / name}.db", "model": ""}
    advisor = open_advisor(**settings)
    found: list[tuple[str, Reply | None]] = []
    for said in talk.says:
        if said == KILL:
            advisor.close()
            advisor = open_advisor(**settings)
            found.append((said, None))
        else:
            found.append((said, advisor.reply("transcript", said)))
    advisor.close()
    return found


Held = Sequence[tuple[Transcript, Sequence[tuple[str, Reply | None]]]]


def book(talks: Held) -> str:
    """Every transcript as a page."""
    parts = [
        "# Transcripts",
        "Real conversations, offline, with an empty data folder; written by `python -m docs.generate`. "
        "What the person says stands after a ›.",
    ]
    for talk, held in talks:
        parts += [f"## {talk.title}", *(_exchange(said, reply, talk.language) for said, reply in held)]
    return "\n\n".join(parts) + "\n"


def with_examples(readme: str, talks: Held) -> str:
    """The README with its transcripts as they are now."""
    shown = "\n\n".join(
        _exchange(said, reply, talk.language) for talk, held in talks if talk.readme for said, reply in held
    )
    return re.sub(
        r"(<!-- transcripts -->\n).*?(\n<!-- end of transcripts -->)",
        lambda found: found.group(1) + shown + found.group(2),
        readme,
        flags=re.DOTALL,
    )


def _exchange(said: str, reply: Reply | None, language: str) -> str:
    if reply is None:
        return f"*{said}*"
    body = f"**› {said}**\n\n{plain(reply)}"
    return f'<div dir="rtl">\n\n{body}\n\n</div>' if language == "he" else body


if __name__ == "__main__":
    main()
