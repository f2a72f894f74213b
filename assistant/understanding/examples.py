"""The authored examples behind understanding: read from data files, indexed once, checked for collisions.

`examples/intents.yaml` says what steers a conversation, `starts.yaml` what begins a tool, and
`examples/tools/<tool>.yaml` what answers its fields:

    fields:
      <field>:
        cues: {en: [...], he: [...]}        # words that name the field
        period: ask                         # money: an unsaid period is asked for
        once_each: true                     # money: the price of a piece, never "a month"
        kind: ready                         # count: of which kind of lead ("counted.ready" in words.yaml)
        of_kind: ready                      # rate: what it is a share of
        adds: true                          # money: how much more, and so no change of itself
        anything: true                      # count: of whatever noun ("30 hospitals" are customers)
        inclusive: true                     # count: takes in what another counts ("80 in all, including ours")
        values:
          <choice>: {en: [...], he: [...]}  # phrases that mean this choice

The forms' own examples ("Nobody there can repair it: nobody"), labels and questions are used as well, so a
new field is understood roughly before anyone has written examples for it.

`examples/said/<tool>.yaml` holds many more phrases of values alone and, under `nothing`, remarks that answer no
field of the form; under `mentions` how people call each question without answering it ("their bank situation, no
idea"); under `figures` messages with each figure's field marked ("they came [20](visits) times",
"in [2019](none)"); `said/steering.yaml` and `said/starts.yaml` more of what steers and begins. They are too many
to compare a message with; what they have in common is learned from them (`learning.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from assistant.understanding.words.matching import Embed, Example, ExampleIndex
from assistant.understanding.words.phrases import is_negated, phrase_set
from assistant.understanding.words.text import read_yaml, tokens
from tools.forms import Field
from tools.tool import Tool

FOLDER = Path(__file__).parent / "examples"
COLLIDES_FROM = 0.86
MARK = re.compile(r"\[([^\[\]]*)\]\((\w+)\)")  # a figure and its field: "[20](visits)"
NO_FIELD = "none"


@dataclass(frozen=True)
class Library:
    """Every example, indexed, and what the data files say about single fields."""

    index: ExampleIndex
    tools: Mapping[str, Tool]
    notes: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)

    def note(self, tool: str, field_id: str, name: str) -> Any:
        """What the tool's example file says about a field ("period"), or None."""
        return self.notes.get((tool, field_id), {}).get(name)


@dataclass(frozen=True)
class Collision:
    """Two examples that mean different things and are too near to tell apart."""

    one: Example
    other: Example
    score: float


def load_library(tools: Mapping[str, Tool], embed: Embed | None = None, folder: Path = FOLDER) -> Library:
    """Read and index the examples. Raises ValueError naming file and key for what no form knows."""
    examples = list(_intents(folder))
    replies = _read(folder / "choices.yaml")
    examples += _starts(folder, tools)
    notes: dict[tuple[str, str], Mapping[str, Any]] = {}
    for tool in tools.values():
        entries = _tool_entries(folder, tool)
        for form_field in tool.form.fields:
            entry = entries.get(form_field.id, {})
            notes[tool.name, form_field.id] = {k: v for k, v in entry.items() if k not in ("cues", "values")}
            examples += _field_examples(tool.name, form_field, entry)
            examples += _replies(tool.name, form_field, replies)
    return Library(ExampleIndex(examples, embed), tools, notes)


def _read(path: Path) -> dict[str, Any]:
    return read_yaml(path) or {}


def _both(entry: Mapping[str, Iterable[Any]]) -> Iterable[str]:
    for language in ("en", "he"):
        yield from (str(phrase).strip().lower() for phrase in entry.get(language) or ())


def _intents(folder: Path) -> Iterable[Example]:
    for name, entry in _read(folder / "intents.yaml").items():
        yield from (Example(("intent", str(name)), phrase) for phrase in _both(entry))


