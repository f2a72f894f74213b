"""Lists read item by item, decisions and news that change an answer, reasons in one's own words, offers taken up."""

from __future__ import annotations

import pytest
from states import in_record

from assistant.commands import Answer, Ask, Simple, Start, Unclear
from assistant.conversation import Conversation
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.segments import sentences


def stored(reader, words, state):
    return {c.field: c.value for c in reader.propose(words, state).commands if isinstance(c, Answer)}


@pytest.mark.parametrize(
    ("tool", "question", "words", "values"),
    [
        ("checklist_lead_methods", "email", "exhibitions yes, no blog, no podcast",
         {"exhibitions": "yes", "blog": "no", "podcast": "no"}),
        ("lead_qualification", "in_territory", "ה-size מתאים, ה-industry לא", {"size": "yes", "vertical": "no"}),
        ("lead_qualification", "in_territory", "need, industry, role and size all fit, yes to all four",
         {"need_matches": "yes", "vertical": "yes", "role": "yes", "size": "yes"}),
        ("partner_fit", "candidate_type",
         "who creates demand: them. Who answers it: them. Who reports on the market: nobody",
         {"function_demand_creation": "partner", "function_demand_response": "partner",
          "function_market_information": "nobody"}),
        ("sam_selection", "customer_result", "Only one man there knows us, so broad relationships: no.",
         {"breadth_of_relationships": "no"}),
        ("kam_tiers", "gross_profit_high", "they order regularly but their volume is low and so is the gross profit",
         {"buys_regularly": "yes", "volume_high": "no", "gross_profit_high": "no"}),
        ("partner_fit", "line_compatibility",
         "המוצר מתאים רק חלקית לקווים שהם כבר מוכרים, וכימיה אישית - אין בכלל",
         {"line_compatibility": "partly", "personal_chemistry": "no"}),
        ("checklist_lead_methods", "pr", "no blog no podcast", {"blog": "no", "podcast": "no"}),
        ("partner_fit", "required_types",
         "All the work would sit with them: exhibiting and opening new customers, quoting and delivering, and repairs",
         {"function_demand_creation": "partner", "function_demand_response": "partner",
          "function_after_sale_service": "partner"}),
        ("partner_fit", "required_types", "פרסום, מלאי ותיקונים: הם עושים הכול",
         {"function_demand_creation": "partner", "function_demand_response": "partner",
          "function_after_sale_service": "partner"}),
        ("partner_fit", "financial_strength",
         "financially strong yes, our product fits their lines yes, sales force and record yes",
         {"financial_strength": "yes", "line_compatibility": "yes", "sales_force_record": "yes"}),
        ("campaign_preflight", "timing", "התזמון והתדירות מתוכננים חלקית, והקריאייטיב לא רלוונטי",
         {"timing": "partly", "creative": "no"}),
    ],
)  # fmt: skip
def test_a_list_is_read_item_by_item(reader, tool, question, words, values):
    assert stored(reader, words, in_record(tool, question)) == values


@pytest.mark.parametrize(
    ("words", "types"),
    [
        ("an agent or a distributor would both work for us", ["agent", "distributor"]),
        ("Either a reseller or a VAR is fine. They're a VAR", ["reseller", "var"]),
        ("מתאימים לנו גם סוכן וגם אינטגרטור", ["agent", "integrator"]),
        ("what suits our product is an integrator", ["integrator"]),
    ],
)
def test_every_type_that_would_do_is_wanted(reader, words, types):
    assert stored(reader, words, in_record("partner_fit", "required_types"))["required_types"] == types


def test_a_further_type_that_would_do_is_added(reader):
    state = in_record("partner_fit", "candidate_type", required_types=["integrator"])
    assert stored(reader, "חשבתי שוב, גם סוכן יתאים לנו", state)["required_types"] == ["integrator", "agent"]


@pytest.mark.parametrize(
    ("field", "before", "words", "now"),
    [
        ("function_after_sale_service", "nobody", "ok it's settled, we will do the repairs ourselves. Please change it",
         "exporter"),
        ("function_after_sale_service", "nobody", "ok so we'll do the repairs ourselves", "exporter"),
        ("drops_competing_line", "no", "I just got their email, they will drop the rival brand and put it in writing",
         "yes"),
        ("drops_competing_line", "no", "hmm no, the email is real. They will drop the rival brand", "yes"),
    ],
)  # fmt: skip
def test_a_decision_or_news_replaces_the_answer(reader, field, before, words, now):
    commands = reader.propose(words, in_record("partner_fit", "candidate_type", **{field: before})).commands
    told = [c for c in commands if isinstance(c, Answer) and c.field == field]
    assert [(c.value, c.corrects) for c in told] == [(now, True)]


def test_what_was_answered_last_takes_another_level(reader):
    state = in_record("partner_fit", "market_information", partner_motivation="yes")
    assert stored(reader, "the previous answer, change it to partly", state) == {"partner_motivation": "partly"}


