"""The method's checklists: one way of counting over data (`checklists.yaml`), without an invented pass mark."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from tools import scored
from tools.forms import STANDARD_CHOICES, Field, Form
from tools.inputs import FormInputs, inputs_model
from tools.policy import Weights
from tools.result import Figure, Result, Table, Warning
from tools.rules import reason, rule
from tools.scoring import Answers
from tools.strict_yaml import DataFileError, check_keys, parse_file
from tools.tool import Tool, form_order, form_reader
from tools.values import LANGUAGES, Bounds, Text
from tools.wording import join, say, show

VERSION = "1"
FILE = Path(__file__).parent / "checklists.yaml"
ITEM_KEYS = ("id", "label", "ask")
EXHIBITIONS = "exhibitions"


@dataclass(frozen=True)
class Checklist:
    """A list of points. `counts` is good when a yes is wanted, bad when a yes is a sign of trouble."""

    name: str
    counts: str
    sources: tuple[str, ...]
    form: Form


@cache
def load_checklists(path: Path = FILE) -> dict[str, Checklist]:
    """Every checklist by tool name. Raises DataFileError for an unknown key or a missing language."""
    found = {}
    for name, data in parse_file(path).items():
        where = f"{path.name}: {name}"
        check_keys(data, where, ["counts", "sources", "title", "intro", "subject", "ask_whom", "items"])
        if data["counts"] not in ("good", "bad"):
            raise DataFileError(f"{where}: counts is good or bad, found {data['counts']!r}")
        texts = {key: _text(data[key], f"{where}: {key}") for key in ("title", "intro", "subject", "ask_whom")}
        whom = texts.pop("ask_whom")
        fields = tuple(_field(entry, whom, len(data["items"]), where) for entry in data["items"])
        found[name] = Checklist(name, data["counts"], tuple(data["sources"]), Form(name, fields=fields, **texts))
    return found


def _text(data: Any, where: str) -> Text:
    check_keys(data, where, LANGUAGES)
    return Text(**data)


def _field(entry: Any, whom: Text, count: int, where: str) -> Field:
    check_keys(entry, where, ITEM_KEYS, ["rules"])
    rules = tuple(entry.get("rules", ()))
    return Field(
        id=entry["id"],
        kind="level",
        section="points",
        label=_text(entry["label"], where),
        ask=_text(entry["ask"], where),
        why=rule(rules[0]).gist if rules else say("checklists.why_default", n=count),
        rules=rules,
        choices=STANDARD_CHOICES["level"],
        ask_whom=whom,
    )


def calculate(checklist: Checklist, inputs: FormInputs, weights: Weights | None, today: dt.date) -> Result:
    """Count the points: certain ones, and those still possible."""
    answers, form = inputs.answers(), checklist.form
    asked = [field for field in form.fields if not isinstance(answers.get(field.id), dict)]
    groups = {level: [field for field in asked if answers.get(field.id) == level] for level in ("yes", "partly", "no")}
    unknown = [field for field in asked if field.id not in answers]
    count = Bounds(Bounds.exact(len(groups["yes"])).low, Bounds.exact(len(groups["yes"]) + len(unknown)).high)
    wanted = checklist.counts == "good"
    gaps = groups["no"] + groups["partly"] if wanted else groups["yes"] + groups["partly"]
    only_exhibitions = _only_exhibitions(checklist, groups["yes"] + groups["partly"], unknown)
    return Result(
        tool=checklist.name,
        version=VERSION,
        verdict="COUNTED" if answers else "INCOMPLETE",
        bottom_line=_bottom_line(checklist, groups, unknown, gaps, only_exhibitions, count),
        settled=not unknown,
        subject=inputs.subject,
        inputs=inputs.model_dump(exclude_none=True),
        figures=_figures(count, len(groups["partly"]), len(asked)),
        reasons=tuple(_reason(checklist, field, answers) for field in asked if field.id in answers),
        unknowns=tuple(scored.unknown(form, f.id, say("checklists.effect"), False) for f in unknown),
        missing=tuple(field.id for field in unknown) if not answers else (),
        actions=tuple(_action(checklist, field) for field in gaps[:3]),
        warnings=_warnings(only_exhibitions),
        tables=(_table(checklist, answers),),
        facts={"exhibitions_only": "yes" if only_exhibitions else "no"}
        if EXHIBITIONS in {field.id for field in form.fields}
        else {},
    )


def _only_exhibitions(checklist: Checklist, used: list[Field], unknown: list[Field]) -> bool:
    return [field.id for field in used] == [EXHIBITIONS] and not unknown


def _bottom_line(
    checklist: Checklist,
    groups: dict[str, list[Field]],
    unknown: list[Field],
    gaps: list[Field],
    only_exhibitions: bool,
    count: Bounds,
) -> Text:
    total = sum(len(group) for group in groups.values()) + len(unknown)
    if total == len(unknown):
        return say("checklists.bottom.none", n=total)
    rest = [say(f"checklists.gaps.{checklist.counts}", labels=_labels(gaps))] if gaps else []
    rest += [say("checklists.open", labels=_labels(unknown))] if unknown else []
    rest += [say("checklists.exhibitions")] if only_exhibitions else []
    partly = say("checklists.partly", n=len(groups["partly"])) if groups["partly"] else ""
    tail = Text("".join(part.en for part in rest), "".join(part.he for part in rest))
    return say(f"checklists.bottom.{checklist.counts}", yes=count, n=total, partly=partly, rest=tail)


def _labels(fields: list[Field]) -> Text:
    labels = [field.label for field in fields]
    if len(labels) <= 5:
        return join(labels)
    first = Text(", ".join(label.en for label in labels[:4]), ", ".join(label.he for label in labels[:4]))
    return say("checklists.more", labels=first, n=len(labels) - 4)


def _figures(count: Bounds, partly: int, asked: int) -> tuple[Figure, ...]:
    values = (("count", count), ("partly", Bounds.exact(partly)), ("asked", Bounds.exact(asked)))
    formula = say("checklists.figure.formula")
    return tuple(
        Figure(
            name, say(f"checklists.figure.{name}"), value, "count", show(value), formula if name == "count" else None
        )
        for name, value in values
    )


def _reason(checklist: Checklist, field: Field, answers: Answers) -> Any:
    text = say("checklists.reason", label=field.label, level=scored.level_text(answers[field.id]))
    return reason(field.id, text, field.rules, () if field.rules else checklist.sources, basis="seed")


def _action(checklist: Checklist, field: Field) -> Text:
    gist = rule(field.rules[0]).gist if field.rules else Text("", "")
    key = f"checklists.action.{checklist.counts}"
    if checklist.counts == "good" and all(_repeats(field.label[one], gist[one]) for one in ("en", "he")):
        key += "_rule"  # "Next: one shared process. One shared process: …" says it twice
    return say(key, label=field.label, gist=gist)


def _repeats(label: str, gist: str) -> bool:
    """Whether a rule opens with the words of the label."""
    return gist.casefold().startswith(label.casefold().split(",")[0][:LEAST_REPEATED])


LEAST_REPEATED = 12  # letters


def _warnings(only_exhibitions: bool) -> tuple[Warning, ...]:
    found = [Warning("NO_PASS_MARK", say("checklists.warning.no_pass_mark"))]
    if only_exhibitions:
        found.append(Warning("EXHIBITIONS_ONLY", say("checklists.warning.exhibitions")))
    return tuple(found)


def _table(checklist: Checklist, answers: Answers) -> Table:
    columns = (say("checklists.table.item"), say("scored.table.answer"))
    rows = tuple((f.label, scored.level_text(answers.get(f.id))) for f in checklist.form.fields)
    return Table("points", checklist.form.title, columns, rows)


def _tool(checklist: Checklist) -> Tool:
    inputs = inputs_model(checklist.form)
    run = partial(calculate, checklist)
    return Tool(
        checklist.name,
        VERSION,
        inputs,
        checklist.form,
        None,
        form_reader(inputs),
        run,
        form_order(checklist.form),
    )


TOOLS = tuple(_tool(checklist) for checklist in load_checklists().values())
