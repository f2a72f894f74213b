"""Sayings whose sense lies in their make: "not just a vendor", "they can't run a day without us".

Word by word they deny what they affirm. A clause that denies a mere limit is read without its denial, and turned
around; what stands or falls without somebody is read as the plain saying that he is needed, or is not.
"""

from __future__ import annotations

import re

from assistant.understanding.words.phrases import is_negated, phrase_set
from assistant.understanding.words.text import is_hebrew_text, tokens

LONGEST_TURN = 400  # characters of a text in which a turn of phrase is looked for
_DENIAL = re.compile(r"n't\b|\bnot\b|\bmore than\b|(?<![א-ת])(?:לא(?![א-ת])|יותר מ-?)", re.IGNORECASE)
_NOT_WITHOUT = re.compile(r"\b(?:not|never) without\b|(?<![א-ת])לא בלי(?![א-ת])", re.IGNORECASE)
_NEEDED = {"en": "they could hardly do without us", "he": "קשה להם בלעדינו"}
_NOT_NEEDED = {"en": "they would not notice if we were gone", "he": "לא ישימו לב אם ניעלם"}


def _whole(turn: re.Pattern[str], text: str) -> re.Match[str] | None:
    """A turn of phrase that a text is from end to end; one of a longer text would take too long to find."""
    return turn.fullmatch(text.strip()) if len(text) <= LONGEST_TURN else None


def denies_a_limit(text: str) -> bool:
    """Whether a clause denies only that it is no more than it says ("we're not just another vendor")."""
    return phrase_set("not_just").find(tokens(text)) >= 0


def limit_denied(text: str) -> str:
    """The limit itself that a clause denies ("we're just another vendor")."""
    words, known = tokens(text), phrase_set("not_just")
    place = known.find(words)
    end = words[place + known.at(words, place) - 1].end
    opening = _DENIAL.sub("", text[words[place].start : end])
    return re.sub(r"\s+", " ", f"{text[: words[place].start]}{opening}{text[end:]}").strip()


def is_limiting(text: str) -> bool:
    """Whether words say that it is no more than that ("only occasional customers")."""
    return phrase_set("limiting").find(tokens(text)) >= 0


def plainly(text: str) -> str:
    """ "They can't run the dock without us", "בלעדינו המפעל עומד" in the fewest words; "" for all else."""
    if _NOT_WITHOUT.search(text):
        return _NOT_WITHOUT.sub("עם" if is_hebrew_text(text) else "with", text)
    words = tokens(text)
    if phrase_set("without_us").find(words) < 0:
        return ""
    language = "he" if is_hebrew_text(text) else "en"
    denied = phrase_set("negation").count(words) > phrase_set("lacking").count(words)
    helpless = phrase_set("helpless").find(words) >= 0
    copes = phrase_set("coping").find(words) >= 0
    if denied != helpless:
        return _NEEDED[language]
    return _NOT_NEEDED[language] if copes or denied else ""


_NOT_THAT_NOT = re.compile(
    r"^(?P<before>.*?)\bit(?:'s| is|s)? ?(?:not|n't|isn't) (?:that|like|as if) (?P<who>\w+) "
    r"(?:don't|do not|doesn't|does not|didn't|did not|haven't|have not|hasn't|has not|can't|cannot|won't|will not|"
    r"aren't|are not|isn't|is not) (?P<what>[^,;.]+)(?P<after>.*)$"
    r"|^(?P<before_he>.*?)(?:זה )?לא ש(?P<who_he>\S+) לא (?P<what_he>[^,;.]+)(?P<after_he>.*)$",
    re.IGNORECASE,
)


def without_double_denial(text: str) -> str:
    """ "It's not that they don't advertise, they do it plenty": what is so after all, without either denial."""
    found = _whole(_NOT_THAT_NOT, text)
    if found is None:
        return text
    said = [found[name] or found[f"{name}_he"] or "" for name in ("before", "who", "what", "after")]
    before, who, what, after = (part.strip() for part in said)
    return f"{before} {who} {what}{after}".strip() if not before.endswith("?") else text


def undoes_denial(before: str, clause: str) -> bool:
    """Whether a clause that lacks something belongs to the denial before it ("they can't work | without us")."""
    words = tokens(clause)
    return bool(words) and phrase_set("lacking").at(words, 0) > 0 and is_negated(before)


_ABOUT = re.compile(
    r"(?:and |but )?(?:on|about|regarding|concerning|as for|as to|re|with regard to|when it comes to)\s+"
    r"(?:the |that |this |our |their )?(?P<topic>.+?)(?: (?:thing|question|issue|point|one|bit|matter|side))?"
    r"|ו?(?:לגבי|בעניין|בנושא|באשר ל|בנוגע ל|בקשר ל)(?: |-)*(?P<topic_he>.+?)",
    re.IGNORECASE,
)


