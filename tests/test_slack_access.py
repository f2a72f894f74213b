"""Who may use the door: the allow-lists hold for words, buttons, forms, shortcuts and tabs alike."""

import json

import pytest
from slack_door import find_button, pressing, serving, text_of
from slack_stand_in import TEAM, envelope, mention, send, stamp

from integrations.slack.speaking import Place
from integrations.slack.turns import job_data

OUTSIDER = "UHE"


@pytest.fixture
def door(slack, slack_advisor):
    with serving(slack_advisor, slack, users=frozenset({"UEN"})) as opened:
        yield opened


def settled(slack, door, number):
    """Wait until so many messages in all were worked on."""
    inbox = door.opened.desk.inbox
    slack.wait(lambda: sum(inbox.counts("slack").values()) >= number and not inbox.waiting("slack"), what="the desk")


def taken(door):
    return sum(door.opened.desk.inbox.counts("slack").values())


def in_home(slack, action, user, **more):
    return {
        "type": "block_actions", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM},
        "container": {"type": "view", "view_id": "V1"}, "trigger_id": slack.trigger(),
        "actions": [{"type": "button", "action_id": action, "action_ts": stamp(), "block_id": "b", **more}],
    }  # fmt: skip


def test_the_home_tab_of_somebody_off_the_list_says_why_and_offers_nothing(slack, door):
    door.event({"type": "app_home_opened", "user": OUTSIDER, "channel": "DUHE", "tab": "home", "event_ts": "1.1"})
    slack.wait(lambda: OUTSIDER in slack.homes, what="the home tab")
    home = slack.homes[OUTSIDER]
    assert "גישה" in text_of(home)
    assert [block["type"] for block in home["blocks"]] == ["section"]


@pytest.mark.parametrize(
    "payload",
    [
        lambda slack: in_home(slack, "start:0", OUTSIDER, value=json.dumps({"tool": "partner_fit"})),
        lambda slack: in_home(slack, "home:delete", OUTSIDER, value="delete"),
        lambda slack: {
            "type": "shortcut", "callback_id": "ask_anywhere", "team": {"id": TEAM},
            "user": {"id": OUTSIDER, "team_id": TEAM}, "trigger_id": slack.trigger(),
        },
        lambda slack: {
            "type": "message_action", "callback_id": "ask_about", "team": {"id": TEAM},
            "user": {"id": OUTSIDER, "team_id": TEAM}, "trigger_id": slack.trigger(), "channel": {"id": "C1"},
            "message": {"ts": "1.2", "text": "What is a sales-ready lead?", "user": "UEN"},
        },
        lambda slack: {
            "type": "view_submission", "team": {"id": TEAM}, "user": {"id": OUTSIDER, "team_id": TEAM},
            "trigger_id": slack.trigger(),
            "view": {
                "id": "V7", "type": "modal", "callback_id": "ask", "private_metadata": "",
                "state": {"values": {"question": {"v": {"type": "plain_text_input", "value": "What is a lead?"}}}},
            },
        },
    ],
    ids=["start", "delete", "global shortcut", "message shortcut", "form"],
)  # fmt: skip
def test_somebody_off_the_list_is_turned_away_however_they_ask(slack, door, payload):
    before, opened = taken(door), len(slack.views)
    answer = door.interact(payload(slack))
    assert (answer.status, answer.body) == (200, "")
    settled(slack, door, before + 1)
    told = [text_of(message) for message in [*slack.messages.values(), *slack.whispers]]
    assert len(told) == 1
    assert "גישה" in told[0] or "open to you" in told[0]
    assert len(slack.views) == opened


def test_somebody_of_another_company_in_a_shared_channel_presses_no_button(slack, slack_advisor):
    with serving(slack_advisor, slack) as door:
        door.mention("is this lead ready for sales?", channel="CSHARED")
        question, before = slack.posted(), taken(door)
        pressed = pressing(slack, question, find_button(question, "Yes"), "UEXT", None, TEAM)
        pressed["user"]["team_id"] = "T999"
        assert door.interact(pressed).status == 200
        settled(slack, door, before + 1)
        assert "members of this workspace" in text_of(slack.whispers[-1])
        assert len(slack.messages) == 1


