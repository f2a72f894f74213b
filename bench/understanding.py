"""How well messages are understood: `python bench/understanding.py [dev|test] [--misses]`.

Prints, per language: commands right, slot precision, recall and F1, wrong stores (values that would be stored
and were not said), clarifications where none was needed, and the time of one message.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant.commands import (  # noqa: E402
    Ambiguous,
    Answer,
    Choose,
    Compare,
    Delete,
    Export,
    Invalid,
    Rename,
    Resume,
    SetLanguage,
    Simple,
    Start,
    Unclear,
    WhatIf,
)
from assistant.conversation import Conversation, Given, Record  # noqa: E402
from assistant.understanding.rules import RuleInterpreter  # noqa: E402
from tools.checking import check  # noqa: E402
from tools.errors import InputError  # noqa: E402
from tools.registry import TOOLS  # noqa: E402
from tools.written import written  # noqa: E402

SUITES = ROOT / "eval" / "suites" / "understanding"
STORED_FROM = 0.6  # dialogue.CONFIRM_BELOW: less sure answers are confirmed first
STATUS_LABELS = {"unknown": "unknown", "skipped": "skip", "later": "later", "not_applicable": "not_applicable"}


@dataclass
class Tally:
    """Counts of one group of messages."""

    cases: int = 0
    right: int = 0
    expected: int = 0
    found: int = 0
    hits: int = 0
    wrong_stores: int = 0
    needless: int = 0
    times: list[float] = field(default_factory=list)

    def line(self, name: str) -> str:
        """One row of the table."""
        precision = self.hits / self.found if self.found else 1.0
        recall = self.hits / self.expected if self.expected else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        spent = sorted(self.times)
        return (
            f"{name:8} {self.cases:5} {self.right / self.cases:9.1%} {precision:7.3f} {recall:7.3f} {f1:7.3f} "
            f"{self.wrong_stores / self.cases:8.2%} {self.needless / self.cases:8.2%} "
            f"{statistics.median(spent):7.2f} {spent[int(len(spent) * 0.95)]:7.2f}"
        )


def state_of(spec: Mapping[str, Any]) -> Conversation:
    """The conversation a case is said in."""
    records: dict[str, Record] = {}
    active = ""
    specs = [dict(other, status=other.get("status", "paused")) for other in spec.get("others", ())]
    if "tool" in spec:
        specs.append(dict(spec))
    for place, one in enumerate(specs, 1):
        answers = {
            key: Given(value, "answered", turn=turn)
            for turn, (key, value) in enumerate((one.get("answers") or {}).items(), 1)
        }
        status = one.get("status", "open")
        record = Record(
            f"r{place}", one["tool"], one.get("name", ""), status, answers, question=one.get("question", "")
        )
        records[record.id] = record
        if status == "open":
            active = record.id
    offered = tuple(records)[: spec.get("offered", 0)]
    latest = list(records)[-1] if "tool" in spec else ""
    discussed = {"question": spec["discussed"], "cards": []} if "discussed" in spec else {}
    return Conversation(
        "c", turn=9, records=records, active=active, latest=latest, offered=offered, discussed=discussed,
        pending=_pending(spec, latest),
    )  # fmt: skip


def _pending(spec: Mapping[str, Any], record: str) -> Mapping[str, Any] | None:
    kind = spec.get("pending")
    if kind is None:
        return None
    if kind == "start":
        return {"kind": "start", "tool": "partner_fit", "name": ""}
    if kind == "confirm":
        return {"kind": "answer", "record": record, "answers": [{"field": spec["question"], "value": "yes", "raw": ""}]}
    values = {
        "currency": [{"amount": "4000", "currency": code, "period": "month"} for code in ("USD", "EUR", "ILS")],
        "period": [{"amount": "2000", "currency": "ILS", "period": name} for name in ("month", "quarter", "year")],
        "rate": ["0.3"],
    }[kind]
    answers = [{"field": spec["question"], "value": value, "raw": ""} for value in values]
    return {"kind": "which", "record": record, "answers": answers}


def label(command: Any) -> str:
    """The suite's name of a command."""
    if isinstance(command, Answer):
        return "answer" if command.status == "answered" else STATUS_LABELS[command.status]
    if isinstance(command, Start):
        return f"{'offer' if command.only_offer else 'start'}:{command.tool}"
    if isinstance(command, Simple):
        return command.word
    detail = _DETAILS.get(type(command))
    name = _NAMES.get(type(command), "ask")
    return f"{name}:{getattr(command, detail)}" if detail else name


_DETAILS = {SetLanguage: "language", Export: "format", Choose: "index", Ambiguous: "issue"}
_NAMES = {
    SetLanguage: "language", Export: "export", Choose: "choose", Ambiguous: "ambiguous", WhatIf: "what_if",
    Compare: "compare", Resume: "resume", Rename: "rename", Delete: "delete", Invalid: "invalid", Unclear: "unclear",
}  # fmt: skip


def slots_of(commands: tuple[Any, ...]) -> dict[str, Answer]:
    """The values a reading proposes, by field; the unsure ones are confirmed before they are stored."""
    given: list[Answer] = []
    for command in commands:
        given += (
            [command] if isinstance(command, Answer) else list(command.answers) if isinstance(command, WhatIf) else []
        )
    return {a.field: a for a in given if a.status == "answered"}


