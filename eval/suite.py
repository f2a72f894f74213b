"""Loads suites: files to ready cases, with every mistake named by file and line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval import cases as written
from eval.cases import BothPhrases, BothTexts, Case, Defaults, Expect, SuiteFile, TurnCase
from eval.strict import Parsed, Place, Problem, SuiteError, nearest, read_yaml
from eval.text import language_of

SUITES = Path(__file__).parent / "suites"
NOT_SUITES = ("retrieval_questions", "gates")  # other YAML that lives beside the suites


@dataclass(frozen=True)
class ReadyCase:
    """A case as it is run: one language, its turns, its checks."""

    id: str
    suite: str
    owner: str
    turns: tuple[TurnCase, ...]
    tags: tuple[str, ...]
    why: str
    kind: str
    topic: str
    lang: str
    pair: str
    unanswerable: str
    draft: bool
    checks: tuple[str, ...]
    gold: tuple[str, ...]
    documents: tuple[str, ...]
    where: str

    @property
    def fingerprint(self) -> str:
        """A hash of what is said and expected: another case under the same id is another case."""
        shown = [turn.model_dump(mode="json", by_alias=True, exclude_defaults=True) for turn in self.turns]
        text = json.dumps([shown, self.checks, self.documents], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def suite_files(paths: Sequence[Path] = ()) -> list[Path]:
    """The suite files named, and those directly in the folders named (default: the product's own)."""
    found: list[Path] = []
    for path in paths or (SUITES,):
        if path.is_dir():
            inside = [p for pattern in ("*.yaml", "*.yml", "*.csv", "*.xlsx") for p in path.glob(pattern)]
            found += sorted(p for p in inside if p.stem not in NOT_SUITES and not p.name.startswith(("~", ".")))
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def load(paths: Sequence[Path] = ()) -> list[ReadyCase]:
    """Every case of these files and folders. Raises SuiteError with all problems of all files at once."""
    ready: list[ReadyCase] = []
    problems: list[Problem] = []
    files = suite_files(paths)
    if not files:
        raise SuiteError([Problem(", ".join(map(str, paths)), 0, "no_files")])
    for path in files:
        try:
            ready += load_file(path)
        except SuiteError as error:
            problems += error.problems
    problems += _repeated(ready)
    if problems:
        raise SuiteError(problems)
    return ready


def load_file(path: Path) -> list[ReadyCase]:
    """The cases of one file: YAML, CSV or XLSX. Raises SuiteError."""
    if path.suffix.lower() in (".csv", ".xlsx"):
        from eval.sheets import read_sheet

        return read_sheet(path)
    parsed = read_yaml(path, _shown(path))
    return ready_cases(parsed, read_suite(parsed))


def read_suite(parsed: Parsed) -> SuiteFile:
    """The suite in a file's data. Raises SuiteError with the line of every mistake."""
    if not isinstance(parsed.data, dict):
        raise SuiteError([Problem(parsed.file, 1, "not_a_suite")])
    try:
        return SuiteFile.model_validate(parsed.data)
    except ValidationError as error:
        raise SuiteError(_problems(parsed, error)) from None


def ready_cases(parsed: Parsed, suite: SuiteFile) -> list[ReadyCase]:
    """The cases of a suite, pairs unfolded and defaults filled in. Raises SuiteError."""
    ready: list[ReadyCase] = []
    problems: list[Problem] = []
    for number, case in enumerate(suite.cases):
        line = parsed.line(("cases", number))
        found = _check_case(parsed.file, line, case)
        if found:
            problems += found
            continue
        ready += [_ready(one, suite, f"{parsed.file}:{line}") for one in _unfolded(case)]
    problems += [Problem(parsed.file, 0, "empty")] if not suite.cases else []
    problems += [
        Problem(parsed.file, int(case.where.rpartition(":")[2]), "no_check", {"id": case.id})
        for case in ready
        if not case.checks and not any(_checks_something(turn.expect) for turn in case.turns)
    ]
    if problems:
        raise SuiteError(problems)
    return ready


def _check_case(file: str, line: int, case: Case) -> list[Problem]:
    if case.ask is None and not case.turns:
        return [Problem(file, line, "no_words", {"id": case.id})]
    if case.ask is not None and case.turns:
        return [Problem(file, line, "ask_and_turns", {"id": case.id})]
    if case.turns and case.expect is not None:
        return [Problem(file, line, "expect_outside_turn", {"id": case.id})]
    return []


def _checks_something(expect: Expect | None) -> bool:
    return expect is not None and bool(expect.model_dump(exclude_defaults=True))


def _unfolded(case: Case) -> list[Case]:
    """One case for each language when it is asked in both."""
    if not any(isinstance(words, BothTexts) for words in (case.ask, *(turn.user for turn in case.turns))):
        return [case]
    return [
        case.model_copy(
            update={
                "id": f"{case.id}-{language}",
                "ask": _said(case.ask, language),
                "turns": [turn.model_copy(update={"user": _said(turn.user, language)}) for turn in case.turns],
                "expect": _in_language(case.expect, language),
                "pair": case.pair or case.id,
                "lang": language,
            }
        )
        for language in ("en", "he")
    ]


def _said(words: str | BothTexts | None, language: str) -> str | None:
    return getattr(words, language) if isinstance(words, BothTexts) else words


def _in_language(expect: Expect | None, language: str) -> Expect | None:
    if expect is None:
        return None
    changed = {
        key: getattr(value, language)
        for key in ("must_say", "must_not_say")
        if isinstance(value := getattr(expect, key), BothPhrases)
    }
    return expect.model_copy(update=changed)


def _ready(case: Case, suite: SuiteFile, where: str) -> ReadyCase:
    defaults: Defaults = suite.defaults
    text = case.ask if isinstance(case.ask, str) else ""
    turns = [TurnCase(user=text, expect=case.expect)] if case.ask is not None else case.turns
    lang = case.lang or language_of(" ".join(turn.words for turn in turns))
    turns = [turn.model_copy(update={"expect": _in_language(turn.expect, lang)}) for turn in turns]
    kind = case.kind or defaults.kind or ("multi_turn" if len(turns) > 1 else "question")
    return ReadyCase(
        id=case.id,
        suite=suite.suite,
        owner=suite.owner,
        turns=tuple(turns),
        tags=tuple(dict.fromkeys((*defaults.tags, *case.tags))),
        why=case.why,
        kind=kind,
        topic=case.topic or defaults.topic or suite.suite,
        lang=lang,
        pair=case.pair,
        unanswerable=case.unanswerable or "",
        draft=case.status == "draft",
        checks=tuple(defaults.checks if case.checks is None else case.checks),
        gold=tuple(case.gold or _gold_of(turns)),
        documents=tuple(case.documents),
        where=where,
    )


def _gold_of(turns: Iterable[TurnCase]) -> list[str]:
    named: list[str] = []
    for turn in turns:
        for among in (turn.expect.cards, turn.expect.sources) if turn.expect else ():
            named += [*among.any_of, *among.all_of, *among.first] if among else []
    return list(dict.fromkeys(named))


def _repeated(ready: Sequence[ReadyCase]) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for case in ready:
        if case.id in first:
            file, _, line = case.where.rpartition(":")
            problems.append(Problem(file, int(line), "id_twice", {"id": case.id, "first": first[case.id]}))
        first.setdefault(case.id, case.where)
    return problems


# -- what the validator found, said to a person ------------------------------------------------------


# What a trainer writes who takes the keys for Hebrew.
_HEBREW_KEYS = {
    "מזהה": "id", "שאלה": "ask", "תשובה": "answer", "ציפייה": "expect", "צפוי": "expect", "תורות": "turns",
    "משתמש": "user", "מקורות": "sources", "כללים": "rules", "כרטיסים": "cards", "תגיות": "tags", "סיבה": "why",
    "למה": "why", "שפה": "language", "חבילה": "suite", "מקרים": "cases", "בדיקות": "checks", "נושא": "topic",
    "סוג": "kind", "מספרים": "numbers",
}  # fmt: skip
_WANTED = {
    "string": "text", "float": "number", "int": "whole", "bool": "yes_no", "list": "several", "tuple": "several",
    "dict": "named", "model": "named", "mapping": "named",
}  # fmt: skip


def _problems(parsed: Parsed, error: ValidationError) -> list[Problem]:
    items = error.errors()
    inside = {_place(item)[:end] for item in items for end in range(len(_place(item)))}
    found: dict[tuple[int, str], Problem] = {}
    for item in items:
        if _is_of_kind(item) and _place(item) in inside:  # the other way to write it was meant; its own mistakes tell
            continue
        problem = _problem(parsed, item)
        found.setdefault((problem.line, problem.code + str(problem.values.get("key", ""))), problem)
    return list(found.values())


def _is_of_kind(item: Any) -> bool:
    return item["type"].endswith(("_type", "_parsing"))


def _place(item: Any) -> Place:
    return tuple(part for part in item["loc"] if _in_data(part))


def _problem(parsed: Parsed, item: Any) -> Problem:
    place = _place(item)
    line, key = parsed.line(place), str(item["loc"][-1])
    if item["type"] == "extra_forbidden":
        hint = _HEBREW_KEYS.get(key) or nearest(key, _known_keys(item["loc"]))
        return Problem(parsed.file, line, "unknown_key", {"key": key}, hint)
    if item["type"] == "missing":
        return Problem(parsed.file, line, "missing_key", {"key": key})
    if item["type"] == "literal_error":
        allowed = allowed_by(item)
        values = {"key": _last_name(place), "value": item["input"], "allowed": ", ".join(allowed)}
        return Problem(parsed.file, line, "bad_choice", values, nearest(item["input"], allowed))
    if item["type"] == "string_pattern_mismatch":
        return Problem(parsed.file, line, "bad_id", {"value": item["input"]})
    values = {"key": _last_name(place), "value": shown_value(item.get("input")), "wanted": wanted_by(item)}
    return Problem(parsed.file, line, "bad_value", values)


def wanted_by(item: Any) -> str:
    """Which kind of value the validator wanted; a key of lint.wanted."""
    return _WANTED.get(item["type"].partition("_")[0], "else")


def allowed_by(item: Any) -> list[str]:
    """The words the validator would have taken."""
    return [word for word in re.findall(r"'([^']*)'", item["ctx"]["expected"]) if word]


def shown_value(value: Any) -> str:
    """A value as its writer knows it."""
    if isinstance(value, str):
        return f"“{value[:50]}”"
    return json.dumps(value, ensure_ascii=False, default=str)[:60]


def _in_data(part: Any) -> bool:
    # The validator adds names of its own alternatives (`list[…]`, `BothTexts`, `function-before…`) to the path.
    return isinstance(part, int) or not (part[:1].isupper() or "[" in part or part in ("str", "int"))


def _last_name(place: Sequence[Any]) -> str:
    return next((str(part) for part in reversed(place) if isinstance(part, str)), "?")


_MODELS: dict[str, type[written.Strict]] = {
    "expect": Expect, "defaults": Defaults, "turns": TurnCase, "cases": Case,
    "calc": written.CalcExpected, "assessment": written.AssessmentExpected,
    "sources": written.Among, "rules": written.Among, "cards": written.Among,
    "must_say": BothPhrases, "must_not_say": BothPhrases, "ask": BothTexts,
}  # fmt: skip


def _known_keys(place: Sequence[Any]) -> list[str]:
    for part in reversed(place[:-1]):
        if part in _MODELS:
            return [field.alias or name for name, field in _MODELS[part].model_fields.items()]
    return list(SuiteFile.model_fields)


def _shown(path: Path) -> str:
    for root in (Path.cwd(), SUITES.parent.parent):
        if path.resolve().is_relative_to(root.resolve()):
            return path.resolve().relative_to(root.resolve()).as_posix()
    return str(path)
