"""The order a sentence is: by a word for a language or a file, by nearness, by what is learned."""

from __future__ import annotations

from assistant.commands import (
    Command,
    Rename,
    Resume,
    Simple,
)
from assistant.understanding.answers.facts import best_fact, open_fact, open_reply
from assistant.understanding.answers.listing import (
    FEWEST_LISTED,
    headed_level,
    listed_items,
    listed_levels,
    surely_named,
)
from assistant.understanding.answers.opinions import said_chance
from assistant.understanding.answers.statements import names_outright
from assistant.understanding.changes.corrections import without_opening
from assistant.understanding.context.clausewise import (
    meaning_of,
    several_not_known,
    status_of,
    why_field,
)
from assistant.understanding.fields.figures import Context
from assistant.understanding.segments import Sentence, changes_a_value, clauses, with_reply_behind
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.steering.guarded import asks_what_changes
from assistant.understanding.steering.likely import chance_of_telling, likely_intent
from assistant.understanding.steering.orders import hands_over, order_beside, ordered
from assistant.understanding.steering.outcomes import (
    asks_outcome,
    concludes,
    has_said_all,
    only_a_figure,
)
from assistant.understanding.words.phrases import PLAIN_WORDS, level_in, phrase_set

TOLD, SURELY_TOLD = 0.6, 0.9  # chance from which a word for a language or a file, and what is near an order, is none
NEARLY_ITS_OWN = 0.95  # nearness to an authored order that settles it, whatever else is told so
PLAIN_INTENT, LIKELIER = 0.8, 0.75  # nearness that stands; chance from which another intent is taken
SURE_REPLY = 0.85  # "מי יודע" opens like a question and is none
OPEN_FACT_BEATS = 0.8  # a status less sure than this yields to an authored answer of the open question
PLAIN_LEVEL = 0.95
SURELY_SAID = 0.9  # chance of an answer in one of several clauses from which it is no mere 'not relevant'


def wants_result(part: Sentence, here: Situation) -> bool:
    """Whether a sentence is for the result, which also shows what would change it."""
    asks = _only_prods(part) or asks_what_changes(part.text) or only_a_figure(part, here)
    return asks or asks_outcome(part, here) or has_said_all(part, here) or concludes(part, here)


def _only_prods(part: Sentence) -> bool:
    """ "So?", "נו?": nothing but a wish to know where it stands."""
    words = tuple(word for word in part.words if word.kind != "sign")
    return bool(words) and part.marked and phrase_set("prodding").at(words, 0) == len(words)


def order_in(part: Sentence, here: Situation) -> Command | None:
    """The command a sentence is, if it is one rather than an answer to the open question."""
    if len(part.words) > intents.LONGEST_COMMAND or several_not_known(part, here):
        return None
    if here.context is not None and _answers_outright(part, here.context):
        return None
    of_others = not part.asked and phrase_set("actor.partner").at(part.words, 0) > 0  # "she wrote back in Hebrew"
    told = max(float(of_others), chance_of_telling(here.without_names(part.text)))
    if told < TOLD and (name := intents.name_given(part.text)) and not intents.carries_figures(name):
        return Rename(name) if here.context is not None else None
    if wanted := (_wish(part, told >= TOLD, here) or intents.kept_or_let_go(part, here)):
        return wanted
    best = intents.nearest_intent(here.without_names(part.text), here.library)
    if back := intents.return_to_record(best, part.text, here):
        return back
    sure = 2.0 if part.marked else SURE_REPLY
    best = [s for s in best if not (part.asked and s.name in intents.SHORT_REPLIES and s.score < sure)]
    supposing = intents.speaks_of_supposing(part, here)
    best = [s for s in best if s.name != "tamper" and (supposing or s.name not in intents.OF_SUPPOSING)]
    intent = best[0] if best and best[0].score >= intents.least_for(best, part, here) else None
    if intent is not None and told >= SURELY_TOLD and _may_be_told(intent):
        intent = None  # "they asked for help"
    if (intent is None or intent.score < PLAIN_INTENT) and (likely := likely_intent(part, here))[0]:
        learned = intents.Steered(likely[0], intents.STEERS_FROM)
        intent = intent if intent is not None and likely[1] < LIKELIER else learned
    if intent is None:
        closed = here.record is None and here.state.records and not part.asked
        return order_beside(part, here) if closed else None  # "I'm back, let's go on with the check"
    if not part.asked and _answers_better(intent, part.text, here):
        return None
    return _of_what_is_named(intent.name, part, here) or _command_of(intent, part, here)


