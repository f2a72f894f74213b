"""Fields with their levels one after another: "open to a rep: yes", "technology no, markets yes, growth partly"."""

from __future__ import annotations

import re

from assistant.commands import Answer
from assistant.understanding.figures import Context
from assistant.understanding.phrases import evidence_in, phrase_set
from assistant.understanding.text import Token, tokens
from tools.forms import Field

NAMED_FROM = 0.6  # nearness to a field's name from which a level beside it is its level
NAMED_IN_LIST, FEWEST_LISTED = 0.4, 2  # … and in a list of at least so many others
NAMED_AHEAD = 0.08  # by how much it is nearer than the next field's name
LISTED = 0.85
MOST_QUALIFIED = 3  # words after "partly"
LONGEST_NAME = 7  # words
_PIECE = re.compile(r"\s*[,;\n]\s+|\.\s+|\s+(?:and|but|while|אבל|וגם|אך)\s+|\s+(?=ו[א-ת]{2,})", re.IGNORECASE)
_JOINS = frozenset((":", "-", "–", "=", "is", "are", "a", "only", "just", "רק", "זה", "הוא", "היא"))
_AFTER = frozenset(
    (
        "right",
        "true",
        "so",
        "correct",
        "there",
        "too",
        "today",
        "now",
        "then",
        "indeed",
        "נכון",
        "כרגע",
        "עכשיו",
        "היום",
    )
)
_LEVELS = ("partly", "yes", "no")


def listed_levels(text: str, context: Context) -> tuple[list[Answer], str]:
    """The answers of the pieces that are a field's name with a plain level, and the text without those pieces.

    Nothing but the name and the level may stand in a piece; a level before the name needs no joint ("no podcast"
    is left to the facts).
    """
    found: list[Answer] = []
    rest: list[str] = []
    for piece in (piece for piece in _PIECE.split(text) if piece and piece.strip()):
        answer = _named_level(piece.strip(" .!?"), context) or _same_level(piece.strip(" .!?"), found, context)
        if answer is None or answer.field in {other.field for other in found}:
            rest.append(piece)
        else:
            found.append(answer)
    if len(found) >= FEWEST_LISTED:
        found, rest = _less_clearly_named(found, rest, context)
    return found, (", ".join(rest) if found else text)


def _less_clearly_named(found: list[Answer], rest: list[str], context: Context) -> tuple[list[Answer], list[str]]:
    """In a list of levels a piece of the same make is one more, though it names its field less clearly."""
    left: list[str] = []
    for piece in rest:
        answer = _named_level(piece.strip(" .!?"), context, NAMED_IN_LIST)
        if answer is None or answer.field in {other.field for other in found}:
            left.append(piece)
        else:
            found = [*found, answer]
    return found, left


def _named_level(piece: str, context: Context, least: float = NAMED_FROM) -> Answer | None:
    words = tokens(piece)
    level, start = _level_at_end(words)
    if not level or start == 0:
        return None
    end = start
    while end and words[end - 1].text in _JOINS:
        end -= 1
    said = words[start:]
    if phrase_set("negation").find(said[1:]) >= 0 or not 0 < end <= LONGEST_NAME:
        return None
    name = piece[: words[end - 1].end]
    field = surely_named(name, context, least)
    if field is None or field.kind not in ("level", "yes_no") or (field.kind == "yes_no" and level == "partly"):
        return None
    joined = end < start and words[end].text in (":", "-", "–", "=")
    if not joined and phrase_set("negation").find(words[:end]) >= 0:
        return None  # "the list is not old, no" is more than a name
    return Answer(field.id, level, piece, evidence=evidence_in(piece), confidence=LISTED, tool=context.tool.name)


def _same_level(piece: str, found: list[Answer], context: Context) -> Answer | None:
    """ "…, chemistry too": the level of the field before."""
    words = tokens(piece)
    if not found or len(words) > LONGEST_NAME or phrase_set("as_well").find(words) < 0:
        return None
    field = surely_named(piece, context)
    if field is None or field.kind not in ("level", "yes_no"):
        return None
    return Answer(field.id, found[-1].value, piece, confidence=LISTED, tool=context.tool.name)


def _level_at_end(words: tuple[Token, ...]) -> tuple[str, int]:
    """The plain level a piece ends with, and where it begins."""
    for start in range(max(0, len(words) - 5), len(words)):
        for level in _LEVELS:
            plain = phrase_set(f"listed.{level}").at(words, start)
            if plain and all(word.text in _AFTER or word.kind == "sign" for word in words[start + plain :]):
                return level, start
            if plain and level == "partly" and start and len(words) - start - plain <= MOST_QUALIFIED:
                return level, start  # "partly up to date", "חלקית מעודכנת"
    return "", 0


def surely_named(name: str, context: Context, least: float = NAMED_FROM) -> Field | None:
    """The field a text names clearly, and more clearly than any other."""
    matches = context.library.index.best(name, "cue", context.tool.name, whole=False)[:2]
    if not matches or matches[0].score < least:
        return None
    rival = matches[1].score if len(matches) > 1 else 0.0
    return context.tool.form.field(matches[0].key[2]) if matches[0].score - rival >= NAMED_AHEAD else None
