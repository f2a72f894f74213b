"""What surrounds an article without belonging to it: navigation, sign-up boxes, comment forms, rights, awards.

Two strengths. `clutter` names lines that are furniture wherever they stand, because the whole line is. `promo`
names lines that are furniture only above or below an article: an article *about* newsletters keeps its lines.
"""

from __future__ import annotations

import re

from knowledge.reading.lines import Line

_NETWORKS = r"(?:google\s?\+|g\+|linked-?in|facebook|twitter|instagram|you-?tube|whats-?app|telegram|tik-?tok|pinterest|rss|x|email|e-mail|print|פייסבוק|טוויטר|אינסטגרם|יוטיוב|לינקדאין|וואטסאפ|ווטסאפ|טלגרם|הדפסה|הדפס|דוא\"?ל|אימייל|מייל)"
_SURE = (
    r"home(?: ?page)?|about us|contact us|log ?in|log in|sign (?:in|up|out)|register|menu|site ?map|"
    r"privacy(?: policy)?|terms(?: of (?:use|service))?|faq|ראשי|דף הבית|עמוד הבית|אודותינו|מי אנחנו|צור קשר|צרו קשר|"
    r"התחבר(?:ות)?|הרשמה|תפריט|מפת האתר|תקנון|תנאי שימוש|מדיניות פרטיות|הצהרת נגישות"
)
# Words that are also section headings of an article: furniture only in a row with others.
_UNSURE = (
    r"about(?: me)?|contact|services|products|blog|articles|archive|news|search|accessibility|customers|events|"
    r"בית|אודות|יצירת קשר|שירותים|מוצרים|בלוג|מאמרים|ארכיון|חדשות|חיפוש|חפש|נגישות|שאלות נפוצות|המלצות|לקוחות|אירועים"
)
_MENU = rf"(?:{_SURE}|{_UNSURE})"
_SEPARATOR = r"\s*[|•·»>/,–-]?\s*"

