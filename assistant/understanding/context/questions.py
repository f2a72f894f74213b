"""Questions: self-contained for the knowledge, with figures for a calculator, or wishes to begin a tool."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.commands import Answer, Ask, Command, Simple, Start, Unclear
from assistant.understanding.changes.changing import aimed_at, changed_figures
from assistant.understanding.changes.corrections import answers_in
from assistant.understanding.fields.figures import Context, figure_commands
from assistant.understanding.segments import Sentence, opens
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.steering.called import is_party, name_hint
from assistant.understanding.steering.likely import SURELY_START, likely_start
from assistant.understanding.steering.starting import (
    CASES,
    asks_of_method,
    counted_in,
    one_shot,
    start_for,
    wished,
)
from assistant.understanding.steering.subjects import tool_about
from assistant.understanding.steering.wishing import asks_leave, is_order, is_wish, wants_explained
from assistant.understanding.words.matching import concept_of
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, tokens

OFF_TOPIC_FROM = 0.52
SURE_FIGURE = 0.6
ABOUT = 0.55  # confidence of a calculator that a question with one of its figures is only about
RICH_FROM = 14  # words of a decision question that carries circumstances
SURELY_TOLD, LONGEST_ANNOUNCED = 0.95, 12  # chance and words of a statement that begins one who is named
SURELY_OWN = 0.8  # chance of a calculation from which a figure of one's own is asked for
SURELY_WISHED = 0.9  # chance of a tool from which a wish in no words of an order begins it
SHORT_FOLLOW_UP = 7
LONGEST_GOING_ON = 6  # words
_YES_OR_NO_FIRST = re.compile(
    r"^(?:just |only )?yes or no(?: only| please)?\s*[:,–-]\s*|^(?:רק )?כן או לא\s*[:,–-]?\s*", re.IGNORECASE
)


def without_record(part: Sentence, here: Situation) -> list[Command]:
    """A statement while nothing is open: figures to calculate with, a wish to begin, or something to look up."""
    if started := one_shot(here.text, here.library):
        return started
    start = start_for(part, here.library) or wished([part], here.library)
    shown = bool(part.words) and phrase_set("showing").at(part.words, 0) > 0  # "show me a video of …"
    likely = likely_start(part.text, here.library) if start is None and not (shown or _is_method(part)) else None
    if start is None and likely is not None and _wishes_it(part, likely.confidence):
        start = likely
    if start is not None:
        return [start, *_figures_of(start, here)]
    if is_off_topic(part.text, here):
        return [Simple("off_topic")]
    if likely is not None and _announces_one(part, likely):
        return [likely, *_figures_of(likely, here)]
    if likely is not None:
        return [replace(_ask(part.text, here), decides=likely.tool), replace(likely, only_offer=True)]
    if intents.is_about_a_question(part.text, here.library):
        return [Unclear(part.text)]
    return [_ask(part.text, here)]


def _announces_one(part: Sentence, likely: Start) -> bool:
    """ "We have a candidate in Poland, Kestrel": one who is named, in few words, and surely of one kind."""
    short = len(part.words) <= LONGEST_ANNOUNCED and not part.marked
    apart = bool(likely.name) and f", {likely.name}".casefold() in part.text.casefold()
    return short and apart and likely.confidence >= SURELY_TOLD


def _likely_offer(parts: list[Sentence], text: str, here: Situation) -> Start | None:
    """The tool a question about a case at hand is most likely for, to be offered beside what the sources say.

    A calculator for one who is named is begun.
    """
    if here.record is not None or _is_method(parts[-1]) or asks_of_method(text):
        return None
    likely = likely_start(text, here.library)
    if likely is None or not (likely.name or likely.confidence >= SURELY_START):
        return None
    worked_out = likely.name and here.library.tools[likely.tool].at_once  # of one who is named: no text has the answer
    return replace(likely, only_offer=not worked_out)


def _places_one(words: tuple[Token, ...]) -> bool:
    """ "To which group does our customer Alon belong?": where one at hand belongs, and not any of a kind."""
    of_any = phrase_set("one_of_them").find(words) >= 0 and phrase_set("own").find(words) < 0
    return phrase_set("belonging").find(words) >= 0 and not of_any


def _wishes_it(part: Sentence, chance: float) -> bool:
    """Whether a sentence wishes for what it is so likely for to be done, not shown or told."""
    told = wants_explained(part) or phrase_set("showing").at(part.words, 0) > 0
    return is_wish(part) and not told and chance >= (SURELY_START if is_order(part) else SURELY_WISHED)


def _asked_to_begin(parts: list[Sentence], text: str, here: Situation) -> Start | None:
    """ "Can we do the pre-flight?", "would you help me weigh up a partner?": an act, and what it is surely for."""
    likely = likely_start(text, here.library) if here.record is None else None
    if likely is None or likely.confidence < SURELY_WISHED:
        return None
    polite = [part for part in parts if max(phrase_set(n).at(part.words, 0) for n in ("can_you", "asking_leave"))]
    acts = [part for part in polite if max(phrase_set(n).find(part.words) for n in ("examining", "doing")) >= 0]
    of_method = phrase_set("by_what_means").find(tokens(text)) >= 0 or any(_is_method(part) for part in parts)
    return likely if acts and not of_method else None


def _is_method(part: Sentence) -> bool:
    """Whether a sentence asks how something is done or how much of it there should be."""
    openers = ("method_openers", "asked_how_much")
    return bool(part.words) and (wants_explained(part) or any(phrase_set(name).at(part.words, 0) for name in openers))


def _with_its_figures(offered: Start, here: Situation) -> Start:
    """What is offered, with the figures the message gave for it: they are noted when the offer is accepted."""
    told = tuple(command for command in _figures_of(offered, here) if isinstance(command, Answer))
    return replace(offered, answers=told) if told else offered


def _figures_of(start: Start, here: Situation) -> list[Command]:
    """The figures beside a wish for a calculator that clearly name their field ("200 marked accounts, too many?")."""
    tool = here.library.tools.get(start.tool)
    if tool is None or not tool.at_once:
        return []
    context = Context(here.library, tool, values={}, relaxed=True)
    found = figure_commands(here.text, counted_in(here.text), context)
    return [c for c in found if isinstance(c, Answer) and c.confidence >= SURE_FIGURE]


def question_commands(parts: list[Sentence], here: Situation, beside_facts: bool) -> list[Command]:
    """What the questions of a message ask for, taken together."""
    if not parts:
        return []
    if followed := changed_figures(parts, here) or _target_asked(" ".join(part.text for part in parts), here):
        return followed
    if (either := _either_way(parts, here)) is not None:
        return [either]
    text = " ".join(part.text for part in parts)
    if here.record is None and (started := one_shot(here.text, here.library)):
        return started
    if (politely := _asked_to_begin(parts, text, here)) is not None:
        return [politely, *_figures_of(politely, here)]
    return _looked_up(parts, text, here, beside_facts)


def begun_as_wished(commands: list[Command]) -> list[Command]:
    """The commands of a question with what it is for begun and not only offered, where that is one thing."""
    offers = [command for command in commands if isinstance(command, Start) and command.only_offer]
    if len(offers) != 1:
        return commands
    return [replace(offers[0], only_offer=False, answers=()), *offers[0].answers]


def _looked_up(parts: list[Sentence], text: str, here: Situation, beside_facts: bool) -> list[Command]:
    """A question to look up, with the tool it is for."""
    if own := _own_figure_asked(text, here):
        return [own, *_figures_of(own, here)]
    named = _calculator_asked(text, here)
    if named is None and is_off_topic(text, here):
        return [Simple("off_topic")]
    ask = _ask(text, here)
    start = start_for(parts[-1], here.library) or named
    if start is not None and start.tool == "partner_fit" and _of_a_market(text):
        return [ask]
    if start is None:
        return _for_what_it_decides(parts, ask, here)
    if here.record is not None:
        anew = start.tool != here.record.tool and start.confidence >= intents.STARTS_ANEW_FROM
        return [start] if anew else [ask]
    figures = _figures_of(start, here)
    told = len(tokens(here.text)) > RICH_FROM or asks_leave(parts[-1]) or _of_any(text)
    worked_out = here.library.tools[start.tool].at_once and any(isinstance(c, Answer) for c in figures)
    decides = phrase_set("deciding_whether").at(tokens(text), 0) > 0 and here.library.tools[start.tool].at_once
    rich = (beside_facts and not worked_out) or ask.yes_or_no or ((told or decides) and not figures)
    offered = _with_its_figures(replace(start, only_offer=True), here)
    asked: list[Command] = [replace(ask, decides=start.tool), offered]
    if not rich and not here.library.tools[start.tool].at_once:
        sure = SURELY_WISHED if _places_one(parts[-1].words) else start.confidence
        start = replace(start, asked=text, confidence=max(sure, start.confidence))
    return asked if rich else [start, *figures]


def _for_what_it_decides(parts: list[Sentence], ask: Ask, here: Situation) -> list[Command]:
    """A question that names no tool, with the one it may be for: begun where its figures are there, else offered."""
    decided = _decided_by(ask.original, here) or _likely_offer(parts, ask.original, here)
    if decided is None and len(parts) > 1:  # "is this lead any good? It came from the fair"
        alone = (_likely_offer([part], part.text, here) for part in parts if part.asked)
        decided = next((offer for offer in alone if offer is not None), None)
    if decided is None:
        return [ask]
    if decided.tool in OF_ONE and _places_one(parts[-1].words):
        return [replace(decided, only_offer=False, asked=ask.original)]
    figures = _figures_of(decided, here)
    if not decided.only_offer or any(isinstance(c, Answer) for c in figures):
        return [replace(decided, only_offer=False), *figures]  # "we spent 48,000 on the fair, was it worth it?"
    return [replace(ask, decides=decided.tool), _with_its_figures(decided, here)]


def _calculator_asked(text: str, here: Situation) -> Start | None:
    """ "How many leads do we need for 12 deals?", "what does Carrefour leave us?": the calculator it is about.

    One of its figures, or a name in what it is about, says that a case at hand is meant and not the method."""
    tool = tool_about(text, here.library, plainly=True)
    if not tool or here.record is not None or not here.library.tools[tool].at_once:
        return None
    start = Start(tool, name_hint(text) if tool in OF_ONE else "", confidence=ABOUT)
    figures = intents.carries_figures(text) and _figures_of(start, here)
    general = phrase_set("method_openers").at(tokens(text), 0) and phrase_set("own").find(tokens(text)) < 0
    return start if figures or (start.name and not general) else None


def _own_figure_asked(text: str, here: Situation) -> Start | None:
    """ "What does a lead from Facebook cost us?": a figure of one's own, which no text has but a calculation."""
    words = tokens(text)
    asks = any(phrase_set(name).at(words, 0) for name in ("asked_how_much", "asked_what"))
    if here.record is not None or not asks or phrase_set("own").find(words) < 0:
        return None
    likely = likely_start(text, here.library)
    sure = likely is not None and likely.confidence >= SURELY_OWN and here.library.tools[likely.tool].at_once
    return likely if sure else None


