"""Every tool of the method, in one list: from Python, the command line, chat, web, Slack or a model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tools.forms import Form
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
