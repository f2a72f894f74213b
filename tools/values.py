"""The values tools take: levels, evidence, exact numbers, ranges, money, periods and rates.

Numbers are exact: `Decimal` at the border, `Fraction` inside a calculation, never `float`.
Any number may be a range, because an honest answer often is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

Language = Literal["en", "he"]
LANGUAGES: tuple[Language, ...] = ("en", "he")

Evidence = Literal["verified", "own_observation", "candidate_claim", "assumption"]
PeriodName = Literal["month", "quarter", "year", "one_off"]

UNSAID = "XXX"  # ISO 4217's code for "no currency": the person gave amounts without naming one
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Text:
    """One thing said to a person, in both languages."""

    en: str
    he: str

    def __getitem__(self, language: str) -> str:
        return self.he if language == "he" else self.en


@dataclass(frozen=True)
class Bounds:
    """An exact number that is known (low == high) or only bounded. Closed interval, low ≤ high."""

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"low {self.low} exceeds high {self.high}")

    @classmethod
    def exact(cls, value: Fraction | Decimal | int | str) -> Bounds:
        """The bounds of a number that is known."""
        number = Fraction(value)
        return cls(number, number)

    @property
    def known(self) -> bool:
        """Whether the number is a single value."""
        return self.low == self.high


@dataclass(frozen=True)
class Money:
    """An amount in one ISO-4217 currency, per period or once. The amount may be a range."""

    amount: Bounds
    currency: str
    period: PeriodName = "one_off"


def exact_text(number: Fraction) -> str:
    """The number as a decimal without loss, or as "a/b" where no finite decimal exists."""
    denominator = number.denominator
    if denominator == 1:
        return str(number.numerator)
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return f"{number.numerator}/{number.denominator}"
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    whole = f"{abs(number.numerator) * 10**digits // number.denominator:0{digits + 1}d}"
    sign = "-" if number < 0 else ""
    return sign + (f"{whole[:-digits]}.{whole[-digits:]}" if digits else whole)


def bounds_of(value: Any) -> Bounds:
    """The exact number of a canonical answer: "12", or {"low": "5", "high": "7"}."""
    if isinstance(value, dict):
        return Bounds(Fraction(value["low"]), Fraction(value["high"]))
    return Bounds.exact(value)


def money_of(value: dict[str, Any]) -> Money:
    """The money of a canonical answer: {"amount": …, "currency": "USD", "period": "month"}."""
    return Money(bounds_of(value["amount"]), value["currency"], value.get("period", "one_off"))
