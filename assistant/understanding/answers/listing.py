"""Fields with their levels one after another: "open to a rep: yes", "technology no, markets yes, growth partly"."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace
from itertools import pairwise

from assistant.commands import Answer
from assistant.understanding.answers.choices import choices_said
from assistant.understanding.answers.doers import WHO, who_does
from assistant.understanding.answers.naming import field_meant
from assistant.understanding.answers.opinions import answer_chances
from assistant.understanding.fields.figures import Context
from assistant.understanding.fields.mentioned import rather_meant
from assistant.understanding.words.matching import concept_of, word_stem
from assistant.understanding.words.phrases import PLAIN_WORDS, evidence_in, is_negated, level_in, phrase_set
from assistant.understanding.words.text import Token, listed, tokens
from assistant.understanding.words.turns_of_phrase import topic_of
from knowledge.hebrew import content_words
from tools.forms import Field

NAMED_FROM = 0.6  # nearness to a field's name from which a level beside it is its level
NAMED_IN_LIST, FEWEST_LISTED = 0.4, 2  # … and in a list of at least so many others
NAMED_AHEAD = 0.08  # by how much it is nearer than the next field's name
LISTED = 0.85
SURELY_ANOTHER = 0.85  # chance of an answer to another question than the one that is named
SAYS_ITSELF = 0.8  # chance of a yes from which words are more than a name
MOST_QUALIFIED = 3  # words after "partly"
LONGEST_NAME, LONGEST_BARE_NAME = 7, 4  # words of a name beside its level, and alone
_PIECE = re.compile(r"\s*[,;\n]\s+|\.\s+|\s+(?:and|but|while|אבל|וגם|אך)\s+|\s+(?=ו[א-ת]{2,})", re.IGNORECASE)
_JOINS = frozenset(listed(": - – = is are a only just also too רק גם זה הוא היא"))
_AFTER = frozenset(
    (
        "right",
        "true",
        "so",
        "correct",
        "there",
        "too",
        "today",
        "now",
        "then",
        "indeed",
        "נכון",
        "כרגע",
        "עכשיו",
        "היום",
    )
)
_EVERY = frozenset(
    listed(
        "all both every each three four them these to are on are for is כולם כולן שניהם שתיהן הכל הכול "
        "שלושתם שלושתן כל לשניהם לשתיהן לכולם לכולן להכל להכול"
    )
)
_LEVELS = ("partly", "yes", "no")


def listed_levels(text: str, context: Context) -> tuple[list[Answer], str]:
    """The answers of the pieces that are a field's name with a plain level, and the text without those pieces.

    Nothing but the name and the level may stand in a piece; a level before the name needs no joint ("no podcast"
    is left to the facts). Names alone share the level that follows ("volume, growth and the reference: all partly").
    """
    found: dict[str, Answer] = {}
    rest: list[str] = []
    names: list[tuple[str, Field]] = []
    for piece in _pieces(punctuated(text), context):
        bare = piece.strip(" .!?")
        level = _level_of_all(tokens(bare)) if names else ""
        answer = None if level else _named_level(bare, context) or _same_level(bare, list(found.values()), context)
        if level or (answer is not None and answer.field not in found):
            shared = level or str(answer.value) if answer else level
            found |= {f.id: _listed(f, shared, name, context) for name, f in names if f.id not in found}
            names = []
            if answer is not None:
                found.setdefault(answer.field, answer)
        elif (field := only_named(bare, context)) and not _answers_by_itself(bare, field, context):
            names.append((piece, field))
        else:
            rest += [*(name for name, _ in names), piece]
            names = []
    rest += [name for name, _ in names]
    answers = list(found.values())
    if len(answers) >= FEWEST_LISTED:
        answers, rest = _less_clearly_named(answers, rest, context)
    return answers, (", ".join(rest) if answers else text)


def _pieces(text: str, context: Context) -> list[str]:
    """The pieces of a list; a clause with an "and" in it stays one ("they will commit people and money: yes")."""
    found: list[str] = []
    text = _SAID_AGAIN.sub(r"\g<level>", text)
    for run in (run for run in _BREAK.split(text) if run and run.strip()):
        split = [piece for piece in _PIECE.split(run) if piece and piece.strip()]
        tells = len(split) > 1 and phrase_set("subjects").at(tokens(run.removeprefix("and ")), 0) > 0
        whole = tells and max(answer_chances(run, context).values()) >= SAYS_ITSELF
        found += [run] if whole and not level_at_end(tokens(split[0]))[0] else split
    return found


_SAID_AGAIN = re.compile(  # "need, size and industry all match: yes to all three"
    r"\b(?P<level>all (?:fit|match))\s*[:–-]\s*yes(?: (?:to|on|for) (?:all|both|each)(?: \w+){0,2})?\s*[.!]*$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\s*[,;\n]\s+|\.\s+")


def _answers_by_itself(piece: str, field: Field, context: Context) -> bool:
    """Whether a piece that could be a bare name surely says how it is ("the size fits, the industry does not")."""
    return answer_chances(piece, context).get((field.id, "yes"), 0.0) >= SAYS_ITSELF


def punctuated(text: str) -> str:
    """A run of names and levels without commas, with them ("email yes phone no blog no")."""
    words = tokens(text)
    levels = [at for at, word in enumerate(words) if word.text in PLAIN_WORDS]
    run = (
        len(levels) >= FEWEST_LISTED
        and levels[-1] == len(words) - 1
        and all(b - a > 1 for a, b in pairwise([-1, *levels]))
    )
    if not run or any(word.kind == "sign" for word in words):
        return text
    starts = [0, *(words[at].end for at in levels[:-1]), len(text)]
    return ", ".join(text[a:b].strip() for a, b in pairwise(starts))


def _listed(field: Field, level: str, said: str, context: Context) -> Answer:
    return Answer(field.id, level, said, evidence=evidence_in(said), confidence=LISTED, tool=context.tool.name)


def only_named(piece: str, context: Context) -> Field | None:
    """The field whose name a piece is and nothing else; of several of that name the one that is asked for."""
    words = tokens(piece)
    if not 0 < len(words) <= LONGEST_BARE_NAME or is_negated(piece) or phrase_set("subjects").find(words) >= 0:
        return None
    own = _subjects(piece)
    matches = [
        m for m in context.library.index.best(piece, "cue", context.tool.name, whole=False) if m.score >= NAMED_FROM
    ]
    named = [m.key[2] for m in matches if own and own <= _subjects(m.example)]
    if not named:
        return None
    field = context.tool.form.field(context.open_field if context.open_field in named else named[0])
    return field if field.kind in ("level", "yes_no") else None


def _subjects(text: str) -> set[str]:
    return {concept_of(word) or word_stem(word) for word in content_words(text)}


def _level_of_all(words: tuple[Token, ...]) -> str:
    """The level of a piece that gives it to all that was named before ("all three partly", "yes to both")."""
    said = [word for word in words if word.kind != "sign"]
    places = [at for at, word in enumerate(said) if word.text in _EVERY]
    level = level_at_end(tuple(word for word in said if word.text not in _EVERY))
    return level[0] if places and not level[1] else ""


def _less_clearly_named(found: list[Answer], rest: list[str], context: Context) -> tuple[list[Answer], list[str]]:
    """In a list of levels a piece of the same make is one more, though it names its field less clearly."""
    left: list[str] = []
    for piece in rest:
        answer = _named_level(piece.strip(" .!?"), context, NAMED_IN_LIST)
        if answer is None or answer.field in {other.field for other in found}:
            left.append(piece)
        else:
            found = [*found, answer]
    return found, left


def _named_level(piece: str, context: Context, least: float = NAMED_FROM) -> Answer | None:
    words = tokens(piece)
    level, start = level_at_end(words)
    if not level or start == 0:
        return None
    end = start
    while end and (words[end - 1].text in _JOINS or words[end - 1].text in _EVERY):
        end -= 1
    said = words[start:]
    if phrase_set("negation").find(said[1:]) >= 0 or not 0 < end <= LONGEST_NAME:
        return None
    name = piece[: words[end - 1].end]
    field = surely_named(name, context, least, levels=True)
    if field is None or (field.kind == "yes_no" and level == "partly"):
        return None
    joined = end < start and words[end].text in (":", "-", "–", "=")
    if not joined and phrase_set("negation").find(words[:end]) >= 0:
        return None  # "the list is not old, no" is more than a name
    if _surely_of_another(piece, field, context):
        return None  # "with us a budget is nice if there is one" speaks of the policy
    return _listed(field, level, piece, context)


def _surely_of_another(piece: str, field: Field, context: Context) -> bool:
    """Whether a piece surely answers another question than the one whose name stands in it."""
    (name, _), chance = max(answer_chances(piece, context).items(), key=lambda item: item[1])
    return bool(name) and name != field.id and chance >= SURELY_ANOTHER


def _same_level(piece: str, found: list[Answer], context: Context) -> Answer | None:
    """ "…, chemistry too": the level of the field before."""
    words = tokens(piece)
    if not found or len(words) > LONGEST_NAME or phrase_set("as_well").find(words) < 0:
        return None
    field = surely_named(piece, context)
    if field is None or field.kind not in ("level", "yes_no"):
        return None
    return Answer(field.id, found[-1].value, piece, confidence=LISTED, tool=context.tool.name)


def level_at_end(words: tuple[Token, ...]) -> tuple[str, int]:
    """The plain level a piece ends with, and where it begins."""
    for start in range(max(0, len(words) - 5), len(words)):
        for level in _LEVELS:
            plain = phrase_set(f"listed.{level}").at(words, start)
            if plain and all(word.text in _AFTER or word.kind == "sign" for word in words[start + plain :]):
                return level, start
            if plain and level == "partly" and start and len(words) - start - plain <= MOST_QUALIFIED:
                return level, start  # "partly up to date", "חלקית מעודכנת"
    return "", 0


def surely_named(name: str, context: Context, least: float = NAMED_FROM, levels: bool = False) -> Field | None:
    """The field a text names clearly, and more clearly than any other; `levels`: of those that are answered so."""
    form = context.tool.form
    matches = context.library.index.best(name, "cue", context.tool.name, whole=False)
    matches = [m for m in matches if not levels or form.field(m.key[2]).kind in ("level", "yes_no")][:2]
    if not matches or matches[0].score < least:
        return None
    rival = matches[1].score if len(matches) > 1 else 0.0
    return context.tool.form.field(matches[0].key[2]) if matches[0].score - rival >= NAMED_AHEAD else None


_HEAD_AND_LEVEL = re.compile(r"(?P<head>[^:;,?]{3,90}?)\s*(?::|\s[-–])\s+(?P<level>[^,;:?]{2,24}?)\s*[.!]*$")
SURELY_LEVEL, LONGEST_LEVEL = 0.95, 3  # sureness, and words


def headed_level(text: str, context: Context) -> Answer | None:
    """ "Putting people and money of their own into it: no", "who repairs it: them", "budget policy: preferred".

    A question in whatever words, and a plain level, doer or other choice."""
    found = _HEAD_AND_LEVEL.match(text.strip())
    if found is None or len(tokens(found["level"])) > LONGEST_LEVEL or level_in(found["head"])[0]:
        return None
    field = _field_spoken_of(found["head"], context)
    if (
        field is not None
        and {choice.id for choice in field.choices} >= WHO
        and level_in(found["level"])[1] >= SURELY_LEVEL
    ):
        field = surely_named(found["head"], context, levels=True) or field  # a mere "no" rather answers how it is
    value = _of_its_choices(found["level"], field) if field is not None else ""
    if field is not None and not value and field.kind == "choice":
        named = choices_said(found["level"], field, context)
        value = named[0] if len(named) == 1 else ""
    if field is None or not value:
        return None
    return Answer(field.id, value, text, evidence=evidence_in(text), confidence=LISTED, tool=context.tool.name)


def headed_list(text: str, context: Context) -> list[Answer]:
    """ "Advertising, stock and repairs: they do all three", "all this sits with them: fairs, quotes, repairs".

    Several questions by their names, and one doer or level for all of them.
    """
    if len(text) > LONGEST_LIST:
        return []
    one, colon, other = _ALL_WITH.sub(r"\g<names>\g<names_he>: \g<who>\g<who_he>", text.strip(" .!")).partition(":")
    for names, said in ((one, other), (other, one)) if colon else ():
        pieces = [piece.strip(" .") for piece in re.split(r"\s*[,;]\s*", names) if piece.strip(" .")]
        said = _ON_ALL.sub("", said).strip()
        among = {field.id for field in context.tool.form.fields if _of_its_choices(said, field)}
        fields = [field for piece in pieces for field in _fields_named(piece, among, context)]
        values = [_of_its_choices(said, field) if field is not None else "" for field in fields]
        several = len(fields) >= FEWEST_HEADED and len({field.id for field in fields if field}) == len(fields)
        if several and all(values):
            told = [*zip(fields, values, strict=True)]
            if any(_says_otherwise(piece, field, value, context) for field, value in told for piece in pieces):
                return []
            return [_listed(field, value, text, context) for field, value in told if field is not None]
    return []


_ALL_WITH = re.compile(  # "promotion, quoting and the service are all theirs"
    r"(?P<names>[^:]+?[,;][^:]+?),? (?:(?:are|is|sit|lie|stay|rest|fall)s? )?(?:all|both) "
    r"(?P<who>theirs|ours|them|us|(?:with|on|by|to) (?:them|us|me)|(?:their|our) job)"
    r"|(?P<names_he>[^:]+?[,;][^:]+?),? (?:זה )?(?:הכול|הכל|כולם|כולן) (?P<who_he>שלהם|שלנו|עליהם|עלינו|אצלם|אצלנו)",
    re.IGNORECASE,
)


def _says_otherwise(piece: str, field: Field | None, value: str, context: Context) -> bool:
    """Whether a piece of a list surely has a level of its own ("…, the sales force is only partly there, …: yes")."""
    chances = answer_chances(piece, context)
    return any(
        chance >= SAYS_ITSELF and field is not None and name == field.id and said != value
        for (name, said), chance in chances.items()
    )


_ON_ALL = re.compile(
    r"\s+(?:on|to|for|in) (?:all|both|each)(?: \w+){0,3}$|\s+(?:ב|ל)(?:כולם|כולן|שניהם|שתיהן|כל)(?: \S+)?$"
)
_LEVEL_ON_ALL = re.compile(
    r"(\b(?:yes|yep|yeah|no|nope|partly|partially)),? (?:on|to|for|in) (?:all|both|each)(?: \w+){0,3}$"
)


def without_on_all(text: str) -> str:
    """The text without how many questions a level at its end is for ("need, industry, role, size: yes to all four")."""
    told, changed = _LEVEL_ON_ALL.subn(r"\1", text.rstrip(" .!"))
    return told if changed else text


LONGEST_LIST = 400  # characters
NAMED_AMONG = 0.45  # nearness to a name, among the questions that the doer or level can be for
FEWEST_HEADED = 2  # questions of a list under one head


def _fields_named(piece: str, among: Container[str], context: Context) -> list[Field | None]:
    """The question a piece of a list names, or the two of "service and market information"; [None] for none."""
    parts = re.split(r"\s+(?:and|ו-?)\s*", re.sub(r"^(?:and|ו-?)\s+", "", piece))
    apart = [field_meant(part, context, NAMED_AMONG, among) for part in parts]
    if len(parts) > 1 and None not in apart and len({field.id for field in apart if field}) == len(apart):
        return [*apart]
    return [field_meant(piece, context, NAMED_AMONG, among)]


def _field_spoken_of(text: str, context: Context) -> Field | None:
    """The question that a text names or surely means."""
    if topic := topic_of(text):
        return field_meant(topic, context, NAMED_AMONG)
    near = surely_named(text, context)
    meant = rather_meant(text, context.tool.name, near.id if near is not None else "")
    return context.tool.form.field(meant) if meant else near


def _of_its_choices(said: str, field: Field) -> str:
    """The level or the doer that a word or two name, where the field has such; "" for neither."""
    choices = {choice.id for choice in field.choices}
    level, sureness = level_in(said)
    if choices >= WHO:
        return who_does(said, "", is_negated(said))
    return level if level in choices and sureness >= SURELY_LEVEL else ""


MOST_ELSE = 1  # pieces of a list that name nothing


def listed_items(text: str, context: Context) -> list[Answer]:
    """ "Mostly exhibitions and phone, no blog": what a checklist's things are there, each by its name alone."""
    things = [f.id for f in context.tool.form.fields if context.library.note(context.tool.name, f.id, "thing")]
    if not things or text.rstrip().endswith("?"):
        return []
    found: dict[str, Answer] = {}
    others = 0
    denied = False
    for joint, piece, name, level in _with_shared_levels(text):
        goes_on = denied and not level and (joint or "yes" not in {answer.value for answer in found.values()})
        level = level or ("no" if goes_on else "yes")
        denied = level == "no"
        field = only_named(name, replace(context, open_field="")) if name else None
        fits = field is not None and (field.kind == "level" or level != "partly")
        if field is not None and fits and field.id in things and field.id not in found:
            found[field.id] = _listed(field, level, piece, context)
        elif (named := _named_level(piece, context)) is not None and named.field not in found:
            found[named.field] = named  # "and meetings with prospects as a routine also no"
        else:
            others += bool(content_words(name))
    return list(found.values()) if len(found) >= FEWEST_LISTED and others <= MOST_ELSE else []


