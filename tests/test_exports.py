"""What is stored can be read back, drawn and handed out as files."""

import json

import pytest

from assistant import AdvisorError
from tools.result import read_result

ROI = {"running_cost": "7,500 USD per month", "deals": "2-4", "average_deal": "30,000 USD", "gross_margin": "45%"}
FIT = {"required_types": ["distributor"], "candidate_type": "distributor", "advertises": "yes"}


@pytest.mark.parametrize("tool", ["leadgen_roi", "partner_fit"])
def test_a_result_read_back_from_its_json_writes_the_same_json(advisor, tool):
    made = advisor.calculate(tool, ROI if tool == "leadgen_roi" else {})
    through_text = json.loads(json.dumps(made.result))
    assert read_result(through_text).to_json() == made.result


def test_what_is_not_a_result_is_refused():
    with pytest.raises(ValueError, match="not a result"):
        read_result({"tool": "x"})


@pytest.mark.parametrize(
    ("form", "begins"), [("html", b"<!doctype"), ("xlsx", b"PK"), ("markdown", b"##"), ("json", b"{")]
)
def test_a_calculation_is_handed_out_in_each_format(advisor, form, begins):
    file = advisor.export(advisor.calculate("leadgen_roi", ROI), form, "he", "ערוץ: תערוכה")
    assert file.content.startswith(begins)
    assert file.name.startswith("ערוץ תערוכה.")


def test_an_unknown_format_is_refused_by_name(advisor):
    with pytest.raises(AdvisorError, match="'pdf'"):
        advisor.export(advisor.calculate("leadgen_roi", ROI), "pdf", "en")


def test_in_a_narrow_place_panels_stand_below_each_other_and_none_is_empty(advisor):
    calculation = advisor.calculate(
        "leadgen_roi", {"channels": [{"subject": "A", "deals": "2"}, {"subject": "B", "deals": "3"}]}
    )
    wide = advisor.drawings(calculation, "he")
    assert any("hconcat" in drawing.spec for drawing in wide)
    for drawing in advisor.drawings(calculation, "he", 200):
        for panel in drawing.spec.get("vconcat", ()):
            assert any(row["y"] is not None for row in panel["data"]["values"])
            assert panel["encoding"]["y"]["axis"] is not None
            assert panel["width"] == 200
        assert "hconcat" not in drawing.spec


def test_charts_come_with_their_data_and_words(advisor):
    drawn = advisor.drawings(advisor.calculate("partner_fit", {}), "he")
    assert drawn
    assert all(drawing.alt and "data" in json.dumps(drawing.spec) for drawing in drawn)


def test_a_conversation_is_exported_for_its_owner_only(advisor):
    advisor.reply("talk", "hello", user="ann")
    assert b"> hello" in advisor.export_conversation("talk", "markdown", "en", user="ann").content
    assert json.loads(advisor.export_conversation("talk", "json", "en", user="ann").content)["turns"][0]["turn"] == 1
    with pytest.raises(AdvisorError):
        advisor.export_conversation("talk", "json", "en", user="bea")
