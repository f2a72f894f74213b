"""The inbox: taken in once, handed out in order, taken over from the silent, settled by its holder only."""

import pytest

from assistant.inbox import Inbox
from assistant.store import Store


@pytest.fixture
def inbox(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'advisor.db'}")
    yield Inbox(store.engine)
    store.close()


def test_a_message_is_taken_in_once_whatever_its_delivery(inbox):
    assert inbox.accept("slack", "m1", "lane", {"n": 1}, delivery="d1")
    assert not inbox.accept("slack", "m1", "lane", {"n": 1}, delivery="d2")
    assert not inbox.accept("slack", "m2", "lane", {"n": 2}, delivery="d1")
    assert inbox.accept("slack", "m2", "lane", {"n": 2}, delivery="d3")
    assert inbox.waiting("slack") == 2


def test_messages_of_a_lane_are_handed_out_one_after_the_other_and_lanes_side_by_side(inbox):
    for key, lane in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        inbox.accept("slack", key, lane, {})
    first, other = inbox.next("slack", "w"), inbox.next("slack", "w")
    assert (first.key, other.key) == ("a1", "b1")
    assert inbox.next("slack", "w") is None
    inbox.settle(first)
    assert inbox.next("slack", "w").key == "a2"


def test_a_message_put_off_keeps_its_place_in_the_lane(inbox):
    for key in ("a1", "a2"):
        inbox.accept("slack", key, "a", {})
    inbox.retry(inbox.next("slack", "w"), 60)
    assert inbox.next("slack", "w") is None


def test_what_a_silent_worker_held_is_handed_out_again_and_it_may_not_settle_any_more(inbox):
    inbox.accept("slack", "m", "lane", {"text": "hello"})
    inbox.beat("alive")
    lost = inbox.next("slack", "dead")
    assert inbox.answering(lost)
    assert inbox.take_over("slack", 30) == 0  # its answer may be on the way
    inbox.leave("dead")
    assert inbox.take_over("slack", 30) == 1
    again = inbox.next("slack", "alive")
    assert (again.attempts, again.answering, again.data) == (2, True, {"text": "hello"})
    assert inbox.take_over("slack", 30) == 0
    assert not inbox.answering(lost)
    inbox.settle(lost, "failed")
    inbox.settle(again)
    assert inbox.counts("slack") == {"done": 1}


def test_a_stopped_message_may_not_be_answered(inbox):
    inbox.accept("slack", "m", "lane", {})
    job = inbox.next("slack", "w")
    assert inbox.stop("lane") == 1
    assert inbox.stopped(job)
    assert not inbox.answering(job)


def test_what_was_said_is_erased_once_it_is_settled_and_forgotten_in_time(inbox):
    inbox.accept("slack", "m", "lane", {"text": "secret"}, delivery="d")
    inbox.settle(inbox.next("slack", "w"))
    assert "secret" not in str(inbox.engine.connect().exec_driver_sql("select data from inbox_jobs").fetchall())
    assert inbox.knows("lane")
    inbox.forget(-1)
    assert not inbox.knows("lane")
