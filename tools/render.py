"""Write a Result out: plain text, Markdown, JSON, or one printable HTML page that needs nothing else.

Every renderer is a pure function of the result and the language. What people typed is escaped for the format
it goes into; Hebrew pages run from right to left, and each number or Latin name in them is isolated.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tools.errors import InputError
from tools.forms import Field
from tools.registry import get
from tools.result import Result, Table, Unknown
from tools.values import Language, Text, bounds_of, money_of
from tools.wording import has, join, say, show


@dataclass(frozen=True)
class Section:
    """A heading with lines or with a table under it, in one language."""

    id: str
    heading: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def title(result: Result) -> Text:
    """The tool's name for people, with the subject where there is one."""
    try:
        name = get(result.tool).form.title
    except InputError:
        name = Text(result.tool, result.tool)
    if not result.subject:
        return name
    return Text(f"{name.en}: {result.subject}", f"{name.he}: {result.subject}")


def verdict(result: Result) -> Text:
    """The verdict in a word or two."""
    if has(f"verdicts.{result.verdict}"):
        return say(f"verdicts.{result.verdict}")
    return Text(result.verdict, result.verdict)


def sections(result: Result, language: Language) -> tuple[Section, ...]:
    """Everything a result says, in reading order, without the empty parts."""
    figures, *tables, answers = _tables(result, language)
    found = [_summary(result, language), figures, *tables, *_lists(result, language), answers]
    return tuple(section for section in found if section.lines or section.rows)


def to_json(result: Result) -> str:
    """The result as JSON text; the same result always gives the same text."""
    return json.dumps(result.to_json(), ensure_ascii=False, indent=2, sort_keys=True)


def to_text(result: Result, language: Language) -> str:
    """Plain text for a terminal or a mail."""
    name = title(result)[language]
    out = [name, "=" * min(len(name), 60)]
    for section in sections(result, language):
        out += ["", *([section.heading] if section.id != "summary" else [])]
        out += [line if section.id == "summary" else f"- {line}" for line in section.lines]
        out += _text_rows(section)
    for part in result.parts:
        out += ["", to_text(part, language)]
    return "\n".join(out)


def _text_rows(section: Section) -> Iterator[str]:
    for row in section.rows:
        cells = [f"{column}: {cell}" for column, cell in zip(section.columns[1:], row[1:], strict=False) if cell]
        yield f"- {row[0]}: " + "; ".join(cells) if section.id != "figures" else f"- {row[0]}: {_figure_line(row)}"


def _figure_line(row: Sequence[str]) -> str:
    return f"{row[1]}  ({row[2]})" if row[2] else row[1]


def to_markdown(result: Result, language: Language, level: int = 2) -> str:
    """Markdown, with what people typed escaped so that it stays text."""
    mark = "#" * level
    out = [f"{mark} {_md(title(result)[language])}"]
    for section in sections(result, language):
        if section.id != "summary":
            out += ["", f"{mark}# {_md(section.heading)}"]
        out.append("")
        out += [_md(line) if section.id == "summary" else f"- {_md(line)}" for line in section.lines]
        if section.rows:
            out += ["| " + " | ".join(map(_md, section.columns)) + " |"]
            out += ["|" + " --- |" * len(section.columns)]
            out += ["| " + " | ".join(map(_md, row)) + " |" for row in section.rows]
    for part in result.parts:
        out += ["", to_markdown(part, language, min(level + 1, 5))]
    return "\n".join(out) + "\n"


def _md(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#!])", r"\\\1", text.replace("\n", " "))


STYLE = """
body{font:16px/1.5 "Heebo","Segoe UI","Noto Sans Hebrew",Arial,sans-serif;max-width:52rem;margin:2rem auto;
padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:1.6rem}h3{font-size:1rem}
.bottom{font-size:1.1rem;padding:.8rem 1rem;background:#eef4fb;border-inline-start:4px solid #1f5fa8}
table{border-collapse:collapse;width:100%;margin:.4rem 0}
th,td{border-bottom:1px solid #cfd6de;padding:.35rem .5rem;text-align:start;vertical-align:top}
th{background:#f4f6f8}footer{margin-top:2rem;font-size:.85rem;color:#4a5560}
figure{margin:1rem 0}figure svg{max-width:100%;height:auto}section.part{margin-top:2rem;border-top:2px solid #cfd6de}
@media print{body{margin:0;max-width:none}section.part{break-inside:avoid}}
"""


def to_html(result: Result, language: Language, charts: bool = True) -> str:
    """One self-contained page to read, keep or print. `charts` draws them into the page as SVG."""
    direction = "rtl" if language == "he" else "ltr"
    name = html.escape(title(result)[language])
    body = f"<h1>{name}</h1>{_html_body(result, language, charts, 2)}"
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>{body}</main>\n</body>\n</html>\n"
    )


def _html_body(result: Result, language: Language, charts: bool, level: int) -> str:
    out = []
    for section in sections(result, language):
        if section.id == "summary":
            first, *rest = section.lines
            out.append(f'<p class="bottom">{_cell(first, language)}</p>')
            out += [f"<p>{_cell(line, language)}</p>" for line in rest]
            continue
        out.append(f"<h{level}>{_cell(section.heading, language)}</h{level}>")
        if section.lines:
            out.append("<ul>" + "".join(f"<li>{_cell(line, language)}</li>" for line in section.lines) + "</ul>")
        if section.rows:
            out.append(_html_table(section, language))
    out += _html_charts(result, language) if charts else []
    for part in result.parts:
        heading = f"<h{level}>{_cell(title(part)[language], language)}</h{level}>"
        inner = _html_body(part, language, charts, min(level + 1, 6))
        out.append(f'<section class="part">{heading}{inner}</section>')
    return "\n".join(out)


