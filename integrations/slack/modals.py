"""Forms as modals of several steps: pure functions from a tool's form to views, and back to answers.

What a step must remember travels in the view itself (`Memo`, at most 3000 units), so that any process can
take the next one. A question's block id is its field id; Slack shows an error under exactly that question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from integrations.slack import blocks as kit
from integrations.slack.blocks import Block
from integrations.slack.mrkdwn import cut, size
from integrations.slack.words import say

QUESTIONS_A_STEP = 8
UNKNOWN = "__unknown"
EVIDENCE = "__evidence"
EVIDENCE_GRADES = ("verified", "own_observation", "candidate_claim", "assumption")
TEXT_KINDS = frozenset({"count", "amount", "rate", "money", "text"})
MOST_METADATA = 3000
ACTION = "v"
EMPTY = " \t\r\n\u00a0\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"  # what a box may hold and say nothing


@dataclass(frozen=True)
class Memo:
    """What a modal remembers between its steps.

    `wanted` is what the answers are for: "answer" them, or "what_if"; `seen` are fields of earlier steps.
    """

    place: Mapping[str, Any]
    conversation: str
    tool: str
    language: str
    record: str = ""
    wanted: str = "answer"
    seen: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    step: int = 1

    def text(self) -> str:
        """As the view carries it."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Memo:
        """From a view. Raises ValueError for anything else."""
        data = json.loads(text)
        return cls(**{**data, "seen": tuple(data["seen"]), "fields": tuple(data["fields"])})


def loading(language: str) -> Block:
    """Shown at once, because a trigger lives three seconds; replaced by the real view."""
    return _modal(say("modal.title", language), [kit.section(say("modal.loading", language))], language)


def message(title: str, text: str, language: str) -> Block:
    """A modal that only says something."""
    return _modal(title, kit.sections(text.split("\n"), right_to_left=language == "he"), language)


def step(memo: Memo, form: Any, values: Mapping[str, Any], raw: Mapping[str, str]) -> Block | None:
    """The next step of a form, or None when no question is left.

    Args:
        memo: what is known so far; its `seen` fields are not asked again.
        form: the tool's form.
        values: the record's canonical values, to know which questions apply and what they show.
        raw: the words an answer was given in, for fields of text.
    """
    left = [field for field in form.fields if field.id not in memo.seen and field.relevant(dict(values))]
    open_ones = [field for field in left if field.id not in values]
    asked = open_ones[:QUESTIONS_A_STEP]
    if not asked:
        return None
    steps = memo.step + (len(open_ones) - 1) // QUESTIONS_A_STEP
    return questions(memo, form, asked, values, raw, steps)


def questions(
    memo: Memo, form: Any, asked: Sequence[Any], values: Mapping[str, Any], raw: Mapping[str, str], steps: int = 1
) -> Block:
    """A view with these questions."""
    language = memo.language
    memo = replace(memo, fields=tuple(field.id for field in asked))
    progress = f" {memo.step}/{steps}" if steps > 1 else ""
    title = cut(form.title[language], kit.MODAL_TITLE - len(progress)) + progress
    made = [_question(field, values.get(field.id), raw.get(field.id, ""), language) for field in asked]
    if memo.wanted != "what_if":
        made.append(_evidence(language))
    view = _modal(title, made, language, submit=say("modal.next" if steps > memo.step else "modal.done", language))
    return {**view, "callback_id": "form", "private_metadata": _fitting(memo)}


def which_answer(memo: Memo, form: Any, offered: Sequence[Any]) -> Block:
    """The first step of changing one answer: which."""
    language = memo.language
    menu = {
        "type": "static_select",
        "action_id": ACTION,
        "placeholder": kit.plain_object(say("button.choose", language), 150),
        "options": [kit.option(field.label[language], field.id) for field in offered[:100]],
    }
    title = say("modal.what_if" if memo.wanted == "what_if" else "modal.change", language)
    made = _input("which", say("modal.which", language), menu, optional=False)
    view = _modal(title, [made], language, submit=say("modal.next", language))
    return {**view, "callback_id": "which", "private_metadata": _fitting(memo)}