_WHOLE: tuple[tuple[str, str], ...] = (
    ("separator", r"[\W_]*"),
    (
        "navigation",
        rf"(?:{_SURE})|{_MENU}(?:{_SEPARATOR}{_MENU})+|(?:go |back |scroll )?(?:to )?(?:the )?(?:top|bottom)(?: of (?:the )?page)?|skip to (?:main )?content|"
        r"(?:older|newer|previous|next)(?: (?:posts?|articles?|entry|entries|page))?[ »«←→]*|read more.{0,3}|continue reading.{0,60}|"
        r"(?:you are here|breadcrumbs?)\b.{0,100}|page \d+(?: of \d+)?|subscribe to:? .{0,40}|view (?:web|mobile) version|"
        r"(?:מעבר|דלג(?:ו)?|דילוג) ל?(?:תוכן|תפריט)\S*(?: \S+){0,3}|חזרה ל(?:ראש|למעלה|דף|עמוד|בלוג)\S*(?: \S+){0,3}|(?:לרשומה|רשומה|רשומות|פוסט|פוסטים|לפוסט) (?:קודמ|ישנ|חדש|הבא|הקודם|חדשות|ישנות)\S*(?: יותר)?|"
        r"קרא(?:ו)? עוד.{0,3}|המשך קריאה.{0,3}|להמשך קריאה.{0,3}|(?:ה)?עמוד (?:ה)?(?:ראשי|הבא|הקודם)|הירשם ל:?.{0,40}|עמוד \d+(?: מתוך \d+)?",
    ),
    (
        "badge",
        rf"(?:view|see|visit) .{{2,40}}(?:profile|page) on {_NETWORKS}|(?:follow|find|connect with|like) (?:me|us|.{{2,30}}) on {_NETWORKS}.{{0,20}}|"
        rf"(?:צפו?|צפה|ראו) ב?פרופיל .{{0,40}}|(?:עקבו|עקוב|חפשו|מצאו) (?:אחרי|אחריי|אחרינו|אותי|אותנו)(?: גם)? ב-?{_NETWORKS}.{{0,30}}",
    ),
    ("social", rf"(?:[•·*-]\s*)?{_NETWORKS}(?:{_SEPARATOR}{_NETWORKS})*"),
    (
        "social",
        r"(?:share|tweet|pin it|like|email this|blogthis!?)(?: (?:this|on|to|it|with)(?: \S+){0,5})?|share (?:this )?(?:post|article|page)?:?|שתפו?(?: (?:ב|את|עם|ל)\S*(?: \S+){0,4})?:?|שלח (?:באימייל|לחבר)\S*|שיתוף(?: \S+){0,3}",
    ),
    (
        "comments",
        r"(?:no|\d+) (?:comments?|repl(?:y|ies)|responses?)(?: yet| so far)?\.?:?|(?:leave|post|add|write) (?:a |your )?(?:new )?(?:comment|reply).{0,30}|comments(?: are closed| off| \(\d+\))?\.?:?|be the first to comment.{0,10}|reply|log in to (?:reply|comment)|"
        r"your email address will not be published.{0,60}|required fields are marked.{0,5}|save my name,? email.{0,100}|name \*|email \*|website|"
        r"(?:אין|\d+|טרם (?:נכתבו|התפרסמו)|אין עדיין|עדיין אין) תגובות.{0,5}|תגובות(?: \(\d+\))?:?|תגובה אחת:?|(?:הוסף|הוסיפו|הוספת|השאר|השאירו|כתוב|כתבו|פרסם) (?:רשומת )?תגובה(?: חדשה)?|הגב|השב|ביטול תגובה|בשליחת (?:ה)?תגובה.{0,80}|כתובת (?:האימייל|הדוא\"?ל) (?:שלך )?לא תפורסם.{0,60}|שדות (?:ה)?חובה.{0,30}|היו הראשונים להגיב.{0,5}",
    ),
    (
        "copyright",
        r"(?:copyright|©|\(c\)|כל הזכויות שמורות|זכויות יוצרים).{0,120}|.{0,60}(?:all rights reserved|כל הזכויות שמורות).{0,40}|(?:powered|designed|built) by .{1,40}|(?:אתר|עיצוב|בנייה|בניית אתרים|נבנה)(?: \S+){0,2}(?: על ידי| ע\"י|:) .{1,40}",
    ),
    (
        "label",
        r"(?:tags?|labels?|categor(?:y|ies)|filed under|posted in|תגיות|תוויות|תגים|קטגוריה|קטגוריות|נושאים|פורסם תחת)\s?[:|].{0,150}|posted in .{1,60}|(?:links to this post|permalink|trackbacks?|קישורים לרשומה זו|קישור קבוע).{0,30}|(?:\d+|one) (?:min(?:ute)?s?) read|(?:זמן קריאה|זמן קריאה משוער)\b.{0,30}|(?:views|צפיות|נצפה)\s?:?\s?\d[\d,]{0,9}(?: פעמים)?",
    ),
    ("byline", r"(?:posted|published|written) by .{1,60}|(?:פורסם|נכתב|הועלה) (?:על[- ]ידי|ע\"י|מאת) .{1,60}"),
    (
        "newsletter",
        r"(?:subscribe|sign up|join)(?: now)?!?|(?:subscribe|sign up) (?:to|for) (?:our|my|the) .{0,60}(?:newsletter|mailing list|updates|blog).{0,40}|(?:unsubscribe|view (?:this email )?in (?:your )?browser)\b.{0,60}|(?:הירשמו|הרשמו|הרשם|הירשם|הצטרפו|הצטרף)(?: עכשיו| כאן| חינם)?!?|(?:הירשמו|הרשמו|הצטרפו)\s.{0,40}(?:ניוזלטר|רשימת (?:ה)?(?:תפוצה|דיוור)|עדכונים|בלוג).{0,40}|(?:להסרה|הסר(?:ה)?) מרשימת .{0,40}",
    ),
    (
        "cookies",
        r".{0,40}(?:uses? cookies|cookie policy|accept (?:all )?cookies|משתמש(?:ים)? ב-?(?:עוגיות|קוקיז|cookies)|מדיניות (?:ה)?עוגיות).{0,160}",
    ),
    ("technical", r"[a-z0-9]+(?:_[a-z0-9]+){3,}|(?:undefined|null|\[object object\]|loading\.{0,3}|טוען\.{0,3})|advertisement|פרסומת|תוכן שיווקי|sponsored"),
)
_CLUTTER = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _WHOLE)

