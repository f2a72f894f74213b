"""One tool over several records, as a table brings them: each is calculated, then all stand side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from tools.comparing import compare
from tools.errors import InputError, InputErrors
from tools.policy import Weights, load_weights
from tools.registry import get, validate
from tools.result import Result

TOGETHER = {"leadgen_roi": "channels", "vertical_profile": "verticals"}


def run_records(
    name: str, records: Sequence[Mapping[str, Any]], today: dt.date, weights: Weights | None = None
) -> Result:
    """Calculate each record with the same weights and set the results side by side.

    Channels and verticals become one portfolio or ranking, since they add up. Raises InputErrors naming each
    record that cannot be calculated; then there is no result at all.
    """
    tool = get(name)
    if not records:
        raise InputError("no_rows")
    if name in TOGETHER:
        return tool.calculate(validate(tool, {TOGETHER[name]: list(records)}), None, today)
    if weights is None and tool.weights:
        weights = load_weights(tool.weights)
    results, errors = [], []
    for number, record in enumerate(records, 1):
        try:
            named = {**record, "subject": record.get("subject") or str(number)}
            results.append(tool.calculate(validate(tool, named), weights, today))
        except InputError as error:
            errors.append(InputError("row_problem", error.field, row=number, text=error.text))
    if errors:
        raise InputErrors(errors)
    return results[0] if len(results) == 1 else compare(results)


def run_table(
    name: str, content: bytes, settings: Mapping[str, Any], today: dt.date, weights: Weights | None = None
) -> Result:
    """A tool over a CSV or XLSX table. Raises InputErrors naming each row that cannot be used.

    With `settings` that name activities, the table of `customer_profitability` is a plain customer list of any
    length; otherwise its rows are records of the tool's form.
    """
    from tools.customer_profitability import from_list
    from tools.sheets import read_records

    if name == "customer_profitability" and settings:
        validate(get(name), settings)
        return from_list(content, settings)
    if settings:
        raise InputError("table_or_fields", choices=sorted(settings))
    return run_records(name, read_records(content, get(name).form), today, weights)
