"""Hides names, e-mail addresses, telephone numbers and company names before a text leaves, and puts them back.

Where names stand says naming.py; the names a person gave to records are hidden wherever they stand. The same name gets
the same stand-in throughout one mask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant import naming

STAND_IN = re.compile(r"\[(?:NAME|COMPANY|EMAIL|PHONE)_\d+\]")
STAND_IN_SPLIT = re.compile(rf"({STAND_IN.pattern})")


@dataclass
class Mask:
    """Stand-ins of one exchange. `known` are names to hide wherever they stand, `ordinary` words that are no names.

    `is_word` says whether a word stands in the dictionary, so that it needs more to be a name than a capital.
    """

    known: tuple[str, ...] = ()
    ordinary: frozenset[str] = frozenset()
    is_word: Callable[[str], bool] = lambda word: True
    active: bool = True
    _stands_for: dict[str, str] = field(default_factory=dict)
    _hidden: dict[str, str] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Mask:
        """A mask that hides nothing."""
        return cls(active=False)

    def hide(self, text: str) -> str:
        """The text with stand-ins."""
        if not self.active:
            return text
        text = self._replaced(text, sorted(naming.by_shape(text), key=lambda place: (place.start, -place.end)))
        for name in sorted({*self._hidden, *self._parts()}, key=len, reverse=True):
            text = self._without(name, text, "NAME")
        parts = STAND_IN_SPLIT.split(text)
        text = "".join(one if STAND_IN.fullmatch(one) else self._words_hidden(one) for one in parts)
        for name in [name for stood in [*self._hidden] for name in naming.from_addresses(stood)]:
            text = self._without(name, text, "NAME", re.IGNORECASE)
        return text

    def _parts(self) -> list[str]:
        """The names of the records, and the first word of a longer one: people shorten them."""
        firsts = [name.split()[0] for name in self.known if " " in name.strip()]
        return [name for name in (*self.known, *(f for f in firsts if not self._is_ordinary(f))) if len(name) > 1]

    def _without(self, name: str, text: str, kind: str, flags: int = 0) -> str:
        """The text with a name hidden wherever it stands as a word, in Hebrew also behind prefix letters."""
        pattern = re.compile(rf"(?<![^\W_])([{naming.PREFIXES}]{{0,2}})({re.escape(name)})(?!\w)", flags)
        return pattern.sub(lambda m: m.group(1) + self._stand_in(kind, m.group(2)), text)

    def _words_hidden(self, text: str) -> str:
        return self._replaced(text, naming.by_word(text, self._is_ordinary, self.is_word))

    def _replaced(self, text: str, places: Iterable[naming.Place]) -> str:
        done, parts = 0, []
        for place in places:
            if place.start >= done:
                parts += [text[done : place.start], self._stand_in(place.kind, text[place.start : place.end])]
                done = place.end
        return "".join([*parts, text[done:]])

    def _is_ordinary(self, word: str) -> bool:
        return all(part in self.ordinary for part in re.findall(r"[^\W\d_]+", word.lower()) if len(part) > 1)

    def _stand_in(self, kind: str, name: str) -> str:
        if name.startswith("["):
            return name
        if name not in self._hidden:
            stand_in = f"[{kind}_{len(self._hidden) + 1}]"
            self._hidden[name], self._stands_for[stand_in] = stand_in, name
        return self._hidden[name]

    def show(self, text: str) -> str:
        """The text with the names back in their places."""
        return STAND_IN.sub(lambda m: self._stands_for.get(m.group(), m.group()), text)

    def show_all(self, value: Any) -> Any:
        """Plain data with the names back in every text."""
        if isinstance(value, str):
            return self.show(value)
        if isinstance(value, Mapping):
            return {key: self.show_all(one) for key, one in value.items()}
        if isinstance(value, Iterable):
            return [self.show_all(one) for one in value]
        return value
