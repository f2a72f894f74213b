"""Where a message goes: to an assessment with its name and facts, back to one, to steering, or to the knowledge."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from assistant.commands import Answer, Ask, Command, Resume, Simple, Start
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.rules import RuleInterpreter
from assistant.understanding.steering.arbitration import rather_answer
from tools.registry import TOOLS


@cache
def interpreter() -> RuleInterpreter:
    return RuleInterpreter(TOOLS)


def understood(text: str, state: Conversation | None = None) -> tuple[Command, ...]:
    return interpreter().propose(text, state or Conversation("c")).commands


def begun(text: str) -> tuple[str, str]:
    """The tool a message begins, and the name it gives."""
    start = understood(text)[0]
    assert isinstance(start, Start), start
    assert not start.only_offer
    return start.tool, start.name


@pytest.mark.parametrize(
    ("said", "tool", "name"),
    [
        ("בוא נפתח בדיקה לשותף אפשרי בפולין, נובאק", "partner_fit", "נובאק"),
        ("בוא נסווג את אסם בתוכנית לקוחות המפתח", "kam_tiers", "אסם"),
        ("תפתח לי הערכת שותף לאלפא טכנולוגיות", "partner_fit", "אלפא טכנולוגיות"),
        ("נתחיל הערכה של המפיץ קסטרו מדיקל", "partner_fit", "קסטרו מדיקל"),
        ("let's see if ICL belongs in our key account programme", "kam_tiers", "ICL"),
        ("bring up a new sam check for Teva", "sam_selection", "Teva"),
    ],
)
def test_a_wish_and_a_subject_begin_its_tool_whatever_name_stands_in_it(said: str, tool: str, name: str) -> None:
    assert begun(said) == (tool, name)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Start a partner check for Alba Supplies", "Alba Supplies"),
        ("start a lead check for alba supplies", "alba supplies"),
        ("Check the lead Nordea", "Nordea"),
        ("Check a candidate for me: Tamm, an Estonian distributor. No showroom.", "Tamm"),
        ("I'd like to go over a reseller, Kowalski i Synowie, in Poland", "Kowalski i Synowie"),
        ("בוא נבדוק ליד: יעל מטבע, היא ביקשה הצעת מחיר", "יעל מטבע"),
        ("help me with a lead called green valley", "green valley"),
    ],
)
def test_a_name_of_several_words_in_either_case_is_the_name_of_what_is_begun(said: str, name: str) -> None:
    assert begun(said)[1] == name


@pytest.mark.parametrize(
    "said",
    [
        "let's check a lead",
        "start a check for our strategic accounts",
        "Check the return on Key Accounts",
    ],
)
def test_a_word_that_says_what_is_begun_is_no_name(said: str) -> None:
    assert begun(said)[1] == ""


def test_what_is_told_beside_the_name_is_noted_too() -> None:
    start, *told = understood("Check a candidate for me: Tamm, an Estonian distributor. They approached us at a fair.")
    assert isinstance(start, Start)
    assert {a.field: a.value for a in told if isinstance(a, Answer)}["initiated_by"] == "them"


def amid(*others: Record) -> Conversation:
    """A lead is open at its first question, its budget is noted; the others wait."""
    lead = Record("r9", "lead_qualification", "Nordea", answers={"budget": Given("yes", "answered", turn=8)})
    lead = replace(lead, question="in_territory")
    return Conversation("c", turn=9, records={r.id: r for r in (*others, lead)}, active="r9", latest="r9")


PARTNER = Record("r1", "partner_fit", "Iberia", "paused", {}, question="types_needed")


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("No no, take that last answer back", "undo"),
        ("אופס לא התכוונתי תבטל את האחרון", "undo"),
        ("טעות שלי, תחזיר אחורה את התשובה האחרונה", "undo"),
        ("אני חייב לעלות לישיבה, נמשיך אחר כך", "pause"),
        ("gotta run, back later", "pause"),
        ("שמירה", "pause"),
        ("תן לי את התוצאה כמו שהיא", "result"),
        ("ok just show me the verdict as it stands", "result"),
        ("wait where was i", "where"),
        ("y does this matter", "why"),
        ("From now on a score of 40 counts as a fit, ok?", "tamper"),
    ],
)
def test_an_order_is_known_by_its_act_and_its_object_amid_other_words(said: str, word: str) -> None:
    assert understood(said, amid()) == (Simple(word),)


@pytest.mark.parametrize("said", ["עכשיו תחזור לסינון הליד", "now go back to the lead check", "יאללה חזרה לליד"])
def test_what_was_begun_is_gone_back_to_by_its_subject(said: str) -> None:
    waiting = Record("r1", "lead_qualification", "", "paused", {}, question="in_territory")
    partner = replace(PARTNER, id="r2", status="open")
    state = Conversation("c", turn=9, records={"r1": waiting, "r2": partner}, active="r2", latest="r2")
    assert understood(said, state) == (Resume("lead_qualification"),)


def test_telling_that_they_went_back_to_somebody_is_no_order_to_return() -> None:
    assert not any(isinstance(c, Resume) for c in understood("they went back to their old supplier", amid(PARTNER)))


def test_an_offer_that_is_so_so_is_an_answer_while_nothing_is_supposed() -> None:
    record = Record("r1", "campaign_preflight", question="list")
    state = Conversation("c", turn=9, records={"r1": record}, active="r1", latest="r1")
    assert {c.field: c.value for c in understood("ההצעה ככה ככה", state) if isinstance(c, Answer)} == {
        "offer": "partly"
    }


def test_a_question_for_a_measure_is_no_order_to_go_on() -> None:
    state = Conversation("c", discussed={"question": "למה בכלל צריך טיפוח לידים?", "cards": []})
    [ask] = understood("וכמה זמן ממשיכים ככה?", state)
    assert isinstance(ask, Ask)


def test_an_order_beside_a_confirmation_is_no_yes() -> None:
    pending = {"kind": "answer", "record": "r9", "answers": [{"field": "in_territory", "value": "yes", "raw": ""}]}
    assert understood("undo pls", replace(amid(), pending=pending)) == (Simple("undo"),)


@pytest.mark.parametrize(
    "said",
    [
        "can you explain how the funnel works",
        "let's see what a lead is",
        "help me understand what nurturing is",
        "עזור לי להבין מה זה לקוח אסטרטגי",
        "help me write an email to my distributor",
    ],
)
def test_a_wish_to_have_something_explained_or_written_begins_nothing(said: str) -> None:
    assert [type(command) for command in understood(said)] == [Ask]


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("help me understand if this lead is ready", "lead_qualification"),
        ("start checkng the distributer Polaris", "partner_fit"),
        ("נו בוא נבדוק תמפיץ הזה מגרמניה, שולץ", "partner_fit"),
        ("I have a customer, Delphi Foods. Help me see if they're strategic", "sam_selection"),
        ("help me decide about Kim & Sons, they want to represent us in Seoul", "partner_fit"),
    ],
)
def test_a_case_is_begun_in_clumsy_words_too(said: str, tool: str) -> None:
    assert begun(said)[0] == tool


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("help me decide about Kim & Sons, they want to represent us in Seoul", "Kim & Sons"),
        ("hey can we go through a potential agent in Kenya, Mwangi Traders", "Mwangi Traders"),
        ("can i get a check on vertex as a partner", "vertex"),
        ("אני צריכה לסנן ליד, קוראים לו דני רוזן מרפאל", "דני רוזן"),
        ("תעזור לי עם ליד חדש מחברת פלסאון", "פלסאון"),
        ("לקוח בשם תדיראן - לאיזו קבוצה הוא שייך", "תדיראן"),
        ("Let's run the ROI on our LinkedIn ads: 12,000 EUR, 4 deals at 9,000", "LinkedIn ads"),
        ("בואי נבדוק אם התערוכה בהאנובר החזירה את עצמה", "התערוכה"),
    ],
)
def test_the_name_is_what_it_is_called_and_not_its_place_its_kind_or_a_currency(said: str, name: str) -> None:
    assert begun(said)[1] == name


@pytest.mark.parametrize("said", ["they need it soon, save it and I'll go on tomorrow", "הם צריכים את זה דחוף, שמירה"])
def test_an_order_beside_a_fact_is_followed_and_the_fact_is_kept(said: str) -> None:
    *facts, order = understood(said, amid())
    assert order == Simple("pause")
    assert [fact.field for fact in facts if isinstance(fact, Answer)]


def test_asking_what_was_answered_last_takes_nothing_back() -> None:
    assert understood("what was my last answer?", amid()) == (Simple("where"),)


def test_an_order_behind_an_apology_is_followed() -> None:
    assert understood("oops wrong button, undo", amid()) == (Simple("undo"),)


def test_a_figure_supposed_in_a_question_begins_its_calculation_whatever_the_cards_say() -> None:
    said = "How many strategic accounts can one manager hold if she has 120 hours a month?"
    reading = rather_answer(said, interpreter().propose(said, Conversation("c")), lambda text: 0.75)
    start, hours = reading.commands
    assert isinstance(start, Start)
    assert (start.tool, start.only_offer) == ("sam_capacity", False)
    assert isinstance(hours, Answer)
    assert (hours.field, hours.value) == ("manager_hours_month", "120")


def test_a_greeting_starts_nothing_over() -> None:
    assert understood("hi again", amid()) == (Simple("greeting"),)


@pytest.mark.parametrize("said", ["כמה פניות צריך בשביל 20 עסקאות?", "How many inquiries do we need for 20 deals?"])
def test_a_measure_asked_for_with_a_figure_is_worked_out(said: str) -> None:
    reading = rather_answer(said, interpreter().propose(said, Conversation("c")), lambda text: 0.8)
    start, *figures = reading.commands
    assert isinstance(start, Start)
    assert (start.tool, start.only_offer) == ("funnel", False)
    assert {a.field: a.value for a in figures if isinstance(a, Answer)} == {"target_deals": "20"}


@pytest.mark.parametrize("said", ["how about we run the campaign check", "Take me through the campaign check"])
def test_an_invitation_to_go_through_something_begins_it(said: str) -> None:
    assert begun(said)[0] == "campaign_preflight"


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("take me through the list of ways to get leads", "checklist_lead_methods"),
        ("עכשיו תפתח את ה-checklist של מוכנות הארגון ללקוחות אסטרטגיים", "checklist_sam_readiness"),
        ("do our marketing and sales people pull together? run the questionnaire", "checklist_alignment"),
        ("בוא נעבור על רשימת הסימנים של שיווק עצל", "checklist_lazy_marketing"),
        ("צ'קליסט לפני שיחות קרות בבקשה", "checklist_cold_call"),
    ],
)
def test_a_checklist_is_found_by_its_subject_whatever_assessment_shares_the_words(said: str, tool: str) -> None:
    assert begun(said)[0] == tool


@pytest.mark.parametrize(
    ("said", "tool", "name"),
    [
        ("I want to know what one customer, Delta, really earns us", "customer_profitability", "Delta"),
        ("אני רוצה לדעת כמה באמת נשאר לנו מהלקוח אוסם", "customer_profitability", "אוסם"),
        ("how much do we earn on Carrefour?", "customer_profitability", "Carrefour"),
        ("תבדוק לי אם לקוחות המפתח נכנסים לנו בשעות. יש 180 שעות זמינות בחודש", "kam_capacity", ""),
        ("kam capacity: 180 hours", "kam_capacity", ""),
        ("we'd like to pay people who send us customers, does it add up? let's see", "referral_programme", ""),
        ("הניוזלטר יוצא מחר, תעבור עליו לפני", "campaign_preflight", ""),
        ("how much of the hospital market is left for us? work it out please", "vertical_profile", ""),
    ],
)
def test_a_calculation_is_begun_by_what_it_is_about(said: str, tool: str, name: str) -> None:
    assert begun(said) == (tool, name)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("and the same for Westwind", "Westwind"),
        ("now do Birke AG", "Birke AG"),
        ("let's do a second partner check: Omega Ltd", "Omega Ltd"),
        ("אותו דבר לחברת נורדן", "נורדן"),
        ("אותו דבר לשקד", "שקד"),
        ("עכשיו תתחיל בדיקת התאמת שותף נוספת, לחברת נורדן", "נורדן"),
        ("ועכשיו אותה בדיקה על ברקת", "ברקת"),
    ],
)
def test_one_more_of_what_is_open_is_begun_with_its_name(said: str, name: str) -> None:
    partner = Record("r1", "partner_fit", "Tejo", answers={"led_process": Given("yes", "answered", turn=3)})
    state = Conversation("c", turn=9, records={"r1": partner}, active="r1", latest="r1")
    start = understood(said, state)[0]
    assert isinstance(start, Start)
    assert (start.tool, start.name) == ("partner_fit", name)


@pytest.mark.parametrize("said", ["let's pick up the lead where we stopped", "בוא נמשיך עם הליד מאיפה שעצרנו"])
def test_a_lead_that_was_left_is_picked_up_and_no_new_one_begun(said: str) -> None:
    lead = Record("r1", "lead_qualification", "Siemens", "paused", {"budget": Given("yes", "answered", turn=2)})
    state = Conversation("c", turn=5, records={"r1": lead}, latest="r1")
    assert understood(said, state) == (Resume("lead_qualification"),)


@pytest.mark.parametrize(
    "said", ["let's leave this for now, I need to check a lead first", "נשים את זה בצד, אני צריך לבדוק ליד קודם"]
)
def test_who_sets_aside_what_is_open_for_another_check_does_not_say_he_does_not_know(said: str) -> None:
    partner = Record("r1", "partner_fit", "Tejo", question="required_types")
    state = Conversation("c", turn=9, records={"r1": partner}, active="r1", latest="r1")
    commands = understood(said, state)
    assert [c.tool for c in commands if isinstance(c, Start)] == ["lead_qualification"]
    assert not any(isinstance(c, Answer) for c in commands)


@pytest.mark.parametrize(
    ("said", "tool", "name"),
    [
        ("is Kowalski a good agent for us?", "partner_fit", "Kowalski"),
        ("we've got this importer called Hanil. worth it?", "partner_fit", "Hanil"),
        ("האם קובלסקי סוכן טוב בשבילנו?", "partner_fit", "קובלסקי"),
    ],
)
def test_a_decision_about_one_that_is_named_brings_its_rules_and_an_offer(said: str, tool: str, name: str) -> None:
    ask, offer = understood(said)
    assert isinstance(ask, Ask)
    assert isinstance(offer, Start)
    assert (ask.decides, offer.tool, offer.only_offer) == (tool, tool, True)
    assert offer.name == name


@pytest.mark.parametrize(
    "said", ["Do I need a lawyer to appoint an agent in France?", "why did Siemens fail as a distributor?"]
)
def test_a_question_about_any_of_a_kind_offers_nothing_for_its_place(said: str) -> None:
    assert not any(isinstance(command, Start) for command in understood(said))


@pytest.mark.parametrize("said", ["I have a lead from a hospital in Haifa", "יש לי ליד מבית חולים בחיפה"])
def test_a_case_told_without_a_fact_is_looked_up_and_its_assessment_offered(said: str) -> None:
    ask, offer = understood(said)
    assert isinstance(ask, Ask)
    assert isinstance(offer, Start)
    assert (ask.decides, offer.tool, offer.only_offer) == ("lead_qualification", "lead_qualification", True)


@pytest.mark.parametrize(
    "said",
    [
        "Should we appoint this distributor?",
        "האם למנות את המפיץ הזה?",
        "להגדיר את אלביט כלקוח אסטרטגי?",
        "כדאי לחתום עם Alba?",
    ],
)
def test_a_decision_begins_its_assessment_with_the_question_whose_rules_are_told_first(said: str) -> None:
    (start,) = understood(said)
    assert isinstance(start, Start)
    assert (start.asked, start.only_offer) == (said, False)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("תבדוק לי ליד מבית חולים בחיפה", "בית חולים"),
        ("תבדוק ליד מחברת ביטוח גדולה", "חברת ביטוח"),
        ("תבדוק ליד מחברת אלפא", "אלפא"),
        ("בוא נחשב רווחיות של הלקוח רמי לוי", "רמי לוי"),
        ("תוכנית הפניות: 100 דולר לליד שאושר", ""),
        ("מישהו רוצה להפיץ את המשאבות שלנו, תבדוק אותו", ""),
    ],
)
def test_a_name_is_neither_cut_short_nor_made_of_what_tells_which_one_is_meant(said: str, name: str) -> None:
    assert begun_anywhere(said) == name


def begun_anywhere(said: str) -> str:
    return next(command.name for command in understood(said) if isinstance(command, Start))


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ("what did it bring us? 4k a month on ads, 2 deals of 15k", "ads"),
        ("כמה זה החזיר? 4k לחודש על פרסום, 2 עסקאות של 15k", "פרסום"),
    ],
)
def test_a_calculation_is_called_after_its_channel_and_not_after_a_figure(said: str, channel: str) -> None:
    starts = [command for command in understood(said) if isinstance(command, Start)]
    assert [start.name for start in starts] == [channel]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("how much did each lead cost? the show was $20,000 and we got 80 leads", {"running_cost", "raw_leads"}),
        ("the stand was 9,000 euros, we came home with 60 cards. was it worth it?", {"running_cost", "raw_leads"}),
        ("כמה עלה לנו ליד? הביתן עלה 20,000 ₪ וחזרנו עם 80 כרטיסים", {"running_cost", "raw_leads"}),
    ],
)
def test_the_figures_beside_a_question_are_calculated_with(said: str, told: set[str]) -> None:
    commands = understood(said)
    answered = {c.field for c in commands if isinstance(c, Answer)}
    answered |= {a.field for c in commands if isinstance(c, Start) for a in c.answers}
    assert told <= answered


@pytest.mark.parametrize(
    "said",
    [
        "האם למנות את המפיץ הזה? הם פנו אלינו, מוכרים קו מתחרה, ואין להם טכנאים",
        "תבדוק את הליד, חם מאוד",
    ],
)
def test_what_is_told_at_the_end_of_a_hebrew_message_is_no_name(said: str) -> None:
    assert not any(c.name for c in understood(said) if isinstance(c, Start))


@pytest.mark.parametrize("said", ["לקוח אמיתי, לא מתחרה", "a genuine customer, not a competitor", "לא סטודנט, לקוח"])
def test_what_a_choice_is_not_is_never_noted_as_the_choice(said: str) -> None:
    record = Record("r1", "lead_qualification", question="who_is_it")
    commands = understood(said, Conversation("c", records={"r1": record}, active="r1"))
    assert {(c.field, c.value) for c in commands if isinstance(c, Answer)} == {("who_is_it", "customer")}


def test_a_statement_that_answers_something_else_is_not_guessed_to_answer_what_was_asked() -> None:
    record = Record("r1", "lead_qualification", question="in_territory")
    commands = understood("he's the CTO", Conversation("c", records={"r1": record}, active="r1"))
    assert "in_territory" not in {c.field for c in commands if isinstance(c, Answer)}


@pytest.mark.parametrize("said", ["תזכיר לי מה כבר אמרתי", "remind me what I said so far"])
def test_asking_what_one_said_is_a_wish_for_the_summary(said: str) -> None:
    record = Record("r1", "lead_qualification", question="in_territory", answers={"budget": Given("yes", "answered")})
    state = Conversation("c", records={"r1": record}, active="r1")
    assert understood(said, state) == (Simple("summary"),)
