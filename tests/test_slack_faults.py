"""When things go wrong: duplicates, slow answers, rate limits, dead streams, killed processes, two processes."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from slack_door import serving, text_of
from slack_process import brief_advisor
from slack_socket import SocketStandIn
from slack_stand_in import TEAM, envelope, mention, send, stamp, talk

from assistant.errors import InputError
from integrations.slack.speaking import Place
from integrations.slack.turns import job_data

HERE = Path(__file__).parent
PATIENCE = 3  # seconds after which Slack gives a request up; what is usual is measured by bench/slack.py


@pytest.fixture
def advisor(tmp_path):
    opened = brief_advisor(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def door(slack, advisor, either_way):
    """The door, both ways, over an advisor that thanks for everything, so that only the door is tested."""
    with either_way(advisor, slack) as opened:
        yield opened


@dataclass(frozen=True)
class Told:
    kind: str
    text: str


def replying(monkeypatch, advisor, before):
    """Have `before(text, progress, abandoned)` run first in every turn."""
    honest = advisor.reply

    def reply(conversation, text, **more):
        before(text, more.get("progress"), more.get("abandoned"))
        return honest(conversation, text, **more)

    monkeypatch.setattr(advisor, "reply", reply)


# -- slow answers ------------------------------------------------------------------------------------


def test_five_slow_answers_do_not_hold_up_a_slash_command_or_another_thread(slack, door, advisor, monkeypatch):
    go_on = threading.Event()
    replying(monkeypatch, advisor, lambda text, *_: "long" in text and go_on.wait(20))
    acknowledged = [door.event(mention("a long one", channel=f"C{n}")).seconds for n in range(5)]
    assert sorted(acknowledged)[2] < 1
    assert max(acknowledged) < PATIENCE
    slack.wait(lambda: len(slack.of("assistant.threads.setStatus")) == 5, what="five statuses")
    command = door.command("help")
    assert command.status == 200
    assert command.seconds < PATIENCE
    door.mention("quick one", channel="C9")
    assert slack.posted()["channel"] == "C9"
    go_on.set()
    slack.posted(6)


def test_messages_of_one_thread_are_answered_in_their_order(slack, door, advisor, monkeypatch):
    replying(monkeypatch, advisor, lambda text, *_: time.sleep(0.3 if "first" in text else 0))
    root = door.mention("the first")
    for number in range(3):
        door.talk(f"then {number}", thread_ts=root)
    slack.posted(4)
    told = [row.text for row in advisor.transcript(f"slack-{TEAM}-C1-{root}", user="UEN", workspace=TEAM)]
    assert told == ["the first", "then 0", "then 1", "then 2"]


def test_a_burst_of_duplicates_in_any_order_is_answered_once_each(slack, door):
    roots = [mention(f"root {n}") for n in range(4)]
    with ThreadPoolExecutor(8) as pool:
        copies = [(event, f"EvDup{n}-{copy % 2}") for n, event in enumerate(roots) for copy in range(4)]
        answers = list(pool.map(lambda copy: door.event(*copy), copies))
    assert {answer.status for answer in answers} == {200}
    slack.posted(4)
    door.mention("the last one")
    slack.posted(5)
    assert len(slack.of("chat.postMessage")) == 5


# -- Slack's own faults ------------------------------------------------------------------------------


def test_a_storm_of_rate_limits_and_server_faults_is_waited_out(slack, door):
    slack.fail("chat.postMessage", 429, times=3, Retry_After="1")
    slack.fail("assistant.threads.setStatus", 429, times=3, Retry_After="1")
    slack.fail("chat.postMessage", 503, times=1)
    began = time.monotonic()
    for number in range(3):
        assert door.event(mention(f"storm {number}", channel=f"C{number}")).seconds < PATIENCE
    slack.wait(lambda: len(slack.messages) == 3, 30, "three answers")
    assert time.monotonic() - began >= 1
    assert len(slack.of("chat.postMessage")) == 7


def test_an_outage_longer_than_a_call_can_wait_is_tried_again_later_with_the_same_answer(slack, door, advisor):
    slack.fail("chat.postMessage", 503, times=3, Retry_After="1")
    at = door.mention("hello")
    slack.wait(lambda: slack.messages, 30, "an answer after the outage")
    door.mention("thanks", channel="C2")
    slack.posted(2)
    assert len(slack.messages) == 2
    assert len(advisor.transcript(f"slack-{TEAM}-C1-{at}", user="UEN", workspace=TEAM)) == 1


def test_blocks_that_slack_refuses_are_sent_again_more_plainly(slack, door):
    slack.fail("chat.postMessage", 200, times=2, error="invalid_blocks")
    door.mention("hello")
    assert "blocks" not in slack.posted()


def test_a_status_that_slack_does_not_offer_is_not_asked_for_again_and_the_answer_comes(slack, door):
    slack.fail("assistant.threads.setStatus", 200, error="unknown_method")
    for number in range(3):
        door.mention("hello", channel=f"C{number}")
        slack.posted(number + 1)
    assert len(slack.of("assistant.threads.setStatus")) == 1


@pytest.mark.parametrize(("text", "user", "word"), [("hello", "UEN", "Reference"), ("שלום", "UHE", "אסמכתה")])
def test_a_failure_is_told_in_the_persons_language_with_a_reference_and_no_secret(
    slack, door, advisor, monkeypatch, caplog, text, user, word
):
    def fail(*_):
        raise RuntimeError("the database said: password=hunter2")

    replying(monkeypatch, advisor, fail)
    door.mention(text, user)
    said = slack.posted()
    assert word in said["text"]
    assert "hunter2" not in text_of(said)
    reference = said["text"].split(": ")[-1].strip()
    assert reference in caplog.text


def test_what_the_advisor_itself_refuses_is_told_in_its_own_words(slack, door, advisor, monkeypatch):
    def refuse(*_):
        raise InputError("busy")

    replying(monkeypatch, advisor, refuse)
    door.mention("hello")
    assert "please send it again" in slack.posted()["text"]


# -- streams -----------------------------------------------------------------------------------------


def test_a_working_language_model_is_seen_at_work_and_its_message_becomes_the_answer(slack, door, advisor, monkeypatch):
    def work(text, progress, abandoned):
        progress(Told("status", "Looking in the sources"))
        progress(Told("status", "Checking"))
        progress(Told("text", "One <!channel> sentence, " + "and more of it, " * 30))
        assert slack.sessions[("C1", at)] == "processing"

    at = stamp()
    replying(monkeypatch, advisor, work)
    door.mention("hello", ts=at)
    slack.wait_for("chat.update")
    methods = [call.method for call in slack.calls if call.method.startswith("chat.")]
    assert methods == ["chat.startStream", *["chat.appendStream"] * 3, "chat.stopStream", "chat.update"]
    start = slack.of("chat.startStream")[0].args
    assert (start["thread_ts"], start["recipient_user_id"], start["recipient_team_id"]) == (at, "UEN", TEAM)
    streamed = "".join(str(call.args.get("chunks")) for call in slack.of("chat.appendStream"))
    assert "<!channel>" not in streamed
    assert len(slack.messages) == 1
    (message,) = slack.messages.values()
    assert "Gladly" in message["text"]
    slack.wait(lambda: slack.sessions[("C1", at)] == "active", what="the session at rest")


def test_a_stream_that_slack_ended_is_rewritten_and_nothing_is_lost(slack, door, advisor, monkeypatch):
    def work(text, progress, abandoned):
        progress(Told("text", "part one " * 40))
        for key in slack.streams:
            slack.streams[key] = "expired"
        progress(Told("text", "part one " * 40 + "part two " * 40))

    replying(monkeypatch, advisor, work)
    door.mention("hello")
    assert "Gladly" in slack.wait_for("chat.update").args["text"]
    assert len(slack.messages) == 1
    assert not slack.of("chat.postMessage")


def test_a_long_stream_goes_on_in_a_new_message_and_the_whole_answer_stands_in_the_last(
    slack, door, advisor, monkeypatch
):
    def work(text, progress, abandoned):
        for number in range(1, 60):
            progress(Told("text", ("x" * 400 + "\n") * number))

    replying(monkeypatch, advisor, work)
    door.mention("hello")
    slack.wait(lambda: any("Gladly" in message["text"] for message in slack.messages.values()), what="the answer")
    assert len(slack.of("chat.startStream")) >= 2
    assert [("Gladly" in m["text"]) for m in slack.messages.values()].count(True) == 1
    assert set(slack.streams.values()) == {"done"}


def test_the_stop_button_ends_the_work_without_an_answer(slack, door, advisor, monkeypatch):
    stopped = threading.Event()

    def work(text, progress, abandoned):
        if "long" not in text:
            return
        progress(Told("status", "Looking"))
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if abandoned():
                stopped.set()
                raise InputError("stopped")
            time.sleep(0.05)

    replying(monkeypatch, advisor, work)
    at = door.mention("a long one")
    slack.wait(lambda: slack.streams, what="a stream")
    for key in slack.streams:
        slack.streams[key] = "stopped"  # what Slack does on the click
    event = {"type": "agent_session_stopped", "channel": "C1", "thread_ts": at, "user": "UEN", "event_ts": stamp()}
    door.event(event)
    assert stopped.wait(10)
    slack.wait(lambda: slack.sessions[("C1", at)] == "active", what="the session at rest")
    assert "Stopped" in slack.wait_for("chat.postMessage").args["text"]
    assert not slack.of("chat.update")
    door.talk("and now?", thread_ts=at)
    slack.wait_for("chat.postMessage", 2)


# -- killed processes --------------------------------------------------------------------------------


class Process:
    """A door in a process of its own, over HTTP or over the stand-in's websocket `far`."""

    def __init__(self, folder, slack, name, far=None):
        self.port_file, self.far = folder / f"port-{name}", far
        way = "socket" if far else "http"
        command = [sys.executable, str(HERE / "slack_process.py"), str(folder), slack.url, str(self.port_file), way]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def opened(self):
        until = time.monotonic() + 60
        while not self.port_file.exists():
            assert self.process.poll() is None, "the process ended"
            assert time.monotonic() < until, "the process did not start"
            time.sleep(0.02)
        return self

    def event(self, event, event_id=""):
        """Deliver an event and wait for its acknowledgement."""
        body = envelope(event, event_id)
        if self.far:
            return self.far.deliver("events_api", json.loads(body), 60)
        return send(f"http://127.0.0.1:{self.port_file.read_text()}/slack/events", body)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture(params=["http", "socket"])
