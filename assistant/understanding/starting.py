"""Beginning a tool: a wish or a decision it is for, or figures that already fill it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from assistant.commands import Ambiguous, Answer, Command, Start
from assistant.understanding.amounts import Quantity, quantities
from assistant.understanding.examples import Library
from assistant.understanding.figures import NUMERIC, Context, figure_commands
from assistant.understanding.matching import concept_of, word_stem
from assistant.understanding.phrases import PhraseSet, phrase_set
from assistant.understanding.segments import Sentence
from assistant.understanding.text import Token, tokens
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
TOOLS_NAMED = (
    "partner_fit", "lead_qualification", "leadgen_roi", "sam_selection", "kam_tiers", "funnel", "nurture_payoff",
    "customer_profitability", "sales_productivity", "vertical_profile", "campaign_preflight", "referral_programme",
    "kam_capacity", "sam_capacity", "checklist_alignment", "checklist_lazy_marketing", "checklist_lead_methods",
    "checklist_cold_call", "checklist_kam", "checklist_small_business", "checklist_sam_readiness",
)  # fmt: skip
CASES = ("lead_qualification", "partner_fit", "sam_selection")  # what people tell of as a case at hand
ONE_SHOT_FROM = 0.75
NAMED_HELPS = 0.06  # a calculator named in the message ("… ROI?")
LONGEST_NEXT = 12  # words of "now another candidate, …"
MOST_TOLD = 1  # words beside "the next one, …" and its name
SHORTEST_WISH = 5  # words of a subject said alone
SHORTEST_PART = 2  # letters
LONGEST_GIVEN = 4  # words of a name
LEFT_OVER = 0.1  # for each figure a tool has no use for
COUNT_FOR_SHARE = 0.1  # what each count read as a share takes from how well a tool fits
GUESSED, TRUSTED = 0.4, 0.65
ORDERED_FROM, ORDERED_BY = 0.36, 0.08  # nearness of an order ("run the check") to a tool it does not name
_ANY_DAY = dt.date(2000, 1, 1)  # whether there is a result does not depend on the day
_PARTY = (
    r"(?:distributors?|agents?|resellers?|partners?|integrators?|dealers?|vars?|customers?|accounts?|leads?"
    r"|compan(?:y|ies)|firm)"
)
_NAMED = re.compile(
    rf"\b(?P<noun>{_PARTY}) (?:in|from|called|named) (?P<place>(?:the )?[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*)"
    r"|(?P<he>(?:מפיץ|סוכן|שותף|משווק|אינטגרטור|לקוח|ליד|חברה) (?:ב|מ|בשם )-?(?:בית |חברת )?[א-תA-Za-z]{3,}"
    r"(?: [A-Z][\w&.-]+)*)"
)
_PROPER = re.compile(
    r"\b(?i:appoint|choose|sign with|hire|take on|check|assess|evaluate|consider|qualify"
    r"|whether|called|named|is|lead from|sam on|בשם|על) "
    r"(?P<name>[A-Z][\w&.-]+(?: [A-Z][\w&.-]+)*)"
)


_GIVEN = re.compile(
    r"(?:\b(?:called|named|the (?:firm|company|name|candidate|lead|customer) is|name is)"
    r"|קוראים ל(?:ו|ה|הם|זה|חברה|מועמד)|בשם|שמם|שמו|ל?חברה קוראים)\s+[\"']?"
    r"(?P<name>[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3}"
    r"|[א-ת][א-ת\"'-]+(?: [א-ת][א-ת\"'-]+)?(?=\s*(?:$|[,.;:!?\"])))"
    r"|(?:ליד|הליד|lead|ה-lead) (?:חם |חדש )?מ-?(?P<from>[A-Za-zא-ת][\w\"'&.-]+)"
)


def start_for(part: Sentence, library: Library) -> Start | None:
    """The tool a sentence asks for, with the name it gives to what is assessed."""
    if phrase_set("method_openers").at(part.words, 0):
        return None
    wanted = {*_calculators(part.words, library), "ask"}
    matches = [match for match in library.index.best(part.text, "start") if match.key[1] in wanted]
    if not matches or matches[0].key[1] == "ask":
        return None
    rival = matches[1].score if len(matches) > 1 else 0.0
    near, alone = matches[0].score >= STARTS_FROM, matches[0].score - rival >= ALONE_BY
    if not near and not (alone and matches[0].score >= ALONE_FROM):
        return None
    return Start(matches[0].key[1], name_hint(part.text), confidence=float(matches[0].score))


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


def tool_named(text: str, library: Library, among: Iterable[str] | None = None) -> str:
    """The tool (of those given) a text names, the longest name first; empty when it names none or several."""
    words = tokens(text)
    found: dict[str, int] = {}
    for tool in library.tools if among is None else among:
        if tool in TOOLS_NAMED:
            names = phrase_set(f"tool.{tool}")
            found[tool] = max((names.at(words, place) for place in range(len(words))), default=0)
    best = max(found.values(), default=0)
    longest = [tool for tool, length in found.items() if length == best]
    return longest[0] if best and len(longest) == 1 else ""


def wished(parts: Sequence[Sentence], library: Library) -> Start | None:
    """The tool that a message names together with words of wishing ("is he strategic? run the sam thing")."""
    text = " ".join(part.text for part in parts)
    wishing = next((part for part in parts if _wishes(part)), None)
    if wishing is None:
        return _named_alone(parts, library)
    if len(tokens(text)) > LONGEST_WISH:
        return None
    tool = _calculator_named(wishing, text, library) or tool_named(wishing.text, library) or tool_named(text, library)
    if not tool and _orders(wishing):
        among = _calculators(tokens(text), library)
        tool = tool_about(wishing.text, library, among) or tool_about(text, library, among)
        tool = tool or _nearest_tool(text, library, among)
    if not tool and _decides(parts):
        tool = tool_about(text, library, CASES, plainly=True)  # "we have a candidate, I want to go over him"
    return Start(tool, name_hint(text), confidence=NAMED_WISH) if tool else None


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
    found = figure_commands(text, quantities(text), context)
    return [command for command in found if isinstance(command, Answer) and command.confidence >= TRUSTED]


def labelled(text: str, library: Library) -> tuple[Start, str] | None:
    """What a message labels and tells then: "new lead: Klaus from Siemens, he filled in our form"."""
    border = _LABEL_ENDS.search(text)
    head = text[: border.start()] if border else ""
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
    name, rest = _name_told(told)
    return Start(tool, name, confidence=NAMED_WISH), rest


_LABEL_ENDS = re.compile(r"\s*[:,–]\s+|\s+-\s+")
LONGEST_LABEL = 4  # words
_NAME_TOLD = re.compile(
    r"(?P<name>[A-Z][\w&.'-]*(?: (?:(?:from|of|at|in) )?[A-Z][\w&.'-]*){0,4}|[א-ת\"']{2,}(?: [א-ת\"']{2,}){0,2})"
    r"\s*(?:[,.;–:]|$)\s*"
)


def _name_told(text: str) -> tuple[str, str]:
    """The name a text opens with, and the rest of it; no name where it opens with anything else."""
    found = _NAME_TOLD.match(text)
    words = tokens(found["name"].lower()) if found else ()
    if found is None or any(_is_plain(word.text) and word.text not in _LINKS for word in words):
        return "", text
    return found["name"], text[found.end() :]


_LINKS = frozenset(("from", "of", "at", "in"))


def _nearest_tool(text: str, library: Library, among: Iterable[str]) -> str:
    """The tool an order is surely for though it names none: the one whose wishes and subject it is nearest to."""
    matches = [m for m in library.index.best(text, "start", whole=False) if m.key[1] in among][:2]
    ahead = matches[0].score - (matches[1].score if len(matches) > 1 else 0.0) if matches else 0.0
    return matches[0].key[1] if matches and matches[0].score >= ORDERED_FROM and ahead >= ORDERED_BY else ""


def _orders(part: Sentence) -> bool:
    """Whether a sentence tells to do something ("check it"), and not to explain it ("I want to know how to …")."""
    explained = any(phrase_set("method_openers").at(part.words, place) for place in range(len(part.words)))
    return phrase_set("doing").find(part.words) >= 0 and not explained


def tool_about(text: str, library: Library, among: Iterable[str] | None = None, plainly: bool = False) -> str:
    """The tool (of those given) whose subject a text speaks of: by the longest words, then the nearest wish.

    `plainly`: in just the words that are listed, and not in other forms of them.
    """
    words = tokens(text)
    found: dict[str, int] = {}
    for tool in library.tools if among is None else among:
        if tool in TOOLS_NAMED and words:
            names = phrase_set(f"about.{tool}")
            found[tool] = max(names.at(words, place) for place in range(len(words)))
    if not any(found.values()) and not plainly:
        stems = {word_stem(word) for word in content_words(text)}
        found = {tool: int(bool(stems & _stems_about(tool))) for tool in found}
    best = max(found.values(), default=0)
    longest = {tool for tool, length in found.items() if length == best and best}
    if len(longest) < 2:
        return next(iter(longest), "")
    near = [match.key[1] for match in library.index.best(text, "start", whole=False) if match.key[1] in longest]
    return near[0] if near else ""


@cache
def _stems_about(tool: str) -> frozenset[str]:
    """The single words a tool is about, as stems, so that "כשותפה" is one of them."""
    groups = phrase_set(f"about.{tool}").by_first.values()
    return frozenset(word_stem(phrase[0]) for group in groups for phrase in group if len(phrase) == 1)


def another(parts: Sequence[Sentence], latest: str, library: Library) -> Start | None:
    """ "Now another candidate, Birke AG": one more of what is open or was spoken of last."""
    text = " ".join(part.text for part in parts)
    words = tokens(text)
    if len(words) > LONGEST_NEXT or any(part.asked or part.supposed for part in parts):
        return None
    if phrase_set("another_one").find(words) < 0:
        return None
    name = name_hint(text)
    known = [*tokens(name.lower()), *tokens("candidate partner distributor lead customer one מועמד ליד לקוח")]
    next_one = {word for group in phrase_set("another_one").by_first.values() for said in group for word in said}
    glue = (
        {word.text for word in known}
        | next_one
        | set(phrase_set("going_back").by_first)
        | set(phrase_set("doing").by_first)
    )
    told = [w for w in content_words(text) if w not in glue and not phrase_set("another_one").by_first.get(w)]
    if len(told) > MOST_TOLD:
        return None  # "another distributor sells a competing line" tells something
    return Start(tool_about(text, library) or latest, name, confidence=NAMED_WISH)


def subject_alone(text: str, library: Library) -> str:
    """The tool of a text that is only a subject with glue around it ("and now a lead"), empty when it says more."""
    rest = [w for w in content_words(text) if not phrase_set("going_back").by_first.get(w)]
    if not rest or len(tokens(text)) > SHORTEST_WISH:
        return ""
    tool = tool_about(text, library)
    names = phrase_set(f"about.{tool}") if tool else PhraseSet({})
    known = all(names.at(tokens(word), 0) or names.at(tokens(word.removeprefix("ל")), 0) for word in rest)
    return tool if tool and known else ""


_AT_END = re.compile(r"[,:–-]\s*(?P<name>[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3}|[א-ת][א-ת\"' ]{2,25})\s*[.!]?$")


_AT_START = re.compile(r"\s*(?P<name>[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3})\s*[,.;]")


def name_at_start(text: str) -> str:
    """ "Nordea, they want a demo"."""
    found = _AT_START.match(text)
    return "" if found is None or concept_of(found["name"].lower()) else found["name"]


def _name_at_end(text: str) -> str:
    """ "…, Birke AG", "qualify a lead: Vestas"."""
    found = _AT_END.search(text)
    name = found["name"].strip() if found else ""
    told = tokens(name)
    plain = [word for word in told if concept_of(word.text) or phrase_set("wishing").at((word,), 0)]
    return "" if plain or len(told) > LONGEST_GIVEN else name


def _named_alone(parts: Sequence[Sentence], library: Library) -> Start | None:
    """A calculator's name with a word or two, and nothing asked ("channel roi", "kam tiers")."""
    few = len(content_words(parts[0].text)) <= LONGEST_NAME and len(parts[0].words) > 1
    if len(parts) != 1 or parts[0].asked or not few or phrase_set("method_openers").at(parts[0].words, 0):
        return None
    tool = tool_named(parts[0].text, library)
    if not tool or not library.tools[tool].at_once:
        return None
    return Start(tool, confidence=NAMED_WISH)


