"""What a tool takes beside its form: lists of channels or customers, exchange rates, totals of the books.

Read from the tool's input model, so that every door can ask for them as it asks for the fields of the form; the
words stand in `wording/parts.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel

from tools.forms import Field, Form, Kind
from tools.inputs import COMMON
from tools.values import Text
from tools.wording import has, say

Shape = Literal["rows", "group", "value"]


@dataclass(frozen=True)
class Part:
    """One further input. `rows` is a list of records of `form`, a `group` is one of them, a `value` a single field.

    `named` is the key under which a row carries its name ("" when rows have none). Where `instead` is not None,
    rows of this part count instead of the tool's own form, but for the fields it lists.
    """

    id: str
    shape: Shape
    form: Form
    named: str = ""
    instead: tuple[str, ...] | None = None

    @property
    def label(self) -> Text:
        """What the part is called."""
        return self.form.title


@cache
def parts_of(inputs: type[BaseModel], form: Form) -> tuple[Part, ...]:
    """The further inputs of a tool in the order of its input model."""
    schema = inputs.model_json_schema()
    known = {field.id for field in form.fields} | set(COMMON)
    found = {name: spec for name, spec in schema["properties"].items() if name not in known}
    return tuple(_part(form, name, spec, schema.get("$defs", {})) for name, spec in found.items())


def label_at(parts: tuple[Part, ...], place: tuple[Any, ...]) -> Text | None:
    """What the input at a place such as ("rates", 0, "base") is called; None for a place nobody named."""
    part = next((one for one in parts if place and one.id == place[0]), None)
    if part is None:
        return None
    last = next((piece for piece in reversed(place[1:]) if isinstance(piece, str)), "")
    if last and last == part.named:
        return part.form.subject
    return next((field.label for field in part.form.fields if field.id == last), part.label)


def _part(form: Form, name: str, spec: Mapping[str, Any], defs: Mapping[str, Any]) -> Part:
    words = f"parts.{form.tool}.{name}"
    shape, inner = _shape(spec, defs)
    label = _worded(words, name)
    ask = say(f"{words}_ask") if has(f"{words}_ask") else label
    instead = tuple(spec["x-instead"]) if "x-instead" in spec else None
    if shape == "value":
        return Part(name, shape, Form(form.tool, label, ask, label, (_field(name, spec, label, ask),)))
    properties = inner["properties"]
    own = {field.id for field in form.fields} <= set(properties)  # records of the tool's own form
    named = next((key for key in ("subject", "name") if key in properties), "")
    columns = {key: one for key, one in properties.items() if key not in ("evidence", named)}
    of_form = tuple(field for field in form.fields if field.id not in (instead or ()))
    fields = of_form if own else tuple(_column(key, one) for key, one in columns.items())
    item = _worded(f"{words}_item", name) if shape == "rows" else label
    return Part(name, shape, Form(form.tool, label, ask, item, fields), named if shape == "rows" else "", instead)


def _shape(spec: Mapping[str, Any], defs: Mapping[str, Any]) -> tuple[Shape, Mapping[str, Any]]:
    if spec.get("type") == "array":
        return "rows", defs[spec["items"]["$ref"].rpartition("/")[2]]
    ref = next((one["$ref"] for one in (spec, *spec.get("anyOf", ())) if "$ref" in one), None)
    return ("group", defs[ref.rpartition("/")[2]]) if ref else ("value", {})


def _column(name: str, spec: Mapping[str, Any]) -> Field:
    label = _worded(f"parts.column.{name}", name)
    ask = say(f"parts.column.{name}_ask") if has(f"parts.column.{name}_ask") else label
    return _field(name, spec, label, ask)


def _field(name: str, spec: Mapping[str, Any], label: Text, ask: Text) -> Field:
    usual: Kind = "date" if spec.get("format") == "date" else "text"
    kind: Kind = next((one["x-kind"] for one in (spec, *spec.get("anyOf", ())) if "x-kind" in one), usual)
    return Field(name, kind, "parts", label, ask, ask)


def _worded(key: str, name: str) -> Text:
    """The words of this key; the name itself until somebody words it."""
    plain = name.replace("_", " ").capitalize()
    return say(key) if has(key) else Text(plain, plain)