def test_a_number_that_is_there_is_replaced_by_the_one_it_should_have_been(reader):
    state = in_record("kam_capacity", "strategic_accounts", protection_hours="8", growth_hours="6")
    assert stored(reader, "the 8 should have been 10", state) == {"protection_hours": "10"}
    both = in_record("kam_capacity", "strategic_accounts", protection_hours="8", growth_hours="8")
    assert stored(reader, "the 8 should have been 10", both) == {}


@pytest.mark.parametrize(
    ("tool", "answers", "words", "field"),
    [
        ("partner_fit", {"initiated_by": "them", "led_process": "no"},
         "There is a good reason to go on without a process: they alone have the import permit", "reactive_override"),
        ("partner_fit", {"initiated_by": "them", "led_process": "no"},
         "יש סיבה טובה להמשיך בכל זאת: רק להם יש רישיון ממשרד הבריאות", "reactive_override"),
        ("sam_selection", {"customer_result": "loss"},
         "there is a written strategic reason to accept the loss: they open the rail market to us", "strategic_reason"),
    ],
)  # fmt: skip
def test_a_reason_in_spite_of_a_gate_is_noted_in_its_own_words(reader, tool, answers, words, field):
    assert stored(reader, words, in_record(tool, "", **answers)) == {field: words}


def test_no_reason_is_noted_where_no_gate_asks_for_one(reader):
    words = "There is a good reason to go on without a process: they alone have the import permit"
    assert "reactive_override" not in stored(reader, words, in_record("partner_fit", "", initiated_by="us"))


def test_an_order_behind_a_question_begins_what_the_question_is_about(reader):
    words = "which lead generation methods do we use and which are we missing? go through the checklist with me"
    starts = [c for c in reader.propose(words, Conversation("c")).commands if isinstance(c, Start)]
    assert [(start.tool, start.only_offer) for start in starts] == [("checklist_lead_methods", False)]


def test_a_misspelt_wish_begins_what_it_is_for(reader):
    starts = [c for c in reader.propose("need 2 chek a prtner in vietnam", Conversation("c")).commands]
    assert [(c.tool, c.only_offer) for c in starts if isinstance(c, Start)] == [("partner_fit", False)]


def test_facts_of_several_sentences_take_an_offer_up(reader):
    state = Conversation("c", turn=2, pending={"kind": "start", "tool": "checklist_lead_methods"})
    words = "we meet prospects all the time, yes. E-mail yes. Phone no."
    commands = reader.propose(words, state).commands
    assert isinstance(commands[0], Start)
    assert {c.field: c.value for c in commands if isinstance(c, Answer)} == {
        "prospect_meetings": "yes", "email": "yes", "phone": "no",
    }  # fmt: skip
    assert not any(isinstance(c, Unclear) for c in commands)


def test_undoing_a_change_that_was_only_asked_about_leaves_the_answer(advisor):
    for said in ("start partner fit for Acme", "nobody gives service there", "we do the service"):
        reply = advisor.reply("c", said, user="u")
    assert "Shall I change it?" in reply.text
    assert advisor.reply("c", "undo the last change", user="u").assessment["answers"]["function_after_sale_service"][
        "value"
    ] == "nobody"  # fmt: skip


@pytest.mark.parametrize("words", ["nobody repairs the machines there", "no one gives service there"])
def test_what_nobody_does_is_no_no_to_a_doubt(advisor, words):
    conversation = f"doubted, then {words}"
    for said in ("start partner fit for Acme", "they came to us. Maybe we led a search process"):
        reply = advisor.reply(conversation, said, user="u")
    assert "Did I understand rightly" in reply.text
    answers = advisor.reply(conversation, words, user="u").assessment["answers"]
    assert answers["function_after_sale_service"]["value"] == "nobody"
    assert answers.get("led_process", {}).get("value") != "no"


def test_what_they_do_not_know_is_a_no_where_they_conclude_so(reader):
    words = "dunno what happens to our results if one leaves, we never looked. so no"
    assert stored(reader, words, in_record("checklist_kam", "effect_of_leaving")) == {"effect_of_leaving": "no"}


@pytest.mark.parametrize("words", ["how many do we have?", "כמה יש לנו מתוך כמה?", "מה המצב?"])
def test_in_a_checklist_these_ask_for_the_result(reader, words):
    state = in_record("checklist_sam_readiness", "right_accounts", value_measured="no")
    assert reader.propose(words, state).commands == (Simple("result"),)


@pytest.mark.parametrize("words", ["what suits our product?", "what is a VAR", "who answers demand?"])
def test_a_question_stays_one(reader, words):
    assert any(isinstance(c, Ask) for c in reader.propose(words, in_record("partner_fit", "candidate_type")).commands)
    assert sentences(words)[0].asked


@pytest.mark.parametrize(
    ("words", "value"), [("1.5 lakh rupees", 150_000), ("10 lakh rupees", 1_000_000), ("2 crore", 20_000_000)]
)
def test_lakhs_and_crores_are_counted(words, value):
    assert [quantity.low for quantity in quantities(words)] == [value]