def _target_asked(text: str, here: Situation) -> list[Command]:
    """ "How many calls do I need for 20 deals?": the calculation from a target back to what it takes."""
    if here.record is not None or phrase_set("counted_on_the_way").find(tokens(text)) < 0:
        return []
    for tool in here.library.tools.values():
        if tool.at_once and (aims := aimed_at(text, tool, here.library)):
            return [Start(tool.name, confidence=ABOUT), *aims]
    return []


OF_ONE = ("customer_profitability", "kam_tiers")  # worked out for a customer with a name


_OF_THE_METHOD = frozenset(("do", "does", "did"))  # "do I need a lawyer to appoint Kowalski?"


def _decided_by(text: str, here: Situation) -> Start | None:
    """ "Is Kowalski a good agent for us?": the assessment for a question about one that is named, to be offered."""
    words = tokens(text)
    looks_up = any(phrase_set(name).at(words, 0) for name in ("method_openers", "asking_words"))
    name = name_hint(text)
    told_apart = name and not any(is_party(word.text) for word in tokens(name.lower()))  # "an agent in France" is any
    if here.record is not None or looks_up or words[0].text in _OF_THE_METHOD or not told_apart:
        return None
    tool = tool_about(text, here.library, (*CASES, "kam_tiers"), plainly=True)
    tool = tool or ("partner_fit" if phrase_set("taking_on").find(words) >= 0 else "")
    return Start(tool, name, only_offer=True, confidence=ABOUT) if tool else None


