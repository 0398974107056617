"""The built-ins that Camunda's editors offer: their signatures, and what their examples give.

The facts (names, parameters, example expressions and results) are those of the machine-readable
list `@camunda/feel-builtins` 1.4.1. A result is written as an expression, too.
"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine import feel
from engine.feel.builtins.library import LIBRARY
from engine.feel.builtins.registry import Bound

# Half past two in Germany.
CLOCK = datetime(2020, 7, 31, 12, 27, 30, tzinfo=UTC)

EXAMPLES = [
    (
        "not(negand)",
        [
            ("not(true)", "false"),
            ("not(null)", "null"),
        ],
    ),
    (
        "get value(context, key)",
        [
            ('get value({foo: 123}, "foo")', "123"),
            ('get value({a: 1}, "b")', "null"),
        ],
    ),
    (
        "get entries(context)",
        [
            ("get entries({foo: 123})", '[{key: "foo", value: 123}]'),
        ],
    ),
    (
        "context put(context, keys, value)",
        [
            ('context put({x:1}, ["y"], 2)', "{x:1, y:2}"),
            ('context put({x:1, y: {z:0}}, ["y", "z"], 2)', "{x:1, y: {z:2}}"),
            ('context put({x:1}, ["y", "z"], 2)', "{x:1, y: {z:2}}"),
        ],
    ),
    (
        "string(from)",
        [
            ("string(1.1)", '"1.1"'),
            ('string(date("2012-12-25"))', '"2012-12-25"'),
        ],
    ),
    (
        "number(from)",
        [
            ('number("1500.5")', "1500.5"),
        ],
    ),
    (
        "number(from, grouping separator)",
        [
            ('number("1,500", ",")', "1500"),
        ],
    ),
    (
        "number(from, grouping separator, decimal separator)",
        [
            ('number("1 500.5", " ", ".")', "1500.5"),
        ],
    ),
    (
        "context(entries)",
        [
            ('context([{"key":"a", "value":1}, {"key":"b", "value":2}])', "{a:1, b:2}"),
        ],
    ),
    (
        "date(from)",
        [
            ('date("2018-04-29")', 'date("2018-04-29")'),
            ('date(date and time("2012-12-25T11:00:00"))', 'date("2012-12-25")'),
        ],
    ),
    (
        "date(year, month, day)",
        [
            ("date(2012, 12, 25)", 'date("2012-12-25")'),
        ],
    ),
    (
        "time(from)",
        [
            ('time("12:00:00")', 'time("12:00:00")'),
            ('time(date and time("2012-12-25T11:00:00"))', 'time("11:00:00")'),
        ],
    ),
    (
        "time(hour, minute, second)",
        [
            ("time(23, 59, 0)", 'time("23:59:00")'),
        ],
    ),
    (
        "time(hour, minute, second, offset)",
        [
            ('time(14, 30, 0, duration("PT1H"))', 'time("14:30:00+01:00")'),
        ],
    ),
    (
        "date and time(from)",
        [
            ('date and time("2018-04-29T09:30:00")', 'date and time("2018-04-29T09:30:00")'),
            (
                'date and time("2018-04-29T09:30:00+02:00")',
                'date and time("2018-04-29T09:30:00+02:00")',
            ),
            (
                'date and time("2018-04-29T09:30:00@Europe/Berlin")',
                'date and time("2018-04-29T09:30:00@Europe/Berlin")',
            ),
            (
                'date and time("2018-04-29T09:30:00+02:00[Europe/Berlin]")',
                'date and time("2018-04-29T09:30:00@Europe/Berlin")',
            ),
        ],
    ),
    (
        "date and time(date, time)",
        [
            (
                'date and time(date("2012-12-24"),time("T23:59:00"))',
                'date and time("2012-12-24T23:59:00")',
            ),
            (
                'date and time(date and time("2012-12-25T11:00:00"),time("T23:59:00"))',
                'date and time("2012-12-25T23:59:00")',
            ),
        ],
    ),
    (
        "duration(from)",
        [
            ('duration("P5D")', 'duration("P5D")'),
            ('duration("P32Y")', 'duration("P32Y")'),
        ],
    ),
    (
        "years and months duration(from, to)",
        [
            (
                'years and months duration(date("2011-12-22"), date("2013-08-24"))',
                'duration("P1Y8M")',
            ),
        ],
    ),
    (
        "from json(value)",
        [
            ('from json("{\\"a\\": 1, \\"b\\": 2}")', "{a: 1, b: 2}"),
            ('from json("true")', "true"),
            ('from json("\\"2023-06-14\\"")', '"2023-06-14"'),
        ],
    ),
    (
        "to json(value)",
        [
            ("to json({a: 1, b: 2})", '"{\\"a\\":1,\\"b\\":2}"'),
            ("to json(true)", '"true"'),
            ('to json(@"2023-06-14")', '"\\"2023-06-14\\""'),
            (
                'to json(@"2025-11-24T10:00:00@Europe/Berlin")',
                '"\\"2025-11-24T10:00:00+01:00[Europe/Berlin]\\""',
            ),
            ('to json(@"P3Y")', '"\\"P3Y\\""'),
        ],
    ),
    (
        "list contains(list, element)",
        [
            ("list contains([1,2,3], 2)", "true"),
        ],
    ),
    (
        "count(list)",
        [
            ("count([1,2,3])", "3"),
        ],
    ),
    (
        "min(list)",
        [
            ("min([1,2,3])", "1"),
            ("min(1,2,3)", "1"),
        ],
    ),
    (
        "max(list)",
        [
            ("max([1,2,3])", "3"),
            ("max(1,2,3)", "3"),
        ],
    ),
    (
        "sum(list)",
        [
            ("sum([1,2,3])", "6"),
            ("sum(1,2,3)", "6"),
        ],
    ),
    (
        "product(list)",
        [
            ("product([2, 3, 4])", "24"),
            ("product(2, 3, 4)", "24"),
        ],
    ),
    (
        "mean(list)",
        [
            ("mean([1,2,3])", "2"),
            ("mean(1,2,3)", "2"),
        ],
    ),
    (
        "median(list)",
        [
            ("median(8, 2, 5, 3, 4)", "4"),
            ("median([6, 1, 2, 3])", "2.5"),
        ],
    ),
    (
        "stddev(list)",
        [
            ("stddev(2, 4, 7, 5)", "2.0816659994661326"),
            ("stddev([2, 4, 7, 5])", "2.0816659994661326"),
        ],
    ),
    (
        "mode(list)",
        [
            ("mode(6, 3, 9, 6, 6)", "[6]"),
            ("mode([6, 1, 9, 6, 1])", "[1, 6]"),
        ],
    ),
    (
        "all(list)",
        [
            ("all([true,false])", "false"),
            ("all(false,null,true)", "false"),
        ],
    ),
    (
        "any(list)",
        [
            ("any([false,true])", "true"),
            ("any(false,null,true)", "true"),
        ],
    ),
    (
        "sublist(list, start position)",
        [
            ("sublist([1,2,3], 2)", "[2,3]"),
        ],
    ),
    (
        "sublist(list, start position, length)",
        [
            ("sublist([1,2,3], 1, 2)", "[1,2]"),
        ],
    ),
    (
        "append(list, items)",
        [
            ("append([1], 2, 3)", "[1,2,3]"),
        ],
    ),
    (
        "concatenate(lists)",
        [
            ("concatenate([1,2],[3])", "[1,2,3]"),
            ("concatenate([1],[2],[3])", "[1,2,3]"),
        ],
    ),
    (
        "insert before(list, position, newItem)",
        [
            ("insert before([1,3],1,2)", "[2,1,3]"),
        ],
    ),
    (
        "remove(list, position)",
        [
            ("remove([1,2,3], 2)", "[1,3]"),
        ],
    ),
    (
        "reverse(list)",
        [
            ("reverse([1,2,3])", "[3,2,1]"),
        ],
    ),
    (
        "index of(list, match)",
        [
            ("index of([1,2,3,2],2)", "[2,4]"),
        ],
    ),
    (
        "union(list)",
        [
            ("union([1,2],[2,3])", "[1,2,3]"),
        ],
    ),
    (
        "distinct values(list)",
        [
            ("distinct values([1,2,3,2,1])", "[1,2,3]"),
        ],
    ),
    (
        "flatten(list)",
        [
            ("flatten([[1,2],[[3]], 4])", "[1,2,3,4]"),
        ],
    ),
    (
        "sort(list, precedes)",
        [
            ("sort(list: [3,1,4,5,2], precedes: function(x,y) x < y)", "[1,2,3,4,5]"),
        ],
    ),
    (
        "string join(list)",
        [
            ('string join(["a","b","c"])', '"abc"'),
            ('string join(["a",null,"c"])', '"ac"'),
            ("string join([])", '""'),
        ],
    ),
    (
        "string join(list, delimiter)",
        [
            ('string join(["a"], "X")', '"a"'),
            ('string join(["a","b","c"], ", ")', '"a, b, c"'),
        ],
    ),
    (
        "decimal(n, scale)",
        [
            ("decimal(1/3, 2)", ".33"),
            ("decimal(1.5, 0)", "2"),
        ],
    ),
    (
        "floor(n)",
        [
            ("floor(1.5)", "1"),
            ("floor(-1.5)", "-2"),
        ],
    ),
    (
        "floor(n, scale)",
        [
            ("floor(-1.56, 1)", "-1.6"),
        ],
    ),
    (
        "ceiling(n)",
        [
            ("ceiling(1.5)", "2"),
            ("ceiling(-1.5)", "-1"),
        ],
    ),
    (
        "ceiling(n, scale)",
        [
            ("ceiling(-1.56, 1)", "-1.5"),
        ],
    ),
    (
        "round up(n, scale)",
        [
            ("round up(5.5)", "6"),
            ("round up(-5.5)", "-6"),
            ("round up(1.121, 2)", "1.13"),
            ("round up(-1.126, 2)", "-1.13"),
        ],
    ),
    (
        "round down(n, scale)",
        [
            ("round down(5.5, 0)", "5"),
            ("round down (-5.5, 0)", "-5"),
            ("round down (1.121, 2)", "1.12"),
            ("round down (-1.126, 2)", "-1.12"),
        ],
    ),
    (
        "round half up(n, scale)",
        [
            ("round half up(5.5, 0)", "6"),
            ("round half up(-5.5, 0)", "-6"),
            ("round half up(1.121, 2)", "1.12"),
            ("round half up(-1.126, 2)", "-1.13"),
        ],
    ),
    (
        "round half down(n, scale)",
        [
            ("round half down (5.5, 0)", "5"),
            ("round half down (-5.5, 0)", "-5"),
            ("round half down (1.121, 2)", "1.12"),
            ("round half down (-1.126, 2)", "-1.13"),
        ],
    ),
    (
        "abs(number)",
        [
            ("abs(10)", "10"),
            ("abs(-10)", "10"),
        ],
    ),
    (
        "modulo(dividend, divisor)",
        [
            ("modulo(12, 5)", "2"),
        ],
    ),
    (
        "sqrt(number)",
        [
            ("sqrt(16)", "4"),
        ],
    ),
    (
        "log(number)",
        [
            ("log(10)", "2.302585092994046"),
        ],
    ),
    (
        "exp(number)",
        [
            ("exp(5)", "148.4131591025766"),
        ],
    ),
    (
        "odd(number)",
        [
            ("odd(5)", "true"),
            ("odd(2)", "false"),
        ],
    ),
    (
        "even(number)",
        [
            ("even(5)", "false"),
            ("even(2)", "true"),
        ],
    ),
    (
        "before(point1, point2)",
        [
            ("before(1, 10)", "true"),
            ("before(10, 1)", "false"),
        ],
    ),
    (
        "before(range, point)",
        [
            ("before([1..5], 10)", "true"),
        ],
    ),
    (
        "before(point, range)",
        [
            ("before(1, [2..5])", "true"),
        ],
    ),
    (
        "before(range1, range2)",
        [
            ("before([1..5], [6..10])", "true"),
            ("before([1..5),[5..10])", "true"),
        ],
    ),
    (
        "after(point1, point2)",
        [
            ("after(10, 1)", "true"),
            ("after(1, 10)", "false"),
        ],
    ),
    (
        "after(range, point)",
        [
            ("after([1..5], 10)", "false"),
        ],
    ),
    (
        "after(point, range)",
        [
            ("after(12, [2..5])", "true"),
        ],
    ),
    (
        "after(range1, range2)",
        [
            ("after([6..10], [1..5])", "true"),
            ("after([5..10], [1..5))", "true"),
        ],
    ),
    (
        "meets(range1, range2)",
        [
            ("meets([1..5], [5..10])", "true"),
            ("meets([1..3], [4..6])", "false"),
            ("meets([1..3], [3..5])", "true"),
            ("meets([1..5], (5..8])", "false"),
        ],
    ),
    (
        "met by(range1, range2)",
        [
            ("met by([5..10], [1..5])", "true"),
            ("met by([3..4], [1..2])", "false"),
            ("met by([3..5], [1..3])", "true"),
            ("met by((5..8], [1..5))", "false"),
            ("met by([5..10], [1..5))", "false"),
        ],
    ),
    (
        "overlaps(range1, range2)",
        [
            ("overlaps([5..10], [1..6])", "true"),
            ("overlaps((3..7], [1..4])", "true"),
            ("overlaps([1..3], (3..6])", "false"),
            ("overlaps((5..8], [1..5))", "false"),
            ("overlaps([4..10], [1..5))", "true"),
        ],
    ),
    (
        "overlaps before(range1, range2)",
        [
            ("overlaps before([1..5], [4..10])", "true"),
            ("overlaps before([3..4], [1..2])", "false"),
            ("overlaps before([1..3], (3..5])", "false"),
            ("overlaps before([1..5), (3..8])", "true"),
            ("overlaps before([1..5), [5..10])", "false"),
        ],
    ),
    (
        "overlaps after(range1, range2)",
        [
            ("overlaps after([4..10], [1..5])", "true"),
            ("overlaps after([3..4], [1..2])", "false"),
            ("overlaps after([3..5], [1..3))", "false"),
            ("overlaps after((5..8], [1..5))", "false"),
            ("overlaps after([4..10], [1..5))", "true"),
        ],
    ),
    (
        "finishes(point, range)",
        [
            ("finishes(5, [1..5])", "true"),
            ("finishes(10, [1..7])", "false"),
        ],
    ),
    (
        "finishes(range1, range2)",
        [
            ("finishes([3..5], [1..5])", "true"),
            ("finishes((1..5], [1..5))", "false"),
            ("finishes([5..10], [1..10))", "false"),
        ],
    ),
    (
        "finished by(range, point)",
        [
            ("finished by([5..10], 10)", "true"),
            ("finished by([3..4], 2)", "false"),
        ],
    ),
    (
        "finished by(range1, range2)",
        [
            ("finished by([1..5], [3..5])", "true"),
            ("finished by((5..8], [1..5))", "false"),
            ("finished by([5..10], (1..10))", "false"),
        ],
    ),
    (
        "includes(range, point)",
        [
            ("includes([5..10], 6)", "true"),
            ("includes([3..4], 5)", "false"),
        ],
    ),
    (
        "includes(range1, range2)",
        [
            ("includes([1..10], [4..6])", "true"),
            ("includes((5..8], [1..5))", "false"),
            ("includes([1..10], [1..5))", "true"),
        ],
    ),
    (
        "during(point, range)",
        [
            ("during(5, [1..10])", "true"),
            ("during(12, [1..10])", "false"),
            ("during(1, (1..10])", "false"),
        ],
    ),
    (
        "during(range1, range2)",
        [
            ("during([4..6], [1..10))", "true"),
            ("during((1..5], (1..10])", "true"),
        ],
    ),
    (
        "starts(point, range)",
        [
            ("starts(1, [1..5])", "true"),
            ("starts(1, (1..8])", "false"),
        ],
    ),
    (
        "starts(range1, range2)",
        [
            ("starts((1..5], [1..5])", "false"),
            ("starts([1..10], [1..5])", "false"),
            ("starts((1..5), (1..10))", "true"),
        ],
    ),
    (
        "started by(range, point)",
        [
            ("started by([1..10], 1)", "true"),
            ("started by((1..10], 1)", "false"),
        ],
    ),
    (
        "started by(range1, range2)",
        [
            ("started by([1..10], [1..5])", "true"),
            ("started by((1..10], [1..5))", "false"),
            ("started by([1..10], [1..10))", "true"),
        ],
    ),
    (
        "coincides(point1, point2)",
        [
            ("coincides(5, 5)", "true"),
            ("coincides(3, 4)", "false"),
        ],
    ),
    (
        "coincides(range1, range2)",
        [
            ("coincides([1..5], [1..5])", "true"),
            ("coincides((1..5], [1..5))", "false"),
            ("coincides([1..5], [2..6])", "false"),
        ],
    ),
    (
        "substring(string, start position)",
        [
            ('substring("foobar", 3)', '"obar"'),
            ('substring("foobar", -2)', '"ar"'),
        ],
    ),
    (
        "substring(string, start position, length)",
        [
            ('substring("foobar", 3, 3)', '"oba"'),
            ('substring("foobar", -3, 2)', '"ba"'),
            ('substring("foobar", 3, 10)', '"obar"'),
        ],
    ),
    (
        "string length(string)",
        [
            ('string length("foo")', "3"),
        ],
    ),
    (
        "upper case(string)",
        [
            ('upper case("aBc4")', '"ABC4"'),
        ],
    ),
    (
        "lower case(string)",
        [
            ('lower case("aBc4")', '"abc4"'),
        ],
    ),
    (
        "substring before(string, match)",
        [
            ('substring before("foobar", "bar")', '"foo"'),
        ],
    ),
    (
        "substring after(string, match)",
        [
            ('substring after("foobar", "ob")', '"ar"'),
        ],
    ),
    (
        "contains(string, match)",
        [
            ('contains("foobar", "of")', "false"),
        ],
    ),
    (
        "starts with(string, match)",
        [
            ('starts with("foobar", "fo")', "true"),
        ],
    ),
    (
        "ends with(string, match)",
        [
            ('ends with("foobar", "r")', "true"),
        ],
    ),
    (
        "matches(input, pattern)",
        [
            ('matches("foobar", "^fo*bar")', "true"),
        ],
    ),
    (
        "matches(input, pattern, flags)",
        [
            ('matches("FooBar", "foo", "i")', "true"),
        ],
    ),
    (
        "replace(input, pattern, replacement)",
        [
            ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', '"[1=ab][2=]cd"'),
            ('replace("0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3")', '"(012) 345-6789"'),
        ],
    ),
    (
        "replace(input, pattern, replacement, flags)",
        [
            ('replace("Wie f\u00fchlen Sie?", "F\u00dcHLEN", "FEEL", "i")', '"Wie FEEL Sie?"'),
        ],
    ),
    (
        "split(string, delimiter)",
        [
            ('split("John Doe", "\\s" )', '["John", "Doe"]'),
            ('split("a;b;c;;", ";")', '["a", "b", "c", "", ""]'),
        ],
    ),
    ("now()", []),
    ("today()", []),
    (
        "day of week(date)",
        [
            ('day of week(date("2019-09-17"))', '"Tuesday"'),
            ('day of week(date and time("2019-09-17T12:00:00"))', '"Tuesday"'),
        ],
    ),
    (
        "day of year(date)",
        [
            ('day of year(date("2019-09-17"))', "260"),
            ('day of year(date and time("2019-09-17T12:00:00"))', "260"),
        ],
    ),
    (
        "week of year(date)",
        [
            ('week of year(date("2019-09-17"))', "38"),
            ('week of year(date and time("2019-09-17T12:00:00"))', "38"),
        ],
    ),
    (
        "month of year(date)",
        [
            ('month of year(date("2019-09-17"))', '"September"'),
            ('month of year(date and time("2019-09-17T12:00:00"))', '"September"'),
        ],
    ),
    (
        "abs(n)",
        [
            ('abs(duration("-PT5H"))', 'duration("PT5H")'),
            ('abs(duration("PT5H"))', 'duration("PT5H")'),
            ('abs(duration("-P2M"))', 'duration("P2M")'),
        ],
    ),
    ("fromAi(value)", []),
    ("fromAi(value, description)", []),
    ("fromAi(value, description, type)", []),
    ("fromAi(value, description, type, schema)", []),
    ("fromAi(value, description, type, schema, options)", []),
    (
        "is defined(value)",
        [
            ("is defined(1)", "true"),
            ("is defined(null)", "false"),
            ("is defined(x)", "false"),
            ("is defined(x.y)", "false"),
        ],
    ),
    (
        "get or else(value, default)",
        [
            ('get or else("this", "default")', '"this"'),
            ('get or else(null, "default")', '"default"'),
            ("get or else(null, null)", "null"),
        ],
    ),
    ("assert(value, condition)", []),
    ("assert(value, condition, cause)", []),
    (
        "get value(context, keys)",
        [
            ('get value({x:1, y: {z:0}}, ["y", "z"])', "0"),
            ('get value({x: {y: {z:0}}}, ["x", "y"])', "{z:0}"),
            ('get value({a: {b: 3}}, ["b"])', "null"),
        ],
    ),
    (
        "context put(context, key, value)",
        [
            ('context put({x:1}, "y", 2)', "{x:1, y:2}"),
        ],
    ),
    (
        "context merge(contexts)",
        [
            ("context merge([{x:1}, {y:2}])", "{x:1, y:2}"),
            ("context merge([{x:1, y: 0}, {y:2}])", "{x:1, y:2}"),
        ],
    ),
    (
        "date and time(date, timezone)",
        [
            (
                'date and time(@"2020-07-31T14:27:30@Europe/Berlin", "America/Los_Angeles")',
                'date and time("2020-07-31T05:27:30@America/Los_Angeles")',
            ),
            ('date and time(@"2020-07-31T14:27:30", "Z")', 'date and time("2020-07-31T12:27:30Z")'),
        ],
    ),
    (
        "duplicate values(list)",
        [
            ("duplicate values([1,2,3,2,1])", "[1,2]"),
        ],
    ),
    (
        "string join(list, delimiter, prefix, suffix)",
        [
            ('string join(["a","b","c"], ", ", "[", "]")', '"[a, b, c]"'),
        ],
    ),
    (
        "is empty(list)",
        [
            ("is empty([])", "true"),
            ("is empty([1,2,3])", "false"),
        ],
    ),
    (
        "partition(list, size)",
        [
            ("partition([1,2,3,4,5], 2)", "[[1,2], [3,4], [5]]"),
            ("partition([], 2)", "[]"),
            ("partition([1,2], 0)", "null"),
        ],
    ),
    ("random number()", []),
    (
        "extract(string, pattern)",
        [
            ('extract("Az. 1234, 1256, 1378", "12[0-9]*")', '["1234","1256"]'),
        ],
    ),
    (
        "trim(string)",
        [
            ('trim("  hello world  ")', '"hello world"'),
            ('trim("hello   world ")', '"hello   world"'),
        ],
    ),
    ("uuid()", []),
    (
        "to base64(value)",
        [
            ('to base64("FEEL")', '"RkVFTA=="'),
        ],
    ),
    (
        "from base64(value)",
        [
            ('from base64("RkVFTA==")', '"FEEL"'),
        ],
    ),
    (
        "is blank(string)",
        [
            ('is blank("")', "true"),
            ('is blank(" ")', "true"),
            ('is blank("hello world")', "false"),
        ],
    ),
    (
        "last day of month(date)",
        [
            ('last day of month(date("2022-10-01"))', 'date("2022-10-31")'),
            ('last day of month(date and time("2022-10-16T12:00:00"))', 'date("2022-10-31")'),
        ],
    ),
]
TOOL = {"toolCall": {"suche": "Kita", "art": None}}
OF_THE_CLOCK_AND_OF_VARIABLES = [
    ("now()", {}, 'date and time("2020-07-31T14:27:30@Europe/Berlin")'),
    ("today()", {}, 'date("2020-07-31")'),
    ("is defined(x)", {"x": None}, "false"),
    ("is defined(x.y)", {"x": {"z": 1}}, "false"),
    ("is defined(x.y)", {"x": {"y": 0}}, "true"),
    ("assert(x, x != null)", {"x": "value"}, '"value"'),
    ("assert(x, x >= 0)", {"x": 4}, "4"),
    ("assert(x, x != null, \"'x' fehlt\")", {"x": "value"}, '"value"'),
    ("assert(x, x >= 0, \"'x' ist zu klein\")", {"x": 4}, "4"),
    ("fromAi(toolCall.suche)", TOOL, '"Kita"'),
    ("fromAi(toolCall.art)", TOOL, "null"),
    ('fromAi(toolCall.suche, "Wonach?")', TOOL, '"Kita"'),
    ("fromAi(toolCall.suche, null)", TOOL, '"Kita"'),
    ('fromAi(toolCall.suche, "Wonach?", "string")', TOOL, '"Kita"'),
    ('fromAi(toolCall.suche, null, "string")', TOOL, '"Kita"'),
    ('fromAi(value: toolCall.suche, type: "string")', TOOL, '"Kita"'),
    ('fromAi(toolCall.suche, "Wonach?", "string", {enum: ["Kita", "Hort"]})', TOOL, '"Kita"'),
    (
        'fromAi(value: toolCall.suche, description: "Wonach?", schema: {type: "string"})',
        TOOL,
        '"Kita"',
    ),
    (
        'fromAi(toolCall.suche, "Wonach?", "array", {items: {type: "string"}})',
        TOOL,
        '"Kita"',
    ),
    (
        'fromAi(toolCall.suche, "Wonach?", "string", null, {required: false})',
        TOOL,
        '"Kita"',
    ),
    ("fromAi(value: toolCall.suche, options: {required: false})", TOOL, '"Kita"'),
]
FAILING = [
    ("assert(x, x != null)", {"x": None}, "die Bedingung ist nicht erfüllt"),
    ("assert(x, x != null)", {}, "die Bedingung ist nicht erfüllt"),
    ("assert(x, x >= 0)", {"x": -1}, "die Bedingung ist nicht erfüllt"),
    ("assert(x, x != null, \"'x' fehlt\")", {"x": None}, "'x' fehlt"),
    ("assert(x, x >= 0, \"'x' ist zu klein\")", {"x": -1}, "'x' ist zu klein"),
    ('[1, {a: assert(x, x > 0, "zu klein")}]', {"x": 0}, "zu klein"),
    ('get or else(assert(x, x > 0, "zu klein"), 5)', {"x": 0}, "zu klein"),
]


def gives_what_is_promised(text, variables, promised):
    result = feel.compile(text).evaluate(variables, clock=lambda: CLOCK)
    expected = feel.compile(promised).require({}, clock=lambda: CLOCK)
    if isinstance(expected, Decimal) and isinstance(result.value, Decimal):
        # The list calculates with binary numbers of 16 digits, we with 34.
        return float(result.value) == float(expected)
    return result.value == expected and type(result.value) is type(expected)


@pytest.mark.parametrize(
    "text, promised", [example for _, examples in EXAMPLES for example in examples]
)
def test_examples_gives_what_is_promised(text, promised):
    assert gives_what_is_promised(text, {}, promised)


@pytest.mark.parametrize("text, variables, promised", OF_THE_CLOCK_AND_OF_VARIABLES)
def test_examples_with_variables_gives_what_is_promised(text, variables, promised):
    assert gives_what_is_promised(text, variables, promised)


@pytest.mark.parametrize("text, variables, why", FAILING)
def test_assert_lets_the_whole_evaluation_fail(text, variables, why):
    with pytest.raises(feel.FeelAssertionFailed) as caught:
        feel.compile(text).evaluate(variables, clock=lambda: CLOCK)
    assert why in caught.value.message
    assert caught.value.place.text == text
    assert text[caught.value.place.start :].startswith("assert(")


@pytest.mark.parametrize("signature", [signature for signature, _ in EXAMPLES])
def test_signatures_fit_by_position_and_by_name(signature):
    name, _, rest = signature.partition("(")
    parameters = [one for one in rest[:-1].split(", ") if one]
    assert isinstance(LIBRARY.bind(name, len(parameters), None), Bound)
    assert isinstance(LIBRARY.bind(name, len(parameters), parameters), Bound)


def test_a_function_that_asks_for_a_value_refuses_none():
    result = feel.compile("is defined()").evaluate({}, clock=lambda: CLOCK)
    assert result.value is None
    assert "braucht 1 Argument, hier sind es 0" in result.warnings[0].message


def test_chance_is_what_the_evaluation_was_given():
    drawn = iter([b"\x80" + b"\x00" * 7, b"\xff" * 16, b"\xff" * 8])
    evaluation = feel.Evaluation(lambda: CLOCK, chance=lambda _size: next(drawn))
    text = "[random number(), uuid(), random number() < 1]"
    assert feel.compile(text).run({}, evaluation) == [
        Decimal("0.5"),
        "ffffffff-ffff-4fff-bfff-ffffffffffff",
        True,
    ]


def test_chance_differs_each_time():
    drawn = feel.compile("for i in 1..50 return uuid()").require({}, clock=lambda: CLOCK)
    assert len(set(drawn)) == 50
    assert {len(one) for one in drawn} == {36}
    numbers = feel.compile("for i in 1..50 return random number()").require({}, clock=lambda: CLOCK)
    assert len(set(numbers)) == 50
    assert all(0 <= number < 1 for number in numbers)
