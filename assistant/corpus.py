"""What the answers stand on, as plain data: for evals, alarms and whoever wants to check a citation."""

from __future__ import annotations

import hashlib
from typing import Any


def corpus_of(knowledge: Any) -> dict[str, Any]:
    """The index version, every card with its texts and a hash that changes with them, and the source ids."""
    cards = {card.id: _card(card) for card in knowledge.cards.values()}
    return {"version": knowledge.version, "cards": cards, "sources": sorted(knowledge.sources)}


def _card(card: Any) -> dict[str, Any]:
    data = card.model_dump(mode="json")
    whole = card.model_dump_json(exclude={"questions"})  # another way to ask does not change what is answered
    return {
        "topic": card.topic,
        "kind": card.kind,
        "title": data["title"],
        "sources": list(card.sources),
        "rules": list(card.rules),
        "sha256": hashlib.sha256(whole.encode()).hexdigest(),
        "texts": {language: _texts(data, language) for language in ("en", "he")},
    }


def _texts(card: dict[str, Any], language: str) -> str:
    parts = [card["title"][language], card["answer"][language], card["body"][language]]
    parts += [f"{number['value']} {number[language]}" for number in card["numbers"]]
    parts += [caveat[language] for caveat in card["caveats"]]
    parts += [wrong["correction"][language] for wrong in card["misconceptions"]]
    parts += [gap["says"][language] for gap in card["gaps"]]
    return "\n".join(parts)
