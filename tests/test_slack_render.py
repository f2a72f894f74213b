"""Whatever a reply says, its message keeps every limit of Slack, mentions nobody and links only to sources."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from slack_rules import Refused, check_blocks, check_harmless, check_message, check_view, texts_of

from assistant import Calculation, Reply, Source
from integrations.slack import blocks as kit
from integrations.slack import home, modals
from integrations.slack.mrkdwn import RIGHT_TO_LEFT, cut, inline, plain, safe_markdown, size
from integrations.slack.render import Around, note, render, sharing

ADDRESS = "https://www.trade.gov/partner"
ATTACKS = [
    "<!channel> <@U123> <#C1|general> <https://evil.example/?q=1|click>",
    "[click](https://evil.example/x) https://evil.example/y?a=b&c=d",
    "&lt;!here&gt; &amp;amp; **<!everyone>** `<@U1>` # <!channel>",
    "| a | <!channel> |\n|---|---|\n| **b** | [x](https://evil.example) |\n\n| c |\n|---|\n| d |",
    "**" * 400 + "`" * 301 + "[" * 200 + "](",
    "# \n- \n> \n---\n\\*\\<\\`",
    "x" * 9000 + "&" * 5000 + "😀" * 4000,
    "שלום " * 4000 + "\u202e<!channel>\u2028\x00\ud800",
    "",
    " \n\t\n",
]
characters = st.characters(codec=None, exclude_categories=())
pieces = st.one_of(
    st.text(characters, max_size=300),
    st.sampled_from(ATTACKS),
    st.text(alphabet="<>&*_`~|[]()#-!@\\\n אבe1/:.", max_size=400),
    st.integers(1, 4000).map(lambda n: "&<" * n),
    st.integers(1, 130).map(lambda n: "\n".join("| א | b & c | `d` |" for _ in range(n))),
)
texts = st.lists(pieces, max_size=6).map("\n\n".join)
languages = st.sampled_from(["en", "he"])
words = st.one_of(st.text(characters, max_size=400), st.sampled_from(ATTACKS))


def both(text):
    return {"en": text, "he": text}


@st.composite
def results(draw):
    points = draw(st.lists(st.tuples(words, st.sampled_from(["1", "1/3", "-20.5", None])), max_size=30))
    series = [
        {"name": both(draw(words)), "points": [[both(x), y] for x, y in points]} for _ in range(draw(st.integers(0, 8)))
    ]
    chart = {"id": "c", "kind": draw(st.sampled_from(["bar", "line", "funnel", "interval", "scatter"])),
             "title": both(draw(words)), "x": both(draw(words)), "y": both(draw(words)), "series": series}  # fmt: skip
    width = draw(st.integers(0, 25))
    rows = [[both(draw(words)) for _ in range(width)] for _ in range(draw(st.integers(0, 3)))] * draw(
        st.integers(1, 60)
    )
    table = {"id": "t", "title": both(draw(words)), "columns": [both(draw(words)) for _ in range(width)], "rows": rows}
    low = draw(st.floats(0, 100))
    return {
        "bottom_line": both(draw(words)), "score": {"low": "0", "high": "1"}, "low": low,
        "high": draw(st.floats(low, 100)), "charts": [chart] * draw(st.integers(0, 3)), "tables": [table],
    }  # fmt: skip


@st.composite
def replies(draw):
    text, choices = draw(texts), draw(st.integers(0, 12))
    question = {"id": "field", "text": draw(words), "why": "", "choices": [
        {"id": f"choice-{n}", "label": draw(words)} for n in range(choices)]}  # fmt: skip
    asked = draw(st.booleans())
    source = Source(
        id="S", title=draw(words), author=draw(words), date="2010-08-20", rules=["R-1"] * draw(st.integers(0, 200))
    )
    assessment = {"id": "partner_fit-1", "tool": "partner_fit", "question": question}
    calculation = Calculation(tool="t", version="1", inputs={}, result=draw(results()))
    return Reply(
        conversation="c" * draw(st.integers(1, 100)), turn=draw(st.integers(1, 10**6)), language=draw(languages),
        kind=draw(st.sampled_from(["answer", "question", "result", "clarify", "notice"])),
        text=text + (question["text"] if asked else ""),
        sources=[source] * draw(st.integers(0, 30)),
        calculations=[calculation] * draw(st.integers(0, 1)),
        assessment=assessment if draw(st.booleans()) else None,
        suggestions=draw(st.lists(words, max_size=6)),
    )  # fmt: skip


arounds = st.builds(
    Around,
    web=st.booleans(),
    lead=words,
    credit=words,
    contributors=words,
    multiple=st.booleans(),
    chosen=st.one_of(st.just(""), words),
    shared_by=st.one_of(st.just(""), words),
    addresses=st.sampled_from([{}, {"S": ADDRESS}]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies(), arounds)
def test_no_reply_can_exceed_a_limit_mention_anybody_or_link_elsewhere(reply, around):
    message = render(reply, around)
    call = {"text": message.text, "blocks": message.blocks}
    check_message(call)
    json.dumps(call, ensure_ascii=False).encode("utf-8")
    for text in texts_of(message.blocks):
        check_harmless(text, {ADDRESS})
    check_harmless(message.text)


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
@pytest.mark.parametrize("language", ["en", "he"])
def test_a_hostile_text_is_shown_harmlessly_everywhere(attack, language):
    reply = Reply(conversation="c", turn=1, language=language, kind="answer", text=attack, suggestions=[attack])
    for message in (render(reply, Around(lead=attack, credit=attack)), sharing(reply, attack), note(attack)):
        check_message({"text": message.text, "blocks": message.blocks})
        for text in [*texts_of(message.blocks), message.text]:
            check_harmless(text)
    item = home.Item("c", "r", attack, attack)
    tools = [(f"t{n}", attack) for n in range(40)]
    shown = home.view(home.Home(language, drafts=[item] * 20, results=[item] * 20, tools=tools))
    check_view(shown)
    for text in texts_of(shown):
        check_harmless(text)
    assert "<!" not in safe_markdown(attack)
    assert "](http" not in safe_markdown(attack)


@settings(max_examples=80, deadline=None)
@given(words, st.integers(0, 200))
@example("&" * 50, 7)
def test_a_cut_text_fits_and_keeps_no_half_entity(text, limit):
    shown = cut(plain(text), limit + 1)
    assert size(shown) <= limit + 1
    check_harmless(shown)


def test_markdown_becomes_slack_markup():
    assert inline("**bold** and `code` and [title](https://a.example)", {"https://a.example"}) == (
        "*bold* and `code` and <https://a.example|title>"
    )
    assert inline("[title](https://a.example) http://b.example.") == "title `http://b.example`."
    lines = kit.sections(["## Heading", "- one", "  - two", "> said", "plain"])[0]["text"]["text"].split("\n")
    assert lines == ["*Heading*", "• one", "    • two", "&gt; said", "plain"]


def test_hebrew_lines_run_from_right_to_left_even_when_they_begin_with_a_figure():
    shown = kit.sections(["80% מהלידים", "- ROI של הערוץ"], right_to_left=True)[0]["text"]["text"].split("\n")
    assert all(line.startswith(RIGHT_TO_LEFT) for line in shown)


def test_the_bar_shows_the_interval_and_an_exact_score_as_one_mark():
    assert kit.interval_bar(0, 100) == "█" * 20
    assert kit.interval_bar(50, 50).count("█") == 1
    assert kit.interval_bar(100, 100) == "░" * 19 + "█"
    assert kit.interval_bar(25, 50) == "░" * 5 + "█" * 5 + "░" * 10


def test_the_first_table_is_a_table_and_the_next_one_text():
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n\nbetween\n\n| c | d |\n|---|---|\n| 3 | 4 |"
    kinds = [block["type"] for block in render(reply_of(text)).blocks]
    assert kinds[:3] == ["table", "section", "section"]


def test_a_result_cites_its_sources_by_the_numbers_of_the_list_below():
    sources = [Source(id=name, title=f"Title {name}", author="A", rules=["R-P1", "R-P2"]) for name in ("MG-1", "X-2")]
    calculation = Calculation(tool="t", version="1", inputs={}, result={"bottom_line": both("No.")})
    text = "**No.**\n\n- one [R-P1, MG-1, X-2]\n- two [X-2]\n- three [R-P9]\n- four [OTHER-1]"
    reply = reply_of(text, kind="result", sources=sources, calculations=[calculation])
    shown = json.dumps(render(reply).blocks)
    assert "one [R-P1] [1][2]" in shown
    assert "two [2]" in shown
    assert "three [R-P9]" in shown
    assert "four [OTHER-1]" in shown
    assert "MG-1" not in shown.replace("Title MG-1", "")
    assert "R-P2" not in shown, "the rules stand beside the reasons, not again below"
    assert "R-P2" in json.dumps(render(reply_of("Yes [1].", kind="answer", sources=sources)).blocks)


def test_a_notification_begins_with_the_bottom_line():
    calculation = Calculation(tool="t", version="1", inputs={}, result={"bottom_line": both("Do not appoint.")})
    text = "Noted: **Agent**.\n\n**Do not appoint.**\n\nWhy [R-P1, MG-1]"
    source = Source(id="MG-1", title="T", author="A")
    reply = reply_of(text, kind="result", calculations=[calculation], sources=[source])
    assert render(reply).text == "Do not appoint.\n\nNoted: Agent.\n\nWhy [R-P1] [1]"
    assert render(reply_of("One.\n\nTwo.", kind="answer")).text == "One.\n\nTwo."


def reply_of(text, **more):
    return Reply(**{"conversation": "c", "turn": 1, "language": "en", "kind": "notice", "text": text, **more})


@pytest.mark.parametrize("language", ["en", "he"])
def test_every_real_result_and_every_step_of_every_form_is_valid_in_slack(slack_advisor, language):
    for tool in slack_advisor.tools.values():
        memo = modals.Memo({"user": "U"}, "c" * 100, tool.name, language)
        seen: set[str] = set()
        while view := modals.step(memo, tool.form, {}, {}):
            check_view(view)
            memo = modals.Memo.read(view["private_metadata"])
            assert not seen & set(memo.fields), "a question was asked twice"
            seen |= set(memo.fields)
            memo = modals.replace(memo, seen=(*memo.seen, *memo.fields), step=memo.step + 1)
        assert seen == {field.id for field in tool.form.fields if field.relevant({})}
        check_view(modals.which_answer(memo, tool.form, tool.form.fields))
        calculation = slack_advisor.calculate(tool.name, {})
        line = calculation.result["bottom_line"][language]
        message = render(reply_of(line, kind="result", language=language, calculations=[calculation]))
        check_message({"text": message.text, "blocks": message.blocks})


def test_the_rules_themselves_refuse_what_slack_refuses():
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "a"}}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    button = {"type": "button", "text": {"type": "plain_text", "text": "b" * 76}, "action_id": "a"}
    for blocks in (
        [section] * 51,
        [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "  "}}],
        [table, table],
        [{"type": "actions", "elements": []}],
        [{"type": "actions", "elements": [button]}],
        [{**section, "block_id": "x"}, {**section, "block_id": "x"}],
        [{"type": "hologram"}],
    ):
        with pytest.raises(Refused):
            check_blocks(blocks, most=50)
    with pytest.raises(AssertionError):
        check_harmless("<!channel>")
    with pytest.raises(AssertionError):
        check_harmless("<https://evil.example|x>", {ADDRESS})
