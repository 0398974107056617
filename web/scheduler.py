"""Wakes the loop when the next moment is due. The timer table is the truth, not the scheduler.

APScheduler holds a single job in memory: an alarm clock set to the earliest due moment. What is
due is then fired one by one, each in a transaction of its own; what breaks becomes an incident
and does not hold up the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy.orm import Session

from engine import batches as due_batches
from engine import clock, messages, outbox, timers
from engine.casefile import evaluations, unattached_documents
from web import arrivals, batches
from web.database import db, write

log = logging.getLogger("lotse.scheduler")

#: The loop looks at the table at least this often, should a wake-up have been missed.
LONGEST_SLEEP = timedelta(seconds=30)
#: Due items that one round takes before it looks at the clock again.
ROUND = 200
#: What came due while working is taken along, but not for ever: the next wake-up goes on.
MOST_ROUNDS = 50


class Alarm:
    """The one wake-up job of a running server."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = Lock()
        self._next: datetime | None = None
        self._ringing = False
        self._stopped = False
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Catch up on what came due while the server was off, then wait for the next moment."""
        self._scheduler.start()
        self.wake_at(clock.now())

    def stop(self) -> None:
        """Let a running round finish and wake no more.

        The scheduler waits for the round while it holds its own locks: a round that then set the
        alarm again would wait for it in turn, for ever.
        """
        with self._lock:
            self._stopped = True
        self._scheduler.shutdown(wait=True)

    def wake_at(self, moment: datetime) -> None:
        """Wake no later than at this moment; called after a commit that set an earlier timer."""
        with self._lock:
            if self._next is None or moment < self._next:
                self._set(moment)

    def _set(self, moment: datetime) -> None:
        """Set the alarm; the clock may be pinned, so the pause is measured, not the date.

        While a round runs the moment is only remembered: the scheduler starts no second one, and
        would forget it.
        """
        self._next = moment
        if self._ringing or self._stopped:
            return
        pause = max(moment - clock.now(), timedelta())
        run_date = clock.wall() + min(pause, LONGEST_SLEEP)
        self._scheduler.add_job(
            self._round, "date", run_date=run_date, id="alarm", replace_existing=True
        )

    def _round(self) -> None:
        """Do what is due and set the alarm again, whatever happens in between."""
        with self._lock:
            self._next, self._ringing = None, True
        following: datetime | None = None
        try:
            with self._app.app_context():
                tick()
                following = next_wake()
        except Exception as error:  # noqa: BLE001 - an alarm that is not set again rings no more
            log.error("round: %s", type(error).__name__)
        self._go_on(following or clock.now() + LONGEST_SLEEP)

    def _go_on(self, following: datetime) -> None:
        """Set the alarm after a round, also for what was asked for meanwhile."""
        with self._lock:
            self._ringing = False
            self._set(min(following, self._next or following))


def tick(told: Callable[[int], None] = lambda _done: None) -> int:
    """Do everything that is due now, once, and return how many items that were.

    `told` hears after each round how many more are done.
    """
    done = 0
    for _ in range(MOST_ROUNDS):
        batch = _fire_due_timers() + _dispatch_outbox() + batches.work_off(ROUND)
        done += batch
        told(batch)
        if not batch:
            break
    write(_forget_expired)
    return done


def _forget_expired(session: Session) -> None:
    messages.forget_expired(session, now=clock.now())
    unattached_documents.forget_expired(session, now=clock.now())
    evaluations.forget_old(session, now=clock.now())


def count_due() -> int:
    """Return how many items are due now."""
    session = db.session()
    due = timers.count_due(session, now=clock.now()) + outbox.count_due(session, now=clock.now())
    due += due_batches.count_due(session)
    session.rollback()
    return due


def next_wake() -> datetime | None:
    """Return the earliest moment at which something is due."""
    session = db.session()
    items = clock.now() if due_batches.count_due(session) else None
    moments = (timers.next_wake(session), outbox.next_wake(session), items)
    session.rollback()
    return min((moment for moment in moments if moment is not None), default=None)


def _fire_due_timers() -> int:
    due = timers.due(db.session(), now=clock.now(), limit=ROUND)
    for timer_id in due:
        _fire(timer_id)
    return len(due)


def _fire(timer_id: int) -> None:
    try:
        by = write(lambda session: timers.fire(session, timer_id, now=clock.now()))
        arrivals.of_application().tell(by)
    except Exception as error:  # noqa: BLE001 - one broken timer must not stop the others
        log.error("timer %s: %s", timer_id, type(error).__name__)
        write(lambda session: timers.postpone(session, timer_id, now=clock.now()))


def _dispatch_outbox() -> int:
    due = outbox.due(db.session(), now=clock.now(), limit=ROUND)
    for entry_id in due:
        _dispatch(entry_id)
    return len(due)


def _dispatch(entry_id: int) -> None:
    try:
        outbox.dispatch(write, entry_id, delivery=outbox.Delivery(), now=clock.now())
    except Exception as error:  # noqa: BLE001 - one broken entry must not stop the others
        log.error("outbox %s: %s", entry_id, type(error).__name__)
        write(lambda session: outbox.put_off(session, entry_id, now=clock.now()))
