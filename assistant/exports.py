"""Files and drawings made of what is stored: a result as a page, workbook or JSON, a conversation as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assistant.conversation import Calculation, Source
from assistant.errors import InputError
from assistant.store import TurnRow
from assistant.wording import say

Format = Literal["markdown", "html", "xlsx", "json"]
MEDIA = {
    "markdown": ("md", "text/markdown"),
    "html": ("html", "text/html"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": ("json", "application/json"),
}
SCHEMA = 1  # raise when the JSON of an exported conversation changes its shape


@dataclass(frozen=True)
class File:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Drawing:
    """A chart ready to draw: its Vega-Lite specification, and the same said in words."""

    id: str
    title: str
    alt: str
    spec: dict[str, Any]


def drawings(calculation: Calculation, language: str, width: int = 0) -> list[Drawing]:
    """Every chart of a calculation, in one language; panels stand below each other where a `width` is given."""
    from tools.drawing import stacked, vega_lite
    from tools.result import read_result

    result = read_result(calculation.result)
    return [
        Drawing(chart.id, chart.title[language], chart.alt[language], stacked(spec, width) if width else spec)
        for one in (result, *result.parts)
        for chart in one.charts
        if any(value is not None for series in chart.series for _, value in series.points)
        for spec in (vega_lite(chart, _language(language)),)
    ]


def answers_in_words(calculation: Calculation, language: str) -> list[tuple[str, str]]:
    """What a calculation was given, as (question, answer) for a person."""
    from tools.render import answer_rows
    from tools.result import read_result

    return list(answer_rows(read_result(calculation.result), _language(language)))


def sources_behind(calculation: Calculation, language: str, knowledge: Any) -> list[Source]:
    """The sources its reasons and conditions name, in order, each with the rules taken from it and their card."""
    rules: dict[str, list[str]] = {}
    for reason in (*calculation.result.get("reasons", ()), *calculation.result.get("gates", ())):
        for source in reason["sources"]:
            kept = rules.setdefault(source, [])
            kept += [rule for rule in reason["rules"] if rule not in kept]
    known = knowledge.sources if knowledge is not None else {}
    found = []
    for source, named in rules.items():
        if source in known:
            of_source = (card for card in knowledge.cards.values() if source in card.sources)
            cards = [card for card in of_source if set(named) & set(card.rules)]
            entry = known[source]
            found.append(
                Source(
                    id=source,
                    title=entry.title[_language(language)],
                    author=entry.author[_language(language)],
                    date=entry.date.isoformat() if entry.date else None,
                    rules=named,
                    card=cards[0].id if cards else None,
                )
            )
    return found


def export(calculation: Calculation, form: str, language: str, name: str = "") -> File:
    """A calculation as a file. Raises InputError for an unknown format."""
    from tools import render, workbook
    from tools.result import read_result

    if form not in MEDIA:
        raise InputError("unknown_format", format=form, formats=", ".join(MEDIA))
    result = read_result(calculation.result)
    speaking = _language(language)
    content: dict[str, Any] = {
        "markdown": lambda: render.to_markdown(result, speaking).encode(),
        "html": lambda: render.to_html(result, speaking).encode(),
        "xlsx": lambda: workbook.to_xlsx(result, speaking),
        "json": lambda: render.to_json(result).encode(),
    }
    return _file(name or calculation.tool, form, content[form]())


def export_conversation(title: str, rows: Sequence[TurnRow], form: str, language: str) -> File:
    """A conversation as Markdown to read or JSON to process. Raises InputError for another format."""
    if form == "json":
        data = {"schema": SCHEMA, "title": title, "turns": _turns(rows)}
        return _file(title, form, json.dumps(data, ensure_ascii=False, indent=2).encode())
    if form != "markdown":
        raise InputError("unknown_format", format=form, formats="markdown, json")
    parts = [f"# {title}"]
    for row in rows:
        parts += ["\n".join(f"> {line}" for line in row.text.splitlines() or [""]), str(row.reply.get("text", ""))]
        parts += _sources(row.reply, language)
    return _file(title, form, "\n\n".join(parts).encode())


def everything(
    preferences: Mapping[str, Any], conversations: Iterable[tuple[str, Sequence[TurnRow], list[dict[str, Any]]]]
) -> File:
    """All that is kept of a person as JSON: preferences, and each conversation with its ratings."""
    talks = [{"title": title, "turns": _turns(rows), "ratings": ratings} for title, rows, ratings in conversations]
    data = {"schema": SCHEMA, "preferences": dict(preferences), "conversations": talks}
    return _file("advisor", "json", json.dumps(data, ensure_ascii=False, indent=2).encode())


def _turns(rows: Sequence[TurnRow]) -> list[dict[str, Any]]:
    return [{"turn": row.turn, "text": row.text, "door": row.door, "reply": row.reply} for row in rows]


def _sources(reply: dict[str, Any], language: str) -> list[str]:
    lines = [
        f"- {source['title']}, {source['author']}, {source.get('date') or '–'} [{source['id']}]"
        for source in reply.get("sources", [])
    ]
    return [f"**{say('sources.heading', language)}**\n\n" + "\n".join(lines)] if lines else []


def _file(name: str, form: str, content: bytes) -> File:
    ending, media_type = MEDIA[form]
    stem = re.sub(r"[^\w\- ]+", "", name).strip()[:60] or "advisor"
    return File(f"{stem}.{ending}", media_type, content)


def _language(language: str) -> Literal["en", "he"]:
    return "he" if language == "he" else "en"
