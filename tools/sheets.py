"""Several records from a spreadsheet: templates to fill, and tables read back whole or not at all.

Headings may be field ids or the form's labels in either language. Every problem is reported with its row, and
a table with any problem gives no record at all.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from tools.checking import check
from tools.errors import InputError, InputErrors
from tools.forms import Field, Form
from tools.strict_yaml import nearest
from tools.values import LANGUAGES, Language
from tools.wording import say
from tools.workbook import harmless

MOST_ROWS = 5_000
MOST_ERRORS = 50
MOST_UNPACKED = 400 * 1024 * 1024
NAME, CURRENCY = "subject", "currency"
LIST_COLUMNS = (
    "name", "vertical", "revenue", "deals", "product_cost", "gross_margin", "discounts", "direct_costs", "credit_days",
)  # fmt: skip


def template(form: Form, language: Language, kind: Literal["csv", "xlsx"] = "xlsx") -> bytes:
    """An empty table for the form's records: a heading for each field, and in a workbook a sheet of help."""
    heads = [form.subject[language], say("sheets.currency")[language], *(f.label[language] for f in form.fields)]
    if kind == "csv":
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerow([harmless(head) for head in heads])
        return buffer.getvalue().encode("utf-8-sig")
    return _template_book(form, language, heads)


def _template_book(form: Form, language: Language, heads: Sequence[str]) -> bytes:
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    table = book.active
    table.title = say("sheets.rows")[language][:31]
    table.append([harmless(head) for head in heads])
    table.freeze_panes = "B2"
    for place, head in enumerate(heads, 1):
        table.cell(1, place).font = Font(bold=True)
        table.column_dimensions[get_column_letter(place)].width = min(max(len(head) + 2, 12), 40)
    _offer_choices(table, form, language)
    helped = book.create_sheet(say("sheets.help")[language][:31])
    helped.append([say(f"sheets.{name}")[language] for name in ("column", "ask", "example")])
    helped.append([say("sheets.optional")[language]])
    for field in form.fields:
        helped.append([harmless(text) for text in (field.label[language], field.ask[language], _hint(field, language))])
    for sheet in book.worksheets:
        sheet.sheet_view.rightToLeft = language == "he"
    for letter, width in (("A", 34), ("B", 70), ("C", 50)):
        helped.column_dimensions[letter].width = width
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _offer_choices(table: Any, form: Form, language: Language) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, field in enumerate(form.fields, 3):
        listed = ",".join(choice.label[language].replace(",", " ").replace('"', "") for choice in field.choices)
        if listed and field.kind != "choices" and len(listed) < 250:
            rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
            table.add_data_validation(rule)
            letter = get_column_letter(place)
            rule.add(f"{letter}2:{letter}{MOST_ROWS}")


def _hint(field: Field, language: Language) -> str:
    if field.choices:
        return ", ".join(choice.label[language] for choice in field.choices)
    return field.example[language] if field.example else ""


def read_records(content: bytes, form: Form) -> list[dict[str, Any]]:
    """The records of a filled table, each ready as input of the form's tool, checked cell by cell.

    Raises InputErrors with every problem and its row; then nothing is imported.
    """
    rows = table_rows(content)
    heads = next(rows, None)
    if heads is None:
        raise InputError("no_rows")
    fields, errors = _match(heads[1], form)
    records: list[dict[str, Any]] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(records) >= MOST_ROWS:
            raise InputError("file_too_large", limit=MOST_ROWS)
        record, found = _record(cells, fields, number)
        records.append(record)
        errors += found
        if len(errors) >= MOST_ERRORS:
            break
    if errors:
        raise InputErrors(errors)
    if not records:
        raise InputError("no_rows")
    return records


def _key(heading: str) -> str:
    return " ".join(heading.replace("_", " ").replace("\u200f", "").replace("\u200e", "").lower().split())


def headings(form: Form) -> dict[str, str]:
    """What each heading stands for: id and label of every field in both languages, the name, the currency."""
    known: dict[str, str] = {"name": NAME, "שם": NAME, NAME: NAME, CURRENCY: CURRENCY, "מטבע": CURRENCY}
    known |= {_key(form.subject[language]): NAME for language in LANGUAGES}
    for field in form.fields:
        known |= {_key(field.id): field.id} | {_key(field.label[language]): field.id for language in LANGUAGES}
    return known


