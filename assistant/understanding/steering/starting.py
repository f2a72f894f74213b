"""Beginning a tool: a wish or a decision it is for, or figures that already fill it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from assistant.commands import Ambiguous, Answer, Command, Start
from assistant.understanding.examples import Library
from assistant.understanding.fields.figures import NUMERIC, Context, figure_commands
from assistant.understanding.learned import STARTING, learned
from assistant.understanding.numbers.amounts import Quantity, quantities
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.steering.called import is_party, name_hint, name_told, without_source
from assistant.understanding.steering.subjects import TOOLS_NAMED, longest_at, tool_about, tool_misspelt, tool_named
from assistant.understanding.steering.wishing import is_order, is_wish, wants_explained
from assistant.understanding.words.phrases import PhraseSet, phrase_set
from assistant.understanding.words.text import Token, tokens
from knowledge.hebrew import content_words, is_stop_word
from tools.errors import InputError
from tools.tool import Tool

STARTS_FROM = 0.5
ALONE_FROM, ALONE_BY = 0.33, 0.12  # a lower nearness is enough where no other tool comes close
FEWEST_FIGURES = 2
MOST_FIGURES = 40  # no calculation is told in more of them, and a page of numbers must not take minutes
NAMED_WISH = 0.9
LONGEST_NAME = 2  # words that carry meaning
LONGEST_WISH = 25  # words
CHECKLIST = "checklist_"  # opens the name of every checklist
CASES = ("lead_qualification", "partner_fit", "sam_selection")  # what people tell of as a case at hand
ONE_SHOT_FROM = 0.75
NAMED_HELPS = 0.06  # a calculator named in the message ("… ROI?")
LIKELY_HELPS = 0.06  # what a tool gains that is surely asked for
LONGEST_NEXT = 12  # words of "now another candidate, …"
MOST_TOLD = 1  # words beside "the next one, …" and its name
SHORTEST_WISH = 5  # words of a subject said alone
LEFT_OVER = 0.1  # for each figure a tool has no use for
COUNT_FOR_SHARE = 0.1  # what each count read as a share takes from how well a tool fits
GUESSED, TRUSTED = 0.4, 0.65
SURELY_MEANT, HARDLY_MEANT = 0.9, 0.1  # chance of a tool from which it is begun instead of one of so little chance
ORDERED_FROM, ORDERED_BY = 0.36, 0.08  # nearness of an order ("run the check") to a tool it does not name
_ANY_DAY = dt.date(2000, 1, 1)  # whether there is a result does not depend on the day


def start_for(part: Sentence, library: Library) -> Start | None:
    """The tool a sentence asks for, with the name it gives to what is assessed."""
    if asks_of_method(part.text) or wants_explained(part):
        return None
    wanted = {*_calculators(part.words, library), "ask"}
    matches = [match for match in library.index.best(part.text, "start") if match.key[1] in wanted]
    if not matches or matches[0].key[1] == "ask":
        return None
    rival = matches[1].score if len(matches) > 1 else 0.0
    near, alone = matches[0].score >= STARTS_FROM, matches[0].score - rival >= ALONE_BY
    if not near and not (alone and matches[0].score >= ALONE_FROM):
        return None
    tool = _as_people_say(matches[0].key[1], part.text, library)
    return Start(tool, name_hint(part.text), confidence=float(matches[0].score))


def _as_people_say(tool: str, text: str, library: Library) -> str:
    """The tool, or the one that is surely meant instead by all that people say to begin one.

    "How many strategic accounts can one manager hold?" names the accounts and is about the hours.
    """
    chances = chances_of_tools(text)
    meant = max(chances, key=lambda name: chances[name], default="")
    surely = meant in library.tools and chances[meant] >= SURELY_MEANT and chances.get(tool, 0.0) < HARDLY_MEANT
    return meant if surely else tool


def asks_of_method(text: str) -> bool:
    """Whether a clause asks how a thing is done ("if a big customer is always strategic, how is he managed?")."""
    return any(phrase_set("method_openers").at(tokens(clause), 0) for clause in clauses(text))


def _checklist_wished(text: str, library: Library) -> str:
    """The checklist a wish is for: any near its subject where it says "checklist", else one it plainly speaks of."""
    words = tokens(text)
    among = [name for name in library.tools if name.startswith(CHECKLIST)]
    if phrase_set("checklist").find(words) >= 0:
        named = tool_named(text, library, among) or tool_about(text, library, among)
        return named or tool_misspelt(text, library, among) or _nearest_tool(text, library, among)
    if phrase_set("listing_points").find(words) >= 0:
        return tool_named(text, library, among) or tool_about(text, library, among, plainly=True)
    return ""


def _calculators(words: tuple[Token, ...], library: Library) -> Sequence[str]:
    """The tools a sentence may be for: what is to be calculated is a calculator's."""
    calculates = bool(words) and phrase_set("working_out").find(words) >= 0
    return [name for name, tool in library.tools.items() if tool.at_once or not calculates]


