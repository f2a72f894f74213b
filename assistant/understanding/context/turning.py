"""Turning to another one by name: "let's look at Ventana now", "Iberotec signed last week", "ולגבי אגרופול".

Several candidates are spoken of in turn. What is said of one must never be noted for another, so a known name that is
not the open one's moves the conversation to its own record: it is opened again, or begun.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.commands import Answer, Ask, Command, Compare, Delete, Export, Rename, Resume, Simple, Start, Unclear
from assistant.conversation import Conversation, Record
from assistant.naming import is_public
from assistant.understanding.context.at_hand import OF_ONE, likens, offered
from assistant.understanding.fields.figures import Context, figure_commands
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.segments import Sentence, sentences
from assistant.understanding.situation import Situation, situation_of
from assistant.understanding.steering import intents
from assistant.understanding.steering.called import name_hint, name_is_common
from assistant.understanding.steering.parties import another_person, named_in, names_weighed, pronoun_for
from assistant.understanding.words.abbreviations import sentence_ends
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import language_of, listed, tokens
from knowledge.hebrew import content_words

Read = Callable[[list[Sentence], Situation], list[Command]]
_SETTLES = (Resume, Delete, Compare, Export, Rename)  # these say themselves whom they are for
_NOTHING_TOLD = tuple(Simple(word) for word in ("off_topic", "go_on", "yes", "abilities", "greeting", "thanks"))  # type: ignore[arg-type]
SURE_OFFER = 0.6
THOUSAND = 1000
FEWEST_TOLD = 3  # words with a meaning that must not be passed over in silence
_NEW = "new"  # the id of a record only read with
_TRAILING = re.compile(
    r"^\s*(?:first|now|next|then|please|instead|too|again|קודם|עכשיו|קודם כל|בבקשה|הבא|שוב)?\s*[,.;:!–-]+\s*", re.I
)
_NAME_NEXT = re.compile(
    r"\s*(?:the )?(?P<name>[A-Z](?:[\w&'’-]|\.(?=\w))*(?: (?:& )?[A-Z](?:[\w&'’-]|\.(?=\w))*){0,3})"
)


def turned_to(commands: list[Command], here: Situation, read: Read) -> list[Command]:
    """The commands of a message that speaks of another one than the open record's; [] where it does not."""
    if (back := _in_short(commands, here)) is not None:
        return back
    if any(isinstance(c, _SETTLES) or (isinstance(c, Start) and c.name) for c in commands):
        return _with_what_follows(commands, here, read)
    if (called := _name_of_offered(here)) is not None:
        return [called]
    name, rest = _spoken_of(here)
    if not name:
        return _of_another_person(commands, here)
    if here.subject is not None and here.subject.name.casefold() == name.casefold():
        return []
    known = next((r for r in here.state.records.values() if r.name.casefold() == name.casefold()), None)
    if known is None:
        return _begun_by_name(name, rest, here, read)
    if likens(here.text.partition(known.name)[0]):
        return []  # "same size as Norlund" is of the one that is open
    return [Resume(known.name, briefly=True), *_told(rest, _opened(here.state, known), here, read)]


def _begun_by_name(name: str, rest: str, here: Situation, read: Read) -> list[Command]:
    """A record for a name that is spoken of and has none yet, with what is told of it."""
    record = here.subject
    tool = record.tool if record is not None else offered(here) or here.state.named.get(name, "")
    if tool not in OF_ONE:
        return []
    if here.record is not None and not here.record.name and _may_be_called(name, here):
        return [Rename(name), *_told(rest, here.state, here, read)]
    if record is not None and here.library.tools[tool].at_once:
        return [Start(tool, name), *figures_as_before(without_named(here.text, here.state), record, here)]
    told = _told(rest, _opened(here.state, Record(_NEW, tool, name)), here, read)
    if record is None and any(isinstance(c, Ask) for c in told):
        return []  # a question about one of them begins nothing
    return [Start(tool, name), *(replace(c, tool=tool) if isinstance(c, Answer) else c for c in told)]


