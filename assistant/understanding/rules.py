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
    Ambiguous,
    Answer,
    Ask,
    Command,
    Compare,
    Reading,
    Rename,
    Resume,
    Simple,
    Start,
    Unclear,
    WhatIf,
)
from assistant.conversation import MERE_GUESS, Conversation
from assistant.understanding.answers.choices import choices_named
from assistant.understanding.answers.facts import best_fact, open_fact, open_reply
from assistant.understanding.answers.judging import topic_only
from assistant.understanding.answers.statements import names_outright
from assistant.understanding.changes.changing import another_case, back_to_figure, currency_said, refined, restated
from assistant.understanding.changes.corrections import answers_in, turned_around, without_opening
from assistant.understanding.context.at_hand import as_with_the_one_before, taken_up, wishes_to_go_through
from assistant.understanding.context.cases import case_facts, with_case
from assistant.understanding.context.channels import called_by_channel, in_known_currency, other_channel
from assistant.understanding.context.clausewise import (
    answered_by_themselves,
    by_clause,
    meaning_of,
    several_not_known,
    states_all_the_same,
    status_of,
    tells_not_knowing,
    what_is_known,
    whether_not_known,
    why_field,
)
from assistant.understanding.context.doubts import doubt_settled
from assistant.understanding.context.leftovers import leftover, supposition, under_asked_condition
from assistant.understanding.context.questions import is_off_topic, question_commands, without_record
from assistant.understanding.context.replies import short_reply
from assistant.understanding.context.switching import other_tool, without_looks_at_nothing
from assistant.understanding.context.turning import candidates_told, turned_to, weighed_now, without_named
from assistant.understanding.context.unsure import doubt_apart, with_doubt
from assistant.understanding.examples import Library, load_library
from assistant.understanding.numbers.settled import concluded
from assistant.understanding.segments import Sentence, changes_a_value, clauses, sentences
from assistant.understanding.situation import Situation, situation_of
from assistant.understanding.spelling import Speller, drawn_in, in_hebrew_letters, spelt_out, units_spelt_out
from assistant.understanding.steering import intents
from assistant.understanding.steering.called import name_hint
from assistant.understanding.steering.guarded import asks_what_changes, orders_the_method, takes_own_weights
from assistant.understanding.steering.likely import chance_of_telling, likely_intent, likely_part
from assistant.understanding.steering.orders import field_asked_about, hands_over, order_beside, ordered, recalled
from assistant.understanding.steering.outcomes import (
    asks_outcome,
    asks_reason,
    asks_whether,
    asks_which_of_them,
    concludes,
    drops_the_rest,
    figures_asked,
    has_said_all,
    only_a_figure,
)
from assistant.understanding.steering.plans import planned_next, with_plan
from assistant.understanding.steering.starting import start_for
from assistant.understanding.words.matching import Embed
from assistant.understanding.words.phrases import is_negated, level_in, phrase_set
from assistant.understanding.words.text import clean, language_of, reads_like_code, tokens
from tools.tool import Tool

SOCIAL = ("greeting", "thanks", "goodbye")
THUMBS = {"👍": "yes", "👎": "no"}
ALONE = ("abilities", "help")  # beside other sentences they are questions about those
GUESSED_BELOW = 0.6
TOLD, SURELY_TOLD = 0.6, 0.9  # chance from which a word for a language or a file, and what is near an order, is none
NEARLY_ITS_OWN = 0.95  # nearness to an authored order that settles it, whatever else is told so
PLAIN_INTENT, LIKELIER = 0.8, 0.75  # nearness that stands; chance from which another intent is taken
SURE_REPLY = 0.85  # "מי יודע" opens like a question and is none
OPEN_FACT_BEATS = 0.8  # a status less sure than this yields to an authored answer of the open question
PLAIN_LEVEL = 0.95
REPAIRED_TRUST = 0.93
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
        cleaned = drawn_in(cleaned, lambda word: self._speller.knows(word))
        typed, cleaned = cleaned, spelt_out(in_hebrew_letters(THUMBS.get(text.strip()[:1], cleaned)))
        cleaned = units_spelt_out(cleaned, lambda word: self._speller.knows(word))
        if not any(token.kind != "sign" for token in tokens(cleaned)):
            return Reading((Simple("empty"),), language)
        library = self._library
        commands = read_message(situation_of(cleaned, state, library, self._today()))
        if not _understood(commands, state) or _may_be_misspelt(commands, state):
            for repaired in (self._speller.repaired(cleaned), self._speller.in_other_layout(cleaned)):
                new = repaired not in ("", cleaned)
                again = read_message(situation_of(repaired, state, library, self._today())) if new else []
                clearer = _sureness(again) > _sureness(commands)
                sure = _understood(again, state) or _says_nothing(commands)
                if again and clearer and sure and not _may_be_misspelt(again, state):
                    commands = [_as_said(command, cleaned) for command in again]
                    language = language_of(repaired, state.language)
                    break
        commands = [self._narrowed(command, cleaned, state) for command in commands] or [Unclear(typed[:200])]
        told, named = candidates_told([_in_own_words(command, typed) for command in commands], typed, state)
        return Reading(tuple(told), language, named)

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
    return state.record is None and all(isinstance(c, Ask) or c == Simple("off_topic") for c in commands)


