"""Learns how often answers are right: `python -m bench.calibration` writes `assistant/understanding/calibration.yaml`.

Reads the messages and conversations of `SETS`, which are by many authors who had not seen the interpreter, and fits a
logistic regression to the signs of every answer of each kind (`answers/calibration.py`). Prints how many would be
stored and asked about, each answer judged by a regression that has not seen its set. Takes a few minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml

from assistant.commands import Answer
from assistant.understanding.answers.calibration import CONFIRMED_BELOW, FILE, Seen, watched
from assistant.understanding.rules import RuleInterpreter
from assistant.understanding.segments import sentences
from assistant.understanding.words.text import clean
from bench.understanding import ROOT, SUITES, bundled_embedding, same, state_of
from eval.run import Options, open_for
from tools.registry import TOOLS

CONVERSATIONS = ROOT / "eval" / "independent"
SETS = "abcdefghijklmnopqrstu"  # neither the test half nor what first contact is measured on
UNLABELLED = ("period",)  # said in passing; only some authors wrote it down
RIDGE = 10.0  # strength of the penalty on the weights, of signs that all have spread one
ROUNDS = 50
ASKED_FROM = 1 / 2  # chance from which it is asked about; what was read by the rules always is
STORED_FROM = 2 / 3  # chance of being right: a wrong answer stored weighs twice as much as a needless question
HEADER = """# The weight of every sign that an answer of each kind is right (answers/calibration.py).
# Learned by `python -m bench.calibration` from {answers} answers; do not edit.
"""


@dataclass(frozen=True)
class Judged:
    """The kind and the signs of one answer, and whether it was right."""

    kind: str
    signs: Mapping[str, float]
    right: bool


def of_messages(letter: str) -> list[Judged]:
    """The answers to a set of single messages: right is what is labelled."""
    interpreter = RuleInterpreter(TOOLS, bundled_embedding())
    data = yaml.safe_load((SUITES / f"fresh_{letter}.yaml").read_text("utf-8"))
    found: list[Judged] = []
    for case in data["cases"]:
        spec = case.get("state") or {}
        with watched() as seen:
            read = interpreter.propose(case["text"], state_of(data["states"][spec] if isinstance(spec, str) else spec))
        proposed = {command.field: command.value for command in read.commands if isinstance(command, Answer)}
        slots: dict[str, Any] = case.get("slots") or {}
        kept = [one for one in seen if one.kind != "read" or proposed.get(one.answer.field) == one.answer.value]
        found += [
            Judged(one.kind, one.signs, name in slots and same(slots[name], one.answer.value))
            for (_, name), one in _surest(kept).items()
        ]
    return found


def _surest(seen: Sequence[Seen]) -> dict[tuple[str, str], Seen]:
    """The likeliest answer of each kind to each question, by (kind, field)."""
    chance = {"read": "words_say_it", "overheard": "say_it"}
    ordered = sorted(seen, key=lambda one: one.signs[chance[one.kind]])
    return {(one.kind, one.answer.field): one for one in ordered}


def of_conversations(letter: str) -> list[Judged]:
    """The answers of whole conversations: right is what is expected to be noted at the turn or later.

    What is only supposed is left out, and so is what a turn that expects nothing says.
    """
    data = yaml.safe_load((CONVERSATIONS / f"conversations_{letter}.yaml").read_text("utf-8"))
    found: list[Judged] = []
    with TemporaryDirectory() as home:
        advisor = open_for(Options(Path(home), 1, 1, True), Path(home) / "held")
        for case in data["cases"]:
            states = [(turn.get("expect") or {}).get("state") or {} for turn in case["turns"]]
            for at, turn in enumerate(case["turns"]):
                with watched() as seen:
                    advisor.reply(case["id"], turn["user"], user="bench", workspace="bench", door="eval")
                if not states[at] or any(part.supposed for part in sentences(clean(turn["user"]))):
                    continue
                for (kind, name), one in _surest(seen).items():
                    expected = next((state[name] for state in states[at:] if name in state), None)
                    if name not in UNLABELLED or expected is not None:
                        right = expected is not None and same(expected, one.answer.value)
                        found.append(Judged(kind, one.signs, right))
    return found


def fitted(signs: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, float]:
    """The weights (one a sign) and the offset of a logistic regression, by Newton's method."""
    mean, spread = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    scaled = np.hstack([(signs - mean) / spread, np.ones((len(signs), 1))])
    penalty = np.diag([RIDGE] * signs.shape[1] + [0.0])
    weights = np.zeros(scaled.shape[1])
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (chances - right) + penalty @ weights
        curvature = (scaled * (chances * (1 - chances))[:, None]).T @ scaled + penalty
        weights -= np.linalg.solve(curvature, slope)
    of_signs = weights[:-1] / spread
    return of_signs, float(weights[-1] - of_signs @ mean)


def main() -> None:
    """Learn, tell what it changes, and write the file."""
    work = [(read, letter) for letter in SETS for read in (of_messages, of_conversations)]
    with ProcessPoolExecutor() as pool:
        jobs = [pool.submit(read, letter) for read, letter in work]
        for place, _ in enumerate(as_completed(jobs), 1):
            print(f"\r{place} of {len(jobs)} parts", end="", file=sys.stderr)
    found = [(letter, judged) for (_, letter), job in zip(work, jobs, strict=True) for judged in job.result()]
    kinds = sorted({judged.kind for _, judged in found}, reverse=True)
    weights = {kind: _learned([(letter, judged) for letter, judged in found if judged.kind == kind]) for kind in kinds}
    text = yaml.safe_dump({"weights": weights}, sort_keys=False)
    FILE.write_text(HEADER.format(answers=len(found)) + text, "utf-8")


def _learned(found: Sequence[tuple[str, Judged]]) -> dict[str, float]:
    """The weight of every sign of one kind of answers, (set, answer) each, and the offset; tells what it changes."""
    names = list(found[0][1].signs)
    signs = np.array([[judged.signs[name] for name in names] for _, judged in found])
    right = np.array([float(judged.right) for _, judged in found])
    chances = np.zeros(len(found))
    for left_out in SETS:
        of_it = np.array([letter == left_out for letter, _ in found])
        if of_it.any():
            weights, offset = fitted(signs[~of_it], right[~of_it])
            chances[of_it] = 1 / (1 + np.exp(-(signs[of_it] @ weights + offset)))
    print(f"\n{found[0][1].kind}: {len(found)} answers, {np.sum(right == 0):.0f} of them wrong")
    stored, asked = chances >= STORED_FROM, (chances < STORED_FROM) & (chances >= ASKED_FROM)
    for label, of_it in (("stored", stored), ("asked about", asked)):
        print(f"  {label}: {np.sum(of_it & (right == 1)):.0f} right, {np.sum(of_it & (right == 0)):.0f} wrong")
    weights, offset = fitted(signs, right)
    shift = np.log(CONFIRMED_BELOW / (1 - CONFIRMED_BELOW)) - np.log(STORED_FROM / (1 - STORED_FROM))
    kept = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    return kept | {"offset": round(offset + float(shift), 4)}


if __name__ == "__main__":
    main()