def _is_complete(tool: Tool, commands: Sequence[Command]) -> bool:
    """Whether the sure figures are all that a calculator needs: such a message is a case of its own."""
    given = {c.field: c.value for c in commands if isinstance(c, Answer) and c.confidence >= TRUSTED}
    required = {field.id for field in tool.form.fields if field.required}
    if len(given) < FEWEST_FIGURES or not required <= set(given):
        return False
    return bool(required or tool.weights) or _gives_figures(tool, given)


def _gives_figures(tool: Tool, given: Mapping[str, Any]) -> bool:
    """Whether a calculator that needs nothing in particular has a result for these values."""
    try:
        result = tool.calculate(tool.read(dict(given), {}), None, _ANY_DAY)
    except (InputError, ValueError):
        return False
    return result.verdict != "INCOMPLETE" and bool(result.figures)


def _trusted(commands: list[Command], answers: list[Answer | Ambiguous], found: Sequence[Quantity]) -> list[Command]:
    """Where every figure of a message fits one calculator and none is a guess, the doubtful ones are right too."""
    guessed = any(isinstance(a, Ambiguous) or a.confidence < GUESSED for a in answers)
    if guessed or len({a.raw for a in answers if isinstance(a, Answer)}) < len(found):
        return commands
    return [replace(c, confidence=max(c.confidence, TRUSTED)) if isinstance(c, Answer) else c for c in commands]


def wished(parts: Sequence[Sentence], library: Library) -> Start | None:
    """The tool that a message names together with words of wishing ("is he strategic? run the sam thing")."""
    text = " ".join(part.text for part in parts)
    wishes = [part for part in parts if is_wish(part)]
    wishing = next((part for part in wishes if is_order(part)), wishes[0] if wishes else None)
    if wishing is None:
        return _named_alone(parts, library) or _headed(parts, library) or _checklist_titled(text, library)
    if wants_explained(wishing):
        return None
    if len(tokens(text)) > LONGEST_WISH:
        return None
    tool = _checklist_wished(text, library) or _calculator_named(wishing, text, library)
    tool = tool or tool_named(wishing.text, library) or tool_named(text, library)
    if not tool and (is_order(wishing) or phrase_set("wanting_to_know").find(wishing.words) >= 0):
        among = _calculators(wishing.words, library)
        returns = phrase_set("returning").find(wishing.words) >= 0  # "let's go on with the check" begins nothing
        tool = tool_about(wishing.text, library, among, returns) or tool_about(text, library, among, returns)
        if not tool and not returns:
            tool = tool_misspelt(text, library, among) or _nearest_tool(text, library, among)
    if not tool and _decides(parts):
        tool = tool_about(text, library, CASES, plainly=True)  # "we have a candidate, I want to go over him"
    return Start(_as_people_say(tool, text, library), name_hint(text), confidence=NAMED_WISH) if tool else None


def _decides(parts: Sequence[Sentence]) -> bool:
    """Whether a message says that a decision is at hand, and neither asks nor wants to learn."""
    words = tokens(" ".join(part.text for part in parts))
    learns = any(phrase_set(name).find(words) >= 0 for name in ("method_openers", "learning"))
    return phrase_set("deciding").find(words) >= 0 and not learns and not any(part.marked for part in parts)


def _calculator_named(wishing: Sentence, text: str, library: Library) -> str:
    """The calculator that an order to calculate names or is plainly about, empty for any other order."""
    among = _calculators(tokens(text), library)
    if len(among) == len(library.tools):
        return ""
    for said in (wishing.text, text):
        if tool := tool_named(said, library, among) or tool_about(said, library, among, plainly=True):
            return tool
    return ""


def wished_figures(tool: str, text: str, library: Library) -> list[Command]:
    """The figures of a wish that surely belong to the tool it is for ("we need 30 deals, do the funnel")."""
    context = Context(library, library.tools[tool], values={}, relaxed=True)
    found = figure_commands(text, counted_in(text), context)
    return [command for command in found if isinstance(command, Answer) and command.confidence >= TRUSTED]


def counted_in(text: str) -> tuple[Quantity, ...]:
    """The figures of a wish; the "one" of "I want to look into one vertical of ours" counts nothing."""
    return tuple(quantity for quantity in quantities(text) if not (quantity.weak and quantity.low == 1))


