"""Grades what the tools did: exact figures, the questions asked, where an assessment stands, what is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.cases import AssessmentExpected, CalcExpected, Expect
from eval.figures import same_value
from eval.findings import Finding, Reply, Shown, finding, shown_text
from eval.text import says


def calc(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    """Whether the tool ran, and ran exactly as expected."""
    calculations = list(reply.get("calculations", ()))
    found = []
    if expect.no_calc:
        tools = ", ".join(one["tool"] for one in calculations)
        found.append(finding(shown, "no_calc", "calc", not calculations, "no tool run", tools or "none"))
    if expect.calc is not None:
        fitting = [one for one in calculations if expect.calc.tool in ("", one["tool"])]
        if not fitting:
            actual = ", ".join(one["tool"] for one in calculations) or f"none ({reply['kind']})"
            found.append(finding(shown, "calc", "calc", False, expect.calc.tool or "a calculation", actual))
        else:
            tries = [_one_calc(shown, expect.calc, one) for one in fitting]
            found += min(tries, key=lambda findings: sum(one.state == "fail" for one in findings))
    return found


def _one_calc(shown: Shown, wanted: CalcExpected, got: Mapping[str, Any]) -> list[Finding]:
    result = got["result"]
    found = [finding(shown, "calc.tool", "calc", wanted.tool in ("", got["tool"]), wanted.tool, got["tool"])]
    for part, expected, data in (("result", wanted.result, result), ("inputs", wanted.inputs, got["inputs"])):
        for path, value in expected.items():
            there = at_path(data, path)
            held = same_value(value, there)
            found.append(finding(shown, f"calc.{part}.{path}", "calc", held, str(value), _brief(there)))
    codes = [warning["code"] for warning in got.get("warnings", ())]
    for code in wanted.warnings:
        found.append(finding(shown, "calc.warnings", "calc", code in codes, code, ", ".join(codes) or "none"))
    for code in wanted.no_warnings:
        found.append(finding(shown, "calc.no_warnings", "calc", code not in codes, f"not {code}", ", ".join(codes)))
    if wanted.verdict:
        verdict = result["verdict"]
        found.append(finding(shown, "calc.verdict", "calc", verdict == wanted.verdict, wanted.verdict, verdict))
    for name in wanted.missing:
        missing = list(result.get("missing", ()))
        found.append(finding(shown, "calc.missing", "calc", name in missing, name, ", ".join(missing) or "none"))
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


def asks(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    """Whether the reply asks for what it must ask for."""
    question = ((reply.get("assessment") or {}).get("question") or {}).get("id", "")
    missing = {name for one in reply.get("calculations", ()) for name in one["result"].get("missing", ())}
    asked = ", ".join(filter(None, [question, *sorted(missing)]))
    text = shown_text(reply)
    held = {name: name == question or name in missing or says(text, name) for name in expect.asks_for}
    return [finding(shown, "asks_for", "content", ok, name, asked) for name, ok in held.items()]


def assessment(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    """Where the guided assessment stands."""
    wanted = expect.assessment
    if wanted is None:
        return []
    got = reply.get("assessment") or {}
    if wanted.status == "none":
        return [finding(shown, "assessment", "assessment", not got, "no assessment", got.get("tool", "none"))]
    if not got:
        return [finding(shown, "assessment", "assessment", False, wanted.tool or "an assessment", "none")]
    return [
        finding(shown, f"assessment.{name}", "assessment", held, expected, actual)
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


def _in_order(value: Any) -> Any:
    """Several choices are a set: in whatever order they were said."""
    words = isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)
    return sorted(value) if words else value


def state(shown: Shown, reply: Reply, expect: Expect) -> list[Finding]:
    """What the record holds now."""
    answers = (reply.get("assessment") or {}).get("answers") or {}
    if not answers and reply.get("calculations"):
        inputs = reply["calculations"][-1]["inputs"]
        answers = {key: {"value": value, "status": "answered"} for key, value in inputs.items()}
    found = []
    for name, wanted in expect.state.items():
        got = answers.get(name, {"value": None, "status": "unanswered"})
        by_status = isinstance(wanted, str) and wanted in STATUSES
        held = got["status"] == wanted if by_status else same_value(_in_order(wanted), _in_order(got["value"]))
        actual = f"{_brief(got['value'])} ({got['status']})"
        found.append(finding(shown, f"state.{name}", "assessment", held, str(wanted), actual))
    for name in expect.not_state:
        status = answers.get(name, {}).get("status", "unanswered")
        held = status != "answered"
        found.append(finding(shown, f"not_state.{name}", "assessment", held, "no answer stored", status))
    return found
