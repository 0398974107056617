"""Decisions as they were made, by steps of instances and over the API: found, read and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, case, exists, literal, or_, select
from sqlalchemy.orm import Session

from engine.casefile import evaluations
from engine.casefile.cases import ENDED
from engine.errors import NotFound
from engine.model.case import Case
from engine.model.decision import DecisionDefinition
from engine.model.deployment import Definition
from engine.model.evaluation import EvaluatedDecision, Evaluation
from engine.model.history import HistoryRow
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web.api import sight
from web.api.callers import Caller
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
from web.api.filters import Equals, KeyFilter, MomentFilter, NumberFilter, TextFilter, choice
from web.api.instances import roots
from web.api.operations import Call, Section
from web.api.searching import Column, Condition, Listing, request_model, run
from web.api.wire import TENANT, Found, Shown, ShownKey, ShownMoment, Tenant
from web.database import session

section = Section("Entscheidungen")

EVALUATED, FAILED = "EVALUATED", "FAILED"
#: Clients of Camunda 8 know these words as well; nothing is ever called so.
NEVER = ("UNKNOWN", "UNSPECIFIED")


class EvaluationNotFound(NotFound):
    """Diese getroffene Entscheidung gibt es nicht."""


class DecisionInstanceShown(Shown):
    """One decision as it was made."""

    decision_evaluation_instance_key: str
    decision_evaluation_key: ShownKey
    state: str
    evaluation_date: ShownMoment
    evaluation_failure: str | None
    decision_definition_id: str
    decision_definition_key: ShownKey
    decision_definition_name: str
    decision_definition_type: str
    decision_definition_version: int
    root_decision_definition_key: ShownKey
    process_definition_key: ShownKey | None
    process_instance_key: ShownKey | None
    root_process_instance_key: ShownKey | None
    element_instance_key: ShownKey | None
    business_id: str | None
    result: str
    tenant_id: str = TENANT


class DecisionInstanceTold(DecisionInstanceShown):
    """One decision as it was made, and how it came about."""

    evaluated_inputs: list[InputShown]
    matched_rules: list[RuleShown]


STATE = case((EvaluatedDecision.failure.is_(None), EVALUATED), else_=FAILED)
KIND = case(TYPES, value=EvaluatedDecision.kind, else_=OTHER)
LISTING = Listing(
    "DecisionInstance",
    select(
        EvaluatedDecision,
        Evaluation,
        DecisionDefinition,
        Instance,
        HistoryRow.element_key,
        STATE.label("state"),
        KIND.label("kind"),
    )
    .join(Evaluation, Evaluation.id == EvaluatedDecision.evaluation_id)
    .join(DecisionDefinition, DecisionDefinition.id == EvaluatedDecision.decision_key)
    .outerjoin(HistoryRow, HistoryRow.id == Evaluation.history_id)
    .outerjoin(Instance, Instance.id == HistoryRow.instance_id)
    .outerjoin(Definition, Definition.id == Instance.definition_id),
    EvaluatedDecision.id,
    {
        "decisionEvaluationInstanceKey": Column(EvaluatedDecision.id, str | Equals[str]),
        "decisionEvaluationKey": Column(Evaluation.id, KeyFilter),
        "state": Column(STATE, choice(EVALUATED, FAILED, *NEVER)),
        "evaluationDate": Column(Evaluation.at, MomentFilter),
        "evaluationFailure": Column(EvaluatedDecision.failure, TextFilter),
        "decisionDefinitionId": Column(DecisionDefinition.decision_id, TextFilter),
        "decisionDefinitionKey": Column(DecisionDefinition.id, KeyFilter),
        "decisionDefinitionName": Column(DecisionDefinition.name, TextFilter),
        "decisionDefinitionVersion": Column(DecisionDefinition.version, NumberFilter),
        "decisionDefinitionType": Column(KIND, choice(*TYPES.values(), *NEVER)),
        "rootDecisionDefinitionKey": Column(Evaluation.decision_key, KeyFilter),
        "decisionRequirementsKey": Column(
            DecisionDefinition.requirements_key, KeyFilter, sortable=False
        ),
        "processDefinitionKey": Column(Instance.definition_id, KeyFilter),
        "processInstanceKey": Column(Instance.id, KeyFilter),
        "elementInstanceKey": Column(HistoryRow.element_key, KeyFilter),
        "businessId": Column(Instance.business_id, TextFilter),
        "tenantId": Column(literal(TENANT), Tenant),
    },
)
Search: Any = request_model(LISTING)


@section.operation(
    "POST",
    "/decision-instances/search",
    scope=Scope.READ,
    body=Search,
    answers={200: Found[DecisionInstanceShown]},
)
def search_decision_instances(call: Call[Any]) -> Found[DecisionInstanceShown]:
    """Sucht, welche Entscheidungen wann getroffen wurden."""
    database = session()
    rows, page = run(database, LISTING, call.body, visible(database, call.caller))
    accounts = _Accounts(database, call.caller, rows)
    tops = roots(database, [row.Instance for row in rows if row.Instance is not None])
    items = [DecisionInstanceShown(**_facts(row, tops, accounts.of(row))) for row in rows]
    return Found(items=items, page=page)


@section.operation(
    "GET",
    "/decision-instances/<decision_evaluation_instance_key>",
    scope=Scope.READ,
    answers={200: DecisionInstanceTold},
    problems={404},
)
def get_decision_instance(
    call: Call[None], decision_evaluation_instance_key: str
) -> DecisionInstanceTold:
    """Nennt eine getroffene Entscheidung und sagt, wie es dazu kam."""
    database = session()
    wanted = EvaluatedDecision.id == decision_evaluation_instance_key
    query = LISTING.query.where(wanted, visible(database, call.caller))
    row = database.execute(query).first()
    if row is None:
        raise EvaluationNotFound
    account = _Accounts(database, call.caller, [row]).of(row)
    tops = roots(database, [row.Instance] if row.Instance is not None else [])
    return DecisionInstanceTold(
        **_facts(row, tops, account),
        evaluated_inputs=inputs(account) if account else [],
        matched_rules=rules(account) if account else [],
    )


def visible(database: Session, caller: Caller) -> Condition:
    """Which decisions a caller may know of: those of the steps that may be seen."""
    element = sight.elements(database, caller, Instance.definition_id, HistoryRow.element_id)
    of_step = and_(Evaluation.history_id.is_not(None), sight.instances(database, caller), element)
    if not sight.is_unattached(caller):
        return of_step
    return or_(Evaluation.history_id.is_(None), of_step)


class _Accounts:
    """How the decisions of a page came about, each read once, as far as a caller may see it."""

    def __init__(self, database: Session, caller: Caller, rows: Any) -> None:
        self._database = database
        keys = [row.Instance.id for row in rows if row.Instance is not None]
        is_open = exists().where(Case.id == Instance.case_id, Case.status != ENDED)
        query = select(Instance.id).where(Instance.id.in_(keys), sight.contents(caller), is_open)
        self._open = set(database.scalars(query))
        self._read: dict[int, list[Mapping[str, Any]]] = {}

    def of(self, row: Any) -> Mapping[str, Any] | None:
        """Return the account of a decision; None where the caller sees no contents."""
        if row.Instance is not None and row.Instance.id not in self._open:
            return None
        key = row.Evaluation.id
        if key not in self._read:
            self._read[key] = evaluations.accounts(self._database, key)
        place: int = row.EvaluatedDecision.place
        return self._read[key][place - 1]


def _facts(row: Any, tops: dict[int, int], account: Mapping[str, Any] | None) -> dict[str, Any]:
    made_one, instance, decision = row.EvaluatedDecision, row.Instance, row.DecisionDefinition
    return {
        "decision_evaluation_instance_key": made_one.id,
        "decision_evaluation_key": row.Evaluation.id,
        "state": row.state,
        "evaluation_date": row.Evaluation.at,
        "evaluation_failure": made_one.failure,
        "decision_definition_id": decision.decision_id,
        "decision_definition_key": decision.id,
        "decision_definition_name": decision.name,
        "decision_definition_type": row.kind,
        "decision_definition_version": decision.version,
        "root_decision_definition_key": row.Evaluation.decision_key,
        "process_definition_key": instance.definition_id if instance else None,
        "process_instance_key": instance.id if instance else None,
        "root_process_instance_key": tops[instance.id] if instance else None,
        "element_instance_key": row.element_key,
        "business_id": instance.business_id if instance else None,
        "result": as_text(account["value"]) if account else NOTHING,
    }
