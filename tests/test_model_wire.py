"""The real provider packages against a local service: what goes out, what comes back, and every way it can fail."""

import contextlib
import dataclasses
import re
import time
import uuid

import pytest

pytest.importorskip("langchain_openai")
pytest.importorskip("langchain_anthropic")
pytest.importorskip("langchain_ollama")

from assistant.errors import InputError
from assistant.model import OLLAMA_CONTEXT
from assistant.modelled import model_parts
from assistant.settings import Settings
from bench.wire import WireServer

QUESTION = "How do I find a good distributor?"
GOOD = "Run several search methods in parallel [1]. Nobody can tell in advance which will work [1]."
ASK = {"tool": "Proposal", "args": {"commands": [{"do": "ask", "words": QUESTION}]}}
PROVIDERS = ("openai", "anthropic", "ollama")


@pytest.fixture(scope="module", autouse=True)
def loaded(home, advisor):
    """The packages are loaded before anything is timed: on a busy machine that alone takes seconds."""
    with contextlib.closing(WireServer({"status": 500}, {"status": 500}, {"status": 500})) as service:
        settings = Settings.from_environment(
            {"ADVISOR_HOME": str(home), "ADVISOR_MODEL": "openai:wire", "ADVISOR_MODEL_URL": f"{service.url}/v1",
             "ADVISOR_MODEL_KEY": "k"}
        )  # fmt: skip
        advisor.settings, advisor._with_model = settings, model_parts(settings)
        advisor.reply(uuid.uuid4().hex, QUESTION)


@pytest.fixture
def talk(home, advisor):
    """Ask the question through a provider's own package; gives reply, record, service and seconds."""
    services = []

    def one(provider, *steps, seconds="20", question=QUESTION, env=(), **options):
        service = WireServer(*steps)
        services.append(service)
        url = service.url + ("/v1" if provider == "openai" else "")
        environment = {
            "ADVISOR_HOME": str(home), "ADVISOR_MODEL": f"{provider}:wire", "ADVISOR_MODEL_URL": url,
            "ADVISOR_MODEL_KEY": "secret-key", "ADVISOR_MODEL_SECONDS": seconds, "ADVISOR_MODEL_DAY_TOKENS": "0",
            **dict(env),
        }  # fmt: skip
        settings = Settings.from_environment(environment)
        advisor.settings = settings
        advisor._with_model = model_parts(settings)
        conversation = uuid.uuid4().hex
        started = time.monotonic()
        reply = advisor.reply(conversation, question, **options)
        took = time.monotonic() - started
        records = [e.data for e in advisor._store.events(conversation) if e.kind == "modelled"]
        assert len(advisor.transcript(conversation)) == 1, "one message is stored once"
        return reply, records[0] if records else {}, service, took

    yield one
    for service in services:
        service.close()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_question_goes_through_tools_to_a_checked_answer(talk, provider):
    search = {"tool": "search_knowledge", "args": {"query": "search methods"}}
    shown = []
    reply, record, service, _ = talk(provider, ASK, search, {"text": GOOD}, progress=shown.append)
    assert reply.text.startswith("Run several search methods in parallel [1]")
    assert record["failure"] == ""
    assert service.keys[0] in ("Bearer secret-key", "secret-key")
    assert [call["tokens_in"] for call in record["calls"] if "tokens_in" in call] == [100, 200]
    assert [event.text for event in shown if event.kind == "text"], "the text is streamed"
    names = {tool.get("name") or tool["function"]["name"] for tool in service.requests[1]["tools"]}
    assert {"search_knowledge", "start_assessment", "leadgen_roi"} <= names


