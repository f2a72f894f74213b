"""The shell around a turn: loads the conversation, takes the turn, saves it whole, returns the reply."""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from assistant import assessing, exports, library
from assistant.actions import Action
from assistant.assessing import Step
from assistant.conversation import Calculation, Conversation, Event, Reply, Source, replay
from assistant.corpus import corpus_of
from assistant.draft import Answerer, Interpreter, Parts, calculation
from assistant.errors import InputError, NotFound, RefusedInput, SetupError
from assistant.exports import Drawing, File
from assistant.inbox import Inbox
from assistant.judgements import InForce, in_force
from assistant.people import Feedback, People
from assistant.settings import Settings
from assistant.sharing import Sharing
from assistant.store import Conflict, Head, Store, TurnRow
from assistant.turn import take_turn
from assistant.watch import Report, Watch
from tools.errors import InputError as ToolInputError
from tools.policy import Weights, load_weights, read_weights
from tools.registry import TOOLS, validate
from tools.registry import get as get_tool
from tools.tool import Tool

WithModel = Callable[[Parts, Watch, Conversation], Parts]
TRIES = 30  # how often a turn is taken again when another turn of the conversation was saved first
LONGEST_WAIT = 0.1  # seconds at most before a try, drawn by chance so that two writers fall out of step
REMEMBERED = 256  # conversations whose replayed state is kept in memory


