"""Choices named in the words: the reply to an open question, and facts that are just a choice of one field."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from assistant.commands import Answer
from assistant.understanding.answers.doers import PERSONS
from assistant.understanding.fields.figures import Context
from assistant.understanding.segments import clauses
from assistant.understanding.words.matching import ExampleIndex, concept_of
from assistant.understanding.words.phrases import PhraseSet, evidence_in, is_negated, phrase_set, quality_in
from assistant.understanding.words.text import Token, tokens
from knowledge.hebrew import content_words
from tools.forms import Field

EXACT_FROM = 0.8
DOUBTED = 0.5
COPULAR = 0.65
MOST_BESIDE_WANTED = 4  # words beside the types that are wanted
NEXT_TO = 2  # words after "he is" in which a choice is what he is said to be
FEWEST_SHARED = 3  # choices that two fields must have in common to be two sides of one thing


def open_choices(text: str, context: Context) -> Answer | None:
    """Every choice of an open question with several answers that the words name ("a distributor or a VAR")."""
    field = next((f for f in context.tool.form.fields if f.id == context.open_field), None)
    if field is None or field.kind not in ("choice", "choices") or {choice.id for choice in field.choices} & PERSONS:
        return None
    several = field.kind == "choices"
    meant, _ = _sides(text, field, context) if several else (of_what_is_there(text, field, context), [])
    meant = [clause for clause in meant if not is_negated(clause) and not (several and _only_praises(clause))]
    named = list(dict.fromkeys(choice for clause in meant for choice in choices_named(clause, field, context)))
    if not named or not (several or len(named) == 1):
        return None
    value = named if several else named[0]
    either = len(named) > 1 and any(_OR.search(clause) for clause in meant)  # "agent or distributor, both work"
    sure = 0.85 if not several or either or _little_else(meant, field, context) else DOUBTED
    return Answer(field.id, value, text, evidence=evidence_in(text), confidence=sure, tool=context.tool.name)


def of_what_is_there(text: str, field: Field, context: Context) -> list[str]:
    """The clauses that may answer what somebody is: not those that say what is wanted, where that is asked too."""
    said = clauses(text) or [text]
    asked_too = any(field in _twins(other, context) for other in context.tool.form.fields if other.kind == "choices")
    return [clause for clause in said if not _tells_what_is_needed(clause)] if asked_too else said


def _only_praises(clause: str) -> bool:
    """Whether a clause says how good somebody is and not that he would serve ("either of them is fine")."""
    return bool(quality_in(clause)) and phrase_set("would_do").find(tokens(clause)) < 0


def _little_else(said: list[str], field: Field, context: Context) -> bool:
    """Whether clauses say which types are wanted and not much besides ("another distributor sells a rival line")."""
    for clause in said:
        if not choices_named(clause, field, context) or _tells_what_is_needed(clause):
            continue
        if (
            sum(1 for word in content_words(clause) if concept_of(word)) - len(choices_named(clause, field, context))
            > 1
        ):
            return False
    return True


def other_side(text: str, context: Context) -> list[Answer]:
    """ "We need a distributor, and this one is a reseller": what the candidate is, beside what is wanted."""
    field = next((f for f in context.tool.form.fields if f.id == context.open_field), None)
    if field is None or field.kind != "choices":
        return []
    twins = _twins(field, context)
    meant, told = _sides(text, field, context)
    same = [clause for clause in clauses(text) if phrase_set("same_as_wanted").find(tokens(clause)) >= 0]
    if len(twins) == 1 and same:
        named = [name for clause in meant for name in choices_named(clause, field, context)]
        if len(named) == 1:
            return [Answer(twins[0].id, named[0], same[0], confidence=0.8, tool=context.tool.name)]
    for clause in told:
        for twin in twins:
            named = [] if is_negated(clause) else choices_named(clause, twin, context)
            if len(named) == 1:
                return [Answer(twin.id, named[0], clause, confidence=0.8, tool=context.tool.name)]
    return []


def _twins(field: Field, context: Context) -> list[Field]:
    """The fields on what is there, for one on what is wanted: most of their choices are the same."""
    wanted = {choice.id for choice in field.choices}
    single = [other for other in context.tool.form.fields if other.kind == "choice"]
    return [other for other in single if len(wanted & {choice.id for choice in other.choices}) >= FEWEST_SHARED]


def wanted_as_it_is(text: str, context: Context) -> list[Answer]:
    """ "They are a distributor, and that's the kind we're after": what is there is wanted, in one message or in two."""
    same = [clause for clause in clauses(text) if phrase_set("wanted_as_it_is").find(tokens(clause)) >= 0]
    fields = context.tool.form.fields
    for wanted in (field for field in fields if field.kind == "choices" and same):
        for there in (field for field in fields if field.kind == "choice"):
            if len({c.id for c in wanted.choices} & {c.id for c in there.choices}) < FEWEST_SHARED:
                continue
            others = [clause for clause in clauses(text) if clause not in same and not is_negated(clause)]
            named = list(dict.fromkeys(n for clause in others for n in choices_named(clause, there, context)))
            known = (context.values or {}).get(there.id)
            named = named or ([known] if known else [])
            if len(named) == 1 and not choices_named(same[0], there, context):
                return [Answer(wanted.id, named, same[0], confidence=0.8, tool=context.tool.name)]
    return []


def wanted_choices(text: str, context: Context) -> list[Answer]:
    """ "We need a distributor or a VAR", "סוכן או מפיץ יתאימו": every type said to be wanted, whatever was asked."""
    field = next((f for f in context.tool.form.fields if f.kind == "choices"), None)
    if field is None or field.id == context.open_field:
        return []
    said = clauses(text) or [text]
    for at, clause in enumerate(said):
        serves = phrase_set("would_do").find(tokens(clause)) >= 0
        listed_on = _listed_on(said[at + 1 :], field, context)
        named = choices_named(clause, field, context) or (listed_on if serves else [])
        either = len(named) > 1 and _OR.search(clause) is not None  # "an integrator or an agent"
        wants = serves or either or (_tells_what_is_needed(clause) and not _tells_of_candidate(clause))
        if named and wants and not is_negated(clause) and len(content_words(clause)) <= len(named) + MOST_BESIDE_WANTED:
            also = phrase_set("as_well").find(tokens(text)) >= 0  # "an agent would do, too"
            before = (context.values or {}).get(field.id) if also else None
            named = list(dict.fromkeys([*(before if isinstance(before, list) else ()), *named, *listed_on]))
            return [Answer(field.id, named, clause, confidence=0.8, tool=context.tool.name)]
    return []


_OR = re.compile(r"\bor\b|(?<![א-ת])או(?![א-ת])", re.IGNORECASE)


def _listed_on(said: list[str], field: Field, context: Context) -> list[str]:
    """The choices of the clauses that only go on with a list ("an agent suits us, and also an integrator")."""
    found: list[str] = []
    for clause in said:
        named = choices_named(clause, field, context)
        if not named or is_negated(clause) or len(content_words(clause)) > len(named) + 1:
            break
        if _tells_of_candidate(clause):
            break
        found += named
    return found


def only_sought(answer: Answer, context: Context) -> bool:
    """Whether words say what somebody not found yet is to be or to do ("we need someone who does repairs")."""
    field = next((f for f in context.tool.form.fields if f.id == answer.field), None)
    if field is None or field.kind != "choice":
        return False
    if {choice.id for choice in field.choices} & PERSONS:
        return phrase_set("seeking").find(tokens(answer.raw)) >= 0
    return phrase_set("would_do").find(tokens(answer.raw)) >= 0


def _sides(text: str, field: Field, context: Context) -> tuple[list[str], list[str]]:
    """The clauses on what is wanted, and those on what is there; all on what is wanted when none says so."""
    said = clauses(text) or [text]
    wanting = [_tells_what_is_needed(clause) for clause in said]
    if not any(wanting) and (_describes(said) or _sets_right(text, field, context)):
        return [], said
    told: list[str] = []
    before = False
    for clause, wants in zip(said, wanting, strict=True):
        concludes = bool(told) and phrase_set("concluding").at(tokens(clause), 0) > 0  # "…, so a distributor"
        goes_on = before and len(content_words(clause)) <= 1  # "an agent suits us, and an integrator"
        before = wants or (goes_on and not _tells_of_candidate(clause))
        one = _OR.search(clause) is None  # "agent or distributor, both work" tells of none that is there
        if not before and (_tells_of_candidate(clause) or concludes or (any(wanting) and one)):
            told.append(clause)
    return [clause for clause in said if clause not in told], told


def _describes(said: list[str]) -> bool:
    """ "Agent, they open doors": a bare type, and then what they do who are of it."""
    of_them = any(phrase_set("they").at(tokens(clause), 0) for clause in said[1:2])
    return of_them and len(content_words(said[0])) == 1 and _OR.search(said[0]) is None


def _sets_right(text: str, field: Field, context: Context) -> bool:
    """ "Not a distributor, an agent": denies what was noted of what is there."""
    noted = {(twin.id, str((context.values or {}).get(twin.id))) for twin in _twins(field, context)}
    return bool(noted & denied_choices(text, context))


def choices_named(clause: str, field: Field, context: Context) -> list[str]:
    """The choices of a field whose usual words stand in a clause, in the order in which they stand."""
    index = context.library.index
    named = []
    for choice in field.choices:
        rows = index.rows("reply", context.tool.name, field.id, choice.id)
        place = _phrases(tuple(index.examples[row].text for row in rows)).find(tokens(clause))
        if place >= 0:
            named.append((place, choice.id))
    return [name for _, name in sorted(named)]


_SENTENCES = re.compile(r"[.!?;\n]+\s*")


def denied_choices(text: str, context: Context) -> frozenset[tuple[str, str]]:
    """The choices, as (field, choice), that a text denies by their usual words ("a customer, not a student")."""
    told = [clause for sentence in _SENTENCES.split(text) for clause in clauses(sentence) or [sentence]]
    denied = [clause for clause in told if is_negated(clause)]
    return frozenset(
        (field.id, choice.id)
        for field in (context.tool.form.fields if denied else ())
        if field.kind in ("choice", "choices") and not {choice.id for choice in field.choices} & PERSONS
        for choice in field.choices
        for clause in denied
        if _is_denied(tokens(clause), _affirmed(context.library.index, context.tool.name, field.id, choice.id))
    )


def _is_denied(words: tuple[Token, ...], named: PhraseSet) -> bool:
    return 0 <= phrase_set("negation").find(words) < named.find(words)


@lru_cache(maxsize=512)
def _affirmed(index: ExampleIndex, tool: str, field: str, choice: str) -> PhraseSet:
    """The usual words of a choice that deny nothing themselves ("nothing found")."""
    texts = (index.examples[row].text for row in index.rows("reply", tool, field, choice))
    return PhraseSet.of([text for text in texts if not is_negated(text)])


@lru_cache(maxsize=512)
def _phrases(texts: tuple[str, ...]) -> PhraseSet:
    return PhraseSet.of(texts)


def unique_choices(text: str, context: Context) -> list[Answer]:
    """Clauses that are just a choice of one field and no other ("yes, a student")."""
    shared = Counter(choice.id for field in context.tool.form.fields for choice in field.choices)
    found = []
    for clause in clauses(text):
        matches = context.library.index.best(clause, "reply", context.tool.name)[:1]
        if not matches or matches[0].score < EXACT_FROM or not any(concept_of(w) for w in content_words(clause)):
            continue
        _, _, name, value = matches[0].key
        if is_negated(clause) != is_negated(matches[0].example):
            continue  # "not a competitor"
        if shared[value] == 1 and name != context.open_field and context.tool.form.field(name).kind == "choice":
            found.append(Answer(name, value, clause, confidence=0.8, tool=context.tool.name))
    return found


def copular_choice(text: str, context: Context) -> Answer | None:
    """ "He is a competitor, I think": the one choice that words say somebody is, whatever was asked."""
    single = [f for f in context.tool.form.fields if f.kind == "choice" and not {c.id for c in f.choices} & PERSONS]
    shared = Counter(choice.id for field in single for choice in field.choices)
    found: list[Answer] = []
    for clause in (c for c in clauses(text) or [text] if not is_negated(c) and not _tells_what_is_needed(c)):
        for near in _next_to_a_copula(clause):
            for field in single:
                named = [name for name in choices_named(near, field, context) if shared[name] == 1]
                found += [Answer(field.id, n, clause, confidence=COPULAR, tool=context.tool.name) for n in named]
    values = {(answer.field, answer.value) for answer in found}
    return found[0] if len(values) == 1 else None


def _next_to_a_copula(clause: str) -> list[str]:
    """ "he is" with the words that follow it, for every place it stands in a clause."""
    words, copula = tokens(clause), phrase_set("candidate_is")
    starts = [at for at in range(len(words)) if copula.at(words, at)]
    ends = [min(start + copula.at(words, start) + NEXT_TO, len(words)) for start in starts]
    return [clause[words[start].start : words[end - 1].end] for start, end in zip(starts, ends, strict=True)]


def denies_its_choice(answer: Answer, context: Context) -> bool:
    """Whether an answer is the choice that its own words deny ("not a competitor")."""
    field = context.tool.form.field(answer.field)
    if field.kind != "choice" or {choice.id for choice in field.choices} & PERSONS or not is_negated(answer.raw):
        return False
    return any(is_negated(c) and answer.value in choices_named(c, field, context) for c in clauses(answer.raw))


def _tells_of_candidate(clause: str) -> bool:
    """Whether a clause says what the candidate is ("they are an agent") and not what is wanted."""
    return phrase_set("candidate_is").find(tokens(clause)) >= 0


def _tells_what_is_needed(clause: str) -> bool:
    words = tokens(clause)
    return any(phrase_set(name).find(words) >= 0 for name in ("needing", "wanted", "wanted_as_it_is", "would_do"))


def choices_said(wording: str, field: Field, context: Context) -> list[str]:
    """The choices a wording names, for fields whose choices are things ("a dealer") and not doers."""
    if field.kind not in ("choice", "choices") or {choice.id for choice in field.choices} & PERSONS:
        return []
    return choices_named(wording, field, context)
