"""Checklists: counts without an invented pass mark."""

import datetime as dt

import pytest

from tools import checklists
from tools.registry import run
from tools.strict_yaml import DataFileError
from tools.values import Bounds

TODAY = dt.date(2026, 1, 5)
SIZES = {
    "checklist_alignment": 6,
    "checklist_lazy_marketing": 6,
    "checklist_lead_methods": 12,
    "checklist_cold_call": 6,
    "checklist_kam": 10,
    "checklist_small_business": 5,
    "checklist_sam_readiness": 7,
}


def ids(name):
    return [field.id for field in checklists.load_checklists()[name].form.fields]


def count(name, answers):
    return run(name, answers, TODAY)


def test_each_checklist_has_its_number_of_points():
    assert {name: len(ids(name)) for name in checklists.load_checklists()} == SIZES


@pytest.mark.parametrize("name", SIZES)
def test_yes_counts_partly_stands_beside_and_unknown_widens(name):
    first, second, third, *rest = ids(name)
    result = count(name, {first: "yes", second: "partly", third: "no"})
    assert result.figure("count").value == Bounds(1, 1 + len(rest))
    assert result.figure("partly").value == Bounds.exact(1)
    assert result.verdict == "COUNTED"
    assert not result.settled


@pytest.mark.parametrize("name", SIZES)
def test_no_checklist_passes_or_fails(name):
    full = count(name, dict.fromkeys(ids(name), "yes"))
    assert (full.verdict, full.settled) == ("COUNTED", True)
    assert full.figure("count").value == Bounds.exact(SIZES[name])
    assert "NO_PASS_MARK" in {warning.code for warning in full.warnings}


def test_a_point_that_does_not_apply_leaves_the_count():
    name = "checklist_cold_call"
    result = count(name, dict.fromkeys(ids(name), "yes") | {"meeting_type": {"n_a": "all calls are local"}})
    assert result.figure("asked").value == Bounds.exact(5)


@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        ({"exhibitions": "yes"}, True),
        ({"exhibitions": "yes", "phone": "partly"}, False),
        ({}, False),
    ],
)
def test_exhibitions_alone_are_flagged(answers, flag):
    name = "checklist_lead_methods"
    result = count(name, dict.fromkeys(ids(name), "no") | answers)
    assert ("EXHIBITIONS_ONLY" in {warning.code for warning in result.warnings}) is flag
    assert result.facts == {"exhibitions_only": "yes" if flag else "no"}


def test_exhibitions_are_not_flagged_while_other_methods_are_unknown():
    assert count("checklist_lead_methods", {"exhibitions": "yes"}).facts["exhibitions_only"] == "no"


def test_signs_of_trouble_are_named_as_found_and_conditions_as_missing():
    lazy = count("checklist_lazy_marketing", {"general_media": "yes"})
    assert "Found: General media" in lazy.bottom_line.en
    aligned = count("checklist_alignment", {"shared_targets": "no"})
    assert "Missing: Shared targets" in aligned.bottom_line.en
    assert "R-A5" in aligned.reasons[0].rules


def test_a_checklist_with_an_unknown_key_is_refused(tmp_path):
    path = tmp_path / "checklists.yaml"
    path.write_text("mine: {counts: good, titel: x}")
    with pytest.raises(DataFileError, match=r"unknown key 'titel'; did you mean 'title'"):
        checklists.load_checklists(path)
