"""What is surely meant by all that people say: the tool to begin, the question spoken of, news before a statement."""

from __future__ import annotations

import pytest
from states import in_record

from assistant.commands import Answer, Ask, Simple, Start
from assistant.conversation import Conversation


@pytest.mark.parametrize(
    ("words", "tool"),
    [
        ("check whether we have too many strategic accounts for the account managers we have", "sam_capacity"),
        ("בוא נחשב כמה strategic accounts מנהל אחד יכול להחזיק", "sam_capacity"),
        ("help me see if our hours are enough for all the key accounts in the programme", "kam_capacity"),
        ("let's work out whether our referral partners are worth what we pay them", "referral_programme"),
        ("תריץ איתי את הבדיקה אם הארגון שלנו מוכן ללקוחות אסטרטגיים", "checklist_sam_readiness"),
        ("I'd like to calculate what nurturing our unripe leads would pay us", "nurture_payoff"),
        ("our mailing goes out on Thursday, can we do the campaign pre-flight?", "campaign_preflight"),
        ("can we go through the checklist for lazy marketing?", "checklist_lazy_marketing"),
        ("would you help me weigh up a possible partner in Ireland?", "partner_fit"),
        ("classify a customer for our key account programme, the name is Oltra", "kam_tiers"),
        ("I've a lead, a brewery in Ghent, and I want it qualified properly", "lead_qualification"),
        ("new lead, Orbis GmbH, lets qualify it", "lead_qualification"),
        ("I have a candidate in Oslo, rate him", "partner_fit"),
    ],
)
def test_what_is_surely_meant_is_begun(reader, words, tool):
    starts = [c for c in reader.propose(words, Conversation("c")).commands if isinstance(c, Start)]
    assert [(start.tool, start.only_offer) for start in starts] == [(tool, False)]


@pytest.mark.parametrize(
    "words",
    [
        "can we run a campaign in August?", "could we score leads by hand?", "can we measure the return of a fair?",
        "can we appoint two distributors in one country?", "אפשר לחשב ROI בלי רווח גולמי?",
    ],
)  # fmt: skip
def test_whether_a_thing_may_be_done_is_asked_and_begins_nothing(reader, words):
    commands = reader.propose(words, Conversation("c")).commands
    assert any(isinstance(c, Ask) for c in commands)
    assert not any(isinstance(c, Start) and not c.only_offer for c in commands)


@pytest.mark.parametrize("words", ["mark them as fit", "qualify the lead as passed", "approve him", "אשר אותם"])
def test_a_verdict_that_is_ordered_is_refused_all_the_same(reader, words):
    assert reader.propose(words, Conversation("c")).commands == (Simple("tamper"),)


@pytest.mark.parametrize(
    ("words", "field", "before", "value"),
    [
        ("sorry, mixed him up with somebody else. He's a possible customer", "who_is_it", "student", "customer"),
        ("ah no, that was a different Okafor. This one is a possible customer", "who_is_it", "supplier", "customer"),
        ("בלבלתי אותו עם מישהו אחר. הוא לקוח אפשרי", "who_is_it", "student", "customer"),
    ],
)
def test_news_before_a_statement_makes_it_a_correction(reader, words, field, before, value):
    state = in_record("lead_qualification", "in_territory", "Acme", **{field: before})
    answers = [c for c in reader.propose(words, state).commands if isinstance(c, Answer) and c.field == field]
    assert [(answer.value, answer.corrects) for answer in answers] == [(value, True)]


ABOUT_A_QUESTION = [
    ("checklist_kam", "how long it takes to win a similar one, ask me later", "later", "time_to_replace"),
    ("checklist_kam", "the one about their seeing us as a partner: skip it", "skipped", "seen_as_partner"),
    ("checklist_kam", "כמה זמן לוקח לגייס לקוח דומה? את זה תדלג", "skipped", "time_to_replace"),
    ("partner_fit", "על הכימיה האישית אענה אחר כך, נפגשים רק ביום חמישי", "later", "personal_chemistry"),
    ("lead_qualification", "no idea how soon they mean to buy", "unknown", "timeframe"),
]


@pytest.mark.parametrize(("tool", "words", "status", "field"), ABOUT_A_QUESTION)
def test_a_question_is_known_by_all_that_people_call_it(reader, tool, words, status, field):
    asked = {"checklist_kam": "orders_grow", "partner_fit": "candidate_type", "lead_qualification": "role"}[tool]
    answers = [c for c in reader.propose(words, in_record(tool, asked)).commands if isinstance(c, Answer)]
    assert [(answer.field, answer.status) for answer in answers] == [(field, status)]
