"""Each limit of Slack reached from below: as much as fits is shown, and one unit more is never sent."""

import pytest
from slack_rules import Refused, check_blocks, check_message, check_view, units

from assistant import Calculation, Reply, Source
from integrations.slack import blocks as kit
from integrations.slack import home
from integrations.slack.render import Around, render

LONG = {"en": "word " * 3000, "he": "מילה " * 3000, "entities": "a&" * 6000, "pairs": "😀" * 6000}


def both(text):
    return {"en": text, "he": text}


def longest(blocks, *path):
    """The longest value found under these keys, in units, after the blocks were checked."""
    check_blocks(blocks, most=50)

    def values(value, rest):
        if isinstance(value, list):
            for one in value:
                yield from values(one, rest)
        elif not rest:
            yield units(str(value))
        elif isinstance(value, dict) and rest[0] in value:
            yield from values(value[rest[0]], rest[1:])

    return max(values(blocks, path))


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
@pytest.mark.parametrize(
    ("made", "path", "limit"),
    [
        (lambda text: [kit.section(text)], ("text", "text"), 3000),
        (lambda text: kit.sections([text]), ("text", "text"), 3000),
        (lambda text: [kit.context([text])], ("elements", "text"), 3000),
        (lambda text: kit.actions([kit.button(text, "a")]), ("elements", "text", "text"), 75),
        (lambda text: [{"type": "header", "text": kit.plain_object(text, 150)}], ("text", "text"), 150),
        (lambda text: kit.actions([kit.button("a", "a")], text), ("block_id",), 255),
        (lambda text: kit.actions([menu([kit.option(text, "v")])]), ("elements", "options", "text", "text"), 75),
        (lambda text: kit.actions([menu([kit.option("a", text)])]), ("elements", "options", "value"), 150),
        (lambda text: kit.monospaced([[text]] * 9), ("text", "text"), 3000),
        (lambda text: [chart(title=text)], ("title",), 50),
        (lambda text: [chart(x=text)], ("chart", "axis_config", "x_label"), 50),
        (lambda text: [chart(label=text)], ("chart", "axis_config", "categories"), 20),
        (lambda text: [chart(series=text)], ("chart", "series", "name"), 20),
    ],
    ids=[
        "section",
        "sections",
        "context",
        "button",
        "header",
        "block_id",
        "option",
        "value",
        "monospaced",
        "title",
        "axis",
        "label",
        "series",
    ],
)
def test_a_text_fills_its_place_and_no_more(made, path, limit, text):
    found = longest(made(text), *path)
    assert 0.45 * limit <= found <= limit


def menu(options):
    return {"type": "static_select", "action_id": "m", "options": options}


def chart(title="t", x="x", label="l", series="s", number=1, points=1):
    drawn = {"kind": "bar", "title": both(title), "x": both(x), "y": both("y"), "series": [
        {"name": both(f"{n}{series}"), "points": [[both(f"{p}{label}"), "1"] for p in range(points)]}
        for n in range(number)]}  # fmt: skip
    return kit.chart(drawn, "en")


def test_a_value_that_fits_is_carried_and_one_unit_more_is_left_out():
    assert kit.button("a", "a", "v" * 2000)["value"] == "v" * 2000
    assert "value" not in kit.button("a", "a", "v" * 2001)
    assert "value" not in kit.button("a", "a", "😀" * 1001)


@pytest.mark.parametrize(
    ("made", "count", "limit"),
    [
        (lambda n: [kit.context(["a"] * n)], lambda blocks: len(blocks[0]["elements"]), 10),
        (lambda n: kit.actions([kit.button("b", f"a{i}") for i in range(n)]), lambda b: len(b[0]["elements"]), 25),
        (lambda n: [kit.table([["a"]] * n)], lambda blocks: len(blocks[0]["rows"]), 100),
        (lambda n: [kit.table([["a"] * n])], lambda blocks: len(blocks[0]["rows"][0]), 20),
        (lambda n: [kit.data_table("c", ["h"], [["a"]] * n)], lambda blocks: len(blocks[0]["rows"]) - 1, 100),
        (lambda n: [chart(number=n)], lambda blocks: len(blocks[0]["chart"]["series"]), 6),
        (lambda n: [chart(points=n)], lambda blocks: len(blocks[0]["chart"]["axis_config"]["categories"]), 20),
    ],
    ids=["context", "actions", "rows", "columns", "data_rows", "series", "points"],
)
def test_as_many_as_slack_takes_are_shown_and_not_one_more(made, count, limit):
    for number in (limit - 1, limit, limit + 1, limit * 3):
        blocks = made(number)
        check_blocks(blocks, most=50)
        assert count(blocks) == min(number, limit)


