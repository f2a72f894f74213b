"""Signed HTTP requests of Slack: what is answered in the thread, and what is turned away."""

import time

import pytest
from slack_rules import check_harmless, texts_of
from slack_stand_in import SECRET, envelope, mention, send, sign, stamp, talk


def test_a_mention_is_acknowledged_at_once_and_answered_in_its_thread(slack, door):
    event = mention("A distributor approached us. Is that a good reason to appoint him?")
    acknowledged = door.event(event)
    assert (acknowledged.status, acknowledged.body) == (200, "")
    assert acknowledged.seconds < 3
    message = slack.posted()
    assert (message["channel"], message["thread_ts"]) == ("C1", event["ts"])
    assert "approached" in message["text"]
    assert message["unfurl_links"] is False
    assert message["unfurl_media"] is False
    assert [call.method for call in slack.calls][-2:] == ["assistant.threads.setStatus", "chat.postMessage"]


def test_a_hebrew_mention_is_answered_in_hebrew(slack, door):
    door.mention("מפיץ פנה אלינו מיוזמתו. זו סיבה טובה למנות אותו?", user="UHE")
    message = slack.posted()
    assert "תהליך" in message["text"]
    labels = [e["positive_button"]["text"]["text"] for b in message["blocks"] for e in b.get("elements", [])
              if e.get("type") == "feedback_buttons"]  # fmt: skip
    assert labels == ["עזר"]
    for text in texts_of(message["blocks"]):
        check_harmless(text)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(lambda body: {}, id="unsigned"),
        pytest.param(lambda body: {**sign(body), "X-Slack-Signature": "v0=00"}, id="wrong signature"),
        pytest.param(lambda body: sign(body, int(time.time()) - 301), id="too old"),
        pytest.param(lambda body: sign(body, int(time.time()) + 310), id="from the future"),
        pytest.param(lambda body: sign(body, secret="other"), id="another secret"),
        pytest.param(lambda body: sign(body, "abc"), id="timestamp is no number"),
        pytest.param(lambda body: sign(body, "١٢٣"), id="timestamp in other digits"),
        pytest.param(lambda body: sign(body + " "), id="changed body"),
    ],
)
def test_a_request_that_slack_did_not_sign_now_is_refused(slack, door, headers):
    body = envelope(mention("hello"))
    sent = {name: value.encode().decode("latin-1") for name, value in headers(body).items()}
    assert send(f"{door.url}/slack/events", body, headers=sent).status == 401
    assert not slack.of("chat.postMessage")


def test_a_replay_with_a_valid_signature_is_answered_once(slack, door):
    body = envelope(mention("A distributor approached us. Is that a good reason to appoint him?"))
    signed = sign(body, secret=SECRET)
    for attempt in range(3):
        retry = {**signed, "X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        assert send(f"{door.url}/slack/events", body, headers=retry).status == 200
    slack.posted()
    door.mention("thanks")  # a later message shows that nothing else is in the queue
    slack.posted(2)
    assert len(slack.of("chat.postMessage")) == 2


def test_slack_can_verify_the_address(door):
    answered = send(f"{door.url}/slack/events", '{"type": "url_verification", "challenge": "abc", "token": "t"}')
    assert answered.status == 200
    assert "abc" in answered.body


def test_what_is_not_text_or_far_too_long_is_refused_without_a_trace(door):
    assert send(f"{door.url}/slack/events", "x" * 2_100_000).status in (0, 413)
    assert send(f"{door.url}/slack/events", "not json at all").status == 400
    unsigned = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=00"}
    assert send(f"{door.url}/slack/events", "not json at all", headers=unsigned).status == 401


def test_channel_talk_that_is_not_for_us_is_left_alone(slack, door):
    door.event(talk("lunch?"))
    door.event(talk("me too", thread_ts=stamp()))
    door.event(talk("I am a bot", bot_id="B999"))
    door.event({"type": "message", "subtype": "message_changed", "channel": "D1", "channel_type": "im", "ts": stamp(),
                "message": {"text": "y", "user": "UEN", "ts": stamp()}})  # fmt: skip
    door.mention("A distributor approached us. Is that a good reason to appoint him?")
    slack.posted()
    assert len(slack.of("chat.postMessage")) == 1
