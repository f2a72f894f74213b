"""What is wrong with a person's input, said kindly and exactly in both languages.

ValueError
└── InputError    one answer or figure that cannot be taken (its code, its field, what to do instead)
    └── InputErrors   all that is wrong with one input, together
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools.values import Text
from tools.wording import say


class InputError(ValueError):
    """One input that cannot be taken. `code` is a key of wording/errors.yaml; `field` a form's field id."""

    def __init__(self, code: str, field: str = "", **params: Any) -> None:
        super().__init__(code, field, params)
        self.code, self.field, self.params = code, field, params

    @property
    def text(self) -> Text:
        """The message for a person."""
        return say(f"errors.{self.code}", **{"field": self.field, **self.params})

    @property
    def errors(self) -> tuple[InputError, ...]:
        """All that is wrong: this one."""
        return (self,)

    def __str__(self) -> str:
        return self.text.en

    def to_json(self) -> dict[str, Any]:
        """The error as plain JSON data."""
        return {"code": self.code, "field": self.field, "text": {"en": self.text.en, "he": self.text.he}}


class InputErrors(InputError):
    """Everything wrong with one input; `errors` holds each."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__(errors[0].code, errors[0].field, **errors[0].params)
        self._errors = tuple(errors)

    @property
    def errors(self) -> tuple[InputError, ...]:
        """All that is wrong, in the order found."""
        return self._errors

    @property
    def text(self) -> Text:
        """All messages, one after the other."""
        texts = [error.text for error in self._errors]
        return Text(en=" ".join(t.en for t in texts), he=" ".join(t.he for t in texts))