def _match(heads: Sequence[str], form: Form) -> tuple[list[Field | str | None], list[InputError]]:
    known = headings(form)
    found: list[Field | str | None] = []
    errors: list[InputError] = []
    for head in heads:
        name = known.get(_key(head))
        if not head.strip():
            found.append(None)
            continue
        if name is None:
            hint = nearest(_key(head), known)
            code = "column_unknown_hint" if hint else "column_unknown"
            errors.append(_at_row(1, InputError(code, value=head[:60], hint=hint)))
            found.append(None)
            continue
        field = name if name in (NAME, CURRENCY) else form.field(name)
        if field in found:
            errors.append(_at_row(1, InputError("column_twice", value=head[:60])))
        found.append(field)
    return found, errors


def _record(
    cells: Sequence[str], fields: Sequence[Field | str | None], number: int
) -> tuple[dict[str, Any], list[InputError]]:
    record: dict[str, Any] = {}
    errors: list[InputError] = []
    currency = next((c.strip() for c, f in zip(cells, fields, strict=False) if f == CURRENCY), "")
    if any(cell.strip() for cell in cells[len(fields) :]):
        errors.append(_at_row(number, InputError("too_many_cells")))
    for cell, field in zip(cells, fields, strict=False):
        text = cell.strip().removeprefix("'")
        if not text or field is None or field == CURRENCY:
            continue
        if isinstance(field, str):
            record[NAME] = text
            continue
        try:
            record[field.id] = check(field, _cell_value(field, text, currency))
        except InputError as error:
            errors.append(_at_row(number, error))
    return record, errors


def _cell_value(field: Field, text: str, currency: str) -> Any:
    """A cell with a choice's label read as its id, and a bare amount given the row's currency."""
    labels = {_key(choice.label[lang]): choice.id for choice in field.choices for lang in LANGUAGES}
    labels |= {_key(choice.id): choice.id for choice in field.choices}
    if field.kind == "choices":
        return [labels.get(_key(part), part.strip()) for part in text.split(",") if part.strip()]
    if field.choices:
        return labels.get(_key(text), text)
    if field.kind == "money" and currency and text.replace(",", "").replace(".", "").isdigit():
        return f"{text} {currency}"
    return text


def _at_row(number: int, error: InputError) -> InputError:
    return InputError("row_problem", error.field, row=number, text=error.text)


def table_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV or XLSX file as (row number, cells as text). Raises InputError for another file."""
    if content[:4] == b"PK\x03\x04":
        return _xlsx_rows(content)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # what Excel calls Unicode text
        return _csv_rows(content, ("utf-16",))
    if content[:4] == b"\xd0\xcf\x11\xe0" or b"\x00" in content[:1000]:
        raise InputError("file_unreadable")
    return _csv_rows(content)


def _csv_rows(content: bytes, encodings: Sequence[str] = ("utf-8-sig", "cp1255")) -> Iterator[tuple[int, list[str]]]:
    for encoding in encodings:
        try:
            content[:1_000_000].decode(encoding, "strict" if len(content) <= 1_000_000 else "ignore")
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError("file_unreadable")
    first = content[:4096].decode(encoding, "ignore").splitlines()[:1]
    delimiter = max(",;\t", key=(first or [""])[0].count)
    stream = io.TextIOWrapper(io.BytesIO(content), encoding, "replace", newline="")
    try:
        yield from enumerate(csv.reader(stream, delimiter=delimiter), 1)
    except csv.Error as error:
        raise InputError("file_unreadable") from error


def _xlsx_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise InputError("file_unreadable")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong extent, and rows beyond it would vanish unseen
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, [_xlsx_text(cell) for cell in row]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, SyntaxError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("file_unreadable") from error


def _xlsx_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        percent = "%" in (cell.number_format or "")
        text = repr(round(value * 100, 10) if percent else value)
        return text.removesuffix(".0") + ("%" if percent else "")
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def list_rows(content: bytes, drivers: Iterable[str] = ()) -> Callable[[], Iterator[Mapping[str, str]]]:
    """A long customer list, for `profit_of_rows` and `profile_rows`: opens its rows afresh at each call.

    Only the file's bytes are held; headings may be in either language, and drivers stand under their own names.
    """
    known = {_key(name): name for name in (*LIST_COLUMNS, *drivers)}
    for name in LIST_COLUMNS:
        known |= {_key(say(f"sheets.list.{name}")[language]): name for language in LANGUAGES}

    def rows() -> Iterator[Mapping[str, str]]:
        lines = table_rows(content)
        heads = next(lines, None)
        if heads is None:
            raise InputError("no_rows")
        columns = [known.get(_key(head)) for head in heads[1]]
        for _, cells in lines:
            if any(cells):
                yield {name: cell for name, cell in zip(columns, cells, strict=False) if name}

    return rows
