"""Hides names, e-mail addresses, telephone numbers and company names before a text leaves, and puts them back.

What is hidden: addresses and numbers by their shape; companies by their legal form ("Ltd", "GmbH", 'בע"מ') or the
word before them ("חברת …"); people by their title or an introduction; the names a person gave to records; and
every capitalised Latin word that neither the method nor the forms use. The same name gets the
same stand-in throughout one mask. It is a strong habit, no proof: docs/model.md says what can slip through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_PHONE = re.compile(
    r"(?<![\w.,$€₪£-])(?:\+\d{1,3}[ -]?)?(?:\(?0\d{1,2}\)?[ -]?|\d{2,4}[ -])\d{3}[ -]?\d{3,4}(?![\w%])"
    r"|(?<!\w)\+\d[\d ()-]{7,}\d"
)
_WORD = r"[A-Z][\w&’'-]*"
_COMPANY = re.compile(
    rf"\b(?:{_WORD}\s+){{1,4}}(?:Ltd|Limited|Inc|LLC|GmbH|AG|S\.?A|B\.?V|Corp|Corporation|Co|PLC|Pty|SRL|SpA|Oy|AB)\b\.?"
)
_COMPANY_HE = re.compile(
    r"(?:(?<=חברת )|(?<=בשם ))[א-ת\"'-]+(?: (?!שלנו|שלהם|היא|הוא|עם|של|את)[א-ת\"'-]+)?"
    r"|[א-ת\"'-]+(?: [א-ת\"'-]+)? בע[\"״']מ"
)
_PERSON = re.compile(rf"\b(?:Mr|Ms|Mrs|Dr|Prof)\.?\s+{_WORD}(?:\s+{_WORD})?|(?<=[Mm]y name is ){_WORD}(?:\s+{_WORD})?")
_PERSON_HE = re.compile(r"(?:(?<=מר )|(?<=גברת )|(?<=ד\"ר )|(?<=שמי )|(?<=קוראים לי ))[א-ת'-]+(?: [א-ת'-]{2,})?")
_STAND_IN = re.compile(r"\[(?:NAME|COMPANY|EMAIL|PHONE)_\d+\]")
_CAPITALS = re.compile(r"(?<![\w\[_-])[A-Z][a-z’'-]+(?:\s+[A-Z][a-z’'-]+)*")


@dataclass
class Mask:
    """Stand-ins of one exchange. `known` are names to hide wherever they stand; `ordinary` are no names."""

    known: tuple[str, ...] = ()
    ordinary: frozenset[str] = frozenset()
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
        for name, stand_in in sorted(self._hidden.items(), key=lambda one: -len(one[0])):
            text = text.replace(name, stand_in)
        for name in sorted(self.known, key=len, reverse=True):
            if len(name) > 1:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda m: self._stand_in("NAME", m.group()), text)
        for kind, pattern in _PATTERNS:
            text = pattern.sub(lambda m, kind=kind: self._found(kind, m.group()), text)  # type: ignore[misc]
        return text

    def _found(self, kind: str, name: str) -> str:
        """The stand-in of a name; ordinary words around it stay ("Should Dana Levi")."""
        if kind != "NAME" or not name.isascii():
            return self._stand_in(kind, name)
        words = name.split()
        unusual = [at for at, word in enumerate(words) if not self._is_ordinary(word)]
        if not unusual:
            return name
        first, last = unusual[0], unusual[-1] + 1
        hidden = self._stand_in(kind, " ".join(words[first:last]))
        return " ".join([*words[:first], hidden, *words[last:]])

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
        return _STAND_IN.sub(lambda m: self._stands_for.get(m.group(), m.group()), text)

    def show_all(self, value: Any) -> Any:
        """Plain data with the names back in every text."""
        if isinstance(value, str):
            return self.show(value)
        if isinstance(value, Mapping):
            return {key: self.show_all(one) for key, one in value.items()}
        if isinstance(value, Iterable):
            return [self.show_all(one) for one in value]
        return value


_PATTERNS = (
    ("EMAIL", _EMAIL),
    ("PHONE", _PHONE),
    ("COMPANY", _COMPANY),
    ("COMPANY", _COMPANY_HE),
    ("NAME", _PERSON),
    ("NAME", _PERSON_HE),
    ("NAME", _CAPITALS),
)
