"""The guide names every command, option and expectation, and its first five minutes work as written."""

import re
from pathlib import Path

import pytest

from eval.cases import Expect, TurnCase
from eval.cli import main, parser
from eval.graders import _CHECKS
from eval.redteam import FAMILIES
from eval.strict import parse_yaml
from eval.suite import read_suite, ready_cases

GUIDE = (Path(__file__).parent.parent / "docs" / "evals.md").read_text("utf-8")


def test_the_guide_names_every_expectation_and_check():
    for name in Expect.model_fields:
        assert f"`{name}`" in GUIDE, name
    for name in _CHECKS:
        assert f"| `{name}` |" in GUIDE, name
    for name, field in TurnCase.model_fields.items():
        assert f"`{field.alias or name}" in GUIDE or name in ("user", "expect"), name
    for name in FAMILIES:
        assert f"`{name}`" in GUIDE, name


def test_the_guide_names_every_command():
    commands = next(action for action in parser()._actions if hasattr(action, "choices") and action.choices)
    for name in commands.choices:
        assert f"advisor eval {name}" in GUIDE, name


def test_the_guides_example_suite_can_be_read():
    for block in re.findall(r"```yaml\n(suite:.*?)```", GUIDE, re.DOTALL):
        parsed = parse_yaml(block, "docs/evals.md")
        assert ready_cases(parsed, read_suite(parsed))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_newcomer_gets_a_failing_and_then_a_passing_case(home, capsys):
    assert main(["eval", "init", "my-evals"]) == 0
    assert main(["eval", "init", "my-evals"]) == 0  # a second time changes nothing
    assert main(["eval", "run", "my-evals"]) == 0
    said = capsys.readouterr().out
    assert "second-001" in said
    assert "expected 9; found 8" in said
    suite = home / "my-evals" / "my-suite.yaml"
    suite.write_text(suite.read_text("utf-8").replace("roas: 9", "roas: 8"), "utf-8")
    assert main(["eval", "run", "my-evals", "--last-failed"]) == 0
    assert "1 of 1 passed" in capsys.readouterr().out
    assert main(["eval", "run", "my-evals", "--dry-run", "--lang", "he"]) == 0
    assert main(["eval", "score", "latest", "--language", "he"]) == 0
    assert main(["eval", "add", "my-evals/mine.yaml", "--ask", "מה זה ליד?", "--answer", "grounded"]) == 0
    assert main(["eval", "export", "all.xlsx", "my-evals"]) == 0
    assert main(["eval", "import", "all.xlsx", "--to", "back.yaml", "--apply"]) == 0
    assert main(["eval", "lint", "back.yaml"]) == 0


@pytest.mark.slow
def test_two_worker_processes_write_the_same_bytes_as_one(home):
    names = ("marketing", "conversation")
    suites = [str(Path(__file__).parent.parent / "eval" / "suites" / f"{name}.yaml") for name in names]
    for jobs in ("1", "2"):
        main(["eval", "run", *suites, "--lang", "he", "--clean", "--jobs", jobs, "--out", f"run-{jobs}"])
    one, two = ((home / f"run-{jobs}" / "results.jsonl").read_bytes() for jobs in "12")
    assert one == two
    assert one.count(b"\n") > 20


@pytest.mark.parametrize("words", [["lint", "nowhere"], ["score", "nothing"], ["import", "no.csv"]])
def test_what_is_not_there_is_said_plainly(home, capsys, words):
    assert main(["eval", *words]) == 2
    printed = capsys.readouterr()
    assert " · " in printed.err + printed.out
