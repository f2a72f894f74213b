"""Questions answered with a language model: a script stands in for it, nothing leaves the machine."""

import dataclasses
import json
import uuid

import pytest

pytest.importorskip("langchain")

from assistant.budget import Limits
from assistant.errors import InputError
from assistant.model import LanguageModel
from assistant.modelled import budget_of, model_parts
from assistant.settings import Settings
from assistant.understanding.rules import RuleInterpreter
from bench.scripted import ScriptedChat, UnexpectedCall, asks, calls, says
from tools.registry import TOOLS

QUESTION = "Which search methods find a good distributor?"
GOOD = "Run several search methods in parallel [1]. Nobody can tell in advance which will work [1]."


@pytest.fixture
def ask(home, advisor):
    """Ask one question in a fresh conversation; gives the reply, the model's calls and what was shown meanwhile."""

    def one(question, *steps, seconds=20, limits=None, redact=False, progress=None, abandoned=lambda: False):
        settings = Settings.from_environment({"ADVISOR_HOME": str(home), "ADVISOR_MODEL": "scripted:test"})
        options = dataclasses.replace(
            settings.language_model, seconds=seconds, limits=limits or Limits(0, 0), redact=redact
        )
        settings = dataclasses.replace(settings, language_model=options)
        chat = ScriptedChat(steps=list(steps))
        advisor.settings = settings
        model = LanguageModel(options, budget_of(settings), chat)
        advisor._with_model = model_parts(settings, model)
        conversation = uuid.uuid4().hex
        reply = advisor.reply(conversation, question, progress=progress, abandoned=abandoned)
        events = [e.data for e in advisor._store.events(conversation) if e.kind == "modelled"]
        return reply, events[0] if events else {"calls": []}, chat

    return one


def findings(record):
    return [finding["kind"] for call in record["calls"] for finding in call.get("findings", [])]


def test_a_supported_draft_is_shown_with_its_sources(ask):
    reply, record, chat = ask(QUESTION, asks(QUESTION), says(GOOD))
    chat.assert_used()
    assert reply.text.startswith("Run several search methods in parallel [1]")
    assert reply.sources
    assert findings(record) == []


def test_an_unsupported_draft_is_revised_once(ask):
    bad = GOOD + " According to Gartner, 83% of exporters fail."
    reply, record, chat = ask(QUESTION, asks(QUESTION), says(bad), says(GOOD))
    chat.assert_used()
    assert "83" not in reply.text
    assert {"number", "source"} <= set(findings(record))
    assert "83%" in str(chat.seen[-1][-1].content), "the findings go back to the model"


def test_a_draft_that_stays_unsupported_gives_the_offline_answer_with_one_line(ask):
    bad = GOOD + " It works in 83% of the cases."
    reply, _, chat = ask(QUESTION, asks(QUESTION), says(bad), says(bad))
    chat.assert_used()
    assert "83" not in reply.text
    assert reply.text.count("freer wording") == 1
    assert reply.sources


def test_a_calculator_runs_on_the_persons_figures_and_its_result_may_be_told(ask):
    question = "How do nurturing and payoff work, with 100 and 15 and 30% and 40 and 20%?"
    run = calls(
        "nurture_payoff", inquiries="100", ready="15", ready_win_rate="30%", later_buyers="40", later_win_rate="20%"
    )
    reply, record, chat = ask(question, asks(question), run, says("Nurturing brings 12.5 deals instead of 4.5 [c1]."))
    chat.assert_used()
    assert reply.calculations[0].tool == "nurture_payoff"
    assert "12.5 deals instead of 4.5" in reply.text
    assert findings(record) == []


def test_a_calculator_refuses_figures_that_nobody_said(ask):
    run = calls("nurture_payoff", inquiries="100", ready="15", ready_win_rate="30%")
    _, record, chat = ask(QUESTION, asks(QUESTION), run, says(GOOD))
    chat.assert_used()
    assert "the person did not say 100" in json.dumps(record)


def test_a_model_that_calls_tools_without_end_is_stopped(ask):
    loop = [calls("search_knowledge", query="again") for _ in range(5)]
    reply, record, chat = ask(QUESTION, asks(QUESTION), *loop)
    chat.assert_used()
    assert record["failure"] == "model_loop"
    assert reply.sources
    assert "did not come to an end" in reply.text


def test_a_model_that_finds_nothing_gives_way_to_the_offline_answer(ask):
    reply, _, chat = ask(QUESTION, asks(QUESTION), says("NOT_COVERED"))
    chat.assert_used()
    assert reply.sources
    assert "NOT_COVERED" not in reply.text


CHOSEN = "You say that Iberia Tools keep a warehouse [1]."
OFFERED_TOO = (
    "A distributor called Iberia Tools came to our booth, they keep a warehouse. What do the rules say? "
    "Please interview me about them."
)
WISHES = {
    "en": ("Iberia Tools keep a warehouse. What matters then? Please put your questions to me one by one.",
           "Please put your questions to me one by one", "Iberia Tools", CHOSEN),
    "he": ("איבריה כלים מחזיקים מחסן. מה חשוב אז? תציג לי בבקשה את השאלות שלך אחת אחת.",
           "תציג לי בבקשה את השאלות שלך אחת אחת", "איבריה כלים", "סיפרתם שאיבריה כלים מחזיקים מחסן [1]."),
    "also offered by the rules": (OFFERED_TOO, "Please interview me about them", "Iberia Tools",
                              "Iberia Tools came to your booth and keep a warehouse [1]."),
}  # fmt: skip


