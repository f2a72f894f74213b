"""Calculations in conversation: asked in one breath, changed by the next message, settled one doubt at a time."""

from collections.abc import Callable
from typing import Any

import pytest

from assistant import Advisor
from assistant.opening import new_conversation

Say = Callable[..., dict[str, Any]]


@pytest.fixture
def say(advisor: Advisor) -> Say:
    """Says messages one after another in a fresh conversation and gives what stands in its record then."""
    conversation = new_conversation()

    def speak(*messages: str) -> dict[str, Any]:
        for message in messages:
            advisor.reply(conversation, message)
        state = advisor.state(conversation)
        record = state.record or state.records.get(state.latest)
        if record is None:
            return {"tool": ""}
        values = {key: given.value for key, given in record.answers.items() if given.status == "answered"}
        return {"tool": record.tool, "pending": state.pending, **values}

    return speak


def has(found: dict[str, Any], **expected: Any) -> bool:
    """Whether a record holds these values; money is told by "amount currency period"."""
    for name, value in expected.items():
        given = found.get(name)
        if isinstance(given, dict) and "currency" in given and isinstance(value, str):
            given = f"{given['amount']} {given['currency']} {given['period']}"
        if given != value:
            return False
    return True


TARGETS = {
    "target_deals": "10", "target_sales_ready": "10", "ready_win_rate": "0.3", "target_nurture": "40",
    "later_buyer_rate": "1/3", "later_win_rate": "0.3",
}  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "Our targets: 10 deals, 10 sales-ready leads closing at 30%, 40 into nurturing, a third of them buy"
        " and we win 30% of those",
        "Do the targets fit? targets: 10 deals, 10 sales-ready leads with a 30% win rate, 40 leads to nurture;"
        " one third of these buy, of which we win 30%",
        "היעדים: 10 עסקאות, 10 לידים בשלים עם אחוז זכייה 30%, 40 לידים לטיפוח, שליש מהם קונים ומתוכם אנחנו זוכים ב-30%",
        "תבדוק יעדים: 10 עסקאות, 10 לידים בשלים ב-30% סגירה, 40 לטיפוח שמהם שליש קונים ואנחנו זוכים בשלושים אחוז",
    ],
)  # fmt: skip
def test_targets_told_in_one_breath_fill_each_field_with_its_own_share(say: Say, words: str) -> None:
    found = say(words)
    assert found["tool"] == "funnel"
    assert has(found, **TARGETS), found


@pytest.mark.parametrize(
    ("words", "deals", "ready", "win"),
    [
        ("how many inquiries for 12 deals if 20% are ready and we win a quarter of those?", "12", "0.2", "0.25"),
        ("to get 8 deals with 15% of leads ready and 40% of them closing, how many inquiries?", "8", "0.15", "0.4"),
        ("what number of leads gives us 6 deals when a tenth is ripe and half of those close?", "6", "0.1", "0.5"),
        ("כמה פניות צריך כדי לסגור 12 עסקאות אם 20% בשלות ואנחנו זוכים ברבע מהן?", "12", "0.2", "0.25"),
        ("אני צריך 8 עסקאות, 15 אחוז מהפניות בשלות ו-40% מהן נסגרות. כמה פניות?", "8", "0.15", "0.4"),
    ],
)  # fmt: skip
def test_a_funnel_asked_backwards_runs_at_once(say: Say, words: str, deals: str, ready: str, win: str) -> None:
    found = say(words)
    assert found["tool"] == "funnel"
    assert has(found, target_deals=deals, ready_rate=ready, ready_win_rate=win), found


@pytest.mark.parametrize(
    ("next_words", "field", "value"),
    [
        ("and for 20 deals?", "target_deals", "20"),
        ("and for 20?", "target_deals", "20"),
        ("what about 20 deals?", "target_deals", "20"),
        ("ובשביל 20 עסקאות?", "target_deals", "20"),
        ("ובשביל 20?", "target_deals", "20"),
        ("ול-20 עסקאות?", "target_deals", "20"),
        ("ו-20?", "target_deals", "20"),
        ("ומה לגבי 20 עסקאות?", "target_deals", "20"),
        ("and with a win rate of 40%?", "ready_win_rate", "0.4"),
        ("ועם אחוז זכייה של 40%?", "ready_win_rate", "0.4"),
    ],
)
def test_the_next_message_changes_one_figure(say: Say, next_words: str, field: str, value: str) -> None:
    found = say("how many inquiries for 10 deals if 10% are ready and 30% of them close?", next_words)
    assert has(found, **{**{"target_deals": "10", "ready_rate": "0.1", "ready_win_rate": "0.3"}, field: value}), found


