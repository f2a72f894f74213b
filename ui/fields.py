"""Draws the fields of a form from their declaration, and reads what was typed. A new tool needs no code here.

A widget shows a field's canonical value in the way a person writes it: "2-4", "45%", "yes". What is typed is
handed on as it stands; the tools read and judge it, and their words about it are shown under the field.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import streamlit as st

from ui import numbers
from ui.session import Session
from ui.text import markdown
from ui.words import words

CURRENCIES = ("ILS", "USD", "EUR", "GBP")
PERIODS = ("one_off", "month", "quarter", "year")
UNKNOWN, N_A = "unknown", "n_a"
EVIDENCE = ("verified", "own_observation", "candidate_claim", "assumption")
Changed = Callable[[], None] | None
_FIGURE = re.compile(r"\d[\d,.]*(?:-\d[\d,.]*)?")


def draw(here: Session, field: Any, shown: Any, key: str, changed: Changed = None) -> None:
    """One field as a widget of its kind under `key`, showing `shown`: a value, UNKNOWN, or None for no answer."""
    label = field.label[here.language]
    unit = field.unit[here.language] if field.unit and field.kind in ("count", "amount") else ""
    if unit and unit.casefold() not in label.casefold():
        label = f"{label} ({unit})"
    _DRAWERS[field.kind](here, field, markdown(label), shown, key, changed)


def given(here: Session, field: Any, key: str) -> Any:
    """What stands in the widget: a value for the tools to read, UNKNOWN, or None when nothing was given."""
    state = st.session_state
    if field.kind == "money":
        amount = numbers.read((state.get(f"{key}-amount") or "").strip(), here.style)
        if not amount:
            return None
        money = {"amount": amount, "currency": state.get(f"{key}-currency") or "XXX"}
        return {**money, "period": state.get(f"{key}-period") or "one_off"}
    value = state.get(key)
    if field.kind in ("rate", "count", "amount") and isinstance(value, str):
        value = numbers.read(value.strip(), here.style)
    if field.kind == "rate" and isinstance(value, str):
        return _percent(value) or None
    if isinstance(value, dt.date):
        return value.isoformat()
    if value == N_A:
        return {"n_a": "not applicable"}
    return value.strip() or None if isinstance(value, str) else value or None


def written(value: Any, kind: str) -> str:
    """A canonical number, range or share as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"{written(value['low'], kind)}-{written(value['high'], kind)}"
    if kind == "rate":
        try:
            share = Fraction(str(value)) * 100
        except (ValueError, ZeroDivisionError):
            return str(value)
        return f"{_decimal(share)}%"
    return str(value)


def section_of(here: Session, section: str) -> str:
    """What a part of a form is called."""
    return here.say(f"section.{section}") if f"section.{section}" in words() else section.replace("_", " ").capitalize()


def grouped(number: str) -> str:
    """A plain number with its thousands set apart, to be read and not typed over."""
    return re.sub(r"(?<![\d.])\d{4,}", lambda found: f"{int(found[0]):,}", number)


def help_of(here: Session, field: Any) -> str:
    """Why it is asked, what is meant, an example and the rules behind it."""
    language = here.language
    parts = [field.ask[language], f"{here.say('field.why')}: {field.why[language]}"]
    parts += [field.help[language]] if field.help else []
    parts += [f"{here.say('field.example')}: {field.example[language]}"] if field.example else []
    parts += [", ".join(field.rules)] if field.rules else []
    return markdown("\n\n".join(parts))


def _percent(text: str) -> str:
    """A bare number in a field of shares is per cent: the label says so."""
    return f"{text}%" if text and "%" not in text and "/" not in text else text


def _decimal(number: Fraction) -> str:
    return f"{float(number):.6f}".rstrip("0").rstrip(".")


def _set(key: str, value: Any) -> None:
    """Show what the store has, also when it was changed at another door.

    Set at every run, not only when it differs: a run that overtakes another must tell the browser again.
    """
    st.session_state[key] = value


