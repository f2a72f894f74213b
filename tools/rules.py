"""The method's rules by id: a short gist, the text each stands on, and that text's date."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tools.result import Reason
from tools.strict_yaml import DataFileError, check_keys, parse_file
from tools.values import LANGUAGES, Bounds, Text

FILE = Path(__file__).parent / "rules.yaml"


@dataclass(frozen=True)
class Rule:
    """One rule of the method. `dates` follow `sources`; "" where the source carries no date."""

    id: str
    gist: Text
    sources: tuple[str, ...]
    dates: tuple[str, ...]


@cache
def load_rules(path: Path = FILE) -> dict[str, Rule]:
    """Every rule by id. Raises DataFileError for an unknown source or a missing language."""
    data = check_keys(parse_file(path), path.name, ["sources", "rules"])
    dates = {source: date or "" for source, date in data["sources"].items()}
    found = {}
    for rule_id, entry in data["rules"].items():
        check_keys(entry, f"{path.name}: {rule_id}", ["sources", *LANGUAGES])
        if missing := [source for source in entry["sources"] if source not in dates]:
            raise DataFileError(f"{path.name}: {rule_id}: unknown source {missing[0]!r}")
        sources = tuple(entry["sources"])
        gist = Text(entry["en"], entry["he"])
        found[rule_id] = Rule(rule_id, gist, sources, tuple(dates[source] for source in sources))
    return found


@cache
def source_dates() -> dict[str, str]:
    """Date of each source by id; "" where it carries none."""
    return {source: date or "" for source, date in parse_file(FILE)["sources"].items()}


def rule(rule_id: str) -> Rule:
    """The rule of this id. Raises KeyError for an unknown one."""
    return load_rules()[rule_id]


def reason(
    field: str,
    text: Text,
    rules: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
    effect: Bounds | None = None,
    basis: Any = None,
) -> Reason:
    """A reason whose sources and dates follow from its rules; `sources` adds texts outside the rules."""
    named = [source for rule_id in rules for source in rule(rule_id).sources] + list(sources)
    unique = tuple(dict.fromkeys(named))
    dates = tuple(source_dates()[source] for source in unique)
    kind: Literal["seed", "external", "judgement"] = basis or (
        "seed" if rules else "external" if sources else "judgement"
    )
    return Reason(field, text, rules, unique, dates, effect, kind)
