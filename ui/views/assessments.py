"""Assessments as forms: fill in any order, see the verdict move, compare, look back, take along."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import streamlit as st

from assistant import AdvisorError, Calculation
from ui import fields, records, results, rows
from ui.records import Place
from ui.session import Session, current
from ui.text import markdown, plain


def main() -> None:
    """Choose or begin a record, and work on it."""
    here = current()
    st.title(here.say("page.assessments"))
    found = records.all_records(here, st.query_params.get("c", ""))
    place = _in_view(here, found)
    if place is None:
        _trouble()
        st.markdown(here.say("assess.welcome"))
        _begin(here)
        _import(here)
        return
    _tabs(here, place, found)


def _trouble() -> None:
    """Why the last button or field did nothing, once."""
    if trouble := st.session_state.pop("trouble", None):
        st.error(plain(trouble), icon=":material/error:")


def _tabs(here: Session, place: Place, found: dict[Place, Any]) -> None:
    """The record from five sides; only the one in view is worked out."""
    names = ("form", "what_if", "compare", "history", "take")
    tabs = st.tabs([here.say(f"assess.tab.{name}") for name in names], key="tabs", on_change="rerun")
    calculation, record = _calculation(here, place), found[place]
    draws: dict[str, Callable[[Calculation], None]] = {
        "what_if": lambda now: _what_if(here, place, record, now),
        "compare": lambda now: _compare(here, place, found),
        "history": lambda now: _history(here, place, now),
        "take": lambda now: _take_along(here, place, record, now),
    }
    for name, tab in zip(names, tabs, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "form":
                _form_and_verdict(here, place, record, calculation)
            elif calculation is not None:
                draws[name](calculation)


def _in_view(here: Session, found: dict[Place, Any]) -> Place | None:
    """The record of the address, else the one chosen, else the latest."""
    if not found:
        return None
    asked = Place(st.query_params.get("c", ""), st.query_params.get("record", ""))
    if asked.id and asked not in found:
        st.error(here.say("assess.not_found"))
    of_conversation = (place for place in found if place.conversation == asked.conversation)
    start = asked if asked in found else next(of_conversation, next(iter(found)))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    st.session_state["record-in-view"] = start
    named = records.labels(here, found)
    chosen: Place = left.selectbox(
        here.say("assess.which"),
        list(found),
        format_func=named.__getitem__,
        key="record-in-view",
        on_change=lambda: _view(st.session_state["record-in-view"]),
    )
    with right.popover(here.say("assess.new"), icon=":material/add:", width="stretch"):
        _begin(here)
        _import(here)
    return chosen


def _view(place: Place | str) -> None:
    """Turn to a record. Words that name no record any more (one renamed meanwhile) turn to none."""
    if isinstance(place, str):
        return
    st.query_params["c"], st.query_params["record"] = place.conversation, place.id
    st.session_state["conversation"] = place.conversation


def _begin(here: Session) -> None:
    tools = {name: tool for name, tool in here.advisor.tools.items() if not tool.at_once}

    def begin() -> None:
        state = st.session_state
        begun = records.begin(here, state["new-tool"], (state.get("new-name") or "").strip())
        if begun is not None:
            _view(begun)

    with st.form("begin", border=False):
        st.selectbox(
            here.say("assess.tool"),
            list(tools),
            format_func=lambda name: tools[name].form.title[here.language],
            key="new-tool",
        )
        st.text_input(here.say("assess.name"), key="new-name", max_chars=80)
        st.form_submit_button(here.say("assess.begin"), type="primary", on_click=begin)


def _import(here: Session) -> None:
    """Several records at once from a filled table, or nothing and every problem with its row."""
    with st.expander(here.say("assess.import"), icon=":material/upload:"):
        tool = st.selectbox(
            here.say("assess.tool"),
            list(here.advisor.tools),
            format_func=lambda name: here.advisor.tools[name].form.title[here.language],
            key="import-tool",
        )
        st.download_button(
            here.say("assess.template"),
            data=lambda: here.advisor.template(tool, here.language).content,
            file_name=f"{tool}.xlsx",
            on_click="ignore",
            key="template",
        )
        table = st.file_uploader(here.say("assess.table"), type=["xlsx", "csv"], key="table")
        if table is not None and st.button(here.say("assess.import_now"), key="import-now"):
            _take_table(here, tool, table.getvalue())


def _take_table(here: Session, tool: str, content: bytes) -> None:
    import uuid

    conversation = uuid.uuid4().hex
    try:
        made = here.advisor.import_table(tool, content, conversation, user=here.user, door=records.DOOR)
    except AdvisorError as error:
        rows.refused(here, error)
        return
    _view(Place(conversation, made[0]))
    st.toast(here.say("assess.imported", count=len(made)))
    st.rerun()


def _calculation(here: Session, place: Place) -> Calculation | None:
    try:
        return here.advisor.record(place.conversation, place.id, user=here.user)
    except AdvisorError as error:
        st.error(plain(error.text(here.language)))
        return None


# -- the form with its verdict -----------------------------------------------------------------------


def _form_and_verdict(here: Session, place: Place, record: Any, calculation: Calculation | None) -> None:
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        _form(here, place, record)
    with right, st.container(key="verdict", border=True):
        if calculation is not None:
            result = calculation.result
            results.verdict(here, result)
            results.missing(here, result)
            results.warnings(here, result)
            results.charts(here, calculation, "live")
            results.gates(here, result)
            st.subheader(here.say("assess.what_changes"))
            results.changes(here, result)
            with st.expander(here.say("assess.all_of_it")):
                results.reasons(here, result)
                results.figures(here, result, "live")
                results.tables(here, result)
                results.weights(here, calculation)


def _form(here: Session, place: Place, record: Any) -> None:
    form = here.advisor.tools[record.tool].form
    values = record.values()
    relevant = [field for field in form.fields if field.relevant(values)]
    done = sum(1 for field in relevant if field.id in record.answers)
    st.progress(done / max(len(relevant), 1), text=here.say("chat.progress", answered=done, total=len(relevant)))
    _trouble()
    for section, members in groupby(relevant, key=lambda field: field.section):
        listed = list(members)
        st.markdown(f"##### {fields.section_of(here, section)}")
        for field in listed:
            _field(here, place, record, field)


def _field(here: Session, place: Place, record: Any, field: Any) -> None:
    key = f"{place.conversation}-{place.id}-{field.id}"
    known = record.answers.get(field.id)
    refused = st.session_state.get(f"refused-{key}")
    shown = refused["typed"] if refused else _shown(known)

    def changed() -> None:
        _store(here, place, field, key)

    graded = known is not None and known.status == "answered" and field.kind in ("level", "yes_no", "choice")
    if graded:
        left, right = st.columns([1.6, 1], vertical_alignment="bottom")
        with right:
            _evidence(here, place, field, known, key)
    with left if graded else st.container():
        fields.draw(here, field, shown, key, changed)
    if refused:
        st.error(plain(refused["reason"]), icon=":material/error:")


def _shown(known: Any) -> Any:
    if known is None or known.status in ("skipped", "later"):
        return None
    if known.status == "not_applicable":
        return {"n_a": known.raw}
    return known.value if known.status == "answered" else fields.UNKNOWN


def _store(here: Session, place: Place, field: Any, key: str) -> None:
    """Save what was just typed; what is refused stays in its field with the reason under it."""
    value = fields.given(here, field, key)
    reply = records.answer(here, place, field, value, None)
    st.session_state.pop(f"refused-{key}", None)
    if reply is not None and reply.kind == "clarify":
        st.session_state[f"refused-{key}"] = {"typed": value, "reason": reply.text.split("\n\n")[0]}


def _evidence(here: Session, place: Place, field: Any, known: Any, key: str) -> None:
    """How the answer is known: it does not change the score, it says how far to trust it."""

    def graded() -> None:
        grade = st.session_state[f"evidence-{key}"]
        records.answer(here, place, field, known.value, grade)

    st.session_state[f"evidence-{key}"] = known.evidence
    st.selectbox(
        here.say("assess.evidence_of", label=field.label[here.language]),
        fields.EVIDENCE,
        format_func=lambda grade: here.say(f"evidence.{grade}"),
        key=f"evidence-{key}",
        on_change=graded,
        label_visibility="collapsed",
    )


# -- what if -----------------------------------------------------------------------------------------


def _what_if(here: Session, place: Place, record: Any, before: Calculation) -> None:
    form = here.advisor.tools[record.tool].form
    labels = {field.id: field.label[here.language] for field in form.fields if field.relevant(record.values())}
    st.markdown(here.say("what_if.intro"))
    chosen = st.multiselect(
        here.say("what_if.which"),
        list(labels),
        format_func=labels.__getitem__,
        placeholder=here.say("field.choose"),
        select_all=False,
        key=f"what-if-{place.id}",
    )
    supposed = {}
    for name in chosen:
        field, key = form.field(name), f"supposed-{place.conversation}-{place.id}-{name}"
        fields.draw(here, field, fields.given(here, field, key) or _shown(record.answers.get(name)), key)
        value = fields.given(here, field, key)
        if value not in (None, fields.UNKNOWN):
            supposed[name] = value
    if supposed:
        _supposed(here, place, before, supposed)


def _supposed(here: Session, place: Place, before: Calculation, supposed: dict[str, Any]) -> None:
    try:
        after = here.advisor.record(place.conversation, place.id, supposing=supposed, user=here.user)
    except AdvisorError as error:
        st.error(plain(error.text(here.language)), icon=":material/error:")
        return
    for line in here.advisor.difference(before, after)[here.language]:
        st.markdown(f"- {markdown(here.numbers(line))}")
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.markdown(f"**{here.say('what_if.now')}**")
        results.verdict(here, before.result)
    with right, st.container(border=True):
        st.markdown(f"**{here.say('what_if.then')}**")
        results.verdict(here, after.result)

    def keep() -> None:
        answers = [
            {"do": "answer", "field": name, "value": value, "evidence": "assumption", "record": place.id}
            for name, value in supposed.items()
        ]
        records.act(here, place.conversation, here.say("what_if.keep"), *answers)
        st.session_state[f"what-if-{place.id}"] = []

    st.caption(here.say("what_if.untouched"))
    st.button(here.say("what_if.keep"), on_click=keep, key="keep-what-if")


# -- side by side, history, taking along -------------------------------------------------------------


def _compare(here: Session, place: Place, found: dict[Place, Any]) -> None:
    tool = found[place].tool
    same = [other for other, record in found.items() if record.tool == tool and record.answers]
    named = records.labels(here, found)
    if len(same) < 2:
        st.info(here.say("compare.needs_two"), icon=":material/info:")
        return
    chosen = st.multiselect(
        here.say("compare.which"),
        same,
        default=same[:5],
        format_func=named.__getitem__,
        placeholder=here.say("field.choose"),
        select_all=False,
        key="compare",
    )
    if len(chosen) < 2:
        return
    try:
        each = [here.advisor.record(other.conversation, other.id, user=here.user) for other in chosen]
        compared = here.advisor.compare(each)
    except AdvisorError as error:
        st.error(plain(error.text(here.language)))
        return
    results.verdict(here, compared.result)
    results.warnings(here, compared.result)
    results.charts(here, compared.model_copy(update={"result": {**compared.result, "parts": []}}), "compare")
    results.tables(here, {**compared.result, "parts": []})
    results.downloads(here, compared, "compare", here.say("compare.file"))


def _history(here: Session, place: Place, now: Calculation) -> None:
    steps = here.advisor.steps(place.conversation, place.id, user=here.user)
    if not steps:
        st.info(here.say("history.none"), icon=":material/info:")
        return
    form = here.advisor.tools[now.tool].form
    turn = st.selectbox(
        here.say("history.since"),
        [step.turn for step in reversed(steps)],
        format_func=lambda turn: here.say("history.turn", turn=turn),
        key="history-since",
    )
    then = here.advisor.record(place.conversation, place.id, turn=turn, user=here.user)
    lines = here.advisor.difference(then, now)[here.language]
    st.markdown("\n".join(f"- {markdown(here.numbers(line))}" for line in lines) or here.say("history.same"))
    with st.expander(here.say("history.all")):
        for step in reversed(steps):
            st.markdown(f"**{here.say('history.turn', turn=step.turn)}**")
            for name, before, after in step.changes:
                was, since = (plain(here.numbers(value[here.language])) for value in (before, after))
                arrow = "←" if here.language == "he" else "→"
                st.markdown(f"- {plain(form.field(name).label[here.language])}: {was} {arrow} **{since}**")


def _take_along(here: Session, place: Place, record: Any, calculation: Calculation) -> None:
    st.markdown(here.say("take.intro"))
    results.downloads(here, calculation, "record", record.name)

    def rename() -> None:
        named = st.session_state["record-name"].strip()
        records.act(
            here, place.conversation, named, {"do": "resume", "name": place.id}, {"do": "rename", "name": named}
        )

    def archive() -> None:
        records.act(here, place.conversation, "archive", {"do": "archive", "record": place.id})
        st.query_params.pop("record", None)

    with st.form("name-record", border=False):
        st.text_input(here.say("assess.name"), record.name, key="record-name", max_chars=80)
        st.form_submit_button(here.say("chat.rename"), on_click=rename)
    st.page_link(
        "views/chat.py",
        label=here.say("take.in_chat"),
        icon=":material/chat:",
        query_params={"c": place.conversation},
    )
    st.button(here.say("take.archive"), on_click=archive, key="archive")


main()
