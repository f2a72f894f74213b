"""Replies that only make sense by what the product asked: yes, no, the second one, dollars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from assistant import held
from assistant.commands import Answer, Choose, Command, Simple
from assistant.held import PERIODS_TO_CHOOSE
from assistant.understanding.answers.statements import facts_in
from assistant.understanding.fields.figures import NUMERIC
from assistant.understanding.numbers.number_words import CURRENCIES, PERIODS
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.steering.parties import named_in
from assistant.understanding.words.phrases import level_in, phrase_set
from tools.written import UNSAID

_PERCENT_WORDS = frozenset(("percent", "percents", "%", "אחוז", "אחוזים", "באחוזים"))
SURE = 0.6
FEWEST_TOLD = 2  # words
LONGEST_DENIAL = 4
LONGEST_YES = 7  # words of a reply that may be a plain yes or no


def reading_picked(parts: list[Sentence], here: Situation) -> tuple[list[Command], list[Sentence]]:
    """What the opening clauses settle of "which do you mean", and what is still to be read.

    "Shekels, for the whole campaign, and we closed three deals": the reply comes first, other facts after it.
    """
    pending = here.state.pending or {}
    if pending.get("kind") != "which" or not parts or parts[0].marked:
        return [], parts
    text, said = parts[0].text, clauses(parts[0].text)
    for opening, following in reversed(list(pairwise(said))):
        first = replace(parts[0], text=text[: text.find(opening) + len(opening)])
        if not intents.carries_figures(first.text) and (chosen := _reading(first, pending, here)):
            rest = replace(parts[0], text=text[text.find(following) :], asked=False, corrects=False)
            return chosen, [rest, *parts[1:]]
    return [], parts


def short_reply(part: Sentence, here: Situation) -> list[Command]:
    """The command of a reply to a confirmation, a choice or a list; empty when it is none."""
    pending = here.state.pending or {}
    if pending.get("kind") == "which" and (chosen := _reading(part, pending, here)):
        return chosen
    if pending.get("kind") == "whose" and (meant := _whose(part, pending, here)):
        return [meant]
    if pending and pending["kind"] != "answer" and (settled := _settled(part, pending, here)):
        return [settled]
    choice = intents.choice_in(part.text, bool(here.state.offered))
    if choice is None or (here.field is not None and here.field.kind in NUMERIC):
        return []
    return [_chosen(choice, here)]


def _whose(part: Sentence, pending: Mapping[str, Any], here: Situation) -> Simple | None:
    """ "For Dana", "של יוסי": the name is the reply to whose it is, yes for the other one and no for the open one."""
    open_one, other = here.state.records.get(pending["record"]), pending["name"]
    named = named_in(part.text, (open_one.name, other)) if open_one is not None else {}
    if len(named) != 1 or part.marked or len(part.words) > LONGEST_YES:
        return None
    return Simple("yes" if other in named else "no")


def _settled(part: Sentence, pending: Mapping[str, Any], here: Situation) -> Command | None:
    corrected = part.corrects and len(part.words) > LONGEST_DENIAL
    figures = part.corrects and intents.carries_figures(part.text)  # "wrong, 3 deals"
    if part.marked or corrected or figures or len(part.words) > LONGEST_YES:
        return None  # "wrong, they are in our territory" says what is right
    if pending["kind"] == "go_on" and _tells_a_fact(part, here):
        return None  # "יש להם מחסן", "no stock there" tell more of the one assessed
    level, sureness = level_in(part.text)
    if intents.record_names(part.text, here.state):
        return None  # "back to Nestle"
    found = intents.nearest_intent(part.text, here.library)
    orders = intents.OF_RECORDS | {"undo", "pause", "why", "restart"}
    if found and found[0].name in orders and found[0].score >= intents.STEERS_FROM:
        return None  # "result please" is no "yes please", nor is "undo please" or "תתחיל מחדש"
    if level != "yes" and any(s.name == "thanks" and s.score >= intents.STEERS_FROM for s in found):
        return Simple("thanks")  # "ok thanks" takes no offer up
    nearest = [steered for steered in found if steered.name in ("yes", "no", "later")]
    if nearest and nearest[0].score >= 0.7:
        return Simple("yes" if nearest[0].name == "yes" else "no")
    if level in ("yes", "no") and sureness >= 0.85:
        return Simple(level)  # type: ignore[arg-type]
    if nearest and nearest[0].score >= intents.DOUBTED_FROM:
        return Simple("yes" if nearest[0].name == "yes" else "no")
    return None


def _tells_a_fact(part: Sentence, here: Situation) -> bool:
    """Whether a short reply rather answers a question of the form than what was offered."""
    if here.context is None or len(part.words) < FEWEST_TOLD:
        return False
    said = facts_in(part, replace(here.context, open_field=""))
    return any(isinstance(c, Answer) and c.status == "answered" and c.confidence >= SURE for c in said)


def _reading(part: Sentence, pending: Mapping[str, Any], here: Situation) -> list[Command]:
    """What a reply to "which do you mean" settles: a place in the list, a currency, a period, or that none matters."""
    picked = intents.choice_in(part.text, True)
    if picked is not None and abs(picked.index) <= len(pending["answers"]):
        return [picked]
    if len(part.words) > LONGEST_YES:
        return []
    issue = held.issue_of(pending)
    words = {token.text for token in part.words} | {token.text[1:] for token in part.words}
    if len(pending["answers"]) == 1 and words & _PERCENT_WORDS:
        return [Choose(1)]
    currencies = {CURRENCIES[word] for word in words if word in CURRENCIES}
    periods = {PERIODS[word] for word in words if word in PERIODS} & set(PERIODS_TO_CHOOSE)
    if not periods and phrase_set("once").find(part.words) >= 0:
        periods = {"one_off"}
    timed = issue == "currency" and len(periods) == 1
    if timed:
        pending = held.per(pending, next(iter(periods)))
    if issue == "currency" and not currencies and _does_not_matter(part, here):
        return held.in_currency(pending, UNSAID)
    named = currencies if issue == "currency" else periods if issue == "period" else set()
    if len(named) != 1:
        return held.asked_again(pending) if timed else []
    places = [at for at, answer in enumerate(pending["answers"], 1) if answer["value"].get(issue) in named]
    if places:
        alone = held.settles(pending, places[0]) and not timed
        return [Choose(places[0])] if alone else held.picked(pending, places[0])
    return held.in_currency(pending, next(iter(named))) if currencies else []


def _does_not_matter(part: Sentence, here: Situation) -> bool:
    best = intents.nearest_intent(part.text, here.library)[:1]
    status = bool(best) and best[0].name in intents.STATUSES and best[0].score >= intents.DOUBTED_FROM
    return status or phrase_set("no_matter").find(part.words) >= 0


def _chosen(choice: Choose, here: Situation) -> Command:
    """The n-th choice of the open question, or of the last list."""
    field = here.field
    if field is None or here.state.offered or not 0 < choice.index <= len(field.choices):
        return choice
    value = field.choices[choice.index - 1].id
    many = [value] if field.kind == "choices" else value
    assert here.context is not None
    return Answer(field.id, many, here.text, confidence=0.8, tool=here.context.tool.name)
