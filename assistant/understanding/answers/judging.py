"""A field named by (nearly) its own label, with an everyday judgement: "coverage is superb", "budget? forget it".

The field must be named surely, and nothing else may be said. What praise and blame say of it is told by the
examples of the field itself: "good" is no answer to "is he dissatisfied?" as it is to "is the coverage good?".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.commands import Answer
from assistant.understanding.answers.claims import FACT_FROM
from assistant.understanding.fields.figures import Context
from assistant.understanding.segments import clauses
from assistant.understanding.words.matching import ExampleIndex, concept_of, word_stem
from assistant.understanding.words.phrases import PLAIN_WORDS, evidence_in, is_negated, level_in, phrase_set, quality_in
from assistant.understanding.words.text import Token, tokens
from knowledge.hebrew import content_words
from tools.forms import Field

SURE, ASKED = 0.85, 0.5
KINDS = ("good", "bad", "much", "none", "fair", "either")
LONGEST_NAME = 6  # content words and others of a name
NAMED_FROM, AHEAD = 0.4, 0.08  # nearness to a field's name, and before the next one's
OPENING = 3  # words before which a topic is opened
JOINED = 2  # clauses of a name and what is said of it
PLAIN, CLEAR = 2, 2.0  # examples that praise or blame, and how many times more agree than not
_VALUES = {"good": "yes", "much": "yes", "bad": "no", "none": "no", "fair": "partly", "either": "yes"}
_TURNED = {"yes": "no", "no": "yes", "partly": "partly"}


@dataclass(frozen=True)
class Judged:
    """The judgement in some words, and the words that are left when it is taken out."""

    kind: str
    rest: tuple[Token, ...]


def judgement_in(text: str) -> Judged | None:
    """The longest judgement in a clause; None where there is none or two that differ."""
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    best: tuple[int, int, str] | None = None
    for at in range(len(words)):
        for kind in KINDS:
            length = phrase_set(f"judged.{kind}").at(words, at)
            if length and (best is None or length > best[0]):
                best = length, at, kind
    if best is None:
        return None
    length, at, kind = best
    denied = at > 0 and words[at - 1].text in _DENIALS
    before = words[: at - 1] if denied else words[:at]
    kind = {"good": "bad", "bad": "fair", "much": "none"}.get(kind, "") if denied else kind
    return Judged(kind, (*before, *words[at + length :])) if kind else None


_DENIALS = frozenset(("not", "isn't", "aren't", "לא"))


def judges_alone(text: str) -> str:
    """The kind of a judgement that a text is and nothing else ("forget it", "פצצה"), else ""."""
    judged = judgement_in(text)
    return judged.kind if judged is not None and not _without_beside(judged.rest) else ""


def value_of(kind: str, field: Field, context: Context) -> tuple[str, float]:
    """What a judgement says of a field, and how sure that is; ("", 0) where the field has no such answer."""
    value = _VALUES[kind]
    if field.kind == "yes_no" and value == "partly":
        return "", 0.0
    if kind == "either":
        return value, ASKED
    if kind in ("much", "none"):
        return value, SURE
    praise = _praise_of(context.library.index, context.tool.name, field.id)
    if praise == 0 and field.kind == "level":
        praise = 1  # what is graded is good when it is there
    return (value if praise >= 0 else _TURNED[value]), (SURE if praise else ASKED)


@lru_cache(maxsize=512)
def _praise_of(index: ExampleIndex, tool: str, field: str) -> int:
    """1 where praise means yes in the examples of a field, -1 where it means no, 0 where they do not tell."""
    found = [0, 0]
    for row in index.rows("fact", tool, field):
        value, quality = index.examples[row].key[3], quality_in(index.examples[row].text)
        if quality in ("yes", "no") and value in ("yes", "no"):
            found[quality == value] += 1
    against, agreeing = found
    if agreeing >= PLAIN and agreeing > CLEAR * against:
        return 1
    return -1 if against >= PLAIN and against > CLEAR * agreeing else 0


def judged_field(text: str, context: Context) -> Answer | None:
    """The answer of a clause that is a field's name and a judgement, and nothing else."""
    judged = judgement_in(text)
    if judged is None or not judged.rest:
        return None
    field = field_labelled(judged.rest, context)
    if field is None or {_subject(word) for word in content_words(text)} <= _name(field.id, context):
        return None  # "high volume" is a name of it and no judgement
    value, sure = value_of(judged.kind, field, context)
    if not value:
        return None
    value = PLAIN_WORDS.get(tokens(text)[-1].text, "") or value  # "broad relationships: no"
    return Answer(field.id, value, text, evidence=evidence_in(text), confidence=sure, tool=context.tool.name)


