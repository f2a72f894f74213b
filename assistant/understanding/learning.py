"""Learns the weights of `learned.py` from the example files: `python -m assistant.understanding.learning`.

A softmax regression a tool, trained with AdaGrad in a fixed order from fixed seeds. Features of a
few examples are left out: nearness to these examples speaks for them already. Then the network of
`network.py`, for all tools that have answers.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from assistant.understanding.examples import (
    figures,
    load_library,
    mentions,
    more_examples,
    more_starts,
    more_steering,
    remarks,
    without_marks,
)
from assistant.understanding.fields.roles import read_figure
from assistant.understanding.learned import FIGURES, FILE, MENTIONS, NOTHING, STARTING, STEERING, Weights, clues
from assistant.understanding.network import Network, Word, read_words
from assistant.understanding.network_learning import SETTINGS, learn_network
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.sparse_rows import Rows, dense
from assistant.understanding.words.matching import Example
from knowledge.terms import Terms
from tools.tool import Tool

EPOCHS = 8
STEP = 0.5
BATCH = 64
SEED = 7
FEWEST = 3  # examples that have a feature which is kept
BITS = 32
PLAIN_TIMES = 3  # how often each example of a form is seen: `said/` has more that say a thing in a roundabout way
SHORT, SHORT_TIMES = 8, 2  # … and each of `said/` of so few words: mostly people say a thing plainly
OF_A_QUESTION = ("unknown", "skip", "later", "not_applicable", "why", "back")  # intents that may name a question
ELSEWHERE = ("intent", "ask", "start")  # examples that answer nothing
STEERS, BEGINS = "steers", "begins"  # examples of intents and of starts where these are what is learned


def learn(examples: Sequence[Example], edges: bool = False) -> Weights:
    """The weights of one tool from the examples of its answers and of what answers nothing."""
    texts = [(_meant(e), e.text) for e in examples]
    named = [clues(text, edges) for _, text in texts]
    counts = Counter(name for row in named for name, _ in row)
    known = Terms.of((name for name, count in counts.items() if count >= FEWEST), BITS)
    rarities = np.zeros(len(known), dtype=np.float32)
    kept = [name for name, count in counts.items() if count >= FEWEST]
    total = np.log(1 + len(texts))
    rarities[known.numbers(kept)] = [np.sqrt(np.log(1 + len(texts) / counts[name]) / total) for name in kept]
    answers = _answers(texts)
    columns = {answer: column for column, answer in enumerate(answers)}
    meant = np.array([columns[answer] for answer, _ in texts])
    weights = _descend(_rows(named, known, rarities), meant, len(known), len(answers))
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
    rows = np.rint(weights / scales[:, None]).astype(np.int8)
    return Weights(
        answers, known, rarities.astype(np.float16).astype(np.float32), rows, scales.astype(np.float32), edges
    )


def _meant(example: Example) -> tuple[str, str]:
    """The answer an example stands for: a field's value, or what it is to the conversation."""
    kind, *key = example.key
    if kind == "fact":
        return (key[1], key[2])
    return ({STEERS: "intent", BEGINS: "start"}[kind], key[0]) if kind in (STEERS, BEGINS) else NOTHING


def _rows(named: Iterable[Sequence[tuple[str, float]]], known: Terms, rarities: np.ndarray) -> Rows:
    numbers, values, starts = [], [], [0]
    for row in named:
        places = known.numbers([name for name, _ in row])
        found = places >= 0
        weights = np.array([weight for _, weight in row])[found] * rarities[places[found]]
        numbers.append(places[found])
        values.append(weights / max(float(np.sqrt((weights**2).sum())), 1e-9))
        starts.append(starts[-1] + int(found.sum()))
    return Rows(np.array(starts), np.concatenate(numbers), np.concatenate(values).astype(np.float32))


