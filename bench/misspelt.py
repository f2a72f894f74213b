"""What misspelling costs and what mending gives back: `python -m bench.misspelt`.

Every second word of four letters or more of the retrieval suite gets one slip (two letters swapped, one left out,
one doubled, a neighbouring key; Hebrew on the Hebrew keyboard), by a fixed seed. Prints how often a right card is
among the first three and how often the question is refused; and what mending does to questions that should be.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections import Counter
from pathlib import Path

import yaml

from assistant.answering.compose import OfflineAnswerer
from bench.answering import FOLDER, SUITE, reply_to
from knowledge import open_knowledge

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ")
SHORTEST = 4


def main() -> None:
    """Print both tables."""
    suite = yaml.safe_load(SUITE.read_text("utf-8"))["questions"]
    declined = yaml.safe_load((FOLDER / "answerability.yaml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as home:
        answerer = OfflineAnswerer(open_knowledge(Path(home)))
        print("| language | n | recall@3 as written | misspelt | mended | refused as written | misspelt | mended |")
        print("|---|---|---|---|---|---|---|---|")
        for language in ("en", "he"):
            asked = [(at, case) for at, case in enumerate(suite) if case["lang"] == language]
            print(_row(answerer, language, asked))
        print("\n| should be refused | n | answered as written | misspelt | mended |\n|---|---|---|---|---|")
        for kind in ("uncovered", "off_topic"):
            seen: Counter[str] = Counter()
            for at, question in enumerate(declined[kind]):
                for name, text in _versions(answerer, question, at).items():
                    seen[name] += not _refused(answerer, text)
            cells = [seen[name] for name in ("as written", "misspelt", "mended")]
            print(f"| {kind} | {len(declined[kind])} | {' | '.join(map(str, cells))} |")


def _row(answerer: OfflineAnswerer, language: str, asked: list[tuple[int, dict]]) -> str:
    found: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for at, case in asked:
        gold = {case["gold"]} if isinstance(case["gold"], str) else set(case["gold"])
        for name, text in _versions(answerer, case["question"], at).items():
            hits = answerer.knowledge.search(text, limit=3, kinds=("card",))
            found[name] += bool(gold & {hit.id for hit in hits})
            refused[name] += _refused(answerer, text)
    names = ("as written", "misspelt", "mended")
    shares = [f"{found[name] / len(asked):.3f}" for name in names] + [str(refused[name]) for name in names]
    return f"| {language} | {len(asked)} | {' | '.join(shares)} |"


def _versions(answerer: OfflineAnswerer, question: str, seed: int) -> dict[str, str]:
    typed = misspelt(question, random.Random(seed))
    return {"as written": question, "misspelt": typed, "mended": answerer.mended(typed) or typed}


def _refused(answerer: OfflineAnswerer, text: str) -> bool:
    return reply_to(answerer, {"q": text}, "misspelt").kind != "answer"


def misspelt(text: str, chance: random.Random) -> str:
    """The text with one slip in every second word that is long enough."""
    words = list(re.finditer(r"[^\W\d_]+", text))
    for word in reversed([word for word in words if len(word.group()) >= SHORTEST][::2]):
        text = text[: word.start()] + _slip(word.group(), chance) + text[word.end() :]
    return text


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    head, letter, rest = word[:at], word[at], word[at + 1 :]
    kinds = [head + rest[:1] + letter + rest[1:], head + rest, head + letter + letter + rest]
    near = _neighbours(letter.lower())
    return chance.choice([*kinds, head + chance.choice(near) + rest] if near else kinds)


def _neighbours(letter: str) -> str:
    row = next((row for row in KEYS if letter in row), "")
    at = row.find(letter)
    return row[max(0, at - 1) : at] + row[at + 1 : at + 2] if row else ""


if __name__ == "__main__":
    main()
