"""What a number counts: the kind of lead or customer that is said of it, or a thing no form asks about.

Several fields of one form count the same thing: leads that came in, that were accepted, that are ready. The word that
says which ("30 leads were ready for a salesperson", "אושרו 20 לידים") decides between them, whatever noun stands there.
A number of something else ("our website has 14 pages") answers no open question about a count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from assistant.understanding.examples import Library
from assistant.understanding.fields.beside import is_counted
from assistant.understanding.numbers.amounts import Quantity
from assistant.understanding.numbers.number_parts import is_measure
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import listed, tokens
from knowledge.hebrew import is_hebrew, is_stop_word

SHARED_KINDS = ("ready", "later", "rest", "inquiries")  # what shares are told of
KINDS = ("accepted", "ready", "qualified", "closed", "came_in", "refused")
DENIED = "refused"  # "not ready", "unqualified": of none of the kinds that are asked for
LONGEST_DENIAL = 2  # words between "not" and what it denies
KIND_CUE, OTHER_KIND = 1.1, 0.3  # how clearly its kind names a field; what is left of the name of one of another
FITS_FROM = 0.4  # nearness of a noun to what a field is called
LONGEST_NOUN = 2  # words
SHORTEST_NOUN = 4  # letters
_NO_NOUNS = frozenset(
    listed("times ones others plus always sometimes perhaps thanks besides minus series sales pieces cases items units")
    + listed("פעמים לפחות אחרים אחרות האחרונות האחרונים בערימות שלמים שלמות סגורים סגורות בטוחים בטוחות אפילו יחידות")
    + listed("גדולים גדולות קטנים קטנות טובים טובות חדשים חדשות אמיתיים אמיתיות בודדים בודדות נוספים נוספות ודאיות")
)


@lru_cache(maxsize=2_048)
def kinds_said(around: str) -> frozenset[str]:
    """The kinds that the words around a number say what it counts is of; "not ready" is of none of them."""
    words = tokens(around)
    found = set()
    for kind in KINDS:
        place = phrase_set(f"counted.{kind}").find(words)
        if place < 0:
            continue
        denied = phrase_set("negation").find(words[max(0, place - LONGEST_DENIAL) : place]) >= 0
        found.add(DENIED if denied else kind)
    return frozenset(found)


def of_its_kind(cue: float, kind: str, around: str) -> float:
    """How clearly the words around a number name a field of a `kind`, that of `cue` by themselves.

    A field of another kind than the one that is said loses what the noun they share says for it.
    """
    kinds = kinds_said(around)
    return cue if not kinds else max(cue, KIND_CUE) if kind in kinds else cue * OTHER_KIND


def share_of_its_kind(cue: float, kind: str, following: str) -> float:
    """How clearly a share names a field that is one of a `kind`, by what follows it ("a quarter of the ready ones")."""
    words = tokens(following)
    if not words:
        return cue
    of = _WHOLE_OF.match(following.lstrip())
    rest = tokens(of["rest"] or of["he"]) if of else ()
    kinds = {name for name in SHARED_KINDS if rest and phrase_set(f"counted.{name}").at(rest, 0)}
    return cue if not kinds else max(cue, KIND_CUE) if kind in kinds else cue * OTHER_KIND


_WHOLE_OF = re.compile(
    r"(?:(?:out )?of |from |among )(?:the |our |those |all |these )*(?P<rest>.+)|מה?-?(?P<he>[א-ת].+)", re.IGNORECASE
)


def noun_counted(quantity: Quantity, after: str) -> str:
    """The noun of many that follows a bare number ("14 pages", "two trade fairs"), empty where none does."""
    if quantity.unit or quantity.currency or quantity.percent:
        return ""
    within = [token.text for token in tokens(quantity.raw)[1:] if token.kind == "word"]  # "two fairs a year"
    following = [token.text for token in tokens(after[len(quantity.raw) :]) if token.kind == "word"]
    for word in [*within, *(following if is_counted(quantity, after) else ())][:LONGEST_NOUN]:
        if is_stop_word(word) or is_measure(word):
            return ""
        if _is_of_many(word):
            return word
    return ""


def _is_of_many(word: str) -> bool:
    if len(word) < SHORTEST_NOUN or word in _NO_NOUNS:
        return False
    if is_hebrew(word):
        return word.endswith(("ים", "ות"))
    return word.endswith("men") or (word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")))


def counts_another_thing(quantity: Quantity, before: str, after: str, names: Names, alone: bool) -> bool:
    """Whether a number of a reply counts another kind, or `alone` another thing, than the field that was asked for."""
    kind = names.note("kind")
    if (
        kind
        and not quantity.weak
        and quantity.high
        and (kinds := kinds_said(f"{before} {after}"))
        and kind not in kinds
    ):
        return True
    noun = noun_counted(quantity, after) if alone else ""
    return bool(noun) and not names.note("anything") and not _fits(noun, names)


@dataclass(frozen=True)
class Names:
    """What one field of a tool is called, and what the data file says of it."""

    library: Library
    tool: str
    field: str

    def note(self, name: str) -> str:
        """What the data file says, empty for nothing."""
        return str(self.library.note(self.tool, self.field, name) or "")


def _fits(noun: str, names: Names) -> bool:
    """Whether a noun is near to anything a field is called, or a slip of it."""
    matches = names.library.index.best(noun, "cue", names.tool, names.field, whole=False)
    if matches and matches[0].score >= FITS_FROM:
        return True
    index = names.library.index
    called = {word for row in index.rows("cue", names.tool, names.field) for word in index.examples[row].text.split()}
    return any(OSA.distance(noun, word) <= 1 for word in called if len(word) >= SHORTEST_NOUN)


def is_beside_the_point(quantity: Quantity, before: str, after: str) -> bool:
    """Whether a number counts what no form asks about ("25 employees"), or says how old the firm is."""
    if quantity.unit:
        words = tokens(f"{before} {after}")
        aged = quantity.unit == "year" and phrase_set("having_age").find(words) >= 0
        return aged and phrase_set("the_firm_itself").find(words) >= 0
    noun = noun_counted(quantity, after)
    return bool(noun) and phrase_set("beside_the_point").at(tokens(noun), 0) > 0
