"""A Result as an Excel workbook: summary, figures, answers, tables and sources, right to left in Hebrew.

Text that could be read as a formula is made harmless. Beside the rounded number each figure keeps its exact
value as text, so `read_figures` gives back what was computed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from tools.errors import InputError
from tools.render import answer_rows, sections, table_section, title
from tools.result import Result
from tools.values import Bounds, Language, exact_text
from tools.wording import say

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_PLAIN_NUMBER = re.compile(r"[+-]?[\d.,\s$€£₪%–\u200e\u200f\u00a0-]+")
_NOT_IN_CELLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
FIGURE_COLUMNS = ("id", "figure", "value", "low", "high", "unit", "exact", "how")
MOST_CELL = 32_000
MOST_SHEETS = 60


def harmless(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula: a leading apostrophe where it might."""
    text = _NOT_IN_CELLS.sub("", text)[:MOST_CELL]
    if text.startswith(RISKY) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def to_xlsx(result: Result, language: Language) -> bytes:
    """The workbook as bytes."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    _sheet(book, _heading("summary", language), language, (), _summary_rows(result, language))
    columns = [say(f"render.column.{name}")[language] for name in FIGURE_COLUMNS]
    _sheet(book, _heading("figures", language), language, columns, _figure_rows(result, language))
    answers = [say(f"render.column.{name}")[language] for name in ("field", "answer")]
    _sheet(book, _heading("answers", language), language, answers, _answer_rows(result, language))
    for table in [*result.tables, *(table for part in result.parts for table in part.tables)][:MOST_SHEETS]:
        section = table_section(table, language)
        _sheet(book, section.heading, language, section.columns, section.rows)
    names = [say(f"render.column.{name}")[language] for name in ("source", "date", "rules", "reason")]
    _sheet(book, _heading("sources", language), language, names, _source_rows(result, language))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read_figures(content: bytes, language: Language = "en") -> dict[str, Bounds]:
    """The exact figures of a workbook made by `to_xlsx`. Raises InputError for another file."""
    import openpyxl

    try:
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)[_heading("figures", language)]
    except (KeyError, ValueError, OSError, zipfile_error()) as error:
        raise InputError("not_a_result_file") from error
    found = {}
    for row in sheet.iter_rows(min_row=2, values_only=True):
        if row[0] and row[6]:
            low, _, high = str(row[6]).partition(" … ")
            found[str(row[0])] = Bounds(Fraction(low), Fraction(high or low))
    return found


def zipfile_error() -> type[Exception]:
    """What openpyxl raises for a file that is no workbook."""
    from zipfile import BadZipFile

    return BadZipFile


def _heading(name: str, language: Language) -> str:
    return say(f"render.heading.{name}")[language]


def _sheet(book: Any, name: str, language: Language, columns: Sequence[str], rows: Any) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(_sheet_name(book, name))
    sheet.sheet_view.rightToLeft = language == "he"
    if columns:
        sheet.append([harmless(column) for column in columns])
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
    for row in rows:
        sheet.append([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=2 if language == "he" else 1)
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for column in sheet.columns:
        longest = max((len(str(cell.value)) for cell in column if cell.value is not None), default=8)
        sheet.column_dimensions[column[0].column_letter].width = min(max(longest + 2, 10), 60)


def _sheet_name(book: Any, name: str) -> str:
    plain = re.sub(r"[\\/*?:\[\]']", " ", name)[:28].strip() or "sheet"
    taken = {sheet.title.lower() for sheet in book.worksheets}
    number, wanted = 2, plain
    while wanted.lower() in taken:
        wanted, number = f"{plain[:25]} {number}", number + 1
    return wanted


def _summary_rows(result: Result, language: Language) -> Iterator[tuple[str, ...]]:
    yield (title(result)[language],)
    for section in sections(result, language):
        if section.lines:
            yield ("",)
            yield (section.heading,)
            for line in section.lines:
                yield (line,)
    for part in result.parts:
        yield ("",)
        yield (title(part)[language], part.bottom_line[language])


def _figure_rows(result: Result, language: Language) -> Iterator[tuple[Any, ...]]:
    for owner in (result, *result.parts):
        prefix = f"{owner.subject}." if owner is not result else ""
        for figure in owner.figures:
            low = high = exact = None
            if figure.value is not None:
                low, high = float(figure.value.low), float(figure.value.high)
                ends = [exact_text(end) for end in dict.fromkeys((figure.value.low, figure.value.high))]
                exact = " … ".join(ends)
            how = figure.formula[language] if figure.formula else ""
            name = f"{prefix}{figure.id}"
            yield name, figure.label[language], figure.display[language], low, high, figure.unit, exact, how


def _answer_rows(result: Result, language: Language) -> Iterator[tuple[str, str]]:
    for owner in (result, *result.parts):
        prefix = f"{owner.subject}: " if owner is not result else ""
        for question, answer in answer_rows(owner, language):
            yield f"{prefix}{question}", answer


def _source_rows(result: Result, language: Language) -> Iterator[tuple[str, str, str, str]]:
    seen = set()
    for owner in (result, *result.parts):
        for reason in owner.reasons:
            dates = dict(zip(reason.sources, reason.dates, strict=False))
            for source in reason.sources or ("",):
                row = (source, dates.get(source, ""), ", ".join(reason.rules), reason.text[language])
                if row not in seen:
                    seen.add(row)
                    yield row
