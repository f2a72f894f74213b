"""Chat: ask, be answered with sources, calculate, be led through an assessment; and every earlier conversation."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import streamlit as st

from assistant import AdvisorError, Calculation
from ui import conversations, direction, results, troubles
from ui.answering import Job, desk
from ui.eval_runs import runs
from ui.records import DOOR
from ui.session import Session, configuration, current
from ui.text import about, markdown, plain

PERSON, ADVISER = ":material/person:", ":material/explore:"
SHOWN = 20  # turns drawn at once; earlier ones on request
LONGEST = 20_000  # characters of one message
AT_ONCE_S = 0.8  # how long the page waits for an answer before it offers to stop
LOOK_EVERY_S = 0.3
STOP_S = 1.0  # how long the page waits to learn whether an answer was stopped in time
REASONS = ("wrong", "not_what_i_asked", "no_source", "unclear", "too_long", "missing")


def main() -> None:
    """Draw the conversation in hand and take the next message."""
    here = current()
    own = _own_job(here)
    conversation, job, rows = _in_hand(here, own)
    conversations.sidebar(here, conversation)
    st.title(here.say("chat.title"))
    if rows is None:
        st.error(here.say("chat.not_found"))
        st.button(here.say("chat.new"), on_click=conversations.start_new)
        return
    if rows:
        conversations.menu(here, conversation)
    elif job is None:
        _welcome(here, conversation)
    _transcript(here, conversation, rows)
    _input(here, conversation)
    if job is not None:
        _follow(here, job)
    _announce(here, rows)
    if st.query_params.get("turn"):
        direction.run_script(direction.SHOW_TURN)


def _own_job(here: Session) -> Job | None:
    """The message this page sent, if it is still being answered; of one that is done the outcome is told."""
    job: Job | None = st.session_state.pop("job", None)
    if job is None or not job.future.done():
        return job
    _tell_trouble(here, job)
    st.session_state["announce"] = not job.stopped.is_set() and job.future.exception() is None
    return None


def _in_hand(here: Session, own: Job | None) -> tuple[str, Job | None, list[Any] | None]:
    """The conversation of the address or of this session, the message at work, and its turns.

    No turns (None) for one that is not the person's. The message at work is looked for before the turns are
    read, so that an answer that comes in between is seen once or twice, never missed.
    """
    asked = st.query_params.get("c")
    conversation = asked or st.session_state.get("conversation") or uuid.uuid4().hex
    begun_here = conversation == st.session_state.get("fresh")
    if not asked and not begun_here and not st.session_state.get("conversation"):
        st.session_state["fresh"] = conversation
        begun_here = True
    st.session_state["conversation"] = conversation
    job = own or desk().at_work(here.user, conversation)
    try:
        rows = here.advisor.transcript(conversation, user=here.user)
    except AdvisorError:
        known = begun_here or desk().began(here.user, conversation)
        return conversation, job, [] if known else None
    st.query_params["c"] = conversation
    return conversation, job, rows


def _welcome(here: Session, conversation: str) -> None:
    st.markdown(here.say("chat.welcome"))
    _buttons(here, conversation, [here.say(f"chat.first.{number}") for number in (1, 2, 3, 4)], "first")


def _transcript(here: Session, conversation: str, rows: list[Any]) -> None:
    shown = rows
    if len(rows) > SHOWN and not st.query_params.get("turn") and not st.session_state.get("all-turns"):
        st.button(here.say("chat.earlier", count=len(rows) - SHOWN), key="all-turns", type="tertiary")
        shown = rows[-SHOWN:]
    for in_form, group in groupby(shown, key=lambda row: row.door == DOOR and row is not rows[-1]):
        listed = list(group)
        if in_form:
            _folded(here, listed)
            continue
        for row in listed:
            _turn(here, conversation, row, last=row is rows[-1])


def _folded(here: Session, rows: list[Any]) -> None:
    """What was filled in at the form, in one line that opens."""
    with st.expander(here.say("chat.in_form", count=len(rows)), icon=":material/checklist:"):
        st.markdown("\n".join(f"- {markdown(row.reply['text'].split(chr(10))[0])}" for row in rows))


def _turn(here: Session, conversation: str, row: Any, *, last: bool) -> None:
    reply = row.reply
    with st.container(key=f"turn-{row.turn}"):
        with st.chat_message("user", avatar=PERSON):
            st.markdown(plain(row.text))
            if last:
                _edit(here, conversation, row)
        with st.chat_message("assistant", avatar=ADVISER):
            st.markdown(markdown(_written(here, reply["text"])))
            _sources(here, reply)
            for number, data in enumerate(reply["calculations"]):
                results.card(here, Calculation(**data), f"{row.turn}-{number}")
            _progress(here, reply, last)
            if last:
                _buttons(here, conversation, reply["suggestions"], f"next-{row.turn}")
            _tools(here, conversation, row)


def _written(here: Session, text: str) -> str:
    """An answer with its numbers as the person writes them; a source is quoted as it stands."""
    lines = text.splitlines(keepends=True)
    return "".join(line if line.startswith(">") else here.numbers(line) for line in lines)


def _sources(here: Session, reply: Any) -> None:
    if not reply["sources"]:
        return
    with st.expander(here.say("chat.sources", count=len(reply["sources"])), icon=":material/menu_book:"):
        for source in reply["sources"]:
            dated = source.get("date") or here.say("chat.undated")
            marks = " ".join(f"`{mark}`" for mark in (source["id"], *source["rules"]))
            st.markdown(here.line(f"{about(source['title'], source['author'], dated)} {marks}"))
            if source.get("quote"):
                st.markdown("\n".join(f"> {markdown(line)}" for line in source["quote"].splitlines()))
            if source.get("card"):
                st.page_link(
                    "views/knowledge.py",
                    label=here.say("chat.open_card"),
                    query_params={"card": source["card"]},
                )


def _progress(here: Session, reply: Any, last: bool) -> None:
    assessment = reply.get("assessment")
    if not assessment or not last:
        return
    answered, total = assessment["answered"], max(assessment["total"], 1)
    label = here.say("chat.progress", answered=answered, total=assessment["total"])
    st.progress(min(answered / total, 1.0), text=label)
    st.page_link(
        "views/assessments.py",
        label=here.say("chat.open_form"),
        icon=":material/checklist:",
        query_params={"c": reply["conversation"], "record": assessment["id"]},
    )


def _buttons(here: Session, conversation: str, texts: list[str], key: str) -> None:
    """Next steps as buttons: pressing one says its words."""
    if not texts:
        return
    with st.container(horizontal=True, key=f"buttons-{key}"):
        for number, text in enumerate(texts):
            st.button(plain(text), key=f"{key}-{number}", on_click=_send, args=(here, conversation, text))


def _edit(here: Session, conversation: str, row: Any) -> None:
    with st.popover(here.say("chat.edit"), icon=":material/edit:", type="tertiary"):
        edited = st.text_area(here.say("chat.edit_label"), row.text, key=f"edit-{row.turn}", max_chars=LONGEST)
        st.button(
            here.say("chat.edit_send"),
            key=f"edit-send-{row.turn}",
            type="primary",
            on_click=_send,
            args=(here, conversation, edited),
            kwargs={"replaces": row.turn},
        )


def _tools(here: Session, conversation: str, row: Any) -> None:
    """Was it helpful, a link to this answer, and keeping it as a test."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"tools-{row.turn}"):
        rated = {given.turn: given.helpful for given in _ratings(here, conversation)}
        st.feedback(
            "thumbs",
            key=f"helpful-{row.turn}",
            default=int(rated[row.turn]) if row.turn in rated else None,
            on_change=_rate,
            args=(here, conversation, row.turn),
        )
        with st.popover(here.say("chat.more"), type="tertiary", key=f"more-{row.turn}"):
            st.markdown(f"[{here.say('chat.link')}](?c={conversation}&turn={row.turn})")
            _explain_rating(here, conversation, row.turn)
            if configuration().may_edit(here.user) and st.button(here.say("evals.draft"), key=f"draft-{row.turn}"):
                _save_as_test(here, conversation)


