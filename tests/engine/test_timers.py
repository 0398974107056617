"""Timers fire once, in the order of their moments; a broken one rests and holds up nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import incidents, timers
from engine.bpmn.snapshot import SnapshotUnreadable
from engine.model.history import HistoryRow
from engine.model.incident import OVERDUE, Incident
from engine.model.instance import Instance
from engine.model.timer import Timer
from tests.engine.bpmn.drawing import boundary, catch, chain, end, flow, start, timer
from tests.engine.office import OPERATOR, task


def after(element_id, duration):
    return catch(element_id, timer("timeDuration", duration))


def deadline(duration, process="p"):
    """A process that waits and then gives a task."""
    shapes = (start(), after("frist", duration), task(f"ut_{process}"))
    return (*shapes, chain("start", "frist", f"ut_{process}"))


@pytest.fixture
def waits(office):
    office.deploy(*deadline("P1D"))
    return office.begin()


def break_instance(office, number):
    """Let an instance's saved state become unreadable."""
    broken = {"snapshot": b'{"format": 0}'}
    office.session.execute(update(Instance).where(Instance.id == number).values(**broken))


def test_a_timer_fires_at_its_moment_and_not_before(office, waits):
    office.travel(hours=23, minutes=59)
    assert office.fire() == 0
    office.travel(minutes=1)
    assert office.fire() == 1
    assert office.open() == ["ut_p"]
    assert office.rows(Timer) == []


def test_a_timer_fires_once(office, session, waits):
    key = office.rows(Timer)[0].id
    office.travel(days=2)
    timers.fire(session, key, now=office.now)
    timers.fire(session, key, now=office.now)
    assert office.open() == ["ut_p"]


def test_a_timer_that_is_not_due_yet_is_left_alone(office, session, waits):
    (row,) = office.rows(Timer)
    timers.fire(session, row.id, now=office.now)
    assert office.open() == []
    assert office.rows(Timer) == [row]


def test_what_came_due_during_downtime_fires_once_each_in_the_order_of_its_moments(office):
    for process, duration in (("c", "P3D"), ("a", "P1D"), ("b", "P2D")):
        office.deploy(*deadline(duration, process), process=process)
        office.begin(process)
    office.travel(days=30)
    assert office.fire() == 3
    assert office.fire() == 0
    fired = [row.element_id for row in office.rows(HistoryRow) if row.element_id.startswith("ut_")]
    assert fired == ["ut_a", "ut_b", "ut_c"]


def test_due_takes_as_many_as_are_asked_for(office, session, waits):
    office.begin()
    office.travel(days=1)
    assert len(timers.due(session, now=office.now, limit=1)) == 1


def test_next_wake_is_the_earliest_moment(office, session, waits):
    office.deploy(*deadline("PT2H", "bald"), process="bald")
    office.begin("bald")
    assert timers.next_wake(session) == office.now + timedelta(hours=2)


def test_next_wake_of_an_empty_table_is_none(session):
    assert timers.next_wake(session) is None


def test_completing_the_task_removes_its_reminder(office):
    shapes = (start(), task("a"), boundary("mahnen", "a", timer("timeDuration", "P1D")))
    office.deploy(*shapes, task("m"), end(), chain("start", "a", "end"), flow("mahnen", "m"))
    office.begin()
    assert len(office.rows(Timer)) == 1
    office.complete("a")
    assert office.rows(Timer) == []


def test_a_cycle_fires_again_and_again_until_it_is_over(office):
    cycle = boundary("mahnen", "a", timer("timeCycle", "R3/P1D"), interrupting=False)
    office.deploy(start(), task("a"), cycle, task("m"), chain("start", "a"), flow("mahnen", "m"))
    office.begin()
    for day in range(1, 4):
        office.travel(days=1)
        assert office.fire() == 1
        assert office.open() == ["a"] + ["m"] * day
    assert office.rows(Timer) == []