def _descend(rows: Rows, meant: np.ndarray, known: int, answers: int) -> np.ndarray:
    """Softmax regression's weights, a row a feature."""
    weights = np.zeros((known, answers), dtype=np.float32)
    spent = np.full_like(weights, 1e-6)
    order = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        mixed = order.permutation(len(rows))
        for batch in np.array_split(mixed, max(1, len(rows) // BATCH)):
            some = rows.some(batch)
            touched, columns = dense(some)
            scores = columns @ weights[touched]
            raised = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = raised / raised.sum(axis=1, keepdims=True)
            error[np.arange(len(batch)), meant[batch]] -= 1
            slope = columns.T @ (error / len(batch))
            spent[touched] += slope**2
            weights[touched] -= STEP * slope / np.sqrt(spent[touched])
    return weights


def examples_of(tools: Iterable[Tool]) -> dict[str, list[Example]]:
    """All there is to learn from, by tool: its answers, and what answers nothing; and what steers."""
    named = {tool.name: tool for tool in tools}
    index = load_library(named).index
    nothing = [e for e in index.examples if e.key[0] in ELSEWHERE]
    found = {
        name: [
            *PLAIN_TIMES * [index.examples[row] for row in index.rows("fact", name)],
            *(e for e in more_examples(tool) for _ in range(SHORT_TIMES if len(e.text.split()) <= SHORT else 1)),
            *remarks(tool),
            *(Example(("remark", name), text) for _, text in mentions(tool)),
            *nothing,
        ]
        for name, tool in named.items()
        if index.rows("fact", name) or more_examples(tool)
    }
    others = [
        *index.examples,
        *more_steering(),
        *more_starts(named),
        *(r for tool in named.values() for r in remarks(tool)),
    ]
    steering = _of_kinds(
        others,
        {"intent": STEERS, "ask": "ask", "start": "start", "fact": "other", "remark": "other", "elsewhere": "other"},
    )
    starting = _of_kinds(others, {"ask": "ask", "start": BEGINS, "elsewhere": "ask"})
    return {**found, STEERING: steering, STARTING: starting}


def figures_of(tools: Iterable[Tool]) -> dict[str, list[tuple[str, list[Word]]]]:
    """What there is to learn of figures, by tool: the field of each, "" for none, and the words around it.

    A figure in a phrase that answers a choice, or nothing, is for no field.
    """
    found = {}
    for tool in tools:
        rows = []
        marked = figures(tool)
        for example in [*marked, *(e.text for e in (*more_examples(tool), *remarks(tool)) if marked)]:
            text, places = without_marks(example)
            told = quantities(text)
            for place, quantity in enumerate(told):
                meant = (field for start, end, field in places if start < quantity.end and quantity.start < end)
                rows.append((next(meant, ""), read_figure(text, told, place)))
        if rows:
            found[tool.name] = rows
    return found


def mentions_of(tools: Iterable[Tool]) -> dict[str, list[tuple[str, str]]]:
    """What there is to learn of which question words speak of, by tool: (field, text), "" for none.

    A question is spoken of by its names and by the form's own answers, too; orders and remarks speak of none.
    """
    named = {tool.name: tool for tool in tools}
    index = load_library(named).index
    orders = [("", e.text) for e in index.examples if e.key[0] == "intent" and e.key[1] in OF_A_QUESTION]
    found = {}
    for name, tool in named.items():
        if told := mentions(tool):
            rows = [index.examples[row] for kind in ("cue", "ask", "fact") for row in index.rows(kind, name)]
            of_form = [(example.key[2], example.text) for example in rows]
            found[name] = [*told, *of_form, *orders, *(("", remark.text) for remark in remarks(tool))]
    return found


def fields_of(tools: Sequence[Tool]) -> dict[str, list[tuple[str, list[Word]]]]:
    """What there is to learn of fields, by the name of its head: the field, "" for none, and the words."""
    figures = {FIGURES + tool: rows for tool, rows in figures_of(tools).items()}
    named = {tool: [(field, read_words(text)) for field, text in rows] for tool, rows in mentions_of(tools).items()}
    return figures | {MENTIONS + tool: rows for tool, rows in named.items()}


def _of_kinds(examples: Iterable[Example], kinds: Mapping[str, str]) -> list[Example]:
    """The examples of these kinds under the names they are learned by; what begins no tool is a question."""
    renamed = (
        Example(("ask",) if e.key == ("start", "ask") else (kinds.get(e.key[0], ""), *e.key[1:]), e.text)
        for e in examples
    )
    return [example for example in renamed if example.key[0]]


def fingerprint(examples: Mapping[str, Sequence[Example]], tools: Iterable[Tool]) -> str:
    """Tells whether weights were learned from these examples and what the tools' have of fields, as they are written.

    And with these settings. How the words are read is left out: a better reading needs no learning anew at once.
    """
    settings = (EPOCHS, STEP, BATCH, SEED, FEWEST, BITS, PLAIN_TIMES, SHORT, SHORT_TIMES, SETTINGS)
    told: list[Any] = [settings, *((tool, e.key, e.text) for tool, group in sorted(examples.items()) for e in group)]
    told += [(tool.name, figures(tool), mentions(tool)) for tool in tools]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def write(
    weights: Mapping[str, Weights],
    network: Network | None,
    answers: Mapping[str, Sequence[tuple[str, str]]],
    made_from: str,
    path: Path = FILE,
) -> None:
    """Write what is learned into one file: `answers` are those of the network's heads, in their order.

    `made_from` is the fingerprint of what it was learned from.
    """
    arrays: dict[str, Any] = {"tools": np.array(sorted(weights)), "made_from": np.array(made_from)}
    arrays |= network.arrays() if network is not None else {}
    for head, of in answers.items():
        if head not in weights:
            arrays[head] = np.array([field for field, _ in of])
    for tool, learned in weights.items():
        arrays[f"{tool}.answers"] = np.array(learned.answers)
        arrays[f"{tool}.known"] = learned.known.keys
        arrays[f"{tool}.rarities"] = learned.rarities.astype(np.float16)
        arrays[f"{tool}.rows"] = learned.rows
        arrays[f"{tool}.scales"] = learned.scales
    np.savez_compressed(path, **arrays)


def main() -> None:
    """Learn every tool's weights and the network, and write the file."""
    from rich.console import Console
    from rich.progress import track

    from tools.registry import TOOLS

    examples, fields = examples_of(TOOLS), fields_of(TOOLS)
    shown = partial(track, console=Console(stderr=True), transient=True)
    weights = {
        name: learn(examples[name], edges=name in (STEERING, STARTING)) for name in shown(examples, "Learning weights")
    }
    read = {
        name: [(_meant(e), read_words(e.text)) for e in examples[name]] for name in weights if not weights[name].edges
    }
    read |= {head: [((field, ""), words) for field, words in rows] for head, rows in fields.items()}
    answers = {name: weights[name].answers if name in weights else _answers(rows) for name, rows in read.items()}
    network = learn_network(read, answers, partial(shown, description="Learning the order of words"))
    write(weights, network, answers, fingerprint(examples, TOOLS))


def _answers(rows: Iterable[tuple[tuple[str, str], Any]]) -> tuple[tuple[str, str], ...]:
    return (NOTHING, *sorted({answer for answer, _ in rows} - {NOTHING}))


if __name__ == "__main__":
    main()
