"""Which hidden values an expression can get at, whichever way it takes."""

import pytest

from engine.feel import FeelSyntaxError
from engine.feel.builtins.library import BUILT_IN_NAMES
from engine.feel.reads import Names, reading, reading_of_cell
from engine.feel.syntax.names import KnownNames

SECRET = ("task", "key")
ROW = ("task", "kinder", "notiz")
HIDDEN = frozenset({SECRET, ROW, ("feld",)})


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("task.key", SECRET),
        ("task.key.geschuetzt", SECRET),
        ("task.key[1]", SECRET),
        ("feld", ("feld",)),
        ('get value(task, "key")', SECRET),
        ('get value(task, ["kinder", "notiz"])', ROW),
        ('get value(get value(task, "kinder")[1], "notiz")', ROW),
        ("get or else(task.key, null)", SECRET),
        ("get or else(task, null).key", SECRET),
        ("[task][1].key", SECRET),
        ("[[task]][1][1].key", SECRET),
        ("task[1].key", SECRET),
        ('task.kinder[vorname = "Ida"].notiz', ROW),
        ("(if true then task else null).key", SECRET),
        ("for k in task.kinder return k.notiz", ROW),
        ("for t in [task], k in t.kinder return k.notiz", ROW),
        ("(for k in task.kinder return k)[1].notiz", ROW),
        ("if a then b else task.key", SECRET),
    ],
)
def test_a_hidden_value_is_found_where_it_is_handed_on(text, way):
    assert reading(text, HIDDEN).result == {way}


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("task.key = null", SECRET),
        ('task.key = "x"', SECRET),
        ("count(task.key)", SECRET),
        ("is defined(feld)", ("feld",)),
        ('task[key = "x"].kwg', SECRET),
        ('task.kinder[notiz = "x"].vorname', ROW),
        ('task.kinder[item.notiz = "x"].vorname', ROW),
        ('count(task.kinder[contains(notiz, "x")])', ROW),
        ("some k in task.kinder satisfies k.notiz = null", ROW),
        ("every k in task.kinder satisfies k.notiz > 1", ROW),
        ("{a: task.key}", SECRET),
        ("upper case(task.key)", SECRET),
        ("upper case(string: task.key)", SECRET),
        ("if task.key = 1 then 2 else 3", SECRET),
        ("task.key in (1, 2)", SECRET),
        ("task.key between 1 and 2", SECRET),
        ("task.key + 1", SECRET),
        ("-task.key", SECRET),
        ("task.key instance of string", SECRET),
        ("[1..task.key]", SECRET),
        ("for i in 1..task.key return i", SECRET),
        ("x[task.key]", SECRET),
        ("sort([1], function(a, b) task.key)", SECRET),
    ],
)
def test_a_hidden_value_is_found_where_it_is_looked_at(text, way):
    assert way in reading(text, HIDDEN).read


@pytest.mark.parametrize(
    "text",
    [
        "{a: task}.a.key",
        "get entries(task)[1].value",
        "get value(task, name)",
        'get value(m: task, key: "key")',
        "context merge([task, {}]).key",
        'context put(task, "a", 1)',
        "string(task)",
        "task = {key: 1}",
        "(function(x) x.key)(task)",
        "bewerten(task)",
        "for k in [task] return if count(partial) > 0 then partial[1].key else k",
    ],
)
def test_a_context_that_is_passed_on_whole_is_read(text):
    assert ("task",) in reading(text, HIDDEN).read


@pytest.mark.parametrize(
    "text",
    [
        "task.kwg",
        "get or else(task.kwg, null)",
        'get value(task, "kwg")',
        "task = null",
        "task != null and task.kwg",
        "count(task.kinder)",
        "task.kinder.vorname",
        'task.kinder[vorname = "Ida"].alter',
        "for k in task.kinder return k.vorname",
        "some key in [1, 2] satisfies key = 1",
        "for feld in [1] return feld",
        "{feld: 1, b: feld}",
        "(function(feld) feld)(1)",
        "andere.key",
        "{key: true}",
        "for i in [1, 2] return i + count(partial)",
        'fall.personen[rolle = "kind"]',
    ],
)
def test_nothing_hidden_is_touched(text):
    seen = reading(text, HIDDEN)
    assert (seen.result, seen.read) == (frozenset(), frozenset())


def test_a_whole_context_is_handed_on_as_such():
    seen = reading("task", HIDDEN)
    assert (seen.result, seen.read) == ({("task",)}, frozenset())


def test_parameters_are_the_expressions_own():
    assert not reading("feld + 1", HIDDEN, Names(own=frozenset({"feld"}))).read


def test_cells_read_too():
    assert reading_of_cell('"a", task.key', HIDDEN).read == {SECRET}
    assert reading_of_cell("> feld", HIDDEN).read == {("feld",)}
    assert not reading_of_cell("-", HIDDEN).read


def test_what_is_too_deep_to_be_followed_counts_as_reading_everything():
    text = "1"
    for _ in range(20):
        text = f"({text})" + " + 1" * 200
    assert reading(text, HIDDEN).read == HIDDEN


def test_a_broken_expression_is_refused():
    with pytest.raises(FeelSyntaxError):
        reading("1 +", HIDDEN)


@pytest.mark.parametrize("name", ["count", "is empty", "get or else"])
def test_a_function_of_the_callers_goes_before_a_built_in(name):
    names = Names(functions=frozenset({name}))
    assert ("task",) in reading(f"{name}(task)", HIDDEN, names).read
    assert ("task",) not in reading(f"{name}(task)", HIDDEN).read


def test_a_name_with_a_dot_may_be_a_path():
    names = Names(known=KnownNames(["task.key"], BUILT_IN_NAMES))
    assert reading("task.key", HIDDEN, names).result == {SECRET}
