"""Leaving what is open, or nothing, for another tool or another case: by a wish, a subject or a label."""

from __future__ import annotations

from dataclasses import replace

from assistant.commands import Answer, Ask, Command, Export, Resume, Simple, Start, Unclear
from assistant.understanding.changes.corrections import without_opening
from assistant.understanding.context.at_hand import OF_ONE, next_by_name, the_same_for, wish_for_what_is_at_hand
from assistant.understanding.context.cases import case_facts, facts_beside
from assistant.understanding.context.questions import question_commands
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.steering.called import name_at_start, name_hint, name_is_common, name_told
from assistant.understanding.steering.people import next_opened, speaks_of_someone
from assistant.understanding.steering.starting import (
    another,
    labelled,
    one_shot,
    subject_alone,
    wished,
    wished_figures,
)
from assistant.understanding.steering.wishing import is_order
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens

GUESSED_BELOW = 0.6
SURE_START = 0.5  # nearness to a wish from which the tool that figures were taken for stands
SURE_REPLY = 0.85
LONGEST_DENIED = 3  # words
# what a clear wish for a tool is sometimes taken for
_OVERRULED = (*(Simple(word) for word in ("off_topic", "abilities", "help", "list", "go_on")), Resume())
_OF_NOTHING = (Simple("result"), Simple("where"), Simple("summary"), Simple("go_on"))  # with no record to speak of


def other_tool(parts: list[Sentence], commands: list[Command], here: Situation) -> list[Command]:
    """A wish for a tool by its name or subject, where the message gives no facts or figures of its own."""
    if case := _another_case(parts, here) or _rather_as_wished(parts, commands, here):
        return case
    rest = [c for c in commands if here.state.pending or c != Simple("yes")]  # "start the assessment" is no reply
    rest = [c for c in rest if not (isinstance(c, Answer) and c.confidence < GUESSED_BELOW)]
    if len(parts) > 1 or len(clauses(here.text)) > 1:
        # "leave it, let's calculate …", "hold that, let's qualify a lead": what is open is set aside
        rest = [c for c in rest if c not in (Simple("cancel"), Simple("pause"))]
    if here.subject is None:
        rest = [c for c in rest if c not in _OF_NOTHING]
    if len(parts) > 1 and phrase_set("turning_open").at(parts[0].words, 0) and is_order(parts[-1]):
        # "wait, something urgent. Start a partner check" tells nothing of what is open
        rest = [c for c in rest if not (isinstance(c, Answer) and c.raw in parts[0].text)]
    if phrase_set("setting_aside").find(tokens(here.text)) >= 0:  # "I need to check a lead first" is no "I don't know"
        rest = [c for c in rest if not (isinstance(c, Answer) and c.status != "answered")]
    if any(not isinstance(c, (Ask, Start, Unclear, Export)) and c not in _OVERRULED for c in rest):
        return []
    meant = _without_what_is_not_meant(parts)
    wish = wish_for_what_is_at_hand(parts, here) or wished(meant, here.library) or _subject_alone(meant, here)
    if wish is None or _is_for_what_is_open(wish, here):
        return []
    return _begun(wish, parts, here)


def without_looks_at_nothing(commands: list[Command], here: Situation) -> list[Command]:
    """The commands without a look at the result where one of them begins the first record there is."""
    begins = here.subject is None and any(isinstance(c, Start) and not c.only_offer for c in commands)
    return [c for c in commands if c not in _OF_NOTHING] if begins else commands


def _is_for_what_is_open(wish: Start, here: Situation) -> bool:
    """Whether a wish is for the very record that is open; one for another name is for a record of its own."""
    if here.record is None or here.record.tool != wish.tool:
        return False
    return not wish.name or not here.record.name or wish.name.casefold() == here.record.name.casefold()


def _another_case(parts: list[Sentence], here: Situation) -> list[Command]:
    """One more case than what is open or was spoken of last, by its label, its name or "another"."""
    latest = here.subject.tool if here.subject is not None else ""
    if latest and not _next_question(here) and (following := another(parts, latest, here.library)):
        return [following]
    if told := _next_told(parts, here):
        return told
    if here.record is not None and (told := _begun_with_facts(parts, here)):
        return told
    if (next_one := next_by_name(here)) is not None:
        start, rest = next_one
        facts = case_facts(rest, start.tool, here.library) if rest else ()
        return [start, *(replace(fact, tool=start.tool) for fact in facts)]
    also = the_same_for(parts, here)
    return [also] if also is not None else _labelled(parts, here)


def _next_question(here: Situation) -> bool:
    """Whether "next one please" is for the next question: one is open, and nobody and nothing else is named."""
    at = phrase_set("next_of_either").find(tokens(here.text))
    return here.field is not None and at >= 0 and not name_hint(here.text)


def _rather_as_wished(parts: list[Sentence], commands: list[Command], here: Situation) -> list[Command]:
    """The calculation a message wishes for, where its figures fit that as well as the one they were taken for."""
    taken = next((c for c in commands if isinstance(c, Start)), None)
    if here.record is not None or taken is None or taken.complete or taken.confidence >= SURE_START:
        return []
    wish = wished(parts, here.library)
    if wish is None or wish.tool == taken.tool:
        return []
    figures = wished_figures(wish.tool, here.text, here.library)
    fewest = sum(isinstance(c, Answer) for c in commands)
    return [wish, *figures] if figures and len(figures) >= fewest else []


