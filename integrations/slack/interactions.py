"""Buttons, menus, commands, shortcuts and modals: acknowledged at once, the rest on other threads.

What changes a conversation is accepted into the inbox like a message. What needs a trigger (a modal) runs in
a lazy listener right after the acknowledgement, because a trigger lives three seconds.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from slack_bolt import App, BoltContext

from integrations.slack import blocks as kit
from integrations.slack import commands, modals
from integrations.slack.access import closed_to
from integrations.slack.intake import Intake, place_of, unescape
from integrations.slack.modals import Memo
from integrations.slack.mrkdwn import cut, escape
from integrations.slack.render import Message, notification
from integrations.slack.speaking import Place, Speaker
from integrations.slack.turns import Parts, job_data
from integrations.slack.words import say

log = logging.getLogger("advisor.slack")

PRESSED = re.compile(r"^(answer|say|do|export|web|start|resume|result|invite):")
MOST_NAME = 80
OPENS = re.compile(r"^(form|share|ask):")
Body = Mapping[str, Any]


class Interactions:
    """Listeners of everything that is not an event."""

    def __init__(self, parts: Parts, intake: Intake) -> None:
        """Use these parts and hand messages to this intake."""
        self._parts = parts
        self._intake = intake

    def attach(self, app: App) -> None:
        """Register every listener."""
        app.action(PRESSED)(self.pressed)
        app.action("pick")(self.picked)
        app.action("tick")(_only_acknowledge)
        app.action(OPENS)(ack=_only_acknowledge, lazy=[self.open_modal])
        app.action("feedback")(ack=_only_acknowledge, lazy=[self.rate])
        app.action(re.compile(r"^home:"))(self.home)
        app.command("/advisor")(ack=self.command, lazy=[self.command_modal])
        app.shortcut("ask_about")(self.ask_about)
        app.shortcut("ask_anywhere")(ack=_only_acknowledge, lazy=[self.open_question])
        app.view("form")(self.form)
        app.view("which")(self.which)
        app.view("share")(self.share)
        app.view("ask")(self.question)
        app.view("reasons")(self.reasons)

    # -- buttons -------------------------------------------------------------------------------------

    def pressed(self, ack: Any, action: Body, body: Body, context: BoltContext) -> None:
        """A button that says or does something in a conversation."""
        value = json.loads(action.get("value") or "{}")
        self._press(action, body, context, value, picked=_ticked(body))
        ack()

    def picked(self, ack: Any, action: Body, body: Body, context: BoltContext) -> None:
        """A choice out of a menu; its block's id says what it answers."""
        conversation, turn, record, field = str(action["block_id"]).split("|")
        option = action["selected_option"]
        value = {"c": conversation, "t": int(turn), "r": record, "f": field, "k": "a", "v": option["value"]}
        self._press({**action, "action_id": "answer:pick", "text": option["text"]}, body, context, value)
        ack()

    def _press(
        self, action: Body, body: Body, context: BoltContext, value: Mapping[str, Any], picked: list[str] | None = None
    ) -> None:
        place = place_of(body, context)
        data = job_data(
            "press",
            place,
            action=action["action_id"],
            value=value,
            label=(action.get("text") or {}).get("text", ""),
            picked=picked or [],
            pressed=(body.get("container") or {}).get("message_ts", ""),
            conversation=value.get("c"),
        )
        key = f"{place.team}:{place.channel}:{place.user}:{action['action_ts']}"
        self._intake.accept(key, value.get("c") or key, data)

    def home(self, ack: Any, action: Body, body: Body, context: BoltContext) -> None:
        """Language and deletion in the home tab."""
        place = Place(context.team_id or "", "", "", body["user"]["id"])
        if action["action_id"] == "home:delete":
            change: dict[str, Any] = {"delete": True}
        else:
            code = action["selected_option"]["value"]
            change = {"language": "" if code == "auto" else code}
        key = f"{place.team}:home:{place.user}:{action['action_ts']}"
        self._intake.accept(key, f"home-{place.team}-{place.user}", job_data("home", place, change=change))
        ack()

    def rate(self, action: Body, body: Body, context: BoltContext) -> None:
        """A thumb: kept at once; thumbs down opens a modal with reasons."""
        value = json.loads(action["value"])
        place = place_of(body, context)
        language = self._parts.language(place, (body.get("message") or {}).get("text", ""))
        if not self._parts.may_take_part(value["c"], place):
            self._whisper(place, context, say("feedback.not_yours", language))
            return
        memo = {"c": value["c"], "t": value["t"], "language": language}
        self._rate(place, memo, helpful=value["up"])
        if value["up"]:
            self._whisper(place, context, say("feedback.thanks", language))
        else:
            self._show(body, context, modals.reasons(language, memo))

    def reasons(self, ack: Any, view: Body, body: Body, context: BoltContext) -> None:
        """Why an answer did not help."""
        memo = json.loads(view["private_metadata"])
        filled = modals.values_of(view["state"]["values"])
        place = Place(context.team_id or "", "", "", body["user"]["id"])
        self._rate(place, memo, helpful=False, reasons=filled.get("reasons") or (), comment=filled.get("comment") or "")
        ack(response_action="update", view=modals.message(*_thanks(memo["language"])))

    def _rate(self, place: Place, memo: Body, *, helpful: bool, reasons: Any = (), comment: str = "") -> None:
        if self._parts.may_take_part(memo["c"], place):
            self._parts.advisor.rate(
                memo["c"],
                memo["t"],
                helpful,
                reasons=tuple(reasons),
                comment=comment,
                user=place.user,
                workspace=place.team,
                door="slack",
            )

    # -- modals: opening -----------------------------------------------------------------------------

    def open_modal(self, action: Body, body: Body, context: BoltContext) -> None:
        """The form of a record, one answer of it, a supposition, or where to share."""
        place = place_of(body, context)
        value = json.loads(action.get("value") or "{}")
        language = self._parts.language(place, (body.get("message") or {}).get("text", ""))
        kind = action["action_id"]
        if kind == "ask:open":
            self._show(body, context, modals.ask(language, {}))
            return
        if kind.startswith("form:new"):
            memo = self._new_record(place, value["tool"], language)
            self._show(body, context, lambda: self._step(memo) or _nothing_left(language))
            return
        conversation = value["c"]
        if self._parts.advisor.owner(conversation, workspace=place.team) is None:
            self._show(body, context, modals.message(say("modal.title", language), say("gone", language), language))
            return
        if not self._parts.may_take_part(conversation, place):
            closed = modals.message(say("modal.title", language), say("invite.closed", language), language)
            self._show(body, context, closed)
            return
        if kind == "share:open":
            shared = {"c": conversation, "r": value["r"], "place": asdict(place)}
            self._show(body, context, modals.share(language, shared))
            return
        state = self._parts.advisor.state(conversation, user=place.user, workspace=place.team)
        record = state.records[value["r"]]
        wanted = {"form:open": "answer", "form:change": "change", "form:what_if": "what_if"}[kind]
        memo = Memo(asdict(place), conversation, record.tool, state.language, record.id, wanted)
        self._show(body, context, lambda: self._first(memo) or _nothing_left(state.language))

    def open_question(self, body: Body, context: BoltContext) -> None:
        """The global shortcut."""
        place = Place(context.team_id or "", "", "", body["user"]["id"])
        self._show(body, context, modals.ask(self._parts.language(place), {}))

    def _first(self, memo: Memo) -> dict[str, Any] | None:
        if memo.wanted == "answer":
            return self._step(memo)
        form, values, _ = self._record(memo)
        offered = [field for field in form.fields if field.relevant(values)]
        if memo.wanted == "change":
            offered = [field for field in offered if field.id in values] or offered
        return modals.which_answer(memo, form, offered) if offered else None

    def _step(self, memo: Memo, given: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        form, values, raw = self._record(memo)
        return modals.step(memo, form, {**values, **(given or {})}, raw)

    def _record(self, memo: Memo) -> tuple[Any, dict[str, Any], dict[str, str]]:
        """The form, and the record's values and words as they stand; none yet for a new one."""
        form = self._parts.advisor.tools[memo.tool].form
        place = Place(**memo.place)
        state = self._parts.advisor.state(memo.conversation, user=place.user, workspace=place.team)
        record = state.records.get(memo.record)
        if record is None:
            return form, {}, {}
        return form, record.values(), {name: given.raw for name, given in record.answers.items()}

    def _new_record(self, place: Place, tool: str, language: str) -> Memo:
        conversation = f"slack-{place.team}-{uuid.uuid4().hex}"
        return Memo(asdict(place), conversation, tool, language, record="", wanted="answer")

    def _show(self, body: Body, context: BoltContext, view: Any) -> None:
        """Open a modal: at once with a word of patience when the view must first be made."""
        workspace = self._parts.workspaces.get(context.team_id or "")
        if workspace is None:
            return
        if not callable(view):
            workspace.client.views_open(trigger_id=body["trigger_id"], view=view)
            return
        language = self._parts.language(Place(workspace.team, "", "", _user(body)))
        opened = workspace.client.views_open(trigger_id=body["trigger_id"], view=modals.loading(language))["view"]
        workspace.client.views_update(view_id=opened["id"], hash=opened["hash"], view=view())

    # -- modals: submitted ---------------------------------------------------------------------------

    def form(self, ack: Any, view: Body, body: Body, context: BoltContext) -> None:
        """A step of a form: checked, kept, and the next step shown."""
        memo = Memo.read(view["private_metadata"])
        if memo.place["user"] != body["user"]["id"]:
            ack()
            return
        _form, values, raw = self._record(memo)
        filled = modals.values_of(view["state"]["values"])
        given = modals.answers(memo, filled, raw)
        new = {one["field"]: one["value"] for one in given if "value" in one}
        wrong = {
            error["field"]: error["text"][memo.language]
            for error in self._parts.advisor.check(memo.tool, {**values, **new})
            if error["field"] in memo.fields
        }
        if wrong:
            ack(response_action="errors", errors=wrong)
            return
        following = self._following(memo, new)
        self._fill(memo, view, given, final=following is None)
        if following is None:
            ack(response_action="clear")
        else:
            ack(response_action="update", view=following)

    def _following(self, memo: Memo, new: Mapping[str, Any]) -> dict[str, Any] | None:
        if memo.wanted != "answer":
            return None
        record = memo.record or f"{memo.tool}-1"  # the first of its conversation
        further = replace(memo, seen=(*memo.seen, *memo.fields), step=memo.step + 1, record=record)
        return self._step(further, new)

    def _fill(self, memo: Memo, view: Body, given: list[dict[str, Any]], *, final: bool) -> None:
        place = Place(**memo.place)
        actions: list[dict[str, Any]] = [{**one, "record": memo.record} if memo.record else one for one in given]
        if memo.wanted == "what_if":
            values = {one["field"]: one["value"] for one in given if "value" in one}
            actions = [{"do": "what_if", "values": values, "record": memo.record}] if values else []
        elif not memo.record:
            actions.insert(0, {"do": "start", "tool": memo.tool, "language": memo.language})
        if final and not actions:
            actions = [{"do": "where"}]
        title = say("modal.filled", memo.language, title=self._parts.advisor.tools[memo.tool].form.title[memo.language])
        data = job_data("fill", place, actions=actions, conversation=memo.conversation, final=final, text=title)
        self._intake.accept(f"{place.team}:view:{view['id']}:{view.get('hash')}:{memo.step}", memo.conversation, data)

    def which(self, ack: Any, view: Body) -> None:
        """Which answer to change or suppose: the second step asks that one question."""
        memo = Memo.read(view["private_metadata"])
        wanted = modals.values_of(view["state"]["values"])["which"]
        form, values, raw = self._record(memo)
        ack(response_action="update", view=modals.questions(memo, form, [form.field(wanted)], values, raw))

    def share(self, ack: Any, view: Body, body: Body, context: BoltContext) -> None:
        """The channel to share with."""
        memo = json.loads(view["private_metadata"])
        place = replace(Place(**memo["place"]), user=body["user"]["id"])
        channel = modals.values_of(view["state"]["values"])["channel"]
        data = job_data("share", place, value={"c": memo["c"], "r": memo["r"]}, channel=channel, conversation=memo["c"])
        self._intake.accept(f"{place.team}:view:{view['id']}:{view.get('hash')}", memo["c"], data)
        ack()

    def question(self, ack: Any, view: Body, body: Body, context: BoltContext) -> None:
        """The question of the global shortcut."""
        text = str(modals.values_of(view["state"]["values"])["question"])
        place = Place(context.team_id or "", "", "", body["user"]["id"])
        self._intake.accept(f"{place.team}:view:{view['id']}", f"ask-{view['id']}", job_data("about", place, text=text))
        ack()

    # -- commands and shortcuts ----------------------------------------------------------------------

    def command(self, ack: Any, command: Body, context: BoltContext) -> None:
        """`/advisor …`: help and lists at once, everything else through the inbox; all of it private."""
        wanted = commands.read(unescape(command.get("text") or ""))
        place = _commanded_at(command, context)
        language = self._parts.language(place, command.get("text") or "")
        if why := closed_to(self._parts.settings, place):
            ack(response_type="ephemeral", text=say(f"access.{why}", language))
            return
        key = f"{place.team}:command:{command['trigger_id']}"
        if wanted.kind == "help":
            ack(**_private(say("help", language), language))
        elif wanted.kind == "ask" and wanted.rest:
            conversation = f"slack-{place.team}-{uuid.uuid4().hex}"
            self._intake.accept(key, conversation, job_data("say", place, text=wanted.rest, conversation=conversation))
            ack(response_type="ephemeral", text=say("thinking.command", language))
        elif wanted.kind == "resume":
            self._intake.accept(key, key, job_data("drafts", place, text=wanted.rest))
            ack()
        elif wanted.kind in ("assess", "calc"):
            self._tools(ack, wanted, place, key, language)
        else:
            ack(**_private(say("help", language), language))

    def _tools(self, ack: Any, wanted: commands.Wanted, place: Place, key: str, language: str) -> None:
        tools, at_once = self._parts.advisor.tools, wanted.kind == "calc"
        tool, rest = commands.find_tool(tools, wanted.rest, at_once=at_once)
        rest = cut(rest, MOST_NAME)
        if tool and at_once:
            ack()  # its form is opened by the lazy listener
        elif tool:
            value = {"tool": tool, "name": rest}
            self._intake.accept(key, key, job_data("start", place, value=value, text=rest))
            ack(response_type="ephemeral", text=say("thinking.command", language))
        else:
            action = "form:new" if at_once else "start"
            named = {"name": rest} if rest and not at_once else {}
            offered = [
                kit.button(one.form.title[language], f"{action}:{number}", json.dumps({"tool": one.name, **named}))
                for number, one in enumerate(tool for tool in tools.values() if tool.at_once == at_once)
            ]
            text = say("which_calculator" if at_once else "which_assessment", language)
            ack(response_type="ephemeral", text=text, blocks=[kit.section(escape(text)), *kit.actions(offered)])

    def command_modal(self, command: Body, body: Body, context: BoltContext) -> None:
        """A calculator's form, right after the acknowledgement."""
        wanted = commands.read(unescape(command.get("text") or ""))
        place = _commanded_at(command, context)
        if wanted.kind != "calc" or closed_to(self._parts.settings, place):
            return
        tool, _ = commands.find_tool(self._parts.advisor.tools, wanted.rest, at_once=True)
        if tool:
            language = self._parts.language(place, command.get("text") or "")
            memo = self._new_record(place, tool, language)
            self._show(body, context, lambda: self._step(memo) or _nothing_left(language))

    def ask_about(self, ack: Any, shortcut: Body, context: BoltContext) -> None:
        """The message shortcut: the message is answered privately, in the person's direct messages."""
        place = Place(context.team_id or "", "", "", shortcut["user"]["id"])
        text = unescape((shortcut.get("message") or {}).get("text") or "")
        if text:
            key = f"{place.team}:shortcut:{shortcut['trigger_id']}"
            self._intake.accept(key, key, job_data("about", place, text=text, heading="about.message"))
        ack()

    def _whisper(self, place: Place, context: BoltContext, text: str) -> None:
        workspace = self._parts.workspaces.get(context.team_id or "")
        if workspace is not None:
            Speaker(workspace, place).whisper(Message(notification(text), [kit.section(escape(text))]))


def _only_acknowledge(ack: Any) -> None:
    ack()


def _user(body: Body) -> str:
    return str((body.get("user") or {}).get("id") or body.get("user_id") or "")


def _ticked(body: Body) -> list[str]:
    """The boxes ticked beside a button."""
    for actions in ((body.get("state") or {}).get("values") or {}).values():
        if "tick" in actions:
            return [option["value"] for option in actions["tick"].get("selected_options") or []]
    return []


def _commanded_at(command: Body, context: BoltContext) -> Place:
    return Place(
        context.team_id or "",
        command["channel_id"],
        "",
        command["user_id"],
        private=True,
        response_url=command.get("response_url") or "",
    )


def _private(text: str, language: str) -> dict[str, Any]:
    return {
        "response_type": "ephemeral",
        "text": cut(notification(text), 3000),
        "blocks": kit.sections(text.split("\n"), right_to_left=language == "he"),
    }


def _nothing_left(language: str) -> dict[str, Any]:
    return modals.message(say("modal.title", language), say("modal.nothing_left", language), language)


def _thanks(language: str) -> tuple[str, str, str]:
    return say("feedback.title", language), say("feedback.thanks", language), language
