"""Killed processes lose at most the turn in flight, and two processes on one conversation take turns."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from assistant import open_advisor
from assistant.settings import Settings

TALK = """
import sys
from assistant import open_advisor
advisor = open_advisor()
print("ready", flush=True)
for number in range(10_000):
    level = ("yes", "partly", "no")[number % 3]
    action = {"do": "answer", "field": "market_coverage", "value": level}
    reply = advisor.reply("c", "", user=sys.argv[1], door="test", actions=[action])
    print(reply.turn, flush=True)
"""


@pytest.fixture
def environment(own_home):
    return {**os.environ, "ADVISOR_HOME": str(own_home), "ADVISOR_MODEL": "", "ADVISOR_DATABASE": ""}


def open_here(tmp_path):
    return open_advisor(home=tmp_path, model="")


def begin(tmp_path, user="ann"):
    advisor = open_here(tmp_path)
    advisor.reply("c", "", user=user, actions=[{"do": "start", "tool": "partner_fit"}])
    advisor.close()


def talk(environment, user="ann"):
    process = subprocess.Popen([sys.executable, "-c", TALK, user], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def test_kill_nine_loses_at_most_the_turn_in_flight(tmp_path, environment):
    begin(tmp_path)
    for pause in (0.05, 0.2, 0.41):
        process = talk(environment)
        acknowledged = int(process.stdout.readline())
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in process.stdout)])
        process.wait(10)
        advisor = open_here(tmp_path)
        rows = advisor.transcript("c", user="ann")
        assert [row.turn for row in rows] == list(range(1, len(rows) + 1))
        assert acknowledged <= len(rows) <= acknowledged + 1
        assert advisor.reply("c", "where were we?", user="ann").turn == len(rows) + 1
        advisor.close()


def test_two_processes_on_one_conversation_take_turns_and_both_are_heard(tmp_path, environment):
    begin(tmp_path)
    first, second = talk(environment), talk(environment)
    heard = [int(process.stdout.readline()) for _ in range(8) for process in (first, second)]
    for process in (first, second):
        process.kill()
        process.wait(10)
    advisor = open_here(tmp_path)
    rows = advisor.transcript("c", user="ann")
    assert len(set(heard)) == len(heard)
    assert [row.turn for row in rows] == list(range(1, len(rows) + 1))
    advisor.close()


def test_batch_answers_each_line_in_order_and_says_what_is_wrong_with_a_bad_one(environment):
    lines = [
        json.dumps({"conversation": "a", "text": "What is a sales-ready lead?", "user": "ann"}),
        "not json",
        json.dumps({"conversation": "a", "text": "מה ההבדל בין סוכן למפיץ?", "user": "ann"}),
        json.dumps({"conversation": "a", "text": "let me see", "user": "bea"}),
        json.dumps({"text": ["a", "list"]}),
    ]
    seen = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "batch"],
        input="\n".join(lines), env=environment, capture_output=True, text=True,
    )  # fmt: skip
    replies = [json.loads(line) for line in seen.stdout.splitlines()]
    assert seen.returncode == 1
    assert seen.stderr == ""
    assert [reply.get("turn") or reply["error"]["code"] for reply in replies] == [
        1, "bad_line", 2, "no_conversation", "bad_line",
    ]  # fmt: skip
    assert [replies[n]["language"] for n in (0, 2)] == ["en", "he"]
    assert all(replies[n]["sources"] for n in (0, 2))


def test_an_unusable_home_gives_one_line_and_no_traceback(tmp_path):
    (tmp_path / "file").write_text("")
    seen = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "ask", "hello"],
        env={**os.environ, "ADVISOR_HOME": str(tmp_path / "file" / "home")}, capture_output=True, text=True,
    )  # fmt: skip
    assert seen.returncode == 2
    assert "Traceback" not in seen.stderr
    assert "ADVISOR_HOME" in seen.stderr


def test_another_home_takes_its_database_and_weights_with_it(tmp_path) -> None:
    settings = Settings.from_environment({"ADVISOR_HOME": str(tmp_path / "old")}).at_home(tmp_path / "new")
    assert settings.database == f"sqlite:///{tmp_path / 'new' / 'advisor.db'}"
    assert settings.weights == tmp_path / "new" / "weights"
    elsewhere = Settings.from_environment({"ADVISOR_HOME": str(tmp_path), "ADVISOR_DATABASE": "sqlite:///x.db"})
    assert elsewhere.at_home(tmp_path / "new").database == "sqlite:///x.db"
