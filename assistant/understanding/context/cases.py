"""A case told while nothing is open: which assessment it is for, and the facts it already gives.

"I have a lead from a hospital, no budget yet" is neither a question nor an order. Its facts are kept, so that an
assessment that is begun now or accepted later does not ask for them again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.commands import Answer, Ask, Command, Simple, Start, Unclear
from assistant.understanding.answers.statements import facts_in
from assistant.understanding.examples import Library
from assistant.understanding.fields.figures import Context
from assistant.understanding.segments import Sentence, clauses, sentences
from assistant.understanding.situation import Situation
from assistant.understanding.steering.called import is_party, name_hint
from assistant.understanding.steering.people import tells_of_meeting
from assistant.understanding.steering.starting import STARTS_FROM, start_for
from assistant.understanding.steering.subjects import tool_about
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import tokens

SURE_FACT = 0.6
SURE_BESIDE_WISH = 0.85  # what a wish tells by the way ("before the mailing goes out, do a check")
SURE_NAMED = 0.63  # … a choice by its name ("check Ferro SA, a distributor")
LEVELLED = ("level", "yes_no")  # kinds of questions that a level answers
SURE_IN_QUESTION = 0.75  # a question mostly names what it asks about
LEAD = "lead_qualification"
OPENING = 3  # words within which somebody says "we"
SUBJECTS = ("lead_qualification", "partner_fit", "sam_selection")


def with_case(parts: Sequence[Sentence], commands: list[Command], here: Situation) -> list[Command]:
    """The commands of a message with no open record, with the facts of the case it tells, if it tells one."""
    if not parts or any(isinstance(c, Answer) for c in commands) or not _may_be_case(commands):
        return commands
    start = next((c for c in commands if isinstance(c, Start)), None)
    start = start or (_by_subject(here) if any(not part.asked for part in parts) else None)
    start = _of_the_subject(start, here)
    tool = here.library.tools.get(start.tool) if start else None
    if start is None or tool is None or tool.at_once:
        return commands
    wish = _wish(parts[0], here.library)
    told = _without_wish(parts, wish)
    answers = _facts(told, Context(here.library, tool, values={}))
    asked = any(part.marked for part in parts)  # "we consider a distributor in Spain, should we appoint them?"
    if wish is not None and wish.tool == tool.name and not asked:
        return [replace(start, only_offer=False, confidence=1.0, name=start.name or wish.name), *answers]
    if not answers and not _only_looked_up(commands, here):
        return [start if isinstance(c, Start) and c.tool != start.tool else c for c in commands]
    asks = [c for c in commands if isinstance(c, Ask)] or [Ask(here.text, original=here.text)]
    asks = [replace(ask, decides=tool.name) for ask in asks]
    return [*asks, replace(start, only_offer=True, answers=tuple(answers))]


def case_facts(text: str, tool: str, library: Library) -> tuple[Answer, ...]:
    """What a message already answers of an assessment, in the person's own words."""
    known = library.tools.get(tool)
    return tuple(_facts(sentences(text), Context(library, known, values={}))) if known else ()


def facts_beside(parts: Sequence[Sentence], tool: str, library: Library) -> list[Answer]:
    """What a message that wishes for a tool tells besides the wish; of a calculator only what is sure and no figure."""
    known = library.tools[tool]
    told: list[Sentence] = []
    for part in (part for part in parts if not part.marked):
        head, *rest = clauses(part.text) or [part.text]
        wished = _wishes_itself(head)
        kept = [clause for clause in (rest if wished else [head, *rest]) if not _wishes_itself(clause)]
        text = _as_statement(", ".join(kept)) if wished else ", ".join(kept)
        told += [replace(part, text=text)] if kept else []
    found = _facts(told, Context(library, known, values={}))
    if known.at_once:
        return [a for a in found if known.form.field(a.field).choices and a.confidence >= SURE_IN_QUESTION]
    least = {a.field: SURE_BESIDE_WISH if known.form.field(a.field).kind in LEVELLED else SURE_NAMED for a in found}
    return [answer for answer in found if answer.confidence >= least[answer.field]]


def tells_of_ourselves(text: str) -> bool:
    """Whether a message tells what the person's own firm is or does ("we make irrigation valves") and asks nothing."""
    said = sentences(text)
    own = any(phrase_set("own_firm").at(part.words, at) for part in said for at in range(min(OPENING, len(part.words))))
    return bool(said) and own and not any(part.asked or part.marked for part in said)


