"""Lines to posts: a dump is cut where its posts begin; each post sheds what is not its text."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.reading.boilerplate import RESTRICTED, clutter, promo, site_name, tail_start
from knowledge.reading.dates import STYLES, DateLine, date_line, find_date
from knowledge.reading.extract import Extract
from knowledge.reading.lines import Line
from knowledge.reading.privacy import contacts, only_contacts, without_contacts
from knowledge.reading.signatures import find_signature, is_name, names_in

_BYLINE = re.compile(
    r"(?:by|author|written by|posted by|מאת|כתב|כתבה|כתבו|מחבר|מחברת|נכתב על ידי|פורסם על ידי)"
    r"\s?[:\s-]\s*(?P<name>.{2,60})",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(?P<key>title|date|author|by|כותרת|תאריך|מאת|מחבר)\s?:\s*(?P<value>.{1,200})", re.IGNORECASE)
_KEYS = {"כותרת": "title", "תאריך": "date", "מאת": "author", "מחבר": "author", "by": "author"}
_TABLE = re.compile(
    r"ה?טבלה (?:להלן|הבאה|שלהלן|מציגה|מתארת|המצורפת|היא)|להלן (?:ה)?טבלה|בטבלה (?:להלן|הבאה|שלהלן|המצורפת)|"
    r"table (?:below|above)|following table|table \d+ (?:shows|gives|lists)|(?:below|attached) table",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"להלן (?:ה)?(?:מבנה|תרשים|גרף|איור)|ב(?:תרשים|איור|גרף|תמונה) (?:הבא|להלן|שלהלן|המצורף)|"
    r"(?:diagram|chart|figure|graph|picture) (?:below|above)|"
    r"following (?:diagram|chart|figure|graph)|figure \d",
    re.IGNORECASE,
)
_OCCASION = re.compile(
    r"(?:סמינר|כנס|וובינר|הרצאה|מפגש) (?:ב|ש|מ)|"
    r"(?:הזמנה|מזמינ\S+|מוזמנ\S+) (?:\S+ )?ל(?:סמינר|כנס|הרצאה|וובינר|אירוע|מפגש|השקה)|"
    r"הפסקה (?:קצרה|זמנית|של)|יוצא ל(?:הפסקה|חופשה)|מזל טוב|חג שמח|שנה טובה|"
    r"(?:ממליצ?ה?|להמליץ) על|נתקלתי ב|שמח(?:ה|ים)? ל(?:הודיע|בשר)|"
    r"(?:join|invited to|register for) (?:\S+ ){0,4}(?:seminar|webinar|conference|event|workshop)|"
    r"pleased to announce|happy new year|on vacation|taking a (?:short )?break|"
    r"recommend (?:this|the|a|an) (?:\S+ )?(?:blog|book|article|post)|(?:came across|stumbled (?:on|upon))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Post:
    """One text with what is known of it; `dropped` counts the lines taken out, by reason."""

    lines: tuple[Line, ...]
    title: str
    author: str = ""
    date: dt.date | None = None
    signed: dt.date | None = None
    flags: tuple[str, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Section:
    lines: Sequence[Line]
    title: str = ""
    author: str = ""
    date: dt.date | None = None
    page: bool = False


def posts_of(found: Extract) -> list[Post]:
    """Cut a file into its posts (one, where it is a single article) and clean each."""
    lines = list(found.lines)
    sections = _by_fields(lines) or _by_dates(lines)
    if not sections:
        sections = [_single(found, lines)]
    known = names_in([section.lines for section in sections]) if len(sections) > 1 else frozenset()
    repeated = _repeated(sections)
    posts = [_clean(section, known, repeated, found) for section in sections]
    common = Counter(post.author for post in posts if post.author).most_common(1)
    return [_signed_by(post, common[0][0] if common and len(posts) > 2 else "") for post in posts if post.lines]


def _repeated(sections: Sequence[_Section]) -> frozenset[str]:
    """Lines that stand in many posts of a dump belong to the site, not to the posts."""
    counts = Counter(text for section in sections for text in {item.text for item in section.lines if item.text})
    often = max(4, 0.4 * len(sections))
    return frozenset(text for text, count in counts.items() if count >= often)


def _signed_by(post: Post, usual: str) -> Post:
    if post.author or not usual:
        return post
    return Post(post.lines, post.title, usual, post.date, post.signed, post.flags, post.dropped)


def title_like(item: Line) -> bool:
    """Say whether a line could be the title of a text."""
    text = item.text
    if item.blank or item.words > 25 or len(text) > 180 or item.words == 0:
        return False
    if item.kind in ("item", "row") or date_line(text) or only_contacts(text) or _aside(text):
        return False
    return not re.search(r"[^.][.,;]$", text)


def _by_fields(lines: list[Line]) -> list[_Section]:
    """Posts headed by "Title: … / Date: … / Author: …"."""
    heads: list[tuple[int, int, dict[str, str]]] = []
    at = 0
    while at < len(lines):
        end, found = _field_block(lines, at)
        if len(found) >= 2 and "title" in found:
            heads.append((at, end, found))
        at = max(end, at + 1)
    if not heads or (len(heads) == 1 and any(item.words > 12 for item in lines[: heads[0][0]])):
        return []
    ends = [start for start, _, _ in heads[1:]] + [len(lines)]
    return [
        _Section(
            lines[end:stop],
            fields.get("title", ""),
            fields.get("author", ""),
            find_date(fields.get("date", "")),
        )
        for (_, end, fields), stop in zip(heads, ends, strict=True)
    ]


def _field_block(lines: list[Line], at: int) -> tuple[int, dict[str, str]]:
    found: dict[str, str] = {}
    while at < len(lines):
        match = _FIELD.fullmatch(lines[at].text)
        if not match:
            break
        key = match["key"].lower()
        found[_KEYS.get(key, key)] = match["value"].strip()
        at += 1
    return at, found


def _by_dates(lines: list[Line]) -> list[_Section]:
    """Posts headed by a line that is a date, with the title right below or right above it."""
    dated = [(at, found) for at, item in enumerate(lines) if (found := date_line(item.text))]
    heads = _header_dates(lines, dated)
    if not heads:
        return []
    before = sum(_title_above(lines, at) for at, _ in heads) > 0.5 * len(heads)
    starts = [_previous(lines, at) if before else at for at, _ in heads]
    if len(heads) == 1 and _previous(lines, heads[0][0]) >= 0:
        return []  # a page: its date may stand anywhere near its title
    sections = []
    for (at, found), start, stop in zip(heads, starts, [*starts[1:], len(lines)], strict=True):
        body = [item for index, item in enumerate(lines[start:stop], start) if index != at]
        title, rest = _take_title(body)
        sections.append(_Section(rest, title, found.author, found.date))
    opening = lines[: starts[0]]
    if sum(item.words for item in opening if not (clutter(item.text) or promo(item.text))) >= 60:
        sections.insert(0, _Section(opening, *_take_title(opening)[:1]))
    return sections


def _header_dates(lines: list[Line], dated: list[tuple[int, DateLine]]) -> list[tuple[int, DateLine]]:
    """The dates that head texts: those of the surest style of which several do."""
    counts = Counter(item.text for item in lines)
    groups = []
    for style in range(STYLES):
        heads = [(at, found) for at, found in dated if found.style == style and _heads(lines, at, style, counts)]
        if len(heads) >= 2 or (heads and sum(item.words for item in lines[: heads[0][0]]) <= 30):
            groups.append((len(heads) if style < STYLES - 1 else 0.5, -style, heads))
    return max(groups, key=lambda group: group[:2])[2] if groups else []


def _heads(lines: list[Line], at: int, style: int, counts: Mapping[str, int]) -> bool:
    """Whether a date line heads a text: a title follows or precedes it, and it is no part of a signature."""
    after = _next(lines, at)
    if after >= len(lines):
        return False
    if style < 3:
        return title_like(lines[after]) or _title_above(lines, at)
    touching = [lines[near].text for near in (at - 1, at + 1) if 0 <= near < len(lines)]
    if any(only_contacts(text) or (is_name(text) and counts[text] > 1) for text in touching):
        return False
    apart = at == 0 or lines[at - 1].blank or bool(clutter(lines[at - 1].text))
    return (apart and title_like(lines[after])) or _title_above(lines, at)


def _title_above(lines: list[Line], at: int) -> bool:
    above = _previous(lines, at)
    if above < 0 or at - above > 2 or not title_like(lines[above]):
        return False
    apart = above == 0 or lines[above - 1].blank or bool(clutter(lines[above - 1].text))
    after = _next(lines, at)
    if not apart or after >= len(lines):
        return False
    return lines[after].words > 20 or not title_like(lines[after]) or lines[above].kind == "heading"


def _next(lines: list[Line], at: int) -> int:
    """Index of the next line with text that is not furniture."""
    probe = at + 1
    while probe < len(lines) and (lines[probe].blank or _aside(lines[probe].text)):
        probe += 1
    return probe


def _previous(lines: list[Line], at: int) -> int:
    probe = at - 1
    while probe >= 0 and (lines[probe].blank or _aside(lines[probe].text)):
        probe -= 1
    return probe


def _aside(text: str) -> bool:
    """Whether a line stands between title, date and text without being any of them."""
    return bool(clutter(text)) or bool(_BYLINE.fullmatch(text))


def _take_title(body: list[Line]) -> tuple[str, list[Line]]:
    first = _next(body, -1)
    if first < len(body) and title_like(body[first]):
        return body[first].text, body[:first] + body[first + 1 :]
    return "", body


def _single(found: Extract, lines: list[Line]) -> _Section:
    """A page with one article: title, byline and date stand somewhere above the first real paragraph."""
    start = next((at for at, item in enumerate(lines) if item.words >= 15 and not promo(item.text)), 0)
    head = lines[:start] if start else lines[:1]
    repeated = {text for text, count in Counter(item.text for item in lines if item.text).items() if count > 1}
    usable = [at for at, item in enumerate(head) if title_like(item) and not _furniture(item.text, repeated)]
    headed = [at for at in usable if head[at].kind == "heading"]
    at = next(iter(headed or usable), None)
    declared = re.split(r"\s+(?:[|»·]|::)\s+", found.title)[0] if len(found.title) <= 300 else ""
    title = head[at].text if at is not None else declared
    body = lines if at is None else lines[at + 1 :]
    date = next((when for item in head if item.words <= 8 and (when := find_date(item.text))), None)
    return _Section(body, title, found.author.strip(), date or find_date(found.date), page=True)


def _furniture(text: str, repeated: Collection[str]) -> bool:
    if text in repeated or site_name(text) or promo(text) or _BYLINE.fullmatch(text):
        return True
    return any(text.startswith(word + " ") for word in repeated)


def _clean(section: _Section, known: Collection[str], repeated: Collection[str], found: Extract) -> Post:
    dropped: Counter[str] = Counter(found.skipped if section.page else {})
    restricted = any(RESTRICTED.search(item.text) for item in section.lines)
    author, lines = _byline(section, dropped)
    lines = lines[: _cut(lines, tail_start(lines), dropped)]
    lines = _without_clutter(lines, section.title, dropped)
    signature = find_signature(lines, known)
    dropped["signature"] += len(signature.lines)
    lines = [item for at, item in enumerate(lines) if at not in signature.lines]
    dropped["repeated"] += sum(1 for item in lines if item.text in repeated)
    lines = _without_contacts([item for item in lines if item.text not in repeated], dropped)
    author = signature.author or author
    title = _bare(section.title) or _first_words(lines)
    flags = [*found.flags, *_flags(lines)]
    flags += ["announcement"] if _announces(lines, section.page) else []
    flags += ["restricted"] if restricted else []
    return Post(tuple(lines), title, author, section.date, signature.signed, tuple(flags), +dropped)


def _byline(section: _Section, dropped: Counter[str]) -> tuple[str, list[Line]]:
    """Take "by …" and date lines, and a publisher's name beside the date, from the top of a text."""
    lines, author = list(section.lines), section.author
    top = [at for at, item in enumerate(lines) if not item.blank][:5]
    gone: set[int] = set()
    for index, at in enumerate(top):
        text = lines[at].text
        match = _BYLINE.fullmatch(text)
        if match and len(match["name"].split()) <= 5:
            author = author or match["name"].strip()
            gone.add(at)
        elif section.page and date_line(text):
            gone.add(at)
            if index == 1 and lines[top[0]].words <= 3 and top[0] not in gone:
                author = author or lines[top[0]].text
                gone.add(top[0])
        elif lines[at].words > 15:
            break
    dropped["byline"] += len(gone)
    return author, [item for at, item in enumerate(lines) if at not in gone]


