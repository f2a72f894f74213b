"""The whole check behind `./advisor test`: lint, types, import directions, tests, offline evals."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent

STEPS: tuple[tuple[str, list[str]], ...] = (
    ("lint", [PYTHON, "-m", "ruff", "check", "."]),
    ("types", [PYTHON, "-m", "mypy"]),
    ("import directions", [str(BIN / "lint-imports")]),
    ("tests", [PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-m", "not browser"]),
    # A browser, a server and their waits want both cores to themselves.
    ("browser tests", [PYTHON, "-m", "pytest", "-q", "-m", "browser"]),
    ("evals", [PYTHON, "-m", "assistant.cli", "eval", "run", "--clean", "--jobs", "2"]),
)


def main(arguments: list[str]) -> int:
    """Run every step, or only those named; extra words after `--` go to pytest. Returns 0 if all passed."""
    names, _, extra = " ".join(arguments).partition("--")
    wanted = names.split()
    failed = []
    for name, command in STEPS:
        if wanted and name.split()[0] not in wanted:
            continue
        began = time.monotonic()
        print(f"== {name}", flush=True)
        added = extra.split() if name.endswith("tests") else []
        code = subprocess.call([*command, *added], cwd=ROOT, env=_environment())
        print(
            f"== {name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s",
            flush=True,
        )
        if code:
            failed.append(name)
    print("all checks passed" if not failed else f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _environment() -> dict[str, str]:
    # The tests make their own folders and must never reach a model, a proxy or the person's own data.
    dropped = ("ADVISOR_", "ANTHROPIC_", "OPENAI_", "LANGCHAIN_", "LANGSMITH_", "SLACK_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    here = {"ADVISOR_HOME": str(ROOT / ".advisor" / "check"), "NO_PROXY": "*", "no_proxy": "*", "PYTHONUTF8": "1"}
    return {**kept, **here}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