def judged_parts(text: str, context: Context) -> tuple[list[Answer], str]:
    """The answers of the clauses that judge a field by its name, and the text without those clauses."""
    if whole := judged_field(text, context):
        return [whole], ""
    found: dict[str, Answer] = {}
    left: list[str] = []
    said = placed(text)
    at = 0
    while at < len(said):
        joined = text[said[at][0] : said[at + 1][1]] if at + 1 < len(said) else ""
        answer = judged_field(joined, context) if joined else None
        length = JOINED if answer else 1
        alone = text[said[at][0] : said[at][1]]
        answer = answer or judged_field(alone, context) or _judged_as_well(alone, list(found.values()), context)
        if answer is not None and answer.field not in found:
            found[answer.field] = answer
        else:
            left.append(text[said[at][0] : said[at + length - 1][1]])
        at += length
    return list(found.values()), ", ".join(left) if found else text


def _judged_as_well(text: str, found: list[Answer], context: Context) -> Answer | None:
    """ "…, chemistry too": the judgement of the field before."""
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    if not found or phrase_set("as_well").find(words) < 0:
        return None
    field = field_labelled(without(words, "as_well"), context)
    if field is None or (field.kind == "yes_no" and found[-1].value == "partly"):
        return None
    return replace(found[-1], field=field.id, raw=text)


def placed(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a text begin and end."""
    places, end = [], 0
    for clause in clauses(text):
        start = text.find(clause, end)
        if start < 0:
            return []
        end = start + len(clause)
        places.append((start, end))
    return places


def field_labelled(words: tuple[Token, ...], context: Context) -> Field | None:
    """The field whose name words are and nothing else: every subject in them is one of its name's."""
    left = _without_beside(words)
    own = {_subject(word) for token in left for word in content_words(token.text)}
    if not own or len(left) > LONGEST_NAME:
        return None
    name = " ".join(token.text for token in left)
    matches = context.library.index.best(name, "cue", context.tool.name, whole=False)[:6]
    fitting = [m for m in matches if m.score >= NAMED_FROM and own <= _name(m.key[2], context)]
    nearest = fitting[0].score if fitting else 0.0
    fitting = [m for m in fitting if _may_be_judged(context.tool.form.field(m.key[2]), context)]
    if not fitting or fitting[0].score < nearest - AHEAD:
        return None
    first = context.tool.form.field(fitting[0].key[2])
    if phrase_set("speaking_to_you").at(tokens(first.label.en), 0):
        return None  # "the competitors are strong" does not say that you know them
    if len(fitting) > 1 and fitting[0].score - fitting[1].score < AHEAD:
        asked = [m for m in fitting if m.key[2] == context.open_field]
        return context.tool.form.field(asked[0].key[2]) if asked else None
    return first


def topic_only(text: str, context: Context) -> Field | None:
    """The field a sentence names as its topic, and says nothing of ("as for their finances, it's a long story")."""
    words = tokens(text)
    opener = phrase_set("topic_openers")
    at = next((at for at in range(min(OPENING, len(words))) if opener.at(words, at)), -1)
    if at < 0 or level_in(text, longest=9)[0] or quality_in(text) or is_negated(text):
        return None
    said = clauses(text[words[at].start :])
    name = tokens(said[0])[opener.at(words, at) :] if said else ()
    field = field_labelled(name, context)
    if field is None or any(judgement_in(clause) for clause in said):
        return None
    rest = " ".join(said[1:])
    near = context.library.index.best(rest, "fact", context.tool.name, whole=False)[:1] if rest else []
    return None if near and near[0].score >= FACT_FROM else field


def _may_be_judged(field: Field, context: Context) -> bool:
    return field.kind in ("level", "yes_no") and field.relevant(dict(context.values or {}))


def without(words: tuple[Token, ...], phrases: str) -> tuple[Token, ...]:
    """The words without the phrases of a list."""
    known, left, at = phrase_set(phrases), [], 0
    while at < len(words):
        length = known.at(words, at)
        if not length:
            left.append(words[at])
        at += max(1, length)
    return tuple(left)


def _without_beside(words: tuple[Token, ...]) -> tuple[Token, ...]:
    return without(words, "judging_beside")


def _subject(word: str) -> str:
    return concept_of(word) or word_stem(word)


def _name(field: str, context: Context) -> frozenset[str]:
    return _subjects_of_name(context.library.index, context.tool.name, field)


@lru_cache(maxsize=512)
def _subjects_of_name(index: ExampleIndex, tool: str, field: str) -> frozenset[str]:
    names = (index.examples[row].text for row in index.rows("cue", tool, field))
    return frozenset(_subject(word) for name in names for word in content_words(name))
