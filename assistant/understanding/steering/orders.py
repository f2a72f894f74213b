"""Orders told by an act and what it is done to, in whatever words stand around them.

"No no, take that last answer back" is no authored phrase, but it takes back, and what it takes back is the last answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.commands import Command, Resume, Simple
from assistant.understanding.fields.mentioned import rather_meant
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering.intents import (
    carries_figures,
    nearest_intent,
    record_names,
    share_said,
    without_courtesies,
)
from assistant.understanding.steering.starting import chances_of_tools
from assistant.understanding.steering.subjects import tool_about, tool_named
from assistant.understanding.words.matching import word_stem
from assistant.understanding.words.phrases import is_negated, phrase_set
from assistant.understanding.words.text import tokens
from knowledge.hebrew import content_words
from knowledge.hebrew import words as words_of

LONGEST, LONGEST_NAMING_IT = 10, 16  # words, and of an order that names a supposition or the archive
LONGEST_RECALLING, MOST_NAMING = 14, 6  # words of a wish to hear what was noted, and of the name of the question
FIRST = 2  # words an order may open with before its act
MOST_NAMED = 8  # names looked at
NAMED = 0.4  # nearness to the name of an answered field
FEWEST_ELSE = 1  # content words of a clause that says something of its own
MOST_BESIDE = 2  # words of a meaning of their own beside the act and its object


def ordered(part: Sentence, here: Situation) -> Command | None:
    """The order a sentence gives to the conversation by its act and its object, None when it gives none."""
    polite = bool(part.words) and phrase_set("can_you").at(part.words, 0) > 0
    if here.subject is not None and len(part.words) <= LONGEST_NAMING_IT and not part.asked:
        if (kept := _of_a_supposition(part, here)) is not None:
            return kept
        if _has(part, "into_the_archive") and not is_negated(part.text):
            return Simple("archive")
    if here.subject is None or len(part.words) > LONGEST or carries_figures(part.text):
        return None
    if part.marked and not polite:
        return None
    if field := _withdrawn(part, here):
        return Simple("undo", field)
    if _has(part, "taking_back") and _has(part, "last_said") and not _goes_on(part):
        return Simple("undo")
    if here.record is not None and _has(part, "leaving") and not is_negated(part.text):
        return Simple("pause")
    if _has(part, "showing") and _has(part, "outcomes") and _says_little_else(part):
        return Simple("result")
    return _return(part, here)


def _of_a_supposition(part: Sentence, here: Situation) -> Simple | None:
    """ "Throw that what-if away", "תהפוך את המה-אם לאמיתי": what becomes of what was supposed, which is named."""
    if not _has(part, "suppositions"):
        return None
    if _has(part, "throwing_away"):
        return Simple("discard")
    return Simple("promote") if _has(part, "making_real") and not is_negated(part.text) else None


def _withdrawn(part: Sentence, here: Situation) -> str:
    """The answered field that an order takes back by its name ("delete my answer about the budget"), else ""."""
    words = tokens(without_courtesies(part.text))
    if here.context is None or here.subject is None or not words or _goes_on(part):
        return ""
    act, said = phrase_set("taking_back"), phrase_set("answer_given")
    place = said.find(words)
    if not any(act.at(words, at) for at in range(min(FIRST, len(words)))) or place < 0:
        return ""
    text = without_courtesies(part.text)
    subjects = _behind_about(text, place)
    about = subjects[0] if subjects else text[words[min(FIRST, len(words)) - 1].start :]
    return _field_of(about, list(here.subject.answers), here)


def recalled(part: Sentence, here: Situation) -> Simple | None:
    """ "What did I say about the budget?", "מה רשמת לגבי הגודל?": what is noted of one question and no more."""
    if here.subject is None or here.context is None or len(part.words) > LONGEST_RECALLING or part.supposed:
        return None
    act = phrase_set("recalling")
    place = act.find(part.words)
    if place < 0 or carries_figures(part.text) or _has(part, "taking_back"):
        return None  # "take back what I said about the budget"
    end = place + act.at(part.words, place)
    said = (*part.words[:place], *part.words[end:])
    glue = [phrase_set(name) for name in ("about", "around_recalling", "courtesies", "prodding")]
    rest = [word.text for word in said if word.kind != "sign" and not any(known.at((word,), 0) for known in glue)]
    if not rest:
        return None
    fields = [field.id for field in here.context.tool.form.fields]
    field = _labelled(rest, here) or (_field_of(" ".join(rest), fields, here) if len(rest) <= MOST_NAMING else "")
    return Simple("summary", field) if field else None


def _labelled(rest: Sequence[str], here: Situation) -> str:
    """The one field with all these words in its label, "" for none or several."""
    if here.context is None:
        return ""
    said = {word_stem(word) for word in rest}
    labels = [(field.id, field.label[one]) for field in here.context.tool.form.fields for one in ("en", "he")]
    found = {name for name, label in labels if said <= {word_stem(word) for word in words_of(label)}}
    return found.pop() if len(found) == 1 else ""


def field_asked_about(here: Situation) -> str:
    """The field that a question names ("whom do I ask about the competing line?"), else ""."""
    subjects = _behind_about(here.text)
    fields = [field.id for field in here.context.tool.form.fields] if here.context is not None else []
    return _field_of(subjects[-1], fields, here) if subjects else ""


def _behind_about(text: str, after: int = -1) -> list[str]:
    """What stands behind each "about", "לגבי" beyond the word at the place `after`."""
    words = tokens(text)
    return [text[w.end :] for at, w in enumerate(words) if at > after and phrase_set("about").at(words, at)]


def _field_of(about: str, fields: Sequence[str], here: Situation) -> str:
    """Which of these fields words name, "" for none."""
    if here.context is None:
        return ""
    named = here.library.index.best(about, "cue", here.context.tool.name, whole=False)[:MOST_NAMED]
    known = [match for match in named if match.score >= NAMED and match.key[2] in fields]
    name = max(known, key=lambda match: match.score * share_said(about, match.example)).key[2] if known else ""
    return rather_meant(about, here.context.tool.name, name, fields) or name


def hands_over(part: Sentence, here: Situation) -> bool:
    """ "My assistant will fill in the rest", "סמנכ"ל השיווק ישלים את מה שחסר": somebody else goes on with it."""
    if here.subject is None or carries_figures(part.text) or len(part.words) > LONGEST_HANDED:
        return False
    return all(_has(part, name) for name in ("colleague", "completing", "what_is_left"))


