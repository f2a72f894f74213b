"""Suites as spreadsheets and back, Hebrew kept: CSV with a byte-order mark, or XLSX.

One row a message. Rows with the same id are one conversation, in order. Alternatives stand between `|`,
groups each on a line of their own; whatever has no column of its own stands as JSON in `more`.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.cases import Case, Expect, SuiteFile
from eval.outputs import cell_text
from eval.strict import Parsed, Problem, SuiteError, nearest
from eval.suite import ReadyCase, allowed_by, ready_cases, shown_value, wanted_by

CASE_COLUMNS = ("id", "tags", "kind", "topic", "lang", "pair", "unanswerable", "status", "why", "checks")
TURN_COLUMNS = ("user", "as", "in", "workspace", "do")
EXPECT_COLUMNS = (
    "answer", "must_say", "must_not_say", "numbers", "sources_any", "sources_all", "rules_any", "cards_any",
    "tool", "result", "asks_for", "state",
)  # fmt: skip
COLUMNS = ("suite", *CASE_COLUMNS, *TURN_COLUMNS, *EXPECT_COLUMNS, "more")
SHEETS = (".csv", ".xlsx")
MOST_UNPACKED = 200_000_000  # bytes a workbook may unpack to
LISTS = ("tags", "checks", "answer", "numbers", "asks_for")
AMONG = {"sources_any": ("sources", "any_of"), "sources_all": ("sources", "all_of"),
         "rules_any": ("rules", "any_of"), "cards_any": ("cards", "any_of")}  # fmt: skip
Row = dict[str, str]


# -- writing -----------------------------------------------------------------------------------------


def write_sheet(path: Path, cases: Sequence[ReadyCase]) -> None:
    """Write cases as .csv or .xlsx."""
    rows = [row for case in cases for row in _rows(case)]
    if path.suffix.lower() == ".xlsx":
        _write_xlsx(path, rows)
        return
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: cell_text(value) for key, value in row.items()})
    path.write_text("\ufeff" + out.getvalue(), "utf-8", newline="")


def _write_xlsx(path: Path, rows: Iterable[Row]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(list(COLUMNS))
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([row.get(column, "") for column in COLUMNS])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"  # text, never a formula or a date
    book.save(path)


def _rows(case: ReadyCase) -> Iterable[Row]:
    shared = {
        "suite": case.suite, "id": case.id, "tags": " | ".join(case.tags), "kind": case.kind, "topic": case.topic,
        "lang": case.lang, "pair": case.pair, "unanswerable": case.unanswerable, "why": case.why,
        "status": "draft" if case.draft else "approved", "checks": " | ".join(case.checks),
    }  # fmt: skip
    for number, turn in enumerate(case.turns):
        row: Row = dict(shared) if number == 0 else {"suite": case.suite, "id": case.id}
        row |= {"user": turn.words, "as": turn.speaker, "in": turn.conversation, "workspace": turn.workspace}
        row["do"] = _json(turn.do) if turn.do else ""
        row |= _expect_cells(turn.expect)
        if number == 0 and (case.documents or case.gold):
            more = json.loads(row.get("more") or "{}")
            extra = {"documents": list(case.documents), "gold": list(case.gold)}
            row["more"] = _json({**more, "case": {key: value for key, value in extra.items() if value}})
        yield row


def _expect_cells(expect: Expect | None) -> Row:
    if expect is None:
        return {}
    data = expect.model_dump(mode="json", exclude_defaults=True)
    cells: Row = {}
    for name in ("answer", "numbers", "asks_for"):
        if data.get(name):
            cells[name] = " | ".join(data.pop(name))
    for name in ("must_say", "must_not_say"):
        if data.get(name):
            cells[name] = _phrases_cell(data.pop(name))
    for column, (key, part) in AMONG.items():
        if data.get(key, {}).get(part):
            cells[column] = " | ".join(data[key].pop(part))
    if calc := data.get("calc"):
        cells["tool"] = calc.pop("tool", "")
        cells["result"] = _json(calc.pop("result")) if calc.get("result") else ""
    if data.get("state"):
        cells["state"] = _json(data.pop("state"))
    rest = {key: value for key, value in data.items() if value not in ({}, [])}
    cells["more"] = _json(rest) if rest else ""
    return cells


def _phrases_cell(phrases: Any) -> str:
    simple = not isinstance(phrases, dict) and all(
        "|" not in one and "\n" not in one for group in phrases for one in _alternatives(group)
    )
    cell = "\n".join(" | ".join(_alternatives(group)) for group in phrases) if simple else ""
    return _json(phrases) if not simple or cell[:1] in ("[", "{") or cell != cell.strip() else cell


def _alternatives(group: Any) -> list[str]:
    return [group] if isinstance(group, str) else list(group)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


# -- reading -----------------------------------------------------------------------------------------


def read_sheet(path: Path) -> list[ReadyCase]:
    """The cases of a sheet. Raises SuiteError with the row of every mistake."""
    parsed, suite = suite_from_sheet(path)
    return ready_cases(parsed, suite)


def suite_from_sheet(path: Path) -> tuple[Parsed, SuiteFile]:
    """The suite a sheet holds, and where its rows stand. Raises SuiteError."""
    header, rows = _table(path)
    problems = [
        Problem(path.name, 1, "sheet_column", {"key": name, "known": ", ".join(COLUMNS)}, nearest(name, COLUMNS))
        for name in header
        if name and name not in COLUMNS
    ]
    problems += [Problem(path.name, 1, "sheet_missing", {"key": name}) for name in ("id", "user") if name not in header]
    if problems:
        raise SuiteError(problems)
    cases, lines = _cases(path.name, rows)
    name = next((row["suite"] for _, row in rows if row.get("suite")), path.stem)
    suite = SuiteFile(suite=name, cases=cases)
    return Parsed(path.name, {}, {("cases", at): line for at, line in enumerate(lines)}), suite


def _table(path: Path) -> tuple[list[str], list[tuple[int, Row]]]:
    if path.suffix.lower() not in SHEETS:
        raise SuiteError([Problem(path.name, 0, "not_a_sheet")])
    if path.suffix.lower() == ".xlsx":
        grid = _read_xlsx(path)
    else:
        try:
            grid = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        except UnicodeDecodeError:
            raise SuiteError([Problem(path.name, 0, "not_utf8")]) from None
        except OSError as error:
            raise SuiteError([Problem(path.name, 0, "unreadable", {"reason": error.strerror or "?"})]) from None
    header = [name.strip() for name in grid[0]] if grid else []
    rows = [
        (number, {name: _unquoted(cell) for name, cell in zip(header, cells, strict=False) if name})
        for number, cells in enumerate(grid[1:], 2)
        if any(cell.strip() for cell in cells)
    ]
    return header, rows


def _read_xlsx(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
                raise SuiteError([Problem(path.name, 0, "not_a_sheet")])
        sheet = load_workbook(path, read_only=True, data_only=True).active
        sheet.reset_dimensions()  # some programs write a wrong extent, and rows beyond it would vanish unseen
    except OSError as error:
        raise SuiteError([Problem(path.name, 0, "unreadable", {"reason": error.strerror or "?"})]) from None
    except SuiteError:
        raise
    except Exception as error:  # openpyxl raises what zipfile, the XML parser or itself come upon
        raise SuiteError([Problem(path.name, 0, "not_a_sheet")]) from error
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def _unquoted(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def _cases(file: str, rows: Sequence[tuple[int, Row]]) -> tuple[list[Case], list[int]]:
    grouped: dict[str, list[tuple[int, Row]]] = {}
    problems: list[Problem] = []
    for line, row in rows:
        if not row.get("id", "").strip():
            problems.append(Problem(file, line, "missing_key", {"key": "id"}))
        grouped.setdefault(row.get("id", "").strip(), []).append((line, row))
    cases, lines = [], []
    for group in grouped.values():
        try:
            cases.append(_case(file, group))
            lines.append(group[0][0])
        except SuiteError as error:
            problems += error.problems
    if problems:
        raise SuiteError(problems)
    return cases, lines


def _case(file: str, group: Sequence[tuple[int, Row]]) -> Case:
    line, first = group[0]
    data: dict[str, Any] = {}
    for column in CASE_COLUMNS:
        if cell := first.get(column, "").strip():
            data[column] = _split(cell) if column in LISTS else cell
    turns = []
    for at, row in group:
        data |= _object(file, at, row, "more").get("case", {})
        turn: dict[str, Any] = {"user": row.get("user", "")}
        turn |= {key: row[key].strip() for key in ("as", "in", "workspace") if row.get(key, "").strip()}
        if row.get("do", "").strip():
            turn["do"] = _object(file, at, row, "do")
        if expect := _expect(file, at, row):
            turn["expect"] = expect
        turns.append(turn)
    data["turns"] = turns
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        raise SuiteError([_cell_problem(file, line, item) for item in error.errors()]) from None


def _expect(file: str, line: int, row: Row) -> dict[str, Any]:
    made: dict[str, Any] = {name: _split(row[name]) for name in ("answer", "numbers", "asks_for") if row.get(name)}
    for name in ("must_say", "must_not_say"):
        if cell := row.get(name, "").strip():
            made[name] = json.loads(cell) if cell[:1] in "[{" else [_split(group) for group in cell.splitlines()]
    for column, (key, part) in AMONG.items():
        if row.get(column):
            made.setdefault(key, {})[part] = _split(row[column])
    if row.get("tool", "").strip() or row.get("result", "").strip():
        made["calc"] = {"tool": row.get("tool", "").strip(), "result": _object(file, line, row, "result")}
    if row.get("state", "").strip():
        made["state"] = _object(file, line, row, "state")
    for key, value in _object(file, line, row, "more").items():
        if key != "case":
            made[key] = {**made[key], **value} if isinstance(made.get(key), dict) else value
    return made


def _object(file: str, line: int, row: Row, column: str) -> Any:
    cell = row.get(column, "").strip()
    if not cell:
        return {}
    try:
        return json.loads(cell)
    except ValueError:
        raise SuiteError([Problem(file, line, "sheet_json", {"key": column})]) from None


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _cell_problem(file: str, line: int, item: Mapping[str, Any]) -> Problem:
    names = [str(part) for part in item["loc"] if isinstance(part, str)]
    key = next((name for name in reversed(names) if name in (*COLUMNS, "sources", "rules", "cards", "calc")), "id")
    if item["type"] == "literal_error":
        allowed = allowed_by(item)
        values = {"key": key, "value": item["input"], "allowed": ", ".join(allowed)}
        return Problem(file, line, "bad_choice", values, nearest(item["input"], allowed))
    values = {"key": key, "value": shown_value(item.get("input")), "wanted": wanted_by(item)}
    return Problem(file, line, "sheet_cell", values)
