"""What the one that is assessed is called: a name beside what it is, behind "for" or a colon, or at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from assistant.naming import is_of_person
from assistant.understanding.numbers.number_words import CURRENCIES, PERIODS, SCALES, SMALL
from assistant.understanding.steering.people import firm_of_person, is_of_others
from assistant.understanding.steering.subjects import TOOLS_NAMED, stems_about
from assistant.understanding.words.abbreviations import sentence_ends
from assistant.understanding.words.matching import concept_of, word_stem
from assistant.understanding.words.phrases import FOLDER, phrase_set, vocabulary_of_phrases
from assistant.understanding.words.text import listed, read_yaml, tokens
from knowledge.hebrew import is_hebrew, is_stop_word, without_prefix
from knowledge.hebrew import words as words_of

SHORTEST_PART = 2  # letters
LONGEST_GIVEN = 4  # words of a name
_PARTY = (
    r"(?:distributors?|agents?|resellers?|partners?|integrators?|dealers?|vars?|customers?|accounts?|leads?"
    r"|compan(?:y|ies)|firm)"
)
_TITLE = re.compile(r"(?<!\w)(?:(?i:Dr|Mr|Mrs|Ms|Prof)\.?|ד\"ר|פרופ'|גב'|מר) (?=[A-Zא-ת])")


def _sentences(text: str) -> list[str]:
    """The sentences of a text, without titles before a name."""
    text = _TITLE.sub("", text)
    ends = [0, *sentence_ends(text), len(text)]
    return [text[start:end].strip() for start, end in pairwise(ends) if text[start:end].strip()]


_FROM_EN = re.compile(rf"\b{_PARTY} from (?P<from>(?:the )?[A-Z][\w&.-]*(?: (?:& )?[A-Z][\w&.-]*)*)")
_PROPER = re.compile(
    r"\b(?i:appoint|choose|sign with|hire|take on|check|assess|evaluate|consider|qualify"
    r"|(?:check|assessment|evaluation|review|qualification) (?:on|of|for)"
    r"|whether|called|named|is|lead from|sam on|בשם|על) "
    r"(?P<name>[A-Z][\w&.-]+(?: (?:& )?[A-Z][\w&.-]+)*)"
)


_HOUSE = "(?:בית|מפעל|מלון|משרד|מכון|בנק|סוכנות|רשות|עיריית|אוניברסיטת|קיבוץ|מושב|עמותת)"  # and a word that says which
_GIVEN = re.compile(
    r"(?:\b(?:called|named|the (?:firm|company|name|candidate|lead|customer) is|name is)"
    r"|קוראים ל(?:ו|ה|הם|זה|חברה|מועמד)|בשם|ש(?:מו|מה|ם) של ה[א-ת]+(?: הוא| היא)?|שמם|שמו|ל?חברה קוראים)\s+[\"']?"
    r"(?P<name>[A-Z][\w&.'-]*(?: (?:& )?[A-Z][\w&.'-]*){0,3}"
    r"|[א-ת][א-ת\"'-]+(?: [א-ת][א-ת\"'-]+)?(?=\s*(?:$|[,.;:!?\"–-])|\s+[מב][א-ת]{2,}))"
)
_FROM = re.compile(
    r"(?:ליד|הליד|lead|ה-lead) (?:חם |חדש )?מ-?(?P<kind>חברת |קבוצת |רשת )?"
    rf"(?P<from>(?:{_HOUSE} )?[A-Za-zא-ת][\w\"'&.-]+)"
)


_NAME_TOLD = re.compile(
    r"(?P<name>[A-Z][\w&.'-]*(?: (?:(?:from|of|at|in) )?[A-Z][\w&.'-]*){0,4}|[א-ת\"']{2,}(?: [א-ת\"']{2,}){0,2})"
    r"\s*(?:[,.;–:]|$)\s*"
)


def name_told(text: str) -> tuple[str, str]:
    """The name a text opens with, and the rest of it; no name where it opens with anything else."""
    end = next(iter(sentence_ends(text)), len(text))
    found = _NAME_TOLD.match(_TITLE.sub("", text[:end]).rstrip())
    words = tokens(found["name"].lower()) if found else ()
    plain = [word for word in words if _is_plain(word.text) and word.text not in _LINKS and len(word.text) > 1]
    if found is None or plain:
        return "", text
    told = found["name"]
    return _dotted(told), text[text.find(told) + len(told) :].lstrip(" ,.;–:")


def _without_place(name: str) -> str:
    """The name without where it is from ("גזית מרבל מקפריסין")."""
    said = name.split()
    for length in (1, 2):
        words = tokens(" ".join(said[-length:]).removeprefix("מ").removeprefix("-"))
        if len(said) > length and said[-length][0] == "מ" and phrase_set("places").at(words, 0) == len(words):
            return " ".join(said[:-length])
    return name


_FIRM_BEHIND = re.compile(r" מ-?[A-Z].*")


def _without_firm(name: str) -> str:
    """Who a person is called, without the firm that is said behind ("John Avery מ-Pelican")."""
    return _FIRM_BEHIND.sub("", name) or name


_LINKS = frozenset(("from", "of", "at", "in"))


_AT_END = re.compile(r"[,:–-]\s*(?P<name>[A-Z][\w&.'-]*(?: (?:& )?[A-Z][\w&.'-]*){0,3}|[א-ת][א-ת\"' ]{2,25})\s*[.!]?$")


_AT_START = re.compile(r"\s*(?P<name>[A-Z][\w&.'-]*(?: (?:& )?[A-Z][\w&.'-]*){0,3})\s*[,.;]")


def name_at_start(text: str) -> str:
    """ "Nordea, they want a demo"."""
    found = _AT_START.match(text)
    return "" if found is None or concept_of(found["name"].lower()) else found["name"]


def _name_at_end(text: str) -> str:
    """ "…, Birke AG", "qualify a lead: Vestas"."""
    found = _AT_END.search(text)
    name = found["name"].strip() if found else ""
    told = tokens(name)
    means = _is_plain if is_hebrew(name[:1]) else concept_of  # Hebrew has no capitals: any word of another use tells
    plain = [word for word in told if means(word.text) or phrase_set("wishing").at((word,), 0)]
    return "" if plain or len(told) > LONGEST_GIVEN else name


_PARTY_FIRST = re.compile(r"^(?:ל?חברת|ל?רשת|ל?קבוצת|ה?לקוח|ללקוח|הליד|the (?:customer|company|firm|lead)) (?=\S)")


def name_hint(text: str) -> str:
    """A name for the record from the person's words: "Iberia Tools", "Tom Reed", none for "a distributor in Spain"."""
    told = _sentences(text)
    for named in (_said_to_be_called, _met, _named_beside):
        for sentence in told:
            name = named(sentence)
            others = bool(name) and is_of_others(sentence, sentence.find(name))
            if name := "" if others else _as_name(name, sentence):
                return name
    return ""


