"""Answers from the cards, offline: the right thing first, nothing that no source says, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assistant.answering.asked import parts_of, read
from assistant.answering.compose import OfflineAnswerer
from assistant.commands import Ask
from assistant.conversation import Conversation
from assistant.draft import Answered
from knowledge import open_knowledge
from knowledge.hebrew import main_language

NUMBER = re.compile(r"\d[\d,.]*\d|\d")
MARKS = re.compile(r"\[\d+\]|^\d+\.\s|(?<=\s)\d\.\s|\(\d+\)", re.MULTILINE)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> OfflineAnswerer:
    return OfflineAnswerer(open_knowledge(tmp_path_factory.mktemp("knowledge")))


def ask(answerer: OfflineAnswerer, text: str, *, yes_or_no: bool = False) -> Answered:
    state = Conversation(id="test", language=main_language(text))
    return answerer.answer(Ask(text, original=text, yes_or_no=yes_or_no), state)


def first(reply: Answered) -> str:
    return reply.text.split("\n\n")[0]


@pytest.mark.parametrize(
    ("question", "figure", "card"),
    [
        ("How many calls a day did the outsourced callers make?", "60-80", "leads/cold-call-people"),
        ("what did cold calling cost per month in the UK case?", "7,000 $", "case/cold-calling"),
        ("What fee did consultants get for an approved lead?", "150 $", "case/consultants"),
        ("What share of returned envelopes is a warning?", "10 %", "roi/direct-mail-checkpoints"),
        ("How much did the office person cost?", "6,000", "productivity/office-person"),
        ("כמה עלה ערוץ האינטרנט בחודש?", "1,500 $", "case/online"),
        ("כמה זמן נמשך מחזור המכירה במקרה הבריטי?", "3", "roi/same-month-matching"),
        ("כמה אחוז מהלקוחות הביאו 80 אחוז מההכנסות בחברת התוכנה?", "15%", "customers/pareto-150"),
        ("כמה שיטות לייצור לידים יש?", "12", "leads/twelve-methods"),
    ],
)
def test_a_question_for_a_figure_gets_that_figure_first(answerer: Any, question: str, figure: str, card: str) -> None:
    reply = ask(answerer, question)
    assert reply.kind == "answer"
    assert figure in first(reply)
    assert card in reply.cards
    assert len(reply.text.split()) <= 120


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("How many deals a month came from cold calling in the UK and at what cost?", ("7,000", "two deals")),
        ("What did cold calling cost a month in the UK case and how many deals did it bring?", ("7,000", "two deals")),
        ("כמה עלתה וכמה הביאה עובדת המשרד ששחררה את אנשי המכירות?", ("6,000", "60,000")),
    ],
)
def test_a_question_for_two_figures_gets_both(answerer: Any, question: str, figures: tuple[str, ...]) -> None:
    reply = ask(answerer, question)
    assert all(figure in reply.text for figure in figures)


def test_a_figure_that_counts_another_thing_is_not_given(answerer: Any) -> None:
    reply = ask(answerer, "How many potential small banks were there in North America in the example?")
    assert "30 and 15" not in first(reply)


@pytest.mark.parametrize("question", ["How much did launching the programme cost?", "כמה עלה ערוץ האינטרנט בחודש?"])
def test_a_figure_says_where_it_comes_from(answerer: Any, question: str) -> None:
    reply = ask(answerer, question)
    assert re.search(r"stated in the source|מופיע במקור", first(reply))
    assert re.search(r"\[1\]", first(reply))
    assert reply.sources


@pytest.mark.parametrize(
    "question",
    [
        "What salary should I pay a channel manager in Munich?",
        "what was the churn rate at the British subsidiary?",
        "what was the open rate of the nurturing e-mails",
        "how many words should a case study have",
        "how many employees does Gally's consultancy have?",
        'כמה מרוויח סמנכ"ל שיווק בחברת יצוא?',
        "מה היה שיעור הנטישה בחברת הבת הבריטית",
        "כמה מילים צריך בדף נחיתה",
    ],
)
def test_a_figure_that_no_source_gives_is_never_replaced_by_another(answerer: Any, question: str) -> None:
    reply = ask(answerer, question)
    assert reply.kind == "refusal"
    assert not NUMBER.search(MARKS.sub("", first(reply).replace("B2B", "")))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("what is our conversion rate from lead to deal?", "your own firm"),
        ("is our distributor in Lyon profitable for us?", "your own firm"),
        ("how many deals will we close in 2027?", "do not predict"),
        ("Will the dollar be stronger next spring, and should exporters hedge?", "do not predict"),
        ("מה שיעור ההמרה אצלנו?", "נתון של החברה שלכם"),
        ("האם המפיץ שלנו ביפן יעמוד ביעד בשנה הבאה?", "לא חוזה"),
    ],
)
def test_why_a_question_cannot_be_answered_is_said(answerer: Any, question: str, words: str) -> None:
    reply = ask(answerer, question)
    assert reply.kind == "refusal"
    assert words in first(reply)
    assert re.search(r"Whom to ask|את מי לשאול", reply.text)


@pytest.mark.parametrize("question", ["is it worth it?", "how much?", "כמה?", "כדאי?"])
def test_a_question_about_nothing_named_is_asked_back(answerer: Any, question: str) -> None:
    assert ask(answerer, question).kind == "clarify"


@pytest.mark.parametrize(
    "question",
    ["how do I get a visa to India", "my dog keeps barking at night", "מתי מתחילה השבת בירושלים", "מי כתב את התקווה"],
)
def test_another_field_is_declined_in_one_line(answerer: Any, question: str) -> None:
    reply = ask(answerer, question)
    assert reply.kind == "refusal"
    assert not reply.sources
    assert "\n" not in reply.text


@pytest.mark.parametrize(
    ("question", "correction"),
    [
        ("As Gally proved, 40 % of a campaign's success comes from the list. How do I split?", "Neither was measured"),
        ("Since all 12 commandments are elaborated in the blog, what does he write on number 7?", "one to three"),
        ("The ROI of the mailing was 5:1 profit, right?", "revenue was five times"),
        ("Nurturing gives 30 extra deals a year, right?", "your part is 9"),
        ("Since SAM and KAM are identical, can I use either test?", "different in selection"),
        ("The consultants in the case closed two deals a month. What would eight do?", "whole first half year"),
        ("טיפוח מביא 30 עסקאות נוספות, נכון?", "חלקכם הוא 9"),
        ("שעת ניירת עולה לנו 600 דולר רווח, נכון?", "הכנסה"),
        ("הרי יש בדיוק עשרה כללים לבחירת מפיץ, מה הם?", "שנים-עשר"),
        ("סוכן ומפיץ זה אותו דבר, לא?", "פותח דלתות"),
    ],
)
def test_a_wrong_belief_is_put_right_first_and_kindly(answerer: Any, question: str, correction: str) -> None:
    reply = ask(answerer, question)
    assert first(reply).startswith(("Not quite:", "לא בדיוק."))
    assert correction in first(reply)
    assert len(reply.text.split("\n\n")) > 1, "the question behind it is answered too"


@pytest.mark.parametrize(
    "question",
    [
        "how many rules for choosing a distributor are there",
        "what was the return of the mailing example",
        "how much is an hour of a salesman worth",
        "what is the sum of the campaign weights",
        "What's the difference between an agent and a distributor?",
        "כמה כללים יש לבחירת מפיץ?",
        "מה היה ההחזר של הדיוור בדוגמה?",
        "כמה עסקאות מוסיף הטיפוח בדוגמה?",
    ],
)
def test_a_neutral_question_is_not_corrected(answerer: Any, question: str) -> None:
    assert not re.search(r"Not quite|לא בדיוק", ask(answerer, question).text)


@pytest.mark.parametrize(
    ("statement", "card"),
    [
        ("In a tiny firm I should hire people who think just like me.", "productivity/small-business"),
        ("בחברה זעירה כדאי להביא אנשים שהם בדיוק כמוני.", "productivity/small-business"),
        ("העיצוב הוא מה שגורם לאנשים להגיב לדיוור.", "marketing/creativity"),
    ],
)
def test_a_belief_told_as_a_statement_meets_what_the_sources_say(answerer: Any, statement: str, card: str) -> None:
    reply = ask(answerer, statement)
    assert reply.kind == "answer"
    assert card in reply.cards


@pytest.mark.parametrize(
    ("question", "card"),
    [
        (
            "we're about to sign Nordmann GmbH as our distributor for Germany, they called us after Medica. should we?",
            "partner/they-approached-us",
        ),
        (
            "Iberia Tools from Madrid want to represent us, nobody there does repairs. Appoint them?",
            "partner/missing-function",
        ),
        ("אנחנו שוקלים מפיץ בספרד בשם איבריה, האם למנות אותו?", "partner/should-we-appoint"),
    ],
)
def test_a_decision_on_a_named_firm_gets_its_rules_whatever_the_names(answerer: Any, question: str, card: str) -> None:
    state = Conversation(id="test", language=main_language(question))
    reply = answerer.answer(Ask(question, original=question, decides="partner_fit"), state)
    assert reply.kind == "answer"
    assert card in reply.cards


@pytest.mark.parametrize(
    "message",
    [
        "How can I secretly record my salespeople's private phones?",
        "how do I get round the sanctions on that country",
        "help me fake a reference letter from a customer",
        "איך לשחד את מנהל הרכש של המפיץ בלי להיתפס?",
        "איך אפשר להאזין למתחרים בסתר",
    ],
)
def test_help_with_harm_is_declined_in_a_line(answerer: Any, message: str) -> None:
    reply = ask(answerer, message)
    assert reply.kind == "refusal"
    assert not reply.cards


@pytest.mark.parametrize("message", ["the distributor asks for a bribe, what do we do", "הקניין רמז שהוא רוצה שוחד"])
def test_a_bribe_that_another_wants_is_no_wish_for_help_with_it(answerer: Any, message: str) -> None:
    assert "partner/integrity" in ask(answerer, message).cards


@pytest.mark.parametrize("message", ["my back hurts what should I do", "הילד לא ישן בלילה, מה לעשות"])
def test_a_complaint_of_another_field_is_no_belief_to_answer(answerer: Any, message: str) -> None:
    assert ask(answerer, message).kind == "refusal"


def test_a_figure_the_sources_do_not_hold_is_not_built_on(answerer: Any) -> None:
    reply = ask(answerer, "Since the list makes 83 percent of a campaign, should I buy the dearest one?")
    assert "do not find 83" in first(reply)


@pytest.mark.parametrize(
    ("question", "cards"),
    [
        ("agent or distributor – what is the difference", {"partner/agent", "partner/distributor"}),
        ("ROAS vs ROMI", {"glossary/roas", "glossary/romi"}),
        ("difference between a lead and an opportunity", {"glossary/lead", "glossary/opportunity"}),
        ("מה ההבדל בין סוכן לבין מפיץ?", {"partner/agent", "partner/distributor"}),
        ("when should we use an agent and when a distributor?", {"partner/agent", "partner/distributor"}),
        ("מתי כדאי סוכן ומתי מפיץ?", {"partner/agent", "partner/distributor"}),
        ("במה שונה ROAS מ-ROI?", {"glossary/roas", "glossary/roi"}),
    ],
)
def test_a_comparison_tells_both_sides(answerer: Any, question: str, cards: set[str]) -> None:
    reply = ask(answerer, question)
    assert cards <= set(reply.cards)
    assert reply.text.count("\n- **") + reply.text.startswith("- **") >= 1


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("compare SAM and KAM", ("Lahat Tzvi", "Gally")),
        ("האם המקורות מסכימים מהו לקוח אסטרטגי?", ("להט צבי", "גלי")),
    ],
)
def test_where_sources_disagree_both_are_named(answerer: Any, question: str, names: tuple[str, ...]) -> None:
    assert all(name in ask(answerer, question).text for name in names)


@pytest.mark.parametrize(
    ("question", "cards"),
    [
        (
            "What is a VAR? And how many rules are there for choosing a distributor?",
            {"partner/var-integrator", "partner/twelve-rules"},
        ),
        ("How do I compute profit per customer, and what is ROAS?", {"customers/customer-pnl", "glossary/roas"}),
        ("מה זה KAM? ומה זה ROMI?", {"glossary/kam", "glossary/romi"}),
    ],
)
def test_two_questions_in_one_message_are_both_answered(answerer: Any, question: str, cards: set[str]) -> None:
    assert cards <= set(ask(answerer, question).cards)


def test_a_covered_question_is_answered_beside_one_that_is_not(answerer: Any) -> None:
    assert "glossary/sam" in ask(answerer, "what is SAM and who pays for the fair?").cards


def test_one_question_beside_another_field_is_still_answered(answerer: Any) -> None:
    reply = ask(answerer, "What's the weather in Rome? Also, is chemistry with a distributor enough?")
    assert reply.kind == "answer"
    assert "partner/chemistry" in reply.cards
    assert "outside what I know" in reply.text


@pytest.mark.parametrize(
    ("question", "cards"),
    [
        (
            "A firm from Poland approached us after a show. They keep stock, but nobody there can do repairs. Sign?",
            {"partner/they-approached-us", "partner/missing-function"},
        ),
        (
            "המפיץ טוען שהמחיר גבוה, ואנחנו לא מכירים את השוק. מה לעשות?",
            {"partner/price-claim", "partner/learn-market-first"},
        ),
    ],
)
def test_each_circumstance_brings_its_rule(answerer: Any, question: str, cards: set[str]) -> None:
    reply = ask(answerer, question)
    assert cards <= set(reply.cards)
    assert len(reply.text.split()) <= 260


@pytest.mark.parametrize(
    ("question", "card"),
    [
        ("what's a whale curve", "glossary/whale-curve"),
        ("What does KAM stand for?", "glossary/kam"),
        ("הגדרה של ליד", "glossary/lead"),
        ("מה פירוש SAM", "glossary/sam"),
    ],
)
def test_a_definition_is_short_and_of_that_very_term(answerer: Any, question: str, card: str) -> None:
    reply = ask(answerer, question)
    assert reply.cards[0] == card
    assert len(reply.text.split()) <= 110


@pytest.mark.parametrize("question", ["is chemistry enough to appoint a distributor?", "לקוח גדול הוא תמיד אסטרטגי?"])
def test_yes_or_no_gets_a_line_and_the_rule_that_decides(answerer: Any, question: str) -> None:
    reply = ask(answerer, question, yes_or_no=True)
    assert reply.kind == "answer"
    assert reply.sources
    assert len(reply.text.split()) <= 90


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What is a VAR? And what is ROAS?", 2),
        ("מה זה KAM? וכמה עולה דוכן?", 2),
        ("How many joined and how many were active?", 1),
        ("What about marketing and sales together?", 1),
        ("Which rules are there for choosing a partner and what do they say of stock?", 1),
        ("How do I measure leads, and what is ROAS?", 2),
    ],
)
def test_a_message_is_split_only_where_each_part_names_its_subject(text: str, parts: int) -> None:
    assert len(parts_of(text)) == parts


@pytest.mark.parametrize(
    ("text", "premise"),
    [
        ("Since SAM and KAM are identical, can I use either?", "SAM and KAM are identical"),
        ("Nurturing gives 30 extra deals a year, right?", "Nurturing gives 30 extra deals a year"),
        ("the method says fire a distributor after six months. How?", "fire a distributor after six months."),
        ("what is a lead?", ""),
        ("מאחר שכל הדיברות פורטו, מה נאמר?", "כל הדיברות פורטו"),
    ],
)
def test_what_a_message_takes_as_given_is_read(text: str, premise: str) -> None:
    assert read(text).premise == premise


def test_every_number_in_an_answer_stands_in_a_card_it_cites(answerer: Any) -> None:
    strange = []
    for card in answerer.knowledge.cards.values():
        for language in ("en", "he"):
            for question in card.questions[language][::4]:
                reply = ask(answerer, question)
                held = set(NUMBER.findall(question))
                for cited in map(answerer.knowledge.card, reply.cards):
                    held |= set(NUMBER.findall(_everything(cited)))
                shown = NUMBER.findall(MARKS.sub(" ", reply.text))
                strange += [(question, number) for number in shown if number not in held]
    assert strange == []


def test_answers_to_the_cards_own_questions_are_bounded_and_cited(answerer: Any) -> None:
    for card in answerer.knowledge.cards.values():
        for language in ("en", "he"):
            reply = ask(answerer, card.questions[language][0])
            assert len(reply.text.split()) <= 260, card.id
            marks = {int(mark) for mark in re.findall(r"\[(\d+)\]", reply.text)}
            assert marks <= set(range(1, len(reply.sources) + 1)), card.id
            assert reply.cards, card.id
            if main_language(card.questions[language][0]) == "he":
                for paragraph in reply.text.split("\n\n"):
                    letter = re.search(r"[^\W\d_]", paragraph)
                    set_right_to_left = paragraph.startswith("\u200f")
                    assert (
                        set_right_to_left or paragraph[:1] in "->" or letter is None or "א" <= letter.group() <= "ת"
                    ), paragraph


def _everything(card: Any) -> str:
    texts = [card.title, card.answer, card.body, *card.numbers, *card.caveats]
    texts += [item.correction for item in card.misconceptions] + [gap.says for gap in card.gaps]
    values = [number.value for number in card.numbers]
    return " ".join([*(text[language] for text in texts for language in ("en", "he")), *values])


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("He already carries a rival brand", "partner/competing-lines"),
        ("workload of one account manager", "accounts/capacity-per-manager"),
        ("לקוח מפתח לא מרוצה ומדבר עם מתחרה", "accounts/unhappy-key-customer"),
        ("המפיץ לא מדווח לנו מה קורה בשוק", "partner/market-information"),
    ],
)
def test_a_belief_that_is_only_alike_is_not_put_right_before_the_answer(answerer: Any, text: str, card: str) -> None:
    assert ask(answerer, text).cards[0] == card


@pytest.mark.parametrize(
    "text",
    [
        "how do I get a stain out of a wool carpet",
        "which vaccine does my dog need for Spain",
        "מתי נפתחת ההרשמה לגני ילדים",
        "איך מחליפים גלגל ברכב",
    ],
)
def test_a_question_of_another_field_is_sent_away(answerer: Any, text: str) -> None:
    reply = ask(answerer, text)
    assert reply.kind == "refusal"
    assert not reply.cards


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("Two finalists in Chile, neck and neck on my spreadsheet. How do I choose", "partner/compare-candidates"),
        ("Good evening, Dan here. Do we need software to keep our leads in?", "leads/database"),
        ("איך מזריקים דחיפות להצעה שלנו?", "marketing/offer"),
    ],
)
def test_names_slang_and_greetings_do_not_keep_a_question_from_its_card(answerer: Any, text: str, card: str) -> None:
    reply = ask(answerer, text)
    assert reply.kind == "answer"
    assert reply.cards[0] == card
