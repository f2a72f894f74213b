"""What the conversation has at hand: an offer on the table, or the subject of the question before.

"Let's check him properly", "ok, let's calculate it for us" name nothing; a fact told after an offer takes it up.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.commands import Answer, Command, Start, Unclear
from assistant.conversation import Record
from assistant.naming import is_public
from assistant.understanding.answers.naming import named_field
from assistant.understanding.answers.statements import facts_in
from assistant.understanding.fields.figures import Context
from assistant.understanding.segments import Sentence, clauses
from assistant.understanding.situation import Situation
from assistant.understanding.steering import intents
from assistant.understanding.steering.called import is_party, name_glued, name_hint, name_is_common, name_told
from assistant.understanding.steering.intents import without_courtesies
from assistant.understanding.steering.starting import NAMED_WISH, wished_figures
from assistant.understanding.steering.subjects import tool_about, tool_named
from assistant.understanding.steering.wishing import is_wish
from assistant.understanding.words.phrases import phrase_set
from assistant.understanding.words.text import Token, listed, tokens
from knowledge.hebrew import is_stop_word

LONGEST_WISH = 9  # words of a wish that names nothing
SURELY_TAKEN_UP = 0.65
TAKES_UP_FROM = 0.52  # what is less sure is no answer to what was only offered
# what is worked out for one at a time, who has a name
OF_ONE = frozenset(("partner_fit", "lead_qualification", "sam_selection", "kam_tiers", "customer_profitability"))
DISCUSSED_FROM = 0.2  # nearness of the question before to a wish


def offered(here: Situation) -> str:
    """The tool we offered to begin and got no answer on yet, empty when there is none."""
    pending = here.state.pending or {}
    tool = str(pending.get("tool", "")) if pending.get("kind") == "start" else ""
    return tool if tool in here.library.tools and here.record is None else ""


def wish_for_what_is_at_hand(parts: list[Sentence], here: Situation) -> Start | None:
    """ "Let's check him properly": the tool we offered, else the one for what was asked about just before."""
    part = parts[-1]
    named = tool_named(here.text, here.library) or tool_about(here.text, here.library)
    if here.record is not None or named or len(tokens(here.text)) > LONGEST_WISH or any(_asks(p) for p in parts):
        return None
    calculates = phrase_set("working_out").find(part.words) >= 0
    leans = phrase_set("leaning").find(part.words) >= 0 or bool(_name_alone(part))
    if not leans or not (calculates or phrase_set("doing").find(part.words) >= 0):
        return None
    if tool := offered(here):
        return Start(tool, name_hint(here.text) or _name_alone(part), confidence=NAMED_WISH)
    tool = _discussed(calculates, here)
    return Start(tool, name_hint(here.text) or _name_alone(part), confidence=NAMED_WISH) if tool else None


def _name_alone(part: Sentence) -> str:
    """The name a short wish is for and says no more of ("let's test Norsk Papir", "בוא נבדוק את נורסק פאפיר")."""
    acts = [phrase_set(name) for name in ("examining", "doing", "wishing", "courtesies", "asking_leave")]
    words = tuple(word for word in part.words if word.kind != "sign")
    place = 0
    while place < len(words) and (length := max(known.at(words, place) for known in acts)):
        place += length
    if not 0 < place < len(words) or len(words) - place > MOST_IN_NAME + 1:
        return ""
    if words[place].text == "את":
        place += 1
    rest = part.text[words[place].start : words[-1].end] if place < len(words) else ""
    named = rest[:1].isupper() or words[place - 1].text == "את"
    return rest if named and rest and not any(is_party(w.text) or w.text in _PRONOUNS for w in words[place:]) else ""


MOST_IN_NAME = 3  # words
_PRONOUNS = frozenset(listed("זה זאת אותו אותה אותם הזה הזאת ההוא it this that him her them"))


def wishes_to_go_through(part: Sentence, here: Situation) -> bool:
    """ "Let's go through it properly then": said of what is open already."""
    words = without_courtesies(part.text)
    if here.record is None or part.marked or len(tokens(words)) > LONGEST_WISH or not is_wish(part):
        return False
    if any(phrase_set(f"language.{language}").find(part.words) >= 0 for language in ("he", "en")):
        return False  # "can we do this in Hebrew please"
    place = phrase_set("going_through").find(tokens(words))
    about = tool_about(here.text, here.library, plainly=True)  # "is Intel strategic? Let's go through it" begins one
    return 0 <= place <= 1 and not name_hint(part.text) and about in ("", here.record.tool)


def the_same_for(parts: list[Sentence], here: Situation) -> Start | None:
    """ "Check Strauss too", "אותו דבר לחברת נורדן": what is open or was spoken of last, for another name."""
    words = tokens(here.text)
    name = name_hint(here.text) or name_glued(here.text)
    if (
        here.subject is None
        or not name
        or len(words) > LONGEST_WISH
        or any(_asks(p) and not _opens_politely(p) for p in parts)
    ):
        return None
    about = {tool_named(here.text, here.library), tool_about(here.text, here.library, plainly=True)}
    if not _for_that_one_too(words, name) or about - {"", here.subject.tool}:
        return None
    known = {record.name.casefold() for record in here.state.records.values()}
    return None if name.casefold() in known else Start(here.subject.tool, name, confidence=NAMED_WISH)


def next_by_name(here: Situation) -> tuple[Start, str] | None:
    """ "And Initech? They buy from everybody": the assessment in hand for one not spoken of yet, and what is told."""
    asked, mark, told = here.text.partition("?")
    words = tokens(asked)
    opening = phrase_set("and_that_one").at(words, 0) if words else 0
    if here.subject is None or here.subject.tool not in OF_ONE or not mark or not 0 < opening < len(words):
        return None
    name, rest = name_told(asked[words[opening].start :].rstrip())
    known = any(record.name.casefold() == name.casefold() for record in here.state.records.values())
    if not name or rest or known or any(is_public(word) or name_is_common(word) for word in name.split()):
        return None
    return Start(here.subject.tool, name, confidence=NAMED_WISH), told.strip()


def as_with_the_one_before(part: Sentence, here: Situation) -> tuple[list[Command], Sentence | None]:
    """ "Same territory as the last one", "אותו ענף כמו אצל אסם": what is noted there, and what is left of the sentence.

    Where nothing is noted there, the field is only named: it is asked about.
    """
    record, context = here.record, here.context
    others = [] if record is None else [r for r in here.state.records.values() if r.tool == record.tool and r != record]
    if context is None or not others or part.asked:
        return [], part
    found: list[Command] = []
    left: list[str] = []
    for piece in clauses(part.text):
        other = _one_before(piece, others)
        field = named_field(_without_likeness(piece, other), context, NAMES_LIKE) if other is not None else None
        if other is None or field is None:
            left.append(piece)
            continue
        given = other.answers.get(field.id)
        known = given is not None and given.status == "answered"
        told = Answer(field.id, given.value, piece, confidence=NAMED_WISH, tool=context.tool.name) if given else None
        found.append(told if known and told is not None else Unclear(piece, field=field.id))
    return found, (replace(part, text=", ".join(left)) if left else None) if found else part


def likens(text: str) -> bool:
    """Whether a text says that one is as another is ("same size as Norlund", "אותו ענף כמו אסם")."""
    words = tokens(text)
    return any(phrase_set("likeness").at(words, at) for at in range(min(LIKENS_WITHIN, len(words))))


LIKENS_WITHIN = 4  # words
NAMES_LIKE = 0.4  # nearness to a field's name


def _one_before(piece: str, others: list[Record]) -> Record | None:
    """The record a clause likens this one to: the one named, else the one spoken of before."""
    words = tokens(piece)
    like = phrase_set("likeness").find(words)
    if like < 0:
        return None
    named = [r for r in others if r.name and r.name.casefold() in piece.casefold()]
    before = phrase_set("the_one_before").find(words) >= 0
    return named[-1] if named else others[-1] if before else None


def _without_likeness(piece: str, other: Record | None) -> str:
    """The words of a clause that name what is alike."""
    if other is not None and other.name:
        place = piece.casefold().find(other.name.casefold())
        piece = piece if place < 0 else f"{piece[:place]} {piece[place + len(other.name) :]}"
    words, kept, place = tokens(piece), [], 0
    while place < len(words):
        length = max(phrase_set(name).at(words, place) for name in ("likeness", "the_one_before"))
        kept += [] if length else [words[place].text]
        place += max(1, length)
    return " ".join(kept)


def _for_that_one_too(words: tuple[Token, ...], name: str) -> bool:
    """Whether a message orders it "too", wants "the same" and says no more, or orders it "now" and says no more."""
    orders = phrase_set("doing").find(words) >= 0
    if orders and any(phrase_set(more).find(words) >= 0 for more in ("too", "one_more")):
        return True
    length = phrase_set("now_that").at(words, 0) if words else 0
    if phrase_set("same_again").find(words) < 0 and not length > 1 and not (orders and length):
        return False
    glue = [
        phrase_set(n)
        for n in ("same_again", "now_that", "doing", "going_back", "too", "courtesies", "case_label", "can_you")
    ]
    own = {word.text for word in tokens(name.casefold())}
    place = 0
    while place < len(words):
        word = words[place].text
        length = max(group.at(words, place) for group in glue)
        said = word in own or word[1:] in own or is_party(word) or is_stop_word(word)
        if not length and not said and words[place].kind != "sign":
            return False
        place += max(1, length)
    return True


def _asks(part: Sentence) -> bool:
    """Whether a sentence is a question; "do the same for …" opens like one and is an order."""
    if is_wish(part) and phrase_set("can_you").at(part.words, 0):
        return False  # "can you check one for me?"
    return part.marked or (part.asked and not phrase_set("doing").at(part.words, 0))


def _opens_politely(part: Sentence) -> bool:
    """Whether a question opens as an order may ("can you also do …?", "אפשר לבדוק גם …?")."""
    return any(phrase_set(name).at(part.words, 0) for name in ("can_you", "asking_leave"))


def _discussed(calculates: bool, here: Situation) -> str:
    """The tool for the question before: a calculator where something is to be calculated, else any."""
    asked = str(here.state.discussed.get("question") or "")
    among = [name for name, tool in here.library.tools.items() if tool.at_once or not calculates]
    if not asked:
        return ""
    if about := tool_about(asked, here.library, among):
        return about
    near = [m for m in here.library.index.best(asked, "start") if m.key[1] in among and m.score >= DISCUSSED_FROM]
    return near[0].key[1] if near else ""


def taken_up(part: Sentence, here: Situation) -> list[Command]:
    """The facts or figures of what we offered, told instead of a yes; they begin it."""
    name = offered(here)
    if not name or part.asked:
        return []
    tool = here.library.tools[name]
    found: list[Command] = []
    if tool.at_once:
        found = wished_figures(name, part.text, here.library)
    else:
        counts = intents.carries_figures(part.text)  # "the list is two years old" tells a fact, and no figure of it
        said = facts_in(part, Context(here.library, tool, values={}), figures=False)
        least = SURELY_TAKEN_UP if counts else TAKES_UP_FROM
        found = [a for a in said if isinstance(a, Answer) and a.confidence >= least]
    told = [replace(a, tool=name) for a in found if isinstance(a, Answer)]
    return [Start(name, confidence=NAMED_WISH), *told] if told else []
