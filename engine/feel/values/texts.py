"""What `string()` makes of a value."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.budget import Allowance
from engine.feel.values.far import FarDate
from engine.feel.values.functions import BuiltIn, FeelFunction
from engine.feel.values.kinds import Range, as_context
from engine.feel.values.moment_texts import (
    write_date,
    write_datetime,
    write_duration,
    write_time,
)
from engine.feel.values.moments import YearsMonths
from engine.feel.values.numbers import write_number

_PLAIN_KEY = re.compile(r"[^\W\d]\w*( \w+)*")
_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
OPAQUE = "?"


def quote(text: str) -> str:
    """Return the text as an expression would write it."""
    return f'"{text.translate(_ESCAPES)}"'


def write(value: object, allowance: Allowance | None = None) -> str:
    """Return the value as a text; a value of unknown kind becomes a question mark."""
    if isinstance(value, str):
        return value
    return write_nested(value, allowance or Allowance())


def write_nested(value: object, allowance: Allowance) -> str:
    """Return the value as it stands inside a list or context: texts are quoted."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        allowance.take(len(value))
        return "[" + ", ".join(write_nested(item, allowance) for item in value) + "]"
    context = as_context(value)
    if context is not None:
        allowance.take(len(context))
        entries = (f"{_key(key)}: {write_nested(context[key], allowance)}" for key in context)
        return "{" + ", ".join(entries) + "}"
    return _write_simple(value, allowance)


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else quote(key)


def _write_simple(value: object, allowance: Allowance) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return write_number(value)
        case Range():
            return _write_range(value, allowance)
        case FeelFunction() | BuiltIn():
            return f"function({', '.join(value.parameters)})"
    return _write_moment(value)


def _write_moment(value: object) -> str:
    match value:
        case datetime():
            return write_datetime(value)
        case date():
            return write_date(value)
        case time():
            return write_time(value)
        case timedelta():
            return write_duration(value)
        case YearsMonths() | FarDate():
            return str(value)
    return OPAQUE


def _write_range(value: Range, allowance: Allowance) -> str:
    if value.operator:
        end = value.end if value.start is None else value.start
        return f"({value.operator} {write_nested(end, allowance)})"
    start, end_text = write_nested(value.start, allowance), write_nested(value.end, allowance)
    opening = "[" if value.start_included else "("
    return f"{opening}{start}..{end_text}{']' if value.end_included else ')'}"
