"""What people ask of the door beside talking: buttons, drafts, files, sharing, inviting, the home tab."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError

from assistant import AdvisorError, Reply
from integrations.slack import blocks as kit
from integrations.slack import home, spent
from integrations.slack.access import closed_to
from integrations.slack.edits import edited
from integrations.slack.mrkdwn import escape, link
from integrations.slack.render import Message, note, notification, sharing
from integrations.slack.speaking import Place, Speaker, conversation_id, translated
from integrations.slack.turns import Errand, Parts, Turns, not_invited
from integrations.slack.words import say

log = logging.getLogger("advisor.slack")

THREAD = re.compile(r"slack-(?P<team>[^-]+)-(?P<channel>[CDG][A-Z0-9]+)-(?P<thread>\d+\.\d+)")
NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action", "msg_too_long"})
MOST_DRAFTS = 10


# -- buttons -----------------------------------------------------------------------------------------


def press(turns: Turns, job: Any, speaker: Speaker) -> None:
    """A button of ours: its prefix says what it is for. What was deleted is not begun anew by an old button."""
    conversation, place = job.data.get("conversation"), speaker.place
    if conversation and turns.parts.advisor.owner(conversation, workspace=place.team) is None:
        speaker.whisper(note(say("gone", turns.parts.language(place))))
        return
    _PRESSES[job.data["action"].split(":")[0]](turns, job, speaker)


def _answer(turns: Turns, job: Any, speaker: Speaker) -> None:
    value = job.data["value"]
    if _stale(turns, job, speaker, lambda state: _asked(state, value["r"]) != value["f"]):
        return
    given = {"do": "answer", "field": value["f"], "record": value["r"]}
    if value["k"] == "s":
        given["status"] = value["s"]
    else:
        given["value"] = job.data["picked"] if value["k"] == "these" else value["v"]
    if turns.turn(job, speaker, job.data["label"], [given]) is not None:
        spent.answered(turns, job, speaker)


def _asked(state: Any, record: str) -> str:
    """The question that is open in this record now, or ""."""
    return state.records[record].question if state.active == record and record in state.records else ""


def _say(turns: Turns, job: Any, speaker: Speaker) -> None:
    value = job.data["value"]
    if _stale(turns, job, speaker, lambda state: state.turn != value["t"]):
        return
    if turns.turn(job, speaker, value["say"], ()) is not None:
        spent.said(turns, job, speaker, job.data["label"], speaker.place.user)


def _do(turns: Turns, job: Any, speaker: Speaker) -> None:
    value = job.data["value"]
    if not _stale(turns, job, speaker, lambda state: _asked(state, value["r"]) != value["f"]):
        turns.turn(job, speaker, job.data["label"], [{"do": value["d"], "record": value["r"], "field": value["f"]}])


def _stale(turns: Turns, job: Any, speaker: Speaker, is_old: Callable[[Any], bool]) -> bool:
    """A button of an earlier question is answered with the question that stands now."""
    place = speaker.place
    conversation = turns.conversation_of(job, place)
    if job.attempts > 1 or not turns.parts.may_take_part(conversation, place):
        return False  # taken up after a crash the turn may stand already; and strangers are turned away elsewhere
    state = turns.parts.advisor.state(conversation, user=place.user, workspace=place.team)
    if not is_old(state):
        return False
    if _pressed_twice(turns, job, conversation, state.turn):
        return True
    turns.turn(job, speaker, job.data["label"], [{"do": "where"}], lead=say("stale", state.language))
    if "f" in job.data["value"]:
        spent.answered(turns, job, speaker)
    return True


def _pressed_twice(turns: Turns, job: Any, conversation: str, turn: int) -> bool:
    """Whether the person's very same press was the last thing said: a double click needs no second answer."""
    place, value = Place(**job.data["place"]), job.data["value"]
    if turn != value.get("t", turn) + 1:
        return False
    rows = turns.parts.advisor.transcript(conversation, user=place.user, workspace=place.team)
    return bool(rows) and rows[-1].user == place.user and rows[-1].text == (value.get("say") or job.data["label"])


def _export(turns: Turns, job: Any, speaker: Speaker) -> None:
    """The result as a workbook, into the thread, or into a direct message when it is private."""
    value, place, parts = job.data["value"], speaker.place, turns.parts
    conversation = turns.conversation_of(job, place)
    if not parts.may_take_part(conversation, place):
        speaker.whisper(not_invited(parts, speaker, conversation))
        return
    person = {"user": place.user, "workspace": place.team}
    language = parts.advisor.state(conversation, **person).language
    record = parts.advisor.state(conversation, **person).records.get(value["r"])
    result = parts.advisor.record(conversation, value["r"], user=place.user, workspace=place.team)
    file = parts.advisor.export(result, "xlsx", language, record.name if record else "")
    if parts.advisor.inbox.answering(job):
        speaker.hand_out(file, say("export.here", language))


