"""Reads a job's inputs: fixed texts of headers and values of input mappings, converted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from engine.casefile import protection, values
from engine.casefile.values import Converter, ValueUnfit
from engine.errors import Invalid
from engine.feel import entries_of, plain
from engine.handlers.call import HandlerCall

_TTL = re.compile(
    r"P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,4})S)?)?)"
)


class InputMissing(Invalid):
    """Eine Angabe fehlt."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Der Dienst braucht die Angabe „{name}“. Bitte ergänzen Sie sie im Diagramm oder in"
            " der Aufgabe davor."
        )


class ProtectedInput(Invalid):
    """Eine geschützte Angabe darf hier nicht verwendet werden. Bitte ändern Sie das Diagramm."""


class Inputs:
    """The inputs of one job; an input mapping goes before a header of the same name."""

    def __init__(self, call: HandlerCall, *, protected: Sequence[str] = ()) -> None:
        #: what the input mappings gave, in exact JSON; all else reads it plain
        self.mapped: Mapping[str, Any] = call.job.variables
        self._all = {**call.job.headers, **{n: plain(v) for n, v in self.mapped.items()}}
        open_ones = [value for name, value in self._all.items() if name not in protected]
        if protection.has_reference(open_ones):
            raise ProtectedInput

    def __getitem__(self, name: str) -> Any:
        return self._all.get(name)

    def get(self, name: str, converter: Converter) -> Any:
        """Return a converted input, or None where there is none."""
        return values.convert(name, self._all.get(name), converter)

    def require(self, name: str, converter: Converter) -> Any:
        """Return a converted input that must be there."""
        value = self.get(name, converter)
        if value is None:
            raise InputMissing(name)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a yes or no; a header writes it as true or false."""
        value = self._all.get(name)
        value = (
            {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
        )
        found = values.convert(name, value, values.flag)
        return default if found is None else bool(found)

    def context(self, name: str) -> Mapping[str, Any]:
        """Return a group of values; nothing is an empty one."""
        value = self._all.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise ValueUnfit(name, "eine Gruppe von Angaben")
        return value

    def exact_context(self, name: str) -> Mapping[str, Any]:
        """Return a group of values in exact JSON, for another instance of ours."""
        self.context(name)
        return entries_of(self.mapped.get(name))

    def items(self, name: str) -> list[Mapping[str, Any]]:
        """Return a list of groups of values; nothing is an empty list."""
        value = self._all.get(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple) or not all(isinstance(i, Mapping) for i in value):
            raise ValueUnfit(name, "eine Liste von Angaben")
        return list(value)

    def read_all(self, fields: Mapping[str, Converter]) -> dict[str, Any]:
        """Return converted inputs by name, None where there is none."""
        return {name: self.get(name, converter) for name, converter in fields.items()}

    def ttl(self) -> timedelta | None:
        """Return how long a message waits for its receiver; nothing means for ever."""
        text = self.get("ttl", values.text)
        found = _TTL.fullmatch(text) if text else None
        if text and (found is None or not any(found.groups())):
            raise ValueUnfit("ttl", "eine Dauer wie P14D oder PT4H")
        return _duration(found) if found else None


def _duration(found: re.Match[str]) -> timedelta:
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
