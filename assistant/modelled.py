"""Puts a language model behind the two protocols of a turn; without one this module is not loaded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from assistant.answering.agent import ModelAnswerer
from assistant.answering.claims import lexicon
from assistant.budget import Budget
from assistant.conversation import Conversation
from assistant.draft import Parts
from assistant.errors import ModelError
from assistant.model import LanguageModel, Model, open_chat, tracing
from assistant.redaction import Mask
from assistant.settings import ModelSettings, Settings, read_model
from assistant.understanding.language_model import ModelInterpreter
from assistant.watch import Watch
from assistant.wording import say
from knowledge import Knowledge
from tools.tool import Tool


def model_parts(settings: Settings, model: Model | None = None) -> Callable[[Parts, Watch, Conversation], Parts]:
    """What turns the offline parts into those of one turn with the configured model (or the given one)."""
    options = _options(settings)
    used = model or LanguageModel(options, budget_of(settings))

    def with_model(parts: Parts, watch: Watch, state: Conversation) -> Parts:
        if options.redact:
            names = tuple(record.name for record in state.records.values() if record.name)
            watch.mask = mask_for(parts.knowledge, parts.tools, names)
        facts = getattr(parts.interpreter, "facts_for", lambda tool, text: ())
        answerer = ModelAnswerer(
            used, parts.answerer, parts.knowledge, parts.tools, parts.weights, parts.today, watch, facts
        )
        interpreter = ModelInterpreter(used, parts.interpreter, parts.tools, watch)
        return replace(parts, interpreter=interpreter, answerer=answerer, watch=watch)

    return with_model


def mask_for(knowledge: Knowledge, tools: Mapping[str, Tool], names: tuple[str, ...]) -> Mask:
    """The mask of one turn: `names` are those of the records."""
    return Mask(names, frozenset(knowledge.vocabulary) | form_words(tools), knowledge.knows_word)


def form_words(tools: Mapping[str, Tool]) -> frozenset[str]:
    """The English words of forms, schemas and everyday questions: no names, and not worth hiding."""
    told = " ".join(text for tool in tools.values() for text in _words_of(tool))
    return frozenset(
        re.findall(r"[^\W\d_]+", f"{told} {lexicon()['common_names']} {lexicon()['plain_openers']}".lower())
    )


def _words_of(tool: Tool) -> list[str]:
    fields = [text for field in tool.form.fields for text in (field.label.en, field.ask.en, field.why.en)]
    return [tool.form.title.en, tool.form.intro.en, *fields]


def budget_of(settings: Settings) -> Budget:
    """The budget of this installation; the day's spending is kept beside the database."""
    return Budget(settings.home / "model", settings.language_model.limits)


def state_of(settings: Settings, language: str = "en") -> tuple[Literal["ok", "broken"], str, str]:
    """For `doctor`: whether the model can be opened, what it was used for today, its limits. Calls nobody."""

    def told(key: str, **values: object) -> str:
        return say(f"doctor.model.{key}", language, **values)

    options = _options(settings)
    try:
        open_chat(options)
    except ModelError as error:
        key = told("key_mend", variable=f"{options.name.split(':')[0].upper()}_API_KEY")
        mends = {"model_package": "pip install 'advisor[llm]'", "model_unknown": told("unknown_mend")}
        return "broken", f"{options.name}: {error.text(language)}", mends.get(error.code, key)
    spent, limits = budget_of(settings).spent(dt.datetime.now(dt.UTC).date()), options.limits
    today = told("today", calls=spent.calls, tokens=spent.tokens, most=limits.day_tokens or 0)
    if spent.cost is not None:
        today += ", " + told("cost", cost=spent.cost, most=limits.day_cost or told("any"))
    parts = [
        told("at", name=options.name, url=options.url) if options.url else options.name,
        today,
        told("turn", tokens=limits.turn_tokens, seconds=options.seconds),
        told("hidden" if options.redact else "shown"),
        told("traced" if tracing() else "untraced"),
    ]
    return "ok", "; ".join(parts), ""


def _options(settings: Settings) -> ModelSettings:
    return settings.language_model if settings.language_model.name else read_model(settings.model)