def _wishes(part: Sentence) -> bool:
    """Whether a sentence wishes for something to be done; a question does not ("how do I calculate …?").

    "Can you do a check?" asks for it all the same, and so does "please" or an order at the end.
    """
    words = part.words
    wishing, polite = phrase_set("wishing"), phrase_set("can_you")
    kind = polite.at(words, 0) if words else 0
    if any(phrase_set("method_openers").at(words, at) for at in range(min(2, len(words)))):
        return False  # "please explain the funnel"
    asked = not kind and phrase_set("question_openers").at(words, 0) and not wishing.at(words, 0)
    ends = phrase_set("ordered_last")
    ordered = any(ends.at(words, at) == len(words) - at for at in range(max(0, len(words) - 3), len(words)))
    return ordered or (not asked and wishing.find(words) >= 0)


_PARTY_FIRST = re.compile(r"^(?:חברת|רשת|הלקוח|לקוח|הליד|the (?:customer|company|firm|lead)) (?=\S)")


def name_hint(text: str) -> str:
    """A name for the record from the person's words: "distributor in Spain", "Iberia Tools"."""
    return _PARTY_FIRST.sub("", _named_in(text))


def _named_in(text: str) -> str:
    if given := _GIVEN.search(text):
        return (given["name"] or given["from"]).strip(" .-&'\"")
    if proper := _PROPER.search(text):
        return proper["name"]
    if whether := _AS.search(text) or _WHETHER.search(text):
        name = whether["name"]
        if not any(_is_plain(word.text) for word in tokens(name)):
            return name
    found = _NAMED.search(text)
    return found.group().strip(" .-&") if found else _name_at_end(text) or _name_beside(text)


