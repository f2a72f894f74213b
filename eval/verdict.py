"""One verdict on a run: case by case, slice by slice. The terminal, JUnit, CSV and the report all read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.findings import Evidence, Finding, Shown
from eval.graders import grade_turn, outcomes, support
from eval.statistics import percentile, upper_bound, wilson
from eval.suite import ReadyCase
from eval.trace import Run
from eval.wording import say


@dataclass(frozen=True)
class Stale:
    """Gold that a case names and the corpus makes doubtful. `why`: "never" there, "gone" or "changed"."""

    case: str
    gold: str
    why: str

    def text(self, language: str) -> str:
        """The line for a person."""
        return f"{self.case}: {say(f'run.stale_{self.why}', language, gold=self.gold)}"


@dataclass(frozen=True)
class CaseResult:
    """How one case came out. `state`: pass, fail, error (nothing to grade) or missing (not run)."""

    case: ReadyCase
    state: str
    findings: tuple[Finding, ...] = ()
    trace: Mapping[str, Any] = field(default_factory=dict)
    ms: tuple[float, ...] = ()
    support: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def failures(self) -> list[Finding]:
        """The checks that did not hold."""
        return [finding for finding in self.findings if finding.state == "fail"]

    @property
    def hard(self) -> bool:
        """Whether a security check failed that nothing can make up for."""
        return any(finding.hard for finding in self.failures)


@dataclass(frozen=True)
class Rate:
    """k of n, with its 95 % Wilson interval."""

    passed: int
    total: int

    def text(self) -> str:
        """`90/100 (83–94 %)`."""
        low, high = wilson(self.passed, self.total)
        return f"{self.passed}/{self.total} ({low * 100:.0f}–{high * 100:.0f} %)" if self.total else "0/0"

    @property
    def share(self) -> float:
        """k/n; 1.0 when there is nothing."""
        return self.passed / self.total if self.total else 1.0


@dataclass(frozen=True)
class GateResult:
    """One gate: its name, whether it holds, what it found, and the cases that broke it."""

    name: str
    passed: bool
    detail: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Everything a run amounts to."""

    run: Run
    results: tuple[CaseResult, ...]
    drafts: tuple[CaseResult, ...]
    gates: tuple[GateResult, ...] = ()
    stale: tuple[Stale, ...] = ()

    @property
    def total(self) -> Rate:
        """All gated cases; an error or a missing case counts as failed."""
        return _rate(self.results)

    @property
    def failed(self) -> list[CaseResult]:
        """The cases that did not pass, hard failures and p0 first."""
        bad = [one for one in self.results if one.state != "pass"]
        return sorted(bad, key=lambda one: (not one.hard, "p0" not in one.case.tags, one.case.suite, one.case.id))

    @property
    def complete(self) -> bool:
        """Whether every case was run."""
        return bool(self.run.about.get("complete")) and all(one.state != "missing" for one in self.results)

    @property
    def exit_code(self) -> int:
        """0 all gates hold, 1 a gate failed, 3 the run is incomplete."""
        if not self.complete:
            return 3
        return 0 if all(gate.passed for gate in self.gates) else 1

    def slices(self) -> dict[str, dict[str, Rate]]:
        """Rates by suite, topic, kind, language and tag."""
        groups: dict[str, dict[str, list[CaseResult]]] = {
            name: defaultdict(list) for name in ("suite", "topic", "kind", "lang", "tag")
        }
        for one in self.results:
            for name in ("suite", "topic", "kind", "lang"):
                groups[name][getattr(one.case, name)].append(one)
            for tag in one.case.tags:
                groups["tag"][tag].append(one)
        return {name: {key: _rate(group[key]) for key in sorted(group)} for name, group in groups.items()}

    def metrics(self) -> dict[str, str]:
        """The named figures of the run, each as k/n or in its unit."""
        return {**_refusals(self.results), **_answers(self.results), **_citations(self.results),
                **_checks(self.results), **_pairs(self.results), **_security(self.results),
                **_running(self.run, self.results)}  # fmt: skip


def verdict_of(run: Run, cases: Iterable[ReadyCase]) -> Verdict:
    """Grade a recorded run against these cases. Pure: the advisor is not called."""
    evidence = evidence_of(run.corpus)
    graded = [grade_case(run, case, evidence) for case in cases]
    return Verdict(
        run,
        tuple(one for one in graded if not one.case.draft),
        tuple(one for one in graded if one.case.draft),
    )


def evidence_of(corpus: Mapping[str, Any]) -> Evidence:
    """The texts of each source's cards, in both languages."""
    texts: dict[str, list[str]] = defaultdict(list)
    for card in corpus.get("cards", {}).values():
        for source in card["sources"]:
            texts[source] += card["texts"].values()
    return Evidence(texts, frozenset(corpus.get("sources", ())))


