"""Ended process instances deleted, where they belong to no Mandant."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import deletion
from engine.errors import InstanceNotFound
from engine.model.instance import Instance
from engine.organisation.clients import Scope
from web.api import sight
from web.api.callers import Caller
from web.api.operations import Call, Section
from web.api.wire import Sent
from web.database import write

section = Section("Vorgänge")


class Deletion(Sent):
    """An ended instance is to go."""

    operation_reference: int | None = None


@section.operation(
    "POST",
    "/process-instances/<key:process_instance_key>/deletion",
    scope=Scope.INSTANCES,
    body=Deletion,
    problems={404, 409},
)
def delete_process_instance(call: Call[Deletion], process_instance_key: int) -> None:
    """Löscht einen beendeten Vorgang, der zu keinem Mandanten gehört, mit allen Spuren."""
    write(lambda database: delete_one(database, call.caller, process_instance_key))


def delete_one(session: Session, caller: Caller, instance_id: int) -> None:
    """Delete an ended instance that the caller may see."""
    query = select(Instance).where(Instance.id == instance_id)
    row = session.scalars(query.where(sight.instances(session, caller))).first()
    if row is None:
        raise InstanceNotFound
    deletion.delete_instance(session, row)
