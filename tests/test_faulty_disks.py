"""A full disk, a closed folder, a damaged database, a wrong weights file: one clear line in the person's language."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from assistant import cli
from assistant.errors import SetupError, storage_error
from assistant.settings import Settings
from assistant.store import Store

QUESTIONS = {"en": "What is a lead?", "he": "מה זה ליד?"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An installation's data folder that nothing stands in yet."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ADVISOR_HOME", str(folder))
    monkeypatch.delenv("ADVISOR_DATABASE", raising=False)
    return folder


def full(*_args, **_kwargs):
    raise OSError("405744 requested and 98272 written")


@pytest.mark.parametrize(("language", "says"), [("en", "is full"), ("he", "אין מקום פנוי")])
def test_a_disk_that_fills_while_the_index_is_built_is_told_in_one_line(home, monkeypatch, capsys, language, says):
    monkeypatch.setattr(np, "save", full)
    assert cli.main(["ask", QUESTIONS[language]]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told
    assert len(told.splitlines()) == 1
    assert not list((home / "knowledge" / "index" / "versions").iterdir()), "the half-built index eats the disk"


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "What is a lead?"],
        ["knowledge", "list"],
        ["knowledge", "search", "lead"],
        ["knowledge", "build"],
        ["knowledge", "add", __file__],
        ["conversations", "list"],
        ["batch"],
    ],
)
def test_a_data_folder_that_cannot_be_made_is_told_by_every_command(tmp_path, monkeypatch, capsys, command):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path / "file" / "below"))
    assert cli.main(command) == 2
    assert "Set ADVISOR_HOME to a writable folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk_full"), (errno.EROFS, "not_writable"), (errno.EACCES, "not_writable"), (errno.EIO, "home")],
)
def test_what_the_system_says_of_the_disk_becomes_what_the_person_can_do(number, code):
    error = storage_error(OSError(number, os.strerror(number)), Path("/data"))
    assert error.code == code
    assert "/data" in error.text("en")
    assert "ADVISOR_HOME" in error.text("he")


def test_a_damaged_database_is_named_with_the_way_out_and_left_as_it_is(tmp_path):
    path = tmp_path / "advisor.db"
    path.write_bytes(b"this was a database once " * 400)
    before = path.read_bytes()
    with pytest.raises(SetupError) as caught:
        Store(f"sqlite:///{path}")
    assert caught.value.code == "database_damaged"
    assert str(path) in caught.value.text("he")
    assert path.read_bytes() == before


def test_a_database_that_fills_up_in_use_is_told_and_keeps_what_it_had(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'advisor.db'}")
    store.keep_weights("before", "a.yaml", b"kept")
    sa.event.listen(store.engine, "checkout", lambda raw, *_: raw.execute("PRAGMA max_page_count=1"))  # as it stands
    with pytest.raises(SetupError) as caught:
        store.keep_weights("after", "b.yaml", b"x" * 1_000_000)
    assert caught.value.code == "disk_full"
    assert store.weights("before") == ("a.yaml", b"kept")


def test_a_missing_database_driver_names_the_package_and_hides_the_password():
    with pytest.raises(SetupError) as caught:
        Store("postgresql+pg8000://advisor:topsecret@localhost:1/advisor")
    assert "pip install pg8000" in caught.value.text("en")
    assert "topsecret" not in caught.value.text("en") + caught.value.text("he")


def test_a_search_model_that_is_not_there_is_told_with_how_to_do_without(home, monkeypatch, capsys):
    monkeypatch.setenv("ADVISOR_EMBEDDING", "no-such/model")
    assert cli.main(["ask", "What is a lead?"]) == 2
    told = capsys.readouterr().err
    assert "ADVISOR_EMBEDDING" in told
    assert "Traceback" not in told


def test_the_doctor_says_of_a_damaged_database_what_to_do_and_no_more(home, monkeypatch):
    from assistant.doctor import CHECKS

    home.mkdir()
    (home / "advisor.db").write_bytes(b"x" * 9000)
    findings = {one.name: one for check in CHECKS for one in [check(Settings.from_environment(), "he")]}
    assert "פגום" in findings["database"].detail
    assert findings["database"].mend == ""


def test_a_fault_of_two_writers_is_no_fault_of_the_disk(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'advisor.db'}")
    with pytest.raises(exc.IntegrityError), store._telling():
        raise exc.IntegrityError("insert", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))


@pytest.mark.parametrize(("language", "says"), [("en", "weight must be a whole number"), ("he", "תקנו אותו ב-")])
def test_a_wrong_weights_file_is_told_at_every_door_and_not_kept(home, indexed, capsys, language, says):
    from assistant import open_advisor
    from assistant.judgements import usable

    (home / "weights").mkdir(parents=True)
    shutil.copytree(indexed / "knowledge", home / "knowledge")
    own = home / "weights" / "partner_v1.yaml"
    good = usable("partner_v1", None).content
    own.write_bytes(good.replace(b"weight: 5", b"weight: -5"))
    question = {"en": "Should we appoint this distributor?", "he": "האם למנות את המפיץ הזה?"}[language]
    for command in (["calc", "partner_fit", "--integrity-check", "clear", "--language", language], ["ask", question]):
        assert cli.main(command) == 2
        told = capsys.readouterr().err
        assert says in told
        assert len(told.splitlines()) == 1
    own.write_bytes(good.replace(b"weight: 5", b"weight: 6"))
    advisor = open_advisor()
    try:
        advisor.reply("mended", question, actions=[{"do": "start", "tool": "partner_fit"}])
        (record,) = advisor.state("mended").records.values()
        assert record.weights["sha256"] == usable("partner_v1", home / "weights").sha256
    finally:
        advisor.close()


def test_a_weights_file_that_is_no_yaml_is_told_with_its_line(tmp_path):
    from assistant.judgements import usable

    (tmp_path / "partner_v1.yaml").write_text("name: partner_v1\nbands: [\n")
    with pytest.raises(SetupError) as caught:
        usable("partner_v1", tmp_path)
    assert "partner_v1.yaml: line 3" in caught.value.text("en")
    assert "byte string" not in caught.value.text("en")


def test_a_network_that_is_not_there_is_not_called_a_file(capsys):
    from urllib.error import URLError

    def call():
        raise URLError("Name or service not known")

    assert cli._told(call, lambda: "en") == 2
    assert "network cannot be reached: Name or service" in capsys.readouterr().err
