"""The documentation of the tools is complete, and what the tools ask and say stands in both languages."""

import re
from pathlib import Path

import pytest

from tools.describe import inputs_table
from tools.registry import TOOLS, schemas
from tools.strict_yaml import parse_file

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "tools.md").read_text("utf-8")
WORDING = sorted((ROOT / "tools" / "wording").glob("*.yaml"))
CALCULATORS = (
    "leadgen_roi",
    "nurture_payoff",
    "funnel",
    "sales_productivity",
    "customer_profitability",
    "vertical_profile",
    "referral_programme",
)


def test_the_table_of_inputs_is_the_registry_s_own():
    assert inputs_table() in DOCS, "run: python -m tools.describe, and put its table into docs/tools.md"


def test_every_figure_the_docs_name_has_words():
    words = parse_file(ROOT / "tools" / "wording" / "figures.yaml")
    named = set(re.findall(r"`([a-z_0-9]+)`", DOCS.split("## Figures of the calculators")[1].split("\n## ")[0]))
    assert named - set(CALCULATORS) <= set(words)


def pairs(data, path=()):
    if isinstance(data, dict) and set(data) == {"en", "he"}:
        yield ".".join(path), data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from pairs(value, (*path, str(key)))


@pytest.mark.parametrize("file", WORDING, ids=lambda path: path.stem)
def test_each_sentence_stands_in_both_languages_with_the_same_values(file):
    found = list(pairs(parse_file(file)))
    assert found
    for key, sentence in found:
        english, hebrew = str(sentence["en"]), str(sentence["he"])
        assert set(re.findall(r"\{(\w+)", english)) == set(re.findall(r"\{(\w+)", hebrew)) or "one" in english, key
        letters = re.sub(r"\{[^}]*\}", "", hebrew)
        assert re.search("[א-ת]", letters) or not re.search("[A-Za-z]{4}", re.sub(r"\{[^}]*\}|ROMI", "", english)), key


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_question_is_asked_and_explained_in_both_languages(tool):
    for field in tool.form.fields:
        for text in (field.label, field.ask, field.why):
            assert text.en.strip()
            assert re.search("[א-ת]", text.he), field.id
        assert field.ask.en.rstrip().endswith(("?", ".", ")")), field.id


def test_every_tool_publishes_a_schema_that_refuses_unknown_fields():
    for name, schema in schemas().items():
        assert schema["additionalProperties"] is False, name
