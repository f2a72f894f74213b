"""Personal contact details: found anywhere in a line and taken out."""

from __future__ import annotations

import re

from knowledge.reading.lines import Line, Range, tidy, without

_MAIL = re.compile(
    r"(?:mailto:\s*)?(?<![\w.+%-])[\w.+%'-]{1,64}\s?(?:[@＠]|[\[(]\s?at\s?[\])])\s?"
    r"[\w-]{1,63}(?:\s?(?:\.|[\[(]\s?dot\s?[\])])\s?[\w-]{1,63}){1,5}",
    re.IGNORECASE,
)
_LABEL = (
    r"(?:tel(?:ephone)?|phone|mobile|cell|fax|whats ?app|direct|office|call(?: us)?(?: (?:on|at))?|dial|"
    r"טלפון|טל['׳]?|נייד|פלאפון|סלולרי|פקס|וואטסאפ|ווטסאפ|חייגו|התקשרו(?: אלינו)?)"
)
_GROUPS = r"(?:[\s.()/-]{0,3}\d){6,14}"
_SHORT_LABEL = r"(?:^|(?<=[\s|,;(]))[TMFPCטנפ]\s?[:.]"
_PHONE = re.compile(
    r"(?<![\w.,$€£₪-])(?:"
    r"(?:\+|00)\s?\d(?:[\s.()/-]{0,3}\d){7,14}"  # international
    r"|972[\s.-]?\d{1,2}[\s.-]?\d{3}[\s.-]?\d{4}"
    r"|\(?0(?:5\d|7\d|[2-489])\)?[\s./-]{0,2}\d{3}[\s.-]?\d{4}"  # Israel
    r"|1[\s-]?[78]00[\s-]?\d{3}[\s-]?\d{3,4}|1[\s-]800[\s-][\dA-Z-]{7,8}"
    r"|\(\d{3}\)\s?\d{3}[\s.-]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}"  # North America
    r"|\(?0\d{2,4}\)?[\s-]\d{3,4}[\s-]?\d{3,4}"
    r")(?![\w%]|[.,]\d)"
)
_LABELLED = re.compile(
    rf"(?:\b{_LABEL}|{_SHORT_LABEL})(?:\s?(?:no\.?|number|מספר))?[\s:.'׳#-]{{0,4}}(?P<n>[+(]?\d{_GROUPS})(?!\d)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"\b(?:number|no\.?|מספר)\s?[-:–]?\s?(?P<n>\+?\d{{2,3}}[-\s]\d{{1,2}}[-\s]\d{_GROUPS})", re.IGNORECASE
)
_STAR = re.compile(rf"{_LABEL}[\s:-]{{0,3}}(?P<n>\*\d{{4}}|\d{{4}}\*)")
_PROFILE = re.compile(
    r"(?:https?://)?(?:[\w-]{1,20}\.)?(?:linkedin\.com/(?:in|pub)|facebook\.com|twitter\.com|x\.com|t\.me|wa\.me|"
    r"instagram\.com)/[^\s<>\"]{1,200}",
    re.IGNORECASE,
)
_LEFT = re.compile(
    rf"(?<=:)\s*,(?=\s)|\(\s*[,;|/-]?\s*\)|\[\s*\]|<\s*>|\b(?:e-?mail|mail|{_LABEL}|דוא\"?ל|מייל|אימייל|דואל)\s*[:.\-–]\s*(?=$|[|,;)])",
    re.IGNORECASE,
)
LEFTOVER = re.compile(
    rf"^[\W\d_]*(?:(?:e-?mail|mail|web(?:site)?|{_LABEL}|israe?l?i?|us|uk|number|no|my|profile|linkedin|at|or|and|"
    r"דוא\"?ל|מייל|אימייל|דואל|כתובת|אתר|או|ו|[TMFEPW])[\W\d_]*){0,6}$",
    re.IGNORECASE,
)


def contacts(text: str) -> list[Range]:
    """Where e-mail addresses, phone numbers and personal profile addresses stand in a text."""
    found: list[Range] = []
    if "@" in text or "＠" in text or re.search(r"[\[(]\s?at\s?[\])]", text, re.IGNORECASE):
        found += [match.span() for match in _MAIL.finditer(text)]
    if "/" in text:
        found += [match.span() for match in _PROFILE.finditer(text)]
    if re.search(r"\d", text):
        found += [match.span() for match in _PHONE.finditer(text)]
        for pattern in (_LABELLED, _NUMBERED, _STAR):
            found += [match.span("n") for match in pattern.finditer(text)]
    return _apart(found)


def _apart(ranges: list[Range]) -> list[Range]:
    result: list[Range] = []
    for start, end in sorted(ranges):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def without_contacts(source: Line) -> tuple[Line, int]:
    """Take contact details out of a line, with the empty brackets and labels they leave, and count them."""
    found = contacts(source.text)
    if not found:
        return source, 0
    bare = without(source, found)
    left = [match.span() for match in _LEFT.finditer(bare.text)]
    return tidy(without(bare, left) if left else bare), len(found)


def only_contacts(text: str) -> bool:
    """Say whether a line holds contact details and nothing but their labels."""
    found = contacts(text)
    if not found:
        return False
    rest = "".join(
        text[a:b] for a, b in zip([0, *(e for _, e in found)], [*(s for s, _ in found), len(text)], strict=True)
    )
    return bool(LEFTOVER.match(rest))