_KEYWORDS: tuple[tuple[str, str], ...] = (
    (
        "newsletter",
        r"newsletter|mailing list|subscribe|your inbox|unsubscribe|spam|ניוזלטר|רשימת ה?תפוצה|רשימת ה?דיוור|תיבת (?:ה)?(?:אימייל|מייל|דואר)|הירשמו|הרשמו|הצטרפו|ספאם|לגורם שלישי|third part(?:y|ies)",
    ),
    ("social", r"follow (?:me|us)|stay (?:tuned|updated|in touch)|עקבו|הישארו מעודכנים|שתפו|" + rf"^{_NETWORKS}$"),
    ("comments", r"\bcomments?\b|\breply\b|תגובה|תגובות|מסכים/ה"),
    (
        "copyright",
        r"copyright|©|rights reserved|written permission|may not be (?:reproduced|copied|used)|no part of|זכויות (?:ה)?יוצרים|כל הזכויות|הזכויות שמורות|אישור בכתב|אין (?:ללמד|להעתיק|לשכפל|לעשות שימוש|לקשר|להפיץ)|שימוש מסחרי|gui\)",
    ),
    (
        "about-the-author",
        r"about the author|is (?:an?|the) (?:\S+ ){0,4}(?:author|consultant|speaker|founder|expert|ceo)\b|award|world[- ]renowned|best[- ]selling|ranked (?:among|as)|recogni[sz]ed (?:as|by)|keynote|על (?:הכותב|המחבר|הכותבת)|בעל שם עולמי|מומחית? (?:ל|ב|בעל)|מרצה (?:מבוקש|בכיר|ב)|יועצ?ת? (?:ל|ארגוני|עסקי|שיווקי)|מדורגת? |פרס |זכה ב|זכתה ב|נבחרה? ל|רשימת? .{0,30}היוקרתי|רשימות מומחים|מנכ[\"״]ל(?:ית)? (?:קבוצת|חברת)|מייסדת? ",
    ),
    (
        "promotion",
        r"contact us|call us|book (?:a|your) (?:free )?(?:call|demo|consultation|session)|free (?:consultation|trial|download|e-?book)|click here|our (?:services|courses|workshops)|hire (?:me|us)|לרשותכם|מגוון הרצאות|הרצאות|הדרכות|סדנאות|אימון (?:מנהלים|אישי)|התקשרו|חייגו|צרו (?:איתנו |עמנו )?קשר|לפרטים נוספים|לתיאום|לחצו כאן|להזמנת|רוצים להזמין|נשמח לסייע|ייעוץ חינם|להתייעץ|תוכנית ה?הכשרה",
    ),
    ("navigation", r"עדכונים מסביב לשעון|האתר המוביל|leading (?:site|portal)|related (?:posts|articles)|you may also like|recommended for you|מאמרים נוספים|כתבות נוספות|אולי יעניין|עוד באתר|כתבות קשורות|popular posts|blog archive|ארכיון (?:ה)?בלוג|רשומות פופולריות"),
)
_PROMO = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _KEYWORDS)
OPENERS = frozenset({"newsletter", "comments", "copyright", "social", "badge", "about-the-author", "navigation", "promotion"})
RESTRICTED = re.compile(
    r"without (?:prior |express |our )?(?:\w+ )?permission|may not be (?:reproduced|copied|taught|used)|ללא (?:אישור|רשות|הסכמה)|אין (?:ללמד|להעתיק|לשכפל|לעשות שימוש)",
    re.IGNORECASE,
)
_SITE = re.compile(r"\b(?:magazine|blog|portal|website|news|journal)\b|(?:^|\s)ה?(?:מגזין|בלוג|אתר|פורטל|עיתון)(?:\s|$)", re.IGNORECASE)


def clutter(text: str) -> str | None:
    """Why a line is furniture wherever it stands, or None. Only lines up to 250 characters are judged."""
    if len(text) > 250:
        return "separator" if not re.search(r"[^\W_]", text) else None
    for reason, pattern in _CLUTTER:
        if pattern.fullmatch(text.strip()):
            return reason
    return None


def promo(text: str) -> str | None:
    """Why a line above or below an article is furniture, or None."""
    for reason, pattern in _PROMO:
        if pattern.search(text[:2000]):
            return reason
    return None


def site_name(text: str) -> bool:
    """Say whether a short line names the site or magazine rather than the article."""
    return len(text.split()) <= 6 and bool(_SITE.search(text)) and not re.search(r"[?!:]", text)


def tail_start(lines: list[Line]) -> int:
    """Index at which what follows an article begins (`len(lines)` if nothing does).

    From a line that opens such matter, in the last third of the words, everything goes, unless forty words
    without any mark of furniture follow: then the article goes on.
    """
    total = sum(item.words for item in lines)
    below, unmarked, start = 0, 0, len(lines)
    for first, last in reversed(_blocks(lines)):
        block = lines[first:last]
        words = sum(item.words for item in block)
        below += words
        unmarked += 0 if any(clutter(item.text) or promo(item.text) for item in block) else words
        if below > (0.35 if total > 100 else 0.5) * total or unmarked >= 40:
            break
        if _opens(block):
            start = first
    return start or len(lines)


def _opens(block: list[Line]) -> bool:
    """A block opens the tail when its first line is furniture outright, or a separator, or most lines are."""
    head = block[0].text
    reason = clutter(head)
    if reason in OPENERS or (reason == "separator" and len(head) >= 10):
        return True
    judged = [clutter(item.text) or promo(item.text) for item in block]
    strong = sum(1 for why in judged if why in OPENERS)
    words = sum(item.words for item in block)
    hits = {why for item in block for why in _all(item.text)}
    return strong > 0 and (len(hits) >= 2 or (strong >= 0.5 * len(block) and words < 25))


def _all(text: str) -> set[str]:
    return {reason for reason, pattern in _PROMO if pattern.search(text[:2000])}


def _blocks(lines: list[Line]) -> list[tuple[int, int]]:
    """Paragraph blocks: runs of lines without a blank between."""
    result, start = [], None
    for index, item in enumerate([*lines, Line("", ())]):
        if item.blank or clutter(item.text) == "separator":
            if start is not None:
                result.append((start, index))
                start = None
            if not item.blank and len(item.text) >= 10:
                result.append((index, index + 1))
        elif start is None:
            start = index
    return result
