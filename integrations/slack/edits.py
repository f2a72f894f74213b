"""An edited message: the last one is taken as it reads now; of an older one its writer is told how to mend it."""

from __future__ import annotations

from typing import Any

from integrations.slack.render import note
from integrations.slack.speaking import Speaker
from integrations.slack.turns import Turns
from integrations.slack.words import say

MARK = ":edit:"  # between the key of a message and the moment of its edit


def edit_key(message: str, moment: str) -> str:
    """The key under which an edit of a message is taken in."""
    return f"{message}{MARK}{moment}"


def edited(turns: Turns, job: Any, speaker: Speaker) -> None:
    """Take the person's last message anew in its new words. Edits of what was never answered here are left alone."""
    place, advisor = speaker.place, turns.parts.advisor
    conversation = turns.conversation_of(job, place)
    if advisor.owner(conversation, workspace=place.team) is None or not turns.parts.may_take_part(conversation, place):
        return
    original = job.key.split(MARK)[0]
    rows = advisor.transcript(conversation, user=place.user, workspace=place.team)
    mine = [row for row in rows if (row.message or "").split(MARK)[0] == original and row.user == place.user]
    if not mine:
        return
    language = turns.parts.language(place, job.data["text"])
    if mine[-1] is not rows[-1]:
        speaker.whisper(note(say("edited.too_late", language)))
    elif mine[-1].message == job.key:  # taken up after a crash: the turn stands, only its reply may be missing
        turns.turn(job, speaker, job.data["text"], ())
    else:
        turns.turn(job, speaker, job.data["text"], (), lead=say("edited.anew", language), replaces=mine[-1].turn)
