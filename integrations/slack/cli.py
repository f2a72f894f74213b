"""`advisor slack`: answer Slack, print the manifest that creates the app, check the set-up. See docs/slack.md."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from integrations.slack.settings import SlackSettings


def main(words: Sequence[str]) -> int:
    """Run one command; `words` begins with "slack". Exit codes: 0 done, 1 a check failed, 2 set-up missing."""
    options = _parser().parse_args(list(words)[1:])
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="advisor slack",
        description="Answer people in Slack. Without a command: socket mode, with SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",
    )
    top.set_defaults(run=_socket)
    commands = top.add_subparsers(metavar="COMMAND")
    http = commands.add_parser("http", help="answer signed HTTP requests in this process (advisor serve does it too)")
    http.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    http.add_argument("--port", type=int, default=3000, help="port to listen on (default: 3000)")
    http.set_defaults(run=_http)
    manifest = commands.add_parser("manifest", help="the manifest that creates the app, and a link that does it")
    manifest.add_argument("--http", metavar="URL", default="", help="HTTP mode, with your server's public address")
    manifest.add_argument("--link", action="store_true", help="only the link")
    manifest.set_defaults(run=_manifest)
    key = commands.add_parser("key", help="a fresh ADVISOR_SLACK_KEY, with which workspaces' tokens are encrypted")
    key.set_defaults(run=_key)
    check = commands.add_parser("check", help="tokens, scopes and events: what is missing and how to mend it")
    check.add_argument("--language", choices=("en", "he"), default="en", help="speak this language")
    check.add_argument("--json", action="store_true", help="as JSON")
    check.set_defaults(run=_check)
    return top


def _socket(_options: argparse.Namespace) -> int:
    settings = SlackSettings.from_environment()
    if not (settings.bot_token and settings.app_token):
        return _missing("SLACK_BOT_TOKEN (xoxb-…) and SLACK_APP_TOKEN (xapp-…)")
    from slack_sdk.errors import SlackApiError

    from integrations.slack.socket_mode import Socket

    slack = _open(settings)
    if slack is None:
        return 2
    socket = Socket(slack)
    signal.signal(signal.SIGTERM, lambda *_: socket.close())
    try:
        socket.start()
        print("advisor: answering in Slack; stop with Ctrl-C.", file=sys.stderr)
        socket.wait()
    except SlackApiError as error:
        print(f"advisor: Slack says {error.response.get('error')}; try: advisor slack check", file=sys.stderr)
        return 2
    finally:
        socket.close()
    return 0


def _http(options: argparse.Namespace) -> int:
    settings = SlackSettings.from_environment()
    if not (settings.signing_secret and settings.configured):
        return _missing("SLACK_SIGNING_SECRET, and SLACK_BOT_TOKEN or SLACK_CLIENT_ID with SLACK_CLIENT_SECRET")
    import uvicorn

    from integrations.slack.http import application

    slack = _open(settings)
    if slack is None:
        return 2
    uvicorn.run(application(slack), host=options.host, port=options.port, log_level="warning", log_config=None)
    return 0


def _open(settings: SlackSettings) -> Any:
    from assistant import AdvisorError, open_advisor
    from integrations.slack.app import open_slack
    from integrations.slack.logs import protect
    from integrations.slack.sealing import BadKey

    protect()
    try:
        return open_slack(open_advisor(), settings)
    except AdvisorError as error:
        print(f"advisor: {error.text('en')}", file=sys.stderr)
    except BadKey as error:
        print(f"advisor: {error}", file=sys.stderr)
    return None


def _missing(what: str) -> int:
    print(f"advisor: needed in the environment: {what}. Begin with: advisor slack manifest", file=sys.stderr)
    return 2


def _manifest(options: argparse.Namespace) -> int:
    from integrations.slack.manifest import manifest, one_click

    if options.http and not options.http.startswith("https://"):
        print("advisor: Slack needs an address that begins with https://", file=sys.stderr)
        return 2
    made = manifest(options.http)
    if not options.link:
        print(json.dumps(made, ensure_ascii=False, indent=2))
    print(one_click(made), file=sys.stdout if options.link else sys.stderr)
    return 0


def _count_texts(advisor: Any, workspace: str) -> int:
    return len(advisor.knowledge_of(workspace).library.documents())


def _key(_options: argparse.Namespace) -> int:
    from integrations.slack.sealing import new_key

    print(new_key())
    return 0


def _check(options: argparse.Namespace) -> int:
    from assistant import AdvisorError, open_advisor
    from integrations.slack.checks import checks

    settings, received, engine, texts = SlackSettings.from_environment(), None, None, None
    if settings.configured:
        with contextlib.suppress(AdvisorError):  # the advisor's own troubles are told by `advisor doctor`
            advisor = open_advisor()
            engine, received = advisor.inbox.engine, sum(advisor.inbox.counts("slack").values())
            texts = partial(_count_texts, advisor)
    found = list(checks(settings, received, options.language, engine, texts))
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            mark = {"ok": "✓", "off": "–", "broken": "✗"}[one.state]
            print(f"{mark} {one.name:16} {one.detail}" + (f"  → {one.mend}" if one.mend else ""))
    return 1 if any(one.state == "broken" for one in found) else 0
