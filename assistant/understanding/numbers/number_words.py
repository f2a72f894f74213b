"""The words of numbers, currencies, periods and approximation in Hebrew and English."""

from __future__ import annotations

from fractions import Fraction

from assistant.understanding.words.text import listed


def _table(text: str) -> dict[str, int]:
    return {
        word: int(number) for number, words in (line.split(":") for line in text.split(";")) for word in words.split()
    }


SMALL = _table(
    "0:zero nil אפס;1:one אחד אחת;2:two שתיים שניים שתים שנים שני שתי;3:three שלוש שלושה שלושת;"
    "4:four ארבע ארבעה ארבעת;5:five חמש חמישה חמשה חמשת חמישת;6:six שש שישה ששה ששת שישת;"
    "7:seven שבע שבעה שבעת;"
    "8:eight שמונה שמונת;9:nine תשע תשעה תשעת;10:ten עשר עשרה עשרת;11:eleven אחד-עשר;12:twelve תריסר dozen;"
    "13:thirteen;14:fourteen;15:fifteen;16:sixteen;17:seventeen;18:eighteen;19:nineteen;"
    "20:twenty עשרים;30:thirty שלושים;40:forty fourty ארבעים;50:fifty חמישים;60:sixty שישים ששים;"
    "70:seventy שבעים;80:eighty שמונים;90:ninety תשעים;100:מאה;200:מאתיים מאתים"
)
TEEN_TAILS = frozenset(listed("עשר עשרה"))
WEAK = frozenset(listed("one אחד אחת שני שנים second"))  # number words that usually are something else
HUNDREDS = frozenset(listed("hundred hundreds מאות"))
SCALES = _table(
    "1000:thousand thousands grand k קיי אלף אלפ אלפים אלפי;"
    "100000:lakh lakhs lac lacs;10000000:crore crores;"
    "1000000:million millions mil mn mm m מיליון מליון מיליוני מיליונים;"
    "1000000000:billion billions bn b מיליארד מיליארדים"
)
LETTER_SCALES = frozenset(listed("k קיי m mm mn b bn mil"))
TIMES_TWELVE = frozenset(listed("dozen dozens"))
VAGUE = frozenset(listed("few several some many couple tens hundreds thousands כמה עשרות מאות אלפי"))  # thousand
POINTS = frozenset(listed("point נקודה"))
DOUBLES = {"אלפיים": 2000, "אלפים": 2000}
TIME_PAIRS = {"שנתיים": "year", "חודשיים": "month", "שעתיים": "hour", "יומיים": "day", "שבועיים": "week"}
YEAR_AND = {"שנה": "year", "חודש": "month", "שעה": "hour", "יום": "day", "שבוע": "week"}
FRACTIONS = {
    "half": Fraction(1, 2), "חצי": Fraction(1, 2), "מחצית": Fraction(1, 2), "third": Fraction(1, 3),
    "thirds": Fraction(1, 3), "שליש": Fraction(1, 3), "שלישים": Fraction(1, 3), "שלישי": Fraction(1, 3),
    "quarter": Fraction(1, 4), "quarters": Fraction(1, 4), "רבע": Fraction(1, 4), "רבעים": Fraction(1, 4),
    "רבעי": Fraction(1, 4), "fifth": Fraction(1, 5), "fifths": Fraction(1, 5), "חמישית": Fraction(1, 5),
    "חמישיות": Fraction(1, 5), "sixth": Fraction(1, 6), "שישית": Fraction(1, 6), "שביעית": Fraction(1, 7),
    "eighth": Fraction(1, 8), "תשיעית": Fraction(1, 9), "tenths": Fraction(1, 10), "עשיריות": Fraction(1, 10),
    "tenth": Fraction(1, 10), "עשירית": Fraction(1, 10), "שמינית": Fraction(1, 8),
    "½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3),
}  # fmt: skip
SIGNS_OF_PARTS = frozenset(listed("½ ¼ ¾ ⅓ ⅔"))
BARE_FRACTIONS = SIGNS_OF_PARTS | frozenset(listed("half חצי מחצית שליש רבע חמישית שישית שביעית שמינית תשיעית עשירית"))
HALF_TAILS = {"וחצי": Fraction(1, 2), "ורבע": Fraction(1, 4), "ושליש": Fraction(1, 3)}