def _starts(folder: Path, tools: Mapping[str, Tool]) -> Iterable[Example]:
    for name, entry in _read(folder / "starts.yaml").items():
        if name in tools or name == "ask":
            yield from (Example(("start", name), phrase) for phrase in _both(entry))
    for tool in tools.values():
        yield from (Example(("start", tool.name), text.lower()) for text in (tool.form.title.en, tool.form.title.he))


def more_examples(tool: Tool, folder: Path = FOLDER) -> list[Example]:
    """The phrases to learn from that `said/` has for a tool. Raises ValueError for what its form does not know."""
    entries = _tool_entries(folder, tool, "said")
    return [e for name, values in entries.items() for e in _value_examples(tool.name, name, values)]


def remarks(tool: Tool, folder: Path = FOLDER) -> list[Example]:
    """What `said/` has of remarks that answer no field of a tool."""
    path = folder / "said" / f"{tool.name}.yaml"
    entry = _read(path).get("nothing") or {} if path.is_file() else {}
    return [Example(("remark", tool.name), text) for text in _both(entry)]


def mentions(tool: Tool, folder: Path = FOLDER) -> list[tuple[str, str]]:
    """(field, text) of what `said/` has of people speaking about a question without answering it.

    Raises ValueError for a field the form does not have.
    """
    path = folder / "said" / f"{tool.name}.yaml"
    entries = _read(path).get("mentions") or {} if path.is_file() else {}
    if unknown := set(entries) - {form_field.id for form_field in tool.form.fields}:
        raise ValueError(f"{path.name}: the form has no field {sorted(unknown)[0]!r}")
    return [(name, text) for name, entry in entries.items() for text in _both(entry)]


def figures(tool: Tool, folder: Path = FOLDER) -> list[str]:
    """The messages of `said/` whose figures are marked with their fields. Raises ValueError for an unknown field."""
    path = folder / "said" / f"{tool.name}.yaml"
    found = list(_both(_read(path).get("figures") or {})) if path.is_file() else []
    known = {form_field.id for form_field in tool.form.fields} | {NO_FIELD}
    if unknown := {mark[2] for text in found for mark in MARK.finditer(text)} - known:
        raise ValueError(f"{path.name}: the form has no field {sorted(unknown)[0]!r}")
    return found


