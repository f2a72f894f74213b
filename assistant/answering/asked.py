"""Reads what kind of answer a question wants: a figure, a definition, a comparison, a verdict on circumstances.

Only the form of the words is read here; whether the knowledge holds an answer is `coverage`'s matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import yaml

Quantity = Literal["money", "share", "time", "count"]

MOST_PARTS, FEWEST_WORDS, FEWEST_WORDS_ALONE, MOST_CLAUSES = 3, 2, 3, 8
MOST_WORDS_OF_DEFINITION, MOST_WORDS_OF_SIDE = 9, 9
FEWEST_WORDS_STATED = 5
SHORT = 9  # words up to which a question asks for a short answer
_FLAGS = re.IGNORECASE
_FILE = Path(__file__).with_name("asked.yaml")


@cache
def _wording() -> Mapping[str, Any]:
    return yaml.safe_load(_FILE.read_text("utf-8"))


@cache
def _like(name: str) -> re.Pattern[str]:
    """The pattern of that name: any of its lines."""
    return re.compile("|".join(_wording()[name]), _FLAGS)


@cache
def _sides_like() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, _FLAGS) for pattern in _wording()["sides"])


@cache
def _next_question() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What opens a question, and the border between two of them."""
    word = _wording()["question_word"]
    border = (
        rf"\?+\s*(?:(?:and|also|plus|then|one more|another)\b\W*|ו?גם\s|ו(?={word}))*"
        rf"|(?:,\s*|\s)and (?:also )?(?={word}\b)|\.\s+(?:also|and|one more)\b\W*(?={word}\b)"
        rf"|,?\s+ו(?={word}\s)"
    )
    return re.compile(rf"\W*{word}\b", _FLAGS), re.compile(border, _FLAGS)


@dataclass(frozen=True)
class Asked:
    """One question and what its words want.

    `quantity` is the one figure asked for, `figures` says that it asks for several; `sides` are the two things
    compared; `premise` is what is taken as given.
    """

    text: str
    definition: bool = False
    particular: bool = False
    polar: bool = False
    asks: bool = False
    lists: bool = False
    quantity: Quantity | None = None
    figures: bool = False
    sides: tuple[str, str] | None = None
    premise: str = ""
    authority: bool = False
    own: bool = False
    future: bool = False
    empty: bool = False
    unlawful: bool = False
    fiction: bool = False

    @property
    def short(self) -> bool:
        """Whether a few sentences are answer enough."""
        brief = len(self.text.split()) <= SHORT and not (self.lists or self.figures)
        return self.definition or self.quantity is not None or brief

    @property
    def states(self) -> bool:
        """Whether it tells something and asks nothing: a belief, not keywords, a question or a request."""
        asks = self.asks or self.quantity is not None or self.lists or self.particular or self.sides is not None
        return not asks and len(self.text.split()) >= FEWEST_WORDS_STATED and _like("request").search(self.text) is None

    @property
    def advises(self) -> bool:
        """Whether it asks how or why, so that a rule answers it where no figure would."""
        return _like("advises").search(self.text) is not None

    @property
    def wants_thing(self) -> bool:
        """Whether one particular thing is to be handed over: a figure, a name, a table."""
        return self.particular or self.quantity is not None or _like("hand_over").search(self.text) is not None

    @property
    def term(self) -> str:
        """What a definition is asked of."""
        return _like("definition_opener").sub(" ", self.text).strip(" ?.!,")

    @property
    def head(self) -> str:
        """The words that name the figure asked for ("churn" of "churn rate"); empty when the form does not tell."""
        found = _like("head").search(self.text)
        named = "" if found is None else next(word for word in found.groups() if word)
        return "" if self.quantity in ("time", None) or _like("not_a_head").match(named) else named.strip("?,. ")

    @property
    def measured(self) -> str:
        """The words that say what is counted, without those that ask for the figure."""
        return _like("opener").sub(" ", self.text).strip() or self.text


def parts_of(text: str) -> list[str]:
    """The separate questions of one message, at most three; the message itself when it is one question."""
    opens, border = _next_question()
    borders = [0, *(found.end() for found in border.finditer(text)), len(text)]
    parts = [part for start, end in pairwise(borders) if (part := _like("joining").sub("", text[start:end]).strip())]
    asking = [part for part in parts if opens.match(part) and _stands_alone(part)]
    return parts[:MOST_PARTS] if len(parts) > 1 and len(asking) == len(parts) else [text]


def _stands_alone(part: str) -> bool:
    """Whether a part names its own subject; "and how many were active?" and "and when an agent?" do not."""
    if len(part.split()) < FEWEST_WORDS_ALONE and not _defines(part):
        return False
    return not is_empty(part) and _like("dependent").search(part) is None