def topic_of(text: str) -> str:
    """What words in front say that the rest is about ("on the partner thing", "לגבי השותף"); "" for none."""
    found = _whole(_ABOUT, text)
    return (found["topic"] or found["topic_he"]) if found is not None else ""


_EXCUSE = re.compile(
    r"(?:^|[,;:.–-]\s*|\s)(?:sorry,? )?(?:because |since |as |but )?(?:i|we)"
    r"(?:'d|'ve| had| have| was| were| must have)?(?: just| probably| clearly)? (?:"
    r"(?:got|had|put|wrote|read|heard|remembered|took|noted)(?: \w+){0,4} wrong(?:ly)?"
    r"|(?:look|read|think|ask|talk|open|check)\w*(?: \w+){0,2} (?:the |a )?wrong \w+"
    r"|(?:mixed|mixing)(?: \w+){0,4} up(?: with [\w' ]{1,30})?|mixed up(?: [\w']+){1,4}"
    r"|confus(?:ed|ing)(?: [\w']+){1,6}"
    r"|(?:misread|misheard|mistook|misremembered|misspoke|exaggerat\w+|overstated)(?: (?:it|that|this))?"
    r"|(?:mistaken|wrong)(?: about (?:it|that|this))?)"
    r"(?=\s*(?:[,;:.!–-]|$))"
    r"|(?:^|[,;:.–-]\s*|\s)(?:כי |אבל |סליחה,? )?(?:"
    r"(?:הסתכלתי|הסתכלנו|קראתי|קראנו|בדקתי|בדקנו|פתחתי|חשבתי|דיברתי) על (?:\S+ ){1,3}?ה?לא[ -]נכונ?ה?(?:ים|ות)?"
    r"|(?:קראתי|הבנתי|זכרתי|רשמתי|שמעתי)(?: \S+)?(?: \S+)? לא נכון"
    r"|(?:טעיתי|טעינו|התבלבלתי|התבלבלנו|בלבלתי|ערבבתי|הגזמתי|הגזמנו|הפרזתי|לא דייקתי)"
    r"(?: (?:ב|בין|עם|קצת)\S*(?: \S+){0,3})?)"
    r"(?=\s*(?:[,;:.!–-]|$))",
    re.IGNORECASE,
)


def without_excuse(text: str) -> str:
    """The text without how a mistake came about ("…, I looked at the wrong year"); "" where it says no more."""
    if not excuses(text):
        return text
    return re.sub(r"\s+", " ", _EXCUSE.sub(" ", text)).strip(" ,;:.–-!")


def excuses(text: str) -> bool:
    """Whether words say that what was told before was told in error ("I got the country wrong")."""
    return len(text) <= LONGEST_TURN and _EXCUSE.search(text) is not None


_CONTRAST = re.compile(
    r"(?P<said>.+?)[,\s]+(?:and |but )?(?:not|rather than|instead of|never)\s+(?P<denied>[^,.;]+)[.!]?$"
    r"|(?P<said_he>.+?)[,\s]+(?:ולא|לא|במקום|אלא לא)\s+(?P<denied_he>[^,.;]+)[.!]?$",
    re.IGNORECASE,
)
LONGEST_DENIED = 4  # words


def without_contrast(text: str) -> str:
    """ "We chose by name, not by profit": what is said, without what it is set against under the same preposition."""
    found = _whole(_CONTRAST, text)
    if found is None:
        return text
    said = tokens(found["said"] or found["said_he"])
    denied = tokens(found["denied"] or found["denied_he"])
    heads = {word.text for word in said if phrase_set("heads_of_contrast").at((word,), 0)}
    kept = str(found["said"] or found["said_he"])
    apart = bool(denied) and len(denied) <= LONGEST_DENIED and denied[0].text in heads
    return kept if apart and not is_negated(kept) else text


def without_assurance(text: str) -> str:
    """The words without "…, no doubt", "…, זהו" at their end; all of them where they say no more."""
    words = tuple(word for word in tokens(text) if word.kind != "sign")
    for place in range(max(1, len(words) - LONGEST_ASSURANCE), len(words)):
        length = phrase_set("assuring").at(words, place)
        pause = text[words[place - 1].end : words[place].start]
        if length and place + length == len(words) and (set(pause) & set(",.;:–-!") or length > 1):
            return text[: words[place - 1].end]
    return text


LONGEST_ASSURANCE = 5  # words
