"""Logs without secrets: whatever a library writes, tokens and signatures are blotted out before it is kept."""

from __future__ import annotations

import logging
import re

SECRETS = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]+|xapp-[A-Za-z0-9-]+|xoxe-[A-Za-z0-9-]+"
    r"|v0=[0-9a-f]{16,}"
    r"|(?<=/services/)\S+|(?<=hooks\.slack\.com/)\S+"
    r"|(?i:(?<=client_secret=)[^&\s\"']+|(?<=signing_secret=)[^&\s\"']+|(?<=code=)[^&\s\"']+|(?<=ticket=)[^&\s\"']+)"
)


def scrub(text: str) -> str:
    """The text with every token, signature and response address replaced."""
    return SECRETS.sub("[secret]", text)


class Scrubbed(logging.Formatter):
    """Formats as another formatter does, then scrubs the whole line with its traceback."""

    def __init__(self, inner: logging.Formatter | None = None) -> None:
        """Wrap a formatter; default: time, level, name, message."""
        super().__init__()
        self._inner = inner or logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The scrubbed line."""
        return scrub(self._inner.format(record))


def protect() -> None:
    """Scrub what every handler of this process writes; called by whoever starts the door."""
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.WARNING)
    # Bolt warns of tokens it finds in the environment and of events nobody asked for; neither needs mending.
    logging.getLogger("slack_bolt.App").setLevel(logging.ERROR)
    for handler in logging.getLogger().handlers:
        if not isinstance(handler.formatter, Scrubbed):
            handler.setFormatter(Scrubbed(handler.formatter))
