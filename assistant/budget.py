"""What the language model may cost: tokens a turn and a day, and money where prices are known.

The day's spending is a file of one line a call beside the database, so that it counts even for a turn that
was stopped, and for every process together. A day is a day in UTC.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.errors import ModelError

MILLION = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Tokens of one turn and one day, money of one day; zero means no limit."""

    turn_tokens: int = 60_000
    day_tokens: int = 2_000_000
    day_cost: Decimal = Decimal(0)
    price: tuple[Decimal, Decimal] | None = None  # of a million tokens in and out


@dataclass(frozen=True)
class Spent:
    """What was spent: tokens in and out, calls, and money where the price is known."""

    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    cost: Decimal | None = None

    @property
    def tokens(self) -> int:
        """Tokens in and out together."""
        return self.tokens_in + self.tokens_out


class Budget:
    """Keeps to the limits and remembers the day's spending in `folder`."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """Reads and creates nothing yet."""
        self.folder, self.limits = folder, limits

    def spend(self, tokens_in: int, tokens_out: int, today: dt.date) -> None:
        """Note one call. A line is appended whole, also when several processes do so at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"in": tokens_in, "out": tokens_out}) + "\n"
        place = os.open(self._file(today), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(place, line.encode())
        finally:
            os.close(place)

    def spent(self, today: dt.date) -> Spent:
        """The spending of a day."""
        try:
            lines = self._file(today).read_text("utf-8").splitlines()
        except FileNotFoundError:
            lines = []
        read = [json.loads(line) for line in lines if line.endswith("}")]
        tokens_in, tokens_out = sum(one["in"] for one in read), sum(one["out"] for one in read)
        return Spent(tokens_in, tokens_out, len(read), self.cost(tokens_in, tokens_out))

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal | None:
        """The price of so many tokens, None where it is not known."""
        if self.limits.price is None:
            return None
        price_in, price_out = self.limits.price
        return (price_in * tokens_in + price_out * tokens_out) / MILLION

    def check(self, turn_tokens: int, today: dt.date) -> None:
        """Raises ModelError when the turn or the day has used up what it may."""
        limits = self.limits
        if limits.turn_tokens and turn_tokens >= limits.turn_tokens:
            raise ModelError("model_turn_budget", limit=limits.turn_tokens)
        day = self.spent(today)
        if limits.day_tokens and day.tokens >= limits.day_tokens:
            raise ModelError("model_day_budget", limit=limits.day_tokens)
        if limits.day_cost and day.cost is not None and day.cost >= limits.day_cost:
            raise ModelError("model_day_budget", limit=limits.day_cost)

    def state(self, turn_tokens: int, today: dt.date) -> dict[str, Any]:
        """What the turn and the day have used, and of how much: for the record. Zero limits mean none."""
        day, limits = self.spent(today), self.limits
        money = {} if day.cost is None else {"day_cost": str(day.cost), "day_cost_limit": str(limits.day_cost)}
        return {"turn_tokens": turn_tokens, "turn_limit": limits.turn_tokens, "day_tokens": day.tokens,
                "day_limit": limits.day_tokens, **money}  # fmt: skip

    def _file(self, today: dt.date) -> Path:
        return self.folder / f"{today.isoformat()}.jsonl"