@pytest.mark.parametrize("words", ["and with 30?", "and 30%?", "ועם 30?", "ובשלושים אחוז?", "sorry, 30%"])
def test_a_share_without_a_name_takes_the_place_of_the_one_given_last(say: Say, words: str) -> None:
    found = say("what is a rep's hour worth at 2.4M a year, 215 days of 8.5 hours?", "and with 40% margin?", words)
    assert has(found, gross_margin="0.3"), found


@pytest.mark.parametrize("words", ["what if it were 30?", "what if it was 30%?", "ומה אם הוא היה 30?", "ואם זה 30%?"])
def test_a_supposed_figure_without_a_name_is_of_what_was_spoken_of(say: Say, advisor: Advisor, words: str) -> None:
    conversation = new_conversation()
    for text in ("2,000 dollars a month on ads, 4 deals of 4,000 dollars. return?", "margin is 40%"):
        advisor.reply(conversation, text)
    reply = advisor.reply(conversation, words)
    assert reply.calculations[0].inputs["gross_margin"] in ("0.3", "0.4")
    state = advisor.state(conversation)
    assert state.record is not None
    assert list(state.record.supposed.values())[-1] == {"gross_margin": "0.3"}
    assert state.record.values()["gross_margin"] == "0.4"


def test_amounts_in_no_currency_take_the_one_said_afterwards(say: Say) -> None:
    found = say("roi of a channel: 4k a month, 3 deals of 30k", "it's all in euros")
    assert has(found, running_cost="4000 EUR month", average_deal="30000 EUR one_off"), found


@pytest.mark.parametrize(
    ("messages", "cost"),
    [
        (("4k", "dollars", "a month"), "4000 USD month"),
        (("4k", "monthly", "dollars"), "4000 USD month"),
        (("4k", "dollars per quarter"), "4000 USD quarter"),
        (("4k", "doesn't matter", "yearly"), "4000 XXX year"),
        (("4k", "pounds", "in total"), "4000 GBP one_off"),
        (("5 אלף", "שקלים בחודש"), "5000 ILS month"),
        (("5 אלף", "לרבעון", "יורו"), "5000 EUR quarter"),
        (("5 אלף", "לא משנה", "לשנה"), "5000 XXX year"),
    ],
)
def test_currency_and_period_are_asked_one_by_one_and_never_again(
    say: Say, messages: tuple[str, ...], cost: str
) -> None:
    found = say("roi of a channel", *messages)
    assert has(found, running_cost=cost), found
    assert not found["pending"]


def test_two_amounts_of_an_unsaid_currency_are_one_question(say: Say) -> None:
    found = say("roi of a channel", "5k, average deal 30k", "euros", "quarter")
    assert has(found, running_cost="5000 EUR quarter", average_deal="30000 EUR one_off"), found
    assert not found["pending"]


@pytest.mark.parametrize("words", ["yes", "percent", "כן", "yes, 40%"])
def test_the_only_reading_there_is_needs_but_a_yes(say: Say, words: str) -> None:
    found = say("roi of a channel: 4,000 dollars a month, 3 deals of 30,000", "40", words)
    assert has(found, gross_margin="0.4"), found


@pytest.mark.parametrize(
    "words", ["our margin is a quarter", "a quarter", "the gross margin is about a quarter", "רבע"]
)
def test_a_quarter_is_a_share_where_a_share_is_spoken_of(say: Say, words: str) -> None:
    found = say("2 deals of 60k on 7k of spend, dollars, per month", words)
    assert has(found, gross_margin="0.25", running_cost="7000 USD month"), found


@pytest.mark.parametrize(
    "words",
    [
        "do 80 % of sales come from 20 % of customers?",
        "The customers who bring 80% of revenue bring 80% of profit too.",
        "is it true that 10% of leads are ready and 30% buy later?",
        "Nurturing turns 3 deals into 12.",
        "How do three deals become twelve?",
        "האם נכון ש-20% מהלקוחות מביאים 80% מהרווח?",
        "הלקוחות שמביאים 80% מההכנסות מביאים גם 80% מהרווח.",
        "האם עשרה לידים בשלים וארבעים לטיפוח נותנים עשר עסקאות בחודש?",
    ],
)
def test_a_belief_with_figures_in_it_is_answered_and_begins_no_calculation(say: Say, words: str) -> None:
    assert say(words)["tool"] == ""


