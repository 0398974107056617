"""Signals: told to everybody who waits for their name, among what belongs to no Mandant."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import clock, feel, instances
from engine.casefile import protection
from engine.errors import Invalid, NotAllowed
from engine.ids import ids
from engine.instances import Advance, Signal
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web import steps
from web.api.operations import Call, Section
from web.api.wire import TENANT, Sent, Shown, ShownKey, Tenant, Variables
from web.api.workers import Name

section = Section("Nachrichten")


class Broadcast(Sent):
    """A signal that is to be told."""

    signal_name: Name
    variables: Variables | None = None
    tenant_id: Tenant = None


class Told(Shown):
    """A signal that was told."""

    signal_key: ShownKey
    tenant_id: str = TENANT


@section.operation(
    "POST",
    "/signals/broadcast",
    scope=Scope.MESSAGES,
    body=Broadcast,
    body_required=True,
    answers={200: Told},
    problems={404, 409},
)
def broadcast_signal(call: Call[Broadcast]) -> Told:
    """Sendet ein Signal an alles, was darauf wartet und zu keinem Mandanten gehört."""
    told, given = call.body, call.body.variables or {}
    if protection.has_reference(given):
        raise Invalid("Auf geschützte Angaben darf niemand von außen verweisen.")
    if call.caller.mandant_id != unattached.MANDANT_ID:
        # A signal reaches a whole office, also those whose cases the caller's groups may not see.
        raise NotAllowed("Signale an Vorgänge eines Mandanten sendet nur das Verfahren selbst.")
    variables: dict[str, object] = {name: feel.received(value) for name, value in given.items()}
    keys: list[int] = []

    def step(database: Session) -> Advance:
        by = Advance(account=call.caller.user.name, now=clock.now())
        signal = Signal(
            name=told.signal_name,
            variables=variables,
            case_id=None,
            mandant_id=unattached.ensure(database),
        )
        instances.broadcast(database, signal, by=by)
        keys[:] = [ids.take()]
        return by

    steps.take(step)
    return Told(signal_key=keys[0])
