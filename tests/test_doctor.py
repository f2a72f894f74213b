"""`advisor doctor`: every part is looked at, what is wrong is named, and so is how to mend it, in both languages."""

import json
import re
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from assistant import cli, doctor
from assistant.settings import Settings
from assistant.wording import sentences
from ui.checks import summary

WEIGHTS = Path(__file__).parent.parent / "tools" / "weights" / "partner_v1.yaml"
LOGIN = {
    "ADVISOR_OIDC_METADATA": "https://id.example/x",
    "ADVISOR_OIDC_CLIENT_ID": "i",
    "ADVISOR_OIDC_CLIENT_SECRET": "s3",
}


@pytest.fixture
def settings(home, monkeypatch):
    for name in ("ADVISOR_MODEL", "ADVISOR_DATABASE", "ADVISOR_WEIGHTS", "ADVISOR_WEB_PORT", "SLACK_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ADVISOR_HOME", str(home))
    return Settings.from_environment()


def test_a_fresh_installation_has_nothing_broken_and_every_part_is_named(settings, capsys):
    assert cli.main(["doctor", "--json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert list(found) == [
        "Python", "data folder", "disk", "database", "knowledge",
        "embedding", "weights", "language model", "web", "Slack",
    ]  # fmt: skip
    assert {one["state"] for one in found.values()} == {"ok", "off"}
    assert all(one["mend"] for one in found.values() if one["state"] == "off")


def test_the_doctor_speaks_hebrew(settings, capsys):
    assert cli.main(["doctor", "--language", "he"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(doctor.CHECKS)
    said = [line for line in lines if not line.startswith("✓ Python") and str(settings.home) not in line]
    assert [line for line in said if not re.search(r"[א-ת]", line.split(": ", 1)[1])] == []
    assert "מקום בדיסק" in lines[2]


def test_every_part_has_a_name_in_both_languages(settings):
    named = {
        key.removeprefix("doctor.name.").replace("_", " ") for key in sentences() if key.startswith("doctor.name.")
    }
    assert named == {check(settings, "en").name for check in doctor.CHECKS}


def test_a_full_disk_is_said_before_an_index_fails_on_it(settings, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("usage", "free")(5_000_000))
    finding = doctor._disk(settings, "en")
    assert finding.state == "broken"
    assert finding.detail.startswith("5 MB free")
    assert "200 MB" in finding.mend


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda text: "[", "partner_v1.yaml"),
        (lambda text: "- a list", "partner_v1.yaml"),
        (lambda text: text.replace("customer_access: {weight: 5", "customer_access: {weight: many"), "weight"),
        (lambda text: re.sub(r"(?m)^\s*target_customer_access:.*\n", "", text), "target_customer_access"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("folder", ["weights", "weights/T1"])
def test_an_own_weights_file_that_cannot_be_used_is_named_with_its_fault(tmp_path, change, named, folder):
    own = tmp_path / folder
    own.mkdir(parents=True)
    (own / "partner_v1.yaml").write_text(change(WEIGHTS.read_text("utf-8")), "utf-8")
    finding = doctor._weights(Settings.from_environment({"ADVISOR_HOME": str(tmp_path)}), "en")
    assert finding.state == "broken"
    assert named in finding.detail
    assert str(tmp_path) in finding.mend


def test_own_weights_are_shown_with_their_hash(tmp_path):
    (tmp_path / "partner_v1.yaml").write_text(WEIGHTS.read_text("utf-8") + "\n# ours\n", "utf-8")
    settings = Settings.from_environment({"ADVISOR_HOME": str(tmp_path), "ADVISOR_WEIGHTS": str(tmp_path)})
    finding = doctor._weights(settings, "he")
    assert finding.state == "ok"
    assert re.search(r"partner_v1\.yaml \([0-9a-f]{8}\)", finding.detail)


@pytest.mark.parametrize(
    ("env", "detail", "mend"),
    [
        ({"ADVISOR_WEB_PORT": "http"}, "ADVISOR_WEB_PORT='http'", "65535"),
        ({"ADVISOR_WEB_PORT": "70000"}, "70000", "65535"),
        ({**LOGIN, "ADVISOR_OIDC_CLIENT_SECRET": ""}, "ADVISOR_OIDC_CLIENT_SECRET", "ADVISOR_OIDC_CLIENT_SECRET"),
        (LOGIN, "allow-list", "ADVISOR_WEB_ALLOW"),
        ({"ADVISOR_WEB_ADDRESS": "0.0.0.0"}, "0.0.0.0", "log-in"),
    ],
)
def test_a_web_app_that_would_not_serve_is_broken_and_says_which_setting_mends_it(env, detail, mend):
    state, told, remedy = summary("en", env)
    assert state == "broken"
    assert detail in told
    assert mend in remedy
    assert any("א" <= letter <= "ת" for letter in "".join(summary("he", env)))


def test_a_log_in_that_is_set_up_is_told_without_its_secret():
    state, told, _ = summary("en", {**LOGIN, "ADVISOR_WEB_ALLOW": "a@b.example,@c.example", "ADVISOR_WEB_PORT": "1"})
    assert state == "ok"
    assert "id.example; 2 entries" in told
    assert "s3" not in told


def test_a_port_that_is_taken_is_told_of():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        state, told, mend = summary("en", {"ADVISOR_WEB_PORT": port, "ADVISOR_WEB_ADDRESS": "127.0.0.1"})
    assert state == "ok"
    assert f"port {port} is in use" in told
    assert "ADVISOR_WEB_PORT" in mend
