"""Publishes messages from outside an instance: buttons of the case page, other systems, tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select
from sqlalchemy.orm import Session

from engine import bpmn, definitions, feel, instances
from engine.errors import Conflict, NobodyWaits, NotFound
from engine.instances import Advance, Letter
from engine.model.deployment import Definition, Deployment
from engine.model.instance import Instance
from engine.model.message import BufferedMessage, Subscription, TakenMessage

#: How long a message's number is remembered, so that a repetition is recognised.
REMEMBERED = timedelta(days=365)


class SentBefore(Conflict):
    """Eine Nachricht mit dieser Kennung gibt es schon. Sie zählt einmal."""


class NotAwaited(NotFound):
    """Auf diese Nachricht wartet gerade nichts, was Sie erreichen dürfen."""


def publish(session: Session, letter: Letter, *, by: Advance) -> bool:
    """Bring a message to whoever waits for it; return False if it was kept for later.

    A message id that the sender used before for the same name and key is ignored (True), also
    after the first one was delivered. Of two at the same time one is rolled back and run again.
    """
    if letter.message_id is not None and not _is_new(session, letter, now=by.now):
        return True
    return instances.deliver(session, _received(letter), by=by)


def send(session: Session, letter: Letter, *, by: Advance) -> bool:
    """Publish a message; raise `SentBefore` if its number was used before.

    Return False if nobody waits for it. One that is neither delivered nor kept leaves nothing
    behind, so that its sender may try again under the same number.
    """
    if letter.message_id is not None and not _is_new(session, letter, now=by.now):
        raise SentBefore
    is_taken = instances.deliver(session, _received(letter), by=by)
    if not is_taken and letter.message.ttl == timedelta():
        its = {"name": letter.message.name, "correlation": letter.message.correlation}
        session.execute(delete(TakenMessage).filter_by(**its, message_id=letter.message_id))
    return is_taken


def correlate(session: Session, letter: Letter, *, by: Advance) -> None:
    """Bring a message to whoever waits for it now; raise `NotAwaited`. It is never kept."""
    passing = replace(letter, message=replace(letter.message, ttl=timedelta()))
    if not instances.deliver(session, _received(passing), by=by):
        raise NotAwaited


def _received(letter: Letter) -> Letter:
    variables: Any = feel.received(letter.message.variables)
    return replace(letter, message=replace(letter.message, variables=variables))


def _is_new(session: Session, letter: Letter, *, now: datetime) -> bool:
    message = letter.message
    return take_number(session, (message.name, message.correlation, letter.message_id or ""), now)


def take_number(session: Session, key: tuple[str, str, str], now: datetime) -> bool:
    """Note a sender's number (name, correlation, number); False if it was noted before."""
    row = dict(zip(("name", "correlation", "message_id"), key, strict=True))
    if session.scalar(select(TakenMessage.taken_at).filter_by(**row)) is not None:
        return False
    session.execute(insert(TakenMessage).values(**row, taken_at=now))
    return True


@dataclass(frozen=True, kw_only=True)
class Button:
    """A message that a person may send while an element of the case waits for it."""

    subscription_id: int
    instance_id: int
    process_id: str
    element_id: str
    message: str
    label: str
    groups: frozenset[str]
    form_id: str | None


def buttons(session: Session, case_id: int) -> list[Button]:
    """Return the buttons of a case: only events that something waits for right now.

    Where one event waits for several messages, it is offered once, with the first of them.
    """
    query = (
        select(Subscription.id.label("key"), Subscription.instance_id, Subscription.element_id)
        .add_columns(Subscription.message, *definitions.COLUMNS)
        .join(Definition, Subscription.definition_id == Definition.id)
        .join(Deployment, Definition.deployment_id == Deployment.id)
        .join(Instance, Subscription.instance_id == Instance.id)
        .where(Instance.case_id == case_id, Subscription.kind == "message")
        .order_by(Subscription.id)
    )
    found = []
    offered: dict[tuple[int, str], str] = {}
    for row in session.execute(query):
        element = definitions.from_row(session, row).process.elements[row.element_id]
        place = (row.instance_id, row.element_id)
        is_first = not element.alternatives or offered.setdefault(place, row.message) == row.message
        if "knopf" in element.properties and is_first:
            found.append(_button(row, element))
    return found


def press(session: Session, button: Button, values: Mapping[str, Any], *, by: Advance) -> None:
    """Send a button's message to the element that waits for it; raise `NobodyWaits`."""
    if session.get(Subscription, button.subscription_id) is None:
        raise NobodyWaits
    command = bpmn.DeliverMessage(button.subscription_id, values)
    instances.advance(session, button.instance_id, command, by=by)


def _button(row: Row[*tuple[Any, ...]], element: bpmn.Element) -> Button:
    groups = element.properties.get("knopf_gruppen", "")
    return Button(
        subscription_id=row.key,
        instance_id=row.instance_id,
        process_id=row.process_id,
        element_id=element.id,
        message=row.message,
        label=element.properties["knopf"],
        groups=frozenset(name.strip() for name in groups.split(",") if name.strip()),
        form_id=element.properties.get("knopf_formular"),
    )


def kept(session: Session, case_id: int) -> list[BufferedMessage]:
    """Return the messages of a case that nobody has taken yet, oldest first."""
    query = select(BufferedMessage).where(BufferedMessage.case_id == case_id)
    return list(session.scalars(query.order_by(BufferedMessage.id)))


def forget_expired(session: Session, *, now: datetime) -> None:
    """Drop messages whose time to live is over, and numbers that no sender will repeat.

    The number of a message that is still kept is remembered for as long as that.
    """
    session.execute(delete(BufferedMessage).where(BufferedMessage.expires_at <= now))
    is_kept = exists().where(
        BufferedMessage.name == TakenMessage.name,
        BufferedMessage.correlation == TakenMessage.correlation,
        BufferedMessage.message_id == TakenMessage.message_id,
    )
    forgotten = delete(TakenMessage).where(TakenMessage.taken_at <= now - REMEMBERED, ~is_kept)
    session.execute(forgotten.execution_options(synchronize_session=False))
