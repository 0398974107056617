"""What a decision looked at and which rows it followed, kept to answer "Warum?"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel import FeelError, to_json


def _json(value: object) -> object:
    try:
        return to_json(value)
    except FeelError:
        return None  # a function can be looked at by a table, but not be kept


@dataclass(frozen=True, kw_only=True)
class MatchedRow:
    """A row of a decision table whose conditions were met; numbers count from 1."""

    number: int
    rule_id: str
    description: str
    outputs: Mapping[str, object]
    values: tuple[object, ...] = ()  # of the outputs, in the order of the table

    def as_json(self) -> dict[str, Any]:
        """Return the row as JSON."""
        return {
            "number": self.number,
            "rule_id": self.rule_id,
            "description": self.description,
            "outputs": {name: _json(value) for name, value in self.outputs.items()},
            "values": [_json(value) for value in self.values],
        }


@dataclass(kw_only=True)
class Trace:
    """The account of one decision, filled while it is made.

    `rows` are the rows that matched, in the order of the table. Where none matched and the table
    has a default, `default` is set. `kind` is the element that holds the logic, as DMN calls it;
    an account of a table within a decision has none. `columns` and `results` are the ids of the
    inputs, and the ids and names of the outputs, in the order of the table.
    """

    decision_id: str
    name: str
    kind: str = ""
    hit_policy: str = ""
    columns: tuple[str, ...] = ()
    results: tuple[tuple[str, str], ...] = ()
    inputs: list[tuple[str, object]] = field(default_factory=list)
    rows: list[MatchedRow] = field(default_factory=list)
    default: bool = False
    warnings: list[str] = field(default_factory=list)
    value: object = None
    required: list[Trace] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the account as JSON, to be kept in a history and shown to a person."""
        return {
            "decision_id": self.decision_id,
            "name": self.name,
            "kind": self.kind,
            "hit_policy": self.hit_policy,
            "columns": list(self.columns),
            "results": [list(each) for each in self.results],
            "inputs": [{"label": label, "value": _json(value)} for label, value in self.inputs],
            "rows": [row.as_json() for row in self.rows],
            "default": self.default,
            "warnings": list(self.warnings),
            "value": _json(self.value),
            "required": [trace.as_json() for trace in self.required],
        }


def made(account: Mapping[str, Any], failed: str | None = None) -> list[Mapping[str, Any]]:
    """Return the decisions of a kept account, required ones first, up to the one that failed."""
    found = list(_in_order(account))
    while failed and found and found[-1]["decision_id"] != failed:
        found.pop()
    return found


def _in_order(account: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in account["required"]:
        yield from _in_order(each)
    if account["kind"]:
        yield account
