"""What each construct of the language means."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine import feel
from engine.feel import YearsMonths

FALL = {
    "amount": 12,
    "rate": 0.1,
    "name": "Kim",
    "leer": None,
    "offen": True,
    "kind": {"vorname": "Kim", "geburtsdatum": "2012-02-29", "adresse": {"ort": "Hamm"}},
    "kinder": [
        {"vorname": "Kim", "alter": 14, "schule": True},
        {"vorname": "Ali", "alter": 3},
        {"vorname": "Mia", "alter": 8, "schule": False},
    ],
    "zahlen": [3, 1, 2],
    "beginn": "2026-01-31",
    "termin": "2026-11-23T09:30:00+01:00",
    "Full Name": "Kim Kind",
}
BERLIN = ZoneInfo("Europe/Berlin")

LITERALS = [
    ("null", None),
    ("true", True),
    ("1", 1),
    (".5", Decimal("0.5")),
    ("1.5e3", 1500),
    ("-3", -3),
    ("--3", 3),
    ('"a\\"b\\n\\u00e4\\U01F40E"', 'a"b\nä🐎'),
    ('"\\uD83D\\uDC0E"', "🐎"),
    ("[]", []),
    ('[1, "a", [true]]', [1, "a", [True]]),
    ("{}", {}),
    ('{a: 1, "b c": 2, d: a + b c}', {"a": 1, "b c": 2, "d": 3}),
    ("{alt bau: 1, neu: alt bau * 2}.neu", 2),
    ('@"2026-12-31"', date(2026, 12, 31)),
    ('@"09:30:00"', time(9, 30)),
    ('@"2026-12-31T24:00:00"', datetime.fromisoformat("2027-01-01T00:00:00")),
    ('@"2026-12-31T09:30:00Z"', datetime(2026, 12, 31, 9, 30, tzinfo=UTC)),
    ('@"P1Y6M"', YearsMonths(18)),
    ('@"-P2DT3H"', -timedelta(days=2, hours=3)),
    ('@"P6W"', timedelta(weeks=6)),
    ("1 // Rest der Zeile\n + /* dazwischen */ 1", 2),
]

ARITHMETIC = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("2 ** 3 ** 2", 64),
    ("-2 ** 2", 4),
    ("7 - 2 - 1", 4),
    ("0.1 + 0.2", Decimal("0.3")),
    ("1 / 3", Decimal("0." + "3" * 34)),
    ("9007199254740993 + 0", 9007199254740993),
    ('"a" + "b"', "ab"),
    ("rate * 3", Decimal("0.3")),
    ('date("2026-01-31") + duration("P1M")', date(2026, 2, 28)),
    ('duration("P1D") + date("2026-01-31")', date(2026, 2, 1)),
    ('date("2026-03-01") - date("2026-02-01")', timedelta(days=28)),
    ('date("2026-03-31") - duration("P1M")', date(2026, 2, 28)),
    ('time("23:00:00") + duration("PT2H")', time(1)),
    ('time("10:00:00") - time("09:30:00")', timedelta(minutes=30)),
    ('duration("P1Y") + duration("P6M")', YearsMonths(18)),
    ('duration("P1Y") * 1.5', YearsMonths(18)),
    ('duration("P1Y") / 2', YearsMonths(6)),
    ('duration("P1Y") / duration("P1M")', 12),
    ('duration("PT1H") * 1.5', timedelta(minutes=90)),
    ('duration("P1D") / duration("PT1H")', 24),
    ('-duration("P1D")', timedelta(days=-1)),
    ('-duration("P1M")', YearsMonths(-1)),
    # An hour lasts an hour over the change to winter time; a day keeps the clock on the wall.
    (
        'string(@"2026-10-24T12:00:00@Europe/Berlin" + duration("PT24H"))',
        "2026-10-25T12:00:00@Europe/Berlin",
    ),
    (
        'string(@"2026-10-25T02:30:00@Europe/Berlin" + duration("PT3H"))',
        "2026-10-25T04:30:00@Europe/Berlin",
    ),
]

COMPARISON = [
    ("amount > 10", True),
    ("amount >= 12 and amount <= 12", True),
    ("amount != 12", False),
    ("1 = 1.0", True),
    ('"a" < "b"', True),
    ("null = null", True),
    ("leer = null", True),
    ("name != null", True),
    ("[1, 2] = [1, 2]", True),
    ("[1] = 1", True),
    ("{a: 1} = {a: 1.0}", True),
    ("{a: 1} = {b: 1}", False),
    ("[1..3] = [1..3]", True),
    ("kind.geburtsdatum < beginn", True),
    ('@"2026-01-01T12:00:00Z" = @"2026-01-01T13:00:00+01:00"', True),
    ('@"12:00:00Z" < @"12:00:00-01:00"', True),
    ("amount between 1 and 12", True),
    ('beginn between date("2026-01-01") and date("2026-12-31")', True),
    ("amount instance of number", True),
    ("zahlen instance of list<number>", True),
    ('zahlen instance of list<string> or "a" instance of string', True),
    ("kind instance of context<vorname: string>", True),
    ("beginn instance of date", True),
    ("termin instance of date and time", True),
    ('@"P1M" instance of years and months duration', True),
    ("[1..3] instance of range<number>", True),
    ("(function(a: number) a) instance of function", True),
    ("null instance of number", False),
    ("null instance of Null", True),
    ("1 instance of Unbekannt", False),
    ("[1..3] instance of range<string>", False),
    ("kind instance of context<vorname: string, fehlt: number>", False),
    ("(function(a: number, b) a) instance of function<number, Any> -> Any", True),
    ("(function(a: string) a) instance of function<number> -> Any", False),
    ("count instance of function<Any> -> Any", True),
    ("1 instance of function<> -> Any", False),
    ("(1 instance of list<number>) = false", True),
    ("[1] instance of list<number>=true", True),
    ('@"PT1H" instance of dateTime', False),
    ("[1, 2] = [1, 3]", False),
    ("[1, 2] = [1]", False),
    ("{a: 1} = {a: 2}", False),
    ("{a: 1} = {a: 1, b: 2}", False),
    ("[1..3] = [1..3)", False),
    ('"a" = ["a"]', True),
    ('@"12:00:00Z" = @"13:00:00+01:00"', True),
    ('@"12:00:00" = @"12:00:00Z"', False),
    ('@"2026-01-01T12:00:00" = @"2026-01-01T12:00:00Z"', False),
]

LOGIC = [
    ("true and null", None),
    ("null and true", None),
    ("false and null", False),
    ("null and false", False),
    ("true or null", True),
    ("null or true", True),
    ("false or null", None),
    ("null or null", None),
    ("not(offen)", False),
    ("not(null)", None),
]

ACCESS = [
    ("kind.adresse.ort", "Hamm"),
    ("kinder.vorname", ["Kim", "Ali", "Mia"]),
    ("kinder[2].vorname", "Ali"),
    ("kinder[-1].vorname", "Mia"),
    ("zahlen[item > 1]", [3, 2]),
    ("kinder[alter < 14].vorname", ["Ali", "Mia"]),
    ("kinder[item.alter = 3][1].vorname", "Ali"),
    ("zahlen[count(zahlen)]", 2),
    ("zahlen[1 + 1]", 1),
    ("name[1]", "Kim"),
    ("leer[true]", []),
    ("Full Name", "Kim Kind"),
    ("beginn.year", 2026),
    ("beginn.weekday", 6),
    ("termin.hour", 9),
    ('termin.time offset = duration("PT1H")', True),
    ('@"09:30:15.5".second', Decimal("15.5")),
    ('@"P1DT2H3M4S".minutes', 3),
    ('@"-P1DT2H".days', -1),
    ('@"P1Y6M".months', 6),
    ("[1..5).end included", False),
    ("[1..5).start", 1),
    ('@"2026-01-01T00:00:00@Europe/Berlin".timezone', "Europe/Berlin"),
]

CONTROL = [
    ('if amount > 10 then "viel" else "wenig"', "viel"),
    ("if false then 1 else if false then 2 else 3", 3),
    ("for x in zahlen return x * 2", [6, 2, 4]),
    ("for x in 1..3, y in 1..x return x * y", [1, 2, 4, 3, 6, 9]),
    ("for x in 3..1 return x", [3, 2, 1]),
    ("for x in [1..3) return x", [1, 2]),
    ('for t in [@"2026-02-28"..@"2026-03-01"] return t.day', [28, 1]),
    (
        "for i in 0..6 return if i < 2 then i else partial[-1] + partial[-2]",
        [0, 1, 1, 2, 3, 5, 8],
    ),
    ("for x in 1..4 return count(partial)", [0, 1, 2, 3]),
    ("for x in 1..3 return partial", [[], [[]], [[], [[]]]]),
    ("for x in 1..2 return {bisher: partial}", [{"bisher": []}, {"bisher": [{"bisher": []}]}]),
    ("(for x in 1..3 return function() count(partial))[2]()", 1),
    ("for x in 1..2 return count(for y in 1..2 return partial) + count(partial)", [2, 3]),
    ("for x in 1..3 return some y in partial satisfies not(y)", [False, True, True]),
    ("some k in kinder satisfies k.alter < 6", True),
    ("every k in kinder satisfies k.alter < 6", False),
    ("some x in [] satisfies true", False),
    ("every x in [] satisfies false", True),
    ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
    ("some x in [null, 1] satisfies x = 1", True),
    ("every junges kind in kinder satisfies junges kind.alter > 0", True),
    ("(function(a, b) a + b)(1, 2)", 3),
    ("{f: function(a) a + amount, r: f(1)}.r", 13),
    ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", 120),
    ("{f: function(a: number, b) a - b, r: f(b: 1, a: 3)}.r", 2),
    ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
    ("{f: count, r: f([1, 2])}.r", 2),
]

MEMBERSHIP = [
    ("amount in [1..12]", True),
    ("amount in (1..12)", False),
    ("amount in ]1..12[", False),
    ("amount in [12, 13]", True),
    ("amount in (12, 13)", True),
    ("amount in (< 5, > 10)", True),
    ("amount in >= 12", True),
    ("amount in (1 + 11)", True),
    ("amount in [[1..3], [10..20]]", True),
    ("1 in [2..3]", False),
    ("amount in (? > 10 and ? < 13)", True),
    ("[2..3] in [1..5]", True),
    ("(< 10) = (< 10)", True),
    ("5 in (< 10)", True),
    ('beginn in [date("2026-01-01")..date("2026-12-31")]', True),
    ('"Hamm" in ("Hamm", "Göttingen")', True),
    ("null in [1, null]", True),
    ("5 in (!= 4)", True),
    ("5 in [[!= 4]]", True),
    ("4 in [[= 4]]", True),
    ("[5] in [1..9]", True),
    ("[(< 3)] in [[< 5]]", False),
    ("(> 3) in [1..5]", False),
    ("[2..3) in (2..3)", False),
    ("[1, 2] in [[1, 2], 3]", True),
    ("[4] in (> 3)", True),
    ("amount in (!= 12, = 12)", True),
]


TABLES = LITERALS + ARITHMETIC + COMPARISON + ACCESS + MEMBERSHIP


@pytest.mark.parametrize("text, expected", TABLES)
def test_evaluates(value, text, expected):
    assert value(text, FALL, names=FALL) == expected


@pytest.mark.parametrize("text, expected", [row for row in LOGIC + CONTROL if row[1] is not None])
def test_decides_and_loops(value, text, expected):
    assert value(text, FALL) == expected


@pytest.mark.parametrize("text", [row[0] for row in LOGIC if row[1] is None])
def test_stays_undecided_without_complaint(value, text):
    assert value(text, FALL) is None


def test_results_are_plain_values(value):
    kinder = value("kinder[1]", FALL)
    assert type(kinder) is dict
    assert type(kinder["alter"]) is Decimal
    assert value("{alle: kinder, tag: beginn}", FALL)["tag"] == date(2026, 1, 31)


def test_texts_of_the_expression_stay_texts(value):
    assert value('["2026-01-31"][1]') == "2026-01-31"
    assert value('{a: "2026-01-31"}.a') == "2026-01-31"
    assert value("[beginn][1]", FALL) == date(2026, 1, 31)


def test_reads_names_with_spaces_longest_first(value):
    context = {"a": 1, "a b": 2, "b": 3, "a-b": 4}
    assert value("a b", context, names=context) == 2
    assert value("a-b", context, names=context) == 4
    assert value("a - b", context) == -2


def test_prefers_inner_names(value):
    assert value("for amount in [1] return amount", FALL) == [1]
    assert value("{amount: 5, b: amount}.b", FALL) == 5
    assert value("[{amount: 5}][amount = 5].amount", FALL) == [5]


def test_time_of_the_evaluation_is_german_and_stands_still(value, clock):
    moment = clock().astimezone(BERLIN)
    assert value("today()") == date(2026, 11, 24)
    assert value("now()") == moment
    assert value("now() = now()") is True
    assert value("string(now())") == "2026-11-24T00:30:00@Europe/Berlin"


def test_asks_the_clock_once():
    asked = []

    def clock():
        asked.append(1)
        return datetime(2026, 1, 1, tzinfo=UTC)

    feel.compile("[now(), today(), now()]").evaluate({}, clock=clock)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "text, expected",
    [
        ('@"-2021-01-01"', "-2021-01-01"),
        ("date(-2021, 2, 3)", "-2021-02-03"),
        ('@"12026-12-31" + duration("P1D")', "12027-01-01"),
        ('@"12024-01-31" + duration("P1M")', "12024-02-29"),
        ('@"-2021-01-01T10:00:00+11:00" - duration("PT11H")', "-2022-12-31T23:00:00+11:00"),
        ('@"10000-01-01" - duration("P1D")', "9999-12-31"),
        ('date("999999999-12-31")', "999999999-12-31"),
        ('years and months duration(@"2014-12-31", @"-2019-10-01")', "-P4033Y2M"),
        ('years and months duration(@"-2019-10-01", @"12026-09-30")', "P14044Y11M"),
    ],
)
def test_reckons_with_years_that_are_far_away(value, text, expected):
    assert value(f"string({text})") == expected


def test_asks_nothing_else_of_far_years(problem, value):
    assert value('@"-2021-01-01" = @"-2021-01-01"') is True
    assert value('@"-2021-01-01" instance of date') is True
    assert "außerhalb der Jahre 1 bis 9999" in problem('day of week(@"-2021-01-01")').message
    assert problem('@"-2021-01-01" < @"-2020-01-01"').code == "not_comparable"
    assert problem('@"-2021-01-01".year').code == "unknown_property"
    assert problem('date("-999999999-01-01") + duration("-P9999Y")').code == "arithmetic"
    assert problem('date("-2021-02-30")').code == "arguments"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("`first name`", "Kim"),
        ("`first   name` + `if`", "Kim!"),
        ("`a-b` - a", 3),
        ("fall.`b/c`", 5),
        ("{`x y`: 1, z: `x y` + 1}.z", 2),
        ("for `a kind` in [1, 2] return `a kind` + 1", [2, 3]),
        ("(function(`a b`: number) `a b` * 2)(`a b`: 4)", 8),
        ("[{`k-l`: 1}, {`k-l`: 2}][`k-l` > 1].`k-l`", [2]),
        ("sum(`list`: [1, 2])", 3),
        ('"`a`"', "`a`"),
    ],
)
def test_names_may_stand_in_backticks(value, text, expected):
    context = {"first name": "Kim", "if": "!", "a-b": 4, "a": 1, "fall": {"b/c": 5}}
    assert value(text, context) == expected


def test_a_name_in_backticks_is_read_from_outside():
    assert feel.compile("`first name` = null").names == {"first name"}
