"""The next one by name, amounts that wait for their currency, prices per piece, and questions left open."""

from __future__ import annotations

import pytest

from assistant import Advisor


def noted(advisor: Advisor, conversation: str, *said: str) -> dict[str, object]:
    """What stands noted in the open record once all this was said."""
    for text in said:
        advisor.reply(conversation, text)
    record = advisor.state(conversation).record
    assert record is not None
    return {name: given.value if given.status == "answered" else given.status for name, given in record.answers.items()}


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        (
            "check whether Globex is a strategic customer for us",
            "and Initech? they buy from everybody and squeeze prices",
            "Initech",
        ),
        ("qualify a lead: Vexo, they have budget", "what about Norda AG?", "Norda AG"),
        ("תבדוק שותף, אלפא", "ומה עם בטא מדיקל? הם סוכן", "בטא מדיקל"),
    ],
)
def test_the_next_one_by_name_gets_a_record_of_its_own(advisor: Advisor, first: str, second: str, name: str) -> None:
    noted(advisor, name, first)
    before = advisor.state(name).record
    noted(advisor, name, second)
    after = advisor.state(name).record
    assert before is not None
    assert after is not None
    assert (after.tool, after.name) == (before.tool, name)
    assert after.id != before.id


@pytest.mark.parametrize("said", ["and agents?", "what about Poland?", "ומה עם סוכנים?"])
def test_a_follow_up_about_a_kind_or_a_place_begins_nothing(advisor: Advisor, said: str) -> None:
    noted(advisor, said, "check a partner, Kestrel" if said.isascii() else "תבדוק שותף, אלפא")
    before = advisor.state(said).record
    noted(advisor, said, said)
    assert advisor.state(said).record == before or advisor.state(said).record.id == before.id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "currency"),
    [
        (
            ["work out whether we make money on Delta Foods", "they buy 2 million a year", "300 orders at $40 each"],
            "USD",
        ),
        (["תחשב אם אנחנו מרוויחים על שטראוס", "הם קונים ב-2 מיליון בשנה", '300 הזמנות, כל אחת עולה 40 ש"ח'], "ILS"),
    ],
)
def test_an_amount_whose_currency_was_asked_about_is_in_the_next_amounts_currency(
    advisor: Advisor, said: list[str], currency: str
) -> None:
    answers = noted(advisor, currency, *said)
    assert answers["revenue"] == {"amount": "2000000", "currency": currency, "period": "year"}


@pytest.mark.parametrize(
    "said",
    ["24 ביקורים בשנה, 1,200 ₪ לביקור", "24 ביקורים בשנה ו-1,200 שקל לכל ביקור", "24 visits a year, ₪1,200 per visit"],
)
def test_a_price_per_piece_is_no_count_of_the_pieces(advisor: Advisor, said: str) -> None:
    answers = noted(advisor, said, "how profitable is Delta Foods?", "revenue ₪500,000 a year", said)
    assert answers["visits"] == "24"
    assert answers["cost_per_visit"]["amount"] == "1200"  # type: ignore[index]


@pytest.mark.parametrize(
    "said", ["do we matter to them? not sure, we are a small supplier", "אנחנו חשובים להם? לא יודע, אנחנו ספק קטן"]
)
def test_a_question_the_person_leaves_open_is_unknown_whatever_the_reason(advisor: Advisor, said: str) -> None:
    answers = noted(advisor, said, "is Globex strategic? run the check", said)
    assert answers["we_matter_to_them"] == "unknown"


@pytest.mark.parametrize(
    "said",
    [
        "they cover the south and the coast, we need the whole country",
        "הם מכסים את הצפון, אנחנו צריכים את כל הארץ",
    ],
)
def test_what_we_need_is_not_what_they_have(advisor: Advisor, said: str) -> None:
    answers = noted(advisor, said, "check a partner, Kestrel" if said.isascii() else "תבדוק שותף, אלפא", said)
    assert answers.get("market_coverage") in (None, "partly")


@pytest.mark.parametrize("said", ["and if we mail them three times?", "ואם נשלח שלוש פעמים?"])
def test_a_supposition_of_something_else_is_not_taken_for_what_is_asked(advisor: Advisor, said: str) -> None:
    english = said.isascii()
    noted(advisor, said, "check our campaign before it goes out" if english else "בוא נבדוק את הקמפיין לפני שהוא יוצא")
    noted(advisor, said, "the list is good, the offer so-so" if english else "הרשימה טובה, ההצעה ככה ככה")
    assert "reati" not in advisor.reply(said, said).text.partition("\n\n")[0]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("אם הם חזקים כלכלית? לא יודע, אף פעם לא בדקנו", "financial_strength"),
        ("if they are sound financially? no idea, we never looked", "financial_strength"),
    ],
)
def test_an_if_whose_answer_is_not_known_supposes_nothing(advisor: Advisor, said: str, field: str) -> None:
    answers = noted(advisor, said, "check a partner, Kestrel" if said.isascii() else "תבדוק שותף, אלפא", said)
    assert answers[field] == "unknown"


def test_a_wish_for_another_name_begins_a_record_of_its_own(advisor: Advisor) -> None:
    noted(advisor, "two", "check Alpina Feinkost as a partner", "we get on very well personally")
    noted(advisor, "two", "now a second candidate for the same market, open a partner check for Donau Gourmet")
    names = {record.name for record in advisor.state("two").records.values()}
    assert names == {"Alpina Feinkost", "Donau Gourmet"}


def test_a_summary_in_the_other_language_is_one_in_that_language(advisor: Advisor) -> None:
    noted(advisor, "languages", "תבדוק שותף, אלפא", "הם מפיץ")
    reply = advisor.reply("languages", "now give me a summary in English please")
    assert reply.language == "en"
    assert "Distributor" in reply.text


@pytest.mark.parametrize(
    ("said", "period", "warned"),
    [
        ("is it worth it? we spend 1,800 euros a month and got 3 deals averaging 14,000, margin 35%", None, True),
        ("is it worth it? we spend 1,800 euros a month and got 3 deals last year at 14,000, margin 35%", "year", False),
    ],
)
def test_deals_without_a_period_are_said_to_be_taken_for_the_costs(
    advisor: Advisor, said: str, period: str | None, warned: bool
) -> None:
    reply = advisor.reply(said, said)
    assert reply.calculations[0].inputs.get("period") == period
    assert ("No period was given" in reply.text) is warned
    assert "There is no assessment" not in reply.text