def _sureness(commands: list[Command]) -> float:
    """How sure the surest answer of a reading is; a clear command is surer than any guess."""
    sure = [c.confidence if isinstance(c, Answer) else 0.0 if isinstance(c, (Unclear, Ask)) else 0.9 for c in commands]
    return max(sure, default=0.0)


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
    if refused := _not_obeyed(parts, here):
        return refused
    parts, unsure = doubt_apart(parts, here)
    commands = with_doubt(_read(parts, here), unsure, here)
    turned = turned_to(commands, here, _read) or other_channel(commands, here, _read)
    if intents.just_supposed(here) and phrase_set("on_top").find(tokens(here.text)) >= 0:
        commands = [replace(c, on_top=True) if isinstance(c, WhatIf) else c for c in commands]
    commands = weighed_now(commands, here)
    return in_known_currency(called_by_channel(turned or commands, here.text), here.state)


def _read(parts: list[Sentence], here: Situation) -> list[Command]:
    """The commands of the sentences of a message that orders nothing forbidden."""
    if len(parts) == 1 and here.state.pending and not recalled(parts[0], here) and asks_outcome(parts[0], here):
        return [Simple("result")]  # "sales or marketing?" settles no doubt
    settled, parts = doubt_settled(parts, here, _read_one)
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
        steered = _steered(part, here)
        if isinstance(steered, Simple) and steered.word in SOCIAL:
            social.append(steered)
        elif isinstance(steered, Simple) and steered.word in ALONE and len(parts) - len(social) > 1:
            asked.append(part)
        elif steered is not None:
            commands += intents.spoken_in(steered, part)
        elif part.asked and not part.supposed and not states_all_the_same(part, here):
            asked.append(part)
        else:
            commands = concluded(part.words, commands, _stated(part, here))
    commands = _with_own_weights(_without_guesses(_with_denied(commands, here)), here)
    read = other_tool(parts, commands, here) or _with_questions(parts, commands, asked, social, here)
    return with_plan(read, parts, here)


def _read_one(part: Sentence, here: Situation) -> list[Command]:
    """One sentence that is no question, as an order or a statement."""
    steered = _steered(replace(part, asked=False), here)
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
    if drops_the_rest(here):
        return [Simple("enough")]
    return (_at_once(parts[0], here) if len(parts) == 1 else []) or another_case(here.text, here)


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
    if here.subject is not None and _wants_result(part, here):
        return [Simple("result")]
    if asks_reason(part, here):
        return [Simple("result", part="reasons")]
    replied = short_reply(part, here) or currency_said(part, here) or back_to_figure(part, here)
    return replied or restated(part, here) or refined(part, here)


def _wants_result(part: Sentence, here: Situation) -> bool:
    """Whether a sentence is for the result, which also shows what would change it."""
    asks = _only_prods(part) or asks_what_changes(part.text) or only_a_figure(part, here)
    return asks or asks_outcome(part, here) or has_said_all(part, here) or concludes(part, here)


def _only_prods(part: Sentence) -> bool:
    """ "So?", "נו?": nothing but a wish to know where it stands."""
    words = tuple(word for word in part.words if word.kind != "sign")
    return bool(words) and part.marked and phrase_set("prodding").at(words, 0) == len(words)


def _without_breath(parts: list[Sentence]) -> list[Sentence]:
    """The sentences without a "hold on," before the others."""
    opening = phrase_set("turning_open")
    lengths = [opening.at(part.words, 0) if part.words else 0 for part in parts]
    return [p for p, n in zip(parts, lengths, strict=True) if len(parts) == 1 or not n or n < len(p.words) - 1]


