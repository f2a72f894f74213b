"""A conversation's state: what is stored, and that nothing else changes it."""

import dataclasses
import itertools
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import AdvisorError, open_advisor
from assistant.commands import Answer, Reading
from assistant.conversation import replay

TOOL = "partner_fit"
NUMBER = itertools.count()


def new():
    return f"c{next(NUMBER)}"


def act(advisor, conversation, *actions, user=""):
    return advisor.reply(conversation, "", user=user, actions=actions)


def answer(field, value=None, status="answered"):
    return {"do": "answer", "field": field, "value": value, "status": status}


def begun(advisor):
    conversation = new()
    act(advisor, conversation, {"do": "start", "tool": TOOL, "name": "Iberia Tools"})
    return conversation


def answers_of(advisor, conversation):
    record = advisor.state(conversation).records[f"{TOOL}-1"]
    return {key: (given.value, given.status) for key, given in record.answers.items()}


def scored_fields(advisor):
    return [field for field in advisor.tools[TOOL].form.fields if field.kind == "level" and not field.when]


LEVELS = st.sampled_from(["yes", "partly", "no"])
SLOW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@SLOW
@given(values=st.lists(LEVELS, min_size=2, max_size=6), at=st.integers(0, 5), corrected=LEVELS)
def test_a_correction_equals_a_fresh_run_with_the_corrected_value(advisor, values, at, corrected):
    fields = scored_fields(advisor)[: len(values)]
    at %= len(values)
    first, second = begun(advisor), begun(advisor)
    for field, value in zip(fields, values, strict=True):
        act(advisor, first, answer(field.id, value))
    act(advisor, first, answer(fields[at].id, corrected))
    for number, (field, value) in enumerate(zip(fields, values, strict=True)):
        act(advisor, second, answer(field.id, corrected if number == at else value))
    assert answers_of(advisor, first) == answers_of(advisor, second)
    results = [advisor.record(conversation, f"{TOOL}-1").result for conversation in (first, second)]
    assert results[0] == results[1]


@SLOW
@given(
    steps=st.lists(
        st.sampled_from(["yes", "no", "unknown", "skipped", "summary", "why", "back", "undo", "pause", "resume", "he"]),
        max_size=9,
    )
)
def test_the_replayed_state_equals_the_live_one_after_any_path(advisor, steps):
    conversation = begun(advisor)
    fields = itertools.cycle(scored_fields(advisor))
    for step in steps:
        if step in ("yes", "no"):
            act(advisor, conversation, answer(next(fields).id, step))
        elif step in ("unknown", "skipped"):
            act(advisor, conversation, answer(next(fields).id, status=step))
        elif step == "he":
            act(advisor, conversation, {"do": "language", "language": "he"})
        elif step == "resume":
            act(advisor, conversation, {"do": "resume", "name": ""})
        else:
            act(advisor, conversation, {"do": step})
    live = advisor.state(conversation)
    assert replay(conversation, advisor._store.events(conversation)) == live


def test_a_question_in_between_changes_no_answer_and_the_open_question_comes_back(advisor):
    conversation = begun(advisor)
    before = act(advisor, conversation, answer("competing_line", "no"))
    stored = answers_of(advisor, conversation)
    reply = advisor.reply(conversation, "What is the difference between an agent and a distributor?")
    assert reply.kind == "answer"
    assert reply.sources
    assert answers_of(advisor, conversation) == stored
    assert reply.assessment["question"]["id"] == before.assessment["question"]["id"]


def test_undo_takes_back_the_last_change_and_only_that(advisor):
    conversation = begun(advisor)
    act(advisor, conversation, answer("target_customer_access", "yes"))
    act(advisor, conversation, answer("target_customer_access", "no"))
    act(advisor, conversation, {"do": "undo"})
    assert answers_of(advisor, conversation) == {"target_customer_access": ("yes", "answered")}
    act(advisor, conversation, {"do": "undo"})
    assert answers_of(advisor, conversation) == {}


def test_unknown_skipped_later_and_not_applicable_are_four_outcomes_and_none_is_a_no(advisor):
    conversation = begun(advisor)
    fields = [field.id for field in scored_fields(advisor)[:4]]
    for field, status in zip(fields, ("unknown", "skipped", "later", "not_applicable"), strict=True):
        act(advisor, conversation, answer(field, status=status))
    assert [status for _, status in answers_of(advisor, conversation).values()] == [
        "unknown",
        "skipped",
        "later",
        "not_applicable",
    ]
    result = advisor.record(conversation, f"{TOOL}-1").result
    assert (result["low"], result["high"]) == (0, 100)


