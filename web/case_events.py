"""What people enter on a case besides its tasks: events that something waits for right now.

The case's page and the API offer, ask for and enter the same through it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from engine import bpmn, clock, definitions, messages
from engine.casefile import access, cases
from engine.errors import NobodyWaits
from engine.instances import Advance
from engine.messages import Button
from engine.model.instance import Instance
from engine.model.message import Subscription
from engine.organisation.accounts import User
from web import filling, steps
from web.filling import Around, Filling


@dataclass(frozen=True)
class Event:
    """A button of a case with the form that it asks for."""

    case_id: int
    button: Button
    form: Filling | None


def offered(database: Session, case_id: int, user: User) -> list[Button]:
    """Return the buttons of a case that one of the person's groups may press."""
    found = messages.buttons(database, case_id)
    return [button for button in found if not button.groups.isdisjoint(user.group_ids)]


def event(database: Session, case_id: int, key: int, user: User) -> Event:
    """Return one of them with its form; raise `CaseNotFound` or `NobodyWaits`."""
    access.require_open_case(database, case_id, user)
    for each in offered(database, case_id, user):
        if each.subscription_id == key:
            return Event(case_id, each, _form(database, case_id, each, user))
    raise NobodyWaits


def awaited(database: Session, name: str, correlation: str, user: User) -> Iterator[Event]:
    """Yield the events of a message that the person could enter on the pages of their cases."""
    query = (
        select(Instance.case_id, Subscription.id)
        .join(Instance, Subscription.instance_id == Instance.id)
        .where(Subscription.message == name, Subscription.correlation == correlation)
        .where(Subscription.kind == "message", Instance.mandant_id == user.mandant_id)
        .order_by(Subscription.id)
    )
    for case_id, key in database.execute(query).all():
        if access.may_see_case(database, case_id, user) and not cases.is_ended(database, case_id):
            found = offered(database, case_id, user)
            own = (each for each in found if each.subscription_id == key)
            yield from (Event(case_id, b, _form(database, case_id, b, user)) for b in own)


def _form(database: Session, case_id: int, pressed: Button, user: User) -> Filling | None:
    if pressed.form_id is None:
        return None
    instance = database.scalars(select(Instance).where(Instance.id == pressed.instance_id)).one()
    definition = definitions.load(database, instance.definition_id)
    around = Around(
        case_id=case_id,
        mandant_id=instance.mandant_id,
        account=user.name,
        variables=bpmn.variables(instance.snapshot, pressed.subscription_id),
    )
    return filling.open_form(database, definition.bundle, pressed.form_id, around=around)


def entering(
    wanted: Event, values: Mapping[str, object], sent: forms.Submission, user: User
) -> Callable[[Session], Advance]:
    """Return the step that stores what is protected and lets the event happen."""
    pressed = wanted.button

    def step(database: Session) -> Advance:
        safe = dict(values)
        if wanted.form is not None:
            safe = filling.protect(database, wanted.form, values, sent, user=user)
        by = Advance(account=user.name, now=clock.now())
        messages.press(database, pressed, safe, by=by)
        steps.note(database, wanted.case_id, "eingetragen", f"ereignis {pressed.subscription_id}")
        return by

    return step