def _with_shared_levels(text: str) -> list[tuple[bool, str, str, str]]:
    """(joined to the one before, words, name, level) of each piece of a list.

    One without a level takes that of the next where they are joined, or where that is all the next says
    ("blog and podcast no", "content that teaches, yes").
    """
    found: list[tuple[bool, str, str, str]] = []
    following = (False, "", "", "")
    for joint, piece in reversed(_items(_denied_before(text))):
        name, level = _item(piece)
        at_end = following[0] and level_at_end(tokens(following[1]))[0]
        bare = following[3] and (not following[2] or following[1] == "")
        level = level or (following[3] if at_end or bare else "")
        following = (joint, "" if bare and not joint else piece, name, level)
        found.append((joint, piece, name, level))
    return found[::-1]


def _items(text: str) -> list[tuple[bool, str]]:
    """The pieces of a list, each with whether it is joined to the one before by an "and" or "or"."""
    ends = [found.span() for found in _ITEM.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    joints = [False, *(_AND.fullmatch(text[start:end]) is not None for start, end in ends)]
    return [(joint, text[start:stop].strip(" .!")) for joint, start, stop in zip(joints, starts, stops, strict=True)]


_ITEM = re.compile(
    r"(?:\s*[,;+/&\n]\s*|\.\s+)(?:(?:but|plus|also|אבל|וגם)\s+)?|\s+(?=(?:no|אין|בלי) \S)"
    r"|\s+(?:and|or|nor|but|plus|also|או|אבל|וגם|גם(?!\s+(?:לא|כן)(?![א-ת]))|ועוד)\s+|\s+(?=ו[א-ת]{2,})",
    re.IGNORECASE,
)


_LACKED = re.compile(
    r"(?P<there>(?:[^,;.\n]*\s(?:but|though|yet|אבל|אך|אולם)\s)?)(?P<things>[^,;.\n]+?)\s*,?\s+"
    r"(?:אין(?: לנו| אצלנו)?|לא קיימים|לא קיים|(?:we )?(?:don't|do not) (?:have|do|run)(?: (?:it|them|any))?)"
    r"(?= *(?:[,;.\n!]|$))",
    re.IGNORECASE,
)


def _denied_before(text: str) -> str:
    """A list with its "we have none" before what it denies and not behind ("a blog and a podcast we don't have")."""

    def lacking(found: re.Match[str]) -> str:
        return found["there"] + " " + ", ".join(map(_denied, _AND.split(found["things"].strip())))

    return _LACKED.sub(lacking, text)


def _denied(thing: str) -> str:
    return "no " + re.sub(r"^ו(?=[א-ת]{3,})", "", thing)


_AND = re.compile(r"\s+(?:and|or|nor)\s+|\s+(?=ו[א-ת]{2,})", re.IGNORECASE)


_CARRIED = re.compile(r"(?<=\w)\s+(?:we (?:do|have|use|run)|(?:יש|קיים) (?:לנו|אצלנו)|אנחנו עושים)$", re.IGNORECASE)


def _item(piece: str) -> tuple[str, str]:
    """A piece of a list without what only carries it ("we do", "בעיקר"), and whether that says it is there or not."""
    carried = _CARRIED.sub("", piece)
    words, level = [word for word in tokens(carried) if word.kind != "sign"], "yes" if carried != piece else ""
    piece, place = carried, 0
    while place < len(words):
        denied = phrase_set("without_item").at(tuple(words), place)
        length = denied or phrase_set("around_items").at(tuple(words), place)
        if not length:
            break
        level = "no" if denied else level or "yes"
        place += length
    if place >= len(words):
        return "", level
    behind, end = level_at_end(tuple(words))
    if behind and end > place:
        level, piece = behind, piece[: words[end - 1].end]
    rest = piece[words[place].start :]
    glued = rest[1:] if place == 0 and rest[0] == "ו" and len(rest) > len("ובו") else rest
    return glued, level
