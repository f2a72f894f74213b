"""Words to commands without a language model.

A message is cleaned, cut into sentences, and each sentence is read for what it can be in this state:
steering, a question, a supposition, a correction, facts for the open record, or a wish to begin a tool.
What stays unclear is returned as such; the product asks and does not guess. Only when nothing was
understood is the message read again with its spelling or its keyboard layout repaired.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial

from assistant.commands import (
    Answer,
    Ask,
    Command,
    Compare,
    Reading,
    Simple,
    Start,
    Unclear,
    WhatIf,
)
from assistant.conversation import Conversation
from assistant.understanding.answers.contrasts import only_seems
from assistant.understanding.answers.judging import topic_only
from assistant.understanding.answers.reconciling import DOUBTED, LEVELS, reconciled
from assistant.understanding.answers.summing_up import closed_by
from assistant.understanding.changes.changing import another_case, back_to_figure, currency_said, refined, restated
from assistant.understanding.changes.corrections import answers_in, turned_around
from assistant.understanding.context.at_hand import as_with_the_one_before, taken_up, wishes_to_go_through
from assistant.understanding.context.cases import case_facts, with_case
from assistant.understanding.context.channels import called_by_channel, in_known_currency, other_channel
from assistant.understanding.context.clausewise import (
    answered_by_themselves,
    by_clause,
    several_not_known,
    states_all_the_same,
    tells_not_knowing,
    what_is_known,
    whether_not_known,
)
from assistant.understanding.context.doubts import doubt_settled
from assistant.understanding.context.gathered import tidy, with_denied, with_own_weights, without_guesses
from assistant.understanding.context.leftovers import (
    in_own_words,
    leftover,
    reason_given,
    supposition,
    under_asked_condition,
)
from assistant.understanding.context.questions import (
    begun_as_wished,
    is_off_topic,
    question_commands,
    without_record,
)
from assistant.understanding.context.replies import reading_picked, short_reply
from assistant.understanding.context.steered import order_in, wants_result
from assistant.understanding.context.switching import other_tool, without_looks_at_nothing
from assistant.understanding.context.turning import (
    candidates_told,
    taken_up_as_a_whole,
    turned_to,
    weighed_now,
    without_named,
)
from assistant.understanding.context.unsure import doubt_apart, with_doubt
from assistant.understanding.examples import Library, load_library
from assistant.understanding.numbers.settled import concluded
from assistant.understanding.segments import Sentence, sentences
from assistant.understanding.situation import Situation, situation_of
from assistant.understanding.spelling import Speller, drawn_in, in_hebrew_letters, spelt_out, units_spelt_out
from assistant.understanding.steering import intents
from assistant.understanding.steering.called import name_hint
from assistant.understanding.steering.guarded import orders_the_method
from assistant.understanding.steering.likely import likely_part
from assistant.understanding.steering.orders import field_asked_about, order_beside, recalled
from assistant.understanding.steering.outcomes import (
    asks_outcome,
    asks_reason,
    asks_whether,
    asks_which_of_them,
    drops_the_rest,
    figures_asked,
)
from assistant.understanding.steering.plans import planned_next, with_plan
from assistant.understanding.steering.starting import start_for
from assistant.understanding.steering.wishing import is_order, is_wish, wants_explained
from assistant.understanding.words.matching import Embed
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Language, clean, language_of, plainly_punctuated, reads_like_code, tokens
from tools.tool import Tool

SOCIAL = ("greeting", "thanks", "goodbye")
THUMBS = {"👍": "yes", "👎": "no"}
ALONE = ("abilities", "help")  # beside other sentences they are questions about those
REPAIRED_TRUST = 0.9
LONGEST_THANKS = 9  # words, signs included
LONGEST_MIXED_UP = 11  # words, signs included
GUESSED = 0.7  # answers up to here may be guesses: a repaired reading may be surer


class RuleInterpreter:
    """Proposes commands from rules, authored examples and, where given, sentence vectors."""

    def __init__(
        self,
        tools: Mapping[str, Tool] | Iterable[Tool],
        embed: Embed | None = None,
        library: Callable[[], Library] | None = None,
        today: Callable[[], dt.date] = dt.date.today,
    ) -> None:
        """`today` is what "tomorrow" is counted from.

        `library` gives the indexed examples when they are first needed; default: made from `tools`."""
        listed = tools.values() if isinstance(tools, Mapping) else tools
        self._tools = {tool.name: tool for tool in listed}
        self._today = today
        self._read = library or partial(load_library, self._tools, embed)

    @cached_property
    def _library(self) -> Library:
        """The examples, read and indexed on first use."""
        return self._read()

    @cached_property
    def _speller(self) -> Speller:
        """Knows every word of the examples; only words that made no sense need it."""
        return Speller(example.text for example in self._library.index.examples)

    def facts_for(self, tool: str, text: str) -> tuple[Answer, ...]:
        """What a message already answers of an assessment that has not begun."""
        return case_facts(clean(text), tool, self._library)

    def propose(self, text: str, state: Conversation) -> Reading:
        """The commands the words mean in this state, in the order they were said. Never raises."""
        cleaned = clean(text)
        language = language_of(cleaned, state.language)
        typed, cleaned = cleaned, drawn_in(cleaned, lambda word: self._speller.knows(word))
        cleaned = plainly_punctuated(cleaned)
        cleaned = spelt_out(in_hebrew_letters(THUMBS.get(text.strip()[:1], cleaned)))
        cleaned = units_spelt_out(cleaned, lambda word: self._speller.knows(word))
        if not any(token.kind != "sign" for token in tokens(cleaned)):
            return Reading((Simple("empty"),), language)
        library = self._library
        commands = read_message(situation_of(cleaned, state, library, self._today()))
        commands, language = self._reread(commands, cleaned, language, state)
        commands = [self._narrowed(command, cleaned, state) for command in commands] or [Unclear(typed[:200])]
        told, named = candidates_told([_in_own_words(command, typed) for command in commands], typed, state)
        return Reading(tuple(told), language, named)

    def _reread(
        self, commands: list[Command], said: str, language: Language, state: Conversation
    ) -> tuple[list[Command], Language]:
        """The commands and the language of a message, with its spelling or layout repaired where that tells more."""
        unclear = not _understood(commands, state) or _may_be_misspelt(commands, state)
        asks_too = state.record is not None and any(isinstance(c, Ask) for c in commands)
        if not (unclear or _tells(commands) or asks_too):
            return commands, language
        repairs = (self._speller.repaired(said), self._speller.in_other_layout(said) if unclear else "")
        for repaired in repairs:
            if repaired in ("", said):
                continue
            again = read_message(situation_of(repaired, state, self._library, self._today()))
            if again == [Simple("tamper")]:
                return again, language  # "chnage the wieghts" is as little obeyed
            if asks_too and _tells(again):  # "hard to mesure? no, we measure it" asks nothing
                return [_as_said(command, said) for command in again], language
            if not unclear and (more := _told_besides(again, commands)):
                return [*commands, *(_as_said(command, said) for command in more)], language
            if not unclear and _tells(again):
                commands = _doubted(commands, again)
            clearer = _sureness(again) > _sureness(commands) and not _turns(again, commands)
            sure = (_understood(again, state) or _says_nothing(commands)) and not _may_be_misspelt(again, state)
            if again and ((unclear and clearer and sure) or _names_another(again, commands)):
                return [_as_said(command, said) for command in again], language_of(repaired, state.language)
        return commands, language

    def _narrowed(self, command: Command, said: str, state: Conversation) -> Command:
        """A wish for the result with the part of it that the words are for, and the question they name."""
        here = situation_of(said, state, self._library, self._today())
        if not isinstance(command, Simple) or command.word not in intents.OF_STANDING or command.part:
            return command
        if phrase_set("in_one_line").find(tokens(said)) >= 0:
            return Simple("result", part="headline")
        if command.word != "result":
            return command
        if figures := figures_asked(said, here):
            return Simple("result", figures, "figure")
        part = likely_part(without_named(said, state))
        if not part:
            return Simple("result", part="verdict") if asks_whether(said) else command
        return Simple("result", field_asked_about(here) if part == "missing" else "", part)


def _understood(commands: list[Command], state: Conversation) -> bool:
    """Whether reading on is needless: something was understood, or it is a question to look up."""
    doubtful = all(
        (isinstance(command, Unclear) and not command.readings)
        or (isinstance(command, Answer) and command.confidence <= GUESSED)
        for command in commands
    )
    looked_up = len(commands) == 1 and isinstance(commands[0], Ask) and len(tokens(commands[0].text)) <= 4
    return bool(commands) and not doubtful and not looked_up


def _says_nothing(commands: list[Command]) -> bool:
    """Whether nothing at all was made out: then even a doubtful reading of the repaired words is worth asking about."""
    return all(isinstance(command, Unclear) and not command.readings for command in commands)


def _may_be_misspelt(commands: list[Command], state: Conversation) -> bool:
    """Whether a message while nothing is open was taken for a question or for small talk only."""
    offers = [c for c in commands if not (isinstance(c, Start) and c.only_offer)]
    return state.record is None and all(isinstance(c, Ask) or c == Simple("off_topic") for c in offers)


def _sureness(commands: list[Command]) -> float:
    """How sure the surest answer of a reading is; a clear command is surer than any guess."""
    return max(map(_sureness_of, commands), default=0.0)


def _sureness_of(command: Command) -> float:
    if isinstance(command, Answer):
        return command.confidence
    return 0.0 if isinstance(command, (Unclear, Ask)) or (isinstance(command, Start) and command.only_offer) else 0.9


def _tells(commands: list[Command]) -> bool:
    """Whether a message tells answers and nothing else: a misspelt word may hide another one."""
    return bool(commands) and all(isinstance(command, Answer) for command in commands)


def _told_besides(again: list[Command], commands: list[Command]) -> list[Command]:
    """What repaired words tell beside all that the words as they stand tell; empty where they tell it otherwise."""
    said, before = ({(c.field, str(c.value)) for c in of if isinstance(c, Answer)} for of in (again, commands))
    if not (_tells(again) and _tells(commands) and said > before):
        return []
    return [c for c in again if isinstance(c, Answer) and (c.field, str(c.value)) not in before]


def _doubted(commands: list[Command], again: list[Command]) -> list[Command]:
    """The commands, the answers to be confirmed that the repaired words turn around ("our events, we stoped those")."""
    told = [c for c in again if isinstance(c, Answer) and c.value in LEVELS]  # "the fourth" is no slip of "forty"
    turned = {c.field for c in told if _turns([c], commands)}
    return [
        replace(c, confidence=min(c.confidence, DOUBTED)) if isinstance(c, Answer) and c.field in turned else c
        for c in commands
    ]


def _put_aside(commands: list[Command]) -> frozenset[str]:
    """The questions that are not known or passed over: which one may be misspelt ("dunno abt the budgt")."""
    return frozenset(c.field for c in commands if isinstance(c, Answer) and c.status != "answered")


def _names_another(again: list[Command], commands: list[Command]) -> bool:
    """Whether repaired words put aside another question than the words as they stand."""
    aside, before = _put_aside(again), _put_aside(commands)
    return bool(aside and before) and aside.isdisjoint(before)


def _turns(again: list[Command], commands: list[Command]) -> bool:
    """Whether repaired words say another value of a question that the words as they stand answer ("coast", "cost")."""
    said = {c.field: c.value for c in commands if isinstance(c, Answer)}
    return any(isinstance(c, Answer) and c.field in said and c.value != said[c.field] for c in again)


def _in_own_words(command: Command, typed: str) -> Command:
    """An answer quotes what was typed: all of it where the words it was read from were short forms."""
    if not isinstance(command, Answer) or _is_quoted(command.raw, typed):
        return command
    return replace(command, raw=typed)


def _is_quoted(raw: str, typed: str) -> bool:
    """Whether the words of an answer stand in the message as whole words ("40 אחוז" is none of "40 אחוזז")."""
    place = typed.find(raw)
    return place >= 0 and not (raw[-1:].isalpha() and typed[place + len(raw) : place + len(raw) + 1].isalpha())


def _as_said(command: Command, said: str) -> Command:
    """A command of a repaired message quotes the person's own words and is trusted a little less."""
    if isinstance(command, Start) and command.name:
        return replace(command, name=name_hint(said))  # a name is never repaired
    if not isinstance(command, Answer):
        return command
    trust = 0.5 if isinstance(command.value, (dict, str)) and str(command.value)[:1].isdigit() else REPAIRED_TRUST
    return replace(command, raw=said, confidence=round(command.confidence * trust, 2))


