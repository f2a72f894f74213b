"""The library: adding, changing, removing, checking; bad files, attacks, crashes, two writers."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.reading.find import Limits
from knowledge.reading.worker import Reader

FIXTURES = Path(__file__).parent / "fixtures" / "reading"
ROOT = Path(__file__).parents[1]
PARAGRAPH = "An agent sells in your name and earns a commission; a distributor buys and resells at his risk. "


@pytest.fixture
def desk(tmp_path):
    """A folder of texts, as a person would name it."""
    folder = tmp_path / "desk"
    shutil.copytree(FIXTURES, folder)
    return folder


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


def codes(report, *statuses):
    return sorted({note.code for note in report.notes if not statuses or note.status in statuses})


def failures(report):
    return {Path(note.path).name: note.code for note in report.of("failed")}


def test_folder_is_added_and_every_quote_verifies(library, desk):
    report = library.add([desk])
    assert report.exit_code == 0
    assert len(library.documents()) == 8
    for passage in library.passages():
        assert library.document(passage.document).verifies(passage.text, passage.start)
    assert codes(library.check()) == ["verified"]


def test_report_says_what_was_kept_merged_and_dropped_and_why_in_both_languages(library, desk):
    report = library.add([desk])
    assert {"kept", "merged", "shared", "dropped", "announcement", "lost-table"} <= set(codes(report))
    english, hebrew = "\n".join(report.lines("en")), "\n".join(report.lines("he"))
    assert "signature lines (4)" in english
    assert "שורות חתימה (4)" in hebrew
    assert not re.search(r"555|@", english + hebrew)


def test_adding_again_changes_nothing(library, desk):
    library.add([desk])
    version, files = library.version(), snapshot(library)
    report = library.add([desk])
    assert codes(report) == ["unchanged"]
    assert (library.version(), snapshot(library)) == (version, files)


def snapshot(library):
    paths = sorted(p for p in library.folder.rglob("*") if p.is_file())
    return [(str(p), p.stat().st_mtime_ns, p.read_bytes()) for p in paths]


def test_changed_file_replaces_its_passages(library, desk):
    library.add([desk])
    before = {p.id for p in library.passages()}
    notes = desk / "notes.md"
    notes.write_text("# Notes\n\nThe price list now starts with the words of the buyer.", "utf-8")
    report = library.add([desk])
    assert "replaced" in codes(report)
    texts = [p.text for p in library.passages()]
    assert any("starts with the words of the buyer" in text for text in texts)
    assert not any("A price list is a promise" in text for text in texts)
    assert len({p.id for p in library.passages()} & before) == len(before) - 1


@pytest.mark.parametrize("by", ["name", "path"])
def test_file_is_removed_and_nothing_of_it_stays(library, desk, by):
    library.add([desk])
    report = library.remove("notes.md" if by == "name" else str(desk / "notes.md"))
    assert codes(report) == ["removed"]
    stored = "".join(p.read_text("utf-8") for p in library.folder.rglob("*") if p.is_file())
    assert "A price list is a promise" not in stored


def test_one_post_of_a_dump_can_be_removed_and_comes_back_when_the_dump_is_added_again(library, desk):
    library.add([desk])
    (gone,) = [d for d in library.documents() if d.title == "חופשה קצרה"]
    library.remove(gone.id)
    assert library.document(gone.id) is None
    assert len(library.documents()) == 7
    library.add([desk])
    assert library.document(gone.id) == gone


def test_copy_takes_the_place_of_the_removed_original(library, desk):
    library.add([desk])
    library.remove("blog_he.txt")
    (left,) = [d for d in library.documents() if d.title == "שאלות שמפיץ טוב שואל"]
    assert left.path.endswith("page_he.txt")
    assert left.copies == ()


def test_removing_what_is_not_there_fails_with_its_name(library, desk):
    library.add([desk])
    version = library.version()
    report = library.remove("elsewhere.txt")
    assert (report.exit_code, codes(report)) == (2, ["not-here"])
    assert "elsewhere.txt" in report.lines("en")[0]
    assert library.version() == version


def test_two_libraries_share_nothing(tmp_path, desk):
    one, two = Library(tmp_path / "one"), Library(tmp_path / "two")
    one.add([desk / "notes.md"])
    two.add([desk / "page_en.html"])
    assert {d.title for d in one.documents()} & {d.title for d in two.documents()} == set()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["desk", "one", "two"]


def test_empty_library_answers(library):
    assert (library.documents(), library.passages(), library.version()) == ((), (), "empty")
    assert library.check().exit_code == 0


# Files that cannot be read


def test_every_bad_file_gets_one_line_and_the_good_ones_are_kept(library, tmp_path):
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "good.txt").write_text(PARAGRAPH * 5)
    (desk / "empty.txt").write_bytes(b"")
    (desk / "junk.txt").write_bytes(os.urandom(5000))
    (desk / "fake.pdf").write_bytes(b"no pdf")
    (desk / "half.docx").write_bytes(b"PK\x03\x04 half")
    (desk / "photo.jpg").write_bytes(b"\xff\xd8")
    (desk / "tool.exe").write_bytes(b"MZ\x00\x00")
    (desk / "nameless").write_bytes(bytes(5000) + os.urandom(500))
    (desk / "beside.png").write_bytes(b"\x89PNG")
    report = library.add([desk, desk / "nowhere.txt"])
    assert {Path(note.path).name for note in report.of("warned")} == {"photo.jpg", "beside.png"}
    assert failures(report) == {
        "empty.txt": "empty",
        "junk.txt": "binary",
        "fake.pdf": "damaged",
        "half.docx": "damaged",
        "nowhere.txt": "missing",
        "tool.exe": "unsupported",
        "nameless": "binary",
    }
    assert report.exit_code == 1
    assert len(library.documents()) == 1
    assert len([line for line in report.lines("he") if line.startswith("empty.txt")]) == 1


def test_exit_code_is_2_when_nothing_could_be_read(library, tmp_path):
    assert library.add([tmp_path / "nowhere"]).exit_code == 2


def test_huge_file_is_refused_by_its_size_without_being_read(library, tmp_path):
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(200_000_000)
    started = time.monotonic()
    report = library.add([huge])
    assert failures(report) == {"huge.txt": "too-large"}
    assert time.monotonic() - started < 2
    assert "200 MB" in report.lines("en")[0]


def test_limit_of_size_can_be_set(tmp_path):
    (tmp_path / "a.txt").write_text(PARAGRAPH * 20)
    library = Library(tmp_path / "library", limits=Limits(file_bytes=1000))
    assert failures(library.add([tmp_path / "a.txt"])) == {"a.txt": "too-large"}


def test_link_out_of_the_named_folder_is_not_followed(library, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "plan.txt").write_text(PARAGRAPH * 5)
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "link.txt").symlink_to(tmp_path / "secret" / "plan.txt")
    (desk / "folder").symlink_to(tmp_path / "secret")
    (desk / "inside.txt").write_text("The buyer asks three questions before he signs. " * 5)
    (desk / "again.txt").symlink_to(desk / "inside.txt")
    (desk / "loop").symlink_to(desk)
    report = library.add([desk])
    assert failures(report) == {"link.txt": "outside", "folder": "outside"}
    assert len(library.documents()) == 1
    assert "commission" not in library.documents()[0].text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_link_to_nothing_is_told_as_one(library, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "gone.txt").symlink_to(tmp_path / "nowhere")
    assert failures(library.add([tmp_path / "in"])) == {"gone.txt": "broken-link"}


def test_files_of_one_name_are_told_apart_and_no_name_reaches_the_terminal_raw(library, tmp_path):
    for folder in ("spain", "italy"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "terms.txt").write_text(f"In {folder} the notice period of agents is ninety days.\n" * 9)
    (tmp_path / "red\x1b[31m\n.txt").write_text("")
    lines = library.add([tmp_path]).by_file("en")
    assert {"spain/terms.txt", "italy/terms.txt"} <= set(lines)
    assert all(line.isprintable() for line in lines)


def test_every_copy_counts_in_what_it_comes_to(library, tmp_path):
    text = "The agent in Norway reports once a fortnight and keeps spare parts for two years. " * 9
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(text)
    assert library.add([tmp_path]).by_file("en")[-1] == "Files: 3. Texts kept: 1, the same as another: 2, failed: 0."


def test_pipe_is_refused_instead_of_waited_for(library, tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert failures(library.add([tmp_path / "pipe.txt"])) == {"pipe.txt": "not-a-file"}


def test_number_of_files_is_bounded(tmp_path):
    for number in range(6):
        (tmp_path / f"{number}.txt").write_text(f"{PARAGRAPH * 3} Note {number}.")
    library = Library(tmp_path / "library", limits=Limits(files=4))
    report = library.add([tmp_path])
    assert "too-many-files" in codes(report, "failed")


def test_file_that_never_ends_is_stopped_and_the_next_is_read(
    tmp_path,
):
    slow, good = tmp_path / "a.html", tmp_path / "b.html"
    slow.write_text("<p>" + "x" * 50)
    good.write_text(f"<p>{PARAGRAPH * 5}</p>")
    with Reader({}, seconds=20, most_bytes=10_000) as reader:
        process = reader._running()
        reader.seconds = 0.5
        os.kill(process.pid, signal.SIGSTOP)
        report = refused(reader, slow)
        assert report == "too-slow"
        reader.seconds = 20
        assert len(reader.read(str(good))[0].documents) == 1


def refused(reader, path):
    from knowledge.reading.problems import Unreadable

    with pytest.raises(Unreadable) as caught:
        reader.read(str(path))
    return caught.value.code


def test_reader_that_dies_costs_one_file(tmp_path):
    good = tmp_path / "b.html"
    good.write_text(f"<p>{PARAGRAPH * 5}</p>")
    with Reader({}, seconds=20, most_bytes=10_000) as reader:
        process = reader._running()
        process.kill()
        process.wait()
        assert len(reader.read(str(good))[0].documents) == 1
        reader.process.kill()
        reader.process.poll = lambda: None
        assert refused(reader, good) == "too-heavy"
        assert len(reader.read(str(good))[0].documents) == 1


def test_progress_is_told_file_by_file(library, desk):
    told = []
    library.add([desk], progress=lambda done, total, path: told.append((done, total, Path(path).name)))
    assert told == [(1, 4, "blog_he.txt"), (2, 4, "notes.md"), (3, 4, "page_en.html"), (4, 4, "page_he.txt")]


# Checking


def test_check_tells_of_originals_that_changed_or_vanished(library, desk):
    library.add([desk])
    (desk / "notes.md").write_text("changed")
    (desk / "page_en.html").unlink()
    report = library.check()
    assert codes(report) == ["original-changed", "original-missing"]
    assert report.exit_code != 0


def test_check_finds_stored_text_that_was_tampered_with(library, desk):
    library.add([desk])
    (stored,) = (library.folder / "versions").glob("*.json")
    body = json.loads(stored.read_text("utf-8"))
    victim = body["documents"][0]
    victim["text"] = "x" + victim["text"]
    stored.write_text(json.dumps(body), "utf-8")
    assert codes(Library(library.folder).check(), "failed") == ["broken", "store-damaged"]


@pytest.mark.parametrize("damage", [b"", b"{half", b"\x00\xff"])
@pytest.mark.parametrize("part", ["files", "versions"])
def test_damaged_store_is_told_and_mended_by_adding_again(library, desk, part, damage):
    library.add([desk])
    before = library.documents()
    next((library.folder / part).glob("*.json")).write_bytes(damage)
    again = Library(library.folder)
    assert "store-damaged" in codes(again.check(), "failed")
    assert again.add([desk]).exit_code == 0
    assert again.documents() == before
    assert codes(again.check()) == ["verified"]


# Crashes and two writers


def add_in_process(library, desk):
    code = f"from knowledge.library import Library; Library({str(library.folder)!r}).add([{str(desk)!r}])"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_kill_at_any_moment_leaves_a_library_that_reads_and_can_go_on(library, tmp_path):
    desk = tmp_path / "desk"
    desk.mkdir()
    for number in range(60):
        (desk / f"{number}.txt").write_text(f"Note {number}\n\n" + f"{PARAGRAPH} Case {number * 37}. " * 8)
    for wait in (0.15, 0.25, 0.35, 0.5):
        process = add_in_process(library, desk)
        time.sleep(wait)
        process.kill()
        process.wait()
        for passage in library.passages():
            assert library.document(passage.document).verifies(passage.text, passage.start)
    library.add([desk])
    assert len({Path(d.path).name for d in library.documents()}) == 60
    assert [p for p in library.folder.rglob("*.part")] == []


def test_two_writers_take_turns(library, desk, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "one.txt").write_text(PARAGRAPH * 6)
    writers = [add_in_process(library, desk), add_in_process(library, other)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert len(library.documents()) == 9
    assert codes(library.check()) == ["verified"]


def test_busy_library_says_so(library, desk, monkeypatch):
    import knowledge.library as module
    from knowledge.lock import writing

    monkeypatch.setattr(module, "writing", lambda folder: writing(folder, wait=0.1))
    with writing(library.folder):
        report = library.add([desk])
    assert (codes(report), report.exit_code) == (["busy"], 2)


def test_reader_with_an_open_library_sees_a_change_without_opening_again(library, desk):
    library.add([desk / "notes.md"])
    reader = Library(library.folder)
    assert len(reader.documents()) == 1
    library.add([desk])
    assert len(reader.documents()) == 8
