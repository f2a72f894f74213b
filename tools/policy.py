"""Weights and policies: every number that is judgement, in YAML files with a basis, named by hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from tools.strict_yaml import DataFileError, check_keys, parse

FOLDER = Path(__file__).parent / "weights"
BASES = ("seed_number", "seed_words", "external", "judgement")


@dataclass(frozen=True)
class Weights:
    """One weights file as read: its name, the SHA-256 of its bytes, what they say, and the bytes."""

    file: str
    sha256: str
    data: dict[str, Any]
    content: bytes = field(default=b"", repr=False)  # kept, so that an old verdict can be replayed


@dataclass(frozen=True)
class Criterion:
    """A weighted criterion: `basis` says where its number is from, `rules` and `sources` why it counts."""

    id: str
    weight: Fraction
    basis: str
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def read_weights(content: bytes, file: str) -> Weights:
    """Parse a weights file's bytes. Raises DataFileError naming the file when it is not a mapping."""
    data = parse(content, file)
    if not isinstance(data, dict):
        raise DataFileError(f"{file}: a weights file is a mapping")
    return Weights(file, hashlib.sha256(content).hexdigest(), data, content)


def load_weights(name: str, own: Path | None = None) -> Weights:
    """The company's own file `own/<name>.yaml` where there is one, else the product's."""
    for folder in (own, FOLDER):
        if folder is not None and (path := folder / f"{name}.yaml").is_file():
            return read_weights(path.read_bytes(), path.name)
    raise DataFileError(f"no weights file {name!r}")


@cache
def product_weights(name: str) -> Weights:
    """The product's own file, to compare a company's weights with."""
    return load_weights(name)


def criteria(weights: Weights, section: str, names: Iterable[str]) -> tuple[Criterion, ...]:
    """The criteria of a section, in the file's order.

    Raises DataFileError unless the section holds exactly `names`, each weight is a whole number ≥ 0 with a
    basis, and at least one is above 0.
    """
    where = f"{weights.file}: {section}"
    data = check_keys(weights.data.get(section), where, names)
    found = tuple(_criterion(name, entry, f"{where}.{name}") for name, entry in data.items())
    if not any(item.weight for item in found):
        raise DataFileError(f"{where}: at least one weight must be above 0")
    return found


def _criterion(name: str, entry: Any, where: str) -> Criterion:
    check_keys(entry, where, ["weight", "basis"], ["rule", "rules", "source", "sources"])
    weight, basis = entry["weight"], entry["basis"]
    if type(weight) is not int or weight < 0:
        raise DataFileError(f"{where}: weight must be a whole number of 0 or more, found {weight!r}")
    if basis not in BASES:
        raise DataFileError(f"{where}: basis must be one of {', '.join(BASES)}, found {basis!r}")
    rules = entry.get("rules", [entry["rule"]] if "rule" in entry else [])
    sources = entry.get("sources", [entry["source"]] if "source" in entry else [])
    return Criterion(name, Fraction(weight), basis, tuple(rules), tuple(sources))


def bands(weights: Weights, names: Iterable[str], section: str = "bands") -> tuple[tuple[str, Fraction], ...]:
    """Thresholds in 0..100, best band first. Raises DataFileError unless they fall strictly in that order."""
    where = f"{weights.file}: {section}"
    data = check_keys(weights.data.get(section), where, names)
    found = tuple((name, number(data[name], f"{where}.{name}")) for name in names)
    if any(later[1] >= earlier[1] for earlier, later in pairwise(found)):
        raise DataFileError(f"{where}: each band must start below the one before it")
    if found[0][1] > 100 or found[-1][1] <= 0:
        raise DataFileError(f"{where}: thresholds lie above 0 and up to 100")
    return found


def number(value: Any, where: str) -> Fraction:
    """An exact number of a weights file. Raises DataFileError for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise DataFileError(f"{where}: a number is expected, found {value!r}")
    return Fraction(value)


def basis_of(*groups: Iterable[Criterion], **other: str) -> tuple[tuple[str, str], ...]:
    """Name and basis of every judgement used, for the result."""
    return tuple((item.id, item.basis) for group in groups for item in group) + tuple(other.items())


def switches(weights: Weights, names: Iterable[str], section: str = "gates") -> Mapping[str, bool]:
    """Gates a company may switch: name to whether it is on. Raises DataFileError unless on or off."""
    where = f"{weights.file}: {section}"
    data = check_keys(weights.data.get(section), where, names)
    for name, value in data.items():
        if value not in ("on", "off"):
            raise DataFileError(f"{where}.{name}: on or off is expected, found {value!r}")
    return {name: value == "on" for name, value in data.items()}