def _wishes_itself(clause: str) -> bool:
    """Whether a clause wishes for something; that somebody "wants a salesman to call" is told of him."""
    return phrase_set("wishing").find(tokens(clause)) >= 0 and _WANTS_THAT.search(clause) is None


_WANTS_THAT = re.compile(r"\bרוצ(?:ה|ים|ות) ש(?![נת])")


def _as_statement(text: str) -> str:
    """ "a distributor" after a name says what it is."""
    return f"it is {text}" if tokens(text) and tokens(text)[0].text in ("a", "an") else text


def wishes(text: str) -> bool:
    """Whether words ask for something to be begun or gone through ("let's check it", "נעבור עליו")."""
    return any(not part.asked and phrase_set("wishing").find(tokens(part.text)) >= 0 for part in sentences(text))


def _may_be_case(commands: Sequence[Command]) -> bool:
    """Whether nothing but a question, a wish or nothing at all was understood."""
    return all(isinstance(c, (Ask, Start, Unclear)) for c in commands if not isinstance(c, Simple)) and any(
        not isinstance(c, Simple) for c in commands
    )


def _only_looked_up(commands: Sequence[Command], here: Situation) -> bool:
    """Whether one at hand is told of ("I have a lead from a hospital") and was only thought to be looked up."""
    told = phrase_set("having").find(tokens(here.text)) >= 0
    return told and all(isinstance(command, (Ask, Simple)) for command in commands)


def _of_the_subject(start: Start | None, here: Situation) -> Start | None:
    """A wish such as "what should we do" is for what the message speaks of: "our distributor", and no lead."""
    named = _by_subject(here)
    if start is None or named is None or start.tool not in SUBJECTS:
        return start
    said = phrase_set(f"subject.{start.tool}").find(tokens(here.text)) >= 0
    return start if said else named


def _by_subject(here: Situation) -> Start | None:
    """The assessment for what a message speaks of as one that is at hand ("this lead", "המועמד")."""
    words = tokens(here.text)
    if phrase_set("method_openers").at(words, 0):
        return None
    places = {tool: phrase_set(f"subject.{tool}").find(words) for tool in SUBJECTS if tool in here.library.tools}
    named = {tool: place for tool, place in places.items() if place >= 0}
    if not named:
        name, takes_on = name_hint(here.text), phrase_set("taking_on").find(words) >= 0
        spoken_of = name or any(is_party(word.text) for word in words)  # "a firm from Milan wants exclusivity"
        if takes_on:
            return Start("partner_fit", name, only_offer=True) if spoken_of else None
        return Start(LEAD, name, only_offer=True) if _tells_of_lead(here) else None
    return Start(min(named, key=lambda tool: named[tool]), name_hint(here.text), only_offer=True)


def _tells_of_lead(here: Situation) -> bool:
    """Whether somebody who was met is told of, with something that bears on whether he buys."""
    known = LEAD in here.library.tools and tells_of_meeting(here.text)
    return known and bool(case_facts(here.text, LEAD, here.library))


def _wish(part: Sentence, library: Library) -> Start | None:
    """The wish a message opens with ("qualify this lead: …"), None when it opens otherwise."""
    if part.asked:
        return None
    head = part.text.split(":")[0] if ":" in part.text else (clauses(part.text) or [part.text])[0]
    start = start_for(replace(part, text=head), library)
    wishing = phrase_set("wishing").find(tokens(head)) >= 0
    if start is None and phrase_set("doing").at(tokens(head), 0) and (name := name_hint(part.text)):
        about = tool_about(part.text, library)  # "Check Ferro SA, a distributor": the apposition says what for
        return Start(about, name) if about in SUBJECTS else None
    return start if start is not None and wishing and start.confidence >= STARTS_FROM else None


def _without_wish(parts: Sequence[Sentence], wish: Start | None) -> list[Sentence]:
    if wish is None:
        return list(parts)
    _, _, rest = parts[0].text.partition(":") if ":" in parts[0].text else ("", "", "")
    first = rest.strip() or ", ".join(clauses(parts[0].text)[1:])
    return [*([replace(parts[0], text=_as_statement(first))] if first else []), *parts[1:]]


def _facts(parts: Sequence[Sentence], context: Context) -> list[Answer]:
    """The facts of a case, one a field; what is doubtful will be asked anyway."""
    found: dict[str, Answer] = {}
    for part in parts:
        least = SURE_IN_QUESTION if part.asked else SURE_FACT
        for answer in facts_in(part, context):
            if isinstance(answer, Answer) and answer.confidence >= least:
                found.setdefault(answer.field, answer)
    return list(found.values())
