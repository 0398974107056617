"""Timers follow the calendar of Europe/Berlin and the clock they are given (repair 9)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from engine import bpmn
from engine.bpmn import timers
from engine.errors import NobodyWaits
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    chain,
    diagram,
    end,
    flow,
    node,
    start,
    timer,
    user,
)
from tests.engine.bpmn.stock import Stock
from tests.engine.bpmn.story import Story

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


def waits_for(kind, expression):
    event = catch("frist", timer(kind, expression))
    return diagram(start(), event, user("z"), chain("start", "frist", "z"))


MONTH = waits_for("timeDuration", '= "P1M"')
JANUARY = berlin(2026, 1, 31, 9)


def test_month_after_31_january_is_the_last_day_of_february():
    run = Story(MONTH, now=JANUARY).begin()
    assert run.timer("frist").due_at == berlin(2026, 2, 28, 9)


def test_month_after_31_january_of_stock_spiffworkflow_is_in_march():
    with time_machine.travel(JANUARY, tick=False) as traveller:
        run = Stock(MONTH).begin()
        traveller.move_to(berlin(2026, 3, 1, 9))
        assert run.settle().open == []
        traveller.move_to(berlin(2026, 3, 3, 10))
        assert run.settle().open == ["z"]


def test_month_across_the_change_of_time_keeps_the_hour_of_the_day():
    run = Story(waits_for("timeDuration", "P1M"), now=berlin(2026, 3, 9, 9)).begin()
    assert run.timer("frist").due_at == berlin(2026, 4, 9, 9)


@pytest.mark.parametrize(
    ("kind", "expression", "due"),
    [
        ("timeDate", "2026-03-09", berlin(2026, 3, 9)),
        ("timeDate", "= beginn", berlin(2026, 7, 1)),  # ISO text of a variable, summer time
        ("timeDate", '= date("2026-07-01")', berlin(2026, 7, 1)),
        ("timeDate", '= date(beginn) + duration("P56D")', berlin(2026, 8, 26)),
        ("timeDate", "2026-03-09T08:00:00", berlin(2026, 3, 9, 8)),
        ("timeDate", "2026-03-09T08:00:00Z", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("timeDate", "2026-03-09T08:00:00+01:00[Europe/Berlin]", berlin(2026, 3, 9, 8)),
        ("timeDate", "2026-03-09T08:00:00Z[Etc/UTC]", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        ("timeDate", "= now()", JANUARY),
        ("timeDuration", "P8W", berlin(2026, 3, 28, 9)),
        ("timeDuration", "P60D", berlin(2026, 4, 1, 9)),  # the clock goes forward on 29 March
        ("timeDuration", "PT2H", berlin(2026, 1, 31, 11)),
        ("timeDuration", "P1Y1M", berlin(2027, 2, 28, 9)),
        ("timeDuration", "= frist", berlin(2026, 2, 14, 9)),
        ("timeDuration", '= duration("P1M")', berlin(2026, 2, 28, 9)),
        ("timeDuration", '= duration("P2DT1H")', berlin(2026, 2, 2, 10)),
    ],
)
def test_timer_is_due(kind, expression, due):
    run = Story(waits_for(kind, expression), now=JANUARY)
    assert run.begin(beginn="2026-07-01", frist="P14D").timer("frist").due_at == due


def test_twenty_four_hours_are_counted_on_the_clock():
    run = Story(waits_for("timeDuration", "PT24H"), now=berlin(2026, 3, 28, 9)).begin()
    assert run.timer("frist").due_at == berlin(2026, 3, 29, 10)


def test_hours_are_counted_on_the_clock_in_the_hour_that_comes_twice():
    second_half_past_two = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    run = Story(waits_for("timeDuration", "PT5H"), now=second_half_past_two).begin()
    assert run.timer("frist").due_at == second_half_past_two + timedelta(hours=5)


def test_due_moment_is_computed_once():
    run = Story(waits_for("timeDuration", "= frist"), now=JANUARY).begin(frist="P1D")
    before = run.timer("frist")
    run.now += timedelta(days=40)
    assert run.correct(frist="P9D").timer("frist") == before


def test_timer_fires_when_told_whatever_the_clock_says():
    run = Story(waits_for("timeDuration", "P1Y")).begin()
    assert run.fire("frist").open == ["z"]


def test_timer_fires_only_once():
    run = Story(waits_for("timeDuration", "P1D")).begin()
    key = run.timer("frist").key
    run.fire("frist")
    with pytest.raises(NobodyWaits):
        run.command(bpmn.FireTimer(key))


@pytest.mark.parametrize(
    "value", ["bald", "", None, 7, "P1H", "-P1D", "P1M1", "2026-02-30", "P9999Y"]
)
def test_unreadable_moment_becomes_an_incident_and_goes_on_after_correction(value):
    run = Story(waits_for("timeDuration", "= frist"), now=JANUARY).begin(frist=value)
    assert run.incident.element_id == "frist"
    assert run.open == []
    run.correct(frist="P1D").retry()
    assert run.timer("frist").due_at == berlin(2026, 2, 1, 9)


def test_broken_boundary_timer_stops_its_task_until_corrected():
    xml = diagram(
        start(),
        user("a"),
        boundary("b", "a", timer("timeDate", "= frist")),
        user("zu_spaet"),
        end(),
        chain("start", "a", "end"),
        chain("b", "zu_spaet"),
    )
    run = Story(xml).begin(frist="nie")
    assert run.incident.element_id == "a"
    assert run.correct(frist="2026-05-01").retry().open == ["a"]
    assert run.fire("b").open == ["zu_spaet"]


@pytest.mark.parametrize("text", ["2026-03-09T08:00:00[America/New_York]", "2026-03-09[Z]"])
def test_name_of_a_zone_without_offset_is_no_moment(text):
    with pytest.raises(timers.NoMoment):
        timers.moment_of(text)


RACE = diagram(
    start(),
    node("eventBasedGateway", "ebg"),
    catch("lang", timer("timeDuration", '= "P14D"')),
    catch("kurz", timer("timeDuration", '= "P1D"')),
    user("a"),
    user("b"),
    flow("start", "ebg"),
    chain("ebg", "lang", "a"),
    chain("ebg", "kurz", "b"),
)


def test_gateway_waits_for_two_timers_and_takes_the_first_that_fires():
    run = Story(RACE, now=JANUARY).begin()
    assert run.timer("lang").due_at == berlin(2026, 2, 14, 9)
    assert run.timer("kurz").due_at == berlin(2026, 2, 1, 9)
    assert run.fire("kurz").open == ["b"]
    assert run.outcome.timers == ()


def test_gateway_of_stock_spiffworkflow_never_fires_the_shorter_timer():
    with time_machine.travel(JANUARY, tick=False) as traveller:
        run = Stock(RACE).begin()
        traveller.move_to(JANUARY + timedelta(days=10))
        assert run.settle().open == []


def test_repetition_counts_from_its_beginning():
    days = []
    facts = timers.first_round("timeCycle", "R4/2026-01-31/P1M", now=JANUARY)
    while facts:
        days.append(facts["due"][:10])
        facts = timers.following_round(facts)
    # Midnight in Berlin is the evening before in UTC.
    assert days == ["2026-01-30", "2026-02-27", "2026-03-30", "2026-04-29"]


def test_endless_repetition_goes_on():
    facts = timers.first_round("timeCycle", "R/P1D", now=JANUARY)
    for _ in range(50):
        facts = timers.following_round(facts)
    assert datetime.fromisoformat(facts["due"]) == JANUARY + timedelta(days=51)


def test_repetition_with_a_fixed_number_ends():
    facts = timers.first_round("timeCycle", "R2/PT1H", now=JANUARY)
    assert timers.following_round(timers.following_round(facts)) is None


def test_negative_duration_of_an_expression_is_an_incident():
    for expression in ('= duration("-P1D")', '= duration("-P1M")'):
        assert Story(waits_for("timeDuration", expression)).begin().incident.kind == "timer"


def test_repetition_ends_with_the_calendar():
    facts = timers.first_round("timeCycle", "R/9999-06-01/P1M", now=JANUARY)
    for _ in range(6):
        facts = timers.following_round(facts)
    assert facts["due"].startswith("9999-11-30")
    assert timers.following_round(facts) is None
