"""A second opinion on what the nearest examples say, from all examples together (`learned.py`).

Nearness knows the wording, the weights know which words make the difference. Where they agree a reading is
surer; where the weights are confident of something else that is taken, unless the words are nearly an
example's own; and an answer for whose field they are confident of another value is confirmed first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.commands import Answer
from assistant.understanding.answers.approaching import asks_who_turned, who_turned
from assistant.understanding.answers.choices import denied_choices
from assistant.understanding.answers.claims import FACT_FROM, Claim
from assistant.understanding.answers.doers import WHO, who_does
from assistant.understanding.fields.fitting import Context
from assistant.understanding.learned import NOTHING, learned
from assistant.understanding.segments import Span, clauses
from assistant.understanding.words.phrases import PLAIN_WORDS, is_negated, phrase_set, quality_in
from assistant.understanding.words.text import Token, tokens
from assistant.understanding.words.turns_of_phrase import denies_a_limit, plainly
from knowledge.hebrew import content_words

ALONE_CHANCE = 0.7  # from which an answer no example is near to is taken, to be confirmed
OVERRULES_UNASKED = 0.7  # … of a field that neither was read nor is asked about
OVERRULES = 0.6  # chance of another answer from which that one is taken …
NEARLY_ITS_OWN = 1.0  # … unless the words are this near to an example
PLAINLY = 0.7  # nearness from which a denial of the nearest is not overruled
AGREES = 0.06  # nearness gained by agreement
BY_CHANCE = 0.3  # nearness gained from an even to a certain opinion
LEAD, LEAST_SURE = 0.1, 0.3
DENIES, BELIEVES = 0.4, 0.45  # chance of another value, and of the one read, from which it is confirmed
TAKEN_INSTEAD, LEFT_FOR_IT = 0.6, 0.3  # … from which that other one is taken
CONTRADICTS = 0.9  # … from which one read from single words is doubted
BORNE_OUT = 0.8  # chance, of its words and of the sentence, from which an answer is no longer in doubt
UNHEARD_OF = 0.45  # chance of the value read, of its words and of the sentence, below which it is confirmed …
LEAST_HEARD, FAR_AHEAD = 0.3, 2.0  # … unless it is so likely, and so many times as likely as any other
RATHER = 0.8  # share of the chance of the likeliest answer that the one read must have
DOUBTED = 0.5
HARDLY = 0.03  # sureness of a denial that the weights do not know
SAID_TWICE = 0.2  # share of its chance that an answer given before keeps
SPEAKS_OF_IT = 0.3  # chance from which a whole sentence speaks of a field
SETTLED = 0.08  # sureness of what two clauses together say
TONE_ONLY, OUT_OF_DOUBT = 0.46, 0.62  # confidence of a mere guess, and of what need not be confirmed
OF_THE_ASKED = 0.8  # share of the chances of the field that was asked from which a doubtful answer stands
TINY = 1e-12
MERE_NO = ("no", "nope", "nah", "לא")
FEWEST_STATED = 3  # words of a statement behind a mere "no,"
LONGEST_WHOLE = 30  # words of a sentence whose whole says anything of one field


@dataclass(frozen=True)
class Opinion:
    """The likeliest answer of a span and its probability."""

    claim: Claim
    chance: float


def opinion_of(span: Span, context: Context) -> Opinion | None:
    """What all examples together say of a span, None where that is no answer."""
    if not any(len(word) > 1 for word in content_words(span.text)):
        return None
    best: tuple[float, tuple[str, str], float] | None = None
    for wording in span.readings:
        chances = _chances(wording, context)
        answer, chance = max(chances.items(), key=lambda item: item[1])
        rival = max((c for (name, _), c in chances.items() if name != answer[0]), default=0.0)
        if answer != NOTHING and (best is None or chance > best[0]):
            best = chance, answer, chance - rival
    if best is None:
        return None
    chance, (name, value), ahead = best
    score = FACT_FROM + BY_CHANCE * (chance - 0.5)
    field = context.tool.form.field(name)
    return Opinion(Claim(span, field, value, score, lead=LEAD * ahead, sure=chance - LEAST_SURE), chance)


def field_chances(text: str, context: Context) -> dict[str, float]:
    """How likely a text is to speak of each field, whatever it says of it and whatever was asked."""
    found: dict[str, float] = {}
    for (name, _), chance in _chances(text, replace(context, open_field="")).items():
        found[name] = found.get(name, 0.0) + chance
    return found


def said_chance(text: str, context: Context) -> float:
    """How likely the likeliest answer of a text is, whatever was asked."""
    chances = _chances(text, replace(context, open_field=""))
    return max((chance for answer, chance in chances.items() if answer != NOTHING), default=0.0)


def said_surely(answer: Answer, context: Context) -> bool:
    """Whether the words of an answer surely say it, whatever was asked."""
    if not isinstance(answer.value, str):
        return False
    chances = _chances(answer.raw, replace(context, open_field=""))
    return chances.get((answer.field, answer.value), 0.0) >= BORNE_OUT


def answer_chances(text: str, context: Context) -> dict[tuple[str, str], float]:
    """The probability of every answer of a text, whatever was asked; ("", "") is none."""
    return _chances(text, replace(context, open_field=""))


def _chances(text: str, context: Context) -> dict[tuple[str, str], float]:
    """The probability of every answer, less for what has been answered so already: few say a thing twice.

    A choice that the words deny is none of them; the weights know its name and overhear the "not".
    """
    weights = learned().get(context.tool.name)
    if weights is None:
        return {NOTHING: 1.0}
    known = {} if context.correcting else dict(context.values or {})
    known.pop(context.open_field, None)
    denied = denied_choices(text, context)
    found = {
        (name, value): chance * (SAID_TWICE if _is(known.get(name), value) else 1.0)
        for (name, value), chance in weights.chances(_in_plain_words(text), context.open_field).items()
    }
    found[NOTHING] += sum(found[answer] for answer in denied if answer in found)
    found |= {answer: 0.0 for answer in denied if answer in found}
    total = sum(found.values())
    return {answer: chance / total for answer, chance in found.items()}


_NAMES = re.compile(r"\b[A-Z][a-z]+(?: (?:& )?[A-Z][a-z]+)+\b")


@lru_cache(maxsize=256)
def _in_plain_words(text: str) -> str:
    """The text without clauses that only deny a limit, where others remain, its turns of phrase put plainly."""
    text = _NAMES.sub("they", text)  # what somebody is called says nothing of what he does
    text = _without_mere_no(text)
    said = clauses(text)
    kept = [plainly(clause) or clause for clause in said if not denies_a_limit(clause)]
    return (plainly(text) or text) if kept == said or not kept else ", ".join(kept)


def _without_mere_no(text: str) -> str:
    """What stands behind a "no," or "hmm no," that only opens a statement ("no, the budget is there")."""
    words, at = tokens(text), 0
    while length := _opening_at(words, at):
        at += length
    denied = any(word.text in MERE_NO for word in words[:at])
    stated = len([word for word in words[at:] if word.kind != "sign"]) >= FEWEST_STATED
    return text[words[at].start :] if denied and stated and words[at - 1].kind == "sign" else text


def _opening_at(words: tuple[Token, ...], at: int) -> int:
    """How many words at a place only open a statement: a sign, a mere "no", "hmm"."""
    if at >= len(words):
        return 0
    mere = words[at].kind == "sign" or words[at].text in MERE_NO
    return 1 if mere else phrase_set("turning_open").at(words, at)


def _is(given: object, value: str) -> bool:
    return given in (value, [value])


def weighed(read: Claim, opinion: Opinion | None, open_field: str = "") -> Claim:
    """What the nearest examples say of a span, after the second opinion."""
    if opinion is None:
        return read
    other = opinion.claim
    if (other.field.id, other.value) == (read.field.id, read.value):
        return replace(read, score=read.score + AGREES * opinion.chance)
    turned = other.field.id == read.field.id and {other.value, read.value} == {"yes", "no"}
    softened = other.field.id == read.field.id and (read.value, other.value) == ("no", "partly")
    if softened and is_negated(read.span.text):
        return read  # "the budget isn't there yet"
    if turned and is_negated(read.span.text):  # "not willing to talk to a salesperson at all": few examples deny so
        return read if read.score >= PLAINLY else replace(read, sure=min(read.sure, HARDLY))
    in_so_many_words = other.field.id == read.field.id and read.value in (quality_in(read.span.text), _doer(read))
    expected = other.field.id in (read.field.id, open_field)
    overruled = (
        opinion.chance >= (OVERRULES if expected else OVERRULES_UNASKED)
        and read.score < NEARLY_ITS_OWN
        and not in_so_many_words
    )
    return other if overruled else read


def _doer(read: Claim) -> str:
    """Who does it in the very words of a claim ("the service is on us"), empty where they name nobody."""
    who = {choice.id for choice in read.field.choices} >= WHO
    return who_does(read.span.text, "", is_negated(read.span.text)) if who else ""


def settled(claim: Claim, said: Collection[str], text: str, context: Context) -> Claim:
    """The claim of a field of which other clauses say something else: what the whole says, or to be confirmed.

    `said` are all the values said of it; a mere yes or no at the end settles which of them holds.

    "On paper a distributor, in truth they only take a commission", "she recommends, the director decides".
    """
    closing = PLAIN_WORDS.get((clauses(text) or [""])[-1].lower(), "")
    if closing in said:
        return replace(claim, value=closing, sure=SETTLED)  # "we look for 200 people, they are twelve: no"
    of_field = {value: chance for (name, value), chance in _chances(text, context).items() if name == claim.field.id}
    whole = max(of_field, key=lambda value: of_field[value], default=claim.value)
    if of_field and of_field[whole] >= OVERRULES * sum(of_field.values()) and of_field[whole] >= SPEAKS_OF_IT:
        return replace(claim, value=whole, sure=SETTLED)
    return replace(claim, sure=0.0)


def second_opinion(answer: Answer, text: str, context: Context, sentence: str = "") -> Answer:
    """The answer as its own words and the whole sentence bear it out.

    Where the sentence surely says another value of its field that one is taken; where one of them rather says
    another, or nothing says this one, it is doubted; where both surely say this one it is no longer in doubt.
    `sentence` is all that was said where `text` is only what the answer was read from.
    """
    value = answer.value[0] if isinstance(answer.value, list) and answer.value else answer.value
    if answer.status != "answered" or not isinstance(value, str) or learned().get(context.tool.name) is None:
        return answer
    if asks_who_turned(context.tool.form.field(answer.field)) and who_turned(answer.raw)[0] == value:
        return answer  # the subject and the object of the verb settle it
    if phrase_set("suppose").find(tokens(text)) >= 0 or says_plainly(value, text):
        return answer  # "and if the list were up to date?", "profit would be hurt badly, yes"
    told = [answer.raw, text] if len(tokens(text)) <= LONGEST_WHOLE else [answer.raw]
    said = [words for words in told if not all(map(denies_a_limit, clauses(words) or [words]))]
    if not said:
        return answer
    completed = _chances(with_subject(answer.raw, sentence), context).get((answer.field, value), 0.0)
    if text != answer.raw or completed < BORNE_OUT:
        other = _surely_else(answer.field, value, said[-1], context)
        if other and value == answer.value:
            return replace(answer, value=other, raw=said[-1], confidence=OUT_OF_DOUBT)
        if any(_says_else(answer.field, value, words, context) for words in said):
            return replace(answer, confidence=min(answer.confidence, DOUBTED))
    single = [*clauses(sentence or text), with_subject(answer.raw, sentence)]
    if not _is_heard(answer.field, value, said, single, context):
        return replace(answer, confidence=min(answer.confidence, DOUBTED))
    in_doubt = answer.field == context.open_field and TONE_ONLY < answer.confidence < OUT_OF_DOUBT
    borne_out = in_doubt and _share_of_field(answer.field, value, answer.raw, context) >= OF_THE_ASKED
    if answer.confidence < OUT_OF_DOUBT and (
        borne_out or _is_borne_out(answer.field, value, answer.raw, said, context)
    ):
        return replace(answer, confidence=OUT_OF_DOUBT)
    return answer


def value_told(answer: Answer, text: str, context: Context) -> Answer:
    """The answer with the likeliest value of its field in other words than it was read from, to be confirmed."""
    of_field = {value: chance for (name, value), chance in _chances(text, context).items() if name == answer.field}
    if not of_field or not isinstance(answer.value, str):
        return replace(answer, confidence=min(answer.confidence, DOUBTED))
    likeliest = max(of_field, key=lambda value: of_field[value])
    return replace(answer, value=likeliest, raw=text, confidence=DOUBTED)


def _is_borne_out(field: str, value: str, raw: str, said: Sequence[str], context: Context) -> bool:
    """Whether the words of an answer, or a clause of them, surely say it, and no more of what was said says another.

    A sentence that tells several things is no surer of one of them than of the rest.
    """
    told = (raw, *clauses(raw), *said)
    surely = any(_chances(words, context).get((field, value), 0.0) >= BORNE_OUT for words in told)
    return surely and all(_share_of_field(field, value, words, context) >= OF_THE_ASKED for words in said)


def _is_heard(field: str, value: str, said: Sequence[str], single: Sequence[str], context: Context) -> bool:
    """Whether what was said, or one clause of it whatever was asked, says a value, and says nothing else rather."""
    unasked = replace(context, open_field="")
    told = [*(_chances(words, context) for words in said), *(_chances(words, unasked) for words in single)]
    return any(_is_plain(of, (field, value)) for of in told)


def _is_plain(chances: Mapping[tuple[str, str], float], answer: tuple[str, str]) -> bool:
    """Whether an answer is likely, or less so but far likelier than any other."""
    chance = chances.get(answer, 0.0)
    rival = max((other for key, other in chances.items() if key != answer), default=0.0)
    return chance >= max(UNHEARD_OF, RATHER * rival) or chance >= max(LEAST_HEARD, FAR_AHEAD * rival)


def with_subject(clause: str, sentence: str) -> str:
    """A clause with the subject that stands once, before all of them ("they stock it, do the advertising")."""
    words = tokens(sentence)
    length = phrase_set("pronouns").at(words, 0) if words else 0
    subject = sentence[: words[length - 1].end] if length else ""
    return clause if clause.lower().startswith(subject.lower()) or not subject else f"{subject} {clause}"


def says_plainly(value: str, text: str) -> bool:
    """Whether a mere yes or no opens or closes a text and says the same."""
    said = clauses(text) or [text]
    last = tokens(said[-1])
    summed = len(last) > 1 and phrase_set("concluding").at(last, len(last) - 2)  # "…, so no", "… of 200 up so no"
    concluded = last[-1].text if summed else said[-1].lower()
    return value in (PLAIN_WORDS.get(said[0].lower(), ""), PLAIN_WORDS.get(concluded, ""))


def contradicted(answer: Answer, context: Context) -> Answer:
    """An answer read from single words ("שם ענק"), doubted where these words rather mean another value of its field."""
    value = answer.value
    if not isinstance(value, str) or not _surely_else(answer.field, value, answer.raw, context, CONTRADICTS):
        return answer
    return replace(answer, confidence=min(answer.confidence, DOUBTED))


def _share_of_field(field: str, value: str, text: str, context: Context) -> float:
    """How likely a value is among the values of its field."""
    of_field = {said: chance for (name, said), chance in _chances(text, context).items() if name == field}
    return of_field.get(value, 0.0) / max(sum(of_field.values()), TINY)


def _surely_else(field: str, value: str, text: str, context: Context, surely_from: float = TAKEN_INSTEAD) -> str:
    """The other value of the field that a text surely says, empty for none."""
    chances = _chances(text, context)
    others = {said: chance for (name, said), chance in chances.items() if name == field and said != value}
    other = max(others, key=lambda said: others[said], default="")
    surely = bool(other) and others[other] >= surely_from and chances.get((field, value), 0.0) < LEFT_FOR_IT
    return other if surely else ""


def _says_else(field: str, value: str, text: str, context: Context) -> bool:
    chances = _chances(text, context)
    denied = value == "no" and is_negated(text)  # "the budget isn't there yet" is a no, or partly
    others = (
        chance
        for (name, said), chance in chances.items()
        if name == field and said != value and not (denied and said == "partly")
    )
    return chances.get((field, value), 0.0) < BELIEVES and max(others, default=0.0) >= DENIES
