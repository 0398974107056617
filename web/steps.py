"""One step that a person caused: one transaction, then the alarm is set for what comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import current_app, flash
from sqlalchemy.orm import Session

from engine import clock
from engine.casefile import audit
from engine.casefile.audit import By
from engine.instances import Advance
from web.database import write
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
    alarm: Alarm | None = current_app.extensions.get("alarm")
    if alarm is not None:
        soon = clock.now() + SOON
        alarm.wake_at(min(by.wake_at, soon) if by.wake_at else soon)
    return by


def note(database: Session, case_id: int, action: str, subject: str) -> None:
    """Write into the case's log what the person does, in the same transaction as the deed."""
    by = By(current_account().name, clock.now())
    audit.record(database, case_id, action, subject, by=by)


def tell(by: Advance, done: str) -> None:
    """Say on the next page what was done, and kindly if the procedure got stuck after it."""
    flash(done, "success")
    if by.got_stuck:
        flash(STUCK, "warning")
