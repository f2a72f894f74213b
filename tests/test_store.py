"""The store: append-only, whole turns or nothing, one writer at a time, in real processes."""

import datetime as dt
import multiprocessing
import sqlite3
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from assistant.conversation import Event
from assistant.errors import SetupError
from assistant.store import Conflict, Store, TurnRow, put, weights_files


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'advisor.db'}"


@pytest.fixture
def store(url):
    opened = Store(url)
    yield opened
    opened.close()


def save(store, conversation="c", version=0, turn=1, message=None, events=(), **more):
    row = TurnRow(turn, "hello", {"text": "שלום"}, "u", "cli", message)
    return store.append(
        conversation, version, [Event(kind, turn, {"n": n}) for n, kind in enumerate(events)], row, **more
    )


def test_events_come_back_in_order_and_only_the_newer_ones(store):
    version = save(store, events=["said", "started"])
    save(store, version=version, turn=2, events=["answered"])
    assert [event.kind for event in store.events("c")] == ["said", "started", "answered"]
    assert [event.kind for event in store.events("c", after=2)] == ["answered"]
    assert store.events("c")[1].data == {"n": 1}


def test_a_stale_writer_is_refused_and_nothing_of_its_turn_is_kept(store):
    save(store, events=["said"])
    with pytest.raises(Conflict):
        save(store, version=0, turn=2, events=["answered"])
    assert [event.kind for event in store.events("c")] == ["said"]
    assert len(store.turns("c")) == 1


def test_a_message_answered_before_is_found_again_with_its_reply(store):
    save(store, message="m1", events=["said"])
    assert store.reply_to("c", "m1") == {"text": "שלום"}
    assert store.reply_to("c", "m2") is None


def test_conversations_are_listed_for_their_owner_and_workspace_only(store):
    save(store, "mine", events=["said"], owner="ann", workspace="T1", title="first")
    save(store, "hers", events=["said"], owner="bea", workspace="T1")
    save(store, "elsewhere", events=["said"], owner="ann", workspace="T2")
    assert [head.id for head in store.list("ann", "T1")] == ["mine"]
    assert store.head("mine").title == "first"


def test_deleting_takes_everything_that_belongs_to_a_conversation(store, url):
    save(store, "a", events=["said"], owner="ann")
    save(store, "b", events=["said"], owner="ann")
    assert store.delete_all("ann") == 2
    rows = sqlite3.connect(url.removeprefix("sqlite:///"))
    assert [rows.execute(f"select count(*) from {table}").fetchone()[0] for table in ("events", "turns")] == [
        0,
        0,
    ]


def test_weights_are_remembered_by_their_hash(store):
    store.keep_weights("ab", "partner_v1.yaml", b"name: x")
    store.keep_weights("ab", "partner_v1.yaml", b"name: x")
    assert store.weights("ab") == ("partner_v1.yaml", b"name: x")
    assert store.weights("cd") is None


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_a_row_is_put_in_one_statement_of_either_database(database):
    said = []

    def execute(statement, *_parameters):
        said.append(str(statement.compile(dialect=engine.dialect)))
        return SimpleNamespace(rowcount=1)

    engine = sa.create_mock_engine(f"{database}://", execute)
    row = {"sha256": "ab", "file": "f", "content": b""}
    put(engine, weights_files, row)
    put(engine, weights_files, row, replace=False)
    assert "ON CONFLICT (sha256) DO UPDATE SET file = excluded.file, content = excluded.content" in said[0]
    assert said[1].endswith("ON CONFLICT (sha256) DO NOTHING")


def test_a_database_that_cannot_be_opened_says_what_to_do(tmp_path):
    (tmp_path / "advisor.db").write_text("not a database " * 100)
    with pytest.raises(SetupError, match="is damaged"):
        Store(f"sqlite:///{tmp_path / 'advisor.db'}")


def test_a_writer_that_keeps_losing_reserves_the_next_turn(store):
    def append(version, writer):
        return store.append("r", version, [Event("said", version + 1, {})], TurnRow(version + 1, "", {}), writer=writer)

    append(0, "quick")
    store.reserve("r", "slow", 60)
    store.reserve("r", "quick", 60)  # too late
    with pytest.raises(Conflict):
        append(1, "quick")
    assert append(1, "slow") == 2
    assert append(2, "quick") == 3
    store.reserve("r", "gone", -1)
    assert append(3, "quick") == 4  # what is over holds nobody up


def _append_often(url, name, count):
    store = Store(url)
    for _ in range(count):
        while True:
            version = len(store.events("shared"))
            row = TurnRow(version + 1, name, {}, name, "test")
            try:
                store.append("shared", version, [Event("said", version + 1, {"by": name})], row)
                break
            except Conflict:
                continue
    store.close()


def test_two_processes_on_one_conversation_are_serialised(url, store):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append_often, args=(url, name, 15)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    events = store.events("shared")
    assert len(events) == 30
    assert [event.turn for event in events] == list(range(1, 31))
    assert sorted(event.data["by"] for event in events) == ["a"] * 15 + ["b"] * 15


def test_the_moment_of_a_conversation_carries_its_zone(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'advisor.db'}")
    store.append("c", 0, [], TurnRow(1, "hi", {}), title="hi")
    (head,) = store.list("", "")
    assert head.updated.utcoffset() == dt.timedelta(0)
    assert abs(dt.datetime.now(dt.UTC) - head.updated) < dt.timedelta(minutes=5)
