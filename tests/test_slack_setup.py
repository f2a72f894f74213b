"""Setting Slack up: manifest, socket mode, installs by several workspaces, the check, and logs without secrets."""

import json
import logging
import re
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import unquote

import pytest
from slack_door import serving, settings_for, text_of
from slack_manifest_rules import problems
from slack_sdk.oauth.installation_store import Installation
from slack_socket import connected
from slack_stand_in import APP_ID, APP_TOKEN, BOT_TOKEN, BOT_USER, SECRET, TEAM, envelope, mention, send, stamp

from integrations.slack import cli
from integrations.slack.app import open_slack
from integrations.slack.checks import checks, summary
from integrations.slack.logs import Scrubbed, scrub
from integrations.slack.manifest import EVENTS, PROMPTS, manifest, one_click
from integrations.slack.settings import SlackSettings
from integrations.slack.words import say, sentences

# -- manifest ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["", "https://advisor.example.com"])
def test_slack_takes_the_manifest_and_the_link_carries_it(address):
    made = manifest(address)
    assert problems(made) == []
    link = one_click(made)
    assert json.loads(unquote(link.split("manifest_json=")[1])) == made
    assert len(link) < 8000


def test_a_manifest_that_slack_would_refuse_is_found_out():
    made = manifest()
    made["display_information"]["long_description"] = "short"
    made["features"]["shortcuts"][0]["name"] = "x" * 25
    made["oauth_config"]["scopes"]["bot"].remove("im:history")
    made["features"]["slash_commands"][0]["url"] = "http://example.com"
    assert len(problems(made)) == 4


def test_every_subscribed_event_and_every_shortcut_has_a_listener(slack, slack_advisor):
    app = open_slack(slack_advisor, settings_for(slack)).app
    names = {name.split(".")[0] for name in EVENTS}
    source = Path(open_slack.__code__.co_filename).read_text("utf-8")
    assert names <= set(re.findall(r'app\.event\("(\w+)"\)', source))
    assert len(app._listeners) > 15


def test_every_first_step_that_is_offered_leads_to_the_same_place_in_both_languages(slack_advisor):
    def led_to(text):
        reply = slack_advisor.reply(uuid.uuid4().hex, text, user="U")
        return reply.kind, (reply.assessment or {}).get("tool")

    for number in (1, 2, 3, 4):
        ends = {led_to(say(f"prompts.{number}.message", language)) for language in ("en", "he")}
        assert len(ends) == 1, (number, ends)
        assert ends <= {("question", "partner_fit"), ("question", "lead_qualification"), ("question", "leadgen_roi"),
                        ("answer", None)}  # fmt: skip
    for title, message in PROMPTS:
        assert led_to(message)[0] == "question", title