def without_marks(example: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """A message of `figures` without its marks, and where each figure stands with its field, "" for none."""
    text, places, at = "", [], 0
    for mark in MARK.finditer(example):
        text += example[at : mark.start()]
        places.append((len(text), len(text) + len(mark[1]), "" if mark[2] == NO_FIELD else mark[2]))
        text += mark[1]
        at = mark.end()
    return text + example[at:], tuple(places)


def more_steering(folder: Path = FOLDER) -> list[Example]:
    """The phrases to learn from that `said/steering.yaml` has for intents, for questions and for facts.

    Raises ValueError for an intent that `intents.yaml` does not know.
    """
    entries = _read(folder / "said" / "steering.yaml")
    intents = {example.key[1] for example in _intents(folder)}
    if unknown := set(entries) - intents - {"question", "fact"}:
        raise ValueError(f"steering.yaml: there is no intent {sorted(unknown)[0]!r}")
    kind = {"question": ("ask", ""), "fact": ("fact", "", "", "")}
    return [Example(kind.get(name, ("intent", name)), text) for name in entries for text in _both(entries[name])]


def more_starts(tools: Iterable[str], folder: Path = FOLDER) -> list[Example]:
    """The phrases to learn from that `said/starts.yaml` has: for beginning a tool, for questions and for remarks.

    Raises ValueError for a tool there is none of.
    """
    entries = _read(folder / "said" / "starts.yaml")
    if unknown := set(entries) - {*tools, "ask", "nothing"}:
        raise ValueError(f"starts.yaml: there is no tool {sorted(unknown)[0]!r}")
    kind = {"nothing": ("elsewhere", "")}
    return [Example(kind.get(name, ("start", name)), text) for name, entry in entries.items() for text in _both(entry)]


def _tool_entries(folder: Path, tool: Tool, kind: str = "tools") -> dict[str, Any]:
    path = folder / kind / f"{tool.name}.yaml"
    if not path.is_file():
        return {}
    entries = _read(path).get("fields") or {}
    known = {form_field.id: form_field for form_field in tool.form.fields}
    for name, entry in entries.items():
        if name not in known:
            raise ValueError(f"{path.name}: the form has no field {name!r}")
        choices = {choice.id for choice in known[name].choices}
        values = entry if kind == "said" else entry.get("values") or ()
        if unknown := set(map(str, values)) - choices:
            raise ValueError(f"{path.name}: {name!r} has no choice {sorted(unknown)[0]!r}")
    return entries


def _field_examples(tool: str, form_field: Field, entry: Mapping[str, Any]) -> Iterable[Example]:
    yield from _value_examples(tool, form_field.id, entry.get("values") or {})
    yield from _form_example(tool, form_field)
    for text in (form_field.label.en, form_field.label.he, *_both(entry.get("cues") or {})):
        yield Example(("cue", tool, form_field.id), text.lower())
    for text in (form_field.ask.en, form_field.ask.he):
        yield Example(("ask", tool, form_field.id), text.lower())


def _value_examples(tool: str, form_field: str, values: Mapping[str, Any]) -> Iterable[Example]:
    for value, phrases in values.items():
        yield from (Example(("fact", tool, form_field, str(value)), phrase) for phrase in _both(phrases))


def _replies(tool: str, form_field: Field, replies: Mapping[str, Any]) -> Iterable[Example]:
    """Short replies that pick a choice when this field is the open question: its label and the usual words."""
    if form_field.kind not in ("choice", "choices"):
        return
    for choice in form_field.choices:
        for phrase in (choice.label.en.lower(), choice.label.he, *_both(replies.get(choice.id) or {})):
            yield Example(("reply", tool, form_field.id, choice.id), phrase)


def _form_example(tool: str, form_field: Field) -> Iterable[Example]:
    """The form's "situation: answer" examples, where the answer is one of the choices."""
    if form_field.example is None:
        return
    for language in ("en", "he"):
        situation, _, answer = form_field.example[language].rpartition(": ")
        for choice in form_field.choices:
            if situation and choice.label[language].lower() == answer.strip().lower():
                yield Example(("fact", tool, form_field.id, choice.id), situation.lower())


def check_examples(
    tools: Mapping[str, Tool],
    embed: Embed | None = None,
    folder: Path = FOLDER,
    threshold: float = COLLIDES_FROM,
) -> list[Collision]:
    """Examples of different intents, or of different answers of one tool, that are nearly the same words."""
    index = load_library(tools, embed, folder).index
    found = []
    for row, example in enumerate(index.examples):
        if example.key[0] not in ("intent", "fact", "start"):
            continue
        likeness, _ = index.scores(example.text)
        rivals = np.asarray(index.rows(*_rivals(example.key)))
        for other in rivals[(rivals > row) & (likeness[rivals] >= threshold)]:
            rival = index.examples[other]
            if rival.key != example.key and not _told_apart(example.text, rival.text):
                found.append(Collision(example, rival, round(float(likeness[other]), 3)))
    return found


def _told_apart(one: str, other: str) -> bool:
    """Whether something else than nearness separates two texts: a denial, the doer, a question's opening."""
    if is_negated(one) != is_negated(other):
        return True
    names = ("actor.exporter", "actor.partner", "method_openers")
    return any((phrase_set(n).find(tokens(one)) >= 0) != (phrase_set(n).find(tokens(other)) >= 0) for n in names)


def _rivals(key: tuple[str, ...]) -> tuple[str, ...]:
    return key[:2] if key[0] == "fact" else key[:1]