CURRENCIES = {
    word: code
    for code, words in {
        "ILS": "₪ ש\"ח שח שקל שקלים שקלי ש'ח nis ils shekel shekels sheqel sheqels",
        "USD": "$ usd dollar dollars bucks דולר דולרים דולרי us$",
        "EUR": "€ eur euro euros יורו אירו יורואים",
        "GBP": "£ gbp pound pounds quid sterling פאונד ליש\"ט ליש'ט שטרלינג לירות",
        "JPY": "¥ jpy yen ין",
        "CHF": "chf franc francs",
        "CAD": "cad", "AUD": "aud", "SEK": "sek", "INR": "inr rupee rupees רופי", "CNY": "cny rmb yuan יואן",
    }.items()
    for word in words.split()
}  # fmt: skip
SCALED_CURRENCIES = {
    word: (scale, code)
    for scale, code, words in (
        (1000, "ILS", 'אש"ח אשח אלש"ח אלשח knis kils'),
        (1_000_000, "ILS", 'מש"ח מלש"ח מלשח מיליש"ח mnis mils'),
        (1000, "USD", "kusd"), (1_000_000, "USD", "musd"), (1000, "EUR", "keur"), (1_000_000, "EUR", "meur"),
    )
    for word in words.split()
}  # fmt: skip
COINS = frozenset(listed("cent cents agora agorot סנט סנטים אגורה אגורות"))
PERCENT = frozenset(listed("% percent pct אחוז אחוזים אחוזי"))

MINUTES = frozenset(listed("minute minutes min mins דקה דקות"))
HOW_OFTEN = _table("1:once פעם;2:twice פעמיים;3:thrice")
TIMES = frozenset(listed("times פעם פעמים"))

PERIODS = {
    word: period
    for period, words in {
        "month": "month months monthly mo mth חודש חודשי חודשית חודשים חודשיים pm",
        "quarter": "quarter quarters quarterly qtr רבעון רבעוני רבעונית רבעונים",
        "year": "year years yearly annual annually annum yr yrs pa שנה שנתי שנתית שנים",
        "week": "week weeks weekly wk שבוע שבועי שבועית שבועות",
        "day": "day days daily יום ימים יומי יומית",
        "hour": "hour hours hourly hr hrs h שעה שעות שעתי שעתית",
    }.items()
    for word in words.split()
}
PERIOD_ALONE = frozenset(
    listed(
        "monthly quarterly yearly annual annually annum pa weekly daily hourly "
        "חודשי חודשית רבעוני רבעונית שנתי שנתית שבועי שבועית יומי יומית שעתי שעתית"
    )
)
ONE_OFF = (
    "one-off",
    "one off",
    "one time",
    "one-time",
    "onetime",
    "once only",
    "חד פעמי",
    "חד-פעמי",
    "חד פעמית",
    "חד-פעמית",
)
TIME_LETTERS = {
    "h": "hour", "hr": "hour", "hrs": "hour", "d": "day", "w": "week", "mo": "month", "q": "quarter",
    "y": "year", "yr": "year", "yrs": "year",
}  # fmt: skip

APPROXIMATE = (
    "about", "around", "roughly", "approximately", "approx", "circa", "some", "nearly", "almost", "~", "≈",
    "say", "בערך", "כ", "סביב", "בסביבות", "כמעט", "לערך",
)  # fmt: skip
LOWER_BOUND = (
    "at least",
    "more than",
    "over",
    "above",
    "minimum",
    "min",
    "לפחות",
    "מעל",
    "יותר מ",
    "מינימום",
    ">",
)
UPPER_BOUND = (
    "at most",
    "up to",
    "not even",
    "אפילו לא",
    "less than",
    "under",
    "below",
    "maximum",
    "max",
    "לכל היותר",
    "עד",
    "פחות מ",
    "מקסימום",
    "מתחת ל",
    "<",
)
NEGATIONS = frozenset((*listed("not no לא ולא isn't wasn't instead rather במקום"), "in place", "rather than"))
PREFIXES = ("וכש", "שב", "של", "וה", "וב", "ול", "וכ", "ומ", "כש", "ו", "ה", "ב", "ל", "כ", "מ", "ש")
