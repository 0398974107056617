"""What may become a variable: JSON, exact where it comes from FEEL (`engine.feel.exact_json`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LARGEST_NUMBER = 2**63 - 1
DEEPEST = 60


class NotPortable(ValueError):
    """A value cannot be stored as a variable; the message says why in German."""


def portable(value: Any, depth: int = 0) -> Any:
    """Return the value made of dict, list, text, number, bool and None; else NotPortable."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if depth >= DEEPEST:
        raise NotPortable("Ein Wert ist zu tief verschachtelt.")
    if isinstance(value, Mapping):
        return {_name(key): portable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [portable(item, depth + 1) for item in value]
    raise NotPortable("Ein Wert lässt sich nicht als Variable speichern.")


def _number(value: float) -> float:
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        raise NotPortable("Eine Zahl ist zu groß, um sie zu speichern.")
    if isinstance(value, float) and not -1e308 < value < 1e308:
        raise NotPortable("Eine Zahl ist unendlich oder keine Zahl.")
    return value


def _name(key: Any) -> str:
    if isinstance(key, str):
        return key
    raise NotPortable("Der Name eines Wertes ist kein Text.")
