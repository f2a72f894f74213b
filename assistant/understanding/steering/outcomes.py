"""Questions for what the tool in hand works out: "what's left?", "so is it ready?", "לאיזו קבוצה הם שייכים?".

`examples/outcomes.yaml` has each tool's own words for it. A short question made of nothing but such words and the
glue of a question is for the result; "what is ROI?", "how is penetration computed?" and anything with a subject
of its own are about the method and are looked up.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from assistant.conversation import Record
from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.segments import Sentence, with_reply_behind
from assistant.understanding.situation import Situation
from assistant.understanding.steering.intents import carries_figures
from assistant.understanding.steering.subjects import tool_about
from assistant.understanding.words.matching import concept_of, word_stem
from assistant.understanding.words.phrases import FOLDER, PhraseSet, phrase_set
from assistant.understanding.words.text import Token, listed, read_yaml, tokens
from knowledge.hebrew import content_words, is_stop_word
from tools.errors import InputError
from tools.result import Figure
from tools.tool import Tool
from tools.values import LANGUAGES

LONGEST = 14  # words
FEWEST_CONCLUDING, LONGEST_CONCLUDING = 3, 9  # words
LONGEST_DROPPING, DROPS_WITHIN, DROPPED_WITHIN = 20, 6, 4  # words
HOW_MANY_WITHIN = 2  # words before "how many" ("so how many of the six …")
OPENS_WITHIN = 4  # words before the one that asks ("ok so tell me what's left")


def asks_outcome(part: Sentence, here: Situation) -> bool:
    """Whether a sentence asks for the result of the record that is open or was spoken of last, and nothing else."""
    if here.subject is None or part.supposed or with_reply_behind(part.text):
        return False
    if carries_figures(part.text):
        return _asks_how_many_hold(part, here)
    words = tuple(word for word in tokens(here.without_names(part.text)) if word.kind != "sign")
    if not words or len(words) > LONGEST or not _asks(part, words):
        return False
    return _only_outcome(words, here.subject.tool)


def figures_asked(text: str, here: Situation) -> str:
    """The figures of the result that a text names ("what did one deal cost us?"), by id; "" where it names none.

    A figure is named by every word of its label, or by what else it is called; the fullest name counts.
    """
    record, context = here.subject, here.context
    if record is None or context is None or not context.tool.at_once:
        return ""
    words = tokens(text)
    said = {_subject(word) for word in content_words(text)}
    found: dict[str, int] = {}
    for figure in _figures_of(context.tool, record):
        names = [_label(figure.label[language]) for language in LANGUAGES]
        named = [len(name) for name in names if name and name <= said]
        called = _called(context.tool.name, figure.id)
        named += [called.at(words, at) + 1 for at in range(len(words)) if called.at(words, at)]
        if named:
            found[figure.id] = max(named)
    best = [name for name, length in found.items() if length == max(found.values())]
    return " ".join(best) if 0 < len(best) <= MOST_FIGURES else ""


def _figures_of(tool: Tool, record: Record) -> Sequence[Figure]:
    """The figures there are for a record; none where its answers contradict each other."""
    try:
        return tool.calculate(tool.read(record.values(), {}), None, _ANY_DAY).figures
    except (InputError, ValueError, AttributeError):
        return ()


def _label(text: str) -> frozenset[str]:
    """The words with a meaning of a figure's label, without what explains it."""
    return frozenset(_subject(word) for word in content_words(_EXPLAINED.sub("", text)))


def _subject(word: str) -> str:
    return concept_of(word) or word_stem(word)


_EXPLAINED = re.compile(r"[:(,].*$")
_ANY_DAY = dt.date(2000, 1, 1)
MOST_FIGURES = 2  # more of them name nothing in particular


@cache
def _called(tool: str, figure: str) -> PhraseSet:
    """What a figure is called besides its label."""
    named = _entries().get(tool, {}).get("figures", {}).get(figure, {})
    return PhraseSet.of(phrase for phrases in named.values() for phrase in phrases)


