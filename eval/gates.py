"""Gates: what must hold before a change may go in, and the baseline it is compared with.

gates.yaml, beside the suites:

    must_pass: [p0]              # tags at 100 %
    no_hard_failures: true       # no security failure that nothing can make up for
    no_flips: [p0, p1]           # no case with these tags that passed in the baseline and fails now
    floors: [{lang: he, at_least: 0.9}, {tag: p1, at_least: 0.95}]
    coverage: {cells: 3, except: {"method × calculator": "has no figures"}}
    complete: true
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ConfigDict, Field, ValidationError

from eval.cases import Strict
from eval.coverage import empty_cells
from eval.strict import Problem, SuiteError, nearest, read_yaml
from eval.suite import SUITES, ReadyCase, shown_value, wanted_by
from eval.trace import Run
from eval.verdict import CaseResult, GateResult, Stale, Verdict

BASELINE = Path(__file__).parent / "baseline.json"


class Floor(Strict):
    """The least share of passes in a slice."""

    at_least: float
    lang: str = ""
    tag: str = ""
    topic: str = ""
    kind: str = ""
    suite: str = ""

    def holds(self, case: ReadyCase) -> bool:
        """Whether the case belongs to the slice."""
        wanted = {name: getattr(self, name) for name in ("lang", "topic", "kind", "suite") if getattr(self, name)}
        return all(getattr(case, name) == value for name, value in wanted.items()) and (
            not self.tag or self.tag in case.tags
        )

    def name(self) -> str:
        """The slice in words."""
        return ", ".join(f"{k} {v}" for k, v in self.model_dump(exclude_defaults=True).items() if k != "at_least")


class CoverageFloor(Strict):
    """How many cases each cell of the coverage map must hold, and which cells are excused and why."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    cells: int = 0
    excused: dict[str, str] = Field(default={}, alias="except")


class Gates(Strict):
    """The gates of a folder of suites."""

    must_pass: list[str] = Field(default=["p0"])
    no_hard_failures: bool = True
    no_flips: list[str] = Field(default=["p0", "p1"])
    floors: list[Floor] = Field(default=[])
    coverage: CoverageFloor = CoverageFloor()
    complete: bool = True


@dataclass(frozen=True)
class Baseline:
    """How each case stood, under which fingerprint, and the gold it was written against."""

    states: Mapping[str, str] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    gold: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # case -> card -> hash
    run: str = ""


def read_gates(folder: Path = SUITES) -> Gates:
    """The gates beside the suites, or the usual ones. Raises SuiteError."""
    path = folder / "gates.yaml"
    if not path.exists():
        return Gates()
    parsed = read_yaml(path)
    try:
        return Gates.model_validate(parsed.data or {})
    except ValidationError as error:
        problems = []
        for item in error.errors():
            key = str(item["loc"][-1])
            line = parsed.line(tuple(item["loc"]))
            hint = nearest(key, Gates.model_fields) if item["type"] == "extra_forbidden" else ""
            values = {"key": key, "value": shown_value(item["input"]), "wanted": wanted_by(item)}
            problems.append(Problem(parsed.file, line, "bad_value", values, hint))
        raise SuiteError(problems) from None


def read_baseline(path: Path) -> Baseline:
    """A baseline; an empty one when there is none yet. Raises SuiteError for a broken file."""
    if not path.exists():
        return Baseline()
    try:
        data = json.loads(path.read_text("utf-8"))
        cases = data["cases"]
        return Baseline(
            {key: one["state"] for key, one in cases.items()},
            {key: one["fingerprint"] for key, one in cases.items()},
            {key: one.get("gold", {}) for key, one in cases.items()},
            data.get("run", ""),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SuiteError([Problem(str(path), 0, "bad_baseline", {"reason": repr(error)})]) from None


def write_baseline(path: Path, verdict: Verdict) -> None:
    """Accept a run as what later runs are compared with."""
    hashes = gold_hashes(verdict.run)
    cases = {
        one.case.id: {
            "state": one.state,
            "fingerprint": one.case.fingerprint,
            **({"gold": known} if (known := {g: hashes[g] for g in _leaned_on(one) if g in hashes}) else {}),
        }
        for one in sorted(verdict.results, key=lambda one: one.case.id)
    }
    lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(one, sort_keys=True)}" for key, one in cases.items())
    path.write_text(f'{{"run": {json.dumps(verdict.run.name)},\n"cases": {{\n{lines}\n}}}}\n', "utf-8")