def _answers_outright(part: Sentence, context: Context) -> bool:
    """Whether a sentence answers by its very make: "budget? forget it", "that too is ours", "who answers it: them"."""
    said = clauses(part.text)
    if len(said) > 1 and said[1].lower() in PLAIN_WORDS and surely_named(said[0], context) is not None:
        return True  # "right caller? yes, Maureen lives on the phone"
    replied = with_reply_behind(part.text) and headed_level(part.text, context) is not None
    listed = replied or bool(listed_items(part.text, context))  # "no blog no podcast"
    listed = listed or len(listed_levels(part.text, context)[0]) >= FEWEST_LISTED  # "stage yes, budget yes"
    return listed or changes_a_value(part.words) or names_outright(part.text, context)


def _may_be_told(intent: intents.Steered) -> bool:
    """Whether words that are near an order may all the same tell of somebody who does what it orders."""
    return intent.score < NEARLY_ITS_OWN and intent.name not in intents.SHORT_REPLIES


def _of_what_is_named(name: str, part: Sentence, here: Situation) -> Command | None:
    """ "Why do you need the size?", "where were we with the lead?": of something that is not open."""
    if name == "why" and (field := why_field(part.text, here)):
        return Simple("why", field)
    other = intents.mentioned_elsewhere(part.text, here) if name == "where" else ""
    return Resume(other) if other else None


def _wish(part: Sentence, told: bool, here: Situation) -> Command | None:
    """What a word in the sentence settles: a language, a file format, the names of several records."""
    if here.subject is not None and wants_result(part, here):
        return Simple("result")
    if hands_over(part, here):
        return Simple("hand_over")
    if meant := meaning_of(part, here):
        return Simple("why", meant, "meaning")
    if told:
        return ordered(part, here)
    named = intents.language_wanted(part, here.library) or intents.export_wanted(part)
    named = named or intents.names_several(part, here)
    return named or ordered(part, here)


def _answers_better(intent: intents.Steered, text: str, here: Situation) -> bool:
    """Whether a text is nearer to an answer of the open question than to a command."""
    if here.context is None:
        return False
    reply = open_reply(text, here.context)
    if reply is not None and reply.confidence >= intent.score:
        return True
    levels = here.field is not None and here.field.kind in ("level", "yes_no")
    if levels and intent.name not in intents.SHORT_REPLIES and level_in(text)[1] >= PLAIN_LEVEL:
        return True  # "kind of.", "no, not at all"
    if intent.name not in intents.STATUSES:
        return False
    said = clauses(text)
    if (
        intent.name == "not_applicable"
        and len(said) > 1
        and any(said_chance(clause, here.context) >= SURELY_SAID for clause in said)
    ):
        return True  # "the timing is planned in part, and the creative is not relevant"
    unsure = intent.score < OPEN_FACT_BEATS
    if unsure and any(level_in(clause)[1] >= SURE_REPLY for clause in clauses(text)):
        return True  # "I'd guess yes, though we haven't checked"
    near = best_fact(text, here.context)
    if near is not None and near.score >= OPEN_FACT_BEATS and near.score > intent.score:
        return True
    return unsure and open_fact(text, here.context) >= intent.score


def _command_of(intent: intents.Steered, part: Sentence, here: Situation) -> Command | None:
    if part.corrects and here.context is not None and len(clauses(part.text)) > 1 and intent.name in ("no", "undo"):
        alone = intents.nearest_intent(without_opening(part.text), here.library)[:1]
        undoes = bool(alone) and alone[0].name == "undo" and alone[0].score >= SURE_REPLY
        if not undoes and likely_intent(part, here)[0] != "undo":
            return None  # "wrong, they are an agent" says what is right
    if intent.name == "cancel" and intents.just_supposed(here):
        return Simple("discard")  # "forget it" right after a what-if
    if intent.name == "cancel" and _takes_back(part, here):
        return Simple("undo")
    if intent.name in ("yes", "no"):
        return Simple(intent.name) if here.field is None else None  # type: ignore[arg-type]
    if intent.name == "later" and intents.carries_figures(part.text):
        return None  # "60 will buy sooner or later"
    if intent.name in intents.STATUSES:
        return status_of(intent.name, part.text, here)
    if intent.name == "resume" and intent.score < PLAIN_INTENT and not here.state.records:
        return None  # "and a distributor?" where nothing was begun
    if intents.carries_figures(part.text) and intent.name not in ("compare", "resume", "delete", "restart"):
        return None
    return intents.command_for(intent.name, part.text, here.state, here.library)


def _takes_back(part: Sentence, here: Situation) -> bool:
    """Whether "בטל" alone, right after something was noted, takes that back and does not close the assessment."""
    if here.record is None or not part.words or phrase_set("take_back").at(part.words, 0) < len(part.words):
        return False
    return any(given.turn >= here.state.turn - 1 for given in here.record.answers.values())
