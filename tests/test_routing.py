"""Where a message goes: to an assessment with its name and facts, back to one, to steering, or to the knowledge."""

from __future__ import annotations

from functools import cache

import pytest

from assistant.commands import Answer, Command, Start
from assistant.conversation import Conversation
from assistant.understanding.rules import RuleInterpreter
from tools.registry import TOOLS


@cache
def interpreter() -> RuleInterpreter:
    return RuleInterpreter(TOOLS)


def understood(text: str, state: Conversation | None = None) -> tuple[Command, ...]:
    return interpreter().propose(text, state or Conversation("c")).commands


def begun(text: str) -> tuple[str, str]:
    """The tool a message begins, and the name it gives."""
    start = understood(text)[0]
    assert isinstance(start, Start), start
    assert not start.only_offer
    return start.tool, start.name


@pytest.mark.parametrize(
    ("said", "tool", "name"),
    [
        ("בוא נפתח בדיקה לשותף אפשרי בפולין, נובאק", "partner_fit", "נובאק"),
        ("בוא נסווג את אסם בתוכנית לקוחות המפתח", "kam_tiers", "אסם"),
        ("תפתח לי הערכת שותף לאלפא טכנולוגיות", "partner_fit", "אלפא טכנולוגיות"),
        ("נתחיל הערכה של המפיץ קסטרו מדיקל", "partner_fit", "קסטרו מדיקל"),
        ("let's see if ICL belongs in our key account programme", "kam_tiers", "ICL"),
        ("bring up a new sam check for Teva", "sam_selection", "Teva"),
    ],
)
def test_a_wish_and_a_subject_begin_its_tool_whatever_name_stands_in_it(said: str, tool: str, name: str) -> None:
    assert begun(said) == (tool, name)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Start a partner check for Alba Supplies", "Alba Supplies"),
        ("start a lead check for alba supplies", "alba supplies"),
        ("Check the lead Nordea", "Nordea"),
        ("Check a candidate for me: Tamm, an Estonian distributor. No showroom.", "Tamm"),
        ("I'd like to go over a reseller, Kowalski i Synowie, in Poland", "Kowalski i Synowie"),
        ("בוא נבדוק ליד: יעל מטבע, היא ביקשה הצעת מחיר", "יעל מטבע"),
        ("help me with a lead called green valley", "green valley"),
    ],
)
def test_a_name_of_several_words_in_either_case_is_the_name_of_what_is_begun(said: str, name: str) -> None:
    assert begun(said)[1] == name


@pytest.mark.parametrize(
    "said",
    [
        "let's check a lead",
        "start a check for our strategic accounts",
        "בואי נבדוק אם התערוכה בהאנובר החזירה את עצמה",
        "Check the return on Key Accounts",
    ],
)
def test_a_word_that_says_what_is_begun_is_no_name(said: str) -> None:
    assert begun(said)[1] == ""


def test_what_is_told_beside_the_name_is_noted_too() -> None:
    start, *told = understood("Check a candidate for me: Tamm, an Estonian distributor. They approached us at a fair.")
    assert isinstance(start, Start)
    assert {a.field: a.value for a in told if isinstance(a, Answer)}["initiated_by"] == "them"
