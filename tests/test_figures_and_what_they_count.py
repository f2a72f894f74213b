"""What a number counts, what it is measured in when that is misspelt, and what is none of the form's business."""

from fractions import Fraction

import pytest

from assistant.commands import Answer, WhatIf
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.spelling import units_spelt_out

STORED_FROM = 0.6


def answers(reader, tool, question, text, **given):
    """The answers a message gives while a question is open, by field."""
    noted = {name: Given(value, "answered", turn=1) for name, value in given.items()}
    record = Record("r1", tool, "", "open", noted, question=question)
    state = Conversation("c", turn=3, records={"r1": record}, active="r1", latest="r1")
    return {c.field: c for c in reader.propose(text, state).commands if isinstance(c, Answer)}


def stored(reader, tool, question, text, **given):
    found = answers(reader, tool, question, text, **given)
    return {name: answer.value for name, answer in found.items() if answer.confidence >= STORED_FROM}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 leads were ready for a salesperson", {"sales_ready_leads": "30"}),
        ("40 לידים עברו סינון", {"qualified_leads": "40"}),
        ("and 25 leads were approved", {"accepted_leads": "25"}),
        ("אושרו 20 לידים", {"accepted_leads": "20"}),
        ("30 פניות נכנסו, 9 מהן בשלות", {"raw_leads": "30", "sales_ready_leads": "9"}),
        ("85 came in, 11 were ripe", {"raw_leads": "85", "sales_ready_leads": "11"}),
    ],
)
def test_the_word_that_says_of_which_kind_leads_are_decides_the_field(reader, text, expected):
    assert stored(reader, "leadgen_roi", "raw_leads", text) == expected


def test_leads_of_no_kind_that_is_asked_for_are_not_stored(reader):
    assert stored(reader, "leadgen_roi", "raw_leads", "14 unqualified leads") == {}
    assert stored(reader, "leadgen_roi", "qualified_leads", "20 leads were rejected") == {}


def test_the_price_of_a_kind_and_the_count_of_it_are_told_apart(reader):
    text = "משלמים גם 100 דולר על כל ליד שאושר, ואושרו 20 לידים"
    found = stored(reader, "leadgen_roi", "raw_leads", text)
    assert found["accepted_leads"] == "20"
    assert found["fee_per_accepted_lead"]["amount"] == "100"
    assert "raw_leads" not in found


@pytest.mark.parametrize(
    ("tool", "question", "text"),
    [
        ("leadgen_roi", "deals", "our website has 14 pages"),
        ("leadgen_roi", "deals", "we exhibit at two fairs a year"),
        ("leadgen_roi", "deals", "our company is 40 years old"),
        ("leadgen_roi", "deals", "יש לנו 25 עובדים"),
        ("leadgen_roi", "deals", "שתי תערוכות בשנה"),
        ("leadgen_roi", "deals", "יש לנו שלושה סניפים בארץ"),
        ("customer_profitability", "orders", "they have 12 branches"),
        ("customer_profitability", "visits", "יש להם 4 מפעלים"),
        ("nurture_payoff", "inquiries", "our newsletter goes to 5,000 subscribers"),
        ("sam_capacity", "accounts_marked", "they sit in 14 countries"),
    ],
)
def test_a_number_of_something_else_is_not_stored_for_the_open_count(reader, tool, question, text):
    assert question not in stored(reader, tool, question, text)


@pytest.mark.parametrize(
    ("tool", "question", "text", "value"),
    [
        ("leadgen_roi", "deals", "12 contracts", "12"),
        ("leadgen_roi", "deals", "6 dels closd", "6"),
        ("leadgen_roi", "deals", "4 big ones", "4"),
        ("leadgen_roi", "deals", "ארבע גדולות", "4"),
        ("vertical_profile", "customers", "30 hospitals", "30"),
        ("customer_profitability", "orders", "45 shipments", "45"),
        ("customer_profitability", "orders", "הזמינו 70 פעם", "70"),
    ],
)
def test_a_number_of_what_was_asked_for_is_stored(reader, tool, question, text, value):
    assert stored(reader, tool, question, text) == {question: value}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40 אחוזז", "40 אחוז"),
        ("35 prcnt", "35 percent"),
        ("3 אלפים דולרר בחודש", "3 אלפים דולר בחודש"),
        ("3 חודשימ", "3 חודשים"),
        ("9 thosand euro a qarter", "9 thousand euro a quarter"),
        ("218 dyas", "218 days"),
        ("30 presents", "30 presents"),
        ("they paid presents and 12 percents", "they paid presents and 12 percent"),
        ("a dolar store", "a dolar store"),
    ],
)
def test_what_a_number_is_measured_in_is_spelt_right_and_nothing_else(text, expected):
    known = {"presents", "they", "paid", "store"}.__contains__
    assert units_spelt_out(text, known) == expected


def test_a_known_word_beside_a_number_is_no_misspelt_unit():
    assert units_spelt_out("20 weaks", {"weaks"}.__contains__) == "20 weaks"


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("k€ 30", 30_000, "EUR"), ("k$12", 12_000, "USD"), ("M€ 1.2", 1_200_000, "EUR"), ("€30k", 30_000, "EUR")],
)
def test_a_scale_may_be_glued_to_the_currency(text, amount, currency):
    (quantity,) = quantities(text)
    assert (quantity.low, quantity.currency) == (amount, currency)


