import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from knowledge import Knowledge, open_knowledge
from knowledge.documents import Passage
from knowledge.embedding import BundledEmbedding
from knowledge.index import (
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    build,
    current_version,
    open_index,
    writer_lock,
)
from knowledge.translation import Translations

ROOT = Path(__file__).parents[1]
CARD = """---
id: method/{name}
topic: method
kind: rule
as_of: 2010
title: {{en: About {name}, he: על {name}}}
answer: {{en: It is {name}., he: זה {name}.}}
questions: {{en: [what is {name}], he: [מה זה {name}]}}
sources: [S]
---
## en
Text.
## he
טקסט.
"""


def passages(count):
    return [Passage(f"p{n}", "d", "en", f"Passage number {n} about topic{n % 7}.", 0, 1) for n in range(count)]


def make(folder, count=3, **options):
    return build((), passages(count), folder, BundledEmbedding(), Translations().known_words, **options)


def python(code, *args, **options):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def write_card(folder, name):
    path = folder / "method" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CARD.format(name=name), "utf-8")


def test_what_was_built_is_read_back(tmp_path):
    name = make(tmp_path, content="abc")
    index = open_index(tmp_path)
    assert index.manifest.name == name == current_version(tmp_path)
    assert (index.manifest.passages, index.manifest.content, index.manifest.embedding) == (
        3,
        "abc",
        "bundled",
    )
    assert index.passage(2)["text"] == passages(3)[2].text
    assert index.store.nearest(BundledEmbedding().embed_questions([passages(3)[1].text])[0], 1).tolist() == [1]
    index.close()


def test_a_folder_without_an_index_says_how_to_build_one(tmp_path):
    with pytest.raises(IndexMissing, match="advisor knowledge build"):
        open_index(tmp_path)


@pytest.mark.parametrize("state", ["vectors written", "about to switch"])
def test_a_build_killed_midway_leaves_the_old_version_in_service(tmp_path, state):
    old = make(tmp_path)
    child = python(
        """
        import sys, time
        from pathlib import Path
        import knowledge.index as index
        from knowledge.documents import Passage
        from knowledge.embedding import BundledEmbedding
        from knowledge.translation import Translations

        def stop(*_):
            print("here", flush=True)
            time.sleep(60)

        if sys.argv[2] == "about to switch":
            index._switch = stop
        def progress(label, done, total):
            if sys.argv[2] == "vectors written" and label == "vectors":
                stop()
        texts = [Passage(f"n{n}", "d", "en", f"New text {n}.", 0, 1) for n in range(5)]
        known = Translations().known_words
        index.build((), texts, Path(sys.argv[1]), BundledEmbedding(), known, progress=progress)
        """,
        tmp_path,
        state,
    )
    assert child.stdout.readline() == "here\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert current_version(tmp_path) == old
    assert open_index(tmp_path).passage(0)["id"] == "p0"
    new = make(tmp_path, 4)
    assert current_version(tmp_path) == new
    assert not list((tmp_path / "versions").glob(".building-*"))


def test_two_readers_see_old_or_new_and_never_between(tmp_path):
    make(tmp_path, 2)
    code = """
        import sys, time
        from pathlib import Path
        from knowledge.embedding import BundledEmbedding
        from knowledge.index import current_version, open_index
        folder, model = Path(sys.argv[1]), BundledEmbedding()
        print("ready", flush=True)
        seen, deadline = [], time.monotonic() + 30
        while len(seen) < 4 and time.monotonic() < deadline:
            index = open_index(folder)
            count = index.manifest.passages
            vector = model.embed_questions([f"Passage number {count - 1}"])[0]
            assert len(index.store.nearest(vector, 50)) == count, "vectors and passages differ"
            assert index.passage(count - 1)["id"] == f"p{count - 1}"
            if seen[-1:] != [count]:
                seen.append(count)
            index.close()
        print(*seen)
    """
    readers = [python(code, tmp_path) for _ in range(2)]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    for count in (3, 5, 8):
        make(tmp_path, count)
        time.sleep(1.2)
    for reader in readers:
        output, _ = reader.communicate(timeout=60)
        assert reader.returncode == 0
        assert output.split()[-1] == "8"


def test_one_writer_at_a_time(tmp_path):
    make(tmp_path)
    with (
        writer_lock(tmp_path),
        pytest.raises(IndexBusy, match="another process is building"),
        writer_lock(tmp_path, patience_s=0.1),
    ):
        pass
    with writer_lock(tmp_path, patience_s=0.1):
        pass


