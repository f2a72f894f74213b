"""One installation, several workspaces: what one added is never found, quoted, listed or removed by another."""

import contextlib
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import open_advisor
from assistant.advisor import without_model
from assistant.cli import main
from assistant.errors import NotFound
from assistant.settings import Settings
from knowledge.texts import Shelves, folder_name

ASKED = {
    "en": "How must pallets of {brand} be stacked in the cold store at Gdansk harbour?",
    "he": "איך צריך לאחסן משטחים של {brand} במחסן הקירור בנמל גדנסק?",
}
TOLD = {
    "en": "Pallets of {brand} must be stacked {how} in the cold store at Gdansk harbour, because their seals leak.",
    "he": "את המשטחים של {brand} צריך לאחסן {how} במחסן הקירור בנמל גדנסק, כי האטמים שלהם דולפים.",
}
HOW = {"one": {"en": "upright", "he": "בעמידה"}, "two": {"en": "lying flat", "he": "בשכיבה"}}
BRAND = {"en": "Zubrowka", "he": "זוברובקה"}
# Ids that would meet on some file system, leave the folder, or be no name at all.
ODD = ["T1", "t1", "Ｔ1", "../T1", "T1/", "..", ".", "T1\0", "/etc/passwd", "C:\\T1", "CON", "ארגון"]
ODD += ["\u00e9", "e\u0301", "x" * 400, "\ud800", " ", "*"]


def text(language: str, whose: str) -> str:
    """A text that says of one thing what this workspace alone says of it."""
    return TOLD[language].format(brand=BRAND[language], how=HOW[whose][language])


def asked(advisor, workspace, language="en", user="U1", conversation=""):
    question = ASKED[language].format(brand=BRAND[language])
    return advisor.reply(conversation or uuid.uuid4().hex, question, user=user, workspace=workspace)


def quoted(reply):
    """The quotations in the reply's own language; a text may also be quoted from the other one."""
    told = [source.quote for source in reply.sources if source.quote]
    return [quote for quote in told if bool(re.search("[א-ת]", quote)) == (reply.language == "he")]


def all_quoted(reply):
    return {source.quote for source in reply.sources if source.quote}


@pytest.fixture(scope="module")
def advisor(home):
    opened = open_advisor(Settings.from_environment({"ADVISOR_HOME": str(home)}))
    yield opened
    opened.close()


@pytest.fixture
def two(advisor):
    """Two workspaces that handed over files of the same name which contradict each other."""
    ids = f"ONE{uuid.uuid4().hex[:6]}", f"TWO{uuid.uuid4().hex[:6]}"
    for workspace, whose in zip(ids, HOW, strict=True):
        files = [(f"{language}.txt", text(language, whose).encode()) for language in TOLD]
        assert {note["status"] for note in advisor.add_texts(files, workspace=workspace)} == {"kept"}
    return ids


@pytest.mark.parametrize("language", ["en", "he"])
def test_each_workspace_is_quoted_its_own_text_and_the_rest_none(advisor, two, language):
    for workspace, whose in zip(two, HOW, strict=True):
        reply = asked(advisor, workspace, language)
        assert quoted(reply) == [text(language, whose)]
        assert all_quoted(reply) <= {text("en", whose), text("he", whose)}
    for stranger in ("", "ZZZ", two[0].lower(), f"{two[0]} ", f"../{two[0]}", folder_name(two[0])):
        assert not all_quoted(asked(advisor, stranger, language)), stranger


def test_every_way_to_the_texts_stays_in_the_workspace(advisor, two):
    one, other = (advisor.knowledge_of(workspace) for workspace in two)
    hits = [hit for hit in one.search(ASKED["en"], limit=50) if hit.kind == "passage"]
    assert {hit.passage["text"] for hit in hits} == {text("en", "one"), text("he", "one")}
    assert (one.passages, len(one.library.documents())) == (2, 2)
    (theirs,) = [d for d in other.library.documents() if d.text == text("en", "two")]
    assert one.library.document(theirs.id) is None
    assert advisor.knowledge.passages == 0
    assert one.cards is other.cards is advisor.knowledge.cards


