"""The input model of a tool whose whole input is its form; the form's words stand in its schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, create_model, model_validator
from pydantic import Field as ModelField

from tools.checking import check
from tools.errors import InputError, InputErrors
from tools.forms import Field, Form
from tools.strict_yaml import nearest
from tools.values import Evidence

COMMON = ("subject", "evidence")


class FormInputs(BaseModel):
    """Answers to a form: one attribute a field (None is unknown), the subject's name, and evidence grades."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = ModelField(default="", max_length=200, description="What the record is called.")
    evidence: dict[str, Evidence] = ModelField(
        default_factory=dict, description="How each answer is known: field id to grade."
    )

    def answers(self) -> dict[str, Any]:
        """The known answers: field id to canonical value."""
        return {
            name: value
            for name in type(self).model_fields
            if name not in COMMON and (value := getattr(self, name)) is not None
        }

    def changed(self, changes: Mapping[str, Any]) -> Self:
        """The same input with some answers replaced; None makes an answer unknown."""
        return self.model_copy(update=dict(changes))


def inputs_model(form: Form, **parts: Any) -> type[FormInputs]:
    """The pydantic model of a form. Validation is `checking.check`, the same that the chat applies.

    `parts` are further fields beside the form's (name to pydantic's (type, default)): rows, rates, totals.
    """

    def canonical(cls: type[FormInputs], data: Any) -> Any:
        return check_answers(form, data, parts)

    fields: dict[str, Any] = {
        field.id: (Any, ModelField(default=None, json_schema_extra=_schema(field))) for field in form.fields
    }
    return create_model(
        f"{form.tool}_inputs",
        __base__=FormInputs,
        __doc__=form.intro.en,
        __validators__={"canonical": model_validator(mode="before")(classmethod(canonical))},  # type: ignore[arg-type, dict-item]
        **fields,
        **parts,
    )


def check_answers(form: Form, data: Any, parts: Iterable[str] = ()) -> dict[str, Any]:
    """Check a whole input. Raises InputErrors with everything that is wrong, unknown fields included.

    What stands under the names in `parts` is handed on unchecked.
    """
    if not isinstance(data, Mapping):
        raise InputError("not_a_mapping", form.tool)
    known = {field.id: field for field in form.fields}
    clean: dict[str, Any] = {}
    errors: list[InputError] = []
    for name, value in data.items():
        try:
            clean[name] = value if name in parts else _check_one(known, str(name), value, parts)
        except InputError as error:
            errors.append(error)
    if errors:
        raise InputErrors(errors)
    return clean


def _check_one(known: Mapping[str, Field], name: str, value: Any, parts: Iterable[str]) -> Any:
    if name in known:
        return check(known[name], value)
    if name == "evidence":
        return _check_evidence(known, value)
    if name == "subject":
        return str(value)[:200]
    raise unknown_field(name, [*known, *COMMON, *parts])


def _check_evidence(known: Mapping[str, Field], value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise InputError("not_a_mapping", "evidence")
    for name, grade in value.items():
        if name not in known:
            raise unknown_field(str(name), known)
        if grade not in get_args(Evidence):
            raise InputError("not_an_evidence", name, value=str(grade))
    return dict(value)


def unknown_field(name: str, known: Any) -> InputError:
    """The error for a field that does not exist, with the one probably meant."""
    hint = nearest(name, known)
    return InputError("unknown_field_hint", name, hint=hint) if hint else InputError("unknown_field", name)


RANGE = {"type": "object", "properties": {"low": {"type": "string"}, "high": {"type": "string"}}}
NUMBER = {"anyOf": [{"type": "string"}, {"type": "number"}, RANGE, {"type": "null"}]}


def _schema(field: Field) -> dict[str, Any]:
    ids = [choice.id for choice in field.choices]
    shapes: dict[str, dict[str, Any]] = {
        "choices": {"type": ["array", "null"], "items": {"enum": ids}},
        "count": NUMBER,
        "amount": NUMBER,
        "rate": NUMBER,
        "money": {
            "type": ["object", "null"],
            "properties": {
                "amount": {"anyOf": NUMBER["anyOf"][:3]},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
                "period": {"enum": ["month", "quarter", "year", "one_off"]},
            },
            "required": ["amount", "currency"],
        },
        "text": {"type": ["string", "null"]},
        "date": {"type": ["string", "null"], "format": "date"},
    }
    shape = shapes.get(field.kind, {"enum": [*ids, "unknown", None]})
    if field.kind in ("level", "yes_no") and not field.gate:
        reason = {"type": "object", "properties": {"n_a": {"type": "string"}}, "required": ["n_a"]}
        shape = {"anyOf": [shape, reason]}
    words = {name: getattr(field, name) for name in ("label", "ask", "help", "example", "unit")}
    texts = {name: {"en": text.en, "he": text.he} for name, text in words.items() if text}
    return {
        **shape,
        "title": field.label.en,
        "description": field.ask.en,
        "x-kind": field.kind,
        "x-words": texts,
        "x-rules": list(field.rules),
    }
