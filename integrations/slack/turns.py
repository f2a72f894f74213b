"""One accepted message, from the inbox to the answer in Slack. Runs in a thread of the desk."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from assistant import Advisor, AdvisorError, Reply
from integrations.slack import blocks as kit
from integrations.slack.desk import TryAgain
from integrations.slack.mrkdwn import escape
from integrations.slack.people import Directory
from integrations.slack.render import Around, Message, asks, contributors, note, notification, render
from integrations.slack.settings import SlackSettings
from integrations.slack.speaking import Place, Speaker
from integrations.slack.stream import Stream
from integrations.slack.words import say, script
from integrations.slack.workspaces import Workspaces

log = logging.getLogger("advisor.slack")

UNASKED = frozenset({"home", "prompts"})
Actions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Parts:
    """Everything a turn may call; tests pass others."""

    advisor: Advisor
    settings: SlackSettings
    workspaces: Workspaces
    directory: Directory

    def conversation(self, place: Place) -> str:
        """The conversation that goes on in a place: its thread's own, unless another was settled there."""
        return self.advisor.sharing.conversation_at(place.conversation) or place.conversation

    def language(self, place: Place, text: str = "") -> str:
        """What to speak: as the message is written, else as the person set, else as their Slack is set."""
        if written := script(text):
            return written
        chosen = self.advisor.preferences(user=place.user, workspace=place.team).get("language")
        if chosen in ("he", "en"):
            return str(chosen)
        workspace = self.workspaces.get(place.team)
        return self.directory.get(workspace, place.user).language if workspace else "en"

    def may_take_part(self, conversation: str, place: Place) -> bool:
        """Whether the person may speak in a conversation: its owner, its guests, or anybody in a new one."""
        owner = self.advisor.owner(conversation, workspace=place.team)
        return owner in (None, place.user) or self.advisor.sharing.admits(conversation, place.user, place.team)


Errand = Callable[["Turns", Any, Speaker], None]