@pytest.mark.parametrize(
    "text", ["forty cents of every dollar", "we keep 40 cents on each euro", "מכל שקל נשארות לנו 40 אגורות"]
)
def test_small_coins_of_every_large_one_are_a_share(text):
    (quantity,) = quantities(text)
    assert quantity.percent
    assert quantity.low == Fraction(2, 5)


def test_coins_of_nothing_are_no_share():
    assert not any(quantity.percent for quantity in quantities("it costs 40 cents"))


def test_a_figure_with_a_misspelt_unit_is_stored_and_quotes_what_was_typed(reader):
    found = answers(reader, "leadgen_roi", "running_cost", "3500 usd pr month")
    assert found["running_cost"].value == {"amount": "3500", "currency": "USD", "period": "month"}
    found = answers(reader, "leadgen_roi", "gross_margin", "40 אחוזז")
    assert (found["gross_margin"].value, found["gross_margin"].raw) == ("0.4", "40 אחוזז")


def test_a_word_that_runs_into_another_script_is_no_number():
    assert [quantity.raw for quantity in quantities("אלפייםtwo0deAA0:dEAe")] == ["0"]
    assert [quantity.low for quantity in quantities("בtwo months")] == [2]


@pytest.mark.parametrize(
    "text", ["30 customers, out of 120 there could be in total", "30 hospitals buy from us, out of 120 that exist"]
)
def test_a_whole_may_stand_behind_a_comma(reader, text):
    found = stored(reader, "vertical_profile", "customers", text)
    assert found == {"customers": "30", "potential": "120"}


def test_a_count_and_its_whole_alone_stay_two_counts(reader):
    found = stored(reader, "sam_capacity", "accounts_marked", "300, out of 1,200 customers")
    assert found == {"accounts_marked": "300", "customers_total": "1200"}


def test_the_one_hour_whose_worth_is_asked_is_no_figure(reader):
    text = "what is one hour of our salesperson worth? he sells 1.5 million dollars a year and works 200 days"
    commands = reader.propose(text, Conversation("c")).commands
    found = {c.field: c.value for c in commands if isinstance(c, Answer)}
    assert set(found) == {"annual_revenue", "working_days"}


@pytest.mark.parametrize(
    ("tool", "question", "text", "expected"),
    [
        ("funnel", "target_deals", "היעד 20, ובדרך כלל רבע מהבשלים נסגרים", {"ready_win_rate": "0.25"}),
        ("funnel", "inquiries", "עשירית מהפניות בשלות", {"ready_rate": "0.1"}),
        ("funnel", "inquiries", "20% of the rest buy later", {"later_buyer_rate": "0.2"}),
        ("nurture_payoff", "ready", "we win 40% of the ready ones", {"ready_win_rate": "0.4"}),
    ],
)
def test_a_share_is_for_the_field_of_the_kind_it_is_told_of(reader, tool, question, text, expected):
    assert expected.items() <= stored(reader, tool, question, text).items()


def test_figures_that_answer_what_was_asked_begin_no_other_tool(reader):
    found = stored(reader, "kam_capacity", "hours_available", "120 in total, two people with sixty each")
    assert found == {"hours_available": "120"}


def test_one_more_beside_a_number_begins_no_other_record(reader):
    assert stored(reader, "leadgen_roi", "deals", "שש, ועוד אחת שנפלה") == {"deals": "6"}


@pytest.mark.parametrize("text", ["fourteen, if I remember right", "ארבע עשרה, אם אני לא טועה"])
def test_a_figure_one_is_not_quite_sure_of_is_no_supposition(reader, text):
    assert stored(reader, "vertical_profile", "deals", text) == {"deals": "14"}


@pytest.mark.parametrize(
    ("text", "value"), [("ומה היה קורה עם חמש עסקאות?", "5"), ("what would the return be if it had been 5 deals?", "5")]
)
def test_what_would_come_of_a_figure_is_supposed(reader, text, value):
    noted = {"running_cost": {"amount": "6000", "currency": "USD", "period": "month"}, "deals": "3"}
    answers = {name: Given(one, "answered", turn=1) for name, one in noted.items()}
    record = Record("r1", "leadgen_roi", "", "done", answers)
    (command,) = reader.propose(text, Conversation("c", turn=3, records={"r1": record}, latest="r1")).commands
    assert isinstance(command, WhatIf)
    assert [(answer.field, answer.value) for answer in command.answers] == [("deals", value)]


@pytest.mark.parametrize(("text", "place"), [("רביעי", "4"), ("the fourth", "4"), ("השלישי", "3")])
def test_an_ordinal_alone_is_the_rank_that_was_asked_for(reader, text, place):
    assert stored(reader, "kam_tiers", "volume_rank", text)["volume_rank"] == place


def test_an_ordinal_alone_is_no_count(reader):
    assert stored(reader, "leadgen_roi", "deals", "the fourth") == {}


def test_what_each_takes_goes_with_the_number_before_it(reader):
    text = "can we fit 6 protection accounts at 15 hours each into 160 hours a month?"
    commands = reader.propose(text, Conversation("c")).commands
    found = {c.field: c.value for c in commands if isinstance(c, Answer)}
    assert found == {"protection_accounts": "6", "protection_hours": "15", "hours_available": "160"}


def test_one_more_of_nothing_that_is_measured_is_no_time(reader):
    found = stored(reader, "leadgen_roi", "deals", "חמש. יש עוד אחת באוויר אבל אותה אני לא סופר")
    assert found == {"deals": "5"}


def test_a_period_in_the_other_language_is_read_behind_its_preposition():
    (quantity,) = quantities("6,000 דולר ל-quarter")
    assert quantity.period == "quarter"
