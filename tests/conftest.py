"""What several test files share."""

from __future__ import annotations

import contextlib
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.understanding.examples import Library, load_library
from assistant.understanding.rules import RuleInterpreter
from tools.registry import TOOLS

TALKS = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def _nobodys_own() -> Iterator[None]:
    """No test writes into the database, or speaks through the model, that this machine's owner has set."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE", "MODEL", "WEIGHTS", "EMBEDDING", "OWN_WORKSPACES"):
            patch.delenv(f"ADVISOR_{name}", raising=False)
        yield


@pytest.fixture(scope="session")
def library() -> Library:
    """The indexed examples: once for all test files, for indexing them takes seconds."""
    return load_library({tool.name: tool for tool in TOOLS})


@pytest.fixture(scope="session")
def reader(library: Library) -> RuleInterpreter:
    """Reads messages by words alone."""
    return RuleInterpreter(TOOLS, library=lambda: library)


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the examples and the bundled knowledge are indexed: that takes longer than most tests."""
    from assistant import open_advisor

    folder = tmp_path_factory.mktemp("indexed")
    with contextlib.closing(open_advisor(home=folder)) as advisor:
        advisor.reply("c", "What is a lead?", user="u")
    return folder


def index_into(folder: Path, indexed: Path) -> Path:
    """Put the ready indexes into a data folder in which nothing was said; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(indexed / "examples.npz", folder)
    shutil.copytree(indexed / "knowledge", folder / "knowledge")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, indexed: Path) -> Iterator[Path]:
    """A data folder of its own for each test file, indexed already and with nothing said in it."""
    folder = index_into(tmp_path_factory.mktemp("home"), indexed)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_home(tmp_path: Path, indexed: Path) -> Path:
    """The test's temporary folder as a data folder of its own, indexed already."""
    return index_into(tmp_path, indexed)


@pytest.fixture(scope="module")
def advisor(home: Path) -> Iterator[object]:
    """A real advisor, offline, in that data folder; one for the tests of a file."""
    from assistant import open_advisor

    opened = open_advisor(home=home)
    yield opened
    opened.close()


@pytest.fixture
def slack() -> Iterator[object]:
    """Slack itself, as a strict stand-in on a free local port."""
    from slack_stand_in import StandIn

    started = StandIn().start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def slack_advisor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A real advisor, offline, with its own data folder; one for all tests of the Slack door."""
    from assistant import open_advisor

    advisor = open_advisor(home=tmp_path_factory.mktemp("advisor"))
    yield advisor
    advisor.close()


@pytest.fixture
def door(slack: object, slack_advisor: object) -> Iterator[object]:
    """The Slack door in HTTP mode, in front of the stand-in."""
    from slack_door import serving

    with serving(slack_advisor, slack) as opened:  # type: ignore[arg-type]
        yield opened


@pytest.fixture(params=["http", "socket"])
def either_way(request: pytest.FixtureRequest) -> object:
    """What opens a door: signed HTTP requests, or a websocket."""
    from slack_door import serving
    from slack_socket import connected

    return serving if request.param == "http" else connected


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A real browser; tests that need it are skipped where there is none."""
    from web_visitor import browser

    with browser() as opened:
        yield opened


@pytest.fixture
def talk(advisor):
    """Says lines in a conversation of their own; returns the last reply, and remembers the conversation."""
    conversation = f"talk-{next(TALKS)}"

    def say(*lines):
        for line in lines:
            reply = advisor.reply(conversation, line)
        say.state = advisor.state(conversation)
        return reply

    return say
