"""Built-ins that Camunda adds to the standard, as its editors offer them.

Left out on purpose: `random number` and `uuid`, because the same expression over the same values
must always give the same; and `fromAi`.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal

from engine.feel.budget import check_length
from engine.feel.builtins.lists import groups
from engine.feel.builtins.registry import Family, Refused
from engine.feel.builtins.texts import string_join
from engine.feel.errors import FeelLimitReached
from engine.feel.evaluation import Evaluation
from engine.feel.json_values import NoJson, to_json
from engine.feel.values.foreign import read
from engine.feel.values.moments import parse_zone
from engine.feel.values.numbers import parse_number

FAMILY = Family()


@FAMILY.add("is defined(value: any)", forgiving=True)
def is_defined(value: object) -> bool:
    """Tell whether there is a value."""
    return value is not None


@FAMILY.add("get or else(value: any, default: any)", forgiving=True)
def get_or_else(value: object, default: object) -> object:
    """Return the value, or the default where there is none."""
    return default if value is None else value


@FAMILY.add("assert(value: any, condition: any, cause?: string)")
def asserted(value: object, condition: object, cause: str | None = None) -> object:
    """Return the value if the condition is true; otherwise null, with the cause as problem."""
    if condition is not True:
        raise Refused(cause or "die Bedingung ist nicht erfüllt")
    return value


@FAMILY.add("is empty(list: list)")
def is_empty(items: list[object]) -> bool:
    """Tell whether the list has no entry."""
    return not items


@FAMILY.add("duplicate values(list: list)", evaluation=True)
def duplicate_values(evaluation: Evaluation, items: list[object]) -> list[object]:
    """Return the entries that occur more than once, each once."""
    return [group[0] for group in groups(evaluation, items) if len(group) > 1]


@FAMILY.add("partition(list: list, size: number)")
def partition(items: list[object], size: Decimal) -> list[object]:
    """Return the list in parts of a size; the last may be shorter."""
    if size < 1:
        raise Refused("die Größe muss mindestens 1 sein")
    step = min(int(size), len(items) or 1)
    return [items[start : start + step] for start in range(0, len(items), step)]


@FAMILY.add("string join(list: list, delimiter: any, prefix: string, suffix: string)")
def string_join_within(items: list[object], delimiter: object, prefix: str, suffix: str) -> str:
    """Return the texts of a list as one text between two others."""
    joined = string_join(items, delimiter)
    check_length(len(prefix) + len(joined) + len(suffix))
    return prefix + joined + suffix


@FAMILY.add("trim(string: string)")
def trim(text: str) -> str:
    """Return the text without spaces at its ends."""
    return text.strip()


@FAMILY.add("is blank(string: string)")
def is_blank(text: str) -> bool:
    """Tell whether the text has nothing but spaces."""
    return not text.strip()


@FAMILY.add("to base64(value: string)")
def to_base64(text: str) -> str:
    """Return the text in Base64."""
    return b64encode(text.encode("utf-8", "replace")).decode("ascii")


@FAMILY.add("from base64(value: string)")
def from_base64(text: str) -> str:
    """Return the text that Base64 writes."""
    try:
        return b64decode(text, validate=True).decode("utf-8")
    except ValueError as broken:
        raise Refused("der Text ist kein Base64") from broken


@FAMILY.add("to json(value: any)")
def json_text(value: object) -> str:
    """Return the value as JSON text."""
    try:
        text = json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":"))
    except NoJson as unknown:
        raise Refused("der Wert lässt sich nicht als JSON schreiben") from unknown
    check_length(len(text))
    return text


@FAMILY.add("from json(value: string)")
def value_of_json(text: str) -> object:
    """Return the value of a JSON text."""
    check_length(len(text))
    try:
        return read(json.loads(text, parse_int=parse_number, parse_float=parse_number))
    except RecursionError:
        raise FeelLimitReached("Ein JSON-Text ist zu tief verschachtelt.") from None
    except ValueError as broken:
        raise Refused("der Text ist kein JSON") from broken


@FAMILY.add("last day of month(date: date|date and time)")
def last_day_of_month(day: date) -> date:
    """Return the last day of the month."""
    return date(day.year, day.month, monthrange(day.year, day.month)[1])


@FAMILY.add("date and time(date: date and time, timezone: string)")
def in_zone(moment: datetime, zone: str) -> datetime:
    """Return the same moment as the clocks of a zone show it; a local one is taken to be there."""
    try:
        target = parse_zone(zone if zone[:1] in ("+", "-") or zone in "Zz" else f"@{zone}")
    except ValueError as unknown:
        raise Refused("diese Zeitzone gibt es nicht") from unknown
    return moment.replace(tzinfo=target) if moment.tzinfo is None else moment.astimezone(target)