def _html_table(section: Section, language: Language) -> str:
    head = "".join(f'<th scope="col">{_cell(column, language)}</th>' for column in section.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(cell, language)}</td>" for cell in row) + "</tr>" for row in section.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _html_charts(result: Result, language: Language) -> Iterator[str]:
    from tools.drawing import to_svg

    for chart in result.charts:
        drawn = to_svg(chart, language)
        words = html.escape(chart.alt[language], quote=True)
        picture = f'<div role="img" dir="ltr" aria-label="{words}">{drawn}</div>'
        yield f"<figure>{picture}<figcaption>{words}</figcaption></figure>"


def _cell(text: str, language: Language) -> str:
    """Escaped text. Where it has letters of the page's language it runs as the page does, whatever comes first."""
    own = re.search("[א-ת\u200f]" if language == "he" else "[A-Za-z]", text)
    direction = ("rtl" if language == "he" else "ltr") if own else "auto"
    return f'<span dir="{direction}">{html.escape(text, quote=True)}</span>'


def _summary(result: Result, language: Language) -> Section:
    lines = [result.bottom_line[language], f"{say('render.verdict')[language]}: {verdict(result)[language]}"]
    if result.score is not None:
        lines.append(f"{say('render.score')[language]}: {show(result.score, 'score')[language]}")
    lines.append(say("render.made_by", tool=result.tool, version=result.version)[language])
    if result.weights is not None:
        used = result.weights
        lines.append(say("render.weights", file=used.file, sha256=used.sha256[:12])[language])
    return Section("summary", say("render.heading.summary")[language], tuple(lines))


def _lists(result: Result, language: Language) -> Iterator[Section]:
    def heading(name: str) -> str:
        return say(f"render.heading.{name}")[language]

    warnings = tuple(warning.text[language] for warning in result.warnings)
    yield Section("warnings", heading("warnings"), warnings)
    gates = tuple(
        f"{gate.label[language]}: {say(f'render.gate.{gate.state}')[language]}. {gate.reason[language]}"
        for gate in result.gates
    )
    yield Section("gates", heading("gates"), gates)
    yield Section("reasons", heading("reasons"), tuple(_reason(r, language) for r in result.reasons))
    unknowns = tuple(unknown_text(unknown, language) for unknown in result.unknowns)
    yield Section("unknowns", heading("unknowns"), unknowns)
    yield Section("flips", heading("flips"), tuple(flip.text[language] for flip in result.flips))
    yield Section("actions", heading("actions"), tuple(action[language] for action in result.actions))


def _reason(reason: Any, language: Language) -> str:
    cited = ", ".join((*reason.rules, *reason.sources))
    return f"{reason.text[language]} [{cited}]" if cited else reason.text[language]


def unknown_text(unknown: Unknown, language: str) -> str:
    """A question still open: what it does to the result, and whom to ask."""
    whom = f" {say('render.ask', whom=unknown.ask_whom)[language]}" if unknown.ask_whom else ""
    whom = whom.replace("?.", "?")  # whom to ask may end with what to ask
    return f"{unknown.label[language]} ({unknown.effect[language].rstrip('.')}).{whom}"


def _tables(result: Result, language: Language) -> Iterator[Section]:
    def column(name: str) -> str:
        return say(f"render.column.{name}")[language]

    rows = tuple(
        (f.label[language], f.display[language], f.formula[language] if f.formula else "") for f in result.figures
    )
    columns = (column("figure"), column("value"), column("how"))
    yield Section("figures", say("render.heading.figures")[language], (), columns, rows)
    for table in result.tables:
        yield table_section(table, language)
    answers = tuple(answer_rows(result, language))
    yield Section("answers", say("render.heading.answers")[language], (), (column("field"), column("answer")), answers)


def table_section(table: Table, language: Language) -> Section:
    """A result's table in one language."""
    columns = tuple(column[language] for column in table.columns)
    rows = tuple(tuple(cell[language] for cell in row) for row in table.rows)
    return Section(table.id, table.title[language], (), columns, rows)


def answer_rows(result: Result, language: Language) -> Iterator[tuple[str, str]]:
    """The answers a result was made from, as (question, answer)."""
    try:
        fields = {field.id: field for field in get(result.tool).form.fields}
    except InputError:
        fields = {}
    for name, value in result.inputs.items():
        field = fields.get(name)
        if field is not None and value is not None:
            yield field.label[language], answer_text(field, value)[language]
        elif isinstance(value, (str, int)) and name != "subject":
            yield name, str(value)


def answer_text(field: Field, value: Any) -> Text:
    """A canonical answer as a person reads it."""
    labels = {choice.id: choice.label for choice in field.choices}
    if isinstance(value, (list, tuple)):
        return join([labels.get(item, Text(str(item), str(item))) for item in value])
    if isinstance(value, dict) and "n_a" in value:
        return Text(f"n/a: {value['n_a']}", f"לא רלוונטי: {value['n_a']}")
    if field.kind == "money":
        shown = show(money_of(value))
        if value.get("period", "one_off") == "one_off":
            return shown
        period = say(f"figures.period.{value['period']}")
        return Text(f"{shown.en} {period.en}", f"{shown.he} {period.he}")
    if field.kind in ("count", "amount", "rate") and value != "unknown":
        return show(bounds_of(value), "percent" if field.kind == "rate" else "count")
    return labels.get(value, Text(str(value), str(value)))
