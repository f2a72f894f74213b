"""What the language model may cost, how it is set up, and what `doctor` says of it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from assistant.budget import Budget, Limits
from assistant.errors import ModelError, SetupError
from assistant.redaction import Mask
from assistant.settings import ModelSettings, Settings

TODAY = dt.date(2026, 3, 1)


def test_the_day_is_added_up_over_threads_and_forgotten_overnight(tmp_path):
    budget = Budget(tmp_path, Limits(price=(Decimal(3), Decimal(15))))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: budget.spend(1000, 100, TODAY), range(50)))
    spent = budget.spent(TODAY)
    assert (spent.calls, spent.tokens_in, spent.tokens_out) == (50, 50_000, 5_000)
    assert spent.cost == Decimal("0.225")
    assert budget.spent(TODAY + dt.timedelta(days=1)).calls == 0


@pytest.mark.parametrize(
    ("limits", "turn", "code"),
    [
        (Limits(turn_tokens=100), 100, "model_turn_budget"),
        (Limits(day_tokens=1100), 0, "model_day_budget"),
        (Limits(day_cost=Decimal("0.004"), price=(Decimal(3), Decimal(15))), 0, "model_day_budget"),
    ],
)
def test_a_limit_that_is_reached_ends_the_calls(tmp_path, limits, turn, code):
    budget = Budget(tmp_path, limits)
    budget.spend(1000, 100, TODAY)
    with pytest.raises(ModelError) as refused:
        budget.check(turn, TODAY)
    assert refused.value.code == code
    assert any("א" <= letter <= "ת" for letter in refused.value.text("he"))


def test_zero_means_no_limit(tmp_path):
    budget = Budget(tmp_path, Limits(0, 0))
    budget.spend(10**9, 0, TODAY)
    budget.check(10**9, TODAY)


def test_a_setting_that_is_no_number_is_named():
    with pytest.raises(SetupError, match="ADVISOR_MODEL_DAY_TOKENS='many'"):
        ModelSettings.from_environment({"ADVISOR_MODEL_DAY_TOKENS": "many"})


def test_doctor_says_what_is_missing_and_what_was_spent(tmp_path, monkeypatch):
    pytest.importorskip("langchain_openai")
    from assistant.modelled import state_of

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    env = {"ADVISOR_HOME": str(tmp_path), "ADVISOR_MODEL": "openai:m"}
    state, detail, mend = state_of(Settings.from_environment(env))
    assert (state, mend) == ("broken", "set ADVISOR_MODEL_KEY or OPENAI_API_KEY")
    state, detail, _ = state_of(Settings.from_environment({**env, "ADVISOR_MODEL_KEY": "top-secret"}))
    assert state == "ok"
    assert "0 of 2,000,000 tokens" in detail
    assert "not traced" in detail
    assert "top-secret" not in detail


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Write to dana@acme.example", ["dana@acme.example"]),
        ("Call +972 54 123 4567 today", ["123 4567"]),
        ("Should we appoint Iberia Tools in the market?", ["Iberia"]),
        ("we met Mr Jones of Acme Widgets GmbH", ["Jones", "Acme"]),
        ("אני מחברת אלפא תוכנה", ["אלפא"]),
        ("שמי רונית לוי וטלפון 054-7654321", ["רונית", "7654321"]),
        ('אורן טכנולוגיות בע"מ רוצה בלעדיות', ["אורן"]),
    ],
)
def test_names_are_hidden_and_come_back(text, hidden):
    words = "write to call today should we appoint in the market met of"
    mask = Mask(ordinary=frozenset(words.split()))
    masked = mask.hide(text)
    assert not any(name in masked for name in hidden)
    assert mask.show(masked) == text
    assert mask.hide(text) == masked, "the same name has the same stand-in"


@pytest.mark.parametrize("text", ["It cost 12,000 USD on 2026-03-01", "שילמנו 4,800 דולר לרבעון", "15% of 100 leads"])
def test_figures_and_dates_are_not_taken_for_names(text):
    assert Mask(ordinary=frozenset(["it"])).hide(text) == text


@pytest.fixture(scope="module")
def redacted(tmp_path_factory):
    from bench.redaction import judged
    from knowledge import open_knowledge

    knowledge = open_knowledge(tmp_path_factory.mktemp("home"))
    return [one for half in ("dev", "held") for one in judged(knowledge, half)]


@pytest.mark.parametrize("language", ["en", "he"])
def test_names_in_everyday_messages_do_not_leave_and_little_else_is_hidden(redacted, language):
    of = [one for one in redacted if one[0] == language]
    names, leaked = sum(len(one[2]) for one in of), [name for one in of for name in one[3]]
    assert len(redacted) >= 80
    assert len(of) >= 40
    assert len(leaked) <= 0.08 * names, leaked
    assert sum(one[4] for one in of) <= 2, [one[1] for one in of if one[4]]


def test_a_record_s_name_is_hidden_behind_a_prefix_and_when_it_is_shortened():
    mask = Mask(("Iberia Tools", "אלפא כלים"))
    for text, name in (("what if Iberia sold it", "Iberia"), ("נחזור לאלפא כלים", "אלפא"), ("ומה עם אלפא?", "אלפא")):
        assert name not in mask.hide(text)
        assert mask.show(mask.hide(text)) == text


def test_a_hidden_name_is_not_hidden_inside_another_word():
    mask = Mask(("Dan",), frozenset(["danger", "is", "in"]))
    assert mask.hide("Dan is in danger, danger") == "[NAME_1] is in danger, danger"
