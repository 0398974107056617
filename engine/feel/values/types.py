"""Types that expressions and decisions name: what belongs to them and what is fitted to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from engine.feel.values.far import FarDate
from engine.feel.values.functions import BuiltIn, FeelFunction
from engine.feel.values.kinds import FAR_DATE, KINDS, Range, as_context, kind

ANY = "Any"
_ALIASES = {
    "dateTime": "date and time",
    "day time duration": "days and time duration",
    "year month duration": "years and months duration",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
_SIMPLE = frozenset(KINDS.values()) - {"null", FAR_DATE}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose entries have a type."""

    item: object


@dataclass(frozen=True, slots=True)
class RangeOf:
    """A range whose ends have a type."""

    end: object


@dataclass(frozen=True, slots=True)
class ContextOf:
    """A context with at least these entries."""

    entries: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """A function from these types to that one."""

    parameters: tuple[object, ...]
    result: object


@dataclass(frozen=True, slots=True)
class Restricted:
    """A type of which only some values are allowed."""

    base: object
    allows: Callable[[object], bool | None]


Types = Mapping[str, Any]


def is_instance(value: object, wanted: object, types: Types) -> bool:
    """Answer `instance of`: null is an instance of nothing but Null."""
    if wanted is None or wanted == ANY:
        return value is not None
    if value is None:
        return wanted == "Null"
    if isinstance(wanted, str):
        return _is_named(value, _ALIASES.get(wanted, wanted), types)
    if isinstance(wanted, Restricted):
        return is_instance(value, wanted.base, types)
    return _is_built(value, wanted, types)


def _is_named(value: object, name: str, types: Types) -> bool:
    if isinstance(value, FarDate):
        return name == ("date and time" if isinstance(value.near, datetime) else "date")
    if name in _SIMPLE:
        return kind(value) == name
    return name in types and is_instance(value, types[name], types)


def _is_built(value: object, wanted: object, types: Types) -> bool:
    match wanted:
        case ListOf(item):
            return isinstance(value, list) and all(conforms(one, item, types) for one in value)
        case RangeOf(end):
            return isinstance(value, Range) and _ends_conform(value, end, types)
        case ContextOf(entries):
            context = as_context(value)
            return context is not None and all(
                name in context and conforms(context[name], entry, types)
                for name, entry in entries.items()
            )
        case FunctionOf():
            return _is_function(value, wanted)
    return False


def _ends_conform(value: Range, end: object, types: Types) -> bool:
    ends = [one for one in (value.start, value.end) if one is not None]
    return bool(ends) and all(conforms(one, end, types) for one in ends)


def _is_function(value: object, wanted: FunctionOf) -> bool:
    if isinstance(value, BuiltIn):
        return len(value.parameters) == len(wanted.parameters)
    if not isinstance(value, FeelFunction) or len(value.parameters) != len(wanted.parameters):
        return False
    types = value.types or (None,) * len(value.parameters)
    fitting = all(
        mine in (None, ANY, theirs) for mine, theirs in zip(types, wanted.parameters, strict=True)
    )
    return fitting and (value.result is None or wanted.result in (ANY, value.result))


def conforms(value: object, wanted: object, types: Types) -> bool:
    """Tell whether the value may stand where the type is asked for; null always may."""
    if value is None or wanted is None or wanted == ANY:
        return True
    if isinstance(wanted, str) and wanted in types:
        return conforms(value, types[wanted], types)
    if isinstance(wanted, Restricted):
        return conforms(value, wanted.base, types) and wanted.allows(value) is True
    return is_instance(value, wanted, types)


def coerce(value: object, wanted: object, types: Types) -> tuple[object, bool]:
    """Fit a value to a type: a list of one to its entry and back, a date to its midnight.

    The second part tells whether it fits; where it does not, the first is null.
    """
    if conforms(value, wanted, types):
        return value, True
    base = _base(wanted, types)
    wants_list = base == "list" or isinstance(base, ListOf)
    if isinstance(value, list) and len(value) == 1 and not wants_list:
        return (value[0], True) if conforms(value[0], wanted, types) else (None, False)
    if wants_list and not isinstance(value, list) and conforms([value], wanted, types):
        return [value], True
    if type(value) is date and isinstance(base, str) and _is_datetime(base):
        return datetime(value.year, value.month, value.day, tzinfo=UTC), True
    return None, False


def _is_datetime(name: str) -> bool:
    return _ALIASES.get(name, name) == "date and time"


def _base(wanted: object, types: Types) -> object:
    for _ in range(len(types) + 8):
        if isinstance(wanted, Restricted):
            wanted = wanted.base
        elif isinstance(wanted, str) and wanted in types:
            wanted = types[wanted]
        else:
            break
    return wanted


def type_name(wanted: object) -> str:
    """Return what a type is called in a message."""
    names = {ListOf: "list", RangeOf: "range", ContextOf: "context", FunctionOf: "function"}
    if isinstance(wanted, Restricted):
        return type_name(wanted.base)
    return wanted if isinstance(wanted, str) else names.get(type(wanted), ANY)