def _segments(here: Session, field: Any, label: str, shown: Any, key: str, changed: Changed) -> None:
    labels = {choice.id: choice.label[here.language] for choice in field.choices}
    labels[UNKNOWN] = here.say("field.unknown")
    if not field.gate:
        labels[N_A] = here.say("field.n_a")
    _set(key, N_A if isinstance(shown, Mapping) else shown)
    st.segmented_control(
        label,
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        on_change=changed,
        help=help_of(here, field),
        wrap=True,
    )


def _choice(here: Session, field: Any, label: str, shown: Any, key: str, changed: Changed) -> None:
    labels = {choice.id: choice.label[here.language] for choice in field.choices}
    labels[UNKNOWN] = here.say("field.unknown")
    _set(key, shown if shown in labels else None)
    st.selectbox(
        label,
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder=here.say("field.choose"),
        key=key,
        on_change=changed,
        help=help_of(here, field),
    )


def _choices(here: Session, field: Any, label: str, shown: Any, key: str, changed: Changed) -> None:
    labels = {choice.id: choice.label[here.language] for choice in field.choices}
    _set(key, [value for value in shown if value in labels] if isinstance(shown, (list, tuple)) else [])
    st.pills(
        label,
        list(labels),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key=key,
        on_change=changed,
        help=help_of(here, field),
        wrap=True,
    )


def _line(here: Session, field: Any, label: str, shown: Any, key: str, changed: Changed) -> None:
    known = "" if shown in (None, UNKNOWN) else written(shown, field.kind)
    _set(key, known if field.kind == "text" else here.numbers(known))
    example = field.example[here.language] if field.example else ("30%" if field.kind == "rate" else "")
    if field.kind == "rate":
        label = f"{label} (%)"
    st.text_input(label, key=key, on_change=changed, help=help_of(here, field), placeholder=example)


def _money(here: Session, field: Any, label: str, shown: Any, key: str, changed: Changed) -> None:
    value = shown if isinstance(shown, Mapping) else {}
    currency = value.get("currency") or st.session_state.get(f"{key}-currency") or here.currency
    period = value.get("period") or st.session_state.get(f"{key}-period") or field.default_period or "one_off"
    _set(f"{key}-amount", here.numbers(written(value.get("amount"), "amount")))
    _set(f"{key}-currency", currency)
    _set(f"{key}-period", period)
    number = _FIGURE.search(field.example[here.language]) if field.example else None  # its currency stands beside it
    example = here.numbers(number[0]) if number else ""
    known = CURRENCIES if currency in CURRENCIES else (*CURRENCIES, currency)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"{key}-money"):
        st.text_input(label, key=f"{key}-amount", on_change=changed, help=help_of(here, field), placeholder=example)
        st.selectbox(
            here.say("field.currency_of", label=label),
            known,
            format_func=lambda code: here.say("field.no_currency") if code == "XXX" else code,
            key=f"{key}-currency",
            on_change=changed,
            label_visibility="collapsed",
            width=96 if currency in CURRENCIES else 150,
        )
        st.selectbox(
            here.say("field.period_of", label=label),
            PERIODS,
            format_func=lambda name: here.say(f"period.{name}"),
            key=f"{key}-period",
            on_change=changed,
            label_visibility="collapsed",
            width=130,
        )


def _date(here: Session, field: Any, label: str, shown: Any, key: str, changed: Changed) -> None:
    try:
        known = dt.date.fromisoformat(str(shown)) if shown else None
    except ValueError:
        known = None
    _set(key, known)
    st.date_input(label, key=key, on_change=changed, help=help_of(here, field), format="DD/MM/YYYY")


_DRAWERS: dict[str, Callable[[Session, Any, str, Any, str, Changed], None]] = {
    "level": _segments,
    "yes_no": _segments,
    "choice": _choice,
    "choices": _choices,
    "count": _line,
    "amount": _line,
    "rate": _line,
    "text": _line,
    "money": _money,
    "date": _date,
}