def test_removing_takes_from_one_workspace_only_with_its_original(advisor, two):
    one, other = (advisor.knowledge_of(workspace) for workspace in two)
    (theirs,) = [d for d in other.library.documents() if d.text == text("en", "two")]
    for workspace in (two[0], "", "ZZZ"):
        assert [note["status"] for note in advisor.remove_text(theirs.id, workspace=workspace)] == ["failed"]
    (mine,) = [d for d in one.library.documents() if d.text == text("en", "one")]
    advisor.remove_text(mine.id, workspace=two[0])
    assert not quoted(asked(advisor, two[0]))
    assert quoted(asked(advisor, two[1])) == [text("en", "two")]
    kept = {path.name: path.read_text("utf-8") for path in other.uploads.iterdir()}
    assert kept == {f"{language}.txt": text(language, "two") for language in TOLD}
    assert [path.name for path in one.uploads.iterdir()] == ["he.txt"]


def test_the_same_file_name_replaces_the_text_of_its_own_workspace_only(advisor, two):
    changed = text("en", "one").replace("upright", "on their side")
    (note,) = advisor.add_texts([("en.txt", changed.encode())], workspace=two[0])
    assert note["status"] == "replaced"
    assert quoted(asked(advisor, two[0])) == [changed]
    assert quoted(asked(advisor, two[1])) == [text("en", "two")]


def test_any_workspace_id_gets_a_folder_of_its_own_inside_the_data_folder(advisor, home):
    outside = {path for path in home.parent.rglob("*") if home not in (path, *path.parents)}
    for number, workspace in enumerate(ODD):
        told = f"Workspace number {number} keeps the seventh turnstile of the Gdansk ropewalk locked on Tuesdays."
        advisor.add_texts([("rope.txt", told.encode())], workspace=workspace)
    for number, workspace in enumerate(ODD):
        (document,) = advisor.knowledge_of(workspace).library.documents()
        assert document.text.startswith(f"Workspace number {number} "), workspace
    names = [folder_name(workspace) for workspace in ODD]
    assert len({name.casefold() for name in names}) == len(ODD)
    assert all(name.isascii() and name == name.lower() and len(name) < 60 for name in names)
    assert advisor.knowledge.library.documents() == ()
    assert {path for path in home.parent.rglob("*") if home not in (path, *path.parents)} == outside


def test_a_guest_from_another_door_speaks_in_the_conversations_own_workspace(advisor, two):
    conversation = uuid.uuid4().hex
    asked(advisor, two[0], user="U1", conversation=conversation)
    ticket = advisor.ticket(conversation, user="U1", workspace=two[0])
    advisor.join(ticket, user="web-7", workspace=two[1])
    reply = asked(advisor, two[1], user="web-7", conversation=conversation)
    assert quoted(reply) == [text("en", "one")], "the thread's company, not the guest's"
    with pytest.raises(NotFound):
        asked(advisor, two[1], user="web-8", conversation=conversation)


def test_the_companys_own_workspaces_share_the_installations_texts(own_home):
    env = {"ADVISOR_HOME": str(own_home), "ADVISOR_OWN_WORKSPACES": "THOUSE, TSECOND"}
    with contextlib.closing(open_advisor(Settings.from_environment(env))) as advisor:
        advisor.add_texts([("en.txt", text("en", "one").encode())])
        assert [bool(quoted(asked(advisor, ws))) for ws in ("", "THOUSE", "TSECOND", "TGUEST", "thouse")] == [
            True, True, True, False, False,
        ]  # fmt: skip
        advisor.add_texts([("he.txt", text("he", "one").encode())], workspace="TSECOND")
        assert quoted(asked(advisor, "", "he"))


