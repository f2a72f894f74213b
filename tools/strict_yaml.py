"""Read YAML so that a mistake in a data file is refused, never guessed around.

YAML 1.2 reading: `yes`, `no`, `on`, `off` and dates stay text, only `true` and `false` are booleans.
A key given twice is refused, and a decimal number is read as `Decimal`, never as `float`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml


class DataFileError(ValueError):
    """A data file (form, weights, wording, rules) that cannot be used; the message names file and place."""


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own class attribute)


def _resolve(tag: str, pattern: str, first: str) -> None:
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


_resolve("bool", r"^(?:true|false)$", "tf")
_resolve("null", r"^(?:~|null|)$", "~n\0")
_resolve("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789")
_resolve("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789")
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)  # type: ignore[no-untyped-call]
        if key in seen:
            raise DataFileError(f"line {key_node.start_mark.line + 1}: {key!r} is given twice")
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))  # type: ignore[no-untyped-call]


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_StrictLoader.add_constructor(
    "tag:yaml.org,2002:float",
    lambda loader, node: Decimal(loader.construct_scalar(node)),  # type: ignore[no-untyped-call]
)


def parse(content: str | bytes, name: str) -> Any:
    """The data of a YAML text. Raises DataFileError naming `name` for bad syntax or a repeated key."""
    try:
        return yaml.load(content, Loader=_StrictLoader)
    except DataFileError as error:
        raise DataFileError(f"{name}: {error}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise DataFileError(f"{name}: {where}{error.problem or 'this is no YAML'}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataFileError(f"{name}: {' '.join(str(error).split())}") from error


def parse_file(path: Path) -> Any:
    """The data of a YAML file. Raises DataFileError naming the file."""
    try:
        return parse(path.read_bytes(), path.name)
    except OSError as error:
        raise DataFileError(f"{path.name}: {error.strerror}") from error


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def check_keys(data: Any, where: str, required: Iterable[str] = (), optional: Iterable[str] = ()) -> Mapping[str, Any]:
    """The mapping itself when it has every required key and no unknown one; else DataFileError."""
    if not isinstance(data, dict):
        raise DataFileError(f"{where}: expected a mapping, found {type(data).__name__}")
    required, known = list(required), [*required, *optional]
    for key in data:
        if key not in known:
            hint = nearest(str(key), known)
            raise DataFileError(f"{where}: unknown key {key!r}" + (f"; did you mean {hint!r}?" if hint else ""))
    for key in required:
        if key not in data:
            raise DataFileError(f"{where}: missing key {key!r}")
    return data
