"""Built-ins that Camunda adds to the standard, as its editors offer them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from engine.feel.budget import check_length
from engine.feel.builtins.lists import groups
from engine.feel.builtins.registry import Family, Refused
from engine.feel.builtins.texts import string_join
from engine.feel.errors import FeelAssertionFailed, FeelLimitReached
from engine.feel.evaluation import BERLIN, Evaluation
from engine.feel.json_values import NoJson, to_json_with
from engine.feel.values.moment_texts import write_moment_for_java
from engine.feel.values.moments import parse_zone
from engine.feel.values.numbers import ARITHMETIC, parse_number

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
    """Return the value if the condition is true; otherwise the whole evaluation fails."""
    if condition is not True:
        raise FeelAssertionFailed(cause or "assert(): die Bedingung ist nicht erfüllt")
    return value


@FAMILY.add("fromAi(value: any, description?: any, type?: any, schema?: any, options?: any)")
def from_ai(value: object, *_description: object) -> object:
    """Return the value: the rest only describes it to tools of Camunda's that are not here."""
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
        plain = to_json_with(value, write_moment_for_java)
    except NoJson as unknown:
        raise Refused("der Wert lässt sich nicht als JSON schreiben") from unknown
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    check_length(len(text))
    return text


@FAMILY.add("from json(value: string)", evaluation=True)
def value_of_json(evaluation: Evaluation, text: str) -> object:
    """Return the value of a JSON text; a text in it stays a text, even if it looks like a date."""
    evaluation.budget.take(len(text) // 4)
    try:
        return json.loads(
            text, parse_int=parse_number, parse_float=parse_number, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise FeelLimitReached("Ein JSON-Text ist zu tief verschachtelt.") from None
    except ValueError as broken:
        raise Refused("der Text ist kein JSON") from broken


def _refuse_constant(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity, which JSON does not know


@FAMILY.add("last day of month(date: date|date and time)")
def last_day_of_month(day: date) -> date:
    """Return the last day of the month."""
    return date(day.year, day.month, monthrange(day.year, day.month)[1])


@FAMILY.add("date and time(date: date and time, timezone: string)")
def in_zone(moment: datetime, zone: str) -> datetime:
    """Return the same moment as the clocks of a zone show it; a local one is German time."""
    try:
        target = parse_zone(zone if zone[:1] in ("+", "-") or zone in "Zz" else f"@{zone}")
    except ValueError as unknown:
        raise Refused("diese Zeitzone gibt es nicht") from unknown
    known = moment.replace(tzinfo=BERLIN) if moment.tzinfo is None else moment
    return known.astimezone(target)


@FAMILY.add("random number()", evaluation=True)
def random_number(evaluation: Evaluation) -> Decimal:
    """Return a number from 0 on and below 1."""
    return ARITHMETIC.divide(Decimal(int.from_bytes(evaluation.chance(8))), Decimal(2**64))


@FAMILY.add("uuid()", evaluation=True)
def unique_name(evaluation: Evaluation) -> str:
    """Return a name of 36 characters that nobody else has."""
    return str(UUID(bytes=evaluation.chance(16), version=4))
