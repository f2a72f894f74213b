"""What is learned from all authored examples together: the second opinion on single messages."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from assistant.commands import Answer
from assistant.conversation import Conversation, Given, Record
from assistant.understanding.answers.claims import Claim
from assistant.understanding.answers.opinions import OVERRULES, opinion_of, second_opinion, settled, weighed
from assistant.understanding.examples import FOLDER, Library, more_examples, more_starts, more_steering
from assistant.understanding.fields.fitting import Context
from assistant.understanding.learned import FILE, NOTHING, STARTING, STEERING, learned, opened
from assistant.understanding.learning import examples_of, fingerprint, learn, write
from assistant.understanding.segments import Sentence, Span, sentences
from assistant.understanding.situation import situation_of
from assistant.understanding.steering.likely import SURELY_START, likely_intent, likely_start
from tools.registry import TOOLS

NAMED = {tool.name: tool for tool in TOOLS}


@pytest.fixture(scope="module")
def context(library: Library) -> Context:
    return Context(library, NAMED["partner_fit"], open_field="financial_strength", values={})


def span(text: str) -> Span:
    return Span(text, frozenset((0,)))


def test_the_weights_are_learned_from_the_examples_there_are():
    with np.load(FILE, allow_pickle=False) as file:
        made_from = str(file["made_from"])
    told = fingerprint(examples_of(TOOLS), TOOLS)
    assert made_from == told, "run: python -m assistant.understanding.learning"


def test_learning_twice_gives_the_same_weights_and_they_survive_the_file(tmp_path):
    examples = examples_of(TOOLS)["checklist_cold_call"][::5]
    one, two = learn(examples), learn(examples)
    assert np.array_equal(one.rows, two.rows)
    assert np.array_equal(one.scales, two.scales)
    write({"checklist_cold_call": one}, None, {}, "", tmp_path / "weights.npz")
    read = opened.__wrapped__(tmp_path / "weights.npz").weights["checklist_cold_call"]
    text = examples[0].text
    assert read.chances(text) == pytest.approx(one.chances(text), abs=1e-3)


@pytest.mark.parametrize("tool", sorted(set(learned()) - {STEERING, STARTING}))
def test_every_answer_that_is_learned_is_one_of_its_form(tool):
    form = NAMED[tool].form
    for name, value in learned()[tool].answers:
        if (name, value) != NOTHING:
            assert value in {choice.id for choice in form.field(name).choices}


def test_chances_sum_to_one_and_favour_the_open_question():
    weights = learned()["partner_fit"]
    plain, asked = weights.chances("they are strong"), weights.chances("they are strong", "financial_strength")
    assert sum(plain.values()) == pytest.approx(1)
    assert sum(asked.values()) == pytest.approx(1)
    share = [sum(c for (name, _), c in one.items() if name == "financial_strength") for one in (plain, asked)]
    assert share[0] < share[1]


@pytest.mark.parametrize(
    "text", ["how long should a contract run?", "מה ההבדל בין סוכן למפיץ", "skip this one", "תודה רבה"]
)
def test_what_answers_nothing_is_no_opinion_to_rely_on(text, context):
    found = opinion_of(span(text), replace(context, open_field=""))
    assert found is None or found.chance < OVERRULES


def test_agreement_makes_a_reading_surer_and_a_confident_other_one_takes_its_place(context):
    opinion = opinion_of(span("the bank closed their credit line last month"), context)
    assert (opinion.claim.field.id, opinion.claim.value) == ("financial_strength", "no")
    same = replace(opinion.claim, score=0.5)
    assert weighed(same, opinion).score > 0.5
    other = Claim(same.span, same.field, "yes", 0.6)
    assert weighed(other, replace(opinion, chance=0.95)).value == "no"
    assert weighed(replace(other, score=1.1), replace(opinion, chance=0.95)).value == "yes"  # an example's own words


def test_an_answer_whose_words_surely_say_another_value_gives_way_to_it_and_otherwise_is_confirmed(context):
    said = "the bank closed their credit line"
    answer = Answer("financial_strength", "yes", said, confidence=0.95, tool="partner_fit")
    assert second_opinion(answer, said, context).value == "no"
    assert second_opinion(replace(answer, value="no"), said, context).confidence == 0.95
    strange = replace(answer, raw="we got on like old friends")
    assert second_opinion(strange, strange.raw, context).confidence < 0.6


def test_what_a_person_says_plainly_is_not_doubted(context):
    said = "the bank closed their credit line, yes"
    answer = Answer("financial_strength", "yes", said, confidence=0.95, tool="partner_fit")
    assert second_opinion(answer, said, context) == answer


def test_a_phrase_for_a_value_no_form_has_is_refused_with_its_file(tmp_path):
    (tmp_path / "said").mkdir()
    phrases = "fields:\n  financial_strength:\n    rich: {en: [they swim in it]}\n"
    (tmp_path / "said" / "partner_fit.yaml").write_text(phrases)
    with pytest.raises(ValueError, match="'financial_strength' has no choice 'rich'"):
        more_examples(NAMED["partner_fit"], tmp_path)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("she recommends, the director decides", "partly"),
        ("היא ממליצה, הסמנכ\"ל מחליט", "partly"),
    ],
)  # fmt: skip
def test_two_clauses_on_one_field_are_read_together(said, value, context):
    here = replace(context, tool=NAMED["lead_qualification"], open_field="role")
    claim = Claim(span(said), NAMED["lead_qualification"].form.field("role"), "yes", 0.9)
    assert settled(claim, {"yes", "partly"}, said, here).value == value


def test_what_two_clauses_leave_open_is_confirmed(context):
    claim = Claim(span("x"), context.tool.form.field("financial_strength"), "yes", 0.9)
    assert settled(claim, {"yes", "no"}, "seven chairs, a lamp", context).sure == 0.0


def test_what_was_answered_so_already_is_hardly_said_again(context):
    said = span("they import it and keep it in stock")
    known = replace(context, values={"candidate_type": "distributor"}, open_field="function_demand_response")
    fresh = opinion_of(said, replace(known, values={}))
    again = opinion_of(said, known)
    assert again.claim.field.id == "function_demand_response"
    assert again.chance > fresh.chance or fresh.claim.field.id != again.claim.field.id


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("do ask me about that one once finance are back", "later"),
        ("תעשה טובה, תוותר לי על זאת", "skip"),
        ("nobody on our side keeps track of that", "unknown"),
        ("so how do they come out of it all?", "result"),
        ("תזכירי לי רגע מה כבר נתתי לך", "summary"),
        ("what bearing has that on anything?", "why"),
        ("that slipped out wrongly, strike it", "undo"),
    ],
)
def test_orders_are_understood_in_words_that_no_example_has(library, said, intent):
    record = Record("r1", "lead_qualification", "", "open", {"budget": Given("yes", "answered")}, question="timeframe")
    state = Conversation("c", records={"r1": record}, active="r1", latest="r1")
    here = situation_of(said, state, library)
    assert likely_intent(Sentence(said), here)[0] == intent


@pytest.mark.parametrize(
    "said", ["they passed every second order on to a rival", "הם דחו את ההחלטה לרבעון הבא", "17 days", "sorry, 5 not 6"]
)
def test_facts_and_figures_are_no_orders(library, said):
    record = Record("r1", "lead_qualification", "", "open", {}, question="timeframe")
    here = situation_of(said, Conversation("c", records={"r1": record}, active="r1"), library)
    assert likely_intent(sentences(said)[0], here)[0] == ""


def test_an_intent_nobody_knows_is_refused_with_its_name(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "examples")
    (tmp_path / "examples" / "said" / "steering.yaml").write_text("sing:\n  en: [la la la]\n  he: []\n", "utf-8")
    with pytest.raises(ValueError, match="sing"):
        more_steering(tmp_path / "examples")


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("how about we look at whether our fair stand paid for itself", "leadgen_roi"),
        ("is this customer worth keeping after all the service we give him", "customer_profitability"),
        ("יש חברה בבלגיה שרוצה להפיץ אותנו, נבדוק אותה יחד", "partner_fit"),
    ],
)
def test_what_is_begun_is_known_in_words_that_no_example_has(library, said, tool):
    start = likely_start(said, library)
    assert start is not None
    assert start.tool == tool


@pytest.mark.parametrize("said", ["what exactly is nurturing", "הם קונים", "asdf qwer zxcv uiop hjkl bnm"])
def test_questions_of_method_and_gibberish_begin_nothing(library, said):
    start = likely_start(said, library)
    assert start is None or start.confidence < SURELY_START


def test_a_start_of_a_tool_nobody_knows_is_refused_with_its_name(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "examples")
    (tmp_path / "examples" / "said" / "starts.yaml").write_text("juggling:\n  en: [juggle]\n  he: []\n", "utf-8")
    with pytest.raises(ValueError, match="juggling"):
        more_starts(NAMED, tmp_path / "examples")