def labelled(text: str, library: Library) -> tuple[Start, str] | None:
    """What a message labels and tells then: "new lead: Klaus from Siemens, he filled in our form"."""
    border = _LABEL_ENDS.search(text)
    head = without_source(text[: border.start()]) if border else ""
    glue = {**phrase_set("new_case").by_first, **phrase_set("case_label").by_first}
    words = [word for word in content_words(head) if word not in glue]
    new = phrase_set("new_case").find(tokens(head)) >= 0
    if border is None or not words or len(tokens(head)) > LONGEST_LABEL or not (new or ":" in border.group()):
        return None
    tool = tool_about(head, library, CASES, plainly=True)
    names = phrase_set(f"about.{tool}") if tool else PhraseSet({})
    if not tool or not all(names.at(tokens(word), 0) for word in words):
        return None
    told = text[border.end() :]
    name, rest = name_told(told)
    return Start(tool, name or name_hint(text), confidence=NAMED_WISH), rest


_LABEL_ENDS = re.compile(r"\s*[:,–]\s+|\s+-\s+")
LONGEST_LABEL = 4  # words


def _nearest_tool(text: str, library: Library, among: Iterable[str]) -> str:
    """The tool an order is surely for though it names none: the one whose wishes and subject it is nearest to."""
    matches = [m for m in library.index.best(text, "start", whole=False) if m.key[1] in among][:2]
    ahead = matches[0].score - (matches[1].score if len(matches) > 1 else 0.0) if matches else 0.0
    return matches[0].key[1] if matches and matches[0].score >= ORDERED_FROM and ahead >= ORDERED_BY else ""


def another(parts: Sequence[Sentence], latest: str, library: Library) -> Start | None:
    """ "Now another candidate, Birke AG": one more of what is open or was spoken of last."""
    text = " ".join(part.text for part in parts)
    words = tokens(text)
    counts = any(not quantity.weak for quantity in quantities(text))  # "six, and one more that fell through"
    headed = ":" in text and phrase_set("another_one").find(tokens(text.partition(":")[0])) < 0
    if headed and not any(phrase_set(n).find(tokens(text.partition(":")[0])) >= 0 for n in ("now_that", "new_case")):
        return None  # "repairs: another company" tells who does them
    if counts or len(words) > LONGEST_NEXT or any(part.asked or part.supposed for part in parts):
        return None
    name = name_hint(text)
    if phrase_set("another_one").find(words) < 0 and not (name and _one_more_of(latest, words)):
        return None
    known = [*tokens(name.lower()), *tokens("candidate partner distributor lead customer one מועמד ליד לקוח")]
    next_one = {word for group in phrase_set("another_one").by_first.values() for said in group for word in said}
    glue = (
        {word.text for word in known}
        | _words_of(latest)
        | next_one
        | set(phrase_set("going_back").by_first)
        | set(phrase_set("doing").by_first)
    )
    said = [word.text for word in words if word.kind == "word" and not is_stop_word(word.text)]
    told = [w for w in said if not {w, w[1:]} & glue and not is_party(w)]
    if len(told) > MOST_TOLD:
        return None  # "another distributor sells a competing line" tells something
    return Start(tool_about(text, library) or latest, name, confidence=NAMED_WISH)


def _one_more_of(tool: str, words: tuple[Token, ...]) -> bool:
    """Whether one more of this tool is ordered by its own name ("עכשיו תתחיל בדיקת שותף נוספת")."""
    ordered = phrase_set("doing").find(words) >= 0 or phrase_set("now_that").at(words, 0) > 0
    names = [phrase_set(f"{kind}.{tool}") for kind in ("tool", "about")] if tool in TOOLS_NAMED else []
    return ordered and phrase_set("one_more").find(words) >= 0 and any(longest_at(n, words) for n in names)


@cache
def _words_of(tool: str) -> frozenset[str]:
    """Every word of the names and subjects of a tool."""
    sets = [phrase_set(f"{kind}.{tool}") for kind in ("tool", "about")] if tool in TOOLS_NAMED else []
    return frozenset(word for names in sets for group in names.by_first.values() for said in group for word in said)


def subject_alone(text: str, library: Library) -> str:
    """The tool of a text that is only a subject with glue around it ("and now a lead"), empty when it says more."""
    rest = [w for w in content_words(text) if not phrase_set("going_back").by_first.get(w)]
    if not rest or len(tokens(text)) > SHORTEST_WISH:
        return ""
    tool = tool_about(text, library)
    names = phrase_set(f"about.{tool}") if tool else PhraseSet({})
    known = all(names.at(tokens(word), 0) or names.at(tokens(word.removeprefix("ל")), 0) for word in rest)
    return tool if tool and known else ""