def only_a_figure(part: Sentence, here: Situation) -> bool:
    """ "I just need one number: cost per lead", "רק את העלות לעסקה": a figure that is there is wanted by itself."""
    return phrase_set("only_that").find(part.words) >= 0 and bool(figures_asked(part.text, here))


def asks_whether(text: str) -> bool:
    """ "So is it a yes?", "אז הם מתאימים?": the verdict is asked for, and not everything it rests on."""
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    at = phrase_set("so").at(words, 0) if words else 0
    yes_or_no = any(phrase_set(name).at(words, at) for name in ("asking_yes_or_no", "leaning_on_somebody"))
    return "?" in text and yes_or_no and len(words) <= LONGEST_CONCLUDING


def _asks_how_many_hold(part: Sentence, here: Situation) -> bool:
    """Whether a sentence asks how many hold of just as many as the form at hand lists ("how many of the six …?")."""
    if here.context is None or not part.asked:
        return False
    asks = any(phrase_set("asked_how_much").at(part.words, place) for place in range(HOW_MANY_WITHIN))
    said = [quantity.low for quantity in quantities(part.text)]
    return asks and said == [len(here.context.tool.form.fields)]


def concludes(part: Sentence, here: Situation) -> bool:
    """ "So should we drop him?", "אז שווה להמשיך איתם?": a yes or no that what was told is to lead to."""
    words = tuple(word for word in part.words if word.kind != "sign")
    if here.subject is None or not here.subject.answers or not FEWEST_CONCLUDING <= len(words) <= LONGEST_CONCLUDING:
        return False
    if not (part.asked or part.marked) or part.supposed or carries_figures(part.text):
        return False
    if not phrase_set("so").at(words, 0) or not phrase_set("asking_yes_or_no").at(words, 1):
        return False
    other = tool_about(part.text, here.library)
    return phrase_set("of_the_one_told").find(words) > 0 and other in ("", here.subject.tool)


def has_said_all(part: Sentence, here: Situation) -> bool:
    """ "That's all I have", "זה הכול": nothing more will be told of what is open, so its result is wanted."""
    if here.record is None or not here.record.answers or (here.field is not None and here.field.kind == "choices"):
        return False
    if phrase_set("greetings").at(tokens(here.text), 0):
        return False  # "thanks, that's all" takes leave
    words = tuple(word for word in part.words if word.kind != "sign")
    first = 1 if len(words) > 1 and phrase_set("prodding").at(words, 0) == 1 else 0
    return len(words) > first and phrase_set("said_all").at(words, first) == len(words) - first


def drops_the_rest(here: Situation) -> bool:
    """ "Skip the rest and tell me", "די עם השאלות, מה יצא": no more questions, what is known has to do."""
    words = tuple(word for word in tokens(here.text) if word.kind != "sign")
    if here.record is None or not words or len(words) > LONGEST_DROPPING or carries_figures(here.text):
        return False
    for place in range(min(DROPS_WITHIN, len(words))):
        act = phrase_set("dropping").at(words, place)
        if not act or not _is_glue(words[:place]):
            continue
        for gap in range(DROPPED_WITHIN):
            length = phrase_set("the_rest").at(words, place + act + gap)
            others = any(word.text in _OTHERS for word in words[:place])  # "they skip the rest"
            if length and not others and _is_glue(words[place + act : place + act + gap]):
                return _asks_at_once(words[place + act + gap + length :], here)
        tail = _behind_telling(words[place + act :])
        if tail and _only_outcome(tail, here.record.tool):
            return True  # "skip the policy stuff and tell me, sales or marketing?"
    return _left_for_later(words, here)


def _left_for_later(words: tuple[Token, ...], here: Situation) -> bool:
    """ "The rest can wait, what do we have?", "את השאר נשלים אחר כך"."""
    first = int(words[0].text == "את")
    length = phrase_set("the_rest").at(words, first)
    behind = words[first + length : first + length + DROPPED_WITHIN]
    later = any(phrase_set(name).find(behind) >= 0 for name in ("dropping", "waiting_for_later"))
    if not length or not later:
        return False
    rest = words[first + length :]
    acts = (phrase_set(name) for name in ("dropping", "waiting_for_later"))
    end = max(place + act.at(rest, place) for act in acts for place in range(len(behind)))
    return _asks_at_once(rest[end:], here)


