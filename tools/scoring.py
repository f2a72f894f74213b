"""The scoring kernel: exact bounds from incomplete answers, gates, bands, and what would change the verdict.

An answer is "yes" (1), "partly" (½), "no" (0), {"n_a": why} (its weight is removed) or absent: unknown,
that is anything from 0 to 1. Nothing is guessed: an unknown widens the bounds. All numbers are exact,
thresholds are inclusive and applied before any rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from tools.policy import Criterion
from tools.result import Gate
from tools.values import Bounds

Answers = Mapping[str, Any]
LEVELS: dict[str, Fraction] = {"no": Fraction(0), "partly": Fraction(1, 2), "yes": Fraction(1)}
VERIFIED = ("verified", "own_observation")
BLOCKED, OPEN, UNDEFINED = "BLOCKED", "OPEN", "UNDEFINED"
NOTHING_KNOWN = Bounds(Fraction(0), Fraction(100))  # the bounds of a score of which no criterion is answered


@dataclass(frozen=True)
class Scale:
    """Bands of a score, best first, each with its inclusive threshold in 0..100; `floor` lies below."""

    steps: tuple[tuple[str, Fraction], ...]
    floor: str

    def band(self, score: Fraction) -> str:
        """The band of an exact score."""
        return next((name for name, threshold in self.steps if score >= threshold), self.floor)

    def around(self, band: str) -> tuple[tuple[str, Fraction] | None, tuple[str, Fraction] | None]:
        """The next better band with its threshold; the next worse one with the threshold it lies under."""
        names = [*(name for name, _ in self.steps), self.floor]
        place = names.index(band)
        better = self.steps[place - 1] if place > 0 else None
        worse = (names[place + 1], self.steps[place][1]) if place < len(self.steps) else None
        return better, worse


@dataclass(frozen=True)
class Verdict:
    """A band, BLOCKED, OPEN or UNDEFINED; `low` and `high` are the bands of the score's bounds."""

    name: str
    low: str
    high: str

    @property
    def settled(self) -> bool:
        """Whether no open answer can still change it."""
        return self.name != OPEN


@dataclass(frozen=True)
class Change:
    """Answers that lead to another verdict."""

    answers: tuple[tuple[str, str], ...]
    verdict: str
    score: Bounds | None = None


@dataclass(frozen=True)
class WeightChange:
    """A weight from which on (`side`) the verdict would be another."""

    criterion: str
    weight: Fraction
    side: Literal["at least", "at most", "above", "below"]
    verdict: str


_UNIT = math.lcm(*(value.denominator for value in LEVELS.values()))
_LEVEL_UNITS = {level: int(value * _UNIT) for level, value in LEVELS.items()}  # exact: whole parts of 1/_UNIT


def answered(answers: Answers, name: str) -> bool:
    """Whether a criterion has a level."""
    return isinstance(answers.get(name), str)


def applicable(criteria: Iterable[Criterion], answers: Answers) -> tuple[Criterion, ...]:
    """The criteria that apply: all but those answered "not applicable"."""
    return tuple(item for item in criteria if not isinstance(answers.get(item.id), dict))


