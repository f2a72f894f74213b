"""`advisor ui` opens the web app in a browser; `advisor serve` runs it for others, without opening one."""

from __future__ import annotations

import argparse
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace

from ui.configuration import LOCAL, Configuration, port_of
from ui.words import say


def main(words: Sequence[str]) -> int:
    """Run the server until it is stopped. Returns 2 where it must not listen as asked."""
    options = _parser(words[0]).parse_args(words[1:])
    try:
        configuration = Configuration.from_environment()
    except ValueError as error:
        return _refuse("bad_port", value=str(error))
    configuration = replace(
        configuration,
        port=options.port or configuration.port,
        address=options.address or configuration.address,
    )
    if not may_listen(configuration):
        return _refuse("needs_login", address=configuration.address)
    if not is_free(configuration):
        return _refuse("port_taken", port=configuration.port, command=words[0], other=configuration.port + 1)
    if not configuration.open_to_others:
        print(say("serve.local_only", "en"), file=sys.stderr)
    print(say("serve.at", "en", address=f"http://{configuration.address}:{configuration.port}"), flush=True)
    return run(configuration, open_browser=words[0] == "ui" and not options.no_browser)


def may_listen(configuration: Configuration) -> bool:
    """Whether the address is this machine, or there is a log-in with an allow-list to keep others apart."""
    return configuration.address in (*LOCAL, "::1") or (configuration.open_to_others and bool(configuration.allowed))


def is_free(configuration: Configuration) -> bool:
    """Whether nothing listens there yet. An address that is not this machine's is left to the server to refuse."""
    try:
        with socket.create_connection((configuration.address, configuration.port), timeout=1):
            return False
    except OSError:
        return True


def _refuse(reason: str, **values: object) -> int:
    print(f"advisor: {say(f'serve.{reason}', 'en', **values)}", file=sys.stderr)
    return 2


def run(configuration: Configuration, *, open_browser: bool) -> int:
    """Serve until stopped."""
    from assistant import AdvisorError
    from ui.server import create, options

    try:
        app = create(configuration)
        app.run(config={**options(configuration), "server.headless": not open_browser})
    except AdvisorError as error:
        print(f"advisor: {error.text('en')}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _port(text: str) -> int:
    try:
        return port_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}") from error


def _parser(command: str) -> argparse.ArgumentParser:
    what = {"ui": "Open the web app in a browser.", "serve": "Web, health page and Slack events in one process."}
    parser = argparse.ArgumentParser(prog=f"advisor {command}", description=what[command])
    parser.add_argument("--port", type=_port, help="TCP port (default: ADVISOR_WEB_PORT or 8501)")
    parser.add_argument("--address", help="address to listen on (default: this machine only)")
    if command == "ui":
        parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    else:
        parser.set_defaults(no_browser=True)
    return parser
