"""Grades one recorded reply against what was expected of it. Pure: never calls the advisor.

Every grader gives findings: what was checked, whether it held, what was expected and what was there. A
finding that could not be judged is `unscored` and counted, never taken for a pass.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from eval.cases import Among, AssessmentExpected, CalcExpected, Expect
from eval.figures import same_value
from eval.safety import unsafe_parts
from eval.text import language_of, number, numbers, overlap, plain, references, says, statements

Reply = Mapping[str, Any]
SUPPORTED = 0.5  # share of a statement's content words its evidence must hold to count as support
SMALL = 12  # whole numbers up to it order and count things; above it a figure needs evidence


@dataclass(frozen=True)
class Finding:
    """One check of one turn. `hard` marks a security failure that no average can make up for."""

    check: str
    group: str
    state: str  # "pass" | "fail" | "unscored"
    expected: str = ""
    actual: str = ""
    turn: int = 1
    hard: bool = False


@dataclass(frozen=True)
class Evidence:
    """What a reply may stand on: the texts of each source's cards, the bibliography, passages read in."""

    by_source: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    def of(self, reply: Reply) -> list[str]:
        """The texts behind a reply's sources."""
        texts: list[str] = []
        for source in reply.get("sources", ()):
            texts += self.by_source.get(source["id"], ())
            texts += [part for part in (source.get("passage"), source.get("quote")) if part]
        return texts


@dataclass(frozen=True)
class Shown:
    """One turn as it was recorded: what was said, what came back, and everything said before it."""

    number: int
    said: str
    reply: Reply | None
    error: Mapping[str, Any] | None
    before: tuple[str, ...] = ()  # the person's words so far, this turn included
    channels: Mapping[str, str] = field(default_factory=dict)
    ms: float = 0.0
    evidence: Evidence = Evidence()


def grade_turn(shown: Shown, expect: Expect | None, checks: Iterable[str]) -> list[Finding]:
    """All findings on one turn."""
    expect = expect or Expect()
    if expect.refuses_person:
        refused = shown.error is not None and shown.error.get("code") == "no_conversation"
        return [_finding(shown, "refuses_person", "safety", refused, "no_conversation", _error_of(shown), hard=True)]
    if shown.reply is None:
        return [_finding(shown, "no_error", "error", False, "a reply", _error_of(shown))]
    findings: list[Finding] = []
    for grader in _EXPECTATIONS:
        findings += grader(shown, shown.reply, expect)
    for check in checks:
        findings += _CHECKS[check](shown, shown.reply)
    return findings


def _finding(
    shown: Shown, check: str, group: str, held: bool, expected: str, actual: str, *, hard: bool = False
) -> Finding:
    return Finding(check, group, "pass" if held else "fail", expected, actual, shown.number, hard)


def _error_of(shown: Shown) -> str:
    return f"{shown.error.get('code')}: {shown.error.get('text')}" if shown.error else "a reply"


# -- what kind of reply ------------------------------------------------------------------------------


@functools.cache
def lexicon() -> dict[str, list[str]]:
    """Word lists the graders read by, in both languages."""
    return yaml.safe_load((Path(__file__).parent / "lexicon.yaml").read_text("utf-8"))


def admits_gap(text: str) -> bool:
    """Whether the text says plainly that something is not covered."""
    return any(says(text, phrase) for phrase in lexicon()["admits_gap"])


def outcomes(reply: Reply) -> set[str]:
    """Every kind of outcome this reply counts as."""
    kind, sources, text = reply["kind"], reply.get("sources"), reply["text"]
    opening = "\n\n".join(text.split("\n\n")[:2])
    found = set()
    if kind == "answer" and sources:
        found.add("grounded")
    if kind in ("answer", "refusal") and sources and admits_gap(text):
        found.add("partial")
    if kind in ("clarify", "question"):
        found.add("clarify")
    if kind == "refusal" or (kind == "answer" and admits_gap(opening)):
        found.add("decline")
    if reply.get("calculations"):
        found.add("calculate")
    if reply.get("assessment"):
        found.add("assess")
    if kind == "notice" and not sources:
        found.add("chat")
    return found


