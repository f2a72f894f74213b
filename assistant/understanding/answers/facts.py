"""Statements to answers: which fields a clause speaks of and what it says about them.

A clause is compared with the authored answers of every field; a denial turns yes into no where the words
are otherwise the same. For "who does it" fields the subject decides: the same deed done by us, by them or by
nobody is three answers. Words that merely name a field ("their finances") need a level beside them ("are
weak"). The open question has a prior, because people mostly answer what they were asked.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from assistant.commands import Answer
from assistant.understanding.answers.approaching import approach_claim, came_later, joins_more
from assistant.understanding.answers.choices import choices_said, denied_choices, of_what_is_there, other_side
from assistant.understanding.answers.claims import (
    FACT_FROM,
    Claim,
    between,
    confidence_of,
    contradicted,
    says_several,
    set_right,
)
from assistant.understanding.answers.contrasts import apart_from_needs, held_against
from assistant.understanding.answers.doers import ACTORS, WHO, is_laid_on, who_does
from assistant.understanding.answers.naming import limits, named_claim, named_field
from assistant.understanding.answers.opinions import ALONE_CHANCE, opinion_of, said_surely, settled, value_told, weighed
from assistant.understanding.fields.figures import Context
from assistant.understanding.segments import Span, clauses, spans
from assistant.understanding.words.matching import ExampleIndex, Match, concept_of, word_stem
from assistant.understanding.words.phrases import PLAIN_WORDS, evidence_in, is_negated, level_in, phrase_set, quality_in
from assistant.understanding.words.text import tokens
from assistant.understanding.words.turns_of_phrase import denies_a_limit, is_limiting, limit_denied
from knowledge.hebrew import content_words
from tools.forms import Field

ALONE_FROM, ALONE_BY = 0.33, 0.09  # a lower nearness is enough where no other field comes close
EXACT_FROM = 0.8
QUALITY_HELPS = 0.06
FAR_FROM = 0.8  # so near that the words need share no subject
REPLY_FROM = 0.62
OPEN_PRIOR = 0.1
GUESSED_FROM, GUESSED_CHANCE = 0.22, 0.45  # nearness to an example, and chance by all of them, of what is asked about
UNASKED_FROM = 0.52  # a doubtful answer to what was not asked is not even confirmed …
DOUBTFUL_FROM = 0.45  # … unless it is all there is
TURNED_BY_PRAISE, TURNED_BY_LACK = 0.03, 0.02  # a value turned around is less sure than one as written
NAMED_HELPS, NAMED_MOST = 0.4, 0.15
SPEAKS_OF_ELSE = 0.85  # share kept by a reading whose only common words are praise or blame
FEW_SUBJECTS = 2
LESS_SAID = 0.78  # share kept by an example that limits ("part of what they need") what the words do not
AS_NEAR = 0.08
CHOICE_NAMED = 0.08
OTHER_NAMED = 0.5  # share kept by a choice while the words name another one
BARE = 0.5  # share kept by who does a thing for words that only name it
UNDENIED = 0.6  # share kept by "no service" for words that deny nothing
JUDGED = 0.8  # share kept by who does a thing for words that say how well
ONLY_NAMED = 0.7  # share kept by an example that has only its field's name in common with the words
SHORTEST_OWN = 2  # letters of a word that says something
LONGEST_BARE = 3  # words
LONGEST_LIMIT = 5  # words of a clause that only limits the one before
_IN_PART = (("partly", 0.85), ("partly", 0.95))
LAID_ON = 0.75  # share kept by "is it so?" for words that say whose job a thing is
REPEATED = 0.1
JOINED_COST = 0.04  # for each further clause a reading needs
DENIED = {"yes": "no", "no": "yes", "partly": "partly"}
MOST_SPANS = 24
ECHOED = 0.85  # confidence of what a yes or no behind it says once more


def fact_answers(text: str, context: Context, beside_figures: bool = False) -> list[Answer]:
    """The answers a sentence gives to fields with choices, each with its words and confidence.

    What stands beside figures that were read already must be nearer: it mostly names those figures.
    """
    claims = [claim for span in spans(text)[:MOST_SPANS] for claim in _claims(span, context)]
    claims = [claim for claim in claims if not came_later(claim, context) and not joins_more(claim, claims)]
    if beside_figures:
        claims = [claim for claim in claims if claim.score >= FACT_FROM + 0.12 and _says_enough(claim.span.text)]
    claims = [claim for claim in claims if not says_several(claim, claims, context.open_field)]
    claims.sort(key=lambda claim: -claim.score + JOINED_COST * (len(claim.span.clauses) - 1))
    used: set[int] = set()
    chosen: dict[str, Claim] = {}
    for claim in claims:
        if claim.field.id in chosen or used & claim.span.clauses:
            continue
        meant = set_right(claim, claims) or between(claim, claims)
        said = {other.value for other in claims if other.field.id == claim.field.id}
        meant = meant or (settled(claim, said, text, context) if contradicted(claim, claims) else claim)
        chosen[claim.field.id] = meant
        used |= claim.span.clauses | meant.span.clauses
    chosen = _limited(_in_part(chosen, used, text), used, text)
    evidence = evidence_in(text)
    beside_open = not context.open_field or context.open_field in chosen or len(chosen) > 1
    in_order = sorted(chosen.values(), key=lambda claim: min(claim.span.clauses))
    answers = [_answer(claim, evidence, context, beside_open) for claim in in_order]
    answers = _closed(_as_it_is(answers, text, context), text)
    kept = [
        a for a in answers if a.field == context.open_field or a.confidence >= UNASKED_FROM or said_surely(a, context)
    ]
    return kept or [a for a in answers if a.confidence >= DOUBTFUL_FROM][:1]


def _closed(answers: list[Answer], text: str) -> list[Answer]:
    """The answers, the only one surer where a mere yes or no behind it says the same ("the size is too small, no")."""
    level = PLAIN_WORDS.get((clauses(text) or [""])[-1].lower(), "")
    if len(answers) != 1 or answers[0].value != level or answers[0].confidence < DOUBTFUL_FROM:
        return answers
    return [replace(answers[0], confidence=max(answers[0].confidence, ECHOED))]


def _as_it_is(answers: list[Answer], text: str, context: Context) -> list[Answer]:
    """The answers, those read from what we need replaced by how it is, where another clause tells that."""
    told, needs = apart_from_needs(text)
    if not told or not any(need in answer.raw for need in needs for answer in answers):
        return answers
    found = {answer.field: answer for answer in fact_answers(told, context)}
    of_needs = [any(need in answer.raw for need in needs) for answer in answers]
    rest = {a.field: value_told(a, told, context) for a, of_need in zip(answers, of_needs, strict=True) if of_need}
    return [
        (found.get(a.field) or rest[a.field]) if of_need else a for a, of_need in zip(answers, of_needs, strict=True)
    ]


def _in_part(chosen: dict[str, Claim], used: set[int], text: str) -> dict[str, Claim]:
    """The claims, those that the next clause holds something against held in part, to be confirmed."""
    against = set(held_against(text, used))
    return {
        name: replace(claim, value="partly", sure=0.0)
        if claim.field.kind == "level" and max(claim.span.clauses) in against
        else claim
        for name, claim in chosen.items()
    }


def _limited(chosen: dict[str, Claim], used: set[int], text: str) -> dict[str, Claim]:
    """The claims, those held in part only where the next clause says so ("the budget is not closed, sort of half")."""
    single = clauses(text)
    short = {at: clause for at, clause in enumerate(single) if at not in used and len(tokens(clause)) <= LONGEST_LIMIT}
    limits = {at for at, clause in short.items() if level_in(clause) in _IN_PART}
    return {
        name: replace(claim, value="partly")
        if claim.field.kind == "level" and max(claim.span.clauses) + 1 in limits
        else claim
        for name, claim in chosen.items()
    }


def _answer(claim: Claim, evidence: str | None, context: Context, beside_open: bool) -> Answer:
    meant = claim.field.id == context.open_field
    meant = meant or (context.correcting and claim.field.id in (context.values or {}))
    return Answer(
        claim.field.id,
        [claim.value] if claim.field.kind == "choices" else claim.value,
        claim.span.text,
        evidence=evidence_in(claim.span.text) or evidence,  # type: ignore[arg-type]
        confidence=confidence_of(claim, meant, beside_open),
        tool=context.tool.name,
    )


def open_reply(text: str, context: Context) -> Answer | None:
    """A short reply that picks a choice of the open question: "we do", "סוכן", "the second kind"."""
    if not context.open_field or len(tokens(text)) > 6:
        return None
    matches = context.library.index.best(text, "reply", context.tool.name, context.open_field)
    if not matches or matches[0].score < REPLY_FROM:
        return None
    if any(concept_of(word) for word in _unsaid(text, matches[0].example)):
        return None  # "service is on us" speaks of something else as well
    if is_negated(text) and not is_negated(matches[0].example):
        return None  # "not a competitor"
    field = context.tool.form.field(context.open_field)
    if field.kind == "choices" and other_side(text, context):
        return None  # "they are an agent" says what they are, not what is wanted
    if field.kind == "choice" and of_what_is_there(text, field, context) != (clauses(text) or [text]):
        return None  # "we need a VAR" says what is wanted, not what they are
    value = matches[0].key[3]
    return Answer(
        field.id,
        [value] if field.kind == "choices" else value,
        text,
        evidence=evidence_in(text),
        confidence=round(min(0.97, 0.4 + 0.6 * matches[0].score), 2),
        tool=context.tool.name,
    )


def field_spoken_of(text: str, context: Context) -> Field | None:
    """The field a text names or says something about ("whether they are financially sound")."""
    if named := named_field(text, context, 0.5):
        return named
    matches = context.library.index.best(text, "fact", context.tool.name, whole=False)[:1]
    return context.tool.form.field(matches[0].key[2]) if matches and matches[0].score >= FACT_FROM else None


def open_fact(text: str, context: Context) -> float:
    """How near a text is to an authored answer of the open question."""
    if not context.open_field:
        return 0.0
    key = ("fact", context.tool.name, context.open_field)
    return max((match.score for match in context.library.index.best(text, *key, whole=False)[:1]), default=0.0)


def best_fact(text: str, context: Context) -> Match | None:
    """The authored answer of any field that a text is nearest to."""
    return next(iter(context.library.index.best(text, "fact", context.tool.name, whole=False)), None)


def guess(text: str, context: Context) -> Answer | None:
    """The likeliest answer of a statement that nothing matched well; always confirmed before it is stored.

    What neither examples, tone nor the second opinion take for an answer is none: a guess then would be any field's.
    """
    field = next((f for f in context.tool.form.fields if f.id == context.open_field), None)
    if field is None or not field.choices or _content(text) < 1:
        return None
    key = ("fact", context.tool.name, field.id)
    denied, quality = is_negated(text), quality_in(text)
    span = Span(text, frozenset((0,)))
    claims = [
        _resolve(span, text, match, denied, quality, context)
        for match in context.library.index.best(text, *key, whole=False)[:3]
        if match.score >= GUESSED_FROM
    ]
    value = max(claims, key=lambda claim: claim.score).value if claims else ""
    if not value and field.kind in ("level", "yes_no") and len(tokens(text)) >= 3:
        value = quality or ""
        opinion = opinion_of(span, context) if not value else None
        if opinion is not None and opinion.chance >= GUESSED_CHANCE:
            field, value = opinion.claim.field, opinion.claim.value
    if (
        not value
        or (field.kind == "yes_no" and value == "partly")
        or (field.id, value) in denied_choices(text, context)
    ):
        return None
    many = [value] if field.kind == "choices" else value
    return Answer(field.id, many, text, evidence=evidence_in(text), confidence=0.45, tool=context.tool.name)


def _claims(span: Span, context: Context) -> list[Claim]:
    """What one span says: the best authored answer, or a field's name with a level beside it."""
    if denies_a_limit(span.text):
        return _beyond_limit(span, context) if len(span.clauses) == 1 else []
    if turned := approach_claim(span, context):
        return turned
    found, values = _compared(span, context)
    ranked = sorted(found.values(), key=lambda claim: -claim.score)
    rival = ranked[1].score if len(ranked) > 1 else 0.0
    plainly = [] if span.mixed else _plainly_named(span, context)
    opinion = None if span.mixed else opinion_of(span, context)
    for claim in ranked[:2]:
        is_open = claim.field.id == context.open_field
        alone = claim.score >= ALONE_FROM and claim.score - rival >= ALONE_BY and _content(span.text) > 1
        near = claim.score >= FACT_FROM or alone
        shares = claim.shares or claim.score >= FAR_FROM
        enough = shares and _says_enough(span.text)
        enough = enough or (is_open and (claim.shares or _content(span.text) > 1))
        if near and enough:
            others = [s for (name, value), s in values.items() if name == claim.field.id and value != claim.value]
            sure = min(claim.sure, claim.score - max(others, default=0.0))
            read = replace(claim, lead=claim.score - rival, sure=sure)
            return [weighed(max(read, *plainly, key=_how_sure) if plainly else read, opinion, context.open_field)]
    if plainly:
        return [weighed(plainly[0], opinion, context.open_field)]
    alone = opinion is not None and opinion.chance >= ALONE_CHANCE and _says_enough(span.text)
    return [opinion.claim] if opinion is not None and alone else []


