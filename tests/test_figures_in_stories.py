"""Figures told as a story: each goes to what it counts or costs, and nothing is stored that was not said."""

from collections.abc import Callable
from typing import Any

import pytest

from assistant import Advisor
from assistant.opening import new_conversation
from assistant.understanding.numbers.amounts import quantities

Tell = Callable[..., dict[str, Any]]
BEGIN = {
    "leadgen_roi": ("calculate the return of a lead channel", "תחשב החזר על ערוץ לידים"),
    "sales_productivity": ("let's compute sales productivity", "בוא נחשב תפוקת אנשי מכירות"),
    "customer_profitability": ("let's work out customer profitability", "בוא נחשב רווחיות לקוח"),
    "funnel": ("let's calculate the funnel", "בוא נעשה חישוב משפך"),
    "nurture_payoff": ("calculate the nurture payoff", "תחשב כדאיות טיפוח לידים"),
    "referral_programme": ("calculate a referral programme", "תפתח חישוב של תוכנית הפניות"),
    "sam_capacity": (
        "calculate how many strategic accounts we can handle", "תחשב כמה לקוחות אסטרטגיים אפשר להחזיק",
    ),
    "kam_capacity": ("calculate key account hours capacity", "תחשב קיבולת שעות ללקוחות מפתח"),
    "vertical_profile": ("make a vertical profile", "בוא נעשה פרופיל מגזר"),
    "campaign_preflight": ("campaign preflight check", "בדיקה לפני קמפיין"),
}  # fmt: skip


@pytest.fixture
def tell(advisor: Advisor) -> Tell:
    """Opens a calculator, says messages and gives everything that is stored then; money as "amount currency"."""

    def speak(tool: str, *messages: str) -> dict[str, Any]:
        conversation = new_conversation()
        hebrew = any("א" <= letter <= "ת" for letter in messages[0])
        for message in (BEGIN[tool][hebrew], *messages):
            advisor.reply(conversation, message)
        state = advisor.state(conversation)
        record = state.record or state.records[state.latest]
        assert record.tool == tool
        return {name: _plain(one.value) for name, one in record.answers.items() if one.status == "answered"}

    return speak


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and "amount" in value:
        return f"{value['amount']} {value['currency']}"
    return f"{value['low']}..{value['high']}" if isinstance(value, dict) and set(value) == {"low", "high"} else value


