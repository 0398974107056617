"""Running instances moved to another version over the API."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from engine import bpmn, clock, definitions, migration
from engine.casefile import audit
from engine.casefile.audit import By
from engine.errors import Conflict, Invalid
from engine.instances import Advance
from engine.organisation.clients import Scope
from web import steps
from web.api.callers import Caller
from web.api.definitions import get
from web.api.instances import require_operated
from web.api.operations import Call, Section
from web.api.wire import Key, Sent

section = Section("Vorgänge")

MOST = 1_000


class MappingInstruction(Sent):
    """Where what waits at an element goes on."""

    source_element_id: str
    target_element_id: str


class Migration(Sent):
    """The version that an instance is to move to."""

    target_process_definition_key: Key
    mapping_instructions: Annotated[list[MappingInstruction], Field(max_length=MOST)]
    operation_reference: int | None = None


@section.operation(
    "POST",
    "/process-instances/<key:process_instance_key>/migration",
    scope=Scope.INSTANCES,
    body=Migration,
    body_required=True,
    problems={404, 409},
)
def migrate_process_instance(call: Call[Migration], process_instance_key: int) -> None:
    """Lässt einen laufenden Vorgang auf eine andere Version seines Verfahrens umziehen."""

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        migrate_one(database, call.caller, process_instance_key, call.body, by=by)
        return by

    steps.take(step)


def migrate_one(
    session: Session, caller: Caller, instance_id: int, wanted: Migration, *, by: Advance
) -> None:
    """Move an instance to another version; the caller rolls back what is raised."""
    case_id = require_operated(session, caller, instance_id).case_id
    target = definitions.load(session, get(session, wanted.target_process_definition_key).id)
    given = wanted.mapping_instructions
    mapping = {each.source_element_id: each.target_element_id for each in given}
    if len(mapping) < len(given):
        raise Invalid("In mappingInstructions steht ein Element mehrfach als sourceElementId.")
    try:
        migration.migrate(session, [instance_id], target, mapping, by=by)
    except bpmn.MigrationRefused as refused:
        raise Conflict(_told(refused)) from refused
    who = By(caller.user.name, by.now)
    audit.record(session, case_id, "umgezogen", f"vorgang {instance_id}", by=who)


def _told(refused: bpmn.MigrationRefused) -> str:
    passages = (f"{e.element_id}: {e.problem}" for e in refused.preview.passages if e.problem)
    return " ".join((refused.message, *refused.preview.problems, *dict.fromkeys(passages)))
