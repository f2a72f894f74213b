"""`advisor calc`: templates, tables and files, and a message instead of a traceback."""

import csv
import io
import json

import pytest

from assistant.cli import main


def calc(*arguments):
    try:
        return main(["calc", *map(str, arguments)]) or 0
    except SystemExit as leaving:
        return leaving.code or 0


def test_a_template_is_filled_and_read_back_as_a_portfolio(tmp_path, capsys):
    template = tmp_path / "channels.csv"
    assert calc("leadgen_roi", "--template", template, "--language", "he") == 0
    heads = next(csv.reader(io.StringIO(template.read_text("utf-8-sig"))))
    row = {heads[0]: "אתר", heads[2]: "7,500 USD", heads[3]: "2", heads[4]: "30,000 USD"}
    with template.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, heads).writerow(row)
    assert calc("leadgen_roi", "--table", template, "--json") == 0
    assert json.loads(capsys.readouterr().out)["roas"] == 8


def test_a_long_customer_list_is_costed_from_its_file(tmp_path, capsys):
    table, costing = tmp_path / "customers.csv", tmp_path / "costing.json"
    rows = "".join(f"c{i},100,30%,2\n" for i in range(6_000))
    table.write_text(f"לקוח,הכנסה,רווח גולמי,orders\n{rows}", "utf-8-sig")
    costing.write_text('{"activities": [{"name": "orders", "driver": "orders", "rate": "5 USD"}]}', "utf-8")
    assert calc("customer_profitability", "--table", table, "--input", costing, "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["customers"], data["total_profit"]) == (6_000, 120_000)


@pytest.mark.parametrize("ending", ["html", "md", "txt", "json", "xlsx"])
def test_a_result_is_written_in_every_format(tmp_path, ending):
    path = tmp_path / f"result.{ending}"
    inputs = ("--running-cost", "7,500 USD", "--deals", 2, "--average-deal", "30,000 USD")
    assert calc("leadgen_roi", *inputs, "--output", path) == 0
    assert path.stat().st_size > 300


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("leadgen_roi", "--deals"), "without a value"),
        (("leadgen_roi", "--gross-margin", "30"), "30%"),
        (("leadgen_roi", "--deals", "5", "--deals", "6"), "--deals is given twice"),
        (("leadgen_roi", "--deals", "5", "--language", "fr"), "no language fr"),
        (("leadgen_roi", "--deals", "5", "--output"), "without a value"),
        (("leadgen_roi", "--template", "a.pdf"), ".xlsx or .csv"),
        (("leadgen_roi", "--table", "nowhere.csv"), "cannot be read"),
        (("leadgen_roi", "--input", "nowhere.json"), "cannot be read"),
        (("leadgen_roi", "--deals", "1", "--output", "result.exe"), "ends otherwise"),
        (("sales_productivity", "--reps", "1", "--chart", "a.png"), "no chart"),
        (("leadgen_ro", "--deals", "1"), "leadgen_roi"),
        (("leadgen_roi", "--table", __file__, "--deals", "1"), "deals"),
    ],
)
def test_what_cannot_be_done_is_said_and_exits_with_one(arguments, words, capsys):
    assert calc(*arguments) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_a_template_is_never_written_over_a_file_that_may_be_filled_in(tmp_path, capsys):
    filled = tmp_path / "channels.csv"
    filled.write_text("answers")
    assert calc("leadgen_roi", "--template", filled) == 1
    assert filled.read_text() == "answers"
    assert "was not replaced" in capsys.readouterr().err


@pytest.mark.parametrize("more", [(), ("--deals", "3")])
def test_a_list_of_inputs_is_refused_whatever_else_is_given(tmp_path, capsys, more):
    (tmp_path / "list.json").write_text("[1]")
    assert calc("leadgen_roi", "--input", tmp_path / "list.json", *more) == 1
    assert "one JSON object" in capsys.readouterr().err


def test_an_amount_in_everyday_hebrew_is_taken(capsys):
    assert (
        calc("leadgen_roi", "--running-cost", "4,000 שח", "--deals", "10", "--average-deal", "2,000 ש״ח", "--json") == 0
    )
    assert json.loads(capsys.readouterr().out)["roas"] == 5


def test_a_field_that_is_called_as_a_switch_is_still_a_field(capsys):
    assert calc("campaign_preflight", "--list", "yes", "--offer", "no", "--json") == 0
    assert json.loads(capsys.readouterr().out)["inputs"]["list"] == "yes"
    assert calc("funnel", "--list") == 0
    assert "leadgen_roi" in capsys.readouterr().out