def _met(text: str) -> str:
    return firm_of_person(text, _is_common)


def _as_name(name: str, text: str) -> str:
    """What was found where a name is looked for, if it is one."""
    if not name or _FIGURE.fullmatch(name) or _OURS.match(text.partition(name)[2]):
        return ""  # "את המשאבות שלנו"
    if name.islower() and _OFFICE.search(text.partition(name)[0]):
        return ""  # "director of ops"
    bare = _PARTY_FIRST.sub("", name)
    if phrase_set("places").at(tokens(bare.lower()) or tokens("-"), 0) == len(tokens(bare)):
        return ""  # "exclusivity for Italy"
    kind = phrase_set("kinds_of_firm").at(tokens(bare) or tokens("-"), 0)
    return _dotted(_without_place(_without_firm(name if kind else bare)))


def _dotted(name: str) -> str:
    """A name with the dot at its end only where it is of initials ("Dumont S.A.", "Marlow Ltd")."""
    plain = name.rstrip(" .")
    return f"{plain}." if re.search(r"\.[A-Za-z]$", plain) else plain


_FIGURE = re.compile(r"[\W\d]*\d[\d.,]*\s*(?:[kKmM]|%)?")  # "2 deals of 15k"
_OFFICE = re.compile(r"\b(?:director|head|manager|vp|chief|president|officer) (?:of|for) $", re.IGNORECASE)
_OURS = re.compile(r" (?:שלנו|שלי|שלכם|שלהם)(?![א-ת])")


def _said_to_be_called(text: str) -> str:
    """The name where a text says what somebody is called, or what it is about in so many words."""
    if given := _GIVEN.search(text):
        return given["name"].strip(" .-&'\"")
    proper = _PROPER.search(text)
    if proper is not None and (" " in proper["name"] or not _names_kind([proper["name"]])):
        return proper["name"].strip(" -&")
    for pattern in (_AS, _AS_EN, _WHETHER, _WHETHER_FIT):
        whether = pattern.search(text)
        if name := _own_words(whether["name"]) if whether else "":
            return name
    return ""


