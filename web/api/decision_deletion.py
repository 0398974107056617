"""What is known of decisions that belong to no Mandant, forgotten: of one, or of many at once."""

from __future__ import annotations

from typing import Any

from pydantic import create_model
from sqlalchemy import or_
from sqlalchemy.orm import Session

from engine import batches
from engine.casefile import evaluations
from engine.errors import NotAllowed
from engine.model.evaluation import Evaluation
from engine.model.instance import Instance
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web.api.batch_operations import BatchCreated, ordered
from web.api.callers import Caller
from web.api.decision_instances import LISTING, EvaluationNotFound, Search, visible
from web.api.operations import Call, Section
from web.api.searching import conditions
from web.api.wire import Sent
from web.database import session, write

section = Section("Entscheidungen")


class Deletion(Sent):
    """What is known of a decision is to be forgotten."""

    operation_reference: int | None = None


_fields: dict[str, Any] = {
    "filter": (Search.model_fields["filter"].annotation, ...),
    "operation_reference": (int | None, None),
}
BatchForgetting: Any = create_model("BatchForgetting", __base__=Sent, **_fields)


@section.operation(
    "POST",
    "/decision-instances/<key:decision_evaluation_key>/deletion",
    scope=Scope.INSTANCES,
    body=Deletion,
    problems={404},
)
def delete_decision_instance(call: Call[Deletion], decision_evaluation_key: int) -> None:
    """Vergisst eine getroffene Entscheidung, die zu keinem Mandanten gehört."""
    write(lambda database: forget_one(database, call.caller, decision_evaluation_key))


@section.operation(
    "POST",
    "/decision-instances/deletion",
    scope=Scope.INSTANCES,
    body=BatchForgetting,
    body_required=True,
    answers={200: BatchCreated},
)
def delete_decision_instances_batch_operation(call: Call[Any]) -> BatchCreated:
    """Vergisst alle getroffenen Entscheidungen ohne Mandanten, auf die ein Filter passt."""
    database, caller = session(), call.caller
    ours = or_(Instance.id.is_(None), Instance.mandant_id == unattached.MANDANT_ID)
    pairs = LISTING.query.with_only_columns(Evaluation.id, Instance.id.label("of")).distinct()
    wanted = conditions(database, LISTING, call.body.filter)
    chosen = pairs.where(visible(database, caller), ours, *wanted)
    return ordered(batches.FORGET, chosen, caller)


def forget_one(session: Session, caller: Caller, evaluation_id: int) -> None:
    """Forget an evaluation that the caller may see; raises `NotAllowed` for a Mandant's."""
    query = LISTING.query.with_only_columns(Instance.mandant_id)
    found = session.execute(
        query.where(Evaluation.id == evaluation_id, visible(session, caller))
    ).first()
    if found is None:
        raise EvaluationNotFound
    if found.mandant_id not in (None, unattached.MANDANT_ID):
        raise NotAllowed
    evaluations.remove(session, evaluation_id)
