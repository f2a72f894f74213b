"""Any amount, said in any of the usual ways in either language, is read back as the same amount."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.showing import value
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.words.text import clean
from tools.registry import get
from tools.wording import show

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
HE_ONES = ["אפס", "אחת", "שתיים", "שלוש", "ארבע", "חמש", "שש", "שבע", "שמונה", "תשע", "עשר"]
HE_TENS = ["-", "-", "עשרים", "שלושים", "ארבעים", "חמישים", "שישים", "שבעים", "שמונים", "תשעים"]
HE_OF_THOUSANDS = ["-", "-", "-", "שלושת", "ארבעת", "חמשת", "ששת", "שבעת", "שמונת", "תשעת", "עשרת"]


def english(number: int) -> str:
    """A whole number in English words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            head, rest = divmod(number, scale)
            return f"{english(head)} {name}" + (f" {'and ' if rest < 100 else ''}{english(rest)}" if rest else "")
    raise AssertionError(number)


def hebrew(number: int) -> str:
    """A whole number in Hebrew words, counted in the feminine."""
    return " ".join(_hebrew_parts(number))


def _hebrew_parts(number: int) -> list[str]:
    if number <= 10:
        return [HE_ONES[number]]
    if number < 20:
        digit = HE_ONES[number - 10] if number != 12 else "שתים"
        return [digit, "עשרה"]
    if number < 100:
        return [HE_TENS[number // 10], *(["ו" + HE_ONES[number % 10]] if number % 10 else [])]
    if number < 1000:
        head, rest = divmod(number, 100)
        hundreds = ["מאה"] if head == 1 else ["מאתיים"] if head == 2 else [HE_ONES[head], "מאות"]
        return hundreds + _with_and(rest)
    if number < 10**6:
        head, rest = divmod(number, 1000)
        if head <= 10:
            thousands = ["אלף"] if head == 1 else ["אלפיים"] if head == 2 else [HE_OF_THOUSANDS[head], "אלפים"]
        else:
            thousands = [*_hebrew_parts(head), "אלף"]
        return thousands + _with_and(rest)
    head, rest = divmod(number, 10**6)
    millions = ["מיליון"] if head == 1 else ["שני", "מיליון"] if head == 2 else [*_hebrew_parts(head), "מיליון"]
    return millions + _with_and(rest)


def _with_and(rest: int) -> list[str]:
    if not rest:
        return []
    parts = _hebrew_parts(rest)
    single = len(parts) == 1 or (rest < 20 and rest > 10)
    return ["ו" + parts[0], *parts[1:]] if single else parts


WHOLE = st.one_of(
    st.integers(2, 999),
    st.integers(2, 999).map(lambda n: n * 1000),
    st.integers(2, 9999).map(lambda n: n * 100),
    st.integers(1000, 99_999_999),
)
EN_CARRIERS = (
    "it costs us {} dollars a month",
    "we paid about {} euros for the fair last year",
    "the average deal is {} dollars, give or take",
    "{} shekels is what they bought for",
)
HE_CARRIERS = (
    "זה עולה לנו {} דולר לחודש",
    "שילמנו בערך {} שקל על התערוכה",
    "העסקה הממוצעת היא {} יורו, פחות או יותר",
    "{} שקלים זה מה שהם קנו",
)


def money_in(sentence: str) -> Fraction:
    """The one amount of money a sentence says."""
    [found] = [quantity for quantity in quantities(clean(sentence)) if quantity.currency]
    assert found.low == found.high
    return found.low


def digits(number: int) -> list[str]:
    """A whole number in the ways people write it in digits."""
    ways = [str(number), f"{number:,}", f"{number:,}".replace(",", "\u00a0")]
    if number >= 10**6:
        ways += [f"{number:,}".replace(",", "."), f"{number:,}".replace(",", "'")]
    return ways


def scaled(number: int, names: dict[int, tuple[str, ...]]) -> list[str]:
    """A whole number with a scale after it, where that says it exactly in at most two decimals."""
    ways = []
    for scale, words in names.items():
        times = Fraction(number, scale)
        if number >= scale and (times * 100).denominator == 1:
            shown = f"{float(times):.2f}".rstrip("0").rstrip(".")
            ways += [f"{shown}{word}" for word in words]
    return ways


@given(WHOLE, st.sampled_from(EN_CARRIERS))
@settings(max_examples=150, deadline=None)
def test_an_amount_in_an_english_sentence_reads_back_the_same(number: int, carrier: str) -> None:
    ways = [*digits(number), english(number), english(number).replace("-", " ")]
    ways += scaled(number, {1000: ("k", "K", " thousand", " k"), 10**6: (" million", "M", "m", "mn")})
    for way in ways:
        assert money_in(carrier.format(way)) == number, way


@given(WHOLE, st.sampled_from(HE_CARRIERS), st.sampled_from(("", "כ-", "כ")))
@settings(max_examples=150, deadline=None)
def test_an_amount_in_a_hebrew_sentence_reads_back_the_same(number: int, carrier: str, about: str) -> None:
    ways = [about + way for way in (*digits(number), hebrew(number))]
    ways += scaled(number, {1000: ("K", " אלף", "k"), 10**6: (" מיליון", "M", " מליון")})
    for way in ways:
        assert money_in(carrier.format(way)) == number, way


@given(WHOLE, st.sampled_from(("USD", "EUR", "ILS", "GBP")), st.sampled_from(("month", "quarter", "year", "one_off")))
@settings(max_examples=150, deadline=None)
def test_an_amount_the_product_writes_is_read_back_by_it(number: int, currency: str, period: str) -> None:
    cost = get("leadgen_roi").form.field("running_cost")
    money = {"amount": str(number), "currency": currency, "period": period}
    en, he = value(cost, money, "en"), value(cost, money, "he")
    for text in (f"I think {en} is right", f"נדמה לי ש-{he} זה נכון", en, he):
        [found] = quantities(clean(text))
        assert (found.low, found.currency, found.period) == (number, currency, period.replace("one_off", "")), text


@given(st.integers(1, 999))
@settings(max_examples=100, deadline=None)
def test_a_share_the_product_writes_is_read_back_by_it(tenths: int) -> None:
    shown = show(Fraction(tenths, 1000), "percent")
    for text in (f"say {shown.en} of them", f"נניח {shown.he} מהם", shown.en, shown.he):
        [found] = quantities(clean(text))
        assert (found.low, found.percent) == (Fraction(tenths, 1000), True), text


HALVES = [
    ("מיליון וחצי שקל", 1_500_000),
    ("שני מיליון וחצי דולר", 2_500_000),
    ("2.5 מיליון ש״ח", 2_500_000),
    ("רבע מיליון שקל", 250_000),
    ("שלושת רבעי מיליון דולר", 750_000),
    ("a quarter of a million dollars", 250_000),
    ("a quarter million dollars", 250_000),
    ("half a million euros", 500_000),
    ("2 million 300 thousand dollars", 2_300_000),
    ("10 אלף ו-500 שקל", 10_500),
    ("120 אש״ח", 120_000),
    ("אש״ח 120", 120_000),
    ("1.5 מש״ח", 1_500_000),
    ("5 מאות אלף דולר", 500_000),
    ("two point five million dollars", 2_500_000),
    ("שתיים נקודה חמש מיליון שקל", 2_500_000),
    ("seven-and-a-half thousand dollars", 7_500),
    ("1e6 dollars", 1_000_000),
    ("€2.500,00", 2_500),
    ("two dozen dollars", 24),
    ("12 500 dollars", 12_500),
    ("60 קיי דולר", 60_000),
]


@pytest.mark.parametrize(("words", "value"), HALVES)
def test_a_rounded_or_mixed_amount_has_its_value(words: str, value: int) -> None:
    assert money_in(words) == value


COUNTS = [
    ("חמש-עשרה עסקאות", 15),
    ("שלוש-מאות פניות", 300),
    ("עשרים-וחמישה לידים", 25),
    ("8½ hours", F := Fraction(17, 2)),
    ("8 1/2 hours", F),
    ("two dozen leads", 24),
    ("שמונה-עשרה", 18),
    ("3 hundred letters", 300),
]


@pytest.mark.parametrize(("words", "value"), COUNTS)
def test_a_count_joined_by_a_hyphen_or_a_part_is_one_number(words: str, value: Fraction) -> None:
    [found] = quantities(clean(words))
    assert (found.low, found.high) == (value, value)


SHARES = [
    ("שני שליש", Fraction(2, 3)),
    ("two-thirds of them", Fraction(2, 3)),
    ("one-third", Fraction(1, 3)),
    ("a sixth of the leads", Fraction(1, 6)),
    ("ten per cent", Fraction(1, 10)),
    ("2 out of every 5", Fraction(2, 5)),
    ("ninety-nine point five percent", Fraction(199, 200)),
    ("שישית מהם", Fraction(1, 6)),
]


@pytest.mark.parametrize(("words", "value"), SHARES)
def test_a_share_in_words_has_its_value(words: str, value: Fraction) -> None:
    [found] = quantities(clean(words))
    assert found.low == value
    assert found.percent or found.share


@pytest.mark.parametrize(
    "words",
    [
        "1e400 dollars",
        "a ratio of 1:5",
        "at 8:30",
        "a few thousand dollars",
        "several hundred thousand",
        "עשרות אלפי דולרים",
        "כמה אלף",
    ],
)
def test_what_names_no_amount_one_can_use_is_not_read_as_one(words: str) -> None:
    assert quantities(clean(words)) == ()


@pytest.mark.parametrize("words", ["חמש-עשר עסקאות", "חמישה-עשרה לידים"])
def test_two_numbers_of_one_gender_joined_by_a_hyphen_are_a_range(words: str) -> None:
    [found] = quantities(clean(words))
    assert (found.low, found.high) == (5, 10)


def test_a_quarter_alone_may_be_three_months_and_stays_a_weak_number() -> None:
    [alone] = quantities("our margin is a quarter")
    assert (alone.low, alone.share, alone.weak) == (Fraction(1, 4), True, True)
    [of_it] = quantities("a quarter of them")
    assert not of_it.weak
