"""Process instances: begun and ended."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from engine import bpmn, clock, definitions, running
from engine import instances as engine_instances
from engine.casefile import cases, protection
from engine.definitions import LoadedDefinition
from engine.errors import DefinitionNotFound, Invalid, NotAllowed
from engine.instances import Advance
from engine.model.deployment import Definition
from engine.model.instance import Instance
from engine.organisation import unattached
from engine.organisation.accounts import User
from engine.organisation.clients import Scope
from web import starting, steps
from web.api import awaiting
from web.api.definitions import get
from web.api.instances import require_operated
from web.api.operations import Call, Section
from web.api.user_task_commands import FOREIGN_REFERENCE, checked
from web.api.wire import TENANT, Key, Sent, Shown, ShownKey, Tenant, Variables
from web.database import session

section = Section("Vorgänge")

MOST_TAGS = 10
#: What the history says about an instance that was ended over the API.
BY_API = "über die Schnittstelle beendet"

ONLY_AS_OFFERED = "In den Fällen eines Mandanten beginnt ein Vorgang nur an einem seiner Anfänge."

Tag = Annotated[str, Field(min_length=1, max_length=100)]


class StartInstruction(Sent):
    """Where an instance begins instead of at its start event."""

    element_id: str


class RuntimeInstruction(Sent):
    """What happens to an instance later: it ends after an element."""

    type: Literal["TERMINATE_PROCESS_INSTANCE"] = "TERMINATE_PROCESS_INSTANCE"
    after_element_id: str


class Creation(Sent):
    """What is to begin: a version by its key, or a process by its id and perhaps its version."""

    process_definition_key: Key | None = None
    process_definition_id: str | None = None
    process_definition_version: int | None = None
    variables: Variables | None = None
    start_instructions: Annotated[list[StartInstruction] | None, Field(max_length=100)] = None
    runtime_instructions: Annotated[list[RuntimeInstruction] | None, Field(max_length=100)] = None
    await_completion: bool = False
    fetch_variables: Annotated[list[str] | None, Field(max_length=1_000)] = None
    request_timeout: Annotated[int | None, Field(ge=-(2**62), le=2**62)] = None
    tags: Annotated[list[Tag] | None, Field(max_length=MOST_TAGS)] = None
    business_id: Annotated[str | None, Field(max_length=256)] = None
    operation_reference: int | None = None
    tenant_id: Tenant = None

    @model_validator(mode="after")
    def _names_one(self) -> Creation:
        if (self.process_definition_key is None) == (self.process_definition_id is None):
            raise ValueError("Bitte processDefinitionKey oder processDefinitionId angeben.")
        return self


class Created(Shown):
    """What began."""

    process_definition_id: str
    process_definition_key: ShownKey
    process_definition_version: int
    process_instance_key: ShownKey
    variables: Variables
    tags: list[str]
    business_id: str | None
    tenant_id: str = TENANT


class Cancellation(Sent):
    """An instance is to end."""

    operation_reference: int | None = None


@section.operation(
    "POST",
    "/process-instances",
    scope=Scope.INSTANCES,
    body=Creation,
    body_required=True,
    answers={200: Created},
    problems={404, 409, 504},
)
def create_process_instance(call: Call[Creation]) -> Created:
    """Beginnt einen Vorgang; auf Wunsch wird gewartet, bis er fertig ist."""
    wanted, values = call.body, dict[str, Any]()
    if protection.has_reference(wanted.variables or {}):
        raise Invalid(FOREIGN_REFERENCE)
    definition = _definition(session(), wanted)
    is_free = call.caller.is_operator or call.caller.mandant_id == unattached.MANDANT_ID
    begin = partial(_begin_freely if is_free else _begin_as_offered, call, definition)
    if wanted.await_completion:
        key = awaiting.completed(begin, awaiting.seconds(wanted.request_timeout))
        values = awaiting.results(call.caller, key, wanted.fetch_variables)
    else:
        key = begin()
    return Created(
        process_definition_id=definition.process_id,
        process_definition_key=definition.id,
        process_definition_version=definition.version,
        process_instance_key=key,
        variables=values,
        tags=wanted.tags or [],
        business_id=wanted.business_id,
    )


def _begin_freely(call: Call[Creation], definition: LoadedDefinition) -> int:
    """Begin an instance of no Mandant with any variables."""
    wanted, begun = call.body, list[int]()

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        case_id = cases.create(database, unattached.ensure(database), now=by.now)
        command = _command(definition, wanted)
        begun[:] = [engine_instances.start(database, definition, command, case_id=case_id, by=by)]
        _label(database, begun[0], wanted)
        return by

    steps.take(step)
    return begun[0]


def _begin_as_offered(call: Call[Creation], definition: LoadedDefinition) -> int:
    """Begin what the page offers to the caller's groups, with the fields of its form."""
    wanted, user, begun = call.body, call.caller.user, list[int]()
    offer = _offer(session(), definition, wanted, user)
    form, given = starting.form_of(session(), offer, user), wanted.variables or {}
    if form is None and given:
        raise Invalid("Dieser Vorgang beginnt ohne Angaben (variables).")
    values = forms.as_variables(form.form, checked(form, given)) if form else {}

    def step(database: Session) -> Advance:
        _, key, by = starting.begin(database, offer, values, user)
        begun[:] = [key]
        _label(database, key, wanted)
        return by

    steps.take(step)
    return begun[0]


