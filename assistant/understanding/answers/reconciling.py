"""What was read of a statement, held against what all examples together say of its clauses.

A reading by names, levels and doers knows one word of a clause and may miss the rest: "A local agency will do the
advertising for us" has "for us", and nobody of ours does it. And a clause in words that no list has is not lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import sqrt

from assistant.commands import Answer, Command
from assistant.understanding.answers.approaching import asks_who_turned
from assistant.understanding.answers.calibration import calibrated, overheard, signs_of_overheard
from assistant.understanding.answers.contrasts import without_less
from assistant.understanding.answers.doers import WHO, tells_of_a_third
from assistant.understanding.answers.opinions import OUT_OF_DOUBT, answer_chances, says_plainly, with_subject
from assistant.understanding.fields.fitting import NUMERIC, Context
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.segments import clauses
from assistant.understanding.words.matching import concept_of
from assistant.understanding.words.phrases import evidence_in, is_negated, not_known_at, phrase_set, quality_in
from assistant.understanding.words.text import tokens
from assistant.understanding.words.turns_of_phrase import denies_a_limit
from knowledge.hebrew import content_words

SURELY, HARDLY = 0.85, 0.2  # chances of another value, and of the one read, from which the other is taken
OVERHEARD_AT_ALL = 0.3  # chance from which an unread clause may say something
OVERHEARD_FROM = 0.43  # confidence, of an even chance, from which what an unread clause says is asked about
SAYS_SO = 0.6  # chance from which words beside a number say whether it is the right one
LISTED = 0.9  # chance of an answer in every clause from which they are read one by one
MOST_LISTED = 12  # clauses
DENIED_FROM, LONGEST_DENIAL = 0.4, 4  # chance and words of a denial behind what it sets right
LENGTHS_OF_TIME = ("day", "week", "month", "year")
SHORTEST = 3  # words of a clause that may have been missed; one less in a row of several
SEVERAL = 3  # clauses
LONGEST = 30  # words of a sentence whose whole is heard
DOUBTED = 0.5
LEVELS = ("yes", "no", "partly")

Key = tuple[str, str]  # (field, value)


def reconciled(found: Sequence[Command], text: str, context: Context) -> list[Command]:
    """What was read, with values replaced that the words surely do not say, and with clauses that were missed."""
    text = without_less(text)
    found = [_of_a_third(command, text, context) for command in found]
    told = [_held_against_words(_denied_behind(command, text, context), text, context) for command in found]
    told = [_in_part(command, text, context) for command in told]
    told = _clause_by_clause([_same_of_another(command, told, text) for command in told], text, context)
    told = [calibrated(c, context) if isinstance(c, Answer) and c not in found else c for c in told]
    told = [c for c in told if not _names_part_of_another(c, told, context)]
    return [_measured(command, context) for command in [*told, *_missed(told, text, context)]]


def _names_part_of_another(command: Command, told: Sequence[Command], context: Context) -> bool:
    """Whether a choice was read from a word of what surely answers another question, which was read as well.

    "By profit and mutual importance" says what they call strategic, and not that they make a profit.
    """
    if not isinstance(command, Answer):
        return False
    field = context.tool.form.field(command.field)
    if field.kind != "choice" or {choice.id for choice in field.choices} & WHO:
        return False
    said = [clause for clause in clauses(command.raw) if len(tokens(clause)) >= SHORTEST]
    key = (command.field, str(command.value))
    if any(answer_chances(clause, context).get(key, 0.0) >= SAYS_SO for clause in said):
        return False  # "we earn on them, and losing them would hurt our profit" says both
    for other in told:
        if not isinstance(other, Answer) or other.field == command.field:
            continue
        words = max(command.raw, other.raw, key=len)
        if command.raw in words and other.raw in words:
            chances = answer_chances(words, context)
            own = sum(_of_field(chances, command.field).values())
            if chances.get((other.field, str(other.value)), 0.0) >= SURELY and own < HARDLY / 2:
                return True
    return False


def _clause_by_clause(told: Sequence[Command], text: str, context: Context) -> list[Command]:
    """Where every clause surely answers a question of its own, what each says ("exhibitions yes, no blog").

    A list is plainer than anything that is read across its clauses.
    """
    said = _each_surely(text, context)
    if not said or not all(isinstance(command, Answer) and isinstance(command.value, str) for command in told):
        return list(told)
    read = {command.field: command for command in told if isinstance(command, Answer)}
    found: list[Command] = []
    for field, (value, words) in said.items():
        before = read.pop(field, None)
        if before is not None and before.value == value:
            found.append(replace(before, confidence=max(before.confidence, OUT_OF_DOUBT)))
        elif (context.values or {}).get(field) != value:
            found.append(_answer(field, value, words, OUT_OF_DOUBT, context))
    return [*found, *(command for command in read.values() if command.confidence >= OUT_OF_DOUBT)]


def _each_surely(text: str, context: Context) -> dict[str, tuple[str, str]]:
    """The value each clause surely gives a question of its own, with its words; empty where one does not."""
    pieces = clauses(text)
    leans = any(_leans_on_the_one_before(piece) for piece in pieces)
    if not 1 < len(pieces) <= MOST_LISTED or quantities(text) or leans:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for words in pieces:
        (field, value), chance = max(answer_chances(words, context).items(), key=lambda item: item[1])
        if not field or chance < LISTED or found.get(field, (value, ""))[0] != value:
            return {}
        if context.tool.form.field(field).kind == "choices":
            return {}
        found.setdefault(field, (value, words))
    return found if len(found) > 1 else {}


def _same_of_another(command: Command, told: Sequence[Command], text: str) -> Command:
    """ "Their volume is low and so is the profit": the value of the answer before for a clause that only repeats it."""
    if not isinstance(command, Answer) or not _leans_on_the_one_before(command.raw):
        return command
    levels = [other for other in told if isinstance(other, Answer) and other.value in LEVELS]
    before = [other for other in levels if text.find(other.raw) < text.find(command.raw)]
    if command.value not in LEVELS or not before:
        return command
    nearest = max(before, key=lambda other: text.find(other.raw))
    return replace(command, value=nearest.value, confidence=min(command.confidence, nearest.confidence))


def _leans_on_the_one_before(clause: str) -> bool:
    """Whether a clause says of its thing what the one before said of another ("and so is the gross profit")."""
    return phrase_set("same_of_another").at(tokens(clause), 0) > 0 and not is_negated(clause)


def _held_against_words(command: Command, text: str, context: Context) -> Command:
    if not isinstance(command, Answer) or command.status != "answered" or not isinstance(command.value, str):
        return command
    field = context.tool.form.field(command.field)
    if not field.choices or says_plainly(command.value, text) or any(map(denies_a_limit, clauses(text) or [text])):
        return command
    heard = [_of_field(answer_chances(words, context), field.id) for words in _words_of(command, text)]
    own = max((chances.get(command.value, 0.0) for chances in heard), default=0.0)
    if own < HARDLY / 2 and (rather := _of_another_question(command, text, context)) is not None:
        return rather
    others = {value: max(chances.get(value, 0.0) for chances in heard) for chances in heard for value in chances}
    others.pop(command.value, None)
    other = max(others, key=lambda value: others[value], default="")
    surely = other and others[other] >= SURELY and own < HARDLY
    return replace(command, value=other, confidence=OUT_OF_DOUBT) if surely else command


def _in_part(command: Command, text: str, context: Context) -> Command:
    """ "Script yes, objections nobody manages": partly, where one clause affirms a question and another denies it."""
    if not isinstance(command, Answer) or command.value not in ("yes", "no"):
        return command
    field = context.tool.form.field(command.field)
    if field.kind != "level" or says_plainly(command.value, text):
        return command
    heard = [answer_chances(clause, context) for clause in clauses(text) if len(tokens(clause)) > 1]
    sides = [max((chances.get((field.id, side), 0.0) for chances in heard), default=0.0) for side in ("yes", "no")]
    whole = answer_chances(text, context).get((field.id, "partly"), 0.0)
    both = min(sides) >= SAYS_SO and whole >= HARDLY / 2
    return replace(command, value="partly", raw=text, confidence=OUT_OF_DOUBT) if both else command


def _of_another_question(answer: Answer, text: str, context: Context) -> Answer | None:
    """What the words of an answer surely say of another question than the one it was read for; None where they do not.

    "With us a budget is nice to have, no condition" names the budget and tells the policy.
    """
    heard = [answer_chances(words, context) for words in _words_of(answer, text)]
    least = {key: min(chances.get(key, 0.0) for chances in heard) for key in heard[0]}
    (field, value), chance = max(least.items(), key=lambda item: item[1])
    surely = field and chance >= SAYS_SO and max(chances[field, value] for chances in heard) >= LISTED
    if not surely or field == answer.field:
        return None
    sure = OUT_OF_DOUBT if field == context.open_field else DOUBTED
    return _answer(field, value, answer.raw, sure, context)


def _of_a_third(command: Command, text: str, context: Context) -> Command:
    """A job that is said to be the partner's, somebody else's where "they" are one brought in just before."""
    if not isinstance(command, Answer) or command.value != "partner" or command.raw not in text:
        return command
    others = {choice.id for choice in context.tool.form.field(command.field).choices}
    third = others >= WHO and tells_of_a_third(text[: text.find(command.raw)], command.raw)
    return replace(command, value="other_party", raw=text) if third else command


def _denied_behind(command: Command, text: str, context: Context) -> Command:
    """ "They see us as a supplier, not a partner": a no where a short denial behind it is of the same question."""
    pieces = clauses(text)
    if not isinstance(command, Answer) or command.value != "yes" or command.raw not in pieces[:-1]:
        return command
    behind = pieces[pieces.index(command.raw) + 1]
    if len(tokens(behind)) > LONGEST_DENIAL or not is_negated(behind):
        return command
    (field, value), chance = max(answer_chances(behind, context).items(), key=lambda item: item[1])
    denied = (field, value) == (command.field, "no") and chance >= DENIED_FROM
    return replace(command, value="no", raw=text, confidence=OUT_OF_DOUBT) if denied else command


def _measured(command: Command, context: Context) -> Command:
    """A mere number for what is right or wrong only by what one looks for ("they are 12 people") is asked about."""
    if not isinstance(command, Answer) or not context.library.note(context.tool.name, command.field, "by_measure"):
        return command
    said = (command.field, str(command.value))
    beside = [clause for clause in clauses(command.raw) if not quantities(clause)]
    plainly = says_plainly(said[1], command.raw) or bool(quality_in(command.raw))
    plainly = plainly or any(answer_chances(clause, context).get(said, 0.0) >= SAYS_SO for clause in beside)
    mere = command.status == "answered" and quantities(command.raw) and not plainly
    return replace(command, confidence=min(command.confidence, DOUBTED)) if mere else command


def _words_of(answer: Answer, text: str) -> list[str]:
    """The words of an answer, the clauses they stand in, and the sentence unless it is long."""
    around = [clause for clause in clauses(text) if answer.raw in clause or clause in answer.raw]
    whole = [text] if len(tokens(text)) <= LONGEST else []
    return list(dict.fromkeys([answer.raw, *around, *whole]))


def _of_field(chances: Mapping[Key, float], field: str) -> dict[str, float]:
    return {value: chance for (name, value), chance in chances.items() if name == field}


def _missed(told: Sequence[Command], text: str, context: Context) -> list[Answer]:
    """What clauses say of which nothing was read, in the order they were said; what is hardly likely is asked about.

    Of several wordings for one question the surest counts, and no words say two things.
    """
    if any(not isinstance(command, Answer) for command in told):
        return []
    answered = {command.field for command in told if isinstance(command, Answer)}
    heard = [command.raw for command in told if isinstance(command, Answer) and command.raw != text]
    found: list[Answer] = []
    counted = any(context.tool.form.field(field).kind in NUMERIC for field in (*answered, context.open_field) if field)
    unheard = (words for words in _unheard(text, heard) if not (counted and quantities(words)))
    likely = (_overheard(words, answered, text, context) for words in unheard)
    for answer in sorted(filter(None, likely), key=lambda answer: -answer.confidence):
        apart = all(other.raw not in answer.raw and answer.raw not in other.raw for other in found)
        new = answer.field not in {other.field for other in found}
        if answer.confidence >= OVERHEARD_FROM and new and apart:
            found.append(answer)
    return sorted(found, key=lambda answer: text.find(answer.raw))


def _overheard(words: str, answered: Collection[str], text: str, context: Context) -> Answer | None:
    """What words of which nothing was read most likely say, None where that is unlikely or nothing new."""
    completed = answer_chances(with_subject(words, text), context)
    chances = {key: sqrt(chance * completed[key]) for key, chance in answer_chances(words, context).items()}
    field, value = max(chances, key=lambda key: chances[key])
    known = context.values or {}
    if not field or chances[field, value] < OVERHEARD_AT_ALL or field in answered or known.get(field) == value:
        return None
    if not _names_its_deed(field, words, context):
        return None
    if asks_who_turned(context.tool.form.field(field)) and field in known:
        return None  # "we called them yesterday" came later than the first approach
    answer = _answer(field, value, words, 0.0, context)
    examples = context.library.index.best(words, "fact", context.tool.name, field, value)
    near = examples[0].score if examples else 0.0
    return overheard(answer, signs_of_overheard(answer, chances, near, len(answered), text))


def _names_its_deed(field: str, words: str, context: Context) -> bool:
    """Whether words on who does a thing say what ("not them, not us, not a soul" goes on with the one before)."""
    choices = {choice.id for choice in context.tool.form.field(field).choices}
    return not choices >= WHO or any(concept_of(word) for word in content_words(words))


def _unheard(text: str, heard: Sequence[str]) -> list[str]:
    """The stretches of a text that are no answer by themselves, each as a whole and then its single clauses."""
    runs: list[list[tuple[int, int]]] = [[]]
    end = 0
    for clause in clauses(text):
        start = text.find(clause, end)
        if start < 0:
            continue
        end = start + len(clause)
        if any(raw in clause or (clause in raw and len(tokens(clause)) < SHORTEST) for raw in heard):
            runs.append([])
        else:
            runs[-1].append((start, end))
    whole = [text[run[0][0] : run[-1][1]] for run in runs if len(run) > 1]
    single = [text[start:end] for run in runs for start, end in run]
    listed = len(clauses(text)) >= SEVERAL and bool(heard)  # "need fits, industry fits, size fits"
    fewest = SHORTEST - listed
    return [words for words in (*whole, *single) if _tells(words, fewest)]


def _tells(words: str, fewest: int) -> bool:
    """Whether words are enough to say something, and neither figures nor what is not known."""
    said = tuple(word for word in tokens(words) if word.kind != "sign")
    figures = any(quantity.unit not in LENGTHS_OF_TIME for quantity in quantities(words))  # "for ten years" tells none
    return fewest <= len(said) <= LONGEST and not figures and not_known_at(said) < 0


def _answer(field: str, value: str, raw: str, sure: float, context: Context) -> Answer:
    said = [value] if context.tool.form.field(field).kind == "choices" else value
    return Answer(field, said, raw, evidence=evidence_in(raw), confidence=sure, tool=context.tool.name)  # type: ignore[arg-type]
