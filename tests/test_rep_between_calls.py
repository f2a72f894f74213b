"""A rep between two calls: leads told in half sentences, one after another, and straight answers on request."""

import pytest

from assistant.commands import Answer, Export
from assistant.conversation import Conversation, Record
from assistant.understanding.steering.called import name_hint


def in_record(tool, question):
    """A conversation with a record of this tool, and this question open."""
    record = Record("r1", tool, question=question)
    return Conversation("c", turn=2, records={"r1": record}, active="r1", latest="r1")


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


@pytest.mark.parametrize(
    "said",
    [
        "how many phone calls does it take to land 20 deals?",
        "how many contacts for 20 customers",
        "כמה שיחות טלפון אני צריכה כדי להגיע ל-20 עסקאות?",
        "כמה לידים ל-20 עסקאות?",
    ],
)
def test_what_a_target_takes_is_calculated_from_the_target(talk, said):
    talk(said)
    record = talk.state.record
    assert record.tool == "funnel"
    assert {key: given.value for key, given in record.answers.items()} == {"target_deals": "20"}


FUNNEL = (
    "let's calculate the funnel",
    "600 inquiries a quarter",
    "one in ten is ready",
    "we close a third of the ready ones",
)


def test_a_target_asked_about_in_the_middle_is_noted_and_another_one_only_supposed(talk):
    reply = talk(*FUNNEL, "so how many leads for 30 deals?")
    assert talk.state.record.answers["target_deals"].value == "30"
    assert "900" in reply.text
    talk("and how many inquiries to win 60?")
    assert talk.state.record.answers["target_deals"].value == "30"


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("write 45% in place of a third for the wins among the ready", "ready_win_rate", "0.45"),
        ("make it 45% for the ones who buy later, not a third", "later_buyer_rate", "0.45"),
        ("תשים 45% בסגירה של הבשלים במקום שליש", "ready_win_rate", "0.45"),
    ],
)
def test_of_two_equal_figures_the_one_that_is_named_is_replaced(talk, said, field, value):
    talk(*FUNNEL, "a third of the rest buys later", said)
    changed = {k: g.value for k, g in talk.state.record.answers.items() if g.value != "1/3"}
    assert changed == {"inquiries": "600", "ready_rate": "0.1", field: value}


@pytest.mark.parametrize(
    ("said", "tool", "figures"),
    [
        (
            "now we also want brokers to refer customers, 300 dollars an accepted lead and 4% commission",
            "referral_programme",
            {"fee_per_accepted_lead", "commission_rate"},
        ),
        (
            "ok now the time of my salesman: 170 hours a month, 50 on paperwork, 20 on the road",
            "sales_productivity",
            set(),
        ),
        (
            "עכשיו משהו אחר, יועצים שיביאו לנו לידים: 400 שקל לליד שאושר ו-6 אחוז עמלה",
            "referral_programme",
            {"fee_per_accepted_lead", "commission_rate"},
        ),
    ],
)
def test_figures_of_another_calculation_leave_the_open_one_as_it_was(talk, said, tool, figures):
    talk(*FUNNEL)
    before = talk.state.record
    talk(said)
    assert talk.state.record.tool == tool
    assert set(talk.state.record.answers) == figures
    assert talk.state.records[before.id].answers == before.answers


@pytest.mark.parametrize("said", ["a typical deal is 9,000", "עסקה ממוצעת 9,000", "one order is about 9,000 euros"])
def test_what_one_deal_is_worth_counts_no_deals(talk, said):
    talk(*FUNNEL, said)
    assert set(talk.state.record.answers) == {"inquiries", "ready_rate", "ready_win_rate"}


@pytest.mark.parametrize(
    ("language", "said", "value"),
    [
        ("en", "set the budget to yes", "yes"),
        ("en", "no, put partly for the budget instead", "partly"),
        ("en", "budget: mark it yes", "yes"),
        ("he", "תכתבי כן בתקציב", "yes"),
        ("he", "תקציב - תרשום חלקי", "partly"),
        ("he", "תשני את התקציב לכן", "yes"),
    ],
)
def test_an_answer_ordered_in_so_many_words_is_changed_without_a_question(talk, language, said, value):
    reply = talk(*FIRST[language], said)
    assert talk.state.record.answers["budget"].value == value
    assert talk.state.record.answers["role"].value == "yes"
    assert talk.state.pending is None
    assert "→" in reply.text or "←" in reply.text


