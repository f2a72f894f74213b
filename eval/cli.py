"""`advisor eval …`: init, lint, run, score, report, compare, baseline, add, import, export, coverage, redteam.

Exit codes: 0 every gate holds · 1 a gate failed · 2 a suite or an option cannot be used · 3 incomplete.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval import commands, writing
from eval.strict import SuiteError
from eval.suite import SUITES


def main(words: Sequence[str]) -> int:
    """Run one command; `words[0]` is "eval"."""
    options = parser().parse_args(list(words[1:]))
    try:
        return options.run(options)
    except SuiteError as error:
        for problem in error.problems:
            print(problem.text(options.language), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def parser() -> argparse.ArgumentParser:
    """The whole command line with its help."""
    top = argparse.ArgumentParser(
        prog="advisor eval",
        description="Test the advisor with cases you write in YAML or a spreadsheet, in Hebrew and English. "
        "Offline, in seconds; the same every time.",
        epilog="Start with: advisor eval init my-evals · advisor eval run my-evals",
    )
    actions = top.add_subparsers(metavar="COMMAND", required=True)
    _running(actions)
    _reading(actions)
    _writing(actions)
    return top


def _command(actions: Any, name: str, what: str, run: Any) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = actions.add_parser(name, help=what, description=what)
    made.add_argument("--language", choices=("en", "he"), default="en", help="of the messages")
    made.set_defaults(run=run)
    return made


def _running(actions: Any) -> None:
    run = _command(actions, "run", "ask every case, record the replies, grade them and report", commands.run)
    run.add_argument("paths", nargs="*", type=Path, help="suite files or folders (default: the product's own)")
    _choosing(run)
    run.add_argument("--last-failed", action="store_true", help="only what failed in the last run")
    run.add_argument(
        "--jobs", type=_positive, default=0, help="worker processes (default: one for each core, at most 4)"
    )
    run.add_argument("--repeat", type=_positive, default=1, help="ask each case so often; the reply must be the same")
    run.add_argument("--resume", nargs="?", const="latest", default="", metavar="RUN", help="go on with a stopped run")
    run.add_argument("--dry-run", action="store_true", help="only say what would run")
    run.add_argument("--out", type=Path, help="folder of the run (default: a new one in the data folder)")
    run.add_argument("--baseline", type=Path, help="what to compare with (default: the suites' own)")
    run.add_argument("--clean", action="store_true", help="without your own library: the product's cards only")
    run.add_argument("--judge", action="store_true", help="also ask the configured model judge (advisory)")
    run.add_argument("--max-cost", type=float, default=1.0, help="stop asking the judge at this cost (default 1.0)")
    red = _command(actions, "redteam", "attack the advisor and say how often an attack succeeds", commands.redteam)
    red.add_argument("paths", nargs="*", type=Path, help="attack files or folders (default: the product's own)")
    red.add_argument("--out", type=Path, help="folder of the run")
    red.add_argument("--jobs", type=_positive, default=0)
    red.add_argument("--clean", action="store_true", default=True, help=argparse.SUPPRESS)


def _positive(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 100:
        raise argparse.ArgumentTypeError(f"a number from 1 to 100, not {text}")
    return int(text)


def _choosing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--id", action="append", default=[], help="only this case; * stands for anything")
    command.add_argument("--tag", action="append", default=[], help="only cases with this tag")
    command.add_argument("--lang", choices=("en", "he"), help="only this language")


def _reading(actions: Any) -> None:
    for name, what, run in (
        ("score", "grade a recorded run again, without asking the advisor", commands.score),
        ("report", "write a recorded run's report again", commands.report),
    ):
        made = _command(actions, name, what, run)
        made.add_argument("folder", nargs="?", default="latest", help="the run (default: the latest)")
        made.add_argument("--suites", nargs="*", type=Path, default=[], help="the suites it ran (default: as recorded)")
        made.add_argument("--baseline", type=Path)
    compare = _command(actions, "compare", "what changed from one run to another: flips first", commands.compare)
    compare.add_argument("before")
    compare.add_argument("after", nargs="?", default="latest")
    compare.add_argument("--suites", nargs="*", type=Path, default=[])
    compare.add_argument("--json", action="store_true")
    accept = _command(actions, "baseline", "accept a run as what later runs are compared with", commands.baseline)
    accept.add_argument("folder", nargs="?", default="latest")
    accept.add_argument("--suites", nargs="*", type=Path, default=[])
    accept.add_argument("--to", type=Path, help="baseline file (default: beside the suites)")
    lint = _command(actions, "lint", "check suites without running them", commands.lint)
    lint.add_argument("paths", nargs="*", type=Path)
    lint.add_argument("--json", action="store_true")
    find = _command(actions, "retrieval", "how well the search alone finds the right cards", _retrieval)
    find.add_argument("questions", nargs="?", type=Path, default=SUITES / "retrieval_questions.yaml")
    find.add_argument("--missed", action="store_true", help="name the questions whose cards were not found")
    find.add_argument("--library", action="store_true", help="with your own library, not the cards alone")
    cover = _command(actions, "coverage", "which topics, kinds and languages have cases", commands.coverage_map)
    cover.add_argument("paths", nargs="*", type=Path)


def _retrieval(options: argparse.Namespace) -> int:
    from eval.retrieval import measure

    return measure(options)


def _writing(actions: Any) -> None:
    init = _command(actions, "init", "begin suites of your own, with an example", writing.init)
    init.add_argument("folder", type=Path, nargs="?", default=Path("evals"))
    add = _command(actions, "add", "add a case, step by step or in one line", writing.add)
    add.add_argument("file", type=Path, help="the suite file (made when it is not there)")
    add.add_argument("--ask", default="", help="the question; without it you are asked")
    add.add_argument("--answer", default="", help="grounded, partial, clarify, decline, calculate, assess or chat")
    add.add_argument("--must-say", action="append", default=[], help="phrase; alternatives with |")
    add.add_argument("--must-not-say", action="append", default=[])
    add.add_argument("--source", action="append", default=[], help="a source the answer must name")
    add.add_argument("--why", default="")
    add.add_argument("--id", default="")
    add.add_argument("--from-chat", default="", metavar="CONVERSATION", help="a draft from a conversation, scrubbed")
    add.add_argument("--from-feedback", action="store_true", help="a draft from every reply marked unhelpful, scrubbed")
    add.add_argument("--user", default="", help="whose conversations")
    add.add_argument("--workspace", default="")
    take = _command(actions, "import", "take cases from a spreadsheet into a suite", writing.import_sheet)
    take.add_argument("sheet", type=Path, help=".csv or .xlsx")
    take.add_argument("--to", type=Path, help="suite file to write (default: beside the sheet)")
    take.add_argument("--apply", action="store_true", help="write it; without this only a preview is shown")
    export = _command(actions, "export", "write suites as a spreadsheet", writing.export_sheet)
    export.add_argument("to", type=Path, help="a .csv or .xlsx file")
    export.add_argument("paths", nargs="*", type=Path)