STORIES: list[tuple[str, str, dict[str, str]]] = [
    (
        "leadgen_roi",
        "we mailed 2,400 firms, 96 replied, 31 of them fit our profile",
        {"contacts": "2400", "raw_leads": "96", "qualified_leads": "31"},
    ),
    (
        "leadgen_roi",
        "we called a thousand, sixty showed interest, fifteen good ones, five went to sales",
        {"contacts": "1000", "raw_leads": "60", "qualified_leads": "15", "sales_ready_leads": "5"},
    ),
    (
        "leadgen_roi",
        "newsletter to 5,000 subscribers, 130 replies, 25 of them decent",
        {"contacts": "5000", "raw_leads": "130", "qualified_leads": "25"},
    ),
    (
        "leadgen_roi",
        "spent 9,000 euro, wrote to five hundred people, forty answered, twelve were worth a call",
        {"running_cost": "9000 EUR", "contacts": "500", "raw_leads": "40", "qualified_leads": "12"},
    ),
    (
        "leadgen_roi",
        "the fair cost us 18k dollars. 340 people came by, 52 left a card, and six bought",
        {"running_cost": "18000 USD", "raw_leads": "52", "deals": "6"},
    ),
    (
        "leadgen_roi",
        "our own guys put in 80 hours at 40 dollars an hour",
        {"staff_hours": "80", "hourly_cost": "40 USD"},
    ),
    (
        "leadgen_roi",
        "the channel has only been running two months, and a lead takes half a year to close",
        {"channel_age_months": "2", "cycle_months": "6"},
    ),
    (
        "leadgen_roi",
        "it takes about nine months from lead to signature and we started the channel a year ago",
        {"cycle_months": "9", "channel_age_months": "12"},
    ),
    (
        "leadgen_roi",
        "שלחנו מכתב ל-800 חברות, ענו לנו 45, מתוכם 18 היו לעניין",
        {"contacts": "800", "raw_leads": "45", "qualified_leads": "18"},
    ),
    (
        "leadgen_roi",
        "התקשרנו לחמש מאות איש, ארבעים גילו עניין, עשרים היו רציניים",
        {"contacts": "500", "raw_leads": "40", "qualified_leads": "20"},
    ),
    (
        "leadgen_roi",
        "התערוכה עלתה 60 אלף שקל, באו 300 מבקרים, 80 השאירו כרטיס, ארבעה קנו",
        {"running_cost": "60000 ILS", "raw_leads": "80", "deals": "4"},
    ),
    (
        "leadgen_roi",
        "הערוץ חי שלושה חודשים, ועסקה אצלנו לוקחת שנה",
        {"channel_age_months": "3", "cycle_months": "12"},
    ),
    (
        "sales_productivity",
        "each caller dials sixty a day and speaks with eight people",
        {"dials_per_day": "60", "talks_per_day": "8"},
    ),
    (
        "sales_productivity",
        "they make 70 calls a day, 12 turn into a conversation, 18 days a month",
        {"dials_per_day": "70", "talks_per_day": "12", "calling_days": "18"},
    ),
    (
        "sales_productivity",
        "כל אחד מתקשר לשבעים איש ביום ומדבר באמת עם תשעה",
        {"dials_per_day": "70", "talks_per_day": "9"},
    ),
    (
        "customer_profitability",
        "they bought for 90,000 dollars, we gave 4,000 off at year end",
        {"revenue": "90000 USD", "discounts": "4000 USD"},
    ),
    (
        "customer_profitability",
        "קנה השנה ב-500 אלף שקל, רווח גולמי 30%, וחזרה סחורה ב-12 אלף שקל",
        {"revenue": "500000 ILS", "gross_margin": "0.3", "discounts": "12000 ILS"},
    ),
    ("customer_profitability", "goods worth 7,000 euros came back", {"discounts": "7000 EUR"}),
    (
        "funnel",
        "we wrote to 2,000, got 90 inquiries, 12 became opportunities and 4 closed",
        {"contacts": "2000", "inquiries": "90", "opportunities": "12", "deals": "4"},
    ),
    (
        "funnel",
        "פנינו ל-3000 איש, הגיעו 120 פניות, 15 הפכו להזדמנויות ו-5 נסגרו",
        {"contacts": "3000", "inquiries": "120", "opportunities": "15", "deals": "5"},
    ),
    (
        "referral_programme",
        "mapped 80 partners, 25 joined, 9 really send us leads",
        {"partners_mapped": "80", "partners_joined": "25", "partners_active": "9"},
    ),
    (
        "sam_capacity",
        "סימנו 90 לקוחות כאסטרטגיים מתוך 1,500, המחזור 60 מיליון שקל",
        {"accounts_marked": "90", "customers_total": "1500", "company_sales": "60000000 ILS"},
    ),
    ("campaign_preflight", "5,000 pieces went out and 300 bounced back", {"mailed": "5000", "returned": "300"}),
    ("campaign_preflight", "נשלחו 4,000 וחזרו 250", {"mailed": "4000", "returned": "250"}),
]


@pytest.mark.parametrize(("tool", "words", "expected"), STORIES)
def test_every_figure_of_a_story_goes_to_what_it_counts_or_costs_and_to_nothing_else(
    tell: Tell, tool: str, words: str, expected: dict[str, str]
) -> None:
    assert tell(tool, words) == expected


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("leadgen_roi", "we were third of two hundred exhibitors in visitors"),
        ("leadgen_roi", "הגענו למקום שלישי מתוך מאתיים מציגים"),
        ("leadgen_roi", "היינו במקום השני בין 40 ספקים"),
        ("leadgen_roi", "minus three deals"),
        ("leadgen_roi", "מינוס שלוש עסקאות"),
        ("sales_productivity", "a rep works 400 days a year"),
        ("sales_productivity", "400 ימים בשנה"),
        ("sales_productivity", "thirty hours a day"),
        ("sales_productivity", "שלושים שעות ביום"),
    ],
)
def test_a_rank_and_a_figure_that_cannot_be_are_not_stored(tell: Tell, tool: str, words: str) -> None:
    assert tell(tool, words) == {}


@pytest.mark.parametrize(
    ("words", "least"),
    [("thirty hours a day", "24"), ("שלושים שעות ביום", "24"), ("a rep works 400 days a year", "366")],
)
def test_a_figure_beyond_its_range_is_told_with_the_range(advisor: Advisor, words: str, least: str) -> None:
    conversation = new_conversation()
    advisor.reply(conversation, BEGIN["sales_productivity"]["א" <= words[-1] <= "ת"])
    assert least in advisor.reply(conversation, words).text


