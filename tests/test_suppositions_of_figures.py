"""What a supposition of figures changes: what its verb names, a change by so much, or nothing while it is unsure."""

from fractions import Fraction

import pytest

from assistant import open_advisor
from assistant.commands import WhatIf
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.changes.relative import change_in


def dollars(amount, period="one_off"):
    return {"amount": str(amount), "currency": "USD", "period": period}


NOTED = {
    "customer_profitability": {
        "revenue": dollars(280_000, "year"), "gross_margin": "0.22", "orders": "90", "cost_per_order": dollars(100),
        "visits": "12", "cost_per_visit": dollars(300), "credit_days": "60", "cost_of_capital": "0.08",
    },
    "leadgen_roi": {
        "running_cost": dollars(6_000, "month"), "deals": "3", "average_deal": dollars(40_000), "gross_margin": "0.5",
    },
    "nurture_payoff": {
        "inquiries": "140", "ready": "15", "ready_win_rate": "0.3", "later_buyers": "35", "later_win_rate": "0.2",
    },
    "kam_capacity": {
        "hours_available": "300", "protection_accounts": "3", "protection_hours": "20", "growth_accounts": "10",
        "growth_hours": "6",
    },
}  # fmt: skip


def supposed(reader, tool, text):
    """The supposition a message is, after a result."""
    answers = {name: Given(value, "answered", turn=at) for at, (name, value) in enumerate(NOTED[tool].items(), 1)}
    record = Record("r1", tool, "", "done", answers)
    commands = reader.propose(text, Conversation("c", turn=9, records={"r1": record}, latest="r1")).commands
    assert [type(command) for command in commands] == [WhatIf]
    return commands[0]


def values(command):
    return {answer.field: answer.value for answer in command.answers}


@pytest.mark.parametrize(
    ("tool", "text", "expected"),
    [
        ("customer_profitability", "and if they had ordered only 100 times?", {"orders": "100"}),
        ("customer_profitability", "אם הם היו מזמינים רק 50 פעם?", {"orders": "50"}),
        ("customer_profitability", "what if we visited them just six times?", {"visits": "6"}),
        ("customer_profitability", "ואם היינו מבקרים אותם רק ארבע פעמים?", {"visits": "4"}),
        ("customer_profitability", "what if they paid within 30 days?", {"credit_days": "30"}),
        ("leadgen_roi", "ואם היינו סוגרים שבע?", {"deals": "7"}),
        ("leadgen_roi", "suppose we had closed only one", {"deals": "1"}),
    ],
)
def test_the_verb_of_a_supposition_names_the_figure(reader, tool, text, expected):
    assert values(supposed(reader, tool, text)) == expected


@pytest.mark.parametrize(
    ("tool", "text", "expected"),
    [
        ("customer_profitability", "half the visits?", {"visits": "6"}),
        ("customer_profitability", "what if they bought 20% more?", {"revenue": dollars(336_000, "year")}),
        ("customer_profitability", "and if an order cost us half?", {"cost_per_order": dollars(50)}),
        ("customer_profitability", "ואם היו מזמינים רק חצי?", {"orders": "45"}),
        ("customer_profitability", "and if they had ordered only a third?", {"orders": "30"}),
        ("customer_profitability", "and with a third fewer orders?", {"orders": "60"}),
        ("leadgen_roi", "if it closed 3 more deals?", {"deals": "6"}),
        ("leadgen_roi", "ואם היו סוגרים עוד שתיים?", {"deals": "5"}),
        ("leadgen_roi", "and with one deal less?", {"deals": "2"}),
        ("leadgen_roi", "what if we doubled the cost?", {"running_cost": dollars(12_000, "month")}),
        ("leadgen_roi", "20% lower cost?", {"running_cost": dollars(4_800, "month")}),
        ("leadgen_roi", "ומה אם העסקה הממוצעת הייתה גדולה פי שניים?", {"average_deal": dollars(80_000)}),
        ("nurture_payoff", "what about 20% more inquiries?", {"inquiries": "168"}),
        ("nurture_payoff", "if twice as many were ready?", {"ready": "30"}),
        ("kam_capacity", "with two more growth accounts?", {"growth_accounts": "12"}),
    ],
)
def test_a_change_by_so_much_is_worked_out_from_what_is_noted(reader, tool, text, expected):
    assert values(supposed(reader, tool, text)) == expected


