"""Repetitions as cron expressions, on the calendar of Europe/Berlin."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine import bpmn
from engine.bpmn import cron, timers
from engine.errors import DefinitionInvalid
from tests.engine.bpmn.drawing import boundary, chain, diagram, end, start, timer, user
from tests.engine.bpmn.story import Story

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
JANUARY = datetime(2026, 1, 12, 11, tzinfo=UTC)


def berlin(*parts, fold=0):
    return datetime(*parts, tzinfo=BERLIN, fold=fold)


def moments(expression, after, count):
    """The next moments, by Berlin's wall."""
    facts = timers.first_round("timeCycle", expression, now=after)
    found = []
    for _ in range(count):
        found.append(datetime.fromisoformat(facts["due"]).astimezone(BERLIN))
        facts = timers.following_round(facts)
    return found


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("0 0 6 L 3,6,9,12 *", [(2026, 3, 31, 6), (2026, 6, 30, 6), (2026, 9, 30, 6)]),
        ("0 0 6 LW * ?", [(2026, 1, 30, 6), (2026, 2, 27, 6), (2026, 3, 31, 6)]),
        ("0 0 8 ? * FRIL", [(2026, 1, 30, 8), (2026, 2, 27, 8), (2026, 3, 27, 8)]),
        ("0 0 8 ? * 5l", [(2026, 1, 30, 8), (2026, 2, 27, 8), (2026, 3, 27, 8)]),
        ("0 0 8 * * MON#1", [(2026, 2, 2, 8), (2026, 3, 2, 8), (2026, 4, 6, 8)]),
        ("0 0 0 13 * FRI", [(2026, 2, 13), (2026, 3, 13), (2026, 11, 13)]),
        ("0 30 9-17/4 * * MON-FRI", [(2026, 1, 12, 13, 30), (2026, 1, 12, 17, 30)]),
        ("0 0 12 ? * FRI-SUN", [(2026, 1, 16, 12), (2026, 1, 17, 12), (2026, 1, 18, 12)]),
        ("0 0 0 29 feb ?", [(2028, 2, 29), (2032, 2, 29)]),
        ("15/30 0 12 * * *", [(2026, 1, 12, 12, 0, 15), (2026, 1, 12, 12, 0, 45)]),
        ("@hourly", [(2026, 1, 12, 13), (2026, 1, 12, 14)]),
        ("@daily", [(2026, 1, 13), (2026, 1, 14)]),
        ("@midnight", [(2026, 1, 13), (2026, 1, 14)]),
        ("@weekly", [(2026, 1, 18), (2026, 1, 25)]),
        ("@monthly", [(2026, 2, 1), (2026, 3, 1)]),
        ("@yearly", [(2027, 1, 1), (2028, 1, 1)]),
        ("@annually", [(2027, 1, 1), (2028, 1, 1)]),
    ],
)
def test_cron_expression_says_when(expression, days):
    after = JANUARY if expression[:2] != "15" else JANUARY - timedelta(hours=1)
    assert moments(expression, after, len(days)) == [berlin(*each) for each in days]


def fitting(matches, day, *, every_hour):
    """Every minute of a day that fits, looked at one by one; what the gap holds comes later."""
    found = set()
    for number in range(24 * 60):
        wall = datetime.combine(day, datetime.min.time()) + number * MINUTE
        if matches(wall):
            exists = wall.replace(tzinfo=BERLIN).astimezone(UTC).astimezone(BERLIN)
            is_there = exists.replace(tzinfo=None) == wall
            if is_there or not every_hour:
                found.add(wall.replace(tzinfo=BERLIN).astimezone(UTC))
            if every_hour and is_there:
                found.add(wall.replace(tzinfo=BERLIN, fold=1).astimezone(UTC))
    return sorted(found)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)])
