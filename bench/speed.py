"""How fast an answer comes, as ratios measured in one run: `python -m bench.speed`.

Cold: a whole `advisor ask` against a bare `import chromadb`, each in a fresh process, alternating.
Warm: a question and an assessment answer through `Advisor.reply` against the bare search of the same index,
and the same turn after 500 turns of conversation.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

QUESTIONS = (
    "What is a sales-ready lead?",
    "Should we appoint a distributor who approached us at a fair?",
    "מה ההבדל בין סוכן למפיץ?",
    "how do we choose a strategic account",
    "איך מודדים החזר על ייצור לידים",
)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "ADVISOR_HOME": home, "ADVISOR_MODEL": "", "ADVISOR_EMBEDDING": ""}
        ask = [sys.executable, "-m", "assistant.cli", "ask", QUESTIONS[0]]
        subprocess.run(ask, env=environment, check=True, capture_output=True)  # builds the index
        cold, bare = alternating(ask, [sys.executable, "-c", "import chromadb"], environment)
        print("| what | p50 | against |\n|---|---|---|")
        print(f"| cold `advisor ask` | {cold:.2f} s, {peak_mb(ask, environment):.0f} MB | {cold / bare:.2f} × bare "
              f"`import chromadb` ({bare:.2f} s) |")  # fmt: skip
        warm(Path(home))


def warm(home: Path) -> None:
    """The warm rows of the table."""
    from assistant import open_advisor

    advisor = open_advisor(home=home, model="")
    knowledge = advisor.knowledge
    search = median(lambda n: knowledge.search(QUESTIONS[n % len(QUESTIONS)], limit=8), 100)
    question = median(lambda n: advisor.reply(f"q{n}", QUESTIONS[n % len(QUESTIONS)]), 100)
    print(f"| warm question, new conversation | {question:.1f} ms | {question / search:.1f} × bare search |")
    advisor.reply("a", "Should we appoint this distributor?")
    fields = [field.id for field in advisor.tools["partner_fit"].form.fields if field.kind == "level"]
    levels = ("yes", "partly", "no")

    def answer(n: int) -> None:
        action = {"do": "answer", "field": fields[n % len(fields)], "value": levels[n % 3]}
        advisor.reply("a", "", actions=[action])

    early = median(answer, 40)
    print(f"| turn inside an assessment | {early:.1f} ms | {early / search:.1f} × bare search |")
    spoken = median(lambda n: advisor.reply("b", ("yes", "I don't know", "partly")[n % 3]), 40,
                    before=lambda: advisor.reply("b", "Should we appoint this distributor?"))  # fmt: skip
    print(f"| spoken answer inside an assessment | {spoken:.1f} ms | {spoken / search:.1f} × bare search |")
    for n in range(420):
        answer(n)
    late = median(answer, 40)
    print(f"| the same after 500 turns | {late:.1f} ms | {late / early:.2f} × the early turn |")
    advisor.close()


def alternating(first: list[str], second: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Median seconds of two commands, run in turns so that the machine's mood strikes both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(5):
        for command, seen in zip((first, second), times, strict=True):
            began = time.perf_counter()
            subprocess.run(command, env=environment, check=True, capture_output=True)
            seen.append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])


def peak_mb(command: list[str], environment: dict[str, str]) -> float:
    """The command's largest resident memory, in MB."""
    code = "import resource,subprocess,sys; subprocess.run(sys.argv[1:], capture_output=True); "
    code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    seen = subprocess.run([sys.executable, "-c", code, *command], env=environment, capture_output=True, text=True)
    return int(seen.stdout) / 1024


def median(run: Callable[[int], object], times: int, before: Callable[[], object] | None = None) -> float:
    """Median milliseconds of a call, after a warm-up."""
    if before is not None:
        before()
    run(0)
    seen = []
    for number in range(1, times + 1):
        began = time.perf_counter()
        run(number)
        seen.append((time.perf_counter() - began) * 1000)
    return statistics.median(seen)


if __name__ == "__main__":
    main()