def _save_as_test(here: Session, conversation: str) -> None:
    """A draft case of this conversation, to be finished on the evals page."""
    worked, said = runs(here.advisor.settings.home).draft(conversation, here.user, here.language)
    told = here.say("evals.drafted") if worked else here.say("evals.not_drafted", reason=plain(said[-300:]))
    st.toast(told)


def _ratings(here: Session, conversation: str) -> Any:
    return here.advisor.ratings(conversation, user=here.user)


def _rate(here: Session, conversation: str, turn: int) -> None:
    given = st.session_state.get(f"helpful-{turn}")
    if given is not None:
        here.advisor.rate(conversation, turn, bool(given), user=here.user, door="web")


def _explain_rating(here: Session, conversation: str, turn: int) -> None:
    with st.form(f"reasons-form-{turn}", border=False):
        reasons = st.pills(
            here.say("feedback.why"),
            REASONS,
            selection_mode="multi",
            format_func=lambda reason: here.say(f"feedback.reason.{reason}"),
            key=f"reasons-{turn}",
        )
        comment = st.text_area(here.say("feedback.comment"), key=f"comment-{turn}", max_chars=2000)
        if st.form_submit_button(here.say("feedback.send")):
            here.advisor.rate(
                conversation, turn, False, reasons=reasons, comment=comment or "", user=here.user, door="web"
            )
            st.toast(here.say("feedback.thanks"))