@pytest.mark.parametrize(
    ("language", "told", "following", "said", "field", "value"),
    [
        (
            "en",
            "they are in our target industry",
            "next one: Karl from Voest, wants a call",
            "industry same as the last one",
            "vertical",
            "yes",
        ),
        (
            "en",
            "they are too small for us",
            "next: Ida from Lego, asked for a price",
            "same size as Norlund, and no budget",
            "size",
            "no",
        ),
        (
            "he",
            "הם בדיוק בענף היעד שלנו",
            "הבא בתור: גיל מאסם, ביקש הצעת מחיר",
            "אותו ענף כמו הקודמת",
            "vertical",
            "yes",
        ),
    ],
)
def test_same_as_the_last_one_takes_over_what_is_noted_there(talk, language, told, following, said, field, value):
    talk(*FIRST[language], told)
    assert talk.state.record.answers[field].value == value
    talk(following, said)
    assert talk.state.record.answers[field].value == value
    assert talk.state.record.answers[field].raw in said


def test_same_as_the_last_one_where_nothing_is_noted_asks_and_stores_nothing(talk):
    reply = talk(*FIRST["en"], "next one: Karl from Voest, wants a call", "same territory as the last one")
    assert "in_territory" not in talk.state.record.answers
    assert "territory" in reply.text


@pytest.mark.parametrize(
    ("language", "said", "unknown"),
    [
        ("en", "no idea about the size or the timeline", {"size", "timeframe"}),
        ("en", "I don't know their size, nor the time frame", {"size", "timeframe"}),
        ("he", "לא יודע לגבי הגודל וגם לא לגבי לוח הזמנים", {"size", "timeframe"}),
        ("he", "אין מושג על גודל או לוח זמנים", {"size", "timeframe"}),
    ],
)
def test_each_of_several_things_not_known_is_noted_as_unknown(talk, language, said, unknown):
    talk(*FIRST[language], said)
    given = talk.state.record.answers
    assert {key for key, one in given.items() if one.status == "unknown"} == unknown
    assert given["budget"].value == "no"


def test_which_of_the_leads_comes_first_is_answered_by_putting_them_side_by_side(talk):
    reply = talk(
        *FIRST["en"], "next one: Ida from Lego, asked for a price, budget is there", "which of them goes to sales?"
    )
    assert reply.kind == "result"
    assert "Norlund" in reply.text
    assert "Ida from Lego" in reply.text
    reply = talk("את מי מהם להעביר למכירות?")
    assert "Norlund" in reply.text
    assert "Ida from Lego" in reply.text


@pytest.mark.parametrize(
    ("tool", "question", "said", "expected"),
    [
        ("checklist_lead_methods", "email", "exhibitions and phone, no podcast",
         {"exhibitions": "yes", "phone": "yes", "podcast": "no"}),
        ("checklist_lead_methods", "email", "בעיקר תערוכות ודיוור ישיר, בלי בלוג",
         {"exhibitions": "yes", "direct_mail": "yes", "blog": "no"}),
        ("checklist_cold_call", "right_caller", "no call script", {"managed_calls": "no"}),
        ("checklist_cold_call", "right_caller", "אין מערכת לקוחות", {"customer_system": "no"}),
        ("checklist_kam", "number_known", "הם רואים בנו שותף, אין ספק", {"seen_as_partner": "yes"}),
    ],
)  # fmt: skip
def test_in_a_checklist_what_is_named_is_answered_and_not_what_was_asked(reader, tool, question, said, expected):
    answers = {
        c.field: c.value for c in reader.propose(said, in_record(tool, question)).commands if isinstance(c, Answer)
    }
    assert answers == expected


