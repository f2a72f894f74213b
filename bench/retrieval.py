"""How well and how fast search finds: per direction and per set, beside plain search.

    python -m bench.retrieval [--questions FILE] [--external DIR] [--embedding NAME] [--json]

With --dense NAME (any sentence-transformers model, such as all-MiniLM-L6-v2, which Chroma takes when it is
given none) the same texts also stand in a plain Chroma collection of that model's vectors.

Questions: eval/suites/retrieval_questions.yaml and bench/everyday.yaml (id, lang, question, gold) and, held out fold
by fold, the cards' own, for which nothing learned from them counts. "he → en" means a Hebrew question while only
the English texts of the cards are searched.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.figures import Figures, PlainSearch, figures, first_right
from knowledge.card_search import CardSearch
from knowledge.cards import FOLDER, LANGUAGES, Card, Language, Phrases, load_cards
from knowledge.documents import Passage
from knowledge.embedding import BUNDLED_FOLDER, BundledEmbedding, Embedding, open_embedding
from knowledge.index import build, open_index
from knowledge.likely import LikelyCards, likely_cards
from knowledge.passage_search import PassageSearch
from knowledge.search import prepare
from knowledge.translation import Translations
from knowledge.units import units_of
from knowledge.vectors import VectorStore, write_vectors

QUESTIONS = Path(__file__).parents[1] / "eval" / "suites" / "retrieval_questions.yaml"
EVERYDAY = Path(__file__).with_name("everyday.yaml")
FOLDS = 4
VECTOR_BATCH = 2_000
DIRECTIONS: tuple[tuple[Language, Language], ...] = (("he", "he"), ("en", "en"), ("he", "en"), ("en", "he"))
EXTERNAL = (
    ("HeQ validation, he → he", "heq_val_queries.jsonl", "he_pool_docs.jsonl"),
    ("heading → section, he → en", "ms_ci_he2en_queries.jsonl", "ms_ci_he2en_docs.jsonl"),
    ("heading → section, en → he", "ms_ci_en2he_queries.jsonl", "ms_ci_en2he_docs.jsonl"),
)


@dataclass(frozen=True)
class Model:
    """What turns texts into vectors and words into the other language's, and knows what the cards are asked."""

    embedding: Embedding
    translations: Translations
    likely: LikelyCards | None = None
    dense: Embedding | None = None


@dataclass(frozen=True)
class Question:
    """A question and the cards that answer it."""

    id: str
    lang: Language
    question: str
    gold: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    set: str
    direction: str
    method: str
    figures: Figures


def read_questions(path: Path) -> list[Question]:
    """The questions of a YAML file that a card answers; raises KeyError when an entry lacks a field."""
    entries = yaml.safe_load(path.read_text("utf-8"))
    entries = entries["questions"] if isinstance(entries, dict) else entries
    found = (Question(str(entry["id"]), entry["lang"], entry["question"], _tuple(entry["gold"])) for entry in entries)
    return [question for question in found if question.gold]


def _tuple(gold: str | Sequence[str]) -> tuple[str, ...]:
    return (gold,) if isinstance(gold, str) else tuple(gold)


class PlainDense:
    """A Chroma collection of one model's vectors: dense search without anything beside it."""

    def __init__(self, folder: str, embedding: Embedding, texts: Sequence[tuple[str, str]]) -> None:
        self._embedding, self._owners = embedding, [owner for owner, _ in texts]
        vectors = embedding.embed_passages([text for _, text in texts])
        batches = (vectors[at : at + VECTOR_BATCH] for at in range(0, len(vectors), VECTOR_BATCH))
        write_vectors(Path(folder) / "chroma", batches, len(texts))
        self._store = VectorStore(Path(folder) / "chroma")

    def ask(self, questions: Sequence[str]) -> list[list[str]]:
        """The owners of the nearest texts for each question, best first, each once."""
        found = []
        for vector in self._embedding.embed_questions(questions):
            rows = self._store.nearest(vector, min(100, len(self._owners)))
            found.append(list(dict.fromkeys(self._owners[row] for row in rows)))
        self._store.close()
        return found


class Bench:
    """An index of its own over cards or passages, asked without any data folder."""

    def __init__(self, folder: str, model: Model, cards: Sequence[Card], passages: Sequence[Passage] = ()) -> None:
        self._model = model
        build(cards, passages, Path(folder), model.embedding, model.translations.known_words)
        self._index = open_index(Path(folder))

    def ask(self, questions: Sequence[str], texts_in: Language | None = None) -> list[list[str]]:
        """The ids found for each question, best first."""
        shelf = self._index.passage_shelf
        passages = PassageSearch(self._index, shelf) if shelf else None
        cards = CardSearch(self._index, self._model.likely, self._model.translations)
        found = []
        for question in questions:
            query = prepare(question, None, self._model.embedding, self._model.translations)
            hits = [] if query is None else passages.find(query) if passages else cards.find(query, 10, texts_in)
            found.append([hit.id for hit in hits])
        self._index.close()
        return found