def test_the_manifest_is_printed_for_both_modes(capsys):
    assert cli.main(["slack", "manifest"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["settings"]["socket_mode_enabled"] is True
    assert printed.err.startswith("https://api.slack.com/apps?new_app=1")
    assert cli.main(["slack", "manifest", "--http", "https://a.example", "--link"]) == 0
    assert "a.example" in capsys.readouterr().out
    assert cli.main(["slack", "manifest", "--http", "http://a.example"]) == 2


def test_starting_without_tokens_says_which_are_needed(capsys, monkeypatch):
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["slack"]) == 2
    assert "SLACK_APP_TOKEN" in capsys.readouterr().err
    assert cli.main(["slack", "http"]) == 2
    assert "SLACK_SIGNING_SECRET" in capsys.readouterr().err


def test_every_sentence_stands_in_both_languages_and_is_used():
    source = "".join(path.read_text("utf-8") for path in Path(cli.__file__).parent.glob("*.py"))
    for key in sentences():
        parts = key.split(".")
        made_up = any(".".join(parts[:n]) + ".{" in source for n in range(1, len(parts)))
        assert made_up or re.search(f"[\"']{re.escape(key)}[\"']", source), f"{key} is said nowhere"


# -- socket mode -------------------------------------------------------------------------------------


@pytest.fixture
def socket(slack, slack_advisor):
    with connected(slack_advisor, slack) as door:
        yield door.far


def test_over_the_socket_a_mention_is_acknowledged_and_answered_and_a_retry_is_not(slack, socket):
    body = json.loads(envelope(mention("מפיץ פנה אלינו מיוזמתו. זו סיבה טובה למנות אותו?", "UHE"), "EvSocket1"))
    socket.send("events_api", body, "one")
    socket.send("events_api", body, "two", retry_attempt=1, retry_reason="timeout")
    socket.wait_acknowledged("two")
    assert "תהליך" in slack.posted()["text"]
    command = {"command": "/advisor", "text": "help", "user_id": "UEN", "channel_id": "C1", "team_id": TEAM,
               "trigger_id": slack.trigger(), "response_url": slack.response_url()}  # fmt: skip
    socket.send("slash_commands", command, "three")
    assert "resume" in json.dumps(socket.wait_acknowledged("three")["payload"])
    assert len(slack.messages) == 1


def test_the_socket_is_renewed_when_slack_asks_for_it(slack, socket):
    socket.open[0].send(json.dumps({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}}))
    socket.wait(lambda: socket.connections >= 2, "another connection", 20)
    socket.send(
        "events_api",
        json.loads(envelope(mention("A distributor approached us. Is that a good reason to appoint him?"))),
        "after",
    )
    socket.wait_acknowledged("after")
    assert slack.posted()


# -- several workspaces ------------------------------------------------------------------------------


class Browser:
    """Somebody who installs the app; follows no redirect, keeps cookies."""

    def __init__(self, url):
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        self.url = url
        self.open = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay()).open

    def get(self, path, cookie=""):
        request = urllib.request.Request(self.url + path, headers={"Cookie": cookie} if cookie else {})
        try:
            with self.open(request) as answer:
                return answer.status, answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.headers

    def install(self, team):
        status, headers = self.get("/slack/install")
        assert status == 302
        cookie = headers["set-cookie"].split(";")[0]
        state = re.search(r"state=([^&]+)", headers["location"])[1]
        return state, cookie, f"/slack/oauth_redirect?code=good-{team}&state={state}"


@pytest.fixture
def shared(slack, slack_advisor):
    with serving(slack_advisor, slack, bot_token="", client_id="cid", client_secret="sec") as opened:
        yield opened


def test_workspaces_install_by_themselves_and_never_meet(slack, shared):
    browser = Browser(shared.url)
    assert shared.event(mention("hello"), team="T222").status == 200  # not installed: no token, no answer
    _, cookie, back = browser.install("T222")
    assert browser.get(back, "other=cookie")[0] == 400  # a state belongs to the browser it was made for
    assert browser.get(back, cookie)[0] == 200
    assert browser.get(back, cookie)[0] != 200  # and is good once
    _, cookie, back = browser.install("T333")
    assert browser.get(back, cookie)[0] == 200
    ts = stamp()
    for team in ("T222", "T333"):  # the same person, channel and timestamp in two workspaces
        shared.event(mention("Should we appoint this distributor?", ts=ts), team=team)
    slack.posted(2)
    posts = {call.token for call in slack.of("chat.postMessage")}
    assert posts == {"xoxb-T222", "xoxb-T333"}
    advisor = shared.opened.parts.advisor
    for team, other in (("T222", "T333"), ("T333", "T222")):
        heads = [head.id for head in advisor.conversations(user="UEN", workspace=team)]
        assert heads == [f"slack-{team}-C1-{ts}"]
        assert advisor.owner(heads[0], workspace=other) is None
    assert len(slack.of("auth.test")) == 2  # once an install; who we are is not asked at every event
    message = next(m for m in slack.messages.values() if m["metadata"]["event_payload"]["key"].startswith("T222"))
    intruder = shared.press(message, "I don't know", team="T333")  # another workspace with the first one's button
    assert intruder.status == 200
    slack.wait(lambda: slack.whispers or len(slack.messages) > 2, what="an answer to the intruder")
    state = advisor.state(f"slack-T222-C1-{ts}", user="UEN", workspace="T222")
    assert not state.records["partner_fit-1"].answers