FAULTS = {
    "wrong key": ([{"status": 401, "type": "authentication_error"}], "model_key", 5),
    "busy": ([{"status": 429, "type": "rate_limit_error", "headers": {"retry-after": "300"}}], "model_busy", 5),
    "down twice": ([{"status": 503}, {"status": 503}], "model_down", 6),
    "unknown model": ([{"status": 404, "type": "not_found_error"}], "model_unknown", 5),
    "bad request": ([{"status": 400, "type": "invalid_request_error"}], "model_request", 5),
    "too long": ([{"status": 400, "type": "context_length_exceeded", "error": "maximum context length"}],
                 "model_context", 5),
    "hangs": ([{"hang": 30}], "model_timeout", 5),
    "no json": ([{"raw": "<html>gateway</html>"}], None, 6),
    "no tool call": ([{"text": "I would rather chat."}], "model_malformed", 5),
    "empty": ([ASK, {"empty": True}], "model_empty", 5),
    "vanishes": ([ASK, {"vanish": GOOD}, {"vanish": GOOD}], None, 8),
    "breaks off": ([ASK, {"breaks": GOOD}, {"breaks": GOOD}], "model_down", 8),
    "drips": ([ASK, {"text": GOOD, "drip": 1.0}], "model_timeout", 5),
    "refuses": ([ASK, {"refusal": True}], None, 5),
}  # fmt: skip


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_service_gives_the_offline_answer_in_time_with_one_line(talk, provider, fault):
    if (provider, fault) == ("ollama", "refuses"):
        pytest.skip("its format has no word for a refusal")
    steps, code, most = FAULTS[fault]
    reply, record, _, took = talk(provider, *steps, seconds="3")
    assert reply.kind == "answer"
    assert reply.sources
    assert reply.text.count("Answered without the language model") == 1
    assert record["failure"].startswith("model_")
    assert code is None or record["failure"] == code
    assert took < most
    assert "secret-key" not in reply.text + str(record)
    assert not re.search(r"[A-Za-z]+(?:Error|Exception)\b", reply.text), "no raw exception reaches the person"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_busy_service_is_asked_again_after_the_time_it_names(talk, provider):
    busy = {"status": 429, "type": "rate_limit_error", "headers": {"retry-after": "1"}}
    reply, record, service, took = talk(
        provider, busy, ASK, {"status": 529, "type": "overloaded_error"}, {"text": GOOD}
    )
    assert record["failure"] == ""
    assert reply.text.startswith("Run several")
    assert len(service.requests) == 4
    assert took >= 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_stopping_ends_a_hanging_turn_at_once_and_stores_nothing(talk, provider):
    began = time.monotonic()
    with pytest.raises(InputError, match="Stopped"):
        talk(provider, {"hang": 30}, abandoned=lambda: time.monotonic() - began > 0.5)
    assert time.monotonic() - began < 3


def test_hidden_names_do_not_leave_and_come_back_in_the_answer(talk):
    question = "Dana Levi of Acme Tools Ltd (dana@acme.example, 054-1234567) asks: which search methods find a partner?"
    said = "As [COMPANY_4] asks: run several search methods in parallel [1]."
    ask = {"tool": "Proposal", "args": {"commands": [{"do": "ask", "words": "which search methods find a partner?"}]}}
    reply, _, service, _ = talk(
        "openai", ask, {"text": said}, question=question, env={"ADVISOR_MODEL_REDACT": "1"}.items()
    )
    sent = str(service.requests)
    for name in ("Dana", "Levi", "Acme", "acme.example", "1234567"):
        assert name not in sent
    assert reply.text.startswith("As Acme Tools Ltd asks")


@pytest.mark.parametrize("prefix", ["LANGSMITH", "LANGCHAIN"])
def test_nothing_is_traced_unless_asked_for(talk, monkeypatch, prefix):
    trap = WireServer()
    for name, value in (("TRACING", "true"), ("TRACING_V2", "true"), ("ENDPOINT", trap.url), ("API_KEY", "x")):
        monkeypatch.setenv(f"{prefix}_{name}", value)
    talk("openai", ASK, {"text": GOOD})
    time.sleep(0.5)
    trap.close()
    assert trap.paths == []


def test_traces_are_made_when_asked_for(monkeypatch):
    from langsmith.utils import get_env_var, tracing_is_enabled

    from assistant.model import _untraced

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    get_env_var.cache_clear()
    with _untraced():
        assert not tracing_is_enabled()
    monkeypatch.setenv("ADVISOR_MODEL_TRACE", "1")
    with _untraced():
        assert tracing_is_enabled()
    get_env_var.cache_clear()


def test_an_openai_compatible_service_answers_without_a_key(home, advisor):
    service = WireServer(ASK, {"text": GOOD})
    environment = {
        "ADVISOR_HOME": str(home),
        "ADVISOR_MODEL": f"{service.url}/v1#qwen",
        "ADVISOR_MODEL_DAY_TOKENS": "0",
    }
    settings = Settings.from_environment(environment)
    advisor._with_model = model_parts(settings)
    reply = advisor.reply(uuid.uuid4().hex, QUESTION)
    service.close()
    assert reply.text.startswith("Run several")
    assert service.paths == ["/v1/chat/completions"] * 2
    assert {request["model"] for request in service.requests} == {"qwen"}
    assert set(service.keys) == {"Bearer none"}


def test_ollama_is_given_room_for_the_material_and_the_key_of_a_guarded_address(talk):
    _, _, service, _ = talk("ollama", ASK, {"text": GOOD})
    assert {request["options"]["num_ctx"] for request in service.requests} == {OLLAMA_CONTEXT}
    assert set(service.keys) == {"Bearer secret-key"}
    assert set(service.paths) == {"/api/chat"}


def test_an_openai_compatible_address_needs_no_key():
    settings = Settings.from_environment({"ADVISOR_HOME": "/tmp", "ADVISOR_MODEL": "http://127.0.0.1:1/v1#qwen"})
    assert settings.language_model.url == "http://127.0.0.1:1/v1"
    assert settings.language_model.name == "qwen"
    assert "key" not in repr(dataclasses.replace(settings.language_model, key="secret-key"))
