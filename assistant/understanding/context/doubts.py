"""What a message says to "did I understand rightly?" or "shall I change it?", and what it says besides.

A plain yes or no, also before other things ("yes, and he decides alone"); which of two values holds ("keep the
first", "the new one"); or the value itself, in as few words as if the field had just been asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.commands import Answer, Choose, Command, Simple
from assistant.understanding.answers.opinions import answer_chances
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.words.phrases import PLAIN_WORDS, level_in, phrase_set
from assistant.understanding.words.text import Token, tokens

SURE = 0.6
SURELY = 0.7  # nearness to an authored yes or no
TELLS_OF_ANOTHER = 0.6  # chance of an answer to another question
LONGEST_CHOICE = 7  # words that say which of two values holds
LONGEST_YES = 7  # words of a plain yes or no
LONGEST_VALUE = 7  # words of a reply that gives the value itself
LONGEST_OPENING = 3  # words of a yes or no before other things

Read = Callable[[Sentence, Situation], list[Command]]


def doubt_settled(parts: list[Sentence], here: Situation, read: Read) -> tuple[list[Command], list[Sentence]]:
    """The commands that settle what we asked to be confirmed, and the sentences still to be read."""
    asked = _asked(here)
    if not asked or not parts or parts[0].marked or intents.record_names(parts[0].text, here.state):
        return [], parts
    first, others = parts[0], parts[1:]
    at_doubt = _as_if_asked(here, asked[0]) if len(asked) == 1 else here
    if chosen := _which(first, asked, here):
        return [chosen], others
    if word := _verdict(first.text, here):
        return [Simple(word)], others  # type: ignore[arg-type]
    word, rest = _opening(first, here)
    if word:
        said = read(rest, at_doubt if word == "no" else _with_nothing_asked(here))
        if word == "no" and len(asked) == 1 and any(c.confidence < SURE for c in _of(asked[0], said)):
            whole = read(replace(first, corrects=False), at_doubt)  # "no, it isn't there yet": the "no" is half of it
            said = whole if any(c.confidence >= SURE for c in _of(asked[0], whole)) else said
        if word == "no" and _sets_another_right(said, asked, here):
            return [], parts  # "no, wrong, we would not lose profit" takes back another answer than the one in doubt
        same = word == "yes" or not _tells(said, asked)
        return [*([Simple(word)] if same else []), *(c for c in said if _adds(c, word, asked))], others  # type: ignore[arg-type]
    if len(asked) == 1 and (value := _value(first, asked[0], at_doubt, here, read)):
        return value, others
    return [], parts


def _asked(here: Situation) -> list[Answer]:
    """The values we asked about, where they are of the record being spoken of."""
    pending = here.state.pending or {}
    if pending.get("kind") != "answer" or here.subject is None or here.context is None:
        return []
    return [Answer(**data) for data in pending["answers"]] if pending["record"] == here.subject.id else []


def _as_if_asked(here: Situation, doubt: Answer) -> Situation:
    """The situation as if the field in doubt were the open question."""
    assert here.context is not None
    known = {name: value for name, value in (here.context.values or {}).items() if name != doubt.field}
    return replace(here, context=replace(here.context, open_field=doubt.field, values=known))


def _with_nothing_asked(here: Situation) -> Situation:
    assert here.context is not None
    return replace(here, context=replace(here.context, open_field=""))


def _which(part: Sentence, asked: Sequence[Answer], here: Situation) -> Command | None:
    """ "Keep the first", "the new one", "אל תשנה": which of two values holds; a place where several were asked."""
    if len(part.words) > LONGEST_CHOICE:
        return None
    if len(asked) > 1:
        place = intents.choice_in(part.text, True)
        return place if place is not None and abs(place.index) <= len(asked) else None
    assert here.subject is not None
    given = here.subject.answers.get(asked[0].field)
    if given is None or given.status != "answered":
        return None
    order = intents.nearest_intent(part.text, here.library)[:1]
    undoes = bool(order) and order[0].name == "undo" and order[0].score >= intents.STEERS_FROM
    if undoes and phrase_set("taking_back").find(part.words) >= 0:
        return Simple("no")  # "undo the last change" of what was only asked about
    keeps, takes = (phrase_set(name).find(part.words) >= 0 for name in ("keeping_old", "taking_new"))
    if keeps or takes:
        return Simple("no" if keeps else "yes")
    place = intents.choice_in(part.text, True)
    return None if place is None else _of_two(place)


def _of_two(place: Choose) -> Simple | None:
    return {1: Simple("no"), 2: Simple("yes"), -1: Simple("yes")}.get(place.index)


def _verdict(text: str, here: Situation) -> str:
    """ "yes" or "no" where that is all a text says, in one clause or in several ("no, don't"), else ""."""
    words = tokens(text)
    if not words or len(words) > LONGEST_YES or intents.carries_figures(text):
        return ""
    verdicts = {_of_clause(clause, here) for clause in clauses(text) or [text]}
    return verdicts.pop() if len(verdicts) == 1 else ""


def _of_clause(text: str, here: Situation) -> str:
    words = tokens(text)
    if any(phrase_set(name).at(words, 0) == len(words) for name in ("take_back", "letting_go")):
        return "no"  # "cancel that", "never mind": what was asked about, and not the whole assessment
    found = intents.nearest_intent(text, here.library)[:1]
    orders = intents.OF_RECORDS | intents.ENDING - {"discard"} | {"pause", "why"}
    if found and found[0].name in orders and found[0].score >= intents.STEERS_FROM:
        return ""  # "result please" is no "yes please"
    if phrase_set("level.carrying").find(words) >= 0:
        return ""  # "they do", "יש" tell the value: asked about a no, they are no yes
    if found and found[0].name in _MEANING and found[0].score >= SURELY:
        return _MEANING[found[0].name]
    level, sureness = level_in(text)
    if level not in ("yes", "no") or sureness < SURELY_PLAIN or _tells_of_another(text, words, here):
        return ""
    return level


def _tells_of_another(text: str, words: tuple[Token, ...], here: Situation) -> bool:
    """Whether words that deny or affirm surely answer a question not asked about ("nobody repairs it there")."""
    nobody = phrase_set("actor.nobody").at(words, 0) > 0  # "no one repairs it" opens with no "no"
    if here.context is None or (words[0].text in PLAIN_WORDS and not nobody):
        return False
    asked = {answer.field for answer in _asked(here)}
    (field, _), chance = max(answer_chances(text, here.context).items(), key=lambda item: item[1])
    return bool(field) and field not in asked and chance >= TELLS_OF_ANOTHER


_MEANING = {"yes": "yes", "promote": "yes", "no": "no", "discard": "no"}  # "note that", "no, forget it"
SURELY_PLAIN = 0.95


def _opening(part: Sentence, here: Situation) -> tuple[str, Sentence]:
    """The yes or no that a sentence opens with, and the sentence behind it; "" where it opens otherwise."""
    said = clauses(part.text)
    if len(said) > 1 and len(tokens(said[0])) <= LONGEST_OPENING and (word := _verdict(said[0], here)):
        rest = part.text[part.text.find(said[0]) + len(said[0]) :].lstrip(" ,.;:!-–")
        return word, replace(part, text=rest, asked=False, corrects=False)
    word = PLAIN_WORDS.get(part.words[0].text, "") if len(part.words) > 1 else ""
    word = "" if phrase_set("actor.nobody").at(part.words, 0) else word  # "no one repairs it"
    if word == "yes" or (word and _has_subject(part.words[1].text)):  # "no they do", but "no budget"
        return word, replace(part, text=part.text[part.words[1].start :], asked=False, corrects=False)
    return "", part


def _has_subject(word: str) -> bool:
    """Whether a word is the subject of what follows it, also with its verb ("he's")."""
    return phrase_set("subjects").at(tokens(word.partition("'")[0]), 0) > 0


def _tells(said: Sequence[Command], asked: Sequence[Answer]) -> bool:
    """Whether commands say of what was asked about something else than we read."""
    read = {answer.field: answer.value for answer in asked}
    told = [c for c in said if isinstance(c, Answer) and c.field in read]
    return any(c.status != "answered" or c.value != read[c.field] for c in told)


def _of(doubt: Answer, said: Sequence[Command]) -> list[Answer]:
    """What commands answer of the field in doubt."""
    return [c for c in said if isinstance(c, Answer) and c.field == doubt.field]


def _sets_another_right(said: Sequence[Command], asked: Sequence[Answer], here: Situation) -> bool:
    """Whether commands change another answer than the one in doubt, and say nothing of that one."""
    assert here.subject is not None
    told = [c for c in said if isinstance(c, Answer) and c.confidence >= SURE]
    if any(c.field in {answer.field for answer in asked} for c in told):
        return False
    given = here.subject.answers
    return any(c.field in given and c.value != given[c.field].value for c in told)


def _adds(command: Command, word: str, asked: Sequence[Answer]) -> bool:
    """Whether a command behind yes or no says more than that: another fact, or the value that holds instead."""
    if not isinstance(command, Answer):
        return False
    read = {answer.field: answer.value for answer in asked}
    if command.field in read:
        return command.value != read[command.field]
    return command.status != "answered" or command.confidence >= SURE


def _value(part: Sentence, doubt: Answer, at_doubt: Situation, here: Situation, read: Read) -> list[Command]:
    """The value of the field in doubt, said in as few words as if it had been asked ("only partly", "them, not us")."""
    if len(part.words) > LONGEST_VALUE:
        return []
    said = [c for c in read(part, at_doubt) if isinstance(c, Answer)]
    of_it = [c for c in said if c.field == doubt.field and (c.status != "answered" or c.confidence >= SURE)]
    if not of_it:
        return []
    elsewhere = [c for c in read(part, _with_nothing_asked(here)) if isinstance(c, Answer) and c.field != doubt.field]
    return [] if any(c.status != "answered" or c.confidence >= SURE for c in elsewhere) else list(of_it[:1])
