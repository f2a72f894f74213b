"""The public face: sees that the conversation is the person's own, and hands the work to the part that does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from assistant import assessing, exports, library
from assistant.actions import Action
from assistant.assessing import Step
from assistant.conversation import Calculation, Conversation, Reply, Source
from assistant.corpus import corpus_of
from assistant.draft import Answerer, Interpreter, Parts, calculation
from assistant.errors import NotFound, RefusedInput
from assistant.exchange import Message, answer
from assistant.exports import Drawing, File
from assistant.inbox import Inbox
from assistant.judgements import InForce, Judgements
from assistant.memory import Memory
from assistant.people import Feedback, People
from assistant.settings import Settings
from assistant.sharing import Access, Sharing
from assistant.store import Head, Store, TurnRow
from assistant.watch import Report, Watch
from tools.errors import InputError as ToolInputError
from tools.registry import get as get_tool
from tools.registry import validate
from tools.tool import Tool

WithModel = Callable[[Parts, Watch, Conversation], Parts]


def without_model(parts: Parts, _watch: Watch, _state: Conversation) -> Parts:
    """No language model: every turn has the offline parts."""
    return parts


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
        answering: Callable[[Any], Answerer],
        tools: Mapping[str, Tool],
        knowledge: Any = None,
        today: Callable[[], dt.date] = dt.date.today,
        with_model: WithModel = without_model,
    ) -> None:
        """Wire the parts; `open_advisor` makes the usual ones. `answering` makes the answerer of one workspace."""
        self._with_model = with_model
        self.settings = settings
        self.knowledge = knowledge  # cards, sources, search and the installation's own texts
        self._answering = answering
        self._store = store
        self._people = People(store.engine)
        self.inbox = Inbox(store.engine)
        self.sharing = Sharing(store.engine)
        self._access = Access(store, self.sharing)
        self._memory = Memory(store)
        self._judgements = Judgements(settings.weights, store)
        self._parts = Parts(interpreter, answering(knowledge), tools, self._judgements.behind, today, knowledge)

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
        language: str = "",
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
            actions: what a button or form field meant (assistant/actions.py); `text` is then only its label.
            replaces: the last turn, taken back and said anew (an edited message).
            language: what to speak in a new conversation whose first message shows no language ("en" or "he").
            abandoned: asked before saving, and often while a model works; True: the person stopped, nothing is kept.
            progress: is told how a model gets on (assistant/watch.py); returning False stops the turn.

        Raises:
            NotFound: the conversation belongs to somebody else.
            InputError: others kept getting in first, `replaces` is not the last turn, or the person stopped.
        """
        home = self._access.to_speak(conversation, user, workspace)
        watch = Watch(progress, abandoned, text, self.settings.language_model.seconds)
        said = Message(conversation, text, user, workspace, door, message, actions, replaces, language)
        parts_for = partial(self._with_model, self._parts_of(home), watch)
        return answer(said, self._store, self._memory, parts_for, abandoned)

    def _parts_of(self, workspace: str) -> Parts:
        """What a turn in this workspace may call: its own weights and, beside the cards, its own texts only."""
        knowledge = self.knowledge_of(workspace)
        weights = partial(self._judgements.behind, workspace=workspace)
        return replace(self._parts, weights=weights, answerer=self._answering(knowledge), knowledge=knowledge)

    def conversations(self, *, user: str = "", workspace: str = "") -> list[Head]:
        """The person's conversations, latest first."""
        return self._store.list(user, workspace)

    def transcript(self, conversation: str, *, user: str = "", workspace: str = "") -> list[TurnRow]:
        """Every exchange of a conversation that stands; an edited message shows only as it reads now.

        Raises NotFound for an unknown or foreign one.
        """
        self._access.to_read(conversation, user, workspace)
        edited = {e.data["turn"] for e in self._store.events(conversation) if e.data.get("edited")}
        return [row for row in self._store.turns(conversation) if row.turn not in edited]

    def state(self, conversation: str, *, user: str = "", workspace: str = "") -> Conversation:
        """The conversation as it stands, replayed from its events."""
        self._access.to_speak(conversation, user, workspace)
        return self._memory.load(conversation)[1]

    def owner(self, conversation: str, *, workspace: str = "") -> str | None:
        """Who began a conversation of this workspace; None when there is no such conversation."""
        head = self._store.head(conversation)
        return head.owner if head is not None and head.workspace == workspace else None

    def invite(self, conversation: str, guest: str, *, user: str = "", workspace: str = "") -> None:
        """Let `guest` take part in the owner's conversation; answers are credited to whoever gave them."""
        self._access.to_own(conversation, user, workspace)
        self.sharing.invite(conversation, guest, workspace)

    def ticket(self, conversation: str, *, user: str = "", workspace: str = "") -> str:
        """A secret that takes its bearer into this conversation through another door, once, within ten minutes."""
        self._access.to_read(conversation, user, workspace)
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
        self._access.to_own(conversation, user, workspace)
        self._store.rename(conversation, title.strip() or conversation)

    def delete(self, conversation: str, *, user: str = "", workspace: str = "") -> None:
        """Delete a conversation with everything that belongs to it."""
        self._access.to_own(conversation, user, workspace)
        self._store.delete(conversation)
        self.sharing.forget(conversation)
        self._memory.forget(conversation)

    def delete_everything(self, *, user: str, workspace: str = "") -> int:
        """Delete all that is kept of a person: conversations, feedback, preferences; returns how many conversations."""
        for head in self._store.list(user, workspace):
            self.sharing.forget(head.id)
        gone = self._store.delete_all(user, workspace)
        self._people.forget(user, workspace)
        self._memory.clear()
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
        self._access.to_read(conversation, user, workspace)
        self._people.rate(Feedback(conversation, turn, user, helpful, tuple(reasons), comment, door))

    def ratings(self, conversation: str, *, user: str = "", workspace: str = "") -> Sequence[Feedback]:
        """What was thought of the replies of a conversation."""
        self._access.to_read(conversation, user, workspace)
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
            weights = self._judgements.behind(chosen.weights, {}) if chosen.weights else None
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

    def told_whole(self, conversation: str, record: str, *, user: str = "", workspace: str = "") -> Reply:
        """A record's result as a reply, as it stands now, whole and without a question; nothing is stored.

        Raises NotFound for an unknown conversation or record.
        """
        return assessing.told_whole(self.state(conversation, user=user, workspace=workspace), record, self._parts)

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

    def template(self, tool: str, language: str, kind: str = "xlsx", part: str = "") -> File:
        """An empty table ("xlsx" or "csv") to fill with records of a tool, or with rows of one of its parts."""
        return assessing.template(tool, "he" if language == "he" else "en", kind, self._parts, part)

    def read_table(self, tool: str, content: bytes, part: str = "") -> list[dict[str, Any]]:
        """The records of a filled table, whole or not at all. Raises RefusedInput with each problem and its row."""
        return assessing.read_table(tool, content, self._parts, part)

    def import_table(
        self, tool: str, content: bytes, conversation: str, *, user: str = "", workspace: str = "", door: str = "web"
    ) -> list[str]:
        """Begin a record in the conversation for each row of a filled table; returns the ids of the records.

        Raises RefusedInput with each problem and its row; then nothing is begun.
        """
        rows = self.read_table(tool, content)
        fresh = self._store.head(conversation) is None
        before = set(self.state(conversation, user=user, workspace=workspace).records)
        try:
            for number, actions in enumerate(assessing.actions_for(tool, rows), 1):
                label = rows[number - 1].get("subject") or str(number)
                self.reply(conversation, str(label), user=user, workspace=workspace, door=door, actions=actions)
        except Exception:  # a database that went away, say: half a table is worse than none
            if fresh and self._store.head(conversation) is not None:
                self.delete(conversation, user=user, workspace=workspace)
            raise
        after = self.state(conversation, user=user, workspace=workspace).records
        return [record for record in after if record not in before]

    def drawings(self, calculation: Calculation, language: str, width: int = 0) -> list[Drawing]:
        """The charts of a calculation as Vega-Lite, each with its alternative in words; see exports.drawings."""
        return exports.drawings(calculation, language, width)

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

    def knowledge_of(self, workspace: str) -> Any:
        """The cards, and the texts that this workspace added; what another one added cannot be reached from here.

        The installation's own texts ("") are also those of the workspaces that the settings call its own.
        """
        if self.knowledge is None:
            return None
        return self.knowledge.of("" if workspace in self.settings.own_workspaces else workspace)

    def add_texts(
        self, files: Sequence[tuple[str, bytes]], progress: library.Progress | None = None, *, workspace: str = ""
    ) -> list[dict[str, Any]]:
        """Add files (name, content) to the workspace's texts; what became of each: path, status, text by language."""
        return library.add(self.knowledge_of(workspace), files, progress)

    def remove_text(
        self, document: str, progress: library.Progress | None = None, *, workspace: str = ""
    ) -> list[dict[str, Any]]:
        """Take a document out of the workspace's texts, by its id."""
        return library.remove(self.knowledge_of(workspace), document, progress)

    def corpus(self) -> dict[str, Any]:
        """What answers stand on: index version, cards with texts and hashes, source ids (see corpus.py)."""
        return corpus_of(self.knowledge)

    def search(self, query: str, limit: int = 10) -> list[str]:
        """The ids of the cards a query finds, best first: the raw finding, before any answer is made."""
        return [hit.id for hit in self.knowledge.search(query, limit=limit, kinds=("card",))]

    def weights_in_force(self, *, workspace: str = "") -> list[InForce]:
        """Every file of judgements the tools use here: whose it is, its hash, and what each number rests on."""
        return self._judgements.in_force(self.tools.values(), workspace)

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
