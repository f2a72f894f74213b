"""What is wrong with the web app's set-up, and how to mend it: for `advisor doctor`."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from typing import Literal
from urllib.parse import urlsplit

from ui.cli import may_listen
from ui.configuration import Configuration
from ui.words import say

State = Literal["ok", "off", "broken"]
HIGHEST_PORT = 65_535


def summary(language: str, environ: Mapping[str, str] | None = None) -> tuple[State, str, str]:
    """One line for `advisor doctor`: state, detail, what to mend. Opens no server."""
    env = os.environ if environ is None else environ
    given = env.get("ADVISOR_WEB_PORT") or str(Configuration.port)
    if not (given.isdecimal() and 1 <= int(given) <= HIGHEST_PORT):
        return "broken", say("check.bad_port", language, value=given), say("check.bad_port_mend", language)
    configuration = Configuration.from_environment(env)
    for key, values in _faults(configuration):
        return "broken", say(f"check.{key}", language, **values), say(f"check.{key}_mend", language, **values)
    detail = _told(configuration, language)
    if _taken(configuration):
        note = say("check.taken", language, port=configuration.port)
        other = configuration.port % HIGHEST_PORT + 1
        return "ok", f"{detail}; {note}", say("check.taken_mend", language, other=other)
    return "ok", detail, ""


def _faults(configuration: Configuration) -> Iterator[tuple[str, Mapping[str, object]]]:
    login = {
        "ADVISOR_OIDC_METADATA": configuration.issuer,
        "ADVISOR_OIDC_CLIENT_ID": configuration.client_id,
        "ADVISOR_OIDC_CLIENT_SECRET": configuration.client_secret,
    }
    missing = ", ".join(name for name, value in login.items() if not value)
    if any(login.values()) and missing:
        yield "half_login", {"missing": missing}
    if configuration.open_to_others and not configuration.allowed:
        yield "nobody", {}
    if not may_listen(configuration):
        yield "no_login", {"address": configuration.address}


def _told(configuration: Configuration, language: str) -> str:
    address = configuration.url or f"http://{configuration.address}:{configuration.port}"
    count = len(configuration.allowed)
    if configuration.oidc:
        issuer = urlsplit(configuration.issuer).hostname
        return say("check.login", language, address=address, issuer=issuer, count=count)
    if configuration.user_header:
        return say("check.proxy", language, address=address, header=configuration.user_header, count=count)
    return say("check.local", language, address=address)


def _taken(configuration: Configuration) -> bool:
    """Whether something listens on the port already; an address that is not here is found when serving."""
    try:
        with socket.create_connection((configuration.address, configuration.port), timeout=0.5):
            return True
    except OSError:
        return False