def started(request, tmp_path, slack):
    """Starts doors in processes of their own on one database, both ways."""
    running, far = [], SocketStandIn() if request.param == "socket" else None
    if far:
        slack.socket_url = far.url

    def start(*names):
        """All at once; gives them when they are open."""
        begun = [Process(tmp_path, slack, name, far) for name in names]
        running.extend(begun)
        return [process.opened() for process in begun]

    yield start
    for process in running:
        process.kill()
    if far:
        far.server.shutdown()


def test_what_a_killed_process_acknowledged_is_answered_after_the_restart_once(slack, started, monkeypatch):
    (first,) = started("first")
    assert first.event(mention("quick before")).status == 200
    slack.posted()
    hang = threading.Event()
    honest = slack.do_chat_postMessage

    def post_and_hang(call):  # Slack took the message, and the process never hears of it
        done = honest(call)
        slack.changed.notify_all()
        slack.changed.wait_for(hang.is_set, 30)
        return done

    monkeypatch.setattr(slack, "do_chat_postMessage", post_and_hang)
    assert first.event(mention("quick but unheard", channel="C2")).status == 200
    slack.posted(2)
    assert first.event(mention("slow and never finished", channel="C3")).status == 200
    slack.wait_for("assistant.threads.setStatus", 3)
    first.kill()
    monkeypatch.setattr(slack, "do_chat_postMessage", honest)
    hang.set()
    (second,) = started("second")
    assert second.event(mention("quick after", channel="C4")).status == 200
    slack.wait_for("conversations.replies", seconds=30)  # it looks whether the unheard one was answered
    slack.wait(lambda: any(message["channel"] == "C4" for message in slack.messages.values()), 30, "the new one")
    assert Counter(message["channel"] for message in slack.messages.values())["C2"] == 1


