"""The commands that run, grade, compare and report."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import fnmatch
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant import open_advisor
from assistant.settings import Settings
from eval import coverage, outputs, trace
from eval.gates import BASELINE, read_baseline, read_gates, with_gates, write_baseline
from eval.names import unknown_names
from eval.run import Options, Progress, run_all
from eval.strict import Problem, SuiteError
from eval.suite import SUITES, ReadyCase, load, suite_files
from eval.verdict import Verdict, verdict_of
from eval.wording import say

LATEST = "latest"
OUTCOMES = "outcomes.json"  # how each case came out: what --last-failed goes by, even after a case was rewritten
MOST_JOBS = 4


# -- where things are --------------------------------------------------------------------------------


def runs_folder() -> Path:
    """Where runs are kept unless the person names another place."""
    return Settings.from_environment().home / "eval" / "runs"


def find_run(name: str) -> Path:
    """The folder of a run: a path, a name below the runs' folder, or `latest`. Raises SuiteError."""
    runs = runs_folder()
    if name == LATEST:
        pointer = runs / LATEST
        name = pointer.read_text("utf-8").strip() if pointer.exists() else ""
    for folder in (Path(name), runs / name):
        if name and (folder / "run.json").exists():
            return folder
    raise SuiteError([Problem(name or LATEST, 0, "no_run", {"reason": f"{name or LATEST}/run.json"})])