@pytest.mark.parametrize(
    ("words", "deals"),
    [
        ("we did not close even one deal", "0"),
        ("לא סגרנו אפילו עסקה אחת", "0"),
        ("three out of the forty became customers", "3"),
        ("2 maybe 3 deals", "2..3"),
        ("two or maybe three deals came of it", "2..3"),
        ("2 אולי 3 עסקאות", "2..3"),
        ("3 deals, perhaps 4", "3..4"),
    ],
)
def test_none_a_part_and_a_doubtful_count_are_what_was_said(tell: Tell, words: str, deals: str) -> None:
    assert tell("leadgen_roi", words) == {"deals": deals}


@pytest.mark.parametrize(
    "words", ["היו שתי סגירות, אחת ב-20 אלף דולר ואחת ב-30 אלף", "two deals, one at 20,000 dollars and one at 30,000"]
)
def test_the_prices_of_single_deals_are_no_average_and_no_cost(tell: Tell, words: str) -> None:
    assert tell("leadgen_roi", words) == {"deals": "2"}


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("3k + 2k euros a month", "5,000"),
        ("it costs us 1,200 euros monthly and a further 300 for the tool", "1,500"),
        ("20 thousand dollars in all for the stand plus 6 thousand for flights", "26,000"),
        ("הוצאנו בסך הכל 22 אלף שקל על הביתן ועוד 8 אלף על טיסות", "30,000"),
    ],
)
def test_a_sum_is_worked_out_and_asked_about_once(advisor: Advisor, words: str, total: str) -> None:
    conversation = new_conversation()
    advisor.reply(conversation, BEGIN["leadgen_roi"]["א" <= words[-1] <= "ת"])
    reply = advisor.reply(conversation, words)
    assert reply.kind == "clarify"
    assert total in reply.text


def test_hours_of_the_day_are_no_number_of_hours(tell: Tell) -> None:
    assert tell("sales_productivity", "ours work two hundred and twenty days, nine to five") == {"working_days": "220"}


