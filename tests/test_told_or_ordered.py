"""What only tells of others orders nothing; what takes back, asks what now, or supposes a named figure is known."""

from __future__ import annotations

import pytest

from assistant.commands import Answer, Command, Compare, Export, Rename, SetLanguage, Simple, Start, WhatIf
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.rules import RuleInterpreter


def in_record(tool: str, question: str, **answers: str) -> Conversation:
    given = {name: Given(value, "answered", turn=2) for name, value in answers.items()}
    records = {
        "r1": Record("r1", tool, "Acme", "open", given, question=question),
        "r2": Record("r2", tool, "Initech", "paused", {}),
    }
    return Conversation("c", turn=3, records=records, active="r1", latest="r1")


LEAD = in_record("lead_qualification", "need_matches", size="yes")


def kinds(reader: RuleInterpreter, words: str, state: Conversation = LEAD) -> list[type[Command]]:
    return [type(command) for command in reader.propose(words, state).commands]


@pytest.mark.parametrize(
    "words",
    [
        "the brochure is in English", "their staff speak English", "she wrote back in Hebrew",
        "the tender has to be in English", "הם עונים באנגלית", "האתר שלהם בעברית",
        "he mailed me a pdf", "we keep the list in excel", "they asked for the terms as a pdf",
        "המחירון אצלם באקסל", "הם שלחו pdf עם המחירים",
        "we ring them weekly and call them back", "they are called in for repairs", "they call themselves importers",
        "Initech is bigger than Acme", "Acme buys from Initech", "אקמי ואיניטק מתחרות",
        "they asked for help", "they want to start over with the tender", "הם ביקשו עזרה", "הם ביקשו סיכום",
    ],
)  # fmt: skip
def test_what_is_told_of_others_orders_nothing(reader: RuleInterpreter, words: str) -> None:
    ordered = {SetLanguage, Export, Rename, Compare}
    commands = reader.propose(words, LEAD).commands
    assert not ordered & set(map(type, commands))
    assert not [c for c in commands if isinstance(c, Simple) and c.word in ("help", "summary", "restart", "result")]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("please write to me in Hebrew from now on", "he"), ("I'd rather go on in Hebrew", "he"),
        ("can we do the rest in English?", "en"), ("תכתוב לי באנגלית מעכשיו", "en"), ("עדיף לי אנגלית", "en"),
        ("בוא נמשיך בעברית", "he"), ("תעשה switch לאנגלית", "en"), ("my boss reads along, English from here", "en"),
    ],
)  # fmt: skip
def test_a_wish_for_a_language_is_one_in_any_words(reader: RuleInterpreter, words: str, language: str) -> None:
    assert reader.propose(words, LEAD).commands == (SetLanguage(language),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("send me this as an Excel", Export),
        ("תוציא לי את זה לאקסל", Export),
        ("Acme or Initech, who is better?", Compare),
    ],
)
def test_a_wish_for_a_file_or_a_comparison_stays_one(reader: RuleInterpreter, words: str, kind: type[Command]) -> None:
    assert set(kinds(reader, words)) == {kind}


@pytest.mark.parametrize(
    "words",
    [
        "take that off, I misread", "oops, undo what you just noted", "sorry, remove the last one",
        "טעיתי, תעשה undo", "אופס, תמחק את מה שרשמת", "תבטל את מה שכתבת עכשיו, טעות שלי",
    ],
)  # fmt: skip
def test_what_was_noted_last_is_taken_back_with_a_reason_beside_it(reader: RuleInterpreter, words: str) -> None:
    assert [c.word for c in reader.propose(words, LEAD).commands if isinstance(c, Simple)] == ["undo"]


@pytest.mark.parametrize("words", ["wrong, they are an agent", "oops, the budget is there", "טעיתי, יש להם תקציב"])
def test_what_says_what_is_right_takes_nothing_back(reader: RuleInterpreter, words: str) -> None:
    assert not [c for c in reader.propose(words, LEAD).commands if isinstance(c, Simple) and c.word == "undo"]


@pytest.mark.parametrize(
    ("words", "status", "value"),
    [
        ("לא יודעעע", "unknown", None),
        ("no ideaaa", "unknown", None),
        ("yesss", "answered", "yes"),
        ("noooo", "answered", "no"),
    ],
)
def test_letters_that_are_drawn_out_are_said_once(
    reader: RuleInterpreter, words: str, status: str, value: str | None
) -> None:
    (answer,) = reader.propose(words, LEAD).commands
    assert isinstance(answer, Answer)
    assert (answer.status, answer.value) == (status, value)


@pytest.mark.parametrize(
    "words", ["ועכשיו?", "וכמה יוצא עכשיו?", "how many of the six do we have?", "כמה מתוך השש כבר יש?"]
)
def test_what_now_and_how_many_hold_ask_for_the_result(reader: RuleInterpreter, words: str) -> None:
    state = in_record("checklist_alignment", "shared_process", written_definition="no")
    assert reader.propose(words, state).commands == (Simple("result"),)


