"""Sets up this clone's own environment on the first call, then runs the advisor in it.

Standard library only: this runs before anything is installed. The set-up is stamped with the hash of the
pinned requirements, so a second call starts at once and a changed pin is installed by itself.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
PINS = ROOT / "constraints.txt"
NEEDED_MB = 1500
PACKAGES = ("assistant", "knowledge", "tools", "ui", "integrations", "eval")
IN_VENV = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


class Stop(Exception):
    """The set-up cannot go on; the message says what to do."""


def main(arguments: Sequence[str]) -> int:
    """Set up what the command needs and run it. Returns its exit code."""
    testing = bool(arguments) and arguments[0] == "test"
    try:
        set_up(["dev", "llm"] if testing else [])
    except Stop as stop:
        print(f"advisor: {stop}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nadvisor: set-up interrupted; the next call goes on from here.", file=sys.stderr)
        return 130
    environment = {**own_environment(), "ADVISOR_HOME": os.environ.get("ADVISOR_HOME") or str(ROOT / ".advisor")}
    command = [str(IN_VENV), *(["-m", "deploy.check"] if testing else ["-m", "assistant.cli"])]
    command += list(arguments[1:] if testing else arguments)
    if os.name == "nt":
        return subprocess.call(command, env=environment)
    if testing:
        os.chdir(ROOT)
    os.execve(str(IN_VENV), command, environment)


def own_environment() -> dict[str, str]:
    """The person's environment without what would lead this clone's Python or pip astray."""
    # Another PYTHONPATH shadows our packages, PIP_USER and the like install elsewhere, and without
    # bytecode every call compiles the whole program anew.
    astray = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONDONTWRITEBYTECODE")
    elsewhere = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_DEPS", "PIP_REQUIRE_HASHES")
    return {key: value for key, value in os.environ.items() if key not in astray + elsewhere}


def set_up(extras: Sequence[str]) -> None:
    """Make the environment and install the pinned packages unless that has been done already."""
    wanted = [stamp("")] + [stamp(extra) for extra in extras]
    if all(path.exists() for path in wanted) and IN_VENV.exists():
        return
    with lock():
        if all(path.exists() for path in wanted) and IN_VENV.exists():
            return
        check_space()
        make_environment()
        install(extras)
        for path in wanted:
            path.touch()


def stamp(extra: str) -> Path:
    """The file that says: these pins and this extra are installed."""
    content = PINS.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + extra.encode()
    return FOLDER / f"installed-{extra or 'base'}-{hashlib.sha256(content).hexdigest()[:16]}"


class lock:
    """One set-up at a time in this clone; a second caller waits for the first."""

    def __enter__(self) -> None:
        path = ROOT / ".venv.lock"
        self.file = path.open("w")
        try:
            import fcntl

            fcntl.flock(self.file, fcntl.LOCK_EX)
        except ImportError:
            pass  # Windows: two first calls at once are left to chance

    def __exit__(self, *_: object) -> None:
        self.file.close()


def check_space() -> None:
    """Refuse to begin what the disk cannot hold."""
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < NEEDED_MB and not FOLDER.exists():
        raise Stop(
            f"about {NEEDED_MB} MB of disk are needed and only {free} MB are free at {ROOT}. Free some and call again."
        )


def make_environment() -> None:
    """Create the virtual environment, or one clear line on why it cannot be."""
    if IN_VENV.exists() and subprocess.run([IN_VENV, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    say("Making an environment in .venv …")
    shutil.rmtree(FOLDER, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(FOLDER, ignore_errors=True)
        reason = (made.stderr or made.stdout).strip().splitlines() or ["unknown reason"]
        if "ensurepip" in made.stderr + made.stdout or "No module named venv" in made.stderr:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise Stop(
                "Python's venv module is missing. On Debian or Ubuntu: "
                f"sudo apt-get install python{version}-venv, then call again."
            )
        raise Stop(f"the environment could not be made: {reason[-1]}")


def install(extras: Sequence[str]) -> None:
    """Install the pinned packages, showing progress; a failure is one line with the log's place."""
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    log = FOLDER / "install.log"
    command = [
        str(IN_VENV),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-c",
        str(PINS),
        "-e",
        target,
    ]
    say("Installing the pinned packages (once; about a minute) …")
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=own_environment()
        )
        assert process.stdout is not None
        for line in process.stdout:
            output.write(line)
            progress(line, began)
        code = process.wait()
    progress("", began, last=True)
    if code:
        raise Stop(explain(log))
    subprocess.run([IN_VENV, "-m", "compileall", "-q", *PACKAGES], cwd=ROOT, capture_output=True)


def progress(line: str, began: float, last: bool = False) -> None:
    """Show which package is on its way, on one line of the terminal."""
    if not sys.stderr.isatty():
        return
    words = line.split()
    doing = " ".join(words[:2]) if words and words[0] in ("Collecting", "Downloading", "Installing") else ""
    if doing or last:
        text = f"  {time.monotonic() - began:4.0f} s  {doing}"
        print("\r" + text[:78].ljust(78), end="\n" if last else "", file=sys.stderr, flush=True)


def explain(log: Path) -> str:
    """What went wrong in one sentence, and where the whole story is."""
    text = log.read_text("utf-8", "replace")
    if "No space left" in text:
        return "the disk is full. Free some space and call again."
    if any(sign in text for sign in ("Connection", "Temporary failure", "timed out", "Max retries")):
        return f"the packages could not be downloaded. Check the network or proxy and call again (log: {log})."
    if "hash" in text.lower() and "mismatch" in text.lower():
        return f"a download arrived broken. Call again (log: {log})."
    errors = [line for line in text.splitlines() if line.startswith("ERROR")]
    return f"installing failed: {errors[-1] if errors else 'see the log'} (log: {log})."


def say(text: str) -> None:
    """Tell the person what is going on, without mixing into the command's own output."""
    print(f"advisor: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
