"""Calculators: every tool of the registry, its form drawn from its declaration, the result beside it.

The inputs stand in the address, so that a link is the calculation.
"""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from assistant import AdvisorError, Calculation
from ui import fields, results
from ui.session import Session, current
from ui.text import plain

LONGEST_LINK = 6_000  # characters of inputs in an address


def main() -> None:
    """Choose a tool, fill in what is known, read the result."""
    here = current()
    st.title(here.say("page.calculators"))
    tool = _tool(here)
    st.markdown(tool.form.intro[here.language])
    shared = _shared(tool.name)
    left, right = st.columns(2, gap="large")
    with left:
        values = _form(here, tool, shared)
    with right:
        _result(here, tool, values)


def _tool(here: Session) -> Any:
    tools = here.advisor.tools
    calculators = sorted(tools, key=lambda name: not tools[name].at_once)
    asked = st.query_params.get("tool")
    if asked in tools and "calculator" not in st.session_state:
        st.session_state["calculator"] = asked
    chosen = st.selectbox(
        here.say("calculators.which"),
        calculators,
        format_func=lambda name: tools[name].form.title[here.language],
        key="calculator",
    )
    if st.query_params.get("tool") != chosen:
        st.query_params["tool"] = chosen
        st.query_params.pop("in", None)
    return tools[chosen]


def _shared(tool: str) -> dict[str, Any]:
    """The inputs that came in the address, taken up once."""
    seen = f"shared-{tool}"
    if seen not in st.session_state:
        st.session_state[seen] = True
        try:
            inputs = json.loads(st.query_params.get("in") or "{}")
        except ValueError:
            inputs = {}
        return inputs if isinstance(inputs, dict) else {}
    return {}


def _form(here: Session, tool: Any, shared: dict[str, Any]) -> dict[str, Any]:
    """Every relevant field; returns what was given."""
    values: dict[str, Any] = {}
    for field in tool.form.fields:
        key = f"calc-{tool.name}-{field.id}"
        if not field.relevant({**shared, **values}):
            continue
        start = shared.get(field.id) if field.id in shared else _kept(field, key)
        fields.draw(here, field, start, key)
        value = fields.given(field, key)
        if value is not None and value != fields.UNKNOWN:
            values[field.id] = value
    return values


def _kept(field: Any, key: str) -> Any:
    """What is already in the widget, so that drawing it again changes nothing."""
    if field.kind == "money":
        return fields.given(field, key)
    return st.session_state.get(key)


def _result(here: Session, tool: Any, values: dict[str, Any]) -> None:
    if not values:
        st.info(here.say("calculators.begin"), icon=":material/info:")
        return
    try:
        calculation = here.advisor.calculate(tool.name, values)
    except AdvisorError as error:
        _refused(here, error)
        return
    results.whole(here, calculation, f"calc-{tool.name}")
    results.downloads(here, calculation, f"calc-{tool.name}")
    _share(here, tool, calculation)


def _refused(here: Session, error: AdvisorError) -> None:
    """What is wrong with which field, in the tool's own words."""
    for one in getattr(error, "errors", None) or [{"text": {here.language: error.text(here.language)}}]:
        st.error(plain(one["text"][here.language]), icon=":material/error:")


def _share(here: Session, tool: Any, calculation: Calculation) -> None:
    """Put the inputs into the address, and offer it as a link."""
    text = json.dumps(calculation.inputs, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST_LINK:
        return
    if st.query_params.get("in") != text:
        st.query_params["in"] = text
    st.caption(here.say("calculators.share"))


main()