def new_run(out: Path | None) -> Path:
    """A folder for a new run, remembered as the latest."""
    runs = runs_folder()
    folder = (out or runs / dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H%M%S")).resolve()
    number = 2
    while out is None and folder.exists():
        folder, number = folder.with_name(f"{folder.name.partition('.')[0]}.{number}"), number + 1
    folder.mkdir(parents=True, exist_ok=True)
    runs.mkdir(parents=True, exist_ok=True)
    (runs / LATEST).write_text(str(folder), "utf-8")
    return folder


def suites_folder(paths: Sequence[Path]) -> Path:
    """Where gates.yaml and baseline.json of these suites stand."""
    first = Path(paths[0]) if paths else SUITES
    return first if first.is_dir() else first.parent


def baseline_path(paths: Sequence[Path], given: Path | None) -> Path:
    """The baseline of these suites."""
    return given or (suites_folder(paths) / "baseline.json" if paths else BASELINE)


# -- choosing ----------------------------------------------------------------------------------------


def chosen(cases: Sequence[ReadyCase], ids: Sequence[str], tags: Sequence[str], lang: str | None) -> list[ReadyCase]:
    """The cases that fit every condition given. Raises SuiteError when there is none."""
    fitting = [
        case
        for case in cases
        if (not ids or any(fnmatch.fnmatchcase(case.id, pattern) for pattern in ids))
        and (not tags or set(tags) & set(case.tags))
        and lang in (None, case.lang)
    ]
    if not fitting:
        raise SuiteError([Problem("-", 0, "no_case")])
    return fitting


@contextmanager
def progress_bar(language: str) -> Iterator[Progress | None]:
    """A bar at a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("run.progress", language), total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total)


# -- commands ----------------------------------------------------------------------------------------


def run(options: argparse.Namespace) -> int:
    """`eval run`."""
    folder = find_run(options.resume) if options.resume else None
    paths = options.paths or (_recorded_paths(folder) if folder else [])
    everything = load(paths)
    cases = chosen(everything, options.id, options.tag, options.lang)
    if options.last_failed:
        cases = _last_failed(cases)
        if not cases:
            print(say("run.none_failed", options.language))
            return 0
    if options.dry_run:
        turns = sum(len(case.turns) for case in cases)
        print(say("run.dry", options.language, cases=len(cases), turns=turns))
        return 0
    folder = folder or new_run(options.out)
    (folder / "paths.json").write_text(json.dumps([str(path.resolve()) for path in paths]), "utf-8")
    with progress_bar(options.language) as progress:
        run_all(cases, run_options(options), folder, progress=progress, resume=bool(options.resume))
    partial = len(cases) < len(everything) or any(path.is_file() for path in paths)
    verdict = graded(folder, cases, paths, options.baseline, partial=partial)
    if options.judge:
        from eval.judge import advise

        advise(verdict, options)
    return finish(verdict, folder, options.language, paths)


def run_options(options: argparse.Namespace) -> Options:
    """How the run was asked for."""
    jobs = options.jobs or min(MOST_JOBS, os.cpu_count() or 1)
    home = Settings.from_environment().home
    return Options(home, jobs, getattr(options, "repeat", 1), options.clean)


def graded(
    folder: Path, cases: Sequence[ReadyCase], paths: Sequence[Path], baseline: Path | None, *, partial: bool = False
) -> Verdict:
    """The verdict on a recorded run, gates judged."""
    verdict = verdict_of(trace.read(folder), cases)
    known = read_baseline(baseline_path(paths, baseline))
    return with_gates(verdict, read_gates(suites_folder(paths)), known, partial=partial)


def finish(verdict: Verdict, folder: Path, language: str, paths: Sequence[Path]) -> int:
    """Write every output, print the verdict, and give its exit code."""
    outputs.write_all(verdict, folder, read_gates(suites_folder(paths)).coverage.excused)
    states = {one.case.id: one.state for one in (*verdict.results, *verdict.drafts)}
    (folder / OUTCOMES).write_text(json.dumps(states, indent=0), "utf-8")
    print(outputs.terminal(verdict, language))
    print(say("run.report", language, path=folder / "report.html"))
    return verdict.exit_code


def _recorded_paths(folder: Path | None) -> list[Path]:
    try:
        return [Path(path) for path in json.loads((folder / "paths.json").read_text("utf-8"))] if folder else []
    except (OSError, ValueError):
        return []


def _last_failed(cases: Sequence[ReadyCase]) -> list[ReadyCase]:
    path = find_run(LATEST) / OUTCOMES
    states = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return [case for case in cases if states.get(case.id, "pass") not in ("pass", "missing")]


def recorded(name: str, suites: Sequence[Path]) -> tuple[Path, list[ReadyCase], list[Path]]:
    """A recorded run's folder, the cases it ran and where they are written."""
    folder = find_run(name)
    paths = list(suites) or _recorded_paths(folder)
    ran = set(trace.read(folder).about["fingerprints"])
    return folder, [case for case in load(paths) if case.id in ran], paths


def score(options: argparse.Namespace) -> int:
    """`eval score`: grade again what was recorded."""
    folder, cases, paths = recorded(options.folder, options.suites)
    verdict = graded(folder, cases, paths, options.baseline, partial=len(cases) < len(load(paths)))
    print(outputs.terminal(verdict, options.language))
    return verdict.exit_code


def report(options: argparse.Namespace) -> int:
    """`eval report`: write the outputs again."""
    folder, cases, paths = recorded(options.folder, options.suites)
    verdict = graded(folder, cases, paths, options.baseline, partial=len(cases) < len(load(paths)))
    outputs.write_all(verdict, folder, read_gates(suites_folder(paths)).coverage.excused)
    print(say("run.report", options.language, path=folder / "report.html"))
    return 0


def compare(options: argparse.Namespace) -> int:
    """`eval compare`: 1 when a case broke."""
    from eval.compare import comparison, lines

    before, cases, _ = recorded(options.before, options.suites)
    after, later_cases, _ = recorded(options.after, options.suites)
    made = comparison(verdict_of(trace.read(before), cases), verdict_of(trace.read(after), later_cases))
    if options.json:
        print(json.dumps(made.to_json(), ensure_ascii=False))
    else:
        print("\n".join(lines(made, options.language)))
    return 1 if made.broken else 0


def baseline(options: argparse.Namespace) -> int:
    """`eval baseline`: accept a run."""
    folder, cases, paths = recorded(options.folder, options.suites)
    path = baseline_path(paths, options.to)
    write_baseline(path, verdict_of(trace.read(folder), cases))
    print(path)
    return 0


def lint(options: argparse.Namespace) -> int:
    """`eval lint`: 2 when anything is to be mended."""
    problems: list[Problem] = []
    cases: list[ReadyCase] = []
    try:
        cases = load(options.paths)
        read_gates(suites_folder(options.paths))
        with contextlib.closing(open_advisor(model="")) as advisor:
            problems = unknown_names(cases, advisor)
    except SuiteError as error:
        problems = error.problems
    if options.json:
        print(json.dumps([problem.to_json() for problem in problems], ensure_ascii=False))
    else:
        for problem in problems:
            print(problem.text(options.language))
        files = len(suite_files(options.paths))
        key = "lint.problems" if problems else "lint.fine"
        print(say(key, options.language, count=len(problems), cases=len(cases), files=files))
    return 2 if problems else 0


def coverage_map(options: argparse.Namespace) -> int:
    """`eval coverage`: 1 when a cell is thinner than its floor."""
    cases = load(options.paths)
    gates = read_gates(suites_folder(options.paths)).coverage
    rows = coverage.table(cases, gates.excused)
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for cell, why in gates.excused.items():
        print(f"* {cell}: {why}")
    empty = coverage.empty_cells(cases, max(1, gates.cells), gates.excused) if not options.paths else []
    for cell in empty:
        print(f"✗ {cell}")
    return 1 if empty else 0


def redteam(options: argparse.Namespace) -> int:
    """`eval redteam`."""
    from eval.redteam import attack

    return attack(options)
