"""A message cut into sentences and clauses, each with the way it is said: asked, supposed, corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.words.abbreviations import goes_on
from assistant.understanding.words.levels import level_named
from assistant.understanding.words.phrases import (
    PLAIN_WORDS,
    PhraseSet,
    is_negated,
    not_known_at,
    phrase_set,
    quality_in,
)
from assistant.understanding.words.text import Token, listed, tokens
from assistant.understanding.words.turns_of_phrase import (
    denies_a_limit,
    excuses,
    plainly,
    undoes_denial,
    without_excuse,
)
from knowledge.hebrew import is_stop_word

MOST_SENTENCES = 25
MOST_CLAUSES = 40
LONGEST_TOPIC = 2  # words
LONGEST_TAKEN_BACK = 4  # words of "no wait, three"
LONGEST_NAMED, LONGEST_FIGURE = 5, 5  # words of a name before a sentence that says little but its figure
LONGEST_NOT_KNOWN = 6
LONGEST_SHARING = 4  # words of a clause that shares the level of the one before
_SENTENCE_END = re.compile(r"(?<=[.!?;\n])(?:\s+|$)|\n+|(?<=[a-zא-ת\"])\?(?=\w)")
_DOT_IN_NUMBER = re.compile(r"\d[.,]\d")
_CLAUSE_BORDER = re.compile(
    r"\s*[,;:()]\s+|\s+[-–]+\s+"
    r"|\s+(?=(?:and|n|but|also|plus|though|although|because|while|whereas|however|then)\s)"
    r"|\s+(?=(?:after(?!\s+sales?\b)|before|since)\s+(?![\w'-]+\s*(?:[,.;!?]|$)))"
    r"|\s+(?=(?:with no|with a|without)\s)"
    r"|\s+(?=(?:אבל|וגם|גם|כי|אך|למרות|בנוסף|אלא|אז|אחרי(?!\s+ה?מכירה)|לפני|מאז)\s)"
    r"|\s+(?=ו(?!תק|תיק|עד\b|עדה|וידאו|יזה|כו)(?:[א-ת]{2,}|[הבלמש]?-?[A-Za-z]))",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:and|n|but|also|plus|because|then|אבל|וגם|גם|כי|אך|אז)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """One sentence and how it is said."""

    text: str
    asked: bool = False  # a question by its words or its mark
    marked: bool = False  # ends with a question mark
    supposed: bool = False
    corrects: bool = False

    @property
    def words(self) -> tuple[Token, ...]:
        """Its words with their places."""
        return tokens(self.text)


_BRAG = re.compile(
    r"\s*[,;–-]\s*(?:(?:pretty |quite )?(?:nice|not bad|impressive|cool|great|good|neat|lovely)\s*,?\s*"
    r"(?:huh|eh|right|no|isn't it|innit|don't you think)|huh|eh)\s*\?+$"
    r"|\s*[,;–-]\s*(?:(?:די )?(?:יפה|לא רע|מרשים|נחמד|אחלה|מעולה)\s*,?\s*(?:לא|נכון|אה|הא)|הא|אה)\s*\?+$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[Sentence]:
    """The sentences of a cleaned message, at most a bounded number of them; "…, nice huh?" asks nothing."""
    text = _BRAG.sub("", text)
    pieces = _with_short_words([p.strip() for p in _SENTENCE_END.split(text) if p and p.strip(" .,!;\n")])
    pieces = _with_levels(_with_corrections(_with_topics(pieces)))
    found: list[Sentence] = []
    for piece in pieces[:MOST_SENTENCES]:
        greeting, rest = _with_greeting_apart(piece)
        found += [*([_sentence(greeting)] if greeting else []), *_with_question_apart(_sentence(rest))]
    return found


def _with_short_words(pieces: list[str]) -> list[str]:
    """The pieces, those of one sentence in one that a dot of initials or a title cut ("J. P. Morales")."""
    joined: list[str] = []
    for piece in pieces:
        if joined and goes_on(joined[-1], piece):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def _with_greeting_apart(piece: str) -> tuple[str, str]:
    """("hi", "who are you?") of a sentence that opens with a greeting or thanks."""
    words = tokens(piece)
    length = phrase_set("greetings").at(words, 0) if words else 0
    if not length or len(words) < length + 3 or words[length].text not in ",!-–":
        return "", piece
    return piece[: words[length].start], piece[words[length].end :].strip()


def _with_topics(pieces: list[str]) -> list[str]:
    """A word or two with a question mark open the next sentence as its topic ("Service? They have none.")."""
    joined: list[str] = []
    for piece in pieces:
        longest = LONGEST_NAMED if _only_figure(piece) or (joined and _is_noun(joined[-1])) else LONGEST_TOPIC
        if joined and joined[-1].endswith("?") and _is_topic(joined[-1][:-1], longest):
            joined[-1] = f"{joined[-1][:-1]}, {piece}"
        elif joined and joined[-1].endswith("?") and _only_not_known(piece):
            joined[-1] = f"{joined[-1][:-1]} {piece}"  # "how good are their finances? no idea"
        else:
            joined.append(piece)
    return joined


def _is_noun(piece: str) -> bool:
    """Whether what a question mark ends is just a thing ("their name as a reference?", "and the budget?")."""
    words = [word.text for word in tokens(piece)]
    first = 1 if words and words[0] in ("and", "but") else 0
    return len(words) > first and words[first] in _DETERMINERS


_DETERMINERS = frozenset(listed("their the his her its our your my"))


def _only_not_known(piece: str) -> bool:
    """Whether a sentence says no more than "I don't know yet", or puts aside what the one before names."""
    words = tuple(token for token in tokens(piece) if token.kind != "sign")
    aside = phrase_set("surely_put_aside").find(words) >= 0
    return len(words) <= LONGEST_NOT_KNOWN and (aside or 0 <= not_known_at(words) <= 1)


def _takes_number_back(piece: str) -> bool:
    """Whether a sentence is "no" or "sorry" and another number, and nothing else."""
    words, found = tokens(piece), quantities(piece)
    opens = bool(words) and (words[0].text in ("no", "לא") or phrase_set("correct").at(words, 0) > 0)
    said = [token for token in words if token.kind != "sign"]
    return opens and len(found) == 1 and len(said) <= LONGEST_TAKEN_BACK and found[0].end >= len(piece.rstrip(" .!"))


def _only_figure(piece: str) -> bool:
    """Whether a sentence says a number and little else ("say 6 percent")."""
    words = [token for token in tokens(piece) if token.kind != "sign"]
    return len(words) <= LONGEST_FIGURE and not piece.endswith("?") and bool(quantities(piece))


def _is_topic(piece: str, longest: int = LONGEST_TOPIC) -> bool:
    """Whether it is a word or two that ask nothing; a Hebrew letter before a hyphen belongs to the next word."""
    words = [token for token in tokens(piece) if token.kind != "sign" and token.text not in tuple("והבלמשכ")]
    return 0 < len(words) <= longest and not _is_opener(piece)


def _with_corrections(pieces: list[str]) -> list[str]:
    """A sentence that only says that something was wrong opens the next one ("Sorry, not so. They do …")."""
    joined: list[str] = []
    for piece in pieces:
        if joined and _takes_number_back(piece) and quantities(joined[-1]):
            joined[-1] = f"{joined[-1].rstrip(' .!')}, {piece}"  # "two. no, three"
        elif joined and not joined[-1].endswith("?") and _orders_change(piece):
            joined[-1] = f"{piece.rstrip(' .!')}, {joined[-1]}"  # "we will do the repairs. Please change it"
        elif joined and not piece.endswith("?") and _only_corrects(joined[-1]):
            joined[-1] = f"{joined[-1].rstrip(' .!')}, {piece}"
        else:
            joined.append(piece)
    return joined


def _orders_change(piece: str) -> bool:
    """Whether a sentence orders what was said before it to be noted, and says nothing else ("please update it")."""
    words = tuple(word for word in tokens(piece) if word.kind != "sign")
    length = phrase_set("orders_to_note").at(words, 0) if words else 0
    return bool(length) and (length == len(words) or _only_level(words[length:]))


def _only_level(words: tuple[Token, ...]) -> bool:
    """ "… to a yes", "… לחלקית": the level that is to stand, and no more."""
    said = [word.text.removeprefix("ל") for word in words if word.text not in ("to", "a", "an", "it", "that")]
    return len(said) == 1 and (said[0] in PLAIN_WORDS or said[0] in ("partly", "partial", "חלקית", "חלקי"))


def _with_levels(pieces: list[str]) -> list[str]:
    """A sentence that only names a level belongs to the one before ("They know some of them. Call it partly.")."""
    joined: list[str] = []
    for piece in pieces:
        if joined and not piece.endswith("?") and not joined[-1].endswith("?") and level_named(piece):
            joined[-1] = f"{joined[-1].rstrip(' .!')}, {piece}"
        else:
            joined.append(piece)
    return joined


def _only_corrects(piece: str) -> bool:
    if excuses(piece):
        rest = tokens(without_excuse(piece))  # "hold on, I got the country wrong."
        return not rest or phrase_set("turning_open").at(rest, 0) >= len(rest)
    words, found, marking = tokens(piece), phrase_set("correct"), phrase_set("marking_correction")
    turned = phrase_set("turning_back").at(words, 0) if words else 0  # "hm, no. They are in Chile"
    place, corrects = turned, turned > 0
    while place < len(words):
        length = found.at(words, place)
        corrects = corrects or bool(length)
        length = length or marking.at(words, place) or int(words[place].kind == "sign")
        if not length:
            return False
        place += length
    return corrects


def _is_opener(piece: str) -> bool:
    return bool(phrase_set("question_openers").at(tokens(piece), 0))


_LAST_COMMA = re.compile(r"[,:;–]\s+")


def _with_question_apart(sentence: Sentence) -> list[Sentence]:
    """A question after a statement in one sentence ("they approached us, should we sign?") stands apart."""
    if (
        sentence.supposed
        or not sentence.marked
        or _conditional(sentence.words)
        or opens(phrase_set("question_openers"), sentence.words)
    ):
        return [sentence]
    for border in _LAST_COMMA.finditer(sentence.text):
        rest = _sentence(sentence.text[border.end() :])
        if opens(phrase_set("question_openers"), rest.words) and len(rest.words) > 2:
            return [_sentence(sentence.text[: border.start()]), rest]
    return [sentence]


def _sentence(text: str) -> Sentence:
    words = tokens(text)
    marked = text.rstrip(" !.\"')").endswith("?") or "?" in text[-3:]
    opener = phrase_set("question_openers")
    supposed = opens(phrase_set("suppose"), words) or bool(_WOULD_IF.match(text)) or _wonders(words)
    supposed = supposed or (_SUPPOSED_WITH.match(text) is not None and any(not q.weak for q in quantities(text)))
    supposed = supposed or phrase_set("supposing_within").find(words) >= 0 or (marked and _conditional(words))
    supposed = supposed or (marked and _UNREAL.match(text) is not None)
    supposed = supposed and not (not marked and words[0].text in _IF and phrase_set("being_known").find(words) > 0)
    some = len(words) > 1 and words[0].text == "איזה" and words[1].kind == "number"  # "איזה 200 שעות": about 200
    some = some or _FROM_FIGURE.match(text) is not None
    supposed = supposed and not (marked and _who_or_why(words)) and not _LEVEL_BEHIND.search(text)
    told = with_reply_behind(text) or _CLEFT.match(text) is not None
    asked = marked or (bool(words) and opens(opener, words) and not some and not told)
    return Sentence(text, asked, marked, supposed, _corrects(words) or (not asked and excuses(text)))


_FROM_FIGURE = re.compile(r"\W*מה[-־]\s?\d")  # "מה-15 במרץ" is from that day on
_WOULD_IF = re.compile(
    r"\W*(?:and |so |but )?(?:what|how|where|would|could)\b.*\b(?:would|be|change|look)\b.* if "
    r"|\W*ו?(?:מה|איך|כמה) .*(?<![א-ת])(?:היה|הייתה|היו|יקרה|ישתנה|יהיה|תהיה|יצא) .* אם ",
    re.IGNORECASE,
)
_UNREAL = re.compile(r"\W*ו?(?:אילו|לו) .*(?<![א-ת])(?:היה|הייתה|היו|היינו)(?![א-ת])")
_SUPPOSED_WITH = re.compile(r"\W*ו?מה (?:היה קורה|יקרה|ישתנה|היה יוצא) עם ")  # … "חמש עסקאות": a slip of "אם"


_CLEFT = re.compile(  # "what suits our product is an integrator"
    r"\W*what (?!is|are|was|were|do|does|did|can|could|should|would|will|if|about|kind|sort|type)"
    r"[\w' ]{3,40}? (?:is|are) (?:an?|the|that|only|just|our|their)\b[^?]*$",
    re.IGNORECASE,
)
_REPLY_BEHIND = re.compile(  # "who answers demand: them"
    r"[^:?]{3,60}?(?::|\s[-–])\s+(?!.*(?:\bor\b|(?<![א-ת])או(?![א-ת])))[^\s:?,]+(?: [^\s:?,]+){0,2}[.!]*$",
    re.IGNORECASE,
)


def with_reply_behind(text: str) -> bool:
    """ "Who answers demand: them": a question with its answer is a statement."""
    return _REPLY_BEHIND.match(text) is not None


_LEVEL_BEHIND = re.compile(r"\s*[-–:]\s+(?:yes|no|partly|כן|לא|חלקית)\s*[.!]*$", re.IGNORECASE)  # "what if …: no"


def _wonders(words: tuple[Token, ...]) -> bool:
    """ "Wat if he …", "so if they …": a condition near the opening; "if we lost them, …" and "not sure if" are none."""
    early = [word.text for word in words[1:3]]
    asks = not words or phrase_set("question_openers").at(words, 0) or words[0].text in _SAYS
    states = words and words[0].text in _PRAISES  # "nice if they have money, but no must"
    at = next((n for n, word in enumerate(words[1:3], 1) if word.text in ("if", "אם")), 0)
    before = words[at - 1].text if at else ""
    states = states or (len(before) > 2 and before.startswith("ה"))  # "the effect if one leaves: no", "על השאלה אם"
    states = states or (at == 2 and words[0].text == "the")
    states = states or phrase_set("if_right").find(words) >= 0  # "fourteen, if I remember right"
    return not (asks or states) and bool({"if", "אם"} & set(early)) and phrase_set("unknown").find(words[:4]) < 0


def _conditional(words: tuple[Token, ...]) -> bool:
    """ "If we were preferred, what would that change?": a condition, and a question of what would come of it."""
    first = next((at for at, word in enumerate(words) if word.text not in _BEFORE_QUESTION), 0)
    after = [at + 1 for at, word in enumerate(words) if word.text == "," and at > first]
    asks = any(
        phrase_set("asked_which").at(words, at) or phrase_set("asked_how_much").at(words, at)
        for at in after
        if at < len(words)
    )
    return bool(words) and words[first].text in _IF and asks


def _who_or_why(words: tuple[Token, ...]) -> bool:
    """ "If I work alone, who should do the marketing?": a question about a case, and not what would come of it."""
    asks = phrase_set("who_or_why")
    return any(word.text == "," and asks.at(words, at + 1) for at, word in enumerate(words[:-1]))


_IF = frozenset(listed("if אם לו אילו ואם"))
_PRAISES = frozenset(listed("nice good great better fine helpful depends נחמד טוב עדיף רצוי מצוין יופי תלוי סבבה"))
_SAYS = frozenset(listed("even only as see check רק גם תבדוק לבדוק נבדוק בודק לראות נבחן לבחון תבחן"))


def _corrects(words: tuple[Token, ...]) -> bool:
    """Words of correction at the beginning of a sentence or of a clause in it ("eight, sorry, nine")."""
    if changes_a_value(words) or _ordered_to_note(words):
        return True
    starts = [0] + [at + 1 for at, word in enumerate(words) if word.text in _TURNS]
    found = phrase_set("correct")
    return any(at < len(words) and found.at(words, at) for start in starts for at in (start, start + 1))


def _ordered_to_note(words: tuple[Token, ...]) -> bool:
    """ "Nigeria IS in our territory, correct that": the last clause says no more than that it is to stand."""
    said = tuple(word for word in words if word.text not in ".!")
    order = phrase_set("orders_to_note")
    pauses = [at + 1 for at, word in enumerate(said) if word.text in ",;-–"]
    return any(order.at(said, at) == len(said) - at for at in pauses if at < len(said))


def changes_a_value(words: tuple[Token, ...]) -> bool:
    """An order to replace an answer with a level ("change coverage to no", "תשנה את הכיסוי ללא")."""
    if not words or not phrase_set("change_orders").at(words, 0):
        return False
    last = words[-1].text
    bare = last[1:] if last.startswith("ל") else last
    given = any(word.text == "to" for word in words[-4:]) or bare != last
    levels = [phrase_set(f"level.{level}") for level in ("yes", "partly", "no")]
    return given and any(bare in level.by_first or last in level.by_first for level in levels)


_TURNS = frozenset((",", ";", "-", "–", ":", "but", "no", "אבל", "לא"))


_BEFORE_QUESTION = frozenset(
    listed(
        "and but so ok okay hi hello hey well also btw then please by the way just "
        "ו אז אבל היי שלום רגע טוב אגב הבנתי אוקיי נו wait hmm , - ! ."
    )
)


def opens(opener: PhraseSet, words: tuple[Token, ...]) -> bool:
    """Whether a phrase opens the words, after "and", "wait" and the like."""
    for place in range(min(4, len(words))):
        if opener.at(words, place):
            return True
        if words[place].text not in _BEFORE_QUESTION:
            return False
    return False


def clauses(text: str) -> list[str]:
    """The clauses of a sentence: cut at commas, conjunctions and the Hebrew "and" glued to a word."""
    parts = [_LEADING.sub("", part.strip(" ,.;:!?-–")) for part in _CLAUSE_BORDER.split(text)]
    return _with_denials_joined(_with_nouns_joined([part for part in parts if part][:MOST_CLAUSES], text), text)


def _with_denials_joined(parts: list[str], text: str) -> list[str]:
    """The clauses, two denials that undo each other in one ("they can't run it without us"), and "meetings also no"."""
    joined: list[str] = []
    for part in parts:
        if joined and f"{joined[-1]} {part}" in text and undoes_denial(joined[-1], part):
            joined[-1] = f"{joined[-1]} {part}"
        elif joined and part in PLAIN_WORDS and (also := _also(joined[-1], part, text)):
            joined[-1] = also
        else:
            joined.append(part)
    return joined


def _also(before: str, level: str, text: str) -> str:
    """What stands in the text of a clause that ends in "also no", "גם לא"; "" for none."""
    found = re.search(rf"{re.escape(before)},? (?:also|too|גם) {re.escape(level)}(?!\w)", text)
    return found.group() if found else ""


def _with_nouns_joined(parts: list[str], text: str) -> list[str]:
    """The clauses, two nouns under the same preposition in one ("בנתונים ובתוכניות")."""
    joined: list[str] = []
    for part in parts:
        last = joined[-1].split()[-1] if joined else ""
        listed_on = len(last) > 1 and part[:1] == "ו" and part[1:2] == last[0] and last[0] in _PREPOSITIONS
        short = len(part.split()) <= LONGEST_LISTED_ON  # "הוריד מדריך ומוכן שאיש מכירות ידבר איתו" are two
        if listed_on and short and f"{joined[-1]} {part}" in text and not is_negated(part):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


_PREPOSITIONS = frozenset("בלמ")
LONGEST_LISTED_ON = 2  # words of a noun under the preposition of the one before


@dataclass(frozen=True)
class Span:
    """One clause or several neighbouring ones: whatever may be one fact.

    `full` is the clause with the subject and verb it leaves out ("they have a depot and two mechanics").
    """

    text: str
    clauses: frozenset[int]
    full: str = ""
    mixed: bool = False  # one clause denies and another does not: no polarity holds for the whole

    @property
    def readings(self) -> tuple[str, ...]:
        """The wordings to compare; one that shares a level is read only with it."""
        if plain := plainly(self.text):
            return (plain,)
        if self.full.startswith(self.text):
            return (self.full,)
        return (self.text, self.full) if self.full else (self.text,)


def spans(text: str) -> list[Span]:
    """The clauses, neighbouring pairs of them, and the sentence itself."""
    single = clauses(text)
    full = _completed(single)
    found = [Span(clause, frozenset((at,)), full[at]) for at, clause in enumerate(single)]
    for at, (one, two) in enumerate(pairwise(single)):
        found.append(Span(f"{one} {two}", frozenset((at, at + 1)), mixed=_mixed((one, two))))
    if len(single) > 2:
        whole = text.strip(" ,.;:!?-–")
        found.append(Span(whole, frozenset(range(len(single))), mixed=_mixed(single)))
    return found


def _mixed(parts: Sequence[str]) -> bool:
    """Whether clauses differ in denying, or one denies a mere limit; a topic ("service, none") is of its clause."""
    said = [part for at, part in enumerate(parts) if at or len(tokens(part)) > LONGEST_TOPIC]
    return len({is_negated(part) for part in said}) > 1 or any(denies_a_limit(part) for part in parts)


def _completed(single: list[str]) -> list[str]:
    """Each clause with what it leaves out: the level it shares with the one before, or the subject ("he … has budget").

    Empty where it leaves nothing out. Only a subject is carried over, never what was said of it.
    """
    found: list[str] = []
    opening = ""
    for at, clause in enumerate(single):
        shared = _with_shared_level(clause, single[at - 1]) if at else ""
        words = tokens(clause)
        if _has_subject(words):
            opening = _subject_of(clause, words)
            found.append(shared)
        else:
            found.append(shared or _with_subject(opening, clause, words))
    return found


def _has_subject(words: tuple[Token, ...]) -> bool:
    """Whether a clause has a subject of its own; what follows its verb ("ship it", "do the selling") is none."""
    place = phrase_set("subjects").find(words[:3])
    if place <= 0:
        return place == 0
    return not phrase_set("helping").at(words, 0) and words[place].text not in _OBJECTS


_OBJECTS = frozenset(listed("it the a one that this you"))


def _subject_of(clause: str, words: tuple[Token, ...]) -> str:
    """The pronoun a clause opens with and the auxiliary after it ("they have"), empty when it opens otherwise."""
    pronouns, helping = phrase_set("pronouns"), phrase_set("helping")
    for place in range(min(2, len(words))):
        length = pronouns.at(words, place)
        if length and (not place or is_stop_word(words[0].text)):
            end = place + length
            after = helping.at(words, end) if end < len(words) else 0
            return clause[: words[end + after - 1].end]
    return ""


def _with_subject(opening: str, clause: str, words: tuple[Token, ...]) -> str:
    if not opening:
        return ""
    if words and (phrase_set("helping").at(words, 0) or phrase_set("negation").at(words, 0)):
        pronoun = opening.split()[0]
        return "" if pronoun == "יש" else f"{pronoun} {clause}"
    return f"{opening} {clause}"


_LEVEL_WORDS = {"yes": "good", "partly": "so-so", "no": "poor"}


def _with_shared_level(clause: str, before: str) -> str:
    """ "chemistry too" with the level it shares with the clause before ("chemistry too" after "is good")."""
    words = tokens(clause)
    if len(words) > LONGEST_SHARING or phrase_set("as_well").find(words) < 0 or quality_in(clause):
        return ""
    level = quality_in(before)
    return f"{clause} {_LEVEL_WORDS[level]}" if level else ""
