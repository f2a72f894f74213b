"""What a message shows after its button was pressed, and what becomes of a message that is edited."""

import pytest
from slack_door import find_button, text_of
from slack_rules import check_message
from slack_stand_in import BOT_USER, TEAM, stamp

ASKED = {
    "en": "A distributor approached us. Is that a good reason to appoint him?",
    "he": "מפיץ פנה אלינו. זו סיבה טובה למנות אותו?",
}
OTHER = {"en": "How do I find a good distributor?", "he": "איך מוצאים מפיץ טוב?"}
APPOINT = {"en": "Should we appoint this distributor?", "he": "האם למנות את המפיץ הזה?"}
THESE = {"en": "That's it", "he": "אלה"}
UNKNOWN = {"en": "I don't know", "he": "לא יודע"}
PEOPLE = {"en": ("UEN", "Dana"), "he": ("UHE", "יוסי")}
DISTRIBUTOR = {"en": "Distributor", "he": "מפיץ"}


@pytest.fixture
def door(slack, slack_advisor, either_way):
    """Over signed HTTP and over the websocket."""
    with either_way(slack_advisor, slack) as opened:
        yield opened


def labels(message):
    return [one["text"]["text"] for b in message["blocks"] for one in b.get("elements", []) if one["type"] == "button"]


def ticked(message, value):
    boxes = next(o for b in message["blocks"] for o in b.get("elements", []) if o["type"] == "checkboxes")
    chosen = [option for option in boxes["options"] if option["value"] == value]
    return {"choices": {"tick": {"type": "checkboxes", "selected_options": chosen}}}


def first_question(slack, door, language, **where):
    """The first question of an appointment in a channel, with its boxes."""
    door.mention(APPOINT[language], PEOPLE[language][0], **where)
    return slack.posted()


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_pressed_message_loses_its_buttons_and_says_what_was_chosen_and_by_whom(slack, door, language):
    user, name = PEOPLE[language]
    first = first_question(slack, door, language)
    words_before = [block for block in first["blocks"] if block["type"] == "section"]
    door.press(first, THESE[language], user, state=ticked(first, "distributor"))
    slack.wait_for("chat.update")
    after = slack.messages[(first["channel"], first["ts"])]
    assert not {THESE[language], UNKNOWN[language]} & set(labels(after))
    assert [block for block in after["blocks"] if block["type"] == "section"] == words_before
    chosen = next(b for b in after["blocks"] if b["type"] == "context" and "✓" in text_of({"blocks": [b]}))
    shown = text_of({"blocks": [chosen]})
    assert name in shown
    assert DISTRIBUTOR[language] in shown
    assert user not in shown
    assert after["metadata"] == first["metadata"], "a late duplicate must still find its answer"
    check_message(after)


def test_unknown_and_skipped_are_shown_as_the_buttons_called_them(slack, door):
    first = first_question(slack, door, "en")
    door.press(first, "I don't know")
    slack.wait_for("chat.update")
    assert "Dana chose: I don't know" in text_of(slack.messages[(first["channel"], first["ts"])])


def test_a_question_answered_in_words_loses_its_buttons_when_one_is_pressed_late(slack, door):
    first = first_question(slack, door, "en")
    door.talk("a distributor", thread_ts=first["thread_ts"])
    slack.posted(2)
    door.press(first, "I don't know")
    late = slack.posted(3)
    assert "answered already" in text_of(late)
    slack.wait_for("chat.update")
    after = slack.messages[(first["channel"], first["ts"])]
    assert "Dana chose: Distributor" in text_of(after)
    assert "That's it" not in labels(after)


def test_asking_why_leaves_the_question_open(slack, door):
    first = first_question(slack, door, "en")
    door.press(first, "Why do you ask?")
    slack.posted(2)
    door.mention("thanks", channel="C7")
    slack.posted(3)
    assert "That's it" in labels(slack.messages[(first["channel"], first["ts"])])
    assert not slack.of("chat.update")


def test_a_stranger_who_presses_changes_nothing(slack, door):
    first = first_question(slack, door, "en")
    door.press(first, "I don't know", user="U3")
    slack.wait(lambda: slack.whispers, what="a word to the stranger")
    assert "That's it" in labels(slack.messages[(first["channel"], first["ts"])])


def test_a_private_message_is_rewritten_through_its_own_address(slack, door):
    door.command("ask should we appoint this distributor?")
    (offer,) = slack.wait(lambda: slack.responses, what="the private answer")
    button = find_button(offer, "I don't know")
    payload = {
        "type": "block_actions", "team": {"id": TEAM}, "user": {"id": "UEN", "team_id": TEAM}, "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": stamp(), "channel_id": "C1", "is_ephemeral": True},
        "trigger_id": slack.trigger(), "response_url": slack.response_url(), "state": {"values": {}},
        "actions": [{**button, "action_ts": stamp()}],
    }  # fmt: skip
    door.interact(payload)
    question, rewritten = slack.wait(lambda: slack.responses[1:3] if len(slack.responses) > 2 else None, what="both")
    assert (question["replace_original"], rewritten["replace_original"]) == (False, True)
    assert "You chose: I don't know" in text_of(rewritten)
    assert "I don't know" not in labels(rewritten)
    assert not slack.messages