def _beyond_limit(span: Span, context: Context) -> list[Claim]:
    """What a clause says that denies a limit ("we're not just another vendor"): the contrary of the limit.

    "They're not just unhappy" is no denial of being unhappy, "not only occasional buyers" is one of being no more.
    """
    limit = limit_denied(span.text)
    if denies_a_limit(limit):
        return []  # a denial that cannot be taken off says nothing certain
    found: list[Claim] = []
    for claim in _claims(Span(limit, span.clauses), context):
        if claim.field.kind not in ("level", "yes_no"):
            continue
        key = ("fact", context.tool.name, claim.field.id, claim.value)
        near = context.library.index.best(limit, *key, whole=False)[:1]
        turned = claim.value != "yes" or (bool(near) and is_limiting(near[0].example))
        value = ("no" if claim.value == "yes" else "yes") if turned else claim.value
        found.append(replace(claim, span=span, value=value))
    return found


def _how_sure(claim: Claim) -> float:
    return confidence_of(claim, is_open=True)


def _plainly_named(span: Span, context: Context) -> list[Claim]:
    return [claim for wording in span.readings for claim in named_claim(span, wording, context)][:1]


def _compared(span: Span, context: Context) -> tuple[dict[str, Claim], dict[tuple[str, str], float]]:
    """The best reading of a span for every field, and how near each value of each field is."""
    found: dict[str, Claim] = {}
    values: dict[tuple[str, str], float] = {}
    for wording in span.readings:
        denied, quality = is_negated(wording), quality_in(wording)
        named = _named(wording, context)
        for match in context.library.index.best(wording, "fact", context.tool.name, whole=False)[:14]:
            if span.mixed and match.score < EXACT_FROM:
                continue
            claim = _resolve(span, wording, match, denied, quality, context)
            claim = replace(claim, score=claim.score + named.get(claim.field.id, 0.0) - _repeated(claim, context))
            key = (claim.field.id, claim.value)
            values[key] = max(values.get(key, 0.0), claim.score)
            known = found.get(claim.field.id)
            if known is not None and known.value == claim.value and abs(known.score - claim.score) < AS_NEAR:
                claim = replace(claim, sure=max(claim.sure, known.sure))  # another example says so as it stands
                known = replace(known, sure=claim.sure)
                found[claim.field.id] = known
            if known is None or claim.score > known.score:
                found[claim.field.id] = claim
    return found, values


