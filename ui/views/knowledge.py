"""Knowledge: the method's cards by topic and source, search with its signals, and the texts people added."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from ui.configuration import LARGEST_UPLOAD_MB
from ui.session import Session, configuration, current
from ui.text import about, markdown, plain, table

KINDS = ["txt", "md", "html", "htm", "pdf", "docx"]
SHOWN = 30
MARKS = {"kept": "✓", "replaced": "✓", "unchanged": "✓", "merged": "✓", "removed": "✓", "failed": "✗"}


def main() -> None:
    """Browse, search, or look after the library; a card of the address is shown above all."""
    here = current()
    st.title(here.say("page.knowledge"))
    here.advisor.knowledge.refresh()
    asked = st.query_params.get("card")
    if asked:
        _asked_card(here, asked)
        return
    names = ("browse", "search", "library")
    tabs = st.tabs([here.say(f"knowledge.tab.{name}") for name in names], key="tabs", on_change="rerun")
    for tab, draw in zip(tabs, (_browse, _search, _library), strict=True):
        if tab.open:
            with tab:
                draw(here)


def _asked_card(here: Session, asked: str) -> None:
    st.button(here.say("knowledge.all"), on_click=_close, key="close-card")
    card = here.advisor.knowledge.card(asked)
    if card is None:
        st.error(here.say("knowledge.no_card"))
    else:
        _card(here, card)


def _close() -> None:
    st.query_params.pop("card", None)


def _open(card: str) -> None:
    st.query_params["card"] = card


# -- cards -------------------------------------------------------------------------------------------


def _browse(here: Session) -> None:
    cards = here.advisor.knowledge.cards.values()
    left, right = st.columns(2)
    topic = left.selectbox(
        here.say("knowledge.topic"),
        sorted({card.topic for card in cards}),
        index=None,
        format_func=lambda name: here.say(f"topic.{name}"),
        placeholder=here.say("knowledge.any"),
        key="topic",
    )
    sources = here.advisor.knowledge.sources
    source = right.selectbox(
        here.say("knowledge.source"),
        sorted({used for card in cards for used in card.sources}),
        index=None,
        format_func=lambda name: here.line(f"{sources[name].title[here.language]} ({name})"),
        placeholder=here.say("knowledge.any"),
        key="source",
    )
    found = [card for card in cards if topic in (None, card.topic) and (source is None or source in card.sources)]
    st.caption(here.say("knowledge.count", count=len(found), passages=here.advisor.knowledge.passages))
    shown = found if st.session_state.get("all-cards") else found[:SHOWN]
    for card in shown:
        _link(here, card, "browse")
    if len(shown) < len(found):
        st.button(here.say("knowledge.show_all", count=len(found)), key="all-cards")


def _link(here: Session, card: Any, key: str) -> None:
    with st.container(key=f"{key}-{card.id.replace('/', '-')}", border=True):
        st.markdown(f"**{plain(card.title[here.language])}**")
        st.markdown(markdown(card.answer[here.language]))
        st.caption(here.say(f"topic.{card.topic}"))
        st.button(here.say("knowledge.open"), key=f"{key}-open-{card.id}", on_click=_open, args=(card.id,))


def _card(here: Session, card: Any) -> None:
    language = here.language
    st.header(plain(card.title[language]))
    marks = " ".join(f"`{mark}`" for mark in (card.id, *card.rules))
    st.markdown(
        here.line(f"{here.say(f'topic.{card.topic}')} · {here.say('knowledge.as_of', year=card.as_of)} {marks}")
    )
    st.markdown(f"**{markdown(card.answer[language])}**")
    st.markdown(markdown(card.body[language]))
    if card.numbers:
        rows = [(one.value, one[language], here.say(f"mark.{one.mark}")) for one in card.numbers]
        st.markdown(table([here.say(f"knowledge.column.{name}") for name in ("value", "what", "mark")], rows))
    for one in card.misconceptions:
        st.markdown(f"> {markdown(one.claim[language])}\n\n{markdown(one.correction[language])}")
    for one in card.caveats:
        st.info(markdown(one[language]), icon=":material/info:")
    for one in card.gaps:
        st.warning(markdown(one.says[language]), icon=":material/help:")
    _sources(here, card)
    related = [here.advisor.knowledge.card(name) for name in card.related]
    with st.container(horizontal=True, key="related"):
        for other in related:
            if other is not None:
                st.button(plain(other.title[language]), key=f"related-{other.id}", on_click=_open, args=(other.id,))


def _sources(here: Session, card: Any) -> None:
    st.subheader(here.say("knowledge.sources"))
    for name in card.sources:
        source = here.advisor.knowledge.source(name)
        if source is None:
            st.markdown(f"- `{name}`")
            continue
        dated = str(source.date) if source.date else here.say("chat.undated")
        about = f"{plain(source.title[here.language])} – {plain(source.author[here.language])}, {plain(dated)}"
        st.markdown(f"- {here.line(about)} `{name}`")


# -- search ------------------------------------------------------------------------------------------


def _search(here: Session) -> None:
    query = st.text_input(here.say("knowledge.query"), key="query", max_chars=500)
    if not query or not query.strip():
        st.caption(here.say("knowledge.search_hint"))
        return
    hits = here.advisor.knowledge.search(query, limit=8)
    if not hits:
        st.info(here.say("knowledge.nothing"), icon=":material/info:")
    for number, hit in enumerate(hits, 1):
        _hit(here, number, hit)


def _hit(here: Session, number: int, hit: Any) -> None:
    with st.container(border=True, key=f"hit-{number}"):
        if hit.kind == "card":
            card = here.advisor.knowledge.card(hit.id)
            st.markdown(f"{number}\\. **{plain(card.title[here.language])}** `{hit.id}`")
            if hit.unit is not None:
                st.markdown(f"> {markdown(hit.unit.text)}")
            st.button(here.say("knowledge.open"), key=f"hit-open-{hit.id}", on_click=_open, args=(hit.id,))
        else:
            st.markdown(f"{number}\\. **{plain(here.say('knowledge.passage'))}** `{hit.id}`")
            st.markdown(f"> {plain(hit.passage['text'][:600])}")
        with st.expander(here.say("knowledge.signals", score=f"{hit.score:.2f}")):
            rows = [
                (here.say(f"signal.{name}") if _worded(name) else name, f"{value:.2f}")
                for name, value in hit.signals.items()
            ]
            st.markdown(table([here.say("knowledge.signal"), here.say("knowledge.strength")], rows))
            if hit.matched:
                st.markdown(f"{here.say('knowledge.matched')}: {plain(', '.join(hit.matched))}")


def _worded(name: str) -> bool:
    from ui.words import words

    return f"signal.{name}" in words()


# -- the library -------------------------------------------------------------------------------------


def _library(here: Session) -> None:
    if configuration().may_edit(here.user):
        _add(here)
    documents = here.advisor.knowledge.library.documents()
    st.subheader(here.say("library.heading", count=len(documents)))
    if not documents:
        st.caption(here.say("library.empty"))
        return
    titles = {document.id: document for document in documents}
    chosen = st.selectbox(
        here.say("library.document"),
        list(titles),
        format_func=lambda name: here.line(titles[name].title),
        index=None,
        placeholder=here.say("field.choose"),
        key="document",
    )
    if chosen is None:
        rows = [(one.title, one.author, str(one.date or "–"), one.id) for one in documents[:SHOWN]]
        st.markdown(table([here.say(f"library.column.{name}") for name in ("title", "author", "date", "id")], rows))
    else:
        _document(here, titles[chosen])


def _add(here: Session) -> None:
    st.markdown(here.say("library.add_hint", megabytes=LARGEST_UPLOAD_MB))
    uploads = st.file_uploader(
        here.say("library.add"), type=KINDS, accept_multiple_files=True, key=f"uploads-{_round()}"
    )
    if uploads and st.button(here.say("library.add_now", count=len(uploads)), type="primary", key="add-now"):
        files = [(upload.name, upload.getvalue()) for upload in uploads]
        st.session_state["library-report"] = _beside(
            here, lambda told: here.advisor.add_texts(files, told), here.say("library.reading")
        )
        st.session_state["upload-round"] = _round() + 1
        st.rerun()
    _report(here)


def _round() -> int:
    return int(st.session_state.get("upload-round", 0))


def _report(here: Session) -> None:
    """What became of each file of the last change, problems first."""
    notes = st.session_state.get("library-report")
    if not notes:
        return
    for note in sorted(notes, key=lambda note: note["status"] != "failed"):
        name = Path(note["path"]).name
        told = plain(note["text"][here.language])
        line = f"{MARKS.get(note['status'], '·')} {f'**{plain(name)}** – ' if name else ''}{told}"
        if note["status"] == "failed":
            st.error(here.line(line), icon=":material/error:")
        else:
            st.markdown(f"- {here.line(line)}")


def _document(here: Session, document: Any) -> None:
    """A text as it was cut: each passage with the line it begins at in its file."""
    passages = [one for one in here.advisor.knowledge.library.passages() if one.document == document.id]
    st.markdown(here.line(f"{about(document.title, document.author)} `{document.id}`"))
    st.caption(here.say("library.cut", count=len(passages), file=plain(Path(document.path).name)))
    if configuration().may_edit(here.user) and st.button(here.say("library.remove"), key="remove-document"):
        st.session_state["library-report"] = _beside(
            here, lambda told: here.advisor.remove_text(document.id, told), here.say("library.removing")
        )
        st.rerun()
    for number, passage in enumerate(passages[:SHOWN], 1):
        line = document.place(passage.start).line
        with st.container(border=True, key=f"passage-{number}"):
            heading = f"{plain(passage.heading)} · " if passage.heading else ""
            st.caption(f"{heading}{here.say('library.line', line=line)} · {passage.start}–{passage.end}")
            st.markdown(plain(passage.text))


@cache
def _hand() -> ThreadPoolExecutor:
    """One change of the library at a time, beside the page, so that leaving the page does not break it off."""
    return ThreadPoolExecutor(1, thread_name_prefix="library")


def _beside(here: Session, work: Any, label: str) -> Any:
    """Do something long beside the page and show how far it is."""
    import time

    at: dict[str, Any] = {"what": "", "done": 0, "total": 0}

    def told(what: str, done: int, total: int) -> None:
        at.update(what=what, done=done, total=total)

    job: Future[Any] = _hand().submit(work, told)
    bar = st.progress(0.0, text=label)
    while not job.done():
        share = at["done"] / at["total"] if at["total"] else 0.0
        bar.progress(min(share, 1.0), text=f"{label} {plain(at['what'])}")
        time.sleep(0.1)
    bar.empty()
    return job.result()


main()
