"""Executives' conversations: several candidates by name, asking for one thing only, delegating, coming back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.conversation import Conversation, Reply
from assistant.opening import new_conversation
from assistant.understanding.steering.parties import names_weighed

Talk = Callable[..., tuple[Conversation, list[Reply]]]


@pytest.fixture
def talk(advisor: object) -> Talk:
    """Says messages one after another in a fresh conversation; gives the state then, and every reply."""

    def speak(*messages: str) -> tuple[Conversation, list[Reply]]:
        conversation = new_conversation()
        replies = [advisor.reply(conversation, message) for message in messages]  # type: ignore[attr-defined]
        return advisor.state(conversation), replies  # type: ignore[attr-defined]

    return speak


def told_of(state: Conversation, name: str) -> dict[str, object]:
    """What is noted for the one of this name."""
    record = next(record for record in state.records.values() if record.name == name)
    return record.values()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We have to pick between Larsen Nord and Jutland Pumps for Denmark.", ("Larsen Nord", "Jutland Pumps")),
        ("Two candidates are left: Mirador SA and Costa Azul. What next?", ("Mirador SA", "Costa Azul")),
        ("should we go with Kestrel Ltd or Tolbooth?", ("Kestrel Ltd", "Tolbooth")),
        ("יש שתי חברות על הפרק, גלעד מדיקל ופורטיס, איך בוחרים?", ("גלעד מדיקל", "פורטיס")),
        ("אני מתלבטת בין דולב לאורן מערכות", ("דולב", "אורן מערכות")),
        ("מתלבטים בין Vertex ל-Polaris", ("Vertex", "Polaris")),
    ],
)
def test_candidates_told_by_name_are_known(text, names):
    assert names_weighed(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "we choose between Poland and Romania",
        "should the ads run on LinkedIn or Google?",
        "they carry Bosch and Makita tools",
        "what is better, an agent or a distributor?",
        "Compare KAM and SAM",
        "מה ההבדל בין סוכן למפיץ?",
        "בין המכירות לשיווק אין תיאום",
        "מתלבטים בין גרמניה לצרפת",
    ],
)
def test_places_media_and_words_of_the_method_are_no_candidates(text):
    assert names_weighed(text) == ()


def test_what_is_said_of_one_candidate_is_never_noted_for_another(talk):
    state, _ = talk(
        "We're choosing between two distributors in Denmark, Larsen Nord and Jutland Pumps.",
        "Start with Larsen Nord",
        "they wrote to us first",
        "and they sell a competing line",
        "OK, Jutland Pumps now. We approached them.",
        "they have no rival brands",
        "Larsen promised in writing to drop the rival line",
    )
    larsen, jutland = told_of(state, "Larsen Nord"), told_of(state, "Jutland Pumps")
    assert (larsen["initiated_by"], larsen["competing_line"]) == ("them", "yes")
    assert (jutland["initiated_by"], jutland["competing_line"]) == ("us", "no")
    assert state.record.name == "Larsen Nord"


def test_what_is_said_of_one_candidate_is_never_noted_for_another_in_hebrew(talk):
    state, _ = talk(
        "אנחנו מתלבטים בין שני מפיצים בצ'ילה, דולב ואורן מערכות",
        "נתחיל עם אורן מערכות",
        "הם פנו אלינו ויש להם קו מתחרה",
        "עכשיו דולב. אנחנו פנינו אליהם",
        "אין להם שום קו מתחרה",
    )
    oren, dolev = told_of(state, "אורן מערכות"), told_of(state, "דולב")
    assert (oren["initiated_by"], oren["competing_line"]) == ("them", "yes")
    assert (dolev["initiated_by"], dolev["competing_line"]) == ("us", "no")


@pytest.mark.parametrize(
    "message",
    [
        "is that better than Larsen Nord?",
        "they are much bigger than Larsen Nord",
        "they carry the same lines as everyone",
    ],
)
def test_a_name_that_is_only_compared_with_turns_to_nobody(talk, message):
    state, _ = talk("We weigh two distributors: Larsen Nord and Jutland Pumps", "start with Jutland Pumps", message)
    assert [record.name for record in state.records.values()] == ["Jutland Pumps"]


def test_two_weighed_by_name_are_told_how_to_choose_and_offered_the_assessment(talk):
    _, replies = talk("We're stuck between Kestrel and Tolbooth, both resellers in Ireland.")
    assert replies[0].kind == "answer"
    assert "Partner fit" in replies[0].text


def test_what_the_firm_itself_needs_is_taken_over_to_the_next_candidate_and_said_so(talk):
    state, replies = talk(
        "Check Larsen Nord as a distributor", "we need a distributor or an agent", "next candidate: Jutland Pumps"
    )
    assert told_of(state, "Jutland Pumps")["required_types"] == ["agent", "distributor"]
    assert "Larsen Nord" in replies[-1].text
    assert "Agent and Distributor" in replies[-1].text


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("an agent or an integrator would suit us", ["agent", "integrator"]),
        ("what we need is a reseller or a VAR", ["reseller", "var"]),
        ("סוכן או מפיץ יתאימו", ["agent", "distributor"]),
        ("אנחנו צריכים משווק או אינטגרטור", ["reseller", "integrator"]),
    ],
)
def test_every_type_that_is_wanted_is_noted_whatever_was_asked(talk, text, types):
    state, _ = talk("assess a distributor", "they approached us", "skip", text)
    assert state.record is not None
    assert sorted(state.record.values()["required_types"]) == sorted(types)


@pytest.mark.parametrize(
    "text",
    [
        "we need someone who does the repairs",
        "we're looking for a firm that will do repairs",
        "צריכים מישהו שיעשה תיקונים",
    ],
)
def test_what_is_sought_of_nobody_yet_is_no_answer_to_who_does_it(talk, text):
    state, _ = talk("assess a distributor", text)
    assert state.record is not None
    assert "function_after_sale_service" not in state.record.answers


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("הם לא פותחים לקוחות חדשים בכלל", "השירות דווקא מצוין"),
        ("they win no new customers at all", "actually the service is excellent"),
    ],
)
def test_praise_of_something_else_turns_nothing_around(talk, first, then):
    state, _ = talk("assess a distributor", first, then)
    assert state.record.values()["demand_creation_beyond_base"] == "no"


FAIR = ("We put 30,000 euro into a trade fair: 60 leads, 5 deals of 18k, margin 45%. Did it pay?",)
DIWUR = ("הדיוור עלה לנו 12,000 שקל, 40 לידים, 4 עסקאות של 9,000, רווח גולמי 40%. זה השתלם?",)


@pytest.mark.parametrize(
    ("opening", "message", "expected"),
    [
        (FAIR, "just one number please: the cost per deal", "€6,000"),
        (FAIR, "what did a lead cost us?", "€500"),
        (FAIR, "I only need the revenue", "€90,000"),
        (DIWUR, "תן לי רק את העלות לעסקה", "3,000"),
        (DIWUR, "רק מספר אחד: עלות לליד", "300"),
    ],
)
def test_a_figure_asked_for_comes_alone(talk, opening, message, expected):
    state, replies = talk(*opening, message)
    assert expected in replies[-1].text
    assert len(replies[-1].text) < 250
    assert len(state.records) == 1


@pytest.mark.parametrize("message", ["in one line please, where does it stand?", "תן לי את זה בשורה אחת"])
def test_one_line_is_one_line(talk, message):
    _, replies = talk(*FAIR, message)
    assert "pays" in replies[-1].text or "משתלם" in replies[-1].text
    assert len(replies[-1].text) < 300


def test_a_calculation_that_was_shown_tells_only_what_the_next_figure_changes(talk):
    _, replies = talk("our mailing cost 9,000 euro and brought 50 leads, work out the return", "20 of them qualified")
    assert "Cost per qualified lead: **€450**" in replies[-1].text
    assert "Cost per raw lead" not in replies[-1].text
    assert "Take care" not in replies[-1].text


@pytest.mark.parametrize(
    ("opening", "message", "deals"),
    [
        (FAIR, "and if we win three of the seven still open?", "8"),
        (FAIR, "what if 2 of those 4 come through?", "7"),
        (DIWUR, "ואם נסגור שתיים מתוך החמש?", "6"),
    ],
)
def test_some_of_the_open_ones_are_so_many_more_deals(talk, opening, message, deals):
    state, _replies = talk(*opening, message)
    assert list(next(iter(state.record.supposed.values())).items()) == [("deals", deals)]


@pytest.mark.parametrize(
    ("opening", "message", "amount"),
    [
        (FAIR, "sorry, freight was 4k more than I told you", "34000"),
        (FAIR, "the cost was 2,000 less than I said", "28000"),
        (DIWUR, "ההוצאות היו 3,000 יותר ממה שאמרתי", "15000"),
    ],
)
def test_a_difference_to_what_was_said_is_worked_out_and_confirmed(talk, opening, message, amount):
    state, _ = talk(*opening, message, "yes")
    assert state.record.values()["running_cost"]["amount"] == amount
    assert state.record.values()["deals"] in ("5", "4")


@pytest.mark.parametrize(
    "message",
    ["should we go into Portugal?", "is Kenya worth our while?", "כדאי לנו להיכנס לרומניה?", "האם יוון מתאימה לנו?"],
)
def test_whether_to_enter_a_country_is_told_how_one_chooses(talk, message):
    state, replies = talk(message)
    assert "partner/proactive-choice" in {source.card for source in replies[0].sources}
    assert not state.records


@pytest.mark.parametrize("message", ["We make hinges for ships.", "אנחנו מייצרים צירים לאוניות."])
def test_what_somebody_tells_of_the_own_firm_is_not_refused(talk, message):
    _, replies = talk(message)
    assert replies[0].kind != "refusal"


def test_an_outlay_with_a_question_is_worked_out_at_once(talk):
    state, replies = talk("We paid 20,000 dollars for a stand in Chicago and got 40 leads. Was it worth it?")
    assert state.record.tool == "leadgen_roi"
    assert "$500" in replies[0].text


def test_the_figures_of_another_channel_are_a_calculation_of_their_own(talk):
    state, replies = talk(
        "The Lyon fair cost 30,000 euro: 60 leads, 3 deals of 20k, margin 40%. Did it pay?",
        "and what about google ads? we spent 6k and closed 2 deals of 18k",
        "which one pays better?",
    )
    by_name = {record.name: record.values() for record in state.records.values()}
    assert by_name["Lyon fair"]["running_cost"]["amount"] == "30000"
    assert by_name["google ads"]["running_cost"] == {"amount": "6000", "currency": "EUR", "period": "one_off"}
    assert by_name["google ads"]["gross_margin"] == "0.4"
    assert "google ads comes first" in replies[-1].text


def test_the_figures_of_another_channel_are_a_calculation_of_their_own_in_hebrew(talk):
    state, replies = talk(
        "הכנס עלה 40 אלף שקל והביא 30 לידים ו-2 עסקאות של 60 אלף, רווח גולמי 45%. השתלם?",
        "ובניוזלטר הוצאנו 8 אלף וסגרנו 2 עסקאות של 30 אלף",
        "מי משתלם יותר?",
    )
    assert len(state.records) == 2
    assert "ניוזלטר במקום הראשון" in replies[-1].text


@pytest.mark.parametrize("message", ["we closed one more deal since then", "meanwhile we won one more deal"])
def test_one_more_of_what_was_counted_is_added_and_confirmed(talk, message):
    state, _ = talk(*FAIR, message, "yes")
    assert state.record.values()["deals"] == "6"


@pytest.mark.parametrize(
    "message",
    [
        "my assistant will fill in the rest, how can she take over?",
        "somebody else on my team will answer the remaining questions",
        "מנהלת הייצוא תמלא את השאר, איך אני מעביר לה?",
    ],
)
def test_who_hands_over_gets_the_open_questions_to_pass_on(talk, message):
    state, replies = talk("assess a distributor", "they approached us", message)
    assert "Slack" in replies[-1].text
    assert "**" in replies[-1].text
    assert list(state.record.answers) == ["initiated_by"]


@pytest.mark.parametrize(
    ("asked", "follow"),
    [("do we need a written contract?", "and with agents?"), ("איך מסיימים הסכם עם מפיץ?", "ולסוכן?")],
)
def test_a_question_that_goes_on_from_an_answer_is_no_answer_of_the_form(talk, asked, follow):
    state, replies = talk("assess a distributor" if asked.isascii() else "תבדוק מפיץ", asked, follow)
    assert not state.record.answers
    assert state.pending is None
    assert replies[-1].kind in ("answer", "refusal")


@pytest.mark.parametrize(
    ("opening", "message", "label"),
    [
        ("assess a distributor", "what do you mean by personal chemistry?", "Personal chemistry"),
        ("assess a distributor", "what does market coverage mean?", "Coverage of the market"),
        ("תבדוק מפיץ", "מה הכוונה באיתנות פיננסית?", "איתנות פיננסית"),
    ],
)
def test_a_question_of_ours_is_explained(talk, opening, message, label):
    _, replies = talk(opening, message)
    assert replies[-1].text.startswith(f"**{label}**")


@pytest.mark.parametrize(
    ("opening", "types", "fact"),
    [
        ("תבדוק מפיץ", "הם מפיץ ואנחנו צריכים סוכן", "יש להם מחסן"),
        ("assess a distributor", "they are a distributor, we need an agent", "they have a warehouse"),
    ],
)
def test_a_fact_told_instead_of_a_reply_to_the_offer_to_go_on_is_noted(talk, opening, types, fact):
    state, replies = talk(opening, types, fact)
    assert state.record.values()["function_demand_response"] == "partner"
    assert not replies[-1].text.endswith("?")  # the offer was made a moment ago


def test_who_takes_leave_after_the_end_is_told_that_it_is_saved(talk):
    _, replies = talk("assess a distributor", "they are a distributor, we need an agent", "no", "let's stop for today")
    assert "saved" in replies[-1].text


def test_another_customer_compared_with_is_a_record_of_its_own(talk):
    state, replies = talk(
        "we sell to Carrefour 2M euro a year at 22% margin, 300 orders at 50 each. what do we make on Carrefour?",
        "compare with Tesco, who buy for 900k at 30%",
        "which is more profitable?",
    )
    assert told_of(state, "Carrefour")["revenue"]["amount"] == "2000000"
    assert told_of(state, "Tesco")["gross_margin"] == "0.3"
    assert "direct_costs" not in told_of(state, "Carrefour")
    assert "Tesco" in replies[-1].text
    assert "Carrefour" in replies[-1].text


def test_what_is_also_supposed_comes_to_what_was_supposed_before(talk):
    state, _ = talk(*FAIR, "what if we closed 8 deals?", "and if the margin were also 50%?")
    assert list(state.record.supposed.values())[-1] == {"deals": "8", "gross_margin": "0.5"}


def test_what_is_also_supposed_comes_to_what_was_supposed_before_in_hebrew(talk):
    state, _ = talk(*DIWUR, "ומה אם נסגור 6 עסקאות?", "ואם גם הרווח הגולמי יהיה 50%?")
    assert list(state.record.supposed.values())[-1] == {"deals": "6", "gross_margin": "0.5"}


def test_where_a_firm_is_from_is_no_name_and_its_name_takes_the_offer_up(talk):
    state, _ = talk("חברה יוונית פנתה אלינו ורוצה בלעדיות ליוון. מה דעתך?", "קוראים להם אגיאן טרייד")
    assert state.record.name == "אגיאן טרייד"
    assert state.record.values()["initiated_by"] == "them"


@pytest.mark.parametrize("message", ["the bottom line for both please", "give me a summary of the two", "סיכום לשניהם"])
def test_what_is_wanted_of_all_of_them_puts_them_side_by_side(talk, message):
    state, replies = talk(
        "Two candidates for Norway: Fjord Medical and Bergen Tech. Help me choose",
        "Bergen Tech sells a competing line",
        message,
    )
    assert {record.name for record in state.records.values()} == {"Fjord Medical", "Bergen Tech"}
    assert all("search_methods" not in record.answers for record in state.records.values())
    assert "| Fjord Medical |" in replies[-1].text
    assert "| Bergen Tech |" in replies[-1].text