def _web(turns: Turns, job: Any, speaker: Speaker) -> None:
    """A link into the same conversation on the web: shown to this person only, good once and for ten minutes."""
    place, parts = speaker.place, turns.parts
    conversation = turns.conversation_of(job, place)
    if not parts.may_take_part(conversation, place):
        speaker.whisper(not_invited(parts, speaker, conversation))
        return
    ticket = parts.advisor.ticket(conversation, user=place.user, workspace=place.team)
    address = f"{parts.settings.web_url}/?{urlencode({'c': conversation, 'ticket': ticket})}"
    language = parts.language(place)
    text = say("web.here", language)
    speaker.whisper(Message(notification(text), [kit.section(link(address, text))]))


# -- beginning and going on --------------------------------------------------------------------------


def start(turns: Turns, job: Any, speaker: Speaker) -> None:
    """Begin an assessment in a thread of the person's direct messages."""
    place, parts = speaker.place, turns.parts
    value = job.data["value"]
    tool = parts.advisor.tools[value["tool"]]
    language = parts.language(place, str(value.get("name") or ""))
    title = tool.form.title[language] + (f": {value['name']}" if value.get("name") else "")
    there = _new_thread(turns, speaker, title)
    begin = {"do": "start", "tool": tool.name, "name": value.get("name") or "", "language": language}
    turns.turn(job, there, title, [begin])
    if place.response_url:
        _point_to(speaker, there.place, language)


def about(turns: Turns, job: Any, speaker: Speaker) -> None:
    """A question from a shortcut, perhaps about somebody's message: answered in a direct message."""
    text = job.data["text"]
    language = turns.parts.language(speaker.place, text)
    there = _new_thread(turns, speaker, say(job.data.get("heading", "about.asked"), language) + "\n> " + text[:600])
    turns.turn(job, there, text, ())


def resume(turns: Turns, job: Any, speaker: Speaker) -> None:
    """Go on with a draft where it was begun, or in a new thread when it was begun outside one."""
    value, parts = job.data["value"], turns.parts
    there = _back_to(turns, speaker, value["c"])
    turns.turn(job, there, job.data.get("label", ""), [{"do": "resume", "name": value["r"]}])
    _point_to(speaker, there.place, parts.language(speaker.place))


def result(turns: Turns, job: Any, speaker: Speaker) -> None:
    """Show a recent result again, in the person's direct messages."""
    value = job.data["value"]
    person = {"user": speaker.place.user, "workspace": speaker.place.team}
    shown = _result_now(turns.parts, value["c"], value["r"], person)
    if shown is None:
        speaker.whisper(note(say("result.gone", turns.parts.language(speaker.place))))
        return
    there = Place(speaker.place.team, speaker.direct_channel(), "", speaker.place.user)
    posted = turns.post(job, Speaker(speaker.workspace, there), shown)
    if posted:  # what is written below it belongs to the conversation it came from
        turns.parts.advisor.sharing.settle(conversation_id(there.team, there.channel, posted), value["c"])


def _result_now(parts: Parts, conversation: str, record: str, person: Mapping[str, str]) -> Reply | None:
    """The result as it stands, whatever was last supposed of it or told of a part; None when it is gone."""
    try:
        return parts.advisor.told_whole(conversation, record, **person)
    except AdvisorError:
        return None


def drafts(turns: Turns, job: Any, speaker: Speaker) -> None:
    """What the person can go on with, as buttons only they see."""
    language = turns.parts.language(speaker.place, str(job.data.get("text") or ""))
    found, _ = listed(turns.parts, speaker.place, language)
    if not found:
        speaker.whisper(note(say("drafts.none", language)))
        return
    made = [kit.section(escape(say("drafts.title", language)))]
    for number, item in enumerate(found[:MOST_DRAFTS]):
        value = json.dumps({"c": item.conversation, "r": item.record}, separators=(",", ":"))
        line = kit.section(f"*{escape(item.title)}* · {escape(item.detail)}")
        line["accessory"] = kit.button(say("home.go_on", language), f"resume:{number}", value)
        made.append(line)
    speaker.whisper(Message(notification(say("drafts.title", language)), made))