@pytest.mark.parametrize(
    ("expression", "matches", "every_hour"),
    [
        ("0 30 2 * * *", lambda at: (at.hour, at.minute) == (2, 30), False),
        ("0 */20 2,3 * * *", lambda at: at.hour in (2, 3) and at.minute % 20 == 0, False),
        ("0 15 */2 * * *", lambda at: at.hour % 2 == 0 and at.minute == 15, False),
        ("0 * 1-3 * * *", lambda at: 1 <= at.hour <= 3, False),
        ("0 0,45 * * * *", lambda at: at.minute in (0, 45), True),
        ("@hourly", lambda at: at.minute == 0, True),
    ],
)
def test_each_moment_comes_once_when_the_clock_changes(expression, matches, every_hour, day):
    expected = fitting(matches, day, every_hour=every_hour)
    before = datetime.combine(day, datetime.min.time(), BERLIN).astimezone(UTC) - MINUTE
    found = [each.astimezone(UTC) for each in moments(expression, before, len(expected) + 1)]
    assert found[:-1] == expected
    assert found[-1].astimezone(BERLIN).date() > day


def test_time_that_the_change_leaves_out_comes_an_hour_later_and_then_as_before():
    assert moments("0 30 2 * * *", berlin(2026, 3, 28, 12), 2) == [
        berlin(2026, 3, 29, 3, 30),
        berlin(2026, 3, 30, 2, 30),
    ]


WRONG = [
    "0 6 * * *",  # five fields
    "0 0 6 * * * 2026",
    "@sometimes",
    "60 0 0 * * *",
    "0 0 24 * * *",
    "0 0 0 0 * *",
    "0 0 0 15W * *",
    "0 0 0 L-3 * *",
    "0 0 0 * * MON#6",
    "0 0 0 * * L",
    "0 0 0 * 13 *",
    "0 0/0 0 * * *",
    "? 0 0 * * *",
    "0 0 0 5-1 * *",
    "0 0 0 ٣ * *",
    f"0 0 0 {'9' * 6000} * *",
    f"0 0 0 {'1,' * 500}1 * *",
    "0 0 0 * * __import__('os')",
]


@pytest.mark.parametrize("expression", WRONG, ids=range(len(WRONG)))
def test_unreadable_cron_expression_is_refused_with_an_example(expression):
    with pytest.raises(timers.NoMoment, match="sechs Feldern"):
        timers.first_round("timeCycle", expression, now=JANUARY)


@pytest.mark.parametrize("expression", ["0 0 0 30 2 *", "0 0 0 31 4,6 *", "0 0 0 29 2 MON#2"])
def test_cron_expression_that_is_never_due_is_refused(expression):
    with pytest.raises(timers.NoMoment, match="kein Zeitpunkt"):
        timers.first_round("timeCycle", expression, now=JANUARY)


def test_repetition_ends_with_the_calendar():
    assert (
        timers.following_round({"due": "9999-12-31T23:00:00+00:00", "cycle": {"cron": "@yearly"}})
        is None
    )


def reminding(expression):
    reminder = boundary("mahnung", "a", timer("timeCycle", expression), interrupting=False)
    return diagram(
        start(),
        user("a"),
        reminder,
        user("mahnen"),
        end(),
        chain("start", "a", "end"),
        chain("mahnung", "mahnen"),
    )


def test_reminder_by_cron_expression_comes_again_as_long_as_the_task_is_open():
    run = Story(reminding("0 0 6 L * *"), now=JANUARY).begin()
    assert run.timer("mahnung").due_at == berlin(2026, 1, 31, 6)
    run.fire("mahnung")
    assert run.timer("mahnung").due_at == berlin(2026, 2, 28, 6)
    run.fire("mahnung").complete("a")
    assert run.outcome.timers == ()
    assert run.open == ["mahnen", "mahnen"]


def test_cron_expression_may_come_from_a_variable():
    run = Story(reminding("= plan"), now=JANUARY).begin(plan="täglich")
    assert "Cron" in run.incident.message
    run.correct(plan="@daily").retry()
    assert run.timer("mahnung").due_at == berlin(2026, 1, 13)


def test_wrong_cron_expression_is_refused_at_deployment():
    with pytest.raises(DefinitionInvalid, match="Frist „mahnung“: Das ist keine Wiederholung"):
        bpmn.parse(reminding("0 6 * * *"), file="x.bpmn")


@pytest.mark.parametrize("text", ["R3/P1W", "PT1H", "", "täglich"])
def test_other_texts_are_no_cron_expressions(text):
    assert not cron.is_cron(text)
