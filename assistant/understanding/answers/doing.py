"""Whose job a thing is, with the verb left out: "repairs, us", "stock too", "מלאי ומשלוחים גם אצלו".

A clause is read so where it names a job and who does it, and nothing else; "too" takes over who did the job before.
"""

from __future__ import annotations

from functools import lru_cache

from assistant.commands import Answer
from assistant.understanding.answers.doers import ACTORS, WHO, who_does
from assistant.understanding.answers.judging import placed, without
from assistant.understanding.answers.opinions import field_chances
from assistant.understanding.fields.figures import Context
from assistant.understanding.words.matching import ExampleIndex, concept_of, word_stem
from assistant.understanding.words.phrases import evidence_in, is_negated, phrase_set
from assistant.understanding.words.text import Token, tokens
from knowledge.hebrew import content_words, is_hebrew
from tools.forms import Field

SURE = 0.85
LEAST_OWNED = 2  # words of "repairs ours"
LONGEST = 10  # words of a clause
NAMED_FROM, AHEAD = 0.3, 0.05  # nearness to the name of a job, and before the next one's


def doers_told(text: str, context: Context) -> tuple[list[Answer], str]:
    """The answers of the clauses that say no more than whose job a thing is, and the text without those clauses.

    Names alone share the doer that follows ("fairs and adverts are his").
    """
    jobs = [field for field in context.tool.form.fields if asks_who(field)]
    said = placed(text) if jobs else []
    if len(said) == 1 and (of_asked := _of_what_was_asked(text, context)):
        return [of_asked], ""
    found: dict[str, Answer] = {}
    left: list[tuple[int, int]] = []
    names: list[tuple[Field, tuple[int, int]]] = []
    actor, asked = _last_actor(jobs, context), context.open_field in {field.id for field in jobs}
    for start, end in said:
        words = _words(text[start:end])
        doer = _doer(words, text[start:end], actor, listed=bool(found) or asked)
        job = _job(_unsaid(words), text[start:end], context) if words else None
        only_doer = bool(doer) and not _unsaid(words)
        if job is not None and not doer and len(_unsaid(words)) == len(words):
            names.append((job, (start, end)))
        elif doer and (job is not None or (only_doer and names)):
            told = [*names, *([(job, (start, end))] if job else [])]
            for field, _ in told:
                found.setdefault(field.id, _answer(field, doer, text[told[0][1][0] : end], context))
            names, actor = [], doer
        else:
            left += [*(place for _, place in names), (start, end)]
            names = []
    left += [place for _, place in names]
    return list(found.values()), ", ".join(text[a:b] for a, b in left) if found else text


def asks_who(field: Field) -> bool:
    """Whether a field asks who does a thing."""
    return {choice.id for choice in field.choices} >= WHO


def _answer(field: Field, doer: str, raw: str, context: Context) -> Answer:
    return Answer(field.id, doer, raw, evidence=evidence_in(raw), confidence=SURE, tool=context.tool.name)


def _last_actor(jobs: list[Field], context: Context) -> str:
    """Who does the job that was told of last."""
    names = {field.id for field in jobs}
    return next(
        (str(v) for name, v in reversed(list((context.values or {}).items())) if name in names and v in ACTORS), ""
    )


def _of_what_was_asked(text: str, context: Context) -> Answer | None:
    """ "Our own technicians", "that too is ours": the doer of what was asked, where no other job is named."""
    asked = next((f for f in context.tool.form.fields if f.id == context.open_field and asks_who(f)), None)
    words = _words(text)
    doer = who_does(text, "", False) if asked and words and not is_negated(text) else ""
    if asked is None or doer not in ("exporter", "partner"):
        return None
    left = _unsaid(words)
    own = {_subject(word) for token in left for word in content_words(token.text)}
    known = own <= _words_of(context.library.index, context.tool.name, asked.id)
    return _answer(asked, doer, text, context) if known and (own or not left) else None


def _words(text: str) -> tuple[Token, ...]:
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    return words if len(words) <= LONGEST else ()


def _unsaid(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words besides who does it and what says no more than that somebody does."""
    for name in ACTORS:
        words = without(words, f"actor.{name}")
    return without(words, "doing_beside")


def _doer(words: tuple[Token, ...], text: str, before: str, listed: bool) -> str:
    """Who does it in the words of a clause; "too" is the one before. "" where they name no doer, or tell a deed.

    Among other jobs (`listed`) whose the people are says who does it ("טכנאים שלנו").
    """
    if not words:
        return ""
    left = {word.start for word in _unsaid(words)}
    deeds = [at for at, word in enumerate(words[1:], 1) if word.start in left]
    if any(phrase_set("pronouns").at(words, at - 1) for at in deeds):
        return ""  # "they ship it"
    if any(phrase_set(name).find(words) >= 0 for name in ("needing", "wanted")):
        return ""  # "we need a distributor"
    named = any(phrase_set(f"actor.{actor}").find(words) >= 0 for actor in ACTORS)
    doer = who_does(text, "", is_negated(text)) if named else ""
    if doer in ("exporter", "partner") and is_negated(text):
        return ""  # "not us" does not say who
    if doer == "other_party" and not _BY & {word.text for word in words}:
        return ""  # "a local service company"
    if doer:
        return doer if phrase_set("owning").find(words) < 0 or _is_laid(words, listed) else ""
    return before if phrase_set("as_well").find(words) >= 0 else ""


def _is_laid(words: tuple[Token, ...], listed: bool) -> bool:
    """Whether an owner stands at the end ("repairs are theirs"), and not before a noun ("their staff").

    A Hebrew owner stands behind its noun as well, and so has to be behind a verb ("השירות הוא שלהם").
    """
    if len(words) < LEAST_OWNED or not phrase_set("owning").at(words, len(words) - 1):
        return False
    return listed or not is_hebrew(words[-1].text) or words[-2].text in _COPULAS


def _job(left: tuple[Token, ...], text: str, context: Context) -> Field | None:
    """The job that the words name."""
    said = [word for token in left for word in content_words(token.text)]
    own = {_subject(word) for word in said}
    if not any(concept_of(word) for word in said):
        return None  # "after" names no job
    name = " ".join(token.text for token in left)
    fitting = [
        match
        for match in context.library.index.best(name, "cue", context.tool.name, whole=False)[:10]
        if match.score >= NAMED_FROM
        and asks_who(context.tool.form.field(match.key[2]))
        and own <= _words_of(context.library.index, context.tool.name, match.key[2])
    ]
    if not fitting:
        return None
    if len(fitting) > 1 and fitting[0].score - fitting[1].score < AHEAD:
        chances = field_chances(text, context)
        fitting.sort(key=lambda match: -chances.get(match.key[2], 0.0))
    return context.tool.form.field(fitting[0].key[2])


def _subject(word: str) -> str:
    return concept_of(word) or word_stem(word)


_COPULAS = frozenset(("זה", "הוא", "היא", "הם", "יהיה", "תהיה", "יהיו"))
_BY = frozenset(("by", "with", "through", "אצל", "דרך", "ידי"))
_ASKING = frozenset(("who", "מי"))


@lru_cache(maxsize=128)
def _words_of(index: ExampleIndex, tool: str, field: str) -> frozenset[str]:
    """The subjects that the names of a job are made of; what follows "who" is a deed and no name."""
    found: set[str] = set()
    for row in index.rows("cue", tool, field):
        words = [token.text for token in tokens(index.examples[row].text)]
        names = [word for before, word in zip(["", *words], words, strict=False) if before not in _ASKING]
        found |= {_subject(word) for name in names for word in content_words(name)}
    return frozenset(found)
