"""Runs cases against an advisor and records everything; grading comes later and never calls it.

Each case gets conversations and people of its own in a database of its own run. Cases are dealt to
worker processes in chunks; results are put back into suite order, so two runs write the same bytes.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from assistant import Advisor, AdvisorError, open_advisor
from assistant.settings import Settings
from eval import trace as traces
from eval.cases import TurnCase
from eval.doors import renderings
from eval.suite import ReadyCase

TODAY = dt.date(2026, 1, 15)  # the date of every run, so that dated results repeat
CHUNK = 8
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Options:
    """How to run. `home` is the data folder whose knowledge is asked; the conversations go elsewhere."""

    home: Path
    jobs: int = 1
    repeat: int = 1
    clean: bool = True  # the product's own cards only, without the person's library
    model: str = ""  # a language model to answer with; empty: offline
    today: dt.date = field(default=TODAY)


def open_for(options: Options, folder: Path) -> Advisor:
    """An advisor for a run: knowledge of the options' home, a database of its own in `folder`."""
    home = options.home / "eval" / "clean" if options.clean else options.home
    database = f"sqlite:///{folder / f'eval-{os.getpid()}.db'}"
    settings = Settings(home=home, database=database, model=options.model, weights=home / "weights")
    return open_advisor(settings, today=lambda: options.today)


# -- one case ----------------------------------------------------------------------------------------


def run_case(advisor: Advisor, case: ReadyCase, repeat: int = 1) -> dict[str, Any]:
    """Everything that was said and answered in one case, as plain data."""
    tries = [_once(advisor, case, attempt) for attempt in range(repeat)]
    first = tries[0]
    if any(traces.dumps(_lasting(other)) != traces.dumps(_lasting(first)) for other in tries[1:]):
        first["unstable"] = True
    return first


def _lasting(trace: Mapping[str, Any]) -> list[Any]:
    return [
        [turn["error"], {k: v for k, v in (turn["reply"] or {}).items() if k != "conversation"}]
        for turn in trace["turns"]
    ]


def _once(advisor: Advisor, case: ReadyCase, attempt: int) -> dict[str, Any]:
    shown: list[dict[str, Any]] = []
    times: list[float] = []
    for turn in case.turns:
        began = time.perf_counter()
        shown.append(_turn(advisor, case, turn, attempt))
        times.append(round((time.perf_counter() - began) * 1000, 1))
    return {"case": case.id, "suite": case.suite, "fingerprint": case.fingerprint, "turns": shown, "ms": times}


def _turn(advisor: Advisor, case: ReadyCase, turn: TurnCase, attempt: int) -> dict[str, Any]:
    conversation = f"eval:{case.id}:{turn.conversation or '-'}" + (f":{attempt}" if attempt else "")
    user = f"{case.id}:{turn.speaker or '-'}"
    recorded: dict[str, Any] = {"said": turn.words, "reply": None, "error": None}
    try:
        reply = advisor.reply(
            conversation, turn.words, user=user, workspace=turn.workspace, door="eval", actions=turn.do
        )
    except AdvisorError as error:
        recorded["error"] = {"code": error.code, "text": error.text("en")}
    except Exception as error:  # any failure of the product is a result of the run, never its end
        recorded["error"] = {"code": "exception", "text": f"{type(error).__name__}: {error}"[:500]}
    else:
        recorded["reply"] = reply.model_dump(mode="json", exclude={"timings_ms"})
        if "same_everywhere" in case.checks:
            recorded["channels"] = renderings(reply)
    return recorded


# -- many cases --------------------------------------------------------------------------------------

_worker: dict[str, Any] = {}


def _begin_worker(options: Options, folder: str) -> None:
    _worker["advisor"] = open_for(options, Path(folder))


def _work(chunk: Sequence[ReadyCase], repeat: int) -> list[dict[str, Any]]:
    return [run_case(_worker["advisor"], case, repeat) for case in chunk]


def run_all(
    cases: Sequence[ReadyCase],
    options: Options,
    folder: Path,
    *,
    progress: Progress | None = None,
    resume: bool = False,
) -> bool:
    """Run the cases and write the run's folder; returns whether every case was run.

    A stopped run (Ctrl-C) keeps what is finished; with `resume` the rest is run and the whole is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = _still_valid(traces.finished(folder), cases) if resume else {}
    if not resume:
        (folder / traces.PARTIAL).unlink(missing_ok=True)
    began = time.monotonic()
    total = len(cases)
    with tempfile.TemporaryDirectory(prefix="advisor-eval-") as scratch:
        first = open_for(options, Path(scratch))  # builds the index once, before the workers need it
        corpus = first.corpus()
        waiting = [case for case in cases if case.id not in done]
        try:
            for trace in _results(first, waiting, options, scratch):
                traces.append(folder, trace)
                done[trace["case"]] = trace
                if progress:
                    progress(len(done), total, trace["case"])
        except KeyboardInterrupt:
            print("", file=sys.stderr)
        finally:
            first.close()
    complete = all(case.id in done for case in cases)
    about = _about(cases, options, corpus, complete, time.monotonic() - began)
    traces.write(folder, about, [done[case.id] for case in cases if case.id in done], corpus)
    return complete


def _still_valid(done: dict[str, dict[str, Any]], cases: Iterable[ReadyCase]) -> dict[str, dict[str, Any]]:
    wanted = {case.id: case.fingerprint for case in cases}
    return {key: trace for key, trace in done.items() if wanted.get(key) == trace.get("fingerprint")}


def _results(first: Advisor, cases: Sequence[ReadyCase], options: Options, scratch: str) -> Iterator[dict[str, Any]]:
    if options.jobs <= 1 or len(cases) <= CHUNK:
        for case in cases:
            yield run_case(first, case, options.repeat)
        return
    context = get_context("spawn")
    pool = ProcessPoolExecutor(options.jobs, context, initializer=_begin_worker, initargs=(options, scratch))
    try:
        chunks = [list(chunk) for chunk in _chunks(cases)]
        with deaf_children():
            running: set[Future[list[dict[str, Any]]]] = {pool.submit(_work, chunk, options.repeat) for chunk in chunks}
        while running:
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                yield from future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes begun here do not hear Ctrl-C, not even while they still import: it is for the parent alone."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread may say who hears what
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _chunks(cases: Sequence[ReadyCase]) -> Iterator[tuple[ReadyCase, ...]]:
    rest = iter(cases)
    while chunk := tuple(itertools.islice(rest, CHUNK)):
        yield chunk


def _about(
    cases: Sequence[ReadyCase], options: Options, corpus: Mapping[str, Any], complete: bool, seconds: float
) -> dict[str, Any]:
    return {
        "format": 1,
        "complete": complete,
        "cases": len(cases),
        "suites": sorted({case.suite for case in cases}),
        "fingerprints": {case.id: case.fingerprint for case in cases},
        "corpus": corpus["version"],
        "model": options.model,
        "repeat": options.repeat,
        "today": options.today.isoformat(),
        "seconds": round(seconds, 1),
        "when": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
