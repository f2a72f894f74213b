"""The written ideal lead: versions, signatures, and what counts as agreed."""

import datetime as dt

import pytest
from pydantic import ValidationError

from tools import ideal_lead
from tools.ideal_lead import IdealLead, sign
from tools.registry import run

TODAY = dt.date(2026, 1, 5)
DRAFT = IdealLead(
    version=1,
    needs=("recording at many sites",),
    verticals=("hospitals", "banks"),
    roles=("security manager",),
    territories=("UK",),
    employees_from=200,
    budget_policy="required",
)


def both_sign(profile):
    return sign(sign(profile, "marketing", "Dana", TODAY), "sales", "Avi", TODAY)


def test_it_is_agreed_only_when_both_sides_signed():
    assert not ideal_lead.agreed(DRAFT, TODAY)
    one = sign(DRAFT, "marketing", "Dana", TODAY)
    assert [text.en for text in ideal_lead.problems(one, TODAY)] == ["Version 1 is not signed by sales."]
    assert ideal_lead.agreed(both_sign(DRAFT), TODAY)


def test_a_change_after_the_signature_is_not_agreed():
    changed = both_sign(DRAFT).model_copy(update={"verticals": ("airports",)})
    assert len(ideal_lead.problems(changed, TODAY)) == 2
    assert "המכירות" in ideal_lead.problems(changed, TODAY)[1].he


def test_a_revision_is_a_new_unsigned_version_and_the_old_one_stays_in_force():
    old = both_sign(DRAFT)
    new = ideal_lead.revise(old, employees_from=100)
    assert (new.version, new.marketing, new.sales) == (2, None, None)
    assert ideal_lead.current((old, new), TODAY) == old
    assert ideal_lead.current((old, both_sign(new)), TODAY).version == 2
    assert ideal_lead.current((new,), TODAY) is None


def test_one_person_cannot_sign_for_both_and_no_signature_comes_from_the_future():
    same = sign(sign(DRAFT, "marketing", "Dana", TODAY), "sales", " dana ", TODAY)
    assert "One person" in ideal_lead.problems(same, TODAY)[0].en
    later = sign(sign(DRAFT, "marketing", "Dana", TODAY), "sales", "Avi", TODAY + dt.timedelta(days=1))
    assert "2026-01-06" in ideal_lead.problems(later, TODAY)[0].en
    assert ideal_lead.agreed(later, TODAY + dt.timedelta(days=1))


@pytest.mark.parametrize(
    "wrong", [{"needs": ()}, {"roles": (" ",)}, {"employees_from": 500, "employees_to": 100}, {"version": 0}, {"x": 1}]
)
def test_an_incomplete_definition_is_refused(wrong):
    with pytest.raises(ValidationError):
        IdealLead.model_validate(DRAFT.model_dump() | wrong)


def test_the_definition_answers_lead_qualification():
    answers = ideal_lead.lead_answers(both_sign(DRAFT), TODAY)
    assert run("lead_qualification", answers, TODAY).facts["provisional"] == "no"
    assert run("lead_qualification", ideal_lead.lead_answers(DRAFT, TODAY), TODAY).facts["provisional"] == "yes"


def test_it_survives_json():
    signed = both_sign(DRAFT)
    assert IdealLead.model_validate_json(signed.model_dump_json()) == signed
