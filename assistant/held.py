"""What the person was asked to settle, and what waits behind it.

One thing is asked at a time. Two amounts in an unsaid currency are one question; a doubt of another kind waits
until the first is settled. Values are kept as plain data, so that they survive in the conversation's events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from assistant.commands import Ambiguous, Answer, Ask, Command, Export, SetLanguage, Simple
from assistant.conversation import MERE_GUESS, Record
from tools.values import UNSAID

PERIODS_TO_CHOOSE = ("month", "quarter", "year", "one_off")
SHARED = ("currency", "period")  # one answer settles these for every amount of a message


def which(record: str, command: Ambiguous) -> dict[str, Any]:
    """The pending question which of several readings is meant."""
    answers = [asdict(option) for option in command.options]
    return {"kind": "which", "record": record, "issue": command.issue, "raw": command.raw, "answers": answers}


def confirmation(record: str, answers: Sequence[Answer], again: bool = False) -> dict[str, Any]:
    """The pending question whether these values are right; `again` when the person passed over it before."""
    question = {"kind": "answer", "record": record, "answers": [asdict(answer) for answer in answers]}
    return {**question, "again": True} if again else question


def passed_over(pending: Mapping[str, Any], commands: Sequence[Command]) -> list[Answer]:
    """The doubtful values that a message of other facts left unsettled: they are asked about once more.

    A mere guess is not: who wanted it would have said yes.
    """
    if pending["kind"] != "answer" or pending.get("again") or not commands:
        return []
    if any(not isinstance(command, Answer) for command in commands):
        return []
    told = {command.field for command in commands if isinstance(command, Answer)}
    asked = [Answer(**data) for data in pending["answers"] if data["field"] not in told]
    return [answer for answer in asked if answer.confidence > MERE_GUESS]


def digresses(pending: Mapping[str, Any], command: Command) -> bool:
    """Whether a command lets what we asked stand: a question, and beside a doubt also a look or a courtesy."""
    if isinstance(command, Ask):
        return True
    return pending["kind"] in ASKED_AGAIN and (
        isinstance(command, (SetLanguage, Export)) or (isinstance(command, Simple) and command.word in _LOOKS)
    )


ASKED_AGAIN = ("answer", "whose")  # what is asked stands after a question or a look in between, and is asked again
_LOOKS = frozenset(
    ("why", "summary", "result", "where", "greeting", "thanks", "help", "abilities", "off_topic", "empty")
)


def still_open(record: Record) -> list[Answer]:
    """The readings of a record that were asked about and neither taken nor refused."""
    return [Answer(**data) for data in record.unsettled.values()]


def said_again(record: Record, answer: Answer) -> bool:
    """Whether an answer says in other words what was read before and asked about: that settles it."""
    before = record.unsettled.get(answer.field)
    again = before is not None and before["value"] == answer.value and before["raw"] != answer.raw
    return again and answer.confidence > MERE_GUESS


def behind(pending: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The pending question with another one that is settled together with it, or asked after it."""
    shared = other.get("issue") == pending.get("issue") and other.get("issue") in SHARED
    if shared and len(other["answers"]) == len(pending["answers"]):
        return {**pending, "also": [*pending.get("also", ()), other["answers"]]}
    return {**pending, "then": [*pending.get("then", ()), other]}


def picked(pending: Mapping[str, Any], place: int) -> list[Command]:
    """What choosing the reading at a place (from 1; -1 for the last) means; empty when there is no such place."""
    if not place or abs(place) > len(pending["answers"]):
        return []
    at = place - 1 if place > 0 else place
    chosen = [Answer(**options[at]) for options in _together(pending)]
    return [*map(_whole, chosen), *deferred(pending)]


def in_currency(pending: Mapping[str, Any], currency: str) -> list[Command]:
    """The amounts in a currency that was not among those offered, or in none that was said."""
    chosen = [Answer(**options[0]) for options in _together(pending)]
    return [*(_whole(replace(a, value={**a.value, "currency": currency})) for a in chosen), *deferred(pending)]


def told_beside(pending: Mapping[str, Any], commands: Sequence[Command]) -> list[Command]:
    """What becomes of the amounts we asked about when other facts come instead of the reply.

    They are in the currency of the next amount of the same record; without one they are asked about once more.
    """
    told = [command for command in commands if isinstance(command, Answer)]
    fields = {options[0]["field"] for options in _together(pending)} if pending["kind"] == "which" else set()
    if not fields or not told or len(told) < len(commands) or fields & {answer.field for answer in told}:
        return []
    currencies = {answer.value.get("currency", UNSAID) for answer in told if isinstance(answer.value, Mapping)}
    known = currencies - {UNSAID}
    if issue_of(pending) == "currency" and len(known) == 1:
        return in_currency(pending, known.pop())
    return asked_again(pending)


def in_known_period(command: Ambiguous, record: Record) -> Answer | None:
    """The reading of an amount that is for the period the record's counts are for, where that was said."""
    period = record.answers.get("period")
    if command.issue != "period" or period is None or period.status != "answered":
        return None
    return next((option for option in command.options if option.value.get("period") == period.value), None)


def per(pending: Mapping[str, Any], period: str) -> dict[str, Any]:
    """The pending question with the period of its amounts, where that was open too."""
    groups = [[_per(option, period) for option in options] for options in _together(pending)]
    return {**pending, "answers": groups[0], **({"also": groups[1:]} if groups[1:] else {})}


def asked_again(pending: Mapping[str, Any]) -> list[Command]:
    """The commands that ask the pending question, and what waits behind it, once more."""
    options = (tuple(Answer(**option) for option in group) for group in _together(pending))
    return [*(Ambiguous(issue_of(pending), group[0].raw, group) for group in options), *deferred(pending)]


def deferred(pending: Mapping[str, Any]) -> list[Command]:
    """The commands that ask what waits behind a pending question."""
    found: list[Command] = []
    for other in pending.get("then", ()):
        if other["kind"] == "which":
            found += asked_again(other)
        else:
            found += [Answer(**data) for data in other["answers"]]
    return found


def issue_of(pending: Mapping[str, Any]) -> Any:
    """What is unclear between the readings of a pending question: "currency", "period", "rate" …"""
    if "issue" in pending:
        return pending["issue"]
    values = [answer["value"] for answer in pending["answers"]]
    money = all(isinstance(value, Mapping) and "currency" in value for value in values)
    if not money:
        return "value"
    return "currency" if len({value["currency"] for value in values}) > 1 else "period"


def settles(pending: Mapping[str, Any], place: int) -> bool:
    """Whether choosing a reading leaves nothing else to settle."""
    return not pending.get("also") and not pending.get("then") and isinstance(picked(pending, place)[0], Answer)


def _together(pending: Mapping[str, Any]) -> list[Sequence[Mapping[str, Any]]]:
    return [pending["answers"], *pending.get("also", ())]


def _per(option: Mapping[str, Any], period: str) -> dict[str, Any]:
    value = option["value"]
    timed = {**value, "period": period} if isinstance(value, Mapping) and "period" not in value else value
    return {**option, "value": timed}


def _whole(answer: Answer) -> Command:
    """The chosen answer, or the question for the period it still lacks."""
    if isinstance(answer.value, Mapping) and "currency" in answer.value and "period" not in answer.value:
        made = (replace(answer, value={**answer.value, "period": name}) for name in PERIODS_TO_CHOOSE)
        return Ambiguous("period", answer.raw, tuple(made))
    return replace(answer, confidence=1.0, corrects=True)
