"""Strict and lenient evaluation, the names that are read, functions and lazy contexts."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine import feel
from engine.feel.values.types import ListOf, RangeOf, Restricted, coerce


def test_require_returns_a_value_and_an_honest_null(clock):
    assert feel.compile("1 + a").require({"a": 1}, clock=clock) == 2
    assert feel.compile("a").require({"a": None}, clock=clock) is None


def test_require_raises_where_null_comes_from_a_problem(clock):
    with pytest.raises(feel.FeelError) as caught:
        feel.compile("1 +\n amout").require({"amount": 1}, clock=clock)
    assert caught.value.message == "Es gibt keine Variable „amout“"
    assert caught.value.hint == "Meinten Sie „amount“?"
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_condition_wants_true_or_false(clock):
    assert feel.compile("a > 1").condition({"a": 2}, clock=clock) is True
    for text, why in (
        ("a", "sie ergibt aber: eine Zahl"),
        ("null", "sie ergibt aber: leer (null)"),
        ("b > 1", "Es gibt keine Variable „b“"),
    ):
        with pytest.raises(feel.FeelError, match=why.replace("(", r"\(").replace(")", r"\)")):
            feel.compile(text).condition({"a": 2}, clock=clock)


def test_default_for_what_is_missing_is_no_problem(clock):
    text = "get or else(unbekannt, null)"
    assert feel.compile(text).require({}, clock=clock) is None
    assert feel.compile("is defined(kind.ort)").condition({}, clock=clock) is False


@pytest.mark.parametrize(
    "text, names",
    [
        ("a + b.c", {"a", "b"}),
        ("for x in liste return x + y", {"liste", "y"}),
        ("{a: 1, b: a + c}", {"c"}),
        ("function(a) a + b", {"b"}),
        ("count(liste[alter > 3])", {"liste"}),
        ("stichtag_uesb(kind)", {"stichtag_uesb", "kind"}),
        ("today()", set()),
        ("a in (b, ? > c)", {"a", "b", "c"}),
    ],
)
def test_knows_the_names_it_reads(text, names):
    assert feel.compile(text).names == names


def test_compiles_each_text_once():
    assert feel.compile("1 + 1") is feel.compile("1 + 1", names=["schlicht"])
    assert feel.compile("a b", names=["a b"]) is feel.compile("a b", names=("a b", "c"))


def test_calls_functions_that_a_decision_made(clock):
    def body(arguments, evaluation):
        assert evaluation.today() == date(2026, 11, 24)
        return arguments["a"] * 2

    context = {"doppelt": feel.FeelFunction(("a",), body)}
    for text in ("doppelt(2)", "doppelt(a: 2)"):
        assert feel.compile(text).require(context, clock=clock) == 4
    assert feel.compile("for x in [1, 2] return doppelt(x)").require(context, clock=clock) == [2, 4]


def test_functions_of_a_decision_win_over_built_ins(clock):
    context = {"count": feel.FeelFunction(("l",), lambda _arguments, _evaluation: Decimal(99))}
    assert feel.compile("count([1])").require(context, clock=clock) == 99


def test_a_function_may_evaluate_expressions_in_the_same_run(clock):
    inner = feel.compile("n + amout")

    def body(arguments, evaluation):
        return inner.run(arguments, evaluation)

    result = feel.compile("f(1)").evaluate({"f": feel.FeelFunction(("n",), body)}, clock=clock)
    assert result.warnings[0].code == "unknown_variable"


def test_results_of_functions_fit_their_type(clock):
    function = feel.FeelFunction((), lambda *_: "x", result="number")
    result = feel.compile("f()").evaluate({"f": function}, clock=clock)
    assert result.value is None
    assert "nicht vom Typ number" in result.warnings[0].message


class Lazy(Mapping):
    """A context that notes what was read of it."""

    def __init__(self, values):
        self.values_ = values
        self.read = []

    def __getitem__(self, key):
        self.read.append(key)
        return self.values_[key]

    def __contains__(self, key):
        return key in self.values_

    def __iter__(self):
        return iter(self.values_)

    def __len__(self):
        return len(self.values_)


def test_reads_no_more_than_it_needs(clock):
    fall = Lazy({"kind": {"ort": "Hamm"}, "teuer": 1})
    outer = Lazy({"fall": fall, "anderes": 2})
    assert feel.compile('fall.kind.ort = "Hamm"').condition(outer, clock=clock) is True
    assert (outer.read, fall.read) == (["fall"], ["kind"])


def test_reads_a_list_once(clock):
    context = Lazy({"zahlen": [1, 2, 3]})
    assert feel.compile("for x in zahlen return sum(zahlen)").require(context, clock=clock)
    assert context.read == ["zahlen"]


def test_lazy_contexts_come_out_as_plain_ones(clock):
    result = feel.compile("{f: fall}").require({"fall": Lazy({"a": 1})}, clock=clock)
    assert result == {"f": {"a": 1}}
    assert type(result["f"]) is dict
    assert feel.compile("get entries(fall)").require({"fall": Lazy({"a": 1})}, clock=clock) == [
        {"key": "a", "value": 1}
    ]


@pytest.mark.parametrize(
    "value, wanted, fitted, fits",
    [
        ("[1]", "number", 1, True),
        ("1", ListOf("number"), [1], True),
        ("1", ListOf("string"), None, False),
        ("[1, 2]", "number", None, False),
        ('["a"]', "Alter", None, False),
        ("7", "Alter", 7, True),
        ("[7]", "Alter", 7, True),
        ("70", "Alter", None, False),
        ("null", "Alter", None, True),
        ('@"2026-01-01"', "dateTime", datetime(2026, 1, 1, tzinfo=UTC), True),
        ("1", RangeOf("number"), None, False),
    ],
)
def test_values_are_fitted_to_types(clock, value, wanted, fitted, fits):
    young = feel.compile_unary_tests("< 18")
    types = {"Alter": Restricted("number", lambda v: young.matches(v, {}, clock=clock))}
    found = feel.compile(value).require({}, clock=clock)
    assert coerce(found, wanted, types) == (fitted, fits)


def test_types_of_decisions_are_known_to_instance_of(clock):
    evaluation = feel.Evaluation(clock, types={"Alter": "number"})
    assert feel.compile("5 instance of Alter").run({}, evaluation) is True
    assert feel.compile('"x" instance of Alter').run({}, evaluation) is False
