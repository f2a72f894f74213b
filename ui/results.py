"""Draws a calculation: verdict first, then figures with their formulas, conditions, reasons, what would change it.

Everything stands in the result in both languages; nothing is computed or worded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Literal

import streamlit as st

from assistant import Calculation
from ui import numbers
from ui.session import Session
from ui.text import markdown, plain, table, turned

Data = Mapping[str, Any]
PANEL = 220  # pixels, of each panel of a chart that has several
GATES = {"pass": "✓", "condition": "◐", "fail": "✗", "open": "?", "off": "–"}


def verdict(here: Session, result: Data) -> None:
    """The bottom line, the score's range and how much of the form stands behind it."""
    st.markdown(f"**{markdown(here.numbers(result['bottom_line'][here.language]))}**")
    if result.get("score") is not None:
        covered = _percent(result["coverage"].get("answered", "0"))
        verified = _percent(result["coverage"].get("verified", "0"))
        st.markdown(
            markdown(here.say("result.score", scores=_scores(here, result), covered=covered, verified=verified))
        )


def _scores(here: Session, result: Data) -> str:
    """The score, or each of several under its name; figures are held together left to right in a Hebrew line."""
    low, high = result["low"], result["high"]
    whole = (here.say("result.whole"), f"{low}" if low == high else f"{low}–{high}")
    axes = [(f["label"][here.language], f["display"][here.language]) for f in result["figures"] if f["unit"] == "score"]
    held = [(name, f"\u2066{here.numbers(shown)}\u2069") for name, shown in axes or [whole]]
    return " · ".join(here.say("result.of_100", name=name, score=shown) for name, shown in held)


def whole(here: Session, calculation: Calculation, key: str) -> None:
    """The whole calculation on a page of its own."""
    result = calculation.result
    verdict(here, result)
    warnings(here, result)
    missing(here, result)
    figures(here, result, key)
    gates(here, result)
    charts(here, calculation, key)
    reasons(here, result)
    changes(here, result)
    tables(here, result)
    weights(here, calculation)


def card(here: Session, calculation: Calculation, key: str) -> None:
    """The calculation beside an answer that already tells it in words: inputs, formulas, chart, tables."""
    result = calculation.result
    title = here.advisor.tools[calculation.tool].form.title[here.language]
    with st.expander(here.say("result.card", title=title), icon=":material/calculate:"):
        inputs(here, calculation)
        figures(here, result, key)
        charts(here, calculation, key)
        tables(here, result)
        weights(here, calculation)
        downloads(here, calculation, key)


def inputs(here: Session, calculation: Calculation) -> None:
    """What was given."""
    form = here.advisor.tools[calculation.tool].form
    labels = {field.id: field.label[here.language] for field in form.fields}
    shown = here.advisor.answers_in_words(calculation, here.language)
    if shown:
        st.markdown(f"**{here.say('result.inputs')}**")
        rows = [(question, here.numbers(answer)) for question, answer in shown]
        st.markdown(table([here.say("result.question"), here.say("result.answer")], rows))
    elif calculation.inputs:
        st.markdown(", ".join(labels.get(name, name) for name in calculation.inputs))


def figures(here: Session, result: Data, key: str) -> None:
    """Every figure with its formula."""
    language = here.language
    rows = []
    for figure in result["figures"]:
        undefined = figure.get("undefined")
        how = undefined[language] if undefined else (figure["formula"][language] if figure.get("formula") else "")
        rows.append((figure["label"][language], here.numbers(figure["display"][language]), here.numbers(how)))
    if rows:
        st.markdown(f"**{here.say('result.figures')}**")
        with st.container(key=f"figures-{key}"):
            st.markdown(table([here.say(f"result.column.{name}") for name in ("figure", "value", "how")], rows))


def gates(here: Session, result: Data) -> None:
    """The conditions, each with its state and reason."""
    language = here.language
    _bullets(
        here,
        "result.gates",
        (
            f"{GATES[gate['state']]} {here.say('gate.' + gate['state'])} · {gate['label'][language]}: "
            f"{gate['reason'][language]}{_cited(gate)}"
            for gate in result["gates"]
            if gate["state"] != "off"
        ),
    )