def test_a_whole_calculation_while_another_is_open_is_a_case_of_its_own(say: Say) -> None:
    first = "2,000 dollars a month on ads, 4 deals of 4,000 dollars. return?"
    found = say(first, "and what is an hour of a rep worth who sells 1M dollars a year, 220 days of 8 hours?")
    assert found["tool"] == "sales_productivity"
    assert has(found, annual_revenue="1000000 USD year", working_days="220", hours_per_day="8")


def test_a_figure_that_comes_late_goes_to_what_was_not_known(say: Say) -> None:
    found = say("profit of a customer", "200k usd", "ask finance, I don't know", "20%, they just answered")
    assert has(found, gross_margin="0.2"), found


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("how much is that per year?", "$52,800"),
        ("and a year?", "$52,800"),
        ("what does it come to per quarter?", "$13,200"),
        ("how much is that yearly?", "$52,800"),
        ("וכמה זה בשנה?", "52,800"),
        ("כמה זה לרבעון?", "13,200"),
        ("ובשנה?", "52,800"),
    ],
)
def test_a_result_is_told_for_another_period(advisor: Advisor, words: str, amount: str) -> None:
    conversation = new_conversation()
    advisor.reply(conversation, "2,000 dollars a month on ads, 4 deals of 4,000 dollars, 40% margin. return?")
    assert amount in advisor.reply(conversation, words).text


def test_the_value_of_an_hour_is_told_for_a_year_of_hours(advisor: Advisor) -> None:
    conversation = new_conversation()
    advisor.reply(conversation, "what is a rep's hour worth at 2.4M a year, 215 days of 8.5 hours?")
    assert "2,400,000" in advisor.reply(conversation, "how much is that per year?").text


def test_without_a_period_nothing_is_said_for_a_year(advisor: Advisor) -> None:
    conversation = new_conversation()
    advisor.reply(conversation, "a mailing cost 4,000 shekels and brought 10 deals of 2,000 shekels. return?")
    assert "no period" in advisor.reply(conversation, "how much is that per year?").text


@pytest.mark.parametrize(
    ("begin", "words", "expected"),
    [
        (
            "profit of a customer",
            "200k usd, 25% gross, 100 orders, sixty dollars each",
            {"cost_per_order": "60 USD one_off"},
        ),
        ("profit of a customer", "30 visits at $400 each", {"visits": "30", "cost_per_visit": "400 USD one_off"}),
        ("רווחיות לקוח", "עשרה ביקורים ב-800 שקל", {"visits": "10", "cost_per_visit": "800 ILS one_off"}),
        ("רווחיות לקוח", "50 הזמנות, כל אחת עולה לנו מאה שקל", {"orders": "50", "cost_per_order": "100 ILS one_off"}),
        (
            "key account capacity",
            "three in protection at 20 hours each, five strategic, 12 each",
            {"protection_accounts": "3", "protection_hours": "20", "strategic_accounts": "5", "strategic_hours": "12"},
        ),
        (
            "roi of a channel",
            "2,000 dollars a month, 40 leads, 2 of them bought for 9,000 each",
            {"raw_leads": "40", "deals": "2", "average_deal": "9000 USD one_off"},
        ),
        ("roi of a channel", "10 deals out of 300 leads, 20k each, dollars", {"deals": "10", "raw_leads": "300"}),
        ("referral programme", "100 dollars for every accepted lead, twenty of those", {"accepted_leads": "20"}),
        (
            "what does nurturing pay? calculate it",
            "200 inquiries, 20 ripe; of the rest 60 buy later and we win a fifth of them",
            {"ready": "20", "later_buyers": "60", "later_win_rate": "0.2"},
        ),
        (
            "profile the banking vertical",
            "thirty customers out of a hundred and twenty banks",
            {"customers": "30", "potential": "120"},
        ),
    ],
)
def test_prices_shares_and_hours_go_to_what_was_counted_before_them(
    say: Say, begin: str, words: str, expected: dict[str, str]
) -> None:
    found = say(begin, words)
    assert has(found, **expected), found


