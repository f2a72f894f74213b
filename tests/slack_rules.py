"""Slack's documented limits on messages and views, checked as strictly as its documentation reads.

Lengths are counted in UTF-16 units, the strictest reading. Every check raises `Refused` with Slack's own code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

PLAIN, MRKDWN = {"plain_text"}, {"plain_text", "mrkdwn"}


class Refused(Exception):
    """Slack would answer `{"ok": false, "error": code}`."""

    def __init__(self, code: str, detail: str = "", **extra: Any) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.extra = code, detail, extra


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def require(condition: object, detail: str, code: str = "invalid_blocks") -> None:
    if not condition:
        raise Refused(code, detail)


def check_message(call: dict[str, Any]) -> None:
    """A message as chat.postMessage and its kin take it."""
    text, blocks, markdown = call.get("text") or "", call.get("blocks") or [], call.get("markdown_text") or ""
    require(not (markdown and (text or blocks)), "markdown_text stands alone", "markdown_text_conflict")
    require(units(text) <= 40_000 and units(markdown) <= 12_000, "too long", "msg_too_long")
    require(text.strip() or blocks or markdown, "nothing to say", "no_text")
    require(not blocks or text.strip(), "blocks need a text for notifications", "missing_text_in_message")
    check_blocks(blocks, most=50)
    if metadata := call.get("metadata"):
        require(set(metadata) == {"event_type", "event_payload"}, "metadata", "invalid_metadata_format")


def check_blocks(blocks: list[dict[str, Any]], *, most: int) -> None:
    """The blocks of one message, modal or home tab."""
    require(isinstance(blocks, list) and len(blocks) <= most, f"at most {most} blocks")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    require(len(ids) == len(set(ids)), "block_id is not unique")
    require(all(0 < units(one) <= 255 for one in ids), "block_id is too long")
    for block in blocks:
        kind = block.get("type")
        require(kind in _BLOCKS, f"unknown block {kind!r}")
        _BLOCKS[str(kind)](block)
    for block in blocks:
        actions = [element["action_id"] for element in elements_of(block) if "action_id" in element]
        require(len(actions) == len(set(actions)), f"action_id is not unique in its block: {actions}")
    markdown = sum(units(block["text"]) for block in blocks if block["type"] == "markdown")
    require(markdown <= 12_000, "markdown blocks hold more than 12 000 together")
    tables = [block for block in blocks if block["type"] == "table"]
    require(len(tables) <= 1, "only_one_table_allowed", "invalid_attachments")
    cells = sum(_cell_units(b) for b in blocks if b["type"] in ("table", "data_table"))
    require(cells <= 10_000 * 2, "tables hold too much")
    require(sum(block["type"] == "data_visualization" for block in blocks) <= 2, "at most two charts")


def check_view(view: dict[str, Any]) -> None:
    """A modal or a home tab."""
    require(view.get("type") in ("modal", "home"), "view type", "invalid_arguments")
    if view["type"] == "modal":
        plain(view["title"], 24, "invalid_arguments")
        for key in ("submit", "close"):
            if key in view:
                plain(view[key], 24, "invalid_arguments")
        has_input = any(block["type"] == "input" for block in view["blocks"])
        require(not has_input or "submit" in view, "inputs need a submit button", "invalid_arguments")
    require(units(view.get("private_metadata") or "") <= 3000, "private_metadata", "invalid_arguments")
    require(units(view.get("callback_id") or "") <= 255, "callback_id", "invalid_arguments")
    require(view["blocks"], "a view needs blocks", "invalid_arguments")
    check_blocks(view["blocks"], most=100)


def elements_of(block: dict[str, Any]) -> Iterable[dict[str, Any]]:
    yield from (element for element in block.get("elements", []) if isinstance(element, dict))
    if isinstance(block.get("element"), dict):
        yield block["element"]
    if isinstance(block.get("accessory"), dict):
        yield block["accessory"]


def texts_of(value: Any) -> Iterable[str]:
    """Every mrkdwn text anywhere in blocks, for checks on what people are shown."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


LINK = re.compile(r"<(https?://[^|<>]+)\|([^<>|]+)>")