def _in_short(commands: list[Command], here: Situation) -> list[Command] | None:
    """The commands with a record gone back to where it was called by its first name only ("what about Dana?").

    "Now a new lead: Dana" begins one of that name all the same. None where no record is called so.
    """
    begun = next((c for c in commands if isinstance(c, Start) and c.name and not c.only_offer), None)
    if begun is None or any(phrase_set(name).find(tokens(here.text)) >= 0 for name in ("new_case", "one_more")):
        return None
    same = [
        r for r in here.state.records.values() if r.tool == begun.tool and r.name.casefold() != begun.name.casefold()
    ]
    called = [r for r in same if r.name.casefold().startswith(f"{begun.name.casefold()} ")]
    if len(called) != 1:
        return None
    there = Simple("where") if called[0] is here.record else Resume(called[0].name)
    rest = [c for c in commands if c is not begun]
    return rest if called[0] is here.record and rest else [there, *rest]


def taken_up_as_a_whole(commands: list[Command], here: Situation, read: Read) -> list[Command]:
    """What all sentences of a message say that takes an offer up by what it tells; [] where it does not.

    "We meet prospects all the time. E-mail yes. Phone no.": what follows is said in the form that is begun.
    """
    tool = offered(here)
    begun = next((c for c in commands if isinstance(c, Start) and not c.only_offer), None)
    several = len(sentences(here.text)) > 1 and any(isinstance(c, Answer) for c in commands)
    if not several or begun is None or begun.tool != tool or here.library.tools[tool].at_once:
        return []
    first = next(iter(here.library.tools[tool].order({}, None)), "")
    told = _told(here.text, _opened(here.state, Record(_NEW, tool, begun.name, question=first)), here, read)
    return [begun, *(replace(c, tool=tool) if isinstance(c, Answer) else c for c in told)]


def weighed_now(commands: list[Command], here: Situation) -> list[Command]:
    """ "Which is more profitable?", "מי רווחי יותר?" with several at hand: they are put side by side."""
    record = here.subject
    several = record is not None and sum(r.tool == record.tool for r in here.state.records.values()) > 1
    words = tokens(here.text)
    asks = "?" in here.text and phrase_set("which_of_them").find(words) >= 0
    if several and all(phrase_set(name).find(words) >= 0 for name in ("of_all_of_them", "standing_of")):
        return [Compare()]  # "summary for all three", "שורה תחתונה לשניהם"
    if not (several and asks) or not all(isinstance(c, (Simple, Ask, Unclear)) for c in commands):
        return commands
    return [Compare()]


def _of_another_person(commands: list[Command], here: Situation) -> list[Command]:
    """The offer of a record of his own for a person nobody spoke of before, with all that a message tells of him."""
    record = here.record
    told = [replace(c, tool=record.tool) for c in commands if isinstance(c, Answer) and record is not None]
    if record is None or record.tool not in OF_ONE or not told or len(told) < len(commands) or "?" in here.text:
        return []
    name = another_person(here.text, record.name)
    return [Start(record.tool, name, only_offer=True, answers=tuple(told))] if name else []


def _name_of_offered(here: Situation) -> Start | None:
    """ "They are called Antalya Medikal": the name of the one whose assessment was offered takes it up."""
    tool, name = offered(here), intents.name_given(here.text)
    if tool not in OF_ONE or not name or "?" in here.text:
        return None
    return Start(tool, name)


def figures_as_before(text: str, record: Record, here: Situation) -> list[Answer]:
    """The figures of a message for another one, each for the field that was told of the one before, in its currency."""
    context = Context(here.library, here.library.tools[record.tool], values=record.values(), correcting=True)
    found = figure_commands(text, quantities(text), context)
    sure = [c for c in found if isinstance(c, Answer) and c.confidence >= SURE_OFFER]
    taken = {c.field for c in sure} | {c.raw for c in sure}
    sure += [c for c in _needed_ones(text, context) if c.field not in taken and c.raw not in taken]
    return [replace(c, tool=record.tool, corrects=False) for c in sure]


def _needed_ones(text: str, context: Context) -> list[Answer]:
    """Figures without a name ("900k at 30%") for what the calculation needs, where only one field is of their kind."""
    needed = [field for field in context.tool.form.fields if field.required]
    found: list[Answer] = []
    for quantity in quantities(text):
        kind = "rate" if quantity.percent else "money" if quantity.currency or quantity.high >= THOUSAND else ""
        fields = [field for field in needed if field.kind == kind]
        if len(fields) == 1:
            alone = figure_commands(quantity.raw, [quantity], replace(context, open_field=fields[0].id))
            found += [c for c in alone if isinstance(c, Answer) and c.field == fields[0].id]
    return found


