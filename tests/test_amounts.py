"""Numbers, money, rates, periods and ranges in Hebrew, English and both."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.words.text import clean

F = Fraction

VALUES = [
    ("0.8M", 800_000),
    ("1,250,000", 1_250_000),
    ("12 000 שח", 12_000),
    ("1.234.567", 1_234_567),
    ("0,8 מיליון", 800_000),
    ("אלפיים", 2_000),
    ("חצי מיליון", 500_000),
    ("half a million", 500_000),
    ("שלושת רבעי מיליון", 750_000),
    ("2 מיליון וחצי", 2_500_000),
    ("מיליון וחצי", 1_500_000),
    ("two and a half million", 2_500_000),
    ("twenty-five thousand", 25_000),
    ("two hundred and fifty thousand", 250_000),
    ("twelve hundred", 1_200),
    ("מאה עשרים ושלושה", 123),
    ("שלוש מאות אלף", 300_000),
    ("מאתיים וחמישים אלף", 250_000),
    ("חמישה עשר", 15),
    ("עשרים וחמש", 25),
    ("about a dozen", 12),
    ("a hundred", 100),
    ("כעשרים", 20),
    ("350K", 350_000),
    ("1.2 bn", 1_200_000_000),
]


@pytest.mark.parametrize(("words", "value"), VALUES)
def test_a_number_in_digits_or_words_has_its_value(words: str, value: int) -> None:
    [found] = quantities(clean(words))
    assert (found.low, found.high) == (value, value)


MONEY = [
    ("בערך 2,200 דולר לרבעון", 2200, "USD", "quarter"),
    ("אלפיים שקל", 2000, "ILS", ""),
    ("₪12,500 a month", 12500, "ILS", "month"),
    ("$2.4 million annually", 2_400_000, "USD", "year"),
    ("100 K$ per year", 100_000, "USD", "year"),
    ('500 אלש"ח בשנה', 500_000, "ILS", "year"),
    ("שש מאות ליש״ט", 600, "GBP", ""),
    ("€3,000/quarter", 3000, "EUR", "quarter"),
    ("עלות חודשית של כ-7,000 דולר", 7000, "USD", "month"),
    ("כל רבעון 2000 דולר", 2000, "USD", "quarter"),
    ("roughly 4k monthly", 4000, "", "month"),
    ("3,500 dollars one-off", 3500, "USD", "one_off"),
    ("3500 דולר חד פעמי", 3500, "USD", "one_off"),
]


@pytest.mark.parametrize(("words", "amount", "currency", "period"), MONEY)
def test_money_keeps_currency_and_period_as_said(words: str, amount: int, currency: str, period: str) -> None:
    [found] = quantities(clean(words))
    assert (found.low, found.currency, found.period) == (amount, currency, period)


RATES = [
    ("15%", F(15, 100)),
    ("40 %", F(2, 5)),
    ("15 אחוז", F(15, 100)),
    ("חמישה עשר אחוז", F(15, 100)),
    ("fifteen percent", F(15, 100)),
    ("a third", F(1, 3)),
    ("two thirds", F(2, 3)),
    ("three quarters of our customers", F(3, 4)),
    ("שליש", F(1, 3)),
    ("1/3 of sales", F(1, 3)),
    ("3 out of 10", F(3, 10)),
    ("אחד מתוך חמישה", F(1, 5)),
    ("one in every ten", F(1, 10)),
    ("out of every hundred dollars that come in, forty stay with us", F(2, 5)),
    ("for every 10 inquiries 3 are ready", F(3, 10)),
    ("מכל מאה שפונים, שמונה בשלים", F(8, 100)),
    ("מתוך כל 1000 שקל נשארים לנו 250 שקל", F(1, 4)),
]


@pytest.mark.parametrize(("words", "share"), RATES)
def test_a_share_is_a_number_between_nothing_and_all(words: str, share: Fraction) -> None:
    [found] = quantities(clean(words))
    assert found.low == share
    assert found.percent or found.share


RANGES = [
    ("between 5 and 7", 5, 7),
    ("בין 5 ל-7", 5, 7),
    ("מ-5 עד 7", 5, 7),
    ("from five to seven leads", 5, 7),
    ("5-7k", 5000, 7000),
    ("$4-5k per month", 4000, 5000),
    ("2 to 3 million", 2_000_000, 3_000_000),
    ("10-15%", F(1, 10), F(15, 100)),
    ("5 or 6", 5, 6),
    ("שלוש או ארבע עסקאות", 3, 4),
]


@pytest.mark.parametrize(("words", "low", "high"), RANGES)
def test_a_range_keeps_both_ends(words: str, low: int, high: int) -> None:
    [found] = quantities(clean(words))
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    "words",
    ["1.4.2010", "Q3", "thousands of customers", "כמה אלפים", "no numbers here", "אין כאן כלום", "A4"],
)
def test_what_is_no_number_gives_none(words: str) -> None:
    assert quantities(clean(words)) == ()


@pytest.mark.parametrize("words", ["sorry, 35, not 53", "שמונה, לא שמונים", "5, ולא 7"])
def test_the_denied_number_of_a_correction_is_marked(words: str) -> None:
    said, denied = quantities(clean(words))
    assert (said.negated, denied.negated) == (False, True)


@pytest.mark.parametrize("words", ["nine deals over two quarters", "תשע עסקאות בשני רבעונים"])
def test_a_count_keeps_the_time_it_was_counted_over(words: str) -> None:
    assert quantities(clean(words))[0].span == (2, "quarter")


def test_a_dot_before_three_digits_has_two_readings() -> None:
    [found] = quantities("2.200 euro")
    assert (found.low, found.other) == (F(22, 10), 2200)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_failing_and_every_quantity_quotes_it(text: str) -> None:
    cleaned = clean(text)
    for found in quantities(cleaned):
        assert found.raw == cleaned[found.start : found.end]
        assert found.low <= found.high


@given(st.integers(0, 10**9), st.sampled_from(["", " $", " שקל", "%", " hours", " לחודש"]))
@settings(max_examples=200, deadline=None)
def test_digits_written_with_thousands_commas_are_the_same_number(number: int, tail: str) -> None:
    [plain] = quantities(f"{number}{tail}")
    [grouped] = quantities(f"{number:,}{tail}")
    assert plain.low == grouped.low
