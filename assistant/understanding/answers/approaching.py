"""Who turned to whom: "we wrote to them first", "הוא התקשר אליי", "I dropped by their stand".

The verb may be any everyday one of turning to somebody; who does it, and to whom, decides. A Hebrew verb tells its
person itself. What is sent, got or found counts by what it is ("got a mail from her").
"""

from __future__ import annotations

import re

from assistant.understanding.answers.claims import Claim
from assistant.understanding.fields.fitting import Context
from assistant.understanding.segments import Span
from assistant.understanding.words.phrases import is_negated, phrase_set
from assistant.understanding.words.text import Token, listed, tokens
from tools.forms import Field

SIDES = frozenset(("us", "them"))
LONGEST_TOLD = 9  # words of a clause that tells of no more than this
SURELY, LIKELY = "surely", "likely"
NEARNESS, AHEAD = {SURELY: 0.9, LIKELY: 0.75}, 0.3  # of the claim, as if an example said so
NEAR = 4  # words behind the verb among which whom they turned to is named
ARTICLES = 2  # words before which "an e-mail" begins
_ARTICLE = "ה"


def asks_who_turned(field: Field) -> bool:
    """Whether a field asks which side turned to the other."""
    return {choice.id for choice in field.choices} >= SIDES


def who_turned(text: str) -> tuple[str, str]:
    """("us" or "them", "surely" or "likely") of a clause that says which side turned to the other, else ("", "").

    It is sure where the words also say that it was the first time, or how it came about.
    """
    words = tokens(text)
    if is_negated(text) or any(phrase_set(name).find(words) >= 0 for name in ("since_known", "third_parties")):
        return "", ""
    first = any(phrase_set(name).find(words) >= 0 for name in ("at_first", "place_of_meeting"))
    side = _received(words) or _turned(words)
    if not side or (not first and len(words) > LONGEST_TOLD):
        return "", ""
    return side, SURELY if first else LIKELY


def _received(words: tuple[Token, ...]) -> str:
    """Who sent what the other side got ("we received an inquiry from them")."""
    got = phrase_set("getting").find(words)
    if got < 0 or phrase_set("message").find(words[got:]) < 0:
        return ""
    taker = _side(words[:got], "subject") or ("us" if _first_person(words[got].text) or not got else "")
    giver = _side(words[got:], "source")
    return giver if giver and giver != taker else ""


def _turned(words: tuple[Token, ...]) -> str:
    """Who turned to whom, where subject and object are not the same side."""
    at, end = _act(words)
    if at < 0 or (at and words[at - 1].text in _RELATIVE):
        return ""  # "we took the first firm that rang": neither side is the subject
    subject = _side(words[:at], "subject")
    verb = words[at].text
    if not subject and (_first_person(verb) or (at == 0 and not _is_hebrew(verb))):
        subject = "us"  # "כתבנו להם"; "sent him a mail" leaves the speaker out
    rest = words[end:]
    turned_to = _side(rest[:NEAR], "object")
    if turned_to and not _nothing_else(rest, turned_to):
        return ""  # "found them very pleasant", "wrote me a warm letter"
    if turned_to:
        opens = at == 0 and _is_hebrew(verb) and turned_to == "us"  # "התקשרו אלינו" leaves out who
        return "" if turned_to == subject else subject or ("them" if opens else "")
    return subject if subject and phrase_set("at_first").find(words) >= 0 else ""


_RELATIVE = frozenset(listed("that which who"))


def _nothing_else(words: tuple[Token, ...], side: str) -> bool:
    """Whether behind whom one turned to nothing is said but where, when and how."""
    known = phrase_set(f"object.{side}")
    place = known.find(words)
    rest = words[place + known.at(words, place) :]
    belongs = words[place].text in _POSSESSIVES
    while rest and belongs and rest[0].kind == "word" and not _goes_on(rest):
        rest = rest[1:]  # "their export manager"
    sent = phrase_set("message").find(rest[:ARTICLES]) >= 0
    return not rest or sent or _goes_on(rest)


_POSSESSIVES = frozenset(listed("their his her our my"))


def _goes_on(words: tuple[Token, ...]) -> bool:
    """Whether words go on with where, when or how it was, or with what was sent."""
    glued = _is_hebrew(words[0].text) and words[0].text[:1] in "במל"
    return glued or any(phrase_set(name).at(words, 0) for name in ("at_first", "circumstances", "message"))


def _act(words: tuple[Token, ...]) -> tuple[int, int]:
    """The places of a verb of turning to somebody and of what follows it, (-1, -1) for none."""
    turning, sending, coming = (phrase_set(name) for name in ("turning_to", "sending", "coming_by"))
    for at in range(len(words)):
        if words[at].text[:1] == _ARTICLE and words[at].text[1:] in turning.by_first:
            continue  # "המועד הבא", "הפנתה אותנו"
        if length := turning.at(words, at):
            return at, at + length
        rest = words[at + 1 :]
        if sending.at(words, at) and phrase_set("message").find(rest) >= 0:
            return at, at + 1
        met = any(phrase_set(name).find(rest) >= 0 for name in ("place_of_meeting", "at_first"))
        if (length := coming.at(words, at)) and met:
            return at, at + length
    return -1, -1


def _side(words: tuple[Token, ...], part: str) -> str:
    """The side that words name first as subject, as object, or as the source of what is got."""
    found = [(phrase_set(f"{part}.{side}").find(words), side) for side in ("us", "them")]
    there = [pair for pair in found if pair[0] >= 0]
    return min(there)[1] if there else ""


_FIRST_PERSON = re.compile(r"^[א-ת]{2,}(?:תי|נו)$")


def _first_person(verb: str) -> bool:
    return bool(_FIRST_PERSON.match(verb))


def _is_hebrew(word: str) -> bool:
    return "א" <= word[:1] <= "ת"


def approach_claim(span: Span, context: Context) -> list[Claim]:
    """Which side turned to the other, for a form that asks so; once that is known, only what says it was first."""
    field = next((f for f in context.tool.form.fields if asks_who_turned(f)), None)
    if field is None or len(span.clauses) > 1:
        return []
    side, how = who_turned(span.text)
    if not side or (_is_known(field, context) and how != SURELY):
        return []
    return [Claim(span, field, side, NEARNESS[how], lead=AHEAD)]


def came_later(claim: Claim, context: Context) -> bool:
    """Whether a claim of who turned to whom is of what came once that was known ("we rang them yesterday")."""
    later = phrase_set("since_known").find(tokens(claim.span.text)) >= 0
    return asks_who_turned(claim.field) and later and _is_known(claim.field, context)


def joins_more(claim: Claim, claims: list[Claim]) -> bool:
    """Whether a joined claim of who turned to whom only repeats one of its clauses, so that the others stand alone."""
    parts, said = claim.span.clauses, (claim.field.id, claim.value)
    alone = (other for other in claims if len(other.span.clauses) == 1 and other.span.clauses < parts)
    return asks_who_turned(claim.field) and any((other.field.id, other.value) == said for other in alone)


def _is_known(field: Field, context: Context) -> bool:
    asked = field.id == context.open_field or context.correcting
    return field.id in (context.values or {}) and not asked