def _of_any(text: str) -> bool:
    """ "What should we look for in an agent in Vietnam?": what one does with any, not with one at hand."""
    words = tokens(text)
    of_any = phrase_set("one_of_them").find(words)
    asks = phrase_set("asking_words").at(words, 0) > 0
    return asks and of_any >= 0 and is_party(words[min(of_any + 1, len(words) - 1)].text)


def _of_a_market(text: str) -> bool:
    """ "Do you think Poland is right for us?": a country is asked about, and nobody who would sell there."""
    words = tokens(text)
    somebody = any(is_party(word.text) for word in words) or phrase_set("leaning_on_somebody").find(words) >= 0
    return phrase_set("places").find(words) >= 0 and not somebody


def _either_way(parts: list[Sentence], here: Situation) -> Command | None:
    """A statement with a question mark to the open question ("they keep stock?") may be answer or question."""
    if len(parts) != 1 or here.field is None or _opens_question(parts[0].words) or _goes_on_asking(parts[0], here):
        return None
    found = [c for c in answers_in(parts[0], here) if isinstance(c, Answer) and c.field == here.field.id]
    return Unclear(parts[0].text, (*found, Ask(parts[0].text, original=parts[0].text))) if found else None


def _goes_on_asking(part: Sentence, here: Situation) -> bool:
    """ "And for agents?", "ולסוכן?" right after a question was answered goes on from that one."""
    words = tuple(word for word in part.words if word.kind != "sign")
    just_now = bool(here.state.discussed) and here.state.discussed_at >= here.state.turn - 1
    if not just_now or not part.marked or not 0 < len(words) <= LONGEST_GOING_ON:
        return False
    first = words[0].text
    glued = first.startswith("ו") and len(first) > 2
    return glued or phrase_set("follow_up").at(words, 0) > 0 or first in ("and", "or", "also", "או", "וגם")


