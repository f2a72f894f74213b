"""Numbers as people write them: taken only when they can mean one thing."""

import pytest

from tools.checking import check
from tools.errors import InputError
from tools.forms import Field
from tools.values import Text

LABEL = Text("Figure", "נתון")


def read(kind, value, **bounds):
    return check(Field("figure", kind, "", LABEL, LABEL, LABEL, **bounds), value)


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        ("money", "7,500 USD", {"amount": "7500", "currency": "USD", "period": "one_off"}),
        ("money", "USD 7,500", {"amount": "7500", "currency": "USD", "period": "one_off"}),
        ("money", "$2,200 per quarter", {"amount": "2200", "currency": "USD", "period": "quarter"}),
        ("money", "12,000 USD/year", {"amount": "12000", "currency": "USD", "period": "year"}),
        ("money", '4,000 ש"ח לחודש', {"amount": "4000", "currency": "ILS", "period": "month"}),
        ("money", "\u200f60,000 ₪", {"amount": "60000", "currency": "ILS", "period": "one_off"}),
        ("money", "5-7 EUR", {"amount": {"low": "5", "high": "7"}, "currency": "EUR", "period": "one_off"}),
        ("money", 7500, {"amount": "7500", "currency": "XXX", "period": "one_off"}),
        ("money", "7500", {"amount": "7500", "currency": "XXX", "period": "one_off"}),
        ("rate", "30%", "0.3"),
        ("rate", "30 %", "0.3"),
        ("rate", "1/3", "1/3"),
        ("rate", 0.3, "0.3"),
        ("rate", "30-40%", {"low": "0.3", "high": "0.4"}),
        ("count", "2-4", {"low": "2", "high": "4"}),
        ("count", "60 to 80", {"low": "60", "high": "80"}),
        ("count", "8 עד 10", {"low": "8", "high": "10"}),
    ],
)  # fmt: skip
def test_a_written_number_is_read_exactly(kind, text, canonical):
    assert read(kind, text) == canonical
    assert read(kind, canonical) == canonical


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("rate", "30", "rate_ambiguous"),
        ("rate", 30, "rate_ambiguous"),
        ("rate", "120%", "above"),
        ("rate", "-5%", "below"),
        ("rate", "1/0", "not_a_number"),
        ("count", "NaN", "not_finite"),
        ("count", float("inf"), "not_finite"),
        ("count", "-1", "below"),
        ("count", True, "not_a_number"),
        ("count", "4-2", "range_order"),
        ("money", "7,500 florins", "currency_unknown"),
        ("money", "1.234,5 EUR", "money_unreadable"),
        ("money", "4k USD", "money_unreadable"),
        ("money", "$7,500 EUR", "money_unreadable"),
        ("money", "5 USD per day", "money_unreadable"),
        ("money", "NaN USD", "money_unreadable"),
        ("money", "1,5 USD", "money_unreadable"),
        ("count", "1,5", "comma_unclear"),
        ("count", "12,34", "comma_unclear"),
        ("count", "7,50,0", "comma_unclear"),
        ("rate", "12,5%", "comma_unclear"),
        ("money", "-5 USD", "below"),
        ("money", {"amount": "5", "currency": "USD", "period": "week"}, "period_unknown"),
    ],
)
def test_an_unclear_number_is_refused_in_both_languages(kind, text, code):
    with pytest.raises(InputError) as refused:
        read(kind, text)
    assert refused.value.code == code
    assert refused.value.text.en
    assert any("א" <= letter <= "ת" for letter in refused.value.text.he)


def test_a_rate_without_a_sign_is_asked_about():
    with pytest.raises(InputError, match=r"30%.*0\.30"):
        read("rate", "30")