def same(expected: Any, value: Any) -> bool:
    """Whether a stored value is the labelled one; of money only the labelled keys count."""
    if expected is None:
        return True
    if isinstance(expected, Mapping) and isinstance(value, Mapping):
        return all(value.get(key) == wanted for key, wanted in expected.items())
    if isinstance(value, list) and not isinstance(expected, list):
        return value == [expected]
    return value == expected


def _accepted(command: Any) -> Any:
    """The command, or what becomes of a value that its form refuses ("400 days a year")."""
    if not isinstance(command, Answer) or command.status != "answered":
        return command
    tool = next((tool for tool in TOOLS if tool.name == command.tool), None)
    try:
        field = tool.form.field(command.field) if tool else None
        _ = field and check(field, written(field.kind, command.value))
    except InputError:
        return Invalid(command.field, command.raw, "value")
    return command


def judge(case: Mapping[str, Any], commands: tuple[Any, ...], tally: Tally) -> list[str]:
    """Count one case; returns what was wrong with it."""
    commands = tuple(_accepted(command) for command in commands)
    labels = {label(command) for command in commands}
    accepted = [set(case["is"]), *(set(other) for other in case.get("or", ()))]
    wrong = [] if labels in accepted else [f"commands {sorted(labels)}"]
    expected = case.get("slots") or {}
    found = slots_of(commands)
    hits = {key for key, answer in found.items() if key in expected and same(expected[key], answer.value)}
    needed = (
        expected
        if labels == accepted[0] or labels not in accepted
        else {k: v for k, v in expected.items() if k in found}
    )
    stores = {key for key in found if key not in hits and found[key].confidence >= STORED_FROM}
    for key in set(needed) - hits:
        wrong.append(f"missed {key}={expected[key]}")
    for key in stores:
        wrong.append(f"stored {key}={found[key].value} ({found[key].confidence})")
    for key, grade in (case.get("evidence") or {}).items():
        if key in found and found[key].evidence != grade:
            wrong.append(f"evidence {key}={found[key].evidence}")
    names = [command.name for command in commands if isinstance(command, (Start, Rename))]
    if "name" in case and case["name"] not in names:
        wrong.append(f"name {names}")
    about = {option.field for c in commands if isinstance(c, Ambiguous) for option in c.options}
    about |= {c.field for c in commands if hasattr(c, "field")}
    if "for" in case and case["for"] not in about:
        wrong.append(f"about {about}")
    tally.cases += 1
    tally.right += labels in accepted
    tally.expected += len(needed)
    tally.found += len(found)
    tally.hits += len(hits)
    tally.wrong_stores += bool(stores) and not any(isinstance(c, WhatIf) for c in commands)
    asks_back = any(isinstance(c, (Ambiguous, Unclear)) for c in commands) or any(
        isinstance(c, Answer) and c.confidence < STORED_FROM for c in commands
    )
    tally.needless += asks_back and not any(w.startswith(("ambiguous", "unclear")) for s in accepted for w in s)
    return wrong


def run(suite: str, interpreter: RuleInterpreter) -> tuple[dict[str, Tally], list[str]]:
    """The tallies by language (and "all") and the misses of one suite."""
    data = yaml.safe_load((SUITES / f"{suite}.yaml").read_text("utf-8"))
    tallies: dict[str, Tally] = {}
    misses = []
    interpreter.propose("warm", Conversation("w"))
    for case in data["cases"]:
        spec = case.get("state") or {}
        state = state_of(data["states"][spec] if isinstance(spec, str) else spec)
        started = time.perf_counter()
        reading = interpreter.propose(case["text"], state)
        spent = (time.perf_counter() - started) * 1000
        whole, part = tallies.setdefault("all", Tally()), tallies.setdefault(case["lang"], Tally())
        wrong = judge(case, reading.commands, whole)
        judge(case, reading.commands, part)
        whole.times.append(spent)
        part.times.append(spent)
        if wrong:
            misses.append(f"{case['text'][:90]!r} [{spec if isinstance(spec, str) else '…'}]: {'; '.join(wrong)}")
    return tallies, misses


def bundled_embedding() -> Any:
    """The bundled sentence vectors as a callable, None when they cannot be opened."""
    from knowledge.embedding import EmbeddingError, open_embedding

    try:
        return open_embedding().embed_questions
    except EmbeddingError:
        return None


def main() -> None:
    """Run a suite and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", nargs="?", default="dev")
    parser.add_argument("--misses", action="store_true", help="list every case that was not fully right")
    parser.add_argument("--lexical", action="store_true", help="without sentence vectors")
    options = parser.parse_args()
    interpreter = RuleInterpreter(TOOLS, None if options.lexical else bundled_embedding())
    tallies, misses = run(options.suite, interpreter)
    print("group    cases  commands    prec  recall      F1    wrong  clarify  p50 ms  p95 ms")
    for name in sorted(tallies, key=lambda key: (key == "all", key)):
        print(tallies[name].line(name))
    print(f"fully right: {1 - len(misses) / tallies['all'].cases:.1%}")
    if options.misses:
        print("\n".join(misses))


if __name__ == "__main__":
    main()
