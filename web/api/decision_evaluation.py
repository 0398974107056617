"""Decisions asked by whoever draws or tests elsewhere.

The answer is kept for a while where no Mandant is concerned; otherwise nothing of it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import model_validator
from sqlalchemy.orm import Session

from engine import bindings, clock, feel, versions
from engine.casefile import evaluations
from engine.casefile.evaluations import Made
from engine.dmn import DecisionFailed
from engine.feel import FeelError
from engine.ids import ids
from engine.model.decision import DecisionDefinition, DecisionRequirements
from engine.organisation.clients import Scope
from web.api import sight
from web.api.decision_accounts import (
    NOTHING,
    OTHER,
    TYPES,
    InputShown,
    RuleShown,
    as_text,
    inputs,
    rules,
)
from web.api.decisions import DecisionNotFound
from web.api.operations import Call, Section
from web.api.problems import Problem
from web.api.wire import TENANT, Key, Sent, Shown, ShownKey, Tenant, Variables
from web.database import session, write

section = Section("Entscheidungen")

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
    graph = database.get_one(DecisionRequirements, asked.requirements_key)
    known = evaluations.beside(database, [asked])[graph.id]
    evaluation = _made(database, asked, call.body.variables or {})
    is_kept = sight.is_unattached(call.caller)

    def number(current: Session) -> int:
        return evaluations.keep(current, evaluation) if is_kept else ids.take()

    return _answer(write(number), evaluation, graph, known)


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


def _made(database: Session, asked: DecisionDefinition, variables: Variables) -> Made:
    given = feel.entries_of(feel.received(variables))
    failed = failure = None
    try:
        trace = bindings.decision(database, asked).evaluate(given, clock=clock.now).trace
    except DecisionFailed as error:
        trace, failed, failure = error.trace, error.decision_id, error.message
    except FeelError as error:
        raise Problem(400, f"variables: {error}") from None
    return Made(
        version=asked,
        account=trace.as_json(),
        at=clock.now(),
        failed=failed,
        failure=failure,
    )


def _answer(
    number: int, evaluation: Made, graph: DecisionRequirements, known: Versions
) -> EvaluationShown:
    asked = evaluation.version
    failed = evaluation.failure is not None
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
            _evaluated(each, known[each["decision_id"]], f"{number}-{place}")
            for place, each in enumerate(evaluation.decisions(known), 1)
        ],
        failed_decision_definition_id=evaluation.failed,
        failure_message=evaluation.failure,
        output=NOTHING if failed else as_text(evaluation.account["value"]),
    )


def _evaluated(account: Mapping[str, Any], version: DecisionDefinition, key: str) -> EvaluatedShown:
    return EvaluatedShown(
        decision_definition_id=version.decision_id,
        decision_definition_name=version.name,
        decision_definition_version=version.version,
        decision_definition_type=TYPES.get(account["kind"], OTHER),
        output=as_text(account["value"]),
        matched_rules=rules(account),
        evaluated_inputs=inputs(account),
        decision_definition_key=version.id,
        decision_evaluation_instance_key=key,
    )
