"""Eval runs as the web app sees them: started, watched, read, compared, accepted.

Evals are a door beside this one, so they are used as any program uses them: by their command line, in a
process of their own that a crowded page cannot slow down and a closed page cannot stop, and by the files
that a run leaves in the data folder.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

PATIENCE_S = 120
DRAFTS = "drafts.yaml"
NAMED = "%Y-%m-%dT%H%M%S"  # a run by the moment it was made, in UTC


@dataclass(frozen=True)
class Case:
    """One graded case of a run."""

    id: str
    suite: str
    topic: str
    kind: str
    lang: str
    state: str
    said: str
    expected: str
    found: str

    @property
    def passed(self) -> bool:
        """Whether every check of the case held."""
        return self.state == "pass"


@dataclass(frozen=True)
class Started:
    """A run at work."""

    process: subprocess.Popen[bytes]
    folder: Path
    log: Path

    @property
    def finished(self) -> int:
        """How many cases are answered so far."""
        partial = self.folder / "finished.jsonl"
        try:
            return partial.read_bytes().count(b"\n")
        except OSError:
            return 0


class Runs:
    """The runs of one data folder. One is at work at a time."""

    def __init__(self, home: Path) -> None:
        """Work on a data folder."""
        self.home, self.folder, self.own = home, home / "eval" / "runs", home / "evals"
        self._started: Started | None = None
        self._lock = Lock()

    def names(self) -> list[str]:
        """The finished runs, latest first."""
        found = self.folder.glob("*/results.csv") if self.folder.is_dir() else ()
        return sorted((path.parent.name for path in found), reverse=True)

    def cases(self, run: str) -> list[Case]:
        """The graded cases of a run, failures first."""
        with (self.folder / Path(run).name / "results.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [Case(**{name: row[name] for name in Case.__dataclass_fields__}) for row in csv.DictReader(file)]
        return sorted(rows, key=lambda case: (case.passed, case.suite, case.id))

    def report(self, run: str, name: str) -> bytes:
        """A file of a run: report.html, summary.md, results.csv or junit.xml."""
        return (self.folder / Path(run).name / Path(name).name).read_bytes()

    def at_work(self) -> Started | None:
        """The run that is being made now."""
        with self._lock:
            if self._started is not None and self._started.process.poll() is not None:
                return None
            return self._started

    def start(self, suites: Sequence[Path], language: str, only: str = "") -> Started:
        """Begin a run of these suites (none: the product's own), or give the one at work."""
        with self._lock:
            if self._started is not None and self._started.process.poll() is None:
                return self._started
            self.folder.mkdir(parents=True, exist_ok=True)
            folder = self.folder / _stamp()
            log = self.folder / "run.log"
            words = ["run", *map(str, suites), "--language", language, "--out", str(folder), "--jobs", "1"]
            words += ["--lang", only] if only else []
            with log.open("wb") as out:
                process = subprocess.Popen(_command(words), env=self._environment(), stdout=out, stderr=out)
            self._started = Started(process, folder, log)
            return self._started

    def compare(self, before: str, after: str) -> dict[str, Any] | None:
        """What changed from one run to another; None where they cannot be compared."""
        said = self._ask(["compare", str(self.folder / before), str(self.folder / after), "--json"])
        try:
            told: dict[str, Any] = json.loads(said.stdout)
        except ValueError:
            return None
        return told

    def accept(self, run: str) -> tuple[bool, str]:
        """Make a run what later ones are compared with; whether it worked, and what was said."""
        self.own.mkdir(parents=True, exist_ok=True)
        said = self._ask(["baseline", str(self.folder / run), "--to", str(self.own / "baseline.json")])
        return said.returncode == 0, (said.stdout + said.stderr).strip()

    def draft(self, conversation: str, user: str, language: str) -> tuple[bool, str]:
        """Write a draft case from a conversation into the person's own suites."""
        self.own.mkdir(parents=True, exist_ok=True)
        target = str(self.own / DRAFTS)
        said = self._ask(["add", target, "--from-chat", conversation, "--user", user, "--language", language])
        return said.returncode == 0, (said.stdout + said.stderr).strip()

    def check(self, suite: Path, language: str) -> str:
        """What is to be mended in a suite, in words; "" when nothing is."""
        said = self._ask(["lint", str(suite), "--language", language])
        return "" if said.returncode == 0 else (said.stdout + said.stderr).strip()

    def suites(self) -> dict[str, Path]:
        """The suites that can be run, by name: the product's, then the person's own."""
        spec = find_spec("eval")
        product = Path(str(spec.origin)).parent / "suites" if spec and spec.origin else self.own
        found = {path.stem: path for path in sorted(product.glob("*.yaml")) if path.stem != "gates"}
        return found | {f"{path.stem} *": path for path in self.own_suites()}

    def own_suites(self) -> list[Path]:
        """The suites the person wrote or that were drafted from conversations."""
        return sorted(self.own.glob("*.yaml")) if self.own.is_dir() else []

    def _ask(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            _command(words), env=self._environment(), capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "ADVISOR_HOME": str(self.home), "PYTHONIOENCODING": "utf-8"}


@cache
def runs(home: Path) -> Runs:
    """The runs of a data folder, one object for the whole process."""
    return Runs(home)


def coverage(cases: Sequence[Case]) -> list[tuple[str, dict[str, tuple[int, int]]]]:
    """For each topic and language how many cases passed of how many there are."""
    total = Counter((case.topic or "–", case.lang) for case in cases)
    passed = Counter((case.topic or "–", case.lang) for case in cases if case.passed)
    topics = sorted({topic for topic, _ in total})
    return [(topic, {lang: (passed[topic, lang], total[topic, lang]) for lang in ("en", "he")}) for topic in topics]


def _command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "assistant.cli", "eval", *words]


def _stamp() -> str:
    return dt.datetime.now(dt.UTC).strftime(NAMED)


def moment(name: str, language: str, zone: dt.tzinfo | None) -> str:
    """When a run was made by the clock of a zone (None: this machine's), out of its name; another name as it is."""
    try:
        made = dt.datetime.strptime(name, NAMED).replace(tzinfo=dt.UTC).astimezone(zone)
    except ValueError:
        return name
    day = f"{made.day}.{made.month}.{made.year}" if language == "he" else f"{made.day} {made:%b} {made.year}"
    return f"{day} {made:%H:%M:%S}"
