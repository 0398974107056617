"""Variables of running instances: set by those who operate them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn, clock, feel, instances
from engine.casefile import protection
from engine.errors import InstanceNotFound, Invalid, NotAllowed
from engine.instances import Advance
from engine.model.instance import Instance
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web import steps
from web.api import sight
from web.api.callers import Caller
from web.api.operations import Call, Section
from web.api.user_task_commands import FOREIGN_REFERENCE
from web.api.variable_sight import with_scopes
from web.api.wire import Sent, Variables

section = Section("Variablen")


class Setting(Sent):
    """Variables that are to be set."""

    variables: Variables
    local: bool = False
    operation_reference: int | None = None


@section.operation(
    "PUT",
    "/element-instances/<key:element_instance_key>/variables",
    scope=Scope.INSTANCES,
    body=Setting,
    body_required=True,
    problems={404, 409},
)
def create_element_instance_variables(call: Call[Setting], element_instance_key: int) -> None:
    """Setzt Variablen eines laufenden Vorgangs oder eines Schritts darin."""
    if protection.has_reference(call.body.variables):
        raise Invalid(FOREIGN_REFERENCE)
    given = call.body.variables
    # Nothing from outside moves an instance to another case.
    values = {name: feel.received(given[name]) for name in given if name != "fall_id"}

    def step(database: Session) -> Advance:
        row = _owner(database, call.caller, element_instance_key)
        scope = element_instance_key if row.id != element_instance_key else None
        by = Advance(account=call.caller.user.name, now=clock.now())
        command = bpmn.SetVariables(values, scope, is_local=call.body.local)
        instances.advance(database, row.id, command, by=by)
        steps.note(database, row.case_id, "geändert", f"variablen {element_instance_key}")
        return by

    steps.take(step)


def _owner(database: Session, caller: Caller, key: int) -> Instance:
    """Return the running instance in which the caller may set variables of this element."""
    narrowed = (with_scopes([key]), sight.instances(database, caller))
    row = database.scalars(select(Instance).where(*narrowed)).first()
    if row is None:
        raise InstanceNotFound
    if row.mandant_id != unattached.MANDANT_ID:
        raise NotAllowed("In den Fällen eines Mandanten ändern nur die Schritte selbst Angaben.")
    if key not in {row.id, *(each.key for each in bpmn.active(row.snapshot))}:
        raise InstanceNotFound
    return row
