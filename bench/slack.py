"""How many messages a second Slack's door carries: acknowledgement p99 and answers, at rising rates.

    python -m bench.slack [--processes 2] [--seconds 10] [--rates 2,4,8,16,32] [--brief] [--json]

The shipped command (`advisor slack http`) runs in so many processes on one database, in front of the strict
stand-in for Slack of the tests. Messages are questions, numbers and small talk in both languages, each signed
and each delivered twice. With --brief the advisor thanks for everything, so that only the door is measured.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # the stand-in for Slack lives with the tests

from slack_stand_in import BOT_TOKEN, SECRET, StandIn, envelope, mention, send  # noqa: E402

SAYINGS = (
    "A distributor approached us. Is that a good reason to appoint him?",
    "What do leads cost abroad?",
    "מפיץ פנה אלינו מיוזמתו. זו סיבה טובה למנות אותו?",
    "Should we appoint this distributor?",
    "האם הליד הזה בשל למכירות?",
    "What does after-sale service mean for choosing a partner?",
    "thanks",
    "מה אתה יודע לעשות?",
)


@dataclass(frozen=True)
class Rate:
    """What was measured at one rate of messages a second. Times in seconds."""

    offered: float
    answered: float
    messages: int
    acknowledged_p50: float
    acknowledged_p99: float
    answer_p50: float
    answer_p95: float
    duplicates: int

    @property
    def carried(self) -> bool:
        """Whether ninety-five of a hundred answers came within two seconds."""
        return self.answer_p95 < 2 and self.duplicates == 0


def main(words: Sequence[str] | None = None) -> int:
    """Measure at each rate until one is not carried any more."""
    top = argparse.ArgumentParser(prog="bench.slack", description=__doc__.splitlines()[0])
    top.add_argument("--processes", type=int, default=2)
    top.add_argument("--seconds", type=float, default=10)
    top.add_argument("--rates", default="2,4,8,16,32")
    top.add_argument("--brief", action="store_true")
    top.add_argument("--json", action="store_true")
    options = top.parse_args(words)
    slack = StandIn().start()
    found: list[Rate] = []
    with tempfile.TemporaryDirectory() as folder:
        doors = Doors(Path(folder), slack, options.processes, options.brief)
        try:
            measure(slack, doors.urls, 2, 3)  # warm
            for rate in map(float, options.rates.split(",")):
                found.append(measure(slack, doors.urls, rate, options.seconds))
                if not options.json:
                    print(row(found[-1]), flush=True)
                if not found[-1].carried:
                    break
        finally:
            doors.stop()
            slack.stop()
    if options.json:
        print(json.dumps([dataclasses.asdict(one) for one in found]))
    return 0


class Doors:
    """The door in several processes on one database."""

    def __init__(self, folder: Path, slack: StandIn, count: int, brief: bool) -> None:
        """Start them and wait until each answers its health page."""
        ports = [_free_port() for _ in range(count)]
        environment = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "PYTHONPATH": str(ROOT), "ADVISOR_HOME": str(folder), "SLACK_API_URL": slack.url,
            "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SECRET,
        }  # fmt: skip
        self._files = [folder / f"port-{number}" for number in range(count)]
        script = str(ROOT / "tests" / "slack_process.py")
        self._processes = [
            subprocess.Popen(
                [sys.executable, script, str(folder), slack.url, str(file)]
                if brief
                else [sys.executable, "-m", "assistant.cli", "slack", "http", "--port", str(port)],
                env=environment,
            )
            for port, file in zip(ports, self._files, strict=True)
        ]
        opened = [self._port(port, file, brief) for port, file in zip(ports, self._files, strict=True)]
        self.urls = [f"http://127.0.0.1:{port}" for port in opened]
        for url in self.urls:
            _wait_for(f"{url}/slack/health")

    def stop(self) -> None:
        """End them."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(20)

    @staticmethod
    def _port(port: int, file: Path, brief: bool) -> int:
        while brief and not file.exists():
            time.sleep(0.05)
        return int(file.read_text()) if brief else port


def measure(slack: StandIn, urls: Sequence[str], rate: float, seconds: float) -> Rate:
    """Send so many messages a second, each to two doors, and wait for every answer."""
    count = max(1, int(rate * seconds))
    before = len(slack.messages)
    sent: dict[str, float] = {}
    acknowledged: list[float] = []
    lock = threading.Lock()
    answered: dict[str, float] = {}

    def deliver(number: int) -> None:
        event = mention(SAYINGS[number % len(SAYINGS)], channel=f"C{number}")
        body = envelope(event)
        sent[event["ts"]] = time.time()
        for url in (urls[number % len(urls)], urls[(number + 1) % len(urls)]):
            answer = send(f"{url}/slack/events", body)
            assert answer.status == 200, answer
            with lock:
                acknowledged.append(answer.seconds)

    began = time.perf_counter()
    with ThreadPoolExecutor(32) as pool:
        for number in range(count):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            pool.submit(deliver, number)
    slack.wait(lambda: len(slack.messages) >= before + count, 120, f"{count} answers")
    took = time.perf_counter() - began
    time.sleep(0.3)
    posts = [call for call in slack.of("chat.postMessage") if call.args["thread_ts"] in sent]
    for call in posts:
        answered.setdefault(call.args["thread_ts"], call.at - sent[call.args["thread_ts"]])
    return Rate(
        rate, count / took, count, _quantile(acknowledged, 0.5), _quantile(acknowledged, 0.99),
        _quantile(list(answered.values()), 0.5), _quantile(list(answered.values()), 0.95), len(posts) - len(answered),
    )  # fmt: skip


def row(one: Rate) -> str:
    """One line for a person."""
    return (
        f"{one.offered:5.0f}/s offered, {one.answered:5.1f}/s answered ({one.messages} messages, "
        f"{one.duplicates} duplicates): acknowledged p50 {one.acknowledged_p50 * 1000:.0f} ms, "
        f"p99 {one.acknowledged_p99 * 1000:.0f} ms; answered p50 {one.answer_p50:.2f} s, p95 {one.answer_p95:.2f} s"
        f"{'' if one.carried else '  <- not carried'}"
    )


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + 90
    while True:
        try:
            opener.open(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
