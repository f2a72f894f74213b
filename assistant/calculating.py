"""`advisor calc`: any tool of the registry on given inputs, from flags or JSON."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from assistant import screen
from assistant.judgements import usable
from assistant.screen import arranged, tell
from assistant.settings import Settings
from assistant.wording import say
from tools.errors import InputError
from tools.registry import TOOLS, get, schemas, validate
from tools.result import Result
from tools.values import Language


def run(options: argparse.Namespace) -> int:
    """List the tools, or calculate one and print its result. Exit code 1 when an input is refused."""
    flags = list(options.inputs)
    as_json = options.json or _take_switch(flags, "--json")
    if options.list or not options.tool or (not _is_field(options.tool, "list") and _take_switch(flags, "--list")):
        return _list(as_json, _language(_take(flags, "--language") or options.language))
    language = _language(_take(flags, "--language") or options.language)
    options.language = language
    if any(_take_switch(flags, name) for name in ("--help-inputs", "--help", "-h")):
        return _print_inputs(options.tool, language)
    chart, output, template = (_take(flags, name) for name in ("--chart", "--output", "--template"))
    try:
        if template:
            return _write_template(options.tool, Path(template), language)
        result = _result(options.tool, flags)
        if chart:
            _draw(result, Path(chart), language)
        if output:
            return _write_result(result, Path(output), language)
    except InputError as error:
        return _refuse(error, language, as_json)
    if as_json:
        print(json.dumps(result.to_json(), ensure_ascii=False))
    else:
        _print(result, language)
    return 0


def _is_field(tool: str, name: str) -> bool:
    """Whether the tool asks for something of this name, as a campaign does for its list."""
    return any(one.name == tool and any(field.id == name for field in one.form.fields) for one in TOOLS)


def _print(result: Result, language: Language) -> None:
    """Tables and all for a person who is looking, plain text in a pipe."""
    from tools import render

    if screen.at_terminal():
        tell(render.to_markdown(result, language), language)
    else:
        print(render.to_text(result, language))


def _result(name: str, flags: list[str]) -> Result:
    """Of one input, or of every row of a table, side by side."""
    table = _take(flags, "--table")
    if not table:
        return calculate(name, _payload(name, flags))
    from tools.batch import run_table

    tool = get(name)
    try:
        content = Path(table).read_bytes()
    except OSError as error:
        raise InputError("unreadable_file", path=table) from error
    weights = usable(tool.weights, Settings.from_environment().weights) if tool.weights else None
    return run_table(name, content, _payload(name, flags), dt.date.today(), weights)


def _write_template(name: str, path: Path, language: Language) -> int:
    from tools.sheets import template

    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError("template_ending", value=path.name)
    if path.exists():
        raise InputError("already_there", value=path.name)
    kind: Literal["csv", "xlsx"] = "csv" if path.suffix.lower() == ".csv" else "xlsx"
    _save(path, template(get(name).form, language, kind))
    return 0


def _write_result(result: Result, path: Path, language: Language) -> int:
    from tools import render, workbook

    formats: dict[str, Callable[[], bytes]] = {
        ".html": lambda: render.to_html(result, language).encode(),
        ".md": lambda: render.to_markdown(result, language).encode(),
        ".txt": lambda: render.to_text(result, language).encode(),
        ".json": lambda: render.to_json(result).encode(),
        ".xlsx": lambda: workbook.to_xlsx(result, language),
    }
    if path.suffix.lower() not in formats:
        raise InputError("output_ending", value=path.name, choices=list(formats))
    _save(path, formats[path.suffix.lower()]())
    return 0


def _save(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError("cannot_write", value=path.name) from error


def calculate(name: str, payload: dict[str, Any]) -> Result:
    """Run a tool on plain data with the weights in force here. Raises InputError."""
    tool = get(name)
    weights = usable(tool.weights, Settings.from_environment().weights) if tool.weights else None
    return tool.calculate(validate(tool, payload), weights, dt.date.today())


def _language(wanted: str) -> Language:
    """The language asked for, else that of the machine. Raises InputError."""
    from assistant.terminal import locale_language

    if wanted not in ("", "en", "he"):
        raise InputError("no_such_language", value=wanted)
    return "he" if (wanted or locale_language()) == "he" else "en"


def _list(as_json: bool, language: Language) -> int:
    if as_json:
        print(json.dumps(schemas(), ensure_ascii=False))
        return 0
    for tool in TOOLS:
        print(f"{tool.name:28} {arranged(tool.form.title[language])}")
    print("\n" + arranged(say("calc.hint", language)))
    return 0


def _payload(name: str, flags: list[str]) -> dict[str, Any]:
    source = _take(flags, "--input")
    payload: dict[str, Any] = {}
    if source:
        text = sys.stdin.read() if source == "-" else _read(Path(source))
        try:
            payload = json.loads(text)
        except ValueError as error:
            raise InputError("not_json", reason=str(error)) from error
        if not isinstance(payload, dict):
            raise InputError("not_an_object")
    if len(flags) % 2:
        raise InputError("flag_without_value", flags[-1])
    for flag, value in zip(flags[::2], flags[1::2], strict=True):
        if flags[::2].count(flag) > 1:
            raise InputError("flag_twice", flag)
        payload[flag.removeprefix("--").replace("-", "_")] = value
    return payload


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("unreadable_file", path=str(path)) from error


def _print_inputs(name: str, language: Language) -> int:
    """Every input of a tool: what it is, how it is written, which must be given."""
    form = get(name).form
    tell(f"**{form.title[language]}**\n\n{form.intro[language]}\n", language)
    for field in form.fields:
        choices = " | ".join(choice.id for choice in field.choices)
        kind = choices or say(f"calc.kind.{field.kind}", language)
        unit = f", {field.unit[language]}" if field.unit else ""
        needed = f" · {say('calc.needed', language)}" if field.required else ""
        print(f"  --{field.id.replace('_', '-')}")
        print(f"      {arranged(field.label[language])}: {arranged(kind + unit + needed)}")
    return 0


def _draw(result: Result, path: Path, language: Language) -> None:
    from tools.drawing import save

    if not result.charts:
        raise InputError("no_chart", tool=result.tool)
    save(result.charts[0], path, language)


def _refuse(error: InputError, language: Language, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"errors": [one.to_json() for one in error.errors]}, ensure_ascii=False))
    else:
        for one in error.errors:
            print(f"advisor: {one.text[language]}", file=sys.stderr)
    return 1


def _take(flags: list[str], name: str) -> str:
    """Take a flag's value out; "" when it is not given. Raises InputError for a flag without one."""
    if name not in flags:
        return ""
    at = flags.index(name)
    if at + 1 == len(flags):
        raise InputError("flag_without_value", name)
    value = flags[at + 1]
    del flags[at : at + 2]
    return value


def _take_switch(flags: list[str], name: str) -> bool:
    if name in flags:
        flags.remove(name)
        return True
    return False
