"""Built-ins on numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.feel.builtins.registry import Family, Refused
from engine.feel.values.moments import YearsMonths
from engine.feel.values.numbers import ARITHMETIC, ONE, ZERO, is_whole

FAMILY = Family()
_SMALLEST_SCALE, _LARGEST_SCALE = -6111, 6176


def whole(number: Decimal, what: str) -> int:
    """Return the whole number that is meant."""
    if not is_whole(number):
        raise Refused(f"{what} muss eine ganze Zahl sein")
    return int(number)


def _rounding(mode: str) -> Callable[..., Decimal]:
    def rounded(number: Decimal, scale: Decimal = ZERO) -> Decimal:
        if scale is None or not _SMALLEST_SCALE <= int(scale) <= _LARGEST_SCALE:
            raise Refused("die Zahl der Nachkommastellen ist nicht möglich")
        places = int(scale)
        if number.adjusted() + places >= 33:
            return number  # it has no more digits than that
        return number.quantize(ONE.scaleb(-places), rounding=mode, context=ARITHMETIC)

    return rounded


FAMILY.add("decimal(n: number, scale: number)")(_rounding(ROUND_HALF_EVEN))
for _name, _mode in {
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}.items():
    FAMILY.add(f"{_name}(n: number, scale?: number)")(_rounding(_mode))


@FAMILY.add(
    "abs(n: number|days and time duration|years and months duration)", "abs(number: number)"
)
def absolute(value: Decimal | timedelta | YearsMonths) -> object:
    """Return the value without its sign."""
    return YearsMonths(abs(value.months)) if isinstance(value, YearsMonths) else abs(value)


@FAMILY.add("modulo(dividend: number, divisor: number)")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return the remainder, with the sign of the divisor."""
    if not divisor:
        raise Refused("durch null lässt sich nicht teilen")
    quotient = ARITHMETIC.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return ARITHMETIC.subtract(dividend, ARITHMETIC.multiply(divisor, quotient))


@FAMILY.add("sqrt(number: number)")
def square_root(number: Decimal) -> Decimal:
    """Return the square root."""
    if number < 0:
        raise Refused("aus einer negativen Zahl lässt sich keine Wurzel ziehen")
    return ARITHMETIC.sqrt(number)


@FAMILY.add("log(number: number)")
def logarithm(number: Decimal) -> Decimal:
    """Return the natural logarithm."""
    if number <= 0:
        raise Refused("die Zahl muss größer als 0 sein")
    return ARITHMETIC.ln(number)


@FAMILY.add("exp(number: number)")
def exponential(number: Decimal) -> Decimal:
    """Return Euler's number to that power."""
    return ARITHMETIC.exp(number)


@FAMILY.add("odd(number: number)")
def odd(number: Decimal) -> bool:
    """Tell whether a whole number is odd."""
    return whole(number, "die Zahl") % 2 == 1


@FAMILY.add("even(number: number)")
def even(number: Decimal) -> bool:
    """Tell whether a whole number is even."""
    return whole(number, "die Zahl") % 2 == 0
