"""The written ideal lead (R-A3): what marketing and sales agreed to look for, in versions that both sign.

A signature names the text it was given for, so that a later change is never taken as agreed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from tools.errors import InputError
from tools.values import Text
from tools.wording import say

Side = Literal["marketing", "sales"]
SIDES: tuple[Side, ...] = ("marketing", "sales")


class Signature(BaseModel):
    """Who agreed for one side, when, and to which text (`digest` of the definition)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    date: dt.date
    digest: str = Field(pattern="^[0-9a-f]{64}$")


class IdealLead(BaseModel):
    """One version of the definition. Employees bound the organisation's size; None leaves an end open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=1)
    needs: tuple[str, ...] = Field(min_length=1, description="Needs the product answers.")
    verticals: tuple[str, ...] = Field(min_length=1, description="Target industries.")
    roles: tuple[str, ...] = Field(min_length=1, description="Roles that own the budget and can judge an offer.")
    territories: tuple[str, ...] = Field(min_length=1, description="Where you sell.")
    employees_from: int | None = Field(default=None, ge=0)
    employees_to: int | None = Field(default=None, ge=0)
    budget_policy: Literal["preferred", "required"]
    marketing: Signature | None = None
    sales: Signature | None = None

    @field_validator("needs", "verticals", "roles", "territories")
    @classmethod
    def _no_blanks(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        clean = tuple(dict.fromkeys(value.strip() for value in values))
        if "" in clean:
            raise ValueError("an entry is blank")
        return clean

    @model_validator(mode="after")
    def _size_in_order(self) -> IdealLead:
        low, high = self.employees_from, self.employees_to
        if low is not None and high is not None and low > high:
            raise InputError("range_order", "employees_from", label="employees", low=low, high=high)
        return self

    def digest(self) -> str:
        """SHA-256 of the definition without its signatures: what a signature is given for."""
        data = self.model_dump(mode="json", exclude={"marketing", "sales"})
        return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def sign(profile: IdealLead, side: Side, name: str, today: dt.date) -> IdealLead:
    """The same version with one side's signature on its present text."""
    return profile.model_copy(update={side: Signature(name=name, date=today, digest=profile.digest())})


def revise(profile: IdealLead, **changes: Any) -> IdealLead:
    """The next version with some parts changed, validated anew and unsigned."""
    data = profile.model_dump(exclude={"marketing", "sales"}) | changes
    return IdealLead.model_validate(data | {"version": profile.version + 1})


def problems(profile: IdealLead, today: dt.date) -> tuple[Text, ...]:
    """Why this version is not agreed yet; empty when both sides signed this very text."""
    found = []
    for side in SIDES:
        words = {"version": profile.version, "side": say(f"ideal_lead.side.{side}")}
        signature: Signature | None = getattr(profile, side)
        if signature is None:
            found.append(say("ideal_lead.problem.unsigned", **words))
        elif signature.digest != profile.digest():
            found.append(say("ideal_lead.problem.signed_later_change", **words))
        elif signature.date > today:
            found.append(say("ideal_lead.problem.signed_future", **words, date=signature.date.isoformat()))
    names = [signature.name.strip().casefold() for side in SIDES if (signature := getattr(profile, side))]
    if len(names) == 2 and names[0] == names[1]:
        found.append(say("ideal_lead.problem.same_person"))
    return tuple(found)


def agreed(profile: IdealLead, today: dt.date) -> bool:
    """Whether marketing and sales both signed this very text; it answers `definition_agreed_in_writing`."""
    return not problems(profile, today)


def current(versions: tuple[IdealLead, ...], today: dt.date) -> IdealLead | None:
    """The newest agreed version: a newer draft does not replace it before both have signed."""
    valid = [profile for profile in versions if agreed(profile, today)]
    return max(valid, key=lambda profile: profile.version, default=None)


def lead_answers(profile: IdealLead, today: dt.date) -> dict[str, str]:
    """The answers of lead qualification that the definition settles."""
    return {
        "definition_agreed_in_writing": "yes" if agreed(profile, today) else "no",
        "budget_policy": profile.budget_policy,
    }
