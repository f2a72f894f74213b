"""Does a sentence turn round what it stands on? Negations, comparisons, sequences, and who does what.

A sentence is cut into statements; each is laid beside the statements of the evidence that speak of the same thing in
the same language. Four things can be turned round: whether it holds (a negation), which side of a comparison is the
greater, which comes first, and whose it is (an agent's or a distributor's). Turned twice it says the same
again: "needs less than" and "needs more than" with the sides exchanged. Turned once, or thrice, it is false. Where no
statement of the evidence is near enough nothing is said: silence here is no proof.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Literal

from assistant.answering.claims import is_word, lexicon, plain, sentences, stem_of
from knowledge.hebrew import is_stop_word, words

Turn = Literal["negation", "order", "role"]
ALIKE = 0.68  # how much two statements must share, as a share of both, to speak of the same thing
NEAREST = 0.12  # statements this much less alike than the nearest one have a say too
FEWEST = 2  # shared words below which likeness says nothing
ASIDE = "‖"  # stands where something was set aside
SHORTEST = 3  # letters left of a Hebrew word


@dataclass(frozen=True)
class Sides:
    """Two things set against each other, in order: "A is more than B", "A, not B", "before B"."""

    left: frozenset[str]
    right: frozenset[str]
    up: bool = True  # "more" rather than "less"; "after" rather than "before"

    def crossed(self, other: Sides) -> int:
        """Above zero when the other has the sides exchanged, below when it has the same, zero when it has others."""
        same = 2 * len(self.right & other.right)  # what stands on the left has the sentence around it
        return len(self.left & other.right) + len(self.right & other.left) - same

    def turned(self, other: Sides) -> bool:
        """Whether the other sets the same things the other way round."""
        crossed = self.crossed(other)
        return crossed != 0 and (crossed > 0) != (self.up != other.up)


@dataclass(frozen=True)
class Denial:
    """A word that denies: what it denies first, all that follows it, and whether it reaches no further."""

    head: str
    scope: frozenset[str]
    narrow: bool


@dataclass(frozen=True)
class Statement:
    """One clause: its words that carry meaning, and what in it can be turned round."""

    text: str
    keys: frozenset[str]
    order: tuple[str, ...]
    parties: dict[str, frozenset[str]]
    own: dict[str, frozenset[str]]  # parties named in the clause itself, not only in the one before
    denials: tuple[Denial, ...]
    conditions: frozenset[str]
    comparison: Sides | None = None
    sequence: Sides | None = None
    rather: Sides | None = None
    to: dict[str, str] = field(default_factory=dict)  # preposition -> the word it leads to
    alone: bool = False  # the only clause of its sentence
    hushed: bool = False  # holds a word that denies by its meaning ("avoid")

    @property
    def whole(self) -> frozenset[str]:
        """Its words with those it sets aside."""
        return self.keys | self.rather.right if self.rather else self.keys


def turned(sentence: str, known: Sequence[Statement]) -> Turn | None:
    """How a sentence turns round what the evidence says, None when it does not or the evidence says nothing near."""
    announces = sentence.rstrip().endswith(":")
    for statement in statements(sentence):
        if announces and len(statement.keys) <= FEWEST:
            continue
        if verdict := _judged(statement, known):
            return verdict
    return None


@dataclass(frozen=True)
class Copy:
    """A whole sentence: its words but those that deny, and how many of these there are."""

    words: frozenset[str]
    denials: int


COPIED = 0.9  # how much of its words a sentence shares with one it copies
SHORTEST_COPY = 4  # words


@lru_cache(maxsize=8192)
def copy_of(sentence: str) -> Copy | None:
    """The sentence as a Copy, None for a short one or a question."""
    told = [word for word, _ in _tokens(plain(sentence))]
    denying = _words("denying") | _words("without")
    kept = frozenset(word for word in told if word not in denying)
    short = len(kept) < SHORTEST_COPY or sentence.rstrip().endswith("?")
    return None if short else Copy(kept, sum(word in denying for word in told))


def denies_a_copy(sentence: str, known: Iterable[Copy]) -> bool:
    """Whether a sentence says a known one in its own words but for one "not" more or less."""
    said = copy_of(sentence)
    if said is None:
        return False
    alike = [one for one in known if 2 * len(said.words & one.words) >= COPIED * (len(said.words) + len(one.words))]
    return bool(alike) and all(abs(said.denials - one.denials) == 1 for one in alike)


def denies(sentence: str) -> bool:
    """Whether a sentence denies something; "better none than a weak one" compares."""
    told = _tokens(plain(sentence))
    denying = any(word in _words("denying") or word in _words("without") for word, _ in told)
    return denying and not any(word in _words("than") for word, _ in told)


def _judged(said: Statement, known: Sequence[Statement]) -> Turn | None:
    if not any(not key[0].isdigit() for key in said.keys):
        return None
    near = [(alike, one) for one in known if (alike := likeness(said, one)) >= ALIKE]
    if not near:
        return None
    near = [(alike, one) for alike, one in near if _compares_alike(said, one)] or near
    best = max(alike for alike, _ in near)
    verdicts = [_turns(said, one) for alike, one in near if alike >= best - NEAREST]
    if any(len(turns) % 2 == 0 for turns in verdicts):
        return None
    return verdicts[0][0]


def likeness(one: Statement, two: Statement) -> float:
    """How much two statements share, 0 to 1. Parties in each other's place are left aside: the rest must be alike."""
    exchanged = _in_each_other_s_place(one, two)
    aside = frozenset(key for name in exchanged for key in _keys_of_family(name))
    mine, theirs = one.whole - aside, two.whole - aside
    shared = len(mine & theirs)
    if exchanged and not _says_as_much(one.whole - _party_keys(), two.whole - _party_keys()):
        return 0.0
    if shared < (1 if exchanged else FEWEST):
        return 0.0
    if min(len(one.whole), len(two.whole)) <= FEWEST and not (mine == theirs and (one.alone or two.alone)):
        return 0.0
    return 2 * shared / (len(mine) + len(theirs))