def grade_case(run: Run, case: ReadyCase, evidence: Evidence) -> CaseResult:
    """One case of a run."""
    trace = run.traces.get(case.id)
    if trace is None or trace["fingerprint"] != case.fingerprint or len(trace["turns"]) != len(case.turns):
        return CaseResult(case, "missing")
    times = tuple(run.timings.get(case.id, ()))
    findings: list[Finding] = []
    supported = (0, 0, 0, 0)
    said: list[str] = []
    for number, (turn, recorded) in enumerate(zip(case.turns, trace["turns"], strict=True), 1):
        said.append(recorded["said"])
        shown = Shown(
            number, recorded["said"], recorded["reply"], recorded["error"], tuple(said),
            recorded.get("channels", {}), times[number - 1] if number <= len(times) else 0.0, evidence,
        )  # fmt: skip
        findings += grade_turn(shown, turn.expect, case.checks)
        if shown.reply is not None and shown.reply["kind"] == "answer":
            found = support(shown, shown.reply)
            supported = tuple(a + b for a, b in zip(supported, found, strict=True))  # type: ignore[assignment]
    if trace.get("unstable"):
        findings.append(Finding("stable", "error", "fail", "the same reply each time", "replies differ"))
    bad = [finding for finding in findings if finding.state == "fail"]
    state = "pass" if not bad else "error" if all(finding.group == "error" for finding in bad) else "fail"
    return CaseResult(case, state, tuple(findings), trace, times, supported)


# -- figures -----------------------------------------------------------------------------------------


def _rate(results: Iterable[CaseResult]) -> Rate:
    states = [one.state for one in results]
    return Rate(states.count("pass"), len(states))


def _held(results: Iterable[CaseResult], wanted: Any) -> Rate:
    states = [finding.state for one in results for finding in one.findings if wanted(finding)]
    return Rate(states.count("pass"), len(states) - states.count("unscored"))


def _refusals(results: Sequence[CaseResult]) -> dict[str, str]:
    unanswerable = [one for one in results if one.case.kind == "unanswerable"]
    answerable = [one for one in results if one.case.kind in ("question", "decision", "misconception")]
    declined = [one for one in answerable if (reply := _last_reply(one)) and "decline" in outcomes(reply)]
    caught = _held(unanswerable, lambda finding: finding.check == "answer")
    figures = {
        "decline recall": caught.text(),
        "false declines": Rate(len(declined), len(answerable)).text(),
    }
    for kind in sorted({one.case.unanswerable for one in unanswerable if one.case.unanswerable}):
        of_kind = [one for one in unanswerable if one.case.unanswerable == kind]
        figures[f"decline recall, {kind}"] = _held(of_kind, lambda finding: finding.check == "answer").text()
    return figures


def _last_reply(one: CaseResult) -> Mapping[str, Any]:
    turns = one.trace.get("turns") or [{}]
    return turns[-1].get("reply") or {}


def _last_kind(one: CaseResult) -> str:
    return str(_last_reply(one).get("kind", ""))


def _answers(results: Sequence[CaseResult]) -> dict[str, str]:
    asked = [one for one in results if one.case.kind in ("question", "decision", "misconception")]
    right = sum(one.state == "pass" for one in asked)
    missing = sum(one.state != "pass" and _last_kind(one) in ("refusal", "clarify", "error", "") for one in asked)
    wrong = len(asked) - right - missing
    score = (right - wrong) / len(asked) if asked else 0.0
    return {"answers right / declined / wrong": f"{right} / {missing} / {wrong} (score {score:+.2f})"}


def _citations(results: Sequence[CaseResult]) -> dict[str, str]:
    supported, stated, relevant, marks = (sum(one.support[n] for one in results) for n in range(4))
    return {
        "citation recall": Rate(supported, stated).text(),
        "citation precision": Rate(relevant, marks).text(),
        "citations resolve": _held(results, lambda finding: finding.check.startswith("cited")).text(),
        "figures supported": _held(results, lambda finding: finding.check == "numbers_supported").text(),
    }


def _checks(results: Sequence[CaseResult]) -> dict[str, str]:
    groups = {"calc": "calculations exact", "assessment": "conversation state", "language": "language",
              "content": "wording", "parity": "same in every door"}  # fmt: skip
    figures = {name: _held(results, lambda finding, g=group: finding.group == g) for group, name in groups.items()}
    unscored = sum(finding.state == "unscored" for one in results for finding in one.findings)
    return {**{name: rate.text() for name, rate in figures.items() if rate.total}, "unscored checks": str(unscored)}


def _pairs(results: Sequence[CaseResult]) -> dict[str, str]:
    pairs: dict[str, dict[str, bool]] = defaultdict(dict)
    for one in results:
        if one.case.pair:
            pairs[one.case.pair][one.case.lang] = one.state == "pass"
    both = [pair for pair in pairs.values() if set(pair) == {"en", "he"}]
    if not both:
        return {}
    hebrew, english = sum(pair["he"] for pair in both), sum(pair["en"] for pair in both)
    alike = sum(pair["he"] == pair["en"] for pair in both)
    return {"he/en pairs alike": Rate(alike, len(both)).text(), "he − en": f"{hebrew} − {english} of {len(both)} pairs"}


def _security(results: Sequence[CaseResult]) -> dict[str, str]:
    attacks = [one for one in results if one.case.kind == "security"]
    if not attacks:
        return {}
    through = sum(one.hard or one.state != "pass" for one in attacks)
    bound = upper_bound(through, len(attacks))
    return {"attacks that succeeded": f"{through}/{len(attacks)} (at most {bound * 100:.1f} %)"}


def _running(run: Run, results: Sequence[CaseResult]) -> dict[str, str]:
    times = [ms for one in results for ms in one.ms]
    repeated = int(run.about.get("repeat", 1)) > 1
    unstable = sum(bool(one.trace.get("unstable")) for one in results)
    return {
        "time a turn": f"p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms",
        "time in all": f"{run.about.get('seconds', 0)} s",
        **({"same each time": Rate(len(results) - unstable, len(results)).text()} if repeated else {}),
    }