def test_switching_the_language_in_the_middle_keeps_everything(advisor):
    conversation = begun(advisor)
    act(advisor, conversation, answer("target_customer_access", "yes"))
    before = advisor.state(conversation).records
    reply = act(advisor, conversation, {"do": "language", "language": "he"})
    assert reply.language == "he"
    after = advisor.state(conversation).records
    assert {key: record.answers for key, record in after.items()} == {k: r.answers for k, r in before.items()}
    assert advisor.reply(conversation, "summary").language == "he"


def test_a_supposition_never_alters_the_record(advisor):
    conversation = begun(advisor)
    act(advisor, conversation, answer("target_customer_access", "no"))
    reply = act(advisor, conversation, {"do": "what_if", "values": {"target_customer_access": "yes"}})
    assert reply.kind == "result"
    assert answers_of(advisor, conversation) == {"target_customer_access": ("no", "answered")}
    act(advisor, conversation, {"do": "promote"})
    assert answers_of(advisor, conversation)["target_customer_access"] == ("yes", "answered")


def test_an_invalid_value_is_refused_kindly_and_nothing_is_stored(advisor):
    conversation = begun(advisor)
    reply = act(advisor, conversation, answer("target_customer_access", "purple"))
    assert reply.kind == "clarify"
    assert answers_of(advisor, conversation) == {}
    again = act(advisor, conversation, answer("target_customer_access", "mauve"))
    assert any("know" in suggestion for suggestion in again.suggestions)


def test_starting_another_assessment_suspends_the_first_and_keeps_it(advisor):
    conversation = begun(advisor)
    act(advisor, conversation, answer("target_customer_access", "yes"))
    act(advisor, conversation, {"do": "start", "tool": "lead_qualification"})
    state = advisor.state(conversation)
    assert state.records[f"{TOOL}-1"].status == "paused"
    reply = act(advisor, conversation, {"do": "resume", "name": "Iberia"})
    assert reply.assessment["tool"] == TOOL
    assert reply.assessment["answers"]["target_customer_access"]["value"] == "yes"


def test_a_conversation_goes_on_in_another_process_as_if_nothing_had_happened(advisor):
    conversation = begun(advisor)
    act(advisor, conversation, answer("target_customer_access", "yes"))
    other = open_advisor(advisor.settings)
    assert other.state(conversation) == advisor.state(conversation)
    reply = act(other, conversation, answer("market_coverage", "partly"))
    assert reply.assessment["answered"] == 2
    assert advisor.state(conversation) == other.state(conversation)
    other.close()


def test_the_same_message_is_answered_once_and_then_repeated(advisor):
    conversation = new()
    first = advisor.reply(conversation, "What is a lead?", message="m-1")
    second = advisor.reply(conversation, "What is a lead?", message="m-1")
    assert second == first
    assert len(advisor.transcript(conversation)) == 1


def test_another_persons_conversation_does_not_exist_for_you(advisor):
    conversation = new()
    advisor.reply(conversation, "hello", user="ann", workspace="T1")
    for user, workspace in (("bea", "T1"), ("ann", "T2"), ("", "")):
        with pytest.raises(AdvisorError, match="no conversation"):
            advisor.reply(conversation, "what did she say?", user=user, workspace=workspace)
        with pytest.raises(AdvisorError, match="no conversation"):
            advisor.transcript(conversation, user=user, workspace=workspace)


def test_deleting_a_record_is_confirmed_first(advisor):
    conversation = begun(advisor)
    act(advisor, conversation, {"do": "delete", "name": "Iberia Tools"})
    assert advisor.state(conversation).records
    act(advisor, conversation, {"do": "yes"})
    assert not advisor.state(conversation).records


def test_an_old_record_is_scored_with_the_weights_it_was_begun_with(advisor, tmp_path):
    own = tmp_path / "weights"
    own.mkdir()
    from tools.policy import FOLDER

    text = (FOLDER / "partner_v1.yaml").read_text("utf-8")
    other = open_advisor(dataclasses.replace(advisor.settings, weights=own))
    conversation = begun(other)
    act(other, conversation, answer("target_customer_access", "yes"))
    before = other.record(conversation, f"{TOOL}-1").result
    (own / "partner_v1.yaml").write_text(text + "\n# a newer file\n", "utf-8")
    assert other.record(conversation, f"{TOOL}-1").result == before
    fresh = begun(other)
    act(other, fresh, answer("target_customer_access", "yes"))
    assert other.record(fresh, f"{TOOL}-1").weights["sha256"] != before["weights"]["sha256"]
    other.close()


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_suggestion_we_make_is_understood_when_it_is_typed_back(advisor, language):
    from assistant.wording import say

    conversation = begun(advisor)
    act(advisor, conversation, {"do": "language", "language": language})
    act(advisor, conversation, {"do": "what_if", "values": {"target_customer_access": "yes"}})
    advisor.reply(conversation, say("suggest.promote", language))
    assert answers_of(advisor, conversation) == {"target_customer_access": ("yes", "answered")}
    reply = act(advisor, conversation, answer("function_after_sale_service", "nobody"))
    assert reply.assessment["status"] == "done"
    reply = advisor.reply(conversation, say("suggest.go_on", language))
    assert reply.assessment["question"]
    why = advisor.reply(conversation, say("suggest.why", language))
    assert why.assessment["question"] == reply.assessment["question"]