def _is_glue(words: tuple[Token, ...]) -> bool:
    """Whether words only stand around an order ("ok, we can …", "… of all")."""
    known = ("courtesies", "prodding", "so", "can_you", "wishing", "turning_open", "around_dropping")
    return all(is_stop_word(word.text) or any(phrase_set(name).at((word,), 0) for name in known) for word in words)


def _asks_at_once(words: tuple[Token, ...], here: Situation) -> bool:
    """Whether what follows "skip the rest" is nothing, or asks how it stands now."""
    while words and (words[0].text in ("and", "just", "then", "so", "but") or _is_courtesy(words)):
        words = words[1:]
    if not words:
        return True
    openers = ("question_openers", "asking_words", "showing", "in_short")
    tool = here.record.tool if here.record is not None else ""
    opens = any(phrase_set(name).at(words, 0) for name in openers) or _only_outcome(words, tool)
    return opens and not _asks_meaning(words, 0, tool)


def _is_courtesy(words: tuple[Token, ...]) -> bool:
    return phrase_set("courtesies").at(words, 0) == 1 and not phrase_set("showing").at(words, 0)


def _behind_telling(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words behind "and tell me"."""
    showing = phrase_set("showing")
    for place in range(len(words)):
        if length := showing.at(words, place):
            rest = words[place + length :]
            return rest[1:] if rest and rest[0].text in ("me", "us", "לי", "לנו") else rest
    return ()


def asks_reason(part: Sentence, here: Situation) -> bool:
    """ "Why not sales?", "למה הוא לא עובר למכירות": asks why the result is what it is."""
    words = tuple(word for word in tokens(here.without_names(part.text)) if word.kind != "sign")
    if here.subject is None or part.supposed or len(words) > LONGEST or carries_figures(part.text):
        return False
    place = next((at for at in range(min(OPENS_WITHIN, len(words))) if phrase_set("why_openers").at(words, at)), -1)
    if place < 0 or not _is_glue(words[:place]):
        return False
    rest = words[place + phrase_set("why_openers").at(words, place) :]
    rest = tuple(word for word in rest if word.text not in _DENYING)
    of_any = bool(rest) and rest[0].text in _ARTICLES  # "what makes a lead ready?" asks for the method
    return bool(rest) and not of_any and _only_outcome(rest, here.subject.tool)


def asks_which_of_them(part: Sentence, here: Situation) -> bool:
    """ "Remind me which of the three goes to sales", "למי מהם להתקשר קודם?": asks of all that were assessed alike."""
    subject = here.subject
    alike = [r for r in here.state.records.values() if subject is not None and r.tool == subject.tool and r.answers]
    words = tuple(word for word in part.words if word.kind != "sign")
    if subject is None or len(alike) < TWO or len(words) > LONGEST or carries_figures(_without_count(part.text)):
        return False
    which = phrase_set("which_of_them")
    place = next((at for at in range(len(words)) if which.at(words, at)), -1)
    if place < 0 or not _is_glue_of_question(words[:place], subject.tool):
        return False
    rest = words[place + which.at(words, place) :]
    return _only_outcome(rest, subject.tool) or phrase_set("put_first").find(rest) >= 0


def _is_glue_of_question(words: tuple[Token, ...], tool: str) -> bool:
    around = _said(tool, "around")
    return all(around.at((w,), 0) or phrase_set("recalling").at(words, at) for at, w in enumerate(words)) or _is_glue(
        words
    )


def _without_count(text: str) -> str:
    """ "Of the three" counts those who were assessed."""
    return re.sub(r"(?i)\b(?:of|among) (?:the |these |those |my |our )?(?:two|three|four|five|six)\b", "of them", text)


TWO = 2
_OTHERS = frozenset(listed("they he she it who הם הן הוא היא מי"))
_DENYING = frozenset(listed("not isn't isnt doesn't doesnt aren't arent won't wont can't cant no לא אין"))


def _asks(part: Sentence, words: tuple[Token, ...]) -> bool:
    """Whether a sentence is a question by its mark, or by a word near its beginning that asks or wants to see."""
    openers = [phrase_set(name) for name in ("asking_words", "asked_how_much", "showing")]
    before = [phrase_set(name) for name in ("prodding", "courtesies", "turning_open", "now_that", "so")]
    at = 0
    while at < min(OPENS_WITHIN, len(words)) and not any(opener.at(words, at) for opener in openers):
        length = max(glue.at(words, at) for glue in before)
        if not length:
            break  # "we know what we're good at" asks nothing
        at += length
    alternatives = any(word.text in ("or", "או") for word in words)  # "sales or marketing"
    opened = at < len(words) and any(opener.at(words, at) for opener in openers)
    return part.asked or part.marked or alternatives or opened


def _only_outcome(words: tuple[Token, ...], tool: str) -> bool:
    """Whether every word is one for what this tool works out or glue, and at least one is not glue."""
    named, told, around = (_said(tool, kind) for kind in ("named", "told", "around"))
    place, found = 0, False
    while place < len(words):
        length = max(told.at(words, place), named.at(words, place))
        found = found or bool(length)
        length = length or around.at(words, place)
        if not length or _asks_meaning(words, place, tool):
            return False
        place += length
    return found


def asks_meaning(text: str, here: Situation) -> bool:
    """Whether a text asks what one of the method's words means ("what is ROI?"), and not what came out here."""
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    return here.subject is not None and _asks_meaning(words, 0, here.subject.tool)


def _asks_meaning(words: tuple[Token, ...], place: int, tool: str) -> bool:
    """Whether what follows here is asked for its meaning: "what is a strategic account?", "מה זה החזר?"."""
    opening = phrase_set("asking_meaning").at(words, place)
    rest = words[place + opening :]
    while opening and rest and phrase_set("asking_meaning_inside").at(rest, 0):
        rest = rest[1:]
    if not opening or not rest or _is_definite(rest, tool):
        return False
    last = words[place + opening - 1].text
    if last in _ARTICLES and _said(tool, "told").at(rest, 0) > 1:
        return False  # "what's an hour worth?"
    return last in _OF_ANY or _said(tool, "named").at(rest, 0) > 0


_ARTICLES = frozenset(("a", "an"))
_OF_ANY = _ARTICLES | frozenset(("are", "זה", "זאת", "זו", "מהו", "מהי", "מהם"))  # behind these any of a kind is meant
_OURS = frozenset(("שלנו", "שלי", "שלו", "שלה", "שלהם", "שלכם", "אצלנו", "כאן", "פה", "here"))


def _is_definite(words: tuple[Token, ...], tool: str) -> bool:
    """Whether the words that begin here speak of the one in hand: "the …", "they", "ההחזר", "החזר שלנו"."""
    first, names = words[0].text, _said(tool, "named")
    length = names.at(words, 0)
    if first == "ה" or phrase_set("of_the_one_in_hand").at(words, 0) or _said("", "told").at(words, 0):
        return True
    glued = first.startswith("ה") and first not in names.by_first
    inside = any(word.text.startswith("ה") for word in words[1:length])
    return glued or inside or any(word.text in _OURS for word in words[length : length + 1])


@cache
def _said(tool: str, kind: str) -> PhraseSet:
    """The words of one kind for what a tool works out, with those that fit every tool."""
    entries = _entries()
    groups = [entries[name][kind] for name in ("any", tool) if name in entries]
    return PhraseSet.of(phrase for group in groups for phrases in group.values() for phrase in phrases)


@cache
def _entries() -> Mapping[str, Any]:
    return read_yaml(FOLDER / "outcomes.yaml")