def order_beside(part: Sentence, here: Situation) -> Command | None:
    """The order one clause gives in so many words, where the others say nothing else ("oops wrong button, undo")."""
    said = clauses(part.text)
    for clause in said if len(said) > 1 else ():
        best = nearest_intent(clause, here.library)[:1]
        if best and best[0].name in BESIDE and best[0].score >= SURELY:
            return Simple(best[0].name)  # type: ignore[arg-type]
    return None


LONGEST_HANDED = 16  # words
BESIDE = frozenset(("undo", "pause", "result", "summary", "where", "back", "go_on"))
SURELY = 0.9
FAIRLY_LIKELY = 0.3  # chance of a tool that is gone back to
MOST_LIKELY = 0.8  # share of the chances of the tools begun from which one is meant


def _goes_on(part: Sentence) -> bool:
    """Whether a clause says something else ("forget what I said, there is no budget" is a correction)."""
    act = phrase_set("taking_back")
    others = [clause for clause in clauses(part.text) if act.find(tokens(clause)) < 0]
    return any(len(content_words(clause)) >= FEWEST_ELSE for clause in others)


def _has(part: Sentence, name: str) -> bool:
    return phrase_set(name).find(part.words) >= 0


def _says_little_else(part: Sentence) -> bool:
    """Whether next to nothing stands beside the act and its object ("show the verdict for other weights" says more)."""
    known = ("showing", "outcomes", "courtesies", "going_back", "as_it_stands")
    rest = [w for w in content_words(part.text) if not any(phrase_set(name).find(tokens(w)) >= 0 for name in known)]
    return len(rest) <= MOST_BESIDE and not is_negated(part.text)


def _return(part: Sentence, here: Situation) -> Resume | None:
    """ "Now go back to the lead check": a tool that a record of this conversation is of, and not a new one."""
    place = phrase_set("returning").find(part.words)
    if place < 0 or _has(part, "another_one") or is_negated(part.text[: part.words[place].start]):
        return None  # "the lead where we stopped" denies nothing
    if names := record_names(part.text, here.state):
        return Resume(names[0]) if len(names) == 1 else None
    begun = sorted({record.tool for record in here.state.records.values()})
    tool = tool_named(part.text, here.library, begun) or tool_about(part.text, here.library, begun, plainly=True)
    tool = tool or _likeliest_of(part.text[part.words[place].start :], begun, here)
    return Resume(tool) if tool else None


def _likeliest_of(text: str, begun: Sequence[str], here: Situation) -> str:
    """Which of the tools begun, but for the one that is open, words surely mean by all that people say to begin it."""
    chances = chances_of_tools(text)
    others = [tool for tool in begun if here.record is None or tool != here.record.tool]
    likeliest = max(others, key=lambda tool: chances.get(tool, 0.0), default="")
    least = max(FAIRLY_LIKELY, MOST_LIKELY * sum(chances.get(tool, 0.0) for tool in begun))
    named = len(content_words(text)) > FEWEST_ELSE
    return likeliest if named and chances.get(likeliest, 0.0) >= least else ""