def _with_denied(commands: list[Command], here: Situation) -> list[Command]:
    """ "Not a competitor. A possible customer": another choice in a message that denies the one stored corrects it."""
    record, context = here.subject, here.context
    if record is None or context is None:
        return commands
    denied = [clause for clause in clauses(here.text) if is_negated(clause)]
    found: list[Command] = []
    for command in commands:
        given = record.answers.get(command.field) if isinstance(command, Answer) and not command.corrects else None
        if given is not None and isinstance(command, Answer) and given.value != command.value:
            field = context.tool.form.field(command.field)
            named = field.kind == "choice" and any(given.value in choices_named(c, field, context) for c in denied)
            command = replace(command, corrects=True) if named else command
        found.append(command)
    return found


def _without_guesses(commands: list[Command]) -> list[Command]:
    """The commands without what was merely guessed of one sentence where another one says something surely."""
    answers = [command for command in commands if isinstance(command, Answer)]
    if not any(answer.confidence >= GUESSED_BELOW for answer in answers):
        return commands
    return [c for c in commands if not isinstance(c, Answer) or c.status != "answered" or c.confidence > MERE_GUESS]


def _with_own_weights(commands: list[Command], here: Situation) -> list[Command]:
    """Weights of one's own are told to be used."""
    told = [c for c in commands if isinstance(c, Answer)]
    if not told or not takes_own_weights(here):
        return commands
    others = [c for c in commands if not isinstance(c, Answer) or c.field != "weight_set"]
    return [Answer("weight_set", "user", here.text[:200], tool=told[0].tool), *others]


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
    return with_case(parts, read, here) if here.record is None else read


def _circumstance(part: Sentence, commands: list[Command]) -> bool:
    return not any(getattr(command, "raw", None) == part.text for command in commands)


def _steered(part: Sentence, here: Situation) -> Command | None:
    """The command a sentence is, if it is one rather than an answer to the open question."""
    if len(part.words) > intents.LONGEST_COMMAND or several_not_known(part, here):
        return None
    if here.context is not None and (changes_a_value(part.words) or names_outright(part.text, here.context)):
        return None  # "budget? forget it", "that too is ours" order nothing
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
        return None
    if not part.asked and _answers_better(intent, part.text, here):
        return None
    return _of_what_is_named(intent.name, part, here) or _command_of(intent, part, here)


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
    if here.subject is not None and _wants_result(part, here):
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
    if intents.carries_figures(part.text) and intent.name not in ("compare", "resume", "delete", "restart"):
        return None
    return intents.command_for(intent.name, part.text, here.state, here.library)


def _takes_back(part: Sentence, here: Situation) -> bool:
    """Whether "בטל" alone, right after something was noted, takes that back and does not close the assessment."""
    if here.record is None or not part.words or phrase_set("take_back").at(part.words, 0) < len(part.words):
        return False
    return any(given.turn >= here.state.turn - 1 for given in here.record.answers.values())


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


def tidy(commands: list[Command], social: list[Command]) -> list[Command]:
    """Without doubles; unclear pieces count only when nothing else was understood."""
    asks = [c for c in commands if isinstance(c, Ask)]
    if len(asks) > 1:
        whole = replace(asks[0], text=" ".join(a.text for a in asks), original=" ".join(a.original for a in asks))
        commands = [whole if c is asks[0] else c for c in commands if not isinstance(c, Ask) or c is asks[0]]
    starts = [c for c in commands if isinstance(c, Start)]
    commands = [c for c in commands if not isinstance(c, Start) or c is starts[0]]
    if asks:
        commands = [c for c in commands if c != Simple("where")]  # "before I answer: …?" comes back to the question
    clear = [c for c in commands if not isinstance(c, Unclear) or c.readings]
    unique: dict[str, Command] = {}
    for command in clear or commands[:1] or social[:1]:
        first = unique.setdefault(_identity(command), command)
        if isinstance(command, Answer) and isinstance(first, Answer) and command is not first:
            unique[_identity(command)] = _of_two(first, command)
    return list(unique.values())


def _of_two(first: Answer, again: Answer) -> Answer:
    """What two sentences say of one question: surer where they agree, to be confirmed where they surely do not."""
    if (again.value, again.status) == (first.value, first.status):
        return replace(first, confidence=max(first.confidence, again.confidence))
    surely = first.status == again.status == "answered" and min(first.confidence, again.confidence) >= GUESSED
    return replace(again, confidence=GUESSED_BELOW - 0.1) if surely else first


def _identity(command: Command) -> str:
    if isinstance(command, Ambiguous):
        return "field " + command.options[0].field
    field = getattr(command, "field", "") if not isinstance(command, Simple) else ""
    return "field " + field if field else repr(command)
