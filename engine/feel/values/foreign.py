"""Values from outside: read as FEEL values where they are touched, never called or inspected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from engine.feel.budget import Allowance
from engine.feel.values.moments import read_json_moment
from engine.feel.values.numbers import decimal_of_float
from engine.feel.values.tagged import CONTEXT, NOT_TAGGED, read_tagged

MISSING: Final = object()


class Foreign(Mapping[str, object]):
    """A read-only context over somebody else's mapping; entries become FEEL values on reading.

    Containers are kept once read, so that a loop does not convert them again and again.
    """

    __slots__ = ("_kept", "_source")

    def __init__(self, source: Mapping[str, object]) -> None:
        self._source = source
        self._kept: dict[str, object] = {}

    def __getitem__(self, key: str) -> object:
        found = self.find(key)
        if found is MISSING:
            raise KeyError(key)
        return found

    def find(self, key: str) -> object:
        """Return the entry as a FEEL value, or MISSING."""
        if self._kept and key in self._kept:
            return self._kept[key]
        source = self._source
        if key not in source:
            return MISSING
        value = read(source[key])
        if type(value) in _CONTAINERS:
            self._kept[key] = value
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._source

    def __iter__(self) -> Iterator[str]:
        return (str(key) for key in self._source)

    def __len__(self) -> int:
        return len(self._source)


_CONTAINERS = (list, Foreign)


def read(value: object, allowance: Allowance | None = None) -> object:
    """Return a value from outside as a FEEL value; objects of unknown kind stay opaque."""
    kind = type(value)
    if kind is str:
        return read_text(value)  # type: ignore[arg-type]
    if value is None or kind is bool or kind is Decimal:
        return value
    if kind is int:
        return Decimal(value)  # type: ignore[arg-type]
    if kind is float:
        return decimal_of_float(value)  # type: ignore[arg-type]
    if isinstance(value, Foreign):
        return value
    return _read_container(value, allowance or Allowance())


def read_text(text: str) -> object:
    """Return the date or the date and time that the text is, or the text itself."""
    # Most texts are settled by two characters; only what looks like a date is parsed.
    if len(text) >= 10 and text[4] == "-" and text[7] == "-":
        moment = read_json_moment(text)
        return text if moment is None else moment
    return text


def _read_container(value: object, allowance: Allowance) -> object:
    if isinstance(value, Mapping):
        return _read_context(value)
    if isinstance(value, list | tuple | set | frozenset):
        allowance.take(len(value))
        return [read(item, allowance) for item in value]
    if isinstance(value, str):
        return read_text(str.__str__(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(int.__int__(value))
    return value


def _read_context(context: Mapping[str, object]) -> object:
    if type(context) is not dict or len(context) != 1:
        return Foreign(context)
    found = read_tagged(context)
    if found is not NOT_TAGGED:
        return found
    inner = context.get(CONTEXT)
    return Foreign(inner if isinstance(inner, Mapping) else context)