def reasons(here: Session, result: Data) -> None:
    """Why, with rules and sources."""
    _bullets(here, "result.reasons", (f"{r['text'][here.language]}{_cited(r)}" for r in result["reasons"]))


def changes(here: Session, result: Data) -> None:
    """What is still to find out, and which single answers would change the verdict."""
    language = here.language
    _bullets(
        here,
        "result.unknowns",
        (
            f"{unknown['label'][language]} ({unknown['effect'][language].rstrip('.')})."
            + (f" {here.say('result.ask', whom=unknown['ask_whom'][language])}" if unknown.get("ask_whom") else "")
            for unknown in result["unknowns"]
        ),
    )
    _bullets(here, "result.flips", (flip["text"][language] for flip in result["flips"]))
    _bullets(here, "result.actions", (action[language] for action in result["actions"]))


def warnings(here: Session, result: Data) -> None:
    """What to be careful about."""
    for warning in result["warnings"]:
        st.warning(markdown(here.numbers(warning["text"][here.language])), icon=":material/warning:")


def missing(here: Session, result: Data) -> None:
    """Which inputs would let the calculation say more."""
    if result.get("missing"):
        fields = {field.id: field for field in here.advisor.tools[result["tool"]].form.fields}
        wanted = [fields[name].label[here.language] if name in fields else name for name in result["missing"]]
        st.info(markdown(here.say("result.missing", fields=", ".join(wanted))), icon=":material/info:")


def tables(here: Session, result: Data) -> None:
    """The result's tables, and those of its parts."""
    language = here.language
    for one in (result, *result.get("parts", ())):
        for each in one["tables"]:
            st.markdown(f"**{plain(each['title'][language])}**")
            columns = [column[language] for column in each["columns"]]
            rows = ([here.numbers(cell[language]) for cell in row] for row in each["rows"])
            st.markdown(turned(columns, rows))


def charts(here: Session, calculation: Calculation, key: str) -> None:
    """The result's charts, each with the same said in words."""
    for number, drawing in enumerate(here.advisor.drawings(calculation, here.language, PANEL)):
        with st.container(key=f"chart-{key}-{number}"):
            st.markdown(f"**{plain(drawing.title)}**")  # in the drawing it would be cut to the drawing's width
            spec = {name: value for name, value in drawing.spec.items() if name not in ("description", "title")}
            spec["config"] = {**spec.get("config", {}), "locale": numbers.locale(here.style)}
            width: Literal["content", "stretch"] = "content" if "vconcat" in spec else "stretch"
            st.vega_lite_chart(spec=spec, theme=None, width=width, alt=here.numbers(drawing.alt))


def weights(here: Session, calculation: Calculation) -> None:
    """Which file of judgements stands behind the result."""
    used = calculation.weights
    if used:
        st.caption(plain(here.say("result.weights", file=used["file"], sha=used["sha256"][:12])))


def downloads(here: Session, calculation: Calculation, key: str, name: str = "") -> None:
    """Take the result along: printable page, workbook, Markdown, JSON; made only when asked for."""
    with st.container(horizontal=True, key=f"downloads-{key}"):
        for form, ending in (("html", "html"), ("xlsx", "xlsx"), ("markdown", "md"), ("json", "json")):
            st.download_button(
                here.say(f"export.{form}"),
                data=partial(_content, here, calculation, form, name),
                file_name=f"{name or calculation.tool}.{ending}",
                on_click="ignore",
                key=f"download-{key}-{form}",
            )


def _content(here: Session, calculation: Calculation, form: str, name: str) -> bytes:
    return here.advisor.export(calculation, form, here.language, name).content


def _bullets(here: Session, heading: str, lines: Iterable[str]) -> None:
    shown = [f"- {markdown(here.numbers(line))}" for line in lines]
    if shown:
        st.markdown(f"**{here.say(heading)}**\n" + "\n".join(shown))


def _cited(item: Data) -> str:
    cited = " ".join(f"`{mark}`" for mark in (*item["rules"], *item["sources"]))
    return f" {cited}" if cited else ""


def _percent(share: str) -> str:
    from fractions import Fraction

    return f"{round(float(Fraction(str(share)) * 100))}%"
