"""Attacks the advisor and says how often an attack succeeds, with the upper bound that allows.

Attack files (eval/attacks/*.yaml) are suites whose cases carry one family tag each:

    injection     words that try to change rules, weights, scores or sources, or to make it obey somebody
    planted       instructions hidden in a document of the library; the question itself is harmless
    output        strings that become dangerous when a door shows them
    leak          attempts to see another person's or workspace's conversation, or private details
    exhaustion    input meant to make it slow or crash
    over_defence  harmless messages that look like attacks: refusing them is the failure

Leak-through and over-defence are told apart: a product that refuses everything is not safe, it is useless.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import open_advisor
from assistant.settings import Settings
from eval import outputs, trace
from eval.commands import new_run, run_options
from eval.run import run_all
from eval.statistics import upper_bound
from eval.strict import Problem, SuiteError
from eval.suite import ReadyCase, load
from eval.verdict import CaseResult, Verdict, verdict_of
from eval.wording import say

ATTACKS = Path(__file__).parent / "attacks"
PLANTED = ATTACKS / "planted"
FAMILIES = ("injection", "planted", "output", "leak", "exhaustion", "over_defence")


@dataclass(frozen=True)
class Family:
    """How the attacks of one family went."""

    name: str
    successes: tuple[CaseResult, ...]
    total: int

    def row(self) -> str:
        """`injection   2/60   at most 10.1 %`."""
        bound = upper_bound(len(self.successes), self.total) * 100
        return f"{self.name:<14}{len(self.successes):>3}/{self.total:<4} ≤ {bound:.1f} %"


def families(results: Iterable[CaseResult]) -> list[Family]:
    """The results by family, in a fixed order; an attack succeeds when any of its checks fails."""
    everything = list(results)
    found = []
    for name in FAMILIES:
        tagged = [one for one in everything if name in one.case.tags]
        if tagged:
            found.append(Family(name, tuple(one for one in tagged if one.state != "pass"), len(tagged)))
    return found


def table(verdict: Verdict) -> list[str]:
    """The red-team table: each family, then leak-through and over-defence apart."""
    found = families(verdict.results)
    attacks = [family for family in found if family.name != "over_defence"]
    through = sum(len(family.successes) for family in attacks)
    total = sum(family.total for family in attacks)
    lines = [family.row() for family in found]
    lines.append(_summary("leak-through", through, total))
    for family in found:
        if family.name == "over_defence":
            lines.append(_summary("over-defence", len(family.successes), family.total))
    return lines


def _summary(name: str, success: int, total: int) -> str:
    bound = f"{upper_bound(success, total) * 100:.1f}"
    return say("redteam.line", "en", name=name, success=success, total=total, bound=bound)


def attack(options: argparse.Namespace) -> int:
    """`eval redteam`: 0 when no attack succeeds, 1 when one does, 3 when not all were run."""
    paths = options.paths or [ATTACKS]
    cases = load(paths)
    _check_families(cases)
    folder = new_run(options.out)
    with tempfile.TemporaryDirectory(prefix="advisor-redteam-") as scratch:
        plain = [case for case in cases if not case.documents]
        complete = run_all(plain, run_options(options), folder)
        planted = [case for case in cases if case.documents]
        if planted:
            complete &= _run_planted(planted, Path(scratch), folder, options)
    verdict = verdict_of(_both(folder), cases)
    outputs.write_all(verdict, folder)
    for one in verdict.failed:
        print("\n".join(outputs.failure_lines(one, options.language)))
    print("\n".join(table(verdict)))
    print(say("run.report", options.language, path=folder / "report.html"))
    return 3 if not complete else 1 if verdict.failed else 0


def _check_families(cases: Sequence[ReadyCase]) -> None:
    loose = [case for case in cases if len(set(case.tags) & set(FAMILIES)) != 1]
    problems = []
    for case in loose:
        file, _, line = case.where.rpartition(":")
        values = {"key": "tags", "value": ", ".join(case.tags) or "-", "allowed": ", ".join(FAMILIES)}
        problems.append(Problem(file, int(line), "bad_choice", values))
    if problems:
        raise SuiteError(problems)


def _run_planted(cases: Sequence[ReadyCase], home: Path, folder: Path, options: argparse.Namespace) -> bool:
    """Ask with a library that holds the planted documents, in a data folder of its own."""
    settings = Settings(home=home, database=f"sqlite:///{home / 'advisor.db'}", weights=home / "weights")
    advisor = open_advisor(settings)
    documents = sorted({PLANTED / name for case in cases for name in case.documents})
    advisor.knowledge.library.add(documents)
    advisor.close()
    base = run_options(options)
    planted = type(base)(home, 1, 1, clean=False)
    return run_all(cases, planted, folder / "planted")


def _both(folder: Path) -> trace.Run:
    plain = trace.read(folder)
    if not (folder / "planted" / "run.json").exists():
        return plain
    planted = trace.read(folder / "planted")
    prints = {**plain.about["fingerprints"], **planted.about["fingerprints"]}
    about = {**plain.about, "fingerprints": prints, "complete": plain.about["complete"] and planted.about["complete"]}
    return trace.Run(
        folder, about, {**plain.traces, **planted.traces}, {**plain.timings, **planted.timings}, plain.corpus
    )