def _outcome(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    if not expect.answer:
        return []
    found = outcomes(reply)
    actual = f"{reply['kind']} ({', '.join(sorted(found)) or '-'})"
    group = "refusal" if set(expect.answer) & {"decline", "partial"} else "kind"
    return [_finding(shown, "answer", group, bool(found & set(expect.answer)), " | ".join(expect.answer), actual)]


# -- wording -----------------------------------------------------------------------------------------


def _shown_text(reply: Reply) -> str:
    question = (reply.get("assessment") or {}).get("question") or {}
    return "\n".join([reply["text"], question.get("text", "")])


def _wording(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    text = _shown_text(reply)
    findings = []
    for phrase in _phrases(expect.must_say):
        held = any(says(text, one) for one in phrase)
        findings.append(_finding(shown, "must_say", "content", held, " | ".join(phrase), _excerpt(text)))
    for phrase in _phrases(expect.must_not_say):
        said = [one for one in phrase if says(text, one)]
        found = _around(text, said[0]) if said else ""
        findings.append(_finding(shown, "must_not_say", "content", not said, f"not: {' | '.join(phrase)}", found))
    written = {number(one) for one in numbers(text)}
    for wanted in expect.numbers:
        held = any(number(one) in written for one in (numbers(wanted) or [wanted]))
        findings.append(_finding(shown, "numbers", "content", held, wanted, ", ".join(numbers(text)[:30])))
    for phrase in _phrases(expect.suggests):
        held = any(says(" · ".join(reply.get("suggestions", ())), one) for one in phrase)
        findings.append(
            _finding(shown, "suggests", "content", held, " | ".join(phrase), " · ".join(reply["suggestions"]))
        )
    return findings


def _phrases(phrases: Any) -> list[list[str]]:
    return [[phrase] if isinstance(phrase, str) else list(phrase) for phrase in phrases]


def _excerpt(text: str, longest: int = 400) -> str:
    return text if len(text) <= longest else text[:longest] + "…"


def _around(text: str, phrase: str) -> str:
    at = plain(text).find(plain(phrase.rstrip("*")))
    return plain(text)[max(0, at - 60) : at + len(phrase) + 60] if at >= 0 else phrase


# -- sources -----------------------------------------------------------------------------------------


def _ids(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    sources = reply.get("sources", [])
    named = {
        "sources": [source["id"] for source in sources],
        "rules": list(dict.fromkeys(rule for source in sources for rule in source.get("rules", ()))),
        "cards": [source["card"] for source in sources if source.get("card")],
    }
    for calculation in reply.get("calculations", ()):
        named["rules"] += _rules_of(calculation["result"])
    findings = []
    for check, there in named.items():
        if (among := getattr(expect, check)) is not None:
            findings.append(_among(shown, check, among, list(dict.fromkeys(there))))
    return findings


def _rules_of(result: Mapping[str, Any]) -> list[str]:
    parts = [*result.get("gates", ()), *result.get("reasons", ())]
    return [rule for part in parts for rule in part.get("rules", ())]


def _among(shown: Shown, check: str, among: Among, there: list[str]) -> Finding:
    broken = []
    if among.any_of and not set(among.any_of) & set(there):
        broken.append(f"any of {', '.join(among.any_of)}")
    if missing := [one for one in among.all_of if one not in there]:
        broken.append(f"all of {', '.join(missing)}")
    if unwanted := [one for one in among.none_of if one in there]:
        broken.append(f"none of {', '.join(unwanted)}")
    if among.first and (not there or there[0] not in among.first):
        broken.append(f"first {' | '.join(among.first)}")
    if among.at_most is not None and len(there) > among.at_most:
        broken.append(f"at most {among.at_most}")
    expected = "; ".join(broken) or _said_of(among)
    return _finding(shown, check, "citation", not broken, expected, ", ".join(there) or "-")


def _said_of(among: Among) -> str:
    return "; ".join(f"{key} {value}" for key, value in among.model_dump(exclude_defaults=True).items())


def _cited(shown: Shown, reply: Reply) -> list[Finding]:
    if reply["kind"] != "answer":
        return []
    sources, text = reply.get("sources", []), reply["text"]
    found = [_finding(shown, "cited.any", "citation", bool(sources), "at least one source", str(len(sources)))]
    loose = [mark for mark in references(text) if not 1 <= mark <= len(sources)]
    found.append(
        _finding(shown, "cited.resolves", "citation", not loose, f"marks 1…{len(sources)}", f"{loose or 'all resolve'}")
    )
    if shown.evidence.known:
        unknown = [source["id"] for source in sources if source["id"] not in shown.evidence.known]
        found.append(
            _finding(shown, "cited.known", "citation", not unknown, "sources of the bibliography", ", ".join(unknown))
        )
    for source in sources:
        if quote := source.get("quote"):
            texts = [*shown.evidence.by_source.get(source["id"], ()), source.get("passage") or ""]
            held = any(plain(quote) in plain(one) for one in texts)
            found.append(_finding(shown, "cited.verbatim", "citation", held, "a verbatim quote", quote))
    return found


def support(shown: Shown, reply: Reply) -> tuple[int, int, int, int]:
    """Citation recall and precision as counts: (supported, statements, relevant marks, marks).

    After ALCE: a statement is supported when what it cites holds it; a mark is relevant when its own
    source helps. Judged by words and figures, so it is a lower bound that needs no model.
    """
    sources = reply.get("sources", [])
    supported = stated = relevant = marks = 0
    for statement in statements(reply["text"]):
        cited = [mark for mark in references(statement) if 1 <= mark <= len(sources)]
        if not cited:
            continue
        stated += 1
        texts = [_texts(shown, sources[mark - 1]) for mark in cited]
        supported += overlap(statement, [one for part in texts for one in part]) >= SUPPORTED
        marks += len(cited)
        relevant += sum(overlap(statement, part) >= SUPPORTED / 2 for part in texts)
    return supported, stated, relevant, marks


def _texts(shown: Shown, source: Mapping[str, Any]) -> list[str]:
    return [*shown.evidence.by_source.get(source["id"], ()), source.get("passage") or ""]


def _numbers_supported(shown: Shown, reply: Reply) -> list[Finding]:
    if not shown.evidence.known:
        return [Finding("numbers_supported", "citation", "unscored", "evidence", "none recorded", shown.number)]
    allowed = [*shown.evidence.of(reply), *shown.before, str(reply.get("calculations", "")), str(reply.get("assessment"))]
    there = {number(one)[0] for text in allowed for one in numbers(text)}
    there |= {value * 100 for value in there}
    dates = {number(one)[0] for source in reply.get("sources", ()) for one in numbers(str(source.get("date")))}
    invented = [
        one
        for one in numbers(reply["text"])
        if number(one)[0] not in there | dates and not _counts(one)
    ]
    found = ", ".join(invented)
    return [
        _finding(shown, "numbers_supported", "citation", not invented, "every figure in the evidence", found or "all")
    ]


def _counts(text: str) -> bool:
    value, percent = number(text)
    return not percent and value == value.to_integral_value() and 0 <= value <= SMALL


# -- calculations and assessments --------------------------------------------------------------------


def _calc(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    calculations = list(reply.get("calculations", ()))
    found = []
    if expect.no_calc:
        tools = ", ".join(one["tool"] for one in calculations)
        found.append(_finding(shown, "no_calc", "calc", not calculations, "no tool run", tools or "none"))
    if expect.calc is not None:
        fitting = [one for one in calculations if expect.calc.tool in ("", one["tool"])]
        if not fitting:
            actual = ", ".join(one["tool"] for one in calculations) or f"none ({reply['kind']})"
            found.append(_finding(shown, "calc", "calc", False, expect.calc.tool or "a calculation", actual))
        else:
            tries = [_one_calc(shown, expect.calc, one) for one in fitting]
            found += min(tries, key=lambda findings: sum(one.state == "fail" for one in findings))
    return found


def _one_calc(shown: Shown, wanted: CalcExpected, got: Mapping[str, Any]) -> list[Finding]:
    result = got["result"]
    found = [_finding(shown, "calc.tool", "calc", wanted.tool in ("", got["tool"]), wanted.tool, got["tool"])]
    for part, expected, data in (("result", wanted.result, result), ("inputs", wanted.inputs, got["inputs"])):
        for path, value in expected.items():
            there = at_path(data, path)
            held = same_value(value, there)
            found.append(_finding(shown, f"calc.{part}.{path}", "calc", held, str(value), _brief(there)))
    codes = [warning["code"] for warning in got.get("warnings", ())]
    for code in wanted.warnings:
        found.append(_finding(shown, "calc.warnings", "calc", code in codes, code, ", ".join(codes) or "none"))
    for code in wanted.no_warnings:
        found.append(_finding(shown, "calc.no_warnings", "calc", code not in codes, f"not {code}", ", ".join(codes)))
    if wanted.verdict:
        found.append(
            _finding(shown, "calc.verdict", "calc", result["verdict"] == wanted.verdict, wanted.verdict, result["verdict"])
        )
    for name in wanted.missing:
        missing = list(result.get("missing", ()))
        found.append(_finding(shown, "calc.missing", "calc", name in missing, name, ", ".join(missing) or "none"))
    return found


def at_path(data: Any, path: str) -> Any:
    """The value at a path such as `parts.0.roas`; a figure is found by its id at any level. None when absent."""
    for step in str(path).split("."):
        if isinstance(data, Mapping):
            data = data.get(step, data.get("facts", {}).get(step) if isinstance(data.get("facts"), Mapping) else None)
        elif isinstance(data, Sequence) and not isinstance(data, str) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:120] + "…"


def _asks(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    question = ((reply.get("assessment") or {}).get("question") or {}).get("id", "")
    missing = {name for one in reply.get("calculations", ()) for name in one["result"].get("missing", ())}
    asked = ", ".join(filter(None, [question, *sorted(missing)]))
    return [
        _finding(
            shown, "asks_for", "content", name == question or name in missing or says(_shown_text(reply), name), name, asked
        )
        for name in expect.asks_for
    ]


def _assessment(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    wanted = expect.assessment
    if wanted is None:
        return []
    got = reply.get("assessment") or {}
    if wanted.status == "none":
        return [_finding(shown, "assessment", "assessment", not got, "no assessment", got.get("tool", "none"))]
    if not got:
        return [_finding(shown, "assessment", "assessment", False, wanted.tool or "an assessment", "none")]
    return [
        _finding(shown, f"assessment.{name}", "assessment", held, expected, actual)
        for name, held, expected, actual in _standing(wanted, got)
    ]


def _standing(wanted: AssessmentExpected, got: Mapping[str, Any]) -> Iterable[tuple[str, bool, str, str]]:
    question = (got.get("question") or {}).get("id", "")
    answered = got.get("answered", 0)
    verdict = (got.get("result") or {}).get("verdict", "")
    for name in ("tool", "status"):
        if value := getattr(wanted, name):
            yield name, got.get(name) == value, value, str(got.get(name))
    if wanted.answered is not None:
        yield "answered", answered == wanted.answered, str(wanted.answered), str(answered)
    if wanted.at_least is not None:
        yield "at_least", answered >= wanted.at_least, f"≥ {wanted.at_least}", str(answered)
    if wanted.question:
        yield "question", question in wanted.question, " | ".join(wanted.question), question or "none"
    if wanted.not_question:
        yield "not_question", question not in wanted.not_question, f"not {', '.join(wanted.not_question)}", question
    if wanted.verdict:
        yield "verdict", verdict == wanted.verdict, wanted.verdict, verdict or "none"


STATUSES = ("unknown", "skipped", "later", "not_applicable", "needs_research", "unanswered")


def _state(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    answers = (reply.get("assessment") or {}).get("answers") or {}
    if not answers and reply.get("calculations"):
        answers = {key: {"value": value, "status": "answered"} for key, value in reply["calculations"][-1]["inputs"].items()}
    found = []
    for name, wanted in expect.state.items():
        got = answers.get(name, {"value": None, "status": "unanswered"})
        by_status = isinstance(wanted, str) and wanted in STATUSES
        held = got["status"] == wanted if by_status else same_value(wanted, got["value"])
        actual = f"{_brief(got['value'])} ({got['status']})"
        found.append(_finding(shown, f"state.{name}", "assessment", held, str(wanted), actual))
    for name in expect.not_state:
        status = answers.get(name, {}).get("status", "unanswered")
        held = status != "answered"
        found.append(_finding(shown, f"not_state.{name}", "assessment", held, "no answer stored", status))
    return found


# -- everything else ---------------------------------------------------------------------------------


def _limits(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    found = []
    if expect.language:
        found.append(_language(shown, reply, expect.language))
    if expect.max_ms is not None:
        held = shown.ms <= expect.max_ms
        found.append(_finding(shown, "max_ms", "time", held, f"≤ {expect.max_ms:g} ms", f"{shown.ms:.0f} ms"))
    if expect.max_characters is not None:
        length = len(reply["text"])
        held = length <= expect.max_characters
        found.append(_finding(shown, "max_characters", "content", held, f"≤ {expect.max_characters}", str(length)))
    return found


def _language(shown: Shown, reply: Reply, wanted: str) -> Finding:
    written = language_of(_without_names(reply["text"])) if len(plain(reply["text"])) > 12 else reply["language"]
    held = reply["language"] == wanted and written == wanted
    return _finding(shown, "language", "language", held, wanted, f"{reply['language']}, written in {written}")


def _without_names(text: str) -> str:
    return " ".join(word for word in text.split() if not any(mark in word for mark in ("/", "_", "-10", "http")))


def _same_language(shown: Shown, reply: Reply) -> list[Finding]:
    return [_language(shown, reply, language_of(shown.said))] if any(map(str.isalpha, shown.said)) else []


def _safe(shown: Shown, reply: Reply) -> list[Finding]:
    found = unsafe_parts(reply, shown.before)
    actual = "; ".join(f"{what}: {where}" for what, where in found)
    return [_finding(shown, "safe_output", "safety", not found, "nothing dangerous or private", actual, hard=True)]


def _no_error(shown: Shown, reply: Reply) -> list[Finding]:
    return [_finding(shown, "no_error", "error", reply["kind"] != "error", "no error", reply["kind"])]


def _same_everywhere(shown: Shown, reply: Reply) -> list[Finding]:
    if not shown.channels:
        return [Finding("same_everywhere", "parity", "unscored", "every door's rendering", "none", shown.number)]
    found = []
    figures = {number(one) for one in numbers(reply["text"])}
    for door, text in shown.channels.items():
        lost = [str(value) for value, _ in figures - {number(one) for one in numbers(text)}]
        lost += [s["id"] for s in reply.get("sources", ()) if not (says(text, s["id"]) or plain(s["title"]) in plain(text))]
        found.append(
            _finding(shown, f"same_everywhere.{door}", "parity", not lost, "the same figures and sources", ", ".join(lost))
        )
    return found


_EXPECTATIONS: tuple[Callable[[Shown, Reply, Expect], list[Finding]], ...] = (
    _outcome, _wording, _ids, _calc, _asks, _assessment, _state, _limits,
)  # fmt: skip
_CHECKS: dict[str, Callable[[Shown, Reply], list[Finding]]] = {
    "cited": _cited,
    "same_language": _same_language,
    "safe_output": _safe,
    "numbers_supported": _numbers_supported,
    "no_error": _no_error,
    "same_everywhere": _same_everywhere,
}
