"""How the door behaves among people and other programs: what is not for it, what it cannot read, old buttons."""

import json

import pytest
from slack_door import find_button, text_of
from slack_stand_in import BOT_USER, TEAM, stamp


def taken(door):
    return sum(door.opened.desk.inbox.counts("slack").values())


def quiet(slack, door, number):
    """Wait until so many messages in all were worked on."""
    inbox = door.opened.desk.inbox
    slack.wait(lambda: sum(inbox.counts("slack").values()) >= number and not inbox.waiting("slack"), what="the desk")


@pytest.mark.parametrize("more", [{"bot_id": "B9", "subtype": "bot_message"}, {"bot_id": "B9", "user": "UBOT9"}])
def test_another_program_that_names_us_is_not_answered(door, more):
    at, before = stamp(), taken(door)
    event = {"type": "app_mention", "text": f"<@{BOT_USER}> what is a lead?", "ts": at, "event_ts": at, "channel": "C1"}
    assert door.event({**event, **more}).status == 200
    assert taken(door) == before


def test_a_word_to_a_colleague_in_our_thread_is_left_alone(slack, door):
    root = door.mention("what is a sales-ready lead?", channel="CWORD")
    slack.posted()
    before = taken(door)
    door.talk("<@U3> can you check that with Tom?", channel="CWORD", thread_ts=root)
    assert taken(door) == before
    door.talk("should marketing or sales follow up with <@U3>?", channel="CWORD", thread_ts=root)
    assert taken(door) == before + 1


@pytest.mark.parametrize(
    ("user", "words", "told"),
    [
        ("UEN", "", "cannot open attached files"),
        ("UEN", "what is a lead? see the deck", "answers what you wrote"),
        ("UHE", "", "לא קורא קבצים"),
        ("UHE", "מה זה ליד?", "תשובה למה שכתבת"),
    ],
)
def test_a_file_is_not_passed_over_in_silence(slack, door, user, words, told):
    door.talk(words, user, channel=f"D{user}", subtype="file_share", files=[{"id": "F1", "name": "deck.pdf"}])
    answer = slack.posted()
    assert told in text_of(answer)
    assert not words or "little more" in text_of(answer) or "קצת מידע" in text_of(answer)


def test_a_message_without_a_word_is_answered_in_the_persons_own_language(slack, door):
    door.mention("", "UHE", channel="CBARE")
    assert "אני מקשיב" in text_of(slack.posted())


def test_pressing_twice_is_answered_once(slack, door):
    door.mention("is this lead ready for sales?", channel="CTWICE")
    question, before = slack.posted(), taken(door)
    door.press(question, "Yes")
    door.press(question, "Yes")
    quiet(slack, door, before + 2)
    assert len(slack.messages) == 2


def test_a_button_of_what_was_deleted_begins_nothing_anew(slack, door, slack_advisor):
    door.mention("is this lead ready for sales?", user="U3", channel="CGONE")
    question = slack.posted()
    slack_advisor.delete_everything(user="U3", workspace=TEAM)
    before = taken(door)
    door.press(question, "Yes", user="U3")
    quiet(slack, door, before + 1)
    assert "deleted" in text_of(slack.whispers[-1])
    door.press(question, "Fill in a form", user="U3")
    slack.wait(lambda: any("deleted" in text_of(view) for view in slack.views.values()), what="the modal")
    assert slack_advisor.conversations(user="U3", workspace=TEAM) == []


def test_a_result_that_is_gone_is_told_without_an_id(slack, door):
    pressed = {"c": f"slack-{TEAM}-DUHE-1.1", "r": "partner_fit-1"}
    door.interact(
        {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": "UHE", "team_id": TEAM},
            "container": {"type": "view", "view_id": "V1"}, "trigger_id": slack.trigger(),
            "actions": [
                {"type": "button", "action_id": "result:0", "value": json.dumps(pressed), "action_ts": stamp(),
                 "block_id": "b", "text": {"type": "plain_text", "text": "להציג"}}
            ],
        }
    )  # fmt: skip
    told = slack.posted()
    assert told["channel"] == "DUHE"
    assert "נמחקה" in text_of(told)
    assert pressed["c"] not in text_of(told)


def test_what_is_written_below_a_result_shown_again_goes_on_with_it(slack, door, slack_advisor):
    reply = slack_advisor.reply(
        "again",
        "",
        user="UEN",
        workspace=TEAM,
        actions=[
            {"do": "start", "tool": "leadgen_roi", "language": "en"},
            {"do": "answer", "field": "running_cost", "value": "2,000 USD per month"},
            {"do": "answer", "field": "deals", "value": "2"},
            {"do": "answer", "field": "average_deal", "value": "9,000 USD"},
            {"do": "answer", "field": "gross_margin", "value": "40%"},
        ],
    )
    assert reply.kind == "result"
    value = json.dumps({"c": "again", "r": reply.assessment["id"]})
    door.interact(
        {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": "UEN", "team_id": TEAM},
            "container": {"type": "view", "view_id": "V1"}, "trigger_id": slack.trigger(),
            "actions": [{"type": "button", "action_id": "result:0", "value": value, "action_ts": stamp(),
                         "block_id": "b", "text": {"type": "plain_text", "text": "Show"}}],
        }
    )  # fmt: skip
    shown = slack.posted()
    door.talk("what if the average deal is 12,000 USD?", channel=shown["channel"], thread_ts=shown["ts"])
    assert "12,000" in text_of(slack.posted(2))
    assert "outside what I know" not in text_of(slack.posted(2))