def test_the_lock_of_a_killed_writer_is_free(tmp_path):
    code = """
        import sys, time
        from pathlib import Path
        from knowledge.index import writer_lock
        with writer_lock(Path(sys.argv[1])):
            print("held", flush=True)
            time.sleep(60)
    """
    child = python(code, tmp_path)
    assert child.stdout.readline() == "held\n"
    child.kill()
    child.wait()
    with writer_lock(tmp_path, patience_s=2):
        pass


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "manifest.json").unlink(),
        lambda folder: (folder / "manifest.json").write_text("{", "utf-8"),
        lambda folder: (folder / "cards.json").write_text("[]", "utf-8"),
        lambda folder: (folder / "passages-words-rows.npy").write_bytes(b"x"),
        lambda folder: (folder / "cards-vectors.npy").unlink(),
        lambda folder: (folder / "units.json").write_text("x" * (folder / "units.json").stat().st_size, "utf-8"),
        lambda folder: _rewrite(folder / "manifest.json", format=99),
    ],
)
def test_a_damaged_version_is_named_and_building_mends_it(tmp_path, harm):
    name = make(tmp_path)
    harm(tmp_path / "versions" / name)
    with pytest.raises(IndexDamaged, match="build it again"):
        open_index(tmp_path)
    make(tmp_path)
    assert open_index(tmp_path).passage(0)["id"] == "p0"


def _blot(path):
    path.write_bytes(b"x" * path.stat().st_size)


def _rewrite(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def test_a_version_someone_may_just_have_opened_stays(tmp_path):
    names = [make(tmp_path, 1) for _ in range(4)]
    assert sorted(path.name for path in (tmp_path / "versions").iterdir()) == names


def test_building_the_same_again_keeps_the_version_unless_it_is_damaged(tmp_path):
    name = make(tmp_path, content="abc")
    assert make(tmp_path, content="abc") == name
    assert make(tmp_path, content="abd") != name
    name = make(tmp_path, content="abd")
    _blot(tmp_path / "versions" / name / "units.json")
    assert make(tmp_path, content="abd") != name


def test_old_versions_are_removed_but_for_the_last(tmp_path, monkeypatch):
    monkeypatch.setattr("knowledge.index.GRACE_S", 0)
    names = [make(tmp_path, 1) for _ in range(4)]
    assert sorted(path.name for path in (tmp_path / "versions").iterdir()) == names[-2:]


@pytest.fixture
def home(tmp_path):
    write_card(tmp_path / "cards", "apple")
    return tmp_path


def opened(home, **options) -> Knowledge:
    return open_knowledge(home / "data", cards=home / "cards", **options)


def test_knowledge_builds_its_index_once_and_again_only_when_a_card_changes(home):
    first = opened(home)
    assert [hit.id for hit in first.search("what is apple")] == ["method/apple"]
    assert opened(home).version == first.version
    write_card(home / "cards", "pear")
    second = opened(home)
    assert second.version != first.version
    assert second.search("pear")[0].id == "method/pear"


def test_an_open_knowledge_moves_to_a_newer_index(home):
    reader = opened(home)
    assert "method/pear" not in reader.cards
    write_card(home / "cards", "pear")
    opened(home)
    assert reader.search("pear")[0].id == "method/pear"
    assert reader.card("method/pear").title.en == "About pear"
    assert reader.card("method/none") is None


def test_a_damaged_index_is_built_again_when_knowledge_opens(home):
    version = opened(home).version
    (home / "data" / "index" / "versions" / version / "units.json").unlink()
    assert opened(home).search("apple")[0].id == "method/apple"


def test_cards_alone_never_load_chroma(home):
    opened(home)
    code = """
        import sys
        from pathlib import Path
        from knowledge import open_knowledge
        home = Path(sys.argv[1])
        assert open_knowledge(home / "data", cards=home / "cards").search("apple")
        assert "chromadb" not in sys.modules
    """
    assert python(code, home).wait() == 0


def test_a_persons_glossary_is_used_at_once(home):
    write_card(home / "cards", "quince")
    assert not opened(home).search("חבושון")[0].matched
    (home / "data" / "glossary.tsv").write_text("# mine\nquince\tחבושון\n", "utf-8")
    assert opened(home).search("חבושון")[0].id == "method/quince"


def test_a_question_without_words_finds_nothing(home):
    assert opened(home).search("?!") == []