class Understood:
    """An interpreter that takes each message for the answers it is told to."""

    def __init__(self, readings):
        self.readings = readings

    def propose(self, text, state):
        return Reading(self.readings[text], state.language)


def test_a_doubt_that_is_passed_over_is_asked_once_more_and_then_dropped(own_home):
    readings = {
        "doubtful": (Answer("led_process", "yes", "doubtful", confidence=0.5),),
        "other": (Answer("competing_line", "no", "other"),),
        "third": (Answer("personal_chemistry", "yes", "third"),),
    }
    with closing(open_advisor(home=own_home)) as advisor:
        advisor._parts = dataclasses.replace(advisor._parts, interpreter=Understood(readings))
        conversation = begun(advisor)
        asked = [advisor.reply(conversation, text) and advisor.state(conversation).pending for text in readings]
        assert [pending and pending["answers"][0]["field"] for pending in asked] == ["led_process", "led_process", None]
        assert set(answers_of(advisor, conversation)) == {"competing_line", "personal_chemistry"}


def test_markup_is_no_part_of_a_name(advisor):
    conversation = new()
    reply = act(advisor, conversation, {"do": "start", "tool": TOOL, "name": "<b onmouseover=x>Acme</b> & Sons <3"})
    assert reply.assessment["name"] == "Acme & Sons <3"


class Planted:
    """The interpreter, but for "@field=value" (doubtful) and "@field=value!" (sure): a reading of that value."""

    def __init__(self, interpreter):
        self.interpreter = interpreter

    def propose(self, text, state):
        if not text.startswith("@"):
            return self.interpreter.propose(text, state)
        field, _, value = text[1:].rstrip("!").partition("=")
        return Reading((Answer(field, value, text, confidence=0.9 if text.endswith("!") else 0.52),), state.language)

    def __getattr__(self, name):
        return getattr(self.interpreter, name)


@pytest.fixture(scope="module")
def planting(advisor):
    opened = open_advisor(advisor.settings)
    opened._parts = dataclasses.replace(opened._parts, interpreter=Planted(opened._parts.interpreter))
    yield opened
    opened.close()


def lead_with(planting, *lines, **given):
    """What a lead's record holds after these answers and lines, and the last reply."""
    conversation = new()
    begin = [{"do": "start", "tool": "lead_qualification"}, *(answer(name, value) for name, value in given.items())]
    reply = act(planting, conversation, *begin)
    for line in lines:
        reply = planting.reply(conversation, line)
    record = planting.state(conversation).records["lead_qualification-1"]
    held = {key: given.value if given.status == "answered" else given.status for key, given in record.answers.items()}
    return held, reply, planting.state(conversation)


@pytest.mark.parametrize(
    ("reply", "budget"),
    [
        ("right", "yes"),
        ("that's what I meant", "yes"),
        ("לזה התכוונתי", "yes"),
        ("only partly", "partly"),
        ("חלקית", "partly"),
        ("no, the budget isn't there yet", "no"),
        ("לא, עוד אין להם תקציב", "no"),
        ("don't know really", "unknown"),
        ("האמת שאני לא יודע", "unknown"),
        ("skip that", "skipped"),
        ("not at all", None),
        ("ממש לא", None),
    ],
)
def test_a_doubt_is_settled_by_yes_no_or_the_value_itself_in_a_few_words(planting, reply, budget):
    held, _, state = lead_with(planting, "@budget=yes", reply)
    assert held == ({} if budget is None else {"budget": budget})
    assert state.pending is None
    assert not state.records["lead_qualification-1"].unsettled


