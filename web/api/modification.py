"""Tokens of a running instance moved over the API: elements begin and end, as a whole or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from sqlalchemy.orm import Session

from engine import bpmn, clock, feel, instances, running
from engine.bpmn.snapshot import ActiveElement
from engine.casefile import audit, protection
from engine.casefile.audit import By
from engine.errors import Invalid, NotAllowed
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
ONE_OF = "Bitte elementInstanceKey oder elementId angeben."


class VariableInstruction(Sent):
    """Variables for the instance, for the element that begins, or for a sub-process around it."""

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


class Source(Sent):
    """From where tokens move: one running element, or all that run of one element."""

    source_type: str | None = None
    source_element_id: str | None = None
    source_element_instance_key: Key | None = None


class Ancestor(Sent):
    """The scope in which the target begins: a given one, the one around it, the source's."""

    ancestor_scope_type: Annotated[
        Literal["direct", "inferred", "sourceParent"],
        BeforeValidator(lambda v: {"sourceparent": "sourceParent"}.get(str(v).lower(), v)),
    ]
    ancestor_element_instance_key: Key | None = None


class MoveInstruction(Sent):
    """Tokens that move: each ends where it is, and the target begins once for each."""

    source_element_instruction: Source
    target_element_id: str
    ancestor_scope_instruction: Ancestor | None = None
    variable_instructions: list[VariableInstruction] = Field(default_factory=list, max_length=MOST)


class Modification(Sent):
    """What is to begin, to move and to end, as a whole or not at all."""

    activate_instructions: list[ActivateInstruction] = Field(default_factory=list, max_length=MOST)
    move_instructions: list[MoveInstruction] = Field(default_factory=list, max_length=MOST)
    terminate_instructions: list[TerminateInstruction] = Field(
        default_factory=list, max_length=MOST
    )
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
    """Lässt Schritte eines laufenden Vorgangs beginnen, umziehen und enden, alle oder keinen."""

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        modify_one(database, call.caller, process_instance_key, call.body, by=by)
        return by

    steps.take(step)


def modify_one(
    session: Session, caller: Caller, instance_id: int, wanted: Modification, *, by: Advance
) -> None:
    """Begin, move and end elements of an instance; the caller rolls back what is raised."""
    row = require_operated(session, caller, instance_id)
    case_id, given = row.case_id, _variable_instructions(wanted)
    _require_own_values(row, given)
    active = bpmn.active(row.snapshot)
    moves = [move for each in wanted.move_instructions for move in _moves(each, active)]
    begins = (*(_activation(each) for each in wanted.activate_instructions), *(b for _, b in moves))
    ends = dict.fromkeys((*_leaving(active, wanted), *(key for key, _ in moves)))
    command = bpmn.Modify(tuple(ends), begins, _reason(wanted.operation_reference))
    if values := _for_instance(given):
        instances.advance(session, instance_id, bpmn.SetVariables(values), by=by)
    running.modify(session, instance_id, command, by=by)
    who = By(caller.user.name, by.now)
    audit.record(session, case_id, "verschoben", f"vorgang {instance_id}", by=who)


def _reason(reference: int | None) -> str:
    return BY_API if reference is None else f"{BY_API} (Bezug {reference})"


def _variable_instructions(wanted: Modification) -> list[VariableInstruction]:
    begun = [each for begin in wanted.activate_instructions for each in begin.variable_instructions]
    moved = [each for move in wanted.move_instructions for each in move.variable_instructions]
    return [*begun, *moved]


def _require_own_values(row: Instance, given: Iterable[VariableInstruction]) -> None:
    """Raise unless the caller may write what the instructions give."""
    values = [each.variables for each in given]
    if values and row.mandant_id != unattached.MANDANT_ID:
        raise NotAllowed(FOREIGN_VALUES)
    if any(protection.has_reference(each) for each in values):
        raise Invalid(FOREIGN_REFERENCE)


def _for_instance(given: Iterable[VariableInstruction]) -> dict[str, object]:
    found: dict[str, object] = {}
    for each in given:
        found |= {} if each.scope_id else _received(each.variables)
    return found


def _activation(wanted: ActivateInstruction) -> bpmn.Activation:
    scope = wanted.ancestor_element_instance_key
    return _begin(wanted.element_id, scope, wanted.variable_instructions)


def _moves(
    wanted: MoveInstruction, active: Iterable[ActiveElement]
) -> Iterator[tuple[int, bpmn.Activation]]:
    """Yield what ends and what begins instead, for each token that moves."""
    source, ancestor = wanted.source_element_instruction, wanted.ancestor_scope_instruction
    named = (source.source_element_instance_key, source.source_element_id)
    for token in _tokens(active, *named):
        scope = None
        if ancestor is not None and ancestor.ancestor_scope_type == "direct":
            scope = ancestor.ancestor_element_instance_key
        elif ancestor is not None and ancestor.ancestor_scope_type == "sourceParent":
            scope = token.scope_key
        begin = _begin(wanted.target_element_id, scope, wanted.variable_instructions)
        yield token.key, begin


def _begin(
    element_id: str, scope: int | None, given: Iterable[VariableInstruction]
) -> bpmn.Activation:
    """Return what begins, with the values for it and for what is around it."""
    values: dict[str, dict[str, object]] = {}
    for each in given:
        if each.scope_id:
            values.setdefault(each.scope_id, {}).update(_received(each.variables))
    return bpmn.Activation(element_id, scope, values.pop(element_id, {}), values)


def _received(given: Mapping[str, object]) -> dict[str, object]:
    # Nothing from outside moves an instance to another case.
    return {name: feel.received(given[name]) for name in given if name != "fall_id"}


def _leaving(active: Iterable[ActiveElement], wanted: Modification) -> Iterator[int]:
    for each in wanted.terminate_instructions:
        if each.element_instance_key is not None and each.element_id is None:
            yield each.element_instance_key
        else:
            named = (each.element_instance_key, each.element_id)
            yield from (token.key for token in _tokens(active, *named))


def _tokens(
    active: Iterable[ActiveElement], key: int | None, element_id: str | None
) -> list[ActiveElement]:
    """Return the running elements that are meant; raises Invalid where none is."""
    if (element_id is None) == (key is None):
        raise Invalid(ONE_OF)
    found = [token for token in active if key == token.key or element_id == token.element_id]
    if not found:
        raise Invalid(f"„{element_id or key}“ läuft in diesem Vorgang nicht.")
    return found
