"""Evals: run the suites, see failures first, compare with an earlier run, write cases, see what is covered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from ui.eval_runs import Case, Runs, Started, coverage, moment, runs
from ui.session import Session, configuration, current
from ui.text import plain, table
from ui.words import words

SHOWN = 40
SHORT = 80  # letters of a question in the list of failures
WATCH_S = 2.0


def main() -> None:
    """Run, read, compare, write."""
    here = current()
    st.title(here.say("page.evals"))
    kept = runs(here.advisor.settings.home)
    if configuration().may_edit(here.user):
        _run(here, kept)
    names = kept.names()
    if not names and kept.at_work() is None:
        st.info(here.say("evals.none"), icon=":material/info:")
    parts = {"results": _results, "compare": _compare, "coverage": _coverage} if names else {}
    if configuration().may_edit(here.user):
        parts["cases"] = _cases
    if not parts:
        return
    tabs = st.tabs([here.say(f"evals.tab.{name}") for name in parts], key="tabs", on_change="rerun")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw(here, kept)


def _run(here: Session, kept: Runs) -> None:
    suites = kept.suites()
    with st.form("run", border=True):
        chosen = st.multiselect(
            here.say("evals.suites"), list(suites), placeholder=here.say("evals.all_suites"), key="suites"
        )
        only = st.selectbox(
            here.say("evals.language"),
            ["", "en", "he"],
            format_func=lambda name: (
                here.say("app.name_of_language") if name == here.language else _language(here, name)
            ),
            key="only",
        )
        if st.form_submit_button(here.say("evals.run"), type="primary"):
            kept.start([suites[name] for name in chosen], here.language, only)
    if (started := kept.at_work()) is not None:
        _watch(here, kept, started)


def _language(here: Session, name: str) -> str:
    from ui.words import say

    return say("app.name_of_language", name) if name else here.say("evals.both")


def _watch(here: Session, kept: Runs, started: Started) -> None:
    """Say how far the run is until it ends; leaving the page does not stop it."""

    @st.fragment(run_every=WATCH_S)
    def progress() -> None:
        if kept.at_work() is None:
            st.rerun()
        st.markdown(here.say("evals.running", done=started.finished))

    progress()


def _chosen(here: Session, kept: Runs, key: str, label: str, index: int = 0) -> str:
    names = kept.names()
    return str(
        st.selectbox(
            label,
            names,
            index=min(index, len(names) - 1),
            format_func=lambda name: _moment(here, name),
            key=key,
        )
    )


def _moment(here: Session, name: str) -> str:
    return moment(name, here.language, _zone())


def _zone() -> dt.tzinfo | None:
    """The zone of the person's browser; None is that of this machine."""
    try:
        return ZoneInfo(st.context.timezone or "")
    except (ValueError, KeyError, OSError):
        return None


def _results(here: Session, kept: Runs) -> None:
    run = _chosen(here, kept, "run-shown", here.say("evals.which"))
    cases = kept.cases(run)
    failed = [case for case in cases if not case.passed]
    st.markdown(f"**{here.say('evals.line', passed=len(cases) - len(failed), total=len(cases))}**")
    for case in failed[:SHOWN]:
        _failure(here, case)
    if len(failed) > SHOWN:
        st.caption(here.say("evals.more", count=len(failed) - SHOWN))
    with st.container(horizontal=True, key="reports"):
        for name, media in (("report.html", "text/html"), ("results.csv", "text/csv"), ("junit.xml", "text/xml")):
            content, label = kept.report(run, name), here.say(f"evals.report.{name.partition('.')[0]}")
            st.download_button(label, content, name, media, on_click="ignore", key=f"report-{name}")
    if configuration().may_edit(here.user) and st.button(here.say("evals.accept"), key="accept"):
        worked, said = kept.accept(run)
        st.toast(here.say("evals.accepted") if worked else plain(said))


def _failure(here: Session, case: Case) -> None:
    said = case.said if len(case.said) <= SHORT else f"{case.said[:SHORT].rstrip()} …"
    with st.expander(plain(said), icon=":material/close:"):
        st.markdown(plain(case.said))
        columns = [here.say("evals.expected"), here.say("evals.found")]
        st.markdown(table(columns, [(case.expected or case.state, case.found or "–")]))
        marks = " ".join(f"`{mark}`" for mark in (case.id, case.suite, case.topic, case.kind, case.lang))
        st.caption(marks)


def _compare(here: Session, kept: Runs) -> None:
    if len(kept.names()) < 2:
        st.info(here.say("evals.needs_two"), icon=":material/info:")
        return
    left, right = st.columns(2)
    with left:
        before = _chosen(here, kept, "run-before", here.say("evals.before"), 1)
    with right:
        after = _chosen(here, kept, "run-after", here.say("evals.after"), 0)
    if not st.button(here.say("evals.compare_now"), key="compare-now"):
        return
    with st.spinner(here.say("chat.working")):
        told = kept.compare(before, after)
    if told is None:
        st.error(here.say("evals.not_comparable"))
        return
    st.markdown(f"**{plain(told['sentence'][here.language])}**")
    for name in ("broken", "fixed"):
        listed = " ".join(f"`{case}`" for case in told[name]) or "–"
        st.markdown(f"{here.say(f'evals.{name}')}: {listed}")


def _coverage(here: Session, kept: Runs) -> None:
    run = _chosen(here, kept, "run-covered", here.say("evals.which"))
    rows = []
    for topic, cells in coverage(kept.cases(run)):
        shown = [f"{passed}/{total}" if total else "–" for passed, total in (cells["en"], cells["he"])]
        rows.append((here.say(f"topic.{topic}") if f"topic.{topic}" in words() else topic, *shown))
    st.markdown(here.say("evals.coverage"))
    columns = [here.say("evals.topic"), _language(here, "en"), _language(here, "he")]
    st.markdown(table(columns, rows))


def _cases(here: Session, kept: Runs) -> None:
    """The person's own cases: drafts from conversations, edited here, checked before they count."""
    own = kept.own_suites()
    if not own:
        st.info(here.say("evals.no_own"), icon=":material/info:")
        return
    suite: Path = st.selectbox(here.say("evals.own"), own, format_func=lambda path: path.name, key="own-suite")
    edited = st.text_area(here.say("evals.text"), suite.read_text("utf-8"), height=360, key=f"text-{suite.name}")
    if st.button(here.say("evals.save"), key="save-suite"):
        suite.write_text(edited, "utf-8")
        wrong = kept.check(suite, here.language)
        if wrong:
            st.error(plain(wrong))
        else:
            st.success(here.say("evals.saved"))


main()
