"""The verdict in every form but HTML: terminal lines, summary.md, junit.xml, results.csv."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from eval import coverage
from eval.verdict import CaseResult, Verdict
from eval.wording import say

MOST_SHOWN = 12
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sentence(verdict: Verdict, language: str) -> str:
    """The run in one line."""
    if not verdict.complete:
        return say("run.incomplete", language)
    hard = sum(one.hard for one in verdict.results)
    broken = [gate.name for gate in verdict.gates if not gate.passed]
    gates = say("run.gates_fail", language, names=", ".join(broken)) if broken else say("run.gates_hold", language)
    return say(
        "run.line",
        language,
        passed=verdict.total.passed,
        total=verdict.total.total,
        failed=verdict.total.total - verdict.total.passed,
        hard=say("run.hard", language, count=hard) if hard else "",
        gates=gates,
    )


def terminal(verdict: Verdict, language: str, *, most: int = MOST_SHOWN) -> str:
    """What the run prints: failures with what was expected, then the gates, then the one line."""
    lines: list[str] = []
    failed = [one for one in verdict.failed if one.state != "missing"]
    for one in failed[:most]:
        lines += failure_lines(one, language)
    if len(failed) > most:
        lines.append(say("run.more", language, count=len(failed) - most))
    lines += [f"{'✓' if gate.passed else '✗'} {gate.name}: {gate.detail}" for gate in verdict.gates]
    if verdict.stale:
        lines.append(say("run.stale", language, count=len(verdict.stale)))
        lines += [f"  {one.text(language)}" for one in verdict.stale[:5]]
    if verdict.drafts:
        passed = sum(one.state == "pass" for one in verdict.drafts)
        lines.append(say("run.drafts", language, passed=passed, total=len(verdict.drafts)))
    return "\n".join([*lines, sentence(verdict, language)])


def failure_lines(one: CaseResult, language: str) -> list[str]:
    """A failed case in a few lines: where it is written, what was expected and what was found."""
    lines = [say("run.failed_case", language, id=one.case.id, where=one.case.where)]
    if one.state == "missing":
        return [*lines, f"    {one.state}"]
    for finding in one.failures[:3]:
        actual = " ".join(finding.actual.split())[:160]
        lines.append(say("run.check", language, check=finding.check, expected=finding.expected, actual=actual))
    return lines


def markdown(verdict: Verdict, excused: dict[str, str] | None = None) -> str:
    """summary.md: for a pull request or an e-mail."""
    lines = [f"# {verdict.run.name}", "", sentence(verdict, "en"), "", sentence(verdict, "he"), ""]
    lines += ["| gate | holds | detail |", "|---|---|---|"]
    lines += [f"| {gate.name} | {'yes' if gate.passed else '**no**'} | {gate.detail} |" for gate in verdict.gates]
    lines += ["", "| measure | value |", "|---|---|", *(f"| {k} | {v} |" for k, v in verdict.metrics().items())]
    for name, rates in verdict.slices().items():
        lines += ["", f"| {name} | passed |", "|---|---|", *(f"| {k} | {rate.text()} |" for k, rate in rates.items())]
    lines += ["", "Cases by topic and kind (en/he):", ""]
    rows = coverage.table([one.case for one in verdict.results], excused or {})
    lines += ["| " + " | ".join(row) + " |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:])]
    if verdict.failed:
        lines += ["", "## Failed", ""]
        lines += [f"- `{one.case.id}` {_first(one)}" for one in verdict.failed]
    return "\n".join(lines) + "\n"


def _first(one: CaseResult) -> str:
    if not one.failures:
        return one.state
    finding = one.failures[0]
    actual = " ".join(finding.actual.split())[:120]
    return f"{finding.check}: expected {finding.expected}; found {actual}".replace("|", "\\|")


def junit(verdict: Verdict) -> str:
    """junit.xml: one test case a case, one suite a suite."""
    top = ElementTree.Element("testsuites", name="advisor eval")
    suites: dict[str, list[CaseResult]] = {}
    for one in verdict.results:
        suites.setdefault(one.case.suite, []).append(one)
    for name, results in suites.items():
        states = [one.state for one in results]
        suite = ElementTree.SubElement(
            top, "testsuite", name=name, tests=str(len(results)), failures=str(states.count("fail")),
            errors=str(states.count("error") + states.count("missing")),
        )  # fmt: skip
        for one in results:
            seconds = f"{sum(one.ms) / 1000:.3f}"
            case = ElementTree.SubElement(suite, "testcase", classname=name, name=one.case.id, time=seconds)
            if one.state != "pass":
                kind = "failure" if one.state == "fail" else "error"
                failure = ElementTree.SubElement(case, kind, message=_xml(_first(one)))
                failure.text = _xml("\n".join(failure_lines(one, one.case.lang)))
    return ElementTree.tostring(top, encoding="unicode", xml_declaration=True)


def _xml(text: str) -> str:
    return _NOT_XML.sub("�", text)


def results_csv(verdict: Verdict) -> str:
    """results.csv: one line a case, for a spreadsheet; written with a byte-order mark so that Hebrew opens well."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["id", "suite", "topic", "kind", "lang", "tags", "state", "said", "expected", "found", "ms"])
    for one in (*verdict.results, *verdict.drafts):
        finding = one.failures[0] if one.failures else None
        said = " / ".join(turn.words for turn in one.case.turns)
        row = [
            one.case.id, one.case.suite, one.case.topic, one.case.kind, one.case.lang, " ".join(one.case.tags),
            one.state, said[:300], f"{finding.check}: {finding.expected}" if finding else "",
            " ".join(finding.actual.split())[:300] if finding else "", f"{sum(one.ms):.0f}",
        ]  # fmt: skip
        writer.writerow([cell_text(cell) for cell in row])
    return out.getvalue()


def cell_text(text: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def write_all(verdict: Verdict, folder: Path, excused: dict[str, str] | None = None) -> Iterable[Path]:
    """Write summary.md, junit.xml, results.csv and report.html into the run's folder."""
    from eval.report import html

    texts = {
        "summary.md": markdown(verdict, excused),
        "junit.xml": junit(verdict),
        "results.csv": "\ufeff" + results_csv(verdict),
        "report.html": html(verdict, excused),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8", newline="")
    return [folder / name for name in texts]
