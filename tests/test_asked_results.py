"""A short question for what the open tool works out is for its result; one about the method is for the knowledge."""

from __future__ import annotations

from functools import cache

import pytest

from assistant.commands import Ask, Command, Simple
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.rules import RuleInterpreter
from assistant.understanding.words.phrases import FOLDER
from assistant.understanding.words.text import read_yaml
from tools.registry import TOOLS


@cache
def interpreter() -> RuleInterpreter:
    return RuleInterpreter(TOOLS)


def understood(tool: str, text: str, open_: bool = True, name: str = "") -> tuple[Command, ...]:
    """The commands of a text while this tool is open, or after its result."""
    record = Record("r1", tool, name, answers={"noted": Given("yes", "answered", turn=3)})
    state = Conversation("c", turn=9, records={"r1": record}, active="r1" if open_ else "", latest="r1")
    return interpreter().propose(text, state).commands


def whole_or_verdict(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """The commands, a wish for the verdict, its reasons or a figure alone counted as one for the result."""
    narrow = ("verdict", "figure", "reasons")
    return tuple(Simple("result") if isinstance(c, Simple) and c.part in narrow else c for c in commands)


FOR_THE_RESULT = [
    ("partner_fit", "so are they right for us?"),
    ("partner_fit", "אז כדאי לחתום איתם?"),
    ("lead_qualification", "ok, and who gets her?"),
    ("lead_qualification", "הליד בשל או לא?"),
    ("leadgen_roi", "did the fair pay for itself in the end?"),
    ("leadgen_roi", "מה ההחזר שלנו?"),
    ("sam_selection", "well, are they strategic?"),
    ("sam_selection", "אז הם לקוח אסטרטגי?"),
    ("kam_tiers", "which tier do they go in?"),
    ("kam_tiers", "לאיזו קבוצה הם שייכים?"),
    ("kam_capacity", "how many hours are left over?"),
    ("kam_capacity", "יש מספיק שעות?"),
    ("sam_capacity", "is that too many?"),
    ("sam_capacity", "כמה אפשר לנהל?"),
    ("customer_profitability", "what's left of it all?"),
    ("customer_profitability", "כמה נשאר לנו ביד?"),
    ("nurture_payoff", "so what does it bring us?"),
    ("nurture_payoff", "כמה זה שווה לנו?"),
    ("funnel", "how many deals can we expect?"),
    ("funnel", "נגיע ליעד?"),
    ("sales_productivity", "so what's an hour worth?"),
    ("sales_productivity", "כמה שווה שעה?"),
    ("vertical_profile", "how long will that last us?"),
    ("vertical_profile", "אז לכמה שנים זה יספיק?"),
    ("campaign_preflight", "so how ready is it?"),
    ("campaign_preflight", "מה הכי חלש?"),
    ("referral_programme", "what does each lead cost us?"),
    ("referral_programme", "מה ההחזר?"),
    ("checklist_alignment", "how aligned are we then?"),
    ("checklist_lazy_marketing", "אז כמה אנחנו עצלנים?"),
    ("checklist_lead_methods", "how many methods do we use?"),
    ("checklist_cold_call", "אז אנחנו מוכנים להתחיל?"),
    ("checklist_kam", "so how are we doing?"),
    ("checklist_small_business", "אילו הרגלים יש לנו?"),
    ("checklist_sam_readiness", "are we ready?"),
]


@pytest.mark.parametrize(("tool", "said"), FOR_THE_RESULT)
@pytest.mark.parametrize("open_", [True, False], ids=["open", "over"])
def test_a_question_for_what_the_tool_works_out_is_for_the_result(tool: str, said: str, open_: bool) -> None:
    assert whole_or_verdict(understood(tool, said, open_)) == (Simple("result"),)


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("leadgen_roi", "what is ROI?"),
        ("leadgen_roi", "what's a good return?"),
        ("leadgen_roi", "מה זה החזר?"),
        ("leadgen_roi", "is cold calling worth it?"),
        ("vertical_profile", "how is penetration computed?"),
        ("vertical_profile", "איך מחשבים חדירה?"),
        ("sam_selection", "what is a strategic account?"),
        ("sam_selection", "מה זה בכלל לקוח אסטרטגי?"),
        ("lead_qualification", "what makes a lead ready?"),
        ("lead_qualification", "מה זה ליד בשל?"),
        ("kam_tiers", "what does growth mean?"),
        ("partner_fit", "why do distributors fail?"),
        ("customer_profitability", "why does the cost to serve matter?"),
    ],
)
def test_a_question_about_the_method_is_looked_up_while_a_tool_is_open(tool: str, said: str) -> None:
    assert any(isinstance(command, Ask) for command in understood(tool, said))
    assert Simple("result") not in understood(tool, said)


def test_the_name_of_the_one_in_hand_asks_for_nothing_else() -> None:
    asked = understood("customer_profitability", "so is Delta profitable?", name="Delta")
    assert whole_or_verdict(asked) == (Simple("result"),)
    assert understood("kam_tiers", "אז לאן שטראוס שייכת?", name="שטראוס") == (Simple("result"),)


@pytest.mark.parametrize("said", ["that's all I have", "זה כל מה שיש לי", "so that's everything", "אז זה הכול"])
def test_who_has_nothing_more_to_tell_is_shown_the_result(said: str) -> None:
    assert understood("referral_programme", said) == (Simple("result"),)


@pytest.mark.parametrize("said", ["thanks, that's all", "תודה, זה הכול"])
def test_who_thanks_and_is_done_wants_no_result(said: str) -> None:
    assert Simple("result") not in understood("referral_programme", said)


@pytest.mark.parametrize("said", ["That's all. What's the return?", "זה הכול. מה ההחזר?"])
def test_nothing_is_closed_by_who_says_that_is_all_and_asks_for_the_result(said: str) -> None:
    assert understood("referral_programme", said) == (Simple("result"),)


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("leadgen_roi", "our campaign brought many visitors"),
        ("partner_fit", "הם מתאימים לנו מאוד"),
        ("lead_qualification", "she is ready"),
        ("checklist_small_business", "we know what we're good at"),
    ],
)
def test_a_statement_in_the_same_words_asks_for_nothing(tool: str, said: str) -> None:
    assert Simple("result") not in understood(tool, said)


def test_every_tool_says_what_it_works_out_in_both_languages() -> None:
    entries = read_yaml(FOLDER / "outcomes.yaml")
    assert set(entries) == {*(tool.name for tool in TOOLS), "any"}
    for entry in entries.values():
        assert all(entry[kind][language] for kind in ("named", "told") for language in ("en", "he"))
