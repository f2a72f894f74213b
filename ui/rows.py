"""Further inputs of a calculator: lists of channels or customers, exchange rates, totals. Drawn from their declaration.

A list is read in a table and filled in one row at a time, with the same fields as a form, so that it can be used
with the keyboard, read aloud and seen on a phone; a long one comes from a spreadsheet.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from assistant import AdvisorError
from ui import fields
from ui.session import Session
from ui.text import markdown, plain, turned

MOST = 200  # rows filled in on a page; the tools take more from Python and the command line
Row = dict[str, Any]


def draw(here: Session, tool: Any, part: Any, start: Any, key: str) -> Any:
    """One further input of a tool, beginning with `start`; returns what was given, or None."""
    if part.shape == "value":
        (field,) = part.form.fields
        fields.draw(here, field, start if start is not None else fields.given(here, field, key), key)
        return _known(fields.given(here, field, key))
    if part.shape == "group":
        return _group(here, part, start or {}, key)
    return _rows(here, tool, part, start, key)


def _known(value: Any) -> Any:
    return None if value == fields.UNKNOWN else value


def _group(here: Session, part: Any, start: Row, key: str) -> Row | None:
    st.markdown(f"**{plain(part.label[here.language])}**")
    st.caption(markdown(part.form.intro[here.language]))
    found = {}
    for field in part.form.fields:
        one = f"{key}-{field.id}"
        fields.draw(here, field, start.get(field.id) or fields.given(here, field, one), one)
        found[field.id] = _known(fields.given(here, field, one))
    return {name: value for name, value in found.items() if value is not None} or None


def _rows(here: Session, tool: Any, part: Any, start: Any, key: str) -> list[Row] | None:
    """The list as a table, one of its rows as fields, and ways to add, remove and bring in rows."""
    state = st.session_state
    if start is not None or f"{key}-rows" not in state:
        _replace(key, start if isinstance(start, list) else [])
    rows: list[Row] = state[f"{key}-rows"]
    count = f" ({len(rows)})" if rows else ""
    label = f"{part.label[here.language]}{count}"
    with st.expander(here.line(plain(label)), expanded=bool(rows), key=f"{key}-open", icon=":material/list:"):
        st.caption(markdown(part.form.intro[here.language]))
        if rows:
            st.markdown(_table(here, part, rows))
            _one(here, part, rows, key)
        with st.container(horizontal=True, key=f"{key}-buttons"):
            item = part.form.subject[here.language]
            st.button(
                here.say("rows.add", item=item),
                icon=":material/add:",
                on_click=_add,
                args=(key,),
                key=f"{key}-add",
                disabled=len(rows) >= MOST,
            )
            if rows:
                st.button(here.say("rows.clear"), on_click=_replace, args=(key, []), key=f"{key}-clear")
        _from_table(here, tool, part, key)
    return _payload(here, part, rows) or None


def _replace(key: str, rows: list[Row]) -> None:
    """Put these rows in place of all there were; each gets a number of its own, which its fields are kept under."""
    first = st.session_state.get(f"{key}-next", 1)
    st.session_state[f"{key}-rows"] = [{**row, "#": first + place} for place, row in enumerate(rows[:MOST])]
    st.session_state[f"{key}-next"] = first + len(rows)
    st.session_state[f"{key}-at"] = 0


def _add(key: str) -> None:
    state = st.session_state
    state[f"{key}-rows"].append({"#": state[f"{key}-next"]})
    state[f"{key}-next"] += 1
    state[f"{key}-at"] = len(state[f"{key}-rows"]) - 1


def _remove(key: str, place: int) -> None:
    st.session_state[f"{key}-rows"].pop(place)
    st.session_state[f"{key}-at"] = max(0, place - 1)


def _table(here: Session, part: Any, rows: list[Row]) -> str:
    """The rows with those columns in which anything stands."""
    used = [field for field in part.form.fields if any(field.id in row for row in rows)]
    heads = ["#", *([part.form.subject[here.language]] if part.named else [])]
    lines = [
        [
            str(number),
            *([str(row.get(part.named) or "–")] if part.named else []),
            *(_cell(here, f, row.get(f.id)) for f in used),
        ]
        for number, row in enumerate(rows, 1)
    ]
    return turned([*heads, *(field.label[here.language] for field in used)], lines)


def _cell(here: Session, field: Any, value: Any) -> str:
    labels = {choice.id: choice.label[here.language] for choice in field.choices}
    if value is None:
        return "–"
    if field.kind == "money" and isinstance(value, dict):
        period = value.get("period", "one_off")
        per = f" {here.say(f'period.{period}')}" if period != "one_off" else ""
        amount = here.numbers(fields.grouped(fields.written(value["amount"], "amount")))
        return f"{amount} {value.get('currency', '')}{per}"
    if isinstance(value, dict) and "n_a" in value:
        return here.say("field.n_a")
    if isinstance(value, list):
        return ", ".join(str(labels.get(one, one)) for one in value)
    known = fields.written(value, field.kind)
    plainly = known if field.kind in ("text", "date") else here.numbers(fields.grouped(known))
    return str(labels.get(value) or plainly) if isinstance(value, str) else plainly


def _one(here: Session, part: Any, rows: list[Row], key: str) -> None:
    """The fields of the row in hand; what is typed is put into the row at once."""
    state = st.session_state
    state[f"{key}-at"] = min(state[f"{key}-at"], len(rows) - 1)
    if len(rows) > 1:
        state[f"{key}-choice"] = state[f"{key}-at"]
        st.selectbox(
            here.say("rows.which"),
            range(len(rows)),
            format_func=lambda place: here.say("rows.row", number=place + 1),
            key=f"{key}-choice",
            on_change=_turn_to,
            args=(key,),
        )
    row = rows[state[f"{key}-at"]]
    own = f"{key}-{row['#']}"
    changed = partial(_store, here, part, row, own)
    if part.named:
        state[f"{own}-name"] = row.get(part.named, "")
        st.text_input(part.form.subject[here.language], key=f"{own}-name", on_change=changed, max_chars=200)
    for field in part.form.fields:
        if field.relevant(row):
            fields.draw(here, field, row.get(field.id), f"{own}-{field.id}", changed)
    st.button(
        here.say("rows.remove", number=state[f"{key}-at"] + 1),
        icon=":material/delete:",
        on_click=_remove,
        args=(key, state[f"{key}-at"]),
        key=f"{key}-remove",
    )


def _turn_to(key: str) -> None:
    chosen = st.session_state[f"{key}-choice"]
    if isinstance(chosen, int):
        st.session_state[f"{key}-at"] = chosen


def _store(here: Session, part: Any, row: Row, own: str) -> None:
    for field in part.form.fields:
        if not field.relevant(row):
            continue
        value = _known(fields.given(here, field, f"{own}-{field.id}"))
        row.pop(field.id, None)
        if value is not None:
            row[field.id] = value
    if part.named:
        row[part.named] = (st.session_state.get(f"{own}-name") or "").strip()


def _payload(here: Session, part: Any, rows: list[Row]) -> list[Row]:
    """The rows in which anything stands, as the tools take them; one without a name goes by its number."""
    filled = [{name: value for name, value in row.items() if name != "#" and value not in (None, "")} for row in rows]
    if part.named:
        item = part.form.subject[here.language]
        filled = [{part.named: f"{item} {number}", **row} if row else row for number, row in enumerate(filled, 1)]
    return [row for row in filled if row]


def _from_table(here: Session, tool: Any, part: Any, key: str) -> None:
    """Bring the whole list in from a spreadsheet, or nothing and every problem with its row and column."""
    with st.popover(here.say("rows.from_table"), icon=":material/upload:", key=f"{key}-table"):
        st.download_button(
            here.say("assess.template"),
            data=lambda: here.advisor.template(tool.name, here.language, part=part.id).content,
            file_name=f"{tool.name}-{part.id}.xlsx",
            on_click="ignore",
            key=f"{key}-template",
        )
        upload = st.file_uploader(here.say("assess.table"), type=["xlsx", "csv"], key=f"{key}-upload")
        if upload is None or not st.button(here.say("assess.import_now"), key=f"{key}-import"):
            return
        try:
            rows = here.advisor.read_table(tool.name, upload.getvalue(), part=part.id)
        except AdvisorError as error:
            refused(here, error)
            return
        _replace(key, rows)
        st.rerun()


def refused(here: Session, error: AdvisorError) -> None:
    """What is wrong, each problem with its field or its row and column, in the tool's own words."""
    for one in getattr(error, "errors", None) or [{"text": {here.language: error.text(here.language)}}]:
        st.error(plain(one["text"][here.language]), icon=":material/error:")