def score(criteria: Iterable[Criterion], answers: Answers) -> Bounds | None:
    """The bounds of the score in 0..100; None when no applicable criterion carries weight.

    Added up in whole numbers over the weights' common denominator: exact, and what a turn spends most on.
    """
    used = [(item.weight, answers.get(item.id)) for item in criteria]
    common = math.lcm(*(weight.denominator for weight, _ in used))
    total = known = unknown = 0
    for weight, level in used:
        if isinstance(level, dict):
            continue  # not applicable
        share = weight.numerator * (common // weight.denominator)
        total += share
        if isinstance(level, str):
            known += share * _LEVEL_UNITS[level]
        else:
            unknown += share
    if not total:
        return None
    return Bounds(Fraction(100 * known, total * _UNIT), Fraction(100 * (known + unknown * _UNIT), total * _UNIT))


def coverage(criteria: Iterable[Criterion], answers: Answers, evidence: Mapping[str, str]) -> dict[str, Fraction]:
    """Shares (0..1) of the applicable weight that are answered, and that are answered and verified."""
    used = applicable(criteria, answers)
    total = sum(item.weight for item in used)
    known = [item for item in used if answered(answers, item.id)]
    sure = [item for item in known if evidence.get(item.id) in VERIFIED]
    if not total:
        return {}
    return {
        "answered": Fraction(sum(item.weight for item in known)) / total,
        "verified": Fraction(sum(item.weight for item in sure)) / total,
    }


def points(criteria: Iterable[Criterion], answers: Answers) -> dict[str, tuple[Bounds, Fraction]]:
    """What each applicable criterion gives, and the most it can give, in points of 100."""
    used = applicable(criteria, answers)
    total = sum(item.weight for item in used)
    found = {}
    for item in used if total else ():
        most = Fraction(100 * item.weight) / total
        got = Bounds.exact(most * LEVELS[answers[item.id]]) if answered(answers, item.id) else Bounds(Fraction(0), most)
        found[item.id] = (got, most)
    return found


def decide(gates: Iterable[Gate], scale: Scale, bounds: Bounds | None) -> Verdict:
    """The verdict: a failed gate blocks whatever the score, an open gate or two bands leave it open."""
    states = {gate.state for gate in gates}
    low, high = (scale.band(bounds.low), scale.band(bounds.high)) if bounds else (UNDEFINED, UNDEFINED)
    if "fail" in states:
        return Verdict(BLOCKED, low, high)
    if "open" in states or low != high:
        return Verdict(OPEN, low, high)
    return Verdict(low, low, high)


def single_changes(
    answers: Answers, options: Mapping[str, Sequence[str]], verdict_of: Callable[[Answers], str]
) -> tuple[Change, ...]:
    """Every single answer that changes the verdict; from an open verdict only a settled one counts."""
    now = verdict_of(answers)
    found = []
    for name, levels in options.items():
        for level in levels:
            then = verdict_of({**answers, name: level})
            if then not in (now, OPEN) or (then == OPEN != now):
                found.append(Change(((name, level),), then))
    return tuple(found)


def fewest(
    criteria: Sequence[Criterion], answers: Answers, threshold: Fraction, up: bool, names: Iterable[str]
) -> tuple[tuple[str, str], ...] | None:
    """The fewest answers among `names` that surely carry the score to the threshold (`up`) or under it.

    Largest steps first, which is exact for an additive score; equal steps in the order of `criteria`. An open
    answer is then eased to the mildest level that still holds. None when even all of them are not enough.
    """
    goal, worst = ("yes", "no") if up else ("no", "yes")

    def reached(changes: Mapping[str, str]) -> bool:
        bounds = score(criteria, {**answers, **changes})
        return bounds is not None and (bounds.low >= threshold if up else bounds.high < threshold)

    def step(item: Criterion) -> Fraction:
        now = LEVELS[answers.get(item.id, worst)]
        return item.weight * abs(LEVELS[goal] - now)

    wanted = set(names)
    usable = [item for item in applicable(criteria, answers) if item.id in wanted and step(item)]
    changes: dict[str, str] = {}
    for item in sorted(usable, key=step, reverse=True):
        changes[item.id] = goal
        if reached(changes):
            return _eased(changes, answers, reached)
    return None


def _eased(
    changes: dict[str, str], answers: Answers, reached: Callable[[Mapping[str, str]], bool]
) -> tuple[tuple[str, str], ...]:
    for name in reversed(changes):
        if not answered(answers, name) and reached({**changes, name: "partly"}):
            changes[name] = "partly"
    return tuple(changes.items())


def few_changes(
    criteria: Sequence[Criterion], answers: Answers, scale: Scale, reached: Iterable[str]
) -> tuple[Change, ...]:
    """For each neighbouring band that no single answer reaches (`reached`), the fewest answers that do.

    While answers are open only those may change, and the bands are the ends of what is still possible.
    """
    bounds = score(criteria, answers)
    if bounds is None:
        return ()
    names = [item.id for item in applicable(criteria, answers) if not answered(answers, item.id)]
    low, high = scale.band(bounds.low), scale.band(bounds.high)
    better, worse = scale.around(low)
    targets: list[tuple[str, Fraction, bool]] = []
    if names and low != high and better:
        targets = [(name, threshold, True) for name, threshold in scale.steps if name == high]
        targets.append((low, better[1], False))
    elif not names:
        targets += [(*better, True)] if better else []
        targets += [(*worse, False)] if worse else []
    done = set(reached)
    found = []
    for band, threshold, up in targets:
        changes = fewest(criteria, answers, threshold, up, names or [item.id for item in criteria])
        if changes and len(changes) > 1 and band not in done:
            found.append(Change(changes, band, score(criteria, {**answers, **dict(changes)})))
    return tuple(found)


def weight_changes(criteria: Sequence[Criterion], answers: Answers, scale: Scale) -> tuple[WeightChange, ...]:
    """For each criterion the weight at which the band would be the next better or worse, nearest first.

    Closed form: with A = Σ w·v and B = Σ w over the others and threshold T, w* = (T·B − A)/(v − T). Only a
    positive weight is reported, and nothing while an answer is unknown.
    """
    now = score(criteria, answers)
    if now is None or not now.known:
        return ()
    better, worse = scale.around(scale.band(now.low))
    found = []
    for item in applicable(criteria, answers):
        for target, rising in ((better, True), (worse, False)):
            if target and (change := _weight_change(item, criteria, answers, target, rising)):
                found.append((abs(change.weight - item.weight) / max(item.weight, Fraction(1)), change))
    return tuple(change for _, change in sorted(found, key=lambda pair: pair[0]))


def _weight_change(
    item: Criterion,
    criteria: Sequence[Criterion],
    answers: Answers,
    target: tuple[str, Fraction],
    rising: bool,
) -> WeightChange | None:
    band, threshold = target[0], target[1] / 100
    others = [other for other in applicable(criteria, answers) if other.id != item.id]
    reached = Fraction(sum(other.weight * LEVELS[answers[other.id]] for other in others))
    total = Fraction(sum(other.weight for other in others))
    value = LEVELS[answers[item.id]]
    if value == threshold:
        return None
    weight = (threshold * total - reached) / (value - threshold)
    if weight <= 0:
        return None
    if rising:
        return WeightChange(item.id, weight, "at least" if value > threshold else "at most", band)
    return WeightChange(item.id, weight, "above" if value < threshold else "below", band)


def equal_weights(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """The same criteria with weight 1 each; one that is switched off with weight 0 stays off."""
    return tuple(replace(item, weight=Fraction(1) if item.weight else item.weight) for item in criteria)


def surely_better(one: Bounds, other: Bounds) -> bool:
    """Whether the first score is above the second however the open answers turn out."""
    return one.low > other.high


def question_order(
    open_gates: Iterable[str], criteria: Sequence[Criterion], answers: Answers, scale: Scale
) -> list[str]:
    """What to ask next: open gates, answers that alone would settle the band, then by weight, then by id."""

    def settles(item: Criterion) -> bool:
        for level in LEVELS:
            bounds = score(criteria, {**answers, item.id: level})
            if bounds and scale.band(bounds.low) == scale.band(bounds.high):
                return True
        return False

    unknown = [item for item in applicable(criteria, answers) if not answered(answers, item.id)]
    ordered = sorted(unknown, key=lambda item: (not settles(item), -item.weight, item.id))
    return [*open_gates, *(item.id for item in ordered)]