def test_a_refusal_does_not_open_the_thread_for_others(slack, door):
    root = door.mention("what is a lead?", OUTSIDER)
    slack.wait(lambda: slack.whispers, what="the refusal")
    before = taken(door)
    door.talk("no idea what it wants", "UEN", thread_ts=root)
    assert taken(door) == before


def test_only_who_takes_part_stops_an_answer(slack, slack_advisor):
    with serving(slack_advisor, slack) as door:
        root = door.mention("what is a sales-ready lead?", channel="CSTOP")
        slack.posted()
        before = taken(door)
        stop = {"type": "agent_session_stopped", "user": "U3", "channel": "CSTOP", "thread_ts": root, "event_ts": "1.2"}
        assert door.event(stop).status == 200
        assert taken(door) == before


def test_who_does_not_take_part_cannot_rate_and_is_told_so(slack, slack_advisor):
    with serving(slack_advisor, slack) as door:
        door.mention("what is a sales-ready lead?", channel="CRATE")
        answer = slack.posted()
        thumbs = answer["blocks"][-1]["elements"][0]
        pressed = {"action_id": "feedback", "type": "feedback_buttons", "block_id": "b", **thumbs["negative_button"]}
        door.interact(pressing(slack, answer, pressed, "U3", None, TEAM))
        slack.wait(lambda: slack.whispers, what="the whisper")
        assert "take part" in text_of(slack.whispers[-1])
        assert not slack.views


def test_who_asked_to_take_part_hears_of_the_yes(slack, slack_advisor):
    with serving(slack_advisor, slack) as door:
        root = door.mention("is this lead ready for sales?", channel="CASK")
        slack.posted()
        door.mention("what did they say?", "U3", channel="CASK", thread_ts=root)
        slack.wait(lambda: slack.whispers, what="the refusal")
        door.interact(privately(slack, slack.whispers[-1], "Ask to take part", "U3"))
        slack.wait(lambda: len(slack.whispers) > 1, what="the question to the owner")
        door.interact(privately(slack, slack.whispers[-1], "Let Bea in", "UEN"))
        slack.wait(lambda: len(slack.whispers) > 2, what="the yes")
        assert slack.whispers[-1]["user"] == "U3"
        assert "Dana has let you in" in text_of(slack.whispers[-1])


def privately(slack, whispered, label, user):
    shown = {**whispered, "ts": "1700000009.000001"}
    pressed = pressing(slack, shown, find_button(shown, label), user, None, TEAM)
    pressed["container"]["is_ephemeral"] = True
    return pressed


def test_a_workspace_of_an_organisation_is_answered_after_a_restart_too(slack, slack_advisor, monkeypatch):
    """Its installation is stored under organisation and workspace; what waits knows its workspace only."""
    from slack_sdk.oauth.installation_store import Installation

    settings = {"bot_token": "", "client_id": "1.2", "client_secret": "c"}
    slack.tokens["xoxb-grid"] = "TGRID"
    with serving(slack_advisor, slack, **settings) as door:
        door.opened.parts.workspaces._installations.save(
            Installation(
                app_id="A111", enterprise_id="E1", team_id="TGRID", bot_token="xoxb-grid", bot_id="B1",
                bot_user_id="UBOT1", user_id="UINST",
            )
        )  # fmt: skip
        waiting = job_data("say", Place("TGRID", "C1", "1.1", "UEN"), text="what is a lead?")
        door.opened.desk.inbox.accept("slack", "of-yesterday", "lane", waiting)
        door.opened.desk.wake()
        assert "asks for a little more" in text_of(slack.posted())
        gone = json.loads(envelope({"type": "app_uninstalled"}, team="TGRID"))
        send(f"{door.url}/slack/events", json.dumps({**gone, "enterprise_id": "E1"}))
        slack.wait(lambda: door.opened.parts.workspaces.get("TGRID") is None, what="the uninstall")
        said = json.loads(envelope(mention("what is a lead?"), team="TGRID"))
        send(f"{door.url}/slack/events", json.dumps({**said, "enterprise_id": "E1"}))
        assert len(slack.messages) == 1
