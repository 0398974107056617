"""Paths of events that do not interrupt are independent of their host (repair 7)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from SpiffWorkflow.exceptions import WorkflowException

from tests.engine.bpmn.drawing import (
    awaits,
    boundary,
    chain,
    diagram,
    end,
    flow,
    loop,
    message,
    start,
    sub,
    terminates,
    timer,
    user,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

BEGIN = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
REMINDED = diagram(
    start(),
    user("aufgabe"),
    boundary("frist", "aufgabe", timer("timeCycle", '= "R3/P1D"'), interrupting=False),
    user("erinnerung"),
    end(),
    end("e2"),
    chain("start", "aufgabe", "end"),
    chain("frist", "erinnerung", "e2"),
)


def test_open_reminder_survives_the_end_of_its_task():
    run = Story(REMINDED).begin().fire("frist")
    assert run.open == ["aufgabe", "erinnerung"]
    assert run.complete("aufgabe").open == ["erinnerung"]
    assert run.outcome.timers == ()
    assert run.complete("erinnerung").is_over


def test_open_reminder_of_stock_spiffworkflow_is_dropped():
    with time_machine.travel(BEGIN, tick=False) as traveller:
        run = Stock(REMINDED).begin()
        traveller.move_to(BEGIN + timedelta(days=1, minutes=1))
        assert run.settle().open == ["aufgabe", "erinnerung"]
        assert run.complete("aufgabe").open == []


def test_reminder_repeats_as_often_as_drawn():
    run = Story(REMINDED, now=BEGIN).begin()
    days = []
    for _ in range(3):
        days.append(run.timer("frist").due_at.day)
        run.fire("frist")
    assert days == [13, 14, 15]
    assert run.outcome.timers == ()
    assert run.open == ["aufgabe", "erinnerung", "erinnerung", "erinnerung"]


def test_each_repetition_has_a_key_of_its_own():
    run = Story(REMINDED).begin()
    first = run.timer("frist").key
    assert run.fire("frist").timer("frist").key != first


WITHIN = diagram(
    start(),
    sub(
        "bearbeitung",
        start("s"),
        user("aufgabe"),
        boundary("frist", "aufgabe", timer("timeDuration", "P14D"), interrupting=False),
        user("erinnerung"),
        end("erledigt", terminates()),
        end("erinnert"),
        chain("s", "aufgabe", "erledigt"),
        chain("frist", "erinnerung", "erinnert"),
    ),
    user("danach"),
    chain("start", "bearbeitung", "danach"),
)


def test_reminder_ends_by_itself_where_the_sub_process_ends_with_the_task():
    run = Story(WITHIN).begin().fire("frist")
    assert run.complete("aufgabe").open == ["danach"]
    assert run.happened("erinnerung") == ["entered", "cancelled"]


def test_done_reminder_leaves_the_task_open():
    assert Story(WITHIN).begin().fire("frist").complete("erinnerung").open == ["aufgabe"]


def test_loop_of_user_tasks_has_one_reminder_around_it():
    xml = diagram(
        start(),
        user("einverstaendnis", loop("= [1, 2]")),
        boundary("frist", "einverstaendnis", timer("timeDuration", "P14D"), interrupting=False),
        user("erinnerung"),
        user("danach"),
        chain("start", "einverstaendnis", "danach"),
        chain("frist", "erinnerung"),
    )
    run = Story(xml).begin()
    assert len(run.outcome.timers) == 1
    run.fire("frist").complete("einverstaendnis")
    assert run.open == ["einverstaendnis", "erinnerung"]
    assert run.complete("einverstaendnis").open == ["danach", "erinnerung"]


CONTACTED = diagram(
    start(),
    user("aufgabe"),
    boundary("kontakt", "aufgabe", awaits("m"), interrupting=False),
    user("notieren"),
    end(),
    chain("start", "aufgabe", "end"),
    flow("kontakt", "notieren"),
    around=[message("m", "msg_kontakt")],
)


def test_message_that_does_not_interrupt_may_come_again():
    run = Story(CONTACTED).begin(fall_id="7")
    (before,) = run.outcome.subscriptions
    run.deliver("kontakt", wert=1).deliver("kontakt", wert=2)
    assert run.open == ["aufgabe", "notieren", "notieren"]
    assert run.outcome.subscriptions == (before,)
    assert run.variables["wert"] == 2
    run.complete("aufgabe")
    assert run.outcome.subscriptions == ()


def test_message_of_stock_spiffworkflow_comes_only_once():
    run = Stock(CONTACTED).begin(fall_id="7").deliver("msg_kontakt")
    assert run.open == ["aufgabe", "notieren"]
    with pytest.raises(WorkflowException):
        run.deliver("msg_kontakt")