def card_rows(
    cards: Sequence[Card], questions: Sequence[Question], model: Model
) -> Iterator[tuple[str, str, list[int | None]]]:
    """(direction, method, ranks) of a question set over cards, for ours and for plain search."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder, model, cards)
        for asked, texts in (*DIRECTIONS, ("he", None), ("en", None)):
            chosen = [question for question in questions if question.lang == asked]
            wording = [question.question for question in chosen]
            pool = [(u.card, u.text) for u in units_of(cards) if texts in (u.language, None)]
            plain = PlainSearch(pool)
            name = f"{asked} → {texts or 'all'}"
            yield name, "advisor", _ranks(bench.ask(wording, texts), chosen)
            yield name, "plain BM25", _ranks([plain.search(text) for text in wording], chosen)
            if model.dense:
                with tempfile.TemporaryDirectory() as aside:
                    dense = PlainDense(aside, model.dense, pool).ask(wording)
                yield name, f"Chroma + {Path(model.dense.name).name}", _ranks(dense, chosen)


def _ranks(found: Iterable[Sequence[str]], questions: Sequence[Question]) -> list[int | None]:
    return [first_right(ids, question.gold) for ids, question in zip(found, questions, strict=True)]


def held_out(cards: Sequence[Card], folds: Iterable[int] = range(FOLDS)) -> Iterator[tuple[list[Card], list[Question]]]:
    """Folds of the cards' own questions: each question is asked of cards that do not hold it."""
    for fold in folds:
        asked: list[Question] = []
        without: list[Card] = []
        for card in cards:
            kept: dict[str, tuple[str, ...]] = {}
            for language in LANGUAGES:
                own = card.questions[language]
                kept[language] = tuple(q for at, q in enumerate(own) if at % FOLDS != fold)
                asked += [
                    Question(f"{card.id}:{language}:{at}", language, q, (card.id,))
                    for at, q in enumerate(own)
                    if at % FOLDS == fold
                ]
            without.append(card.model_copy(update={"questions": Phrases(**kept)}))
        yield without, asked


def cards_table(cards: Sequence[Card], model: Model, sets: Iterable[Path], folds: Iterable[int]) -> list[Row]:
    """The rows of the written sets, where there are any, and of the held-out questions."""
    gathered: dict[tuple[str, str, str], list[int | None]] = defaultdict(list)
    for questions in sets:
        if questions.exists():
            for direction, method, ranks in card_rows(cards, read_questions(questions), model):
                gathered[questions.stem, direction, method] += ranks
    unlearned = dataclasses.replace(model, likely=None)
    for without, asked in held_out(cards, folds):
        for direction, method, ranks in card_rows(without, asked, unlearned):
            gathered["cards' own, held out", direction, method] += ranks
    return [Row(*key, figures(ranks)) for key, ranks in gathered.items() if ranks]


def external_table(folder: Path, model: Model) -> list[Row]:
    """The rows of the external sets found in `folder`."""
    rows = []
    for name, asked, pool in EXTERNAL:
        if (folder / asked).exists():
            rows += _external(name, _lines(folder / asked), _lines(folder / pool), model)
    return rows


def _external(name: str, asked: list[dict], pool: list[dict], model: Model) -> list[Row]:
    passages = [Passage(r["id"], r["id"], r["lang"], r["text"], 0, len(r["text"])) for r in pool]
    wording, gold = [row["query"] for row in asked], [row["positives"] for row in asked]
    with tempfile.TemporaryDirectory() as folder:
        ours = Bench(folder, model, [], passages).ask(wording)
    texts = [(row["id"], row["text"]) for row in pool]
    plain = PlainSearch(texts)
    methods = [("advisor", ours), ("plain BM25", [plain.search(text) for text in wording])]
    if model.dense:
        with tempfile.TemporaryDirectory() as folder:
            dense = PlainDense(folder, model.dense, texts).ask(wording)
        methods.append((f"Chroma + {Path(model.dense.name).name}", dense))
    set_name, direction = name.split(", ")
    return [
        Row(
            set_name,
            direction,
            method,
            figures([first_right(*pair) for pair in zip(found, gold, strict=True)]),
        )
        for method, found in methods
    ]


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a table."""
    head = ["| set | direction | method | n | recall@1 | recall@3 | recall@10 | MRR |", "|---" * 8 + "|"]
    return "\n".join([*head, *(f"| {r.set} | {r.direction} | {r.method} | {r.figures.row()} |" for r in rows)])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, nargs="*", default=[QUESTIONS, EVERYDAY])
    parser.add_argument("--cards", type=Path, default=FOLDER / "cards")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="hold out this quarter only")
    parser.add_argument("--external", type=Path, help="a folder with the external sets")
    parser.add_argument("--embedding", help="a sentence-transformers model instead of the bundled one")
    parser.add_argument("--model", type=Path, default=BUNDLED_FOLDER, help="the folder of a trained model")
    parser.add_argument("--dense", help="a sentence-transformers model to hold a plain Chroma collection against")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    embedding = open_embedding(options.embedding) if options.embedding else BundledEmbedding(options.model)
    dense = open_embedding(options.dense) if options.dense else None
    model = Model(embedding, Translations(options.model), likely_cards(embedding, options.model), dense)
    folds = range(FOLDS) if options.fold is None else [options.fold]
    rows = cards_table(load_cards(options.cards), model, options.questions, folds)
    if options.external:
        rows += external_table(options.external, model)
    print(json.dumps([dataclasses.asdict(row) for row in rows], indent=1) if options.json else markdown(rows))


if __name__ == "__main__":
    main()
