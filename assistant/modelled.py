"""Puts a language model behind the two protocols of a turn; without one this module is not loaded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from assistant.answering.agent import ModelAnswerer
from assistant.answering.claims import lexicon
from assistant.answering.desk import vocabulary
from assistant.budget import Budget
from assistant.conversation import Conversation
from assistant.draft import Parts
from assistant.errors import ModelError
from assistant.model import LanguageModel, Model, open_chat, tracing
from assistant.redaction import Mask
from assistant.settings import ModelSettings, Settings, read_model
from assistant.understanding.language_model import ModelInterpreter
from assistant.watch import Watch
from tools.tool import Tool


def model_parts(settings: Settings, model: Model | None = None) -> Callable[[Parts, Watch, Conversation], Parts]:
    """What turns the offline parts into those of one turn with the configured model (or the given one)."""
    options = _options(settings)
    used = model or LanguageModel(options, budget_of(settings))

    ordinary: set[str] = set()

    def with_model(parts: Parts, watch: Watch, state: Conversation) -> Parts:
        if options.redact:
            names = tuple(record.name for record in state.records.values() if record.name)
            ordinary.update(vocabulary(parts.knowledge), form_words(parts.tools) if not ordinary else ())
            watch.mask = Mask(names, frozenset(ordinary))
        facts = getattr(parts.interpreter, "facts_for", lambda tool, text: ())
        answerer = ModelAnswerer(
            used, parts.answerer, parts.knowledge, parts.tools, parts.weights, parts.today, watch, facts
        )
        interpreter = ModelInterpreter(used, parts.interpreter, parts.tools, watch)
        return replace(parts, interpreter=interpreter, answerer=answerer, watch=watch)

    return with_model


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


def state_of(settings: Settings) -> tuple[Literal["ok", "broken"], str, str]:
    """For `doctor`: whether the model can be opened, what it was used for today, its limits. Calls nobody."""
    options = _options(settings)
    try:
        open_chat(options)
    except ModelError as error:
        provider = options.name.split(":")[0].upper()
        key = f"set ADVISOR_MODEL_KEY or {provider}_API_KEY"
        mends = {"model_package": "pip install 'advisor[llm]'", "model_unknown": "see docs/model.md"}
        mend = mends.get(error.code, key)
        return "broken", f"{options.name}: {error}", mend
    budget = budget_of(settings)
    spent, limits = budget.spent(dt.datetime.now(dt.UTC).date()), options.limits
    money = "" if spent.cost is None else f", {spent.cost:.2f} of {limits.day_cost or 'any'} in money"
    parts = [
        options.name + (f" at {options.url}" if options.url else ""),
        f"today {spent.calls} calls, {spent.tokens:,} of {limits.day_tokens or 0:,} tokens{money}",
        f"a turn at most {limits.turn_tokens:,} tokens and {options.seconds:g} s",
        "names hidden" if options.redact else "names sent as they are (ADVISOR_MODEL_REDACT=1 hides them)",
        "traced" if tracing() else "not traced",
    ]
    return "ok", "; ".join(parts), ""


def _options(settings: Settings) -> ModelSettings:
    return settings.language_model if settings.language_model.name else read_model(settings.model)
