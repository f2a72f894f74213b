"""Plain things that were once misread: lists with what is lacking, checks not made, news, places, either of two."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from states import in_record

from assistant.commands import Answer, Ask, Resume, Start
from assistant.conversation import Conversation, Record
from assistant.understanding.answers.contrasts import without_learning_it
from assistant.understanding.numbers.amounts import quantities
from bench.understanding import SUITES, same, state_of


def told(reader: Any, tool: str, question: str, words: str, **known: Any) -> dict[str, Any]:
    """What a message stores, by field: the value, or its status where there is none."""
    commands = reader.propose(words, in_record(tool, question, **known)).commands
    return {c.field: c.value if c.status == "answered" else c.status for c in commands if isinstance(c, Answer)}


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("בלוג ופודקאסט אין לנו", {"blog": "no", "podcast": "no"}),
        ("תערוכות כן, בלוג ופודקאסט אין לנו", {"exhibitions": "yes", "blog": "no", "podcast": "no"}),
        ("blog and podcast we don't have", {"blog": "no", "podcast": "no"}),
        ("no blog, podcast or webinars", {"blog": "no", "podcast": "no", "events": "no"}),
        ("no blog, just phone and email", {"blog": "no", "phone": "yes", "email": "yes"}),
        ("blog, no podcast, email", {"blog": "yes", "podcast": "no", "email": "yes"}),
    ],
)
def test_what_a_list_denies_is_not_there(reader: Any, words: str, there: dict[str, str]) -> None:
    assert told(reader, "checklist_lead_methods", "blog", words) == there


@pytest.mark.parametrize(
    "words",
    ["we haven't run a sanctions check", "nobody screened them so far", "עוד לא בדקנו סנקציות", "no check was made"],
)
def test_a_check_nobody_made_found_nothing_out(reader: Any, words: str) -> None:
    assert told(reader, "partner_fit", "integrity_check", words) == {"integrity_check": "unknown"}


@pytest.mark.parametrize("words", ["our lawyer checked and did not find anything", "הבנק בדק ולא מצא דבר"])
def test_a_check_that_found_nothing_is_clear(reader: Any, words: str) -> None:
    assert told(reader, "partner_fit", "integrity_check", words) == {"integrity_check": "clear"}


@pytest.mark.parametrize(
    ("tool", "question", "words", "known"),
    [
        ("partner_fit", "required_types", "Bank called back. The screening is clean", {"integrity_check": "finding"}),
        ("kam_tiers", "more_volume", "עכשיו נודע לי שהקניין שלהם התחלף", {"contact_or_owner_changed": "no"}),
        ("sam_selection", "profitability", "חישבנו מחדש, יוצא רווח מהלקוח", {"customer_result": "loss"}),
    ],
)
def test_news_takes_the_place_of_what_was_noted(
    reader: Any, tool: str, question: str, words: str, known: dict[str, str]
) -> None:
    commands = reader.propose(words, in_record(tool, question, **known)).commands
    assert [c.field for c in commands if isinstance(c, Answer) and c.corrects] == list(known)


@pytest.mark.parametrize("words", ["I just found out that their buyer left", "Now we learned their buyer left"])
def test_how_one_came_to_know_it_is_no_part_of_it(words: str) -> None:
    assert without_learning_it(words) == "their buyer left"


def test_where_one_stands_by_two_measures_are_two_places(reader: Any) -> None:
    words = "third by volume and fifth by gross profit"
    assert told(reader, "kam_tiers", "volume_rank", words) == {"volume_rank": "3", "gross_profit_rank": "5"}
    assert not any(q.rank for q in quantities("a third in sales"))


@pytest.mark.parametrize("words", ["agent or distributor, both work", "סוכן או מפיץ, שניהם טובים לנו"])
def test_of_two_that_would_both_do_both_are_wanted(reader: Any, words: str) -> None:
    assert told(reader, "partner_fit", "required_types", words) == {"required_types": ["agent", "distributor"]}


def test_a_level_inside_a_list_is_not_that_at_its_end(reader: Any) -> None:
    words = "Our product fits their lines, the sales force is only partly there, and they will commit people: yes"
    assert told(reader, "partner_fit", "required_types", words)["sales_force_record"] == "partly"


def test_from_a_day_on_is_no_question(reader: Any) -> None:
    assert told(reader, "nurture_payoff", "start_date", "מה-15 במרץ 2027") == {"start_date": "2027-03-15"}


def test_looking_at_no_other_tells_how_they_were_chosen(reader: Any) -> None:
    words = "הם כתבו לנו מייל, ולא בדקנו אף חברה אחרת"
    assert told(reader, "partner_fit", "required_types", words) == {"initiated_by": "them", "led_process": "no"}


@pytest.mark.parametrize("words", ["תחזור לרשימת השיטות", "back to the list of methods"])
def test_what_is_gone_back_to_is_told_by_what_people_say_to_begin_it(reader: Any, words: str) -> None:
    left = Record("r1", "checklist_lead_methods", "", "paused", {})
    here = Record("r2", "checklist_small_business", "", "open", {}, question="strengths")
    state = Conversation("c", turn=3, records={"r1": left, "r2": here}, active="r2", latest="r2")
    assert reader.propose(words, state).commands == (Resume("checklist_lead_methods"),)


@pytest.mark.parametrize("words", ["what is a lead?", "מה זה ליד?", "what is a distributor?", "מה זה ROMI?"])
def test_a_question_for_a_term_begins_nothing_and_asks_for_no_reason(reader: Any, words: str) -> None:
    commands = reader.propose(words, in_record("leadgen_roi", "running_cost", deals="2")).commands
    assert [type(command) for command in commands] == [Ask]


@pytest.mark.parametrize(
    ("words", "tool", "name"),
    [
        ("we have a candidate in Poland, Kestrel", "partner_fit", "Kestrel"),
        ("got a lead, Orion, wants a quote", "lead_qualification", "Orion"),
    ],
)
def test_one_who_is_named_in_few_words_is_taken_up_at_once(reader: Any, words: str, tool: str, name: str) -> None:
    started = [c for c in reader.propose(words, Conversation("c")).commands if isinstance(c, Start)]
    assert [(start.tool, start.name, start.only_offer) for start in started] == [(tool, name, False)]


@pytest.mark.parametrize("words", ["כמה עולה לנו ליד מפייסבוק?", "how much does a lead from facebook cost us?"])
def test_a_figure_of_ones_own_is_worked_out(reader: Any, words: str) -> None:
    started = [c for c in reader.propose(words, Conversation("c")).commands if isinstance(c, Start)]
    assert [(start.tool, start.only_offer) for start in started] == [("leadgen_roi", False)]


@pytest.mark.parametrize("words", ["how much does a lead usually cost?", "כמה עולה ליד בדרך כלל?"])
def test_a_figure_of_nobody_in_particular_is_looked_up(reader: Any, words: str) -> None:
    commands = reader.propose(words, Conversation("c")).commands
    assert not any(isinstance(c, Start) and not c.only_offer for c in commands)


@pytest.mark.parametrize(
    "words",
    [
        "Should our expensive sales reps spend their mornings cold calling?",
        "Should we focus on pharma, where we win most deals, or on small banks?",
        "כדאי לנו לשכור מישהו למשרד כדי שאנשי המכירות ימכרו יותר?",
    ],
)
def test_a_decision_of_ones_own_is_told_the_rules_first(reader: Any, words: str) -> None:
    commands = reader.propose(words, Conversation("c")).commands
    assert any(isinstance(c, Ask) for c in commands)
    assert not any(isinstance(c, Start) and not c.only_offer for c in commands)


@pytest.mark.parametrize(
    ("words", "of_whom"),
    [
        ("a proper customer, not a student", {"who_is_it": "customer"}),
        ("not a student, she wants one for her own plant", {"who_is_it": "customer"}),
        ("לקוח אפשרי, לא מתחרה", {"who_is_it": "customer"}),
    ],
)
def test_a_denied_choice_is_never_the_answer(reader: Any, words: str, of_whom: dict[str, str]) -> None:
    found = told(reader, "lead_qualification", "who_is_it", words)
    assert found.get("who_is_it", "customer") == of_whom["who_is_it"]


def test_a_choice_that_says_nothing_is_there_is_not_denied_by_its_own_no(reader: Any) -> None:
    assert told(reader, "partner_fit", "integrity_check", "the bank checked, no findings")["integrity_check"] == "clear"


@pytest.mark.parametrize("words", ["make that 12 growth accounts, I forgot 2", "רגע, 12 לקוחות צמיחה, שכחתי שניים"])
def test_how_many_were_forgotten_is_no_figure(reader: Any, words: str) -> None:
    known = {"growth_accounts": "10", "growth_hours": "7", "strategic_accounts": "5", "strategic_hours": "12"}
    assert told(reader, "kam_capacity", "protection_accounts", words, **known) == {"growth_accounts": "12"}


@pytest.mark.parametrize("words", ["dunno abt the budgt", "no idea about the budjet", "לא יודע לגבי התקציבב"])
def test_what_is_not_known_may_be_misspelt(reader: Any, words: str) -> None:
    assert told(reader, "lead_qualification", "who_is_it", words) == {"budget": "unknown"}


@pytest.mark.parametrize(
    "words",
    ["איתנות פיננסית? בחיי שאני לא יודע", "איתנות פיננסית? אני ממש לא יודע", "their finances? honestly no idea"],
)
def test_not_knowing_may_be_sworn(reader: Any, words: str) -> None:
    assert told(reader, "partner_fit", "candidate_type", words) == {"financial_strength": "unknown"}


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("מה זה ליד?", True),
        ("what is a lead?", True),
        ("what is it?", False),
        ("מה ההבדל?", False),
    ],
)
def test_only_what_names_its_subject_stands_without_the_question_before_it(
    reader: Any, words: str, whole: bool
) -> None:
    state = Conversation("c", discussed={"question": "How do I choose a distributor?", "cards": []})
    [ask] = [c for c in reader.propose(words, state).commands if isinstance(c, Ask)]
    assert (ask.text == words) is whole


@pytest.mark.parametrize(
    "words",
    [
        "we've talked it over and we will do the repairs. Change it",
        "I must correct myself: we will do the repairs",
        "התייעצנו, התיקונים יהיו עלינו. תשנה",
    ],
)
def test_what_was_decided_since_replaces_what_was_noted(reader: Any, words: str) -> None:
    state = in_record("partner_fit", "required_types", function_after_sale_service="nobody")
    found = [c for c in reader.propose(words, state).commands if isinstance(c, Answer)]
    assert [(c.field, c.value, c.corrects) for c in found] == [("function_after_sale_service", "exporter", True)]


@pytest.mark.parametrize("words", ["we closed 18 deals there, nice huh?", "סגרנו שם 18 עסקאות, יפה לא?"])
def test_what_is_bragged_of_is_told_and_not_asked(reader: Any, words: str) -> None:
    assert told(reader, "vertical_profile", "deals", words) == {"deals": "18"}


@pytest.mark.parametrize("words", ["תשאל אחרי שיגיע המאזן", "ask me once the balance sheet is in"])
def test_what_waits_for_a_paper_is_put_off(reader: Any, words: str) -> None:
    assert told(reader, "partner_fit", "financial_strength", words) == {"financial_strength": "later"}


@pytest.mark.parametrize("words", ["hmm no, budget IS there", "no, the budget is there, just heard from finance"])
def test_a_mere_no_before_a_statement_says_nothing_of_it(reader: Any, words: str) -> None:
    assert told(reader, "lead_qualification", "who_is_it", words)["budget"] == "yes"


def test_a_misspelt_word_hides_no_fact_beside_a_plain_one(reader: Any) -> None:
    found = told(reader, "lead_qualification", "in_territory", "hes in our teritory n a real custmer")
    assert found == {"in_territory": "yes", "who_is_it": "customer"}


def test_how_sure_a_reading_is_tells_how_often_it_is_right(reader: Any) -> None:
    """Of what is stored unasked in the test half, which nothing was learned from, hardly one in fifty is wrong."""
    suite = yaml.safe_load((SUITES / "test.yaml").read_text("utf-8"))
    stored = wrong = 0
    for case in suite["cases"]:
        spec = case.get("state") or {}
        state = state_of(suite["states"][spec] if isinstance(spec, str) else spec)
        for command in reader.propose(case["text"], state).commands:
            if isinstance(command, Answer) and command.status == "answered" and command.confidence >= 0.6:
                expected = case.get("slots") or {}
                stored += 1
                wrong += command.field not in expected or not same(expected[command.field], command.value)
    assert stored > 200
    assert wrong / stored < 0.03


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        (
            "need, industry, decision maker, size: yes on all four",
            {"need_matches": "yes", "vertical": "yes", "role": "yes", "size": "yes"},
        ),
        ("size and budget: no to both.", {"size": "no", "budget": "no"}),
        (
            "צורך, ענף, מקבל החלטות וגודל: כן לכולם",
            {"need_matches": "yes", "vertical": "yes", "role": "yes", "size": "yes"},
        ),
    ],
)
def test_one_level_is_for_all_that_stands_under_it(reader: Any, words: str, answers: dict[str, str]) -> None:
    assert told(reader, "lead_qualification", "need_matches", words) == answers
    assert all(c.confidence >= 0.6 for c in reader.propose(words, in_record("lead_qualification", "role")).commands)


def test_what_is_lacking_begins_behind_the_but(reader: Any) -> None:
    found = told(reader, "checklist_lead_methods", "prospect_meetings", "יש לנו בלוג ותערוכות אבל פודקאסט אין")
    assert found == {"blog": "yes", "exhibitions": "yes", "podcast": "no"}


def test_an_order_with_its_level_changes_what_stands_before_it_alone(reader: Any) -> None:
    words = "I've now seen the accounts and financially they're perfectly sound. Change it to a yes"
    known = {"financial_strength": "no", "market_recommendations": "partly"}
    assert told(reader, "partner_fit", "personal_chemistry", words, **known) == {"financial_strength": "yes"}


def test_what_only_names_what_is_not_known_answers_nothing(reader: Any) -> None:
    words = "his rank by gross profit? no idea, באמת"
    assert told(reader, "kam_tiers", "gross_profit_rank", words) == {"gross_profit_rank": "unknown"}