@pytest.mark.parametrize(
    ("reply", "budget"),
    [
        ("right", "yes"),
        ("נכון, תשנה", "yes"),
        ("the new one is right", "yes"),
        ("מה שאמרתי עכשיו", "yes"),
        ("ok change it", "yes"),
        ("they do have a budget", "yes"),
        ("no leave it", "no"),
        ("keep the first", "no"),
        ("as it was", "no"),
        ("נשאר כמו שהיה", "no"),
        ("don't change it", "no"),
        ("אל תשנה", "no"),
        ("only partly", "partly"),
    ],
)
def test_shall_i_change_it_is_answered_in_other_words_than_yes_and_no(planting, reply, budget):
    held, _, state = lead_with(planting, "@budget=yes!", reply, budget="no")
    assert held == {"budget": budget}
    assert not state.records["lead_qualification-1"].unsettled


@pytest.mark.parametrize("reply", ["exactly, and he decides alone", "נכון, והוא גם זה שחותם", "Yes. He decides alone."])
def test_what_follows_a_yes_is_stored_besides(planting, reply):
    assert lead_with(planting, "@budget=yes", reply)[0] == {"budget": "yes", "role": "yes"}


@pytest.mark.parametrize(
    ("passing", "again", "asked"),
    [
        (("he decides alone", "he works in our target industry"), "they have a budget", "To be confirmed"),
        (("הוא מחליט לבד", "הוא מענף היעד שלנו"), "יש להם תקציב", "עוד לא אושר"),
    ],
)
@pytest.mark.parametrize("planted", ["@budget=yes", "@budget=yes!"])
def test_what_is_passed_over_twice_is_listed_and_taken_when_it_is_said_again(planting, planted, passing, again, asked):
    given = {"budget": "no"} if planted.endswith("!") else {}
    held, reply, state = lead_with(planting, planted, *passing, "summary" if "he" in passing[0] else "סיכום", **given)
    assert held.get("budget") == given.get("budget")
    assert asked in reply.text
    assert state.pending is None
    held, _, state = lead_with(planting, planted, *passing, again, **given)
    assert held["budget"] == "yes"
    assert not state.records["lead_qualification-1"].unsettled


def test_what_is_still_open_is_asked_about_when_all_else_is_answered(planting):
    conversation = new()
    first, *others = [field.id for field in planting.tools["checklist_kam"].form.fields]
    act(planting, conversation, {"do": "start", "tool": "checklist_kam"}, answer(first, "no"))
    planting.reply(conversation, f"@{first}=yes!")
    act(planting, conversation, answer(others[0], "partly"))
    reply = act(planting, conversation, *(answer(name, "partly") for name in others[1:]))
    assert "To be confirmed" in reply.text
    assert reply.text.endswith("Shall I change it?")
    done = planting.reply(conversation, "yes")
    assert done.assessment["answers"][first]["value"] == "yes"
    assert "To be confirmed" not in done.text


@pytest.mark.parametrize(
    "said",
    [
        "take back what I said about the budget",
        "remove the budget answer",
        "תמחק את מה שאמרתי על התקציב",
        "תבטל את התשובה על התקציב",
    ],
)
def test_one_of_several_answers_is_taken_back_by_its_name_and_undo_brings_it_back(planting, said):
    assert lead_with(planting, said, budget="yes", role="yes")[0] == {"role": "yes"}
    assert lead_with(planting, said, "undo", budget="yes", role="yes")[0] == {"budget": "yes", "role": "yes"}


@pytest.mark.parametrize(
    "said",
    [
        "the budget? I take it back, I don't know",
        "about the budget, I don't really know anymore",
        "לגבי התקציב, בעצם אני לא יודע",
    ],
)
def test_an_answer_becomes_unknown_when_the_person_no_longer_knows(planting, said):
    assert lead_with(planting, said, budget="yes")[0] == {"budget": "unknown"}


@pytest.mark.parametrize(
    ("suppose", "then", "budget"),
    [
        ("what if they had a budget?", "ok so be it, note that", "yes"),
        ("suppose they had a budget", "actually that's the case, they do", "yes"),
        ("ומה אם היה להם תקציב?", "טוב, תרשום את זה", "yes"),
        ("נניח שיש להם תקציב", "זה המצב, תאמץ", "yes"),
        ("suppose they had a budget", "no, forget it", "no"),
        ("what if they had a budget?", "never mind", "no"),
        ("ומה אם היה להם תקציב?", "תעזוב את זה", "no"),
    ],
)
def test_a_supposition_is_made_a_fact_or_forgotten_and_answers_nothing_else(planting, suppose, then, budget):
    held, _, state = lead_with(planting, suppose, then, budget="no")
    assert held == {"budget": budget}
    assert state.active


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("sorry, they do have a budget", "no wait, it was right before"),
        ("סליחה, יש להם תקציב", "תחזיר את מה שהיה"),
    ],
)
def test_a_change_is_undone_in_other_words(planting, said, back):
    assert lead_with(planting, said, back, budget="no", role="yes")[0] == {"budget": "no", "role": "yes"}


