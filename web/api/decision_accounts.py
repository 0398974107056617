"""How a decision came about, as clients get it: what it looked at, and the rows it followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from engine.casefile import protection
from web.api.wire import Shown

#: What clients of Camunda 8 call the kinds of logic; they know no others.
TYPES = {"decisionTable": "DECISION_TABLE", "literalExpression": "LITERAL_EXPRESSION"}
OTHER = "UNKNOWN"
NOTHING = "null"


class InputShown(Shown):
    """A column that was looked at, and what stood there."""

    input_id: str
    input_name: str
    input_value: str


class OutputShown(Shown):
    """What a row says in one column."""

    output_id: str
    output_name: str
    output_value: str
    rule_id: str | None
    rule_index: int | None


class RuleShown(Shown):
    """A row that was met; rows count from 1."""

    rule_id: str
    rule_index: int
    evaluated_outputs: list[OutputShown]


def inputs(account: Mapping[str, Any]) -> list[InputShown]:
    """Return what a decision looked at."""
    pairs = zip(account["columns"], account["inputs"], strict=False)  # a failure may come before
    return [
        InputShown(input_id=column, input_name=each["label"], input_value=as_text(each["value"]))
        for column, each in pairs
    ]


def rules(account: Mapping[str, Any]) -> list[RuleShown]:
    """Return the rows that were met."""
    return [_rule(row, account["results"]) for row in account["rows"]]


def _rule(row: Mapping[str, Any], results: list[tuple[str, str]]) -> RuleShown:
    return RuleShown(
        rule_id=row["rule_id"],
        rule_index=row["number"],
        evaluated_outputs=[
            OutputShown(
                output_id=column,
                output_name=name,
                output_value=as_text(value),
                rule_id=row["rule_id"],
                rule_index=row["number"],
            )
            for (column, name), value in zip(results, row["values"], strict=True)
        ],
    )


def as_text(value: Any) -> str:
    """Write a value as JSON text, with null for what is protected."""
    return orjson.dumps(protection.concealed(value)).decode()
