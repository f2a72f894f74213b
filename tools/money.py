"""Exact figures over ranges: whole formulas at their corners, months, currencies, small samples.

A formula is a plain function of `Fraction`s. `corners` evaluates the whole of it at every combination of the
ends of its inputs; as each formula of the method is monotone in each single input, the least and greatest
value there are the exact bounds, which adding up ranges term by term would overstate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product
from typing import Any

from tools.errors import InputError
from tools.forms import Form
from tools.result import Figure, Unknown
from tools.result import Warning as Caution
from tools.values import MONTHS, UNSAID, Bounds, Money, Text, bounds_of, money_of
from tools.wording import say, show
from tools.written import ExchangeRate

ZERO = Bounds.exact(0)
MOST_CORNERS = 4096
Z_95 = Decimal("1.959963984540054")


class NoValueError(ArithmeticError):
    """A formula has no value at this point; `reason` is a key of the wording."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Undefined:
    """A figure that cannot be given, and why."""

    reason: Text


Outcome = Bounds | Undefined


def divide(numerator: Fraction, denominator: Fraction, reason: str) -> Fraction:
    """The quotient. Raises NoValueError(reason) when the denominator is zero."""
    if denominator == 0:
        raise NoValueError(reason)
    return numerator / denominator


def ceiling(number: Fraction) -> Fraction:
    """The next whole number; used once on a final figure, never on a stage inside a chain."""
    return Fraction(-(-number.numerator // number.denominator))


def corners(formula: Callable[..., Fraction], **inputs: Bounds) -> Outcome:
    """The exact bounds of a formula, or Undefined where some corner has no value."""
    try:
        values = [formula(**point) for point in corner_points(inputs)]
    except NoValueError as missing:
        return Undefined(say(missing.reason))
    return Bounds(min(values), max(values))


def corner_points(inputs: dict[str, Bounds]) -> list[dict[str, Fraction]]:
    """Every combination of the ends of the inputs. Raises InputError when too many are ranges."""
    ends = [(b.low,) if b.known else (b.low, b.high) for b in inputs.values()]
    points = product(*ends)
    if 2 ** sum(len(pair) == 2 for pair in ends) > MOST_CORNERS:
        raise InputError("too_many_ranges")
    return [dict(zip(inputs, point, strict=True)) for point in points]


@dataclass(frozen=True)
class Known:
    """What is known of one form, in one currency and each amount in its field's own period."""

    numbers: Mapping[str, Bounds]
    currency: str
    warnings: tuple[Caution, ...] = ()

    def has(self, *names: str) -> bool:
        """Whether every one of these numbers is known."""
        return all(name in self.numbers for name in names)

    def compute(self, formula: Callable[..., Fraction], *names: str) -> Outcome | None:
        """The bounds of a formula of these numbers, in their order; None while one of them is unknown."""
        if not self.has(*names):
            return None
        given = {name: self.numbers[name] for name in names}
        return corners(lambda **point: formula(*(point[name] for name in names)), **given)

    def show(self, name: str, unit: str = "") -> Text:
        """A known number as a person reads it; without a unit, in the currency of the form."""
        return show(self.numbers[name], unit or self.currency)


def read_known(form: Form, answers: Mapping[str, Any]) -> Known:
    """The numbers among a form's answers. Raises InputError for mixed currencies."""
    moneys: dict[str, Money] = {}
    numbers: dict[str, Bounds] = {}
    warnings: list[Caution] = []
    for field in form.fields:
        if field.id not in answers:
            continue
        if field.kind == "money":
            moneys[field.id] = money_of(answers[field.id])
        elif field.kind in ("count", "amount", "rate"):
            numbers[field.id] = bounds_of(answers[field.id])
    currency = one_currency(list(moneys.values()))
    for name, money in moneys.items():
        field = form.field(name)
        numbers[name] = money.amount
        if field.default_period in MONTHS and money.period not in (field.default_period, "one_off"):
            by = Fraction(MONTHS[field.default_period], MONTHS[money.period])
            numbers[name] = Bounds(money.amount.low * by, money.amount.high * by)
            said = {"given": show(money), "period": say(f"figures.period.{money.period}")}
            target = {
                "used": show(numbers[name], currency),
                "target": say(f"figures.period.{field.default_period}"),
            }
            detail = say("cautions.converted", label=field.label, **said, **target)
            warnings.append(caution("MIXED_PERIOD", detail=detail))
    warnings += assumed_currency(list(moneys.values()), currency)
    return Known(numbers, currency, tuple(warnings))


def one_currency(moneys: Sequence[Money]) -> str:
    """The one currency of these amounts; UNSAID when nobody named any.

    An amount without a currency goes with the others. Raises InputError for two different currencies.
    """
    named = sorted({money.currency for money in moneys if money.currency != UNSAID})
    if len(named) > 1:
        raise InputError("mixed_currencies", currencies=named)
    return named[0] if named else UNSAID


def assumed_currency(moneys: Sequence[Money], currency: str) -> tuple[Caution, ...]:
    """Says that amounts without a currency were taken to be in the one the others name."""
    if currency != UNSAID and any(money.currency == UNSAID and money.amount.high > 0 for money in moneys):
        return (caution("CURRENCY_ASSUMED", currency=currency),)
    return ()


def convert(money: Money, currency: str, rates: Sequence[ExchangeRate]) -> tuple[Money, ExchangeRate | None]:
    """The amount in another currency at the person's own dated rate, and the rate used.

    Raises InputError when it would need a rate nobody gave.
    """
    if money.currency in (currency, UNSAID):
        return Money(money.amount, currency, money.period), None
    for rate in rates:
        given = bounds_of(rate.rate)
        if given.low <= 0:
            continue
        if (rate.base, rate.into) == (money.currency, currency):
            return Money(_times(money.amount, given), currency, money.period), rate
        if (rate.base, rate.into) == (currency, money.currency):
            inverse = Bounds(1 / given.high, 1 / given.low)
            return Money(_times(money.amount, inverse), currency, money.period), rate
    raise InputError("mixed_currencies", currencies=sorted({money.currency, currency}))


def _times(amount: Bounds, rate: Bounds) -> Bounds:
    values = [end * by for end in (amount.low, amount.high) for by in (rate.low, rate.high)]
    return Bounds(min(values), max(values))


def rate_warning(rate: ExchangeRate) -> Caution:
    """Says which rate, of which day, the person's amounts were converted with."""
    return caution(
        "MIXED_CURRENCY",
        base=rate.base,
        into=rate.into,
        rate=show(bounds_of(rate.rate), "weight"),
        date=rate.date.isoformat(),
    )


def wilson(successes: Fraction, trials: Fraction) -> Bounds | None:
    """The 95 % Wilson interval of a rate, or None without trials. Rounded outwards to six digits."""
    if trials <= 0 or not 0 <= successes <= trials:
        return None
    with localcontext() as context:
        context.prec = 40
        n = Decimal(trials.numerator) / trials.denominator
        p = Decimal(successes.numerator) / successes.denominator / n
        z2 = Z_95 * Z_95
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z_95 * (p * (1 - p) / n + z2 / (4 * n * n)).sqrt() / (1 + z2 / n)
        low = (middle - half).quantize(Decimal("0.000001"), "ROUND_FLOOR")
        high = (middle + half).quantize(Decimal("0.000001"), "ROUND_CEILING")
    return Bounds(max(Fraction(low), Fraction(0)), min(Fraction(high), Fraction(1)))


def is_small(successes: Bounds, trials: Bounds) -> bool:
    """Whether a rate needs its interval to be read (trials < 30 or successes < 5)."""
    return trials.high > 0 and (trials.low < 30 or successes.low < 5)


def small_sample(successes: Bounds | None, trials: Bounds | None) -> Caution | None:
    """The SMALL_N warning with the Wilson interval, where the sample is small and known."""
    if successes is None or trials is None or not (successes.known and trials.known):
        return None
    interval = wilson(successes.low, trials.low)
    if interval is None or not is_small(successes, trials):
        return None
    return caution("SMALL_N", successes=successes, trials=trials, interval=show(interval, "percent"))


def caution(code: str, /, **values: Any) -> Caution:
    """A warning of the shared list, worded in `wording/cautions.yaml`."""
    return Caution(code, say(f"cautions.{code}", **values))


def needed(form: Form, names: Iterable[str]) -> tuple[Unknown, ...]:
    """What a result still lacks: each field with why it is asked and whom to ask; all of it decides."""
    fields = [form.field(name) for name in names]
    return tuple(Unknown(field.id, field.label, field.why, field.ask_whom, decisive=True) for field in fields)


def figures_of(*entries: tuple[str, Outcome | None, str, dict[str, Any]]) -> tuple[Figure, ...]:
    """The figures among (id, value, unit, parts of the formula) that can be given."""
    return tuple(figure(name, value, unit, **parts) for name, value, unit, parts in entries if value is not None)


def figure(figure_id: str, value: Outcome, unit: str, /, **parts: Any) -> Figure:
    """A figure worded in `wording/figures.yaml`: its label and, with `parts`, its formula."""
    label = say(f"figures.{figure_id}.label")
    how = say(f"figures.{figure_id}.how", **parts) if parts else None
    if isinstance(value, Undefined):
        dash = Text(en=f"undefined: {value.reason.en}", he=f"לא מוגדר: {value.reason.he}")
        return Figure(figure_id, label, None, unit, dash, how, value.reason)
    return Figure(figure_id, label, value, unit, show(value, unit), how)
