"""What becomes of JSON variables inside, and of FEEL values outside."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine import feel

INSIDE = [
    (1, Decimal(1)),
    (0.1, Decimal("0.1")),
    (float("nan"), None),
    ("2026-01-31", date(2026, 1, 31)),
    ("2026-02-30", "2026-02-30"),
    ("2026-01-31 ", "2026-01-31 "),
    ("2026-1-31", "2026-1-31"),
    ("20260131", "20260131"),
    ("2026-01-31T09:30", datetime.fromisoformat("2026-01-31T09:30")),
    ("2026-01-31T09:30:00Z", datetime(2026, 1, 31, 9, 30, tzinfo=UTC)),
    ("2026-01-31T09:30:00.5+01:00", datetime.fromisoformat("2026-01-31T09:30:00.5+01:00")),
    ("P6M", "P6M"),
    ("09:30:00", "09:30:00"),
    ([1, {"a": "2026-01-31"}], [Decimal(1), {"a": date(2026, 1, 31)}]),
    (True, True),
    (None, None),
]
OUTSIDE = [
    (Decimal("1.0"), 1),
    (Decimal("0.1"), 0.1),
    (Decimal("1E+2"), 100),
    (Decimal(2) ** 63, "9223372036854775808"),
    (Decimal(2) ** 63 - 1, 9223372036854775807),
    (Decimal("0." + "3" * 34), 0.3333333333333333),
    (date(2026, 1, 31), "2026-01-31"),
    (datetime(2026, 1, 31, 9, 30, tzinfo=ZoneInfo("Europe/Berlin")), "2026-01-31T09:30:00+01:00"),
    (datetime(2026, 1, 31, 9, 30, tzinfo=UTC), "2026-01-31T09:30:00Z"),
    (time(9, 30), "09:30:00"),
    (timedelta(days=1, hours=2), "P1DT2H"),
    (feel.YearsMonths(6), "P6M"),
    (feel.Range(Decimal(1), Decimal(5)), "[1..5]"),
    ([Decimal(1), {"a": None}], [1, {"a": None}]),
    ("Text", "Text"),
    (True, True),
    (0.25, 0.25),
]


@pytest.mark.parametrize("outside, inside", INSIDE)
def test_reads_json(outside, inside):
    value = feel.from_json(outside)
    assert value == inside
    assert type(value) is type(inside)


@pytest.mark.parametrize("inside, outside", OUTSIDE)
def test_writes_json(inside, outside):
    value = feel.to_json(inside)
    assert value == outside
    assert type(value) is type(outside)
    json.dumps(value)


def test_dates_survive_the_way_out_and_in():
    values = {"tag": date(2026, 1, 31), "moment": datetime(2026, 1, 31, 9, 30, tzinfo=UTC)}
    assert feel.from_json(feel.to_json(values)) == values


@pytest.mark.parametrize("value", [feel.FeelFunction((), lambda *_: 1), object(), [object()]])
def test_refuses_what_cannot_be_stored(value):
    with pytest.raises(feel.FeelError, match="lässt sich nicht speichern"):
        feel.to_json(value)


def test_subclasses_of_plain_types_are_read_as_those():
    class Label(str):
        def __eq__(self, other):
            raise AssertionError("never asked")

        __hash__ = None

    value = feel.from_json(Label("Hamm"))
    assert type(value) is str
    assert value == "Hamm"