_AS = re.compile(r"את (?P<name>[א-ת\"']{2,}(?: [א-ת\"']{2,})?|[A-Z][\w&.'-]*) (?:כמפיץ|כסוכן|כשותף|כמשווק|כנציג|כלקוח)")
_WHETHER = re.compile(
    r"(?:^|\s)ה?אם (?:חברת |רשת )?(?P<name>[א-ת\"']{3,}(?: [א-ת\"']{3,})?|[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,2})"
    r" (?:זה |הוא |היא |הם |באמת |יכול להיות )*(?:ל?לקוח|מפיץ|סוכן|שותף|משווק|ליד)"
)
_BESIDE = re.compile(
    r"(?:\b(?:for|of|on|about|does|did|do|is|are|will|put|place|sort|grade|with|chk)\s+"
    r"(?:(?:the|our|this|my) (?:customer|account|lead|company|firm|distributor|candidate|partner) )?"
    r"(?P<en>[A-Z0-9][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3})"
    r"|(?:^|\s)(?:על|של|את|עבור|בשביל|ה?לקוח|ה?ליד|ל?חברת|לחברה|ל?רשת|ה?חברה)\s+(?:חברת |רשת |הלקוח |הליד )?"
    r"(?P<he>[א-ת][א-ת\"'-]+|[A-Z][\w&.'-]*(?: [A-Z][\w&.'-]*){0,3}))"
)


