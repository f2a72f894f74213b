"""Tokens of installed workspaces: encrypted in the database, readable through every change of key."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from slack_door import serving
from slack_sdk.oauth.installation_store import Installation
from slack_stand_in import mention

from assistant import open_advisor
from assistant.store import Store
from integrations.slack import cli
from integrations.slack.checks import checks, summary
from integrations.slack.installing import installation_store, installed
from integrations.slack.manifest import SCOPES
from integrations.slack.sealing import SEALED, BadKey, Sealer, Unreadable, new_key
from integrations.slack.settings import SlackSettings

QUESTION = "A distributor approached us. Is that a good reason to appoint him?"
TOKENS = ("xoxb-1-SECRETBOT", "xoxp-1-SECRETUSER", "xoxe-1-SECRETREFRESH")


@pytest.fixture
def engine(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'slack.db'}")  # the advisor's own database, with its write-ahead log
    yield store.engine
    store.close()


def settings(*keys):
    return SlackSettings(client_id="cid", client_secret="sec", token_keys=keys)


def save(store, team="T1", token=TOKENS[0]):
    store.save(
        Installation(
            user_id="U1", team_id=team, team_name=f"Company {team}", app_id="A1", bot_token=token, bot_id="B1",
            bot_user_id="UB1", bot_scopes=",".join(SCOPES), user_token=TOKENS[1], bot_refresh_token=TOKENS[2],
        )
    )  # fmt: skip


def found(store, team="T1"):
    bot = store.find_bot(enterprise_id=None, team_id=team)
    return bot.bot_token if bot else None


def on_disk(engine) -> bytes:
    """Everything SQLite keeps of the database: the file, its log and its shared memory."""
    path = Path(engine.url.database)
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def stored(store):
    return [value for table in (store.bots, store.installations) for _, _, value in store.stored(table)]


def test_with_a_key_no_token_stands_in_the_database_and_each_is_read_back(engine):
    store = installation_store(settings(new_key()), engine)
    save(store)
    bot = store.find_bot(enterprise_id=None, team_id="T1")
    whole = store.find_installation(enterprise_id=None, team_id="T1")
    assert (bot.bot_token, whole.user_token, bot.bot_refresh_token) == TOKENS
    assert len(stored(store)) == 5
    assert all(value.startswith(SEALED) for value in stored(store))
    assert not re.search(rb"SECRET|xox", on_disk(engine))


def test_without_a_key_tokens_are_stored_as_they_are(engine):
    store = installation_store(settings(), engine)
    save(store)
    assert found(store) == TOKENS[0]
    assert TOKENS[0] in stored(store)


def test_tokens_from_before_the_key_are_sealed_at_the_next_start_down_to_the_last_byte(engine):
    save(installation_store(settings(), engine))
    assert b"SECRET" in on_disk(engine)
    store = installation_store(settings(new_key()), engine)
    assert found(store) == TOKENS[0]
    assert all(value.startswith(SEALED) for value in stored(store))
    assert b"SECRET" not in on_disk(engine)


def test_a_key_is_changed_by_putting_the_new_one_in_front_and_the_old_one_can_go(engine):
    old, new = new_key(), new_key()
    save(installation_store(settings(old), engine))
    before = stored(installation_store(settings(old), engine))
    assert stored(installation_store(settings(old), engine)) == before, "nothing is sealed again without need"
    assert found(installation_store(settings(new, old), engine)) == TOKENS[0]
    store = installation_store(settings(new), engine)
    assert found(store) == TOKENS[0]
    assert not set(stored(store)) & set(before)


@pytest.mark.parametrize("keys", [(), (new_key(),)])
def test_a_token_that_no_key_opens_is_as_if_not_installed_and_is_not_lost(engine, keys, caplog):
    key = new_key()
    save(installation_store(settings(key), engine))
    store = installation_store(settings(*keys), engine)
    assert found(store) is None
    assert "ADVISOR_SLACK_KEY" in caplog.text
    assert not re.search("SECRET|xox", caplog.text)
    save(store, "T2", "xoxb-2-OTHER")  # others go on
    assert found(store, "T2") == "xoxb-2-OTHER"
    assert found(installation_store(settings(*keys, key) if keys else settings(key), engine)) == TOKENS[0]


@pytest.mark.parametrize("key", ["secret", "x" * 44, "ש" * 44])
def test_a_key_that_is_none_is_refused_without_being_told(key, engine):
    with pytest.raises(BadKey, match="advisor slack key") as refused:
        installation_store(settings(key), engine)
    assert key not in str(refused.value)


def test_sealing_is_different_each_time_and_notices_a_changed_byte():
    sealer = Sealer([new_key()])
    one, other = sealer.seal("xoxb-1"), sealer.seal("xoxb-1")
    assert one != other
    assert sealer.open(one) == sealer.open(other) == "xoxb-1"
    flipped = one[:-5] + ("A" if one[-5] != "A" else "B") + one[-4:]
    with pytest.raises(Unreadable):
        sealer.open(flipped)


def test_a_workspace_installs_and_is_answered_with_a_sealed_token_also_after_the_key_changed(slack, own_home):
    old, new = new_key(), new_key()
    advisor = open_advisor(home=own_home)
    oauth = {"bot_token": "", "client_id": "cid", "client_secret": "sec"}
    with serving(advisor, slack, **oauth, token_keys=(old,)) as door:
        install(door.url, "T222")
        door.event(mention(QUESTION), team="T222")
        slack.posted()
    with serving(advisor, slack, **oauth, token_keys=(new, old)) as door:
        door.event(mention(QUESTION), team="T222")
        slack.posted(2)
    assert [call.token for call in slack.of("chat.postMessage")] == ["xoxb-T222"] * 2
    advisor.close()
    assert b"xoxb-" not in b"".join(path.read_bytes() for path in own_home.glob("advisor.db*"))


def install(url, team):
    """Go through Slack's consent in a browser that keeps cookies and follows nothing."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay())
    with pytest.raises(urllib.error.HTTPError) as sent:
        opener.open(f"{url}/slack/install")
    state = re.search(r"state=([^&]+)", sent.value.headers["location"])[1]
    cookie = sent.value.headers["set-cookie"].split(";")[0]
    back = urllib.request.Request(
        f"{url}/slack/oauth_redirect?code=good-{team}&state={state}", headers={"Cookie": cookie}
    )
    assert opener.open(back).status == 200