def listed(parts: Parts, place: Place, language: str) -> tuple[list[home.Item], list[home.Item]]:
    """The person's drafts and finished results, latest first."""
    person = {"user": place.user, "workspace": place.team}
    open_ones: list[home.Item] = []
    done: list[home.Item] = []
    for head in parts.advisor.conversations(**person)[:30]:
        for record in parts.advisor.state(head.id, **person).records.values():
            if record.archived or not (record.answers or record.status == "open"):
                continue
            title = parts.advisor.tools[record.tool].form.title[language] + (f": {record.name}" if record.name else "")
            if record.status == "done":
                outcome = (
                    parts.advisor.record(head.id, record.id, user=place.user, workspace=place.team).result
                    if len(done) < 5
                    else {}
                )
                detail = outcome["bottom_line"][language] if outcome else ""
                done.append(home.Item(head.id, record.id, title, detail))
            else:
                detail = say("drafts.answers", language, count=len(record.answers))
                open_ones.append(home.Item(head.id, record.id, title, detail))
    return open_ones, done


# -- sharing and inviting ----------------------------------------------------------------------------


def share(turns: Turns, job: Any, speaker: Speaker) -> None:
    """Post a result to a channel, without its buttons, saying who shared it."""
    value, place, parts = job.data["value"], speaker.place, turns.parts
    language = parts.language(place)
    person = {"user": place.user, "workspace": place.team}
    kept = _result_now(parts, value["c"], value["r"], person)
    if kept is None:
        speaker.whisper(note(say("result.gone", language)))
        return
    shown = turns.with_sources(kept)
    who = parts.directory.get(speaker.workspace, place.user).name
    there = Speaker(speaker.workspace, Place(place.team, job.data["channel"], "", place.user))
    if not parts.settings.allows(place.user, job.data["channel"]) or not parts.advisor.inbox.answering(job):
        speaker.whisper(note(say("access.channel", language)))
        return
    try:
        there.post(sharing(shown, who, turns.addresses(shown)), job.key)
    except SlackApiError as error:
        if error.response.get("error") not in NOT_THERE:
            raise
        speaker.whisper(note(say("share.invite_me", language)))
        return
    speaker.whisper(note(say("share.done", language)))


def invite(turns: Turns, job: Any, speaker: Speaker) -> None:
    """The owner lets somebody in by naming them."""
    place, parts = speaker.place, turns.parts
    conversation = turns.conversation_of(job, place)
    language = parts.language(place, str(job.data.get("text") or ""))
    owner = parts.advisor.owner(conversation, workspace=place.team)
    if owner != place.user:
        text = say("invite.only_owner" if owner else "invite.nothing", language)
        speaker.whisper(note(text))
        return
    names = []
    for guest in job.data["guests"]:
        parts.advisor.invite(conversation, guest, user=place.user, workspace=place.team)
        names.append(parts.directory.get(speaker.workspace, guest).name)
    if parts.advisor.inbox.answering(job):
        speaker.post(note(say("invite.done", language, who=", ".join(names))), job.key)


def _invitation(turns: Turns, job: Any, speaker: Speaker) -> None:
    """ "May I take part?" to the owner, and the owner's yes."""
    place, parts, value = speaker.place, turns.parts, job.data["value"]
    owner = parts.advisor.owner(value["c"], workspace=place.team)
    if owner is None:
        return
    if job.data["action"] == "invite:allow":
        job.data["guests"], job.data["conversation"] = [value["guest"]], value["c"]
        invite(turns, job, speaker)
        if owner == place.user:
            _tell_guest(turns, speaker, value["guest"])
        return
    there = Place(place.team, place.channel, place.thread, owner)
    language = parts.language(there)
    who = parts.directory.get(speaker.workspace, place.user).name
    text = say("invite.asks", language, who=who)
    allow = json.dumps({"c": value["c"], "guest": place.user}, separators=(",", ":"))
    button = kit.button(say("invite.allow", language, who=who), "invite:allow", allow, style="primary")
    asked = Message(notification(text), [kit.section(escape(text)), *kit.actions([button])])
    Speaker(speaker.workspace, there).whisper(asked)
    speaker.whisper(note(say("invite.asked", parts.language(place))), instead=True)


def _tell_guest(turns: Turns, speaker: Speaker, guest: str) -> None:
    """Whoever asked to take part hears of the yes where they asked; the owner was told privately."""
    parts, place = turns.parts, speaker.place
    there = Place(place.team, place.channel, place.thread, guest)
    who = parts.directory.get(speaker.workspace, place.user).name
    Speaker(speaker.workspace, there).whisper(note(say("invite.welcome", parts.language(there), who=who)))


def refuse(turns: Turns, job: Any, speaker: Speaker) -> None:
    """Somebody outside the allow-list, or a channel that is not on it."""
    language = turns.parts.language(speaker.place, str(job.data.get("text") or ""))
    speaker.whisper(note(say(f"access.{job.data['why']}", language)))


