"""What single clauses do beside the facts of a sentence: not knowing, passing over, an order at its edge."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.commands import Answer, Command, Unclear
from assistant.understanding.answers.doers import WHO, who_does
from assistant.understanding.answers.facts import best_fact, field_spoken_of
from assistant.understanding.answers.judging import judged_parts
from assistant.understanding.answers.naming import field_meant, limits, named_field
from assistant.understanding.answers.opinions import field_chances, said_chance, said_surely
from assistant.understanding.answers.summing_up import closed_by
from assistant.understanding.changes.corrections import answers_in
from assistant.understanding.fields.figures import Context
from assistant.understanding.numbers.number_words import PERIODS
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.words.phrases import (
    PLAIN_WORDS,
    is_negated,
    level_in,
    not_known_at,
    phrase_set,
    quality_in,
)
from assistant.understanding.words.text import Token, tokens
from assistant.understanding.words.text import listed as words_of
from knowledge.hebrew import content_words, is_hebrew
from tools.forms import Field

ORDERS = frozenset(("cancel", "pause", "result", "list", "summary", "go_on", "back", "restart"))
ORDER_FROM = 0.75  # nearness of a clause to an order from which the sentence is that order
STATUS_FROM = 0.7
SURE = 0.6
NAMES_FROM, SPEAKS_FROM, SAYS_FROM = 0.66, 0.42, 0.8
SPOKEN_OF, SPOKEN_AMONG = 0.5, 0.42  # nearness to a field's name of a word, and of one among others
SPOKEN_OF_TIMED = 0.3  # … of a field in the very unit of time that is named
PLAIN_REPLY = 0.85
LONGEST_DOER = 7  # words
FEWEST_WHETHER = 2  # words of what is not known
LONGEST_NOT_KNOWING = 4  # words at the end of a sentence
FEWEST_WONDERED = 2  # content words
LONGEST_NAME = 7  # words that only name a question
LONGEST_TOPIC = 4  # words of a clause that only names a field
MOST_PIECES = 4
FIRST, LONGEST_ASIDE = 1, 16  # place at which an order to put aside opens, and words of a sentence that is one
LONGEST_HEADING = 10  # words of what a colon or a question mark ends before "not a clue"
SAYS_SO = 0.6  # chance that a clause with words of putting off is an answer
SURELY_SAYS_SO = 0.9  # … with words that call something irrelevant ("the creative is not relevant to them")
MAYBE_ABOUT, SURELY_ABOUT = 0.2, 0.7  # chance that words which name no question are about the open one, or another


def status_of(name: str, text: str, here: Situation) -> Answer | None:
    """Unknown, skip, later or not applicable: of the field that is named, else of the open one."""
    if here.context is None or (name in ("not_applicable", "later") and _is_answer(name, text, here.context)):
        return None
    if name == "skip" and phrase_set("put_off").find(tokens(text)) >= 0:
        name = "later"  # "leave the chemistry question for later"
    if _nothing_but_status(text) == name and here.field is not None:
        return _status(name, here.field, text, here)  # "this question isn't relevant for us"
    field = _counted_in_its_time(text, here.context) or field_meant(text, here.context, NAMES_FROM)
    field = field or _named_beside(name, text, here.context)
    if field is None and name == "unknown" and _wonders_about_else(text, here):
        return None  # "no idea if they're sound": not what was asked, and which field it is stays unclear
    field = field or here.field
    return None if field is None else _status(name, field, text, here)


def _wonders_about_else(text: str, here: Situation) -> bool:
    """Whether "no idea" is followed by a clause of its own that does not speak of the open question."""
    words = tokens(text)
    place = not_known_at(words)
    if place < 0 or here.context is None or here.field is None:
        return False
    after = place + phrase_set("unknown").at(words, place)
    if after >= len(words) or not phrase_set("about").at(words, after):
        return False
    rest = text[words[after].end :]
    near = field_spoken_of(rest, here.context)
    return len(content_words(rest)) >= FEWEST_WONDERED and (near is None or near.id != here.field.id)


_WORDS = {"unknown": "unknown", "skip": "pass_over", "later": "put_off", "not_applicable": "does_not_apply"}


def _named_beside(name: str, text: str, context: Context) -> Field | None:
    """The field that the rest of the words speak of ("no idea how big they are", "skip the one about service")."""
    words = tokens(text)
    known = phrase_set(_WORDS[name]) if name in _WORDS else None
    place = known.find(words) if known is not None else -1
    if known is None or place < 0:
        return None
    end = place + known.at(words, place)
    before = text[: words[place].start].strip(" ,.-–:")
    if before and phrase_set("ask_them").at(tokens(before), 0):
        before = ""  # "ask finance, I don't know" names nothing
    after = text[words[end].start :].strip(" ,.-–:") if end < len(words) else ""
    joined = name != "unknown" or (end < len(words) and phrase_set("about").at(words, end) > 0)
    joined = joined and not (before and text[words[end - 1].end :].lstrip()[:1] in (",", ";"))  # what follows says why
    for rest in (after if joined else "", clauses(before)[-1] if clauses(before) else ""):
        least = SPOKEN_OF if len(content_words(rest)) < FEWEST_WONDERED else SPOKEN_AMONG
        if content_words(rest) and (field := field_meant(rest, context, least)):
            return field
    return None


def why_field(text: str, here: Situation) -> str:
    """The field that "why do you need the size?" names; "" for the one that is open."""
    words = tokens(text)
    if here.context is None or not words or not phrase_set("own").find(words) < 0:
        return ""
    asked = [phrase_set(name) for name in ("asking_why", "courtesies")]
    place = 0
    while place < len(words) and (length := max(known.at(words, place) for known in asked)):
        place += length
    rest = text[words[place].start :].strip(" ?!.") if place < len(words) else ""
    field = field_meant(rest, here.context, SPOKEN_OF) if content_words(rest) else None
    return field.id if field is not None else ""


SURELY_NAMED = 0.7  # nearness to its name from which a word is the one a question is called by
EXPLAINED_WITHIN = 6  # words within which a question of ours is asked about


def meaning_of(part: Sentence, here: Situation) -> str:
    """The question of an assessment whose meaning is asked for ("what do you mean by demand?", "מה זאת אומרת …?")."""
    words = tuple(word for word in part.words if word.kind != "sign")
    if here.record is None or here.context is None or here.context.tool.at_once or not words:
        return ""
    at = phrase_set("asks_to_explain").find(words[:EXPLAINED_WITHIN])
    if at < 0 or not (part.asked or part.marked):
        return ""
    length = phrase_set("asks_to_explain").at(words, at)
    rest = part.text[words[at + length - 1].end :].strip(" ?!.\"'")
    term = rest.removesuffix(" mean").removesuffix(" means")
    if not content_words(term):
        return here.record.question
    of_a_word = term != rest  # "what does growth mean?" asks for a word of the method, unless a question is called so
    field = named_field(term, here.context, SURELY_NAMED if of_a_word else SPOKEN_OF)
    return field.id if field is not None else ""


def _status(name: str, field: Field, text: str, here: Situation) -> Answer:
    assert here.context is not None
    if name == "unknown" and field == here.field and asks_knowledge(field) and _we_do_not_know(text, here):
        return Answer(field.id, "no", text, confidence=KNOWN_SAID, tool=here.context.tool.name)
    return Answer(field.id, None, text, status=intents.STATUSES[name], tool=here.context.tool.name)  # type: ignore[arg-type]


def asks_knowledge(field: Field) -> bool:
    """Whether a question is for what the firm knows ("can you say how many …?")."""
    return any(phrase_set("asks_knowledge").at(tokens(field.ask[language]), 0) for language in ("en", "he"))


def _we_do_not_know(text: str, here: Situation) -> bool:
    """ "No, we can't say how many": where it is asked whether that is known, this is a no and not left open."""
    words, said = tokens(text), tokens(here.text)
    denies = len(said) > 1 and PLAIN_WORDS.get(said[0].text) == "no" and said[1].text in ",.-–"
    return denies or (words[0].text in _US and not_known_at(words) == 1)


_US = frozenset(("we", "אנחנו", "אנו"))


def several_not_known(part: Sentence, here: Situation) -> list[Command]:
    """ "No idea about budget or timing", "לא יודע לגבי התקציב וגם לא לגבי הגודל": each question that is named.

    Empty where fewer than two are, or where one of the things told names none."""
    words = part.words
    place = not_known_at(words)
    if here.context is None or here.record is None or place < 0 or part.marked or intents.carries_figures(part.text):
        return []
    end = place + phrase_set("unknown").at(words, place)
    if any(word.text in _WHETHER for word in words[end - 1 : end + 1]):
        return []  # "don't know if it is a profit or a loss" is one thing
    topics = _topics(words[end:])
    before = _topics(words[:place]) if len(words) - end <= 1 else []
    topics = topics if len(topics) > 1 else before
    if any(len(topic.split()) > LONGEST_TOPIC or quality_in(topic) for topic in topics):
        return []  # "no idea about their finances, but coverage is excellent"
    fields = [field_meant(topic, here.context, SPOKEN_AMONG) for topic in topics]
    named = [field for field in fields if field is not None]
    if len(named) < 2 or len(named) < len(fields) or len({field.id for field in named}) < len(named):
        return []
    return [_status("unknown", field, part.text, here) for field in named]


def _topics(words: tuple[Token, ...]) -> list[str]:
    """The things a list of them names, without what joins them."""
    topics: list[list[str]] = [[]]
    for at, word in enumerate(words):
        glued = word.text.startswith("ו") and len(word.text) > 2 and at > 0
        if word.text in _JOINS or glued:
            topics.append([])
        bare = word.text[1:] if glued else word.text
        known = any(phrase_set(name).at((replace(word, text=bare),), 0) for name in ("about", "around_recalling"))
        if word.kind != "sign" and bare not in _JOINS and (bare in _TIMES or not known) and bare not in ("לא", "not"):
            topics[-1].append(bare)
    return [" ".join(topic) for topic in topics if topic]


_WHETHER = frozenset(words_of("if whether אם האם"))
_JOINS = frozenset(words_of("and or nor neither , & either או ולא וגם גם ו"))
_TIMES = frozenset(words_of("when who size מתי מי"))  # name a question although they are glue elsewhere


def by_clause(part: Sentence, here: Situation) -> list[Command]:
    """The commands of a sentence in which one clause is not known, passed over or an order; empty when none is.

    What the other clauses say is stored beside it; a guess in them beats not knowing ("no idea, probably 5").
    """
    pieces = clauses(part.text)
    if part.corrects and (forgotten := _no_longer_known(pieces, here)):
        return [forgotten]
    if part.asked or part.corrects or len(pieces) > MOST_PIECES:
        return []
    if (aside := _put_aside_as_a_whole(part, here)) is not None:
        return [aside]
    telling = phrase_set("telling").at(part.words, 0) > 0  # "they ship it and forget it" is no order
    judges = here.context is not None and bool(judged_parts(part.text, here.context)[0])  # "budget? forget it"
    for at, piece in enumerate(pieces):
        rest = [other for place, other in enumerate(pieces) if place != at]
        before = pieces[at - 1] if at else ""
        found = _not_known(piece, before, here)
        of_figure = intents.carries_figures(piece) or _heads_figure(piece, pieces[at + 1 :], part.text)
        if not found and not of_figure:  # "60 will buy sooner or later" puts nothing aside
            found = _put_aside(piece, before, here) or (_passed_over(piece, before, here) if rest else None)
        if found is not None and (concluded := closed_by(pieces[-1], found, here.context)) is not None:
            return [concluded]  # "dunno what happens then, we never looked. So no"
        if found is not None:
            told = [
                other for other in rest if other not in found.raw and not _names_what_is_not_known(other, found, here)
            ]
            said = _sure_facts(told, part, here)
            said = [a for a in said if a.field != found.field or _counts_all_the_same(a, found, piece, here)]
            said = [a for a in said if not _only_the_reason(a, found, here)]
            others = (_put_aside(other, "", here) for other in pieces[at + 1 :])
            noted = {answer.field: answer for answer in (found, *filter(None, others), *said)}  # what is said counts
            return list(noted.values())
        order = _order(piece, here) if rest and not telling and not judges else None
        if order is not None and not _sure_facts(rest, part, here):
            return [order]
    return []


def _put_aside_as_a_whole(part: Sentence, here: Situation) -> Answer | None:
    """ "About giving people and money I'll answer later": one question, though its words fall into two clauses."""
    words = part.words
    if here.context is None or not _aside_at_edge(part) or intents.carries_figures(part.text):
        return None
    if any(said_chance(clause, here.context) >= SURELY_SAYS_SO for clause in clauses(part.text) if _aside(clause) < 0):
        return None  # "she is in our territory, and skip the budget" tells something besides
    ordered = phrase_set("surely_put_aside").at(words, 0) > 0
    meant = field_meant(part.text, here.context, SPOKEN_OF) or (here.field if ordered else None)
    name = next((n for n in ("later", "skip") if phrase_set(_WORDS[n]).find(words) >= 0), "")
    return _status(name, meant, part.text, here) if meant is not None and name else None


def _aside(text: str) -> int:
    """The place of an order to pass over or put off, below 0 for none."""
    return phrase_set("surely_put_aside").find(tokens(text))


def _aside_at_edge(part: Sentence) -> bool:
    """Whether a sentence of no great length opens or ends with an order to pass over or put off."""
    words = tuple(word for word in part.words if word.kind != "sign")
    aside = phrase_set("surely_put_aside")
    at = aside.find(words)
    return len(words) <= LONGEST_ASIDE and at >= 0 and (at <= FIRST or at + aside.at(words, at) == len(words))


def _names_what_is_not_known(piece: str, found: Answer, here: Situation) -> bool:
    """Whether a clause only names what another says is not known ("his rank by gross profit? no idea").

    A denial says more than a name ("the industries aren't ranked and it's unclear who decides")."""
    if here.context is None or found.status != "unknown" or len(tokens(piece)) > LONGEST_NAME or is_negated(piece):
        return False
    named = field_meant(piece, here.context, SPOKEN_OF)
    return named is not None and named.id == found.field


def _counts_all_the_same(answer: Answer, found: Answer, piece: str, here: Situation) -> bool:
    """Whether what another clause says of a field stands beside its not being known, put off or passed over.

    Not where the field is named for it. Beside "not now" it does; beside "no idea" a guess, or what surely says it
    ("they are not ranked, and nobody knows who decides"); else it is a reason.
    """
    if found.raw != piece:
        return False
    unknown = here.context is not None and found.status == "unknown"
    said = unknown and answer.status == "answered" and said_surely(answer, here.context)  # type: ignore[arg-type]
    return found.status in ("later", "skipped") or _guessed(answer.raw) or said


def _only_the_reason(answer: Answer, found: Answer, here: Situation) -> bool:
    """Whether what seems to answer the open question only says why another is not known ("… , לא סיפרו")."""
    if found.status == "unknown" and phrase_set("not_having_asked").find(tokens(answer.raw)) >= 0:
        return True  # "didn't ask her, no idea"
    asked = here.field is not None and answer.field == here.field.id != found.field and found.status == "unknown"
    told = here.context is None or intents.carries_figures(answer.raw) or said_surely(answer, here.context)
    return asked and not told


def _guessed(text: str) -> bool:
    """Whether words give a figure, or what they think."""
    thought = any(phrase_set(name).find(tokens(text)) >= 0 for name in ("guessing", "supposedly_so", "likely_so"))
    return thought or intents.carries_figures(text)


def _heads_figure(piece: str, following: list[str], text: str) -> bool:
    """Whether a clause only names the figure behind it ("rest buying later: 35 %")."""
    if not following or not intents.carries_figures(following[0]):
        return False
    between = text[text.find(piece) + len(piece) :].lstrip()
    return between[:1] in (":", "-", "–", "=")


def _no_longer_known(pieces: list[str], here: Situation) -> Answer | None:
    """ "The budget? I take it back, I don't know": an answered field, named beside a plain "I don't know"."""
    if here.context is None or here.subject is None or not any(_only_not_known(piece) for piece in pieces):
        return None
    for piece in pieces:
        if field := field_meant(piece, here.context, SPOKEN_OF, here.subject.answers):
            return _status("unknown", field, ", ".join(pieces), here)
    return None


def _only_not_known(piece: str) -> bool:
    words = [word for word in tokens(piece) if word.kind != "sign"]
    return 0 <= not_known_at(tuple(words)) <= 1 and len(words) <= LONGEST_NOT_KNOWING


def _sure_facts(pieces: list[str], part: Sentence, here: Situation) -> list[Answer]:
    if not pieces:
        return []
    found = answers_in(replace(part, text=", ".join(pieces)), here)
    return [command for command in found if isinstance(command, Answer) and command.confidence >= SURE]


def _put_aside(piece: str, before: str, here: Situation) -> Answer | None:
    """ "Skip the one about service", "chemistry – I'll answer that later": passed over or put off by its name."""
    if here.context is None:
        return None
    for name in ("skip", "later", "not_applicable"):
        if phrase_set(_WORDS[name]).find(tokens(piece)) < 0 or intents.carries_figures(piece):
            continue  # "sixty will buy later" puts nothing off
        alone = _nothing_but_status(piece) == name and here.field is not None
        field, said = here.field if alone and not before else _named_beside(name, piece, here.context), piece
        if field is None and before and len(tokens(before)) <= LONGEST_TOPIC and not _says_so(name, piece, here):
            least = SPOKEN_OF if name == "not_applicable" else NAMES_FROM
            field, said = field_meant(before, here.context, least), f"{before}: {piece}"
        if field is not None and not _is_answer(name, piece, here.context):
            return _status(name, field, said, here)
    return None


def _says_so(name: str, piece: str, here: Situation) -> bool:
    """Whether words that call something irrelevant surely answer a question ("the creative is not relevant")."""
    told = here.context is not None and name == "not_applicable"
    return told and said_chance(piece, here.context) >= SURELY_SAYS_SO  # type: ignore[arg-type]


def _is_answer(name: str, piece: str, context: Context) -> bool:
    """Whether words that sound like putting aside are an authored answer ("the creative is not relevant to them")."""
    if name != "not_applicable" and phrase_set("surely_put_aside").find(tokens(piece)) >= 0:
        return False
    if name != "not_applicable" and said_chance(piece, context) >= SAYS_SO:
        return True  # "in the end we lose money on them" puts nothing off
    near = best_fact(piece, context)
    if near is None:
        return False
    names = (_WORDS[name], "relevance") if name == "not_applicable" else (_WORDS[name],)
    says_so = any(phrase_set(listed).find(tokens(near.example)) >= 0 for listed in names)
    if near.score < SAYS_FROM:
        return name == "not_applicable" and says_so and near.score >= SPEAKS_FROM
    return name == "not_applicable" or says_so


def _passed_over(piece: str, before: str, here: Situation) -> Answer | None:
    best = intents.nearest_intent(piece, here.library)[:1]
    if not best or best[0].name not in intents.STATUSES or best[0].score < STATUS_FROM:
        name = _nothing_but_status(piece)
        return status_of(name, piece, here) if name else None
    if _says_so(best[0].name, piece, here):
        return None
    near = None if here.context is None else best_fact(piece, here.context)
    if near is not None and near.score > best[0].score:
        return None
    named = here.context is not None and before and len(tokens(before)) <= LONGEST_TOPIC
    if named and here.context and (field := field_meant(before, here.context, NAMES_FROM)):
        return _status(best[0].name, field, f"{before}: {piece}", here)  # "technology: not applicable"
    return status_of(best[0].name, piece, here)


def _nothing_but_status(piece: str) -> str:
    """Which status a clause is that says nothing else ("can't help you there yet", "השאלה הזאת לא רלוונטית")."""
    words = [word for word in tokens(piece) if word.kind != "sign"]
    while words and words[-1].text in _SO_FAR | _FOR_US:
        words.pop()
    said = tuple(words)
    return next((name for name, known in _WORDS.items() if said and phrase_set(known).at(said, 0) == len(said)), "")


def _order(piece: str, here: Situation) -> Command | None:
    best = intents.nearest_intent(piece, here.library)[:1]
    if not best or best[0].name not in ORDERS or best[0].score < ORDER_FROM:
        return None
    if phrase_set("telling").at(tokens(piece), 0) or phrase_set("turning_open").at(tokens(piece), 0):
        return None  # "hold on, …" only takes breath
    return intents.command_for(best[0].name, piece, here.state, here.library)


def _not_known(piece: str, before: str, here: Situation) -> Answer | None:
    """ "no idea whether they are financially sound": the field that what is not known speaks of."""
    words = tokens(piece)
    place = not_known_at(words)
    if here.context is None or place < 0 or phrase_set("any_other").find(words) > place:
        return None  # "we did not check any other company" tells how they were chosen
    after = place + phrase_set("unknown").at(words, place)
    while after < len(words) and words[after].text in _SO_FAR:
        after += 1
    alone = not place or (place == 1 and words[0].text in _SPEAKERS)
    if after >= len(words) and alone and (named := _named_before(before, piece, here)) is not None:
        return _status("unknown", named, f"{before} {piece}", here)
    if after >= len(words) and place and (named := _wondered_about(piece[: words[place].start], here.context)):
        return _status("unknown", named, piece, here)  # "size I don't know"
    if after >= len(words):
        return None
    if not phrase_set("about").at(words, after):
        named = field_meant(piece[words[after].start :], here.context, NAMES_FROM) if alone else None
        return None if named is None else _status("unknown", named, piece, here)
    whole = best_fact(piece, here.context)
    if whole is not None and whole.score >= SAYS_FROM and phrase_set("unknown").find(tokens(whole.example)) >= 0:
        return None  # "we do not know who the customers are" answers whether they are known
    told = piece[words[after].end :].strip()
    field = field_spoken_of(told, here.context) or _likely_about(told, here)
    return None if field is None else _status("unknown", field, piece, here)


def _named_before(before: str, piece: str, here: Situation) -> Field | None:
    """What a clause before a mere "no idea" names: "whether we earn on them –", "financial strength,", "size:"."""
    words = tokens(before)
    if here.context is None or not words:
        return None
    if phrase_set("about").at(words, 0):
        return field_spoken_of(before, here.context)
    headed = re.search(rf"{re.escape(before)}\s*(?:[:?–]|\s-)\s*{re.escape(piece)}", here.text) is not None
    if headed and len(words) <= LONGEST_HEADING and (named := field_meant(before, here.context, SPOKEN_OF)) is not None:
        return named
    return named_field(before, here.context, SPOKEN_OF) if len(words) <= LONGEST_TOPIC else None


def _likely_about(text: str, here: Situation) -> Field | None:
    """The open question where the words may well be about it, else the one they are surely about."""
    if here.context is None or not content_words(text):
        return None
    chances = field_chances(text, here.context)
    if here.field is not None and chances.get(here.field.id, 0.0) >= MAYBE_ABOUT:
        return here.field
    likeliest = max((name for name in chances if name), key=lambda name: chances[name], default="")
    sure = bool(likeliest) and chances[likeliest] >= SURELY_ABOUT
    return here.context.tool.form.field(likeliest) if sure else None


_SPEAKERS = frozenset(("i", "we", "אני", "אנחנו"))
_SO_FAR = frozenset(
    words_of("yet now sorry so far really honestly any more anymore right here either עדיין כרגע בינתיים האמת כבר פה")
)

_FOR_US = frozenset(words_of("for to with us here case אצלנו לנו לגבינו אצלי במקרה שלנו"))


def _wondered_about(text: str, context: Context) -> Field | None:
    """The field a text names."""
    return _counted_in_its_time(text, context) or field_meant(text, context, SPOKEN_OF)


def _counted_in_its_time(text: str, context: Context) -> Field | None:
    """ "How many months a deal takes" can only be a field that is counted in months."""
    periods = {PERIODS[token.text] for token in tokens(text) if token.text in PERIODS}
    timed = [field.id for field in context.tool.form.fields if _periods_of(field) & periods]
    return named_field(text, context, SPOKEN_OF_TIMED, timed) if timed else None


def _periods_of(field: Field) -> set[str]:
    return {PERIODS[token.text] for token in tokens(field.unit["en"]) if token.text in PERIODS} if field.unit else set()


def answered_by_themselves(parts: list[Sentence], here: Situation) -> tuple[list[Command], list[Sentence]]:
    """ "Would they drop it? They said yes": the answers of questions the person answers, and the other sentences."""
    found: list[Command] = []
    left: list[Sentence] = []
    for part in parts:
        aside = (_left_open(left[-1], part, here) or _done_by(left[-1], part, here)) if left else None
        if aside is not None:
            left.pop()
            found.append(aside)
            continue
        field = None
        if left and left[-1].marked and here.context is not None and here.record is not None and not part.marked:
            level, sureness = _level_replied(part)
            field = _asked_of(left[-1].text, here.context) if sureness >= PLAIN_REPLY else None
        if field is None or field.kind not in ("level", "yes_no") or (field.kind == "yes_no" and level == "partly"):
            left.append(part)
            continue
        raw = f"{left.pop().text} {part.text}"
        found.append(Answer(field.id, level, raw, confidence=PLAIN_REPLY, tool=here.record.tool))  # type: ignore[union-attr]
    return found, left


def _asked_of(text: str, context: Context) -> Field | None:
    """The field a question is for: the one it names or says something of, else the one it is surely about."""
    if (field := field_spoken_of(text, context)) is not None:
        return field
    chances = field_chances(text, context)
    likeliest = max(chances, key=lambda name: chances[name], default="")
    return context.tool.form.field(likeliest) if likeliest and chances[likeliest] >= SURELY_STATED else None


def _level_replied(told: Sentence) -> tuple[str, float]:
    """The level a reply is, or opens with ("no, they are all like me", "no we measure it all")."""
    level, sureness = level_in(_without_saying(told.text))
    opener = PLAIN_WORDS.get(told.words[0].text, "") if told.words else ""
    opens = bool(opener) and sureness < PLAIN_REPLY and not_known_at(told.words) != 0  # "no idea"
    return (opener, PLAIN_REPLY) if opens else (level, sureness)


def _done_by(asked: Sentence, told: Sentence, here: Situation) -> Answer | None:
    """ "Who repairs at the customer's? Nobody there does": whose job it is, in few words."""
    if not asked.marked or told.marked or here.context is None or here.record is None:
        return None
    field = field_spoken_of(asked.text, here.context) if len(told.words) <= LONGEST_DOER else None
    if field is None or not {choice.id for choice in field.choices} >= WHO:
        return None
    who = who_does(told.text, "", is_negated(told.text))
    raw = f"{asked.text} {told.text}"
    return Answer(field.id, who, raw, confidence=PLAIN_REPLY, tool=here.record.tool) if who else None


def _left_open(asked: Sentence, told: Sentence, here: Situation) -> Answer | None:
    """ "Do we matter to them? Not sure, we are small": unknown, whatever is given as the reason."""
    first = (clauses(told.text) or [""])[0]
    if not asked.marked or told.marked or here.context is None or here.record is None or not first:
        return None
    words = tokens(first)
    if not_known_at(words) != 0 or len(words) > LONGEST_NOT_KNOWING:
        return None
    field = field_spoken_of(asked.text, here.context)
    raw = f"{asked.text} {told.text}"
    return Answer(field.id, None, raw, status="unknown", tool=here.record.tool) if field is not None else None


def _without_saying(text: str) -> str:
    """The words without "they said" before them."""
    words, saying = tokens(text), phrase_set("saying")
    length = saying.at(words, 0) if words else 0
    return text[words[length].start :] if 0 < length < len(words) else text


def tells_not_knowing(part: Sentence) -> bool:
    """ "How solid they are I really don't know", "don't know if they earn": opens like a question and is none."""
    place = not_known_at(part.words)
    if part.marked or place < 0:
        return not part.marked and _aside_at_edge(part)
    about = place + phrase_set("unknown").at(part.words, place)
    wonders = not place and about < len(part.words) and phrase_set("about").at(part.words, about) > 0
    return wonders or (place > 0 and len(part.words) - place <= LONGEST_NOT_KNOWING)


def whether_not_known(part: Sentence, here: Situation) -> Answer | None:
    """ "אם הם מרוצים? לא יודע, אף פעם לא שאלנו": the "if" is a whether, and its answer is not known."""
    place = not_known_at(part.words)
    if here.context is None or here.record is None or place < FEWEST_WHETHER:
        return None
    if not phrase_set("about").at(part.words, 0):
        return None
    field = field_spoken_of(part.text[: part.words[place].start], here.context)
    return Answer(field.id, None, part.text, status="unknown", tool=here.record.tool) if field is not None else None


def states_all_the_same(part: Sentence, here: Situation) -> bool:
    """Whether words that open like a question state something while an assessment is open."""
    states = _states_without_subject(part, here) or _states_what_is(part, here) or _tells_what_is_known(part, here)
    return states or _surely_answers(part, here)


def _surely_answers(part: Sentence, here: Situation) -> bool:
    """ "Who the customer is and what he needs we defined only partly": an answer, by all the words that say one."""
    if part.marked or here.record is None or here.context is None or any(word.kind == "number" for word in part.words):
        return False
    return len(part.words) >= FEWEST_STATING and said_chance(part.text, here.context) >= SURELY_STATED


FEWEST_STATING = 6  # words; "who decides" alone asks
SURELY_STATED = 0.9  # chance of an answer from which words that open like a question, and end like none, are one


def _tells_what_is_known(part: Sentence, here: Situation) -> bool:
    """ "How much they brought in is known", "כמה הם הכניסו ידוע": what opens like a question is known, or is not."""
    words = part.words
    if part.marked or here.context is None or len(words) < FEWEST_WHETHER + 2:
        return False
    return any(phrase_set("being_known").at(words, at) for at in range(FEWEST_WHETHER, len(words)))


def what_is_known(part: Sentence, here: Situation) -> list[Command]:
    """ "How much they brought in is known, but only for a year": of a question that asks whether it is known."""
    if not _tells_what_is_known(part, here) or here.context is None or not part.words:
        return []
    if not phrase_set("question_openers").at(part.words, 0) or not_known_at(part.words) >= 0:
        return []
    known = next(at for at in range(FEWEST_WHETHER, len(part.words)) if phrase_set("being_known").at(part.words, at))
    field = field_meant(part.text[: part.words[known].start], here.context, SPOKEN_AMONG)
    if field is None:
        return [Unclear(part.text)]
    if not asks_knowledge(field):
        return [Unclear(part.text, field=field.id)]
    denied = is_negated(part.text[part.words[known].start :])
    level = "no" if denied else "partly" if limits(part.text) or _is_limited(part.text) else "yes"
    if field.kind == "yes_no" and level == "partly":
        return [Unclear(part.text, field=field.id)]
    return [Answer(field.id, level, part.text, confidence=KNOWN_SAID, tool=here.context.tool.name)]


KNOWN_SAID = 0.7


def _is_limited(text: str) -> bool:
    """Whether something is known in part only ("only for last year", "רק לשנה האחרונה")."""
    return phrase_set("only_so_far").find(tokens(text)) >= 0


def _states_what_is(part: Sentence, here: Situation) -> bool:
    """ "What they need is just what we make", "מה שהוא צריך זה …": a clause that is the subject of another."""
    words = part.words
    if part.marked or here.context is None or len(words) < 4 or not phrase_set("relative_openers").at(words, 0):
        return False
    if is_hebrew(words[0].text):
        return words[1].text.startswith("ש")
    if not phrase_set("pronouns").at(words, 1) or phrase_set("copulas").find(words[3:]) < 0:
        return False
    near = best_fact(part.text, here.context)
    return near is not None and near.score >= SPEAKS_FROM


def _states_without_subject(part: Sentence, here: Situation) -> bool:
    """ "doesn't hold stock", "could buy more": an auxiliary opens it and the subject is left out."""
    words = part.words
    if part.marked or here.context is None or len(words) < 3 or not phrase_set("auxiliaries").at(words, 0):
        return False
    if phrase_set("asked_of").at(words, 1):
        return False
    near = best_fact(part.text, here.context)
    return near is not None and near.score >= SPEAKS_FROM
