"""A web server of our own, and people who visit it with a real browser."""

import contextlib
import os
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
PATIENCE_MS = 40_000
LOCALES = {"en": "en-US", "he": "he-IL"}
LANGUAGES = pytest.mark.parametrize("language", ["en", "he"])
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@contextlib.contextmanager
def browser():
    """A real Chromium; skips, and says why, where there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed (pip install -e .[dev])"
    )
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
        self.page.get_by_test_id("stHeading").first.wait_for()
        self.settle()
        return self.page

    def settle(self):
        """Wait until the script has run to its end."""
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_timeout(150)

    def say(self, text):
        before = self.page.get_by_test_id("stFeedback").count()
        box = self.page.get_by_test_id("stChatInputTextArea")
        box.fill(text)
        box.press("Enter")
        self.page.get_by_test_id("stFeedback").nth(before).wait_for()
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