def read_message(here: Situation) -> list[Command]:
    """The commands of one message in its situation."""
    parts = sentences(here.text)
    parts = [part for part in parts if not _only_sighs(part)] or parts
    if refused := _not_obeyed(parts, here):
        return refused
    parts, unsure = doubt_apart(parts, here)
    commands = with_doubt(_read(parts, here), unsure, here)
    turned = turned_to(commands, here, _read) or other_channel(commands, here, _read)
    turned = turned or taken_up_as_a_whole(commands, here, _read)
    if intents.just_supposed(here) and phrase_set("on_top").find(tokens(here.text)) >= 0:
        commands = [replace(c, on_top=True) if isinstance(c, WhatIf) else c for c in commands]
    commands = weighed_now(commands, here)
    return in_known_currency(called_by_channel(turned or commands, here.text), here.state)


def _read(parts: list[Sentence], here: Situation) -> list[Command]:
    """The commands of the sentences of a message that orders nothing forbidden."""
    if len(parts) == 1 and here.state.pending and not recalled(parts[0], here) and asks_outcome(parts[0], here):
        return [Simple("result")]  # "sales or marketing?" settles no doubt
    settled, parts = _settled(parts, here)
    if not settled and (whole := _as_a_whole(parts, here)):
        return whole
    commands, parts = answered_by_themselves(parts, here)
    commands = [*settled, *commands]
    if not parts:
        return commands
    asked: list[Sentence] = []
    social: list[Command] = []
    for part in _without_breath(parts):
        part = replace(part, asked=False) if part.asked and tells_not_knowing(part) else part
        steered = order_in(part, here)
        if isinstance(steered, Simple) and steered.word in SOCIAL:
            social.append(steered)
        elif isinstance(steered, Simple) and steered.word in ALONE and len(parts) - len(social) > 1:
            asked.append(part)
        elif steered is not None:
            commands += intents.spoken_in(steered, part)
        elif part.asked and not part.supposed and not states_all_the_same(part, here):
            asked.append(part)
        elif commands and (closed := closed_by(part.text, commands[-1], here.context)):
            commands = [*commands[:-1], closed]
        else:
            commands = concluded(part.words, commands, _stated(part, here))
    commands = with_own_weights(without_guesses(with_denied(commands, here)), here)
    thanked = [] if asked else _only_thanks(commands, social, here)
    read = thanked or other_tool(parts, commands, here) or _with_questions(parts, commands, asked, social, here)
    return with_plan(read, parts, here)