class Advisor:
    """Answers messages. One instance serves many conversations and threads; open it once.

    Every method takes the person's `user` id and `workspace`: a conversation of somebody else is
    answered as if it did not exist.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        interpreter: Interpreter,
        answerer: Answerer,
        tools: Mapping[str, Tool],
        knowledge: Any = None,
        today: Callable[[], dt.date] = dt.date.today,
        with_model: WithModel | None = None,
    ) -> None:
        """Wire the parts; `open_advisor` makes the usual ones."""
        self._with_model = with_model
        self.settings = settings
        self.knowledge = knowledge  # cards, sources, search and the library of ingested texts
        self._store = store
        self._people = People(store.engine)
        self.inbox = Inbox(store.engine)
        self.sharing = Sharing(store.engine)
        self._states: OrderedDict[str, tuple[int, Conversation]] = OrderedDict()
        self._lock = Lock()
        self._read_weights: dict[str, Weights] = {}
        self._parts = Parts(interpreter, answerer, tools, self._weights, today)

    def reply(
        self,
        conversation: str,
        text: str,
        *,
        user: str = "",
        workspace: str = "",
        door: str = "python",
        message: str | None = None,
        actions: Sequence[Action] = (),
        replaces: int | None = None,
        abandoned: Callable[[], bool] = lambda: False,
        progress: Report | None = None,
    ) -> Reply:
        """The reply to one message, saved with its events before it is returned.

        Args:
            conversation: id of the conversation; a new id begins one, owned by `user`.
            text: the person's words.
            user: who is speaking; a conversation belongs to whoever began it.
            workspace: the organisation the conversation is kept apart for.
            door: where the message came in ("cli", "web", "slack", …), for the record.
            message: the door's own id of the message; the same id is answered once and then repeated.
            actions: what a button or a form field meant, instead of words (see assistant/actions.py); `text`
                is then only the label that the record keeps.
            replaces: the last turn, taken back and said anew (an edited message).
            abandoned: asked before saving and, while a language model works, several times a second; when it
                says True the person stopped and nothing is kept.
            progress: is told what a language model is doing and the checked part of its answer (see
                assistant/watch.py); returning False stops the turn.

        Raises:
            NotFound: the conversation belongs to somebody else.
            InputError: two other turns of the conversation kept getting in first, `replaces` is not the
                last turn, or the person stopped.
        """
        started = time.perf_counter()
        self._check_access(conversation, user, workspace)
        if message and (earlier := self._store.reply_to(conversation, message)):
            return Reply(**earlier)
        parts = replace(self._parts, weights=partial(self._weights, workspace=workspace))
        watch = Watch(progress, abandoned, text, self.settings.language_model.seconds)
        for number in range(TRIES):
            time.sleep(random.uniform(0, min(0.01 * number, LONGEST_WAIT)))
            version, state = self._load(conversation)
            events, reply = take_turn(
                state,
                text,
                self._with_model(parts, watch, state) if self._with_model else parts,
                history=lambda: self._store.events(conversation),
                user=user,
                actions=actions,
                replaces=replaces,
            )
            if abandoned():
                raise InputError("stopped")
            reply = reply.model_copy(update={"timings_ms": {"total": _since(started)}})
            row = TurnRow(reply.turn, text, reply.model_dump(mode="json"), user, door, message)
            try:
                version = self._store.append(
                    conversation, version, events, row, owner=user, workspace=workspace, title=_title(text)
                )
            except Conflict:
                if message and (earlier := self._store.reply_to(conversation, message)):
                    return Reply(**earlier)
                continue
            self._remember(conversation, version, state, events)
            return reply
        raise InputError("busy")

    def conversations(self, *, user: str = "", workspace: str = "") -> list[Head]:
        """The person's conversations, latest first."""
        return self._store.list(user, workspace)

    def transcript(self, conversation: str, *, user: str = "", workspace: str = "") -> list[TurnRow]:
        """Every exchange of a conversation that stands; an edited message shows only as it reads now.

        Raises NotFound for an unknown or foreign one.
        """
        self._take_part(conversation, user, workspace)
        edited = {e.data["turn"] for e in self._store.events(conversation) if e.data.get("edited")}
        return [row for row in self._store.turns(conversation) if row.turn not in edited]

    def state(self, conversation: str, *, user: str = "", workspace: str = "") -> Conversation:
        """The conversation as it stands, replayed from its events."""
        self._check_access(conversation, user, workspace)
        return self._load(conversation)[1]

    def owner(self, conversation: str, *, workspace: str = "") -> str | None:
        """Who began a conversation of this workspace; None when there is no such conversation."""
        head = self._store.head(conversation)
        return head.owner if head is not None and head.workspace == workspace else None

    def invite(self, conversation: str, guest: str, *, user: str = "", workspace: str = "") -> None:
        """Let `guest` take part in the owner's conversation; answers are credited to whoever gave them."""
        self._own(conversation, user, workspace)
        self.sharing.invite(conversation, guest, workspace)

    def ticket(self, conversation: str, *, user: str = "", workspace: str = "") -> str:
        """A secret that takes its bearer into this conversation through another door, once, within ten minutes."""
        self._take_part(conversation, user, workspace)
        return self.sharing.issue_ticket(conversation)

    def join(self, ticket: str, *, user: str = "", workspace: str = "") -> str:
        """Take part in the conversation a ticket leads into; returns its id. Raises NotFound."""
        conversation = self.sharing.redeem(ticket)
        if conversation is None or self._store.head(conversation) is None:
            raise NotFound("ticket")
        self.sharing.invite(conversation, user, workspace)
        return conversation

    def rename(self, conversation: str, title: str, *, user: str = "", workspace: str = "") -> None:
        """Give a conversation a title."""
        self._own(conversation, user, workspace)
        self._store.rename(conversation, title.strip() or conversation)

    def delete(self, conversation: str, *, user: str = "", workspace: str = "") -> None:
        """Delete a conversation with everything that belongs to it."""
        self._own(conversation, user, workspace)
        self._store.delete(conversation)
        self.sharing.forget(conversation)
        self._forget(conversation)

    def delete_everything(self, *, user: str, workspace: str = "") -> int:
        """Delete all that is kept of a person: conversations, feedback, preferences; returns how many conversations."""
        for head in self._store.list(user, workspace):
            self.sharing.forget(head.id)
        gone = self._store.delete_all(user, workspace)
        self._people.forget(user, workspace)
        with self._lock:
            self._states.clear()
        return gone

    def preferences(self, *, user: str, workspace: str = "") -> dict[str, Any]:
        """What the person set: "language" ("en" or "he"), "currency", … ; empty when nothing was set."""
        return self._people.preferences(user, workspace)

    def prefer(self, *, user: str, workspace: str = "", **changes: Any) -> dict[str, Any]:
        """Set single preferences (None takes one back) and return all of them."""
        return self._people.prefer(user, workspace, changes)

    def rate(
        self,
        conversation: str,
        turn: int,
        helpful: bool,
        *,
        reasons: Sequence[str] = (),
        comment: str = "",
        user: str = "",
        workspace: str = "",
        door: str = "",
    ) -> None:
        """Keep what a person thought of one reply; `reasons` are of people.REASONS. Raises NotFound."""
        self._take_part(conversation, user, workspace)
        self._people.rate(Feedback(conversation, turn, user, helpful, tuple(reasons), comment, door))

    def ratings(self, conversation: str, *, user: str = "", workspace: str = "") -> Sequence[Feedback]:
        """What was thought of the replies of a conversation."""
        self._take_part(conversation, user, workspace)
        return self._people.ratings(conversation)

    @property
    def tools(self) -> Mapping[str, Tool]:
        """Every tool by name, with its form: what a door needs to draw it."""
        return self._parts.tools

    def calculate(self, tool: str, inputs: Mapping[str, Any]) -> Calculation:
        """Run a tool on plain data, outside any conversation, with the weights in force.

        Raises RefusedInput, whose `errors` say in both languages what is wrong with which field.
        """
        try:
            chosen = get_tool(tool)
            weights = self._weights(chosen.weights, {}) if chosen.weights else None
            return calculation(chosen.calculate(validate(chosen, inputs), weights, self._parts.today()), inputs)
        except ToolInputError as error:
            raise RefusedInput([one.to_json() for one in error.errors]) from error

    def check(self, tool: str, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What is wrong with inputs of a tool, before anything is stored; see RefusedInput for the shape."""
        try:
            validate(get_tool(tool), inputs)
        except ToolInputError as error:
            return [one.to_json() for one in error.errors]
        return []

    def record(
        self,
        conversation: str,
        record: str,
        *,
        supposing: Mapping[str, Any] | None = None,
        turn: int | None = None,
        user: str = "",
        workspace: str = "",
    ) -> Calculation:
        """The result of one record of a conversation, recomputed with its own weights.

        `supposing` puts other answers on top without storing them; `turn` goes back to how the record stood
        after that turn. Raises NotFound for an unknown conversation or record, RefusedInput for a bad value.
        """
        state = self.state(conversation, user=user, workspace=workspace)
        if turn is not None:
            state = assessing.earlier(conversation, self._store.events(conversation), turn)
        return assessing.compute(state, record, self._parts, supposing)

    def steps(self, conversation: str, record: str, *, user: str = "", workspace: str = "") -> list[Step]:
        """Every turn that changed the record's answers, with what each was before and is since."""
        self.state(conversation, user=user, workspace=workspace)
        return assessing.steps(conversation, self._store.events(conversation), record, self._parts)

    def difference(self, before: Calculation, after: Calculation) -> dict[str, list[str]]:
        """What differs between two results of one tool, a line each, by language."""
        return assessing.difference(before, after, self._parts)

    def compare(self, calculations: Sequence[Calculation]) -> Calculation:
        """Results of one tool side by side, ranked as far as they can be told apart. Raises RefusedInput."""
        return assessing.compare(calculations)

    def template(self, tool: str, language: str, kind: str = "xlsx") -> File:
        """An empty table ("xlsx" or "csv") to fill with records of a tool."""
        return assessing.template(tool, "he" if language == "he" else "en", kind, self._parts)

    def read_table(self, tool: str, content: bytes) -> list[dict[str, Any]]:
        """The records of a filled table, whole or not at all. Raises RefusedInput with each problem and its row."""
        return assessing.read_table(tool, content, self._parts)

    def import_table(
        self, tool: str, content: bytes, conversation: str, *, user: str = "", workspace: str = "", door: str = "web"
    ) -> list[str]:
        """Begin a record in the conversation for each row of a filled table; returns the ids of the records.

        Raises RefusedInput with each problem and its row; then nothing is begun.
        """
        rows = self.read_table(tool, content)
        before = set(self.state(conversation, user=user, workspace=workspace).records)
        for number, actions in enumerate(assessing.actions_for(tool, rows), 1):
            label = rows[number - 1].get("subject") or str(number)
            self.reply(conversation, str(label), user=user, workspace=workspace, door=door, actions=actions)
        after = self.state(conversation, user=user, workspace=workspace).records
        return [record for record in after if record not in before]

    def drawings(self, calculation: Calculation, language: str) -> list[Drawing]:
        """The charts of a calculation as Vega-Lite, each with its alternative in words."""
        return exports.drawings(calculation, language)

    def answers_in_words(self, calculation: Calculation, language: str) -> list[tuple[str, str]]:
        """What a calculation was given, as (question, answer) for a person."""
        return exports.answers_in_words(calculation, language)

    def sources_behind(self, calculation: Calculation, language: str) -> list[Source]:
        """What a calculation's reasons and conditions stand on, each with the card that explains its rules."""
        return exports.sources_behind(calculation, language, self.knowledge)

    def export(self, calculation: Calculation, form: str, language: str, name: str = "") -> File:
        """A calculation as a file: "markdown", "html" (printable), "xlsx" or "json". Raises InputError."""
        return exports.export(calculation, form, language, name)

    def asked_file(self, reply: Reply, *, user: str = "", workspace: str = "") -> File | None:
        """The file a message asked for in words ("as Excel, please"), for the door to hand out; None: it asked none."""
        events = self._store.events(reply.conversation)
        asked = [event.data for event in events if event.kind == "exported" and event.turn == reply.turn]
        if not asked:
            return None
        record = str(asked[-1]["record"])
        calculation = self.record(reply.conversation, record, user=user, workspace=workspace)
        return self.export(calculation, str(asked[-1]["format"]), reply.language)

    def export_conversation(
        self, conversation: str, form: str, language: str, *, user: str = "", workspace: str = ""
    ) -> File:
        """A conversation as "markdown" or "json". Raises NotFound or InputError."""
        rows = self.transcript(conversation, user=user, workspace=workspace)
        head = self._store.head(conversation)
        return exports.export_conversation(head.title if head else conversation, rows, form, language)

    def add_texts(
        self, files: Sequence[tuple[str, bytes]], progress: library.Progress | None = None
    ) -> list[dict[str, Any]]:
        """Add files (name, content) to the library; what became of each: path, status, text in both languages."""
        return library.add(self.knowledge, self.settings.home, files, progress)

    def remove_text(self, document: str, progress: library.Progress | None = None) -> list[dict[str, Any]]:
        """Take a document out of the library, by its id."""
        return library.remove(self.knowledge, self.settings.home, document, progress)

    def corpus(self) -> dict[str, Any]:
        """What answers stand on: index version, cards with texts and hashes, source ids (see corpus.py)."""
        return corpus_of(self.knowledge)

    def search(self, query: str, limit: int = 10) -> list[str]:
        """The ids of the cards a query finds, best first: the raw finding, before any answer is made."""
        return [hit.id for hit in self.knowledge.search(query, limit=limit, kinds=("card",))]

    def weights_in_force(self) -> list[InForce]:
        """Every file of judgements the tools use here: whose it is, its hash, and what each number rests on."""
        return in_force(self.tools, self.settings.weights)

    def everything(self, *, user: str, workspace: str = "") -> File:
        """All that is kept of a person, as one JSON file: preferences, conversations, ratings."""
        heads = self.conversations(user=user, workspace=workspace)
        talks = [
            (head.title, self._store.turns(head.id), [asdict(one) for one in self._people.ratings(head.id)])
            for head in heads
        ]
        return exports.everything(self.preferences(user=user, workspace=workspace), talks)

    def close(self) -> None:
        """Let go of the database."""
        self._store.close()

    def _check_access(self, conversation: str, user: str, workspace: str) -> None:
        """The owner may, and whom the owner invited; a conversation of anybody else does not exist for them."""
        head = self._store.head(conversation)
        if head is None or (head.owner, head.workspace) == (user, workspace):
            return
        if not self.sharing.admits(conversation, user, workspace):
            raise NotFound("no_conversation", conversation=conversation)

    def _take_part(self, conversation: str, user: str, workspace: str) -> None:
        if self._store.head(conversation) is None:
            raise NotFound("no_conversation", conversation=conversation)
        self._check_access(conversation, user, workspace)

    def _own(self, conversation: str, user: str, workspace: str) -> None:
        head = self._store.head(conversation)
        if head is None or (head.owner, head.workspace) != (user, workspace):
            raise NotFound("no_conversation", conversation=conversation)

    def _load(self, conversation: str) -> tuple[int, Conversation]:
        """The version and state, replaying only what came after the remembered state."""
        with self._lock:
            version, state = self._states.get(conversation, (0, Conversation(conversation)))
        newer = self._store.events(conversation, after=version)
        if any(event.kind == "undone" for event in newer):
            version, state, newer = 0, Conversation(conversation), self._store.events(conversation)
        version, state = version + len(newer), self._advance(state, newer)
        self._remember(conversation, version, state, [])
        return version, state

    def _remember(self, conversation: str, version: int, state: Conversation, events: list[Event]) -> None:
        if any(event.kind == "undone" for event in events):
            self._forget(conversation)
            return
        with self._lock:
            self._states[conversation] = (version, self._advance(state, events))
            self._states.move_to_end(conversation)
            while len(self._states) > REMEMBERED:
                self._states.popitem(last=False)

    @staticmethod
    def _advance(state: Conversation, events: list[Event]) -> Conversation:
        return replay(state.id, events, start=state)

    def _forget(self, conversation: str) -> None:
        with self._lock:
            self._states.pop(conversation, None)

    def _weights(self, name: str, made_with: Mapping[str, str], workspace: str = "") -> Weights:
        """The weights a record was begun with, wherever the file is now; for a new record, those in force.

        A workspace may have a folder of its own, named after it, which no other workspace is ever read from.
        """
        sha256 = made_with.get("sha256", "")
        if sha256 in self._read_weights:
            return self._read_weights[sha256]
        if sha256 and (kept := self._store.weights(sha256)):
            weights = read_weights(kept[1], kept[0])
        else:
            weights = load_weights(name, self._weights_folder(workspace))
            self._store.keep_weights(weights.sha256, weights.file, weights.content)
        self._read_weights[weights.sha256] = weights
        return weights

    def _weights_folder(self, workspace: str) -> Path | None:
        folder = self.settings.weights
        own = folder / workspace if folder is not None and workspace.isalnum() else None
        return own if own is not None and own.is_dir() else folder


def open_advisor(
    settings: Settings | None = None,
    *,
    today: Callable[[], dt.date] = dt.date.today,
    progress: Callable[[str, int, int], None] | None = None,
    **changes: Any,
) -> Advisor:
    """An advisor with the usual parts: database, index, rules; a language model when one is configured.

    Args:
        settings: default: those of the environment.
        today: the date results are worked out for; a fixed one makes them repeatable.
        progress: is told (step, done, total) while an index has to be built first.
        changes: single settings to change, by name.

    Raises:
        SetupError: the database or the index cannot be opened; the text says how to mend it.
    """
    from assistant.answering.compose import OfflineAnswerer
    from assistant.modelled import model_parts
    from assistant.understanding import open_interpreter
    from knowledge import open_knowledge

    settings = replace(settings or Settings.from_environment(), **changes)
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError("home", path=settings.home, reason=error.strerror) from error
    tools = {tool.name: tool for tool in TOOLS}
    knowledge = open_knowledge(settings.home / "knowledge", embedding=settings.embedding or None, progress=progress)
    return Advisor(
        settings,
        Store(settings.database),
        open_interpreter(tools, knowledge, settings.home),
        OfflineAnswerer(knowledge),
        tools,
        knowledge,
        today,
        model_parts(settings, knowledge) if settings.model else None,
    )


def new_conversation() -> str:
    """A fresh conversation id."""
    return uuid.uuid4().hex


def _title(text: str) -> str:
    return " ".join(text.split())[:80]


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
