"""What can go wrong, in three families.

    AdvisorError
    ├── InputError   the person's words, file or number cannot be used as given
    ├── SetupError   our own set-up: a missing folder, a bad setting, a broken index
    └── ModelError   the language model did not answer or misbehaved

Every error carries a code and a sentence for the person in both languages, never a traceback.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

from assistant.wording import say


class AdvisorError(Exception):
    """Base of every error a door may see. `code` is stable; `text(language)` is for the person."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def text(self, language: str) -> str:
        """The sentence for the person."""
        return say(f"error.{self.code}", language, **self.values)

    def __str__(self) -> str:
        return self.text("en")


class InputError(AdvisorError):
    """Something the person gave cannot be used; the text says what is wrong and shows what would do."""


class RefusedInput(InputError):
    """Inputs of a calculation that cannot be taken; `errors` says what is wrong with which field.

    Each error is `{"code": …, "field": …, "text": {"en": …, "he": …}}`.
    """

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        """Carry the tool's findings."""
        super().__init__("refused_input", errors=errors)
        self.errors = errors

    def text(self, language: str) -> str:
        """All messages, one after the other."""
        return " ".join(error["text"][language] for error in self.errors)


class NotFound(InputError):
    """Nothing of that name is there for this person; also said of what belongs to somebody else."""


class SetupError(AdvisorError):
    """The installation or its settings need mending; the text says how."""


def storage_error(error: OSError, path: object) -> SetupError:
    """What a failed reading or writing below `path` means for the person: a full disk, a closed folder, or else."""
    where = Path(str(path))
    written_short = error.errno is None and "requested and" in str(error)  # as numpy tells of a full disk
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or written_short:
        return SetupError("disk_full", path=where)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return SetupError("not_writable", path=where)
    return SetupError("home", path=where, reason=error.strerror or str(error))


class ModelError(AdvisorError):
    """The language model failed; the offline answer is given instead."""
