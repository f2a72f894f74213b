"""How fast the web app is: first paint, a rerun inside an assessment, fifty people at once.

    python -m bench.web [--sessions 50]

Starts a server of its own on an empty data folder and drives it: a real Chromium for the first paint, plain
websockets (the browser's own protocol) for the crowd, Streamlit's test driver for server time of a rerun.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
REPEATS = 20


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures: dict[str, Any] = {"rerun_ms": rerun(Path(folder) / "rerun")}
        process, address, figures["ready_s"] = serve(Path(folder) / "served")
        try:
            figures["first_paint_s"] = first_paint(address)
            figures["crowd"] = asyncio.run(crowd(address, options.sessions))
            figures["memory_mb"] = memory(process.pid)
        finally:
            process.terminate()
            process.wait(20)
    print(json.dumps(figures, indent=2))
    return 0


def serve(home: Path) -> tuple[subprocess.Popen[bytes], str, float]:
    """A fresh server, its address, and the seconds until it was healthy."""
    home.mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ADVISOR_", "SLACK_"))}
    environment |= {"ADVISOR_HOME": str(home), "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli", "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    while time.perf_counter() - began < 60:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
            break
        except OSError:
            time.sleep(0.05)
    return process, address, round(time.perf_counter() - began, 2)


def first_paint(address: str) -> dict[str, float]:
    """Seconds until the chat box and the welcome stand there: for the very first visitor, and for later ones."""
    from playwright.sync_api import sync_playwright

    seconds = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"])
        for _ in range(5):
            context = browser.new_context()
            page = context.new_page()
            began = time.perf_counter()
            page.goto(address)
            page.get_by_test_id("stChatInputTextArea").wait_for()
            page.get_by_test_id("stButton").first.wait_for()
            seconds.append(time.perf_counter() - began)
            context.close()
        browser.close()
    return {"cold": round(seconds[0], 2), "later": round(statistics.median(seconds[1:]), 2)}


def rerun(home: Path) -> dict[str, float]:
    """Server time of one answer in the partner form: stored, recomputed and drawn, in milliseconds."""
    import logging

    from streamlit.testing.v1 import AppTest

    from assistant import open_advisor
    from ui import session

    logging.disable(logging.CRITICAL)
    home.mkdir(parents=True)
    advisor = open_advisor(home=home, model="")
    session.advisor = lambda: advisor
    advisor.reply("bench", "x", actions=[{"do": "start", "tool": "partner_fit", "name": "x"}])
    app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    app.switch_page("views/assessments.py")
    app.query_params["c"], app.query_params["record"] = "bench", "partner_fit-1"
    app.run()
    times = []
    for number in range(REPEATS):
        box = app.selectbox(key="bench-partner_fit-1-candidate_type")
        box.set_value(("agent", "distributor")[number % 2])
        began = time.perf_counter()
        app.run()
        times.append((time.perf_counter() - began) * 1000)
    advisor.close()
    return {"median": round(statistics.median(times), 1), "p95": round(sorted(times)[int(REPEATS * 0.95) - 1], 1)}


async def crowd(address: str, sessions: int) -> dict[str, Any]:
    """So many visitors open the chat at once: how long until each page's script has run, and what failed."""
    began = time.perf_counter()
    results = await asyncio.gather(*(_visit(address) for _ in range(sessions)), return_exceptions=True)
    good = [result for result in results if isinstance(result, float)]
    failed = [repr(result) for result in results if not isinstance(result, float)]
    return {
        "sessions": sessions,
        "errors": len(failed),
        "first_error": failed[0] if failed else None,
        "median_s": round(statistics.median(good), 2) if good else None,
        "slowest_s": round(max(good), 2) if good else None,
        "all_s": round(time.perf_counter() - began, 2),
    }


async def _visit(address: str) -> float:
    """One browser's opening: connect, ask for a run, read until the script has finished without an error."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.asyncio.client import connect

    began = time.perf_counter()
    ask = BackMsg()
    ask.rerun_script.query_string = "lang=en"
    async with connect(
        address.replace("http", "ws") + "/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=address,  # type: ignore[arg-type]
        max_size=None,
        open_timeout=60,
        proxy=None,
    ) as socket:
        await socket.send(ask.SerializeToString())
        async with asyncio.timeout(60):
            while True:
                message = ForwardMsg.FromString(await socket.recv())
                if message.delta.new_element.HasField("exception"):
                    raise RuntimeError(message.delta.new_element.exception.message)
                if message.WhichOneof("type") == "script_finished":
                    return time.perf_counter() - began


def memory(process: int) -> float | None:
    """Resident memory of the server in megabytes, where the system tells it."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return None
    return next(round(int(line.split()[1]) / 1024, 0) for line in lines if line.startswith("VmRSS"))


def _chromium() -> str | None:
    import shutil

    return next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)


if __name__ == "__main__":
    sys.exit(main())