def _begun(wish: Start, parts: list[Sentence], here: Situation) -> list[Command]:
    """A wish with what the message tells besides: facts of its case, or figures of its calculation."""
    if not intents.carries_figures(here.text):
        beside = [] if here.record is not None else facts_beside(parts, wish.tool, here.library)
        return [*_asked_before(parts, here), wish, *(replace(answer, tool=wish.tool) for answer in beside)]
    if here.record is None:
        return [wish, *wished_figures(wish.tool, here.text, here.library)]
    started = one_shot(here.text, here.library)
    if started and isinstance(started[0], Start) and started[0].tool == wish.tool:
        return started
    figures = wished_figures(wish.tool, here.text, here.library)
    return [wish, *figures] if figures and here.library.tools[wish.tool].at_once else []


def _labelled(parts: list[Sentence], here: Situation) -> list[Command]:
    """ "New lead: Klaus from Siemens, he filled in our form": begun with its name and its facts."""
    if parts[0].asked or (here.record is not None and phrase_set("new_case").find(parts[0].words[:3]) < 0):
        return []
    found = labelled(parts[0].text, here.library)
    if found is None:
        return []
    start, rest = found
    told = " ".join([rest, *(part.text for part in parts[1:])]).strip()
    facts = case_facts(told, start.tool, here.library) if told else ()
    return [start, *(replace(fact, tool=start.tool) for fact in facts)]


def _asked_before(parts: list[Sentence], here: Situation) -> list[Command]:
    """The question before a wish ("What is a lead? Please take me through one"), unless it is the wish itself."""
    asks = [p for p in parts if p.marked and phrase_set("method_openers").at(p.words, 0)]
    asked = [] if len(parts) == len(asks) else question_commands(asks, here, beside_facts=False)
    return [command for command in asked if not isinstance(command, Start)]


def _next_told(parts: list[Sentence], here: Situation) -> list[Command]:
    """ "Next one: Dana from Orbotech, wants a demo", "יש עוד אחד, יוסי מתנובה": another case, told at once."""
    latest = here.subject.tool if here.subject is not None else ""
    if latest not in OF_ONE or parts[0].marked:
        return []
    found = next_opened(here.text, sum(record.tool == latest for record in here.state.records.values()))
    if found is None:
        return []
    rest, needed = found
    name = _called(rest)
    known = {record.name.casefold() for record in here.state.records.values() if record.name}
    if not rest or name.casefold() in known or not (name or _is_enough(needed, rest)):
        return []
    start = Start(latest, name, confidence=SURE_REPLY)
    if here.library.tools[latest].at_once:
        return [start, *wished_figures(latest, rest, here.library)]
    return [start, *(replace(fact, tool=latest) for fact in case_facts(rest, latest, here.library))]


def _is_enough(needed: str, rest: str) -> bool:
    """Whether what is told of the next one is enough without a name."""
    return not needed or (needed == "someone" and speaks_of_someone(rest))


def _called(rest: str) -> str:
    """The name that what is told of the next one opens with or holds."""
    name = name_told(rest)[0]
    role = phrase_set("roles").at(tokens(name), 0) if name else 0
    own = not role and any(not name_is_common(word.lower()) for word in name.split())
    return name if own else name_hint(rest)


def _begun_with_facts(parts: list[Sentence], here: Situation) -> list[Command]:
    """ "Now a lead: Nordea, they want a demo": another assessment is begun, and its facts are told at once."""
    first = parts[0]
    head = first.text.partition(":")[0] if ":" in first.text else next(iter(clauses(first.text)), "")
    if first.asked or not head or head == first.text:
        return []
    told = " ".join([first.text.partition(head)[2].lstrip(" ,:;"), *(part.text for part in parts[1:])])
    wish = wished([replace(first, text=head)], here.library)
    tool = wish.tool if wish is not None else subject_alone(head, here.library)
    if not tool or here.record is None or here.record.tool == tool or here.library.tools[tool].at_once:
        return []
    answers = case_facts(told, tool, here.library)
    name = (wish.name if wish is not None else "") or name_at_start(told)
    return [Start(tool, name, confidence=SURE_REPLY), *answers] if answers else []


def _without_what_is_not_meant(parts: list[Sentence]) -> list[Sentence]:
    """The sentences without a last clause that only denies ("I meant a lead, not a partner")."""
    *before, last = parts
    said = clauses(last.text)
    denied = len(said) > 1 and phrase_set("negation").at(tokens(said[-1]), 0) > 0
    if not denied or len(tokens(said[-1])) > LONGEST_DENIED:
        return parts
    return [*before, replace(last, text=last.text[: last.text.rfind(said[-1])].rstrip(" ,;:-–"))]


def _subject_alone(parts: list[Sentence], here: Situation) -> Start | None:
    """ "And now a lead", "actually I meant a lead": said while something else is open."""
    text = " ".join(part.text for part in parts)
    if here.record is None or any(part.asked for part in parts):  # "what is a lead?" asks of the method
        return None
    tool = subject_alone(without_opening(text), here.library)
    return Start(tool, confidence=SURE_REPLY) if tool else None
