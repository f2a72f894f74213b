"""A Reply as a Slack message. Pure: the same reply always gives the same blocks, and no reply can exceed a
limit of Slack (checked against the strict stand-in for any text)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assistant import Reply, Source
from integrations.slack import blocks as kit
from integrations.slack.blocks import Block
from integrations.slack.mrkdwn import Paragraph, cut, escape, link, paragraphs, plain, size
from integrations.slack.words import say

BODY = 11_000  # units of text in one message; what goes beyond is offered elsewhere
MOST_BODY_BLOCKS = 34  # of 50, so that chart, table, sources and buttons always have room
MOST_BUTTON_CHOICES = 6  # more choices than this become a menu
MOST_SOURCES = 8
NOTIFICATION = 3000
_NAMED = re.compile(r"\[([A-Z][\w-]*(?:, [A-Z][\w-]*)*)\](?!\()")  # rules and sources behind a reason


@dataclass(frozen=True)
class Around:
    """What the door knows beside the reply.

    Args:
        web: whether there is a web app to open the conversation in.
        lead: a line of the door's own above the reply.
        credit: whose message this answers, said when several people take part.
        contributors: who gave how many answers, shown with a result.
        multiple: the open question takes several choices at once.
        chosen: what was chosen by the buttons of this message, which are spent and shown no more.
        shared_by: whoever shared it; a shared message has no buttons.
        addresses: the only addresses that may be links, by source id.
    """

    web: bool = False
    lead: str = ""
    credit: str = ""
    contributors: str = ""
    multiple: bool = False
    chosen: str = ""
    shared_by: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """What is posted: blocks, and the same as plain text for notifications, screen readers and old clients."""

    text: str
    blocks: list[Block]


def render(reply: Reply, around: Around = Around()) -> Message:
    """The whole message of a reply."""
    shown = [
        *_above(reply, around),
        *_body(reply, around),
        *_drawings(reply),
        *_below(reply, around),
        *([] if around.shared_by else _controls(reply, around)),
    ]
    return Message(notification(_bottom_line_first(reply)), shown[:50])


def notification(text: str) -> str:
    """A reply's text without marks, short enough for a notification; Slack refuses an empty one."""
    return cut(plain(text).strip(), NOTIFICATION) or "…"


def _bottom_line_first(reply: Reply) -> str:
    """A reply's text for a telephone's lock screen, where only its beginning is read."""
    result = _result(reply)
    bottom_line = result["bottom_line"][reply.language] if result else ""
    parts = _with_numbers(reply).split("\n\n")
    first = [part for part in parts if bottom_line and bottom_line in part][:1]
    return "\n\n".join([*first, *(part for part in parts if part not in first)])


def note(text: str) -> Message:
    """A line of the door's own."""
    return Message(notification(text), kit.sections(text.split("\n")) or [kit.section("…")])


# -- the text ----------------------------------------------------------------------------------------


def _above(reply: Reply, around: Around) -> list[Block]:
    if around.shared_by:
        return [kit.context([escape(say("result.shared_by", reply.language, who=around.shared_by))])]
    lines = [escape(say("credit.answer_to", reply.language, who=around.credit))] if around.credit else []
    lines += [escape(around.lead)] if around.lead else []
    return [kit.context(lines)] if lines else []


def _body(reply: Reply, around: Around) -> list[Block]:
    """The reply's paragraphs, one section each; the first table as a table, further ones as text."""
    addresses = set(around.addresses.values())
    right_to_left = reply.language == "he"
    result = _result(reply)
    bottom_line = result["bottom_line"][reply.language] if result else ""
    made: list[Block] = []
    tabled = bool(result and result.get("tables"))
    parted = list(paragraphs(_with_numbers(reply)))
    before = next((n for n, one in enumerate(parted) if bottom_line and _says(one, bottom_line)), 0)
    if 0 < before <= 10 and not any(one.rows for one in parted[:before]):
        # What was understood stands small above the bottom line, which every eye should meet first.
        noted = kit.sections([line for one in parted[:before] for line in one.lines], addresses, right_to_left)
        made += [kit.context([block["text"]["text"]]) for block in noted]
        parted = parted[before:]
    for paragraph in parted:
        if paragraph.rows and not tabled:
            made.append(kit.table(paragraph.rows))
            tabled = True
        elif paragraph.rows:
            made += kit.monospaced(paragraph.rows)
        else:
            made += kit.sections(paragraph.lines, addresses, right_to_left)
        if bottom_line and _says(paragraph, bottom_line):
            made += _interval(result, reply.language)
            bottom_line = ""
    return _fitting(made, reply.language) or [kit.section("…")]