def _own_words(name: str) -> str:
    """The first words of a text that mean nothing else; none where it opens with one that does."""
    kept: list[str] = []
    if 'בע"מ' in name:
        return name
    for word in name.split():
        joins = word == "&" and bool(kept)
        if not joins and _is_plain(word.lower().strip("\"'")) and not (kept and word[0].isupper()):
            break
        kept.append(word)
    return " ".join(kept)


def _named_beside(text: str) -> str:
    """The name that stands beside what somebody is: behind a comma, a cue or "from", or in letters of its own."""
    if apposed := _apposed(text):
        return apposed
    if (of := _FROM.search(text)) and not _is_source(of["from"]):
        kind = of["kind"] or ""
        firm = kind and phrase_set("kinds_of_firm").at(tokens(of["from"]), 0)
        return f"{kind}{of['from']}" if firm else of["from"]  # "מחברת ביטוח"
    return _in_other_letters(text) or _name_at_end(text) or _name_beside(text) or _behind_cue(text)


def _apposed(text: str) -> str:
    """What is set off behind a party and where it is from ("a reseller in Chile, Andes Tech, …", "ליד מהאתר, דנה")."""
    for found in _APPOSED.finditer(text):
        before = tokens(text[: found.start()].lower())
        told = any(is_party(word.text) for word in before[-LONGEST_PARTY:])
        name = found["name"].strip()
        asks = is_hebrew(name[0]) and (text[found.end() :].strip()[:1] == "?" or _may_be_to_do(name))
        if told and not asks and not _names_kind(name.split()) and not _is_plain(name.split()[0].lower()):
            return name
    return ""


def _may_be_to_do(name: str) -> bool:
    """Whether a Hebrew word rather says what to do ("להסכים", "בוא נבדוק") than who it is."""
    first = name.split()[0]
    return (first[0] == "ל" and len(first) > LONGEST_PREFIXED + 1) or any(_is_common(word) for word in name.split())


def _is_source(word: str) -> bool:
    """Whether somebody comes from a fair, a website or a mailing, and not from a firm of that name."""
    said = tokens(word.lower())
    return any(phrase_set(name).at(said, 0) > 0 for name in ("sources_of_leads", "channels"))


def without_source(text: str) -> str:
    """The words without the fair, the site or the mailing they end with ("new lead from the website", "ליד מהאתר")."""
    found = _SOURCE_AT_END.search(text)
    return text[: found.start()] if found and _is_source(found["en"] or found["he"]) else text


_SOURCE_AT_END = re.compile(r"\s+(?:(?:from|at|via|through|on) (?:the |our |an? )?(?P<en>[\w ]+)|מה?-?(?P<he>[א-ת]+))$")


def _in_other_letters(text: str) -> str:
    """The words with capitals in a Hebrew text ("כמה Rhone Pharma מתאימים לנו"), where they are of no other use."""
    if not is_hebrew(next((token.text for token in tokens(text) if token.kind == "word"), "a")):
        return ""
    for found in _LATIN_RUN.finditer(text):
        run = found.group().split()
        if not _names_kind(run) and not all(phrase_set("channels").at(tokens(word.lower()), 0) for word in run):
            return found.group().strip(" .-&")
    return ""


_LATIN_RUN = re.compile(r"[A-Z][\w&.'-]+(?: (?:& )?[A-Z][\w&.'-]*)*")
LONGEST_PARTY = 6  # words between what somebody is and the name behind the comma
_APPOSED = re.compile(
    r"[,:–]\s*(?:(?:a|an|the) (?:firm|company|guy|man|woman|person) (?:called|named) |ל?חברת )?"
    r"(?P<name>[A-Z][\w&.'-]*(?: (?:& )?[A-Z][\w&.'-]*){0,3}|[א-ת][א-ת\"'-]+(?: [א-ת][א-ת\"'-]+){0,2})"
    r"(?: (?:from|of|at) [A-Z][\w&.' -]*?)?(?=\s*(?:[.,!?;]|$))"
)
_AS_EN = re.compile(
    r"(?:(?i:at|into|considering|consider|check|checking|assess|evaluate|vet|taking|take|using|use|see|appoint) )"
    r"(?P<name>[A-Za-z][\w&.'-]*(?: (?:& )?[\w&.'-]+){0,3}?) as (?:a|an|our|the|their|my)\b"
)
_SAID = re.compile(r"[^\W\d_](?:[\w&.'\"-]*\w)?|[,.;:!?–]|\s-\s")
_CUES = frozenset(listed("for of on about called named with via check assessment of לגבי של את על עבור בשביל בשם עם"))
_PARTY_HE = frozenset(
    listed("מפיץ סוכן שותף משווק אינטגרטור יבואן לקוח ליד חברה חברת מועמד פירמה רשת קבוצת ספק מתעניין")
)
LONGEST_RUN = 3  # words of a name nobody said was one


