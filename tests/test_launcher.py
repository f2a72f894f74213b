"""The two commands: set-up that says in one line what is missing, and starts at once the second time."""

import importlib.util
import os
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SPEC = importlib.util.spec_from_file_location("start", ROOT / "deploy" / "start.py")
start = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(start)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    for name in ("constraints.txt", "pyproject.toml"):
        (tmp_path / name).write_text(f"{name}\n")
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "FOLDER", tmp_path / ".venv")
    monkeypatch.setattr(start, "PINS", tmp_path / "constraints.txt")
    monkeypatch.setattr(start, "IN_VENV", tmp_path / ".venv" / "bin" / "python")
    return tmp_path


def run_without_python(tmp_path, fake=None):
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("dirname", "sh"):
        (folder / tool).symlink_to(subprocess.check_output(["which", tool], text=True).strip())
    if fake:
        path = folder / "python3"
        path.write_text(fake)
        path.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", str(ROOT / "advisor"), "ask", "hi"], env={"PATH": str(folder)}, capture_output=True, text=True
    )


@pytest.mark.parametrize("fake", [None, "#!/bin/sh\nexit 1\n"], ids=["no python", "an old python"])
def test_a_machine_without_a_fit_python_is_told_which_one_is_needed(tmp_path, fake):
    seen = run_without_python(tmp_path, fake)
    assert seen.returncode == 2
    assert seen.stderr.count("\n") == 1
    assert "Python 3.11" in seen.stderr


def test_a_full_disk_is_said_before_anything_is_begun(clone, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(start.shutil, "disk_usage", lambda _: usage(1, 1, 5 * 2**20))
    with pytest.raises(start.Stop, match="MB are free"):
        start.set_up([])
    assert not (clone / ".venv").exists()


def test_a_python_without_venv_is_told_the_package_to_install(clone, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "ensurepip is not available")
    monkeypatch.setattr(start.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(start.Stop, match="venv"):
        start.make_environment()
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("WARNING: Retrying … ConnectTimeoutError: Connection to the index timed out", "network"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES: hash mismatch", "arrived broken"),
        ("ERROR: No matching distribution found for altair==99", "altair==99"),
    ],
)
def test_a_failed_installation_is_explained_in_one_line(tmp_path, log, said):
    path = tmp_path / "install.log"
    path.write_text(log)
    assert said in start.explain(path)
    assert "\n" not in start.explain(path)


def test_a_second_call_installs_nothing_and_changed_pins_install_again(clone, monkeypatch):
    calls = []
    monkeypatch.setattr(start, "make_environment", lambda: (clone / ".venv" / "bin").mkdir(parents=True, exist_ok=True))
    monkeypatch.setattr(start, "install", lambda extras: calls.append(extras))
    monkeypatch.setattr(start, "check_space", lambda: None)
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").touch()
    start.set_up([])
    start.set_up([])
    assert calls == [[]]
    (clone / "constraints.txt").write_text("altair==6.3.1\n")
    start.set_up([])
    assert len(calls) == 2


def test_the_committed_pins_name_no_index_host_and_no_path():
    text = (ROOT / "constraints.txt").read_text()
    assert "://" not in text
    assert " @ " not in text
    assert all("==" in line for line in text.splitlines() if line and not line.startswith("#"))


def test_the_launcher_and_ci_can_be_executed():
    assert os.access(ROOT / "advisor", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_an_odd_environment_leads_neither_python_nor_pip_astray(monkeypatch):
    odd = {"PYTHONPATH": "/elsewhere", "PYTHONHOME": "/x", "PYTHONDONTWRITEBYTECODE": "1", "PIP_USER": "1"}
    for name, value in {**odd, "PIP_INDEX_URL": "kept", "HTTPS_PROXY": "kept"}.items():
        monkeypatch.setenv(name, value)
    seen = start.own_environment()
    assert not set(odd) & set(seen)
    assert (seen["PIP_INDEX_URL"], seen["HTTPS_PROXY"]) == ("kept", "kept")
