"""Reads a suite's YAML so that every mistake is named with its line, and nothing is guessed around.

Closed traps: `no` stays a word, `1:30` and dates stay text, a key given twice is refused, a Hebrew question
with an unquoted `: ` or an inner quotation mark is explained instead of reported as a parser's riddle.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from eval.wording import say

Place = tuple[str | int, ...]
MOST_PARTS = 1_000_000  # of one file; aliases that unfold without end come to more
MOST_DEEP = 60


@dataclass(frozen=True)
class Problem:
    """One mistake in a suite: where it is, what it is, how to mend it, and what was probably meant."""

    file: str
    line: int
    code: str
    values: dict[str, Any] = field(default_factory=dict)
    hint: str = ""

    def text(self, language: str) -> str:
        """`file:line · what · how to mend · did you mean`, in one language."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        values = dict(self.values)
        if "wanted" in values:
            values["wanted"] = say(f"lint.wanted.{values['wanted']}", language)
        parts = [where, say(f"lint.{self.code}.what", language, **values)]
        parts.append(say(f"lint.{self.code}.mend", language, **values))
        if self.hint:
            parts.append(say("lint.did_you_mean", language, hint=self.hint))
        return " · ".join(part for part in parts if part)

    def to_json(self) -> dict[str, Any]:
        """The problem as data, with both texts."""
        return {
            "file": self.file, "line": self.line, "code": self.code, "hint": self.hint,
            "en": self.text("en"), "he": self.text("he"),
        }  # fmt: skip


class SuiteError(ValueError):
    """A suite cannot be used; `problems` names every mistake found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(problem.text("en") for problem in self.problems))


@dataclass(frozen=True)
class Parsed:
    """Plain data, and the line each part of it stands in."""

    file: str
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own class attribute)


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", "~n"),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


def read_yaml(path: Path, name: str = "") -> Parsed:
    """The data of a YAML file with its lines. Raises SuiteError."""
    name = name or path.name
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise SuiteError([Problem(name, 0, "not_utf8")]) from None
    except OSError as error:
        raise SuiteError([Problem(name, 0, "unreadable", {"reason": error.strerror or "?"})]) from error
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Parsed:
    """The data of a YAML text with its lines. Raises SuiteError."""
    loader = _Loader(text)
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    try:
        node = loader.get_single_node()
        data = _build(loader, node, (), lines, problems, name) if node is not None else None
    except yaml.MarkedYAMLError as error:
        raise SuiteError([_explained(error, text, name)]) from None
    except yaml.YAMLError as error:
        raise SuiteError([Problem(name, 0, "syntax", {"reason": str(error).splitlines()[0]})]) from None
    finally:
        loader.dispose()
    if problems:
        raise SuiteError(problems)
    return Parsed(name, data, lines)


def _build(loader: Any, node: Any, place: Place, lines: dict[Place, int], problems: list[Problem], name: str) -> Any:
    if len(place) > MOST_DEEP or len(lines) > MOST_PARTS:
        raise SuiteError([Problem(name, node.start_mark.line + 1, "unfolds")])
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*place, n), lines, problems, name) for n, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node)
    built: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node) if isinstance(key_node, yaml.ScalarNode) else str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in built:
            problems.append(Problem(name, line, "twice", {"key": key, "first": lines[(*place, key)]}))
        built[key] = _build(loader, value_node, (*place, key), lines, problems, name)
        lines[(*place, key)] = line
    return built


def _explained(error: yaml.MarkedYAMLError, text: str, name: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    source = text.splitlines()[line - 1] if 0 < line <= len(text.splitlines()) else ""
    what = error.problem or ""
    if "mapping values are not allowed" in what:
        return Problem(name, line, "colon", {"text": source.strip()[:60]})
    if "\t" in source[: len(source) - len(source.lstrip())] or "'\\t'" in what:
        return Problem(name, line, "tab")
    if "<block mapping start>" in what or "<block sequence start>" in what:
        return Problem(name, line, "indent", {"text": source.strip()[:60]})
    if source.count('"') > 2 or ("expected <block end>" in what and '"' in source):
        return Problem(name, line, "inner_quote", {"text": source.strip()[:60]})
    return Problem(name, line, "syntax", {"reason": what or "?"})


def nearest(word: object, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty text."""
    return next(iter(difflib.get_close_matches(str(word), list(known), n=1, cutoff=0.55)), "")