def _behind_cue(text: str) -> str:
    """The name behind "for", "the lead", a colon or a comma: capitals, or words of no other use up to a pause."""
    said = [word.group() for word in _SAID.finditer(text)]
    for place in range(1, len(said)):
        before = said[place - 1].strip()
        if before not in ":,–-" and not _is_cue(before.lower()):
            continue
        if before in ",–-" and not said[place][0].isupper():
            continue
        first = said[place]
        if is_party(before) and is_hebrew(first) and first[0] in "במ" and len(first) > LONGEST_PREFIXED:
            continue  # "מפיץ בנורווגיה"
        if first.startswith("ל") and len(first) > LONGEST_PREFIXED and before not in _CUES:
            first = first[1:].lstrip("-")  # "הערכת שותף לאלפא", "שותף ל-Kolben"
        run = _run([first, *said[place + 1 :]], before.lower() in _CUES)
        if run and not _names_kind(run):
            return " ".join(run)
    return ""


def _is_cue(word: str) -> bool:
    return word in _CUES or is_party(word)


def is_party(word: str) -> bool:
    """Whether a word says what kind of party one is ("distributor", "לחברת")."""
    party = re.fullmatch(_PARTY, word) is not None or word in ("candidate", "company", "prospect", "client")
    return party or {word, word[1:], word[2:]} & _PARTY_HE != set()


def _run(said: Sequence[str], named: bool) -> list[str]:
    """The words of a name that begins here; none where they may as well be anything else.

    `named`: behind "for" and its like, where a word of another use may follow in a name ("alba supplies").
    """
    if said[0][0].isupper():
        return _capitals(said)
    run: list[str] = []
    for word in said[: LONGEST_RUN + 1]:
        if not word[0].isalpha() or is_stop_word(word) or (_is_common(word) and not (named and run)):
            break
        run.append(word)
    ended = len(run) == len(said) or not said[len(run)][0].isalpha() or said[len(run)] in _GOING_ON
    return run if ended and len(run) <= LONGEST_RUN else run[:1] if named and is_hebrew(said[0]) else []


def _capitals(said: Sequence[str]) -> list[str]:
    """The words with a capital from here on, with the small ones that join them ("Kowalski i Synowie")."""
    run: list[str] = []
    for place, word in enumerate(said[: LONGEST_GIVEN + 1]):
        joins = run and word in _JOINING and place + 1 < len(said) and said[place + 1][0].isupper()
        if not word[0].isupper() and not joins:
            break
        run.append(word)
    return run


_GOING_ON = frozenset(listed("as in from is to and"))  # behind a name
_JOINING = frozenset(listed("i und y de da di du van von der"))
LONGEST_PREFIXED = 3  # letters


def _names_kind(run: Sequence[str]) -> bool:
    """Whether words with a capital are what anything is called: "Key Accounts", "ROI"."""
    return all(_is_common(word.lower()) for word in run)


def _is_common(word: str) -> bool:
    return (
        _is_plain(word)
        or word in _CUES
        or word in _common_words()
        or any(r in _common_words() for r in without_prefix(word))
    )


def name_is_common(word: str) -> bool:
    """Whether a word is of another use, so that it would be a poor name."""
    return is_party(word.lower()) or _is_common(word.lower())


@cache
def _common_words() -> frozenset[str]:
    """The words by which conversations are steered and described; places are none of them."""
    names = ("intents.yaml", "starts.yaml")
    groups = [group for name in names for group in read_yaml(FOLDER / name).values()]
    texts = [phrase for group in groups for phrases in group.values() for phrase in phrases]
    told = {token.text for text in texts for token in tokens(text.lower()) if token.kind == "word"}
    proper = {word for name in ("places", "channels", "ends_of_firms") for word in phrase_set(name).by_first}
    return frozenset((told | vocabulary_of_phrases()) - proper)


