"""Records from spreadsheets: templates, Hebrew headings, row-numbered problems, nothing half-imported."""

import csv
import datetime as dt
import io
from fractions import Fraction

import openpyxl
import pytest

from tools.batch import run_records
from tools.costing import Activity, Costing
from tools.customer_profitability import profit_of_rows
from tools.errors import InputError, InputErrors
from tools.forms import load_form
from tools.registry import TOOLS, run
from tools.sheets import list_rows, read_records, table_rows, template
from tools.vertical_profile import profile_rows

TODAY = dt.date(2026, 1, 31)
ROI = load_form("leadgen_roi")
PARTNER = load_form("partner_fit")


def csv_of(*rows, encoding="utf-8-sig", delimiter=","):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode(encoding)


def xlsx_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_template_is_read_back_by_its_own_headings(tool, language, kind):
    rows = list(table_rows(template(tool.form, language, kind)))
    _, heads = rows[0]
    assert len(heads) == len(tool.form.fields) + 2
    with pytest.raises(InputError) as refused:
        read_records(template(tool.form, language, kind), tool.form)
    assert refused.value.code == "no_rows"


def test_hebrew_and_english_headings_mean_the_same():
    hebrew = ["ערוץ", "מטבע", "עלות שוטפת", "עסקאות שנסגרו", "עסקה ממוצעת", "שיעור הרווח הגולמי", "התקופה של הכמויות"]
    english = ["name", "currency", "running_cost", "Deals closed", "average deal", "Gross margin", "period"]
    one = read_records(csv_of(hebrew, ["אתר", "USD", "7,500", "2", "30000", "50%", "חודש"]), ROI)
    two = read_records(csv_of(english, ["אתר", "USD", "7500 USD", "2", "30,000", "0.5", "month"]), ROI)
    assert one == two
    assert one[0]["subject"] == "אתר"
    assert one[0]["gross_margin"] == "0.5"


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8", ";"), ("cp1255", "\t"), ("utf-16", "\t")]
)
def test_files_as_excel_saves_them_are_read(encoding, delimiter):
    content = csv_of(["ערוץ", "עסקאות שנסגרו"], ["טלפון", "3"], encoding=encoding, delimiter=delimiter)
    assert read_records(content, ROI) == [{"subject": "טלפון", "deals": "3"}]


def test_numbers_of_a_workbook_stay_exact():
    book = openpyxl.Workbook()
    book.active.append(["name", "deals", "gross_margin", "average_deal"])
    book.active.append(["a", 2.5, 0.15, "1,000 USD"])
    book.active["C2"].number_format = "0%"
    buffer = io.BytesIO()
    book.save(buffer)
    (record,) = read_records(buffer.getvalue(), ROI)
    assert (record["deals"], record["gross_margin"]) == ("2.5", "0.15")


def test_each_problem_is_told_with_its_row_and_nothing_is_imported():
    content = csv_of(
        ["name", "deals", "gross_margin", "commision_rate"],
        ["good", "2", "50%", ""],
        ["bad", "-1", "30", ""],
    )
    with pytest.raises(InputErrors) as refused:
        read_records(content, ROI)
    texts = [error.text for error in refused.value.errors]
    assert [text.en[:6] for text in texts] == ["Row 1:", "Row 3:", "Row 3:"]
    assert "commission rate" in texts[0].en
    assert all(text.he.startswith("שורה") for text in texts)


def test_a_column_given_twice_is_refused():
    with pytest.raises(InputErrors, match="twice"):
        read_records(csv_of(["deals", "עסקאות שנסגרו"], ["1", "2"]), ROI)


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04broken", b"\x00\x01\x02"])
def test_a_file_that_is_no_table_is_refused(content):
    with pytest.raises(InputError) as refused:
        read_records(content, ROI)
    assert refused.value.code == "file_unreadable"


def test_channels_from_a_sheet_become_a_portfolio():
    content = xlsx_of(
        ["Channel", "currency", "running_cost", "deals", "average_deal", "gross_margin"],
        ["online", "USD", 1500, 1, 60000, "50%"],
        ["calls", "USD", 7000, 2, 60000, "50%"],
    )
    result = run_records("leadgen_roi", read_records(content, ROI), TODAY)
    assert [part.subject for part in result.parts] == ["online", "calls"]
    assert result.figure("roas").value.low == Fraction(180_000, 8_500)


def test_three_distributors_stand_side_by_side():
    criteria = [f.id for f in PARTNER.fields if f.kind == "level"]
    content = csv_of(
        ["name", *criteria],
        ["strong", *["yes"] * len(criteria)],
        ["weak", *["no"] * len(criteria)],
        ["unknown", *[""] * len(criteria)],
    )
    result = run_records("partner_fit", read_records(content, PARTNER), TODAY)
    assert [part.subject for part in result.parts] == ["strong", "weak", "unknown"]
    assert [part.score.low for part in result.parts] == [100, 0, 0]
    assert result.charts[0].kind == "interval"
    assert len(result.tables[0].rows) == 3


def test_a_record_that_cannot_be_calculated_is_named():
    with pytest.raises(InputErrors, match="Row 2"):
        run_records("funnel", [{"opportunities": 4, "deals": 3}, {"opportunities": 3, "deals": 4}], TODAY)


def test_a_customer_list_is_costed_from_its_file():
    heads = ["לקוח", "הכנסה", "רווח גולמי", "orders"]
    content = csv_of(heads, ["A", "100000", "40%", "100"], ["B", "200,000", "0.2", "400"])
    costing = Costing((Activity("orders", "orders", rate=Fraction(50)),))
    result = profit_of_rows(list_rows(content, ["orders"]), costing, "ILS")
    assert result.figure("total_profit").value.low == 35_000 + 20_000


def test_a_customer_list_is_profiled_from_its_file():
    content = csv_of(["vertical", "revenue", "deals"], ["pharma", "10", "1"], ["banks", "20", "2"])
    assert [part.subject for part in profile_rows(list_rows(content)(), 3).parts] == ["banks", "pharma"]


def test_what_is_written_to_a_sheet_and_read_back_is_the_same_record():
    record = {"subject": "אתר", "running_cost": "7,500 USD", "deals": "2-4", "gross_margin": "1/3"}
    content = csv_of(["name", "running_cost", "deals", "gross_margin"], list(record.values()))
    (read,) = read_records(content, ROI)
    direct = run("leadgen_roi", {**record, "average_deal": "10 USD"}, TODAY)
    again = run("leadgen_roi", {**read, "average_deal": "10 USD"}, TODAY)
    assert direct == again


def test_rows_beyond_the_extent_that_a_workbook_declares_are_read():
    import io
    import zipfile

    import openpyxl

    book = openpyxl.Workbook()
    for row in (["ערוץ", "עסקאות שנסגרו"], ["טלפון", 3], ["אתר", 4], [None, None], ["תערוכה", 5]):
        book.active.append(row)
    whole, narrow = io.BytesIO(), io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(narrow, "w") as told:
        for name in given.namelist():
            told.writestr(name, given.read(name).replace(b'<dimension ref="A1:B5"', b'<dimension ref="A1"'))
    assert narrow.getvalue() != whole.getvalue()
    read = [(number, cells) for number, cells in table_rows(narrow.getvalue()) if any(cells)]
    assert read == [(number, cells) for number, cells in table_rows(whole.getvalue()) if any(cells)]
    assert [number for number, _ in read] == [1, 2, 3, 5]
    assert read[-1][1] == ["תערוכה", "5"]