def test_a_message_that_no_process_can_finish_is_apologised_for(slack, advisor):
    inbox = advisor.inbox
    place = Place(TEAM, "C1", stamp(), "UHE")
    inbox.accept("slack", "poison", place.conversation, job_data("say", place, text="שלום"))
    for _ in range(3):
        assert inbox.next("slack", "a process that dies")
        assert inbox.take_over("slack", 1) == 1
    with serving(advisor, slack):
        assert "אסמכתה" in slack.posted()["text"]
    assert inbox.counts("slack") == {"failed": 1}


def test_two_processes_on_one_database_answer_five_hundred_messages_once_each(slack, started):
    doors = started("one", "two")
    events = [mention(f"message {n}", channel=f"C{n % 40}") for n in range(500)]

    def deliver(numbered):
        number, event = numbered  # to both, as a retry would; over the websocket the connections take turns
        return [door.event(event, f"EvMany{number}").status for door in (doors if number % 2 else doors[::-1])]

    began = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        assert all(status == [200, 200] for status in pool.map(deliver, enumerate(events)))
    slack.wait(lambda: len(slack.messages) >= 500, 120, "500 answers")
    print(f"500 messages, each delivered twice, in {time.monotonic() - began:.1f} s")
    keys = Counter(message["metadata"]["event_payload"]["key"] for message in slack.messages.values())
    assert len(keys) == 500
    assert set(keys.values()) == {1}
    assert {message["thread_ts"] for message in slack.messages.values()} == {event["ts"] for event in events}


