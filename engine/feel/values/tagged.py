"""What JSON cannot say: a value as a context with one entry that names its kind.

`{"@duration": "P14D"}` is a duration, `{"@string": "2026-12-31"}` a text that is no date. Whatever
a variable holds is kept like this where its plain JSON would be read back as something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from engine.feel.values.far import FarDate, read_date, read_datetime
from engine.feel.values.moment_texts import write_date, write_duration, write_time
from engine.feel.values.moments import YearsMonths, parse_duration, parse_time

NOT_TAGGED: Final = object()
#: A context of the case that looks like one of these.
CONTEXT: Final = "@context"
_LONGEST = 80


def read_tagged(context: Mapping[str, object]) -> object:
    """Return the value that a context with one entry stands for, or NOT_TAGGED."""
    ((tag, content),) = context.items()
    if tag == "@string" and isinstance(content, str):
        return content
    reader = _READERS.get(tag)
    if reader is None or not isinstance(content, str) or len(content) > _LONGEST:
        return NOT_TAGGED
    found = reader(content)
    return NOT_TAGGED if found is None else found


def is_taken(context: Mapping[str, object]) -> bool:
    """Whether a context has to be wrapped, because it would be read as something else."""
    return len(context) == 1 and not TAGS.isdisjoint(context)


def tagged(value: object) -> dict[str, object] | None:
    """Return a text, number, date, time or duration with its kind; None for anything else."""
    match value:
        case str():
            return {"@string": value}
        case Decimal():
            return {"@number": str(value)}
        case datetime():
            return {"@date and time": _write_moment(value)}
        case FarDate():
            text = str(value)
            return {"@date and time" if "T" in text else "@date": text}
        case date():
            return {"@date": write_date(value)}
        case time():
            return {"@time": write_time(value)}
        case timedelta() | YearsMonths():
            written = write_duration(value) if isinstance(value, timedelta) else str(value)
            return {"@duration": written}
    return None


def _write_moment(moment: datetime) -> str:
    """Write the wall clock, the zone, and a mark for the second of two hours of the same name."""
    text = f"{write_date(moment)}T{write_time(moment)}"
    return f"{text};2" if moment.fold and isinstance(moment.tzinfo, ZoneInfo) else text


def _read_moment(text: str) -> object:
    wall, _, second = text.partition(";")
    moment = read_datetime(wall)
    return moment.replace(fold=1) if second and isinstance(moment, datetime) else moment


def _read_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_READERS: Mapping[str, Callable[[str], object]] = {
    "@number": _read_number,
    "@date": read_date,
    "@time": parse_time,
    "@date and time": _read_moment,
    "@duration": parse_duration,
}
TAGS: Final = frozenset({*_READERS, "@string", CONTEXT})
