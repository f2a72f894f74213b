"""docs/slack.md says everything an administrator can set, in both languages."""

import re
from pathlib import Path

from integrations.slack.manifest import OPTIONAL_SCOPES, SCOPES
from integrations.slack.settings import SlackSettings

GUIDE = (Path(__file__).parent.parent / "docs" / "slack.md").read_text("utf-8")
ENGLISH, HEBREW = GUIDE.split("# בעברית", 1)


def test_every_setting_and_every_scope_with_its_reason_stands_in_the_guide():
    for name in re.findall(r"\b(?:SLACK|ADVISOR)_[A-Z_]+", SlackSettings.__doc__):
        assert f"`{name}`" in ENGLISH, name
    for scope, reason in SCOPES.items():
        assert f"`{scope}` | {reason}" in ENGLISH, scope
    assert all(f"`{scope}`" in ENGLISH for scope in OPTIONAL_SCOPES)


def test_the_guide_speaks_both_languages_and_names_the_same_commands():
    for part in (ENGLISH, HEBREW):
        for command in ("slack manifest --link", "slack check", "advisor serve", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
            assert command in part, command
