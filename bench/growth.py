"""How fast passages are indexed, and how query time grows with their number.

    python -m bench.growth [--sizes 1000 10000 100000]

Passages are synthetic: 70 words each, drawn from 30,000 made-up Hebrew and English words as common and as
rare as words are. Aims: 1,000 passages a second or more; 100,000 passages at most ten times as slow as 1,000.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.documents import Passage
from knowledge.embedding import BundledEmbedding
from knowledge.index import build, open_index
from knowledge.passage_search import PassageSearch
from knowledge.search import prepare
from knowledge.translation import Translations

WORDS = 30_000
WORDS_A_PASSAGE = 70
QUESTIONS = 50
LETTERS = {"he": "אבגדהוזחטיכלמנסעפצקרשת", "en": "abcdefghijklmnopqrstuvwxyz"}


@dataclass(frozen=True)
class Growth:
    """One size: passages a second, milliseconds a question, megabytes on the disk and in the process."""

    passages: int
    passages_a_second: float
    p50_ms: float
    p95_ms: float
    disk_mb: float
    peak_mb: float


def vocabulary(random: np.random.Generator, language: str) -> list[str]:
    """Made-up words of three to nine letters."""
    letters = list(LETTERS[language])
    sizes = random.integers(3, 10, WORDS)
    return ["".join(random.choice(letters, size)) for size in sizes]


def synthetic(count: int, random: np.random.Generator) -> list[Passage]:
    """`count` passages, every other one Hebrew."""
    words = {language: np.array(vocabulary(random, language)) for language in LETTERS}
    common = 1 / np.arange(1, WORDS + 1)
    common /= common.sum()
    passages = []
    for number in range(count):
        language = "he" if number % 2 else "en"
        chosen = words[language][random.choice(WORDS, WORDS_A_PASSAGE, p=common)]
        text = ". ".join(" ".join(chosen[at : at + 14]) for at in range(0, WORDS_A_PASSAGE, 14)) + "."
        passages.append(Passage(f"p{number}", "d", language, text, 0, len(text)))  # type: ignore[arg-type]
    return passages


def measure(count: int) -> Growth:
    """Build and ask an index of `count` passages."""
    random = np.random.default_rng(1)
    passages = synthetic(count, random)
    embedding, translations = BundledEmbedding(), Translations()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        build((), passages, Path(folder), embedding, translations.known_words)
        seconds = time.perf_counter() - started
        index = open_index(Path(folder))
        assert index.passage_shelf is not None
        search = PassageSearch(index, index.passage_shelf)
        times = [
            _ask(search, passages, int(at), embedding, translations) for at in random.integers(0, count, QUESTIONS)
        ]
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        index.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    p50, p95 = np.percentile(times[5:], [50, 95]) * 1000
    return Growth(count, count / seconds, float(p50), float(p95), disk / 2**20, peak)


def _ask(
    search: PassageSearch,
    passages: list[Passage],
    at: int,
    embedding: BundledEmbedding,
    translations: Translations,
) -> float:
    question = " ".join(passages[at].text.replace(".", "").split()[20:27])
    started = time.perf_counter()
    query = prepare(question, None, embedding, translations)
    assert query is not None
    found = [hit.id for hit in search.find(query)]
    seconds = time.perf_counter() - started
    if passages[at].id not in found:
        print(f"  (passage {at} was not found by its own words)")
    return seconds


def main() -> None:
    """Measure each size and print a table with the ratio to the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    print("| passages | built a second | p50 ms | p95 ms | p50 against the first | disk MB | peak MB |")
    print("|---|---|---|---|---|---|---|")
    first = 0.0
    for size in parser.parse_args().sizes:
        row = measure(size)
        first = first or row.p50_ms
        print(
            f"| {row.passages:,} | {row.passages_a_second:,.0f} | {row.p50_ms:.1f} | {row.p95_ms:.1f} "
            f"| {row.p50_ms / first:.1f}x | {row.disk_mb:.0f} | {row.peak_mb:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
