"""`advisor slack`: answer Slack in this process. See docs/slack.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from integrations.slack.settings import SlackSettings


def main(words: Sequence[str]) -> int:
    """Run one command; `words` begins with "slack". Exit codes: 0 done, 1 a check failed, 2 set-up missing."""
    options = _parser().parse_args(list(words)[1:])
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="advisor slack", description="Answer people in Slack.")
    top.set_defaults(run=_run)
    commands = top.add_subparsers(metavar="COMMAND")
    http = commands.add_parser("http", help="answer signed HTTP requests in this process")
    http.add_argument("--host", default="127.0.0.1")
    http.add_argument("--port", type=int, default=3000)
    http.set_defaults(run=_http)
    return top


def _run(_options: argparse.Namespace) -> int:
    print("advisor: socket mode needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN", file=sys.stderr)
    return 2


def _http(options: argparse.Namespace) -> int:
    settings = SlackSettings.from_environment()
    if not settings.signing_secret or not settings.configured:
        print("advisor: HTTP mode needs SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN", file=sys.stderr)
        return 2
    import uvicorn

    from assistant import open_advisor
    from integrations.slack.app import open_slack
    from integrations.slack.http import application

    slack = open_slack(open_advisor(), settings)
    uvicorn.run(application(slack), host=options.host, port=options.port, log_level="warning")
    return 0