def _opens_question(words: tuple[Token, ...]) -> bool:
    names = ("question_openers", "marked_openers")
    return any(opens(phrase_set(name), words) for name in names)


def is_off_topic(text: str, here: Situation) -> bool:
    """Whether a text is nearer to small talk about anything else than to what the method is about."""
    if here.state.discussed and phrase_set("follow_up").at(tokens(text), 0):
        return False
    best = intents.nearest_intent(text, here.library)
    if not best or best[0].name != "off_topic" or best[0].score < OFF_TOPIC_FROM:
        return False
    about = here.library.index.best(text, "start")
    return not about or about[0].score < best[0].score


def _ask(text: str, here: Situation) -> Ask:
    yes_or_no = phrase_set("yes_or_no").find(tokens(here.text)) >= 0
    return Ask(_completed(_without_yes_or_no(text) if yes_or_no else text, here), original=text, yes_or_no=yes_or_no)


def _without_yes_or_no(text: str) -> str:
    return re.sub(
        r"^(?:just |only )?yes or no(?: only| please)?\s*[:,–-]\s*|^כן או לא\s*[:,–-]?\s*", "", text, flags=re.I
    )


def _asks_what_it_is(words: tuple[Token, ...]) -> bool:
    """Whether words ask only what a thing of the method is ("what is a lead?", "מה זה ליד?"): that needs no context."""
    opening = phrase_set("asks_what_it_is").at(words, 0)
    rest = tuple(word for word in words[opening:] if word.kind != "sign")
    if not opening or phrase_set("leaning").find(rest) >= 0:
        return False
    return any(concept_of(word.text) for word in rest) and phrase_set("needs_its_two_sides").find(rest) < 0


def _completed(text: str, here: Situation) -> str:
    """A follow-up made self-contained with the question before it."""
    before = str(here.state.discussed.get("question") or "")
    words = tokens(text)
    if not before or len(words) > SHORT_FOLLOW_UP or _asks_what_it_is(words):
        return text
    leaning = phrase_set("follow_up").at(words, 0) or phrase_set("leaning").find(words) >= 0
    return f"{text} ({before})" if leaning or len(words) <= 3 else text
