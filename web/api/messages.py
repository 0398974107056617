"""Messages: published to what waits for them or kept for it, or correlated at once.

They reach what belongs to no Mandant. In the cases of a Mandant messages come from the procedure
itself and from the buttons of the case page, which ask for exactly what an event needs.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from engine import clock, messages
from engine.casefile import protection
from engine.errors import Invalid, NotAllowed
from engine.handlers import OutgoingMessage
from engine.ids import ids
from engine.instances import Advance, Letter
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web import steps
from web.api.operations import Call, Section
from web.api.user_task_commands import FOREIGN_REFERENCE
from web.api.wire import TENANT, Sent, Shown, ShownKey, Tenant, Variables
from web.api.workers import span

section = Section("Nachrichten")

#: The variable that names an instance's case; nothing from outside may say which one that is.
CASE = "fall_id"

Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=200)]
#: Nothing is kept for longer than a year: as long as a number is remembered.
LifeTime = Annotated[int, Field(ge=0, le=365 * 24 * 60 * 60 * 1000)]


class Correlation(Sent):
    """A message for what waits for it now."""

    name: Name
    correlation_key: Text = ""
    variables: Variables | None = None
    business_id: Annotated[str | None, Field(max_length=256)] = None
    tenant_id: Tenant = None


class Publication(Correlation):
    """A message for what waits for it now or soon."""

    time_to_live: LifeTime = 0
    message_id: Text | None = None


class Published(Shown):
    """A message that was delivered, kept, or given up because nobody waits."""

    message_key: ShownKey
    tenant_id: str = TENANT


class Correlated(Published):
    """A message that was delivered, and the first instance that it reached."""

    process_instance_key: ShownKey


@section.operation(
    "POST",
    "/messages/publication",
    scope=Scope.MESSAGES,
    body=Publication,
    body_required=True,
    answers={200: Published},
    problems={409},
)
def publish_message(call: Call[Publication]) -> Published:
    """Gibt eine Nachricht an das, was auf sie wartet, oder hebt sie eine Zeit lang dafür auf."""
    _require_unattached(call)

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        messages.send(database, _letter(database, call.body), by=by)
        return by

    steps.take(step)
    return Published(message_key=ids.take())


@section.operation(
    "POST",
    "/messages/correlation",
    scope=Scope.MESSAGES,
    body=Correlation,
    body_required=True,
    answers={200: Correlated},
    problems={404, 409},
)
def correlate_message(call: Call[Correlation]) -> Correlated:
    """Gibt eine Nachricht sofort an das, was auf sie wartet; aufgehoben wird sie nicht."""
    _require_unattached(call)

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        messages.correlate(database, _letter(database, call.body), by=by)
        return by

    by = steps.take(step)
    return Correlated(message_key=ids.take(), process_instance_key=by.moved[0])


def _require_unattached(call: Call[Correlation] | Call[Publication]) -> None:
    if call.body.business_id is not None:
        raise Invalid("Nachrichten gehen nach correlationKey, nicht nach businessId.")
    if protection.has_reference(call.body.variables or {}):
        raise Invalid(FOREIGN_REFERENCE)
    if call.caller.mandant_id != unattached.MANDANT_ID:
        # It could reach, or be kept for, a case that the sender's groups may not see.
        raise NotAllowed("In den Fällen eines Mandanten kommen Nachrichten nur aus dem Verfahren.")


def _letter(database: Session, sent: Correlation) -> Letter:
    """Return the message; what it says about the case is dropped, as with every message."""
    given = sent.variables or {}
    mandant_id = unattached.ensure(database)
    lifetime, number = 0, None
    if isinstance(sent, Publication):
        lifetime, number = sent.time_to_live, sent.message_id
    return Letter(
        message=OutgoingMessage(
            name=sent.name,
            correlation=sent.correlation_key,
            variables={name: given[name] for name in given if name != CASE},
            ttl=span(lifetime),
        ),
        case_id=None,
        mandant_id=mandant_id,
        # Numbers of several Mandanten have nothing to do with each other.
        message_id=f"{mandant_id}/{number}" if number else None,
    )
