"""Checks the names a case uses against what there is: tools, fields, cards and sources.

A misspelt name is not a failing case but a mistake in the suite, and is told as one, with what was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from assistant import Advisor
from eval.cases import Expect
from eval.strict import Problem, nearest
from eval.suite import ReadyCase


def unknown_names(cases: Sequence[ReadyCase], advisor: Advisor) -> list[Problem]:
    """Every name that nothing here goes by, once a line."""
    corpus = advisor.corpus()
    known = {
        "tool": set(advisor.tools),
        "field": {field.id for tool in advisor.tools.values() for field in tool.form.fields},
        "cards": set(corpus["cards"]),
        "sources": set(corpus["sources"]),
    }
    found: dict[tuple[str, str], Problem] = {}
    for case in cases:
        file, _, line = case.where.rpartition(":")
        for kind, name in _names(case):
            if name not in known[kind]:
                problem = Problem(file, int(line), f"no_such_{kind}", {"name": name}, nearest(name, known[kind]))
                found.setdefault((case.where, name), problem)
    return list(found.values())


def _names(case: ReadyCase) -> Iterator[tuple[str, str]]:
    for turn in case.turns:
        yield from _expected(turn.expect, of_documents=bool(case.documents)) if turn.expect else ()


def _expected(expect: Expect, of_documents: bool) -> Iterator[tuple[str, str]]:
    """The names in an expectation, but for those that must not appear: there, any word will do.

    A planted document is a source of its own, whose id only the run gives.
    """
    for part in (expect.calc, expect.assessment):
        if part and part.tool:
            yield "tool", part.tool
    fields: Iterable[str] = (*expect.state, *(expect.assessment.question if expect.assessment else ()))
    yield from (("field", name) for name in fields)
    for kind, among in (("cards", expect.cards), ("sources", None if of_documents else expect.sources)):
        for name in (*among.any_of, *among.all_of, *among.first) if among else ():
            yield kind, name
