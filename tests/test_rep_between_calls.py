"""A rep between two calls: leads told in half sentences, one after another, and straight answers on request."""

import itertools

import pytest

from assistant import open_advisor
from assistant.understanding.steering.called import name_hint

NUMBER = itertools.count()


@pytest.fixture(scope="module")
def advisor(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    opened = open_advisor(home=home, database=f"sqlite:///{home / 'advisor.db'}", model="")
    yield opened
    opened.close()


@pytest.fixture
def talk(advisor):
    """Says lines in a conversation of their own; returns the last reply, and remembers the conversation."""
    conversation = f"c{next(NUMBER)}"

    def say(*lines):
        for line in lines:
            reply = advisor.reply(conversation, line)
        say.state = advisor.state(conversation)
        return reply

    return say


FIRST = {
    "en": ("qualify a lead, Norlund", "they have no budget", "she decides"),
    "he": ("בוא נבדוק ליד, נורלונד", "אין להם תקציב", "היא מחליטה לבד"),
}


@pytest.mark.parametrize(
    ("language", "said", "name"),
    [
        ("en", "next: Ines from Vidrala, she asked for prices and the money is approved", "Ines from Vidrala"),
        ("en", "ok, another one - a guy from Wacker, wants a demo", "Wacker"),
        ("en", "lead no 2: Tomas Hruby, comparing two vendors", "Tomas Hruby"),
        ("en", "I also spoke with Petra from Lidl, her budget is approved", "Petra from Lidl"),
        ("en", "second: some clinic in Bern, they only want a brochure", ""),
        ("he", "יש לי עוד אחת, נועה מכרמית, ביקשה הצעת מחיר", "נועה מכרמית"),
        ("he", "הבא בתור - אלון מגבים, יש לו תקציב מאושר", "אלון מגבים"),
        ("he", "ליד שני: מנהל אחזקה מפניציה, משווה שני ספקים", "פניציה"),
        ("he", "הלאה, קניינית מתדיראן, ביקשה הדגמה", "תדיראן"),
    ],
)
def test_the_next_lead_told_gets_a_record_of_its_own_and_the_one_before_is_left_as_it_was(talk, language, said, name):
    talk(*FIRST[language])
    before = talk.state.record
    talk(said)
    after = talk.state.record
    assert after.id != before.id
    assert (after.tool, after.name) == ("lead_qualification", name)
    assert talk.state.records[before.id].answers == before.answers


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "next month they get money"),
        ("en", "also the director wants to see us"),
        ("en", "I also spoke with her boss, he agrees"),
        ("en", "there's one more approver, the CFO"),
        ("en", "second: they have no budget"),
        ("he", "בחודש הבא יהיה להם תקציב"),
        ("he", "דיברתי גם עם הבוס שלה והוא מסכים"),
        ("he", 'יש עוד מאשר, הסמנכ"ל'),
    ],
)
def test_what_is_told_of_the_same_lead_begins_no_other(talk, language, said):
    talk(*FIRST[language])
    before = talk.state.record.id
    talk(said)
    assert talk.state.record is not None
    assert talk.state.record.id == before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("met the purchasing director of Talgo, their supplier is Alstom", "Talgo"),
        ("someone at Novartis wants a call, rival is Roche", "Novartis"),
        ("had a call with Elena at Banco Sabadell, no budget", "Elena at Banco Sabadell"),
        ("their current vendor is Cisco and he is a technician", ""),
        ("talked to an engineer from Poland", ""),
        ("דיברתי עם מנהלת רכש מאלקטרה, הספק שלהם היום הוא תדיראן", "אלקטרה"),
        ('סמנכ"ל כספים באסותא ביקש הצעה', "אסותא"),
        ("מישהו מהכנס ביקש דף מוצר", ""),
        ("המתחרה שלנו אצלם הוא בוש, מדובר במנהל ייצור", ""),
    ],
)
def test_a_lead_is_called_by_where_he_works_and_not_by_a_rival_or_supplier(text, name):
    assert name_hint(text) == name


@pytest.mark.parametrize(
    "said",
    [
        "had a chat with a maintenance lady at the show, no money this year",
        "קיבלתי כרטיס ממנהל אחזקה בכנס, אין להם תקציב השנה",
        "ישבתי עם קניינית ממגדל, ביקשה הצעת מחיר",
    ],
)
def test_a_meeting_told_in_half_sentences_is_offered_as_a_lead_with_its_facts(talk, said):
    reply = talk(said)
    assert reply.kind == "answer"
    pending = talk.state.pending
    assert pending["tool"] == "lead_qualification"
    assert pending["answers"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "drop all the other questions, where does he go?"),
        ("en", "enough questions, just the verdict"),
        ("en", "the rest can wait. what do you say?"),
        ("en", "forget the formalities stuff and tell me, sales or marketing"),
        ("he", "תוותרי על שאר השאלות ותגידי לי מה יצא"),
        ("he", "אין לי כוח לשאר, מה התוצאה"),
        ("he", "די עם השאלות"),
    ],
)
def test_who_drops_the_rest_gets_the_result_and_is_asked_nothing_more(talk, language, said):
    reply = talk(*FIRST[language], said)
    assert reply.kind == "result"
    assert not reply.text.rstrip().endswith("?")
    assert talk.state.record is None
    assert set(talk.state.records[talk.state.latest].answers) == {"budget", "role"}


def test_after_the_rest_was_dropped_a_fact_still_counts(talk):
    talk(*FIRST["en"], "skip the others, verdict please", "wait, he just told me the budget is approved")
    assert talk.state.records[talk.state.latest].answers["budget"].value == "yes"


@pytest.mark.parametrize(("said", "stored"), [("no more visits from them this year", 2), ("they skip the rest", 2)])
def test_what_others_drop_ends_no_questions(talk, said, stored):
    talk(*FIRST["en"], said)
    assert talk.state.record is not None


@pytest.mark.parametrize(
    ("language", "said", "words"),
    [
        ("en", "what have you got down on the budget?", "they have no budget"),
        ("en", "remind me, what did I tell you about the money", "they have no budget"),
        ("en", "what did I put for the decision maker?", "she decides"),
        ("he", "מה רשמת על התקציב?", "אין להם תקציב"),
        ("he", "תזכירי לי מה אמרתי לגבי מקבל ההחלטות", "היא מחליטה לבד"),
    ],
)
def test_what_was_said_of_one_question_is_told_in_the_own_words_and_nothing_else(talk, language, said, words):
    reply = talk(*FIRST[language], said)
    assert words in reply.text
    others = {"they have no budget", "she decides", "אין להם תקציב", "היא מחליטה לבד"} - {words}
    assert not any(other in reply.text for other in others)


def test_what_was_not_said_is_told_to_be_missing(talk):
    assert "Nothing is noted yet" in talk(*FIRST["en"], "what did I say about their size?").text
    assert "עדיין לא רשום" in talk(*FIRST["he"], "מה אמרתי על לוח הזמנים?").text


@pytest.mark.parametrize(
    ("language", "said", "heading"),
    [
        ("en", "how come he isn't ready for sales?", "Conditions"),
        ("en", "why marketing", "Conditions"),
        ("he", "למה הליד נשאר בשיווק?", "תנאי סף"),
        ("he", "מה מונע להעביר אותה למכירות", "תנאי סף"),
    ],
)
def test_why_the_result_is_so_is_answered_from_the_result(talk, language, said, heading):
    reply = talk(*FIRST[language], said)
    assert reply.kind == "result"
    assert heading in reply.text
