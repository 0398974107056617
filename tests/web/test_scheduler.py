"""The alarm wakes for the next moment, and a round does each due thing once, whatever breaks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy import event, func, select, update

from engine import bpmn, clock, definitions, deployment, instances
from engine.casefile import cases
from engine.deployment import Folder
from engine.instances import Advance
from engine.model.history import HistoryRow
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.outbox import OutboxEntry
from engine.model.timer import Timer
from tests.engine.bpmn.drawing import catch, chain, diagram, start, timer, user
from web import scheduler
from web.database import db, write
from web.scheduler import LONGEST_SLEEP, Alarm

MONDAY = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
WAITS = diagram(
    start(),
    catch("frist", timer("timeDuration", "= dauer")),
    user("z"),
    chain("start", "frist", "z"),
)


@pytest.fixture
def office(app):
    """The application on a pinned clock with a process that waits."""
    clock.pin(MONDAY)
    with app.app_context():
        folder = Folder("p", {"p.bpmn": WAITS})
        write(lambda session: deployment.deploy(session, folder, now=MONDAY))
        yield app
        db.session.rollback()


def begin(duration="P1D"):
    """Start an instance that waits this long; return its number."""

    def work(session):
        by = Advance(account=None, now=clock.now())
        case_id = cases.create(session, "goe", now=clock.now())
        command = bpmn.Start(None, {"dauer": duration})
        definition = definitions.latest(session, "p")
        return instances.start(session, definition, command, case_id=case_id, by=by)

    return write(work)


def travel(**distance):
    clock.pin(clock.now() + timedelta(**distance))


def fired():
    """Return the instances whose timer has fired, once for each time, in that order."""
    db.session.rollback()
    begun = (HistoryRow.element_id == "z", HistoryRow.kind == "entered")
    query = select(HistoryRow.instance_id).where(*begun)
    return list(db.session.scalars(query.order_by(HistoryRow.id)))


def count(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def break_instance(number):
    broken = update(Instance).where(Instance.id == number).values(snapshot=b'{"format": 0}')
    write(lambda session: session.execute(broken))


def order_mail(**values):
    """Put a mail into the outbox that belongs to no transmission."""
    row = OutboxEntry(kind="mail", key=f"mail-{count(OutboxEntry)}", payload={"id": 1}, **values)
    write(lambda session: session.add(row))


def test_a_tick_fires_what_is_due(office):
    begin()
    assert scheduler.tick() == 0
    travel(days=1)
    assert scheduler.tick() == 1
    assert scheduler.tick() == 0


def test_a_tick_catches_up_in_the_order_of_the_moments(office):
    late, early = begin("P3D"), begin("P2D")
    travel(days=40)
    assert scheduler.tick() == 2
    assert fired() == [early, late]


def test_a_broken_timer_becomes_an_incident_and_blocks_nobody(office):
    broken, sound = begin("PT1H"), begin("PT2H")
    break_instance(broken)
    travel(days=1)
    scheduler.tick()
    assert fired() == [sound]
    assert count(Incident) == 1
    (left,) = db.session.scalars(select(Timer))
    assert left.wake_at == clock.now() + timedelta(minutes=1)


def test_a_broken_timer_is_tried_again_and_fires_when_it_was_mended(office):
    broken = begin("PT1H")
    snapshot = db.session.scalar(select(Instance.snapshot))
    break_instance(broken)
    travel(days=1)
    scheduler.tick()
    mended = update(Instance).where(Instance.id == broken).values(snapshot=snapshot)
    write(lambda session: session.execute(mended))
    travel(minutes=1)
    scheduler.tick()
    assert fired() == [broken]
    assert db.session.scalar(select(Incident.resolved_at)) == clock.now()


def test_a_broken_outbox_entry_is_put_off_and_blocks_nobody(office):
    order_mail(due_at=MONDAY, case_id=None)
    write(lambda session: session.execute(update(OutboxEntry).values(kind="unbekannt")))
    begin("PT1H")
    travel(hours=1)
    scheduler.tick()
    assert len(fired()) == 1
    entry = db.session.scalars(select(OutboxEntry)).one()
    assert (entry.state, entry.attempts) == ("open", 1)
    assert entry.due_at > clock.now()


def test_two_ticks_at_the_same_time_fire_once(office):
    numbers = {begin() for _ in range(6)}
    travel(days=1)
    barrier = Barrier(2)

    def run(_):
        with office.app_context():
            barrier.wait()
            return scheduler.tick()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, range(2)))
    assert sorted(fired()) == sorted(numbers)


def test_next_wake_is_the_earliest_of_timers_and_outbox(office):
    assert scheduler.next_wake() is None
    begin("PT3H")
    assert scheduler.next_wake() == MONDAY + timedelta(hours=3)
    order_mail(due_at=MONDAY + timedelta(hours=1), case_id=None)
    assert scheduler.next_wake() == MONDAY + timedelta(hours=1)


# --- the alarm ----------------------------------------------------------------------------------


@pytest.fixture
def alarm(office):
    """An alarm that is set like every other, but never rings by itself."""
    alarm = Alarm(office)
    alarm._scheduler.start(paused=True)
    yield alarm
    alarm.stop()


def set_to(alarm):
    """Return in how many seconds the alarm rings."""
    (job,) = alarm._scheduler.get_jobs()
    return (job.trigger.run_date - clock.wall()).total_seconds()


def test_the_alarm_is_set_to_the_earliest_moment(alarm):
    alarm.wake_at(MONDAY + timedelta(seconds=20))
    alarm.wake_at(MONDAY + timedelta(seconds=10))
    alarm.wake_at(MONDAY + timedelta(seconds=15))
    assert set_to(alarm) == pytest.approx(10, abs=1)


def test_the_alarm_rings_at_once_for_what_is_overdue(alarm):
    alarm.wake_at(MONDAY - timedelta(days=3))
    assert set_to(alarm) == pytest.approx(0, abs=1)


def test_the_alarm_never_sleeps_for_long(alarm):
    alarm.wake_at(MONDAY + timedelta(days=300))
    assert set_to(alarm) == pytest.approx(LONGEST_SLEEP.total_seconds(), abs=1)


def test_a_round_does_what_is_due_and_sets_the_alarm_again(alarm):
    begin("PT1H")
    begin("PT1H10S")
    travel(hours=1)
    alarm._round()
    assert len(fired()) == 1
    assert set_to(alarm) == pytest.approx(10, abs=1)


def test_a_wake_up_during_a_round_is_made_up_for(alarm, monkeypatch):
    def tick():
        alarm.wake_at(clock.now() + timedelta(seconds=1))
        travel(seconds=5)  # the round takes longer than that
        return 0

    monkeypatch.setattr(scheduler, "tick", tick)
    alarm._round()
    assert set_to(alarm) == pytest.approx(0, abs=1)


def test_a_round_that_breaks_sets_the_alarm_again(alarm):
    with alarm._app.app_context():
        Timer.__table__.drop(db.engine)
    alarm._round()
    assert set_to(alarm) == pytest.approx(LONGEST_SLEEP.total_seconds(), abs=1)


def test_stopping_waits_for_a_round_that_then_sets_the_alarm(office, monkeypatch):
    entered = Event()

    def tick():
        entered.set()
        while alarm._scheduler.running:  # until the scheduler has begun to stop
            pass
        return 0

    monkeypatch.setattr(scheduler, "tick", tick)
    alarm = Alarm(office)
    alarm.start()
    assert entered.wait(60)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(alarm.stop).result(60)


def test_a_running_alarm_fires_by_itself(office):
    begin("PT1H")
    travel(hours=1)
    committed = Event()
    event.listen(db.engine, "commit", lambda _: committed.set())
    alarm = Alarm(office)
    alarm.start()
    try:
        while not fired():
            assert committed.wait(60)
            committed.clear()
    finally:
        alarm.stop()
    assert len(fired()) == 1