def share(language: str, memo: Mapping[str, Any]) -> Block:
    """Which channel a result is shared with."""
    menu = {
        "type": "conversations_select",
        "action_id": ACTION,
        "placeholder": kit.plain_object(say("button.choose", language), 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    made = [_input("channel", say("share.channel", language), menu, optional=False)]
    view = _modal(say("share.title", language), made, language, submit=say("share.submit", language))
    return {**view, "callback_id": "share", "private_metadata": json.dumps(memo, ensure_ascii=False)}


def ask(language: str, memo: Mapping[str, Any], initial: str = "") -> Block:
    """The global shortcut: a question, answered in a direct message."""
    box = {"type": "plain_text_input", "action_id": ACTION, "multiline": True, "max_length": 3000}
    if initial:
        box["initial_value"] = cut(initial, 3000)
    made = [_input("question", say("ask.question", language), box, optional=False)]
    view = _modal(say("modal.title", language), made, language, submit=say("ask.submit", language))
    return {**view, "callback_id": "ask", "private_metadata": json.dumps(memo, ensure_ascii=False)}


def reasons(language: str, memo: Mapping[str, Any]) -> Block:
    """What was wrong with an answer."""
    boxes = {
        "type": "checkboxes",
        "action_id": ACTION,
        "options": [kit.option(say(f"feedback.reason.{name}", language), name) for name in REASONS],
    }
    comment = {"type": "plain_text_input", "action_id": ACTION, "multiline": True, "max_length": 2000}
    made = [
        _input("reasons", say("feedback.why", language), boxes, optional=True),
        _input("comment", say("feedback.comment", language), comment, optional=True),
    ]
    view = _modal(say("feedback.title", language), made, language, submit=say("feedback.send", language))
    return {**view, "callback_id": "reasons", "private_metadata": json.dumps(memo, ensure_ascii=False)}


REASONS = ("wrong", "not_what_i_asked", "no_source", "unclear", "too_long", "missing")


# -- what was filled in ------------------------------------------------------------------------------


def values_of(state: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What each block of a submitted view holds: a text, a choice's id, or a list of them; None when empty."""
    return {block: _value(next(iter(actions.values()), {})) for block, actions in state.items()}


def _value(element: Mapping[str, Any]) -> Any:
    if "selected_options" in element:
        return [option["value"] for option in element["selected_options"] or []] or None
    if element.get("selected_option"):
        return element["selected_option"]["value"]
    for key in ("selected_date", "selected_conversation", "value"):
        if str(element.get(key) or "").strip(EMPTY):
            return element[key]
    return None


def answers(memo: Memo, filled: Mapping[str, Any], initial: Mapping[str, str]) -> list[dict[str, Any]]:
    """The actions a submitted step stands for; what was left empty or as it was is no answer."""
    grade = filled.get(EVIDENCE)
    made = []
    for field in memo.fields:
        value = filled.get(field)
        if value is None or value == [] or (isinstance(value, str) and value.strip() == initial.get(field, "\0")):
            continue
        if value in (UNKNOWN, [UNKNOWN]):
            made.append({"do": "answer", "field": field, "status": "unknown"})
        else:
            given = {"do": "answer", "field": field, "value": value}
            made.append({**given, "evidence": grade} if grade else given)
    return made


# -- pieces ------------------------------------------------------------------------------------------


def _modal(title: str, made: Sequence[Block], language: str, submit: str = "") -> Block:
    view: Block = {
        "type": "modal",
        "title": kit.plain_object(title, kit.MODAL_TITLE),
        "close": kit.plain_object(say("modal.close", language), kit.MODAL_TITLE),
        "blocks": list(made)[:100],
    }
    return {**view, "submit": kit.plain_object(submit, kit.MODAL_TITLE)} if submit else view


def _input(block_id: str, label: str, element: Block, *, optional: bool, hint: str = "") -> Block:
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": kit.plain_object(label, 2000),
        "element": element,
        "optional": optional,
    }
    return {**made, "hint": kit.plain_object(hint, 2000)} if hint.strip() else made


def _question(field: Any, value: Any, raw: str, language: str) -> Block:
    hint = " ".join(text[language] for text in (field.help, field.example) if text)
    return _input(field.id, field.ask[language], _element(field, value, raw, language), optional=True, hint=hint)


def _element(field: Any, value: Any, raw: str, language: str) -> Block:
    if field.kind == "date":
        picker: Block = {"type": "datepicker", "action_id": ACTION}
        return {**picker, "initial_date": value} if isinstance(value, str) else picker
    if field.kind in TEXT_KINDS:
        box: Block = {"type": "plain_text_input", "action_id": ACTION, "max_length": 2000}
        return {**box, "initial_value": cut(raw, 2000)} if raw else box
    options = [kit.option(choice.label[language], choice.id) for choice in field.choices]
    if field.kind == "choices":
        boxes: Block = {"type": "checkboxes", "action_id": ACTION, "options": options[:10]}
        ticked = [option for option in options[:10] if isinstance(value, list) and option["value"] in value]
        return {**boxes, "initial_options": ticked} if ticked else boxes
    options.append(kit.option(say("button.unknown", language), UNKNOWN))
    menu: Block = {
        "type": "static_select",
        "action_id": ACTION,
        "placeholder": kit.plain_object(say("button.choose", language), 150),
        "options": options[:100],
    }
    chosen = [option for option in options if option["value"] == value]
    return {**menu, "initial_option": chosen[0]} if chosen else menu


def _evidence(language: str) -> Block:
    menu = {
        "type": "static_select",
        "action_id": ACTION,
        "placeholder": kit.plain_object(say("button.choose", language), 150),
        "options": [kit.option(say(f"evidence.{grade}", language), grade) for grade in EVIDENCE_GRADES],
    }
    return _input(EVIDENCE, say("evidence.ask", language), menu, optional=True)


def _fitting(memo: Memo) -> str:
    """The memo within Slack's limit; the earliest fields seen are dropped first (they are answered by then)."""
    text = memo.text()
    while size(text) > MOST_METADATA and memo.seen:
        memo = replace(memo, seen=memo.seen[1:])
        text = memo.text()
    return text