def test_talk_and_mentions_of_one_thread_arrive_shuffled_and_are_answered_once(slack, door):
    root = door.mention("begin")
    slack.posted()
    stamps = [stamp() for _ in range(5)]
    both = [event(ts) for ts in stamps for event in (
        lambda ts: mention("more", ts=ts, thread_ts=root),
        lambda ts: talk("<@UBOT1> more", ts=ts, thread_ts=root),
    )]  # fmt: skip
    for event in [*both[::2], *both[1::2][::-1], *both]:
        assert door.event(event).status == 200
    slack.posted(6)
    door.talk("end", thread_ts=root)
    slack.posted(7)
    assert len(slack.messages) == 7


def test_a_thread_goes_on_after_slack_was_away_longer_than_any_retry(slack, advisor):
    """Whoever wrote meanwhile is answered, and so are the messages behind."""
    with serving(advisor, slack) as door:
        slack.fail("chat.postMessage", 429, times=5, **{"Retry-After": "6"})
        door.opened.desk.inbox.retry = _soon(door.opened.desk.inbox.retry)
        root = door.mention("first")
        door.talk("second", thread_ts=root)
        slack.posted(2, seconds=30)
        slack.wait(lambda: door.opened.desk.inbox.counts("slack") == {"done": 2}, what="both to be settled")
        assert len(slack.messages) == 2


def test_a_message_that_may_be_answered_already_waits_until_slack_can_say_so(slack, advisor):
    inbox, place = advisor.inbox, Place(TEAM, "C1", stamp(), "UEN")
    inbox.accept("slack", "unheard", place.conversation, job_data("say", place, text="hello"))
    lost = inbox.next("slack", "a process that dies")
    assert inbox.answering(lost)
    inbox.leave("a process that dies")
    assert inbox.take_over("slack", 1) == 1
    slack.fail("conversations.replies", 503, times=4)  # more often than one call is tried
    slack.messages[("C1", "1")] = {"ts": "1", "channel": "C1", "thread_ts": place.thread,
                                   "metadata": {"event_payload": {"key": "unheard"}}}  # fmt: skip
    with serving(advisor, slack) as door:
        door.opened.desk.inbox.retry = _soon(door.opened.desk.inbox.retry)
        slack.wait(lambda: inbox.counts("slack") == {"done": 1}, 30, what="it to be settled")
    assert len(slack.messages) == 1


def test_a_message_that_cannot_even_be_apologised_for_does_not_block_its_thread(slack, door, advisor, monkeypatch):
    def broken(text, *_):
        if "first" in text:
            slack.fail("chat.postMessage", 200, error="channel_is_limited_access")
            raise RuntimeError("a fault of ours")

    replying(monkeypatch, advisor, broken)
    root = door.mention("the first")
    door.talk("the second", thread_ts=root)
    assert slack.posted()["thread_ts"] == root


def test_a_long_limit_of_one_channel_does_not_keep_the_others_waiting(slack, door):
    for _ in range(12):
        slack.fail("chat.postMessage", 429, **{"Retry-After": "30"})
    for number in range(12):
        door.mention("in the busy channel", channel="CBUSY", ts=f"1690000500.{number:06d}")
    slack.wait(lambda: len(slack.of("chat.postMessage")) == 12, what="twelve refusals")
    door.mention("elsewhere", channel="CFREE")
    assert slack.posted(seconds=5)["channel"] == "CFREE"


def _soon(retry):
    return lambda job, seconds: retry(job, min(seconds, 0.2))