def _offer(
    database: Session, definition: LoadedDefinition, wanted: Creation, user: User
) -> starting.Offer:
    start = _start(wanted)
    found = [
        offer
        for offer in starting.offers(database, user)
        if offer.definition.id == definition.id and start in (None, offer.start.id)
    ]
    if not found:
        raise NotAllowed("Diesen Vorgang dürfen Ihre Gruppen so nicht beginnen.")
    if len(found) > 1:
        raise Invalid("Bitte nennen Sie in startInstructions, an welcher Stelle er beginnt.")
    return found[0]


def _definition(database: Session, wanted: Creation) -> LoadedDefinition:
    if wanted.process_definition_key is not None:
        return definitions.load(database, get(database, wanted.process_definition_key).id)
    named = select(Definition.id).where(
        Definition.process_id == wanted.process_definition_id, definitions.PRESENT
    )
    if wanted.process_definition_version not in (None, -1):
        named = named.where(Definition.version == wanted.process_definition_version)
    key = database.scalar(named.order_by(Definition.version.desc()).limit(1))
    if key is None:
        raise DefinitionNotFound
    return definitions.load(database, key)


def _start(wanted: Creation) -> str | None:
    given = wanted.start_instructions or []
    if len(given) > 1 or wanted.runtime_instructions:
        raise NotAllowed(ONLY_AS_OFFERED)
    return given[0].element_id if given else None


def _command(definition: LoadedDefinition, wanted: Creation) -> bpmn.Start:
    """Return how an instance of no Mandant begins: anywhere."""
    named = [each.element_id for each in wanted.start_instructions or []]
    later = [each.after_element_id for each in wanted.runtime_instructions or []]
    starts = {each.id for each in definition.process.starts}
    at_start = named[0] if len(named) == 1 and named[0] in starts else None
    return bpmn.Start(
        at_start,
        wanted.variables or {},
        inside=() if at_start else tuple(named),
        ends_after=frozenset(later),
    )


def _label(database: Session, instance_id: int, wanted: Creation) -> None:
    if wanted.tags or wanted.business_id:
        row = database.get_one(Instance, instance_id)
        row.tags, row.business_id = wanted.tags, wanted.business_id


@section.operation(
    "POST",
    "/process-instances/<key:process_instance_key>/cancellation",
    scope=Scope.INSTANCES,
    body=Cancellation,
    problems={404, 409},
)
def cancel_process_instance(call: Call[Cancellation], process_instance_key: int) -> None:
    """Beendet einen laufenden Vorgang mit allem, was er aufgerufen hat."""
    require_operated(session(), call.caller, process_instance_key)

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        running.end(database, process_instance_key, BY_API, by=by)
        return by

    steps.take(step)