def read(text: str) -> Asked:
    """What one question wants."""
    authority = _like("authority").search(text) is not None
    spoken = text.partition(" (")[0]  # a follow-up carries the question before it in brackets
    figures = len(_like("asks_figure").findall(spoken)) > 1
    quantity = None if authority or figures else _quantity(_asking(text))
    return Asked(
        text=text,
        definition=quantity is None and _defines(text),
        particular=_like("particular").search(text) is not None,
        asks=text.rstrip().endswith("?") or _next_question()[0].match(text) is not None,
        polar=_like("polar").search(text) is not None,
        lists=any(_like(name).search(text) is not None for name in ("lists", "hand_over")),
        quantity=quantity,
        figures=figures,
        sides=_sides(text),
        premise=_premise(text),
        authority=authority,
        own=_like("own").search(text) is not None,
        future=_like("future").search(text) is not None and _like("predicts").search(text) is not None,
        empty=is_empty(text),
        fiction=_like("fiction").search(text) is not None,
        unlawful=_like("unlawful").search(text) is not None and _like("suffers_it").search(text) is None,
    )


def without_names(text: str, ordinary: frozenset[str]) -> str:
    """The text without capitalised words inside a sentence that no card knows: names of firms, places and fairs."""

    def kept(word: re.Match[str]) -> str:
        return word.group() if word["word"].lower() in ordinary else ""

    return re.sub(r"(?<=[a-zא-ת,] )(?P<word>[A-Z][\w&-]*)\.?\s?", kept, text)


def clauses(text: str) -> list[str]:
    """The parts of a message that may each bring a circumstance, at most eight."""
    parts = [part.strip() for part in _like("clause_end").split(text)]
    return [part for part in parts if len(part.split()) >= FEWEST_WORDS and not is_empty(part)][:MOST_CLAUSES]


def spoken_now(text: str) -> frozenset[str]:
    """The words with a meaning of a follow-up itself, without the question before it in brackets; else none."""
    from knowledge.hebrew import content_words

    now, _, before = text.partition(" (")
    if not before.endswith(")"):
        return frozenset()
    return frozenset(word for word in content_words(now) if word not in light_words())


def asks(clause: str) -> bool:
    """Whether a clause opens as a question does ("how is he managed")."""
    return _next_question()[0].match(clause) is not None


def is_empty(text: str) -> bool:
    """Whether the words name no subject at all ("is it worth it?")."""
    from knowledge.hebrew import content_words, is_stop_word

    empty = frozenset(_wording()["empty_words"].split())
    return all(is_stop_word(word) or word in empty for word in content_words(text))


@cache
def light_words() -> frozenset[str]:
    """Words, in normal form, that ask or stand in any sentence; they say nothing about the subject."""
    from knowledge.hebrew import words

    return frozenset(words(f"{_wording()['light_words']} {_wording()['empty_words']}"))


def _asking(text: str) -> str:
    """The sentences that end in a question mark; all where none does: "כמה" in what is only told means "several"."""
    return " ".join(part for part in re.split(r"(?<=[.!?])\s+", text) if part.endswith("?")) or text


def _quantity(text: str) -> Quantity | None:
    kinds: tuple[tuple[Quantity, re.Pattern[str]], ...] = (
        ("time", _like("time")),
        ("money", _like("money")),
        ("share", _like("share")),
        ("count", _like("count")),
    )
    found = next((kind for kind, pattern in kinds if pattern.search(text)), None)
    if found == "share" and not re.search(r"\b(?:what|how)\b|(?:^|\s)(?:מה|כמה|איז[הו])\s", text, _FLAGS):
        return None
    return found


def _defines(text: str) -> bool:
    short = len(text.split()) <= MOST_WORDS_OF_DEFINITION
    return short and _like("definition").search(text) is not None and _like("not_definition").search(text) is None


def _premise(text: str) -> str:
    """What a message takes as given: its "since …" clause, its first statement, or all of it; "" when nothing."""
    if _like("presumes").search(text) is None and _like("authority").search(text) is None:
        return _told_of_sources(text)
    leading = _like("leading_premise").search(text)
    if leading is not None:
        return next(part for part in leading.groups() if part).strip()
    first = re.split(r"(?<=[.!?])\s+", text.strip(), maxsplit=1)[0]
    return _like("attribution").sub("", _like("tail").sub("", first)).strip()


def _told_of_sources(text: str) -> str:
    """A statement before the question that tells of the sources and not of the person's own firm."""
    parts = re.split(r"(?<=[.!])\s+", text.strip(), maxsplit=1)
    told = len(parts) == 2 and _like("of_sources").search(parts[0]) and not _like("of_us").search(parts[0])
    return parts[0].rstrip(".!") if told else ""


def _sides(text: str) -> tuple[str, str] | None:
    for pattern in _sides_like():
        found = pattern.search(text)
        if found is None:
            continue
        one, other = (part for part in found.groups() if part is not None)
        one, other = (
            _like("side_opens").sub("", one).strip(" ?,."),
            _like("side_ends").split(other.strip(), maxsplit=1)[0].strip(),
        )
        if one and other and max(len(one.split()), len(other.split())) <= MOST_WORDS_OF_SIDE:
            return one, other
    return None