def _repeated(claim: Claim, context: Context) -> float:
    """What speaks against a reading that says once more what has been answered so already."""
    given = (context.values or {}).get(claim.field.id)
    again = given in (claim.value, [claim.value]) and claim.field.id != context.open_field
    return REPEATED if again and not context.correcting else 0.0


def _unsaid(text: str, example: str) -> list[str]:
    """The content words of a text that an example lacks."""
    there = _subject(example)
    return [w for w in content_words(text) if (concept_of(w) or word_stem(w)) not in there]


def _named(wording: str, context: Context) -> dict[str, float]:
    """How much more likely each field is because the words also name it; one named less clearly gains less."""
    matches = context.library.index.best(wording, "cue", context.tool.name, whole=False)[:3]
    best = max((match.score for match in matches), default=0.0)
    return {
        match.key[2]: min(NAMED_MOST, NAMED_HELPS * max(0.0, match.score - 0.25)) * (match.score / best) ** 2
        for match in matches
        if best > 0
    }


def _says_enough(text: str) -> bool:
    """Whether words are enough to fill a field that was not asked: one content word could be about anything."""
    if _content(text) >= 2 or (quality_in(text) and any(concept_of(w) for w in content_words(text))):
        return True
    return phrase_set("subjects").find(tokens(text)) >= 0 and any(concept_of(w) for w in content_words(text))


