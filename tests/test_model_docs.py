"""docs/model.md names every setting, and every failure a person may be told of has its sentence."""

import re
from pathlib import Path

import pytest

from assistant.errors import ModelError

ROOT = Path(__file__).resolve().parents[1]


def test_every_setting_of_the_model_is_documented():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "assistant").glob("*.py"))
    settings = set(re.findall(r"ADVISOR_MODEL(?:_[A-Z]+)*", code))
    documented = (ROOT / "docs" / "model.md").read_text("utf-8")
    assert len(settings) >= 9
    assert [name for name in sorted(settings) if f"`{name}`" not in documented and name != "ADVISOR_MODEL_"] == []


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_failure_has_a_sentence(language):
    code = "".join(
        (ROOT / "assistant" / name).read_text("utf-8") for name in ("model.py", "model_agent.py", "budget.py")
    )
    codes = set(re.findall(r'"(model_[a-z_]+)"', code))
    assert len(codes) >= 12
    for name in codes:
        text = ModelError(name, model="m", limit=1, seconds=1, rounds=5, reason="r").text(language)
        assert text.strip()


def test_langchain_stands_behind_the_model_modules_alone():
    folders = ("assistant", "knowledge", "tools", "ui", "integrations")  # eval has a judge of its own
    using = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^\s*(?:from|import) (?:langchain|langgraph|langsmith)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert using == {"assistant/model.py", "assistant/model_agent.py"}
