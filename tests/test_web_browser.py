"""The web app in a real Chromium: right to left, accessible, closed to the network, two people apart."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
SHOTS = Path(os.environ.get("ADVISOR_SHOTS", "")) if os.environ.get("ADVISOR_SHOTS") else None
PATIENCE_MS = 20_000
LOCALES = {"en": "en-US", "he": "he-IL"}
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install -e .[dev])")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        try:
            opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        except playwright.Error as error:
            pytest.skip(f"no Chromium: apt-get install chromium, or playwright install chromium ({error.message[:80]})")
        yield opened
        opened.close()


@contextlib.contextmanager
def serving(home, **more):
    """A server of our own on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ADVISOR_", "SLACK_"))}
    environment |= {"ADVISOR_HOME": str(home), "PYTHONPATH": str(ROOT), "NO_PROXY": "*", **more}
    command = [sys.executable, "-m", "assistant.cli", "serve", "--port", str(port)]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=log)
    try:
        _wait_until_healthy(f"http://localhost:{port}", process, home / "server.log")
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(15)


def _wait_until_healthy(address, process, log):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            opener.open(f"{address}/healthz", timeout=2)
            return
        time.sleep(0.1)
    pytest.fail(f"the server did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("home")) as served:
        yield served


class Visitor:
    """A person's browser: counts what must not happen."""

    def __init__(self, browser, address, language="en", size="desktop", **context):
        self.address, self.language, self.size = address, language, size
        self.context = browser.new_context(locale=LOCALES[language], viewport=SIZES[size], **context)
        self.outside, self.violations, self.errors = [], [], []
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", self._asked)
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _asked(self, request):
        if not request.url.startswith((self.address, "data:", "blob:", self.address.replace("http", "ws"))):
            self.outside.append(request.url)

    def _told(self, message):
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.violations.append(message.text)

    def open(self, path="/"):
        self.page.goto(self.address + path)
        self.page.get_by_test_id("stMain").wait_for()
        self.settle()
        return self.page

    def settle(self):
        """Wait until the script has run to its end."""
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_timeout(150)

    def say(self, text):
        box = self.page.get_by_test_id("stChatInputTextArea")
        box.fill(text)
        box.press("Enter")
        self.page.get_by_test_id("stFeedback").last.wait_for()
        self.settle()

    def shot(self, name):
        if SHOTS:
            SHOTS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SHOTS / f"{name}-{self.language}-{self.size}.png")

    def close(self):
        self.context.close()
        assert not self.outside, f"asked outside: {self.outside}"
        assert not self.violations, f"content security policy: {self.violations}"
        assert not self.errors, f"page errors: {self.errors}"


@pytest.fixture
def visitor(browser, address):
    opened = []

    def visit(**options):
        opened.append(Visitor(browser, address, **options))
        return opened[-1]

    yield visit
    for one in opened:
        one.close()


QUESTIONS = {"en": "What did the UK referral case pay?", "he": "למי שייך הליד, לשיווק או למכירות?"}


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_question_is_answered_with_sources_in_the_pages_direction_without_a_word_to_the_network(visitor, language):
    one = visitor(language=language)
    page = one.open()
    one.say(QUESTIONS[language])
    assert page.evaluate("document.documentElement.lang + document.documentElement.dir") == {
        "en": "enltr", "he": "hertl"
    }[language]  # fmt: skip
    page.get_by_test_id("stExpander").first.click()
    page.get_by_text(re.compile("MG-|X-")).first.wait_for()
    sidebar = page.get_by_test_id("stSidebar").bounding_box()
    assert (sidebar["x"] > 600) == (language == "he")
    assert page.evaluate("document.fonts.check('16px Heebo')")
    one.shot("chat")
