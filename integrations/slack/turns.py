"""One accepted message, from the inbox to the answer in Slack. Runs in a thread of the desk."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant import Advisor, AdvisorError, Reply
from integrations.slack.people import Directory
from integrations.slack.render import Around, Message, asks, contributors, note, render
from integrations.slack.settings import SlackSettings
from integrations.slack.speaking import Place, Speaker
from integrations.slack.words import say, script
from integrations.slack.workspaces import Workspaces

log = logging.getLogger("advisor.slack")


@dataclass(frozen=True)
class Parts:
    """Everything a turn may call; tests pass others."""

    advisor: Advisor
    settings: SlackSettings
    workspaces: Workspaces
    directory: Directory


class Gone(Exception):
    """The app is no longer installed in the workspace the message came from; there is nobody to answer."""


class Turns:
    """Answers jobs of the inbox: plain data in, calls to the advisor and to Slack out."""

    def __init__(self, parts: Parts) -> None:
        """Work with these parts."""
        self._parts = parts
        self._kinds = {"say": self._say, "press": self._press}

    def answer(self, job: Any) -> None:
        """Answer one message. Raises TryAgain when that may work later."""
        place = Place(**job.data["place"])
        workspace = self._parts.workspaces.get(place.team)
        if workspace is None:
            log.info("workspace %s is not installed any more", place.team)
            return
        speaker = Speaker(workspace, place)
        if job.answering and speaker.answered_before(job.key):
            return
        self._kinds[job.data["kind"]](job, speaker)

    def apologise(self, job: Any, error: BaseException | None) -> None:
        """A line in the person's language with a reference that stands in the log beside the reason."""
        reference = hashlib.sha256(job.key.encode()).hexdigest()[:8]
        log.error("apologised for message %s, reference %s", job.id, reference)
        place = Place(**job.data["place"])
        workspace = self._parts.workspaces.get(place.team)
        if workspace is None:
            return
        language = self.language(place, str(job.data.get("text") or ""))
        text = say("trouble.failed", language, reference=reference)
        if isinstance(error, AdvisorError):
            text = error.text(language)
        Speaker(workspace, place).post(note(text), job.key)

    def language(self, place: Place, text: str = "") -> str:
        """What to speak: as the message is written, else as the person set, else as their Slack is set."""
        if written := script(text):
            return written
        chosen = self._parts.advisor.preferences(user=place.user, workspace=place.team).get("language")
        if chosen in ("he", "en"):
            return str(chosen)
        workspace = self._parts.workspaces.get(place.team)
        return self._parts.directory.get(workspace, place.user).language if workspace else "en"

    # -- kinds of messages ---------------------------------------------------------------------------

    def _say(self, job: Any, speaker: Speaker) -> None:
        text = job.data["text"]
        self._turn(job, speaker, text, ())

    def _press(self, job: Any, speaker: Speaker) -> None:
        self._turn(job, speaker, job.data.get("text", ""), job.data["actions"])

    def _turn(self, job: Any, speaker: Speaker, text: str, actions: Sequence[Mapping[str, Any]]) -> None:
        place, advisor = speaker.place, self._parts.advisor
        conversation = job.data.get("conversation") or place.conversation
        speaker.think(self.language(place, text))
        reply = advisor.reply(
            conversation,
            text,
            user=place.user,
            workspace=place.team,
            door="slack",
            message=job.key,
            actions=actions,
            abandoned=lambda: advisor.inbox.stopped(job),
        )
        self._post(job, speaker, reply)

    def _post(self, job: Any, speaker: Speaker, reply: Reply) -> None:
        if self._parts.advisor.inbox.answering(job):
            speaker.post(self.message(speaker, reply), job.key)

    def message(self, speaker: Speaker, reply: Reply) -> Message:
        """The reply with what the door knows beside it."""
        place = speaker.place
        return render(
            reply,
            Around(
                credit=self._credit(speaker, reply),
                contributors=self._contributors(speaker, reply),
                multiple=self._multiple(reply),
                private=place.private,
            ),
        )

    def _multiple(self, reply: Reply) -> bool:
        if not asks(reply) or reply.assessment is None:
            return False
        form = self._parts.advisor.tools[reply.assessment["tool"]].form
        return form.field(reply.assessment["question"]["id"]).kind == "choices"

    def _credit(self, speaker: Speaker, reply: Reply) -> str:
        """Whom the reply answers, once a second person takes part."""
        if not self._parts.advisor.inbox.guests(reply.conversation):
            return ""
        return self._parts.directory.get(speaker.workspace, speaker.place.user).name

    def _contributors(self, speaker: Speaker, reply: Reply) -> str:
        if reply.kind != "result" or not reply.assessment:
            return ""
        place = speaker.place
        state = self._parts.advisor.state(reply.conversation, user=place.user, workspace=place.team)
        record = state.records.get(reply.assessment["id"])
        given = Counter(answer.by for answer in record.answers.values() if answer.by) if record else Counter()
        if len(given) < 2:
            return ""
        names = {self._parts.directory.get(speaker.workspace, user).name: n for user, n in given.items()}
        return contributors(names, reply.language)


def job_data(kind: str, place: Place, **more: Any) -> dict[str, Any]:
    """A message as the inbox keeps it."""
    return {"kind": kind, "place": asdict(place), **more}
