"""Between FEEL values and the JSON that variables are stored as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.budget import Allowance
from engine.feel.errors import FeelError, FeelLimitReached
from engine.feel.values.far import FarDate
from engine.feel.values.foreign import Foreign, read
from engine.feel.values.kinds import Range, as_context
from engine.feel.values.moment_texts import (
    write_date,
    write_duration,
    write_offset_time,
)
from engine.feel.values.moments import YearsMonths
from engine.feel.values.numbers import json_number
from engine.feel.values.texts import write


class NoJson(FeelError):
    """A function or an unknown object cannot be stored."""


def from_json(value: object) -> object:
    """Return the FEEL value of a JSON value; texts with exactly the shape of a date become it."""
    try:
        return settle(read(value))
    except RecursionError:
        raise FeelLimitReached("Ein Wert ist zu tief verschachtelt.") from None


def settle(value: object) -> object:
    """Return the value with contexts of their own instead of views on the caller's."""
    if isinstance(value, list | dict | Foreign):
        return _settle(value, Allowance())
    return value


def _settle(value: object, allowance: Allowance) -> object:
    if isinstance(value, list):
        allowance.take(len(value))
        return [_settle(item, allowance) for item in value]
    context = as_context(value)
    if context is None:
        return value
    allowance.take(len(context))
    return {key: _settle(context[key], allowance) for key in context}


def to_json(value: object) -> object:
    """Return the JSON value of a FEEL value; a function has none and raises NoJson."""
    return to_json_with(value, _with_offset)


def to_json_with(value: object, write_moment: Callable[[datetime], str]) -> object:
    """Return the JSON value, with dates and times written in one's own way."""
    try:
        return _to_json(value, write_moment, Allowance())
    except RecursionError:
        raise FeelLimitReached("Ein Wert ist zu tief verschachtelt.") from None


def _to_json(
    value: object, write_moment: Callable[[datetime], str], allowance: Allowance
) -> object:
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, list | tuple):
        allowance.take(len(value))
        return [_to_json(item, write_moment, allowance) for item in value]
    if isinstance(value, Mapping):
        allowance.take(len(value))
        return {str(key): _to_json(item, write_moment, allowance) for key, item in value.items()}
    return write_moment(value) if isinstance(value, datetime) else _text(value)


def _with_offset(moment: datetime) -> str:
    return f"{write_date(moment)}T{write_offset_time(moment)}"


def _text(value: object) -> object:
    match value:
        case float():
            number = read(value)
            return json_number(number) if isinstance(number, Decimal) else None
        case date():
            return write_date(value)
        case time():
            return write_offset_time(value)
        case timedelta():
            return write_duration(value)
        case YearsMonths() | FarDate():
            return str(value)
        case Range():
            return write(value)
    raise NoJson("Dieser Wert lässt sich nicht speichern: Er ist eine Funktion oder unbekannt.")