def _leaned_on(one: CaseResult) -> list[str]:
    """The gold a case names, and the card that a passing reply led with: what it was written against."""
    turns = one.trace.get("turns") or [{}]
    sources = (turns[-1].get("reply") or {}).get("sources") or [{}]
    led = [sources[0]["card"]] if one.state == "pass" and sources[0].get("card") else []
    return list(dict.fromkeys([*one.case.gold, *led]))


def gold_hashes(run: Run) -> dict[str, str]:
    """Card id -> a short hash of what it says."""
    return {key: card["sha256"][:12] for key, card in run.corpus.get("cards", {}).items()}


def with_gates(verdict: Verdict, gates: Gates, baseline: Baseline, *, partial: bool = False) -> Verdict:
    """The verdict with every gate judged. A `partial` run (some cases chosen) is not held to coverage."""
    judged = [
        *_must_pass(verdict, gates.must_pass),
        *_hard(verdict, gates),
        *_flips(verdict, gates.no_flips, baseline),
        *_floors(verdict, gates.floors),
        *([] if partial else _coverage(verdict, gates)),
    ]
    return replace(verdict, gates=tuple(judged), stale=tuple(stale_gold(verdict, baseline)))


def _must_pass(verdict: Verdict, tags: Iterable[str]) -> Iterable[GateResult]:
    for tag in tags:
        tagged = [one for one in verdict.results if tag in one.case.tags]
        bad = _ids(one for one in tagged if one.state != "pass")
        yield GateResult(f"{tag} at 100 %", not bad, f"{len(tagged) - len(bad)}/{len(tagged)}", bad)


def _hard(verdict: Verdict, gates: Gates) -> Iterable[GateResult]:
    if gates.no_hard_failures:
        bad = _ids(one for one in verdict.results if one.hard)
        yield GateResult("no hard security failure", not bad, f"{len(bad)} of {len(verdict.results)}", bad)


def _flips(verdict: Verdict, tags: Sequence[str], baseline: Baseline) -> Iterable[GateResult]:
    if baseline.states:
        watched = [one for one in verdict.results if set(tags) & set(one.case.tags)]
        bad = _ids(one for one in watched if broken_since(one, baseline))
        yield GateResult(f"no {'/'.join(tags)} case broken since {baseline.run}", not bad, f"{len(bad)} broken", bad)


def broken_since(one: CaseResult, baseline: Baseline) -> bool:
    """Whether the case passed in the baseline, unchanged, and does not now."""
    return (
        one.state != "pass"
        and baseline.states.get(one.case.id) == "pass"
        and baseline.fingerprints.get(one.case.id) == one.case.fingerprint
    )


def _floors(verdict: Verdict, floors: Iterable[Floor]) -> Iterable[GateResult]:
    for floor in floors:
        inside = [one for one in verdict.results if floor.holds(one.case)]
        if inside:
            bad = _ids(one for one in inside if one.state != "pass")
            share = 1 - len(bad) / len(inside)
            detail = f"{len(inside) - len(bad)}/{len(inside)}, floor {floor.at_least:.0%}"
            yield GateResult(f"floor: {floor.name()}", share >= floor.at_least, detail, bad)


def _coverage(verdict: Verdict, gates: Gates) -> Iterable[GateResult]:
    if gates.coverage.cells:
        empty = empty_cells([one.case for one in verdict.results], gates.coverage.cells, gates.coverage.excused)
        detail = "; ".join(empty[:5]) + ("…" if len(empty) > 5 else "")
        yield GateResult(f"{gates.coverage.cells} cases a cell", not empty, detail or "every cell filled", tuple(empty))


def stale_gold(verdict: Verdict, baseline: Baseline) -> list[Stale]:
    """What the corpus made doubtful: gold that is not there, is gone, or says something else since the baseline."""
    hashes = gold_hashes(verdict.run)
    sources = set(verdict.run.corpus.get("sources", ()))
    found = []
    for one in (*verdict.results, *verdict.drafts):
        kept = baseline.gold.get(one.case.id, {})
        for gold in dict.fromkeys([*one.case.gold, *kept]):
            if hashes and gold not in hashes and gold not in sources:
                found.append(Stale(one.case.id, gold, "gone" if gold in kept else "never"))
            elif gold in kept and kept[gold] != hashes.get(gold):
                found.append(Stale(one.case.id, gold, "changed"))
    return found


def _ids(results: Iterable[CaseResult]) -> tuple[str, ...]:
    return tuple(one.case.id for one in results)
