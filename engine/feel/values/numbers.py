"""Numbers: decimals of 34 digits, half to even, as the standard's decimal128."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

ARITHMETIC = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
NOT_A_NUMBER = (InvalidOperation, DivisionByZero, Overflow)
ZERO = Decimal(0)
ONE = Decimal(1)
LARGEST_JSON_INTEGER = 2**63


def decimal_of_float(number: float) -> Decimal | None:
    """Return the number that the float is written as: 0.1 stays 0.1. None for NaN and infinity."""
    exact = Decimal(repr(number))
    return exact if exact.is_finite() else None


def parse_number(text: str) -> Decimal | None:
    """Return the number that the text writes, or None when it is too large."""
    try:
        return ARITHMETIC.create_decimal(text)
    except NOT_A_NUMBER:
        return None


def write_number(number: Decimal) -> str:
    """Return the number as FEEL writes it: no exponent, no trailing zeros."""
    if not number:
        return "0"
    digits = format(number, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def is_whole(number: Decimal) -> bool:
    """Tell whether the number has no fraction."""
    return number == number.to_integral_value()


def json_number(number: Decimal) -> int | float | str:
    """Return the number for JSON: int where it is whole, else the nearest float.

    A float keeps 15 digits; a text would keep all of them, but would no longer be a number when
    it is read back. Only whole numbers that no JSON reader takes for one become texts.
    """
    if not is_whole(number):
        return float(number)
    return int(number) if abs(number) < LARGEST_JSON_INTEGER else write_number(number)
