"""Which number of several is meant, and which field it is for, in everyday words of both languages."""

from fractions import Fraction

import pytest

from assistant.commands import Answer, WhatIf
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.numbers.amounts import quantities


def told(reader, tool, question, text, **answers):
    """The values a message gives while a question is open."""
    given = {name: Given(value, "answered", turn=1) for name, value in answers.items()}
    record = Record("r1", tool, "", "open", given, question=question)
    state = Conversation("c", turn=3, records={"r1": record}, active="r1", latest="r1")
    commands = reader.propose(text, state).commands
    return {c.field: c.value for c in commands if isinstance(c, Answer)}


def numbers(text):
    return [quantity.low for quantity in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we were six, now four", 4),
        ("used to be 12, down to 9", 9),
        ("down from 12 to 9", 9),
        ("היינו שישה, עכשיו נשארנו ארבעה", 4),
        ("היו לנו 14 נציגים, היום 11", 11),
        ("ירדנו מ-12 ל-9", 9),
    ],
)
def test_of_what_was_and_what_is_the_present_counts(text, expected):
    assert numbers(text) == [expected]


def test_a_later_number_of_something_else_replaces_nothing():
    assert numbers("we had 300 leads, now 5 deals") == [300, 5]
    assert numbers("from 5 to 8 deals") == [5]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("net 60, so about 90 days", 90), ("שוטף פלוס 60, אז בערך תשעים יום", 90), ("30 ועוד קצת, כלומר 40", 40)],
)
def test_a_concluding_number_replaces_the_one_it_is_drawn_from(text, expected):
    assert numbers(text) == [expected]


def test_a_conclusion_about_something_else_replaces_nothing():
    assert numbers("300 inquiries, so about 40 deals") == [300, 40]
    assert numbers("12 hours each, so 60 hours") == [12, 60]


def test_a_sentence_that_concludes_replaces_the_figure_of_the_sentence_before(reader):
    text = "Trade fair, two recommendations from customers, and a LinkedIn search. So three ways."
    assert told(reader, "partner_fit", "search_methods", text)["search_methods"] == "3"


@pytest.mark.parametrize("text", ["12 hours each one", "12 שעות כל אחד", "20 a month per one", "לכל אחת 30 שעות"])
def test_each_one_is_no_number(text):
    assert len(numbers(text)) == 1


def test_every_one_of_what_was_counted_has_its_price(reader):
    found = told(reader, "leadgen_roi", "deals", "שלוש, כל אחת בסביבות 40 אלף דולר")
    assert (found["deals"], found["average_deal"]["amount"]) == ("3", "40000")


def test_one_counts_only_what_stands_beside_it(reader):
    text = "How many strategic accounts can one manager hold if she has 120 hours a month?"
    reading = reader.propose(text, Conversation("c"))
    found = {c.field: c.value for c in reading.commands if isinstance(c, Answer)}
    assert found == {"manager_hours_month": "120"}


@pytest.mark.parametrize("text", ["the list is from 2019", "we run it since 2021", "הרשימה משנת 2018", "עובד מ-2019"])
def test_a_year_is_no_quantity(text):
    assert numbers(text) == []


def test_an_amount_that_looks_like_a_year_stays_an_amount():
    assert numbers("from 2019 dollars") == [2019]
    assert numbers("2019 pieces") == [2019]


def test_a_count_told_for_two_periods_is_told_once(reader):
    text = "שני ביקורים בחודש, עשרים וארבעה בשנה, כל אחד 350 שקל"
    found = told(reader, "customer_profitability", "visits", text)
    assert (found["visits"], found["cost_per_visit"]["amount"], "revenue" in found) == ("24", "350", False)


@pytest.mark.parametrize(
    ("text", "months"), [("רבעון בערך", "3"), ("about a year", "12"), ("חודש", "1"), ("a quarter or so", "3")]
)
def test_a_length_of_time_alone_is_one_of_it(reader, text, months):
    assert told(reader, "leadgen_roi", "cycle_months", text) == {"cycle_months": months}


@pytest.mark.parametrize("text", ["תשע עסקאות בשלוש השנים האחרונות", "nine deals over the last three years"])
def test_a_definite_length_of_time_is_what_was_counted_over(reader, text):
    found = told(reader, "vertical_profile", "", text)
    assert (found["deals"], found["window_years"]) == ("9", "3")


def test_a_figure_supposed_for_what_is_asked_answers_it(reader):
    assert told(reader, "leadgen_roi", "gross_margin", "נגיד 30 אחוז") == {"gross_margin": "0.3"}
    assert told(reader, "leadgen_roi", "cycle_months", "let's say half a year") == {"cycle_months": "6"}


def test_a_figure_supposed_for_what_is_answered_is_worked_out_on_a_copy(reader):
    record = Record("r1", "leadgen_roi", "", "complete", {"deals": Given("5", "answered", turn=1)})
    state = Conversation("c", turn=3, records={"r1": record}, latest="r1")
    found = reader.propose("ומה אם העסקה הממוצעת הייתה 3,000?", state).commands
    assert [a.field for c in found if isinstance(c, WhatIf) for a in c.answers] == ["average_deal"]


def test_the_helper_has_a_cost_and_no_uplift(reader):
    found = told(reader, "sales_productivity", "annual_revenue", "6 reps, וה-helper עולה 5,500$ בחודש")
    assert (found["reps"], found["helper_cost"]["amount"], "uplift_per_rep" in found) == ("6", "5500", False)


