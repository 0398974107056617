"""Messages: published to what waits for them or kept for it, or correlated at once.

Without a Mandant they reach whatever waits. In the cases of a Mandant a message is what a button of
the case page is: who may press it may send it, with what its form asks for, and nothing is kept.
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
from engine.messages import NotAwaited, SentBefore
from engine.organisation import unattached
from engine.organisation.accounts import User
from engine.organisation.clients import Scope
from forms import Submission
from web import case_events, steps
from web.api.operations import Call, Section
from web.api.user_task_commands import FOREIGN_REFERENCE, checked
from web.api.wire import TENANT, Sent, Shown, ShownKey, Tenant, Variables
from web.api.workers import span
from web.database import session

section = Section("Nachrichten")

NOTHING_KEPT = "In den Fällen eines Mandanten wird keine Nachricht aufgehoben (timeToLive: 0)."
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
    _require_sound(call.body)
    if call.caller.mandant_id != unattached.MANDANT_ID:
        if call.body.time_to_live:
            raise NotAllowed(NOTHING_KEPT)
        _enter(call.caller.user, call.body, call.body.message_id)
        return Published(message_key=ids.take())

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
    _require_sound(call.body)
    if call.caller.mandant_id != unattached.MANDANT_ID:
        key = _enter(call.caller.user, call.body, None)
        if key is None:
            raise NotAwaited
        return Correlated(message_key=ids.take(), process_instance_key=key)

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        messages.correlate(database, _letter(database, call.body), by=by)
        return by

    by = steps.take(step)
    return Correlated(message_key=ids.take(), process_instance_key=by.moved[0])


def _require_sound(sent: Correlation) -> None:
    if sent.business_id is not None:
        raise Invalid("Nachrichten gehen nach correlationKey, nicht nach businessId.")
    if protection.has_reference(sent.variables or {}):
        raise Invalid(FOREIGN_REFERENCE)


def _enter(user: User, sent: Correlation, number: str | None) -> int | None:
    """Enter the event that a message stands for, as its button would; return the instance.

    Of several the first is meant. Where none is in reach it answers as if nobody waited.
    """
    event = next(case_events.awaited(session(), sent.name, sent.correlation_key, user), None)
    if event is None:
        return None
    given = sent.variables or {}
    if event.form is None and given:
        raise Invalid("Dieses Ereignis nimmt keine Angaben (variables).")
    values = checked(event.form, given) if event.form else {}
    enter = case_events.entering(event, values, Submission({}), user)

    def step(database: Session) -> Advance:
        key = (sent.name, sent.correlation_key, f"{user.mandant_id}/{number}")
        if number and not messages.take_number(database, key, clock.now()):
            raise SentBefore
        return enter(database)

    steps.take(step)
    return event.button.instance_id


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