def candidates_told(commands: list[Command], text: str, state: Conversation) -> tuple[list[Command], dict[str, str]]:
    """The commands with the assessment for candidates that a message names, and those names with its tool.

    Two that are weighed by name and nothing else understood: how one chooses is told, and the assessment is offered.
    """
    names = names_weighed(text)
    start = next((c for c in commands if isinstance(c, Start)), None)
    if start is not None and start.name and _is_origin(start.name, text):
        bare = replace(start, name="")  # "חברה טורקית פנתה אלינו"
        commands = [bare if c is start else c for c in commands]
        return commands, {}
    if start is not None and not start.name and start.tool in OF_ONE and state.record is None and not names:
        named = replace(start, name=name_hint(text))
        commands = [named if c is start else c for c in commands]
        start = named
    if names and start is not None and not start.name and start.tool in OF_ONE and state.record is None:
        named = replace(start, name=names[0])
        counted = [c for c in commands if isinstance(c, Answer) and c.value == str(len(names))]  # "three candidates"
        commands = [named if c is start else c for c in commands if c not in counted]
        start = named
    tool = start.tool if start is not None else (state.record.tool if state.record else _tool_for(text))
    if names and start is None and state.record is None and all(isinstance(c, (Ask, Unclear)) for c in commands):
        question = _without_names(text, names)
        ask = Ask(question, original=text, decides=tool)
        commands = [ask, Start(tool, names[0], only_offer=True, confidence=SURE_OFFER)]
    elif start is not None and start.only_offer and start.name and state.record is None:
        names = names or (start.name,)
    return commands, {name: tool for name in names if tool in OF_ONE}


_ORIGIN = re.compile(r"[א-ת]+(?:ית|ני|לי|אי|רי|קי|סי|ים|יות)")


def _is_origin(name: str, text: str) -> bool:
    """Whether what was taken for a name says where somebody is from ("חברה טורקית", "מפיץ גרמני")."""
    words = [word.text for word in tokens(text)]
    at = words.index(name) if name in words else 0
    return at > 0 and _ORIGIN.fullmatch(name) is not None and words[at - 1] in _FIRMS


_FIRMS = frozenset(listed("חברה מפיץ מפיצה סוכן סוכנת פירמה חברת יבואן משווק לקוח מפיצים שותף"))


def _tool_for(text: str) -> str:
    """What the candidates of a text are assessed with, by what they are called."""
    words = tokens(text)
    found = {tool: phrase_set(f"subject.{tool}").find(words) for tool in ("lead_qualification", "sam_selection")}
    return next((tool for tool, place in found.items() if place >= 0), "partner_fit")


def _without_names(text: str, names: tuple[str, ...]) -> str:
    """The text with "one" and "the other" for the names, which no source knows."""
    words = ("אחד", "אחר") if _is_hebrew(text) else ("one candidate", "another candidate")
    for place, name in enumerate(names):
        text = text.replace(name, words[min(place, 1)])
    return text


def _may_be_called(name: str, here: Situation) -> bool:
    """Whether the open record without a name can be this one's: no other name is spoken of beside it."""
    return [other.casefold() for other in here.state.named] == [name.casefold()]


def _with_what_follows(commands: list[Command], here: Situation, read: Read) -> list[Command]:
    """ "Next, Vilmeda. They are an agent": the next one with what is told of it behind the name."""
    start = commands[0]
    if here.record is None or len(commands) > 1 or not isinstance(start, Start) or start.only_offer or not start.name:
        return []
    found = named_in(here.text, (start.name,))
    begun = Record(_NEW, start.tool, start.name)
    for place in found.values():
        before = here.text[: place.start()].rstrip(" ול-")
        if before and _glue_ends(
            here.text, max((at for at in sentence_ends(before) if at <= place.start()), default=0)
        ) < len(before):
            return []  # the name is told in passing
        told = _told(_of_that_one(here.text, place.start(), place.end(), ""), _opened(here.state, begun), here, read)
        answers = [replace(c, tool=start.tool) for c in told if isinstance(c, Answer)]
        return [start, *answers] if answers else []
    return []


def without_named(text: str, state: Conversation) -> str:
    """The text with a pronoun for each candidate it names, in full or in short."""
    names = tuple(dict.fromkeys([*(r.name for r in state.records.values() if r.name), *state.named]))
    found = sorted(named_in(text, names).values(), key=lambda place: -place.start())
    for place in found:
        text = f"{text[: place.start()]}{pronoun_for(place, _is_hebrew(text))}{text[place.end() :]}"
    return text