@pytest.mark.parametrize(
    "words", ["got the exact count: four", "it turned out to be four", "בדיוק ארבע", "התברר שארבע"]
)
def test_an_exact_number_takes_the_place_of_its_range(say: Say, words: str) -> None:
    found = say("roi of a channel: 5,000 euros a month, 3 to 5 deals of 20,000 euros", words)
    assert has(found, deals="4"), found


@pytest.mark.parametrize("words", ["not 35, 45", "לא 35, 45", "make it 45%", "sorry, 45%"])
def test_a_share_denied_in_plain_numbers_is_replaced(say: Say, words: str) -> None:
    found = say("roi of a channel: 5,000 euros a month, 3 deals of 20,000 euros", "margin is 35%", words)
    assert has(found, gross_margin="0.45"), found


@pytest.mark.parametrize(
    ("words", "tool", "expected"),
    [
        ("run the roi on our webinar, it costs 2,000 euros a month", "leadgen_roi", {"running_cost": "2000 EUR month"}),
        ("calculate the nurture payoff for 200 inquiries", "nurture_payoff", {"inquiries": "200"}),
        ("תחשב ROI לוובינר, הוא עולה 2,000 יורו בחודש", "leadgen_roi", {"running_cost": "2000 EUR month"}),
    ],
)
def test_the_one_figure_beside_a_wish_is_not_asked_again(
    say: Say, words: str, tool: str, expected: dict[str, str]
) -> None:
    found = say(words)
    assert found["tool"] == tool
    assert has(found, **expected), found


@pytest.mark.parametrize(
    "words", ["what if we closed five deals instead of two?", "מה אם היינו סוגרים חמש עסקאות במקום שתיים"]
)
def test_the_number_that_is_replaced_is_no_value(say: Say, advisor: Advisor, words: str) -> None:
    found = say("2,000 dollars a month on ads, 2 deals of 4,000 dollars. return?", words)
    assert has(found, deals="2", average_deal="4000 USD one_off"), found


def test_the_first_number_answers_the_question_and_the_next_is_a_part_of_it(say: Say) -> None:
    found = say("calculate the nurture payoff", "eighty, of whom maybe 8 are ready today")
    assert has(found, inquiries="80", ready="8"), found


@pytest.mark.parametrize(
    ("opening", "amount", "settling", "expected"),
    [
        ("let's work out the return on our mailing", "it cost 12 thousand",
         "shekels, for the whole campaign, and we closed 3 deals",
         {"running_cost": "12000 ILS one_off", "deals": "3"}),
        ("בוא נבדוק כמה מחזיר הערוץ של הדיוור הישיר", "הוצאנו עליו 12 אלף",
         "שקלים, על כל הקמפיין ביחד, היה קמפיין אחד", {"running_cost": "12000 ILS one_off", "period": "one_off"}),
    ],
)  # fmt: skip
def test_the_clauses_that_open_a_message_settle_what_was_unsaid(
    say: Say, opening: str, amount: str, settling: str, expected: dict[str, str]
) -> None:
    found = say(opening, amount, settling)
    assert has(found, **expected), found
    assert not found["pending"]


@pytest.mark.parametrize(
    ("opening", "settling"),
    [("let's work out the return on our mailing", "the counts are for a quarter"),
     ("בוא נבדוק כמה מחזיר הערוץ של הדיוור הישיר", "הכמויות הן לרבעון")],
)  # fmt: skip
def test_an_amount_is_for_the_period_of_the_counts(say: Say, opening: str, settling: str) -> None:
    found = say(opening, settling, "12 אלף שקל")
    assert has(found, running_cost="12000 ILS quarter"), found


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (("let's see what nurturing our leads would bring", "120 inquiries a month, 20 of them ready right away",
          "out of the ready ones we close 40%", "thirty of the rest will buy later from somebody"),
         "if we keep in touch we'd win 20% of those later buyers"),
        (("בוא נחשב כמה יביא טיפוח לידים", "120 פניות בחודש, 20 מהן בשלות מיד", "מהבשלות סוגרים 40%",
          "שלושים מהשאר יקנו אחר כך ממישהו"), "אם נשמור איתם על קשר ניקח 20%"),
    ],
)  # fmt: skip
def test_an_answer_under_the_very_condition_of_the_question_supposes_nothing(
    say: Say, before: tuple[str, ...], words: str
) -> None:
    assert has(say(*before, words), later_win_rate="0.2")
    assert has(say(*before, words, "and if it were 30%?"), later_win_rate="0.2")
