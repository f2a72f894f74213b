"""Results written out: every format, both languages, nothing a person typed taken for markup or formula."""

import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest

from tools.drawing import save, to_png, to_svg, vega_lite
from tools.errors import InputError
from tools.registry import run
from tools.render import to_html, to_json, to_markdown, to_text
from tools.workbook import harmless, read_figures, to_xlsx

TODAY = dt.date(2026, 1, 31)
EVIL = '=HYPERLINK("http://x")<script>alert(1)</script>![i](http://x/y)'


def channels():
    first = {"subject": EVIL, "period": "month", "running_cost": "7,000 USD per month", "qualified_leads": 21}
    first |= {"deals": "1-3", "average_deal": "60,000 USD", "gross_margin": "1/3", "raw_leads": 90}
    second = first | {"subject": "אתר", "deals": 2, "gross_margin": "50%", "cycle_months": 3}
    return run("leadgen_roi", {"channels": [first, second], "stated_revenue": "90,000 USD per month"}, TODAY)


RESULTS = {
    "portfolio": channels(),
    "nurturing": run("nurture_payoff", {"inquiries": 100, "ready": 10, "ready_win_rate": "30%"}, TODAY),
    "partner": run("partner_fit", {}, TODAY),
}
both = pytest.mark.parametrize("language", ["en", "he"])
every = pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)


@both
@every
def test_every_format_begins_with_the_bottom_line(result, language):
    line = result.bottom_line[language]
    assert line in to_text(result, language)
    assert to_text(result, language).index(line) < 400
    assert result.tool in to_html(result, language, charts=False)
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(result, language))).worksheets[0]
    assert line in [cell.value for cell in sheet["A"]]


@both
def test_what_people_type_stays_text(language):
    result = RESULTS["portfolio"]
    page = to_html(result, language)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "![i](" not in to_markdown(result, language)
    for sheet in openpyxl.load_workbook(io.BytesIO(to_xlsx(result, language))):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value).startswith(("=", "@", "+"))


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_could_be_a_formula_is_made_harmless(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["-20%", "-$60,000", "1/3", "שלום = שלום", "–"])
def test_a_plain_number_or_sentence_is_left_alone(text):
    assert harmless(text) == text


def test_hebrew_runs_from_right_to_left_and_english_from_left_to_right():
    result = RESULTS["nurturing"]
    assert '<html lang="he" dir="rtl">' in to_html(result, "he")
    assert '<html lang="en" dir="ltr">' in to_html(result, "en")
    hebrew = openpyxl.load_workbook(io.BytesIO(to_xlsx(result, "he")))
    english = openpyxl.load_workbook(io.BytesIO(to_xlsx(result, "en")))
    assert all(sheet.sheet_view.rightToLeft for sheet in hebrew)
    assert not any(sheet.sheet_view.rightToLeft for sheet in english)


def test_the_page_needs_nothing_else():
    page = to_html(RESULTS["portfolio"], "he")
    assert "<link" not in page
    assert "src=" not in page
    assert "<svg" in page


@every
def test_the_workbook_gives_the_exact_figures_back(result):
    figures = {f.id: f.value for f in result.figures if f.value is not None}
    figures |= {f"{p.subject}.{f.id}": f.value for p in result.parts for f in p.figures if f.value is not None}
    found = {name.removeprefix("'"): value for name, value in read_figures(to_xlsx(result, "en")).items()}
    assert found == figures


@every
def test_the_json_is_stable_and_exact(result):
    assert to_json(result) == to_json(result)
    data = json.loads(to_json(result))
    for figure, written in zip(result.figures, data["figures"], strict=True):
        assert not isinstance(written["value"], float)
        assert (written["value"] is None) == (figure.value is None)


@both
@every
def test_every_chart_can_be_drawn(result, language):
    for chart in result.charts:
        spec = vega_lite(chart, language)
        assert spec["description"] == chart.alt[language]
        assert to_svg(chart, language).startswith("<svg")
        assert to_png(chart, language, scale=1)[:4] == b"\x89PNG"


def test_a_chart_is_saved_only_as_a_picture(tmp_path: Path):
    chart = RESULTS["portfolio"].charts[0]
    save(chart, tmp_path / "roi.svg", "he")
    assert "אתר" in (tmp_path / "roi.svg").read_text("utf-8")
    with pytest.raises(InputError):
        save(chart, tmp_path / "roi.exe", "he")
    with pytest.raises(InputError):
        save(chart, tmp_path / "nowhere" / "roi.png", "he")


def test_a_file_that_is_no_result_is_refused():
    with pytest.raises(InputError):
        read_figures(b"not a workbook")


def test_a_hebrew_line_that_begins_with_a_latin_name_still_runs_from_right_to_left():
    page = to_html(RESULTS["portfolio"], "he")
    assert '<span dir="rtl">ROAS: ' in page
    assert 'role="img" dir="ltr"' in page
