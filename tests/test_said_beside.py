"""What is said beside something else: second facts, mistakes owned up to, names with their levels, other figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from states import in_record, stored

from assistant.commands import Answer, Ask, Simple, Start
from assistant.conversation import Conversation, Record
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.segments import sentences
from assistant.understanding.words.turns_of_phrase import topic_of, without_double_denial, without_excuse
from tools.values import exact_text


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("they have a budget, I looked at the wrong file", "they have a budget"),
        ("I got the country wrong.", ""),
        ("sorry, I misread it: the size fits", "the size fits"),
        ("הרווח הגולמי כן גבוה, הסתכלתי על שנה לא נכונה", "הרווח הגולמי כן גבוה"),
        ("they got the order wrong", "they got the order wrong"),
        ("the wrong people call them", "the wrong people call them"),
    ],
)
def test_how_a_mistake_came_about_says_nothing_of_what_is_right(words: str, left: str) -> None:
    assert without_excuse(words) == left


@pytest.mark.parametrize(
    ("tool", "words", "known", "expected"),
    [
        (
            "lead_qualification",
            "hold on, I got the country wrong. They are within our territory",
            {"in_territory": "no"},
            {"in_territory": "yes"},
        ),
        (
            "kam_tiers",
            "תקן בבקשה: הרווח הגולמי ממנו כן גבוה, הסתכלתי על שנה לא נכונה",
            {"gross_profit_high": "no"},
            {"gross_profit_high": "yes"},
        ),
        ("leadgen_roi", "sorry, I got the deals wrong, it's 2", {"deals": "3"}, {"deals": "2"}),
        (
            "partner_fit",
            "Wait, I told you four search methods, it was six.",
            {"search_methods": "4"},
            {"search_methods": "6"},
        ),
        (
            "checklist_kam",
            "on the partner thing I exaggerated, it's partly",
            {"seen_as_partner": "yes"},
            {"seen_as_partner": "partly"},
        ),
    ],
)
def test_who_owns_up_to_a_mistake_sets_right_what_was_noted(
    reader: Any, tool: str, words: str, known: dict[str, str], expected: dict[str, str]
) -> None:
    assert stored(reader, tool, "number_known" if tool == "checklist_kam" else "", words, **known) == expected


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("on the partner thing", "partner"),
        ("regarding the budget", "budget"),
        ("לגבי התקציב", "התקציב"),
        ("budget", ""),
    ],
)
def test_a_topic_in_front_is_what_the_rest_is_about(words: str, topic: str) -> None:
    assert topic_of(words) == topic


def test_a_level_behind_a_topic_is_no_reply_to_what_was_asked(reader: Any) -> None:
    for words in ("regarding the partner: partly", "about the partner question, it's partly"):
        assert stored(reader, "checklist_kam", "number_known", words) == {"seen_as_partner": "partly"}


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("it's not that they don't advertise, they do it plenty", "they advertise, they do it plenty"),
        ("זה לא שהם לא מפרסמים, הם מפרסמים המון", "הם מפרסמים, הם מפרסמים המון"),
        ("they don't advertise", "they don't advertise"),
    ],
)
def test_two_denials_affirm(words: str, plain: str) -> None:
    assert without_double_denial(words) == plain


@pytest.mark.parametrize("words", ["they see us as a supplier, not a partner", "הם רואים בנו supplier, לא partner"])
def test_a_short_denial_behind_it_sets_a_clause_right(reader: Any, words: str) -> None:
    assert stored(reader, "checklist_kam", "number_known", words) == {"seen_as_partner": "no"}


@pytest.mark.parametrize(
    ("words", "there"),
    [
        (
            "Exhibitions yes, e-mail yes, phone partly, blog and podcast no",
            {"exhibitions": "yes", "email": "yes", "phone": "partly", "blog": "no", "podcast": "no"},
        ),
        (
            "a blog and exhibitions we do, but a podcast we don't have",
            {"blog": "yes", "exhibitions": "yes", "podcast": "no"},
        ),
        (
            "תוכן מלמד לא, הפניות הדדיות לא, ופגישות דרך קבע עם לקוחות אפשריים גם לא",
            {"educational_content": "no", "mutual_referral": "no", "prospect_meetings": "no"},
        ),
    ],
)
def test_things_of_a_list_share_the_level_they_are_joined_to(reader: Any, words: str, there: dict[str, str]) -> None:
    assert stored(reader, "checklist_lead_methods", "events", words) == there


def test_a_level_beside_its_name_outweighs_what_explains_it(reader: Any) -> None:
    words = "Timing, partly. First letter's fixed, the follow-ups are a rumour"
    assert stored(reader, "campaign_preflight", "timing", words) == {"timing": "partly"}


@pytest.mark.parametrize(
    "words",
    [
        "creating demand, answering demand and after-sale service: the candidate does all three",
        "promotion, quoting and stock, and the service afterwards are all theirs",
    ],
)
def test_one_doer_is_for_all_that_is_named(reader: Any, words: str) -> None:
    functions = ("function_demand_creation", "function_demand_response", "function_after_sale_service")
    assert stored(reader, "partner_fit", "required_types", words) == dict.fromkeys(functions, "partner")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("agent, they open doors and don't buy anything from us", {"candidate_type": "agent"}),
        (
            "We want a distributor and that's exactly what they are.",
            {"required_types": ["distributor"], "candidate_type": "distributor"},
        ),
        (
            "אנחנו צריכים מפיץ, וזה גם מה שהוא עושה",
            {"required_types": ["distributor"], "candidate_type": "distributor"},
        ),
    ],
)
def test_what_is_there_is_told_apart_from_what_is_wanted(reader: Any, words: str, expected: dict[str, Any]) -> None:
    assert stored(reader, "partner_fit", "required_types", words) == expected


def test_denying_what_was_noted_of_the_candidate_sets_the_candidate_right(reader: Any) -> None:
    found = stored(reader, "partner_fit", "required_types", "not a distributor, an agent", candidate_type="distributor")
    assert found == {"candidate_type": "agent"}


def test_who_denies_the_old_figure_does_not_answer_the_open_question(reader: Any) -> None:
    state = in_record("customer_profitability", "credit_days", orders="60", visits="30")
    record = next(iter(state.records.values()))
    failed = Conversation(
        "c", turn=9, records={record.id: Record(**{**vars(record), "failures": 1})}, active=record.id, latest=record.id
    )
    for words in ("סליחה, 50 הזמנות ולא 60", "sorry, 50 orders and not 60"):
        (command,) = reader.propose(words, failed).commands
        assert (command.field, command.value, command.corrects) == ("orders", "50", True)


@pytest.mark.parametrize(
    ("tool", "question", "words", "field", "value"),
    [
        ("vertical_profile", "deals", "the whole potential is 80 including ours", "potential", "80"),
        ("vertical_profile", "deals", "אפשר בסך הכול 48, כולל אלה שכבר אצלנו", "potential", "48"),
        ("vertical_profile", "window_years", "over two years", "window_years", "2"),
        ("sam_capacity", "accounts_marked", "כל קשר כזה לוקח ארבע שעות בחודש", "hours_per_relationship", "4"),
        ("leadgen_roi", "raw_leads", "the channel has been on for 14 months", "channel_age_months", "14"),
    ],
)
def test_a_figure_goes_where_its_words_point(
    reader: Any, tool: str, question: str, words: str, field: str, value: str
) -> None:
    assert stored(reader, tool, question, words, customers="20") == {field: value}


@pytest.mark.parametrize(
    "words", ["no discounts or returns, and no extra costs", "הנחות והחזרות לא היו, ועלויות נוספות אין"]
)
def test_there_was_none_of_several_amounts(reader: Any, words: str) -> None:
    revenue = {"amount": "500000", "currency": "ILS", "period": "year"}
    found = stored(reader, "customer_profitability", "discounts", words, revenue=revenue)
    assert {field: value["amount"] for field, value in found.items()} == {"discounts": "0", "direct_costs": "0"}


@pytest.mark.parametrize(
    "words",
    [
        "target industries aren't ranked and it's unclear who decides",
        "ענפי היעד לא מדורגים ולא ברור מי ה-decision maker",
    ],
)
def test_a_denial_beside_what_is_unclear_is_an_answer(reader: Any, words: str) -> None:
    assert stored(reader, "checklist_cold_call", "right_caller", words) == {"ranked_targets": "no"}


@pytest.mark.parametrize(
    ("tool", "words", "expected"),
    [
        (
            "lead_qualification",
            "she is within our territory, and skip the budget",
            {"in_territory": "yes", "budget": "skipped"},
        ),
        (
            "lead_qualification",
            "היא בתוך הטריטוריה שלנו, ועל התקציב תדלג",
            {"in_territory": "yes", "budget": "skipped"},
        ),
        ("checklist_kam", "Time to win a similar customer: not a clue, I'm new here", {"time_to_replace": "unknown"}),
    ],
)
def test_only_what_is_named_is_put_aside(reader: Any, tool: str, words: str, expected: dict[str, str]) -> None:
    assert stored(reader, tool, "", words) == expected


@pytest.mark.parametrize(
    "words", ["they need just what we sell and sit in our core industry", "צורך יש, והענף הוא ענף ליבה שלנו"]
)
def test_a_second_fact_in_one_sentence_is_heard(reader: Any, words: str) -> None:
    assert stored(reader, "lead_qualification", "open_to_sales_contact", words)["vertical"] == "yes"


def test_a_repaired_word_that_turns_an_answer_around_makes_it_doubtful(reader: Any) -> None:
    assert stored(reader, "checklist_lead_methods", "", "our own events, we stoped those").get("events") != "yes"


@pytest.mark.parametrize("words", ["חזרתי, בוא נמשיך את הבדיקה", "I'm back, let's continue the check"])
def test_who_comes_back_begins_nothing_new(reader: Any, words: str) -> None:
    left = Record("r1", "partner_fit", "", "paused", {}, question="required_types")
    commands = reader.propose(words, Conversation("c", turn=9, records={"r1": left}, latest="r1")).commands
    assert commands == (Simple("go_on"),)


def test_a_type_said_of_the_candidate_goes_back_to_no_record(reader: Any) -> None:
    state = in_record("partner_fit", "required_types")
    other = Record("r9", "lead_qualification", "קסטרו", "paused", {})
    both = Conversation("c", turn=9, records={**state.records, "r9": other}, active=state.active, latest=state.latest)
    (command,) = reader.propose("הם מפיץ", both).commands
    assert isinstance(command, Answer)
    assert (command.field, command.value) == ("candidate_type", "distributor")


@pytest.mark.parametrize(
    ("words", "tool", "name"),
    [
        ("what's an hour of our salespeople worth? use the sales productivity tool", "sales_productivity", ""),
        ("choose strategic accounts: take Voltberg, a customer in Austria", "sam_selection", "Voltberg"),
    ],
)
def test_a_tool_called_by_its_name_is_begun(reader: Any, words: str, tool: str, name: str) -> None:
    commands = reader.propose(words, Conversation("c")).commands
    started = [c for c in commands if isinstance(c, Start)]
    assert [(c.tool, c.name, c.only_offer) for c in started] == [(tool, name, False)]
    assert not [c for c in commands if isinstance(c, Ask)]


@pytest.mark.parametrize(
    ("tool", "question", "words"),
    [
        ("sam_selection", "strategic_reason", "כניסה לשוק הרכבות בגרמניה, עד סוף 2028."),
        ("lead_qualification", "sales_returns_because", "the project was put off to next year"),
    ],
)
def test_a_question_for_words_takes_the_words(reader: Any, tool: str, question: str, words: str) -> None:
    assert stored(reader, tool, question, words) == {question: words}


@pytest.mark.parametrize(
    "words",
    [
        "there's an outside shop in Leeds, CoolTech, they'd do all the repairs",
        "there's a service company in Porto, they do the repairs for all the brands",
        "יש חברת שירות בפורטו, הם מתקנים את כל המותגים",
    ],
)
def test_they_are_whoever_was_brought_in_just_before(reader: Any, words: str) -> None:
    found = stored(reader, "partner_fit", "function_after_sale_service", words)
    assert found == {"function_after_sale_service": "other_party"}


def test_their_own_people_are_no_third_party(reader: Any) -> None:
    found = stored(reader, "partner_fit", "function_after_sale_service", "there's a workshop of theirs, they repair it")
    assert found == {"function_after_sale_service": "partner"}


def test_money_lost_is_a_negative_profit(reader: Any) -> None:
    words = "After freight and all the visits we lost money on them, 40,000 dollars last year"
    assert stored(reader, "sam_selection", "customer_profit", words)["customer_profit"]["amount"] == "-40000"


def test_what_would_be_best_is_wanted(reader: Any) -> None:
    words = "A VAR would be best, though an integrator is fine with us too."
    assert stored(reader, "partner_fit", "required_types", words) == {"required_types": ["var", "integrator"]}


def test_of_two_fields_that_are_named_alike_the_likelier_takes_the_figure(reader: Any) -> None:
    found = stored(reader, "referral_programme", "partners_mapped", "We mapped 60, 22 signed up")
    assert found == {"partners_mapped": "60", "partners_joined": "22"}


@pytest.mark.parametrize(
    "words",
    ["before the spring mailing goes out, check the campaign with me", "אני רוצה לנתח מגזר אחד שלנו, מכשור רפואי"],
)
def test_what_a_wish_mentions_by_the_way_is_no_answer(reader: Any, words: str) -> None:
    commands = reader.propose(words, Conversation("c")).commands
    assert [type(c) for c in commands] == [Start]


def test_a_level_with_also_before_it_stays_in_its_clause() -> None:
    assert sentences("blog no, meetings also no")[0].text == "blog no, meetings also no"


@pytest.mark.parametrize(
    ("words", "rate"),
    [
        ("אחוז וחצי עמלה", "0.015"),
        ("two percent and a half", "0.025"),
        ("half a percent", "0.005"),
        ("half of them", "0.5"),
    ],
)
def test_half_of_a_percent_is_no_half_of_the_whole(words: str, rate: str) -> None:
    (found,) = quantities(words)
    assert exact_text(found.low) == rate


def test_a_mere_yes_outweighs_the_about_of_a_figure_behind_it(reader: Any) -> None:
    words = "זמן לגייס לקוח דומה: כן, בערך שנתיים"
    assert stored(reader, "checklist_kam", "number_known", words) == {"time_to_replace": "yes"}


def test_a_mere_no_answers_how_it_is_and_not_who_does_it(reader: Any) -> None:
    words = "creating demand beyond their base: no"
    assert stored(reader, "partner_fit", "market_coverage", words) == {"demand_creation_beyond_base": "no"}


def test_why_somebody_does_not_know_is_no_answer(reader: Any) -> None:
    assert stored(reader, "lead_qualification", "budget", "didn't ask her, no idea") == {"budget": "unknown"}


def test_a_name_and_a_yes_are_an_answer_whatever_is_told_behind_them(reader: Any) -> None:
    words = "right caller? yes, Maureen lives on the phone"
    assert stored(reader, "checklist_cold_call", "meeting_type", words) == {"right_caller": "yes"}


def test_a_figure_that_fits_nothing_corrects_nobody(reader: Any) -> None:
    known = {"function_after_sale_service": "nobody"}
    assert stored(reader, "partner_fit", "personal_chemistry", "just put them at 90, I know these guys", **known) == {}


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("Throw that what-if copy away, I don't want it", "discard"),
        ("I like that what-if, make it the real one", "promote"),
        ("תזרוק את ה-what-if הזה", "discard"),
        ("תעביר את הבדיקה הזאת לארכיון", "archive"),
    ],
)
def test_an_order_names_what_it_is_for(reader: Any, words: str, order: str) -> None:
    state = in_record("lead_qualification", "size", who_is_it="student")
    record = replace(state.records["r1"], supposed={"what if": {"who_is_it": "customer"}}, supposed_at=1)
    commands = reader.propose(words, replace(state, records={"r1": record})).commands
    assert commands == (Simple(order),)


def test_a_yes_before_a_full_stop_is_of_its_own_clause(reader: Any) -> None:
    words = "If we lost them: profit badly hurt, yes. Growth partly."
    found = stored(reader, "sam_selection", "values_beyond_product", words)
    assert found == {"profitability": "yes", "growth_potential": "partly"}


@pytest.mark.parametrize("words", ["תתחיל מחדש", "start over"])
def test_starting_over_is_no_yes_to_going_on(reader: Any, words: str) -> None:
    offered = replace(in_record("lead_qualification", "size", who_is_it="student"), pending={"kind": "go_on"})
    assert reader.propose(words, offered).commands == (Simple("restart"),)
