"""What a tool is: a calculation with its inputs, its form and its weights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tools.forms import Form
from tools.inputs import FormInputs
from tools.parts import Part, parts_of
from tools.policy import Weights
from tools.result import Result

Answers = Mapping[str, Any]  # field id -> canonical value (see forms.py); an absent field is unknown


@dataclass(frozen=True)
class Tool:
    """A calculation with its inputs, its form and its weights.

    `inputs` validates and documents the whole input (its JSON Schema is published). `read` turns the
    answers of the form, with each answer's evidence grade, into such an input. `calculate` is pure.
    `order` gives the ids of the fields still worth asking, best first.
    """

    name: str
    version: str
    inputs: type[BaseModel]
    form: Form
    weights: str | None  # the weights file's name, when the tool has judgement in it
    read: Callable[[Answers, Mapping[str, str]], BaseModel]
    calculate: Callable[[Any, Weights | None, dt.date], Result]
    order: Callable[[Answers, Weights | None], list[str]]
    at_once: bool = False  # a calculator: shows its figures as soon as it can, not after the questions

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it takes beside its form: lists of records, groups, single values."""
        return parts_of(self.inputs, self.form)


def form_reader(inputs: type[FormInputs]) -> Callable[[Answers, Mapping[str, str]], FormInputs]:
    """The `read` of a tool whose input is its form: the same checks as any other input."""

    def read(answers: Answers, evidence: Mapping[str, str]) -> FormInputs:
        return inputs(**{**answers, "evidence": {k: v for k, v in evidence.items() if k in answers}})

    return read


def form_order(form: Form) -> Callable[[Answers, Weights | None], list[str]]:
    """The `order` of a tool that asks its form from top to bottom: required fields first."""

    def order(answers: Answers, weights: Weights | None) -> list[str]:
        open_fields = [f for f in form.fields if f.id not in answers and f.relevant(dict(answers))]
        return [f.id for f in sorted(open_fields, key=lambda f: not f.required)]

    return order
