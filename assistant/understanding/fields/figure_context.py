"""What is known beside the words while figures are read: the form, the open question, what is noted already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.understanding.examples import Library
from tools.forms import Field
from tools.tool import Tool


@dataclass(frozen=True)
class Context:
    """What is known beside the words: the tool, the open question, values so far, whether to ask at all."""

    library: Library
    tool: Tool
    open_field: str = ""
    values: Mapping[str, Any] = None  # type: ignore[assignment]
    today: dt.date | None = None  # what "tomorrow" and a date without a year are counted from
    relaxed: bool = False  # a one-shot calculation: an unsaid currency is left unsaid
    unknown: frozenset[str] = frozenset()  # fields that were asked and could not be answered
    message: str = ""  # all that was said, of which a sentence is read
    correcting: bool = False  # the words change what was said: a field that is answered is meant rather than a new one

    @property
    def currency(self) -> str:
        """The currency spoken of so far in this record, if any."""
        for value in (self.values or {}).values():
            if isinstance(value, dict) and value.get("currency"):
                return str(value["currency"])
        return ""


def wholes_of(field: Field, context: Context) -> Sequence[str]:
    """The fields this one is a share or a part of."""
    note = context.library.note
    whole = note(context.tool.name, field.id, "whole")
    return [*(note(context.tool.name, field.id, "of") or ()), *([whole] if whole else ())]


def asks_for_kind(kind: str, context: Context) -> bool:
    """Whether the open question asks for this kind: then a number without a name is its answer or nothing."""
    return any(field.id == context.open_field and field.kind == kind for field in context.tool.form.fields)


def open_field(context: Context) -> Field | None:
    """The field of the open question, None while none is open."""
    return next((field for field in context.tool.form.fields if field.id == context.open_field), None)
