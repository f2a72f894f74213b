"""What is at hand while one message is read: the words, the conversation, the examples, the open question."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from assistant.conversation import Conversation, Record
from assistant.understanding.examples import Library
from assistant.understanding.fields.figures import Context
from assistant.understanding.words.turns_of_phrase import without_excuse
from tools.forms import Field


@dataclass(frozen=True)
class Situation:
    """One message in its conversation. `context` is the form of the record being spoken of, open or not."""

    text: str
    state: Conversation
    library: Library
    context: Context | None

    @property
    def record(self) -> Record | None:
        """The open record."""
        return self.state.record

    @property
    def subject(self) -> Record | None:
        """The open record, or the one spoken of last."""
        return self.state.record or self.state.records.get(self.state.latest)

    @property
    def field(self) -> Field | None:
        """The field that was asked last, while its record is open."""
        if self.context is None or not self.context.open_field:
            return None
        return next((f for f in self.context.tool.form.fields if f.id == self.context.open_field), None)

    def without_names(self, text: str) -> str:
        """The text with the names of records replaced by a plain word, so that they do not mislead."""
        for record in self.state.records.values():
            if record.name:
                text = re.sub(re.escape(record.name), "it", text, flags=re.IGNORECASE)
        return text


def situation_of(text: str, state: Conversation, library: Library, today: dt.date | None = None) -> Situation:
    """The situation of a cleaned message."""
    subject = state.record or state.records.get(state.latest)
    context = None
    if subject is not None and subject.tool in library.tools:
        tool = library.tools[subject.tool]
        question = subject.question if state.record is not None else ""
        if question not in {field.id for field in tool.form.fields}:
            question = ""
        unknown = frozenset(name for name, given in subject.answers.items() if given.status != "answered")
        values = subject.values()
        values = dict(
            sorted(values.items(), key=lambda item: subject.answers[item[0]].turn)
        )  # what was said last is last
        context = Context(library, tool, question, values, today, unknown=unknown, message=without_excuse(text) or text)
    return Situation(text, state, library, context)
