"""Calendar rules of German law: months, ends of periods, ages and birthdays.

Sections 187 and 188 of the Civil Code, which section 26 of Book X of the Social Code applies.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.feel.builtins.numbers import whole
from engine.feel.builtins.registry import Family, Refused
from engine.feel.values.moments import add_months

FAMILY = Family()


@FAMILY.add("plus_monate(d: date|date and time, n: number)")
def plus_months(day: date, months: Decimal) -> date:
    """Return the same day some months on, or the last day of that month if it is shorter."""
    return add_months(day, whole(months, "die Zahl der Monate"))


@FAMILY.add("phase_ende(beginn: date|date and time, n: number)")
def end_of_phase(first: date, months: Decimal) -> date:
    """Return the last day of a period of some months that counts its first day.

    Where the last month is too short for the day before, the period ends with that month.
    """
    if months < 1:
        raise Refused("ein Zeitraum dauert mindestens einen Monat")
    start = _day(first)
    end = add_months(start, whole(months, "die Zahl der Monate"))
    return end - timedelta(days=1) if end.day == start.day else end


@FAMILY.add("geburtstag(geburtsdatum: date|date and time, n: number)")
def birthday(born: date, age: Decimal) -> date:
    """Return the day on which somebody turns that age: born on 29 February, on 1 March."""
    first = _day(born)
    day = add_months(first, 12 * whole(age, "das Alter"))
    return day if day.day == first.day else day + timedelta(days=1)


@FAMILY.add("alter(geburtsdatum: date|date and time, d: date|date and time)")
def age(born: date, on: date) -> Decimal:
    """Return the completed years of life at the beginning of a day."""
    first, day = _day(born), _day(on)
    if day < first:
        raise Refused("der Tag liegt vor der Geburt")
    years = day.year - first.year
    return Decimal(years - (birthday(first, Decimal(years)) > day))


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