@pytest.mark.parametrize(
    ("tool", "messages", "expected"),
    [
        (
            "leadgen_roi",
            ("5 deals of 10k dollars, margin 40%", "no sorry, six", "the margin is wrong, should be 45"),
            {"deals": "6", "average_deal": "10000 USD", "gross_margin": "0.45"},
        ),
        (
            "sam_capacity",
            ("120 שעות בחודש למנהל", "6 קשרים לכל לקוח", "2 שעות כל אחד", "תיקון: 1.5 שעות"),
            {"manager_hours_month": "120", "relationships_per_account": "6", "hours_per_relationship": "1.5"},
        ),
        ("leadgen_roi", ("סגרנו חמש עסקאות", "תעשה 6 במקום"), {"deals": "6"}),
        ("leadgen_roi", ("closed three so far", "make it 4"), {"deals": "4"}),
        (
            "customer_profitability",
            ("300 אלף שקל, 20 אחוז רווח", "לא 300, 350 אלף", "בעצם 22 אחוז"),
            {"revenue": "350000 ILS", "gross_margin": "0.22"},
        ),
        (
            "nurture_payoff",
            ("שווי עסקה 12 אלף דולר", "לא, 15 אלף", "כן"),
            {"deal_value": "15000 USD"},
        ),
        ("referral_programme", ("commission is 3 percent, no, 4",), {"commission_rate": "0.04"}),
        (
            "leadgen_roi",
            ("6 deals of 10k dollars", "the first number was wrong, it's 7"),
            {"deals": "7", "average_deal": "10000 USD"},
        ),
        (
            "leadgen_roi",
            ("6 עסקאות של 10 אלף דולר", "המספר השני לא נכון, זה 12 אלף"),
            {"deals": "6", "average_deal": "12000 USD"},
        ),
    ],
)
def test_a_correction_changes_the_figure_it_means_and_no_other(
    tell: Tell, tool: str, messages: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert tell(tool, *messages) == expected


@pytest.mark.parametrize(
    ("tool", "words", "expected"),
    [
        ("referral_programme", "the partners sell complementary products", {"partner_role": "complementary"}),
        ("referral_programme", "השותפים מוכרים מוצרים משלימים", {"partner_role": "complementary"}),
        (
            "referral_programme",
            "המפנים הם יועצים של הלקוח, והלקוח יודע על התשלום",
            {"partner_role": "adviser", "fee_disclosed": "yes"},
        ),
        (
            "referral_programme",
            "they're advisers to the client, and yes the client knows they get paid",
            {"partner_role": "adviser", "fee_disclosed": "yes"},
        ),
    ],
)
def test_who_refers_and_who_knows_of_the_fee_is_stored_as_said(
    tell: Tell, tool: str, words: str, expected: dict[str, str]
) -> None:
    assert tell(tool, words) == expected


@pytest.mark.parametrize(
    ("words", "value", "currency"),
    [
        ("20k plus another 5k dollars", 25_000, "USD"),
        ("10 אלף ועוד 5 אלף שקל", 15_000, "ILS"),
        ("3 deals plus another 2", 5, ""),
    ],
)
def test_two_amounts_added_are_one_number(words: str, value: int, currency: str) -> None:
    (one,) = quantities(words)
    assert (one.low, one.currency, one.added) == (value, currency, True)


@pytest.mark.parametrize("words", ["100 לידים ועוד 20 חמים", "40 אחוז מהזמן ועוד 20 אחוז אפשר לפנות"])
def test_two_numbers_that_count_different_things_are_not_added(words: str) -> None:
    assert len(quantities(words)) == 2


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("leadgen_roi", "the stand was 24 square metres, hall 5"),
        ("leadgen_roi", "call me at 054-1234567"),
        ("leadgen_roi", "there were two of us at the fair for three days"),
        ("leadgen_roi", "היינו שם שלושה אנשים במשך ארבעה ימים"),
        ("leadgen_roi", "המתחרה שלנו מוציא פי שניים"),
        ("customer_profitability", "they have 4 plants and 600 people"),
        ("customer_profitability", "הם לקוחות שלנו כבר 15 שנה"),
        ("sales_productivity", "the oldest rep is 58"),
        ("sales_productivity", "הם נוסעים 40 אלף קילומטר בשנה"),
        ("kam_capacity", "the biggest account has 15 sites"),
        ("vertical_profile", "בבית החולים הגדול יש 900 מיטות"),
        ("nurture_payoff", "we send a newsletter every 2 weeks"),
        ("sam_capacity", "ישבנו על זה חמש ישיבות"),
    ],
)
def test_a_number_that_no_question_asks_for_is_not_stored(tell: Tell, tool: str, words: str) -> None:
    assert tell(tool, words) == {}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("third of two hundred", "3/200"),
        ("third out of 200 customers", "3/200"),
        ("מקום שלישי מתוך מאתיים לקוחות", "3/200"),
        ("ranked fifth", "5"),
        ("במחזור הם במקום 7", "7"),
    ],
)
def test_a_place_in_an_order_is_read_as_such(words: str, place: str) -> None:
    (one,) = quantities(words)
    assert one.rank
    assert str(one.low) == place


@pytest.mark.parametrize("words", ["a third of them", "25 במקום 20", "they place 40 orders"])
def test_a_share_a_change_and_orders_placed_are_no_place_in_an_order(words: str) -> None:
    assert not any(quantity.rank for quantity in quantities(words))


@pytest.mark.parametrize(
    ("tool", "messages", "expected"),
    [
        ("kam_capacity", ("two account managers have 90 hours each", "yes"), {"hours_available": "180"}),
        ("kam_capacity", ("שני מנהלי לקוחות עם 80 שעות כל אחד", "כן"), {"hours_available": "160"}),
        (
            "kam_capacity",
            ("200 hours", "strategic: 5 accounts, 10 hours", "growth: 10 x 4 hours"),
            {
                "hours_available": "200", "strategic_accounts": "5", "strategic_hours": "10",
                "growth_accounts": "10", "growth_hours": "4",
            },
        ),
        (
            "customer_profitability",
            ("המחזור איתם 800 אלף שקל והרווח הגולמי 22%", "כל ביקור 700"),
            {"revenue": "800000 ILS", "gross_margin": "0.22", "cost_per_visit": "700 ILS"},
        ),
        (
            "nurture_payoff",
            ("120 a month come in", "10 of them are ready", "three in ten buy"),
            {"inquiries": "120", "ready": "10", "ready_win_rate": "0.3"},
        ),
        (
            "nurture_payoff",
            ("80 come in every month, 8 are ripe", "we land every third one of those"),
            {"inquiries": "80", "ready": "8", "ready_win_rate": "1/3"},
        ),
    ],
)  # fmt: skip
def test_what_is_told_for_each_and_in_shares_comes_to_what_was_asked(
    tell: Tell, tool: str, messages: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert tell(tool, *messages) == expected