_AS = re.compile(
    r"את (?P<name>[א-ת\"']{2,}(?: [א-ת\"']{2,})?|[A-Z][\w&.'-]*)"
    r" כ(?:מפיץ|מפיצה|סוכן|סוכנת|שותף|שותפה|משווקת?|נציגה?|לקוחה?)"
)
_WHETHER = re.compile(
    r"(?:^|\s)ה?אם (?:חברת |רשת )?(?P<name>[א-ת\"']{3,}(?: [א-ת\"']{3,})?"
    r"|[A-Z][\w&.'-]*(?: (?:& )?[A-Z][\w&.'-]*){0,2})"
    r" (?:זה |הוא |היא |הם |באמת |יכול להיות )*(?:ל?לקוח|מפיץ|סוכן|שותף|משווק|ליד)"
)
_WHETHER_FIT = re.compile(
    r"(?:^|\s)(?:ה?אם|כמה) (?:חברת |רשת )?(?P<name>[א-ת][א-ת\"'-]+(?: [א-ת][א-ת\"'-]+){0,2})"
    r" (?:באמת )?(?:מתאי[םמ]|ראוי)"
)
_BESIDE = re.compile(
    r"(?:\b(?:for|of|on|about|does|did|do|is|are|will|should|would|could|treat|keep|drop|put|place|sort|grade|with|chk|if)\s+"
    r"(?:(?:the|our|this|my) (?:customer|account|lead|company|firm|distributor|candidate|partner) )?"
    r"(?P<en>[A-Z0-9][\w&.'-]*(?: (?:& )?[A-Z][\w&.'-]*){0,3})"
    r"|(?:^|\s)(?:על|של|את|עבור|בשביל|ה?לקוח|ה?ליד|ל?חברת|לחברה|ל?רשת|ה?חברה)\s+(?:חברת |רשת |הלקוח |הליד )?"
    r"(?P<he>[א-ת][א-ת\"'-]+(?P<more> [א-ת][א-ת\"'-]+(?=\s*(?:$|[,.;:!?])|\sמה?-?[א-תA-Z]{3,}))?"
    r"|[A-Z][\w&.'-]*(?: (?:& )?[A-Z][\w&.'-]*){0,3}))"
)


def name_glued(text: str) -> str:
    """The name behind a "ל" that ends a text, where it is of no other use ("אותו דבר לשקד", "גם ליוסי כהן מתנובה")."""
    said = [word.text for word in tokens(text) if word.kind == "word"]
    for place in range(len(said) - 1, max(-1, len(said) - 1 - LONGEST_GLUED), -1):
        bare, behind = said[place][1:], said[place + 1 :]
        if is_of_person(said[place]):
            continue  # "כהן" is no "like them"
        if is_party(said[place]) or any(map(_is_common, (said[place], bare))):
            break
        if said[place].startswith("ל") and len(bare) > 1 and is_hebrew(bare):
            return " ".join([bare, *(word for word in behind if word[0] not in "במ")])
    return ""


LONGEST_GLUED = 3  # words: who, of what family and firm


def _is_prefixed(word: str) -> bool:
    """Whether a Hebrew word rather has a preposition or an article glued to it than being part of a name."""
    return len(word) > LONGEST_PREFIXED + (word[0] != "ה") and word[0] in "הבלמש"


def _name_beside(text: str) -> str:
    """The name that stands where the one who is assessed is mentioned: capitalised, or a word of no other use."""
    for found in _BESIDE.finditer(text):
        name = found["en"] or found["he"]
        if (more := found["more"]) and (_is_prefixed(more.strip()) or _is_common(more.strip())):
            name = name.removesuffix(more)  # "מהלקוח אוסם השנה", and not "מהלקוח רמי לוי"
        name = name.strip(" .,'\"")
        if found["he"] and name.startswith("ל") and len(name) > LONGEST_PREFIXED and is_party(_cue_of(found)):
            name = name[1:]  # "בדיקת ליד לדני"
        words = [token.text for token in tokens(name.lower())]
        written = len(words) > 1 and found["en"]  # "Alba Supplies": what a word of it means does not count
        common = _is_common if found["he"] else _is_plain
        plain = not any(char.isalpha() for char in name) or (all if written else any)(map(common, words))
        if words and not plain and len(name) > 1:
            return name
    return ""


def _cue_of(found: re.Match[str]) -> str:
    """The word before a name."""
    return found.group()[: found.start("he") - found.start()].split()[-1]


def _is_plain(word: str) -> bool:
    """Whether a word means something of its own and so is no name."""
    folded = next(iter(words_of(word)), word)
    known = bool(concept_of(folded)) or is_stop_word(folded) or len(word) < SHORTEST_PART
    named = ("wishing", "doing", "going_back", "another_one", "own", "pronouns", "leaning", "ordered_last")
    about = any(word_stem(folded) in stems_about(tool) for tool in TOOLS_NAMED)
    numbers = (CURRENCIES, SCALES, SMALL, PERIODS)
    counts = any(form in known_ones for form in (word, *without_prefix(word)) for known_ones in numbers)
    return known or about or counts or any(phrase_set(name).at(tokens(word), 0) for name in named)