@pytest.mark.parametrize("language", WISHES)
def test_the_model_begins_an_assessment_the_person_asked_for_and_the_program_leads_it(ask, language):
    said, words, name, draft = WISHES[language]
    begins = calls("start_assessment", assessment="partner_fit", name=name, words=words)
    reply, record, chat = ask(said, asks(said), begins, says(draft))
    chat.assert_used()
    assert findings(record) == []
    assert reply.assessment["tool"] == "partner_fit"
    assert reply.assessment["name"] == name
    assert reply.text.rstrip().endswith("?"), "the program asks its first question"


@pytest.mark.parametrize("words", ["", "Let's assess Iberia Tools", "Which search methods", "find a good distributor"])
def test_an_assessment_nobody_asked_for_in_these_words_is_only_offered(ask, words):
    reply, _, chat = ask(QUESTION, asks(QUESTION), calls("start_assessment", assessment="partner_fit", words=words),
                         says(GOOD))  # fmt: skip
    chat.assert_used()
    assert reply.assessment is None
    assert "Shall we go through it" in reply.text


def test_the_model_fills_in_no_answer_of_an_assessment(ask):
    said = WISHES["en"][0]
    begins = calls(
        "start_assessment", assessment="partner_fit", name="Contoso", words="Please put your questions to me",
        answers={"approach": "we"}, approach="we", repairs="yes",
    )  # fmt: skip
    reply, _, chat = ask(said, asks(said), begins, says(CHOSEN))
    chat.assert_used()
    assert reply.assessment["name"] != "Contoso", "a name nobody said is dropped"
    own = {answer.field for answer in RuleInterpreter(TOOLS).facts_for("partner_fit", said)}
    assert set(reply.assessment["answers"]) == own, "what the person's words say, and nothing else"
    assert own


def test_no_call_is_made_over_the_budget(ask):
    ask(QUESTION, asks(QUESTION), says(GOOD))
    reply, record, chat = ask(QUESTION, limits=Limits(turn_tokens=1, day_tokens=1))
    assert chat.seen == []
    assert record["failure"] == "model_day_budget"
    assert "limit is used up" in reply.text


def test_stopping_keeps_nothing(ask):
    with pytest.raises(InputError, match="Stopped"):
        ask(QUESTION, asks(QUESTION), says(GOOD), progress=lambda event: False)


def test_what_is_shown_meanwhile_is_checked(ask):
    shown = []
    bad = "Run several search methods in parallel [1]. It works in 83% of the cases [1]. More of it."
    ask(QUESTION, asks(QUESTION), says(bad), says(GOOD), progress=shown.append)
    texts = [event.text for event in shown if event.kind == "text"]
    assert texts
    assert not any("83" in text for text in texts)
    assert any(event.kind == "status" for event in shown)


def test_a_script_fails_on_a_call_it_does_not_know():
    with pytest.raises(UnexpectedCall):
        ScriptedChat(steps=[]).invoke("hello")
    with pytest.raises(AssertionError, match="unused"):
        ScriptedChat(steps=[says("x")]).assert_used()


def test_without_a_model_langchain_is_not_loaded():
    import subprocess
    import sys

    code = (
        "import sys; from assistant.settings import Settings; import assistant.advisor, assistant.turn;"
        "from assistant.understanding.rules import RuleInterpreter;"
        "sys.exit(any(name.startswith(('langchain', 'langgraph', 'openai')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_recorded_turn_is_taken_again_without_the_model(ask, advisor):
    from assistant.replaying import ReplayedModel

    bad = GOOD + " According to Gartner, 83% of exporters fail."
    first, record, _ = ask(QUESTION, asks(QUESTION), calls("search_knowledge", query="partner"), says(bad), says(GOOD))
    replayed = ReplayedModel(record["calls"])
    advisor._with_model = model_parts(advisor.settings, replayed)
    second = advisor.reply(uuid.uuid4().hex, QUESTION)
    assert replayed.left == []
    assert (second.text, second.sources, second.kind) == (first.text, first.sources, first.kind)


def test_a_recorded_failure_is_replayed_as_one(ask, advisor):
    from assistant.replaying import ReplayedModel

    first, record, _ = ask(QUESTION, TimeoutError("slow"))
    advisor._with_model = model_parts(advisor.settings, ReplayedModel(record["calls"]))
    second = advisor.reply(uuid.uuid4().hex, QUESTION)
    assert second.text == first.text
    assert "too long" in second.text


def test_the_record_names_model_prompt_tokens_tools_and_times(ask):
    _, record, _ = ask(QUESTION, asks(QUESTION), calls("search_knowledge", query="partner"), says(GOOD))
    answer = next(call for call in record["calls"] if call["purpose"] == "answer")
    assert answer["model"] == "scripted:test"
    assert answer["prompt"]["file"] == "answer.md"
    assert len(answer["prompt"]["sha256"]) == 64
    spent = record["spent"]
    assert spent["turn_tokens"] == sum(c.get("tokens_in", 0) + c.get("tokens_out", 0) for c in record["calls"])
    assert spent["day_tokens"] >= spent["turn_tokens"] > 0
    assert {"turn_limit", "day_limit"} <= set(spent)
    assert (answer["tokens_in"], answer["tokens_out"]) == (1800, 90)
    assert answer["ms"] > 0
    assert [step["tool"] for step in answer["steps"] if "tool" in step] == ["search_knowledge"]


def test_a_model_that_offers_an_assessment_leaves_the_start_to_the_person(ask):
    offer = calls("start_assessment", assessment="partner_fit")
    reply, _, chat = ask(QUESTION, asks(QUESTION), offer, says(GOOD))
    chat.assert_used()
    assert reply.assessment is None
    assert "One question at a time" in reply.text