# -- what the check says -----------------------------------------------------------------------------


def told(engine, language, *keys):
    found = {one.name: one for one in checks(settings(*keys), None, language, engine)}
    return found["token key"]


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_check_says_how_tokens_lie_in_the_database_and_what_to_mend(engine, language):
    key, other = new_key(), new_key()
    save(installation_store(settings(), engine))
    states = {
        "no key": told(engine, language),
        "not yet": told(engine, language, key),
        "bad": told(engine, language, "nonsense"),
    }
    installation_store(settings(key), engine)
    states |= {
        "well": told(engine, language, key),
        "lost": told(engine, language, other),
        "gone": told(engine, language),
    }
    broken = {name for name, one in states.items() if one.state == "broken"}
    assert broken == {"bad", "lost", "gone"}
    assert {name for name, one in states.items() if not one.mend} == {"well"}
    assert "ADVISOR_SLACK_KEY" in states["no key"].mend
    assert "T1" in states["lost"].detail
    for one in states.values():
        assert bool(re.search("[א-ת]", one.detail)) == (language == "he"), one
        assert "SECRET" not in one.detail + one.mend


def test_the_check_names_the_workspace_whose_installation_lacks_a_scope(engine):
    store = installation_store(settings(), engine)
    save(store)
    save(store, "T2")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE slack_bots SET bot_scopes = 'chat:write' WHERE team_id = 'T2'")
    (scopes,) = [one for one in checks(settings(), None, "en", engine) if one.name == "scopes"]
    assert (scopes.state, scopes.detail.split()[0]) == ("broken", "T2")
    assert "im:history" in scopes.detail
    assert "/slack/install" in scopes.mend
    assert [one.team for one in installed(settings(), engine)] == ["T1", "T2"]


def test_the_doctor_passes_on_that_tokens_are_not_encrypted(engine, monkeypatch):
    save(installation_store(settings(), engine))
    for name, value in {"SLACK_CLIENT_ID": "cid", "SLACK_CLIENT_SECRET": "s", "SLACK_SIGNING_SECRET": "s"}.items():
        monkeypatch.setenv(name, value)
    state, detail, mend = summary(1, "en", engine)
    assert state == "ok"
    assert "not encrypted" in detail
    assert "advisor slack key" in mend


def test_a_key_is_made_at_the_command_line(capsys):
    assert cli.main(["slack", "key"]) == 0
    assert Sealer([capsys.readouterr().out.strip()]).active


def test_the_check_at_the_command_line_speaks_both_languages_and_tells_of_events(slack, monkeypatch, tmp_path, capsys):
    from slack_stand_in import BOT_TOKEN

    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    for name, value in {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": slack.url}.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["slack", "check", "--json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert "(T111)" in found["bot token"]["detail"]
    assert "Event Subscriptions" in found["events"]["mend"]
    assert cli.main(["slack", "check", "--language", "he"]) == 0
    assert "עדיין לא התקבלה" in capsys.readouterr().out


def test_a_bad_key_stops_the_start_with_a_word_on_how_to_make_one(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "ADVISOR_SLACK_KEY"):
        monkeypatch.setenv(name, "nonsense")
    assert cli.main(["slack", "http", "--port", "0"]) == 2
    assert "advisor slack key" in capsys.readouterr().err


def test_the_settings_read_one_key_or_several_and_show_none():
    key, old = new_key(), new_key()
    read = SlackSettings.from_environment({"ADVISOR_SLACK_KEY": f" {key} , {old},"})
    assert read.token_keys == (key, old)
    assert key not in repr(read)