def _with_numbers(reply: Reply) -> str:
    """A result's text with the ids of its sources as the numbers under which they are listed below."""
    numbers = {source.id: f"[{number}]" for number, source in enumerate(reply.sources, 1)}
    if reply.kind != "result" or not numbers:
        return reply.text

    def shown(found: re.Match[str]) -> str:
        names = found[1].split(", ")
        rules = ", ".join(name for name in names if name not in numbers)
        cited = "".join(numbers[name] for name in names if name in numbers)
        return " ".join(part for part in (f"[{rules}]" if rules else "", cited) if part)

    return _NAMED.sub(shown, reply.text)


def _says(paragraph: Paragraph, text: str) -> bool:
    return any(text in line for line in paragraph.lines)


def _fitting(made: list[Block], language: str) -> list[Block]:
    """As many blocks as one message carries; when some are left out, a line says where the rest is."""
    left, kept = BODY, 0
    for block in made[:MOST_BODY_BLOCKS]:
        left -= size(json.dumps(block.get("text") or block.get("rows") or "", ensure_ascii=False))
        if left < 0 and kept:
            break
        kept += 1
    if kept == len(made):
        return made
    return [*made[:kept], kit.context([escape(say("result.shortened", language))])]


def _result(reply: Reply) -> dict[str, Any]:
    """The result the reply is about, when it is about one."""
    return reply.calculations[-1].result if reply.kind == "result" and reply.calculations else {}


def _interval(result: Mapping[str, Any], language: str) -> list[Block]:
    """The score as a bar, or each of several under its name."""
    if result.get("score") is None or "low" not in result:
        return []
    axes = [(f["label"][language], f["value"]) for f in result.get("figures", ()) if f["unit"] == "score"]
    bars = [_bar(f"{name} ", value, language) for name, value in axes]
    return bars or [_bar("", {"low": result["low"], "high": result["high"]}, language)]


def _bar(name: str, value: Any, language: str) -> Block:
    sides = (value["low"], value["high"]) if isinstance(value, Mapping) else (value, value)
    low, high = map(float, sides)
    shown = f"{low:g}" if low == high else f"{low:g}–{high:g}"
    of_100 = escape(name + say("result.of_100", language, score=shown))
    return kit.context([f"`{kit.interval_bar(low, high)}`  {of_100}"])


def _drawings(reply: Reply) -> list[Block]:
    """At most two charts and one table of the result, beyond what the text says."""
    result, language = _result(reply), reply.language
    if not result:
        return []
    charts = [kit.chart(drawn, language) for drawn in result.get("charts", [])]
    drawn = [block for block in charts if block is not None][:2]
    tables = [table for table in result.get("tables", []) if table["rows"] and table["columns"]][:1]
    for table in tables:
        columns = [column[language] for column in table["columns"]]
        rows = [[cell[language] for cell in row] for row in table["rows"]]
        drawn.append(kit.data_table(table["title"][language], columns, rows))
    return drawn


def _below(reply: Reply, around: Around) -> list[Block]:
    made: list[Block] = []
    if around.contributors:
        made.append(kit.context([escape(say("credit.contributors", reply.language, who=around.contributors))]))
    if reply.sources:
        made.append(kit.context(_sources(reply, around.addresses)))
    return made


def _sources(reply: Reply, addresses: Mapping[str, str]) -> list[str]:
    heading = f"*{escape(say('sources', reply.language))}*"
    with_rules = reply.kind != "result"  # a result names its rules beside each reason
    lines = [
        _source(number, source, addresses.get(source.id, ""), with_rules)
        for number, source in enumerate(reply.sources[:MOST_SOURCES], 1)
    ]
    more = len(reply.sources) - MOST_SOURCES
    return [heading, *lines, *([f"+{more}"] if more > 0 else [])]


def _source(number: int, source: Source, address: str, with_rules: bool) -> str:
    rules = cut(escape(", ".join(source.rules)), 150) if with_rules else ""
    title = link(address, source.title) if address else cut(escape(source.title), 300)
    said = [title, cut(escape(source.author), 150), source.date or "", rules]
    return f"{number}. " + " · ".join(part for part in said if part)


# -- the buttons -------------------------------------------------------------------------------------


def _controls(reply: Reply, around: Around) -> list[Block]:
    """What the person can do next: answer, pick a suggestion, work with the result, say whether it helped."""
    made = [kit.context([escape(around.chosen)])] if around.chosen else _question(reply, around)
    asked = bool(made)
    made += kit.actions(_result_buttons(reply, around), "result")
    made += kit.actions(_suggestions(reply, asked), "suggestions")
    if reply.kind in ("answer", "result", "refusal"):
        made.append(_feedback(reply))
    return made