def _only_thanks(commands: list[Command], social: list[Command], here: Situation) -> list[Command]:
    """The thanks of a message that orders nothing beside them ("thanks, that helped"), empty for any other."""
    helped = phrase_set("having_helped").find(tokens(here.text)) >= 0
    idle = all(isinstance(c, Unclear) or (helped and c in (Simple("help"), Simple("abilities"))) for c in commands)
    return social if social == [Simple("thanks")] and commands and idle else []


def _settled(parts: list[Sentence], here: Situation) -> tuple[list[Command], list[Sentence]]:
    """What a message settles of what we asked before it says anything else, and the sentences still to be read."""
    settled, rest = doubt_settled(parts, here, _read_one)
    return (settled, rest) if settled else reading_picked(parts, here)


def _read_one(part: Sentence, here: Situation) -> list[Command]:
    """One sentence that is no question, as an order or a statement."""
    steered = order_in(replace(part, asked=False), here)
    return [steered] if steered is not None else _stated(part, here)


def _not_obeyed(parts: list[Sentence], here: Situation) -> list[Command]:
    """What a message is that orders what no words can order, or that is code."""
    if any(orders_the_method(part, here) for part in parts):
        return [Simple("tamper")]
    if reads_like_code(here.text) and not any(part.asked for part in parts):
        return [Unclear(here.text[:200])]
    return []


