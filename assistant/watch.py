"""One turn while it runs: what it reports outwards, how it is stopped, its clock, and its record."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.errors import InputError, ModelError
from assistant.redaction import Mask


@dataclass(frozen=True)
class Progress:
    """What a door may show while a turn runs.

    A "status" is a line such as "Looking in the sources". A "text" is the whole answer so far, each sentence
    of it checked; a later one replaces it, and the Reply replaces them all.
    """

    kind: Literal["status", "text"]
    text: str


Report = Callable[[Progress], object]


@dataclass
class Watch:
    """The running turn. `report` may return False to stop it; `abandoned` is asked whenever there is time.

    `log` is the record of every call of the language model, `failure` why it could not be used in this turn.
    """

    report: Report | None = None
    abandoned: Callable[[], bool] = lambda: False
    said: str = ""  # the person's whole message
    seconds: float = 60.0  # the time all calls of the language model may take together
    log: list[dict[str, Any]] = field(default_factory=list)
    failure: ModelError | None = None
    mask: Mask = field(default_factory=Mask.none)
    memory: dict[str, Any] = field(default_factory=dict)  # answers by request, for a turn that is taken again
    tokens: int = 0
    spent: dict[str, Any] = field(default_factory=dict)  # tokens and money of the turn and the day, with their limits
    _begun: float = field(default_factory=time.monotonic)
    _refused: bool = False

    def tell(self, kind: Literal["status", "text"], text: str) -> None:
        """Report progress. Raises InputError when the person stopped."""
        if self.report is not None and self.report(Progress(kind, text)) is False:
            self._refused = True
        self.check()

    def stopped(self) -> bool:
        """Whether the person stopped."""
        return self._refused or self.abandoned()

    def check(self) -> None:
        """Raises InputError when the person stopped."""
        if self.stopped():
            raise InputError("stopped")

    def left(self) -> float:
        """Seconds left for the language model, never below zero."""
        return max(0.0, self.seconds - (time.monotonic() - self._begun))