PALLETS = {
    "en": ("Pallets of Zubrowka must be stacked upright in the cold store at Gdansk harbour, {why}.",
           "How must pallets of Zubrowka be stacked in the cold store at Gdansk harbour?"),
    "he": ("את המשטחים של זוברובקה צריך לאחסן בעמידה במחסן הקירור בנמל גדנסק, {why}.",
           "איך צריך לאחסן משטחים של זוברובקה במחסן הקירור בנמל גדנסק?"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "he"])
def test_two_workspaces_are_each_quoted_their_own_texts_only(slack, slack_advisor, either_way, language):
    told, asked = PALLETS[language]
    teams = [f"T{uuid.uuid4().hex[:8].upper()}" for _ in range(3)]
    for team in teams[:2]:
        slack_advisor.add_texts([("pallets.txt", told.format(why=f"says {team}").encode())], workspace=team)
    with either_way(slack_advisor, slack, bot_token="", client_id="cid", client_secret="sec") as door:
        for team in teams:
            slack.tokens[f"xoxb-{team}"] = team
            door.opened.parts.workspaces._installations.save(
                Installation(
                    app_id=APP_ID, user_id="U", team_id=team, bot_token=f"xoxb-{team}", bot_id="B", bot_user_id=BOT_USER
                )
            )
            door.event(mention(asked, "UHE" if language == "he" else "UEN"), team=team)
        slack.posted(3)
    shown = {
        message["metadata"]["event_payload"]["key"].split(":")[0]: text_of(message)
        for message in slack.messages.values()
    }
    assert {team: [other for other in teams if f"says {other}" in shown[team]] for team in teams} == {
        teams[0]: [teams[0]], teams[1]: [teams[1]], teams[2]: [],
    }  # fmt: skip


def test_an_uninstalled_workspace_is_not_answered_any_more(slack, shared):
    browser = Browser(shared.url)
    _, cookie, back = browser.install("T444")
    assert browser.get(back, cookie)[0] == 200
    shared.event(mention("A distributor approached us. Is that a good reason to appoint him?"), team="T444")
    slack.posted()
    shared.event({"type": "app_uninstalled", "event_ts": stamp()}, team="T444")
    shared.event(mention("A distributor approached us. Is that a good reason to appoint him?"), team="T444")
    _, cookie, back = browser.install("T555")
    browser.get(back, cookie)
    shared.event(mention("A distributor approached us. Is that a good reason to appoint him?"), team="T555")
    slack.posted(2)
    assert [call.token for call in slack.of("chat.postMessage")] == ["xoxb-T444", "xoxb-T555"]


# -- who may ask -------------------------------------------------------------------------------------


def test_only_allowed_people_and_channels_are_answered(slack, slack_advisor):
    with serving(slack_advisor, slack, users=frozenset({"UEN"}), channels=frozenset({"C1"})) as door:
        door.mention("A distributor approached us. Is that a good reason to appoint him?", "UHE")
        refused = slack.wait(lambda: slack.whispers, what="a refusal")[0]
        assert (refused["user"], bool(re.search("[א-ת]", refused["text"]))) == ("UHE", False)
        door.mention("A distributor approached us. Is that a good reason to appoint him?", channel="C2")
        slack.wait(lambda: len(slack.whispers) == 2, what="a refusal")
        assert "not open" in json.dumps(door.command("ask hi", "U3").json)
        door.talk("A distributor approached us. Is that a good reason to appoint him?", channel="D7")
        assert slack.posted()["channel"] == "D7"
    assert len(slack.messages) == 1


