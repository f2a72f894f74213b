"""What a sentence steers to, or begins, by all authored phrases together, where it is near to no single one of them.

People say "leave this one out" in more ways than anybody lists. The classifier of `learned.py` knows what the
listed ways have in common; it is heard only where words carry no figures and are not likelier an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from assistant.commands import Part, Start
from assistant.understanding.examples import Library
from assistant.understanding.learned import NOTHING, STARTING, STEERING, Weights, learned
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering.called import name_hint
from assistant.understanding.steering.intents import (
    ENDING,
    STATUSES,
    carries_figures,
    is_other_here,
    speaks_of_others,
    whole_intent,
)
from assistant.understanding.steering.outcomes import asks_meaning
from assistant.understanding.steering.subjects import tool_about
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens
from knowledge.hebrew import words

LIKELY, LIKELY_UNASKED = 0.5, 0.6  # chance from which a question, and a statement, is an order
LIKELY_TOLD = 0.8  # … and a statement a wish for the result: facts speak of what comes out, too
LIKELY_ENDING, LIKELY_APART = 0.75, 0.9  # … one that loses something, and any while no record is open
LIKELY_PART = 0.85  # of the chance that a result is asked for at all
LIKELY_START, SURELY_START = 0.6, 0.75  # chance from which a tool is offered, and begun
LIKELY_NAMED = 0.5  # … and from which it is offered for one who is named
SHORTEST_NAMED, SHORTEST_WISH, LONGEST_WISH = 4, 6, 25  # words
SURELY_STEERS = 0.95  # chance of an order from which only a likelier answer stands against it
SURELY_FACT = 0.6  # chance of an answer from which a sentence without a question mark is no order
LONGEST, FEW_WORDS = 14, 6  # words
KNOWN_SHARE = 0.6  # of the words of an order
# told by what was asked, or by authored phrases alone
NOT_LEARNED = frozenset(("yes", "no", "tamper", "promote", "discard", "rename", "archive", "hand_over"))
OF_A_QUESTION = frozenset((*STATUSES, "why", "back", "undo", "where", "go_on", "pause", "cancel", "restart"))
OF_A_RECORD = frozenset(("result", "summary", "delete"))
SURELY_OF_RECORD = 0.9  # chance from which what opens like a question of the method is one of what is open


def likely_intent(part: Sentence, here: Situation, least: float | None = None) -> tuple[str, float]:
    """The intent a sentence most likely has and its chance; ("", 0.0) where none is likely enough, or it makes no
    sense here.
    """
    weights = learned().get(STEERING)
    if weights is None or len(part.words) > LONGEST or part.supposed or carries_figures(part.text):
        return "", 0.0
    if _tells(part):
        return "", 0.0
    text = here.without_names(part.text)
    name, chance = max(_chances_of_intents(text, weights).items(), key=lambda item: item[1])
    if part.corrects and name != "undo":
        return "", 0.0  # "wrong, they are an agent" says what is right, "oops, scrap what you noted" does not
    shortest = 1 if part.marked and chance >= SURELY_OF_RECORD else 2  # "ועכשיו?"
    if len(words(text)) < shortest or not _in_known_words(text, weights, all_of_them=name in STATUSES):
        return "", 0.0
    if not name or name in NOT_LEARNED or name.startswith(("language.", "export.")):
        return "", 0.0
    of_method = _opens_as_of_method(name, part) and (chance < SURELY_OF_RECORD or _ends_with_a_term(part))
    if of_method or not _fits(name, part, here):
        return "", 0.0
    if least is None:
        least = LIKELY if part.marked or part.asked else LIKELY_TOLD if name == "result" else LIKELY_UNASKED
    needed = max(least, LIKELY_ENDING if name in ENDING else LIKELY_APART if here.record is None else 0.0)
    facts = max(_chance_of_fact(text, here) for text in {part.text, *clauses(part.text)})
    doubted = not part.marked and chance < SURELY_STEERS and facts >= SURELY_FACT
    rather_fact = facts > chance or doubted
    return (name, chance) if chance >= needed and not rather_fact else ("", 0.0)


def chance_of_telling(text: str) -> float:
    """How likely words tell or ask something of the matter rather than steer ("she asked for it as a pdf")."""
    weights = learned().get(STEERING)
    return _chances_of_intents(text, weights)[NOTHING[1]] if weights is not None else 0.0


def _opens_as_of_method(name: str, part: Sentence) -> bool:
    """Whether a sentence opens like a question of the method ("what is a ripe lead?"); "how should I know" is none."""
    return name not in STATUSES and phrase_set("method_openers").at(part.words, 0) > 0


def _ends_with_a_term(part: Sentence) -> bool:
    """ "מה זה ROMI?": a term in other letters than the words around it asks for its meaning."""
    said = [word.text for word in part.words if word.kind != "sign"]
    return len(said) > 1 and said[-1].isascii() and not said[0].isascii()


def _tells(part: Sentence) -> bool:
    """Whether a sentence tells something ("I just found out …", "I said that …"); "what have I said?" asks."""
    asks, said = (phrase_set(name).find(part.words) for name in ("asking_words", "said_before"))
    return phrase_set("turning").find(part.words) >= 0 or (said >= 0 and not 0 <= asks < said)


def _chances_of_intents(text: str, weights: Weights) -> Mapping[str, float]:
    """The chance of every intent; a result is asked for by whichever of its parts is."""
    found: dict[str, float] = defaultdict(float)
    for (_, name), chance in weights.chances(text).items():
        found[whole_intent(name)] += chance
    return found


def likely_part(text: str) -> Part:
    """The part of a result that words are for ("what's missing?", "are you sure?"); "" for all of it."""
    weights = learned().get(STEERING)
    if weights is None:
        return ""
    chances = {name: chance for (_, name), chance in weights.chances(text).items() if whole_intent(name) == "result"}
    name = max(chances, key=lambda part: chances[part], default="result")
    all_of_it = sum(chances.values())
    sure = all_of_it >= LIKELY and chances[name] >= LIKELY_PART * all_of_it
    return name.partition(".")[2] if sure else _part_named(text)  # type: ignore[return-value]


def _part_named(text: str) -> Part:
    """The part that a short question names ("what was missing there?", "מה הצעד הבא")."""
    words = tokens(text)
    short = len(words) <= FEW_WORDS + 1
    named = [part for part in ("missing", "steps") if phrase_set(f"part.{part}").find(words) >= 0]
    return named[0] if short and len(named) == 1 else ""  # type: ignore[return-value]


def likely_start(text: str, library: Library) -> Start | None:
    """The tool a text most likely asks for while nothing is open, with its chance as confidence; None for none."""
    weights = learned().get(STARTING)
    name = name_hint(text)
    shortest, least = (SHORTEST_NAMED, LIKELY_NAMED) if name else (SHORTEST_WISH, LIKELY_START)
    if weights is None or not shortest <= len(tokens(text)) <= LONGEST_WISH:
        return None
    (_, tool), chance = max(weights.chances(text).items(), key=lambda item: item[1])
    known = tool in library.tools and chance >= least and _in_known_words(text, weights, all_of_them=False)
    return Start(tool, name, confidence=round(chance, 2)) if known else None


def _in_known_words(text: str, weights: Weights, all_of_them: bool) -> bool:
    """Whether words are ones that examples have, so that neither gibberish nor a slip of the finger is an order."""
    said = words(text)
    known = weights.known.numbers(["=" + word for word in said]) >= 0
    fewest = len(said) if all_of_them and len(said) <= FEW_WORDS else len(said) * KNOWN_SHARE
    return int(known.sum()) >= max(fewest, 1)


def _fits(name: str, part: Sentence, here: Situation) -> bool:
    """Whether there is what an intent is about, and the sentence is not rather about something else."""
    if name == "off_topic":
        return here.record is not None and not part.asked and not tool_about(part.text, here.library)
    if is_other_here(name, part, here) or speaks_of_others(name, part, here):
        return False
    if name == "result" and asks_meaning(part.text, here):
        return False
    if name in OF_A_QUESTION:
        return here.record is not None
    return name not in OF_A_RECORD or here.subject is not None


def _chance_of_fact(text: str, here: Situation) -> float:
    """How likely the text is an answer of the form at hand, whatever is asked."""
    weights = learned().get(here.context.tool.name) if here.context is not None else None
    if weights is None:
        return 0.0
    return max((chance for (field, _), chance in weights.chances(text).items() if field), default=0.0)
