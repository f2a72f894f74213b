"""Fields named in so many words, and what is said of them: "chemistry is good", "service is on us"."""

from __future__ import annotations

from collections.abc import Container

from assistant.understanding.answers.claims import Claim
from assistant.understanding.answers.doers import WHO, who_does
from assistant.understanding.fields.figures import Context
from assistant.understanding.fields.mentioned import rather_meant
from assistant.understanding.segments import Span
from assistant.understanding.words.phrases import is_negated, level_in, phrase_set, quality_in
from assistant.understanding.words.text import tokens
from tools.forms import Field

CUE_FROM = 0.62
LACKING = 0.6  # sureness of "there is no …" beside a field's name
NAMES_SURELY = 0.8  # nearness to a field's name from which saying it is answering it
AFFIRMED = 0.4  # sureness of a field's name said as a fact ("they have a budget")


def named_claim(span: Span, wording: str, context: Context) -> list[Claim]:
    """ "chemistry is good", "their finances: weak", "service is on us": a field's name and a level or a doer."""
    field = named_field(wording, context)
    if field is None:
        return []
    if {choice.id for choice in field.choices} >= WHO:
        who = who_does(span.text, "", is_negated(span.text)) or who_does(wording, "", is_negated(wording))
        return [Claim(span, field, who, 0.58, lead=0.2)] if who else []
    if field.kind not in ("level", "yes_no"):
        return []
    quality = quality_in(wording)
    level, sureness = (quality, 0.8) if quality else level_in(wording, longest=9)
    if not level and is_negated(wording):
        level, sureness = "no", LACKING
    if not level and _affirms(wording, field, context):
        level, sureness = "yes", AFFIRMED
    if not level or (field.kind == "yes_no" and level == "partly"):
        return []
    return [Claim(span, field, level, 0.52 + 0.12 * sureness, lead=0.15)]


def _affirms(wording: str, field: Field, context: Context) -> bool:
    """Whether a wording states a field by its name alone: "they have a budget", or the name as a whole sentence.

    A bare noun states nothing; the name of the open question, said back, does.
    """
    names = context.library.index.best(wording, "cue", context.tool.name, field.id, whole=False)[:1]
    about = phrase_set("asking_about").find(tokens(wording)) >= 0
    if about or not names or names[0].score < NAMES_SURELY or limits(wording):
        return False
    said = phrase_set("subjects").find(tokens(wording)[:3]) >= 0
    return said or field.id == context.open_field


def named_field(
    text: str, context: Context, least: float = CUE_FROM, among: Container[str] | None = None
) -> Field | None:
    """The field a text names ("no idea about their finances"), None when it names none (of those given)."""
    for match in context.library.index.best(text, "cue", context.tool.name, whole=False)[:4]:
        if match.score < least:
            break
        if among is None or match.key[2] in among:
            return context.tool.form.field(match.key[2])
    return None


def field_meant(
    text: str, context: Context, least: float = CUE_FROM, among: Container[str] | None = None
) -> Field | None:
    """The field a text speaks of without answering it: by its name, else by all that people call it.

    "How long it takes to win another like them" names no question and surely means one.
    """
    near = named_field(text, context, least, among)
    meant = rather_meant(text, context.tool.name, near.id if near is not None else "", among)
    return context.tool.form.field(meant) if meant else near


def limits(text: str) -> bool:
    """Whether a text says that something holds in part ("partly", "some of them", "רק חלק")."""
    words = tokens(text)
    return any(phrase_set(name).find(words) >= 0 for name in ("quality.partly", "level.partly", "in_part"))
