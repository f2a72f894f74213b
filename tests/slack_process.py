"""A Slack door in a process of its own, for tests that kill it: `slack_process.py FOLDER SLACK_URL PORT_FILE WAY`.

Its advisor is the real one over a tiny interpreter, so that what is measured is the door and the database.
A message with the word "slow" takes a minute; "quick" ones take no time.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]  # beside this file's own folder

from slack_stand_in import APP_TOKEN, BOT_TOKEN, SECRET

from assistant import Advisor
from assistant.commands import Reading, Simple
from assistant.settings import Settings
from assistant.store import Store
from integrations.slack.settings import SlackSettings


class Brief:
    """Takes every message for a thank-you."""

    def propose(self, text: str, state: Any) -> Reading:
        if "slow" in text:
            time.sleep(60)
        return Reading((Simple("thanks"),), "en")


class Ignorant:
    """Knows nothing."""

    def mended(self, text: str) -> str:
        return ""

    def tells(self, text: str) -> bool:
        return False

    def knows(self, text: str) -> float:
        return 0.0


def brief_advisor(folder: Path) -> Advisor:
    """An advisor that answers at once and knows nothing."""
    settings = Settings.from_environment({"ADVISOR_HOME": str(folder)})
    return Advisor(settings, Store(settings.database), Brief(), lambda _: Ignorant(), {})  # type: ignore[arg-type]


def main(folder: str, slack_url: str, port_file: str, way: str = "http") -> None:
    """Serve until killed; the port stands in the file once the door is open (0 for a websocket)."""
    if way == "socket":
        connect(folder, slack_url, port_file)
    else:
        serve_http(folder, slack_url, port_file)


def connect(folder: str, slack_url: str, port_file: str) -> None:
    """Answer over a websocket until killed."""
    from integrations.slack.app import open_slack
    from integrations.slack.socket_mode import Socket

    settings = SlackSettings(bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=slack_url, silent=2.0)
    socket = Socket(open_slack(brief_advisor(Path(folder)), settings)).start()
    Path(port_file).write_text("0")
    socket.wait()


def serve_http(folder: str, slack_url: str, port_file: str) -> None:
    """Answer signed requests until killed."""
    import asyncio

    import uvicorn

    from integrations.slack.app import open_slack
    from integrations.slack.http import application

    settings = SlackSettings(bot_token=BOT_TOKEN, signing_secret=SECRET, api_url=slack_url, silent=2.0)
    slack = open_slack(brief_advisor(Path(folder)), settings)
    server = uvicorn.Server(uvicorn.Config(application(slack), port=0, log_level="error", lifespan="on"))

    async def serve() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        written = Path(f"{port_file}.new")
        written.write_text(str(server.servers[0].sockets[0].getsockname()[1]))
        os.replace(written, port_file)
        await serving

    asyncio.run(serve())


if __name__ == "__main__":
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        os.environ.pop(name, None)
    main(*sys.argv[1:])
