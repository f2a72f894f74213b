"""The report: one HTML file that needs nothing else, for a browser or an e-mail.

Failures come first. What people wrote is data, never markup: it travels as JSON and is set as text, the
page forbids everything but its own style and script, and both are named by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from eval import coverage
from eval.outputs import sentence
from eval.verdict import CaseResult, Verdict
from eval.wording import sentences

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_PASSED = 800  # characters kept of a reply that passed
LONGEST_FAILED = 6000
SOURCE_KEYS = ("id", "author", "title", "date", "rules", "card", "quote", "passage")


def html(verdict: Verdict, excused: Mapping[str, str] | None = None) -> str:
    """The whole report as one page."""
    style = (TEMPLATES / "report.css").read_text("utf-8")
    script = (TEMPLATES / "report.js").read_text("utf-8")
    return Template((TEMPLATES / "report.html").read_text("utf-8")).substitute(
        title=escape(verdict.run.name),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        tone="good" if verdict.exit_code == 0 else "bad",
        sentence_en=escape(sentence(verdict, "en")),
        sentence_he=escape(sentence(verdict, "he")),
        overview=_overview(verdict, excused or {}),
        data=_data(verdict),
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _data(verdict: Verdict) -> str:
    failed = verdict.failed
    names = {one.case.id for one in failed}
    ordered = [*failed, *(one for one in verdict.results if one.case.id not in names), *verdict.drafts]
    labels = {key.removeprefix("report."): both for key, both in sentences().items() if key.startswith("report.")}
    text = json.dumps({"cases": [_case(one) for one in ordered], "labels": labels}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _case(one: CaseResult) -> dict[str, Any]:
    case = one.case
    said = " ".join(turn.words for turn in case.turns)
    return {
        "id": case.id,
        "state": "draft" if case.draft else one.state,
        "suite": case.suite,
        "kind": case.kind,
        "lang": case.lang,
        "tags": [*case.tags, *(["hard"] if one.hard else [])],
        "why": case.why,
        "where": case.where,
        "ms": round(sum(one.ms)),
        "search": f"{case.id} {case.topic} {said}".lower(),
        "turns": [_turn(one, number) for number in range(1, len(case.turns) + 1)],
    }


def _turn(one: CaseResult, number: int) -> dict[str, Any]:
    recorded = (one.trace.get("turns") or [{}] * number)[number - 1]
    reply = recorded.get("reply") or {}
    error = recorded.get("error") or {}
    findings = [finding for finding in one.findings if finding.turn == number]
    longest = LONGEST_PASSED if one.state == "pass" else LONGEST_FAILED
    text = reply.get("text") or error.get("text", "")
    return {
        "said": one.case.turns[number - 1].words,
        "text": text if len(text) <= longest else text[:longest] + "…",
        "sources": [
            {key: source[key] for key in SOURCE_KEYS if source.get(key)} for source in reply.get("sources", ())
        ],
        "findings": [
            {"check": f.check, "state": f.state, "expected": f.expected, "actual": f.actual}
            for f in sorted(findings, key=lambda finding: finding.state != "fail")
        ],
    }


# -- the tables above the cases ----------------------------------------------------------------------


def _overview(verdict: Verdict, excused: Mapping[str, str]) -> str:
    parts = []
    if verdict.gates:
        gates = [
            (("✓ " if gate.passed else "✗ ") + gate.name, gate.detail + _named(gate.cases, gate.passed))
            for gate in verdict.gates
        ]
        parts.append(_details("gates", gates, opened=True))
    parts.append(_details("measures", verdict.metrics().items(), opened=True))
    for name, rates in verdict.slices().items():
        parts.append(_details(f"by_{name}", [(key, rate.text()) for key, rate in rates.items()]))
    if verdict.stale:
        parts.append(_details("stale", [(one.text("en"), one.text("he")) for one in verdict.stale]))
    rows = coverage.table([one.case for one in verdict.results], excused)
    parts.append(_wide("coverage", rows))
    return "\n".join(parts)


def _named(cases: Sequence[str], passed: bool) -> str:
    if passed or not cases:
        return ""
    return ": " + ", ".join(cases[:8]) + ("…" if len(cases) > 8 else "")


def _heading(key: str) -> str:
    both = sentences()[f"report.{key}"]
    return f'<summary data-en="{escape(both["en"])}" data-he="{escape(both["he"])}">{escape(both["en"])}</summary>'


def _details(key: str, rows: Iterable[tuple[str, str]], *, opened: bool = False) -> str:
    cells = "".join(f'<tr><td dir="auto">{escape(a)}</td><td dir="auto">{escape(b)}</td></tr>' for a, b in rows)
    return f"<details{' open' if opened else ''}>{_heading(key)}<table>{cells}</table></details>"


def _wide(key: str, rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f'<details class="wide">{_heading(key)}<table><tr>{head}</tr>{body}</table></details>'
