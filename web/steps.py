"""One step that a person caused: one transaction, then the alarm is set for what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from flask import current_app, flash
from sqlalchemy.orm import Session

from engine import clock
from engine.casefile import audit
from engine.casefile.audit import By
from engine.definitions import LoadedDefinition
from engine.instances import Advance
from engine.model.instance import Instance
from web import arrivals, visibility
from web.database import session, write
from web.guard import current_account
from web.scheduler import Alarm

#: Letters and mails of a step go out this soon after it.
SOON = timedelta(milliseconds=500)

STUCK = (
    "Ihre Angaben sind gespeichert. Lotse kommt an dieser Stelle aber gerade nicht weiter: Der "
    "Betrieb sieht den Vorfall und behebt die Ursache. Sie müssen nichts noch einmal eingeben."
)


def take(step: Callable[[Session], Advance]) -> Advance:
    """Run a step, commit it once, and wake the loop for its letters and earliest timer."""
    by = write(step)
    arrivals.of_application().tell(by)
    alarm: Alarm | None = current_app.extensions.get("alarm")
    if alarm is not None:
        soon = clock.now() + SOON
        alarm.wake_at(min(by.wake_at, soon) if by.wake_at else soon)
    return by


def wake() -> None:
    """Wake the loop now: the clock was moved, or there are new starts by time."""
    alarm: Alarm | None = current_app.extensions.get("alarm")
    if alarm is not None:
        alarm.wake_at(clock.now())


def note(database: Session, case_id: int, action: str, subject: str) -> None:
    """Write into the case's log what the person does, in the same transaction as the deed."""
    by = By(current_account().name, clock.now())
    audit.record(database, case_id, action, subject, by=by)


def tell(by: Advance, done: str) -> None:
    """Say on the next page what was done, whether it ended the procedure, and if one got stuck.

    What ended elsewhere through a message is the business of those who work there.
    """
    flash(done, "success")
    for instance_id, definition, ends in by.ended:
        if instance_id == by.moved[0]:
            named = _ends(instance_id, definition, ends)
            flash(f"Damit ist „{definition.name}“ abgeschlossen{named}.", "info")
    if by.got_stuck:
        flash(STUCK, "warning")


def _ends(instance_id: int, definition: LoadedDefinition, ends: Iterable[str]) -> str:
    """Name the end that was reached, as far as the person may know it."""
    elements, user, database = definition.process.elements, current_account(), session()
    case_id = database.get_one(Instance, instance_id).case_id
    course = visibility.courses(database, case_id)[instance_id]
    names = [elements[e].name for e in ends if visibility.may_see_step(course, e, user)]
    return f": {', '.join(names)}" if names else ""
