"""After a press: the message is shown again without the buttons that are spent, with what was chosen and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assistant import Reply
from integrations.slack.mrkdwn import cut
from integrations.slack.speaking import Speaker
from integrations.slack.turns import Turns
from integrations.slack.words import say

LONGEST = 300
STATUSES = {"unknown": "button.unknown", "skipped": "button.skip"}


def answered(turns: Turns, job: Any, speaker: Speaker) -> None:
    """Put the recorded answer in the place of the question's buttons; a question still open keeps them."""
    value, place, advisor = job.data["value"], speaker.place, turns.parts.advisor
    conversation = turns.conversation_of(job, place)
    state = advisor.state(conversation, user=place.user, workspace=place.team)
    record = state.records.get(value["r"])
    given = record.answers.get(value["f"]) if record else None
    if record is None or given is None or (state.active == record.id and record.question == value["f"]):
        return
    field = advisor.tools[record.tool].form.field(value["f"])
    said(turns, job, speaker, label_of(field, given, state.language), given.by)


def said(turns: Turns, job: Any, speaker: Speaker, what: str, by: str) -> None:
    """Show the pressed message without its question's and suggestions' buttons, and who chose what."""
    shown_at, value, place = job.data.get("pressed"), job.data["value"], speaker.place
    conversation = turns.conversation_of(job, place)
    rows = turns.parts.advisor.transcript(conversation, user=place.user, workspace=place.team)
    row = next((row for row in rows if row.turn == value["t"]), None)
    if row is None or not shown_at:
        return
    reply = Reply(**row.reply)
    asked = Speaker(speaker.workspace, replace(place, user=row.user or place.user))
    speaker.rewrite(shown_at, turns.message(asked, reply, chosen=_line(turns, speaker, reply.language, what, by)))


def label_of(field: Any, given: Any, language: str) -> str:
    """A recorded answer as its buttons called it."""
    if given.status in STATUSES:
        return say(STATUSES[given.status], language)
    labels: Mapping[str, str] = {choice.id: choice.label[language] for choice in field.choices}
    values = given.value if isinstance(given.value, list | tuple) else [given.value]
    return ", ".join(labels.get(str(one), given.raw or str(one)) for one in values)


def _line(turns: Turns, speaker: Speaker, language: str, what: str, by: str) -> str:
    place, what = speaker.place, cut(what, LONGEST)
    if place.direct or place.private or not by:
        return say("chosen.you", language, what=what)
    return say("chosen.who", language, what=what, who=turns.parts.directory.get(speaker.workspace, by).name)