def _as_a_whole(parts: list[Sentence], here: Situation) -> list[Command]:
    """What a message is all together and not sentence by sentence: a short reply, a whole case."""
    if _thanks_for_it(here):
        return [Simple("thanks")]
    if drops_the_rest(here):
        return [Simple("enough")]
    return (_at_once(parts[0], here) if len(parts) == 1 else []) or another_case(here.text, here)


def _thanks_for_it(here: Situation) -> bool:
    """ "Thanks, that's all I needed" beside a calculation: an interview would end with what it has."""
    words = tokens(here.text)
    calculated = here.context is not None and here.context.tool.at_once
    thanks = bool(words) and phrase_set("thanking").at(words, 0) > 0 and len(words) <= LONGEST_THANKS
    return calculated and thanks and phrase_set("having_helped").find(words) >= 0 and "?" not in here.text


def _at_once(part: Sentence, here: Situation) -> list[Command]:
    """What a message of one sentence is by what was asked or said before."""
    if next_one := planned_next(part, here):
        return [next_one]
    if wishes_to_go_through(part, here):
        return [Simple("go_on")]
    if (noted := recalled(part, here)) is not None:
        return [noted]
    if asks_which_of_them(part, here):
        return [Compare()]
    if here.subject is not None and wants_result(part, here):
        return [Simple("result")]
    if asks_reason(part, here):
        return [Simple("result", part="reasons")]
    replied = short_reply(part, here)
    if replied:  # "we make a profit on them, and yes, we matter to them"
        return reconciled(replied, part.text, here.context) if here.context is not None else replied
    return currency_said(part, here) or back_to_figure(part, here) or restated(part, here) or refined(part, here)


