"""Keeps values of data class S8 and A8 out of variables: they hold only a reference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.casefile import audit
from engine.casefile.audit import By
from engine.casefile.sealing import case_key, seal_with, unseal_with
from engine.ids import ids
from engine.model.protected_value import ProtectedValue

REFERENCE = "geschuetzt"
_STEP = re.compile(r"\[\]|[^.\[\]]+")


def divert(
    session: Session,
    case_id: int,
    values: Mapping[str, Any],
    paths: Iterable[str],
    *,
    now: datetime,
) -> dict[str, Any]:
    """Store the values at the paths encrypted and return a copy with references instead.

    Paths are dotted, `[]` stands for every item of a list: `schritte[].notiz`. Empty values stay
    as they are, references are not stored a second time.
    """
    kept: list[tuple[int, Any]] = []

    def swap(value: Any) -> Any:
        if value in (None, "", [], {}) or is_reference(value):
            return value
        kept.append((ids.take(), value))
        return {REFERENCE: str(kept[-1][0])}

    changed: Any = dict(values)
    for path in paths:
        changed = _replace(changed, _STEP.findall(path), swap)
    if kept:
        _store(session, case_id, kept, now)
    return dict(changed)


def reveal(session: Session, case_id: int, values: Mapping[str, Any], *, by: By) -> dict[str, Any]:
    """Return a copy with the protected values in place of their references; the reading is logged.

    A reference that is none of this case becomes null. Raises `ContentsDestroyed` once the case's
    key is gone.
    """
    wanted = references(values)
    if not wanted:
        return dict(values)
    query = select(ProtectedValue.id, ProtectedValue.sealed).where(
        ProtectedValue.id.in_(wanted), ProtectedValue.case_id == case_id
    )
    sealed = {row.id: row.sealed for row in session.execute(query)}
    key = case_key(session, case_id)
    opened = {
        number: orjson.loads(unseal_with(key, f"protected_value|{number}", content))
        for number, content in sealed.items()
    }
    subject = "geschuetzt " + " ".join(str(number) for number in sorted(sealed))
    audit.record(session, case_id, "gelesen", subject, by=by)
    return dict(_fill(values, opened))


def handed_back(
    session: Session,
    case_id: int,
    given: Mapping[str, Any],
    held: Mapping[str, Any],
    *,
    now: datetime,
) -> dict[str, Any]:
    """Return what a program gave, with references wherever one stood in what was shown to it.

    A null there is what it was shown in place of the content, so the content stays. Anything else
    is a protected value of its own and is stored as such.
    """
    kept: list[tuple[int, Any]] = []

    def swap(value: Any) -> Any:
        kept.append((ids.take(), value))
        return {REFERENCE: str(kept[-1][0])}

    changed = _handed_back(given, held, swap)
    if kept:
        _store(session, case_id, kept, now)
    return dict(changed)


def concealed(value: Any) -> Any:
    """Return a copy of a value with null in place of every reference."""
    return _fill(value, {})


def is_reference(value: Any) -> bool:
    """Whether a value is a reference to the protected store."""
    return isinstance(value, Mapping) and set(value) == {REFERENCE}


def references(value: Any) -> set[int]:
    """Return the numbers of all references inside a value."""
    if is_reference(value):
        number = str(value[REFERENCE])
        return (
            {int(number)} if number.isascii() and number.isdigit() and len(number) < 19 else set()
        )
    if isinstance(value, Mapping):
        return {number for item in value.values() for number in references(item)}
    if isinstance(value, list | tuple):
        return {number for item in value for number in references(item)}
    return set()


def has_reference(value: Any) -> bool:
    """Whether a value contains a reference anywhere, even a malformed one."""
    if isinstance(value, Mapping):
        return REFERENCE in value or any(has_reference(item) for item in value.values())
    return isinstance(value, list | tuple) and any(has_reference(item) for item in value)


def _store(session: Session, case_id: int, kept: Sequence[tuple[int, Any]], now: datetime) -> None:
    key = case_key(session, case_id)
    rows = [
        {
            "id": number,
            "case_id": case_id,
            "sealed": seal_with(key, f"protected_value|{number}", orjson.dumps(value)),
            "created_at": now,
        }
        for number, value in kept
    ]
    session.execute(insert(ProtectedValue), rows)


def _replace(node: Any, steps: list[str], swap: Callable[[Any], Any]) -> Any:
    if not steps:
        return swap(node)
    head, rest = steps[0], steps[1:]
    if head == "[]" and isinstance(node, list):
        return [_replace(item, rest, swap) for item in node]
    if isinstance(node, Mapping) and head in node:
        return {**node, head: _replace(node[head], rest, swap)}
    return node


def _handed_back(given: Any, held: Any, swap: Callable[[Any], Any]) -> Any:
    if is_reference(held):
        return held if given is None else swap(given)
    if isinstance(given, Mapping) and isinstance(held, Mapping):
        return {name: _handed_back(item, held.get(name), swap) for name, item in given.items()}
    if isinstance(given, list) and isinstance(held, list | tuple):
        pairs = zip_longest(given, held[: len(given)])
        return [_handed_back(item, old, swap) for item, old in pairs]
    return given


def _fill(value: Any, opened: Mapping[int, Any]) -> Any:
    if is_reference(value):
        return next((opened.get(number) for number in references(value)), None)
    if isinstance(value, Mapping):
        return {name: _fill(item, opened) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fill(item, opened) for item in value]
    return value
