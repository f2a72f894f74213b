"""`advisor conversations …`: what was talked about: list, show, rename, delete, write to a file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.advisor import Advisor
from assistant.conversation import Calculation
from assistant.errors import InputError, NotFound
from assistant.exports import MEDIA, File
from assistant.opening import open_advisor
from assistant.screen import at_terminal, table, width
from assistant.store import Head
from assistant.wording import say

FORMS = {ending: form for form, (ending, _) in MEDIA.items()}
UNBROKEN = 10_000  # columns where a program reads: an id must stand in one piece
OF_RESULTS = ("html", "xlsx")


def list(options: argparse.Namespace) -> int:  # the command's own name
    """Show every conversation, latest first."""
    heads = open_advisor().conversations(user=options.user)
    if options.json:
        rows = [{"id": h.id, "title": h.title, "updated": h.updated.isoformat(), "turns": h.version} for h in heads]
        print(json.dumps(rows, ensure_ascii=False))
    elif heads:
        rows_shown = [_row(number, head) for number, head in enumerate(heads, 1)]
        columns = width() if at_terminal() else UNBROKEN
        print("\n".join(table([["", "", "", "id"], *rows_shown], "en", columns)))
    else:
        print(say("chat.none", "en"), file=sys.stderr)
    return 0


def show(options: argparse.Namespace) -> int:
    """Print a conversation as Markdown, or as JSON."""
    advisor = open_advisor()
    chosen = find(advisor.conversations(user=options.user), options.name)
    file = conversation_file(advisor, chosen, "json" if options.json else "md", "en", options.user)
    print(file.content.decode())
    return 0


def rename(options: argparse.Namespace) -> int:
    """Give a conversation a title."""
    advisor = open_advisor()
    advisor.rename(find(advisor.conversations(user=options.user), options.name), options.title, user=options.user)
    return 0


def delete(options: argparse.Namespace) -> int:
    """Delete a conversation with all that belongs to it; asked once more unless `--yes`."""
    advisor = open_advisor()
    heads = advisor.conversations(user=options.user)
    chosen = find(heads, options.name)
    if not options.yes:
        if not sys.stdin.isatty():
            raise InputError("needs_yes")
        title = next(head.title for head in heads if head.id == chosen)
        if input(say("chat.sure", "en", title=title) + " ").strip().lower() not in ("y", "yes", "כן"):
            return 1
    advisor.delete(chosen, user=options.user)
    return 0


def export(options: argparse.Namespace) -> int:
    """Write a conversation (md, json) or its last result (html, xlsx) to a file and say where."""
    advisor = open_advisor()
    chosen = find(advisor.conversations(user=options.user), options.name)
    language = options.language or "en"
    print(save(conversation_file(advisor, chosen, options.format, language, options.user), options.output))
    return 0


def find(heads: Sequence[Head], name: str, new: bool = False) -> str:
    """The conversation meant by its number in the list, its id or the beginning of it, or words of its title.

    `new`: an unknown name is a new conversation's id. Raises NotFound, or InputError when several are meant.
    """
    if name.isdigit() and 0 < int(name) <= len(heads):
        return heads[int(name) - 1].id
    exact = [head.id for head in heads if name in (head.id, head.title)]
    near = [h.id for h in heads if name and (h.id.startswith(name) or name.lower() in h.title.lower())]
    found = exact[:1] or near
    if len(found) > 1:
        raise InputError("several_conversations", name=name, count=len(found))
    if not found and not new:
        raise NotFound("no_conversation", conversation=name)
    return found[0] if found else name


def listing(heads: Sequence[Head], language: str, current: str = "") -> str:
    """The conversations as a Markdown table, numbered; a star marks the one that is open."""
    if not heads:
        return say("chat.none", language)
    rows = [_row(number, head)[:3] for number, head in enumerate(heads, 1)]
    marked = [[n + (" *" if h.id == current else ""), *rest] for (n, *rest), h in zip(rows, heads, strict=True)]
    return "\n".join(["| | | |", *("| " + " | ".join(row) + " |" for row in marked)])


def _row(number: int, head: Head) -> Sequence[str]:
    title = head.title.replace("|", "/") or head.id
    return [str(number), head.updated.astimezone().strftime("%Y-%m-%d %H:%M"), title, head.id]


def conversation_file(advisor: Advisor, conversation: str, form: str, language: str, user: str) -> File:
    """The conversation as Markdown or JSON, or its last result as a page or workbook.

    Raises InputError for an unknown format, or when there is no result yet.
    """
    form = FORMS.get(form.lstrip(".").lower(), form.lower())
    if form not in OF_RESULTS:
        return advisor.export_conversation(conversation, form, language, user=user)
    rows = advisor.transcript(conversation, user=user)
    results = [calculation for row in rows for calculation in row.reply.get("calculations", ())]
    if not results:
        raise InputError("no_result")
    return advisor.export(Calculation(**results[-1]), form, language)


def save(file: File, path: str = "") -> Path:
    """Write a file to `path`, or under its own name here; what stands there is never overwritten.

    Returns where it is. Raises InputError when it cannot be written.
    """
    wanted = Path(path).expanduser() if path else Path.cwd() / file.name
    if wanted.is_dir():
        wanted = wanted / file.name
    free, number = wanted, 2
    while free.exists():
        free, number = wanted.with_name(f"{wanted.stem} {number}{wanted.suffix}"), number + 1
    try:
        free.write_bytes(file.content)
    except OSError as error:
        raise InputError("unwritable", path=free, reason=error.strerror) from error
    return free.resolve()