def _without_breath(parts: list[Sentence]) -> list[Sentence]:
    """The sentences without a "hold on," before the others, and without a "well, in short," before a question."""
    opening = phrase_set("turning_open")
    lengths = [opening.at(part.words, 0) if part.words else 0 for part in parts]
    left = [p for p, n in zip(parts, lengths, strict=True) if len(parts) == 1 or not n or n < len(p.words) - 1]
    left = [p for p in left if p is left[-1] or not _only_mixed_up(p)]
    left = [p for p, after in zip(left, [*left[1:], None], strict=True) if after is None or not _only_seems(p, after)]
    return left[1:] if len(left) > 1 and left[1].asked and _leads_up(left[0]) else left


def _only_mixed_up(part: Sentence) -> bool:
    """ "Sorry, mixed him up with somebody else.": what follows is said of the right one."""
    mixed = phrase_set("mixing_up").find(part.words)
    return mixed >= 0 and len(part.words) <= LONGEST_MIXED_UP and not part.asked


def _only_sighs(part: Sentence) -> bool:
    """ "They see us as a supplier. חבל", "we don't get there. At all.": a sentence that says nothing of its own."""
    words = tuple(word for word in part.words if word.kind != "sign")
    if not words or part.marked:
        return False
    return phrase_set("sighing").at(words, 0) == len(words) or intents.only_says_how_long(part.text)


def _only_seems(part: Sentence, after: Sentence) -> bool:
    """ "On paper an agency. In reality they buy in their own name": the second sentence sets the first right."""
    return not (part.asked or after.asked) and only_seems(part.text, after.text)


def _leads_up(part: Sentence) -> bool:
    """Whether a sentence is nothing but a word or two before what comes."""
    known = [phrase_set(name) for name in ("around_next", "before_question")]
    said = tuple(word for word in part.words if word.kind != "sign")
    at = 0
    while at < len(said) and (length := max(words.at(said, at) for words in known)):
        at += length
    return at == len(said)


def _with_questions(
    parts: list[Sentence], commands: list[Command], asked: list[Sentence], social: list[Command], here: Situation
) -> list[Command]:
    """The commands with what the questions of the message ask for, and with the case it tells."""
    if not here.state.pending and len(parts) > 1:
        commands = [c for c in commands if c not in (Simple("yes"), Simple("no"))]  # they reply to nothing
    facts = [c for c in commands if not isinstance(c, (Simple, Unclear))]
    if asked and here.record is None:
        commands = [c for c in commands if not isinstance(c, (Ask, Start, Unclear))]
        asked = [part for part in parts if part in asked or _circumstance(part, commands)] if facts else asked
    read = without_looks_at_nothing(tidy(commands + question_commands(asked, here, bool(facts)), social), here)
    if here.record is not None:
        return read
    read = with_case(parts, read, here)
    ordered = [part for part in parts if part not in asked and is_wish(part) and is_order(part)]
    wished = asked and ordered and not any(map(wants_explained, ordered))
    return begun_as_wished(read) if wished else read  # "which of them do we use? Go through the checklist with me"


def _circumstance(part: Sentence, commands: list[Command]) -> bool:
    return not any(getattr(command, "raw", None) == part.text for command in commands)


def _stated(part: Sentence, here: Situation) -> list[Command]:
    alike, rest = as_with_the_one_before(part, here)
    if alike:
        return [*alike, *(_stated(rest, here) if rest is not None else ())]
    part = under_asked_condition(part, here)
    if here.record is not None and here.context is not None and (about := topic_only(part.text, here.context)):
        return [Unclear(part.text, field=about.id)]
    if part.supposed and (left := whether_not_known(part, here)) is not None:
        return [left]
    if part.supposed and here.context is not None:
        return supposition(part, here)
    if told := several_not_known(part, here) or what_is_known(part, here):
        return told
    if (reason := reason_given(part, here) or in_own_words(part, here)) is not None:
        return [reason]
    if here.context is not None and (found := by_clause(part, here) or answers_in(part, here)):
        order = order_beside(part, here)  # "they have budget, save it and I'll go on tomorrow"
        told = [turned_around(command, part, here) for command in found]
        return [*told, order] if order in (Simple("pause"), Simple("result"), Simple("summary")) else told
    if here.record is None:
        return taken_up(part, here) or without_record(part, here)
    start = start_for(part, here.library)
    if start is not None and start.tool != here.record.tool and start.confidence >= intents.STARTS_ANEW_FROM:
        return [start]
    return [Simple("off_topic") if is_off_topic(part.text, here) else leftover(part, here)]