def test_an_assessment_asked_for_by_a_name_alone_keeps_the_name(slack, door):
    answer = door.command("assess Nordmann")
    offered = find_button(answer.json, "Lead qualification")
    assert json.loads(offered["value"])["name"] == "Nordmann"


def test_a_box_of_spaces_in_a_form_is_no_answer(slack, door):
    door.command("calc channel roi")
    slack.wait(lambda: any(view.get("callback_id") == "form" for view in slack.views.values()), what="the form")
    view = list(slack.views.values())[-1]
    typed = [
        block["block_id"] for block in view["blocks"] if block.get("element", {}).get("type") == "plain_text_input"
    ]
    spaces = {name: {"v": {"type": "plain_text_input", "value": " \u200f "}} for name in typed}
    before = taken(door)
    assert door.submit(view, {**spaces, "deals": {"v": {"type": "plain_text_input", "value": "3"}}}).status == 200
    quiet(slack, door, before + 1)
    assert door.opened.desk.inbox.counts("slack").get("failed", 0) == 0


def test_an_unknown_name_does_not_hold_up_a_command(slack, door):
    slack.wait_for("auth.test")  # once a process
    door.command("help", user="UEN")
    slack.latency = 6
    answer = door.command("", user="U3")
    slack.latency = 0
    assert answer.status == 200
    assert answer.seconds < 3


def test_first_steps_that_slack_does_not_take_are_no_trouble_to_the_person(slack, door):
    slack.fail("assistant.threads.setSuggestedPrompts", 200, error="missing_scope")
    before = taken(door)
    door.event({"type": "app_home_opened", "user": "UEN", "channel": "DUEN", "tab": "messages", "event_ts": "1.1"})
    quiet(slack, door, before + 1)
    assert not slack.messages


def calculated(advisor, conversation):
    """A finished calculation of Dana's, with a supposition after it; returns the result's record."""
    person = {"user": "UEN", "workspace": TEAM}
    given = {"running_cost": "2,000 USD per month", "deals": "2", "average_deal": "9,000 USD", "gross_margin": "40%"}
    begun = {"do": "start", "tool": "leadgen_roi", "language": "en"}
    answers = [{"do": "answer", "field": field, "value": value} for field, value in given.items()]
    record = advisor.reply(conversation, "", actions=[begun, *answers], **person).assessment["id"]
    advisor.reply(conversation, "", actions=[{"do": "answer", "field": "deals", "value": "3"}], **person)
    advisor.reply(conversation, "", actions=[{"do": "what_if", "values": {"running_cost": "90,000 USD"}}], **person)
    return record


def test_what_is_shared_is_the_result_as_it_stands_and_not_what_was_supposed_of_it(slack, door, slack_advisor):
    record = calculated(slack_advisor, "supposed")
    shared = json.dumps({"c": "supposed", "r": record, "place": {"team": TEAM, "channel": "DUEN", "thread": "1.1",
                                                                 "user": "UEN"}})  # fmt: skip
    view = {"id": "V9", "type": "modal", "callback_id": "share", "private_metadata": shared, "blocks": []}
    door.submit(view, {"channel": {"v": {"type": "conversations_select", "selected_conversation": "C77"}}})
    posted = text_of(slack.posted())
    assert "Shared by Dana" in posted
    assert "27,000" in posted
    assert "90,000" not in posted
    assert "What it changes" not in posted
    assert "?" not in posted.split("Sources")[0], "nobody in the channel is asked anything"


def test_a_result_shown_again_is_whole(slack, door, slack_advisor):
    record = calculated(slack_advisor, "shown")
    value = json.dumps({"c": "shown", "r": record})
    door.interact(
        {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": "UEN", "team_id": TEAM},
            "container": {"type": "view", "view_id": "V1"}, "trigger_id": slack.trigger(),
            "actions": [{"type": "button", "action_id": "result:0", "value": value, "action_ts": stamp(),
                         "block_id": "b", "text": {"type": "plain_text", "text": "Show"}}],
        }
    )  # fmt: skip
    shown = text_of(slack.posted())
    assert "27,000" in shown
    assert "90,000" not in shown
    assert find_button(slack.posted(), "Change an answer")


def test_a_name_of_a_thousand_letters_is_cut(slack, door):
    door.command("assess partner fit " + "Ab" * 1400)
    assert len(slack.posted()["text"]) < 200
    assert len(text_of(slack.posted(2))) < 6000
