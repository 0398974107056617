"""Running instances changed by hand over the API: tokens moved, and moved to another version.

`modify_one` and `migrate_one` work in the caller's transaction, so that several instances can be
changed one after the other by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from engine import bpmn, clock, definitions, feel, instances, migration, running
from engine.casefile import protection
from engine.errors import Conflict, Invalid, NotAllowed
from engine.instances import Advance
from engine.model.instance import Instance
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web import steps
from web.api.callers import Caller
from web.api.instances import require_operated
from web.api.operations import Call, Section
from web.api.user_task_commands import FOREIGN_REFERENCE
from web.api.wire import Key, Sent, Variables

section = Section("Vorgänge")

MOST = 1_000
BY_API = "über die Schnittstelle geändert"
FOREIGN_VALUES = "In den Fällen eines Mandanten ändern nur die Schritte selbst Angaben."


class VariableInstruction(Sent):
    """Variables for the instance, or for the element that begins if `scope_id` names it."""

    variables: Variables
    scope_id: str = ""


class ActivateInstruction(Sent):
    """An element that is to begin."""

    element_id: str
    variable_instructions: list[VariableInstruction] = Field(default_factory=list, max_length=MOST)
    ancestor_element_instance_key: Key | None = None


class TerminateInstruction(Sent):
    """What is to end: one running element, or all that run of one element."""

    element_instance_key: Key | None = None
    element_id: str | None = None


class Modification(Sent):
    """What is to begin and to end, as a whole or not at all."""

    activate_instructions: list[ActivateInstruction] = Field(default_factory=list, max_length=MOST)
    terminate_instructions: list[TerminateInstruction] = Field(
        default_factory=list, max_length=MOST
    )
    operation_reference: int | None = None


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
    "/process-instances/<key:process_instance_key>/modification",
    scope=Scope.INSTANCES,
    body=Modification,
    body_required=True,
    problems={404, 409},
)
def modify_process_instance(call: Call[Modification], process_instance_key: int) -> None:
    """Lässt Schritte eines laufenden Vorgangs beginnen und enden, alle oder keinen."""

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        modify_one(database, call.caller, process_instance_key, call.body, by=by)
        return by

    steps.take(step)


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


def modify_one(
    session: Session, caller: Caller, instance_id: int, wanted: Modification, *, by: Advance
) -> None:
    """Begin and end elements of an instance; the caller rolls back what is raised."""
    row = require_operated(session, caller, instance_id)
    case_id = row.case_id
    _require_own_values(row, wanted)
    begins = tuple(_activation(each) for each in wanted.activate_instructions)
    command = bpmn.Modify(_leaving(row, wanted), begins, _reason(wanted.operation_reference))
    values = _for_instance(wanted)
    if values:
        instances.advance(session, instance_id, bpmn.SetVariables(values), by=by)
    running.modify(session, instance_id, command, by=by)
    steps.note(session, case_id, "verschoben", f"vorgang {instance_id}")


def migrate_one(
    session: Session, caller: Caller, instance_id: int, wanted: Migration, *, by: Advance
) -> None:
    """Move an instance to another version; the caller rolls back what is raised."""
    case_id = require_operated(session, caller, instance_id).case_id
    target = definitions.load(session, wanted.target_process_definition_key)
    given = wanted.mapping_instructions
    mapping = {each.source_element_id: each.target_element_id for each in given}
    if len(mapping) < len(given):
        raise Invalid("In mappingInstructions steht ein Element mehrfach als sourceElementId.")
    try:
        migration.migrate(session, [instance_id], target, mapping, by=by)
    except bpmn.MigrationRefused as refused:
        raise Conflict(_told(refused)) from refused
    steps.note(session, case_id, "umgezogen", f"vorgang {instance_id}")


def _told(refused: bpmn.MigrationRefused) -> str:
    passages = (f"{e.element_id}: {e.problem}" for e in refused.preview.passages if e.problem)
    return " ".join((refused.message, *refused.preview.problems, *dict.fromkeys(passages)))


def _reason(reference: int | None) -> str:
    return BY_API if reference is None else f"{BY_API} (Bezug {reference})"


def _require_own_values(row: Instance, wanted: Modification) -> None:
    """Raise unless the caller may write what the instructions give."""
    given = [v.variables for e in wanted.activate_instructions for v in e.variable_instructions]
    if given and row.mandant_id != unattached.MANDANT_ID:
        raise NotAllowed(FOREIGN_VALUES)
    if any(protection.has_reference(each) for each in given):
        raise Invalid(FOREIGN_REFERENCE)


def _for_instance(wanted: Modification) -> dict[str, object]:
    found: dict[str, object] = {}
    for activation in wanted.activate_instructions:
        for each in activation.variable_instructions:
            found |= {} if each.scope_id else _received(each.variables)
    return found


def _activation(wanted: ActivateInstruction) -> bpmn.Activation:
    values: dict[str, object] = {}
    for each in wanted.variable_instructions:
        if each.scope_id not in ("", wanted.element_id):
            raise Invalid("scopeId nennt das Element, das beginnt, oder ist leer.")
        values |= _received(each.variables) if each.scope_id else {}
    return bpmn.Activation(wanted.element_id, wanted.ancestor_element_instance_key, values)


def _received(given: Mapping[str, object]) -> dict[str, object]:
    # Nothing from outside moves an instance to another case.
    return {name: feel.received(given[name]) for name in given if name != "fall_id"}


def _leaving(row: Instance, wanted: Modification) -> tuple[int, ...]:
    active, keys = list(bpmn.active(row.snapshot)), list[int]()
    for each in wanted.terminate_instructions:
        if (each.element_id is None) == (each.element_instance_key is None):
            raise Invalid("Bitte elementInstanceKey oder elementId angeben.")
        named = [token.key for token in active if token.element_id == each.element_id]
        if each.element_id is not None and not named:
            raise Invalid(f"„{each.element_id}“ läuft in diesem Vorgang nicht.")
        keys += named if each.element_instance_key is None else [each.element_instance_key]
    return tuple(dict.fromkeys(keys))
