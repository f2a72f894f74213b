"""Messages read by a language model: nothing it says counts that the person did not say."""

import pytest

pytest.importorskip("langchain")

from assistant.budget import Budget, Limits
from assistant.commands import Ambiguous, Answer, Ask, Delete, Reading, Simple, Start, Unclear
from assistant.conversation import Conversation, Record
from assistant.errors import ModelError
from assistant.model import LanguageModel
from assistant.settings import ModelSettings
from assistant.understanding.language_model import ModelInterpreter, invented, merged, stands_in
from assistant.watch import Watch
from bench.scripted import ScriptedChat, means
from tools.registry import TOOLS

ROI = {tool.name: tool for tool in TOOLS}
OPEN = Conversation("c", records={"r": Record("r", "leadgen_roi", question="deals")}, active="r", latest="r")


class Rules:
    """Rules that read what they are told to."""

    def __init__(self, *commands):
        self.commands = commands

    def propose(self, text, state):
        return Reading(self.commands or (Unclear(text),), "en")


@pytest.fixture
def read(tmp_path):
    def one(text, *proposed, rules=(), state=OPEN):
        chat = ScriptedChat(steps=[means(*proposed)])
        model = LanguageModel(ModelSettings("scripted:x"), Budget(tmp_path, Limits(0, 0)), chat)
        watch = Watch()
        reading = ModelInterpreter(model, Rules(*rules), ROI, watch).propose(text, state)
        assert watch.failure is None, watch.failure
        return reading.commands

    return one


def test_an_answer_in_free_words_is_read_into_the_field(read):
    (answer,) = read("we closed ten deals", {"do": "answer", "field": "deals", "value": "10", "words": "ten deals"})
    assert (answer.field, answer.value, answer.status) == ("deals", "10", "answered")


def test_a_number_that_was_not_said_is_dropped(read):
    commands = read("we closed some deals", {"do": "answer", "field": "deals", "value": "10", "words": "some deals"})
    assert not any(isinstance(command, Answer) for command in commands)


def test_words_that_were_not_said_are_dropped(read):
    commands = read("we closed deals", {"do": "answer", "field": "deals", "value": "10", "words": "we closed 10 deals"})
    assert not any(isinstance(command, Answer) for command in commands)


def test_a_name_that_was_not_said_is_dropped(read):
    commands = read("start it", {"do": "start", "tool": "partner_fit", "name": "Iberia", "words": "start it"})
    assert not any(isinstance(command, Start) for command in commands)


def test_a_field_that_does_not_exist_is_dropped(read):
    commands = read("ten", {"do": "answer", "field": "weights", "value": "10", "words": "ten"})
    assert not any(isinstance(command, Answer) for command in commands)


def test_two_readings_of_one_value_are_asked_about(read):
    ruled = Answer("deals", "53", "35 or 53 deals")
    (command,) = read(
        "35 or 53 deals", {"do": "answer", "field": "deals", "value": "35", "words": "35 or 53 deals"}, rules=[ruled]
    )
    assert isinstance(command, Ambiguous)
    assert {option.value for option in command.options} == {"35", "53"}


def test_an_answer_read_alike_by_both_is_trusted(read):
    ruled = Answer("deals", "10", "ten deals", confidence=0.5)
    (command,) = read(
        "ten deals", {"do": "answer", "field": "deals", "value": "10", "words": "ten deals"}, rules=[ruled]
    )
    assert isinstance(command, Answer)
    assert command.confidence >= 0.75


def test_unknown_is_never_no(read):
    (command,) = read("no idea", {"do": "unknown", "field": "deals", "words": "no idea"})
    assert isinstance(command, Answer)
    assert (command.status, command.value) == ("unknown", None)


def test_a_question_read_where_the_rules_read_a_reply_is_asked_about(read):
    ruled = Answer("deals", "10", "ten?")
    (command,) = read("ten?", {"do": "ask", "words": "ten?"}, rules=[ruled])
    assert isinstance(command, Unclear)
    assert len(command.readings) == 2


def test_what_destroys_needs_the_rules_too():
    assert merged([Simple("cancel")], [Ask("x")]) == [Ask("x")]
    assert merged([Simple("cancel")], [Simple("cancel")]) == [Simple("cancel")]
    assert not any(isinstance(command, Delete) for command in merged([], [Unclear("x")]))


def test_an_attempt_to_change_the_rules_stays_one_whatever_the_model_says():
    assert merged([Answer("deals", "10", "ten")], [Simple("tamper")]) == [Simple("tamper")]


def test_plain_commands_do_not_cost_a_call(tmp_path):
    chat = ScriptedChat(steps=[])
    model = LanguageModel(ModelSettings("scripted:x"), Budget(tmp_path, Limits()), chat)
    reading = ModelInterpreter(model, Rules(Simple("yes")), ROI, Watch()).propose("yes", OPEN)
    assert reading.commands == (Simple("yes"),)
    chat.assert_used()


def test_a_failing_model_leaves_the_rules_reading(tmp_path):
    chat = ScriptedChat(steps=[TimeoutError("slow")])
    model = LanguageModel(ModelSettings("scripted:x"), Budget(tmp_path, Limits()), chat)
    watch = Watch()
    reading = ModelInterpreter(model, Rules(Ask("x")), ROI, watch).propose("x", OPEN)
    assert reading.commands == (Ask("x"),)
    assert isinstance(watch.failure, ModelError)


@pytest.mark.parametrize(
    ("value", "said", "is_invented"),
    [
        ("30%", "about thirty percent", False),
        ("0.3", "30%", False),
        ("2200 USD per quarter", "$2.2k a quarter", False),
        ("2200", "שני אלף מאתיים", False),
        ("2300", "$2.2k a quarter", True),
        ("yes", "they do", False),
    ],
)
def test_numbers_are_compared_after_normalisation(value, said, is_invented):
    assert invented(value, said) is is_invented


def test_quoted_words_are_found_whatever_their_spacing_and_case():
    assert stands_in("Ten  deals.", "we closed ten deals, roughly")
    assert not stands_in("eleven deals", "we closed ten deals")
