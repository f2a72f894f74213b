"""Which field a figure answers where no name stands beside it: what is read of it, learned of it, and done with it."""

from __future__ import annotations

import pytest

from assistant.understanding.examples import figures, without_marks
from assistant.understanding.fields.roles import read_figure, role_chances
from assistant.understanding.learned import FIGURES, field_head, opened
from assistant.understanding.numbers.amounts import quantities
from tools.registry import TOOLS

NAMED = {tool.name: tool for tool in TOOLS}


def test_marks_are_taken_off_and_their_places_kept():
    text, places = without_marks("in [2019](none) they came [20](visits) times, at [500 dollars](cost_per_visit) each")
    assert text == "in 2019 they came 20 times, at 500 dollars each"
    assert [(text[start:end], field) for start, end, field in places] == [
        ("2019", ""), ("20", "visits"), ("500 dollars", "cost_per_visit"),
    ]  # fmt: skip


def test_an_unmarked_text_stays_as_it_is():
    assert without_marks("twenty visits") == ("twenty visits", ())


def test_a_field_that_the_form_does_not_have_is_found(tmp_path):
    (tmp_path / "said").mkdir()
    (tmp_path / "said" / "funnel.yaml").write_text('figures: {en: ["[12](dealz) orders"]}', "utf-8")
    with pytest.raises(ValueError, match="dealz"):
        figures(NAMED["funnel"], tmp_path)


def test_each_word_carries_its_distance_to_the_figure():
    text = "they ordered 150 times and paid 60 dollars"
    words = read_figure(text, quantities(text), 0)
    assert [next(part for part in word if part.startswith("@") and part[1:].lstrip("-").isdigit()) for word in words][
        :4
    ] == ["@-2", "@-1", "@0", "@1"]
    assert "@this" in words[2]
    assert any("@figure" in word and "@money" in word for word in words)


def test_the_figures_themselves_are_not_read():
    one, two = ("we closed 14 deals", "we closed 97 deals")
    assert read_figure(one, quantities(one), 0) == read_figure(two, quantities(two), 0)


def test_a_long_text_is_read_around_the_figure_only():
    text = "well " * 60 + "we closed 14 deals " + "and so on " * 60
    assert len(read_figure(text, quantities(text), 0)) <= 41


LEARNED = [head.removeprefix(FIGURES) for head in sorted(opened().heads) if head.startswith(FIGURES)]


@pytest.mark.parametrize("tool", LEARNED)
def test_every_field_that_is_learned_takes_a_figure(tool):
    roles = field_head(FIGURES, tool)
    assert roles.fields[0] == ""
    kinds = {field.id: field.kind for field in NAMED[tool].form.fields}
    assert {kinds[field] for field in roles.fields[1:]} <= {"count", "amount", "money", "rate", "date"}
    assert roles.head == FIGURES + tool


def test_every_tool_with_examples_of_figures_has_learned_them():
    assert {tool.name for tool in TOOLS if figures(tool)} == set(LEARNED)


@pytest.mark.parametrize(
    ("tool", "words", "field"),
    [
        ("customer_profitability", "my people drove over to them 18 times last year", "visits"),
        ("customer_profitability", "נסענו אליהם 18 פעם בשנה שעברה", "visits"),
        ("leadgen_roi", "seven of them signed a contract with us", "deals"),
        ("sam_capacity", "כל קשר כזה גוזל ארבע שעות בחודש", "hours_per_relationship"),
        ("vertical_profile", "there could be 300 of them in the whole country", "potential"),
    ],
)
def test_the_words_around_tell_the_field(tool, words, field):
    chances = role_chances(tool, words, quantities(words), 0)
    assert max(chances, key=chances.get) == field
    assert sum(chances.values()) == pytest.approx(1, abs=1e-4)


def test_a_tool_without_figures_has_no_chances():
    assert role_chances("checklist_kam", "we have 9 of them", quantities("we have 9 of them"), 0) == {}