def unread(turns: Turns, job: Any, speaker: Speaker) -> None:
    """A file without a word beside it: said kindly that only what is written is read."""
    language = turns.parts.language(speaker.place)
    if turns.parts.advisor.inbox.answering(job):
        speaker.post(note(say("files.alone", language)), job.key)


def stopped(turns: Turns, job: Any, speaker: Speaker) -> None:
    """The person pressed Slack's stop button: the session rests, and that is confirmed."""
    speaker.session("active")
    if turns.parts.advisor.inbox.answering(job):
        speaker.post(note(say("stopped", turns.parts.language(speaker.place))), job.key)


# -- the home tab and the agent view -----------------------------------------------------------------


def show_home(turns: Turns, job: Any, speaker: Speaker) -> None:
    """Publish the person's home tab, after doing what was asked there."""
    place, parts = speaker.place, turns.parts
    if why := closed_to(parts.settings, place):
        closed = home.closed(say(f"access.{why}", parts.language(place)))
        translated(speaker.client.views_publish, user_id=place.user, view=closed)
        return
    person = {"user": place.user, "workspace": place.team}
    change = job.data.get("change") or {}
    if "language" in change:
        parts.advisor.prefer(**person, language=change["language"] or None)
    if change.get("delete"):
        parts.advisor.delete_everything(**person)
    language = parts.language(place)
    open_ones, done = listed(parts, place, language)
    shown = home.Home(
        language=language,
        chosen=str(parts.advisor.preferences(**person).get("language") or ""),
        drafts=open_ones,
        results=done,
        tools=[(tool.name, tool.form.title[language]) for tool in parts.advisor.tools.values()],
        conversations=len(parts.advisor.conversations(**person)),
    )
    translated(speaker.client.views_publish, user_id=place.user, view=home.view(shown))


def prompts(turns: Turns, job: Any, speaker: Speaker) -> None:
    """What to try first, in the agent's own tab; set without a thread, as agent apps must."""
    language = turns.parts.language(speaker.place)
    offered = [
        {"title": say(f"prompts.{number}.title", language), "message": say(f"prompts.{number}.message", language)}
        for number in (1, 2, 3, 4)
    ]
    speaker.optional(
        "assistant_threads_setSuggestedPrompts",
        channel_id=speaker.place.channel,
        title=say("prompts.heading", language),
        prompts=offered,
    )


# -- places ------------------------------------------------------------------------------------------


def _new_thread(turns: Turns, speaker: Speaker, opening: str) -> Speaker:
    """A new thread in the person's direct messages, opened with a line of ours."""
    channel = speaker.direct_channel()
    root = note(opening)
    posted = translated(
        speaker.client.chat_postMessage,
        channel=channel,
        text=root.text,
        blocks=root.blocks,
        parse="none",
        unfurl_links=False,
        unfurl_media=False,
    )
    return Speaker(speaker.workspace, Place(speaker.place.team, channel, posted["ts"], speaker.place.user))


def _back_to(turns: Turns, speaker: Speaker, conversation: str) -> Speaker:
    found = THREAD.fullmatch(conversation)
    if found and found["team"] == speaker.place.team:
        place = Place(speaker.place.team, found["channel"], found["thread"], speaker.place.user)
        return Speaker(speaker.workspace, place)
    there = _new_thread(turns, speaker, say("drafts.continued", turns.parts.language(speaker.place)))
    turns.parts.advisor.sharing.settle(there.place.conversation, conversation)
    return there


def _point_to(speaker: Speaker, place: Place, language: str) -> None:
    """Tell the person where their answer stands, when they asked from somewhere else."""
    if place.channel == speaker.place.channel and not speaker.place.response_url:
        return
    try:
        address = speaker.client.chat_getPermalink(channel=place.channel, message_ts=place.thread)["permalink"]
    except (SlackApiError, OSError):
        return
    text = say("there", language)
    if speaker.place.channel or speaker.place.response_url:
        speaker.whisper(Message(notification(text), [kit.section(link(str(address), text))]))


_PRESSES: Mapping[str, Errand] = {
    "answer": _answer,
    "say": _say,
    "do": _do,
    "export": _export,
    "web": _web,
    "start": start,
    "resume": resume,
    "result": result,
    "invite": _invitation,
}
ERRANDS: Mapping[str, Errand] = {
    "press": press,
    "start": start,
    "about": about,
    "resume": resume,
    "drafts": drafts,
    "share": share,
    "invite": invite,
    "refuse": refuse,
    "unread": unread,
    "edited": edited,
    "stopped": stopped,
    "home": show_home,
    "prompts": prompts,
}