def test_a_cycle_makes_up_for_downtime_without_doubling(office):
    cycle = boundary("mahnen", "a", timer("timeCycle", "R3/P1D"), interrupting=False)
    office.deploy(start(), task("a"), cycle, task("m"), chain("start", "a"), flow("mahnen", "m"))
    office.begin()
    office.travel(days=2, hours=1)
    while office.fire():
        pass
    assert office.open() == ["a", "m", "m"]
    (left,) = office.rows(Timer)
    assert left.due_at == office.now + timedelta(hours=23)


# --- what breaks --------------------------------------------------------------------------------


def test_a_broken_instance_raises_so_that_the_round_can_postpone_it(office, session, waits):
    break_instance(office, waits)
    office.travel(days=1)
    (key,) = timers.due(session, now=office.now)
    with pytest.raises(SnapshotUnreadable):
        timers.fire(session, key, now=office.now)


@pytest.fixture
def postponed(office, session, waits):
    """A timer that was due and could not be fired."""
    office.travel(days=1)
    (row,) = office.rows(Timer)
    timers.postpone(session, row.id, now=office.now)
    return row.id


def test_postpone_opens_one_incident_and_waits_longer_each_time(office, session, postponed):
    pauses = []
    for _ in range(12):
        (row,) = office.rows(Timer)
        pauses.append(row.wake_at - office.now)
        office.now = row.wake_at
        timers.postpone(session, postponed, now=office.now)
    assert pauses[:4] == [timedelta(minutes=1) * 2**n for n in range(4)]
    assert pauses[-1] == timedelta(hours=6)
    (incident,) = office.incidents()
    assert (incident.kind, incident.element_id) == (OVERDUE, "frist")


def test_a_postponed_timer_keeps_the_moment_that_the_procedure_says(office, postponed):
    (row,) = office.rows(Timer)
    assert row.due_at == office.now
    assert row.wake_at == office.now + timedelta(minutes=1)


def test_a_postponed_timer_that_fires_later_settles_its_incident(office, postponed):
    office.travel(minutes=1)
    assert office.fire() == 1
    assert office.open() == ["ut_p"]
    assert office.incidents() == []


def test_an_incident_is_settled_when_the_timer_is_no_longer_needed(office, session):
    shapes = (start(), task("a"), boundary("mahnen", "a", timer("timeDuration", "P1D")))
    office.deploy(*shapes, task("m"), end(), chain("start", "a", "end"), flow("mahnen", "m"))
    office.begin()
    office.travel(days=1)
    timers.postpone(session, office.rows(Timer)[0].id, now=office.now)
    office.complete("a")
    assert office.incidents() == []
    (incident,) = office.rows(Incident)
    assert incident.resolved_by == "alice"


def test_retry_lets_a_postponed_timer_fire_at_once(office, session, postponed):
    (incident,) = office.incidents()
    by = incidents.retry(session, incident.id, user=OPERATOR, now=office.now)
    assert by.wake_at == office.now
    assert office.fire() == 1
    assert office.incidents() == []


def test_a_timer_that_fails_again_after_a_retry_opens_an_incident_again(office, session, postponed):
    (incident,) = office.incidents()
    incidents.retry(session, incident.id, user=OPERATOR, now=office.now)
    timers.postpone(session, postponed, now=office.now)
    assert len(office.incidents()) == 1


def test_a_failing_step_behind_a_timer_is_an_incident_of_that_step(office):
    wrong = catch("zweite", timer("timeDuration", "= dauer"))
    office.deploy(
        start(), after("frist", "P1D"), wrong, task("z"), chain("start", "frist", "zweite", "z")
    )
    office.begin(dauer="bald")
    office.travel(days=1)
    assert office.fire() == 1
    assert office.rows(Timer) == []
    (incident,) = office.incidents()
    assert incident.element_id == "zweite"


def test_a_timer_of_an_ended_instance_is_dropped(office, session, waits):
    ended = {"state": "completed", "ended_at": office.now}
    session.execute(update(Instance).where(Instance.id == waits).values(**ended))
    office.travel(days=1)
    assert office.fire() == 1
    assert office.rows(Timer) == []


def test_postpone_of_a_timer_that_is_gone_does_nothing(office, session):
    timers.postpone(session, 1, now=office.now)
    assert office.incidents() == []