def test_people_of_another_company_in_a_shared_channel_are_told_so(slack, door):
    door.event(mention("A distributor approached us. Is that a good reason to appoint him?", user_team="T999"))
    assert "this workspace only" in slack.wait(lambda: slack.whispers, what="a refusal")[0]["text"]
    assert not slack.messages


# -- the check and the logs --------------------------------------------------------------------------


def test_the_check_says_what_is_missing_and_how_to_mend_it(slack, monkeypatch):
    good = settings_for(slack, app_token=APP_TOKEN)
    slack.socket_url = "ws://127.0.0.1:1/"
    assert {check.state for check in checks(good)} == {"ok"}
    wrong = {check.name: check for check in checks(settings_for(slack, bot_token="xoxb-wrong", app_token="xapp-wrong"))}
    assert "invalid_auth" in wrong["bot token"].detail
    assert "OAuth & Permissions" in wrong["bot token"].mend
    assert "connections:write" in wrong["app token"].mend
    bare = {check.name: check for check in checks(settings_for(slack, signing_secret=""))}
    assert bare["transport"].state == "broken"
    assert [check.state for check in checks(SlackSettings())] == ["off"]
    import slack_stand_in

    monkeypatch.setattr(slack_stand_in, "SCOPES", {"chat:write"})
    scopes = next(check for check in checks(good) if check.name == "scopes")
    assert "im:history" in scopes.detail


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_check_tells_when_the_texts_that_were_added_are_not_quoted_in_this_workspace(slack, language):
    def texts(counts):
        good = settings_for(slack, app_token="")
        (found,) = [one for one in checks(good, None, language, None, counts.get) if one.name == "texts"]
        return found

    elsewhere = texts({"": 3, TEAM: 0})
    assert "3" in elsewhere.detail
    assert f"ADVISOR_OWN_WORKSPACES={TEAM}" in elsewhere.mend
    assert f"--workspace {TEAM}" in elsewhere.mend
    for counts in ({"": 0, TEAM: 0}, {"": 3, TEAM: 3}, {"": 0, TEAM: 2}):
        assert not texts(counts).mend


def test_the_doctor_asks_the_slack_door_by_name(slack, monkeypatch, tmp_path, capsys):
    from assistant import cli as advisor_cli

    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    assert summary(0)[0] == "broken"
    assert "Slack משיב invalid_auth" in summary(0, "he")[1]
    assert advisor_cli.main(["doctor", "--json"]) == 1
    findings = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert "invalid_auth" in findings["Slack"]["detail"]


def test_no_token_reaches_a_log_not_even_in_a_traceback():
    line = f"token {BOT_TOKEN} {APP_TOKEN} v0=0123456789abcdef0123 https://hooks.slack.com/commands/T1/2/abc?code=secretcode"
    assert not re.search("stand-in|0123456789abcdef|commands/T1|secretcode", scrub(line))
    try:
        raise ValueError(f"bad token {BOT_TOKEN}")
    except ValueError:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 0, "failed with %s", (APP_TOKEN,), __import__("sys").exc_info()
        )
    written = Scrubbed().format(record)
    assert "Traceback" in written
    assert BOT_TOKEN not in written
    assert APP_TOKEN not in written


def test_settings_show_no_secret():
    shown = repr(SlackSettings(bot_token="xoxb-1", app_token="xapp-1", signing_secret="s3cr3t", client_secret="c1"))
    assert not re.search("xoxb|xapp|s3cr3t|c1", shown)


def test_the_one_process_server_joins_slack_by_name(slack, slack_advisor, monkeypatch):
    from slack_door import listening
    from starlette.applications import Starlette

    from integrations.slack import web

    for name, value in {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.url,
    }.items():
        monkeypatch.setenv(name, value)
    server = Starlette(routes=web.routes(), lifespan=lambda _app: web.lifespan(slack_advisor))
    with listening(server) as url:
        assert (
            send(
                f"{url}/slack/events",
                envelope(mention("A distributor approached us. Is that a good reason to appoint him?")),
            ).status
            == 200
        )
        assert slack.posted()
    assert not web._serving
