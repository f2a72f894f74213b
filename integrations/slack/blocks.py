"""Block Kit pieces that keep to Slack's limits by construction. Pure; plain dicts, because the SDK has no
models for the newer blocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Any

from integrations.slack.mrkdwn import clean, cut, pieces, plain, size, within

Block = dict[str, Any]

SECTION = 2900  # of 3000
BUTTON, OPTION, VALUE = 75, 75, 2000
MODAL_TITLE = 24
TABLE = 9500  # of 10 000 units in all cells
CELL = 300
CHART_LABEL = 20


def text_object(text: str) -> dict[str, Any]:
    """Mrkdwn that Slack takes as it stands: no address or name in it is turned into a link."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_object(text: str, limit: int) -> dict[str, Any]:
    """Plain text of at most `limit` units; Slack refuses an empty one."""
    return {"type": "plain_text", "text": cut(clean(text).strip(), limit) or "…", "emoji": False}


def section(text: str) -> Block:
    """A paragraph of mrkdwn, at most 3000 units."""
    return {"type": "section", "text": text_object(cut(text, SECTION) if text.strip() else "…")}


def sections(lines: Iterable[str], addresses: Collection[str] = (), right_to_left: bool = False) -> list[Block]:
    """Lines of Markdown as few sections as fit."""
    made: list[Block] = []
    text = ""
    for raw in lines:
        for piece in pieces(raw, SECTION, addresses, right_to_left):
            if text and size(text) + size(piece) + 1 > SECTION:
                made.append(section(text))
                text = ""
            text = f"{text}\n{piece}" if text else piece
    if text.strip():
        made.append(section(text))
    return made


def context(texts: Sequence[str]) -> Block:
    """Small print: up to ten pieces of mrkdwn."""
    shown = [text_object(cut(text, SECTION)) for text in texts if text.strip()][:10]
    return {"type": "context", "elements": shown or [text_object("…")]}


def button(label: str, action: str, value: str = "", *, url: str = "", style: str = "") -> Block:
    """A button; `value` comes back when it is pressed and must fit 2000 units."""
    made: Block = {"type": "button", "text": plain_object(label, BUTTON), "action_id": action}
    if value and size(value) <= VALUE:
        made["value"] = clean(value)
    if url:
        made["url"] = url[:3000]
    if style:
        made["style"] = style
    return made


def actions(elements: Sequence[Block], block_id: str = "") -> list[Block]:
    """A row of up to 25 buttons and menus, or nothing when there are none."""
    if not elements:
        return []
    named = {"block_id": within(block_id, 255)} if block_id else {}
    return [{"type": "actions", "elements": list(elements)[:25], **named}]


def option(label: str, value: str, limit: int = OPTION) -> Block:
    """One choice of a menu."""
    return {"text": plain_object(label, limit), "value": within(clean(value), 150) or "-"}


def table(rows: Sequence[Sequence[str]]) -> Block:
    """A table of at most 100 rows and 20 columns; every row as wide as the first, no cell empty."""
    shown = _cells(rows[:100], len(rows[0]))
    return {"type": "table", "rows": shown, "column_settings": [{"is_wrapped": True} for _ in shown[0]]}


def data_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """A table with a caption and a header row that a person can page through: at most 100 rows below it."""
    shown = _cells([columns, *rows[:100]], len(columns))
    return {"type": "data_table", "caption": cut(clean(caption), 150) or "…", "rows": shown, "page_size": 8}


def _cells(rows: Sequence[Sequence[str]], width: int) -> list[list[dict[str, str]]]:
    """Cells of equal rows, never empty, whole rows only within what Slack takes for one table."""
    width, left = max(1, min(20, width)), TABLE
    longest = min(CELL, TABLE // (2 * width))  # a header and one row always fit
    shown: list[list[dict[str, str]]] = []
    for row in rows:
        texts = [cut(clean(cell).replace("**", "").strip(), longest) or "–" for cell in row[:width]]
        texts += ["–"] * (width - len(texts))
        left -= sum(map(size, texts))
        if left < 0 and len(shown) > 1:
            break
        shown.append([{"type": "raw_text", "text": text} for text in texts])
    return shown


def monospaced(rows: Sequence[Sequence[str]]) -> list[Block]:
    """A further table of a message, which may hold only one: as lines of cells."""
    lines = [" · ".join(cell or "–" for cell in row) for row in rows[:100]]
    made: list[Block] = []
    text = ""
    for raw in lines:
        shown = cut(plain(raw).replace("`", "ˋ"), 600)
        if text and size(text) + size(shown) > SECTION - 10:
            made.append(section(f"```{text}```"))
            text = ""
        text = f"{text}\n{shown}" if text else shown
    if text.strip():
        made.append(section(f"```{text}```"))
    return made


def interval_bar(low: float, high: float, width: int = 20) -> str:
    """A score's interval of 0..100 as a bar; an exact score shows as a single mark."""
    first = max(0, min(width - 1, int(low * width / 100)))
    last = max(first, min(width - 1, int(high * width / 100 - 1e-9)))
    return "░" * first + "█" * (last - first + 1) + "░" * (width - 1 - last)


def chart(drawn: dict[str, Any], language: str) -> Block | None:
    """A result's bar or line chart as Slack draws it; None for one that Slack has no drawing for."""
    kind = {"bar": "bar", "line": "line", "funnel": "bar"}.get(str(drawn.get("kind")))
    series = [_series(one, language) for one in drawn.get("series", [])[:6]]
    names = {one["name"] for one in series}
    categories = [point["label"] for point in series[0]["data"]] if series else []
    complete = all([point["label"] for point in one["data"]] == categories for one in series)
    distinct = len(set(categories)) == len(categories) and len(names) == len(series)
    if kind is None or not categories or not complete or not distinct:
        return None
    axes = {name: cut(clean(drawn[key][language]), 50) for name, key in (("x_label", "x"), ("y_label", "y"))}
    return {
        "type": "data_visualization",
        "title": cut(clean(drawn["title"][language]), 50) or "…",
        "chart": {
            "type": kind,
            "series": series,
            "axis_config": {"categories": categories, **{name: text for name, text in axes.items() if text}},
        },
    }


def _series(one: dict[str, Any], language: str) -> dict[str, Any]:
    points = [(x[language], y) for x, y in one["points"][:20] if y is not None]
    data = [
        {"label": cut(clean(label), CHART_LABEL) or "–", "value": round(float(Fraction(y)), 4)} for label, y in points
    ]
    return {"name": cut(clean(one["name"][language]), CHART_LABEL) or "–", "data": data}
