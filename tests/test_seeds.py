"""The real articles, where they are at hand: counts, dates, ids, and no contact detail left."""

import os
import re
from pathlib import Path

import pytest

from knowledge.cards import load_sources
from knowledge.library import Library
from knowledge.reading.privacy import contacts

ROOT = Path(__file__).parents[1]
SEEDS = Path(os.environ.get("ADVISOR_SEEDS") or next(
    (up / "shared" / "seeds" for up in ROOT.parents if (up / "shared" / "seeds").is_dir()),
    ROOT.parent / "shared" / "seeds",
))  # fmt: skip
pytestmark = pytest.mark.skipif(
    not any(SEEDS.glob("*.txt")) if SEEDS.is_dir() else True,
    reason="the articles are not beside this checkout",
)
SOURCES = load_sources()


@pytest.fixture(scope="module")
def added(tmp_path_factory):
    library = Library(tmp_path_factory.mktemp("seeds") / "library", sources=SOURCES)
    return library, library.add([SEEDS])


def documents(added, start=""):
    return [d for d in added[0].documents() if Path(d.path).name.startswith(start)]


def test_dump_holds_27_posts_and_all_files_30_documents(added):
    assert len(documents(added, "000")) == 27
    assert len(documents(added)) == 30
    assert added[1].exit_code == 0


def test_27_documents_have_real_content(added):
    flagged = {d.id for d in documents(added) if "announcement" in d.flags}
    assert flagged == {"MG-100611", "MG-100811", "MG-101009"}


def test_every_document_is_its_entry_of_the_bibliography(added):
    assert {d.id for d in documents(added)} == {key for key, s in SOURCES.items() if s.kind != "external"}


def test_header_and_signature_dates_are_those_of_the_bibliography(added):
    for document in documents(added):
        assert document.date == SOURCES[document.id].date
        listed = SOURCES[document.id].signed
        assert listed is None or listed == document.signed, document.id
    dump = documents(added, "000")
    assert sum(d.signed is None for d in dump) == 6
    assert sum(d.signed is not None and d.signed != d.date for d in dump) == 8


def test_the_post_that_stands_in_two_files_is_kept_once_with_both_places(added):
    (twice,) = [d for d in documents(added) if d.copies]
    assert twice.id == "MG-100401"
    assert {Path(p).name[:3] for p in (twice.path, twice.copies[0].path)} == {"000", "002"}


def test_no_contact_detail_or_signature_is_left(added):
    for document in documents(added):
        assert contacts(document.text + "\n" + document.title) == [], document.id
        assert "@" not in document.text
        assert not re.search(r"\d{7}|profile on LinkedIn", document.text), document.id
        assert not re.search(r"^(?:מיכאל גלי|Michael Gally|Dafna Rolls)$", document.text, re.MULTILINE)


def test_what_surrounds_the_pages_is_left_out(added):
    text = "\n".join(d.text for d in documents(added, "00") if not d.path.endswith("000_620b6c1b89e54ef7.txt"))
    for absent in (r"of page", "ניוזלטר", "הוסף", "walla", "כל הזכויות", "הרצאות", "בעל שם עולמי", "^וואלה"):
        assert not re.search(absent, text, re.MULTILINE), absent


def test_what_an_image_held_is_noted_as_lost(added):
    flags = {d.id: d.flags for d in documents(added)}
    assert "lost-table" in flags["MG-100522"]
    assert "restricted" in flags["LT-KAM"]


def test_english_articles_inside_hebrew_posts_are_passages_in_english(added):
    english = {p.document for p in added[0].passages() if p.language == "en"}
    assert english == {"MG-100326", "MG-100401", "MG-100501", "DR-100706"}


def test_passages_verify_and_shared_paragraphs_point_to_both_posts(added):
    library, _ = added
    for passage in library.passages():
        assert library.document(passage.document).verifies(passage.text, passage.start)
    pairs = {(p.document, c.document) for p in library.passages() for c in p.copies}
    assert len(pairs) >= 8
    assert ("MG-100622", "MG-100624") in pairs
    assert [n.code for n in library.check().notes] == ["verified"]


def test_adding_the_articles_again_changes_nothing(added):
    library, _ = added
    version = library.version()
    assert {n.code for n in library.add([SEEDS]).notes} == {"unchanged"}
    assert library.version() == version
