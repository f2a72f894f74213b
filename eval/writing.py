"""The commands with which a trainer writes cases: init, add, import, export."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import yaml

from assistant import AdvisorError, Reply, open_advisor
from assistant.settings import Settings
from eval.cases import schema
from eval.drafts import draft_of, expected_of, unhelpful_draft
from eval.sheets import SHEETS, suite_from_sheet, write_sheet
from eval.strict import Problem, SuiteError, parse_yaml
from eval.suite import load, load_file, read_suite, ready_cases
from eval.wording import say

EXAMPLE = Path(__file__).parent / "templates" / "example.yaml"
GATES = Path(__file__).parent / "templates" / "gates.yaml"
SCHEMA = "suite.schema.json"
YES = ("y", "yes", "כ", "כן")


def init(options: argparse.Namespace) -> int:
    """`eval init`: an example suite, its schema for the editor, and gates."""
    folder: Path = options.folder
    path = folder / "my-suite.yaml"
    if path.exists():
        print(say("init.there", options.language, path=path))
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    (folder / "gates.yaml").write_text(GATES.read_text("utf-8"), "utf-8")
    (folder / SCHEMA).write_text(json.dumps(schema(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(say("init.made", options.language, path=path, folder=folder))
    return 0


def add(options: argparse.Namespace) -> int:
    """`eval add`: one case, asked for step by step, given in options, or drafted from a conversation."""
    if options.from_feedback:
        return _add_unhelpful(options)
    try:
        case = _from_chat(options) if options.from_chat else _from_words(options)
    except AdvisorError as error:
        raise SuiteError([Problem("-", 0, "refused", {"reason": error.text(options.language)})]) from error
    case_id = append_case(options.file, case)
    key = "add.draft" if case.get("status") == "draft" else "add.done"
    print(say(key, options.language, id=case_id, path=options.file))
    return 0


def append_case(path: Path, case: dict[str, Any]) -> str:
    """Add a case at the end of a suite file, keeping what stands there; returns its id. Raises SuiteError."""
    text = path.read_text("utf-8-sig") if path.exists() else f"suite: {path.stem}\ncases:\n"
    taken = set(re.findall(r"\bid:\s*([\w.\-]+)", text))
    case = {"id": _free_id(case.get("id") or path.stem, taken), **{k: v for k, v in case.items() if k != "id"}}
    block = yaml.safe_dump([case], allow_unicode=True, sort_keys=False, width=110)
    whole = text.rstrip("\n") + "\n" + block
    parsed = parse_yaml(whole, str(path))
    ready_cases(parsed, read_suite(parsed))  # never leave a file behind that cannot be read
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(whole, "utf-8")
    return case["id"]


def _free_id(wanted: str, taken: set[str]) -> str:
    wanted = re.sub(r"[^A-Za-z0-9_.\-]+", "-", wanted).strip("-.") or "case"
    if wanted not in taken and re.search(r"\d$", wanted):
        return wanted
    number = 1
    while f"{wanted}-{number:03d}" in taken:
        number += 1
    return f"{wanted}-{number:03d}" if wanted in taken or not re.search(r"\d$", wanted) else wanted


def _from_words(options: argparse.Namespace) -> dict[str, Any]:
    language = options.language
    if not options.ask:
        return _wizard(options)
    expect: dict[str, Any] = {}
    if options.answer:
        expect["answer"] = options.answer
    if options.must_say:
        expect["must_say"] = [_alternatives(one) for one in options.must_say]
    if options.must_not_say:
        expect["must_not_say"] = list(options.must_not_say)
    if options.source:
        expect["sources"] = {"any_of": list(options.source)}
    if not expect:
        reply = _ask(options.ask)
        print(say("add.replied", language), reply.text, sep="\n")
        return _case(options, options.ask, expected_of(reply.model_dump(mode="json")), draft=True)
    return _case(options, options.ask, expect)


def _wizard(options: argparse.Namespace) -> dict[str, Any]:
    language = options.language
    question = _prompt(say("add.ask", language))
    if not question:
        raise SuiteError([Problem("-", 0, "nothing_asked")])
    reply = _ask(question)
    print(say("add.replied", language), reply.text, sep="\n\n")
    expect = expected_of(reply.model_dump(mode="json"))
    if _prompt(say("add.right", language)).lower() not in YES:
        expect = {"answer": _prompt(say("add.outcome", language)) or "grounded"}
    while phrase := _prompt(say("add.must", language)):
        expect.setdefault("must_say", []).append(_alternatives(phrase))
    if phrase := _prompt(say("add.must_not", language)):
        expect["must_not_say"] = _alternatives(phrase)
    options.why = options.why or _prompt(say("add.why", language))
    return _case(options, question, expect)


def _case(options: argparse.Namespace, question: str, expect: dict[str, Any], *, draft: bool = False) -> dict[str, Any]:
    made = {"id": options.id, "ask": question, "expect": expect, "why": options.why}
    return {**{key: value for key, value in made.items() if value}, **({"status": "draft"} if draft else {})}


def _add_unhelpful(options: argparse.Namespace) -> int:
    advisor = open_advisor(Settings.from_environment())
    who = {"user": options.user, "workspace": options.workspace}
    added = 0
    for head in advisor.conversations(**who):
        rows = advisor.transcript(head.id, **who)
        for rating in advisor.ratings(head.id, **who):
            exchanges = [{"said": row.text, "reply": row.reply} for row in rows if row.turn <= rating.turn]
            if not rating.helpful and exchanges:
                append_case(options.file, unhelpful_draft(exchanges, options.id, rating, options.user.split()))
                added += 1
    advisor.close()
    print(say("add.drafts", options.language, count=added, path=options.file))
    return 0


def _from_chat(options: argparse.Namespace) -> dict[str, Any]:
    advisor = open_advisor(Settings.from_environment())
    rows = advisor.transcript(options.from_chat, user=options.user, workspace=options.workspace)
    advisor.close()
    exchanges = [{"said": row.text, "reply": row.reply} for row in rows]
    return draft_of(exchanges, options.id, why=options.why, origin="chat", names=options.user.split())


def _ask(question: str) -> Reply:
    advisor = open_advisor(Settings.from_environment(), database="sqlite://")
    try:
        return advisor.reply("eval-add", question, door="eval")
    finally:
        advisor.close()


def _prompt(question: str) -> str:
    try:
        return input(question + "\n> ").strip()
    except EOFError:
        return ""


def _alternatives(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def import_sheet(options: argparse.Namespace) -> int:
    """`eval import`: a preview, and with --apply a suite file."""
    parsed, suite = suite_from_sheet(options.sheet)
    cases = ready_cases(parsed, suite)
    target: Path = options.to or options.sheet.with_suffix(".yaml")
    if not options.apply:
        print(say("sheet.preview", options.language, count=len(cases)))
        for case in cases:
            print(f"  {case.where}  {case.id}  {' / '.join(turn.words for turn in case.turns)[:80]}")
        print(say("sheet.apply", options.language))
        return 0
    if target.exists():
        kept = {case.id for case in cases}
        lost = [case.id for case in load_file(target) if case.id not in kept]
        if lost:
            raise SuiteError(
                [Problem(str(target), 0, "would_lose", {"cases": ", ".join(lost[:5]), "count": len(lost)})]
            )
    data = suite.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    target.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110), "utf-8")
    load([target])
    print(say("sheet.written", options.language, count=len(cases), path=target))
    return 0


def export_sheet(options: argparse.Namespace) -> int:
    """`eval export`: suites as one sheet."""
    if options.to.suffix.lower() not in SHEETS:
        raise SuiteError([Problem(str(options.to), 0, "not_a_sheet")])
    cases = load(options.paths)
    write_sheet(options.to, cases)
    print(say("sheet.written", options.language, count=len(cases), path=options.to))
    return 0
