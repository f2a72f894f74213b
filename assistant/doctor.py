"""`advisor doctor`: what works here, what is missing, and how to mend it, in either language."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

from assistant.errors import AdvisorError
from assistant.screen import arranged
from assistant.settings import Settings
from assistant.wording import say

LEAST_FREE_MB = 200  # an index is built beside the one in service, so both must fit for a while
MB = 1_000_000
# Doors stand above the assistant; theirs are asked by name, so that it never depends on them.
WEB, SLACK = "ui.checks", "integrations.slack.checks"


@dataclass(frozen=True)
class Finding:
    """One thing checked. "off" is a choice, not a fault; only "broken" makes the exit code 1."""

    name: str
    state: Literal["ok", "off", "broken"]
    detail: str
    mend: str = ""

    def line(self, language: str) -> str:
        """The finding for a person."""
        mark = {"ok": "✓", "off": "–", "broken": "✗"}[self.state]
        title = say(f"doctor.name.{self.name.replace(' ', '_')}", language)
        if language == "he":
            return arranged(f"{mark} {title}: {self.detail}" + (f" ← {self.mend}" if self.mend else ""), "he")
        return f"{mark} {title:20} {self.detail}" + (f"  → {self.mend}" if self.mend else "")


def run(options: argparse.Namespace) -> int:
    """Check everything and print it. Exit code 1 when something is broken."""
    settings = Settings.from_environment()
    language = options.language or "en"
    findings = [check(settings, language) for check in CHECKS]
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(finding.line(language))
    return 1 if any(finding.state == "broken" for finding in findings) else 0


def _python(_settings: Settings, language: str) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "ok", say("doctor.python", language, version=version, path=sys.executable))


def _home(settings: Settings, language: str) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = f"{settings.home}: {error.strerror}"
        return Finding("data folder", "broken", reason, say("doctor.home_mend", language))
    return Finding("data folder", "ok", str(settings.home))


def _disk(settings: Settings, language: str) -> Finding:
    existing = next(folder for folder in (settings.home, *settings.home.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(existing).free // MB
    used = sum(path.stat().st_size for path in settings.home.rglob("*") if path.is_file()) // MB
    detail = say("doctor.disk", language, free=f"{free:,}", used=f"{used:,}")
    if free < LEAST_FREE_MB:
        return Finding("disk", "broken", detail, say("doctor.disk_mend", language, least=LEAST_FREE_MB))
    return Finding("disk", "ok", detail)


def _database(settings: Settings, language: str) -> Finding:
    from assistant.store import Store

    try:
        store = Store(settings.database)
        store.close()
    except AdvisorError as error:
        mend = say("doctor.database_mend", language) if error.code == "database" else ""  # others say it themselves
        return Finding("database", "broken", error.text(language), mend)
    return Finding("database", "ok", settings.database.split("@")[-1])


def _knowledge(settings: Settings, language: str) -> Finding:
    from assistant.library import open_library

    try:
        knowledge = open_library(settings)
        texts = len(knowledge.library.documents())
    except AdvisorError as error:
        return Finding("knowledge", "broken", error.text(language), "advisor knowledge build" * (error.code == "index"))
    except Exception as error:  # a doctor reports whatever is wrong instead of failing with it
        return Finding("knowledge", "broken", str(error), "advisor knowledge build")
    cards, version = len(knowledge.cards), knowledge.version
    return Finding("knowledge", "ok", say("doctor.knowledge", language, cards=cards, texts=texts, version=version))


def _embedding(settings: Settings, language: str) -> Finding:
    from knowledge.embedding import EmbeddingError, open_embedding

    if settings.embedding:
        if importlib.util.find_spec("sentence_transformers") is None:
            return Finding("embedding", "broken", settings.embedding, "pip install 'advisor[semantic]'")
        return Finding("embedding", "ok", settings.embedding)
    try:
        model = open_embedding(None)
    except EmbeddingError as error:
        return Finding("embedding", "broken", str(error), say("doctor.bundled_mend", language))
    told = say("doctor.bundled", language, dimensions=model.dimensions, fingerprint=model.fingerprint[:8])
    return Finding("embedding", "ok", told)


def _weights(settings: Settings, language: str) -> Finding:
    from assistant.judgements import faults, in_force
    from tools.registry import TOOLS

    folder = settings.weights
    workspaces = sorted(one for one in folder.iterdir() if one.is_dir()) if folder and folder.is_dir() else []
    wrong = list(dict.fromkeys(fault for one in (folder, *workspaces) for fault in faults(TOOLS, one)))
    if wrong:
        mend = say("doctor.weights_mend", language, folder=folder)
        return Finding("weights", "broken", "; ".join(wrong), mend)
    files = in_force(TOOLS, folder)
    own = ", ".join(f"{one.file} ({one.sha256[:8]})" for one in files if one.own)
    if not own:
        return Finding("weights", "ok", say("doctor.weights_product", language, count=len(files)))
    told = say("doctor.weights_own", language, count=len(files), own=own, folder=folder)
    return Finding("weights", "ok", told)


def _model(settings: Settings, language: str) -> Finding:
    if not settings.model:
        told, mend = (say(f"doctor.{key}", language) for key in ("offline", "offline_mend"))
        return Finding("language model", "off", told, mend)
    from assistant.modelled import state_of

    state, detail, mend = state_of(settings, language)
    return Finding("language model", state, detail, mend)


def _web(_settings: Settings, language: str) -> Finding:
    state, detail, mend = importlib.import_module(WEB).summary(language)
    return Finding("web", state, detail, mend)


def _slack(settings: Settings, language: str) -> Finding:
    from assistant.inbox import Inbox
    from assistant.store import Store

    summary = importlib.import_module(SLACK).summary
    try:
        store = Store(settings.database)
        received = sum(Inbox(store.engine).counts("slack").values())
        state, detail, mend = summary(received, language, store.engine)
        store.close()
    except AdvisorError:
        state, detail, mend = summary(0, language)
    return Finding("Slack", state, detail, mend)


CHECKS: tuple[Callable[[Settings, str], Finding], ...] = (
    _python,
    _home,
    _disk,
    _database,
    _knowledge,
    _embedding,
    _weights,
    _model,
    _web,
    _slack,
)
