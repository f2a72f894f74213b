"""Who sums up himself: "they know some of the hospitals, not the others, so partly", "that's a no from me".

The level that is named is the answer; the words before it only tell of which field. It belongs to the clauses it
stands behind, so that it overwrites nothing that is said of another field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from assistant.commands import Answer, Command
from assistant.understanding.answers.doers import ACTORS, WHO
from assistant.understanding.answers.listing import only_named
from assistant.understanding.answers.naming import field_meant, named_field
from assistant.understanding.answers.opinions import field_chances
from assistant.understanding.fields.figures import Context
from assistant.understanding.segments import clauses
from assistant.understanding.words.levels import doer_named, level_named
from assistant.understanding.words.phrases import PLAIN_WORDS, evidence_in, phrase_set
from assistant.understanding.words.text import tokens
from assistant.understanding.words.turns_of_phrase import topic_of
from tools.forms import Field

SURE, ASKED = 0.85, 0.5
SURELY_OF, LIKELY_OF = 0.6, 0.2  # chance from which words speak of a field
NAMED_FROM, NAMED_HALF, LIKELY_NAMED = 0.62, 0.5, 0.5  # nearness to its name from which a clause names a field
OF_ANOTHER = 0.75  # confidence from which what was said is of another field than the one asked for
BESIDE = 0.65  # confidence from which another fact stands beside a level that was named

DENIED = {"yes": "no", "no": "yes"}

Read = Callable[[str, Context], list[Command]]


@dataclass(frozen=True)
class Part:
    """Some clauses of a sentence and the level they are summed up with, "" for none."""

    text: str
    level: str


def closed_by(text: str, before: Command, context: Context | None) -> Answer | None:
    """The answer of the sentence before with the level that a sentence names and nothing else.

    "Financially they're a basket case. No." is of their finances, whatever question is open.
    """
    words = tokens(text)
    length = phrase_set("concluding").at(words, 0) if words else 0
    bare = text[words[length].start :] if 0 < length < len(words) else text
    level = level_named(text) or PLAIN_WORDS.get(bare.strip(" .!").lower(), "")
    if not level or context is None or not isinstance(before, Answer):
        return None
    if before.status != "answered" and not (before.status == "unknown" and length):
        return None  # "dunno what happens then, we never looked. So no"
    field = context.tool.form.field(before.field)
    if field.kind not in ("level", "yes_no") or (field.kind == "yes_no" and level == "partly"):
        return None
    return replace(before, value=level, status="answered", confidence=SURE)


def _cut(clause: str) -> tuple[str, str]:
    """A clause and the level at its end, where it is summed up without a comma ("one van for all of it so no")."""
    words = tokens(clause)
    for at in range(1, len(words)):
        glued = clause[words[at].end : words[at].end + 1] == "-"  # "so-so"
        if not glued and phrase_set("concluding").at(words, at) and (level := level_named(clause[words[at].start :])):
            return clause[: words[at].start].rstrip(), level
    called = _CALLED.fullmatch(clause)
    return (called["body"], PLAIN_WORDS.get(called["level"].lower(), "partly")) if called else (clause, "")


_CALLED = re.compile(  # "so access is a clear yes"
    r"(?P<body>.+?) (?:is|was|gets|would be) (?:an? )?(?:clear |plain |full |solid )?(?P<level>yes|no|partly)",
    re.IGNORECASE,
)


def parts_of(text: str, context: Context) -> list[Part]:
    """The parts of a sentence, each summed up with a level or not; none where no level is named behind anything."""
    if at_once := _opened(text, context):
        return at_once
    found: list[Part] = []
    start = end = 0
    for clause in clauses(text):
        place = text.find(clause, end)
        if place < 0:
            return []
        opened = f"{text[end:place].strip(' ,.;:!-–')} {clause}"  # a clause is cut without its "so"
        told, level = text[start:end], level_named(opened) or doer_named(opened)
        end = place + len(clause)
        if not level:
            body, level = _cut(clause)
            told = text[start : place + len(body)]
        told = told.strip(" ,.;:!-–")
        if level and not told and found:
            found[-1], start = Part(found[-1].text, level), end  # "so-so, partly"
        if level and told:
            found.append(Part(told, level))
            start = end
    rest = text[start:].strip(" ,.;:!-–")
    return [*found, Part(rest, "")] if found and rest else found


def _opened(text: str, context: Context) -> list[Part]:
    """A sentence that opens with the level that sums it up ("I'd say no, he hardly spoke")."""
    first, *rest = clauses(text) or [text]
    if not rest or tokens(first)[0].text in PLAIN_WORDS or not (level := level_named(first)):
        return []
    asked = next((f for f in context.tool.form.fields if f.id == context.open_field), None)
    framed = phrase_set("summing_up").find(tokens(first)) >= 0
    if not framed and asked is not None and _takes(asked, level):
        return []  # "partly, they …" replies to what was asked
    told = text[text.find(first) + len(first) :].strip(" ,.;:!-–")
    return [] if any(level_named(clause) for clause in rest) else [Part(told, level)]


def summed_up(text: str, context: Context, read: Read) -> list[Command]:
    """What a sentence says that names a level for what it tells; empty when it names none."""
    parts = parts_of(text, context)
    if any(part.level and only_named(part.text, context) for part in parts):
        return []  # "coverage: partly" is a name and its level
    found: list[Command] = []
    for part in parts:
        told = read(part.text, context)
        told = _with_level(part, told, text, context) if part.level else told
        if any(isinstance(c, Answer) and c.field == context.open_field for c in told):
            context = replace(context, open_field="")  # it is answered, and what follows is of something else
        found += told
    return found


def _with_level(part: Part, told: list[Command], text: str, context: Context) -> list[Command]:
    """What was told with the level that sums it up: of the field asked for, unless the words speak of another."""
    field, sure = _meant(part, told, context)
    if field is None:
        return told
    last = (clauses(part.text) or [part.text])[-1]
    beside = [
        command
        for command in told
        if not isinstance(command, Answer)
        or (command.field != field.id and command.confidence >= BESIDE and _is_another(command, last, part.level))
    ]
    raw = text if part.text not in text else text[text.find(part.text) :]
    answer = Answer(
        field.id, part.level, raw, evidence=evidence_in(text), confidence=sure, tool=context.tool.name
    )  # fmt: skip
    return [*beside, answer]


def _meant(part: Part, told: list[Command], context: Context) -> tuple[Field | None, float]:
    """The field that a part is about, and how sure that is: what its last words speak of, else what was asked."""
    form = context.tool.form
    asked = next((f for f in form.fields if f.id == context.open_field and _takes(f, part.level)), None)
    said = [c for c in told if isinstance(c, Answer) and _takes(form.field(c.field), part.level)]
    chances = field_chances(part.text, context)
    for clause in reversed(clauses(part.text) or [part.text]):
        of_it = next((c for c in said if clause in c.raw), None)
        named = _named(clause, context)
        meant = asked is None or of_it is None or DENIED.get(str(of_it.value)) != part.level
        alone = asked is None or of_it is None or (named is not None and of_it.field == named.id and meant)
        if named is not None and alone and _takes(named, part.level):
            return named, SURE
        if of_it and meant and (of_it.field == context.open_field or _surely_of(of_it, chances)):
            return form.field(of_it.field), SURE
    likeliest = max((name for name in chances if name), key=lambda name: chances[name], default="")
    another = bool(likeliest) and chances[likeliest] >= OF_ANOTHER > LIKELY_OF > chances.get(context.open_field, 0.0)
    if another and _takes(form.field(likeliest), part.level):
        return form.field(likeliest), SURE
    if asked is not None:
        return asked, SURE
    if said:
        surest = max(said, key=lambda answer: answer.confidence)
        sure = chances.get(surest.field, 0.0) >= SURELY_OF or surest.confidence >= OF_ANOTHER
        return form.field(surest.field), SURE if sure else ASKED
    field = form.field(likeliest) if likeliest and chances[likeliest] >= LIKELY_OF else None
    if field is None or not _takes(field, part.level):
        return None, 0.0
    return field, SURE if chances[likeliest] >= SURELY_OF else ASKED


def _named(clause: str, context: Context) -> Field | None:
    """The field a clause names ("as for the money", "data")."""
    if topic := topic_of(clause):
        return field_meant(topic, context, NAMED_HALF)
    named = named_field(clause, context, NAMED_HALF)
    if named is None or named == named_field(clause, context, NAMED_FROM):
        return named
    return named if field_chances(clause, context).get(named.id, 0.0) >= LIKELY_NAMED else None


def _is_another(answer: Answer, last: str, level: str) -> bool:
    """Whether an answer is not what the level was named for: it is said before, or is the contrary of the level."""
    apart = last not in answer.raw and answer.raw not in last
    return apart or DENIED.get(str(answer.value)) == level


def _surely_of(answer: Answer, chances: Mapping[str, float]) -> bool:
    return answer.confidence >= OF_ANOTHER and chances.get(answer.field, 0.0) >= OF_ANOTHER


def _takes(field: Field, level: str) -> bool:
    if level in ACTORS:
        return {choice.id for choice in field.choices} >= WHO
    return field.kind == "level" or (field.kind == "yes_no" and level != "partly")
