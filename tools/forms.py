"""What a tool asks: its fields, declared once in `tools/forms/*.yaml` and shown by every door.

A field's canonical value is plain JSON, so that an answer can be stored, replayed and compared:
level, yes_no, choice -> "yes"; choices -> ["a", "b"]; count, amount -> "12" or {"low": "5", "high": "7"};
rate -> "0.3" (a share, 0..1) or a range; money -> {"amount": "2200" or a range, "currency": "USD",
"period": "quarter"}; text, date -> "…". A level or yes_no that does not apply is {"n_a": "why"}.
An absent field is unknown, and so is the value "unknown".
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from tools.strict_yaml import DataFileError, check_keys, parse_file
from tools.values import LANGUAGES, PeriodName, Text

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
    A `gate` is a condition that must be met, so it may never be "not applicable".
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
    default_period: PeriodName | None = None
    gate: bool = False
    ours: bool = False  # about the person's own firm and market: one answer holds for every one that is compared

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


TEXTS = ("label", "ask", "why", "help", "example", "unit", "ask_whom")
NUMBERS = ("low", "high")
FIELD_KEYS = {f.name for f in dataclass_fields(Field)}


@cache
def load_form(name: str, folder: Path = FOLDER) -> Form:
    """Read one form. Raises DataFileError naming the file for an unknown key or a missing language."""
    path = folder / f"{name}.yaml"
    data = check_keys(parse_file(path), path.name, ["tool", "title", "intro", "subject", "fields"])
    try:
        fields = tuple(_read_field(entry, f"{path.name}: {entry.get('id')}") for entry in data["fields"])
        title, intro, subject = (_text(data[key], f"{path.name}: {key}") for key in ("title", "intro", "subject"))
    except (AttributeError, TypeError) as error:
        raise DataFileError(f"{path.name}: {error}") from error
    return Form(data["tool"], title, intro, subject, fields)


def _read_field(entry: dict[str, Any], where: str) -> Field:
    check_keys(entry, where, ["id", "kind", "section", "label", "ask", "why"], FIELD_KEYS)
    if entry["kind"] not in get_args(Kind):
        raise DataFileError(f"{where}: unknown kind {entry['kind']!r}")
    read: dict[str, Any] = {key: _text(entry[key], where) for key in TEXTS if key in entry}
    read |= {key: str(entry[key]) for key in NUMBERS if key in entry}
    choices = entry.get("choices")
    standard = STANDARD_CHOICES.get(entry["kind"], ())
    read["choices"] = tuple(Choice(key, _text(t, where)) for key, t in choices.items()) if choices else standard
    read["when"] = tuple((other, tuple(allowed)) for other, allowed in entry.get("when", {}).items())
    read["rules"] = tuple(entry.get("rules", ()))
    return Field(**{**entry, **read})


def _text(data: Any, where: str) -> Text:
    check_keys(data, where, LANGUAGES)
    return Text(**data)
