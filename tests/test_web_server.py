"""One web server with several who use it at once: two people, a slow language model, Slack."""

import pytest
from web_visitor import LANGUAGES, Visitor, serving

pytestmark = pytest.mark.browser

LOG_IN = {"ADVISOR_WEB_USER_HEADER": "X-Forwarded-Email", "ADVISOR_WEB_ALLOW": "@corp.example"}


def test_two_people_do_not_see_each_other_a_third_does_not_come_in_and_a_restart_loses_nothing(chromium, tmp_path):
    def come(address, who):
        return Visitor(chromium, address, extra_http_headers={"X-Forwarded-Email": who})

    with serving(tmp_path, **LOG_IN) as first:
        ann, bea, eve = (come(first, who) for who in ("ann@corp.example", "bea@corp.example", "eve@elsewhere.example"))
        page = ann.open()
        ann.say("our margin in Hanover is 12%")
        talk = page.url.removeprefix(first)
        seen = bea.open(talk)
        seen.get_by_text("no such conversation").wait_for()
        assert "Hanover" not in seen.inner_text("body")
        shut = eve.open(talk)
        shut.get_by_text("not on this installation's list").wait_for()
        assert "Hanover" not in shut.inner_text("body")
        for one in (ann, bea, eve):
            one.close()
    with serving(tmp_path, **LOG_IN) as second:
        again = come(second, "ann@corp.example")
        again.open(talk).locator(".st-key-turn-1").get_by_text("Hanover").first.wait_for()
        again.close()


# -- a language model that takes its time --------------------------------------------------------------

SLOW_ANSWER = {
    "en": "Run several search methods in parallel [1]. Nobody can tell in advance which will work [1]. "
    "Ask customers and users in the market first [1].",
    "he": "הפעילו שיטות איתור רבות יחד, וכך יגדל הסיכוי למצוא שותף טוב [1]. אי אפשר לדעת מראש איזו תצליח [1]. "
    "כדאי להתחיל מהלקוחות שבשוק [1].",
}


@pytest.fixture
def talking(tmp_path):
    """A server whose answers come from a model that speaks slowly; its address and the model service."""
    pytest.importorskip("langchain_openai")
    from bench.wire import WireServer

    service = WireServer()
    model = {"ADVISOR_MODEL": "openai:wire", "ADVISOR_MODEL_URL": service.url + "/v1", "ADVISOR_MODEL_KEY": "key"}
    model["ADVISOR_MODEL_SECONDS"] = "120"
    with serving(tmp_path, **model) as served:
        yield served, service
    service.close()


def answers_slowly(service, language):
    ask = {"tool": "Proposal", "args": {"commands": [{"do": "ask", "words": HOW[language]}]}}
    service.steps[:] = [ask, {"text": SLOW_ANSWER[language], "drip": 0.25}]


HOW = {"en": "How do I find a good distributor?", "he": "איך מוצאים מפיץ טוב?"}
STOP = {"en": "Stop", "he": "עצירה"}


@LANGUAGES
def test_a_models_answer_is_seen_growing_and_one_that_is_stopped_leaves_nothing(chromium, talking, language):
    address, service = talking
    one = Visitor(chromium, address, language=language)
    page = one.open()
    box = page.get_by_test_id("stChatInputTextArea")
    beginning, end = SLOW_ANSWER[language][:25], SLOW_ANSWER[language][-25:-5]
    answers_slowly(service, language)
    box.fill(HOW[language])
    box.press("Enter")
    coming = page.locator(".st-key-coming")
    coming.get_by_text(beginning).wait_for(timeout=90_000)  # the model's package is loaded with the first message
    one.shot("streaming")
    assert end not in coming.inner_text(), "the end was seen before it was said"
    assert page.get_by_role("button", name=STOP[language]).is_visible()
    page.get_by_test_id("stFeedback").wait_for()
    assert page.locator(".st-key-turn-1").inner_text().count(end) == 1
    assert not coming.count()

    answers_slowly(service, language)
    box.fill(HOW[language])
    box.press("Enter")
    coming.get_by_text(beginning).wait_for()
    page.get_by_role("button", name=STOP[language]).click()
    page.get_by_test_id("stAlertContainer").get_by_text(HOW[language]).wait_for()
    one.settle()
    page.reload()
    page.locator(".st-key-turn-1").wait_for()
    one.settle()
    assert page.locator('[class*="st-key-turn-"]').count() == 1
    one.close()


# -- Slack in the same process -------------------------------------------------------------------------


def test_one_process_answers_slack_the_health_page_and_the_web_at_the_same_time(chromium, slack, tmp_path):
    from slack_stand_in import BOT_TOKEN, SECRET, envelope, mention, send, sign

    configured = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": slack.url}
    with serving(tmp_path, **configured) as address:
        one = Visitor(chromium, address)
        page = one.open()
        asked = mention("A distributor approached us. Is that a good reason to appoint him?")
        assert send(f"{address}/slack/events", envelope(asked)).status == 200
        one.say("What did the UK referral case pay?")
        answered = slack.posted()
        assert (answered["channel"], answered["thread_ts"]) == ("C1", asked["ts"])
        assert "approached" in answered["text"]
        assert page.locator(".st-key-turn-1").get_by_text("referral").count()
        forged = envelope(mention("hello"))
        assert send(f"{address}/slack/events", forged, headers=sign(forged, secret="another")).status == 401
        assert page.request.get(f"{address}/healthz").json() == {"ok": True}
        page.reload()
        page.locator(".st-key-turn-1").wait_for()
        assert "approached us" not in page.inner_text("body"), "what is said in Slack is not the web visitor's"
        one.close()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "1e3"])
def test_a_port_that_is_none_is_refused_in_a_line(monkeypatch, capsys, port):
    from ui.cli import main

    monkeypatch.setenv("ADVISOR_WEB_PORT", port)
    assert main(["ui", "--no-browser"]) == 2
    assert f"ADVISOR_WEB_PORT={port}" in capsys.readouterr().err
    monkeypatch.delenv("ADVISOR_WEB_PORT")
    with pytest.raises(SystemExit):
        main(["serve", f"--port={port}"])
    assert "from 1 to 65535" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named_before_anything_is_promised(capsys):
    import socket

    from ui.cli import main

    with socket.create_server(("localhost", 0)) as other:
        port = other.getsockname()[1]
        assert main(["ui", "--no-browser", "--port", str(port)]) == 2
    shown = capsys.readouterr()
    assert f"port {port} already" in shown.err
    assert "Advisor is at" not in shown.out