def value_of(reply: Reply, **more: Any) -> str:
    """What a button carries back: the conversation, the turn it belongs to, and its own meaning."""
    return json.dumps({"c": reply.conversation, "t": reply.turn, **more}, ensure_ascii=False, separators=(",", ":"))


def asks(reply: Reply) -> bool:
    """Whether the reply ends with the open question of its record (and not with another question of ours)."""
    question = (reply.assessment or {}).get("question")
    return question is not None and question["text"] in reply.text


def _question(reply: Reply, around: Around) -> list[Block]:
    if not asks(reply) or reply.assessment is None:
        return []
    language, record, question = reply.language, reply.assessment["id"], reply.assessment["question"]
    choices = [(choice["id"], choice["label"]) for choice in question["choices"]]
    mine = {"r": record, "f": question["id"]}

    def press(kind: str, **more: Any) -> str:
        return value_of(reply, k=kind, **mine, **more)

    made: list[Block] = []
    if choices and around.multiple:
        boxes = {"type": "checkboxes", "action_id": "tick", "options": [kit.option(n, i) for i, n in choices[:10]]}
        done = kit.button(say("button.these", language), "answer:these", press("these"), style="primary")
        made += kit.actions([boxes, done], "choices")
    elif len(choices) > MOST_BUTTON_CHOICES:
        menu = {
            "type": "static_select",
            "action_id": "pick",
            "placeholder": kit.plain_object(say("button.choose", language), 150),
            "options": [kit.option(label, choice) for choice, label in choices[:100]],
        }
        # A menu carries no value of its own beside the choice; its block's id says what it answers.
        made += kit.actions([menu], f"{reply.conversation}|{reply.turn}|{record}|{question['id']}")
    elif choices:
        buttons = [kit.button(label, f"answer:{n}", press("a", v=c)) for n, (c, label) in enumerate(choices)]
        made += kit.actions(buttons, "choices")
    others = [
        kit.button(say("button.unknown", language), "answer:unknown", press("s", s="unknown")),
        kit.button(say("button.skip", language), "answer:skip", press("s", s="skipped")),
        kit.button(say("button.why", language), "do:why", press("d", d="why")),
        kit.button(say("button.form", language), "form:open", press("form")),
    ]
    return made + kit.actions(others, "question")


def _result_buttons(reply: Reply, around: Around) -> list[Block]:
    result, record = _result(reply), (reply.assessment or {}).get("id")
    if not result or not record:
        return []
    language, value = reply.language, value_of(reply, r=record)
    made = [
        kit.button(say("button.change", language), "form:change", value),
        kit.button(say("button.what_if", language), "form:what_if", value),
        kit.button(say("button.share", language), "share:open", value),
        kit.button(say("button.xlsx", language), "export:xlsx", value),
    ]
    return [*made, *_web_button(value, around, language)]


def _web_button(value: str, around: Around, language: str) -> list[Block]:
    return [kit.button(say("button.web", language), "web:open", value)] if around.web else []


def _suggestions(reply: Reply, asked: bool) -> list[Block]:
    if asked:  # the question's own buttons say the same
        return []
    return [
        kit.button(text, f"say:{number}", value_of(reply, say=text[:300]))
        for number, text in enumerate(reply.suggestions[:4])
        if text.strip()
    ]


def _feedback(reply: Reply) -> Block:
    def thumb(key: str, helpful: bool) -> dict[str, Any]:
        words = say(f"feedback.{key}", reply.language)
        return {
            "text": kit.plain_object(words, 75),
            "accessibility_label": cut(words, 75),
            "value": value_of(reply, up=helpful),
        }

    buttons = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": thumb("good", True),
        "negative_button": thumb("bad", False),
    }
    return {"type": "context_actions", "elements": [buttons]}


# -- beside a reply ----------------------------------------------------------------------------------


def sharing(reply: Reply, who: str, addresses: Mapping[str, str] | None = None) -> Message:
    """A private reply as it is shown to a channel: whose it is, without buttons."""
    return render(reply, Around(shared_by=who, addresses=addresses or {}))


def without_rich(message: Message) -> Message:
    """The message in blocks that every client knows, for when Slack refuses the newer ones."""
    known = [block for block in message.blocks if block["type"] in ("section", "context", "actions", "header")]
    return replace(message, blocks=known)


def contributors(names: Mapping[str, int], language: str) -> str:
    """Who gave how many answers, most first; empty for one person alone."""
    if len(names) < 2:
        return ""
    ranked = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(say("credit.count", language, who=name, count=count) for name, count in ranked)
