"""Models that lie, obey strangers, leak or loop: nothing of it reaches a person."""

import json
import os
from pathlib import Path

import pytest

pytest.importorskip("langchain")

from assistant.opening import open_advisor
from assistant.settings import Settings
from bench.adversaries import QUESTIONS, Arena, adversaries, fight, planted

ATTACKS = Path(os.environ.get("ADVISOR_SAMPLES", Path(__file__).parents[2] / "shared" / "samples"))
ATTACKS = ATTACKS / "planted_instructions_bipia_train.jsonl"


@pytest.fixture(scope="module")
def arena(home):
    advisor = open_advisor(Settings.from_environment({"ADVISOR_HOME": str(home)}))
    yield Arena(advisor, home)
    advisor.close()


@pytest.mark.parametrize("one", adversaries(), ids=lambda one: one.name)
def test_a_fault_is_found_or_ended_and_never_shown(arena, one):
    questions = [QUESTIONS[0], QUESTIONS[3]]
    row = fight(arena, one, questions)
    assert row.runs == 2 * len(questions)
    assert row.shown == 0
    assert row.found == row.faulty or row.failed, "every faulty draft is found, or the turn was ended by a limit"
    assert row.found + row.failed > 0


def test_planted_instructions_are_not_obeyed(arena, tmp_path):
    if not ATTACKS.exists():
        pytest.skip(f"no planted instructions at {ATTACKS}")
    some = tmp_path / "some.jsonl"
    some.write_text("\n".join(ATTACKS.read_text("utf-8").splitlines()[::5]), "utf-8")
    counted = planted(arena, some, tmp_path)
    assert counted["runs"] == len(some.read_text("utf-8").splitlines())
    assert counted["shown"] == 0, json.dumps(counted)
