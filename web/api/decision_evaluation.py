"""Decisions asked by whoever draws or tests elsewhere; nothing of the answer is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from pydantic import model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bindings, clock, feel, versions
from engine.dmn import DecisionFailed, MatchedRow, Trace
from engine.feel import FeelError
from engine.ids import ids
from engine.model.decision import DecisionDefinition, DecisionRequirements
from engine.organisation.clients import Scope
from web.api.decisions import DecisionNotFound
from web.api.operations import Call, Section
from web.api.problems import Problem
from web.api.wire import TENANT, Key, Sent, Shown, ShownKey, Tenant, Variables
from web.database import session

section = Section("Entscheidungen")

#: What clients of Camunda 8 call the kinds of logic; they know no others.
TYPES = {"decisionTable": "DECISION_TABLE", "literalExpression": "LITERAL_EXPRESSION"}
Versions = dict[str, DecisionDefinition]


class Question(Sent):
    """A decision, by id (then its newest version) or by key, and the values that it may read."""

    decision_definition_id: str | None = None
    decision_definition_key: Key | None = None
    variables: Variables | None = None
    tenant_id: Tenant = None

    @model_validator(mode="after")
    def _one_of(self) -> Question:
        if (self.decision_definition_id is None) == (self.decision_definition_key is None):
            raise ValueError(
                "Bitte genau eines von decisionDefinitionId und decisionDefinitionKey angeben."
            )
        return self


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


class EvaluatedShown(Shown):
    """A decision that was made on the way."""

    decision_definition_id: str
    decision_definition_name: str
    decision_definition_version: int
    decision_definition_type: str
    output: str
    tenant_id: str = TENANT
    matched_rules: list[RuleShown]
    evaluated_inputs: list[InputShown]
    decision_definition_key: ShownKey
    decision_evaluation_instance_key: str


class EvaluationShown(Shown):
    """What a decision came to, and how; where it failed, how far it came and why not further."""

    decision_definition_id: str
    decision_definition_key: ShownKey
    decision_definition_name: str
    decision_definition_version: int
    decision_evaluation_key: ShownKey
    decision_instance_key: ShownKey
    decision_requirements_id: str
    decision_requirements_key: ShownKey
    evaluated_decisions: list[EvaluatedShown]
    failed_decision_definition_id: str | None
    failure_message: str | None
    output: str
    tenant_id: str = TENANT


@section.operation(
    "POST",
    "/decision-definitions/evaluation",
    scope=Scope.READ,
    body=Question,
    body_required=True,
    answers={200: EvaluationShown},
    problems={404},
)
def evaluate_decision(call: Call[Question]) -> EvaluationShown:
    """Trifft eine Entscheidung mit den gegebenen Werten und sagt, wie es dazu kam."""
    database = session()
    asked = _version(database, call.body)
    given = feel.entries_of(feel.received(call.body.variables or {}))
    try:
        verdict = bindings.decision(database, asked).evaluate(given, clock=clock.now)
    except DecisionFailed as failure:
        return _answer(database, asked, failure.trace, failure)
    except FeelError as error:
        raise Problem(400, f"variables: {error}") from None
    return _answer(database, asked, verdict.trace, None)


def _version(database: Session, asked: Question) -> DecisionDefinition:
    key, name = asked.decision_definition_key, asked.decision_definition_id
    found = (
        versions.by_key(database, DecisionDefinition, key)
        if key is not None
        else versions.newest(database, DecisionDefinition, name or "")
    )
    if found is None:
        raise DecisionNotFound
    return found


def _answer(
    database: Session,
    asked: DecisionDefinition,
    trace: Trace | None,
    failure: DecisionFailed | None,
) -> EvaluationShown:
    graph = database.get_one(DecisionRequirements, asked.requirements_key)
    beside = select(DecisionDefinition).where(DecisionDefinition.requirements_key == graph.id)
    known = {each.decision_id: each for each in database.scalars(beside)}
    number = ids.take()
    made = [each for each in _in_order(trace) if each.decision_id in known] if trace else []
    return EvaluationShown(
        decision_definition_id=asked.decision_id,
        decision_definition_key=asked.id,
        decision_definition_name=asked.name,
        decision_definition_version=asked.version,
        decision_evaluation_key=number,
        decision_instance_key=number,
        decision_requirements_id=graph.requirements_id,
        decision_requirements_key=graph.id,
        evaluated_decisions=[
            _evaluated(each, known[each.decision_id], f"{number}-{place}")
            for place, each in enumerate(made, 1)
        ],
        failed_decision_definition_id=failure.decision_id if failure else None,
        failure_message=failure.message if failure else None,
        output=_text(trace.value) if trace and failure is None else "null",
    )


def _in_order(trace: Trace) -> Iterator[Trace]:
    """Yield the decisions of an account, required ones first."""
    for each in trace.required:
        yield from _in_order(each)
    if trace.kind:
        yield trace


def _evaluated(trace: Trace, version: DecisionDefinition, key: str) -> EvaluatedShown:
    return EvaluatedShown(
        decision_definition_id=version.decision_id,
        decision_definition_name=version.name,
        decision_definition_version=version.version,
        decision_definition_type=TYPES.get(trace.kind, "UNKNOWN"),
        output=_text(trace.value),
        matched_rules=[_rule(row, trace) for row in trace.rows],
        evaluated_inputs=[
            InputShown(input_id=column, input_name=label, input_value=_text(value))
            for column, (label, value) in zip(trace.columns, trace.inputs, strict=True)
        ],
        decision_definition_key=version.id,
        decision_evaluation_instance_key=key,
    )


def _rule(row: MatchedRow, trace: Trace) -> RuleShown:
    return RuleShown(
        rule_id=row.rule_id,
        rule_index=row.number,
        evaluated_outputs=[
            OutputShown(
                output_id=column,
                output_name=name,
                output_value=_text(value),
                rule_id=row.rule_id,
                rule_index=row.number,
            )
            for (column, name), value in zip(trace.results, row.values, strict=True)
        ],
    )


def _text(value: Any) -> str:
    """Write a value as JSON; a function, which has no such form, as null."""
    try:
        return orjson.dumps(feel.to_json(value)).decode()
    except (FeelError, TypeError):
        return "null"