@pytest.mark.parametrize("text", ["what if we doubled it?", "ואם נכפיל את זה?", "and 10% more?"])
def test_a_change_of_nothing_that_is_named_is_asked_about(reader, text):
    command = supposed(reader, "kam_capacity", text)
    assert command.answers == ()
    assert len({answer.field for answer in command.either}) > 1


@pytest.mark.parametrize(
    ("text", "times", "more"),
    [
        ("what if we tripled the visits?", 3, 0),
        ("three times as many inquiries", 3, 0),
        ("פי 3 פניות", 3, 0),
        ("raise the price by 10%", Fraction(11, 10), 0),
        ("אם העלות תרד ב-20%", Fraction(4, 5), 0),
        ("another 4 deals", 1, 4),
        ("שתי עסקאות פחות", 1, -2),
        ("4 deals fewer", 1, -4),
    ],
)
def test_a_change_says_by_how_much(text, times, more):
    change = change_in(text)
    assert (change.times, change.more) == (times, more)


@pytest.mark.parametrize("text", ["more than 5 deals", "12 deals", "5 more deals and 3 fewer visits", "nothing more"])
def test_what_tells_no_single_change_is_none(text):
    assert change_in(text) is None


def test_half_of_a_kind_whose_share_is_asked_for_is_that_share(reader):
    assert values(supposed(reader, "nurture_payoff", "what if we won half of the ready ones?")) == {
        "ready_win_rate": "0.5"
    }


def test_a_share_that_is_named_stays_a_share(reader):
    assert values(supposed(reader, "leadgen_roi", "and if the margin were a third?")) == {"gross_margin": "1/3"}
    assert values(supposed(reader, "nurture_payoff", "ואם נזכה ברבע מהקונים המאוחרים?")) == {"later_win_rate": "0.25"}


def test_no_figure_becomes_less_than_nothing():
    assert change_in("5 deals fewer").of("3") is None


def test_a_supposition_that_is_unsure_asks_which_figure_and_changes_nothing(own_home):
    advisor = open_advisor(home=own_home)
    advisor.reply("c", "calculate roi: the ads cost $6,000 a month and bring 3 deals of $40,000 at 50% margin")
    reply = advisor.reply("c", "what if it were 20% more?")
    assert reply.kind == "clarify"
    assert "Running cost" in reply.text
    again = advisor.reply("c", next(offered for offered in reply.suggestions if "Running cost" in offered))
    assert "$7,200" in again.text
    summary = advisor.reply("c", "summary").text
    assert "6,000" in summary
    assert "7,200" not in summary


def test_an_addition_that_is_a_figure_itself_is_supposed_as_it_is_said(reader):
    given = {"reps": "5", "helper_cost": dollars(8_000, "month"), "uplift_per_rep": dollars(20_000, "month")}
    answers = {name: Given(value, "answered", turn=1) for name, value in given.items()}
    record = Record("r1", "sales_productivity", "", "done", answers)
    state = Conversation("c", turn=3, records={"r1": record}, latest="r1")
    (command,) = reader.propose("ואם כל אחד ימכור רק עוד 10,000 דולר בחודש?", state).commands
    assert values(command) == {"uplift_per_rep": dollars(10_000, "month")}


def test_half_a_thing_is_of_its_number_unless_a_cost_is_spoken_of(reader):
    assert values(supposed(reader, "customer_profitability", "half the visits?")) == {"visits": "6"}
    assert values(supposed(reader, "customer_profitability", "half the cost of a visit?")) == {
        "cost_per_visit": dollars(150)
    }
