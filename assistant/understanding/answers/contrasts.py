"""Clauses that are said only to be set right by the next one.

"On paper they're a distributor, but in truth they only take a commission" says nothing of a distributor, and
"I said they have no rival line, turns out they do" takes an answer back.
"""

from __future__ import annotations

import re
from collections.abc import Container

from assistant.understanding.numbers.amounts import quantities
from assistant.understanding.segments import clauses
from assistant.understanding.words.phrases import PhraseSet, is_negated, phrase_set
from assistant.understanding.words.text import Token, listed, tokens

LEFT = 2  # words that must remain
LATEST = 2  # words before the opening phrase of a clause ("and hold on, …")


def without_seeming(text: str) -> str:
    """The text without what only seemed so ("on paper …, but …", "they used to …, now …")."""
    for clause, after in _followed(text):
        if only_seems(clause, after):
            return text.replace(clause, " ", 1).strip(" ,.;:-–")
    return text


def only_seems(text: str, after: str) -> bool:
    """Whether words tell only what seems so, set right by what comes after ("On paper an agency. In reality …")."""
    opens = _opened_by(phrase_set("seeming"), tokens(text)) > 0
    return opens and _opened_by(phrase_set("in_truth"), tokens(after)) > 0


_NOT_SO_LITTLE = re.compile(
    r",?\s*(?:and )?not (?:just |only |merely )?(?:partly|partially|half|so-so|in part)\b"
    r"|,?\s*ו?לא (?:רק )?(?:חלקית|בחלקו|בחלק|חצי)(?![א-ת])",
    re.IGNORECASE,
)


def without_less(text: str) -> str:
    """The text without the lesser level it denies ("it matches fully, not partly")."""
    told = _NOT_SO_LITTLE.sub("", text).strip(" ,.;:-–")
    return told if len(tokens(told)) >= LEFT and told != text.strip(" ,.;:-–") else text


_LEARNT = re.compile(
    r"^(?:(?:now|so|ok|okay|well|by the way|btw)[, ]+)*(?:i|we)(?:'ve| have)?(?: just| only)?(?: now)? "
    r"(?:found out|learned|learnt|discovered|realised|realized)(?: just now| today| yesterday)?(?: that)? "
    r"|^(?:(?:אז|טוב|עכשיו|הרגע|רק|היום|אתמול|הבוקר)[, ]+)*"
    r"(?:נודע ל(?:י|נו)|גילי(?:תי|נו)|התברר(?: ל(?:י|נו))?|מתברר|מסתבר)"
    r"(?: עכשיו| היום| הרגע| אתמול| הבוקר)? ש-?(?=\S)",
    re.IGNORECASE,
)


def without_learning_it(text: str) -> str:
    """The text without how one came to know it ("I just found out that …", "עכשיו נודע לי ש…")."""
    told = _LEARNT.sub("", text)
    return told if len(tokens(told)) >= LEFT else text


_FORGOTTEN = re.compile(
    r"[,;:.–-]\s*(?:because |since |as )?(?:i|we)(?:'d| had)? (?:forgot|missed|left out|overlooked|skipped|miscounted)"
    r"(?: about)? [\w' ]{1,20}$"
    r"|[,;:.–-]\s*(?:because |since |as )?(?:one|two|three|another|a couple)(?: of them| more)?"
    r"(?: has| have|'s)?(?: just)? "
    r"(?:left|joined|dropped|quit|closed|gone|went|came|cancelled|signed)(?: [\w']+){0,3}$"
    r"|[,;:.–-]\s*(?:כי )?(?:שכחתי|שכחנו|פספסתי|פספסנו|השמטתי|השמטנו|דילגתי על)"
    r"(?: (?:את|עוד|על))? [\u05d0-\u05ea\d ]{1,20}$"
    r"|[,;:.–-]\s*(?:כי )?(?:אחד|אחת|שניים|שתיים|עוד אחד|עוד אחת)(?: מהם| מהן)? "
    r"(?:עזב|עזבה|עזבו|הצטרף|הצטרפה|הצטרפו|נסגר|נסגרה|פרש|פרשה|ביטל|ביטלה)(?: \S+){0,3}$",
    re.IGNORECASE,
)


def without_forgotten(text: str) -> str:
    """The text without how its figure came to change ("make that 12 accounts, I forgot two", "…, one just left")."""
    told = _FORGOTTEN.sub("", text)
    return told if quantities(told) else text


def taken_back(text: str) -> tuple[str, str] | None:
    """(what the person said earlier, what they say now) where a sentence takes the first back, else None."""
    said, turned = phrase_set("said_before"), phrase_set("turned_out")
    for clause, after in _followed(text):
        words, following = tokens(clause), tokens(after)
        place = _opened_by(said, words)
        if not place or not (length := _opened_by(turned, following)):
            continue
        told = clause[words[place].start :] if place < len(words) else ""
        now = after[following[length].start :] if length < len(following) else ""
        return (told, now) if told else None
    return None


def _followed(text: str) -> list[tuple[str, str]]:
    """Each clause but the last, with all that stands behind it."""
    found, end = [], 0
    for clause in clauses(text)[:-1]:
        place = text.find(clause, end)
        if place < 0:
            break
        end = place + len(clause)
        found.append((clause, text[end:].lstrip(" ,.;:-–")))
    return found


def _opened_by(phrases: PhraseSet, words: tuple[Token, ...]) -> int:
    """The place after a phrase near the beginning of the words, 0 where there is none."""
    for place in range(min(LATEST + 1, len(words))):
        if length := phrases.at(words, place):
            return place + length
    return 0


def held_against(text: str, said: Container[int]) -> list[int]:
    """The places of clauses that the next one, which says nothing else, holds something against.

    "There's money pencilled in, but the board hasn't blessed it": `said` are the clauses that speak of something.
    """
    single, found, end = clauses(text), [], 0
    for place, clause in enumerate(single):
        start = text.find(clause, end)
        if start < 0:
            break
        before, end = tokens(text[:start]), start + len(clause)
        joined = bool(before) and before[-1].text in _AGAINST
        if place and joined and place not in said and is_negated(clause) != is_negated(single[place - 1]):
            found.append(place - 1)
    return found


_AGAINST = frozenset(listed("but yet though although however only אבל אך אלא רק אולם"))


def apart_from_needs(text: str) -> tuple[str, list[str]]:
    """What is told, and the clauses that only say what we need ("they cover the north, we need all of it")."""
    needs = [clause for clause in clauses(text) if phrase_set("our_need").at(tokens(clause), 0)]
    told = text
    for clause in needs:
        told = told.replace(clause, " ", 1)
    return (told.strip(" ,.;:-–") if needs else ""), needs
