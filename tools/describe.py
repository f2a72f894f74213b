"""The tools in one Markdown table, made from the registry: `python -m tools.describe` prints it."""

from __future__ import annotations

from collections.abc import Iterator

from tools.inputs import COMMON
from tools.registry import TOOLS
from tools.tool import Tool


def inputs_table() -> str:
    """One row a tool: its name and title, the fields of its form (required ones bold), further inputs."""
    rows = ["| tool | what it answers | form fields | further inputs |", "|---|---|---|---|"]
    return "\n".join([*rows, *(_row(tool) for tool in TOOLS)])


def _row(tool: Tool) -> str:
    fields = ", ".join(f"**`{f.id}`**" if f.required else f"`{f.id}`" for f in tool.form.fields)
    more = ", ".join(f"`{name}`" for name in _further(tool)) or "–"
    return f"| `{tool.name}` | {tool.form.title.en} | {fields} | {more} |"


def _further(tool: Tool) -> Iterator[str]:
    known = {field.id for field in tool.form.fields} | set(COMMON)
    yield from (name for name in tool.inputs.model_fields if name not in known)


if __name__ == "__main__":
    print(inputs_table())
