import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from knowledge.embedding import (
    BUNDLED_FOLDER,
    BundledEmbedding,
    EmbeddingError,
    open_embedding,
    prefixes_for,
)
from knowledge.terms import Terms, term_keys
from knowledge.translation import TranslationError, Translations

PAIRS = [
    ("distributor", "מפיץ"),
    ("return on investment", "החזר על ההשקעה"),
    ("lead nurturing", "טיפוח לידים"),
    ("customer profitability", "רווחיות לקוח"),
    ("trade show", "תערוכה"),
    ("salespeople", "אנשי מכירות"),
]


@pytest.fixture(scope="module")
def bundled():
    return BundledEmbedding()


def test_a_term_is_nearest_to_its_own_translation(bundled):
    english = bundled.embed_questions([pair[0] for pair in PAIRS])
    hebrew = bundled.embed_passages([pair[1] for pair in PAIRS])
    likeness = english @ hebrew.T
    assert likeness.argmax(axis=0).tolist() == likeness.argmax(axis=1).tolist() == list(range(len(PAIRS)))


def test_vectors_are_unit_length_and_nothing_known_is_zero(bundled):
    vectors = bundled.embed_passages(["a distributor in Spain", "מפיץ בספרד", "", "漢字"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 0, 0], abs=1e-5)


def test_a_text_has_the_same_vector_in_any_company(bundled):
    alone = bundled.embed_passages(["lead nurturing"])[0]
    assert bundled.embed_passages(["x", "lead nurturing", "y"])[1] == pytest.approx(alone)


def test_the_model_is_small_and_opens_at_once():
    sizes = {path.name: path.stat().st_size for path in BUNDLED_FOLDER.iterdir()}
    learned = sum(size for name, size in sizes.items() if name.startswith("likely-"))
    assert sum(sizes.values()) - learned <= 14 * 2**20
    assert learned <= 4 * 2**20
    started = time.perf_counter()
    BundledEmbedding().embed_questions(["מפיץ"])
    Translations().meanings("מפיצ")
    assert time.perf_counter() - started < 0.3


def test_opening_the_model_loads_no_heavy_library():
    code = (
        "import sys; from knowledge.embedding import open_embedding; open_embedding().embed_questions(['x']);"
        "sys.exit(any(m in sys.modules for m in ('torch', 'chromadb', 'sentence_transformers', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", ["vectors.npy", "features.npy", "scales.npy", "hebrew_words.npy"])
def test_a_damaged_model_is_named(tmp_path, name):
    shutil.copytree(BUNDLED_FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(EmbeddingError, match="damaged"):
        BundledEmbedding(tmp_path)


def test_a_damaged_translation_table_is_named(tmp_path):
    shutil.copytree(BUNDLED_FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "translations.tsv.gz").write_bytes(b"damaged")
    with pytest.raises(TranslationError, match="damaged"):
        Translations(tmp_path)


def test_another_model_without_its_library_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbeddingError, match=r"intfloat/multilingual-e5-small.*advisor\[semantic\]"):
        open_embedding("intfloat/multilingual-e5-small")


class FakeTransformer:
    def __init__(self, name):
        self.asked = []

    def encode(self, texts, **options):
        if texts == "size":
            return np.zeros(2)
        assert options["normalize_embeddings"] is True
        self.asked += texts
        return np.ones((len(texts), 2)) / np.sqrt(2)


def test_another_model_gets_the_openings_it_was_trained_with(monkeypatch):
    module = type(sys)("sentence_transformers")
    module.SentenceTransformer = FakeTransformer
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    model = open_embedding("intfloat/multilingual-e5-small")
    model.embed_questions(["a"])
    model.embed_passages(["b"])
    assert model._model.asked == ["query: a", "passage: b"]
    assert (model.name, model.dimensions) == ("intfloat/multilingual-e5-small", 2)


@pytest.mark.parametrize(
    ("name", "question", "passage"),
    [
        ("/models/multilingual-e5-small", "query: ", "passage: "),
        ("BAAI/bge-m3", "", ""),
        ("BAAI/bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("all-MiniLM-L6-v2", "", ""),
    ],
)
def test_openings_follow_the_family_of_the_model(name, question, passage):
    assert prefixes_for(name) == (question, passage)


def test_translations_know_the_field():
    table = Translations()
    assert "lead" in dict(table.meanings("ליד"))
    assert any(target.startswith("מפיצ") for target, _ in table.meanings("distributor"))
    assert table.meanings("qqqq") == (("qqqq", 1.0),)


def test_a_persons_own_glossary_counts_before_what_was_learnt():
    table = Translations(glossary=[("frobnicator", "מכונת ערבול")])
    assert {name for name, _ in table.of(table.stem("frobnicator"))} == {
        table.stem("מכונת"),
        table.stem("ערבול"),
    }
    assert table.of(table.stem("ערבול")) == ((table.stem("frobnicator"), 1.0),)


def test_terms_are_numbered_and_unknown_ones_are_not():
    terms = Terms.of(["ליד", "lead", "lead"])
    assert len(terms) == 2
    assert sorted(terms.numbers(["lead", "ליד"])) == [0, 1]
    assert terms.numbers(["other", ""]).tolist() == [-1, -1]
    assert Terms(term_keys([])).numbers(["lead"]).tolist() == [-1]
    assert "lead" in terms
    assert "other" not in terms