def _cut(lines: list[Line], end: int, dropped: Counter[str]) -> int:
    for item in lines[end:]:
        if not item.blank:
            dropped[clutter(item.text) or promo(item.text) or "after-the-text"] += 1
    return end


def _without_clutter(lines: list[Line], title: str, dropped: Counter[str]) -> list[Line]:
    kept: list[Line] = []
    started = False
    for item in lines:
        reason = None if item.blank else clutter(item.text)
        if not started and not item.blank and item.text == title:
            reason = "title-again"
        started = started or not (item.blank or reason)
        if reason:
            dropped[reason] += 1
            item = Line("", item.pieces)
        kept.append(item)
    return kept


def _without_contacts(lines: list[Line], dropped: Counter[str]) -> list[Line]:
    kept = []
    for item in lines:
        bare, count = without_contacts(item)
        dropped["contact"] += count
        kept.append(bare)
    return kept


def _bare(title: str) -> str:
    for start, end in reversed(contacts(title)):
        title = title[:start] + title[end:]
    return " ".join(title.split())[:200]


def _first_words(lines: Sequence[Line]) -> str:
    text = next((item.text for item in lines if item.words), "")
    return " ".join(text.split()[:10])


def _announces(lines: Sequence[Line], page: bool) -> bool:
    """Whether a post only tells of an event, a break or a link. A note in a file of its own may be short."""
    words = sum(item.words for item in lines)
    told = bool(_OCCASION.search("\n".join(item.text for item in lines)))
    return words < 100 and (told or (words < 40 and not page))


def _flags(lines: Sequence[Line]) -> Iterator[str]:
    text = "\n".join(item.text for item in lines)
    if _TABLE.search(text) and not any(item.kind == "row" or item.text.count("|") >= 2 for item in lines):
        yield "lost-table"
    if _PICTURE.search(text):
        yield "lost-image"