@lru_cache(maxsize=8_192)
def _subject(text: str) -> frozenset[str]:
    found = [word for word in content_words(text) if len(word) > 1]
    return frozenset(concept_of(word) or word_stem(word) for word in found)


def _speaks_of_else(text: str, example: str) -> bool:
    """Whether a text has a subject of its own, and shares with an example only how good it is."""
    own = {word for word in _subject(text) if word not in _praise()}
    return bool(own) and not own & _subject(example)


@lru_cache(maxsize=1)
def _praise() -> frozenset[str]:
    """The words of praise and blame, as subjects are compared."""
    names = ("quality.yes", "quality.partly", "quality.no", "level.yes", "level.partly", "level.no")
    words = {first for name in names for first in phrase_set(name).by_first}
    return frozenset(concept_of(word) or word_stem(word) for word in words)


def _shares_subject(text: str, example: str) -> bool:
    shared = _subject(text) & _subject(example)
    return len(shared) >= 2 or any(concept_of(word) in shared for word in content_words(example) if concept_of(word))


def _content(text: str) -> int:
    return len([w for w in content_words(text) if len(w) > 1 and not phrase_set("level.yes").by_first.get(w)])


def _resolve(span: Span, wording: str, match: Match, denied: bool, quality: str, context: Context) -> Claim:
    _, _, field_id, value = match.key
    field = context.tool.form.field(field_id)
    score = match.score + (OPEN_PRIOR if field_id == context.open_field else 0.0)
    if field_id == context.open_field and _speaks_of_else(wording, match.example):
        score = match.score * SPEAKS_OF_ELSE
    if field.kind in ("level", "yes_no") and not denied and not quality and _only_names(wording, match, context):
        score *= ONLY_NAMED
    claim = _valued(span, wording, field, value, match, denied, quality, score)
    said = choices_said(wording, field, context)
    if len(said) == 1 and not denied:
        named_it = claim.value == said[0]
        helps = CHOICE_NAMED if context.values else 0.0
        score = claim.score + helps if named_it else claim.score * OTHER_NAMED
        return replace(claim, score=score, shares=True)
    named = {concept for word in content_words(match.example) if (concept := concept_of(word))}
    whole = (
        denied
        or named <= {concept_of(word) for word in content_words(wording)}
        or len(_subject(wording)) > FEW_SUBJECTS
    )
    return replace(claim, shares=_shares_subject(wording, match.example), whole=whole)