def _input(here: Session, conversation: str) -> None:
    text = st.chat_input(here.say("chat.ask"), key="message", max_chars=LONGEST)
    if text and text.strip():
        _send(here, conversation, text)
        st.rerun()


def _send(here: Session, conversation: str, text: str, replaces: int | None = None) -> None:
    """Hand the message over to be answered; from now on the conversation stands in the address."""
    st.query_params["c"] = conversation
    st.query_params.pop("turn", None)
    st.session_state["job"] = desk().take(here.advisor, here.user, conversation, text, replaces=replaces)


def _follow(here: Session, job: Job) -> None:
    """Show the message and its answer when it comes. A quick answer comes at once; a longer one can be stopped."""
    with st.chat_message("user", avatar=PERSON):
        st.markdown(plain(job.text))
    with st.chat_message("assistant", avatar=ADVISER):
        job.told.anything.wait(AT_ONCE_S)
        if not job.future.done():
            _watch(here, job)
            return
        if job.stopped.is_set():  # in another tab
            pass
        elif job.future.exception() is None:
            st.write_stream(_pieces(markdown(_written(here, job.future.result().text))))
            st.session_state["announce"] = True
        else:
            _tell_trouble(here, job)
    st.rerun()


def _watch(here: Session, job: Job) -> None:
    """Show the answer as it comes, with a way to stop it; leaving the page does not stop it."""

    def stop() -> None:
        if job.stop(STOP_S):
            _give_up(here, here.say("chat.stopped", text=job.text))

    @st.fragment(run_every=LOOK_EVERY_S)
    def look() -> None:
        if job.future.done() or job.stopped.is_set():
            st.session_state["announce"] = not job.stopped.is_set()
            _tell_trouble(here, job)
            st.rerun()
        ahead = desk().ahead()
        waiting = here.say("chat.waiting", ahead=ahead) if ahead else here.say("chat.working")
        with st.container(key="coming"):
            st.markdown(markdown(_written(here, job.told.text)))
        st.caption(plain(job.told.status) or waiting)
        st.button(here.say("chat.stop"), key="stop", icon=":material/stop:", on_click=stop)

    look()


def _tell_trouble(here: Session, job: Job) -> None:
    """If the message could not be answered, say why; what nobody foresaw gets a reference to find it in the log."""
    if job.stopped.is_set():
        return
    error = job.future.exception()
    if error is not None:
        _give_up(here, here.say("chat.unanswered", why=troubles.told(error, here.language), text=job.text))


def _give_up(here: Session, why: str) -> None:
    """What went wrong is told on the next run of the page; what was said before it stands."""
    st.session_state["trouble"] = why


def _pieces(text: str) -> Iterator[str]:
    """The answer by lines, so that a long one appears from its top while the rest is drawn."""
    yield from text.splitlines(keepends=True)


def _announce(here: Session, rows: list[Any]) -> None:
    """Say once, to those who listen, that the answer is there."""
    turn = st.session_state.pop("announce", None)
    said = here.say("chat.answered") if turn and rows else ""
    st.html(f'<div role="status" aria-live="polite" class="heard">{said}</div>')
    if trouble := st.session_state.pop("trouble", None):
        st.warning(plain(trouble), icon=":material/info:")


main()
