"""`advisor doctor`: what works here, what is missing, and how to mend it."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from assistant.errors import AdvisorError
from assistant.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One thing checked. "off" is a choice, not a fault; only "broken" makes the exit code 1."""

    name: str
    state: Literal["ok", "off", "broken"]
    detail: str
    mend: str = ""


def run(options: argparse.Namespace) -> int:
    """Check everything and print it. Exit code 1 when something is broken."""
    settings = Settings.from_environment()
    findings = [check(settings) for check in CHECKS]
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            mark = {"ok": "✓", "off": "–", "broken": "✗"}[finding.state]
            print(f"{mark} {finding.name:20} {finding.detail}" + (f"  → {finding.mend}" if finding.mend else ""))
    return 1 if any(finding.state == "broken" for finding in findings) else 0


def _python(_settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "ok", f"{version} at {sys.executable}")


def _home(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding("data folder", "broken", f"{settings.home}: {error}", "set ADVISOR_HOME to a writable folder")
    return Finding("data folder", "ok", str(settings.home))


def _database(settings: Settings) -> Finding:
    from assistant.store import Store

    try:
        store = Store(settings.database)
        store.close()
    except AdvisorError as error:
        return Finding("database", "broken", error.text("en"), "see ADVISOR_DATABASE")
    return Finding("database", "ok", settings.database.split("@")[-1])


def _knowledge(settings: Settings) -> Finding:
    from knowledge import open_knowledge

    try:
        knowledge = open_knowledge(settings.home / "knowledge", embedding=settings.embedding or None)
    except Exception as error:  # a doctor reports whatever is wrong instead of failing with it
        return Finding("knowledge", "broken", str(error), "advisor knowledge build")
    return Finding("knowledge", "ok", f"{len(knowledge.cards)} cards, index {knowledge.version}")


def _embedding(settings: Settings) -> Finding:
    if not settings.embedding:
        return Finding("embedding", "ok", "the bundled bilingual model (no download)")
    if importlib.util.find_spec("sentence_transformers") is None:
        return Finding("embedding", "broken", settings.embedding, "pip install 'advisor[semantic]'")
    return Finding("embedding", "ok", settings.embedding)


def _model(settings: Settings) -> Finding:
    if not settings.model:
        return Finding("language model", "off", "offline answers", "set ADVISOR_MODEL to use one")
    from assistant.modelled import state_of

    state, detail, mend = state_of(settings)
    return Finding("language model", state, detail, mend)


def _slack(settings: Settings) -> Finding:
    # Doors stand above the assistant; theirs is asked by name, so that it never depends on them.
    from assistant.inbox import Inbox
    from assistant.store import Store

    try:
        store = Store(settings.database)
        received = sum(Inbox(store.engine).counts("slack").values())
        store.close()
    except AdvisorError:
        received = 0
    state, detail, mend = importlib.import_module("integrations.slack.checks").summary(received)
    return Finding("Slack", state, detail, mend)


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    _python,
    _home,
    _database,
    _knowledge,
    _embedding,
    _model,
    _slack,
)
