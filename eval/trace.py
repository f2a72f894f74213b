"""What a run recorded, on disk: everything needed to grade it again without calling the advisor.

run.json        what was run: suites, options, corpus version and hashes, whether it is complete
results.jsonl   one line a case, in suite order: every message, every reply; the same inputs, the same bytes
timings.json    how long each turn took: the only thing that differs between two equal runs
evidence.json   the texts the replies may stand on
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.strict import Problem, SuiteError

PARTIAL = "finished.jsonl"  # cases as they finish, in any order; gone once the run is complete


@dataclass(frozen=True)
class Run:
    """A recorded run, read back."""

    folder: Path
    about: Mapping[str, Any]
    traces: Mapping[str, Mapping[str, Any]]  # case id -> trace
    timings: Mapping[str, list[float]]
    corpus: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the run is called: its folder."""
        return self.folder.name


def dumps(data: Any) -> str:
    """JSON that is the same text for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def append(folder: Path, trace: Mapping[str, Any]) -> None:
    """Keep one finished case at once, so that nothing is lost when the run is stopped."""
    with (folder / PARTIAL).open("a", encoding="utf-8") as out:
        out.write(dumps(trace) + "\n")


def finished(folder: Path) -> dict[str, dict[str, Any]]:
    """The cases a stopped run has finished; a line cut off in the middle is left out."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("results.jsonl", PARTIAL):
        path = folder / name
        if path.exists():
            for line in path.read_text("utf-8").splitlines():
                try:
                    trace = json.loads(line)
                except ValueError:
                    continue
                found[trace["case"]] = trace
    return found


def write(
    folder: Path, about: Mapping[str, Any], traces: Iterable[Mapping[str, Any]], corpus: Mapping[str, Any]
) -> None:
    """Write a run's files; `traces` in suite order."""
    kept = []
    timings = {}
    for trace in traces:
        timings[trace["case"]] = trace.get("ms", [])
        kept.append(dumps({key: value for key, value in trace.items() if key != "ms"}))
    (folder / "results.jsonl").write_text("".join(line + "\n" for line in kept), "utf-8")
    (folder / "timings.json").write_text(dumps(timings), "utf-8")
    (folder / "evidence.json").write_text(dumps(corpus), "utf-8")
    (folder / "run.json").write_text(json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
    if about.get("complete"):
        (folder / PARTIAL).unlink(missing_ok=True)


def read(folder: Path) -> Run:
    """A recorded run. Raises SuiteError when the folder holds none."""
    try:
        about = json.loads((folder / "run.json").read_text("utf-8"))
        lines = (folder / "results.jsonl").read_text("utf-8").splitlines()
        timings = json.loads((folder / "timings.json").read_text("utf-8"))
        corpus = json.loads((folder / "evidence.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SuiteError([Problem(str(folder), 0, "no_run", {"reason": str(error)})]) from None
    traces = {trace["case"]: trace for trace in map(json.loads, lines)}
    return Run(folder, about, traces, timings, corpus)