def _only_names(wording: str, match: Match, context: Context) -> bool:
    """Whether words share with an example just the name of its field, and say something else of it.

    "The list is fresh" is no more "the list is outdated" than "the list is checked".
    """
    if is_negated(match.example) or match.score >= EXACT_FROM or level_in(wording, longest=9)[0]:
        return False
    shared = _subject(wording) & _subject(match.example)
    name = _name_of(match.key[2], context)
    own = {word for word in _subject(wording) - name if len(word) > SHORTEST_OWN}
    return not shared - name and bool(own) and bool(_subject(match.example) - name)


def _name_of(field: str, context: Context) -> frozenset[str]:
    """The subjects that the names of a field are made of."""
    return _words_of_name(context.library.index, context.tool.name, field)


@lru_cache(maxsize=512)
def _words_of_name(index: ExampleIndex, tool: str, field: str) -> frozenset[str]:
    names = (index.examples[row].text for row in index.rows("cue", tool, field))
    return frozenset(word for name in names for word in _subject(name))


def _valued(
    span: Span, wording: str, field: Field, value: str, match: Match, denied: bool, quality: str, score: float
) -> Claim:
    praised = quality and quality != value and quality != quality_in(match.example)
    if field.kind == "level" and praised and match.score < EXACT_FROM:
        return Claim(span, field, quality, score + QUALITY_HELPS, sure=TURNED_BY_PRAISE)
    if field.kind in ("level", "yes_no") and is_laid_on(wording) and not is_laid_on(match.example):
        score *= LAID_ON
    if field.kind == "level" and value != "partly" and not denied and limits(wording) and not limits(match.example):
        return Claim(span, field, "partly", score, sure=TURNED_BY_PRAISE)
    if value == "partly" and not quality and limits(match.example) and not limits(wording):
        score *= LESS_SAID
    if field.kind in ("level", "yes_no"):
        if denied and not is_negated(match.example):
            return Claim(span, field, DENIED[value], score * 0.94)
        if not denied and is_negated(match.example):
            return Claim(span, field, DENIED[value], score * 0.8, sure=TURNED_BY_LACK)
        return Claim(span, field, value, score)
    choices = {choice.id for choice in field.choices}
    if value == "not_needed" and choices >= WHO and phrase_set("needing").find(tokens(wording)) < 0:
        return Claim(span, field, who_does(span.text, "partner", denied), score * 0.8)
    if choices >= WHO and value in ACTORS:
        said = span.text if who_does(span.text, "", False) else (span.full or span.text)
        who = who_does(said, value, denied) or who_does(wording, value, denied)
        undenied = who == "nobody" and not denied and is_negated(match.example)
        judged = quality and not quality_in(match.example)  # "their service is terrible" says how good, not who
        nobody_named = not who_does(said, "", denied) and not who_does(wording, "", denied)
        bare = nobody_named and len(tokens(span.text)) <= LONGEST_BARE  # "trade fairs" says who does them of nobody
        score *= UNDENIED if undenied else JUDGED if judged else BARE if bare else 1.0
        return Claim(span, field, who, score, sure=TURNED_BY_LACK if bare else 1.0)
    return Claim(span, field, value, score * (0.6 if denied != is_negated(match.example) else 1.0))
