"""What remains of a message: suppositions, and sentences that matched nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.commands import Answer, Ask, Command, Simple, Unclear, WhatIf
from assistant.understanding.answers.choices import copular_choice
from assistant.understanding.answers.facts import best_fact, guess
from assistant.understanding.answers.listing import listed_levels
from assistant.understanding.answers.statements import facts_in, names_outright
from assistant.understanding.changes.changing import supposed_figures
from assistant.understanding.changes.corrections import answers_in
from assistant.understanding.changes.relative import supposed_change
from assistant.understanding.context.clausewise import status_of
from assistant.understanding.fields.fitting import NUMERIC
from assistant.understanding.fields.mentioned import rather_meant
from assistant.understanding.learned import NOTHING, learned
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.steering.likely import likely_intent
from assistant.understanding.steering.orders import order_beside
from assistant.understanding.words.matching import concept_of, word_stem
from assistant.understanding.words.phrases import not_known_at, phrase_set
from assistant.understanding.words.text import tokens
from knowledge.hebrew import content_words, is_hebrew, is_stop_word
from knowledge.hebrew import words as words_of
from tools.forms import Field

SUPPOSED_FROM, SUPPOSED_CHANCE = 0.34, 0.4  # nearness and chance from which it is what is supposed
SURE_OF_ASKED = 0.75  # sureness from which a supposition is of the open question
LONGEST_SUPPOSED = 4  # words of a figure that is supposed for what was asked
OF_NOTED = 8.0  # by how much likelier a supposition changes an answer that is noted
OF_NOTED_INSISTED = 40.0  # … where it says so with a word ("if they did", "אם כן")
LEAST_LIKELY = 0.35  # chance of an intent that loses nothing, of words that say nothing else
HARMLESS = frozenset(
    ("where", "summary", "result", "why", "help", "abilities", "list", "greeting", "thanks", "off_topic")
)
EVADES_FROM = 0.42  # nearer than this to "later" or "I do not know", nothing is guessed


def supposition(part: Sentence, here: Situation) -> list[Command]:
    """ "suppose they did take the service on": answers on a copy, or a question when nothing is supposed."""
    part = replace(part, text=_without_asking_what(part.text))
    if said := _supposed_answer(part, here):
        return said
    if (changed := supposed_change(part.text, here)) is not None:
        return [changed]
    found = supposed_figures(part, here) if quantities(part.text) else []
    if len(found) > 1 and found[0].raw == found[1].raw:
        return [WhatIf((), either=tuple(found))]
    told = [] if found else _supposed_facts(part, here, asked=False)
    unsure = all(answer.confidence < SURE_OF_ASKED for answer in told)
    found = found or (_likeliest(part, here) if unsure else []) or told
    found = found or [a for a in _supposed_facts(part, here, asked=True) if a.confidence >= SURE_OF_ASKED]
    found = [_otherwise(answer, here) for answer in found]
    return [WhatIf(tuple(found))] if found else [Ask(part.text, original=part.text)]


def _supposed_facts(part: Sentence, here: Situation, asked: bool) -> list[Answer]:
    """The facts a supposition tells; `asked`: what it supposes may as well be of the question that is open."""
    if not asked and here.context is not None:
        here = replace(here, context=replace(here.context, open_field=""))
    return [c for c in answers_in(replace(part, corrects=False), here) if isinstance(c, Answer)]


def _without_asking_what(text: str) -> str:
    """The supposition without a last clause that asks what would come of it (", what would change?")."""
    *rest, last = clauses(text) or [text]
    asks = bool(rest) and phrase_set("asked_which").at(tokens(last), 0) > 0
    return text[: text.rfind(last)].rstrip(" ,;:-–") if asks else text


def _supposed_answer(part: Sentence, here: Situation) -> list[Command]:
    """ "נגיד 30 אחוז", "let's say half a year": a figure supposed where one is asked for is the answer to it."""
    field, length = here.field, phrase_set("suppose").at(part.words, 0) if part.words else 0
    asked = field is not None and field.kind in NUMERIC and here.record and field.id not in here.record.answers
    if not asked or not length or part.marked or len(part.words) > length + LONGEST_SUPPOSED:
        return []
    rest = part.text[part.words[min(length, len(part.words) - 1)].start :]
    figures = quantities(rest)
    if len(figures) != 1 or figures[0].start:
        return []
    return answers_in(replace(part, text=rest, supposed=False, asked=False), here)


def _likeliest(part: Sentence, here: Situation) -> list[Answer]:
    """What a supposition most likely supposes: it is worked out on a copy, so a fair likeness is enough."""
    if here.context is None or here.subject is None:
        return []
    text = _without_opening(part)
    near, (field, value) = best_fact(text, here.context), _likeliest_change(text, here)
    if not field and (near is None or near.score < SUPPOSED_FROM):
        return []
    spoken_of = replace(here.context, open_field=field or near.key[2] if near else field)
    said = [c for c in facts_in(replace(part, text=text), spoken_of, figures=False) if isinstance(c, Answer)]
    found = [answer for answer in said if answer.field == spoken_of.open_field]
    alone = not found and field and here.context.tool.form.field(field).kind != "choices"
    return [Answer(field, value, part.text, tool=here.context.tool.name)] if alone else found


def _likeliest_change(text: str, here: Situation) -> tuple[str, str]:
    """The answer a text most likely gives, rather a change of what is noted; ("", "") when none is likely."""
    weights = learned().get(here.context.tool.name) if here.context is not None else None
    if weights is None or here.subject is None or here.context is None or here.context.tool.at_once:
        return NOTHING  # what is supposed of a calculation is a figure
    noted = here.subject.answers
    insists = phrase_set("insisting").find(tokens(text)) >= 0
    likelier = OF_NOTED_INSISTED if insists else OF_NOTED
    chances = {
        (field, value): chance * (likelier if field in noted and noted[field].value != value else 1.0)
        for (field, value), chance in weights.chances(text).items()
    }
    best = max(chances, key=lambda answer: chances[answer])
    return best if chances[best] >= SUPPOSED_CHANCE * sum(chances.values()) else NOTHING


def _without_opening(part: Sentence) -> str:
    """The words without "what if", "ואם" before them."""
    words, opening = part.words, phrase_set("suppose")
    for place in range(min(2, len(words))):
        length = opening.at(words, place)
        if length and place + length < len(words):
            return part.text[words[place + length].start :].rstrip(" ?.!")
    return part.text.rstrip(" ?.!")


def _otherwise(answer: Answer, here: Situation) -> Answer:
    """A supposed answer; who supposes what is noted already, means the other ("and if we clean the list?")."""
    given = here.subject.answers.get(answer.field) if here.subject is not None else None
    if given is None or given.status != "answered" or given.value != answer.value or answer.value not in ("yes", "no"):
        return answer
    return replace(answer, value="no" if answer.value == "yes" else "yes")


def under_asked_condition(part: Sentence, here: Situation) -> Sentence:
    """A statement under the very condition that the form asks about, without it ("if we lost them: profit, yes").

    The form for strategic accounts asks what would be "if you lost this customer", the payoff of nurturing what you
    would win "if you keep in touch": to answer so supposes nothing.
    """
    if not part.supposed or part.marked or here.record is None or here.context is None:
        return part
    asks = [tokens(field.ask["en"]) for field in here.context.tool.form.fields]
    asks_so = any(words and words[0].text == "if" for words in asks)
    condition, *rest = clauses(part.text)
    if asks_so and phrase_set("losing_them").find(tokens(condition)) >= 0:
        text = part.text[part.text.find(rest[0]) :] if rest else part.text
        return replace(part, text=text, supposed=False)
    return replace(part, supposed=False) if _conditions_of(here.field) & _stems(condition) else part


_CONDITION = re.compile(r"\b(?:if|אם)\b(?P<said>[^?]*)")


def _conditions_of(field: Field | None) -> set[str]:
    """The stems of the content words under which the open question asks ("… would you win if you keep in touch?")."""
    asks = (field.ask[language] for language in ("en", "he")) if field is not None and field.ask else ()
    return {stem for ask in asks if (found := _CONDITION.search(ask)) for stem in _stems(found["said"])}


def _stems(text: str) -> set[str]:
    return {word_stem(word) for word in content_words(text)}


def leftover(part: Sentence, here: Situation) -> Command:
    """What an unmatched sentence is while a question is open: free text, or unclear."""
    field = here.field
    if field is not None and field.kind == "text":
        assert here.context is not None
        return Answer(field.id, part.text, part.text, confidence=0.8, tool=here.context.tool.name)
    if phrase_set("earlier_talk").find(part.words) >= 0:
        return Unclear(part.text)
    if order := order_beside(part, here):
        return order
    near = intents.nearest_intent(part.text, here.library)[:1]
    if near and near[0].name == "off_topic" and near[0].score >= EVADES_FROM:
        return Simple("off_topic")
    if here.context is not None and (named := copular_choice(part.text, here.context)):
        return named
    name, _ = likely_intent(part, here, LEAST_LIKELY)
    if name in HARMLESS and (meant := intents.command_for(name, part.text, here.state, here.library)) is not None:
        return meant
    if name in intents.STATUSES and (aside := status_of(name, part.text, here)) is not None:
        return aside
    evades = bool(near) and near[0].name in intents.STATUSES and near[0].score >= EVADES_FROM
    if (
        here.context is not None
        and not evades
        and makes_sense(part.text)
        and (guessed := guess(part.text, here.context))
    ):
        return guessed
    return Unclear(part.text)


def in_own_words(part: Sentence, here: Situation) -> Answer | None:
    """The reply to an open question that takes words ("entry into the rail market, by the end of 2028").

    Whatever else it could be said of, it was said to that; not where it names another question with its answer.
    """
    field, context = here.field, here.context
    if field is None or context is None or field.kind != "text" or part.asked or part.corrects or part.supposed:
        return None
    if len(content_words(part.text)) < FEWEST_OF_REASON or names_outright(part.text, context):
        return None
    if listed_levels(part.text, context)[0] or not_known_at(part.words) >= 0:
        return None
    return Answer(field.id, part.text, part.text, confidence=0.8, tool=context.tool.name)


def reason_given(part: Sentence, here: Situation) -> Answer | None:
    """ "There is a good reason to go on all the same: …": the words for a question of the form that takes words.

    Only where it is a question at this point: a reason to go on in spite of a gate that holds.
    """
    found = _REASON_BEHIND.search(part.text)
    if here.context is None or here.record is None or part.asked or found is None:
        return None
    head, behind = part.text[: found.start()], part.text[found.end() :]
    if len(content_words(head)) < FEWEST_OF_REASON or len(content_words(behind)) < FEWEST_OF_REASON:
        return None
    tool = here.context.tool
    due = tool.order(here.context.values or {}, None)
    texts = {field.id for field in tool.form.fields if field.kind == "text" and field.id in due}
    meant = rather_meant(head, tool.name, among=texts) if texts else ""
    if not meant and len(texts) == 1 and phrase_set("reasons").find(tokens(head)) >= 0:
        meant = next(iter(texts))
    return Answer(meant, part.text, part.text, confidence=0.8, tool=tool.name) if meant else None


_REASON_BEHIND = re.compile(r":\s+|,?\s+(?:because|since|as)\s+|\s+(?:כי|מפני ש|משום ש|מכיוון ש)", re.IGNORECASE)
FEWEST_OF_REASON = 2  # content words before and behind


def makes_sense(text: str) -> bool:
    """Whether most words are ones the examples or the search's stop words know, so that it is no gibberish."""
    found = words_of(text)
    known = sum(1 for word in found if is_stop_word(word) or concept_of(word) or is_hebrew(word))
    return len(found) > 1 and known * 4 >= len(found)
