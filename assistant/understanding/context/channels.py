"""Another channel beside the one that is worked out: "and the LinkedIn ads? 9k and two deals", "ובדיוור הוצאנו 12 אלף".

The figures of one channel never replace those of another: a channel that is named, and is not the open one, is a
calculation of its own, to be compared with it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.commands import Ambiguous, Answer, Ask, Command, Compare, Resume, Simple, Start, WhatIf
from assistant.conversation import Conversation, Record
from assistant.understanding.context.turning import Read, figures_as_before
from assistant.understanding.segments import sentences
from assistant.understanding.situation import Situation, situation_of
from assistant.understanding.words.phrases import PhraseSet, phrase_set
from assistant.understanding.words.text import Token, tokens
from knowledge.hebrew import is_hebrew
from knowledge.hebrew import words as stems
from tools.values import UNSAID

OF_CHANNELS = frozenset(("leadgen_roi",))  # worked out for one channel at a time
_GLUED, MOST_GLUED = frozenset("ובלמשהכ"), 2  # letters before a Hebrew word


def channel_named(text: str) -> str:
    """What a text calls the channel it tells of ("Hannover fair", "linkedin ads", "דיוור"), "" where it names none."""
    return next(iter(channels_named(text)), "")


def channels_named(text: str) -> list[str]:
    """The channels a text names, in their order."""
    words, known = tokens(text), phrase_set("channels_of_leads")
    found, place = [], 0
    while place < len(words):
        cut, length = _found_at(known, words, place)
        if length:
            begins = words[place].start + cut if cut else _begins(words, place, text)
            found.append(text[begins : words[place + length - 1].end])
        place += max(1, length)
    return list(dict.fromkeys(found))


def _found_at(known: PhraseSet, words: tuple[Token, ...], place: int) -> tuple[int, int]:
    """How many letters are glued before a channel that stands here ("ובדיוור"), and how many words it has."""
    word = words[place]
    for cut in range(MOST_GLUED + 1 if is_hebrew(word.text[:1]) else 1):
        if set(word.text[:cut]) <= _GLUED and word.text[cut:] in known.by_first:
            bare = (replace(word, text=word.text[cut:]), *words[place + 1 :])
            if length := known.at(bare, 0):
                return cut, length
    return 0, 0


def _begins(words: tuple[Token, ...], place: int, text: str) -> int:
    """Where the name of a channel begins: with the proper names right before it ("the Hannover fair")."""
    first = place
    while first > 0 and text[words[first - 1].start].isupper() and words[first - 1].kind == "word" and first > 1:
        first -= 1
    return words[first].start


def called_by_channel(commands: list[Command], text: str) -> list[Command]:
    """The commands, a calculation that begins with them called by the one channel the message tells of."""
    names = channels_named(text)
    return [replace(c, name=names[0]) if isinstance(c, Start) and _may_be_called(c, names) else c for c in commands]


def in_known_currency(commands: list[Command], state: Conversation) -> list[Command]:
    """The amounts of another calculation, in the currency of the one before where none is said."""
    start = next((c for c in commands if isinstance(c, Start) and not c.only_offer), None)
    before = [record for record in state.records.values() if start is not None and record.tool == start.tool]
    known = {_currency(value) for record in before[-1:] for value in record.values().values()} - {"", UNSAID}
    if len(known) != 1:
        return commands
    currency = known.pop()
    return [
        replace(c, value={**c.value, "currency": currency})
        if isinstance(c, Answer) and _currency(c.value) == UNSAID
        else c
        for c in commands
    ]


def _currency(value: object) -> str:
    return str(value.get("currency", "")) if isinstance(value, dict) else ""


def _may_be_called(start: Start, names: list[str]) -> bool:
    return start.tool in OF_CHANNELS and not start.name and not start.only_offer and len(names) == 1


def other_channel(commands: list[Command], here: Situation, read: Read) -> list[Command]:
    """The commands of a message that tells figures of another channel than the open one's; [] where it does not."""
    record = here.subject
    if record is None or record.tool not in OF_CHANNELS or not record.answers:
        return []
    if any(isinstance(c, (Start, Resume, Compare, WhatIf)) for c in commands):
        return []
    name = _another(here.text, record)
    told = [c for c in commands if isinstance(c, (Answer, Ambiguous))]
    known = next((r for r in here.state.records.values() if r.tool == record.tool and _same(r.name, name)), None)
    if not name or not told or not (known is not None or _contrasts(here.text) or _gives_anew(told, record)):
        return []
    if known is not None:
        figures = _read_for(known, here, read)
        return [Resume(known.name, briefly=True), *figures] if figures else []
    anew = figures_as_before(re.sub(rf"[א-ת]{{0,2}}{re.escape(name)}", " ", here.text), record, here)
    return [Start(record.tool, name), *anew] if anew else []


def _another(text: str, record: Record) -> str:
    """The channel a text names that is not the record's own; "" where it names none, or the record has no name."""
    others = [name for name in channels_named(text) if not _same(name, record.name)]
    if not others or (not record.name and not _contrasts(text)):
        return ""
    return others[-1]


def _same(one: str, other: str) -> bool:
    """Whether two names have a word in common ("the fair", "Hannover fair")."""
    return bool(set(stems(one.casefold())) & set(stems(other.casefold())))


def _contrasts(text: str) -> bool:
    return phrase_set("in_contrast").find(tokens(text)) >= 0


def _gives_anew(told: list[Answer | Ambiguous], record: Record) -> bool:
    """Whether a figure is told anew that is noted already, and in no words of correction."""
    answers = [c for c in told if isinstance(c, Answer)]
    return any(
        a.field in record.answers and record.answers[a.field].value != a.value and not a.corrects for a in answers
    )


def _read_for(record: Record, here: Situation, read: Read) -> list[Command]:
    """The figures of the message as those of a channel of its own."""
    state: Conversation = replace(
        here.state,
        records={**here.state.records, record.id: record},
        active=record.id,
        latest=record.id,
        pending=None,
    )
    today = here.context.today if here.context is not None else None
    found = read(sentences(here.text), situation_of(here.text, state, here.library, today))
    return [
        replace(c, tool=record.tool) if isinstance(c, Answer) else c
        for c in found
        if isinstance(c, (Answer, Ambiguous)) or (isinstance(c, Simple) and c.word == "result")
        if not isinstance(c, Ask)
    ]