def check_harmless(text: str, addresses: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """No text may mention anybody; the only links are the allowed ones."""
    for address, _label in LINK.findall(text):
        assert address in addresses, f"a link to {address!r}"
    rest = LINK.sub("", text)
    assert not re.search("[<>]", rest), rest
    assert not re.search(r"&(?!amp;|lt;|gt;)", rest), rest


def plain(value: dict[str, Any], most: int, code: str = "invalid_blocks") -> None:
    text_object(value, most, PLAIN, code)


def text_object(value: Any, most: int, kinds: set[str] = MRKDWN, code: str = "invalid_blocks") -> None:
    require(isinstance(value, dict) and value.get("type") in kinds, f"text object {value!r}"[:80], code)
    require(set(value) <= {"type", "text", "emoji", "verbatim"}, f"keys of a text object {sorted(value)}", code)
    require(value["type"] == "mrkdwn" or "verbatim" not in value, "verbatim is for mrkdwn", code)
    require(value["type"] == "plain_text" or "emoji" not in value, "emoji is for plain_text", code)
    require(isinstance(value["text"], str) and 1 <= units(value["text"]) <= most, f"text of 1..{most}", code)
    require(value["text"].strip(), "text of spaces only", code)
    value["text"].encode("utf-8")


def _keys(block: dict[str, Any], *allowed: str) -> None:
    require(set(block) <= {"type", "block_id", *allowed}, f"{block['type']}: keys {sorted(block)}")


def _section(block: dict[str, Any]) -> None:
    _keys(block, "text", "fields", "accessory", "expand")
    require("text" in block or block.get("fields"), "a section needs text or fields")
    if "text" in block:
        text_object(block["text"], 3000)
    require(len(block.get("fields", [])) <= 10, "at most 10 fields")
    for field in block.get("fields", []):
        text_object(field, 2000)
    if "accessory" in block:
        element(block["accessory"])


def _header(block: dict[str, Any]) -> None:
    _keys(block, "text")
    plain(block["text"], 150)


def _context(block: dict[str, Any]) -> None:
    _keys(block, "elements")
    require(1 <= len(block["elements"]) <= 10, "context: 1..10 elements")
    for one in block["elements"]:
        text_object(one, 3000)


def _actions(block: dict[str, Any]) -> None:
    _keys(block, "elements")
    require(1 <= len(block["elements"]) <= 25, "actions: 1..25 elements")
    for one in block["elements"]:
        require(one["type"] not in ("plain_text_input", "number_input"), "actions take no text input")
        element(one)


def _context_actions(block: dict[str, Any]) -> None:
    _keys(block, "elements")
    require(1 <= len(block["elements"]) <= 5, "context_actions: 1..5 elements")
    for one in block["elements"]:
        require(one["type"] in ("feedback_buttons", "icon_button"), "context_actions element")
        if one["type"] == "feedback_buttons":
            for key in ("positive_button", "negative_button"):
                plain(one[key]["text"], 75)
                require(units(one[key]["value"]) <= 2000, "feedback value")
                require(units(one[key].get("accessibility_label", "")) <= 75, "accessibility_label")


def _markdown(block: dict[str, Any]) -> None:
    _keys(block, "text")
    require(block["text"].strip(), "empty markdown")


def _table(block: dict[str, Any]) -> None:
    _keys(block, "rows", "column_settings")
    _rows(block["rows"], 1, 100)
    require(len(block.get("column_settings", [])) <= 20, "column_settings")


def _data_table(block: dict[str, Any]) -> None:
    _keys(block, "rows", "caption", "page_size", "row_header_column_index")
    require(block.get("caption"), "data_table needs a caption")
    _rows(block["rows"], 2, 101)
    require(all(cell["type"] != "rich_text" for cell in block["rows"][0]), "header cells are no rich_text")
    require(1 <= block.get("page_size", 5) <= 100, "page_size")


def _rows(rows: list[list[dict[str, Any]]], fewest: int, most: int) -> None:
    require(fewest <= len(rows) <= most, f"{fewest}..{most} rows")
    width = len(rows[0])
    require(1 <= width <= 20 and all(len(row) == width for row in rows), "1..20 columns, all rows alike")
    for cell in (cell for row in rows for cell in row):
        require(cell["type"] in ("raw_text", "rich_text", "raw_number"), "cell type")
        require(cell["type"] != "raw_text" or cell["text"].strip(), "raw_text needs a character")


def _cell_units(block: dict[str, Any]) -> int:
    total = sum(units(cell.get("text", "")) for row in block["rows"] for cell in row)
    require(total <= 10_000, "one table holds at most 10 000 characters")
    return total


def _chart(block: dict[str, Any]) -> None:
    _keys(block, "title", "chart")
    require(1 <= units(block["title"]) <= 50, "chart title of 1..50")
    drawn = block["chart"]
    require(drawn["type"] in ("bar", "line", "area"), "chart type")
    axis, series = drawn["axis_config"], drawn["series"]
    require(1 <= len(series) <= 6 and len({one["name"] for one in series}) == len(series), "1..6 series, unique names")
    require(axis["categories"] and len(set(axis["categories"])) == len(axis["categories"]), "categories")
    require(all(1 <= units(label) <= 20 for label in axis["categories"]), "category of 1..20")
    require(all(units(axis.get(key, "")) <= 50 for key in ("x_label", "y_label")), "axis label")
    for one in series:
        require(1 <= units(one["name"]) <= 20, "series name of 1..20")
        require([point["label"] for point in one["data"]] == axis["categories"], "one point a category")
        require(all(isinstance(point["value"], (int, float)) for point in one["data"]), "chart value")


def _input(block: dict[str, Any]) -> None:
    _keys(block, "label", "element", "hint", "optional", "dispatch_action")
    plain(block["label"], 2000)
    if "hint" in block:
        plain(block["hint"], 2000)
    element(block["element"])


_BLOCKS: dict[str, Callable[[dict[str, Any]], None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "markdown": _markdown,
    "table": _table,
    "data_table": _data_table,
    "data_visualization": _chart,
    "input": _input,
    "divider": lambda block: _keys(block),
}


def element(one: dict[str, Any]) -> None:
    """A button, menu or input."""
    kind = one["type"]
    require(kind in _ELEMENTS, f"unknown element {kind!r}")
    require(1 <= units(one.get("action_id", "-")) <= 255, "action_id")
    if "placeholder" in one:
        plain(one["placeholder"], 150)
    _ELEMENTS[kind](one)


def _button(one: dict[str, Any]) -> None:
    plain(one["text"], 75)
    require(units(one.get("value", "")) <= 2000 and units(one.get("url", "")) <= 3000, "button value or url")
    require(one.get("style", "primary") in ("primary", "danger"), "button style")
    if "confirm" in one:
        _confirm(one["confirm"])


def _confirm(value: dict[str, Any]) -> None:
    plain(value["title"], 100)
    text_object(value["text"], 300)
    plain(value["confirm"], 30)
    plain(value["deny"], 30)


def _options(most: int) -> Callable[[dict[str, Any]], None]:
    def check(one: dict[str, Any]) -> None:
        options = one["options"]
        require(1 <= len(options) <= most, f"1..{most} options")
        for option in options:
            require(set(option) <= {"text", "value", "description"}, "option keys")
            text_object(option["text"], 75)
            require(1 <= units(option["value"]) <= 150, "option value of 1..150")
        initial = one.get("initial_options", [one["initial_option"]] if "initial_option" in one else [])
        require(all(option in options for option in initial), "initial option must be one of the options")
        require("initial_options" not in one or one["initial_options"], "initial_options may not be empty")

    return check


def _text_input(one: dict[str, Any]) -> None:
    require(units(one.get("initial_value") or "") <= 3000, "initial_value")
    require(1 <= one.get("max_length", 3000) <= 3000, "max_length")


_ELEMENTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "button": _button,
    "static_select": _options(100),
    "multi_static_select": _options(100),
    "checkboxes": _options(10),
    "radio_buttons": _options(10),
    "plain_text_input": _text_input,
    "datepicker": lambda one: require(
        re.fullmatch(r"\d{4}-\d\d-\d\d", one.get("initial_date", "2026-01-01")), "initial_date"
    ),
    "conversations_select": lambda one: None,
}
