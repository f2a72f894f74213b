"""Whose facts are told: another person than the open record's is asked about, a first name finds its record again."""

from __future__ import annotations

import pytest
from states import in_record

from assistant.commands import Simple, Start
from assistant.opening import new_conversation
from assistant.understanding.steering.called import name_glued
from assistant.understanding.steering.parties import another_person, names_weighed


@pytest.fixture
def talk(advisor):
    """Says messages one after another in a fresh conversation; gives the state then, and every reply."""

    def speak(*messages: str):
        conversation = new_conversation()
        replies = [advisor.reply(conversation, message) for message in messages]
        return advisor.state(conversation), replies

    return speak


def told_of(state, name: str) -> dict[str, object]:
    """What is noted for the one of this name."""
    return next(record for record in state.records.values() if record.name == name).values()


@pytest.mark.parametrize(
    ("text", "own", "other"),
    [
        ("Yossi is a student", "Dana Levi", "Yossi"),
        ("Carlos from Fiat has a budget", "Priya Shah at Bosch", "Carlos"),
        ("Ryoko at Mazda signs herself", "Priya Shah at Bosch", "Ryoko"),
        ("יוסי סטודנט", "דנה לוי מאלביט", "יוסי"),
        ("ליוסי כהן אין תקציב", "דנה לוי", "יוסי כהן"),
        ("Dana is a student", "Dana Levi", ""),
        ("Tom is her boss", "Dana Levi", ""),
        ("אבי הוא הבוס שלה", "דנה לוי", ""),
        ("Yossi has no budget", "Nordic Pumps", ""),  # he may work there
        ("לגבי התקציב אין לי מושג", "דנה לוי", ""),
        ("Budget is approved", "Dana Levi", ""),
    ],
)
def test_a_statement_that_opens_with_another_name_is_about_another_person(text, own, other):
    assert another_person(text, own) == other


@pytest.mark.parametrize(
    ("opening", "told", "reply", "name"),
    [
        ("qualify a lead: Priya Shah at Bosch", "Tom has no budget", "yes", "Tom"),
        ("qualify a lead: Priya Shah at Bosch", "Tom has no budget", "no", "Priya Shah at Bosch"),
        ("qualify a lead: Priya Shah at Bosch", "Tom has no budget", "that's Tom", "Tom"),
        ("בוא נבדוק ליד: דנה לוי מאלביט", "ליוסי אין תקציב", "כן", "יוסי"),
        ("בוא נבדוק ליד: דנה לוי מאלביט", "ליוסי אין תקציב", "לא, זה דנה", "דנה לוי מאלביט"),
    ],
)
def test_what_is_told_of_somebody_else_is_noted_where_the_person_says(talk, opening, told, reply, name):
    before, (_, asked) = talk(opening, told)
    assert asked.kind == "clarify"
    assert "budget" not in told_of(before, before.record.name)
    after, _ = talk(opening, told, reply)
    assert told_of(after, name) == {"budget": "no"}
    assert len(after.records) == (2 if name not in opening else 1)


def test_whose_it_is_is_asked_once_more_and_then_said_to_be_left_out(talk):
    opening, told = "qualify a lead: Priya Shah at Bosch", "Tom has no budget"
    state, replies = talk(opening, told, "she's in our territory", "it's a customer")
    assert [reply.kind for reply in replies[1:3]] == ["clarify", "clarify"]
    assert "not stored" in replies[3].text
    assert told_of(state, "Priya Shah at Bosch") == {"in_territory": "yes", "who_is_it": "customer"}


@pytest.mark.parametrize("between", ["what is a lead?", "why do you ask?", "where were we?"])
def test_a_question_in_between_has_it_asked_again_so_that_the_reply_is_to_that(talk, between):
    state, replies = talk("qualify a lead: Priya Shah at Bosch", "Tom has no budget", between, "no")
    assert "Is Tom another one?" in replies[2].text
    assert told_of(state, "Priya Shah at Bosch") == {"budget": "no"}


@pytest.mark.parametrize(
    ("name", "text", "command"),
    [
        ("דנה לוי מאלביט", "מה עם דנה?", Simple("where")),
        ("Dana Levi", "what about Dana?", Simple("where")),
        ("Dana Levi", "new lead: Dana", Start),
        ("דנה לוי", "תפתח גם בדיקה ליוסי מתנובה", Start),
        ("דנה לוי", "אפשר לפתוח עוד אחד ליוסי?", Start),
        ("Dana Levi", "can you also do Marco at Fiat?", Start),
    ],
)
def test_a_first_name_is_the_record_that_has_it_unless_a_new_one_is_wished_for(reader, name, text, command):
    first = reader.propose(text, in_record("lead_qualification", "", name)).commands[0]
    assert first == command if isinstance(command, Simple) else isinstance(first, Start)


def test_a_first_name_goes_back_to_a_record_set_aside(talk):
    state, _ = talk("בוא נבדוק ליד: דנה לוי מאלביט", "תפתח גם בדיקה ליוסי מתנובה", "יש לו תקציב", "מה עם דנה?")
    assert state.record.name == "דנה לוי מאלביט"
    assert told_of(state, "יוסי") == {"budget": "yes"}


def test_a_family_name_is_no_second_candidate():
    assert names_weighed("בוא נבדוק ליד: דנה לוי מאלביט") == ()
    assert name_glued("בדיקה חדשה ליוסי כהן מתנובה") == "יוסי כהן"
    assert name_glued("תפתח גם בדיקה לעומק") == ""


def test_a_supposition_named_in_quotes_is_made_real(talk):
    state, _ = talk("נבדוק ליד: דנה לוי", "נניח שיש להם תקציב", 'תכניס את ה"מה אם" הזה לרשומה האמיתית')
    assert told_of(state, "דנה לוי") == {"budget": "yes"}