def test_a_message_that_cannot_be_rewritten_does_not_harm_the_answer(slack, door):
    slack.fail("chat.update", 200, times=5, error="cant_update_message")
    first = first_question(slack, door, "en")
    door.press(first, "I don't know")
    slack.posted(2)
    door.mention("thanks", channel="C7")
    slack.posted(3)
    assert len(slack.messages) == 3, "no apology beside the answer"


# -- edited messages ---------------------------------------------------------------------------------


def edit(door, text, ts, user="UEN", channel="D1", before="", **more):
    """Slack tells that a message was edited; gives the event for a second delivery."""
    event = {
        "type": "message", "subtype": "message_changed", "channel": channel, "ts": stamp(), "hidden": True,
        "channel_type": "im" if channel.startswith("D") else "channel",
        "message": {"type": "message", "user": user, "text": text, "ts": ts,
                    "edited": {"user": user, "ts": stamp()}, **more},
        "previous_message": {"type": "message", "user": user, "text": before, "ts": ts, **more},
    }  # fmt: skip
    assert door.event(event).status == 200
    return event


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_last_message_edited_is_answered_as_it_reads_now(slack, door, slack_advisor, language):
    user = PEOPLE[language][0]
    at = door.talk(ASKED[language], user, channel="D1")
    old = slack.posted()
    event = edit(door, OTHER[language], at, user, before=ASKED[language])
    door.event(event)  # delivered twice, each time with another event id
    new = slack.posted(2)
    assert new["thread_ts"] == at
    assert {"en": "As you have edited it", "he": "לפי ההודעה המעודכנת"}[language] in text_of(new)
    assert text_of(new) != text_of(old)
    rows = slack_advisor.transcript(f"slack-{TEAM}-D1-{at}", user=user, workspace=TEAM)
    assert [row.text for row in rows] == [OTHER[language]]
    edit(door, ASKED[language], at, user, before=OTHER[language])  # and back again
    again = slack.posted(3)
    assert [b for b in again["blocks"] if b["type"] == "section"] == [
        b for b in old["blocks"] if b["type"] == "section"
    ]
    assert len(slack.messages) == 3


def test_a_mention_edited_in_a_channel_is_answered_anew_in_its_thread(slack, door):
    at = door.mention(ASKED["en"])
    slack.posted()
    edit(door, f"<@{BOT_USER}> {OTHER['en']}", at, channel="C1", before=f"<@{BOT_USER}> {ASKED['en']}")
    new = slack.posted(2)
    assert new["thread_ts"] == at
    assert "As you have edited it" in text_of(new)


@pytest.mark.parametrize("language", ["en", "he"])
def test_an_older_message_edited_stays_and_its_writer_is_told_how_to_mend_it(slack, door, slack_advisor, language):
    user = PEOPLE[language][0]
    at = door.talk(ASKED[language], user, channel="D1")
    slack.posted()
    door.talk(OTHER[language], user, channel="D1", thread_ts=at)
    slack.posted(2)
    edit(door, APPOINT[language], at, user, before=ASKED[language])
    told = slack.posted(3)  # in a direct message a word only they see is an ordinary one
    assert {"en": "Only the last message", "he": "עריכה משנה רק"}[language] in text_of(told)
    rows = slack_advisor.transcript(f"slack-{TEAM}-D1-{at}", user=user, workspace=TEAM)
    assert [row.text for row in rows] == [ASKED[language], OTHER[language]]


def test_edits_that_are_none_of_ours_are_left_alone(slack, door):
    at = door.talk(ASKED["en"], channel="D1")
    slack.posted()
    edit(door, ASKED["en"], at, before=ASKED["en"])  # a link was unfurled
    edit(door, OTHER["en"], stamp(), before="lunch?")  # never answered here
    edit(door, OTHER["en"], at, user="U3", before=ASKED["en"])  # somebody else's words
    edit(door, OTHER["en"], stamp(), channel="C1", before="lunch?")
    edit(door, "changed by a bot", at, before="x", bot_id="B9")
    door.mention("thanks", channel="C7")
    slack.posted(2)
    assert len(slack.messages) == 2
    assert not slack.whispers


def test_edits_beyond_the_allowed_people_are_not_read(slack, slack_advisor):
    from slack_door import serving

    with serving(slack_advisor, slack, users=frozenset({"UHE"})) as door:
        edit(door, OTHER["en"], stamp(), before=ASKED["en"])
        door.mention("תודה", "UHE", channel="C7")
        slack.posted()
        assert len(slack.messages) == 1
