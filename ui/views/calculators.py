"""Calculators: every tool of the registry, its form drawn from its declaration, the result beside it.

The inputs stand in the address, so that a link is the calculation.
"""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from assistant import AdvisorError, Calculation
from ui import fields, results, rows
from ui.session import Session, current
from ui.text import plain

LONGEST_LINK = 6_000  # characters of inputs in an address


def main() -> None:
    """Choose a tool, fill in what is known, read the result."""
    here = current()
    st.title(here.say("page.calculators"))
    tool = _tool(here)
    st.markdown(tool.form.intro[here.language])
    shared = _shared(here, tool.name)
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
    elif asked and asked not in tools:
        st.warning(here.say("calculators.no_such", name=plain(asked[:60])), icon=":material/info:")
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


def _shared(here: Session, tool: str) -> dict[str, Any]:
    """The inputs that came in the address, taken up once; told of when they cannot be read."""
    seen = f"shared-{tool}"
    if seen not in st.session_state:
        st.session_state[seen] = True
        try:
            inputs = json.loads(st.query_params.get("in") or "{}")
        except ValueError:
            inputs = None
        if isinstance(inputs, dict):
            return inputs
        st.warning(here.say("calculators.bad_link"), icon=":material/info:")
    return {}


def _form(here: Session, tool: Any, shared: dict[str, Any]) -> dict[str, Any]:
    """Every relevant input; returns what was given. Lists come first: a filled one can stand for the whole form."""
    lists = [part for part in tool.parts if part.shape == "rows" and part.instead is not None]
    values = _parts(here, tool, lists, shared)
    standing = [part for part in lists if part.id in values]
    kept = {name for part in standing for name in part.instead}
    if any(field.kind == "money" for field in tool.form.fields):
        st.caption(here.say("calculators.currency", currency=here.currency))
    values |= _fields(here, tool, shared, kept if standing else None)
    further = [part for part in tool.parts if part not in lists]
    if not further:
        return values
    with st.expander(here.say("rows.further"), icon=":material/more_horiz:", key=f"calc-{tool.name}-further"):
        return values | _parts(here, tool, further, shared)


def _fields(here: Session, tool: Any, shared: dict[str, Any], kept: set[str] | None) -> dict[str, Any]:
    """The fields of the form, the needed ones first; of one that a list stands for, only those that are kept."""
    keys = {field.id: f"calc-{tool.name}-{field.id}" for field in tool.form.fields}
    starts = {field.id: shared.get(field.id) or fields.given(here, field, keys[field.id]) for field in tool.form.fields}
    relevant = [field for field in tool.form.fields if field.relevant(starts) and (kept is None or field.id in kept)]
    values: dict[str, Any] = {}
    for field in relevant:
        fields.draw(here, field, starts[field.id], keys[field.id])
        value = fields.given(here, field, keys[field.id])
        if value is not None and value != fields.UNKNOWN:
            values[field.id] = value
    return values


def _parts(here: Session, tool: Any, parts: list[Any], shared: dict[str, Any]) -> dict[str, Any]:
    given = {part.id: rows.draw(here, tool, part, shared.get(part.id), f"calc-{tool.name}-{part.id}") for part in parts}
    return {name: value for name, value in given.items() if value is not None}


def _result(here: Session, tool: Any, values: dict[str, Any]) -> None:
    if not values:
        st.info(here.say("calculators.begin"), icon=":material/info:")
        return
    try:
        calculation = here.advisor.calculate(tool.name, values)
    except AdvisorError as error:
        rows.refused(here, error)
        return
    results.whole(here, calculation, f"calc-{tool.name}")
    results.downloads(here, calculation, f"calc-{tool.name}")
    _share(here, tool, calculation)


def _share(here: Session, tool: Any, calculation: Calculation) -> None:
    """Put the inputs into the address, and offer it as a link."""
    text = json.dumps(calculation.inputs, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST_LINK:
        st.query_params.pop("in", None)  # what stood there is of fewer inputs than the page shows
        st.caption(here.say("calculators.too_long"))
        return
    if st.query_params.get("in") != text:
        st.query_params["in"] = text
    st.caption(here.say("calculators.share"))


main()
