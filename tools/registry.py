"""Every tool of the method, in one list: from Python, the command line, chat, web, Slack or a model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from tools import (
    campaign_preflight,
    checklists,
    customer_profitability,
    funnel,
    kam_tiers,
    lead_qualification,
    leadgen_roi,
    nurture_payoff,
    partner_fit,
    referral_programme,
    sales_productivity,
    sam_capacity,
    sam_selection,
    vertical_profile,
)
from tools.errors import InputError, InputErrors
from tools.parts import label_at
from tools.policy import Weights, load_weights
from tools.result import Result
from tools.strict_yaml import nearest
from tools.tool import Answers, Tool
from tools.written import UNNAMED

__all__ = ["TOOLS", "Answers", "Tool", "get", "run", "schemas"]

TOOLS: tuple[Tool, ...] = (
    partner_fit.TOOL,
    lead_qualification.TOOL,
    leadgen_roi.TOOL,
    sam_selection.TOOL,
    sam_capacity.TOOL,
    kam_tiers.TOOL,
    kam_tiers.CAPACITY,
    customer_profitability.TOOL,
    campaign_preflight.TOOL,
    *checklists.TOOLS,
    nurture_payoff.TOOL,
    funnel.TOOL,
    sales_productivity.TOOL,
    vertical_profile.TOOL,
    referral_programme.TOOL,
)


def get(name: str) -> Tool:
    """The tool of this name. Raises InputError with the one probably meant."""
    for tool in TOOLS:
        if tool.name == name:
            return tool
    names = [tool.name for tool in TOOLS]
    if hint := nearest(name, names):
        raise InputError("unknown_tool_hint", value=name, hint=hint)
    raise InputError("unknown_tool", value=name, choices=names)


def run(name: str, payload: Mapping[str, Any], today: dt.date, weights: Weights | None = None) -> Result:
    """Validate an input and calculate. `weights` defaults to the product's own file of the tool.

    Raises InputError (InputErrors when several things are wrong) with messages for a person.
    """
    tool = get(name)
    if weights is None and tool.weights:
        weights = load_weights(tool.weights)
    return tool.calculate(validate(tool, payload), weights, today)


def validate(tool: Tool, payload: Mapping[str, Any]) -> Any:
    """The tool's input from plain data. Raises InputError; pydantic's errors are translated here."""
    try:
        return tool.inputs.model_validate(payload)
    except ValidationError as error:
        raise InputErrors([one for item in error.errors() for one in _translated(tool, item)]) from error


def _translated(tool: Tool, item: Any) -> list[InputError]:
    """The refusals behind one of pydantic's errors, each with the row it stands in."""
    cause = item.get("ctx", {}).get("error")
    path = ".".join(str(part) for part in item["loc"])
    found = list(cause.errors) if isinstance(cause, InputError) else [_own_words(tool, item, path)]
    label = label_at(tool.parts, item["loc"]) or path
    found = [
        InputError(one.code, path, **{**one.params, "label": label}) if one.field == UNNAMED else one for one in found
    ]
    row = next((part for part in item["loc"] if isinstance(part, int)), None)
    if row is None:
        return found
    return [InputError("row_problem", one.field or path, row=row + 1, text=one.text) for one in found]


def _own_words(tool: Tool, item: Any, path: str) -> InputError:
    if item["type"] == "missing":
        return InputError("required", path, label=label_at(tool.parts, item["loc"]) or path)
    if item["type"] == "extra_forbidden":
        known = list(tool.inputs.model_fields)
        hint = nearest(str(item["loc"][-1]), known)
        return InputError("unknown_field_hint", path, hint=hint) if hint else InputError("unknown_field", path)
    return InputError("invalid", path or tool.name, value=repr(item.get("input"))[:60], detail=item["msg"])


def schemas() -> dict[str, Any]:
    """The JSON Schema of every tool's input, by tool name."""
    return {tool.name: tool.inputs.model_json_schema() for tool in TOOLS}
