"""Turns JSON values into what the case file's columns hold, or says which one does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine.errors import Invalid

LONGEST_TEXT = 10_000

Converter = Callable[[Any], Any]


class ValueUnfit(Invalid):
    """Eine Angabe passt nicht in die Fallakte."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"Die Angabe „{name}“ passt nicht. Erwartet wird {expected}.")


class _Unfit(Exception):
    """What a converter raises: what it expected."""


def text(value: Any) -> str | None:
    """Accept a text of reasonable length."""
    if value is None or (isinstance(value, str) and len(value) <= LONGEST_TEXT):
        return value.strip() or None if value else None
    raise _Unfit("ein Text von höchstens 10.000 Zeichen")


def flag(value: Any) -> bool | None:
    """Accept true and false."""
    if value is None or isinstance(value, bool):
        return value
    raise _Unfit("Ja oder Nein")


def day(value: Any) -> date | None:
    """Accept a date as ISO text."""
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as problem:
        raise _Unfit("ein Datum") from problem


def number(value: Any) -> int | None:
    """Accept a whole number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise _Unfit("eine ganze Zahl")


def one_of(*allowed: str) -> Converter:
    """Accept one of these codes."""

    def accept(value: Any) -> str | None:
        if value in (None, ""):
            return None
        if isinstance(value, str) and value in allowed:
            return value
        raise _Unfit("eines von: " + ", ".join(allowed))

    return accept


def convert(name: str, value: Any, converter: Converter) -> Any:
    """Convert one value; raise `ValueUnfit` with its name, never with its content."""
    try:
        return converter(value)
    except _Unfit as problem:
        raise ValueUnfit(name, str(problem)) from problem


def known(values: Any, fields: Mapping[str, Converter], place: str) -> dict[str, Any]:
    """Convert the values that the case file has a field for; others are not taken over."""
    if not isinstance(values, Mapping):
        raise ValueUnfit(place, "eine Gruppe von Angaben")
    return {
        name: convert(name, values[name], converter)
        for name, converter in fields.items()
        if name in values
    }


def exactly(values: Any, fields: Mapping[str, Converter], place: str) -> dict[str, Any]:
    """Convert values that must all be known."""
    converted = known(values, fields, place)
    for name in values:
        if name not in fields:
            raise ValueUnfit(f"{place}.{name}", "keine; die Fallakte kennt sie nicht")
    return converted
