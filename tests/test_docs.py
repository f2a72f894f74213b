"""The documentation is complete and does not lie: settings, commands, tools, links, and conversations shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import generate
from tools.registry import TOOLS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "bench" / "README.md"]
PRODUCT = ("assistant", "knowledge", "tools", "ui", "integrations", "eval", "deploy")
STALE = "stale: run python -m docs.generate"


@pytest.fixture(scope="module")
def held(home):
    return generate.held(home)


def test_the_commands_page_is_the_command_line_s_own():
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == generate.commands(), STALE


def test_the_transcripts_are_what_the_program_says(held):
    assert (ROOT / "docs" / "transcripts.md").read_text("utf-8") == generate.book(held), STALE
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme == generate.with_examples(readme, held), STALE


def test_the_conversations_with_a_model_are_what_the_program_says(home, monkeypatch):
    for package in ("langchain_openai", "langchain_anthropic", "langchain_ollama"):
        pytest.importorskip(package)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    from docs.model_talks import page

    assert (ROOT / "docs" / "model_talks.md").read_text("utf-8") == page(home), STALE


def test_the_readme_shows_a_conversation_in_each_language():
    shown = {talk.language for talk in generate.transcripts() if talk.readme}
    assert shown == {"en", "he"}


def test_each_language_shows_a_whole_assessment_with_a_kill_in_it(held):
    for language in ("en", "he"):
        talks = [(talk, turns) for talk, turns in held if talk.language == language]
        assert any(reply.kind == "refusal" for _, turns in talks for _, reply in turns if reply)
        whole = next(turns for talk, turns in talks if generate.KILL in talk.says)
        killed = [said for said, _ in whole].index(generate.KILL)
        before, after = whole[killed - 1][1], whole[-1][1]
        assert before.assessment["tool"] == after.assessment["tool"] == "partner_fit"
        assert set(before.assessment["answers"]) <= set(after.assessment["answers"])
        assert any(reply.kind == "result" for _, reply in whole[killed + 1 :])


def test_every_setting_is_documented():
    named = set()
    for package in PRODUCT:
        for path in (ROOT / package).rglob("*.py"):
            named |= set(re.findall(r"\bADVISOR_[A-Z_]*[A-Z]\b", path.read_text("utf-8")))
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    missing = {name for name in named if name not in page}
    assert not missing


def test_no_setting_is_documented_that_nothing_reads():
    code = "".join(path.read_text("utf-8") for package in PRODUCT for path in (ROOT / package).rglob("*.py"))
    code += (ROOT / "advisor").read_text("utf-8")
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert {name for name in re.findall(r"\bADVISOR_[A-Z_]+\b", page) if name not in code} == set()


def test_every_tool_is_documented():
    page = (ROOT / "docs" / "tools.md").read_text("utf-8")
    assert [tool.name for tool in TOOLS if f"`{tool.name}`" not in page] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (document.parent / target).exists(), target
