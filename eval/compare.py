"""What changed from one run to another: flips first, then the rate with its interval, and a plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eval.statistics import mcnemar, paired_bootstrap
from eval.verdict import CaseResult, Rate, Verdict
from eval.wording import say

SURE = 0.05


@dataclass(frozen=True)
class Comparison:
    """Two runs of the same cases side by side."""

    before: Verdict
    after: Verdict
    broken: tuple[CaseResult, ...]  # as they are now
    fixed: tuple[CaseResult, ...]
    same: int
    changed: tuple[str, ...]  # new or rewritten cases: not compared
    p: float
    delta: tuple[float, float, float]  # change of the rate, low, high

    @property
    def total(self) -> int:
        """How many cases were compared."""
        return self.same + len(self.broken) + len(self.fixed)

    def to_json(self) -> dict[str, Any]:
        """The comparison as data."""
        return {
            "before": self.before.run.name,
            "after": self.after.run.name,
            "broken": [one.case.id for one in self.broken],
            "fixed": [one.case.id for one in self.fixed],
            "compared": self.total,
            "not_compared": list(self.changed),
            "p": round(self.p, 4),
            "delta": [round(side, 4) for side in self.delta],
            "sentence": {language: sentence(self, language) for language in ("en", "he")},
        }


def comparison(before: Verdict, after: Verdict) -> Comparison:
    """Compare two verdicts over the cases that both ran, unchanged."""
    old = {one.case.id: one for one in before.results}
    pairs, changed = [], []
    for one in after.results:
        earlier = old.get(one.case.id)
        ran = before.run.about["fingerprints"].get(one.case.id)
        if earlier is None or ran != after.run.about["fingerprints"].get(one.case.id):
            changed.append(one.case.id)
        else:
            pairs.append((earlier, one))
    passed = [(first.state == "pass", second.state == "pass") for first, second in pairs]
    broken = tuple(pair[1] for pair, (was, is_now) in zip(pairs, passed, strict=True) if was and not is_now)
    fixed = tuple(pair[1] for pair, (was, is_now) in zip(pairs, passed, strict=True) if is_now and not was)
    return Comparison(
        before, after, broken, fixed, len(pairs) - len(broken) - len(fixed), tuple(changed),
        mcnemar(len(broken), len(fixed)),
        paired_bootstrap([float(was) for was, _ in passed], [float(now) for _, now in passed]),
    )  # fmt: skip


def sentence(made: Comparison, language: str) -> str:
    """What the numbers allow one to say, plainly."""
    values = {"name": made.after.run.name, "broken": len(made.broken), "fixed": len(made.fixed), "total": made.total}
    if not made.broken and not made.fixed:
        return say("compare.sentence_same", language, **values)
    kind = "unclear"
    if made.p < SURE:
        kind = "worse" if len(made.broken) > len(made.fixed) else "better"
    delta, low, high = (f"{side * 100:+.1f}" for side in made.delta)
    p = f"{made.p:.2f}".lstrip("0") if made.p >= 0.005 else "< .005"
    return say(f"compare.sentence_{kind}", language, p=p, delta=delta, low=low, high=high, **values)


def lines(made: Comparison, language: str) -> list[str]:
    """The comparison for a terminal: what broke, what was mended, the measures side by side, the sentence."""
    out = []
    for one in made.broken:
        finding = one.failures[0] if one.failures else None
        out.append(
            f"✗ {one.case.id} [{' '.join(one.case.tags)}] "
            + (f"{finding.check}: {finding.expected}" if finding else "")
        )
    out += [f"✓ {one.case.id}" for one in made.fixed]
    out += _measures(made.before, made.after)
    if made.changed:
        out.append(say("compare.changed", language, count=len(made.changed)))
    out.append(sentence(made, language))
    if made.broken:
        out.append(say("compare.look", language))
    return out


def _measures(before: Verdict, after: Verdict) -> Sequence[str]:
    old, new = before.metrics(), after.metrics()
    rows = [f"  {name}: {old.get(name, '–')} → {value}" for name, value in new.items() if old.get(name) != value]
    rates: list[tuple[str, Rate, Rate]] = []
    for group in ("lang", "topic"):
        first, second = before.slices()[group], after.slices()[group]
        rates += [(key, first[key], rate) for key, rate in second.items() if key in first]
    rows += [f"  {key}: {was.text()} → {now.text()}" for key, was, now in rates if was != now]
    return rows
