"""Variables as JSON that is read back as exactly the same values.

Plain JSON wherever that is enough: a date is its ISO text, most numbers are numbers. What it cannot
say (`engine.feel.values.tagged`) is named. `plain` makes what others understand out of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from engine.feel.budget import Allowance
from engine.feel.errors import FeelLimitReached
from engine.feel.json_values import to_json
from engine.feel.values.foreign import read, read_text
from engine.feel.values.numbers import decimal_of_float, json_number
from engine.feel.values.tagged import CONTEXT, NOT_TAGGED, is_taken, read_tagged, tagged

_DEEP = "Ein Wert ist zu tief verschachtelt."


def to_exact(value: object) -> object:
    """Return the JSON value that is read back as the same FEEL value.

    A range becomes a text, as `to_json` writes it; a function has no JSON and raises `NoJson`.
    """
    try:
        return _to_exact(value, Allowance())
    except RecursionError:
        raise FeelLimitReached(_DEEP) from None


def _to_exact(value: object, allowance: Allowance) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if read_text(value) is value else tagged(value)
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, list | tuple):
        allowance.take(len(value))
        return [_to_exact(item, allowance) for item in value]
    if isinstance(value, Mapping):
        allowance.take(len(value))
        entries = {str(key): _to_exact(item, allowance) for key, item in value.items()}
        return {CONTEXT: entries} if is_taken(entries) else entries
    written = to_json(value)
    return written if _is_same(read(written), value) else tagged(value) or written


def _number(value: float | Decimal) -> object:
    number = read(value)
    if not isinstance(number, Decimal):
        return None  # neither infinity nor what is no number has a FEEL value
    written = json_number(number)
    if isinstance(written, float) and decimal_of_float(written) != number:
        return tagged(number)
    return tagged(number) if isinstance(written, str) else written


def _is_same(back: object, value: object) -> bool:
    """Whether a date or a moment was read back as it was, its zone included."""
    if not isinstance(value, date) or type(back) is not type(value):
        return False
    if not isinstance(back, datetime) or not isinstance(value, datetime):
        return back == value
    zones = (back.tzinfo, value.tzinfo)
    return back.replace(tzinfo=None) == value.replace(tzinfo=None) and zones[0] == zones[1]


def plain(exact: object) -> object:
    """Return exact JSON as everybody else reads it: without kinds, e.g. a duration as its text."""
    if isinstance(exact, list | tuple):
        return [plain(item) for item in exact]
    if not isinstance(exact, Mapping):
        return exact
    if is_taken(exact):
        found = read_tagged(exact)
        if found is not NOT_TAGGED:
            return to_json(found)
        inner = exact.get(CONTEXT)
        if isinstance(inner, Mapping):
            return {key: plain(item) for key, item in inner.items()}
    return {key: plain(item) for key, item in exact.items()}


def entries_of(exact: object) -> dict[str, object]:
    """Return a copy of the entries of a context in exact JSON; anything else has none."""
    if not isinstance(exact, Mapping):
        return {}
    if is_taken(exact):
        inner = exact.get(CONTEXT)
        return dict(inner) if isinstance(inner, Mapping) else {}
    return dict(exact)


def received(outside: object) -> object:
    """Return JSON from outside as exact JSON: no context of it stands for something else."""
    if isinstance(outside, list | tuple):
        return [received(item) for item in outside]
    if not isinstance(outside, Mapping):
        return outside
    entries = {key: received(item) for key, item in outside.items()}
    return {CONTEXT: entries} if is_taken(entries) else entries
