"""Facts that are said in direct, everyday ways: the level named, the field judged, who does it, who turned to whom."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from assistant.commands import Answer, Unclear
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.rules import RuleInterpreter
from knowledge.embedding import open_embedding
from tools.registry import TOOLS

STORED_FROM = 0.6


@cache
def _interpreter() -> RuleInterpreter:
    return RuleInterpreter(TOOLS, open_embedding().embed_questions)


def stored(tool: str, question: str, text: str, **answers: Any) -> dict[str, Any]:
    """What a message would store while a question is open, by field."""
    given = {name: Given(value, "answered", turn=at) for at, (name, value) in enumerate(answers.items(), 1)}
    record = Record("r1", tool, "", "open", given, question=question)
    state = Conversation("c", turn=9, records={"r1": record}, active="r1", latest="r1")
    commands = _interpreter().propose(text, state).commands
    return {c.field: c.value for c in commands if isinstance(c, Answer) and c.confidence >= STORED_FROM}


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("we wrote to them first", "us"),
        ("אנחנו כתבנו לו ראשונים", "us"),
        ("he messaged me on LinkedIn one evening", "them"),
        ("היא שלחה לי הודעה בוואטסאפ", "them"),
        ("we dropped by their stand", "us"),
        ("she came by our booth in Munich", "them"),
        ("אני התקשרתי אליו", "us"),
        ("התקשרו אלינו לפני חודש", "them"),
        ("קיבלנו ממנו טלפון", "them"),
        ("I rang their boss out of the blue", "us"),
    ],
)
def test_who_turned_to_whom_is_told_by_the_subject_and_the_object_of_any_everyday_verb(text: str, side: str) -> None:
    assert stored("partner_fit", "candidate_type", text) == {"initiated_by": side}


@pytest.mark.parametrize(
    "text",
    ["they found us two new customers", "they write to us every week", "we called three of their customers"],
)
def test_a_verb_of_turning_to_somebody_that_tells_of_something_else_says_nothing_of_the_first_approach(
    text: str,
) -> None:
    assert "initiated_by" not in stored("partner_fit", "candidate_type", text)


def test_what_came_later_does_not_change_who_made_the_first_approach() -> None:
    assert stored("partner_fit", "market_coverage", "we called them yesterday", initiated_by="them") == {}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("we_matter_to_them", "we're not just another vendor there, they can't run the dock without us"),
        ("we_matter_to_them", "we are not merely one supplier of many"),
        ("customer_result", "they can't ship a thing without us"),
        ("customer_result", "בלעדינו הם לא מוציאים מכולה אחת"),
        ("we_matter_to_them", "אנחנו לא סתם עוד ספק אצלם, בלעדינו הקו שלהם עומד"),
    ],
)
def test_a_denied_limit_and_a_double_denial_affirm(question: str, text: str) -> None:
    assert stored("sam_selection", question, text) == {"we_matter_to_them": "yes"}


def test_who_manages_without_us_does_not_need_us() -> None:
    for text in ("they'd manage fine without us", "הם יסתדרו מצוין בלעדינו"):
        assert stored("sam_selection", "we_matter_to_them", text) == {"we_matter_to_them": "no"}, text


def test_not_just_unhappy_is_unhappy_and_not_only_occasional_is_not_occasional_only() -> None:
    assert stored("kam_tiers", "unsatisfied", "they're not just unhappy, they're furious") == {"unsatisfied": "yes"}
    assert stored("kam_tiers", "occasional_only", "not only occasional ones") == {"occasional_only": "no"}


@pytest.mark.parametrize(
    ("tool", "question", "text", "said"),
    [
        (
            "partner_fit",
            "required_types",
            "Two of the ten clinics on our list buy from them. Call it partly.",
            "partly",
        ),
        ("partner_fit", "target_customer_access", "הם מכירים כמה מבתי החולים, לא את כולם, בוא נגיד חלקית", "partly"),
        ("partner_fit", "target_customer_access", "They opened one door out of nine so that's a no from me", "no"),
        ("partner_fit", "target_customer_access", "I'd say yes, every clinic on our list buys from them", "yes"),
    ],
)
def test_a_level_that_is_named_is_the_answer_whatever_the_words_before_it_sound_like(
    tool: str, question: str, text: str, said: str
) -> None:
    assert stored(tool, question, text) == {"target_customer_access": said}


@pytest.mark.parametrize(
    ("tool", "question", "text", "said"),
    [
        ("lead_qualification", "role", "הוא ממליץ אבל הבוס חותם, אז חלקית", {"role": "partly"}),
        ("lead_qualification", "budget", "Nothing has been set aside and it is all frozen. So no.", {"budget": "no"}),
        ("campaign_preflight", "offer", "It says why us but not why now. Half and half.", {"offer": "partly"}),
        ("partner_fit", "function_after_sale_service", "they have no mechanics, so we do it",
         {"function_after_sale_service": "exporter"}),
    ],
)  # fmt: skip
def test_what_sums_up_answers_the_open_question(tool: str, question: str, text: str, said: dict[str, str]) -> None:
    assert stored(tool, question, text) == said


def test_a_level_belongs_to_the_clauses_it_stands_behind() -> None:
    text = "coverage is full, and as for the money, they're not poor but not rich either, so partly"
    assert stored("partner_fit", "required_types", text) == {"market_coverage": "yes", "financial_strength": "partly"}
    text = "she decides alone, so yes, and the budget is only half approved, so partly"
    assert stored("lead_qualification", "role", text) == {"role": "yes", "budget": "partly"}


def test_a_yes_or_no_that_only_echoes_what_was_said_is_no_level() -> None:
    for text in ("they're happy, yes", "הם מרוצים, כן", "not a single complaint, no"):
        assert stored("kam_tiers", "unsatisfied", text) == {"unsatisfied": "no"}, text


@pytest.mark.parametrize(
    ("tool", "question", "text", "said"),
    [
        ("partner_fit", "required_types", "ויש להם מוטיבציה בשמיים", {"partner_motivation": "yes"}),
        ("partner_fit", "required_types", "coverage is superb", {"market_coverage": "yes"}),
        ("partner_fit", "required_types", "הכימיה ביניינו על הפנים", {"personal_chemistry": "no"}),
        ("partner_fit", "candidate_type", "recommendations? mixed bag", {"market_recommendations": "partly"}),
        ("lead_qualification", "in_territory", "budget? forget it", {"budget": "no"}),
        ("lead_qualification", "in_territory", "תקציב? בשפע", {"budget": "yes"}),
        ("sam_selection", "customer_result", "technology? we'd lose nothing", {"technology_access": "no"}),
        ("campaign_preflight", "offer", "the list is a mess", {"list": "no"}),
        ("kam_tiers", "occasional_only", "הנפח אצלם ברצפה", {"volume_high": "no"}),
        ("checklist_lead_methods", "prospect_meetings", "podcast? dream on", {"podcast": "no"}),
        (
            "partner_fit",
            "candidate_type",
            "the chemistry is out of this world and their coverage is a joke",
            {"personal_chemistry": "yes", "market_coverage": "no"},
        ),
    ],
)
def test_a_field_named_by_its_label_is_judged_in_everyday_words(
    tool: str, question: str, text: str, said: dict[str, str]
) -> None:
    assert stored(tool, question, text) == said


def test_praise_of_what_one_knows_does_not_say_that_one_knows_it() -> None:
    for text in ("the competitors are superb", "הרגולציה על הפנים"):
        found = stored("partner_fit", "candidate_type", text)
        assert not {"knows_competitors", "knows_regulation"} & set(found), text


def test_a_label_that_holds_a_word_of_praise_is_not_praised_by_it() -> None:
    assert stored("sam_selection", "customer_result", "קשרים רחבים: חלקית") == {"breadth_of_relationships": "partly"}


@pytest.mark.parametrize(
    ("question", "field", "text"),
    [
        ("required_types", "financial_strength", "as for their finances, well, it's a long story"),
        ("required_types", "market_coverage", "ולגבי הכיסוי שלהם, זה סיפור ארוך"),
        ("required_types", "personal_chemistry", "about the chemistry between us"),
    ],
)
def test_a_field_that_is_only_named_is_asked_about(question: str, field: str, text: str) -> None:
    record = Record("r1", "partner_fit", "", "open", {}, question=question)
    state = Conversation("c", turn=9, records={"r1": record}, active="r1", latest="r1")
    commands = _interpreter().propose(text, state).commands
    assert commands == (Unclear(text, field=field),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fairs and adverts are his, stock and shipping too, repairs we keep", ("partner", "partner", "exporter")),
        ("הפרסום אצלם, המלאי גם, והתיקונים עלינו", ("partner", "partner", "exporter")),
        ("marketing: us, stock: them, service: nobody", ("exporter", "partner", "nobody")),
        ("תערוכות עליו, מחסן עליו, טכנאים שלנו", ("partner", "partner", "exporter")),
    ],
)
def test_jobs_are_given_out_with_the_verb_left_out(text: str, said: tuple[str, ...]) -> None:
    jobs = ("function_demand_creation", "function_demand_response", "function_after_sale_service")
    assert stored("partner_fit", "function_demand_creation", text) == dict(zip(jobs, said, strict=True))


def test_too_takes_over_who_did_the_job_before() -> None:
    for text in ("stock too", "מלאי ומשלוחים גם אצלו"):
        found = stored("partner_fit", "function_demand_response", text, function_demand_creation="partner")
        assert found == {"function_demand_response": "partner"}, text


def test_what_somebody_sells_or_who_he_is_gives_out_no_job() -> None:
    assert stored("partner_fit", "required_types", "מוכרים גם את המתחרה שלנו") == {"competing_line": "yes"}
    assert "function_after_sale_service" not in stored("partner_fit", "candidate_type", "our technicians like them")


@pytest.mark.parametrize("said", ["אנחנו חשובים להם מאוד, הרבה יותר מסתם ספק", "we are more than just a vendor"])
def test_more_than_just_one_supplier_matters(said: str) -> None:
    assert stored("sam_selection", "we_matter_to_them", said) == {"we_matter_to_them": "yes"}