class Turns:
    """Answers jobs of the inbox: plain data in, calls to the advisor and to Slack out."""

    def __init__(self, parts: Parts, errands: Mapping[str, Errand]) -> None:
        """Work with these parts; `errands` are the kinds of messages beside words and forms."""
        self.parts = parts
        self._kinds: Mapping[str, Errand] = {"say": Turns.say, "fill": Turns.fill, **errands}

    def answer(self, job: Any) -> None:
        """Answer one message. Raises TryAgain when that may work later."""
        place = Place(**job.data["place"])
        workspace = self.parts.workspaces.get(place.team)
        if workspace is None:
            log.info("workspace %s is not installed any more", place.team)
            return
        speaker = Speaker(workspace, place)
        if job.answering and speaker.answered_before(job.key):
            return
        try:
            self._kinds[job.data["kind"]](self, job, speaker)
        except TryAgain as later:
            if not _unasked(job):
                raise
            log.info("a view is not drawn: %s", later)  # it is drawn anew the next time somebody looks at it

    def apologise(self, job: Any, error: BaseException | None) -> None:
        """A line in the person's language with a reference that stands in the log beside the reason."""
        reference = hashlib.sha256(job.key.encode()).hexdigest()[:8]
        log.error("apologised for message %s, reference %s", job.id, reference)
        place = Place(**job.data["place"])
        workspace = self.parts.workspaces.get(place.team)
        if workspace is None:
            return
        if _unasked(job):
            return
        language = self.parts.language(place, str(job.data.get("text") or ""))
        known = isinstance(error, AdvisorError)
        text = error.text(language) if isinstance(error, AdvisorError) else ""
        Speaker(workspace, place).post(
            note(text if known else say("trouble.failed", language, reference=reference)), job.key
        )

    # -- turns of a conversation ---------------------------------------------------------------------

    def say(self, job: Any, speaker: Speaker) -> None:
        """Words of a person, in a thread, a direct message or a command."""
        text, files = job.data["text"], job.data.get("files")
        if files and not text:
            self._kinds["unread"](self, job, speaker)
            return
        lead = say("files.beside", self.parts.language(speaker.place, text)) if files else ""
        self.turn(job, speaker, text, (), lead=lead)

    def fill(self, job: Any, speaker: Speaker) -> None:
        """A step of a form; only its last one is answered in the conversation."""
        text = job.data.get("text", "")
        if job.data["final"]:
            self.turn(job, speaker, text, job.data["actions"])
        elif job.data["actions"]:
            self.take(job, speaker, text, job.data["actions"])

    def turn(
        self, job: Any, speaker: Speaker, text: str, actions: Actions, lead: str = "", replaces: int | None = None
    ) -> Reply | None:
        """Take one turn of the conversation and post the reply; None when there was none."""
        place = speaker.place
        conversation = self.conversation_of(job, place)
        if not self.parts.may_take_part(conversation, place):
            self._keep_out(job, speaker, conversation)
            return None
        first = self.parts.advisor.owner(conversation, workspace=place.team) is None
        language = self.parts.language(place, text)
        speaker.think(language, self._ahead())
        stream = Stream(speaker, language, title=text)
        try:
            reply = self.take(job, speaker, text, actions, stream, replaces)
        except BaseException:
            stream.abort()
            raise
        if reply is None:
            stream.abort()
            return None
        self.post(job, speaker, reply, lead, stream)
        self._hand_out(job, speaker, reply)
        if first and place.direct and not stream.begun:
            speaker.session("active", title=text)
        return reply

    def take(
        self,
        job: Any,
        speaker: Speaker,
        text: str,
        actions: Actions,
        stream: Stream | None = None,
        replaces: int | None = None,
    ) -> Reply | None:
        """The advisor's reply; None when the person stopped it."""
        place, advisor = speaker.place, self.parts.advisor
        try:
            return advisor.reply(
                self.conversation_of(job, place),
                text,
                user=place.user,
                workspace=place.team,
                door="slack",
                message=job.key,
                actions=actions,
                replaces=replaces,
                language=self.parts.language(place, text),
                abandoned=_now_and_then(lambda: advisor.inbox.stopped(job)),
                progress=stream.tell if stream is not None else None,
            )
        except AdvisorError as error:
            if error.code == "stopped":
                return None
            raise

    def post(self, job: Any, speaker: Speaker, reply: Reply, lead: str = "", stream: Stream | None = None) -> str:
        """Post a reply, unless another process took the message over or the person stopped it; its timestamp or ""."""
        if not self.parts.advisor.inbox.answering(job):
            if stream is not None:
                stream.abort()
        elif stream is not None and stream.begun:
            stream.finish(self.message(speaker, reply, lead), job.key)
        else:
            return speaker.post(self.message(speaker, reply, lead), job.key)
        return ""

    def _hand_out(self, job: Any, speaker: Speaker, reply: Reply) -> None:
        """The file the person asked for in words, where they asked for it."""
        place, advisor = speaker.place, self.parts.advisor
        file = advisor.asked_file(reply, user=place.user, workspace=place.team)
        if file is not None and advisor.inbox.answering(job):
            speaker.hand_out(file, say("export.here", reply.language))

    def conversation_of(self, job: Any, place: Place) -> str:
        """The conversation a message belongs to: the one its button names, or the one of its thread."""
        return job.data.get("conversation") or self.parts.conversation(place)

    def _keep_out(self, job: Any, speaker: Speaker, conversation: str) -> None:
        """Somebody who was not invited: told privately when they addressed us, left alone when they did not."""
        if job.data.get("quiet"):
            return
        speaker.whisper(not_invited(self.parts, speaker, conversation, str(job.data.get("text") or "")))

    def _ahead(self) -> int:
        """How many messages wait before this one, once there are more than are worked on at once."""
        return max(0, self.parts.advisor.inbox.waiting("slack") - self.parts.settings.workers)

    # -- the message ---------------------------------------------------------------------------------

    def message(self, speaker: Speaker, reply: Reply, lead: str = "", chosen: str = "") -> Message:
        """The reply with what the door knows beside it; with what was `chosen`, when its buttons are spent."""
        reply = self.with_sources(reply)
        around = Around(
            web=bool(self.parts.settings.web_url),
            lead=lead,
            chosen=chosen,
            credit=self._credit(speaker, reply),
            contributors=self._contributors(speaker, reply),
            multiple=self._multiple(reply),
            addresses=self.addresses(reply),
        )
        return render(reply, around)

    def with_sources(self, reply: Reply) -> Reply:
        """A result names the sources of its reasons by id only; here they get their titles."""
        if reply.kind != "result" or reply.sources or not reply.calculations:
            return reply
        found = self.parts.advisor.sources_behind(reply.calculations[-1], reply.language)
        return reply.model_copy(update={"sources": found})

    def addresses(self, reply: Reply) -> dict[str, str]:
        """The only addresses that may become links: the sources' cards in the web app, where there is one."""
        base = self.parts.settings.web_url
        if not base:
            return {}
        return {one.id: f"{base}/knowledge?{urlencode({'card': one.card})}" for one in reply.sources if one.card}

    def _multiple(self, reply: Reply) -> bool:
        if not asks(reply) or reply.assessment is None:
            return False
        form = self.parts.advisor.tools[reply.assessment["tool"]].form
        return form.field(reply.assessment["question"]["id"]).kind == "choices"

    def _credit(self, speaker: Speaker, reply: Reply) -> str:
        """Whom the reply answers, once a second person takes part."""
        if not self.parts.advisor.sharing.guests(reply.conversation, speaker.place.team):
            return ""
        return self.parts.directory.get(speaker.workspace, speaker.place.user).name

    def _contributors(self, speaker: Speaker, reply: Reply) -> str:
        if reply.kind != "result" or not reply.assessment:
            return ""
        place = speaker.place
        state = self.parts.advisor.state(reply.conversation, user=place.user, workspace=place.team)
        record = state.records.get(reply.assessment["id"])
        given = Counter(answer.by for answer in record.answers.values() if answer.by) if record else Counter()
        if len(given) < 2:
            return ""
        names = {self.parts.directory.get(speaker.workspace, user).name: n for user, n in given.items()}
        return contributors(names, reply.language)


def _unasked(job: Any) -> bool:
    """Whether nobody waits for an answer to this: Slack asks for its views by itself."""
    return job.data["kind"] in UNASKED and not job.data.get("change")


def _now_and_then(ask: Callable[[], bool]) -> Callable[[], bool]:
    """The question, asked of the database at most twice a second; always at the first time."""
    asked = [float("-inf")]

    def stopped() -> bool:
        if time.monotonic() - asked[0] < 0.5:
            return False
        asked[0] = time.monotonic()
        return ask()

    return stopped


def not_invited(parts: Parts, speaker: Speaker, conversation: str, text: str = "") -> Message:
    """What somebody is told who may not answer in a conversation."""
    language = parts.language(speaker.place, text)
    owner = parts.advisor.owner(conversation, workspace=speaker.place.team)
    who = parts.directory.get(speaker.workspace, owner).name if owner else "–"
    line = say("invite.not_yours", language, who=who)
    value = json.dumps({"c": conversation}, separators=(",", ":"))
    button = kit.button(say("invite.ask", language), "invite:ask", value)
    return Message(notification(line), [kit.section(escape(line)), *kit.actions([button])])


def job_data(kind: str, place: Place, **more: Any) -> dict[str, Any]:
    """A message as the inbox keeps it."""
    return {"kind": kind, "place": asdict(place), **more}