@pytest.mark.parametrize(
    "said", ["we have no system, all in Excel", "אין לנו מערכת, הכול באקסל", "everything sits in excel"]
)
def test_where_things_are_kept_wants_no_file(reader, said):
    found = reader.propose(said, in_record("checklist_cold_call", "right_caller")).commands
    assert not any(isinstance(command, Export) for command in found)


@pytest.mark.parametrize("said", ["as excel please", "send me the excel", "תשלח לי באקסל"])
def test_a_file_wished_for_is_still_given(reader, said):
    found = reader.propose(said, in_record("checklist_cold_call", "right_caller")).commands
    assert any(isinstance(command, Export) for command in found)


PROGRAMME = (
    "referral programme: 300 euros per accepted lead, 6% commission",
    "20 accepted leads",
    "5 deals",
    "margin is 30%",
)


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ("and if we raise it to 9%?", "commission_rate", "0.09"),
        ("ומה אם נעלה את זה ל-9 אחוז?", "commission_rate", "0.09"),
        ("ואם ייסגרו רק 3?", "deals", "3"),
        ("what if just 3 of them close?", "deals", "3"),
    ],
)
def test_a_figure_supposed_is_of_what_goes_that_way(talk, said, field, value):
    talk(*PROGRAMME, said)
    supposed = list(talk.state.record.supposed.values())[-1]
    assert list(supposed) == [field]
    assert str(supposed[field]) == value
    assert talk.state.record.answers["gross_margin"].value == "0.3"


@pytest.mark.parametrize("said", ["back to 5", "תחזור ל-5"])
def test_going_back_to_the_figure_that_stands_changes_nothing(talk, said):
    talk(*PROGRAMME, "and if 3 of them close?", said)
    values = {key: given.value for key, given in talk.state.record.answers.items() if key in ("deals", "gross_margin")}
    assert values == {"deals": "5", "gross_margin": "0.3"}


@pytest.mark.parametrize(
    ("question", "said", "field"),
    [
        ("ranked_targets", "industries yes, the decision maker not always", "ranked_targets"),
        ("ranked_targets", "call script yes, objections no", "managed_calls"),
        ("managed_calls", "תסריט כן, התנגדויות לא", "managed_calls"),
    ],
)
def test_two_parts_of_a_question_one_there_and_one_not_make_it_partly(reader, question, said, field):
    found = reader.propose(said, in_record("checklist_cold_call", question)).commands
    assert [(c.field, c.value) for c in found if isinstance(c, Answer)] == [(field, "partly")]


@pytest.mark.parametrize("said", ["is it hot, right?", "sales or marketing", "זה ליד טוב, נכון?", "שיווק או מכירות"])
def test_a_question_for_the_verdict_in_few_words_stores_nothing(talk, said):
    talk(*FIRST["en"])
    before = talk.state.record.answers
    assert talk(said).kind == "result"
    assert talk.state.record.answers == before


@pytest.mark.parametrize("said", ["8% discount", "we give a rebate of 8 percent", "הנחה של 8 אחוז", "plus 17% vat"])
def test_a_percentage_of_what_no_form_asks_for_is_no_margin(reader, said):
    found = reader.propose(said, in_record("customer_profitability", "revenue")).commands
    assert not any(isinstance(command, Answer) for command in found)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("and if we lose 4 strategic accounts?", "8"),
        ("what if we let go of 4 strategic ones?", "8"),
        ("ואם נוותר על 4 לקוחות אסטרטגיים?", "8"),
        ("and if we drop to 4 strategic accounts?", "4"),
    ],
)
def test_who_gives_some_up_keeps_the_others(talk, said, left):
    talk("key account capacity: 12 strategic accounts, 10 hours a month each", said)
    supposed = list(talk.state.records[talk.state.latest].supposed.values())[-1]
    assert supposed == {"strategic_accounts": left}


def test_a_fact_with_a_year_in_it_takes_an_offer_up(talk):
    talk(
        "quick preflight for a mailing to 3000 hospitals before it goes out tomorrow",
        "the list is 3 years old, nobody cleaned it",
    )
    assert talk.state.record.tool == "campaign_preflight"
    assert talk.state.record.answers["list"].value == "no"