def test_hours_for_no_single_one_are_all_there_are(reader):
    found = told(reader, "kam_capacity", "", "לקוחות המפתח נכנסים לשעות שלנו, יש 180 שעות בחודש")
    assert found == {"hours_available": "180"}


def test_about_so_many_is_a_number():
    assert [(q.low, q.approximate) for q in quantities("70ish dials")] == [(Fraction(70), True)]


def test_a_named_figure_after_its_own_question_is_an_answer(reader):
    found = told(reader, "customer_profitability", "revenue", "cost of capital? נגיד 6 אחוז")
    assert found == {"cost_of_capital": "0.06"}


def test_a_conclusion_is_in_thousands_where_the_amounts_before_it_are():
    assert [(q.low, q.currency) for q in quantities("20 to 30 thousand dollars, so say 25")] == [(25000, "USD")]


def test_a_number_taken_back_in_a_sentence_of_its_own_is_not_stored(reader):
    assert told(reader, "leadgen_roi", "deals", "שתיים. לא, שלוש")["deals"] == "3"


@pytest.mark.parametrize(
    ("text", "visits"), [("once a month", "12"), ("פעם ברבעון", "4"), ("שני ביקורים בשבוע", "104")]
)
def test_how_often_is_worked_out_for_the_time_that_is_asked_for_and_confirmed(reader, text, visits):
    record = Record("r1", "customer_profitability", "", "open", {}, question="visits")
    state = Conversation("c", turn=3, records={"r1": record}, active="r1", latest="r1")
    found = [c for c in reader.propose(text, state).commands if isinstance(c, Answer)]
    assert [(c.field, c.value, c.confidence < 0.6) for c in found] == [("visits", visits, True)]


def test_hours_a_week_are_worked_out_for_the_month_that_is_asked_for(reader):
    found = told(reader, "kam_capacity", "growth_hours", "3 שעות בשבוע", growth_accounts="7")
    assert found == {"growth_hours": "13"}


def test_another_amount_keeps_what_the_one_it_replaces_is_per(reader):
    cost = {"amount": "4000", "currency": "USD", "period": "month"}
    found = told(reader, "leadgen_roi", "gross_margin", "תעדכן תקציב ל-6000", running_cost=cost)
    assert found["running_cost"] == {"amount": "6000", "currency": "USD", "period": "month"}


def test_a_part_and_its_whole_are_both_told(reader):
    found = told(reader, "sam_capacity", "accounts_marked", "23 מתוך 140")
    assert found == {"accounts_marked": "23", "customers_total": "140"}


def test_a_share_that_is_asked_for_is_not_taken_for_a_share_of_something_unsaid(reader):
    assert told(reader, "vertical_profile", "revenue_share", "רבע מהמכירות") == {"revenue_share": "0.25"}


def test_none_of_them_is_none(reader):
    assert told(reader, "kam_capacity", "protection_accounts", "אף אחד") == {"protection_accounts": "0"}


def test_years_are_no_length_of_time():
    assert numbers("from 2021 to 2024") == []


def test_what_it_is_not_even_gives_way_to_what_it_is(reader):
    assert told(reader, "sales_productivity", "selling_share", "not even half, i'd say 40%") == {"selling_share": "0.4"}


def test_a_share_that_leads_to_what_is_asked_is_no_field_of_its_own(reader):
    found = told(reader, "customer_profitability", "discounts", "5% off, so about 15k nis")
    assert set(found) == {"discounts"}
    found = told(reader, "customer_profitability", "revenue", "they bought for 420 thousand euros at 18 percent")
    assert (found["revenue"]["amount"], found["gross_margin"]) == ("420000", "0.18")


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [("channel_age_months", "שנתיים", "24"), ("cycle_months", "a month and a half", "1.5")],
)
def test_a_number_that_is_all_that_is_said_answers_what_is_asked(reader, question, text, value):
    assert told(reader, "leadgen_roi", question, text) == {question: value}


@pytest.mark.parametrize(
    ("text", "reps"), [("we're 5 reps but one is leaving so 4", "4"), ("אנחנו חמישה, שניים חדשים", "5")]
)
def test_of_several_counts_of_what_is_asked_the_conclusion_or_the_first_is_meant(reader, text, reps):
    assert told(reader, "sales_productivity", "reps", text)["reps"] == reps


def test_a_year_told_beside_a_number_makes_it_what_was(reader):
    assert told(reader, "partner_fit", "search_methods", "ארבע שיטות ב-2022, השנה רק שתיים")["search_methods"] == "2"


def test_minutes_are_part_of_an_hour():
    assert [(q.low, q.unit) for q in quantities("30 minutes each")] == [(Fraction(1, 2), "hour")]


def test_a_count_after_a_month_is_for_no_month_and_no_amount():
    assert [(q.low, q.period) for q in quantities("מתוך 300 פניות בחודש 20 בשלות")] == [(300, "month"), (20, "")]


def test_a_range_may_be_said_in_two_units_of_time():
    assert [(q.low, q.high, q.unit) for q in quantities("one year to 18 months")] == [(12, 18, "month")]


def test_what_was_told_before_is_replaced_by_what_it_is_more_like(reader):
    text = "I said 200 hours but it's more like 180"
    assert told(reader, "kam_capacity", "growth_accounts", text, hours_available="200") == {"hours_available": "180"}


def test_a_number_in_place_of_a_denied_one_is_in_thousands_as_well():
    assert [(q.low, q.negated) for q in quantities("לא 20 אלף, 25")] == [(20000, True), (25000, False)]
    assert [q.low for q in quantities("not 35, 45")] == [35, 45]
