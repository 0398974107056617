"""A variable is read back as exactly the value that was stored, and others see plain JSON."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine import feel

BERLIN = ZoneInfo("Europe/Berlin")
EAST = timezone(timedelta(hours=1))
VALUES = [
    None,
    True,
    "Text",
    "",
    "2026-12-31",
    "2026-12-31T09:30:00Z",
    "P14D",
    "09:30:00",
    Decimal(5),
    Decimal("0.1"),
    Decimal("1234567890.12345"),
    Decimal("0." + "3" * 34),
    Decimal("1234567890123456789012345678901234"),
    Decimal("-1234567890123456789012345678901.234"),
    Decimal(2) ** 63,
    -(Decimal(2) ** 63),
    Decimal("9.999E+6144"),
    Decimal("1E-6143"),
    date(2026, 12, 31),
    date(44, 3, 15),
    time(9, 30),
    time(9, 30, 15, 250),
    time(9, 30, tzinfo=UTC),
    time(9, 30, tzinfo=EAST),
    time(9, 30, tzinfo=BERLIN),
    datetime(2026, 12, 31, 9, 30),  # noqa: DTZ001 - FEEL has local moments
    datetime(2026, 12, 31, 9, 30, 0, 250, tzinfo=UTC),
    datetime(2026, 12, 31, 9, 30, tzinfo=EAST),
    datetime(2026, 12, 31, 9, 30, tzinfo=timezone(timedelta(seconds=3208))),
    datetime(2026, 12, 31, 9, 30, tzinfo=BERLIN),
    datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN),  # does not exist on the clock
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN),
    datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1),  # the second one of that name
    timedelta(days=14),
    timedelta(hours=-3, microseconds=1),
    timedelta(),
    feel.YearsMonths(18),
    feel.YearsMonths(-6),
    feel.YearsMonths(0),
    [Decimal(1), [date(2026, 1, 31), ["2026-01-31", timedelta(days=1)]]],
    {"frist": {"dauer": feel.YearsMonths(6), "tage": [time(9, 30)]}},
    {"@duration": "P1D"},
    {"@duration": timedelta(days=1)},
    {"@context": {"@string": "a"}},
    {"@anders": Decimal(1)},
    {},
    [],
]
PLAIN = [
    (timedelta(days=14), "P14D"),
    (feel.YearsMonths(6), "P6M"),
    (time(9, 30, tzinfo=BERLIN), "09:30:00+01:00"),
    (datetime(2026, 7, 1, 9, 30, tzinfo=BERLIN), "2026-07-01T09:30:00+02:00"),
    (date(2026, 1, 31), "2026-01-31"),
    ("2026-01-31", "2026-01-31"),
    (Decimal(2) ** 64, "18446744073709551616"),
    (Decimal("0." + "3" * 34), 0.3333333333333333),
    ({"@time": [timedelta(days=1)]}, {"@time": ["P1D"]}),
]


def same(one, other):
    """Equal, and of the same kind, zone and hour all the way down."""
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    details = [[getattr(each, name, None) for name in ("tzinfo", "fold")] for each in (one, other)]
    return type(one) is type(other) and one == other and details[0] == details[1]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_value_comes_back_as_it_was(value):
    kept = json.loads(json.dumps(feel.to_exact(value)))
    assert same(value, feel.from_json(kept))


@pytest.mark.parametrize("value, plain", PLAIN, ids=repr)
def test_others_read_plain_json(value, plain):
    assert feel.plain(feel.to_exact(value)) == plain
    assert feel.plain([{"a": feel.to_exact(value)}]) == [{"a": plain}]


def test_what_plain_json_says_is_kept_plain():
    value = {"tag": date(2026, 1, 31), "zahl": Decimal("1.5"), "texte": ["a", "P14D", "09:30"]}
    assert feel.to_exact(value) == {
        "tag": "2026-01-31",
        "zahl": 1.5,
        "texte": ["a", "P14D", "09:30"],
    }


@pytest.mark.parametrize(
    "outside",
    [{"@time": "09:30:00"}, [{"@context": {"a": 1}}], {"a": {"@number": "1"}}, {"a": 1}],
    ids=repr,
)
def test_context_from_outside_stays_a_context(outside):
    exact = feel.received(outside)
    assert feel.plain(exact) == outside
    assert feel.to_json(feel.from_json(exact)) == outside


@pytest.mark.parametrize(
    "broken",
    [
        {"@time": "abends"},
        {"@number": "NaN"},
        {"@number": "1" * 100},
        {"@number": "x"},
        {"@duration": 5},
        {"@date and time": ";2"},
        {"@context": 5},
        {"@string": []},
    ],
    ids=repr,
)
def test_what_only_looks_like_a_named_kind_is_a_context(broken):
    assert feel.from_json(broken) == broken
    assert feel.plain(broken) == broken


def test_entries_are_those_of_contexts_only():
    assert feel.entries_of({"a": 1}) == {"a": 1}
    assert feel.entries_of(feel.to_exact({"@time": "a"})) == {"@time": "a"}
    assert feel.entries_of(feel.to_exact(timedelta(days=1))) == {}
    assert feel.entries_of("a") == {}


def test_function_has_no_exact_json():
    with pytest.raises(feel.FeelError, match="lässt sich nicht speichern"):
        feel.to_exact([feel.FeelFunction((), lambda *_: 1)])


def test_range_is_kept_as_its_text():
    assert feel.to_exact(feel.Range(Decimal(1), Decimal(5))) == "[1..5]"


def test_infinite_floats_are_null():
    assert feel.to_exact([float("inf"), float("nan"), 0.25]) == [None, None, 0.25]