def _says_as_much(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether what is said of the parties is the same: half of the shorter at least."""
    shared = len(mine & theirs)
    return shared > 0 and 2 * shared >= min(len(mine), len(theirs))


def _in_each_other_s_place(one: Statement, two: Statement) -> list[str]:
    """The families of which the two name different parties."""
    return [
        name
        for name, sides in one.parties.items()
        if (theirs := two.parties.get(name))
        and len(sides - theirs) == 1
        and len(theirs - sides) == 1
        and (name in one.own or name in two.own)
        and ((name in one.own and name in two.own) or len(one.keys & two.keys) >= FEWEST)
    ]


# -- what is turned ----------------------------------------------------------------------------------


def _compares_alike(said: Statement, known: Statement) -> bool:
    """Whether both compare, and the same things."""
    return bool(said.comparison and known.comparison and said.comparison.crossed(known.comparison))


def _turns(said: Statement, known: Statement) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    compared = _compares_alike(said, known)
    if not compared and (_other_party(said, known) or _exchanged(said, known)):
        turns.append("role")
    if compared and said.comparison.turned(known.comparison):  # type: ignore[union-attr,arg-type]
        turns.append("order")
    if said.sequence and known.sequence and said.sequence.right & known.sequence.right:
        turns += ["order"] if said.sequence.up != known.sequence.up else []
    if not compared and _denied_once(said, known):
        turns.append("negation")
    return tuple(turns)


def _other_party(said: Statement, known: Statement) -> bool:
    """What the evidence says of one party is said of another; or of the one it expressly says it is not."""
    if said.rather and known.rather:
        return said.rather.turned(known.rather)
    for one, two in ((said, known), (known, said)):
        if one.rather:
            left, right = one.rather.left - one.rather.right, one.rather.right - one.rather.left
            if right and right <= two.keys and left and not left & two.keys:
                return True
    return bool(_in_each_other_s_place(said, known))


def _exchanged(said: Statement, known: Statement) -> bool:
    """ "A reports to B" against "B reports to A"."""
    if not said.order or not known.order or said.order[0] == known.order[0] or said.comparison:
        return False
    ends = [(said.to[name], known.to[name]) for name in said.to.keys() & known.to.keys()]
    return any(mine == known.order[0] and theirs == said.order[0] for mine, theirs in ends)


def _denied_once(said: Statement, known: Statement) -> bool:
    """Whether one of the two denies what the other states."""
    if said.hushed or known.hushed:
        return False
    for one, two in ((said, known), (known, said)):
        for denial in one.denials:
            if denial.head in two.keys and not _denies(two, denial.head) and one.conditions <= two.conditions:
                return True
    return False


def _denies(statement: Statement, head: str) -> bool:
    return any(not denial.narrow or head in denial.scope for denial in statement.denials)


# -- reading -----------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a text, sentence by sentence. A clause without a subject of its own has the last one's."""
    found: list[Statement] = []
    for sentence in sentences(plain(text)):
        if sentence.rstrip().endswith("?") or any(pattern.search(sentence) for pattern in _patterns("asking")):
            continue
        before: dict[str, frozenset[str]] = {}
        rest, rather = _without_rather(sentence)
        clauses = _clauses(rest)
        for at, clause in enumerate(clauses):
            statement = _statement(clause, before, rather if ASIDE in clause else None, len(clauses) == 1)
            before = {**before, **statement.own}
            if not (at and _begins_denying(clause)):  # "…, no budget, not a plan": what is left out of a list
                found.append(statement)
    return tuple(found)


def _begins_denying(clause: str) -> bool:
    return next((word in _words("denying") for word, _ in _tokens(clause)), False)


def _without_rather(sentence: str) -> tuple[str, Sides | None]:
    """ "The exporter, not the agent, pays" without the part that is set aside, and the two sides."""
    for pattern in _patterns("set_aside"):
        if match := pattern.search(sentence):
            before = re.split(r"[,;:]", sentence[: match.start()])[-1]
            left, right = _content(before), _content(match.group("aside"))
            sides = Sides(left, right) if left and right else None
            return f"{sentence[: match.start()]} {ASIDE} {sentence[match.end() :].lstrip(' ,')}", sides
    return sentence, None


def _clauses(sentence: str) -> list[str]:
    """The clauses; a conjunction between two single words joins them."""
    parts: list[str] = []
    for piece in re.split(r"[,;:()–]|\s-\s", sentence):
        cuts = [0, *(m.start() for p in _patterns("clause_openers") for m in p.finditer(piece)), len(piece)]
        ends = sorted(set(cuts))
        joined: list[str] = []
        for start, end in pairwise(ends):
            part = piece[start:end]
            if joined and (len(_content(part)) < 2 or len(_content(joined[-1])) < 2):
                joined[-1] += part
            else:
                joined.append(part)
        parts += joined
    return [part for part in parts if part.strip()]


def _statement(clause: str, before: dict[str, frozenset[str]], rather: Sides | None, alone: bool) -> Statement:
    told = _tokens(clause)
    order = tuple(key for word, key in told if key)
    own = _parties(told)
    inherited = {name: sides for name, sides in before.items() if name not in own}
    return Statement(
        clause.strip(),
        frozenset(order),
        order,
        {**inherited, **own},
        own,
        tuple(_denials(told)),
        frozenset(word for word, _ in told if word in _words("conditions")),
        _comparison(told),
        _sequence(told),
        rather,
        _led_to(told),
        alone,
        any(word in _words("denying_by_meaning") for word, _ in told),
    )


Told = Sequence[tuple[str, str]]  # the word as normalised, and its key ("" for a word that carries none)


def _tokens(text: str) -> Told:
    found: list[tuple[str, str]] = []
    for word in words(text):
        if len(word) == 1 and not word.isdigit():
            continue
        bare = next((cut for cut in _bared(word) if cut in _function_words()), None)
        if bare is not None:
            found.append((bare, ""))
        else:
            found.append((word, "" if is_stop_word(word) else key_of(word)))
    return found


def _bared(word: str) -> Iterator[str]:
    """A Hebrew function word behind "ו", "ש", "ה" or "כש"."""
    yield word
    if "א" <= word[0] <= "ת":
        for cut in (1, 2):
            if word[:1] == "ב" and word[1:] in _words("greater") | _words("lesser"):
                yield word[1:]
            if word[:cut] in ("ו", "ש", "ה", "כש", "וש", "של", "ול", "וה") and len(word) - cut >= 2:
                yield word[cut:]


@lru_cache(maxsize=50_000)
def key_of(word: str) -> str:
    """A word without its inflection, more coarsely than a stem: Hebrew also without prefixes and inner vowels."""
    if word[0].isdigit():
        return word.replace(",", "")
    stem = stem_of(word)
    if not "א" <= stem[0] <= "ת":
        return stem.rstrip("'’")
    while len(stem) > SHORTEST and stem[0] in "משהולבכ":
        stem = stem[1:]
    thin = stem[0] + stem[1:].replace("ו", "").replace("י", "")
    return thin if len(thin) >= SHORTEST else stem


def content(text: str) -> frozenset[str]:
    """The keys of the words that carry meaning."""
    return _content(text)


def _content(text: str) -> frozenset[str]:
    return frozenset(key for _, key in _tokens(text) if key)


def _parties(told: Told) -> dict[str, frozenset[str]]:
    """The parties named, by family."""
    keys = " ".join(["", *(key or "·" for _, key in told), ""])
    found: dict[str, set[str]] = {}
    for family, side, phrase in _families():
        if f" {phrase} " in keys:
            found.setdefault(family, set()).add(side)
    return {family: frozenset(sides) for family, sides in found.items()}


def _denials(told: Told) -> Iterator[Denial]:
    for at, (word, _) in enumerate(told):
        narrow = word in _words("without")
        if narrow or word in _words("denying"):
            after = [key for _, key in told[at + 1 :] if key]
            heads = [key for key in after if key not in _party_keys()] or after
            heads = heads or [key for _, key in told[:at] if key][-1:]
            if heads:
                yield Denial(heads[0], frozenset(after[:3]), narrow)


def _comparison(told: Told) -> Sides | None:
    for at, (word, _) in enumerate(told):
        if word not in _words("greater") and word not in _words("lesser"):
            continue
        than = next((n for n in range(at + 1, len(told)) if _is_than(told[n][0])), None)
        if than is None:
            continue
        between, after = _marked(told[at + 1 : than]), _marked(told[than:])
        left = _marked(told[:at]) or between
        if left and after:
            return Sides(frozenset(left), frozenset(after), word in _words("greater"))
    return None


def _marked(told: Told) -> list[str]:
    """The keys, with a mark for a denial: "no partner" is another side than "a weak partner"."""
    denying = _words("denying") | _words("without") | _words("denying_by_meaning")
    return ["¬" if word in denying else key for word, key in told if key or word in denying]


def _is_than(word: str) -> bool:
    """ "Than", or a Hebrew word behind the letter that says so: no word of its own, or one without the letter too."""
    if word in _words("than"):
        return True
    return word[0] == "מ" and len(word) > SHORTEST and (is_word(word[1:]) or not is_word(word))


def _sequence(told: Told) -> Sides | None:
    for at, (word, _) in enumerate(told):
        if word in _words("before") or word in _words("after"):
            anchor = [key for _, key in told[at + 1 :] if key][:2]
            if anchor:
                return Sides(frozenset(), frozenset(anchor), word in _words("after"))
    return None


def _led_to(told: Told) -> dict[str, str]:
    """The word each preposition leads to; in Hebrew the letter a word begins with."""
    found: dict[str, str] = {}
    for at, (word, key) in enumerate(told):
        if word in _words("leading"):
            led = next((key for _, key in told[at + 1 :] if key), "")
            if led:
                found.setdefault(word, led)
        elif at and key and word[0] == "ל" and len(word) > SHORTEST:
            found.setdefault(word[0], key)
    return found


# -- the word lists ----------------------------------------------------------------------------------


@cache
def _lists() -> dict[str, Any]:
    read: dict[str, Any] = lexicon()["relations"]
    return read


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for group in _lists()[name] for word in words(group))


@cache
def _function_words() -> frozenset[str]:
    names = ("denying", "without", "denying_by_meaning", "conditions", "greater", "lesser", "than", "before", "after")
    light = _words("light") | _words("prepositions")
    return light.union(*(_words(name) for name in names))


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _lists()[name])


@cache
def _families() -> tuple[tuple[str, str, str], ...]:
    """Every phrase of every party: family, side, the phrase's keys."""
    return tuple(
        (family, side, " ".join(key_of(word) for word in words(phrase)))
        for family, sides in _lists()["parties"].items()
        for side, phrases in sides.items()
        for phrase in phrases
    )


@cache
def _keys_of_family(name: str) -> frozenset[str]:
    return frozenset(key for family, _, phrase in _families() if family == name for key in phrase.split())


@cache
def _party_keys() -> frozenset[str]:
    return frozenset(key for _, _, phrase in _families() for key in phrase.split())


def readable(texts: Iterable[str], hebrew: bool) -> tuple[Statement, ...]:
    """The statements of the texts that are in the language."""
    chosen = [text for text in texts if bool(re.search("[א-ת]", text)) == hebrew]
    return tuple(statement for text in chosen for statement in statements(text))