def test_the_command_line_names_the_workspace_and_a_running_advisor_follows(
    advisor, home, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("ADVISOR_HOME", str(home))
    (tmp_path / "en.txt").write_text(text("en", "one"), "utf-8")
    assert not quoted(asked(advisor, "TCLI"))
    assert main(["knowledge", "add", str(tmp_path / "en.txt"), "--workspace", "TCLI"]) == 0
    assert quoted(asked(advisor, "TCLI")) == [text("en", "one")]

    def listed(*words):
        capsys.readouterr()
        assert main(["knowledge", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert [Path(one["path"]).name for one in listed("list", "--workspace", "TCLI")] == ["en.txt"]
    assert listed("list") == listed("list", "--workspace", "tcli") == []
    found = {ws: listed("search", *ASKED["en"].split(), "--workspace", ws) for ws in ("TCLI", "TNONE")}
    assert [sum(hit["kind"] == "passage" for hit in found[ws]) for ws in found] == [1, 0]
    assert main(["knowledge", "remove", "en.txt", "--workspace", "TNONE"]) != 0
    assert main(["knowledge", "remove", "--all", "--workspace", "TCLI"]) == 0
    assert not quoted(asked(advisor, "TCLI"))
    assert main(["knowledge", "remove"]) == 2


def test_the_models_search_finds_the_texts_of_the_conversations_workspace_only(advisor, two):
    pytest.importorskip("langchain")
    from assistant.model import LanguageModel
    from assistant.modelled import budget_of, model_parts
    from bench.scripted import ScriptedChat, asks, calls, says

    question = ASKED["en"].format(brand=BRAND["en"])
    settings = Settings.from_environment({"ADVISOR_HOME": str(advisor.settings.home), "ADVISOR_MODEL": "scripted:test"})
    steps = [asks(question), calls("search_knowledge", query="pallets Gdansk cold store"), says("NOT_COVERED")]
    seen = {}
    try:
        for workspace in (*two, "TNONE"):
            chat = ScriptedChat(steps=list(steps))
            options = settings.language_model
            advisor._with_model = model_parts(settings, LanguageModel(options, budget_of(settings), chat))
            conversation = uuid.uuid4().hex
            advisor.reply(conversation, question, user="U", workspace=workspace)
            events = [e.data for e in advisor._store.events(conversation) if e.kind == "modelled"]
            seen[workspace] = json.dumps(events)
    finally:
        advisor._with_model = without_model
    assert "search_knowledge" in seen["TNONE"]
    held = {ws: [HOW[whose]["en"] in text for whose in HOW] for ws, text in seen.items()}
    assert held == {two[0]: [True, False], two[1]: [False, True], "TNONE": [False, False]}


def test_weights_are_read_from_a_folder_spelled_exactly_as_the_workspace(advisor):
    folder = advisor.settings.weights
    for name in ("TW1", "tw2"):
        (folder / name).mkdir(parents=True)
    assert advisor._judgements._folder_of("TW1") == folder / "TW1"
    for workspace in ("tw1", "TW2", "", ".", "..", "TW1/", "../weights/TW1"):
        assert advisor._judgements._folder_of(workspace) == folder


def test_more_workspaces_than_are_held_open_search_side_by_side(advisor, two, monkeypatch):
    monkeypatch.setattr("knowledge.texts.MOST_OPEN", 1)
    advisor.knowledge._shelves._recent.clear()

    def ask_often(pair):
        workspace, whose = pair
        for _ in range(15):
            hits = advisor.knowledge_of(workspace).search(ASKED["en"], kinds=["passage"])
            assert {hit.passage["text"] for hit in hits} == {text("en", whose), text("he", whose)}

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask_often, [*zip(two, HOW, strict=True)] * 2))
    assert len(advisor.knowledge._shelves._recent) == 1


def test_a_killed_adding_is_indexed_when_the_workspace_is_next_asked(advisor):
    (advisor.settings.home / "left.txt").write_text(text("en", "one"), "utf-8")
    advisor.knowledge_of("TKILLED").library.add([advisor.settings.home / "left.txt"])  # … and no index was built
    advisor.knowledge._shelves._recent.clear()  # as a new process would begin
    assert quoted(asked(advisor, "TKILLED")) == [text("en", "one")]


def test_a_workspace_that_never_added_a_text_leaves_nothing_on_the_disk(advisor, home):
    asked(advisor, "TQUIET")
    assert not (home / "knowledge" / "workspaces" / folder_name("TQUIET")).exists()
    assert Shelves(advisor.knowledge._method).of("TQUIET").count == 0


def test_many_threads_open_the_bundled_files_at_once():
    from concurrent.futures import ThreadPoolExecutor

    from knowledge.embedding import BUNDLED_FOLDER
    from knowledge.terms import loaded, mapped

    files = [*BUNDLED_FOLDER.glob("*.npy")] * 20
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda path: (loaded(path).shape, mapped(path).shape), files))
    assert opened
    assert all(one == two for one, two in opened)
