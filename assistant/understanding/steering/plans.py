"""Several things wished for in one message: of "check a lead and then a distributor" the first is begun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.commands import Answer, Command, Start
from assistant.understanding.examples import Library
from assistant.understanding.segments import Sentence
from assistant.understanding.situation import Situation
from assistant.understanding.steering.called import is_party, name_hint
from assistant.understanding.steering.starting import NAMED_WISH
from assistant.understanding.steering.subjects import longest_at, tool_about
from assistant.understanding.steering.wishing import is_wish
from assistant.understanding.words.phrases import PhraseSet, phrase_set
from assistant.understanding.words.text import Token, tokens
from knowledge.hebrew import content_words, is_stop_word

LONGEST = 30  # words of a message with several wishes
MOST_ELSE = 1  # words of a piece beside what it names: more tell something
FEWEST = 2
LONGEST_NEXT = 8  # words of "now the partner"
_BORDER = re.compile(
    r"\s*[,;:.]\s*(?:and\s+)?(?:then|also|after that|afterwards|later|next|second(?:ly)?)?\b[\s,]*"
    r"|\s+(?:and|plus|as well as|then|after that|afterwards)\b(?:\s*,?\s*(?:also|then|after that|afterwards))?[\s,]*"
    r"|[\s,;:.]+(?:ו?אחר כך|ו?אחרי זה|ו?אחרי כן|ו?לאחר מכן|וגם|ואז|ובנוסף|ו?גם)\s+|\s*[,;:.]\s+|\s+ו(?=[א-ת]{3})",
    re.IGNORECASE,
)


def with_plan(commands: list[Command], parts: Sequence[Sentence], here: Situation) -> list[Command]:
    """The commands with every tool that is wished for in turn: the first is begun, the others follow it."""
    starts = [c for c in commands if isinstance(c, Start) and not c.only_offer]
    wished = any(is_wish(part) for part in parts) or phrase_set("in_turn").find(tokens(here.text)) >= 0
    asked = any(part.marked for part in parts) and not starts
    if not wished or asked or len(tokens(here.text)) > LONGEST or any(isinstance(c, Answer) for c in commands):
        return commands
    pieces = _pieces(here.text, here.library)
    if len(pieces) < FEWEST:
        return commands
    (first, text), *others = pieces
    begun = next((start for start in starts if start.tool == first), Start(first, name_hint(text)))
    return [replace(begun, asked="", confidence=NAMED_WISH, then=tuple(tool for tool, _ in others))]


def planned_next(part: Sentence, here: Situation) -> Start | None:
    """ "Great, now the partner": what was to come after the open record, by what it is about."""
    if part.asked or here.record is None or not here.state.planned or len(part.words) > LONGEST_NEXT:
        return None
    planned = [tool for tool in here.state.planned if tool in here.library.tools]
    tool = tool_about(part.text, here.library, planned, plainly=True)
    return Start(tool, name_hint(part.text), confidence=NAMED_WISH) if tool and _says_no_more(part.text, tool) else None


def _pieces(text: str, library: Library) -> list[tuple[str, str]]:
    """The different tools that pieces of the text name and say no more of, in their order, each with its piece."""
    found: dict[str, str] = {}
    for piece in _BORDER.split(text):
        tool = tool_about(piece, library, plainly=True) if piece.strip() else ""
        if tool and _says_no_more(piece, tool):
            found.setdefault(tool, piece)
        elif tool:
            return []
    return list(found.items())


_AROUND = ("wishing", "doing", "examining", "going_back", "in_turn", "courtesies", "own", "pleased")


def _says_no_more(piece: str, tool: str) -> bool:
    """Whether a piece only names what it is about, with words of wishing and of order around it, and one word after."""
    subjects = phrase_set(f"about.{tool}")
    words = tokens(piece)
    known: set[int] = set()
    for names in (subjects, *(phrase_set(name) for name in _AROUND)):
        for at in range(len(words)):
            known.update(range(at, at + names.at(words, at)))
    named = next((at for at in range(len(words)) if longest_at(subjects, words[at:])), 0)
    others = [at for at, w in enumerate(words) if at not in known and w.kind == "word" and _means(w, piece, subjects)]
    return len(others) <= MOST_ELSE and all(at > named for at in others)


def _means(word: Token, piece: str, subjects: PhraseSet) -> bool:
    """Whether a word says something of its own: no name, no glue, not what the piece is about."""
    known = is_stop_word(word.text) or is_party(word.text) or longest_at(subjects, (word,))
    return not known and bool(content_words(word.text)) and not piece[word.start].isupper()
