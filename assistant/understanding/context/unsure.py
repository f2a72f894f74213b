"""What is said with doubt: "who knows, maybe they have a warehouse" tells a fact that is asked about before it counts.

Words that say nothing but that one is not sure belong to the fact beside them, and are no "I don't know" to what
was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.commands import Answer, Command
from assistant.understanding.fields.figures import NUMERIC
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering.intents import carries_figures
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens
from knowledge.hebrew import content_words, is_hebrew

DOUBTED = 0.55  # below what is stored unasked
FEWEST = 4  # words: "maybe a bit" replies to what was asked


@dataclass(frozen=True)
class Unsure:
    """The clauses of a message that only suppose what they say, and those that take it back in the same breath."""

    supposed: tuple[str, ...] = ()
    either: tuple[str, ...] = ()


def doubt_apart(parts: Sequence[Sentence], here: Situation) -> tuple[list[Sentence], Unsure]:
    """The sentences without what says only that one is not sure, and which of their clauses are mere suppositions."""
    if here.context is None:
        return list(parts), Unsure()
    left: list[Sentence] = []
    supposed: list[str] = []
    either: list[str] = []
    for part in parts:
        told, unsure = _apart(part)
        left.append(told)
        supposed += unsure.supposed
        either += unsure.either
    return left, Unsure(tuple(supposed), tuple(either))


def _apart(part: Sentence) -> tuple[Sentence, Unsure]:
    words = part.words
    if part.marked or part.corrects or len(words) < FEWEST or carries_figures(part.text):
        return part, Unsure()
    if length := phrase_set("who_knows_whether").at(words, 0):
        opening = "לא יודע אם" if is_hebrew(words[0].text) else "I don't know whether"
        wondered = f"{opening} {part.text[words[length - 1].end :].strip()}"
        return replace(part, text=wondered, asked=False, supposed=False), Unsure()
    pieces = clauses(part.text)
    told = [piece for piece in pieces if not _only_unsure(piece) and not _only(piece, "maybe_not")]
    if not told or not any(content_words(piece) for piece in told):
        return part, Unsure()
    doubted = tuple(piece for piece in told if _has(piece, "supposedly_so"))
    likely = any(_has(piece, "likely_so") for piece in told)
    if not doubted and not likely:
        return part, Unsure()
    unsure = len(told) < len(pieces)
    either = tuple(doubted) if any(_only(piece, "maybe_not") for piece in pieces) else ()
    said = replace(part, text=", ".join(told), asked=False) if unsure else part
    return said, Unsure(doubted or (tuple(told) if unsure else ()), either)


def _has(text: str, name: str) -> bool:
    return phrase_set(name).find(tokens(text)) >= 0


def _only(text: str, name: str) -> bool:
    """Whether a clause is one of these phrases and nothing else, but for "but" and "really"."""
    words = tuple(word for word in tokens(text) if word.kind == "word")
    found = phrase_set(name)
    return any(found.at(words, at) == len(words) - at for at in range(min(2, len(words))))


def _only_unsure(text: str) -> bool:
    return _only(text, "merely_unsure")


def with_doubt(commands: list[Command], unsure: Unsure, here: Situation) -> list[Command]:
    """The commands with what was only supposed to be asked about first, and "maybe, maybe not" as not known."""
    if not unsure.supposed:
        return commands
    return [_doubted(c, unsure, here) if isinstance(c, Answer) else c for c in commands]


def _doubted(answer: Answer, unsure: Unsure, here: Situation) -> Answer:
    tool = here.library.tools.get(answer.tool) or (here.context.tool if here.context else None)
    if answer.status != "answered" or tool is None or tool.form.field(answer.field).kind in NUMERIC:
        return answer
    if any(_same(answer.raw, clause) for clause in unsure.either):
        return replace(answer, value=None, status="unknown", evidence=None)
    if not any(_same(answer.raw, clause) for clause in unsure.supposed):
        return answer
    return replace(answer, confidence=min(answer.confidence, DOUBTED), evidence=answer.evidence or "assumption")


def _same(raw: str, clause: str) -> bool:
    return raw in clause or clause in raw