def _name_beside(text: str) -> str:
    """The name that stands where the one who is assessed is mentioned: capitalised, or a word of no other use."""
    for found in _BESIDE.finditer(text):
        name = (found["en"] or found["he"]).strip(" .,'\"")
        words = [token.text for token in tokens(name.lower())]
        plain = not any(char.isalpha() for char in name) or any(_is_plain(word) for word in words)
        if words and not plain and len(name) > 1:
            return name
    return ""


def _is_plain(word: str) -> bool:
    """Whether a word means something of its own and so is no name."""
    known = bool(concept_of(word)) or is_stop_word(word) or len(word) < SHORTEST_PART
    named = ("wishing", "doing", "going_back", "another_one", "own", "pronouns", "leaning", "ordered_last")
    about = any(word_stem(word) in _stems_about(tool) for tool in TOOLS_NAMED)
    return known or about or any(phrase_set(name).at(tokens(word), 0) for name in named)


def _is_count_for_share(answer: Answer | Ambiguous, tool: Tool) -> bool:
    """Whether a bare count was taken for a share: another tool may ask for the count itself."""
    if not isinstance(answer, Answer) or tool.form.field(answer.field).kind != "rate":
        return False
    return not any(quantity.percent or quantity.share for quantity in quantities(answer.raw))


def one_shot(text: str, library: Library) -> list[Command]:
    """A calculation whose figures stand in the message: the tool they fit best, and the answers."""
    found = [quantity for quantity in quantities(text) if not quantity.weak]
    if not FEWEST_FIGURES <= len(found) <= MOST_FIGURES:
        return []
    wanted = {match.key[1]: match.score for match in library.index.best(text, "start", whole=False)}
    named = tool_named(text, library) or tool_about(text, library, plainly=True)
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
        score += NAMED_HELPS if tool.name == named else 0.0
        score -= LEFT_OVER * (len(found) - len({answer.raw for answer in answers}))
        score -= COUNT_FOR_SHARE * sum(_is_count_for_share(answer, tool) for answer in answers)
        if score > best[0]:
            commands = _trusted(commands, answers, found)
            wish = Start(tool.name, name_hint(text), False, wanted.get(tool.name, 0.0), _is_complete(tool, commands))
            best = (score, [wish, *commands])
    return best[1] if best[0] >= ONE_SHOT_FROM else []