@pytest.mark.parametrize("cell", ["a" * 40, "א" * 40, "😀" * 20])
def test_a_table_holds_as_many_whole_rows_as_its_characters_allow(cell):
    for block in (kit.table([[cell] * 10] * 60), kit.data_table("c", [cell] * 10, [[cell] * 10] * 60)):
        check_blocks([block], most=50)
        held = sum(units(one["text"]) for row in block["rows"] for one in row)
        assert 9_000 <= held <= 10_000


def test_a_table_one_character_too_long_loses_its_last_row():
    rows = [["a" * 100] * 10] * 9 + [["a" * 100] * 9 + ["a" * 101]]
    for block in (kit.table(rows), kit.data_table("c", rows[0], rows[1:])):
        check_blocks([block], most=50)
        assert len(block["rows"]) == 9


def test_rows_of_unequal_length_become_one_width():
    block = kit.table([["a", "b"], ["c"], ["d", "e", "f"]])
    check_blocks([block], most=50)
    assert [[cell["text"] for cell in row] for row in block["rows"]] == [["a", "b"], ["c", "–"], ["d", "e"]]


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
@pytest.mark.parametrize("choices", [2, 6, 7, 10, 11, 100, 101, 150])
@pytest.mark.parametrize("multiple", [False, True])
def test_a_reply_that_fills_every_place_keeps_every_limit(text, choices, multiple):
    around = Around(web=True, lead=text, credit=text, contributors=text, multiple=multiple)
    message = render(full(text, choices), around)
    check_message({"text": message.text, "blocks": message.blocks})
    kinds = [block["type"] for block in message.blocks]
    assert (kinds.count("data_visualization"), kinds.count("data_table"), kinds.count("table")) == (2, 1, 0)
    assert kinds[-1] == "context_actions", "the buttons below a long text are not lost"
    check_view(
        home.view(home.Home("en", drafts=items(text), results=items(text), tools=[(f"t{n}", text) for n in range(60)]))
    )


def full(text, choices):
    question = {"id": "f", "text": "Which?", "choices": [{"id": f"{n}", "label": f"{n}{text}"} for n in range(choices)]}
    points = [[both(f"{number}{text}"), "1/3"] for number in range(30)]
    series = [{"name": both(f"{number}{text}"), "points": points} for number in range(9)]
    drawn = {"kind": "bar", "title": both(text), "x": both(text), "y": both(text), "series": series}
    table = {"title": both(text), "columns": [both(text)] * 30, "rows": [[both(text)] * 30] * 200}
    result = {"bottom_line": both("No."), "low": 0, "high": 100, "charts": [drawn] * 4, "tables": [table]}
    return Reply(
        conversation="c" * 90, turn=10**6, language="en", kind="result",
        text="**No.**\n\n" + f"{text}\n\n| a | b |\n|---|---|\n| {text[:200]} | c |\n\n" * 30 + "Which?",
        sources=[Source(id=f"S-{n}", title=text, author=text, rules=["R-1"] * 300) for n in range(40)],
        calculations=[Calculation(tool="t", version="1", inputs={}, result=result)],
        assessment={"id": "t-1", "tool": "t", "question": question},
        suggestions=[text] * 30,
    )  # fmt: skip


def items(text):
    return [home.Item("c", "r", text, text)] * 60


def test_a_message_of_many_paragraphs_says_where_the_rest_is():
    reply = full("word " * 20, 3).model_copy(update={"text": "\n\n".join(["A paragraph of its own."] * 120)})
    message = render(reply)
    check_message({"text": message.text, "blocks": message.blocks})
    assert any("Shortened here" in str(block) for block in message.blocks)
    assert len(message.blocks) <= 50


def test_the_strict_rules_refuse_one_unit_more_than_these_tests_allow():
    for blocks in (
        [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}],
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "a"}] * 11}],
        [{"type": "actions", "elements": [kit.button("b", f"a{n}") for n in range(26)]}],
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]}],
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}],
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a" * 10_001}]]}],
        [{**chart(), "title": "t" * 51}],
        kit.actions([menu([{"text": kit.plain_object("a", 75), "value": "v" * 151}])]),
        kit.actions([menu([kit.option("a", f"{n}") for n in range(101)])]),
        [chart()] * 3,
    ):
        with pytest.raises(Refused):
            check_blocks(blocks, most=50)