def _named_alone(parts: Sequence[Sentence], library: Library) -> Start | None:
    """A calculator's name with a word or two, also behind a question ("what is an hour worth? sales productivity")."""
    last = parts[-1]
    few = len(content_words(last.text)) <= LONGEST_NAME and len(last.words) > 1
    told = any(not part.asked for part in parts[:-1])
    if told or last.asked or not few or phrase_set("method_openers").at(last.words, 0):
        return None
    tool = tool_named(last.text, library)
    name = name_hint(parts[0].text) if len(parts) > 1 else ""  # "which group is Granot in? Key account tiers"
    if not tool or not (library.tools[tool].at_once or name):
        return None
    return Start(tool, name, confidence=NAMED_WISH)


def _checklist_titled(text: str, library: Library) -> Start | None:
    """ "Self-test: are we lazy marketers?": a message that opens with the word for a checklist."""
    words = tokens(text)
    opens = any(phrase_set("checklist").at(words, at) for at in range(min(2, len(words))))
    tool = _checklist_wished(text, library) if opens else ""
    return Start(tool, confidence=NAMED_WISH) if tool else None


def _headed(parts: Sequence[Sentence], library: Library) -> Start | None:
    """A tool's name before a colon and what is told of it ("kam capacity: 180 hours"), or who it is to be done for."""
    head, colon, told = parts[0].text.partition(":")
    if not colon or not told.strip() or parts[0].asked or len(tokens(head)) > LONGEST_LABEL:
        return None
    tool = tool_named(head, library)
    if not tool or library.tools[tool].at_once:
        return Start(tool, name_hint(head), confidence=NAMED_WISH) if tool else None
    taken = phrase_set("taking").at(tokens(told), 0)  # "choose strategic accounts: take Voltberg, a customer"
    name = name_told(told[tokens(told)[taken].start :])[0] if 0 < taken < len(tokens(told)) else ""
    return Start(tool, name, confidence=NAMED_WISH) if name else None


def _is_count_for_share(answer: Answer | Ambiguous, tool: Tool) -> bool:
    """Whether a bare count was taken for a share: another tool may ask for the count itself."""
    if not isinstance(answer, Answer) or tool.form.field(answer.field).kind != "rate":
        return False
    return not any(quantity.percent or quantity.share for quantity in quantities(answer.raw))


def chances_of_tools(text: str) -> dict[str, float]:
    """How likely a text asks for each tool, by all that people say to begin one."""
    weights = learned().get(STARTING)
    return {tool: chance for (_, tool), chance in weights.chances(text).items()} if weights is not None else {}


def one_shot(text: str, library: Library) -> list[Command]:
    """A calculation whose figures stand in the message: the tool they fit best, and the answers."""
    found = [quantity for quantity in quantities(text) if not quantity.weak]
    if not FEWEST_FIGURES <= len(found) <= MOST_FIGURES:
        return []
    wanted = {match.key[1]: match.score for match in library.index.best(text, "start", whole=False)}
    named = tool_named(text, library) or tool_about(text, library, plainly=True)
    likely = chances_of_tools(text)
    best: tuple[float, list[Command]] = (0.0, [])
    for tool in library.tools.values():
        if not any(field.kind in NUMERIC for field in tool.form.fields):
            continue
        commands = figure_commands(text, quantities(text), Context(library, tool, values={}, relaxed=True))
        answers = [c for c in commands if isinstance(c, (Answer, Ambiguous))]
        needed = FEWEST_FIGURES if tool.at_once else max(FEWEST_FIGURES, len(found))
        if len(answers) < needed:
            continue  # an interview is begun by figures only when it takes every one of them
        sure = sum(c.confidence if isinstance(c, Answer) else 0.5 for c in answers)
        score = sure / max(len(found), len(answers)) + wanted.get(tool.name, 0.0) + 0.03 * len(answers)
        score += (NAMED_HELPS if tool.name == named else 0.0) + LIKELY_HELPS * likely.get(tool.name, 0.0)
        score -= LEFT_OVER * (len(found) - len({answer.raw for answer in answers}))
        score -= COUNT_FOR_SHARE * sum(_is_count_for_share(answer, tool) for answer in answers)
        if score > best[0]:
            commands = _trusted(commands, answers, found)
            wish = Start(tool.name, name_hint(text), False, wanted.get(tool.name, 0.0), _is_complete(tool, commands))
            best = (score, [wish, *commands])
    return best[1] if best[0] >= ONE_SHOT_FROM else []
