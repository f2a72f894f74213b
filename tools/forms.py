"""What a tool asks: its fields, declared once in `tools/forms/*.yaml` and shown by every door.

A field's canonical value is plain JSON, so that an answer can be stored, replayed and compared:
level, yes_no, choice -> "yes"; choices -> ["a", "b"]; count, amount -> "12" or {"low": "5", "high": "7"};
rate -> "0.3" (a share, 0..1) or a range; money -> {"amount": "2200" or a range, "currency": "USD",
"period": "quarter"}; text, date -> "…".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from tools.values import Text

Kind = Literal["level", "yes_no", "choice", "choices", "count", "amount", "money", "rate", "text", "date"]
FOLDER = Path(__file__).parent / "forms"


@dataclass(frozen=True)
class Choice:
    """One allowed answer of a field."""

    id: str
    label: Text


@dataclass(frozen=True)
class Field:
    """One question of a form. `why` tells the person why it is asked, with the rules behind it.

    `when` names other fields and the answers that make this one relevant; an empty `when` always is.
    `low` and `high` bound a number (None: open). `unit` is words for the number ("months", "hours a day").
    """

    id: str
    kind: Kind
    section: str
    label: Text
    ask: Text
    why: Text
    rules: tuple[str, ...] = ()
    help: Text | None = None
    example: Text | None = None
    choices: tuple[Choice, ...] = ()
    unit: Text | None = None
    low: str | None = None
    high: str | None = None
    required: bool = False
    ask_whom: Text | None = None
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    default_period: str | None = None

    def relevant(self, values: dict[str, Any]) -> bool:
        """Whether this field is to be asked, given the canonical values so far."""
        return all(values.get(other) in allowed for other, allowed in self.when)


@dataclass(frozen=True)
class Form:
    """The fields of one tool in their default order. `subject` is what one record is called."""

    tool: str
    title: Text
    intro: Text
    subject: Text
    fields: tuple[Field, ...]

    def field(self, field_id: str) -> Field:
        """The field with this id. Raises KeyError for an unknown one."""
        for candidate in self.fields:
            if candidate.id == field_id:
                return candidate
        raise KeyError(field_id)


STANDARD_CHOICES: dict[str, tuple[Choice, ...]] = {
    "level": (
        Choice("yes", Text("Yes", "כן")),
        Choice("partly", Text("Partly", "חלקית")),
        Choice("no", Text("No", "לא")),
    ),
    "yes_no": (Choice("yes", Text("Yes", "כן")), Choice("no", Text("No", "לא"))),
}


@cache
def load_form(name: str, folder: Path = FOLDER) -> Form:
    """Read one form. Raises ValueError naming the file for an unknown key or a missing language."""
    path = folder / f"{name}.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    try:
        return Form(
            tool=data["tool"],
            title=Text(**data["title"]),
            intro=Text(**data["intro"]),
            subject=Text(**data["subject"]),
            fields=tuple(_read_field(entry) for entry in data["fields"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _read_field(entry: dict[str, Any]) -> Field:
    entry = dict(entry)
    for name in ("label", "ask", "why", "help", "example", "unit", "ask_whom"):
        if name in entry:
            entry[name] = Text(**entry[name])
    choices = entry.pop("choices", None)
    when = entry.pop("when", {})
    standard = STANDARD_CHOICES.get(entry["kind"], ())
    return Field(
        **{**entry, "rules": tuple(entry.get("rules", ()))},
        choices=tuple(Choice(key, Text(**text)) for key, text in choices.items()) if choices else standard,
        when=tuple((other, tuple(allowed)) for other, allowed in when.items()),
    )
