"""Steering a conversation: which command a sentence is, with names, formats and places in a list."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from assistant.commands import Choose, Command, Compare, Delete, Export, Rename, Resume, SetLanguage, Simple
from assistant.conversation import Conversation
from assistant.understanding.examples import Library
from assistant.understanding.fields.figures import NUMERIC
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.numbers.number_words import PERIODS, SMALL
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering.subjects import tool_about
from assistant.understanding.words.matching import concept_of, word_stem
from assistant.understanding.words.phrases import is_negated, phrase_set
from assistant.understanding.words.text import listed, tokens
from knowledge.hebrew import content_words, is_stop_word
from knowledge.hebrew import words as words_of

STEERS_FROM = 0.6  # nearness to an authored phrase from which a sentence is taken as a command
ALONE_FROM, ALONE_BY = 0.36, 0.17  # a lower nearness is enough where no other meaning comes close
DOUBTED_FROM = 0.48
STARTS_ANEW_FROM = 0.7  # nearness to a wish from which on a record that is open is left for another
ABOUT_OTHERS = 0.2  # a sentence about "they" is rather a fact than a command
STATUSES = {"unknown": "unknown", "skip": "skipped", "later": "later", "not_applicable": "not_applicable"}
YEAR_DIGITS = 4
LONGEST_COMMAND = 14  # words
LONGEST_SETTLED = 16  # words that say what becomes of a supposition, with a reason
LONGEST_ALONE = 9
LONGEST_WISH = 7
OF_RECORDS = frozenset(("list", "result", "where", "compare", "resume", "summary"))
OF_STANDING, SURELY_MEANT = frozenset(("result", "where", "summary")), 0.8
FEWEST_WORDS = 3
SHORTEST_NAME = 3

_ORDINALS = {
    word: place
    for place, words in enumerate(
        (
            "first 1st ראשון ראשונה", "second 2nd שני שנייה שניה", "third 3rd שלישי שלישית",
            "fourth 4th רביעי רביעית",
            "fifth 5th חמישי חמישית", "sixth שישי שישית", "seventh שביעי שביעית",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_LAST = frozenset(listed("last אחרון אחרונה"))
_CHOICE_NOUNS = frozenset(
    listed(
        "the one option number no choice please that candidate take i want ill i'll pick choose open "
        "assessment אפשרות מספר את ה האפשרות בבקשה המועמד מועמד זה תפתח בחר בחירה אני רוצה קח ההערכה"
    )
)
_NAME_AFTER = re.compile(
    r"(?:(?:^|let'?s |please |we(?:'ll| can| will)? )call (?:them|it|him|her|(?:this|the)(?: one| candidate| company"
    r"| partner| distributor| lead| customer| account| record| check| assessment)?)|name (?:it|them|this one)"
    r"|rename (?:(?:it|this|them|the)(?: \w+){0,2} )?(?:to|as)|(?:their|its|his|the) name is"
    r"|it'?s called|they(?:'re| are) called"
    r"|(?:the )?(?:company|firm|candidate|distributor|lead|customer) (?:is called|is named|name is)"
    r"|(?:ת|נ)?קרא (?:להם|לו|לה|לזה|ל(?:בדיקה|מועמד|ליד|חברה|הערכה|רשומה)(?: הזאת| הזה| הזו)?)"
    r"|קוראים (?:להם|לו|לה)|לחברה קוראים|שמם"
    r"|ה?שם (?:שלהם|שלו|החברה|המועמד)(?: הוא|:)|שנה את השם ל-?|תן לזה את השם)"
    r"\s*:?\s*[\"']?(?P<name>[^\"'.,;!?\n]{2,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Steered:
    """A command a sentence may be, and how near it is."""

    name: str
    score: float
    share: float = 1.0  # of what is said that the authored phrase says as well


def nearest_intent(sentence: str, library: Library) -> list[Steered]:
    """The steering intents a sentence is near, best first; denying one ("don't stop") counts against it.

    A file format must be named, and courtesies around an order ("ok, just … please") say nothing.
    """
    found: dict[str, Steered] = {}
    for wording in dict.fromkeys((sentence, without_courtesies(sentence))):
        denied = is_negated(wording)
        for match in library.index.best(wording, "intent")[:8]:
            name = whole_intent(match.key[1])
            if name.startswith("export.") and name != "export.markdown" and not _format(sentence):
                continue
            score = match.score * (0.6 if denied != is_negated(match.example) else 1.0)
            if name not in found or score > found[name].score:
                found[name] = Steered(name, score, share_said(wording, match.example))
    return sorted(found.values(), key=lambda steered: -steered.score)


def whole_intent(name: str) -> str:
    """The intent of an authored meaning: a part of the result is asked for as the result is."""
    return "result" if name.startswith("result.") else name


def without_courtesies(sentence: str) -> str:
    """The sentence without "ok, just …" before it and "… please" after it; as it is when nothing else remains."""
    words = [token for token in tokens(sentence) if token.kind != "sign"]
    courtesies = phrase_set("courtesies")
    first, last = 0, len(words)
    while first < last and (length := courtesies.at(tuple(words), first)):
        first += length
    while last > first + 1 and courtesies.at(tuple(words[:last]), last - 1):
        last -= 1
    if first >= last:
        return sentence
    return sentence[words[first].start : words[last - 1].end]


def share_said(text: str, example: str) -> float:
    """How much of what a text says the example says as well, 0..1."""
    said = {concept_of(word) or word_stem(word) for word in content_words(text) if len(word) > 1}
    known = {concept_of(word) or word_stem(word) for word in words_of(example)}
    return len(said & known) / len(said) if said else 1.0


ENDING = frozenset(("cancel", "delete", "restart", "discard", "undo"))  # lose something: never on a faint likeness
TELLING_FROM = 0.85
HALF_SAID = 0.5
SHORT_REPLIES = frozenset(("yes", "no", "unknown", "skip", "later", "not_applicable"))


def least_for(found: list[Steered], part: Sentence, here: Situation) -> float:
    """How near a sentence must be to its first intent: short or unrivalled ones need less."""
    name = found[0].name
    least = STEERS_FROM
    telling = here.record is not None and phrase_set("telling").at(part.words, 0) > 0
    if telling and name in ENDING:
        return TELLING_FROM
    if speaks_of_others(name, part, here):
        return STEERS_FROM + ABOUT_OTHERS
    if len(part.words) <= 6:
        least -= 0.1
    counting = name == "compare" and here.field is not None and here.field.kind in NUMERIC  # "two fifths"
    near_alone = found[0].share >= HALF_SAID and name not in ENDING and not counting
    if near_alone and len(part.words) <= LONGEST_ALONE:
        least = ALONE_FROM if found[0].score - _rival(found, part.text, here) >= ALONE_BY else least
    elif found[0].share < HALF_SAID and here.record is not None:
        least = STEERS_FROM
    if is_other_here(name, part, here):
        return 2.0
    if name in OF_STANDING and here.subject is None and part.marked:
        return SURELY_MEANT  # "is that enough?" while nothing was begun is a question
    if name in ("promote", "discard") and (here.subject is None or not here.subject.supposed):
        return TELLING_FROM  # with nothing supposed it is an answer, unless it says so plainly
    if name in SHORT_REPLIES and here.record is None and not here.state.pending:
        least += 0.1
    return least


OF_SUPPOSING = frozenset(("promote", "discard"))


def speaks_of_supposing(part: Sentence, here: Situation) -> bool:
    """Whether "note that", "forget it" can be about a supposition: one was made, or the words name one."""
    made = here.subject is not None and bool(here.subject.supposed)
    return made or phrase_set("suppositions").find(part.words) >= 0


def just_supposed(here: Situation) -> bool:
    """Whether the message before was a supposition that still stands."""
    return here.subject is not None and bool(here.subject.supposed) and here.subject.supposed_at >= here.state.turn - 1


def kept_or_let_go(part: Sentence, here: Situation) -> Simple | None:
    """ "That's actually the case, note it": what becomes of the supposition just made."""
    if part.asked or not just_supposed(here) or len(part.words) > LONGEST_SETTLED or carries_figures(part.text):
        return None
    for clause in clauses(part.text):
        best = nearest_intent(clause, here.library)[:1]
        if best and best[0].name in OF_SUPPOSING and best[0].score >= SURELY_MEANT:
            return Simple(best[0].name)  # type: ignore[arg-type]
    return None


def is_other_here(name: str, part: Sentence, here: Situation) -> bool:
    """Whether what a sentence is near to makes no sense here: it asks something else, or is compared elsewhere."""
    if name == "why":
        return here.record is None
    if name in ("go_on", "pause"):  # "and how long do we go on like that?" asks
        return part.marked and phrase_set("asked_how_much").at(part.words, 0) > 0
    if name in ("where", "result"):  # "how much is that per year?" asks for a figure
        return part.marked and any(w.text in PERIODS for w in part.words)
    if name in ("abilities", "help") and (_of_another_helper(part) or _of_oneself(part, here)):
        return True
    if name == "help":  # "help me understand what nurturing is"
        return phrase_set("explaining").find(part.words) >= 0
    if name in ENDING:  # "what was my last answer?" takes nothing back
        return part.asked and not phrase_set("can_you").at(part.words, 0)
    return name == "off_topic"  # left to the questions, which compare it with what the method is about


def _of_another_helper(part: Sentence) -> bool:
    """ "Can a call centre help?": somebody else is asked about, and not what the product can do."""
    addressed = any(word.text in _ADDRESSED for word in part.words)
    known = {*_ADDRESSED, *_HELPING}
    rest = [w for w in content_words(part.text) if w not in known and not phrase_set("courtesies").by_first.get(w)]
    return part.marked and not addressed and len(rest) > 1


def _of_oneself(part: Sentence, here: Situation) -> bool:
    """ "I know what I'm good at", "אני יודעת במה אני טובה" in an open record asks for nothing."""
    if here.record is None or part.marked or part.asked or len(part.words) < FEWEST_WORDS:
        return False
    addressed = any(word.text in ("you", "your", "אתה", "את", "לך", "תוכל", "תוכלי") for word in part.words)
    return phrase_set("subject.us").at(part.words, 0) > 0 and not addressed


_ADDRESSED = frozenset(listed("you your i me we us אתה את לך אני לי אותי אנחנו לנו תוכל תוכלי אפשר כאן פה"))
_HELPING = frozenset(listed("help can do could what how יכול יכולה יכולים לעזור עוזר עזרה"))


def speaks_of_others(name: str, part: Sentence, here: Situation) -> bool:
    """Whether a sentence is rather about the other side, or about a list while there is nothing to list."""
    if name in OF_RECORDS:
        own = phrase_set("my_own").find(part.words) >= 0
        return not here.state.records and not own and len(part.words) > FEWEST_WORDS
    about_others = phrase_set("actor.partner").find(part.words) >= 0
    return about_others and name in ("cancel", "pause", "skip", "undo", "delete")


def _rival(found: list[Steered], text: str, here: Situation) -> float:
    """How near the next best meaning is: another intent, a question of the method, a fact of the open form."""
    rivals = [steered.score for steered in found[1:2]]
    rivals += [match.score for match in here.library.index.best(text, "start")[:1]]
    if here.context is not None:
        rivals += [m.score for m in here.library.index.best(text, "fact", here.context.tool.name, whole=False)[:1]]
    return max(rivals, default=0.0)


def language_wanted(part: Sentence, library: Library) -> Command | None:
    """A short wish that names a language ("go on with me in English"), or a look at the record in it."""
    if len(part.words) > LONGEST_COMMAND:
        return None
    for language in ("he", "en"):
        named = phrase_set(f"language.{language}")
        if (place := named.find(part.words)) >= 0:
            behind = place + named.at(part.words, place)
            left = " ".join(word.text for word in (*part.words[:place], *part.words[behind:]) if word.kind != "sign")
            look = nearest_intent(left, library)[:1] if left else []
            if look and look[0].name in OF_STANDING and look[0].score >= STEERS_FROM:
                return Simple(look[0].name)  # type: ignore[arg-type]
            return SetLanguage(language)  # type: ignore[arg-type]
    return None


def spoken_in(steered: Command, part: Sentence) -> list[Command]:
    """A look at the record, in the language that is named beside it ("a summary in English please")."""
    if not isinstance(steered, Simple) or steered.word not in OF_STANDING:
        return [steered]
    named = (language for language in ("he", "en") if phrase_set(f"language.{language}").find(part.words) >= 0)
    return [*(SetLanguage(language) for language in named), steered]  # type: ignore[arg-type]


def export_wanted(part: Sentence) -> Export | None:
    """A short wish that names a file format ("send it to me as excel")."""
    named = _format(part.text)
    if not named or len(part.words) > LONGEST_ALONE or carries_figures(part.text):
        return None
    ordering = ("showing", "doing", "wishing", "can_you", "asking_leave")
    orders = any(phrase_set(name).find(part.words) >= 0 for name in ordering)
    if not orders and (is_negated(part.text) or phrase_set("kept_somewhere").find(part.words) >= 0):
        return None  # "no system, it's all in Excel" tells where things are kept
    return Export(named)  # type: ignore[arg-type]


RETURNING = frozenset(("back", "resume", "go_on", "list", "later"))


def names_several(part: Sentence, here: Situation) -> Compare | None:
    """A short sentence with the names of several records weighs them ("who is better, Kappa or Sigma?")."""
    names = record_names(part.text, here.state)
    return Compare(names) if len(names) > 1 and len(part.words) <= LONGEST_COMMAND else None


def return_to_record(found: list[Steered], text: str, here: Situation) -> Resume | None:
    """ "go back to Iberia Tools", "and now Nordmann": a record that is named, and not the open one."""
    if plainly := _only_names(text, here):
        return Resume(plainly)
    if not found or found[0].score < DOUBTED_FROM or found[0].name not in RETURNING:
        return None
    if here.record is not None and len(here.state.records) == 1:
        return None
    name = mentioned_record(text, here.state, here.library)
    at_hand = here.record is not None and name == here.record.tool  # "they are a distributor" goes back nowhere
    return Resume(name) if name and not at_hand else None


def mentioned_elsewhere(text: str, here: Situation) -> str:
    """The record a text speaks of by its name or what it is about, where that is not the open one; else ""."""
    if here.record is None or len(here.state.records) < 2:
        return ""
    if names := record_names(text, here.state):
        return names[0] if names[0] != here.record.name else ""
    begun = {record.tool for record in here.state.records.values() if record.id != here.record.id}
    tool = tool_about(text, here.library, sorted({*begun, here.record.tool}), plainly=True)
    return tool if tool in begun and tool != here.record.tool else ""


def _only_names(text: str, here: Situation) -> str:
    """The record, or the tool of one, that a short text names with nothing but glue around it."""
    words = [token.text for token in tokens(text) if token.kind != "sign"]
    if not here.state.records or not 1 < len(words) <= LONGEST_ALONE:
        return ""
    names = record_names(text, here.state)
    own = {word.text for name in names for word in tokens(name.casefold())}
    glue = phrase_set("going_back").by_first
    left = [w for w in words if w not in own and not any(w[len(p) :] in own for p in ("ל", "ה", "של"))]
    left = [w for w in left if w not in glue]
    if len(names) == 1:
        return names[0] if not left else ""
    tool = next((t for t, known in _TOOL_WORDS.items() if left and all(w in known for w in left)), "")
    others = [r for r in here.state.records.values() if r.tool == tool and r.id != here.state.active]
    returns = any(w in _RETURNING for w in words)
    return tool if others and returns else ""


_RETURNING = frozenset(listed("back return resume continue again חזרה נחזור לחזור תחזור נמשיך שוב המשך להמשיך נעבור"))


def is_about_a_question(text: str, library: Library) -> bool:
    """Whether a text is a reply to a question (skip, later, I don't know) while none is open."""
    best = nearest_intent(text, library)
    return bool(best) and best[0].name in STATUSES and best[0].score >= STEERS_FROM


def command_for(name: str, sentence: str, state: Conversation, library: Library) -> Command | None:
    """The command of an intent, with what the sentence says about it."""
    kind, _, detail = name.partition(".")
    if kind == "language":
        return SetLanguage("he" if detail == "he" else "en")
    if kind == "export":
        return Export(_format(sentence) or detail)  # type: ignore[arg-type]
    if kind == "compare":
        return Compare(record_names(sentence, state))
    if kind == "resume":
        return Resume(mentioned_record(sentence, state, library))
    if kind == "delete":
        return Delete(mentioned_record(sentence, state, library))
    if kind == "rename":
        named = name_given(sentence)
        return Rename(named) if named else None
    return Simple(kind)  # type: ignore[arg-type]


_FORMATS = (
    (("excel", "xlsx", "xls", "csv", "spreadsheet", "אקסל", "גיליון"), "xlsx"),
    (("json",), "json"),
    (("html", "print", "printable", "pdf", "הדפסה", "להדפיס", "הדפס"), "html"),
)


def _format(sentence: str) -> str:
    lowered = {token.text for token in tokens(sentence)}
    for words, name in _FORMATS:
        if any(word == said or (len(said) > len(word) and said[1:] == word) for word in words for said in lowered):
            return name
    return ""


def name_given(sentence: str) -> str:
    """The name in "let's call them Iberia Tools", empty when there is none."""
    found = _NAME_AFTER.search(sentence)
    return _WITHOUT_REST.sub("", found["name"].strip(" -")) if found else ""


_WITHOUT_REST = re.compile(
    r"\s+(?:instead|from now on|please|now|במקום(?: זה)?|מעכשיו|מהיום|בבקשה|עכשיו)$", re.IGNORECASE
)


def record_names(sentence: str, state: Conversation) -> tuple[str, ...]:
    """The names of existing records that the sentence mentions, in their order of appearance."""
    lowered = sentence.casefold()
    words = [token.text for token in tokens(lowered)]
    firsts = Counter(_first_word(record.name) for record in state.records.values() if record.name)
    found = []
    for record in state.records.values():
        first = _first_word(record.name)
        place = lowered.find(record.name.casefold()) if record.name else -1
        if place < 0 and firsts[first] == 1 and first in words:
            place = lowered.find(first)
        found.append((place, record.name))
    return tuple(name for place, name in sorted(found) if place >= 0)


def _first_word(name: str) -> str:
    """The word people shorten a name to ("Iberia" of Iberia Tools), empty when it is a plain word."""
    first = next((token.text for token in tokens(name.casefold()) if token.kind == "word"), "")
    return "" if len(first) < SHORTEST_NAME or concept_of(first) or is_stop_word(first) else first


def mentioned_record(sentence: str, state: Conversation, library: Library) -> str:
    """The name or tool of the record a sentence speaks of; empty for "the last one"."""
    names = record_names(sentence, state)
    if names:
        return names[0]
    wanted = _content(sentence)
    for record in state.records.values():
        if record.name and _content(record.name) & wanted:
            return record.name
    there = {record.tool for record in state.records.values()}
    found = next((tool for tool, words in _TOOL_WORDS.items() if words & wanted and tool in there), "")
    return found or tool_about(sentence, library, sorted(there))


_TOOL_WORDS = {
    "partner_fit": frozenset(listed("distributor partner agent reseller מפיץ שותף סוכן למפיץ לשותף המפיץ השותף")),
    "lead_qualification": frozenset(listed("lead ליד לליד הליד")),
    "leadgen_roi": frozenset(
        listed("roi channel campaign ads advertising adverts פרסום הפרסום לפרסום מודעות ערוץ קמפיין לערוץ הקמפיין החזר")
    ),
    "sam_selection": frozenset(listed("strategic account sam סאם אסטרטגי הלקוח")),
    "kam_tiers": frozenset(listed("kam tiers portfolio תיק")),
    "nurture_payoff": frozenset(listed("nurture nurturing טיפוח")),
    "sales_productivity": frozenset(listed("productivity hour תפוקה שעה")),
}


def _content(text: str) -> set[str]:
    return {token.text for token in tokens(text) if token.kind == "word" and len(token.text) > 2}


def choice_in(sentence: str, anything_offered: bool) -> Choose | None:
    """ "the second one", "number 3", "האחרון": the n-th of what was offered."""
    words = [token.text for token in tokens(sentence) if token.kind != "sign"]
    if not words or len(words) > 6:
        return None
    index, rest = 0, 0
    for word in words:
        bare = word[1:] if word.startswith("ה") and len(word) > 3 else word
        if bare in _ORDINALS or word in _ORDINALS:
            index = _ORDINALS.get(bare) or _ORDINALS[word]
        elif bare in _LAST or word in _LAST:
            index = -1
        elif word.isascii() and word.isdecimal() and len(word) <= 2:
            index = int(word)
        elif word in SMALL and SMALL[word] and ("number" in words or "option" in words or "מספר" in words):
            index = SMALL[word]
        elif word not in _CHOICE_NOUNS:
            rest += 1
    if not index or rest:
        return None
    bare_number = len(words) == 1 and words[0].isdecimal()
    return Choose(index) if anything_offered or not bare_number else None


_HOW_LONG = re.compile(  # "the bottom line in two sentences": how much is to be said
    r"\b(?:one|two|three|four|[1-9]) (?:short )?(?:lines?|sentences?|words?|paragraphs?|bullets?|bullet points?)\b"
    r"|(?:שתי|שלוש|ארבע|[1-9]) (?:שורות|מילים|נקודות|פסקאות)|(?:שני|שלושה|[1-9]) משפטים",
    re.IGNORECASE,
)


def only_says_how_long(sentence: str) -> bool:
    """Whether words say how long an answer is to be and nothing else ("so in three lines")."""
    rest = _HOW_LONG.sub("", sentence)
    return rest != sentence and all(is_stop_word(word) or word in ("so", "אז") for word in words_of(rest))


def carries_figures(sentence: str) -> bool:
    """Whether a sentence has a number that is surely one, or a year, and not only says how long an answer is to be."""
    sentence = _HOW_LONG.sub("", sentence)
    years = (token.kind == "number" and len(token.text) == YEAR_DIGITS for token in tokens(sentence))
    return any(not quantity.weak for quantity in quantities(sentence)) or any(years)
