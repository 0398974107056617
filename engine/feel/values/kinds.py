"""The kinds of FEEL values, and what they are called.

number: Decimal (34 digits); string, boolean, null: str, bool, None; date, time, date and time:
those of `datetime`; days and time duration: timedelta; years and months duration: YearsMonths;
list: list; context: dict or Foreign; range: Range; function: FeelFunction or BuiltIn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.values.far import FarDate
from engine.feel.values.foreign import Foreign
from engine.feel.values.functions import BuiltIn, FeelFunction
from engine.feel.values.moments import YearsMonths


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of values; `operator` is set where only one end is given, as in `(< 10)`."""

    start: object
    end: object
    start_included: bool = True
    end_included: bool = True
    operator: str = ""


def half_line(operator: str, end: object) -> Range:
    """Return the range of all values that compare so with the end."""
    if operator in ("=", "!="):
        included = operator == "="
        return Range(end, end, included, included, operator)
    if operator.startswith("<"):
        return Range(None, end, False, operator == "<=", operator)  # noqa: FBT003
    return Range(end, None, operator == ">=", False, operator)  # noqa: FBT003


#: Its own kind, so that a built-in for dates meets one only if it asks for it.
FAR_DATE = "far date"
KINDS: Mapping[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Foreign: "context",
    FarDate: FAR_DATE,
    Range: "range",
    FeelFunction: "function",
    BuiltIn: "function",
}
_GERMAN = {
    FAR_DATE: "ein Datum außerhalb der Jahre 1 bis 9999",
    "number": "eine Zahl",
    "string": "ein Text",
    "boolean": "ja/nein (true/false)",
    "null": "leer (null)",
    "date": "ein Datum",
    "date and time": "ein Zeitpunkt",
    "time": "eine Uhrzeit",
    "days and time duration": "eine Dauer",
    "years and months duration": "eine Dauer in Monaten",
    "list": "eine Liste",
    "context": "ein Kontext",
    "range": "ein Bereich",
    "function": "eine Funktion",
}
UNKNOWN = "ein unbekannter Wert"
Context = dict[str, object] | Foreign


def kind(value: object) -> str:
    """Return the FEEL name of the value's kind."""
    return KINDS.get(type(value), "unknown")


def german(value: object) -> str:
    """Return what the value is, in German, for a message."""
    return _GERMAN.get(kind(value), UNKNOWN)


def german_kind(name: str) -> str:
    """Return the German words for a kind's FEEL name."""
    return _GERMAN.get(name, f"ein Wert vom Typ „{name}“")


def as_context(value: object) -> Context | None:
    """Return the value if it is a context."""
    return value if isinstance(value, dict | Foreign) else None
