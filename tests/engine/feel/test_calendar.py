"""The calendar rules, with every date that the procedures' texts name."""

from datetime import date, timedelta

import pytest

from engine import feel

MONTHS = [
    ("2025-08-31", 6, "2026-02-28"),  # clamped to the end of the month
    ("2024-02-29", 12, "2025-02-28"),
    ("2025-02-28", 12, "2026-02-28"),  # the end of a month is nothing special
    ("2026-07-15", -12, "2025-07-15"),
    ("2026-03-31", -1, "2026-02-28"),
    ("2026-11-30", 3, "2027-02-28"),
    ("2026-01-31", 0, "2026-01-31"),
]
PHASES = [
    ("2026-02-01", 6, "2026-07-31"),  # benefits end on 31 January: the active phase
    ("2026-08-01", 12, "2027-07-31"),  # and the passive one after it
    ("2025-08-31", 6, "2026-02-28"),  # there is no 31 February: the month's last day counts
    ("2026-03-31", 6, "2026-09-30"),
    ("2026-01-15", 1, "2026-02-14"),
    ("2024-02-29", 12, "2025-02-28"),
]
BIRTHDAYS = [
    ("2012-02-29", 14, "2026-03-01"),  # born on 29 February: 1 March in common years
    ("2012-02-29", 16, "2028-02-29"),
    ("2011-06-30", 15, "2026-06-30"),
    ("2012-02-28", 15, "2027-02-28"),
    ("2012-02-29", 0, "2012-02-29"),
]
AGES = [
    ("2011-06-30", "2026-06-29", 14),
    ("2011-06-30", "2026-06-30", 15),  # the birthday is the first day of "15 completed"
    ("2012-02-29", "2027-02-28", 14),
    ("2012-02-29", "2027-03-01", 15),
    ("2012-02-29", "2028-02-28", 15),
    ("2012-02-29", "2028-02-29", 16),
    ("2026-01-01", "2026-01-01", 0),
]


@pytest.mark.parametrize("day, months, expected", MONTHS)
def test_plus_monate_clamps_to_the_end_of_the_month(value, day, months, expected):
    result = value("plus_monate(tag, n)", {"tag": day, "n": months})
    assert result == date.fromisoformat(expected)


@pytest.mark.parametrize("first, months, expected", PHASES)
def test_phase_ende_is_the_last_day_of_the_period(value, first, months, expected):
    result = value("phase_ende(beginn, n)", {"beginn": first, "n": months})
    assert result == date.fromisoformat(expected)


@pytest.mark.parametrize("born, age, expected", BIRTHDAYS)
def test_geburtstag_falls_on_1_march_in_common_years(value, born, age, expected):
    result = value("geburtstag(geboren, n)", {"geboren": born, "n": age})
    assert result == date.fromisoformat(expected)


@pytest.mark.parametrize("born, day, expected", AGES)
def test_alter_counts_completed_years(value, born, day, expected):
    assert value("alter(geboren, tag)", {"geboren": born, "tag": day}) == expected


def test_alter_grows_exactly_on_the_birthday(value):
    for born in ("2012-02-29", "2012-03-01", "2011-12-31"):
        context = {"geboren": born}
        for age in range(1, 20):
            birthday = value(f"geburtstag(geboren, {age})", context)
            before = birthday - timedelta(days=1)
            assert value("alter(geboren, tag)", {**context, "tag": birthday}) == age
            assert value("alter(geboren, tag)", {**context, "tag": before}) == age - 1


def test_phases_follow_each_other_without_a_gap(value):
    chain = (
        "{aktiv_ende: phase_ende(beginn, 6), "
        'passiv_ende: phase_ende(aktiv_ende + duration("P1D"), 12)}'
    )
    ends = value(chain, {"beginn": "2026-02-01"})
    assert ends == {"aktiv_ende": date(2026, 7, 31), "passiv_ende": date(2027, 7, 31)}


def test_the_transfer_day_is_the_later_of_two(value):
    text = "max(plus_monate(schulende, -12), geburtstag(geboren, 15))"
    early = {"schulende": "2026-07-15", "geboren": "2010-05-01"}
    late = {"schulende": "2026-07-15", "geboren": "2012-02-29"}
    assert value(text, early) == date(2025, 7, 15)
    assert value(text, late) == date(2027, 3, 1)


def test_a_variable_and_a_function_may_share_a_name(value):
    context = {"alter": 7, "geboren": "2012-02-29"}
    assert value("alter(geboren, today()) > alter", context) is True


def test_an_unknown_date_has_no_birthday(problem):
    refused = problem("geburtstag(geboren, 15)", {"geboren": None})
    assert refused.message.startswith("geburtstag(): für „geburtsdatum“ braucht es ein Datum")


def test_times_of_day_do_not_count(clock):
    context = {"geboren": "2012-02-29", "jetzt": "2027-02-28T23:59:00+01:00"}
    assert feel.compile("alter(geboren, jetzt)").require(context, clock=clock) == 14