@pytest.mark.parametrize("said", ["never mind", "לא משנה", "cancel that"])
def test_letting_a_doubt_go_stores_nothing_and_leaves_the_assessment_open(planting, said):
    held, _, state = lead_with(planting, "@budget=yes", said)
    assert held == {}
    assert state.active


@pytest.mark.parametrize("between", ["why do you ask?", "what is a lead?", "summary", "למה אתה שואל?", "מה זה ליד?"])
def test_after_a_question_in_between_the_doubt_is_asked_again_and_yes_is_for_it(planting, between):
    held, reply, _ = lead_with(planting, "@budget=yes", between)
    assert held == {}
    assert reply.text.endswith(("**Yes**?", "**כן**?"))
    assert lead_with(planting, "@budget=yes", between, "yes")[0] == {"budget": "yes"}


@pytest.mark.parametrize(
    ("planted", "reply", "budget"),
    [
        ("@budget=no", "there is one", "yes"),
        ("@budget=no", "יש דווקא", "yes"),
        ("@budget=no", "no there is a budget", "yes"),
        ("@budget=no", "yes, no budget", "no"),
        ("@budget=no", "נכון, אין", "no"),
        ("@budget=yes", "I think so", "yes"),
        ("@budget=yes", "I don't think so", None),
        ("@budget=yes", "well, half of it", "partly"),
    ],
)
def test_words_that_tell_the_value_are_no_yes_to_its_contrary_and_no_reply_to_the_open_question(
    planting, planted, reply, budget
):
    assert lead_with(planting, planted, reply)[0] == ({} if budget is None else {"budget": budget})


def test_a_correction_that_denies_is_no_no_to_what_was_asked(planting):
    held, _, _ = lead_with(planting, "wait no he doesn't decide, his boss does", role="yes")
    assert "in_territory" not in held
    assert held["role"] != "yes"


def test_undo_says_what_stands_now(planting):
    _, reply, _ = lead_with(planting, "sorry, they do have a budget", "undo", budget="no")
    assert "Undone. Now: Budget: **No**." in reply.text


def test_a_no_before_the_correction_of_another_answer_is_no_reply_to_the_doubt(planting):
    held, _, state = lead_with(planting, "@size=yes", "no, wrong, they have no budget", budget="yes")
    assert held == {"budget": "no"}
    assert state.records["lead_qualification-1"].unsettled


def test_the_field_that_most_of_the_words_name_is_taken_back(planting):
    conversation = new()
    told = ("customer profitability for Teva", "100 orders at 120 shekel each")
    for line in (*told, "forget what I said about the cost of an order"):
        planting.reply(conversation, line)
    assert set(planting.state(conversation).records["customer_profitability-1"].answers) == {"orders"}


def test_no_before_a_noun_takes_nothing_back(planting):
    conversation = new()
    begin = [{"do": "start", "tool": TOOL}, answer("competing_line", "yes"), answer("drops_competing_line", "yes")]
    act(planting, conversation, *begin)
    planting.reply(conversation, "hmm no rival brand in fact, I mixed them with another firm")
    assert answers_of(planting, conversation)["competing_line"] == ("no", "answered")


@pytest.mark.parametrize(
    ("reply", "role"),
    [
        ("👍", "yes"),
        ("👎", None),
        ("kk", "yes"),
        ("you misunderstood", None),
        ("לא הבנת אותי", None),
        ("more or less", "partly"),
        ("how should I know", "unknown"),
        ("מאיפה לי לדעת", "unknown"),
    ],
)
def test_a_doubt_is_settled_by_a_thumb_or_a_few_everyday_words(planting, reply, role):
    assert lead_with(planting, "@role=yes", reply)[0] == ({} if role is None else {"role": role})


def test_a_new_fact_beside_a_correction_is_noted_as_well(planting):
    held, _, _ = lead_with(planting, "he does decide after all, and he's in our territory", role="no")
    assert held == {"role": "yes", "in_territory": "yes"}


@pytest.mark.parametrize("said", ["I just found out he's an intern with no say", "אמרתי שאין לו סמכות, הוא מתמחה"])
def test_what_the_person_found_out_or_said_is_no_order(planting, said):
    held, _, _ = lead_with(planting, said, role="yes")
    assert "unknown" not in held.values()
    assert set(held) == {"role"}