def _opened(state: Conversation, record: Record) -> Conversation:
    """The conversation with this record open, to read what is said of it."""
    records = {**state.records, record.id: record}
    return replace(state, records=records, active=record.id, latest=record.id, pending=None)


def _spoken_of(here: Situation) -> tuple[str, str]:
    """The name a message turns to, and what it says of that one; "" where it turns to none."""
    names = tuple(dict.fromkeys([*(r.name for r in here.state.records.values() if r.name), *here.state.named]))
    found = named_in(here.text, names)
    if len(found) == 1:
        (name, place) = next(iter(found.items()))
        if _only_set_against(here.text[: place.start()]):
            return "", ""
        return name, _of_that_one(here.text, place.start(), place.end(), pronoun_for(place, _is_hebrew(here.text)))
    return ("", "") if found else _new_name(here)


def _only_set_against(before: str) -> bool:
    """Whether the words before a name only compare with it ("bigger than Iberotec", "כמו אגרופול")."""
    words = tuple(word for word in tokens(before) if word.kind != "sign")
    against = phrase_set("set_against")
    return any(at + against.at(words, at) == len(words) for at in range(len(words)) if against.at(words, at))


def _new_name(here: Situation) -> tuple[str, str]:
    """A name nobody said before, where the message opens by turning to it ("now let's look at Kiel Handel")."""
    starts = [0, *sentence_ends(here.text)]
    found = next(
        (m for at in starts if (end := _glue_ends(here.text, at)) and (m := _NAME_NEXT.match(here.text, end))), None
    )
    if found is None or here.subject is None or here.subject.tool not in OF_ONE or "?" in here.text:
        return "", ""
    name, words = found["name"], found["name"].split()
    behind = here.text[found.end() :]
    if any(is_public(word) or name_is_common(word) for word in words) or not _TRAILING.match(f"{behind}."):
        return "", ""
    return name, _of_that_one(here.text, found.start("name"), found.end(), "")


def _glue_ends(text: str, start: int = 0) -> int:
    """Where the words from `start` on that only turn to somebody end ("let's look at"), 0 where there are none."""
    words = tuple(word for word in tokens(text) if word.start >= start)
    glue = [
        phrase_set(name) for name in ("speaking_of_next", "courtesies", "prodding", "turning_open", "doing", "wishing")
    ]
    turns, place = False, 0
    while place < len(words):
        length = max(known.at(words, place) for known in glue)
        turns = turns or phrase_set("speaking_of_next").at(words, place) > 0
        if not length and words[place].kind != "sign":
            break
        place += max(1, length)
    return words[place - 1].end if turns and place > 0 else 0


def _of_that_one(text: str, start: int, end: int, pronoun: str) -> str:
    """What a message says of the one named: without the words that turn to it, else with "they" in its place."""
    begins = max((at for at in sentence_ends(text) if at <= start), default=0)
    bare = text[:start].rstrip(" ול-")
    opens = begins >= len(bare) or _glue_ends(text, begins) >= len(bare)
    rest = text[end:]
    pause = _TRAILING.match(f"{rest}.") if opens else None
    if pause is not None:
        told_before = text[:begins] if len(content_words(text[:begins])) >= FEWEST_TOLD else ""  # and no mere "fine."
        return f"{told_before} {rest[pause.end() :]}".strip()
    return f"{text[:start]}{pronoun or ('הם' if _is_hebrew(text) else 'they')}{rest}"


def _is_hebrew(text: str) -> bool:
    return language_of(text, "en") == "he"


def _told(rest: str, state: Conversation, here: Situation, read: Read) -> list[Command]:
    """What the rest of a message says in a conversation where that one is open."""
    if not any(token.kind == "word" for token in tokens(rest)):
        return []
    today = here.context.today if here.context is not None else None
    found = read(sentences(rest), situation_of(rest, state, here.library, today))
    told: list[Command] = [c for c in found if not isinstance(c, (Start, Resume, Rename)) and c not in _NOTHING_TOLD]
    clear = [c for c in told if not isinstance(c, Unclear) or c.readings]
    return clear or (told if len(content_words(rest)) >= FEWEST_TOLD else [])
