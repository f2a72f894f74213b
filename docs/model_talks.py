"""Writes docs/model_talks.md: conversations with a language model, through the provider packages and a local service.

The model is a script (model_talks.yaml); everything between it and the person is the product: the packages of OpenAI,
Anthropic and Ollama, the tools, the evidence check, the way back to the offline answer. Needs the extra `llm`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from assistant import open_advisor
from assistant.doctor import Finding
from assistant.modelled import state_of
from assistant.screen import plain
from assistant.settings import Settings
from bench.wire import WireServer

ROOT = Path(__file__).resolve().parent
INTRODUCTION = (
    "# Conversations with a language model\n\n"
    "Through the provider packages and a local service that speaks their wire formats; written by "
    "`python -m docs.generate`. The model's part is a script (`model_talks.yaml`), the rest is the product. "
    "Under each reply stands what the record keeps of the turn."
)


def page(home: Path) -> str:
    """The whole page; the conversations are held in this data folder."""
    parts = [INTRODUCTION]
    for number, talk in enumerate(yaml.safe_load((ROOT / "model_talks.yaml").read_text("utf-8"))):
        parts += [f"## {talk['title']}", *_held(talk, home, f"talk-{number}")]
    parts += ["## What `advisor doctor` shows", *_doctor(home)]
    return "\n\n".join(parts) + "\n"


def _held(talk: Mapping[str, Any], home: Path, conversation: str) -> Iterator[str]:
    for turn in talk["turns"]:
        service = WireServer(*(_step(step, turn["says"]) for step in turn["steps"]))
        advisor = open_advisor(_settings(home, talk["model"], service.url, redact=talk.get("redact", False)))
        try:
            reply = advisor.reply(conversation, turn["says"])
            record = [event.data for event in advisor._store.events(conversation) if event.kind == "modelled"][-1]
        finally:
            advisor.close()
            service.close()
        assert not service.steps, f"unused steps in {talk['title']}"
        body = f"**› {turn['says']}**\n\n{plain(reply)}\n\n*{_kept(record)}*"
        if talk.get("redact"):
            body += f"\n\n*Sent: {_sent(service.requests[0])}*"
        yield f'<div dir="rtl">\n\n{body}\n\n</div>' if talk["language"] == "he" else body


def _step(step: Any, said: str) -> dict[str, Any]:
    asks: dict[str, Any] = {"tool": "Proposal", "args": {"commands": [{"do": "ask", "words": said}]}}
    return asks if step == "ask" else dict(step)


def _settings(home: Path, model: str, url: str, redact: bool = False, key: str = "secret") -> Settings:
    return Settings.from_environment(
        {
            "ADVISOR_HOME": str(home),
            "ADVISOR_MODEL": model,
            "ADVISOR_MODEL_URL": url + ("/v1" if model.startswith("openai") else ""),
            "ADVISOR_MODEL_KEY": key,
            "ADVISOR_MODEL_PRICE": "3/15",
            "ADVISOR_MODEL_REDACT": "1" if redact else "",
        }
    )


def _kept(record: Mapping[str, Any]) -> str:
    """The record of a turn in one line, without what differs from run to run."""
    calls = [call for call in record["calls"] if call["purpose"] != "check"]
    tokens = sum(call["tokens_in"] + call["tokens_out"] for call in calls)
    told = [calls[0]["model"], ", ".join(f"{c['purpose']}: {c['outcome']}" for c in calls), f"{tokens} tokens"]
    tools = [step["tool"] for call in calls for step in call["steps"] if "tool" in step]
    told += [f"tools: {', '.join(tools)}"] if tools else []
    for check in (call for call in record["calls"] if call["purpose"] == "check"):
        found = ", ".join(dict.fromkeys(finding["kind"] for finding in check["findings"]))
        told.append(f"draft {check['draft']}: {found or 'passed'}")
    return "; ".join([*told, *([f"failure: {record['failure']}"] if record["failure"] else [])])


def _sent(request: Mapping[str, Any]) -> str:
    """The person's message as it left."""
    found = re.search(r"<person>\s*(.*?)\s*</person>", str(request["messages"][-1]["content"]), re.DOTALL)
    return found.group(1) if found else ""


def _doctor(home: Path) -> Iterator[str]:
    lines = []
    for language in ("en", "he"):
        for model, key in (("openai:wire", "secret"), ("anthropic:wire", "")):
            state, detail, mend = state_of(_settings(home, model, "http://127.0.0.1:8080", key=key), language)
            lines.append(Finding("language model", state, detail, mend).line(language))
    yield (
        "After the conversations above; a key is set for the first, none for the second.\n\n```\n"
        + "\n".join(lines)
        + "\n```"
    )