@pytest.mark.parametrize(
    ("words", "tool", "question", "known", "field"),
    [
        ("ואם העמלה הייתה 10%?", "referral_programme", "gross_margin", "commission_rate", "commission_rate"),
        ("ואם ה-potential היה 1,000?", "vertical_profile", "cycle_months", "potential", "potential"),
        ("ואם ההובלה הייתה 20 אלף שקל?", "customer_profitability", "payment_days", "direct_costs", "direct_costs"),
    ],
)
def test_a_figure_is_supposed_for_what_the_words_name_and_not_for_what_was_asked(
    reader: RuleInterpreter, words: str, tool: str, question: str, known: str, field: str
) -> None:
    (supposed,) = reader.propose(words, in_record(tool, question, **{known: "1"})).commands
    assert isinstance(supposed, WhatIf)
    assert [answer.field for answer in supposed.answers] == [field]


@pytest.mark.parametrize("words", ["20 אלף שקל על מתנות לחג", "freight for them, 18,000 euros"])
def test_an_amount_for_something_else_is_not_silently_what_is_still_needed(reader: RuleInterpreter, words: str) -> None:
    commands = reader.propose(words, in_record("customer_profitability", "visits", orders="500")).commands
    assert not [c for c in commands if isinstance(c, Answer) and c.field == "revenue" and c.confidence >= 0.6]


@pytest.mark.parametrize("words", ["other markets: no. and yes, the reference works", "הכסף יש אצלם. וכן, הרפרנס עובד"])
def test_a_yes_that_goes_on_is_no_reply_to_what_was_asked(reader: RuleInterpreter, words: str) -> None:
    commands = reader.propose(words, in_record("sam_selection", "values_beyond_product")).commands
    assert "values_beyond_product" not in [c.field for c in commands if isinstance(c, Answer)]


def values(reader: RuleInterpreter, words: str, tool: str, question: str) -> dict[str, tuple[object, bool]]:
    """What is read of each field, and whether it is sure enough to be stored."""
    commands = reader.propose(words, in_record(tool, question)).commands
    return {c.field: (c.value, c.confidence >= 0.6) for c in commands if isinstance(c, Answer)}


@pytest.mark.parametrize(
    ("words", "tool", "question", "field", "value"),
    [
        ("money? none set aside. no budget", "lead_qualification", "budget", "budget", "no"),
        ("לא הוקצה להם כסף. אין תקציב", "lead_qualification", "budget", "budget", "no"),
        ("in size they are too small, no", "lead_qualification", "stage", "size", "no"),
        ("מבחינת גודל הם קטנים עלינו, לא", "lead_qualification", "stage", "size", "no"),
        ("they sell nothing that competes, no", "partner_fit", "competing_line", "competing_line", "no"),
    ],
)
def test_what_is_said_twice_is_sure(
    reader: RuleInterpreter, words: str, tool: str, question: str, field: str, value: str
) -> None:
    assert values(reader, words, tool, question)[field] == (value, True)


def test_sentences_that_say_the_contrary_of_each_other_are_asked_about(reader: RuleInterpreter) -> None:
    read = values(reader, "they have a budget. there is no budget", "lead_qualification", "stage")
    assert not read["budget"][1]


def test_a_field_called_a_yes_is_the_one_told_of_and_not_the_one_asked_about(reader: RuleInterpreter) -> None:
    words = "all the buyers on our list know him well, so access is a clear yes"
    read = values(reader, words, "partner_fit", "financial_strength")
    assert read == {"target_customer_access": ("yes", True)}


@pytest.mark.parametrize(
    "words",
    [
        "ok, the bottom line in two sentences for the board", "so in three lines, what came out?",
        "שורה תחתונה בשתי שורות",
    ],
)  # fmt: skip
def test_how_long_an_answer_is_to_be_is_no_figure(reader: RuleInterpreter, words: str) -> None:
    read = values(reader, words, "lead_qualification", "need_matches")
    assert not read
    assert Simple("result") in reader.propose(words, LEAD).commands


@pytest.mark.parametrize(
    "words",
    [
        "a lead from the fair, no budget, the head of purchasing, wants a salesman to call",
        "יש לי ליד מהכנס, אין להם תקציב, מנהל רכש, רוצה שאיש מכירות יתקשר",
    ],
)
def test_a_lead_told_in_one_breath_keeps_its_facts(reader: RuleInterpreter, words: str) -> None:
    commands = reader.propose(words, Conversation("c")).commands
    told = {c.field: c.value for c in commands if isinstance(c, Answer)}
    offered = {a.field: a.value for c in commands if isinstance(c, Start) for a in c.answers}
    assert {**told, **offered}.get("budget") == "no"


@pytest.mark.parametrize(
    "words", ["thanks, that helped", "thanks, that cheered me up", "תודה, זה עזר", "תודה רבה, הועלת לי מאוד"]
)
def test_thanks_with_a_kind_word_are_thanks(talk, words):
    reply = talk("let's assess a distributor, Kito", words)
    assert reply.kind == "notice"
    assert reply.text.split("\n")[0] in ("Gladly.", "בשמחה.")
    assert talk.state.record.question


@pytest.mark.parametrize("words", ["thanks, help me", "תודה, תעזור לי רגע"])
def test_help_that_is_asked_for_beside_thanks_is_given(talk, words):
    reply = talk("let's assess a distributor, Kito", words)
    assert reply.text.split("\n")[0] not in ("Gladly.", "בשמחה.")
