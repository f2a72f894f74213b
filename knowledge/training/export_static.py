"""Writes the bundled model as a sentence-transformers StaticEmbedding, so that the library's tools can load it.

    python -m knowledge.training.export_static OUT [TEXT_FILE…]

The bundled model makes a vector for any word from its parts; a StaticEmbedding needs a list of words. The list
is every word of the cards and of the text files given, so texts of those words get the same vectors as
`BundledEmbedding` gives, and other words count for nothing. Needs the extra `semantic`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.cards import load_cards
from knowledge.embedding import BundledEmbedding
from knowledge.hebrew import words
from knowledge.units import units_of

UNKNOWN = "[UNK]"
FINAL_LETTERS = {"ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"}


def word_list(texts: Iterable[str]) -> list[str]:
    """The words of all texts, normalised, each once, in order."""
    return sorted({word for text in texts for word in words(text)})


def tokenizer_of(vocabulary: list[str]) -> Any:
    """A tokenizer that normalises and splits as `knowledge.hebrew.words` does."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    numbers = {word: number for number, word in enumerate([UNKNOWN, *vocabulary])}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token=UNKNOWN))
    quotes = "\"'`´׳״‘’“”„"
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace("\u05be", " "),
            normalizers.Replace(Regex("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"), ""),
            normalizers.Replace(Regex("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"), ""),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(f"(?<=[א-ת])[{quotes}]+(?=[א-ת])"), ""),
            normalizers.Replace(Regex("(?<=[a-z])['’](?!s\\b)(?=[a-z])"), ""),
            normalizers.Replace(Regex(r"(?<=\d),(?=\d)"), ""),
            *(normalizers.Replace(final, letter) for final, letter in FINAL_LETTERS.items()),
        ]
    )
    word = r"[א-ת]{2,}|\d+(?:\.\d+)*|[^\W\d_א-ת]+\d*[a-z]*"
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(word), behavior="removed", invert=True)
    return tokenizer


def export(out: Path, texts: Iterable[str]) -> int:
    """Write the model; returns how many words it knows."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding

    vocabulary = word_list(texts)
    model = BundledEmbedding()
    weights = np.concatenate([np.zeros((1, model.dimensions), dtype=np.float32), model.word_vectors(vocabulary)])
    static = StaticEmbedding(tokenizer_of(vocabulary), embedding_weights=weights)
    SentenceTransformer(modules=[static], device="cpu").save(str(out))
    return len(vocabulary)


def main() -> None:
    """Export, and check that both models agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("texts", type=Path, nargs="*")
    options = parser.parse_args()
    texts = [unit.text for unit in units_of(load_cards())]
    count = export(options.out, [*texts, *(path.read_text("utf-8") for path in options.texts)])
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(options.out), device="cpu").encode(texts, normalize_embeddings=True)
    likeness = (theirs * BundledEmbedding().embed_passages(texts)).sum(axis=1)
    print(f"{count} words; cosine to the bundled model: mean {likeness.mean():.4f}, lowest {likeness.min():.4f}")


if __name__ == "__main__":
    main()
